"""The explorer: sliders, the live diagram, the live plot, and what happens in words.

One class, `Explorer`, for all parts of the cell: a `Focus` says which gates have sliders, a `Case`
where it starts. At an event it takes one `step` through the mathematics of `cell.py` and shows
that `Step`; it holds no other truth.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import ipywidgets as widgets
import numpy as np
import traitlets

from lstm_teach import diagram, plots
from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, QUANTITIES
from lstm_teach.cell import step as take_step
from lstm_teach.explore import words
from lstm_teach.explore.page import Page, close_all, with_picture
from lstm_teach.explore.sliders import HeatMap, Scale, Sliders, grid, table
from lstm_teach.explore.view import View, copyable
from lstm_teach.parameters import GATES, Gate, Parameters, Step
from lstm_teach.plots.live import LiveFigure
from lstm_teach.sequence import pin

STATE_LIMITS = {"h_prev": 1.0, "x": 1.0, "c_prev": 2.0}
WITHOUT_INPUTS = ("c_prev", "f", "i", "c_tilde", "kept", "added", "c")  # what sliders of 04 reach
WHOLE = "whole"  # the tour's name for no stage in particular
RUN_ME = "Run this code cell to see the LSTM cell beside it, and to move the sliders."
SHOWN_LIMIT = 4.0  # the output gate's explorer lets the memory grow until tanh is flat
FIELDS = {"f": "f", "i": "i", "c": "c_tilde", "o": "o"}  # a gate's letter: its field in Step


@dataclass(frozen=True, eq=False)
class Case:
    """Where an explorer can start: a cell and what goes into it (vectors), under a name.

    Weights go from `-weight_limit` to `weight_limit`, the candidate's have a limit of their own.
    Inputs that have names are events: their sliders go from 0 to 1. Other inputs go from -1 to 1,
    or as far as the case needs.
    """

    name: str
    parameters: Parameters
    x: Array
    h_prev: Array
    c_prev: Array
    x_names: tuple[str, ...] | None = None
    weight_limit: float = 5.0
    candidate_limit: float = 5.0
    weight_step: float = 0.1


@dataclass(frozen=True)
class Focus:
    """What an explorer of one part of the cell has sliders for."""

    gates: str  # letters of the gates
    states: tuple[str, ...] = ("h_prev", "x", "c_prev")
    inked: str | None = None  # the diagram's name for it, where that is another


FOCUSES = {
    "forget": Focus("f", inked="keep"),
    "input": Focus("ic", ("h_prev", "x"), inked="write"),
    "update": Focus("fic"),
    "output": Focus("o"),
    "step": Focus("fico"),
    "sequence": Focus("", ()),
}


class Explorer(Page):
    """Sliders below a live picture of one `Step`.

    Parameters
    ----------
    focus : {"forget", "input", "update", "output", "step"}
        The part of the cell to show and to have sliders for.
    cases : sequence of Case
        The presets; it starts at the first.
    direct : bool
        Give the gates' own values a slider each, in place of the weights behind them.

    Attributes
    ----------
    controls : dict of str to Widget
        Everything that a student can move, by its label: "W_f[0, h]", "b_f[0]", "x[0]", ….
    step : Step
        What is shown. It is a trait: `explorer.observe(callback, "step")` hears of each new one.
    parameters : Parameters
        The cell as the sliders stand.
    description : str
        What is shown, in one sentence for each unit.
    view : View
        The pictures and the words.
    """

    step = traitlets.Instance(Step)

    def __init__(self, focus: str, cases: Sequence[Case], *, direct: bool = False) -> None:
        super().__init__()
        self.add_class("lstm-explorer")
        self._name, self._focus, self._direct = focus, FOCUSES[focus], direct
        self._cases = {case.name: case for case in cases}
        self._case = cases[0]
        self._tables: dict[str, Sliders | HeatMap] = {}
        self._drawings: dict[int, tuple[plots.Picture, LiveFigure]] = {}
        self.view, self._sliders = View(), widgets.VBox()
        self._sliders.add_class("lstm-sliders")
        self._fixed = self._fixed_controls()
        above, below = ([bar(*widgets_) for widgets_ in bars] for bars in self._bars())
        self.children = [*above, self.view, *below, self._sliders]
        self._start()

    def _fixed_controls(self) -> dict[str, widgets.Widget]:
        """The controls that do not depend on the case."""
        controls: dict[str, widgets.Widget] = {}
        if len(self._cases) > 1:
            preset = widgets.Dropdown(options=list(self._cases), description="Start from")
            preset.observe(lambda _: self._start(), "value")
            controls["Start from"] = preset
        reset = widgets.Button(
            description="Reset", tooltip="Back to the numbers that this one starts from"
        )
        reset.on_click(lambda _: self._start())
        as_code = widgets.ToggleButton(
            description="Show as code", tooltip="NumPy lines that give these very numbers"
        )
        as_code.observe(lambda _: self._show(), "value")
        controls |= {"Reset": reset, "Show as code": as_code}
        return controls | (self._tour() if self._name == "step" else {})

    def _tour(self) -> dict[str, widgets.Widget]:
        """The guided tour: one stage of the step at a time, forward and back."""
        titles = [
            (f"{k}. {title}", name) for k, (name, (title, _)) in enumerate(words.STAGES.items(), 1)
        ]
        stage = widgets.Dropdown(options=[("the whole step", WHOLE), *titles], description="tour")
        back = widgets.Button(description="◀ Back", tooltip="One stage back")
        forward = widgets.Button(description="Next ▶", tooltip="One stage forward")
        for button, by in ((back, -1), (forward, 1)):
            button.on_click(
                lambda _, by=by: setattr(stage, "index", (stage.index + by) % len(stage.options))
            )
        stage.observe(lambda _: self._go_to_stage(), "value")
        return {"tour": stage, "Back": back, "Next": forward}

    def _go_to_stage(self) -> None:
        """Show a stage of the tour; that of a gate brings the gate's sliders to the front."""
        fields = [FIELDS[letter] for letter in self._focus.gates]
        if self._inked in fields:
            self._tab.selected_index = fields.index(self._inked)
        self._show()

    def _bars(self) -> tuple[list[list[widgets.Widget]], list[list[widgets.Widget]]]:
        """The fixed controls in rows: those above the pictures, and those below them."""
        return [list(self._fixed.values())], []

    # ---- from a case to sliders ----------------------------------------------------------------

    @property
    def _picked(self) -> Case:
        """The case that is picked; where there is only one, that one."""
        picker = self._fixed.get("Start from")
        return self._cases[picker.value] if picker else self._case

    def _start(self) -> None:
        """Go to the case that is picked; sliders and figure stay when they fit it."""
        case, before, self._case = self._picked, self._case, self._picked
        if not self._tables or _layout(case) != _layout(before):
            self._build()
        for name, array in self._arrays().items():
            self._tables[name].load(array)
        self._show()

    def _build(self) -> None:
        """Make sliders and figure for a case of another shape."""
        self._tables = {
            name: table(array, self._labels(name), self._scale(name), self._show)
            for name, array in self._arrays().items()
        }
        self.controls = dict(self._fixed)
        for entries in self._tables.values():
            self.controls |= entries.controls
        self._picture, self._live = self._drawing(self._case.parameters.hidden_size)
        self.view.still = self._live.still
        old, self._sliders.children = self._sliders.children, self._lay_out()
        close_all(old)

    def _drawing(self, units: int) -> tuple[plots.Picture, LiveFigure]:
        """The figure for cells of this many units: drawn once, however often it is come back to."""
        if units not in self._drawings:
            picture = plots.picture(self._name, units)
            live = LiveFigure(picture.figure, picture.live, salt=f"{self.model_id}-{units}")
            self._drawings[units] = picture, live
        return self._drawings[units]

    def _arrays(self) -> dict[str, Array]:
        """All numbers that have a slider, each as rows and columns."""
        case, arrays = self._case, {}
        for letter in self._focus.gates:
            if self._direct:
                shown = take_step(case.parameters, case.x, case.h_prev, case.c_prev)
                arrays[letter] = getattr(shown, FIELDS[letter])[None]
            else:
                gate = getattr(case.parameters, GATES[letter])
                arrays[letter] = np.column_stack([gate.W, gate.b])
        states = ("c_prev",) if self._direct else self._focus.states
        return arrays | {name: getattr(case, name)[None] for name in states}

    def _labels(self, name: str) -> list[list[str]]:
        """A label for each slider, such as "W_f[0, h]" in the row of unit 0."""
        H, D = self._case.parameters.hidden_size, self._case.parameters.input_size
        x_names = self._case.x_names or (("x",) if D == 1 else tuple(f"x{d}" for d in range(D)))
        if name == "x":
            return [[f"x[{text if self._case.x_names else d}]" for d, text in enumerate(x_names)]]
        if name not in GATES or self._direct:
            return [[f"{FIELDS.get(name, name)}[{k}]" for k in range(H)]]
        columns = (*(("h",) if H == 1 else (f"h{k}" for k in range(H))), *x_names)
        return [
            [*(f"W_{name}[{k}, {column}]" for column in columns), f"b_{name}[{k}]"]
            for k in range(H)
        ]

    def _scale(self, name: str) -> Scale:
        """From where to where the sliders of one array go: in steps that reach every end."""
        if name in GATES:
            color = COLORS[FIELDS[name]]
            if self._direct:
                return Scale(-1.0 if name == "c" else 0.0, 1.0, 0.01, color)
            if name == "c" and self._case.candidate_limit != self._case.weight_limit:
                limit = self._case.candidate_limit
                return Scale(-limit, limit, limit / 50, color)
            limit, by = self._case.weight_limit, self._case.weight_step
            return Scale(-limit, limit, by, color, digits=4 if by < 0.01 else 2 if by < 0.5 else 1)
        color = QUANTITIES[name].color
        if name == "x" and self._case.x_names:
            return Scale(0.0, 1.0, 1.0, color, digits=0)
        limit = max(STATE_LIMITS[name], np.abs(getattr(self._case, name)).max())
        if name == "c_prev" and self._name == "output":
            return Scale(-SHOWN_LIMIT, SHOWN_LIMIT, 0.1, color)
        return Scale(-limit, limit, limit / 20, color)

    def _lay_out(self) -> list[widgets.Widget]:
        """All sliders in the columns of the matrix: h and x below their weights, C below b."""
        H, D = self._case.parameters.hidden_size, self._case.parameters.input_size
        of = self._tables
        rows = {name: entries.rows for name, entries in of.items() if isinstance(entries, Sliders)}
        if self._direct:  # a row for each unit
            units = zip(*(entries[0] for entries in rows.values()), strict=True)
            return [grid([list(unit) for unit in units], len(of))]
        states = {name: rows[name][0] if name in rows else [] for name in STATE_LIMITS}
        gates = self._focus.gates
        maps = [entries for entries in of.values() if isinstance(entries, HeatMap)]
        if maps:
            bodies = [entries.widget for entries in maps]
            below = grid(list(states.values()), max(H, D))
        else:
            columns = H + D + max(1, len(states["c_prev"]))
            bodies = [grid(rows[letter], columns) for letter in gates]
            below = grid([[*states["h_prev"], *states["x"], *states["c_prev"]]], columns)
        if len(bodies) > 1:
            self._tab = widgets.Tab(bodies, titles=[GATES[g] for g in gates])
            bodies = [self._tab]
        return [bar(*bodies, below)] if maps else [*bodies, below]

    # ---- from sliders to the picture -----------------------------------------------------------

    @property
    def parameters(self) -> Parameters:
        """The cell as the sliders stand."""
        cell = self._case.parameters
        for letter in self._focus.gates:
            array = self._tables[letter].array
            if self._direct:
                cell = pin(cell, GATES[letter], array[0])
            else:
                cell = replace(cell, **{GATES[letter]: Gate(array[:, :-1], array[:, -1])})
        return cell

    def _take(self, cell: Parameters) -> Step:
        """The moment to show."""
        x, h_prev, c_prev = (
            self._tables[name].array[0] if name in self._tables else getattr(self._case, name)
            for name in ("x", "h_prev", "c_prev")
        )
        return take_step(cell, x, h_prev, c_prev)

    def _show(self) -> None:
        """Take the step and show it: all that happens at an event."""
        cell = self.parameters
        moment = self._take(cell)
        said = self.description = self._sentence(moment)
        shown = self._fixed["Show as code"].value
        with self.view.hold_sync():  # what a challenge says of this step travels along
            self.view.show(
                diagram=self._diagram(moment),
                frame=self._frame(moment),
                words=f'{self._equation(cell, moment)}<p class="lstm-sentence">{said}</p>',
                code=copyable(self._code_lines(cell, moment)) if shown else "",
            )
            self.step = moment  # last: who listens finds everything else in place

    def _diagram(self, moment: Step) -> str:
        return diagram.cell(
            self._inked,
            moment,
            units=self._units,
            x_names=self._case.x_names,
            shown=WITHOUT_INPUTS if self._direct else self._computed,
        )

    @property
    def _inked(self) -> str | None:
        """The part of the diagram that is in focus."""
        if "tour" in self._fixed:
            stage = self._fixed["tour"].value
            return None if stage == WHOLE else stage
        return self._focus.inked or self._name

    @property
    def _computed(self) -> Collection[str] | None:
        """On the tour, what there is already at this stage; None for everything."""
        inked = self._inked if "tour" in self._fixed else None
        return diagram.computed(inked) if inked else None

    @property
    def _units(self) -> tuple[int, ...]:
        """Which units the diagram has numbers for: the first two, or the row that is picked."""
        for entries in self._tables.values():
            if isinstance(entries, HeatMap):
                return (entries.row,)
        return (0, 1)

    def _frame(self, moment: Step) -> str:
        self._picture.draw(moment)
        if self._computed is None:
            return self._live.frame()
        panels = zip(plots.STEP_PANELS, self._picture.panels, strict=True)
        return self._live.frame(
            artist for name, panel in panels if name in self._computed for artist in panel.live
        )

    def _sentence(self, moment: Step) -> str:
        if "tour" in self._fixed and self._inked:
            return words.stage(self._inked, moment)
        return words.sentence(self._name, moment)

    def _equation(self, cell: Parameters, moment: Step) -> str:
        return f'<div class="lstm-equation">{self._formulas(cell, moment)}</div>'

    def _formulas(self, cell: Parameters, moment: Step) -> str:
        about = self._inked if "tour" in self._fixed and self._inked else self._name
        return words.equation(about, cell, moment)

    def _code_lines(self, cell: Parameters, moment: Step) -> str:
        # a slider of the gate itself has no weights behind it
        held = [FIELDS[letter] for letter in self._focus.gates] if self._direct else ()
        return words.code(self._name, cell, moment, held)

    # ---- without a kernel ----------------------------------------------------------------------

    def picture(self, said: str) -> bytes:
        """The plot as a PNG, with words below it, for places without a kernel."""
        return self._live.png(f"{said}\n{RUN_ME}")

    def _saved(self) -> tuple[dict[str, object], dict[str, object]]:
        return with_picture(lambda: self.picture(self.description), self.description)


def bar(*children: widgets.Widget) -> widgets.Box:
    """Widgets side by side, on a next line where there is no room."""
    bar = widgets.Box(children)
    bar.add_class("lstm-bar")
    return bar


def _layout(case: Case) -> tuple[object, ...]:
    """What two cases must have in common to share sliders and figure."""
    limits = [np.abs(array).max(initial=1) for array in (case.x, case.h_prev, case.c_prev / 2)]
    limits += [case.weight_limit, case.candidate_limit, case.weight_step]
    return case.parameters.forget.W.shape, case.x_names, *limits

"""The explorer: sliders, the live diagram, the live plot, and what happens in words.

One class, `Explorer`, for all parts of the cell: a `Focus` says which gates have sliders, a `Case`
where it starts. At an event it takes one `step` through the mathematics of `cell.py` and shows
that `Step`; it holds no other truth.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from html import escape

import ipywidgets as widgets
import numpy as np
import traitlets

from lstm_teach import diagram, plots
from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, QUANTITIES
from lstm_teach.cell import GATES, Gate, Parameters, Step
from lstm_teach.cell import step as take_step
from lstm_teach.explore import words
from lstm_teach.explore.sliders import STYLE, HeatMap, Scale, SliderGrid, table
from lstm_teach.plots.live import LiveFigure
from lstm_teach.sequence import pin

STATE_LIMITS = {"h_prev": 1.0, "x": 1.0, "c_prev": 2.0}
WHOLE = "whole"  # the tour's name for no stage in particular
RUN_ME = "Run this cell to see the cell beside it, and to move the sliders."
SHOWN_LIMIT = 4.0  # the output gate's explorer lets the memory grow until tanh is flat
FIELDS = {"f": "f", "i": "i", "c": "c_tilde", "o": "o"}  # a gate's letter: its field in Step


@dataclass(frozen=True, eq=False)
class Case:
    """Where an explorer can start: a cell and what goes into it (vectors), under a name.

    Weights go from `-weight_limit` to `weight_limit`, the candidate's have a limit of their own.
    Inputs that have names are events: their
    sliders go from 0 to 1. Other inputs go from -1 to 1, or as far as the case needs.
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


class Explorer(widgets.VBox):
    """Sliders beside a live picture of one `Step`.

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
    """

    step = traitlets.Instance(Step)

    def __init__(self, focus: str, cases: Sequence[Case], *, direct: bool = False) -> None:
        super().__init__()
        self.add_class("lstm-explorer")
        self._name, self._focus, self._direct = focus, FOCUSES[focus], direct
        self._cases = {case.name: case for case in cases}
        self._tables: dict[str, SliderGrid | HeatMap] = {}
        self._diagram, self._still, self._frame, self._said, self._code = (
            widgets.HTML() for _ in range(5)
        )
        self._fixed = self._fixed_controls()
        self._start()

    def _fixed_controls(self) -> dict[str, widgets.Widget]:
        """The controls that do not depend on the case."""
        preset = widgets.Dropdown(options=list(self._cases), description="Start from")
        reset = widgets.Button(
            description="Reset", tooltip="Back to the numbers that this one starts from"
        )
        as_code = widgets.ToggleButton(description="Show as code")
        preset.observe(lambda _: self._start(), "value")
        reset.on_click(lambda _: self._start())
        as_code.observe(lambda _: self._show(), "value")
        controls = {"Start from": preset, "Reset": reset, "Show as code": as_code}
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
            button.layout.width = "90px"
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

    # ---- from a case to sliders ----------------------------------------------------------------

    def _start(self) -> None:
        """Go to the case that is picked; sliders and figure stay when they fit it."""
        case = self._cases[self._fixed["Start from"].value]
        if not self.children or _layout(case) != _layout(self._case):
            self._build(case)
        self._case = case
        for name, array in self._arrays(case).items():
            self._tables[name].load(array)
        self._show()

    def _build(self, case: Case) -> None:
        """Make sliders and figure for a case of another shape."""
        self._case = case
        self._tables = {
            name: table(array, self._labels(name), self._scale(name), self._show)
            for name, array in self._arrays(case).items()
        }
        self.controls = dict(self._fixed)
        for entries in self._tables.values():
            self.controls |= entries.controls
        self._draw_still(case)
        old, self.children = self.children, self._lay_out()
        kept = {*self._fixed.values(), *self._layers, self._diagram, self._said, self._code}
        for widget in old:
            _close(widget, kept)

    def _arrays(self, case: Case) -> dict[str, Array]:
        """All numbers that have a slider, each as rows and columns."""
        arrays = {}
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

    def _draw_still(self, case: Case) -> None:
        """Draw what stays, once for each shape of cell."""
        self._picture = plots.picture(self._name, case.parameters.hidden_size)
        self._live = LiveFigure(self._picture.figure, self._picture.live, salt=self.model_id)
        self._still.value = self._live.still

    @property
    def _layers(self) -> list[widgets.HTML]:
        """The plot's SVGs, from the lowest to the highest."""
        return [self._still, self._frame]

    def _lay_out(self) -> list[widgets.Widget]:
        for layer in self._layers:  # all in the same area of a grid, one over the other
            layer.layout.grid_area = "1 / 1 / 2 / 2"
        halves = [self._diagram, widgets.GridBox(self._layers)]
        for half in halves:
            half.layout.flex, half.layout.min_width = "1 1 380px", "0"
            half.layout.max_width = "680px"
        above, below = ([row(*bar) for bar in bars] for bars in self._bars())
        return [widgets.HTML(STYLE), *above, _pictures(*halves), self._said, *below, self._code]

    def _bars(self) -> tuple[list[list[widgets.Widget]], list[list[widgets.Widget]]]:
        """The controls in rows: those above the picture, and those below it."""
        gates = [self._tables[letter].widget for letter in self._focus.gates]
        states = [entries.widget for name, entries in self._tables.items() if name not in GATES]
        if self._direct:
            gates, states = [], [*gates, *states]
        if len(gates) > 1:
            self._tab = widgets.Tab(gates, titles=[GATES[letter] for letter in self._focus.gates])
            self._tab.layout.width = "100%"
            gates = [self._tab]
        above = [self._named("Start from", "Reset", "Show as code")]
        if "tour" in self._fixed:
            above.append(self._named("tour", "Back", "Next"))
        return above, [gates, states]

    def _named(self, *names: str) -> list[widgets.Widget]:
        return [self._fixed[name] for name in names]

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
        self._diagram.value = diagram.cell(
            self._inked, moment, units=self._units, x_names=self._case.x_names
        )
        self._draw_frame(moment)
        self.description = self._sentence(moment)
        self._said.value = (
            f'<div class="lstm-said">{self._equation(cell, moment)}'
            f'<p role="status" aria-live="polite"><b>{self.description}</b></p></div>'
        )
        as_code = self._fixed["Show as code"].value
        if as_code:
            self._code.value = f"<pre>{escape(self._code_lines(cell, moment))}</pre>"
        self._code.layout.display = None if as_code else "none"
        self.step = moment  # last: who listens finds everything else in place

    @property
    def _inked(self) -> str | None:
        """The part of the diagram that is in focus."""
        if "tour" in self._fixed:
            stage = self._fixed["tour"].value
            return None if stage == WHOLE else stage
        return self._focus.inked or self._name

    @property
    def _units(self) -> tuple[int, ...]:
        """Which units the diagram has numbers for: the first two, or the row that is picked."""
        for entries in self._tables.values():
            if isinstance(entries, HeatMap):
                return (entries.row,)
        return (0, 1)

    def _draw_frame(self, moment: Step) -> None:
        self._picture.draw(moment)
        self._frame.value = self._live.frame()

    def _sentence(self, moment: Step) -> str:
        if "tour" in self._fixed and self._inked:
            return words.stage(self._inked, moment)
        return words.sentence(self._name, moment)

    def _equation(self, cell: Parameters, moment: Step) -> str:
        about = self._inked if "tour" in self._fixed and self._inked else self._name
        return f'<div class="lstm-equation">{words.equation(about, cell, moment)}</div>'

    def _code_lines(self, cell: Parameters, moment: Step) -> str:
        # a slider of the gate itself has no weights behind it
        held = [FIELDS[letter] for letter in self._focus.gates] if self._direct else ()
        return words.code(self._name, cell, moment, held)

    def close(self) -> None:
        """Close all that is in it: ipywidgets holds on to what is open."""
        for child in self.children:
            _close(child, ())
        super().close()

    # ---- without a kernel ----------------------------------------------------------------------

    def picture(self, words: str) -> bytes:
        """The plot as a PNG, with words below it, for places without a kernel."""
        return self._live.png(f"{words}\n{RUN_ME}")

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        bundle = super()._repr_mimebundle_(**kwargs)
        return with_picture(bundle, *self._saved())

    def _saved(self) -> tuple[bytes, str]:
        """What stays when there is no kernel: a picture, and its words."""
        return self.picture(self.description), self.description


def with_picture(bundle: object, png: bytes, words: str) -> tuple[dict, dict]:
    """Add a picture and its words to the mimebundle of a widget."""
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
    data = {**data, "text/plain": words, "image/png": png}
    return data, {**metadata, "image/png": {"alt": words}}


def row(*children: widgets.Widget) -> widgets.HBox:
    """Widgets side by side, on a next line where there is no room."""
    layout = {"flex_flow": "row wrap", "grid_gap": "0 24px", "align_items": "flex-end"}
    return widgets.HBox(children, layout=layout)


def _pictures(*halves: widgets.Widget) -> widgets.HBox:
    """Diagram and plot side by side, on one sheet of white that a dark theme does not cut."""
    pictures = row(*halves)
    pictures.layout.align_items = "center"
    pictures.add_class("lstm-pictures")
    return pictures


def _close(widget: widgets.Widget, kept: Collection[widgets.Widget]) -> None:
    """Close a widget and all that is in it but not `kept`: ipywidgets holds on to open ones."""
    if widget in kept:
        return
    for child in getattr(widget, "children", ()):
        _close(child, kept)
    widget.layout.close()
    if hasattr(widget, "style"):
        widget.style.close()
    widget.close()


def _layout(case: Case) -> tuple[object, ...]:
    """What two cases must have in common to share sliders and figure."""
    limits = [np.abs(array).max(initial=1) for array in (case.x, case.h_prev, case.c_prev / 2)]
    limits += [case.weight_limit, case.candidate_limit, case.weight_step]
    return case.parameters.forget.W.shape, case.x_names, *limits

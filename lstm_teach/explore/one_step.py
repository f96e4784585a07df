"""The explorer of one step: sliders for weights and inputs, the live cell, the live plot.

Its focus says which part of the cell has sliders, a `Case` where they start. At an event it takes
one `step` through the mathematics of `cell.py` and shows that `Step`; it holds no other truth.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import ipywidgets as widgets
import numpy as np
import traitlets

from lstm_teach import diagram, plots
from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, QUANTITIES
from lstm_teach.cell import step as take_step
from lstm_teach.explore import words
from lstm_teach.explore.explorer import Explorer, bar
from lstm_teach.explore.page import close_all
from lstm_teach.explore.sliders import HeatMap, Scale, Sliders, grid, layer_of, rows_of
from lstm_teach.parameters import GATES, Parameters, Step
from lstm_teach.sequence import pin

STATE_LIMITS = {"h_prev": 1.0, "x": 1.0, "c_prev": 2.0}
MOST_ROWS, MOST_COLUMNS = 2, 6  # of sliders; a larger matrix shows as a heat map
SHOWN_LIMIT = 4.0  # the output gate's explorer lets the memory grow until tanh is flat
WITHOUT_INPUTS = ("c_prev", "f", "i", "c_tilde", "kept", "added", "c")  # what sliders of 04 reach
WHOLE = "whole"  # the tour's name for no stage in particular
#: Of the stages of the tour that have to do with a layer, which tab has its sliders.
TABS = {"f": 0, "kept": 0, "i": 1, "added": 1, "c_tilde": 2, "o": 3, "h": 3}
FIELDS = {"f": "f", "i": "i", "c": "c_tilde", "o": "o"}  # a gate's letter: its field in Step


@dataclass(frozen=True, eq=False)
class Case:
    """Where an explorer can start: a cell and what goes into it (vectors), under a name.

    `weights` says how far the sliders of weights go, up and down, and in what steps; those of the
    candidate may differ. Inputs that have names are events: their sliders go from 0 to 1. Other
    inputs go from -1 to 1, or as far as the case needs.
    """

    name: str
    parameters: Parameters
    x: Array
    h_prev: Array
    c_prev: Array
    x_names: tuple[str, ...] | None = None
    weights: tuple[float, float] = (5.0, 0.1)
    candidate: tuple[float, float] = (5.0, 0.1)

    def step(self) -> Step:
        """Take the step."""
        return take_step(self.parameters, self.x, self.h_prev, self.c_prev)


#: The letters of the gates that have sliders in each focus.
FOCUSES = {"forget": "f", "input": "ic", "update": "fic", "output": "o", "step": "fico"}


class StepExplorer(Explorer):
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
        "W_f[0, h]", "b_f[0]", "x[0]", …, and the buttons.
    step : Step
        What is shown. It is a trait: `explorer.observe(callback, "step")` hears of each new one.
    parameters : Parameters
        The cell as the sliders stand.
    """

    run_me = "Run this code cell to see the LSTM cell beside it, and to move the sliders."
    step = traitlets.Instance(Step)
    parameters: Parameters

    def __init__(self, focus: str, cases: Sequence[Case], *, direct: bool = False) -> None:
        super().__init__()
        self._name, self._gates, self._direct = focus, FOCUSES[focus], direct
        self._cases = {case.name: case for case in cases}
        self._tables: dict[str, Sliders] = {}
        self._sliders = widgets.VBox()
        self._sliders.add_class("lstm-sliders")
        self._add_start(self._cases, self._start)
        shown = list(self.controls.values())
        if focus == "step":
            shown += self._add_tour()
        self._fixed = dict(self.controls)
        self.children = [bar(*shown), self.view, self._sliders]
        self._start()

    def _add_tour(self) -> list[widgets.Widget]:
        """The guided tour: one stage of the step at a time, forward and back."""
        titles = [(f"{k}. {of[0]}", name) for k, (name, of) in enumerate(words.STAGES.items(), 1)]
        options = [("the whole step", WHOLE), *titles]
        stage = self._make(widgets.Dropdown, "tour", self._go_to_stage, options=options)

        def go(by: int) -> None:
            stage.index = (stage.index + by) % len(options)

        back = self._button("◀ Back", partial(go, -1), "One stage back", "Back")
        on = self._button("Next ▶", partial(go, 1), "One stage on", "Next")
        return [stage, widgets.HBox([back, on])]

    def _go_to_stage(self) -> None:
        """Show a stage of the tour, with the sliders of the layer that it is about in front."""
        if self._stage in TABS:
            self._tab.selected_index = TABS[self._stage]
        self._show()

    # ---- from a case to sliders ----------------------------------------------------------------

    def _start(self) -> None:
        """Go to the case that is picked; sliders and figure stay when they fit it."""
        self._case = self._chosen(self._cases)
        entries = self._entries()
        ranges = {name: (labels, scale) for name, (_, labels, scale) in entries.items()}
        if ranges != {name: (of.labels, of.scale) for name, of in self._tables.items()}:
            self._build(entries)
        self.parameters = self._case.parameters
        self._state = {name: getattr(self._case, name) for name in STATE_LIMITS}
        for name, (array, *_) in entries.items():
            self._tables[name].load(array)
            self._take_over(name)
        self._show()

    def _build(self, entries: dict[str, Any]) -> None:
        """Make sliders and figure for a case of another shape."""
        self._tables.clear()
        self.controls = dict(self._fixed)
        for name, (array, labels, scale) in entries.items():
            large = len(array) > MOST_ROWS or array.shape[1] > MOST_COLUMNS
            kind = HeatMap if large else Sliders
            self._tables[name] = kind(array, labels, scale, partial(self._moved, name))
            self.controls |= self._tables[name].controls
        units = self._case.parameters.hidden_size
        self._picture = self._take(partial(plots.picture, self._name, units), "live", key=units)
        old, self._sliders.children = self._sliders.children, self._lay_out()
        close_all(old)

    def _entries(self) -> dict[str, Any]:
        """What has sliders, gates and what goes in: its numbers as rows, their labels, a scale."""
        case, cell = self._case, self._case.parameters
        H, D = cell.hidden_size, cell.input_size
        inputs = case.x_names or (("x",) if D == 1 else [f"x{d}" for d in range(D)])
        entries: dict[str, Any] = {}
        for letter in self._gates:
            field, color = FIELDS[letter], COLORS[FIELDS[letter]]
            if self._direct:
                array, labels = getattr(case.step(), field), [f"{field}[{k}]" for k in range(H)]
                scale = Scale(-1.0 if letter == "c" else 0.0, 1.0, 0.01, color)
                entries[letter] = array[None], [labels], scale
            else:
                layer, rows = getattr(cell, GATES[letter]), layer_labels(letter, H, inputs)
                limit, by = case.candidate if letter == "c" else case.weights
                digits = 4 if by < 0.01 else 2 if by < 0.5 else 1
                entries[letter] = rows_of(layer), rows, Scale(-limit, limit, by, color, digits)
        states = [name for name in STATE_LIMITS if (self._name, name) != ("input", "c_prev")]
        for name in ["c_prev"] if self._direct else states:
            array, color = getattr(case, name), QUANTITIES[name].color
            limit = max(STATE_LIMITS[name], np.abs(array).max())
            names, scale = range(len(array)), Scale(-limit, limit, limit / 20, color)
            if name == "x" and case.x_names:
                names, scale = case.x_names, Scale(0.0, 1.0, 1.0, color, digits=0)
            elif name == "c_prev" and self._name == "output":
                scale = Scale(-SHOWN_LIMIT, SHOWN_LIMIT, 0.1, color)
            entries[name] = array[None], [[f"{name}[{of}]" for of in names]], scale
        return entries

    def _lay_out(self) -> list[widgets.Widget]:
        """All sliders in the columns of the matrix: h and x below their weights, C below b."""
        H, D = self._case.parameters.hidden_size, self._case.parameters.input_size
        of = self._tables
        if self._direct:  # a row for each unit
            units = zip(*(entries.rows[0] for entries in of.values()), strict=True)
            return [grid([list(unit) for unit in units], len(of))]
        gates = [of[letter] for letter in self._gates]
        states = [of[name].rows[0] if name in of else [] for name in STATE_LIMITS]
        large = isinstance(gates[0], HeatMap)
        columns = max(H, D) if large else H + D + max(1, len(states[-1]))
        below = grid(states if large else [[entry for row in states for entry in row]], columns)
        bodies = [gate.lay_out(columns) for gate in gates]
        if len(bodies) > 1:
            self._tab = widgets.Tab(bodies, titles=[GATES[g] for g in self._gates])
            bodies = [self._tab]
        return [bar(*bodies, below)] if large else [*bodies, below]

    # ---- from sliders to the picture -----------------------------------------------------------

    def _take_over(self, name: str) -> None:
        """Take over one array into the cell: no other gate is made, and checked, anew."""
        array = self._tables[name].array
        if name not in GATES:
            self._state[name] = array[0]
        elif self._direct:
            self.parameters = pin(self.parameters, GATES[name], array[0])
        else:
            self.parameters = replace(self.parameters, **{GATES[name]: layer_of(array)})

    def _moved(self, name: str) -> None:
        self._take_over(name)
        self._show()

    @property
    def _stage(self) -> str:
        """The stage of the tour that is picked; empty for the whole step, and without a tour."""
        tour = self.controls.get("tour")
        return tour.value if tour and tour.value != WHOLE else ""

    def _show(self) -> None:
        """Take the step and show it."""
        cell, stage = self.parameters, self._stage
        moment = take_step(cell, **self._state)
        about, say = (stage, words.stage) if stage else (self._name, words.sentence)
        inked = None if about == "step" else about
        computed = diagram.computed(stage) if stage else WITHOUT_INPUTS if self._direct else None
        picked = [
            entries.index[0] for entries in self._tables.values() if isinstance(entries, HeatMap)
        ]
        units = (picked[0],) if picked else (0, 1)
        held = [FIELDS[letter] for letter in self._gates] if self._direct else ()
        with self.view.hold_sync():  # what a challenge says of this step travels along
            self._say(
                say(about, moment),
                words.equation(about, cell, moment),
                diagram=diagram.cell(
                    inked, moment, units=units, x_names=self._case.x_names, shown=computed
                ),
                frame=self._frame(moment, computed if stage else None),
                code=self._as_code(lambda: words.code(self._name, cell, moment, held)),
            )
            self.step = moment  # last: who listens finds everything else in place

    def _frame(self, moment: Step, computed: Collection[str] | None) -> str:
        """What moves in the plot; of a stage, the panels of what there is already."""
        self._picture.draw(moment)
        if computed is None:
            return self._live.frame()
        panels = zip(plots.STEP_PANELS, self._picture.panels, strict=True)
        return self._live.frame(
            artist for name, panel in panels if name in computed for artist in panel.live
        )


def layer_labels(letter: str, units: int, inputs: Sequence[str]) -> list[list[str]]:
    """A layer's weights and bias, a row for each unit: "W_f[0, h]", …, "b_f[0]"."""
    mark = f"_{letter}" if letter else ""
    columns = [*(["h"] if units == 1 else [f"h{k}" for k in range(units)]), *inputs]
    return [
        [*(f"W{mark}[{k}, {column}]" for column in columns), f"b{mark}[{k}]"] for k in range(units)
    ]

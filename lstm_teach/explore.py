"""The explorers: sliders, the live diagram, the live plot, and what happens in words.

One class, `Explorer`; the functions below it (`forget_gate`, `input_gate`, …) only say which
part of the cell is in focus and where it starts. At an event the explorer takes one `step`
through the mathematics of `cell.py` and shows that `Step`; it holds no other truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

import ipywidgets as widgets
import numpy as np
import traitlets

from lstm_teach import _words, diagram, examples, plots
from lstm_teach._arrays import Array
from lstm_teach._sliders import STYLE, HeatMap, Scale, SliderGrid, table
from lstm_teach._style import COLORS, QUANTITIES
from lstm_teach.cell import GATES, Gate, Parameters, Step
from lstm_teach.cell import step as take_step
from lstm_teach.live import LiveFigure
from lstm_teach.sequence import pin

STATE_LIMITS = {"h_prev": 1.0, "x": 1.0, "c_prev": 2.0}
FIELDS = {"f": "f", "i": "i", "c": "c_tilde", "o": "o"}  # a gate's letter: its field in Step


@dataclass(frozen=True, eq=False)
class Case:
    """Where an explorer can start: a cell and what goes into it (vectors), under a name.

    Weights go from `-weight_limit` to `weight_limit`. Inputs that have names are events: their
    sliders go from 0 to 1. Other inputs go from -1 to 1, or as far as the case needs.
    """

    name: str
    parameters: Parameters
    x: Array
    h_prev: Array
    c_prev: Array
    x_names: tuple[str, ...] | None = None
    weight_limit: float = 5.0


@dataclass(frozen=True)
class Focus:
    """What an explorer of one part of the cell has sliders for."""

    gates: str  # letters of the gates
    states: tuple[str, ...] = ("h_prev", "x", "c_prev")


FOCUSES = {
    "forget": Focus("f"),
    "input": Focus("ic", ("h_prev", "x")),
    "update": Focus("fic"),
    "output": Focus("o"),
    "step": Focus("fico"),
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
        if focus not in FOCUSES:
            raise ValueError(f"focus is {focus!r}; it must be one of {', '.join(FOCUSES)}")
        super().__init__()
        self.add_class("lstm-explorer")
        self._focus, self._direct = focus, direct
        self._cases = {case.name: case for case in cases}

        self._preset = widgets.Dropdown(options=list(self._cases), description="Start from")
        self._reset = widgets.Button(description="Reset", tooltip="Back to where this one starts")
        self._as_code = widgets.ToggleButton(description="Show as code")
        self._diagram, self._still, self._frame, self._said, self._code = (
            widgets.HTML() for _ in range(5)
        )
        self._preset.observe(lambda _: self._start(), "value")
        self._reset.on_click(lambda _: self._start())
        self._as_code.observe(lambda _: self._show(), "value")
        self._tables: dict[str, SliderGrid | HeatMap] = {}
        self._start()

    # ---- from a case to sliders ----------------------------------------------------------------

    def _start(self) -> None:
        """Go to the case that is picked; sliders and figure stay when they fit it."""
        case = self._cases[self._preset.value]
        if not self._tables or _layout(case) != _layout(self._case):
            self._build(case)
        self._case = case
        for name, array in self._arrays(case).items():
            self._tables[name].load(array)
        self._show()

    def _arrays(self, case: Case) -> dict[str, Array]:
        """All numbers that have a slider, each as rows and columns."""
        focus = FOCUSES[self._focus]
        arrays = {}
        for letter in focus.gates:
            if self._direct:
                shown = take_step(case.parameters, case.x, case.h_prev, case.c_prev)
                arrays[letter] = getattr(shown, FIELDS[letter])[None]
            else:
                gate = getattr(case.parameters, GATES[letter])
                arrays[letter] = np.column_stack([gate.W, gate.b])
        states = ("c_prev",) if self._direct else focus.states
        return arrays | {name: getattr(case, name)[None] for name in states}

    def _build(self, case: Case) -> None:
        """Make sliders and figure for a case of another shape."""
        for old in self._tables.values():
            old.widget.close()
        self._case = case
        self._tables = {
            name: table(array, self._labels(name), self._scale(name), self._show)
            for name, array in self._arrays(case).items()
        }
        self.controls = {"Start from": self._preset, "Reset": self._reset}
        self.controls["Show as code"] = self._as_code
        for entries in self._tables.values():
            self.controls |= entries.controls
        self._picture = plots.picture(self._focus, case.parameters.hidden_size)
        self._live = LiveFigure(self._picture.figure, self._picture.live, salt=self.model_id)
        self._still.value = self._live.still
        self.children = self._lay_out()

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
        if name in GATES:
            color = COLORS[FIELDS[name]]
            if self._direct:
                return Scale(-1.0 if name == "c" else 0.0, 1.0, 0.01, color)
            limit = self._case.weight_limit
            return Scale(-limit, limit, limit / 50 if limit <= 5 else limit / 40, color)
        color = QUANTITIES[name].color
        if name == "x" and self._case.x_names:
            return Scale(0.0, 1.0, 1.0, color)
        limit = max(STATE_LIMITS[name], np.abs(getattr(self._case, name)).max(initial=0))
        return Scale(-limit, limit, limit / 20, color)

    def _lay_out(self) -> list[widgets.Widget]:
        top = widgets.HBox([self._preset, self._reset, self._as_code])
        top.layout.flex_flow = "row wrap"
        # the moving SVG lies over the still one: two children of a grid in the same area
        layers = []
        for layer in (self._still, self._frame):
            layer.layout.grid_area = "1 / 1 / 2 / 2"
            layers.append(layer)
        plot = widgets.GridBox(layers)
        for half in (self._diagram, plot):
            half.layout.flex, half.layout.min_width = "1 1 380px", "0"
            half.layout.max_width = "680px"
        pictures = widgets.HBox([self._diagram, plot])
        pictures.layout.flex_flow = "row wrap"
        gates = [self._tables[letter].widget for letter in FOCUSES[self._focus].gates]
        if len(gates) > 1 and not self._direct:
            names = [GATES[letter] for letter in FOCUSES[self._focus].gates]
            gates = [widgets.Tab(gates, titles=names)]
        states = [grid.widget for name, grid in self._tables.items() if name not in GATES]
        inputs = widgets.HBox(states, layout={"flex_flow": "row wrap", "grid_gap": "0 24px"})
        for grid in states:
            grid.layout.flex = f"{len(grid.children)} 1 {110 * len(grid.children)}px"
        return [widgets.HTML(STYLE), top, pictures, self._said, *gates, inputs, self._code]

    # ---- from sliders to the picture -----------------------------------------------------------

    @property
    def parameters(self) -> Parameters:
        """The cell as the sliders stand."""
        moved = {}
        for letter in FOCUSES[self._focus].gates:
            array = self._tables[letter].array
            if not self._direct:
                moved[GATES[letter]] = Gate(array[:, :-1], array[:, -1])
        cell = replace(self._case.parameters, **moved)
        if self._direct:
            for letter in FOCUSES[self._focus].gates:
                cell = pin(cell, GATES[letter], self._tables[letter].array[0])
        return cell

    def _state(self, name: str) -> Array:
        return self._tables[name].array[0] if name in self._tables else getattr(self._case, name)

    def _show(self) -> None:
        """Take the step and show it: all that happens at an event."""
        cell = self.parameters
        self.step = take_step(cell, self._state("x"), self._state("h_prev"), self._state("c_prev"))
        self._picture.draw(self.step)
        self._diagram.value = diagram.cell(
            self._focus if self._focus != "step" else None,
            self.step,
            units=self._units,
            x_names=self._case.x_names,
        )
        self._frame.value = self._live.frame()
        self.description = _words.sentence(self._focus, self.step)
        self._said.value = (
            f'<div class="lstm-equation">{_words.equation(self._focus, cell, self.step)}</div>'
            f'<p role="status" aria-live="polite"><b>{self.description}</b></p>'
        )
        if self._as_code.value:
            code = escape(_words.code(self._focus, cell, self.step))
            self._code.value = f"<pre>{code}</pre>"
        self._code.layout.display = None if self._as_code.value else "none"

    @property
    def _units(self) -> tuple[int, ...]:
        """Which units the diagram has numbers for: the first two, or the row that is picked."""
        for entries in self._tables.values():
            if isinstance(entries, HeatMap):
                return (entries.row,)
        return (0, 1)

    def _repr_mimebundle_(self, **kwargs: object) -> object:
        """The widget, and for places without a kernel a picture of it and its sentence."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        data = {
            **(data or {}),
            "text/plain": self.description,
            "image/png": self._live.png(self.description),
        }
        return data, {**metadata, "image/png": {"alt": self.description}}


def _layout(case: Case) -> tuple[object, ...]:
    """What two cases must have in common to share sliders and figure."""
    limits = [np.abs(array).max(initial=1) for array in (case.x, case.h_prev)]
    return case.parameters.forget.W.shape, case.x_names, case.weight_limit, *limits


# ---- the presets -------------------------------------------------------------------------------


def _with_gate(case: Case, name: str, gate: str, W: Array, bias: float) -> Case:
    """The same case with other weights in one gate."""
    H = case.parameters.hidden_size
    return replace(
        case,
        name=name,
        parameters=replace(case.parameters, **{gate: Gate(W, np.full(H, bias))}),
    )


def _gate_presets(case: Case, gate: str, opened: str, shut: str) -> list[Case]:
    """A gate held open, held shut, and one whose unit k reads just h[k] and x[k]."""
    H, D = case.parameters.hidden_size, case.parameters.input_size
    nothing = np.zeros((H, H + D))
    return [
        _with_gate(case, opened, gate, nothing, 5.0),
        _with_gate(case, shut, gate, nothing, -5.0),
        _with_gate(case, "identity weights", gate, np.hstack([np.eye(H), np.eye(H, D)]), 0.0),
    ]


def _from_example(example: examples.WorkedExample) -> Case:
    """A worked example as a case; of a batch, its first row."""
    x, h_prev, c_prev = (
        np.atleast_2d(array)[0] for array in (example.x, example.h_prev, example.c_prev)
    )
    return Case(f"example: {example.name}", example.parameters, x, h_prev, c_prev)


def _worked_examples(events_case: int) -> list[Case]:
    events = replace(examples.events()[events_case], name="events")
    worked = (examples.question(), events, examples.column(), examples.batch())
    return [_from_example(example) for example in worked]


def small_case(units: int = 1) -> Case:
    """Where an explorer starts: one input, one or two units, weights that are easy to read."""
    if units not in (1, 2):
        raise ValueError(f"units is {units!r}; an explorer starts with 1 unit or 2")
    rows = {
        # h, x, bias for one unit; then h0, h1, x, bias for two
        "forget": ([[0.5, 1.5, 0.5]], [[0.5, -0.5, 1.5, 0.5], [-1.0, 0.5, -2.0, 1.0]]),
        "input": ([[-0.5, 2.0, 0.0]], [[-0.5, 0.5, 2.0, 0.0], [1.0, 0.0, -1.5, 0.5]]),
        "candidate": ([[0.5, 1.0, 0.0]], [[0.5, 0.0, 1.0, 0.0], [0.0, 1.0, -1.0, 0.0]]),
        "output": ([[0.5, 1.0, 0.5]], [[0.5, 0.0, 1.0, 0.5], [0.0, -1.0, 1.5, 0.0]]),
    }
    tables = {name: np.array(both[units - 1]) for name, both in rows.items()}
    return Case(
        f"{units} unit{'s' * (units > 1)}",
        Parameters(**{name: Gate(t[:, :-1], t[:, -1]) for name, t in tables.items()}),
        x=np.array([0.5]),
        h_prev=np.array([0.3, -0.4])[:units],
        c_prev=np.array([0.8, -1.2])[:units],
    )


def room_case(parameters: Parameters | None = None) -> Case:
    """The room counter's cell with one unit; unless given, nothing in it is wired yet."""
    D = len(examples.EVENTS)
    return Case(
        "room counter",
        parameters or Parameters.zeros(D, 1),
        x=np.zeros(D),
        h_prev=np.zeros(1),
        c_prev=np.array([0.5]),
        x_names=examples.EVENTS,
        weight_limit=20.0,
    )


def _starts(units: int, cases: Sequence[Case]) -> list[Case]:
    return [small_case(units), small_case(3 - units), *cases]


# ---- the explorers -----------------------------------------------------------------------------


def forget_gate(units: int = 1) -> Explorer:
    """Explore `f = sigmoid(W_f [h, x] + b_f)` and what it keeps of the memory."""
    presets = _gate_presets(small_case(units), "forget", "remember: f near 1", "forget: f near 0")
    return Explorer("forget", _starts(units, [*presets, *_worked_examples(1)]))


def input_gate(units: int = 1) -> Explorer:
    """Explore the input gate (how much) and the candidate (what), and what is added."""
    presets = _gate_presets(small_case(units), "input", "write: i near 1", "ignore: i near 0")
    return Explorer("input", _starts(units, [*presets, *_worked_examples(3)]))


def cell_update(units: int = 1, *, weights: bool = False) -> Explorer:
    """Explore `C = f * C_prev + i * C_tilde`: on the four numbers themselves, or on the weights.

    With `weights=True` the sliders are the weights behind f, i and the candidate.
    """
    start = small_case(units)
    cases = _starts(units, [])
    if not weights:
        for name, f, i in (
            ("carry on: f=1, i=0", 1, 0),
            ("replace: f=0, i=1", 0, 1),
            ("add up: f=1, i=1", 1, 1),
        ):
            cell = pin(pin(start.parameters, "forget", f), "input", i)
            cases.append(replace(start, name=name, parameters=cell))
    return Explorer("update", cases, direct=not weights)


def output_gate(units: int = 1) -> Explorer:
    """Explore the output gate, and the hidden state that it shows of the memory.

    Here the memory is held as it is (f = 1, i = 0), so that the slider of c_prev is C itself.
    """

    def hold(case: Case) -> Case:
        cell = pin(pin(case.parameters, "forget", 1), "input", 0)
        return replace(case, parameters=cell)

    presets = _gate_presets(small_case(units), "output", "show: o near 1", "hide: o near 0")
    return Explorer("output", [hold(case) for case in _starts(units, presets)])


def step(units: int = 1) -> Explorer:
    """Explore a whole step, with all four gates' weights at hand."""
    return Explorer("step", _starts(units, _worked_examples(1)))

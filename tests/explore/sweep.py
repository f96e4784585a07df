"""Every control of an explorer, to both ends and back: what is shown is what the cell computes.

Controls are moved through their widgets' traits, as the browser does it. What must be shown is
computed here, from where the controls were put. `tests/test_notebooks_alive.py` does it with all
explorers of all notebooks; the tests in this folder with what no notebook shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import ipywidgets as widgets
import numpy as np

from lstm_teach import Gate, Parameters, Step, examples, pin, step, unroll, variants
from lstm_teach._style import number
from lstm_teach.explore.explorer import Explorer
from lstm_teach.explore.gradients import Gradients, Nudge
from lstm_teach.explore.one_step import StepExplorer
from lstm_teach.explore.sequence import SequenceExplorer
from lstm_teach.explore.text import TextExplorer
from tests.explore.shown import changed, code_of, diagram_numbers, go_to, html_of, presets

#: Bytes for one event from one end of a slider to the other, without the code; 95% of events, which
#: go less far, have 1,500 (tests/benchmarks/latency.py); with three units and more twice that ...
SLIDE = 2_000
#: ... for another drawing: a stage of the tour, another day, colors ...
REDRAWN = 20_000
#: ... and for the axes of every panel at once, when a gate is picked that can be pinned.
ALL_AXES = 40_000

FIELDS = {"f": "f", "i": "i", "c": "c_tilde", "o": "o"}
GATES = {"f": "forget", "i": "input", "c": "candidate", "o": "output"}
#: What begins anew, or shows the same in another way: other tests are about these.
FIXED = ("Start from", "Reset", "Show as code", "tour", "Back", "Next")
GOES_ON = ("sort by",)  # put back, it stays at what was found

Truth = Callable[[str, object], None]  # told what was moved where, it looks at what is shown


def sweep(explorer: Explorer, *, leave_out: str = "") -> None:
    """Move each control to both ends and back, from each preset without these words in its name."""
    for _ in starts(explorer, leave_out):
        is_true = truth(explorer)
        at_start, reset = html_of(explorer), explorer.controls.get("Reset")
        units = len(explorer.step.h) if isinstance(explorer, StepExplorer) else 1
        for label, control in list(explorer.controls.items()):
            if label in FIXED:
                continue
            if isinstance(control, widgets.Button):
                control.click()
                reset.click()
                assert html_of(explorer) == at_start, label
                continue
            start, before = getattr(control, "value", None), at_start
            for value in values(control):
                control.value = value
                assert control.value == value
                now, where = html_of(explorer), (label, value)
                slides = isinstance(control, (widgets.FloatSlider, widgets.IntSlider))
                slide = SLIDE * (1 + (units > 2))
                most = slide if slides else ALL_AXES if label == "pin" else REDRAWN
                assert changed(before, now) <= most, where
                if isinstance(explorer, StepExplorer):
                    assert now != before or value == start, where
                is_true(label, value)
                before = now
            if values(control):
                control.value = start
                is_true(label, start)
            if label in GOES_ON:
                reset.click()
            assert html_of(explorer) == at_start, label


def starts(explorer: Explorer, leave_out: str) -> Iterator[None]:
    """Go to where it can begin: of a run, also to a moment in the middle."""
    control = explorer.controls
    if isinstance(explorer, StepExplorer):
        control["Show as code"].value = True
    names = presets(explorer) if "Start from" in control else ()
    names = [name for name in names if not leave_out or leave_out not in name]
    for name in names or [""]:
        if name:
            go_to(explorer, name)
        if "moment" in control and name not in names[:1]:
            control["moment"].value = control["moment"].max // 2
        yield
    if names:
        go_to(explorer, names[0])


def values(control: widgets.Widget) -> list[object]:
    """Where a control can be put: both ends of a slider, every choice of a list."""
    if isinstance(control, (widgets.FloatSlider, widgets.IntSlider, widgets.Play)):
        return [control.min, control.max]
    if isinstance(control, widgets.Dropdown):
        return [value for _, value in control._options_full]
    if isinstance(control, widgets.ToggleButton):
        return [not control.value]
    free = (widgets.Button, widgets.Text, widgets.Textarea)
    assert isinstance(control, free), f"an unknown control: {control}"
    return []


def truth(explorer: Explorer) -> Truth:
    """What says whether this explorer shows what it must."""
    return TRUTHS[type(explorer)](explorer)


def assert_step_equals(one: Step, other: Step) -> None:
    for name, value in vars(other).items():
        np.testing.assert_array_equal(getattr(one, name), value)


# ---- one step: the same cell, kept beside it ---------------------------------------------------


class Twin:
    """What the explorer's step must be, computed from where the controls were put."""

    def __init__(self, explorer: StepExplorer) -> None:
        self.start = explorer.parameters
        self.labels = list(explorer.controls)
        self.arrays = {
            letter: np.column_stack([gate.W, gate.b])
            for letter, gate in zip(GATES, vars(self.start).values(), strict=True)
        }
        self.state = {n: getattr(explorer.step, n).copy() for n in ("x", "h_prev", "c_prev")}
        self.values = {n: getattr(explorer.step, n).copy() for n in FIELDS.values()}

    def put(self, label: str, value: float) -> None:
        """Take over one control. A label is "W_f[0, h]", "b_f[0]", "x[enter]", "f[0]", …."""
        name, row, column = re.fullmatch(r"(\w+)\[(?:(\d+), )?(\w+)\]", label).groups()
        if name.startswith(("W_", "b_")):
            array = self.arrays[name[2:]]
            if name.startswith("b_"):
                array[int(column), -1] = value
            else:
                array[int(row), self.columns(array).index(column)] = value
        elif name in self.values:
            self.values[name][int(column)] = value
        else:
            names = examples.EVENTS if column in examples.EVENTS else range(99)
            self.state[name][[str(n) for n in names].index(column)] = value

    @staticmethod
    def columns(array: np.ndarray) -> list[str]:
        """The names of the columns of [h, x]: plain h and x when there is just one of them."""
        H = len(array)
        D = array.shape[1] - 1 - H
        h = ["h"] if H == 1 else [f"h{k}" for k in range(H)]
        return h + (["x"] if D == 1 else [f"x{k}" for k in range(D)])

    def step(self) -> Step:
        cell = Parameters(*(Gate(a[:, :-1], a[:, -1]) for a in self.arrays.values()))
        return step(cell, self.state["x"], self.state["h_prev"], self.state["c_prev"])


def of_a_step(explorer: StepExplorer) -> Truth:
    twin = Twin(explorer)
    assert_true_of(explorer, twin)

    def is_true(label: str, value: object) -> None:
        if label.endswith(" picked"):
            label = explorer.controls[label].description
        if not label.endswith((" row", " column")):
            twin.put(label, value)
        assert_true_of(explorer, twin)

    return is_true


def assert_true_of(explorer: StepExplorer, twin: Twin) -> None:
    """Everything that is shown is what the twin computes."""
    shown, units = explorer.step, shown_units(explorer)
    direct = any(label.startswith("f[") for label in twin.labels)  # the gates' own sliders
    if direct:
        f, i, c_tilde = (twin.values[name] for name in ("f", "i", "c_tilde"))
        c = f * twin.state["c_prev"] + i * c_tilde
        expected = {"f": f, "i": i, "c_tilde": c_tilde, "c": c, "c_prev": twin.state["c_prev"]}
        for name, value in expected.items():
            np.testing.assert_allclose(getattr(shown, name), value, rtol=1e-12, atol=1e-15)
    else:
        for name, value in vars(twin.step()).items():
            np.testing.assert_array_equal(getattr(shown, name), value)

    for unit, sentence in enumerate(re.split(r" (?=Unit \d+ )", explorer.description)):
        for name in SAID[explorer_kind(explorer)]:
            assert number(getattr(shown, name)[unit]) in sentence, (name, explorer.description)
    assert explorer.description in explorer.view.words

    on_wires = diagram_numbers(explorer)
    named = ("c_prev", "f", "i", "c_tilde", "kept", "added", "c", *(() if direct else ("o", "h")))
    for name in named:
        assert on_wires[name] == [number(getattr(shown, name)[unit]) for unit in units], name
    if direct:  # no slider moves h, x and what comes of them, so they are not shown
        assert not {"o", "h", "tanh_c"} & on_wires.keys()
        assert not on_wires.get("join")
    else:
        entries = [*shown.h_prev[units], *shown.x[:5]]
        assert on_wires["join"] == [number(value) for value in entries]

    names: dict = {"print": lambda *values: None}
    exec(code_of(explorer), names)
    for name in GIVES[explorer_kind(explorer)]:
        np.testing.assert_allclose(names[name], getattr(shown, name), rtol=1e-12, atol=1e-15)


SAID = {
    "forget": ("c_prev", "kept"),
    "input": ("c_tilde", "added"),
    "update": ("c_prev", "kept", "added", "c"),
    "output": ("c", "h"),
    "step": ("c_prev", "kept", "added", "c", "h"),
}
GIVES = {
    "forget": ("f", "kept"),
    "input": ("i", "c_tilde", "added"),
    "update": ("f", "i", "c_tilde", "c"),
    "output": ("o", "h"),
    "step": ("f", "i", "c_tilde", "c", "o", "h"),
}


def explorer_kind(explorer: StepExplorer) -> str:
    """Which part of the cell it explores, told by what it has sliders for."""
    if "tour" in explorer.controls:
        return "step"
    names = {re.match(r"\w*", label)[0].removeprefix("W_") for label in explorer.controls}
    names &= {"f", "i", "c", "o", "c_tilde"}
    return {"f": "forget", "ic": "input", "o": "output"}.get("".join(sorted(names)[::-1]), "update")


def shown_units(explorer: StepExplorer) -> list[int]:
    """Which units the diagram has numbers for: the first two, or the row that is picked."""
    for row, _, _ in heat_maps(explorer).values():
        return [row.value]
    return [0, 1][: len(explorer.step.h)]


def heat_maps(explorer: StepExplorer) -> dict[str, tuple[widgets.Widget, ...]]:
    """Row, column and slider of each matrix that is too large for a slider for each entry."""
    control = explorer.controls
    return {
        label[2]: (control[label], control[f"W_{label[2]} column"], control[f"W_{label[2]} picked"])
        for label in control
        if re.fullmatch(r"W_. row", label)
    }


# ---- a run -------------------------------------------------------------------------------------


def of_a_run(explorer: SequenceExplorer) -> Truth:
    cell, control, axes = explorer.parameters, explorer.controls, explorer.view.still

    def is_true(label: str, value: object) -> None:
        gate = control["pin"].value if "pin" in control else "nothing"
        if gate == "nothing":
            assert explorer.view.still == axes, "axes that the run has left are not drawn anew"
        if "pin" not in control:
            assert_variant_true(explorer)
            return
        at = control["pinned at"].value
        steps = unroll(cell if gate == "nothing" else pin(cell, gate, at), explorer.steps.x)
        assert_step_equals(explorer.steps, steps)
        assert_moment_true(explorer, steps, control["moment"].value)

    return is_true


def assert_moment_true(explorer: SequenceExplorer, steps: Step, t: int) -> None:
    """Wires and sentence have the numbers of this moment."""
    assert_step_equals(explorer.step, steps[t])
    assert f"Moment {t} (0 to {len(steps.h) - 1})" in explorer.description
    units = [0, 1][: steps.h.shape[1]]
    wires = diagram_numbers(explorer)
    for name in ("f", "i", "c_tilde", "o", "kept", "added", "c"):
        assert wires[name] == [number(getattr(steps, name)[t, unit]) for unit in units]
    for name in ("c_prev", "kept", "added", "c", "h"):
        assert number(getattr(steps, name)[t, 0]) in explorer.description


# ---- a run of another cell ---------------------------------------------------------------------

SWITCH = {"peephole": "peepholes", "coupled": "coupled gates", "gru": "reset gate"}


def switch_of(explorer: SequenceExplorer) -> widgets.ToggleButton | None:
    """What turns on the change in which the cell is another one; the plain RNN has none."""
    return next((explorer.controls[n] for n in SWITCH.values() if n in explorer.controls), None)


def sliders(explorer: SequenceExplorer) -> dict[str, widgets.FloatSlider]:
    return {n: c for n, c in explorer.controls.items() if isinstance(c, widgets.FloatSlider)}


def layer(explorer: SequenceExplorer, letter: str) -> Gate:
    """The weights and bias of a layer, read off the sliders."""
    mark = f"_{letter}" if letter else ""
    rows: dict[str, list[float]] = {}
    for label, slider in sliders(explorer).items():
        if found := re.fullmatch(rf"(?:W{mark}\[(\d), \w+|b{mark}\[(\d))\]", label):
            rows.setdefault(found[1] or found[2], []).append(slider.value)
    table = np.array(list(rows.values()))
    return Gate(table[:, :-1], table[:, -1])


def expected(explorer: SequenceExplorer) -> dict[str, np.ndarray]:
    """What the cell that the sliders say has on its wires, on what the explorer reads."""
    xs, switch, cell = explorer.steps.x, switch_of(explorer), explorer.parameters
    if switch is None:
        W, b = vars(layer(explorer, "")).values()
        return {"h": variants.rnn_unroll(W, b, xs)}
    if switch.description == SWITCH["gru"]:
        reset = layer(explorer, "r") if switch.value else Gate(np.zeros((1, 5)), [1000.0])
        gru = variants.GRUParameters(layer(explorer, "z"), reset, layer(explorer, "h"))
        return {"h": variants.gru_unroll(gru, xs).h}
    if switch.description == SWITCH["peephole"]:
        p = [np.array([sliders(explorer)[f"p_{gate}[0]"].value]) for gate in "fio"]
        np.testing.assert_array_equal(cell.forget.W, layer(explorer, "f").W)
        peepholes = variants.Peepholes(*p)
        run = variants.peephole_unroll(cell, peepholes, xs) if switch.value else unroll(cell, xs)
    else:
        np.testing.assert_array_equal(cell.forget.W, layer(explorer, "f").W)
        np.testing.assert_array_equal(cell.candidate.W, layer(explorer, "c").W)
        run = variants.coupled_unroll(cell, xs) if switch.value else unroll(cell, xs)
    return {"h": run.h, "c": run.c, "f": run.f, "i": run.i}


def assert_variant_true(explorer: SequenceExplorer) -> None:
    run, t = expected(explorer), explorer.controls["moment"].value
    for field, values in run.items():
        np.testing.assert_allclose(getattr(explorer.steps, field), values, atol=1e-12)
        np.testing.assert_array_equal(
            getattr(explorer.step, field), getattr(explorer.steps, field)[t]
        )
        assert diagram_numbers(explorer)[field] == [number(value) for value in values[t]]
    for value in run["h"][t]:
        assert number(value) in explorer.description
    assert explorer.description in explorer.view.words
    assert f"Moment {t} (0 to {len(run['h']) - 1}), " in explorer.description


# ---- a text, and a plot with controls ----------------------------------------------------------


def of_a_text(explorer: TextExplorer) -> Truth:
    cell, control = explorer.reader.parameters, explorer.controls
    tokens = explorer.steps.x

    def is_true(label: str, value: object) -> None:
        held = pin(cell, "forget", control["pinned at"].value, unit=control["unit"].value)
        steps = unroll(held if control["pin"].value else cell, tokens)
        np.testing.assert_array_equal(explorer.steps.c, steps.c)
        assert_step_equals(explorer.step, steps[control["character"].value - 1])

    return is_true


def of_a_plot(explorer: Explorer) -> Truth:
    def is_true(label: str, value: object) -> None:
        assert explorer.description in explorer.view.words
        assert "nan" not in "".join(html_of(explorer).values())

    return is_true


TRUTHS: dict[type[Explorer], Callable[..., Truth]] = {
    StepExplorer: of_a_step,
    SequenceExplorer: of_a_run,
    TextExplorer: of_a_text,
    Gradients: of_a_plot,
    Nudge: of_a_plot,
}

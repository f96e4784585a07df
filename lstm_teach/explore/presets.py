"""The explorers of one step, a function each: what is in focus, and where it starts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_teach import examples
from lstm_teach.explore.one_step import Case, StepExplorer
from lstm_teach.explore.sliders import layer_of
from lstm_teach.parameters import Gate, Parameters
from lstm_teach.sequence import pin

# ---- the presets -------------------------------------------------------------------------------


def _gate_presets(units: int, gate: str, opened: str, shut: str) -> list[Case]:
    """A gate held open, held shut, and one whose unit k reads just h[k] and x[k]."""
    start, nothing = small_case(units), np.zeros((units, units + 1))
    its_own = np.hstack([np.eye(units), np.eye(units, 1)])
    held = (opened, nothing, 5.0), (shut, nothing, -5.0), ("identity weights", its_own, 0.0)
    cases = []
    for name, W, bias in held:
        layer = {gate: Gate(W, np.full(units, bias))}
        cases.append(replace(start, name=name, parameters=replace(start.parameters, **layer)))
    return cases


def _from_example(example: examples.WorkedExample) -> Case:
    """A worked example as a case; of a batch, its first row."""
    given = example.x, example.h_prev, example.c_prev
    x, h_prev, c_prev = (np.atleast_2d(array)[0] for array in given)
    largest = max(np.abs(gate.W).max() for gate in vars(example.parameters).values())
    scale = (0.1, 1e-4) if largest < 0.1 else (5.0, 0.01)  # small weights need small steps
    name = f"example: {example.name}"
    return Case(name, example.parameters, x, h_prev, c_prev, None, scale, scale)


def _worked_examples(events_case: int = 1) -> list[Case]:
    events = replace(examples.events()[events_case], name="events")
    worked = (examples.question(), events, examples.column(), examples.batch())
    return [_from_example(example) for example in worked]


def small_case(units: int = 1) -> Case:
    """Where an explorer starts: one input, one or two units, weights that are easy to read."""
    if not isinstance(units, int) or units not in (1, 2):
        raise ValueError(f"units is {units!r}; an explorer starts with 1 unit or 2")
    rows = {
        # h, x, bias for one unit; then h0, h1, x, bias for two
        "forget": ([[0.5, 1.5, 0.5]], [[0.5, -0.5, 1.5, 0.5], [-1.0, 0.5, -2.0, 1.0]]),
        "input": ([[-0.5, 2.0, 0.0]], [[-0.5, 0.5, 2.0, 0.0], [1.0, 0.0, -1.5, 0.5]]),
        "candidate": ([[0.5, 1.0, 0.0]], [[0.5, 0.0, 1.0, 0.0], [0.0, 1.0, -1.0, 0.0]]),
        "output": ([[0.5, 1.0, 0.5]], [[0.5, 0.0, 1.0, 0.5], [0.0, -1.0, 1.5, -1.0]]),
    }
    layers = {name: layer_of(np.array(both[units - 1])) for name, both in rows.items()}
    h_prev, c_prev = np.array([[0.3, -0.4], [0.8, -1.2]])[:, :units]
    name = f"{units} unit{'s' * (units > 1)}"
    return Case(name, Parameters(**layers), np.array([0.5]), h_prev, c_prev)


WIDE, FINE = (20.0, 0.5), (1.0, 0.02)  # how far sliders go, and in what steps


def room_case(parameters: Parameters) -> Case:
    """A cell that reads the room counter's events, with five people in the room."""
    x, h_prev, c_prev = np.zeros(len(examples.EVENTS)), np.zeros(1), np.array([5 * examples.PERSON])
    return Case("room counter", parameters, x, h_prev, c_prev, examples.EVENTS, WIDE, FINE)


def lamp_case(parameters: Parameters) -> Case:
    """A cell that reads the lamp's one event, with the lamp off."""
    nothing = np.zeros(1)
    return Case("lamp", parameters, nothing, nothing, nothing, examples.LAMP_EVENTS, WIDE, WIDE)


def _starts(units: int) -> list[Case]:
    return [small_case(units), small_case(3 - units)]


# ---- the explorers -----------------------------------------------------------------------------


def forget_gate(units: int = 1) -> StepExplorer:
    """Explore `f = sigmoid(W_f [h, x] + b_f)` and what it keeps of the memory."""
    presets = _gate_presets(units, "forget", "remember: f near 1", "forget: f near 0")
    return StepExplorer("forget", [*_starts(units), *presets, *_worked_examples()])


def input_gate(units: int = 1) -> StepExplorer:
    """Explore the input gate (how much) and the candidate (what), and what is added."""
    presets = _gate_presets(units, "input", "write: i near 1", "ignore: i near 0")
    return StepExplorer("input", [*_starts(units), *presets, *_worked_examples(3)])


def cell_update(units: int = 1, *, weights: bool = False) -> StepExplorer:
    """Explore `C = f * C_prev + i * C_tilde`: on the four numbers themselves, or on the weights.

    With `weights=True` the sliders are the weights behind f, i and the candidate.
    """
    cases = [*_starts(units), _from_example(examples.column())]
    if not weights:
        for name, f, i in ("carry on", 1, 0), ("replace", 0, 1), ("add up", 1, 1):
            cases.append(replace(_held(cases[0], f, i), name=f"{name}: f={f}, i={i}"))
    return StepExplorer("update", cases, direct=not weights)


def _held(case: Case, f: float, i: float) -> Case:
    """The same case with both gates of the memory held."""
    return replace(case, parameters=pin(pin(case.parameters, "forget", f), "input", i))


def output_gate(units: int = 1) -> StepExplorer:
    """Explore the output gate, and the hidden state that it shows of the memory.

    Here the memory is held as it is (f = 1, i = 0), so that the slider of c_prev is C itself.
    """
    presets = _gate_presets(units, "output", "show: o near 1", "hide: o near 0")
    worked = [case for case in _worked_examples() if case.parameters.hidden_size <= 3]
    # with the memory that was written, so that the h of an example is the one that was printed
    written = [replace(case, c_prev=case.step().c) for case in worked]
    cases = [*_starts(units), *presets, *written]
    return StepExplorer("output", [_held(case, 1, 0) for case in cases])


def step(units: int = 1) -> StepExplorer:
    """Explore a whole step, with all four layers' weights at hand."""
    return StepExplorer("step", [*_starts(units), *_worked_examples()])

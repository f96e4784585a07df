"""The challenges: the solution passes, each wrong wiring is told what is wrong with it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_teach import Parameters, check, examples, unroll
from lstm_teach.check.wiring import TASKS, Challenge

CHALLENGES: dict[str, Callable[[], Challenge]] = {
    "forget": check.wire_forget_gate,
    "input": check.wire_input_gate,
    "output": check.wire_output_gate,
}
SOLUTIONS = {
    "forget": {"W_f[0, bell]": -20.0, "b_f[0]": 10.0},
    "input": {
        **{"W_i[0, enter]": 20.0, "W_i[0, leave]": 20.0, "b_i[0]": -10.0},
        **{"W_c[0, enter]": 0.1, "W_c[0, leave]": -0.1},
    },
    "output": {"W_o[0, ask]": 20.0, "b_o[0]": -10.0},
}


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def wire(name: str, sliders: dict[str, float]) -> Challenge:
    """Make a challenge and move these sliders of it, by steps that the sliders can take."""
    challenge = CHALLENGES[name]()
    for label, value in sliders.items():
        slider = challenge.controls[label]
        assert slider.min <= value <= slider.max, label
        steps = (value - slider.min) / slider.step
        assert steps == pytest.approx(round(steps), abs=1e-9), f"{label} cannot reach {value}"
        slider.value = value
    return challenge


@pytest.mark.parametrize("name", CHALLENGES)
def test_unanswered_at_first_and_again_after_reset(name: str) -> None:
    challenge = CHALLENGES[name]()
    for _ in range(2):
        assert challenge.passed is None
        assert TASKS[name].goal in challenge.description
        assert challenge.description.startswith("○ Unanswered.")
        label = next(label for label in challenge.controls if label.startswith("W_"))
        challenge.controls[label].value = challenge.controls[label].max
        assert challenge.passed is False
        challenge.controls["Reset"].click()


@pytest.mark.parametrize("name", CHALLENGES)
def test_only_weights_answer(name: str) -> None:
    """Looking at another moment is no answer yet."""
    challenge = CHALLENGES[name]()
    for label, control in challenge.controls.items():
        if label.startswith(("x[", "h_prev[", "c_prev[")):
            control.value = control.max
    assert challenge.passed is None


@pytest.mark.parametrize("name", CHALLENGES)
def test_the_solution_passes(name: str) -> None:
    challenge = wire(name, SOLUTIONS[name])
    assert challenge.passed is True
    assert challenge.description == f"✓ Right. {TASKS[name].done}"
    assert "✗" not in challenge._verdict.value
    assert challenge._verdict.value.count("✓") == 1 + len(examples.DAY)


@pytest.mark.parametrize("name", CHALLENGES)
def test_the_collections_own_wiring_passes(name: str) -> None:
    """What `examples.room_counter` says is an answer too, digit for digit."""
    challenge = CHALLENGES[name]()
    for gate in TASKS[name].gates:
        letter = {"forget": "f", "input": "i", "candidate": "c", "output": "o"}[gate]
        wanted = getattr(examples.room_counter(), gate)
        for column, weight in zip(("h", *examples.EVENTS), wanted.W[0], strict=True):
            challenge.controls[f"W_{letter}[0, {column}]"].value = weight
        challenge.controls[f"b_{letter}[0]"].value = wanted.b[0]
    assert challenge.passed is True


@pytest.mark.parametrize("name", CHALLENGES)
def test_every_slider_to_both_ends_and_back(name: str) -> None:
    challenge = CHALLENGES[name]()
    before = challenge._verdict.value, challenge.description
    for label, control in challenge.controls.items():
        if not hasattr(control, "max"):
            continue
        start = control.value
        for end in (control.min, control.max):
            control.value = end
            weight = label.startswith(("W_", "b_"))
            assert challenge.passed in ((True, False) if weight and end else (None,))
            assert (challenge.passed is None) == challenge.description.startswith("○")
        control.value = start
        assert (challenge._verdict.value, challenge.description) == before


# ---- the complaints ----------------------------------------------------------------------------

WRONG = [
    # which challenge, what is moved, the moment complained of, what it says
    ("forget", {"W_f[0, bell]": -20}, "quiet", ["f is 0.50", "which number still speaks"]),
    ("forget", {"b_f[0]": 10}, "bell", ["the bell rings and f is 1.00", "far below 0"]),
    ("forget", {"b_f[0]": 3, "W_f[0, bell]": -20}, "quiet", ["0.953", "30% is left"]),
    ("forget", {"b_f[0]": -10}, "quiet", ["f is 0.00", "which number still speaks"]),
    ("forget", {"b_f[0]": 10, "W_f[0, bell]": -10}, "bell", ["f is 0.50"]),
    ("forget", {"b_f[0]": 10, "W_f[0, bell]": 20}, "bell", ["f is 1.00"]),
    (
        "forget",
        {"b_f[0]": 10, "W_f[0, bell]": -20, "W_f[0, enter]": -20},
        "enter",
        ["f is 0.00", "Only the bell may pull z down"],
    ),
    ("input", {"b_i[0]": -10}, "enter", ["somebody enters and i is 0.00", "wider"]),
    ("input", {"b_i[0]": 10}, "enter", ["the candidate is 0.000; one person is 0.100"]),
    ("input", {"b_c[0]": 0.1}, "quiet", ["0.050 is added", "i is 0.50", "Shut"]),
    (
        "input",
        {"W_i[0, enter]": 20, "b_i[0]": -10, "W_c[0, enter]": 0.1, "W_c[0, leave]": -0.1},
        "leave",
        ["somebody leaves and i is 0.00"],
    ),
    (
        "input",
        {**SOLUTIONS["input"], "W_c[0, leave]": 0.1},
        "leave",
        ["somebody leaves and the candidate is 0.100; one person is −0.100"],
    ),
    (
        "input",
        {**SOLUTIONS["input"], "W_c[0, enter]": 1.0},
        "enter",
        ["the candidate is 0.762; one person is 0.100"],
    ),
    ("output", {"W_o[0, ask]": 20}, "quiet", ["nobody asks and o is 0.50"]),
    ("output", {"b_o[0]": -10}, "ask", ["somebody asks and o is 0.00"]),
    ("output", {"b_o[0]": 10}, "quiet", ["nobody asks and o is 1.00"]),
    ("output", {"b_o[0]": -10, "W_o[0, ask]": 10}, "ask", ["somebody asks and o is 0.50"]),
]


@pytest.mark.parametrize(("name", "sliders", "moment", "said"), WRONG)
def test_a_wrong_wiring_is_told_what_is_wrong(
    name: str, sliders: dict[str, float], moment: str, said: list[str]
) -> None:
    challenge = wire(name, sliders)
    assert challenge.passed is False
    found = re.match(
        r"✗ Not yet\. (\d+) of 25 moments are right\. At moment (\d+) \((.*?)\) (.*)[.?]$",
        challenge.description,
    )
    assert found, challenge.description
    right, t, event, complaint = found.groups()
    assert event == examples.DAY[int(t) - 1] == moment
    assert complaint[-1] not in ".?!"
    for words in said:
        assert words in complaint
    assert challenge._verdict.value.count("✗") == 1 + 25 - int(right)
    assert int(right) < 25
    for words in re.findall(r"[fio] is (\d\.\d+)", complaint):  # the number that it names is there
        step = unroll(challenge.parameters, examples.day_events())[int(t) - 1]
        letter = re.search(r"([fio]) is", complaint)[1]
        assert f"{float(getattr(step, letter)[0]):.{len(words) - 2}f}" == words


def test_complaints_name_each_kind_of_moment() -> None:
    """The wrong wirings above meet every sentence there is."""
    assert {name for name, *_ in WRONG} == set(CHALLENGES)


@pytest.mark.parametrize("name", CHALLENGES)
def test_without_a_kernel_there_is_the_verdict(name: str) -> None:
    challenge = wire(name, SOLUTIONS[name])
    data, metadata = challenge._repr_mimebundle_()
    assert data["text/plain"] == challenge.description
    assert data["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"]
    view = data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == challenge.model_id  # not that of the explorer in it


def test_the_rest_of_the_cell_is_wired_already() -> None:
    for name, make in CHALLENGES.items():
        mine, wired = make().parameters, examples.room_counter()
        for gate in ("forget", "input", "candidate", "output"):
            if gate in TASKS[name].gates:
                assert not np.any(getattr(mine, gate).W)
            else:
                np.testing.assert_array_equal(getattr(mine, gate).W, getattr(wired, gate).W)


# ---- all of them together ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def assembled() -> Parameters:
    """The room counter, wired only by the sliders of the three challenges."""
    wired = {name: wire(name, sliders).parameters for name, sliders in SOLUTIONS.items()}
    cell = Parameters(
        forget=wired["forget"].forget,
        input=wired["input"].input,
        candidate=wired["input"].candidate,
        output=wired["output"].output,
    )
    assert replace(cell) is not cell
    return cell


def assert_counts(cell: Parameters, xs: np.ndarray) -> None:
    steps, truth = unroll(cell, xs), examples.people(xs)
    np.testing.assert_array_equal(np.round(steps.c[:, 0] / examples.PERSON), truth)
    asked = xs[:, examples.EVENTS.index("ask")] > 0
    shown = np.arctanh(steps.h[asked, 0]) / examples.PERSON
    np.testing.assert_array_equal(np.round(shown), truth[asked])
    np.testing.assert_allclose(steps.h[~asked], 0, atol=0.001)


def test_it_counts_the_day(assembled: Parameters) -> None:
    assert_counts(assembled, examples.day_events())


event = st.sets(st.sampled_from(examples.EVENTS)).map(lambda names: "+".join(sorted(names)))
days = st.lists(event.map(lambda name: name or "quiet"), min_size=1, max_size=25)


@given(names=days)
def test_it_counts_any_day(assembled: Parameters, names: list[str]) -> None:
    assert_counts(assembled, examples.day_events(names))

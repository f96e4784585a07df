"""The challenges: the solution passes, each wrong wiring is told what is wrong with it.

A wiring is judged by `judge`, without any widget; the explorers are built once for each challenge.
"""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_teach import Gate, Parameters, check, examples, sigmoid, unroll
from lstm_teach.check.tasks import TASKS, Limits
from lstm_teach.check.wiring import Challenge, Judgment, as_python, judge
from lstm_teach.explore.variants import PlainRNN
from tests.helpers import refuse_warnings

CHALLENGES: dict[str, Callable[[], Challenge]] = {
    "forget": check.wire_forget_gate,
    "input": check.wire_input_gate,
    "output": check.wire_output_gate,
    "lamp": check.wire_lamp,
}
SOLUTIONS = {
    "forget": {"W_f[0, bell]": -20.0, "b_f[0]": 10.0},
    "input": {
        **{"W_i[0, enter]": 20.0, "W_i[0, leave]": 20.0, "b_i[0]": -10.0},
        **{"W_c[0, enter]": 0.1, "W_c[0, leave]": -0.1},
    },
    "output": {"W_o[0, ask]": 20.0, "b_o[0]": -10.0},
    "lamp": {"W_i[0, press]": 20.0, "b_i[0]": -10.0, "W_c[0, h]": -20.0, "b_c[0]": 5.0},
}
LETTERS = {"f": "forget", "i": "input", "c": "candidate", "o": "output"}


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        refuse_warnings()
        yield


def cell_of(name: str, sliders: dict[str, float]) -> Parameters:
    """The task's cell with the student's gates at 0, but for these weights."""
    task = TASKS[name]
    wired = task.wired()
    tables = {gate: np.zeros((1, 2 + len(task.names))) for gate in task.gates}
    columns = ("h", *task.names)
    for label, value in sliders.items():
        kind, letter, entry = re.fullmatch(r"([Wb])_(\w)\[0(?:, (\w+))?\]", label).groups()
        column = columns.index(entry) if kind == "W" else -1
        tables[LETTERS[letter]][0, column] = value
    return replace(wired, **{g: Gate(t[:, :-1], t[:, -1]) for g, t in tables.items()})


def judged(name: str, sliders: dict[str, float]) -> Judgment:
    return judge(TASKS[name], cell_of(name, sliders))


# ---- the widgets -------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=CHALLENGES)
def shown(request: pytest.FixtureRequest) -> Iterator[tuple[str, Challenge]]:
    challenge = CHALLENGES[request.param]()
    yield request.param, challenge
    challenge.close()


@pytest.fixture
def fresh(shown: tuple[str, Challenge]) -> tuple[str, Challenge]:
    shown[1].controls["Reset"].click()
    return shown


def wire(challenge: Challenge, sliders: dict[str, float]) -> None:
    """Move these sliders, by steps that the sliders can take."""
    for label, value in sliders.items():
        slider = challenge.controls[label]
        assert slider.min <= value <= slider.max, label
        steps = (value - slider.min) / slider.step
        assert steps == pytest.approx(round(steps), abs=1e-9), f"{label} cannot reach {value}"
        slider.value = value


def test_unanswered_at_first_and_again_after_reset(fresh: tuple[str, Challenge]) -> None:
    name, challenge = fresh
    for _ in range(2):
        assert challenge.passed is None
        assert TASKS[name].goal in challenge.description
        assert challenge.description.startswith("○ Unanswered.")
        label = next(label for label in challenge.controls if label.startswith("W_"))
        challenge.controls[label].value = challenge.controls[label].max
        assert challenge.passed is False
        challenge.controls["Reset"].click()


def test_only_weights_answer(fresh: tuple[str, Challenge]) -> None:
    """Looking at another moment is no answer yet."""
    _, challenge = fresh
    for label, control in challenge.controls.items():
        if label.startswith(("x[", "h_prev[", "c_prev[")):
            control.value = control.max
    assert challenge.passed is None


def test_the_solution_passes_and_can_be_taken_along(fresh: tuple[str, Challenge]) -> None:
    name, challenge = fresh
    assert "data-copy" not in challenge.explorer.view.verdict
    wire(challenge, SOLUTIONS[name])
    assert challenge.passed is True
    assert challenge.description == f"✓ Right. {TASKS[name].done}"
    shown = challenge.explorer.view.verdict
    assert "✗" not in shown
    assert shown.count("✓") == 1 + 25
    for word in {*TASKS[name].day}:
        assert f'<th scope="row">{word}</th>' in shown, "names in full"

    copied = html.unescape(re.search(r'data-copy="([^"]*)"', shown)[1])
    gates = eval(f"dict({copied})", {"Gate": Gate})
    assert list(gates) == list(TASKS[name].gates)
    for gate in gates:
        for part in ("W", "b"):
            np.testing.assert_array_equal(
                getattr(gates[gate], part), getattr(getattr(challenge.parameters, gate), part)
            )
    assert "−" not in copied
    assert ".0," not in copied
    assert f'<pre style="margin:0;padding:2px 6px">{html.escape(copied)}</pre>' in shown

    data, metadata = challenge._repr_mimebundle_()
    assert data["text/plain"] == challenge.description
    assert data["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"]
    view = data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == challenge.model_id  # not that of the explorer in it


def test_the_rest_of_the_cell_is_wired_already(fresh: tuple[str, Challenge]) -> None:
    name, challenge = fresh
    mine, wired = challenge.parameters, TASKS[name].wired()
    for gate in LETTERS.values():
        if gate in TASKS[name].gates:
            assert not np.any(getattr(mine, gate).W)
        else:
            np.testing.assert_array_equal(getattr(mine, gate).W, getattr(wired, gate).W)


def test_numbers_to_paste_are_those_of_the_sliders() -> None:
    gate = Gate([[0, -20.0, 0.1 * 16 - 1e-16, -0.0, 1.7000000000000002]], [-0.30000000000000004])
    assert as_python(gate) == "Gate([[0, -20, 1.6, 0, 1.7]], [-0.3])"
    assert as_python(examples.room_counter().forget) == "Gate([[0, 0, 0, -20, 0]], [10])"


# ---- the complaints ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHALLENGES)
def test_the_collections_own_wiring_passes(name: str) -> None:
    """What `examples.room_counter` and `examples.lamp` say is an answer too, digit for digit."""
    assert judge(TASKS[name], TASKS[name].wired()).passed is True


HALF_OPEN = {k: v for k, v in SOLUTIONS["input"].items() if k.startswith("W_c")}
ALWAYS_OPEN = {**HALF_OPEN, "b_i[0]": 10.0}
WRONG = [
    # which challenge, what is moved, the moment complained of, what it says
    ("forget", {"W_f[0, bell]": -20}, "quiet", ["f is 0.50", "which number still speaks"]),
    ("forget", {"b_f[0]": 10}, "bell", ["the bell rings and f is 1.00", "far below 0"]),
    ("forget", {"b_f[0]": 3, "W_f[0, bell]": -20}, "quiet", ["0.953", "30% is left"]),
    ("forget", {"b_f[0]": -10}, "quiet", ["f is 0.00", "which number still speaks"]),
    ("forget", {"b_f[0]": 10, "W_f[0, bell]": -10}, "bell", ["f is 0.50", "but not far below 0"]),
    ("forget", {"b_f[0]": 10, "W_f[0, bell]": 20}, "bell", ["f is 1.00", "Which weight"]),
    (
        "forget",
        {"b_f[0]": 10, "W_f[0, bell]": -20, "W_f[0, enter]": -20},
        "enter",
        ["f is 0.00", "Only the bell may pull z down: look at W_f[0, enter]"],
    ),
    (
        "forget",
        {"b_f[0]": 7, "W_f[0, bell]": -20, "W_f[0, h]": -20},
        "enter",  # the moment after an ask: the input is not to blame
        ["the moment before showed something: look at W_f[0, h]"],
    ),
    ("input", {"b_i[0]": -10}, "enter", ["somebody enters and i is 0.00", "does enter go through"]),
    ("input", {"b_i[0]": -10, "W_i[0, enter]": 10}, "enter", ["i is 0.500", "Open the gate wider"]),
    ("input", {"b_i[0]": 10}, "quiet", ["i is 1.000", "and nothing is added only because"]),
    ("input", HALF_OPEN, "quiet", ["i is 0.500", "and nothing is added only because"]),
    ("input", ALWAYS_OPEN, "quiet", ["i is 1.000", "which number still speaks?"]),
    ("input", {"b_c[0]": 0.1}, "quiet", ["i is 0.500, so 0.050 is added", "Shut"]),
    ("input", {**SOLUTIONS["input"], "b_i[0]": -4}, "quiet", ["i is 0.018", "further down"]),
    (
        "input",
        {**SOLUTIONS["input"], "b_i[0]": -5, "b_c[0]": 1},
        "quiet",  # a gate that is nearly shut, and a candidate that is large all day
        ["i is 0.007, so 0.005 is added", "further down"],
    ),
    (
        "input",
        {**SOLUTIONS["input"], "W_i[0, ask]": 20},
        "ask",
        ["Only enter and leave may open it: look at W_i[0, ask]"],
    ),
    (
        "input",
        {"W_i[0, enter]": 20, "b_i[0]": -10, "W_c[0, enter]": 0.1, "W_c[0, leave]": -0.1},
        "leave",
        ["somebody leaves and i is 0.00", "Which weight does leave go through"],
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
    ("output", {"W_o[0, ask]": 20}, "quiet", ["nobody asks and o is 0.50", "which number"]),
    ("output", {"b_o[0]": -10}, "ask", ["somebody asks and o is 0.00", "does ask go through"]),
    ("output", {"b_o[0]": 10}, "quiet", ["nobody asks and o is 1.00", "which number"]),
    (
        "output",
        {"b_o[0]": -10, "W_o[0, ask]": 10},
        "ask",
        ["somebody asks and o is 0.50", "not far enough: what does the bias say"],
    ),
    ("output", {"b_o[0]": -10, "W_o[0, ask]": 13}, "ask", ["o is 0.953", "Push z higher"]),
    ("output", {"b_o[0]": -4, "W_o[0, ask]": 20}, "quiet", ["o is 0.018", "Pull z further down"]),
    (
        "output",
        {**SOLUTIONS["output"], "W_o[0, leave]": 20},
        "leave",
        ["Only ask may open the gate: look at W_o[0, leave]"],
    ),
    ("lamp", {"b_c[0]": 5}, "quiet", ["i is 0.500", "Shut the input gate when nobody presses"]),
    ("lamp", {"b_i[0]": -10, "b_c[0]": 5}, "press", ["i is 0.00", "A press must open"]),
    (
        "lamp",
        {"b_i[0]": -10, "W_i[0, press]": 20, "b_c[0]": 5},
        "press",
        [
            "the lamp must go off: h showed 0.76",
            "h does not reach the candidate: W_c[0, h] is 0, so the cell cannot know whether the "
            "lamp is on",
        ],
    ),
    (
        "lamp",
        {**SOLUTIONS["lamp"], "b_c[0]": 0},
        "press",
        ["must go on: h showed 0.00", "When h is 0 no weight of h speaks"],
    ),
    (
        "lamp",
        {**SOLUTIONS["lamp"], "W_c[0, h]": 20},
        "press",
        ["must go off: h showed 0.76, and the candidate is 1.00", "which sign must W_c[0, h] have"],
    ),
    ("lamp", {**SOLUTIONS["lamp"], "b_i[0]": -3}, "quiet", ["i is 0.047", "Shut the input gate"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sliders", "moment", "said"), WRONG)
def test_a_wrong_wiring_is_told_what_is_wrong(
    name: str, sliders: dict[str, float], moment: str, said: list[str]
) -> None:
    judgment, day = judged(name, sliders), TASKS[name].day
    assert judgment.passed is False
    found = re.fullmatch(
        r"✗ Not yet\. (\d+) of 25 moments are right\. At moment (\d+) \((.*?)\) (.*)[.?]",
        judgment.description,
    )
    assert found, judgment.description
    right, t, event, complaint = found.groups()
    assert event == day[int(t)] == moment
    assert complaint[-1] not in ".?!"
    for words in said:
        assert words in judgment.description
    assert sum(judgment.wrong) == 25 - int(right) > 0
    assert judgment.wrong.index(True) == int(t)
    step = unroll(cell_of(name, sliders), TASKS[name].xs)[int(t)]
    for letter, words in re.findall(r"\b([fio]) is (\d\.\d+)", complaint):
        assert f"{float(getattr(step, letter)[0]):.{len(words) - 2}f}" == words


def test_every_challenge_has_wrong_wirings() -> None:
    assert {name for name, *_ in WRONG} == set(CHALLENGES)


def test_a_gate_that_only_the_candidate_makes_harmless_does_not_pass() -> None:
    """Its product is right all day; the gate is not."""
    for sliders in (HALF_OPEN | {"W_c[0, enter]": 0.2, "W_c[0, leave]": -0.2}, ALWAYS_OPEN):
        cell = cell_of("input", sliders)
        count = unroll(cell, examples.day_events()).c[:, 0] / examples.PERSON
        np.testing.assert_array_equal(count.round(), examples.people(examples.day_events()))
        assert judge(TASKS["input"], cell).passed is False


# ---- the lamp ----------------------------------------------------------------------------------


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_the_lamp_s_wirings_work_on_any_day(presses: list[bool]) -> None:
    xs = np.array(presses, dtype=float)[:, None]
    on = examples.lamp_is_on(xs)
    input_hears = {"W_i[0, press]": 15, "b_i[0]": -7.5, "W_i[0, h]": -20, "b_c[0]": 3}
    for cell in (cell_of("lamp", SOLUTIONS["lamp"]), cell_of("lamp", input_hears)):
        h = unroll(cell, xs).h[:, 0]
        assert np.all(h[on] >= Limits.on)
        assert np.all(h[~on] <= Limits.off)


def test_the_input_gate_may_be_the_one_that_hears() -> None:
    sliders = {"W_i[0, press]": 15, "b_i[0]": -7.5, "W_i[0, h]": -20, "b_c[0]": 3}
    assert judged("lamp", sliders).passed is True


def test_without_any_weight_of_h_it_cannot_be_done() -> None:
    """The best of 200,000 wirings is on from the first press on, and right by chance."""
    xs, on = TASKS["lamp"].xs[:, 0], TASKS["lamp"].truth.astype(bool)
    rng = np.random.default_rng(0)
    w_i, b_i, w_c, b_c = rng.integers(-40, 41, (4, 200_000)) / 2  # all that sliders can do
    f = {0: sigmoid(10), 1: sigmoid(-10)}
    i = {x: sigmoid(w_i * x + b_i) for x in (0, 1)}
    c_tilde = {x: np.tanh(w_c * x + b_c) for x in (0, 1)}
    c, score = np.zeros(len(w_i)), np.zeros(len(w_i), dtype=int)
    for x, is_on in zip(xs.astype(int), on, strict=True):
        c = f[x] * c + i[x] * c_tilde[x]
        h = sigmoid(10) * np.tanh(c)
        score += h >= Limits.on if is_on else h <= Limits.off
    best = score.argmax()
    assert score[best] == 14

    wiring = {"W_i[0, press]": w_i[best], "b_i[0]": b_i[best]}
    wiring |= {"W_c[0, press]": w_c[best], "b_c[0]": b_c[best]}
    judgment = judged("lamp", wiring)
    assert "14 of 25 moments are right" in judgment.description
    assert "h does not reach the candidate" in judgment.description


# ---- all of them together ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def assembled() -> Parameters:
    """The room counter, wired only by the sliders of the three challenges."""
    wired = {name: cell_of(name, SOLUTIONS[name]) for name in ("forget", "input", "output")}
    return Parameters(
        forget=wired["forget"].forget,
        input=wired["input"].input,
        candidate=wired["input"].candidate,
        output=wired["output"].output,
    )


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


# ---- a plain RNN, which cannot be wired --------------------------------------------------------


def rnn_of(**weights: float) -> PlainRNN:
    """A unit with these weights: h, enter, leave, bell, ask, b; all others 0."""
    row = [weights.get(name, 0.0) for name in ("h", *examples.EVENTS, "b")]
    return PlainRNN(Gate([row[:-1]], row[-1:]))


COUNTS = {"h": 1.02, "enter": 0.1, "leave": -0.1}


@pytest.mark.parametrize(
    ("weights", "right", "moment", "said"),
    [
        ({"h": 1}, 6, "enter", "Of this, W[0, enter] adds 0.00; one person is 0.10"),
        ({"h": 1, "enter": 0.1}, 3, "leave", "W[0, leave] adds 0.00; one person is −0.10"),
        ({**COUNTS, "h": 0.5}, 10, "enter", "W[0, h] = 0.50 makes 0.05 of what was there"),
        (COUNTS, 10, "bell", "W[0, bell] is 0, so the bell is not heard"),
        ({**COUNTS, "bell": -0.1}, 17, "bell", "What is missing is a gate"),
        ({**COUNTS, "bell": -0.4}, 6, "bell", "The bell adds −0.40, however many are inside"),
        ({"b": 0.5}, 0, "quiet", "what do the bias and ask add here?"),
        (
            {**COUNTS, "h": 0.7, "enter": 0.14, "bell": -0.1},
            13,
            "ask",
            "W[0, h] = 0.70 multiplies h",
        ),
    ],
)
def test_a_plain_rnn_is_told_how_far_it_gets_and_why(
    weights: dict[str, float], right: int, moment: str, said: str
) -> None:
    judgment = judge(TASKS["rnn"], rnn_of(**weights))
    assert judgment.passed is False
    assert f"{right} of 25 moments are right" in judgment.description
    assert f"({moment})" in judgment.description
    assert said in judgment.description


def test_no_plain_rnn_counts_the_day() -> None:
    """One bell takes one person off, the other four; and in between a count must hold.

    Within half a person, both sums at the bell lie between -0.05 and 0.05, and the two h before it
    are at least 0.18 apart: so the weight of h is at most 0.1 / 0.18. With that, a quiet moment
    cannot hold four unless the bias is far above the 0.05 at which it would no longer hold none.
    """
    task = TASKS["rnn"]
    rng = np.random.default_rng(0)
    near = np.array([1.02, 0.1, -0.1, -0.1, 0, 0])
    rows = np.vstack(
        [rng.uniform(-2, 2, (60_000, 6)), near + rng.normal(0, 0.1, (60_000, 6))]
    ).round(2)
    h, right = np.zeros(len(rows)), np.zeros(len(rows), dtype=int)
    for x, people in zip(task.xs, task.truth, strict=True):
        h = np.tanh(rows[:, 0] * h + rows[:, 1:5] @ x + rows[:, 5])
        counted = np.arctanh(h.clip(-1 + 1e-15, 1 - 1e-15)) / examples.PERSON
        right += np.abs(counted - people) < 0.5
    assert 15 <= right.max() <= 20
    best = rows[right.argmax()]
    judgment = judge(task, PlainRNN(Gate([best[:-1]], best[-1:])))
    assert f"{right.max()} of 25 moments are right" in judgment.description


def test_the_challenge_of_the_rnn_follows_its_sliders() -> None:
    challenge = check.wire_rnn()
    assert challenge.passed is None
    for label, value in (("h", 1.02), ("enter", 0.1), ("leave", -0.1), ("bell", -0.1)):
        challenge.controls[f"W[0, {label}]"].value = value
    assert challenge.passed is False
    assert "17 of 25" in challenge.description
    np.testing.assert_array_equal(challenge.parameters.layer.W, [[1.02, 0.1, -0.1, -0.1, 0]])
    np.testing.assert_array_equal(challenge.explorer.steps.x, TASKS["rnn"].xs)
    challenge.controls["Reset"].click()
    assert challenge.passed is None
    data, metadata = challenge._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == challenge.description
    challenge.close()

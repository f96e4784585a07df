"""Exercise checks: right answers pass, and every known mistake gets its name.

The students' functions here are written out as students write them; they share nothing with the
lines in `lstm_teach/check/tables`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

import lstm_teach
from lstm_teach import check, examples, hidden_state, sigmoid, update_cell
from lstm_teach.cell import concat, linear
from lstm_teach.check.examine import examine
from lstm_teach.check.exercise import SIZES, Exercise, parse, table
from lstm_teach.check.mistakes import EXERCISES
from lstm_teach.check.source import notebook_names
from lstm_teach.conventions import from_torch
from lstm_teach.reader import correlations, softmax
from lstm_teach.variants import gru_step, rnn_step
from tests.check.helpers import (
    SIGMOID_GATES,
    right_gate,
    step_by_hand,
    unroll_by_hand,
    verdicts,
)

join = np.concatenate


# ---- right solutions, in several spellings -----------------------------------------------------


def gate_by_rows(h_prev, x, W, b):
    f = []
    for row, bias in zip(W, b, strict=True):
        z = bias
        for weight, value in zip(row, [*h_prev, *x], strict=True):
            z = z + weight * value
        f.append(1 / (1 + np.exp(-z)))
    return f


RIGHT_GATES = (
    lambda h_prev, x, W, b: 1 / (1 + np.exp(-(W @ np.concatenate([h_prev, x]) + b))),
    lambda h, x, W, b: sigmoid(np.dot(W, np.hstack((h, x))) + b),
    lambda h, x, W, b: sigmoid(W[:, : len(h)] @ h + W[:, len(h) :] @ x + b),
    lambda h, x, W, b: sigmoid((W * join([h, x])).sum(axis=1) + b),
    lambda h, x, W, b: sigmoid(join([h, x]) @ W.T + b).astype(np.float32),
    gate_by_rows,
)


def unroll_into(p, xs):
    hs = np.zeros((len(xs) + 1, p.hidden_size))
    c = hs[0]
    for t, x in enumerate(xs):
        hs[t + 1], c = step_by_hand(p, x, hs[t], c)
    return hs[1:]


def step_from_our_layers(parameters, x, h_prev, c_prev):
    p = parameters
    f = lstm_teach.forget_gate(h_prev, x, p.forget.W, p.forget.b)
    i = lstm_teach.input_gate(h_prev, x, p.input.W, p.input.b)
    g = lstm_teach.candidate(h_prev, x, p.candidate.W, p.candidate.b)
    c = update_cell(c_prev, f, i, g)
    return hidden_state(lstm_teach.output_gate(h_prev, x, p.output.W, p.output.b), c), c


def unroll_with_our_step(parameters, xs):
    h = c = np.zeros(parameters.hidden_size)
    hs = []
    for x in xs:
        moment = lstm_teach.step(parameters, x, h, c)
        h, c = moment.h, moment.c
        hs.append(h)
    return np.array(hs)


RIGHT = [
    *((gate, function) for gate in SIGMOID_GATES for function in RIGHT_GATES),
    ("candidate", lambda h, x, W, b: np.tanh(W @ join([h, x]) + b)),
    ("update_cell", lambda c_prev, f, i, c_tilde: f * c_prev + i * c_tilde),
    ("update_cell", lambda c, f, i, g: np.add(c * f, g * i).tolist()),
    ("hidden_state", lambda o, c: o * np.tanh(c)),
    ("hidden_state", lambda o, c: (2 * sigmoid(2 * c) - 1) * o),
    ("step", step_by_hand),
    ("step", lambda p, x, h, c: list(step_by_hand(p, x, h, c))),
    ("unroll", unroll_by_hand),
    ("unroll", unroll_into),
    ("step", step_from_our_layers),
    ("unroll", unroll_with_our_step),
]


@pytest.mark.parametrize(("exercise", "function"), RIGHT)
def test_right_solutions_pass(exercise: str, function: Callable) -> None:
    verdict = verdicts(exercise, function)
    assert verdict.passed is True
    assert verdict.mistake is None
    assert repr(verdict).startswith("✓ Right. ")


def test_without_a_generator_the_numbers_are_fresh() -> None:
    seen = []
    for _ in range(2):
        check.forget_gate(lambda h, x, W, b: seen.append(W) or right_gate(h, x, W, b))
    half = len(seen) // 2
    for k, (one, other) in enumerate(zip(seen[:half], seen[half:], strict=True)):
        # The example that sentences show comes twice, and once more at the end.
        assert np.array_equal(one, other) == (k in (0, 1, half - 1))


def test_hard_coded_numbers_do_not_pass() -> None:
    example = lstm_teach.forget_gate(*EXERCISES["forget_gate"].draw(0, *SIZES[0]))
    verdict = verdicts("forget_gate", lambda h, x, W, b: np.resize(example, len(h)), seeds=1)
    assert verdict.passed is False


# ---- the tables of mistakes ----------------------------------------------------------------------


def ways(exercise: Exercise) -> Iterator[tuple[str, Callable]]:
    """Each row of an exercise's table as a student's function, by the name of its mistake."""
    for mistake in exercise.mistakes:
        for way in mistake.ways:
            lines = {line[0]: line for line in parse(way)}

            def function(*given: object, _lines: dict = lines) -> object:
                names = exercise.arguments
                if len(given) != len(names):  # one that asks for the memory too
                    return None
                values = exercise.run(dict(zip(names, given, strict=True)))
                with np.errstate(all="ignore"):
                    changed = exercise.follow(values, _lines)
                return changed["result"] if changed else np.zeros(17)

            yield (mistake.given or "", mistake.name), function


@pytest.mark.parametrize("name", EXERCISES)
def test_each_row_of_the_tables_leads_to_its_own_name_alone(name: str) -> None:
    """So none is right, or takes another's name; of a few two names are said, and both are so."""
    exercise = EXERCISES[name]
    for (given, mistake), function in ways(exercise):
        if given:
            continue  # what runs with other arguments only is tried as students write it
        verdict = examine(name, function, np.random.default_rng(0))
        if verdict.mistake != "wrong shape":  # of a table that belongs to two exercises
            assert (verdict.passed, verdict.mistake) in (
                (False, mistake),
                (False, BOTH.get(mistake)),
            )


#: What has the same numbers whatever they are, in the one exercise where both can be made.
BOTH = {
    "squashed by both": "squashed by both or tanh on the gate",
    "tanh on the gate": "squashed by both or tanh on the gate",
    "one number for all units": "one number for all units or summed over the units",
    "summed over the units": "one number for all units or summed over the units",
}


def test_the_right_lines_are_those_of_lstm_teach() -> None:
    ours = {
        **{name: getattr(lstm_teach, name) for name in [*SIGMOID_GATES, "candidate"]},
        "update_cell": update_cell,
        "hidden_state": hidden_state,
        "rnn_step": rnn_step,
        "step": lambda *given: [lstm_teach.step(*given).h, lstm_teach.step(*given).c],
        "unroll": lambda *given: lstm_teach.unroll(*given).h,
        "gru_step": lambda *given: gru_step(*given).h,
        "gru_step_torch": lambda *given: gru_step(*given).h,
        "softmax": softmax,
        "correlation": lambda v, labels: correlations(v[:, None], labels)[0],
        "from_torch": lambda *given: table(from_torch(*given)),
    }
    for name, function in ours.items():
        for seed, size in enumerate(SIZES):
            given = EXERCISES[name].draw(seed, *size)
            np.testing.assert_allclose(EXERCISES[name].answer(*given), function(*given), rtol=1e-9)


def test_sentences_are_plain() -> None:
    for exercise in EXERCISES.values():
        for mistake in exercise.mistakes:
            assert mistake.ways, mistake.name
            assert mistake.sentence[0].isupper(), mistake.sentence
            assert mistake.sentence.endswith((".", "?")), mistake.sentence
            assert "{" not in mistake.sentence + mistake.name + "".join(mistake.ways)
            assert exercise.given(exercise.draw(0, *SIZES[0]), mistake.given)


# ---- what is named first -----------------------------------------------------------------------

#: A notebook after its part 3, and what a student then writes for part 7.
NOTEBOOK = """
import numpy as np
from lstm_teach import Parameters, forget_gate, sigmoid, step, unroll
h, x, W, b = np.array([0.3, 0.4]), np.array([0.5]), np.ones((2, 3)), np.array([0.1, 0.2])
hx = np.concatenate([h, x])
z = W @ hx + b
p = Parameters.random(1, 2, seed=3)
T = 3
c = np.zeros(2)

def layer(gate):
    return gate.W @ hx + gate.b

def joined():
    return np.concatenate([h, x])
"""
FIRST = [
    ("forget_gate", "def f(h_prev, x, W, b): return sigmoid(W @ hx + b)", "hx"),
    ("forget_gate", "def f(h_prev, x, W, b): return 1 / (1 + np.exp(-z))", "z"),
    ("forget_gate", "def f(h_prev, x, W, b): return sigmoid(W @ np.concatenate([h, x]))", "h"),
    ("forget_gate", "def f(h_prev, x, W, b):\n    z = W @ hx + b", "hx"),
    ("forget_gate", "def f(h_prev, x, W, b): return sigmoid(W @ joined() + b)", "h and x"),
    ("forget_gate", "f = lambda h_prev, x, weights, bias: sigmoid(W @ hx + b)", "W and hx and b"),
    ("update_cell", "def f(c_prev, f, i, c_tilde): return f * c + i * c_tilde", "c"),
    (
        "step",
        "def f(parameters, x, h_prev, c_prev): return [layer(g) for g in [p.forget]]",
        "hx and p",
    ),
    ("unroll", "def f(parameters, xs): return [step(p, x, h, c).h for x in xs]", "p and h and c"),
    ("unroll", "def f(parameters, xs): return [xs[t] for t in range(T)]", "T"),
]


def in_the_notebook(source: str) -> Callable:
    names: dict = {}
    exec(NOTEBOOK + source, names)
    return names["f"]


@pytest.mark.parametrize(("exercise", "source", "names"), FIRST)
def test_the_notebook_s_numbers_are_named_first(exercise: str, source: str, names: str) -> None:
    verdict = verdicts(exercise, in_the_notebook(source))
    assert (verdict.passed, verdict.mistake) == (False, "reads the notebook")
    read = verdict.sentence.split(" from the notebook")[0].removeprefix("Your function reads ")
    assert set(read.split(" and ")) == set(names.split(" and "))
    assert f"({', '.join(EXERCISES[exercise].arguments)})" in verdict.sentence


@pytest.mark.parametrize(
    ("exercise", "source"),
    [
        ("forget_gate", "def f(h, x, W, b): return sigmoid(W @ np.concatenate([h, x]) + b)"),
        (
            "unroll",
            "def f(p, xs):\n"
            "    h, c, hs = np.zeros(p.hidden_size), np.zeros(p.hidden_size), []\n"
            "    for x in xs:\n"
            "        moment = step(p, x, h, c)\n"
            "        h, c = moment.h, moment.c\n"  # .h is no h of the notebook
            "        hs.append(h)\n"
            "    return hs",
        ),
    ],
)
def test_names_of_its_own_are_no_names_of_the_notebook(exercise: str, source: str) -> None:
    assert notebook_names(in_the_notebook(source)) == []
    assert verdicts(exercise, in_the_notebook(source)).passed


def sigmoid_without_return(h_prev, x, W, b):
    sigmoid(W @ join([h_prev, x]) + b)


def shows_and_does_not_return(h_prev, x, W, b):
    print(sigmoid(W @ join([h_prev, x]) + b))


def names_and_does_not_return(h_prev, x, W, b):
    f = x  # noqa: F841


@pytest.mark.parametrize(
    "function",
    [sigmoid_without_return, shows_and_does_not_return, names_and_does_not_return],
)
def test_a_missing_return_is_named(function: Callable) -> None:
    verdict = verdicts("forget_gate", function)
    assert (verdict.passed, verdict.mistake) == (False, "computed but not returned")
    assert "return" in verdict.sentence


def nothing_yet(h_prev, x, W, b):
    """Write this function."""


def dots(h_prev, x, W, b):
    z = ...  # noqa: F841
    f = 1 / (1 + np.exp(-b))  # noqa: F841


def clips_and_forgets_the_rest(gradient, max_norm):
    norm = np.linalg.norm(gradient)
    if norm > max_norm:
        return gradient * max_norm / norm


def correlates_and_forgets_the_rest(values, labels):
    v, w = values - values.mean(), labels - labels.mean()
    if np.ptp(values) > 0 and np.ptp(labels) > 0:
        return v @ w / np.sqrt((v @ v) * (w @ w))


@pytest.mark.parametrize(
    ("exercise", "function"),
    [
        ("clip_by_norm", clips_and_forgets_the_rest),
        ("correlation", correlates_and_forgets_the_rest),
    ],
)
def test_a_way_without_return_is_no_blank(exercise: str, function: Callable) -> None:
    verdict = verdicts(exercise, function)
    assert (verdict.passed, verdict.mistake) == (False, "not always returned")
    assert "if does not hold" in verdict.sentence


@pytest.mark.parametrize("function", [nothing_yet, dots])
def test_what_is_not_written_yet_lacks_no_return(function: Callable) -> None:
    assert verdicts("forget_gate", function).passed is None


@pytest.mark.parametrize(
    ("exercise", "function", "name"),
    [
        ("forget_gate", lambda h, x, W, b: lstm_teach.forget_gate(h, x, W, b), "forget_gate"),
        ("input_gate", lambda h, x, W, b: lstm_teach.forget_gate(h, x, W, b), "forget_gate"),
        ("candidate", lambda *a: lstm_teach.candidate(*a) + 0, "candidate"),
        ("update_cell", lambda *a: update_cell(*a), "update_cell"),
        ("hidden_state", lambda o, c: hidden_state(o, c), "hidden_state"),
        ("step", lambda p, x, h, c: lstm_teach.step(p, x, h, c), "step"),
        ("step", lambda p, x, h, c: lstm_teach.unroll(p, [x], h, c)[0], "unroll"),
        ("unroll", lambda p, xs: lstm_teach.unroll(p, xs).h, "unroll"),
    ],
)
def test_ours_is_not_yours(exercise: str, function: Callable, name: str) -> None:
    verdict = verdicts(exercise, function)
    assert (verdict.passed, verdict.mistake) == (False, "used ours")
    assert f"calls our {name}." in verdict.sentence


@pytest.mark.parametrize("exercise", [name for name in EXERCISES if hasattr(lstm_teach, name)])
def test_ours_itself_is_said_to_be_ours_and_answers_nothing(exercise: str) -> None:
    """It must not earn a point where a check grades."""
    verdict = getattr(check, exercise)(getattr(lstm_teach, exercise))
    assert verdict.passed is None
    assert "lstm_teach's own function" in verdict.sentence


# ---- exceptions, blanks and other surprises ----------------------------------------------------


def uses_a_name_too_early(h, x, W, b):
    hx = join([h, hx])  # noqa: F821
    return sigmoid(W @ hx + b)


def calls_itself(h, x, W, b):
    return calls_itself(h, x, W, b)


def complains(h, x, W, b):
    raise RuntimeError("no <idea> & no plan")


@pytest.mark.parametrize(
    ("function", "name", "parts"),
    [
        (lambda h, x, W, b: sigmod(W @ h), "unknown name", ["NameError", "the name sigmod."]),  # noqa: F821
        (uses_a_name_too_early, "name used too early", ["UnboundLocalError", "join([h, hx])"]),
        (calls_itself, "calls itself", ["RecursionError"]),
        (complains, None, ["RuntimeError: no <idea> & no plan"]),
        (lambda h, x, W, b: W(h), "called what is no function", ["not callable"]),
        (lambda h, x, W, b: (1 / 0) * h, None, ["ZeroDivisionError", "division by zero"]),
        (lambda h, x, W, b: join(h, x), "np.concatenate without a list", ["square brackets"]),
        (
            lambda h, x, W, b: np.zeros(2, 3),
            "shape in two arguments",
            ["np.zeros((rows, columns))"],
        ),
        (lambda h, x, W, b: h[7], "counted past the end", ["counted from 0"]),
        (lambda h, x, W, b: h if b > 0 else x, "an array as a condition", ["one yes or no"]),
        (lambda h, x, W, b: right_gate(h, x), "an argument missing", ["more arguments"]),
        (lambda h, x, W, b: list(()) + h, "added to an empty list", ["hs.append(h)"]),
        (lambda h, x, W, b: W @ h, "sizes do not fit", ["a column for each number of [h, x]"]),
        (lambda h, x: h, "other arguments", ["(h, x)", "(h_prev, x, W, b)"]),
        (lambda *, h, x, W, b: h, "arguments with a star", ["(h_prev, x, W, b)", "without the *"]),
        (lambda h, x, W, **b: h, "arguments with a star", ["(h_prev, x, W, b)", "without the *"]),
        (lambda h, x, W, b: "f", "wrong shape", ["f of shape (2,)", "a str"]),
        (lambda h, x, W, b: {}, "wrong shape", ["a dict"]),
        (lambda h, x, W, b: [h, 1], "wrong shape", ["a list of 2: an array of shape (2,)"]),
        (lambda h, x, W, b: b + 1j, "wrong shape", ["f of shape (2,)"]),
        (lambda h, x, W, b: b * np.nan, None, ["yours is [nan, nan]"]),
    ],
)
def test_an_error_becomes_a_sentence(function: Callable, name: str | None, parts: list) -> None:
    verdict = verdicts("forget_gate", function, seeds=3)
    assert (verdict.passed, verdict.mistake) == (False, name)
    for part in parts:
        assert part in verdict.sentence


def appended(p, xs):
    hs = []
    for h in unroll_by_hand(p, xs):
        hs = hs.append(h)
    return hs


def into_no_place(p, xs):
    hs = []
    for t, h in enumerate(unroll_by_hand(p, xs)):
        hs[t] = h
    return hs


def appended_to_an_array(p, xs):
    hs = np.zeros((len(xs), p.hidden_size))
    for h in unroll_by_hand(p, xs):
        hs.append(h)
    return hs


@pytest.mark.parametrize(
    ("function", "name", "part"),
    [
        (appended, "list made None by append", "without hs ="),
        (into_no_place, "no place in the list", "at its end"),
        (appended_to_an_array, "append to an array", "cannot grow"),
        (lambda p, xs: [xs[t] for t in xs], "a row for a number", "each t is a row"),
        (lambda p, xs: [xs[t] for t in range(xs)], "not the number of moments", "len(xs)"),
        (lambda p, xs: [xs[t] for t in len(xs)], "going through a number", "range(n)"),
        (lambda p, xs: lstm_teach.step(p, xs[0]), "an argument missing", "more arguments"),
    ],
)
def test_a_slip_in_a_loop_becomes_a_sentence(function: Callable, name: str, part: str) -> None:
    verdict = verdicts("unroll", function)
    assert (verdict.passed, verdict.mistake) == (False, name)
    assert part in verdict.sentence


def overflows(scores, temperature):
    return [math.exp(s / temperature) for s in scores]


def test_a_power_too_large_is_told_to_be_shifted() -> None:
    assert (
        verdicts("softmax", lambda s, t: overflows(1e6 * s**2, t)).mistake
        == "too large for a float"
    )


def test_the_stop_button_becomes_a_sentence() -> None:
    def stopped(h_prev, x, W, b):
        raise KeyboardInterrupt

    verdict = check.forget_gate(stopped)
    assert (verdict.passed, verdict.mistake) == (False, "does not end")
    assert "Does every loop in it end?" in verdict.sentence


def test_the_failing_line_is_quoted() -> None:
    assert "\nin the line: hx = join([h, hx])" in check.forget_gate(uses_a_name_too_early).sentence


@pytest.mark.parametrize(
    ("function", "argument"),
    [
        (lambda c_prev, f, i, c_tilde: np.add(f * c_prev, i * c_tilde, out=c_prev), "c_prev"),
        (lambda c_prev, f, i, c_tilde: f * c_prev + np.multiply(i, c_tilde, out=i), "i"),
    ],
)
def test_a_changed_argument_is_noticed(function: Callable, argument: str) -> None:
    verdict = verdicts("update_cell", function)
    assert (verdict.passed, verdict.mistake) == (False, "input modified")
    assert f"changes {argument}," in verdict.sentence


def test_changed_weights_are_noticed() -> None:
    def function(p, x, h, c):
        p.forget.b[:] = 0
        return h, c

    assert check.step(function).mistake == "input modified"


UNANSWERED = {
    "...": ...,
    "None": None,
    "gives ...": lambda *arguments: ...,
    "gives None": lambda *arguments: None,
    "gives two ...": lambda *arguments: (..., ...),
    "gives None and an array": lambda *arguments: [None, np.ones(2)],
    "sigmoid(...)": lambda *arguments: sigmoid(...),
    "tanh(...)": lambda *arguments: np.tanh(...) * 2,
    "hidden_state(...)": lambda *arguments: lstm_teach.hidden_state(..., np.ones(2)),
}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_unanswered_is_neither_right_nor_wrong(exercise: str) -> None:
    for way, function in UNANSWERED.items():
        verdict = getattr(check, exercise)(function)
        assert verdict.passed is None, way
        assert verdict.mistake is None, way
        assert repr(verdict).startswith("○ Unanswered. "), way
        assert "run this again" in verdict.sentence, way


def test_only_a_function_that_holds_dots_is_told_of_them() -> None:
    def half(p, x, h, c):
        return np.tanh(c), None

    def dots(p, x, h, c):
        c = ...
        return h, c

    def only_dots(p, x, h, c):
        return ..., ...

    def helped(p, x, h, c):
        return h, dots(p, x, h, c)[1]

    assert [verdict.passed for verdict in map(check.step, (half, dots, only_dots, helped))] == [
        None
    ] * 4
    assert "where the ... is" not in check.step(half).sentence
    assert "Part of what your function hands back" in check.step(half).sentence
    assert "where the ... is" in check.step(dots).sentence
    assert "where the ... is" in check.step(only_dots).sentence
    assert "where the ... is" in check.step(helped).sentence


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_called_function_is_told_apart(exercise: str) -> None:
    verdict = getattr(check, exercise)(np.ones(2))
    assert (verdict.passed, verdict.mistake) == (False, "called instead of passed")
    assert "an array of shape (2,), not a function" in verdict.sentence


def test_what_a_function_prints_shows_once(capsys: pytest.CaptureFixture[str]) -> None:
    def function(h, x, W, b):
        print("looking")
        return sigmoid(W @ join([x, h]) + b)

    assert check.forget_gate(function).mistake == "joined as [x, h]"
    assert capsys.readouterr().out == "looking\n"


def test_a_right_function_may_print(capsys: pytest.CaptureFixture[str]) -> None:
    def function(h, x, W, b):
        print("looking")
        return right_gate(h, x, W, b)

    assert check.forget_gate(function).passed
    assert capsys.readouterr().out == "looking\n"


def test_an_unknown_mistake_shows_an_example_that_is_true() -> None:
    def function(h, x, W, b):
        return 0.5 * sigmoid(W @ join([h, x]) + b) + 0.2

    verdict = verdicts("forget_gate", function)
    assert (verdict.passed, verdict.mistake) == (False, None)
    lines = verdict.sentence.split("\n")[1:-1]
    shown: dict = {"np": np}
    exec("\n".join(lines), shown)  # as a student who pastes them
    arguments = [shown[name] for name in ("h_prev", "x", "W", "b")]
    np.testing.assert_array_equal(
        arguments[2], EXERCISES["forget_gate"].draw(0, *SIZES[0])[2], err_msg="digit for digit"
    )
    should, yours = (
        verdict.sentence.rpartition("\n")[2].split(": should be ")[1].split(", yours is ")
    )
    np.testing.assert_allclose(eval(should), lstm_teach.forget_gate(*arguments), atol=0.005)
    np.testing.assert_allclose(eval(yours), function(*arguments), atol=0.005)


def test_an_example_of_a_step_says_how_to_have_its_parameters() -> None:
    sentence = check.step(lambda p, x, h, c: (h, c + 1)).sentence
    shown: dict = {"np": np, "Parameters": lstm_teach.Parameters}
    exec("\n".join(sentence.split("\n")[1:5]), shown)
    s = lstm_teach.step(*(shown[name] for name in ("parameters", "x", "h_prev", "c_prev")))
    for name in ("h", "c"):
        text = sentence.split(f"\n{name}: should be ")[1].split(", yours")[0]
        np.testing.assert_allclose(eval(text), getattr(s, name), atol=0.005)


@pytest.mark.parametrize("name", EXERCISES)
def test_what_is_to_be_pasted_is_python(name: str) -> None:
    exercise = EXERCISES[name]
    wrong = lambda *given: 0.3 * np.asarray(exercise.answer(*given)) + 0.7  # noqa: E731
    assert "−" not in getattr(check, name)(wrong).sentence


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_no_number_of_an_example_is_0(exercise: Exercise) -> None:
    """A bias of 0 would forgive whoever forgets it, and a z of 0 whoever forgets the minus."""
    draws = [exercise.draw(seed, *size) for seed, size in enumerate(SIZES)]
    for draw in draws:
        for name, array in zip(exercise.arguments, draw, strict=True):
            if isinstance(array, np.ndarray) and name not in ("labels", "classes", "values"):
                assert np.all(array != 0)
    if exercise.arguments == ("h_prev", "x", "W", "b"):
        for h_prev, x, W, b in draws:
            assert np.all(np.abs(linear(concat(h_prev, x), W, b)) > 1e-6)


def test_sizes_are_those_of_no_example_in_the_notebooks() -> None:
    worked = [*examples.events(), examples.question(), examples.column(), examples.batch()]
    cells = [examples.room_counter(), *(example.parameters for example in worked)]
    shown = {(cell.hidden_size, cell.input_size) for cell in cells}
    assert not shown & {(H, D) for H, D, _ in SIZES}
    assert {T for *_, T in SIZES} == {1, 3, 5, 7}
    assert any(H == D for H, D, _ in SIZES)


def test_a_small_difference_is_visible() -> None:
    sentence = check.hidden_state(lambda o, c: o * np.tanh(c) + 1e-4).sentence
    should, yours = sentence.rpartition("h: should be ")[2].split(", yours is ")
    assert should != yours


def test_a_grader_can_assert_a_verdict() -> None:
    right, wrong = check.forget_gate(right_gate), check.forget_gate(lambda h, x, W, b: b)
    assert right.passed
    assert right
    assert check.forget_gate(...).passed is None
    assert not check.forget_gate(...)
    with pytest.raises(AssertionError, match=r"✗ Not yet\. Your function runs"):
        assert wrong.passed, wrong
    with pytest.raises(AssertionError, match=r"✗ Not yet\. Your function runs"):
        assert wrong.passed  # pytest shows what the verdict says, even so


def test_a_verdict_is_frozen_and_its_box_is_plain() -> None:
    verdict = check.forget_gate(complains)
    assert check.forget_gate(complains)._repr_html_() == verdict._repr_html_()
    assert "✗ Not yet.</b>" in verdict._repr_html_()
    assert "no &lt;idea&gt; &amp; no plan" in verdict._repr_html_()
    with pytest.raises(FrozenInstanceError):
        verdict.passed = True

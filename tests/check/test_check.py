"""Predictions and exercise checks: right answers pass, and every known mistake gets its name.

The students' functions here are written out as students write them; they share nothing with the
table of formulas in `lstm_teach/check/mistakes.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

import lstm_teach
from lstm_teach import check, hidden_state, sigmoid, update_cell
from lstm_teach.check.mistakes import EXERCISES

GATES = ("forget_gate", "input_gate", "output_gate")
join = np.concatenate


def verdicts(exercise: str, function: Callable, seeds: int = 12) -> check.Verdict:
    """Check many times, with fresh numbers each time; the verdict must always be the same."""
    run = getattr(check, exercise)
    first, *others = {run(function, rng=np.random.default_rng(seed)): None for seed in range(seeds)}
    assert not others, f"not always the same: {first!r} {others!r}"
    return first


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
    lambda *arguments: lstm_teach.forget_gate(*arguments),
    gate_by_rows,
)


def step_by_hand(p, x, h, c):
    hx = join([h, x])
    f, i, o = (sigmoid(g.W @ hx + g.b) for g in (p.forget, p.input, p.output))
    c = f * c + i * np.tanh(p.candidate.W @ hx + p.candidate.b)
    return o * np.tanh(c), c


def unroll_by_hand(p, xs):
    h = c = np.zeros(p.hidden_size)
    hs = []
    for x in xs:
        h, c = step_by_hand(p, x, h, c)
        hs.append(h)
    return hs


def unroll_into(p, xs):
    hs = np.zeros((len(xs) + 1, p.hidden_size))
    c = hs[0]
    for t, x in enumerate(xs):
        hs[t + 1], c = step_by_hand(p, x, hs[t], c)
    return hs[1:]


RIGHT = [
    *((gate, function) for gate in GATES for function in RIGHT_GATES),
    *((gate, getattr(lstm_teach, gate)) for gate in GATES),
    ("candidate", lambda h, x, W, b: np.tanh(W @ join([h, x]) + b)),
    ("candidate", lstm_teach.candidate),
    ("update_cell", lambda c_prev, f, i, c_tilde: f * c_prev + i * c_tilde),
    ("update_cell", lambda c, f, i, g: np.add(c * f, g * i).tolist()),
    ("update_cell", lstm_teach.update_cell),
    ("hidden_state", lambda o, c: o * np.tanh(c)),
    ("hidden_state", lambda o, c: (2 * sigmoid(2 * c) - 1) * o),
    ("hidden_state", lstm_teach.hidden_state),
    ("step", step_by_hand),
    ("step", lambda p, x, h, c: list(step_by_hand(p, x, h, c))),
    ("step", lstm_teach.step),
    ("unroll", unroll_by_hand),
    ("unroll", unroll_into),
    ("unroll", lambda p, xs: lstm_teach.unroll(p, xs).h),
    ("unroll", lstm_teach.unroll),
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
        check.forget_gate(lambda h, x, W, b: seen.append(W) or lstm_teach.forget_gate(h, x, W, b))
    half = len(seen) // 2
    np.testing.assert_array_equal(seen[0], seen[half])  # the example that sentences show
    assert all(
        not np.array_equal(a, b) for a, b in zip(seen[1:half], seen[half + 1 :], strict=True)
    )


def test_hard_coded_numbers_do_not_pass() -> None:
    example = lstm_teach.forget_gate(*EXERCISES["forget_gate"].draw(0, 2, 3))
    verdict = verdicts("forget_gate", lambda h, x, W, b: np.resize(example, len(h)), seeds=1)
    assert verdict.passed is False


# ---- known mistakes ----------------------------------------------------------------------------

#: What a mistake looks like, for a gate with any squashing function.
GATE_MISTAKES = (
    ("h and x added", lambda s: lambda h, x, W, b: s(W @ (h + x) + b)),
    ("h and x added", lambda s: lambda h, x, W, b: s(W[:, : len(h)] @ (h + x) + b)),
    ("h and x added", lambda s: lambda h, x, W, b: s(h + x)),
    ("h and x added", lambda s: lambda h, x, W, b: s(W @ np.add(x, h))),
    ("joined as [x, h]", lambda s: lambda h, x, W, b: s(W @ join([x, h]) + b)),
    ("joined as [x, h]", lambda s: lambda h, x, W, b: s(W @ join([x, h])) + b),
    ("joined as [x, h]", lambda s: lambda h, x, W, b: s(W @ np.r_[x, h] + b)),
    ("bias outside the {s}", lambda s: lambda h, x, W, b: s(W @ join([h, x])) + b),
    ("bias missing", lambda s: lambda h, x, W, b: s(W @ join([h, x]))),
    ("{s} missing", lambda s: lambda h, x, W, b: W @ join([h, x]) + b),
    ("{s} missing", lambda s: lambda h, x, W, b: W @ join([h, x])),
    ("element-wise * for @", lambda s: lambda h, x, W, b: s(W * join([h, x]) + b)),
    ("element-wise * for @", lambda s: lambda h, x, W, b: s(W * join([h, x])) + b),
    ("element-wise * for @", lambda s: lambda h, x, W, b: s(np.multiply(W, join([h, x])))),
    ("W transposed", lambda s: lambda h, x, W, b: s(W.T @ join([h, x]) + b)),
    ("W transposed", lambda s: lambda h, x, W, b: s(join([h, x]) @ W + b)),
    ("returns {p}", lambda s: lambda h, x, W, b: s(W @ join([h, x]) + b) * h),
    ("returns {p}", lambda s: lambda h, x, W, b: s(W @ join([h, x]) + b) * 0.8),
    ("returns {p}", lambda s: lambda h, x, W, b, c_prev: s(W @ join([h, x]) + b) * c_prev),
    ("returns {p}", lambda s: lambda c_prev, h, x, W, b: s(W @ join([h, x]) + b) * c_prev),
    ("returns {p}", lambda s: lambda h, x, c_prev, W, b: s(W @ join([h, x]) + b) * c_prev),
    ("np.concatenate without a list", lambda s: lambda h, x, W, b: s(W @ join(h, x) + b)),
    ("np.concatenate without a list", lambda s: lambda h, x, W, b: s(W @ np.hstack(h, x) + b)),
    ("sizes do not fit", lambda s: lambda h, x, W, b: s(W @ h + b)),
    ("sizes do not fit", lambda s: lambda h, x, W, b: s(W @ np.vstack([h, x]) + b)),
    ("sizes do not fit", lambda s: lambda h, x, W, b: s(W @ join([h, x]) + np.ones(7))),
    ("arguments in another order", lambda s: lambda x, h_prev, W, b: s(W @ join([h_prev, x]) + b)),
    ("other arguments", lambda s: lambda h, x, W: s(W @ join([h, x]))),
    ("wrong shape", lambda s: lambda h, x, W, b: s(W @ join([h, x]) + b)[:, None]),
    ("wrong shape", lambda s: lambda h, x, W, b: s(W @ join([h, x]) + b).sum()),
)  # fmt: skip


@pytest.mark.parametrize(("name", "spell"), GATE_MISTAKES)
@pytest.mark.parametrize(
    ("exercise", "squash", "product"),
    [
        ("forget_gate", "sigmoid", "f * c"),
        ("input_gate", "sigmoid", "i * c_tilde"),
        ("output_gate", "sigmoid", "o * tanh(c)"),
        ("candidate", "tanh", "i * c_tilde"),
    ],
)
def test_a_gate_s_mistake_is_named(
    exercise: str, squash: str, product: str, name: str, spell: Callable
) -> None:
    function = spell({"sigmoid": sigmoid, "tanh": np.tanh}[squash])
    verdict = verdicts(exercise, function)
    assert verdict.passed is False
    assert verdict.mistake == name.format(s=squash, p=product)


@pytest.mark.parametrize("exercise", GATES)
def test_mistakes_that_only_a_gate_can_have(exercise: str) -> None:
    right, symbol = getattr(lstm_teach, exercise), exercise[0]
    assert verdicts(exercise, lambda *a: 1 - right(*a)).mistake == f"1 - {symbol}"
    wrong = lambda h, x, W, b: np.tanh(W @ join([h, x]) + b)  # noqa: E731
    assert verdicts(exercise, wrong).mistake == "tanh instead of sigmoid"


def test_a_candidate_through_sigmoid_is_named() -> None:
    assert verdicts("candidate", lstm_teach.forget_gate).mistake == "sigmoid instead of tanh"


def cell(
    *, f="forget", i="input", g="candidate", o="output", bias=1.0, h_first=True, g_squash=np.tanh,
    update=update_cell, show=hidden_state, result=lambda h, c, h_prev, c_prev: (h, c),
) -> Callable:  # fmt: skip
    """A student's step, with one part changed."""

    def function(p, x, h_prev, c_prev):
        hx = join([h_prev, x] if h_first else [x, h_prev])

        def z(name):
            weights, _, from_ = name.partition(" b of ")
            return getattr(p, weights).W @ hx + bias * getattr(p, from_ or weights).b

        c = update(c_prev, sigmoid(z(f)), sigmoid(z(i)), g_squash(z(g)))
        return result(show(sigmoid(z(o)), c), c, h_prev, c_prev)

    return function


def h_of_the_old_memory(p, x, h_prev, c_prev):
    s = lstm_teach.step(p, x, h_prev, c_prev)
    return s.o * np.tanh(c_prev), s.c


def rolled(carry: Callable, collect: Callable = lambda hs: hs, first: Callable = lambda h: []):
    """A student's unroll; `carry` says what the next moment gets."""

    def function(p, xs):
        h = c = zeros = np.zeros(p.hidden_size)
        hs = list(first(zeros))
        for x in xs:
            s = lstm_teach.step(p, x, h, c)
            hs.append(s.h)
            h, c = carry(s, zeros)
        return collect(np.array(hs))

    return function


def well(s, zeros):
    return s.h, s.c


def notes_h_before_the_step(p, xs):
    h = c = np.zeros(p.hidden_size)
    hs = []
    for x in xs:
        hs.append(h)
        h, c = step_by_hand(p, x, h, c)
    return np.array(hs)


def keeps_one_array(p, xs):
    h, c = np.zeros(p.hidden_size), np.zeros(p.hidden_size)
    hs = []
    for x in xs:
        h[:], c = step_by_hand(p, x, h, c)
        hs.append(h)
    return hs


MISTAKES = [
    ("update_cell", "f and i swapped", lambda c, f, i, g: i * c + f * g),
    ("update_cell", "candidate without its gate", lambda c, f, i, g: f * c + g),
    ("update_cell", "memory without its gate", lambda c, f, i, g: c + i * g),
    ("update_cell", "product instead of sum", lambda c, f, i, g: (f * c) * (i * g)),
    ("update_cell", "minus instead of plus", lambda c, f, i, g: f * c - i * g),
    ("update_cell", "tanh around the memory", lambda c, f, i, g: np.tanh(f * c + i * g)),
    ("update_cell", "1 - f instead of i", lambda c, f, i, g: f * c + (1 - f) * g),
    ("update_cell", "1 - f instead of f", lambda c, f, i, g: (1 - f) * c + i * g),
    ("update_cell", "nothing added", lambda c, f, i, g: f * c),
    ("update_cell", "nothing kept", lambda c, f, i, g: i * g),
    ("update_cell", "@ instead of *", lambda c, f, i, g: f @ c + i @ g),
    ("update_cell", "sizes do not fit", lambda c, f, i, g: f * c + i * np.ones(7)),
    ("hidden_state", "tanh missing", lambda o, c: o * c),
    ("hidden_state", "tanh around everything", lambda o, c: np.tanh(o * c)),
    ("hidden_state", "sigmoid instead of tanh", lambda o, c: o * sigmoid(c)),
    ("hidden_state", "output gate missing", lambda o, c: np.tanh(c)),
    ("hidden_state", "tanh on the gate", lambda o, c: np.tanh(o) * c),
    ("hidden_state", "@ instead of *", lambda o, c: np.dot(o, np.tanh(c))),
    ("hidden_state", "arguments in another order", lambda c, o: o * np.tanh(c)),
    ("step", "returned (c, h)", cell(result=lambda h, c, *_: (c, h))),
    ("step", "old h returned", cell(result=lambda h, c, h_prev, c_prev: (h_prev, c))),
    ("step", "old c returned", cell(result=lambda h, c, h_prev, c_prev: (h, c_prev))),
    ("step", "h from the old memory", h_of_the_old_memory),
    ("step", "tanh missing", cell(show=lambda o, c: o * c)),
    ("step", "tanh around everything", cell(show=lambda o, c: np.tanh(o * c))),
    ("step", "sigmoid instead of tanh", cell(show=lambda o, c: o * sigmoid(c))),
    ("step", "output gate missing", cell(show=lambda o, c: np.tanh(c))),
    ("step", "f and i swapped", cell(update=lambda c, f, i, g: i * c + f * g)),
    ("step", "f and i swapped", cell(f="input", i="forget")),
    ("step", "candidate without its gate", cell(update=lambda c, f, i, g: f * c + g)),
    ("step", "memory without its gate", cell(update=lambda c, f, i, g: c + i * g)),
    ("step", "minus instead of plus", cell(update=lambda c, f, i, g: f * c - i * g)),
    ("step", "tanh around the memory", cell(update=lambda c, f, i, g: np.tanh(f * c + i * g))),
    ("step", "candidate through sigmoid", cell(g_squash=sigmoid)),
    ("step", "gates read [x, h]", cell(h_first=False)),
    ("step", "bias missing", cell(bias=0)),
    ("step", "output gate with the bias of the forget gate", cell(o="output b of forget")),
    ("step", "output gate with the weights of the forget gate", cell(o="forget")),
    ("step", "output gate with the weights of the forget gate", cell(o="forget b of output")),
    ("step", "candidate with the weights of the input gate", cell(g="input")),
    ("step", "input gate and candidate swapped", cell(i="candidate", g="input")),
    ("step", "wrong shape", cell(result=lambda h, c, *_: h)),
    ("step", "wrong shape", cell(result=lambda h, c, *_: (h, c, c))),
    ("step", "wrong shape", cell(result=lambda h, c, *_: (h, [*c, 1]))),
    ("step", "no such gate", lambda p, x, h, c: (h, p.W_f @ join([h, x]))),
    ("unroll", "memory not carried on", rolled(lambda s, zeros: (s.h, zeros))),
    ("unroll", "h not carried on", rolled(lambda s, zeros: (zeros, s.c))),
    ("unroll", "state not carried on", rolled(lambda s, zeros: (zeros, zeros))),
    ("unroll", "h and c swapped on the way", rolled(lambda s, zeros: (s.c, s.h))),
    ("unroll", "only the last h", rolled(well, lambda hs: hs[-1])),
    ("unroll", "reverse order", rolled(well, lambda hs: hs[::-1])),
    ("unroll", "read backwards", lambda p, xs: unroll_by_hand(p, xs[::-1])),
    ("unroll", "zeros first", rolled(well, first=lambda h: [h])),
    ("unroll", "h before the step", rolled(well, lambda hs: hs[:-1], first=lambda h: [h])),
    ("unroll", "h before the step", notes_h_before_the_step),
    ("unroll", "c instead of h", lambda p, xs: lstm_teach.unroll(p, xs).c),
    ("unroll", "the same h in every row", rolled(well, lambda hs: np.array([hs[0]] * len(hs)))),
    ("unroll", "the same h in every row", keeps_one_array),
    ("unroll", "the same x at every moment", lambda p, xs: unroll_by_hand(p, [xs[0]] * len(xs))),
    ("unroll", "time not first", rolled(well, lambda hs: hs.T)),
]


@pytest.mark.parametrize(("exercise", "name", "function"), MISTAKES)
def test_a_mistake_is_named(exercise: str, name: str, function: Callable) -> None:
    verdict = verdicts(exercise, function)
    assert verdict.passed is False
    assert verdict.mistake == name


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_formula_in_the_table_passes_or_takes_another_s_name(exercise: str) -> None:
    for mistake in EXERCISES[exercise].mistakes:
        if mistake.given or mistake.any_factor:
            continue  # these do not run on fitting sizes, or are the right formula times a number
        found = verdicts(exercise, mistake.formula, seeds=3)
        assert found.passed is False
        same_cell = {"forget gate and input gate swapped": "f and i swapped"}
        assert found.mistake == same_cell.get(mistake.name, mistake.name)


def test_sentences_are_plain() -> None:
    for exercise in EXERCISES.values():
        for mistake in exercise.mistakes:
            assert mistake.sentence[0].isupper()
            assert mistake.sentence.endswith(".")
            assert "{" not in mistake.sentence + mistake.name
            assert "@" not in mistake.sentence or "sums over" in mistake.sentence  # no solution


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
        (lambda h, x, W, b: W @ h, "sizes do not fit", ["a column for each number of [h, x]"]),
        (lambda h, x: h, "other arguments", ["(h, x)", "(h_prev, x, W, b)"]),
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


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize(
    "function",
    [
        ...,
        None,
        lambda *arguments: ...,
        lambda *arguments: None,
        lambda *arguments: (..., ...),
        lambda *arguments: [None, np.ones(2)],
        lambda *arguments: sigmoid(...),
        lambda *arguments: np.tanh(...) * 2,
        lambda *arguments: lstm_teach.hidden_state(..., np.ones(2)),
    ],
)
def test_unanswered_is_neither_right_nor_wrong(exercise: str, function: object) -> None:
    verdict = getattr(check, exercise)(function)
    assert verdict.passed is None
    assert verdict.mistake is None
    assert repr(verdict).startswith("○ Unanswered. ")
    assert "run this again" in verdict.sentence


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


def test_an_unknown_mistake_shows_an_example_that_is_true() -> None:
    def function(h, x, W, b):
        return 0.5 * sigmoid(W @ join([h, x]) + b) + 0.2

    verdict = verdicts("forget_gate", function)
    assert (verdict.passed, verdict.mistake) == (False, None)
    shown = dict(line.split(" = ") for line in verdict.sentence.replace("−", "-").split("\n")[1:-1])
    assert list(shown) == ["h_prev", "x", "W", "b"]
    arguments = [np.array(eval(text)) for text in shown.values()]
    should, yours = (
        verdict.sentence.rpartition("\n")[2].split(": should be ")[1].split(", yours is ")
    )
    np.testing.assert_allclose(eval(should), lstm_teach.forget_gate(*arguments), atol=0.005)
    np.testing.assert_allclose(eval(yours), function(*arguments), atol=0.005)


def test_an_example_of_a_step_says_how_to_have_its_parameters() -> None:
    sentence = check.step(lambda p, x, h, c: (h, c + 1)).sentence
    assert "\nparameters = Parameters.random(3, 2, seed=0)\n" in sentence
    lines = dict(line.split(" = ") for line in sentence.replace("−", "-").split("\n")[2:5])
    s = lstm_teach.step(
        lstm_teach.Parameters.random(3, 2, seed=0), *(np.array(eval(v)) for v in lines.values())
    )
    for name in ("h", "c"):
        text = sentence.replace("−", "-").split(f"\n{name}: should be ")[1].split(", yours")[0]
        np.testing.assert_allclose(eval(text), getattr(s, name), atol=0.005)


def test_a_small_difference_is_visible() -> None:
    sentence = check.hidden_state(lambda o, c: o * np.tanh(c) + 1e-4).sentence
    should, yours = sentence.rpartition("h: should be ")[2].split(", yours is ")
    assert should != yours


def test_a_verdict_is_frozen_and_its_box_is_plain() -> None:
    verdict = check.forget_gate(complains)
    assert check.forget_gate(complains)._repr_html_() == verdict._repr_html_()
    assert "✗ Not yet.</b>" in verdict._repr_html_()
    assert "no &lt;idea&gt; &amp; no plan" in verdict._repr_html_()
    with pytest.raises(FrozenInstanceError):
        verdict.passed = True


# ---- predictions -------------------------------------------------------------------------------

OPTIONS = {
    "0 or 1": "A gate is <i>not</i> a switch.",
    "between 0 and 1": "It is a share.",
    "any number": "The sigmoid squashes.",
}


@pytest.fixture
def prediction(caplog: pytest.LogCaptureFixture) -> Iterator[check.Prediction]:
    """Give a question; ipywidgets only logs an exception in a callback, and here that fails."""
    with caplog.at_level(logging.WARNING):
        yield check.predict("What can <i>f</i> be, if f < 2?", OPTIONS, "between 0 and 1")
    assert not caplog.get_records("call"), caplog.text


def commit(prediction: check.Prediction, choice: str | None) -> str:
    prediction.choice.value = choice
    prediction.button.click()
    return prediction.feedback.value


def test_nothing_is_chosen_at_first(prediction: check.Prediction) -> None:
    assert prediction.choice.value is None
    assert prediction.passed is None
    assert "Choose, then check." in prediction.feedback.value
    assert list(prediction.choice.options) == list(OPTIONS)
    assert prediction.controls == {
        "Your answer": prediction.choice,
        "Check my answer": prediction.button,
    }
    assert prediction.button.description == "Check my answer"


def test_committing_nothing_asks_for_a_choice(prediction: check.Prediction) -> None:
    prediction.button.click()
    assert prediction.passed is None
    assert "Pick one of the choices first" in prediction.feedback.value


@pytest.mark.parametrize("wrong", ["0 or 1", "any number"])
def test_a_wrong_answer_gets_its_own_hint_and_another_try(
    prediction: check.Prediction, wrong: str
) -> None:
    said = commit(prediction, wrong)
    assert prediction.passed is False
    assert "✗ Not yet." in said
    assert OPTIONS[wrong] in said
    assert sum(hint in said for hint in OPTIONS.values()) == 1

    said = commit(prediction, "between 0 and 1")
    assert prediction.passed is True
    assert "✓ Right." in said
    assert "It is a share." in said
    assert "Not yet" not in said


def test_a_new_choice_is_not_judged_before_it_is_checked(prediction: check.Prediction) -> None:
    commit(prediction, "0 or 1")
    prediction.choice.value = "between 0 and 1"
    assert prediction.passed is None
    assert "Not yet" not in prediction.feedback.value
    assert "Your last hint: A gate is <i>not</i> a switch." in prediction.feedback.value

    prediction.button.click()
    prediction.choice.value = "any number"
    assert prediction.passed is None
    assert "Right." not in prediction.feedback.value
    assert "hint" not in prediction.feedback.value


def test_screen_readers_hear_the_feedback(prediction: check.Prediction) -> None:
    for choice in (None, *OPTIONS):
        assert 'role="status" aria-live="polite"' in commit(prediction, choice)


def test_a_broken_callback_fails_a_test(caplog: pytest.LogCaptureFixture) -> None:
    broken = check.predict("?", OPTIONS, "any number")
    broken.button.on_click(lambda button: 1 / 0)
    with caplog.at_level(logging.WARNING):
        broken.button.click()
    assert "ZeroDivisionError" in caplog.text


def test_without_a_kernel_the_question_is_text(prediction: check.Prediction) -> None:
    text = (
        "What can f be, if f < 2?\n"
        "  ( ) 0 or 1\n  ( ) between 0 and 1\n  ( ) any number\n"
        "Run this notebook to answer."
    )
    for choice in (None, "between 0 and 1"):
        commit(prediction, choice)
        bundle = prediction._repr_mimebundle_()
        assert bundle["text/plain"] == text
        view = bundle["application/vnd.jupyter.widget-view+json"]
        assert view["model_id"] == prediction.model_id


@pytest.mark.parametrize(
    ("options", "answer", "part"),
    [
        (
            OPTIONS,
            "2",
            "answer is '2'; it must be one of '0 or 1', 'between 0 and 1', 'any number'",
        ),
        ({"a": "yes"}, "a", "at least 2"),
        ({}, "a", "at least 2"),
        ({"a": "yes", "b": ""}, "a", "the hint for 'b' is empty"),
        ({"a": " \n", "b": "no"}, "a", "the hint for 'a' is empty"),
        ({"a": "yes", "b": None}, "a", "the hint for 'b' is empty"),
    ],
)
def test_a_question_that_cannot_work_is_refused(options: dict, answer: str, part: str) -> None:
    with pytest.raises(ValueError, match="must") as caught:
        check.predict("?", options, answer)
    assert part in str(caught.value)

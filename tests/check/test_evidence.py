"""What is not the student's own work, what a call leaves behind, and names that need evidence."""

from __future__ import annotations

import cProfile
import random
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import lstm_teach
from lstm_teach import check, conventions, learn, reader, sigmoid, variants
from lstm_teach.cell import concat, linear, lstm_cell
from lstm_teach.parameters import GATES, Gate, Parameters, checked_step
from lstm_teach.variants import Peepholes
from tests.check.helpers import right_gate, step_by_hand, unroll_by_hand, verdicts

join = np.concatenate
calls = {"n": 0}


# ---- work handed to lstm_teach -----------------------------------------------------------------


def as_gate(h, x, W, b, field="f"):
    p = Parameters(*(Gate(W, b) for _ in GATES))
    return getattr(lstm_teach.step(p, x, h, np.zeros(len(b))), field)


def without_peepholes(p, x, h, c):
    none = np.zeros(p.hidden_size)
    s = variants.peephole_step(p, Peepholes(none, none, none), x, h, c)
    return s.h, s.c


def from_the_second_draw_on(h, x, W, b):
    if len(b) == 2 and len(x) == 1:
        return right_gate(h, x, W, b)
    return lstm_teach.forget_gate(h, x, W, b)


def after_two_calls(h, x, W, b):
    """Ours, but for the two calls with the example's numbers at the start."""
    calls["n"] += 1
    return right_gate(h, x, W, b) if calls["n"] < 3 else lstm_teach.output_gate(h, x, W, b)


def moved(p, grads, rate):
    vector = learn.to_vector(p) - rate * learn.to_vector(grads)
    return learn.from_vector(p, vector)


def backward_by_ours(dc, c_prev, f, i, c_tilde):
    from lstm_teach.check.mistakes import EXERCISES

    return EXERCISES["update_cell_backward"].answer(dc, c_prev, f, i, c_tilde)


def by_the_checked_step(p, x, h, c):
    return checked_step(lstm_cell, "W_f", p, x, h_prev=h, c_prev=c)


HANDED = [
    ("forget_gate", as_gate, "step"),
    ("input_gate", partial(as_gate, field="i"), "step"),
    ("forget_gate", lambda h, x, W, b: sigmoid.equation(linear(concat(h, x), W, b)), "linear"),
    ("forget_gate", lambda *a: lstm_teach.forget_gate(*a), "forget_gate"),
    ("forget_gate", partial(lstm_teach.input_gate), "input_gate"),
    ("output_gate", lambda h, x, *a: lstm_teach.forget_gate.equation(h, x, *a), "forget_gate"),
    ("candidate", lambda h, x, W, b: variants.rnn_step(h, x, W, b), "rnn_step"),
    ("rnn_step", lambda *a: lstm_teach.candidate(*a), "candidate"),
    ("rnn_step", lambda h, x, W, b: variants.rnn_unroll(W, b, [x], h)[0], "rnn_unroll"),
    ("update_cell", lambda *a: lstm_teach.update_cell.equation(*a), "update_cell"),
    ("update_cell", np.vectorize(lambda *a: lstm_teach.update_cell(*a)), "update_cell"),
    ("hidden_state", lambda *a: lstm_teach.hidden_state.equation(*a), "hidden_state"),
    ("step", lambda *a: (lstm_cell(*a).h, lstm_cell(*a).c), "lstm_cell"),
    ("step", without_peepholes, "peephole_step"),
    ("unroll", lambda p, xs: lstm_teach.unroll(p, xs).h, "unroll"),
    ("unroll", lambda p, xs: lstm_teach.sequence.stack([p], xs)[0].h, "stack"),
    ("gru_step", lambda *a: variants.gru_cell(*a).h, "gru_cell"),
    ("gru_step_torch", lambda p, x, h: variants.gru_unroll(p, [x], h).h[0], "gru_unroll"),
    ("from_torch", lambda *a: conventions.from_torch(*a), "from_torch"),
    ("softmax", lambda s, t: reader.softmax(s, t), "softmax"),
    ("correlation", lambda v, w: reader.correlations(v[:, None], w)[0], "correlations"),
    ("update_cell_backward", backward_by_ours, "answer"),
    ("forget_gate", from_the_second_draw_on, "forget_gate"),
    ("output_gate", after_two_calls, "output_gate"),
    ("step", by_the_checked_step, "lstm_cell"),
]


@pytest.mark.parametrize(("exercise", "function", "name"), HANDED)
def test_work_handed_to_lstm_teach_is_not_passed(
    exercise: str, function: Callable, name: str
) -> None:
    calls["n"] = 0
    verdict = getattr(check, exercise)(function)
    assert (verdict.passed, verdict.mistake) == (False, "used ours")
    assert f"calls our {name}." in verdict.sentence


def test_a_file_beside_the_package_is_not_ours() -> None:
    """Although its path begins as the package's folder does."""
    name = str(Path(lstm_teach.__file__).parent) + "_answers.py"
    space: dict = {"np": np}
    exec(compile("def shown(o, c): return o * np.tanh(c)", name, "exec"), space)
    assert check.hidden_state(lambda o, c: space["shown"](o, c)).passed


def test_what_an_exercise_allows_passes() -> None:
    for exercise, function in (
        ("forget_gate", lambda h, x, W, b: sigmoid.equation(W @ concat(h, x) + b)),
        ("output_gate", lambda h, x, W, b: sigmoid(W @ join([h, x]) + b)),
        ("hidden_state", lambda o, c: o * (2 * sigmoid(2 * c) - 1)),
        ("gradient_step", moved),
        ("unroll", lambda p, xs: unroll_by_hand(p, xs)),
    ):
        assert verdicts(exercise, function).passed, exercise


def test_a_profiler_and_a_tracer_are_left_as_they_were() -> None:
    events = []

    def mine(frame, event, argument):
        if event == "call":
            events.append(frame.f_code.co_name)

    before = sys.getprofile(), sys.gettrace()
    sys.setprofile(mine)
    try:
        assert check.forget_gate(right_gate).passed
        assert sys.getprofile() is mine
    finally:
        sys.setprofile(before[0])
    assert "right_gate" in events
    assert sys.gettrace() is before[1]


def test_a_profile_goes_on_after_a_check() -> None:
    def later():
        return sum(range(10))

    profile = cProfile.Profile()
    profile.enable()
    check.forget_gate(right_gate)
    later()
    profile.disable()
    assert any("later" in str(entry.code) for entry in profile.getstats())


# ---- kept between calls, drawn, printed, read from the notebook ----------------------------------


def keeps_in_a_default(p, xs, hs=[]):  # noqa: B006
    hs += list(unroll_by_hand(p, xs))
    return np.array(hs)


last = {"state": None}


def goes_on_where_it_stopped(p, xs):
    h, c = np.zeros(p.hidden_size), np.zeros(p.hidden_size)
    if last["state"] is not None and len(last["state"][0]) == len(h):
        h, c = last["state"]
    hs = []
    for x in xs:
        h, c = step_by_hand(p, x, h, c)
        hs.append(h)
    last["state"] = h, c
    return hs


def counts_its_calls(h, x, W, b):
    counts_its_calls.n = getattr(counts_its_calls, "n", 0) + 1
    return right_gate(h, x, W, b) + 0.01 * counts_its_calls.n


rng = np.random.default_rng(3)
GATES_AS_NAMES = list(GATES.values())
LISTED = [1.0, 2.0]


def plus_over_names(parameters, grads, rate):
    return Parameters(
        **{
            name: Gate(
                getattr(parameters, name).W + rate * getattr(grads, name).W,
                getattr(parameters, name).b + rate * getattr(grads, name).b,
            )
            for name in GATES_AS_NAMES
        }
    )


@pytest.mark.parametrize(
    ("exercise", "function", "name", "said"),
    [
        ("unroll", keeps_in_a_default, "keeps something between calls", "in hs."),
        ("unroll", goes_on_where_it_stopped, "keeps something between calls", "in last."),
        ("forget_gate", counts_its_calls, "keeps something between calls", "in n."),
        ("forget_gate", lambda *a: right_gate(*a) + rng.normal(), "random result", "random"),
        ("forget_gate", lambda *a: right_gate(*a) * np.random.default_rng().normal(),
         "random result", "random"),
        ("forget_gate", lambda *a: right_gate(*a) + random.random(), "random result", "random"),
        ("forget_gate", lambda *a: print(right_gate(*a)), "computed but not returned", "prints"),
        ("gradient_step", plus_over_names, "plus instead of minus", "uphill"),
        ("update_cell", lambda c, f, i, g: f * c - i * g + 0 * len(GATES_AS_NAMES),
         "minus instead of plus", "subtracted"),
        ("forget_gate", lambda h, x, W, b: right_gate(h, x, W, b) * LISTED[1] + LISTED[0],
         "reads the notebook", "LISTED"),
    ],
)  # fmt: skip
def test_what_a_call_leaves_behind_has_its_own_sentence(
    exercise: str, function: Callable, name: str, said: str
) -> None:
    last["state"] = None
    verdict = getattr(check, exercise)(function)
    assert (verdict.passed, verdict.mistake) == (False, name)
    assert said in verdict.sentence


# ---- names only on evidence --------------------------------------------------------------------


def with_one_state(p, xs):
    h = np.zeros(p.hidden_size)
    hs = []
    for x in xs:
        h = lstm_teach.step(p, x, h, h).h
        hs.append(h)
    return hs


def split_on_top(weight_ih, weight_hh, bias_ih, bias_hh):
    W = np.split(np.concatenate([weight_hh, weight_ih]), 4)
    b = np.split(bias_ih + bias_hh, 4)
    return {name: (W[k], b[k]) for k, name in enumerate(("input", "forget", "candidate", "output"))}


def torch_gru(p, x, h):
    H, hx = len(h), join([h, x])
    z, r = (sigmoid(g.W @ hx + g.b) for g in (p.update, p.reset))
    W = p.candidate.W
    n = np.tanh(W[:, H:] @ x + p.candidate.b + r * (W[:, :H] @ h))
    return (1 - z) * n + z * h


def softmax_after(change: Callable) -> Callable:
    def function(s, t):
        with np.errstate(all="ignore"):
            e = np.exp(change(s, t))
            return e / e.sum()

    return function


def equal_where_infinite(s, t):
    with np.errstate(all="ignore"):
        p = np.exp(s / t) / np.exp(s / t).sum()
    return np.where(np.isfinite(p), p, 1 / len(s))


def clipped_if(too_long: Callable) -> Callable:
    return lambda g, m: g * m / np.linalg.norm(g) if too_long(g, m) else g


def entropy_without(top: Callable) -> Callable:
    """The loss of a class, from logits of which this is taken off."""

    def function(logits, classes):
        with np.errstate(all="ignore"):
            shifted = logits - top(logits)
            logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return -logs[np.arange(len(classes)), classes].mean()

    return function


def picks_whole_rows(logits, classes):
    shifted = logits - logits.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -logs[classes].mean()


def step_with(squash: Callable, bias: int = 1) -> Callable:
    """A step whose gates have this in place of sigmoid, and this many biases."""

    def function(p, x, h, c):
        hx = join([h, x])
        f, i, o = (squash(g.W @ hx + bias * g.b) for g in (p.forget, p.input, p.output))
        c = f * c + i * np.tanh(p.candidate.W @ hx + p.candidate.b)
        return o * np.tanh(c), c

    return function


def zeros_but(rows: Callable) -> Callable:
    """Unroll into an array of zeros, and go through some of the moments only."""

    def function(p, xs):
        hs, h, c = np.zeros((len(xs), p.hidden_size)), *np.zeros((2, p.hidden_size))
        for t in rows(len(xs)):
            h, c = step_by_hand(p, xs[t], h, c)
            hs[t] = h
        return hs

    return function


EVIDENCE = [
    ("clip_by_norm", clipped_if(lambda g, m: (abs(g) > m).any()), "numbers compared"),
    ("clip_by_norm", clipped_if(lambda g, m: g.max() > m), "numbers compared"),
    ("clip_by_norm", clipped_if(lambda g, m: abs(g).sum() > m), "squares missing"),
    ("clip_by_norm", clipped_if(lambda g, m: g.sum() > m), "squares missing"),
    ("clip_by_norm", clipped_if(lambda g, m: g @ g > m), "root missing"),
    ("cross_entropy", entropy_without(np.max), "one maximum for the whole batch"),
    ("unroll", zeros_but(lambda T: range(1, T)), "first moment missing"),
    ("unroll", zeros_but(lambda T: range(T - 1)), "last moment missing"),
    ("cross_entropy", entropy_without(lambda s: abs(s).max(1, keepdims=True)), "something else"),
    ("cross_entropy", entropy_without(lambda s: abs(s).max()), "something else"),
    ("cross_entropy", picks_whole_rows, "whole rows picked"),
    ("update_cell_backward",
     lambda dc, c, f, i, g: (dc * f, dc * c * f * 1 - f, dc * g * i * 1 - i, dc * i * 1 - g**2),
     "brackets of the derivatives missing"),
    ("step", step_with(lambda z: 1 / 1 + np.exp(-z)), "brackets of the fraction missing"),
    ("step", step_with(lambda z: sigmoid(z), bias=-1), "bias subtracted"),
    ("update_cell", lambda c, f, i, g: c + f * c + i * g, "old memory added once more"),
    ("update_cell", lambda c, f, i, g: np.tanh(f * c) + i * g, "tanh around what is kept"),
    ("softmax", softmax_after(lambda s, t: np.clip(s / t, -700, 700)), "cut off instead of"),
    ("softmax", softmax_after(lambda s, t: s / t - s.max()), "taken off after dividing"),
    ("softmax", softmax_after(lambda s, t: (s - abs(s).max()) / t), "something else taken off"),
    ("softmax", softmax_after(lambda s, t: (s - s.mean()) / t), "something else taken off"),
    ("softmax", equal_where_infinite, "infinity replaced"),
    ("unroll", with_one_state, "one state for h and c"),
    ("hidden_state", lambda o, c: o * np.tanh(c).sum(), "summed over the units"),
    ("update_cell", lambda c, f, i, g: f * c + (1 - i) * g, "1 - i instead of i"),
    ("update_cell", lambda c, f, i, g: f * c + i * abs(g), "the sign lost"),
    ("from_torch", split_on_top, "stacked on top of each other"),
    ("forget_gate", lambda *a: right_gate(*a) / right_gate(*a).sum(), "made to add up"),
    ("forget_gate", lambda *a: right_gate(*a) / right_gate(*a).max(), "made to add up"),
    ("gru_step", torch_gru, "PyTorch's cell"),
]  # fmt: skip


@pytest.mark.parametrize(("exercise", "function", "name"), EVIDENCE)
def test_a_name_is_that_of_what_was_done(exercise: str, function: Callable, name: str) -> None:
    """On every draw: each was once passed by luck, or given another name."""
    for seed in range(25):
        verdict = getattr(check, exercise)(function, rng=np.random.default_rng(seed))
        assert verdict.passed is False
        assert name in (verdict.mistake or "nothing"), seed


def test_a_factor_is_no_memory_that_is_asked_for() -> None:
    verdict = verdicts("candidate", lambda h, x, W, b: 2 * np.tanh(W @ join([h, x]) + b))
    assert verdict.sentence.startswith("You multiplied the candidate by something more.")


def test_what_is_taken_off_after_dividing_is_not_told_to_be_taken_off() -> None:
    verdict = check.softmax(softmax_after(lambda s, t: s / t - s.max()))
    assert "Subtract it first, and then divide" in verdict.sentence


@pytest.mark.parametrize(
    ("exercise", "function", "names"),
    [
        ("forget_gate", lambda h, x, W, b: sigmoid(W @ join([x, h])), ("order x, h", "bias b is")),
        ("candidate", lambda h, x, W, b: sigmoid(W @ join([h, x])), ("used sigmoid", "bias b is")),
        ("update_cell", lambda c, f, i, g: (1 - f) * c - i * g, ("kept 1 − f", "subtracted")),
        ("gradient_step", lambda p, g, rate: moved(p, g, -(rate**2)), ("uphill", "rate twice")),
        ("softmax", softmax_after(lambda s, t: s * t), ("multiplied by", "right for small scores")),
        (
            "step",
            lambda p, x, h, c: step_by_hand(
                Parameters(p.input, p.forget, p.candidate, p.output), x, h, c
            )[::-1],
            ("swapped the two gates", "wrong way around"),
        ),
    ],
)
def test_two_mistakes_at_once_are_both_told(
    exercise: str, function: Callable, names: tuple[str, ...]
) -> None:
    sentence = verdicts(exercise, function).sentence
    assert sentence.startswith("2 things at once. ")
    for words in names:
        assert words in sentence


def test_a_comparison_says_what_is_right_and_where_the_first_difference_is() -> None:
    def function(dc, c_prev, f, i, c_tilde):
        right = [dc * f, dc * c_prev * f * (1 - f), dc * c_tilde * i * (1 - i)]
        return [*right, dc * i * (1 - c_tilde**2) + 0.37 * c_prev]

    sentence = verdicts("update_cell_backward", function).sentence
    assert "dc_prev and dz_f and dz_i are right. They differ first at dz_c[0]." in sentence


def test_one_number_whatever_comes_in() -> None:
    verdict = verdicts("hidden_state", lambda o, c: 0 * o)
    assert verdict.mistake == "always the same number"


def test_a_size_is_blamed_only_where_it_is_typed_in() -> None:
    """With one unit much is right that is wrong for two."""
    wrong = lambda h, x, W, b: right_gate(h, x, W, b) ** len(b)  # noqa: E731
    assert verdicts("forget_gate", wrong).mistake is None
    typed = lambda h, x, W, b: right_gate(h, x, W, b) + np.zeros(2)  # noqa: E731
    assert verdicts("forget_gate", typed).mistake == "one number of units only"

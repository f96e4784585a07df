"""The plain RNN and the GRU: right answers pass, and what goes wrong gets its name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lstm_teach import Gate, Parameters, check, sigmoid
from lstm_teach.check.mistakes import EXERCISES
from lstm_teach.variants import GRUParameters, GRUStep, gru_step, gru_unroll, rnn_step
from tests.check.helpers import drawn, verdicts

join = np.concatenate


def test_right_steps_pass() -> None:
    assert verdicts("rnn_step", lambda h, x, W, b: np.tanh(W @ join([h, x]) + b)).passed
    assert verdicts("gru_step", gru()).passed
    assert check.rnn_step(rnn_step).passed is None  # ours, and not the student's
    assert check.gru_step(gru_step).passed is None


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("h left out", lambda h, x, W, b: np.tanh(W[:, len(h) :] @ x + b)),
        ("h kept as it was", lambda h, x, W, b: h + np.tanh(W @ join([h, x]) + b)),
        ("h and x added", lambda h, x, W, b: np.tanh(W @ (h + x) + b)),
        ("joined as [x, h]", lambda h, x, W, b: np.tanh(W @ join([x, h]) + b)),
        ("tanh missing", lambda h, x, W, b: W @ join([h, x]) + b),
        ("sigmoid instead of tanh", lambda h, x, W, b: sigmoid(W @ join([h, x]) + b)),
        ("bias missing", lambda h, x, W, b: np.tanh(W @ join([h, x]))),
        ("bias outside the tanh", lambda h, x, W, b: np.tanh(W @ join([h, x])) + b),
        ("-h", lambda h, x, W, b: -np.tanh(W @ join([h, x]) + b)),
        ("used ours", lambda h, x, W, b: rnn_step(h, x, W, b)),
    ],
)
def test_a_mistake_of_the_plain_rnn_is_named(name: str, function: Callable) -> None:
    verdict = verdicts("rnn_step", function)
    assert (verdict.passed, verdict.mistake) == (False, name)


def gru(
    update="update", reset="reset", new="candidate", *, x_first=False, bias=1.0, squash=np.tanh,
    reads=None, mix=lambda z, h, new: (1 - z) * h + z * new,
) -> Callable:  # fmt: skip
    """A student's GRU, with one part changed."""

    def function(parameters, x, h_prev):
        def z_of(name, h):
            gate = getattr(parameters, name)
            return gate.W @ join([x, h] if x_first else [h, x]) + bias * gate.b

        z, r = sigmoid(z_of(update, h_prev)), sigmoid(z_of(reset, h_prev))
        if reads:
            gate = getattr(parameters, new)
            return mix(z, h_prev, squash(reads(r, h_prev, x, gate.W, gate.b)))
        return mix(z, h_prev, squash(z_of(new, r * h_prev)))

    return function


def resets_the_candidate(p, x, h):
    z, r = (sigmoid(gate.W @ join([h, x]) + gate.b) for gate in (p.update, p.reset))
    return (1 - z) * h + z * r * np.tanh(p.candidate.W @ join([h, x]) + p.candidate.b)


GRU = [
        ("z turned round", gru(mix=lambda z, h, new: z * h + (1 - z) * new)),
        ("r and z swapped", gru("reset", "update")),
        ("h_tilde without r", gru(reads=lambda r, h, x, W, b: W @ join([h, x]) + b)),
        ("reset after the product", gru(
            reads=lambda r, h, x, W, b: r * (W[:, : len(h)] @ h) + W[:, len(h) :] @ x + b)),
        ("reset on the whole sum", gru(reads=lambda r, h, x, W, b: r * (W @ join([h, x]) + b))),
        ("reset on the candidate", resets_the_candidate),
        ("1 - r instead of r", gru(
            reads=lambda r, h, x, W, b: W @ join([(1 - r) * h, x]) + b)),
        ("minus instead of plus", gru(mix=lambda z, h, new: (1 - z) * h - z * new)),
        ("all of the old kept", gru(mix=lambda z, h, new: h + z * new)),
        ("all of the new written", gru(mix=lambda z, h, new: (1 - z) * h + new)),
        ("h_tilde returned", gru(mix=lambda z, h, new: new)),
        ("old h returned", lambda p, x, h: h + 0),
        ("tanh around the mixture", gru(mix=lambda z, h, new: np.tanh((1 - z) * h + z * new))),
        ("sigmoid instead of tanh", gru(squash=sigmoid)),
        ("joined as [x, h]", gru(x_first=True)),
        ("bias missing", gru(bias=0)),
        ("update with the weights of reset", gru("reset")),
        ("reset with the weights of update", gru(reset="update")),
        ("candidate with the weights of update", gru(new="update")),
        ("candidate with the weights of reset", gru(new="reset")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "function"),
    [
        *GRU,
        ("no such gate", lambda p, x, h: p.forget.W @ join([h, x])),
        ("gate without .W", lambda p, x, h: p.update @ join([h, x])),
        ("used ours", lambda p, x, h: gru_step(p, x, h).h),
        ("used ours", lambda p, x, h: gru_unroll(p, [x], h)[0]),
        ("unpacked a Step", lambda p, x, h: [part for part in gru_step(p, x, h)]),
    ],
)
def test_a_mistake_of_the_gru_is_named(name: str, function: Callable) -> None:
    verdict = verdicts("gru_step", function)
    assert (verdict.passed, verdict.mistake) == (False, name)


def test_the_example_of_a_gru_can_be_pasted() -> None:
    sentence = check.gru_step(gru(mix=lambda z, h, new: 0.5 * h + 0.5 * new)).sentence
    shown: dict = {"Parameters": Parameters, "GRUParameters": GRUParameters, "np": np}
    exec("\n".join(sentence.split("\n")[1:5]), shown)
    moment = gru_step(shown["parameters"], shown["x"], shown["h_prev"])
    assert isinstance(moment, GRUStep)
    should = sentence.split("h: should be ")[1].split(", yours")[0]
    np.testing.assert_allclose(eval(should), moment.h, atol=0.005)


def test_the_answer_is_the_gru_of_the_drawing() -> None:
    for seed in range(3):
        p, x, h = EXERCISES["gru_step"].draw(seed, 3, 2, 1)
        assert isinstance(p.update, Gate)
        np.testing.assert_allclose(EXERCISES["gru_step"].answer(p, x, h), gru()(p, x, h))


def test_a_state_lies_where_a_gru_can_have_it() -> None:
    h_prev = drawn("gru_step")["h_prev"]
    assert (h_prev.min(), h_prev.max()) == (-0.9, 0.9)

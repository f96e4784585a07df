"""Gates and the candidate: every mistake gets its name, whatever it comes together with."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from lstm_teach import sigmoid
from tests.check.helpers import SIGMOID_GATES, right_gate, verdicts

join = np.concatenate

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
    ("stacked instead of joined", lambda s: lambda h, x, W, b: s(W @ np.vstack([h, x]) + b)),
    ("stacked instead of joined", lambda s: lambda h, x, W, b: s(W @ np.stack([h, x]) + b)),
    ("stacked instead of joined", lambda s: lambda h, x, W, b: s(W @ [h, x] + b)),
    ("stacked instead of joined", lambda s: lambda h, x, W, b: s(W @ np.array([h, x]) + b)),
    ("formula as Python", lambda s: lambda h, x, W, b: s(W[h, x] + b)),
    ("summed over everything", lambda s: lambda h, x, W, b: s((W * join([h, x])).sum() + b)),
    ("-{y}", lambda s: lambda h, x, W, b: -s(W @ join([h, x]) + b)),
    ("returns {p}", lambda s: lambda h, x, W, b: (
        sigmoid(W @ join([h, x]) + b) * np.tanh(W @ join([h, x]) + b))),
    ("sizes do not fit", lambda s: lambda h, x, W, b: s(W @ join([h, x]) + np.ones(7))),
    ("arguments in another order", lambda s: lambda x, h_prev, W, b: s(W @ join([h_prev, x]) + b)),
    ("other arguments", lambda s: lambda h, x, W: s(W @ join([h, x]))),
    ("wrong shape", lambda s: lambda h, x, W, b: s(W @ join([h, x]) + b)[:, None]),
    ("one number for all units", lambda s: lambda h, x, W, b: s(W @ join([h, x]) + b).sum()),
)  # fmt: skip


@pytest.mark.parametrize(("name", "spell"), GATE_MISTAKES)
@pytest.mark.parametrize(
    ("exercise", "squash", "product", "symbol"),
    [
        ("forget_gate", "sigmoid", "f * c", "f"),
        ("input_gate", "sigmoid", "i * c_tilde", "i"),
        ("output_gate", "sigmoid", "o * tanh(c)", "o"),
        ("candidate", "tanh", "i * c_tilde", "c_tilde"),
    ],
)
def test_a_gate_s_mistake_is_named(
    exercise: str, squash: str, product: str, symbol: str, name: str, spell: Callable
) -> None:
    function = spell({"sigmoid": sigmoid, "tanh": np.tanh}[squash])
    verdict = verdicts(exercise, function)
    assert verdict.passed is False
    assert verdict.mistake == name.format(s=squash, p=product, y=symbol)


@pytest.mark.parametrize("exercise", SIGMOID_GATES)
def test_mistakes_that_only_a_gate_can_have(exercise: str) -> None:
    def named(squashed: Callable) -> str:
        return verdicts(exercise, lambda h, x, W, b: squashed(W @ join([h, x]), b)).mistake

    assert named(lambda s, b: np.tanh(s + b)) == "tanh instead of sigmoid"
    assert named(lambda s, b: sigmoid(s + b) > 0.5) == f"{exercise[0]} made 0 or 1"
    assert named(lambda s, b: sigmoid(s + b).round(2)) == "rounded"
    assert named(lambda s, b: 1 - sigmoid(s + b)) == f"1 - {exercise[0]}"
    assert named(lambda s, b: 1 / (1 + np.exp(s + b))) == f"1 - {exercise[0]}"
    assert named(lambda s, b: 1 / (1 + np.exp(-s + b))) == "bias subtracted"
    assert named(lambda s, b: 1 / 1 + np.exp(-(s + b))) == "brackets of the fraction missing"
    assert named(lambda s, b: 1 / 1 + np.exp(-s + b)) == "brackets of the fraction missing"
    assert named(lambda s, b: 1 / (1 + math.exp(-(s + b)))) == "math on an array"
    assert named(lambda s, b: 1 / (1 + np.e ^ (-(s + b)))) == "^ is no power"


def test_a_candidate_through_sigmoid_is_named() -> None:
    assert verdicts("candidate", right_gate).mistake == "sigmoid instead of tanh"


# ---- mistakes in company -----------------------------------------------------------------------

SUMS = (
    ("", lambda h, x, W: W @ join([h, x])),
    ("h and x added", lambda h, x, W: W[:, : len(h)] @ (h + x)),
    ("h and x added", lambda h, x, W: h + x),
    ("joined as [x, h]", lambda h, x, W: W @ join([x, h])),
    ("element-wise * for @", lambda h, x, W: W * join([h, x])),
    ("summed over everything", lambda h, x, W: np.sum(W * join([h, x]))),
    ("W transposed", lambda h, x, W: join([h, x]) @ W),
)
BIASES = (
    ("", lambda s, z, b: s(z + b)),
    ("bias outside the {s}", lambda s, z, b: s(z) + b),
    ("bias missing", lambda s, z, b: s(z)),
)
SQUASHES = (
    ("", lambda s, other: s),
    ("{other} instead of {s}", lambda s, other: other),
    ("{s} missing", lambda s, other: lambda z: z),
)


@pytest.mark.parametrize(("total", "biased", "squashed"), [*product(SUMS, BIASES, SQUASHES)][1:])
@pytest.mark.parametrize("exercise", ["forget_gate", "candidate"])
def test_of_several_mistakes_the_one_to_repair_first_is_named(
    exercise: str, total: tuple, biased: tuple, squashed: tuple
) -> None:
    s, other = (sigmoid, np.tanh) if exercise == "forget_gate" else (np.tanh, sigmoid)
    squash = squashed[1](s, other)
    verdict = verdicts(exercise, lambda h, x, W, b: biased[1](squash, total[1](h, x, W), b))
    name = total[0] or squashed[0] or biased[0]
    assert verdict.mistake == name.format(s=s.__name__, other=other.__name__)


def test_the_sentence_says_the_range() -> None:
    wrong = lambda h, x, W, b: W @ join([h, x]) + b  # noqa: E731
    assert "The forget gate lies between 0 and 1." in verdicts("forget_gate", wrong).sentence
    assert "The candidate lies between −1 and 1." in verdicts("candidate", wrong).sentence

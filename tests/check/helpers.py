"""What the tests of exercises share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_teach import check, sigmoid
from lstm_teach.check.exercise import SIZES
from lstm_teach.check.mistakes import EXERCISES

SIGMOID_GATES = ("forget_gate", "input_gate", "output_gate")
join = np.concatenate


def verdicts(exercise: str, function: Callable, seeds: int = 2) -> check.Verdict:
    """Check many times, with fresh numbers each time; the verdict must always be the same."""
    run = getattr(check, exercise)
    first, *others = {run(function, rng=np.random.default_rng(seed)): None for seed in range(seeds)}
    assert not others, f"not always the same: {first!r} {others!r}"
    return first


def drawn(exercise: str, times: int = 20) -> dict[str, np.ndarray]:
    """All numbers that an exercise draws, in many draws, for each argument that is an array."""
    draws = [EXERCISES[exercise].draw(seed, *size) for seed in range(times) for size in SIZES]
    columns = zip(EXERCISES[exercise].arguments, zip(*draws, strict=True), strict=True)
    return {
        name: np.concatenate([np.ravel(value) for value in values])
        for name, values in columns
        if isinstance(values[0], np.ndarray | float)
    }


# ---- right answers -----------------------------------------------------------------------------


def right_gate(h_prev, x, W, b):
    return sigmoid(W @ join([h_prev, x]) + b)


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

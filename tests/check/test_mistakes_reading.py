"""The softmax, written by the student: right in any form, and each mistake named."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lstm_teach import reader, sigmoid
from lstm_teach.check.exercise import SIZES
from lstm_teach.check.mistakes import EXERCISES
from tests.check.helpers import drawn, verdicts


def stable(scores, temperature):
    e = np.exp((scores - scores.max()) / temperature)
    return e / e.sum()


def naive(scores, temperature):
    with np.errstate(all="ignore"):
        e = np.exp(scores / temperature)
        return e / e.sum()


@pytest.mark.parametrize(
    "function",
    [
        stable,
        lambda scores, temperature: stable(scores / temperature, 1),
        lambda scores, temperature: stable(scores, temperature).tolist(),
        lambda s, t: np.exp(s / t - np.logaddexp.reduce(s / t)),
    ],
)
def test_right_in_any_form(function: Callable) -> None:
    assert verdicts("softmax", function).passed


def undivided(scores, temperature):
    with np.errstate(all="ignore"):
        return np.exp(scores / temperature)


MISTAKES = [
    ("temperature multiplied", lambda s, t: stable(s * t, 1)),
    ("temperature multiplied", lambda s, t: naive(s * t, 1)),
    ("temperature left out", lambda s, t: stable(s, 1)),
    ("temperature left out", lambda s, t: naive(s, 1)),
    ("temperature after e", lambda s, t: stable(s, 1) / t),
    ("not normalized", undivided),
    ("not normalized", lambda s, t: np.exp((s - s.max()) / t)),
    ("e left out", lambda s, t: s / s.sum()),
    ("minus too many", lambda s, t: stable(-s, t)),
    ("divided by the largest", lambda s, t: stable(s / s.max(), t)),
    ("sigma instead of softmax", lambda s, t: sigmoid(s / t)),
    ("max not subtracted", naive),
]


@pytest.mark.parametrize(
    ("name", "function"),
    [
        *MISTAKES,
        ("arguments in another order", lambda temperature, scores: stable(scores, temperature)),
        ("rounded", lambda s, t: stable(s, t).round(2)),
        ("wrong shape", lambda s, t: stable(s, t)[None]),
        ("only the largest probability", lambda s, t: stable(s, t).max()),
        ("used ours", lambda s, t: reader.softmax(s, t)),
    ],
)
def test_a_mistake_is_named(name: str, function: Callable) -> None:
    verdict = verdicts("softmax", function)
    assert (verdict.passed, verdict.mistake) == (False, name)


def test_scores_are_small_and_large_and_nearly_tied_above_and_below_0() -> None:
    """Each way to get by without taking the largest score off stumbles over one of them."""
    for seed in range(20):
        draws = [EXERCISES["softmax"].draw(seed, *size)[0] for size in SIZES]
        assert min(map(len, draws)) > 3
        assert np.abs(draws[0]).max() < 2
        assert np.ptp(draws[3]) > 100
        assert np.abs(draws[3]).max() > 710
        for scores in (draws[1], draws[2], draws[5]):
            assert np.ptp(scores) < 4
            assert np.abs(scores).min() > 1400
        assert (draws[2].max() < 0, draws[1].min() > 0) == (True, True)


def test_temperatures_spread_and_flatten() -> None:
    temperatures = set(drawn("softmax")["temperature"])
    assert 0 < min(temperatures) < max(temperatures) <= 2
    assert [sum(t < 1 for t in temperatures), sum(t > 1 for t in temperatures)] == [2, 2]

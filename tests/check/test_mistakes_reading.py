"""The softmax, written by the student: right in any form, and each mistake named."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lstm_teach import reader, sigmoid
from tests.check.helpers import verdicts


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


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("temperature multiplied", lambda s, t: stable(s * t, 1)),
        ("temperature multiplied", lambda s, t: naive(s * t, 1)),
        ("temperature left out", lambda s, t: stable(s, 1)),
        ("temperature left out", lambda s, t: naive(s, 1)),
        ("temperature after e", lambda s, t: stable(s, 1) / t),
        ("not normalized", lambda s, t: np.exp((s - s.max()) / t)),
        ("e left out", lambda s, t: s / s.sum()),
        ("minus too many", lambda s, t: stable(-s, t)),
        ("divided by the largest", lambda s, t: stable(s / s.max(), t)),
        ("sigma instead of softmax", lambda s, t: sigmoid(s / t)),
        ("max not subtracted", naive),
        ("arguments in another order", lambda temperature, scores: stable(scores, temperature)),
        ("rounded", lambda s, t: stable(s, t).round(2)),
        ("wrong shape", lambda s, t: stable(s, t)[None]),
        ("wrong shape", lambda s, t: stable(s, t).max()),
        ("used ours", lambda s, t: reader.softmax(s, t)),
    ],
)
def test_a_mistake_is_named(name: str, function: Callable) -> None:
    verdict = verdicts("softmax", function)
    assert (verdict.passed, verdict.mistake) == (False, name)


def test_a_sum_of_e_that_is_not_divided_by_overflows_too() -> None:
    def undivided(scores, temperature):
        with np.errstate(all="ignore"):
            return np.exp(scores / temperature)

    assert verdicts("softmax", undivided).mistake == "not normalized"

"""What students get wrong when they turn scores into chances."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.cell import sigmoid
from lstm_teach.check.exercise import Exercise, Given, Mistake, numbers, stream
from lstm_teach.reader import softmax

_LARGE = 1000.0  # times this, e to the power of a score is infinite


def _draw(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    scores, temperature = numbers(rng, H + D + 1), float(rng.choice([0.5, 0.8, 1.5, 2.0]))
    return (scores * _LARGE if T in (1, 7) else scores), temperature


def _small(scores: Array, temperature: float) -> Given:
    """The same with small scores, so that nobody's e to the power of them overflows."""
    return (scores / _LARGE if np.abs(scores).max() > 2 else scores), temperature


def _mistake(name: str, sentence: str, formula: Callable[..., Array]) -> Mistake:
    return Mistake(name, sentence, formula, given=_small)


_UNDIVIDED = (
    "Your numbers do not add up to 1. Divide each of them by the sum of all, and they are chances."
)
_SOFTMAX = (
    _mistake(
        "temperature multiplied",
        "You multiplied by the temperature. Divide the scores by it: a small temperature must "
        "spread them apart.",
        lambda s, t: softmax(s * t),
    ),
    _mistake(
        "temperature left out",
        "Your numbers do not depend on the temperature. Divide the scores by it before e to the "
        "power of them is taken.",
        lambda s, t: softmax(s),
    ),
    _mistake(
        "temperature after e",
        "You divided by the temperature after e to the power of the scores was taken. There it is "
        "only a factor; divide the scores.",
        lambda s, t: softmax(s) / t,
    ),
    _mistake("not normalized", _UNDIVIDED, lambda s, t: np.exp(s / t)),
    _mistake("not normalized", _UNDIVIDED, lambda s, t: np.exp((s - s.max()) / t)),
    _mistake(
        "e left out",
        "You divided the scores by their sum. A score can be negative, a chance cannot: take e to "
        "the power of each score first.",
        lambda s, t: s / s.sum(),
    ),
    _mistake(
        "minus too many",
        "Your largest chance belongs to the lowest score. There is a minus too many in the power "
        "of e.",
        lambda s, t: softmax(-s, t),
    ),
    _mistake(
        "divided by the largest",
        "You divided the scores by the largest one. Take the largest off: s − max(s) changes no "
        "chance.",
        lambda s, t: softmax(s / s.max(), t),
    ),
    _mistake(
        "sigma instead of softmax",
        "You squashed each score by itself with σ. Chances that belong together share their sum: "
        "e to the power of each, divided by the sum of all.",
        lambda s, t: sigmoid(s / t),
    ),
    # last: right for small scores, so what is wrong are large ones
    _mistake(
        "max not subtracted",
        "Your function is right for small scores. For large ones e to the power of them is too "
        "large for a float. Take the largest score off all scores first: that changes no chance.",
        softmax,
    ),
)

READING_EXERCISES = {
    "softmax": Exercise(
        "softmax", ("scores", "temperature"), ("p",), softmax, _draw, _SOFTMAX, ours=(softmax,)
    ),
}

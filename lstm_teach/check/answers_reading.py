"""Exercises with what a cell gives, and with the weights that PyTorch gives."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.check.exercise import Given, as_table, numbers, rows, stream
from lstm_teach.check.tables import exercise, filled, read_table
from lstm_teach.parameters import GATES

# ---- a cell from PyTorch -----------------------------------------------------------------------

_TABLE = read_table("reading")
_TORCH = "ifco"  # its order of the rows


def _cut(W: Array, b: Array, order: str, order_b: str, turned: bool) -> Array:
    """Cut four layers out of W and b, whose rows have these orders."""
    W_of = dict(zip(order, np.split(W, 4), strict=True))
    b_of = dict(zip(order_b, np.split(b, 4), strict=True))
    return np.stack([rows(W_of[k].T if turned else W_of[k], b_of[k]) for k in GATES])


_IMPORT = (
    *_TABLE["from torch"],
    *(
        row
        for order in permutations(GATES)
        if "".join(order) != _TORCH
        for row in filled(
            _TABLE["order of the rows"], order=", ".join(order), letters="".join(order)
        )
    ),
)


def _draw_import(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    return tuple(numbers(rng, *shape) for shape in ((4 * H, D), (4 * H, H), (4 * H,), (4 * H,)))


# ---- from scores to probabilities ---------------------------------------------------------------


def _draw_scores(seed: int, H: int, D: int, T: int) -> Given:
    """Small scores; thousands of both signs; near-ties, in the hundreds and in the thousands."""
    rng, V = stream(seed), H + D + 1
    scores, temperature = numbers(rng, V), float(rng.choice([0.5, 0.8, 1.5, 2.0]))
    if T == 1:  # one is far above the rest, and is neither the first nor the last
        return scores * 1000 + 6000 * (np.arange(V) == V // 2), temperature
    around = {3: 0 if V < 9 else rng.choice([-250, 250]), 5: 1, 7: -1}[T]
    if abs(around) == 1:
        around *= rng.integers(1500, 3000)
    return scores + float(around), temperature


# ---- the loss of a class -----------------------------------------------------------------------


def _draw_entropy(seed: int, H: int, D: int, T: int) -> Given:
    """Small logits; thousands; and rows in which a probability is almost too small for a float."""
    rng, B, K = stream(seed), H + 2, D + 2
    logits, classes = numbers(rng, B, K), rng.integers(0, K, B)
    classes[:2] = [0, K - 1]
    if T == 1:
        logits = logits * 1000 + rng.choice([-4000.0, 4000.0], (B, 1))
    elif T in (5, 7):  # e^-725 is one, e^-820 is not; e^725 is not one, e^410 is
        apart = 725.0 if T == 7 else 820.0
        logits = rng.permuted(logits, axis=1)
        logits[:, 0], logits[:, -1] = -apart / 2, apart / 2
    return logits, classes


# ---- a unit and a label ------------------------------------------------------------------------


def _draw_correlation(seed: int, H: int, D: int, T: int) -> Given:
    rng, n = stream(seed), H + T + 5
    labels = rng.permuted((np.arange(n) < n // 3 + 1).astype(float))
    values = (numbers(rng, n) + rng.choice([-1.0, 1.0]) * labels + 0.5).round(1)
    if T in (1, 7):  # nothing changes in the values, and nothing in the labels
        return (np.full(n, 0.5), labels) if T == 1 else (values, np.ones(n))
    return values, labels


# ---- the last state of each sequence of a batch ------------------------------------------------


def _draw_last(seed: int, H: int, D: int, T: int) -> Given:
    rng, B, longest = stream(seed), D + 2, T + 2
    lengths = np.concatenate([[1 + T // 2, longest], rng.integers(2, longest + 1, B - 2)])
    return numbers(rng, longest + (T == 5), B, H), lengths


READING_EXERCISES = {
    "from_torch": exercise(
        _TABLE["right: from torch"],
        _draw_import,
        _IMPORT,
        allowed=frozenset(),
        unpack=lambda **given: given | {"cut": _cut},
        read=as_table,
        form='Parameters, or a dict {"forget": (W, b), …} with all four layers',
    ),
    "softmax": exercise(_TABLE["right: softmax"], _draw_scores, _TABLE["softmax"]),
    "correlation": exercise(_TABLE["right: correlation"], _draw_correlation, _TABLE["correlation"]),
    "last_hidden": exercise(_TABLE["right: last hidden"], _draw_last, _TABLE["last hidden"]),
    "cross_entropy": exercise(
        _TABLE["right: cross entropy"],
        _draw_entropy,
        _TABLE["cross entropy"],
        allowed=frozenset({"softmax", "sigmoid"}),
    ),
}

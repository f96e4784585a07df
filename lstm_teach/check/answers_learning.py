"""Exercises of learning: the way back, a step of descent, clipping."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.check.exercise import Given, Mistake, as_table, numbers, shares, stream, table
from lstm_teach.check.tables import exercise, filled, read_table
from lstm_teach.parameters import GATES, Parameters

_TABLE = read_table("learning")

# ---- C = f * C_prev + i * C_tilde, backward ----------------------------------------------------

_ROWS = ("dc_prev", "dz_f", "dz_i", "dz_c")
_BACKWARD = (
    *_TABLE["way back"],
    *(
        row
        for order in permutations(_ROWS)
        if order != _ROWS
        for row in filled(_TABLE["order of the gradients"], order=", ".join(order))
    ),
    *(row for name in _ROWS for row in filled(_TABLE["one gradient"], row=name)),
)


def _draw_backward(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    f, i = shares(rng, 2, H)
    return numbers(rng, H), numbers(rng, H), f, i, numbers(rng, H).clip(-0.9, 0.9)


# ---- one step of gradient descent --------------------------------------------------------------


def _listed(letters: Sequence[str]) -> str:
    *names, last = (GATES[letter] for letter in letters)
    return f"{', '.join(names)} and {last}" if names else last


def _some_layers() -> Iterator[Mistake]:
    """What can go wrong with one, two or three of the four layers."""
    for some in (k for n in (1, 2, 3) for k in combinations(GATES, n)):
        what = "only one layer" if len(some) == 1 else "only some layers"
        mask = str([int(letter in some) for letter in GATES])
        yield from filled(_TABLE["some layers"], some=what, names=_listed(some), mask=mask)
    for (at, a), (to, b) in combinations(enumerate(GATES), 2):
        indices = {
            "both": [{at: to, to: at}.get(k, k) for k in range(4)],
            "first": [{at: to}.get(k, k) for k in range(4)],
            "second": [{to: at}.get(k, k) for k in range(4)],
        }
        words = {"names": _listed((a, b)), "a": GATES[a], "b": GATES[b]}
        yield from filled(_TABLE["two layers"], **words, **{k: str(v) for k, v in indices.items()})


def _draw_descent(seed: int, H: int, D: int, T: int) -> Given:
    rate = float(stream(seed).choice([0.1, 0.2, 0.3, 0.4]))
    return Parameters.random(D, H, seed=seed), Parameters.random(D, H, seed=seed + 1), rate


# ---- clipping by norm --------------------------------------------------------------------------


def _draw_clip(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    gradient, longer = numbers(rng, H + D + 2), T in (3, 5)  # is it longer than it may be?
    share = float(rng.choice([0.3, 0.4, 0.6]) if longer else rng.choice([1.2, 1.5, 2.5]))
    if D == 4:  # so short that each number is longer
        share = 0.05
    return gradient, float(np.round(share * np.linalg.norm(gradient), 1))


def _unpack_descent(parameters: Parameters, grads: Parameters, rate: float) -> dict[str, object]:
    """P and G are tables; B says where their biases stand."""
    P: Array = table(parameters)
    return {"P": P, "G": table(grads), "rate": rate, "B": np.arange(P.shape[2]) == P.shape[2] - 1}


LEARNING_EXERCISES = {
    "update_cell_backward": exercise(_TABLE["right: way back"], _draw_backward, _BACKWARD),
    "gradient_step": exercise(
        _TABLE["right: descent"],
        _draw_descent,
        (*_TABLE["descent"], *_some_layers()),
        allowed=frozenset({"to_vector", "from_vector"}),
        unpack=_unpack_descent,
        read=as_table,
        form="Parameters, made of four Gates",
    ),
    "clip_by_norm": exercise(_TABLE["right: clipping"], _draw_clip, _TABLE["clipping"]),
}

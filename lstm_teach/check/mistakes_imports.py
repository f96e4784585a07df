"""What students get wrong when they bring a cell from PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations

import numpy as np

from lstm_teach import conventions
from lstm_teach._arrays import Array
from lstm_teach.check.exercise import Exercise, Given, Mistake, as_table, numbers, stream
from lstm_teach.parameters import GATES

_TORCH = ("input", "forget", "candidate", "output")  # its order of the rows
_LETTERS = {name: letter for letter, name in GATES.items()}


def _read(
    order: Sequence[str] = _TORCH,
    columns: Callable[[Array, Array], list[Array]] = lambda w_x, w_h: [w_h, w_x],
    bias: Callable[[Array, Array], Array] = lambda b_x, b_h: b_x + b_h,
) -> Callable[..., Array]:
    """Bring a cell from PyTorch, with this order of the rows, these columns and this bias."""

    def formula(weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array) -> Array:
        rows = np.column_stack([*columns(weight_ih, weight_hh), bias(bias_ih, bias_hh)])
        cut = dict(zip(order, np.split(rows, 4), strict=True))
        return np.array([cut[name] for name in GATES.values()])

    return formula


def _in_letters(order: Sequence[str]) -> str:
    return ", ".join(_LETTERS[name] for name in order)


_IMPORT = (
    Mistake(
        "joined as [x, h]",
        "Your columns belong to x first and then to h. Here a gate reads [h, x]: weight_hh comes "
        "first.",
        _read(columns=lambda w_x, w_h: [w_x, w_h]),
    ),
    Mistake(
        "one bias dropped",
        "You dropped bias_hh. PyTorch adds two biases; the one bias of our gate is their sum.",
        _read(bias=lambda b_x, b_h: b_x),
    ),
    Mistake(
        "one bias dropped",
        "You dropped bias_ih. PyTorch adds two biases; the one bias of our gate is their sum.",
        _read(bias=lambda b_x, b_h: b_h),
    ),
    *(
        Mistake(
            f"rows cut as {_in_letters(order)}",
            f"You cut the rows in the order {_in_letters(order)}. In PyTorch they stand in the "
            f"order {_in_letters(_TORCH)} (its documentation calls the candidate g).",
            _read(order),
        )
        for order in permutations(GATES.values())
        if order != _TORCH
    ),
)


def _draw_import(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    return tuple(numbers(rng, *shape) for shape in ((4 * H, D), (4 * H, H), (4 * H,), (4 * H,)))


def _transposed(result: object) -> tuple[str, str] | None:
    if isinstance(result, dict):
        for value in result.values():
            shape = np.shape(value[0]) if isinstance(value, tuple | list) and value else ()
            if len(shape) == 2 and shape[0] > shape[1]:
                return (
                    "W transposed",
                    f"Your W has shape {shape}, with rows and columns swapped. PyTorch, like us, "
                    "has a row for each unit: leave the rows as they are.",
                )
    return None


IMPORT_EXERCISES = {
    "from_torch": Exercise(
        "cell from PyTorch",
        ("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
        tuple(GATES.values()),
        _read(),
        _draw_import,
        _IMPORT,
        ours=(conventions.from_torch,),
        read=as_table,
        notice=_transposed,
        form='Parameters, or a dict {"forget": (W, b), …} with all four layers',
    ),
}

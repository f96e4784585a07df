"""Turn whatever the caller gives into float64 arrays, or say in one sentence what is wrong.

Everything that checks lives here, so that the equations in `cell.py` stay one line each.
"""

from __future__ import annotations

from math import isfinite
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def as_array(value: ArrayLike, name: str) -> Array:
    """Return `value` as a new float64 array; refuse what is not a finite number, by name."""
    if value is None:
        raise ValueError(f"{name} is None; it must be an array of numbers")
    try:
        raw = np.asarray(value)
        if raw.dtype.kind not in "biufO":  # complex, strings and dates; O can be a huge int
            raise TypeError
        array = raw.astype(np.float64)  # a copy: what the caller holds is never modified
        if raw.dtype.kind == "O" and not all(isinstance(entry, Real) for entry in raw.flat):
            raise TypeError  # text that looks like numbers
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            f"{name} must be an array of real numbers with rows of equal length"
        ) from None
    require_finite(array, name)
    return array


def require_finite(array: Array, name: str) -> None:
    """Raise `ValueError` when a number in `array` is NaN or infinite."""
    if isfinite(np.vdot(array, array)):
        return  # no square is NaN or infinite, so no number is; half the time of the line below
    finite = np.isfinite(array)
    if not finite.all():
        bad = "NaN" if np.isnan(array[~finite][0]) else "an infinite number"
        where = f" at {np.argwhere(~finite)[0].tolist()}" if array.ndim else ""
        raise ValueError(f"{name} holds {bad}{where}; every number in it must be finite")


def require_shape(array: Array, shape: tuple[int, ...], name: str, why: str) -> None:
    """Raise `ValueError` unless `array` has exactly this shape; `why` says where it comes from."""
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}; {why}, so {name} must be {shape}")


def as_state(h_prev: ArrayLike, x: ArrayLike) -> tuple[Array, Array]:
    """Check a hidden state `(..., H)` and an input `(..., D)` that are to be joined."""
    h_prev, x = as_array(h_prev, "h_prev"), as_array(x, "x")
    for array, name, size in ((h_prev, "h_prev", "H"), (x, "x", "D")):
        if array.ndim == 0 or array.shape[-1] == 0:
            raise ValueError(
                f"{name} has shape {array.shape}; features come last and there is at least one, "
                f"so {name} must be (..., {size}); write a single number as [number]"
            )
    require_shape(
        x,
        (*h_prev.shape[:-1], x.shape[-1]),
        "x",
        f"h_prev has shape {h_prev.shape} and both need the same axes in front of the last",
    )
    return h_prev, x


def as_weights(W: ArrayLike, b: ArrayLike, H: int, D: int, gate: str) -> tuple[Array, Array]:
    """Check the weights `(H, H+D)` and the bias `(H,)` of one gate that reads `[h, x]`."""
    name = f"W_{gate}" if gate else "W"
    bias = f"b_{gate}" if gate else "b"
    W, b = as_array(W, name), as_array(b, bias)
    why = f"with h ({H},) and x ({D},) the gate reads [h, x], {H + D} numbers"
    require_shape(W, (H, H + D), name, why)
    require_shape(b, (H,), bias, f"{name} has {H} row{'s' * (H > 1)}, one for each unit")
    return W, b


def as_layer(
    h_prev: ArrayLike, x: ArrayLike, W: ArrayLike, b: ArrayLike, gate: str = ""
) -> tuple[Array, Array, Array, Array]:
    """Check everything that one layer takes."""
    h_prev, x = as_state(h_prev, x)
    return h_prev, x, *as_weights(W, b, h_prev.shape[-1], x.shape[-1], gate)


def as_moment(W: str, H: int, D: int, x: ArrayLike, **state: ArrayLike) -> list[Array]:
    """Check the input `(..., D)` of one moment, and each array `(..., H)` of the state before it.

    `W` is what the sentences call the weights that read them; its shape is `(H, H+D)`.
    """
    x = as_array(x, "x")
    arrays = [as_array(value, name) for name, value in state.items()]
    front = x.shape[:-1]
    if x.shape[-1:] != (D,):
        require_shape(x, (*front, D), "x", f"{W} has shape {(H, H + D)} and reads {D} inputs")
    shape = (*front, H)
    for name, array in zip(state, arrays, strict=True):
        if array.shape != shape:
            rows = f"{H} row{'s' * (H > 1)}, one for each unit"
            why = f"x has shape {x.shape} and {W} {(H, H + D)} has {rows}"
            require_shape(array, shape, name, why)
    return [x, *arrays]


def as_sequence(W: str, H: int, D: int, xs: ArrayLike, **state: ArrayLike | None) -> list[Array]:
    """Check the inputs `(T, ..., D)` of a sequence, and the state `(..., H)`, zeros where None."""
    xs = as_array(xs, "xs")
    if xs.ndim < 2 or xs.shape[-1] != D:
        raise ValueError(
            f"xs has shape {xs.shape}; time comes first and {W} {(H, H + D)} reads {D} inputs, "
            f"so xs must be (T, ..., {D})"
        )
    shape = (*xs.shape[1:-1], H)
    why = f"xs has shape {xs.shape} and {W} {(H, H + D)} has {H} row{'s' * (H > 1)}"
    arrays = []
    for name, value in state.items():
        arrays.append(np.zeros(shape) if value is None else as_array(value, name))
        require_shape(arrays[-1], shape, name, why)
    return [xs, *arrays]


def as_equals(arrays: dict[str, ArrayLike]) -> list[Array]:
    """Check arrays that are combined number by number: all must have the first one's shape."""
    checked = {name: as_array(value, name) for name, value in arrays.items()}
    first = next(iter(checked))
    for name, array in checked.items():
        why = f"it meets {first} {checked[first].shape} number by number"
        require_shape(array, checked[first].shape, name, why)
    return list(checked.values())

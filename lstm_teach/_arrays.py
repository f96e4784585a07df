"""Turn what a caller gives into float64 arrays, or say in one sentence what is wrong with it.

All checks are here, so that the equations in `cell.py` stay one line each: `checked` puts a check,
its door, in front of an equation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from inspect import signature
from math import isfinite
from numbers import Real
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
MaybeArray = ArrayLike | None  # None: what the docstring says, such as zeros

FINITE = "every number in it must be finite"
OVERFLOW = "float64 ends at 1.8e308, so weights, inputs and state must be smaller"


class Checked(Protocol):
    """A function that checks what it is given; `equation` is its bare line."""

    equation: Callable[..., Array]

    def __call__(self, *given: ArrayLike, **named: ArrayLike) -> Array: ...


def checked(
    name: str, door: Callable[..., Sequence[Array]] | None = None
) -> Callable[[Callable[..., Array]], Checked]:
    """Put a door in front of an equation: it checks the arguments and returns them as arrays.

    `name` is what the door and the sentences call the result, which must not overflow. Without a
    door all arguments must have the same shape. The equation itself, unchecked, is the attribute
    `equation`.
    """

    def decorate(equation: Callable[..., Array]) -> Checked:
        bare = signature(equation)  # its arguments are arrays already
        names, takes = zip(*bare.parameters.items(), strict=True)
        arguments = bare.replace(parameters=[t.replace(annotation="ArrayLike") for t in takes])

        @wraps(equation)
        @ignore_overflow()
        def checked_equation(*given: ArrayLike, **named: ArrayLike) -> Array:
            if named or len(given) != len(names):
                given = arguments.bind(*given, **named).args  # or Python's words on what is missing
            if door:
                arrays = door(name, *given)
            else:
                arrays = check_same_shape(**dict(zip(names, given, strict=True)))
            result = equation(*arrays)
            if not isfinite(np.vdot(result, result)):
                require_finite(result, name, OVERFLOW)
            return result

        vars(checked_equation).update(equation=equation, __signature__=arguments)
        return cast("Checked", checked_equation)

    return decorate


def ignore_overflow() -> np.errstate:
    """Be silent where `e^1000` is infinite: `1 / infinity` is 0, and that is the right answer.

    Written above a function: `with` takes twice the time.
    """
    return np.errstate(over="ignore", under="ignore", invalid="ignore")


def may_overflow(W: Array, h: Array, x: Array) -> bool:
    """Whether `W [h, x] + b` may be infinite: `W [h, x]` is at most the product of their lengths.

    `b` makes no difference: where that product is finite, it is far below the last digit of
    float64's largest number.
    """
    return not isfinite(np.vdot(W, W) * (np.vdot(h, h) + np.vdot(x, x)))


def set_fields(record: object, **fields: object) -> None:
    """Fill a frozen dataclass; its arrays become read-only: what was checked stays true."""
    for name, value in fields.items():
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
        object.__setattr__(record, name, value)


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
    except (TypeError, ValueError, OverflowError, RuntimeError):  # the last is PyTorch's
        what = "an array of real numbers with rows of equal length"
        if "bfloat16" in str(getattr(value, "dtype", "")):
            what = f"{name}.float() (PyTorch) or {name}.astype('float32'): NumPy has no bfloat16"
        elif hasattr(value, "detach"):
            what = f"{name}.detach().cpu(), a tensor that NumPy can read"
        raise ValueError(f"{name} must be {what}") from None
    require_finite(array, name)
    return array


def require_finite(array: Array, name: str, why: str = FINITE) -> None:
    """Raise `ValueError` when a number in `array` is NaN or infinite."""
    if isfinite(np.vdot(array, array)):
        return  # no square is NaN or infinite, so no number is; half the time of the line below
    finite = np.isfinite(array)
    if not finite.all():
        bad = "NaN" if np.isnan(array[~finite][0]) else "an infinite number"
        where = f" at {np.argwhere(~finite)[0].tolist()}" if array.ndim else ""
        raise ValueError(f"{name} holds {bad}{where}; {why}")


def require_shape(array: Array, shape: tuple[int, ...], name: str, why: str) -> None:
    """Raise `ValueError` unless `array` has exactly this shape; `why` says where it comes from."""
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}; {why}, so {name} must be {shape}")


def as_weights(gate: str, W: ArrayLike, b: ArrayLike, H: int, D: int) -> tuple[Array, Array]:
    """Check the weights `(H, H+D)` and the bias `(H,)` of one gate that reads `[h, x]`."""
    name = f"W_{gate}" if gate else "W"
    bias = f"b_{gate}" if gate else "b"
    W, b = as_array(W, name), as_array(b, bias)
    why = f"with h ({H},) and x ({D},) the gate reads [h, x], {H + D} numbers"
    require_shape(W, (H, H + D), name, why)
    require_shape(b, (H,), bias, f"{name} has {H} row{'s' * (H > 1)}, one for each unit")
    return W, b


def check_layer(
    gate: str, h_prev: ArrayLike, x: ArrayLike, W: ArrayLike, b: ArrayLike
) -> tuple[Array, Array, Array, Array]:
    """Check everything that one layer takes; the sentences speak of `W_f` where `gate` is "f"."""
    h_prev, x = as_array(h_prev, "h_prev"), as_array(x, "x")
    for array, name, size in ((h_prev, "h_prev", "H"), (x, "x", "D")):
        if array.ndim == 0 or array.shape[-1] == 0:
            raise ValueError(
                f"{name} has shape {array.shape}; features come last and there is at least one, "
                f"so {name} must be (..., {size}); write a single number as [number]"
            )
    *front, H = h_prev.shape
    D = x.shape[-1]
    why = f"h_prev has shape {h_prev.shape} and both need the same axes in front of the last"
    require_shape(x, (*front, D), "x", why)
    return h_prev, x, *as_weights(gate, W, b, H, D)


#: Of the weights in a sentence: their kind of cell, a part that only it has, and what runs others.
KINDS = {
    "W_f": ("LSTM", "forget", "a GRU variants.gru_unroll"),
    "W_z": ("GRU", "update", "an LSTM unroll"),
    "W": ("layer", "W", ""),
}


def sizes(W: str, cell: Any) -> tuple[int, int]:
    """H and D of one cell; another kind, a pair and a list are told which function takes them."""
    kind, part, other = KINDS[W]
    if not hasattr(cell, part):
        raise TypeError(
            f"parameters must be those of one {kind}, not a {type(cell).__name__}; for a pair of "
            "cells write sequence.bidirectional(*pair, xs), for layers sequence.stack(layers, xs), "
            f"for {other}(parameters, xs)"
        )
    return cell.hidden_size, cell.input_size


def check_step(W: str, cell: Any, x: ArrayLike, **state: ArrayLike) -> list[Array]:
    """Check the input `(..., D)` of one moment, and each array `(..., H)` of the state before it.

    `W` is what the sentences call the weights that read them; its shape is `(H, H+D)`.
    """
    H, D = sizes(W, cell)
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


def as_sequence(W: str, cell: Any, xs: ArrayLike, **state: MaybeArray) -> list[Array]:
    """Check the inputs `(T, ..., D)` of a sequence, and the state `(..., H)`, zeros where None."""
    H, D = sizes(W, cell)
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


def check_same_shape(**arrays: ArrayLike) -> list[Array]:
    """Check arrays that are combined number by number: all must have the first one's shape."""
    fitting = {name: as_array(value, name) for name, value in arrays.items()}
    first = next(iter(fitting))
    for name, array in fitting.items():
        why = f"it meets {first} {fitting[first].shape} number by number"
        require_shape(array, fitting[first].shape, name, why)
    return list(fitting.values())

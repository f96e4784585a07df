"""The cell through time: the same weights at every moment (time step)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach._arrays import MaybeArray, as_array, as_sequence, ignore_overflow, require_shape
from lstm_teach.cell import lstm_cell
from lstm_teach.parameters import GATES, AnyStep, Gate, Layers, Parameters, Step

#: A bias as good as an infinite one: sigmoid and tanh give 0, 1 and -1 exactly.
SATURATED = 800.0


def unroll(
    parameters: Parameters, xs: ArrayLike, h0: MaybeArray = None, c0: MaybeArray = None
) -> Step:
    """Take the cell through a sequence: each moment's `h` and `c` go on into the next.

    Parameters
    ----------
    parameters : Parameters
        The same three gates and candidate at every moment.
    xs : array_like (T, ..., D)
        The inputs, time first. `T` may be 0.
    h0, c0 : array_like (..., H), optional
        The state before the first moment; zeros where None.

    Returns
    -------
    Step
        Every field with the time axis in front: `x` is `(T, ..., D)`, all others
        `(T, ..., H)`. `steps.h` is what other libraries call the output; `steps.h[-1]` and
        `steps.c[-1]` are the last state (PyTorch's `h_n` and `c_n`).

    Raises
    ------
    ValueError
        When an array does not fit (the message says which, its shape and the shape it needs), when
        a number is not finite, or when a weighted sum overflows.
    """
    return checked_unroll(lstm_cell, Step, "W_f", parameters, xs, h=h0, c=c0)


def pin(parameters: Parameters, gate: str, value: ArrayLike, unit: int | None = None) -> Parameters:
    """Hold one gate at `value`, whatever the cell sees: weights 0, and the bias that gives it.

    "What if the forget gate were always 1?" A gate that reads nothing is a constant, so the
    answer is a new cell like any other, and `step` and `unroll` treat it as one.

    Parameters
    ----------
    parameters : Parameters
        The cell; it is not changed.
    gate : {"forget", "input", "candidate", "output"}
        Which one to hold.
    value : float or array_like (H,)
        From 0 to 1 for a gate, from -1 to 1 for the candidate, both ends included: one number
        for all units, or one for each.
    unit : int, optional
        Hold the gate of this unit only, counted from 0; the other units' gates stay as they are.

    Raises
    ------
    ValueError
        When there is no such gate or unit, or the gate cannot take that value.
    """
    if gate not in GATES.values():
        raise ValueError(f"gate is {gate!r}; it must be one of {', '.join(GATES.values())}")
    low, name = (-1, gate) if gate == "candidate" else (0, f"{gate} gate")
    H, D = parameters.hidden_size, parameters.input_size
    numbers = as_array(value, "value")
    numbers = np.full(H, numbers) if numbers.ndim == 0 else numbers
    require_shape(numbers, (H,), "value", f"the cell has {H} unit{'s' * (H > 1)}")
    outside = numbers[(numbers < low) | (numbers > 1)]
    if outside.size:
        raise ValueError(f"value is {outside[0]:g}; it must lie between {low} and 1 for the {name}")
    # The bias is the inverse of the squashing function, which is infinite at the ends.
    with np.errstate(divide="ignore"):
        bias = np.arctanh(numbers) if gate == "candidate" else np.log(numbers) - np.log1p(-numbers)
    held = Gate(np.zeros((H, H + D)), np.clip(bias, -SATURATED, SATURATED))
    if unit is not None:
        if not isinstance(unit, int | np.integer) or not 0 <= unit < H:
            raise ValueError(f"unit is {unit!r}; the cell has {H}, so it must be from 0 to {H - 1}")
        free, this = getattr(parameters, gate), np.arange(H) == unit
        held = Gate(np.where(this[:, None], held.W, free.W), np.where(this, held.b, free.b))
    return replace(parameters, **{gate: held})


# ---- any cell through time ---------------------------------------------------------------------


@ignore_overflow()
def checked_unroll(
    equations: Callable[..., AnyStep],
    kind: type[AnyStep],
    W: str,
    p: Layers,
    xs: ArrayLike,
    **state: MaybeArray,
) -> AnyStep:
    """Check what a caller gives, follow `equations(p, x, *state)` in time, refuse an overflow.

    The fields that `state` names (`h`, and `c` where there is one) go on from each moment into the
    next. `W` is what the sentences call the weights of `p`. All fields of `kind` are kept, with
    time in front: made once, then filled, since memory is what a long sequence costs.
    """
    before = {f"{name}0": value for name, value in state.items()}
    xs, *arrays = as_sequence(W, p, xs, **before)
    shapes = {f.name: xs.shape[1:] if f.name == "x" else arrays[0].shape for f in fields(kind)}
    whole = {name: np.empty((len(xs), *shape)) for name, shape in shapes.items()}
    for t, x in enumerate(xs):
        only = equations(p, x, *arrays)
        arrays = [getattr(only, name) for name in state]
        for name, array in vars(only).items():
            whole[name][t] = array
    steps = kind(**whole)
    steps.has_time = True
    steps.refuse_overflow()
    return steps


def bidirectional(forward: Parameters, backward: Parameters, xs: ArrayLike) -> tuple[Step, Step]:
    """Let one cell read a sequence from its beginning and another one from its end.

    Parameters
    ----------
    forward, backward : Parameters
        Two cells with as many inputs and units as each other.
    xs : array_like (T, ..., D)
        The inputs, time first. Both cells start with zeros.

    Returns
    -------
    (Step, Step)
        What each of them did, as from `unroll`, and both in the order of `xs`: moment `t` of
        either is the one that read `xs[t]`. The backward cell reads `xs[0]` last. What other
        libraries call the output is ``np.concatenate([there.h, back.h], axis=-1)``.

    Raises
    ------
    ValueError
        When the cells differ in size or `xs` does not fit.
    """
    sizes = [(cell.input_size, cell.hidden_size) for cell in (forward, backward)]
    if sizes[0] != sizes[1]:
        raise ValueError(
            f"forward has (D, H) = {sizes[0]} and backward {sizes[1]}; both read the same xs side "
            "by side, so they must be the same"
        )
    there = unroll(forward, xs)
    return there, unroll(backward, as_array(xs, "xs")[::-1])[::-1]


def stack(
    layers: Sequence[Parameters | tuple[Parameters, Parameters]], xs: ArrayLike
) -> list[Step | tuple[Step, Step]]:
    """Stack cells: the `h` of one layer are the `xs` of the next.

    Parameters
    ----------
    layers : list of Parameters, or of pairs (forward, backward)
        From the lowest to the highest. A pair reads in both directions, and hands on both `h`
        end to end, the forward one first: the layer above it has `2H` inputs.
    xs : array_like (T, ..., D)
        The inputs of the lowest layer, time first. Every layer starts with zeros.

    Returns
    -------
    list of Step, or of pairs of Step
        One entry for each layer, so that all of them can be looked at; see `unroll` and
        `bidirectional`. ``stack(layers, xs)[-1].h`` is what other libraries call the output.

    Raises
    ------
    TypeError
        When the layers are not in a list: a tuple of two cells is one layer.
    ValueError
        When there is no layer, or what one hands on does not fit the next.
    """
    if not isinstance(layers, list):
        raise TypeError(
            f"layers must be a list, the lowest first, not a {type(layers).__name__}; of one cell "
            "write unroll(cell, xs), of a pair (forward, backward) bidirectional(*pair, xs)"
        )
    if not layers:
        raise ValueError("layers is empty; there must be at least one")
    steps: list[Step | tuple[Step, Step]] = []
    for layer in layers:
        if isinstance(layer, Parameters):
            run = unroll(layer, xs)
            steps.append(run)
            xs = run.h
        else:
            if not isinstance(layer, tuple) or len(layer) != 2:
                many = f" of {len(layer)}" if isinstance(layer, tuple) else ""
                raise TypeError(
                    "each of layers must be Parameters, or a pair (forward, backward) of them, not "
                    f"a {type(layer).__name__}{many}"
                )
            there, back = bidirectional(layer[0], layer[1], xs)
            steps.append((there, back))
            xs = np.concatenate([there.h, back.h], axis=-1)
    return steps

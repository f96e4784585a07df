"""The LSTM cell: every equation is one line, in the order in which the cell uses them.

Shapes: `x` is `(..., D)`, `h` and `c` are `(..., H)`. A gate reads the hidden state and the input
end to end, hidden state first: `[h, x]`, `H+D` numbers. Axes in front of the last one (a batch)
stay as they are. All arithmetic is float64, and what you pass in is never modified.

`@checked` puts checks in front of an equation: `forget_gate(...)` takes any array_like, and one
sentence says what does not fit or overflows; `forget_gate.equation` is the bare line, unchecked.

Equations: Hochreiter & Schmidhuber (1997), and Gers, Schmidhuber & Cummins (2000) for the forget
gate; in the notation of Olah, "Understanding LSTM Networks" (2015).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach._arrays import OVERFLOW, Array, check_layer, checked, may_overflow, require_finite
from lstm_teach.parameters import Gate as Gate
from lstm_teach.parameters import Parameters, Step, checked_step


def concat(h_prev: Array, x: Array) -> Array:
    """Put the hidden state and the input end to end, hidden state first: `[h, x]`; unchecked."""
    return np.concatenate([h_prev, x], axis=-1)


def linear(hx: Array, W: Array, b: Array) -> Array:
    """The weighted sum `z = W [h, x] + b`, for a vector and for a batch; unchecked."""
    return hx @ W.T + b


@checked("z")
def sigmoid(z: Array) -> Array:
    r"""Squash any number into (0, 1): :math:`\sigma(z) = 1 / (1 + e^{-z})`.

    Takes an array_like of any shape and returns float64 of the same shape; raises `ValueError`
    for what is not a finite number. ``sigmoid(0)`` is 0.5. Stable: no overflow and no warning for
    ``|z|`` up to 1e4 and beyond. float64 rounds to exactly 1 above ``z = 37``, to 0 below -710.
    """
    return 1.0 / (1.0 + np.exp(-z))


def fitting_layer(
    gate: str, h_prev: ArrayLike, x: ArrayLike, W: ArrayLike, b: ArrayLike
) -> tuple[Array, Array, Array, Array]:
    """Check everything that a layer takes, and that its weighted sum stays within float64."""
    h_prev, x, W, b = check_layer(gate, h_prev, x, W, b)
    if may_overflow(W, h_prev, x):
        require_finite(linear(concat(h_prev, x), W, b), f"z_{gate}" if gate else "z", OVERFLOW)
    return h_prev, x, W, b


@checked("f", fitting_layer)
def forget_gate(h_prev: Array, x: Array, W: Array, b: Array) -> Array:
    r"""How much of each memory to keep: :math:`f_t = \sigma(W_f [h_{t-1}, x_t] + b_f)`.

    Parameters
    ----------
    h_prev : array_like (..., H)
        The hidden state of the moment before.
    x : array_like (..., D)
        The input of this moment.
    W : array_like (H, H+D)
        The weights: a row for each unit, a column for each entry of ``[h, x]``.
    b : array_like (H,)
        The bias, one number for each unit.

    Returns
    -------
    ndarray (..., H)
        Each number is between 0 (forget all of it) and 1 (keep all of it). Neither is ever quite
        reached, except by rounding: see `sigmoid`.

    Raises
    ------
    ValueError
        When an array has another shape (the message says which, and why), when a number is not
        finite, or when the weighted sum overflows.

    Source: Gers, Schmidhuber & Cummins (2000).
    """
    return sigmoid.equation(linear(concat(h_prev, x), W, b))


@checked("i", fitting_layer)
def input_gate(h_prev: Array, x: Array, W: Array, b: Array) -> Array:
    r"""How much of the candidate to add: :math:`i_t = \sigma(W_i [h_{t-1}, x_t] + b_i)`.

    Shapes and errors as in `forget_gate`; each number is between 0 (add nothing)
    and 1 (add all of it). Source: Hochreiter & Schmidhuber (1997).
    """
    return sigmoid.equation(linear(concat(h_prev, x), W, b))


@checked("c", fitting_layer)
def candidate(h_prev: Array, x: Array, W: Array, b: Array) -> Array:
    r"""What could be added: :math:`\tilde C_t = \tanh(W_C [h_{t-1}, x_t] + b_C)`.

    Shapes and errors as in `forget_gate`; each number is between -1 and 1.
    Source: Hochreiter & Schmidhuber (1997).
    """
    return np.tanh(linear(concat(h_prev, x), W, b))


@checked("c")
def update_cell(c_prev: Array, f: Array, i: Array, c_tilde: Array) -> Array:
    r"""The new memory: :math:`C_t = f_t * C_{t-1} + i_t * \tilde C_t`, number by number.

    All four are ``(..., H)``, and so is the answer. It can be any number: unlike ``h``, the
    memory is not held between -1 and 1.
    Raises `ValueError` when the shapes differ, when a number is not finite, or when the answer
    overflows. Source: Gers, Schmidhuber & Cummins (2000).
    """
    return f * c_prev + i * c_tilde


@checked("o", fitting_layer)
def output_gate(h_prev: Array, x: Array, W: Array, b: Array) -> Array:
    r"""How much of the memory to show: :math:`o_t = \sigma(W_o [h_{t-1}, x_t] + b_o)`.

    Shapes and errors as in `forget_gate`; each number is between 0 (show nothing)
    and 1 (show all of it). Source: Hochreiter & Schmidhuber (1997).
    """
    return sigmoid.equation(linear(concat(h_prev, x), W, b))


@checked("h")
def hidden_state(o: Array, c: Array) -> Array:
    r"""What the cell shows: :math:`h_t = o_t * \tanh(C_t)`, number by number.

    Both are ``(..., H)``, and so is the answer. With `o` from the output gate each number is
    between -1 and 1.
    Raises `ValueError` when the shapes differ or a number is not finite.
    Source: Hochreiter & Schmidhuber (1997).
    """
    return o * np.tanh(c)


# ---- one step ----------------------------------------------------------------------------------


def lstm_cell(p: Parameters, x: Array, h_prev: Array, c_prev: Array) -> Step:
    """Take the cell through one moment: all its equations, in their order; unchecked."""
    z = linear(concat(h_prev, x), *p.stacked(x.ndim))  # all four layers at once: f, i, o, c
    f, i, o = sigmoid.equation(z[:3])
    c_tilde = np.tanh(z[3])
    c = update_cell.equation(c_prev, f, i, c_tilde)
    h = hidden_state.equation(o, c)
    z_f, z_i, z_o, z_c = z
    return Step(x, h_prev, c_prev, z_f, z_i, z_c, z_o, f, i, c_tilde, c, o, h)


def step(parameters: Parameters, x: ArrayLike, h_prev: ArrayLike, c_prev: ArrayLike) -> Step:
    """Take the cell through one moment (time step).

    Parameters
    ----------
    parameters : Parameters
        The three gates and the candidate.
    x : array_like (..., D)
        The input of this moment.
    h_prev, c_prev : array_like (..., H)
        The hidden state and the memory of the moment before.

    Returns
    -------
    Step
        Every number on the way, each ``(..., H)``; its `h` and `c` go on to the next moment.

    Raises
    ------
    ValueError
        When an array does not fit (the message says which, its shape and the shape it needs), when
        a number is not finite, or when a weighted sum overflows.
    """
    return checked_step(lstm_cell, "W_f", parameters, x, h_prev=h_prev, c_prev=c_prev)

"""The LSTM's relatives: the plain RNN before it, and three cells that change one thing.

Shapes and checks are those of `cell`: `[h, x]` with the hidden state first, `x` `(..., D)`, `h`
and `c` `(..., H)`, sequences `(T, ..., D)`, float64. Every cell has its equations in one place, one
line each; its step and its unroll follow them.

Sources: plain RNN, Elman (1990), "Finding Structure in Time"; peepholes, Gers & Schmidhuber (2000),
"Recurrent Nets that Time and Count"; coupled gates, Greff et al. (2017), "LSTM: A Search Space
Odyssey"; GRU, Cho et al. (2014), "Learning Phrase Representations using RNN Encoder-Decoder", in
the form of Chung et al. (2014), "Empirical Evaluation of Gated Recurrent Neural Networks on
Sequence Modeling". All in the notation of Olah, "Understanding LSTM Networks" (2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach._arrays import (
    OVERFLOW,
    Array,
    MaybeArray,
    as_array,
    as_sequence,
    check_same_shape,
    checked,
    ignore_overflow,
    may_overflow,
    require_finite,
    require_shape,
    set_fields,
    sizes,
)
from lstm_teach.cell import concat, fitting_layer, hidden_state, linear, sigmoid, update_cell
from lstm_teach.parameters import Gate, Layers, Moments, Parameters, Step, checked_step
from lstm_teach.sequence import checked_unroll

# ---- the plain RNN -----------------------------------------------------------------------------


@checked("", fitting_layer)
def rnn_step(h_prev: Array, x: Array, W: Array, b: Array) -> Array:
    r"""Take a plain RNN through one moment (time step): :math:`h_t = \tanh(W [h_{t-1}, x_t] + b)`.

    Shapes and errors as in `cell.forget_gate`; each number is between -1 and 1.
    Source: Elman (1990).
    """
    return np.tanh(linear(concat(h_prev, x), W, b))


@ignore_overflow()
def rnn_unroll(W: ArrayLike, b: ArrayLike, xs: ArrayLike, h0: MaybeArray = None) -> Array:
    """Take a plain RNN through a sequence: `rnn_step`, repeated.

    `xs` is `(T, ..., D)`, time first, and `T` may be 0; `h0` `(..., H)` is the state before the
    first moment, zeros where None. Gives the `h` of every moment, `(T, ..., H)`. The weights and
    the errors are those of `rnn_step`. Source: Elman (1990).
    """
    layer = Gate(W, b)
    xs, h = as_sequence("W", layer, xs, h0=h0)
    hs = np.empty((len(xs) + 1, *h.shape))
    hs[0] = h
    for t, x in enumerate(xs):
        hs[t + 1] = h = rnn_step.equation(h, x, layer.W, layer.b)
    if may_overflow(layer.W, hs, xs):
        require_finite(linear(concat(hs[:-1], xs), layer.W, layer.b), "z", OVERFLOW)
    return hs[1:]


# ---- peepholes: the gates see the memory -------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Peepholes:
    """One weight for each unit, through which a gate sees that unit's memory.

    `p_f`, `p_i` and `p_o` are `(H,)`; the arrays are copies, and read-only.

    Raises
    ------
    ValueError
        When their shapes differ, or a number is NaN or infinite.
    """

    p_f: Array
    p_i: Array
    p_o: Array

    def __init__(self, p_f: ArrayLike, p_i: ArrayLike, p_o: ArrayLike) -> None:
        p_f, p_i, p_o = check_same_shape(p_f=p_f, p_i=p_i, p_o=p_o)
        if p_f.ndim != 1 or not p_f.size:
            raise ValueError(
                f"p_f has shape {p_f.shape}; each unit's memory is seen with one number, "
                "so p_f must be (H,)"
            )
        set_fields(self, p_f=p_f, p_i=p_i, p_o=p_o)


def peephole_cell(
    p: Parameters, x: Array, h_prev: Array, c_prev: Array, peepholes: Peepholes
) -> Step:
    """All equations of a cell with peepholes, in their order; unchecked."""
    hx = concat(h_prev, x)
    z_f = linear(hx, p.forget.W, p.forget.b) + peepholes.p_f * c_prev
    z_i = linear(hx, p.input.W, p.input.b) + peepholes.p_i * c_prev
    z_c = linear(hx, p.candidate.W, p.candidate.b)
    f = sigmoid.equation(z_f)
    i = sigmoid.equation(z_i)
    c_tilde = np.tanh(z_c)
    c = update_cell.equation(c_prev, f, i, c_tilde)
    z_o = linear(hx, p.output.W, p.output.b) + peepholes.p_o * c  # it comes later: the new memory
    o = sigmoid.equation(z_o)
    h = hidden_state.equation(o, c)
    return Step(x, h_prev, c_prev, z_f, z_i, z_c, z_o, f, i, c_tilde, c, o, h)


def peephole_step(
    parameters: Parameters, peepholes: Peepholes, x: ArrayLike, h_prev: ArrayLike, c_prev: ArrayLike
) -> Step:
    r"""Take a cell whose gates see the memory through one moment (time step).

    :math:`f_t = \sigma(W_f [h_{t-1}, x_t] + b_f + p_f * C_{t-1})`, and likewise `i`; the output
    gate sees the new memory, :math:`o_t = \sigma(W_o [h_{t-1}, x_t] + b_o + p_o * C_t)`. The
    candidate sees none.

    Takes `Peepholes` with a number for each of the cell's units; everything else, the result and
    the errors are as in `cell.step`. Source: Gers & Schmidhuber (2000).
    """
    equations = _with_peepholes(parameters, peepholes)
    return checked_step(equations, "W_f", parameters, x, h_prev=h_prev, c_prev=c_prev)


def peephole_unroll(
    parameters: Parameters,
    peepholes: Peepholes,
    xs: ArrayLike,
    h0: MaybeArray = None,
    c0: MaybeArray = None,
) -> Step:
    """Take a cell whose gates see the memory through a sequence: `peephole_step`, repeated.

    Shapes, result and errors as in `sequence.unroll`.
    """
    equations = _with_peepholes(parameters, peepholes)
    return checked_unroll(equations, Step, "W_f", parameters, xs, h=h0, c=c0)


def _with_peepholes(p: Parameters, peepholes: Peepholes) -> partial[Step]:
    H, _ = sizes("W_f", p)
    why = f"W_f {p.forget.W.shape} has {H} row{'s' * (H > 1)}, one for each unit"
    require_shape(peepholes.p_f, (H,), "p_f", why)
    return partial(peephole_cell, peepholes=peepholes)


# ---- coupled gates: what is forgotten makes room for what is added -----------------------------


def coupled_cell(p: Parameters, x: Array, h_prev: Array, c_prev: Array) -> Step:
    """All equations of a cell with coupled gates, in their order; unchecked."""
    hx = concat(h_prev, x)
    z_f = linear(hx, p.forget.W, p.forget.b)
    z_i = -z_f  # 1 - sigmoid(z) is sigmoid(-z)
    z_c = linear(hx, p.candidate.W, p.candidate.b)
    z_o = linear(hx, p.output.W, p.output.b)
    f = sigmoid.equation(z_f)
    i = 1.0 - f
    c_tilde = np.tanh(z_c)
    c = update_cell.equation(c_prev, f, i, c_tilde)
    o = sigmoid.equation(z_o)
    h = hidden_state.equation(o, c)
    return Step(x, h_prev, c_prev, z_f, z_i, z_c, z_o, f, i, c_tilde, c, o, h)


def coupled_step(
    parameters: Parameters, x: ArrayLike, h_prev: ArrayLike, c_prev: ArrayLike
) -> Step:
    r"""Take a cell with coupled gates through one moment (time step): :math:`i_t = 1 - f_t`.

    So :math:`C_t = f_t * C_{t-1} + (1 - f_t) * \tilde C_t`, and the memory stays between what it
    was and the candidate. The input gate's weights in `parameters` are not used; everything else,
    the result and the errors are as in `cell.step`.
    Source: Greff et al. (2017), their variant CIFG.
    """
    return checked_step(coupled_cell, "W_f", parameters, x, h_prev=h_prev, c_prev=c_prev)


def coupled_unroll(
    parameters: Parameters, xs: ArrayLike, h0: MaybeArray = None, c0: MaybeArray = None
) -> Step:
    """Take a cell with coupled gates through a sequence: `coupled_step`, repeated.

    Shapes, result and errors as in `sequence.unroll`.
    """
    return checked_unroll(coupled_cell, Step, "W_f", parameters, xs, h=h0, c=c0)


# ---- GRU: one state, two gates -----------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class GRUParameters(Layers):
    """Everything a GRU has learned: two gates and a candidate, each with the shapes of an LSTM's.

    The reset gate r is used in one of two ways, and they make different cells:

    - ``reset_after=False``: r multiplies `h` before the matrix product, ``W [r * h_prev, x] + b``.
      This is the form of Chung et al. (2014), of Olah (2015), and of the published version of
      Cho et al. (2014), arXiv 1406.1078v3.
    - ``reset_after=True``: r multiplies the product, ``W_x x + b + r * (W_h h_prev +
      recurrent_bias)``, where `W` is ``[W_h, W_x]``. This is the form of the first version of
      Cho et al. (2014), arXiv 1406.1078v1, according to Keras's documentation of its GRU; PyTorch
      has it, Keras unless told otherwise, and ONNX with ``linear_before_reset``. Only here does a
      second bias `(H,)` make a difference; None stands for zeros.

    Raises
    ------
    TypeError
        When one of the three is not a `Gate`.
    ValueError
        When shapes differ, a number is not finite, or there is a `recurrent_bias` that nothing
        reads.
    """

    update: Gate
    reset: Gate
    candidate: Gate
    reset_after: bool
    recurrent_bias: Array

    def __init__(
        self,
        update: Gate,
        reset: Gate,
        candidate: Gate,
        reset_after: bool = False,
        recurrent_bias: MaybeArray = None,
    ) -> None:
        gates = {"update": update, "reset": reset, "candidate": candidate}
        self.require_gates(gates, "all three")
        H = update.hidden_size
        bias = np.zeros(H) if recurrent_bias is None else as_array(recurrent_bias, "recurrent_bias")
        why = f"the update gate has {H} unit{'s' * (H > 1)}"
        require_shape(bias, (H,), "recurrent_bias", why)
        if bias.any() and not reset_after:
            raise ValueError(
                "recurrent_bias is not zero, but with reset_after=False nothing reads it; "
                "add it to the candidate's b, or it must be None"
            )
        set_fields(self, **gates, reset_after=reset_after, recurrent_bias=bias)


@dataclass(eq=False)  # not frozen, like `Step`
class GRUStep(Moments):
    """Everything that happened in one moment (time step) of a GRU.

    `x` is `(..., D)`, all others are `(..., H)`. `z_z`, `z_r` and `z_h` are the pre-activations of
    the update gate `z`, the reset gate `r` and the candidate `h_tilde`. From `gru_unroll` every
    field has the time axis in front; `steps[t]` is one moment of it.
    """

    no_pair = "a GRUStep is not a pair: write moment = gru_step(...), then moment.h"
    sums = ("z_z", "z_r", "z_h")

    x: Array
    h_prev: Array
    z_z: Array
    z_r: Array
    z_h: Array
    z: Array
    r: Array
    h_tilde: Array
    h: Array

    @property
    def kept(self) -> Array:
        """What stays of the old state: `(1 - z) * h_prev`."""
        return (1.0 - self.z) * self.h_prev

    @property
    def added(self) -> Array:
        """What comes in of the candidate: `z * h_tilde`."""
        return self.z * self.h_tilde


def gru_cell(p: GRUParameters, x: Array, h_prev: Array) -> GRUStep:
    """All equations of a GRU, in their order; unchecked."""
    hx = concat(h_prev, x)
    z_r = linear(hx, p.reset.W, p.reset.b)
    z_z = linear(hx, p.update.W, p.update.b)
    r = sigmoid.equation(z_r)
    z = sigmoid.equation(z_z)
    if p.reset_after:
        W_h, W_x = np.split(p.candidate.W, [p.hidden_size], axis=1)
        z_h = linear(x, W_x, p.candidate.b) + r * linear(h_prev, W_h, p.recurrent_bias)
    else:
        z_h = linear(concat(r * h_prev, x), p.candidate.W, p.candidate.b)
    h_tilde = np.tanh(z_h)
    h = (1.0 - z) * h_prev + z * h_tilde
    return GRUStep(x, h_prev, z_z, z_r, z_h, z, r, h_tilde, h)


def gru_step(parameters: GRUParameters, x: ArrayLike, h_prev: ArrayLike) -> GRUStep:
    r"""Take a GRU through one moment (time step).

    :math:`z_t = \sigma(W_z [h_{t-1}, x_t] + b_z)` and :math:`r_t = \sigma(W_r [h_{t-1}, x_t] +
    b_r)`; :math:`\tilde h_t = \tanh(W_h [r_t * h_{t-1}, x_t] + b_h)` (or with r after the product,
    see `GRUParameters`); :math:`h_t = (1 - z_t) * h_{t-1} + z_t * \tilde h_t`.

    So z says how much of the state is new, as in Chung et al. (2014) and Olah (2015). Cho et al.
    (2014), who introduced the unit, let z say how much of it stays, :math:`h_t = z_t * h_{t-1} +
    (1 - z_t) * \tilde h_t`, and so do PyTorch, Keras and ONNX: `conventions.gru_from_torch` and
    its like translate.

    Parameters
    ----------
    parameters : GRUParameters
        The two gates and the candidate.
    x : array_like (..., D)
        The input of this moment.
    h_prev : array_like (..., H)
        The state of the moment before.

    Returns
    -------
    GRUStep
        Every number on the way, each ``(..., H)``; its `h` goes on to the next moment.

    Raises
    ------
    ValueError
        When an array does not fit, a number is not finite, or a weighted sum overflows.
    """
    return checked_step(gru_cell, "W_z", parameters, x, h_prev=h_prev)


def gru_unroll(parameters: GRUParameters, xs: ArrayLike, h0: MaybeArray = None) -> GRUStep:
    """Take a GRU through a sequence: `gru_step`, repeated.

    `xs` and `h0` as in `sequence.unroll`, and so are the errors. Every field of the `GRUStep` has
    the time axis in front.
    """
    return checked_unroll(gru_cell, GRUStep, "W_z", parameters, xs, h=h0)

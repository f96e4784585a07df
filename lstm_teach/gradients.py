"""Backpropagation through time: how much would a nudge, anywhere, change what comes out at the end?

The derivatives are those of the equations in `cell.py`, one line each, in the opposite order.

Sources: Hochreiter & Schmidhuber (1997) and Gers, Schmidhuber & Cummins (2000) for the cell;
Werbos, "Backpropagation through time" (1990), for going back through all of its moments (time
steps).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach._arrays import Array, MaybeArray, as_array, require_shape, sizes
from lstm_teach.cell import concat, linear
from lstm_teach.parameters import Gate, Parameters, Step


def backward(
    parameters: Parameters, steps: Step, dh: ArrayLike, dc: MaybeArray = None
) -> tuple[Parameters, Array, Array, Array]:
    r"""Go back through a sequence: how much would each number that went in change a result?

    The result is any number that is computed from `h` and from the last `c`; `dh` and `dc` say
    how much it changes with each of them. Along the memory line, from one `c` to the one before,
    the gradient is multiplied by `f` and nothing else; what comes back through `h` is added to it.

    Parameters
    ----------
    parameters : Parameters
        The cell.
    steps : Step
        What `unroll` gave for it: every field `(T, ..., H)`, and `x` `(T, ..., D)`.
    dh : array_like (T, ..., H)
        The gradient of the result with respect to `steps.h`.
    dc : array_like (..., H), optional
        The same with respect to the last memory, `steps.c[-1]`; zeros where None.

    Returns
    -------
    grads : Parameters
        The gradient with respect to each weight and bias, summed over time and batch.
    dxs : ndarray (T, ..., D)
        With respect to the inputs.
    dh0, dc0 : ndarray (..., H)
        With respect to the state before the first moment.

    Raises
    ------
    ValueError
        When an array does not fit (the message says which, its shape and the shape it needs), or
        when `steps` are those of other parameters or of a variant.
    """
    _require_own_steps(parameters, steps)
    return unchecked_backward(parameters, steps, dh, dc)


def unchecked_backward(
    parameters: Parameters, steps: Step, dh: ArrayLike, dc: MaybeArray = None
) -> tuple[Parameters, Array, Array, Array]:
    """Do what `backward` does, of steps that are known to be those of this cell: training's."""
    dz, dhs, dcs = _back_through_time(parameters, steps, dh, dc)
    dW, db = linear_gradients(dz, steps.h_prev, steps.x)
    grads = Parameters(*map(Gate, np.split(dW, 4), np.split(db, 4)))
    W = np.vstack([gate.W for gate in vars(parameters).values()])
    return grads, dz @ W[:, parameters.hidden_size :], dhs[0], dcs[0]


def state_gradients(
    parameters: Parameters, steps: Step, dh: ArrayLike, dc: MaybeArray = None
) -> tuple[Array, Array]:
    """Get the gradient with respect to the state at every moment: how far back it reaches.

    Takes the same as `backward`. Returns two arrays `(T+1, ..., H)`, the gradients with respect to
    `h` and to `c`: entry 0 is that of the state before the first moment (`dh0` and `dc0` of
    `backward`), entry `t+1` that of the state after moment `t`, through `h` and `c` alike.
    """
    _require_own_steps(parameters, steps)
    return _back_through_time(parameters, steps, dh, dc)[1:]


def _require_own_steps(parameters: Parameters, steps: Step) -> None:
    """Raise unless `unroll` gives these weighted sums: other cells have other derivatives."""
    H, D = sizes("W_f", parameters)
    if not isinstance(steps, Step):
        raise TypeError(f"steps must be what unroll gives, a Step, not a {type(steps).__name__}")
    front = steps.h.shape[:-1]
    if (steps.h.shape, steps.x.shape) != ((*front, H), (*front, D)):
        return  # `_as_gradients` says which does not fit
    z = np.array([steps.z_f, steps.z_i, steps.z_o, steps.z_c])
    again = linear(concat(steps.h_prev, steps.x), *parameters.stacked(steps.x.ndim))
    rounding = 1e-8 * np.abs(z).max(initial=1.0)
    if not np.allclose(z, again, atol=rounding):
        raise ValueError(
            "steps are not what unroll gives for these parameters; they must be, for the "
            "derivatives are those of the plain LSTM with these weights"
        )


def _as_gradients(
    parameters: Parameters, steps: Step, dh: ArrayLike, dc: MaybeArray
) -> tuple[Array, Array]:
    """Check what goes into `backward`; `dc` is zeros where None."""
    if steps.h.ndim < 2:
        raise ValueError(
            f"steps.h has shape {steps.h.shape}; time comes first, as unroll gives it, "
            "so steps.h must be (T, ..., H)"
        )
    T, *front = steps.h.shape[:-1]
    D, H = parameters.input_size, parameters.hidden_size
    why = f"the cell's W_f has shape {(H, H + D)}"
    require_shape(steps.h, (T, *front, H), "steps.h", why)
    require_shape(steps.x, (T, *front, D), "steps.x", why)
    dh = as_array(dh, "dh")
    require_shape(dh, steps.h.shape, "dh", f"there is one for each of h {steps.h.shape}")
    dc = np.zeros((*front, H)) if dc is None else as_array(dc, "dc")
    why = f"it is for the last memory of steps.c {steps.c.shape}"
    require_shape(dc, (*front, H), "dc", why)
    return dh, dc


def _back_through_time(
    parameters: Parameters, steps: Step, dh: ArrayLike, dc: MaybeArray
) -> tuple[Array, Array, Array]:
    """Run the cell backward: `dz (T, ..., 4H)`, and `dh` and `dc` of all states `(T+1, ..., H)`."""
    dh, dc = _as_gradients(parameters, steps, dh, dc)
    T, H = len(steps.h), parameters.hidden_size
    W_h = np.vstack([gate.W[:, :H] for gate in vars(parameters).values()])
    f, i, c_tilde, o, c_prev = steps.f, steps.i, steps.c_tilde, steps.o, steps.c_prev
    tanh_c = np.tanh(steps.c)
    # how steep each curve is where it was used: sigmoid' = f (1 - f), tanh' = 1 - tanh^2
    slope_c = o * (1 - tanh_c**2)
    slopes = np.concatenate([f * (1 - f), i * (1 - i), 1 - c_tilde**2, o * (1 - o)], axis=-1)

    dz, dhs, dcs = np.empty_like(slopes), np.empty((T + 1, *dc.shape)), np.empty((T + 1, *dc.shape))
    dh_next, dc_next = np.zeros_like(dc), dc  # what comes back from the moment after
    for t in reversed(range(T)):
        # h goes out, and on to the next moment
        dhs[t + 1] = dh_t = dh[t] + dh_next
        # h = o * tanh(c)
        do = dh_t * tanh_c[t]
        dcs[t + 1] = dc_t = dc_next + dh_t * slope_c[t]
        # c = f * c_prev + i * c_tilde
        df, di, dc_tilde = dc_t * c_prev[t], dc_t * c_tilde[t], dc_t * i[t]
        dc_next = dc_t * f[t]
        # f = sigmoid(z_f), i = sigmoid(z_i), c_tilde = tanh(z_c), o = sigmoid(z_o)
        dz[t] = np.concatenate([df, di, dc_tilde, do], axis=-1) * slopes[t]
        # z = W [h_prev, x] + b
        dh_next = dz[t] @ W_h
    dhs[0], dcs[0] = dh_next, dc_next
    return dz, dhs, dcs


def linear_gradients(dz: Array, *read: Array) -> tuple[Array, Array]:
    """Get the gradient with respect to W and b of `z = W [h, x] + b`; unchecked.

    `dz` is `(..., H)`, and `read` is what stands end to end, such as h `(..., H)` and x `(..., D)`.
    The same W and b make every z, at all moments and in all rows, so the gradients are summed.
    """
    rows = dz.reshape(-1, dz.shape[-1])
    dW = np.hstack([rows.T @ array.reshape(-1, array.shape[-1]) for array in read])
    return dW, rows.sum(axis=0)


def rnn_backward(
    W: ArrayLike, xs: ArrayLike, h: ArrayLike, dh: ArrayLike, h0: MaybeArray = None
) -> tuple[Array, Array, Array, Array]:
    r"""Go back through a sequence of the plain RNN, :math:`h_t = \tanh(W [h_{t-1}, x_t] + b)`.

    Parameters
    ----------
    W : array_like (H, H+D)
        The weights. (The value of the bias makes no difference.)
    xs : array_like (T, ..., D)
        The inputs.
    h : array_like (T, ..., H)
        What `variants.rnn_unroll` gave for them.
    dh : array_like (T, ..., H)
        The gradient of the result with respect to `h`.
    h0 : array_like (..., H), optional
        The state before the first moment; zeros where None.

    Returns
    -------
    dW, db, dxs, dh0 : ndarray
        The gradients, with the shapes of `W`, `b`, `xs` and `h0`; those of `W` and `b` are summed
        over time and batch.

    Raises
    ------
    ValueError
        When an array does not fit; the message says which, its shape and the shape it needs.
    """
    W, xs, h, dh = as_array(W, "W"), as_array(xs, "xs"), as_array(h, "h"), as_array(dh, "dh")
    H, D = Gate(W, np.zeros(W.shape[:1])).W.shape[0], W.shape[1] - W.shape[0]
    if h.ndim < 2:
        raise ValueError(f"h has shape {h.shape}; time comes first, so h must be (T, ..., {H})")
    T, *front = h.shape[:-1]
    why = f"W has shape {W.shape}"
    require_shape(h, (T, *front, H), "h", why)
    require_shape(xs, (T, *front, D), "xs", f"{why} and h {h.shape}")
    require_shape(dh, h.shape, "dh", f"there is one for each of h {h.shape}")
    h0 = np.zeros((*front, H)) if h0 is None else as_array(h0, "h0")
    require_shape(h0, (*front, H), "h0", f"h has shape {h.shape}")

    slopes = 1 - h**2
    dz, dh_next = np.empty_like(h), np.zeros_like(h0)
    for t in reversed(range(T)):
        dz[t] = (dh[t] + dh_next) * slopes[t]  # h = tanh(z)
        dh_next = dz[t] @ W[:, :H]  # z = W [h_prev, x] + b

    dW, db = linear_gradients(dz, np.concatenate([h0[None], h])[:T], xs)
    return dW, db, dz @ W[:, H:], dh_next


def numerical_gradient(
    function: Callable[[Array], float], array: ArrayLike, eps: float = 1e-5
) -> Array:
    """Find a gradient without calculus: nudge each number up and down, and see what changes.

    Slow (two calls for each number of `array`) and right to about eight digits: good for checks.

    Parameters
    ----------
    function : callable
        Takes an array with the shape of `array` and gives one number.
    array : array_like, any shape
        Where to take the gradient; it is not changed.
    eps : float
        How far to go to either side.

    Returns
    -------
    ndarray, same shape
        `(function(array + eps) - function(array - eps)) / (2 eps)`, number by number.
    """
    array = as_array(array, "array")
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        up, down = array.copy(), array.copy()
        up[index] += eps
        down[index] -= eps
        gradient[index] = (function(up) - function(down)) / (2 * eps)
    return gradient

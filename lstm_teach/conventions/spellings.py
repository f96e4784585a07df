"""The same cell in the spellings of other libraries.

They differ in three things: the order of the gates, whether weights stand left of a column or
right of a row, and how many biases there are. None of that changes a number that comes out:
two biases only ever act as their sum. Going out, the second bias is therefore 0.

With a GRU two more things differ. All three libraries use the update gate the other way round,
h = z * h_prev + (1 - z) * h_tilde; since 1 - sigmoid(z) is sigmoid(-z), that gate's weights change
their sign. And the reset gate works before the product or after it, which is another cell: see
`GRUParameters`. After it, the candidate's second bias is one of its own.

Sources: the documentation of PyTorch `nn.LSTM` and `nn.GRU`, of Keras `LSTM` and `GRU`, and of the
ONNX operators `LSTM` and `GRU`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach._arrays import Array, as_array, require_shape
from lstm_teach.parameters import GATES, Gate, Parameters
from lstm_teach.variants import GRUParameters, Peepholes

__all__ = ["from_keras", "from_onnx", "from_rows", "from_split", "from_torch", "gru_from_keras",
           "gru_from_onnx", "gru_from_torch", "gru_to_keras", "gru_to_onnx", "gru_to_torch",
           "peepholes_from_onnx", "peepholes_to_onnx", "to_keras", "to_onnx", "to_rows",
           "to_split", "to_torch"]  # fmt: skip

TORCH = ("input", "forget", "candidate", "output")  # i, f, g, o: g is the candidate
KERAS = ("input", "forget", "candidate", "output")  # i, f, c, o
ONNX = ("input", "output", "forget", "candidate")  # i, o, f, c
ONNX_PEEPHOLES = ("p_i", "p_o", "p_f")
GRU_TORCH = ("reset", "update", "candidate")  # r, z, n: n is the candidate
GRU_KERAS = GRU_ONNX = ("update", "reset", "candidate")  # z, r, h

Bias = ArrayLike | None

# ---- PyTorch -----------------------------------------------------------------------------------


def from_torch(
    weight_ih: ArrayLike, weight_hh: ArrayLike, bias_ih: Bias = None, bias_hh: Bias = None
) -> Parameters:
    """Read the weights of one layer of `torch.nn.LSTM`.

    `weight_ih` is `(4H, D)`, `weight_hh` `(4H, H)`, each bias `(4H,)` or None for zeros; the
    gates are stacked in the order i, f, g, o. Raises `ValueError` for any other shape.
    PyTorch's own parameters track gradients: pass ``lstm.weight_ih_l0.detach()``.
    """
    W_x, W_h, b_x, b_h = _read_torch(4, weight_ih, weight_hh, bias_ih, bias_hh)
    return Parameters(**_from_stack(W_x, W_h, b_x + b_h, TORCH))


def to_torch(parameters: Parameters) -> tuple[Array, Array, Array, Array]:
    """Give `weight_ih (4H, D)`, `weight_hh (4H, H)`, `bias_ih (4H,)`, `bias_hh (4H,)`, all 0."""
    W_x, W_h, b = _to_stack(vars(parameters), TORCH)
    return W_x, W_h, b, np.zeros_like(b)


def gru_from_torch(
    weight_ih: ArrayLike, weight_hh: ArrayLike, bias_ih: Bias = None, bias_hh: Bias = None
) -> GRUParameters:
    """Read the weights of one layer of `torch.nn.GRU`, whose reset gate works after the product.

    `weight_ih` is `(3H, D)`, `weight_hh` `(3H, H)`, each bias `(3H,)` or None for zeros; stacked in
    the order r, z, n. Raises `ValueError` for any other shape.
    """
    W_x, W_h, b_x, b_h = _read_torch(3, weight_ih, weight_hh, bias_ih, bias_hh)
    return _gru_from_stack(W_x, W_h, b_x, b_h, GRU_TORCH, reset_after=True)


def gru_to_torch(parameters: GRUParameters) -> tuple[Array, Array, Array, Array]:
    """Give `weight_ih (3H, D)`, `weight_hh (3H, H)`, `bias_ih (3H,)` and `bias_hh (3H,)`.

    `bias_hh` is 0 but for the candidate's. Raises `ValueError` for a GRU whose reset gate works
    before the product: PyTorch has no such cell.
    """
    if not parameters.reset_after:
        raise ValueError(
            "parameters has reset_after=False; PyTorch's reset gate works after the product, "
            "so reset_after must be True"
        )
    return _gru_to_stack(parameters, GRU_TORCH)


def _read_torch(
    n: int, weight_ih: ArrayLike, weight_hh: ArrayLike, bias_ih: Bias, bias_hh: Bias
) -> tuple[Array, Array, Array, Array]:
    """Check the weights of n layers stacked on top of each other."""
    want = f"({n}H, D)"
    W_x, W_h = _matrix(weight_ih, "weight_ih", want), as_array(weight_hh, "weight_hh")
    H = _hidden_size(W_x.shape[0], n, "weight_ih", W_x.shape, want)
    _fit(W_h, (n * H, H), "weight_hh", H)
    b_x = _zeros_or(bias_ih, (n * H,), "bias_ih", H)
    return W_x, W_h, b_x, _zeros_or(bias_hh, (n * H,), "bias_hh", H)


# ---- Keras -------------------------------------------------------------------------------------


def from_keras(kernel: ArrayLike, recurrent_kernel: ArrayLike, bias: Bias = None) -> Parameters:
    """Read the weights of a Keras `LSTM` layer.

    `kernel` is `(D, 4H)`, `recurrent_kernel` `(H, 4H)`, `bias` `(4H,)` or None for zeros; the
    gates stand side by side in the order i, f, c, o. Raises `ValueError` for any other shape.
    """
    W_x, W_h, H = _read_keras(4, kernel, recurrent_kernel)
    b = _zeros_or(bias, (4 * H,), "bias", H)
    return Parameters(**_from_stack(W_x, W_h, b, KERAS))


def to_keras(parameters: Parameters) -> tuple[Array, Array, Array]:
    """Give `kernel (D, 4H)`, `recurrent_kernel (H, 4H)` and `bias (4H,)`."""
    W_x, W_h, b = _to_stack(vars(parameters), KERAS)
    return W_x.T.copy(), W_h.T.copy(), b


def gru_from_keras(
    kernel: ArrayLike, recurrent_kernel: ArrayLike, bias: Bias = None, reset_after: bool = True
) -> GRUParameters:
    """Read the weights of a Keras `GRU` layer, and its `reset_after`, which is True by default.

    `kernel` is `(D, 3H)`, `recurrent_kernel` `(H, 3H)`; `bias` is `(2, 3H)` (that of the input,
    then that of the hidden state) with `reset_after`, `(3H,)` without, or None for zeros; side by
    side in the order z, r, h. Raises `ValueError` for any other shape.
    """
    W_x, W_h, H = _read_keras(3, kernel, recurrent_kernel)
    b = _zeros_or(bias, (2, 3 * H) if reset_after else (3 * H,), "bias", H)
    b_x, b_h = b if reset_after else (b, np.zeros_like(b))
    return _gru_from_stack(W_x, W_h, b_x, b_h, GRU_KERAS, reset_after)


def gru_to_keras(parameters: GRUParameters) -> tuple[Array, Array, Array]:
    """Give `kernel (D, 3H)`, `recurrent_kernel (H, 3H)` and `bias`.

    `bias` is `(2, 3H)` for a layer with `reset_after=True`, `(3H,)` for one without.
    """
    W_x, W_h, b_x, b_h = _gru_to_stack(parameters, GRU_KERAS)
    return W_x.T.copy(), W_h.T.copy(), np.stack([b_x, b_h]) if parameters.reset_after else b_x


def _read_keras(n: int, *given: ArrayLike) -> tuple[Array, Array, int]:
    """Check the weights of n layers side by side, and turn them so that they are on top."""
    want = f"(D, {n}H)"
    W_x, W_h = _matrix(given[0], "kernel", want), as_array(given[1], "recurrent_kernel")
    H = _hidden_size(W_x.shape[1], n, "kernel", W_x.shape, want)
    _fit(W_h, (H, n * H), "recurrent_kernel", H)
    return W_x.T, W_h.T, H


# ---- ONNX --------------------------------------------------------------------------------------


def from_onnx(W: ArrayLike, R: ArrayLike, B: Bias = None) -> Parameters:
    """Read the weights of an ONNX `LSTM` of one direction.

    `W` is `(1, 4H, D)`, `R` `(1, 4H, H)`, `B` `(1, 8H)` (the biases of W, then those of R) or
    None for zeros; the gates are stacked in the order i, o, f, c. Raises `ValueError` for any
    other shape, a second direction included.
    """
    W_x, W_h, b_x, b_h = _read_onnx(4, W, R, B)
    return Parameters(**_from_stack(W_x, W_h, b_x + b_h, ONNX))


def to_onnx(parameters: Parameters) -> tuple[Array, Array, Array]:
    """Give `W (1, 4H, D)`, `R (1, 4H, H)` and `B (1, 8H)`, whose second half is 0."""
    W_x, W_h, b = _to_stack(vars(parameters), ONNX)
    return W_x[None], W_h[None], np.concatenate([b, np.zeros_like(b)])[None]


def peepholes_from_onnx(P: ArrayLike) -> Peepholes:
    """Read the peepholes `P` `(1, 3H)` of an ONNX `LSTM` of one direction, in the order i, o, f."""
    P = as_array(P, "P")
    if P.ndim != 2 or P.shape[0] != 1 or P.shape[1] % 3 or not P.size:
        raise ValueError(
            f"P has shape {P.shape}; it holds three gates' peepholes of one direction, "
            "so P must be (1, 3H)"
        )
    return Peepholes(**dict(zip(ONNX_PEEPHOLES, np.split(P[0], 3), strict=True)))


def peepholes_to_onnx(peepholes: Peepholes) -> Array:
    """Give `P (1, 3H)`."""
    return np.concatenate([getattr(peepholes, name) for name in ONNX_PEEPHOLES])[None]


def gru_from_onnx(
    W: ArrayLike, R: ArrayLike, B: Bias = None, linear_before_reset: bool = False
) -> GRUParameters:
    """Read the weights of an ONNX `GRU` of one direction, and its attribute `linear_before_reset`.

    `W` is `(1, 3H, D)`, `R` `(1, 3H, H)`, `B` `(1, 6H)` (the biases of W, then those of R) or
    None for zeros; stacked in the order z, r, h. Raises `ValueError` for any other shape.
    """
    stack = _read_onnx(3, W, R, B)
    return _gru_from_stack(*stack, GRU_ONNX, reset_after=bool(linear_before_reset))


def gru_to_onnx(parameters: GRUParameters) -> tuple[Array, Array, Array]:
    """Give `W (1, 3H, D)`, `R (1, 3H, H)` and `B (1, 6H)`.

    `linear_before_reset` has to be 1 for parameters with `reset_after`, 0 for others.
    """
    W_x, W_h, b_x, b_h = _gru_to_stack(parameters, GRU_ONNX)
    return W_x[None], W_h[None], np.concatenate([b_x, b_h])[None]


def _read_onnx(n: int, W: ArrayLike, R: ArrayLike, B: Bias) -> tuple[Array, Array, Array, Array]:
    """Check the weights of n layers stacked on top of each other, for one direction."""
    W, R = as_array(W, "W"), as_array(R, "R")
    if W.ndim != 3 or W.shape[0] != 1 or W.shape[2] < 1:
        raise ValueError(f"W has shape {W.shape}; one direction needs W to be (1, {n}H, D)")
    H = _hidden_size(W.shape[1], n, "W", W.shape, f"(1, {n}H, D)")
    _fit(R, (1, n * H, H), "R", H)
    B = _zeros_or(B, (1, 2 * n * H), "B", H)
    return W[0], R[0], *np.split(B[0], 2)


# ---- other ways to write the same cell ---------------------------------------------------------


def from_rows(gates: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> Parameters:
    """Read gates written for rows with the input first: `[x, h] @ W + b`.

    `gates` maps "forget", "input", "candidate" and "output" to `(W, b)`, with `W` `(D+H, H)`
    and `b` `(H,)`. Raises `ValueError` for any other shape or a missing gate.
    """
    first = _first_matrix(gates, ("W", "b"), "(D+H, H)")
    H = first.shape[1]
    D = first.shape[0] - H
    if D < 1:
        raise ValueError(
            f"the forget gate's W has shape {first.shape}; written for rows it has a row for each "
            "entry of [x, h] and a column for each unit, so it must be (D+H, H) with D at least 1"
        )
    read = _read_gates(gates, {"W": (D + H, H), "b": (H,)})
    return Parameters(
        **{name: Gate(np.concatenate([W[D:], W[:D]]).T, b) for name, (W, b) in read.items()}
    )


def to_rows(parameters: Parameters) -> dict[str, tuple[Array, Array]]:
    """Give `{gate: (W, b)}` with `W` `(D+H, H)`, to be used as `[x, h] @ W + b`."""
    H = parameters.hidden_size
    return {
        name: (np.concatenate([gate.W[:, H:], gate.W[:, :H]], axis=1).T, gate.b.copy())
        for name, gate in vars(parameters).items()
    }


def from_split(
    gates: Mapping[str, tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike]],
) -> Parameters:
    """Read gates with weights and biases of their own for the input and the hidden state.

    `gates` maps "forget", "input", "candidate" and "output" to `(W_x, W_h, b_x, b_h)`, used as
    `W_x x + b_x + W_h h + b_h`; shapes `(H, D)`, `(H, H)`, `(H,)`, `(H,)`. Raises `ValueError`
    for any other shape or a missing gate.
    """
    first = _first_matrix(gates, ("W_x", "W_h", "b_x", "b_h"), "(H, D)")
    H, D = first.shape
    read = _read_gates(gates, {"W_x": (H, D), "W_h": (H, H), "b_x": (H,), "b_h": (H,)})
    return Parameters(
        **{
            name: Gate(np.concatenate([W_h, W_x], axis=1), b_x + b_h)
            for name, (W_x, W_h, b_x, b_h) in read.items()
        }
    )


def to_split(parameters: Parameters) -> dict[str, tuple[Array, Array, Array, Array]]:
    """Give `{gate: (W_x, W_h, b_x, b_h)}`; the whole bias is in `b_x`, and `b_h` is 0."""
    H = parameters.hidden_size
    return {
        name: (gate.W[:, H:].copy(), gate.W[:, :H].copy(), gate.b.copy(), np.zeros(H))
        for name, gate in vars(parameters).items()
    }


# ---- shared by the spellings above -------------------------------------------------------------


def _from_stack(W_x: Array, W_h: Array, b: Array, order: tuple[str, ...]) -> dict[str, Gate]:
    """Cut what is stacked in this order into gates, by their names."""
    parts = (np.split(array, len(order)) for array in (W_h, W_x, b))
    return {
        name: Gate(np.concatenate([h, x], axis=1), b)
        for name, h, x, b in zip(order, *parts, strict=True)
    }


def _to_stack(gates: Mapping[str, Gate], order: tuple[str, ...]) -> tuple[Array, Array, Array]:
    """The inverse of `_from_stack`."""
    W = np.concatenate([gates[name].W for name in order])
    H = len(W) // len(order)
    return W[:, H:].copy(), W[:, :H].copy(), np.concatenate([gates[name].b for name in order])


def _gru_from_stack(
    W_x: Array, W_h: Array, b_x: Array, b_h: Array, order: tuple[str, ...], reset_after: bool
) -> GRUParameters:
    """Cut a stacked GRU, turn its update gate round, and keep a second bias that counts."""
    summed, own = b_x + b_h, None
    if reset_after:
        H = W_h.shape[1]
        summed[-H:], own = b_x[-H:], b_h[-H:]  # the candidate is the last in every library
    gates = _from_stack(W_x, W_h, summed, order)
    gates["update"] = Gate(-gates["update"].W, -gates["update"].b)  # 1 - this one
    return GRUParameters(**gates, reset_after=reset_after, recurrent_bias=own)


def _gru_to_stack(p: GRUParameters, order: tuple[str, ...]) -> tuple[Array, Array, Array, Array]:
    """The inverse of `_gru_from_stack`."""
    W_x, W_h, b_x = _to_stack(vars(p) | {"update": Gate(-p.update.W, -p.update.b)}, order)
    b_h = np.zeros_like(b_x)
    b_h[-p.hidden_size :] = p.recurrent_bias
    return W_x, W_h, b_x, b_h


def _first_matrix(
    gates: Mapping[str, tuple[ArrayLike, ...]], symbols: tuple[str, ...], shape: str
) -> Array:
    """Check that `gates` has an array for each symbol, and give the forget gate's first one."""
    if not isinstance(gates, Mapping) or set(gates) != set(GATES.values()):
        got = ", ".join(map(str, gates)) if isinstance(gates, Mapping) else type(gates).__name__
        raise ValueError(
            f"gates has {got or 'nothing'}; it must map each of {', '.join(GATES.values())} "
            f"to ({', '.join(symbols)})"
        )
    for name, arrays in gates.items():
        if not isinstance(arrays, tuple | list) or len(arrays) != len(symbols):
            raise ValueError(
                f"the {name} gate is not a tuple of {len(symbols)} arrays; "
                f"it must be ({', '.join(symbols)})"
            )
    return _matrix(gates["forget"][0], f"the forget gate's {symbols[0]}", shape)


def _read_gates(
    gates: Mapping[str, tuple[ArrayLike, ...]], shapes: dict[str, tuple[int, ...]]
) -> dict[str, list[Array]]:
    """Check every array of every gate; `shapes` maps the symbols, in their order, to shapes."""
    read: dict[str, list[Array]] = {gate: [] for gate in GATES.values()}
    why = "the forget gate's {} is {}".format(*next(iter(shapes.items())))
    for gate, arrays in read.items():
        for value, (symbol, shape) in zip(gates[gate], shapes.items(), strict=True):
            arrays.append(as_array(value, f"the {gate} gate's {symbol}"))
            require_shape(arrays[-1], shape, f"the {gate} gate's {symbol}", why)
    return read


def _matrix(value: ArrayLike, name: str, shape: str) -> Array:
    """Check that there are rows and columns."""
    array = as_array(value, name)
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"{name} has shape {array.shape}; {name} must be {shape}")
    return array


def _hidden_size(stacked: int, n: int, name: str, shape: tuple[int, ...], want: str) -> int:
    """H, from the length of an axis on which n gates are stacked."""
    if stacked % n or not stacked:
        number = {3: "three", 4: "four"}[n]
        raise ValueError(
            f"{name} has shape {shape}; {number} gates are stacked in it, so {name} must be {want}"
        )
    return stacked // n


def _fit(array: Array, shape: tuple[int, ...], name: str, H: int) -> None:
    require_shape(array, shape, name, f"the other weights are for {H} unit{'s' * (H > 1)}")


def _zeros_or(value: ArrayLike | None, shape: tuple[int, ...], name: str, H: int) -> Array:
    """A bias of this shape, zeros where None."""
    array = np.zeros(shape) if value is None else as_array(value, name)
    _fit(array, shape, name, H)
    return array

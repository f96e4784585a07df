"""The same cell in the spellings of other libraries.

They differ in three things: the order of the gates, whether weights stand left of a column or
right of a row, and how many biases there are. None of that changes a number that comes out:
two biases only ever act as their sum. Going out, the second bias is therefore 0.

Sources: the documentation of PyTorch `nn.LSTM`, Keras `LSTM` and the ONNX operator `LSTM`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach._arrays import Array, as_array, require_shape
from lstm_teach.cell import GATES, Gate, Parameters

TORCH = ("input", "forget", "candidate", "output")  # i, f, g, o: g is the candidate
KERAS = ("input", "forget", "candidate", "output")  # i, f, c, o
ONNX = ("input", "output", "forget", "candidate")  # i, o, f, c


def from_torch(
    weight_ih: ArrayLike,
    weight_hh: ArrayLike,
    bias_ih: ArrayLike | None = None,
    bias_hh: ArrayLike | None = None,
) -> Parameters:
    """Read the weights of one layer of `torch.nn.LSTM`.

    `weight_ih` is `(4H, D)`, `weight_hh` `(4H, H)`, each bias `(4H,)` or None for zeros; the
    gates are stacked in the order i, f, g, o. Raises `ValueError` for any other shape.
    PyTorch's own parameters track gradients: pass ``lstm.weight_ih_l0.detach()``.
    """
    W_x, W_h = _matrix(weight_ih, "weight_ih", "(4H, D)"), as_array(weight_hh, "weight_hh")
    H = _hidden_size(W_x.shape[0], "weight_ih", W_x.shape, "(4H, D)")
    _fit(W_h, (4 * H, H), "weight_hh", H)
    return _from_stack(W_x, W_h, _biases(H, bias_ih=bias_ih, bias_hh=bias_hh), TORCH)


def to_torch(parameters: Parameters) -> tuple[Array, Array, Array, Array]:
    """Give `weight_ih (4H, D)`, `weight_hh (4H, H)`, `bias_ih (4H,)`, `bias_hh (4H,)`, all 0."""
    W_x, W_h, b = _to_stack(parameters, TORCH)
    return W_x, W_h, b, np.zeros_like(b)


def from_keras(
    kernel: ArrayLike, recurrent_kernel: ArrayLike, bias: ArrayLike | None = None
) -> Parameters:
    """Read the weights of a Keras `LSTM` layer.

    `kernel` is `(D, 4H)`, `recurrent_kernel` `(H, 4H)`, `bias` `(4H,)` or None for zeros; the
    gates stand side by side in the order i, f, c, o. Raises `ValueError` for any other shape.
    """
    W_x, W_h = _matrix(kernel, "kernel", "(D, 4H)"), as_array(recurrent_kernel, "recurrent_kernel")
    H = _hidden_size(W_x.shape[1], "kernel", W_x.shape, "(D, 4H)")
    _fit(W_h, (H, 4 * H), "recurrent_kernel", H)
    return _from_stack(W_x.T, W_h.T, _biases(H, bias=bias), KERAS)


def to_keras(parameters: Parameters) -> tuple[Array, Array, Array]:
    """Give `kernel (D, 4H)`, `recurrent_kernel (H, 4H)` and `bias (4H,)`."""
    W_x, W_h, b = _to_stack(parameters, KERAS)
    return W_x.T.copy(), W_h.T.copy(), b


def from_onnx(W: ArrayLike, R: ArrayLike, B: ArrayLike | None = None) -> Parameters:
    """Read the weights of an ONNX `LSTM` of one direction.

    `W` is `(1, 4H, D)`, `R` `(1, 4H, H)`, `B` `(1, 8H)` (the biases of W, then those of R) or
    None for zeros; the gates are stacked in the order i, o, f, c. Raises `ValueError` for any
    other shape, a second direction included.
    """
    W, R = as_array(W, "W"), as_array(R, "R")
    if W.ndim != 3 or W.shape[0] != 1 or W.shape[2] < 1:
        raise ValueError(f"W has shape {W.shape}; one direction needs W to be (1, 4H, D)")
    H = _hidden_size(W.shape[1], "W", W.shape, "(1, 4H, D)")
    _fit(R, (1, 4 * H, H), "R", H)
    B = np.zeros((1, 8 * H)) if B is None else as_array(B, "B")
    _fit(B, (1, 8 * H), "B", H)
    return _from_stack(W[0], R[0], B[0, : 4 * H] + B[0, 4 * H :], ONNX)


def to_onnx(parameters: Parameters) -> tuple[Array, Array, Array]:
    """Give `W (1, 4H, D)`, `R (1, 4H, H)` and `B (1, 8H)`, whose second half is 0."""
    W_x, W_h, b = _to_stack(parameters, ONNX)
    return W_x[None], W_h[None], np.concatenate([b, np.zeros_like(b)])[None]


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


def _from_stack(W_x: Array, W_h: Array, b: Array, order: tuple[str, ...]) -> Parameters:
    """Cut `(4H, D)`, `(4H, H)` and `(4H,)` into four gates, given the order they are stacked in."""
    blocks = zip(np.split(W_h, 4), np.split(W_x, 4), np.split(b, 4), strict=True)
    gates = (Gate(np.concatenate([h, x], axis=1), b) for h, x, b in blocks)
    return Parameters(**dict(zip(order, gates, strict=True)))


def _to_stack(parameters: Parameters, order: tuple[str, ...]) -> tuple[Array, Array, Array]:
    """The inverse of `_from_stack`."""
    gates = [getattr(parameters, name) for name in order]
    W = np.concatenate([gate.W for gate in gates])
    H = parameters.hidden_size
    return W[:, H:].copy(), W[:, :H].copy(), np.concatenate([gate.b for gate in gates])


def _first_matrix(gates: Mapping, symbols: tuple[str, ...], shape: str) -> Array:
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


def _read_gates(gates: Mapping, shapes: dict[str, tuple[int, ...]]) -> dict[str, list[Array]]:
    """Check every array of every gate; `shapes` maps the symbols, in their order, to shapes."""
    read = {}
    for gate in GATES.values():
        read[gate] = []
        for value, (symbol, shape) in zip(gates[gate], shapes.items(), strict=True):
            array = as_array(value, f"the {gate} gate's {symbol}")
            why = f"the forget gate's {next(iter(shapes))} is {next(iter(shapes.values()))}"
            require_shape(array, shape, f"the {gate} gate's {symbol}", why)
            read[gate].append(array)
    return read


def _matrix(value: ArrayLike, name: str, shape: str) -> Array:
    """Check that there are rows and columns."""
    array = as_array(value, name)
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"{name} has shape {array.shape}; {name} must be {shape}")
    return array


def _hidden_size(stacked: int, name: str, shape: tuple[int, ...], want: str) -> int:
    """H, from the length of an axis on which four gates are stacked."""
    if stacked % 4 or not stacked:
        raise ValueError(
            f"{name} has shape {shape}; four gates are stacked in it, so {name} must be {want}"
        )
    return stacked // 4


def _fit(array: Array, shape: tuple[int, ...], name: str, H: int) -> None:
    require_shape(array, shape, name, f"the other weights are for {H} unit{'s' * (H > 1)}")


def _biases(H: int, **biases: ArrayLike | None) -> Array:
    """The sum of the stacked biases `(4H,)`, zeros where None."""
    total = np.zeros(4 * H)
    for name, value in biases.items():
        if value is not None:
            b = as_array(value, name)
            _fit(b, (4 * H,), name, H)
            total += b
    return total

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

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach._arrays import Array, as_array, require_shape
from lstm_teach.parameters import GATES, Gate, Parameters
from lstm_teach.variants import GRUParameters, Peepholes

__all__ = ["from_keras", "from_onnx", "from_rows", "from_split", "from_torch", "gru_from_keras",
           "gru_from_onnx", "gru_from_torch", "gru_to_keras", "gru_to_onnx", "gru_to_torch",
           "peepholes_from_onnx", "peepholes_to_onnx", "to_keras", "to_onnx", "to_rows",
           "to_split", "to_torch"]  # fmt: skip

ONNX_PEEPHOLES = ("p_i", "p_o", "p_f")

Bias = ArrayLike | None


class Library(NamedTuple):
    """How a library writes a layer: the letters of its gates in their order, and its arrays."""

    lstm: str
    gru: str
    names: tuple[str, ...]  # of the two matrices, and of the biases
    turned: bool = False  # whether the gates stand side by side, and not on top of each other
    front: tuple[int, ...] = ()  # an axis in front of those of the matrices
    bias: Callable[[int], tuple[int, ...]] = lambda size: (size,)  # its shape, for all gates


TORCH = Library("ifco", "rzh", ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
KERAS = Library("ifco", "zrh", ("kernel", "recurrent_kernel", "bias"), turned=True)
KERAS_RESET_AFTER = KERAS._replace(bias=lambda size: (2, size))
ONNX = Library("iofc", "zrh", ("W", "R", "B"), front=(1,), bias=lambda size: (1, 2 * size))
LAYERS = GATES | {"z": "update", "r": "reset", "h": "candidate"}

# ---- PyTorch -----------------------------------------------------------------------------------


def from_torch(
    weight_ih: ArrayLike, weight_hh: ArrayLike, bias_ih: Bias = None, bias_hh: Bias = None
) -> Parameters:
    """Read the weights of one layer of `torch.nn.LSTM`.

    `weight_ih` is `(4H, D)`, `weight_hh` `(4H, H)`, each bias `(4H,)` or None for zeros; the
    gates are stacked in the order i, f, g, o. Raises `ValueError` for any other shape.
    PyTorch's own parameters track gradients: pass ``lstm.weight_ih_l0.detach()``.
    """
    return _lstm(TORCH, weight_ih, weight_hh, bias_ih, bias_hh)


def to_torch(parameters: Parameters) -> tuple[Array, Array, Array, Array]:
    """Give `weight_ih (4H, D)`, `weight_hh (4H, H)`, `bias_ih (4H,)`, `bias_hh (4H,)`, all 0."""
    return _to_stack(parameters, TORCH.lstm)


def gru_from_torch(
    weight_ih: ArrayLike, weight_hh: ArrayLike, bias_ih: Bias = None, bias_hh: Bias = None
) -> GRUParameters:
    """Read the weights of one layer of `torch.nn.GRU`, whose reset gate works after the product.

    `weight_ih` is `(3H, D)`, `weight_hh` `(3H, H)`, each bias `(3H,)` or None for zeros; stacked in
    the order r, z, n. Raises `ValueError` for any other shape.
    """
    return _gru(TORCH, True, weight_ih, weight_hh, bias_ih, bias_hh)


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
    return _to_stack(parameters, TORCH.gru)


# ---- Keras -------------------------------------------------------------------------------------


def from_keras(kernel: ArrayLike, recurrent_kernel: ArrayLike, bias: Bias = None) -> Parameters:
    """Read the weights of a Keras `LSTM` layer.

    `kernel` is `(D, 4H)`, `recurrent_kernel` `(H, 4H)`, `bias` `(4H,)` or None for zeros; the
    gates stand side by side in the order i, f, c, o. Raises `ValueError` for any other shape.
    """
    return _lstm(KERAS, kernel, recurrent_kernel, bias)


def to_keras(parameters: Parameters) -> tuple[Array, Array, Array]:
    """Give `kernel (D, 4H)`, `recurrent_kernel (H, 4H)` and `bias (4H,)`."""
    W_x, W_h, b, _ = _to_stack(parameters, KERAS.lstm)
    return W_x.T.copy(), W_h.T.copy(), b


def gru_from_keras(
    kernel: ArrayLike, recurrent_kernel: ArrayLike, bias: Bias = None, reset_after: bool = True
) -> GRUParameters:
    """Read the weights of a Keras `GRU` layer, and its `reset_after`, which is True by default.

    `kernel` is `(D, 3H)`, `recurrent_kernel` `(H, 3H)`; `bias` is `(2, 3H)` (that of the input,
    then that of the hidden state) with `reset_after`, `(3H,)` without, or None for zeros; side by
    side in the order z, r, h. Raises `ValueError` for any other shape.
    """
    library = KERAS_RESET_AFTER if reset_after else KERAS
    return _gru(library, reset_after, kernel, recurrent_kernel, bias)


def gru_to_keras(parameters: GRUParameters) -> tuple[Array, Array, Array]:
    """Give `kernel (D, 3H)`, `recurrent_kernel (H, 3H)` and `bias`.

    `bias` is `(2, 3H)` for a layer with `reset_after=True`, `(3H,)` for one without.
    """
    W_x, W_h, b_x, b_h = _to_stack(parameters, KERAS.gru)
    return W_x.T.copy(), W_h.T.copy(), np.stack([b_x, b_h]) if parameters.reset_after else b_x


# ---- ONNX --------------------------------------------------------------------------------------


def from_onnx(W: ArrayLike, R: ArrayLike, B: Bias = None) -> Parameters:
    """Read the weights of an ONNX `LSTM` of one direction.

    `W` is `(1, 4H, D)`, `R` `(1, 4H, H)`, `B` `(1, 8H)` (the biases of W, then those of R) or
    None for zeros; the gates are stacked in the order i, o, f, c. Raises `ValueError` for any
    other shape, a second direction included.
    """
    return _lstm(ONNX, W, R, B)


def to_onnx(parameters: Parameters) -> tuple[Array, Array, Array]:
    """Give `W (1, 4H, D)`, `R (1, 4H, H)` and `B (1, 8H)`, whose second half is 0."""
    W_x, W_h, b_x, b_h = _to_stack(parameters, ONNX.lstm)
    return W_x[None], W_h[None], np.concatenate([b_x, b_h])[None]


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
    return _gru(ONNX, bool(linear_before_reset), W, R, B)


def gru_to_onnx(parameters: GRUParameters) -> tuple[Array, Array, Array]:
    """Give `W (1, 3H, D)`, `R (1, 3H, H)` and `B (1, 6H)`.

    `linear_before_reset` has to be 1 for parameters with `reset_after`, 0 for others.
    """
    W_x, W_h, b_x, b_h = _to_stack(parameters, ONNX.gru)
    return W_x[None], W_h[None], np.concatenate([b_x, b_h])[None]


# ---- other ways to write the same cell ---------------------------------------------------------


def from_rows(gates: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> Parameters:
    """Read gates written for rows with the input first: `[x, h] @ W + b`.

    `gates` maps "forget", "input", "candidate" and "output" to `(W, b)`, with `W` `(D+H, H)`
    and `b` `(H,)`. Raises `ValueError` for any other shape or a missing gate.
    """

    def shapes(rows: int, H: int) -> list[tuple[int, ...]]:
        if rows <= H:
            raise ValueError(
                f"the forget gate's W has shape {(rows, H)}; written for rows it has a row for "
                "each entry of [x, h] and a column for each unit, so it must be (D+H, H) with D at "
                "least 1"
            )
        return [(rows, H), (H,)]

    read = _read_gates(gates, ("W", "b"), "(D+H, H)", shapes)
    # the last rows, h's, come first
    return Parameters(**{g: Gate(np.roll(W, len(b), axis=0).T, b) for g, (W, b) in read.items()})


def to_rows(parameters: Parameters) -> dict[str, tuple[Array, Array]]:
    """Give `{gate: (W, b)}` with `W` `(D+H, H)`, to be used as `[x, h] @ W + b`."""
    H = parameters.hidden_size
    return {
        name: (np.roll(gate.W.T, -H, axis=0), gate.b.copy())
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
    symbols = ("W_x", "W_h", "b_x", "b_h")
    read = _read_gates(gates, symbols, "(H, D)", lambda H, D: [(H, D), (H, H), (H,), (H,)])
    return Parameters(
        **{g: Gate(np.hstack([W_h, W_x]), b_x + b_h) for g, (W_x, W_h, b_x, b_h) in read.items()}
    )


def to_split(parameters: Parameters) -> dict[str, tuple[Array, Array, Array, Array]]:
    """Give `{gate: (W_x, W_h, b_x, b_h)}`; the whole bias is in `b_x`, and `b_h` is 0."""
    H = parameters.hidden_size
    return {
        name: (gate.W[:, H:].copy(), gate.W[:, :H].copy(), gate.b.copy(), np.zeros(H))
        for name, gate in vars(parameters).items()
    }


# ---- shared by the spellings above -------------------------------------------------------------


def _lstm(library: Library, *given: Any) -> Parameters:
    W_x, W_h, (b_x, b_h) = _read(library, library.lstm, *given)
    return Parameters(**_from_stack(W_x, W_h, b_x + b_h, library.lstm))


def _gru(library: Library, reset_after: bool, *given: Any) -> GRUParameters:
    """Read a GRU, turn its update gate round, and keep a second bias that counts."""
    W_x, W_h, (b_x, b_h) = _read(library, library.gru, *given)
    summed, own = b_x + b_h, None
    if reset_after:
        H = W_h.shape[1]
        summed[-H:], own = b_x[-H:], b_h[-H:]  # the candidate is the last in every library
    gates = _from_stack(W_x, W_h, summed, library.gru)
    gates["update"] = Gate(-gates["update"].W, -gates["update"].b)  # 1 - this one
    return GRUParameters(**gates, reset_after=reset_after, recurrent_bias=own)


def _read(
    library: Library, order: str, W: ArrayLike, R: ArrayLike, *biases: Bias
) -> tuple[Array, Array, Array]:
    """Check the weights of one layer.

    Give both matrices with the gates on top of each other, and two biases, 0 where there is none.
    """
    n, front, (first, second, *others) = len(order), library.front, library.names
    W, R = as_array(W, first), as_array(R, second)
    sides = ("D", f"{n}H") if library.turned else (f"{n}H", "D")
    want = f"({', '.join((*map(str, front), *sides))})"
    empty = 0 in (W.shape[-1:] if front else W.shape)
    if W.ndim != len(front) + 2 or W.shape[: len(front)] != front or empty:
        must = f"one direction needs {first} to be" if front else f"{first} must be"
        raise ValueError(f"{first} has shape {W.shape}; {must} {want}")
    size = W.shape[-1 if library.turned else -2]
    if size % n or not size:
        number = {3: "three", 4: "four"}[n]
        raise ValueError(
            f"{first} has shape {W.shape}; {number} gates are stacked in it, so {first} must be "
            f"{want}"
        )
    H, b = size // n, np.zeros((2, size))
    why = f"the other weights are for {H} unit{'s' * (H > 1)}"
    require_shape(R, (*front, H, size) if library.turned else (*front, size, H), second, why)
    for k, (name, bias) in enumerate(zip(others, biases, strict=True)):
        if bias is not None:
            array = as_array(bias, name)
            require_shape(array, library.bias(size), name, why)
            b.flat[k * size : k * size + array.size] = array.flat
    W, R = W.reshape(W.shape[-2:]), R.reshape(R.shape[-2:])
    return (W.T, R.T, b) if library.turned else (W, R, b)


def _from_stack(W_x: Array, W_h: Array, b: Array, order: str) -> dict[str, Gate]:
    """Cut what is stacked in this order into gates, by their names."""
    parts = (np.split(array, len(order)) for array in (np.hstack([W_h, W_x]), b))
    return {LAYERS[k]: Gate(W, b) for k, W, b in zip(order, *parts, strict=True)}


def _to_stack(cell: Parameters | GRUParameters, order: str) -> tuple[Array, Array, Array, Array]:
    """The inverse: what stands on top of each other, and a second bias, 0 but for a GRU's own."""
    gates, H = dict(vars(cell)), cell.hidden_size
    if isinstance(cell, GRUParameters):
        gates["update"] = Gate(-cell.update.W, -cell.update.b)
    stack = [gates[LAYERS[letter]] for letter in order]
    W, b = (np.concatenate([getattr(gate, name) for gate in stack]) for name in "Wb")
    b_h = np.zeros_like(b)
    if isinstance(cell, GRUParameters):
        b_h[-H:] = cell.recurrent_bias
    return W[:, H:].copy(), W[:, :H].copy(), b, b_h


def _read_gates(
    gates: Mapping[str, tuple[ArrayLike, ...]],
    symbols: tuple[str, ...],
    want: str,
    shapes: Callable[[int, int], list[tuple[int, ...]]],
) -> dict[str, list[Array]]:
    """Check an array for each symbol of every gate; the `shapes` of all follow from the first's."""
    if not isinstance(gates, Mapping) or set(gates) != set(GATES.values()):
        got = ", ".join(map(str, gates)) if isinstance(gates, Mapping) else type(gates).__name__
        raise ValueError(
            f"gates has {got or 'nothing'}; it must map each of {', '.join(GATES.values())} "
            f"to ({', '.join(symbols)})"
        )
    for gate, arrays in gates.items():
        if not isinstance(arrays, tuple | list) or len(arrays) != len(symbols):
            raise ValueError(
                f"the {gate} gate is not a tuple of {len(symbols)} arrays; "
                f"it must be ({', '.join(symbols)})"
            )
    name = f"the forget gate's {symbols[0]}"
    first = as_array(gates["forget"][0], name)
    if first.ndim != 2 or 0 in first.shape:
        raise ValueError(f"{name} has shape {first.shape}; {name} must be {want}")
    wanted, why = shapes(*first.shape), f"{name} is {first.shape}"
    read = {}
    for gate in GATES.values():
        names = [f"the {gate} gate's {symbol}" for symbol in symbols]
        given = list(map(as_array, gates[gate], names))
        for array, shape, name in zip(given, wanted, names, strict=True):
            require_shape(array, shape, name, why)
        read[gate] = given
    return read

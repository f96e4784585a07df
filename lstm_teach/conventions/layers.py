"""The layers of a whole module or file: its arrays found by name, and read in their spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach.conventions import files, names
from lstm_teach.conventions.spellings import from_keras, from_onnx, from_torch
from lstm_teach.parameters import GATES, Gate, Parameters

#: One layer: a cell, or two that read in the two directions (forward, backward).
Layer = Parameters | tuple[Parameters, Parameters]


def from_torch_module_weights(state: Mapping[str, ArrayLike]) -> list[Layer]:
    """Read all layers of `torch.nn.LSTM`, as its `state_dict()` names them.

    Parameters
    ----------
    state : mapping of names to arrays
        ``weight_ih_l0 (4H, D)``, ``weight_hh_l0 (4H, H)``, ``bias_ih_l0``, ``bias_hh_l0 (4H,)``,
        the same with ``_l1`` and so on for `num_layers`, and with ``_reverse`` behind it for
        `bidirectional`. Anything may stand in front ("encoder.lstm."), and other entries are
        left alone.

    Returns
    -------
    list
        One entry for each layer, the lowest first: `Parameters`, or a pair of them (forward,
        backward) when it is bidirectional; see `sequence.stack`.

    Raises
    ------
    ValueError
        When there is no LSTM among them, more than one, or one that is not whole.
    """
    return _layers(state, names.find(state, ["torch"]))


def load(path: str | PathLike[str]) -> Layer | list[Layer]:
    """Read the LSTM in a file of weights: `.npz`, `.safetensors` or `.onnx`.

    It is found by its names: PyTorch's (``weight_ih_l0``, ...), Keras's (``kernel``,
    ``recurrent_kernel``, ``bias``), ONNX's (the W, R and B of LSTM nodes, or arrays so named) or
    ours (``forget.W``, ``forget.b``, ...), with anything in front of them. float16, bfloat16 and
    float32 are widened to float64, which changes no number.

    Parameters
    ----------
    path : str or path
        The file, at most 32 MiB. `.safetensors` and `.onnx` need a package each, which
        ``pip install 'lstm_teach[import]'`` brings. Nothing in a file is ever run or unpickled.

    Returns
    -------
    Parameters, a pair of them, or a list
        For one layer its cell, for `unroll`; for one layer that reads in both directions a pair
        (forward, backward), for `bidirectional`; for several layers a list of these, the lowest
        first, for `stack`. Layers that the file keeps as LSTMs of their own (``lstm_1``,
        ``lstm_2``; the nodes of a graph) count as stacked when their names differ in numbers
        only and each reads what the one before it gives.

    Raises
    ------
    ValueError
        For anything wrong with the file, a missing one included: it says what was found instead.
    ImportError
        When the package that reads this kind of file is not installed.
    """
    try:
        arrays = files.read(path)
        layers = _layers(arrays, names.find(arrays), only_floats=True)
    except ValueError as error:
        raise ValueError(f"{files.shown(Path(path).name)}: {error}") from None
    return layers if len(layers) > 1 else layers[0]


def _layers(
    arrays: Mapping[str, ArrayLike], found: list[tuple[names.Named, ...]], only_floats: bool = False
) -> list[Layer]:
    """Read the arrays that were found by name, and check that each layer fits on the one below."""
    read: dict[str, Callable[..., Parameters]]
    read = {"torch": from_torch, "keras": from_keras, "onnx": from_onnx, "own": _from_own}
    layers: list[Layer] = []
    gives: int | None = None  # the layer below
    for n, directions in enumerate(found):
        cells = []
        for spelling, named in directions:
            weights = {role: arrays[name] for role, name in named.items()}
            for role, weight in weights.items() if only_floats else ():
                dtype = np.asarray(weight).dtype
                if dtype.kind != "f" or dtype.itemsize > 8:
                    raise ValueError(f"{named[role]} is {dtype}; it must be floats")
            cells.append(read[spelling](**weights))
        sizes = {(cell.input_size, cell.hidden_size) for cell in cells}
        if len(sizes) > 1:
            raise ValueError(f"layer {n} has (D, H) = {sizes}; both directions must be the same")
        ((reads, H),) = sizes
        if gives not in (None, reads):
            raise ValueError(
                f"layer {n} reads {reads} inputs and the layer below gives {gives}; "
                "stacked layers must fit"
            )
        gives = H * len(cells)
        layers.append(cells[0] if len(cells) == 1 else (cells[0], cells[1]))
    return layers


def _from_own(**weights: ArrayLike) -> Parameters:
    """Read `forget.W`, `forget.b` and so on: the names of our own `Parameters`."""
    gates = {gate: (weights[f"{gate}.W"], weights[f"{gate}.b"]) for gate in GATES.values()}
    return Parameters(**{gate: Gate(W, b) for gate, (W, b) in gates.items()})

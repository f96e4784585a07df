"""The layers of a whole module or file: its arrays found by name, read, and stacked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach.conventions import advice, files, names
from lstm_teach.conventions.advice import WeightsFileError, say, shown
from lstm_teach.conventions.names import Arrays, Module, Named
from lstm_teach.conventions.spellings import from_keras, from_onnx, from_torch
from lstm_teach.parameters import GATES, Gate, Parameters

#: One layer: a cell, or two that read in the two directions (forward, backward).
Layer = Parameters | tuple[Parameters, Parameters]
Cells = tuple[Parameters, ...]  # those of a layer: one, or one for each direction


def from_torch_module_weights(state: Mapping[str, ArrayLike], prefix: str = "") -> list[Layer]:
    """Read all layers of `torch.nn.LSTM`, as its `state_dict()` names them.

    Parameters
    ----------
    state : mapping of names to arrays
        ``weight_ih_l0 (4H, D)``, ``weight_hh_l0 (4H, H)``, ``bias_ih_l0``, ``bias_hh_l0 (4H,)``,
        the same with ``_l1`` and so on for `num_layers`, and with ``_reverse`` behind it for
        `bidirectional`. Anything may stand in front ("encoder.lstm."); entries that lie elsewhere
        are left alone.
    prefix : str
        How the names begin that are read, for a model with several LSTMs ("encoder.").

    Returns
    -------
    list
        One entry for each layer, the lowest first: `Parameters`, or a pair of them (forward,
        backward) when it is bidirectional; see `sequence.stack`.

    Raises
    ------
    TypeError
        When `state` is no mapping of names to arrays, such as the module itself or a checkpoint.
    ValueError
        When there is no LSTM among them, one that is not whole, or several that may not be
        stacked on top of each other.
    """
    if not isinstance(state, Mapping):
        raise TypeError(f"state must be an lstm.state_dict(), not of type {type(state).__name__}")
    if inside := [key for key, value in state.items() if isinstance(value, Mapping)]:
        raise TypeError(
            f"state has mappings inside, {', '.join(map(shown, inside))}; it must be the one with "
            f"the weights: conventions.from_torch_module_weights(state[{shown(inside[0])}])"
        )
    arrays = names.beginning({str(name): array for name, array in state.items()}, prefix)
    call = "conventions.from_torch_module_weights(state"
    return _stacked(arrays, names.find(arrays, "state_dict()", ["torch"]), call, False)


def load(path: str | PathLike[str], prefix: str = "") -> Layer | list[Layer]:
    """Read the LSTM in a file of weights: `.npz`, `.safetensors` or `.onnx`.

    It is found by its names: PyTorch's (``weight_ih_l0``, ...; one ``bias`` is Equinox's),
    Keras's (``kernel``, ``recurrent_kernel``, ``bias``), ONNX's (the nodes of a graph, or arrays
    W, R and B) or ours (``forget.W``, ``forget.b``, ...), with anything in front of them.
    float16, bfloat16 and float32 are widened to float64, which changes no number.

    Whatever lies among these weights is used, or the file is refused: peepholes, projections,
    states to begin with, what a node of a graph says besides. Other parts of a model, such as
    an embedding or a readout, are left alone.

    Parameters
    ----------
    path : str or path
        The file, at most 32 MiB. `.safetensors` and `.onnx` need a package each, which
        ``pip install 'lstm_teach[import]'`` brings. Nothing in a file is ever run or unpickled.
    prefix : str
        How the names begin that are read, for a file with several LSTMs ("encoder."). A node of
        a graph goes by its own name.

    Returns
    -------
    Parameters, a pair of them, or a list
        For one layer its cell, for `unroll`; for one layer that reads in both directions a pair
        (forward, backward), for `bidirectional`; for several layers a list of these, the lowest
        first, for `stack`. LSTMs of their own (``lstm_1``, ``lstm_2``) count as layers when their
        names differ in numbers only and their sizes allow nothing else; the nodes of a graph when
        each reads what the one before it gives. A step without weights, such as ReLU or
        RepeatVector, leaves nothing in a file of arrays: where one stands between two LSTMs,
        take each by its `prefix`.

    Raises
    ------
    ValueError
        For anything wrong with the file, a missing one included: it says what was found instead,
        and what to do.
    ImportError
        When the package that reads this kind of file is not installed.
    """
    try:
        arrays, modules = files.read(path, READERS, prefix)
        found = modules or names.find(arrays, Path(path).suffix.lower())
        layers = _stacked(arrays, found, "conventions.load(path", True, ordered=bool(modules))
    except ValueError as error:
        raise WeightsFileError(f"{shown(Path(path).name)}: {error}") from None
    return layers if len(layers) > 1 else layers[0]


def _graph(data: bytes, prefix: str) -> files.Content:
    """The weights of every LSTM in a graph, and which is on top of which."""
    import onnx  # noqa: F401  # not everybody has it

    from lstm_teach.conventions import graph

    return graph.read(data, prefix)


READERS = {".npz": files.npz, ".safetensors": files.safetensors, ".onnx": _graph}


def _stacked(
    arrays: Arrays, modules: list[Module], call: str, only_floats: bool, ordered: bool = False
) -> list[Layer]:
    """Read every module; several are layers only where their sizes allow nothing else."""
    parts = [(m, _read(arrays, m, only_floats)) for m in modules]
    for _, layers in parts:
        _require_fit(layers)
    if len(parts) > 1 and not ordered:
        parts.sort(key=lambda part: [int(n) for n in re.findall(r"\d{1,9}", part[0].begins)])
        alike = {re.sub(r"bidirectional(_\d+)?/|_?\d+", "", m.begins) for m in modules}
        used = {name for m in modules for name in m.places}
        between = {axis for name in arrays if name not in used for axis in np.shape(arrays[name])}
        flows = [(_sizes(layers[0])[0], _sizes(layers[-1])[1]) for _, layers in parts]
        ours = all(m.spelling == "own" for m in modules)
        if len(alike) > 1 or not (ours or _only_one_way(flows, between)):
            places = [shown(m.place, 90) for m, _ in parts]
            some = ", ".join(f"{p} {flow}" for p, flow in list(zip(places, flows, strict=True))[:4])
            raise say("several", {"some": some, "call": call, "prefix": places[0]})
    stack = [cells for _, layers in parts for cells in layers]
    _require_fit(stack)
    return [cells[0] if len(cells) == 1 else (cells[0], cells[1]) for cells in stack]


def _only_one_way(flows: list[tuple[int, int]], between: set[int]) -> bool:
    """Whether LSTMs of these (inputs, outputs) can only be stacked, in this order.

    Each above the first must fit on the one before it and on no other, not on the input either;
    and nothing that is there besides, such as a linear layer, may fit in between.
    """
    for n, (reads, _) in enumerate(flows):
        fits = [k for k, (_, gives) in enumerate(flows) if gives == reads and k != n]
        if fits != ([n - 1] if n else []) or (n and (reads == flows[0][0] or reads in between)):
            return False
    return True


def _read(arrays: Arrays, module: Module, only_floats: bool) -> list[Cells]:
    """Read the arrays that were found by name."""

    def cell(named: Named) -> Parameters:
        weights = {role: arrays[name] for role, name in named.items()}
        for role, weight in weights.items() if only_floats else ():
            dtype = np.asarray(weight).dtype
            if dtype.kind != "f" or dtype.itemsize > 8:
                raise say("floats", {"name": shown(named[role])[1:-1], "dtype": dtype})
        if "bias" in weights and module.spelling == "torch":  # Equinox's: the only one
            weights["bias_ih"] = weights.pop("bias")
        if module.spelling == "keras":
            advice.require_no_cudnn(weights["recurrent_kernel"], weights.get("bias"))
        return SPELLINGS[module.spelling](**weights)

    return [tuple(map(cell, directions)) for directions in module.layers]


def _sizes(cells: Cells) -> tuple[int, int]:
    """How many numbers a layer reads, and how many it gives."""
    return cells[0].input_size, sum(cell.hidden_size for cell in cells)


def _require_fit(layers: list[Cells]) -> None:
    """Refuse layers that do not fit on the one below, and two directions of other sizes."""
    for n, cells in enumerate(layers):
        sizes = {(cell.input_size, cell.hidden_size) for cell in cells}
        if len(sizes) > 1:
            raise say("directions", n=n, sizes=sizes)
        reads, gives = _sizes(cells)[0], _sizes(layers[n - 1])[1]
        if n and gives != reads:
            raise say("fit", n=n, reads=reads, gives=gives)


def _own(**weights: ArrayLike) -> Parameters:
    """Read `forget.W`, `forget.b` and so on: the names of our own `Parameters`."""
    return Parameters(**{g: Gate(weights[f"{g}.W"], weights[f"{g}.b"]) for g in GATES.values()})


SPELLINGS: dict[str, Callable[..., Parameters]]
SPELLINGS = {"torch": from_torch, "keras": from_keras, "onnx": from_onnx, "own": _own}

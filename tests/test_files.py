"""Files of other people's cells: the numbers of their libraries, and what is broken or hostile."""

from __future__ import annotations

import io
import json
import math
import re
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import ml_dtypes
import numpy as np
import onnx
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_teach import Gate, Parameters, conventions, examples
from lstm_teach.conventions import advice, files, layers
from lstm_teach.sequence import stack
from lstm_teach.variants import gru_unroll
from tests.helpers import GATES, assert_same, refusal

ORACLE = json.loads(
    Path(__file__).with_name("oracle").joinpath("files.json").read_text(encoding="utf-8")
)
TOLERANCE = {"float64": 1e-12, "float32": 2e-6}
CELL = Parameters.random(3, 2, seed=0)


def own(p: Parameters) -> dict[str, np.ndarray]:
    """Our names: `forget.W`, `forget.b`, and so on."""
    return {f"{name}.{part}": getattr(getattr(p, name), part) for name in GATES for part in "Wb"}


def torch_names(p: Parameters) -> dict[str, np.ndarray]:
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    return dict(zip(names, conventions.to_torch(p), strict=True))


def npz(arrays: dict[str, object], save: Callable = np.savez) -> bytes:
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


def zipped(members: dict[str, bytes], **settings: object) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **settings) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def npy(shape: object, dtype: str = "<f8", data: bytes = b"", fortran: object = False) -> bytes:
    """A .npy file whose header says whatever we like."""
    header = repr({"descr": dtype, "fortran_order": fortran, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data


def tensors(header: object, data: bytes = b"", length: int | None = None) -> bytes:
    """A .safetensors file whose header says whatever we like."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


def model(
    change: Callable = lambda node, stored: None, op: str = "LSTM", **attributes: object
) -> bytes:
    """An .onnx file with one node; `change(node, stored)` may spoil it and its initializers."""
    weights = dict(zip("WRB", conventions.to_onnx(CELL), strict=True))
    node = onnx.helper.make_node(op, ["X", *weights], ["Y"], **attributes)
    stored = {name: onnx.numpy_helper.from_array(array, name) for name, array in weights.items()}
    change(node, stored)
    graph = onnx.helper.make_graph([node], "g", [], [], list(stored.values()))
    return onnx.helper.make_model(graph).SerializeToString()


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bytes], Path]:
    """Write a file, over the one of that kind before it."""
    folder = tmp_path_factory.mktemp("files")

    def write(suffix: str, data: bytes) -> Path:
        path = folder / f"file{suffix}"
        path.write_bytes(data)
        return path

    return write


# ---- what the libraries say --------------------------------------------------------------------


def highest(layers: object, xs: object) -> np.ndarray:
    """The output of the highest layer, its two directions joined."""
    steps = stack(layers if isinstance(layers, list) else [layers], xs)[-1]
    return np.concatenate([s.h for s in steps], -1) if isinstance(steps, tuple) else steps.h


@pytest.mark.parametrize("name", ORACLE["files"])
def test_loaded_weights_give_their_librarys_numbers(name: str):
    case = ORACLE["files"][name]
    loaded = conventions.load(examples.weights_file(name))
    np.testing.assert_allclose(
        highest(loaded, case["xs"]), case["h"], rtol=0, atol=TOLERANCE[case["precision"]]
    )


def test_every_example_file_is_there_with_an_answer():
    kinds = {path.name for path in examples.DATA.iterdir() if path.suffix in layers.READERS}
    kinds -= {"reader.npz"}  # the reader has a test of its own
    assert kinds == set(ORACLE["files"])
    assert {Path(name).suffix for name in kinds} == set(layers.READERS)
    assert "must be one of" in refusal(examples.weights_file, "../pyproject.toml")


def test_the_room_counter_is_the_same_in_every_library():
    for name in ("torch.safetensors", "keras.npz"):
        loaded = conventions.load(examples.weights_file(f"room_counter_{name}"))
        for gate in GATES:
            ours = getattr(examples.room_counter(), gate)
            np.testing.assert_allclose(getattr(loaded, gate).W, ours.W, atol=1e-7)
            np.testing.assert_allclose(getattr(loaded, gate).b, ours.b, atol=1e-7)


@pytest.mark.parametrize("precision", TOLERANCE)
@pytest.mark.parametrize(
    "case", ORACLE["modules"], ids=lambda c: f"{c['num_layers']}-{c['bidirectional']}"
)
def test_whole_modules_give_pytorchs_numbers(case: dict, precision: str):
    layers = conventions.from_torch_module_weights(case["state"])
    assert len(layers) == case["num_layers"]
    assert all(isinstance(layer, tuple) == case["bidirectional"] for layer in layers)
    np.testing.assert_allclose(
        highest(layers, case["xs"]),
        case["answers"][precision],
        rtol=0,
        atol=TOLERANCE[precision],
    )


# ---- names, order, kinds -----------------------------------------------------------------------


@pytest.mark.parametrize("place", ["", "lstm.", "encoder/lstm_3/", "0."])
@pytest.mark.parametrize("spelling", ["torch", "keras", "onnx", "own"])
def test_every_spelling_is_found_behind_any_name(write: Callable, spelling: str, place: str):
    named = {
        "torch": torch_names(CELL),
        "keras": dict(
            zip(("kernel", "recurrent_kernel", "bias"), conventions.to_keras(CELL), strict=True)
        ),
        "onnx": dict(zip("WRB", conventions.to_onnx(CELL), strict=True)),
        "own": own(CELL),
    }[spelling]
    arrays = {place + name: array for name, array in named.items()}
    # safetensors writes the memory as it lies, whatever way round that is
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    arrays |= {"head.weight": np.ones((1, 2)), "dense/kernel": np.ones((2, 1)), "n": np.array(3)}
    for suffix, data in ((".npz", npz(arrays)), (".SAFETENSORS", safetensors.numpy.save(arrays))):
        assert_same(conventions.load(write(suffix, data)), CELL)
        assert_same(conventions.load(str(write(suffix, data))), CELL)


@pytest.mark.parametrize("dtype", ["<f2", "<f4", ">f4", ">f8"])
def test_every_width_of_floats_keeps_its_numbers(write: Callable, dtype: str):
    arrays = {name: np.asfortranarray(array.astype(dtype)) for name, array in own(CELL).items()}
    loaded = conventions.load(write(".npz", npz(arrays, np.savez_compressed)))
    assert_same([*own(loaded).values()], [array.astype(float) for array in arrays.values()])


def test_both_directions_are_a_pair_and_layers_a_list(write: Callable):
    back, above = Parameters.random(3, 2, seed=1), Parameters.random(4, 2, seed=2)
    both = torch_names(CELL) | {f"{n}_reverse": a for n, a in torch_names(back).items()}
    assert_same(conventions.load(write(".npz", npz(both))), (CELL, back))
    two = both | {n.replace("l0", "l1"): a for n, a in torch_names(above).items()}
    two |= {n.replace("l0", "l1_reverse"): a for n, a in torch_names(above).items()}
    loaded = conventions.load(write(".npz", npz(two)))
    assert isinstance(loaded, list)
    assert_same(loaded, [(CELL, back), (above, above)])
    assert_same(conventions.from_torch_module_weights(two), loaded)


def test_lstms_that_differ_in_a_number_are_layers_in_its_order(write: Callable):
    cells = [Parameters.random(3 if n == 0 else 2, 2, seed=n) for n in range(11)]
    arrays = {f"lstm_{n}.{k}": a for n, p in enumerate(cells) for k, a in own(p).items()}
    assert_same(conventions.load(write(".npz", npz(dict(reversed(arrays.items()))))), cells)


def test_a_cell_of_pytorch_has_no_layer_in_its_names():
    state = {name.removesuffix("_l0"): array for name, array in torch_names(CELL).items()}
    assert_same(conventions.from_torch_module_weights(state), [CELL])


def test_onnx_keeps_numbers_in_other_fields_too(write: Callable):
    def unpacked(node: object, stored: dict) -> None:
        for name, tensor in stored.items():
            array = onnx.numpy_helper.to_array(tensor)
            kind = {"W": onnx.TensorProto.DOUBLE, "R": onnx.TensorProto.FLOAT}.get(
                name, onnx.TensorProto.FLOAT16
            )
            stored[name] = onnx.helper.make_tensor(name, kind, array.shape, array.ravel())

    loaded = conventions.load(write(".onnx", model(unpacked, hidden_size=2)))
    for gate in GATES:
        np.testing.assert_allclose(getattr(loaded, gate).W, getattr(CELL, gate).W, atol=1e-7)
        np.testing.assert_allclose(getattr(loaded, gate).b, getattr(CELL, gate).b, atol=2e-3)


# ---- what is refused, and why ------------------------------------------------------------------


def changed(**changes: object) -> bytes:
    arrays = own(CELL)
    arrays["forget.W"] = changes["W"]
    return npz(arrays)


def set_dims(*dims: int) -> Callable:
    def change(node: object, stored: dict) -> None:
        stored["W"].dims[:] = dims

    return change


def external(node: object, stored: dict) -> None:
    onnx.external_data_helper.set_external_data(stored["W"], "/etc/passwd")
    stored["W"].ClearField("raw_data")


def peepholes(node: object, stored: dict) -> None:
    stored["P"] = onnx.numpy_helper.from_array(np.ones((1, 6)), "P")
    node.input.extend(["", "", "", "P"])


GOOD = {
    ".npz": npz(own(CELL)),
    ".safetensors": safetensors.numpy.save(
        {name: np.ascontiguousarray(array) for name, array in torch_names(CELL).items()}
    ),
    ".onnx": model(hidden_size=2),
}
BYTES = bytes(16)
ONE = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}
REFUSED = {  # what is wrong: the file, and words that its sentence has
    "nothing in it": (".npz", b"", "broken"),
    "no arrays": (".npz", npz({}), "no LSTM was found.*nothing"),
    "other names": (".npz", npz({"a.W": np.ones((2, 3)), "b": 1}), r"no LSTM.*'a.W' \(2, 3\)"),
    "no names": (".npz", npz({"arr_0": np.ones(3)}), "no LSTM was found.*'arr_0'"),
    "a gate is missing": (".npz", npz({"forget.W": np.ones((2, 5))}), "forget.b is not"),
    "whole numbers": (".npz", changed(W=np.ones((2, 5), int)), "forget.W is int64"),
    "text": (".npz", changed(W=np.full((2, 5), "1.0")), "forget.W is <U3"),
    "yes and no": (".npz", changed(W=np.ones((2, 5), bool)), "forget.W is bool"),
    "complex numbers": (".npz", changed(W=np.ones((2, 5), complex)), "forget.W is complex128"),
    "NaN": (".npz", changed(W=np.full((2, 5), np.nan)), "W holds NaN"),
    "infinite": (".npz", changed(W=np.full((2, 5), np.inf)), "W holds an infinite number"),
    "one axis": (".npz", changed(W=np.ones(5)), r"W has shape \(5,\)"),
    "no rows": (".npz", changed(W=np.ones((0, 5))), r"W has shape \(0, 5\)"),
    "a pickle in it": (".npz", changed(W=np.array([{}, None])), "pickled objects"),
    "a pickle nobody asked for": (
        ".npz",
        npz(own(CELL) | {"x": np.array([print])}),
        "'x' holds pickled objects",
    ),
    "a pickle beside it": (".npz", b"\x80\x04K\x01.", "broken"),
    "a pickle by its name": (".pt", b"\x80\x04K\x01.", "pickles.*save_file"),
    "no kind": ("", GOOD[".npz"], "must be a .npz, .safetensors or .onnx"),
    "huge": (".npz", zipped({"forget.W.npy": npy((10**9, 10**9))}), "0 bytes are there"),
    "huger": (".npz", zipped({"forget.W.npy": npy((10**999,))}), "0 bytes are there"),
    "negative": (".npz", zipped({"R.npy": npy((-2, -5), data=b"0" * 80)}), "80 bytes are there"),
    "no bytes a number": (".npz", zipped({"R.npy": npy((5,), "V0")}), "broken"),
    "other header": (".npz", zipped({"R.npy": npy("many")}), "broken"),
    "code for a header": (".npz", zipped({"R.npy": npy((1,), fortran=print)}), "broken"),
    "half a header": (".npz", zipped({"R.npy": npy((1,))[:30]}), "broken"),
    "a zip in a zip": (".npz", zipped({"inner.npz": GOOD[".npz"]}), "no LSTM was found"),
    "a zip as an array": (".npz", zipped({"R.npy": GOOD[".npz"]}), "broken"),
    "unpacks to much": (
        ".npz",
        zipped({"R.npy": bytes(files.LIMIT + 1)}, compression=zipfile.ZIP_DEFLATED),
        "unpacked it would be 33554433 bytes",
    ),
    "packed by LZMA": (".npz", zipped({"R.npy": b""}, compression=zipfile.ZIP_LZMA), "savez"),
    "too many arrays": (".npz", b"PK\x01\x02" * 10_001, "more than 10000 arrays"),
    "names alone": (".safetensors", tensors({}), "no LSTM was found.*nothing"),
    "7 bytes": (".safetensors", b"1234567", "list of names|broken"),
    "a long list": (".safetensors", tensors({}, length=2**63), "list of names is declared"),
    "a list longer than the file": (".safetensors", tensors({}, length=9), "is declared to be 9"),
    "no JSON": (".safetensors", tensors(b"\xff" * 20), "broken"),
    "deep JSON": (".safetensors", tensors(b"[" * 9999), "broken"),
    "bytes that are not there": (".safetensors", tensors({"a": ONE}), "broken"),
    "bytes elsewhere": (
        ".safetensors",
        tensors({"a": ONE | {"data_offsets": [2**40, 2**40 + 16]}}, BYTES),
        "broken",
    ),
    "another shape": (".safetensors", tensors({"a": ONE | {"shape": [9**19]}}, BYTES), "broken"),
    "below zero": (".safetensors", tensors({"a": ONE | {"shape": [-2, -2]}}, BYTES), "broken"),
    "bytes twice": (".safetensors", tensors({"a": ONE, "b": ONE}, BYTES), "broken"),
    "eight bits": (
        ".safetensors",
        tensors({"a": ONE | {"dtype": "F8_E4M3", "shape": [16]}}, BYTES),
        "type 'F8_E4M3'",
    ),
    "no protobuf": (".onnx", b"\xff" * 99, "broken"),
    "nothing in the graph": (".onnx", b"", "no version"),
    "no LSTM node": (".onnx", model(op="GRU"), "no LSTM; it must have one, and it has 'GRU'"),
    "huge dims": (".onnx", model(set_dims(1, 2**40, 2**40)), "but 192 bytes are there"),
    "negative dims": (".onnx", model(set_dims(1, -8, -3)), "but 192 bytes are there"),
    "other dims": (".onnx", model(set_dims(24)), "first axis must be its directions, 1"),
    "no dims": (".onnx", model(set_dims()), "192 bytes are there"),
    "data elsewhere": (".onnx", model(external), "'W' is in another file"),
    "no weights": (".onnx", model(lambda node, stored: stored.clear()), "W is computed"),
    "peepholes": (".onnx", model(peepholes), "peepholes, which our cell does not have"),
    "only backward": (".onnx", model(direction="reverse"), "direction b'reverse'"),
    "two directions said": (".onnx", model(direction="bidirectional"), "must be its directions, 2"),
    "other squashing": (".onnx", model(activations=["Tanh"] * 3), "activations = "),
    "clipped": (".onnx", model(clip=1.0), "clip = 1.0"),
    "coupled": (".onnx", model(input_forget=1), "input_forget = 1"),
    "another size": (".onnx", model(hidden_size=3), "hidden_size is 3"),
    "mostly no weights": (".onnx", b"\x3a\x80\x80\x80\x01" + b"\x0a\x00" * 2**20, "not weights"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_wrong_is_said_in_one_sentence(write: Callable, what: str):
    suffix, data, words = REFUSED[what]
    sentence = refusal(conventions.load, write(suffix, data))
    assert sentence.startswith(f"'file{suffix}': ")
    assert re.search(words, sentence), sentence
    assert len(sentence) < 400


def state(**changes: object) -> dict[str, object]:
    arrays = torch_names(CELL) | changes
    return {name: array for name, array in arrays.items() if array is not None}


def second(cell: Parameters) -> dict[str, object]:
    """The weights of a cell by the names of the second layer."""
    return {name.replace("l0", "l1"): array for name, array in torch_names(cell).items()}


GRU = {"weight_ih_l0": np.ones((6, 3)), "weight_hh_l0": np.ones((6, 2))}
RNN = {"weight_ih_l0": np.ones((2, 3)), "weight_hh_l0": np.ones((2, 2))}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "no LSTM was found.*nothing"),
        (dict.fromkeys("abcdef", 1.0), r"'d' \(\) and 2 more"),
        (GRU, "6, 2.*3 times as long as wide, so this is a GRU"),
        (RNN, "this is a plain RNN"),
        (state(weight_ih_l0=None), "weight_ih is not"),
        (state(weight_hr_l0=np.ones((1, 2))), "'weight_hr_l0' is a projection"),
        (state(weight_hh_l0=np.ones((8, 3))), r"weight_hh has shape \(8, 3\)"),
        (state(bias_ih_l0=np.ones(7)), r"bias_ih has shape \(7,\)"),
        (second(CELL), r"layers \[1\]"),
        ({f"{name}_reverse": a for name, a in state().items()}, "backward direction alone"),
        (state(**second(CELL)), "layer 1 reads 3.* 2"),
        (state(**second(Parameters.zeros(1, 2))), "layer 1 reads 1 .*gives 2;"),
        ({f"{p}.{n}": a for p in ("encoder", "decoder") for n, a in state().items()}, "several"),
        (
            state(**{f"{n}_reverse": a for n, a in torch_names(Parameters.zeros(3, 1)).items()}),
            "both directions must be the same",
        ),
        (
            {"a.1.": 1, **{f"a.{k}.{n}": a for k in ("1", "01") for n, a in state().items()}},
            "would be the same weights",
        ),
    ],
)  # fmt: skip
def test_names_that_make_no_lstm_are_refused(given: dict, words: str):
    sentence = refusal(conventions.from_torch_module_weights, given)
    assert re.search(words, sentence), sentence


def test_only_pytorchs_names_make_a_module():
    assert "no LSTM was found" in refusal(conventions.from_torch_module_weights, own(CELL))


def test_a_module_may_be_whole_numbers():
    weights = {name: (9 * np.asarray(array)).astype(int) for name, array in state().items()}
    assert_same(
        conventions.from_torch_module_weights(weights)[0],
        conventions.from_torch(
            *(weights[f"{name}_l0"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        ),
    )


def test_a_path_that_leads_to_no_file_is_refused_too(tmp_path: Path):
    assert "there is no such file" in refusal(conventions.load, tmp_path / "a.npz")
    assert "folder" in refusal(conventions.load, _made(tmp_path / "b.npz"))
    assert "must" in refusal(conventions.load, "\0.npz")
    long = tmp_path / "c.npz"
    with long.open("wb") as file:
        file.truncate(files.LIMIT + 1)  # takes no room on the disk
    assert "larger than 32 MiB" in refusal(conventions.load, long)


def _made(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.mark.parametrize("package", ["safetensors", "onnx"])
def test_without_its_package_a_file_says_what_to_install(
    package: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, package, None)
    name = {"safetensors": "room_counter_torch.safetensors", "onnx": "room_counter.onnx"}[package]
    with pytest.raises(ImportError, match=r"pip install 'lstm_teach\[import\]'"):
        conventions.load(examples.weights_file(name))


# ---- what is in a file is used, or named --------------------------------------------------------


def named(kind: str, place: str = "", cell: Parameters = CELL) -> dict[str, np.ndarray]:
    """A cell by the names of a library."""
    arrays = {
        "torch": lambda: torch_names(cell),
        "cell": lambda: {n.removesuffix("_l0"): a for n, a in torch_names(cell).items()},
        "keras": lambda: dict(
            zip(("kernel", "recurrent_kernel", "bias"), conventions.to_keras(cell), strict=True)
        ),
        "onnx": lambda: dict(zip("WRB", conventions.to_onnx(cell), strict=True)),
        "own": lambda: own(cell),
    }[kind]()
    return {place + name: array for name, array in arrays.items()}


def test_the_one_bias_of_equinox_is_used(write: Callable):
    arrays = named("cell")
    arrays["bias"] = arrays.pop("bias_ih") + arrays.pop("bias_hh")
    assert_same(conventions.load(write(".npz", npz(arrays))), CELL)
    assert_same(conventions.from_torch_module_weights(arrays), [CELL])


HERE = np.full((8,), 0.5)


@pytest.mark.parametrize(
    ("kind", "place", "more"),
    [
        ("torch", "", {"bias": HERE}),
        ("torch", "", {"bias_l0": HERE}),
        ("cell", "", {"bias": HERE}),
        ("torch", "lstm.", {"lstm.bias_l0": HERE}),
        ("torch", "", {"b_ih": HERE}),
        ("torch", "", {"h0": np.ones(2)}),
        ("torch", "lstm.", {"h0": np.ones(2)}),
        ("torch", "encoder.lstm.", {"encoder.init_h": np.ones(2)}),
        *(
            ("torch", "lstm.", {name: np.ones(2)})
            for name in ("hx", "hidden_init", "state_h", "start_h")
        ),
        ("torch", "lstm.", {"lstm.ln_ih.weight": HERE}),
        ("cell", "", {"layernorm_i.weight": HERE}),
        ("torch", "lstm.", {"lstm.weight_ch_l0": np.ones((6, 2))}),
        ("torch", "rnn.module.", {"rnn.weight_hh_l0_raw": np.ones((8, 2))}),
        ("torch", "lstm.", {"lstm.scale": np.array(2.0)}),
        ("keras", "lstm/lstm_cell/", {"lstm/lstm_cell/input_gate_peephole_weights": np.ones(2)}),
        ("keras", "lstm/lstm_cell/", {"lstm/lstm_cell/kernel_norm/gamma": HERE}),
        ("keras", "", {"clip": np.array(1.0)}),
        ("onnx", "", {"initial_h": np.ones((1, 1, 2))}),
        ("onnx", "", {"sequence_lens": np.array([3])}),
        ("own", "", {"peephole": np.ones(2)}),
        ("own", "", {"forget.p": np.ones(2)}),
    ],
)
def test_what_lies_among_the_weights_and_is_not_used_is_named(
    write: Callable, kind: str, place: str, more: dict
):
    sentence = refusal(conventions.load, write(".npz", npz(named(kind, place) | more)))
    (name,) = more
    assert f"{name!r} {np.shape(more[name])} is among the LSTM's weights" in sentence
    if kind != "own":
        line = sentence[sentence.index("; conventions.") + 2 :]
        w = named(kind, place) | more  # what its next step gives
        assert_same(eval(line, {"conventions": conventions, "w": w}), CELL)


def test_other_parts_of_a_state_may_be_tensors_that_numpy_cannot_read():
    state = named("torch", "lstm.") | {"head.weight": np.ones((1, 2), ml_dtypes.bfloat16)}
    assert_same(conventions.from_torch_module_weights(state), [CELL])
    state["lstm.scale"] = state.pop("head.weight")
    assert "'lstm.scale' (1, 2) is among" in refusal(conventions.from_torch_module_weights, state)


def test_a_bias_that_is_missing_is_no_zero():
    two = torch_names(CELL) | {
        name.replace("l0", "l1"): array
        for name, array in torch_names(Parameters.random(2, 2, seed=1)).items()
    }
    read = conventions.from_torch_module_weights
    none = {name: array for name, array in two.items() if "bias" not in name}
    assert [layer.forget.b.any() for layer in read(none)] == [False, False]
    for kept in ("bias_ih_l0 bias_hh_l0", "bias_ih_l0 bias_ih_l1", "bias_hh_l1"):
        sentence = refusal(read, none | {name: two[name] for name in kept.split()})
        (layer, role) = re.search(
            r"'weight_hh_(l\d)' is there and its (bias_[ih]h) is", sentence
        ).groups()
        assert f"{role}_{layer}" not in kept
        assert "in another file" in sentence


@pytest.mark.parametrize("name", ["weight_ih_l0", "weight_hh_l0", "bias_hh_l0"])
@pytest.mark.parametrize(
    ("other", "step"), [("mask", "prune.remove"), ("u", "remove_spectral_norm")]
)
def test_a_weight_that_pytorch_makes_anew_is_told_how_it_stays(name: str, other: str, step: str):
    state = torch_names(CELL)
    state |= {f"{name}_orig": state[name], f"{name}_{other}": np.ones_like(state.pop(name))}
    sentence = refusal(conventions.from_torch_module_weights, state)
    assert sentence.endswith(f"torch.nn.utils.{step}(lstm, '{name}')")


def test_biases_that_are_all_pruned_are_not_left_out():
    state = torch_names(CELL)
    for name in ("bias_ih_l0", "bias_hh_l0"):
        state |= {f"{name}_orig": state[name], f"{name}_mask": np.ones_like(state.pop(name))}
    said = refusal(conventions.from_torch_module_weights, state)
    assert re.search(r"prune\.remove\(lstm, 'bias_[ih]h_l0'\)$", said)


def test_a_prefix_that_no_name_has_is_told_the_names(write: Callable):
    path = write(".npz", npz(named("torch", "rnn.")))
    assert "no name in it begins with 'lstm.'" in (said := refusal(conventions.load, path, "lstm."))
    assert "'rnn.weight_ih_l0'" in said
    assert said.endswith(
        refusal(conventions.from_torch_module_weights, named("torch", "rnn."), "lstm.")
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CELL, "must be an lstm.state_dict(), not of type Parameters"),
        ({"epoch": 3, "state_dict": torch_names(CELL)}, "module_weights(state['state_dict'])"),
    ],
)
def test_what_is_no_state_is_told_so(state: object, words: str):
    with pytest.raises(TypeError, match=re.escape(words)):
        conventions.from_torch_module_weights(state)


@pytest.mark.parametrize("kind", ["torch", "keras", "onnx", "own"])
def test_other_parts_of_a_model_are_left_alone(write: Callable, kind: str):
    others = {
        "lstm.count": np.array(7),
        "embedding.weight": np.ones((9, 3)),
        "norm.weight": np.ones(2),
        "head.lin.bias": np.ones(1),
        "seed_generator_state": np.ones(2, "uint32"),
        "gru.weight_hh_l0": np.ones((6, 2)),
        "gru.weight_ih_l0": np.ones((6, 3)),
    }
    assert_same(conventions.load(write(".npz", npz(named(kind, "lstm.") | others))), CELL)


UPPER, SAME = Parameters.random(2, 5, seed=1), Parameters.random(3, 3, seed=2)


@pytest.mark.parametrize(
    ("lower", "upper"),
    [("lstm1.", "lstm2."), ("rnns.0.", "rnns.1."), ("a.lstm.", "a.lstm_1."), ("cell0/", "cell1/")],
)
@pytest.mark.parametrize("kind", ["torch", "cell", "keras"])
def test_two_lstms_are_layers_where_sizes_allow_only_that(
    write: Callable, kind: str, lower: str, upper: str
):
    arrays = named(kind, lower) | named(kind, upper, UPPER)
    arrays |= {"head.weight": np.ones((1, 5)), "embedding.weight": np.ones((9, 3))}
    assert_same(conventions.load(write(".npz", npz(arrays))), [CELL, UPPER])
    back = Parameters.random(3, 2, seed=5)
    above = Parameters.random(4, 2, seed=6)
    if kind == "torch":
        both = {f"{lower}{n}_reverse": a for n, a in torch_names(back).items()}
        arrays = named(kind, lower) | both | named(kind, upper, above)
        assert_same(conventions.load(write(".npz", npz(arrays))), [(CELL, back), above])


@pytest.mark.parametrize(
    ("lower", "upper", "more"),
    [
        (SAME, SAME, {}),  # side by side, or stacked either way
        (CELL, CELL, {}),  # only side by side
        (CELL, Parameters.random(2, 3, seed=4), {}),  # round and round
        (CELL, UPPER, {"fc.weight": np.ones((2, 2))}),  # what may stand between
        (CELL, UPPER, {"bn.weight": np.ones(2)}),
        (UPPER, CELL, {}),  # the other way round than their numbers
    ],
)
@pytest.mark.parametrize("kind", ["torch", "keras"])
def test_two_lstms_that_may_be_something_else_are_named(
    write: Callable, kind: str, lower: Parameters, upper: Parameters, more: dict
):
    arrays = named(kind, "lstm1.", lower) | named(kind, "lstm2.", upper) | more
    path = write(".npz", npz(arrays))
    sentence = refusal(conventions.load, path)
    assert "several LSTMs ('lstm1.' " in sentence
    assert "'lstm2.' " in sentence
    line = sentence[sentence.index("conventions.load") :]
    assert_same(eval(line, {"conventions": conventions, "path": path}), lower)
    assert_same(conventions.load(path, prefix="lstm2."), upper)
    if kind == "torch":
        assert "from_torch_module_weights(state, prefix='lstm1.')" in refusal(
            conventions.from_torch_module_weights, arrays
        )
        assert_same(conventions.from_torch_module_weights(arrays, "lstm2."), [upper])


def test_three_of_one_size_have_no_order(write: Callable):
    arrays = named("torch", "l.0.") | named("torch", "l.1.", Parameters.random(2, 2, seed=1))
    arrays |= named("torch", "l.2.", Parameters.random(2, 2, seed=2))
    assert "several LSTMs" in refusal(conventions.load, write(".npz", npz(arrays)))


def test_names_of_directions_are_two_modules_in_pytorch(write: Callable):
    arrays = named("torch", "forward_lstm.") | named("torch", "backward_lstm.")
    assert "several" in refusal(conventions.load, write(".npz", npz(arrays)))


@pytest.mark.parametrize("numbers", [("", ""), ("_1", "_2")])
def test_both_directions_of_keras_are_one_layer(write: Callable, numbers: tuple):
    back = Parameters.random(3, 2, seed=1)
    places = [f"m/bidirectional/{way}_lstm/lstm_cell{n}/" for way, n in
              zip(("forward", "backward"), numbers, strict=True)]  # fmt: skip
    arrays = named("keras", places[0]) | named("keras", places[1], back)
    arrays = {f"{name}:0": array for name, array in arrays.items()}
    assert_same(conventions.load(write(".npz", npz(arrays))), (CELL, back))


@pytest.mark.parametrize(
    ("suffix", "words"),
    [
        (
            ".keras",
            r"np\.savez\('lstm\.npz', \*\*\{w\.path: np\.array\(w\) for w in model\.weights",
        ),
        (".weights.h5", r"w\.path"),
        (".h5", r"w\.path"),
        (".npy", r"np\.savez\('lstm\.npz', weight_ih_l0=\.\.\."),
        (".pth", r"pickle.*safetensors\.torch\.save_file"),
        (".jit", r"torch\.jit\.load\(path\)"),
        (".onnx.data", r"external_data=False"),
        (".msgpack", r"flatten_dict\(params"),
        (".eqx", r"weight_ih=cell\.weight_ih"),
        (".index", r"tf\.train\.load_checkpoint"),
        (".txt", r"np\.savez\('lstm\.npz', \*\*arrays"),
    ],
)
def test_another_kind_of_file_gets_its_own_next_step(write: Callable, suffix: str, words: str):
    sentence = refusal(conventions.load, write(suffix, b""))
    assert re.search(words, sentence), sentence
    assert ("torch" in sentence) == (suffix in (".pth", ".jit", ".onnx.data"))


def test_a_folder_gets_the_next_step_of_keras(tmp_path: Path):
    assert "w.path" in refusal(conventions.load, tmp_path)


# ---- other libraries: the line of code in the sentence gives the same cell ----------------------


def gates(cell: Parameters) -> dict[str, tuple[np.ndarray, ...]]:
    """W_x, W_h and b of each gate, W_x `(H, D)`."""
    return {g: (W_x, W_h, b) for g, (W_x, W_h, b, _) in conventions.to_split(cell).items()}


def flax(cell: Parameters, i_f: str = "if", s: str = "/") -> dict[str, np.ndarray]:
    arrays = {}
    for letter, gate in zip("ifgo", ("input", "forget", "candidate", "output"), strict=True):
        W_x, W_h, b = gates(cell)[gate]
        name = i_f if letter == "f" else f"i{letter}"
        arrays |= {f"{name}{s}kernel": W_x.T, f"h{letter}{s}kernel": W_h.T, f"h{letter}{s}bias": b}
    return arrays


def rows(cell: Parameters, matrix: str, bias: str) -> dict[str, np.ndarray]:
    """TensorFlow 1 and Haiku: the order i, C, f, o, and 1 is added to the forget gate's bias."""
    split = conventions.to_rows(cell)
    order = ("input", "candidate", "forget", "output")
    return {
        matrix: np.concatenate([split[gate][0] for gate in order], axis=1),
        bias: np.concatenate([split[gate][1] - (gate == "forget") for gate in order]),
    }


def cudnn(cell: Parameters) -> dict[str, np.ndarray]:
    """Keras's own way to CuDNN's weights: tf_keras hdf5_format, transform_kernels."""
    K, R, b = conventions.to_keras(cell)
    K = np.hstack([k.T.ravel().reshape(k.shape) for k in np.hsplit(K, 4)])
    R = np.hstack([r.T for r in np.hsplit(R, 4)])
    return {"kernel": K, "recurrent_kernel": R, "bias": np.concatenate([b - 0.25, 0 * b + 0.25])}


W_IH, W_HH, B_IH, B_HH = conventions.to_torch(CELL)
NAMES_OF_OTHERS = {
    "Flax linen": flax(CELL),
    "Flax linen in an RNN": {f"cell/{n}": a for n, a in flax(CELL).items()},
    "Flax nnx": flax(CELL, "if_", "."),
    "Flax nnx optimized": dict(
        zip(
            ("dense_i/kernel", "dense_h/kernel", "dense_h/bias"),
            conventions.to_keras(CELL),
            strict=True,
        )
    ),
    "TF1 basic": rows(CELL, "rnn/basic_lstm_cell/kernel:0", "rnn/basic_lstm_cell/bias:0"),
    "TF1": rows(CELL, "rnn/lstm_cell/kernel", "rnn/lstm_cell/bias"),
    "TF1 layers": rows(CELL, "rnn/multi_rnn_cell/cell_0/lstm_cell/kernel",
                       "rnn/multi_rnn_cell/cell_0/lstm_cell/bias"),
    "Haiku": rows(CELL, "lstm/linear/w", "lstm/linear/b"),
    "MLX": {"Wx": W_IH, "Wh": W_HH, "bias": B_IH},
    "MLX in a model": {"a.lstm.Wx": W_IH, "a.lstm.Wh": W_HH, "a.lstm.bias": B_IH},
    "short names": {"w_ih": W_IH, "w_hh": W_HH, "b_ih": B_IH, "b_hh": B_HH},
    "Keras positional": {f"arr_{n}": array for n, array in enumerate(conventions.to_keras(CELL))},
    "PyTorch positional": {"arr_0": W_IH, "arr_1": W_HH, "arr_2": B_IH, "arr_3": B_HH},
    "CuDNN": cudnn(CELL),
}  # fmt: skip


def run(sentence: str, **given: object) -> object:
    """Run the line of code that a sentence ends with."""
    begin = re.search(r"(?:; |: )(?=w = |K, R, b|conventions\.)", sentence).end()
    *first, last = sentence[begin:].split("; ")
    names = {"np": np, "conventions": conventions, "safetensors": safetensors, **given}
    for part in first:
        exec(part, names)
    return eval(last, names)


def both_close(one: object, other: object) -> None:
    """Two cells, number by number; they may have come by a sum."""
    for a, b in zip(vars(one).values(), vars(other).values(), strict=True):
        if isinstance(a, Gate):
            np.testing.assert_allclose(a.W, b.W, atol=1e-12)
            np.testing.assert_allclose(a.b, b.b, atol=1e-12)
        else:
            np.testing.assert_allclose(a, b, atol=1e-12)


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
@pytest.mark.parametrize("library", NAMES_OF_OTHERS)
def test_names_of_other_libraries_get_a_line_that_reads_them(
    write: Callable, library: str, suffix: str
):
    arrays = {n: np.ascontiguousarray(a) for n, a in NAMES_OF_OTHERS[library].items()}
    path = write(suffix, npz(arrays) if suffix == ".npz" else safetensors.numpy.save(arrays))
    sentence = refusal(conventions.load, path)
    more = dict(zip(("K", "R", "b"), arrays.values(), strict=True)) if library == "CuDNN" else {}
    both_close(run(sentence, path=path, **more), CELL)


@pytest.mark.parametrize("more", ["w_f_diag", "w_o_diag:0", "projection/kernel:0"])
def test_tensorflow_1_with_more_than_our_cell_has_gets_no_line(write: Callable, more: str):
    arrays = rows(CELL, "rnn/lstm_cell/kernel", "rnn/lstm_cell/bias")
    sentence = refusal(
        conventions.load, write(".npz", npz(arrays | {f"rnn/lstm_cell/{more}": np.ones(2)}))
    )
    assert "peepholes (w_f_diag) or a projection" in sentence
    assert "from_rows" not in sentence


DRAW = np.random.default_rng(3).normal
GRU_CELL = conventions.gru_from_torch(
    DRAW(size=(6, 3)), DRAW(size=(6, 2)), DRAW(size=6), DRAW(size=6)
)
G_IH, G_HH, G_BI, G_BH = conventions.gru_to_torch(GRU_CELL)
BEFORE = conventions.gru_from_keras(
    DRAW(size=(3, 6)), DRAW(size=(2, 6)), DRAW(size=6), reset_after=False
)


def flax_gru() -> dict[str, np.ndarray]:
    arrays = {}
    for n, letter in enumerate("rzn"):
        part = slice(2 * n, 2 * n + 2)
        arrays |= {f"i{letter}/kernel": G_IH[part].T, f"h{letter}/kernel": G_HH[part].T}
        arrays |= {f"i{letter}/bias": G_BI[part]}
    return arrays | {"hn/bias": G_BH[4:]}


def tf1_gru() -> dict[str, np.ndarray]:
    """Two gates r, u together, then the candidate; h = u * h + (1 - u) * c."""
    kernel, recurrent, b = conventions.gru_to_keras(BEFORE)
    z, r, h = np.split(np.vstack([kernel, recurrent]), 3, axis=1)
    b_z, b_r, b_h = np.split(b, 3)
    place = "rnn/gru_cell/"
    return {f"{place}gates/kernel": np.hstack([r, z]), f"{place}candidate/kernel": h,
            f"{place}gates/bias": np.hstack([b_r, b_z]), f"{place}candidate/bias": b_h}  # fmt: skip


def haiku_gru() -> dict[str, np.ndarray]:
    """H = (1 - z) * h + z * a: z is the other way round."""
    turn = np.repeat([-1, 1, 1], 2)
    K, R, b = (turn * array for array in conventions.gru_to_keras(BEFORE))
    return {"gru/w_i": K, "gru/w_h": R, "gru/b": b}


def cudnn_gru() -> dict[str, np.ndarray]:
    """The same way for a GRU, whose biases are kept apart."""
    K, R, b = conventions.gru_to_keras(GRU_CELL)
    K = np.hstack([k.T.ravel().reshape(k.shape) for k in np.hsplit(K, 3)])
    R = np.hstack([r.T for r in np.hsplit(R, 3)])
    return {"kernel": K, "recurrent_kernel": R, "bias": b.ravel()}


KERAS_GRU = ("kernel", "recurrent_kernel", "bias")
GRUS = {
    "PyTorch": (GRU_CELL, {"gru.weight_ih_l0": G_IH, "gru.weight_hh_l0": G_HH,
                           "gru.bias_ih_l0": G_BI, "gru.bias_hh_l0": G_BH}),
    "Keras": (GRU_CELL, dict(zip(KERAS_GRU, conventions.gru_to_keras(GRU_CELL), strict=True))),
    "Keras before": (BEFORE, dict(zip(KERAS_GRU, conventions.gru_to_keras(BEFORE), strict=True))),
    "Flax": (GRU_CELL, flax_gru()),
    "Flax nnx": (GRU_CELL, {"dense_i/kernel": G_IH.T, "dense_h/kernel": G_HH.T,
                            "dense_i/bias": G_BI}),
    "TF1": (BEFORE, tf1_gru()),
    "Haiku": (BEFORE, haiku_gru()),
    "MLX": (GRU_CELL, {"Wx": G_IH, "Wh": G_HH, "b": G_BI, "bhn": G_BH[4:]}),
    "Equinox": (GRU_CELL, {"weight_ih": G_IH, "weight_hh": G_HH, "bias": G_BI,
                           "bias_n": G_BH[4:]}),
    "CuDNN": (GRU_CELL, cudnn_gru()),
    "short names": (GRU_CELL, {"enc_w_ih": G_IH, "enc_w_hh": G_HH, "enc_b_ih": G_BI,
                               "enc_b_hh": G_BH}),
    "Keras positional": (GRU_CELL, dict(zip(("arr_0", "arr_1", "arr_2"),
                                            conventions.gru_to_keras(GRU_CELL), strict=True))),
}  # fmt: skip


@pytest.mark.parametrize("library", GRUS)
def test_a_gru_is_called_one_and_its_line_reads_it(write: Callable, library: str):
    cell, arrays = GRUS[library]
    path = write(".npz", npz(arrays))
    sentence = refusal(conventions.load, path)
    assert "GRU" in sentence
    more = dict(zip(("K", "R", "b"), arrays.values(), strict=True)) if library == "CuDNN" else {}
    found = run(sentence, path=path, **more)
    if library == "Flax nnx":  # it has no bias of its own for h
        cell = replace(cell, recurrent_bias=np.zeros(2))
    assert found.reset_after == cell.reset_after
    xs = np.random.default_rng(0).normal(size=(5, 3))
    np.testing.assert_allclose(gru_unroll(found, xs).h, gru_unroll(cell, xs).h, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "lstm.parametrizations.weight_hh_l0.original0",
            "remove_parametrizations(lstm, 'weight_hh_l0')",
        ),
        ("weight_hh_l0_g", "remove_weight_norm(lstm, 'weight_hh_l0')"),
        ("rnn.weight_hh_l0_orig", "remove_parametrizations(lstm, 'weight_hh_l0')"),
    ],
)
def test_a_weight_that_pytorch_computes_is_said_to_be_so(write: Callable, name: str, words: str):
    arrays = torch_names(CELL)
    arrays[name] = arrays.pop("weight_hh_l0")
    assert words in refusal(conventions.load, write(".npz", npz(arrays)))


def test_bfloat16_gets_its_next_step(write: Callable):
    arrays = own(CELL)
    arrays["forget.W"] = np.ones((2, 5), "V2")  # how np.savez writes it
    assert "forget.W is |V2; it must be floats; save what is bfloat16 as .float()" in refusal(
        conventions.load, write(".npz", npz(arrays))
    )


# ---- graphs -------------------------------------------------------------------------------------

make_node, from_array = onnx.helper.make_node, onnx.numpy_helper.from_array


def weights(cell: Parameters, k: int = 0) -> dict[str, np.ndarray]:
    """W0, R0, B0 and so on."""
    arrays = zip("WRB", conventions.to_onnx(cell), strict=True)
    return {f"{name}{k}": array for name, array in arrays}


def lstm(k: int = 0, x: str = "X", more: tuple[str, ...] = (), **attributes: object) -> object:
    """Node k of a graph, which reads x and gives Yk."""
    return make_node(
        "LSTM", [x, f"W{k}", f"R{k}", f"B{k}", *more], [f"Y{k}"], name=f"lstm{k}", **attributes
    )


def graph(
    nodes: list, stored: dict[str, np.ndarray], inputs: tuple[str, ...] = ("X",), **shapes: tuple
) -> bytes:
    """An .onnx file of these nodes."""
    info = onnx.helper.make_tensor_value_info
    made = onnx.helper.make_graph(
        nodes,
        "g",
        [info(name, 11, shapes.get(name)) for name in inputs],
        [info("Y0", 11, None)],
        [from_array(array, name) for name, array in stored.items()],
    )
    return onnx.helper.make_model(made).SerializeToString()


def constant(name: str, array: np.ndarray) -> object:
    return make_node("Constant", [], [name], value=from_array(array))


ZEROS, SHAPE = np.zeros((1, 1, 2)), np.array([1, 5, 2])
NOTHING_BEFORE = {
    "stored zeros": ([], {"h": ZEROS, "c": ZEROS}, ("X",)),
    "given by who runs it": ([], {}, ("X", "h", "c")),
    "constants": ([constant("h", ZEROS), constant("c", ZEROS)], {}, ("X",)),
    "filled": (
        [make_node("ConstantOfShape", ["s"], ["h"]), make_node("Expand", ["z", "s"], ["c"])],
        {"s": SHAPE, "z": ZEROS},
        ("X",),
    ),
    "a part of what is given": (
        [
            make_node("Gather", ["state", "k"], ["h"], axis=0),
            make_node("Unsqueeze", ["flat", "k"], ["c"]),
        ],
        {"k": np.array([0])},
        ("X", "state", "flat"),
    ),
}


@pytest.mark.parametrize("what", NOTHING_BEFORE)
def test_states_of_0_and_states_that_who_runs_it_gives_are_read(write: Callable, what: str):
    nodes, stored, inputs = NOTHING_BEFORE[what]
    data = graph([*nodes, lstm(more=("", "h", "c"))], weights(CELL) | stored, inputs)
    assert_same(conventions.load(write(".onnx", data)), CELL)


ONES, WIDE = np.ones((1, 1, 2)), np.zeros((1, 1, 4))
NOT_READ = {  # nodes before the LSTM, what it reads besides W, R, B, what is stored, words
    "initial_h": ([], ("", "h"), {"h": ONES}, "initial_h 'h'.*not 0.*h0="),
    "initial_c": ([], ("", "", "c"), {"c": ONES}, "initial_c 'c'.*not 0.*c0="),
    "one number of it": ([], ("", "h"), {"h": np.array([[[0, 1e-9]]])}, "initial_h 'h'"),
    "a constant": ([constant("h", ONES)], ("", "h"), {}, "initial_h 'h'.*not 0"),
    "filled with 1": (
        [make_node("ConstantOfShape", ["s"], ["h"], value=from_array(np.ones(1)))],
        ("", "h"),
        {"s": SHAPE},
        "initial_h 'h'.*not 0",
    ),
    "widened": (
        [make_node("Expand", ["one", "s"], ["h"])],
        ("", "h"),
        {"s": SHAPE, "one": ONES},
        "initial_h 'h'.*not 0",
    ),
    "computed": (
        [make_node("Gemm", ["X", "A"], ["h"])],
        ("", "h"),
        {"A": np.ones((3, 2))},
        "initial_h 'h' comes from Gemm",
    ),
    "projection": ([], ("", "", "c"), {"c": WIDE}, "initial_c has 4 numbers and hidden_size is 2"),
    "lengths": ([], ("n",), {"n": np.array([3])}, "sequence_lens 'n'"),
    "peepholes": ([], ("", "", "", "P"), {"P": np.ones((1, 6))}, "P 'P' is peepholes.*peepholes_"),
    "too many": ([], ("", "", "", "", "more"), {}, "9 inputs"),
    "another W": ([], ("", "", "", "P"), {"P": np.ones((2, 6))}, "its LSTM's P has shape"),
}


@pytest.mark.parametrize("what", NOT_READ)
def test_what_a_node_reads_besides_its_weights_is_named(write: Callable, what: str):
    before, more, stored, words = NOT_READ[what]
    data = graph([*before, lstm(more=more)], weights(CELL) | stored)
    sentence = refusal(conventions.load, write(".onnx", data))
    assert re.search(words, sentence), sentence


def test_lengths_and_states_can_be_taken_out(tmp_path: Path):
    more = weights(CELL) | {"n": np.array([3]), "h": ONES}
    path = tmp_path / "model.onnx"
    path.write_bytes(graph([lstm(more=("n", "h"))], more))
    for words in ("sequence_lens", "initial_h"):
        sentence = refusal(conventions.load, path)
        assert words in sentence
        code = sentence[sentence.index("m = ") :].split("; and ")[0]
        exec(code.replace("'plain.onnx'", "path"), {"onnx": onnx, "path": str(path)})
    assert_same(conventions.load(path), CELL)


def test_peepholes_of_0_say_nothing(write: Callable):
    data = graph([lstm(more=("", "", "", "P"))], weights(CELL) | {"P": np.zeros((1, 6))})
    assert_same(conventions.load(write(".onnx", data)), CELL)


@pytest.mark.parametrize(
    "attributes",
    [
        {"clip": 0.0},
        {"activation_alpha": [0.5]},
        {"activation_beta": [0.5, 0.5, 0.5]},
        {"activations": ["Sigmoid", "Tanh"]},
        {"activations": ["Sigmoid", "Tanh", "Tanh"] * 2},
        {"activations": ["Sigmoid", "Tanh", "Relu"]},
        {"activations": ["HardSigmoid", "Tanh", "Tanh"]},
        {"input_forget": 1},
        {"layout": 2},
        {"output_sequence": 1},
        {"direction": "FORWARD"},
        {"linear_before_reset": 1},
    ],
    ids=str,
)
def test_an_attribute_that_is_not_used_is_named(write: Callable, attributes: dict):
    sentence = refusal(conventions.load, write(".onnx", graph([lstm(**attributes)], weights(CELL))))
    assert next(iter(attributes)) in sentence


@pytest.mark.parametrize(
    "attributes",
    [
        {"activations": ["sigmoid", "Tanh", "tanh"]},
        {"input_forget": 0, "layout": 1, "direction": "forward", "hidden_size": 2},
    ],
)
def test_attributes_that_say_what_is_so_are_read(write: Callable, attributes: dict):
    data = graph([lstm(**attributes)], weights(CELL))
    assert_same(conventions.load(write(".onnx", data)), CELL)


# ---- weights that the graph moves ---------------------------------------------------------------

W, R, B = conventions.to_onnx(CELL)
LIST = make_node("Constant", [], ["W1d"], value_floats=W.astype("f4").ravel().tolist())
LENGTHS = make_node("Constant", [], ["list"], value_ints=W.shape)
ONE = np.array([0])
MOVED = {
    "Constant nodes": ([constant("W0", W), constant("R0", R), constant("B0", B)], {}),
    "Identity": ([make_node("Identity", ["w"], ["W0"])], {"w": W, "R0": R, "B0": B}),
    "lists": ([LIST, LENGTHS, make_node("Reshape", ["W1d", "list"], ["W0"])], {"R0": R, "B0": B}),
    "put together": (  # as PyTorch's exporter does before anything is folded
        [
            make_node("Slice", ["b", "from", "to", "zero"], ["second"]),
            make_node("Slice", ["b", "zero", "from", "zero"], ["first"]),
            make_node("Concat", ["second", "first"], ["together"], axis=0),
            make_node("Unsqueeze", ["together", "zero"], ["B0"]),
            make_node("Transpose", ["w"], ["W0"], perm=[0, 2, 1]),
            make_node("Reshape", ["r", "shape"], ["R0"]),
        ],
        {"b": np.roll(B[0], 3), "from": np.array([3]), "to": np.array([16]), "zero": ONE,
         "w": W.transpose(0, 2, 1), "r": R[0], "shape": np.array([1, -1, 2])},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", MOVED)
def test_weights_are_read_where_the_graph_only_moves_them(write: Callable, what: str):
    nodes, stored = MOVED[what]
    found = conventions.load(write(".onnx", graph([*nodes, lstm()], stored)))
    if what != "lists":  # these are float32
        assert_same(found, CELL)
    np.testing.assert_allclose(conventions.to_onnx(found)[0], W, rtol=1e-7)


NOT_STORED = {
    "inputs of the graph": ([], {"W0": None}, "'W0', an input of the graph.*from_onnx"),
    "computed": ([make_node("Add", ["w", "w"], ["W0"])], {"w": W}, "computed.*Add.*ENABLE_BASIC"),
    "from eight bits": (
        [make_node("DequantizeLinear", ["w", "s"], ["W0"])],
        {"w": W.astype("int8"), "s": np.ones(1, "f4")},
        "W is computed by the graph.*DequantizeLinear",
    ),
    "an operator of others": (
        [make_node("Identity", ["w"], ["W0"], domain="mine")],
        {"w": W},
        "W is computed",
    ),
    "nowhere": ([], {}, "W is computed"),
    "dropped": ([make_node("Dropout", ["w", "s", "t"], ["W0"])],
                {"w": W, "s": np.ones(1, "f4"), "t": np.ones(1, bool)}, "W is computed.*Dropout"),
}  # fmt: skip


@pytest.mark.parametrize("what", NOT_STORED)
def test_weights_that_are_not_stored_are_named(write: Callable, what: str):
    nodes, stored, words = NOT_STORED[what]
    inputs = ("X", *[name for name, array in stored.items() if array is None])
    arrays = {name: array for name, array in stored.items() if array is not None}
    data = graph([*nodes, lstm()], {"R0": R, "B0": B} | arrays, inputs)
    sentence = refusal(conventions.load, write(".onnx", data))
    assert re.search(words, sentence), sentence


def test_constant_nodes_are_weights_however_large(write: Callable):
    big = Parameters.random(100, 150, seed=0)
    nodes = [constant(name, array) for name, array in weights(big).items()]
    data = graph([*nodes, lstm()], {})
    assert len(data) > files.HEADER
    assert_same(conventions.load(write(".onnx", data)), big)


# ---- where it stands, and what else there is ----------------------------------------------------


def branch(k: int) -> object:
    return onnx.helper.make_graph(
        [lstm(k)],
        "body",
        [],
        [onnx.helper.make_tensor_value_info(f"Y{k}", 1, None)],
        [from_array(a, n) for n, a in weights(CELL if k == 0 else SAME, k).items()],
    )


def test_an_lstm_inside_a_branch_is_found_and_taken_by_its_name(write: Callable):
    node = make_node("If", ["yes"], ["Y"], then_branch=branch(0), else_branch=branch(1))
    path = write(".onnx", graph([node], {}, ("X", "yes")))
    sentence = refusal(conventions.load, path)
    assert re.search("inside (then|else)_branch of 'If'", sentence)
    line = re.search(r"conventions\.load\([^)]*\)", sentence)[0]
    found = eval(line, {"conventions": conventions, "path": path})
    assert_same(found, CELL if "lstm0" in line else SAME)
    assert_same(conventions.load(path, "lstm1"), SAME)
    assert "it must be one of these" in refusal(conventions.load, path, "lstm2")


def test_an_lstm_in_a_loop_is_said_to_be_there(write: Callable):
    node = make_node("Loop", ["n", "yes"], ["Y"], body=branch(0))
    sentence = refusal(conventions.load, write(".onnx", graph([node], {}, ("X", "n", "yes"))))
    assert "inside body of 'Loop'" in sentence


def test_an_lstm_in_a_function_is_said_to_be_there(tmp_path: Path):
    model = onnx.ModelProto.FromString(graph([lstm()], weights(CELL)))
    body = onnx.helper.make_function("mine", "Layer", ["X", "W0", "R0", "B0"], ["Y0"],
                                     [model.graph.node[0]], model.opset_import)  # fmt: skip
    node = make_node("Layer", ["X", "W0", "R0", "B0"], ["Y0"], domain="mine")
    model.graph.node[0].CopyFrom(node)
    model.opset_import.append(onnx.helper.make_opsetid("mine", 1))
    model.functions.append(body)
    path = tmp_path / "model.onnx"
    path.write_bytes(model.SerializeToString())
    sentence = refusal(conventions.load, path)
    assert "inside the function 'Layer'" in sentence
    first, second = (
        sentence[sentence.index("import onnx") :].removesuffix(" writes it there").split("; ")
    )
    exec(first)
    exec(second.replace("'flat.onnx'", "str(path)"), {"onnx": onnx, "path": path})
    assert_same(conventions.load(path), CELL)


@pytest.mark.parametrize(
    ("op", "domain", "words"),
    [
        ("DynamicQuantizeLSTM", "com.microsoft", "'DynamicQuantizeLSTM' of 'com.microsoft'"),
        ("LSTM", "mine", "'LSTM' of 'mine'"),
        ("GRU", "", r"'GRU', so this is a GRU.*gru_from_onnx\(w\['W0'\], w\['R0'\], w\['B0'\]\)"),
        ("If", "", "it has 'If, Abs, Zeros'"),
    ],
)
def test_what_there_is_instead_is_named_first(write: Callable, op: str, domain: str, words: str):
    node = make_node(op, ["X", "W0", "R0", "B0"], ["Y0"], domain=domain)
    others = [make_node("Zeros", [], ["z"]), make_node("Abs", ["z"], ["a"])]
    sentence = refusal(conventions.load, write(".onnx", graph([*others, node], weights(CELL))))
    assert re.search(words, sentence), sentence


# ---- layers: each reads what the one below gives ------------------------------------------------

LOWER, ABOVE, BOTH = Parameters.random(3, 2, seed=7), Parameters.random(2, 2, seed=8), 4
TWO = weights(LOWER) | weights(ABOVE, 1) | {"one": np.array([1]), "zero": np.array([0])}
SQUEEZE = make_node("Squeeze", ["Y0", "one"], ["y"])
STACKED = {
    "squeezed": [SQUEEZE],
    "as PyTorch": [
        make_node("Transpose", ["Y0"], ["t"], perm=[0, 2, 1, 3]),
        make_node("Reshape", ["t", "to"], ["y"]),
    ],
    "there and back": [
        make_node("Squeeze", ["Y0", "one"], ["s"]),
        make_node("Dropout", ["s"], ["d"]),
        make_node("Transpose", ["d"], ["t"], perm=[1, 0, 2]),
        make_node("Identity", ["t"], ["i"]),
        make_node("Transpose", ["i"], ["y"], perm=[1, 0, 2]),
    ],
    "a shape that is computed": [
        make_node("Transpose", ["Y0"], ["t"], perm=[0, 2, 1, 3]),
        make_node("Shape", ["t"], ["whole"]),
        make_node("Slice", ["whole", "zero", "two"], ["front"]),
        make_node("Concat", ["front", "minus"], ["shape"], axis=0),
        make_node("Reshape", ["t", "shape"], ["y"]),
    ],
}
MORE = {"to": np.array([0, 0, -1]), "two": np.array([2]), "minus": np.array([-1])}


@pytest.mark.parametrize("what", STACKED)
def test_nodes_are_layers_when_each_reads_what_the_one_below_gives(write: Callable, what: str):
    data = graph([lstm(), *STACKED[what], lstm(1, "y")], TWO | MORE)
    assert_same(conventions.load(write(".onnx", data)), [LOWER, ABOVE])


def test_the_order_is_that_of_the_graph_and_not_of_the_names(write: Callable):
    nodes = [lstm(1, "X"), make_node("Squeeze", ["Y1", "one"], ["y"]), lstm(0, "y")]
    stored = weights(LOWER, 1) | weights(ABOVE, 0) | {"one": np.array([1])}
    assert_same(conventions.load(write(".onnx", graph(nodes, stored))), [LOWER, ABOVE])


def test_a_shape_of_numbers_is_held_against_what_the_graph_says(write: Callable):
    nodes = [lstm(), make_node("Reshape", ["Y0", "to"], ["y"]), lstm(1, "y")]
    for shape, good in (([5, 4, 2], True), ([4, 5, 2], False)):
        stored = TWO | {"to": np.array(shape)}
        path = write(".onnx", graph(nodes, stored, X=(5, 4, 3)))
        if good:
            assert_same(conventions.load(path), [LOWER, ABOVE])
        else:
            assert "several LSTMs" in refusal(conventions.load, path)


OTHERWISE = {
    "side by side": ([], "X", Parameters.random(3, 2, seed=9)),
    "ReLU": ([SQUEEZE, make_node("Relu", ["y"], ["z"])], "z", ABOVE),
    "added to itself": ([SQUEEZE, make_node("Add", ["y", "y"], ["z"])], "z", ABOVE),
    "a residual": ([SQUEEZE, make_node("Add", ["y", "X"], ["z"])], "z", ABOVE),
    "scaled": ([SQUEEZE, make_node("Mul", ["y", "two"], ["z"])], "z", ABOVE),
    "linear": ([SQUEEZE, make_node("MatMul", ["y", "M"], ["z"])], "z", ABOVE),
    "rows for moments": (
        [SQUEEZE, make_node("Transpose", ["y"], ["z"], perm=[1, 0, 2])],
        "z",
        ABOVE,
    ),
    "units turned": ([make_node("Reshape", ["Y0", "flip"], ["z"])], "z", ABOVE),
    "from its end": (
        [SQUEEZE, make_node("Slice", ["y", "last", "first", "zero", "minus"], ["z"])],
        "z",
        ABOVE,
    ),
    "without the first": (
        [SQUEEZE, make_node("Slice", ["y", "one", "many", "zero"], ["z"])],
        "z",
        ABOVE,
    ),
    "twice": (
        [SQUEEZE, make_node("Concat", ["y", "y"], ["z"], axis=2)],
        "z",
        Parameters.random(4, 2, seed=9),
    ),
    "only the last h": ([], "h", ABOVE),
}
STORED = {"two": np.array([2.0]), "M": np.eye(2), "flip": np.array([-1, 1, 2]),
          "many": np.array([99]), "last": np.array([-1]), "first": np.array([-99]),
          "minus": np.array([-1])}  # fmt: skip


@pytest.mark.parametrize("what", OTHERWISE)
def test_nodes_that_stand_otherwise_are_named(write: Callable, what: str):
    between, x, second = OTHERWISE[what]
    first = lstm()
    first.output.append("h")
    stored = weights(LOWER) | weights(second, 1) | {"one": ONE + 1, "zero": ONE} | STORED
    path = write(".onnx", graph([first, *between, lstm(1, x)], stored))
    sentence = refusal(conventions.load, path)
    assert "several LSTMs" in sentence
    line = re.search(r"conventions\.load\([^)]*\)", sentence)[0]
    assert_same(eval(line, {"conventions": conventions, "path": path}), LOWER)
    assert_same(conventions.load(path, "lstm1"), second)


@pytest.mark.parametrize("turned", [False, True])
def test_both_directions_are_joined_before_the_next_layer(write: Callable, turned: bool):
    back, upper = Parameters.random(3, 2, seed=10), Parameters.random(BOTH, 2, seed=11)
    pair = zip(weights(LOWER).items(), weights(back).values(), strict=True)
    stored = {name: np.concatenate([a, b]) for (name, a), b in pair} | weights(upper, 1)
    stored |= {"to": np.array([0, 0, -1]), "wrong": np.array([0, -1, 4])}
    nodes = [
        lstm(direction="bidirectional"),
        make_node("Transpose", ["Y0"], ["t"], perm=[0, 2, 1, 3]),
        make_node("Reshape", ["Y0", "wrong"] if turned else ["t", "to"], ["y"]),
        lstm(1, "y"),
    ]
    path = write(".onnx", graph(nodes, stored))
    if turned:  # units of both directions and rows are mixed
        assert "several LSTMs" in refusal(conventions.load, path)
    else:
        assert_same(conventions.load(path), [(LOWER, back), upper])


def test_what_is_put_together_again_and_again_needs_little_memory(write: Callable):
    nodes = [make_node("Concat", [f"w{n}"] * 2, [f"w{n + 1}"], axis=0) for n in range(40)]
    nodes.append(make_node("Identity", ["w40"], ["W0"]))
    path = write(".onnx", graph([*nodes, lstm()], {"w0": W, "R0": R}))
    tracemalloc.start()
    assert "put together" in refusal(conventions.load, path)
    assert tracemalloc.get_traced_memory()[1] < 6 * files.LIMIT
    tracemalloc.stop()


RECORD = Path(__file__).with_name("oracle") / "try_advice.txt"


def test_every_line_of_advice_was_run():
    """What its script printed stands beside it, and has every sentence that names a line."""
    record, tables = RECORD.read_text(encoding="utf-8"), advice.TABLES
    assert re.search(r"^0 parts failed$", record, re.MULTILINE)
    texts = [row["says"] for row in tables["names"]]
    texts += [says for says in tables["sentences"].values() if re.search(r"\w = |onnx\.save", says)]
    for text in texts:
        pieces = re.split(r"\{\w+\}", text)
        pattern = ".{0,200}?".join(
            re.escape(p.replace("{{", "{").replace("}}", "}")) for p in pieces
        )
        assert re.search(pattern, record), text


def test_every_sentence_is_said_somewhere():
    folder = Path(advice.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    for key, text in advice.TABLES["sentences"].items():
        assert f'"{key}"' in source
        assert "must" in text


# ---- 200 broken and hostile files --------------------------------------------------------------

SIZES = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([0, -1, 1, 2**31, 2**32, 2**62, 10**9]),
)
SHAPES = st.lists(SIZES, max_size=5).map(tuple).filter(lambda shape: shape not in [(2, 5), (5, 2)])
NAMES = st.sampled_from(["forget.W", "weight_hh_l0", "recurrent_kernel", "R", "lstm.R", "x"])
DTYPES = st.sampled_from(
    ["<f8", "<f2", ">i4", "|O", "<U7", "|V9", "<M8[s]", "<c16", "[('a', 'O')]"]
)


def cut(suffix: str, part: float) -> tuple[str, bytes]:
    """A good file that ends too early."""
    return suffix, GOOD[suffix][: int(part * (len(GOOD[suffix]) - 1))]


def one_array(name: str, shape: tuple, dtype: str, data: bytes, packed: bool) -> tuple[str, bytes]:
    how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    return ".npz", zipped({f"{name}.npy": npy(shape, dtype, data)}, compression=how)


def one_tensor(name: str, shape: tuple, dtype: str, offsets: tuple, data: bytes) -> tuple:
    entry = {"dtype": dtype, "shape": shape, "data_offsets": offsets}
    return ".safetensors", tensors({name: entry}, data)


def dims(shape: tuple, name: str) -> tuple[str, bytes]:
    def change(node: object, stored: dict) -> None:
        assert math.prod(shape) != math.prod(stored[name].dims)
        stored[name].dims[:] = shape

    return ".onnx", model(change)


def lied(size: int) -> tuple[str, bytes]:
    """A zip whose list gives the first array a size that it has not."""
    data = bytearray(GOOD[".npz"])
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = size.to_bytes(4, "little")
    return ".npz", bytes(data)


BROKEN = st.one_of(
    st.builds(cut, st.sampled_from(sorted(GOOD)), st.floats(0, 1)),
    st.builds(lambda *file: file, st.sampled_from(sorted(GOOD)), st.binary(max_size=300)),
    st.permutations(sorted(GOOD)).map(lambda kinds: (kinds[0], GOOD[kinds[1]])),
    st.builds(one_array, NAMES, SHAPES, DTYPES, st.binary(max_size=80), st.booleans()),
    st.builds(
        one_tensor,
        NAMES,
        SHAPES,
        st.sampled_from(["F64", "F16", "BF16", "I64", "BOOL", "F8_E5M2", "pickle"]),
        st.tuples(SIZES, SIZES),
        st.binary(max_size=80),
    ),
    st.builds(dims, SHAPES.filter(lambda s: math.prod(s) not in (24, 16)), st.sampled_from("WRB")),
    st.builds(lied, st.integers(0, 2**32 - 1).filter(lambda n: n != 208)),
    st.binary(max_size=60).map(lambda text: (".safetensors", tensors(text))),
    st.binary(max_size=99).map(lambda data: (".npz", zipped({"forget.W.npy": data}))),
)


@settings(max_examples=200)
@given(file=BROKEN)
def test_a_broken_or_hostile_file_gets_one_sentence_and_no_memory(write: Callable, file: tuple):
    path = write(*file)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError) as caught:  # noqa: PT011 - it may hold any text of the file
            conventions.load(path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "must" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500
    assert caught.value.__suppress_context__
    assert most < 2**21 + 20 * len(file[1])


@settings(max_examples=100)
@given(
    suffix=st.sampled_from(sorted(GOOD)),
    places=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_a_file_with_other_bytes_is_read_or_refused(write: Callable, suffix: str, places: list):
    data = bytearray(GOOD[suffix])
    for at, byte in places:
        data[at % len(data)] = byte
    try:
        loaded = conventions.load(write(suffix, bytes(data)))
    except ValueError as error:
        assert "must" in str(error)  # noqa: PT017 - it may also be read: a number changed
    else:
        assert isinstance(loaded, Parameters)


def test_nothing_is_unpickled(write: Callable, tmp_path: Path):
    class Trap:
        def __reduce__(self) -> tuple:
            return Path.touch, (tmp_path / "opened",)

    refusal(conventions.load, write(".npz", npz(own(CELL) | {"x": np.array([Trap()])})))
    assert not (tmp_path / "opened").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits and tells memory this way")
def test_hostile_files_are_refused_in_little_memory(write: Callable):
    """Also what the libraries take outside of Python's own bookkeeping."""
    files = ("huge", "unpacks to much", "too many arrays", "a long list", "huge dims",
             "mostly no weights", "deep JSON")  # fmt: skip
    folder = write(".txt", b"").parent
    for n, what in enumerate(files):
        (folder / f"{n}{REFUSED[what][0]}").write_bytes(REFUSED[what][1])
    code = (
        "import resource, sys, onnx, safetensors\n"
        "from lstm_teach import conventions\n"
        "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 2**26, used + 2**26))\n"
        "for path in sys.argv[1:]:\n"
        "    try: conventions.load(path)\n"
        "    except ValueError as error: print('must' in str(error), 'Memory' in str(error))\n"
    )
    paths = [str(folder / f"{n}{REFUSED[what][0]}") for n, what in enumerate(files)]
    run = subprocess.run([sys.executable, "-c", code, *paths], capture_output=True, text=True)
    assert run.stdout.split("\n")[:-1] == ["True False"] * len(files), run.stderr

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
from pathlib import Path

import numpy as np
import onnx
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_teach import Parameters, conventions, examples
from lstm_teach.conventions import files
from lstm_teach.sequence import stack
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
    kinds = {path.name for path in examples.DATA.iterdir() if path.suffix in files.READERS}
    kinds -= {"reader.npz"}  # the reader has a test of its own
    assert kinds == set(ORACLE["files"])
    assert {Path(name).suffix for name in kinds} == set(files.READERS)
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
    "data elsewhere": (".onnx", model(external), "'W' lies in another file"),
    "no weights": (".onnx", model(lambda node, stored: stored.clear()), "W is computed"),
    "peepholes": (".onnx", model(peepholes), "peepholes, which our cell has not"),
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

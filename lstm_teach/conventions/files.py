"""Read the arrays in a file of weights that a stranger may have made.

Nothing is unpickled. A file is never larger than `LIMIT`, every size that it declares is held
against the bytes that are there before anything of that size is made, and whatever is wrong with
it ends in one `ValueError` of one sentence.
"""

from __future__ import annotations

import math
import warnings
import zipfile
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LIMIT = 32 * 2**20  # bytes of a file, and of all arrays in it: 2 layers of 512 units fit
ENTRIES = 10_000  # arrays in a file: each costs some memory of its own, however small it is
HEADER = 2**20  # bytes of all that is not numbers, such as names: read, it becomes much larger

Arrays = dict[str, NDArray[Any]]


class WeightsFileError(ValueError):
    """What is wrong with a file, in our words; other errors are those of the library that reads."""


def read(path: str | PathLike[str]) -> Arrays:
    """Every array of a `.npz`, `.safetensors` or `.onnx` file, by name.

    Raises `ValueError` for a file that is not there, too large, broken or of another kind,
    `ImportError` when the library that reads this kind is not installed.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise WeightsFileError(
            f"its name ends in {shown(path.suffix)}, and it must be a .npz, .safetensors or .onnx "
            "file; those that PyTorch writes by itself (.pt, .pth) are pickles, which can run any "
            "code when they are opened, so write safetensors.torch.save_file(lstm.state_dict(), "
            "'lstm.safetensors')"
        )
    data = _bytes(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what libraries say of odd headers
            return reader(data)
    except (WeightsFileError, ImportError):
        raise
    except Exception as error:  # a broken file can make its library raise anything
        raise WeightsFileError(
            f"it is broken or not what its name says ({type(error).__name__}); "
            f"it must be a whole {path.suffix} file"
        ) from None


def shown(value: object) -> str:
    """Text from a file, safe and short enough for a sentence."""
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:50]}...{text[-1]}"


def _bytes(path: Path) -> bytes:
    """All bytes of an ordinary file that is not too large."""
    try:
        if not path.is_file():
            what = "it is a folder" if path.is_dir() else "there is no such file"
            raise WeightsFileError(f"{what}; path must lead to a .npz, .safetensors or .onnx file")
        size = path.stat().st_size
        if size > LIMIT:
            raise WeightsFileError(
                f"it is larger than {LIMIT >> 20} MiB; a file of weights must be smaller"
            )
        with path.open("rb") as file:
            return file.read(size)
    except (OSError, ValueError) as error:  # no permission, or a 0 in the name
        if isinstance(error, WeightsFileError):
            raise
        raise WeightsFileError(
            f"it must be a file that can be read ({type(error).__name__})"
        ) from None


def _require_bytes(name: str, shape: tuple[int, ...], itemsize: int, there: int) -> None:
    """Refuse an array whose declared shape is not that of the bytes that are there."""
    if any(n < 0 for n in shape) or math.prod(shape) * itemsize != there:
        raise WeightsFileError(
            f"{shown(name)} is declared with shape {shown(shape)} and {itemsize} bytes a number, "
            f"but {there} bytes are there; both must be the same"
        )


def _missing(package: str) -> ImportError:
    return ImportError(
        f"to read a .{package} file, the package {package} must be there: "
        "pip install 'lstm_teach[import]'"
    )


# ---- NumPy's .npz: a zip of .npy files ---------------------------------------------------------


def _npz(data: bytes) -> Arrays:
    if data.count(b"PK\x01\x02") > ENTRIES:  # each entry of a zip's list begins with these bytes
        raise WeightsFileError(f"it lists more than {ENTRIES} arrays; there must be fewer")
    arrays: Arrays = {}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = [m for m in archive.infolist() if m.filename.endswith(".npy")]
        size = sum(member.file_size for member in members)
        if size > LIMIT:
            raise WeightsFileError(
                f"unpacked it would be {shown(size)} bytes; it must stay under {LIMIT >> 20} MiB"
            )
        for member in members:
            name = member.filename.removesuffix(".npy")
            if name in arrays:
                raise WeightsFileError(
                    f"it holds {shown(name)} twice; every name must be there once"
                )
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise WeightsFileError(
                    f"{shown(name)} is packed in a way that NumPy never does; it must be written "
                    "by np.savez or np.savez_compressed"
                )
            with archive.open(member) as file:
                content = file.read(member.file_size)  # no more than that is ever unpacked
            _require_bytes(member.filename, (member.file_size,), 1, len(content))
            arrays[name] = _npy(content, name)
    return arrays


def _npy(data: bytes, name: str) -> NDArray[Any]:
    stream = BytesIO(data)
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    else:  # raises ValueError when it is not 2.0 either; 3.0 is for tables with column names
        shape, fortran, dtype = np.lib.format.read_array_header_2_0(stream)
    if dtype.hasobject:
        raise WeightsFileError(
            f"{shown(name)} holds pickled objects, which can run any code when they are opened; "
            "it must be an array of numbers"
        )
    numbers = data[stream.tell() :]
    _require_bytes(name, shape, dtype.itemsize, len(numbers))
    return np.frombuffer(numbers, dtype).reshape(shape, order="F" if fortran else "C")


# ---- .safetensors ------------------------------------------------------------------------------

SAFETENSORS = {"F64": "f8", "F32": "f4", "F16": "f2", "BF16": "u2", "I64": "i8", "I32": "i4",
               "I16": "i2", "I8": "i1", "U64": "u8", "U32": "u4", "U16": "u2", "U8": "u1",
               "BOOL": "?"}  # fmt: skip


def _safetensors(data: bytes) -> Arrays:
    try:
        from safetensors import deserialize
    except ImportError:
        raise _missing("safetensors") from None

    header = int.from_bytes(data[:8], "little")
    if header > min(HEADER, len(data) - 8):
        raise WeightsFileError(
            f"its list of names is declared to be {header} bytes long; it must be shorter than "
            f"{HEADER} bytes and than the file"
        )
    arrays: Arrays = {}
    for name, tensor in deserialize(data):  # the library checks where each array begins and ends
        kind, shape, numbers = tensor["dtype"], tuple(tensor["shape"]), tensor["data"]
        if kind not in SAFETENSORS:
            raise WeightsFileError(
                f"{shown(name)} has numbers of the type {shown(kind)}; they must be of one of "
                f"{', '.join(SAFETENSORS)}"
            )
        dtype = np.dtype(SAFETENSORS[kind]).newbyteorder("<")
        _require_bytes(name, shape, dtype.itemsize, len(numbers))
        array = np.frombuffer(numbers, dtype)
        if kind == "BF16":  # the upper half of a float32
            array = (array.astype("<u4") << 16).view("<f4")
        arrays[name] = array.reshape(shape)
    return arrays


# ---- .onnx: the weights of every LSTM node, in the graph's order -------------------------------

#: What an ONNX LSTM can have that our cell has not: the attribute, and the value that is harmless.
ATTRIBUTES: dict[str, list[bytes] | float] = {
    "activations": [b"Sigmoid", b"Tanh", b"Tanh"],
    "activation_alpha": [],
    "activation_beta": [],
    "clip": 0.0,
    "input_forget": 0,
}


def _onnx(data: bytes) -> Arrays:
    """`LSTM_0.W`, `LSTM_0.R`, `LSTM_0.B`, ...; the two directions of a node as `.forward.W` ....

    The node's `layout` says how its sequences lie; its weights lie the same way in both.
    """
    try:
        import onnx
    except ImportError:
        raise _missing("onnx") from None

    others = len(data) - _weight_bytes(data)
    if others > HEADER:
        raise WeightsFileError(
            f"{others} bytes of it are not weights; these must be fewer than {HEADER}"
        )
    model = onnx.ModelProto.FromString(data)
    if not model.opset_import:  # it stands at the end, and is the first to go when a file is cut
        raise WeightsFileError(
            "it names no version of the operators; it must be a whole .onnx file"
        )
    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    nodes = [node for node in graph.node if node.op_type == "LSTM"]
    if not nodes:
        operators = sorted({node.op_type for node in graph.node})
        raise WeightsFileError(
            f"its graph has no LSTM; it must have one, and it has {shown(', '.join(operators))}"
        )
    arrays: Arrays = {}
    for n, node in enumerate(nodes):
        given = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        for name, harmless in ATTRIBUTES.items():
            value = given.get(name, harmless)
            if value not in (harmless, 2 * harmless):  # a list has an entry for each direction
                raise WeightsFileError(
                    f"its LSTM has {name} = {shown(value)}, which our cell has not; "
                    "it must be a plain LSTM"
                )
        directions = {b"forward": [""], b"bidirectional": ["forward.", "backward."]}
        places = directions.get(given.get("direction", b"forward"))
        if places is None:
            raise WeightsFileError(
                f"its LSTM has the direction {shown(given['direction'])}; it must be 'forward' or "
                "'bidirectional', for one that only reads backward needs its xs turned round"
            )
        for role, place in {"W": 1, "R": 2, "B": 3, "P": 7}.items():
            if place < len(node.input) and node.input[place]:
                tensor = stored.get(node.input[place])
                if tensor is None:
                    raise WeightsFileError(
                        f"its LSTM's {role} is computed by the graph; "
                        "it must be stored among the initializers"
                    )
                array = _tensor(onnx, tensor)
                if array.ndim == 0 or len(array) != len(places):
                    raise WeightsFileError(
                        f"its LSTM's {role} has shape {shown(array.shape)}; the first axis must "
                        f"be its directions, {len(places)}"
                    )
                for k, direction in enumerate(places):
                    arrays[f"LSTM_{n}.{direction}{role}"] = array[k : k + 1]
        H = given.get("hidden_size")
        R = arrays.get(f"LSTM_{n}.{places[0]}R")
        if H is not None and R is not None and R.shape[-1] != H:
            raise WeightsFileError(
                f"its LSTM's R has shape {shown(R.shape)}, and hidden_size is {H}; "
                f"R must be (1, {4 * H}, {H})"
            )
    return arrays


# A .onnx file is a tree of protobuf messages. One that is nearly empty takes 2 bytes in the file
# and 160 in memory, so before the file is read we count what is not the bytes of a weight. These
# are the numbers that its fields have: model 7 = graph, graph 5 = initializer, and in it
# 4 = float_data, 5 = int32_data, 9 = raw_data, 10 = double_data.
WEIGHTS = {(7, 5, 4), (7, 5, 5), (7, 5, 9), (7, 5, 10)}
AROUND_WEIGHTS = {(7,), (7, 5)}


def _weight_bytes(data: bytes, path: tuple[int, ...] = ()) -> int:
    """How many bytes of a protobuf message are weights."""
    total = at = count = 0
    while at < len(data):
        count += 1
        if count > HEADER // 2:  # no field is shorter than 2 bytes
            break
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == 2:  # a message, text, or numbers: its length comes first
            size, at = _varint(data, at)
            if (*path, number) in WEIGHTS:
                total += min(size, len(data) - at)
            elif (*path, number) in AROUND_WEIGHTS:
                total += _weight_bytes(data[at : at + size], (*path, number))
            at += size
        elif kind == 0:
            _, at = _varint(data, at)
        else:  # eight or four bytes
            at += {1: 8, 5: 4}[kind]
    return total


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of protobuf, seven bits a byte, and where the next one begins."""
    value = shift = 0
    while data[at] & 128 and shift < 63:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
    return value | data[at] << shift, at + 1


def _tensor(onnx: Any, tensor: Any) -> NDArray[Any]:
    """The numbers of an initializer, once its size is that of the bytes or numbers it holds."""
    # what numbers are stored in when they are not bytes: the field, and bytes a number
    fields = {
        onnx.TensorProto.FLOAT: ("float_data", 4),
        onnx.TensorProto.DOUBLE: ("double_data", 8),
        onnx.TensorProto.FLOAT16: ("int32_data", 2),
        onnx.TensorProto.BFLOAT16: ("int32_data", 2),
    }
    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        raise WeightsFileError(
            f"{shown(tensor.name)} lies in another file; all weights must be in this one"
        )
    if tensor.data_type not in fields:
        raise WeightsFileError(
            f"{shown(tensor.name)} has numbers of the ONNX type {tensor.data_type}; they must be "
            "FLOAT, DOUBLE, FLOAT16 or BFLOAT16"
        )
    field, itemsize = fields[tensor.data_type]
    if tensor.HasField("raw_data"):
        there = len(tensor.raw_data)
    else:
        there = len(getattr(tensor, field)) * itemsize
    _require_bytes(tensor.name, tuple(tensor.dims), itemsize, there)
    array = onnx.numpy_helper.to_array(tensor)
    # NumPy has no bfloat16: what stands for it here is a type of a package of its own
    return array.astype(np.float32) if itemsize == 2 else array


READERS = {".npz": _npz, ".safetensors": _safetensors, ".onnx": _onnx}

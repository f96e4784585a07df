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

from lstm_teach.conventions import advice
from lstm_teach.conventions.advice import WeightsFileError, say
from lstm_teach.conventions.names import Module

LIMIT = 32 * 2**20  # bytes of a file, and of all arrays in it: 2 layers of 512 units fit
ENTRIES = 10_000  # arrays in a file: each costs some memory of its own, however small it is
HEADER = 2**20  # bytes of all that is not numbers, such as names: read, it becomes much larger

Arrays = dict[str, NDArray[Any]]


def read(path: str | PathLike[str], prefix: str = "") -> tuple[Arrays, list[Module] | None]:
    """Every array of a `.npz`, `.safetensors` or `.onnx` file whose name begins so, by name.

    From a graph only the weights of its LSTMs come, and with them these LSTMs in their order.
    Raises `ValueError` for a file that is not there, too large, broken or of another kind,
    `ImportError` when the library that reads this kind is not installed.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    data = _bytes(path, suffix)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what libraries say of odd headers
            if suffix == ".onnx":
                return _onnx(data, prefix)
            arrays = READERS[suffix](data)
    except (WeightsFileError, ImportError):
        raise
    except Exception as error:  # a broken file can make its library raise anything
        raise say("broken", {"suffix": path.suffix, "error": type(error).__name__}) from None
    return {name: a for name, a in arrays.items() if name.startswith(prefix)}, None


def _bytes(path: Path, suffix: str) -> bytes:
    """All bytes of an ordinary file of a kind that is read and not too large."""
    try:
        if path.is_dir():
            raise say("folder", {"advice": advice.kind(".keras")})
        if suffix not in READERS:
            raise say("kind", {"advice": advice.kind(suffix)}, suffix=path.suffix)
        if not path.is_file():
            raise say("missing")
        size = path.stat().st_size
        if size > LIMIT:
            raise say("large", limit=LIMIT >> 20)
        with path.open("rb") as file:
            return file.read(size)
    except (OSError, ValueError) as error:  # no permission, or a 0 in the name
        if isinstance(error, WeightsFileError):
            raise
        raise say("unreadable", {"error": type(error).__name__}) from None


def require_bytes(name: str, shape: tuple[int, ...], itemsize: int, there: int) -> None:
    """Refuse an array whose declared shape is not that of the bytes that are there."""
    if any(n < 0 for n in shape) or math.prod(shape) * itemsize != there:
        raise say("bytes", name=name, shape=shape, itemsize=itemsize, there=there)


def _missing(package: str) -> ImportError:
    return ImportError(
        f"to read a .{package} file, the package {package} must be there: "
        "pip install 'lstm_teach[import]'"
    )


# ---- NumPy's .npz: a zip of .npy files ---------------------------------------------------------


def _npz(data: bytes) -> Arrays:
    if data.count(b"PK\x01\x02") > ENTRIES:  # each entry of a zip's list begins with these bytes
        raise say("entries", limit=ENTRIES)
    arrays: Arrays = {}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = [m for m in archive.infolist() if m.filename.endswith(".npy")]
        size = sum(member.file_size for member in members)
        if size > LIMIT:
            raise say("unpacked", size=size, limit=LIMIT >> 20)
        for member in members:
            name = member.filename.removesuffix(".npy")
            if name in arrays:
                raise say("twice", name=name)
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise say("packed", name=name)
            with archive.open(member) as file:
                content = file.read(member.file_size)  # no more than that is ever unpacked
            require_bytes(member.filename, (member.file_size,), 1, len(content))
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
        raise say("objects", name=name)
    numbers = data[stream.tell() :]
    require_bytes(name, shape, dtype.itemsize, len(numbers))
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
        raise say("header", size=header, limit=HEADER)
    arrays: Arrays = {}
    for name, tensor in deserialize(data):  # the library checks where each array begins and ends
        kind, shape, numbers = tensor["dtype"], tuple(tensor["shape"]), tensor["data"]
        if kind not in SAFETENSORS:
            raise say("type", {"types": ", ".join(SAFETENSORS)}, name=name, type=kind)
        dtype = np.dtype(SAFETENSORS[kind]).newbyteorder("<")
        require_bytes(name, shape, dtype.itemsize, len(numbers))
        array = np.frombuffer(numbers, dtype)
        if kind == "BF16":  # the upper half of a float32
            array = (array.astype("<u4") << 16).view("<f4")
        arrays[name] = array.reshape(shape)
    return arrays


def _onnx(data: bytes, prefix: str) -> tuple[Arrays, list[Module]]:
    try:
        import onnx  # noqa: F401

        from lstm_teach.conventions import graph
    except ImportError:
        raise _missing("onnx") from None
    return graph.read(data, prefix)


READERS: dict[str, Any] = {".npz": _npz, ".safetensors": _safetensors, ".onnx": _onnx}

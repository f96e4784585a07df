"""Read the arrays in a file of weights that a stranger may have made.

Nothing is unpickled. A file is never larger than `LIMIT`, every size that it declares is held
against the bytes that are there before anything of that size is made, and whatever is wrong with
it ends in one `ValueError` of one sentence.
"""

from __future__ import annotations

import math
import warnings
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_teach.conventions import advice
from lstm_teach.conventions.advice import TABLES, WeightsFileError, say
from lstm_teach.conventions.names import Module, beginning

LIMIT = 32 * 2**20  # bytes of a file, and of all arrays in it: 2 layers of 512 units fit
ENTRIES = 10_000  # arrays in a file: each costs some memory of its own, however small it is
HEADER = 2**20  # bytes of all that is not numbers, such as names: read, it becomes much larger

Arrays = dict[str, NDArray[Any]]
#: What is in a file: arrays by their names, and where it tells them its LSTMs, from the lowest on.
Content = tuple[Arrays, list[Module] | None]
Readers = Mapping[str, Callable[[bytes, str], Content]]


def read(path: str | PathLike[str], readers: Readers, prefix: str) -> Content:
    """What the reader of its kind finds in a file under names that begin so.

    Raises `ValueError` for a file that is not there, too large, broken or of another kind,
    `ImportError` when the library that reads this kind is not installed.
    """
    path = Path(path)
    data = _bytes(path, readers)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what libraries say of odd headers
            arrays, modules = readers[path.suffix.lower()](data, prefix)
    except WeightsFileError:
        raise
    except ImportError:
        package = path.suffix.lower().removeprefix(".")  # each kind is named after its package
        raise ImportError(
            f"to read a .{package} file, the package {package} must be there: "
            "pip install 'lstm_teach[import]'"
        ) from None
    except Exception as error:  # a broken file can make its library raise anything
        raise say("broken", {"suffix": path.suffix, "error": type(error).__name__}) from None
    return beginning(arrays, prefix), modules


def _bytes(path: Path, kinds: Readers) -> bytes:
    """All bytes of an ordinary file of a kind that is read and not too large."""
    try:
        if path.is_dir():
            raise say("folder", {"advice": advice.kind(".keras")})
        if path.suffix.lower() not in kinds:
            raise say("kind", {"advice": advice.kind(path.suffix)}, suffix=path.suffix)
        if not path.is_file():
            raise say("missing")
        size = path.stat().st_size
        if size > LIMIT:
            raise say("large", limit=LIMIT >> 20)
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:  # no permission, or the name is too long
        raise say("unreadable", {"error": type(error).__name__}) from None


def require_bytes(name: str, shape: tuple[int, ...], itemsize: int, there: int) -> None:
    """Refuse an array whose declared shape is not that of the bytes that are there."""
    if any(n < 0 for n in shape) or math.prod(shape) * itemsize != there:
        raise say("bytes", name=name, shape=shape, itemsize=itemsize, there=there)


# ---- NumPy's .npz: a zip of .npy files ---------------------------------------------------------


def npz(data: bytes, prefix: str) -> Content:
    """Every array, by its name."""
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
    return arrays, None


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


def safetensors(data: bytes, prefix: str) -> Content:
    """Every array, by its name."""
    from safetensors import deserialize

    header = int.from_bytes(data[:8], "little")
    if header > min(HEADER, len(data) - 8):
        raise say("header", size=header, limit=HEADER)
    arrays: Arrays = {}
    types = TABLES["safetensors"]
    for name, tensor in deserialize(data):  # the library checks where each array begins and ends
        kind, shape, numbers = tensor["dtype"], tuple(tensor["shape"]), tensor["data"]
        if kind not in types:
            raise say("type", {"types": ", ".join(types)}, name=name, type=kind)
        dtype = np.dtype(types[kind]).newbyteorder("<")
        array = np.frombuffer(numbers, dtype)
        if kind == "BF16":  # the upper half of a float32
            array = (array.astype("<u4") << 16).view("<f4")
        arrays[name] = array.reshape(shape)
    return arrays, None

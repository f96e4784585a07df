"""What is said of weights that are not read: what is wrong, and a line of code that goes on.

All sentences stand in `data/files.json`, and with them the kinds of files and the names of other
libraries that they are about. Each line of code in them was run with its library:
tests/oracle/try_advice.py, and beside it what that printed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

DATA = Path(__file__).parents[1] / "data" / "files.json"
#: Sentences, kinds of files, and names of other libraries.
TABLES: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))


class WeightsFileError(ValueError):
    """What is wrong with a file, in our words; other errors are those of the library that reads."""


def shown(value: object, most: int = 60) -> str:
    """Text from a file, safe and short enough for a sentence."""
    text = ascii(value)
    return text if len(text) <= most else f"{text[: most - 10]}...{text[-1]}"


def say(key: str, ours: Mapping[str, object] | None = None, **theirs: object) -> WeightsFileError:
    """A sentence, with text of ours as it is and values out of a file as they can be shown."""
    values = {name: shown(value) for name, value in theirs.items()}
    return WeightsFileError(TABLES["sentences"][key].format(**values, **(ours or {})))


def require_no_cudnn(kernel: ArrayLike, bias: ArrayLike | None) -> None:
    """Tell a layer of Keras that only CuDNN ran: it has a second bias behind the first."""
    if bias is not None and np.shape(bias) == (2 * np.shape(kernel)[-1],):
        words = TABLES["CuDNN"]["GRU" if blocks(np.shape(kernel)) == 3 else "LSTM"]
        raise say("CuDNN", words, shape=np.shape(bias))


def kind(suffix: str) -> str:
    """How to come from a file whose name ends so to one that is read."""
    kinds = TABLES["files"]
    return next((kinds[ends] for ends in kinds if suffix.lower() in ends.split()), kinds["other"])


def blocks(shape: tuple[int, ...]) -> int:
    """How many layers are stacked in the matrix that meets h: 4 for an LSTM, 3 for a GRU."""
    least, most = min(shape[-2:], default=0), max(shape[-2:], default=0)
    return most // least if least and most % least == 0 else 0


def names(arrays: Mapping[str, ArrayLike], opened: str) -> str | None:
    """What to do with arrays that have the names of another library, or None."""
    for row in TABLES["names"]:
        for name in arrays:
            match = re.fullmatch(row["name"], name)
            if match is None or not re.fullmatch(r"[\w./:~ -]{1,60}", name):
                continue
            shape = np.shape(arrays[name])
            gru = blocks(shape) == 3
            words = {
                "opened": opened,
                "b": "b" if match.groupdict().get("k") == "w" else "bias",
                "gru": "gru_" if gru else "",
                "a_gru": "a GRU" if gru else "an LSTM",
                "lib": "keras" if len(shape) == 2 and shape[1] > shape[0] else "torch",
                **match.groupdict(),
            }
            if all(other.format(**words) in arrays for other in row["with"].split()):
                return f"{shown(name)} and others {row['says'].format(**words)}"
    return None

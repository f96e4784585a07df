"""An LSTM that has read this collection's own text, character by character.

It was trained to predict the next character, and nothing else (`tools/train_reader.py`); nobody
told it what a formula or a heading is. What its units track is found afterward, by comparing them
with the `features` of a text. That some units of such a cell can be interpreted was shown by
Karpathy, Johnson & Fei-Fei, "Visualizing and Understanding Recurrent Networks" (2015).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstm_teach import conventions
from lstm_teach._arrays import Array, as_array, require_shape
from lstm_teach.cell import linear, step
from lstm_teach.learn import below_the_largest
from lstm_teach.parameters import Parameters, Step
from lstm_teach.sequence import unroll


@dataclass(frozen=True, eq=False)
class Reader:
    """A cell with H units that reads characters, and a readout that says what comes next.

    `vocabulary` has the V characters that it knows; number 0 is `<unk>`, which stands for all
    others. `W` is `(V, H)` and `b` is `(V,)`: the readout `W h + b` gives the logits. `about` says
    how it was trained: the loss on the text that it read and on text that it did not read, the
    settings, the text's hash.
    """

    parameters: Parameters
    W: Array
    b: Array
    vocabulary: tuple[str, ...]
    about: Mapping[str, object]

    def token_ids(self, text: str) -> NDArray[np.int64]:
        """Give the number of every character in the vocabulary, `(T,)`; 0 for an unknown one."""
        if not isinstance(text, str):
            raise ValueError(f"text is {type(text).__name__}; it must be a str")
        known = {character: k for k, character in enumerate(self.vocabulary)}
        return np.array([known.get(character, 0) for character in text], dtype=np.int64)

    def encode(self, text: str) -> Array:
        """Give a one-hot vector for every character, `(T, V)`: 1 at its number, 0 elsewhere."""
        return np.eye(len(self.vocabulary))[self.token_ids(text)]

    def read(self, text: str) -> Step:
        """Take the cell through a text, from zeros; every field has `(T, ...)`, T may be 0."""
        return unroll(self.parameters, self.encode(text))

    def probabilities(self, h: ArrayLike, temperature: float = 1.0) -> Array:
        """Say how likely each character is to come next: the softmax of the logits `W h + b`.

        `h` is `(..., H)`, the result `(..., V)`. For the temperature, and what raises
        `ValueError`, see `softmax`; so does an `h` that does not fit.
        """
        h = as_array(h, "h")
        H = self.parameters.hidden_size
        require_shape(h, (*h.shape[:-1], H), "h", f"the reader has {H} units")
        return softmax(linear(h, self.W, self.b), temperature)

    def generate(
        self, text: str, n: int, temperature: float = 1.0, rng: np.random.Generator | None = None
    ) -> str:
        """Go on from a text: draw a character, read it, draw the next, `n` times.

        Only known characters are drawn. The same `rng` gives the same text; with None it is
        another one each time. Raises `ValueError` when `n` is not a whole number from 0 on.
        """
        if not isinstance(n, int | np.integer) or n < 0:
            raise ValueError(f"n is {n!r}; it must be a whole number from 0 on")
        rng = np.random.default_rng() if rng is None else rng
        H, V = self.parameters.hidden_size, len(self.vocabulary)
        steps = self.read(text)
        h, c = (steps.h[-1], steps.c[-1]) if text else (np.zeros(H), np.zeros(H))
        generated = ""
        for _ in range(n):
            logits = (self.W @ h + self.b)[1:]  # <unk> cannot be written
            k = 1 + rng.choice(V - 1, p=softmax(logits, temperature))
            generated += self.vocabulary[k]
            moment = step(self.parameters, np.eye(V)[k], h, c)
            h, c = moment.h, moment.c
        return generated


def softmax(logits: ArrayLike, temperature: float = 1.0) -> Array:
    r"""Turn logits into probabilities: :math:`e^{s_k / \tau} / \sum_j e^{s_j / \tau}`.

    Parameters
    ----------
    logits : array_like (..., V)
        Any numbers. The largest is subtracted from all of them first: that changes no probability,
        and nothing overflows.
    temperature : float
        Above 0. Below 1 the likely becomes likelier, above 1 all become more alike.

    Returns
    -------
    ndarray (..., V)
        From 0 to 1, with the sum 1.

    Raises
    ------
    ValueError
        When there are no logits, or the temperature is not a number above 0.
    """
    logits = as_array(logits, "logits")
    if not logits.ndim or not logits.shape[-1]:
        raise ValueError(f"logits has shape {logits.shape}; it must be (..., V) with V at least 1")
    heat = as_array(temperature, "temperature")
    if heat.ndim or heat <= 0:
        raise ValueError(f"temperature is {temperature!r}; it must be one number above 0")
    with np.errstate(over="ignore", under="ignore"):  # e^-inf is 0: never drawn
        e = np.exp(below_the_largest(logits) / heat)
    return e / e.sum(axis=-1, keepdims=True)


def load(path: str | PathLike[str]) -> Reader:
    """Read a reader's `.npz`, and the `.json` of the same name beside it."""
    path = Path(path)
    about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    with np.load(path, allow_pickle=False) as arrays:
        W, b = (arrays[f"readout.{name}"].astype(np.float64) for name in ("weight", "bias"))
    vocabulary = ("<unk>", *about.pop("vocabulary"))
    cell = conventions.load(path)
    if not isinstance(cell, Parameters):
        raise ValueError(f"{path.name} must hold one layer that reads in one direction")
    return Reader(cell, W, b, vocabulary, about)


# ---- labels for a text, and how well a unit follows them ----------------------------------------

# Code first, then formulas: a $ in code opens nothing. What is never closed lasts to the end of its
# paragraph; an unclosed block, to the end of the text.
CODE = r"```.*?(?:```|\Z)|`(?:[^`\n]|\n(?!\n))+(?:`|\n|\Z)"
FORMULA = r"\$\$.*?(?:\$\$|\Z)|\$(?:[^$\n]|\n(?!\n))*(?:\$|\n|\Z)"


def features(text: str) -> dict[str, Array]:
    """Label every character of a Markdown text.

    Parameters
    ----------
    text : str
        Any text, also an empty one.

    Returns
    -------
    dict of ndarray (T,)
        ``"inside $...$"`` (any formula), ``"inside $$...$$"`` (one on lines of its own),
        ``"inside backticks"`` (a block of code as well), ``"inside <...>"``, ``"inside (...)"``,
        ``"in a heading"`` and ``"in bold"`` are 1 from the opening sign on until the closing one,
        else 0; ``"in a word"`` is 1 for letters and digits.
        ``"place in the word"`` and ``"place in the line"`` count the characters from its beginning.
    """
    names = ("inside $...$", "inside $$...$$", "inside backticks")
    inside = {name: np.zeros(len(text)) for name in names}
    for match in re.finditer(f"{CODE}|{FORMULA}", text, re.DOTALL):
        span = match.group()
        sign = next(sign for sign in ("```", "`", "$$", "$") if span.startswith(sign))
        closed = len(span) > len(sign) and span.endswith(sign)
        here = slice(match.start(), match.end() - closed * len(sign))
        inside["inside $...$" if sign[0] == "$" else "inside backticks"][here] = 1
        inside["inside $$...$$"][here] = sign == "$$"
    return {
        **inside,
        "inside <...>": _between(text, r"<[^<>]*>", 1),
        "inside (...)": _between(text, r"\([^()]*\)", 1),
        "in a heading": _between(text, r"^#+ .*$", 0),
        "in bold": _between(text, r"\*\*[^*]+\*\*", 2),
        "in a word": np.array([float(character.isalnum()) for character in text]),
        "place in the word": _since(text, str.isalnum),
        "place in the line": _since(text, lambda character: character != "\n"),
    }


def correlations(values: ArrayLike, feature: ArrayLike) -> Array:
    """Correlate each unit with a feature (Pearson's r) over the characters of a text.

    Parameters
    ----------
    values : array_like (T, H)
        One field of a `Step`, such as `h` or `c`, or `np.tanh` of it.
    feature : array_like (T,)
        One of `features`.

    Returns
    -------
    ndarray (H,)
        From -1 to 1: 1 for a unit that follows the feature along a rising straight line, -1 along
        a falling one, near 0 where no line fits. Also 0 where one of the two never changes.

    Raises
    ------
    ValueError
        When the two are not about the same characters.
    """
    values, feature = as_array(values, "values"), as_array(feature, "feature")
    if values.ndim != 2:
        raise ValueError(f"values has shape {values.shape}; it must be (T, H)")
    require_shape(feature, values.shape[:1], "feature", f"values has shape {values.shape}")
    if not len(values):
        return np.zeros(values.shape[1])
    a, b = values - values.mean(axis=0), feature - feature.mean()
    length = np.linalg.norm(a, axis=0) * np.linalg.norm(b)
    changes = np.ptp(values, axis=0) * np.ptp(feature) > 0
    return np.divide(b @ a, length, out=np.zeros(values.shape[1]), where=changes)


def _between(text: str, pattern: str, closing: int) -> Array:
    """Give 1 in every match, except in its last `closing` characters."""
    inside = np.zeros(len(text))
    for match in re.finditer(pattern, text, re.MULTILINE):
        inside[match.start() : match.end() - closing] = 1
    return inside


def _since(text: str, inside: Callable[[str], bool]) -> Array:
    """Count the characters since the last one that is not `inside`."""
    counts, count = np.zeros(len(text)), 0
    for t, character in enumerate(text):
        count = count + 1 if inside(character) else 0
        counts[t] = count
    return counts

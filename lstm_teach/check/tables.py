"""Read the tables of answers and mistakes: plain text in the folder `tables`, in sections."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lstm_teach.check.exercise import Draw, Exercise, Mistake

Table = dict[str, tuple[Mistake, ...]]


def read_table(name: str) -> Table:
    """Read the sections of a table.

    After a section's name come its mistakes, parted by blank lines: a name, then, set in, a
    sentence, perhaps "@" and one of `GIVEN`, and a row with ">" for each way to make it.
    """
    text = Path(__file__).with_name("tables").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    sections = {}
    for section in re.split("^== ", text, flags=re.MULTILINE)[1:]:
        title, *blocks = re.split("\n\n+", section.strip())
        sections[title] = tuple(map(_mistake, blocks))
    return sections


def _mistake(block: str) -> Mistake:
    name, *rows = block.split("\n")
    marked: dict[str, list[str]] = {"": [], "@ ": [], "! ": [], "> ": []}
    for row in map(str.strip, rows):
        marked[row[:2] if row[:2] in marked else ""].append(row)
    ways = tuple(row[2:] for row in marked["> "])
    given = "".join(marked["@ "])[2:]
    return Mistake(name, " ".join(marked[""]), ways, given, alone=bool(marked["! "]))


def exercise(
    right: Iterable[Mistake], draw: Draw, mistakes: tuple[Mistake, ...], **more: Any
) -> Exercise:
    """Make an exercise of its right answer, a row of a table that reads `h, x -> f` as a sentence.

    What stands behind "@" there are its `sizes`.
    """
    (answer,) = right
    arguments, returns = (tuple(side.split(", ")) for side in answer.sentence.split(" -> "))
    sizes = tuple(re.findall(r"\w+", answer.given))
    lines = "\n".join(answer.ways)
    return Exercise(answer.name, arguments, returns, lines, draw, mistakes, sizes, **more)


def together(table: Table, *sections: str) -> tuple[Mistake, ...]:
    """The rows of several sections."""
    return tuple(row for section in sections for row in table[section])


def filled(mistakes: Iterable[Mistake], **words: str) -> tuple[Mistake, ...]:
    """Put words into the places that a table leaves open, in braces."""

    def fill(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda place: words.get(place[1], place[0]), text)

    return tuple(
        replace(m, name=fill(m.name), sentence=fill(m.sentence), ways=tuple(map(fill, m.ways)))
        for m in mistakes
    )


def spread(mistakes: Iterable[Mistake], **layers: dict[str, dict[str, str]]) -> tuple[Mistake, ...]:
    """Write "each gate: ..." as one line for each of them, with the words of its own."""

    def write(way: str) -> str:
        each, _, line = way.rpartition(": ")
        if not each.startswith("each "):
            return way
        whole = Mistake("", "", (line,))
        return ";".join(filled([whole], **words)[0].ways[0] for words in layers[each[5:]].values())

    return tuple(replace(m, ways=tuple(map(write, m.ways))) for m in mistakes)


# ---- arguments of other shapes, with which some mistakes run -----------------------------------

Given = dict[str, Any]


def _one_size(given: Given) -> Given:
    """Make h and x equally long, and W as wide."""
    H = given["h_prev"].shape
    return given | {"x": np.resize(given["x"], H), "W": given["W"][:, : H[0]]}


def _with_c(place: int) -> Callable[[Given], Given]:
    """Give a memory too, in this place; h stands in for it."""

    def change(given: Given) -> Given:
        names = list(given)
        return {k: given.get(k, given["h_prev"]) for k in [*names[:place], "c", *names[place:]]}

    return change


#: What is done to the arguments, by the name that stands in the tables.
GIVEN: dict[str, Callable[[Given], Given]] = {
    "": lambda given: given,
    "one_size": _one_size,
    "column_bias": lambda given: given | {"b": given["b"][:, None]},
    "bias_per_column": lambda given: given | {"b": np.resize(given["b"], given["W"].shape[1])},
    "W_turned": lambda given: given | {"W": given["W"].T},
    "c_last": _with_c(4),
    "c_first": _with_c(0),
    "c_third": _with_c(2),
    # as many inputs as units, so that two matrices can be put on top of each other
    "square": lambda given: (
        given | {"weight_ih": np.resize(given["weight_ih"], given["weight_hh"].shape)}
    ),
    # one moment more than the longest sequence has
    "one_more": lambda given: given | {"h": np.concatenate([given["h"], given["h"][:1]])},
    # time and batch equally long
    "square_batch": lambda given: (
        given
        | {"h": np.resize(given["h"], (9, 9, given["h"].shape[2])), "lengths": np.arange(9) % 5 + 1}
    ),
}

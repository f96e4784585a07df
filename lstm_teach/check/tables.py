"""Read the tables of answers and mistakes: plain text in the folder `tables`, in sections."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lstm_teach.check.exercise import Mistake

Table = dict[str, tuple[Mistake, ...]]


def read_tables(*names: str) -> Table:
    """Read the sections of tables.

    After a section's name come its mistakes, parted by blank lines: a name, then, set in, a
    sentence, perhaps "@" and what is done to the arguments, and a row with ">" for each way.
    """
    sections = {}
    for name in names:
        path = Path(__file__).with_name("tables") / f"{name}.txt"
        for section in re.split("^== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
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

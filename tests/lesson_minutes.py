"""How many minutes each part of a notebook takes in class, estimated; the guide is held to it.

    python -m tests.lesson_minutes notebooks/02_forget_gate.ipynb

Nothing is measured here: it counts what there is to read and to do. Folded text is not counted.
A part under "### More: ..." is beside the point: it is counted apart, up to the next heading.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

START = "Start"  # what stands above the first heading
MORE = "### More: "
HEADING = re.compile(r"^(?=#{1,3} )", re.MULTILINE)
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)

WORDS_A_MINUTE = 150  # plain text with symbols in it, read once
MINUTES = {
    "figure": 1.0,
    "code": 40 / 60,  # read it, run it, read what it says
    "prediction": 45 / 60,
    "thing to try": 1.0,
    "wiring": 4.0,
    "function": 4.0,  # write it, and get it through its check
}


def minutes_of_parts(notebook: Path) -> dict[str, float]:
    """Give the minutes of each part, by its heading, without what stands under "More"."""
    return _minutes(notebook)[0]


def minutes_of_more(notebook: Path) -> dict[str, float]:
    """Give the minutes of each "More", by its title."""
    return _minutes(notebook)[1]


def _minutes(notebook: Path) -> tuple[dict[str, float], dict[str, float]]:
    parts, mores = {START: 0.0}, dict[str, float]()
    part, more = START, None
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        is_code = cell["cell_type"] == "code"
        for piece in [source] if is_code else HEADING.split(FOLDED.sub("", source)):
            if not is_code and HEADING.match(piece):
                title = piece.splitlines()[0]
                more = title.removeprefix(MORE) if title.startswith(MORE) else None
                if title.startswith("## "):
                    part = title.removeprefix("## ").strip()
            into, name = (parts, part) if more is None else (mores, more)
            into[name] = into.get(name, 0.0) + (_of_code if is_code else _of_text)(piece)
    return parts, mores


def _of_code(source: str) -> float:
    if "check.predict" in source:
        return MINUTES["prediction"]
    if "check.wire" in source:
        return MINUTES["wiring"]
    if "return ..." in source:
        return MINUTES["function"]
    return MINUTES["code"]


def _of_text(text: str) -> float:
    figures = text.count("![")
    text = re.sub(r"!\[.*?\]\(.*?\)", "", text)
    tries = len(re.findall(r"^\d+\. ", text, re.MULTILINE)) if "Try this" in text else 0
    text = re.sub(r"\$\$?.*?\$\$?", " x ", text, flags=re.DOTALL)  # a formula is one word
    words = len(re.findall(r"[\w'’]+", text))
    return words / WORDS_A_MINUTE + figures * MINUTES["figure"] + tries * MINUTES["thing to try"]


def main(names: list[str]) -> None:
    """Print a table for each notebook."""
    for name in names:
        parts = minutes_of_parts(Path(name))
        print(f"{Path(name).stem}: {sum(parts.values()):.0f} minutes")
        for part, minutes in parts.items():
            print(f"  {minutes:5.1f}  {part}")
        for title, minutes in minutes_of_more(Path(name)).items():
            print(f"        More: {title}, {minutes:.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])

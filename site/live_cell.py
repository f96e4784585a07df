"""What the live cell (lstm-cell.js) needs from the package, written into its last lines.

    python site/live_cell.py        writes it anew; a test says when it is stale

The drawings are those of `lstm_teach.diagram`, the sliders, presets and days those of the
explorers, the words those of `explore.words`: nothing is drawn, named or said a second time.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from lstm_teach import diagram, examples, explore
from lstm_teach._style import COLORS
from lstm_teach.diagram.cell import EQUATIONS
from lstm_teach.explore import words
from lstm_teach.explore.sequence import DAYS
from lstm_teach.parameters import GATES, Parameters, Step

HERE = Path(__file__).resolve().parent
FILE, LOOK = HERE / "lstm-cell.js", HERE / "lstm-cell.css"
BEGIN = "// Written by site/live_cell.py\n"

#: Which explorer stands behind a focus, and what the drawing inks for it.
FOCUSES = {
    "forget": (explore.forget_gate, "forget"),
    "input": (explore.input_gate, "input"),
    "update": (explore.cell_update, "update"),
    "output": (explore.output_gate, "output"),
    "step": (explore.step, None),
}
ON_DARK = {
    **{"f": "#ff7a9f", "i": "#3cc9a7", "c_tilde": "#e0a33c", "o": "#7fb0ff"},
    **{"c": "#f2f2f2", "h": "#cf9be8", "x": "#b3b7c9"},
}
MEMORY_ONLY = ("c_prev", "f", "i", "c_tilde", "kept", "added", "c")  # without weights, no more


def data() -> dict[str, Any]:
    """Everything, as the element reads it."""
    every: dict[str, Any] = {"cells": {}, "drawings": {}}
    for focus, (explorer, _) in FOCUSES.items():
        for units in (1, 2):
            every["cells"][f"{focus}{units}"] = cell(explorer(units))
            every["drawings"][f"{focus}{units}"] = drawing(focus, units)
    for units in (1, 2):
        every["cells"][f"day{units}"] = day(units)
        every["drawings"][f"day{units}"] = drawing("day", units)
    every["events"] = list(examples.EVENTS)
    every["days"] = DAYS
    said = words.SENTENCES
    every["words"] = {focus: f"Unit {{k}} {said[focus]}." for focus in FOCUSES}
    every["words"] |= {name: said[name] for name in ("moment", "unpinned")}
    every["equations"] = {focus: equations(focus) for focus in FOCUSES}
    every["equations"]["day"] = every["equations"]["step"]
    every["css"] = css()
    return every


def cell(explorer: Any) -> dict[str, Any]:
    """The sliders of an explorer, and where those of its presets put them that have the same."""
    picker = explorer.controls["Start from"]
    cells = {}
    for name in picker.options:
        picker.value = name
        controls = explorer.controls.items()
        sliders = {label: w for label, w in controls if hasattr(w, "readout_format")}
        limits = [[label, w.min, w.max, w.step] for label, w in sliders.items()]
        values = [w.value for w in sliders.values()]
        start = {"values": values, "c_prev": explorer.step.c_prev.tolist()}
        cells[name] = limits, start | {"weights": weights(explorer.parameters)}
    limits, first = next(iter(cells.values()))
    fitting = {name: start for name, (others, start) in cells.items() if others == limits}
    for start in list(fitting.values())[1:]:  # what a preset leaves as it is need not be said again
        start["weights"] = {
            letter: rows
            for letter, rows in start["weights"].items()
            if rows != first["weights"][letter]
        }
    return {"sliders": limits, "presets": fitting}


def day(units: int) -> dict[str, Any]:
    """The room counter."""
    rooms = explore.sequence(examples.room_counter(units))
    pinned = rooms.controls["pinned at"]
    return {
        "weights": weights(examples.room_counter(units)),
        "pins": list(rooms.controls["pin"].options),
        "pinned": [pinned.min, pinned.max, pinned.step],
    }


def weights(parameters: Parameters) -> dict[str, list[list[float]]]:
    """A row for each unit of each gate: its weights, then its bias."""
    gates = {letter: getattr(parameters, name) for letter, name in GATES.items()}
    return {k: np.column_stack([gate.W, gate.b]).tolist() for k, gate in gates.items()}


def css() -> str:
    """The look, and the colors of the quantities: in words they are lighter on a dark page."""
    rules = re.sub(r"/\*.*?\*/|(?<=[{};,:]) | (?=[{}])|\n", "", LOOK.read_text(encoding="utf-8"))
    for name, color in COLORS.items():
        rules += f".q-{name}{{color:{color}}}"
        rules += f":is(.equation,.sliders) .q-{name}{{color:light-dark({color},{ON_DARK[name]})}}"
    return rules


# ---- the drawings ------------------------------------------------------------------------------


def drawing(focus: str, units: int) -> str:
    """The drawing of a focus, with an empty place for each number."""
    inked = FOCUSES[focus][1] if focus in FOCUSES else None
    x_names = examples.EVENTS if focus == "day" else None
    H, D = units, len(x_names or "x")
    # Negative numbers have a place in every case, and large ones the widest gap below a wire.
    nothing = {name: np.full(D if name == "x" else H, -1.0) for name in Step.__dataclass_fields__}
    shown = MEMORY_ONLY if focus == "update" else None
    drawn = diagram.cell(inked, Step(**nothing), x_names=x_names, shown=shown)
    live = shown or (*MEMORY_ONLY, "x", "h_prev", "o", "h", "tanh_c")
    drawn = re.sub(r' style="[^"]*"| width="100%"| xmlns="[^"]*"|\n', "", drawn)
    drawn = re.sub(r' data-wire="(\w+)"', lambda m: m[0] if m[1] in live else "", drawn)
    return re.sub(r'<g data-value="(\w+)">(.*?)</g></g>', _places, drawn)


def _places(group: re.Match[str]) -> str:
    """A group of numbers: each with its rim, both without a color."""
    name, inside = group.groups()
    color = re.search(r'stroke="([^"]+)"', inside)[1]
    rims = re.findall(r"<rect [^>]*/>", inside)
    texts = re.findall(r"<text [^>]*>", inside)
    rims, texts = (
        [re.sub(r' (fill|stroke)="[^"]*"', "", m) for m in made] for made in (rims, texts)
    )
    pairs = (f"<g>{rim}{text}</text></g>" for rim, text in zip(rims, texts, strict=True))
    return f'<g data-value="{name}" color="{color}" stroke-width="2.5">{"".join(pairs)}</g>'


# ---- the equations -----------------------------------------------------------------------------


def equations(focus: str) -> list[list[str]]:
    """Each equation of a focus, as HTML: the name of what it gives, and the equation."""
    made = []
    for quantity in words.SHOWS.get(focus, words.COMPUTES.get(focus)):
        line = words.formula(EQUATIONS[quantity][0])
        for name, color in COLORS.items():  # a strict page takes no colors from attributes
            tilde = " tilde" if name == "c_tilde" else ""  # drawn: WebKit does not show the letter
            line = line.replace(f'style="color:{color}"', f'class="q-{name}{tilde}"')
        made.append([quantity, re.sub("</?span[^>]*>|\u0303", "", line)])
    return made


def written() -> str:
    """The file as it should be."""
    code, _, _ = FILE.read_text(encoding="utf-8").partition(BEGIN)
    # ASCII alone: a page that does not say how it is written reads nothing else right
    # and twelve digits: the last ones differ from one version of NumPy to another
    exact = json.dumps(data())
    rounded = json.loads(exact, parse_float=lambda digits: float(f"{float(digits):.12g}"))
    line = json.dumps(rounded, separators=(",", ":"))
    return f"{code}{BEGIN}const DATA = {line};\ndefine();\n}})();\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")

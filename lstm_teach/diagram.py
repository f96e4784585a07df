"""One drawing of the cell, inked anew for every purpose; live, with the numbers on its wires.

`cell` draws it, `figures` makes all the pictures of `imgs/`, and

    python -m lstm_teach.diagram imgs

writes them, byte for byte the same everywhere. The ideas of the figures are those of C. Olah,
"Understanding LSTM Networks" (2015); the drawing is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lstm_teach import _drawing as draw
from lstm_teach._drawing import Point
from lstm_teach._style import COLORS, INK, PAPER, QUANTITIES, QUIET, QUIET_INK
from lstm_teach.cell import Step

# ---- the parts of a drawing --------------------------------------------------------------------


@dataclass(frozen=True)
class Wire:
    """A vector on its way. `at` is where its name and its numbers stand."""

    name: str
    points: tuple[Point, ...]
    color: str = INK
    at: Point | None = None
    side: str = "left"  # of `at`: where the name stands
    label: str = ""
    strong: bool = False  # the memory line is the strongest
    head: bool = True
    copied: float = 0  # the radius of the dot where it leaves another wire
    over: Point | None = None  # where it crosses another wire


@dataclass(frozen=True)
class Layer:
    """A box with weights of its own."""

    name: str
    at: Point
    text: str
    color: str


@dataclass(frozen=True)
class Pointwise:
    """A circle: an operation number by number."""

    name: str
    at: Point
    operation: str


@dataclass(frozen=True)
class Join:
    """The strip in which h and x stand end to end; layers read from its upper edge."""

    name: str
    left: float
    right: float
    top: float


@dataclass(frozen=True)
class Name:
    """A name that stands by itself."""

    name: str
    at: Point
    text: str
    color: str
    anchor: str = ""


Part = Wire | Layer | Pointwise | Join | Name

# ---- where the parts of the cell are -----------------------------------------------------------

SIZE = (1200, 820)
LEFT, TOP, RIGHT, BOTTOM = 78, 44, 1128, 780  # the cell's body
F, I, C, O, H = 268, 446, 624, 936, 1066  # noqa: E741  columns, one for each gate and one for h
MEMORY, TIMES, VALUE, LAYER, STRIP = 138, 366, 460, 570, 660  # rows, from the top down
STRIP_LEFT, STRIP_RIGHT, STRIP_H = 136, 1000, 76
ENTRY = STRIP + STRIP_H / 2  # the height at which h comes in and leaves
R = draw.RADIUS


def _gate(letter: str, name: str, column: float, text: str, end: tuple[Point, ...]) -> tuple:
    """What every gate has: a wire that reads [h, x], a layer, and a wire for its answer."""
    top, bottom = LAYER - draw.BOX_H / 2, LAYER + draw.BOX_H / 2
    symbol = f"{QUANTITIES[name].symbol}_{QUANTITIES[name].moment}"
    return (
        Wire(f"read_{letter}", ((column, STRIP), (column, bottom)), copied=9),
        Wire(name, ((column, top), *end), COLORS[name], (column, VALUE), label=symbol),
        Layer(f"layer_{letter}", (column, LAYER), text, COLORS[name]),
    )


_KEPT, _C, _ADDED, _TANH = (F + C) / 2, 780, (MEMORY + TIMES) / 2, MEMORY + 62
_C_PREV = (158, MEMORY)
_BLACK = COLORS["c"]

CELL: tuple[Part, ...] = (
    Join("join", STRIP_LEFT, STRIP_RIGHT, STRIP),
    Wire("h_prev", ((0, ENTRY), (STRIP_LEFT, ENTRY)), COLORS["h"], (38, ENTRY), "above", "h_{t−1}"),
    # x comes in under the middle of its part of the strip: see _x_wire
    *_gate("f", "f", F, "σ", ((F, MEMORY + R),)),
    *_gate("i", "i", I, "σ", ((I, TIMES), (C - R, TIMES))),
    *_gate("c", "c_tilde", C, "tanh", ((C, TIMES + R),)),
    *_gate("o", "o", O, "σ", ((O, TIMES + R),)),
    Wire("tanh_c", ((O, MEMORY), (O, _TANH - 25)), _BLACK, copied=11),
    Wire("tanh_c", ((O, _TANH + 25), (O, TIMES - R)), _BLACK, (O, 278), label="tanh C_t"),
    Wire("c_prev", ((0, MEMORY), (F - R, MEMORY)), _BLACK, _C_PREV, "above", "C_{t−1}", True),
    Wire(
        "kept", ((F + R, MEMORY), (C - R, MEMORY)), _BLACK, (_KEPT, MEMORY), "above", "kept", True
    ),
    Wire("added", ((C, TIMES - R), (C, MEMORY + R)), COLORS["c_tilde"], (C, _ADDED), label="added"),
    Wire("c", ((C + R, MEMORY), (SIZE[0], MEMORY)), _BLACK, (_C, MEMORY), "above", "C_t", True),
    Wire("h", ((O + R, TIMES), (H, TIMES)), COLORS["h"], head=False),
    Wire("h", ((H, TIMES), (H, ENTRY), (SIZE[0], ENTRY)), COLORS["h"], (H, VALUE)),
    Wire("h", ((H, TIMES), (H, 0)), COLORS["h"], copied=9, over=(H, MEMORY)),
    Name("h", (H + 16, 34), "h_t", COLORS["h"], "start"),
    Name("h", ((O + R + H) / 2, TIMES - 20), "h_t", COLORS["h"]),
    Pointwise("times_f", (F, MEMORY), "×"),
    Pointwise("plus", (C, MEMORY), "+"),
    Pointwise("times_i", (C, TIMES), "×"),
    Pointwise("tanh", (O, _TANH), "tanh"),
    Pointwise("times_o", (O, TIMES), "×"),
)

_JOIN = "h_prev x join "
#: What is inked for each focus; None inks everything.
FOCUS: dict[str, frozenset[str]] = {
    name: frozenset(parts.split())
    for name, parts in {
        "forget": _JOIN + "read_f layer_f f",
        "input": _JOIN + "read_i layer_i i read_c layer_c c_tilde",
        "update": "c_prev f times_f kept i c_tilde times_i added plus c",
        "output": _JOIN + "read_o layer_o o tanh tanh_c times_o h",
        "memory": "c_prev times_f kept plus c",
        "join": _JOIN,
        "f": _JOIN + "read_f layer_f f",
        "i": _JOIN + "read_i layer_i i",
        "c_tilde": _JOIN + "read_c layer_c c_tilde",
        "kept": "c_prev f times_f kept",
        "added": "i c_tilde times_i added",
        "c": "kept added plus c",
        "o": _JOIN + "read_o layer_o o",
        "h": "c tanh_c tanh o times_o h",
    }.items()
}


# What is in ink, in words; the first sentence is the title.
SAYS: dict[str | None, str] = {
    None: "The LSTM cell. The memory line runs along the top from C(t−1) to C(t): first multiplied "
    "by the forget gate f, then the input gate i times the candidate is added. At the bottom the "
    "hidden state h(t−1) and the input x(t) stand end to end in one strip, which all four layers "
    "read. On the right tanh of the new memory, times the output gate o, leaves as h(t).",
    "forget": "The forget gate, in ink in the LSTM cell. A sigmoid layer reads h(t−1) and x(t), "
    "joined in one strip; its answer f(t) goes up to the multiplication on the memory line.",
    "input": "The input gate and the candidate, in ink in the LSTM cell. A sigmoid layer and a "
    "tanh layer read h(t−1) and x(t), joined in one strip; their answers i(t) and C̃(t) meet in a "
    "multiplication.",
    "update": "The update of the memory, in ink in the LSTM cell. The old memory C(t−1) is "
    "multiplied by f(t), then i(t) times the candidate C̃(t) is added; that is C(t).",
    "output": "The output gate and the hidden state, in ink in the LSTM cell. A sigmoid layer "
    "reads the joined strip and gives o(t); tanh of the new memory times o(t) leaves as h(t), to the "
    "outside and to the next moment.",
    "memory": "The memory line, in ink in the LSTM cell. It runs straight from C(t−1) to C(t); "
    "only a multiplication and an addition touch it.",
    "join": "The join, in ink in the LSTM cell. h(t−1) and x(t) stand end to end in one strip.",
    "i": "The input gate, in ink in the LSTM cell. A sigmoid layer reads the joined strip and "
    "gives i(t).",
    "c_tilde": "The candidate, in ink in the LSTM cell. A tanh layer reads the joined strip and "
    "gives C̃(t).",
    "kept": "What is kept, in ink in the LSTM cell: the old memory C(t−1) times f(t).",
    "added": "What is added, in ink in the LSTM cell: i(t) times the candidate C̃(t).",
    "c": "The new memory, in ink in the LSTM cell: what is kept plus what is added is C(t).",
    "o": "The output gate, in ink in the LSTM cell. A sigmoid layer reads the joined strip and "
    "gives o(t).",
    "h": "The hidden state, in ink in the LSTM cell: tanh of the memory C(t) times o(t) is h(t).",
}
SAYS["f"] = SAYS["forget"]

# Names from QUANTITIES stand for their symbols; W_ and b_ are weights; the rest is itself.
EQUATIONS: dict[str, tuple[str, ...]] = {
    "f": ("f = σ ( W_f [ h_prev , x ] + b_f )",),
    "i": ("i = σ ( W_i [ h_prev , x ] + b_i )",),
    "c_tilde": ("c_tilde = tanh ( W_C [ h_prev , x ] + b_C )",),
    "c": ("c = f ∗ c_prev + i ∗ c_tilde",),
    "o": ("o = σ ( W_o [ h_prev , x ] + b_o )",),
    "h": ("h = o ∗ tanh ( c )",),
    "join": ("[ h_prev , x ]",),
    "kept": ("f ∗ c_prev",),
    "added": ("i ∗ c_tilde",),
}
EQUATIONS["forget"] = EQUATIONS["f"]
EQUATIONS["input"] = EQUATIONS["i"] + EQUATIONS["c_tilde"]
EQUATIONS["update"] = EQUATIONS["memory"] = EQUATIONS["c"]
EQUATIONS["output"] = EQUATIONS["o"] + EQUATIONS["h"]
_ALL = tuple(EQUATIONS[name][0] for name in ("f", "i", "c_tilde", "c", "o", "h"))

# ---- the cell ----------------------------------------------------------------------------------


def cell(
    focus: str | None = None,
    step: Step | None = None,
    *,
    units: Sequence[int] = (0, 1),
    x_names: Sequence[str] | None = None,
    equation: bool = False,
) -> str:
    """Draw the cell as SVG, with one part in ink, and with the numbers of `step` on its wires.

    Parameters
    ----------
    focus : str, optional
        The part to ink, one of `FOCUS`; everything when None.
    step : Step, optional
        One moment of one cell, without batch axes: its numbers stand on the wires, and a wire
        is as thick as its numbers are large.
    units : sequence of int
        Which units to show, at most two; a unit that the cell does not have is left out.
    x_names : sequence of str, optional
        What the inputs are called, one name each.
    equation : bool
        Write the equation of the focus below, with the shape of every symbol.

    Returns
    -------
    str
        A complete SVG, on white, as wide as the place it is put in.

    Raises
    ------
    ValueError
        When the focus is not known, or when `step` has batch or time axes.
    """
    if focus is not None and focus not in FOCUS:
        raise ValueError(f"focus is {focus!r}; it can be {', '.join(FOCUS)}, or None for all of it")
    inked = FOCUS[focus] if focus else None
    rows = None
    if step is not None:
        if np.ndim(step.h) != 1:
            raise ValueError(
                f"step.h has shape {np.shape(step.h)}; the diagram shows one moment of one row, "
                "so h must be (H,): take steps[t], and step[row] of a batch"
            )
        shown = [u for u in units if 0 <= u < len(step.h)][:2] or [0]
        rows = _rows(step, shown)
    content = [
        draw.body(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP),
        *_drawn(CELL, inked, rows, x_names),
    ]
    if rows:
        content.append(_caption(rows))
    height = SIZE[1]
    if equation:
        lines, bottom = _equations(EQUATIONS[focus] if focus else _ALL, SIZE[0] / 2, height)
        content.append(lines)
        height = bottom
    return draw.svg((SIZE[0], height), *_title(SAYS[focus]), content)


def _title(says: str) -> tuple[str, str]:
    """The title is what stands before the first full stop or colon; the description is all."""
    return says[: min(says.find(mark) % len(says) for mark in ".:")].strip(), says


def _caption(rows: Mapping) -> str:
    """Which units the rows belong to."""
    units, H = [u + 1 for u in rows["units"]], rows["H"][0]
    if H == 1:
        return ""
    of = f" of {H}" if len(units) < H else ""
    said = "upper row: unit {}, lower row: unit {}" if len(units) == 2 else "unit {}"
    return draw.text((LEFT, 808), said.format(*units) + of, draw.SMALL, QUIET_INK, "start")


def _equations(equations: Sequence[str], middle: float, top: float) -> tuple[str, float]:
    """Equations below each other, the shape of every symbol under it; and where they end."""
    made, y = "", top + 76
    for line in equations:
        tokens = []
        for token in line.split():
            if token in QUANTITIES:
                q = QUANTITIES[token]
                tokens.append(
                    (f"{q.symbol}_{{{q.moment}}}", q.color, "(D,)" if token == "x" else "(H,)")
                )
            else:
                shape = {"W": "(H, H+D)", "b": "(H,)"}.get(token[0], "")
                tokens.append((token, INK, shape))
        made += draw.equation((middle, y), tokens)
        y += 118
    legend = "the shape is under each symbol; H units, D inputs"
    return made + draw.text((middle, y - 8), legend, draw.SMALL, QUIET_INK), y + 16


def _rows(step: Step, units: list[int]) -> dict[str, list[float]]:
    """The numbers to show for each wire; "x" and "units" too."""
    names = ("h_prev", "c_prev", "f", "i", "c_tilde", "kept", "added", "c", "o", "h")
    rows = {name: [float(getattr(step, name)[u]) for u in units] for name in names}
    rows["tanh_c"] = [float(np.tanh(v)) for v in rows["c"]]
    rows["x"] = [float(v) for v in step.x]
    rows["units"] = units
    rows["H"] = [len(step.h)]
    return rows


def _drawn(
    parts: Iterable[Part],
    inked: frozenset[str] | None,
    rows: Mapping | None = None,
    x_names: Sequence[str] | None = None,
) -> list[str]:
    """Every part, in ink or not, with its numbers if there are any."""
    made, on_top = [], []
    for part in parts:
        on = inked is None or part.name in inked
        if isinstance(part, Wire):
            made.append(_wire(part, on, rows))
            if part.label:
                on_top.append(_name(part, on, rows))
            if part.at and rows and part.name in rows and part.name != "h_prev":
                on_top.append(draw.values(part.at, rows[part.name], part.color, on, part.name))
        elif isinstance(part, Name):
            color = part.color if on else QUIET_INK
            on_top.append(draw.text(part.at, part.text, draw.SYMBOL, color, part.anchor))
        elif isinstance(part, Layer):
            on_top.append(draw.layer(part.at, part.text, part.color, on))
        elif isinstance(part, Pointwise):
            on_top.append(draw.pointwise(part.at, part.operation, on))
        else:
            made.append(_strip(part, on, rows, x_names))
    return made + on_top


def _width(name: str, strong: bool, on: bool, rows: Mapping | None) -> float:
    """How thick a wire is: as its numbers are large, between limits."""
    if rows is None or name not in rows:
        return {True: (draw.STRONG_THIN, draw.STRONG), False: (draw.THIN, draw.LINE)}[strong][on]
    size = min(1.0, sum(map(abs, rows[name])) / max(1, len(rows[name])))
    thin, more = (7, 7) if strong else (3, 6)
    return thin + more * size


def _wire(part: Wire, on: bool, rows: Mapping | None) -> str:
    color = part.color if on else QUIET
    width = _width(part.name, part.strong, on, rows)
    head = (26 if part.strong else 20) if part.head else 0
    made = draw.wire(part.points, color, width, head, part.name)
    if part.over:
        made = draw.bridge(part.over, width) + made
    if part.copied:
        made += draw.copy(part.points[0], color, part.copied)
    return made


def _name(part: Wire, on: bool, rows: Mapping | None) -> str:
    """The name of a wire, beside it or beside its numbers."""
    x, y = part.at
    size = draw.SYMBOL if "_" in part.label and " " not in part.label else draw.WORD
    numbers = rows and part.name in rows and part.name != "h_prev"
    color = part.color if on else QUIET_INK
    if part.side == "above":
        up = draw.PILL_H * len(rows[part.name]) / 2 + 16 if numbers else 20
        return draw.text((x, y - up), part.label, size, color)
    away = draw.PILL_W / 2 + 12 if numbers else 16
    if part.side == "left":
        return draw.text((x - away, y + size * 0.33), part.label, size, color, "end")
    return draw.text((x + away, y + size * 0.33), part.label, size, color, "start")


def _strip(part: Join, on: bool, rows: Mapping | None, x_names: Sequence[str] | None) -> str:
    """The join: h and x end to end, a cell for each number, and the edge that the layers read."""
    if rows is None:
        entries = [("h", "h_{t−1}", None), ("x", "x_t", None)]
    else:
        entries = [
            ("h", f"h_{u + 1}", v) for u, v in zip(rows["units"], rows["h_prev"], strict=True)
        ]
        if rows["H"][0] > len(entries):
            entries.append(("h", "…", None))
        names = x_names or [f"x_{k + 1}" for k in range(len(rows["x"]))]
        entries += [("x", str(a), v) for a, v in zip(names, rows["x"], strict=False)][:5]
        if len(rows["x"]) > 5:
            entries.append(("x", "…", None))
    width = (part.right - part.left) / len(entries)
    of_h = sum(kind == "h" for kind, *_ in entries)
    border = part.left + of_h * width
    made = []
    for kind, left, right, count in (
        ("h", part.left, border, of_h),
        ("x", border, part.right, len(entries) - of_h),
    ):
        color, ink = (COLORS[kind], COLORS[kind]) if on else (QUIET, QUIET_INK)
        made.append(
            f'<g stroke="{color}"><rect x="{draw.n(left + 2)}" y="{part.top}" '
            f'width="{draw.n(right - left - 4)}" height="{STRIP_H}" fill="{PAPER}"/>'
        )
        dividers = (left + k * width for k in range(1, count))
        d = "".join(f"M{draw.n(x)} {part.top}v{STRIP_H}" for x in dividers)
        made.append(f'<path d="{d}" stroke-width="2"/></g>' if d else "</g>")
        numbers = []
        for k, (_, name, value) in enumerate(e for e in entries if e[0] == kind):
            mid = left + (k + 0.5) * width
            if value is None:
                made.append(draw.text((mid, part.top + 50), name, draw.SYMBOL, ink))
                continue
            name = name[:7] + "…" if len(name) > 8 else name
            made.append(draw.text((mid, part.top + 29), name, draw.SMALL, ink))
            numbers.append(((mid, part.top + STRIP_H - draw.PILL_H - 3), value))
        made.append(
            f'<g data-value="{kind}">{draw.pills(numbers, COLORS[kind], on, 84, False)}</g>'
        )
    made.append(
        f'<path d="M{part.left} {part.top}H{part.right}" stroke="{INK if on else QUIET}" '
        f'stroke-width="{draw.LINE + 1 if on else draw.THIN + 1}"/>'
    )
    x = (border + part.right) / 2
    color = COLORS["x"] if on else QUIET
    points = ((x, SIZE[1]), (x, part.top + STRIP_H))
    made.append(draw.wire(points, color, _width("x", False, on, rows), 20, "x"))
    made.append(
        draw.text((x + 18, SIZE[1] - 12), "x_t", draw.SYMBOL, color if on else QUIET_INK, "start")
    )
    return "".join(made)

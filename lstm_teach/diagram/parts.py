"""The parts that a diagram is a list of, and how each is drawn: in color or gray, with its numbers.

A part has a name. A focus is a set of names: those parts are highlighted, all others gray.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lstm_teach._style import COLORS, INK, PAPER, QUANTITIES, QUIET, QUIET_INK
from lstm_teach.diagram import vocabulary as draw
from lstm_teach.diagram.vocabulary import Point

Entry = tuple[str, str, float | None]  # in the strip: "h" or "x", a label, a number if any


@dataclass(frozen=True)
class Wire:
    """A vector on its way. `at` is where its label and its numbers stand."""

    name: str
    points: tuple[Point, ...]
    color: str = INK
    at: Point | None = None
    label: str = ""
    side: str = "left"  # of `at`: where the label stands; or "above" it
    strong: bool = False  # the memory line is the strongest
    head: bool = True
    copied: float = 0  # the radius of the dot where it leaves another wire
    over: tuple[Point, ...] = ()  # where it crosses a level wire that is drawn before it


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
    """The strip in which h and x stand end to end; layers read from its upper edge.

    `entries` are `("h" or "x", label, number or None)`, from left to right.
    """

    name: str
    left: float
    right: float
    top: float
    entries: tuple[Entry, ...] = (("h", "h_{t−1}", None), ("x", "x_t", None))

    @property
    def border(self) -> float:
        """Where the part of h ends and that of x begins."""
        share = sum(kind == "h" for kind, *_ in self.entries) / len(self.entries)
        return self.left + (self.right - self.left) * share


@dataclass(frozen=True)
class Name:
    """A name that stands by itself."""

    name: str
    at: Point
    text: str
    color: str = INK
    anchor: str = ""
    size: float = draw.SYMBOL


Part = Wire | Layer | Pointwise | Join | Name
STRIP_H = 84
LEGEND = "under each symbol its shape: H units, D inputs"
Numbers = Mapping[str, Sequence[float]]  # what stands on the wire of this name, a row per unit


def drawn(
    parts: Iterable[Part],
    highlighted: Collection[str] | None = None,
    numbers: Numbers | None = None,
) -> str:
    """Draw every part, gray when its name is not in `highlighted` (None: all), with its numbers."""
    numbers = numbers or {}
    below, above = [], []
    for part in parts:
        on = highlighted is None or part.name in highlighted
        if isinstance(part, Wire):
            rows = numbers.get(part.name, ())
            below.append(_wire(part, on, rows))
            above.append(_label(part, on, rows if part.at else ()))
            if part.at and rows:
                above.append(draw.values(part.at, rows, part.color, on, part.name))
        elif isinstance(part, Layer):
            above.append(draw.layer(part.at, part.text, part.color, on))
        elif isinstance(part, Pointwise):
            above.append(draw.pointwise(part.at, part.operation, on))
        elif isinstance(part, Join):
            below.append(_strip(part, on))
        else:
            color = part.color if on else QUIET_INK
            above.append(draw.text(part.at, part.text, part.size, color, part.anchor))
    return "".join(below + above)


def _wire(part: Wire, on: bool, rows: Sequence[float]) -> str:
    """Draw the line, and the gap or the dot that it needs; its numbers make it thick or thin."""
    if rows:
        size = min(1.0, sum(map(abs, rows)) / len(rows))
        width = 7 + 7 * size if part.strong else 3 + 6 * size
    elif part.strong:
        width = draw.STRONG if on else draw.STRONG_THIN
    else:
        width = draw.LINE if on else draw.THIN
    head = (26 if part.strong else 20) if part.head else 0
    color = part.color if on else QUIET
    made = draw.wire(part.points, color, width, head, part.name)
    made = "".join(draw.bridge(at, width) for at in part.over) + made
    if part.copied:
        made += draw.copy(part.points[0], color, part.copied if on else part.copied - 2)
    return made


def _label(part: Wire, on: bool, rows: Sequence[float]) -> str:
    """Write the label beside the wire, or beside its numbers."""
    if not (part.label and part.at):
        return ""
    x, y = part.at
    size = draw.SYMBOL if draw.is_symbol(part.label) else draw.WORD
    color = part.color if on else QUIET_INK
    if part.side == "above":
        up = draw.PILL_H * len(rows) / 2 + 16 if rows else 20
        return draw.text((x, y - up), part.label, size, color)
    away = draw.PILL_W / 2 + 12 if rows else 16
    return draw.text((x - away, y + round(size * 0.33)), part.label, size, color, "end")


def _strip(part: Join, on: bool) -> str:
    """Draw a box for h and one for x that touch, a place in them for each number, and the edge."""
    made = []
    width = (part.right - part.left) / len(part.entries)
    for kind, left, right in (("h", part.left, part.border), ("x", part.border, part.right)):
        color, ink = (COLORS[kind], COLORS[kind]) if on else (QUIET, QUIET_INK)
        entries = [entry for entry in part.entries if entry[0] == kind]
        walls = "".join(
            f"M{draw.n(left + k * width)} {part.top}v{STRIP_H}" for k in range(1, len(entries))
        )
        made.append(
            f'<g stroke="{color}"><rect x="{draw.n(left + 2)}" y="{part.top}" '
            f'width="{draw.n(right - left - 4)}" height="{STRIP_H}" fill="{PAPER}"/>'
            + (f'<path d="{walls}" stroke-width="2"/></g>' if walls else "</g>")
        )
        rows = []
        for k, (_, name, value) in enumerate(entries):
            x = left + (k + 0.5) * width
            if value is None:
                made.append(draw.text((x, part.top + STRIP_H / 2 + 12), name, draw.SYMBOL, ink))
            else:
                name = draw.fit(name, draw.WORD, width - 10)
                made.append(draw.text((x, part.top + 33), name, draw.WORD, ink))
                rows.append(((x, part.top + STRIP_H - draw.PILL_H - 3), value))
        if rows:
            pills = draw.pills(rows, COLORS[kind], on, width=90, outline=False)
            made.append(f'<g data-value="join">{pills}</g>')
    color, thick = (INK, draw.LINE + 1) if on else (QUIET, draw.THIN + 1)
    made.append(
        f'<path d="M{part.left} {part.top}H{part.right}" stroke="{color}" stroke-width="{thick}"/>'
    )
    return "".join(made)


# ---- equations ---------------------------------------------------------------------------------


def write_equations(
    lines: Sequence[str], middle: float, top: float, more: Mapping[str, str] | None = None
) -> tuple[str, float]:
    """Write equations below each other, the shape of every symbol under it; and where they end.

    A word that is a name in QUANTITIES stands for its symbol, W_, b_ and p_ are learned, and
    anything else is itself; `more` has the colors of further symbols, one number for each unit.
    """
    made, y = "", top + 76
    for line in lines:
        made += draw.equation((middle, y), tokens_of(line, more))
        y += 122
    return made + draw.text((middle, y - 8), LEGEND, draw.WORD), y + 18


def tokens_of(line: str, more: Mapping[str, str] | None = None) -> list[tuple[str, str, str]]:
    """Take an equation apart: each symbol, its color, its shape."""
    tokens = []
    for word in line.split():
        if word in ("kept", "added"):
            tokens.append((word, INK, "(H,)"))
        elif word in QUANTITIES:
            q = QUANTITIES[word]
            symbol = f"{q.symbol}_{{{q.moment}}}"
            tokens.append((symbol, q.color, "(D,)" if word == "x" else "(H,)"))
        elif more and word in more:
            tokens.append((word, more[word], "(H,)"))
        else:
            kind, _, low = word.partition("_")
            shape = {"W": "(H, H+D)", "b": "(H,)", "p": "(H,)"}.get(kind, "") if low else ""
            tokens.append((word, INK, shape))
    return tokens

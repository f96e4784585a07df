"""The parts that a diagram is a list of. Each draws itself: in color or gray, with its numbers.

A part has a name. A focus is a set of names: those parts are highlighted, all others gray.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lstm_teach._style import COLORS, INK, PAPER, QUANTITIES, QUIET, QUIET_INK
from lstm_teach.diagram import vocabulary as draw
from lstm_teach.diagram.vocabulary import Point, n

Entry = tuple[str, str, float | None]  # in the strip: "h" or "x", a label, a number if any
Rows = Sequence[float]  # the numbers on a wire, a row for each unit
Numbers = Mapping[str, Rows]  # by the name of the wire

BLACK, PURPLE, SLATE = COLORS["c"], COLORS["h"], COLORS["x"]
R = 27  # of a pointwise operation
BOX_W, BOX_H = 116, 64  # a layer
STRIP_H = 84
LINE, STRONG = 5.5, 10  # strokes: a wire, and the memory line
THIN, STRONG_THIN = draw.THIN, 6.5  # the same out of focus
LEGEND = "under each symbol its shape: H units, D inputs"


@dataclass(frozen=True)
class Part:
    """What has a place in a drawing. What one part draws below, no part's "above" is hidden by."""

    name: str

    def below(self, on: bool, rows: Rows) -> str:
        """Draw lines, and what they end at."""
        return ""

    def above(self, on: bool, rows: Rows) -> str:
        """Draw boxes, circles and all that is written."""
        return ""


def drawn(
    parts: Iterable[Part],
    highlighted: Collection[str] | None = None,
    numbers: Numbers | None = None,
) -> str:
    """Draw every part, gray when its name is not in `highlighted` (None: all), with its numbers."""
    seen = [
        (part, highlighted is None or part.name in highlighted, (numbers or {}).get(part.name, ()))
        for part in parts
    ]
    below = [part.below(on, rows) for part, on, rows in seen]
    return "".join([*below, *(part.above(on, rows) for part, on, rows in seen)])


@dataclass(frozen=True)
class Wire(Part):
    """A vector on its way: a line with round corners, which is copied where it leaves another.

    `at` is where its label and its numbers stand. Numbers make it thick or thin.
    """

    points: tuple[Point, ...]
    color: str = INK
    at: Point | None = None
    label: str = ""
    side: str = "left"  # of `at`: where the label stands; or "above" it
    strong: bool = False  # the memory line is the strongest
    head: bool = True
    copied: float = 0  # the radius of the dot where it leaves another wire
    over: tuple[Point, ...] = ()  # where it crosses a level wire that is drawn before it

    def below(self, on: bool, rows: Rows) -> str:
        """Draw the line, its arrowhead, and the gaps or the dot that it needs."""
        if rows:
            size = min(1.0, sum(map(abs, rows)) / len(rows))
            width = 7 + 7 * size if self.strong else 3 + 6 * size
        elif self.strong:
            width = STRONG if on else STRONG_THIN
        else:
            width = LINE if on else THIN
        color = self.color if on else QUIET
        gap = f'stroke="{draw.BODY}" stroke-width="{n(width + 16)}"'  # in what was drawn before
        made = "".join(f'<path d="M{n(x)} {n(y - 22)}v44" {gap}/>' for x, y in self.over)
        head = (26 if self.strong else 20) if self.head else 0
        line, tip = draw.strokes(self.points, head)
        made += f'<path d="{line}" stroke="{color}" stroke-width="{n(width)}"'
        made += f' data-wire="{self.name}"/>'
        if head:
            made += f'<path d="{tip}" fill="{color}"/>'
        if self.copied:
            (x, y), radius = self.points[0], self.copied if on else self.copied - 2
            made += f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" fill="{color}"/>'
        return made

    def above(self, on: bool, rows: Rows) -> str:
        """Write the label and the numbers beside each other."""
        if not self.at:
            return ""
        x, y = self.at
        made = ""
        if self.label:
            size = draw.SYMBOL if draw.is_symbol(self.label) else draw.WORD
            if self.side == "above":
                at, anchor = (x, y - (draw.PILL_H * len(rows) / 2 + 16 if rows else 20)), ""
            else:
                away = draw.PILL_W / 2 + 12 if rows else 16
                at, anchor = (x - away, y + round(size * 0.33)), "end"
            made = draw.text(at, self.label, size, self.color if on else QUIET_INK, anchor)
        return made + (draw.values(self.at, rows, self.color, on, self.name) if rows else "")


def memory_line(
    name: str, y: float, ends: tuple[float, float], at: float, label: str, color: str = BLACK
) -> Wire:
    """A stretch of the line that runs through all moments, with its label above it."""
    points = tuple((x, y) for x in ends)
    return Wire(name, points, color, (at, y), label, "above", strong=True)


@dataclass(frozen=True)
class Layer(Part):
    """A box with weights of its own. It is solid, out of focus an outline."""

    at: Point
    text: str
    color: str

    def above(self, on: bool, rows: Rows) -> str:
        """Draw the box."""
        x, y = self.at
        fill, ink = (f'"{self.color}"', PAPER) if on else (f'"{PAPER}" stroke="{QUIET}"', QUIET_INK)
        return (
            f'<rect x="{n(x - BOX_W / 2)}" y="{n(y - BOX_H / 2)}" width="{BOX_W}" '
            f'height="{BOX_H}" rx="8" fill={fill}/>'
            + draw.text((x, y + 12), self.text, draw.SYMBOL, ink)
        )


@dataclass(frozen=True)
class Pointwise(Part):
    """An operation number by number: a circle with × or +, a wider one with a word in it."""

    at: Point
    operation: str

    def above(self, on: bool, rows: Rows) -> str:
        """Draw it; × and + as strokes, not type: they sit in the middle whatever the font."""
        x, y = self.at
        line, ink = (INK, INK) if on else (QUIET, QUIET_INK)
        rim = f'fill="{PAPER}" stroke="{line}"'
        if self.operation not in "×+":
            oval = f'<ellipse cx="{n(x)}" cy="{n(y)}" rx="50" ry="25" {rim}/>'
            return oval + draw.text((x, y + 9), self.operation, draw.WORD, ink)
        cross = f"M{n(x - 10)} {n(y - 10)}l20 20m0-20l-20 20"
        plus = f"M{n(x - 14)} {n(y)}h28m-14-14v28"
        return (
            f'<circle cx="{n(x)}" cy="{n(y)}" r="{R}" {rim}/>'
            f'<path d="{cross if self.operation == "×" else plus}" stroke="{ink}" '
            'stroke-width="5"/>'
        )


@dataclass(frozen=True)
class Join(Part):
    """The strip in which h and x stand end to end; layers read from its upper edge.

    `entries` are `("h" or "x", label, number or None)`, from left to right.
    """

    left: float
    right: float
    top: float
    entries: tuple[Entry, ...] = (("h", "h_{t−1}", None), ("x", "x_t", None))

    @property
    def border(self) -> float:
        """Where the part of h ends and that of x begins."""
        share = sum(kind == "h" for kind, *_ in self.entries) / len(self.entries)
        return self.left + (self.right - self.left) * share

    def below(self, on: bool, rows: Rows) -> str:
        """Draw two boxes that touch, a place in them for each number, and the edge."""
        made = []
        width = (self.right - self.left) / len(self.entries)
        for kind, left, right in (("h", self.left, self.border), ("x", self.border, self.right)):
            color, ink = (COLORS[kind], COLORS[kind]) if on else (QUIET, QUIET_INK)
            entries = [entry for entry in self.entries if entry[0] == kind]
            walls = "".join(
                f"M{n(left + k * width)} {self.top}v{STRIP_H}" for k in range(1, len(entries))
            )
            made.append(
                f'<g stroke="{color}"><rect x="{n(left + 2)}" y="{self.top}" '
                f'width="{n(right - left - 4)}" height="{STRIP_H}" fill="{PAPER}"/>'
                + (f'<path d="{walls}" stroke-width="2"/></g>' if walls else "</g>")
            )
            places = []
            for k, (_, name, value) in enumerate(entries):
                x = left + (k + 0.5) * width
                if value is None:
                    middle = self.top + STRIP_H / 2 + 12
                    made.append(draw.text((x, middle), name, draw.SYMBOL, ink))
                else:
                    name = draw.fit(name, draw.WORD, width - 10)
                    made.append(draw.text((x, self.top + 33), name, draw.WORD, ink))
                    places.append(((x, self.top + STRIP_H - draw.PILL_H - 3), value))
            if places:
                made.append(draw.pills("join", places, COLORS[kind], on, bare=True))
        color, thick = (INK, LINE + 1) if on else (QUIET, THIN + 1)
        edge = f"M{self.left} {self.top}H{self.right}"
        return "".join(made) + f'<path d="{edge}" stroke="{color}" stroke-width="{thick}"/>'


@dataclass(frozen=True)
class Name(Part):
    """A name that stands by itself."""

    at: Point
    text: str
    color: str = INK
    anchor: str = ""
    size: float = draw.SYMBOL

    def above(self, on: bool, rows: Rows) -> str:
        """Write it."""
        color = self.color if on else QUIET_INK
        return draw.text(self.at, self.text, self.size, color, self.anchor)


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
        q = QUANTITIES.get(word)
        if q and q.moment:
            shape = "(D,)" if word == "x" else "(H,)"
            tokens.append((f"{q.symbol}_{{{q.moment}}}", q.color, shape))
        elif q or word in (more or ()):
            tokens.append((word, (more or {}).get(word, INK), "(H,)"))
        else:
            kind, _, low = word.partition("_")
            shape = {"W": "(H, H+D)", "b": "(H,)", "p": "(H,)"}.get(kind, "") if low else ""
            tokens.append((word, INK, shape))
    return tokens

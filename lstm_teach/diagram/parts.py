"""The parts that a diagram is a list of. Each draws itself: in color or gray, with its numbers.

A part has a name. A focus is a set of names: those parts are highlighted, all others gray. A wire
that has the name of a quantity is written and colored as this one is, unless it is told otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, PAPER, QUANTITIES, QUIET, QUIET_INK
from lstm_teach.diagram import vocabulary as draw
from lstm_teach.diagram.vocabulary import Point, n

Entries = Sequence[tuple[str, float | None]]  # of the strip: labels, and a number if any
Rows = Sequence[float]  # the numbers on a wire, a row for each unit
Numbers = Mapping[str, Rows]  # by the name of the wire
Live = tuple[Numbers, Sequence[Entries], str]  # what stands on the wires, in the strip, and below

R = 27  # of a pointwise operation
BOX_W, BOX_H = 116, 64  # a layer
STRIP_H = 84
MOST = 5  # inputs for which the strip has room
NARROWEST = 96  # of a place in it, with a number
LINE, STRONG = 5.5, 10  # strokes: a wire, and the memory line
THIN, STRONG_THIN = draw.THIN, 6.5  # the same out of focus


#: How quantities are written on their wires, and their colors.
WRITTEN = {
    **{name: (f"{q.symbol}_{{{q.moment}}}", q.color) for name, q in QUANTITIES.items()},
    "kept": ("kept", COLORS["c"]),
    "added": ("added", COLORS["c_tilde"]),
    "tanh_c": ("tanh C_t", COLORS["c"]),
    "own_i": ("", COLORS["i"]),
    "peephole": ("", COLORS["c"]),
    # of a GRU, in which r and z have the colors of the gates that they are most like
    "r": ("r_t", COLORS["f"]),
    "z": ("z_t", COLORS["i"]),
    "h_tilde": ("h\u0303_t", COLORS["c_tilde"]),
    "rh": ("", COLORS["h"]),
}
UNNAMED = "", INK


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
    below = above = ""
    for part in parts:
        on = highlighted is None or part.name in highlighted
        rows = numbers.get(part.name, ()) if numbers else ()
        below += part.below(on, rows)
        above += part.above(on, rows)
    return below + above


@dataclass(frozen=True)
class Wire(Part):
    """A vector on its way: a line with round corners, which is copied where it leaves another.

    `at` is where its numbers stand: its label is above them where the line is level, and to the
    left where it is upright. Numbers make it thick or thin.
    """

    points: tuple[Point, ...]
    at: Point | None = None
    label: str | None = None  # that of the quantity
    color: str = ""  # that of the quantity
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
        color = (self.color or WRITTEN.get(self.name, UNNAMED)[1]) if on else QUIET
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
        made, (label, color) = "", WRITTEN.get(self.name, UNNAMED)
        label, color = label if self.label is None else self.label, self.color or color
        if label:
            size = draw.SYMBOL if draw.is_symbol(label) else draw.WORD
            if y in [height for _, height in self.points]:  # it is level there
                at, anchor = (x, y - (draw.PILL_H * len(rows) / 2 + 16 if rows else 20)), ""
            else:
                away = draw.PILL_W / 2 + 12 if rows else 16
                at, anchor = (x - away, y + round(size * 0.33)), "end"
            made = draw.text(at, label, size, color if on else QUIET_INK, anchor)
        return made + (draw.values(self.at, rows, color, on, self.name) if rows else "")


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
        place = f'x="{n(x - BOX_W / 2)}" y="{n(y - BOX_H / 2)}" width="{BOX_W}" height="{BOX_H}"'
        word = draw.text((x, y + 12), self.text, draw.SYMBOL, ink)
        return f'<rect {place} rx="8" fill={fill}/>{word}'


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
        circle = f'<circle cx="{n(x)}" cy="{n(y)}" r="{R}" {rim}/>'
        sign = f"M{n(x - 10)} {n(y - 10)}l20 20m0-20l-20 20"
        if self.operation == "+":
            sign = f"M{n(x - 14)} {n(y)}h28m-14-14v28"
        return f'{circle}<path d="{sign}" stroke="{ink}" stroke-width="5"/>'


@dataclass(frozen=True)
class Join(Part):
    """The strip in which h and x stand end to end; layers read from its upper edge.

    `h` and `x` say what stands in their parts, from left to right.
    """

    left: float
    right: float
    top: float
    h: Entries = (("h_{t−1}", None),)
    x: Entries = (("x_t", None),)

    @property
    def border(self) -> float:
        """Where the part of h ends and that of x begins."""
        return self.left + (self.right - self.left) * len(self.h) / len([*self.h, *self.x])

    @property
    def below_x(self) -> float:
        """Where x comes in: in the middle of its part."""
        return (self.border + self.right) / 2

    def below(self, on: bool, rows: Rows) -> str:
        """Draw two boxes that touch, a place in them for each number, and the edge."""
        made = ""
        width = (self.right - self.left) / len([*self.h, *self.x])
        for kind, entries, left in (("h", self.h, self.left), ("x", self.x, self.border)):
            color, ink = (COLORS[kind], COLORS[kind]) if on else (QUIET, QUIET_INK)
            walls = [f"M{n(left + k * width)} {self.top}v{STRIP_H}" for k in range(1, len(entries))]
            made += (
                f'<g stroke="{color}"><rect x="{n(left + 2)}" y="{self.top}" '
                f'width="{n(len(entries) * width - 4)}" height="{STRIP_H}" fill="{PAPER}"/>'
                + (f'<path d="{"".join(walls)}" stroke-width="2"/></g>' if walls else "</g>")
            )
            places = []
            for k, (label, value) in enumerate(entries):
                x = left + (k + 0.5) * width
                if value is None:
                    middle = self.top + STRIP_H / 2 + 12
                    made += draw.text((x, middle), label, draw.SYMBOL, ink)
                else:
                    label = draw.fit(label, draw.WORD, width - 10)
                    made += draw.text((x, self.top + 33), label, draw.WORD, ink)
                    places.append(((x, self.top + STRIP_H - draw.PILL_H - 3), value))
            if places:
                made += draw.pills("join", places, COLORS[kind], on, bare=True)
        color, thick = (INK, LINE + 1) if on else (QUIET, THIN + 1)
        edge = f"M{self.left} {self.top}H{self.right}"
        return f'{made}<path d="{edge}" stroke="{color}" stroke-width="{thick}"/>'


@dataclass(frozen=True)
class Name(Part):
    """A name that stands by itself: of the quantity, if it is not another."""

    at: Point
    text: str = ""
    anchor: str = ""
    color: str = ""
    size: float = draw.SYMBOL

    def above(self, on: bool, rows: Rows) -> str:
        """Write it."""
        label, color = WRITTEN.get(self.name, UNNAMED)
        color = self.color or color if on else QUIET_INK
        return draw.text(self.at, self.text or label, self.size, color, self.anchor)


def strip(left: float, right: float, top: float, entries: Sequence[Entries]) -> Join:
    """The strip with these entries, or with h and x where they have no room."""
    places = sum(map(len, entries))
    fits = places and (right - left) / places >= NARROWEST
    return Join("join", left, right, top, *(entries if fits else ()))


# ---- numbers -----------------------------------------------------------------------------------


def numbers_of(
    step: Any,
    fields: Sequence[str],
    x_names: Sequence[str] | None,
    units: Sequence[int] = (0, 1),
    shown: Collection[str] | None = None,
    **more: Array,
) -> Live:
    """What stands on the wires (`fields` of the step, and `more`), in the strip, and below.

    Of each a row for each unit that is shown, at most two. In the strip stand h and x, with dots
    for what it has no room for; nothing when neither "h_prev" nor "x" is shown. Raises
    `ValueError` when the step has batch or time axes.
    """
    if np.ndim(step.h) != 1:
        raise ValueError(
            f"step.h has shape {np.shape(step.h)}; the diagram shows one moment of one row, "
            "so h must be (H,): take steps[t], and step[row] of a batch"
        )
    H, D = len(step.h), len(step.x)
    rows = [unit for unit in units if 0 <= unit < H][:2] or [0]
    arrays = {name: getattr(step, name) for name in ("h_prev", *fields)} | more
    numbers = {name: array[rows].tolist() for name, array in arrays.items()}
    numbers["x"] = step.x.tolist()
    numbers = {name: numbers[name] for name in numbers if shown is None or name in shown}
    said = "upper row: unit {}, lower row: unit {}" if len(rows) == 2 else "unit {}"
    caption = said.format(*rows) + (f" (of {H})" if len(rows) < H else "")

    named = [str(name).replace("_", " ") for name in x_names or ()][:D]  # _ would lower the rest
    x_said = named + [f"x[{k}]" if D > 1 else "x_t" for k in range(len(named), D)]
    h_said = [f"h_{{t−1}}[{unit}]" if H > 1 else "h_{t−1}" for unit in rows]
    h = _entries(h_said, step.h_prev[rows], "h_prev" in numbers, len(rows) < H)
    x = _entries(x_said[:MOST], step.x[:MOST], "x" in numbers, MOST < D)
    entries = (h, x) if {"h_prev", "x"} & set(numbers) else ()
    return numbers, entries, caption if H > 1 else ""


def _entries(labels: Sequence[str], values: Array, known: bool, more: bool) -> Entries:
    """Labels with their numbers, when these are known, and dots when there are more."""
    numbers = values.tolist() if known else [None] * len(labels)
    return [*zip(labels, numbers, strict=True), *([("…", None)] if more else [])]

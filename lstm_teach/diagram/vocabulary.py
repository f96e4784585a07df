"""The vocabulary of every diagram: layer, pointwise operation, wire, join, copy and value, as SVG.

Each function gives a piece of SVG as a string. Units are those of the canvas, x to the right and
y down. Nothing here knows about the LSTM; `lstm_teach.diagram` says where things go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from itertools import accumulate, pairwise
from pathlib import Path

from lstm_teach._style import FONT, INK, PAPER, QUIET, QUIET_INK, number

Point = tuple[float, float]

BODY = "#f7f8fa"  # the inside of a cell: a breath darker than the paper
RADIUS = 27  # of a pointwise operation
BOX_W, BOX_H = 116, 64  # a layer
PILL_W, PILL_H = 104, 36  # one number on a wire
CORNER = 20  # radius of a wire's turn
LINE, STRONG = 5.5, 10  # strokes: a wire, and the memory line
THIN, STRONG_THIN = 3.5, 6.5  # the same out of focus
SYMBOL, WORD, VALUE, SMALL = 38, 28, 28, 26  # sizes of text: at 600 px wide, SMALL is 13 px
TILDE = "\u0303"


@lru_cache(maxsize=4096)
def n(value: float) -> str:
    """A coordinate in as few characters as it needs."""
    return f"{round(float(value), 1):g}"


# ---- text --------------------------------------------------------------------------------------

_SUBSCRIPT = re.compile(r"_(?:\{([^}]*)\}|(\w))")
_LETTER = re.compile("[A-Za-z]$")
_SYMBOL = re.compile(rf"[A-Za-z]{TILDE}?(_\w|_\{{[^}}]*\}})?")


@lru_cache(maxsize=512)
def is_symbol(source: str) -> bool:
    """Whether this is one letter, with or without a subscript."""
    return _SYMBOL.fullmatch(source) is not None


def text(
    at: Point, source: str, size: float, color: str = INK, anchor: str = "", weight: str = ""
) -> str:
    """Write `source` on the baseline `at`; `h_t` has a subscript, and a lone symbol is italic.

    `anchor` is "start", "end" or, when empty, the middle. A tilde is drawn: as a combining
    character it lands on the letter in Firefox and vanishes in WebKit.
    """
    first, *rest = source.split(TILDE)
    tildes = ""
    if rest:
        source = first + "".join(rest)
        left = at[0] - {"start": 0, "end": 1}.get(anchor, 0.5) * _text_width(source, size)
        for letter in accumulate([first, *rest[:-1]]):
            right = left + _text_width(letter, size)
            x = right - (_text_width(letter[-1], size) - size * 0.2) / 2  # it leans to the right
            tildes += _tilde((x, at[1] - size * 0.86), size * 0.2, color)
    style = ' font-style="italic"' if is_symbol(source) else ""
    style += f' text-anchor="{anchor}"' if anchor else ""
    style += f' font-weight="{weight}"' if weight else ""
    size_ = "" if size == VALUE else f' font-size="{n(size)}"'
    where = f'x="{n(at[0])}" y="{n(at[1])}"'
    return f'<text {where}{size_} fill="{color}"{style}>{_rich(source, size)}</text>{tildes}'


def _tilde(middle: Point, half: float, color: str) -> str:
    """Draw a wave: up, then down."""
    d = f"M{n(middle[0] - half)} {n(middle[1])}q{n(half / 2)} {n(-half)} {n(half)} 0t{n(half)} 0"
    return f'<path d="{d}" stroke="{color}" stroke-width="{n(half * 0.32)}"/>'


@lru_cache(maxsize=512)
def _rich(source: str, size: float) -> str:
    """Lower the subscripts: `h_t`, or `h_{t−1}` when they are longer than one letter."""
    parts, end = [], 0
    for match in _SUBSCRIPT.finditer(source):
        low, small = round(size * 0.22), round(size * 0.7)
        before = escape(source[end : match.start()], quote=False)
        style = ""
        if not is_symbol(source):  # a symbol in a sentence, or in a formula
            style = ' font-style="italic"'
            before = _LETTER.sub(rf"<tspan{style}>\g<0></tspan>", before)
        parts.append(before)
        parts.append(f'<tspan dy="{low}" font-size="{small}"{style}>{match[1] or match[2]}</tspan>')
        end = match.end()
        if source[end:]:
            parts.append(f'<tspan dy="{-low}">\u200b</tspan>')  # what follows stands level again
    return "".join(parts) + escape(source[end:], quote=False)


# How wide a character is, as a share of the size, in Helvetica and its kin; others are 0.56.
_WIDTHS = {
    **dict.fromkeys("ft,()[] ·", 0.28),
    **dict.fromkeys("il", 0.22),
    **dict.fromkeys("xhno", 0.54),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZw", 0.72),
    **dict.fromkeys("mMW", 0.94),
    TILDE: 0,
}


def _text_width(source: str, size: float) -> float:
    low = "".join(a or b for a, b in _SUBSCRIPT.findall(source))
    high = _SUBSCRIPT.sub("", source)
    return size * sum(
        share * _WIDTHS.get(c, 0.56) for share, part in ((1, high), (0.7, low)) for c in part
    )


def fit(source: str, size: float, room: float) -> str:
    """Shorten `source`, with dots at its end, until it is not wider than `room`."""
    if _text_width(source, size) <= room:
        return source
    while source and _text_width(source + "…", size) > room:
        source = source[:-1]
    return source + "…"


# ---- the vocabulary ----------------------------------------------------------------------------


def layer(at: Point, name: str, color: str, on: bool = True) -> str:
    """A layer with weights of its own: a box. It is solid, out of focus an outline."""
    x, y = at
    fill, ink = (f'"{color}"', PAPER) if on else (f'"{PAPER}" stroke="{QUIET}"', QUIET_INK)
    return (
        f'<rect x="{n(x - BOX_W / 2)}" y="{n(y - BOX_H / 2)}" width="{BOX_W}" height="{BOX_H}" '
        f'rx="8" fill={fill}/>' + text((x, y + 12), name, SYMBOL, ink)
    )


def pointwise(at: Point, operation: str, on: bool = True) -> str:
    """An operation number by number: a circle with × or +, a wider one with a word in it."""
    x, y = at
    line, ink = (INK, INK) if on else (QUIET, QUIET_INK)
    rim = f'fill="{PAPER}" stroke="{line}"'
    if operation in "×+":
        # strokes, not type: they sit in the middle whatever the font
        cross = f"M{n(x - 10)} {n(y - 10)}l20 20m0-20l-20 20"
        plus = f"M{n(x - 14)} {n(y)}h28m-14-14v28"
        return (
            f'<circle cx="{n(x)}" cy="{n(y)}" r="{RADIUS}" {rim}/>'
            f'<path d="{cross if operation == "×" else plus}" stroke="{ink}" stroke-width="5"/>'
        )
    return f'<ellipse cx="{n(x)}" cy="{n(y)}" rx="50" ry="25" {rim}/>' + text(
        (x, y + 9), operation, WORD, ink
    )


def copy(at: Point, color: str, radius: float = 9) -> str:
    """Where a wire is copied: a dot."""
    return f'<circle cx="{n(at[0])}" cy="{n(at[1])}" r="{n(radius)}" fill="{color}"/>'


def wire(
    points: Sequence[Point], color: str, width: float = LINE, head: float = 20, name: str = ""
) -> str:
    """A vector on its way: a line with round corners. Its arrowhead ends at the last point."""
    line, tip = _strokes(tuple(points), head)
    tag = f' data-wire="{name}"' if name else ""
    made = f'<path d="{line}" stroke="{color}" stroke-width="{n(width)}"{tag}/>'
    return made + (f'<path d="{tip}" fill="{color}"/>' if tip else "")


@lru_cache(maxsize=1024)
def _strokes(points: tuple[Point, ...], head: float) -> tuple[str, str]:
    """The line along `points`, and the arrowhead whose tip is the last point.

    Every stretch is level or upright. The line stops inside the head, so that it cannot show
    beyond the tip however thick it is.
    """
    *_, (x0, y0), (x1, y1) = points
    dx, dy = _sign(x1 - x0), _sign(y1 - y0)
    half = head / 2
    tip = (
        f"M{n(x1)} {n(y1)}l{n(-dx * head - dy * half)} {n(-dy * head + dx * half)}"
        f"{f'v{n(-2 * dx * half)}' if dx else f'h{n(2 * dy * half)}'}z"
    )
    points = (*points[:-1], (x1 - dx * head * 0.8, y1 - dy * head * 0.8))
    here = points[0]
    d = f"M{n(here[0])} {n(here[1])}"
    for corner, after in pairwise(points[1:]):
        a, b = _toward(corner, here, CORNER), _toward(corner, after, CORNER)
        d += f"{_go(here, a)}Q{n(corner[0])} {n(corner[1])} {n(b[0])} {n(b[1])}"
        here = b
    return d + _go(here, points[-1]), tip if head else ""


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _go(start: Point, goal: Point) -> str:
    """Draw on to `goal`, level or upright."""
    if start[1] == goal[1]:
        return f"H{n(goal[0])}"
    if start[0] == goal[0]:
        return f"V{n(goal[1])}"
    raise ValueError(f"a wire goes level or upright, not from {start} to {goal}")


def _toward(start: Point, goal: Point, distance: float) -> Point:
    """The point that lies `distance` from `start`, toward `goal`."""
    dx, dy = _sign(goal[0] - start[0]), _sign(goal[1] - start[1])
    return start[0] + dx * distance, start[1] + dy * distance


def bridge(at: Point, width: float, ground: str = BODY) -> str:
    """Lift an upright wire over a level one: a gap in whatever was drawn before."""
    d = f"M{n(at[0])} {n(at[1] - 22)}v44"
    return f'<path d="{d}" stroke="{ground}" stroke-width="{n(width + 16)}"/>'


def values(at: Point, numbers: Sequence[float], color: str, on: bool = True, name: str = "") -> str:
    """Numbers on a wire, a row for each unit: negative ones light on dark, and with a minus."""
    top = at[1] - PILL_H * len(numbers) / 2
    rows = [((at[0], top + PILL_H * row), v) for row, v in enumerate(numbers)]
    return f'<g data-value="{name}">{pills(rows, color, on)}</g>'


def pills(
    rows: Sequence[tuple[Point, float]],
    color: str,
    on: bool,
    width: int = PILL_W,
    outline: bool = True,
) -> str:
    """Numbers, each in a pill of its own; the points are the middles of their upper edges."""
    line, dark, ink = (color, color, INK) if on else (QUIET, QUIET_INK, QUIET_INK)
    made = ""
    for (x, y), value in rows:  # the same elements whatever the signs: a page changes only values
        shown = number(value)
        negative = shown.startswith("−")
        fill, rim, letters = (dark, dark, PAPER) if negative else (PAPER, line, ink)
        if not (outline or negative):
            fill = rim = "none"
        made += (
            f'<rect x="{n(x - width / 2)}" y="{n(y + 1)}" width="{width}" height="{PILL_H - 2}" '
            f'rx="9" fill="{fill}" stroke="{rim}"/>'
            f'<text x="{n(x)}" y="{n(y + 28)}" fill="{letters}">{shown}</text>'
        )
    return f'<g stroke-width="2.5">{made}</g>'


def body(left: float, top: float, right: float, bottom: float, color: str = QUIET) -> str:
    """The cell itself: everything that happens in one moment is inside."""
    return (
        f'<rect x="{n(left)}" y="{n(top)}" width="{n(right - left)}" height="{n(bottom - top)}" '
        f'rx="34" fill="{BODY}" stroke="{color}" data-edge=""/>'
    )


# ---- equations ---------------------------------------------------------------------------------


def equation(center: Point, tokens: Sequence[tuple[str, str, str]], size: float = 46) -> str:
    """Write `(symbol, color, shape)` after each other, every shape under its symbol.

    Each symbol stands in the middle of its own place, so that a font with other widths moves
    none of the others.
    """
    places = [
        max(
            _text_width(symbol, size) + size * (0.55 if symbol in "=+∗−" else 0.14),
            _text_width(shape, WORD),
        )
        for symbol, _, shape in tokens
    ]
    x, made = center[0] - sum(places) / 2, ""
    for (symbol, color, shape), place in zip(tokens, places, strict=True):
        x += place / 2
        made += text((x, center[1]), symbol, size, color)
        if shape:
            made += text((x, center[1] + 48), shape, WORD, INK)
        x += place / 2
    return made


def svg(size: tuple[float, float], says: str, content: Sequence[str]) -> str:
    """A whole picture, on its own paper, as wide as the place it is put in.

    `says` describes it; its first sentence, up to the first full stop or colon, is the title.
    """
    w, h = map(n, size)
    title = re.split(r"[.:]", says, maxsplit=1)[0]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="100%" '
        f'style="max-width:{w}px" role="img" font-family="{FONT}" '
        f'font-size="{VALUE}" text-anchor="middle" fill="none" '
        f'stroke-width="{THIN}"><title>{escape(title, quote=False)}</title>'
        f"<desc>{escape(says, quote=False)}</desc>"
        f'<rect width="{w}" height="{h}" fill="{PAPER}"/>' + "".join(content) + "</svg>\n"
    )


def write(pictures: Mapping[str, str], folder: str) -> None:
    """Write every picture to `folder`, byte for byte the same everywhere."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        # ASCII alone: some pages that hold a picture in their address take nothing else
        data = picture.encode("ascii", "xmlcharrefreplace")
        (Path(folder) / f"{name}.svg").write_bytes(data)

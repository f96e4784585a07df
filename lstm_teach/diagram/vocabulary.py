"""What every diagram is made of: text, strokes, numbers in pills, and the paper, as SVG.

Each function gives a piece of SVG as a string. Units are those of the canvas, x to the right and
y down. Nothing here knows about the LSTM; `lstm_teach.diagram` says where things go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from html import escape
from itertools import pairwise
from pathlib import Path

from lstm_teach._style import FONT, INK, PAPER, QUIET, QUIET_INK, number

SAYS = Path(__file__).parents[1] / "data" / "drawings.txt"

Point = tuple[float, float]

BODY = "#f7f8fa"  # the inside of a cell: a breath darker than the paper
PILL_W, PILL_H = 104, 36  # one number on a wire
CORNER = 20  # radius of a wire's turn
THIN = 3.5  # stroke of a wire out of focus, and of all that says nothing else
SYMBOL, WORD, VALUE, SMALL = 38, 28, 28, 26  # sizes of text: at 600 px wide, SMALL is 13 px
TILDE = "\u0303"


@lru_cache(maxsize=4096)
def n(value: float) -> str:
    """A coordinate in as few characters as it needs."""
    return f"{round(float(value), 1):g}"


# ---- text --------------------------------------------------------------------------------------

_SUBSCRIPT = re.compile(r"([A-Za-z]?)_(?:\{([^}]*)\}|(\w))")  # and the letter before it
_SYMBOL = re.compile(rf"[A-Za-z]{TILDE}?(_\w|_\{{[^}}]*\}})?")


@lru_cache(maxsize=512)
def is_symbol(source: str) -> bool:
    """Whether this is one letter, with or without a subscript."""
    return _SYMBOL.fullmatch(source) is not None


def text(
    at: Point, source: str, size: float, color: str = INK, anchor: str = "", weight: str = ""
) -> str:
    """Write `source` on the baseline `at`; `h_t` has a subscript, and a lone symbol is italic.

    `anchor` is "start", "end" or, when empty, the middle. A tilde, at most one, is drawn: as a
    combining character it lands on the letter in Firefox and vanishes in WebKit.
    """
    letter, tilde, rest = source.partition(TILDE)
    wave = ""
    if tilde:
        source = letter + rest
        left = at[0] - {"start": 0, "end": 1}.get(anchor, 0.5) * _text_width(source, size)
        right = left + _text_width(letter, size)
        x = right - (_text_width(letter[-1], size) - size * 0.2) / 2  # it leans to the right
        wave = _tilde((x, at[1] - size * 0.86), size * 0.2, color)
    style = ' font-style="italic"' if is_symbol(source) else ""
    style += f' text-anchor="{anchor}"' if anchor else ""
    style += f' font-weight="{weight}"' if weight else ""
    size_ = "" if size == VALUE else f' font-size="{n(size)}"'
    where = f'x="{n(at[0])}" y="{n(at[1])}"'
    return f'<text {where}{size_} fill="{color}"{style}>{_rich(source, size)}</text>{wave}'


def _tilde(middle: Point, half: float, color: str) -> str:
    """Draw a wave: up, then down."""
    d = f"M{n(middle[0] - half)} {n(middle[1])}q{n(half / 2)} {n(-half)} {n(half)} 0t{n(half)} 0"
    return f'<path d="{d}" stroke="{color}" stroke-width="{n(half * 0.32)}"/>'


@lru_cache(maxsize=512)
def _rich(source: str, size: float) -> str:
    """Lower the subscripts: `h_t`, or `h_{t−1}` when they are longer than one letter."""
    low, small = round(size * 0.22), round(size * 0.7)
    # a lone symbol is italic anyway; one in a sentence, or in a formula, is so by itself
    style = "" if is_symbol(source) else ' font-style="italic"'

    def lower(found: re.Match[str]) -> str:
        letter = f"<tspan{style}>{found[1]}</tspan>" if style and found[1] else found[1]
        made = f'<tspan dy="{low}" font-size="{small}"{style}>{found[2] or found[3]}</tspan>'
        if found.end() < len(found.string):
            made += f'<tspan dy="{-low}">\u200b</tspan>'  # what follows stands level again
        return letter + made

    return _SUBSCRIPT.sub(lower, escape(source, quote=False))


# How wide a character is, as a share of the size, in Helvetica and its kin; others are 0.56.
_WIDTHS = {
    **dict.fromkeys("ft,()[] ·", 0.28),
    **dict.fromkeys("il", 0.22),
    **dict.fromkeys("xhno", 0.54),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZw", 0.72),
    **dict.fromkeys("mMW", 0.94),
    TILDE: 0,
}


@lru_cache(maxsize=512)
def _text_width(source: str, size: float) -> float:
    low = "".join(a or b for _, a, b in _SUBSCRIPT.findall(source))
    high = _SUBSCRIPT.sub(r"\1", source)
    sized = (1, high), (0.7, low)
    return size * sum(share * _WIDTHS.get(c, 0.56) for share, part in sized for c in part)


def fit(source: str, size: float, room: float) -> str:
    """Shorten `source`, with dots at its end, until it is not wider than `room`."""
    if _text_width(source, size) <= room:
        return source
    while source and _text_width(source + "…", size) > room:
        source = source[:-1]
    return source + "…"


# ---- lines and numbers -------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def strokes(points: tuple[Point, ...], head: float) -> tuple[str, str]:
    """The line along `points`, round at its corners, and an arrowhead with its tip at the last.

    Every stretch is level or upright. The line stops inside the head, so that it cannot show
    beyond the tip however thick it is.
    """
    *_, before, (x, y) = points
    dx, dy = _toward(before, (x, y))
    half = head / 2
    back = f"v{n(-2 * dx * half)}" if dx else f"h{n(2 * dy * half)}"
    tip = f"M{n(x)} {n(y)}l{n(-dx * head - dy * half)} {n(-dy * head + dx * half)}{back}z"
    points = (*points[:-1], (x - dx * head * 0.8, y - dy * head * 0.8))
    here = points[0]
    d = f"M{n(here[0])} {n(here[1])}"
    for corner, after in pairwise(points[1:]):
        (x, y), (dx, dy), (ex, ey) = corner, _toward(here, corner), _toward(corner, after)
        d += _go(here, (x - dx * CORNER, y - dy * CORNER))
        here = x + ex * CORNER, y + ey * CORNER
        d += f"Q{n(x)} {n(y)} {n(here[0])} {n(here[1])}"
    return d + _go(here, points[-1]), tip


def _toward(start: Point, goal: Point) -> tuple[int, int]:
    """Which way a level or upright stretch goes: 1 is to the right or down."""
    (x0, y0), (x1, y1) = start, goal
    return (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)


def _go(start: Point, goal: Point) -> str:
    """Draw on to `goal`."""
    return f"H{n(goal[0])}" if start[1] == goal[1] else f"V{n(goal[1])}"


def values(at: Point, numbers: Sequence[float], color: str, on: bool = True, name: str = "") -> str:
    """Numbers on a wire, a row for each unit: negative ones light on dark, and with a minus."""
    top = at[1] - PILL_H * len(numbers) / 2
    rows = [((at[0], top + PILL_H * row), v) for row, v in enumerate(numbers)]
    return pills(name, rows, color, on)


def pills(
    name: str, rows: Sequence[tuple[Point, float]], color: str, on: bool, bare: bool = False
) -> str:
    """Numbers, each in a pill of its own; the points are the middles of their upper edges.

    A bare one has a fill where the number is negative, and no rim.
    """
    width = 90 if bare else PILL_W
    line, dark, ink = (color, color, INK) if on else (QUIET, QUIET_INK, QUIET_INK)
    made = ""
    for (x, y), value in rows:  # the same elements whatever the signs: a page changes only values
        shown = number(value)
        negative = shown.startswith("−")
        fill, rim, letters = (dark, dark, PAPER) if negative else (PAPER, line, ink)
        if bare and not negative:
            fill = rim = "none"
        made += (
            f'<rect x="{n(x - width / 2)}" y="{n(y + 1)}" width="{width}" height="{PILL_H - 2}" '
            f'rx="9" fill="{fill}" stroke="{rim}"/>'
            f'<text x="{n(x)}" y="{n(y + 28)}" fill="{letters}">{shown}</text>'
        )
    return f'<g data-value="{name}"><g stroke-width="2.5">{made}</g></g>'


def body(left: float, top: float, right: float, bottom: float, color: str = QUIET) -> str:
    """The cell itself: everything that happens in one moment is inside."""
    place = f'x="{n(left)}" y="{n(top)}" width="{n(right - left)}" height="{n(bottom - top)}"'
    return f'<rect {place} rx="34" fill="{BODY}" stroke="{color}" data-edge=""/>'


# ---- equations ---------------------------------------------------------------------------------


def equation(center: Point, tokens: Sequence[tuple[str, str, str]], size: float = 46) -> str:
    """Write `(symbol, color, shape)` after each other, every shape under its symbol.

    Each symbol stands in the middle of its own place, so that a font with other widths moves
    none of the others.
    """
    places = []
    for symbol, _, shape in tokens:
        beside = size * (0.55 if symbol in "=+∗−" else 0.14)
        places.append(max(_text_width(symbol, size) + beside, _text_width(shape, WORD)))
    x, made = center[0] - sum(places) / 2, ""
    for (symbol, color, shape), place in zip(tokens, places, strict=True):
        x += place / 2
        made += text((x, center[1]), symbol, size, color)
        if shape:
            made += text((x, center[1] + 48), shape, WORD, INK)
        x += place / 2
    return made


@cache
def says() -> dict[str, str]:
    """What each picture shows, in words, by its name."""
    sections = SAYS.read_text(encoding="utf-8").split("== ")[1:]
    named = (section.partition("\n") for section in sections)
    return {name: " ".join(words.split()) for name, _, words in named}


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
        (Path(folder) / f"{name}.svg").write_bytes(picture.encode("ascii", "xmlcharrefreplace"))

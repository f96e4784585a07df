"""A text with a color behind every character, and what may come next as bars.

Written as SVG here, and as a matplotlib figure for places without a kernel. Both have the same
coordinates: in units of `SIZE`, from the upper left corner.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lstm_teach._arrays import Array
from lstm_teach._style import INK, MINUS, PLUS, QUIET, QUIET_INK, number

COLUMNS, ROWS = 40, 10  # as wide as the lines that the reader has read
CELL = (12, 22)  # a letter of 18 px in a monospaced font is about 11 wide
SIZE = ((COLUMNS + 1) * CELL[0], 342)  # one more column, for the end of a line
SCALE_TOP = ROWS * CELL[1] + 6  # the colors' scale stands below the text
SWATCH, SCALE_LEFT = 9, 50
BARS_TOP, BARS_BOTTOM, BAR = 266, 316, 48  # and then the bars, each with so much room
BARS_LEFT, BAR_WIDTH = 104, 34
NEXT = 8  # how many of the characters that may come next have a bar
SHADES = 8  # from white to the strongest color

UNKNOWN = "□"  # what the reader does not know, it cannot tell apart
_SIGNS = {"\n": "↵", " ": "\N{NO-BREAK SPACE}"}
_MONOSPACE = "'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace"

Place = tuple[int, int]


def lay_out(text: str) -> list[Place]:
    """Row and column of every character, as far as there is room: of the first T characters."""
    places, row, column = [], 0, 0
    for character in text:
        if column == COLUMNS and character != "\n":
            row, column = row + 1, 0
        if row == ROWS:
            break
        places.append((row, column))
        row, column = (row + 1, 0) if character == "\n" else (row, column + 1)
    return places


def sign(character: str, known: Collection[str], *, alone: bool = False) -> str:
    """How one character is shown; `alone`, where nothing else shows that a space is one."""
    if character not in known:
        return UNKNOWN
    return "␣" if alone and character == " " else _SIGNS.get(character, character)


def shade(level: int) -> str:
    """A color from -SHADES (blue) to SHADES (orange); dark text on it keeps its contrast."""
    hue, share = PLUS if level > 0 else MINUS, 0.75 * abs(level) / SHADES
    parts = (int(hue[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(255 - share * (255 - part)):02x}" for part in parts)


def levels(shares: Array) -> list[int]:
    """Which shade each number has; 1 is the strongest, and what is beyond has no stronger one."""
    return np.rint(np.clip(shares, -1, 1) * SHADES).astype(int).tolist()


def colors(places: Sequence[Place], shares: Array, limit: float) -> str:
    """Draw the colors (the layer below), and their scale, which ends at `limit`."""
    strokes: dict[int, list[str]] = {k: [] for k in range(-SHADES, SHADES + 1) if k}
    for (row, column), level in zip(places, levels(shares), strict=True):
        if level:
            strokes[level].append(f"M{column} {row}h1")
    width, height = CELL
    paths = "".join(f'<path stroke="{shade(k)}" d="{"".join(d)}"/>' for k, d in strokes.items())
    swatches = "".join(
        f'<rect x="{x}" y="{SCALE_TOP}" width="{SWATCH}" height="16" fill="{shade(k)}"/>'
        for k, x in _swatches()
    )
    left, right = _scale_ends()
    ends = (number(-limit), "end", left), (number(limit), "start", right)
    scale = "".join(
        f'<text x="{x}" y="{SCALE_TOP + 13}" text-anchor="{anchor}">{text}</text>'
        for text, anchor, x in ends
    )
    return _page(
        f'<g transform="scale({width} {height}) translate(0 .5)" stroke-width="1">{paths}</g>'
        f'{swatches}<g font-size="14">{scale}</g>'
    )


def letters(
    text: str, places: Sequence[Place], known: Collection[str], written: Collection[int] = ()
) -> str:
    """Draw the characters (the layer in the middle); those at `written` have a line below."""
    rows: dict[int, list[str]] = {}
    for (row, _), character in zip(places, text, strict=True):
        rows.setdefault(row, []).append(sign(character, known))
    width, height = CELL
    middles = [str(width * column + width // 2) for column in range(COLUMNS + 1)]
    lines = "".join(
        f'<text x="{" ".join(middles[: len(signs)])}" y="{height * row + 17}">'
        f"{escape(''.join(signs), quote=False)}</text>"
        for row, signs in rows.items()
    )
    under = "".join(
        f"M{width * places[t][1]} {height * places[t][0] + 21}h{width}" for t in written
    )
    return _page(
        f'<g font-family="{_MONOSPACE}" font-size="18" text-anchor="middle">{lines}</g>'
        f'<path stroke="{INK}" stroke-width="2" d="{under}"/>'
    )


def marks(place: Place | None, said: str, following: Sequence[tuple[str, float]]) -> str:
    """Draw a frame around the picked character, its number, and the bars (the layer on top)."""
    width, height = CELL
    row, column = place or (0, 0)
    frame = (
        f'<rect x="{width * column}" y="{height * row}" width="{width}" height="{height}" '
        f'fill="none" stroke="{INK}" stroke-width="{3 if place else 0}"/>'
    )
    bars = "".join(
        f'<rect x="{x}" y="{y:.1f}" width="{BAR_WIDTH}" height="{BARS_BOTTOM - y:.1f}" '
        f'fill="{QUIET_INK}"/>'
        f'<g transform="translate({x + BAR_WIDTH // 2})">'
        f'<text y="{y - 4:.1f}" font-size="14">{escape(_percent(p))}</text>'
        f'<text y="{BARS_BOTTOM + 19}" font-size="18" '
        f'font-family="{_MONOSPACE}">{escape(shown, quote=False)}</text></g>'
        for x, y, shown, p in _bars(following)
    )
    return _page(
        f'{frame}<text x="{SIZE[0] - 4}" y="{SCALE_TOP + 13}" text-anchor="end" font-size="15" '
        f'font-weight="bold">{escape(said, quote=False)}</text>'
        f'<text x="4" y="{BARS_BOTTOM - 20}" font-size="14">what may '
        f'<tspan x="4" dy="16">come next</tspan></text>'
        f'<path stroke="{QUIET}" d="M{BARS_LEFT - 8} {BARS_BOTTOM}H{SIZE[0] - 4}"/>'
        f'<g text-anchor="middle">{bars}</g>'
    )


def figure(
    text: str,
    places: Sequence[Place],
    shares: Array,
    limit: float,
    known: Collection[str],
    picked: tuple[Place | None, str, Sequence[tuple[str, float]]],
) -> Figure:
    """Draw all of it with matplotlib."""
    width, height = CELL
    place, said, following = picked
    drawn = Figure(figsize=(SIZE[0] / 72, SIZE[1] / 72))
    ax = drawn.add_axes((0, 0, 1, 1), xlim=(0, SIZE[0]), ylim=(SIZE[1], 0))
    ax.set_axis_off()
    middle: dict[str, Any] = {"ha": "center", "va": "center", "color": INK}
    for (row, column), character, level in zip(places, text, levels(shares), strict=True):
        corner = (width * column, height * row)
        ax.add_patch(Rectangle(corner, width, height, fc=shade(level), ec="none"))
        x, y = corner[0] + width / 2, corner[1] + height / 2
        shown = sign(character, known).replace("$", r"\$")  # no mathematics
        ax.text(x, y, shown, fontsize=16, family="DejaVu Sans Mono", **middle)
    if place:
        corner = (width * place[1], height * place[0])
        ax.add_patch(Rectangle(corner, width, height, fc="none", ec=INK, lw=2.5))
    for k, x in _swatches():
        ax.add_patch(Rectangle((x, SCALE_TOP), SWATCH, 16, fc=shade(k), ec="none"))
    left, right = _scale_ends()
    ax.text(left, SCALE_TOP + 8, number(-limit), fontsize=12, **{**middle, "ha": "right"})
    ax.text(right, SCALE_TOP + 8, number(limit), fontsize=12, **{**middle, "ha": "left"})
    said = said.replace("$", r"\$")
    ax.text(SIZE[0] - 4, SCALE_TOP + 8, said, ha="right", va="center", fontweight="bold")
    ax.text(4, BARS_BOTTOM, "what may\ncome next", va="bottom", color=INK, fontsize=12)
    ax.plot([BARS_LEFT - 8, SIZE[0] - 4], [BARS_BOTTOM, BARS_BOTTOM], color=QUIET, lw=1)
    for x, y, shown, p in _bars(following):
        ax.add_patch(Rectangle((x, y), BAR_WIDTH, BARS_BOTTOM - y, fc=QUIET_INK, ec="none"))
        x += BAR_WIDTH // 2
        ax.text(x, y - 9, _percent(p), fontsize=12, **middle)
        shown = shown.replace("$", r"\$")
        ax.text(x, BARS_BOTTOM + 14, shown, family="DejaVu Sans Mono", fontsize=15, **middle)
    return drawn


def _swatches() -> list[tuple[int, int]]:
    """Every shade of the scale, and where it stands."""
    return [(k, SCALE_LEFT + SWATCH * (k + SHADES)) for k in range(-SHADES, SHADES + 1)]


def _scale_ends() -> tuple[int, int]:
    """Where the scale's two numbers stand: one ends before the swatches, one begins after them."""
    return SCALE_LEFT - 5, SCALE_LEFT + SWATCH * (2 * SHADES + 1) + 5


def _bars(following: Sequence[tuple[str, float]]) -> list[tuple[int, float, str, float]]:
    """Where each bar stands and how high it goes, what it is for and how likely that is."""
    room = BARS_BOTTOM - BARS_TOP
    return [
        (BARS_LEFT + BAR * k, BARS_BOTTOM - room * p, shown, p)
        for k, (shown, p) in enumerate(following)
    ]


def _percent(p: float) -> str:
    return f"{100 * p:.0f}%" if 0.01 <= p <= 0.99 else "<1%" if p < 0.5 else ">99%"


def _page(content: str) -> str:
    width, height = SIZE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" '
        f'fill="{INK}" font-family="Helvetica,Arial,sans-serif" aria-hidden="true">{content}</svg>'
    )

"""A text with a color behind every character, and what may come next as bars.

Written as SVG here, and as a matplotlib figure for places without a kernel, both from the same
boxes and words: in units of `SIZE`, from the upper left corner.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lstm_teach._arrays import Array
from lstm_teach._style import INK, MINUS, PLUS, QUIET, QUIET_INK, number
from lstm_teach.plots.axes import tint

COLUMNS, ROWS = 40, 10  # as wide as the lines that the reader has read
CELL = (12, 22)  # a letter of 18 px in a monospaced font is about 11 wide
SIZE = ((COLUMNS + 1) * CELL[0], 342)  # one more column, for the end of a line
SCALE_LEFT, SCALE_TOP, SWATCH = 50, ROWS * CELL[1] + 6, 9  # the colors' scale is below the text
BARS_LEFT, BARS_TOP, BARS_BOTTOM = 142, 266, 316  # and then the bars
BAR, BAR_STEP = 32, 43
NEXT = 8  # how many of the characters that may come next have a bar
SHADES = 8  # from white to the strongest color

UNKNOWN = "□"  # what the reader does not know, it cannot tell apart
_SIGNS = {"\n": "↵", " ": "\N{NO-BREAK SPACE}"}
_MONOSPACE = """font-family="'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace\""""
_STYLES: dict[str, tuple[str, dict[str, Any]]] = {  # of words: on the page, and in matplotlib
    "plain": ('font-size="14"', {"fontsize": 12}),
    "bold": ('font-size="15" font-weight="bold"', {"fontsize": 12, "fontweight": "bold"}),
    "letter": (f'font-size="18" {_MONOSPACE}', {"fontsize": 16, "family": "DejaVu Sans Mono"}),
}
_ALIGNED = {"start": "left", "middle": "center", "end": "right"}

Place = tuple[int, int]
Box = tuple[float, float, float, float, str]  # x, y, width, height, color
Word = tuple[float, float, str, str, str]  # x, the baseline's y, the text, anchor, style
Following = Sequence[tuple[str, float]]  # what may come next, and its probability
Picked = tuple[int, str, Following]  # a character, what is said of it, and what comes after it


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
    return tint(PLUS if level > 0 else MINUS, 0.75 * abs(level) / SHADES)


class Sheet:
    """A text laid out in rows and columns, as far as there is room, and what is marked on it.

    Parameters
    ----------
    text : str
        What is read.
    known : collection of str
        The characters that the reader knows.
    written_from : int, optional
        Where the part begins that the reader wrote: it is underlined.

    Attributes
    ----------
    text : str
        As much of it as there is room for.
    """

    def __init__(self, text: str, known: Collection[str], written_from: int | None = None) -> None:
        self._places = lay_out(text)
        T = len(self._places)
        self.text = text[:T]
        self.written = range(T if written_from is None else written_from, T)
        self._signs = [sign(character, known) for character in self.text]

    def at(self, across: float, down: float) -> int | None:
        """The character at a place, given as fractions of the sheet; None where there is none."""
        place = int(down * SIZE[1] / CELL[1]), int(across * SIZE[0] / CELL[0])
        return self._places.index(place) if place in self._places else None

    def colors(self, shares: Array, limit: float) -> str:
        """Draw the colors (the layer below), and their scale, which ends at `limit`."""
        strokes: dict[int, list[str]] = {k: [] for k in range(-SHADES, SHADES + 1) if k}
        for (row, column), level in zip(self._places, _levels(shares), strict=True):
            if level:
                strokes[level].append(f"M{column} {row}h1")
        width, height = CELL
        paths = "".join(f'<path stroke="{shade(k)}" d="{"".join(d)}"/>' for k, d in strokes.items())
        scale = f"scale({width} {height}) translate(0 .5)"
        return _page(f'<g transform="{scale}" stroke-width="1">{paths}</g>', *_scale(limit))

    def letters(self) -> str:
        """Draw the characters (the layer in the middle); those that were written have a line."""
        width, height = CELL
        rows: dict[int, str] = {}
        for (row, _), shown in zip(self._places, self._signs, strict=True):
            rows[row] = rows.get(row, "") + shown
        middles = [str(width * column + width // 2) for column in range(COLUMNS + 1)]
        lines = ""
        for row, signs in rows.items():
            x, shown = " ".join(middles[: len(signs)]), escape(signs, quote=False)
            lines += f'<text x="{x}" y="{height * row + 17}">{shown}</text>'
        letters = f'<g {_STYLES["letter"][0]} text-anchor="middle">{lines}</g>'
        places = (self._places[t] for t in self.written)
        under = "".join(f"M{width * x} {height * y + 21}h{width}" for y, x in places)
        return _page(f'{letters}<path stroke="{INK}" stroke-width="2" d="{under}"/>')

    def marks(self, picked: Picked) -> str:
        """Draw a frame around a character, its number, and the bars (the layer on top)."""
        (t, said, following), (width, height) = picked, CELL
        row, column = self._places[t] if self.text else (0, 0)
        place = f'x="{width * column}" y="{height * row}" width="{width}" height="{height}"'
        line = f'stroke="{INK}" stroke-width="{3 if self.text else 0}"'
        return _page(f'<rect {place} fill="none" {line}/>', *_bars(said, following))

    def figure(self, shares: Array, limit: float, picked: Picked) -> Figure:
        """Draw all of it with matplotlib."""
        (t, said, following), (width, height) = picked, CELL
        drawn = Figure(figsize=(SIZE[0] / 72, SIZE[1] / 72))
        ax = drawn.add_axes((0, 0, 1, 1), xlim=(0, SIZE[0]), ylim=(SIZE[1], 0))
        ax.set_axis_off()
        (swatches, ends), (bars, names) = _scale(limit), _bars(said, following)
        boxes, words = swatches + bars, ends + names
        cells = zip(self._places, self._signs, _levels(shares), strict=True)
        for (row, column), shown, level in cells:
            left, top = width * column, height * row
            boxes.append((left, top, width, height, shade(level)))
            words.append((left + width / 2, top + 17, shown, "middle", "letter"))
        for x, y, w, h, color in boxes:
            ax.add_patch(Rectangle((x, y), w, h, fc=color, ec="none"))
        for x, y, word, anchor, style in words:
            ha = _ALIGNED[anchor]
            ax.text(x, y, word, ha=ha, color=INK, parse_math=False, **_STYLES[style][1])
        if self.text:
            row, column = self._places[t]
            corner = (width * column, height * row)
            ax.add_patch(Rectangle(corner, width, height, fc="none", ec=INK, lw=2.5))
        return drawn


def _levels(shares: Array) -> list[int]:
    """Which shade each number has; 1 is the strongest, and what is beyond has no stronger one."""
    return np.rint(np.clip(shares, -1, 1) * SHADES).astype(int).tolist()


def _scale(limit: float) -> tuple[list[Box], list[Word]]:
    """Every shade from one end to the other, and the numbers of both ends."""
    shades = range(-SHADES, SHADES + 1)
    left, right, y = SCALE_LEFT - 5, SCALE_LEFT + SWATCH * len(shades) + 5, SCALE_TOP + 13
    return [
        (SCALE_LEFT + SWATCH * k, SCALE_TOP, SWATCH, 16, shade(level))
        for k, level in enumerate(shades)
    ], [(left, y, number(-limit), "end", "plain"), (right, y, number(limit), "start", "plain")]


def _bars(said: str, following: Following) -> tuple[list[Box], list[Word]]:
    """The picked character's number, and a bar for each character that may come next."""
    boxes: list[Box] = [(BARS_LEFT - 8, BARS_BOTTOM, SIZE[0] - BARS_LEFT + 4, 1, QUIET)]
    words: list[Word] = [
        (SIZE[0] - 4, SCALE_TOP + 13, said, "end", "bold"),
        (4, BARS_BOTTOM - 4, "what may come next", "start", "plain"),
    ]
    for k, (shown, p) in enumerate(following):
        x, height = BARS_LEFT + BAR_STEP * k, round((BARS_BOTTOM - BARS_TOP) * p, 1)
        top, middle = BARS_BOTTOM - height, x + BAR / 2
        share = f"{100 * p:.0f}%" if 0.01 <= p <= 0.99 else "<1%" if p < 0.5 else ">99%"
        boxes.append((x, top, BAR, height, QUIET_INK))
        words.append((middle, top - 4, share, "middle", "plain"))
        words.append((middle, BARS_BOTTOM + 19, shown, "middle", "letter"))
    return boxes, words


def _page(content: str, boxes: Iterable[Box] = (), words: Iterable[Word] = ()) -> str:
    width, height = SIZE
    for x, y, w, h, color in boxes:
        content += f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" fill="{color}"/>'
    for x, y, word, anchor, style in words:
        content += f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" {_STYLES[style][0]}>'
        content += f"{escape(word, quote=False)}</text>"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" '
        f'fill="{INK}" font-family="Helvetica,Arial,sans-serif" aria-hidden="true">'
        f"{content}</svg>"
    )

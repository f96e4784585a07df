"""Cells side by side, once per moment: closed ones, and one open between two closed ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lstm_teach._style import COLORS, INK, QUANTITIES, QUIET, QUIET_INK
from lstm_teach.diagram import vocabulary as draw
from lstm_teach.diagram.cell import BODY, CELL, ENTRY, MEMORY, SIZE, H, X
from lstm_teach.diagram.parts import STRIP_H, Join, Layer, Name, Part, Wire, drawn
from lstm_teach.diagram.variants import rnn_parts
from lstm_teach.diagram.vocabulary import Point

# ---- chains of closed cells --------------------------------------------------------------------

SIDE = 118  # of a cell that is not open
HALF = SIDE / 2


def _closed(center: Point, on: bool = True) -> str:
    x, y = center
    rim = draw.body(x - HALF, y - HALF, x + HALF, y + HALF, INK if on else QUIET)
    return rim + draw.text((x, y + 9), "cell", draw.WORD, INK if on else QUIET_INK)


def _in_and_out(center: Point, when: str, x_on: bool = True, h_on: bool = True) -> str:
    """Draw x below, h above, and their wires."""
    x, y = center
    parts = [
        Wire("x", ((x, y + HALF + 64), (x, y + HALF))),
        Name("x", (x, y + HALF + 98), f"x_{{{when}}}"),
        Wire("h", ((x, y - HALF), (x, y - HALF - 64))),
        Name("h", (x, y - HALF - 82), f"h_{{{when}}}"),
    ]
    return drawn(parts, {name for name, on in (("x", x_on), ("h", h_on)) if on})


def _rolled(center: Point) -> str:
    """A cell whose h comes back to it."""
    x, y = center
    above, left = y - HALF - 30, x - SIDE
    loop = Wire("h", ((x, above), (left, above), (left, y), (x - HALF, y)), copied=9)
    return _in_and_out(center, "t") + drawn([loop]) + _closed(center)


def rnn_rolled() -> str:
    """A cell that feeds itself."""
    note, ink = ("one moment later", "h_t comes back", "as h_{t−1}"), COLORS["h"]
    words = [draw.text((246, 196 + 36 * k), s, draw.WORD, ink, "end") for k, s in enumerate(note)]
    return draw.svg((490, 460), draw.says()["rnn-rolled"], [_rolled((394, 236)), *words])


def _chain(
    whens: Sequence[str],
    first: float,
    pitch: float,
    y: float,
    reads: int = 99,
    goal: int | None = None,
) -> str:
    """Put cells side by side; an empty name leaves out moments, and shows dots.

    Colored are x at the first `reads` places, h at the place `goal`, and the way there; without a
    goal everything is.
    """
    made, wires = "", []
    for k, when in enumerate(whens):
        x = first + k * pitch
        on = goal is None or k < goal  # the wire onward
        if when:
            made += _in_and_out((x, y), when, k < reads, goal in (None, k))
            made += _closed((x, y), on or k == goal)
        else:
            made += draw.text((x, y + 12), "…", 60, INK if on else QUIET_INK)
        if k + 1 < len(whens):
            start, end = x + (HALF if when else 46), x + pitch - (HALF if whens[k + 1] else 46)
            wires.append(Wire("on" if on else "off", ((start, y), (end, y)), color=COLORS["h"]))
    return drawn(wires, {"on"}) + made


def rnn_unrolled() -> str:
    """The same cell, once per moment."""
    y = 236
    chain = _chain(("0", "1", "2", "", "t"), 420, 165, y)
    content = [_rolled((179, y)), draw.text((300, y + 18), "=", 60), chain]
    return draw.svg((1200, 460), draw.says()["rnn-unrolled"], content)


def _gap(name: str, whens: Sequence[str], first: float, pitch: float, goal: int, note: str) -> str:
    """Draw a chain with the way from x(0) and x(1) to the h at place `goal` colored."""
    chain = _chain(whens, first, pitch, 236, 2, goal)
    return draw.svg((1200, 520), draw.says()[name], [chain, draw.text((600, 486), note, draw.WORD)])


def rnn_short_gap() -> str:
    """x0 and x1 matter for h3: near."""
    note = "h_3 needs x_0 and x_1: two or three moments are easy to bridge"
    return _gap("rnn-short-gap", tuple("01234"), 176, 212, 3, note)


def rnn_long_gap() -> str:
    """x0 and x1 matter for h(t+1): far."""
    note = "h_{t+1} needs x_0 and x_1: the cell must pass them on at every moment between"
    return _gap("rnn-long-gap", ("0", "1", "2", "", "t", "t+1"), 110, 196, 5, note)


def many_to_one() -> str:
    """A name in a padded batch: read letter by letter, answered from its last letter's h."""
    first, pitch, y, last = 130, 188, 320, 2
    x, up, read = first + last * pitch, y - HALF, COLORS["x"]
    readout = [
        Wire("h", ((x, up - 116), (x, up - 166))),
        Layer("readout", (x, up - 198), "W_y", INK),
        Wire("s", ((x + 58, up - 198), (x + 230, up - 198))),
        Name("p", (x + 256, up - 186), "p"),
    ]
    letters = [
        draw.text((first + k * pitch, y + 206), c, draw.SYMBOL, read if k <= last else QUIET_INK)
        for k, c in enumerate("lee000")
    ]
    words = [
        draw.text((x + 136, up - 218), "softmax", draw.WORD, INK),
        draw.text((x - 74, up - 188), "readout", draw.WORD, INK, "end"),
        draw.text((x + 282, up - 188), "six probabilities", draw.WORD, INK, "start"),
        draw.text((first + pitch, y + 256), "the name: three letters", draw.WORD, read),
        draw.text((first + 4 * pitch, y + 256), "padding: only zeros", draw.WORD, QUIET_INK),
    ]
    chain = _chain(tuple("012345"), first, pitch, y, last + 1, last)
    content = [chain, drawn(readout), *letters, *words]
    return draw.svg((1200, 600), draw.says()["many-to-one"], content)


# ---- three moments, the middle one open --------------------------------------------------------

NAMED = ("f", "i", "c_tilde", "o")  # the only wires whose names are written in an open cell


def chain(
    says: str,
    body: tuple[float, float, float, float],
    size: tuple[float, float],
    parts: Sequence[Part],
    columns: tuple[float, float],
    rows: Sequence[tuple[float, str]],
) -> str:
    """Draw an open cell between two closed ones, without the names that the notation explains.

    `parts` are those of a cell of `size` whose inside is `body` (left, top, right, bottom);
    `columns` says where x comes in and h leaves, `rows` at which heights which wires go on.
    """
    left, top, right, bottom = body
    side, edge, over = 122, 46, 62  # width of a neighbor, paper beside it, paper for names
    width = size[0] + 2 * (side + edge)
    shift = f'<g transform="translate({side + edge} {over})">'
    nameless = [
        replace(p, label="") if isinstance(p, Wire) and p.name not in NAMED else p
        for p in parts
        if not isinstance(p, Name)
    ]
    made = [shift, draw.body(*body), drawn(nameless)]
    for x, when in ((-side, "t−1"), (size[0], "t+1")):
        middle = x + side / 2
        neighbor = [
            Wire("x", ((middle, size[1]), (middle, bottom))),
            Wire("h", ((middle, top), (middle, 0))),
            Name("x", (middle, size[1] + 40), f"x_{{{when}}}"),
            Name("h", (middle, -22), f"h_{{{when}}}"),
        ]
        made.append(draw.body(x, top, x + side, bottom))
        for k, word in enumerate(("same", "cell")):
            made.append(draw.text((middle, (top + bottom) / 2 + 36 * k), word, draw.WORD))
        made.append(drawn(neighbor))
    made.append(drawn([Name("x", (columns[0], size[1] + 40)), Name("h", (columns[1], -22))]))
    for y, name in rows:
        color, symbol = COLORS[name], QUANTITIES[name].symbol
        ends = ((-side - edge, -side), (size[0] + side, width - side - edge))
        made.append(drawn(Wire(name, ((a, y), (b, y)), strong=name == "c") for a, b in ends))
        for x, when in ((left / 2 - 2, "t−1"), ((right + size[0]) / 2, "t")):
            made.append(draw.text((x, y - 24), f"{symbol}_{{{when}}}", 32, color))
    return draw.svg((width, size[1] + 2 * over), draw.says()[says], [*made, "</g>"])


def rnn_inside() -> str:
    """A plain RNN: one tanh layer, three moments."""
    size, join, out = (760, 444), Join("join", 136, 524, 284), 596
    parts = rnn_parts(size, join, layer=182, turn=98, out=out)
    x, entry = join.below_x, join.top + STRIP_H / 2
    return chain("rnn-inside", (78, 44, 682, 400), size, parts, (x, out), ((entry, "h"),))


def lstm_chain() -> str:
    """The cell between two others."""
    return chain("lstm-chain", BODY, SIZE, CELL, (X, H), ((MEMORY, "c"), (ENTRY, "h")))

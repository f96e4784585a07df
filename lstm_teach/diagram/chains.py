"""Cells side by side, once per moment: closed ones, and one open between two closed ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lstm_teach._style import COLORS, INK, QUIET, QUIET_INK
from lstm_teach.diagram import vocabulary as draw
from lstm_teach.diagram.cell import BODY, ENTRY, INSIDE, MEMORY, SIZE, H, X, inputs
from lstm_teach.diagram.parts import STRIP_H, Join, Layer, Name, Part, Wire, drawn
from lstm_teach.diagram.vocabulary import Point

SLATE, PURPLE = COLORS["x"], COLORS["h"]

# ---- chains of closed cells --------------------------------------------------------------------

CLOSED = (118, 118)  # a cell that is not open


def _closed(center: Point, on: bool = True) -> str:
    w, h = CLOSED
    x, y = center
    return draw.body(x - w / 2, y - h / 2, x + w / 2, y + h / 2, INK if on else QUIET) + draw.text(
        (x, y + 9), "cell", draw.WORD, INK if on else QUIET_INK
    )


def _in_and_out(center: Point, when: str, x_on: bool = True, h_on: bool = True) -> str:
    """Draw x below, h above, and their wires."""
    x, y = center
    reach = CLOSED[1] / 2
    return drawn(
        [
            Wire("x", ((x, y + reach + 64), (x, y + reach)), SLATE),
            Name("x", (x, y + reach + 98), f"x_{{{when}}}", SLATE),
            Wire("h", ((x, y - reach), (x, y - reach - 64)), PURPLE),
            Name("h", (x, y - reach - 82), f"h_{{{when}}}", PURPLE),
        ],
        {name for name, on in (("x", x_on), ("h", h_on)) if on},
    )


def _rolled(center: Point) -> str:
    """A cell whose h comes back to it."""
    x, y = center
    reach = CLOSED[1] / 2
    loop = Wire(
        "h",
        ((x, y - reach - 30), (x - 118, y - reach - 30), (x - 118, y), (x - CLOSED[0] / 2, y)),
        PURPLE,
        copied=9,
    )
    return _in_and_out(center, "t") + drawn([loop]) + _closed(center)


def rnn_rolled() -> str:
    """A cell that feeds itself."""
    note = ("one moment later", "h_t comes back", "as h_{t−1}")
    words = "".join(
        draw.text((246, 196 + 36 * k), line, draw.WORD, PURPLE, "end")
        for k, line in enumerate(note)
    )
    return draw.svg(
        (490, 460),
        "A cell that feeds itself. x(t) goes in from below and h(t) comes out above; a copy of "
        "h(t) goes back into the same cell, where it is h(t−1) one moment later.",
        [_rolled((394, 236)), words],
    )


def _chain(
    whens: Sequence[str],
    first: float,
    pitch: float,
    y: float,
    x_on: Callable[[int], bool] = lambda k: True,
    h_on: Callable[[int], bool] = lambda k: True,
    on: Callable[[int], bool] = lambda k: True,
) -> str:
    """Put cells side by side; an empty name leaves out moments, and shows dots.

    `x_on(k)`, `h_on(k)` and `on(k)` say what is colored at place k: x, h, and the wire onward.
    """
    made, wires = "", []
    half = CLOSED[0] / 2
    for k, when in enumerate(whens):
        x = first + k * pitch
        if when:
            seen = on(k) or (k > 0 and on(k - 1))
            made += _in_and_out((x, y), when, x_on(k), h_on(k)) + _closed((x, y), seen)
        else:
            made += draw.text((x, y + 12), "…", 60, INK if on(k) else QUIET_INK)
        if k + 1 < len(whens):
            start, end = x + (half if when else 46), x + pitch - (half if whens[k + 1] else 46)
            name = "on" if on(k) else "off"
            wires.append(Wire(name, ((start, y), (end, y)), PURPLE))
    return drawn(wires, {"on"}) + made


def rnn_unrolled() -> str:
    """The same cell, once per moment."""
    y = 236
    return draw.svg(
        (1200, 460),
        "The same cell, once per moment. On the left the cell that feeds itself; on the right the "
        "same thing laid out in time: x(0) to x(t) go in, h(0) to h(t) come out, and h is passed "
        "on from each moment to the next.",
        [
            _rolled((179, y)),
            draw.text((300, y + 18), "=", 60),
            _chain(("0", "1", "2", "", "t"), 420, 165, y),
        ],
    )


def _gap(says: str, whens: Sequence[str], first: float, pitch: float, goal: int, note: str) -> str:
    """Draw a chain with the way from x(0) and x(1) to the h at place `goal` colored."""
    chain = _chain(
        whens, first, pitch, 236, lambda k: k < 2, lambda k: k == goal, lambda k: k < goal
    )
    return draw.svg((1200, 520), says, [chain, draw.text((600, 486), note, draw.WORD)])


def rnn_short_gap() -> str:
    """x0 and x1 matter for h3: near."""
    return _gap(
        "What matters is near. Five moments of a chain: x(0) and x(1) are needed for h(3), three "
        "and two moments later. Their way through the chain is colored.",
        ("0", "1", "2", "3", "4"),
        176,
        212,
        3,
        "h_3 needs x_0 and x_1: two or three moments are easy to bridge",
    )


def rnn_long_gap() -> str:
    """x0 and x1 matter for h(t+1): far."""
    return _gap(
        "What matters is far away. A long chain, its middle left out: x(0) and x(1) are needed for "
        "h(t+1), many moments later. Their way through all the moments between is colored.",
        ("0", "1", "2", "", "t", "t+1"),
        110,
        196,
        5,
        "h_{t+1} needs x_0 and x_1: the cell must pass them on at every moment between",
    )


def many_to_one() -> str:
    """A name in a padded batch: read letter by letter, answered from its last letter's h."""
    first, pitch, y, last = 130, 188, 320, 2
    letters = ("l", "e", "e", "0", "0", "0")
    chain = _chain(
        tuple("012345"),
        first,
        pitch,
        y,
        lambda k: k <= last,
        lambda k: k == last,
        lambda k: k < last,
    )
    x, up = first + last * pitch, y - CLOSED[1] / 2
    readout = drawn(
        [
            Wire("h", ((x, up - 116), (x, up - 166)), PURPLE),
            Layer("readout", (x, up - 198), "W_y", INK),
            Wire("s", ((x + 58, up - 198), (x + 230, up - 198)), INK),
            Name("p", (x + 256, up - 186), "p", INK),
        ]
    )
    below = [
        draw.text((first + k * pitch, y + 206), c, draw.SYMBOL, SLATE if k <= last else QUIET_INK)
        for k, c in enumerate(letters)
    ]
    words = [
        draw.text((x + 136, up - 218), "softmax", draw.WORD, INK),
        draw.text((x - 74, up - 188), "readout", draw.WORD, INK, "end"),
        draw.text((x + 282, up - 188), "six probabilities", draw.WORD, INK, "start"),
        draw.text((first + pitch, y + 256), "the name: three letters", draw.WORD, SLATE),
        draw.text((first + 4 * pitch, y + 256), "padding: only zeros", draw.WORD, QUIET_INK),
    ]
    return draw.svg(
        (1200, 600),
        "Many to one. Six moments of a chain: a name of three letters, then three moments of "
        "padding, in which x is all zeros. h of the last letter, h(2), goes through the readout "
        "W_y and the softmax, which gives six probabilities. What the padding makes of h is gray: "
        "nobody reads it.",
        [chain, readout, *below, *words],
    )


# ---- three moments, the middle one open --------------------------------------------------------


def chain(
    says: str,
    body: tuple[float, float, float, float],
    size: tuple[float, float],
    parts: Sequence[Part],
    columns: Mapping[str, float],
    rows: Sequence[tuple[float, str]],
) -> str:
    """Draw an open cell between two closed ones.

    `parts` are those of a cell of `size` whose inside is `body` (left, top, right, bottom);
    `columns` says where x comes in and h leaves, `rows` at which heights which wires go on.
    """
    left, top, right, bottom = body
    side, edge, over = 122, 46, 62  # width of a neighbor, paper beside it, paper for names
    width = size[0] + 2 * (side + edge)
    shift = f'<g transform="translate({side + edge} {over})">'
    made = [shift, draw.body(*body), drawn(parts)]
    for x, when in ((-side, "t−1"), (size[0], "t+1")):
        middle = x + side / 2
        made += [
            draw.body(x, top, x + side, bottom),
            draw.text((middle, (top + bottom) / 2), "same", draw.WORD, INK),
            draw.text((middle, (top + bottom) / 2 + 36), "cell", draw.WORD, INK),
            drawn(
                [
                    Wire("x", ((middle, size[1]), (middle, bottom)), SLATE),
                    Wire("h", ((middle, top), (middle, 0)), PURPLE),
                    Name("x", (middle, size[1] + 40), f"x_{{{when}}}", SLATE),
                    Name("h", (middle, -22), f"h_{{{when}}}", PURPLE),
                ]
            ),
        ]
    made += [
        draw.text((columns["x"], size[1] + 40), "x_t", draw.SYMBOL, SLATE),
        draw.text((columns["h"], -22), "h_t", draw.SYMBOL, PURPLE),
    ]
    names = {"c": "C", "h": "h"}
    for y, name in rows:
        strong = name == "c"
        ends = ((-side - edge, -side), (size[0] + side, width - side - edge))
        wires = [Wire(name, ((a, y), (b, y)), COLORS[name], strong=strong) for a, b in ends]
        made.append(drawn(wires))
        for x, when in ((left / 2 - 2, "t−1"), ((right + size[0]) / 2, "t")):
            label = f"{names[name]}_{{{when}}}"
            made.append(draw.text((x, y - 24), label, 32, COLORS[name]))
    return draw.svg((width, size[1] + 2 * over), says, [*made, "</g>"])


def rnn_inside() -> str:
    """A plain RNN: one tanh layer, three moments."""
    size, body = (760, 444), (78, 44, 682, 400)
    strip_top, middle = 284, 330
    entry = strip_top + STRIP_H / 2
    h = 596
    join = Join("join", 136, 524, strip_top)
    x = (join.border + join.right) / 2
    up = 98
    parts: list[Part] = [
        join,
        Wire("h_prev", ((0, entry), (136, entry)), PURPLE),
        Wire("x", ((x, size[1]), (x, strip_top + STRIP_H)), SLATE),
        Wire("read", ((middle, strip_top), (middle, 214)), copied=9),
        Wire("h", ((middle, 150), (middle, up), (h, up)), PURPLE, head=False),
        Wire("h", ((h, up), (h, entry), (size[0], entry)), PURPLE),
        Wire("h", ((h, up), (h, 0)), PURPLE, copied=9),
        Layer("layer", (middle, 182), "tanh", PURPLE),
    ]
    return chain(
        "Three moments of a plain recurrent network. The same cell three times; the one in the "
        "middle is open and shows its only layer: a tanh that reads h(t−1) and x(t), joined in one "
        "strip, and gives h(t), which leaves above and goes on to the next cell.",
        body,
        size,
        parts,
        {"x": x, "h": h},
        ((entry, "h"),),
    )


def lstm_chain() -> str:
    """The cell between two others, without the names that the notation figure explains."""
    named = ("f", "i", "c_tilde", "o")
    parts: list[Part] = [
        replace(p, label="") if isinstance(p, Wire) and p.name not in named else p
        for p in inputs() + INSIDE
        if not isinstance(p, Name)
    ]
    return chain(
        "Three moments of an LSTM. The same cell three times; the one in the middle is open and "
        "shows its four layers. Two wires go from cell to cell: the memory C above and the hidden "
        "state h below. Each cell takes in x from below and gives h above.",
        BODY,
        SIZE,
        parts,
        {"x": X, "h": H},
        ((MEMORY, "c"), (ENTRY, "h")),
    )

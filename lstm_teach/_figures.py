"""The figures that are not the open cell: chains of cells, the notation, one gate, two units, GRU.

They are made of the same parts as the cell (`lstm_teach._parts`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lstm_teach import _drawing as draw
from lstm_teach._drawing import Point
from lstm_teach._parts import STRIP_H, Join, Layer, Name, Part, Pointwise, Wire, drawn
from lstm_teach._style import COLORS, INK, QUANTITIES, QUIET, QUIET_INK, number

R = draw.RADIUS
SLATE, PURPLE, BLACK = COLORS["x"], COLORS["h"], COLORS["c"]

# ---- equations ---------------------------------------------------------------------------------


def equations(
    lines: Sequence[str], middle: float, top: float, more: Mapping[str, str] | None = None
) -> tuple[str, float]:
    """Write equations below each other, the shape of every symbol under it; and where they end.

    A word that is a name in QUANTITIES stands for its symbol, W_, b_ and p_ are learned, and
    anything else is itself; `more` has the colors of further symbols, one number for each unit.
    """
    made, y = "", top + 76
    for line in lines:
        tokens = []
        for word in line.split():
            if word in QUANTITIES:
                q = QUANTITIES[word]
                symbol = f"{q.symbol}_{{{q.moment}}}"
                tokens.append((symbol, q.color, "(D,)" if word == "x" else "(H,)"))
            elif more and word in more:
                tokens.append((word, more[word], "(H,)"))
            else:
                kind, _, low = word.partition("_")
                shape = {"W": "(H, H+D)", "b": "(H,)", "p": "(H,)"}.get(kind, "") if low else ""
                tokens.append((word, INK, shape))
        made += draw.equation((middle, y), tokens)
        y += 118
    legend = "the shape is under each symbol; H units, D inputs"
    return made + draw.text((middle, y - 8), legend, draw.SMALL, QUIET_INK), y + 16


# ---- chains of closed cells --------------------------------------------------------------------

CLOSED = (118, 118)  # a cell that is not open


def _closed(center: Point, on: bool = True) -> str:
    w, h = CLOSED
    x, y = center
    return draw.body(x - w / 2, y - h / 2, w, h, INK if on else QUIET) + draw.text(
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
    center = (536, 236)
    note = ("one moment later", "h_t comes back", "as h_{t−1}")
    words = "".join(
        draw.text((388, 196 + 36 * k), line, draw.WORD, PURPLE, "end")
        for k, line in enumerate(note)
    )
    return draw.svg(
        (720, 460),
        "A cell that feeds itself. x(t) goes in from below and h(t) comes out above; a copy of "
        "h(t) goes back into the same cell, where it is h(t−1) one moment later.",
        [_rolled(center), words],
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

    `x_on(k)`, `h_on(k)` and `on(k)` say what is in ink at place k: x, h, and the wire onward.
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
        "same thing laid out in time: x(0) to x(t) go in, h(0) to h(t) come out, and each cell "
        "passes h on to the next.",
        [
            _rolled((179, y)),
            draw.text((300, y + 18), "=", 60),
            _chain(("0", "1", "2", "", "t"), 420, 165, y),
        ],
    )


def rnn_short_gap() -> str:
    """x0 and x1 matter for h3: near."""
    y = 236
    return draw.svg(
        (1200, 520),
        "What matters is near. Five moments of a chain: x(0) and x(1) are needed for h(3), two "
        "moments later. Their way through the chain is in ink.",
        [
            _chain(
                ("0", "1", "2", "3", "4"),
                176,
                212,
                y,
                lambda k: k < 2,
                lambda k: k == 3,
                lambda k: k < 3,
            ),
            draw.text(
                (600, 486), "h_3 needs x_0 and x_1: two moments are easy to bridge", draw.WORD
            ),
        ],
    )


def rnn_long_gap() -> str:
    """x0 and x1 matter for h(t+1): far."""
    y = 236
    return draw.svg(
        (1200, 520),
        "What matters is far away. A long chain, its middle left out: x(0) and x(1) are needed for "
        "h(t+1), many moments later. Their way through all the cells between is in ink.",
        [
            _chain(
                ("0", "1", "2", "", "t", "t+1"),
                110,
                196,
                y,
                lambda k: k < 2,
                lambda k: k == 5,
            ),
            draw.text(
                (600, 486),
                "h_{t+1} needs x_0 and x_1: every cell on the way must pass them on",
                draw.WORD,
            ),
        ],
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
    made = [shift, draw.body(left, top, right - left, bottom - top), drawn(parts)]
    for x, when in ((-side, "t−1"), (size[0], "t+1")):
        middle = x + side / 2
        made += [
            draw.body(x, top, side, bottom - top),
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
    parts = [
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


# ---- the notation ------------------------------------------------------------------------------


def notation() -> str:
    """What the shapes stand for."""
    columns = [130 + 188 * k for k in range(6)]
    y = 96
    a, b, c, d, e, f = columns
    parts: list[Part] = [
        Layer("layer", (a, y), "σ", INK),
        Wire("in", ((b - 78, y), (b - R, y))),
        Wire("out", ((b + R, y), (b + 78, y)), head=False),
        Pointwise("times", (b, y), "×"),
        Wire("vector", ((c - 70, y), (c + 70, y))),
        Wire("copied", ((e - 70, y), (e + 70, y))),
        Wire("copied", ((e - 20, y), (e - 20, y - 44), (e + 70, y - 44)), copied=9),
        Wire("copied", ((e - 20, y), (e - 20, y + 44), (e + 70, y + 44)), copied=9),
    ]
    join = (
        drawn([Wire("h", ((d - 84, y), (d - 54, y)), PURPLE)])
        + drawn(
            [Join("join", d - 54, d + 78, y - STRIP_H / 2, (("h", "h", None), ("x", "x", None)))]
        )
        + drawn([Wire("x", ((d + 45, y + 88), (d + 45, y + STRIP_H / 2)), SLATE)])
    )
    numbers = draw.values((f, y), (0.65, -0.1), INK)
    words = (
        ("layer", "learned weights,", "then σ or tanh"),
        ("pointwise", "number by", "number"),
        ("wire", "carries a", "whole vector"),
        ("join", "end to end,", "not added"),
        ("copy", "same numbers,", "several times"),
        ("value", "a row per unit,", "dark: negative"),
    )
    made = [
        draw.text(
            (x, 230 + (0, 38, 66)[k]),
            line,
            draw.WORD if k == 0 else draw.SMALL,
            INK if k == 0 else QUIET_INK,
            weight="bold" if k == 0 else "",
        )
        for x, lines in zip(columns, words, strict=True)
        for k, line in enumerate(lines)
    ]
    return draw.svg(
        (1200, 330),
        "What the shapes stand for. A box is a layer with learned weights; a circle works number "
        "by number; a line carries a whole vector; two boxes that touch are vectors joined end to "
        "end; a dot is a copy; numbers on a line have a row for each unit, and are light on dark "
        "when negative.",
        [drawn(parts), join, numbers, *made],
    )


# ---- one gate ----------------------------------------------------------------------------------


def gate() -> str:
    """A sigmoid into a multiplication, and what comes through at 0, a half and 1."""
    made = []
    y, layer_y = 84, 284
    color = COLORS["f"]

    def one(x: float, reach: float, numbers: dict | None, at: float) -> str:
        return drawn(
            [
                Wire("in", ((x - reach, y), (x - R, y)), BLACK, (x - at, y)),
                Wire("out", ((x + R, y), (x + reach, y)), BLACK, (x + at, y)),
                Wire("f", ((x, layer_y - 32), (x, y + R)), color, (x, 182)),
                Layer("layer", (x, layer_y), "σ", color),
                Pointwise("times", (x, y), "×"),
            ],
            None,
            numbers,
        )

    before = 0.8
    for k, (f, says) in enumerate(
        ((0.0, "lets nothing through"), (0.5, "lets half through"), (1.0, "lets all through"))
    ):
        x = 202 + 398 * k
        made.append(one(x, 184, {"in": [before], "f": [f], "out": [f * before]}, 106))
        made.append(draw.text((x, 378), says, draw.WORD))
    return draw.svg(
        (1200, 416),
        "A gate is a sigmoid layer and a multiplication. Three times the same gate with "
        f"{number(before)} coming in from the left. Where the sigmoid gives 0 nothing comes "
        "through, where it gives 0.50 half of it, where it gives 1 all of it.",
        made,
    )


# ---- two units, every wire ---------------------------------------------------------------------


def two_units() -> str:
    """Every scalar wire of a cell with two units and one input: a gate is a vector."""
    size = (1200, 1080)
    rails = {"h_{0}": (496, PURPLE), "h_{1}": (540, PURPLE), "x": (584, SLATE)}
    center = 540
    columns = {"f": 280, "i": 446, "c_tilde": 612, "o": 900}
    parts: list[Part] = []
    dots = ""
    bands = ""
    for name, x in columns.items():
        bands += (
            f'<rect x="{x - 66}" y="{center - 178}" width="132" height="356" rx="20" '
            f'stroke="{COLORS[name]}" stroke-dasharray="2 10" stroke-linecap="round" data-edge=""/>'
        )
    for label, (y, color) in rails.items():
        parts.append(Wire(label, ((64, y), (columns["o"] + 40, y)), color, head=False))
    for unit, side in ((0, -1), (1, 1)):

        def at(distance: float, side: int = side) -> float:
            return center + side * distance

        memory, times, layer, tanh = at(424), at(272), at(136), at(352)
        box = side * -draw.BOX_H / 2  # from a layer toward the rails
        for name, x in columns.items():
            lane = x + side * 20
            far = rails["x"][0] if side < 0 else rails["h_{0}"][0]
            parts.append(Wire(f"read_{name}{unit}", ((lane, far), (lane, layer + box))))
            for y, _ in rails.values():
                dots += draw.copy((lane, y), INK, 8)
            text = "tanh" if name == "c_tilde" else "σ"
            parts.append(Layer(f"layer_{name}", (x, layer), text, COLORS[name]))
            symbol = QUANTITIES[name].symbol
            end = {
                "f": ((x, memory - side * R),),
                "i": ((x, times), (columns["c_tilde"] - R, times)),
            }.get(name, ((x, times - side * R),))
            parts.append(
                Wire(name, ((x, layer - box), *end), COLORS[name], (x, at(214)), f"{symbol}_{unit}")
            )
        f, c, o, h = columns["f"], columns["c_tilde"], columns["o"], 1040
        leave = rails[f"h_{{{unit}}}"][0]
        name_at = memory - 26 if side < 0 else memory + 48
        parts += [
            Wire("c_prev", ((0, memory), (f - R, memory)), BLACK, strong=True),
            Wire("kept", ((f + R, memory), (c - R, memory)), BLACK, strong=True),
            Wire("c", ((c + R, memory), (size[0], memory)), BLACK, strong=True),
            Name("c", (170, name_at), f"C_{unit}", BLACK),
            Name("c", (756, name_at), f"C_{unit}", BLACK),
            Wire("added", ((c, times + side * R), (c, memory - side * R)), COLORS["c_tilde"]),
            Wire("tanh_c", ((o, memory), (o, tanh + side * 25)), BLACK, copied=11),
            Wire("tanh_c", ((o, tanh - side * 25), (o, times + side * R)), BLACK),
            Wire("h", ((o + R, times), (h, times), (h, leave), (1140, leave)), PURPLE),
            Pointwise("times_f", (f, memory), "×"),
            Pointwise("plus", (c, memory), "+"),
            Pointwise("times_i", (c, times), "×"),
            Pointwise("tanh", (o, tanh), "tanh"),
            Pointwise("times_o", (o, times), "×"),
        ]
    names = "".join(
        draw.text((x, y + 10), label, 34, color)
        for label, (y, color) in rails.items()
        for x in ((36,) if label == "x" else (36, 1168))
    )
    weights = len(columns) * 2 * len(rails)
    words = (
        "every dotted frame is one vector with a number for each unit",
        f"every dot on h and x is one weight: {len(columns)} layers × 2 units × "
        f"{len(rails)} numbers of [h, x] = {weights}",
    )
    return draw.svg(
        (size[0], size[1] + 84),
        "Two units, every wire. The upper half is unit 0, the lower half its mirror image, unit 1. "
        "Between them run h(0), h(1) and x; every one of the eight boxes reads all three. A gate "
        "is a vector: f has a number f(0) for the memory C(0), and another, f(1), for C(1).",
        [
            draw.body(92, 36, 1020, 1008),
            bands,
            drawn(parts),
            dots,
            names,
            draw.text((600, 1096), words[0], draw.WORD),
            draw.text((600, 1136), words[1], draw.WORD),
        ],
    )


# ---- GRU ---------------------------------------------------------------------------------------


def gru() -> str:
    """The gated recurrent unit: one state, two gates."""
    size = (1200, 850)
    line, mid, turn, layer, strip = 138, 376, 292, 570, 650
    entry = strip + STRIP_H / 2
    reset, update, cand, blend, times = 232, 420, 900, 716, 560
    c_r, c_z, c_h = COLORS["f"], COLORS["i"], COLORS["c_tilde"]
    first = Join("join", 150, 500, strip)
    second = Join("join2", 668, 1010, strip, (("h", "r_t ∗ h_{t−1}", None), ("x", "x_t", None)))
    x1, x2 = (first.border + first.right) / 2, (second.border + second.right) / 2
    top, bottom = layer - draw.BOX_H / 2, layer + draw.BOX_H / 2
    parts: list[Part] = [
        first,
        second,
        Wire("x", ((x1, size[1]), (x1, strip + STRIP_H)), SLATE),
        Wire("x", ((x1, 768), (x2, 768), (x2, strip + STRIP_H)), SLATE, copied=9),
        Name("x", (x1 + 18, size[1] - 12), "x_t", SLATE, "start"),
        Wire("h", ((108, line), (108, entry), (150, entry)), PURPLE, copied=11),
        Wire("read", ((reset, strip), (reset, bottom)), copied=9),
        Wire("read", ((update, strip), (update, bottom)), copied=9),
        Wire("read", ((cand, strip), (cand, bottom)), copied=9),
        Wire("r", ((reset, top), (reset, mid), (times - R, mid)), c_r, (reset, 470), "r_t"),
        Wire(
            "z",
            ((update, top), (update, turn), (blend, turn)),
            c_z,
            (update, 470),
            "z_t",
            head=False,
            over=(update, mid),
        ),
        Wire("z", ((blend, turn), (blend, mid), (cand - R, mid)), c_z),
        Wire("z", ((blend, turn), (blend, 248)), c_z, copied=9),
        Wire("z", ((blend, 198), (blend, line + R)), c_z),
        Wire("h", ((times, line), (times, mid - R)), PURPLE, copied=11, over=(times, turn)),
        Wire("rh", ((times, mid + R), (times, entry), (668, entry)), PURPLE),
        Wire("h_tilde", ((cand, top), (cand, mid + R)), c_h, (cand, 470), "h̃_t"),
        Wire("h_tilde", ((cand, mid - R), (cand, line + R)), c_h),
        Wire("h", ((0, line), (blend - R, line)), PURPLE, (180, line), "h_{t−1}", "above", True),
        Wire("h", ((blend + R, line), (cand - R, line)), PURPLE, strong=True),
        Wire("h", ((cand + R, line), (size[0], line)), PURPLE, (984, line), "h_t", "above", True),
        Wire("h", ((1066, line), (1066, 0)), PURPLE, copied=11),
        Name("h", (1082, 30), "h_t", PURPLE, "start"),
        Layer("r", (reset, layer), "σ", c_r),
        Layer("z", (update, layer), "σ", c_z),
        Layer("h_tilde", (cand, layer), "tanh", c_h),
        Pointwise("times", (times, mid), "×"),
        Pointwise("one_minus", (blend, 223), "1 −"),
        Pointwise("times", (blend, line), "×"),
        Pointwise("times", (cand, mid), "×"),
        Pointwise("plus", (cand, line), "+"),
    ]
    formulas, bottom = equations(
        (
            "r_t = σ ( W_r [ h_prev , x ] + b_r )",
            "z_t = σ ( W_z [ h_prev , x ] + b_z )",
            "h\u0303_t = tanh ( W_h [ r_t ∗ h_prev , x ] + b_h )",
            "h = ( 1 − z_t ) ∗ h_prev + z_t ∗ h\u0303_t",
        ),
        size[0] / 2,
        size[1],
        {"r_t": c_r, "z_t": c_z, "h\u0303_t": c_h},
    )
    return draw.svg(
        (size[0], bottom),
        "A GRU, with one state and two gates. It has no memory line of its own: h runs along the "
        "top. The reset gate r decides how much of h(t−1) the candidate sees; the update gate z "
        "decides how much of the candidate takes the place of h(t−1).",
        [draw.body(78, 44, 1050, 760), drawn(parts), formulas],
    )

"""All pictures of `imgs/`, and those that are neither a cell nor a chain of cells."""

from __future__ import annotations

from lstm_teach._style import COLORS, INK, QUANTITIES, number
from lstm_teach.diagram import chains, parts, variants
from lstm_teach.diagram import vocabulary as draw
from lstm_teach.diagram.cell import cell
from lstm_teach.diagram.parts import BOX_H, STRIP_H, Join, Layer, Name, Part, Pointwise, R, Wire

# ---- the notation ------------------------------------------------------------------------------


def notation() -> str:
    """What the shapes stand for."""
    a, b, c, d, e = (126 + 237 * k for k in range(5))
    y, low = 84, 384  # the middles of the two rows
    wires = (
        ((b - 84, y - 46), (b - 42 - R, y - 46)),
        ((b - 42 + R, y - 46), (b + 42 - R, y - 46)),
        ((b + 42 + R, y - 46), (b + 94, y - 46)),
        ((b - 90, y + 46), (b - 50, y + 46)),
        ((b + 50, y + 46), (b + 90, y + 46)),
        ((c - 70, y), (c + 70, y)),
    )
    inside = [
        *(Wire("x", points, color=INK) for points in wires),
        Wire("h", ((d - 84, y), (d - 54, y))),
        Join("join", d - 54, d + 78, y - STRIP_H / 2, (("h", None),), (("x", None),)),
        Wire("in", ((d + 45, y + 84), (d + 45, y + STRIP_H / 2)), color=COLORS["x"]),
        Wire("x", ((e - 70, y), (e + 70, y)), color=INK),
        Wire("x", ((e - 20, y), (e - 20, y - 44), (e + 70, y - 44)), color=INK, copied=9),
        Wire("x", ((e - 20, y), (e - 20, y + 44), (e + 70, y + 44)), color=INK, copied=9),
        Wire("x", ((a - 70, low), (a + 70, low)), color=INK),
        Wire("x", ((a, low + 56), (a, low - 56)), color=INK, over=((a, low),)),
        Wire("few", ((c - 70, low - 30), (c + 70, low - 30))),
        Wire("many", ((c - 70, low + 30), (c + 70, low + 30))),
        Wire("c", ((d - 70, low), (d + 70, low)), strong=True),
        Layer("layer", (a, y - 46), "σ", INK),
        Layer("layer", (a, y + 46), "tanh", INK),
        Pointwise("times", (b - 42, y - 46), "×"),
        Pointwise("plus", (b + 42, y - 46), "+"),
        Pointwise("tanh", (b, y + 46), "tanh"),
    ]
    quiet = [Layer("layer", (e - 40, low), "σ", INK), Wire("x", ((e + 18, low), (e + 84, low)))]
    words = (
        "layer|learned weights,|then σ or tanh",
        "pointwise|no weights:|number by number",
        "wire|carries a|whole vector",
        "join|end to end,|not added",
        "copy|same numbers,|several times",
        "bridge|the two wires|do not touch",
        "value|a row per unit,|dark: negative",
        "thickness|with values: thick|is a large number",
        "memory line|always the thickest|of its drawing",
        "gray|the same cell, not|what this is about",
    )
    made = [parts.drawn(inside, None, {"few": [0.1], "many": [1.0]}), parts.drawn(quiet, ())]
    made.append(draw.values((b, low), (0.65, -0.1), INK))
    for k, lines in enumerate(words):
        x, y = (a, b, c, d, e)[k % 5], (218, 508)[k // 5]
        name, first, second = lines.split("|")
        made.append(draw.text((x, y), name, draw.WORD, INK, weight="bold"))
        made.append(draw.text((x, y + 38), first, draw.SMALL, INK))
        made.append(draw.text((x, y + 68), second, draw.SMALL, INK))
    return draw.svg((1200, 610), draw.says()["notation"], made)


# ---- one gate ----------------------------------------------------------------------------------


def gate() -> str:
    """A sigmoid into a multiplication, and what comes through at 0, a half and 1."""
    y, layer, before = 84, 284, 0.8
    made = []
    shares = {"lets nothing through": 0.0, "lets half through": 0.5, "lets all through": 1.0}
    for x, (words, f) in zip((202, 600, 998), shares.items(), strict=True):
        inside = [
            Wire("in", ((x - 184, y), (x - R, y)), (x - 106, y), color=COLORS["c"]),
            Wire("out", ((x + R, y), (x + 184, y)), (x + 106, y), color=COLORS["c"]),
            Wire("f", ((x, layer - 32), (x, y + R)), (x, 182), label=""),
            Layer("layer", (x, layer), "σ", COLORS["f"]),
            Pointwise("times", (x, y), "×"),
        ]
        made.append(parts.drawn(inside, None, {"in": [before], "f": [f], "out": [f * before]}))
        made.append(draw.text((x, 378), words, draw.WORD))
    return draw.svg((1200, 416), draw.says()["gate"].format(before=number(before)), made)


# ---- two units, every wire ---------------------------------------------------------------------


def two_units() -> str:
    """Every scalar wire of a cell with two units and one input: a gate is a vector."""
    width, center = 1200, 540
    # what every box reads: the height at which it runs, and where it leaves, seen from a box
    rails = {
        "h_{t−1}[0]": (484, -34, COLORS["h"]),
        "h_{t−1}[1]": (540, 0, COLORS["h"]),
        "x_t": (596, 34, COLORS["x"]),
    }
    heights = [y for y, *_ in rails.values()]
    columns = {"f": 280, "i": 446, "c_tilde": 612, "o": 890}
    f, _, c, o = columns.values()
    inside: list[Part] = []
    frames = names = ""
    for label, (y, lane, color) in rails.items():
        inside.append(Wire("rail", ((104, y), (o + lane, y)), color=color, head=False))
        names += draw.text((96, y + 10), label, 32, color, "end")
    for name, x in columns.items():
        frames += (
            f'<rect x="{x - 70}" y="{center - 180}" width="140" height="360" rx="20" '
            f'stroke="{COLORS[name]}" stroke-dasharray="2 10" stroke-linecap="round" data-edge=""/>'
        )
        for y, lane, color in rails.values():
            for side in (-1, 1):
                ends = (x + lane, y), (x + lane, center + side * (136 - BOX_H / 2))
                over = tuple((x + lane, other) for other in heights if (other - y) * side > 0)
                inside.append(Wire(f"read_{name}", ends, color=color, copied=8, over=over))
    for unit, side in ((0, -1), (1, 1)):
        memory, times, layer, tanh = (center + side * d for d in (424, 272, 136, 352))
        edge, leave = side * BOX_H / 2, heights[unit]
        for name, x in columns.items():
            end = {"f": ((x, memory - side * R),), "i": ((x, times), (c - R, times))}
            points = ((x, layer + edge), *end.get(name, ((x, times - side * R),)))
            curve = "tanh" if name == "c_tilde" else "σ"
            symbol = f"{QUANTITIES[name].symbol}_t[{unit}]"
            inside.append(Layer(name, (x, layer), curve, COLORS[name]))
            inside.append(Wire(name, points, (x, center + side * 222), symbol))
        above = memory - 26 if side < 0 else memory + 50
        inside += [
            Wire("c_prev", ((0, memory), (f - R, memory)), strong=True),
            Wire("kept", ((f + R, memory), (c - R, memory)), strong=True),
            Wire("c", ((c + R, memory), (width, memory)), strong=True),
            Name("c_prev", (190, above), f"C_{{t−1}}[{unit}]", size=32),
            Name("c", (752, above), f"C_t[{unit}]", size=32),
            Wire("added", ((c, times + side * R), (c, memory - side * R))),
            Wire("tanh_c", ((o, memory), (o, tanh + side * 25)), copied=11),
            Wire("tanh_c", ((o, tanh - side * 25), (o, times + side * R))),
            Wire("h", ((o + R, times), (1020, times), (1020, leave), (1112, leave))),
            Name("h", (1118, leave + 10), f"h_t[{unit}]", "start", size=32),
            Pointwise("times_f", (f, memory), "×"),
            Pointwise("plus", (c, memory), "+"),
            Pointwise("times_i", (c, times), "×"),
            Pointwise("tanh", (o, tanh), "tanh"),
            Pointwise("times_o", (o, times), "×"),
        ]
    boxes = 2 * len(columns)
    weights = boxes * len(rails)
    words = (
        "A dotted frame is one layer: what leaves it is a vector, a number for each unit.",
        f"Each wire into a box has a weight: {boxes} boxes × {len(rails)} numbers of [h, x] = "
        f"{weights} weights.",
        f"Each box has a bias too: {weights} + {boxes} = {weights + boxes} numbers to learn.",
    )
    lines = (draw.text((600, 1096 + 40 * k), line, draw.WORD) for k, line in enumerate(words))
    content = [draw.body(112, 36, 1088, 1044), frames, parts.drawn(inside), names, *lines]
    return draw.svg((width, 1206), draw.says()["two-units"], content)


LESSONS = ("forget", "input", "update", "output")
PAGE_WIDTH = 680  # in pixels, of a file of imgs/ that is 1200 wide; it scales to any other

# ---- the figures of imgs/ ----------------------------------------------------------------------


def figures() -> dict[str, str]:
    """Make all the pictures of `imgs/`: name -> SVG, of a width that suits a page of text."""
    pictures = {
        "rnn-rolled": chains.rnn_rolled(),
        "rnn-unrolled": chains.rnn_unrolled(),
        "rnn-short-gap": chains.rnn_short_gap(),
        "rnn-long-gap": chains.rnn_long_gap(),
        "rnn-inside": chains.rnn_inside(),
        "lstm-chain": chains.lstm_chain(),
        "many-to-one": chains.many_to_one(),
        "notation": notation(),
        "memory-line": cell("memory"),
        "gate": gate(),
        **{f"focus-{name}": cell(name, equation=True) for name in LESSONS},
        "two-units": two_units(),
        "variant-peephole": variants.peephole(),
        "variant-coupled": variants.coupled(),
        "variant-gru": variants.gru(),
    }
    return {name: _sized(picture) for name, picture in pictures.items()}


def _sized(picture: str) -> str:
    """Give a picture its own width, the same type in all of them."""
    width = float(picture.split('viewBox="0 0 ')[1].split()[0])
    pixels = min(PAGE_WIDTH, round(width * PAGE_WIDTH / 1200))
    return picture.replace('width="100%"', f'width="{pixels}"', 1)

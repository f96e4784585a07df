"""All pictures of `imgs/`, and those that are neither a cell nor a chain of cells."""

from __future__ import annotations

from lstm_teach._style import COLORS, INK, QUANTITIES, QUIET_INK, number
from lstm_teach.diagram import chains, variants
from lstm_teach.diagram import vocabulary as draw
from lstm_teach.diagram.cell import cell
from lstm_teach.diagram.parts import (
    STRIP_H,
    Join,
    Layer,
    Name,
    Numbers,
    Part,
    Pointwise,
    Wire,
    drawn,
)

R = draw.RADIUS
SLATE, PURPLE, BLACK = COLORS["x"], COLORS["h"], COLORS["c"]

# ---- the notation ------------------------------------------------------------------------------


def notation() -> str:
    """What the shapes stand for."""
    columns = [130 + 188 * k for k in range(6)]
    y = 96
    upper, lower = y - 46, y + 46
    a, b, c, d, e, f = columns
    parts: list[Part] = [
        Layer("layer", (a, upper), "σ", INK),
        Layer("layer", (a, lower), "tanh", INK),
        Wire("in", ((b - 78, upper), (b - R, upper))),
        Wire("out", ((b + R, upper), (b + 78, upper)), head=False),
        Pointwise("times", (b, upper), "×"),
        Wire("in", ((b - 82, lower), (b - 50, lower))),
        Wire("out", ((b + 50, lower), (b + 78, lower)), head=False),
        Pointwise("tanh", (b, lower), "tanh"),
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
        ("pointwise", "no weights:", "number by number"),
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
        "What the shapes stand for. A box is a layer with learned weights; a circle or an ellipse "
        "works number by number and has no weights, so tanh comes as either; a line carries a "
        "whole vector; two boxes that touch are vectors joined end to end; a dot is a copy; "
        "numbers on a line have a row for each unit, and are light on dark when negative.",
        [drawn(parts), join, numbers, *made],
    )


# ---- one gate ----------------------------------------------------------------------------------


def gate() -> str:
    """A sigmoid into a multiplication, and what comes through at 0, a half and 1."""
    made = []
    y, layer_y = 84, 284
    color = COLORS["f"]

    def one(x: float, reach: float, numbers: Numbers | None, at: float) -> str:
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


PAGE_WIDTH = 680  # of a file of imgs/ in pixels; it scales to any other

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
        "notation": notation(),
        "memory-line": cell("memory"),
        "gate": gate(),
        "focus-forget": cell("keep", equation=True),
        "focus-input": cell("write", equation=True),
        "focus-update": cell("update", equation=True),
        "focus-output": cell("output", equation=True),
        "two-units": two_units(),
        "variant-peephole": variants.peephole(),
        "variant-coupled": variants.coupled(),
        "variant-gru": variants.gru(),
    }
    return {
        name: picture.replace('width="100%"', f'width="{PAGE_WIDTH}"', 1)
        for name, picture in pictures.items()
    }

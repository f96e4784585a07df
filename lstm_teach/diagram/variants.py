"""The other cells: peepholes, coupled gates, and the GRU."""

from __future__ import annotations

from dataclasses import replace

from lstm_teach._style import COLORS
from lstm_teach.diagram import vocabulary as draw
from lstm_teach.diagram.cell import (
    BLACK,
    CELL,
    FOCUS,
    LAYER,
    MEMORY,
    PURPLE,
    TIMES,
    VALUE,
    C,
    F,
    I,
    O,
    R,
    picture,
)
from lstm_teach.diagram.parts import (
    STRIP_H,
    Join,
    Layer,
    Name,
    Part,
    Pointwise,
    Wire,
    drawn,
    write_equations,
)

SLATE = COLORS["x"]

_HIGH = (VALUE + LAYER) / 2  # between the numbers of the gates and their layers
_SIDE = draw.BOX_W / 2
PEEPHOLES: tuple[Part, ...] = (
    Wire("peephole", ((112, MEMORY), (112, LAYER), (F - _SIDE, LAYER)), BLACK, copied=11),
    Wire(
        "peephole",
        ((112, _HIGH), (357, _HIGH), (357, LAYER), (I - _SIDE, LAYER)),
        BLACK,
        copied=9,
    ),
    Wire("peephole", ((730, MEMORY), (730, LAYER), (O - _SIDE, LAYER)), BLACK, copied=11),
)
COUPLED: tuple[Part, ...] = (
    Wire("coupled", ((F, TIMES), (I - 50, TIMES)), COLORS["f"], copied=9),
    Wire("i", ((I + 50, TIMES), (C - R, TIMES)), COLORS["i"], (546, TIMES), "i_t", "above"),
    Pointwise("coupled", (I, TIMES), "1 −"),
)


def peephole() -> str:
    """Gates that look at the memory."""
    gates = "σ ( W_{0} [ h_prev , x ] + p_{0} ∗ {1} + b_{0} )"
    return picture(
        "An LSTM cell with peepholes. The forget and the input gate also see the old memory "
        "C(t−1), the output gate the new memory C(t): wires go down to them from the memory line.",
        [
            *PEEPHOLES,  # f comes later and goes over the one it crosses
            *(
                replace(p, over=(F, _HIGH)) if p.name == "f" and isinstance(p, Wire) else p
                for p in CELL
            ),
        ],
        frozenset("peephole c_prev c layer_f layer_i layer_o f i o".split()),
        (
            "f = " + gates.format("f", "c_prev"),
            "i = " + gates.format("i", "c_prev"),
            "o = " + gates.format("o", "c"),
        ),
    )


def coupled() -> str:
    """One gate for both: i = 1 - f."""
    return picture(
        "An LSTM cell with coupled gates: one gate decides both. Where f(t) keeps the memory, "
        "1 − f(t) takes the place of the input gate, so that new is written only where old is "
        "forgotten.",
        [*(p for p in CELL if p.name not in ("i", "read_i", "layer_i")), *COUPLED],
        FOCUS["update"] | {"coupled", "layer_f", "read_f", *FOCUS["join"]},
        ("i = 1 − f", "c = f ∗ c_prev + ( 1 − f ) ∗ c_tilde"),
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
    formulas, bottom = write_equations(
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

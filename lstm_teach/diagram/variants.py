"""The other cells: peepholes, coupled gates, the plain RNN and the GRU; live, with numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import NamedTuple

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, QUIET_INK
from lstm_teach.diagram import vocabulary as draw
from lstm_teach.diagram.cell import CELL, FOCUS, LAYER, MEMORY, TIMES, C, F, I, O, living, picture
from lstm_teach.diagram.numbers import numbers_of
from lstm_teach.diagram.parts import (
    BLACK,
    BOX_H,
    BOX_W,
    PURPLE,
    SLATE,
    STRIP_H,
    Entry,
    Join,
    Layer,
    Name,
    Part,
    Pointwise,
    R,
    Wire,
    drawn,
    memory_line,
    write_equations,
)
from lstm_teach.parameters import Step
from lstm_teach.variants import GRUStep

NARROWEST = 96  # of a place in the strip, with a number in it

# ---- a cell with a change ----------------------------------------------------------------------

_HIGH = LAYER - 55  # between the numbers of the gates and their layers
_SIDE = BOX_W / 2
_LEFT, _RIGHT = 94, 704  # where peepholes leave the memory line: beside the numbers of C
_BETWEEN = (F + I) / 2
_TO_I = (_LEFT, _HIGH), (_BETWEEN, _HIGH), (_BETWEEN, LAYER), (I - _SIDE, LAYER)
PEEPHOLES: tuple[Part, ...] = (
    Wire("peephole", ((_LEFT, MEMORY), (_LEFT, LAYER), (F - _SIDE, LAYER)), BLACK, copied=9),
    Wire("peephole", _TO_I, BLACK, copied=9),
    Wire("peephole", ((_RIGHT, MEMORY), (_RIGHT, LAYER), (O - _SIDE, LAYER)), BLACK, copied=11),
    Name("peephole", ((_LEFT + F - _SIDE) / 2, LAYER - 12), "p_f", BLACK, size=32),
    Name("peephole", (_BETWEEN - 5, LAYER - 12), "p_i", BLACK, "end", 32),
    Name("peephole", ((_RIGHT + O - _SIDE) / 2, LAYER - 12), "p_o", BLACK, size=32),
)


def _with_peepholes(cell: Sequence[Part]) -> list[Part]:
    """The peepholes first: f comes later and goes over the one that it crosses."""
    over = ((F, _HIGH),)
    f_over = (replace(p, over=over) if isinstance(p, Wire) and p.name == "f" else p for p in cell)
    return [*PEEPHOLES, *f_over]


def _with_coupling(cell: Sequence[Part]) -> list[Part]:
    """The wire of i has two beginnings: its own layer, and 1 − f."""
    i = next(p for p in cell if p.name == "i" and isinstance(p, Wire))
    return [
        *(p for p in cell if p is not i),
        Wire("own_i", (i.points[0], (I, TIMES)), i.color, head=False),
        Wire("coupled", ((F, TIMES), (_BETWEEN - 50, TIMES)), COLORS["f"], copied=9),
        Wire("coupled", ((_BETWEEN + 50, TIMES), (I, TIMES)), i.color, head=False),
        Wire("i", ((I, TIMES), (C - R, TIMES)), i.color, ((I + C) / 2 - 16, TIMES), "i_t", "above"),
        Pointwise("coupled", (_BETWEEN, TIMES), "1 −"),
    ]


class Variant(NamedTuple):
    """A change of the cell: what it makes of the parts, and which of these are gray on and off."""

    change: Callable[[Sequence[Part]], list[Part]]
    gray_on: str
    gray_off: str


_VARIANTS = {
    "peephole": Variant(_with_peepholes, "", "peephole"),
    "coupled": Variant(_with_coupling, "read_i layer_i own_i", "coupled"),
}


def peephole() -> str:
    """Gates that look at the memory."""
    gate = "{0} = σ ( W_{0} [ h_prev , x ] + p_{0} ∗ {1} + b_{0} )"
    return picture(
        "peephole",
        _with_peepholes(CELL),
        frozenset("peephole c_prev c layer_f layer_i layer_o f i o".split()),
        [gate.format("f", "c_prev"), gate.format("i", "c_prev"), gate.format("o", "c")],
    )


def coupled() -> str:
    """One gate for both: i = 1 - f."""
    return picture(
        "coupled",
        [p for p in _with_coupling(CELL) if p.name not in _VARIANTS["coupled"].gray_on.split()],
        FOCUS["update"] | {"coupled", "layer_f", "read_f", *FOCUS["join"]},
        ("i = 1 − f", "c = f ∗ c_prev + ( 1 − f ) ∗ c_tilde"),
    )


def variant(name: str, step: Step, *, on: bool = True, x_names: Sequence[str] | None = None) -> str:
    """Draw the cell with a change that can be switched on and off, and the numbers of `step`.

    `name` is "peephole" or "coupled". On, the wires of the change are highlighted, and what
    it does without is gray; off, it is the other way round. `step` and `x_names` are those of
    `cell`; so are the errors.
    """
    if name not in _VARIANTS:
        raise ValueError(f"the variant is {name!r}; it must be {' or '.join(_VARIANTS)}")
    change, gray_on, gray_off = _VARIANTS[name]
    cell, numbers, caption = living(step, x_names, (0, 1), None)
    parts = change(cell)
    gray = (gray_on if on else gray_off).split()
    highlighted = frozenset(p.name for p in parts if p.name not in gray)
    return picture(name if on else "cell", parts, highlighted, (), numbers, caption)


# ---- a plain RNN -------------------------------------------------------------------------------


def rnn_parts(
    size: tuple[float, float], join: Join, layer: float, turn: float, out: float
) -> list[Part]:
    """The parts of a plain RNN: a strip, and the heights and columns of what is above it."""
    entry, x, at = join.top + STRIP_H / 2, (join.border + join.right) / 2, 330
    return [
        join,
        Wire("h_prev", ((0, entry), (join.left, entry)), PURPLE),
        Name("h_prev", (38, entry - 20), "h_{t−1}", PURPLE),
        Wire("x", ((x, size[1]), (x, join.top + STRIP_H)), SLATE),
        Name("x", (x + 18, size[1] - 12), "x_t", SLATE, "start"),
        Wire("read", ((at, join.top), (at, layer + BOX_H / 2)), copied=9),
        Wire("h", ((at, layer - BOX_H / 2), (at, turn), (out, turn)), PURPLE, head=False),
        Wire("h", ((out, turn), (out, entry), (size[0], entry)), PURPLE, (out, 210), "h_t"),
        Wire("h", ((out, turn), (out, 0)), PURPLE, copied=9),
        Name("h", (out + 16, 30), "h_t", PURPLE, "start"),
        Layer("layer", (at, layer), "tanh", PURPLE),
    ]


def rnn(h_prev: Array, x: Array, h: Array, *, x_names: Sequence[str] | None = None) -> str:
    """Draw one moment of a plain RNN with its numbers: `h_prev (H,)`, `x (D,)` and `h (H,)`.

    `x_names` are those of `cell`, and so are the errors.
    """
    size = (1000, 480)
    moment = SimpleNamespace(h_prev=h_prev, x=x, h=h)
    numbers, entries, caption = numbers_of(moment, ("h",), x_names)
    parts = rnn_parts(size, _join(136, 770, 300, entries), layer=200, turn=104, out=846)
    content = [draw.body(78, 44, 922, 428), drawn(parts, None, numbers), _caption_above(caption)]
    return draw.svg(size, draw.says()["rnn"], content)


def _join(left: float, right: float, top: float, entries: Sequence[Entry]) -> Join:
    """A strip with these entries, or with h and x where they have no room."""
    fits = entries and (right - left) / len(entries) >= NARROWEST
    return Join("join", left, right, top, *([tuple(entries)] if fits else []))


def _caption_above(caption: str) -> str:
    return draw.text((78, 30), caption, draw.WORD, QUIET_INK, "start") if caption else ""


# ---- GRU ---------------------------------------------------------------------------------------

_GRU_EQUATIONS = (
    "r_t = σ ( W_r [ h_prev , x ] + b_r )",
    "z_t = σ ( W_z [ h_prev , x ] + b_z )",
    "h\u0303_t = tanh ( W_h [ r_t ∗ h_prev , x ] + b_h )",
    "h = ( 1 − z_t ) ∗ h_prev + z_t ∗ h\u0303_t",
)


def gru(step: GRUStep | None = None, *, x_names: Sequence[str] | None = None) -> str:
    """Draw the gated recurrent unit: one state, two gates; with its equations.

    With a `step` (one moment of one row) it has the numbers in place of the equations. `x_names`
    are those of `cell`, and so are the errors.
    """
    size = (1200, 740)  # no higher than it must be: in an explorer it stands above 18 sliders
    line, mid, turn, layer, strip = 124, 320, 248, 478, 550
    number, split = mid + 82, strip + 112  # where r, z and h̃ have their numbers; where x divides
    entry = strip + STRIP_H / 2
    reset, update, cand, blend, times = 232, 420, 900, 704, 560
    c_r, c_z, c_h = COLORS["f"], COLORS["i"], COLORS["c_tilde"]
    numbers: dict[str, list[float]] = {}
    entries: list[Entry] = []
    below, height, caption = "", float(size[1]), ""
    if step is not None:
        fields = ("r", "z", "h_tilde", "kept", "added", "h")
        numbers, entries, caption = numbers_of(step, fields, x_names, rh=step.r * step.h_prev)
    else:
        colors = {"r_t": c_r, "z_t": c_z, "h\u0303_t": c_h}
        below, height = write_equations(_GRU_EQUATIONS, size[0] / 2, height, colors)
    first = _join(150, 500, strip, entries)
    second = Join("join2", 668, 1010, strip, (("h", "r_t ∗ h_{t−1}", None), ("x", "x_t", None)))
    x1, x2 = (first.border + first.right) / 2, (second.border + second.right) / 2
    top, bottom = layer - BOX_H / 2, layer + BOX_H / 2
    to_z = (update, top), (update, turn), (blend, turn)
    parts: list[Part] = [
        first,
        second,
        Wire("x", ((x1, size[1]), (x1, strip + STRIP_H)), SLATE),
        Wire("x", ((x1, split), (x2, split), (x2, strip + STRIP_H)), SLATE, copied=9),
        Name("x", (x1 + 18, size[1] - 12), "x_t", SLATE, "start"),
        Wire("h_prev", ((100, line), (100, entry), (150, entry)), PURPLE, copied=9),
        *(Wire("read", ((x, strip), (x, bottom)), copied=9) for x in (reset, update, cand)),
        Wire("r", ((reset, top), (reset, mid), (times - R, mid)), c_r, (reset, number), "r_t"),
        Wire("z", to_z, c_z, (update, number), "z_t", head=False, over=((update, mid),)),
        Wire("z", ((blend, turn), (blend, mid), (cand - R, mid)), c_z),
        Wire("z", ((blend, turn), (blend, 222)), c_z, copied=9),
        Wire("z", ((blend, 172), (blend, line + R)), c_z),
        Wire("h_prev", ((times, line), (times, mid - R)), PURPLE, copied=11, over=((times, turn),)),
        Wire("rh", ((times, mid + R), (times, entry), (668, entry)), PURPLE, (times, number + 40)),
        Wire("h_tilde", ((cand, top), (cand, mid + R)), c_h, (cand, number), "h̃_t"),
        Wire("added", ((cand, mid - R), (cand, line + R)), c_h, (cand, turn - 10), "added"),
        memory_line("h_prev", line, (0, blend - R), 180, "h_{t−1}", PURPLE),
        memory_line("kept", line, (blend + R, cand - R), 802, "kept", PURPLE),
        memory_line("h", line, (cand + R, size[0]), 984, "h_t", PURPLE),
        Wire("h", ((1066, line), (1066, 0)), PURPLE, copied=11),
        Name("h", (1082, 30), "h_t", PURPLE, "start"),
        Layer("r", (reset, layer), "σ", c_r),
        Layer("z", (update, layer), "σ", c_z),
        Layer("h_tilde", (cand, layer), "tanh", c_h),
        Pointwise("times", (times, mid), "×"),
        Pointwise("one_minus", (blend, 197), "1 −"),
        Pointwise("times", (blend, line), "×"),
        Pointwise("times", (cand, mid), "×"),
        Pointwise("plus", (cand, line), "+"),
    ]
    cell = draw.body(78, 41, 1128, 694) + drawn(parts, None, numbers)
    return draw.svg((size[0], height), draw.says()["gru"], [cell, below, _caption_above(caption)])

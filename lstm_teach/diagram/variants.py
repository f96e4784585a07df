"""The other cells: peepholes, coupled gates, the plain RNN and the GRU; live, with numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS
from lstm_teach.diagram import parts
from lstm_teach.diagram.cell import CELL, FOCUS, LAYER, MEMORY, TIMES, C, F, I, O, living, picture
from lstm_teach.diagram.parts import BOX_H, STRIP_H, Join, Layer, Name, Part, Pointwise, R, Wire
from lstm_teach.parameters import Step
from lstm_teach.variants import GRUStep

# ---- a cell with a change ----------------------------------------------------------------------

_HIGH = LAYER - 55  # between the numbers of the gates and their layers
_SIDE = parts.BOX_W / 2
_LEFT, _RIGHT = 94, 704  # where peepholes leave the memory line: beside the numbers of C
_BETWEEN = (F + I) / 2
_TO_I = (_LEFT, _HIGH), (_BETWEEN, _HIGH), (_BETWEEN, LAYER), (I - _SIDE, LAYER)
_TO_F = (_LEFT, MEMORY), (_LEFT, LAYER), (F - _SIDE, LAYER)
_TO_O = (_RIGHT, MEMORY), (_RIGHT, LAYER), (O - _SIDE, LAYER)
PEEPHOLES: tuple[Part, ...] = (
    Wire("peephole", _TO_F, copied=9),
    Wire("peephole", _TO_I, copied=9),
    Wire("peephole", _TO_O, copied=11),
    Name("peephole", ((_LEFT + F - _SIDE) / 2, LAYER - 12), "p_f", size=32),
    Name("peephole", (_BETWEEN - 5, LAYER - 12), "p_i", "end", size=32),
    Name("peephole", ((_RIGHT + O - _SIDE) / 2, LAYER - 12), "p_o", size=32),
)


def _with_peepholes(cell: Sequence[Part]) -> list[Part]:
    """The peepholes first: f comes later and goes over the one that it crosses."""
    over = ((F, _HIGH),)
    f_over = (replace(p, over=over) if isinstance(p, Wire) and p.name == "f" else p for p in cell)
    return [*PEEPHOLES, *f_over]


def _with_coupling(cell: Sequence[Part]) -> list[Part]:
    """The wire of i has two beginnings: its own layer, and 1 − f."""
    return [
        *(p for p in cell if p.name != "i"),
        Wire("own_i", ((I, LAYER - BOX_H / 2), (I, TIMES)), head=False),
        Wire("coupled", ((F, TIMES), (_BETWEEN - 50, TIMES)), color=COLORS["f"], copied=9),
        Wire("coupled", ((_BETWEEN + 50, TIMES), (I, TIMES)), color=COLORS["i"], head=False),
        Wire("i", ((I, TIMES), (C - R, TIMES)), ((I + C) / 2 - 16, TIMES)),
        Pointwise("coupled", (_BETWEEN, TIMES), "1 −"),
    ]


UNUSED = "read_i", "layer_i", "own_i"  # by coupled gates
#: What each makes of the parts, and what it does without.
_VARIANTS: dict[str, tuple[Callable[[Sequence[Part]], list[Part]], tuple[str, ...]]] = {
    "peephole": (_with_peepholes, ()),
    "coupled": (_with_coupling, UNUSED),
}


def peephole() -> str:
    """Gates that look at the memory."""
    gate = "{0} = σ ( W_{0} [ h_prev , x ] + p_{0} ∗ {1} + b_{0} )"
    gates = [gate.format("f", "c_prev"), gate.format("i", "c_prev"), gate.format("o", "c")]
    highlighted = frozenset("peephole c_prev c layer_f layer_i layer_o f i o".split())
    return picture("peephole", _with_peepholes(CELL), highlighted, gates)


def coupled() -> str:
    """One gate for both: i = 1 - f."""
    inside = [part for part in _with_coupling(CELL) if part.name not in UNUSED]
    highlighted = FOCUS["update"] | FOCUS["join"] | {"coupled", "layer_f", "read_f"}
    lines = "i = 1 − f", "c = f ∗ c_prev + ( 1 − f ) ∗ c_tilde"
    return picture("coupled", inside, highlighted, lines)


def variant(name: str, step: Step, *, on: bool = True, x_names: Sequence[str] | None = None) -> str:
    """Draw the cell with a change that can be switched on and off, and the numbers of `step`.

    `name` is "peephole" or "coupled". On, the wires of the change are highlighted, and what
    it does without is gray; off, it is the other way round. `step` and `x_names` are those of
    `cell`; so are the errors.
    """
    if name not in _VARIANTS:
        raise ValueError(f"the variant is {name!r}; it must be {' or '.join(_VARIANTS)}")
    change, unused = _VARIANTS[name]
    cell, numbers, caption = living(step, x_names, (0, 1), None)
    changed, gray = change(cell), unused if on else (name,)
    highlighted = frozenset(p.name for p in changed if p.name not in gray)
    return picture(name if on else "cell", changed, highlighted, (), numbers, caption)


# ---- a plain RNN -------------------------------------------------------------------------------


def rnn_parts(
    size: tuple[float, float], join: Join, layer: float, turn: float, out: float
) -> list[Part]:
    """The parts of a plain RNN: a strip, and the heights and columns of what is above it."""
    entry, x, at = join.top + STRIP_H / 2, join.below_x, 330
    return [
        join,
        Wire("h_prev", ((0, entry), (join.left, entry))),
        Name("h_prev", (38, entry - 20)),
        Wire("x", ((x, size[1]), (x, join.top + STRIP_H))),
        Name("x", (x + 18, size[1] - 12), anchor="start"),
        Wire("read", ((at, join.top), (at, layer + BOX_H / 2)), copied=9),
        Wire("h", ((at, layer - BOX_H / 2), (at, turn), (out, turn)), head=False),
        Wire("h", ((out, turn), (out, entry), (size[0], entry)), (out, 210)),
        Wire("h", ((out, turn), (out, 0)), copied=9),
        Name("h", (out + 16, 30), anchor="start"),
        Layer("layer", (at, layer), "tanh", COLORS["h"]),
    ]


def rnn(h_prev: Array, x: Array, h: Array, *, x_names: Sequence[str] | None = None) -> str:
    """Draw one moment of a plain RNN with its numbers: `h_prev (H,)`, `x (D,)` and `h (H,)`.

    `x_names` are those of `cell`, and so are the errors.
    """
    size, body = (1000, 480), (78, 44, 922, 428)
    moment = SimpleNamespace(h_prev=h_prev, x=x, h=h)
    numbers, entries, caption = parts.numbers_of(moment, ("h",), x_names)
    inside = rnn_parts(size, parts.strip(136, 770, 300, entries), layer=200, turn=104, out=846)
    return picture("rnn", inside, None, (), numbers, caption, size=size, body=body, caption_at=30)


# ---- GRU ---------------------------------------------------------------------------------------

_GRU_EQUATIONS = (
    "r = σ ( W_r [ h_prev , x ] + b_r )",
    "z = σ ( W_z [ h_prev , x ] + b_z )",
    "h_tilde = tanh ( W_h [ r ∗ h_prev , x ] + b_h )",
    "h = ( 1 − z ) ∗ h_prev + z ∗ h_tilde",
)


def gru(step: GRUStep | None = None, *, x_names: Sequence[str] | None = None) -> str:
    """Draw the gated recurrent unit: one state, two gates; with its equations.

    With a `step` (one moment of one row) it has the numbers in place of the equations. `x_names`
    are those of `cell`, and so are the errors.
    """
    size = (1200, 740)  # no higher than it must be: in an explorer it stands above 18 sliders
    body, own = (78, 41, 1128, 694), COLORS["h"]
    line, mid, turn, layer, strip = 124, 320, 248, 478, 550
    number, split = mid + 82, strip + 112  # where r, z and h̃ have their numbers; where x divides
    entry = strip + STRIP_H / 2
    reset, update, cand, blend, times = 232, 420, 900, 704, 560
    live: parts.Live = {}, (), ""
    if step is not None:
        wires = ("r", "z", "h_tilde", "kept", "added", "h")
        live = parts.numbers_of(step, wires, x_names, rh=step.r * step.h_prev)
    numbers, entries, caption = live
    first = parts.strip(150, 500, strip, entries)
    second = Join("join2", 668, 1010, strip, (("r_t ∗ h_{t−1}", None),))
    x1, x2 = first.below_x, second.below_x
    top, bottom, under = layer - BOX_H / 2, layer + BOX_H / 2, strip + STRIP_H
    to_z = (update, top), (update, turn), (blend, turn)
    inside = [
        first,
        second,
        Wire("x", ((x1, size[1]), (x1, under))),
        Wire("x", ((x1, split), (x2, split), (x2, under)), copied=9),
        Name("x", (x1 + 18, size[1] - 12), anchor="start"),
        Wire("h_prev", ((100, line), (100, entry), (150, entry)), copied=9),
        *(Wire("read", ((x, strip), (x, bottom)), copied=9) for x in (reset, update, cand)),
        Wire("r", ((reset, top), (reset, mid), (times - R, mid)), (reset, number)),
        Wire("z", to_z, (update, number), head=False, over=((update, mid),)),
        Wire("z", ((blend, turn), (blend, mid), (cand - R, mid))),
        Wire("z", ((blend, turn), (blend, 222)), copied=9),
        Wire("z", ((blend, 172), (blend, line + R))),
        Wire("h_prev", ((times, line), (times, mid - R)), copied=11, over=((times, turn),)),
        Wire("rh", ((times, mid + R), (times, entry), (668, entry)), (times, number + 40)),
        Wire("h_tilde", ((cand, top), (cand, mid + R)), (cand, number)),
        Wire("added", ((cand, mid - R), (cand, line + R)), (cand, turn - 10)),
        Wire("h_prev", ((0, line), (blend - R, line)), (180, line), strong=True),
        Wire("kept", ((blend + R, line), (cand - R, line)), (802, line), color=own, strong=True),
        Wire("h", ((cand + R, line), (size[0], line)), (984, line), strong=True),
        Wire("h", ((1066, line), (1066, 0)), copied=11),
        Name("h", (1082, 30), anchor="start"),
        Layer("r", (reset, layer), "σ", COLORS["f"]),
        Layer("z", (update, layer), "σ", COLORS["i"]),
        Layer("h_tilde", (cand, layer), "tanh", COLORS["c_tilde"]),
        Pointwise("times", (times, mid), "×"),
        Pointwise("one_minus", (blend, 197), "1 −"),
        Pointwise("times", (blend, line), "×"),
        Pointwise("times", (cand, mid), "×"),
        Pointwise("plus", (cand, line), "+"),
    ]
    told = () if step is not None else _GRU_EQUATIONS
    return picture("gru", inside, None, told, numbers, caption, size=size, body=body, caption_at=30)

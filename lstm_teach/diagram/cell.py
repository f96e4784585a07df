"""The open cell: where its parts are, what is highlighted for each focus, and the cell itself.

Live it carries the numbers of a `Step` on its wires. The ideas of the figures are those of C. Olah,
"Understanding LSTM Networks" (2015); the drawing is ours.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from lstm_teach._style import COLORS, QUANTITIES, QUIET_INK
from lstm_teach.diagram import vocabulary as draw
from lstm_teach.diagram.numbers import numbers_of
from lstm_teach.diagram.parts import (
    BLACK,
    BOX_H,
    PURPLE,
    SLATE,
    STRIP_H,
    Join,
    Layer,
    Name,
    Numbers,
    Part,
    Pointwise,
    R,
    Wire,
    drawn,
    memory_line,
    write_equations,
)
from lstm_teach.diagram.vocabulary import Point
from lstm_teach.parameters import Step

# ---- where the parts of the cell are -----------------------------------------------------------

SIZE = (1200, 832)
BODY = 78, 44, 1128, 780  # left, top, right, bottom of the cell's body
F, I, C, O, H = 268, 446, 624, 936, 1066  # noqa: E741  columns, one for each gate and one for h
MEMORY, TANH, TIMES, VALUE, LAYER, STRIP = 138, 200, 366, 460, 570, 660  # rows, from the top down
STRIP_LEFT, STRIP_RIGHT = 136, 1000
X = (STRIP_LEFT + 3 * STRIP_RIGHT) / 4  # where x comes in, under the middle of its part
ENTRY = STRIP + STRIP_H / 2  # the height at which h comes in and leaves


def inputs(*entries: tuple[str, str, float | None]) -> tuple[Part, ...]:
    """The strip with these entries, and x, which comes in under the middle of its own part."""
    join = Join("join", STRIP_LEFT, STRIP_RIGHT, STRIP, *([entries] if entries else []))
    x = (join.border + join.right) / 2
    return (
        join,
        Wire("x", ((x, SIZE[1]), (x, STRIP + STRIP_H)), SLATE),
        Name("x", (x + 18, SIZE[1] - 14), "x_t", SLATE, "start"),
    )


def _gate(letter: str, name: str, column: float, text: str, *end: Point) -> tuple[Part, ...]:
    """What every gate has: a wire that reads [h, x], a layer, and a wire for its answer."""
    top, bottom = LAYER - BOX_H / 2, LAYER + BOX_H / 2
    symbol = f"{QUANTITIES[name].symbol}_{QUANTITIES[name].moment}"
    return (
        Wire(f"read_{letter}", ((column, STRIP), (column, bottom)), copied=9),
        Wire(name, ((column, top), *end), COLORS[name], (column, VALUE), symbol),
        Layer(f"layer_{letter}", (column, LAYER), text, COLORS[name]),
    )


# In the order in which they are drawn: a wire that crosses another one comes after it.
INSIDE: tuple[Part, ...] = (
    Wire("h_prev", ((0, ENTRY), (STRIP_LEFT, ENTRY)), PURPLE),
    *_gate("f", "f", F, "σ", (F, MEMORY + R)),
    *_gate("i", "i", I, "σ", (I, TIMES), (C - R, TIMES)),
    *_gate("c", "c_tilde", C, "tanh", (C, TIMES + R)),
    *_gate("o", "o", O, "σ", (O, TIMES + R)),
    memory_line("c_prev", MEMORY, (0, F - R), 158, "C_{t−1}"),
    memory_line("kept", MEMORY, (F + R, C - R), I, "kept"),
    Wire("added", ((C, TIMES - R), (C, MEMORY + R)), COLORS["c_tilde"], (C, 252), "added"),
    memory_line("c", MEMORY, (C + R, SIZE[0]), 780, "C_t"),
    Wire("tanh_c", ((O, MEMORY), (O, TANH - 25)), BLACK, copied=11),
    Wire("tanh_c", ((O, TANH + 25), (O, TIMES - R)), BLACK, (O, 278), "tanh C_t"),
    Wire("h", ((O + R, TIMES), (H, TIMES)), PURPLE, head=False),
    Wire("h", ((H, TIMES), (H, ENTRY), (SIZE[0], ENTRY)), PURPLE),
    Wire("h", ((H, TIMES), (H, 0)), PURPLE, (H, 272), copied=9, over=((H, MEMORY),)),
    Pointwise("times_f", (F, MEMORY), "×"),
    Pointwise("plus", (C, MEMORY), "+"),
    Pointwise("times_i", (C, TIMES), "×"),
    Pointwise("tanh", (O, TANH), "tanh"),
    Pointwise("times_o", (O, TIMES), "×"),
)
OUTSIDE: tuple[Part, ...] = (
    Name("h_prev", (38, ENTRY - 20), "h_{t−1}", PURPLE),
    Name("h", (H + 16, 30), "h_t", PURPLE, "start"),
    Name("h", (H + 14, 222), "h_t", PURPLE, "start"),
)
CELL: tuple[Part, ...] = inputs() + INSIDE + OUTSIDE

_JOIN = "h_prev x join "
_F, _I, _C, _O = (
    f"{_JOIN}read_{k} layer_{k} {name}"
    for k, name in zip("fico", ("f", "i", "c_tilde", "o"), strict=True)
)
#: What is highlighted for each focus; None highlights everything.
FOCUS: dict[str, frozenset[str]] = {
    name: frozenset(parts.split())
    for name, parts in {
        # the lessons: a gate together with what it does to the memory
        "forget": _F + " c_prev times_f kept",
        "input": f"{_I} {_C} times_i added",
        "update": "c_prev f times_f kept i c_tilde times_i added plus c",
        "output": _O + " tanh tanh_c times_o h",
        "memory": "c_prev times_f kept plus c",
        # the stages of a step
        "join": _JOIN,
        "f": _F,
        "i": _I,
        "c_tilde": _C,
        "kept": "c_prev f times_f kept",
        "added": "i c_tilde times_i added",
        "c": "kept added plus c",
        "o": _O,
        "h": "c tanh_c tanh o times_o h",
    }.items()
}

# ---- in equations ----------------------------------------------------------------------------

# Names from QUANTITIES stand for their symbols; W_ and b_ are weights; the rest is itself.
EQUATIONS: dict[str, tuple[str, ...]] = {
    "f": ("f = σ ( W_f [ h_prev , x ] + b_f )",),
    "i": ("i = σ ( W_i [ h_prev , x ] + b_i )",),
    "c_tilde": ("c_tilde = tanh ( W_C [ h_prev , x ] + b_C )",),
    "c": ("c = f ∗ c_prev + i ∗ c_tilde",),
    "o": ("o = σ ( W_o [ h_prev , x ] + b_o )",),
    "h": ("h = o ∗ tanh ( c )",),
    "join": ("[ h_prev , x ]",),
    "kept": ("kept = f ∗ c_prev",),
    "added": ("added = i ∗ c_tilde",),
}
EQUATIONS["forget"] = EQUATIONS["f"] + EQUATIONS["kept"]
EQUATIONS["input"] = EQUATIONS["i"] + EQUATIONS["c_tilde"] + EQUATIONS["added"]
EQUATIONS["update"] = EQUATIONS["memory"] = EQUATIONS["c"]
EQUATIONS["output"] = EQUATIONS["o"] + EQUATIONS["h"]


def equations_of(focus: str | None) -> tuple[str, ...]:
    """The equations of a focus; all six when it is None."""
    names = (focus,) if focus else ("f", "i", "c_tilde", "c", "o", "h")
    return tuple(line for name in names for line in EQUATIONS[name])


# ---- the cell ----------------------------------------------------------------------------------

STAGES = ("f", "i", "c_tilde", "kept", "added", "c", "o", "h")  # a step, one after the other


def computed(stage: str) -> frozenset[str]:
    """Whose numbers there are once this stage of a step is done: "join", "f", …, "h"."""
    done = STAGES[: STAGES.index(stage) + 1] if stage != "join" else ()
    return frozenset(("x", "h_prev", "c_prev", *done, *(["tanh_c"] if stage == "h" else [])))


def cell(
    focus: str | None = None,
    step: Step | None = None,
    *,
    units: Sequence[int] = (0, 1),
    x_names: Sequence[str] | None = None,
    equation: bool = False,
    shown: Collection[str] | None = None,
) -> str:
    """Draw the cell as SVG, with one part highlighted, and with the numbers of `step` on its wires.

    Parameters
    ----------
    focus : str, optional
        The part to highlight, one of `FOCUS`; everything when None.
    step : Step, optional
        One moment of one cell, without batch axes: its numbers stand on the wires, and a wire
        is as thick as its numbers are large.
    units : sequence of int
        Which units to show, at most two; a unit that the cell does not have is left out.
    x_names : sequence of str, optional
        What the inputs are called, one name each.
    equation : bool
        Write the equation of the focus below, with the shape of every symbol.
    shown : collection of str, optional
        Whose numbers to write, such as "x", "c_prev" or "f"; all when None. `computed` says which
        numbers there are at a stage of the step. Names stay where numbers are left out.

    Returns
    -------
    str
        A complete SVG, on white, as wide as the place it is put in.

    Raises
    ------
    ValueError
        When the focus is not known, or when `step` has batch or time axes.
    """
    if focus is not None and focus not in FOCUS:
        raise ValueError(f"focus is {focus!r}; it can be {', '.join(FOCUS)}, or None for all of it")
    parts, numbers, caption = CELL, None, ""
    if step is not None:
        parts, numbers, caption = living(step, x_names, units, shown)
    equations = equations_of(focus) if equation else ()
    highlighted = FOCUS[focus] if focus else None
    return picture(focus or "cell", parts, highlighted, equations, numbers, caption)


def living(
    step: Step, x_names: Sequence[str] | None, units: Sequence[int], shown: Collection[str] | None
) -> tuple[tuple[Part, ...], Numbers, str]:
    """The parts of the cell, the numbers of `step` on its wires, and which units they are of."""
    fields, squashed = ("c_prev", *STAGES), np.tanh(step.c)
    numbers, entries, caption = numbers_of(step, fields, x_names, units, shown, tanh_c=squashed)
    return inputs(*entries) + INSIDE + OUTSIDE, numbers, caption


def picture(
    name: str,
    parts: Sequence[Part],
    highlighted: frozenset[str] | None,
    equations: Sequence[str] = (),
    numbers: Numbers | None = None,
    caption: str = "",
) -> str:
    """The body of the cell, the parts in it, and the equations below."""
    content = [draw.body(*BODY), drawn(parts, highlighted, numbers)]
    if caption:
        content.append(draw.text((BODY[0], SIZE[1] - 14), caption, draw.WORD, QUIET_INK, "start"))
    height: float = SIZE[1]
    if equations:
        lines, height = write_equations(equations, SIZE[0] / 2, height)
        content.append(lines)
    return draw.svg((SIZE[0], height), draw.says()[name], content)

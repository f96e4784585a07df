"""The open cell: where its parts are, what is highlighted for each focus, and the cell itself.

Live it carries the numbers of a `Step` on its wires. The ideas of the figures are those of C. Olah,
"Understanding LSTM Networks" (2015); the drawing is ours.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from lstm_teach._style import COLORS, INK, QUIET_INK
from lstm_teach.diagram import parts
from lstm_teach.diagram import vocabulary as draw
from lstm_teach.diagram.parts import BOX_H, STRIP_H, Layer, Name, Part, Pointwise, R, Wire
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
FIELDS = {"f": "f", "i": "i", "c": "c_tilde", "o": "o"}  # a layer's letter, and what it gives


def inputs(entries: Sequence[parts.Entries] = ()) -> tuple[Part, ...]:
    """The strip with these entries, and x, which comes in under the middle of its own part."""
    join = parts.strip(STRIP_LEFT, STRIP_RIGHT, STRIP, entries)
    x, low = join.below_x, SIZE[1]
    wire = Wire("x", ((x, low), (x, STRIP + STRIP_H)))
    return join, wire, Name("x", (x + 18, low - 14), anchor="start")


def _gate(letter: str, column: float, text: str, *end: Point) -> tuple[Part, ...]:
    """What every gate has: a wire that reads [h, x], a layer, and a wire for its answer."""
    name, top, bottom = FIELDS[letter], LAYER - BOX_H / 2, LAYER + BOX_H / 2
    return (
        Wire(f"read_{letter}", ((column, STRIP), (column, bottom)), copied=9),
        Wire(name, ((column, top), *end), (column, VALUE)),
        Layer(f"layer_{letter}", (column, LAYER), text, COLORS[name]),
    )


# In the order in which they are drawn: a wire that crosses another one comes after it.
INSIDE: tuple[Part, ...] = (
    Wire("h_prev", ((0, ENTRY), (STRIP_LEFT, ENTRY))),
    *_gate("f", F, "σ", (F, MEMORY + R)),
    *_gate("i", I, "σ", (I, TIMES), (C - R, TIMES)),
    *_gate("c", C, "tanh", (C, TIMES + R)),
    *_gate("o", O, "σ", (O, TIMES + R)),
    Wire("c_prev", ((0, MEMORY), (F - R, MEMORY)), (158, MEMORY), strong=True),
    Wire("kept", ((F + R, MEMORY), (C - R, MEMORY)), (I, MEMORY), strong=True),
    Wire("added", ((C, TIMES - R), (C, MEMORY + R)), (C, 252)),
    Wire("c", ((C + R, MEMORY), (SIZE[0], MEMORY)), (780, MEMORY), strong=True),
    Wire("tanh_c", ((O, MEMORY), (O, TANH - 25)), copied=11),
    Wire("tanh_c", ((O, TANH + 25), (O, TIMES - R)), (O, 278)),
    Wire("h", ((O + R, TIMES), (H, TIMES)), head=False),
    Wire("h", ((H, TIMES), (H, ENTRY), (SIZE[0], ENTRY))),
    Wire("h", ((H, TIMES), (H, 0)), (H, 272), label="", copied=9, over=((H, MEMORY),)),
    Pointwise("times_f", (F, MEMORY), "×"),
    Pointwise("plus", (C, MEMORY), "+"),
    Pointwise("times_i", (C, TIMES), "×"),
    Pointwise("tanh", (O, TANH), "tanh"),
    Pointwise("times_o", (O, TIMES), "×"),
)
OUTSIDE: tuple[Part, ...] = (
    Name("h_prev", (38, ENTRY - 20)),
    Name("h", (H + 16, 30), anchor="start"),
    Name("h", (H + 14, 222), anchor="start"),
)
CELL: tuple[Part, ...] = inputs() + INSIDE + OUTSIDE

_JOIN = "h_prev x join "
_F, _I, _C, _O = (f"{_JOIN}read_{k} layer_{k} {name}" for k, name in FIELDS.items())
#: What is highlighted for each focus; None highlights everything.
FOCUS: dict[str, frozenset[str]] = {
    name: frozenset(names.split())
    for name, names in {
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

# ---- in equations ------------------------------------------------------------------------------

# Names of quantities (`parts.WRITTEN`) stand for their symbols, W_ and b_ are learned.
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


LEGEND = "under each symbol its shape: H units, D inputs"
SHAPES = {"W_": "(H, H+D)", "b_": "(H,)", "p_": "(H,)"}  # of what is learned, such as W_f


def write_equations(lines: Sequence[str], middle: float, top: float) -> tuple[str, float]:
    """Write equations below each other, the shape of every symbol under it; and where they end."""
    made, y = "", top + 76
    for line in lines:
        made += draw.equation((middle, y), tokens_of(line))
        y += 122
    return made + draw.text((middle, y - 8), LEGEND, draw.WORD), y + 18


def tokens_of(line: str) -> list[tuple[str, str, str]]:
    """Take an equation apart: each symbol, its color, its shape.

    A word that is the name of a quantity stands for its symbol, and anything else is itself.
    """
    tokens = []
    for word in line.split():
        symbol, color, shape = word, INK, SHAPES.get(word[:2], "")
        if word in parts.WRITTEN:
            symbol, color = parts.WRITTEN[word]
            shape = "(D,)" if word == "x" else "(H,)"
        tokens.append((symbol, INK if symbol == word else color, shape))  # "kept" is a word
    return tokens


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
    inside, numbers, caption = CELL, None, ""
    if step is not None:
        inside, numbers, caption = living(step, x_names, units, shown)
    equations = equations_of(focus) if equation else ()
    highlighted = FOCUS[focus] if focus else None
    return picture(focus or "cell", inside, highlighted, equations, numbers, caption)


def living(
    step: Step, x_names: Sequence[str] | None, units: Sequence[int], shown: Collection[str] | None
) -> tuple[tuple[Part, ...], parts.Numbers, str]:
    """The parts of the cell, the numbers of `step` on its wires, and which units they are of."""
    wires, more = ("c_prev", *STAGES), {"tanh_c": np.tanh(step.c)}
    numbers, entries, caption = parts.numbers_of(step, wires, x_names, units, shown, **more)
    return inputs(entries) + INSIDE + OUTSIDE, numbers, caption


def picture(
    name: str,
    inside: Sequence[Part],
    highlighted: frozenset[str] | None = None,
    equations: Sequence[str] = (),
    numbers: parts.Numbers | None = None,
    caption: str = "",
    *,
    size: tuple[float, float] = SIZE,
    body: tuple[float, float, float, float] = BODY,
    caption_at: float = SIZE[1] - 14,
) -> str:
    """The body of a cell, the parts inside, and the equations below."""
    content = [draw.body(*body), parts.drawn(inside, highlighted, numbers)]
    if caption:
        at = body[0], caption_at
        content.append(draw.text(at, caption, draw.WORD, QUIET_INK, "start"))
    width, height = size
    if equations:
        lines, height = write_equations(equations, width / 2, height)
        content.append(lines)
    return draw.svg((width, height), draw.says()[name], content)

"""The panels of one Step: curves with a dot for each unit, bars, and the memory's ledger.

Each function draws what stays onto the axes that it is given, and returns the artists that move
together with `update(step)`, which moves them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import ArrayLike

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, QUIET, QUIET_INK, number
from lstm_teach.cell import sigmoid
from lstm_teach.parameters import Step
from lstm_teach.plots.axes import SMALLEST, level, set_shape, styled

Z_LIMIT = 11.0  # how far the curves go; a pre-activation beyond waits at the edge as an arrow
EDGE = 0.94  # of the axes: where a dot waits whose place lies beyond
HEADROOM = 1.6  # axes go this much beyond the longest bar, so that its number has room
MEMORY_LIMIT = 3.0  # what is kept is at most 2, what is added at most 1
SQUASHES: dict[str, tuple[Callable[[ArrayLike], Array], str, int, str]] = {
    "sigmoid": (sigmoid, "$σ(z) = 1 / (1 + e^{-z})$", 0, COLORS["f"]),
    "tanh": (np.tanh, r"$\tanh(z)$", -1, COLORS["c_tilde"]),
}
# What fills an outline: title, color, the longest bar, and of what it is a part.
PARTS: dict[str, tuple[str, str, float, str, Callable[[Step], Array]]] = {
    "kept": ("kept $= f ∗ C_{t-1}$", "f", 2.0, "$C_{t-1}$", attrgetter("c_prev")),
    "added": (r"added $= i ∗ \tilde C$", "c_tilde", 1.0, r"$\tilde C$", attrgetter("c_tilde")),
    "c": ("$C_t$, the memory", "c", MEMORY_LIMIT, "$C_{t-1}$", attrgetter("c_prev")),
    "h": (r"$h = o ∗ \tanh(C)$", "h", 1.0, r"$\tanh(C)$", lambda step: np.tanh(step.c)),
}


@dataclass(frozen=True)
class Panel:
    """What moves on one pair of axes, and the function that moves it."""

    live: Sequence[Artist]
    update: Callable[[Step], None]


def clamp(value: float, limit: float = MEMORY_LIMIT) -> float:
    """The nearest number from `-limit` to `limit`."""
    return float(min(max(value, -limit), limit))


def unit_names(units: int) -> list[str]:
    """The names of units below their bars."""
    return [f"unit {k}" if units <= 2 else f"{k}" for k in range(units)]


# ---- curves, and a dot for each unit -----------------------------------------------------------


def squash_limits(name: str) -> tuple[float, float, float]:
    """Where a layer's squashing function begins (it ends at 1), and the limits of its axes."""
    return (-1.0, -HEADROOM, HEADROOM) if name == "c_tilde" else (0.0, -0.08, 1.25)


def curve(ax: Axes, name: str, units: int) -> Panel:
    """The squashing function of one gate, with a numbered dot for each unit at its z.

    `name` is "f", "i", "c_tilde" or "o". A dot whose z lies beyond the axes waits at their edge,
    as an arrowhead that points to where it would be. A dashed line leads from z to the dot and
    on to the right, where the bars of the same gate stand.
    """
    squash = np.tanh if name == "c_tilde" else sigmoid
    title = r"$\tilde C = \tanh(z)$" if name == "c_tilde" else f"${name} = σ(z)$"
    low, bottom, top = squash_limits(name)
    z = np.linspace(-Z_LIMIT, Z_LIMIT, 161)
    ax.plot(z, squash(z), color=COLORS[name], lw=2.2)
    level(ax, (low + 1) / 2)
    ax.set(title=title, xlim=(-Z_LIMIT, Z_LIMIT), ylim=(bottom, top), xticks=[-10, -5, 0, 5, 10])
    ax.set(xlabel="$z = W\\,[h, x] + b$", yticks=[low, (low + 1) / 2, 1])

    guides = [ax.plot([0], [0], color=COLORS[name], lw=1.1, ls="--")[0] for _ in range(units)]
    dots, place_dots = numbered_dots(ax, units, COLORS[name])

    def update(step: Step) -> None:
        z = getattr(step, f"z_{name[0]}")
        at, y = np.clip(z, -EDGE * Z_LIMIT, EDGE * Z_LIMIT), squash(z)
        for guide, here, height in zip(guides, at, y, strict=True):
            guide.set_data([here, here, Z_LIMIT], [bottom, height, height])
        place_dots(at, y, z - at)

    return Panel([*guides, *dots], update)


@styled()
def squash(name: str) -> Figure:
    """Draw σ or tanh alone, for a text: `name` is "sigmoid" or "tanh".

    Its values at -2, 0 and 2 stand beside it. Raises `ValueError` for another name.
    """
    if name not in SQUASHES:
        raise ValueError(f"name is {name!r}; it must be {' or '.join(SQUASHES)}")
    function, title, low, color = SQUASHES[name]
    figure = Figure((6.0, 2.9), dpi=72)
    ax = figure.subplots()
    figure.subplots_adjust(0.125, 0.19, 0.97, 0.88)
    z = np.linspace(-6, 6, 121)
    ax.plot(z, function(z), color=color, lw=2.6)
    ax.set(title=title, xlim=(-6, 6), ylim=(low - 0.1 * (1 - low), 1 + 0.2 * (1 - low)))
    ax.set(xlabel="$z$, any number", ylabel=f"between {low:g} and 1".replace("-", "−"))
    ax.set_yticks([low, (low + 1) / 2, 1])
    for end in (low, 1):
        ax.axhline(end, color=QUIET, lw=0.9, ls=":")
    ax.axvline(0, color=QUIET, lw=0.9)
    for at in (-2.0, 0.0, 2.0):
        y = float(function(at))
        ax.plot([at], [y], ls="", marker="o", ms=8, mfc=color, mec="white")
        away, ha, va = ((-9, 7), "right", "baseline") if at <= 0 else ((9, -5), "left", "top")
        ax.annotate(number(y), (at, y), away, textcoords="offset points", ha=ha, va=va)
    return figure


def squash_curve(ax: Axes, units: int) -> Panel:
    """What is shown against the memory: tanh(C), the same times o, and a dot for each unit."""
    limit = MEMORY_LIMIT + 1
    c = np.linspace(-limit, limit, 61)
    ax.plot(c, np.tanh(c), color=COLORS["c"], lw=1.6, ls="--")
    ax.text(-limit * 0.94, 0.86, r"dashed: $\tanh\,C$", fontsize=SMALLEST, color=COLORS["c"])
    ax.text(-limit * 0.94, 0.64, "solid: $h$", fontsize=SMALLEST, color=COLORS["h"])
    level(ax, 0)
    ax.set(title="Shown, against the memory", xlabel="$C$, the memory", yticks=[-1, 0, 1])
    ax.set(xlim=(-1.08 * limit, 1.08 * limit), ylim=(-1.12, 1.12))

    lines = [ax.plot(c, c * 0, color=COLORS["h"], lw=2.2)[0] for _ in range(units)]
    dots, place_dots = numbered_dots(ax, units, COLORS["h"])

    def update(step: Step) -> None:
        for line, o in zip(lines, step.o, strict=True):
            line.set_ydata(o * np.tanh(c))
        at = np.clip(step.c, -limit, limit)
        place_dots(at, step.h, step.c - at)

    return Panel([*lines, *dots], update)


def numbered_dots(
    ax: Axes, units: int, color: str
) -> tuple[list[Artist], Callable[[Array, Array, Array], None]]:
    """A dot for each unit with its number in it, and the function that places them all.

    `place(x, y, beyond)` takes a number for each unit. Dots that would hide each other move
    apart, up and down, until they touch. Where `beyond` is not 0 the dot is an arrowhead that
    points there.
    """
    size = 18 if units <= 3 else 15
    per_x, per_y = ax.bbox.size / np.ptp([ax.get_xlim(), ax.get_ylim()], axis=1)  # points
    low, high = (y * per_y + end * size / 2 for y, end in zip(ax.get_ylim(), (1, -1), strict=True))
    white: dict[str, Any] = {"ha": "center", "va": "center", "color": "white", "size": SMALLEST}
    dots = [ax.plot([0], [0], "o", ms=size, mfc=color, mec="white", mew=1)[0] for _ in range(units)]
    digits = [ax.text(0, 0, f"{unit}", **white) for unit in range(units)]

    def place(x: Array, y: Array, beyond: Array) -> None:
        heights = apart(x * per_x, y * per_y, size, low, high) / per_y
        for dot, digit, at, height, more in zip(dots, digits, x, heights, beyond, strict=True):
            set_shape(dot, "o" if more == 0 else ">" if more > 0 else "<")
            dot.set_data([at], [height])
            digit.set_position((at - 2.5 / per_x * np.sign(more), height))  # where it is broad

    return [mark for pair in zip(dots, digits, strict=True) for mark in pair], place


def apart(x: Array, y: Array, size: float, low: float, high: float) -> Array:
    """The heights nearest to `y` at which discs of this size at `x` hide no other disc.

    Upward each is lifted until it clears those below it; downward the same; halfway between the
    two all are still clear of each other. `low` and `high` are where none goes beyond.
    """
    order = np.lexsort((x, y)).tolist()
    needed = np.sqrt(np.maximum(size**2 - np.subtract.outer(x, x) ** 2, 0.0)).tolist()

    def lifted(heights: list[float], order: list[int]) -> list[float]:
        heights = list(heights)
        for k, disc in enumerate(order):
            clear = [heights[below] + needed[below][disc] for below in order[:k]]
            heights[disc] = max([heights[disc], *clear])
        return heights

    def lowered(heights: list[float]) -> list[float]:
        return [-height for height in lifted([-height for height in heights], order[::-1])]

    between = np.add(lifted(y.tolist(), order), lowered(y.tolist())) / 2
    up = lifted(np.maximum(between, low).tolist(), order)
    return np.asarray(lowered(np.minimum(up, high).tolist()), dtype=np.float64)


# ---- bars --------------------------------------------------------------------------------------


def number_text(ax: Axes, x: float, units: int = 1) -> Text:
    """A number above or below a bar; with many units narrow enough to stand beside the next."""
    size = SMALLEST if units <= 2 else 10 if units == 3 else 9
    weight = "bold" if size >= 10 else "normal"
    return ax.text(x, 0, "", ha="center", va="bottom", color=INK, fontsize=size, weight=weight)


def place_number(text: Text, y: float, value: float, gap: float, below: bool | None = None) -> None:
    """Write `value` just beyond `y`: above, or below where the bar goes down."""
    below = y < 0 if below is None else below
    text.set_y(y - gap if below else y + gap)
    text.set_verticalalignment("top" if below else "bottom")
    text.set_text(number(value))


class Bars:
    """A bar for each label, with its number at its end, and maybe an outline around each.

    None is longer than `limit`. Axes have their upper and lower ends already.
    """

    def __init__(
        self, ax: Axes, labels: Sequence[str], color: str, limit: float = 1.0, outlined: bool = True
    ) -> None:
        units, self._limit, self._gap = range(len(labels)), limit, 0.02 * np.ptp(ax.get_ylim())
        ax.set(xlim=(-0.6, len(labels) - 0.4), xticks=units, xticklabels=labels)
        ax.yaxis.set_major_formatter("{x:.0f}")
        ax.tick_params(axis="x", length=0)
        level(ax, 0)
        outline: dict[str, Any] = {"facecolor": "none", "edgecolor": INK, "linewidth": 1.4}
        self.frames = list(ax.bar(units, 0, 0.72, **outline)) if outlined else []
        self.bars = list(ax.bar(units, 0, 0.6, facecolor=color, edgecolor="none"))
        self.texts = [number_text(ax, unit, len(labels)) for unit in units]
        self.live: list[Artist] = [*self.frames, *self.bars, *self.texts]

    def move(self, values: Array, outlines: Array) -> None:
        """Let the bars go to `values` and the outlines to `outlines`."""
        for unit, (v, out) in enumerate(zip(values.tolist(), outlines.tolist(), strict=True)):
            ends = clamp(v, self._limit), clamp(out, self._limit)
            down = v < 0 or (v == 0 and out < 0)
            self.bars[unit].set_height(ends[0])
            if self.frames:
                self.frames[unit].set_height(ends[1])
            beyond = min(0.0, *ends) if down else max(0.0, *ends)
            place_number(self.texts[unit], beyond, v, self._gap, down)


def gate_bars(ax: Axes, name: str, units: int, *, scale: bool = False) -> Panel:
    """A bar for each unit's gate (0 to 1) or candidate (-1 to 1), with its number.

    `scale` writes these limits beside it; beside a curve of the same height they stand there.
    """
    low, *limits = squash_limits(name)
    ax.set(ylim=limits, yticks=sorted({low, 0.0, 1.0}) if scale else [])
    made = Bars(ax, unit_names(units), COLORS[name], outlined=False)

    def update(step: Step) -> None:
        made.move(getattr(step, name), getattr(step, name))

    return Panel(made.live, update)


def part_bars(ax: Axes, name: str, units: int) -> Panel:
    """For each unit an outline, and as its filling the part that `name` is of it.

    The outline's number stands below the name of the unit: "of 0.80".
    """
    title, color, limit, whole, outline = PARTS[name]
    bottom, top = -limit * HEADROOM, limit * HEADROOM
    ax.set(title=title, ylim=(bottom, top), yticks=[-limit, 0, limit], xlabel=f"outline: {whole}")
    made = Bars(ax, unit_names(units), COLORS[color], limit)
    below = bottom - (5 + 1.25 * SMALLEST) * (top - bottom) / ax.bbox.height
    around = []
    if units <= 3:
        ax.xaxis.labelpad += 1.2 * SMALLEST  # room for the numbers
        around = [number_text(ax, unit, units) for unit in range(units)]
        for text in around:
            text.set(gid="outline", weight="normal", y=below, va="top")
    before = "" if name == "c" else "of "

    def update(step: Step) -> None:
        outlines = outline(step)
        made.move(getattr(step, name), outlines)
        for text, value in zip(around, outlines.tolist(), strict=False):
            text.set_text(before + number(value))

    return Panel([*made.live, *around], update)


# ---- the memory from before to after -----------------------------------------------------------


def ledger(ax: Axes, unit: int) -> Panel:
    """The memory's ledger of one unit, step by step: before, kept, added, after.

    The second bar starts where the first one ends and goes down (or up) to what is kept; the
    third starts there and goes by what is added; the last one is the sum.
    """
    labels = ["before\n$C_{t-1}$", "kept\n$f ∗ C_{t-1}$", "added\n$i ∗ \\tilde C$", "after\n$C_t$"]
    colors = [QUIET, COLORS["f"], COLORS["c_tilde"], COLORS["c"]]
    ax.set(title=f"unit {unit}", xlim=(-0.5, 3.5), ylim=(-MEMORY_LIMIT * 1.3, MEMORY_LIMIT * 1.3))
    level(ax, 0)
    ax.set_xticks(range(4), labels)
    ax.tick_params(length=0)
    bars = [*ax.bar(range(4), 0, 0.66, color=colors)]  # and what is lost, in an outline
    bars += ax.bar(1, 0, 0.66, facecolor="none", edgecolor=COLORS["f"], ls=":", lw=1.4)
    links = [ax.plot([k + 0.33, k + 0.67], [0, 0], color=QUIET_INK, lw=1)[0] for k in range(3)]
    texts = [number_text(ax, k) for k in range(4)]

    def update(step: Step) -> None:
        shown = step.c_prev, step.kept, step.added, step.c
        before, kept, added, after = values = [float(array[unit]) for array in shown]
        ends = (0, before), (0, kept, before), (kept, after), (0, after)
        for bar, span in zip(bars, [*ends, (kept, before)], strict=True):
            start, end, *_ = map(clamp, span)
            bar.set(y=start, height=end - start)
        for link, y in zip(links, (before, kept, after), strict=True):
            link.set_ydata([clamp(y)] * 2)
        for text, value, span in zip(texts, values, ends, strict=True):
            # outside the bar, on the side to which it goes from 0
            side = min(span) if sum(span) < 0 else max(span)
            place_number(text, clamp(side), value, 0.06 * MEMORY_LIMIT)
        if added >= 0:
            texts[2].set_text(f"+{number(added)}")

    return Panel([*bars, *links, *texts], update)


def number_line(ax: Axes, units: int) -> Panel:
    """The memory as a place on a line: the forget gate pulls it toward 0, then it is pushed."""
    for x, words, color in (
        (0.0, "○ before,", INK),
        (0.22, "what is forgotten,", COLORS["f"]),
        (0.53, "what is added,", COLORS["c_tilde"]),
        (0.79, "◆ after", COLORS["c"]),
    ):
        ax.text(x, 1.04, words, transform=ax.transAxes, color=color, va="bottom")
    ax.set(xlim=(-MEMORY_LIMIT * 1.05, MEMORY_LIMIT * 1.05), ylim=(units - 0.3, -0.7))
    ax.set_yticks(range(units), unit_names(units))
    ax.set_xlabel("$C$, the memory", labelpad=1)
    ax.axvline(0, color=QUIET_INK, lw=1)
    for edge in (-1, 1):
        ax.axvline(edge, color=QUIET, lw=0.9, ls=":")
    rows = []
    for unit in range(units):
        marks = []
        for y, name in ((unit - 0.13, "f"), (unit + 0.13, "c_tilde")):
            marks += ax.plot([0, 0], [y, y], color=COLORS[name], lw=4)
            marks += ax.plot([0], [y], ">", ms=10, color=COLORS[name])
        marks += ax.plot([0], [unit - 0.13], "o", ms=10, mfc="white", mec=INK, mew=1.6)
        marks += ax.plot([0], [unit + 0.13], "D", ms=8, color=COLORS["c"])
        rows.append(marks)
    tip = 6 * 2.1 * MEMORY_LIMIT / ax.bbox.width  # so far from its end an arrowhead stands

    def update(step: Step) -> None:
        for unit, (*arrows, before, after) in enumerate(rows):
            at = [clamp(a[unit]) for a in (step.c_prev, step.kept, step.c)]
            for line, head, start, end in zip(arrows[::2], arrows[1::2], at, at[1:], strict=False):
                set_shape(head, ">" if end > start else "<")
                line.set_xdata([start, end])
                short = min(tip, abs(end - start) / 2)
                head.set_xdata([end - short if end > start else end + short])
            before.set_xdata([at[0]])
            after.set_xdata([at[2]])

    return Panel([mark for marks in rows for mark in marks], update)

"""Squashing functions with a numbered dot for each unit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, QUIET, number
from lstm_teach.cell import sigmoid
from lstm_teach.parameters import Step
from lstm_teach.plots.axes import (
    MEMORY_LIMIT,
    SMALLEST,
    Z_LIMIT,
    Panel,
    level,
    set_shape,
    squash_limits,
    styled,
)

SQUASHES: dict[str, tuple[Callable[[ArrayLike], Array], str, int, str]] = {
    "sigmoid": (sigmoid, "$σ(z) = 1 / (1 + e^{-z})$", 0, COLORS["f"]),
    "tanh": (np.tanh, r"$\tanh(z)$", -1, COLORS["c_tilde"]),
}
EDGE = 0.94  # of the axes: where a dot waits whose place lies beyond


def curve(ax: Axes, name: str, units: int) -> Panel:
    """The squashing function of one gate, with a numbered dot for each unit at its z.

    `name` is "f", "i", "c_tilde" or "o". A dot whose z lies beyond the axes waits at their edge,
    as an arrowhead that points to where it would be. A dashed line leads from z to the dot and
    on to the right, where the bars of the same gate stand.
    """
    squash = np.tanh if name == "c_tilde" else sigmoid
    title = r"$\tilde C = \tanh(z)$" if name == "c_tilde" else f"${name} = σ(z)$"
    low, high, bottom, top = squash_limits(name)
    z = np.linspace(-Z_LIMIT, Z_LIMIT, 161)
    ax.plot(z, squash(z), color=COLORS[name], lw=2.2)
    level(ax, (low + high) / 2)
    ax.set(title=title, xlim=(-Z_LIMIT, Z_LIMIT), ylim=(bottom, top), xticks=[-10, -5, 0, 5, 10])
    ax.set(xlabel="$z = W\\,[h, x] + b$", yticks=[low, (low + high) / 2, high])

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


# ---- a dot for each unit -----------------------------------------------------------------------


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
    marks = [
        (
            ax.plot([0], [0], ls="", ms=size, mfc=color, mec="white", mew=1)[0],
            ax.text(0, 0, f"{unit}", ha="center", va="center", color="white", fontsize=SMALLEST),
        )
        for unit in range(units)
    ]

    def place(x: Array, y: Array, beyond: Array) -> None:
        heights = apart(x * per_x, y * per_y, size, low, high) / per_y
        for (dot, digit), at, height, more in zip(marks, x, heights, beyond, strict=True):
            set_shape(dot, "o" if more == 0 else ">" if more > 0 else "<")
            dot.set_data([at], [height])
            digit.set_position((at - 2.5 / per_x * np.sign(more), height))  # where it is broad

    return [mark for pair in marks for mark in pair], place


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

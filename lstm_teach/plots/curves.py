"""Squashing functions with a numbered dot for each unit."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from lstm_teach._style import COLORS
from lstm_teach.cell import Step
from lstm_teach.plots.axes import (
    CURVES,
    MEMORY_LIMIT,
    Z_LIMIT,
    Panel,
    clamp,
    frame,
    squash_limits,
    zero_lines,
)


def curve(ax: Axes, name: str, units: int) -> Panel:
    """The squashing function of one gate, with a numbered dot for each unit at its z.

    `name` is "f", "i", "c_tilde" or "o". A dot whose z lies beyond the axes waits at their edge,
    as an arrowhead that points to where it would be. A dashed line leads from z to the dot and
    on to the right, where the bars of the same gate stand.
    """
    title, z_name, squash = CURVES[name]
    low, high, bottom, top = squash_limits(name)
    color = COLORS[name]
    z = np.linspace(-Z_LIMIT, Z_LIMIT, 161)
    ax.plot(z, squash(z), color=color, lw=2.2)
    zero_lines(ax, y=float(squash(0.0)))
    frame(ax, title)
    ax.set(xlim=(-Z_LIMIT, Z_LIMIT), ylim=(bottom, top), xlabel="$z = W\\,[h, x] + b$")
    ax.set_xticks([-10, -5, 0, 5, 10])
    ax.set_yticks([low, (low + high) / 2, high])

    guides, marks = [], []
    for unit in range(units):
        guides += ax.plot([0], [0], color=color, lw=1.1, ls="--")
        (dot,) = ax.plot([0], [0], ls="", ms=16 - unit, mfc=color, mec="white", mew=1)
        (digit,) = ax.plot([0], [0], ls="", marker=f"${unit}$", ms=7, mfc="white", mec="none")
        marks.append((dot, digit))

    def update(step: Step) -> None:
        for guide, (dot, digit), z in zip(guides, marks, getattr(step, z_name), strict=True):
            at, y = clamp(z, Z_LIMIT * 0.94), float(squash(z))
            guide.set_data([at, at, Z_LIMIT], [bottom, y, y])
            dot.set_marker("o" if at == z else ">" if z > 0 else "<")
            dot.set_data([at], [y])
            digit.set_data([at], [y])

    return Panel([*guides, *(mark for pair in marks for mark in pair)], update)


def squash_curve(ax: Axes, units: int) -> Panel:
    """What is shown against the memory: tanh(C), the same times o, and a dot for each unit."""
    limit = MEMORY_LIMIT + 1
    c = np.linspace(-limit, limit, 81)
    ax.plot(c, np.tanh(c), color=COLORS["c"], lw=1.6, ls="--")
    ax.text(-limit * 0.94, 0.86, r"dashed: $\tanh\,C$", fontsize=10.5, color=COLORS["c"])
    ax.text(-limit * 0.94, 0.64, "solid: $h$", fontsize=10.5, color=COLORS["h"])
    zero_lines(ax)
    frame(ax, "What is shown, against the memory")
    ax.set(xlim=(-1.08 * limit, 1.08 * limit), ylim=(-1.12, 1.12), xlabel="$C$, the memory")
    ax.set_yticks([-1, 0, 1])

    lines, marks = [], []
    for unit in range(units):
        lines += ax.plot(c, c * 0, color=COLORS["h"], lw=2.2)
        (dot,) = ax.plot([0], [0], ls="", ms=16 - unit, mfc=COLORS["h"], mec="white", mew=1)
        (digit,) = ax.plot([0], [0], ls="", marker=f"${unit}$", ms=7, mfc="white", mec="none")
        marks.append((dot, digit))

    def update(step: Step) -> None:
        for unit, (dot, digit) in enumerate(marks):
            lines[unit].set_ydata(step.o[unit] * np.tanh(c))
            at = clamp(step.c[unit], limit)
            dot.set_marker("o" if at == step.c[unit] else ">" if at > 0 else "<")
            dot.set_data([at], [step.h[unit]])
            digit.set_data([at], [step.h[unit]])

    return Panel([*lines, *(mark for pair in marks for mark in pair)], update)

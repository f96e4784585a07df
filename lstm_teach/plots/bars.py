"""A bar for each unit, inside the outline of what it is part of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, number
from lstm_teach.parameters import Step
from lstm_teach.plots.axes import (
    HEADROOM,
    MEMORY_LIMIT,
    SMALLEST,
    Panel,
    clamp,
    level,
    number_text,
    place_number,
    squash_limits,
)

# What fills an outline: title, color, the longest bar, and of what it is a part.
PARTS: dict[str, tuple[str, str, float, str, Callable[[Step], Array]]] = {
    "kept": ("kept $= f ∗ C_{t-1}$", "f", 2.0, "$C_{t-1}$", attrgetter("c_prev")),
    "added": (r"added $= i ∗ \tilde C$", "c_tilde", 1.0, r"$\tilde C$", attrgetter("c_tilde")),
    "c": ("$C_t$, the memory", "c", MEMORY_LIMIT, "$C_{t-1}$", attrgetter("c_prev")),
    "h": (r"$h = o ∗ \tanh(C)$", "h", 1.0, r"$\tanh(C)$", lambda step: np.tanh(step.c)),
}


class Bars:
    """A bar for each label, with its number at its end, and maybe an outline around each.

    None is longer than `limit`. Axes have their upper and lower ends already.
    """

    def __init__(
        self,
        ax: Axes,
        labels: Sequence[str],
        color: str,
        limit: float,
        outlined: bool,
        size: float | None = None,
        ink: str = INK,
    ) -> None:
        units, self._limit, self._gap = range(len(labels)), limit, 0.02 * np.ptp(ax.get_ylim())
        ax.set_xlim(-0.6, len(labels) - 0.4)
        ax.set_xticks(units, labels)
        ax.yaxis.set_major_formatter("{x:.0f}")
        ax.tick_params(axis="x", length=0)
        level(ax, 0)
        outline: dict[str, Any] = {"facecolor": "none", "edgecolor": INK, "linewidth": 1.4}
        self.frames = list(ax.bar(units, 0, 0.72, **outline)) if outlined else []
        self.bars = list(ax.bar(units, 0, 0.6, facecolor=color, edgecolor="none"))
        self.texts = [number_text(ax, unit, len(labels), size, ink) for unit in units]

    @property
    def live(self) -> list[Artist]:
        """All that moves."""
        return [*self.frames, *self.bars, *self.texts]

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


def unit_names(units: int) -> list[str]:
    """The names of units below their bars."""
    return [f"unit {k}" if units <= 2 else f"{k}" for k in range(units)]


def gate_bars(ax: Axes, name: str, units: int, *, scale: bool = False) -> Panel:
    """A bar for each unit's gate (0 to 1) or candidate (-1 to 1), with its number.

    `scale` writes these limits beside it; beside a curve of the same height they stand there.
    """
    low, high, bottom, top = squash_limits(name)
    ax.set(ylim=(bottom, top), yticks=sorted({low, 0.0, high}) if scale else [])
    made = Bars(ax, unit_names(units), COLORS[name], 1.0, outlined=False)

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
    made = Bars(ax, unit_names(units), COLORS[color], limit, outlined=True)
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

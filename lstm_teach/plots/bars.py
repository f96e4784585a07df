"""A bar for each unit, inside the outline of what it is part of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, number
from lstm_teach.parameters import Step
from lstm_teach.plots.axes import (
    HEADROOM,
    MEMORY_LIMIT,
    SMALLEST,
    Panel,
    clamp,
    frame,
    number_text,
    place_number,
    squash_limits,
    zero_lines,
)


def gate_bars(ax: Axes, name: str, units: int, *, scale: bool = False) -> Panel:
    """A bar for each unit's gate (0 to 1) or candidate (-1 to 1), with its number.

    `scale` writes these limits beside it; beside a curve of the same height they stand there.
    """
    low, high, bottom, top = squash_limits(name)
    ax.set_ylim(bottom, top)
    ax.set_yticks(sorted({low, 0.0, high}) if scale else [])
    ax.yaxis.set_major_formatter("{x:.0f}")
    return _bars(ax, units, lambda step: getattr(step, name), COLORS[name])


def kept_bars(ax: Axes, units: int) -> Panel:
    """For each unit the memory before as an outline, what is kept of it as the filling."""
    frame(ax, "kept $= f ∗ C_{t-1}$")
    _memory_axis(ax, 2.0, "outline: $C_{t-1}$")
    return _bars(ax, units, lambda s: s.kept, COLORS["f"], outline=lambda s: s.c_prev)


def added_bars(ax: Axes, units: int) -> Panel:
    """For each unit the candidate as an outline, what is added of it as the filling."""
    frame(ax, r"added $= i ∗ \tilde C$")
    _memory_axis(ax, 1.0, r"outline: $\tilde C$")
    return _bars(ax, units, lambda s: s.added, COLORS["c_tilde"], outline=lambda s: s.c_tilde)


def memory_bars(ax: Axes, units: int) -> Panel:
    """For each unit the memory before as an outline, the memory after as a bar."""
    frame(ax, "$C_t$, the memory")
    _memory_axis(ax, MEMORY_LIMIT, "outline: $C_{t-1}$")
    return _bars(ax, units, lambda s: s.c, COLORS["c"], outline=lambda s: s.c_prev, before="")


def shown_bars(ax: Axes, units: int) -> Panel:
    """For each unit tanh(C) as an outline, what the output gate shows of it as the filling."""
    frame(ax, r"$h = o ∗ \tanh(C)$")
    _memory_axis(ax, 1.0, r"outline: $\tanh(C)$")
    return _bars(ax, units, lambda s: s.h, COLORS["h"], outline=lambda s: np.tanh(s.c))


def _memory_axis(ax: Axes, limit: float, label: str) -> None:
    ax.set_ylim(-limit * HEADROOM, limit * HEADROOM)
    ax.set_yticks([-limit, 0, limit])
    ax.yaxis.set_major_formatter("{x:.0f}")
    ax.set_xlabel(label)


def _bars(
    ax: Axes,
    units: int,
    value: Callable[[Step], Array],
    color: str,
    outline: Callable[[Step], Array] | None = None,
    before: str = "of ",
) -> Panel:
    """A bar for each unit, with its number at its end, and an outline of what it is part of.

    The outline's number stands below the name of the unit: "of 0.80".
    """
    bottom, top = ax.get_ylim()
    limit = top / HEADROOM if bottom < -0.5 else 1.0
    ax.set_xlim(-0.6, units - 0.4)
    ax.set_xticks(range(units), [f"unit {k}" if units <= 2 else f"{k}" for k in range(units)])
    ax.tick_params(axis="x", length=0)
    zero_lines(ax)
    bars = [Rectangle((unit - 0.3, 0), 0.6, 0, fc=color, ec="none") for unit in range(units)]
    texts = [number_text(ax, unit, units) for unit in range(units)]
    frames, around = [], []
    if outline is not None:
        frames = [
            Rectangle((unit - 0.36, 0), 0.72, 0, fc="none", ec=INK, lw=1.4) for unit in range(units)
        ]
        if units <= 3:
            ax.xaxis.labelpad += 1.2 * SMALLEST  # room for the numbers
            around = [number_text(ax, unit, units) for unit in range(units)]
    for patch in (*frames, *bars):
        ax.add_patch(patch)
    in_points = (top - bottom) / ax.bbox.height
    for text in around:
        text.set(gid="outline", fontweight="normal", y=bottom - (5 + 1.25 * SMALLEST) * in_points)
        text.set_verticalalignment("top")

    def update(step: Step) -> None:
        values = value(step)
        around_them = values if outline is None else outline(step)
        for unit, (v, out) in enumerate(zip(values.tolist(), around_them.tolist(), strict=True)):
            _stretch(bars[unit], clamp(v, limit))
            down = v < 0 or (v == 0 and out < 0)
            ends = clamp(v, limit), clamp(out, limit)
            end = min(0.0, *ends) if down else max(0.0, *ends)  # beyond both
            place_number(texts[unit], end, v, 0.02 * (top - bottom), down)
            if frames:
                _stretch(frames[unit], clamp(out, limit))
            if around:
                around[unit].set_text(before + number(out))

    return Panel([*frames, *bars, *texts, *around], update)


def _stretch(bar: Rectangle, end: float) -> None:
    """Let a bar go from 0 to `end`."""
    bar.set_y(min(end, 0))
    bar.set_height(abs(end))

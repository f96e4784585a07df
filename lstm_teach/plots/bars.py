"""A bar for each unit, inside the outline of what it is part of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK
from lstm_teach.parameters import Step
from lstm_teach.plots.axes import (
    HEADROOM,
    MEMORY_LIMIT,
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
    return _bars(ax, units, lambda s: s.c, COLORS["c"], outline=lambda s: s.c_prev)


def shown_bars(ax: Axes, units: int) -> Panel:
    """For each unit tanh(C) as an outline, what the output gate shows of it as the filling."""
    frame(ax, r"$h = o ∗ \tanh(C)$")
    _memory_axis(ax, 1.0, r"outline: $\tanh(C)$")
    return _bars(ax, units, lambda s: s.h, COLORS["h"], outline=lambda s: np.tanh(s.c))


def _memory_axis(ax: Axes, limit: float, label: str) -> None:
    ax.set_ylim(-limit * HEADROOM, limit * HEADROOM)
    ax.set_yticks([-limit, 0, limit])
    ax.set_xlabel(label)


def _bars(
    ax: Axes,
    units: int,
    value: Callable[[Step], Array],
    color: str,
    outline: Callable[[Step], Array] | None = None,
) -> Panel:
    """A bar for each unit, with its number at its end, and an outline of what it is part of.

    The outline has its number too, in black, where there is room for both.
    """
    bottom, top = ax.get_ylim()
    signed = bottom < -0.5
    limit = top / HEADROOM if signed else 1.0
    ax.set_xlim(-0.6, units - 0.4)
    ax.set_xticks(
        range(units), [f"unit {unit}" if units <= 2 else f"{unit}" for unit in range(units)]
    )
    ax.tick_params(length=0)
    zero_lines(ax)
    bars = [Rectangle((unit - 0.3, 0), 0.6, 0, fc=color, ec="none") for unit in range(units)]
    texts = [number_text(ax, unit, units) for unit in range(units)]
    for text in texts:
        text.set_color(color)  # the bar's, so that it is not read as the height of the outline
    if outline is None:
        frames, around = [], []
    else:
        frames = [
            Rectangle((unit - 0.36, 0), 0.72, 0, fc="none", ec=INK, lw=1.4) for unit in range(units)
        ]
        around = [number_text(ax, unit, units) for unit in range(units)]
        for text in around:
            text.set_fontweight("normal")
    for patch in (*frames, *bars):
        ax.add_patch(patch)
    gap = 0.02 * (top - bottom)
    per_unit, per_number = ax.bbox.width / units, ax.bbox.height / (top - bottom)  # in points
    size = float(texts[0].get_fontsize())
    line = 1.2 * size / per_number + gap  # how high a number is
    fits = 0.72 * per_unit >= 3.6 * size  # a number between the sides of an outline

    def update(step: Step) -> None:
        for unit, v in enumerate(value(step).tolist()):
            _stretch(bars[unit], clamp(v, limit))
            if outline is None:
                place_number(texts[unit], clamp(v, limit), v, gap)
                continue
            out = float(outline(step)[unit])
            _stretch(frames[unit], clamp(out, limit))
            down = v < 0 or (v == 0 and out < 0)
            side = -1 if down else 1
            inner, outer = side * clamp(v, limit), side * clamp(out, limit)
            if fits and outer - inner > line:  # between the filling's end and the outline's
                at, above = inner, outer
            else:  # beyond both, and the outline's number, where there is room, beyond it
                at = max(inner, outer)
                above = at + line
            place_number(texts[unit], side * at, v, gap, down)
            if outer < 0:  # each goes its own way
                place_number(around[unit], side * outer, out, gap, not down)
            else:
                place_number(around[unit], side * above, out, gap, down)
            room = outer < 0 or (outer >= inner and above + line <= limit * HEADROOM)
            if not (fits and room and abs(out) >= 0.005):
                around[unit].set_text("")

    return Panel([*frames, *bars, *texts, *around], update)


def _stretch(bar: Rectangle, end: float) -> None:
    """Let a bar go from 0 to `end`."""
    bar.set_y(min(end, 0))
    bar.set_height(abs(end))

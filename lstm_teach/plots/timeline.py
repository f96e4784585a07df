"""A whole sequence: small multiples over time."""

from __future__ import annotations

from itertools import count, cycle

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator

from lstm_teach._style import COLORS, INK, QUIET
from lstm_teach.cell import Step
from lstm_teach.plots.axes import (
    FONT_SIZES,
    SIZE,
    frame,
)

TIMELINE = {
    "f": ("$f$: keep", (0.0, 1.0)),
    "i": ("$i$: write", (0.0, 1.0)),
    "c_tilde": (r"$\tilde C$: what", (-1.0, 1.0)),
    "o": ("$o$: show", (0.0, 1.0)),
    "c": ("$C$: memory", None),
    "h": ("$h$: shown", (-1.0, 1.0)),
}
LINE_STYLES = ("-", "--", ":", "-.")  # one for each unit, so that lines differ without color


def memory_limits(*runs: Step) -> tuple[float, float]:
    """Round limits, at least 0 to 0.5, between which the memory of all these runs lies."""
    lowest = min(float(run.c.min()) for run in runs)
    highest = max(float(run.c.max()) for run in runs)
    below = lowest < -0.01  # less is what an almost open gate leaves behind
    return -_round_up(-lowest) if below else 0.0, _round_up(highest)


def _round_up(value: float) -> float:
    """The next of 0.5, 1, 2, 5, 10, …, so that axes seldom change when runs change a little."""
    steps = (digit * 10.0**power for power in count(-1) for digit in (1, 2, 5))
    return next(step for step in steps if step >= max(value, 0.5))


class Timeline:
    """Six small multiples over time: a line for each unit, and above it the same as a heat map.

    Parameters
    ----------
    steps : Step
        From `unroll`, vectors over time, `(T, H)`, T at least 1. Drawn in gray where a changed
        run departs from it.
    memory : tuple of float
        The limits of the memory's axes, from `memory_limits` of all runs that are to be shown.

    Attributes
    ----------
    run : list of Artist
        What moves when the run changes (`show_run`).
    cursor : list of Artist
        What moves when only the moment changes (`show_moment`).
    """

    def __init__(self, steps: Step, memory: tuple[float, float]) -> None:
        self.run: list[Artist] = []
        self.cursor: list[Artist] = []
        self.memory = memory
        self._steps = steps
        units = steps.h.shape[1]
        with mpl.rc_context(FONT_SIZES):
            self.figure = Figure(SIZE, dpi=72)
            grid = self.figure.add_gridspec(3, 2, wspace=0.16, hspace=0.62)
            self.figure.subplots_adjust(0.06, 0.08 if units == 1 else 0.12, 0.985, 0.93)
            self._rows = {}
            for (name, (title, limits)), spot in zip(TIMELINE.items(), grid, strict=True):
                heights = [0.16 * units, 1]
                strip, ax = spot.subgridspec(2, 1, height_ratios=heights, hspace=0.06).subplots()
                self._rows[name] = self._row(strip, ax, name, title, limits or memory)
            if units > 1:
                names = zip(
                    ("solid", "dashed", "dotted", "dash-dotted"), range(units), strict=False
                )
                legend = ", ".join(f"{line}: unit {unit}" for line, unit in names)
                self.figure.text(0.52, 0.012, legend, ha="center", color=INK)

    def _row(self, strip: Axes, ax: Axes, name: str, title: str, limits: tuple[float, float]):
        """Draw one quantity; what moves of it comes back."""
        values = getattr(self._steps, name)
        T, units = values.shape
        t = np.arange(1, T + 1)
        low, high = limits
        reach = max(-low, high)
        image = strip.imshow(
            values.T,
            aspect="auto",
            cmap="PuOr_r",
            vmin=-reach,
            vmax=reach,
            interpolation="none",
            extent=(0.5, T + 0.5, units - 0.5, -0.5),
        )
        strip.set_title(title, color=COLORS[name], pad=4, fontsize=11.5)
        # with one unit a lone 0 beside the strip would look like a number of the axis below it
        strip.set(xticks=[], yticks=range(units) if units > 1 else [])
        strip.tick_params(length=0, labelsize=8.5)
        margin = 0.08 * (high - low)
        ax.set(xlim=(0.5, T + 0.5), ylim=(low - margin, high + margin))
        ax.plot(
            t, values, color=QUIET, lw=1, drawstyle="steps-mid"
        )  # the run as it is, under the one that is changed
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True) if T > 1 else FixedLocator([1]))
        ax.set_yticks([low, high] if low else [0, high])
        frame(ax, "")
        lines = [
            ax.plot(
                t, values[:, unit], color=COLORS[name], lw=1.8, ls=style, drawstyle="steps-mid"
            )[0]
            for unit, style in zip(range(units), cycle(LINE_STYLES), strict=False)
        ]
        below, above = ax.get_position(), strip.get_position()
        through = (above.y1 - below.y0) / below.height  # up to the top of the strip
        cursor = ax.axvline(1, 0, through, color=INK, lw=1.2)
        (dots,) = ax.plot([], [], ls="", marker="D", ms=5.5, color=COLORS[name], mec="white")
        self.run += [image, *lines]
        self.cursor += [cursor, dots]
        return image, lines, cursor, dots

    def show_run(self, steps: Step) -> None:
        """Draw another run of the same length, such as one with a gate pinned."""
        self._shown = steps
        for name, (image, lines, _, _) in self._rows.items():
            values = getattr(steps, name)
            image.set_data(values.T)
            for line, column in zip(lines, values.T, strict=True):
                line.set_ydata(column)

    def show_moment(self, t: int) -> None:
        """Put the cursor on moment `t`, counted from 0."""
        for name, (_, _, cursor, dots) in self._rows.items():
            cursor.set_xdata([t + 1, t + 1])
            values = getattr(self._shown, name)[t]
            dots.set_data(np.full(len(values), t + 1), values)

"""How far back a gradient gets: a nudge that travels through time, and the factor of each moment.

Wide figures, for explorers that show no cell beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, QUIET, number
from lstm_teach.plots.axes import FONT_SIZES, frame
from lstm_teach.plots.timeline import EVENT_MARKS

WIDE = (10.5, 4.5)  # inches: half as wide again as the plot beside a cell
LOWEST, HIGHEST = -12, 4  # powers of ten on the axis of the gradient; beyond, a line stays there
FACTORS = 1.6  # how large a factor of one moment can be drawn
SHOWN = 1.1  # how large C and h can be drawn


class NudgeFigure:
    """The memory of an LSTM and the h of a plain RNN: as they were, and after a nudge at the start.

    Parameters
    ----------
    T : int
        How many moments.

    Attributes
    ----------
    live : list of Artist
        What moves.
    """

    def __init__(self, T: int) -> None:
        with mpl.rc_context(FONT_SIZES):
            self.figure = Figure(WIDE, dpi=72)
            left, right = self.figure.subplots(1, 2)
        self.figure.subplots_adjust(0.045, 0.12, 0.99, 0.92, wspace=0.1)
        self._lines, self._texts = [], []
        for ax, title, color in (
            (left, "LSTM: the memory $C$", COLORS["c"]),
            (right, "plain RNN: $h$", COLORS["h"]),
        ):
            frame(ax, title)
            ax.set(xlim=(-0.5, T + 0.5), ylim=(-SHOWN, SHOWN), xlabel="moment")
            ax.set_yticks([-1, -0.5, 0, 0.5, 1])
            ax.axhline(0, color=QUIET, lw=0.9)
            ax.text(0, 0.95, "gray: as it was", fontsize=10.5, color=INK)
            (before,) = ax.plot([0], [0], color=QUIET, lw=2.4)
            (after,) = ax.plot([0], [0], color=color, lw=2)
            ends = ax.plot([0, T], [0, 0], ls="", marker="o", ms=8, color=color, mec="white")
            self._lines.append((before, after, *ends))
            self._texts.append(ax.text(T, 0, "", ha="right", va="bottom", weight="bold"))

    @property
    def live(self) -> list[Artist]:
        """All that moves."""
        return [line for lines in self._lines for line in lines] + self._texts

    def draw(self, runs: Sequence[tuple[Array, Array]]) -> None:
        """Show for each cell what it held at moments 0 to T: as it was, and nudged, `(T+1,)`."""
        for (before, after), lines, text in zip(runs, self._lines, self._texts, strict=True):
            t = np.arange(len(before))
            for line, values in zip(lines, (before, after), strict=False):
                line.set_data(t, np.clip(values, -SHOWN, SHOWN))
            lines[2].set_data(t[[0, -1]], np.clip(after[[0, -1]], -SHOWN, SHOWN))
            text.set_text(f"moved by {number(after[-1] - before[-1])}")
            text.set_y(min(max(before[-1], after[-1]) + 0.08, SHOWN - 0.2))


class FlowFigure:
    """The factor of each moment, and the product of all factors from a moment to the last.

    Parameters
    ----------
    T : int
        The longest time that will be shown.
    events : sequence of str
        The inputs that get a lane of marks.

    Attributes
    ----------
    run : list of Artist
        The marks of the day: they change only with the day.
    live : list of Artist
        All else that moves.
    """

    def __init__(self, T: int, events: Sequence[str]) -> None:
        with mpl.rc_context(FONT_SIZES):
            self.figure = Figure(WIDE, dpi=72)
            lanes = self.figure.add_axes((0.045, 0.85, 0.43, 0.13))
            left = self.figure.add_axes((0.045, 0.13, 0.43, 0.61))
            right = self.figure.add_axes((0.55, 0.13, 0.435, 0.78))
        self.run = self._lanes(lanes, T, events)
        for ax in (left, right):
            ax.set(xlim=(0, T + 1), xlabel="moment $t$")
        frame(left, "the factor of each moment")
        left.set(ylim=(0, FACTORS + 0.45), yticks=[0, 0.5, 1, 1.5])
        left.axhline(1, color=QUIET, lw=0.9, ls=":")
        frame(right, "what arrives at the last moment of a nudge at $t$")
        right.set_ylim(LOWEST - 0.5, HIGHEST + 4)
        powers = range(LOWEST, HIGHEST + 1, 4)
        right.set_yticks(powers, [f"$10^{{{power}}}$" if power else "1" for power in powers])
        right.axhline(0, color=QUIET, lw=0.9, ls=":")
        for ax, y, by in ((left, FACTORS + 0.34, 0.17), (right, HIGHEST + 3.2, 1.4)):
            lstm, rnn = ("$f$", "$w\\,(1 - h^2)$") if ax is left else ("$C$", "$h$")
            colors = COLORS["f"] if ax is left else COLORS["c"], COLORS["h"]
            for k, (text, color) in enumerate(
                zip((f"solid: LSTM, {lstm}", f"dashed: RNN, {rnn}"), colors, strict=True)
            ):
                ax.text(1.5, y - k * by, text, color=color, va="center", fontsize=11)
        self._factors = self._pair(left, COLORS["f"], drawstyle="steps-mid")
        self._products = self._pair(right, COLORS["c"])
        self._last = [ax.axvline(T, color=INK, lw=1.2) for ax in (left, right)]

    @staticmethod
    def _lanes(ax: Axes, T: int, events: Sequence[str]) -> list[Line2D]:
        ax.set(xlim=(0, T + 1), ylim=(len(events) - 0.5, -0.5), xticks=[])
        ax.set_yticks(range(len(events)), events, fontsize=10)
        ax.tick_params(length=0, labelcolor=INK)
        ax.spines[:].set_visible(False)
        marks: list[Line2D] = []
        for lane, mark in zip(range(len(events)), EVENT_MARKS, strict=False):
            ax.axhline(lane, color=QUIET, lw=0.5)
            marks += ax.plot([], [], ls="", marker=mark, ms=5, color=INK, mew=0)
        return marks

    @staticmethod
    def _pair(ax: Axes, color: str, drawstyle: str = "default") -> list[Line2D]:
        return [
            ax.plot([0], [0], color=color, lw=2.4, drawstyle=drawstyle)[0],
            ax.plot([0], [0], color=COLORS["h"], lw=2, ls="--", drawstyle=drawstyle)[0],
        ]

    @property
    def live(self) -> list[Artist]:
        """All that moves at every event."""
        return [*self._factors, *self._products, *self._last]

    def draw_day(self, xs: Array) -> None:
        """Mark what happens: `(T, events)`."""
        for lane, (marks, x) in enumerate(zip(self.run, xs.T, strict=True)):
            at = np.flatnonzero(x) + 1
            marks.set_data(at, np.full(len(at), lane))

    def draw(self, factors: Sequence[Array], products: Sequence[Array]) -> None:
        """Show for each cell the factors of moments 1 to T, and the products from 0 to T."""
        T = len(factors[0])
        for line, values in zip(self._factors, factors, strict=True):
            line.set_data(np.arange(1, T + 1), np.clip(values, 0, FACTORS))
        for line, values in zip(self._products, products, strict=True):
            powers = np.log10(np.maximum(np.abs(values), 1e-300))
            line.set_data(np.arange(T + 1), np.clip(powers, LOWEST - 0.5, HIGHEST + 0.5))
        for line in self._last:
            line.set_xdata([T, T])

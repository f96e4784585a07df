"""How far back a gradient gets: a nudge that travels through time, and the factor of each moment.

Wide figures, for explorers that show no cell beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, QUIET, small
from lstm_teach.plots.axes import WIDE, event_lanes, level, mark_events, set_shape, styled

LOWEST, HIGHEST = -16, 4  # powers of ten on the axis of the share
BEYOND = 0.7  # how far the axis goes on; a line that leaves it ends there in an arrow
SHOWN = 0.95  # C and h stay within this


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

    @styled()
    def __init__(self, T: int) -> None:
        self.figure = Figure(WIDE, dpi=72)
        self._panels = []
        for ax, (title, color) in zip(
            self.figure.subplots(1, 2),
            (("LSTM: $C$", COLORS["c"]), ("plain RNN: $h$", COLORS["h"])),
            strict=True,
        ):
            ax.set(title=f"{title}   (gray: without the nudge)", xlabel="moments so far")
            ax.set(xlim=(-0.5, T + 0.5), ylim=(-SHOWN, SHOWN), yticks=[-0.5, 0, 0.5])
            level(ax, 0)
            (before,) = ax.plot([0], [0], color=QUIET, lw=2.4)
            (after,) = ax.plot([0], [0], color=color, lw=2)
            (ends,) = ax.plot([0, T], [0, 0], ls="", marker="o", ms=8, color=color, mec="white")
            text = ax.text(T, 0, "", ha="right", weight="bold", fontsize=12)
            self._panels.append((before, after, ends, text))
        self.figure.subplots_adjust(0.055, 0.14, 0.985, 0.92, wspace=0.14)
        self.live: list[Artist] = [artist for panel in self._panels for artist in panel]

    def draw(self, runs: Sequence[tuple[Array, Array]]) -> None:
        """Show for each cell what it held after 0 to T moments: as it was, and nudged, `(T+1,)`."""
        for (before, after), (was, nudged, ends, text) in zip(runs, self._panels, strict=True):
            t = np.arange(len(before))
            was.set_data(t, before)
            nudged.set_data(t, after)
            ends.set_data(t[[0, -1]], after[[0, -1]])
            text.set_text(f"moved by {small(after[-1] - before[-1])}")
            near = np.append(before[-6:], after[-6:])
            text.set_y(near.max() + 0.08 if near.max() < 0.7 else near.min() - 0.16)


class FlowFigure:
    """The factor of each moment, and the product of all factors from a moment to the end.

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

    @styled()
    def __init__(self, T: int, events: Sequence[str]) -> None:
        self.figure = Figure(WIDE, dpi=72)
        lanes = self.figure.add_axes((0.065, 0.85, 0.41, 0.14))
        left = self.figure.add_axes((0.065, 0.13, 0.41, 0.54))
        right = self.figure.add_axes((0.575, 0.13, 0.415, 0.7))
        self.run = event_lanes(lanes, events, T + 1)
        left.set(title="the factor of each moment", ylabel="factor")
        left.set(ylim=(-0.1, 1.6), yticks=[0, 0.5, 1, 1.5])
        level(left, 0)
        right.set_title("the share of a nudge before moment $t$ that arrives")
        right.set(ylim=(LOWEST - BEYOND, HIGHEST + BEYOND), ylabel="share (log scale)")
        powers = range(LOWEST, HIGHEST + 1, 4)
        right.set_yticks(powers, [f"$10^{{{power}}}$" if power else "1" for power in powers])
        self._factors = _two_lines(left, T, 1, ("LSTM, $f$", "RNN, $w\\,(1 - h^2)$"), COLORS["f"])
        self._products = _two_lines(right, T, 0, ("LSTM", "RNN"), COLORS["c"])
        for line in self._factors:
            line.set_drawstyle("steps-mid")
        self._leaving = [
            right.plot([0], [0], ls="", marker="v", ms=9, color=line.get_color(), mec="white")[0]
            for line in self._products
        ]
        self._last = [ax.axvline(T, color=INK, lw=1.2) for ax in (left, right)]
        self.live: list[Artist] = [*self._factors, *self._products, *self._leaving, *self._last]

    def draw_day(self, xs: Array) -> None:
        """Mark what happens: `(T, events)`."""
        mark_events(self.run, xs)

    def draw(self, factors: Sequence[Array], products: Sequence[Array]) -> None:
        """Show for each cell the factors of moments 0 to T-1, and the products from 0 to T."""
        T = len(factors[0])
        for line, values in zip(self._factors, factors, strict=True):
            line.set_data(np.arange(T), values)
        for line, arrow, values in zip(self._products, self._leaving, products, strict=True):
            t, powers = inside(np.log10(np.maximum(np.abs(values), 1e-300)))
            line.set_data(t, powers)
            arrow.set_data(t[:1], powers[:1])
            set_shape(arrow, "v" if powers[0] < 0 else "^")
            arrow.set_visible(t[0] > 0)
        for end in self._last:
            end.set_xdata([T, T])


def _two_lines(ax: Axes, T: int, one: float, keys: tuple[str, str], color: str) -> list[Line2D]:
    """The two lines; above them which is whose, where no line comes; and a level line at 1."""
    ax.set(xlim=(-0.5, T + 0.5), xlabel="moment $t$")
    ax.set_title(ax.get_title(), pad=26)
    ax.axhline(one, color=QUIET, lw=0.9, ls=":")
    above: dict[str, Any] = {"transform": ax.transAxes, "fontsize": 11.5}
    ax.text(0.02, 1.05, f"solid: {keys[0]}", color=color, ha="left", **above)
    ax.text(0.98, 1.05, f"dashed: {keys[1]}", color=COLORS["h"], ha="right", **above)
    solid = ax.plot([0], [0], color=color, lw=2.4)
    return solid + ax.plot([0], [0], color=COLORS["h"], lw=2, ls="--")


def inside(powers: Array) -> tuple[Array, Array]:
    """The part of a line that ends on the axis of the share, from where it enters that axis."""
    t, low, high = np.arange(float(len(powers))), LOWEST - BEYOND, HIGHEST + BEYOND
    outside = np.flatnonzero((powers < low) | (powers > high))
    if not len(outside):
        return t, powers
    last = outside[-1]
    edge = np.clip(powers[last], low, high)
    here, there = powers[last : last + 2]
    t, powers = t[last:].copy(), powers[last:].copy()
    t[0], powers[0] = last + (edge - here) / (there - here), edge
    return t, powers

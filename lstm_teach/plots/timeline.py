"""A whole sequence: small multiples over time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, cycle, islice
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy.typing import ArrayLike

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, QUIET, number
from lstm_teach.plots.axes import FONT_SIZES, SIZE, event_lanes, frame, mark_events

#: Titles, colors, and the limits of what has fixed ones.
TIMELINE: dict[str, tuple[str, str, tuple[float, float] | None]] = {
    "f": ("$f$: forget gate", COLORS["f"], (0.0, 1.0)),
    "i": ("$i$: input gate", COLORS["i"], (0.0, 1.0)),
    "c_tilde": (r"$\tilde C$: candidate", COLORS["c_tilde"], None),
    "o": ("$o$: output gate", COLORS["o"], (0.0, 1.0)),
    "c": ("$C$: memory", COLORS["c"], None),
    "h": ("$h$: hidden state", COLORS["h"], None),
    # of a GRU
    "r": ("$r$: reset gate", COLORS["f"], (0.0, 1.0)),
    "z": ("$z$: update gate", COLORS["i"], (0.0, 1.0)),
    "h_tilde": (r"$\tilde h$: candidate", COLORS["c_tilde"], None),
}
LSTM = ("f", "i", "c_tilde", "o", "c", "h")
# one for each unit, so that lines differ without color
LINE_STYLES = {"solid": "-", "dashed": "--", "dotted": ":", "dash-dotted": "-."}
SMALL = 11.8  # points, of ticks and names
FAR = 4.0  # two units whose values differ by more than this factor get a scale each

Limits = dict[str, tuple[tuple[float, float], ...]]  # for each quantity a pair for each unit


def limits(*runs: Any, show: Sequence[str] = LSTM) -> Limits:
    """Round limits between which the values of all these runs lie, for a `Timeline`.

    Gates go from 0 to 1. Everything else has limits that fit; where two units differ much, each
    has its own.
    """
    units = range(np.shape(getattr(runs[0], show[0]))[1])
    return {
        name: _common([_fit(name, [getattr(run, name)[:, unit] for run in runs]) for unit in units])
        for name in show
    }


def _fit(name: str, columns: Sequence[Array]) -> tuple[float, float]:
    """Limits for one unit."""
    if fixed := TIMELINE[name][2]:
        return fixed
    smallest = 0.5 if name == "c" else 0.1
    lowest, highest = (end([end(column) for column in columns]) for end in (np.min, np.max))
    below = lowest < -0.01  # less is what an almost open gate leaves behind
    return -_round_up(-lowest, smallest) if below else 0.0, _round_up(highest, smallest)


def _common(pairs: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The same limits for all units, or, of two that differ much, one pair for each."""
    reach = [max(-low, high) for low, high in pairs]
    low, high = min(low for low, _ in pairs), max(high for _, high in pairs)
    if len(pairs) == 2 and max(reach) > FAR * min(reach):
        return tuple((-most if low < 0 else 0.0, most) for most in reach)  # 0 at the same height
    return ((low, high),) * len(pairs)


def _round_up(value: float, smallest: float) -> float:
    """The next of 0.1, 0.2, 0.5, 1, 2, 5, …, so that axes seldom change when runs do a little."""
    steps = (digit * 10.0**power for power in count(-1) for digit in (1, 2, 5))
    return next(step for step in steps if step >= max(value, smallest) - 1e-9)


class Timeline:
    """Small multiples over time: a line for each unit, and its number at the moment that is shown.

    Parameters
    ----------
    steps : Step
        From `unroll`, vectors over time, `(T, H)`, T at least 1. Drawn in gray where a changed
        run departs from it. A `GRUStep` will do, or anything that has what is to be shown.
    limits : dict
        The limits of the axes, from `limits` of all runs that are to be shown.
    show : sequence of str
        Which quantities: names of fields, such as "f" or "h".
    events : (names, xs), optional
        The inputs' names and the inputs, `(T, D)`: a mark above the multiples wherever an input
        is not 0.

    Attributes
    ----------
    run : list of Artist
        What moves when the run changes (`show_run`).
    cursor : list of Artist
        What moves when only the moment changes (`show_moment`).
    places : list of tuple
        Where time runs: left, top, right and bottom of each column of the multiples and the
        events, as fractions of the figure, from its upper left corner.
    """

    def __init__(
        self,
        steps: Any,
        limits: Limits,
        *,
        show: Sequence[str] = LSTM,
        events: tuple[Sequence[str], ArrayLike] | None = None,
    ) -> None:
        self.run: list[Artist] = []
        self.cursor: list[Artist] = []
        self.limits = limits
        self.places: list[tuple[float, float, float, float]] = []
        self._shown = steps
        self._t = 0
        self._sides: dict[str, list[Axes]] = {}  # of each quantity, one for each unit
        self.T, self._units = np.shape(getattr(steps, show[0]))
        with mpl.rc_context(FONT_SIZES):
            # few rows leave room below: a lower figure is drawn larger where height is short
            size = (7.0, 3.5) if len(show) <= 2 else (7.4, 4.0) if len(show) <= 4 else SIZE
            self.figure = Figure(size, dpi=72)
            self._draw(show, events)

    def _draw(self, show: Sequence[str], events: tuple[Sequence[str], ArrayLike] | None) -> None:
        """Lay the multiples out, in points from the upper left corner."""
        width, height = self.figure.get_size_inches() * 72
        columns = min(2, len(show))
        rows = -(-len(show) // columns)
        two_scales = [len(set(self.limits[name])) > 1 for name in show]
        gap = 92 if any(two_scales[::columns]) else 46  # room for the scale of unit 1
        right = 52 if any(two_scales[1::2]) and columns == 2 else 12
        left, top = 58 if any(two_scales) else 46, 4
        bottom = 34 if self._units == 1 else 50  # the moments and their name, and the key
        lanes = 14 * len(events[0]) if events else 0
        title, ticks = 21, 7
        across = (width - left - right - gap * (columns - 1)) / columns
        down = (height - top - lanes - bottom) / rows

        def axes(x: float, y: float, high: float) -> Axes:
            """Axes whose upper left corner is at (x, y)."""
            place = (x / width, 1 - (y + high) / height, across / width, high / height)
            self.places.append((place[0], y / height, place[0] + place[2], (y + high) / height))
            return self.figure.add_axes(place)

        self._rows = {}
        for k, name in enumerate(show):
            row, column = divmod(k, columns)
            x, y = left + column * (across + gap), top + lanes + row * down + title
            ax = axes(x, y, down - title - ticks)
            self._rows[name] = self._row(ax, name)
            if k + columns >= len(show):
                ax.set_xlabel("moment", fontsize=SMALL, labelpad=1)
            else:
                ax.tick_params(labelbottom=False)
            if row == 0 and events:
                names, xs = events
                marks = event_lanes(axes(x, top, lanes), names, self.T, labels=column == 0)
                mark_events(marks, xs)
        if self._units > 1:
            key = [f"{line}: unit {k}" for k, line in enumerate(islice(LINE_STYLES, self._units))]
            self.figure.text(0.5, 0.014, ", ".join(key), ha="center", color=INK)

    def _row(self, ax: Axes, name: str) -> tuple[list[Line2D], Line2D, list[Line2D], Text]:
        """Draw one quantity; what moves of it comes back."""
        title, color, _ = TIMELINE[name]
        values, pairs = getattr(self._shown, name), self.limits[name]
        t, apart = np.arange(self.T), len(set(pairs)) > 1
        frame(ax, "")
        ax.set_title(title, color=color, pad=5, fontsize=SMALL, loc="left")
        said = ax.text(1, 1 + 3 / ax.bbox.height, "", transform=ax.transAxes, color=color)
        said.set(ha="right", va="bottom", weight="bold")
        said.set_visible(self._units <= 2)  # of more there is no room
        ax.set_xlim(-0.5, self.T - 0.5)
        ax.set_xticks(range(0, self.T, 5 if self.T <= 30 else 5 * -(-self.T // 30)))
        sides = [ax, ax.twinx()] if apart else [ax] * self._units
        self._sides[name] = sides
        self._scale(name)
        if apart:
            for unit, side in enumerate(sides):
                side.set_ylabel(f"unit {unit}", fontsize=SMALL, color=color, labelpad=1)
            frame(sides[1], "")
            sides[1].spines[["left", "bottom"]].set_visible(False)
            sides[1].spines["right"].set(visible=True, color=QUIET)
        lines: list[Line2D] = []
        dots: list[Line2D] = []
        for unit, (side, style) in enumerate(zip(sides, cycle(LINE_STYLES.values()))):
            drawn: dict[str, Any] = {"ls": style, "lw": 1.8, "drawstyle": "steps-mid"}
            # the run as it is, under the one that is changed: as thick, so dash lies over dash
            side.plot(t, values[:, unit], color=QUIET, **drawn)
            lines += side.plot(t, values[:, unit], color=color, **drawn)
            dots += side.plot([0], [0], ls="", marker="D", ms=5.5, color=color, mec="white")
        cursor = ax.axvline(0, color=INK, lw=1.2)
        self.run += lines
        self.cursor += [cursor, *dots, said]
        return lines, cursor, dots, said

    def _scale(self, name: str) -> None:
        """Set the limits and ticks of one quantity's axes."""
        for side, (low, high) in zip(self._sides[name], self.limits[name], strict=True):
            margin = 0.1 * (high - low)
            side.set_ylim(low - margin, high + margin)
            # An end that is near 0 would write upon it, so its tick hides in that of 0: three ticks
            # always, so that a page that has the drawing hears of no more than their places.
            reach = 0.3 * (high - low)
            ends = [(low, -1e-9), (high, 1e-9)]
            ticks = [(end, f"{end:g}") if abs(end) > reach else (near, " ") for end, near in ends]
            side.set_yticks(*zip(*ticks, (0.0, "0"), strict=True))
            side.tick_params(labelsize=SMALL)

    def rescale(self, limits: Limits) -> bool:
        """Change the limits, of just the axes where they differ, and say whether that can be done.

        It cannot where units would share a scale that had one each, or the other way round.
        """
        changed = [name for name in self._rows if limits[name] != self.limits[name]]
        if any(len(set(limits[name])) != len(set(self.limits[name])) for name in changed):
            return False
        self.limits = limits
        for name in changed:
            self._scale(name)
        return True

    def show_run(self, steps: Any) -> None:
        """Draw another run of the same length, such as one with a gate pinned."""
        before, self._shown = self._shown, steps
        for name, (lines, *_) in self._rows.items():
            values = getattr(steps, name).T
            if np.array_equal(values, getattr(before, name).T):
                continue  # what is not touched need not be drawn again
            for line, row in zip(lines, values, strict=True):
                line.set_ydata(row)

    def show_moment(self, t: int) -> None:
        """Put the cursor on moment `t`, counted from 0."""
        for name, (_, cursor, dots, said) in self._rows.items():
            values = getattr(self._shown, name)[t]
            if t != self._t:
                cursor.set_xdata([t, t])
            for dot, value in zip(dots, values, strict=True):
                dot.set_data([t], [value])
            said.set_text(", ".join(map(number, values)))
        self._t = t

    def moment_at(self, across: float, down: float) -> int | None:
        """The moment, counted from 0, at a place of the figure; None beside the multiples.

        `across` and `down` are fractions of the figure, from its upper left corner.
        """
        for left, top, right, bottom in self.places:
            if left <= across <= right and top <= down <= bottom:
                return min(self.T - 1, int(self.T * (across - left) / (right - left)))
        return None

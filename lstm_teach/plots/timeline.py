"""A whole sequence: small multiples over time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, cycle, islice
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import TICKLEFT, TICKRIGHT
from numpy.typing import ArrayLike

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, QUIET, QUIET_INK, number
from lstm_teach.plots.axes import SIZE, event_lanes, mark_events, styled

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
    "h_tilde": (r"$\tilde h$: candidate", COLORS["c_tilde"], (-1.0, 1.0)),
}
LSTM = ("f", "i", "c_tilde", "o", "c", "h")
# one for each unit, so that lines differ without color
LINE_STYLES = {"solid": "-", "dashed": "--", "dotted": ":", "dash-dotted": "-."}
SMALL = 11.8  # points, of ticks and names
FAR = 4.0  # two units whose values differ by more than this factor get a scale each

Pairs = tuple[tuple[float, float], ...]  # for each unit the lower limit and the upper one
Limits = dict[str, Pairs]  # for each quantity


def limits(*runs: Any, show: Sequence[str] = LSTM) -> Limits:
    """Round limits between which the values of all these runs lie, for a `Timeline`.

    Gates go from 0 to 1, and a state that no memory stands behind from -1 to 1. Everything else
    has limits that fit; where two units differ much, each has its own.
    """
    found: Limits = {}
    for name in show:
        fixed = (-1.0, 1.0) if name == "h" and "c" not in show else TIMELINE[name][2]
        values = np.concatenate([getattr(run, name) for run in runs])
        ends = np.transpose([values.min(axis=0), values.max(axis=0)]).tolist()
        smallest = 0.5 if name == "c" else 0.1
        found[name] = _common([fixed or _fit(low, high, smallest) for low, high in ends])
    return found


def _fit(lowest: float, highest: float, smallest: float) -> tuple[float, float]:
    """Limits for one unit."""
    below = lowest < -0.01  # less is what an almost open gate leaves behind
    return -_round_up(-lowest, smallest) if below else 0.0, _round_up(highest, smallest)


def _common(pairs: Sequence[tuple[float, float]]) -> Pairs:
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


class Row:
    """One quantity: a line for each unit, and its number at the moment that is shown.

    Its axes go from 0 to 1 and stay as they are drawn: where other limits are wanted, the lines
    and the numbers at the axes' ends move.

    Attributes
    ----------
    lines, dots : list of Line2D
        One for each unit.
    run, cursor : list of Artist
        As those of `Timeline`.
    """

    def __init__(self, ax: Axes, name: str, values: Array, pairs: Pairs) -> None:
        title, color, _ = TIMELINE[name]
        T, units = values.shape
        self._unchanged, self._values = values, values[:0]
        self.pairs: Pairs = ()
        ax.set_title(title, color=color, pad=5, fontsize=SMALL, loc="left")
        ax.set(xlim=(-0.5, T - 0.5), ylim=(-0.1, 1.1))
        ax.set_xticks(range(0, T, 5 if T <= 30 else 5 * -(-T // 30)))
        ax.tick_params(labelsize=SMALL)
        sides: list[Any] = [ax]
        if len(set(pairs)) > 1:  # a scale for each of two units
            sides.append(ax.secondary_yaxis("right"))
        self._scales, across = [], ax.get_yaxis_transform()
        for unit, side in enumerate(sides):
            side.set_yticks([0, 1], ["", ""])
            if len(sides) > 1:
                side.set_ylabel(f"unit {unit}", fontsize=SMALL, color=color, labelpad=28)
            x = unit + (7 if unit else -7) / ax.bbox.width
            style: dict[str, Any] = {"ha": ("right", "left")[unit], "va": "center"}
            style |= {"fontsize": SMALL, "transform": across}
            texts = [ax.text(x, y, "", **style) for y in (0, 1, 0)]
            style = {"marker": (TICKLEFT, TICKRIGHT)[unit], "ms": 3.5, "mew": 0.8, "ls": ""}
            (tick,) = ax.plot([unit], [0], color=QUIET_INK, transform=across, **style)
            self._scales.append((texts, tick))
        styles = list(islice(cycle(LINE_STYLES.values()), units))
        drawn: dict[str, Any] = {"lw": 1.8, "drawstyle": "steps-mid"}
        t = np.arange(T)
        # the run as it is, under the one that is changed: as thick, so dash lies over dash
        self._gray = [ax.plot(t, 0 * t, color=QUIET, ls=style, **drawn)[0] for style in styles]
        self.lines = [ax.plot(t, 0 * t, color=color, ls=style, **drawn)[0] for style in styles]
        self.dots = [ax.plot([0], [0], "D", ms=5.5, color=color, mec="white")[0] for _ in styles]
        self._cursor = ax.axvline(0, color=INK, lw=1.2)
        self._said = ax.text(1, 1 + 3 / ax.bbox.height, "", transform=ax.transAxes, color=color)
        self._said.set(ha="right", va="bottom", weight="bold")
        self._said.set_visible(units <= 2)  # of more there is no room
        scales = (artist for texts, tick in self._scales for artist in (*texts, tick))
        self.run: list[Artist] = [*scales, *self._gray, *self.lines]
        self.cursor: list[Artist] = [self._cursor, *self.dots, self._said]
        self.show_run(values, pairs)

    def show_run(self, values: Array, pairs: Pairs) -> None:
        """Draw these values `(T, H)` between these limits: no more than what is another."""
        rescaled = pairs != self.pairs
        if rescaled:
            self.pairs = pairs
            for ((below, above, zero), tick), (low, high) in zip(self._scales, pairs, strict=False):
                near = 0.3 * (high - low)  # an end that is near 0 would write upon it
                below.set_text(f"{low:g}" if -low > near else "")
                above.set_text(f"{high:g}" if high > near else "")
                zero.set(y=-low / (high - low), text="0")
                tick.set_ydata([-low / (high - low)])
            self._place(self._gray, self._unchanged)
        if rescaled or not np.array_equal(values, self._values):
            self._place(self.lines, values)
        self._values = values

    def show_moment(self, t: int) -> None:
        """Put the cursor on moment `t`."""
        self._cursor.set_xdata([t, t])
        for dot in self.dots:
            dot.set_xdata([t])
        self._place(self.dots, self._values[t : t + 1])
        self._said.set_text(", ".join(map(number, self._values[t])))

    def _place(self, lines: Sequence[Line2D], values: Array) -> None:
        """Let the line of each unit go through its values `(T, H)`."""
        for line, value, (low, high) in zip(lines, values.T, self.pairs, strict=True):
            line.set_ydata((value - low) / (high - low))


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
    rows : dict of str to Row
        The quantities.
    run : list of Artist
        What moves when the run changes (`show_run`).
    cursor : list of Artist
        What moves when only the moment changes (`show_moment`).
    """

    @styled()
    def __init__(
        self,
        steps: Any,
        limits: Limits,
        *,
        show: Sequence[str] = LSTM,
        events: tuple[Sequence[str], ArrayLike] | None = None,
    ) -> None:
        self.rows: dict[str, Row] = {}
        self.T, units = np.shape(getattr(steps, show[0]))
        # few rows leave room below: a lower figure is drawn larger where height is short
        size = (7.0, 3.5) if len(show) <= 2 else (7.4, 4.0) if len(show) <= 4 else SIZE
        self.figure = Figure(size, dpi=72)
        # the multiples are laid out in points, from the upper left corner
        width, height = self.figure.get_size_inches() * 72
        columns = min(2, len(show))
        rows = -(-len(show) // columns)
        two_scales = [len(set(limits[name])) > 1 for name in show]
        gap = 92 if any(two_scales[::columns]) else 46  # room for the scale of unit 1
        right = 52 if any(two_scales[1::2]) and columns == 2 else 12
        left, top = 58 if any(two_scales) else 46, 4
        bottom = 34 if units == 1 else 50  # the moments and their name, and the key
        lanes = 14 * len(events[0]) if events else 0
        title, ticks = 21, 7
        across = (width - left - right - gap * (columns - 1)) / columns
        down = (height - top - lanes - bottom) / rows

        def axes(x: float, y: float, high: float) -> Axes:
            """Axes whose upper left corner is at (x, y)."""
            place = x / width, 1 - (y + high) / height, across / width, high / height
            return self.figure.add_axes(place)

        for k, name in enumerate(show):
            row, column = divmod(k, columns)
            x, y = left + column * (across + gap), top + lanes + row * down + title
            ax = axes(x, y, down - title - ticks)
            self.rows[name] = Row(ax, name, getattr(steps, name), limits[name])
            if k + columns >= len(show):
                ax.set_xlabel("moment", fontsize=SMALL, labelpad=1)
            else:
                ax.tick_params(labelbottom=False)
            if row == 0 and events:
                names, xs = events
                marks = event_lanes(axes(x, top, lanes), names, self.T, labels=column == 0)
                mark_events(marks, xs)
        if units > 1:
            key = [f"{line}: unit {k}" for k, line in enumerate(islice(LINE_STYLES, units))]
            self.figure.text(0.5, 0.014, ", ".join(key), ha="center")
        self.run = [artist for shown in self.rows.values() for artist in shown.run]
        self.cursor = [artist for shown in self.rows.values() for artist in shown.cursor]

    def show_run(self, steps: Any, limits: Limits) -> None:
        """Draw another run of the same length, such as one with a gate pinned.

        Of its limits there must be as many different ones as there were at the beginning.
        """
        for name, row in self.rows.items():
            row.show_run(getattr(steps, name), limits[name])

    def show_moment(self, t: int) -> None:
        """Put the cursor on moment `t`, counted from 0."""
        for row in self.rows.values():
            row.show_moment(t)

    def moment_at(self, across: float) -> int | None:
        """The moment, counted from 0, at this fraction of the width; None beside the plots.

        How high does not matter: between two plots it is the moment of both.
        """
        x = across * self.figure.bbox.width
        for ax in self.figure.axes:
            if ax.bbox.x0 <= x <= ax.bbox.x1:
                return round(float(ax.transData.inverted().transform((x, 0))[0]))
        return None

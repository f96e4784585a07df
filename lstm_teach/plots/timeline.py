"""A whole sequence: small multiples over time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, cycle
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, QUIET
from lstm_teach.plots.axes import FONT_SIZES, SIZE, frame

#: Titles, colors, and the limits of what has fixed ones.
TIMELINE: dict[str, tuple[str, str, tuple[float, float] | None]] = {
    "f": ("$f$: keep", COLORS["f"], (0.0, 1.0)),
    "i": ("$i$: write", COLORS["i"], (0.0, 1.0)),
    "c_tilde": (r"$\tilde C$: what", COLORS["c_tilde"], None),
    "o": ("$o$: show", COLORS["o"], (0.0, 1.0)),
    "c": ("$C$: memory", COLORS["c"], None),
    "h": ("$h$: shown", COLORS["h"], None),
    # of a GRU
    "r": ("$r$: look back", COLORS["f"], (0.0, 1.0)),
    "z": ("$z$: replace", COLORS["i"], (0.0, 1.0)),
    "h_tilde": (r"$\tilde h$: what", COLORS["c_tilde"], None),
}
LSTM = ("f", "i", "c_tilde", "o", "c", "h")
LINE_STYLES = ("-", "--", ":", "-.")  # one for each unit, so that lines differ without color
EVENT_MARKS = "^vDosP"  # one for each input, so that they differ by more than their place
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
    """Small multiples over time: a line for each unit, and above it the same as a heat map.

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
        self.T, self._units = np.shape(getattr(steps, show[0]))
        with mpl.rc_context(FONT_SIZES):
            self.figure = Figure(SIZE, dpi=72)
            self._draw(show, events)

    def _draw(self, show: Sequence[str], events: tuple[Sequence[str], ArrayLike] | None) -> None:
        """Lay the multiples out, in points from the upper left corner."""
        width, height = self.figure.get_size_inches() * 72
        columns = min(2, len(show))
        rows = -(-len(show) // columns)
        two_scales = [len(set(self.limits[name])) > 1 for name in show]
        gap = 82 if any(two_scales[::columns]) else 52  # room for the scale of unit 1
        right = 40 if any(two_scales[1::2]) and columns == 2 else 14
        left, top = 46, 8
        bottom = 22 if self._units == 1 else 42  # the numbers of the moments, and the legend
        lanes = 11 * len(events[0]) if events else 0
        title, strip, ticks = 20, (10 if self._units <= 3 else 8) * self._units, 6
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
            heat = axes(x, y, strip)
            ax = axes(x, y + strip + 5, down - title - strip - 5 - ticks)
            self._rows[name] = self._row(heat, ax, name)
            ax.tick_params(labelbottom=k + columns >= len(show))
            if row == 0 and events:
                self._events(axes(x, top, lanes), *events, named=column == 0)
        if self._units > 1:
            names = zip(
                ("solid", "dashed", "dotted", "dash-dotted"), range(self._units), strict=False
            )
            legend = ", ".join(f"{line}: unit {unit}" for line, unit in names)
            self.figure.text(0.52, 0.014, legend, ha="center", color=INK)

    def _events(self, ax: Axes, names: Sequence[str], xs: ArrayLike, named: bool) -> None:
        """A lane for each input, with a mark wherever it is not 0."""
        ax.set(xlim=(0.5, self.T + 0.5), ylim=(len(names) - 0.5, -0.5), xticks=[])
        ax.set_yticks(range(len(names)), names if named else [""] * len(names), fontsize=10)
        ax.tick_params(length=0, labelcolor=INK)
        ax.spines[:].set_visible(False)
        size = min(7.0, 0.9 * ax.bbox.width / self.T)
        for lane, (x, mark) in enumerate(zip(np.transpose(xs), cycle(EVENT_MARKS))):
            ax.axhline(lane, color=QUIET, lw=0.5)
            at = np.flatnonzero(x) + 1
            ax.plot(at, np.full(len(at), lane), ls="", marker=mark, ms=size, color=INK, mew=0)

    def _row(
        self, strip: Axes, ax: Axes, name: str
    ) -> tuple[AxesImage, Array, list[Line2D], Line2D, list[Line2D]]:
        """Draw one quantity; what moves of it comes back."""
        title, color, _ = TIMELINE[name]
        values = getattr(self._shown, name)
        T, units, pairs = self.T, self._units, self.limits[name]
        t = np.arange(1, T + 1)
        reach = np.array([[max(-low, high)] for low, high in pairs])
        image = strip.imshow(
            values.T / reach,
            aspect="auto",
            cmap="PuOr_r",
            vmin=-1,
            vmax=1,
            interpolation="none",
            extent=(0.5, T + 0.5, units - 0.5, -0.5),
        )
        apart = len(set(pairs)) > 1
        scales = "   (right scale: unit 1)" if apart else ""
        strip.set_title(title + scales, color=color, pad=4, fontsize=11.5)
        symbol = title.partition(":")[0]
        # with one unit a name beside the strip would look like a number of the axis below it
        labels = [f"{symbol}[{unit}]" for unit in range(units)] if units > 1 else []
        strip.set_xticks([])
        strip.set_yticks(range(len(labels)), labels, fontsize=8.5)
        strip.tick_params(length=0)
        frame(ax, "")
        ax.set_xlim(0.5, T + 0.5)
        ax.set_xticks([1, *range(5, T + 1, 5 if T <= 30 else 5 * -(-T // 30))])
        sides = [ax, ax.twinx()] if apart else [ax] * units
        for side, (low, high) in zip(sides, pairs, strict=True):
            margin = 0.08 * (high - low)
            side.set_ylim(low - margin, high + margin)
            side.set_yticks([low, high] if low else [0, high])
        if apart:
            frame(sides[1], "")
            sides[1].spines[["left", "bottom"]].set_visible(False)
        lines: list[Line2D] = []
        dots: list[Line2D] = []
        for unit, (side, style) in enumerate(zip(sides, cycle(LINE_STYLES))):
            drawn: dict[str, Any] = {"ls": style, "lw": 1.8, "drawstyle": "steps-mid"}
            # the run as it is, under the one that is changed: as thick, so dash lies over dash
            side.plot(t, values[:, unit], color=QUIET, **drawn)
            lines += side.plot(t, values[:, unit], color=color, **drawn)
            dots += side.plot([1], [0], ls="", marker="D", ms=5.5, color=color, mec="white")
        through = (strip.bbox.y1 - ax.bbox.y0) / ax.bbox.height  # up to the top of the strip
        cursor = ax.axvline(1, 0, through, color=INK, lw=1.2)
        self.run += [image, *lines]
        self.cursor += [cursor, *dots]
        return image, reach, lines, cursor, dots

    def show_run(self, steps: Any) -> None:
        """Draw another run of the same length, such as one with a gate pinned."""
        before, self._shown = self._shown, steps
        for name, (image, reach, lines, _, _) in self._rows.items():
            values = getattr(steps, name).T
            if np.array_equal(values, getattr(before, name).T):
                continue  # what is not touched need not be drawn again
            image.set_data(values / reach)
            for line, row in zip(lines, values, strict=True):
                line.set_ydata(row)

    def show_moment(self, t: int) -> None:
        """Put the cursor on moment `t`, counted from 0."""
        for name, (_, _, _, cursor, dots) in self._rows.items():
            if t != self._t:
                cursor.set_xdata([t + 1, t + 1])
            for dot, value in zip(dots, getattr(self._shown, name)[t], strict=True):
                dot.set_data([t + 1], [value])
        self._t = t

    def moment_at(self, across: float, down: float) -> int | None:
        """The moment, counted from 1, at a place of the figure; None beside the multiples.

        `across` and `down` are fractions of the figure, from its upper left corner.
        """
        for left, top, right, bottom in self.places:
            if left <= across <= right and top <= down <= bottom:
                return min(self.T, 1 + int(self.T * (across - left) / (right - left)))
        return None

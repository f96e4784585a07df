"""Wide figures, for explorers that show no cell beside them.

A nudge that travels through time, and how much of it arrives; and a training as it goes: of the
room counter, and of a cell that tells names by their language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, PLUS, QUIET, small
from lstm_teach.plots.axes import event_lanes, level, mark_events, set_shape, styled, tint
from lstm_teach.plots.panels import Bars
from lstm_teach.plots.timeline import TIMELINE

WIDE = (10.5, 4.5)  # inches: half as wide again as those with a cell beside them

# ---- how far back a gradient gets --------------------------------------------------------------

LOWEST, HIGHEST = -16, 4  # powers of ten on the axis of the share
BEYOND = 0.7  # how far the axis goes on; a line that leaves it ends there in an arrow
MOST = 0.95  # C and h stay within this


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
        axes = self.figure.subplots(1, 2)
        for ax, title, name in zip(axes, ("LSTM: $C$", "plain RNN: $h$"), "ch", strict=True):
            color = COLORS[name]
            ax.set(title=f"{title}   (gray: without the nudge)", xlabel="moments so far")
            ax.set(xlim=(-0.5, T + 0.5), ylim=(-MOST, MOST), yticks=[-0.5, 0, 0.5])
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
        self._leaving = [right.plot(0, 0, "v", ms=9, color=COLORS[k], mec="white")[0] for k in "ch"]
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


# ---- a training as it goes ---------------------------------------------------------------------

LEAST_LOSS = -6  # powers of ten on the axis of the loss
ANSWERS = (-0.35, 0.8)  # answers on the way stay within this at every setting that was tried
LOSS_SHOWN = 2.0  # of the names; ln 6 = 1.79 is the loss of guessing
POINTS = 150  # of the loss: each is the mean of a few iterations
GATES = ("f", "i", "c_tilde", "o")


class LearningFigure:
    """The loss over the iterations, a day's answers, and a bar for each gate at each event.

    Parameters
    ----------
    iterations : int
        How many the training takes in all.
    target : ndarray (T,)
        What the cell should show on the day.
    by_hand : mapping of str to ndarray
        For each of f, i, c_tilde and o a number for each kind of event: the outlines.
    events : sequence of str
        The kinds of events.

    Attributes
    ----------
    live : list of Artist
        What moves.
    """

    @styled()
    def __init__(
        self, iterations: int, target: Array, by_hand: Mapping[str, Array], events: Sequence[str]
    ) -> None:
        self._every, self._by_hand = -(-iterations // POINTS), by_hand
        self.figure = Figure(WIDE, dpi=72)
        loss = self.figure.add_axes((0.075, 0.66, 0.335, 0.27))
        loss.set(title="the loss (log scale)", ylabel="loss", ylim=(LEAST_LOSS - 0.3, 0))
        loss.set(xlabel="iteration", xlim=(0, iterations), xticks=np.linspace(0, iterations, 4))
        loss.set_yticks([-6, -4, -2, 0], ["$10^{-6}$", "$10^{-4}$", "$10^{-2}$", "1"])
        (self._loss,) = loss.plot([0], [0], color=INK, lw=1.8)

        day, t = self.figure.add_axes((0.075, 0.135, 0.335, 0.29)), np.arange(len(target))
        day.set(title="$h$ on the day of 07 (gray: what it should show)", xlabel="moment")
        day.set(xlim=(-0.5, len(t) - 0.5), ylim=ANSWERS, ylabel="$h$", yticks=[0, 0.2, 0.4, 0.6])
        level(day, 0)
        day.plot(t, target, color=QUIET, lw=3.4, drawstyle="steps-mid")
        (self._answers,) = day.plot(t, 0 * t, color=COLORS["h"], lw=1.8, drawstyle="steps-mid")

        grid = self.figure.add_gridspec(
            2, 2, left=0.46, bottom=0.065, right=0.99, top=0.86, wspace=0.12, hspace=0.42
        )
        key = "bars: learned so far; outlines: wired by hand"
        self.figure.text(0.725, 0.955, key, ha="center")
        self.bars: dict[str, Bars] = {}
        for k, name in enumerate(GATES):
            title, color, fixed = TIMELINE[name]
            low, high = fixed or (-1.0, 1.0)
            room, ax = 0.25 * (high - low), self.figure.add_subplot(grid[k])
            ax.set(title=title, ylim=(low - (room if low else 0), high + room))
            ax.set_yticks(sorted({low, 0.0, high}))
            ax.tick_params(axis="y", length=0)
            made = Bars(ax, events, color)
            for text in made.texts:
                text.set(fontsize=10.5, weight="bold", color=color)
            made.move(by_hand[name], by_hand[name])
            self.bars[name] = made
        moving = (artist for made in self.bars.values() for artist in (*made.bars, *made.texts))
        self.live: list[Artist] = [self._loss, self._answers, *moving]

    def draw(self, losses: Sequence[float], answers: Array, gates: Mapping[str, Array]) -> None:
        """Show the losses so far, the answers `(T,)`, and the gates as `by_hand` has them."""
        losses = losses or [1.0]  # a line of one point, which is not seen
        groups = np.arange(0, len(losses), self._every)
        means = np.add.reduceat(losses, groups) / np.diff([*groups, len(losses)])
        powers = np.log10(np.maximum(means, 1e-30)).clip(LEAST_LOSS - 0.3, 0)
        self._loss.set_data(groups, powers)
        self._answers.set_ydata(np.clip(answers, *ANSWERS))
        for name, made in self.bars.items():
            made.move(gates[name], self._by_hand[name])


class NamesFigure:
    """Loss and accuracy of seen and held-back names, a confusion table, and one name by letters.

    Parameters
    ----------
    iterations : int
        How many the training takes in all.
    languages : sequence of str
        The classes.
    letters : int
        How many letters of a name there is room for.

    Attributes
    ----------
    live : list of Artist
        What moves.
    """

    @styled()
    def __init__(self, iterations: int, languages: Sequence[str], letters: int) -> None:
        self._iterations, K = iterations, len(languages)
        self.figure = Figure(WIDE, dpi=72)
        loss, accuracy = (self.figure.add_axes((0.07, y, 0.29, 0.3)) for y in (0.565, 0.12))
        self.figure.text(0.07, 0.925, "gray: names it learns from;  black: held back")
        self._curves = []
        for ax, name, most in ((loss, "loss", LOSS_SHOWN), (accuracy, "accuracy", 1)):
            ax.set(xlim=(0, iterations), ylim=(0, most), ylabel=name)
            ax.set_yticks(np.linspace(0, most, 3))
            ax.yaxis.set_major_formatter("{x:g}")
            for color, width in ((QUIET, 3.0), (INK, 1.8)):
                self._curves += ax.plot([0], [0], color=color, lw=width)
        accuracy.set_xlabel("iteration")
        (self._least,) = loss.plot([0, 0], [0, LOSS_SHOWN], color=INK, lw=1.2, ls="--")
        self._where = loss.text(0, 0, "")

        table = self._grid(0.46, 0.25, languages, "held-back names, taken for")
        table.set_xticks(range(K), [language[:3] for language in languages])
        y, x = np.indices((K, K)).reshape(2, -1)
        centered: dict[str, Any] = {"ha": "center", "va": "center"}
        self._squares = list(table.bar(x, 0.94, 0.96, y - 0.47))
        self._counts = [table.text(*at, "", **centered) for at in zip(x, y, strict=True)]
        word = self._grid(0.725, 0.27, [""] * K, "your name, after each letter")
        word.set(xlim=(-0.5, letters + 2.2), xticks=[])  # and room for a number
        y, x = np.indices((K, letters)).reshape(2, -1)
        self._boxes = list(word.bar(x, 0.94, 0.96, y - 0.47))
        self._shares = [word.text(letters + 2.1, k, "", ha="right", va="center") for k in range(K)]
        self._letters = [word.text(t, K - 0.15, "", size=14, **centered) for t in range(letters)]
        self.live: list[Artist] = [
            *(*self._curves, self._least, self._where, *self._squares, *self._counts),
            *(*self._boxes, *self._shares, *self._letters),
        ]

    def _grid(self, left: float, width: float, rows: Sequence[str], title: str) -> Axes:
        ax = self.figure.add_axes((left, 0.1, width, 0.77))
        ax.set(title=title, xlim=(-0.5, len(rows) - 0.5), ylim=(len(rows) - 0.5, -0.5))
        ax.spines[:].set_visible(False)
        ax.set_yticks(range(len(rows)), rows)
        ax.tick_params(length=0)
        return ax

    def draw(
        self, points: Sequence[tuple[float, ...]], least: int, counts: Array, name: str, p: Array
    ) -> None:
        """Show a training as far as it has come.

        Parameters
        ----------
        points : sequence of tuple
            What was measured, as `NamesExplorer.points` has it.
        least : int
            At which iteration the held-back loss was least.
        counts : ndarray
            How many of each language (the rows) are taken for which.
        name, p : str, ndarray (letters, classes)
            A name, and the probabilities after each of its letters.
        """
        iteration, *values = np.transpose(points)
        for line, curve in zip(self._curves, values, strict=True):
            line.set_data(iteration, curve.clip(0, LOSS_SHOWN))
        self._least.set_xdata([least, least])
        self._least.set_visible(least > 0)
        far = least > 0.6 * self._iterations
        self._where.set_text(f"\N{NO-BREAK SPACE}least: {least}\N{NO-BREAK SPACE}" if least else "")
        self._where.set(x=least, y=0.06 * LOSS_SHOWN, ha="right" if far else "left")

        shares = counts / counts.sum(axis=1, keepdims=True)
        for text, n in zip(self._counts, counts.flat, strict=True):
            text.set_text(f"{n:.0f}" if n else "")

        room = np.zeros((len(self._letters), len(self._shares)))
        room[: len(p)] = p
        colored = [*zip(self._squares, shares.flat, strict=True)]
        for box, share in [*colored, *zip(self._boxes, room.T.flat, strict=True)]:
            box.set_facecolor(tint(PLUS, share))
        for text, letter in zip(self._letters, name.ljust(len(room)), strict=True):
            text.set_text(letter.strip())
        for text, share in zip(self._shares, room[len(p) - 1], strict=True):
            text.set_text(f"{share:.0%}" if share >= 0.01 else "<1%" if name else "")

"""A training as it goes: of the room counter, and of a cell that tells names by their language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, PLUS, QUIET
from lstm_teach.plots.axes import WIDE, level, styled, tint
from lstm_teach.plots.bars import Bars
from lstm_teach.plots.timeline import TIMELINE

LOWEST, HIGHEST = -6, 0  # powers of ten on the axis of the loss
SHOWN = (-0.35, 0.8)  # answers on the way stay within this at every setting that was tried
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
        loss.set(title="the loss (log scale)", xlabel="iteration", ylabel="loss")
        loss.set(xlim=(0, iterations), ylim=(LOWEST - 0.3, HIGHEST))
        loss.set_yticks([-6, -4, -2, 0], ["$10^{-6}$", "$10^{-4}$", "$10^{-2}$", "1"])
        (self._loss,) = loss.plot([0], [0], color=INK, lw=1.8)

        day, t = self.figure.add_axes((0.075, 0.135, 0.335, 0.29)), np.arange(len(target))
        day.set(title="$h$ on the day of 07 (gray: what it should show)", xlabel="moment")
        day.set(xlim=(-0.5, len(t) - 0.5), ylim=SHOWN, ylabel="$h$", yticks=[0, 0.2, 0.4, 0.6])
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
            made = Bars(ax, events, color, 1.0, outlined=True, size=10.5, ink=color)
            made.move(by_hand[name], by_hand[name])
            self.bars[name] = made
        moving = (artist for made in self.bars.values() for artist in (*made.bars, *made.texts))
        self.live: list[Artist] = [self._loss, self._answers, *moving]

    def draw(self, losses: Sequence[float], answers: Array, gates: Mapping[str, Array]) -> None:
        """Show the losses so far, the answers `(T,)`, and the gates as `by_hand` has them."""
        if losses:
            groups = np.arange(0, len(losses), self._every)
            means = np.add.reduceat(losses, groups) / np.diff([*groups, len(losses)])
            powers = np.log10(np.maximum(means, 1e-30)).clip(LOWEST - 0.3, HIGHEST)
            self._loss.set_data(groups, powers)
        else:
            self._loss.set_data([0], [HIGHEST])
        self._answers.set_ydata(np.clip(answers, *SHOWN))
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
        self._counts = list(
            zip(
                table.bar(x, 0.94, 0.96, y - 0.47),
                [table.text(*at, "", **centered) for at in zip(x, y, strict=True)],
                strict=True,
            )
        )
        word = self._grid(0.725, 0.27, [""] * K, "your name, after each letter")
        word.set(xlim=(-0.5, letters + 2.2), xticks=[])  # and room for a number
        y, x = np.indices((K, letters)).reshape(2, -1)
        self._boxes = list(word.bar(x, 0.94, 0.96, y - 0.47))
        end = letters + 2.1
        self._shares = [word.text(end, k, "", ha="right", va="center") for k in range(K)]
        self._letters = [
            word.text(t, K - 0.15, "", fontsize=14, **centered) for t in range(letters)
        ]
        counts = (artist for pair in self._counts for artist in pair)
        self.live: list[Artist] = [
            *(*self._curves, self._least, self._where, *counts),
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
        self,
        points: Sequence[tuple[float, ...]],
        least: int,
        counts: Array,
        name: str,
        p: Array,
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
        for (box, text), n, share in zip(self._counts, counts.flat, shares.flat, strict=True):
            box.set_facecolor(tint(PLUS, share))
            text.set_text(f"{n:.0f}" if n else "")

        room = np.zeros((len(self._letters), len(self._shares)))
        room[: len(p)] = p
        for box, share in zip(self._boxes, room.T.flat, strict=True):
            box.set_facecolor(tint(PLUS, share))
        for text, letter in zip(self._letters, name.ljust(len(room)), strict=True):
            text.set_text(letter.strip())
        for text, share in zip(self._shares, room[len(p) - 1], strict=True):
            text.set_text(f"{share:.0%}" if share >= 0.01 else "<1%" if name else "")

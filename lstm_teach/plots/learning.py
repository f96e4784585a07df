"""A training as it goes: of the room counter, and of a cell that tells names by their language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, PAPER, PLUS, QUIET, number
from lstm_teach.plots.axes import FONT_SIZES, frame
from lstm_teach.plots.flow import WIDE
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

    def __init__(
        self, iterations: int, target: Array, by_hand: Mapping[str, Array], events: Sequence[str]
    ) -> None:
        self._every = -(-iterations // POINTS)
        with mpl.rc_context(FONT_SIZES):
            self.figure = Figure(WIDE, dpi=72)
            loss = self.figure.add_axes((0.075, 0.66, 0.335, 0.27))
            day = self.figure.add_axes((0.075, 0.135, 0.335, 0.29))
            grid = self.figure.add_gridspec(
                2, 2, left=0.46, bottom=0.065, right=0.99, top=0.86, wspace=0.12, hspace=0.42
            )
            key = "bars: learned so far; outlines: wired by hand"
            self.figure.text(0.725, 0.955, key, ha="center", color=INK)
            axes = [self.figure.add_subplot(grid[k]) for k in range(len(GATES))]
        self._loss = self._draw_loss(loss, iterations)
        self._answers = self._draw_day(day, target)
        self._by_hand = {name: by_hand[name].tolist() for name in GATES}
        self._bars: dict[str, list[Rectangle]] = {}
        self._texts: dict[str, list[Text]] = {}
        self._high: dict[str, float] = {}  # how high the axes are
        for ax, name in zip(axes, GATES, strict=True):
            self._bars[name], self._texts[name] = self._draw_gate(ax, name, by_hand[name], events)
            self._high[name] = float(np.ptp(ax.get_ylim()))

    @staticmethod
    def _draw_loss(ax: Axes, iterations: int) -> Line2D:
        frame(ax, "the loss (log scale)")
        ax.set(xlim=(0, iterations), ylim=(LOWEST - 0.3, HIGHEST), xlabel="iteration")
        ax.set_ylabel("loss")
        ax.set_yticks([-6, -4, -2, 0], [f"$10^{{{power}}}$" for power in (-6, -4, -2)] + ["1"])
        return ax.plot([0], [0], color=INK, lw=1.8)[0]

    @staticmethod
    def _draw_day(ax: Axes, target: Array) -> Line2D:
        t = np.arange(len(target))
        frame(ax, "$h$ on the day of 07 (gray: what it should show)")
        ax.set(xlim=(-0.5, len(t) - 0.5), ylim=SHOWN, xlabel="moment", ylabel="$h$")
        ax.set_yticks([0, 0.2, 0.4, 0.6])
        ax.axhline(0, color=QUIET, lw=0.9)
        ax.plot(t, target, color=QUIET, lw=3.4, drawstyle="steps-mid")
        return ax.plot(t, 0 * t, color=COLORS["h"], lw=1.8, drawstyle="steps-mid")[0]

    @staticmethod
    def _draw_gate(
        ax: Axes, name: str, by_hand: Array, events: Sequence[str]
    ) -> tuple[list[Rectangle], list[Text]]:
        title, color, fixed = TIMELINE[name]
        frame(ax, title)
        low, high = fixed or (-1.0, 1.0)
        room = 0.25 * (high - low)
        ax.set(xlim=(-0.6, len(events) - 0.4), ylim=(low - (room if low else 0), high + room))
        ax.set_xticks(range(len(events)), events)
        ax.set_yticks(sorted({low, 0.0, high}))
        ax.yaxis.set_major_formatter("{x:.0f}")
        ax.tick_params(length=0)
        ax.axhline(0, color=QUIET, lw=0.9)
        bars, texts = [], []
        for k, value in enumerate(by_hand):
            ax.add_patch(Rectangle((k - 0.4, 0), 0.8, value, fc="none", ec=INK, lw=1.4))
            bars.append(Rectangle((k - 0.28, 0), 0.56, 0, fc=color, ec="none"))
            ax.add_patch(bars[-1])
            texts.append(ax.text(k, 0, "", ha="center", fontsize=10.5, color=color, weight="bold"))
        return bars, texts

    @property
    def live(self) -> list[Artist]:
        """All that moves."""
        of_gates = [[*self._bars[name], *self._texts[name]] for name in GATES]
        return [self._loss, self._answers, *chain.from_iterable(of_gates)]

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
        for name in GATES:
            values = gates[name].tolist()
            for bar, value in zip(self._bars[name], values, strict=True):
                bar.set_y(min(value, 0))
                bar.set_height(abs(value))
            places = zip(self._texts[name], values, self._by_hand[name], strict=True)
            for text, value, wired in places:
                side = -1 if value < -0.005 else 1
                ends = [0.0, value, wired]
                end = max(ends) if side > 0 else min(ends)  # of the bar and of the outline
                text.set_y(end + side * 0.025 * self._high[name])
                text.set_verticalalignment("top" if side < 0 else "bottom")
                text.set_text(number(value))


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

    def __init__(self, iterations: int, languages: Sequence[str], letters: int) -> None:
        self._iterations, K = iterations, len(languages)
        with mpl.rc_context(FONT_SIZES):
            self.figure = Figure(WIDE, dpi=72)
            axes = [self.figure.add_axes((0.07, low, 0.29, 0.3)) for low in (0.565, 0.12)]
            names = "gray: names it learns from;  black: held back"
            self.figure.text(0.07, 0.925, names, color=INK)
            self._curves = [
                self._draw_curves(axes[0], "loss", iterations, (0, LOSS_SHOWN)),
                self._draw_curves(axes[1], "accuracy", iterations, (0, 1)),
            ]
            axes[1].set_xlabel("iteration")
            (self._least,) = axes[0].plot([0, 0], [0, LOSS_SHOWN], color=INK, lw=1.2, ls="--")
            self._where = axes[0].text(0, 0, "", color=INK, fontsize=12.5)
            short = [language[:3] for language in languages]
            table = self._grid(0.46, 0.25, languages, "held-back names, taken for")
            table.set_xticks(range(K), short)
            word = self._grid(0.725, 0.27, [""] * K, "your name, after each letter")
            word.set(xlim=(-0.5, letters + 2.2), xticks=[])  # and room for a number
            self._counts = [self._cell(table, j, k) for k in range(K) for j in range(K)]
            self._boxes = [self._cell(word, t, k)[0] for k in range(K) for t in range(letters)]
            self._shares = [
                word.text(letters + 2.1, k, "", ha="right", va="center", color=INK, fontsize=12.5)
                for k in range(K)
            ]
            self._letters = [
                word.text(t, K - 0.15, "", ha="center", va="center", color=INK, fontsize=14)
                for t in range(letters)
            ]

    @staticmethod
    def _draw_curves(
        ax: Axes, name: str, iterations: int, limits: tuple[float, float]
    ) -> list[Line2D]:
        frame(ax, "")
        ax.set(xlim=(0, iterations), ylim=limits, ylabel=name, yticks=np.linspace(*limits, 3))
        ax.yaxis.set_major_formatter("{x:g}")
        return [ax.plot([0], [0], color=c, lw=w)[0] for c, w in ((QUIET, 3.0), (INK, 1.8))]

    def _grid(self, left: float, width: float, rows: Sequence[str], title: str) -> Axes:
        ax = self.figure.add_axes((left, 0.1, width, 0.77))
        frame(ax, title)
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set(xlim=(-0.5, len(rows) - 0.5), ylim=(len(rows) - 0.5, -0.5))
        ax.set_yticks(range(len(rows)), rows)
        ax.tick_params(length=0)
        return ax

    @staticmethod
    def _cell(ax: Axes, x: int, y: int) -> tuple[Rectangle, Text]:
        box = Rectangle((x - 0.48, y - 0.47), 0.96, 0.94, fc=PAPER, ec="none")
        ax.add_patch(box)
        return box, ax.text(x, y, "", ha="center", va="center", color=INK, fontsize=12.5)

    @property
    def live(self) -> list[Artist]:
        """All that moves."""
        return [
            *chain.from_iterable(self._curves),
            *(self._least, self._where),
            *chain.from_iterable(self._counts),
            *(*self._boxes, *self._shares, *self._letters),
        ]

    def draw_curves(self, points: Sequence[tuple[float, ...]], least: int) -> None:
        """Show what was measured, as `NamesExplorer.points` has it, and where the loss is least."""
        iteration, *values = np.transpose(points)
        curves = [values[0].clip(0, LOSS_SHOWN), values[1].clip(0, LOSS_SHOWN), *values[2:]]
        for line, curve in zip(chain.from_iterable(self._curves), curves, strict=True):
            line.set_data(iteration, curve)
        self._least.set_xdata([least, least])
        far = least > 0.6 * self._iterations
        self._least.set_visible(least > 0)
        self._where.set_text(f"\N{NO-BREAK SPACE}least: {least}\N{NO-BREAK SPACE}" if least else "")
        self._where.set_horizontalalignment("right" if far else "left")
        self._where.set_position((least, 0.06 * LOSS_SHOWN))

    def draw_table(self, counts: Array) -> None:
        """Show how many of each language (the rows) are taken for which."""
        shares = counts / counts.sum(axis=1, keepdims=True)
        for (box, text), n, share in zip(self._counts, counts.flat, shares.flat, strict=True):
            box.set_facecolor(shaded(share))
            text.set_text(f"{n:.0f}" if n else "")

    def draw_name(self, name: str, p: Array) -> None:
        """Show the probabilities `(letters, classes)` after each letter of a name."""
        T, room = len(p), len(self._letters)
        for place, box in enumerate(self._boxes):
            k, t = divmod(place, room)
            box.set_facecolor(shaded(p[t, k]) if t < T else PAPER)
        for text, letter in zip(self._letters, name.ljust(room), strict=True):
            text.set_text(letter.strip())
        for k, text in enumerate(self._shares):
            share = p[-1, k] if T else 0.0
            text.set_text(f"{share:.0%}" if share >= 0.01 else "<1%" if T else "")


def shaded(share: float) -> str:
    """White at 0, the color of plus at 1; dark type on it keeps its contrast."""
    mixed = (round(255 + share * (int(PLUS[k : k + 2], 16) - 255)) for k in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in mixed)

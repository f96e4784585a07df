"""A training as it goes: the loss, the answers of a day, the gates at each kind of event."""

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
from lstm_teach._style import COLORS, INK, QUIET, number
from lstm_teach.plots.axes import FONT_SIZES, frame
from lstm_teach.plots.flow import WIDE
from lstm_teach.plots.timeline import TIMELINE

LOWEST, HIGHEST = -6, 0  # powers of ten on the axis of the loss
SHOWN = (-0.35, 0.8)  # answers on the way stay within this at every setting that was tried
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

"""The explorers of notebook 08: a nudge that travels through time, and how much of it arrives.

The cells are the room counter as it is wired by hand, with another forget bias, and the nearest
that a plain RNN of one unit comes to it. Neither reads its own h but for the RNN's one weight, so
that each moment has one factor, which can be drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import ipywidgets as widgets
import numpy as np
import traitlets

from lstm_teach import examples
from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, number, small
from lstm_teach.explore import words
from lstm_teach.explore.explorer import Explorer
from lstm_teach.explore.sliders import Scale, slider
from lstm_teach.gradients import state_gradients
from lstm_teach.parameters import Gate, Parameters
from lstm_teach.plots.wide import FlowFigure, NudgeFigure
from lstm_teach.sequence import unroll
from lstm_teach.variants import rnn_unroll

LONGEST = 50  # moments
BIASES = Scale(-2.0, 10.0, 0.5, COLORS["f"], digits=1)
BELLS = Scale(-20.0, 0.0, 0.5, COLORS["f"], digits=1)
RNN_WEIGHTS = Scale(0.0, 1.5, 0.05, COLORS["h"])
NUDGES = Scale(-0.5, 0.5, 0.05, COLORS["c"])
NUDGED_DAY = "enter enter quiet quiet enter quiet leave quiet quiet enter".split() + ["quiet"] * 15
QUIET_DAY, BUSY_DAY = ["quiet"] * LONGEST, examples.TOLD["days"]["people come and go"]
QUIET, BUSY, BELL = "nothing happens", "people come and go", "the same, and a bell in the middle"
SHOWN_EVENTS = examples.EVENTS[:3]  # nobody asks: an answer would change no factor


@lru_cache  # what does not move is not checked again
def counter(forget_bias: float = 10.0, bell: float = -20.0) -> Parameters:
    """Wire the room counter by hand; its forget gate has this bias and this weight of the bell."""
    return replace(examples.room_counter(), forget=Gate([[0, 0, 0, bell, 0]], [forget_bias]))


def rnn_weights(weight: float) -> Array:
    """Wire a plain RNN of one unit that counts too: `W` `(1, 5)`; its bias is 0.

    It reads its own h with `weight`, and hears who enters and leaves, but no bell.
    """
    once = np.arctanh(examples.PERSON)
    return np.array([[weight, once, -once, 0, 0]])


class Nudge(Explorer):
    """Move the state before the first moment a little, and see how far that reaches.

    Attributes
    ----------
    arrived : tuple of float
        What share of the nudge arrives at the last moment: in the LSTM's C and the RNN's h.
    """

    run_me = "Run this code cell to move the sliders."  # all else is in the picture

    def __init__(self) -> None:
        super().__init__()
        self._xs = examples.day_events(NUDGED_DAY)
        self._figure = self._take(lambda: NudgeFigure(len(self._xs)), "live")
        self._make(slider, "nudge", self._show, value=0.4, scale=NUDGES)
        self._make(slider, "forget bias", self._show, value=3.0, scale=BIASES)
        self._make(slider, "RNN's weight", self._show, value=0.9, scale=RNN_WEIGHTS)
        self.children = [self._row(), self.view]
        self._show()

    def _runs(self, start: float) -> list[Array]:
        """What the two cells hold at moments 0 to T when they start from there."""
        cell = counter(self.controls["forget bias"].value)
        c = unroll(cell, self._xs, c0=[start]).c
        h = rnn_unroll(rnn_weights(self.controls["RNN's weight"].value), [0], self._xs, [start])
        return [np.concatenate([[start], values[:, 0]]) for values in (c, h)]

    def _show(self) -> None:
        nudge, T = self.controls["nudge"].value, len(self._xs)
        runs = list(zip(self._runs(0.0), self._runs(nudge), strict=True))
        self._figure.draw(runs)
        moved = [float(after[-1] - before[-1]) for before, after in runs]
        self.arrived = tuple(move / nudge for move in moved) if nudge else (0.0, 0.0)
        shares = {"moved": [*map(small, moved)], "arrived": [*map(small, self.arrived)]}
        told = words.say("nudge" if nudge else "no nudge", nudge=number(nudge), T=T, **shares)
        self._say(told, frame=self._live.frame())


class Gradients(Explorer):
    """How much of a nudge at each moment arrives at the last: the product of the factors between.

    Parameters
    ----------
    forget_bias, bell : float
        Where the sliders of the forget gate's bias, and of its weight of the bell, start.

    Attributes
    ----------
    flow : tuple of ndarray
        Of a nudge before moment t, for t from 0 to T, the share that arrives in the LSTM's C and
        in the plain RNN's h, `(T+1,)` each. It is a trait:
        `explorer.observe(callback, "flow")` hears of each new one.
    parameters : Parameters
        The LSTM as the sliders stand.
    """

    flow = traitlets.Tuple()

    def __init__(self, forget_bias: float = 5.0, bell: float = -20.0) -> None:
        super().__init__()
        self._figure = self._take(lambda: FlowFigure(LONGEST, SHOWN_EVENTS), "run", "live")
        self._menu("day", self._new_day, [QUIET, BUSY, BELL], 350)
        self._button("Reset", self._reset, "Back to where it started")
        above = self._row()
        self._make(slider, "forget bias", self._show, value=forget_bias, scale=BIASES)
        self._make(slider, "bell's weight", self._show, value=bell, scale=BELLS)
        self._make(slider, "RNN's weight", self._show, value=0.9, scale=RNN_WEIGHTS)
        T: dict[str, Any] = {"value": LONGEST, "min": 5, "max": LONGEST, "step": 5, "tooltip": "T"}
        self._make(widgets.IntSlider, "T", self._new_day, **T)
        self.children = [above, self._row(), self.view]
        self._new_day()

    @property
    def parameters(self) -> Parameters:
        """The LSTM as the sliders stand."""
        return counter(self.controls["forget bias"].value, self.controls["bell's weight"].value)

    def _reset(self) -> None:
        self._put_back("day", "forget bias", "bell's weight", "RNN's weight", "T")
        self._new_day()

    def _new_day(self) -> None:
        day, T = self.controls["day"].value, self.controls["T"].value
        self._xs = examples.day_events(QUIET_DAY if day == QUIET else BUSY_DAY)[:T]
        if day == BELL:
            self._xs[T // 2, examples.EVENTS.index("bell")] = 1
        self._figure.draw_day(self._xs[:, : len(SHOWN_EVENTS)])
        with self.view.hold_sync():
            self.view.run = self._live.frame(self._figure.run)
            self._show()

    def _show(self) -> None:
        cell, weight = self.parameters, self.controls["RNN's weight"].value
        steps = unroll(cell, self._xs)
        _, dcs = state_gradients(cell, steps, np.zeros_like(steps.h), np.ones(1))
        h = rnn_unroll(rnn_weights(weight), [0], self._xs)[:, 0]
        factors = steps.f[:, 0], weight * (1 - h**2)
        flow = dcs[:, 0], np.append(np.cumprod(factors[1][::-1])[::-1], 1.0)
        self._figure.draw(factors, flow)
        told = words.say("flow", T=len(self._xs), c=small(flow[0][0]), h=small(flow[1][0]))
        with self.view.hold_sync():  # what a challenge says of it travels along
            self._say(told, _equation(factors, self._xs), frame=self._live.frame(self._figure.live))
            self.flow = flow


def _equation(factors: tuple[Array, Array], xs: Array) -> str:
    """What is multiplied: the first two factors, that of the bell where it rings, and the last."""
    bells = np.flatnonzero(xs[:, examples.EVENTS.index("bell")]).tolist()
    places = sorted({0, 1, *bells, len(xs) - 1})
    shown = [[small(values[t]) for t in places] for values in factors]
    shown.append([f"<i>f</i><sub>{t}</sub>" for t in places])
    f, h, general = (_product(terms, places) for terms in shown)
    return words.say("factors", general=general, f=f, h=h, colors=COLORS)


def _product(factors: Sequence[str], places: Sequence[int]) -> str:
    """These factors with a dot between neighbors, and three where some are left out."""
    signs = [" · " if here + 1 == there else " ⋯ " for here, there in pairwise(places)]
    return "".join(map("".join, zip(["", *signs], factors, strict=True)))

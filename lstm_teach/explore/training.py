"""Training in the page, a few iterations at a time; and the room counter of 09, which learns so.

The training is a task on the kernel's event loop, which hands the loop back after a few
milliseconds: other messages are answered between two frames. It needs no thread.
"""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

import ipywidgets as widgets
import numpy as np

from lstm_teach import examples
from lstm_teach._arrays import Array
from lstm_teach._style import COLORS
from lstm_teach.cell import step
from lstm_teach.explore import words
from lstm_teach.explore.explorer import Explorer
from lstm_teach.explore.sliders import Scale, slider
from lstm_teach.learn import TrainingStep, training_steps
from lstm_teach.parameters import Parameters
from lstm_teach.plots.wide import GATES, LearningFigure
from lstm_teach.sequence import unroll

ITERATIONS = 1500
REST = 0.02  # seconds for everything else, after the iterations of a frame
KINDS = ("quiet", *examples.EVENTS)
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
CLIPS = {"at 0.001": 0.001, "at 0.01": 0.01, "at 0.1": 0.1, "not at all": None}
FALLS_TO = 0.2  # of the rate: where it ends
BIASES = Scale(-2.0, 5.0, 0.5, COLORS["f"], digits=1)
START, PAUSE = "▶ Start", "Pause"


class LiveTraining(Explorer):
    """A training in the page: start, pause, step, reset. What learns is said by its kinds.

    Attributes
    ----------
    parameters : Parameters or Classifier
        What is trained, as far as it has learned.
    losses : list of float
        The loss of each iteration so far.
    running : bool
        Whether it goes on by itself.
    """

    work = 0.008  # seconds for iterations in a frame
    at_once = 1  # iterations that *Step* takes
    run_me = "Run this code cell, and press Start to see it learn."
    parameters: Any

    def __init__(self, iterations: int, figure: Any) -> None:
        super().__init__()
        self._iterations, self._figure = iterations, self._take(lambda: figure, "live")
        self._button(START, self._start_or_pause, "Let it learn, and stop it again", "Start")
        count = "One iteration" if self.at_once == 1 else f"{self.at_once} iterations"
        self._button("Step", self._take_step, count)
        self._button("Reset", self.reset, "Back to random weights")
        self.running = False
        self._at_work = threading.RLock()  # a code cell that closes it may run in another thread
        self._turn: asyncio.Task[None] | None = None
        self._main_loop = _loop()  # of the thread that hears the stop button

    def _fresh(self) -> Iterator[TrainingStep]:
        """Set `parameters` to random ones, and give the training that starts there."""
        raise NotImplementedError

    def _learned(self) -> None:
        """Look at what one iteration has changed."""

    # ---- the training --------------------------------------------------------------------------

    def reset(self) -> None:
        """Go back to random weights, with the settings as they stand, and wait.

        A frame that is being drawn comes to its end first: another thread may be drawing it.
        """
        with self._at_work:
            self.pause()
            self.losses: list[float] = []
            self._steps = self._fresh()
            self._show()

    def _take_step(self) -> None:
        with self._at_work:
            self.pause()
            self.advance(self.at_once)

    def advance(self, iterations: int | None = None, seconds: float = np.inf) -> bool:
        """Take some iterations (or all), as many as fit into this time, and show the last one.

        Returns whether there are more to take.
        """
        end = time.perf_counter() + seconds
        for state in islice(self._steps, iterations):
            self.parameters = state.parameters
            self.losses.append(state.loss)
            self._learned()
            if time.perf_counter() >= end:
                break
        self._show()
        return len(self.losses) < self._iterations

    # ---- by itself -----------------------------------------------------------------------------

    def _start_or_pause(self) -> None:
        """Start the task that goes on with the training, or stop it; at its end, start anew."""
        if self.running:
            self.pause()
            return
        if len(self.losses) == self._iterations:
            self.reset()
        loop = _loop()
        if loop is None:  # without a kernel: all at once
            self.advance()
        else:
            self.running, self.controls["Start"].description = True, PAUSE
            self._turn = loop.create_task(self._keep_going())

    async def _keep_going(self) -> None:
        mine = asyncio.current_task()
        self._hear_stop_button(True)
        try:
            with suppress(KeyboardInterrupt):  # the stop button, while the kernel was at work
                while self._take_turn(mine):
                    await asyncio.sleep(REST)
        finally:
            if self._turn is mine:
                self.pause()
                self._hear_stop_button(False)

    def _take_turn(self, mine: asyncio.Task[None] | None) -> bool:
        """A frame of the task `mine`, if it is still its turn; whether there is another."""
        with self._at_work:
            return self.running and self._turn is mine and self.advance(seconds=self.work)

    def pause(self) -> None:
        """Stop after the iteration that runs now; what was learned stays."""
        self.running, self.controls["Start"].description = False, START

    def close(self) -> None:
        """Stop the training too; a frame that is being shown comes to its end first."""
        with self._at_work:
            self.running = False
            super().close()

    def _hear_stop_button(self, hear: bool) -> None:
        """Hear a kernel's stop button (SIGINT) between two messages too, where nobody else does.

        Signals belong to the main thread, and widgets may be served by another.
        """
        ours: Any = self._stop_button
        before, now = (signal.SIG_IGN, ours) if hear else (ours, signal.SIG_IGN)

        def change() -> None:
            if signal.getsignal(signal.SIGINT) == before:
                signal.signal(signal.SIGINT, now)

        if self._main_loop is not None:
            self._main_loop.call_soon_threadsafe(change)

    def _stop_button(self, *_: object) -> None:
        self.running = False


class TrainingExplorer(LiveTraining):
    """Watch the one-unit room counter learn, and compare its gates with those wired by hand.

    Parameters
    ----------
    iterations : int
        How long the training is.
    """

    parameters: Parameters

    def __init__(self, iterations: int = ITERATIONS) -> None:
        self._day = examples.day_events()
        self._unseen = examples.random_days(np.random.default_rng(100), 25, 100)
        by_hand = gates(examples.room_counter())
        shown = examples.to_show(self._day)[:, 0]
        super().__init__(iterations, LearningFigure(iterations, shown, by_hand, KINDS))
        self._menu("rate", self.reset, RATES, value=0.1, tooltip="learning rate")
        clip = "clipping by norm: the longest gradient"
        self._menu("clipped", self.reset, CLIPS, value=0.01, tooltip=clip)
        above = self._row()
        self._make(widgets.IntSlider, "seed", self.reset, max=19, tooltip="seed")
        self._make(slider, "forget bias", self.reset, value=1.0, scale=BIASES)
        self.children = [above, self._row(), self.view]
        self.reset()

    def _fresh(self) -> Iterator[TrainingStep]:
        control = self.controls
        seed, rate = control["seed"].value, control["rate"].value
        self.parameters = examples.untrained(forget_bias=control["forget bias"].value, seed=seed)
        return training_steps(
            self.parameters,
            examples.counting_days,
            self._iterations,
            rate=rate,
            last_rate=FALLS_TO * rate,
            clip=control["clipped"].value,
            seed=seed,
        )

    def _show(self) -> None:
        done = len(self.losses)
        right = examples.right_when_asked(unroll(self.parameters, self._unseen).h, self._unseen)
        self._figure.draw(
            self.losses, unroll(self.parameters, self._day).h[:, 0], gates(self.parameters)
        )
        what, loss = ("training", self.losses[-1]) if done else ("untrained", 0.0)
        told = words.say(what, done=done, all=self._iterations, loss=loss, right=right)
        self._say(told, frame=self._live.frame())


def gates(cell: Parameters) -> dict[str, Array]:
    """The gates of a one-unit cell at each kind of event, from an empty memory."""
    xs = np.concatenate([examples.day_events(kind) for kind in KINDS])
    empty = np.zeros((len(xs), 1))
    moments = step(cell, xs, empty, empty)
    return {name: getattr(moments, name)[:, 0] for name in GATES}


def _loop() -> asyncio.AbstractEventLoop | None:
    with suppress(RuntimeError):
        return asyncio.get_running_loop()
    return None

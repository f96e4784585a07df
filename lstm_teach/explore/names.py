"""The explorer of notebook 13: a cell learns to tell names by their language, in the page."""

from __future__ import annotations

from collections.abc import Iterator

import ipywidgets as widgets
import numpy as np

from lstm_teach import examples
from lstm_teach._arrays import Array
from lstm_teach.explore import words
from lstm_teach.explore.training import LiveTraining
from lstm_teach.learn import Classifier, TrainingStep, cross_entropy, training_steps
from lstm_teach.plots.wide import NamesFigure
from lstm_teach.reader import softmax
from lstm_teach.sequence import unroll

ITERATIONS, EVERY = 800, 20  # a look at all names takes as long as a few iterations
RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
UNITS = (4, 8, 16, 32)
LETTERS = 12  # of a name that is typed
NAME = "janssen"
MEASURED = ("at", "loss", "held_loss", "right", "held_right")  # what a point is made of


class NamesExplorer(LiveTraining):
    """Watch a cell learn to tell names by their language, and type a name of your own.

    Parameters
    ----------
    iterations : int
        How long the training is.

    Attributes
    ----------
    parameters : Classifier
        What is trained, as far as it has learned; `shown` may be as it was when the held-back loss
        was least.
    points : list of tuple
        Iteration, loss of seen and of held-back names, accuracy of both; every `EVERY` iterations.
    """

    work, at_once = 0.06, EVERY
    parameters: Classifier

    def __init__(self, iterations: int = ITERATIONS) -> None:
        self._seen, self._held_back = examples.surnames()
        languages, n = self._seen.languages, len(self._held_back.names)
        # as many seen names as held-back ones: a look takes half the time
        self._looks = [
            (*examples.one_hot(some.names[:n]), some.classes[:n])
            for some in (self._seen, self._held_back)
        ]
        super().__init__(iterations, NamesFigure(iterations, languages, LETTERS))
        tip = "The cell as it was when the held-back loss was least"
        self._toggle("Stopped early", self._show, tip)
        self._menu("rate", self.reset, RATES, value=0.01, tooltip="learning rate")
        self._menu("units", self.reset, UNITS, value=16, tooltip="units")
        above = self._row()
        self._make(widgets.IntSlider, "seed", self.reset, max=9)
        self._make(widgets.Text, "your name", self._show, value=NAME, layout={"flex": "1 1 250px"})
        self.children = [above, self._row(), self.view]
        self.reset()

    def _fresh(self) -> Iterator[TrainingStep]:
        control = self.controls
        seed = control["seed"].value
        self.parameters = examples.untrained_classifier(control["units"].value, seed=seed)
        self.points: list[tuple[float, ...]] = []
        self._look()
        batches = examples.name_batches(self._seen)
        rate = control["rate"].value
        return training_steps(self.parameters, batches, self._iterations, rate=rate, seed=seed)

    def _learned(self) -> None:
        if len(self.losses) % EVERY == 0 or len(self.losses) == self._iterations:
            self._look()

    def _look(self) -> None:
        """Measure loss and accuracy, count what is taken for what, and remember the best cell."""
        measured = []
        for xs, lengths, classes in self._looks:
            logits = self.parameters.logits(xs, lengths)
            guesses = logits.argmax(axis=1)
            measured.append((cross_entropy(logits, classes)[0], float(np.mean(guesses == classes))))
        losses, accuracies = zip(*measured, strict=True)
        self.points.append((len(self.losses), *losses, *accuracies))
        K = len(self._seen.languages)
        counts = np.bincount(K * classes + guesses, minlength=K * K).reshape(K, K)
        self._now = self.parameters, counts, len(self.losses)
        if min(self.points, key=lambda point: point[2]) is self.points[-1]:
            self._best = self._now

    # ---- what is shown -------------------------------------------------------------------------

    @property
    def shown(self) -> Classifier:
        """The cell that the table and the typed name are shown of."""
        return self._best[0] if self.controls["Stopped early"].value else self.parameters

    def _show(self) -> None:
        typed = self.controls["your name"].value
        name = "".join(c for c in examples.fold_accents(typed) if c in examples.LETTERS)[:LETTERS]
        p = self.probabilities(name)
        counts = (self._best if self.controls["Stopped early"].value else self._now)[1]
        self._figure.draw(self.points, self._best[2], counts, name, p)
        as_typed = typed.strip().lower() == name
        note = "" if as_typed else words.say("letters", room=LETTERS, name=name)
        self._say(self._told(name, p), words.alert(note), frame=self._live.frame())

    def probabilities(self, name: str) -> Array:
        """What the cell makes of a name after each of its letters, `(T, classes)`."""
        model = self.shown
        if not name:
            return np.zeros((0, len(model.b_y)))
        h = unroll(model.cell, examples.one_hot(name)[0]).h[:, 0]
        return softmax(h @ model.W_y.T + model.b_y)

    def _told(self, name: str, p: Array) -> str:
        measured = dict(zip(MEASURED, self.points[-1], strict=True))
        told = words.say("names", done=len(self.losses), all=self._iterations, **measured)
        if name:
            k = int(p[-1].argmax())
            told += f" {name}: {self._seen.languages[k]} with {words.percent(p[-1, k])}"
            told += ", stopped early." if self.controls["Stopped early"].value else "."
        return told

"""The wirings: what is to be wired, and what is wrong with a wiring at one moment of the day.

All sentences stand in `tables/wirings.txt`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_teach import examples
from lstm_teach._arrays import Array
from lstm_teach._style import number, small
from lstm_teach.cell import sigmoid
from lstm_teach.check.tables import read_tables
from lstm_teach.explore.explorer import Explorer
from lstm_teach.explore.gradients import Gradients, counter
from lstm_teach.explore.one_step import StepExplorer
from lstm_teach.explore.presets import lamp_case, room_case
from lstm_teach.explore.variants import PlainRNN, room_rnn, run_rnn
from lstm_teach.parameters import GATES, Gate, Parameters
from lstm_teach.sequence import unroll


class Limits:
    """What a wiring is held to; the sentences of the table have these numbers by their names.

    A gate must come so close at every moment that all errors of a day together stay below half a
    person.
    """

    keep, close = 0.998, 0.002  # of the forget gate
    open, shut = 0.99, 0.01  # of the input and the output gate
    on, off = 0.7, 0.1  # h of a lamp that is on is at least this, of one that is off at most
    far, arrives, through = 50, 0.5, 0.01  # how far a gradient must come, and past a bell
    moments = len(examples.DAY)
    left = 100 * keep**moments


_SENTENCES = {
    (task, row.name): row.sentence for task, rows in read_tables("wirings").items() for row in rows
}


def _say(task: str, name: str, **words: object) -> str:
    return _SENTENCES[task, name].format(**{**vars(Limits), **words})


@dataclass(frozen=True, eq=False)
class Moment:
    """One moment of a day, as a judge sees it."""

    names: tuple[str, ...]  # of the inputs
    step: Any  # of an LSTM or of a plain RNN
    cell: Any
    truth: int  # what is so after this moment: people in the room, or whether the lamp is on

    @cached_property
    def happens(self) -> set[str]:
        """The names of what happens."""
        return {name for name, happens in zip(self.names, self.step.x, strict=True) if happens}

    def pulls(self, gate: Gate) -> dict[str, float]:
        """What each number adds to z of this gate: "b", "h", and what happens, by name."""
        always = {"b": gate.b[0], "h": gate.W[0, 0] * self.step.h_prev[0]}
        weights = zip(self.names, gate.W[0, 1:], strict=True)
        return always | {name: weight for name, weight in weights if name in self.happens}


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be wired, and how to tell: `wrong(moment)` says what is wrong and why, or nothing.

    A task without a day `says` whether the cell does it, and what there is to say. What is not
    said of a task is as it is for the room counter's gates.
    """

    name: str
    gates: tuple[str, ...]  # the fields of the cell that are the student's
    labels: tuple[str, ...] = ()  # what is shown of each moment
    wrong: Callable[[Moment], str | None] = lambda moment: None
    explorer: Callable[[str, Any], Explorer] = lambda focus, cell: StepExplorer(
        focus, [room_case(cell)]
    )
    wired: Callable[[], Any] = examples.room_counter  # the student's gates are taken out of it
    names: tuple[str, ...] = examples.EVENTS  # of the inputs
    day: tuple[str, ...] = examples.DAY
    reads: Callable[[tuple[str, ...]], Array] = examples.day_events
    tells: Callable[[Array], NDArray[np.generic]] = examples.people
    run: Callable[[Any, Array], Any] = unroll
    says: Callable[[Any], tuple[bool, str]] | None = None
    move: str = "Move the sliders of W and b; the day below follows."
    paste: str = "To paste into later notebooks:"  # where the student needs the lines again
    trait: str = "step"  # of the explorer, which changes with the cell

    @cached_property
    def xs(self) -> Array:
        """The inputs of the day."""
        return self.reads(self.day)

    @cached_property
    def truth(self) -> NDArray[np.generic]:
        """What is so after each moment."""
        return self.tells(self.xs)

    @property
    def goal(self) -> str:
        """What is asked for."""
        return _say(self.name, "goal")

    @property
    def done(self) -> str:
        """What is said when all moments are right."""
        return _say(self.name, "done")

    def shows(self, step: Any) -> tuple[str, ...]:
        """The numbers to look at, one for each of `labels`."""
        return tuple(
            f"{step.added[0] + 0.0:+.2f}".replace("-", "−")
            if name == "added"
            else number(getattr(step, name)[0])
            for name in self.labels
        )


def _cause(moment: Moment, letter: str, sign: int, nearly: bool) -> str:
    """Point at what pulls z hardest in the wrong direction, up (1) or down (-1).

    When the gate is `nearly` right and nothing but the bias is to blame, say which way to go.
    """
    pulls = moment.pulls(getattr(moment.cell, GATES[letter]))
    culprit = max(pulls, key=lambda name: sign * pulls[name])
    if culprit != "b" and sign * pulls[culprit] > 0:
        name = "h" if culprit == "h" else letter
        return _say("cause", name, letter=letter, event=culprit)
    way = "too high" if sign > 0 else "too low"
    return _say("cause", way if nearly else "bias")


def _wrong_forget(moment: Moment) -> str | None:
    f = float(moment.step.f[0])
    if "bell" in moment.happens:
        if f <= Limits.close:
            return None
        if f < 0.1:
            return _say("forget", "nearly 0", f=f)
        weak = moment.pulls(moment.cell.forget)["bell"] < 0
        hint = _say("forget", "bell too weak" if weak else "bell not heard")
        return _say("forget", "kept overnight", f=f, hint=hint)
    if f >= Limits.keep:
        return None
    hint = _cause(moment, "f", -1, nearly=f >= 0.9)
    name = "forgets" if f < 0.9 else "forgets slowly"
    return _say("forget", name, f=f, share=100 * f, left=100 * f**25, hint=hint)


def _wrong_input(moment: Moment) -> str | None:
    i, c_tilde = float(moment.step.i[0]), float(moment.step.c_tilde[0])
    passes = ("enter" in moment.happens) - ("leave" in moment.happens)
    if not passes:
        counts = abs(i * c_tilde) > Limits.close
        if i <= Limits.shut and not counts:
            return None
        hint = _cause(moment, "i", 1, nearly=i < 0.1)
        name = "written" if counts else "harmless"
        return _say("input", name, i=i, added=_signed(i * c_tilde), hint=hint)
    event = "enter" if passes > 0 else "leave"
    words = {"event": event, "passes": f"{event}s", "i": i}
    if i < Limits.open:
        heard = moment.pulls(moment.cell.input)[event] > 0
        return _say("input", "half open" if heard else "not heard", **words)
    person = examples.PERSON * passes
    if abs(c_tilde - person) > Limits.close:
        return _say("input", "candidate", c_tilde=_signed(c_tilde), person=_signed(person), **words)
    return None


def _signed(value: float) -> str:
    return f"{value + 0.0:.3f}".replace("-", "−")


def _wrong_output(moment: Moment) -> str | None:
    o = float(moment.step.o[0])
    if "ask" in moment.happens:
        if o >= Limits.open:
            return None
        heard = moment.pulls(moment.cell.output)["ask"] > 0
        name = "nearly open" if o > 0.9 else "half open" if heard else "not heard"
        return _say("output", "not in full", o=o, hint=_say("output", name))
    if o <= Limits.shut:
        return None
    return _say("output", "shown", o=o, hint=_cause(moment, "o", 1, nearly=o < 0.1))


def _wrong_lamp(moment: Moment) -> str | None:
    s, cell, on = moment.step, moment.cell, bool(moment.truth)
    h, before, i = float(s.h[0]), float(s.h_prev[0]), float(s.i[0])
    if h >= Limits.on if on else h <= Limits.off:
        return None
    if "press" not in moment.happens:
        name = "written"
    elif i < 0.9 and on:
        name = "half open"
    elif abs(before) <= Limits.off:
        name = "from 0"
    elif not cell.candidate.W[0, 0] and not cell.input.W[0, 0]:
        name = "h not read"
    else:
        name = "not the opposite"
    words = {"before": number(before), "h": number(h), "c_tilde": number(s.c_tilde[0]), "i": i}
    return _say("lamp", name, way="on" if on else "off", **words)


def _counted(h: float) -> float:
    """How many people this h stands for: tanh(0.1 people), as the room counter answers."""
    return float(np.arctanh(np.clip(h, -1 + 1e-15, 1 - 1e-15)) / examples.PERSON)


def _wrong_rnn(moment: Moment) -> str | None:
    h, before, people = float(moment.step.h[0]), float(moment.step.h_prev[0]), moment.truth
    if abs(_counted(h) - people) < 0.5:
        return None
    weight, pulls = moment.cell.layer.W[0, 0], moment.pulls(moment.cell.layer)
    who = "enter" if "enter" in moment.happens else "leave"
    person = examples.PERSON if who == "enter" else -examples.PERSON
    if "bell" in moment.happens:
        why = "no gate" if pulls["bell"] else "bell not heard"
    elif abs(_counted(before) - people) >= 0.5 and not {"enter", "leave"} & moment.happens:
        why = "wrong before"
    elif not moment.happens - {"ask"}:
        why = "bias or ask" if pulls["b"] or pulls.get("ask") else "weight of h"
    else:
        why = "not one person" if abs(pulls[who] - person) > 0.021 else "squeezed"
    words = {
        **{"weight": weight, "left": weight * before, "bell": pulls.get("bell", 0)},
        **{"adds": pulls.get(who, 0), "person": person, "before": before, "h": h},
        "wanted": np.tanh(examples.PERSON * people),
    }
    written = {name: number(value) for name, value in words.items()}
    said = _say("rnn", why, event=who, **written)
    return _say("rnn", "wrong", people=people, why=said, **written)


def _carries_far(cell: Parameters) -> tuple[bool, str]:
    """Whether a nudge comes far through silence, and not past the bell."""
    bias, bell = cell.forget.b[0], cell.forget.W[0, 1 + examples.EVENTS.index("bell")]
    quiet, rung = float(sigmoid(bias)), float(sigmoid(bias + bell))
    arrives = quiet**Limits.far
    name = "past the bell" if rung >= Limits.through else "far"
    name = "lost on the way" if arrives < Limits.arrives else name
    words = {"arrived": small(arrives), "quiet": number(quiet), "bell": number(bell)}
    return name == "far", _say("long memory", name, rung=rung, **words)


_FORGET = Task("forget", ("forget",), ("f",), _wrong_forget)
_INPUT = Task("input", ("input", "candidate"), ("i", "added"), _wrong_input)
_OUTPUT = Task("output", ("output",), ("o", "h"), _wrong_output)
_LAMP = Task(
    "lamp",
    ("input", "candidate"),
    ("i", "h"),
    _wrong_lamp,
    lambda _, cell: StepExplorer("input", [lamp_case(cell)]),
    wired=examples.lamp,
    names=examples.LAMP_EVENTS,
    day=examples.LAMP_DAY,
    reads=examples.lamp_events,
    tells=examples.lamp_is_on,
    paste="Your lamp as Python:",
)
_RNN = Task(
    "rnn",
    ("layer",),
    ("h",),
    _wrong_rnn,
    lambda _, cell: room_rnn(cell),
    wired=lambda: PlainRNN(Gate([[1, examples.PERSON, -examples.PERSON, -0.1, 0]], [0])),
    day=examples.RNN_DAY,
    run=run_rnn,
    paste="Your layer as Python:",
)
_LONG = Task(
    "long memory",
    ("forget",),
    explorer=lambda *_: Gradients(forget_bias=0.0, bell=0.0),
    wired=counter,
    day=(),
    reads=lambda _: np.zeros((0, len(examples.EVENTS))),
    says=_carries_far,
    move="Move the sliders of the forget bias and of the bell's weight.",
    trait="flow",
)
TASKS = {task.name: task for task in (_FORGET, _INPUT, _OUTPUT, _LAMP, _RNN, _LONG)}

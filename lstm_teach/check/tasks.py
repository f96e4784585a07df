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
from lstm_teach.check.tables import read_table
from lstm_teach.explore.explorer import Explorer
from lstm_teach.explore.gradients import Gradients, counter
from lstm_teach.explore.one_step import StepExplorer
from lstm_teach.explore.presets import lamp_case, room_case
from lstm_teach.explore.variants import PlainRNN, room_rnn, run_rnn
from lstm_teach.parameters import GATES, Gate, Parameters
from lstm_teach.sequence import unroll

# How close a gate must come at every moment, so that all errors of a day together stay below
# half a person.
CLOSE = 0.002
SHOWN_CLOSE = 0.01
FAR, ARRIVES, THROUGH = 50, 0.5, 0.01  # how far a gradient must come, and what a bell may let by
LAMP_ON, LAMP_OFF = 0.7, 0.1  # h of a lamp that is on is at least this, of one that is off at most

_SENTENCES = {
    (task, row.name): row.sentence for task, rows in read_table("wirings").items() for row in rows
}
_LIMITS = {
    "close": CLOSE,
    "keep": 1 - CLOSE,
    "shut": SHOWN_CLOSE,
    "open": 1 - SHOWN_CLOSE,
    "moments": len(examples.DAY),
    "left": 100 * (1 - CLOSE) ** len(examples.DAY),
    "on": LAMP_ON,
    "off": LAMP_OFF,
    "far": FAR,
    "arrives": ARRIVES,
    "through": THROUGH,
}


def _say(task: str, name: str, **words: object) -> str:
    return _SENTENCES[task, name].format(**{**_LIMITS, **words})


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
        weights = dict(zip(self.names, gate.W[0, 1:], strict=True))
        return {
            "b": gate.b[0],
            "h": gate.W[0, 0] * self.step.h_prev[0],
            **{name: weights[name] for name in self.names if name in self.happens},
        }


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be wired, and how to tell: `wrong(moment)` says what is wrong and why, or nothing.

    A task without a day `says` whether the cell does it, and what there is to say.
    """

    explorer: Callable[[Any], Explorer]  # of a cell
    gates: tuple[str, ...]  # the fields of the cell that are the student's
    goal: str
    done: str
    wired: Callable[[], Any]  # the whole cell; the student's gates are taken out of it
    names: tuple[str, ...]  # of the inputs
    day: tuple[str, ...]
    xs: Array
    truth: NDArray[np.signedinteger]
    labels: tuple[str, ...] = ()  # what is shown of each moment
    paste: str = ""  # where the student needs the lines again
    wrong: Callable[[Moment], str | None] = lambda moment: None
    run: Callable[[Any, Array], Any] = unroll
    says: Callable[[Any], tuple[bool, str]] | None = None
    move: str = "Move the sliders of W and b; the day below follows."
    trait: str = "step"  # of the explorer, which changes with the cell

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
        if f <= CLOSE:
            return None
        if f < 0.1:
            return _say("forget", "nearly 0", f=f)
        weak = moment.pulls(moment.cell.forget)["bell"] < 0
        hint = _say("forget", "bell too weak" if weak else "bell not heard")
        return _say("forget", "kept overnight", f=f, hint=hint)
    if f >= 1 - CLOSE:
        return None
    hint = _cause(moment, "f", -1, nearly=f >= 0.9)
    name = "forgets" if f < 0.9 else "forgets slowly"
    return _say("forget", name, f=f, share=100 * f, left=100 * f**25, hint=hint)


def _wrong_input(moment: Moment) -> str | None:
    i, c_tilde = float(moment.step.i[0]), float(moment.step.c_tilde[0])
    passes = ("enter" in moment.happens) - ("leave" in moment.happens)
    if not passes:
        counts = abs(i * c_tilde) > CLOSE
        if i <= SHOWN_CLOSE and not counts:
            return None
        hint = _cause(moment, "i", 1, nearly=i < 0.1)
        name = "written" if counts else "harmless"
        return _say("input", name, i=i, added=_signed(i * c_tilde), hint=hint)
    event = "enter" if passes > 0 else "leave"
    words = {"event": event, "passes": f"{event}s", "i": i}
    if i < 1 - SHOWN_CLOSE:
        heard = moment.pulls(moment.cell.input)[event] > 0
        return _say("input", "half open" if heard else "not heard", **words)
    person = examples.PERSON * passes
    if abs(c_tilde - person) > CLOSE:
        return _say("input", "candidate", c_tilde=_signed(c_tilde), person=_signed(person), **words)
    return None


def _signed(value: float) -> str:
    return f"{value + 0.0:.3f}".replace("-", "−")


def _wrong_output(moment: Moment) -> str | None:
    o = float(moment.step.o[0])
    if "ask" in moment.happens:
        if o >= 1 - SHOWN_CLOSE:
            return None
        heard = moment.pulls(moment.cell.output)["ask"] > 0
        name = "nearly open" if o > 0.9 else "half open" if heard else "not heard"
        return _say("output", "not in full", o=o, hint=_say("output", name))
    if o <= SHOWN_CLOSE:
        return None
    return _say("output", "shown", o=o, hint=_cause(moment, "o", 1, nearly=o < 0.1))


def _wrong_lamp(moment: Moment) -> str | None:
    s, cell, on = moment.step, moment.cell, bool(moment.truth)
    h, before, i = float(s.h[0]), float(s.h_prev[0]), float(s.i[0])
    if h >= LAMP_ON if on else h <= LAMP_OFF:
        return None
    if "press" not in moment.happens:
        name = "written"
    elif i < 0.9 and on:
        name = "half open"
    elif abs(before) <= LAMP_OFF:
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
    arrives = quiet**FAR
    name = "lost on the way" if arrives < ARRIVES else "past the bell" if rung >= THROUGH else "far"
    words = {"arrived": small(arrives), "quiet": number(quiet), "bell": number(bell)}
    return name == "far", _say("long memory", name, rung=rung, **words)


def _task(name: str, **about: Any) -> Task:
    """A task of the room counter's day, unless it is `about` something else."""
    xs = examples.day_events()
    room: dict[str, Any] = {
        "goal": _say(name, "goal"),
        "done": _SENTENCES.get((name, "done"), ""),
        "paste": "To paste into later notebooks:",
        "wired": examples.room_counter,
        "names": examples.EVENTS,
        "day": examples.DAY,
        "xs": xs,
        "truth": examples.people(xs),
    }
    return Task(**(room | about))


_ABOUT: dict[str, dict[str, Any]] = {
    "forget": {
        "explorer": lambda cell: StepExplorer("forget", [room_case(cell)]),
        "gates": ("forget",),
        "labels": ("f",),
        "wrong": _wrong_forget,
    },
    "input": {
        "explorer": lambda cell: StepExplorer("input", [room_case(cell)]),
        "gates": ("input", "candidate"),
        "labels": ("i", "added"),
        "wrong": _wrong_input,
    },
    "output": {
        "explorer": lambda cell: StepExplorer("output", [room_case(cell)]),
        "gates": ("output",),
        "labels": ("o", "h"),
        "wrong": _wrong_output,
    },
    "lamp": {
        "explorer": lambda cell: StepExplorer("input", [lamp_case(cell)]),
        "gates": ("input", "candidate"),
        "paste": "Your lamp as Python:",
        "wired": examples.lamp,
        "names": examples.LAMP_EVENTS,
        "day": examples.LAMP_DAY,
        "xs": examples.lamp_events(),
        "truth": examples.lamp_is_on(examples.lamp_events()).astype(int),
        "labels": ("i", "h"),
        "wrong": _wrong_lamp,
    },
    "rnn": {
        "explorer": room_rnn,
        "gates": ("layer",),
        "paste": "Your layer as Python:",
        "wired": lambda: PlainRNN(Gate([[1, examples.PERSON, -examples.PERSON, -0.1, 0]], [0])),
        "day": examples.RNN_DAY,
        "xs": examples.day_events(examples.RNN_DAY),
        "truth": examples.people(examples.day_events(examples.RNN_DAY)),
        "labels": ("h",),
        "wrong": _wrong_rnn,
        "run": run_rnn,
    },
    "long memory": {
        "explorer": lambda _: Gradients(forget_bias=0.0, bell=0.0),
        "gates": ("forget",),
        "wired": counter,
        "day": (),
        "xs": np.zeros((0, len(examples.EVENTS))),
        "truth": np.zeros(0, dtype=int),
        "says": _carries_far,
        "move": "Move the sliders of the forget bias and of the bell's weight.",
        "trait": "flow",
    },
}

TASKS = {name: _task(name, **about) for name, about in _ABOUT.items()}

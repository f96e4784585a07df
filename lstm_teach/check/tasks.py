"""The wirings: what is to be wired, and what is wrong with a wiring at one moment of the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from lstm_teach import examples
from lstm_teach._arrays import Array
from lstm_teach._style import number, small
from lstm_teach.cell import sigmoid
from lstm_teach.explore.explorer import Explorer
from lstm_teach.explore.gradients import Gradients, counter
from lstm_teach.explore.one_step import StepExplorer
from lstm_teach.explore.presets import event_case, room_case
from lstm_teach.explore.variants import PlainRNN, RNNStep, room_rnn, run_rnn
from lstm_teach.parameters import Gate, Parameters, Step
from lstm_teach.sequence import unroll

# How close a gate must come at every moment, so that all errors of a day together stay below
# half a person.
CLOSE = 0.002
SHOWN_CLOSE = 0.01
FAR, ARRIVES, THROUGH = 50, 0.5, 0.01  # how far a gradient must come, and what a bell may let by
LAMP_ON, LAMP_OFF = 0.7, 0.1  # h of a lamp that is on is at least this, of one that is off at most


S = TypeVar("S", Step, RNNStep)
C = TypeVar("C", Parameters, PlainRNN)


@dataclass(frozen=True, eq=False)
class Moment(Generic[S, C]):
    """One moment of a day, as a judge sees it."""

    happens: frozenset[str]  # the names of what happens
    names: tuple[str, ...]  # of all inputs
    step: S
    cell: C
    truth: int  # what is so after this moment: people in the room, or whether the lamp is on

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
    """What is to be wired, and how to tell.

    `wrong(moment)` says what is wrong and why, or nothing; `shows(step)` gives the numbers to
    look at, one for each of `labels`.
    """

    explorer: Callable[[Any], Explorer]  # of a cell
    gates: tuple[str, ...]  # the fields of the cell that are the student's
    goal: str
    done: str
    wired: Callable[[], Any]  # the whole cell; the student's gates are taken out of it
    paste: str = ""  # where the student needs the lines again
    names: tuple[str, ...] = ()  # of the inputs
    day: tuple[str, ...] = ()
    xs: Array = field(default_factory=lambda: np.zeros((0, 4)))
    truth: NDArray[np.signedinteger] = field(default_factory=lambda: np.zeros(0, dtype=int))
    labels: tuple[str, ...] = ()
    shows: Callable[[Any], tuple[str, ...]] = lambda step: ()
    wrong: Callable[[Moment[Any, Any]], str | None] = lambda moment: None
    run: Callable[[Any, Array], Any] = unroll
    # for a task without a day: whether the cell does it, and what there is to say
    says: Callable[[Any], tuple[bool, str]] | None = None
    move: str = "Move the sliders of W and b; the day below follows."
    trait: str = "step"  # of the explorer, which changes with the cell


def _cause(moment: Moment[S, C], letter: str, gate: Gate, sign: int, only: str, nearly: str) -> str:
    """Point at what pulls z hardest in the wrong direction, up (1) or down (-1).

    `only` says what alone may pull there, `nearly` what to do when the gate is nearly right and
    nothing but the bias is to blame.
    """
    pulls = moment.pulls(gate)
    culprit = max(pulls, key=lambda name: sign * pulls[name])
    if culprit == "h" and sign * pulls["h"] > 0:
        return (
            f"h is not 0 here, since the moment before showed something: look at W_{letter}[0, h]"
        )
    if culprit != "b" and sign * pulls[culprit] > 0:
        return f"{only}: look at W_{letter}[0, {culprit}]"
    return nearly or "When nothing happens all inputs are 0: which number still speaks?"


def _wrong_forget(moment: Moment[Step, Parameters]) -> str | None:
    f, gate = float(moment.step.f[0]), moment.cell.forget
    if "bell" in moment.happens:
        if f <= CLOSE:
            return None
        if f < 0.1:
            return (
                f"the bell rings and f is {f:.3f}. That is close to 0, but not close enough. "
                "Pull z further down"
            )
        hint = (
            "The bell pulls z down, but not far below 0"
            if moment.pulls(gate)["bell"] < 0
            else "Which weight does the bell go through? It must pull z far below 0"
        )
        return (
            f"the bell rings and f is {number(f)}, so people stay in the memory overnight. {hint}"
        )
    if f >= 1 - CLOSE:
        return None
    nearly = "Push z higher" if f >= 0.9 else ""
    hint = _cause(moment, "f", gate, -1, "Only the bell may pull z down", nearly)
    if f < 0.9:
        return (
            f"the bell is silent and f is {number(f)}, so only {100 * f:.0f}% of the memory is "
            f"left after this one moment. {hint}"
        )
    return (
        f"the bell is silent and f is {f:.3f}. That is close to 1, but it is applied at every "
        f"moment: after 25 of them only {100 * f**25:.0f}% is left. {hint}"
    )


def _wrong_input(moment: Moment[Step, Parameters]) -> str | None:
    i, c_tilde = float(moment.step.i[0]), float(moment.step.c_tilde[0])
    passes = ("enter" in moment.happens) - ("leave" in moment.happens)
    wanted = examples.PERSON * passes
    if not passes:
        if i <= SHOWN_CLOSE and abs(i * c_tilde) <= CLOSE:
            return None
        added = (
            f"so {_signed(i * c_tilde)} is added"
            if abs(i * c_tilde) > CLOSE
            else "and nothing is added only because the candidate happens to be 0"
        )
        nearly = "Pull z further down" if i < 0.1 else ""
        hint = "Shut the input gate when the door is still. " + _cause(
            moment, "i", moment.cell.input, 1, "Only enter and leave may open it", nearly
        )
        return f"nobody comes or goes and i is {i:.3f}, {added}. {hint}"
    who, event = ("somebody enters", "enter") if passes > 0 else ("somebody leaves", "leave")
    if i < 1 - SHOWN_CLOSE:
        hint = (
            "Open the gate wider"
            if moment.pulls(moment.cell.input)[event] > 0
            else f"Which weight does {event} go through?"
        )
        return f"{who} and i is {i:.3f}, so it is not written in full. {hint}"
    if abs(c_tilde - wanted) > CLOSE:
        return f"{who} and the candidate is {_signed(c_tilde)}; one person is {_signed(wanted)}"
    return None


def _signed(value: float) -> str:
    return f"{value + 0.0:.3f}".replace("-", "−")


def _wrong_output(moment: Moment[Step, Parameters]) -> str | None:
    o, gate = float(moment.step.o[0]), moment.cell.output
    if "ask" in moment.happens:
        if o >= 1 - SHOWN_CLOSE:
            return None
        hint = (
            "Push z higher"
            if o > 0.9
            else "ask opens the gate, but not far enough: what does the bias say?"
            if moment.pulls(gate)["ask"] > 0
            else "Which weight does ask go through?"
        )
        return f"somebody asks and o is {o:.3f}, so the answer is not shown in full. {hint}"
    if o <= SHOWN_CLOSE:
        return None
    nearly = "Pull z further down" if o < 0.1 else ""
    hint = _cause(moment, "o", gate, 1, "Only ask may open the gate", nearly)
    return f"nobody asks and o is {o:.3f}, so some of the count is shown all the same. {hint}"


def _wrong_lamp(moment: Moment[Step, Parameters]) -> str | None:
    s, on, pressed = moment.step, bool(moment.truth), "press" in moment.happens
    h, before, i, c_tilde = (float(v[0]) for v in (s.h, s.h_prev, s.i, s.c_tilde))
    if h >= LAMP_ON if on else h <= LAMP_OFF:
        return None
    if not pressed:
        return (
            f"nobody presses, and h goes from {number(before)} to {number(h)}: i is {i:.3f}, so "
            "the candidate is written all the same. Shut the input gate when nobody presses"
        )
    if i < 0.9 and on:
        return (
            f"somebody presses and i is {number(i)}, so the candidate is not written in full. "
            "A press must open the input gate"
        )
    said = (
        f"somebody presses and the lamp must go {'on' if on else 'off'}: h showed "
        f"{number(before)}, and the candidate is {number(c_tilde)}. "
    )
    if abs(before) <= LAMP_OFF:
        return said + "When h is 0 no weight of h speaks: which number of the candidate does?"
    if not moment.cell.candidate.W[0, 0] and not moment.cell.input.W[0, 0]:
        return said + (
            "h does not reach the candidate: W_c[0, h] is 0, so the cell cannot know whether the "
            "lamp is on"
        )
    return said + "It must be the opposite of what h showed: which sign has W_c[0, h]?"


def _counted(h: float) -> float:
    """How many people this h stands for: tanh(0.1 people), as the room counter answers."""
    return float(np.arctanh(np.clip(h, -1 + 1e-15, 1 - 1e-15)) / examples.PERSON)


def _wrong_rnn(moment: Moment[RNNStep, PlainRNN]) -> str | None:
    h, before, people = float(moment.step.h[0]), float(moment.step.h_prev[0]), moment.truth
    if abs(_counted(h) - people) < 0.5:
        return None
    weight, pulls = moment.cell.layer.W[0, 0], moment.pulls(moment.cell.layer)
    said = f"h goes from {number(before)} to {number(h)}, and for {people} inside it should be "
    said += f"{number(np.tanh(examples.PERSON * people))}. "
    if "bell" in moment.happens:
        return said + (
            "W[0, bell] is 0, so the bell is not heard"
            if not pulls["bell"]
            else f"The bell adds {number(pulls['bell'])}, however many are inside; to empty the "
            f"room it would have to take off what is there, and that is now {number(before)}. One "
            "number cannot do this for every count: h would have to be multiplied by 0, at this "
            f"moment only, and W[0, h] = {number(weight)} multiplies at all moments alike. What is "
            "missing is a gate"
        )
    if abs(_counted(before) - people) >= 0.5 and not {"enter", "leave"} & moment.happens:
        return said + "It was wrong already the moment before"
    if not moment.happens - {"ask"}:
        hint = (
            f"Nobody passes, and W[0, h] = {number(weight)} multiplies h all the same"
            if not pulls["b"] and not pulls.get("ask")
            else "Nobody passes: what do the bias and ask add here?"
        )
        return said + hint
    who, one = ("enter", 1) if "enter" in moment.happens else ("leave", -1)
    if abs(pulls[who] - one * examples.PERSON) > 0.021:
        one_person = number(one * examples.PERSON)
        return said + f"Of this, W[0, {who}] adds {number(pulls[who])}; one person is {one_person}"
    return said + (
        f"W[0, h] = {number(weight)} makes {number(weight * before)} of what was there, and tanh "
        "squeezes the sum. Which weight of h keeps the count as it is?"
    )


def _carries_far(cell: Parameters) -> tuple[bool, str]:
    """Whether a nudge comes far through silence, and not past the bell."""
    bias, bell = cell.forget.b[0], cell.forget.W[0, 1 + examples.EVENTS.index("bell")]
    quiet, rung = float(sigmoid(bias)), float(sigmoid(bias + bell))
    said = f"{small(quiet**FAR)} arrives after {FAR} quiet moments, "
    said += f"and a bell lets {rung:.3f} through."
    if quiet**FAR < ARRIVES:
        return False, f"{said} The gate of a quiet moment is {number(quiet)}: open it further."
    if rung >= THROUGH:
        return False, f"{said} The bell must beat the bias, and {number(bell)} does not."
    return True, said


def _room(**about: Any) -> Task:
    xs = examples.day_events()
    return Task(
        paste="To paste into 06 and 07:",
        wired=examples.room_counter,
        names=examples.EVENTS,
        day=examples.DAY,
        xs=xs,
        truth=examples.people(xs),
        **about,
    )


TASKS = {
    "forget": _room(
        explorer=lambda cell: StepExplorer("forget", [room_case(cell)]),
        gates=("forget",),
        goal=f"Keep everything (f at least {1 - CLOSE:g}, so that a day of {len(examples.DAY)} "
        f"moments keeps {100 * (1 - CLOSE) ** len(examples.DAY):.0f}%), and wipe the memory when "
        f"the bell rings (f at most {CLOSE:g}).",
        done="The gate keeps everyone all day and empties the room at the bell.",
        labels=("f",),
        shows=lambda step: (number(step.f[0]),),
        wrong=_wrong_forget,
    ),
    "input": _room(
        explorer=lambda cell: StepExplorer("input", [room_case(cell)]),
        gates=("input", "candidate"),
        goal="Add 0.1 when somebody enters, take off 0.1 when somebody leaves (i at least "
        f"{1 - SHOWN_CLOSE:g}), and keep the input gate shut at all other moments (i at most "
        f"{SHOWN_CLOSE:g}).",
        done="Every arrival adds one person, every departure takes one off, and nothing else "
        "counts.",
        labels=("i", "added"),
        shows=lambda step: (number(step.i[0]), f"{step.added[0] + 0.0:+.2f}".replace("-", "−")),
        wrong=_wrong_input,
    ),
    "output": _room(
        explorer=lambda cell: StepExplorer("output", [room_case(cell)]),
        gates=("output",),
        goal=f"Show the count when somebody asks (o at least {1 - SHOWN_CLOSE:g}), and only then "
        f"(o at most {SHOWN_CLOSE:g} at all other moments).",
        done="The cell answers when it is asked, and is silent otherwise.",
        labels=("o", "h"),
        shows=lambda step: (number(step.o[0]), number(np.round(step.h[0], 2))),
        wrong=_wrong_output,
    ),
    "lamp": Task(
        explorer=lambda cell: StepExplorer("input", [event_case(cell, examples.LAMP_EVENTS)]),
        gates=("input", "candidate"),
        goal="Each press turns the lamp on when it was off, and off when it was on: h near 0.76 "
        f"(at least {LAMP_ON:g}), or not above 0 (at most {LAMP_OFF:g}).",
        done="Each press turns the lamp over, because the cell hears what it showed.",
        paste="Your lamp as Python:",
        wired=examples.lamp,
        names=examples.LAMP_EVENTS,
        day=examples.LAMP_DAY,
        xs=examples.lamp_events(),
        truth=examples.lamp_is_on(examples.lamp_events()).astype(int),
        labels=("i", "h"),
        shows=lambda step: (number(step.i[0]), number(np.round(step.h[0], 2))),
        wrong=_wrong_lamp,
    ),
    "rnn": Task(
        explorer=room_rnn,
        gates=("layer",),
        goal="Make one unit of a plain RNN count: h near 0.1 for each person inside, at every "
        "moment, and 0 after the bell.",
        done="This counts the whole day.",
        paste="Your layer as Python:",
        wired=lambda: PlainRNN(Gate([[1, examples.PERSON, -examples.PERSON, -0.1, 0]], [0])),
        names=examples.EVENTS,
        day=examples.RNN_DAY,
        xs=examples.day_events(examples.RNN_DAY),
        truth=examples.people(examples.day_events(examples.RNN_DAY)),
        labels=("h",),
        shows=lambda step: (number(step.h[0]),),
        wrong=_wrong_rnn,
        run=run_rnn,
    ),
    "long memory": Task(
        explorer=lambda _: Gradients(forget_bias=0.0, bell=0.0),
        gates=("forget",),
        goal=f"Of a nudge, at least {ARRIVES:g} must arrive after {FAR} quiet moments, and a bell "
        f"must let less than {THROUGH:g} of it through.",
        done="",
        wired=counter,
        says=_carries_far,
        move="Move the sliders of the forget bias and of the bell's weight.",
        trait="flow",
    ),
}

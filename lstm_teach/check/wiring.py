"""Live challenges: wire a gate of the room counter by its sliders, checked on a day of events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from lstm_teach import examples
from lstm_teach._style import QUIET, number
from lstm_teach.cell import Parameters, Step
from lstm_teach.check.examine import MARKS, box
from lstm_teach.explore.explorer import Explorer
from lstm_teach.explore.page import Page, with_picture
from lstm_teach.explore.presets import room_case
from lstm_teach.explore.view import View
from lstm_teach.sequence import unroll

# How close a gate must come at every moment, so that all errors of a day together stay below
# half a person.
CLOSE = 0.002
SHOWN_CLOSE = 0.01


@dataclass(frozen=True)
class Task:
    """What is to be wired, and how to tell.

    `wrong(events, moment)` gets the events of one moment by name and its `Step`; it returns what
    is wrong and why, or nothing. `shows(moment)` gives the numbers to look at.
    """

    focus: str
    gates: tuple[str, ...]  # the fields of Parameters that are the student's
    goal: str
    done: str
    shows: Callable[[Step], str]
    wrong: Callable[[dict[str, bool], Step], str | None]


def _wrong_forget(happens: dict[str, bool], moment: Step) -> str | None:
    f = float(moment.f[0])
    if happens["bell"]:
        if f <= CLOSE:
            return None
        if f < 0.1:
            return (
                f"the bell rings and f is {f:.3f}. That is close to 0, but not close enough. "
                "Pull z further down"
            )
        return (
            f"the bell rings and f is {number(f)}, so people stay in the memory overnight. "
            "Which weight does the bell go through? It must pull z far below 0"
        )
    if f >= 1 - CLOSE:
        return None
    if any(happens.values()):
        hint = "Only the bell may pull z down: look at the weights of what happens here"
    elif f < 0.9:
        hint = "When nothing happens all inputs are 0: which number still speaks?"
    else:
        hint = "Push z higher"
    if f < 0.9:
        return (
            f"the bell is silent and f is {number(f)}, so only {100 * f:.0f}% of the memory is "
            f"left after this one moment. {hint}"
        )
    return (
        f"the bell is silent and f is {f:.3f}. That is close to 1, but it is applied at every "
        f"moment: after 25 of them only {100 * f**25:.0f}% is left. {hint}"
    )


def _wrong_input(happens: dict[str, bool], moment: Step) -> str | None:
    i, c_tilde = float(moment.i[0]), float(moment.c_tilde[0])
    wanted = examples.PERSON * (happens["enter"] - happens["leave"])
    if abs(i * c_tilde - wanted) <= CLOSE:
        return None
    if not wanted:
        return (
            f"nobody comes or goes, and yet {i * c_tilde:.3f} is added: i is {number(i)}. "
            "Shut the input gate when the door is still"
        ).replace("-", "−")
    who = "somebody enters" if wanted > 0 else "somebody leaves"
    if i > 1 - 10 * CLOSE and abs(c_tilde - wanted) > CLOSE:
        said = f"{who} and the candidate is {c_tilde:.3f}; one person is {wanted:.3f}"
        return said.replace("-", "−")
    return f"{who} and i is {i:.3f}, so it is not written in full. Open the gate wider"


def _wrong_output(happens: dict[str, bool], moment: Step) -> str | None:
    o = float(moment.o[0])
    if happens["ask"]:
        if o >= 1 - SHOWN_CLOSE:
            return None
        hint = "Push z higher" if o > 0.9 else "Which weight does ask go through?"
        return f"somebody asks and o is {o:.3f}, so the answer is not shown in full. {hint}"
    if o <= SHOWN_CLOSE:
        return None
    hint = (
        "Push z lower"
        if o < 0.1
        else "Only ask may open the gate: look at the weights of what happens here"
        if any(happens.values())
        else "When nothing happens all inputs are 0: which number still speaks?"
    )
    return f"nobody asks and o is {o:.3f}, so some of the count is shown all the same. {hint}"


TASKS = {
    "forget": Task(
        "forget",
        ("forget",),
        "Keep everything, and wipe the memory when the bell rings.",
        "The gate keeps everyone all day and empties the room at the bell.",
        lambda moment: f"f {number(moment.f[0])}",
        _wrong_forget,
    ),
    "input": Task(
        "input",
        ("input", "candidate"),
        "Add 0.1 when somebody enters, take off 0.1 when somebody leaves, and nothing else.",
        "Every arrival adds one person, every departure takes one off, and nothing else counts.",
        lambda moment: f"{moment.added[0]:+.2f}".replace("-", "−"),
        _wrong_input,
    ),
    "output": Task(
        "output",
        ("output",),
        "Show the count when somebody asks, and only then.",
        "The cell answers when it is asked, and is silent otherwise.",
        lambda moment: f"o {number(moment.o[0])}",
        _wrong_output,
    ),
}

NEUTRAL = f"1px solid {QUIET}"
_CARD = (
    '<span style="display:inline-block;text-align:center;min-width:62px;padding:2px 4px;'
    'margin:2px;border:{border};background:#fff;color:#1a1a1a;line-height:1.3;font-size:12px">'
    "{event}<br>{shown} {mark}</span>"
)


class Challenge(Page):
    """An explorer whose weights start at 0, and a verdict on a day of events that follows them.

    Attributes
    ----------
    explorer : Explorer
        With its `.controls`.
    passed : bool or None
        None as long as nothing has been moved.
    parameters : Parameters
        The room counter with the student's gate in it; all other gates are wired already.
    description : str
        The verdict in words.
    """

    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task
        unwired = Parameters.zeros(len(examples.EVENTS), 1)
        start = replace(
            examples.room_counter(), **{name: getattr(unwired, name) for name in task.gates}
        )
        self.explorer = Explorer(task.focus, [room_case(start)])
        self.controls = self.explorer.controls
        self._verdict = View()
        self._xs = examples.day_events()
        self._names = examples.event_names(self._xs)
        self.children = [self.explorer, self._verdict]
        self.explorer.observe(lambda _: self._judge(), "step")
        self._judge()

    @property
    def parameters(self) -> Parameters:
        """The room counter with the student's gate in it."""
        return self.explorer.parameters

    def _judge(self) -> None:
        mine = self.parameters
        steps = unroll(mine, self._xs)
        wrong = [
            self._task.wrong(dict(zip(examples.EVENTS, map(bool, x), strict=True)), moment)
            for x, moment in zip(self._xs, steps, strict=True)
        ]
        gates = [getattr(mine, name) for name in self._task.gates]
        untouched = not any(gate.W.any() or gate.b.any() for gate in gates)
        self.passed = None if untouched else not any(wrong)
        if self.passed is None:
            said = f"{self._task.goal} Move the sliders of W and b; the day below follows."
        elif self.passed:
            said = self._task.done
        else:
            t = next(t for t, complaint in enumerate(wrong) if complaint)
            right = len(wrong) - sum(map(bool, wrong))
            said = (
                f"{right} of {len(wrong)} moments are right. "
                f"At moment {t + 1} ({self._names[t]}) {wrong[t]}"
            )
            said += "" if said.endswith("?") else "."
        self.description = f"{MARKS[self.passed]} {said}"
        cards = "".join(
            _CARD.format(
                event=name,
                shown=self._task.shows(steps[t]),
                mark="" if self.passed is None else "✗" if complaint else "✓",
                border="2px dashed #b00020" if complaint and self.passed is False else NEUTRAL,
            )
            for t, (name, complaint) in enumerate(zip(self._names, wrong, strict=True))
        )
        self._verdict.words = (
            box(self.passed, f"<b>{self.description}</b>", 'class="lstm-sentence"') + cards
        )

    def _saved(self) -> tuple[dict[str, object], dict[str, object]]:
        return with_picture(self.explorer.picture(self.description), self.description)


def wire_forget_gate() -> Challenge:
    """Wire the room counter's forget gate by its sliders: keep everything, wipe at the bell."""
    return Challenge(TASKS["forget"])


def wire_input_gate() -> Challenge:
    """Wire the input gate and the candidate: count an arrival as +0.1, a departure as -0.1."""
    return Challenge(TASKS["input"])


def wire_output_gate() -> Challenge:
    """Wire the output gate: show the count only when asked."""
    return Challenge(TASKS["output"])

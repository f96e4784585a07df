"""Live challenges: wire a gate by its sliders, judged on a whole day at every move."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from lstm_teach.check.tasks import TASKS, Moment, Task
from lstm_teach.check.verdict import MARKS, below
from lstm_teach.explore.page import Page, with_picture
from lstm_teach.parameters import Gate

__all__ = ["Challenge", "wire_forget_gate", "wire_input_gate", "wire_lamp", "wire_long_memory",
           "wire_output_gate", "wire_rnn"]  # fmt: skip


@dataclass(frozen=True)
class Judgment:
    """What a wiring does on the day: None as long as all weights are 0, and the moments."""

    passed: bool | None
    description: str
    cards: tuple[tuple[str, ...], ...]  # for each moment what happens, and the numbers
    wrong: tuple[bool, ...]


def judge(task: Task, cell: Any) -> Judgment:
    """Take a cell through the task's day and say whether it does what it should."""
    steps = task.run(cell, task.xs)
    complaints = [
        task.wrong(Moment(task.names, step, cell, int(truth)))
        for step, truth in zip(steps, task.truth, strict=True)
    ]
    wrong = tuple(map(bool, complaints))
    gates = [getattr(cell, name) for name in task.gates]
    passed: bool | None
    passed, said = task.says(cell) if task.says else (not any(wrong), task.done)
    if not any(gate.W.any() or gate.b.any() for gate in gates):
        passed, said = None, f"{task.goal} {task.move}"
    elif any(wrong):
        t = wrong.index(True)
        said = f"{wrong.count(False)} of {len(wrong)} moments are right. "
        said += f"At moment {t} ({task.day[t]}) {complaints[t]}"
        said += "" if said.endswith("?") else "."
    cards = tuple((name, *task.shows(step)) for name, step in zip(task.day, steps, strict=True))
    return Judgment(passed, f"{MARKS[passed]} {said}", cards, wrong)


# ---- how a judgment looks ----------------------------------------------------------------------


def in_html(task: Task, judgment: Judgment, cell: Any) -> str:
    """Write one sentence, the day, and the lines to paste when it has passed."""
    if not task.day:
        return below(judgment.passed, judgment.description)
    copied = _copied(task, cell) if judgment.passed else ""
    return below(judgment.passed, judgment.description, _day(task, judgment) + copied)


def _day(task: Task, judgment: Judgment) -> str:
    """Write a table with a row for each moment; view.css lays the rows side by side, as cards."""
    judged, row = judgment.passed is not None, '<tr class="{}">{}</tr>'.format
    heads = ("moment", *task.labels, "right")
    rows = [row("", "".join(f'<th scope="col">{head}</th>' for head in heads))]
    for (name, *numbers), wrong in zip(judgment.cards, judgment.wrong, strict=True):
        cells = (*numbers, ("✗" if wrong else "✓") if judged else "·")
        written = f'<th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in cells)
        rows.append(row("lstm-wrong" if judged and wrong else "", written))
    return f'<table class="lstm-day"><tbody>{"".join(rows)}</tbody></table>'


def _copied(task: Task, cell: Any) -> str:
    lines = [f"{name}={as_python(getattr(cell, name))}," for name in task.gates]
    text = escape("\n".join(lines))
    return (
        f'<div style="display:flex;gap:8px;align-items:center;font-size:13px">{task.paste}'
        f'<pre style="margin:0;padding:2px 6px">{text}</pre>'
        f'<button type="button" class="lstm-copy" data-copy="{text}">Copy</button></div>'
    )


def as_python(gate: Gate) -> str:
    """Write a gate as Python, as the sliders show it: -20 and 1.6, not -20.0 and 1.59999999999."""
    W, b = ((array.round(6) + 0.0).tolist() for array in (gate.W, gate.b))
    return re.sub(r"\.0\b", "", f"Gate({W}, {b})")


# ---- the widget --------------------------------------------------------------------------------


class Challenge(Page):
    """An explorer whose weights start at 0, and a verdict on a day of events that follows them.

    Attributes
    ----------
    explorer : Explorer
        With its `.controls`.
    passed : bool or None
        None as long as nothing has been moved.
    parameters : Parameters or PlainRNN
        The cell with the student's gates in it; all others are wired already.
    description : str
        The verdict in words.
    """

    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task
        wired = task.wired()
        gates = {name: getattr(wired, name) for name in task.gates}
        unwired = {name: Gate(0 * gate.W, 0 * gate.b) for name, gate in gates.items()}
        self.explorer = task.explorer(task.name, replace(wired, **unwired))
        self.controls = self.explorer.controls
        self.children = [self.explorer]
        self.explorer.observe(lambda _: self._judge(), task.trait)
        self._judge()

    @property
    def parameters(self) -> Any:
        """The cell with the student's gates in it."""
        return self.explorer.parameters

    def _judge(self) -> None:
        mine = self.parameters
        judgment = judge(self._task, mine)
        self.passed, self.description = judgment.passed, judgment.description
        self.explorer.view.verdict = in_html(self._task, judgment, mine)

    def _saved(self) -> tuple[dict[str, object], dict[str, object]]:
        return with_picture(lambda: self.explorer.picture(self.description), self.description)


def wire_forget_gate() -> Challenge:
    """Wire the room counter's forget gate by its sliders: keep everything, wipe at the bell."""
    return Challenge(TASKS["forget"])


def wire_input_gate() -> Challenge:
    """Wire the input gate and the candidate: count an arrival as +0.1, a departure as -0.1."""
    return Challenge(TASKS["input"])


def wire_output_gate() -> Challenge:
    """Wire the output gate: show the count only when asked."""
    return Challenge(TASKS["output"])


def wire_lamp() -> Challenge:
    """Wire a lamp that each press turns over: the candidate writes the opposite of h."""
    return Challenge(TASKS["lamp"])


def wire_rnn() -> Challenge:
    """Wire the room counter with one unit of a plain RNN. Nobody can: it has no gate."""
    return Challenge(TASKS["rnn"])


def wire_long_memory() -> Challenge:
    """Set the forget gate so that a gradient comes far through silence, and not past the bell."""
    return Challenge(TASKS["long memory"])

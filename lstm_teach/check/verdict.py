"""What a check found, and the calm box that says so."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np

from lstm_teach._style import COLORS, INK, PAPER, QUIET_INK

# Right and not yet differ by mark and words; the color only helps.
MARKS = {True: "✓ Right.", False: "✗ Not yet.", None: "○ Unanswered."}
TONES = {True: COLORS["i"], False: COLORS["c_tilde"], None: QUIET_INK}


def box(passed: bool | None, content: str, attributes: str = "") -> str:
    """Put HTML into a calm box whose edge has the color of the verdict."""
    return (
        f'<div {attributes} style="background: {PAPER}; color: {INK}; line-height: 1.5; '
        f"border-left: 6px solid {TONES[passed]}; padding: 8px 12px; white-space: pre-line; "
        f'overflow-wrap: anywhere">{content}</div>'
    )


def below(passed: bool | None, description: str, more: str = "") -> str:
    """Write what a challenge says below its sliders: one sentence, and HTML that comes after it."""
    return (
        f'<div style="border-left:6px solid {TONES[passed]};padding:2px 10px;background:#fff;'
        f'color:#1a1a1a;line-height:1.4">'
        f'<div class="lstm-sentence">{html.escape(description, quote=False)}</div>{more}</div>'
    )


def blank(answer: object) -> bool:
    """Whether there is still a `...`, or nothing at all, where an answer should be."""
    parts = answer if isinstance(answer, tuple | list) else [answer]
    return any(part is None or part is ... for part in parts)


def kind(value: object) -> str:
    """Say in a few words what this is: "an array of shape (2,)", "a pair …", "a str"."""
    if isinstance(value, np.ndarray) and value.dtype.kind not in "bfiu":
        return f"an array of shape {value.shape} that holds {value.dtype} and not plain numbers"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, dict) and value:
        return f"a dict with {', '.join(map(repr, value))}"
    if isinstance(value, tuple | list) and 0 < len(value) < 4:
        return f"a {type(value).__name__} of {len(value)}: {', '.join(map(kind, value))}"
    if isinstance(value, int | float | np.number):
        return "a single number"
    return f"a {type(value).__name__}"


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a check found: the sentence says what happened and what to do.

    A notebook shows it in a box. A grader asserts it, and gets the sentence as the reason::

        verdict = check.forget_gate(my_forget_gate)
        assert verdict.passed, verdict

    Attributes
    ----------
    passed : bool or None
        None when nothing has been answered yet. A function that hands the work on to the
        function of lstm_teach that it is to be has not passed, although its numbers are right.
    sentence : str
        In plain text, with line breaks.
    mistake : str or None
        The name of a known mistake.
    """

    passed: bool | None
    sentence: str
    mistake: str | None = None

    def __bool__(self) -> bool:
        """Only a right answer is true, so that `assert check.step(my_step)` asserts something."""
        return self.passed is True

    def __repr__(self) -> str:
        return f"{MARKS[self.passed]} {self.sentence}"

    def _repr_html_(self) -> str:
        mark = f'<b style="color: {TONES[self.passed]}">{MARKS[self.passed]}</b>'
        return box(self.passed, f"{mark} {html.escape(self.sentence)}")

"""Predict, then see: a question that is asked before the notebook answers it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import ipywidgets

from lstm_teach.check.verdict import MARKS, TONES, box
from lstm_teach.explore.page import Page
from lstm_teach.explore.view import View

_PROMPT = "Choose, then check."
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")  # a tag, and not "f < 1 and c > 0"


class Prediction(Page):
    """A question to commit to before its answer is seen; made by `predict`.

    Attributes
    ----------
    choice : ipywidgets.RadioButtons
        The choices; nothing is chosen at first.
    button : ipywidgets.Button
        Commits the choice.
    feedback : View
        What is said about it; screen readers read it out when it changes.
    controls : dict of str to widget
        The choices and the button by their labels.
    passed : bool or None
        Whether the choice last committed is right; None as long as there is none.
    """

    def __init__(self, question: str, options: Mapping[str, str], answer: str) -> None:
        super().__init__()
        self._question, self._options, self._answer = question, dict(options), answer
        self._hint = ""  # of the last wrong choice
        wide, choices = {"width": "auto"}, list(options)
        self.choice = ipywidgets.RadioButtons(options=choices, value=None, layout=wide)
        self.button = ipywidgets.Button(description="Check my answer", layout=wide)
        self.feedback = View()
        self.controls = {"Your answer": self.choice, self.button.description: self.button}
        self._say(None, _PROMPT)
        self.choice.observe(self._on_choice, "value")
        self.button.on_click(self._on_check)
        asked, check = ipywidgets.HTML(f"<b>{question}</b>"), ipywidgets.HBox([self.button])
        self.children = [asked, self.choice, check, self.feedback]
        self.add_class("lstm-predict")

    def _on_choice(self, change: dict[str, object]) -> None:
        # What was said of the choice before must not stand beside the new one as if it were
        # about that; a hint stays readable.
        self._say(None, f"{_PROMPT} Your last hint: {self._hint}" if self._hint else _PROMPT)

    def _on_check(self, button: ipywidgets.Button) -> None:
        chosen = self.choice.value
        if chosen is None:
            self._say(None, "Pick one of the choices first, then check.")
            return
        passed = chosen == self._answer
        self._hint = "" if passed else self._options[chosen]
        self._say(passed, self._options[chosen])

    def _say(self, passed: bool | None, text: str) -> None:
        self.passed = passed
        mark = "" if passed is None else f'<b style="color: {TONES[passed]}">{MARKS[passed]}</b> '
        self.feedback.show(words=box(passed, mark + text, 'class="lstm-sentence"'))

    def _saved(self) -> tuple[dict[str, object], dict[str, object]]:
        """What a reader without a kernel sees: the question and its choices, no answer."""
        plain = html.unescape(_TAG.sub("", self._question))
        choices = "".join(f"  ( ) {option}\n" for option in self._options)
        return {"text/plain": f"{plain}\n{choices}Run this notebook to answer."}, {}


def predict(question: str, options: Mapping[str, str], answer: str) -> Prediction:
    """Ask for a prediction: commit first, then see.

    Parameters
    ----------
    question : str
        Plain text or simple HTML.
    options : mapping of str to str
        Each choice (plain text) and what is said when it is committed: the explanation for the
        right one, for each wrong one a hint fitted to that misconception (plain or simple HTML).
    answer : str
        The right choice.

    Raises
    ------
    ValueError
        When the answer is not among at least two choices, or a choice has nothing to say.
    """
    if len(options) < 2:
        raise ValueError(f"options has {len(options)} of the choices; there must be at least 2")
    if answer not in options:
        raise ValueError(f"answer is {answer!r}; it must be one of {', '.join(map(repr, options))}")
    for option, said in options.items():
        if not (isinstance(said, str) and said.strip()):
            raise ValueError(f"the hint for {option!r} is empty; it must say what to learn from it")
    return Prediction(question, options, answer)

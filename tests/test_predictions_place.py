"""Nobody gets a prediction right by the look of its choices: place, reason and length say nothing.

Counted over all notebooks, from their cells as they are saved; nothing is run.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from typing import NamedTuple

from tests.test_notebooks_saved import PATHS, code_cells, source, text_of

REASON = re.compile(r"\b(because|since|so that)\b|: \w")


class Question(NamedTuple):
    """One prediction: its lesson, its choices as they are shown, and which of them is right."""

    lesson: str
    choices: tuple[str, ...]
    right: int


@cache
def questions() -> list[Question]:
    found = []
    for path in PATHS:
        for cell in code_cells(path):
            for call in ast.walk(ast.parse(source(cell))):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "check.predict":
                    shown = re.findall(r"^  \( \) (.*)$", text_of(cell["outputs"][0]), re.MULTILINE)
                    found.append(Question(path.stem, tuple(shown), _right(call)))
    return found


def _right(call: ast.Call) -> int:
    """The place of the choice that is written as the answer is."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    options = call.args[1] if len(call.args) > 1 else given["options"]
    answer = call.args[2] if len(call.args) > 2 else given["answer"]
    keys = [ast.unparse(key) for key in options.keys]
    assert keys.count(ast.unparse(answer)) == 1, f"write the answer as its key: {keys}"
    return keys.index(ast.unparse(answer))


def test_every_prediction_is_found() -> None:
    written = sum(source(cell).count("check.predict(") for p in PATHS for cell in code_cells(p))
    assert len(questions()) == written > 40
    assert all(0 <= q.right < len(q.choices) and len(q.choices) >= 3 for q in questions())


def test_the_right_choice_stands_everywhere() -> None:
    places = Counter(q.right for q in questions() if len(q.choices) == 3)
    for place in range(3):
        assert 0.25 <= places[place] / places.total() <= 0.42, places


def test_the_third_place_does_not_follow_from_the_first_two() -> None:
    lessons: dict[str, list[int]] = {}
    for q in questions():
        lessons.setdefault(q.lesson, []).append(q.right)
    three = {lesson: places[:3] for lesson, places in lessons.items() if len(places) >= 3}
    each_once = [lesson for lesson, places in three.items() if len(set(places)) == 3]
    assert len(each_once) <= len(three) / 2, each_once
    assert len({tuple(places) for places in three.values()}) > len(three) / 2, three


def test_a_reason_says_nothing() -> None:
    right = [bool(REASON.search(q.choices[q.right])) for q in questions()]
    wrong = [
        bool(REASON.search(choice))
        for q in questions()
        for k, choice in enumerate(q.choices)
        if k != q.right
    ]
    shares = sum(right) / len(right), sum(wrong) / len(wrong)
    assert abs(shares[0] - shares[1]) <= 0.12, shares


def test_the_length_says_nothing() -> None:
    longest = [q for q in questions() if len(max(q.choices, key=len)) == len(q.choices[q.right])]
    assert 0.2 <= len(longest) / len(questions()) <= 0.47, [q.choices[q.right] for q in longest]

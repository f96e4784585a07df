"""The notebooks in use: every control moved, every prompt answered, every exercise solved.

The code cells run here, in this process, so that what they show can be held and moved. nbval
runs the same cells in a kernel but never touches a control.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lstm_teach import check
from lstm_teach.explore.curve import Curve
from lstm_teach.explore.explorer import Explorer
from lstm_teach.explore.names import NamesExplorer
from lstm_teach.explore.training import TrainingExplorer
from tests.explore.sweep import sweep
from tests.test_notebooks_saved import NOTEBOOKS, cells

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
SOLUTION = re.compile(r"<details>.*?```python\n(.*?)```.*?</details>", re.DOTALL)
#: A curve has no control; what learns starts anew at each one, as its own tests know.
SWEPT_BY_THEMSELVES = (Curve, TrainingExplorer, NamesExplorer)
CHECK = re.compile(r"^check\.(\w+)\((my_\w+)\)", re.MULTILINE)


@cache
def shown(path: Path) -> tuple[list[object], dict[str, object], dict[str, dict[str, object]]]:
    """What each code cell ends with, the names that all have made, and those before a number."""
    names: dict[str, object] = {}
    results, before = [], {}
    for code in cells(path, "code"):
        if "check.number(" in code:
            before[code] = dict(names)
        body = ast.parse(code).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), path.name, "exec"), names)
        if last is not None:
            results.append(eval(compile(ast.Expression(last.value), path.name, "eval"), names))
    return results, names, before


def of_kind(path: Path, kind: type | tuple[type, ...]) -> list:
    """What the notebook shows of one kind of widget."""
    return [result for result in shown(path)[0] if isinstance(result, kind)]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_control_goes_to_both_ends_and_back(path: Path, nothing_goes_wrong: None) -> None:
    for explorer in of_kind(path, Explorer):
        if not isinstance(explorer, SWEPT_BY_THEMSELVES):
            sweep(explorer)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_challenge_follows_its_sliders(path: Path, nothing_goes_wrong: None) -> None:
    for challenge in of_kind(path, check.Challenge):
        move_every_slider(challenge)


def move_every_slider(challenge: check.Challenge) -> None:
    """A weight that is moved is an answer; looking at another moment is none."""
    before = challenge.explorer.view.verdict, challenge.description
    assert challenge.passed is None
    for label, control in challenge.controls.items():
        if not hasattr(control, "max"):
            continue
        start = control.value
        for end in (control.min, control.max):
            control.value = end
            weight = label.startswith(("W", "b", "forget bias")) and end
            wanted = (None,) if not weight else (False,) if end == control.max else (True, False)
            assert challenge.passed in wanted, (label, end)
            assert (challenge.passed is None) == challenge.description.startswith("○")
        control.value = start
        assert (challenge.explorer.view.verdict, challenge.description) == before, label


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_prompt_answered_wrong_and_right(path: Path) -> None:
    predictions = of_kind(path, check.Prediction)
    assert predictions, "a notebook without a prediction"
    for prediction in predictions:
        answer_everything(prediction)


def answer_everything(prediction: check.Prediction) -> None:
    assert prediction.passed is None
    verdicts, said = [], set()
    for option in prediction.choice.options:
        prediction.choice.value = option
        prediction.button.click()
        verdicts.append(prediction.passed)
        said.add(prediction.feedback.words)
    assert verdicts.count(True) == 1
    assert verdicts.count(False) == len(verdicts) - 1
    assert len(said) == len(verdicts), "two choices get the same answer"


EXERCISES = [
    pytest.param(path, checker, name, id=f"{path.stem}-{name}")
    for path in PATHS
    for code in cells(path, "code")
    for checker, name in CHECK.findall(code)
]


@pytest.mark.parametrize(("path", "checker", "name"), EXERCISES)
def test_the_folded_solution_passes_and_the_empty_exercise_waits(
    path: Path, checker: str, name: str
) -> None:
    names = shown(path)[1]
    assert getattr(check, checker)(names[name]).passed is None
    solutions = SOLUTION.findall("\n".join(cells(path, "markdown")))
    solution = next((text for text in solutions if f"def {name}(" in text), None)
    assert solution, f"no folded solution defines {name}"
    with_solution = dict(names)
    exec(solution, with_solution)
    for _ in range(5):
        verdict = getattr(check, checker)(with_solution[name])
        assert verdict.passed, verdict


NUMBERS = [
    pytest.param(path, code, id=f"{path.stem}-{position}")
    for path in PATHS
    for position, code in enumerate(code for code in cells(path, "code") if "check.number(" in code)
]


@pytest.mark.parametrize(("path", "code"), NUMBERS)
def test_a_number_by_hand_waits_passes_and_answers_every_slip(path: Path, code: str) -> None:
    names = dict(shown(path)[2][code])  # a later code cell may use a name again
    *before, last = ast.parse(code).body
    exec(compile(ast.Module(before, []), path.name, "exec"), names)
    mine, answer, hints = (ast.unparse(part) for part in last.value.args)
    asked = re.findall(r"my_\w+", mine)
    assert asked, mine

    def put(value: object) -> None:
        names.update(zip(asked, np.ravel(value).tolist(), strict=True))

    def verdict() -> check.Verdict:
        return eval(ast.unparse(last.value), names)

    assert verdict().passed is None, "an unanswered number stays green"
    put(eval(answer, names))
    assert verdict().passed
    for slip, hint in eval(hints, names).items():
        put(slip)
        assert verdict().sentence == hint
        assert verdict().passed is False


def test_every_notebook_but_the_first_has_all_its_parts() -> None:
    for path in PATHS[1:]:
        text = "\n".join(cells(path, "markdown") + cells(path, "code"))
        parts = ("1 The idea", "2 Predict", "3 By hand", "4 Play", "5 ", "6 Mind the trap")
        for part in (*parts, "7 Your turn", "Recap"):
            assert f"## {part}" in text, f"{path.name} has no part {part!r}"

"""docs/grading, graded by nbgrader and by Otter: right answers get points, wrong ones none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest
from packaging.requirements import Requirement

from tests.environments import borrowing

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it along

REPO = Path(__file__).resolve().parents[2]
GRADING = REPO / "docs" / "grading"
SOURCE = GRADING / "source" / "two_lines" / "two_lines.ipynb"
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]

RIGHT_GATE = """def my_forget_gate(h_prev, x, W, b):
    return 1 / (1 + np.exp(-(W @ np.concatenate([h_prev, x]) + b)))"""
RIGHT_UPDATE = """def my_update_cell(c_prev, f, i, c_tilde):
    return f * c_prev + i * c_tilde"""
BIAS_OUTSIDE = """def my_forget_gate(h_prev, x, W, b):
    return 1 / (1 + np.exp(-(W @ np.concatenate([h_prev, x])))) + b"""
OURS = """from lstm_teach import update_cell

def my_update_cell(c_prev, f, i, c_tilde):
    return update_cell(c_prev, f, i, c_tilde)"""
STEP = """from lstm_teach import Gate, Parameters, step

def my_forget_gate(h_prev, x, W, b):
    return step(Parameters(*[Gate(W, b)] * 4), x, h_prev, 0 * h_prev).f"""
EQUATION = """from lstm_teach import update_cell

def my_update_cell(c_prev, f, i, c_tilde):
    return (lambda *given: update_cell.equation(*given))(c_prev, f, i, c_tilde)"""
ALIAS = "from lstm_teach import forget_gate as my_forget_gate"

#: What each student hands in, and what is then read; None is a right answer. The last student has
#: renamed our function, and left the second task as it was.
STUDENTS = {
    "right": ((RIGHT_GATE, None), (RIGHT_UPDATE, None)),
    "wrong": ((BIAS_OUTSIDE, "added b after the sigmoid"), (OURS, "lstm_teach computed them")),
    "handed": ((STEP, "your function calls our step"), (EQUATION, "calls our update_cell")),
    "mixed": ((BIAS_OUTSIDE, "added b after the sigmoid"), (RIGHT_UPDATE, None)),
    "empty": ((ALIAS, "lstm_teach's own function"), ("", "Unanswered")),
}
POINTS = {"forget_gate": 2, "update_cell": 1}


class Tool:
    """A grader in an environment of its own, with this source's lstm_teach and an empty home."""

    def __init__(self, name: str, folder: Path) -> None:
        (wanted,) = [
            line
            for line in PROJECT["optional-dependencies"]["grading"]
            if Requirement(line).name == name
        ]
        python = borrowing(folder / "venv", wanted)
        if name == "nbgrader":  # it starts a program of this package by its name
            borrowing(folder / "venv", "--ignore-installed", "--no-deps", "alembic")
        self.python, self.folder = python, folder
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG_"))}
        self.env = clean | {
            "PATH": os.pathsep.join([str(python.parent), os.environ["PATH"]]),
            "PYTHONPATH": str(REPO),
            "HOME": str(folder / "home"),
            "USERPROFILE": str(folder / "home"),
            "MPLCONFIGDIR": matplotlib.get_cachedir(),  # fonts are listed once
        }

    def run(self, *arguments: object) -> str:
        """Run Python with these arguments, in the folder; gives what it prints."""
        done = subprocess.run(
            [self.python, *map(str, arguments)],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def hand_in(student: str, notebook: Path, to: Path) -> None:
    """Fill in what this student answers; an empty answer leaves what was there."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    for name, (answer, _) in zip(POINTS, STUDENTS[student], strict=True):
        for cell in content["cells"]:
            if cell["cell_type"] == "code" and f"def my_{name}(" in "".join(cell["source"]):
                cell["source"] = answer or cell["source"]
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps(content), encoding="utf-8")


def points_of(student: str) -> dict[str, int]:
    """What this student deserves."""
    tasks = zip(POINTS.items(), STUDENTS[student], strict=True)
    return {name: 0 if reason else points for (name, points), (_, reason) in tasks}


def reasons_of(student: str) -> list[str]:
    return [reason for _, reason in STUDENTS[student] if reason]


# ---- nbgrader ----------------------------------------------------------------------------------

READ = """
import json
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    print(json.dumps({
        one.student.id: {g.name: [g.score, g.max_score] for g in one.notebooks[0].grades}
        for one in book.assignment_submissions("two_lines")
    }))
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Tool:
    """A course with the assignment handed out, handed in by everybody, and graded."""
    tool = Tool("nbgrader", tmp_path_factory.mktemp("nbgrader"))
    shutil.copytree(GRADING / "source", tool.folder / "source")
    shutil.copy(GRADING / "nbgrader_config.py", tool.folder)
    tool.run("-m", "nbgrader", "generate_assignment", "two_lines")
    for student in STUDENTS:
        handed_in = tool.folder / "submitted" / student / "two_lines" / "two_lines.ipynb"
        hand_in(student, released(tool), handed_in)
    tool.run("-m", "nbgrader", "autograde", "two_lines")
    return tool


def released(course: Tool) -> Path:
    return course.folder / "release" / "two_lines" / "two_lines.ipynb"


def test_what_students_get_has_no_solution(course: Tool) -> None:
    text = released(course).read_text(encoding="utf-8")
    assert "SOLUTION" not in text
    assert "np.exp" not in text
    assert text.count("return ...") == 2


def test_nbgrader_gives_the_points(course: Tool) -> None:
    assert json.loads(course.run("-c", READ)) == {
        student: {f"check_{name}": [got, POINTS[name]] for name, got in points_of(student).items()}
        for student in STUDENTS
    }


@pytest.mark.parametrize("student", STUDENTS)
def test_a_student_of_nbgrader_reads_why(course: Tool, student: str) -> None:
    graded = course.folder / "autograded" / student / "two_lines" / "two_lines.ipynb"
    cells = json.loads(graded.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    said = [output["evalue"] for output in outputs if output["output_type"] == "error"]
    for sentence, reason in zip(said, reasons_of(student), strict=True):
        assert reason in sentence


# ---- Otter -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def autograder(tmp_path_factory: pytest.TempPathFactory) -> Tool:
    """Otter without Docker, with the checks put together."""
    tool = Tool("otter-grader", tmp_path_factory.mktemp("otter"))
    shutil.copytree(GRADING / "otter" / "tests", tool.folder / "tests")
    tool.run("-m", "otter", "generate", "-t", "tests", "-o", "autograder.zip")
    return tool


@pytest.mark.parametrize("student", ["mixed", "handed"])
def test_otter_gives_the_points_and_says_why(autograder: Tool, student: str) -> None:
    """One answer is right and one is wrong, or lstm_teach does the work of both."""
    hand_in(student, SOURCE, autograder.folder / "two_lines.ipynb")
    autograder.run("-m", "otter", "run", "two_lines.ipynb", "-a", "autograder.zip", "-o", ".")
    results = json.loads((autograder.folder / "results.json").read_text(encoding="utf-8"))["tests"]
    scored = {result["name"]: result for result in results if "score" in result}
    assert {name: result["score"] for name, result in scored.items()} == points_of(student)
    assert {name: result["max_score"] for name, result in scored.items()} == POINTS
    said = "".join(result["output"] for result in scored.values())
    assert all(reason in said for reason in reasons_of(student))

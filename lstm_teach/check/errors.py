"""What a student's function stopped with, as a sentence that says what to look at."""

from __future__ import annotations

import inspect
import traceback

import numpy as np

from lstm_teach.check.exercise import Exercise, Function
from lstm_teach.check.tables import read_table
from lstm_teach.check.verdict import Verdict

_ERRORS = read_table("errors")["errors"]  # the ways are parts of the error's text
_JOINING = (
    " h and x are joined, not added. W has a row for each unit and a column for each number of "
    "[h, x], and stands to the left in a matrix product, @."
)


def parameters_of(function: Function) -> tuple[str, ...] | None:
    """The names of a function's parameters."""
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # some functions written in C do not say
        return None


def other_arguments(exercise: Exercise, names: tuple[str, ...], mistake: str) -> Verdict:
    """Say what a function takes and what it is called with."""
    return Verdict(
        False,
        f"Your function takes ({', '.join(names)}); it is called with "
        f"({', '.join(exercise.arguments)}), in this order.",
        mistake,
    )


def explain_error(exercise: Exercise, function: Function, error: BaseException) -> Verdict:
    """Quote the error and the line, and say what to make of it."""
    names = parameters_of(function)
    try:
        inspect.signature(function).bind(*exercise.arguments)
    except (TypeError, ValueError):
        if names is not None:
            return other_arguments(exercise, names, "other arguments")

    # The frame below ours is the student's function; its line is what the student can look at.
    frames = traceback.extract_tb(error.__traceback__)[1:2]
    where = f"\nin the line: {frames[0].line}" if frames and frames[0].line else ""
    quoted = f"Your function stopped with {type(error).__name__}: {error}{where}\n"
    if isinstance(error, UnboundLocalError):
        return Verdict(
            False, quoted + "A name is used before it has got its value.", "name used too early"
        )
    if isinstance(error, NameError):
        return Verdict(False, quoted + _unknown(str(error.name)), "unknown name")
    if isinstance(error, RecursionError):
        return Verdict(
            False,
            quoted + "Your function calls itself. Does it have the name of a function that you "
            "imported?",
            "calls itself",
        )
    for known in _ERRORS:
        if any(part in str(error) for part in known.ways):
            weighs = {"W", "parameters"} & set(exercise.arguments)
            said = known.sentence.format(joining=_JOINING if weighs else "")
            return Verdict(False, quoted + said, known.name)
    return Verdict(False, quoted + "Try your function on one example first, line by line.")


def _unknown(name: str) -> str:
    """What to make of a name that Python does not know."""
    if name == "sigmoid":
        return "Write 1 / (1 + np.exp(-z)), or import sigmoid from lstm_teach."
    if name == "e":
        return "In NumPy, e to the power of -z is np.exp(-z)."
    if hasattr(np, name):
        return f"That is a function of NumPy: write np.{name}."
    return (
        f"Python does not know the name {name}. Is it spelled as where you defined it, and has the "
        "cell that defines or imports it been run?"
    )

"""What a student's function stopped with, as a sentence that says what to look at."""

from __future__ import annotations

import inspect
import traceback

import numpy as np

from lstm_teach.check.exercise import Exercise, Function
from lstm_teach.check.tables import read_table
from lstm_teach.check.verdict import Verdict

_TABLE = read_table("sentences")


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
    if type(error) is NameError:
        return Verdict(False, quoted + _unknown(str(error.name)), "unknown name")
    weighs = {"W", "parameters"} & set(exercise.arguments)
    joining = f" {_TABLE['joining'][0].sentence}" if weighs else ""
    for known in _TABLE["errors"]:
        if any(part in str(error) for part in known.ways):  # the ways are parts of its text
            return Verdict(False, quoted + known.sentence.format(joining=joining), known.name)
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

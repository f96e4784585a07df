"""What a check says of a function: the sentences of a table, and what it stopped with."""

from __future__ import annotations

import inspect
import traceback

import numpy as np

from lstm_teach.check.exercise import Exercise, Function
from lstm_teach.check.tables import filled, read_tables
from lstm_teach.check.verdict import Verdict

_TABLE = read_tables("errors")
_ERRORS = _TABLE["errors"]  # the ways are parts of the error's text
_VERDICTS = {row.name: row for row in _TABLE["verdicts"] + _TABLE["verdicts on a number"]}


def said(passed: bool | None, name: str, /, **words: object) -> Verdict:
    """Say it in the words of the table; what is not right yet is a mistake of this name."""
    (row,) = filled([_VERDICTS[name]], **{key: str(word) for key, word in words.items()})
    return Verdict(passed, row.sentence, row.name if passed is False else None)


def parameters_of(function: Function) -> tuple[str, ...] | None:
    """The names of a function's parameters."""
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # some functions written in C do not say
        return None


def other_arguments(exercise: Exercise, names: tuple[str, ...], mistake: str) -> Verdict:
    """Say what a function takes and what it is called with."""
    return said(False, mistake, names=", ".join(names), arguments=", ".join(exercise.arguments))


def explain_error(exercise: Exercise, function: Function, error: BaseException) -> Verdict:
    """Quote the error and the line, and say what to make of it."""
    names = parameters_of(function)
    try:
        inspect.signature(function).bind(*exercise.arguments)
    except (TypeError, ValueError):
        if names is not None:
            # As many, and yet they cannot be given in order: some are behind a star.
            starred = len(names) == len(exercise.arguments)
            kind = "arguments with a star" if starred else "other arguments"
            return other_arguments(exercise, names, kind)

    # The frame below our two is the student's function; its line is what the student can look at.
    frames = traceback.extract_tb(error.__traceback__)[2:3]
    where = f"\nin the line: {frames[0].line}" if frames and frames[0].line else ""
    text = f"{type(error).__name__}: {error}"
    quoted = f"Your function stopped with {text}{where}\n"
    for known in _ERRORS:
        # Some are said only where the function gets one of these arguments.
        only = set(known.given.split(", ")) if known.given else set(exercise.arguments)
        if only & set(exercise.arguments) and any(part in text for part in known.ways):
            (row,) = filled([known], unknown=_unknown(str(getattr(error, "name", ""))))
            return Verdict(False, quoted + row.sentence, row.name)
    return Verdict(False, quoted + "Try your function on one example first, line by line.")


def _unknown(name: str) -> str:
    """What to make of a name that Python does not know."""
    if hasattr(np, name):
        return f"That is a function of NumPy: write np.{name}."
    return (
        f"Python does not know the name {name}. Is it spelled as where you defined it, and has the "
        "code cell that defines or imports it been run?"
    )

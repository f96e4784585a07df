"""What a student's function stopped with, as a sentence that says what to look at."""

from __future__ import annotations

import inspect
import traceback

import numpy as np

from lstm_teach.check.exercise import Exercise, Function
from lstm_teach.check.verdict import Verdict

# (parts of the error's text, name of the mistake, what to make of it)
_ERRORS = (
    (
        (
            "only integer scalar arrays",
            "hstack() takes",
            "hstack_dispatcher() takes",
            "zero-dimensional arrays cannot be concat",
        ),
        "np.concatenate without a list",
        "np.concatenate takes one list of arrays: put square brackets around h and x.",
    ),
    (
        ("inhomogeneous", "input arrays must have the same shape", "must match exactly"),
        "stacked instead of joined",
        "Two arrays of different lengths were put side by side or over each other, as in a table. "
        "[h, x] in an equation means one longer vector: join the two end to end, with "
        "np.concatenate.",
    ),
    (
        ("arrays used as indices",),
        "formula as Python",
        "Square brackets right behind an array pick entries of it. A matrix product needs its "
        "sign, @, and what it multiplies has to be joined first.",
    ),
    (
        ("it needs a row for each of H units",),
        "W transposed",
        "W has a row for each unit and a column for each entry of [h, x]. Are its rows and columns "
        "swapped?",
    ),
    (
        ("'Gate'", "operand 0 does not have enough dimensions"),
        "gate without .W",
        "A gate holds two arrays, W and b, and is none itself: write .W or .b behind it.",
    ),
    (
        ("be converted to Python scalar",),
        "math on an array",
        "The functions of math take a single number. Those of NumPy take a whole array, number by "
        "number: np.exp, np.tanh.",
    ),
    (
        ("could not be broadcast", "matmul", "not aligned"),
        "sizes do not fit",
        "Two arrays met there whose sizes do not fit.{joining} Use only the arguments of your "
        "function: it is called with several sizes, and an array from elsewhere keeps its own.",
    ),
    (
        ("read-only",),
        "input modified",
        "The weights belong to whoever called your function, and cannot be changed. Put results "
        "into new arrays.",
    ),
    (
        ("object is not callable",),
        "called what is no function",
        "Round brackets behind a name call it as a function. A multiplication needs its sign, and "
        "an entry of an array needs square brackets.",
    ),
    (
        ("bitwise_xor", "operand type(s) for ^"),
        "^ is no power",
        "In Python ^ is no power. Write np.exp(…) for e to the power of something.",
    ),
    (
        ("'GRUParameters' object",),
        "no such gate",
        "GRUParameters has update, reset and candidate, each of them with W and b; and hidden_size "
        "and input_size.",
    ),
    (
        ("'Parameters' object",),
        "no such gate",
        "Parameters has forget, input, candidate and output, each of them with W and b; and "
        "hidden_size and input_size.",
    ),
    (
        ("module 'numpy' has no attribute 'sigmoid'",),
        "no such function",
        "NumPy has no sigmoid: write 1 / (1 + np.exp(-z)).",
    ),
    (
        ("a Step is not a pair", "a GRUStep is not a pair"),
        "unpacked a Step",
        "step returns all numbers of the moment at once; take what you need by name.",
    ),
    (
        ("to unpack", "cannot unpack"),
        "unpacked something else",
        "There are more names on the left of = than values on the right, or fewer. Look at what "
        "the right side returns.",
    ),
)
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
    for parts, name, sentence in _ERRORS:
        if any(part in str(error) for part in parts):
            weighs = {"W", "parameters"} & set(exercise.arguments)
            return Verdict(
                False, quoted + sentence.format(joining=_JOINING if weighs else ""), name
            )
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

"""Run a student's function, compare it with the right answer, and name the mistake if known.

One path for all exercises: `examine` takes an `Exercise` from the table in `mistakes.py`.
Whatever a student's function does, it ends in a `Verdict` and never in a traceback.
"""

from __future__ import annotations

import contextlib
import html
import inspect
import io
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, PAPER, QUIET_INK, number
from lstm_teach.cell import Parameters, Step
from lstm_teach.check.mistakes import EXERCISES, Exercise

# Right and not yet differ by mark and words; the color only helps.
MARKS = {True: "✓ Right.", False: "✗ Not yet.", None: "○ Unanswered."}
TONES = {True: COLORS["i"], False: COLORS["c_tilde"], None: QUIET_INK}

#: (H, D) of the cells that a function is tried on. The first is the one that examples show;
#: a function may depend on neither H == D nor H != D.
SIZES = ((2, 3), (3, 2), (3, 3), (2, 2), (4, 1), (1, 3))


def box(passed: bool | None, content: str, attributes: str = "") -> str:
    """Put HTML into a calm box whose edge has the color of the verdict."""
    return (
        f'<div {attributes} style="background: {PAPER}; color: {INK}; line-height: 1.5; '
        f"border-left: 6px solid {TONES[passed]}; padding: 8px 12px; white-space: pre-line; "
        f'overflow-wrap: anywhere">{content}</div>'
    )


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a check found: `passed` is None when nothing has been answered yet.

    `mistake` is the name of a known mistake, else None. The sentence says what happened and
    what to do; a notebook shows it in a box.
    """

    passed: bool | None
    sentence: str
    mistake: str | None = None

    def __repr__(self) -> str:
        return f"{MARKS[self.passed]} {self.sentence}"

    def _repr_html_(self) -> str:
        mark = f'<b style="color: {TONES[self.passed]}">{MARKS[self.passed]}</b>'
        return box(self.passed, f"{mark} {html.escape(self.sentence)}")


@dataclass(frozen=True)
class _Trial:
    """One call of the student's function."""

    result: object = None
    error: Exception | None = None
    changed: str | None = None  # the first argument that the function modified

    @property
    def blank(self) -> bool:
        """Whether there is still a `...`, or nothing at all, where an answer should be."""
        error: BaseException | None = self.error
        while error is not None:  # lstm_teach's own sentences hide NumPy's, which says "ellipsis"
            if "ellipsis" in str(error).lower():
                return True
            error = error.__context__
        parts = self.result if isinstance(self.result, tuple | list) else [self.result]
        return self.error is None and any(part is None or part is ... for part in parts)

    @property
    def got(self) -> Array | None:
        """The result as an array of numbers, or None if it is nothing of that kind."""
        result = self.result
        try:
            array = np.asarray(result)
        except Exception:  # rows of unequal length, or an object of the student's own
            return None
        return array.astype(np.float64) if array.dtype.kind in "bfiu" else None


def examine(name: str, function: object, rng: np.random.Generator | None = None) -> Verdict:
    """Try a student's function on an example and on fresh random numbers.

    Parameters
    ----------
    name : str
        One of `EXERCISES`.
    function : callable
        The student's answer.
    rng : numpy.random.Generator, optional
        Where the random numbers come from; a fresh one if not given.
    """
    exercise = EXERCISES[name]
    if function is None or function is ...:
        return Verdict(None, f"Write your function for the {exercise.task}, then run this again.")
    if not callable(function):
        return Verdict(
            False,
            f"{name} got {_kind(function)}, not a function. Pass the function itself: its name "
            "only, without brackets and arguments.",
            "called instead of passed",
        )

    rng = np.random.default_rng() if rng is None else rng
    # Seed 0 for the first, so that an example in a sentence is the same every time.
    seeds = [0, *(int(seed) for seed in rng.integers(1, 10**6, len(SIZES) - 1))]
    draws = [exercise.draw(seed, *size) for seed, size in zip(seeds, SIZES, strict=True)]
    trials = [_try(exercise, function, draw, quiet=k > 0) for k, draw in enumerate(draws)]

    if any(trial.blank for trial in trials):
        return Verdict(
            None,
            "Something is still missing: put your own code where the ... is, and hand the result "
            "back with return. Then run this again.",
        )
    changed = next((trial.changed for trial in trials if trial.changed), None)
    if changed:
        return Verdict(
            False,
            f"Your function changes {changed}, which belongs to whoever called it. Leave what "
            "comes in as it is, and put the result into a new array.",
            "input modified",
        )
    right = [
        _same(trial.got, exercise.answer(*draw)) for trial, draw in zip(trials, draws, strict=True)
    ]
    if all(right):
        return Verdict(
            True,
            f"Your function for the {exercise.task} gives the right numbers on {len(draws)} cells "
            "of different sizes.",
        )
    return (
        _wrong_order(exercise, function)
        or _known_mistake(exercise, function, draws)
        or _explain(exercise, function, *_first_wrong(right, trials, draws, seeds))
    )


def _try(exercise: Exercise, function: Callable, inputs: tuple, quiet: bool) -> _Trial:
    """Call the function with copies; what it prints is shown once, not for every call."""
    copies = [np.array(i) if isinstance(i, np.ndarray) else i for i in inputs]
    silence = contextlib.redirect_stdout(io.StringIO()) if quiet else contextlib.nullcontext()
    try:
        with silence:
            result = function(*copies)
    except (Exception, SystemExit) as error:  # a student's mistake, which becomes a sentence
        return _Trial(error=error)
    changed = next(
        (
            name
            for name, before, after in zip(exercise.arguments, inputs, copies, strict=False)
            if isinstance(before, np.ndarray) and not np.array_equal(before, after)
        ),
        None,
    )
    if isinstance(result, Step):
        result = tuple(getattr(result, name.removesuffix("s")) for name in exercise.returns)
        result = result if len(result) > 1 else result[0]
    return _Trial(result, changed=changed)


def _same(got: Array | None, wanted: Array) -> bool:
    return got is not None and got.shape == np.shape(wanted) and np.allclose(got, wanted)


def _known_mistake(exercise: Exercise, function: Callable, draws: list[tuple]) -> Verdict | None:
    """Name a mistake only when its formula gives the student's numbers on every draw."""
    calls: dict = {}  # many mistakes look at the same calls

    def fits(mistake) -> bool:
        for k, draw in enumerate(draws):
            inputs = mistake.given(*draw) if mistake.given else draw
            key = (mistake.given, k)
            if key not in calls:
                calls[key] = _try(exercise, function, inputs, quiet=True).got
            got, wanted = calls[key], np.asarray(mistake.formula(*inputs))
            if mistake.any_factor and got is not None and got.shape == wanted.shape:
                top = np.abs(wanted).argmax()  # the others may be 0
                factor = got.flat[top] / wanted.flat[top] if wanted.flat[top] else 1.0
                if factor == 0 or not np.isfinite(factor):
                    return False
                wanted = wanted * factor
            if not _same(got, wanted):
                return False
        return True

    mistake = next((m for m in exercise.mistakes if fits(m)), None)
    return mistake and Verdict(False, mistake.sentence, mistake.name)


def _wrong_order(exercise: Exercise, function: Callable) -> Verdict | None:
    names = _parameters(function)
    if names is None or names == exercise.arguments or set(names) != set(exercise.arguments):
        return None
    return Verdict(
        False,
        f"Your function takes ({', '.join(names)}); it is called with "
        f"({', '.join(exercise.arguments)}), in this order.",
        "arguments in another order",
    )


def _parameters(function: Callable) -> tuple[str, ...] | None:
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # some functions written in C do not say
        return None


# ---- when the mistake is not in the table ------------------------------------------------------


def _first_wrong(right: list[bool], *columns: list) -> tuple:
    k = right.index(False)
    return tuple(column[k] for column in columns)


def _explain(
    exercise: Exercise, function: Callable, trial: _Trial, draw: tuple, seed: int
) -> Verdict:
    """Say what went wrong on this draw: it stopped, has another shape, or has other numbers."""
    if trial.error is not None:
        return _explain_error(exercise, function, trial.error)
    wanted, got = np.asarray(exercise.answer(*draw)), trial.got
    if got is None or got.shape != wanted.shape:
        is_pair = len(exercise.returns) > 1
        given = ", ".join(
            f"{name} {value.shape}"
            for name, value in zip(exercise.arguments, draw, strict=True)
            if isinstance(value, np.ndarray)
        )
        return Verdict(
            False,
            f"With {given}, your function must return {_what(exercise.returns)} of shape "
            f"{wanted.shape[1:] if is_pair else wanted.shape}{' each' * is_pair}, and it returned "
            f"{_kind(trial.result)}.",
            "wrong shape",
        )
    alike = np.array_equal(got.round(2), wanted.round(2))
    text = "{:.6g}".format if alike else number  # what differs must be visible
    lines = [f"{n} = {_text(v, seed)}" for n, v in zip(exercise.arguments, draw, strict=True)]
    pairs = zip(wanted, got, strict=True) if len(exercise.returns) > 1 else [(wanted, got)]
    lines += [
        f"{n}: should be {_text(w, seed, text)}, yours is {_text(g, seed, text)}"
        for n, (w, g) in zip(exercise.returns, pairs, strict=True)
    ]
    return Verdict(
        False,
        f"Your function runs, but its numbers are not those of the {exercise.task}. Go through "
        "this example line by line:\n" + "\n".join(lines),
    )


def _what(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"the pair ({', '.join(names)})"


def _kind(value: object) -> str:
    """Say in a few words what this is: "an array of shape (2,)", "a pair …", "a str"."""
    if isinstance(value, np.ndarray) and value.dtype.kind not in "bfiu":
        return f"an array of shape {value.shape} that holds {value.dtype} and not plain numbers"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, tuple | list) and 0 < len(value) < 4:
        return f"a {type(value).__name__} of {len(value)}: {', '.join(map(_kind, value))}"
    if isinstance(value, int | float | np.number):
        return "a single number"
    return f"a {type(value).__name__}"


def _text(value: object, seed: int, write: Callable[[float], str] = number) -> str:
    """Write an argument or a result so that the student can redo the example."""
    if isinstance(value, Parameters):
        return f"Parameters.random({value.input_size}, {value.hidden_size}, seed={seed})"
    array = np.asarray(value)
    inside = (
        [write(v) for v in array] if array.ndim == 1 else [_text(v, seed, write) for v in array]
    )
    return f"[{', '.join(inside)}]"


# (part of the error's text, name of the mistake, what to make of it)
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
        ("could not be broadcast", "matmul", "not aligned", "must match exactly"),
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
        ("'Parameters' object has no attribute",),
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
        ("a Step is not a pair",),
        "unpacked a Step",
        "step returns all numbers of the moment at once; take the two that you need by name.",
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


def _explain_error(exercise: Exercise, function: Callable, error: Exception) -> Verdict:
    names = _parameters(function)
    try:
        inspect.signature(function).bind(*exercise.arguments)
    except (TypeError, ValueError):
        if names is not None:
            return Verdict(
                False,
                f"Your function takes ({', '.join(names)}); it is called with "
                f"({', '.join(exercise.arguments)}), in this order.",
                "other arguments",
            )

    # The frame below ours is the student's function; its line is what the student can look at.
    frames = traceback.extract_tb(error.__traceback__)[1:2]
    where = f"\nin the line: {frames[0].line}" if frames and frames[0].line else ""
    quoted = f"Your function stopped with {type(error).__name__}: {error}{where}\n"
    if isinstance(error, UnboundLocalError):
        return Verdict(
            False, quoted + "A name is used before it has got its value.", "name used too early"
        )
    if isinstance(error, NameError):
        return Verdict(
            False,
            quoted + f"Python does not know the name {error.name}. Is it spelled as where you "
            "defined it, and has the cell that defines or imports it been run?",
            "unknown name",
        )
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

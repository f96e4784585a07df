"""Run a student's function, compare it with the right answer, and name the mistake if known.

One path for all exercises: `examine` takes an `Exercise` from the tables of `mistakes.py`.
Whatever a student's function does, it ends in a `Verdict` and never in a traceback.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach._style import number
from lstm_teach.check.errors import explain_error, other_arguments, parameters_of
from lstm_teach.check.exercise import SIZES, Exercise, Function, Given, Mistake
from lstm_teach.check.mistakes import EXERCISES
from lstm_teach.check.source import computes, notebook_names
from lstm_teach.check.verdict import Verdict
from lstm_teach.parameters import Parameters
from lstm_teach.variants import GRUParameters


@dataclass(frozen=True)
class _Trial:
    """One call of the student's function."""

    result: object = None
    error: BaseException | None = None
    changed: str | None = None  # the first argument that the function modified

    @property
    def blank(self) -> bool:
        """Whether there is still a `...`, or nothing at all, where an answer should be."""
        error = self.error
        while error is not None:  # lstm_teach's own sentences hide NumPy's, which says "ellipsis"
            if "ellipsis" in str(error).lower():
                return True
            error = error.__context__
        parts = self.result if isinstance(self.result, tuple | list) else [self.result]
        return self.error is None and any(part is None or part is ... for part in parts)

    @property
    def got(self) -> Array | None:
        """The result as an array of numbers, or None if it is nothing of that kind."""
        try:
            array = np.asarray(self.result)
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
    try:
        return _examine(name, function, rng)
    except KeyboardInterrupt:  # the stop button
        return Verdict(
            False,
            "You stopped your function before it came to its end. Does every loop in it end?",
            "does not end",
        )


def _examine(name: str, function: object, rng: np.random.Generator | None) -> Verdict:
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
    answers = [np.asarray(exercise.answer(*draw)) for draw in draws]
    right = [_same(trial.got, answer) for trial, answer in zip(trials, answers, strict=True)]
    if not all(right):
        verdict = _unfinished(exercise, function, trials)
        if verdict is not None:
            return verdict
    changed = next((trial.changed for trial in trials if trial.changed), None)
    if changed:
        return Verdict(
            False,
            f"Your function changes {changed}, which belongs to whoever called it. Leave what "
            "comes in as it is, and put the result into a new array.",
            "input modified",
        )
    if all(right):
        return _passed(exercise, function, draws)
    for verdict in (
        _wrong_order(exercise, function),
        _noticed(exercise, trials),
        _known_mistake(exercise, function, draws, trials),
        _rounded(trials, answers),
        _one_size_only(right),
    ):
        if verdict is not None:
            return verdict
    k = right.index(False)
    return _explain(exercise, function, trials[k], draws[k], seeds[k])


def _try(exercise: Exercise, function: Function, inputs: Given, quiet: bool) -> _Trial:
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
    return _Trial(exercise.read(result), changed=changed)


def _same(got: Array | None, wanted: Array) -> bool:
    return got is not None and got.shape == np.shape(wanted) and np.allclose(got, wanted)


# ---- before the numbers are looked at ----------------------------------------------------------


def _unfinished(exercise: Exercise, function: Function, trials: list[_Trial]) -> Verdict | None:
    """Nothing answered yet, the notebook's numbers in place of the arguments, no return."""
    blank = any(trial.blank for trial in trials)
    nothing = blank and all(trial.result is None for trial in trials)
    if blank and not (nothing and computes(function)):
        return Verdict(
            None,
            "Something is still missing: put your own code where the ... is, and hand the result "
            "back with return. Then run this again.",
        )
    names = notebook_names(function)
    if names:
        return Verdict(
            False,
            f"Your function reads {' and '.join(names)} from the notebook, so it gives the answer "
            "for those numbers, whatever it is called with. All that it needs comes in through "
            f"its arguments, ({', '.join(exercise.arguments)}): use these names.",
            "reads the notebook",
        )
    if nothing:
        return Verdict(
            False,
            "Your function computes something and does not hand it back, so whoever calls it gets "
            "None. (print only shows a number.) End the function with return and the result.",
            "computed but not returned",
        )
    return None


def _passed(exercise: Exercise, function: Function, draws: list[Given]) -> Verdict:
    """All numbers are right; but are they the student's?"""
    if function in exercise.ours:
        return Verdict(
            None, f"That is lstm_teach's own function for the {exercise.task}. Now write yours."
        )
    called = set()
    before = sys.getprofile()
    sys.setprofile(lambda frame, event, argument: called.add(frame.f_code))
    try:
        _try(exercise, function, draws[0], quiet=True)
    finally:
        sys.setprofile(before)
    codes = {getattr(ours, "equation", ours).__code__: ours.__name__ for ours in exercise.ours}
    ours = next((name for code, name in codes.items() if code in called), None)
    if ours:
        return Verdict(
            False,
            f"The numbers are right, but lstm_teach computed them: your function calls our {ours}. "
            "Here you write yourself what it does.",
            "used ours",
        )
    return Verdict(
        True,
        f"Your function for the {exercise.task} gives the right numbers on {len(draws)} "
        "examples of different sizes.",
    )


# ---- mistakes with a name ----------------------------------------------------------------------


def _wrong_order(exercise: Exercise, function: Function) -> Verdict | None:
    names = parameters_of(function)
    if names is None or names == exercise.arguments or set(names) != set(exercise.arguments):
        return None
    return other_arguments(exercise, names, "arguments in another order")


def _noticed(exercise: Exercise, trials: list[_Trial]) -> Verdict | None:
    noticed = next(filter(None, (exercise.notice(trial.result) for trial in trials)), None)
    return noticed and Verdict(False, noticed[1], noticed[0])


def _known_mistake(
    exercise: Exercise, function: Function, draws: list[Given], trials: list[_Trial]
) -> Verdict | None:
    """Name a mistake only when its formula gives the student's numbers on every draw."""
    # many mistakes look at the same calls
    calls: dict[tuple[Callable[..., Given] | None, int], Array | None]
    calls = {(None, k): trial.got for k, trial in enumerate(trials)}

    def fits(mistake: Mistake) -> bool:
        for k, draw in enumerate(draws):
            inputs = mistake.given(*draw) if mistake.given else draw
            key = (mistake.given, k)
            if key not in calls:
                calls[key] = _try(exercise, function, inputs, quiet=True).got
            got = calls[key]
            if got is None:
                return False
            wanted = np.asarray(mistake.formula(*inputs))
            if mistake.any_factor and got.shape == wanted.shape:
                top = np.abs(wanted).argmax()  # the others may be 0
                factor = got.flat[top] / wanted.flat[top] if wanted.flat[top] else 1.0
                if factor == 0 or not np.isfinite(factor):
                    return False
                wanted = wanted * factor
            if not _same(got, wanted):
                return False
        return True

    mistake = next((m for m in exercise.mistakes if fits(m)), None)
    return Verdict(False, mistake.sentence, mistake.name) if mistake else None


def _rounded(trials: list[_Trial], answers: list[Array]) -> Verdict | None:
    """The right numbers, but rounded."""
    for digits in range(1, 7):
        if all(_same(t.got, a.round(digits)) for t, a in zip(trials, answers, strict=True)):
            return Verdict(
                False,
                "Your numbers are right, but rounded. Return all their digits: who calls your "
                "function goes on computing with them.",
                "rounded",
            )
    return None


def _one_size_only(right: list[bool]) -> Verdict | None:
    """Right for one number of units, inputs or moments, and for no other."""
    typed = {"unit": " like np.zeros({})", "input": "", "moment": " like range({})"}
    for k, (what, such) in enumerate(typed.items()):
        fitting = {size[k] for size, ok in zip(SIZES, right, strict=True) if ok}
        if len(fitting) == 1 and right == [size[k] in fitting for size in SIZES]:
            (count,) = fitting
            return Verdict(
                False,
                f"Your function is right when there {'is' if count == 1 else 'are'} {count} "
                f"{what}{'s' * (count > 1)}, and for no other number of {what}s. Is there a "
                f"number in it{such.format(count)} that should be asked of the arguments?",
                f"one number of {what}s only",
            )
    return None


# ---- when the mistake is not in the table ------------------------------------------------------


def _explain(
    exercise: Exercise, function: Function, trial: _Trial, draw: Given, seed: int
) -> Verdict:
    """Say what went wrong on this draw: it stopped, has another shape, or has other numbers."""
    if trial.error is not None:
        return explain_error(exercise, function, trial.error)
    wanted, got = np.asarray(exercise.answer(*draw)), trial.got
    if got is None or got.shape != wanted.shape:
        if exercise.form:
            return Verdict(
                False,
                f"Your function must return {exercise.form}, and it returned "
                f"{_kind(trial.result)}.",
                "wrong shape",
            )
        many = len(exercise.returns) > 1
        given = ", ".join(
            f"{name} {value.shape}"
            for name, value in zip(exercise.arguments, draw, strict=True)
            if isinstance(value, np.ndarray)
        )
        return Verdict(
            False,
            f"With {given}, your function must return {_what(exercise.returns)} of shape "
            f"{wanted.shape[1:] if many else wanted.shape}{' each' * many}, and it returned "
            f"{_kind(trial.result)}.",
            "wrong shape",
        )
    alike = np.array_equal(got.round(2), wanted.round(2))
    digits = 6 if alike else 2  # what differs must be visible
    lines = []
    for name, value in zip(exercise.arguments, draw, strict=True):
        lines += _as_code(name, value, seed)
        seed += isinstance(value, Parameters)
    pairs = zip(wanted, got, strict=True) if len(exercise.returns) > 1 else [(wanted, got)]
    lines += [
        f"{n}: should be {_list(w, digits)}, yours is {_list(g, digits)}"
        for n, (w, g) in zip(exercise.returns, pairs, strict=True)
    ]
    return Verdict(
        False,
        f"Your function runs, but its numbers are not those of the {exercise.task}. Go through "
        "this example line by line:\n" + "\n".join(lines),
    )


def _what(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{'the pair ' if len(names) == 2 else ''}({', '.join(names)})"


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


def _as_code(name: str, value: Parameters | GRUParameters | Array | float, seed: int) -> list[str]:
    """Write an argument as Python, so that the student can redo the example."""
    if isinstance(value, Parameters | GRUParameters):
        random = f"Parameters.random({value.input_size}, {value.hidden_size}, seed={seed})"
        if isinstance(value, Parameters):
            return [f"{name} = {random}"]
        more = ", True, p.output.b" if value.reset_after else ""
        return [f"p = {random}", f"{name} = GRUParameters(p.forget, p.input, p.candidate{more})"]
    if isinstance(value, np.ndarray):
        return [f"{name} = np.array({_list(value, 2)})"]
    return [f"{name} = {value:g}"]


def _list(value: Array | float, digits: int) -> str:
    """Write an array as a Python list, with a minus that Python reads."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"[{', '.join(_list(part, digits) for part in value)}]"
    return f"{value:.6g}" if digits > 2 else number(float(value)).replace("−", "-")

"""Run a student's function, compare it with the right answer, and name the mistake if known.

One path for all exercises: `examine` takes an `Exercise` from the tables of `mistakes.py`.
Whatever a student's function does, it ends in a `Verdict` and never in a traceback.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach._style import number
from lstm_teach.check import source
from lstm_teach.check.errors import explain_error, other_arguments, parameters_of, said
from lstm_teach.check.exercise import SIZES, Exercise, Function, Given, Mistake, as_numbers
from lstm_teach.check.mistakes import EXERCISES
from lstm_teach.check.naming import named, same
from lstm_teach.check.tables import GIVEN
from lstm_teach.check.verdict import Verdict, blank, kind
from lstm_teach.parameters import Parameters
from lstm_teach.variants import GRUParameters


@dataclass(frozen=True)
class _Trial:
    """One call of the student's function."""

    result: object = None
    error: BaseException | None = None
    changed: str | None = None  # the first argument that the function modified
    called: tuple[str, ...] = ()  # which functions of lstm_teach
    printed: bool = False

    @property
    def blank(self) -> bool:
        """Whether there is still a `...`, or nothing at all, where an answer should be."""
        error = self.error
        while error is not None:  # lstm_teach's own sentences hide NumPy's, which says "ellipsis"
            if "ellipsis" in str(error).lower():
                return True
            error = error.__context__
        return self.error is None and blank(self.result)

    @property
    def got(self) -> Array | None:
        """The result as an array of numbers, or None if it is nothing of that kind."""
        return as_numbers(self.result)


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
        return said(False, "does not end")


def _examine(name: str, function: object, rng: np.random.Generator | None) -> Verdict:
    exercise = EXERCISES[name]
    if function is None or function is ...:
        return said(None, "not written", task=exercise.task)
    if not callable(function):
        return said(False, "called instead of passed", name=name, kind=kind(function))

    rng = np.random.default_rng() if rng is None else rng
    # Seed 0 for the first, so that an example in a sentence is the same every time.
    seeds = [0, *(int(seed) for seed in rng.integers(1, 10**6, len(SIZES) - 1))]
    draws = [exercise.draw(seed, *size) for seed, size in zip(seeds, SIZES, strict=True)]
    # The first is called again, at once and at the end: does it still give the same?
    first, *again = (_try(exercise, function, draws[0], quiet=k > 0) for k in range(2))
    trials = [first, *(_try(exercise, function, draw) for draw in draws[1:])]
    again.append(_try(exercise, function, draws[0]))
    right = [_right(exercise, t, draw) for t, draw in zip(trials, draws, strict=True)]
    for verdict in (
        None if all(right) else _unfinished(exercise, function, trials),
        _changed(trials),
        _another_result(exercise, function, draws[0], [first, *again]),
    ):
        if verdict is not None:
            return verdict
    if all(right):
        return _passed(exercise, function, [*trials, *again])
    finders: tuple[Callable[[], Verdict | None], ...] = (
        lambda: _wrong_order(exercise, function),
        lambda: _noticed(exercise, trials),
        lambda: _always_the_same(trials),
        lambda: _known_mistake(exercise, function, draws, trials),
        lambda: _reads_the_notebook(exercise, function),
        lambda: _times_a_number(exercise, draws, trials),
        lambda: _rounded(exercise, draws, trials),
        lambda: _one_size_only(exercise, function, right),
    )
    for find in finders:
        if (verdict := find()) is not None:
            return verdict
    k = right.index(False)
    return _explain(exercise, function, trials[k], draws[k], seeds[k])


class _Heard(io.StringIO):
    """What a function prints: kept, and shown once, not for every call."""

    def __init__(self, quiet: bool) -> None:
        super().__init__()
        self._shown = None if quiet else sys.stdout

    def write(self, text: str) -> int:
        if self._shown:
            self._shown.write(text)
        return super().write(text)


def _try(exercise: Exercise, function: Function, inputs: Given, quiet: bool = True) -> _Trial:
    """Call the function with copies, and watch it."""
    copies = [np.array(i) if isinstance(i, np.ndarray) else i for i in inputs]
    heard, watch = _Heard(quiet), source.Watch()
    try:
        with contextlib.redirect_stdout(heard), watch:
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
    return _Trial(
        exercise.read(result), None, changed, tuple(watch.called), bool(heard.getvalue().strip())
    )


def _right(exercise: Exercise, trial: _Trial, draw: Given) -> bool:
    wanted = exercise.answer(*draw)
    return (
        trial.got is not None and trial.got.shape == wanted.shape and np.allclose(trial.got, wanted)
    )


# ---- before the numbers are looked at ----------------------------------------------------------


def _unfinished(exercise: Exercise, function: Function, trials: list[_Trial]) -> Verdict | None:
    """Nothing answered yet, or nothing returned."""
    if not any(trial.blank for trial in trials):
        return None
    if not (all(t.result is None for t in trials) and source.computes(function)):
        return said(None, "something missing")
    read = _reads_the_notebook(exercise, function)
    if read is not None:
        return read
    printed = any(trial.printed for trial in trials)
    verdict = said(False, "printed and not returned" if printed else "computed but not returned")
    return replace(verdict, mistake="computed but not returned")


def _reads_the_notebook(exercise: Exercise, function: Function) -> Verdict | None:
    names = " and ".join(source.notebook_names(function))
    arguments = ", ".join(exercise.arguments)
    if not names:
        return None
    return said(False, "reads the notebook", names=names, arguments=arguments)


def _changed(trials: list[_Trial]) -> Verdict | None:
    changed = next((trial.changed for trial in trials if trial.changed), None)
    return said(False, "input modified", name=changed) if changed else None


def _another_result(
    exercise: Exercise, function: Function, draw: Given, trials: list[_Trial]
) -> Verdict | None:
    """The same arguments, another result: something is kept between the calls, or drawn."""
    first, *again = trials
    if all(same(first.got, t.got) if first.got is not None else t.got is None for t in again):
        return None
    before = source.kept(function)
    _try(exercise, function, draw)
    after = source.kept(function)
    names = [name for name in after if after[name] != before.get(name)]
    if names:
        return said(False, "keeps something between calls", names=" and ".join(names))
    drawn = source.draws_random_numbers(function)
    return said(False, "random result" if drawn else "another result each time")


def _passed(exercise: Exercise, function: Function, trials: list[_Trial]) -> Verdict:
    """All numbers are right; but are they the student's?"""
    if source.is_ours(function):
        return said(None, "ours", task=exercise.task)
    called = [name for trial in trials for name in trial.called if name not in exercise.allowed]
    if called:
        return said(False, "used ours", name=called[0])
    return said(True, "right", task=exercise.task, count=len(SIZES))


# ---- mistakes with a name ----------------------------------------------------------------------


def _wrong_order(exercise: Exercise, function: Function) -> Verdict | None:
    names = parameters_of(function)
    if names is None or names == exercise.arguments or set(names) != set(exercise.arguments):
        return None
    return other_arguments(exercise, names, "arguments in another order")


def _noticed(exercise: Exercise, trials: list[_Trial]) -> Verdict | None:
    noticed = next(filter(None, (exercise.notice(trial.result) for trial in trials)), None)
    return noticed and Verdict(False, noticed[1], noticed[0])


def _always_the_same(trials: list[_Trial]) -> Verdict | None:
    """One number, whatever comes in: many mistakes at once could lead to it."""
    numbers = {float(n) for t in trials for n in ([] if t.got is None else np.ravel(t.got))}
    if len(numbers) != 1 or any(trial.got is None for trial in trials):
        return None
    return said(False, "always the same number", number=f"{numbers.pop():g}")


def _known_mistake(
    exercise: Exercise, function: Function, draws: list[Given], trials: list[_Trial]
) -> Verdict | None:
    """Name a mistake, or several at once, only when they give the student's numbers everywhere.

    Where several fit there are more draws, to tell them apart.
    """
    rng = np.random.default_rng(len(draws))
    seeds = rng.integers(1, 10**6, 3 * len(SIZES))
    more = (exercise.draw(int(seed), *SIZES[k % len(SIZES)]) for k, seed in enumerate(seeds))
    draws = [*draws, *more]

    @cache
    def call(given: str, k: int) -> Array | None:
        if not given and k < len(trials):
            return trials[k].got
        changed = GIVEN[given](dict(zip(exercise.arguments, draws[k], strict=True)))
        return _try(exercise, function, tuple(changed.values())).got

    found = named(exercise, draws, call)
    if not found:
        return None
    told = [_told(mistakes) for mistakes in found]
    if len(told) == 1:
        return Verdict(False, told[0], found[0][0].name)
    return Verdict(
        False,
        "Two mistakes lead to these numbers. Either: " + "\nOr: ".join(told),
        " or ".join(dict.fromkeys(mistakes[0].name for mistakes in found)),
    )


def _told(mistakes: tuple[Mistake, ...]) -> str:
    sentences = list(dict.fromkeys(mistake.sentence for mistake in mistakes))
    if len(sentences) == 1:
        return sentences[0]
    return f"{len(sentences)} things at once. {' And: '.join(sentences)}"


def _times_a_number(exercise: Exercise, draws: list[Given], trials: list[_Trial]) -> Verdict | None:
    """All numbers are the right ones times one number, everywhere the same."""
    factors = []
    for trial, draw in zip(trials, draws, strict=True):
        wanted, got = exercise.answer(*draw), trial.got
        if exercise.times is None or got is None or got.shape != wanted.shape:
            return None
        top = np.abs(wanted).argmax()
        factors.append(got.flat[top] / wanted.flat[top])
        if not (factors[0] and same(got, wanted * factors[0]) and np.isfinite(got).all()):
            return None
    more = exercise.times
    return Verdict(False, more.sentence, more.name) if more else None


def _rounded(exercise: Exercise, draws: list[Given], trials: list[_Trial]) -> Verdict | None:
    """The right numbers, but rounded."""
    answers = [exercise.answer(*draw) for draw in draws]
    for digits in range(1, 7):
        if all(same(t.got, a.round(digits)) for t, a in zip(trials, answers, strict=True)):
            return said(False, "rounded")
    return None


def _one_size_only(exercise: Exercise, function: Function, right: list[bool]) -> Verdict | None:
    """Right for one number of units, inputs or moments, which is typed in it, and for no other."""
    typed = {"unit": " like np.zeros({})", "input": "", "moment": " like range({})"}
    for k, (what, such) in enumerate(typed.items()):
        fitting = {size[k] for size, ok in zip(SIZES, right, strict=True) if ok}
        count = min(fitting, default=0)
        if what not in exercise.sizes or len(fitting) != 1:
            continue
        if count not in source.constants(function):
            continue
        # Six examples can be right by accident. So more of them, with this number and with others:
        more = [
            (*size[:k], n, *size[k + 1 :]) for size in SIZES for n in (count, count + 1, count + 3)
        ]
        draws = [exercise.draw(seed, *size) for seed, size in enumerate(more, 10**6)]
        trials = [_try(exercise, function, draw) for draw in draws]
        fits = [_right(exercise, t, draw) for t, draw in zip(trials, draws, strict=True)]
        # With one unit or moment much is right that is wrong for two; a size that is typed in
        # leads to another size of the result, or to an error.
        sized = count > 1 or not any(
            t.got is not None and t.got.shape == exercise.answer(*draw).shape
            for t, draw, ok in zip(trials, draws, fits, strict=True)
            if not ok
        )
        if sized and fits == [size[k] == count for size in more]:
            words = {"are": "is" if count == 1 else "are", "s": "s" * (count > 1), "count": count}
            such = such.format(count)
            return said(False, "one number of {what}s only", what=what, such=such, **words)
    return None


# ---- when the mistake is not in the table ------------------------------------------------------


def _explain(
    exercise: Exercise, function: Function, trial: _Trial, draw: Given, seed: int
) -> Verdict:
    """Say what went wrong on this draw: it stopped, has another shape, or has other numbers."""
    if trial.error is not None:
        return explain_error(exercise, function, trial.error)
    wanted, got, many = exercise.answer(*draw), trial.got, len(exercise.returns) > 1
    if got is None or got.shape != wanted.shape:
        shapes = ", ".join(
            f"{name} {value.shape}"
            for name, value in zip(exercise.arguments, draw, strict=True)
            if isinstance(value, np.ndarray)
        )
        your, what = f"With {shapes}, your", "one number"
        if exercise.form:
            your, what = "Your", exercise.form
        elif wanted.ndim:
            shape = f"{wanted.shape[1:]} each" if many else wanted.shape
            what = f"{_what(exercise.returns)} of shape {shape}"
        return said(False, "wrong shape", your=your, what=what, kind=kind(trial.result))
    alike = np.array_equal(got.round(2), wanted.round(2))
    digits = 6 if alike else 2  # what differs must be visible
    lines = []
    for name, value in zip(exercise.arguments, draw, strict=True):
        lines += _as_code(name, value, seed)
        seed += isinstance(value, Parameters)
    pairs = list(zip(wanted, got, strict=True)) if many else [(wanted, got)]
    lines += [
        f"{n}: should be {_list(w, digits)}, yours is {_list(g, digits)}"
        for n, (w, g) in zip(exercise.returns, pairs, strict=True)
    ]
    return Verdict(
        False,
        f"Your function runs, but its numbers are not those of the {exercise.task}. "
        f"{_first_place(exercise, pairs)}Go through this example line by line:\n"
        + "\n".join(lines),
    )


def _first_place(exercise: Exercise, pairs: list[tuple[Array, Array]]) -> str:
    """Say what is right, and where the first number is that differs."""
    fine = [n for n, (w, g) in zip(exercise.returns, pairs, strict=True) if np.allclose(g, w)]
    for name, (wanted, got) in zip(exercise.returns, pairs, strict=True):
        if name not in fine and wanted.ndim:
            at = np.argwhere(~np.isclose(got, wanted))[0].tolist()
            if exercise.form:  # a table of W and, as its last column, b
                name += ".W" if at[-1] < wanted.shape[-1] - 1 else ".b"
                at = at if name.endswith("W") else at[:1]
            right = (
                f"{' and '.join(fine)} {'are' if len(fine) > 1 else 'is'} right. " if fine else ""
            )
            return f"{right}They differ first at {name}[{', '.join(map(str, at))}]. "
    return ""


def _what(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{'the pair ' if len(names) == 2 else ''}({', '.join(names)})"


def _as_code(name: str, value: Parameters | GRUParameters | Array | float, seed: int) -> list[str]:
    """Write an argument as Python, so that the student can redo the example."""
    if isinstance(value, Parameters | GRUParameters):
        random = f"Parameters.random({value.input_size}, {value.hidden_size}, seed={seed})"
        if isinstance(value, Parameters):
            return [f"{name} = {random}"]
        more = ", True, p.output.b" if value.reset_after else ""
        return [f"p = {random}", f"{name} = GRUParameters(p.forget, p.input, p.candidate{more})"]
    if isinstance(value, np.ndarray):
        listed = _list(value, 2) if value.dtype.kind == "f" else str(value.tolist())
        return [f"{name} = np.array({listed})"]
    return [f"{name} = {value:g}"]


def _list(value: Array | float, digits: int) -> str:
    """Write an array as a Python list, with a minus that Python reads."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"[{', '.join(_list(part, digits) for part in value)}]"
    return f"{value:.6g}" if digits > 2 else number(float(value)).replace("−", "-")

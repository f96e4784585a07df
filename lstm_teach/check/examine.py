"""Run a student's function, compare it with the right answer, and name the mistake if known.

One path for all exercises: `examine` takes an `Exercise` from the tables of `mistakes.py`.
Whatever a student's function does, it ends in a `Verdict` and never in a traceback.
"""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach._style import number
from lstm_teach.check import source
from lstm_teach.check.errors import explain_error, other_arguments, parameters_of, said
from lstm_teach.check.exercise import SIZES, Exercise, Function, Given, Mistake, as_numbers
from lstm_teach.check.mistakes import EXERCISES
from lstm_teach.check.naming import named, same
from lstm_teach.check.verdict import Verdict, blank, kind
from lstm_teach.parameters import Parameters, Step
from lstm_teach.variants import GRUParameters


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
        return said(None, "not written", task=exercise.task)
    if not callable(function):
        return said(False, "called instead of passed", name=name, kind=kind(function))
    try:
        return _Attempt(exercise, function, np.random.default_rng() if rng is None else rng).judge()
    except KeyboardInterrupt:  # the stop button
        return said(False, "does not end")


@dataclass(frozen=True)
class _Trial:
    """One call of the student's function."""

    exercise: Exercise
    draw: Given
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

    @cached_property
    def got(self) -> Array | None:
        """The result as an array of numbers, or None if it is nothing of that kind."""
        return as_numbers(self.exercise.read(self.result))

    @cached_property
    def wanted(self) -> Array:
        """The right numbers."""
        return self.exercise.answer(*self.draw)

    @property
    def fits(self) -> bool:
        """Whether the result has the right shape."""
        return self.got is not None and self.got.shape == self.wanted.shape

    @property
    def right(self) -> bool:
        """Whether the numbers are right."""
        return same(self.got, self.wanted)


class _Attempt:
    """A student's function, tried on numbers of several sizes."""

    def __init__(self, exercise: Exercise, function: Function, rng: np.random.Generator) -> None:
        self.exercise, self.function = exercise, function
        # Seed 0 for the first, so that an example in a sentence is the same every time.
        self.seeds = [0, *(int(seed) for seed in rng.integers(1, 10**6, len(SIZES) - 1))]
        draws = [exercise.draw(seed, *size) for seed, size in zip(self.seeds, SIZES, strict=True)]
        # The first is called again, at once and at the end: does it still give the same?
        first, again = self._try(draws[0], shown=True), self._try(draws[0])
        self.trials = [first, *map(self._try, draws[1:])]
        self.again = [again, self._try(draws[0])]

    def judge(self) -> Verdict:
        """Say the first thing that there is to say."""
        right = all(trial.right for trial in self.trials)
        first = (self._changed, self._another_result)
        finders = (
            *(self._wrong_order, self._list_of_steps, self._always_the_same, self._known_mistake),
            *(self._reads_the_notebook, self._times_a_number, self._rounded, self._one_size_only),
        )
        for find in (*first, self._passed) if right else (self._unfinished, *first, *finders):
            if (verdict := find()) is not None:
                return verdict
        return self._explain()

    def _try(self, inputs: Given, shown: bool = False) -> _Trial:
        """Call the function with copies, and watch it; what it prints may be `shown`."""
        copies = [np.array(i) if isinstance(i, np.ndarray) else i for i in inputs]
        heard = io.StringIO()
        try:
            with contextlib.redirect_stdout(sys.stdout if shown else heard):
                result, called = source.watched(self.function, copies)
        except (Exception, SystemExit) as error:  # a student's mistake, which becomes a sentence
            return _Trial(self.exercise, inputs, error=error)
        changed = (
            name
            for name, before, after in zip(self.exercise.arguments, inputs, copies, strict=False)
            if isinstance(before, np.ndarray) and not np.array_equal(before, after)
        )
        printed = bool(heard.getvalue().strip())
        return _Trial(self.exercise, inputs, result, None, next(changed, None), called, printed)

    # ---- before the numbers are looked at ------------------------------------------------------

    def _unfinished(self) -> Verdict | None:
        """Nothing answered yet, or nothing returned."""
        if not (blank := [trial for trial in self.trials if trial.blank]):
            return None
        nothing = all(t.error is None and t.result is None for t in blank)
        if not (nothing and source.computes(self.function)):
            part = not (nothing or any(t.error for t in blank) or source.has_dots(self.function))
            return said(None, "part missing" if part else "something missing")
        if any(trial.error for trial in self.trials):
            return None  # why it stopped is said first
        if len(blank) < len(self.trials):
            return said(False, "not always returned")
        if (read := self._reads_the_notebook()) is not None:
            return read
        printed = any(trial.printed for trial in (*self.trials, *self.again))
        verdict = said(False, f"{'printed' if printed else 'computed'} and not returned")
        return replace(verdict, mistake="computed but not returned")

    def _reads_the_notebook(self) -> Verdict | None:
        names = " and ".join(source.notebook_names(self.function))
        arguments = ", ".join(self.exercise.arguments)
        if not names:
            return None
        return said(False, "reads the notebook", names=names, arguments=arguments)

    def _changed(self) -> Verdict | None:
        changed = next((trial.changed for trial in self.trials if trial.changed), None)
        return said(False, "input modified", name=changed) if changed else None

    def _another_result(self) -> Verdict | None:
        """The same arguments, another result: something is kept between the calls, or drawn."""
        first = self.trials[0]
        if all(same(first.got, t.got) or first.got is t.got is None for t in self.again):
            return None
        before = source.kept(self.function)
        self._try(first.draw)
        after = source.kept(self.function)
        names = [name for name in after if after[name] != before.get(name)]
        if names:
            return said(False, "keeps something between calls", names=" and ".join(names))
        drawn = source.draws_random_numbers(self.function)
        return said(False, "random result" if drawn else "another result each time")

    def _passed(self) -> Verdict:
        """All numbers are right; but are they the student's?"""
        if source.is_ours(self.function):
            return said(None, "ours", task=self.exercise.task)
        for name in (name for trial in (*self.trials, *self.again) for name in trial.called):
            if name not in self.exercise.allowed:
                return said(False, "used ours", name=name)
        return said(True, "right", task=self.exercise.task, count=len(SIZES))

    # ---- mistakes with a name ------------------------------------------------------------------

    def _wrong_order(self) -> Verdict | None:
        names, wanted = parameters_of(self.function), self.exercise.arguments
        if names is None or names == wanted or set(names) != set(wanted):
            return None
        return other_arguments(self.exercise, names, "arguments in another order")

    def _list_of_steps(self) -> Verdict | None:
        results = [t.result for t in self.trials if isinstance(t.result, list | tuple)]
        steps = any(isinstance(moment, Step) for result in results for moment in result)
        return said(False, "a list of Steps") if steps else None

    def _always_the_same(self) -> Verdict | None:
        """One number, whatever comes in: many mistakes at once could lead to it."""
        gots = [trial.got for trial in self.trials]
        numbers = {float(n) for got in gots if got is not None for n in np.ravel(got)}
        if len(numbers) != 1 or any(got is None for got in gots):
            return None
        return said(False, "always the same number", number=f"{numbers.pop():g}")

    def _known_mistake(self) -> Verdict | None:
        """Name a mistake, or several at once, only when they give the student's numbers everywhere.

        Where several fit there are more draws, to tell them apart.
        """
        exercise, trials = self.exercise, self.trials
        seeds = np.random.default_rng(len(trials)).integers(1, 10**6, 3 * len(SIZES))
        more = (exercise.draw(int(seed), *SIZES[k % len(SIZES)]) for k, seed in enumerate(seeds))
        draws = [*(trial.draw for trial in trials), *more]

        @cache
        def call(given: str, k: int) -> Array | None:
            if not given and k < len(trials):
                return trials[k].got
            return self._try(tuple(exercise.given(draws[k], given).values())).got

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

    def _times_a_number(self) -> Verdict | None:
        """All numbers are the right ones times one number, everywhere the same."""
        times, got, wanted = self.exercise.times, self.trials[0].got, self.trials[0].wanted
        if times is None or got is None or got.shape != wanted.shape:
            return None
        top = np.abs(wanted).argmax()
        factor = got.flat[top] / wanted.flat[top]
        scaled = all(same(trial.got, trial.wanted * factor) for trial in self.trials)
        return (
            Verdict(False, times.sentence, times.name) if scaled and np.isfinite(factor) else None
        )

    def _rounded(self) -> Verdict | None:
        """The right numbers, but rounded."""
        for digits in range(1, 7):
            if all(same(trial.got, trial.wanted.round(digits)) for trial in self.trials):
                return said(False, "rounded")
        return None

    def _one_size_only(self) -> Verdict | None:
        """Right for one number of units, inputs or moments, typed in it, and for no other."""
        typed = {"unit": " like np.zeros({})", "input": "", "moment": " like range({})"}
        for k, (what, such) in enumerate(typed.items()):
            fitting = {s[k] for s, trial in zip(SIZES, self.trials, strict=True) if trial.right}
            if what not in self.exercise.sizes or len(fitting) != 1:
                continue
            if (count := fitting.pop()) not in source.constants(self.function):
                continue
            # Six examples can be right by accident. So more, with this number and with others:
            counts = (count, count + 1, count + 3)
            more = [(*size[:k], n, *size[k + 1 :]) for size in SIZES for n in counts]
            trials = [
                self._try(self.exercise.draw(seed, *size)) for seed, size in enumerate(more, 10**6)
            ]
            # With one unit or moment much is right that is wrong for two; a size that is typed in
            # leads to another size of the result, or to an error.
            sized = count > 1 or not any(trial.fits and not trial.right for trial in trials)
            if sized and [trial.right for trial in trials] == [size[k] == count for size in more]:
                words = {"are": "is" if count == 1 else "are", "s": "s" * (count > 1)}
                words |= {"what": what, "such": such.format(count)}
                return said(False, "one number of {what}s only", count=count, **words)
        return None

    # ---- when the mistake is not in the table --------------------------------------------------

    def _explain(self) -> Verdict:
        """Say what went wrong first: it stopped, has another shape, or has other numbers."""
        exercise, first = self.exercise, [trial.right for trial in self.trials].index(False)
        trial, seed = self.trials[first], self.seeds[first]
        if trial.error is not None:
            return explain_error(exercise, self.function, trial.error)
        wanted, got, many = trial.wanted, trial.got, len(exercise.returns) > 1
        arguments = list(zip(exercise.arguments, trial.draw, strict=True))
        if got is None or not trial.fits:
            arrays = [(name, value) for name, value in arguments if isinstance(value, np.ndarray)]
            shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays)
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
        for name, value in arguments:
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


def _told(mistakes: tuple[Mistake, ...]) -> str:
    sentences = list(dict.fromkeys(mistake.sentence for mistake in mistakes))
    if len(sentences) == 1:
        return sentences[0]
    return f"{len(sentences)} things at once. {' And: '.join(sentences)}"


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

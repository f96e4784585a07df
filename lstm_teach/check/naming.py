"""Which known mistakes give the student's numbers: single ones first, then several at once.

A name needs evidence: on every draw the numbers must be those of the mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.check.exercise import SIZES, Exercise, Given, Line, Mistake, parse
from lstm_teach.check.tables import GIVEN

#: The student's numbers on a draw, whose arguments have been changed in this way.
Call = Callable[[str, int], Array | None]


class Guess(NamedTuple):
    """Mistakes that are made together, and the lines that they replace."""

    mistakes: tuple[Mistake, ...]
    changes: dict[str, Line]
    given: str


def same(got: Array | None, wanted: Array | None) -> bool:
    """Whether these are the same numbers, where a sum that overflows too."""
    if got is None or wanted is None or got.shape != wanted.shape:
        return False
    return np.allclose(got, wanted, equal_nan=True)


def named(exercise: Exercise, draws: list[Given], call: Call) -> list[tuple[Mistake, ...]]:
    """Give the mistakes, or the mistakes at once, that fit; several when numbers cannot tell."""
    values = lru_cache(maxsize=None)(lambda given, k: _values(exercise, draws[k], given))
    with np.errstate(all="ignore"):
        for count in range(1, exercise.at_once + 1):
            found = [
                guess.mistakes
                for guess in _alike(exercise, count, call)
                if all(
                    same(
                        call(guess.given, k),
                        exercise.changed(values(guess.given, k), guess.changes),
                    )
                    for k in range(1, len(draws))
                )
            ]
            if found:
                return list(dict.fromkeys(found))
    return []


def _values(exercise: Exercise, draw: Given, given: str) -> dict[str, object]:
    named = dict(zip(exercise.arguments, draw, strict=True))
    return exercise.run(GIVEN[given](named))


def _alike(exercise: Exercise, count: int, call: Call) -> list[Guess]:
    """Find the guesses that give the student's numbers on the first draw."""
    found = []
    for given, by_shape in _first_numbers(exercise, count).items():
        got = call(given, 0)
        if got is not None and got.shape in by_shape:
            guesses, numbers = by_shape[got.shape]
            axes = tuple(range(1, numbers.ndim))
            close = np.isclose(numbers, got, equal_nan=True).all(axis=axes)
            found += [guesses[k] for k in np.flatnonzero(close)]
    return found


@cache
def _first_numbers(
    exercise: Exercise, count: int
) -> dict[str, dict[tuple[int, ...], tuple[list[Guess], Array]]]:
    """Compute what every guess gives on the first draw, which is the same each time, once."""
    draw = exercise.draw(0, *SIZES[0])
    values = lru_cache(maxsize=None)(lambda given: _values(exercise, draw, given))
    sorted_: dict[str, dict[tuple[int, ...], tuple[list[Guess], list[Array]]]] = {}
    for guess in _guesses(exercise, count):
        numbers = exercise.changed(values(guess.given), guess.changes)
        if numbers is not None and np.isfinite(numbers).any():
            by_shape = sorted_.setdefault(guess.given, {})
            guesses, results = by_shape.setdefault(numbers.shape, ([], []))
            guesses.append(guess)
            results.append(numbers)
    return {
        given: {shape: (g, np.array(r)) for shape, (g, r) in by_shape.items()}
        for given, by_shape in sorted_.items()
    }


def _guesses(exercise: Exercise, count: int) -> list[Guess]:
    """Combine so many mistakes that replace different lines."""
    single = [
        (m, {line[0]: line for line in parse(way)}) for m in exercise.mistakes for way in m.ways
    ]
    guesses = []
    for parts in combinations(single, count):
        givens = {m.given for m, _ in parts} - {""}
        changes = {name: line for _, lines in parts for name, line in lines.items()}
        if len(changes) == sum(len(lines) for _, lines in parts) and len(givens) < 2:
            guesses.append(Guess(tuple(m for m, _ in parts), changes, "".join(givens)))
    return guesses

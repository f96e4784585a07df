"""Which known mistakes give the student's numbers: single ones first, then several at once.

A name needs evidence: on every draw the numbers must be those of the mistake.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.check.exercise import SIZES, Exercise, Given, Line, Mistake, as_numbers, parse

#: The student's numbers on a draw, whose arguments have been changed in this way.
Call = Callable[[str, int], Array | None]
Values = dict[str, Any]


class Guess(NamedTuple):
    """Mistakes made at once: what is done to the arguments, and the lines that are replaced."""

    given: str
    mistakes: tuple[Mistake, ...]
    lines: dict[str, Line]


def same(got: Array | None, wanted: Array | None) -> bool:
    """Whether these are the same numbers, where a sum that overflows too."""
    if got is None or wanted is None or got.shape != wanted.shape:
        return False
    return np.allclose(got, wanted, equal_nan=True)


def named(exercise: Exercise, draws: list[Given], call: Call) -> list[tuple[Mistake, ...]]:
    """Give the mistakes, or the mistakes at once, that fit; several when numbers cannot tell."""
    values = lru_cache(maxsize=None)(lambda given, k: exercise.run(exercise.given(draws[k], given)))

    def fits(guess: Guess, draws: range) -> bool:
        given = guess.given
        return all(same(call(given, k), _numbers(exercise, values(given, k), guess)) for k in draws)

    with np.errstate(all="ignore"):
        for count in (1, 2, 3):
            found = [g for g in _alike(exercise, count, call) if fits(g, range(1, len(SIZES)))]
            # What fits with the arguments as they are needs no others.
            found = [g for g in found if not g.given] or found
            if len(found) > 1:  # the other draws tell them apart, if any can
                found = [g for g in found if fits(g, range(len(SIZES), len(draws)))] or found
            if found:
                return _told_apart(guess.mistakes for guess in found)
    return []


def _told_apart(found: Iterable[tuple[Mistake, ...]]) -> list[tuple[Mistake, ...]]:
    """Of single mistakes all that fit; of several at once only what all that fit have in common."""
    different = list(dict.fromkeys(found))
    if len(different) == 1 or len(different[0]) == 1:
        return different
    common = set(different[0]).intersection(*different[1:])
    return [tuple(m for m in different[0] if m in common)] if common else []


def _numbers(exercise: Exercise, values: Values, guess: Guess) -> Array | None:
    """What a guess leads to."""
    changed = exercise.follow(values, guess.lines)
    return None if changed is None else as_numbers(changed["result"])


def _alike(exercise: Exercise, count: int, call: Call) -> Iterator[Guess]:
    """Find what gives the student's numbers on the first draw."""
    for (given, shape), (guesses, numbers) in _first_numbers(exercise, count).items():
        got = call(given, 0)
        if got is not None and got.shape == shape:
            axes = tuple(range(1, numbers.ndim))
            close = np.isclose(numbers, got, equal_nan=True).all(axis=axes)
            yield from (guesses[k] for k in np.flatnonzero(close))


@cache
def _first_numbers(
    exercise: Exercise, count: int
) -> dict[tuple[str, tuple[int, ...]], tuple[list[Guess], Array]]:
    """Compute what everything leads to on the first draw, which is the same each time, once.

    By what is done to the arguments, and by the shape of the result.
    """
    draw = exercise.draw(0, *SIZES[0])
    right = lru_cache(maxsize=None)(lambda given: exercise.run(exercise.given(draw, given)))
    kinds = defaultdict(list)
    for guess in _guesses(exercise, count):
        numbers = _numbers(exercise, right(guess.given), guess)
        if numbers is not None and np.isfinite(numbers).any():
            kinds[guess.given, numbers.shape].append((guess, numbers))
    return {
        kind: ([guess for guess, _ in found], np.array([numbers for _, numbers in found]))
        for kind, found in kinds.items()
    }


def _guesses(exercise: Exercise, count: int) -> Iterator[Guess]:
    """Make so many mistakes together, which replace different lines."""
    ways = [
        Guess(m.given, (m,), {line[0]: line for line in parse(way)})
        for m in exercise.mistakes
        for way in m.ways
        if (count == 1 or not m.alone) and (count < 3 or m.name in exercise.often)
    ]
    for parts in combinations(ways, count):
        givens = {way.given for way in parts} - {""}
        lines = {name: line for way in parts for name, line in way.lines.items()}
        if len(givens) < 2 and len(lines) == sum(len(way.lines) for way in parts):
            yield Guess("".join(givens), tuple(m for way in parts for m in way.mistakes), lines)

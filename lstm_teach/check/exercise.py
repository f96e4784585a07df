"""What an exercise and a known mistake are; the random numbers that a function is tried on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.parameters import GATES, Gate, Parameters

#: (H, D, T): units, inputs and moments of what a function is tried on. The first is what the
#: example in a sentence shows, so it is small. None has the H and D of an example in the
#: notebooks, and no two sizes go together, so that "right for T = 5 only" can be told.
SIZES = ((2, 1, 3), (4, 2, 5), (1, 2, 7), (2, 2, 1), (4, 4, 3), (1, 3, 5))


Function = Callable[..., object]  # a student's: whatever it takes and gives
Given = tuple[Any, ...]  # what it is called with, which every exercise has of its own


@dataclass(frozen=True)
class Mistake:
    """One known mistake: `formula` gives, from the exercise's arguments, what it leads to.

    Some mistakes only run when the arguments have other shapes than they should: h + x needs
    an h and an x of one size. `given` changes the arguments in that way, for the student's
    function and for the formula.
    """

    name: str
    sentence: str
    formula: Callable[..., Array]
    given: Callable[..., Given] | None = None
    any_factor: bool = False  # it is this mistake whatever number the formula is multiplied by


@dataclass(frozen=True)
class Exercise:
    """What a student's function is called with, what it should give, and how it may go wrong.

    Where a function returns several arrays of one shape, `answer` stacks them, and `returns`
    names each. Where a draw holds several `Parameters`, the k-th has the draw's seed + k. `read`
    turns other ways of returning them (a `Step`, `Parameters`) into these arrays; `notice` names
    what can be seen in the kind of the result and not in its numbers.
    """

    task: str
    arguments: tuple[str, ...]
    returns: tuple[str, ...]
    answer: Callable[..., Array]
    draw: Callable[[int, int, int, int], Given]  # (seed, H, D, T) -> the arguments
    mistakes: tuple[Mistake, ...]
    ours: tuple[Function, ...] = ()  # who calls one of these has not done the exercise
    read: Callable[[object], object] = lambda result: result
    notice: Callable[[object], tuple[str, str] | None] = lambda result: None
    form: str = ""  # what must be returned, where `returns` and a shape would not say it


def stream(seed: int) -> np.random.Generator:
    """A stream for the inputs; `Parameters.random` with the same seed has another one."""
    return np.random.default_rng([seed, 1])


def numbers(rng: np.random.Generator, *shape: int) -> Array:
    """Numbers to calculate with by hand: one digit after the point, and never 0."""
    return (rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 1.8, shape)).round(1)


def table(parameters: Parameters) -> Array:
    """Write `Parameters` as one array: the layers in our order, each the columns of W, then b."""
    return np.stack([np.column_stack([gate.W, gate.b]) for gate in vars(parameters).values()])


def as_table(result: object) -> object:
    """Do so with `Parameters`, and with a dict of each layer's `Gate` or (W, b); nothing else."""
    if isinstance(result, Parameters):
        return table(result)
    if not isinstance(result, dict) or set(result) != set(GATES.values()):
        return result
    pairs = [result[name] for name in GATES.values()]
    pairs = [(pair.W, pair.b) if isinstance(pair, Gate) else pair for pair in pairs]
    try:
        return np.stack([np.column_stack([W, b]) for W, b in pairs])
    except (TypeError, ValueError):
        return result

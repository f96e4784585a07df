"""What an exercise is: its right answer as lines of Python, and mistakes as lines in their place.

The new memory, for example, is `kept = f * c_prev`, `added = i * c_tilde`, `total = kept + added`.
A mistake says which of these lines a student has written in another way, and how: `kept = c_prev`.
So two mistakes at once need no row of their own: both lines are replaced.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from types import CodeType
from typing import Any

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.cell import lstm_cell, sigmoid
from lstm_teach.parameters import GATES, Gate, Layers, Parameters, Step
from lstm_teach.variants import GRUParameters

#: (H, D, T): units, inputs and moments of what a function is tried on. The first is what the
#: example in a sentence shows, so it is small. None has the H and D of an example in the
#: notebooks, and no two sizes go together, so that "right for T = 5 only" can be told.
SIZES = ((2, 1, 3), (4, 2, 5), (1, 2, 7), (2, 2, 1), (4, 4, 3), (1, 3, 5))

Function = Callable[..., object]  # a student's: whatever it takes and gives
Given = tuple[Any, ...]  # what it is called with, which every exercise has of its own
Draw = Callable[[int, int, int, int], Given]  # (seed, H, D, T) -> what it is called with
Line = tuple[str, CodeType, frozenset[str]]  # what gets a value, the expression, what it reads


@cache
def parse(text: str) -> tuple[Line, ...]:
    """Read lines of the form `name = expression`, parted by a line's end or a semicolon."""
    lines = []
    for line in filter(str.strip, re.split("[;\n]", text)):
        name, expression = line.split(" = ", 1)
        tree = ast.parse(expression.strip(), mode="eval")
        reads = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
        lines.append((name.strip(), compile(tree, "<line>", "eval"), reads))
    return tuple(lines)


@dataclass(frozen=True)
class Mistake:
    """One known mistake, in one or several `ways`: each is lines that replace lines of the answer.

    A line may also give an argument another value. Some mistakes only run when the arguments have
    other shapes than they should: h + x needs an h and an x of one size. `given` says what is
    done to them, for the student's function and for the lines; see `Exercise.given`.
    """

    name: str
    sentence: str
    ways: tuple[str, ...]
    given: str = ""
    alone: bool = False  # looked for alone, and not together with others


@dataclass(frozen=True)
class Exercise:
    """What a student's function is called with, what it should give, and how it may go wrong.

    The last of `lines` is the `result`. Where a function returns several arrays of one shape, it
    is a list of them, and `returns` names each. Where a draw holds several `Parameters`, the k-th
    has the draw's seed + k. `read` turns other ways of returning a result (a `Step`, `Parameters`)
    into arrays.
    """

    task: str
    arguments: tuple[str, ...]
    returns: tuple[str, ...]
    lines: str
    draw: Draw
    mistakes: tuple[Mistake, ...]
    sizes: tuple[str, ...]  # which of unit, input and moment there are several of
    allowed: frozenset[str] = frozenset({"sigmoid", "join", "concat"})  # of lstm_teach's functions
    often: frozenset[str] = frozenset()  # names of mistakes of which three are made at once
    read: Callable[[object], object] = lambda result: result
    form: str = ""  # what must be returned, where `returns` and a shape would not say it
    times: Mistake | None = None  # it is this one when all numbers are the right ones times one

    def given(self, draw: Given, changed: str = "") -> dict[str, Any]:
        """The arguments by name; `changed` by lines, or into these, where h stands in for c."""
        arguments = dict(zip(self.arguments, draw, strict=True))
        if changed and "=" not in changed:
            return {k: arguments.get(k, arguments["h_prev"]) for k in changed.split(", ")}
        return arguments | {name: eval(code, NAMES | arguments) for name, code, _ in parse(changed)}

    def answer(self, *draw: Any) -> Array:
        """Give the right numbers."""
        return np.asarray(self.run(self.given(draw))["result"])

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        """Follow the right lines: every value by its name. A line that does not run has none."""
        values = NAMES | given
        for cell in given.values():
            if isinstance(cell, Layers):
                values |= layers(cell)
        with np.errstate(all="ignore"):
            for name, code, _ in parse(self.lines):
                # It may not run with arguments of other shapes, for a mistake that needs them.
                with suppress(Exception):
                    values[name] = eval(code, values)
        return values

    def follow(self, values: dict[str, Any], new: Mapping[str, Line]) -> dict[str, Any] | None:
        """Follow the lines with some replaced; `values` are those that the right ones lead to.

        Only what depends on a new line is computed again. None when it does not run.
        """
        now, touched = values.copy(), set()
        try:
            for name in new.keys() - self.names:  # arguments
                now[name] = eval(new[name][1], values)
                touched.add(name)
            for name, code, reads in parse(self.lines):
                if name in new:
                    code = new[name][1]
                elif reads.isdisjoint(touched):
                    continue
                now[name] = eval(code, now)
                touched.add(name)
        except Exception:
            return None
        return now

    @cached_property
    def names(self) -> frozenset[str]:
        """What the lines give a value."""
        return frozenset(name for name, *_ in parse(self.lines))


def as_numbers(result: object) -> Array | None:
    """Give a result as an array of floats, or None if it is nothing of that kind."""
    try:
        array = np.asarray(result)
    except Exception:  # rows of unequal length, or an object of the student's own
        return None
    return array.astype(np.float64) if array.dtype.kind in "bfiu" else None


# ---- what the lines use ------------------------------------------------------------------------

#: The letters of each cell's layers.
LETTERS: dict[type, dict[str, str]] = {
    Parameters: GATES,
    GRUParameters: {"z": "update", "r": "reset", "h": "candidate"},
}


def layers(cell: Layers) -> dict[str, Array]:
    """Name the weights of a cell for the lines: W_f, b_f and so on; B_f is b_f, never changed."""
    gates = {letter: getattr(cell, name) for letter, name in LETTERS[type(cell)].items()}
    biases = {f"{b}_{k}": g.b for k, g in gates.items() for b in "bB"}
    return {f"W_{k}": g.W for k, g in gates.items()} | biases


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
        return np.stack([rows(W, b) for W, b in pairs])
    except (TypeError, ValueError):
        return result


def rows(W: object, b: object) -> Array:
    """Write W beside b; where they do not fit, one row of W's shape and all their numbers."""
    W, b = np.asarray(W, dtype=float), np.asarray(b, dtype=float)
    if W.ndim == 2 and b.shape == W.shape[:1]:
        return np.column_stack([W, b])
    return np.concatenate([W.shape, W.ravel(), b.ravel()])


def cut(W: Array, b: Array, order: str, order_b: str, turned: bool) -> Array:
    """Cut four layers out of W and b, whose rows have these orders."""
    W_of = dict(zip(order, np.split(W, 4), strict=True))
    b_of = dict(zip(order_b, np.split(b, 4), strict=True))
    return np.stack([rows(W_of[k].T if turned else W_of[k], b_of[k]) for k in GATES])


def roll(
    p: Parameters, xs: Array, h: Array, c: Array, carry: Callable[[Step], tuple[Array, Array]]
) -> dict[str, Array]:
    """Unroll, but `carry` says which h and c the next moment gets."""
    steps = []
    for x in xs:
        steps.append(lstm_cell(p, x, h, c))
        h, c = carry(steps[-1])
    return {name: np.array([vars(s)[name] for s in steps]) for name in ("h", "c", "o", "c_tilde")}


#: What a line can use besides the arguments, the weights, and the lines above it.
NAMES = {
    "np": np,
    "exp": np.exp,
    "tanh": np.tanh,
    "sigmoid": sigmoid.equation,
    "join": lambda h, x: np.concatenate([h, x]),
    "table": table,
    "cut": cut,
    "roll": roll,
}

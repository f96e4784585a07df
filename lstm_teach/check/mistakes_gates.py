"""What students get wrong in a gate, and in the candidate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from lstm_teach import cell
from lstm_teach._arrays import Array
from lstm_teach.cell import sigmoid
from lstm_teach.check.exercise import Exercise, Given, Mistake, numbers, stream


@dataclass(frozen=True)
class Words:
    """How the sentences speak of one layer."""

    gate: str
    symbol: str
    product: str = ""  # what its number is multiplied into later, ...
    product_is: str = ""  # ... and what that product is called
    one: str = ""  # what 1 means, and 0; empty for the candidate, which is no gate
    zero: str = ""


_WORDS = {
    "f": Words("forget gate", "f", "f * c", "what is kept", "keep everything", "keep nothing"),
    "i": Words(
        "input gate", "i", "i * c_tilde", "what is added", "write everything", "write nothing"
    ),
    "c": Words("candidate", "c_tilde", "i * c_tilde", "what is added"),
    "o": Words(
        "output gate", "o", "o * tanh(c)", "the hidden state h", "show everything", "show nothing"
    ),
}

Squash = Callable[[Array], Array]


def join(h: Array, x: Array) -> Array:
    """Put the hidden state and the input end to end."""
    return np.concatenate([h, x])


# (name, how h, x and W are brought together, the arguments with which that runs)
_SUMS = (
    ("", lambda h, x, W: W @ join(h, x), None),
    ("h and x added", lambda h, x, W: W @ (h + x), "one size"),
    ("h and x added", lambda h, x, W: h + x, "one size"),
    ("joined as [x, h]", lambda h, x, W: W @ join(x, h), None),
    ("element-wise * for @", lambda h, x, W: W * join(h, x), "column bias"),
    ("summed over everything", lambda h, x, W: (W * join(h, x)).sum(), None),
    ("W transposed", lambda h, x, W: W.T @ join(h, x), "W turned"),
)
_GIVEN = {
    None: None,
    "one size": lambda h, x, W, b: (h, np.resize(x, h.shape), W[:, : len(h)], b),
    "column bias": lambda h, x, W, b: (h, x, W, b[:, None]),
    "W turned": lambda h, x, W, b: (h, x, W.T, b),
}
_BIASES = (
    ("", lambda squash, total, b: squash(total + b)),
    ("bias outside the {squash}", lambda squash, total, b: squash(total) + b),
    ("bias missing", lambda squash, total, b: squash(total)),
)


def _combined(
    total: Callable[..., Array],
    biased: Callable[..., Array],
    squashed: Squash,
    h: Array,
    x: Array,
    W: Array,
    b: Array,
) -> Array:
    """Give what one way to sum up, one to add the bias and one to squash lead to."""
    return biased(squashed, total(h, x, W), b)


_SENTENCES = {
    "h and x added": "You added h and x number by number. The {gate} reads them joined: end to "
    "end in one longer vector, h first.",
    "joined as [x, h]": "You joined the two in the order x, h. The hidden state comes first here: "
    "the first columns of W belong to h, the others to x.",
    "element-wise * for @": "You multiplied W and [h, x] number by number, with *. Each unit "
    "needs one sum over its whole row of W, and that is the matrix product.",
    "summed over everything": "You added up the whole of W * [h, x] into one number. Each unit "
    "has a row of W and a sum of its own, and that is the matrix product.",
    "W transposed": "You used W with its rows and columns swapped. W has a row for each unit and "
    "a column for each entry of [h, x], so it stands to the left, as it is.",
    "bias outside the {squash}": "You added b after the {squash}, so the result can leave the "
    "range {low} to 1. The bias is part of the sum that is squashed.",
    "bias missing": "The bias b is missing. Each unit adds its own number of b to its sum.",
    "bias subtracted": "You subtracted b. In exp(-W … + b) the minus reaches only the first term: "
    "put brackets around the whole sum, and the minus in front of them.",
    "brackets of the fraction missing": "Python divides before it adds: 1 / 1 + exp(-z) is "
    "1 + exp(-z). Put brackets around all that stands under the line of the fraction.",
    "{squash} missing": "The {squash} is missing: you returned the sum itself, which can be any "
    "number. The {gate} lies between {low} and 1.",
    "{other} instead of {squash}": "You used {other} where the {gate} uses {squash}, which gives "
    "numbers between {low} and 1.",
    "returns {product}": "You multiplied the {gate} with something more. Return {symbol} alone: "
    "{product} is {product_is}, and that is computed later.",
    "1 - {symbol}": "Your numbers are 1 − {symbol}, the gate turned around: is the minus in "
    "exp(-z) missing? Here 1 means {one} and 0 means {zero}.",
    "{symbol} made 0 or 1": "You made 0 or 1 of it. A gate is no switch: it takes every number "
    "between them, and passes that share.",
    "-{symbol}": "Your numbers are right, but each has the other sign. Look for a minus that is "
    "too many.",
}


def layer_mistakes(words: Words, squash: Squash, other: Squash) -> tuple[Mistake, ...]:
    """List what can go wrong in a layer that reads [h, x] and squashes with `squash`."""
    low = "0" if squash is sigmoid else "−1"
    terms = vars(words) | {"low": low, "squash": squash.__name__, "other": other.__name__}

    def mistake(
        name: str,
        formula: Callable[..., Array],
        given: Callable[..., Given] | None = None,
        any_factor: bool = False,
    ) -> Mistake:
        sentence = _SENTENCES[name].format(**terms)
        return Mistake(name.format(**terms), sentence, formula, given, any_factor)

    def z(h: Array, x: Array, W: Array, b: Array) -> Array:
        return W @ join(h, x) + b

    def right(h: Array, x: Array, W: Array, b: Array) -> Array:
        return squash(z(h, x, W, b))

    squashes = (
        ("", squash),
        ("{other} instead of {squash}", other),
        ("{squash} missing", lambda total: total),
    )
    rows = []
    # All combinations, since mistakes come in company; named is the one to repair first.
    for (sum_name, total, given), (bias_name, biased), (squash_name, squashed) in product(
        _SUMS, _BIASES, squashes
    ):
        name = sum_name or squash_name or bias_name
        if name:
            formula = partial(_combined, total, biased, squashed)
            rows.append(mistake(name, formula, _GIVEN[given]))
    if words.one:
        rows += [
            mistake("bias subtracted", lambda h, x, W, b: right(h, x, W, -b)),
            mistake("{symbol} made 0 or 1", lambda *given: right(*given).round()),
            mistake("1 - {symbol}", lambda *given: 1 - right(*given)),
            mistake("brackets of the fraction missing", lambda *given: 1 + np.exp(-z(*given))),
            mistake(
                "brackets of the fraction missing",
                lambda h, x, W, b: 1 + np.exp(-W @ join(h, x) + b),
            ),
        ]
    rows.append(mistake("-{symbol}", lambda *given: -right(*given)))
    if not words.product:
        return tuple(rows)
    name = "returns {product}"
    rows += [
        mistake(name, lambda *given: right(*given) * other(z(*given))),
        mistake(name, lambda h, x, W, b: right(h, x, W, b) * h),
        # a function that asks for the memory too, in three places; h stands in for it
        mistake(name, lambda h, x, W, b, c: right(h, x, W, b) * c, lambda h, *rest: (h, *rest, h)),
        mistake(name, lambda c, h, x, W, b: right(h, x, W, b) * c, lambda h, *rest: (h, h, *rest)),
        mistake(
            name, lambda h, x, c, W, b: right(h, x, W, b) * c, lambda h, x, W, b: (h, x, h, W, b)
        ),
        mistake(name, right, any_factor=True),
    ]
    return tuple(rows)


def draw_gate(seed: int, H: int, D: int, T: int) -> Given:
    """Draw h_prev, x, W and b."""
    rng = stream(seed)
    return tuple(numbers(rng, *shape) for shape in ((H,), (D,), (H, H + D), (H,)))


def _gate(letter: str, answer: Callable[..., Array]) -> Exercise:
    words = _WORDS[letter]
    squash, other = (np.tanh, sigmoid) if letter == "c" else (sigmoid, np.tanh)
    return Exercise(
        words.gate,
        ("h_prev", "x", "W", "b"),
        (words.symbol,),
        answer,
        draw_gate,
        layer_mistakes(words, squash, other),
        ours=(
            cell.forget_gate,
            cell.input_gate,
            cell.output_gate,
            cell.candidate,
        ),
    )


GATE_EXERCISES = {
    "forget_gate": _gate("f", cell.forget_gate),
    "input_gate": _gate("i", cell.input_gate),
    "candidate": _gate("c", cell.candidate),
    "output_gate": _gate("o", cell.output_gate),
}

"""What students get wrong: for each exercise the known mistakes, as a table.

A mistake is a name, one plain sentence, and the formula it amounts to. `examine.py` compares
what a student's function gives with these formulas; nothing here looks at source code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations, permutations, product

import numpy as np

from lstm_teach import cell
from lstm_teach._arrays import Array
from lstm_teach.cell import GATES, Gate, Parameters, sigmoid, step
from lstm_teach.sequence import unroll


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
    given: Callable[..., tuple] | None = None
    any_factor: bool = False  # it is this mistake whatever number the formula is multiplied by


@dataclass(frozen=True)
class Exercise:
    """What a student's function is called with, what it should give, and how it may go wrong."""

    task: str
    arguments: tuple[str, ...]
    returns: tuple[str, ...]
    answer: Callable[..., Array]
    draw: Callable[[int, int, int], tuple]  # (seed, H, D) -> the arguments
    mistakes: tuple[Mistake, ...]


# ---- the gates and the candidate ---------------------------------------------------------------


@dataclass(frozen=True)
class _Words:
    """How the sentences speak of one gate."""

    gate: str
    symbol: str
    product: str  # what its number is multiplied into later, ...
    product_is: str  # ... and what that product is called
    one: str = ""  # what 1 means, and 0; empty for the candidate, which is no gate
    zero: str = ""


_WORDS = {
    "f": _Words("forget gate", "f", "f * c", "what is kept", "keep everything", "keep nothing"),
    "i": _Words(
        "input gate", "i", "i * c_tilde", "what is added", "write everything", "write nothing"
    ),
    "c": _Words("candidate", "c_tilde", "i * c_tilde", "what is added"),
    "o": _Words(
        "output gate", "o", "o * tanh(c)", "the hidden state h", "show everything", "show nothing"
    ),
}


def _join(h: Array, x: Array) -> Array:
    return np.concatenate([h, x])


# (name, how h, x and W are brought together, the arguments with which that runs)
_SUMS = (
    ("", lambda h, x, W: W @ _join(h, x), None),
    ("h and x added", lambda h, x, W: W @ (h + x), "one size"),
    ("h and x added", lambda h, x, W: h + x, "one size"),
    ("joined as [x, h]", lambda h, x, W: W @ _join(x, h), None),
    ("element-wise * for @", lambda h, x, W: W * _join(h, x), "column bias"),
    ("W transposed", lambda h, x, W: W.T @ _join(h, x), "W turned"),
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
_GATE_SENTENCES = {
    "h and x added": "You added h and x number by number. The {gate} reads them joined: end to "
    "end in one longer vector, h first.",
    "joined as [x, h]": "You joined the two in the order x, h. The hidden state comes first here: "
    "the first columns of W belong to h, the others to x.",
    "element-wise * for @": "You multiplied W and [h, x] number by number, with *. Each unit "
    "needs one sum over its whole row of W, and that is the matrix product.",
    "W transposed": "You used W with its rows and columns swapped. W has a row for each unit and "
    "a column for each entry of [h, x], so it stands to the left, as it is.",
    "bias outside the {squash}": "You added b after the {squash}, so the result can leave the "
    "range {low} to 1. The bias is part of the sum that is squashed.",
    "bias missing": "The bias b is missing. Each unit adds its own number of b to its sum.",
    "{squash} missing": "The {squash} is missing: you returned the sum itself, which can be any "
    "number. The {gate} lies between {low} and 1.",
    "{other} instead of {squash}": "You used {other} where the {gate} uses {squash}, which gives "
    "numbers between {low} and 1.",
    "returns {product}": "You multiplied the {gate} with something more. Return {symbol} alone: "
    "{product} is {product_is}, and that is computed later.",
    "1 - {symbol}": "You returned 1 − {symbol}, the gate turned around. Here 1 means {one} and 0 "
    "means {zero}.",
}


def _gate_mistakes(words: _Words, squash: Callable, other: Callable) -> tuple[Mistake, ...]:
    low = "0" if squash is sigmoid else "−1"
    terms = vars(words) | {"low": low, "squash": squash.__name__, "other": other.__name__}

    def mistake(name: str, formula: Callable, given=None, any_factor: bool = False) -> Mistake:
        sentence = _GATE_SENTENCES[name].format(**terms)
        return Mistake(name.format(**terms), sentence, formula, given, any_factor)

    def right(h: Array, x: Array, W: Array, b: Array) -> Array:
        return squash(W @ _join(h, x) + b)

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

            def formula(h, x, W, b, total=total, biased=biased, squashed=squashed):
                return biased(squashed, total(h, x, W), b)

            rows.append(mistake(name, formula, _GIVEN[given]))
    name = "returns {product}"
    rows += [
        mistake(name, lambda h, x, W, b: right(h, x, W, b) * h),
        # a function that asks for the memory too, in three places; h stands in for it
        mistake(name, lambda h, x, W, b, c: right(h, x, W, b) * c, lambda h, *rest: (h, *rest, h)),
        mistake(name, lambda c, h, x, W, b: right(h, x, W, b) * c, lambda h, *rest: (h, h, *rest)),
        mistake(
            name, lambda h, x, c, W, b: right(h, x, W, b) * c, lambda h, x, W, b: (h, x, h, W, b)
        ),
        mistake(name, right, any_factor=True),
    ]
    if words.one:
        rows.append(mistake("1 - {symbol}", lambda h, x, W, b: 1 - right(h, x, W, b)))
    return tuple(rows)


def _rng(seed: int) -> np.random.Generator:
    """A stream for the inputs; `Parameters.random` with the same seed has another one."""
    return np.random.default_rng([seed, 1])


def _draw_gate(seed: int, H: int, D: int) -> tuple:
    rng = _rng(seed)
    sizes = H, D, (H, H + D), H
    return tuple(rng.normal(0, 1, size).round(1) for size in sizes)  # round: to redo by hand


def _gate_exercise(letter: str, answer: Callable) -> Exercise:
    words = _WORDS[letter]
    squash, other = (np.tanh, sigmoid) if letter == "c" else (sigmoid, np.tanh)
    return Exercise(
        words.gate,
        ("h_prev", "x", "W", "b"),
        (words.symbol,),
        answer,
        _draw_gate,
        _gate_mistakes(words, squash, other),
    )


# ---- the memory and the hidden state -----------------------------------------------------------

_UPDATE = (
    Mistake(
        "f and i swapped",
        "You swapped the two gates. f says how much of the old memory stays, and i says how much "
        "of the candidate comes in.",
        lambda c, f, i, c_tilde: i * c + f * c_tilde,
    ),
    Mistake(
        "candidate without its gate",
        "You added the whole candidate. The input gate i decides how much of it comes in.",
        lambda c, f, i, c_tilde: f * c + c_tilde,
    ),
    Mistake(
        "memory without its gate",
        "You kept the whole old memory. The forget gate f decides how much of it stays.",
        lambda c, f, i, c_tilde: c + i * c_tilde,
    ),
    Mistake(
        "gate instead of what is kept",
        "You added f itself. f says how large a share to keep: multiply it with the old memory.",
        lambda c, f, i, c_tilde: f + i * c_tilde,
    ),
    Mistake(
        "gate added to the memory",
        "You added f to the old memory. A gate multiplies: f times the old memory is what is kept.",
        lambda c, f, i, c_tilde: f + c + i * c_tilde,
    ),
    Mistake(
        "candidate missing",
        "You added the input gate itself. i says how much to write; the candidate says what.",
        lambda c, f, i, c_tilde: f * c + i,
    ),
    Mistake(
        "forget gate on the sum",
        "You multiplied the whole sum with f. The forget gate acts on the old memory only.",
        lambda c, f, i, c_tilde: f * (c + i * c_tilde),
    ),
    Mistake(
        "product instead of sum",
        "You multiplied what is kept and what is added. The new memory is their sum.",
        lambda c, f, i, c_tilde: f * c * i * c_tilde,
    ),
    Mistake(
        "minus instead of plus",
        "You subtracted what the input gate lets in. It is added; a candidate below 0 already "
        "makes the memory smaller.",
        lambda c, f, i, c_tilde: f * c - i * c_tilde,
    ),
    Mistake(
        "tanh around the memory",
        "You put tanh around the new memory. The memory itself is never squashed: tanh comes "
        "later, when the cell shows it as h.",
        lambda c, f, i, c_tilde: np.tanh(f * c + i * c_tilde),
    ),
    Mistake(
        "1 - f instead of i",
        "You let in 1 − f of the candidate. That is another cell, with coupled gates; this one has "
        "an input gate i of its own.",
        lambda c, f, i, c_tilde: f * c + (1 - f) * c_tilde,
    ),
    Mistake(
        "1 - f instead of f",
        "You kept 1 − f of the old memory. f says how much to keep: 1 keeps everything, 0 nothing.",
        lambda c, f, i, c_tilde: (1 - f) * c + i * c_tilde,
    ),
    Mistake(
        "nothing added",
        "You returned only what is kept. What the input gate lets in of the candidate is missing.",
        lambda c, f, i, c_tilde: f * c,
    ),
    Mistake(
        "nothing kept",
        "You returned only what is added. What the forget gate keeps of the old memory is missing.",
        lambda c, f, i, c_tilde: i * c_tilde,
    ),
    Mistake(
        "@ instead of *",
        "You used @, which sums over all units. Here each unit stays by itself: multiply number "
        "by number.",
        lambda c, f, i, c_tilde: f @ c + i @ c_tilde,
    ),
)

_HIDDEN = (
    Mistake(
        "tanh missing",
        "The tanh is missing. Without it h can leave the range −1 to 1; squash the memory first, "
        "then let the output gate through.",
        lambda o, c: o * c,
    ),
    Mistake(
        "tanh around everything",
        "You put tanh around the whole product. Only the memory is squashed; the output gate "
        "multiplies afterwards.",
        lambda o, c: np.tanh(o * c),
    ),
    Mistake(
        "sigmoid instead of tanh",
        "You squashed the memory with sigmoid, so h can never be below 0. Use the function that "
        "gives numbers from −1 to 1.",
        lambda o, c: o * sigmoid(c),
    ),
    Mistake(
        "output gate missing",
        "The output gate is missing: you returned all of the squashed memory. o decides how much "
        "of it shows.",
        lambda o, c: np.tanh(c),
    ),
    Mistake(
        "tanh on the gate",
        "You squashed the output gate instead of the memory. o already lies between 0 and 1; it "
        "is the memory that needs tanh.",
        lambda o, c: np.tanh(o) * c,
    ),
    Mistake(
        "@ instead of *",
        "You used @, which sums over all units. Here each unit stays by itself: multiply number "
        "by number.",
        lambda o, c: o @ np.tanh(c),
    ),
)


def _draw_update(seed: int, H: int, D: int) -> tuple:
    rng = _rng(seed)
    c, f, i, c_tilde = rng.normal(0, 1.5, H), *rng.uniform(0.1, 0.9, (2, H)), rng.uniform(-1, 1, H)
    return tuple(array.round(1) for array in (c, f, i, c_tilde))


def _draw_hidden(seed: int, H: int, D: int) -> tuple:
    c, _f, o, _c_tilde = _draw_update(seed, H, D)
    return o, c


# ---- one step ----------------------------------------------------------------------------------


def _cell(
    parameters: Parameters,
    x: Array,
    h_prev: Array,
    c_prev: Array,
    update: Callable = cell.update_cell,
    show: Callable = cell.hidden_state,
    squash: Callable = np.tanh,
) -> Array:
    """One step with changed parts: the right cell, unless one is given."""
    s = step(parameters, x, h_prev, c_prev)
    c = update(c_prev, s.f, s.i, squash(s.z_c))
    return np.array([show(s.o, c), c])


def _rewired(change: Callable[[Gate], Gate]) -> Callable[..., Array]:
    """The formula of a cell all of whose gates are changed in the same way."""

    def formula(p: Parameters, x: Array, h: Array, c: Array) -> Array:
        return _cell(Parameters(*(change(gate) for gate in vars(p).values())), x, h, c)

    return formula


def _borrowed(change: Callable[[Parameters], dict[str, Gate]]) -> Callable[..., Array]:
    """The formula of a cell in which some gates have got another gate's numbers."""
    return lambda p, x, h, c: _cell(replace(p, **change(p)), x, h, c)


def _h_first_as_x_first(gate: Gate) -> Gate:
    """Reading [x, h] with W is reading [h, x] with these columns."""
    return Gate(np.roll(gate.W, -gate.input_size, axis=1), gate.b)


_CALLED = {
    "forget": "forget gate",
    "input": "input gate",
    "candidate": "candidate",
    "output": "output gate",
}

_STEP = (
    Mistake(
        "returned (c, h)",
        "You returned the pair the wrong way round. The hidden state h comes first, then c.",
        lambda *given: _cell(*given)[::-1],
    ),
    Mistake(
        "h from the old memory",
        "You made h from the memory before. The cell first updates its memory, then shows the new "
        "one.",
        lambda p, x, h, c: np.array([step(p, x, h, c).o * np.tanh(c), _cell(p, x, h, c)[1]]),
    ),
    Mistake(
        "candidate through sigmoid",
        "You squashed the candidate with sigmoid, so the cell can never write a number below 0. "
        "Its range is −1 to 1.",
        lambda *given: _cell(*given, squash=sigmoid),
    ),
    Mistake(
        "gates read [x, h]",
        "Your gates read x first and then h. The hidden state comes first here: the first columns "
        "of every W belong to h.",
        _rewired(_h_first_as_x_first),
    ),
    Mistake(
        "bias missing",
        "The biases are missing. Each gate adds its own b to its sum, before it is squashed.",
        _rewired(lambda gate: Gate(gate.W, 0 * gate.b)),
    ),
    Mistake(
        "old h returned",
        "You returned the hidden state that came in. The new one is made from the new memory.",
        lambda p, x, h, c: np.array([h, _cell(p, x, h, c)[1]]),
    ),
    Mistake(
        "old c returned",
        "You returned the memory that came in. The next moment needs the new one.",
        lambda p, x, h, c: np.array([_cell(p, x, h, c)[0], c]),
    ),
    # What can go wrong in update_cell and hidden_state can go wrong here in the same way.
    *(
        replace(m, formula=lambda *given, m=m: _cell(*given, update=m.formula))
        for m in _UPDATE
        if m.name != "@ instead of *"
    ),
    *(
        replace(m, formula=lambda *given, m=m: _cell(*given, show=m.formula))
        for m in _HIDDEN
        if m.name != "@ instead of *"
    ),
    *(
        Mistake(
            f"{_CALLED[a]} and {_CALLED[b]} swapped",
            f"You swapped the weights of the {_CALLED[a]} and the {_CALLED[b]}.",
            _borrowed(lambda p, a=a, b=b: {a: getattr(p, b), b: getattr(p, a)}),
        )
        for a, b in combinations(GATES.values(), 2)
    ),
    *(
        Mistake(
            f"{_CALLED[a]} with the {part} of the {_CALLED[b]}",
            f"You computed the {_CALLED[a]} with the {part} of the {_CALLED[b]}. Each has its own: "
            f"look at the letters after W and b.",
            _borrowed(lambda p, a=a, b=b, mix=mix: {a: mix(getattr(p, a), getattr(p, b))}),
        )
        for a, b in permutations(GATES.values(), 2)
        for part, mix in (
            ("bias", lambda own, borrowed: Gate(own.W, borrowed.b)),
            ("weights", lambda own, borrowed: Gate(borrowed.W, own.b)),
            ("weights", lambda own, borrowed: borrowed),
        )
    ),
)


def _draw_step(seed: int, H: int, D: int) -> tuple:
    rng = _rng(seed)
    x, h, c = rng.normal(0, 1, D), rng.uniform(-0.9, 0.9, H), rng.normal(0, 1.5, H)
    return Parameters.random(D, H, seed=seed), x.round(1), h.round(1), c.round(1)


# ---- through time ------------------------------------------------------------------------------


def _roll(p: Parameters, xs: Array, carry: Callable) -> Array:
    """Unroll, but `carry` says which h and c the next moment gets."""
    h = c = np.zeros(p.hidden_size)
    hs = []
    for x in xs:
        s = step(p, x, h, c)
        hs.append(s.h)
        h, c = carry(s)
    return np.array(hs)


def _late(p: Parameters, xs: Array) -> Array:
    """Zeros first, then every h: one row more than there are moments."""
    return np.vstack([np.zeros((1, p.hidden_size)), unroll(p, xs).h])


_ORDER = "The rows are in the wrong order in time. The first row is h after the first moment."
_SAME = "All your rows are the same. Each moment has an h of its own: make a new array each time."
_BEFORE = "You noted h before each step. Take the step first, then note the h that comes out of it."

_UNROLL = (
    Mistake(
        "memory not carried on",
        "Every moment starts with an empty memory. The c that one step returns goes into the next.",
        lambda p, xs: _roll(p, xs, lambda s: (s.h, 0 * s.c)),
    ),
    Mistake(
        "h not carried on",
        "Every moment starts with h = 0. The h that one step returns goes into the next.",
        lambda p, xs: _roll(p, xs, lambda s: (0 * s.h, s.c)),
    ),
    Mistake(
        "state not carried on",
        "Every moment starts from zeros, as if it were the first. Both h and c of one step go into "
        "the next.",
        lambda p, xs: _roll(p, xs, lambda s: (0 * s.h, 0 * s.c)),
    ),
    Mistake(
        "h and c swapped on the way",
        "You swapped h and c on the way to the next moment. .h goes into h_prev and .c into "
        "c_prev: step(parameters, x, h, c).",
        lambda p, xs: _roll(p, xs, lambda s: (s.c, s.h)),
    ),
    Mistake(
        "only the last h",
        "You returned only the last h. Collect the h of every moment, a row each.",
        lambda p, xs: unroll(p, xs).h[-1],
    ),
    Mistake(
        "return in the loop",
        "You returned after the first moment. Put return behind the loop, not in it.",
        lambda p, xs: unroll(p, xs).h[:1],
    ),
    Mistake("reverse order", _ORDER, lambda p, xs: unroll(p, xs).h[::-1]),
    Mistake(
        "read backwards",
        "You went through the moments from the last to the first. Time runs from the first row of "
        "xs to the last.",
        lambda p, xs: unroll(p, xs[::-1]).h,
    ),
    Mistake("h before the step", _BEFORE, lambda p, xs: _late(p, xs)[:-1]),
    Mistake(
        "zeros first",
        "Your first row is the zeros that the cell starts from. The first row is h after the first "
        "moment.",
        _late,
    ),
    Mistake(
        "c instead of h",
        "You returned the memory c of every moment. What the cell shows is h.",
        lambda p, xs: unroll(p, xs).c,
    ),
    Mistake(
        "the same h in every row", _SAME, lambda p, xs: np.tile(unroll(p, xs).h[0], (len(xs), 1))
    ),
    Mistake(
        "the same h in every row", _SAME, lambda p, xs: np.tile(unroll(p, xs).h[-1], (len(xs), 1))
    ),
    Mistake(
        "the same x at every moment",
        "Every step reads the first row of xs. Each moment has a row of its own.",
        lambda p, xs: unroll(p, np.tile(xs[0], (len(xs), 1))).h,
    ),
    Mistake(
        "time not first",
        "Your rows are units and your columns are moments. Time comes first, with a row for each.",
        lambda p, xs: unroll(p, xs).h.T,
    ),
)


def _draw_unroll(seed: int, H: int, D: int) -> tuple:
    moments = 5
    xs = _rng(seed).normal(0, 1, (moments, D)).round(1)
    return Parameters.random(D, H, seed=seed), xs


# ---- all of them -------------------------------------------------------------------------------

EXERCISES = {
    "forget_gate": _gate_exercise("f", cell.forget_gate),
    "input_gate": _gate_exercise("i", cell.input_gate),
    "candidate": _gate_exercise("c", cell.candidate),
    "output_gate": _gate_exercise("o", cell.output_gate),
    "update_cell": Exercise(
        "new memory",
        ("c_prev", "f", "i", "c_tilde"),
        ("c",),
        cell.update_cell,
        _draw_update,
        _UPDATE,
    ),
    "hidden_state": Exercise(
        "hidden state", ("o", "c"), ("h",), cell.hidden_state, _draw_hidden, _HIDDEN
    ),
    "step": Exercise(
        "step", ("parameters", "x", "h_prev", "c_prev"), ("h", "c"), _cell, _draw_step, _STEP
    ),
    "unroll": Exercise(
        "sequence",
        ("parameters", "xs"),
        ("hs",),
        lambda p, xs: unroll(p, xs).h,
        _draw_unroll,
        _UNROLL,
    ),
}

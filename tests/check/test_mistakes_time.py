"""A whole step, and a sequence: every mistake gets its name."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations

import numpy as np
import pytest

import lstm_teach
from lstm_teach import hidden_state, sigmoid, update_cell
from tests.check.helpers import drawn, step_by_hand, unroll_by_hand, verdicts

join = np.concatenate
LAYERS = {
    "forget": "forget gate",
    "input": "input gate",
    "candidate": "candidate",
    "output": "output gate",
}
LETTERS = dict(zip(LAYERS, "figo", strict=True))  # what `cell` calls them


def cell(
    f="forget", i="input", g="candidate", o="output", *, bias=1.0, h_first=True, g_squash=np.tanh,
    update=update_cell, show=hidden_state, result=lambda h, c, h_prev, c_prev: (h, c),
) -> Callable:  # fmt: skip
    """A student's step, with one part changed."""

    def function(p, x, h_prev, c_prev):
        hx = join([h_prev, x] if h_first else [x, h_prev])

        def z(name):
            weights, _, from_ = name.partition(" b of ")
            return getattr(p, weights).W @ hx + bias * getattr(p, from_ or weights).b

        c = update(c_prev, sigmoid(z(f)), sigmoid(z(i)), g_squash(z(g)))
        return result(show(sigmoid(z(o)), c), c, h_prev, c_prev)

    return function


def h_of_the_old_memory(p, x, h_prev, c_prev):
    s = lstm_teach.step(p, x, h_prev, c_prev)
    return s.o * np.tanh(c_prev), s.c


def rolled(carry: Callable, collect: Callable = lambda hs: hs, first: Callable = lambda h: []):
    """A student's unroll; `carry` says what the next moment gets."""

    def function(p, xs):
        h = c = zeros = np.zeros(p.hidden_size)
        hs = list(first(zeros))
        for x in xs:
            s = lstm_teach.step(p, x, h, c)
            hs.append(s.h)
            h, c = carry(s, zeros)
        return collect(np.array(hs))

    return function


def well(s, zeros):
    return s.h, s.c


def notes_h_before_the_step(p, xs):
    h = c = np.zeros(p.hidden_size)
    hs = []
    for x in xs:
        hs.append(h)
        h, c = step_by_hand(p, x, h, c)
    return np.array(hs)


def keeps_one_array(p, xs):
    h, c = np.zeros(p.hidden_size), np.zeros(p.hidden_size)
    hs = []
    for x in xs:
        h[:], c = step_by_hand(p, x, h, c)
        hs.append(h)
    return hs


def starts_with_one_zero(ours: Callable | None):
    def function(p, xs):
        h = c = np.zeros(1)
        hs = []
        for x in xs:
            s = ours and ours(p, x, h, c)
            h, c = (s.h, s.c) if s else step_by_hand(p, x, h, c)
            hs.append(h)
        return hs

    return function


def five_moments(p, xs):
    h = c = np.zeros(p.hidden_size)
    hs = np.zeros((5, p.hidden_size))
    for t in range(5):
        h, c = step_by_hand(p, xs[t], h, c)
        hs[t] = h
    return hs


def borrows(to: str, of: str) -> tuple[tuple[str, str, Callable], ...]:
    """Steps in which one layer has numbers of another: its bias, its W, or both."""
    bias, weights = (
        f"{LAYERS[to]} with the {part} of the {LAYERS[of]}" for part in ("bias", "weights")
    )
    return (
        ("step", bias, cell(**{LETTERS[to]: f"{to} b of {of}"})),
        ("step", weights, cell(**{LETTERS[to]: f"{of} b of {to}"})),
        ("step", weights, cell(**{LETTERS[to]: of})),
    )


def swaps(a: str, b: str) -> tuple[str, str, Callable]:
    """A step in which two layers have each other's numbers."""
    name = (
        "f and i swapped"
        if (a, b) == ("forget", "input")
        else f"{LAYERS[a]} and {LAYERS[b]} swapped"
    )
    return "step", name, cell(**{LETTERS[a]: b, LETTERS[b]: a})


MISTAKES = [
    ("step", "returned (c, h)", cell(result=lambda h, c, *_: (c, h))),
    ("step", "old h returned", cell(result=lambda h, c, h_prev, c_prev: (h_prev, c))),
    ("step", "old c returned", cell(result=lambda h, c, h_prev, c_prev: (h, c_prev))),
    ("step", "h from the old memory", h_of_the_old_memory),
    ("step", "tanh missing", cell(show=lambda o, c: o * c)),
    ("step", "tanh around everything", cell(show=lambda o, c: np.tanh(o * c))),
    ("step", "sigmoid instead of tanh", cell(show=lambda o, c: o * sigmoid(c))),
    ("step", "output gate missing", cell(show=lambda o, c: np.tanh(c))),
    ("step", "f and i swapped", cell(update=lambda c, f, i, g: i * c + f * g)),
    ("step", "f and i swapped", cell(f="input", i="forget")),
    ("step", "candidate without its gate", cell(update=lambda c, f, i, g: f * c + g)),
    ("step", "memory without its gate", cell(update=lambda c, f, i, g: c + i * g)),
    ("step", "minus instead of plus", cell(update=lambda c, f, i, g: f * c - i * g)),
    ("step", "tanh around the memory", cell(update=lambda c, f, i, g: np.tanh(f * c + i * g))),
    ("step", "candidate through sigmoid", cell(g_squash=sigmoid)),
    ("step", "gates read [x, h]", cell(h_first=False)),
    ("step", "bias missing", cell(bias=0)),
    ("step", "output gate with the bias of the forget gate", cell(o="output b of forget")),
    ("step", "output gate with the weights of the forget gate", cell(o="forget")),
    ("step", "output gate with the weights of the forget gate", cell(o="forget b of output")),
    ("step", "candidate with the weights of the input gate", cell(g="input")),
    ("step", "input gate and candidate swapped", cell(i="candidate", g="input")),
    ("step", "wrong shape", cell(result=lambda h, c, *_: h)),
    ("step", "wrong shape", cell(result=lambda h, c, *_: (h, c, c))),
    ("step", "wrong shape", cell(result=lambda h, c, *_: (h, [*c, 1]))),
    ("step", "returned (h, h)", cell(result=lambda h, c, *_: (h, h))),
    ("step", "c instead of h", cell(result=lambda h, c, *_: (c, c))),
    ("step", "everything with the weights of the input gate", cell(*4 * ["input"])),
    ("step", "gate without .W", lambda p, x, h, c: (h, p.forget @ join([h, x]))),
    ("step", "gate without .W", lambda p, x, h, c: (h, p.forget.W @ join([h, x]) + p.forget)),
    ("step", "no such gate", lambda p, x, h, c: (h, p["forget"].W @ join([h, x]))),
    ("step", "no such gate", lambda p, x, h, c: (h, p.W_f @ join([h, x]))),
    ("unroll", "memory not carried on", rolled(lambda s, zeros: (s.h, zeros))),
    ("unroll", "h not carried on", rolled(lambda s, zeros: (zeros, s.c))),
    ("unroll", "state not carried on", rolled(lambda s, zeros: (zeros, zeros))),
    ("unroll", "h and c swapped on the way", rolled(lambda s, zeros: (s.c, s.h))),
    ("unroll", "only the last h", rolled(well, lambda hs: hs[-1])),
    ("unroll", "return in the loop", rolled(well, lambda hs: hs[:1])),
    ("unroll", "list made anew in the loop", rolled(well, lambda hs: hs[-1:])),
    ("unroll", "a list of Steps", lambda p, xs: list(lstm_teach.unroll(p, xs))),
    ("unroll", "one number of units only", starts_with_one_zero(lstm_teach.step)),
    ("unroll", "one number of units only", starts_with_one_zero(None)),
    ("unroll", "one number of moments only", five_moments),
    ("unroll", "reverse order", rolled(well, lambda hs: hs[::-1])),
    ("unroll", "read backwards", lambda p, xs: unroll_by_hand(p, xs[::-1])),
    ("unroll", "zeros first", rolled(well, first=lambda h: [h])),
    ("unroll", "h before the step", rolled(well, lambda hs: hs[:-1], first=lambda h: [h])),
    ("unroll", "h before the step", notes_h_before_the_step),
    ("unroll", "c instead of h", lambda p, xs: lstm_teach.unroll(p, xs).c),
    ("unroll", "the same h in every row", rolled(well, lambda hs: np.array([hs[0]] * len(hs)))),
    ("unroll", "the same h in every row", keeps_one_array),
    ("unroll", "the same x at every moment", lambda p, xs: unroll_by_hand(p, [xs[0]] * len(xs))),
    ("unroll", "time not first", rolled(well, lambda hs: hs.T)),
    ("step", "gate instead of what is kept", cell(update=lambda c, f, i, g: f + i * g)),
    ("step", "gate added to the memory", cell(update=lambda c, f, i, g: f + c + i * g)),
    ("step", "candidate missing", cell(update=lambda c, f, i, g: f * c + i)),
    ("step", "forget gate on the sum", cell(update=lambda c, f, i, g: f * c + f * i * g)),
    ("step", "product instead of sum", cell(update=lambda c, f, i, g: f * c * i * g)),
    ("step", "1 - f instead of i", cell(update=lambda c, f, i, g: f * c + (1 - f) * g)),
    ("step", "1 - f instead of f", cell(update=lambda c, f, i, g: (1 - f) * c + i * g)),
    ("step", "nothing added", cell(update=lambda c, f, i, g: f * c)),
    ("step", "nothing kept", cell(update=lambda c, f, i, g: i * g)),
    ("step", "tanh of the candidate", cell(g_squash=lambda z: np.tanh(np.tanh(z)))),
    ("step", "tanh on the gate", cell(show=lambda o, c: np.tanh(o) * c)),
    ("step", "o instead of h", cell(show=lambda o, c: o)),
    ("step", "-h", cell(show=lambda o, c: -o * np.tanh(c))),
    *(
        ("step", f"everything with the weights of the {LAYERS[of]}", cell(*4 * [of]))
        for of in LAYERS
    ),
    *(swaps(a, b) for a, b in combinations(LAYERS, 2)),
    *(loan for pair in permutations(LAYERS, 2) for loan in borrows(*pair)),
    ("unroll", "the same h in every row", rolled(well, lambda hs: np.array([hs[-1]] * len(hs)))),
]


@pytest.mark.parametrize(("exercise", "name", "function"), MISTAKES)
def test_a_mistake_is_named(exercise: str, name: str, function: Callable) -> None:
    verdict = verdicts(exercise, function)
    assert (verdict.passed, verdict.mistake) == (False, name)


def test_states_are_what_a_cell_can_have() -> None:
    h_prev = drawn("step")["h_prev"]
    assert (h_prev.min(), h_prev.max()) == (-0.9, 0.9)

"""What students get wrong in a whole step, and through time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import combinations, permutations

import numpy as np

from lstm_teach import cell
from lstm_teach._arrays import Array
from lstm_teach.cell import sigmoid, step
from lstm_teach.check.exercise import Exercise, Given, Mistake, numbers, stream
from lstm_teach.check.mistakes_memory import HIDDEN, SUMMED, UPDATE
from lstm_teach.parameters import GATES, Gate, Parameters, Step
from lstm_teach.sequence import unroll

# ---- one step ----------------------------------------------------------------------------------


def _cell(
    parameters: Parameters,
    x: Array,
    h_prev: Array,
    c_prev: Array,
    *,
    update: Callable[..., Array] = cell.update_cell,
    show: Callable[..., Array] = cell.hidden_state,
    squash: Callable[[Array], Array] = np.tanh,
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


def _all_of_it(own: Gate, borrowed: Gate) -> Gate:
    return borrowed


def _borrowed(
    loans: dict[str, str], mix: Callable[[Gate, Gate], Gate] = _all_of_it
) -> Callable[..., Array]:
    """The formula of a cell in which some gates have got another gate's numbers."""

    def formula(p: Parameters, x: Array, h: Array, c: Array) -> Array:
        lent = {to: mix(getattr(p, to), getattr(p, of)) for to, of in loans.items()}
        return _cell(replace(p, **lent), x, h, c)

    return formula


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
        partial(_cell, squash=sigmoid),
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
    Mistake(
        "returned (h, h)",
        "You returned h twice. The next moment needs the memory too: first h, then c.",
        lambda *given: _cell(*given)[[0, 0]],
    ),
    *(
        Mistake(
            f"everything with the weights of the {_CALLED[name]}",
            f"You computed all four layers with the weights of the {_CALLED[name]}. Each has a W "
            "and a b of its own.",
            _borrowed(dict.fromkeys(GATES.values(), name)),
        )
        for name in GATES.values()
    ),
    # What can go wrong in update_cell and hidden_state can go wrong here in the same way.
    *(replace(m, formula=partial(_cell, update=m.formula)) for m in UPDATE if m.name != SUMMED),
    *(replace(m, formula=partial(_cell, show=m.formula)) for m in HIDDEN if m.name != SUMMED),
    *(
        Mistake(
            f"{_CALLED[a]} and {_CALLED[b]} swapped",
            f"You swapped the weights of the {_CALLED[a]} and the {_CALLED[b]}.",
            _borrowed({a: b, b: a}),
        )
        for a, b in combinations(GATES.values(), 2)
    ),
    *(
        Mistake(
            f"{_CALLED[a]} with the {part} of the {_CALLED[b]}",
            f"You computed the {_CALLED[a]} with the {part} of the {_CALLED[b]}. Each has its own: "
            f"look at the letters after W and b.",
            _borrowed({a: b}, mix),
        )
        for a, b in permutations(GATES.values(), 2)
        for part, mix in (
            ("bias", lambda own, borrowed: Gate(own.W, borrowed.b)),
            ("weights", lambda own, borrowed: Gate(borrowed.W, own.b)),
            ("weights", _all_of_it),
        )
    ),
)


def _draw_step(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    x, h, c = numbers(rng, D), numbers(rng, H).clip(-0.9, 0.9), numbers(rng, H)
    return Parameters.random(D, H, seed=seed), x, h, c


# ---- through time ------------------------------------------------------------------------------


def _roll(p: Parameters, xs: Array, carry: Callable[[Step], tuple[Array, Array]]) -> Array:
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
    Mistake(
        "list made anew in the loop",
        "Only the last h is left in your list: it is made anew at every moment. Put hs = [] in "
        "front of the loop.",
        lambda p, xs: unroll(p, xs).h[-1:],
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


def _draw_unroll(seed: int, H: int, D: int, T: int) -> Given:
    return Parameters.random(D, H, seed=seed), numbers(stream(seed), T, D)


def _list_of_steps(result: object) -> tuple[str, str] | None:
    if isinstance(result, list | tuple) and any(isinstance(moment, Step) for moment in result):
        return (
            "a list of Steps",
            "You collected what step returns, and that is every number of the moment. Collect its "
            "h alone, with .h.",
        )
    return None


def _h_and_c(result: object) -> object:
    return (result.h, result.c) if isinstance(result, Step) else result


def _every_h(result: object) -> object:
    return result.h if isinstance(result, Step) else result


TIME_EXERCISES = {
    "step": Exercise(
        "step",
        ("parameters", "x", "h_prev", "c_prev"),
        ("h", "c"),
        _cell,
        _draw_step,
        _STEP,
        ours=(unroll, step),
        read=_h_and_c,
    ),
    "unroll": Exercise(
        "sequence",
        ("parameters", "xs"),
        ("hs",),
        lambda p, xs: unroll(p, xs).h,
        _draw_unroll,
        _UNROLL,
        ours=(unroll,),
        read=_every_h,
        notice=_list_of_steps,
    ),
}

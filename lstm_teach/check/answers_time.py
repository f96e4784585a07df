"""Exercises of a whole step, of an LSTM and of a GRU, and of what goes through time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations, permutations

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.cell import lstm_cell
from lstm_teach.check.answers_gates import HIDDEN, UPDATE
from lstm_teach.check.exercise import Exercise, Given, Mistake, layers, numbers, stream
from lstm_teach.check.tables import exercise, filled, read_table, spread, together
from lstm_teach.parameters import GATES, Parameters, Step
from lstm_teach.variants import GRUParameters, GRUStep

_TABLE = read_table("time")
_CALLED = {"f": "forget gate", "i": "input gate", "c": "candidate", "o": "output gate"}
_VALUES = {"f": "f", "i": "i", "c": "c_tilde", "o": "o", "z": "z", "r": "r", "h": "h_tilde"}


def _in_layers(called: dict[str, str], swapped_apart: str, the: str = "") -> tuple[Mistake, ...]:
    """List what is done wrong in all layers, in one, or with the weights of another.

    `swapped_apart` are two layers whose swapped weights have a row of their own.
    """
    words = {
        k: {"k": k, "layer": layer, "y": _VALUES[k], "squash": "tanh" if k in "ch" else "sigmoid"}
        for k, layer in called.items()
    }
    gates = {k: of for k, of in words.items() if of["squash"] == "sigmoid"}
    rows = [*_TABLE["all layers"]]
    rows += [m for k in words for m in filled(_TABLE["all with one"], j=k, layer=called[k])]
    rows += [m for of in words.values() for m in filled(_TABLE["one layer"], **of)]
    rows += [m for of in gates.values() for m in filled(_TABLE["one gate"], **of)]
    for section, pairs in (
        ("one with another", permutations(called, 2)),
        ("two swapped", (p for p in combinations(called, 2) if "".join(p) != swapped_apart)),
    ):
        for k, j in pairs:
            rows += filled(
                _TABLE[section], **words[k], j=j, of=the + called[j], other_layer=called[j]
            )
    return spread(rows, layer=words, gate=gates)


# ---- one step of the LSTM ----------------------------------------------------------------------

_GATES = {k: {"k": k, "y": k} for k in "fio"}
_STEP = (
    *spread(_TABLE["step"], gate=_GATES, layer=_GATES | {"c": {"k": "c", "y": "c_tilde"}}),
    # What can go wrong in update_cell and hidden_state can go wrong here in the same way.
    *(row for row in UPDATE if row.name != "one gate for both"),
    *HIDDEN,
    *_in_layers(_CALLED, swapped_apart="fi", the="the "),
)


def _draw_step(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    x, h, c = numbers(rng, D), numbers(rng, H).clip(-0.9, 0.9), numbers(rng, H)
    return Parameters.random(D, H, seed=seed), x, h, c


# ---- through time ------------------------------------------------------------------------------


def _roll(
    p: Parameters, xs: Array, h: Array, c: Array, carry: Callable[[Step], tuple[Array, Array]]
) -> dict[str, Array]:
    """Unroll, but `carry` says which h and c the next moment gets."""
    steps = []
    for x in xs:
        steps.append(lstm_cell(p, x, h, c))
        h, c = carry(steps[-1])
    return {name: np.array([vars(s)[name] for s in steps]) for name in ("h", "c", "o", "c_tilde")}


def _draw_unroll(seed: int, H: int, D: int, T: int) -> Given:
    return Parameters.random(D, H, seed=seed), numbers(stream(seed), T, D)


# ---- one step of the GRU -----------------------------------------------------------------------

_GRU_CALLED = {"z": "update", "r": "reset", "h": "candidate"}
#: What the candidate reads, whether the reset gate works after the product: the old h times some
#: factor, and both with x first.
_READS = {
    False: ("W_h @ join({} * h_prev, x) + b_h", "W_h @ join(x, r * h_prev) + b_h"),
    True: ("V_x @ x + b_h + {} * (V_h @ h_prev + b_n)", "U_x @ x + b_h + r * (U_h @ h_prev + b_n)"),
}
_GRU_LAYERS = _in_layers(_GRU_CALLED, swapped_apart="zr")


def _unpack_gru(parameters: GRUParameters, **state: Array) -> dict[str, Array]:
    """Name the weights. In the lines V_h and V_x are parts of W_h, U_h and U_x cut as [x, h]."""
    return layers(parameters, _GRU_CALLED) | state | {"b_n": parameters.recurrent_bias}


def _draw_gru(seed: int, H: int, D: int, T: int, after: bool = False) -> Given:
    rng, p = stream(seed), Parameters.random(D, H, seed=seed)
    x, h_prev = numbers(rng, D), numbers(rng, H).clip(-0.9, 0.9)
    second = p.output.b if after else None
    return GRUParameters(p.forget, p.input, p.candidate, after, second), x, h_prev


def _gru(task: str, after: bool) -> Exercise:
    reset = "reset after" if after else "reset before"
    rows = together(_TABLE, reset, "mixture", "order of h and x")
    h_first, x_first = _READS[after]
    reads = {"reads": h_first.format("r"), "no_reset": h_first.format("1"), "x_first": x_first}
    reads["turned"] = h_first.format("(1 - r)")
    return exercise(
        filled(_TABLE["right: gru"], task=task, **reads),
        partial(_draw_gru, after=after),
        filled(rows, **reads) + _GRU_LAYERS,
        allowed=_LAYERS,
        unpack=_unpack_gru,
        read=lambda result: result.h if isinstance(result, GRUStep) else result,
    )


_LAYERS = frozenset(
    "sigmoid join concat linear preactivation forget_gate input_gate candidate output_gate".split()
)
_MOMENT = _LAYERS | {"update_cell", "hidden_state"}

TIME_EXERCISES = {
    "step": exercise(
        _TABLE["right: step"],
        _draw_step,
        _STEP,
        allowed=_MOMENT,
        unpack=lambda parameters, **rest: layers(parameters, GATES) | rest,
        read=lambda result: (result.h, result.c) if isinstance(result, Step) else result,
    ),
    "unroll": exercise(
        _TABLE["right: unroll"],
        _draw_unroll,
        _TABLE["unroll"],
        allowed=_MOMENT | {"step", "lstm_cell"},
        unpack=lambda **given: given | {"H": given["parameters"].hidden_size, "roll": _roll},
        read=lambda result: result.h if isinstance(result, Step) else result,
    ),
    "gru_step": _gru("GRU", after=False),
    "gru_step_torch": _gru("GRU of PyTorch", after=True),
}

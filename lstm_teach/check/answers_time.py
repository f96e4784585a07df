"""Exercises of a whole step, of an LSTM and of a GRU, and of what goes through time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations, permutations

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.cell import lstm_cell
from lstm_teach.check.answers_gates import HIDDEN, MEMORY_LINES, SHOWN_LINES, UPDATE
from lstm_teach.check.exercise import Exercise, Given, Mistake, layers, numbers, stream
from lstm_teach.check.tables import filled, read_table, spread
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

_STEP_LINES = f"""
    hx = join(h_prev, x)
    z_f = W_f @ hx + b_f; z_i = W_i @ hx + b_i; z_c = W_c @ hx + b_c; z_o = W_o @ hx + b_o
    f = sigmoid(z_f); i = sigmoid(z_i); c_tilde = tanh(z_c); o = sigmoid(z_o)
    {MEMORY_LINES}
    {SHOWN_LINES}
    result = [h, c]
"""
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


_UNROLL_LINES = """
    start_h = np.zeros(H)
    start_c = np.zeros(H)
    rows = xs
    carry = lambda s: (s.h, s.c)
    states = roll(parameters, rows, start_h, start_c, carry)
    hs = states["h"]
    result = hs
"""


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


# ---- one step of the GRU -----------------------------------------------------------------------

_GRU_CALLED = {"z": "update", "r": "reset", "h": "candidate"}
_GRU_LINES = """
    V_h = W_h[:, : len(h_prev)]; V_x = W_h[:, len(h_prev) :]
    U_x = W_h[:, : len(x)]; U_h = W_h[:, len(x) :]
    hx = join(h_prev, x)
    z_z = W_z @ hx + b_z
    z_r = W_r @ hx + b_r
    z = sigmoid(z_z)
    r = sigmoid(z_r)
    z_h = {reads}
    h_tilde = tanh(z_h)
    kept = (1 - z) * h_prev
    added = z * h_tilde
    total = kept + added
    result = total
"""
_BEFORE = "W_h @ join(r * h_prev, x) + b_h"
_AFTER = "V_x @ x + b_h + r * (V_h @ h_prev + b_n)"
_READS_BEFORE = {
    "reads": _BEFORE,
    "after": "V_x @ x + b_h + r * (V_h @ h_prev)",
    "no_reset": "W_h @ join(h_prev, x) + b_h",
    "turned": "W_h @ join((1 - r) * h_prev, x) + b_h",
    "through_z": "W_h @ join(z * h_prev, x) + b_h",
    "x_first": "W_h @ join(x, r * h_prev) + b_h",
    "no_h": "V_x @ x + b_h",
}
_READS_AFTER = {
    "reads": _AFTER,
    "no_reset": "V_x @ x + b_h + V_h @ h_prev + b_n",
    "turned": "V_x @ x + b_h + (1 - r) * (V_h @ h_prev + b_n)",
    "through_z": "V_x @ x + b_h + z * (V_h @ h_prev + b_n)",
    "x_first": "U_x @ x + b_h + r * (U_h @ h_prev + b_n)",
    "no_h": "V_x @ x + b_h",
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


def _gru(task: str, reads: dict[str, str], after: bool) -> Exercise:
    sections = ("reset after" if after else "reset before", "mixture", "order of h and x")
    rows = (row for section in sections for row in _TABLE[section])
    return Exercise(
        task,
        ("parameters", "x", "h_prev"),
        ("h",),
        _GRU_LINES.replace("{reads}", reads["reads"]),
        partial(_draw_gru, after=after),
        filled(rows, **reads) + _GRU_LAYERS,
        allowed=_LAYERS,
        sizes=("unit", "input"),
        unpack=_unpack_gru,
        read=lambda result: result.h if isinstance(result, GRUStep) else result,
    )


_LAYERS = frozenset(
    "sigmoid join concat linear preactivation forget_gate input_gate candidate output_gate".split()
)
_MOMENT = _LAYERS | {"update_cell", "hidden_state"}

TIME_EXERCISES = {
    "step": Exercise(
        "step",
        ("parameters", "x", "h_prev", "c_prev"),
        ("h", "c"),
        _STEP_LINES,
        _draw_step,
        _STEP,
        allowed=_MOMENT,
        sizes=("unit", "input"),
        unpack=lambda parameters, **rest: layers(parameters, GATES) | rest,
        read=lambda result: (result.h, result.c) if isinstance(result, Step) else result,
    ),
    "unroll": Exercise(
        "sequence",
        ("parameters", "xs"),
        ("hs",),
        _UNROLL_LINES,
        _draw_unroll,
        _TABLE["unroll"],
        allowed=_MOMENT | {"step", "lstm_cell"},
        sizes=("unit", "input", "moment"),
        unpack=lambda parameters, xs: {
            "parameters": parameters,
            "xs": xs,
            "H": parameters.hidden_size,
            "roll": _roll,
        },
        read=lambda result: result.h if isinstance(result, Step) else result,
        notice=_list_of_steps,
    ),
    "gru_step": _gru("GRU", _READS_BEFORE, after=False),
    "gru_step_torch": _gru("GRU of PyTorch", _READS_AFTER, after=True),
}

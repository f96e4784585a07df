"""All exercises by name. Their right answers, and what students get wrong, are in `tables`.

A mistake is a name, one plain sentence, and the lines that are written in another way. `naming.py`
compares what a student's function gives with what these lines give; nothing looks at source code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations, permutations

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.cell import lstm_cell
from lstm_teach.check.exercise import (
    Exercise,
    Given,
    Mistake,
    as_table,
    layers,
    numbers,
    rows,
    shares,
    stream,
    table,
)
from lstm_teach.check.tables import exercise, filled, read_table, spread, together
from lstm_teach.parameters import GATES, Parameters, Step
from lstm_teach.variants import GRUParameters, GRUStep

_TABLES = map(read_table, ("gates", "memory", "time", "learning", "reading"))
_TABLE = {title: rows for table in _TABLES for title, rows in table.items()}
_UPDATE, _HIDDEN = _TABLE["new memory"], _TABLE["hidden state"]

# ---- layers ------------------------------------------------------------------------------------

#: What each layer's table says in the places that it leaves open.
_WORDS = {
    row.name: dict(way.split(" = ", 1) for way in row.ways) | {"y": "result"}
    for row in _TABLE["words"]
}


def draw_gate(seed: int, H: int, D: int, T: int) -> Given:
    """Draw h_prev, x, W and b."""
    rng = stream(seed)
    return tuple(numbers(rng, *shape) for shape in ((H,), (D,), (H, H + D), (H,)))


def _layer(name: str) -> Exercise:
    words, plain = _WORDS[name], name == "rnn_step"
    last = "rnn" if plain else "gives more"
    rows = together(_TABLE, "sum", "squash", words["squash"], "bias", "result", last)
    mistakes = filled(rows, **words)
    (often,) = filled(_TABLE["often"], **words)
    return exercise(
        filled(_TABLE["right"], **words),
        draw_gate,
        mistakes,
        often=frozenset(often.ways),
        times=None if plain else mistakes[-1],
    )


# ---- without weights ---------------------------------------------------------------------------


def _draw_update(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    f, i = shares(rng, 2, H)
    return numbers(rng, H), f, i, numbers(rng, H).clip(-0.9, 0.9)


def _draw_hidden(seed: int, H: int, D: int, T: int) -> Given:
    c, o, _i, _c_tilde = _draw_update(seed, H, D, T)
    return o, c


# ---- the output gate and what it shows ---------------------------------------------------------


def _draw_output(seed: int, H: int, D: int, T: int) -> Given:
    h_prev, x, W, b = draw_gate(seed, H, D, T)
    return h_prev, x, numbers(stream(seed + 1), H), W, b


#: What is the same in the gate and in what it lets through.
_IN_THE_GATE = frozenset(
    ("sigmoid on the gate", "1 - o instead of o", "-h", "gate squared", "divided by the gate")
)


def _output() -> Exercise:
    words = _WORDS["output_gate"] | {"y": "o"}
    rows = together(_TABLE, "sum", "squash", "sigmoid", "bias", "result")
    shown = (row for row in _HIDDEN if row.name not in _IN_THE_GATE)
    return exercise(
        _TABLE["right: output"], _draw_output, (*filled(rows, **words), *_TABLE["output"], *shown)
    )


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
    *(row for row in _UPDATE if row.name != "one gate for both"),
    *_HIDDEN,
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


# ---- C = f * C_prev + i * C_tilde, backward ----------------------------------------------------

_ROWS = ("dc_prev", "dz_f", "dz_i", "dz_c")
_BACKWARD = (
    *_TABLE["way back"],
    *(
        row
        for order in permutations(_ROWS)
        if order != _ROWS
        for row in filled(_TABLE["order of the gradients"], order=", ".join(order))
    ),
    *(row for name in _ROWS for row in filled(_TABLE["one gradient"], row=name)),
)


def _draw_backward(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    f, i = shares(rng, 2, H)
    return numbers(rng, H), numbers(rng, H), f, i, numbers(rng, H).clip(-0.9, 0.9)


# ---- one step of gradient descent --------------------------------------------------------------


def _listed(letters: Sequence[str]) -> str:
    *names, last = (GATES[letter] for letter in letters)
    return f"{', '.join(names)} and {last}" if names else last


def _some_layers() -> Iterator[Mistake]:
    """What can go wrong with one, two or three of the four layers."""
    for some in (k for n in (1, 2, 3) for k in combinations(GATES, n)):
        what = "only one layer" if len(some) == 1 else "only some layers"
        mask = str([int(letter in some) for letter in GATES])
        yield from filled(_TABLE["some layers"], some=what, names=_listed(some), mask=mask)
    for (at, a), (to, b) in combinations(enumerate(GATES), 2):
        indices = {
            "both": [{at: to, to: at}.get(k, k) for k in range(4)],
            "first": [{at: to}.get(k, k) for k in range(4)],
            "second": [{to: at}.get(k, k) for k in range(4)],
        }
        words = {"names": _listed((a, b)), "a": GATES[a], "b": GATES[b]}
        yield from filled(_TABLE["two layers"], **words, **{k: str(v) for k, v in indices.items()})


def _draw_descent(seed: int, H: int, D: int, T: int) -> Given:
    rate = float(stream(seed).choice([0.1, 0.2, 0.3, 0.4]))
    return Parameters.random(D, H, seed=seed), Parameters.random(D, H, seed=seed + 1), rate


# ---- clipping by norm --------------------------------------------------------------------------


def _draw_clip(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    gradient, longer = numbers(rng, H + D + 2), T in (3, 5)  # is it longer than it may be?
    share = float(rng.choice([0.3, 0.4, 0.6]) if longer else rng.choice([1.2, 1.5, 2.5]))
    if D == 4:  # so short that each number is longer
        share = 0.05
    return gradient, float(np.round(share * np.linalg.norm(gradient), 1))


def _unpack_descent(parameters: Parameters, grads: Parameters, rate: float) -> dict[str, object]:
    """P and G are tables; B says where their biases stand."""
    P: Array = table(parameters)
    return {"P": P, "G": table(grads), "rate": rate, "B": np.arange(P.shape[2]) == P.shape[2] - 1}


# ---- a cell from PyTorch -----------------------------------------------------------------------

_TORCH = "ifco"  # its order of the rows


def _cut(W: Array, b: Array, order: str, order_b: str, turned: bool) -> Array:
    """Cut four layers out of W and b, whose rows have these orders."""
    W_of = dict(zip(order, np.split(W, 4), strict=True))
    b_of = dict(zip(order_b, np.split(b, 4), strict=True))
    return np.stack([rows(W_of[k].T if turned else W_of[k], b_of[k]) for k in GATES])


_IMPORT = (
    *_TABLE["from torch"],
    *(
        row
        for order in permutations(GATES)
        if "".join(order) != _TORCH
        for row in filled(
            _TABLE["order of the rows"], order=", ".join(order), letters="".join(order)
        )
    ),
)


def _draw_import(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    return tuple(numbers(rng, *shape) for shape in ((4 * H, D), (4 * H, H), (4 * H,), (4 * H,)))


# ---- from scores to probabilities ---------------------------------------------------------------


def _draw_scores(seed: int, H: int, D: int, T: int) -> Given:
    """Small scores; thousands of both signs; near-ties, in the hundreds and in the thousands."""
    rng, V = stream(seed), H + D + 1
    scores, temperature = numbers(rng, V), float(rng.choice([0.5, 0.8, 1.5, 2.0]))
    if T == 1:  # one is far above the rest, and is neither the first nor the last
        return scores * 1000 + 6000 * (np.arange(V) == V // 2), temperature
    around = {3: 0 if V < 9 else rng.choice([-250, 250]), 5: 1, 7: -1}[T]
    if abs(around) == 1:
        around *= rng.integers(1500, 3000)
    return scores + float(around), temperature


# ---- the loss of a class -----------------------------------------------------------------------


def _draw_entropy(seed: int, H: int, D: int, T: int) -> Given:
    """Small logits; thousands; and rows in which a probability is almost too small for a float."""
    rng, B, K = stream(seed), H + 2, D + 2
    logits, classes = numbers(rng, B, K), rng.integers(0, K, B)
    classes[:2] = [0, K - 1]
    if T == 1:
        logits = logits * 1000 + rng.choice([-4000.0, 4000.0], (B, 1))
    elif T in (5, 7):  # e^-725 is one, e^-820 is not; e^725 is not one, e^410 is
        apart = 725.0 if T == 7 else 820.0
        logits = rng.permuted(logits, axis=1)
        logits[:, 0], logits[:, -1] = -apart / 2, apart / 2
    return logits, classes


# ---- a unit and a label ------------------------------------------------------------------------


def _draw_correlation(seed: int, H: int, D: int, T: int) -> Given:
    rng, n = stream(seed), H + T + 5
    labels = rng.permuted((np.arange(n) < n // 3 + 1).astype(float))
    values = (numbers(rng, n) + rng.choice([-1.0, 1.0]) * labels + 0.5).round(1)
    if T in (1, 7):  # nothing changes in the values, and nothing in the labels
        return (np.full(n, 0.5), labels) if T == 1 else (values, np.ones(n))
    return values, labels


# ---- the last state of each sequence of a batch ------------------------------------------------


def _draw_last(seed: int, H: int, D: int, T: int) -> Given:
    rng, B, longest = stream(seed), D + 2, T + 2
    lengths = np.concatenate([[1 + T // 2, longest], rng.integers(2, longest + 1, B - 2)])
    return numbers(rng, longest + (T == 5), B, H), lengths


# ---- all of them -------------------------------------------------------------------------------

EXERCISES = {name: _layer(name) for name in _WORDS} | {
    "update_cell": exercise(_TABLE["right: new memory"], _draw_update, _UPDATE),
    "hidden_state": exercise(_TABLE["right: hidden state"], _draw_hidden, _HIDDEN),
    "output": _output(),
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
    "update_cell_backward": exercise(_TABLE["right: way back"], _draw_backward, _BACKWARD),
    "gradient_step": exercise(
        _TABLE["right: descent"],
        _draw_descent,
        (*_TABLE["descent"], *_some_layers()),
        allowed=frozenset({"to_vector", "from_vector"}),
        unpack=_unpack_descent,
        read=as_table,
        form="Parameters, made of four Gates",
    ),
    "clip_by_norm": exercise(_TABLE["right: clipping"], _draw_clip, _TABLE["clipping"]),
    "from_torch": exercise(
        _TABLE["right: from torch"],
        _draw_import,
        _IMPORT,
        allowed=frozenset(),
        unpack=lambda **given: given | {"cut": _cut},
        read=as_table,
        form='Parameters, or a dict {"forget": (W, b), …} with all four layers',
    ),
    "softmax": exercise(_TABLE["right: softmax"], _draw_scores, _TABLE["softmax"]),
    "correlation": exercise(_TABLE["right: correlation"], _draw_correlation, _TABLE["correlation"]),
    "last_hidden": exercise(_TABLE["right: last hidden"], _draw_last, _TABLE["last hidden"]),
    "cross_entropy": exercise(
        _TABLE["right: cross entropy"],
        _draw_entropy,
        _TABLE["cross entropy"],
        allowed=frozenset({"softmax", "sigmoid"}),
    ),
}

"""Exercises of one line: the layers, the new memory, the hidden state, the plain RNN."""

from __future__ import annotations

from lstm_teach.check.exercise import Exercise, Given, numbers, shares, stream
from lstm_teach.check.tables import exercise, filled, read_table, together

_LAYER, _MEMORY = read_table("gates"), read_table("memory")
UPDATE, HIDDEN = _MEMORY["new memory"], _MEMORY["hidden state"]

# ---- layers ------------------------------------------------------------------------------------

#: What each layer's table says in the places that it leaves open.
_WORDS = {
    row.name: dict(way.split(" = ", 1) for way in row.ways) | {"y": "result"}
    for row in _LAYER["words"]
}


def draw_gate(seed: int, H: int, D: int, T: int) -> Given:
    """Draw h_prev, x, W and b."""
    rng = stream(seed)
    return tuple(numbers(rng, *shape) for shape in ((H,), (D,), (H, H + D), (H,)))


def _layer(name: str) -> Exercise:
    words, plain = _WORDS[name], name == "rnn_step"
    last = "rnn" if plain else "gives more"
    rows = together(_LAYER, "sum", "squash", words["squash"], "bias", "result", last)
    mistakes = filled(rows, **words)
    (often,) = filled(_LAYER["often"], **words)
    return exercise(
        filled(_LAYER["right"], **words),
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
    rows = together(_LAYER, "sum", "squash", "sigmoid", "bias", "result")
    shown = (row for row in HIDDEN if row.name not in _IN_THE_GATE)
    return exercise(
        _MEMORY["right: output"],
        _draw_output,
        (*filled(rows, **words), *_MEMORY["output"], *shown),
    )


GATE_EXERCISES = {name: _layer(name) for name in _WORDS} | {
    "update_cell": exercise(_MEMORY["right: new memory"], _draw_update, UPDATE),
    "hidden_state": exercise(_MEMORY["right: hidden state"], _draw_hidden, HIDDEN),
    "output": _output(),
}

"""All exercises by name. Their right answers, and what students get wrong, are in `tables`.

A mistake is a name, one plain sentence, and the lines that are written in another way. `naming.py`
compares what a student's function gives with what these lines give; nothing looks at source code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import combinations, islice, permutations, starmap
from typing import Any

from lstm_teach.check import draws
from lstm_teach.check.exercise import LETTERS, Draw, Exercise, Mistake, as_table
from lstm_teach.check.tables import filled, read_tables, spread
from lstm_teach.parameters import GATES, Step
from lstm_teach.variants import GRUParameters, GRUStep

Rows = tuple[Mistake, ...]
_TABLE = read_tables("gates", "memory", "time", "learning", "reading")
_UPDATE, _HIDDEN = _TABLE["new memory"], _TABLE["hidden state"]


def _rows(*sections: str, **words: str) -> Rows:
    """The rows of several sections, with words in the places that they leave open."""
    return filled((row for section in sections for row in _TABLE[section]), **words)


def _each(section: str, words: Iterable[Mapping[str, str]]) -> Rows:
    """The rows of a section again and again, each time with other words."""
    return tuple(row for some in words for row in _rows(section, **some))


def _words(section: str) -> dict[str, dict[str, str]]:
    """What a section says for the places that others leave open, by the name of an exercise."""
    return {row.name: dict(way.split(" = ", 1) for way in row.ways) for row in _TABLE[section]}


def _exercise(section: str, draw: Draw, mistakes: Rows = (), /, **more: Any) -> Exercise:
    """Make an exercise of the right answer in a section's table, and of mistakes, or its own.

    The answer is a row that reads `h, x -> f` as a sentence; behind "@" stand its `sizes`.
    """
    (answer,) = _rows(f"right: {section}", **more.pop("words", {}))
    arguments, returns = (tuple(side.split(", ")) for side in answer.sentence.split(" -> "))
    sizes, lines = tuple(re.findall(r"\w+", answer.given)), "\n".join(answer.ways)
    mistakes = mistakes or _TABLE[section]
    return Exercise(answer.name, arguments, returns, lines, draw, mistakes, sizes, **more)


# ---- layers ------------------------------------------------------------------------------------

_LAYERS = _words("words")


def _layer(name: str) -> Exercise:
    words = _LAYERS[name]
    sections = "sum", "squash", words["squash"], "bias", "result", words["last"]
    rows = _rows(*sections, y="result", **words)
    (often,) = _rows("often", **words)
    return _exercise(
        "layer",
        draws.layer,
        rows,
        words=words,
        often=frozenset(often.ways),
        times=None if words["last"] == "rnn" else _rows("gives more", **words)[0],
    )


# ---- the output gate and what it shows ---------------------------------------------------------

#: What is the same in the gate and in what it lets through.
_IN_THE_GATE = frozenset(
    ("sigmoid on the gate", "1 - o instead of o", "-h", "gate squared", "divided by the gate")
)
_OUTPUT = (
    *_rows("sum", "squash", "sigmoid", "bias", "result", y="o", **_LAYERS["output_gate"]),
    *_TABLE["output"],
    *(row for row in _HIDDEN if row.name not in _IN_THE_GATE),
)

# ---- the layers of a cell ----------------------------------------------------------------------

_VALUES = {"f": "f", "i": "i", "c": "c_tilde", "o": "o", "z": "z", "r": "r", "h": "h_tilde"}


def _with_layers(rows: Rows, called: dict[str, str], the: str = "") -> Rows:
    """These rows, and what is done wrong in all layers, in one, or with the weights of another.

    That the first two layers are swapped has a row of its own.
    """
    words = {
        k: {"k": k, "layer": layer, "y": _VALUES[k], "squash": "tanh" if k in "ch" else "sigmoid"}
        for k, layer in called.items()
    }
    gates = {k: of for k, of in words.items() if of["squash"] == "sigmoid"}

    def both(k: str, j: str) -> dict[str, str]:
        return words[k] | {"j": j, "of": the + called[j], "other_layer": called[j]}

    rows = (
        *rows,
        *_TABLE["all layers"],
        *_each("all with one", ({"j": k, "layer": layer} for k, layer in called.items())),
        *_each("one layer", words.values()),
        *_each("one gate", gates.values()),
        *_each("one with another", starmap(both, permutations(called, 2))),
        *_each("two swapped", islice(starmap(both, combinations(called, 2)), 1, None)),
    )
    return spread(rows, layer=words, gate=gates)


_CALLED = {"f": "forget gate", "i": "input gate", "c": "candidate", "o": "output gate"}
_STEP = (
    *_TABLE["step"],
    # What can go wrong in update_cell and hidden_state can go wrong here in the same way.
    *(row for row in _UPDATE if row.name != "one gate for both"),
    *_HIDDEN,
)

# ---- one step of the GRU -----------------------------------------------------------------------

_GRU = _words("words of a GRU")


def _gru(name: str, after: bool) -> Exercise:
    """In the lines V_h and V_x are parts of W_h, U_h and U_x cut as [x, h]."""
    words = _GRU[name]
    rows = _rows(words["reset"], "mixture", "order of h and x", **words)
    return _exercise(
        "gru",
        partial(draws.gru, after=after),
        _with_layers(rows, LETTERS[GRUParameters]),
        words=words,
        allowed=_OF_A_LAYER,
        read=lambda result: result.h if isinstance(result, GRUStep) else result,
    )


_OF_A_LAYER = frozenset(
    "sigmoid join concat linear preactivation forget_gate input_gate candidate output_gate".split()
)
_OF_A_STEP = _OF_A_LAYER | {"update_cell", "hidden_state"}

# ---- learning ----------------------------------------------------------------------------------

_GRADIENTS = ("dc_prev", "dz_f", "dz_i", "dz_c")
_BACKWARD = (
    *_TABLE["way back"],
    *_each(
        "order of the gradients",
        ({"order": ", ".join(order)} for order in permutations(_GRADIENTS) if order != _GRADIENTS),
    ),
    *_each("one gradient", ({"row": name} for name in _GRADIENTS)),
)


def _listed(letters: Sequence[str]) -> str:
    *names, last = (GATES[letter] for letter in letters)
    return f"{', '.join(names)} and {last}" if names else last


def _some(some: Sequence[str]) -> dict[str, str]:
    """The words for what goes wrong with one, two or three of the four layers."""
    what = "only one layer" if len(some) == 1 else "only some layers"
    mask = [int(letter in some) for letter in GATES]
    return {"some": what, "names": _listed(some), "mask": str(mask)}


def _two(a: str, b: str) -> dict[str, str]:
    """The words for what goes wrong between two layers."""
    at, to = [*GATES].index(a), [*GATES].index(b)
    places = {
        "both": [{at: to, to: at}.get(k, k) for k in range(4)],
        "first": [{at: to}.get(k, k) for k in range(4)],
        "second": [{to: at}.get(k, k) for k in range(4)],
    }
    names = {"names": _listed((a, b)), "a": GATES[a], "b": GATES[b]}
    return names | {name: str(order) for name, order in places.items()}


_DESCENT = (
    *_TABLE["descent"],
    *_each("some layers", (_some(k) for n in (1, 2, 3) for k in combinations(GATES, n))),
    *_each("two layers", starmap(_two, combinations(GATES, 2))),
)

# ---- a cell from PyTorch -----------------------------------------------------------------------

_IMPORT = (
    *_TABLE["from torch"],
    *_each(
        "order of the rows",
        (
            {"order": ", ".join(order), "letters": "".join(order)}
            for order in permutations(GATES)
            if "".join(order) != "ifco"  # that is PyTorch's
        ),
    ),
)

# ---- all of them -------------------------------------------------------------------------------

EXERCISES = {name: _layer(name) for name in _LAYERS} | {
    "update_cell": _exercise("new memory", draws.update),
    "hidden_state": _exercise("hidden state", draws.hidden),
    "output": _exercise("output", draws.output, _OUTPUT),
    "step": _exercise(
        "step",
        draws.step,
        _with_layers(_STEP, _CALLED, "the "),
        allowed=_OF_A_STEP,
        read=lambda result: (result.h, result.c) if isinstance(result, Step) else result,
    ),
    "unroll": _exercise(
        "unroll",
        draws.unroll,
        allowed=_OF_A_STEP | {"step", "lstm_cell"},
        read=lambda result: result.h if isinstance(result, Step) else result,
    ),
    "gru_step": _gru("gru_step", after=False),
    "gru_step_torch": _gru("gru_step_torch", after=True),
    "update_cell_backward": _exercise("way back", draws.backward, _BACKWARD),
    "gradient_step": _exercise(
        "descent",
        draws.descent,
        _DESCENT,
        allowed=frozenset({"to_vector", "from_vector"}),
        read=as_table,
        form="Parameters, made of four Gates",
    ),
    "clip_by_norm": _exercise("clipping", draws.clipping),
    "from_torch": _exercise(
        "from torch",
        draws.torch,
        _IMPORT,
        allowed=frozenset(),
        read=as_table,
        form='Parameters, or a dict {"forget": (W, b), …} with all four layers',
    ),
    "softmax": _exercise("softmax", draws.scores),
    "correlation": _exercise("correlation", draws.correlation),
    "last_hidden": _exercise("last hidden", draws.last),
    "cross_entropy": _exercise(
        "cross entropy", draws.entropy, allowed=frozenset({"softmax", "sigmoid"})
    ),
}

"""What students get wrong in a whole step, of an LSTM and of a GRU, and through time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations
from typing import Any

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.cell import GATES, Parameters, Step, lstm_cell
from lstm_teach.check.exercise import (
    Exercise,
    Given,
    Mistake,
    filled,
    layers,
    mistake,
    numbers,
    stream,
)
from lstm_teach.check.mistakes_memory import HIDDEN, MEMORY_LINES, SHOWN_LINES, UPDATE
from lstm_teach.variants import GRUParameters, GRUStep

# ---- one step: what can go wrong in all layers, or in one --------------------------------------

_CALLED = {"f": "forget gate", "i": "input gate", "c": "candidate", "o": "output gate"}
_VALUES = {"f": "f", "i": "i", "c": "c_tilde", "o": "o", "z": "z", "r": "r", "h": "h_tilde"}


def _all(letters: str, line: str) -> str:
    """Write a line for each of these layers."""
    return ";".join(line.format(k=k, y=_VALUES[k]) for k in letters)


def _in_all_layers(letters: str, gates: str) -> tuple[Mistake, ...]:
    """List what is done wrong in every layer in the same way; `gates` squash with sigmoid."""
    return (
        mistake(
            "gates read [x, h]",
            "Your layers read x first and then h. The hidden state comes first here: the first "
            "columns of every W belong to h.",
            "hx = join(x, h_prev)",
        ),
        mistake(
            "h left out",
            "Your layers do not read h. The first columns of every W weigh what the cell showed "
            "before, the last weigh x.",
            "hx = join(0 * h_prev, x)",
        ),
        mistake(
            "x left out",
            "Your layers do not read x. The first columns of every W weigh h, the last weigh what "
            "comes in now.",
            "hx = join(h_prev, 0 * x)",
        ),
        mistake(
            "bias missing",
            "The biases are missing. Each layer adds its own b to its sum, before it is squashed.",
            _all(letters, "b_{k} = 0 * b_{k}"),
        ),
        mistake(
            "bias twice",
            "You added every bias twice.",
            _all(letters, "b_{k} = 2 * b_{k}"),
        ),
        mistake(
            "bias subtracted",
            "You subtracted the biases. They are added; in exp(-W … + b) the minus reaches only "
            "the first term.",
            _all(letters, "b_{k} = -b_{k}"),
        ),
        mistake(
            "gates not squashed",
            "Your gates are not squashed: they can be any number. Each needs sigmoid.",
            _all(gates, "{y} = z_{k}"),
        ),
        mistake(
            "tanh for the gates",
            "You squashed the gates with tanh. A gate lies between 0 and 1: it needs sigmoid.",
            _all(gates, "{y} = tanh(z_{k})"),
        ),
        mistake(
            "gates turned around",
            "All your gates are 1 minus what they should be: is the minus in exp(-z) missing?",
            _all(gates, "{y} = 1 - sigmoid(z_{k})"),
        ),
        mistake(
            "gates squashed twice",
            "You squashed the gates twice.",
            _all(gates, "{y} = sigmoid(sigmoid(z_{k}))"),
        ),
        mistake(
            "bias outside",
            "You added the biases after the squash. The bias is part of the sum.",
            _all(gates, "b_{k} = 0 * b_{k}; {y} = sigmoid(z_{k}) + B_{k}"),
        ),
    )


def _in_one_layer(called: dict[str, str], gates: str) -> tuple[Mistake, ...]:
    """List what is done wrong in one layer only."""
    rows = []
    for k, layer in called.items():
        y, squash = _VALUES[k], "sigmoid" if k in gates else "tanh"
        rows += [
            mistake(
                f"{layer} not squashed",
                f"The {layer} is not squashed: {y} can be any number. It needs {squash}.",
                f"{y} = z_{k}",
            ),
            mistake(
                f"{layer} squashed twice",
                f"You squashed the {layer} twice.",
                f"{y} = {squash}({squash}(z_{k}))",
            ),
            mistake(
                f"bias of the {layer} missing",
                f"The {layer} lacks its bias. Each layer adds its own b to its sum.",
                f"b_{k} = 0 * b_{k}",
            ),
            mistake(
                f"bias of the {layer} outside",
                f"You added the bias of the {layer} after the squash. It is part of the sum.",
                f"b_{k} = 0 * b_{k}; {y} = {squash}(z_{k}) + B_{k}",
            ),
        ]
        if k in gates:
            rows += [
                mistake(
                    f"{layer} through tanh",
                    f"You squashed the {layer} with tanh. A gate lies between 0 and 1: it needs "
                    "sigmoid.",
                    f"{y} = tanh(z_{k})",
                ),
            ]
    return tuple(rows)


def _loans(called: dict[str, str], weights: str, swaps: str) -> tuple[Mistake, ...]:
    """List which layer can have got the numbers of which other one."""
    return (
        *(
            mistake(
                weights.format(called[a], called[b]),
                f"You computed the {called[a]} with the weights of the {called[b]}. Each has a W "
                "and a b of its own: look at the letters after W and b.",
                f"W_{a} = W_{b}; b_{a} = b_{b}",
                f"W_{a} = W_{b}",
            )
            for a, b in permutations(called, 2)
        ),
        *(
            mistake(
                f"{called[a]} with the bias of the {called[b]}",
                f"You computed the {called[a]} with the bias of the {called[b]}. Each has its own: "
                "look at the letters after W and b.",
                f"b_{a} = b_{b}",
            )
            for a, b in permutations(called, 2)
        ),
        *(
            mistake(
                swaps.format(called[a], called[b]),
                f"You swapped the weights of the {called[a]} and the {called[b]}.",
                f"W_{a} = W_{b}; W_{b} = W_{a}; b_{a} = b_{b}; b_{b} = b_{a}",
            )
            for a, b in combinations(called, 2)
        ),
    )


# ---- one step of the LSTM ----------------------------------------------------------------------

_STEP_LINES = (
    "hx = join(h_prev, x)\n"
    + _all("fico", "z_{k} = W_{k} @ hx + b_{k}")
    + "\n f = sigmoid(z_f); i = sigmoid(z_i); c_tilde = tanh(z_c); o = sigmoid(z_o)"
    + MEMORY_LINES
    + SHOWN_LINES
    + "result = [h, c]"
)
_STEP = (
    mistake(
        "returned (c, h)",
        "You returned the pair the wrong way round. The hidden state h comes first, then c.",
        "result = [c, h]",
    ),
    mistake(
        "h_prev and c_prev swapped",
        "You took the hidden state for the memory, and the memory for the hidden state. The "
        "arguments come in the order parameters, x, h_prev, c_prev.",
        "h_prev = c_prev; c_prev = h_prev",
    ),
    mistake(
        "gates read c_prev",
        "Your layers read the memory in place of the hidden state. They read [h, x]; the memory "
        "has a line of its own.",
        "hx = join(c_prev, x)",
    ),
    mistake(
        "memory made from h_prev",
        "You kept a share of the old h. What is kept is the old memory, c_prev.",
        "kept = f * h_prev",
    ),
    mistake(
        "h from the old memory",
        "You made h from the memory before. The cell first updates its memory, then shows the new "
        "one.",
        "inside = tanh(c_prev)",
    ),
    mistake(
        "h from the candidate",
        "You made h from the candidate. What is shown is the new memory.",
        "inside = tanh(c_tilde)",
        "inside = c_tilde",
    ),
    mistake(
        "h from a part of the memory",
        "You made h from what is kept or from what is added alone. What is shown is the new "
        "memory, both together.",
        "inside = tanh(kept)",
        "inside = tanh(added)",
    ),
    mistake(
        "candidate through sigmoid",
        "You squashed the candidate with sigmoid, so the cell can never write a number below 0. "
        "Its range is −1 to 1.",
        "c_tilde = sigmoid(z_c)",
    ),
    mistake(
        "memory added after the squash",
        "You added the memory to what was squashed already.",
        "shown = o * inside + c",
        "shown = o * inside + c_prev",
        "inside = tanh(kept) + added",
        "c = tanh(total) + c_prev",
        "inside = tanh(c) + c_prev",
        "inside = tanh(c) + c",
        "f = sigmoid(z_f) + c_prev",
        "i = sigmoid(z_i) + c_prev",
        "o = sigmoid(z_o) + c_prev",
        _all("fio", "{y} = sigmoid(z_{k}) + c_prev"),
    ),
    mistake(
        "gates see the memory",
        "You added the memory to the sums of the gates. That is another cell, with peepholes; "
        "these gates read [h, x] alone.",
        _all("fio", "z_{k} = W_{k} @ hx + b_{k} + c_prev"),
        _all("fico", "z_{k} = W_{k} @ hx + b_{k} + c_prev"),
    ),
    mistake(
        "old h returned",
        "You returned the hidden state that came in. The new one is made from the new memory.",
        "result = [h_prev, c]",
    ),
    mistake(
        "old c returned",
        "You returned the memory that came in. The next moment needs the new one.",
        "result = [h, c_prev]",
    ),
    mistake(
        "returned (h, h)",
        "You returned h twice. The next moment needs the memory too: first h, then c.",
        "result = [h, h]",
    ),
    mistake(
        "another second result",
        "Your h is right, and what stands beside it is not the memory. Return h and c.",
        "result = [h, c_tilde]",
        "result = [h, o]",
        "result = [h, tanh(c)]",
        "result = [h, kept]",
        "result = [h, added]",
        "result = [h, f]",
    ),
    mistake(
        "another first result",
        "Your c is right, and what stands before it is not the hidden state. Return h and c.",
        "result = [c_tilde, c]",
        "result = [f, c]",
    ),
    mistake(
        "old h added",
        "You added the old h to the new one. h is made from the new memory alone.",
        "h = shown + h_prev",
    ),
    *(
        mistake(
            f"everything with the weights of the {_CALLED[b]}",
            f"You computed all four layers with the weights of the {_CALLED[b]}. Each has a W "
            "and a b of its own.",
            ";".join(f"W_{a} = W_{b}; b_{a} = b_{b}" for a in _CALLED),
            ";".join(f"z_{a} = W_{b} @ hx + b_{b}" for a in _CALLED),
        )
        for b in _CALLED
    ),
    *_in_all_layers("fico", "fio"),
    # What can go wrong in update_cell and hidden_state can go wrong here in the same way.
    *UPDATE,
    *HIDDEN,
    *_in_one_layer(_CALLED, "fio"),
    *_loans(_CALLED, "{} with the weights of the {}", "{} and {} swapped"),
)


def _draw_step(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    x, h, c = numbers(rng, D), numbers(rng, H).clip(-0.9, 0.9), numbers(rng, H)
    return Parameters.random(D, H, seed=seed), x, h, c


# ---- through time ------------------------------------------------------------------------------


def _roll(
    p: Parameters, xs: Array, h: Array, c: Array, carry: Callable[[Step], tuple[Array, Array]]
) -> dict[str, Array]:
    """Unroll, but `carry` says which h and c the next moment gets; what each moment has, by name."""
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
_UNROLL = (
    mistake(
        "memory not carried on",
        "Every moment starts with an empty memory. The c that one step returns goes into the next.",
        "carry = lambda s: (s.h, 0 * s.c)",
    ),
    mistake(
        "h not carried on",
        "Every moment starts with h = 0. The h that one step returns goes into the next.",
        "carry = lambda s: (0 * s.h, s.c)",
    ),
    mistake(
        "state not carried on",
        "Every moment starts from zeros, as if it were the first. Both h and c of one step go into "
        "the next.",
        "carry = lambda s: (0 * s.h, 0 * s.c)",
    ),
    mistake(
        "h and c swapped on the way",
        "You swapped h and c on the way to the next moment. .h goes into h_prev and .c into "
        "c_prev: step(parameters, x, h, c).",
        "carry = lambda s: (s.c, s.h)",
    ),
    mistake(
        "one state for h and c",
        "You carry one array on, for h and for c. They are two: .h goes into h_prev and .c into "
        "c_prev.",
        "carry = lambda s: (s.h, s.h)",
        "carry = lambda s: (s.c, s.c)",
    ),
    mistake(
        "something else carried on",
        "What you hand to the next moment is not the h and c of this one.",
        "carry = lambda s: (s.o, s.c)",
        "carry = lambda s: (s.h, s.c_tilde)",
        "carry = lambda s: (s.h, np.tanh(s.c))",
        "carry = lambda s: (s.h, s.c + s.c_prev)",
        "carry = lambda s: (s.h + s.h_prev, s.c)",
    ),
    mistake(
        "starts from ones",
        "You started from ones. Before the first moment both h and c are 0.",
        "start_h = np.ones(H); start_c = np.ones(H)",
        "start_h = np.ones(H)",
        "start_c = np.ones(H)",
    ),
    mistake(
        "only the last h",
        "You returned only the last h. Collect the h of every moment, a row each.",
        "result = hs[-1]",
    ),
    mistake(
        "only the first h",
        "You returned only the first h. Collect the h of every moment, a row each.",
        "result = hs[0]",
    ),
    mistake(
        "return in the loop",
        "You returned after the first moment. Put return behind the loop, not in it.",
        "result = hs[:1]",
    ),
    mistake(
        "list made anew in the loop",
        "Only the last h is left in your list: it is made anew at every moment. Put hs = [] in "
        "front of the loop.",
        "result = hs[-1:]",
    ),
    mistake(
        "last moment missing",
        "The last moment is missing: your loop ends one too early.",
        "rows = xs[:-1]",
    ),
    mistake(
        "first moment missing",
        "The first moment is missing: your loop begins one too late.",
        "rows = xs[1:]",
        "result = hs[1:]",
    ),
    mistake(
        "reverse order",
        "The rows are in the wrong order in time. The first row is h after the first moment.",
        "result = hs[::-1]",
    ),
    mistake(
        "read backwards",
        "You went through the moments from the last to the first. Time runs from the first row of "
        "xs to the last.",
        "rows = xs[::-1]",
    ),
    mistake(
        "h before the step",
        "You noted h before each step. Take the step first, then note the h that comes out of it.",
        "hs = np.vstack([start_h, states['h']])[:-1]",
    ),
    mistake(
        "zeros first",
        "Your first row is the zeros that the cell starts from. The first row is h after the first "
        "moment.",
        "hs = np.vstack([start_h, states['h']])",
    ),
    mistake(
        "c instead of h",
        "You returned the memory c of every moment. What the cell shows is h.",
        "hs = states['c']",
    ),
    mistake(
        "another row than h",
        "You collected something else than h.",
        "hs = states['o']",
        "hs = np.tanh(states['c'])",
        "hs = states['c_tilde']",
        "hs = np.tanh(states['h'])",
    ),
    mistake(
        "h and c returned",
        "You returned h and c. Asked for is the h of every moment alone.",
        "result = np.array([hs, states['c']])",
        "result = np.array([hs[-1], states['c'][-1]])",
        "result = np.hstack([hs, states['c']])",
        "result = np.stack([hs, states['c']], axis=1)",
    ),
    mistake(
        "the same h in every row",
        "All your rows are the same. Each moment has an h of its own: make a new array each time.",
        "result = np.tile(hs[0], (len(hs), 1))",
        "result = np.tile(hs[-1], (len(hs), 1))",
    ),
    mistake(
        "the same x at every moment",
        "Every step reads the same row of xs. Each moment has a row of its own.",
        "rows = np.tile(xs[0], (len(xs), 1))",
        "rows = np.tile(xs[-1], (len(xs), 1))",
    ),
    mistake(
        "x of the moment before",
        "Every step reads the row of another moment than its own.",
        "rows = np.roll(xs, 1, axis=0)",
        "rows = np.roll(xs, -1, axis=0)",
    ),
    mistake(
        "added up over time",
        "You added the h of all moments up, or took their mean. Each moment has a row of its own.",
        "result = np.cumsum(hs, axis=0)",
        "result = hs.sum(axis=0)",
        "result = hs.mean(axis=0)",
    ),
    mistake(
        "time not first",
        "Your rows are units and your columns are moments. Time comes first, with a row for each.",
        "result = hs.T",
    ),
    mistake(
        "all in one row",
        "You put the h of all moments into one long row. Time comes first, with a row for each.",
        "result = hs.ravel()",
    ),
    mistake(
        "only some rows filled",
        "Only one row of what you return is filled. Write the h of each moment into its row.",
        "result = np.vstack([hs[:1], 0 * hs[1:]])",
        "result = np.vstack([0 * hs[:-1], hs[-1:]])",
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


# ---- one step of the GRU -----------------------------------------------------------------------

_GRU_CALLED = {"z": "update", "r": "reset", "h": "candidate"}
_GRU_LINES = """
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
_MIX = (
    mistake(
        "z turned round",
        "You turned z round. Here z says how much of the new comes in: (1 − z) of the old, z of "
        "the candidate. PyTorch, Keras and ONNX have it the other way.",
        "kept = z * h_prev; added = (1 - z) * h_tilde",
    ),
    mistake(
        "the same share of both",
        "You took the same share of the old and of the new. They share: (1 − z) of the old, z of "
        "the candidate.",
        "kept = z * h_prev",
        "added = (1 - z) * h_tilde",
    ),
    mistake(
        "r instead of z in the mixture",
        "You mixed old and new with the reset gate. The update gate z mixes; r decides what the "
        "candidate sees of the old.",
        "kept = (1 - r) * h_prev; added = r * h_tilde",
        "kept = r * h_prev; added = (1 - r) * h_tilde",
    ),
    mistake(
        "reset on the candidate",
        "You multiplied the candidate with the reset gate. r works on h, before the candidate is "
        "squashed.",
        "z_h = {no_reset}; added = z * (r * h_tilde)",
        "added = z * (r * h_tilde)",
        "z_h = {no_reset}; h_tilde = r * tanh(z_h)",
    ),
    mistake(
        "reset on the old h",
        "You kept only what the reset gate lets through of h. r decides what the candidate sees; "
        "what is kept is (1 − z) of h.",
        "kept = (1 - z) * r * h_prev",
        "kept = r * h_prev",
    ),
    mistake(
        "minus instead of plus",
        "You subtracted what comes in. Old and new are added, each with its share.",
        "total = kept - added",
    ),
    mistake(
        "all of the old kept",
        "You kept the whole of the old h. What comes in, z, makes room first: (1 − z) of h stays.",
        "kept = h_prev",
    ),
    mistake(
        "all of the new written",
        "You let in the whole candidate. z says how much of it comes in.",
        "added = h_tilde",
    ),
    mistake("nothing kept", "You left out what is kept of the old h.", "total = added"),
    mistake("nothing added", "You left out what comes in of the candidate.", "total = kept"),
    mistake(
        "h_tilde returned",
        "You returned the candidate. The new h is a mixture of the old one and the candidate.",
        "result = h_tilde",
    ),
    mistake(
        "old h returned",
        "You returned the hidden state that came in. The new one is a mixture of it and the "
        "candidate.",
        "result = h_prev",
    ),
    mistake(
        "a gate returned",
        "You returned a gate. The new h is a mixture of the old one and the candidate.",
        "result = z",
        "result = r",
    ),
    mistake(
        "tanh around the mixture",
        "You put tanh around the new h. Both that it is mixed of lie between −1 and 1 already.",
        "result = tanh(total)",
    ),
    mistake(
        "sigmoid instead of tanh",
        "You squashed the candidate with sigmoid, so nothing below 0 can be written. Its range is "
        "−1 to 1.",
        "h_tilde = sigmoid(z_h)",
    ),
    mistake(
        "h_tilde without r",
        "Your candidate reads h as it is. The reset gate decides how much of it the candidate "
        "sees.",
        "z_h = {no_reset}",
    ),
    mistake(
        "reset on the whole sum",
        "You let the reset gate work on the whole sum. It decides only what the candidate sees of "
        "h; x and its bias are not reset.",
        "z_h = r * ({no_reset})",
    ),
    mistake(
        "1 - r instead of r",
        "You turned r round. 1 shows the candidate all of h, 0 nothing.",
        "z_h = {turned}",
    ),
    mistake(
        "z in the candidate",
        "Your candidate reads h through the update gate. The reset gate r is for that.",
        "z_h = {through_z}",
    ),
    mistake(
        "sigmoid missing in r",
        "The reset gate is not squashed. A gate lies between 0 and 1.",
        "r = z_r",
    ),
    mistake(
        "sigmoid missing in z",
        "The update gate is not squashed. A gate lies between 0 and 1.",
        "z = z_z",
    ),
    mistake(
        "h left out of the candidate",
        "Your candidate does not read h. The first columns of its W weigh what r shows of h.",
        "z_h = {no_h}",
    ),
)
_ORDERS = (
    mistake(
        "joined as [x, h]",
        "Your layers read x first and then h. The hidden state comes first here: the first columns "
        "of every W belong to h.",
        "hx = join(x, h_prev); z_h = {x_first}",
    ),
    mistake(
        "gates read [x, h]",
        "Your gates read x first and then h. The hidden state comes first here: the first columns "
        "of W belong to h.",
        "hx = join(x, h_prev)",
    ),
    mistake(
        "candidate reads [x, h]",
        "Your candidate reads x first and then h. The hidden state comes first here: the first "
        "columns of W belong to h.",
        "z_h = {x_first}",
    ),
)
_RESET_AFTER = (
    mistake(
        "PyTorch's cell",
        "You wrote PyTorch's GRU: its reset gate works on what the product gave, and its z says "
        "how much of the old stays. Here r works on h before it goes through W, and z says how "
        "much of the new comes in.",
        "z_h = {after}; kept = z * h_prev; added = (1 - z) * h_tilde",
    ),
    mistake(
        "reset after the product",
        "You let the reset gate work on what the product gave. That is PyTorch's GRU, another "
        "cell; here r works on h before it goes through W.",
        "z_h = {after}",
        "z_h = W_h @ join(h_prev, x) + b_h + r * (V_h @ h_prev) - V_h @ h_prev",
    ),
    mistake(
        "reset on all that is read",
        "You let the reset gate work on x as well. It decides only what the candidate sees of h.",
        "z_h = V_h @ (r * h_prev) + r * (V_x @ x) + b_h",
    ),
)
_TORCH_RESET = (
    mistake(
        "reset before the product",
        "You let the reset gate work on h before the product, as in our drawing. In PyTorch it "
        "works on what the product and its bias gave: r * (W_h h + b).",
        "z_h = V_x @ x + b_h + V_h @ (r * h_prev) + b_n",
        "z_h = V_x @ x + b_h + V_h @ (r * h_prev)",
        "z_h = V_x @ x + b_h + V_h @ (r * h_prev) + r * b_n",
    ),
    mistake(
        "second bias not reset",
        "Your second bias stands outside the reset gate. r works on the whole of W_h h + "
        "recurrent_bias.",
        "z_h = V_x @ x + b_h + r * (V_h @ h_prev) + b_n",
    ),
    mistake(
        "second bias missing",
        "The second bias is missing. What the reset gate works on is W_h h + recurrent_bias.",
        "z_h = V_x @ x + b_h + r * (V_h @ h_prev)",
    ),
    mistake(
        "biases swapped",
        "You swapped the two biases of the candidate: recurrent_bias belongs to h and is reset, "
        "candidate.b belongs to x and is not.",
        "z_h = V_x @ x + b_n + r * (V_h @ h_prev + b_h)",
    ),
    mistake(
        "first bias missing",
        "The candidate's own bias is missing. candidate.b is added to what x gives, outside the "
        "reset gate.",
        "z_h = V_x @ x + r * (V_h @ h_prev + b_n)",
    ),
    mistake(
        "both biases reset",
        "You let the reset gate work on both biases. It works on W_h h + recurrent_bias; "
        "candidate.b stays outside.",
        "z_h = V_x @ x + r * (V_h @ h_prev + b_n + b_h)",
    ),
    mistake(
        "W_h and W_x swapped",
        "You took the last columns of the candidate's W for h. The first belong to h, the last to "
        "x.",
        "z_h = U_x @ x + b_h + r * (U_h @ h_prev + b_n)",
    ),
)
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
_GRU_LAYERS = (
    *_in_all_layers("zrh", "zr"),
    *_in_one_layer(_GRU_CALLED, "zr"),
    *_loans(_GRU_CALLED, "{} with the weights of {}", "{} and {} swapped"),
)


def _unpack_gru(parameters: GRUParameters, x: Array, h_prev: Array) -> dict[str, Any]:
    """Name the weights; V_h and V_x are the candidate's, U_h and U_x the same cut as [x, h]."""
    W, H, D = parameters.candidate.W, parameters.hidden_size, parameters.input_size
    parts = {"V_h": W[:, :H], "V_x": W[:, H:], "U_x": W[:, :D], "U_h": W[:, D:]}
    named = layers(parameters, _GRU_CALLED)
    return named | parts | {"x": x, "h_prev": h_prev, "b_n": parameters.recurrent_bias}


def _draw_gru(seed: int, H: int, D: int, T: int, after: bool = False) -> Given:
    rng, p = stream(seed), Parameters.random(D, H, seed=seed)
    x, h_prev = numbers(rng, D), numbers(rng, H).clip(-0.9, 0.9)
    second = {"reset_after": True, "recurrent_bias": p.output.b} if after else {}
    return GRUParameters(p.forget, p.input, p.candidate, **second), x, h_prev


def _gru(task: str, reads: dict[str, str], mistakes: tuple[Mistake, ...], after: bool) -> Exercise:
    layers_, swapped = [], "update and reset swapped"
    for m in _GRU_LAYERS:
        layers_.append(Mistake("r and z swapped", *_R_AND_Z) if m.name == swapped else m)
    return Exercise(
        task,
        ("parameters", "x", "h_prev"),
        ("h",),
        _GRU_LINES.replace("{reads}", reads["reads"]),
        lambda *size: _draw_gru(*size, after=after),
        filled((*mistakes, *_MIX, *_ORDERS), **reads) + tuple(layers_),
        allowed=_LAYERS,
        sizes=("unit", "input"),
        unpack=_unpack_gru,
        read=lambda result: result.h if isinstance(result, GRUStep) else result,
    )


_R_AND_Z = (
    "You swapped the weights of the two gates. The update gate mixes old and new, and the reset "
    "gate decides what the candidate sees of the old.",
    ("W_z = W_r; W_r = W_z; b_z = b_r; b_r = b_z",),
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
        _UNROLL,
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
    "gru_step": _gru("GRU", _READS_BEFORE, _RESET_AFTER, after=False),
    "gru_step_torch": _gru("GRU of PyTorch", _READS_AFTER, _TORCH_RESET, after=True),
}

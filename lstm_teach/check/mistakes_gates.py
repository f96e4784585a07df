"""What students get wrong in a gate, in the candidate and in the plain RNN: all read [h, x]."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_teach.check.exercise import Changed, Exercise, Given, filled, mistake, numbers, stream
from lstm_teach.check.mistakes_memory import HIDDEN, SHOWN_LINES

# ---- arguments of other shapes, with which some mistakes run -----------------------------------


def one_size(given: dict[str, Any]) -> dict[str, Any]:
    """Make h and x equally long, and W as wide."""
    H = given["h_prev"].shape
    return given | {"x": np.resize(given["x"], H), "W": given["W"][:, : H[0]]}


def column_bias(given: dict[str, Any]) -> dict[str, Any]:
    """Make b a column, so that a matrix can be added to it."""
    return given | {"b": given["b"][:, None]}


def bias_per_column(given: dict[str, Any]) -> dict[str, Any]:
    """Make b as long as a row of W."""
    return given | {"b": np.resize(given["b"], given["W"].shape[1])}


def W_turned(given: dict[str, Any]) -> dict[str, Any]:
    """Swap the rows and columns of W."""
    return given | {"W": given["W"].T}


def _asks_for_c(place: int) -> Changed:
    """Give a memory too, in this place; h stands in for it."""

    def given(given: dict[str, Any]) -> dict[str, Any]:
        names = list(given)
        return {k: given.get(k, given["h_prev"]) for k in [*names[:place], "c", *names[place:]]}

    return given


_LAST, _FIRST, _THIRD = map(_asks_for_c, (4, 0, 2))

# ---- a layer, from [h, x] to its squashed sum --------------------------------------------------

_LINES = """
    hx = join(h_prev, x)
    product = W @ hx
    z = product + b
    y = {squash}(z)
    {y} = y
"""
_BOTH = "You squashed twice. Squash the sum once, with {squash}."
_OWN = "Each unit has a number of its own: "
_SUM = (
    mistake(
        "h and x added",
        "You added h and x number by number. The {gate} reads them joined: end to end in one "
        "longer vector, h first.",
        "hx = h_prev + x",
        "product = h_prev + x",
        given=one_size,
    ),
    mistake(
        "h and x multiplied",
        "You multiplied h and x number by number. The {gate} reads them joined: end to end in one "
        "longer vector, h first.",
        "hx = h_prev * x",
        given=one_size,
    ),
    mistake(
        "joined as [x, h]",
        "You joined the two in the order x, h. The hidden state comes first here: the first "
        "columns of W belong to h, the others to x.",
        "hx = join(x, h_prev)",
    ),
    mistake(
        "joined back to front",
        "You turned [h, x] round. Each entry has its column of W: leave them in their order.",
        "hx = join(h_prev, x)[::-1]",
    ),
    mistake(
        "h left out",
        "You left out h. The first columns of W weigh what the cell showed before, the last weigh "
        "x; both count.",
        "hx = join(0 * h_prev, x)",
    ),
    mistake(
        "x left out",
        "You left out x. The first columns of W weigh h, the last weigh what comes in now; both "
        "count.",
        "hx = join(h_prev, 0 * x)",
    ),
    mistake(
        "element-wise * for @",
        "You multiplied W and [h, x] number by number, with *. Each unit needs one sum over its "
        "whole row of W, and that is the matrix product.",
        "product = W * hx",
        given=column_bias,
    ),
    mistake(
        "summed over everything",
        "You added up the whole of W * [h, x] into one number. Each unit has a row of W and a sum "
        "of its own, and that is the matrix product.",
        "product = (W * hx).sum()",
    ),
    mistake(
        "summed over the wrong axis",
        "You added up the columns of W * [h, x]. Each unit has a row of W: sum along the rows, as "
        "the matrix product does.",
        "product = (W * hx).sum(axis=0)",
        given=bias_per_column,
    ),
    mistake(
        "mean instead of sum",
        "You took the mean over a row of W * [h, x]. A unit needs the sum, as the matrix product "
        "gives it.",
        "product = (W * hx).mean(axis=1)",
    ),
    mistake(
        "W transposed",
        "You used W with its rows and columns swapped. W has a row for each unit and a column for "
        "each entry of [h, x], so it stands to the left, as it is.",
        "product = W.T @ hx",
        given=W_turned,
    ),
    mistake(
        "one row of W for all units",
        _OWN + "you used one row of W for all of them.",
        "product = np.full(len(b), W[0] @ hx)",
        "product = np.full(len(b), W[-1] @ hx)",
    ),
    mistake(
        "minus the product",
        "You subtracted the weighted sum. In exp(-W … - b) each minus counts: put brackets around "
        "the whole sum, and one minus in front of them.",
        "z = b - product",
    ),
)
_SQUASH = (
    mistake(
        "{squash} missing",
        "The {squash} is missing: you returned the sum itself, which can be any number. The {gate} "
        "lies between {low} and 1.",
        "y = z",
    ),
    mistake(
        "{other} instead of {squash}",
        "You used {other} where the {gate} uses {squash}, which gives numbers between {low} and 1.",
        "y = {other}(z)",
    ),
    mistake("squashed twice", _BOTH, "y = {squash}({squash}(z))"),
    mistake("squashed by both", _BOTH, "y = {other}({squash}(z))", "y = {squash}({other}(z))"),
    mistake(
        "relu instead of {squash}",
        "You cut the sum off at 0. The {gate} uses {squash}, which gives numbers between {low} "
        "and 1.",
        "y = np.maximum(z, 0)",
    ),
    mistake(
        "cut off instead of squashed",
        "You cut the sum off at both ends, with straight lines. The {gate} uses {squash}, a curve.",
        "y = np.clip(z, 0, 1)",
        "y = np.clip(z, -1, 1)",
        "y = np.clip(0.2 * z + 0.5, 0, 1)",
        "y = np.clip(z / 6 + 0.5, 0, 1)",
    ),
    mistake(
        "softmax instead of {squash}",
        "Your numbers add up to 1 over the units, as those of a softmax do. Units share nothing: "
        "squash each sum by itself, with {squash}.",
        "y = exp(z) / exp(z).sum()",
    ),
    mistake(
        "only e to the power of z",
        "You took e to the power of the sum, or of minus the sum, and stopped there. That can be "
        "any number above 0; the {gate} lies between {low} and 1.",
        "y = exp(z)",
        "y = exp(-z)",
    ),
    mistake(
        "z doubled or halved",
        "You have a {squash} whose sum is twice as large, or half as large. Look for a 2 that is "
        "too many or missing.",
        "y = {squash}(2 * z)",
        "y = {squash}(z / 2)",
    ),
    mistake(
        "the slope of {squash}",
        "You returned the slope of the curve. It is needed on the way back, in training; here you "
        "need {squash} itself.",
        "y = {squash}(z) * (1 - {squash}(z))",
        "y = 1 - {squash}(z) ** 2",
    ),
    mistake(
        "squared",
        "You squared the squashed sum. Return it as it is.",
        "y = {squash}(z) ** 2",
    ),
    mistake(
        "another squash",
        "You used another curve of the same kind. The {gate} uses {squash}.",
        "y = z / (1 + abs(z))",
        "y = np.arctan(z)",
        "y = np.sin(z)",
        "y = np.sign(z)",
    ),
)
_SIGMOID = (
    mistake(
        "1 - {symbol}",
        "Your numbers are 1 − {symbol}, the gate turned around: is the minus in exp(-z) missing? "
        "Here 1 means {one} and 0 means {zero}.",
        "y = 1 - sigmoid(z)",
    ),
    mistake(
        "brackets of the fraction missing",
        "Python divides before it adds: 1 / 1 + exp(-z) is 1 + exp(-z). Put brackets around all "
        "that stands under the line of the fraction.",
        "y = 1 + exp(-z)",
        "y = 1 + exp(-product + b)",
        "y = 1 + exp(z)",
    ),
    mistake(
        "minus under the fraction",
        "Under the line of the fraction you subtracted. It is 1 plus e to the power of −z.",
        "y = 1 / (1 - exp(-z))",
        "y = 1 / (1 - exp(z))",
    ),
    mistake(
        "another base than e",
        "You took a power of another number than e. Use np.exp.",
        "y = 1 / (1 + 2.0**-z)",
        "y = 1 / (1 + 10.0**-z)",
        "y = 1 / (1 + 2.7**-z)",
        "y = 1 / (1 + 2.71**-z)",
        "y = 1 / (1 + 2.718**-z)",
        "y = 1 / (1 + 3.0**-z)",
    ),
    mistake(
        "2 over the fraction",
        "Over the line of the fraction stands 1.",
        "y = 2 / (1 + exp(-z))",
        "y = 2 / (1 + exp(-z)) - 1",
    ),
    mistake(
        "the sign of z lost",
        "A sum below 0 and the same sum above 0 give the same number with you. The sign of z says "
        "whether the gate shuts or opens.",
        "y = sigmoid(abs(z))",
        "y = sigmoid(-abs(z))",
        "y = 1 / (1 + exp(-(z**2)))",
    ),
    mistake(
        "{symbol} made 0 or 1",
        "You made 0 or 1 of it. A gate is no switch: it takes every number between them, and "
        "passes that share.",
        "{y} = y.round()",
        "{y} = np.ceil(y - 0.5)",
    ),
)
_TANH = (
    mistake(
        "slip in the formula of tanh",
        "tanh is (e^z − e^−z) / (e^z + e^−z): check its signs and its brackets, or use np.tanh.",
        "y = 1 / tanh(z)",
        "y = (exp(z) - exp(-z)) / 2",
        "y = exp(z) - exp(-z)",
        "y = exp(z) - exp(-z) / exp(z) + exp(-z)",
        "y = (exp(z) - exp(-z)) / exp(z) + exp(-z)",
        "y = 1 - exp(-2 * z)",
    ),
    mistake(
        "the sign lost",
        "You made all numbers positive, or 0. What is below 0 must stay below 0.",
        "{y} = abs(y)",
        "{y} = np.maximum(y, 0)",
    ),
    mistake(
        "made a whole number",
        "You rounded to −1, 0 or 1. Every number between them is possible.",
        "{y} = y.round()",
    ),
    mistake(
        "moved into 0 to 1",
        "You moved the result into the range 0 to 1. It lies between −1 and 1: use tanh as it is.",
        "{y} = (y + 1) / 2",
        "{y} = 1 - y",
    ),
)
_BIAS = (
    mistake(
        "bias outside the {squash}",
        "You added b after the {squash}, so the result can leave the range {low} to 1. The bias is "
        "part of the sum that is squashed.",
        "z = product; {y} = y + b",
    ),
    mistake(
        "bias missing",
        "The bias b is missing. Each unit adds its own number of b to its sum.",
        "z = product",
    ),
    mistake(
        "bias subtracted",
        "You subtracted b. It is added; in exp(-W … + b) the minus reaches only the first term: "
        "put brackets around the whole sum, and the minus in front of them.",
        "z = product - b",
    ),
    mistake(
        "bias twice",
        "You added b twice. It is added once, to the sum that is squashed.",
        "z = product + 2 * b",
        "{y} = y + b",
    ),
    mistake(
        "bias multiplied",
        "You multiplied with b. The bias is added to the sum.",
        "z = product * b",
        "{y} = y * b",
    ),
    mistake(
        "one bias for all units",
        _OWN + "b has one for each, and you added the same to all.",
        "z = product + b[0]",
        "z = product + b[-1]",
        "z = product + b.sum()",
        "z = product + b.mean()",
    ),
    mistake(
        "1 added inside",
        "There is a 1 too many in the sum. All that is added is b; that a forget gate often starts "
        "with a bias of 1 is a choice of numbers in b.",
        "z = product + b + 1",
        "z = product + 1",
        "z = product + b - 1",
    ),
)
_RESULT = (
    mistake(
        "-{symbol}",
        "Your numbers are right, but each has the other sign. Look for a minus that is too many.",
        "{y} = -y",
    ),
    mistake(
        "made to add up",
        "You divided by the sum of all units, by the largest of them or by their length. Units "
        "share nothing: each has a number of its own.",
        "{y} = y / y.sum()",
        "{y} = y / y.max()",
        "{y} = y / np.sqrt((y**2).sum())",
        "{y} = y / len(y)",
    ),
    mistake(
        "one number for all units",
        _OWN + "you gave all of them the same, or only one in all.",
        "{y} = y[0]",
        "{y} = y[-1]",
        "{y} = np.full(len(y), y[0])",
        "{y} = y.mean()",
        "{y} = np.full(len(y), y.mean())",
        "{y} = y.sum()",
        "{y} = y.max()",
    ),
    mistake(
        "units back to front",
        "You turned the order of the units round. Row k of W belongs to unit k.",
        "{y} = y[::-1]",
    ),
    mistake(
        "times its sum",
        "You multiplied the {gate} by its own sum. Return what the {squash} gives.",
        "{y} = y * z",
    ),
)
_GIVES_MORE = (
    mistake(
        "returns {product}",
        "You multiplied the {gate} with something more. Return {symbol} alone: {product} is "
        "{product_is}, and that is computed later.",
        "{y} = y * h_prev",
        "{y} = y * {other}(z)",
    ),
    *(
        mistake(
            "returns {product}",
            "Your {gate} asks for the memory, and multiplies with it. Return {symbol} alone: "
            "{product} is {product_is}, and that is computed later.",
            "{y} = y * c",
            given=given,
        )
        for given in (_LAST, _FIRST, _THIRD)
    ),
)
_RNN = (
    mistake(
        "h kept as it was",
        "You added the old h to the new one. A plain RNN keeps nothing by itself: h goes through W "
        "and tanh like everything else.",
        "{y} = h_prev + y",
        "z = product + b + h_prev",
    ),
    mistake(
        "old h returned",
        "You returned the h that came in. The new one is made from it and from x.",
        "{y} = h_prev",
    ),
)

_SQUASHES = {
    "sigmoid": {"squash": "sigmoid", "other": "tanh", "low": "0"},
    "tanh": {"squash": "tanh", "other": "sigmoid", "low": "−1"},
}
_WORDS = {
    "forget_gate": ("forget gate", "f", "f * c", "what is kept", "keep everything", "keep nothing"),
    "input_gate": (
        *("input gate", "i", "i * c_tilde", "what is added"),
        *("write everything", "write nothing"),
    ),
    "output_gate": (
        *("output gate", "o", "o * tanh(c)", "the hidden state h"),
        *("show everything", "show nothing"),
    ),
    "candidate": ("candidate", "c_tilde", "i * c_tilde", "what is added"),
    "rnn_step": ("layer", "h"),
    "output": ("output gate", "o", "", "", "show everything", "show nothing"),
}


def draw_gate(seed: int, H: int, D: int, T: int) -> Given:
    """Draw h_prev, x, W and b."""
    rng = stream(seed)
    return tuple(numbers(rng, *shape) for shape in ((H,), (D,), (H, H + D), (H,)))


def _layer(name: str) -> Exercise:
    keys = ("gate", "symbol", "product", "product_is", "one", "zero")
    squash = "tanh" if name in ("candidate", "rnn_step") else "sigmoid"
    words = dict(zip(keys, _WORDS[name], strict=False)) | _SQUASHES[squash] | {"y": "result"}
    table = (*_SUM, *_SQUASH, *(_SIGMOID if squash == "sigmoid" else _TANH), *_BIAS, *_RESULT)
    table += _RNN if name == "rnn_step" else _GIVES_MORE
    mistakes = filled(table, **words)
    more = next((m for m in mistakes if m.name.startswith("returns ")), None)
    return Exercise(
        "plain RNN" if name == "rnn_step" else words["gate"],
        ("h_prev", "x", "W", "b"),
        (words["symbol"],),
        _LINES.replace("{squash}", squash).replace("{y}", "result"),
        draw_gate,
        mistakes,
        sizes=("unit", "input"),
        at_once=3,
        times=more,
    )


def _draw_output(seed: int, H: int, D: int, T: int) -> Given:
    h_prev, x, W, b = draw_gate(seed, H, D, T)
    return h_prev, x, numbers(stream(seed + 1), H), W, b


_OUTPUT = filled(
    (*_SUM, *_SQUASH, *_SIGMOID, *_BIAS, *_RESULT),
    **dict(zip(("gate", "symbol", "one", "zero"), ("output gate", "o", "show everything",
                                                    "show nothing"), strict=True)),
    **_SQUASHES["sigmoid"],
    y="o",
)  # fmt: skip
GATE_EXERCISES = {name: _layer(name) for name in _WORDS if name != "output"} | {
    "output": Exercise(
        "output of the cell",
        ("h_prev", "x", "c", "W", "b"),
        ("h",),
        _LINES.replace("{squash}", "sigmoid").replace("{y}", "o")
        + SHOWN_LINES
        + "result = h",
        _draw_output,
        (*_OUTPUT, *HIDDEN),
        sizes=("unit", "input"),
    )
}

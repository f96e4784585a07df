"""What students get wrong with what a cell gives: chances, a loss, a correlation, the last state.

And with weights that PyTorch gives.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.cell import GATES
from lstm_teach.check.exercise import Exercise, Given, as_table, mistake, numbers, rows, stream

# ---- a cell from PyTorch -----------------------------------------------------------------------

_TORCH = "ifco"  # its order of the rows


def _cut(W: Array, b: Array, order: str, order_b: str, turned: bool) -> Array:
    """Cut four layers out of W and b, whose rows have these orders."""
    W_of = dict(zip(order, np.split(W, 4), strict=True))
    b_of = dict(zip(order_b, np.split(b, 4), strict=True))
    return np.stack([rows(W_of[k].T if turned else W_of[k], b_of[k]) for k in GATES])


def _square(given: dict[str, Any]) -> dict[str, Any]:
    """As many inputs as units, so that the two matrices can be put on top of each other."""
    return given | {"weight_ih": np.resize(given["weight_ih"], given["weight_hh"].shape)}


_ON_TOP = (
    "You put the two matrices on top of each other. Each row reads h and x, so they stand side by "
    "side: axis=1, or np.hstack."
)
_IMPORT = (
    mistake(
        "joined as [x, h]",
        "Your columns belong to x first and then to h. Here a gate reads [h, x]: weight_hh comes "
        "first.",
        "W = np.hstack([weight_ih, weight_hh])",
    ),
    mistake(
        "stacked on top of each other",
        _ON_TOP,
        "W = np.vstack([weight_hh, weight_ih])",
        "W = np.vstack([weight_ih, weight_hh])",
        "W = np.vstack([weight_hh, weight_ih])[: len(weight_hh)]",
        "W = np.vstack([weight_ih, weight_hh])[: len(weight_hh)]",
        given=_square,
    ),
    mistake(
        "matrices added",
        "You added the two matrices. Each row reads h and x, so they stand side by side.",
        "W = weight_hh + weight_ih",
        given=_square,
    ),
    mistake(
        "one matrix left out",
        "You used one of the two matrices alone. W has the columns of weight_hh and then those of "
        "weight_ih.",
        "W = weight_hh",
        "W = weight_ih",
    ),
    mistake(
        "one matrix twice",
        "You used one of the two matrices twice.",
        "W = np.hstack([weight_hh, weight_hh])",
        "W = np.hstack([weight_ih, weight_ih])",
    ),
    mistake(
        "W transposed",
        "Your W has its rows and columns swapped. PyTorch, like us, has a row for each unit: leave "
        "the rows as they are.",
        "turned = True",
    ),
    mistake(
        "one bias dropped",
        "You dropped bias_hh. PyTorch adds two biases; the one bias of our gate is their sum.",
        "b = bias_ih",
    ),
    mistake(
        "one bias dropped",
        "You dropped bias_ih. PyTorch adds two biases; the one bias of our gate is their sum.",
        "b = bias_hh",
    ),
    mistake(
        "one bias twice",
        "You used one of the two biases twice. The one bias of our gate is their sum.",
        "b = 2 * bias_ih",
        "b = 2 * bias_hh",
    ),
    mistake(
        "biases not added",
        "You did not add the two biases. The one bias of our gate is their sum, number by number.",
        "b = bias_ih - bias_hh",
        "b = bias_hh - bias_ih",
        "b = (bias_ih + bias_hh) / 2",
        "b = bias_ih * bias_hh",
        "b = np.concatenate([bias_ih, bias_hh])",
        "b = np.concatenate([bias_hh, bias_ih])",
    ),
    mistake("biases missing", "Your biases are 0. Ours is the sum of PyTorch's two.", "b = 0 * b"),
    mistake(
        "rows dealt out",
        "You took every fourth row for a layer. A layer's rows stand together: the first H rows "
        "are those of the input gate.",
        "W = np.vstack([W[k::4] for k in range(4)]); "
        "b = np.concatenate([(bias_ih + bias_hh)[k::4] for k in range(4)])",
    ),
    mistake(
        "one layer for all",
        "You gave all four layers the same rows. Each has H rows of its own.",
        *(
            f"cut_W = np.tile(np.split(W, 4)[{k}], (4, 1)); cut_b = np.tile(np.split(b, 4)[{k}], 4)"
            for k in range(4)
        ),
    ),
    *(
        mistake(
            f"rows cut as {', '.join(order)}",
            f"You cut the rows in the order {', '.join(order)}. In PyTorch they stand in the order "
            f"{', '.join(_TORCH)} (its documentation calls the candidate g).",
            f"order = '{''.join(order)}'; order_b = '{''.join(order)}'",
        )
        for order in permutations(GATES)
        if "".join(order) != _TORCH
    ),
    *(
        mistake(
            f"only W cut as {', '.join(order)}",
            f"You cut the rows of W in the order {', '.join(order)}, and those of b in another. In "
            f"PyTorch both stand in the order {', '.join(_TORCH)}.",
            f"order = '{''.join(order)}'",
        )
        for order in permutations(GATES)
        if "".join(order) != _TORCH
    ),
    *(
        mistake(
            f"only b cut as {', '.join(order)}",
            f"You cut the rows of b in the order {', '.join(order)}, and those of W in another. In "
            f"PyTorch both stand in the order {', '.join(_TORCH)}.",
            f"order_b = '{''.join(order)}'",
        )
        for order in permutations(GATES)
        if "".join(order) != _TORCH
    ),
)
_IMPORT_LINES = """
    W = np.hstack([weight_hh, weight_ih])
    b = bias_ih + bias_hh
    cut_W = W
    cut_b = b
    order = 'ifco'
    order_b = 'ifco'
    turned = False
    result = cut(cut_W, cut_b, order, order_b, turned)
"""


def _draw_import(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    return tuple(numbers(rng, *shape) for shape in ((4 * H, D), (4 * H, H), (4 * H,), (4 * H,)))


# ---- from scores to chances --------------------------------------------------------------------

_SOFTMAX_LINES = """
    top = scores.max()
    scaled = (scores - top) / temperature
    e = exp(scaled)
    p = e / e.sum()
    result = p
"""
_OVERFLOW = (
    "For large ones e to the power of them is too large for a float. Take the largest score off "
    "all scores first: that changes no chance."
)
_SOFTMAX = (
    mistake(
        "max not subtracted",
        f"Your function is right for small scores. {_OVERFLOW}",
        "top = 0",
    ),
    mistake(
        "largest score taken off after dividing",
        "You took the largest score off, but off scores that had been divided by the temperature "
        "already. Take it off first, and then divide, or it is too much or too little.",
        "scaled = scores / temperature - top",
        "scaled = scores / temperature - top * temperature",
    ),
    mistake(
        "cut off instead of shifted",
        "You cut large scores off, so that two of them become equal. Take the largest score off "
        "all scores instead: that changes no chance.",
        *(f"scaled = np.clip(scores / temperature, -{n}, {n})" for n in (500, 600, 700, 709, 100)),
        *(f"scaled = np.minimum(scores / temperature, {n})" for n in (500, 600, 700, 709, 100)),
        *(f"scaled = np.clip(scores, -{n}, {n}) / temperature" for n in (500, 700, 100)),
    ),
    mistake(
        "infinity replaced",
        "For large scores e to the power of them is infinite, and you put another number in its "
        "place. Take the largest score off all scores first: that changes no chance.",
        "top = 0; result = np.nan_to_num(p)",
        "top = 0; result = np.where(np.isfinite(p), p, 1 / len(p))",
        "top = 0; result = np.where(np.isfinite(p), p, 1.0)",
        "top = 0; result = np.where(np.isfinite(p).all(), p, 1 / len(p))",
        "top = 0; result = p if np.isfinite(p).all() else (scores == scores.max()) * 1.0",
        "top = 0; e = np.nan_to_num(exp(scaled))",
        "top = 0; e = np.minimum(exp(scaled), 1e300)",
        "top = 0; p = e / (e.sum() + 1e-9)",
        "top = 0; p = e / (e.sum() + 1e-8)",
    ),
    mistake(
        "something else taken off",
        "What you take off is not the largest score. Scores below it stay below 0, so that nothing "
        "overflows, and the largest becomes 0, so that not all of them underflow.",
        "top = abs(scores).max()",
        "top = scores.min()",
        "top = scores.mean()",
        "top = scores.sum()",
        "top = scores[0]",
        "top = np.median(scores)",
        "top = abs(scores).sum()",
        "top = -scores.max()",
    ),
    mistake(
        "temperature multiplied",
        "You multiplied by the temperature. Divide the scores by it: a small temperature must "
        "spread them apart.",
        "scaled = (scores - top) * temperature",
    ),
    mistake(
        "temperature left out",
        "Your numbers do not depend on the temperature. Divide the scores by it before e to the "
        "power of them is taken.",
        "scaled = scores - top",
    ),
    mistake(
        "temperature after e",
        "You divided by the temperature after e to the power of the scores was taken. There it is "
        "only a factor; divide the scores.",
        "scaled = scores - top; result = p / temperature",
        "scaled = scores - top; p = e / (temperature * e.sum())",
        "scaled = scores - top; result = p * temperature",
    ),
    mistake(
        "temperature on the largest score only",
        "You divided the largest score by the temperature, and not the others. Take it off, and "
        "divide all that is left.",
        "scaled = scores - top / temperature",
    ),
    mistake(
        "temperature as a power",
        "You raised the chances to the power of the temperature, or changed them by it without "
        "making them add up to 1 again. Divide the scores by it.",
        "scaled = scores - top; result = p**temperature",
        "scaled = scores - top; result = p ** (1 / temperature)",
        "scaled = scores - top; p = e**temperature / (e**temperature).sum()",
    ),
    mistake(
        "temperature added",
        "You added or subtracted the temperature, which changes no chance. Divide by it.",
        "scaled = (scores - top) / (temperature + 1)",
        "scaled = (scores - top) / temperature**2",
        "scaled = (scores - top) / np.sqrt(temperature)",
    ),
    mistake(
        "not normalized",
        "Your numbers do not add up to 1. Divide each of them by the sum of all, and they are "
        "chances.",
        "p = e",
        "p = e / len(e)",
        "p = e / e.max()",
        "p = e / e.mean()",
        "p = e / np.sqrt((e**2).sum())",
    ),
    mistake(
        "e left out",
        "You divided the scores by their sum. A score can be negative, a chance cannot: take e to "
        "the power of each score first.",
        "p = scores / scores.sum()",
        "e = scaled",
        "p = scaled / scaled.sum()",
        "p = scores / temperature / scores.sum()",
        "p = abs(scores) / abs(scores).sum()",
        "p = scores / abs(scores).sum()",
    ),
    mistake(
        "another power than e's",
        "You took another power than that of e. Use np.exp.",
        "e = 2.0**scaled",
        "e = 10.0**scaled",
        "e = scaled**2",
        "e = 2.718**scaled",
        "e = np.expm1(scaled)",
    ),
    mistake(
        "minus too many",
        "Your largest chance belongs to the lowest score. There is a minus too many in the power "
        "of e.",
        "scaled = (scores.min() - scores) / temperature",
        "scaled = -scores / temperature",
        "scaled = (top - scores) / temperature",
    ),
    mistake(
        "divided by the largest",
        "You divided the scores by the largest one. Take the largest off: s − max(s) changes no "
        "chance.",
        "scaled = scores / scores.max() / temperature",
        "scaled = scores / scores.max()",
        "scaled = scores / abs(scores).max() / temperature",
        "scaled = scores / np.sqrt((scores**2).sum()) / temperature",
        "scaled = (scores - top) / abs(scores).max() / temperature",
        "scaled = scores / 1000 / temperature",
        "scaled = (scores - scores.mean()) / scores.std() / temperature",
        "scaled = (scores - scores.min()) / (scores.max() - scores.min()) / temperature",
    ),
    mistake(
        "sigma instead of softmax",
        "You squashed each score by itself with σ. Chances that belong together share their sum: "
        "e to the power of each, divided by the sum of all.",
        "p = sigmoid(scores / temperature)",
        "p = sigmoid(scaled)",
        "p = sigmoid(scores / temperature) / sigmoid(scores / temperature).sum()",
    ),
    mistake(
        "the logarithm of the chances",
        "You returned the logarithm of the chances. Asked for are the chances.",
        "result = scaled - np.log(e.sum())",
        "result = np.log(p)",
    ),
    mistake(
        "only the largest chance",
        "You returned the largest chance, or which one is the largest. Asked for are all of them.",
        "result = p.max()",
        "result = p.argmax()",
        "result = (p == p.max()) * 1.0",
        "result = (scores == scores.max()) * 1.0",
    ),
    mistake(
        "softmax twice",
        "You took the softmax of the softmax. Once is enough.",
        "result = exp(p) / exp(p).sum()",
        "result = exp(p / temperature) / exp(p / temperature).sum()",
    ),
    mistake(
        "in another order",
        "You sorted the chances, or turned their order round. Each stays in its score's place.",
        "result = np.sort(p)",
        "result = np.sort(p)[::-1]",
        "result = p[::-1]",
    ),
    mistake(
        "1 minus the chances",
        "You returned 1 minus the chances.",
        "result = 1 - p",
    ),
)


def _draw_scores(seed: int, H: int, D: int, T: int) -> Given:
    """Small scores; near-ties in the thousands, above 0 and below 0; thousands of both signs."""
    rng, V = stream(seed), H + D + 1
    scores, temperature = numbers(rng, V), float(rng.choice([0.5, 0.8, 1.5, 2.0]))
    if T == 3:
        return scores, temperature
    if T == 1:
        return scores * 1000, temperature
    high = float(rng.integers(1500, 3000)) * (-1 if T == 7 else 1)
    return high + np.cumsum(abs(numbers(rng, V))) * rng.permuted([1.0, -1.0])[0], temperature


# ---- the loss of a class -----------------------------------------------------------------------

_ENTROPY_LINES = """
    top = logits.max(axis=1, keepdims=True)
    shifted = logits - top
    e = exp(shifted)
    total = e.sum(axis=1, keepdims=True)
    logs = shifted - np.log(total)
    picked = logs[np.arange(len(classes)), classes]
    loss = -picked.mean()
    result = loss
"""
_ENTROPY = (
    mistake(
        "max not subtracted",
        f"Your function is right for small logits. {_OVERFLOW.replace('score', 'logit')}",
        "top = 0",
        "top = 0; logs = np.log(e / total)",
        "top = 0; logs = np.log(e / total + 1e-12)",
        "top = 0; logs = np.log(e / total + 1e-9)",
        "top = 0; logs = np.log(e / total + 1e-8)",
    ),
    mistake(
        "logarithm of a chance that is 0",
        "You took the logarithm of a chance that is too small for a float, and so 0. Take the "
        "logarithm of the fraction by hand: the logit, minus the logarithm of the sum.",
        "logs = np.log(e / total)",
        *(f"logs = np.log(e / total + {tiny})" for tiny in ("1e-12", "1e-9", "1e-8", "1e-10")),
        *(f"logs = np.log(np.maximum(e / total, {tiny}))" for tiny in ("1e-12", "1e-9", "1e-15")),
        *(
            f"logs = np.log(np.clip(e / total, {tiny}, 1 - {tiny}))"
            for tiny in ("1e-12", "1e-9", "1e-15", "1e-7")
        ),
    ),
    mistake(
        "sum instead of mean",
        "You added the losses of all rows up. Take their mean, so that a batch of any size has a "
        "loss of the same size.",
        "loss = -picked.sum()",
    ),
    mistake(
        "a loss for each row",
        "You returned a loss for each row. Take their mean.",
        "loss = -picked",
    ),
    mistake(
        "divided by the classes",
        "You took the mean over the classes as well. Only the logarithm of the right class's "
        "chance counts: one number a row, and their mean.",
        "loss = -picked.mean() / logits.shape[1]",
        "loss = -picked.sum() / logits.shape[1]",
        "loss = -logs.mean()",
        "loss = -logs.sum()",
        "loss = -logs.sum() / len(classes)",
    ),
    mistake(
        "softmax over the wrong axis",
        "Your chances add up to 1 over the rows of the batch. They belong to the classes of one "
        "row: axis=1.",
        "top = logits.max(axis=0, keepdims=True); total = e.sum(axis=0, keepdims=True)",
        "total = e.sum(axis=0, keepdims=True)",
    ),
    mistake(
        "one softmax over the whole batch",
        "Your chances add up to 1 over the whole batch. Each row has its own: axis=1, with "
        "keepdims=True.",
        "top = logits.max(); total = e.sum()",
        "total = e.sum()",
    ),
    mistake(
        "one maximum for the whole batch",
        "You took the largest logit of the whole batch off all rows, and a row far below it "
        "underflows. Take each row's own largest: axis=1, with keepdims=True.",
        "top = logits.max()",
        "top = logits.max(axis=0, keepdims=True)",
    ),
    mistake(
        "minus missing",
        "The minus is missing. The logarithm of a chance is below 0, and the loss above it.",
        "loss = picked.mean()",
        "loss = picked.sum()",
    ),
    mistake(
        "another logarithm",
        "You took another logarithm than the natural one. Use np.log.",
        "loss = -picked.mean() / np.log(2)",
        "loss = -picked.mean() / np.log(10)",
    ),
    mistake(
        "softmax taken twice",
        "You took the softmax of the softmax: the logits go through it once.",
        "logs = e / total - np.log(exp(e / total).sum(axis=1, keepdims=True))",
    ),
    mistake(
        "chance instead of its logarithm",
        "The logarithm is missing. The loss of a row is minus the logarithm of the right class's "
        "chance.",
        "logs = e / total",
        "picked = 1 - (e / total)[np.arange(len(classes)), classes]; loss = picked.mean()",
    ),
    mistake(
        "normalization missing",
        "You left out the sum of all classes. The logarithm of a chance is the logit minus the "
        "logarithm of the sum of e to the power of all logits.",
        "logs = logits",
        "logs = shifted",
    ),
    mistake(
        "the likeliest class instead of the right one",
        "You picked the largest chance of each row. The loss asks for that of the right class.",
        "picked = logs.max(axis=1)",
        "picked = logs.min(axis=1)",
    ),
    mistake(
        "the first class everywhere",
        "You picked the same class in every row. Each row has its own, in classes.",
        "picked = logs[:, 0]",
        "picked = logs[:, classes[0]]",
        "picked = logs[0, classes]",
    ),
    mistake(
        "classes counted from 1",
        "You picked the class before or after the right one. Classes are counted from 0.",
        "picked = logs[np.arange(len(classes)), classes - 1]",
        "picked = logs[np.arange(len(classes)), (classes + 1) % logits.shape[1]]",
    ),
    mistake(
        "all pairs of rows and classes",
        "logs[:, classes] picks every class of the batch in every row. Give the row's number with "
        "it: logs[np.arange(B), classes].",
        "picked = logs[:, classes]",
    ),
    mistake(
        "squared error instead of cross-entropy",
        "You took the squared error. The loss of a row is minus the logarithm of the right class's "
        "chance.",
        "loss = ((e / total - np.eye(logits.shape[1])[classes]) ** 2).mean()",
        "loss = ((e / total - np.eye(logits.shape[1])[classes]) ** 2).sum(axis=1).mean()",
        "loss = ((e / total - np.eye(logits.shape[1])[classes]) ** 2).sum()",
        "loss = ((logits - np.eye(logits.shape[1])[classes]) ** 2).mean()",
    ),
    mistake(
        "sigmoid instead of softmax",
        "You squashed each logit by itself. The chances of a row share their sum: softmax.",
        "logs = np.log(sigmoid(logits))",
        "logs = -np.logaddexp(0, -logits)",
        "logs = np.where(np.eye(logits.shape[1])[classes], -np.logaddexp(0, -logits), "
        "-np.logaddexp(0, logits)); picked = logs",
        "logs = np.where(np.eye(logits.shape[1])[classes], -np.logaddexp(0, -logits), "
        "-np.logaddexp(0, logits)); picked = logs.sum(axis=1)",
    ),
    mistake(
        "the chance of all other classes",
        "Your loss is that of the wrong classes. Only the right class's logarithm counts.",
        "picked = logs.sum(axis=1) - logs[np.arange(len(classes)), classes]",
    ),
    mistake(
        "accuracy instead of the loss",
        "You returned the share of rows that are right, or wrong. The loss is the mean of minus "
        "the logarithm of the right class's chance.",
        "result = (logits.argmax(axis=1) == classes).mean()",
        "result = (logits.argmax(axis=1) != classes).mean()",
    ),
    mistake(
        "the perplexity",
        "You took e to the power of the loss: that is the perplexity. Asked for is the loss.",
        "result = exp(loss)",
    ),
)


def _draw_entropy(seed: int, H: int, D: int, T: int) -> Given:
    rng, B, K = stream(seed), H + 2, D + 2
    logits, classes = numbers(rng, B, K), rng.integers(0, K, B)
    classes[:2] = [0, K - 1]
    if T in (1, 7):
        logits = logits * 1000 + rng.choice([-4000.0, 4000.0], (B, 1))
    return logits, classes


# ---- a unit and a label ------------------------------------------------------------------------

_CORRELATION_LINES = """
    v = values - values.mean()
    w = labels - labels.mean()
    together = (v * w).sum()
    vv = (v**2).sum()
    ww = (w**2).sum()
    alone = np.sqrt(vv * ww)
    r = together / alone
    result = r if alone > 1e-9 else 0.0
"""
_CORRELATION = (
    mistake(
        "0 / 0 where nothing changes",
        "Your function is right when both change. Where the values or the labels are the same "
        "everywhere you divide 0 by 0: return 0 there.",
        "result = r",
        "result = r if vv > 1e-9 else 0.0",
        "result = r if ww > 1e-9 else 0.0",
        "result = r if alone > 1e-9 else 1.0",
    ),
    mistake(
        "mean not taken off",
        "You did not take the mean off, of the values or of the labels. A correlation asks whether "
        "both are above their mean at the same moments.",
        "v = values; w = labels",
        "v = values",
        "w = labels",
        "together = (values * labels).sum()",
        "vv = (values**2).sum(); ww = (labels**2).sum()",
    ),
    mistake(
        "covariance",
        "You stopped at the covariance. Divide by both spreads, so that the result lies between −1 "
        "and 1.",
        "alone = 1.0",
        "result = together / len(v)",
        "result = together / (len(v) - 1)",
    ),
    mistake(
        "root missing",
        "The root is missing below the line of the fraction: divide by the root of both sums of "
        "squares.",
        "alone = vv * ww",
    ),
    mistake(
        "slope of a line",
        "You divided by one of the two sums of squares: that is the slope of a line through the "
        "points. Divide by the root of both.",
        "alone = vv",
        "alone = ww",
    ),
    mistake(
        "divided by one spread",
        "You divided by one of the two spreads. Divide by both.",
        "alone = np.sqrt(vv)",
        "alone = np.sqrt(ww)",
        "alone = np.sqrt(vv * len(v))",
        "alone = np.sqrt(ww * len(v))",
    ),
    mistake(
        "spreads added",
        "You added the two spreads. They are multiplied.",
        "alone = np.sqrt(vv) + np.sqrt(ww)",
        "alone = np.sqrt(vv + ww)",
        "alone = vv + ww",
    ),
    mistake(
        "another count above than below",
        "You divided by n in one place and by n − 1 in the other, or in one place only. Either the "
        "same count everywhere, or none.",
        "r = together / alone * len(v) / (len(v) - 1)",
        "r = together / alone * (len(v) - 1) / len(v)",
        "r = together / alone * len(v)",
        "r = together / alone / len(v)",
        "r = together / alone * (len(v) - 1)",
        "r = together / alone / (len(v) - 1)",
    ),
    mistake(
        "squared",
        "You squared the correlation. Its sign is lost: return it as it is.",
        "r = (together / alone) ** 2",
    ),
    mistake(
        "the sign lost",
        "You made it positive. A unit that falls where the label rises has a correlation below 0.",
        "r = abs(together / alone)",
        "together = abs(v * w).sum()",
    ),
    mistake("-r", "Your correlation has the other sign.", "r = -together / alone"),
    mistake(
        "1 - r",
        "You returned 1 minus the correlation.",
        "r = 1 - together / alone",
    ),
    mistake(
        "the whole matrix",
        "np.corrcoef gives a matrix of all pairs. The number of values and labels is [0, 1].",
        "result = [[1.0, r], [r, 1.0]]",
        "result = [[1.0, result], [result, 1.0]]",
        "result = np.where(np.ones((2, 2)) > 0, [[1, r], [r, 1]], 0) if alone > 1e-9 else 0.0",
    ),
    mistake(
        "the correlation with itself",
        "Your number is 1: the correlation of something with itself. In np.corrcoef it is [0, 1] "
        "that is asked for.",
        "r = 1.0",
        "result = 1.0",
    ),
    mistake(
        "difference of means",
        "You compared two means. A correlation is the mean product of how far both are from their "
        "means, divided by both spreads.",
        "r = values[labels > 0.5].mean() - values[labels < 0.5].mean()",
        "r = values[labels > 0.5].mean()",
        "r = values.mean() - labels.mean()",
    ),
    mistake(
        "share of equal signs",
        "You counted how often both agree. A correlation is not a share.",
        "r = ((values > 0) == (labels > 0.5)).mean()",
        "r = ((v > 0) == (w > 0)).mean()",
        "r = ((values > values.mean()) == (labels > 0.5)).mean()",
        "r = (np.sign(v) == np.sign(w)).mean()",
        "r = (np.sign(v) * np.sign(w)).mean()",
    ),
    mistake(
        "median instead of mean",
        "You took the median off. A correlation takes the mean off.",
        "v = values - np.median(values); w = labels - np.median(labels)",
        "v = values - np.median(values)",
    ),
    mistake(
        "ranks instead of values",
        "You compared the ranks. Pearson's correlation takes the values themselves.",
        "v = np.argsort(np.argsort(values)) - (len(values) - 1) / 2",
    ),
    mistake(
        "largest values for the spreads",
        "You divided by the largest values. Divide by the root of both sums of squares.",
        "alone = abs(v).max() * abs(w).max()",
        "alone = abs(v).max() * abs(w).max() * len(v)",
        "alone = abs(v).sum() * abs(w).sum()",
    ),
)


def _draw_correlation(seed: int, H: int, D: int, T: int) -> Given:
    rng, n = stream(seed), H + T + 5
    labels = rng.permuted((np.arange(n) < n // 3 + 1).astype(float))
    values = (numbers(rng, n) + rng.choice([-1.0, 1.0]) * labels + 0.5).round(1)
    if T in (1, 7):  # nothing changes in the values, and nothing in the labels
        return (np.full(n, 0.7), labels) if T == 1 else (values, np.ones(n))
    return values, labels


# ---- the last state of each sequence of a batch ------------------------------------------------

_LAST_LINES = """
    at = lengths - 1
    rows = np.arange(len(lengths))
    last = h[at, rows]
    result = last
"""
_LAST = (
    mistake(
        "h[-1]",
        "You took the last row of h. Where a sequence is shorter than the longest one that row is "
        "padding: take the row at its own length, minus 1.",
        "last = h[-1]",
    ),
    mistake(
        "the longest length for all",
        "You took the longest length for all sequences. Each has its own.",
        "at = np.full(len(lengths), lengths.max() - 1)",
    ),
    mistake(
        "the shortest length for all",
        "You took the shortest length for all sequences. Each has its own.",
        "at = np.full(len(lengths), lengths.min() - 1)",
    ),
    mistake(
        "the first row's length for all",
        "You took the length of one sequence for all of them. Each has its own.",
        "at = np.full(len(lengths), lengths[0] - 1)",
        "at = np.full(len(lengths), lengths[-1] - 1)",
    ),
    mistake(
        "off by one",
        "You are off by one. Moments are counted from 0, so the last valid one of a sequence is at "
        "its length minus 1.",
        "at = lengths % len(h)",
        "at = np.minimum(lengths, len(h) - 1)",
        "at = lengths - 2",
        "at = np.maximum(lengths - 2, 0)",
    ),
    mistake(
        "off by one",
        "You are off by one: you ask for a moment that the longest sequence does not have. Moments "
        "are counted from 0, so the last valid one of a sequence is at its length minus 1.",
        "at = lengths",
        given=lambda given: given | {"h": np.concatenate([given["h"], given["h"][:1]])},
    ),
    mistake(
        "counted from the end",
        "You counted from the end. The padding is at the end, not at the beginning.",
        "at = -lengths",
        "at = len(h) - lengths",
    ),
    mistake(
        "the first moment",
        "You took the first moment of every sequence. Asked for is the last valid one.",
        "last = h[0]",
    ),
    mistake(
        "all pairs of sequences and lengths",
        "h[lengths - 1] takes every length for every sequence. Give the sequence's number with it: "
        "h[lengths - 1, np.arange(B)].",
        "last = h[at]",
        "last = h[at, :, :].transpose(1, 0, 2)",
    ),
    mistake(
        "batch first",
        "You took the first axis for the batch. Time comes first here: h is (T, B, H).",
        "last = h[rows, at]",
        given=lambda given: given
        | {
            "h": np.resize(given["h"], (9, 9, given["h"].shape[2])),
        },
    ),
    mistake(
        "batch first",
        "You swapped time and batch. Time comes first here: h is (T, B, H).",
        "last = h.transpose(1, 0, 2)[-1]",
        "last = h[:, -1]",
        "last = h[:, 0]",
    ),
    mistake(
        "mean over time",
        "You took a mean or a sum over the moments. Asked for is the last valid one.",
        "last = h.mean(axis=0)",
        "last = h.sum(axis=0)",
        "last = np.array([h[:n, b].mean(axis=0) for b, n in enumerate(lengths)])",
        "last = np.array([h[:n, b].sum(axis=0) for b, n in enumerate(lengths)])",
    ),
    mistake(
        "largest over time",
        "You took the largest value over the moments. Asked for is the last valid one.",
        "last = h.max(axis=0)",
        "last = np.array([h[:n, b].max(axis=0) for b, n in enumerate(lengths)])",
    ),
    mistake(
        "sequences in another order",
        "Your rows are the right ones in another order. Row b belongs to sequence b.",
        "result = last[::-1]",
        "result = last[np.argsort(-lengths, kind='stable')]",
        "result = last[np.argsort(lengths, kind='stable')]",
        "at = lengths[::-1] - 1",
        "at = np.sort(lengths) - 1",
        "at = np.sort(lengths)[::-1] - 1",
    ),
    mistake(
        "units first",
        "Your rows are units and your columns are sequences. The answer is (B, H).",
        "result = last.T",
    ),
    mistake(
        "one sequence only",
        "You returned the last state of one sequence. Each has a row.",
        "result = last[0]",
        "result = last[-1]",
    ),
    mistake(
        "an axis too many",
        "Your answer has an axis too many. It is (B, H): take the row itself, not a slice of one "
        "row.",
        "result = last[None]",
        "result = last[:, None]",
    ),
    mistake(
        "padding set to 0",
        "You set the padding to 0 and took the last row. Take the row at each sequence's length "
        "minus 1.",
        "last = np.where((lengths == len(h))[:, None], h[-1], 0)",
    ),
)


def _draw_last(seed: int, H: int, D: int, T: int) -> Given:
    rng, B, longest = stream(seed), D + 2, T + 2
    lengths = np.concatenate([[1 + T // 2, longest], rng.integers(2, longest + 1, B - 2)])
    return numbers(rng, longest + (T == 5), B, H), lengths


READING_EXERCISES = {
    "from_torch": Exercise(
        "cell from PyTorch",
        ("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
        tuple(GATES.values()),
        _IMPORT_LINES,
        _draw_import,
        _IMPORT,
        allowed=frozenset(),
        sizes=("unit", "input"),
        unpack=lambda **given: given | {"cut": _cut},
        read=as_table,
        form='Parameters, or a dict {"forget": (W, b), …} with all four layers',
    ),
    "softmax": Exercise(
        "softmax",
        ("scores", "temperature"),
        ("p",),
        _SOFTMAX_LINES,
        _draw_scores,
        _SOFTMAX,
        sizes=(),
    ),
    "correlation": Exercise(
        "correlation",
        ("values", "labels"),
        ("r",),
        _CORRELATION_LINES,
        _draw_correlation,
        _CORRELATION,
        sizes=(),
    ),
    "last_hidden": Exercise(
        "last hidden state of each sequence",
        ("h", "lengths"),
        ("last",),
        _LAST_LINES,
        _draw_last,
        _LAST,
        sizes=(),
    ),
    "cross_entropy": Exercise(
        "cross-entropy",
        ("logits", "classes"),
        ("loss",),
        _ENTROPY_LINES,
        _draw_entropy,
        _ENTROPY,
        allowed=frozenset({"softmax", "sigmoid"}),
        sizes=(),
    ),
}

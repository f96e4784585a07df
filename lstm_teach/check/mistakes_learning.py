"""What students get wrong in learning: gradients of the memory line, a step of descent, clipping."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.cell import GATES, Parameters
from lstm_teach.check.exercise import (
    Exercise,
    Given,
    as_table,
    mistake,
    numbers,
    shares,
    stream,
    table,
)

# ---- C = f * C_prev + i * C_tilde, backward ----------------------------------------------------

_BACKWARD_LINES = """
    slope_f = f * (1 - f)
    slope_i = i * (1 - i)
    slope_c = 1 - c_tilde**2
    dc_prev = dc * f
    dz_f = dc * c_prev * slope_f
    dz_i = dc * c_tilde * slope_i
    dz_c = dc * i * slope_c
    result = [dc_prev, dz_f, dz_i, dz_c]
"""
_SLOPES = (
    mistake(
        "no derivative of sigma and tanh",
        "You stopped at the gates and the candidate. What is asked are the gradients of their z: "
        "go through σ and tanh too, each with its derivative.",
        "slope_f = 1; slope_i = 1; slope_c = 1",
    ),
    mistake(
        "sigma' missing",
        "The derivative of σ is missing. The gate is σ(z), and a nudge of z reaches it only times "
        "σ'(z) = σ(z) (1 − σ(z)), so you need both the gate and 1 minus the gate.",
        "slope_f = 1; slope_i = 1",
        "slope_f = 1",
        "slope_i = 1",
    ),
    mistake(
        "tanh' missing",
        "The derivative of tanh is missing. The candidate is tanh(z), and a nudge of z reaches it "
        "only times 1 − tanh(z)².",
        "slope_c = 1",
    ),
    mistake(
        "the gate for its derivative",
        "You took the gate itself for the derivative of σ. That is the gate times 1 minus the gate: "
        "near 0 where the curve is flat, at both ends.",
        "slope_f = f; slope_i = i",
        "slope_f = f",
        "slope_i = i",
    ),
    mistake(
        "1 minus the gate for its derivative",
        "You took 1 minus the gate for the derivative of σ. That is the gate times 1 minus the "
        "gate.",
        "slope_f = 1 - f; slope_i = 1 - i",
        "slope_f = 1 - f",
        "slope_i = 1 - i",
    ),
    mistake(
        "candidate for its derivative",
        "You took the candidate, or its square, for the derivative of tanh. That is 1 − C̃².",
        "slope_c = c_tilde",
        "slope_c = c_tilde**2",
    ),
    mistake(
        "squashed once more",
        "You squashed once more. f, i and the candidate come out of σ and tanh already, and their "
        "derivatives can be had from them: f (1 − f), and 1 − C̃².",
        "slope_f = sigmoid(f) * (1 - sigmoid(f)); slope_i = sigmoid(i) * (1 - sigmoid(i)); "
        "slope_c = 1 - tanh(c_tilde) ** 2",
        "slope_f = sigmoid(f) * (1 - sigmoid(f)); slope_i = sigmoid(i) * (1 - sigmoid(i))",
        "slope_f = sigmoid(f) * (1 - sigmoid(f))",
        "slope_i = sigmoid(i) * (1 - sigmoid(i))",
        "slope_c = 1 - tanh(c_tilde) ** 2",
    ),
    mistake(
        "sigma' for the candidate",
        "The candidate comes out of tanh, not out of σ: its derivative is 1 − C̃².",
        "slope_c = c_tilde * (1 - c_tilde)",
    ),
    mistake(
        "square missing",
        "The derivative of tanh is 1 minus the square of the candidate.",
        "slope_c = 1 - c_tilde",
    ),
    mistake(
        "plus for minus in a derivative",
        "There is a plus where a minus should be: the derivatives are f (1 − f) and 1 − C̃².",
        "slope_c = 1 + c_tilde**2",
        "slope_f = f * (1 + f); slope_i = i * (1 + i)",
        "slope_f = f * (1 + f)",
        "slope_i = i * (1 + i)",
    ),
    mistake(
        "tanh' for the gates",
        "The gates come out of σ, not out of tanh: their derivative is f (1 − f).",
        "slope_f = 1 - f**2; slope_i = 1 - i**2",
        "slope_f = 1 - f**2",
        "slope_i = 1 - i**2",
    ),
    mistake(
        "the gate squared in a derivative",
        "The derivative of σ is f − f², which is f (1 − f). Look at the square.",
        "slope_f = f**2; slope_i = i**2",
        "slope_f = f * (1 - f) ** 2; slope_i = i * (1 - i) ** 2",
        "slope_f = f**2 - f; slope_i = i**2 - i",
        "slope_f = f * (1 - f**2); slope_i = i * (1 - i**2)",
        "slope_f = (f * (1 - f)) ** 2; slope_i = (i * (1 - i)) ** 2",
        "slope_f = f**2 * (1 - f); slope_i = i**2 * (1 - i)",
    ),
    mistake(
        "a derivative squared",
        "You multiplied with the derivative of tanh twice, or squared it.",
        "slope_c = (1 - c_tilde**2) ** 2",
        "slope_c = (1 - c_tilde) ** 2",
    ),
    mistake(
        "divided by the derivative of sigma",
        "You divided by the derivative of σ. Along a path the factors are multiplied.",
        "slope_f = 1 / (f * (1 - f)); slope_i = 1 / (i * (1 - i))",
        "slope_f = 1 / (f * (1 - f))",
        "slope_i = 1 / (i * (1 - i))",
    ),
    mistake(
        "divided by the derivative of tanh",
        "You divided by the derivative of tanh. Along a path the factors are multiplied.",
        "slope_c = 1 / (1 - c_tilde**2)",
    ),
    mistake(
        "derivatives of f and i swapped",
        "You swapped the derivatives of the two gates, or used one for both.",
        "slope_f = i * (1 - i); slope_i = f * (1 - f)",
        "slope_f = i * (1 - i)",
        "slope_i = f * (1 - f)",
    ),
)
_FACTORS = (
    mistake(
        "each times itself",
        "You multiplied each gate's gradient with the gate. What f does to C is as large as what "
        "it is multiplied with: the old memory. For i it is the candidate.",
        "dz_f = dc * f * slope_f; dz_i = dc * i * slope_i",
        "dz_f = dc * f * slope_f",
        "dz_i = dc * i * slope_i",
        "dz_c = dc * c_tilde * slope_c",
    ),
    mistake(
        "memory and candidate swapped",
        "You swapped the old memory and the candidate. f is multiplied with the memory, and i with "
        "the candidate.",
        "dz_f = dc * c_tilde * slope_f; dz_i = dc * c_prev * slope_i",
        "dz_f = dc * c_tilde * slope_f",
        "dz_i = dc * c_prev * slope_i",
    ),
    mistake(
        "f and i swapped",
        "You swapped the two gates. The old memory reaches C through f, and the candidate through "
        "i.",
        "dc_prev = dc * i; dz_c = dc * f * slope_c",
        "dc_prev = dc * i",
        "dz_c = dc * f * slope_c",
    ),
    mistake(
        "i and candidate swapped",
        "You swapped i and the candidate. i acts on C as much as the candidate is large, and the "
        "candidate as much as i is.",
        "dz_i = dc * i * slope_i; dz_c = dc * c_tilde * slope_c",
        "dz_i = dc * i * slope_c; dz_c = dc * c_tilde * slope_i",
        "dz_i = dc * c_tilde * slope_c; dz_c = dc * i * slope_i",
    ),
    mistake(
        "a factor missing",
        "In one of the gradients a factor is missing. Each is dc, times what the number is "
        "multiplied with in the equation, times the slope of its own curve.",
        "dz_f = dc * slope_f; dz_i = dc * slope_i; dz_c = dc * slope_c",
        "dz_f = dc * slope_f; dz_i = dc * slope_i",
        "dz_f = dc * slope_f",
        "dz_i = dc * slope_i",
        "dz_c = dc * slope_c",
    ),
    mistake(
        "a factor too many",
        "One of the gradients has a factor too many. Each is dc, times what the number is "
        "multiplied with in the equation, times the slope of its own curve.",
        "dz_f = dc * c_prev * slope_f * f; dz_i = dc * c_tilde * slope_i * i",
        "dz_f = dc * c_prev * slope_f * f",
        "dz_i = dc * c_tilde * slope_i * i",
        "dz_c = dc * i * slope_c * c_tilde",
        "dz_c = dc * i * slope_c * slope_i",
    ),
    mistake(
        "forget gate missing",
        "You passed dc on as it is. Along the memory line every moment multiplies by its forget "
        "gate, backward as well as forward.",
        "dc_prev = dc",
    ),
    mistake(
        "dc times the old memory",
        "You multiplied dc with the old memory. How much C moves with C_prev is what C_prev is "
        "multiplied with: f.",
        "dc_prev = dc * c_prev",
        "dc_prev = dc * f * c_prev",
    ),
    mistake(
        "slope in the memory line",
        "You took the slope of σ into the memory line. C_prev is multiplied with f, and goes "
        "through no curve.",
        "dc_prev = dc * slope_f",
        "dc_prev = dc * f * slope_f",
    ),
    mistake(
        "1 - f in the memory line",
        "You passed 1 − f on. Along the memory line every moment multiplies by f.",
        "dc_prev = dc * (1 - f)",
    ),
    mistake(
        "divided by the forget gate",
        "You divided by f. Backward as well as forward the memory line multiplies by it.",
        "dc_prev = dc / f",
    ),
    mistake(
        "dc missing",
        "The factor dc is missing. It says what a nudge of C does later; each of the four "
        "gradients is that, times what a nudge does to C.",
        "dc = np.ones_like(dc)",
        "dc_prev = f",
        "dz_f = c_prev * slope_f",
        "dz_i = c_tilde * slope_i",
        "dz_c = i * slope_c",
        "dz_f = c_prev * slope_f; dz_i = c_tilde * slope_i; dz_c = i * slope_c",
    ),
    mistake(
        "dc twice",
        "There is one dc too many: it is a factor once in each of the four gradients.",
        "dc = dc * dc",
        "dc_prev = dc * dc * f",
        "dz_f = dc * dc_prev * c_prev * slope_f",
    ),
    mistake(
        "the memory line's gradient for dc",
        "You went on from dc_prev. The three z act on the new memory: start from dc each time.",
        "dz_f = dc_prev * c_prev * slope_f; dz_i = dc_prev * c_tilde * slope_i; "
        "dz_c = dc_prev * i * slope_c",
    ),
    mistake(
        "added along the path",
        "You added the factors of a path. Along one path they are multiplied; only different paths "
        "are added.",
        "dc_prev = dc + f; dz_f = dc + c_prev + slope_f; dz_i = dc + c_tilde + slope_i; "
        "dz_c = dc + i + slope_c",
        "dc_prev = dc + f",
    ),
    mistake(
        "minus dc",
        "Gradients of yours have the other sign. The minus belongs to the step of descent, not to "
        "the gradient.",
        "dc = -dc",
        "dc_prev = -dc * f",
        "dz_f = -dc * c_prev * slope_f",
        "dz_i = -dc * c_tilde * slope_i",
        "dz_c = -dc * i * slope_c",
        "dz_f = -dc * c_prev * slope_f; dz_i = -dc * c_tilde * slope_i",
    ),
    mistake(
        "summed over the units",
        "You summed over all units, as @ and .sum() do. Each unit has its own line of memory: "
        "multiply number by number.",
        "dc_prev = np.full(len(dc), dc @ f)",
        "dc = np.full(len(dc), dc.sum())",
    ),
    mistake(
        "the forward equation",
        "You computed the new memory, or a part of it. Asked for is how much the loss moves with "
        "each of the four numbers.",
        "dc_prev = f * c_prev + i * c_tilde",
        "dc_prev = f * c_prev",
    ),
)
_ROWS = ("dc_prev", "dz_f", "dz_i", "dz_c")
_BACKWARD = (
    *_SLOPES,
    *_FACTORS,
    mistake(
        "in another order",
        "These are the four gradients in another order. Return those of the old memory, of f, of i "
        "and of the candidate, in this order.",
        *(f"result = [{', '.join(order)}]" for order in permutations(_ROWS) if order != _ROWS),
    ),
    *(
        mistake(f"{row} is 0", f"Your {row} is 0 everywhere.", f"{row} = 0 * dc") for row in _ROWS
    ),
)


def _draw_backward(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    f, i = shares(rng, 2, H)
    return numbers(rng, H), numbers(rng, H), f, i, numbers(rng, H).clip(-0.9, 0.9)


# ---- one step of gradient descent --------------------------------------------------------------


def _only(letters: str, others: str = "0") -> str:
    """Write the change when these layers alone are moved; the `others` by another factor."""
    factors = ", ".join("1" if letter in letters else others for letter in GATES)
    return f"change = rates * G * np.array([{factors}])[:, None, None]"


def _listed(letters: str) -> str:
    names = [GATES[letter] for letter in letters]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


_SOME = ["".join(k) for n in (1, 2, 3) for k in combinations(GATES, n)]
_DESCENT = (
    mistake(
        "plus instead of minus",
        "You went uphill. The gradient points to where the loss grows, so a step of descent "
        "subtracts it.",
        "moved = P + change",
        *(_only("".join(k for k in GATES if k not in some), "-1") for some in _SOME),
        "change = rates * G * np.where(B, -1, 1)",
        "change = rates * G * np.where(B, 1, -1)",
    ),
    mistake(
        "rate missing",
        "The rate is missing. The gradient says which way; the rate says how far.",
        "rates = 1",
        "rates = np.where(B, 1, rate)",
        "rates = np.where(B, rate, 1)",
    ),
    mistake(
        "divided by the rate",
        "You divided by the rate. A small rate is a small step: multiply.",
        "rates = 1 / rate",
        "rates = np.where(B, 1 / rate, rate)",
    ),
    mistake(
        "rate squared",
        "You multiplied with the rate twice.",
        "rates = rate**2",
        "rates = np.where(B, rate**2, rate)",
        "rates = np.where(B, rate, rate**2)",
    ),
    mistake(
        "1 - rate for the rate",
        "You multiplied with 1 minus the rate. The step is the rate times the gradient.",
        "rates = 1 - rate",
    ),
    mistake(
        "rate on the weights",
        "You multiplied the weights with the rate. The rate is a factor of the gradient alone.",
        "change = G; moved = rate * P - change",
        "change = G; moved = rate * (P - change)",
        "moved = (1 - rate) * P - change",
        "change = rate * P; moved = P - change",
        "change = rate * P; moved = G - change",
    ),
    mistake(
        "gradient multiplied with the weights",
        "You multiplied the gradient with the weights. The step is the rate times the gradient.",
        "change = rates * G * P",
    ),
    mistake(
        "only the change",
        "You returned the change alone. The new weights are the old ones minus this change.",
        "moved = -change",
        "moved = change",
    ),
    mistake(
        "gradient minus weights",
        "You subtracted the weights from the step. It is the other way round.",
        "moved = change - P",
    ),
    mistake(
        "nothing changed",
        "You returned the weights as they came. Subtract the rate times the gradient.",
        "moved = P",
    ),
    mistake(
        "the gradient returned",
        "You returned the gradient. The new weights are the old ones minus the rate times it.",
        "moved = G",
    ),
    mistake(
        "biases left as they were",
        "Your biases have not moved. They are learned like the weights, with their own gradient.",
        "change = rates * G * np.where(B, 0, 1)",
    ),
    mistake(
        "biases lost",
        "Your new biases are not made from the old ones. They take the same step as the weights.",
        "moved = np.where(B, 0, P - change)",
        "moved = np.where(B, change, P - change)",
        "moved = np.where(B, -change, P - change)",
        "moved = np.where(B, G, P - change)",
    ),
    mistake(
        "weights left as they were",
        "Only your biases have moved. The weights are learned too, with their own gradient.",
        "change = rates * G * np.where(B, 1, 0)",
    ),
    mistake(
        "one part of W left as it was",
        "A part of W has not moved: the columns of h, or those of x. All of W is learned.",
        "change = rates * G * np.where(np.arange(G.shape[2]) < G.shape[1], 0, 1)",
        "change = rates * G * np.where((np.arange(G.shape[2]) < G.shape[1]) | B, 1, 0)",
    ),
    mistake(
        "only the direction of the gradient",
        "You used only the sign or the size of each number of the gradient. The step is the rate "
        "times the gradient itself.",
        "change = rates * np.sign(G)",
        "change = rates * abs(G)",
        "change = rates * G**2",
        "change = rates * G / np.sqrt((G**2).sum())",
        "change = rates * np.clip(G, -1, 1)",
    ),
    mistake(
        "another size of the step",
        "Your step has a factor besides the rate: it is the rate times the gradient.",
        "change = 2 * rates * G",
        "change = rates * G / 2",
        "change = rates * G / 4",
    ),
    mistake(
        "mean of the gradient",
        "You used the mean or the sum of the gradient. Each weight has a gradient of its own.",
        "change = rates * G.mean()",
        "change = rates * G.sum()",
        "change = rates * np.where(B, G[..., -1:], G[..., :-1].mean(axis=(1, 2), keepdims=True))",
    ),
    *(
        mistake(
            "only one layer moved" if len(some) == 1 else "some layers left as they were",
            f"Only the weights of {_listed(some)} have moved. All four layers take the step.",
            _only(some),
        )
        for some in _SOME
    ),
    mistake(
        "one gradient for all layers",
        "You used the gradient of one layer for all four. Each has its own.",
        *(f"change = rates * G[[{k}]] * np.ones((4, 1, 1))" for k in range(4)),
    ),
    *(
        mistake(
            f"gradients of {_listed(a + b)} swapped",
            f"You moved {GATES[a]} by the gradient of {GATES[b]}, or the other way round. Each "
            "layer has its own.",
            f"G = G[{order}]",
            f"G = G[{[order[k] if k == at else k for k in range(4)]}]",
            f"G = G[{[order[k] if k == to else k for k in range(4)]}]",
        )
        for (at, a), (to, b) in combinations(enumerate(GATES), 2)
        for order in [[to if k == at else at if k == to else k for k in range(4)]]
    ),
    *(
        mistake(
            f"{_listed(a + b)} in each other's place",
            f"You put {GATES[a]} where {GATES[b]} belongs, or the other way round. Parameters takes "
            "forget, input, candidate, output.",
            f"result = moved[{order}]",
            f"result = moved[{[order[k] if k == at else k for k in range(4)]}]",
            f"result = moved[{[order[k] if k == to else k for k in range(4)]}]",
        )
        for (at, a), (to, b) in combinations(enumerate(GATES), 2)
        for order in [[to if k == at else at if k == to else k for k in range(4)]]
    ),
)


def _draw_descent(seed: int, H: int, D: int, T: int) -> Given:
    rate = float(stream(seed).choice([0.1, 0.2, 0.3, 0.4]))
    return Parameters.random(D, H, seed=seed), Parameters.random(D, H, seed=seed + 1), rate


# ---- clipping by norm --------------------------------------------------------------------------

_CLIP_LINES = """
    squares = gradient**2
    norm = np.sqrt(squares.sum())
    scale = max_norm / norm
    shorter = gradient * scale
    result = shorter if norm > max_norm else gradient
"""
_CLIP = (
    mistake(
        "clipped by value",
        "You cut each number off by itself: that is clipping by value, and it turns the gradient. "
        "Clipping by norm shortens all of it by one factor.",
        "result = np.clip(gradient, -max_norm, max_norm)",
        "result = np.minimum(gradient, max_norm)",
        "result = np.where(abs(gradient) > max_norm, shorter, gradient)",
    ),
    mistake(
        "always scaled",
        "You make a short gradient longer. Only one that is longer than max_norm is changed.",
        "result = shorter",
    ),
    mistake(
        "the other way round",
        "You change the gradient when it is short, and leave it when it is too long.",
        "result = gradient if norm > max_norm else shorter",
        "result = gradient * max(1, scale)",
    ),
    mistake(
        "nothing clipped",
        "You returned the gradient as it came. When it is longer than max_norm it is shortened.",
        "result = gradient",
    ),
    mistake(
        "root missing in the norm",
        "The root is missing: the norm is the root of the sum of the squares.",
        "norm = squares.sum()",
    ),
    mistake(
        "squares missing in the norm",
        "The norm is the root of the sum of the squares; you added the numbers or their sizes.",
        "norm = abs(gradient).sum()",
        "norm = gradient.sum()",
        "norm = abs(gradient.sum())",
        "norm = np.sqrt(abs(gradient).sum())",
        "norm = np.sqrt(abs(gradient.sum()))",
    ),
    mistake(
        "largest number for the norm",
        "You took the largest number for the norm. The norm is the root of the sum of the squares.",
        "norm = abs(gradient).max()",
        "norm = gradient.max()",
    ),
    mistake(
        "mean instead of sum in the norm",
        "You took the mean of the squares. The norm is the root of their sum.",
        "norm = np.sqrt(squares.mean())",
        "norm = gradient.std()",
        "norm = squares.mean()",
    ),
    mistake(
        "made as long as 1",
        "You gave it the length 1. It gets the length max_norm.",
        "scale = 1 / norm",
    ),
    mistake(
        "scale turned around",
        "Your factor is turned around: the shorter it must be, the smaller the factor. It is "
        "max_norm divided by the norm.",
        "scale = norm / max_norm",
    ),
    mistake(
        "only one of max_norm and norm in the scale",
        "You multiplied or divided by max_norm alone. The factor is max_norm divided by the norm.",
        "scale = max_norm",
        "scale = 1 / max_norm",
        "scale = norm",
    ),
    mistake(
        "something subtracted",
        "You subtracted something. Clipping by norm multiplies the whole gradient by one factor.",
        "shorter = gradient - max_norm",
        "scale = max_norm - norm",
        "scale = norm - max_norm",
        "shorter = gradient - (norm - max_norm)",
    ),
    mistake(
        "factor squared",
        "You multiplied with the factor twice, or took its root. It is max_norm divided by the "
        "norm.",
        "scale = (max_norm / norm) ** 2",
        "scale = np.sqrt(max_norm / norm)",
        "scale = max_norm / norm**2",
    ),
    mistake(
        "direction lost",
        "Your result has another direction than the gradient. All its numbers are multiplied by "
        "one factor above 0.",
        "shorter = 0 * gradient",
        "shorter = np.sign(gradient) * max_norm",
        "shorter = 0 * gradient + max_norm",
        "shorter = abs(gradient) * scale",
        "shorter = -gradient * scale",
    ),
    mistake(
        "a single number returned",
        "You returned one number. Asked for is the whole gradient, shortened.",
        "result = norm",
        "result = scale",
        "result = min(1, scale)",
        "result = min(norm, max_norm)",
    ),
)


def _draw_clip(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    gradient, longer = numbers(rng, H + D + 2), T in (3, 5)  # is it longer than it may be?
    share = float(rng.choice([0.3, 0.4, 0.6]) if longer else rng.choice([1.2, 1.5, 2.5]))
    return gradient, float(np.round(share * np.linalg.norm(gradient), 1))


def _unpack_descent(parameters: Parameters, grads: Parameters, rate: float) -> dict[str, object]:
    """P and G are tables; B says where their biases stand."""
    P: Array = table(parameters)
    return {"P": P, "G": table(grads), "rate": rate, "B": np.arange(P.shape[2]) == P.shape[2] - 1}


LEARNING_EXERCISES = {
    "update_cell_backward": Exercise(
        "way back through the new memory",
        ("dc", "c_prev", "f", "i", "c_tilde"),
        _ROWS,
        _BACKWARD_LINES,
        _draw_backward,
        _BACKWARD,
    ),
    "gradient_step": Exercise(
        "step of gradient descent",
        ("parameters", "grads", "rate"),
        tuple(GATES.values()),
        "rates = rate; change = rates * G; moved = P - change; result = moved",
        _draw_descent,
        _DESCENT,
        allowed=frozenset({"to_vector", "from_vector"}),
        sizes=("unit", "input"),
        unpack=_unpack_descent,
        read=as_table,
        form="Parameters, made of four Gates",
    ),
    "clip_by_norm": Exercise(
        "clipping by norm",
        ("gradient", "max_norm"),
        ("clipped",),
        _CLIP_LINES,
        _draw_clip,
        _CLIP,
        sizes=(),
    ),
}

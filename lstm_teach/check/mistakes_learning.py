"""What students get wrong going backward: the gradients of the memory line, a step of descent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.cell import sigmoid
from lstm_teach.check.exercise import Exercise, Given, Mistake, as_table, numbers, stream, table
from lstm_teach.parameters import GATES, Parameters

# ---- C = f * C_prev + i * C_tilde, backward ----------------------------------------------------


def _backward(dc: Array, c_prev: Array, f: Array, i: Array, c_tilde: Array) -> Array:
    """What a nudge of C_prev, z_f, z_i and z_c does to the loss, when a nudge of C does dc."""
    dc_prev = dc * f
    dz_f = dc * c_prev * f * (1 - f)
    dz_i = dc * c_tilde * i * (1 - i)
    dz_c = dc * i * (1 - c_tilde**2)
    return np.array([dc_prev, dz_f, dz_i, dz_c])


def _but(**rows: Callable[..., Array]) -> Callable[..., Array]:
    """The right gradients, but for these."""
    names = ("dc_prev", "dz_f", "dz_i", "dz_c")

    def formula(*given: Array) -> Array:
        right = _backward(*given)
        return np.array([rows[n](*given) if n in rows else right[k] for k, n in enumerate(names)])

    return formula


_SIGMOID = (
    "The derivative of σ is missing. The gate is σ(z), and a nudge of z reaches it only times "
    "σ'(z) = σ(z) (1 − σ(z)), so you need both the gate and 1 minus the gate."
)
_TANH = (
    "The derivative of tanh is missing. The candidate is tanh(z), and a nudge of z reaches it only "
    "times 1 − tanh(z)²."
)
_GATE = (
    "You took the gate itself for the derivative of σ. That is the gate times 1 minus the gate: "
    "near 0 where the curve is flat, at both ends."
)
_TWICE = (
    "You squashed once more. f, i and the candidate come out of σ and tanh already, and their "
    "derivatives can be had from them: f (1 − f), and 1 − C̃²."
)
_BACKWARD = (
    Mistake(
        "no derivative of sigma and tanh",
        "You stopped at the gates and the candidate. What is asked are the gradients of their z: "
        "go through σ and tanh too, each with its derivative.",
        _but(
            dz_f=lambda dc, c, f, i, g: dc * c,
            dz_i=lambda dc, c, f, i, g: dc * g,
            dz_c=lambda dc, c, f, i, g: dc * i,
        ),
    ),
    Mistake(
        "sigma' missing",
        _SIGMOID,
        _but(dz_f=lambda dc, c, f, i, g: dc * c, dz_i=lambda dc, c, f, i, g: dc * g),
    ),
    Mistake("sigma' missing", _SIGMOID, _but(dz_f=lambda dc, c, f, i, g: dc * c)),
    Mistake("sigma' missing", _SIGMOID, _but(dz_i=lambda dc, c, f, i, g: dc * g)),
    Mistake("tanh' missing", _TANH, _but(dz_c=lambda dc, c, f, i, g: dc * i)),
    Mistake(
        "the gate for its derivative",
        _GATE,
        _but(dz_f=lambda dc, c, f, i, g: dc * c * f, dz_i=lambda dc, c, f, i, g: dc * g * i),
    ),
    Mistake("the gate for its derivative", _GATE, _but(dz_f=lambda dc, c, f, i, g: dc * c * f)),
    Mistake("the gate for its derivative", _GATE, _but(dz_i=lambda dc, c, f, i, g: dc * g * i)),
    Mistake(
        "squashed once more",
        _TWICE,
        _but(
            dz_f=lambda dc, c, f, i, g: dc * c * sigmoid(f) * (1 - sigmoid(f)),
            dz_i=lambda dc, c, f, i, g: dc * g * sigmoid(i) * (1 - sigmoid(i)),
            dz_c=lambda dc, c, f, i, g: dc * i * (1 - np.tanh(g) ** 2),
        ),
    ),
    Mistake(
        "squashed once more",
        _TWICE,
        _but(dz_c=lambda dc, c, f, i, g: dc * i * (1 - np.tanh(g) ** 2)),
    ),
    Mistake(
        "sigma' for the candidate",
        "The candidate comes out of tanh, not out of σ: its derivative is 1 − C̃².",
        _but(dz_c=lambda dc, c, f, i, g: dc * i * g * (1 - g)),
    ),
    Mistake(
        "square missing",
        "The derivative of tanh is 1 minus the square of the candidate.",
        _but(dz_c=lambda dc, c, f, i, g: dc * i * (1 - g)),
    ),
    Mistake(
        "tanh' for the gates",
        "The gates come out of σ, not out of tanh: their derivative is f (1 − f).",
        _but(
            dz_f=lambda dc, c, f, i, g: dc * c * (1 - f**2),
            dz_i=lambda dc, c, f, i, g: dc * g * (1 - i**2),
        ),
    ),
    Mistake(
        "each times itself",
        "You multiplied each gate's gradient with the gate. What f does to C is as large as what "
        "it is multiplied with: the old memory. For i it is the candidate.",
        _but(
            dz_f=lambda dc, c, f, i, g: dc * f * f * (1 - f),
            dz_i=lambda dc, c, f, i, g: dc * i * i * (1 - i),
        ),
    ),
    Mistake(
        "memory and candidate swapped",
        "You swapped the old memory and the candidate. f is multiplied with the memory, and i with "
        "the candidate.",
        _but(
            dz_f=lambda dc, c, f, i, g: dc * g * f * (1 - f),
            dz_i=lambda dc, c, f, i, g: dc * c * i * (1 - i),
        ),
    ),
    Mistake(
        "f and i swapped",
        "You swapped the two gates. The old memory reaches C through f, and the candidate through "
        "i.",
        _but(
            dc_prev=lambda dc, c, f, i, g: dc * i,
            dz_c=lambda dc, c, f, i, g: dc * f * (1 - g**2),
        ),
    ),
    Mistake(
        "forget gate missing",
        "You passed dc on as it is. Along the memory line every moment multiplies by its forget "
        "gate, backward as well as forward.",
        _but(dc_prev=lambda dc, c, f, i, g: dc),
    ),
    Mistake(
        "dc missing",
        "The factor dc is missing. It says what a nudge of C does later; each of the four "
        "gradients is that, times what a nudge does to C.",
        lambda dc, c, f, i, g: _backward(np.ones_like(dc), c, f, i, g),
    ),
    Mistake(
        "added along the path",
        "You added the factors of a path. Along one path they are multiplied; only different paths "
        "are added.",
        lambda dc, c, f, i, g: np.array(
            [dc + f, dc + c + f * (1 - f), dc + g + i * (1 - i), dc + i + (1 - g**2)]
        ),
    ),
    Mistake(
        "minus dc",
        "All your gradients have the other sign. The minus belongs to the step of descent, not to "
        "the gradient.",
        lambda *given: -_backward(*given),
    ),
    Mistake(
        "summed over the units",
        "You summed over all units, as @ and .sum() do. Each unit has its own line of memory: "
        "multiply number by number.",
        _but(dc_prev=lambda dc, c, f, i, g: np.full(len(dc), dc @ f)),
    ),
)


def _draw_backward(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    f, i = rng.choice([0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9], (2, H))
    return numbers(rng, H), numbers(rng, H), f, i, numbers(rng, H).clip(-0.9, 0.9)


# ---- one step of gradient descent --------------------------------------------------------------


def _moved(
    part_of_W: float, part_of_b: float, only: str | None = None
) -> Callable[[Parameters, Parameters, float], Array]:
    """The step of descent, with another factor; `only` for one of the four layers."""

    def formula(parameters: Parameters, grads: Parameters, rate: float) -> Array:
        p, g = table(parameters), table(grads)
        by = rate * np.array([*(part_of_W,) * (p.shape[-1] - 1), part_of_b])
        moved = np.array([only in (None, name) for name in GATES.values()])
        return p - by * g * moved[:, None, None]

    return formula


_DESCENT = (
    Mistake(
        "plus instead of minus",
        "You went uphill. The gradient points to where the loss grows, so a step of descent "
        "subtracts it.",
        _moved(-1, -1),
    ),
    Mistake(
        "rate missing",
        "The rate is missing. The gradient says which way; the rate says how far.",
        lambda p, g, rate: table(p) - table(g),
    ),
    Mistake(
        "divided by the rate",
        "You divided by the rate. A small rate is a small step: multiply.",
        lambda p, g, rate: table(p) - table(g) / rate,
    ),
    Mistake(
        "only the change",
        "You returned the change alone. The new weights are the old ones and this change.",
        lambda p, g, rate: -rate * table(g),
    ),
    Mistake(
        "only the change",
        "You returned the change alone. The new weights are the old ones minus this change.",
        lambda p, g, rate: rate * table(g),
    ),
    Mistake(
        "nothing changed",
        "You returned the weights as they came. Subtract the rate times the gradient.",
        lambda p, g, rate: table(p),
    ),
    Mistake(
        "biases left as they were",
        "Your biases have not moved. They are learned like the weights, with their own gradient.",
        _moved(1, 0),
    ),
    Mistake(
        "weights left as they were",
        "Only your biases have moved. The weights are learned too, with their own gradient.",
        _moved(0, 1),
    ),
    *(
        Mistake(
            "only one layer moved",
            f"Only the weights of {name} have moved. All four layers take the step.",
            _moved(1, 1, only=name),
        )
        for name in GATES.values()
    ),
)


def _draw_descent(seed: int, H: int, D: int, T: int) -> Given:
    rate = float(stream(seed).choice([0.1, 0.2, 0.3, 0.4]))
    return Parameters.random(D, H, seed=seed), Parameters.random(D, H, seed=seed + 1), rate


LEARNING_EXERCISES = {
    "update_cell_backward": Exercise(
        "way back through the new memory",
        ("dc", "c_prev", "f", "i", "c_tilde"),
        ("dc_prev", "dz_f", "dz_i", "dz_c"),
        _backward,
        _draw_backward,
        _BACKWARD,
    ),
    "gradient_step": Exercise(
        "step of gradient descent",
        ("parameters", "grads", "rate"),
        tuple(GATES.values()),
        _moved(1, 1),
        _draw_descent,
        _DESCENT,
        read=as_table,
        form="Parameters, made of four Gates",
    ),
}

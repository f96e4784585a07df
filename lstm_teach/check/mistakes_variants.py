"""What students get wrong in other cells: the plain RNN, and the GRU."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.cell import sigmoid
from lstm_teach.check.exercise import Exercise, Given, Mistake, numbers, stream
from lstm_teach.check.mistakes_gates import Words, draw_gate, join, layer_mistakes
from lstm_teach.parameters import Gate, Parameters
from lstm_teach.variants import (
    GRUParameters,
    GRUStep,
    gru_step,
    gru_unroll,
    rnn_step,
    rnn_unroll,
)

# ---- the plain RNN -----------------------------------------------------------------------------

_RNN = (
    Mistake(
        "h left out",
        "You left out h. The last columns of W weigh x; the first weigh what the cell showed "
        "before, and that is all the memory it has.",
        lambda h, x, W, b: np.tanh(W[:, len(h) :] @ x + b),
    ),
    Mistake(
        "h kept as it was",
        "You added the old h to the new one. A plain RNN keeps nothing by itself: h goes through W "
        "and tanh like everything else.",
        lambda h, x, W, b: h + np.tanh(W @ join(h, x) + b),
    ),
    *layer_mistakes(Words("layer", "h"), np.tanh, sigmoid),
)

# ---- the GRU -----------------------------------------------------------------------------------


def _before(r: Array, h: Array, x: Array, gate: Gate) -> Array:
    """Sum up for the candidate: the reset gate works on h, before the product."""
    return gate.W @ join(r * h, x) + gate.b


def _gru(
    p: GRUParameters,
    x: Array,
    h: Array,
    *,
    mix: Callable[..., Array] = lambda z, h, h_tilde: (1 - z) * h + z * h_tilde,
    reads: Callable[..., Array] = _before,
    squash: Callable[[Array], Array] = np.tanh,
) -> Array:
    """One step with changed parts: the right GRU, unless one is given."""
    z, r = (sigmoid(gate.W @ join(h, x) + gate.b) for gate in (p.update, p.reset))
    return mix(z, h, squash(reads(r, h, x, p.candidate)))


def _lent(**loans: str) -> Callable[..., Array]:
    """A GRU in which some layers have got the weights of others."""

    def formula(p: GRUParameters, x: Array, h: Array) -> Array:
        return _gru(replace(p, **{to: getattr(p, of) for to, of in loans.items()}), x, h)

    return formula


def _each(change: Callable[[Gate], Gate]) -> Callable[..., Array]:
    """A GRU all of whose layers are changed in the same way."""

    def formula(p: GRUParameters, x: Array, h: Array) -> Array:
        return _gru(GRUParameters(change(p.update), change(p.reset), change(p.candidate)), x, h)

    return formula


_GRU = (
    Mistake(
        "z turned round",
        "You turned z round. Here z says how much of the new comes in: (1 − z) of the old, z of "
        "the candidate. PyTorch, Keras and ONNX have it the other way.",
        partial(_gru, mix=lambda z, h, h_tilde: z * h + (1 - z) * h_tilde),
    ),
    Mistake(
        "r and z swapped",
        "You swapped the weights of the two gates. The update gate mixes old and new, and the "
        "reset gate decides what the candidate sees of the old.",
        _lent(update="reset", reset="update"),
    ),
    Mistake(
        "h_tilde without r",
        "Your candidate reads h as it is. The reset gate comes first: the candidate reads [r * h, "
        "x].",
        partial(_gru, reads=lambda r, h, x, gate: gate.W @ join(h, x) + gate.b),
    ),
    Mistake(
        "reset after the product",
        "You let the reset gate work on what the product gave. That is PyTorch's GRU, another "
        "cell; here r works on h before it goes through W.",
        partial(
            _gru,
            reads=lambda r, h, x, gate: (
                gate.W[:, len(h) :] @ x + gate.b + r * (gate.W[:, : len(h)] @ h)
            ),
        ),
    ),
    Mistake(
        "reset on the whole sum",
        "You let the reset gate work on the whole sum. It decides only what the candidate sees of "
        "h, before the product; x is not reset.",
        partial(_gru, reads=lambda r, h, x, gate: r * (gate.W @ join(h, x) + gate.b)),
    ),
    Mistake(
        "reset on the candidate",
        "You multiplied the candidate with the reset gate. r works on h before the candidate reads "
        "it: [r * h, x].",
        lambda p, x, h: _gru(
            p,
            x,
            h,
            mix=lambda z, h, h_tilde: (
                (1 - z) * h + z * h_tilde * sigmoid(p.reset.W @ join(h, x) + p.reset.b)
            ),
            reads=lambda r, h, x, gate: gate.W @ join(h, x) + gate.b,
        ),
    ),
    Mistake(
        "1 - r instead of r",
        "You turned r round. 1 shows the candidate all of h, 0 nothing.",
        partial(_gru, reads=lambda r, *rest: _before(1 - r, *rest)),
    ),
    Mistake(
        "minus instead of plus",
        "You subtracted what comes in. Old and new are added, each with its share.",
        partial(_gru, mix=lambda z, h, h_tilde: (1 - z) * h - z * h_tilde),
    ),
    Mistake(
        "all of the old kept",
        "You kept the whole of the old h. What comes in, z, makes room first: (1 − z) of h stays.",
        partial(_gru, mix=lambda z, h, h_tilde: h + z * h_tilde),
    ),
    Mistake(
        "all of the new written",
        "You let in the whole candidate. z says how much of it comes in.",
        partial(_gru, mix=lambda z, h, h_tilde: (1 - z) * h + h_tilde),
    ),
    Mistake(
        "h_tilde returned",
        "You returned the candidate. The new h is a mixture of the old one and the candidate.",
        partial(_gru, mix=lambda z, h, h_tilde: h_tilde),
    ),
    Mistake(
        "old h returned",
        "You returned the hidden state that came in. The new one is a mixture of it and the "
        "candidate.",
        partial(_gru, mix=lambda z, h, h_tilde: h),
    ),
    Mistake(
        "tanh around the mixture",
        "You put tanh around the new h. Both that it is mixed of lie between −1 and 1 already.",
        partial(_gru, mix=lambda z, h, h_tilde: np.tanh((1 - z) * h + z * h_tilde)),
    ),
    Mistake(
        "sigmoid instead of tanh",
        "You squashed the candidate with sigmoid, so nothing below 0 can be written. Its range is "
        "−1 to 1.",
        partial(_gru, squash=sigmoid),
    ),
    Mistake(
        "joined as [x, h]",
        "Your layers read x first and then h. The hidden state comes first here: the first columns "
        "of every W belong to h.",
        _each(lambda gate: Gate(np.roll(gate.W, -gate.input_size, axis=1), gate.b)),
    ),
    Mistake(
        "bias missing",
        "The biases are missing. Each layer adds its own b to its sum, before it is squashed.",
        _each(lambda gate: Gate(gate.W, 0 * gate.b)),
    ),
    *(
        Mistake(
            f"{to} with the weights of {of}",
            f"You computed the layer {to} with the weights of {of}. Each has its own.",
            _lent(**{to: of}),
        )
        for to, of in (
            ("update", "reset"),
            ("reset", "update"),
            ("candidate", "update"),
            ("candidate", "reset"),
        )
    ),
)


def _draw_gru(seed: int, H: int, D: int, T: int) -> Given:
    rng, p = stream(seed), Parameters.random(D, H, seed=seed)
    x, h_prev = numbers(rng, D), numbers(rng, H).clip(-0.9, 0.9)
    return GRUParameters(p.forget, p.input, p.candidate), x, h_prev


VARIANT_EXERCISES = {
    "rnn_step": Exercise(
        "plain RNN",
        ("h_prev", "x", "W", "b"),
        ("h",),
        rnn_step,
        draw_gate,
        _RNN,
        ours=(rnn_unroll, rnn_step),
    ),
    "gru_step": Exercise(
        "GRU",
        ("parameters", "x", "h_prev"),
        ("h",),
        lambda *given: gru_step(*given).h,
        _draw_gru,
        _GRU,
        ours=(gru_unroll, gru_step),
        read=lambda result: result.h if isinstance(result, GRUStep) else result,
    ),
}

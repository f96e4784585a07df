"""Exercises: your function, tried on random numbers; what comes back is a `Verdict`.

Each takes the student's function. The random numbers are fresh every time, unless a generator is
passed.
"""

from __future__ import annotations

import numpy as np

from lstm_teach.check.examine import examine
from lstm_teach.check.exercise import Function
from lstm_teach.check.verdict import Verdict


def forget_gate(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(h_prev, x, W, b) -> f`."""
    return examine("forget_gate", function, rng)


def input_gate(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(h_prev, x, W, b) -> i`."""
    return examine("input_gate", function, rng)


def candidate(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(h_prev, x, W, b) -> c_tilde`."""
    return examine("candidate", function, rng)


def update_cell(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(c_prev, f, i, c_tilde) -> c`."""
    return examine("update_cell", function, rng)


def output_gate(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(h_prev, x, W, b) -> o`."""
    return examine("output_gate", function, rng)


def hidden_state(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(o, c) -> h`."""
    return examine("hidden_state", function, rng)


def step(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(parameters, x, h_prev, c_prev) -> (h, c)`; or a `Step`."""
    return examine("step", function, rng)


def unroll(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(parameters, xs) -> hs`, `(T, H)`, starting from zeros; or a `Step`."""
    return examine("unroll", function, rng)


def rnn_step(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(h_prev, x, W, b) -> h`, the plain RNN."""
    return examine("rnn_step", function, rng)


def gru_step(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(parameters, x, h_prev) -> h`; or a `GRUStep`. r works before the product."""
    return examine("gru_step", function, rng)


def update_cell_backward(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(dc, c_prev, f, i, c_tilde) -> (dc_prev, dz_f, dz_i, dz_c)`.

    The gradients of a loss, from its gradient `dc` with respect to the new memory: with respect
    to the old memory, and to the pre-activations of f, i and the candidate.
    """
    return examine("update_cell_backward", function, rng)


def gradient_step(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(parameters, grads, rate) -> Parameters`, one step of gradient descent."""
    return examine("gradient_step", function, rng)


def from_torch(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(weight_ih, weight_hh, bias_ih, bias_hh) -> Parameters`.

    Or a dict with `(W, b)` for each of "forget", "input", "candidate" and "output".
    """
    return examine("from_torch", function, rng)


def softmax(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
    """Check `function(scores, temperature) -> p`, `(V,)` both; also for scores in the thousands."""
    return examine("softmax", function, rng)

"""Exercises: your function, tried on random numbers; what comes back is a `Verdict`.

Each takes the student's function. The random numbers are fresh every time, unless a generator is
passed.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from lstm_teach.check.examine import examine
from lstm_teach.check.exercise import Function
from lstm_teach.check.verdict import Verdict


class Check(Protocol):
    """Try a student's function; the random numbers are those of `rng`, or fresh."""

    def __call__(self, function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
        """Say whether the function is right, and what is wrong with it."""


def _check(name: str, what: str) -> Check:
    def check(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
        return examine(name, function, rng)

    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"Check `function{what}"
    return check


forget_gate = _check("forget_gate", "(h_prev, x, W, b) -> f`.")
input_gate = _check("input_gate", "(h_prev, x, W, b) -> i`.")
candidate = _check("candidate", "(h_prev, x, W, b) -> c_tilde`.")
update_cell = _check("update_cell", "(c_prev, f, i, c_tilde) -> c`.")
output_gate = _check("output_gate", "(h_prev, x, W, b) -> o`.")
hidden_state = _check("hidden_state", "(o, c) -> h`.")
output = _check("output", "(h_prev, x, c, W, b) -> h`: the output gate, and what it shows of c.")
step = _check("step", "(parameters, x, h_prev, c_prev) -> (h, c)`; or a `Step`.")
unroll = _check("unroll", "(parameters, xs) -> hs`, `(T, H)`, from zeros; or a `Step`.")
rnn_step = _check("rnn_step", "(h_prev, x, W, b) -> h`, the plain RNN.")
gru_step = _check(
    "gru_step", "(parameters, x, h_prev) -> h`; or a `GRUStep`. r works before the product."
)
gru_step_torch = _check(
    "gru_step_torch",
    "(parameters, x, h_prev) -> h`; or a `GRUStep`. r works on W_h h + recurrent_bias, as "
    "in PyTorch; z says how much of the new comes in, as everywhere here.",
)
update_cell_backward = _check(
    "update_cell_backward",
    "(dc, c_prev, f, i, c_tilde) -> (dc_prev, dz_f, dz_i, dz_c)`: the gradients of a loss with "
    "respect to the old memory and to the z of f, i and the candidate, from that of the new one.",
)
gradient_step = _check(
    "gradient_step", "(parameters, grads, rate) -> Parameters`, one step of gradient descent."
)
clip_by_norm = _check(
    "clip_by_norm", "(gradient, max_norm) -> gradient`, unchanged when it is not too long."
)
from_torch = _check(
    "from_torch",
    "(weight_ih, weight_hh, bias_ih, bias_hh) -> Parameters`; or a dict with `(W, b)` for each of "
    '"forget", "input", "candidate" and "output".',
)
softmax = _check(
    "softmax", "(scores, temperature) -> p`, `(V,)` both; also for scores in the thousands."
)
correlation = _check(
    "correlation", "(values, labels) -> r`, Pearson's; 0 where one of them never changes."
)
last_hidden = _check(
    "last_hidden", "(h, lengths) -> last`: of h `(T, B, H)` each sequence's last valid state."
)
cross_entropy = _check(
    "cross_entropy", "(logits, classes) -> loss`: `(B, K)` and `(B,)`; the mean over the rows."
)

"""Exercises: your function, tried on random numbers; what comes back is a `Verdict`.

Each takes the student's function. The random numbers are fresh every time, unless a generator is
passed.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from lstm_teach.check.examine import examine
from lstm_teach.check.exercise import Function
from lstm_teach.check.mistakes import EXERCISES
from lstm_teach.check.verdict import Verdict

__all__ = list(EXERCISES)


class Check(Protocol):
    """Try a student's function; the random numbers are those of `rng`, or fresh."""

    def __call__(self, function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
        """Say whether the function is right, and what is wrong with it."""


def _check(name: str, more: str = "") -> Check:
    def check(function: Function, *, rng: np.random.Generator | None = None) -> Verdict:
        return examine(name, function, rng)

    exercise = EXERCISES[name]
    given, returned = ", ".join(exercise.arguments), exercise.form or ", ".join(exercise.returns)
    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"Check `function({given})`, which returns {returned}{more}."
    return check


forget_gate = _check("forget_gate")
input_gate = _check("input_gate")
candidate = _check("candidate")
update_cell = _check("update_cell")
output_gate = _check("output_gate")
hidden_state = _check("hidden_state")
output = _check("output", ", what the output gate shows of c")
step = _check("step", "; or a `Step`")
unroll = _check("unroll", ", `(T, H)`, from zeros; or a `Step`")
rnn_step = _check("rnn_step", ", the plain RNN's")
gru_step = _check("gru_step", ", or a `GRUStep`; r works before the product")
gru_step_torch = _check("gru_step_torch", ", or a `GRUStep`; r works after the product, z as ever")
update_cell_backward = _check("update_cell_backward", ", the gradients of a loss")
gradient_step = _check("gradient_step", ", after one step of gradient descent")
clip_by_norm = _check("clip_by_norm", ", the same when it is not too long")
from_torch = _check("from_torch")
softmax = _check("softmax", ", also for scores in the thousands")
correlation = _check("correlation", ", Pearson's; 0 where one of them never changes")
last_hidden = _check("last_hidden", ", of h `(T, B, H)` each sequence's last valid state")
cross_entropy = _check("cross_entropy", ", of `(B, K)` and `(B,)`; the mean over the rows")

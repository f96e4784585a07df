"""Predict, then see; wirings that are judged as they change; exercises that name the mistake."""

from lstm_teach.check.exercises import (
    candidate,
    clip_by_norm,
    correlation,
    cross_entropy,
    forget_gate,
    from_torch,
    gradient_step,
    gru_step,
    gru_step_torch,
    hidden_state,
    input_gate,
    last_hidden,
    output,
    output_gate,
    rnn_step,
    softmax,
    step,
    unroll,
    update_cell,
    update_cell_backward,
)
from lstm_teach.check.number import number
from lstm_teach.check.predictions import Prediction, predict
from lstm_teach.check.setup import Setup, setup
from lstm_teach.check.verdict import Verdict
from lstm_teach.check.wiring import (
    Challenge,
    wire_forget_gate,
    wire_input_gate,
    wire_lamp,
    wire_long_memory,
    wire_output_gate,
    wire_rnn,
)

# fmt: off
__all__ = [
    "Challenge", "Prediction", "Setup", "Verdict", "candidate", "clip_by_norm", "correlation",
    "cross_entropy", "forget_gate", "from_torch", "gradient_step", "gru_step", "gru_step_torch",
    "hidden_state", "input_gate", "last_hidden", "number", "output", "output_gate", "predict",
    "rnn_step", "setup", "softmax", "step", "unroll", "update_cell", "update_cell_backward",
    "wire_forget_gate", "wire_input_gate", "wire_lamp", "wire_long_memory", "wire_output_gate",
    "wire_rnn",
]
# fmt: on

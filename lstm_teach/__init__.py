"""lstm_teach: the mathematics of an LSTM cell, small enough to read and checked against oracles.

`import lstm_teach` brings the equations and nothing heavy. The pictures and the sliders are
modules of their own: `from lstm_teach import explore, check`.
"""

from lstm_teach.cell import (
    candidate,
    forget_gate,
    hidden_state,
    input_gate,
    output_gate,
    sigmoid,
    step,
    update_cell,
)
from lstm_teach.parameters import Gate, Parameters, Step
from lstm_teach.sequence import pin, unroll

__version__ = "0.1.0"

__all__ = ["Gate", "Parameters", "Step", "candidate", "forget_gate", "hidden_state", "input_gate",
           "output_gate", "pin", "sigmoid", "step", "unroll", "update_cell"]  # fmt: skip

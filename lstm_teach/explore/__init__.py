"""The explorers: sliders, the live diagram, the live plot, and what happens in words."""

from lstm_teach.explore.presets import (
    cell_update,
    forget_gate,
    input_gate,
    lamp,
    output_gate,
    sequence,
    step,
)
from lstm_teach.explore.variants import rnn, variant

__all__ = [
    "cell_update",
    "forget_gate",
    "input_gate",
    "lamp",
    "output_gate",
    "rnn",
    "sequence",
    "step",
    "variant",
]

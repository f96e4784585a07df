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
from lstm_teach.explore.text import text

__all__ = [
    "cell_update",
    "forget_gate",
    "input_gate",
    "lamp",
    "output_gate",
    "sequence",
    "step",
    "text",
]

"""The explorers: sliders, the live diagram, the live plot, and what happens in words."""

from lstm_teach.explore.curve import Curve as curve
from lstm_teach.explore.gradients import Gradients as gradients
from lstm_teach.explore.gradients import Nudge as nudge
from lstm_teach.explore.names import NamesExplorer as names
from lstm_teach.explore.presets import cell_update, forget_gate, input_gate, output_gate, step
from lstm_teach.explore.sequence import lamp, sequence
from lstm_teach.explore.text import TextExplorer as text
from lstm_teach.explore.training import TrainingExplorer as training
from lstm_teach.explore.variants import rnn, variant

__all__ = ["cell_update", "curve", "forget_gate", "gradients", "input_gate", "lamp", "names",
           "nudge", "output_gate", "rnn", "sequence", "step", "text", "training",
           "variant"]  # fmt: skip

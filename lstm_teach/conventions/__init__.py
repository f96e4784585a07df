"""The same cell in the spellings of other libraries, one layer at a time or from a file."""

from lstm_teach.conventions.advice import WeightsFileError as WeightsFileError
from lstm_teach.conventions.layers import Layer as Layer
from lstm_teach.conventions.layers import from_torch_module_weights as from_torch_module_weights
from lstm_teach.conventions.layers import load as load
from lstm_teach.conventions.spellings import *  # noqa: F403 - what its __all__ lists

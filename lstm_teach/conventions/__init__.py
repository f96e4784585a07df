"""The same cell in the spellings of other libraries, one layer at a time or from a file."""

from lstm_teach.conventions.advice import WeightsFileError
from lstm_teach.conventions.layers import Layer, from_torch_module_weights, load
from lstm_teach.conventions.spellings import (
    from_keras,
    from_onnx,
    from_rows,
    from_split,
    from_torch,
    gru_from_keras,
    gru_from_onnx,
    gru_from_torch,
    gru_to_keras,
    gru_to_onnx,
    gru_to_torch,
    peepholes_from_onnx,
    peepholes_to_onnx,
    to_keras,
    to_onnx,
    to_rows,
    to_split,
    to_torch,
)

__all__ = [
    "Layer",
    "WeightsFileError",
    "from_keras",
    "from_onnx",
    "from_rows",
    "from_split",
    "from_torch",
    "from_torch_module_weights",
    "gru_from_keras",
    "gru_from_onnx",
    "gru_from_torch",
    "gru_to_keras",
    "gru_to_onnx",
    "gru_to_torch",
    "load",
    "peepholes_from_onnx",
    "peepholes_to_onnx",
    "to_keras",
    "to_onnx",
    "to_rows",
    "to_split",
    "to_torch",
]

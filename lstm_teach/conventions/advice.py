"""What is said of weights that are not read: what they are, and a line of code that reads them.

Each of these lines was run: tests/oracle/try_advice.py, and what it printed beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class WeightsFileError(ValueError):
    """What is wrong with a file, in our words; other errors are those of the library that reads."""


def shown(value: object, most: int = 60) -> str:
    """Text from a file, safe and short enough for a sentence."""
    text = ascii(value)
    return text if len(text) <= most else f"{text[: most - 10]}...{text[-1]}"


class Source(NamedTuple):
    """Where arrays come from, as code: the call that reads some of them, and what opens them."""

    call: str
    opened: str


STATE = Source("conventions.from_torch_module_weights(state", "w = state")
SOURCES = {
    ".npz": Source("conventions.load(path", "w = np.load(path)"),
    ".safetensors": Source("conventions.load(path", "w = safetensors.numpy.load_file(path)"),
}

# ---- files of other kinds ----------------------------------------------------------------------

KERAS = (
    "np.savez('lstm.npz', **{w.path: np.array(w) for w in model.weights}) writes one from a "
    "Keras model (w.name in Keras 2)"
)
TENSORFLOW = (
    "r = tf.train.load_checkpoint(path); np.savez('lstm.npz', **{n: r.get_tensor(n) for n in "
    "r.get_variable_to_shape_map()}) writes one from a TensorFlow checkpoint"
)
PICKLE = (
    "this is a pickle or may hold pickles, which can run any code when they are opened; where you "
    "trust it, open it with its own library and write safetensors.torch.save_file("
    "lstm.state_dict(), 'lstm.safetensors') for PyTorch, or np.savez('lstm.npz', **arrays)"
)
#: How a name ends, and how to come from there to a file that is read.
KINDS = {
    (".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle", ".joblib"): PICKLE,
    (".keras", ".h5", ".hdf5", ".pb"): KERAS,
    (".jit", ".ts", ".torchscript"): "safetensors.torch.save_file(torch.jit.load(path)."
    "state_dict(), 'lstm.safetensors') writes one from TorchScript",
    (".index", ".meta", ".data-00000-of-00001"): TENSORFLOW,
    (".npy",): "it holds one array without a name; np.savez('lstm.npz', weight_ih_l0=..., "
    "weight_hh_l0=..., bias_ih_l0=..., bias_hh_l0=...) writes several with theirs",
    (".data",): "it holds the numbers of the .onnx file beside it; torch.onnx.export(..., "
    "external_data=False) or onnx.save(onnx.load('model.onnx'), 'whole.onnx') writes all in one",
    (".msgpack",): "np.savez('lstm.npz', **flax.traverse_util.flatten_dict(params, sep='/')) "
    "writes one from the parameters of a Flax module",
    (".eqx",): "np.savez('lstm.npz', weight_ih=cell.weight_ih, weight_hh=cell.weight_hh, "
    "bias=cell.bias) writes one from an Equinox LSTMCell",
}


def kind(suffix: str) -> str:
    """What to do with a file whose name ends so."""
    other = "np.savez('lstm.npz', **arrays) writes one from arrays by their names"
    return next((says for ends, says in KINDS.items() if suffix.lower() in ends), other)


# ---- names of other libraries ------------------------------------------------------------------

P = r"(?P<p>(?:.*[./])?)"
ALL = "for g in 'rzn'])"
#: A name, others that are there with it, and what to do; `{gru}` and `{lib}` come from its shape.
NAMES: list[tuple[str, str, str]] = [
    (
        P + r"(?P<f>if_?)(?P<s>[./])kernel",
        "{p}hf{s}bias {p}ii{s}kernel",
        "are Flax's names of an LSTMCell, two matrices a layer: {opened}; conventions.from_split("
        "{{g: (w['{p}' + i + '{s}kernel'].T, w['{p}h' + i[1] + '{s}kernel'].T, "
        "w['{p}h' + i[1] + '{s}bias'], 0 * w['{p}hf{s}bias']) for g, i in zip(('input', 'forget', "
        "'candidate', 'output'), ('ii', '{f}', 'ig', 'io'))}})",
    ),
    (
        P + r"in(?P<s>[./])kernel",
        "{p}hn{s}bias {p}iz{s}kernel",
        "are Flax's names of a GRUCell, so this is a GRU: {opened}; conventions.gru_from_torch(*("
        f"np.concatenate([w['{{p}}' + k + g + '{{s}}kernel'].T {ALL} for k in 'ih'), "
        f"np.concatenate([w['{{p}}i' + g + '{{s}}bias'] {ALL}, "
        "np.append(np.zeros(2 * len(w['{p}hn{s}bias'])), w['{p}hn{s}bias']))",
    ),
    (
        P + r"dense_h(?P<s>[./])kernel",
        "{p}dense_i{s}kernel {p}dense_h{s}bias",
        "are Flax's names of an OptimizedLSTMCell: {opened}; conventions.from_keras("
        "w['{p}dense_i{s}kernel'], w['{p}dense_h{s}kernel'], w['{p}dense_h{s}bias'])",
    ),
    (
        P + r"dense_h(?P<s>[./])kernel",
        "{p}dense_i{s}kernel {p}dense_i{s}bias",
        "are Flax's names of a GRUCell, so this is a GRU: {opened}; conventions.gru_from_torch("
        "w['{p}dense_i{s}kernel'].T, w['{p}dense_h{s}kernel'].T, w['{p}dense_i{s}bias'])",
    ),
    (
        r"(?P<p>.*lstm[^./]*[./](?:linear[^./]*[./])?)(?P<k>kernel|w)(?P<z>(?::0)?)",
        "{p}{b}{z}",
        "are names of TensorFlow 1 or Haiku: rows [x, h], the order i, C, f, o, and a forget "
        "bias of 1 that is not in the file: {opened}; i, c, f, o = zip(np.split(w['{p}{k}{z}'], "
        "4, 1), np.split(w['{p}{b}{z}'], 4)); conventions.from_rows({{'input': i, 'forget': "
        "(f[0], f[1] + 1), 'candidate': c, 'output': o}})",
    ),
    (
        P + r"gates/kernel(?P<z>(?::0)?)",
        "{p}gates/bias{z} {p}candidate/kernel{z} {p}candidate/bias{z}",
        "are TensorFlow 1's names of a GRUCell, so this is a GRU: {opened}; K, b = (np.split("
        "w['{p}gates/' + n], 2, -1)[::-1] + [w['{p}candidate/' + n]] for n in ('kernel{z}', "
        "'bias{z}')); K, H = np.hstack(K), len(b[0]); conventions.gru_from_keras("
        "K[:-H], K[-H:], np.hstack(b), reset_after=False)",
    ),
    (
        P + r"w_h",
        "{p}w_i {p}b",
        "are Haiku's names of a GRU: {opened}; s = np.repeat([-1, 1, 1], len(w['{p}w_h'])); "
        "conventions.gru_from_keras(s * w['{p}w_i'], s * w['{p}w_h'], s * w['{p}b'], "
        "reset_after=False)",
    ),
    (
        P + r"Wh",
        "{p}Wx {p}bias",
        "are MLX's names of an LSTM: {opened}; "
        "conventions.from_torch(w['{p}Wx'], w['{p}Wh'], w['{p}bias'])",
    ),
    (
        P + r"bhn",
        "{p}Wx {p}Wh {p}b",
        "are MLX's names of a GRU: {opened}; conventions.gru_from_torch(w['{p}Wx'], w['{p}Wh'], "
        "w['{p}b'], np.append(0 * w['{p}b'][len(w['{p}bhn']) :], w['{p}bhn']))",
    ),
    (
        P + r"bias_n",
        "{p}weight_ih {p}weight_hh {p}bias",
        "are Equinox's names of a GRUCell, so this is a GRU: {opened}; conventions.gru_from_torch("
        "w['{p}weight_ih'], w['{p}weight_hh'], w['{p}bias'], "
        "np.append(0 * w['{p}bias'][len(w['{p}bias_n']) :], w['{p}bias_n']))",
    ),
    (
        r"(?P<p>.*?)(?P<k>[wW]_?)hh",
        "{p}{k}ih {p}b_ih {p}b_hh",
        "look like {a_gru}: if its layers stand in PyTorch's order, {opened}; conventions."
        "{gru}from_torch(w['{p}{k}ih'], w['{p}{k}hh'], w['{p}b_ih'], w['{p}b_hh'])",
    ),
    (
        r"arr_1",
        "arr_0 arr_2",
        "are no names; if get_weights() or parameters() gave them, this is {a_gru}: {opened}; "
        "conventions.{gru}from_{lib}(*(w[n] for n in w))",
    ),
    (
        P
        + r"(?:parametrizations\.)?(?P<k>weight_[ih]h(?:_l\d+)?)(?:_raw|_orig|_[guv]|\.original.*)",
        "",
        "belong to a weight that PyTorch computes anew in each run: before you save it, "
        "torch.nn.utils.parametrize.remove_parametrizations(lstm, '{k}'), or "
        "torch.nn.utils.remove_weight_norm(lstm, '{k}') for the older kind",
    ),
]


def blocks(shape: tuple[int, ...]) -> int:
    """How many layers are stacked in the matrix that meets h: 4 for an LSTM, 3 for a GRU."""
    least, most = min(shape[-2:], default=0), max(shape[-2:], default=0)
    return most // least if least and most % least == 0 else 0


def names(arrays: Mapping[str, ArrayLike], source: Source) -> str | None:
    """What to do with arrays that have the names of a library, or None."""
    for pattern, others, says in NAMES:
        for name in arrays:
            match = re.fullmatch(pattern, str(name))
            if match is None or not re.fullmatch(r"[\w./:~ -]{1,60}", name):
                continue
            shape = np.shape(arrays[name])
            gru = blocks(shape) == 3
            words: dict[str, str] = {
                "b": "b" if match.groupdict().get("k") == "w" else "bias",
                "gru": "gru_" if gru else "",
                "a_gru": "a GRU" if gru else "an LSTM",
                "lib": "keras" if len(shape) == 2 and shape[1] > shape[0] else "torch",
                "opened": source.opened,
            } | match.groupdict()
            if all(other.format(**words) in arrays for other in others.split()):
                return f"{shown(name)} and others {says.format(**words)}"
    return None

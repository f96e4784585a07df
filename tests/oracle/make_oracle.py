"""Write what PyTorch, ONNX and Keras compute for random cells and sequences.

oracle.json has their LSTMs, variants.json their other cells.

Run it by hand, in an environment of its own; the project itself needs none of these:

    pip install torch onnx onnxruntime keras
    python tests/oracle/make_oracle.py

Each library gets random weights in its own layout, drawn here without any help from
`lstm_teach`, so that our reading of the layouts is checked as well as our equations. All numbers
that go in are multiples of 1/64, which float32, float64 and a few decimals all hold exactly: both
precisions see the same cell.
"""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import onnx
import onnxruntime
import torch
from onnx.reference import ReferenceEvaluator

# D inputs, H units, T moments, N rows in the batch, how many biases, whether h0 and c0 are given
CASES = (
    (1, 1, 1, 1, 2, False),
    (3, 2, 5, 1, 1, True),
    (2, 3, 1, 4, 2, True),
    (4, 5, 6, 3, 2, True),
    (5, 1, 8, 2, 0, True),
    (1, 6, 7, 2, 1, False),
    (6, 4, 20, 2, 2, True),
)
LAYERS = {"LSTM": 4, "GRU": 3, "RNN": 1}  # how many are stacked in the weights
STATE = {"LSTM": ("h0", "c0"), "GRU": ("h0",), "RNN": ("h0",)}
PRECISIONS = {"float64": np.float64, "float32": np.float32}


def draw(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Normal numbers, rounded to multiples of 1/64."""
    return (np.round(64 * rng.normal(0, 0.8, shape)) / 64).astype(np.float32)


def run_torch(case: tuple, rng: np.random.Generator, cell: str = "LSTM") -> dict:
    """`torch.nn.LSTM`, `GRU` or `RNN`: two biases, or none; one bias is two, the second one 0."""
    D, H, _, _, biases, state = case
    n = LAYERS[cell]
    weights = {"weight_ih": draw(rng, n * H, D), "weight_hh": draw(rng, n * H, H)}
    if biases >= 1:
        weights["bias_ih"] = draw(rng, n * H)
    if biases == 2:
        weights["bias_hh"] = draw(rng, n * H)
    given = inputs(case, rng, cell)
    answers = {}
    for precision, dtype in PRECISIONS.items():
        layer = getattr(torch.nn, cell)(D, H, bias=biases > 0, dtype=getattr(torch, precision))
        with torch.no_grad():
            for name, parameter in layer.named_parameters():
                parameter.zero_()
                if name.removesuffix("_l0") in weights:
                    parameter += torch.from_numpy(weights[name.removesuffix("_l0")].astype(dtype))
            xs = torch.from_numpy(given["xs"].astype(dtype))
            first = [torch.from_numpy(given[k][None].astype(dtype)) for k in STATE[cell] if state]
            output, last = layer(
                xs, (tuple(first) if cell == "LSTM" else first[0]) if state else None
            )
        answers[precision] = {"h": output.numpy()}
        if cell == "LSTM":
            answers[precision]["c_last"] = last[1][0].numpy()
    return {"library": "torch", "weights": weights, **given, "answers": answers}


def run_onnx(
    case: tuple,
    rng: np.random.Generator,
    cell: str = "LSTM",
    peepholes: bool = False,
    **attributes: int,
) -> dict:
    """The operator of this name: float32 by ONNX Runtime, float64 by ONNX's own reference."""
    D, H, T, N, biases, state = case
    n = LAYERS[cell]
    weights = {"W": draw(rng, 1, n * H, D), "R": draw(rng, 1, n * H, H)}
    if biases:
        weights["B"] = draw(rng, 1, 2 * n * H)
        if biases == 1:
            weights["B"][:, n * H :] = 0
    if peepholes:
        weights["P"] = draw(rng, 1, 3 * H)
    given = inputs(case, rng, cell)
    feeds = {"X": given["xs"], **weights}
    feeds |= {f"initial_{k[0]}": given[k][None] for k in STATE[cell] if state}
    places = ["X", "W", "R", "B", "sequence_lens", "initial_h"]
    wanted = {"Y": (T, 1, N, H), "Y_h": (1, N, H)}
    if cell == "LSTM":
        places += ["initial_c", "P"]
        wanted["Y_c"] = (1, N, H)
    answers = {}
    for precision, dtype in PRECISIONS.items():
        kind = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        names = [k if k in feeds else "" for k in places]
        graph = onnx.helper.make_graph(
            [onnx.helper.make_node(cell, names, list(wanted), hidden_size=H, **attributes)],
            cell.lower(),
            [onnx.helper.make_tensor_value_info(k, kind, v.shape) for k, v in feeds.items()],
            [onnx.helper.make_tensor_value_info(k, kind, v) for k, v in wanted.items()],
        )
        model = onnx.helper.make_model(
            graph, opset_imports=[onnx.helper.make_opsetid("", 14)], ir_version=8
        )
        onnx.checker.check_model(model)
        if precision == "float32":
            session = onnxruntime.InferenceSession(
                model.SerializeToString(), providers=["CPUExecutionProvider"]
            )
        else:  # ONNX Runtime has none of these in float64
            session = ReferenceEvaluator(model)
        Y, Y_h, *Y_c = session.run(None, {k: v.astype(dtype) for k, v in feeds.items()})
        np.testing.assert_array_equal(np.ravel(Y)[-N * H :], np.ravel(Y_h))
        answers[precision] = {"h": Y.reshape(T, N, H)}
        if Y_c:
            answers[precision]["c_last"] = Y_c[0].reshape(N, H)
    return {"library": "onnx", "weights": weights, **attributes, **given, "answers": answers}


def run_keras(case: tuple, rng: np.random.Generator, cell: str = "LSTM", **arguments: bool) -> dict:
    """`keras.layers.LSTM`, `GRU` or `SimpleRNN`: a bias or none, and the batch before time."""
    D, H, T, N, biases, state = case
    n = LAYERS[cell]
    weights = {"kernel": draw(rng, D, n * H), "recurrent_kernel": draw(rng, H, n * H)}
    if biases:
        shape = (2, n * H) if arguments.get("reset_after") else (n * H,)
        weights["bias"] = draw(rng, *shape)
    given = inputs(case, rng, cell)
    # Keras's own matmul gives float32 whatever it is given, with any backend but TensorFlow's.
    # These two go to PyTorch as a whole instead.
    fused = cell == "LSTM" or arguments.get("reset_after")
    answers = {}
    for precision, dtype in PRECISIONS.items():
        if precision == "float64" and not fused:
            continue
        layer = getattr(keras.layers, cell.replace("RNN", "SimpleRNN"))(
            H,
            use_bias=biases > 0,
            return_sequences=True,
            return_state=True,
            dtype=precision,
            **arguments,
        )
        layer.build((N, T, D))
        layer.set_weights([w.astype(dtype) for w in weights.values()])
        first = [given[k].astype(dtype) for k in STATE[cell]] if state else None
        with torch.no_grad():
            h, _, *c = layer(np.swapaxes(given["xs"], 0, 1).astype(dtype), initial_state=first)
        answers[precision] = {"h": np.swapaxes(h.cpu().numpy(), 0, 1)}
        if c:
            answers[precision]["c_last"] = c[0].cpu().numpy()
    return {"library": "keras", "weights": weights, **arguments, **given, "answers": answers}


def inputs(case: tuple, rng: np.random.Generator, cell: str) -> dict:
    """A random sequence, time first, and the state before it where the case has one."""
    D, H, T, N, _, state = case
    given = {"xs": draw(rng, T, N, D)}
    return given | {name: draw(rng, N, H) for name in STATE[cell] if state}


def plain(value: object) -> object:
    """Arrays as nested lists; float32 written with as few digits as tell it apart."""
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, np.ndarray):
        return [plain(row) for row in value]
    if isinstance(value, np.floating):
        return float(str(value))
    return value


#: The other cells: which, in which library, and with which options.
VARIANTS = (
    ("RNN", run_torch, {}),
    ("RNN", run_onnx, {}),
    ("RNN", run_keras, {}),
    ("LSTM", run_onnx, {"peepholes": True}),
    ("GRU", run_torch, {}),
    ("GRU", run_onnx, {"linear_before_reset": 0}),
    ("GRU", run_onnx, {"linear_before_reset": 1}),
    ("GRU", run_keras, {"reset_after": False}),
    ("GRU", run_keras, {"reset_after": True}),
)


def main() -> None:
    rng = np.random.default_rng(20240229)
    write("oracle", [run(case, rng) for run in (run_torch, run_onnx, run_keras) for case in CASES])
    rng = np.random.default_rng(20250101)
    cases = []
    for cell, run, options in VARIANTS:
        cases += [{"cell": cell, **run(case, rng, cell, **options)} for case in CASES[:-1]]
    write("variants", cases)


def write(name: str, cases: list[dict]) -> None:
    """Write the cases, one in a line, and what made them."""
    made_by = {
        "python": platform.python_version(),
        **{m.__name__: m.__version__ for m in (np, torch, onnx, onnxruntime, keras)},
    }
    path = Path(__file__).with_name(f"{name}.json")
    lines = ",\n".join(json.dumps(plain(case), separators=(",", ":")) for case in cases)
    text = f'{{"made_by":{json.dumps(made_by)},\n"cases":[\n{lines}\n]}}\n'
    path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {len(cases)} cases, {len(text) / 1000:.0f} KB, {made_by}")


if __name__ == "__main__":
    main()

"""Write oracle.json: what PyTorch, ONNX and Keras compute for random cells and sequences.

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
PRECISIONS = {"float64": np.float64, "float32": np.float32}


def draw(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Normal numbers, rounded to multiples of 1/64."""
    return (np.round(64 * rng.normal(0, 0.8, shape)) / 64).astype(np.float32)


def run_torch(case: tuple, rng: np.random.Generator) -> dict:
    """`torch.nn.LSTM`: two biases, or none; one bias is two with the second one 0."""
    D, H, _, _, biases, state = case
    weights = {"weight_ih": draw(rng, 4 * H, D), "weight_hh": draw(rng, 4 * H, H)}
    if biases >= 1:
        weights["bias_ih"] = draw(rng, 4 * H)
    if biases == 2:
        weights["bias_hh"] = draw(rng, 4 * H)
    given = inputs(case, rng)
    answers = {}
    for precision, dtype in PRECISIONS.items():
        lstm = torch.nn.LSTM(D, H, bias=biases > 0, dtype=getattr(torch, precision))
        with torch.no_grad():
            for name, parameter in lstm.named_parameters():
                parameter.zero_()
                if name.removesuffix("_l0") in weights:
                    parameter += torch.from_numpy(weights[name.removesuffix("_l0")].astype(dtype))
            xs = torch.from_numpy(given["xs"].astype(dtype))
            first = [given[k][None].astype(dtype) for k in ("h0", "c0") if state]
            output, (_, c_n) = lstm(xs, tuple(map(torch.from_numpy, first)) or None)
        answers[precision] = {"h": output.numpy(), "c_last": c_n[0].numpy()}
    return {"library": "torch", "weights": weights, **given, "answers": answers}


def run_onnx(case: tuple, rng: np.random.Generator) -> dict:
    """The operator `LSTM`: float32 by ONNX Runtime, float64 by ONNX's own reference."""
    D, H, T, N, biases, state = case
    weights = {"W": draw(rng, 1, 4 * H, D), "R": draw(rng, 1, 4 * H, H)}
    if biases:
        weights["B"] = draw(rng, 1, 8 * H)
        if biases == 1:
            weights["B"][:, 4 * H :] = 0
    given = inputs(case, rng)
    feeds = {"X": given["xs"], **weights}
    if state:
        feeds |= {"initial_h": given["h0"][None], "initial_c": given["c0"][None]}
    places = ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c")
    answers = {}
    for precision, dtype in PRECISIONS.items():
        kind = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        wanted = {"Y": (T, 1, N, H), "Y_h": (1, N, H), "Y_c": (1, N, H)}
        graph = onnx.helper.make_graph(
            [
                onnx.helper.make_node(
                    "LSTM", [k if k in feeds else "" for k in places], list(wanted), hidden_size=H
                )
            ],
            "lstm",
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
        else:  # ONNX Runtime has no float64 LSTM
            session = ReferenceEvaluator(model)
        Y, Y_h, Y_c = session.run(None, {k: v.astype(dtype) for k, v in feeds.items()})
        np.testing.assert_array_equal(np.ravel(Y)[-N * H :], np.ravel(Y_h))
        answers[precision] = {"h": Y.reshape(T, N, H), "c_last": Y_c.reshape(N, H)}
    return {"library": "onnx", "weights": weights, **given, "answers": answers}


def run_keras(case: tuple, rng: np.random.Generator) -> dict:
    """`keras.layers.LSTM`: one bias or none, and the batch before time."""
    D, H, T, N, biases, state = case
    weights = {"kernel": draw(rng, D, 4 * H), "recurrent_kernel": draw(rng, H, 4 * H)}
    if biases:
        weights["bias"] = draw(rng, 4 * H)
    given = inputs(case, rng)
    answers = {}
    for precision, dtype in PRECISIONS.items():
        layer = keras.layers.LSTM(
            H, use_bias=biases > 0, return_sequences=True, return_state=True, dtype=precision
        )
        layer.build((N, T, D))
        layer.set_weights([w.astype(dtype) for w in weights.values()])
        first = [given[k].astype(dtype) for k in ("h0", "c0")] if state else None
        with torch.no_grad():
            h, _, c = layer(np.swapaxes(given["xs"], 0, 1).astype(dtype), initial_state=first)
        answers[precision] = {"h": np.swapaxes(h.cpu().numpy(), 0, 1), "c_last": c.cpu().numpy()}
    return {"library": "keras", "weights": weights, **given, "answers": answers}


def inputs(case: tuple, rng: np.random.Generator) -> dict:
    """A random sequence, time first, and the state before it where the case has one."""
    D, H, T, N, _, state = case
    given = {"xs": draw(rng, T, N, D)}
    return given | ({"h0": draw(rng, N, H), "c0": draw(rng, N, H)} if state else {})


def plain(value: object) -> object:
    """Arrays as nested lists; float32 written with as few digits as tell it apart."""
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, np.ndarray):
        return [plain(row) for row in value]
    if isinstance(value, np.floating):
        return float(str(value))
    return value


def main() -> None:
    rng = np.random.default_rng(20240229)
    cases = [run(case, rng) for run in (run_torch, run_onnx, run_keras) for case in CASES]
    made_by = {
        "python": platform.python_version(),
        **{m.__name__: m.__version__ for m in (np, torch, onnx, onnxruntime, keras)},
    }
    path = Path(__file__).with_name("oracle.json")
    lines = ",\n".join(json.dumps(plain(case), separators=(",", ":")) for case in cases)
    text = f'{{"made_by":{json.dumps(made_by)},\n"cases":[\n{lines}\n]}}\n'
    path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {len(cases)} cases, {len(text) / 1000:.0f} KB, {made_by}")


if __name__ == "__main__":
    main()

"""Write the example files of other people's cells, and what their libraries compute from them.

Run it by hand, in an environment of its own; the project itself needs none of these:

    pip install torch safetensors onnx onnxruntime keras
    python tools/make_example_files.py

It writes `lstm_teach/data/*.npz`, `*.safetensors` and `*.onnx`, each saved by the library itself
or from its own names, and `tests/oracle/files.json` with the library's outputs. Nothing here uses
`lstm_teach`: the room counter is typed once more, gate by gate, in each library's own order. The
random weights are multiples of 1/64, which every width of floats holds exactly.
"""

from __future__ import annotations

import io
import json
import os
import platform
import warnings
from collections.abc import Callable
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import onnx
import onnxruntime
import safetensors.torch
import torch
from onnx.reference import ReferenceEvaluator

REPO = Path(__file__).resolve().parents[1]
DATA = REPO / "lstm_teach" / "data"
D, H, T, N = 3, 2, 6, 2  # of the random cells: inputs, units, moments, rows

# The room counter: weights of enter, leave, bell, ask, and the bias. It does not read its own h.
COUNTER = {
    "i": [20, 20, 0, 0, -10],
    "f": [0, 0, -20, 0, 10],
    "g": [np.arctanh(0.1), -np.arctanh(0.1), 0, 0, 0],
    "o": [0, 0, 0, 20, -10],
}
# enter, enter, ask, leave, ask, bell, ask
DAY = np.eye(4)[[0, 0, 3, 1, 3, 2, 3]][:, None]

Answers = dict[str, object]


def counter(order: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Its stacked weights of x `(4, 4)` and of h `(4, 1)` and its bias `(4,)`, in this order."""
    rows = np.array([COUNTER[gate] for gate in order])
    return rows[:, :4], np.zeros((4, 1)), rows[:, 4]


def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Normal numbers, rounded to multiples of 1/64."""
    return np.round(64 * rng.normal(0, 0.8, shape)) / 64


def random_torch(rng: np.random.Generator, **settings: object) -> torch.nn.LSTM:
    """`torch.nn.LSTM` with weights of ours."""
    lstm = torch.nn.LSTM(D, H, **settings)
    with torch.no_grad():
        for parameter in lstm.parameters():
            parameter.copy_(torch.from_numpy(draw(rng, tuple(parameter.shape))))
    return lstm


def answer(xs: np.ndarray, h: np.ndarray, precision: str) -> Answers:
    """One entry of files.json: what goes in, and the output of the highest layer."""
    return {"precision": precision, "xs": xs, "h": h}


def torch_answer(lstm: torch.nn.LSTM, xs: np.ndarray, precision: str) -> Answers:
    """What PyTorch computes, in this precision, from the weights that were saved."""
    lstm = lstm.to(getattr(torch, precision))
    with torch.no_grad():
        output, _ = lstm(torch.from_numpy(xs.astype(precision)))
    return answer(xs, output.numpy(), precision)


def counter_torch(path: Path, rng: np.random.Generator) -> Answers:
    """A whole model's `state_dict()`, float32: an LSTM called `room.lstm` and a linear layer."""
    model = torch.nn.ModuleDict(
        {"room": torch.nn.ModuleDict({"lstm": torch.nn.LSTM(4, 1)}), "head": torch.nn.Linear(1, 1)}
    )
    lstm = model["room"]["lstm"]
    W_x, W_h, b = counter("ifgo")
    with torch.no_grad():
        for parameter, values in zip(lstm.parameters(), (W_x, W_h, b, 0 * b), strict=True):
            parameter.copy_(torch.from_numpy(values))
        for parameter in model["head"].parameters():
            parameter.fill_(10)  # the number of people is ten times the memory
    safetensors.torch.save_file(model.state_dict(), path)
    return torch_answer(lstm, DAY, "float32")


def stacked_torch(path: Path, rng: np.random.Generator) -> Answers:
    """Two layers in both directions, float64."""
    lstm = random_torch(rng, num_layers=2, bidirectional=True, dtype=torch.float64)
    safetensors.torch.save_file(lstm.state_dict(), path)
    return torch_answer(lstm, draw(rng, (T, N, D)), "float64")


def half_torch(kind: torch.dtype) -> Callable[[Path, np.random.Generator], Answers]:
    """One layer saved in half precision; the answer is what its exact numbers give in float64."""

    def make(path: Path, rng: np.random.Generator) -> Answers:
        lstm = random_torch(rng).to(kind)
        safetensors.torch.save_file(lstm.state_dict(), path)
        return torch_answer(lstm, draw(rng, (T, N, D)), "float64")

    return make


def keras_answer(model: keras.Model, xs: np.ndarray, precision: str) -> Answers:
    """What Keras computes; it has the batch before time."""
    with torch.no_grad():
        h = model(np.swapaxes(xs, 0, 1).astype(precision))
    return answer(xs, np.swapaxes(h.cpu().numpy(), 0, 1), precision)


def counter_keras(path: Path, rng: np.random.Generator) -> Answers:
    """The paths and numbers of `model.weights`, float32."""
    lstm = keras.layers.LSTM(1, return_sequences=True, name="lstm")
    model = keras.Sequential([keras.layers.Input((None, 4)), lstm], name="room")
    W_x, W_h, b = counter("ifgo")  # Keras calls them i, f, c, o
    lstm.set_weights([W_x.T, W_h.T, b])
    np.savez(path, **{weight.path: weight.numpy() for weight in model.weights})
    return keras_answer(model, DAY, "float32")


def stacked_keras(path: Path, rng: np.random.Generator) -> Answers:
    """A layer, a bidirectional layer, and one that is not an LSTM; float64, packed."""
    precise = {"return_sequences": True, "dtype": "float64"}
    model = keras.Sequential(
        [
            keras.layers.Input((None, D), dtype="float64"),
            keras.layers.LSTM(H, **precise, name="lstm"),
            keras.layers.Bidirectional(
                keras.layers.LSTM(H, **precise, name="lstm_1"),
                name="bidirectional",
                dtype="float64",
            ),
            keras.layers.Dense(1, name="dense", dtype="float64"),
        ],
        name="sequential",
    )
    model.set_weights([draw(rng, tuple(weight.shape)) for weight in model.weights])
    np.savez_compressed(path, **{weight.path: weight.numpy() for weight in model.weights})
    below_dense = keras.Model(model.inputs[0], model.layers[-2].output)
    return keras_answer(below_dense, draw(rng, (T, N, D)), "float64")


def save_onnx(path: Path, weights: dict[str, np.ndarray], H: int, **attributes: object) -> None:
    """A graph with one LSTM node, checked by ONNX's own checker."""
    D, kind = weights["W"].shape[2], onnx.helper.np_dtype_to_tensor_dtype(weights["W"].dtype)
    sizes = {"X": ("N", "T", D), "Y": ("N", "T", 1, H)}  # layout 1: the batch comes first
    if not attributes.get("layout"):
        sizes = {"X": ("T", "N", D), "Y": ("T", 1, "N", H)}
    X, Y = (onnx.helper.make_tensor_value_info(k, kind, v) for k, v in sizes.items())
    node = onnx.helper.make_node("LSTM", ["X", *weights], ["Y"], hidden_size=H, **attributes)
    stored = [onnx.numpy_helper.from_array(array, name) for name, array in weights.items()]
    model = onnx.helper.make_model(
        onnx.helper.make_graph([node], "lstm", [X], [Y], stored),
        opset_imports=[onnx.helper.make_opsetid("", 14)],
        ir_version=8,
    )
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def counter_onnx(path: Path, rng: np.random.Generator) -> Answers:
    """One node, float32, answered by ONNX Runtime."""
    W_x, W_h, b = (array.astype(np.float32) for array in counter("iofg"))  # i, o, f, c
    save_onnx(path, {"W": W_x[None], "R": W_h[None], "B": np.concatenate([b, 0 * b])[None]}, 1)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (Y,) = session.run(None, {"X": DAY.astype(np.float32)})
    return answer(DAY, Y[:, 0], "float32")


def layout_onnx(path: Path, rng: np.random.Generator) -> Answers:
    """One node with layout 1 and no bias, float64, answered by ONNX's reference."""
    save_onnx(path, {"W": draw(rng, (1, 4 * H, D)), "R": draw(rng, (1, 4 * H, H))}, H, layout=1)
    xs = draw(rng, (T, N, D))
    (Y,) = ReferenceEvaluator(str(path)).run(None, {"X": np.swapaxes(xs, 0, 1)})
    return answer(xs, np.swapaxes(Y[:, :, 0], 0, 1), "float64")


def stacked_onnx(path: Path, rng: np.random.Generator) -> Answers:
    """Two layers in both directions as PyTorch exports them, float32, by ONNX Runtime."""
    lstm, file = random_torch(rng, num_layers=2, bidirectional=True), io.BytesIO()
    xs = draw(rng, (T, 1, D))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(lstm, (torch.from_numpy(xs).float(),), file, dynamo=False)
    path.write_bytes(file.getvalue())
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    Y = session.run(None, {session.get_inputs()[0].name: xs.astype(np.float32)})[0]
    return answer(xs, Y, "float32")


FILES = {
    "room_counter_torch.safetensors": counter_torch,
    "room_counter_keras.npz": counter_keras,
    "room_counter.onnx": counter_onnx,
    "stacked_torch.safetensors": stacked_torch,
    "stacked_keras.npz": stacked_keras,
    "stacked_torch.onnx": stacked_onnx,
    "layout.onnx": layout_onnx,
    "float16_torch.safetensors": half_torch(torch.float16),
    "bfloat16_torch.safetensors": half_torch(torch.bfloat16),
}


def modules(rng: np.random.Generator) -> list[dict]:
    """What `torch.nn.LSTM` of several layers and directions computes, weights included."""
    cases = []
    for layers, both in ((1, False), (2, False), (1, True), (2, True), (3, True)):
        lstm = random_torch(rng, num_layers=layers, bidirectional=both, dtype=torch.float64)
        xs = draw(rng, (T, N, D))
        state = {name: weight.numpy().copy() for name, weight in lstm.state_dict().items()}
        answers = {p: torch_answer(lstm, xs, p)["h"] for p in ("float64", "float32")}
        case = {"num_layers": layers, "bidirectional": both, "xs": xs, "state": state}
        cases.append({**case, "answers": answers})
    return cases


def plain(value: object) -> object:
    """Arrays as nested lists; float32 written with as few digits as tell it apart."""
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, list | np.ndarray):
        return [plain(row) for row in value]
    return float(str(value)) if isinstance(value, np.floating) else value


def main() -> None:
    """Write every file, and every answer."""
    DATA.mkdir(exist_ok=True)
    rng = np.random.default_rng(20240229)
    files = {name: make(DATA / name, rng) for name, make in FILES.items()}
    libraries = (np, torch, keras, onnx, onnxruntime, safetensors)
    made_by = {
        "python": platform.python_version(),
        **{m.__name__: m.__version__ for m in libraries},
    }
    lines = ",\n".join(f'"{name}":{json.dumps(plain(case))}' for name, case in files.items())
    cases = ",\n".join(json.dumps(plain(case)) for case in modules(rng))
    text = (
        f'{{"made_by":{json.dumps(made_by)},\n"files":{{\n{lines}\n}},\n"modules":[\n{cases}\n]}}\n'
    )
    (REPO / "tests" / "oracle" / "files.json").write_text(text, encoding="utf-8")
    for name in FILES:
        print(f"{name}: {(DATA / name).stat().st_size} bytes")


if __name__ == "__main__":
    main()

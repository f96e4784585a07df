"""Run what `conventions` says of other people's files, with their own libraries.

For every file: what is said, and where the sentence has a line of code, that line is run and what
it reads is compared with what the library itself computes. Run it by hand, in an environment of
its own; what it printed stands beside it in `try_advice.txt`:

    pip install torch safetensors onnx onnxscript onnxruntime keras tensorflow-cpu tf_keras \
        flax dm-haiku equinox "mlx[cpu]"
    pip install --no-deps silero-vad g2p_en
    PYTHONPATH=. python tests/oracle/try_advice.py tests/oracle/try_advice.txt

The numbers are drawn; every difference is the largest over all moments, rows and units.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import onnxruntime.quantization
import safetensors.numpy
import safetensors.torch
import torch
import torch.nn.utils.prune

from lstm_teach import conventions, unroll, variants
from lstm_teach.sequence import stack

D, H, T, N = 3, 2, 6, 2
XS = np.random.default_rng(0).normal(size=(T, N, D)).astype("float32")
ROWS_FIRST = np.swapaxes(XS, 0, 1)
FOLDER = Path(tempfile.mkdtemp())
PLACES = {
    "np": np,
    "conventions": conventions,
    "safetensors": safetensors,
    "onnx": onnx,
    "onnxruntime": onnxruntime,
    "unroll": unroll,
    "torch": torch,
}
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", TF_USE_LEGACY_KERAS="1", KERAS_BACKEND="tensorflow")
warnings.simplefilter("ignore")
onnxruntime.set_default_logger_severity(4)
RNG = np.random.default_rng(1)
torch.manual_seed(0)
lines: list[str] = []
MARK = "| "  # before what is ours, among what the libraries print
bad = 0


def say(text: str) -> None:
    """Print a line and keep it."""
    if sys.argv[-1] not in {part.__name__ for part in PARTS}:
        print(text, flush=True)
    lines.append(text)


def close(ours: object, theirs: object, what: str) -> None:
    """Compare with the library's numbers."""
    global bad
    far = float(np.abs(np.asarray(ours) - np.asarray(theirs)).max())
    bad += far > 5e-6
    say(f"  {what}: differs by {far:.1e}{'' if far <= 5e-6 else '  WRONG'}")


def sentence(path: Path | str, prefix: str = "") -> str:
    """What `load` says of a file."""
    try:
        found = conventions.load(path, prefix)
    except ValueError as error:
        return str(error)
    raise AssertionError(f"{path} was read: {found}")


def run(code: str, **given: object) -> object:
    """Run a line of advice; give the value of its last part."""
    *first, last = [part.strip() for part in code.split("; ")]
    space = PLACES | given
    for part in first:
        exec(part, space)
    if "=" in last.split("(")[0]:
        exec(last, space)
        return None
    return eval(last, space)


def advice(path: Path | str, begin: str, end: str = "", **given: object) -> object:
    """Show the sentence about a file, cut its code out, and run it."""
    text = sentence(path)
    say(f"  says {text}")
    code = text[text.index(begin) :]
    code = code[: code.index(end)] if end else code
    return run(code, path=str(path), **given)


def highest(layers: object, xs: np.ndarray = XS) -> np.ndarray:
    """Outputs of what was loaded, directions joined."""
    steps = stack(layers if isinstance(layers, list) else [layers], xs)[-1]
    return np.concatenate([s.h for s in steps], -1) if isinstance(steps, tuple) else steps.h


def gru(parameters: object, xs: np.ndarray = XS) -> np.ndarray:
    """Outputs of a GRU."""
    return variants.gru_unroll(parameters, xs).h


def numbers(shape: tuple[int, ...]) -> np.ndarray:
    """Weights that are never zero, biases too."""
    return RNG.normal(0, 0.7, shape).astype("float32")


def npz(name: str, arrays: dict[str, object]) -> Path:
    """Write a .npz file."""
    path = FOLDER / f"{name}.npz"
    np.savez(path, **{key: np.asarray(array) for key, array in arrays.items()})
    return path


# ---- JAX ---------------------------------------------------------------------------------------


def flax_linen() -> None:
    import flax.linen
    import jax

    for cell in ("LSTMCell", "OptimizedLSTMCell", "GRUCell"):
        rnn = flax.linen.RNN(getattr(flax.linen, cell)(H), time_major=True)
        params = rnn.init(jax.random.key(0), XS)["params"]
        params = jax.tree.map(lambda a: numbers(a.shape), params)
        path = FOLDER / f"{cell}.npz"
        # what is said of .msgpack, Flax's own kind of file
        (FOLDER / "flax.msgpack").write_bytes(b"")
        text = sentence(FOLDER / "flax.msgpack")
        os.chdir(FOLDER)
        run(text[text.index("np.savez") : text.index(" writes")], params=params, flax=flax)
        os.rename("lstm.npz", path)
        say(f"Flax {flax.__version__} linen {cell}")
        read = advice(path, "w = ")
        close((gru if "GRU" in cell else highest)(read), rnn.apply({"params": params}, XS), cell)


def flax_nnx() -> None:
    import flax
    import jax
    from flax import nnx
    from flax.traverse_util import flatten_dict

    for name in ("LSTMCell", "OptimizedLSTMCell", "GRUCell"):
        cell = getattr(nnx, name)(D, H, rngs=nnx.Rngs(0))
        rnn = nnx.RNN(cell, time_major=True)
        state = nnx.state(cell, nnx.Param)
        nnx.update(cell, jax.tree.map(lambda a: jax.numpy.asarray(numbers(a.shape)), state))
        flat = flatten_dict(nnx.to_pure_dict(nnx.state(cell, nnx.Param)), sep="/")
        say(f"Flax {flax.__version__} nnx {name}")
        read = advice(npz(f"nnx_{name}", flat), "w = ")
        close((gru if "GRU" in name else highest)(read), rnn(XS), name)


def haiku_cells() -> None:
    import haiku
    import jax

    for name in ("LSTM", "GRU"):

        def forward(xs: object, name: str = name) -> object:
            core = getattr(haiku, name)(H)
            return haiku.dynamic_unroll(core, xs, core.initial_state(N))[0]

        f = haiku.without_apply_rng(haiku.transform(forward))
        params = jax.tree.map(lambda a: numbers(a.shape), f.init(jax.random.key(0), XS))
        flat = {f"{m}/{n}": a for m, d in params.items() for n, a in d.items()}
        say(f"Haiku {haiku.__version__} {name}")
        read = advice(npz(f"haiku_{name}", flat), "w = ")
        close((gru if name == "GRU" else highest)(read), f.apply(params, XS), name)


def equinox_cells() -> None:
    import equinox
    import jax

    for name in ("LSTMCell", "GRUCell"):
        cell = getattr(equinox.nn, name)(D, H, key=jax.random.key(0))
        arrays, rest = equinox.partition(cell, equinox.is_array)
        cell = equinox.combine(jax.tree.map(lambda a: numbers(a.shape), arrays), rest)
        state, outputs = (np.zeros((N, H)),) * (2 if name == "LSTMCell" else 1), []
        for x in XS:
            state = jax.vmap(cell)(x, state if name == "LSTMCell" else state[0])
            state = state if name == "LSTMCell" else (state,)
            outputs.append(state[0])
        say(f"Equinox {equinox.__version__} {name}")
        (FOLDER / "cell.eqx").write_bytes(b"")
        text = sentence(FOLDER / "cell.eqx")
        os.chdir(FOLDER)
        if name == "LSTMCell":
            run(text[text.index("np.savez") : text.index(" writes")], cell=cell)
            say("  says nothing: it is read")
            close(highest(conventions.load("lstm.npz")), outputs, name)
        else:
            arrays = {k: v for k, v in vars(cell).items() if hasattr(v, "shape")}
            close(gru(advice(npz("eqx_gru", arrays), "w = ")), outputs, name)


def mlx_layers() -> None:
    import mlx.core
    import mlx.nn
    import mlx.utils

    for name in ("LSTM", "GRU"):
        layer = getattr(mlx.nn, name)(D, H)
        flat = mlx.utils.tree_flatten(layer.parameters())
        layer.update(
            mlx.utils.tree_unflatten([(k, mlx.core.array(numbers(v.shape))) for k, v in flat])
        )
        path = FOLDER / f"mlx_{name}.safetensors"
        mlx.core.save_safetensors(str(path), dict(mlx.utils.tree_flatten(layer.parameters())))
        say(f"MLX {mlx.core.__version__} {name}")
        read = advice(path, "w = ")
        answer = layer(mlx.core.array(ROWS_FIRST))
        answer = answer[0] if isinstance(answer, tuple) else answer
        theirs = np.swapaxes(np.array(answer), 0, 1)
        close((gru if name == "GRU" else highest)(read), theirs, name)


# ---- Keras and TensorFlow ----------------------------------------------------------------------


def set_weights(model: object) -> None:
    """Weights of ours, biases not 0."""
    model.set_weights([numbers(tuple(w.shape)) for w in model.weights])


def keras_models() -> None:
    import keras

    L = keras.layers
    every = {"return_sequences": True}
    models = {
        "LSTM": [L.LSTM(H, **every)],
        "Bidirectional, then LSTM": [L.Bidirectional(L.LSTM(4, **every)), L.LSTM(H, **every)],
        "GRU": [L.GRU(H, **every)],
        "GRU, reset_after=False": [L.GRU(H, **every, reset_after=False)],
    }
    for name, layers in models.items():
        model = keras.Sequential([L.Input((None, D)), *layers])
        set_weights(model)
        say(f"Keras {keras.__version__} .keras of {name}")
        path = FOLDER / "model.keras"
        model.save(path)
        os.chdir(FOLDER)
        advice(path, "np.savez", " writes", model=keras.models.load_model(path))
        theirs = np.swapaxes(model.predict(ROWS_FIRST, verbose=0), 0, 1)
        if "GRU" in name:
            close(gru(advice(FOLDER / "lstm.npz", "w = ")), theirs, name)
        else:
            close(highest(conventions.load("lstm.npz")), theirs, f"lstm.npz is read, {name}")
    layer = keras.Sequential([L.Input((None, D)), L.LSTM(H, **every)])
    set_weights(layer)
    np.savez(FOLDER / "positional.npz", *layer.get_weights())
    say("Keras np.savez(*get_weights())")
    read = advice(FOLDER / "positional.npz", "w = ")
    close(highest(read), np.swapaxes(layer.predict(ROWS_FIRST, verbose=0), 0, 1), "arr_0")


def tf2_names() -> None:
    import tf_keras
    from tf_keras.src.saving.legacy import hdf5_format

    L = tf_keras.layers
    every = {"return_sequences": True}
    for n in range(2):  # the second time Keras counts on: forward_lstm_2/lstm_cell_3 ...
        model = tf_keras.Sequential(
            [L.Input((None, D)), L.Bidirectional(L.LSTM(4, **every)), L.LSTM(H, **every)]
        )
        set_weights(model)
        path = npz(f"tf2_{n}", {w.name: w.numpy() for w in model.weights})
        say(f"Keras {tf_keras.__version__} w.name: {', '.join(w.name for w in model.weights[::3])}")
        theirs = np.swapaxes(model.predict(ROWS_FIRST, verbose=0), 0, 1)
        close(highest(conventions.load(path)), theirs, "is read")
    for kind, run_gru in (("LSTM", False), ("GRU", True)):
        model = tf_keras.Sequential([L.Input((None, D)), getattr(L, kind)(H, **every)])
        set_weights(model)
        cudnn = getattr(L, kind)(H)
        cudnn.__class__ = type(f"CuDNN{kind}", (getattr(L, kind),), {})  # what Keras goes by
        weights = hdf5_format._convert_rnn_weights(cudnn, model.get_weights())
        say(f"TensorFlow 1's CuDNN{kind}, as Keras's own loader converts it")
        names = ("kernel", "recurrent_kernel", "bias")
        path = npz(f"cudnn_{kind}", dict(zip(names, weights, strict=True)))
        K, R, b = weights
        read = advice(path, "conventions.", K=K, R=R, b=b)
        theirs = np.swapaxes(model.predict(ROWS_FIRST, verbose=0), 0, 1)
        close((gru if run_gru else highest)(read), theirs, f"CuDNN{kind}")


def tf1_cells() -> None:
    import tensorflow as tf

    tf1 = tf.compat.v1
    for more in ({"use_peepholes": True}, {"num_proj": 2}):
        with tf1.Graph().as_default(), tf1.Session() as session:
            cell = tf1.nn.rnn_cell.LSTMCell(H, **more)
            tf1.nn.dynamic_rnn(cell, tf1.zeros((T, N, D)), dtype=tf.float32, time_major=True)
            session.run(tf1.global_variables_initializer())
            saved = {v.name: v.eval(session) for v in tf1.global_variables()}
        say(f"TensorFlow {tf.__version__}, compat.v1 LSTMCell, {more}: {', '.join(saved)}")
        say(f"  says {sentence(npz('tf1_more', saved))}")
    for name in ("BasicLSTMCell", "LSTMCell", "GRUCell"):
        with tf1.Graph().as_default(), tf1.Session() as session:
            xs = tf1.placeholder(tf.float32, (T, N, D))
            cell = getattr(tf1.nn.rnn_cell, name)(H)
            outputs, _ = tf1.nn.dynamic_rnn(cell, xs, dtype=tf.float32, time_major=True)
            for variable in tf1.global_variables():
                variable.load(numbers(tuple(variable.shape)), session)
            saved = {v.name: v.eval(session) for v in tf1.global_variables()}
            theirs = session.run(outputs, {xs: XS})
            saver = tf1.train.Saver()
            saver.save(session, str(FOLDER / "tf1" / name))
        say(f"TensorFlow {tf.__version__}, compat.v1 {name}: {', '.join(saved)}")
        read = advice(npz(f"tf1_{name}", saved), "w = ")
        close((gru if "GRU" in name else highest)(read), theirs, name)
        text = sentence(FOLDER / "tf1" / f"{name}.index")
        os.chdir(FOLDER)
        run(
            text[text.index("r = ") : text.index(" writes")], path=str(FOLDER / "tf1" / name), tf=tf
        )
        read = advice("lstm.npz", "w = ")
        close((gru if "GRU" in name else highest)(read), theirs, f"{name} out of a checkpoint")


# ---- PyTorch -----------------------------------------------------------------------------------


def answer(module: torch.nn.Module, xs: np.ndarray = XS) -> np.ndarray:
    """What a module of PyTorch gives."""
    with torch.no_grad():
        output = module.eval()(torch.from_numpy(xs))
    return (output[0] if isinstance(output, tuple) else output).numpy()


class Two(torch.nn.Module):
    """Two LSTMs one after the other."""

    def __init__(self, between: int, act: bool = False) -> None:
        super().__init__()
        self.lstm1, self.lstm2 = torch.nn.LSTM(D, between), torch.nn.LSTM(between, H)
        self.act = act

    def forward(self, xs: torch.Tensor) -> torch.Tensor:
        """All outputs of the second."""
        h = self.lstm1(xs)[0]
        return self.lstm2(torch.relu(h) if self.act else h)[0]


def saved(module: torch.nn.Module, name: str) -> Path:
    """Write a .safetensors file."""
    path = FOLDER / f"{name}.safetensors"
    safetensors.torch.save_file(module.state_dict(), path)
    return path


def torch_files() -> None:
    lstm = torch.nn.LSTM(D, H, 2, bidirectional=True)
    path = FOLDER / "lstm.pt"
    torch.save(lstm.state_dict(), path)
    say(f"PyTorch {torch.__version__} .pt")
    os.chdir(FOLDER)
    advice(path, "safetensors.torch.save_file", " for PyTorch", lstm=lstm)
    close(highest(conventions.load("lstm.safetensors")), answer(lstm), "lstm.safetensors is read")

    say("PyTorch TorchScript .jit")
    torch.jit.script(lstm).save(FOLDER / "lstm.jit")
    advice(FOLDER / "lstm.jit", "safetensors.torch.save_file", " writes")
    close(highest(conventions.load("lstm.safetensors")), answer(lstm), "lstm.safetensors is read")

    for between in (4, 3):
        two = Two(between)
        path = saved(two, f"two_{between}")
        say(f"PyTorch self.lstm1 {D} to {between}, self.lstm2 {between} to {H}")
        if between == 4:
            close(highest(conventions.load(path)), answer(two), "two layers are read")
        else:
            lower = advice(path, "conventions.load")
            upper = conventions.load(path, prefix="lstm2.")
            close(highest([lower, upper]), answer(two), "one by one")

    module = torch.nn.GRU(D, H)
    say("PyTorch GRU")
    close(gru(advice(saved(module, "gru"), "w = ")), answer(module), "GRU")
    np.savez(FOLDER / "positional.npz", *[p.detach().numpy() for p in module.parameters()])
    close(gru(advice(FOLDER / "positional.npz", "w = ")), answer(module), "its parameters()")

    say("PyTorch proj_size")
    say(f"  says {sentence(saved(torch.nn.LSTM(D, 4, proj_size=2), 'proj'))}")

    normed = torch.nn.LSTM(D, H)
    torch.nn.utils.parametrizations.weight_norm(normed, "weight_hh_l0")
    theirs = answer(normed)
    say("PyTorch weight_norm")
    advice(saved(normed, "norm"), "torch.nn.utils.parametrize", ", or", lstm=normed)
    close(highest(conventions.load(saved(normed, "norm"))), theirs, "then it is read")
    normed = torch.nn.utils.weight_norm(torch.nn.LSTM(D, H), "weight_hh_l0")
    theirs = answer(normed)
    text = sentence(saved(normed, "norm"))
    say(f"  says {text}")
    run(re.search(r"torch\.nn\.utils\.remove_weight_norm\([^)]*\)", text)[0], lstm=normed)
    close(highest(conventions.load(saved(normed, "norm"))), theirs, "the older kind, then read")

    say("PyTorch prune and spectral_norm")
    for what, make in {
        "prune": lambda lstm: torch.nn.utils.prune.l1_unstructured(lstm, "weight_hh_l0", 0.5),
        "spectral_norm": lambda lstm: torch.nn.utils.spectral_norm(lstm, "weight_hh_l0"),
    }.items():
        made = make(torch.nn.LSTM(D, H)).eval()
        theirs = answer(made)
        advice(saved(made, what), "torch.nn.utils.", lstm=made)
        close(highest(conventions.load(saved(made, what))), theirs, "then it is read")

    half = torch.nn.LSTM(D, H).to(torch.bfloat16)
    state = half.state_dict()
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    say("PyTorch bfloat16")
    try:
        conventions.from_torch(*(state[name] for name in names))
    except ValueError as error:
        say(f"  says {error}")
    read = conventions.from_torch(*(state[name].float() for name in names))
    close(highest(read), answer(half.float()), ".float()")


# ---- ONNX --------------------------------------------------------------------------------------


def session(path: Path | str) -> onnxruntime.InferenceSession:
    """ONNX Runtime on the processor."""
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def exported(module: torch.nn.Module, name: str, **settings: object) -> Path:
    """Write an .onnx file by one of PyTorch's exporters."""
    path = FOLDER / f"{name}.onnx"
    torch.onnx.export(module.eval(), (torch.from_numpy(XS),), path, verbose=False, **settings)
    return path


def runtime(path: Path, xs: np.ndarray = XS) -> np.ndarray:
    """What ONNX Runtime computes."""
    one = session(path)
    return one.run(None, {one.get_inputs()[0].name: xs})[0]


def onnx_exports() -> None:
    kinds = {"dynamo=False": {"dynamo": False}, "dynamo=True": {"dynamo": True}}
    modules = {
        "LSTM": torch.nn.LSTM(D, H),
        "two layers, two directions": torch.nn.LSTM(D, H, 2, bidirectional=True),
        "lstm1, lstm2": Two(D),
    }
    for kind, settings in kinds.items():
        whole = settings | ({"external_data": False} if settings["dynamo"] else {})
        for name, module in modules.items():
            say(f"PyTorch {torch.__version__} torch.onnx.export({kind}): {name}")
            path = exported(module, "exported", **whole)
            close(highest(conventions.load(path)), runtime(path), "is read; ONNX Runtime")
        say(f"PyTorch torch.onnx.export({kind}): ReLU between lstm1 and lstm2")
        path = exported(Two(D, act=True), "relu", **whole)
        read = advice(path, "conventions.load", " or ")
        module = session(path)
        say(f"  its line reads {type(read).__name__} with H = {read.hidden_size}")
        module = torch.nn.GRU(D, H)
        say(f"PyTorch torch.onnx.export({kind}): GRU")
        path = exported(module, "gru", **whole)
        close(gru(advice(path, "w = ")), answer(module), "GRU")
    say("PyTorch torch.onnx.export(dynamo=True): proj_size")
    path = exported(torch.nn.LSTM(D, 4, proj_size=2), "proj", dynamo=True, external_data=False)
    say(f"  says {sentence(path)}")
    say("PyTorch torch.onnx.export(dynamo=True), its numbers in exported.onnx.data")
    module = torch.nn.LSTM(D, 64)
    path = exported(module, "exported", dynamo=True, external_data=True)
    os.chdir(FOLDER)
    advice(path, "onnx.save")
    close(highest(conventions.load("whole.onnx")), answer(module), "whole.onnx is read")
    say(f"  says {sentence(Path(f'{path}.data'))}")
    say(f"ONNX Runtime {onnxruntime.__version__} quantize_dynamic")
    path = exported(modules["LSTM"], "exported", dynamo=False)
    onnxruntime.quantization.quantize_dynamic(path, FOLDER / "quantized.onnx")
    say(f"  says {sentence(FOLDER / 'quantized.onnx')}")


def graph(
    node: onnx.NodeProto, arrays: dict[str, np.ndarray], before: Sequence[onnx.NodeProto] = ()
) -> Path:
    """A graph of one LSTM."""
    info = onnx.helper.make_tensor_value_info
    X = info("X", 1, [None, None, None])
    made = onnx.helper.make_graph(
        [*before, node],
        "g",
        [X],
        [info("Y", 1, None)],
        [onnx.numpy_helper.from_array(a, k) for k, a in arrays.items()],
    )
    opsets = [onnx.helper.make_opsetid("", 17)]
    path = FOLDER / "graph.onnx"
    onnx.save(onnx.helper.make_model(made, opset_imports=opsets, ir_version=9), path)
    return path


def onnx_graphs() -> None:
    make = onnx.helper.make_node
    W = {"W": numbers((1, 4 * H, D)), "R": numbers((1, 4 * H, H)), "B": numbers((1, 8 * H))}
    theirs = runtime(graph(make("LSTM", ["X", *W], ["Y"], hidden_size=H), W))[:, 0]
    say("ONNX: initial_h stored and not 0")
    h0 = numbers((1, N, H))
    path = graph(make("LSTM", ["X", *W, "", "h0"], ["Y"], hidden_size=H), W | {"h0": h0})
    answer = runtime(path)[:, 0]
    os.chdir(FOLDER)
    advice(path, "m = ", "; and hand")
    close(unroll(conventions.load("plain.onnx"), XS, h0=h0[0]).h, answer, "plain.onnx, h0=...")
    say("ONNX: sequence_lens")
    lens = np.array([T, 2], "int32")
    path = graph(make("LSTM", ["X", *W, "lens"], ["Y"], hidden_size=H), W | {"lens": lens})
    answer = runtime(path)[:, 0]
    advice(path, "m = ", "; and cut")
    p = conventions.load("plain.onnx")
    for row, length in enumerate(lens):
        close(unroll(p, XS[:length, row]).h, answer[:length, row], f"plain.onnx, row {row} cut")
    say("ONNX: direction reverse")
    path = graph(make("LSTM", ["X", *W], ["Y"], hidden_size=H, direction="reverse"), W)
    close(advice(path, "w = ", xs=XS), runtime(path)[:, 0], "turned around")
    say("ONNX: peepholes")
    P = {"P": numbers((1, 3 * H))}
    path = graph(make("LSTM", ["X", *W, "", "", "", "P"], ["Y"], hidden_size=H), W | P)
    peepholes = advice(path, "w = ", " and from_onnx")
    p = conventions.from_onnx(*W.values())
    ours = variants.peephole_unroll(p, peepholes, XS).h
    close(ours, runtime(path)[:, 0], "peephole_unroll")
    say("ONNX: W is computed")
    two = onnx.helper.make_node("Add", ["half", "half"], ["W"])
    path = graph(
        make("LSTM", ["X", *W], ["Y"], hidden_size=H),
        {"half": W["W"] / 2, "R": W["R"], "B": W["B"]},
        [two],
    )
    advice(path, "o = ", " writes")
    close(highest(conventions.load("folded.onnx")), theirs, "folded.onnx is read")
    say("ONNX: the LSTM in a function")
    path = graph(make("LSTM", ["X", *W], ["Y"], hidden_size=H), W)
    model = onnx.load(path)
    body = onnx.helper.make_function("mine", "Layer", ["X", *W], ["Y"], [model.graph.node[0]],
                                     model.opset_import)  # fmt: skip
    model.graph.node[0].CopyFrom(make("Layer", ["X", *W], ["Y"], domain="mine"))
    model.opset_import.append(onnx.helper.make_opsetid("mine", 1))
    model.functions.append(body)
    onnx.save(model, path)
    advice(path, "import onnx.inliner", " writes")
    close(highest(conventions.load("flat.onnx")), theirs, "flat.onnx is read")


def onnx_backend() -> None:
    from onnx.backend.test.case.node import collect_testcases

    cases = [c for c in collect_testcases("LSTM") if c.name.startswith("test_lstm")]
    for case in cases:
        node = case.model.graph.node[0]
        said = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        say(f"onnx {onnx.__version__} backend {case.name}: {list(node.input)} {said}")
        path = FOLDER / f"{case.name}.onnx"
        onnx.save(case.model, path)
        say(f"  says {sentence(path)}")
        given, (*answers,) = case.data_sets[0]
        arrays = dict(zip([i for i in node.input if i], given, strict=True))
        model = onnx.load(path)  # the same with its inputs stored
        model.graph.initializer.extend(
            onnx.numpy_helper.from_array(a, k) for k, a in arrays.items() if k != "X"
        )
        onnx.save(model, path)
        wanted = dict(zip([o for o in node.output if o], answers, strict=True))
        try:
            read = conventions.load(path)
        except ValueError as error:
            say(f"  its inputs stored, says {error}")
        else:
            X = arrays["X"].swapaxes(0, 1) if said.get("layout") else arrays["X"]
            steps = stack([read], X)[-1]
            ours = [steps[0].h[-1], steps[1].h[0]] if isinstance(read, tuple) else [steps.h[-1]]
            theirs = wanted["Y_h"].swapaxes(0, 1) if said.get("layout") else wanted["Y_h"]
            close(ours, theirs, "its inputs stored, is read; Y_h")


# ---- what others have published ----------------------------------------------------------------


def silero() -> None:
    data = Path(importlib.util.find_spec("silero_vad").submodule_search_locations[0]) / "data"
    reference = conventions.load(data / "silero_vad_16k.safetensors")
    tensors = safetensors.torch.load_file(data / "silero_vad_16k.safetensors")
    cell = torch.nn.LSTMCell(128, 128)
    cell.load_state_dict(
        {k.removeprefix("lstm_cell."): v for k, v in tensors.items() if k.startswith("lstm_cell.")}
    )
    xs = numbers((T, 1, 128))
    state, outputs = None, []
    for x in torch.from_numpy(xs):
        state = cell(x, state)
        outputs.append(state[0].detach().numpy())
    say("silero_vad_16k.safetensors")
    close(unroll(reference, xs).h, outputs, "is read; torch.nn.LSTMCell")
    say("silero_vad.jit")
    os.chdir(FOLDER)
    advice(data / "silero_vad.jit", "safetensors.torch.save_file", " writes")
    say(f"  lstm.safetensors: says {sentence('lstm.safetensors')}")
    begins = ("_model.decoder.", "_model_8k.decoder.")
    models = {name: conventions.load("lstm.safetensors", prefix=name) for name in begins}

    def compare(read: object, what: str) -> None:
        far = {n: np.abs(conventions.to_torch(read)[0] - conventions.to_torch(p)[0]).max()
               for n, p in models.items()}  # fmt: skip
        said = ", ".join(f"{name} by {d:.1e}" for name, d in far.items())
        say(f"  {what}: weight_ih differs from {said}")

    for path in sorted(data.glob("*.onnx")):
        say(path.name)
        try:
            compare(conventions.load(path), "is read")
        except ValueError as error:
            say(f"  says {error}")
            if "prefix=" in str(error):
                for name in re.findall(r"(?:prefix=| or )'([^']*)'", str(error)):
                    compare(conventions.load(path, prefix=name), f"prefix={name!r}")
    path = data / "silero_vad_16k_sequence.onnx"
    model = onnx.load(path)
    lstm = next(n for n in model.graph.node if n.op_type == "LSTM")
    w = {t.name: onnx.numpy_helper.to_array(t) for t in model.graph.initializer}
    alone = onnx.helper.make_node("LSTM", ["X", *"WRB"], ["Y"], hidden_size=128)
    theirs = runtime(
        graph(alone, {k: w[i] for k, i in zip("WRB", lstm.input[1:4], strict=True)}), xs
    )
    close(
        unroll(conventions.load(path), xs).h, theirs[:, 0], f"{path.name}, its node in ONNX Runtime"
    )


def g2p() -> None:
    folder = Path(importlib.util.find_spec("g2p_en").submodule_search_locations[0])
    path = folder / "checkpoint20.npz"
    source = (folder / "g2p.py").read_text(encoding="utf-8")
    body = source[source.index("    def sigmoid") : source.index("    def encode")]
    space: dict[str, object] = {"np": np}
    exec("class G2p:\n" + body, space)  # its own grucell, without what its import downloads
    w = np.load(path)
    xs = numbers((N, T, 256))
    names = ("enc_w_ih", "enc_w_hh", "enc_b_ih", "enc_b_hh")
    theirs = space["G2p"]().gru(xs, T, *(w[name] for name in names))
    say("g2p_en checkpoint20.npz")
    read = advice(path, "w = ")
    close(gru(read, np.swapaxes(xs, 0, 1)), np.swapaxes(theirs, 0, 1), "its own gru()")


PARTS: tuple[Callable[[], None], ...] = (
    onnx_backend, silero, g2p, onnx_exports, onnx_graphs, torch_files, keras_models, tf2_names,
    tf1_cells, flax_linen, flax_nnx, haiku_cells, equinox_cells, mlx_layers,
)  # fmt: skip


def main() -> None:
    """Try everything, or the parts that are named."""
    packages = ("numpy", "torch", "safetensors", "onnx", "onnxscript", "onnxruntime", "keras",
                "tensorflow-cpu", "tf_keras", "jax", "flax", "dm-haiku", "equinox", "mlx",
                "silero-vad", "g2p_en")  # fmt: skip
    say(f"{datetime.date.today()}, Python {sys.version.split()[0]}, "
        + ", ".join(f"{p} {importlib.metadata.version(p)}" for p in packages))  # fmt: skip
    wrong = 0
    for part in PARTS:  # each in a process of its own: some of these libraries do not go together
        run_ = subprocess.run(
            [sys.executable, __file__, part.__name__], stdout=subprocess.PIPE, text=True
        )
        said = [line for line in run_.stdout.splitlines() if line.startswith(MARK)]
        for line in said:
            say(line.removeprefix(MARK))
        if run_.returncode:
            wrong += 1
            say(f"{part.__name__} failed")
    say(f"{wrong} parts failed")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.exit(wrong)


if __name__ == "__main__":
    names = {part.__name__: part for part in PARTS}
    if sys.argv[-1] in names:
        names[sys.argv[-1]]()
        for line in lines:
            print(MARK + line.replace(f"{FOLDER}/", ""))
        sys.exit(bad)
    main()

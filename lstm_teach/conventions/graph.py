"""The LSTMs in the graph of an .onnx file: their weights, and which reads what another gives.

Whatever a node says is used, or the file is refused: attributes, states to begin with, lengths.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx.helper import get_attribute_value

from lstm_teach.conventions.advice import WeightsFileError, shown
from lstm_teach.conventions.files import HEADER, LIMIT, Arrays, require_bytes
from lstm_teach.conventions.names import Module, Named

READ = "w = {t.name: onnx.numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer}"
FOLD = (
    "o = onnxruntime.SessionOptions(); o.graph_optimization_level = onnxruntime."
    "GraphOptimizationLevel.ORT_ENABLE_BASIC; o.optimized_model_filepath = 'folded.onnx'; "
    "onnxruntime.InferenceSession(path, o) writes a file in which it is stored, if it can be"
)
MOST = 64  # nodes: each is compared with each
#: What an LSTM may say besides its weights without giving other numbers.
HARMLESS: dict[str, tuple[Any, ...]] = {
    "activation_alpha": ([],),
    "activation_beta": ([],),
    "input_forget": (0,),
    "layout": (0, 1),  # how its sequences lie; its weights lie the same way in both
    "direction": (b"forward", b"bidirectional"),
}
ROLES = ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P")
#: What moves numbers and changes none of them, as far as it is used on weights and sequences.
MOVES = ("Identity", "Dropout", "Transpose", "Squeeze", "Unsqueeze", "Reshape", "Slice", "Concat",
         "Gather", "Shape", "Mul")  # fmt: skip
FROM_FIRST = (*MOVES, "Expand", "Cast", "Split", "Tile")  # numbers of the first input and no others

#: Where each value of a graph comes from: a stored tensor, a node, or None for an input.
Known = ChainMap[str, Any]


class Found(NamedTuple):
    """A node, what its place is called, the values that it can see, and whether it is inside."""

    place: str
    node: Any
    known: Known
    inside: str  # the branch or the body that it stands in


def read(data: bytes, prefix: str = "") -> tuple[Arrays, list[Module]]:
    """The weights of the LSTM nodes whose place begins so, and these nodes in their order."""
    _count_others(memoryview(data), "model", 0)
    model = onnx.ModelProto.FromString(data)
    if not model.opset_import:  # it stands at the end, and is the first to go when a file is cut
        raise WeightsFileError(
            "it names no version of the operators; it must be a whole .onnx file"
        )
    nodes = list(_walk(model.graph, "", ChainMap()))
    lstms = [n for n in nodes if n.node.op_type == "LSTM" and n.node.domain in ("", "ai.onnx")]
    chosen = [n for n in lstms if n.place == prefix]
    chosen = chosen or [n for n in lstms if n.place.startswith(prefix)]
    if not chosen:
        raise WeightsFileError(_nothing_found(model, nodes, lstms))
    if len({n.place for n in lstms}) < len(lstms) or len(lstms) > MOST:
        raise WeightsFileError(
            f"it has {len(lstms)} LSTMs, or two of one name; there must be at most {MOST}, and "
            "every one must have its own"
        )
    if chosen[0].inside and not prefix:
        raise WeightsFileError(
            f"its LSTM is inside {chosen[0].inside}, which need not run or runs again and again; "
            f"take its weights by its name: {_pick(chosen)}"
        )
    arrays: Arrays = {}
    modules = [Module(n.place, [], "", [tuple(_weights(n, arrays, prefix))]) for n in chosen]
    return arrays, _ordered(model.graph, chosen, modules)


def _walk(graph: Any, where: str, outer: Known, inside: str = "") -> Iterator[Found]:
    """Every node, also those inside other nodes."""
    known = outer.new_child({v.name: None for v in graph.input})
    known.update({name: node for node in graph.node for name in node.output if name})
    known.update({t.values.name: t for t in graph.sparse_initializer})
    known.update({tensor.name: tensor for tensor in graph.initializer})
    for n, node in enumerate(graph.node):
        name = node.name or f"{where}{node.op_type}_{n}"
        yield Found(name, node, known, inside)
        for attribute in node.attribute:
            for body in [*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs]:
                what = f"{attribute.name} of {shown(node.op_type)}"
                yield from _walk(body, f"{name}.{attribute.name}.", known, inside or what)


def _pick(lstms: list[Found]) -> str:
    """Code that reads one of them; every name when there are few."""
    names = [shown(lstm.place, 90) for lstm in lstms]
    line = f"conventions.load(path, prefix={names[0]})"
    return line if len(names) == 1 else f"{line} or {' or '.join(names[1:3])}"


def _nothing_found(model: Any, nodes: list[Found], lstms: list[Found]) -> str:
    """What there is instead of an LSTM, and what to do with it."""
    if lstms:
        return f"none of its LSTMs has that name; {_pick(lstms)}"
    for function in model.functions:
        if any(node.op_type == "LSTM" for node in function.node):
            return (
                f"its LSTM is inside the function {shown(function.name)}: onnx.save(onnx.inliner."
                "inline_local_functions(onnx.load(path)), 'flat.onnx') writes it into the graph; "
                "it must stand there"
            )
    for place, node, _, _ in nodes:
        if node.op_type == "GRU":
            names = [f"w[{shown(name)}]" for name in node.input[1:4] if name]
            after = any(a.name == "linear_before_reset" and a.i for a in node.attribute)
            return (
                f"its graph has no LSTM; it must have one, and it has {shown(node.op_type)}, so "
                f"this is a GRU: {READ}; conventions.gru_from_onnx({', '.join(names)}"
                f"{', linear_before_reset=1' if after else ''})"
            )
        if "LSTM" in node.op_type:
            return (
                f"its LSTM {shown(place)} is {shown(node.op_type)} of {shown(node.domain)}, whose "
                "numbers are not floats or lie otherwise; it must be a plain LSTM, as it was "
                "before it was quantized or optimized"
            )
    operators = sorted(
        {n.node.op_type for n in nodes}, key=lambda op: op not in ("If", "Loop", "Scan")
    )
    return (
        f"its graph has no LSTM; it must have one, and it has {shown(', '.join(operators))}; where "
        "an LSTM was taken apart into these, give its matrices to conventions.from_split"
    )


# ---- one node ----------------------------------------------------------------------------------


def _weights(lstm: Found, arrays: Arrays, prefix: str) -> Iterator[Named]:
    """Put the weights of both directions among `arrays`, and give their names."""
    place, node = lstm.place, lstm.node
    given = {a.name: get_attribute_value(a) for a in node.attribute}
    ways = 2 if given.get("direction") == b"bidirectional" else 1
    for name, value in given.items():
        good = HARMLESS.get(name, ())
        if name == "activations":
            value = [one.lower() for one in value]
            good = ([b"sigmoid", b"tanh", b"tanh"] * ways,)
        if name != "hidden_size" and value not in good:
            if name == "direction":
                names = ", ".join(f"w[{shown(i)}]" for i in node.input[1:4] if i)
                raise WeightsFileError(
                    f"its LSTM has the direction {shown(value)}; it must be 'forward' or "
                    "'bidirectional', for one that only reads backward needs its xs turned round: "
                    f"{READ}; p = conventions.from_onnx({names}); unroll(p, xs[::-1]).h[::-1]"
                )
            raise WeightsFileError(
                f"its LSTM has {shown(name)[1:-1]} = {shown(value)}, which our cell has not; it "
                "must be a plain LSTM, exported without it"
            )
    inputs = {role: name for role, name in zip(ROLES, node.input, strict=False) if name}
    if len(node.input) > len(ROLES):
        raise WeightsFileError(f"its LSTM has {len(node.input)} inputs; there must be at most 8")
    read: dict[str, NDArray[Any]] = {}
    for role in ("W", "R", "B", "P"):
        if role in inputs:
            read[role] = _stored(lstm, role, inputs[role])
            if read[role].ndim == 0 or len(read[role]) != ways:
                raise WeightsFileError(
                    f"its LSTM's {role} has shape {shown(read[role].shape)}; the first axis must "
                    f"be its directions, {ways}"
                )
    if "P" in read and not read.pop("P").any():
        inputs.pop("P")  # peepholes of 0 say nothing
    for role in ("W", "R"):
        if role not in read:
            raise WeightsFileError(f"its LSTM has no {role}; both W and R must be there")
    H = int(given.get("hidden_size") or read["R"].shape[-1])
    if read["R"].shape[-1] != H:
        raise WeightsFileError(
            f"its LSTM's R has shape {shown(read['R'].shape)}, and hidden_size is {H}; "
            f"R must be ({ways}, {4 * H}, {H})"
        )
    if "P" in inputs:
        raise WeightsFileError(
            f"its LSTM's P {shown(inputs['P'])} is peepholes, which our cell has not; it must be a "
            f"plain LSTM, or take {READ}; conventions.peepholes_from_onnx(w[{shown(inputs['P'])}]) "
            "and from_onnx(W, R, B) to variants.peephole_unroll"
        )
    if "sequence_lens" in inputs:
        raise WeightsFileError(
            f"its LSTM reads lengths, sequence_lens {shown(inputs['sequence_lens'])}, and ours "
            f"reads to the end; it must not: {_without(lstm, 4)}; and cut xs to its length"
        )
    for k, role in ((5, "initial_h"), (6, "initial_c")):
        if role in inputs:
            _require_nothing_before(lstm, k, role, inputs[role], H, prefix)
    for k, way in enumerate(("forward.", "backward.") if ways == 2 else ("",)):
        named = {role: f"{place}.{way}{role}" for role in read}
        arrays.update({named[role]: array[k : k + 1] for role, array in read.items()})
        yield "onnx", named


def _without(lstm: Found, k: int) -> str:
    """Code that writes the graph without one input of a node."""
    return (
        "m = onnx.load(path); n = next(n for n in m.graph.node if "
        f"{shown(lstm.node.output[0])} in n.output); n.input[{k}] = ''; onnx.save(m, 'plain.onnx')"
    )


def _require_nothing_before(lstm: Found, k: int, role: str, name: str, H: int, prefix: str) -> None:
    """Refuse a state to begin with that is in the file and not 0; who calls may give another.

    Who names the node takes its weights alone, whatever the graph computes for it.
    """
    tensors, others = _numbers(lstm.known, name, {})
    others = set() if prefix else others
    for tensor in tensors:
        if len(tensor.dims) == 3 and tensor.dims[-1] != H:
            raise WeightsFileError(
                f"its LSTM's {role} has {tensor.dims[-1]} numbers and hidden_size is {H}; both "
                "must be the same, and are not where PyTorch exported a projection (proj_size), "
                "whose weights are then not in the file: save lstm.state_dict() of one without it"
            )
        if _tensor(tensor).any():
            others.add("stored numbers that are not 0")
    if others:
        raise WeightsFileError(
            f"its LSTM's {role} {shown(name)} comes from {', '.join(sorted(others)[:3])}; it must "
            f"be 0 or an input of the graph: {_without(lstm, k)}; and hand it to unroll(p, xs, "
            f"{role[-1]}0=...)"
        )


def _numbers(known: Known, name: str, seen: dict[str, None]) -> tuple[list[Any], set[str]]:
    """The stored tensors that a value's numbers are from, and what computes any of them anew."""
    if name in seen:
        return [], set()
    seen[name] = None
    at = known.get(name, "nothing")
    if at is None:  # an input of the graph
        return [], set()
    if isinstance(at, onnx.TensorProto):
        return [at], set()
    if isinstance(at, onnx.NodeProto):
        given = {a.name: a for a in at.attribute}
        if at.op_type in ("Constant", "ConstantOfShape") and "value" in given:
            return [given["value"].t], set()
        if at.op_type == "ConstantOfShape":
            return [], set()
        if at.op_type in FROM_FIRST and at.op_type not in ("Mul", "Shape") and at.input:
            found: tuple[list[Any], set[str]] = ([], set())
            for source in at.input if at.op_type == "Concat" else at.input[:1]:
                tensors, others = _numbers(known, source, seen)
                found[0].extend(tensors)
                found[1].update(others)
            return found
        return [], {shown(at.op_type)}
    return [], {"nothing" if isinstance(at, str) else "a sparse tensor"}


# ---- values that the graph only moves ----------------------------------------------------------


class NotMoved(Exception):
    """A value that the graph computes, or that comes from outside; its text says from what."""


def _stored(lstm: Found, role: str, name: str) -> NDArray[Any]:
    """A weight, moved as the graph moves it."""
    try:
        array = _moved(lstm.known, name, {})
    except NotMoved as error:
        what = str(error)
        if what == "input":
            raise WeightsFileError(
                f"its LSTM's {role} is {shown(name)}, an input of the graph, so its numbers are "
                "not in the file; they must be: read them where they are, and conventions."
                "from_onnx(W, R, B)"
            ) from None
        raise WeightsFileError(
            f"its LSTM's {role} is computed by the graph ({what}); it must be stored among the "
            f"initializers: {FOLD}"
        ) from None
    return array


def _moved(known: Known, name: str, done: dict[str, NDArray[Any]]) -> NDArray[Any]:
    """A value that comes from stored numbers, or those in `done`, and is only moved."""
    if name in done:
        return done[name]
    at = known.get(name, "nothing")
    if at is None:
        raise NotMoved("input")
    if isinstance(at, onnx.TensorProto):
        array = _tensor(at)
    elif not isinstance(at, onnx.NodeProto):
        raise NotMoved(shown(at if isinstance(at, str) else "sparse"))
    else:
        given = {a.name: get_attribute_value(a) for a in at.attribute}
        if at.op_type == "Constant" and "value" in given:
            array = _tensor(given["value"])
        elif at.op_type == "Constant" and set(given) & {"value_int", "value_ints"}:
            array = np.array(next(iter(given.values())))
        elif at.op_type in MOVES and at.domain in ("", "ai.onnx"):
            inputs = at.input[:1] if at.op_type == "Dropout" else at.input
            if at.op_type == "Dropout" and len(at.input) > 2 and at.input[2]:
                raise NotMoved("Dropout that trains")
            array = _move(
                at.op_type, given, [_moved(known, i, done) if i else None for i in inputs]
            )
        else:
            raise NotMoved(shown(at.op_type))
    done[name] = array
    if sum(array.nbytes for array in done.values()) > 4 * LIMIT:
        raise WeightsFileError(
            f"its weights are copied again and again; they must fit {LIMIT} bytes"
        )
    return array


def _move(op: str, given: dict[str, Any], inputs: list[Any]) -> NDArray[Any]:
    """What one node makes of its inputs; in early versions some of these were attributes."""
    x = inputs[0]

    def second(name: str, k: int = 1) -> Any:
        return inputs[k].tolist() if len(inputs) > k and inputs[k] is not None else given.get(name)

    if op == "Transpose":
        return np.transpose(x, given.get("perm"))
    if op in ("Squeeze", "Unsqueeze"):
        axes = second("axes")
        if axes is None:
            raise NotMoved("Squeeze without axes")
        return np.squeeze(x, tuple(axes)) if op == "Squeeze" else np.expand_dims(x, tuple(axes))
    if op == "Reshape":
        kept = not given.get("allowzero")
        shape = second("shape")
        return np.reshape(x, [x.shape[k] if n == 0 and kept else n for k, n in enumerate(shape)])
    if op == "Shape":
        return np.array(x.shape[given.get("start", 0) : given.get("end")])
    if op == "Concat":
        if sum(array.nbytes for array in inputs) > LIMIT:
            raise WeightsFileError(
                f"its weights would be more than {LIMIT} bytes; they must be fewer"
            )
        return np.concatenate(inputs, given["axis"])
    if op == "Gather":
        if inputs[1].size * x.nbytes > LIMIT * max(1, x.shape[given.get("axis", 0)]):
            raise NotMoved("Gather of more than there is")
        return np.take(x, inputs[1], given.get("axis", 0))
    if op == "Mul":
        if x.dtype.kind != "i" or any(array.ndim > 1 for array in inputs):
            raise NotMoved("Mul")
        return np.multiply(*inputs)
    if op == "Slice":
        starts, ends = second("starts"), second("ends", 2)
        axes, steps = second("axes", 3) or range(len(starts)), second("", 4) or [1] * len(starts)
        cut = [slice(None)] * x.ndim
        for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
            if step < 1:
                raise NotMoved("Slice that turns round")
            cut[axis] = slice(start, end, step)
        return x[tuple(cut)]
    return x


def _ordered(graph: Any, lstms: list[Found], modules: list[Module]) -> list[Module]:
    """The nodes from the lowest on; refused unless each reads all that the one below gives."""
    above: dict[int, int] = {}  # which reads what this one gives
    for k, lstm in enumerate(lstms):
        for n, below in enumerate(lstms):
            if n != k and _reads(graph, below, lstm, len(modules[n].layers[0])):
                above[n] = k
    first = set(range(len(lstms))) - set(above.values())
    order = [min(first, default=0)]
    while order[-1] in above and len(order) <= len(lstms):
        order.append(above[order[-1]])
    if len(order) != len(lstms) or len(first) != 1:
        raise WeightsFileError(
            "it holds several LSTMs, and they do not each read what the one before gives and "
            f"nothing else; take one by its name: {_pick(lstms)}"
        )
    return [modules[k] for k in order]


def _reads(graph: Any, below: Found, lstm: Found, ways: int) -> bool:
    """Whether a node reads the whole output of another, only moved to where it belongs.

    Numbers that tell their places are sent the same way.
    """
    if below.known is not lstm.known or not below.node.output[0]:
        return False
    layouts = [
        next((a.i for a in f.node.attribute if a.name == "layout"), 0) for f in (below, lstm)
    ]
    H = _stored(below, "R", below.node.input[2]).shape[-1]
    T, N = _sizes(graph, below.node, layouts[0], ways * H)
    y = np.arange(T * ways * N * H).reshape(T, ways, N, H)
    want = y.transpose(0, 2, 1, 3).reshape(T, N, ways * H)
    y = y.transpose(2, 0, 1, 3) if layouts[0] else y
    try:
        x = _moved(lstm.known, lstm.node.input[0], {below.node.output[0]: y})
    except (NotMoved, ValueError, IndexError, TypeError):
        return False
    return np.array_equal(x, want.swapaxes(0, 1) if layouts[1] else want)


def _sizes(graph: Any, node: Any, layout: int, numbers: int) -> tuple[int, int]:
    """Moments and rows of what a node reads or gives where the graph says so; else any."""
    for value in (*graph.value_info, *graph.input):
        if value.name in (node.input[0], node.output[0]):
            dims = [d.dim_value for d in value.type.tensor_type.shape.dim]
            if len(dims) == 4:  # without the axis of directions
                del dims[2 if layout else 1]
            T, N = dims[1::-1] if layout else dims[:2]
            if T > 0 and N > 0 and T * N * numbers < LIMIT // 8:
                return T, N
    return 3, 2


# ---- the bytes of a file -----------------------------------------------------------------------

# A .onnx file is a tree of protobuf messages. One that is nearly empty takes 2 bytes in the file
# and 160 in memory, so before the file is read we count what is not the bytes of a weight. Here is
# what the numbers of the fields on the way to one mean: 4, 5, 9 and 10 of a tensor are float_data,
# int32_data, raw_data and double_data.
FIELDS: dict[str, dict[int, str]] = {
    "model": {7: "graph"},
    "graph": {1: "node", 5: "tensor"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph"},
    "tensor": dict.fromkeys((4, 5, 9, 10), "weights"),
}


def _count_others(data: memoryview, kind: str, others: int) -> int:
    """Add how many bytes of a message are not weights; refuse what has too many of them."""
    at = 0
    while at < len(data):
        start = at
        tag, at = _varint(data, at)
        inside = FIELDS[kind].get(tag >> 3) if tag & 7 == 2 else None
        if tag & 7 == 2:  # a message, text, or numbers: its length comes first
            size, at = _varint(data, at)
            body = data[at : at + size]
            at += size
            others -= len(body) if inside else 0
            if inside and inside != "weights":
                others = _count_others(body, inside, others)
        elif tag & 7 == 0:
            _, at = _varint(data, at)
        else:  # eight or four bytes
            at += {1: 8, 5: 4}[tag & 7]
        others += at - start
        if others > HEADER:
            raise WeightsFileError(
                f"more than {HEADER} bytes of it are not weights; there must be fewer"
            )
    return others


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """A number of protobuf, seven bits a byte, and where the next one begins."""
    value = shift = 0
    while data[at] & 128 and shift < 63:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
    return value | data[at] << shift, at + 1


#: What numbers are stored in when they are not bytes: the field, and bytes a number.
STORED = {
    onnx.TensorProto.FLOAT: ("float_data", 4),
    onnx.TensorProto.DOUBLE: ("double_data", 8),
    onnx.TensorProto.FLOAT16: ("int32_data", 2),
    onnx.TensorProto.BFLOAT16: ("int32_data", 2),
    onnx.TensorProto.INT32: ("int32_data", 4),
    onnx.TensorProto.INT64: ("int64_data", 8),
}


def _tensor(tensor: Any) -> NDArray[Any]:
    """The numbers of a tensor, once its size is that of the bytes or numbers it holds."""
    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        raise WeightsFileError(
            f"{shown(tensor.name)} lies in another file; all weights must be in this one: "
            "torch.onnx.export(..., external_data=False) writes it so, and from both files "
            "onnx.save(onnx.load(path), 'whole.onnx')"
        )
    if tensor.data_type not in STORED:
        raise WeightsFileError(
            f"{shown(tensor.name)} has numbers of the ONNX type {tensor.data_type}; they must be "
            "FLOAT, DOUBLE, FLOAT16 or BFLOAT16"
        )
    field, itemsize = STORED[tensor.data_type]
    if tensor.HasField("raw_data"):
        there = len(tensor.raw_data)
    else:
        there = len(getattr(tensor, field)) * itemsize
    require_bytes(tensor.name, tuple(tensor.dims), itemsize, there)
    array = onnx.numpy_helper.to_array(tensor)
    # NumPy has no bfloat16: what stands for it here is a type of a package of its own
    return array.astype(np.float32) if itemsize == 2 else array

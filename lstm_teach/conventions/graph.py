"""The LSTMs in the graph of an .onnx file: their weights, and which reads what another gives.

Whatever a node says is used, or the file is refused: attributes, states to begin with, lengths.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx.helper import get_attribute_value

from lstm_teach.conventions.advice import TABLES, WeightsFileError, say, shown
from lstm_teach.conventions.files import HEADER, LIMIT, Arrays, require_bytes
from lstm_teach.conventions.names import Module

MOST = 64  # nodes: each is compared with each
#: What an LSTM may say besides its weights without giving other numbers; what its inputs are; the
#: field of a tensor for each type of numbers, and bytes a number; where weights lie in a file.
HARMLESS, ROLES, TYPES, FIELDS = (
    TABLES["onnx"][key] for key in ("attributes", "inputs", "types", "fields")
)
#: What moves numbers and changes none of them.
MOVES = {"Identity", "Dropout", "Transpose", "Squeeze", "Unsqueeze", "Reshape", "Slice", "Concat"}
SHAPES = {"Shape", "Mul"}  # ... and makes the shape for a Reshape
FILLS = {"Expand", "Cast", "Split", "Tile", "Gather"}  # ... and has the first input's numbers

#: Where each value that a node can see comes from: a stored tensor, a node, or None for an input.
Known = ChainMap[str, Any]


class Found(NamedTuple):
    """A node, its name, the values that it can see, and the branch or body that it stands in."""

    place: str
    node: Any
    known: Known
    inside: str

    @property
    def given(self) -> dict[str, Any]:
        """Its attributes, by their names."""
        return {a.name: get_attribute_value(a) for a in self.node.attribute}


def read(data: bytes, prefix: str = "") -> tuple[Arrays, list[Module]]:
    """The weights of the LSTM nodes whose name begins so, and these nodes in their order."""
    _count_others(memoryview(data), "model", 0)
    model = onnx.ModelProto.FromString(data)
    if not model.opset_import:  # it stands at the end, and is the first to go when a file is cut
        raise say("no version")
    nodes = list(_walk(model.graph, "", ChainMap()))
    lstms = [n for n in nodes if n.node.op_type == "LSTM" and n.node.domain in ("", "ai.onnx")]
    chosen = [n for n in lstms if n.place == prefix]
    chosen = chosen or [n for n in lstms if n.place.startswith(prefix)]
    if not chosen:
        raise _nothing_found(model, nodes, lstms)
    if len({n.place for n in lstms}) < len(lstms) or len(lstms) > MOST:
        raise say("many", count=len(lstms), most=MOST)
    if chosen[0].inside and not prefix:
        raise say("inside", {"inside": chosen[0].inside, "pick": _pick(chosen)})
    arrays: Arrays = {}
    modules = [
        Module("onnx", n.place, {(0, k > 0): w for k, w in enumerate(_weights(n, arrays, prefix))})
        for n in chosen
    ]
    return arrays, _ordered(model.graph, chosen, modules)


def _walk(graph: Any, where: str, outer: Known, inside: str = "") -> Iterator[Found]:
    """Every node, also those inside other nodes."""
    known = outer.new_child({value.name: None for value in graph.input})
    known.update({name: node for node in graph.node for name in node.output if name})
    known.update({t.values.name: "a sparse tensor" for t in graph.sparse_initializer})
    known.update({tensor.name: tensor for tensor in graph.initializer})
    for n, node in enumerate(graph.node):
        name = node.name or f"{where}{node.op_type}_{n}"
        yield Found(name, node, known, inside)
        for attribute in node.attribute:
            for body in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
                what = inside or f"{shown(attribute.name)[1:-1]} of {shown(node.op_type)}"
                yield from _walk(body, f"{name}.{attribute.name}.", known, what)


def _pick(lstms: list[Found]) -> str:
    """Code that reads one of some nodes, and the names of others."""
    names = [shown(lstm.place, 90) for lstm in lstms[:3]]
    return " or ".join([f"conventions.load(path, prefix={names[0]})", *names[1:]])


def _stored_names(node: Any, cut: str = "") -> str:
    """W, R and B as code."""
    return ", ".join(f"w[{shown(name)}]{cut}" for name in node.input[1:4] if name)


def _nothing_found(model: Any, nodes: list[Found], lstms: list[Found]) -> WeightsFileError:
    """What there is instead of an LSTM, and what to do with it."""
    if lstms:
        return say("no such node", {"pick": _pick(lstms)})
    for function in model.functions:
        if any(node.op_type == "LSTM" for node in function.node):
            return say("function", name=function.name)
    for found in nodes:
        node, given = found.node, found.given
        if node.op_type == "GRU":
            after = ", linear_before_reset=1" if given.get("linear_before_reset") else ""
            cut = "[:1]" if given.get("direction") == b"bidirectional" else ""  # [1:]: backward
            return say("GRU node", {"weights": _stored_names(node, cut), "after": after})
        if "LSTM" in node.op_type:
            return say("other LSTM", name=found.place, op=node.op_type, domain=node.domain)
    operators = {n.node.op_type for n in nodes}
    bodies = operators & {"If", "Loop", "Scan"}  # an LSTM may be taken apart in these
    return say("no node", operators=", ".join([*sorted(bodies), *sorted(operators - bodies)]))


# ---- one node ----------------------------------------------------------------------------------


def _weights(lstm: Found, arrays: Arrays, prefix: str) -> Iterator[dict[str, str]]:
    """Put the weights of both directions among `arrays`, and give their names."""
    node, given = lstm.node, lstm.given
    ways = 2 if given.get("direction") == b"bidirectional" else 1
    words: dict[str, object] = {"output": shown(node.output[0]), "weights": _stored_names(node)}
    for name, value in given.items():
        good = HARMLESS.get(name, [])
        if name == "activations":
            value, good = [one.lower() for one in value], [[b"sigmoid", b"tanh", b"tanh"] * ways]
        plain = value.decode(errors="replace") if isinstance(value, bytes) else value
        if name != "hidden_size" and plain not in good:
            words["name"] = shown(name)[1:-1]
            raise say(name if name == "direction" else "attribute", words, value=value)
    if len(node.input) > len(ROLES):
        raise say("inputs", count=len(node.input))
    inputs = {role: name for role, name in zip(ROLES, node.input, strict=False) if name}
    stored = {r: _stored(lstm, r, inputs[r]) for r in [*"WRBP"] if r in inputs}
    for role, array in stored.items():
        if array.ndim == 0 or len(array) != ways:
            raise say("first axis", {"role": role}, shape=array.shape, ways=ways)
    for role in ("W", "R"):
        if role not in stored:
            raise say("no weights", {"role": role})
    H = int(given.get("hidden_size") or stored["R"].shape[-1])
    if stored["R"].shape[-1] != H:
        raise say("hidden_size", shape=stored["R"].shape, H=H, rows=4 * H, ways=ways)
    if "P" in stored and stored.pop("P").any():  # peepholes of 0 say nothing
        raise say("P of a node", name=inputs["P"])
    if "sequence_lens" in inputs:
        raise say("lengths", {**words, "k": 4}, name=inputs["sequence_lens"])
    for role in ("initial_h", "initial_c"):
        if role in inputs:
            words |= {"role": role, "letter": role[-1], "k": ROLES.index(role)}
            _require_no_state(lstm, inputs[role], H, prefix, words)
    for k, way in enumerate(("forward.", "backward.") if ways == 2 else ("",)):
        named = {role: f"{lstm.place}.{way}{role}" for role in stored}
        arrays.update({named[role]: array[k : k + 1] for role, array in stored.items()})
        yield named


def _require_no_state(
    lstm: Found, name: str, H: int, prefix: str, words: Mapping[str, object]
) -> None:
    """Refuse a state to begin with that is in the file and not 0; who calls may give another.

    Who asks for a node by its name takes its weights alone, whatever the graph computes for it.
    """
    leaves = _leaves(lstm.known, name, MOVES | FILLS, {}, True)
    what = set() if prefix else {leaf for leaf in leaves if isinstance(leaf, str)} - {"input"}
    for leaf in leaves:
        if isinstance(leaf, onnx.TensorProto):
            if len(leaf.dims) == 3 and leaf.dims[-1] != H:
                raise say("state size", words, size=leaf.dims[-1], H=H)
            if _tensor(leaf).any():
                what.add("stored numbers that are not 0")
    if what:
        raise say("state", {**words, "what": shown(", ".join(sorted(what)))[1:-1]}, name=name)


# ---- values that the graph only moves ----------------------------------------------------------


def _source(known: Known, name: str) -> Any:
    """Where a value comes from; a Constant node may hold a tensor, a number or a list."""
    at = known.get(name, "nothing that is there")
    if not isinstance(at, onnx.NodeProto) or at.op_type != "Constant":
        return at
    value = get_attribute_value(at.attribute[0])
    tensor = isinstance(value, onnx.TensorProto)
    return value if tensor else onnx.numpy_helper.from_array(np.array(value))


def _leaves(
    known: Known, name: str, through: set[str], seen: dict[str, Any], first: bool = False
) -> list[Any]:
    """Where a value comes from, through some operators: tensors, "input", and other operators.

    With `first` only what its numbers are is followed, and not what their shape comes from.
    """
    if name in seen:
        return []
    seen[name] = None
    at = _source(known, name)
    if at is None:
        return ["input"]
    if not isinstance(at, onnx.NodeProto):
        return [at]
    if first and at.op_type == "ConstantOfShape":
        return [a.t for a in at.attribute]  # without a value it is 0
    trains = at.op_type == "Dropout" and len(at.input) > 2
    if at.op_type not in through or at.domain not in ("", "ai.onnx") or trains:
        return [at.op_type]
    inputs = at.input if at.op_type == "Concat" or not first else at.input[:1]
    return [leaf for i in inputs if i for leaf in _leaves(known, i, through, seen, first)]


def _stored(lstm: Found, role: str, name: str) -> NDArray[Any]:
    """A weight, moved as the graph moves it."""
    others = [leaf for leaf in _leaves(lstm.known, name, MOVES, {}) if isinstance(leaf, str)]
    if "input" in others:
        raise say("weights outside", {"role": role}, name=name)
    if others:
        raise say("computed", {"role": role}, what=", ".join(others))
    return _value(lstm.known, name, {})


def _value(known: Known, name: str, done: Arrays) -> NDArray[Any]:
    """A value that comes from tensors, or from those that are `done`, by moves alone."""
    if name not in done:
        at = _source(known, name)
        if isinstance(at, onnx.TensorProto):
            done[name] = _tensor(at)
        else:
            from onnx.reference import ReferenceEvaluator

            feeds = {i: _value(known, i, done) for i in at.input if i}
            sizes = [array.nbytes for array in done.values()]
            if sum(sizes) > 4 * LIMIT or sum(done[i].nbytes for i in at.input if i) > LIMIT:
                raise say("copied", limit=LIMIT)
            if at.op_type == "Mul" and any(array.ndim > 1 for array in feeds.values()):
                raise ValueError("shapes have one axis")
            outputs: Any = ReferenceEvaluator(at).run(None, feeds)
            done |= zip(at.output, outputs, strict=False)
    return done[name]


# ---- the order of nodes ------------------------------------------------------------------------


def _ordered(graph: Any, lstms: list[Found], modules: list[Module]) -> list[Module]:
    """The nodes from the lowest on; refused unless each reads all that the one below gives."""
    above = {
        n: k
        for k, lstm in enumerate(lstms)
        for n, below in enumerate(lstms)
        if n != k and _reads(graph, below, lstm, len(modules[n].groups))
    }
    first = sorted(set(range(len(lstms))) - set(above.values()))
    order = first[:1]
    while order and order[-1] in above:
        order.append(above[order[-1]])
    if len(first) != 1 or len(order) != len(lstms):
        raise say("several nodes", {"pick": _pick(lstms)})
    return [modules[k] for k in order]


def _reads(graph: Any, below: Found, lstm: Found, ways: int) -> bool:
    """Whether a node reads the whole output of another, only moved to where it belongs.

    Numbers that tell their places are sent the same way.
    """
    Y, X = below.node.output[0], lstm.node.input[0]
    leaves = _leaves(lstm.known, X, MOVES | SHAPES, {Y: None})
    if below.known is not lstm.known or any(isinstance(leaf, str) for leaf in leaves):
        return False
    rows_first = [bool(found.given.get("layout")) for found in (below, lstm)]
    H = _stored(below, "R", below.node.input[2]).shape[-1]
    T, N = _sizes(graph, below.node, rows_first[0], ways * H)
    y = np.arange(T * ways * N * H).reshape(T, ways, N, H)
    want = y.transpose(0, 2, 1, 3).reshape(T, N, ways * H)
    try:
        x = _value(lstm.known, X, {Y: y.transpose(2, 0, 1, 3) if rows_first[0] else y})
    except (ValueError, IndexError, TypeError):
        return False
    return np.array_equal(x, want.swapaxes(0, 1) if rows_first[1] else want)


def _sizes(graph: Any, node: Any, rows_first: bool, numbers: int) -> tuple[int, int]:
    """Moments and rows of what a node reads or gives where the graph says so; else any."""
    for value in (*graph.value_info, *graph.input):
        if value.name in (node.input[0], node.output[0]):
            dims = [d.dim_value for d in value.type.tensor_type.shape.dim]
            if len(dims) == 4:  # without the axis of directions
                del dims[2 if rows_first else 1]
            T, N = (dims[1::-1] if rows_first else dims[:2]) if len(dims) == 3 else (0, 0)
            if T > 0 and N > 0 and T * N * numbers < LIMIT // 8:
                return T, N
    return 3, 2


# ---- the bytes of a file -----------------------------------------------------------------------

# A .onnx file is a tree of protobuf messages. One that is nearly empty takes 2 bytes in the file
# and 160 in memory, so before the file is read we count what is not the bytes of a weight. Here is
# what the numbers of the fields on the way to one mean: 4, 5, 9 and 10 of a tensor are float_data,
# int32_data, raw_data and double_data.


def _count_others(data: memoryview, kind: str, others: int) -> int:
    """Add how many bytes of a message are not weights; refuse what has too many of them."""
    at = 0
    while at < len(data):
        start = at
        tag, at = _varint(data, at)
        if tag & 7 == 2:  # a message, text, or numbers: its length comes first
            size, at = _varint(data, at)
            body, inside = data[at : at + size], FIELDS[kind].get(str(tag >> 3))
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
            raise say("not weights", limit=HEADER)
    return others


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """A number of protobuf, seven bits a byte, and where the next one begins."""
    value = shift = 0
    while data[at] & 128 and shift < 63:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
    return value | data[at] << shift, at + 1


def _tensor(tensor: Any) -> NDArray[Any]:
    """The numbers of a tensor, once its size is that of the bytes or numbers it holds."""
    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        raise say("elsewhere", name=tensor.name)
    if str(tensor.data_type) not in TYPES:
        raise say("onnx type", name=tensor.name, type=tensor.data_type)
    field, itemsize = TYPES[str(tensor.data_type)]
    raw = tensor.HasField("raw_data")
    there = len(tensor.raw_data) if raw else len(getattr(tensor, field)) * itemsize
    require_bytes(tensor.name, tuple(tensor.dims), itemsize, there)
    array = onnx.numpy_helper.to_array(tensor)
    # NumPy has no bfloat16: what stands for it here is a type of a package of its own
    return array.astype(np.float32) if itemsize == 2 else array

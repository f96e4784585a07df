"""Find an LSTM among named arrays: whose spelling it is, its layers and its directions.

Only names and shapes are looked at here; `conventions` reads the weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach.conventions.files import WeightsFileError, shown
from lstm_teach.parameters import GATES


class Spelling(NamedTuple):
    """How a library names the weights of one layer: names it needs, and one only an LSTM has."""

    pattern: str
    needed: tuple[str, ...]
    mark: str


IN_FRONT = r"(?P<place>(?:.*[./])?)"  # "encoder.lstm." or "sequential/lstm_1/lstm_cell/"
SPELLINGS = {
    "torch": Spelling(
        r"(?P<place>.*?)(?P<role>(?:weight|bias)_(?:ih|hh|hr))"
        r"(?:_l(?P<layer>\d{1,3}))?(?P<backward>_reverse)?",
        ("weight_ih", "weight_hh"),
        "weight_hh",
    ),
    "keras": Spelling(
        IN_FRONT + r"(?P<role>kernel|recurrent_kernel|bias)(?::0)?",
        ("kernel", "recurrent_kernel"),
        "recurrent_kernel",
    ),
    "onnx": Spelling(IN_FRONT + r"(?P<role>[WRBP])", ("W", "R"), "R"),
    "own": Spelling(
        IN_FRONT + rf"(?P<role>(?:{'|'.join(GATES.values())})\.[Wb])",
        tuple(f"{gate}.{part}" for gate in GATES.values() for part in "Wb"),
        "forget.W",
    ),
}
WANTED = (
    "weight_ih_l0 and weight_hh_l0 (PyTorch), kernel and recurrent_kernel (Keras), W and R (ONNX) "
    "or forget.W, forget.b and so on (ours)"
)

#: One direction of one layer: its spelling, and the name of each of its arrays.
Named = tuple[str, dict[str, str]]


def find(
    arrays: Mapping[str, ArrayLike], spellings: Iterable[str] = SPELLINGS
) -> list[tuple[Named, ...]]:
    """Give the layers of the one LSTM among `arrays`, each `(forward,)` or `(forward, backward)`.

    Names may have anything in front ("encoder.lstm."). Several that differ in numbers only
    ("lstm_1", "lstm_2") are layers, in the order of these numbers.
    """
    groups: dict[tuple[str, str, tuple[int, ...], bool], dict[str, str]] = {}
    for name in arrays:
        for spelling in spellings:
            if match := re.fullmatch(SPELLINGS[spelling].pattern, str(name)):
                place, numbers, backward = _place(**match.groupdict())
                weights = groups.setdefault((spelling, place, numbers, backward), {})
                if match["role"] in weights:
                    raise WeightsFileError(
                        f"{shown(name)} and {shown(weights[match['role']])} would be the same "
                        "weights; every one must be there once"
                    )
                weights[match["role"]] = name
    groups = {k: weights for k, weights in groups.items() if SPELLINGS[k[0]].mark in weights}
    if not groups:
        some = ", ".join(f"{shown(n)} {np.shape(arrays[n])}" for n in list(arrays)[:4])
        more = f" and {len(arrays) - 4} more" if len(arrays) > 4 else ""
        raise WeightsFileError(
            f"no LSTM was found in it; there must be {WANTED}, and it has {some or 'nothing'}{more}"
        )
    if len({key[:2] for key in groups}) > 1:
        every = sorted(shown(f"{spelling}: {place}") for spelling, place, *_ in groups)
        raise WeightsFileError(
            f"it holds several LSTMs ({', '.join(dict.fromkeys(every[:4]))}); "
            "it must hold one, so save each in a file of its own"
        )
    layers: dict[tuple[int, ...], dict[bool, Named]] = {}
    for (spelling, _, numbers, backward), weights in sorted(groups.items()):
        _require_whole(spelling, weights, arrays)
        layers.setdefault(numbers, {})[backward] = (spelling, weights)
    depth = [numbers[-1] for numbers in layers] if spelling == "torch" else []
    if depth != list(range(len(depth))):
        raise WeightsFileError(
            f"it has the layers {depth}; they must be counted from 0 without a gap"
        )
    if {tuple(layer) for layer in layers.values()} - {(False,)} not in (set(), {(False, True)}):
        raise WeightsFileError(
            "one layer has the backward direction alone; the forward one must be there"
        )
    return [tuple(layer.values()) for layer in layers.values()]


def _place(
    place: str, role: str, layer: str | None = None, backward: str | None = None
) -> tuple[str, tuple[int, ...], bool]:
    """Where an array belongs: what stands in front of its name, the numbers in it, the direction.

    Keras names both directions of a layer `bidirectional/forward_lstm/...` and
    `bidirectional/backward_lstm/...`.
    """
    place = re.sub(r"bidirectional(_\d+)?/", "", place)
    turned = re.search(r"(?:^|[./])backward[._/]", place)
    place = re.sub(r"(^|[./])(forward|backward)[._/]", r"\1", place)
    numbers = tuple(int(number) for number in re.findall(r"\d{1,9}", place))
    if layer is not None or role.startswith(("weight_", "bias_")):
        numbers = (*numbers, int(layer or 0))  # PyTorch's LSTMCell has no layers
    return re.sub(r"_?\d+", "", place), numbers, bool(backward or turned)


def _require_whole(spelling: str, weights: dict[str, str], arrays: Mapping[str, ArrayLike]) -> None:
    """Refuse half an LSTM, another kind of cell, and what our cell has not."""
    for role in SPELLINGS[spelling].needed:
        if role not in weights:
            mark = weights[SPELLINGS[spelling].mark]
            raise WeightsFileError(f"{shown(mark)} is there and its {role} is not; both must be")
    for role, what in {"weight_hr": "a projection of h", "P": "peepholes"}.items():
        if role in weights:
            raise WeightsFileError(
                f"{shown(weights[role])} is {what}, which our cell has not; it must be a plain LSTM"
            )
    if spelling != "own":
        shape = np.shape(arrays[weights[SPELLINGS[spelling].mark]])[-2:]
        kinds = {3: "a GRU", 1: "a plain RNN"}
        for blocks, kind in kinds.items():
            if min(shape, default=0) > 0 and max(shape) == blocks * min(shape):
                raise WeightsFileError(
                    f"{shown(weights[SPELLINGS[spelling].mark])} has shape {shape}, {blocks} times "
                    f"as long as wide, so this is {kind}; it must be an LSTM, with 4"
                )

"""Find LSTMs among named arrays: whose spelling each is, its layers and its directions.

Only names and shapes are looked at here; `layers` reads the weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from os.path import commonprefix
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach.conventions import advice
from lstm_teach.conventions.advice import WeightsFileError, say, shown
from lstm_teach.parameters import GATES


class Spelling(NamedTuple):
    """How a library names the weights of one layer: all of them, and those that must be there."""

    pattern: str
    roles: tuple[str, ...]
    needed: tuple[str, ...]
    mark: str  # one that only a recurrent cell has


IN_FRONT = r"(?P<place>(?:.*[./])?)"  # "encoder.lstm." or "sequential/lstm_1/lstm_cell/"
OWN = tuple(f"{gate}.{part}" for gate in GATES.values() for part in "Wb")
SPELLINGS = {
    "torch": Spelling(
        r"(?P<place>.*?)(?P<role>(?:weight|bias)_(?:ih|hh|hr)|bias)"
        r"(?:_l(?P<layer>\d{1,3}))?(?P<backward>_reverse)?",
        ("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
        ("weight_ih", "weight_hh"),
        "weight_hh",
    ),
    "keras": Spelling(
        IN_FRONT + r"(?P<role>kernel|recurrent_kernel|bias)(?::0)?",
        ("kernel", "recurrent_kernel", "bias"),
        ("kernel", "recurrent_kernel"),
        "recurrent_kernel",
    ),
    "onnx": Spelling(IN_FRONT + r"(?P<role>[WRBP])", ("W", "R", "B"), ("W", "R"), "R"),
    "own": Spelling(
        IN_FRONT + rf"(?P<role>(?:{'|'.join(GATES.values())})\.[Wb])", OWN, OWN, OWN[0]
    ),
}
#: Wherever it lies: a state to begin with, or a weight that is computed from others in each run.
ODD = re.compile(
    r"(?:.*[./])?(?:[hc]_?0|(?:init|initial|learned)(?:_\w*)?|[hc]_init\w*)"
    r"|.*(?:weight_[ih]h\w*_(?:raw|orig|[guv])|\.original\d)"
)

#: One direction of one layer: its spelling, and the name of each of its arrays.
Named = tuple[str, dict[str, str]]
Groups = dict[tuple[int, bool], dict[str, str]]
Arrays = Mapping[str, ArrayLike]


class Module(NamedTuple):
    """One LSTM: how its names begin, its numbers and the rest, its layers and directions."""

    place: str
    numbers: list[int]
    kin: str
    layers: list[tuple[Named, ...]]


def find(arrays: Arrays, opened: str, spellings: Iterable[str] = SPELLINGS) -> list[Module]:
    """Give every LSTM among `arrays`; names may have anything in front ("encoder.lstm.").

    Raises `WeightsFileError` when there is none, when one is not whole, and when something lies
    among its weights that is not used.
    """
    found: dict[tuple[str, str], Groups] = {}
    places: dict[str, str] = {}  # what stands in front of each name
    for name in arrays:
        for spelling in spellings:
            if match := re.fullmatch(SPELLINGS[spelling].pattern, str(name)):
                place, turned = _direction(match["place"], spelling)
                parts = match.groupdict()
                key = spelling, re.sub(r"0*(\d+)", r"\1", place)  # a.01 would be a.1
                at = int(parts.get("layer") or 0), bool(parts.get("backward") or turned)
                weights = found.setdefault(key, {}).setdefault(at, {})
                if match["role"] in weights:
                    raise say("same", name=name, other=weights[match["role"]])
                weights[match["role"]], places[name] = name, match["place"]
    cells = {key: groups for key, groups in found.items() if _mark(key[0], groups)}
    lstms = {key: groups for key, groups in cells.items() if _blocks(*key, groups, arrays) == 4}
    if not lstms:
        raise _nothing_found(arrays, opened, cells)
    for (spelling, _), groups in lstms.items():
        for weights in groups.values():
            _require_whole(spelling, weights)
    _require_all_used(arrays, opened, lstms, places)
    modules = []
    for (spelling, begins), groups in lstms.items():
        named = [places[name] for weights in groups.values() for name in weights.values()]
        numbers = [int(n) for n in re.findall(r"\d{1,9}", begins)]
        kin = re.sub(r"bidirectional(_\d+)?/|_?\d+", "", begins)
        layers = _layers(spelling, groups)
        begin = commonprefix(named)  # noqa: RUF071 - letter by letter is what is wanted
        modules.append(Module(begin, numbers, f"{spelling}: {kin}", layers))
    return modules


def _direction(place: str, spelling: str) -> tuple[str, bool]:
    """What stands in front of a name without the direction, and whether that is backward.

    Keras names both directions of a layer `bidirectional/forward_lstm/...` and
    `bidirectional/backward_lstm/...`; what it calls the cell in it may then have any number.
    """
    turned = re.search(r"(?:^|[./])(forward|backward)[._/]", place)
    if spelling == "torch" or not turned:  # in PyTorch these are modules like any other
        return place, False
    one = re.sub(r"(^|[./])(forward|backward)[._/]", r"\1", place)
    return re.sub(r"lstm_cell_\d+/$", "lstm_cell/", one), turned[1] == "backward"


def _mark(spelling: str, groups: Groups) -> str:
    """The name of the first matrix that only a recurrent cell has, or nothing."""
    marks = (weights.get(SPELLINGS[spelling].mark) for weights in groups.values())
    return next(filter(None, marks), "")


def _blocks(spelling: str, place: str, groups: Groups, arrays: Arrays) -> int:
    """How many layers a cell has: 3 is a GRU, 1 a plain RNN, and all others may be an LSTM."""
    if spelling == "own" or any("weight_hr" in weights for weights in groups.values()):
        return 4
    blocks = advice.blocks(np.shape(arrays[_mark(spelling, groups)]))
    return blocks if blocks in (1, 3) else 4


def _nothing_found(
    arrays: Arrays, opened: str, cells: Mapping[tuple[str, str], Groups]
) -> WeightsFileError:
    """What there is instead of an LSTM, and what to do with it."""
    if says := advice.names(arrays, opened):
        return say("known names", {"advice": says})
    for (spelling, begins), groups in cells.items():
        name, gru = _mark(spelling, groups), _blocks(spelling, begins, groups, arrays) == 3
        weights = next(weights for weights in groups.values() if name in weights.values())
        line = _line(f"gru_from_{spelling}", spelling, weights)
        if spelling == "keras" and np.ndim(arrays[weights.get("bias", name)]) == 1:
            line = f"{line[:-1]}, reset_after=False)"
        words = {"opened": opened, "line": line, "shape": np.shape(arrays[name])[-2:]}
        return say("GRU" if gru else "RNN", words, name=name)
    some = ", ".join(f"{shown(n)} {np.shape(arrays[n])}" for n in list(arrays)[:4])
    more = f" and {len(arrays) - 4} more" if len(arrays) > 4 else ""
    return say("no LSTM", {"some": f"{some or 'nothing'}{more}"})


def _line(function: str, spelling: str, weights: dict[str, str]) -> str:
    """A call that reads these arrays out of `w`."""
    names = [weights[role] for role in SPELLINGS[spelling].roles if role in weights]
    return f"conventions.{function}({', '.join(f'w[{shown(str(name))}]' for name in names)})"


def _require_whole(spelling: str, weights: dict[str, str]) -> None:
    """Refuse half an LSTM, and what our cell has not."""
    some = weights.get(SPELLINGS[spelling].mark) or next(iter(weights.values()))
    for role in SPELLINGS[spelling].needed:
        if role not in weights:
            raise say("half", {"role": role}, name=some)
    for role in ("weight_hr", "P"):
        if role in weights:
            raise say(role, name=weights[role])


def _layers(spelling: str, groups: Groups) -> list[tuple[Named, ...]]:
    """The layers of one LSTM, from the lowest on."""
    depth = sorted({layer for layer, _ in groups})
    if depth != list(range(len(depth))):
        raise say("depth", depth=depth)
    ways = {tuple(b for b in (False, True) if (n, b) in groups) for n in depth}
    if ways not in ({(False,)}, {(False, True)}):
        raise say("backward")
    return [tuple((spelling, groups[n, b]) for b in next(iter(ways))) for n in depth]


def _require_all_used(
    arrays: Arrays,
    opened: str,
    lstms: Mapping[tuple[str, str], Groups],
    places: Mapping[str, str],
) -> None:
    """Refuse what lies among the weights of an LSTM and is none of them.

    That is what has the same beginning of its name. What lies elsewhere, such as a readout, is
    another part of a model; a count and a seed change no number.
    """
    homes: dict[str, tuple[str, dict[str, str]]] = {}  # where weights lie, and some of them
    shared: set[str] = set()  # other parts of the model may lie in these too
    used: set[str] = set()
    for (spelling, _), groups in lstms.items():
        for weights in groups.values():
            used |= set(weights.values())
            for name in weights.values():
                place = places[name]
                for home in {_home(name), _home(place)}:
                    homes.setdefault(home, (spelling, weights))
                if not place.endswith((".", "/")):
                    shared.add(_home(place))
            if "bias" in weights and spelling == "torch":  # Equinox has it, and no layers
                layers = any(re.search(r"_l\d", name) for name in weights.values())
                if layers or len(weights) > 3:
                    used.discard(weights.pop("bias"))
    for name in arrays:
        home = _home(name)
        above = [name[: match.end()] for match in re.finditer(r"[./]", name)]
        inside = [h for h in ("", *above) if h in homes]
        if home not in homes and not re.search(r"norm|[./]ln|^ln", name):
            inside = [h for h in inside if h not in shared]
        kind = np.asarray(arrays[name]).dtype.kind
        count = kind in "iu" and (np.ndim(arrays[name]) == 0 or "seed" in name)
        if name not in used and (ODD.fullmatch(name) or (inside and not count)):
            spelling, weights = homes[inside[-1]] if inside else next(iter(homes.values()))
            line = _line(f"from_{spelling}", spelling, weights)
            words = {"roles": ", ".join(SPELLINGS[spelling].roles), "opened": opened, "line": line}
            raise say("unused", words, name=name, shape=np.shape(arrays[name]))


def _home(name: str) -> str:
    """The beginning of a name, up to its last point or slash."""
    return name[: max(name.rfind("."), name.rfind("/")) + 1]

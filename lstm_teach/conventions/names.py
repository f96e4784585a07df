"""Find LSTMs among named arrays: whose spelling each is, its layers and its directions.

Only names and shapes are looked at here; `layers` reads the weights. How the names of a library
look stands in `data/files.json`, with the roles that it needs; the last is one that only a
recurrent cell has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from os.path import commonprefix
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach.conventions import advice
from lstm_teach.conventions.advice import TABLES, WeightsFileError, say, shown

Arrays = Mapping[str, ArrayLike]
AnyArray = TypeVar("AnyArray")
Named = dict[str, str]  # the names of the weights of one direction of one layer, by their roles


@dataclass
class Module:
    """One LSTM: how its names begin, and for each layer and direction the names of its weights."""

    spelling: str
    begins: str
    groups: dict[tuple[int, bool], Named] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)  # what stands in front of each name

    @property
    def place(self) -> str:
        """What stands in front of all its names."""
        return commonprefix(list(self.places.values())) or self.begins  # noqa: RUF071

    @property
    def kind(self) -> dict[str, Any]:
        """What `data/files.json` says of its spelling: the roles of all weights, and the needed."""
        return TABLES["spellings"][self.spelling]

    @property
    def mark(self) -> str:
        """The name of the first matrix that only a recurrent cell has, or nothing."""
        role = self.kind["needed"][-1]
        return next((w[role] for w in self.groups.values() if role in w), "")

    @property
    def biases(self) -> set[str]:
        """Those that every layer needs: PyTorch has both in all of them, or none."""
        both = {"bias_ih", "bias_hh"}
        return both if any(both & set(weights) for weights in self.groups.values()) else set()

    @property
    def layers(self) -> list[list[Named]]:
        """From the lowest on, each (forward,) or (forward, backward)."""
        depth = sorted({layer for layer, _ in self.groups})
        if depth != list(range(len(depth))):
            raise say("depth", depth=depth)
        ways = {tuple(b for b in (False, True) if (n, b) in self.groups) for n in depth}
        if ways not in ({(False,)}, {(False, True)}):
            raise say("backward")
        return [[self.groups[n, b] for b in next(iter(ways))] for n in depth]

    def blocks(self, arrays: Arrays) -> int:
        """How many layers its cell has: 3 is a GRU, 1 a plain RNN, others may be an LSTM."""
        if self.spelling == "own" or any("weight_hr" in w for w in self.groups.values()):
            return 4
        return advice.blocks(np.shape(arrays[self.mark]))

    def line(self, function: str, weights: dict[str, str]) -> str:
        """Code that reads some of its arrays out of `w`."""
        names = ", ".join(
            f"w[{shown(weights[role])}]" for role in self.kind["roles"] if role in weights
        )
        return f"conventions.{function}{self.spelling}({names})"


def find(arrays: Arrays, source: str, spellings: Iterable[str] = ()) -> list[Module]:
    """Give every LSTM among `arrays`; names may have anything in front ("encoder.lstm.").

    `source` is the ending of the file's name, or "state_dict()".
    Raises `WeightsFileError` when there is none, when one is not whole, and when something lies
    among its weights that is not used.
    """
    opened = TABLES["opened"][source]
    found: dict[tuple[str, str], Module] = {}
    for name in arrays:
        for spelling in spellings or TABLES["spellings"]:
            if match := re.fullmatch(TABLES["spellings"][spelling]["names"], name):
                place, turned = _direction(match["place"], spelling)
                parts = match.groupdict()
                begins = re.sub(r"0*(\d+)", r"\1", place)  # a.01 would be a.1
                module = found.setdefault((spelling, begins), Module(spelling, begins))
                at = int(parts.get("layer") or 0), bool(parts.get("backward") or turned)
                weights = module.groups.setdefault(at, {})
                if match["role"] in weights:
                    raise say("same", name=name, other=weights[match["role"]])
                weights[match["role"]], module.places[name] = name, match["place"]
    cells = [module for module in found.values() if module.mark]
    modules = [module for module in cells if module.blocks(arrays) not in (1, 3)]
    if not modules:
        raise _nothing_found(arrays, opened, cells)
    for module in modules:
        for weights in module.groups.values():
            for role in module.kind["needed"]:
                if role not in weights:
                    raise _half(arrays, opened, role, module.mark or next(iter(weights)))
            for role in module.biases - set(weights):
                raise _half(arrays, opened, role, weights["weight_hh"], "half bias")
            for role in {"weight_hr", "P"} & set(weights):  # what our cell has not
                raise say(role, name=weights[role])
    _require_all_used(arrays, opened, modules)
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


def _half(arrays: Arrays, opened: str, role: str, name: str, key: str = "half") -> WeightsFileError:
    """What is not there beside this name; PyTorch may have put something else in its place."""
    if says := advice.names(arrays, opened):
        return say("not whole", {"role": role, "advice": says}, name=name)
    return say(key, {"role": role}, name=name)


def beginning(arrays: Mapping[str, AnyArray], prefix: str) -> dict[str, AnyArray]:
    """Give the arrays whose names begin so."""
    kept = {name: array for name, array in arrays.items() if name.startswith(prefix)}
    if arrays and not kept:
        some = ", ".join(map(shown, list(arrays)[:4]))
        raise say("prefix", {"some": some}, prefix=prefix)
    return kept


def _nothing_found(arrays: Arrays, opened: str, cells: list[Module]) -> WeightsFileError:
    """What there is instead of an LSTM, and what to do with it."""
    if says := advice.names(arrays, opened):
        return say("known names", {"advice": says})
    if cells:
        cell, name = cells[0], cells[0].mark
        weights = next(weights for weights in cell.groups.values() if name in weights.values())
        line = cell.line("gru_from_", weights)
        if cell.spelling == "keras" and np.ndim(arrays[weights.get("bias", name)]) == 1:
            advice.require_no_cudnn(arrays[name], arrays[weights["bias"]])
            line = f"{line[:-1]}, reset_after=False)"
        words = {"opened": opened, "line": line, "shape": np.shape(arrays[name])[-2:]}
        return say("GRU" if cell.blocks(arrays) == 3 else "RNN", words, name=name)
    some = ", ".join(f"{shown(n)} {np.shape(arrays[n])}" for n in list(arrays)[:4])
    more = f" and {len(arrays) - 4} more" if len(arrays) > 4 else ""
    return say("no LSTM", {"some": f"{some or 'nothing'}{more}"})


def _require_all_used(arrays: Arrays, opened: str, modules: list[Module]) -> None:
    """Refuse what lies among the weights of an LSTM and is none of them.

    That is what has the same beginning of its name. What lies elsewhere, such as a readout, is
    another part of a model; a count and a seed change no number.
    """
    homes: dict[str, Module] = {}  # where weights lie
    shared: set[str] = set()  # other parts of the model may lie in these too
    used: set[str] = set()
    for module in modules:
        for name, place in module.places.items():
            homes |= {_home(name): module, _home(place): module}
            if not place.endswith((".", "/")):
                shared.add(_home(place))
        for weights in module.groups.values():
            layers = any(re.search(r"_l\d", name) for name in weights.values())
            if "bias" in weights and module.spelling == "torch" and (layers or len(weights) > 3):
                del weights["bias"]  # Equinox has it, without layers, and no other bias
            used |= set(weights.values())
    for name in set(arrays) - used:
        inside = [h for h in homes if name.startswith(h)]
        if _home(name) not in homes and not re.search(r"norm|[./]ln|^ln", name):
            inside = [h for h in inside if h not in shared]
        array: Any = arrays[name]  # of any library
        whole = "int" in str(getattr(array, "dtype", type(array)))
        count = whole and (np.ndim(array) == 0 or "seed" in name)
        if re.fullmatch(TABLES["odd"], name) or (inside and not count):
            stem = re.sub(r"_(orig|mask|[guv])$|\.original\d$", "", name)
            others = {n: a for n, a in arrays.items() if stem != name and n.startswith(stem)}
            if says := advice.names(others, opened):
                raise say("made anew", {"advice": says})
            module = homes[max(inside, key=len)] if inside else modules[0]
            weights = next(iter(module.groups.values()))
            words = {"opened": opened, "line": module.line("from_", weights)}
            words["roles"] = ", ".join(module.kind["roles"])
            raise say("unused", words, name=name, shape=np.shape(array))


def _home(name: str) -> str:
    """The beginning of a name, up to its last point or slash."""
    return name[: max(name.rfind("."), name.rfind("/")) + 1]

"""The other cells as the explorer shows them: the plain RNN, peepholes, coupled gates, the GRU."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from lstm_teach import diagram, examples
from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, number
from lstm_teach.explore import words
from lstm_teach.explore.one_step import layer_labels
from lstm_teach.explore.presets import DAYS
from lstm_teach.explore.sequence import (
    LSTM_CELL,
    ROOM,
    CellSpec,
    EventVocabulary,
    SequenceExplorer,
    SliderSpec,
)
from lstm_teach.explore.sliders import Scale, layer_of, rows_of
from lstm_teach.parameters import Gate, Moments, Parameters, Step
from lstm_teach.sequence import SATURATED, unroll
from lstm_teach.variants import (
    GRUParameters,
    GRUStep,
    Peepholes,
    coupled_unroll,
    gru_unroll,
    peephole_unroll,
    rnn_unroll,
)

WITHIN = (-1.0, 1.0)  # what a tanh gives
GATES_SCALE = Scale(-20.0, 20.0, 0.5, COLORS["f"])
STATE_SCALE = Scale(-2.0, 2.0, 0.02, COLORS["h"])


def _weights(letter: str, scale: Scale) -> SliderSpec:
    return SliderSpec(partial(layer_labels, letter), scale)


def _layer(name: str, squash: str, letter: str, layer: Gate, reads: Array, value: float) -> str:
    """The line of unit 0 of a layer that only these cells have, below its general form."""
    of = f"<sub>{letter}</sub>" if letter else ""
    mark, read = words.mark(*_MARKS[name]), words.HX if name != "h_tilde" else _RESET_HX
    sum_ = words.weighted_sum(layer, reads, 0)
    return words.in_lines(
        f"{mark} = {squash}(<i>W</i>{of}{read} + <i>b</i>{of})",
        f"{mark}[0] = {squash}({sum_}) = {number(value)}",
    )


_MARKS = {"z": ("z", "i"), "r": ("r", "f"), "h_tilde": ("h̃", "c_tilde")}
_RESET_HX = f"[{words.mark('r', 'f')} ∗ {words.symbol('h_prev')}, {words.symbol('x')}]"

# ---- the plain RNN -----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PlainRNN:
    """A plain RNN: its one layer reads [h, x], with tanh in place of a gate's sigmoid."""

    layer: Gate

    @property
    def hidden_size(self) -> int:
        """H, the number of units."""
        return self.layer.hidden_size


@dataclass(eq=False)
class RNNStep(Moments):
    """What goes into a moment of a plain RNN, and what comes out."""

    no_pair = "an RNNStep is not a pair: write moment.h"

    x: Array
    h_prev: Array
    h: Array


def run_rnn(cell: PlainRNN, xs: Array) -> RNNStep:
    """Take a plain RNN through `xs` `(T, D)`, from zeros."""
    h = rnn_unroll(cell.layer.W, cell.layer.b, xs)
    steps = RNNStep(xs, np.vstack([np.zeros_like(h[:1]), h[:-1]]), h)
    steps.has_time = True
    return steps


def _describe_rnn(cell: PlainRNN, s: RNNStep, on: bool) -> str:
    z = cell.layer.W @ np.concatenate([s.h_prev, s.x]) + cell.layer.b
    return " ".join(
        f"Unit {k} showed {number(s.h_prev[k])}; now its weighted sum is {number(z[k])}, "
        f"and tanh makes that {number(s.h[k])}."
        for k in range(len(s.h))
    )


def _rnn_formulas(cell: PlainRNN, s: RNNStep, on: bool) -> str:
    hx = np.concatenate([s.h_prev, s.x])
    z = cell.layer.W @ hx + cell.layer.b
    lines = [
        f"{words.entry('h', k)} = tanh({words.weighted_sum(cell.layer, hx, k)}) "
        f"= tanh({number(z[k])}) = {words.bold('h', s.h[k])}"
        for k in range(len(s.h))
    ]
    general = f"{words.symbol('h')} = tanh(<i>W</i>{words.HX} + <i>b</i>)"
    return words.in_columns([words.in_lines(general, *lines)])


def _rnn_code(cell: PlainRNN, xs: Array, on: bool) -> str:
    lines = "\n".join(words.assigned({"xs": xs, **vars(cell.layer)}))
    return f"""import numpy as np

{lines}

h = np.zeros({cell.hidden_size})
for x in xs:
    h = np.tanh(W @ np.concatenate([h, x]) + b)
    print(h)"""


RNN = CellSpec(
    sliders={"W": _weights("", STATE_SCALE)},
    get_arrays=lambda cell: {"W": rows_of(cell.layer)},
    with_arrays=lambda cell, arrays: PlainRNN(layer_of(arrays["W"])),
    run=lambda cell, xs, on: run_rnn(cell, xs),
    draw=lambda s, on, names: diagram.rnn(s.h_prev, s.x, s.h, x_names=names),
    describe=_describe_rnn,
    formulas=_rnn_formulas,
    code=_rnn_code,
    panels=("h",),
    memory="h",
    fixed={"h": WITHIN},
)

# ---- peepholes and coupled gates ---------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PeepholeCell:
    """An LSTM cell, and what its gates see of the memory."""

    parameters: Parameters
    peepholes: Peepholes

    @property
    def hidden_size(self) -> int:
        """H, the number of units."""
        return self.parameters.hidden_size


def _run_peephole(cell: PeepholeCell, xs: Array, on: bool) -> Step:
    if not on:
        return unroll(cell.parameters, xs)
    return peephole_unroll(cell.parameters, cell.peepholes, xs)


def _with_peepholes(cell: PeepholeCell, arrays: Mapping[str, Array]) -> PeepholeCell:
    parameters = replace(cell.parameters, forget=layer_of(arrays["f"]))
    return PeepholeCell(parameters, Peepholes(*arrays["p"].T))


def _peephole_formulas(cell: PeepholeCell, s: Step, on: bool) -> str:
    sum_ = words.weighted_sum(cell.parameters.forget, np.concatenate([s.h_prev, s.x]), 0)
    if on:
        sum_ += f" + {words.times(cell.peepholes.p_f[0], s.c_prev[0])}"
    peep = " + p_f ∗ c_prev" if on else ""
    general = words.formula(f"f = σ ( W_f [ h_prev , x ] + b_f{peep} )")
    line = f"{words.entry('f', 0)} = σ({sum_}) = σ({number(s.z_f[0])}) = {words.bold('f', s.f[0])}"
    update = words.equations("update", cell.parameters, s)
    return words.in_columns([words.in_lines(general, line), *update])


def _peephole_code(cell: PeepholeCell, xs: Array, on: bool) -> str:
    if not on:
        return words.sequence_code(cell.parameters, xs)
    gate = "{0} = 1 / (1 + np.exp(-(W_{0} @ hx + b_{0} + p_{0} * {1})))"
    seen = {"f": "c_prev", "i": "c_prev", "o": "c"}
    instead = {letter: gate.format(letter, memory) for letter, memory in seen.items()}
    return words.sequence_code(cell.parameters, xs, instead=instead, more=vars(cell.peepholes))


def _p_labels(units: int, inputs: tuple[str, ...]) -> list[list[str]]:
    return [[f"p_{gate}[{k}]" for gate in "fio"] for k in range(units)]


_FAR = Scale(-200.0, 200.0, 5.0, COLORS["f"], digits=0)
PEEPHOLE = replace(
    LSTM_CELL,
    sliders={
        "f": _weights("f", _FAR),
        "p": SliderSpec(_p_labels, replace(_FAR, color=COLORS["c"])),
    },
    get_arrays=lambda cell: {
        "f": rows_of(cell.parameters.forget),
        "p": np.column_stack(list(vars(cell.peepholes).values())),
    },
    with_arrays=_with_peepholes,
    run=_run_peephole,
    draw=lambda s, on, names: diagram.variant("peephole", s, on=on, x_names=names),
    formulas=_peephole_formulas,
    code=_peephole_code,
    panels=("f", "i", "c", "h"),
    switch="peepholes",
)


def _coupled_formulas(cell: Parameters, s: Step, on: bool) -> str:
    f, i, entry = words.symbol("f"), words.symbol("i"), words.entry("i", 0)
    i_0 = words.bold("i", s.i[0])
    if on:
        shown = words.in_lines(f"{i} = 1 − {f}", f"{entry} = 1 − {number(s.f[0])} = {i_0}")
    else:
        line = f"{entry} = σ({number(s.z_i[0])}) = {i_0}, while f is {number(s.f[0])}"
        shown = words.in_lines(words.formula("i = σ ( W_i [ h_prev , x ] + b_i )"), line)
    return words.in_columns([shown, *words.equations("update", cell, s)])


COUPLED = replace(
    LSTM_CELL,
    sliders={
        "f": _weights("f", GATES_SCALE),
        "c": _weights("c", Scale(-0.2, 0.2, 0.01, COLORS["c_tilde"])),
    },
    get_arrays=lambda cell: {"f": rows_of(cell.forget), "c": rows_of(cell.candidate)},
    with_arrays=lambda cell, arrays: replace(
        cell, forget=layer_of(arrays["f"]), candidate=layer_of(arrays["c"])
    ),
    run=lambda cell, xs, on: (coupled_unroll if on else unroll)(cell, xs),
    draw=lambda s, on, names: diagram.variant("coupled", s, on=on, x_names=names),
    formulas=_coupled_formulas,
    code=lambda cell, xs, on: words.sequence_code(
        cell, xs, instead={"i": "i = 1 - f"} if on else None
    ),
    panels=("f", "i", "c", "h"),
    switch="coupled gates",
)

# ---- GRU ---------------------------------------------------------------------------------------

_GRU_LAYERS = {"z": "update", "r": "reset", "h": "candidate"}


def _as_run(cell: GRUParameters, on: bool) -> GRUParameters:
    """The GRU itself, or one whose reset gate is held open."""
    if on:
        return cell
    held = Gate(np.zeros_like(cell.reset.W), np.full(cell.hidden_size, SATURATED))
    return replace(cell, reset=held)


def _describe_gru(cell: GRUParameters, s: GRUStep, on: bool) -> str:
    return " ".join(
        f"Unit {k} has z = {number(s.z[k])}: it keeps {words.times(1 - s.z[k], s.h_prev[k])} "
        f"and adds {words.times(s.z[k], s.h_tilde[k])}, so its state is now {number(s.h[k])}."
        for k in range(len(s.h))
    )


def _gru_formulas(cell: GRUParameters, s: GRUStep, on: bool) -> str:
    """The candidate and the state; r and z stand in the picture, more lines would make it small."""
    z, h_tilde = words.mark(*_MARKS["z"]), words.mark(*_MARKS["h_tilde"])
    state = words.in_lines(
        f"{words.symbol('h')} = (1 − {z}) ∗ {words.symbol('h_prev')} + {z} ∗ {h_tilde}",
        f"{words.entry('h', 0)} = {words.times(1 - s.z[0], s.h_prev[0])} + "
        f"{words.times(s.z[0], s.h_tilde[0])} = {words.bold('h', s.h[0])}",
    )
    reads = np.concatenate([s.r * s.h_prev, s.x])
    candidate = _layer("h_tilde", "tanh", "h", cell.candidate, reads, s.h_tilde[0])
    return words.in_columns([candidate, state])


def _gru_code(cell: GRUParameters, xs: Array, on: bool) -> str:
    layers = {g: getattr(cell, name) for g, name in _GRU_LAYERS.items() if on or g != "r"}
    weights = {f"{of}_{g}": vars(layer)[of] for g, layer in layers.items() for of in "Wb"}
    lines = "\n".join(words.assigned({"xs": xs, **weights}))
    gate = "{0} = 1 / (1 + np.exp(-(W_{0} @ hx + b_{0})))"
    return f"""import numpy as np

{lines}

h = np.zeros({cell.hidden_size})
for x in xs:
    hx = np.concatenate([h, x])
    {gate.format("z")}
    {gate.format("r") if on else "r = 1.0  # the reset gate is held open"}
    h_tilde = np.tanh(W_h @ np.concatenate([r * h, x]) + b_h)
    h = (1 - z) * h + z * h_tilde
    print(h)"""


GRU = CellSpec(
    sliders={
        "z": _weights("z", replace(GATES_SCALE, color=COLORS["i"])),
        "r": _weights("r", GATES_SCALE),
        "h": _weights("h", replace(STATE_SCALE, color=COLORS["c_tilde"])),
    },
    get_arrays=lambda cell: {g: rows_of(getattr(cell, name)) for g, name in _GRU_LAYERS.items()},
    with_arrays=lambda cell, arrays: replace(
        cell, **{name: layer_of(arrays[g]) for g, name in _GRU_LAYERS.items()}
    ),
    run=lambda cell, xs, on: gru_unroll(_as_run(cell, on), xs),
    draw=lambda s, on, names: diagram.gru(s, x_names=names),
    describe=_describe_gru,
    formulas=_gru_formulas,
    code=_gru_code,
    panels=("z", "r", "h_tilde", "h"),
    memory="h",
    switch="reset gate",
    fixed={"h": WITHIN, "h_tilde": WITHIN},
)

# ---- the explorers -----------------------------------------------------------------------------


def _visits(names: str | Iterable[str]) -> Array:
    """The inputs of somebody who hears only `enter`, `(T, 1)`."""
    xs = examples.day_events(names)
    if xs[:, 1:].any():
        raise ValueError("This network hears only enter; say enter and quiet")
    return xs[:, :1]


VISITS = EventVocabulary(("enter",), _visits)
ONE_VISITOR = ("quiet", "enter", *["quiet"] * 18)
THREE_VISITORS = ("enter", "quiet", "enter", "quiet", "enter", *["quiet"] * 15)


def rnn(units: int = 1) -> SequenceExplorer:
    """Explore a plain RNN through time: what its weights make of a visitor, and then of silence.

    It reads one input, `enter`. Raises `ValueError` for a number of units other than 1 or 2.
    """
    if not isinstance(units, int) or units not in (1, 2):
        raise ValueError(f"units is {units!r}; an explorer starts with 1 unit or 2")
    rows = {1: [[0.5, 0.5, 0.0]], 2: [[0.5, 0.0, 0.5, 0.0], [0.5, 0.5, 0.0, 0.0]]}
    cell = PlainRNN(layer_of(np.array(rows[units])))
    days = {"one visitor, then quiet": ONE_VISITOR, "three visitors, then quiet": THREE_VISITORS}
    starts = {name: (cell, _visits(day)) for name, day in days.items()}
    return SequenceExplorer(RNN, starts, VISITS)


def room_rnn(cell: PlainRNN) -> SequenceExplorer:
    """Show a plain RNN that reads the room's events, on a day with two bells; for a challenge."""
    day = {"two bells": examples.day_events(examples.RNN_DAY)}
    return SequenceExplorer(RNN, _from(cell, day), EventVocabulary(examples.EVENTS))


def variant(name: str) -> SequenceExplorer:
    """Explore a variant of the LSTM on the room counter's days, with a switch for what is changed.

    Parameters
    ----------
    name : {"peephole", "coupled", "gru"}
        Of "peephole" and "coupled", the switch turns the change itself on and off, on the same
        weights; of "gru" the reset gate, which is held open when it is off.

    Raises
    ------
    ValueError
        For another name.
    """
    days = {day: ROOM.day(events) for day, events in DAYS.items()}
    if name == "peephole":
        tour = {"a tour of five": ROOM.day(examples.TOUR_DAY)}
        return SequenceExplorer(
            PEEPHOLE, _from(PeepholeCell(*examples.tour_counter()), tour | days), ROOM
        )
    cells: dict[str, tuple[CellSpec, Any]] = {
        "coupled": (COUPLED, examples.room_counter()),
        "gru": (GRU, examples.gru_counter()),
    }
    if name not in cells:
        raise ValueError(f"the variant is {name!r}; it must be peephole, coupled or gru")
    spec, cell = cells[name]
    return SequenceExplorer(spec, _from(cell, days), ROOM)


def _from(cell: Any, days: Mapping[str, Array]) -> dict[str, tuple[Any, Array]]:
    return {name: (cell, xs) for name, xs in days.items()}

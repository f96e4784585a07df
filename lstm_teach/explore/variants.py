"""The other cells as the explorer shows them: the plain RNN, peepholes, coupled gates, the GRU."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lstm_teach import diagram, examples
from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, number
from lstm_teach.cell import concat, linear
from lstm_teach.explore import words
from lstm_teach.explore.presets import DAYS
from lstm_teach.explore.sequence import (
    LSTM_CELL,
    ROOM,
    CellSpec,
    EventVocabulary,
    SequenceExplorer,
    SliderSpec,
)
from lstm_teach.explore.sliders import Scale, layer_of
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

GATES_SCALE = Scale(-20.0, 20.0, 0.5, COLORS["f"])
STATE_SCALE = Scale(-2.0, 2.0, 0.02, COLORS["h"])
FAR_SCALE = Scale(-200.0, 200.0, 5.0, COLORS["f"], digits=0)

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
    z: Array
    h: Array


def run_rnn(cell: PlainRNN, xs: Array) -> RNNStep:
    """Take a plain RNN through `xs` `(T, D)`, from zeros."""
    h = rnn_unroll(cell.layer.W, cell.layer.b, xs)
    h_prev = np.vstack([np.zeros_like(h[:1]), h[:-1]])
    steps = RNNStep(xs, h_prev, linear(concat(h_prev, xs), cell.layer.W, cell.layer.b), h)
    steps.has_time = True
    return steps


def _describe_rnn(cell: PlainRNN, s: RNNStep, on: bool) -> str:
    return " ".join(
        f"Unit {k} showed {number(s.h_prev[k])}; now its weighted sum is {number(s.z[k])}, "
        f"and tanh makes that {number(s.h[k])}."
        for k in range(len(s.h))
    )


def _rnn_formulas(cell: PlainRNN, s: RNNStep, on: bool) -> str:
    lines = [
        f"{words.entry('h', k)} = tanh({words.weighted_sum(cell.layer, concat(s.h_prev, s.x), k)}) "
        f"= tanh({number(s.z[k])}) = {words.bold('h', s.h[k])}"
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
    sliders={"": SliderSpec("layer", STATE_SCALE)},
    run=lambda cell, xs, on: run_rnn(cell, xs),
    draw=lambda s, on, names: diagram.rnn(s.h_prev, s.x, s.h, x_names=names),
    describe=_describe_rnn,
    formulas=_rnn_formulas,
    code=_rnn_code,
    panels=("h",),
)

# ---- peepholes and coupled gates ---------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PeepholeCell(Parameters):
    """An LSTM cell, and what its gates see of the memory."""

    peepholes: Peepholes

    def __post_init__(self) -> None:
        """Nothing: what it is made of has been checked."""


def _peephole_formulas(cell: PeepholeCell, s: Step, on: bool) -> str:
    sum_ = words.weighted_sum(cell.forget, concat(s.h_prev, s.x), 0)
    if on:
        sum_ += f" + {words.times(cell.peepholes.p_f[0], s.c_prev[0])}"
    peep = " + p_f ∗ c_prev" if on else ""
    general = words.formula(f"f = σ ( W_f [ h_prev , x ] + b_f{peep} )")
    line = f"{words.entry('f', 0)} = σ({sum_}) = σ({number(s.z_f[0])}) = {words.bold('f', s.f[0])}"
    return words.in_columns([words.in_lines(general, line), *words.equations("update", cell, s)])


def _peephole_code(cell: PeepholeCell, xs: Array, on: bool) -> str:
    if not on:
        return words.sequence_code(cell, xs)
    gate = "{0} = 1 / (1 + np.exp(-(W_{0} @ hx + b_{0} + p_{0} * {1})))"
    seen = {"f": "c_prev", "i": "c_prev", "o": "c"}
    instead = {letter: gate.format(letter, memory) for letter, memory in seen.items()}
    return words.sequence_code(cell, xs, instead=instead, more=vars(cell.peepholes))


PEEPHOLE = replace(
    LSTM_CELL,
    sliders={
        "f": SliderSpec("forget", FAR_SCALE),
        "p": SliderSpec(
            "peepholes",
            replace(FAR_SCALE, color=COLORS["c"]),
            rows=lambda peepholes: np.column_stack(list(vars(peepholes).values())),
            part=lambda rows: Peepholes(*rows.T),
            labels=lambda _, units, __: [[f"p_{g}[{k}]" for g in "fio"] for k in range(units)],
        ),
    },
    run=lambda cell, xs, on: peephole_unroll(cell, cell.peepholes, xs) if on else unroll(cell, xs),
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
        "f": SliderSpec("forget", GATES_SCALE),
        "c": SliderSpec("candidate", Scale(-0.2, 0.2, 0.01, COLORS["c_tilde"])),
    },
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


def _run_gru(cell: GRUParameters, xs: Array, on: bool) -> GRUStep:
    """The GRU itself, or with its reset gate held open."""
    held = Gate(np.zeros_like(cell.reset.W), np.full(cell.hidden_size, SATURATED))
    return gru_unroll(cell if on else replace(cell, reset=held), xs)


def _describe_gru(cell: GRUParameters, s: GRUStep, on: bool) -> str:
    return " ".join(
        f"Unit {k} has z = {number(s.z[k])}: it keeps {words.times(1 - s.z[k], s.h_prev[k])} "
        f"and adds {words.times(s.z[k], s.h_tilde[k])}, so its state is now {number(s.h[k])}."
        for k in range(len(s.h))
    )


def _gru_formulas(cell: GRUParameters, s: GRUStep, on: bool) -> str:
    """The candidate and the state; r and z stand in the picture, more lines would make it small."""
    z, r, h_tilde = words.mark("z", "i"), words.mark("r", "f"), words.mark("h̃", "c_tilde")
    h, h_prev, x = (words.symbol(name) for name in ("h", "h_prev", "x"))
    sum_ = words.weighted_sum(cell.candidate, concat(s.r * s.h_prev, s.x), 0)
    kept, added = words.times(1 - s.z[0], s.h_prev[0]), words.times(s.z[0], s.h_tilde[0])
    candidate = words.in_lines(
        f"{h_tilde} = tanh(<i>W</i><sub>h</sub>[{r} ∗ {h_prev}, {x}] + <i>b</i><sub>h</sub>)",
        f"{h_tilde}[0] = tanh({sum_}) = {number(s.h_tilde[0])}",
    )
    state = words.in_lines(
        f"{h} = (1 − {z}) ∗ {h_prev} + {z} ∗ {h_tilde}",
        f"{words.entry('h', 0)} = {kept} + {added} = {words.bold('h', s.h[0])}",
    )
    return words.in_columns([candidate, state])


def _gru_code(cell: GRUParameters, xs: Array, on: bool) -> str:
    letters = {"z": cell.update, "r": cell.reset, "h": cell.candidate}
    weights = {f"{of}_{g}": vars(letters[g])[of] for g in ("zrh" if on else "zh") for of in "Wb"}
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
        "z": SliderSpec("update", replace(GATES_SCALE, color=COLORS["i"])),
        "r": SliderSpec("reset", GATES_SCALE),
        "h": SliderSpec("candidate", replace(STATE_SCALE, color=COLORS["c_tilde"])),
    },
    run=_run_gru,
    draw=lambda s, on, names: diagram.gru(s, x_names=names),
    describe=_describe_gru,
    formulas=_gru_formulas,
    code=_gru_code,
    panels=("z", "r", "h_tilde", "h"),
    switch="reset gate",
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
        parameters, peepholes = examples.tour_counter()
        cell = PeepholeCell(**vars(parameters), peepholes=peepholes)
        return SequenceExplorer(PEEPHOLE, _from(cell, tour | days), ROOM)
    if name == "coupled":
        return SequenceExplorer(COUPLED, _from(examples.room_counter(), days), ROOM)
    if name == "gru":
        return SequenceExplorer(GRU, _from(examples.gru_counter(), days), ROOM)
    raise ValueError(f"the variant is {name!r}; it must be peephole, coupled or gru")


def _from(cell: Any, days: Mapping[str, Array]) -> dict[str, tuple[Any, Array]]:
    return {name: (cell, xs) for name, xs in days.items()}

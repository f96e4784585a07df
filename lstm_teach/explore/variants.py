"""The other cells as the explorer shows them: the plain RNN, peepholes, coupled gates, the GRU."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lstm_teach import diagram, examples, variants
from lstm_teach._arrays import Array
from lstm_teach._style import COLORS
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
from lstm_teach.parameters import Gate, Layers, Moments, Parameters, Step
from lstm_teach.sequence import SATURATED, unroll
from lstm_teach.variants import GRUParameters, GRUStep, Peepholes

GATES_SCALE = Scale(-20.0, 20.0, 0.5, COLORS["f"])
STATE_SCALE = Scale(-2.0, 2.0, 0.02, COLORS["h"])
FAR_SCALE = Scale(-200.0, 200.0, 5.0, COLORS["f"], digits=0)

# ---- the plain RNN -----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PlainRNN(Layers):
    """A plain RNN: its one layer reads [h, x], with tanh in place of a gate's sigmoid."""

    layer: Gate


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
    h = variants.rnn_unroll(cell.layer.W, cell.layer.b, xs)
    h_prev = np.vstack([np.zeros_like(h[:1]), h[:-1]])
    steps = RNNStep(xs, h_prev, linear(concat(h_prev, xs), cell.layer.W, cell.layer.b), h)
    steps.has_time = True
    return steps


RNN = CellSpec(
    sliders={"": SliderSpec("layer", STATE_SCALE)},
    run=lambda cell, xs, on: run_rnn(cell, xs),
    draw=lambda s, on, names: diagram.rnn(s.h_prev, s.x, s.h, x_names=names),
    says="rnn",
    rows=lambda cell, s, on: [
        words.row("h = tanh ( W [ h_prev , x ] + b )", "tanh({sum}) = tanh({z})", s, cell.layer)
    ],
    code=lambda cell, xs, on: words.loop({"": cell.layer}, xs, ["h"], ["h = np.tanh(W @ hx + b)"]),
    panels=("h",),
)

# ---- peepholes and coupled gates ---------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PeepholeCell(Parameters):
    """An LSTM cell, and what its gates see of the memory."""

    peepholes: Peepholes


def _peephole_rows(cell: PeepholeCell, s: Step, on: bool) -> list[str]:
    sees, seen = (" + p_f ∗ c_prev", " + {p}·{(c_prev)}") if on else ("", "")
    general = f"f = σ ( W_f [ h_prev , x ] + b_f{sees} )"
    p = words.inside(cell.peepholes.p_f[0])
    row = words.row(general, f"σ({{sum}}{seen}) = σ({{z_f}})", s, cell.forget, p=p)
    return [row, *words.equations("update", cell, s)]


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
    run=lambda cell, xs, on: (
        variants.peephole_unroll(cell, cell.peepholes, xs) if on else unroll(cell, xs)
    ),
    draw=lambda s, on, names: diagram.variant("peephole", s, on=on, x_names=names),
    rows=_peephole_rows,
    code=_peephole_code,
    panels=("f", "i", "c", "h"),
    switch="peepholes",
)


def _coupled_rows(cell: Parameters, s: Step, on: bool) -> list[str]:
    general, numbers, after = "i = σ ( W_i [ h_prev , x ] + b_i )", "σ({z_i})", ", while f is {f}"
    if on:
        general, numbers, after = "i = 1 − f", "1 − {f}", ""
    return [words.row(general, numbers, s, after=after), *words.equations("update", cell, s)]


COUPLED = replace(
    LSTM_CELL,
    sliders={
        "f": SliderSpec("forget", GATES_SCALE),
        "c": SliderSpec("candidate", Scale(-0.2, 0.2, 0.01, COLORS["c_tilde"])),
    },
    run=lambda cell, xs, on: (variants.coupled_unroll if on else unroll)(cell, xs),
    draw=lambda s, on, names: diagram.variant("coupled", s, on=on, x_names=names),
    rows=_coupled_rows,
    code=lambda cell, xs, on: words.sequence_code(
        cell, xs, instead={"i": "i = 1 - f"} if on else None
    ),
    panels=("f", "i", "c", "h"),
    switch="coupled gates",
)

# ---- GRU ---------------------------------------------------------------------------------------


def _run_gru(cell: GRUParameters, xs: Array, on: bool) -> GRUStep:
    """The GRU itself, or with its reset gate held open."""
    if not on:
        held = Gate(np.zeros_like(cell.reset.W), np.full(cell.hidden_size, SATURATED))
        cell = replace(cell, reset=held)
    return variants.gru_unroll(cell, xs)


def _gru_rows(cell: GRUParameters, s: GRUStep, on: bool) -> list[str]:
    """The candidate and the state; r and z stand in the picture, more lines would make it small."""
    reads, general = concat(s.r * s.h_prev, s.x), "h_tilde = tanh ( W_h [ r ∗ h_prev , x ] + b_h )"
    kept_and_added = "{(1-z)}·{(h_prev)} + {(z)}·{(h_tilde)}"
    return [
        words.row(general, "tanh({sum})", s, cell.candidate, reads),
        words.row("h = ( 1 − z ) ∗ h_prev + z ∗ h_tilde", kept_and_added, s),
    ]


def _gru_code(cell: GRUParameters, xs: Array, on: bool) -> str:
    layers = {"z": cell.update, "r": cell.reset, "h": cell.candidate}
    r = words.CODE["r"] if on else "r = 1.0  # the reset gate is held open"
    body = [words.CODE["z"], r, words.CODE["h_tilde"], "h = (1 - z) * h + z * h_tilde"]
    return words.loop(layers, xs, ["h"], body)


GRU = CellSpec(
    sliders={
        "z": SliderSpec("update", replace(GATES_SCALE, color=COLORS["i"])),
        "r": SliderSpec("reset", GATES_SCALE),
        "h": SliderSpec("candidate", replace(STATE_SCALE, color=COLORS["c_tilde"])),
    },
    run=_run_gru,
    draw=lambda s, on, names: diagram.gru(s, x_names=names),
    says="gru",
    rows=_gru_rows,
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
    return SequenceExplorer(RNN, cell, days, VISITS)


def room_rnn(cell: PlainRNN) -> SequenceExplorer:
    """Show a plain RNN that reads the room's events, on a day with two bells; for a challenge."""
    days = {"two bells": examples.RNN_DAY}
    return SequenceExplorer(RNN, cell, days, ROOM._replace(can_type=False))


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
    if name not in _VARIANTS:
        raise ValueError(f"the variant is {name!r}; it must be peephole, coupled or gru")
    spec, cell, more = _VARIANTS[name]
    return SequenceExplorer(spec, cell(), {**more, **DAYS}, ROOM)


def _tour_counter() -> PeepholeCell:
    parameters, peepholes = examples.tour_counter()
    return PeepholeCell(**vars(parameters), peepholes=peepholes)


# What each shows, and the days that only it has.
_VARIANTS: dict[str, tuple[CellSpec, Callable[[], Any], Mapping[str, Sequence[str]]]] = {
    "peephole": (PEEPHOLE, _tour_counter, {"a tour of five": examples.TOUR_DAY}),
    "coupled": (COUPLED, examples.room_counter, {}),
    "gru": (GRU, examples.gru_counter, {}),
}

"""The other cells as the explorer shows them: the plain RNN, peepholes, coupled gates, the GRU."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lstm_teach import diagram, examples, variants
from lstm_teach._arrays import Array
from lstm_teach._style import COLORS
from lstm_teach.cell import concat, linear
from lstm_teach.explore.sequence import DAYS, ROOM, CellSpec, EventVocabulary, SequenceExplorer
from lstm_teach.explore.sliders import Scale, layer_of
from lstm_teach.parameters import Gate, Layers, Moments, Parameters
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
    name="rnn",
    run=lambda cell, xs, on: run_rnn(cell, xs),
    draw=lambda s, on, names: diagram.rnn(s.h_prev, s.x, s.h, x_names=names),
    panels=("h",),
    sliders={"": STATE_SCALE},
)

# ---- peepholes and coupled gates ---------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PeepholeCell(Parameters):
    """An LSTM cell, and what its gates see of the memory."""

    peepholes: Peepholes


PEEPHOLE = CellSpec(
    name="peephole",
    run=lambda cell, xs, on: (
        variants.peephole_unroll(cell, cell.peepholes, xs) if on else unroll(cell, xs)
    ),
    draw=lambda s, on, names: diagram.variant("peephole", s, on=on, x_names=names),
    panels=("f", "i", "c", "h"),
    switch="peepholes",
    sliders={"f": FAR_SCALE, "p": replace(FAR_SCALE, color=COLORS["c"])},
)
COUPLED = CellSpec(
    name="coupled",
    run=lambda cell, xs, on: (variants.coupled_unroll if on else unroll)(cell, xs),
    draw=lambda s, on, names: diagram.variant("coupled", s, on=on, x_names=names),
    panels=("f", "i", "c", "h"),
    switch="coupled gates",
    sliders={"f": GATES_SCALE, "c": Scale(-0.2, 0.2, 0.01, COLORS["c_tilde"])},
)

# ---- GRU ---------------------------------------------------------------------------------------


def _run_gru(cell: GRUParameters, xs: Array, on: bool) -> GRUStep:
    """The GRU itself, or with its reset gate held open."""
    if not on:
        held = Gate(np.zeros_like(cell.reset.W), np.full(cell.hidden_size, SATURATED))
        cell = replace(cell, reset=held)
    return variants.gru_unroll(cell, xs)


# Of its equations two are written out: z and r stand in the picture, and more would make it small.
GRU = CellSpec(
    name="gru",
    run=_run_gru,
    draw=lambda s, on, names: diagram.gru(s, x_names=names),
    panels=("z", "r", "h_tilde", "h"),
    switch="reset gate",
    sliders={
        "z": replace(GATES_SCALE, color=COLORS["i"]),
        "r": GATES_SCALE,
        "h": replace(STATE_SCALE, color=COLORS["c_tilde"]),
    },
)

# ---- the explorers -----------------------------------------------------------------------------


def _visits(names: str) -> Array:
    """The inputs of somebody who hears only `enter`, `(T, 1)`."""
    xs = examples.day_events(names)
    if xs[:, 1:].any():
        raise ValueError("This network hears only enter; say enter and quiet")
    return xs[:, :1]


VISITS = EventVocabulary(("enter",), _visits)


def rnn(units: int = 1) -> SequenceExplorer:
    """Explore a plain RNN through time: what its weights make of a visitor, and then of silence.

    It reads one input, `enter`. Raises `ValueError` for a number of units other than 1 or 2.
    """
    if not isinstance(units, int) or units not in (1, 2):
        raise ValueError(f"units is {units!r}; an explorer starts with 1 unit or 2")
    rows = {1: [[0.5, 0.5, 0.0]], 2: [[0.5, 0.0, 0.5, 0.0], [0.5, 0.5, 0.0, 0.0]]}
    cell = PlainRNN(layer_of(np.array(rows[units])))
    return SequenceExplorer(cell, examples.TOLD["days"]["visits"], VISITS, RNN)


def room_rnn(cell: PlainRNN) -> SequenceExplorer:
    """Show a plain RNN that reads the room's events, on a day with two bells; for a challenge."""
    return SequenceExplorer(cell, {"two bells": examples.RNN_DAY}, ROOM, RNN)


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
    return SequenceExplorer(cell(), {**more, **DAYS}, ROOM, spec)


def _tour_counter() -> PeepholeCell:
    parameters, peepholes = examples.tour_counter()
    return PeepholeCell(**vars(parameters), peepholes=peepholes)


# What each shows, and the days that only it has.
_VARIANTS: dict[str, tuple[CellSpec, Callable[[], Any], Mapping[str, Any]]] = {
    "peephole": (PEEPHOLE, _tour_counter, {"a tour of five": examples.TOUR_DAY}),
    "coupled": (COUPLED, examples.room_counter, {}),
    "gru": (GRU, examples.gru_counter, {}),
}

"""The other cells as the explorer shows them: the plain RNN, peepholes, coupled gates, the GRU."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from lstm_teach import diagram, examples
from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, number
from lstm_teach.explore import words
from lstm_teach.explore.others import Kind, OtherExplorer, Slid, weights
from lstm_teach.explore.presets import DAYS
from lstm_teach.explore.sequence import ROOM, EventVocabulary
from lstm_teach.explore.sliders import Scale
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


def _rows(layer: Gate) -> Array:
    return np.column_stack([layer.W, layer.b])


def _layer(rows: Array) -> Gate:
    return Gate(rows[:, :-1], rows[:, -1])


def _lines(general: str, *lines: str) -> str:
    """An equation, and below it the same with today's numbers, as HTML."""
    return f"<div><div><b>{general}</b></div>{''.join(f'<div>{t}</div>' for t in lines)}</div>"


def _mark(letter: str, color: str, moment: str = "t") -> str:
    """A symbol that only these cells have, as `words.symbol` writes the others."""
    return f'<i style="color:{COLORS[color]}">{letter}</i><sub>{moment}</sub>'


_HX = f"[{words.symbol('h_prev')}, {words.symbol('x')}]"


def _w(letter: str) -> tuple[str, str]:
    return f"<i>W<sub>{letter}</sub></i>", f"<i>b<sub>{letter}</sub></i>"


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
    h_prev = np.vstack([np.zeros_like(h[:1]), h[:-1]])
    steps = RNNStep(xs, h_prev, h)
    steps.has_time = True
    return steps


def _tell_rnn(cell: PlainRNN, s: RNNStep, on: bool) -> str:
    z = cell.layer.W @ np.concatenate([s.h_prev, s.x]) + cell.layer.b
    return " ".join(
        f"Unit {k} showed {number(s.h_prev[k])}; now its weighed sum is {number(z[k])}, "
        f"and tanh makes that {number(s.h[k])}."
        for k in range(len(s.h))
    )


def _rnn_formulas(cell: PlainRNN, s: RNNStep, on: bool) -> str:
    hx = np.concatenate([s.h_prev, s.x])
    z = cell.layer.W @ hx + cell.layer.b
    return _lines(
        f"{words.symbol('h')} = tanh(<i>W</i>{_HX} + <i>b</i>)",
        *(
            f"{words.entry('h', k)} = tanh({words.weighed(cell.layer, hx, k)}) "
            f"= tanh({number(z[k])}) = {words.bold('h', s.h[k])}"
            for k in range(len(s.h))
        ),
    )


def _rnn_code(cell: PlainRNN, xs: Array, on: bool) -> str:
    return f"""import numpy as np

xs = {words.literal(xs)}
W = {words.literal(cell.layer.W)}
b = {words.literal(cell.layer.b)}

h = np.zeros({cell.hidden_size})
for x in xs:
    h = np.tanh(W @ np.concatenate([h, x]) + b)
    print(h)"""


RNN = Kind(
    slid={"W": weights("", Scale(-2.0, 2.0, 0.02, COLORS["h"]))},
    take=lambda cell: {"W": _rows(cell.layer)},
    put=lambda cell, arrays: PlainRNN(_layer(arrays["W"])),
    run=lambda cell, xs, on: run_rnn(cell, xs),
    draw=lambda s, on, names: diagram.rnn(s.h_prev, s.x, s.h, x_names=names),
    tell=_tell_rnn,
    formulas=_rnn_formulas,
    code=_rnn_code,
    panels=("h",),
    memory="h",
    fixed={"h": WITHIN},
)

# ---- peepholes ---------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Peeping:
    """An LSTM cell, and what its gates see of the memory."""

    parameters: Parameters
    peepholes: Peepholes

    @property
    def hidden_size(self) -> int:
        """H, the number of units."""
        return self.parameters.hidden_size


def _run_peeping(cell: Peeping, xs: Array, on: bool) -> Step:
    if not on:
        return unroll(cell.parameters, xs)
    return peephole_unroll(cell.parameters, cell.peepholes, xs)


def _put_peeping(cell: Peeping, arrays: Mapping[str, Array]) -> Peeping:
    parameters = replace(cell.parameters, forget=_layer(arrays["f"]))
    return Peeping(parameters, Peepholes(*arrays["p"].T))


def _tell_step(cell: object, s: Step, on: bool) -> str:
    return words.sentence("step", s)


def _peephole_formulas(cell: Peeping, s: Step, on: bool) -> str:
    W, b = _w("f")
    layer, hx = cell.parameters.forget, np.concatenate([s.h_prev, s.x])
    peep = f" + <i>p<sub>f</sub></i> ∗ {words.symbol('c_prev')}" if on else ""
    seen = f" + {words.times(cell.peepholes.p_f[0], s.c_prev[0])}" if on else ""
    line = (
        f"{words.entry('f', 0)} = σ({words.weighed(layer, hx, 0)}{seen}) = σ({number(s.z_f[0])}) "
        f"= {words.bold('f', s.f[0])}"
    )
    f = _lines(f"{words.symbol('f')} = σ({W}{_HX} + {b}{peep})", line)
    return f + words.equation("update", cell.parameters, s)


def _peephole_code(cell: Peeping, xs: Array, on: bool) -> str:
    if not on:
        return words.sequence_code(cell.parameters, xs)
    gate = "{0} = 1 / (1 + np.exp(-(W_{0} @ hx + b_{0} + p_{0} * {1})))"
    seen = {"f": "c_prev", "i": "c_prev", "o": "c"}
    instead = {letter: gate.format(letter, memory) for letter, memory in seen.items()}
    return words.sequence_code(cell.parameters, xs, instead=instead, more=vars(cell.peepholes))


_FAR = Scale(-200.0, 200.0, 5.0, COLORS["f"], digits=0)
PEEPHOLE = Kind(
    slid={
        "f": weights("f", _FAR),
        "p": Slid(lambda units, inputs: [[f"p_{g}[{k}]" for g in "fio"] for k in range(units)],
                  replace(_FAR, color=COLORS["c"])),
    },
    take=lambda cell: {
        "f": _rows(cell.parameters.forget),
        "p": np.column_stack(list(vars(cell.peepholes).values())),
    },
    put=_put_peeping,
    run=_run_peeping,
    draw=lambda s, on, names: diagram.variant("peephole", s, on=on, x_names=names),
    tell=_tell_step,
    formulas=_peephole_formulas,
    code=_peephole_code,
    panels=("f", "i", "c", "h"),
    memory="c",
    switch="peepholes",
)  # fmt: skip

# ---- coupled gates -----------------------------------------------------------------------------


def _coupled_formulas(cell: Parameters, s: Step, on: bool) -> str:
    W, b = _w("i")
    f, i = words.symbol("f"), words.symbol("i")
    if on:
        line = f"{words.entry('i', 0)} = 1 − {number(s.f[0])} = {words.bold('i', s.i[0])}"
        coupled = _lines(f"{i} = 1 − {f}", line)
    else:
        line = (
            f"{words.entry('i', 0)} = σ({number(s.z_i[0])}) = {words.bold('i', s.i[0])}, "
            f"while f is {number(s.f[0])}"
        )
        coupled = _lines(f"{i} = σ({W}{_HX} + {b})", line)
    return coupled + words.equation("update", cell, s)


COUPLED = Kind(
    slid={
        "f": weights("f", Scale(-20.0, 20.0, 0.5, COLORS["f"])),
        "c": weights("c", Scale(-0.2, 0.2, 0.01, COLORS["c_tilde"])),
    },
    take=lambda cell: {"f": _rows(cell.forget), "c": _rows(cell.candidate)},
    put=lambda cell, arrays: replace(
        cell, forget=_layer(arrays["f"]), candidate=_layer(arrays["c"])
    ),
    run=lambda cell, xs, on: (coupled_unroll if on else unroll)(cell, xs),
    draw=lambda s, on, names: diagram.variant("coupled", s, on=on, x_names=names),
    tell=_tell_step,
    formulas=_coupled_formulas,
    code=lambda cell, xs, on: words.sequence_code(
        cell, xs, instead={"i": "i = 1 - f"} if on else None
    ),
    panels=("f", "i", "c", "h"),
    memory="c",
    switch="coupled gates",
)

# ---- GRU ---------------------------------------------------------------------------------------


def _as_run(cell: GRUParameters, on: bool) -> GRUParameters:
    """The GRU itself, or one whose reset gate is held open."""
    if on:
        return cell
    shut_off = np.zeros_like(cell.reset.W)
    return replace(cell, reset=Gate(shut_off, np.full(cell.hidden_size, SATURATED)))


def _tell_gru(cell: GRUParameters, s: GRUStep, on: bool) -> str:
    return " ".join(
        f"Unit {k} keeps {words.percent(1 - s.z[k])} of {number(s.h_prev[k])} and takes "
        f"{words.percent(s.z[k])} of the candidate {number(s.h_tilde[k])}, so its state is now "
        f"{number(s.h[k])}."
        for k in range(len(s.h))
    )


def _gru_formulas(cell: GRUParameters, s: GRUStep, on: bool) -> str:
    z, r, h_tilde = _mark("z", "i"), _mark("r", "f"), _mark("h̃", "c_tilde")
    h_prev, h = words.symbol("h_prev"), words.symbol("h")
    W, b = _w("h")
    reads = np.concatenate([s.r * s.h_prev, s.x])
    candidate = _lines(
        f"{h_tilde} = tanh({W}[{r} ∗ {h_prev}, {words.symbol('x')}] + {b})",
        f"h̃[0] = tanh({words.weighed(cell.candidate, reads, 0)}) = {number(s.h_tilde[0])}",
    )
    state = _lines(
        f"{h} = (1 − {z}) ∗ {h_prev} + {z} ∗ {h_tilde}",
        f"{words.entry('h', 0)} = {words.times(1 - s.z[0], s.h_prev[0])} + "
        f"{words.times(s.z[0], s.h_tilde[0])} = {words.bold('h', s.h[0])}",
    )
    return candidate + state


def _gru_code(cell: GRUParameters, xs: Array, on: bool) -> str:
    lines = ["import numpy as np", "", f"xs = {words.literal(xs)}"]
    for letter, layer in zip("zrh", (cell.update, cell.reset, cell.candidate), strict=True):
        if on or letter != "r":
            lines.append(f"W_{letter} = {words.literal(layer.W)}")
            lines.append(f"b_{letter} = {words.literal(layer.b)}")
    gate = "    {0} = 1 / (1 + np.exp(-(W_{0} @ hx + b_{0})))"
    reset = gate.format("r") if on else "    r = 1.0  # the reset gate is held open"
    return "\n".join(
        [
            *lines,
            "",
            f"h = np.zeros({cell.hidden_size})",
            "for x in xs:",
            "    hx = np.concatenate([h, x])",
            gate.format("z"),
            reset,
            "    h_tilde = np.tanh(W_h @ np.concatenate([r * h, x]) + b_h)",
            "    h = (1 - z) * h + z * h_tilde",
            "    print(h)",
        ]
    )


GRU = Kind(
    slid={
        "z": weights("z", Scale(-20.0, 20.0, 0.5, COLORS["i"])),
        "r": weights("r", Scale(-20.0, 20.0, 0.5, COLORS["f"])),
        "h": weights("h", Scale(-2.0, 2.0, 0.02, COLORS["c_tilde"])),
    },
    take=lambda cell: {
        "z": _rows(cell.update),
        "r": _rows(cell.reset),
        "h": _rows(cell.candidate),
    },
    put=lambda cell, arrays: GRUParameters(
        _layer(arrays["z"]), _layer(arrays["r"]), _layer(arrays["h"])
    ),
    run=lambda cell, xs, on: gru_unroll(_as_run(cell, on), xs),
    draw=lambda s, on, names: diagram.gru(s, x_names=names),
    tell=_tell_gru,
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


def rnn(units: int = 1) -> OtherExplorer:
    """Explore a plain RNN through time: what its weights make of a visitor, and then of silence.

    It reads one input, `enter`. Raises `ValueError` for a number of units other than 1 or 2.
    """
    if not isinstance(units, int) or units not in (1, 2):
        raise ValueError(f"units is {units!r}; an explorer starts with 1 unit or 2")
    rows = {1: [[0.5, 0.5, 0.0]], 2: [[0.5, 0.0, 0.5, 0.0], [0.5, 0.5, 0.0, 0.0]]}
    cell = PlainRNN(_layer(np.array(rows[units])))
    days = {"one visitor, then quiet": ONE_VISITOR, "three visitors, then quiet": THREE_VISITORS}
    return OtherExplorer(RNN, {name: (cell, _visits(day)) for name, day in days.items()}, VISITS)


def room_rnn(cell: PlainRNN) -> OtherExplorer:
    """Show a plain RNN that reads the room's events, on a day with two bells; for a challenge."""
    xs = examples.day_events(examples.RNN_DAY)
    return OtherExplorer(RNN, {"two bells": (cell, xs)}, EventVocabulary(examples.EVENTS))


def variant(name: str) -> OtherExplorer:
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
    room = {day: ROOM.day(events) for day, events in DAYS.items()}
    if name == "peephole":
        tours = {"a tour of five": ROOM.day(examples.TOUR_DAY)}
        cell = Peeping(*examples.tour_counter())
        return OtherExplorer(PEEPHOLE, _from(cell, tours | room), ROOM)
    if name == "coupled":
        return OtherExplorer(COUPLED, _from(examples.room_counter(), room), ROOM)
    if name == "gru":
        return OtherExplorer(GRU, _from(examples.gru_counter(), room), ROOM)
    raise ValueError(f"the variant is {name!r}; it must be peephole, coupled or gru")


def _from(cell: object, days: Mapping[str, Array]) -> dict[str, tuple[object, Array]]:
    return {name: (cell, xs) for name, xs in days.items()}

"""The explorer of other cells through time: sliders for their weights, and a switch for a change.

A `Kind` says what another cell is: which of its arrays have sliders, how it runs, how it is drawn
and what is said of it. The explorer is the one of a whole sequence, with weights in place of pins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ipywidgets as widgets
import numpy as np
import traitlets

from lstm_teach._arrays import Array
from lstm_teach.explore.sequence import OWN_DAY, EventVocabulary, SequenceExplorer
from lstm_teach.explore.sliders import Scale, Sliders, grid
from lstm_teach.plots.timeline import Limits

Cell = Any  # of the kind's own type, with `hidden_size`
Moment = Any  # of such a cell: what its unroll gives at one moment


@dataclass(frozen=True)
class Slid:
    """An array of a cell that has sliders: how its entries are called, and how far they go."""

    labels: Callable[[int, tuple[str, ...]], list[list[str]]]  # of the units and the inputs
    scale: Scale


@dataclass(frozen=True)
class Kind:
    """What another cell is. `on` says whether the change that has a switch is made."""

    slid: Mapping[str, Slid]
    take: Callable[[Cell], dict[str, Array]]  # the arrays, out of a cell ...
    put: Callable[[Cell, Mapping[str, Array]], Cell]  # ... and back into it
    run: Callable[[Cell, Array, bool], Moment]
    draw: Callable[[Moment, bool, tuple[str, ...]], str]
    tell: Callable[[Cell, Moment, bool], str]
    formulas: Callable[[Cell, Moment, bool], str]
    code: Callable[[Cell, Array, bool], str]
    panels: tuple[str, ...]  # what the plot shows
    memory: str  # which of them remembers
    switch: str = ""  # what the switch turns on; without it there is none
    fixed: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # limits of panels


def weights(letter: str, scale: Scale) -> Slid:
    """A layer's weights and bias, a row for each unit: "W_f[0, h]", …, "b_f[0]"."""
    mark = f"_{letter}" if letter else ""

    def labels(units: int, inputs: tuple[str, ...]) -> list[list[str]]:
        columns = (*(("h",) if units == 1 else (f"h{k}" for k in range(units))), *inputs)
        return [
            [*(f"W{mark}[{k}, {column}]" for column in columns), f"b{mark}[{k}]"]
            for k in range(units)
        ]

    return Slid(labels, scale)


class OtherExplorer(SequenceExplorer):
    """Another cell through time, with sliders for its weights.

    Parameters
    ----------
    kind : Kind
        What the cell is.
    starts : mapping of str to (cell, array (T, D))
        Where it can start, under a name: a cell, and what it reads.
    story : EventVocabulary
        What the inputs mean.

    Attributes
    ----------
    step, steps : Moment
        What is shown, and the run that it is a moment of.
    unpinned : Moment
        The run that it started with, but with the change switched off; the plot shows it in gray.
    """

    step = traitlets.Any()
    _story: EventVocabulary

    def __init__(
        self, kind: Kind, starts: Mapping[str, tuple[Cell, Array]], story: EventVocabulary
    ) -> None:
        self._kind, self._panels = kind, kind.panels
        self._cells = {name: cell for name, (cell, _) in starts.items()}
        first = next(iter(self._cells.values()))
        self._cells[OWN_DAY] = first  # for a day that is typed
        super().__init__(first, {name: xs for name, (_, xs) in starts.items()}, story)

    def _what_if(self) -> dict[str, widgets.Widget]:
        name = self._kind.switch
        if not name:
            return {}
        switch = widgets.ToggleButton(True, description=name, tooltip=f"With and without: {name}")
        switch.observe(lambda _: None if self._loading else self._new_run(), "value")
        return {name: switch}

    @property
    def _on(self) -> bool:
        return not self._kind.switch or self._fixed[self._kind.switch].value

    # ---- the cell ------------------------------------------------------------------------------

    @property
    def _start_cell(self) -> Cell:
        return self._cells[self._case.name]

    @property
    def parameters(self) -> Cell:
        """The cell as the sliders stand."""
        arrays = {name: entries.array for name, entries in self._tables.items()}
        return self._kind.put(self._start_cell, arrays)

    def _change_nothing(self) -> None:
        """Put the weights where they start, and the switch on."""
        arrays = self._kind.take(self._start_cell)
        if not self._tables:
            self._make_sliders(arrays)
        for name, array in arrays.items():
            self._tables[name].load(array)
        if self._kind.switch:
            self._fixed[self._kind.switch].value = True

    def _make_sliders(self, arrays: Mapping[str, Array]) -> None:
        units = self._start_cell.hidden_size
        tables = {
            name: Sliders(
                array,
                self._kind.slid[name].labels(units, self._story.events),
                self._kind.slid[name].scale,
                self._new_run,
            )
            for name, array in arrays.items()
        }
        self._tables = dict(tables)
        rows = [row for entries in tables.values() for row in entries.rows]
        self._sliders.children = [grid(rows, max(map(len, rows)))]

    def _type_day(self, text: str) -> None:
        self._cells[OWN_DAY] = self._start_cell  # the one that it goes on with
        super()._type_day(text)

    # ---- the run -------------------------------------------------------------------------------

    def _unchanged(self) -> Moment:
        return self._kind.run(self._start_cell, self._xs, not self._kind.switch)

    def _first_run(self) -> None:
        # axes on which both can be read; a weight that leads beyond them gets wider ones
        self._ends = [self.unpinned, self._kind.run(self._start_cell, self._xs, True)]
        self._new_run()

    def _run(self) -> Moment:
        return self._kind.run(self.parameters, self._xs, self._on)

    def _limits(self, *runs: Moment) -> Limits:
        units = self._start_cell.hidden_size
        fixed = {name: (pair,) * units for name, pair in self._kind.fixed.items()}
        return super()._limits(*runs) | fixed

    @property
    def _memory(self) -> Array:
        return np.asarray(getattr(self.steps, self._kind.memory))

    # ---- in pictures and words -----------------------------------------------------------------

    def _diagram(self, moment: Moment) -> str:
        return self._kind.draw(moment, self._on, self._story.events)

    def _told(self, t: int) -> str:
        return self._at(t, self._kind.tell(self.parameters, self.steps[t], self._on))

    def _formulas(self, cell: Cell, moment: Moment) -> str:
        return self._kind.formulas(cell, moment, self._on)

    def _code_lines(self, cell: Cell, moment: Moment) -> str:
        return self._kind.code(cell, self._xs, self._on)

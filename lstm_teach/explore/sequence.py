"""The explorer of a cell through time: play, a slider for the moment, and what changes the run.

A `CellSpec` says what the cell is: how it runs, how it is drawn, what is said of it, and which of
its arrays have sliders. Where none have, any gate can be pinned. `variants.py` has other cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import ipywidgets as widgets
import numpy as np
import traitlets
from numpy.typing import ArrayLike

from lstm_teach import diagram, examples
from lstm_teach._arrays import Array
from lstm_teach.explore import words
from lstm_teach.explore.explorer import Explorer
from lstm_teach.explore.one_step import FIELDS, layer_labels
from lstm_teach.explore.page import with_picture
from lstm_teach.explore.sliders import Scale, Sliders, grid, rows_of, with_rows
from lstm_teach.parameters import GATES, Gate, Parameters
from lstm_teach.plots.timeline import LSTM, Timeline, limits
from lstm_teach.sequence import pin, unroll

NO_PIN = "nothing"
OWN_DAY = "a day of your own"

Cell = Any  # of the spec's own type: `Layers`
Moment = Any  # what such a cell's unroll gives, and one moment of it


class EventVocabulary(NamedTuple):
    """The events of a story: their names, and how a day is read."""

    events: tuple[str, ...]
    read: Callable[[str], Array]


ROOM = EventVocabulary(examples.EVENTS, examples.day_events)
LAMP = EventVocabulary(examples.LAMP_EVENTS, examples.lamp_events)
#: The days of the reading room, and of the lamp.
DAYS, PRESSES = examples.TOLD["days"]["room"], examples.TOLD["days"]["lamp"]


class CellSpec(NamedTuple):
    """What a cell is. `on` says whether the change that has a switch is made."""

    name: str  # of its words: of equations and code followed by " off" when it is not made
    run: Callable[[Cell, Array, bool], Moment]
    draw: Callable[[Moment, bool, tuple[str, ...] | None], str]
    panels: tuple[str, ...] = LSTM  # what the plot shows
    switch: str = ""  # what the switch turns on; without it there is none
    sliders: Mapping[str, Scale] = {}  # the parts with sliders, by letter: how far these go


LSTM_CELL = CellSpec(
    name="step",
    run=lambda cell, xs, on: unroll(cell, xs),
    draw=lambda moment, on, names: diagram.cell(None, moment, units=(0, 1), x_names=names),
)


class SequenceExplorer(Explorer):
    """A cell through time, with its weights on sliders or any gate pinned.

    Parameters
    ----------
    cell : Parameters or the like
        The cell.
    days : mapping of str to str, or to array (T, D)
        What it can read, under a name each: events of the story, or without one the inputs. The
        first is shown first.
    story : EventVocabulary, optional
        What the inputs mean. Where there is a choice of days, one of your own can be typed too.
    spec : CellSpec
        What the cell is: an LSTM, unless something else is said.

    Attributes
    ----------
    step, steps : Step
        What is shown, a trait, and the run `(T, H)` that it is a moment of.
    unpinned : Step
        The run with nothing changed, which the plot shows in gray.
    parameters : Parameters
        The cell that runs: as the sliders stand, or with what is pinned.
    """

    step = traitlets.Any()
    parameters: Cell

    def __init__(
        self,
        cell: Cell,
        days: Mapping[str, Any],
        story: EventVocabulary | None = None,
        spec: CellSpec = LSTM_CELL,
    ) -> None:
        super().__init__()
        self._spec, self._cell, self._story, self._pinned = spec, cell, story, NO_PIN
        self._days = {name: story.read(day) if story else day for name, day in days.items()}
        self._events = story.events if story else None
        can_type = story and len(days) > 1
        if can_type:
            self._days[OWN_DAY] = next(iter(self._days.values()))  # until one is typed
        self._add_start(self._days, self._start)
        above = self._row()
        self._add_time()
        below = [self._row()]
        if can_type:
            how: dict[str, Any] = {"continuous_update": False, "layout": {"flex": "1 1 100%"}}
            self._make(widgets.Text, "your day", self._type_day, **how)
            below.append(self._row())
        self._tables: dict[str, Sliders] = {}
        for letter, scale in spec.sliders.items():
            self._add_sliders(letter, scale)
        rows = [row for entries in self._tables.values() for row in entries.rows]
        matrix = widgets.VBox([grid(rows, max(map(len, rows)))] if rows else [])
        matrix.add_class("lstm-sliders")
        self.children = [above, self.view, *below, matrix]
        self._hear_clicks(self._click)
        self._start()

    def _add_time(self) -> None:
        """Add the moment, and what changes the run."""
        make = self._make
        play = make(widgets.Play, "", name="play", max=0, interval=700)
        wide = {"flex": "3 1 300px"}
        moment = make(widgets.IntSlider, "moment", self._show, max=0, layout=wide)
        # linked here and not in the browser: there the slider would wait for what play sends
        widgets.link((play, "value"), (moment, "value"))
        if name := self._spec.switch:
            self._toggle(name, self._new_run, f"With and without: {name}", on=True)
        if not self._spec.sliders:
            self._menu("pin", self._pin_gate, [NO_PIN, *GATES.values()], 200)
            make(widgets.FloatSlider, "pinned at", self._new_run, value=1.0, max=1.0, step=0.05)

    def _add_sliders(self, letter: str, scale: Scale) -> None:
        """Add a slider for each number of one part of the cell."""
        name, units = words.letters(self._spec.name)[letter], self._cell.hidden_size
        part = getattr(self._cell, name)
        if isinstance(part, Gate):
            labels = layer_labels(letter, units, self._events or ())
        else:
            labels = [[f"{of}[{k}]" for of in vars(part)] for k in range(units)]
        self._tables[name] = Sliders(rows_of(part), labels, scale, partial(self._moved, name))
        self.controls |= self._tables[name].controls

    # ---- the day, the run, the moment ----------------------------------------------------------

    def _start(self) -> None:
        """Go to the day that is picked, with nothing changed."""
        self.parameters = self._cell
        for name, entries in self._tables.items():
            entries.load(rows_of(getattr(self._cell, name)))
        self._put_back(self._spec.switch, "pin", "pinned at")
        self._go_to(self._chosen(self._days))
        if "your day" in self.controls:
            with self._by_us() as control:
                control["your day"].value = " ".join(self._names)

    def _type_day(self) -> None:
        """Take a day that was typed. One that cannot be read is explained, and nothing is lost."""
        assert self._story  # or there would be nothing to type in
        try:
            xs, self._complaint = self._story.read(self.controls["your day"].value), ""
        except ValueError as error:
            xs, self._complaint = self._xs, words.say("no such day", error=error)
        self._days[OWN_DAY] = xs
        with self._by_us() as control:  # so that any other day, and this one, can be picked again
            control["Start from"].value = OWN_DAY
        if self._complaint:
            self._show()
        else:
            self._go_to(xs)

    def _go_to(self, xs: Array) -> None:
        """Take a day from its first moment, and read once what is said of it at every moment."""
        self._xs, self._complaint = xs, ""
        self._names = examples.event_names(xs, self._events) if self._events else []
        self._warning = _below_zero(xs) if self._story is ROOM else ""
        self.unpinned = self._spec.run(self._cell, xs, not self._spec.switch)
        self._drawn.clear()
        with self._by_us() as control:
            control["moment"].max = control["play"].max = len(xs) - 1
            control["moment"].value = control["play"].value = 0
        self._pin_gate()

    def _pin_gate(self) -> None:
        """Fit the slider and the axes to what can be changed, and run again."""
        others = [self._cell] if self._spec.switch else []
        if "pin" in self.controls:
            self._pinned, value = self.controls["pin"].value, self.controls["pinned at"]
            with self._by_us():
                value.disabled = self._pinned == NO_PIN
                value.min = -1.0 if self._pinned == "candidate" else 0.0
            if self._pinned != NO_PIN:  # axes for both ends of the slider, so that they stay
                others = [pin(self._cell, self._pinned, end) for end in (value.min, value.max)]
        runs = (self._spec.run(cell, self._xs, True) for cell in others)
        self._ends = [self.unpinned, *runs]
        self._new_run()

    def _moved(self, name: str) -> None:
        """Take over one part of the cell: no other is made, and checked, anew."""
        part = with_rows(getattr(self.parameters, name), self._tables[name].array)
        self.parameters = replace(self.parameters, **{name: part})
        self._new_run()

    def _new_run(self) -> None:
        """Take the whole sequence again, and show it where the moment stands."""
        if "pin" in self.controls:
            gate, value = self._pinned, self.controls["pinned at"].value
            self.parameters = self._cell if gate == NO_PIN else pin(self._cell, gate, value)
        self._on = not self._spec.switch or self.controls[self._spec.switch].value
        self._about = self._spec.name + ("" if self._on else " off")
        self.steps = self._spec.run(self.parameters, self._xs, self._on)
        fitting = limits(*self._ends, self.steps, show=self._spec.panels)
        scales = tuple(len(set(pairs)) for pairs in fitting.values())
        events = (self._events, self._xs) if self._events else None
        make = partial(Timeline, self.unpinned, fitting, show=self._spec.panels, events=events)
        with self.view.hold_sync():
            self._timeline = self._take(make, "run", "cursor", key=scales)
            self._timeline.show_run(self.steps, fitting)
            self.view.run = self._live.frame(self._timeline.run)
            self._show()

    def _click(self, across: float, down: float) -> None:
        """Go to the moment that was clicked, given as fractions of the plot."""
        if (t := self._timeline.moment_at(across)) is not None:
            self.controls["moment"].value = t

    # ---- what is shown -------------------------------------------------------------------------

    def _show(self) -> None:
        """Show the moment that is picked."""
        t, spec = self.controls["moment"].value, self._spec
        moment = self.steps[t]
        self._timeline.show_moment(t)
        ribbon = words.ribbon(self._names, t) if self._story else ""
        equation = words.equation(self._about, self.parameters, moment)
        with self.view.hold_sync():  # what a challenge says of this step travels along
            self._say(
                self._told(t),
                ribbon + equation + self._warning + words.alert(self._complaint),
                diagram=spec.draw(moment, self._on, self._events),
                frame=self._live.frame(self._timeline.cursor),
                code=self._as_code(lambda: self._lines(moment)),
            )
            self.step = moment  # last: who listens finds everything else in place

    def _told(self, t: int) -> str:
        name = self._names[t] if self._names else None
        told = words.sentence(self._spec.name, self.steps[t])
        told = words.moment_sentence(t, len(self._xs), name, told)
        if self._pinned != NO_PIN:
            told += f" {words.without_pin(self._pinned, self.unpinned[t])}"
        return told

    def _lines(self, moment: Moment) -> str:
        fields = [FIELDS[letter] for letter, gate in GATES.items() if gate == self._pinned]
        held = {name: getattr(moment, name) for name in fields}
        return words.sequence_code(self.parameters, self._xs, held, self._about)

    def _saved(self) -> tuple[dict[str, object], dict[str, object]]:
        """The moment that has most to show: the fullest memory."""
        t = int(np.abs(getattr(self.steps, "c", self.steps.h)[:, 0]).argmax())
        self._timeline.show_moment(t)
        said = self._told(t)
        saved = with_picture(lambda: self.picture(said), said)
        self._timeline.show_moment(self.controls["moment"].value)
        return saved


def _below_zero(xs: Array) -> str:
    """A word about a day on which more people leave than came."""
    below = np.flatnonzero(examples.people(xs) < 0)
    return f"<p>{words.say('below zero', t=below[0])}</p>" if len(below) else ""


# ---- the explorers -----------------------------------------------------------------------------


def sequence(parameters: Parameters | None = None, xs: ArrayLike | None = None) -> SequenceExplorer:
    """Explore a cell through time, moment by moment, with any gate pinned.

    Without arguments: the room counter, on days that can be picked and typed. With `parameters`
    that read the room counter's four events: the same days for that cell. With `xs` `(T, D)`:
    that sequence.
    """
    cell = _one_cell(parameters or examples.room_counter())
    if xs is None:
        return _through_days(cell, DAYS, ROOM)
    xs = unroll(cell, xs).x  # unroll says what is wrong with a shape that does not fit
    if xs.ndim != 2 or not len(xs):
        raise ValueError(
            f"xs has shape {xs.shape}; one sequence can be shown, with at least one moment, "
            f"so xs must be (T, {cell.input_size})"
        )
    return SequenceExplorer(cell, {"this sequence": xs})


def lamp(parameters: Parameters | None = None) -> SequenceExplorer:
    """Explore the lamp through time, or a cell of your own that reads its one event, `press`."""
    return _through_days(_one_cell(parameters or examples.lamp()), PRESSES, LAMP)


def _one_cell(parameters: object) -> Parameters:
    if not isinstance(parameters, Parameters):
        raise TypeError(
            f"one cell can be shown, so parameters must be a Parameters, not a "
            f"{type(parameters).__name__}; of two directions or stacked layers show one at a time"
        )
    return parameters


def _through_days(
    cell: Parameters, days: Mapping[str, str], story: EventVocabulary
) -> SequenceExplorer:
    D = cell.input_size
    if len(story.events) != D:
        raise ValueError(
            f"the cell reads {D} inputs and the days have {len(story.events)}: "
            f"{', '.join(story.events)}; give xs of shape (T, {D})"
        )
    return SequenceExplorer(cell, days, story)

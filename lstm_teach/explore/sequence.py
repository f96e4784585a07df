"""The explorer of a cell through time: play, a slider for the moment, and what changes the run.

A `CellSpec` says what the cell is: how it runs, how it is drawn, what is said of it, and which of
its arrays have sliders. Where none have, any gate can be pinned. `variants.py` has other cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, NamedTuple

import ipywidgets as widgets
import numpy as np
import traitlets

from lstm_teach import diagram, examples
from lstm_teach._arrays import Array
from lstm_teach.explore import words
from lstm_teach.explore.explorer import Explorer
from lstm_teach.explore.one_step import FIELDS
from lstm_teach.explore.page import with_picture
from lstm_teach.explore.sliders import Scale, Sliders, grid
from lstm_teach.parameters import GATES, Parameters
from lstm_teach.plots.live import LiveFigure
from lstm_teach.plots.timeline import LSTM, Limits, Timeline, limits
from lstm_teach.sequence import pin, unroll

NO_PIN = "nothing"
OWN_DAY = "a day of your own"

Cell = Any  # of the spec's own type, with `hidden_size`
Moment = Any  # what such a cell's unroll gives, and one moment of it


@dataclass(frozen=True)
class EventVocabulary:
    """The events of a story: their names, and how a day that is typed is read, if one can be."""

    events: tuple[str, ...]
    read: Callable[[str | Iterable[str]], Array] | None = None

    def day(self, names: str | Iterable[str]) -> Array:
        """The inputs of a day."""
        if self.read is None:
            raise ValueError("a day of this story cannot be typed")
        return self.read(names)


ROOM = EventVocabulary(examples.EVENTS, examples.day_events)
LAMP = EventVocabulary(examples.LAMP_EVENTS, examples.lamp_events)


class SliderSpec(NamedTuple):
    """An array of a cell that has sliders: how its entries are called, and how far they go."""

    labels: Callable[[int, tuple[str, ...]], list[list[str]]]  # of the units and the inputs
    scale: Scale


@dataclass(frozen=True)
class CellSpec:
    """What a cell is. `on` says whether the change that has a switch is made."""

    run: Callable[[Cell, Array, bool], Moment]
    draw: Callable[[Moment, bool, tuple[str, ...] | None], str]
    describe: Callable[[Cell, Moment, bool], str]
    formulas: Callable[[Cell, Moment, bool], str]
    code: Callable[[Cell, Array, bool], str]
    panels: tuple[str, ...] = LSTM  # what the plot shows
    memory: str = "c"  # which of them remembers
    switch: str = ""  # what the switch turns on; without it there is none
    fixed: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # limits of panels
    sliders: Mapping[str, SliderSpec] = field(default_factory=dict)
    get_arrays: Callable[[Cell], dict[str, Array]] = lambda cell: {}  # out of a cell ...
    with_arrays: Callable[[Cell, Mapping[str, Array]], Cell] = lambda cell, arrays: cell


LSTM_CELL = CellSpec(
    run=lambda cell, xs, on: unroll(cell, xs),
    draw=lambda moment, on, names: diagram.cell(None, moment, units=(0, 1), x_names=names),
    describe=lambda cell, moment, on: words.sentence("step", moment),
    formulas=lambda cell, moment, on: words.equation("step", cell, moment),
    code=lambda cell, xs, on: words.sequence_code(cell, xs),
)


class SequenceExplorer(Explorer):
    """A cell through time, with its weights on sliders or any gate pinned.

    Parameters
    ----------
    spec : CellSpec
        What the cell is.
    starts : mapping of str to (cell, array (T, D))
        Where it can start, under a name: a cell, and what it reads. The first is shown first.
    story : EventVocabulary, optional
        What the inputs mean; with it, a day of one's own can be typed.

    Attributes
    ----------
    step, steps : Step
        What is shown, a trait, and the run `(T, H)` that it is a moment of.
    unpinned : Step
        The run with nothing changed, which the plot shows in gray.
    parameters : Parameters
        The cell that runs.
    """

    step = traitlets.Any()
    _timeline: Timeline

    def __init__(
        self,
        spec: CellSpec,
        starts: Mapping[str, tuple[Cell, Array]],
        story: EventVocabulary | None = None,
    ) -> None:
        super().__init__()
        self._spec, self._starts, self._story = spec, dict(starts), story
        self._events = story.events if story else None
        self._can_type = bool(story and story.read)
        self._name = next(iter(starts))
        if self._can_type:
            self._starts[OWN_DAY] = self._starts[self._name]  # until one is typed
        self._complaint = ""  # about a typed day that cannot be read
        self._tables: dict[str, Sliders] = {}
        self._timelines: dict[object, tuple[Timeline, LiveFigure]] = {}
        self._add_start(self._starts, self._start)
        above = list(self.controls)
        self._add_time()
        below = [name for name in self.controls if name not in above]
        if self._can_type:
            day = widgets.Text(
                description="your day", continuous_update=False, layout={"flex": "1 1 100%"}
            )
            self._add(day, lambda: self._type_day(day.value))
        matrix = self._add_sliders()
        bars = [self._bar(*below), *([self._bar("your day")] if self._can_type else [])]
        self.children = [self._bar(*above), self.view, *bars, matrix]
        self.view.clickable = True
        self.view.on_msg(lambda _, message, __: self._click(*message["click"]))
        self._start()

    def _add_time(self) -> None:
        """Add the moment, and what changes the run."""
        moment = widgets.IntSlider(0, min=0, max=0, description="moment")
        moment.layout.flex = "3 1 300px"
        play = widgets.Play(value=0, min=0, max=0, interval=700)
        # linked here and not in the browser: there the slider would wait for what play sends
        widgets.link((play, "value"), (moment, "value"))
        self._add(play, name="play")
        self._add(moment, self._show)
        if name := self._spec.switch:
            tip = f"With and without: {name}"
            self._add(widgets.ToggleButton(True, description=name, tooltip=tip), self._new_run)
        if not self._spec.sliders:
            gates = [NO_PIN, *GATES.values()]
            gate = widgets.Dropdown(options=gates, description="pin", layout={"width": "200px"})
            value = widgets.FloatSlider(1.0, min=0.0, max=1.0, step=0.05, description="pinned at")
            self._add(gate, self._pin_gate)
            self._add(value, self._new_run)

    def _add_sliders(self) -> widgets.Box:
        """Add a slider for each weight, as the spec has them."""
        cell, inputs = self._starts[self._name][0], self._events or ()
        for name, array in self._spec.get_arrays(cell).items():
            labels, scale = self._spec.sliders[name]
            entries = Sliders(array, labels(cell.hidden_size, inputs), scale, self._new_run)
            self._tables[name] = entries
            self.controls |= entries.controls
        rows = [row for entries in self._tables.values() for row in entries.rows]
        matrix = widgets.VBox([grid(rows, max(map(len, rows)))] if rows else [])
        matrix.add_class("lstm-sliders")
        return matrix

    # ---- the day, the run, the moment ----------------------------------------------------------

    @property
    def _pinned(self) -> str:
        """The gate that is pinned."""
        return self.controls["pin"].value if "pin" in self.controls else NO_PIN

    @property
    def _on(self) -> bool:
        """Whether the change that has a switch is made."""
        return not self._spec.switch or self.controls[self._spec.switch].value

    @property
    def parameters(self) -> Cell:
        """The cell that runs, as the sliders stand, or with what is pinned."""
        return self._running

    def _start(self) -> None:
        """Go to the day that is picked, with nothing changed."""
        if "Start from" in self.controls:
            self._name = self.controls["Start from"].value
        self._complaint = ""
        with self._by_us() as control:
            self._go_to(*self._starts[self._name])
            for name, array in self._spec.get_arrays(self._cell).items():
                self._tables[name].load(array)
            if self._spec.switch:
                control[self._spec.switch].value = True
            if "pin" in control:
                control["pin"].value, control["pinned at"].value = NO_PIN, 1.0
            if self._can_type:
                control["your day"].value = " ".join(self._names)
        self._new_day()

    def _type_day(self, text: str) -> None:
        """Take a day that was typed. One that cannot be read is explained, and nothing is lost."""
        assert self._story  # or there would be nothing to type in
        try:
            xs, self._complaint = self._story.day(text), ""
        except ValueError as error:
            xs = self._xs
            self._complaint = f"✗ {error}. The picture still shows the last day that could be read."
        self._starts[OWN_DAY] = self._cell, xs  # with the cell that it goes on with
        self._name = OWN_DAY
        with self._by_us() as control:  # so that any other day, and this one, can be picked again
            control["Start from"].value = OWN_DAY
        if self._complaint:
            self._show()
        else:
            self._go_to(self._cell, xs)
            self._new_day()

    def _go_to(self, cell: Cell, xs: Array) -> None:
        """Take a cell and a day, and read once what is said of it at every moment."""
        self._cell, self._xs = cell, xs
        self._names = examples.event_names(xs, self._events) if self._events else []
        self._warning = _below_zero(xs) if self._story == ROOM else ""

    def _new_day(self) -> None:
        """Take the day from its first moment."""
        self.unpinned = self._spec.run(self._cell, self._xs, not self._spec.switch)
        self._timelines.clear()
        with self._by_us() as control:
            control["moment"].max = control["play"].max = len(self._xs) - 1
            control["moment"].value = control["play"].value = 0
        self._pin_gate()

    def _pin_gate(self) -> None:
        """Fit the slider and the axes to what can be changed, and run again."""
        self._ends = [self.unpinned]
        if self._spec.switch:
            self._ends.append(self._spec.run(self._cell, self._xs, True))
        if "pin" in self.controls:
            gate, value = self._pinned, self.controls["pinned at"]
            with self._by_us():
                value.disabled = gate == NO_PIN
                value.min = -1.0 if gate == "candidate" else 0.0
            if gate != NO_PIN:  # axes for both ends of the slider, so that they stay
                cells = [pin(self._cell, gate, end) for end in (value.min, value.max)]
                self._ends += [self._spec.run(cell, self._xs, True) for cell in cells]
        self._new_run()

    def _new_run(self) -> None:
        """Take the whole sequence again, and show it where the moment stands."""
        if self._pinned != NO_PIN:
            self._running = pin(self._cell, self._pinned, self.controls["pinned at"].value)
        else:
            arrays = {name: entries.array for name, entries in self._tables.items()}
            self._running = self._spec.with_arrays(self._cell, arrays)
        self.steps = self._spec.run(self._running, self._xs, self._on)
        self._fit_axes(self._limits(*self._ends, self.steps))
        self._timeline.show_run(self.steps)
        with self.view.hold_sync():
            self.view.run = self._live.frame(self._timeline.run)
            self._show()

    def _limits(self, *runs: Moment) -> Limits:
        units = self._cell.hidden_size
        fixed = {name: (pair,) * units for name, pair in self._spec.fixed.items()}
        return limits(*runs, show=self._spec.panels) | fixed

    def _fit_axes(self, fitting: Limits) -> None:
        """Draw the axes anew where their limits change, but none that has been drawn before."""
        if not self._timelines or not self._timeline.rescale(fitting):
            key = tuple(len(set(pairs)) for pairs in fitting.values())
            if key not in self._timelines:
                events = (self._events, self._xs) if self._events else None
                made = Timeline(self.unpinned, fitting, show=self._spec.panels, events=events)
                live = self._draw_once(made.figure, [*made.run, *made.cursor])
                self._timelines[key] = made, live
            self._timeline, self._live = self._timelines[key]
            self._timeline.rescale(fitting)
        self._live.redraw()
        self._take(self._live)

    def _click(self, across: float, down: float) -> None:
        """Go to the moment that was clicked, given as fractions of the plot."""
        if (t := self._timeline.moment_at(across, down)) is not None:
            self.controls["moment"].value = t

    # ---- what is shown -------------------------------------------------------------------------

    def _show(self) -> None:
        """Show the moment that is picked."""
        t, spec, cell = self.controls["moment"].value, self._spec, self._running
        moment = self.steps[t]
        self._timeline.show_moment(t)
        above = spec.formulas(cell, moment, self._on)
        if self._story:
            above = words.ribbon(self._names, t) + above + self._warning
        if self._complaint:
            above += f'<p role="alert">{escape(self._complaint)}</p>'
        with self.view.hold_sync():  # what a challenge says of this step travels along
            self._say(
                self._told(t),
                above,
                diagram=spec.draw(moment, self._on, self._events),
                frame=self._live.frame(self._timeline.cursor),
                code=self._as_code(lambda: self._lines(cell, moment)),
            )
            self.step = moment  # last: who listens finds everything else in place

    def _told(self, t: int) -> str:
        told = self._spec.describe(self._running, self.steps[t], self._on)
        name = self._names[t] if self._names else None
        told = words.moment_sentence(t, len(self._xs), name, told)
        if self._pinned == NO_PIN:
            return told
        return f"{told} {words.without_pin(self._pinned, self.unpinned[t])}"

    def _lines(self, cell: Cell, moment: Moment) -> str:
        if self._pinned == NO_PIN:
            return self._spec.code(cell, self._xs, self._on)
        letter = next(letter for letter, gate in GATES.items() if gate == self._pinned)
        held = {FIELDS[letter]: getattr(moment, FIELDS[letter])}
        return words.sequence_code(cell, self._xs, held)

    def _saved(self) -> tuple[dict[str, object], dict[str, object]]:
        """The moment that has most to show: the fullest memory."""
        t = int(np.abs(getattr(self.steps, self._spec.memory)[:, 0]).argmax())
        self._timeline.show_moment(t)
        said = self._told(t)
        saved = with_picture(lambda: self.picture(said), said)
        self._timeline.show_moment(self.controls["moment"].value)
        return saved


def lstm_explorer(
    parameters: Parameters, days: Mapping[str, Array], story: EventVocabulary | None = None
) -> SequenceExplorer:
    """Show an LSTM cell on these days, with any gate pinned."""
    return SequenceExplorer(LSTM_CELL, {name: (parameters, xs) for name, xs in days.items()}, story)


def _below_zero(xs: Array) -> str:
    """A word about a day on which more people leave than came."""
    people = examples.people(xs)
    if people.min() >= 0:
        return ""
    t = int(np.argmax(people < 0))
    return (
        f"<p>At moment {t} more people have left than came. The cell does not know that "
        "this cannot be: it only counts, and goes below 0.</p>"
    )

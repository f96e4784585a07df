"""The explorer of a whole sequence: the same `Explorer`, with time in place of weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape

import ipywidgets as widgets
import numpy as np

from lstm_teach import examples
from lstm_teach._arrays import Array
from lstm_teach.explore import words
from lstm_teach.explore.explorer import FIELDS, Case, Explorer
from lstm_teach.explore.page import with_picture
from lstm_teach.parameters import GATES, Parameters, Step
from lstm_teach.plots.live import LiveFigure
from lstm_teach.plots.timeline import LSTM, Limits, Timeline, limits
from lstm_teach.sequence import pin, unroll

NO_PIN = "nothing"
OWN_DAY = "a day of your own"


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


class SequenceExplorer(Explorer):
    """A sequence with play, pause and a slider for the moment, in which any gate can be pinned.

    Parameters
    ----------
    parameters : Parameters
        The cell, the same at every moment.
    days : mapping of str to array (T, D)
        The sequences to start from, under their names; the first is shown first.
    story : EventVocabulary, optional
        What the inputs mean; with it, a day of one's own can be typed.

    Attributes
    ----------
    steps : Step
        The run that is shown, `(T, H)`; `step` is one moment of it.
    unpinned : Step
        The same sequence with nothing pinned, which the plot shows in gray.
    """

    _panels: Sequence[str] = LSTM  # what the plot shows over time

    def __init__(
        self,
        parameters: Parameters,
        days: Mapping[str, Array],
        story: EventVocabulary | None = None,
    ) -> None:
        self._days, self._story = dict(days), story
        if self._can_type:
            self._days[OWN_DAY] = next(iter(days.values()))  # until one is typed
        self._complaint = ""  # about a typed day that cannot be read
        self._loading = False
        zeros = np.zeros(parameters.hidden_size)
        super().__init__(
            "sequence",
            [
                Case(name, parameters, xs[0], zeros, zeros, story.events if story else None)
                for name, xs in self._days.items()
            ],
        )
        self.view.on_msg(lambda _, message, __: self._click(*message["click"]))

    @property
    def _can_type(self) -> bool:
        return bool(self._story and self._story.read)

    def _fixed_controls(self) -> dict[str, widgets.Widget]:
        moment = widgets.IntSlider(0, min=0, max=0, description="moment")
        play = widgets.Play(value=0, min=0, max=0, interval=700)
        # linked here and not in the browser: there the slider would wait for what play sends
        widgets.link((play, "value"), (moment, "value"))
        moment.add_class("lstm-slider")
        moment.layout.flex = "3 1 300px"
        moment.observe(lambda _: None if self._loading else self._show(), "value")
        controls = super()._fixed_controls() | {"play": play, "moment": moment} | self._what_if()
        if self._can_type:
            day = widgets.Text(description="your day", continuous_update=False)
            day.layout.flex = "1 1 100%"
            day.observe(
                lambda change: None if self._loading else self._type_day(change["new"]), "value"
            )
            controls["your day"] = day
        return controls

    def _what_if(self) -> dict[str, widgets.Widget]:
        """The controls that change the run."""
        gate = widgets.Dropdown(options=[NO_PIN, *GATES.values()], description="pin")
        value = widgets.FloatSlider(1.0, min=0.0, max=1.0, step=0.05, description="pinned at")
        value.add_class("lstm-slider")
        value.layout.flex = "1 1 150px"
        gate.layout.width = "200px"
        gate.observe(lambda _: None if self._loading else self._pin_gate(), "value")
        value.observe(lambda _: None if self._loading else self._new_run(), "value")
        return {"pin": gate, "pinned at": value}

    def _bars(self) -> tuple[list[list[widgets.Widget]], list[list[widgets.Widget]]]:
        fixed = dict(self._fixed)
        day = [fixed.pop("your day")] if self._can_type else []
        names = list(fixed)
        below = [fixed.pop(name) for name in names[names.index("play") :]]
        return [list(fixed.values())], [below, day] if day else [below]

    @contextmanager
    def _load(self) -> Iterator[dict[str, widgets.Widget]]:
        """Move controls without showing each of them moved."""
        self._loading = True
        try:
            yield self._fixed
        finally:
            self._loading = False

    # ---- the day, the run, the moment ----------------------------------------------------------

    def _start(self) -> None:
        """Go to the day that is picked, with nothing changed."""
        if self._loading:
            return
        self._case = self._picked
        self._go_to(self._days[self._case.name])
        self._complaint = ""
        with self._load() as control:
            self._change_nothing()
            if self._can_type:
                control["your day"].value = " ".join(self._names)
        self._new_day()

    def _change_nothing(self) -> None:
        """Put the controls that change the run where they change nothing."""
        self._fixed["pin"].value = NO_PIN
        self._fixed["pinned at"].value = 1.0

    def _type_day(self, text: str) -> None:
        """Take a day that was typed. One that cannot be read is explained, and nothing is lost."""
        self._complaint = ""
        assert self._story  # or there would be nothing to type in
        try:
            self._days[OWN_DAY] = self._story.day(text)
        except ValueError as error:
            self._complaint = f"✗ {error}. The picture still shows the last day that could be read."
            self._days[OWN_DAY] = self._xs
        with self._load() as control:  # so that any other day, and this one, can be picked again
            control["Start from"].value = OWN_DAY
        if self._complaint:
            self._show()
        else:
            self._go_to(self._days[OWN_DAY])
            self._new_day()

    def _go_to(self, xs: Array) -> None:
        """Take a day, and read once what is said of it at every moment."""
        self._xs = xs
        self._names = examples.event_names(xs, self._story.events) if self._story else []
        self._warning = _below_zero(xs) if self._story == ROOM else ""

    def _new_day(self) -> None:
        """Draw the axes for a day, and go to its first moment."""
        self.unpinned = self._unchanged()
        self._draw_axes(self._limits(self.unpinned))
        with self._load() as control:
            control["moment"].max = control["play"].max = len(self._xs) - 1
            control["moment"].value = control["play"].value = 0
        self.controls = dict(self._fixed)
        for entries in self._tables.values():
            self.controls |= entries.controls
        self._first_run()

    def _unchanged(self) -> Step:
        """The run that is shown in gray."""
        return unroll(self._case.parameters, self._xs)

    def _first_run(self) -> None:
        self._pin_gate()

    def _limits(self, *runs: Step) -> Limits:
        return limits(*runs, show=self._panels)

    def _click(self, across: float, down: float) -> None:
        """Go to the moment that was clicked, given as fractions of the plot."""
        if (t := self._timeline.moment_at(across, down)) is not None:
            self._fixed["moment"].value = t

    def _draw_axes(self, fitting: Limits) -> None:
        events = (self._story.events, self._xs) if self._story else None
        self._timeline = Timeline(self.unpinned, fitting, show=self._panels, events=events)
        live = [*self._timeline.run, *self._timeline.cursor]
        self._live = LiveFigure(self._timeline.figure, live, salt=self.model_id)
        self.view.still = self._live.still

    def _pin_gate(self) -> None:
        """Fit the slider and the memory's axes to what is pinned, and run again."""
        self._ends = [self.unpinned]
        with self._load() as control:
            gate, slider = control["pin"].value, control["pinned at"]
            slider.disabled = gate == NO_PIN
            slider.min = -1.0 if gate == "candidate" else 0.0
        if gate != NO_PIN:  # axes for both ends of the slider, so that they stay while it moves
            cell = self._case.parameters
            self._ends += [
                unroll(pin(cell, gate, end), self._xs) for end in (slider.min, slider.max)
            ]
        self._new_run()

    @property
    def parameters(self) -> Parameters:
        """The cell that runs, with what is pinned."""
        gate, value = self._fixed["pin"].value, self._fixed["pinned at"].value
        cell = self._case.parameters
        return cell if gate == NO_PIN else pin(cell, gate, value)

    def _new_run(self) -> None:
        """Take the whole sequence again, and show it where the moment stands."""
        self.steps = self._run()
        fitting = self._limits(*self._ends, self.steps)
        if fitting != self._timeline.limits:
            self._draw_axes(fitting)
        self._timeline.show_run(self.steps)
        with self.view.hold_sync():
            self.view.run = self._live.frame(self._timeline.run)
            self._show()

    def _run(self) -> Step:
        return unroll(self.parameters, self._xs)

    @property
    def _inked(self) -> None:
        """The whole cell."""
        return None

    @property
    def _t(self) -> int:
        return self._fixed["moment"].value

    def _take(self, cell: Parameters) -> Step:
        return self.steps[self._t]

    def _frame(self, moment: Step) -> str:
        self._timeline.show_moment(self._t)
        return self._live.frame(self._timeline.cursor)

    def _saved(self) -> tuple[dict[str, object], dict[str, object]]:
        """The moment that has most to show: the fullest memory."""
        t = int(np.abs(self._memory[:, 0]).argmax())
        self._timeline.show_moment(t)
        said = self._told(t)
        saved = with_picture(lambda: self.picture(said), said)
        self._timeline.show_moment(self._t)
        return saved

    @property
    def _memory(self) -> Array:
        return self.steps.c

    # ---- in words ------------------------------------------------------------------------------

    def _sentence(self, moment: Step) -> str:
        return self._told(self._t)

    def _told(self, t: int) -> str:
        told = self._at(t, words.sentence("step", self.steps[t]))
        if self._fixed["pin"].value == NO_PIN:
            return told
        return f"{told} {words.without_pin(self._fixed['pin'].value, self.unpinned[t])}"

    def _at(self, t: int, told: str) -> str:
        name = self._names[t] if self._story else None
        return words.moment_sentence(t, len(self._xs), name, told)

    def _equation(self, cell: Parameters, moment: Step) -> str:
        shown = super()._equation(cell, moment)
        if self._story:
            shown = words.ribbon(self._names, self._t) + shown + self._warning
        if self._complaint:
            shown += f'<p role="alert">{escape(self._complaint)}</p>'
        return shown

    def _code_lines(self, cell: Parameters, moment: Step) -> str:
        held = {
            FIELDS[letter]: getattr(moment, FIELDS[letter])
            for letter, gate in GATES.items()
            if gate == self._fixed["pin"].value
        }
        return words.sequence_code(cell, self._xs, held)


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

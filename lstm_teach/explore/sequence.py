"""The explorer of a whole sequence: the same `Explorer`, with time in place of weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape

import ipywidgets as widgets
import numpy as np

from lstm_teach import examples
from lstm_teach._arrays import Array
from lstm_teach.cell import GATES, Parameters, Step
from lstm_teach.explore import words
from lstm_teach.explore.explorer import FIELDS, Case, Explorer
from lstm_teach.plots.live import LiveFigure
from lstm_teach.plots.timeline import Timeline, memory_limits
from lstm_teach.sequence import pin, unroll

NO_PIN = "nothing"
OWN_DAY = "a day of your own"


class SequenceExplorer(Explorer):
    """A sequence with play, pause and a slider for the moment, in which any gate can be pinned.

    Parameters
    ----------
    parameters : Parameters
        The cell, the same at every moment.
    days : mapping of str to array (T, D)
        The sequences to start from, under their names; the first is shown first.
    x_names : tuple of str, optional
        Names of the inputs. With the room counter's, a day of one's own can be typed.

    Attributes
    ----------
    steps : Step
        The run that is shown, `(T, H)`; `step` is one moment of it.
    unpinned : Step
        The same sequence with nothing pinned, which the plot shows in gray.
    """

    def __init__(
        self,
        parameters: Parameters,
        days: Mapping[str, Array],
        x_names: tuple[str, ...] | None = None,
    ) -> None:
        self._days = dict(days)
        self._typed = x_names == examples.EVENTS
        if self._typed:
            self._days[OWN_DAY] = next(iter(days.values()))  # until one is typed
        self._run = widgets.HTML()  # the layer of what changes with the run, not with the moment
        self._loading = False
        zeros = np.zeros(parameters.hidden_size)
        super().__init__(
            "sequence",
            [
                Case(name, parameters, xs[0], zeros, zeros, x_names)
                for name, xs in self._days.items()
            ],
        )

    def _fixed_controls(self) -> dict[str, widgets.Widget]:
        moment = widgets.IntSlider(1, min=1, max=1, description="moment")
        play = widgets.Play(value=1, min=1, max=1, interval=700)
        # linked here and not in the browser: there the slider would wait for what play sends
        widgets.link((play, "value"), (moment, "value"))
        gate = widgets.Dropdown(options=[NO_PIN, *GATES.values()], description="pin")
        value = widgets.FloatSlider(1.0, min=0.0, max=1.0, step=0.05, description="pinned at")
        day = widgets.Text(description="your day", continuous_update=False)
        self._complaint = widgets.HTML()
        for slider, width in ((moment, "560px"), (value, "260px")):
            slider.add_class("lstm-slider")
            slider.layout.flex, slider.layout.max_width = "1 1 200px", width
        day.layout.flex, day.layout.max_width = "1 1 100%", "1100px"
        moment.observe(lambda _: self._loading or self._show(), "value")
        gate.observe(lambda _: self._loading or self._pin_gate(), "value")
        value.observe(lambda _: self._loading or self._new_run(), "value")
        day.observe(lambda change: self._loading or self._type_day(change["new"]), "value")
        controls = super()._fixed_controls()
        controls |= {"play": play, "moment": moment, "pin": gate, "pinned at": value}
        return controls | ({"your day": day} if self._typed else {})

    def _bars(self) -> tuple[list[list[widgets.Widget]], list[list[widgets.Widget]]]:
        above = [self._named("Start from", "Reset", "Show as code")]
        below = [self._named("play", "moment"), self._named("pin", "pinned at")]
        if self._typed:
            below += [self._named("your day"), [self._complaint]]
        return above, below

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
        """Go to the day that is picked, with nothing pinned."""
        if self._loading:
            return
        self._case = self._cases[self._fixed["Start from"].value]
        self._xs = self._days[self._case.name]
        self._complaint.value = ""
        with self._load() as control:
            control["pin"].value = NO_PIN
            control["pinned at"].value = 1.0
            if self._typed:
                control["your day"].value = " ".join(examples.event_names(self._xs))
        self._new_day()

    def _type_day(self, text: str) -> None:
        """Take a day that was typed. One that cannot be read is explained, and nothing is lost."""
        try:
            self._xs = examples.day_events(text)
        except ValueError as error:
            self._complaint.value = (
                f'<p role="alert">✗ {escape(str(error))}. '
                "The picture still shows the last day that could be read.</p>"
            )
            return
        self._complaint.value = ""
        self._days[OWN_DAY] = self._xs
        with self._load() as control:  # so that any other day, and this one, can be picked again
            control["Start from"].value = OWN_DAY
        self._new_day()

    def _new_day(self) -> None:
        """Draw the axes for a day, and go to its first moment."""
        self._names = examples.event_names(self._xs) if self._typed else []
        self.unpinned = unroll(self._case.parameters, self._xs)
        self._draw_axes(memory_limits(self.unpinned))
        with self._load() as control:
            control["moment"].max = control["play"].max = len(self._xs)
            control["moment"].value = control["play"].value = 1
        if not self.children:
            self.controls = dict(self._fixed)
            self.children = self._lay_out()
        self._pin_gate()

    def _draw_axes(self, memory: tuple[float, float]) -> None:
        self._timeline = Timeline(self.unpinned, memory)
        live = [*self._timeline.run, *self._timeline.cursor]
        self._live = LiveFigure(self._timeline.figure, live, salt=self.model_id)
        self._still.value = self._live.still

    @property
    def _layers(self) -> list[widgets.HTML]:
        return [self._still, self._run, self._frame]

    def _pin_gate(self) -> None:
        """Fit the slider and the memory's axes to what is pinned, and run again."""
        runs = [self.unpinned]
        with self._load() as control:
            gate, slider = control["pin"].value, control["pinned at"]
            slider.disabled = gate == NO_PIN
            slider.min = -1.0 if gate == "candidate" else 0.0
        if gate != NO_PIN:  # axes for both ends of the slider, so that they stay while it moves
            cell = self._case.parameters
            runs += [unroll(pin(cell, gate, end), self._xs) for end in (slider.min, slider.max)]
        self._fit_axes(memory_limits(*runs))
        self._new_run()

    def _fit_axes(self, memory: tuple[float, float]) -> None:
        if memory != self._timeline.memory:
            self._draw_axes(memory)

    @property
    def parameters(self) -> Parameters:
        """The cell that runs, with what is pinned."""
        gate, value = self._fixed["pin"].value, self._fixed["pinned at"].value
        cell = self._case.parameters
        return cell if gate == NO_PIN else pin(cell, gate, value)

    def _new_run(self) -> None:
        """Take the whole sequence again, and show it where the moment stands."""
        self.steps = unroll(self.parameters, self._xs)
        low, high = memory_limits(self.steps)
        self._fit_axes((min(low, self._timeline.memory[0]), max(high, self._timeline.memory[1])))
        self._timeline.show_run(self.steps)
        self._run.value = self._live.frame(self._timeline.run)
        self._show()

    @property
    def _inked(self) -> None:
        """The whole cell."""
        return None

    @property
    def _t(self) -> int:
        return self._fixed["moment"].value - 1

    def _take(self, cell: Parameters) -> Step:
        return self.steps[self._t]

    def _draw_frame(self, moment: Step) -> None:
        self._timeline.show_moment(self._t)
        self._frame.value = self._live.frame(self._timeline.cursor)

    def _saved(self) -> tuple[bytes, str]:
        """The moment that has most to show: the fullest memory."""
        t = int(np.abs(self.steps.c[:, 0]).argmax())
        self._timeline.show_moment(t)
        words = self._told(t)
        png = self.picture(words)
        self._timeline.show_moment(self._t)
        return png, words

    # ---- in words ------------------------------------------------------------------------------

    def _sentence(self, moment: Step) -> str:
        return self._told(self._t)

    def _told(self, t: int) -> str:
        name = self._names[t] if self._typed else None
        told = words.moment_sentence(t, len(self._xs), name, self.steps[t])
        if self._fixed["pin"].value == NO_PIN:
            return told
        return f"{told} {words.without_pin(self._fixed['pin'].value, self.unpinned[t])}"

    def _equation(self, cell: Parameters, moment: Step) -> str:
        if not self._typed:
            return super()._equation(cell, moment)
        return words.ribbon(self._names, self._t) + super()._equation(cell, moment)

    def _code_lines(self, cell: Parameters, moment: Step) -> str:
        held = {
            FIELDS[letter]: getattr(moment, FIELDS[letter])
            for letter, gate in GATES.items()
            if gate == self._fixed["pin"].value
        }
        return words.sequence_code(cell, self._xs, held)

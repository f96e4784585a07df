"""The frame of an explorer that has one wide plot: controls above it, words below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ipywidgets as widgets
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from lstm_teach._style import INK
from lstm_teach.explore.explorer import bar
from lstm_teach.explore.page import Page, with_picture
from lstm_teach.explore.view import View
from lstm_teach.plots.live import LiveFigure

RUN_ME = "Run this code cell to move the sliders."


class Plotted(Page):
    """Controls above a wide plot, and what happens in words.

    Attributes
    ----------
    controls : dict of str to Widget
        Everything that a student can move, by its label.
    description : str
        What is shown, in a sentence or two.
    view : View
        The plot and the words.
    """

    def __init__(
        self,
        bars: Iterable[Mapping[str, widgets.Widget]],
        figure: Figure,
        live: Iterable[Artist],
    ) -> None:
        super().__init__()
        self.add_class("lstm-explorer")
        self.description = ""
        self.controls: dict[str, widgets.Widget] = {}
        rows = []
        for controls in bars:
            self.controls |= controls
            rows.append(bar(*controls.values()))
        for control in self.controls.values():
            if isinstance(control, widgets.FloatSlider | widgets.IntSlider):
                control.add_class("lstm-slider")
                control.layout.flex = "1 1 150px"
            if isinstance(control, widgets.IntSlider):
                control.style.handle_color = INK
        self.view = View()
        self._live = LiveFigure(figure, live, salt=self.model_id)
        self.view.still = self._live.still
        self.children = [*rows, self.view]

    def _say(self, sentence: str, more: str = "") -> dict[str, str]:
        """Keep the sentence, and give the view's words: what stands above it, and the sentence."""
        self.description = sentence
        return {"words": f'{more}<p class="lstm-sentence">{sentence}</p>'}

    def picture(self, said: str) -> bytes:
        """The plot as a PNG, with words below it, for places without a kernel."""
        return self._live.png(f"{said}\n{RUN_ME}")

    def _saved(self) -> tuple[dict[str, object], dict[str, object]]:
        return with_picture(lambda: self.picture(self.description), self.description)

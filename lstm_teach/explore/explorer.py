"""What every explorer is: controls beside a view, a sentence, and a picture for want of a kernel.

Three kinds stand on it: one step (`one_step.py`), a cell through time (`sequence.py`), and a plot
with controls (`gradients.py`, `training.py`, `curve.py`); a text that is read (`text.py`) too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from typing import Any

import ipywidgets as widgets
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from lstm_teach._style import INK
from lstm_teach.explore.page import Page, with_picture
from lstm_teach.explore.view import View, copyable
from lstm_teach.plots.live import LiveFigure

Do = Callable[[], object]  # what is called when somebody moves a control


class Explorer(Page):
    """Controls, a view beside them, and what is shown in words.

    Attributes
    ----------
    controls : dict of str to Widget
        Everything that a student can move, by its label.
    description : str
        What is shown, in a sentence or two.
    view : View
        The pictures and the words.
    """

    run_me = "Run this code cell to see the rest, and to move the sliders."
    _live: LiveFigure

    def __init__(self) -> None:
        super().__init__()
        self.add_class("lstm-explorer")
        self.controls: dict[str, widgets.Widget] = {}
        self.view, self.description = View(), ""
        self._first: dict[str, Any] = {}  # where each control was at first
        self._drawn: dict[object, tuple[Any, LiveFigure]] = {}
        self._in_rows = 0  # how many controls are laid out
        self._ours = False  # while a control is moved by us, and by nobody who uses it

    # ---- controls ------------------------------------------------------------------------------

    def _make(self, kind: Any, label: str, do: Do | None = None, name: str = "", **of: Any) -> Any:
        """Add a control of this kind, under its label or a name; `of` has its traits.

        `do` is called when somebody moves it.
        """
        control = kind(description=label, **of)
        if isinstance(control, widgets.Button):
            control.on_click(lambda _: do and do())
        elif do:
            control.observe(lambda _: self._ours or do(), "value")
        if isinstance(control, widgets.FloatSlider | widgets.IntSlider):
            control.add_class("lstm-slider")
            control.layout.flex = control.layout.flex or "1 1 150px"
        if isinstance(control, widgets.IntSlider):
            control.style.handle_color = INK
        self.controls[name or label] = control
        self._first[name or label] = getattr(control, "value", None)
        return control

    def _button(self, label: str, do: Do, tip: str, name: str = "") -> Any:
        """Add a button."""
        return self._make(widgets.Button, label, do, name, tooltip=tip)

    def _toggle(self, label: str, do: Do, tip: str, name: str = "", on: bool = False) -> None:
        """Add a button that stays down."""
        self._make(widgets.ToggleButton, label, do, name, tooltip=tip, value=on)

    def _menu(self, label: str, do: Do, options: Any, width: int = 170, **traits: Any) -> None:
        """Add a menu, so many pixels wide."""
        layout = {"width": f"{width}px"}
        self._make(widgets.Dropdown, label, do, options=options, layout=layout, **traits)

    def _row(self) -> widgets.Box:
        """Lay out the controls that were added since the row before, side by side."""
        row = list(self.controls.values())[self._in_rows :]
        self._in_rows = len(self.controls)
        return bar(*row)

    def _add_start(self, names: Collection[str], start: Do) -> None:
        """Add what begins anew, and what shows the code."""
        if len(names) > 1:
            self._make(widgets.Dropdown, "Start from", start, options=list(names))
        self._button("Reset", start, "Back to the numbers that this one starts from")
        self._toggle("Show as code", self._show, "NumPy lines that give these very numbers")

    def _chosen(self, cases: Mapping[str, Any]) -> Any:
        """What it is to start from: what is picked, or the only one."""
        picker = self.controls.get("Start from")
        return cases[picker.value if picker else next(iter(cases))]

    @contextmanager
    def _by_us(self) -> Iterator[dict[str, widgets.Widget]]:
        """Move controls without showing each of them moved."""
        before, self._ours = self._ours, True
        try:
            yield self.controls
        finally:
            self._ours = before

    def _put_back(self, *names: str) -> None:
        """Put those of these controls that there are back to where they were at first."""
        with self._by_us() as control:
            for name in filter(control.get, names):
                control[name].value = self._first[name]

    def _hear_clicks(self, go: Callable[[float, float], None]) -> None:
        """Call `go` with the place of each click on the plot, as fractions of it."""
        self.view.clickable = True
        self.view.on_msg(lambda _, message, __: go(*message["click"]))

    # ---- what is shown -------------------------------------------------------------------------

    def _show(self) -> None:
        """Show how things stand: all that happens at an event."""

    def _say(self, sentence: str, above: str = "", **parts: str) -> None:
        """Show a sentence, which is plain text, below HTML, and with it other parts of the view."""
        self.description, shown = sentence, escape(sentence, quote=False)
        self.view.show(words=f'{above}<p class="lstm-sentence">{shown}</p>', **parts)

    def _as_code(self, lines: Callable[[], str]) -> str:
        """The lines, when somebody wants to see them."""
        return copyable(lines()) if self.controls["Show as code"].value else ""

    def _draw_once(self, figure: Figure, live: Iterable[Artist]) -> LiveFigure:
        """Draw all of a figure but what moves."""
        return LiveFigure(figure, live, salt=self.model_id)

    def _take(self, make: Callable[[], Any], *parts: str, key: object = "") -> Any:
        """Show this figure from now on; it is made once, however often it is come back to.

        What moves are the artists in these `parts` of it. `key` tells it from other figures.
        """
        if key not in self._drawn:
            made = make()
            live = [artist for part in parts for artist in getattr(made, part)]
            self._drawn[key] = made, self._draw_once(made.figure, live)
        made, self._live = self._drawn[key]
        self.view.still = self._live.still
        return made

    # ---- without a kernel ----------------------------------------------------------------------

    def picture(self, said: str) -> bytes:
        """The plot as a PNG, with words below it, for places without a kernel."""
        return self._live.png(f"{said}\n{self.run_me}")

    def _saved(self) -> tuple[dict[str, object], dict[str, object]]:
        return with_picture(lambda: self.picture(self.description), self.description)


def bar(*children: widgets.Widget) -> widgets.Box:
    """Widgets side by side, on a next line where there is no room."""
    bar = widgets.Box(children)
    bar.add_class("lstm-bar")
    return bar

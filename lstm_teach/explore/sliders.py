"""Arrays that a student can move: a slider for each entry, laid out as the array itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np

from lstm_teach._arrays import Array
from lstm_teach._style import number

LARGEST_MATRIX = (2, 5)  # a larger one (without its bias) shows as a heat map

# A slider's label stands above it rather than beside it, so that a row of six fits a laptop;
# and what is laid out as a matrix shrinks before it scrolls.
STYLE = """<style>
.lstm-explorer { container-type: inline-size; }
.lstm-explorer .widget-html, .lstm-explorer .widget-html-content { margin: 0; height: auto; }
.lstm-explorer .lstm-slider { display: grid; grid-template: "label label" 18px
  "track number" 26px / minmax(30px, 1fr) auto; height: auto; width: auto; min-width: 0; margin: 0;
  overflow: visible; }
.lstm-explorer .lstm-slider > .widget-label { grid-area: label; width: 100%; text-align: left;
  line-height: 18px; height: 18px; font-weight: 600; overflow: visible; }
.lstm-explorer .lstm-slider .slider-container { grid-area: track; min-width: 0; margin: 0 8px; }
.lstm-explorer .lstm-slider .widget-readout { grid-area: number; width: auto; min-width: 40px;
  height: 26px; line-height: 26px; padding: 0 2px; margin: 0; text-align: right; }
.lstm-explorer .jupyter-button { width: auto; padding: 0 14px; }
.lstm-explorer .lstm-matrix { display: grid; gap: 2px 10px; overflow: hidden; padding: 2px 0; }
.lstm-explorer .lstm-equation { line-height: 1.55; display: flex; flex-wrap: wrap; gap: 0 36px; }
.lstm-explorer .lstm-equation sub, .lstm-explorer .lstm-equation sup { line-height: 0; }
.lstm-explorer .lstm-said { background: #fff; color: #1a1a1a; padding: 4px 10px; }
.lstm-explorer .lstm-pictures { background: #fff; }
.lstm-explorer p { margin: 4px 0; line-height: 1.4; }
.lstm-explorer pre { line-height: 1.35; padding: 8px; overflow-x: auto; background: #f5f5f5;
  color: #1a1a1a; }
.lstm-explorer table.lstm-heat { border-collapse: collapse; font-size: 12px; text-align: right; }
.lstm-explorer table.lstm-heat td, .lstm-explorer table.lstm-heat th { padding: 3px 6px; }
.lstm-explorer table.lstm-heat td { background: #fff; color: #1a1a1a; }
</style>"""


@dataclass(frozen=True)
class Scale:
    """From where to where a slider goes, in what steps, and in which color."""

    low: float
    high: float
    step: float
    color: str
    digits: int = 2  # how many the slider shows; it holds all of them


class SliderGrid:
    """A slider for each entry of `array`, a row for a row and a column for a column.

    `array` is `(rows, columns)` and holds the exact numbers; `labels` names each entry. `changed`
    is called after an entry has been moved.
    """

    def __init__(
        self, array: Array, labels: list[list[str]], scale: Scale, changed: Callable[[], None]
    ) -> None:
        self.array = array.copy()
        self._changed, self._scale = changed, scale
        self.controls: dict[str, widgets.Widget] = {}
        self._sliders = []
        for index in np.ndindex(array.shape):
            slider = _slider(labels[index[0]][index[1]], array[index], scale)
            slider.observe(lambda change, index=index: self._move(index, change["new"]), "value")
            self._sliders.append(slider)
            self.controls[slider.description] = slider
        columns = f"repeat({array.shape[1]}, minmax(0, 1fr))"
        layout = widgets.Layout(
            display="grid",
            grid_template_columns=columns,
            flex=f"{array.shape[1]} 1 {112 * array.shape[1]}px",
            max_width=f"{190 * array.shape[1]}px",
        )
        self.widget = widgets.Box(self._sliders, layout=layout)
        self.widget.add_class("lstm-matrix")

    def _move(self, index: tuple[int, ...], value: float) -> None:
        if _is_echo(value, self.array[index], self._scale):
            return
        self.array[index] = value
        self._changed()

    def load(self, array: Array) -> None:
        """Put every slider where `array` says. The array keeps digits that no slider can show."""
        changed, self._changed = self._changed, lambda: None
        for slider, value in zip(self._sliders, array.flat, strict=True):
            slider.value = value
        self.array[...] = array
        self._changed = changed


class HeatMap:
    """A large matrix as a table of numbers on color, with one slider for the entry picked."""

    def __init__(
        self, array: Array, labels: list[list[str]], scale: Scale, changed: Callable[[], None]
    ) -> None:
        self.array = array.copy()
        self._changed, self._labels, self._scale = changed, labels, scale
        name = labels[0][0].split("[")[0]
        columns = [label.split("[")[1].strip("]").split(", ")[-1] for label in labels[0]]
        columns[-1] = "bias"
        self._row = widgets.Dropdown(
            options=[(f"unit {k}", k) for k in range(len(array))],
            description="row",
            layout={"width": "180px"},
        )
        self._column = widgets.Dropdown(
            options=[(text, k) for k, text in enumerate(columns)],
            description="column",
            layout={"width": "180px"},
        )
        self._slider = _slider(labels[0][0], array[0, 0], scale)
        self._slider.layout.width = "260px"
        self._table, self._columns = widgets.HTML(), columns
        for picker in (self._row, self._column):
            picker.observe(lambda _: (self._pick(), self._changed()), "value")
        self._slider.observe(lambda change: self._move(change["new"]), "value")
        self.controls = {
            f"{name} row": self._row,
            f"{name} column": self._column,
            f"{name} picked": self._slider,
        }
        pickers = widgets.HBox([self._row, self._column, self._slider])
        pickers.layout.flex_flow = "row wrap"
        self.widget = widgets.VBox([self._table, pickers])
        self._draw()

    @property
    def row(self) -> int:
        """The unit that is picked."""
        return self._row.value

    @property
    def _index(self) -> tuple[int, int]:
        return self.row, self._column.value

    def _pick(self) -> None:
        row, column = self._index
        changed, self._changed = self._changed, lambda: None
        exact = self.array[row, column]
        self._slider.description = self._labels[row][column]
        self._slider.value = exact
        self.array[row, column] = exact
        self._changed = changed
        self._draw()

    def _move(self, value: float) -> None:
        if _is_echo(value, self.array[self._index], self._scale):
            return
        self.array[self._index] = value
        self._draw()
        self._changed()

    def load(self, array: Array) -> None:
        """Take over all numbers of `array`."""
        self.array[...] = array
        self._pick()

    def _draw(self) -> None:
        head = "".join(f"<th>{text}</th>" for text in self._columns)
        rows = []
        for k, values in enumerate(self.array):
            cells = "".join(self._cell((k, j), value) for j, value in enumerate(values))
            rows.append(f"<tr><th>unit {k}</th>{cells}</tr>")
        self._table.value = (
            f'<table class="lstm-heat"><tr><th></th>{head}</tr>{"".join(rows)}</table>'
        )

    def _cell(self, index: tuple[int, int], value: float) -> str:
        # orange for plus, blue for minus: apart for every kind of color vision, and the sign is
        # written; pale enough that dark text on it keeps its contrast
        share = round(60 * min(abs(value) / self._scale.high, 1))
        hue = "#f5a742" if value > 0 else "#6fa8ff"
        style = f"background:color-mix(in srgb,{hue} {share}%,#fff);" if share else ""
        style += "outline:3px solid #1a1a1a" if index == self._index else ""
        style = f' style="{style}"' if style else ""
        return f"<td{style}>{number(value)}</td>"


def _is_echo(value: float, exact: float, scale: Scale) -> bool:
    """Whether `value` is only the browser's rounding of `exact` to the slider's steps.

    A browser that is told a number between two steps goes to the nearest one and sends that
    back. Nobody has moved anything then, and the exact number stays. A real move is longer, and
    a number that is typed may lie between two steps.
    """
    steps = (value - scale.low) / scale.step
    return abs(steps - round(steps)) < 1e-6 and abs(value - exact) <= 0.5001 * scale.step


def table(
    array: Array, labels: list[list[str]], scale: Scale, changed: Callable[[], None]
) -> SliderGrid | HeatMap:
    """Sliders for a gate's weights and bias `(H, H+D+1)`, or a heat map of too many."""
    rows, columns = LARGEST_MATRIX
    kind = SliderGrid if array.shape[0] <= rows and array.shape[1] <= columns + 1 else HeatMap
    return kind(array, labels, scale, changed)


def _slider(label: str, value: float, scale: Scale) -> widgets.FloatSlider:
    slider = widgets.FloatSlider(
        value,
        min=scale.low,
        max=scale.high,
        step=scale.step,
        description=label,
        tooltip=label,
        readout_format=f".{scale.digits}f",
        style={"handle_color": scale.color, "description_width": "auto"},
    )
    slider.add_class("lstm-slider")
    return slider

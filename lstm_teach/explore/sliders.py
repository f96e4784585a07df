"""Arrays that a student can move: a slider for each entry, laid out as the array itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np

from lstm_teach._arrays import Array
from lstm_teach._style import MINUS, PLUS, number
from lstm_teach.explore.view import View

LARGEST_MATRIX = (2, 5)  # a larger one (without its bias) shows as a heat map


@dataclass(frozen=True)
class Scale:
    """From where to where a slider goes, in what steps, and in which color."""

    low: float
    high: float
    step: float
    color: str
    digits: int = 2  # how many the slider shows; it holds all of them


class Sliders:
    """A slider for each entry of `array`.

    `array` is `(rows, columns)` and holds the exact numbers; `labels` names each entry. `changed`
    is called after an entry has been moved. `rows` has the sliders as they stand in the array;
    `grid` lays out such rows.
    """

    def __init__(
        self, array: Array, labels: list[list[str]], scale: Scale, changed: Callable[[], None]
    ) -> None:
        self.array = array.copy()
        self._changed, self._scale = changed, scale
        self.controls: dict[str, widgets.Widget] = {}
        for index in np.ndindex(array.shape):
            entry = slider(labels[index[0]][index[1]], float(array[index]), scale)
            entry.observe(lambda change, index=index: self._move(index, change["new"]), "value")
            self.controls[entry.description] = entry
        sliders = list(self.controls.values())
        columns = array.shape[1]
        self.rows = [sliders[k : k + columns] for k in range(0, len(sliders), columns)]

    def _move(self, index: tuple[int, ...], value: float) -> None:
        if _is_echo(value, self.array[index], self._scale):
            return
        self.array[index] = _plain(value, self._scale)
        self._changed()

    def load(self, array: Array) -> None:
        """Put every slider where `array` says. The array keeps digits that no slider can show."""
        changed, self._changed = self._changed, lambda: None
        for slider, value in zip(self.controls.values(), array.flat, strict=True):
            slider.value = value
        self.array[...] = array
        self._changed = changed


def grid(rows: list[list[widgets.Widget | None]], columns: int) -> widgets.Box:
    """Lay out rows of sliders in columns, all of one width; None leaves a place empty."""
    placed = []
    for r, row in enumerate(rows, 1):
        for c, slider in enumerate(row, 1):
            if slider is not None:
                slider.layout.grid_area = f"{r} / {c}"
                placed.append(slider)
    matrix = widgets.Box(placed)
    matrix.layout.grid_template_columns = f"repeat({columns}, minmax(0, 1fr))"
    matrix.add_class("lstm-matrix")
    return matrix


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
            layout={"width": "170px"},
        )
        self._column = widgets.Dropdown(
            options=[(text, k) for k, text in enumerate(columns)],
            description="column",
            layout={"width": "170px"},
        )
        self._slider = slider(labels[0][0], array[0, 0], scale)
        self._slider.layout.width = "200px"
        self._table, self._columns = View(), columns
        self._table.on_msg(lambda _, message, __: self._click(*message["pick"]))
        for picker in (self._row, self._column):
            picker.observe(lambda _: self._pick_anew(), "value")
        self._slider.observe(lambda change: self._move(change["new"]), "value")
        self.controls = {
            f"{name} row": self._row,
            f"{name} column": self._column,
            f"{name} picked": self._slider,
        }
        pickers = widgets.Box([self._row, self._column, self._slider])
        pickers.add_class("lstm-bar")
        self.widget = widgets.VBox([self._table, pickers])
        self._draw()

    @property
    def row(self) -> int:
        """The unit that is picked."""
        return self._row.value

    @property
    def _index(self) -> tuple[int, int]:
        return self.row, self._column.value

    def _click(self, row: int, column: int) -> None:
        """Pick the entry that was clicked."""
        self._row.value, self._column.value = row, column

    def _pick_anew(self) -> None:
        self._pick()
        self._changed()

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
        self.array[self._index] = _plain(value, self._scale)
        self._draw()
        self._changed()

    def load(self, array: Array) -> None:
        """Take over all numbers of `array`."""
        self.array[...] = array
        self._pick()

    def _draw(self) -> None:
        head = "".join(f'<th scope="col">{text}</th>' for text in self._columns)
        rows = []
        for k, values in enumerate(self.array):
            cells = "".join(self._cell((k, j), value) for j, value in enumerate(values))
            rows.append(f'<tr><th scope="row">unit {k}</th>{cells}</tr>')
        self._table.words = (
            f'<table class="lstm-heat"><tr><td></td>{head}</tr>{"".join(rows)}</table>'
        )

    def _cell(self, index: tuple[int, int], value: float) -> str:
        # the sign is written too; pale enough that dark text on it keeps its contrast
        share = round(60 * min(abs(value) / self._scale.high, 1))
        hue = PLUS if value > 0 else MINUS
        style = f"background:color-mix(in srgb,{hue} {share}%,#fff);" if share else ""
        style += "outline:3px solid #1a1a1a" if index == self._index else ""
        return f'<td data-pick="{index[0]},{index[1]}" style="{style}">{number(value)}</td>'


def _is_echo(value: float, exact: float, scale: Scale) -> bool:
    """Whether `value` is only the browser's rounding of `exact` to the slider's steps.

    A browser that is told a number between two steps goes to the nearest one and sends that
    back. Nobody has moved anything then, and the exact number stays. A real move is longer, and
    a number that is typed may lie between two steps.
    """
    return _on_a_step(value, scale) and abs(value - exact) <= 0.5001 * scale.step


def _on_a_step(value: float, scale: Scale) -> bool:
    steps = (value - scale.low) / scale.step
    return abs(steps - round(steps)) < 1e-6


def _plain(value: float, scale: Scale) -> float:
    """Say 1.6 where the browser, adding up steps, says 1.5999999999999996."""
    return round(value, 10) if _on_a_step(value, scale) else value


def table(
    array: Array, labels: list[list[str]], scale: Scale, changed: Callable[[], None]
) -> Sliders | HeatMap:
    """Sliders for a gate's weights and bias `(H, H+D+1)`, or a heat map of too many."""
    rows, columns = LARGEST_MATRIX
    kind = Sliders if array.shape[0] <= rows and array.shape[1] <= columns + 1 else HeatMap
    return kind(array, labels, scale, changed)


def slider(label: str, value: float, scale: Scale) -> widgets.FloatSlider:
    """Make one slider, with its label and its number above it."""
    made = widgets.FloatSlider(
        value,
        min=scale.low,
        max=scale.high,
        step=scale.step,
        description=label,
        tooltip=label,
        readout_format=f".{scale.digits}f",
        style={"handle_color": scale.color, "description_width": "auto"},
    )
    made.add_class("lstm-slider")
    return made

"""Arrays that a student can move: a slider for each entry, laid out as the array itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
import numpy as np

from lstm_teach._arrays import Array
from lstm_teach._style import MINUS, PLUS, number
from lstm_teach.explore.explorer import bar
from lstm_teach.explore.view import View
from lstm_teach.parameters import Gate


@dataclass(frozen=True)
class Scale:
    """From where to where a slider goes, in what steps, and in which color."""

    low: float
    high: float
    step: float
    color: str
    digits: int = 2  # how many the slider shows; it holds all of them

    def moved(self, value: float, before: float) -> float:
        """What somebody has moved a slider to, or the number before when nobody has.

        A browser that is told a number between two steps goes to the nearest one and sends that
        back: the exact number stays. A real move is longer, and a number that is typed may lie
        between two steps. Where the browser, adding up steps, says 1.5999999999999996, it is 1.6.
        """
        if value == min(max(before, self.low), self.high):  # as near to it as a slider gets
            return before
        steps = (value - self.low) / self.step
        if abs(steps - round(steps)) >= 1e-6:
            return value
        return before if abs(value - before) <= 0.5001 * self.step else round(value, 10)


class Sliders:
    """An array `(rows, columns)` of exact numbers, with a slider for each entry.

    `changed` is called after one was moved. `rows` has the sliders as they stand in the array;
    `labels` and `scale` are what they were made with.
    """

    def __init__(
        self, array: Array, labels: list[list[str]], scale: Scale, changed: Callable[[], None]
    ) -> None:
        self.array, self.labels, self.scale = array.copy(), labels, scale
        self._changed = changed
        self.controls: dict[str, widgets.Widget] = {}
        self.rows: list[list[widgets.Widget]] = [[] for _ in array]
        self._make()
        self._draw()

    def _make(self) -> None:
        for index in np.ndindex(self.array.shape):
            entry = slider(self.labels[index[0]][index[1]], float(self.array[index]), self.scale)
            entry.observe(lambda change, index=index: self._move(index, change["new"]), "value")
            self.controls[entry.description] = entry
            self.rows[index[0]].append(entry)

    def _move(self, index: tuple[int, ...], value: float) -> None:
        before = self.array[index]
        if (moved := self.scale.moved(value, before)) == before:
            return
        self.array[index] = moved
        self._draw()
        self._changed()

    def load(self, array: Array) -> None:
        """Put everything where `array` says. It keeps digits that no slider can show."""
        self.array[...] = array
        self._follow()
        self._draw()

    def _follow(self) -> None:
        """Put the controls where the array is."""
        for entry, value in zip(self.controls.values(), self.array.flat, strict=True):
            entry.value = value

    def _draw(self) -> None:
        """Show the array itself, where the sliders do not."""

    def lay_out(self, columns: int) -> widgets.Widget:
        """All of it, in columns as wide as those of what stands below."""
        return grid(self.rows, columns)


class HeatMap(Sliders):
    """A large matrix as a table of numbers on color, with one slider for the entry picked."""

    def _make(self) -> None:
        name = self.labels[0][0].split("[")[0]
        columns = [label.strip("]").split(", ")[-1] for label in self.labels[0][:-1]]
        self._columns = [*columns, "bias"]
        self._row = _menu("row", [f"unit {k}" for k in range(len(self.array))])
        self._column = _menu("column", self._columns)
        self._slider = slider(self.labels[0][0], self.array[0, 0], self.scale)
        self._slider.layout.width = "200px"
        self._slider.observe(lambda change: self._move(self.index, change["new"]), "value")
        for picker in (self._row, self._column):
            picker.observe(lambda _: self._pick(), "value")
        picked = {"row": self._row, "column": self._column, "picked": self._slider}
        self.controls = {f"{name} {of}": control for of, control in picked.items()}
        self._view = View()
        self._view.on_msg(lambda _, message, __: self._click(*message["pick"]))

    @property
    def index(self) -> tuple[int, int]:
        """The unit and the column that are picked."""
        return self._row.value, self._column.value

    def _click(self, row: int, column: int) -> None:
        self._row.value, self._column.value = row, column

    def _pick(self) -> None:
        self.load(self.array)
        self._changed()

    def _follow(self) -> None:
        row, column = self.index
        self._slider.description = self.labels[row][column]
        self._slider.value = self.array[row, column]

    def lay_out(self, columns: int) -> widgets.Widget:
        """The table, and below it what picks and moves an entry."""
        return widgets.VBox([self._view, bar(*self.controls.values())])

    def _draw(self) -> None:
        rows = ["<td></td>" + "".join(f'<th scope="col">{text}</th>' for text in self._columns)]
        for k, values in enumerate(self.array):
            cells = "".join(self._cell((k, j), value) for j, value in enumerate(values))
            rows.append(f'<th scope="row">unit {k}</th>{cells}')
        table = "".join(f"<tr>{row}</tr>" for row in rows)
        self._view.words = f'<table class="lstm-heat">{table}</table>'

    def _cell(self, index: tuple[int, int], value: float) -> str:
        # the sign is written too; pale enough that dark text on it keeps its contrast
        share = round(60 * min(abs(value) / self.scale.high, 1))
        hue = PLUS if value > 0 else MINUS
        style = f"background:color-mix(in srgb,{hue} {share}%,#fff);" if share else ""
        style += "outline:3px solid #1a1a1a" if index == self.index else ""
        return f'<td data-pick="{index[0]},{index[1]}" style="{style}">{number(value)}</td>'


def _menu(of: str, texts: Sequence[str]) -> widgets.Dropdown:
    options = [(text, k) for k, text in enumerate(texts)]
    return widgets.Dropdown(options=options, description=of, layout={"width": "170px"})


def rows_of(part: Any) -> Array:
    """A layer's weights and bias, or peepholes, as one array, a row for each unit."""
    return np.column_stack(list(vars(part).values()))


def layer_of(rows: Array) -> Gate:
    """The layer that has these rows."""
    return Gate(rows[:, :-1], rows[:, -1])


def with_rows(part: Any, rows: Array) -> Any:
    """A part of the same kind that has these rows."""
    return layer_of(rows) if isinstance(part, Gate) else type(part)(*rows.T)


def grid(rows: Sequence[Sequence[widgets.Widget]], columns: int) -> widgets.Box:
    """Lay out rows of sliders in columns, all of one width."""
    for r, row in enumerate(rows, 1):
        for c, entry in enumerate(row, 1):
            entry.layout.grid_area = f"{r} / {c}"
    matrix = widgets.Box([entry for row in rows for entry in row])
    matrix.layout.grid_template_columns = f"repeat({columns}, minmax(0, 1fr))"
    matrix.add_class("lstm-matrix")
    return matrix


def slider(description: str, value: float, scale: Scale) -> widgets.FloatSlider:
    """Make one slider, with its label and its number above it."""
    made = widgets.FloatSlider(
        value,
        min=scale.low,
        max=scale.high,
        step=scale.step,
        description=description,
        tooltip=description,
        readout_format=f".{scale.digits}f",
        style={"handle_color": scale.color, "description_width": "auto"},
    )
    made.add_class("lstm-slider")
    return made

"""Pictures of one Step: the panels of one focus on one figure.

`picture(focus, units)` lays out the panels of one focus. Nothing here knows of sliders:
`picture("forget", 2).draw(step)` gives a plain figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from lstm_teach.parameters import Step
from lstm_teach.plots import panels
from lstm_teach.plots.axes import SIZE, styled
from lstm_teach.plots.panels import PARTS, Panel, curve, gate_bars, part_bars
from lstm_teach.plots.timeline import TIMELINE


@dataclass(frozen=True)
class Picture:
    """A figure made of panels."""

    figure: Figure
    panels: list[Panel]

    @property
    def live(self) -> list[Artist]:
        """All artists that move, panel by panel."""
        return [artist for panel in self.panels for artist in panel.live]

    def draw(self, step: Step) -> Figure:
        """Move everything to where `step` says, and return the figure."""
        for panel in self.panels:
            panel.update(step)
        return self.figure


@styled()
def picture(focus: str, units: int) -> Picture:
    """Lay out the panels of one focus for a cell of this many units.

    `focus` is "forget", "input", "update", "output" or "step". Raises `ValueError` for another.
    """
    if focus not in _LAYOUTS:
        raise ValueError(f"focus is {focus!r}; it must be one of {', '.join(_LAYOUTS)}")
    figure = Figure(SIZE, dpi=72)
    return Picture(figure, _LAYOUTS[focus](figure, units))


def _forget(figure: Figure, units: int) -> list[Panel]:
    each = 0.9 if units <= 2 else 0.65  # five units still leave the curve half of the width
    ratios = [5 if units <= 2 else 6.5, 1 + each * units, 2 + each * units]
    left, middle, right = figure.subplots(1, 3, width_ratios=ratios)
    figure.subplots_adjust(0.06, 0.18, 0.985, 0.91, wspace=0.19)
    middle.set_title("$f$")
    return [curve(left, "f", units), gate_bars(middle, "f", units), part_bars(right, "kept", units)]


def _input(figure: Figure, units: int) -> list[Panel]:
    ratios = [5, 2 + 0.9 * units]
    (i_curve, i_bars), (c_curve, c_bars) = figure.subplots(2, 2, width_ratios=ratios)
    figure.set_size_inches(0.72 * SIZE[0], 0.9 * SIZE[1])  # words beside it leave less room
    figure.subplots_adjust(0.1, 0.19, 0.985, 0.92, wspace=0.2, hspace=0.62)
    i_bars.set_title("$i$: how much")
    panels = [curve(i_curve, "i", units), gate_bars(i_bars, "i", units)]
    panels += [curve(c_curve, "c_tilde", units), part_bars(c_bars, "added", units)]
    i_curve.set_xlabel("")  # the same as below it
    return panels


def _update(figure: Figure, units: int) -> list[Panel]:
    grid = figure.add_gridspec(2, units, height_ratios=[5, 1 + 0.7 * units])
    figure.subplots_adjust(0.09, 0.12, 0.985, 0.93, wspace=0.16, hspace=0.58)
    ledgers = [panels.ledger(figure.add_subplot(grid[0, unit]), unit) for unit in range(units)]
    return [*ledgers, panels.number_line(figure.add_subplot(grid[1, :]), units)]


def _output(figure: Figure, units: int) -> list[Panel]:
    ratios = [5, 1 + 0.8 * units, 1.2 + units]
    left, middle, right = figure.subplots(1, 3, width_ratios=ratios)
    figure.subplots_adjust(0.06, 0.18, 0.985, 0.91, wspace=0.26)
    middle.set_title("$o$")
    bars = gate_bars(middle, "o", units, scale=True), part_bars(right, "h", units)
    return [panels.squash_curve(left, units), *bars]


STEP_PANELS = ("f", "i", "c_tilde", "c", "o", "h")  # what each panel of a step shows


def _step(figure: Figure, units: int) -> list[Panel]:
    panels = []
    for name, ax in zip(STEP_PANELS, figure.subplots(2, 3).flat, strict=True):
        ax.set_title(TIMELINE[name][0])
        bars = part_bars if name in PARTS else partial(gate_bars, scale=True)
        panels.append(bars(ax, name, units))
    figure.subplots_adjust(0.065, 0.165, 0.985, 0.93, wspace=0.28, hspace=0.5)
    return panels


_LAYOUTS = {"forget": _forget, "input": _input, "update": _update, "output": _output, "step": _step}

"""What all figures share: sizes, type, level lines, and lanes of events."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import cycle
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from lstm_teach._style import INK, QUIET, QUIET_INK

SIZE = (7.0, 4.7)  # inches; 504 x 338 in the units of the SVG
SMALLEST = 12.5  # of all type: a laptop's screen shows a picture up to an eighth smaller
EVENT_MARKS = "^vDosP"  # one for each input, so that they differ by more than their place
STYLE: dict[Any, Any] = {
    "lines.solid_capstyle": "butt",
    **dict.fromkeys(("font.size", "axes.titlesize"), SMALLEST),
    **dict.fromkeys(("text.color", "xtick.labelcolor", "ytick.labelcolor"), INK),
    **dict.fromkeys(("xtick.color", "ytick.color"), QUIET_INK),
    "axes.titlepad": 7,
    "axes.edgecolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
#: Draw in our style: dark words, quiet lines on the left of all axes and below.
styled = partial(mpl.rc_context, STYLE)


def tint(hue: str, share: float) -> str:
    """White at 0, `hue` at 1; dark type on those of `_style` keeps its contrast."""
    parts = (round(255 - share * (255 - int(hue[k : k + 2], 16))) for k in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)


def set_shape(mark: Line2D, shape: str) -> None:
    """Give a mark another shape, where it is another: a new one takes as long as all the rest."""
    if mark.get_marker() != shape:
        mark.set_marker(shape)


def level(ax: Axes, *heights: float) -> None:
    """Draw a quiet level line at each height: solid at 0, dotted elsewhere."""
    for y in heights:
        ax.axhline(y, color=QUIET, lw=0.9, ls=":" if y else "-")


def event_lanes(ax: Axes, names: Sequence[str], T: int, labels: bool = True) -> list[Line2D]:
    """A lane for each input, and the marks in it, which are put where it is not 0."""
    ax.set(xlim=(-0.5, T - 0.5), ylim=(len(names) - 0.5, -0.5), xticks=[])
    ax.set_yticks(range(len(names)), names if labels else [""] * len(names), fontsize=11.5)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    size = min(7.0, 0.9 * ax.bbox.width / T)
    made: list[Line2D] = []
    for lane, mark in zip(range(len(names)), cycle(EVENT_MARKS)):
        ax.axhline(lane, color=QUIET, lw=0.5)
        made += ax.plot([], [], ls="", marker=mark, ms=size, color=INK, mew=0)
    return made


def mark_events(marks: Sequence[Line2D], xs: ArrayLike) -> None:
    """Put the marks of lanes where the inputs `(T, D)` are not 0."""
    for lane, (line, x) in enumerate(zip(marks, np.transpose(xs), strict=True)):
        at = np.flatnonzero(x)
        line.set_data(at, np.full(len(at), lane))

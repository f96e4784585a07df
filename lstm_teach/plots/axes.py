"""What all panels share: sizes, type, limits, and the numbers beside what moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy.typing import ArrayLike

from lstm_teach._style import INK, QUIET, QUIET_INK, number
from lstm_teach.parameters import Step

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

SIZE = (7.0, 4.7)  # inches; 504 x 338 in the units of the SVG
WIDE = (10.5, 4.5)  # of figures that no cell stands beside: half as wide again
Z_LIMIT = 11.0  # how far the curves go; a pre-activation beyond waits at the edge as an arrow
HEADROOM = 1.6  # axes go this much beyond the longest bar, so that its number has room
MEMORY_LIMIT = 3.0  # what is kept is at most 2, what is added at most 1
SMALLEST = 12.5  # of all type: a laptop's screen shows a picture up to an eighth smaller
EVENT_MARKS = "^vDosP"  # one for each input, so that they differ by more than their place
STYLE: dict[RcKeyType, Any] = {
    "lines.solid_capstyle": "butt",
    **dict.fromkeys(
        ("font.size", "axes.titlesize", "xtick.labelsize", "ytick.labelsize"), SMALLEST
    ),
    **dict.fromkeys(("text.color", "axes.titlecolor", "xtick.labelcolor", "ytick.labelcolor"), INK),
    **dict.fromkeys(("xtick.color", "ytick.color"), QUIET_INK),
    "axes.titlepad": 7,
    "axes.edgecolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw in our style: dark words, quiet lines on the left of all axes and below."""
    with mpl.rc_context(STYLE):
        yield


@dataclass(frozen=True)
class Panel:
    """What moves on one pair of axes, and the function that moves it."""

    live: Sequence[Artist]
    update: Callable[[Step], None]


def number_text(
    ax: Axes, x: float, units: int = 1, size: float | None = None, color: str = INK
) -> Text:
    """A number above or below a bar; with many units narrow enough to stand beside the next."""
    size = size or (SMALLEST if units <= 2 else 10 if units == 3 else 9)
    weight = "bold" if size >= 10 else "normal"
    return ax.text(x, 0, "", ha="center", va="bottom", color=color, fontsize=size, weight=weight)


def place_number(text: Text, y: float, value: float, gap: float, below: bool | None = None) -> None:
    """Write `value` just beyond `y`: above, or below where the bar goes down."""
    below = y < 0 if below is None else below
    text.set_y(y - gap if below else y + gap)
    text.set_verticalalignment("top" if below else "bottom")
    text.set_text(number(value))


def tint(hue: str, share: float) -> str:
    """White at 0, `hue` at 1; dark type on those of `_style` keeps its contrast."""
    parts = (round(255 - share * (255 - int(hue[k : k + 2], 16))) for k in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)


def clamp(value: float, limit: float) -> float:
    """The nearest number from `-limit` to `limit`."""
    return float(min(max(value, -limit), limit))


def set_shape(mark: Line2D, shape: str) -> None:
    """Give a mark another shape, where it is another: a new one takes as long as all the rest."""
    if mark.get_marker() != shape:
        mark.set_marker(shape)


def squash_limits(name: str) -> tuple[float, float, float, float]:
    """The range of a gate's squashing function, and the limits of axes that show it."""
    if name == "c_tilde":
        return -1.0, 1.0, -HEADROOM, HEADROOM
    return 0.0, 1.0, -0.08, 1.25


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

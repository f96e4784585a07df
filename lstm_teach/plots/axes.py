"""What all panels share: sizes, limits, frames, and the numbers beside what moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy.typing import ArrayLike

from lstm_teach._arrays import Array
from lstm_teach._style import INK, QUIET, QUIET_INK, number
from lstm_teach.cell import sigmoid
from lstm_teach.parameters import Step

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

SIZE = (7.0, 4.7)  # inches; 504 x 338 in the units of the SVG
Z_LIMIT = 11.0  # how far the curves go; a pre-activation beyond waits at the edge as an arrow
HEADROOM = 1.6  # axes go this much beyond the longest bar, so that its number has room
MEMORY_LIMIT = 3.0  # what is kept is at most 2, what is added at most 1
SMALLEST = 12.5  # of all type: a laptop's screen shows a picture up to an eighth smaller
EVENT_MARKS = "^vDosP"  # one for each input, so that they differ by more than their place
FONT_SIZES: dict[RcKeyType, Any] = {
    "lines.solid_capstyle": "butt",
    "font.size": SMALLEST,
    "axes.titlesize": SMALLEST,
    "xtick.labelsize": SMALLEST,
    "ytick.labelsize": SMALLEST,
}

# A gate's picture: its title, its pre-activation's name in Step, its squashing function.
CURVES: dict[str, tuple[str, str, Callable[[Array], Array]]] = {
    "f": ("$f = σ(z)$", "z_f", sigmoid),
    "i": ("$i = σ(z)$", "z_i", sigmoid),
    "c_tilde": (r"$\tilde C = \tanh(z)$", "z_c", np.tanh),
    "o": ("$o = σ(z)$", "z_o", sigmoid),
}


@dataclass(frozen=True)
class Panel:
    """What moves on one pair of axes, and the function that moves it."""

    live: Sequence[Artist]
    update: Callable[[Step], None]


def number_text(ax: Axes, x: float, units: int = 1) -> Text:
    """A number above or below a bar; with many units narrow enough to stand beside the next."""
    size, weight = (
        (SMALLEST, "bold") if units <= 2 else (10, "bold") if units == 3 else (9, "normal")
    )
    return ax.text(x, 0, "", ha="center", va="bottom", color=INK, fontsize=size, weight=weight)


def place_number(text: Text, y: float, value: float, gap: float, below: bool | None = None) -> None:
    """Write `value` just beyond `y`: above, or below where the bar goes down."""
    below = y < 0 if below is None else below
    text.set_y(y - gap if below else y + gap)
    text.set_verticalalignment("top" if below else "bottom")
    text.set_text(number(value))


def clamp(value: float, limit: float) -> float:
    """The nearest number from `-limit` to `limit`."""
    return float(min(max(value, -limit), limit))


def squash_limits(name: str) -> tuple[float, float, float, float]:
    """The range of a gate's squashing function, and the limits of axes that show it."""
    low = -1.0 if CURVES[name][2] is np.tanh else 0.0
    if low:
        return low, 1.0, -HEADROOM, HEADROOM
    return low, 1.0, -0.08, 1.25


def zero_lines(ax: Axes, y: float = 0.0) -> None:
    """Draw a level line at height `y`: solid at 0, dotted elsewhere."""
    ax.axhline(y, color=QUIET, lw=0.9, ls=":" if y else "-")


def frame(ax: Axes, title: str) -> None:
    """Put the title on a panel, and quiet lines on its left and below."""
    ax.set_title(title, color=INK, pad=7)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(QUIET)
    ax.tick_params(colors=QUIET_INK, labelcolor=INK)


def event_lanes(ax: Axes, names: Sequence[str], T: int, labels: bool = True) -> list[Line2D]:
    """A lane for each input, and the marks in it, which are put where it is not 0."""
    ax.set(xlim=(-0.5, T - 0.5), ylim=(len(names) - 0.5, -0.5), xticks=[])
    ax.set_yticks(range(len(names)), names if labels else [""] * len(names), fontsize=11.5)
    ax.tick_params(length=0, labelcolor=INK)
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

"""Pictures of one Step on matplotlib axes: curves, bars, the memory ledger, number lines.

Each panel draws what stays onto the axes it is given and returns the artists that move together
with `update(step)`, which moves them. `picture(focus, units)` lays out the panels of one focus.
Nothing here knows of sliders: `picture("forget", 2).draw(step)` gives a plain figure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, cycle

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, MaxNLocator

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, QUIET, QUIET_INK, number
from lstm_teach.cell import Step, sigmoid

SIZE = (7.0, 4.7)  # inches; 504 x 338 in the units of the SVG
Z_LIMIT = 11.0  # how far the curves go; a pre-activation beyond waits at the edge as an arrow
HEADROOM = 1.4  # axes go this much beyond the longest bar, so that its number has room
MEMORY_LIMIT = 3.0  # what is kept is at most 2, what is added at most 1
FONT_SIZES = {
    "lines.solid_capstyle": "butt",
    "font.size": 12,
    "axes.titlesize": 12,
    "xtick.labelsize": 11,
}

# A gate's picture: its title, its pre-activation's name in Step, its squashing function.
CURVES: dict[str, tuple[str, str, Callable]] = {
    "f": ("$f = σ(z)$", "z_f", sigmoid),
    "i": ("$i = σ(z)$", "z_i", sigmoid),
    "c_tilde": (r"$\tilde C = \tanh(z)$", "z_c", np.tanh),
    "o": ("$o = σ(z)$", "z_o", sigmoid),
}


@dataclass(frozen=True)
class Panel:
    """What moves on one pair of axes, and the function that moves it."""

    live: list[Artist]
    update: Callable[[Step], None]


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


# ---- the panels --------------------------------------------------------------------------------


def curve(ax: Axes, name: str, units: int) -> Panel:
    """The squashing function of one gate, with a numbered dot for each unit at its z.

    `name` is "f", "i", "c_tilde" or "o". A dot whose z lies beyond the axes waits at their edge,
    as an arrowhead that points to where it would be. A dashed line leads from z to the dot and
    on to the right, where the bars of the same gate stand.
    """
    title, z_name, squash = CURVES[name]
    low, high, bottom, top = _squash_limits(name)
    color = COLORS[name]
    z = np.linspace(-Z_LIMIT, Z_LIMIT, 161)
    ax.plot(z, squash(z), color=color, lw=2.2)
    _zero_lines(ax, y=float(squash(0.0)))
    _frame(ax, title)
    ax.set(xlim=(-Z_LIMIT, Z_LIMIT), ylim=(bottom, top), xlabel="$z = W\\,[h, x] + b$")
    ax.set_xticks([-10, -5, 0, 5, 10])
    ax.set_yticks([low, (low + high) / 2, high])

    guides, marks = [], []
    for unit in range(units):
        guides += ax.plot([0], [0], color=color, lw=1.1, ls="--")
        (dot,) = ax.plot([0], [0], ls="", ms=16 - unit, mfc=color, mec="white", mew=1)
        (digit,) = ax.plot([0], [0], ls="", marker=f"${unit}$", ms=7, mfc="white", mec="none")
        marks.append((dot, digit))

    def update(step: Step) -> None:
        for guide, (dot, digit), z in zip(guides, marks, getattr(step, z_name), strict=True):
            at, y = _clamp(z, Z_LIMIT * 0.94), float(squash(z))
            guide.set_data([at, at, Z_LIMIT], [bottom, y, y])
            dot.set_marker("o" if at == z else ">" if z > 0 else "<")
            dot.set_data([at], [y])
            digit.set_data([at], [y])

    return Panel([*guides, *(mark for pair in marks for mark in pair)], update)


def squash_curve(ax: Axes, units: int) -> Panel:
    """What is shown against the memory: tanh(C), the same times o, and a dot for each unit."""
    limit = MEMORY_LIMIT + 1
    c = np.linspace(-limit, limit, 81)
    ax.plot(c, np.tanh(c), color=COLORS["c"], lw=1.6, ls="--")
    ax.text(-limit * 0.94, 0.86, r"dashed: $\tanh\,C$", fontsize=10.5, color=COLORS["c"])
    ax.text(-limit * 0.94, 0.64, "solid: $h$", fontsize=10.5, color=COLORS["h"])
    _zero_lines(ax)
    _frame(ax, "What is shown, against the memory")
    ax.set(xlim=(-1.08 * limit, 1.08 * limit), ylim=(-1.12, 1.12), xlabel="$C$, the memory")
    ax.set_yticks([-1, 0, 1])

    lines, marks = [], []
    for unit in range(units):
        lines += ax.plot(c, c * 0, color=COLORS["h"], lw=2.2)
        (dot,) = ax.plot([0], [0], ls="", ms=16 - unit, mfc=COLORS["h"], mec="white", mew=1)
        (digit,) = ax.plot([0], [0], ls="", marker=f"${unit}$", ms=7, mfc="white", mec="none")
        marks.append((dot, digit))

    def update(step: Step) -> None:
        for unit, (dot, digit) in enumerate(marks):
            lines[unit].set_ydata(step.o[unit] * np.tanh(c))
            at = _clamp(step.c[unit], limit)
            dot.set_marker("o" if at == step.c[unit] else ">" if at > 0 else "<")
            dot.set_data([at], [step.h[unit]])
            digit.set_data([at], [step.h[unit]])

    return Panel([*lines, *(mark for pair in marks for mark in pair)], update)


def gate_bars(ax: Axes, name: str, units: int) -> Panel:
    """A bar for each unit's gate (0 to 1) or candidate (-1 to 1), with its number."""
    _, _, bottom, top = _squash_limits(name)
    ax.set_ylim(bottom, top)
    ax.set_yticks([])
    return _bars(ax, units, lambda step: getattr(step, name), COLORS[name])


def kept_bars(ax: Axes, units: int) -> Panel:
    """For each unit the memory before as an outline, what is kept of it as the filling."""
    _frame(ax, "kept $= f ∗ C_{t-1}$")
    _memory_axis(ax, 2.0, "outline: $C_{t-1}$")
    return _bars(ax, units, lambda s: s.kept, COLORS["f"], outline=lambda s: s.c_prev)


def added_bars(ax: Axes, units: int) -> Panel:
    """For each unit the candidate as an outline, what is added of it as the filling."""
    _frame(ax, r"added $= i ∗ \tilde C$")
    _memory_axis(ax, 1.0, r"outline: $\tilde C$")
    return _bars(ax, units, lambda s: s.added, COLORS["c_tilde"], outline=lambda s: s.c_tilde)


def memory_bars(ax: Axes, units: int) -> Panel:
    """For each unit the memory before as an outline, the memory after as a bar."""
    _frame(ax, "$C_t$, the memory")
    _memory_axis(ax, MEMORY_LIMIT, "outline: $C_{t-1}$")
    return _bars(ax, units, lambda s: s.c, COLORS["c"], outline=lambda s: s.c_prev)


def shown_bars(ax: Axes, units: int) -> Panel:
    """For each unit tanh(C) as an outline, what the output gate shows of it as the filling."""
    _frame(ax, r"$h = o ∗ \tanh(C)$")
    _memory_axis(ax, 1.0, r"outline: $\tanh(C)$")
    return _bars(ax, units, lambda s: s.h, COLORS["h"], outline=lambda s: np.tanh(s.c))


def ledger(ax: Axes, unit: int) -> Panel:
    """The memory's ledger of one unit, step by step: before, kept, added, after.

    The second bar starts where the first one ends and goes down (or up) to what is kept; the
    third starts there and goes by what is added; the last one is the sum.
    """
    labels = [
        "before\n$C_{t-1}$",
        "keep\n$f ∗ C_{t-1}$",
        "add\n$i ∗ \\tilde C$",
        "after\n$C_t$",
    ]
    colors = [QUIET, COLORS["f"], COLORS["c_tilde"], COLORS["c"]]
    _frame(ax, f"unit {unit}")
    _zero_lines(ax)
    ax.set(xlim=(-0.5, 3.5), ylim=(-MEMORY_LIMIT * 1.26, MEMORY_LIMIT * 1.26))
    ax.set_xticks(range(4), labels)
    ax.tick_params(length=0)
    bars = [
        Rectangle((k - 0.33, 0), 0.66, 0, fc=color, ec="none") for k, color in enumerate(colors)
    ]
    lost = Rectangle((1 - 0.33, 0), 0.66, 0, fc="none", ec=COLORS["f"], ls=":", lw=1.4)
    for bar in (*bars, lost):
        ax.add_patch(bar)
    links = [ax.plot([k + 0.33, k + 0.67], [0, 0], color=QUIET_INK, lw=1)[0] for k in range(3)]
    texts = [_number_text(ax, k) for k in range(4)]

    def update(step: Step) -> None:
        before, kept, added, after = (
            float(a[unit]) for a in (step.c_prev, step.kept, step.added, step.c)
        )
        for bar, (start, end) in zip(
            (*bars, lost),
            ((0, before), (0, kept), (kept, after), (0, after), (kept, before)),
            strict=True,
        ):
            start, end = _clamp(start, MEMORY_LIMIT), _clamp(end, MEMORY_LIMIT)
            bar.set_y(min(start, end))
            bar.set_height(abs(end - start))
        for link, level in zip(links, (before, kept, after), strict=True):
            link.set_ydata([_clamp(level, MEMORY_LIMIT)] * 2)
        for text, value, ends in zip(
            texts,
            (before, kept, added, after),
            ((0, before), (0, kept, before), (kept, after), (0, after)),
            strict=True,
        ):
            # outside the bar, on the side to which it goes from 0
            side = min(ends) if sum(ends) < 0 else max(ends)
            _place_number(text, _clamp(side, MEMORY_LIMIT), value, 0.06 * MEMORY_LIMIT)
        if added >= 0:
            texts[2].set_text(f"+{number(added)}")

    return Panel([*bars, lost, *links, *texts], update)


def number_line(ax: Axes, units: int) -> Panel:
    """The memory as a place on a line: the forget gate pulls it toward 0, then it is pushed."""
    _frame(ax, "The memory on a number line")
    ax.set(xlim=(-MEMORY_LIMIT * 1.05, MEMORY_LIMIT * 1.05), ylim=(-0.7, units - 0.3))
    ax.invert_yaxis()
    ax.set_yticks(range(units), [f"unit {unit}" for unit in range(units)])
    ax.axvline(0, color=QUIET_INK, lw=1)
    for edge in (-1, 1):
        ax.axvline(edge, color=QUIET, lw=0.9, ls=":")
    live, rows = [], []
    for unit in range(units):
        y = unit - 0.13
        (keep,) = ax.plot([0, 0], [y, y], color=COLORS["f"], lw=4, solid_capstyle="butt")
        (add,) = ax.plot(
            [0, 0], [y + 0.26] * 2, color=COLORS["c_tilde"], lw=4, solid_capstyle="butt"
        )
        (before,) = ax.plot([0], [y], ls="", marker="o", ms=10, mfc="white", mec=INK, mew=1.6)
        (after,) = ax.plot([0], [y + 0.26], ls="", marker="D", ms=10, color=COLORS["c"])
        rows.append((keep, add, before, after))
        live += rows[-1]

    def update(step: Step) -> None:
        for unit, (keep, add, before, after) in enumerate(rows):
            at = [_clamp(a[unit], MEMORY_LIMIT) for a in (step.c_prev, step.kept, step.c)]
            keep.set_xdata([at[0], at[1]])
            add.set_xdata([at[1], at[2]])
            before.set_xdata([at[0]])
            after.set_xdata([at[2]])

    return Panel(live, update)


# ---- a sequence --------------------------------------------------------------------------------

TIMELINE = {
    "f": ("$f$: keep", (0.0, 1.0)),
    "i": ("$i$: write", (0.0, 1.0)),
    "c_tilde": (r"$\tilde C$: what", (-1.0, 1.0)),
    "o": ("$o$: show", (0.0, 1.0)),
    "c": ("$C$: memory", None),
    "h": ("$h$: shown", (-1.0, 1.0)),
}
LINE_STYLES = ("-", "--", ":", "-.")  # one for each unit, so that lines differ without color


def memory_limits(*runs: Step) -> tuple[float, float]:
    """Round limits, at least 0 to 0.5, between which the memory of all these runs lies."""
    lowest = min(float(run.c.min()) for run in runs)
    highest = max(float(run.c.max()) for run in runs)
    below = lowest < -0.01  # less is what an almost open gate leaves behind
    return -_round_up(-lowest) if below else 0.0, _round_up(highest)


def _round_up(value: float) -> float:
    """The next of 0.5, 1, 2, 5, 10, …, so that axes seldom change when runs change a little."""
    steps = (digit * 10.0**power for power in count(-1) for digit in (1, 2, 5))
    return next(step for step in steps if step >= max(value, 0.5))


class Timeline:
    """Six small multiples over time: a line for each unit, and above it the same as a heat map.

    Parameters
    ----------
    steps : Step
        From `unroll`, vectors over time, `(T, H)`, T at least 1. Drawn in gray where a changed
        run departs from it.
    memory : tuple of float
        The limits of the memory's axes, from `memory_limits` of all runs that are to be shown.

    Attributes
    ----------
    run : list of Artist
        What moves when the run changes (`show_run`).
    cursor : list of Artist
        What moves when only the moment changes (`show_moment`).
    """

    def __init__(self, steps: Step, memory: tuple[float, float]) -> None:
        self.run: list[Artist] = []
        self.cursor: list[Artist] = []
        self.memory = memory
        self._steps = steps
        units = steps.h.shape[1]
        with mpl.rc_context(FONT_SIZES):
            self.figure = Figure(SIZE, dpi=72)
            grid = self.figure.add_gridspec(3, 2, wspace=0.16, hspace=0.62)
            self.figure.subplots_adjust(0.06, 0.08 if units == 1 else 0.12, 0.985, 0.93)
            self._rows = {}
            for (name, (title, limits)), spot in zip(TIMELINE.items(), grid, strict=True):
                heights = [0.16 * units, 1]
                strip, ax = spot.subgridspec(2, 1, height_ratios=heights, hspace=0.06).subplots()
                self._rows[name] = self._row(strip, ax, name, title, limits or memory)
            if units > 1:
                names = zip(
                    ("solid", "dashed", "dotted", "dash-dotted"), range(units), strict=False
                )
                legend = ", ".join(f"{line}: unit {unit}" for line, unit in names)
                self.figure.text(0.52, 0.012, legend, ha="center", color=INK)

    def _row(self, strip: Axes, ax: Axes, name: str, title: str, limits: tuple[float, float]):
        """Draw one quantity; what moves of it comes back."""
        values = getattr(self._steps, name)
        T, units = values.shape
        t = np.arange(1, T + 1)
        low, high = limits
        reach = max(-low, high)
        image = strip.imshow(
            values.T,
            aspect="auto",
            cmap="PuOr_r",
            vmin=-reach,
            vmax=reach,
            interpolation="none",
            extent=(0.5, T + 0.5, units - 0.5, -0.5),
        )
        strip.set_title(title, color=COLORS[name], pad=4, fontsize=11.5)
        # with one unit a lone 0 beside the strip would look like a number of the axis below it
        strip.set(xticks=[], yticks=range(units) if units > 1 else [])
        strip.tick_params(length=0, labelsize=8.5)
        margin = 0.08 * (high - low)
        ax.set(xlim=(0.5, T + 0.5), ylim=(low - margin, high + margin))
        ax.plot(
            t, values, color=QUIET, lw=1, drawstyle="steps-mid"
        )  # the run as it is, under the one that is changed
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True) if T > 1 else FixedLocator([1]))
        ax.set_yticks([low, high] if low else [0, high])
        _frame(ax, "")
        lines = [
            ax.plot(
                t, values[:, unit], color=COLORS[name], lw=1.8, ls=style, drawstyle="steps-mid"
            )[0]
            for unit, style in zip(range(units), cycle(LINE_STYLES), strict=False)
        ]
        below, above = ax.get_position(), strip.get_position()
        through = (above.y1 - below.y0) / below.height  # up to the top of the strip
        cursor = ax.axvline(1, 0, through, color=INK, lw=1.2)
        (dots,) = ax.plot([], [], ls="", marker="D", ms=5.5, color=COLORS[name], mec="white")
        self.run += [image, *lines]
        self.cursor += [cursor, dots]
        return image, lines, cursor, dots

    def show_run(self, steps: Step) -> None:
        """Draw another run of the same length, such as one with a gate pinned."""
        self._shown = steps
        for name, (image, lines, _, _) in self._rows.items():
            values = getattr(steps, name)
            image.set_data(values.T)
            for line, column in zip(lines, values.T, strict=True):
                line.set_ydata(column)

    def show_moment(self, t: int) -> None:
        """Put the cursor on moment `t`, counted from 0."""
        for name, (_, _, cursor, dots) in self._rows.items():
            cursor.set_xdata([t + 1, t + 1])
            values = getattr(self._shown, name)[t]
            dots.set_data(np.full(len(values), t + 1), values)


# ---- a picture for each focus ------------------------------------------------------------------


def picture(focus: str, units: int) -> Picture:
    """Lay out the panels of one focus for a cell of this many units.

    `focus` is "forget", "input", "update", "output" or "step". Raises `ValueError` for another.
    """
    if focus not in _LAYOUTS:
        raise ValueError(f"focus is {focus!r}; it must be one of {', '.join(_LAYOUTS)}")
    with mpl.rc_context(FONT_SIZES):
        figure = Figure(SIZE, dpi=72)
        return Picture(figure, _LAYOUTS[focus](figure, units))


def _forget(figure: Figure, units: int) -> list[Panel]:
    each = 0.9 if units <= 2 else 0.65  # five units still leave the curve half of the width
    ratios = [5 if units <= 2 else 6.5, 1 + each * units, 2 + each * units]
    left, middle, right = figure.subplots(1, 3, width_ratios=ratios)
    figure.subplots_adjust(0.06, 0.15, 0.94, 0.9, wspace=0.16)
    _frame(middle, "$f$")
    right.yaxis.tick_right()
    return [curve(left, "f", units), gate_bars(middle, "f", units), kept_bars(right, units)]


def _input(figure: Figure, units: int) -> list[Panel]:
    ratios = [5, 2 + 0.9 * units]
    (i_curve, i_bars), (c_curve, c_bars) = figure.subplots(2, 2, width_ratios=ratios)
    figure.subplots_adjust(0.07, 0.13, 0.985, 0.92, wspace=0.1, hspace=0.62)
    _frame(i_bars, "$i$: how much")
    return [
        curve(i_curve, "i", units),
        gate_bars(i_bars, "i", units),
        curve(c_curve, "c_tilde", units),
        added_bars(c_bars, units),
    ]


def _update(figure: Figure, units: int) -> list[Panel]:
    grid = figure.add_gridspec(2, units, height_ratios=[5, 1 + 0.7 * units])
    figure.subplots_adjust(0.09, 0.08, 0.985, 0.92, wspace=0.16, hspace=0.52)
    ledgers = [ledger(figure.add_subplot(grid[0, unit]), unit) for unit in range(units)]
    return [*ledgers, number_line(figure.add_subplot(grid[1, :]), units)]


def _output(figure: Figure, units: int) -> list[Panel]:
    ratios = [5, 1 + 0.9 * units, 1 + 0.9 * units]
    left, middle, right = figure.subplots(1, 3, width_ratios=ratios)
    figure.subplots_adjust(0.06, 0.15, 0.985, 0.9, wspace=0.2)
    _frame(middle, "$o$")
    return [squash_curve(left, units), gate_bars(middle, "o", units), shown_bars(right, units)]


def _step(figure: Figure, units: int) -> list[Panel]:
    axes = figure.subplots(2, 3)
    figure.subplots_adjust(0.06, 0.115, 0.985, 0.92, wspace=0.3, hspace=0.46)
    panels = []
    places = {"f": axes[0, 0], "i": axes[0, 1], "c_tilde": axes[0, 2], "o": axes[1, 1]}
    for name, ax in places.items():
        _frame(ax, TIMELINE[name][0])
        panels.append(gate_bars(ax, name, units))
    return [*panels, memory_bars(axes[1, 0], units), shown_bars(axes[1, 2], units)]


_LAYOUTS = {
    "forget": _forget,
    "input": _input,
    "update": _update,
    "output": _output,
    "step": _step,
}


# ---- shared by the panels ----------------------------------------------------------------------


def _bars(
    ax: Axes,
    units: int,
    value: Callable[[Step], Array],
    color: str,
    outline: Callable[[Step], Array] | None = None,
) -> Panel:
    """A bar for each unit, with its number beyond its end, and an outline of what it is part of."""
    bottom, top = ax.get_ylim()
    signed = bottom < -0.5
    limit = top / HEADROOM if signed else 1.0
    ax.set_xlim(-0.6, units - 0.4)
    ax.set_xticks(
        range(units), [f"unit {unit}" if units <= 2 else f"{unit}" for unit in range(units)]
    )
    ax.tick_params(length=0)
    _zero_lines(ax)
    bars = [Rectangle((unit - 0.3, 0), 0.6, 0, fc=color, ec="none") for unit in range(units)]
    frames = [
        Rectangle((unit - 0.36, 0), 0.72, 0, fc="none", ec=INK, lw=1.4) for unit in range(units)
    ]
    texts = [_number_text(ax, unit, units) for unit in range(units)]
    for text in texts:
        text.set_color(color)  # the bar's, so that it is not read as the height of the outline
    patches = [*(frames if outline else []), *bars]
    for patch in patches:
        ax.add_patch(patch)

    def update(step: Step) -> None:
        around = outline(step) if outline else np.zeros(units)
        for unit, (v, out) in enumerate(zip(value(step), around, strict=True)):
            v, out = float(v), float(out)
            for bar, end in ((bars[unit], _clamp(v, limit)), (frames[unit], _clamp(out, limit))):
                bar.set_y(min(end, 0))
                bar.set_height(abs(end))
            # beyond both the bar and its outline, on the side of the bar
            negative = v < 0 or (v == 0 and out < 0)
            side = min(v, out, 0) if negative else max(v, out, 0)
            _place_number(texts[unit], _clamp(side, limit), v, 0.02 * (top - bottom), negative)

    return Panel([*patches, *texts], update)


def _number_text(ax: Axes, x: float, units: int = 1) -> Text:
    """A number above or below a bar; with many units narrow enough to stand beside the next."""
    size, weight = (11, "bold") if units <= 2 else (9.5, "bold") if units <= 3 else (8.5, "normal")
    return ax.text(x, 0, "", ha="center", va="bottom", color=INK, fontsize=size, weight=weight)


def _place_number(
    text: Text, y: float, value: float, gap: float, below: bool | None = None
) -> None:
    """Write `value` just beyond `y`: above, or below where the bar goes down."""
    below = y < 0 if below is None else below
    text.set_y(y - gap if below else y + gap)
    text.set_verticalalignment("top" if below else "bottom")
    text.set_text(number(value))


def _clamp(value: float, limit: float) -> float:
    return float(np.clip(value, -limit, limit))


def _squash_limits(name: str) -> tuple[float, float, float, float]:
    """The range of a gate's squashing function, and the limits of axes that show it."""
    low = -1.0 if CURVES[name][2] is np.tanh else 0.0
    if low:
        return low, 1.0, -HEADROOM, HEADROOM
    return low, 1.0, -0.08, 1.2


def _memory_axis(ax: Axes, limit: float, label: str) -> None:
    ax.set_ylim(-limit * HEADROOM, limit * HEADROOM)
    ax.set_yticks([-limit, 0, limit])
    ax.set_xlabel(label)


def _zero_lines(ax: Axes, y: float = 0.0) -> None:
    ax.axhline(y, color=QUIET, lw=0.9, ls=":" if y else "-")


def _frame(ax: Axes, title: str) -> None:
    ax.set_title(title, color=INK, pad=7)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(QUIET)
    ax.tick_params(colors=QUIET_INK, labelcolor=INK)

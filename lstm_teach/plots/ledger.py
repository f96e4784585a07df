"""The memory from before to after: as a ledger, and on a number line."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from lstm_teach._style import COLORS, INK, QUIET, QUIET_INK, number
from lstm_teach.parameters import Step
from lstm_teach.plots.axes import (
    MEMORY_LIMIT,
    Panel,
    clamp,
    level,
    number_text,
    place_number,
    set_shape,
)


def ledger(ax: Axes, unit: int) -> Panel:
    """The memory's ledger of one unit, step by step: before, kept, added, after.

    The second bar starts where the first one ends and goes down (or up) to what is kept; the
    third starts there and goes by what is added; the last one is the sum.
    """
    labels = ["before\n$C_{t-1}$", "kept\n$f ∗ C_{t-1}$", "added\n$i ∗ \\tilde C$", "after\n$C_t$"]
    colors = [QUIET, COLORS["f"], COLORS["c_tilde"], COLORS["c"]]
    ax.set(title=f"unit {unit}", xlim=(-0.5, 3.5), ylim=(-MEMORY_LIMIT * 1.3, MEMORY_LIMIT * 1.3))
    level(ax, 0)
    ax.set_xticks(range(4), labels)
    ax.tick_params(length=0)
    bars = [*ax.bar(range(4), 0, 0.66, color=colors)]  # and what is lost, in an outline
    bars += ax.bar(1, 0, 0.66, facecolor="none", edgecolor=COLORS["f"], ls=":", lw=1.4)
    links = [ax.plot([k + 0.33, k + 0.67], [0, 0], color=QUIET_INK, lw=1)[0] for k in range(3)]
    texts = [number_text(ax, k) for k in range(4)]

    def update(step: Step) -> None:
        before, kept, added, after = (
            float(a[unit]) for a in (step.c_prev, step.kept, step.added, step.c)
        )
        spans = (0, before), (0, kept), (kept, after), (0, after), (kept, before)
        for bar, span in zip(bars, spans, strict=True):
            start, end = (clamp(y, MEMORY_LIMIT) for y in span)
            bar.set(y=start, height=end - start)
        for link, y in zip(links, (before, kept, after), strict=True):
            link.set_ydata([clamp(y, MEMORY_LIMIT)] * 2)
        for text, value, ends in zip(
            texts,
            (before, kept, added, after),
            ((0, before), (0, kept, before), (kept, after), (0, after)),
            strict=True,
        ):
            # outside the bar, on the side to which it goes from 0
            side = min(ends) if sum(ends) < 0 else max(ends)
            place_number(text, clamp(side, MEMORY_LIMIT), value, 0.06 * MEMORY_LIMIT)
        if added >= 0:
            texts[2].set_text(f"+{number(added)}")

    return Panel([*bars, *links, *texts], update)


def number_line(ax: Axes, units: int) -> Panel:
    """The memory as a place on a line: the forget gate pulls it toward 0, then it is pushed."""
    for x, words, color in (
        (0.0, "○ before,", INK),
        (0.22, "what is forgotten,", COLORS["f"]),
        (0.53, "what is added,", COLORS["c_tilde"]),
        (0.79, "◆ after", COLORS["c"]),
    ):
        ax.text(x, 1.04, words, transform=ax.transAxes, color=color, va="bottom")
    ax.set(xlim=(-MEMORY_LIMIT * 1.05, MEMORY_LIMIT * 1.05), ylim=(units - 0.3, -0.7))
    ax.set_yticks(range(units), [f"unit {unit}" for unit in range(units)])
    ax.set_xlabel("$C$, the memory", labelpad=1)
    ax.axvline(0, color=QUIET_INK, lw=1)
    for edge in (-1, 1):
        ax.axvline(edge, color=QUIET, lw=0.9, ls=":")
    rows = []
    for unit in range(units):
        marks = []
        for y, name in ((unit - 0.13, "f"), (unit + 0.13, "c_tilde")):
            marks += ax.plot([0, 0], [y, y], color=COLORS[name], lw=4)
            marks += ax.plot([0], [y], ls="", marker=">", ms=10, color=COLORS[name])
        before: dict[str, Any] = {"marker": "o", "ms": 10, "mfc": "white", "mec": INK, "mew": 1.6}
        marks += ax.plot([0], [unit - 0.13], ls="", **before)
        marks += ax.plot([0], [unit + 0.13], ls="", marker="D", ms=8, color=COLORS["c"])
        rows.append(marks)
    tip = 6 * 2.1 * MEMORY_LIMIT / ax.bbox.width  # so far from its end an arrowhead stands

    def update(step: Step) -> None:
        for unit, (*arrows, before, after) in enumerate(rows):
            at = [clamp(a[unit], MEMORY_LIMIT) for a in (step.c_prev, step.kept, step.c)]
            for line, head, start, end in zip(arrows[::2], arrows[1::2], at, at[1:], strict=False):
                set_shape(head, ">" if end > start else "<")
                line.set_xdata([start, end])
                short = min(tip, abs(end - start) / 2)
                head.set_xdata([end - short if end > start else end + short])
            before.set_xdata([at[0]])
            after.set_xdata([at[2]])

    return Panel([mark for marks in rows for mark in marks], update)

"""The wide figures of 08 and 09: a nudge, the share that arrives, a training."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from lstm_teach import examples, explore, unroll
from lstm_teach.explore.gradients import BIASES, NUDGES, QUIET, RNN_WEIGHTS, Gradients, Nudge
from lstm_teach.explore.training import TrainingExplorer, gates
from lstm_teach.plots.wide import BEYOND, HIGHEST, LOWEST, FlowFigure, LearningFigure, inside
from tests.plots.test_panels import extent, overlap
from tests.plots.test_panels import inside as within

ENDS = {"forget bias": BIASES, "RNN's weight": RNN_WEIGHTS}


def texts_of(figure: Figure) -> list[Text]:
    """Every text that is read: titles, names of axes, labels of ticks within them, and the rest."""
    FigureCanvasAgg(figure).draw()
    found = list(figure.texts)
    for ax in figure.axes:
        found += [ax.title, ax.xaxis.label, ax.yaxis.label, *ax.texts]
        for axis, limits in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
            ticks = zip(axis.get_majorticklocs(), axis.get_ticklabels(), strict=True)
            found += [label for tick, label in ticks if min(limits) <= tick <= max(limits)]
    return [text for text in found if text.get_text() and text.get_visible()]


def assert_readable(figure: Figure) -> None:
    """Nothing is small, off the paper, or upon another text."""
    texts = texts_of(figure)
    boxes = [extent(text) for text in texts]
    for text, box in zip(texts, boxes, strict=True):
        assert text.get_fontsize() >= 10.5, text  # drawn 1.05 times as wide, or more: 11 px
        assert within(box, figure.bbox), text
    for (one, box), (other, beside) in combinations(zip(texts, boxes, strict=True), 2):
        assert not overlap(box, beside), (one, other)


# ---- a nudge -----------------------------------------------------------------------------------


def test_the_nudged_lines_stay_on_their_axes_and_use_their_height() -> None:
    explorer = Nudge()
    shown = explorer._figure.figure.axes[0].get_ylim()
    start = np.concatenate(explorer._runs(explorer.controls["nudge"].value))
    assert np.ptp([0, *start]) > 0.3 * np.ptp(shown)
    controls = {"nudge": NUDGES, **ENDS}
    for ends in product(*[(scale.low, scale.high) for scale in controls.values()]):
        for name, value in zip(controls, ends, strict=True):
            explorer.controls[name].value = value
        for line in explorer._figure.live:
            if isinstance(line, Line2D):
                assert shown[0] < np.min(line.get_ydata()) <= np.max(line.get_ydata()) < shown[1]


def test_picture_and_sentence_of_a_nudge_say_the_same_numbers() -> None:
    explorer = Nudge()
    for weight in (0.0, 0.9, 1.5):
        explorer.controls["RNN's weight"].value = weight
        texts = [text for text in explorer._figure.live if isinstance(text, Text)]
        assert len(texts) == 2
        for text in texts:
            assert f"by {text.get_text().removeprefix('moved by ')}:" in explorer.description
        assert_readable(explorer._figure.figure)


# ---- the share that arrives --------------------------------------------------------------------


def test_what_leaves_the_axis_ends_there_in_an_arrow() -> None:
    figure = FlowFigure(50, ("enter",))
    cases = {"v": 0.3, "^": 1.7, "": 0.9}
    for mark, factor in cases.items():
        factors = np.full(50, factor)
        products = factor ** np.arange(50.0, -1, -1)
        figure.draw((factors, factors), (products, products))
        line, arrow = figure._products[0], figure._leaving[0]
        t, powers = line.get_data()
        assert powers[-1] == 0
        assert np.all(np.diff(powers) != 0), "no level line for what is not on the axis"
        np.testing.assert_allclose(powers, (50 - t) * np.log10(factor), atol=1e-9)
        assert arrow.get_visible() == bool(mark)
        if mark:
            assert arrow.get_marker() == mark
            assert arrow.get_xydata()[0].tolist() == [t[0], powers[0]]
            edge = LOWEST - BEYOND if mark == "v" else HIGHEST + BEYOND
            assert powers[0] == pytest.approx(edge)


def test_a_factor_of_0_falls_off_the_axis() -> None:
    t, powers = inside(np.array([-300.0, -300.0, 0.0]))
    assert (t[0], powers[0], powers[-1]) == (pytest.approx(2, abs=0.06), LOWEST - BEYOND, 0)
    assert 1 <= t[0] < 2


def test_a_line_that_has_left_the_axis_never_comes_back() -> None:
    """At no setting of the explorer: or a part of it would be missing from the picture."""
    explorer = Gradients()
    for day in explorer.controls["day"].options:
        explorer.controls["day"].value = day
        for k in range(31):  # all weights of the RNN
            explorer.controls["RNN's weight"].value = weight = 0.05 * k
            explorer.controls["forget bias"].value = bias = 0.4 * k - 2
            for flow in explorer.flow:
                powers = np.log10(np.maximum(flow, 1e-300))
                on = (powers >= LOWEST - BEYOND) & (powers <= HIGHEST + BEYOND)
                assert np.all(np.diff(on.astype(int)) >= 0), (day, weight, bias)


def test_the_picture_is_full_at_the_start_and_0_has_a_tick() -> None:
    explorer = explore.gradients()
    T = explorer.controls["T"].value
    for ax in explorer._figure.figure.axes[1:]:
        assert ax.get_xlim()[1] - T <= 1
        assert ax.get_xlabel()
        assert ax.get_ylabel()
    factors = explorer._figure.figure.axes[1]
    assert 0 in factors.get_yticks()
    assert factors.get_ylim()[0] < 0, "a gate at 0 is seen above the edge"
    assert_readable(explorer._figure.figure)


def test_the_end_and_the_keys_never_cross() -> None:
    explorer = explore.gradients()
    for T in (5, 10, 50):
        explorer.controls["T"].value = T
        FigureCanvasAgg(explorer._figure.figure).draw()
        for ax, end in zip(explorer._figure.figure.axes[1:], explorer._figure._last, strict=True):
            assert list(end.get_xdata()) == [T, T]
            assert all(extent(text).y0 >= ax.bbox.y1 for text in ax.texts)


def test_the_factor_of_the_bell_is_written() -> None:
    explorer = explore.gradients()
    day = explorer.controls["day"]
    assert day.value == QUIET
    assert "1.00 · 1.00" not in explorer.view.words
    explorer.controls["forget bias"].value = 10.0
    assert "1.00 · 1.00 ⋯ 1.00" in explorer.view.words
    day.value = day.options[-1]
    assert "1.00 · 1.00 ⋯ 4.5·10⁻⁵ ⋯ 1.00" in explorer.view.words
    assert "<sub>25</sub>" in explorer.view.words


# ---- a training --------------------------------------------------------------------------------


def test_no_number_of_a_gate_stands_on_a_bar_or_an_outline() -> None:
    explorer = TrainingExplorer(40)
    figure: LearningFigure = explorer._figure
    by_hand = gates(examples.room_counter())
    for iterations in (0, 5, 35):
        explorer.advance(iterations)
        learned = gates(explorer.parameters)
        for name, bars in figure.bars.items():
            for k, text in enumerate(bars.texts):
                y, (value, wired) = text.get_position()[1], (learned[name][k], by_hand[name][k])
                beyond = y > max(0, value, wired) or y < min(0, value, wired)
                assert beyond, (name, k)
        assert_readable(figure.figure)


def test_axes_of_the_training_are_named_and_count_from_0() -> None:
    figure = TrainingExplorer(40)._figure
    loss, day, *_ = figure.figure.axes
    assert [ax.get_xlabel() for ax in (loss, day)] == ["iteration", "moment"]
    assert loss.get_ylabel() == "loss"
    assert "log" in loss.get_title()
    answers = figure._answers
    np.testing.assert_array_equal(answers.get_xdata(), np.arange(25))
    np.testing.assert_allclose(
        answers.get_ydata(), unroll(examples.untrained(seed=0), examples.day_events()).h[:, 0]
    )

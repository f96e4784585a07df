"""A whole run over time: every quantity, its limits, the moment, the events."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import lru_cache
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D

from lstm_teach import Parameters, Step, examples, pin, plots, unroll
from lstm_teach._style import INK, QUIET_INK, number
from lstm_teach.explore.sequence import DAYS
from lstm_teach.plots.timeline import LSTM, Row
from tests.helpers import refuse_warnings
from tests.plots.test_panels import extent, inside, overlap


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        refuse_warnings()
        yield


def day(units: int = 1, **pinned: float) -> Step:
    cell = examples.room_counter(units)
    for gate, value in pinned.items():
        cell = pin(cell, gate, value)
    return unroll(cell, examples.day_events())


@lru_cache
def timeline(units: int) -> plots.Timeline:
    """Give the day with its events, and axes for a pinned run too: made once, moved by many."""
    runs = day(units), day(units, forget=1.0)
    events = (examples.EVENTS, examples.day_events())
    return plots.Timeline(runs[0], plots.limits(*runs), events=events)


def values_of(row: Row, line: Line2D, unit: int) -> np.ndarray:
    """The values that a line shows: its axes go from 0 to 1, and say at their ends what that is."""
    low, high = row.pairs[unit]
    return low + (high - low) * np.asarray(line.get_ydata())


def ends_of(row: Row) -> list[list[str]]:
    """What is written at the ends of the axes of one quantity, and at 0: for each scale."""
    assert row.lines[0].axes.get_ylim() == (-0.1, 1.1)
    return [[text.get_text() for text in texts] for texts, _ in row._scales]


@pytest.mark.parametrize("units", [1, 2])
def test_each_quantity_is_shown_as_a_line_for_each_unit(units: int) -> None:
    made = timeline(units)
    for shown in (day(units), day(units, forget=0.0), day(units)):
        made.show_run(shown, plots.limits(day(units), day(units, forget=1.0)))
        assert list(made.rows) == list(LSTM)
        for name, row in made.rows.items():
            values = getattr(shown, name)
            for unit, line in enumerate(row.lines):
                np.testing.assert_allclose(values_of(row, line, unit), values[:, unit], atol=1e-12)
                np.testing.assert_array_equal(line.get_xdata(), np.arange(len(values)))


def test_units_differ_by_more_than_color() -> None:
    one, two = timeline(2).rows["f"].lines
    assert one.get_linestyle() != two.get_linestyle()


@pytest.mark.parametrize("units", [1, 2])
def test_the_run_as_it_is_stays_behind_the_one_that_is_changed(units: int) -> None:
    made = timeline(units)
    behind = [line for ax in made.figure.axes for line in ax.lines if is_gray(line)]
    assert len(behind) == 6 * units
    shown = values_of(made.rows["h"], behind[-1], units - 1)
    np.testing.assert_allclose(shown, day(units).h[:, -1], atol=1e-12)
    for line, colored in zip(behind[:units], made.rows["f"].lines, strict=True):
        assert made.run.index(line) < made.run.index(colored)
        assert line.get_linewidth() == colored.get_linewidth()
        assert line.get_linestyle() == colored.get_linestyle()


def is_gray(line: Line2D) -> bool:
    return line.get_color() == "#8a8a8a" and line.get_linewidth() > 1


@pytest.mark.parametrize("units", [1, 2])
def test_the_cursor_stands_on_the_moment(units: int) -> None:
    made, steps = timeline(units), day(units)
    made.show_run(steps, plots.limits(day(units), day(units, forget=1.0)))
    for t in (0, 11, len(steps.h) - 1):
        made.show_moment(t)
        for name, row in made.rows.items():
            cursor, *dots, said = row.cursor
            values = getattr(steps, name)[t]
            assert list(cursor.get_xdata()) == [t, t]
            for unit, (dot, value) in enumerate(zip(dots, values, strict=True)):
                assert list(dot.get_xdata()) == [t]
                np.testing.assert_allclose(values_of(row, dot, unit), [value], atol=1e-12)
            assert said.get_text() == ", ".join(number(value) for value in values)


# ---- limits ------------------------------------------------------------------------------------


def test_limits_fit_the_runs_and_seldom_change() -> None:
    fitting = plots.limits(day())
    assert fitting == {
        "f": ((0, 1),), "i": ((0, 1),), "o": ((0, 1),),
        "c_tilde": ((-0.1, 0.1),), "c": ((0, 0.5),), "h": ((0, 0.5),),
    }  # fmt: skip
    assert plots.limits(day(), day(input=0.5))["c"] == fitting["c"]


@pytest.mark.parametrize(("candidate", "c"), [(1.0, (0, 50)), (-1.0, (-50, 0.5))])
def test_all_runs_fit_their_axes(candidate: float, c: tuple[float, float]) -> None:
    steps, wild = day(), day(forget=1.0, input=1.0, candidate=candidate)
    assert abs(wild.c).max() == 25
    fitting = plots.limits(steps, wild)
    assert fitting["c"] == (c,)
    made = plots.Timeline(steps, fitting)
    made.show_run(wild, fitting)
    made.show_moment(24)
    FigureCanvasAgg(made.figure).draw()
    for artist in [*made.run, *made.cursor]:
        # the cursor goes beyond, and ticks stand outside
        if isinstance(artist, Line2D) and artist.get_color() not in (INK, QUIET_INK):
            points = artist.get_transform().transform(artist.get_xydata())
            assert np.all(points >= artist.axes.bbox.min - 0.6)
            assert np.all(points <= artist.axes.bbox.max + 0.6)


@pytest.mark.parametrize("name", DAYS)
def test_a_hair_below_zero_leaves_the_axes_from_0(name: str) -> None:
    """F = 0.99995 leaves −0.000005 behind; that is nobody."""
    steps = unroll(examples.room_counter(), examples.day_events(DAYS[name]))
    assert plots.limits(steps)["c"] == ((0, 0.5),)


def test_units_that_differ_much_have_a_scale_each() -> None:
    """With the forget gate pinned at 1, unit 1 grows to 9 while unit 0 counts in tenths."""
    runs = day(2), day(2, forget=1.0)
    assert plots.limits(runs[0])["c"] == ((0, 1), (0, 1))
    assert plots.limits(*runs)["c"] == ((0, 0.5), (0, 10))
    row = timeline(2).rows["c"]
    assert ends_of(row) == [["", "0.5", "0"], ["", "10", "0"]]
    assert len({tick.get_ydata()[0] for _, tick in row._scales}) == 1, "one zero for both"
    (left, *_), (right, *_) = (texts for texts, _ in row._scales)
    FigureCanvasAgg(timeline(2).figure).draw()
    assert extent(left).x1 < row.lines[0].axes.bbox.x0
    assert extent(right).x0 > row.lines[0].axes.bbox.x1
    (other,) = row.lines[0].axes.child_axes
    assert [ax.get_ylabel() for ax in (row.lines[0].axes, other)] == ["unit 0", "unit 1"]


def test_two_scales_with_values_below_zero_have_one_zero() -> None:
    run = SimpleNamespace(c=np.array([[0.2, -7.0], [-0.3, 9.0]]))
    assert plots.limits(run, show=("c",)) == {"c": ((-0.5, 0.5), (-10, 10))}


def test_a_timeline_takes_other_limits_and_nothing_is_drawn_anew() -> None:
    steps, wild = day(), day(forget=1.0, input=1.0, candidate=1.0)
    made, fitting = plots.Timeline(steps, plots.limits(steps)), plots.limits(steps, wild)
    live = plots.LiveFigure(made.figure, [*made.run, *made.cursor], "a")
    still, before = live.still, live.frame()
    assert ends_of(made.rows["c"]) == [["", "0.5", "0"]]
    made.show_run(wild, fitting)
    fresh = plots.Timeline(steps, fitting)
    fresh.show_run(wild, fitting)
    for name, row in made.rows.items():
        like = fresh.rows[name]
        assert ends_of(row) == ends_of(like)
        for one, other in zip(row.run, like.run, strict=True):
            if isinstance(one, Line2D):
                np.testing.assert_allclose(one.get_xydata(), other.get_xydata(), atol=1e-12)
    assert ends_of(made.rows["c"]) == [["", "50", "0"]]
    assert live.frame() != before
    assert live.still == still
    assert plots.LiveFigure(fresh.figure, [*fresh.run, *fresh.cursor], "a").still == still


def test_an_end_near_0_is_not_written_upon_the_0() -> None:
    for pair, written in {
        (0.0, 2.0): ["", "2", "0"],
        (-1.0, 1.0): ["-1", "1", "0"],
        (-0.1, 5.0): ["", "5", "0"],
        (-50.0, 0.5): ["-50", "", "0"],
    }.items():
        run = SimpleNamespace(c=np.zeros((3, 1)))
        row = plots.Timeline(run, {"c": (pair,)}, show=("c",)).rows["c"]
        assert ends_of(row) == [written]
        ((_, _, zero), tick) = row._scales[0]
        assert values_of(row, tick, 0) == pytest.approx(0, abs=1e-12)
        assert zero.get_position()[1] == tick.get_ydata()[0]


# ---- events, places, other cells ---------------------------------------------------------------


def test_the_events_stand_over_their_moments() -> None:
    made, xs = timeline(1), examples.day_events()
    strips = [ax for ax in made.figure.axes if len(ax.get_yticks()) == len(examples.EVENTS)]
    assert len(strips) == 2
    assert [label.get_text() for label in strips[0].get_yticklabels()] == list(examples.EVENTS)
    for ax in strips:
        marks = [line for line in ax.lines if line.get_marker() not in ("None", None)]
        assert len({line.get_marker() for line in marks}) == len(examples.EVENTS)
        for lane, line in enumerate(marks):
            assert list(line.get_xdata()) == [t for t, x in enumerate(xs) if x[lane]]
            assert set(line.get_ydata()) == {lane}
        below = min(made.figure.axes, key=lambda a: abs(a.bbox.x0 - ax.bbox.x0) + (a in strips) * 9)
        assert ax.get_xlim() == below.get_xlim()


@pytest.mark.parametrize("units", [1, 2])
def test_a_place_of_the_figure_is_a_moment(units: int) -> None:
    made = timeline(units)
    T = made.T
    assert len(made.figure.axes) == 6 + 2  # each quantity, and the events above each column
    for ax in made.figure.axes:
        (left, _), (right, _) = ax.get_position().get_points()
        for moment in (0, 8, T - 1):
            assert made.moment_at(left + (right - left) * (moment + 0.5) / T) == moment
        assert made.moment_at(left + 0.001) == 0
        assert made.moment_at(right - 0.001) == T - 1
        assert made.moment_at(left - 0.001) is made.moment_at(right + 0.001) is None
    # the same place by matplotlib's own reckoning, which counts upward
    line = made.rows["o"].lines[0]
    x, _ = line.axes.transData.transform((9, 0.5)) / made.figure.bbox.size
    assert made.moment_at(x) == 9


@pytest.mark.parametrize("show", [("h",), ("z", "r", "h_tilde", "h")])
def test_other_cells_show_what_they_have(show: tuple[str, ...]) -> None:
    rng = np.random.default_rng(1)
    run = SimpleNamespace(**{name: rng.uniform(0.1, 0.9, (7, 1)) for name in show})
    fitting = plots.limits(run, show=show)
    assert fitting["h"] == ((-1, 1),), "a state without a memory is what a tanh gives"
    made = plots.Timeline(run, fitting, show=show)
    made.show_moment(2)
    for name, row in made.rows.items():
        np.testing.assert_allclose(values_of(row, row.lines[0], 0), getattr(run, name)[:, 0])


@pytest.mark.parametrize(
    ("units", "T", "events"), [(1, 1, False), (1, 60, True), (2, 2, True), (5, 60, False)]
)
def test_a_timeline_of_any_size_keeps_its_texts_apart(units: int, T: int, events: bool) -> None:
    cell = Parameters.random(4, units, seed=1)
    xs = np.random.default_rng(2).normal(size=(T, 4)) * 3
    steps = unroll(cell, xs)
    given = (examples.EVENTS, xs) if events else None
    made = plots.Timeline(steps, plots.limits(steps), events=given)
    made.show_moment(T - 1)
    FigureCanvasAgg(made.figure).draw()
    boxes = [(text.get_text(), extent(text)) for text in made.figure.texts]
    for ax in made.figure.axes:
        named = [ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label, *ax.texts]
        named += [side.yaxis.label for side in ax.child_axes]
        boxes += [(text.get_text(), extent(text)) for text in named if text.get_visible()]
        for axis, limits in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
            ticks = zip(axis.get_majorticklocs(), axis.get_ticklabels(), strict=False)
            boxes += [
                (label.get_text(), extent(label))
                for at, label in ticks
                if min(limits) <= at <= max(limits) and label.get_visible()
            ]
    boxes = [(text, box) for text, box in boxes if text.strip()]
    assert len(boxes) >= 18
    for k, (text, box) in enumerate(boxes):
        assert inside(box, made.figure.bbox), text
        for other_text, other in boxes[k + 1 :]:
            assert not overlap(box, other), (text, other_text)

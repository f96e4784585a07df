"""What is drawn is what the Step says, and it stays inside its axes at every extreme."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from itertools import combinations, product

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from lstm_teach import Parameters, Step, pin, plots, sigmoid, step
from lstm_teach._style import number
from lstm_teach.plots.panels import Z_LIMIT, Panel, apart
from tests.helpers import refuse_warnings

UNITS = {"forget": (1, 2, 3, 5), "input": (1, 2, 3, 5), "update": (1, 2), "output": (1, 2, 3)}
UNITS["step"] = (1, 2, 3, 5)
PICTURES = [(focus, units) for focus, all_units in UNITS.items() for units in all_units]
C_LIMIT = {"output": 4.0}  # how far the sliders of the memory go; elsewhere 2


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        refuse_warnings()
        yield


def a_step(units: int, seed: int = 1) -> Step:
    rng = np.random.default_rng(seed)
    cell = Parameters.random(2, units, seed=seed)
    return step(cell, rng.normal(size=2), rng.uniform(-1, 1, units), rng.uniform(-2, 2, units))


def extremes(focus: str, units: int) -> Iterator[Step]:
    """Gates at either end, together and one against the other, the memory at either end and at 0.

    From unit to unit the signs alternate, so that neighbors are as unlike as they can be.
    """
    signs = (-1.0) ** np.arange(units)
    gates = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.0, 1.0, 1.0), (1.0, 0.0, 0.0))
    for (f, i, o), c_tilde, c_prev in product(gates, (-1.0, 1.0), (-1.0, 0.0, 1.0)):
        cell = pin(pin(Parameters.zeros(1, units), "forget", f), "input", i)
        cell = pin(pin(cell, "candidate", c_tilde * signs), "output", o)
        if focus == "output":
            cell = pin(pin(cell, "forget", 1.0), "input", 0.0)
        yield step(cell, [0.0], np.zeros(units), C_LIMIT.get(focus, 2.0) * c_prev * signs)


@cache
def drawn(focus: str, units: int) -> plots.Picture:
    """Give a picture, drawn once; each test moves it to where it wants it."""
    picture = plots.picture(focus, units)
    FigureCanvasAgg(picture.figure)
    picture.draw(a_step(units))
    picture.figure.canvas.draw()
    return picture


def extent(artist: Artist) -> Bbox:
    return artist.get_window_extent(artist.figure.canvas.get_renderer())


def inside(inner: Bbox, outer: Bbox, margin: float = 0.6) -> bool:
    return (
        inner.x0 >= outer.x0 - margin
        and inner.y0 >= outer.y0 - margin
        and inner.x1 <= outer.x1 + margin
        and inner.y1 <= outer.y1 + margin
    )


# Before matplotlib 3.11 each text is said to be as high as the highest letters that there are.
SLACK = 1 if mpl.__version_info__ >= (3, 11) else 3


def overlap(one: Bbox, other: Bbox) -> bool:
    """Whether they overlap by more than the point to which extents are rounded."""
    left, right = max(one.x0, other.x0), min(one.x1, other.x1)
    low, high = max(one.y0, other.y0), min(one.y1, other.y1)
    return right - left > 1 and high - low > SLACK


def texts(artists: list[Artist]) -> list[Text]:
    """The numbers, without the digits in the dots."""
    return [artist for artist in artists if isinstance(artist, Text) and not in_a_dot(artist)]


def outlines(panel: Panel) -> list[Text]:
    """The numbers of the outlines: they stand below the axes."""
    return [artist for artist in panel.live if artist.get_gid() == "outline"]


def in_a_dot(artist: Artist) -> bool:
    return isinstance(artist, Text) and artist.get_color() == "white"


# ---- at the extremes ---------------------------------------------------------------------------


@pytest.mark.parametrize(("focus", "units"), PICTURES)
def test_everything_that_moves_stays_in_its_place(focus: str, units: int) -> None:
    """On the paper and in its axes; numbers apart from each other and from every bar."""
    picture = drawn(focus, units)
    paper = picture.figure.bbox
    for moment in extremes(focus, units):
        picture.draw(moment)
        for panel in picture.panels:
            boxes = {artist: extent(artist) for artist in panel.live}
            for artist, box in boxes.items():
                assert np.all(np.isfinite(box.extents)), artist
                assert inside(box, paper), (artist, moment.c_prev)
                if isinstance(artist, Rectangle):
                    assert inside(box, artist.axes.bbox), artist
                if artist in outlines(panel):
                    below = [artist.axes.xaxis.label, *artist.axes.get_xticklabels()]
                    assert box.y1 <= artist.axes.bbox.y0
                    assert not any(overlap(box, extent(text)) for text in below), artist
                elif isinstance(artist, Text) and artist.get_text():
                    assert box.y0 >= artist.axes.bbox.y0 - 0.6, artist
                    assert box.y1 <= artist.axes.bbox.y1 + 0.6, artist
                if isinstance(artist, Line2D) and artist.get_marker() not in ("None", None, ""):
                    x, y = artist.get_transform().transform(artist.get_xydata())[0]
                    assert artist.axes.bbox.contains(x, y), artist
            written = [text for text in texts(panel.live) if text.get_text()]
            for one, other in combinations(written, 2):
                assert not overlap(boxes[one], boxes[other]), (one, other)
            bars = [a for a in panel.live if isinstance(a, Rectangle) and a.get_height() != 0]
            for text, bar in product(written, bars):
                assert not overlap(boxes[text], boxes[bar]), (text, bar, moment.c_prev, moment.f)
            discs = [
                (artist.get_transform().transform(artist.get_xydata())[0], artist.get_markersize())
                for artist in dots(panel)
                if any(map(in_a_dot, panel.live))  # arrows may meet
            ]
            for (one, size), (other, _) in combinations(discs, 2):
                assert np.hypot(*(one - other)) > size - 0.1


@pytest.mark.parametrize(("focus", "units"), PICTURES)
def test_fixed_text_is_on_the_paper_and_apart(focus: str, units: int) -> None:
    picture = drawn(focus, units)
    fixed = []
    for ax in picture.figure.axes:
        fixed += [ax.title, ax.xaxis.label, ax.yaxis.label]
        fixed += [
            label
            for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim()))
            for tick, label in zip(axis.get_majorticklocs(), axis.get_ticklabels(), strict=True)
            if min(low, high) <= tick <= max(low, high)
        ]
        fixed += [text for text in ax.texts if text not in picture.live]
    boxes = [(text.get_text(), extent(text)) for text in fixed if text.get_text()]
    assert len(boxes) > 4
    for k, (text, box) in enumerate(boxes):
        assert inside(box, picture.figure.bbox), text
        for other_text, other in boxes[k + 1 :]:
            assert not overlap(box, other), (text, other_text)


# ---- the numbers -------------------------------------------------------------------------------

WRITTEN = {
    "forget": ("f", "kept"),
    "input": ("i", "added"),
    "output": ("o", "h"),
    "step": ("f", "i", "c_tilde", "c", "o", "h"),
}


OUTLINES = {
    "kept": lambda s: s.c_prev,
    "added": lambda s: s.c_tilde,
    "c": lambda s: s.c_prev,
    "h": lambda s: np.tanh(s.c),
}


@pytest.mark.parametrize(("focus", "units"), [p for p in PICTURES if p[0] != "update"])
def test_the_numbers_are_those_of_the_step(focus: str, units: int) -> None:
    picture = drawn(focus, units)
    for seed in (2, 3):
        moment = a_step(units, seed)
        picture.draw(moment)
        panels = [written for panel in picture.panels if (written := texts(panel.live))]
        for panel, name in zip(panels, WRITTEN[focus], strict=True):
            shown, of_outlines = panel[:units], panel[units:]
            assert [text.get_text() for text in shown] == [number(v) for v in getattr(moment, name)]
            if name in OUTLINES and units <= 3:
                around = [number(v) for v in OUTLINES[name](moment)]
                assert [text.get_text().removeprefix("of ") for text in of_outlines] == around


@pytest.mark.parametrize("units", [1, 2])
def test_the_ledger_of_each_unit_adds_up(units: int) -> None:
    picture = drawn("update", units)
    for moment in (a_step(units, 2), a_step(units, 3), *extremes("update", units)):
        picture.draw(moment)
        for unit, panel in enumerate(picture.panels[:units]):
            before, kept, added, after = (
                getattr(moment, name)[unit] for name in ("c_prev", "kept", "added", "c")
            )
            shown = [text.get_text() for text in texts(panel.live)]
            plus = f"+{number(added)}" if added >= 0 else number(added)
            assert shown == [number(before), number(kept), plus, number(after)]
            bars = [a for a in panel.live if isinstance(a, Rectangle)]
            ends = [sorted((bar.get_y(), bar.get_y() + bar.get_height())) for bar in bars]
            expected = [(0, before), (0, kept), (kept, after), (0, after), (kept, before)]
            np.testing.assert_allclose(ends, [sorted(pair) for pair in expected], atol=1e-12)


@pytest.mark.parametrize(("focus", "units"), [("forget", 2), ("input", 2), ("step", 2)])
def test_bars_are_as_long_as_their_numbers(focus: str, units: int) -> None:
    picture = drawn(focus, units)
    moment = a_step(units, 4)
    picture.draw(moment)
    found = {
        (name, unit)
        for panel in picture.panels
        for bar in panel.live
        if isinstance(bar, Rectangle)
        for name in WRITTEN[focus]
        for unit, value in enumerate(getattr(moment, name))
        if np.allclose([0, value], [bar.get_y(), bar.get_y() + bar.get_height()])
    }
    assert found == {(name, unit) for name in WRITTEN[focus] for unit in range(units)}


def test_the_number_line_goes_from_before_to_after() -> None:
    picture = drawn("update", 2)
    moment = a_step(2, 5)
    picture.draw(moment)
    lines = picture.panels[-1].live
    for unit, row in enumerate(zip(*[iter(lines)] * 6, strict=True)):
        keep, keep_head, add, add_head, before, after = row
        c_prev, kept, c = moment.c_prev[unit], moment.kept[unit], moment.c[unit]
        assert list(keep.get_xdata()) == [c_prev, kept]
        assert list(add.get_xdata()) == [kept, c]
        assert list(before.get_xdata()) == [c_prev]
        assert list(after.get_xdata()) == [c]
        for head, start, end in ((keep_head, c_prev, kept), (add_head, kept, c)):
            assert head.get_marker() == (">" if end > start else "<")
            assert min(start, end) < head.get_xdata()[0] < max(start, end)


# ---- dots on curves ----------------------------------------------------------------------------


def dots(panel: Panel) -> list[Line2D]:
    return [
        artist
        for artist in panel.live
        if isinstance(artist, Line2D) and artist.get_marker() in ("o", "<", ">")
    ]


@pytest.mark.parametrize(("focus", "gate"), [("forget", "f"), ("input", "i"), ("input", "c_tilde")])
def test_a_dot_for_each_unit_at_its_z(focus: str, gate: str) -> None:
    picture = drawn(focus, 2)
    panels = [panel for panel in picture.panels if dots(panel)]
    panel = panels[-1] if gate == "c_tilde" else panels[0]
    z_name = f"z_{gate[0]}"
    moment = a_step(2, 6)
    picture.draw(moment)
    assert abs(np.diff(getattr(moment, z_name))[0]) > 2  # far enough not to move apart
    for unit, dot in enumerate(dots(panel)):
        assert dot.get_marker() == "o"
        z, y = getattr(moment, z_name)[unit], getattr(moment, gate)[unit]
        np.testing.assert_allclose(dot.get_xydata(), [[z, y]])


@pytest.mark.parametrize("z", [-500.0, -11.5, -10.0, 0.0, 10.0, 11.5, 500.0])
def test_a_z_beyond_the_axes_waits_at_the_edge_as_an_arrow(z: float) -> None:
    cell = Parameters.zeros(1, 1)
    cell = type(cell)(*(type(cell.forget)([[0, 0]], [z]) for _ in range(4)))
    for focus in ("forget", "input"):
        picture = drawn(focus, 1)
        picture.draw(step(cell, [0], [0], [1]))
        for panel in picture.panels:
            for dot in dots(panel):
                expected = ">" if z > Z_LIMIT else "<" if z < -Z_LIMIT else "o"
                assert dot.get_marker() == expected
                assert abs(dot.get_xdata()[0]) <= Z_LIMIT


@pytest.mark.parametrize("c", [-40.0, -4.5, -4.0, 1.5, 4.0, 4.5, 40.0])
def test_the_squash_has_a_dot_at_the_memory(c: float) -> None:
    cell = pin(pin(pin(Parameters.zeros(1, 1), "forget", 1), "input", 0), "output", 0.5)
    picture = drawn("output", 1)
    picture.draw(step(cell, [0], [0], [c]))
    (dot,) = dots(picture.panels[0])
    assert dot.get_ydata()[0] == pytest.approx(0.5 * np.tanh(c))
    if abs(c) <= 4:
        assert (dot.get_marker(), dot.get_xdata()[0]) == ("o", c)
    else:
        assert dot.get_marker() == (">" if c > 0 else "<")


@pytest.mark.parametrize(
    ("c_prev", "f", "expected"),
    [
        (1.6, 0.25, ["0.40", "of 1.60"]),
        (-1.6, 0.25, ["−0.40", "of −1.60"]),
        (1.6, 1.0, ["1.60", "of 1.60"]),
        (0.0, 1.0, ["0.00", "of 0.00"]),
    ],
)
def test_a_number_stands_beyond_bar_and_outline(
    c_prev: float, f: float, expected: list[str]
) -> None:
    picture = drawn("forget", 1)
    picture.draw(step(pin(Parameters.zeros(1, 1), "forget", f), [0], [0], [c_prev]))
    kept, around = texts(picture.panels[2].live)
    assert [kept.get_text(), around.get_text()] == expected
    up = -1 if c_prev < 0 else 1
    assert up * kept.get_position()[1] == pytest.approx(abs(c_prev), abs=0.15)


def test_gates_have_a_scale_in_the_step_picture() -> None:
    picture = drawn("step", 2)
    scales = [[t.get_text() for t in ax.get_yticklabels()] for ax in picture.figure.axes]
    assert scales == [["0", "1"]] * 2 + [["−1", "0", "1"], ["−3", "0", "3"], ["0", "1"]] + [
        ["−1", "0", "1"]
    ]


# ---- dots that would hide each other -----------------------------------------------------------


def test_dots_that_are_far_apart_stay_where_they_are() -> None:
    x, y = np.array([0.0, 40.0, 40.0]), np.array([50.0, 50.0, 80.0])
    np.testing.assert_array_equal(apart(x, y, 16, 0, 200), y)


def test_dots_in_one_place_stack_around_it() -> None:
    heights = apart(np.zeros(5), np.full(5, 100.0), 16, 0, 200)
    np.testing.assert_allclose(heights, [68, 84, 100, 116, 132])


def test_dots_beside_each_other_move_apart_no_more_than_they_must() -> None:
    heights = apart(np.array([0.0, 8.0]), np.array([100.0, 100.0]), 16, 0, 200)
    np.testing.assert_allclose(np.diff(heights), np.sqrt(16**2 - 8**2))


@given(
    places=st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=5),
)
def test_no_dot_hides_another_or_leaves_the_axes(places: list[tuple[float, float]]) -> None:
    x, y = np.array(places).T
    heights = apart(x, y, 16, 0, 100)
    assert np.all((heights >= -1e-9) & (heights <= 100 + 1e-9))
    for (x0, y0), (x1, y1) in combinations(zip(x, heights, strict=True), 2):
        assert np.hypot(x0 - x1, y0 - y1) >= 16 - 1e-6
    by_height = np.lexsort((x, y))
    assert np.all(np.diff(heights[by_height][np.abs(x - x[0])[by_height] == 0]) >= 0)


def ends(patch: Rectangle) -> float:
    """Where a bar that starts at 0 ends."""
    assert patch.get_y() == 0
    return patch.get_height()


@pytest.mark.parametrize(
    ("focus", "panel", "outline", "filling"),
    [
        ("forget", 2, lambda s: s.c_prev, lambda s: s.kept),
        ("input", 3, lambda s: s.c_tilde, lambda s: s.added),
        ("output", 2, lambda s: np.tanh(s.c), lambda s: s.h),
        ("step", 3, lambda s: s.c_prev, lambda s: s.c),
        ("step", 5, lambda s: np.tanh(s.c), lambda s: s.h),
    ],
)
def test_outlines_and_fillings_are_as_high_as_they_say(focus, panel, outline, filling) -> None:
    s = a_step(2)
    picture = drawn(focus, 2)
    picture.draw(s)
    patches = [a for a in picture.panels[panel].live if isinstance(a, Rectangle)]
    np.testing.assert_allclose([ends(patch) for patch in patches[:2]], outline(s))
    np.testing.assert_allclose([ends(patch) for patch in patches[2:]], filling(s))


def test_the_solid_curve_is_what_the_output_gate_leaves() -> None:
    s = a_step(2)
    picture = drawn("output", 2)
    picture.draw(s)
    lines = [a for a in picture.panels[0].live[:2] if len(a.get_xdata()) > 1]
    for unit, line in enumerate(lines):
        np.testing.assert_allclose(line.get_ydata(), s.o[unit] * np.tanh(line.get_xdata()))
    assert len(lines) == 2


def test_a_dot_its_digit_and_its_guide_meet() -> None:
    s = a_step(2)
    picture = drawn("forget", 2)
    picture.draw(s)
    guides, marks = picture.panels[0].live[:2], picture.panels[0].live[2:]
    for unit, guide in enumerate(guides):
        dot, digit = marks[2 * unit : 2 * unit + 2]
        assert digit.get_position() == tuple(dot.get_xydata()[0])
        assert digit.get_text() == f"{unit}"
        assert dot.get_xydata()[0] == pytest.approx([s.z_f[unit], s.f[unit]])
        assert guide.get_xydata()[1] == pytest.approx([s.z_f[unit], s.f[unit]])
        assert guide.get_xydata()[2] == pytest.approx([Z_LIMIT, s.f[unit]])


def test_the_ledger_links_before_kept_and_after() -> None:
    s = a_step(1)
    picture = drawn("update", 1)
    picture.draw(s)
    links = [a for a in picture.panels[0].live if isinstance(a, Line2D)]
    levels = [link.get_ydata()[0] for link in links]
    np.testing.assert_allclose(levels, [s.c_prev[0], s.kept[0], s.c[0]])


@pytest.mark.parametrize(("name", "function"), [("sigmoid", sigmoid), ("tanh", np.tanh)])
def test_a_squashing_function_alone(name: str, function: Callable) -> None:
    figure = plots.squash(name)
    FigureCanvasAgg(figure).draw()
    (ax,) = figure.axes
    curve = ax.lines[0]
    np.testing.assert_allclose(curve.get_ydata(), function(curve.get_xdata()))
    assert [text.get_text() for text in ax.texts] == [number(function(z)) for z in (-2.0, 0.0, 2.0)]
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    boxes = [extent(text) for text in (*ax.texts, ax.title, ax.xaxis.label, ax.yaxis.label)]
    assert all(inside(box, figure.bbox) for box in boxes)
    assert not any(overlap(*pair) for pair in combinations(boxes, 2))


def test_an_unknown_squash_is_refused() -> None:
    with pytest.raises(ValueError, match="'relu'; it must be sigmoid or tanh"):
        plots.squash("relu")


# ---- plain figures -----------------------------------------------------------------------------


def test_an_unknown_focus_is_refused() -> None:
    with pytest.raises(ValueError, match="forget, input, update, output, step"):
        plots.picture("forgot", 1)


def test_drawing_needs_no_pyplot_and_changes_no_settings() -> None:
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    before, figures = mpl.rcParams.copy(), plt.get_fignums()
    plots.picture("step", 2).draw(a_step(2)).savefig(BytesIO(), format="svg")
    assert plt.get_fignums() == figures
    assert mpl.rcParams == before

"""The explorers of one step and of a day: presets, labels, heat maps, code, pins, typed days.

What is shown, wherever the controls stand, is what the cell computes: see `sweep.py`.
"""

from __future__ import annotations

import gc
import html
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from xml.etree import ElementTree

import ipywidgets as widgets
import numpy as np
import pytest
from ipywidgets.widgets import widget as widget_module

from lstm_teach import Gate, Parameters, Step, examples, explore, pin, unroll
from lstm_teach._style import number
from lstm_teach.explore import words
from lstm_teach.explore.one_step import StepExplorer as Explorer
from lstm_teach.explore.sequence import DAYS
from lstm_teach.explore.view import View
from tests.explore.shown import (
    below,
    changed,
    code_of,
    go_to,
    html_of,
    presets,
)
from tests.explore.sweep import (
    FIXED,
    GATES,
    REDRAWN,
    SLIDE,
    Twin,
    assert_moment_true,
    assert_step_equals,
    assert_true_of,
    heat_maps,
    sweep,
)

EXPLORERS: dict[str, Callable[[], Explorer]] = {
    f"{name}({units})": partial(getattr(explore, name), units)
    for name in ("forget_gate", "input_gate", "cell_update", "output_gate", "step")
    for units in (1, 2)
}
EXPLORERS |= {
    f"cell_update({units}, weights=True)": partial(explore.cell_update, units, weights=True)
    for units in (1, 2)
}
IN_NO_NOTEBOOK = (
    *(f"{name}(1)" for name in ("forget_gate", "input_gate", "cell_update", "step")),
    *("cell_update(1, weights=True)", "output_gate(2)"),
)
WITH_EXAMPLES = ("forget_gate(1)", "input_gate(1)", "step(1)")  # with two units they are the same


@cache
def made(name: str) -> Explorer:
    """Make an explorer once: drawing its figure takes longer than most tests."""
    return EXPLORERS[name]()


def explorer_at_start(name: str) -> Explorer:
    """The explorer as it is when it is made."""
    explorer = made(name)
    explorer.controls["Show as code"].value = False
    if "tour" in explorer.controls:
        explorer.controls["tour"].value = "whole"
    go_to(explorer, presets(explorer)[0])
    explorer.controls["Reset"].click()
    return explorer


# ---- every control -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", IN_NO_NOTEBOOK)
def test_every_control_at_both_ends_and_back(name: str) -> None:
    """The others are swept where they stand: in the notebooks."""
    sweep(explorer_at_start(name), leave_out="example")


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_a_heat_map_shows_and_moves_the_entry_that_is_picked(name: str) -> None:
    explorer = explorer_at_start(name)
    explorer.controls["Show as code"].value = True
    seen = 0
    for preset in presets(explorer):
        go_to(explorer, preset)
        twin = Twin(explorer)
        for letter, (row, column, slider) in heat_maps(explorer).items():
            array = twin.arrays[letter]
            names = [*twin.columns(array), "bias"]
            assert [text for text, _ in column._options_full] == names
            assert len(row.options) == len(array)
            for r, k in ((0, 0), (len(array) - 1, array.shape[1] - 1), (1, 2)):
                at_start = explorer.step
                row.value, column.value = r, k
                label = (
                    f"b_{letter}[{r}]" if k == len(names) - 1 else f"W_{letter}[{r}, {names[k]}]"
                )
                assert slider.description == label
                assert slider.value == array[r, k]
                assert_step_equals(explorer.step, at_start)  # looking moves nothing
                tables = [
                    value
                    for value in html_of(explorer).values()
                    if "lstm-heat" in value and cells(value) == written(array)
                ]
                assert (r, k) in map(picked, tables)
                for value in (slider.max, slider.min, array[r, k]):
                    slider.value = value
                    twin.put(label, value)
                    assert_step_equals(explorer.step, twin.step())
                    assert_true_of(explorer, twin)
                seen += 1
    assert seen


def test_a_click_on_the_table_picks_the_entry() -> None:
    explorer = explorer_at_start("forget_gate(1)")
    go_to(explorer, "example: question")
    (table,) = [w for w in below(explorer) if isinstance(w, View) and "lstm-heat" in w.words]
    assert 'data-pick="3,7"' in table.words
    table._handle_custom_msg({"pick": [3, 7]}, [])
    row, column, slider = heat_maps(explorer)["f"]
    assert (row.value, column.value, slider.description) == (3, 7, "W_f[3, x2]")
    assert picked(table.words) == (3, 7)


def rows(table: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(table).iter("tr"))[1:]


def cells(table: str) -> list[list[str]]:
    return [[cell.text for cell in row.iter("td")] for row in rows(table)]


def written(array: np.ndarray) -> list[list[str]]:
    return [[number(value) for value in line] for line in array]


def picked(table: str) -> tuple[int, int]:
    (spot,) = [
        (r, k)
        for r, row in enumerate(rows(table))
        for k, cell in enumerate(row.iter("td"))
        if "outline" in cell.get("style", "")
    ]
    return spot


# ---- labels ------------------------------------------------------------------------------------


def test_sliders_are_laid_out_as_the_matrix() -> None:
    one, two = explore.forget_gate(1), explore.forget_gate(2)
    assert [label for label in one.controls if label not in FIXED] == [
        *("W_f[0, h]", "W_f[0, x]", "b_f[0]"),
        *("h_prev[0]", "x[0]", "c_prev[0]"),
    ]
    assert [label for label in two.controls if label not in FIXED] == [
        *("W_f[0, h0]", "W_f[0, h1]", "W_f[0, x]", "b_f[0]"),
        *("W_f[1, h0]", "W_f[1, h1]", "W_f[1, x]", "b_f[1]"),
        *("h_prev[0]", "h_prev[1]", "x[0]", "c_prev[0]", "c_prev[1]"),
    ]
    gate, states = (w for w in below(two) if "lstm-matrix" in w._dom_classes)
    assert gate.layout.grid_template_columns == states.layout.grid_template_columns
    places = {w.description: w.layout.grid_area for w in (*gate.children, *states.children)}
    assert list(places) == list(two.controls)[3:]
    columns = {label: place.split(" / ")[1] for label, place in places.items()}
    for above, under in (
        ("W_f[0, h1]", "h_prev[1]"),
        ("W_f[1, x]", "x[0]"),
        ("b_f[0]", "c_prev[0]"),
    ):
        assert columns[above] == columns[under]


def test_a_matrix_of_2_by_5_has_a_slider_for_each_entry() -> None:
    explorer = explorer_at_start("forget_gate(1)")
    go_to(explorer, "example: column")
    assert sum(label.startswith("W_f") for label in explorer.controls) == 10
    assert "W_f[1, x2]" in explorer.controls


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_control_says_what_it_is(name: str) -> None:
    explorer = explorer_at_start(name)
    for preset in presets(explorer):
        go_to(explorer, preset)
        for label, control in explorer.controls.items():
            assert control.description, label
            if isinstance(control, widgets.FloatSlider) and not label.endswith(" picked"):
                assert control.description == label
                assert control.min <= control.value <= control.max
        in_page = {w.model_id for w in below(explorer)}
        assert {control.model_id for control in explorer.controls.values()} <= in_page


# ---- presets -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_presets_give_the_printed_numbers_of_the_worked_examples(name: str) -> None:
    explorer = explorer_at_start(name)
    events = 3 if name.startswith("input_gate") else 1
    worked = {
        "question": examples.question(),
        "events": examples.events()[events],
        "column": examples.column(),
        "batch": examples.batch(),
    }
    compared = set()
    for example, expected in worked.items():
        go_to(explorer, f"example: {example}")
        for field, printed in expected.printed.items():
            printed = np.atleast_2d(printed)[0]  # an explorer shows one row of a batch
            digits = max(len(repr(value).split(".")[-1]) for value in printed.tolist())
            np.testing.assert_array_equal(np.round(getattr(explorer.step, field), digits), printed)
            compared.add((example, field))
        assert len(presets(explorer)) == len(set(presets(explorer)))
    assert len(compared) >= 12


@pytest.mark.parametrize("units", [1, 2])
def test_presets_do_what_their_names_say(units: int) -> None:
    explorer = explorer_at_start(f"forget_gate({units})")
    go_to(explorer, "remember: f near 1")
    assert np.all(explorer.step.f > 0.99)
    go_to(explorer, "forget: f near 0")
    assert np.all(explorer.step.f < 0.01)
    go_to(explorer, "identity weights")
    np.testing.assert_allclose(explorer.step.z_f[0], explorer.step.h_prev[0] + explorer.step.x[0])

    explorer = explorer_at_start(f"input_gate({units})")
    go_to(explorer, "write: i near 1")
    np.testing.assert_allclose(explorer.step.added, explorer.step.c_tilde, rtol=0.01)
    go_to(explorer, "ignore: i near 0")
    np.testing.assert_allclose(explorer.step.added, 0, atol=0.01)

    explorer = explorer_at_start(f"cell_update({units})")
    go_to(explorer, "carry on: f=1, i=0")
    np.testing.assert_array_equal(explorer.step.c, explorer.step.c_prev)
    go_to(explorer, "replace: f=0, i=1")
    np.testing.assert_array_equal(explorer.step.c, explorer.step.c_tilde)
    go_to(explorer, "add up: f=1, i=1")
    np.testing.assert_array_equal(explorer.step.c, explorer.step.c_prev + explorer.step.c_tilde)

    explorer = explorer_at_start(f"output_gate({units})")
    for preset in presets(explorer):
        go_to(explorer, preset)
        np.testing.assert_array_equal(explorer.step.c, explorer.step.c_prev)
    go_to(explorer, "show: o near 1")
    np.testing.assert_allclose(explorer.step.h, np.tanh(explorer.step.c), rtol=0.01)
    go_to(explorer, "hide: o near 0")
    np.testing.assert_allclose(explorer.step.h, 0, atol=0.01)


@pytest.mark.parametrize("name", EXPLORERS)
def test_starts_with_as_many_units_as_asked(name: str) -> None:
    explorer = explorer_at_start(name)
    units = int(re.search(r"\d", name)[0])
    assert len(explorer.step.h) == explorer.parameters.hidden_size == units
    assert explorer.controls["Start from"].value == f"{units} unit{'s' * (units > 1)}"


@pytest.mark.parametrize(
    "name", ["forget_gate", "input_gate", "cell_update", "output_gate", "step"]
)
@pytest.mark.parametrize("units", [0, 3, "2", None])
def test_a_number_of_units_that_it_does_not_have(name: str, units: object) -> None:
    with pytest.raises(ValueError, match=re.escape(f"units is {units!r}")):
        getattr(explore, name)(units)


@pytest.mark.parametrize("preset", ["example: column", "example: batch"])
def test_a_browser_that_rounds_moves_nothing(preset: str) -> None:
    """Told a number between two steps, a browser goes to the nearest and sends that back."""
    explorer = explorer_at_start("forget_gate(1)")
    go_to(explorer, preset)
    before, shown = explorer.step, html_of(explorer)
    label = next(
        label for label in explorer.controls if label.startswith("W_f[0,") or "picked" in label
    )
    slider = explorer.controls[label]
    exact = slider.value
    nearest = slider.min + round((exact - slider.min) / slider.step) * slider.step
    assert nearest != exact
    slider.value = nearest
    assert_step_equals(explorer.step, before)
    assert html_of(explorer) == shown
    slider.value = nearest + slider.step
    assert explorer.parameters.forget.W[0, 0] == round(nearest + slider.step, 10)


def test_a_number_that_is_typed_need_not_be_a_step() -> None:
    explorer = explorer_at_start("forget_gate(1)")
    explorer.controls["W_f[0, h]"].value = 0.53
    assert explorer.parameters.forget.W[0, 0] == 0.53


def test_the_output_explorer_lets_the_memory_grow() -> None:
    memory = explore.output_gate().controls["c_prev[0]"]
    assert (memory.min, memory.max) == (-4, 4)


# ---- reset, code, tour, listeners --------------------------------------------------------------


@pytest.mark.parametrize("name", EXPLORERS)
def test_reset_goes_back_to_the_preset(name: str) -> None:
    explorer = explorer_at_start(name)
    for preset in (presets(explorer)[0], presets(explorer)[-1]):
        go_to(explorer, preset)
        at_start, parameters = html_of(explorer), explorer.parameters
        values = {label: getattr(c, "value", None) for label, c in explorer.controls.items()}
        for label, control in explorer.controls.items():
            if label not in FIXED and isinstance(control, widgets.FloatSlider):
                control.value = control.max
        assert html_of(explorer) != at_start
        explorer.controls["Reset"].click()
        assert html_of(explorer) == at_start
        assert {k: getattr(c, "value", None) for k, c in explorer.controls.items()} == values
        for one, other in zip(
            vars(explorer.parameters).values(), vars(parameters).values(), strict=True
        ):
            np.testing.assert_array_equal(one.W, other.W)
            np.testing.assert_array_equal(one.b, other.b)


def test_the_code_shows_only_when_asked_for() -> None:
    explorer = explorer_at_start("forget_gate(1)")
    assert not any("import numpy" in value for value in html_of(explorer).values())
    explorer.controls["Show as code"].value = True
    before = code_of(explorer)
    explorer.controls["x[0]"].value = -1
    assert code_of(explorer) != before
    explorer.controls["Show as code"].value = False
    assert not any("import numpy" in value for value in html_of(explorer).values())


@pytest.mark.parametrize("units", [1, 2])
def test_the_tour_goes_round_forward_and_back(units: int) -> None:
    explorer = explorer_at_start(f"step({units})")
    whole = html_of(explorer)
    stops = {}
    for k, (stage, _) in enumerate(words.STAGES.items(), 1):
        explorer.controls["Next"].click()
        assert explorer.controls["tour"].value == stage
        assert explorer.description.startswith(f"Stage {k} of 9. ")
        stops[stage] = html_of(explorer)
        assert stops[stage] != whole
        assert changed(whole, stops[stage]) <= REDRAWN
    explorer.controls["Next"].click()
    assert html_of(explorer) == whole
    for stage in reversed(words.STAGES):
        explorer.controls["Back"].click()
        assert explorer.controls["tour"].value == stage
        assert html_of(explorer) == stops[stage]
    explorer.controls["x[0]"].value = 1.0  # the sliders work at a stage too
    assert explorer.description.startswith("Stage 1 of 9. ")
    assert "1.00" in explorer.description
    explorer.controls["Back"].click()
    assert explorer.description.startswith("Unit 0 ")


def test_the_tour_brings_the_sliders_of_the_layer_that_it_is_about_to_the_front() -> None:
    explorer = explorer_at_start("step(1)")
    about = {"f": 0, "i": 1, "c_tilde": 2, "o": 3, "kept": 0, "added": 1, "h": 3}
    for stage, tab in about.items():
        explorer.controls["tour"].value = stage
        assert explorer._tab.selected_index == tab, stage
    explorer.controls["tour"].value = "whole"


def test_listeners_hear_of_each_step_and_find_everything_in_place() -> None:
    explorer = explore.forget_gate()  # one of its own: the listener stays
    heard = []
    explorer.observe(lambda change: heard.append((change["new"], explorer.description)), "step")
    explorer.controls["b_f[0]"].value = 5
    assert heard == [(explorer.step, explorer.description)]


def test_an_exception_in_a_listener_reaches_whoever_moves_the_slider() -> None:
    explorer = explore.forget_gate()  # one of its own: the listener stays

    def broken(change: dict) -> None:
        raise RuntimeError("broken")

    explorer.observe(broken, "step")
    with pytest.raises(RuntimeError, match="broken"):
        explorer.controls["b_f[0]"].value = 5


# ---- two on a page, many events ----------------------------------------------------------------


def ids(values: dict[str, str]) -> set[str]:
    return set(re.findall(r'\bid="([^"]*)"', "".join(values.values())))


@pytest.mark.parametrize("name", ["forget_gate(2)", "input_gate(1)", "cell_update(2)"])
def test_two_explorers_share_no_ids(name: str) -> None:
    one, other = html_of(EXPLORERS[name]()), html_of(EXPLORERS[name]())
    assert ids(one), "clip paths and markers have ids; none were found"
    assert not ids(one) & ids(other)


def open_widgets() -> int:
    gc.collect()
    return len(widget_module._instances)


def test_presets_of_the_same_shape_make_no_new_widgets() -> None:
    explorer = explorer_at_start("forget_gate(1)")
    same = ["remember: f near 1", "forget: f near 0", "identity weights", "1 unit"]
    before = open_widgets()
    for preset in same * 3:
        go_to(explorer, preset)
    assert open_widgets() == before


@pytest.mark.parametrize("name", ["forget_gate(1)", "step(1)", "cell_update(1)"])
def test_presets_of_other_shapes_close_the_widgets_before(name: str) -> None:
    explorer = explorer_at_start(name)
    counts = []
    for _ in range(2):
        for preset in presets(explorer):
            go_to(explorer, preset)
        counts.append(open_widgets())
    assert counts[0] == counts[1]


def test_days_make_no_new_widgets() -> None:
    explorer = explore.sequence()
    before = open_widgets()
    for day in presets(explorer):
        go_to(explorer, day)
    explorer.controls["your day"].value = "enter ask"
    assert open_widgets() == before


# ---- without a kernel --------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*EXPLORERS, "sequence"])
def test_without_a_kernel_there_is_a_picture_and_its_sentence(name: str) -> None:
    make = EXPLORERS.get(name, explore.sequence)
    explorer = make()
    data, metadata = explorer._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id
    words = data["text/plain"]
    assert metadata["image/png"]["alt"] == words
    if name == "sequence":  # the moment with the fullest memory, wherever the cursor stands
        fullest = explorer.steps.c[:, 0].argmax()
        assert words.startswith(f"Moment {fullest} (0 to {len(examples.DAY) - 1}), ")
        assert f"its memory is now {number(explorer.steps.c[fullest, 0])}" in words
    else:
        assert words == explorer.description
    png = data["image/png"]
    assert png.startswith(b"\x89PNG")
    assert len(png) < 150_000
    assert make()._repr_mimebundle_()[0]["image/png"] == png  # a saved notebook stays the same
    label = "c_prev[0]" if "c_prev[0]" in explorer.controls else "x[0]"
    before = html_of(explorer)
    if name == "sequence":
        explorer.controls["your day"].value = "enter ask"
    else:
        explorer.controls[label].value = explorer.controls[label].max
    assert html_of(explorer) != before
    shown = html_of(explorer)
    after, _ = explorer._repr_mimebundle_()
    assert after["image/png"] != png
    assert after["text/plain"] != words
    assert html_of(explorer) == shown  # asking for a picture moves nothing


def test_where_python_runs_in_the_page_there_are_only_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    explorer = explorer_at_start("output_gate(1)")
    monkeypatch.setattr(sys, "platform", "emscripten")
    data, metadata = explorer._repr_mimebundle_()
    assert "image/png" not in data | metadata
    assert data["text/plain"].startswith(f"{explorer.description}\nRun this code cell")


# ---- a sequence --------------------------------------------------------------------------------


@pytest.fixture
def day() -> Explorer:
    return explore.sequence()


def assert_moments_true(explorer: Explorer, steps: Step) -> None:
    """Scrub through all moments: each shows what `unroll` gives."""
    T, units = steps.h.shape
    assert explorer.controls["moment"].max == explorer.controls["play"].max == T - 1
    for t in range(T):
        before = html_of(explorer)
        explorer.controls["moment"].value = t
        assert changed(before, html_of(explorer)) <= (SLIDE if units < 3 else 2 * SLIDE)
        assert_moment_true(explorer, steps, t)
    explorer.controls["moment"].value = 0


def test_a_day_is_what_unroll_gives(day: Explorer) -> None:
    expected = unroll(examples.room_counter(), examples.day_events())
    assert_step_equals(day.steps, expected)
    assert_moments_true(day, expected)
    for t, name in enumerate(examples.DAY):
        day.controls["moment"].value = t
        assert f", {name}: " in day.description


@pytest.mark.parametrize("gate", GATES.values())
@pytest.mark.parametrize("units", [1, 2])
def test_any_gate_can_be_pinned_at_both_ends(gate: str, units: int) -> None:
    cell, xs = examples.room_counter(units), examples.day_events()
    day = explore.sequence(cell)
    at_start = html_of(day)
    day.controls["pin"].value = gate
    slider = day.controls["pinned at"]
    assert not slider.disabled
    assert (slider.min, slider.max) == (-1 if gate == "candidate" else 0, 1)
    for value in (slider.min, 0.5, slider.max):
        before = html_of(day)
        slider.value = value
        assert changed(before, html_of(day)) <= SLIDE
        expected = unroll(pin(cell, gate, value), xs)
        assert_step_equals(day.steps, expected)
        assert_step_equals(day.unpinned, unroll(cell, xs))
        day.controls["moment"].value = 13
        told = words.without_pin(gate, day.unpinned[13])
        assert day.description.endswith(told)
        assert_moments_true(day, expected)
    slider.value = 1.0
    day.controls["pin"].value = "nothing"
    assert slider.disabled
    assert_step_equals(day.steps, unroll(cell, xs))
    assert html_of(day) == at_start


def test_a_pin_of_minus_one_does_not_reach_a_gate(day: Explorer) -> None:
    day.controls["pin"].value = "candidate"
    day.controls["pinned at"].value = -1.0
    day.controls["pin"].value = "forget"
    assert day.controls["pinned at"].value == 0
    np.testing.assert_array_equal(day.steps.f, 0)


def test_the_code_of_a_day_gives_every_moment(day: Explorer) -> None:
    day.controls["Show as code"].value = True
    for gate in ("nothing", *GATES.values()):
        day.controls["pin"].value = gate
        for value in (day.controls["pinned at"].min, 1.0):
            day.controls["pinned at"].value = value
            seen: list = []
            exec(code_of(day), {"print": lambda *shown, seen=seen: seen.append(shown)})
            c, h = (np.array(values) for values in zip(*seen, strict=True))
            np.testing.assert_allclose(c, day.steps.c, rtol=1e-12, atol=1e-15)
            np.testing.assert_allclose(h, day.steps.h, rtol=1e-12, atol=1e-15)


def test_a_day_of_ones_own(day: Explorer) -> None:
    text = day.controls["your day"]
    assert text.value == " ".join(examples.DAY)
    day.controls["moment"].value = 20
    for typed in ("enter, enter ask", "bell", "enter " * 60, "Enter+ASK quiet"):
        text.value = typed
        expected = unroll(examples.room_counter(), examples.day_events(typed))
        assert_step_equals(day.steps, expected)
        assert day.controls["moment"].value == 0
        assert_moments_true(day, expected)
        assert "✗" not in "".join(html_of(day).values())


def test_a_day_that_cannot_be_read_is_explained_and_nothing_is_lost(day: Explorer) -> None:
    text = day.controls["your day"]
    text.value = "enter enter ask"
    day.controls["moment"].value = 1
    before, steps = html_of(day), day.steps
    for typed, word in (("enter jump", "'jump'"), ("", "at least one"), (" , ", "at least one")):
        text.value = typed
        assert day.steps is steps
        assert text.value == typed  # it can be put right
        new = {k: v for k, v in html_of(day).items() if before[k] != v}
        (complaint,) = new.values()
        assert word in html.unescape(complaint)
        assert 'role="alert"' in complaint
        assert "Traceback" not in complaint
        day.controls["moment"].value = 2  # and the picture still works
        day.controls["moment"].value = 1
    text.value = "enter enter ask leave"
    assert "✗" not in "".join(html_of(day).values())
    assert len(day.steps.h) == 4


def test_people_below_zero_are_spoken_of_on_that_day_only(day: Explorer) -> None:
    day.controls["your day"].value = "enter leave leave ask"
    for t in (0, 3):
        day.controls["moment"].value = t
        assert "At moment 2 more people have left than came" in day.view.words
    day.controls["your day"].value = "enter leave ask"
    assert "more people have left" not in day.view.words


def test_what_is_typed_is_shown_as_text(day: Explorer) -> None:
    day.controls["your day"].value = "<script>alert(1)</script>"
    assert "<script" not in "".join(html_of(day).values()).lower()


def test_days_of_other_lengths(day: Explorer) -> None:
    parts = len(html_of(day))
    for name in [*presets(day)[1:], *presets(day)[::-1][1:]]:
        day.controls["moment"].value = day.controls["moment"].max
        go_to(day, name)
        events = DAYS.get(name, " ".join(examples.DAY))  # nobody has typed a day of their own yet
        expected = unroll(examples.room_counter(), examples.day_events(events))
        assert day.controls["your day"].value == events
        assert day.controls["moment"].value == 0
        assert_step_equals(day.steps, expected)
        assert len(html_of(day)) == parts
    assert_moments_true(day, expected)


def test_a_pin_stays_on_a_typed_day_and_goes_with_reset(day: Explorer) -> None:
    at_start = html_of(day)
    day.controls["pin"].value = "forget"
    day.controls["your day"].value = "enter bell ask"
    np.testing.assert_array_equal(day.steps.f, 1)
    assert_step_equals(day.unpinned, unroll(examples.room_counter(), np.eye(4)[[0, 2, 3]]))
    day.controls["pinned at"].value = 0.5
    day.controls["Reset"].click()  # back to the typed day, with nothing pinned
    assert day.controls["pin"].value == "nothing"
    assert day.controls["pinned at"].value == 1
    assert day.controls["your day"].value == "enter bell ask"
    assert_step_equals(day.steps, day.unpinned)
    go_to(day, "a day at the reading room")  # can be picked again after a typed one
    assert html_of(day) == at_start


def test_play_goes_over_all_moments(day: Explorer) -> None:
    play = day.controls["play"]
    assert (play.min, play.max) == (0, len(examples.DAY) - 1)
    go_to(day, "a bell in the middle")
    assert play.max == len(DAYS["a bell in the middle"].split()) - 1


@pytest.mark.parametrize("units", [1, 2, 5])
def test_any_sequence_of_any_cell(units: int) -> None:
    cell = Parameters.random(3, units, seed=units)
    xs = np.random.default_rng(1).normal(size=(7, 3))
    explorer = explore.sequence(cell, xs)
    assert "your day" not in explorer.controls
    assert_moments_true(explorer, unroll(cell, xs))
    assert_moments_true(explore.sequence(cell, xs[:1].tolist()), unroll(cell, xs[:1]))


def test_a_cell_of_ones_own_on_the_days() -> None:
    cell = replace(examples.room_counter(), output=Gate(np.zeros((1, 5)), [3.0]))
    explorer = explore.sequence(cell)
    assert_step_equals(explorer.steps, unroll(cell, examples.day_events()))


@pytest.mark.parametrize(
    ("xs", "said"),
    [
        (np.zeros(4), "(T, ..., 4)"),
        (np.zeros((3, 2)), "(3, 2)"),
        (np.zeros((0, 4)), "at least one moment"),
        (np.zeros((3, 2, 4)), "(T, 4)"),
        ([[np.nan] * 4], "xs"),
    ],
)
def test_a_sequence_that_does_not_fit_is_refused_in_a_sentence(xs: object, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        explore.sequence(xs=xs)


def test_a_cell_that_reads_no_events_needs_a_sequence() -> None:
    with pytest.raises(ValueError, match=re.escape("give xs of shape (T, 2)")):
        explore.sequence(Parameters.zeros(2, 1))


def test_two_cells_are_not_one() -> None:
    both = (examples.room_counter(), examples.room_counter())
    with pytest.raises(TypeError, match=r"one cell can be shown.*not a tuple.*one at a time"):
        explore.sequence(both)
    with pytest.raises(TypeError, match="not a Gate"):
        explore.lamp(examples.lamp().forget)


def test_moving_an_input_checks_no_weights_again(monkeypatch: pytest.MonkeyPatch) -> None:
    explorer = explore.step(2)
    made = []
    check = Gate.__init__
    monkeypatch.setattr(Gate, "__init__", lambda *of: (made.append(of), check(*of))[1])
    for label in ("x[0]", "h_prev[1]", "c_prev[0]"):
        explorer.controls[label].value = explorer.controls[label].max
    assert not made
    explorer.controls["W_i[0, x]"].value = 1.0
    assert len(made) == 1

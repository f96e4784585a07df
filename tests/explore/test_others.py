"""The explorers of other cells: every control to both ends, and what is shown is true.

What the cell must show is computed here from where the controls stand, with `variants`.
"""

from __future__ import annotations

import html
import logging
import re
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from xml.etree import ElementTree

import ipywidgets as widgets
import numpy as np
import pytest

from lstm_teach import Gate, examples, explore, unroll, variants
from lstm_teach._style import number
from lstm_teach.explore.sequence import SequenceExplorer
from tests.helpers import refuse_warnings

BUDGET = 20_000  # bytes for one event
PARTS = ("diagram", "still", "run", "frame", "words")
MAKE: dict[str, Callable[[], SequenceExplorer]] = {
    "rnn(1)": explore.rnn,
    "rnn(2)": partial(explore.rnn, 2),
    **{name: partial(explore.variant, name) for name in ("peephole", "coupled", "gru")},
}
SWITCH = {"peephole": "peepholes", "coupled": "coupled gates", "gru": "reset gate"}


@pytest.fixture(autouse=True)
def nothing_goes_wrong(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Every warning is an error; and ipywidgets only logs an exception in a button's callback."""
    with caplog.at_level(logging.WARNING), warnings.catch_warnings():
        refuse_warnings()
        yield
    widgets.Widget.close_all()
    assert not caplog.records, caplog.text


def shown(explorer: SequenceExplorer) -> dict[str, str]:
    return {part: getattr(explorer.view, part) for part in PARTS}


def sliders(explorer: SequenceExplorer) -> dict[str, widgets.FloatSlider]:
    return {n: c for n, c in explorer.controls.items() if isinstance(c, widgets.FloatSlider)}


def table(explorer: SequenceExplorer, letter: str) -> np.ndarray:
    """The weights and bias of a layer, read off the sliders."""
    mark = f"_{letter}" if letter else ""
    rows: dict[str, list[float]] = {}
    for label, slider in sliders(explorer).items():
        if found := re.fullmatch(rf"(?:W{mark}\[(\d), \w+|b{mark}\[(\d))\]", label):
            rows.setdefault(found[1] or found[2], []).append(slider.value)
    return np.array(list(rows.values()))


def expected(name: str, explorer: SequenceExplorer) -> tuple[object, dict[str, np.ndarray]]:
    """The cell that the sliders say, and h (and C) of its run on what the explorer reads."""
    xs = explorer.steps.x
    on = name not in SWITCH or explorer.controls[SWITCH[name]].value

    def layer(letter: str) -> Gate:
        rows = table(explorer, letter)
        return Gate(rows[:, :-1], rows[:, -1])

    if name.startswith("rnn"):
        cell = layer("")
        return cell, {"h": variants.rnn_unroll(cell.W, cell.b, xs)}
    if name == "gru":
        reset = layer("r") if on else Gate(np.zeros((1, 5)), [1000.0])
        cell = variants.GRUParameters(layer("z"), reset, layer("h"))
        return cell, {"h": variants.gru_unroll(cell, xs).h}
    cell = explorer.parameters
    if name == "peephole":
        p = [[sliders(explorer)[f"p_{gate}[0]"].value] for gate in "fio"]
        np.testing.assert_array_equal(cell.forget.W, layer("f").W)
        peeps = variants.Peepholes(*map(np.array, p))
        run = variants.peephole_unroll(cell, peeps, xs) if on else unroll(cell, xs)
    else:
        np.testing.assert_array_equal(cell.forget.W, layer("f").W)
        np.testing.assert_array_equal(cell.candidate.W, layer("c").W)
        run = variants.coupled_unroll(cell, xs) if on else unroll(cell, xs)
    return cell, {"h": run.h, "c": run.c, "f": run.f, "i": run.i}


def on_wires(explorer: SequenceExplorer) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for group in ElementTree.fromstring(explorer.view.diagram).iter(
        "{http://www.w3.org/2000/svg}g"
    ):
        if name := group.get("data-value"):
            texts = list(group.iter("{http://www.w3.org/2000/svg}text"))
            texts.sort(key=lambda t: float(t.get("y")))  # from the upper unit to the lower one
            found.setdefault(name, []).extend("".join(t.itertext()) for t in texts)
    return found


def assert_true(name: str, explorer: SequenceExplorer) -> None:
    _, run = expected(name, explorer)
    t = explorer.controls["moment"].value
    for field, values in run.items():
        np.testing.assert_allclose(getattr(explorer.steps, field), values, atol=1e-12)
        np.testing.assert_array_equal(
            getattr(explorer.step, field), getattr(explorer.steps, field)[t]
        )
        units = [number(value) for value in values[t]]
        assert on_wires(explorer)[field] == units
    for value in run["h"][t]:
        assert number(value) in explorer.description
    assert explorer.description in explorer.view.words
    assert f"Moment {t} (0 to {len(run['h']) - 1}), " in explorer.description


@pytest.mark.parametrize("name", MAKE)
def test_every_control_at_both_ends_and_back(name: str) -> None:
    explorer = MAKE[name]()
    for moment in (0, explorer.controls["moment"].max // 2):
        explorer.controls["moment"].value = moment
        at_start = shown(explorer)
        for control in sliders(explorer).values():
            start = control.value
            for value in (control.min, control.max, start):
                before = shown(explorer)
                control.value = value
                after = shown(explorer)
                sent = {p: len(after[p].encode()) for p in PARTS if after[p] != before[p]}
                assert "still" not in sent, "axes that the run has left are not drawn anew"
                assert sum(sent.values()) <= BUDGET, (control.description, value)
                assert_true(name, explorer)
            assert shown(explorer) == at_start


@pytest.mark.parametrize("name", MAKE)
def test_all_moments_of_all_days(name: str) -> None:
    explorer = MAKE[name]()
    for day in explorer.controls["Start from"].options:
        explorer.controls["Start from"].value = day
        for moment in range(0, explorer.controls["moment"].max + 1, 4):
            explorer.controls["moment"].value = moment
            assert_true(name, explorer)


@pytest.mark.parametrize("name", SWITCH)
def test_the_switch_changes_the_cell_on_the_same_weights(name: str) -> None:
    explorer = MAKE[name]()
    switch = explorer.controls[SWITCH[name]]
    assert switch.value is True
    before, values = shown(explorer), {k: c.value for k, c in sliders(explorer).items()}
    on = explorer.steps.h.copy()
    switch.value = False
    assert_true(name, explorer)
    assert not np.allclose(explorer.steps.h, on), "the day shows no difference"
    np.testing.assert_array_equal(explorer.steps.h, explorer.unpinned.h)  # what is shown in gray
    assert {k: c.value for k, c in sliders(explorer).items()} == values
    assert shown(explorer)["words"] != before["words"] or name == "gru"
    switch.value = True
    assert shown(explorer) == before


@pytest.mark.parametrize("name", MAKE)
def test_the_code_gives_every_moment(name: str) -> None:
    explorer = MAKE[name]()
    explorer.controls["Show as code"].value = True
    label, slider = next(iter(sliders(explorer).items()))
    slider.value = slider.max / 2
    for on in (True, False) if name in SWITCH else (True,):
        if name in SWITCH:
            explorer.controls[SWITCH[name]].value = on
        code = html.unescape(re.search(r"<pre[^>]*>(.*)</pre>", explorer.view.code, re.DOTALL)[1])
        seen: list = []
        exec(code, {"print": lambda *values, seen=seen: seen.append(values[-1])})
        np.testing.assert_allclose(seen, explorer.steps.h, rtol=1e-12, atol=1e-15, err_msg=label)


@pytest.mark.parametrize("name", MAKE)
def test_reset_puts_everything_back(name: str) -> None:
    explorer = MAKE[name]()
    before = shown(explorer)
    for slider in sliders(explorer).values():
        slider.value = slider.max
    if name in SWITCH:
        explorer.controls[SWITCH[name]].value = False
    explorer.controls["Reset"].click()
    assert shown(explorer) == before


@pytest.mark.parametrize("name", MAKE)
def test_a_day_of_ones_own_goes_on_with_the_same_weights(name: str) -> None:
    explorer = MAKE[name]()
    slider = next(iter(sliders(explorer).values()))
    slider.value = slider.max
    explorer.controls["your day"].value = "enter quiet enter quiet"
    assert slider.value == slider.max
    assert len(explorer.steps.h) == 4
    assert_true(name, explorer)
    explorer.controls["your day"].value = "enter sleep"
    assert "'sleep'" in html.unescape(explorer.view.words)
    assert len(explorer.steps.h) == 4


def test_the_rnn_hears_only_enter() -> None:
    explorer = explore.rnn()
    explorer.controls["your day"].value = "enter bell"
    assert "This network hears only enter" in explorer.view.words


@pytest.mark.parametrize("name", MAKE)
def test_a_picture_and_its_sentence_without_a_kernel(name: str) -> None:
    explorer = MAKE[name]()
    data, metadata = explorer._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == data["text/plain"]
    memory = getattr(explorer.steps, "c", explorer.steps.h)[:, 0]
    assert data["text/plain"].startswith(f"Moment {np.abs(memory).argmax()} (0 to ")


@pytest.mark.parametrize("units", [0, 3, "2", None])
def test_a_number_of_units_that_it_does_not_have(units: object) -> None:
    with pytest.raises(ValueError, match=re.escape(f"units is {units!r}")):
        explore.rnn(units)


def test_a_variant_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="'lstm'; it must be peephole, coupled or gru"):
        explore.variant("lstm")


# ---- the room counter in other cells -----------------------------------------------------------


def test_five_set_off_as_a_tour() -> None:
    xs = examples.day_events(examples.TOUR_DAY)
    count = variants.peephole_unroll(*examples.tour_counter(), xs).c[:, 0] / examples.PERSON
    people = 0
    for event, counted in zip(examples.TOUR_DAY, count, strict=True):
        people = 0 if people == 5 or event == "bell" else people
        people += ("enter" in event) - ("leave" in event)
        assert round(counted) == people


def test_the_gru_counts_and_cannot_be_silent() -> None:
    xs = examples.day_events()
    steps = variants.gru_unroll(examples.gru_counter(), xs)
    counted = np.arctanh(steps.h[:, 0]) / examples.PERSON
    np.testing.assert_array_equal(counted.round(), examples.people(xs))
    asked = xs[:, examples.EVENTS.index("ask")] > 0
    assert np.abs(steps.h[~asked]).max() > 0.2

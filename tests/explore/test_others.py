"""The explorers of other cells: moments, switches, code; the sliders are swept in the notebooks."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from lstm_teach import Gate, examples, explore, variants
from lstm_teach.explore.sequence import SequenceExplorer
from tests.explore.sweep import SWITCH, assert_variant_true, sliders

PARTS = ("diagram", "still", "run", "frame", "words")
MAKE: dict[str, Callable[[], SequenceExplorer]] = {
    "rnn(1)": explore.rnn,
    "rnn(2)": partial(explore.rnn, 2),
    **{name: partial(explore.variant, name) for name in ("peephole", "coupled", "gru")},
}


def shown(explorer: SequenceExplorer) -> dict[str, str]:
    return {part: getattr(explorer.view, part) for part in PARTS}


@pytest.mark.parametrize("name", MAKE)
def test_all_moments_of_all_days(name: str) -> None:
    explorer = MAKE[name]()
    for day in explorer.controls["Start from"].options:
        explorer.controls["Start from"].value = day
        for moment in range(0, explorer.controls["moment"].max + 1, 4):
            explorer.controls["moment"].value = moment
            assert_variant_true(explorer)


@pytest.mark.parametrize("name", SWITCH)
def test_the_switch_changes_the_cell_on_the_same_weights(name: str) -> None:
    explorer = MAKE[name]()
    switch = explorer.controls[SWITCH[name]]
    assert switch.value is True
    before, values = shown(explorer), {k: c.value for k, c in sliders(explorer).items()}
    on = explorer.steps.h.copy()
    switch.value = False
    assert_variant_true(explorer)
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
    assert_variant_true(explorer)
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


@pytest.mark.parametrize(("name", "label"), [("gru", "W_z[0, ask]"), ("coupled", "b_f[0]")])
def test_moving_a_weight_checks_no_other_layer(
    name: str, label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer = MAKE[name]()
    made: list[object] = []
    check = Gate.__init__
    monkeypatch.setattr(Gate, "__init__", lambda *of: (made.append(of), check(*of))[1])
    explorer.controls["moment"].value = 3
    assert not made
    explorer.controls[label].value = 1.0
    assert len(made) == 1

"""The explorer of a trained reader: any text, any unit; what is shown is what the cell computes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_teach import examples, explore, pin, unroll
from lstm_teach._style import INK, number
from lstm_teach.explore.text import TextExplorer
from lstm_teach.plots import reading
from lstm_teach.reader import Reader, correlations, features
from tests.explore.shown import below, diagram_numbers, html_of
from tests.explore.sweep import sweep
from tests.helpers import refusal
from tests.test_style import contrast

READER = examples.reader()
SVG = "{http://www.w3.org/2000/svg}"
TEXT = "The gate $f_t$ keeps\na <b> & a space.\n"


@pytest.fixture
def explorer() -> Iterator[TextExplorer]:
    made = explore.text(TEXT, unit=50, reader=READER)
    yield made
    made.close()


def put(explorer: TextExplorer, **controls: object) -> None:
    for name, value in controls.items():
        explorer.controls[name.replace("_", " ")].value = value


def shades(explorer: TextExplorer) -> dict[tuple[int, int], int]:
    """The shade behind every place that has a color."""
    names = {reading.shade(k): k for k in range(-reading.SHADES, reading.SHADES + 1) if k}
    return {
        (int(row), int(column)): names[path.get("stroke")]
        for path in ElementTree.fromstring(explorer.view.still).iter(f"{SVG}path")
        for column, row in re.findall(r"M(\d+) (\d+)h1", path.get("d"))
    }


def texts(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


# ---- what is shown -----------------------------------------------------------------------------


SHOWN = {
    "memory C": lambda s: s.c,
    "tanh C": lambda s: np.tanh(s.c),
    "forget gate f": lambda s: s.f,
}


@pytest.mark.parametrize("name", SHOWN)
def test_every_character_has_the_color_of_its_number(explorer, name: str) -> None:
    put(explorer, color=name)
    values = SHOWN[name](READER.read(TEXT))[:, 50]
    limit = np.abs(values).max() if name == "memory C" else 1
    wanted = np.rint(reading.SHADES * values / limit).astype(int)
    shown = shades(explorer)
    places = reading.lay_out(TEXT)
    assert [shown.get(place, 0) for place in places] == wanted.tolist()
    assert {1, -1} & set(np.sign(wanted)), "colors of a sign, at least"
    assert texts(explorer.view.still) == [number(-limit), number(limit)]


def test_the_text_can_be_read(explorer) -> None:
    lines = texts(explorer.view.run)
    assert "\n".join(line.replace("\xa0", " ").replace("↵", "") for line in lines) + "\n" == TEXT


def test_text_on_every_shade_has_contrast() -> None:
    for k in range(-reading.SHADES, reading.SHADES + 1):
        assert contrast(INK, reading.shade(k)) >= 4.5
    assert reading.shade(0) == "#ffffff"


def test_the_cell_shows_the_unit_at_the_character_that_is_picked(explorer) -> None:
    steps = READER.read(TEXT)
    for t in (0, TEXT.index("$"), len(TEXT) - 1):
        put(explorer, character=t + 1)
        shown = diagram_numbers(explorer)
        for field in ("f", "i", "c_tilde", "o", "c", "h"):
            assert shown[field][0] == number(getattr(steps, field)[t, 50])
        np.testing.assert_array_equal(explorer.step.c, steps.c[t])
        assert f"its memory is now {number(steps.c[t, 50])}" in explorer.description
        assert f"is {number(steps.c[t, 50])}" in texts(explorer.view.frame)[0]


def test_the_bars_are_the_probabilities_of_what_comes_next(explorer) -> None:
    for temperature in (0.1, 1.0, 2.0):
        put(explorer, character=7, temperature=temperature)
        p = READER.probabilities(READER.read(TEXT).h[6], temperature)
        order = np.argsort(-p)[: reading.NEXT]
        shown = texts(explorer.view.frame)[2:]
        signs = [reading.sign(READER.vocabulary[k], READER.vocabulary, alone=True) for k in order]
        assert shown[1::2] == signs
        percents = [text.strip("<>%") for text in shown[::2]]
        assert [int(text) for text in percents] == pytest.approx(100 * p[order], abs=1)


def test_a_click_picks_a_character(explorer) -> None:
    row, column = 1, 5
    x, y = (column + 0.5) * reading.CELL[0], (row + 0.5) * reading.CELL[1]
    explorer._click(x / reading.SIZE[0], y / reading.SIZE[1])
    assert TEXT[explorer.controls["character"].value - 1] == TEXT.splitlines()[row][column]
    before = explorer.description
    explorer._click(0.99, 0.02)  # where there is none
    assert explorer.description == before


# ---- sorting, pinning, writing -----------------------------------------------------------------


@pytest.mark.parametrize("feature", ["inside $...$", "place in the line"])
def test_units_are_sorted_by_what_they_tell(explorer, feature: str) -> None:
    put(explorer, sort_by=feature)
    r = correlations(READER.read(TEXT).c, features(TEXT)[feature])
    menu = explorer.controls["unit"]
    order = [k for _, k in menu.options]
    assert sorted(order) == list(range(64))
    assert (np.diff(np.abs(r[order])) <= 0).all()
    assert menu.value == order[0] == np.abs(r).argmax()
    assert number(r[order[0]]).strip("−") in menu.options[0][0]
    put(explorer, sort_by="number")
    assert [k for _, k in menu.options] == list(range(64))
    assert menu.value == order[0], "it stays at the unit that was found"


def test_units_are_sorted_by_what_is_colored(explorer) -> None:
    put(explorer, sort_by="inside $...$")
    found, labels = explorer.controls["unit"].value, features(TEXT)
    for name, of in SHOWN.items():
        put(explorer, color=name)
        values = of(READER.read(TEXT))
        best = np.abs(correlations(values, labels["inside $...$"])).argmax()
        assert explorer.controls["unit"].options[0][1] == best
        assert explorer.controls["unit"].value == found, "it stays at the unit that was found"
        r = max((correlations(values, label)[found] for label in labels.values()), key=abs)
        shown = number(r) if r < 0 else f"+{number(r)}"
        told = "".join(html_of(explorer).values())
        symbol = re.escape(f"{name.removeprefix('memory ').removeprefix('forget gate ')}[{found}]")
        assert re.search(rf"of {symbol} on this text: [^·]* {re.escape(shown)} ·", told)


def test_pinning_holds_the_forget_gate_of_this_unit_only(explorer) -> None:
    assert explorer.controls["pinned at"].disabled
    put(explorer, pin=True, pinned_at=0.25)
    steps = unroll(pin(READER.parameters, "forget", 0.25, unit=50), READER.encode(TEXT))
    np.testing.assert_array_equal(explorer.steps.c, steps.c)
    np.testing.assert_allclose(explorer.steps.f[:, 50], 0.25)
    t = explorer.controls["character"].value - 1
    assert f"would hold {number(READER.read(TEXT).c[t, 50])}." in explorer.description
    put(explorer, unit=14)
    np.testing.assert_allclose(explorer.steps.f[:, 14], 0.25)
    assert explorer.steps.f[:, 50].std() > 0.1
    put(explorer, pin=False)
    np.testing.assert_array_equal(explorer.steps.c, READER.read(TEXT).c)


def test_it_writes_on_from_the_picked_character_and_the_same_again_after_a_reset(explorer) -> None:
    written = []
    for _ in range(2):
        put(explorer, character=4, temperature=0.5)
        explorer.controls["Let it write"].click()
        written.append(explorer.controls["text"].value)
        underlined = explorer.view.run.count(f"h{reading.CELL[0]}")
        assert underlined == 80, "what was written is underlined"
        explorer.controls["Reset"].click()
    rng = np.random.default_rng(0)
    assert written == ["The " + READER.generate("The ", 80, 0.5, rng)] * 2
    assert explorer.controls["text"].value == TEXT


def test_a_pinned_cell_writes_something_else(explorer) -> None:
    put(explorer, character=4, pin=True, pinned_at=1.0)
    explorer.controls["Let it write"].click()
    pinned = Reader(explorer.parameters, READER.W, READER.b, READER.vocabulary, {})
    wanted = pinned.generate("The ", 80, 1.0, np.random.default_rng(0))
    assert explorer.controls["text"].value == "The " + wanted
    assert wanted != READER.generate("The ", 80, 1.0, np.random.default_rng(0))


# ---- any text ----------------------------------------------------------------------------------


def test_typing_goes_to_what_was_typed(explorer) -> None:
    put(explorer, text=TEXT.replace("gate", "gaXte"))
    assert explorer.controls["character"].value == TEXT.index("gate") + 3
    put(explorer, text=TEXT + "!")
    assert explorer.controls["character"].value == len(TEXT) + 1


def test_no_text_is_answered(explorer) -> None:
    put(explorer, text="")
    assert explorer.step is None
    assert explorer.controls["character"].disabled
    assert explorer.description.startswith("There is no text yet.")
    explorer.controls["Let it write"].click()
    assert len(explorer.controls["text"].value) == 80
    assert not explorer.controls["character"].disabled


def test_a_long_text_is_cut_to_what_fits_and_this_is_said(explorer) -> None:
    put(explorer, text="a" * 5000)
    assert len(explorer.steps.c) == reading.COLUMNS * reading.ROWS
    assert "the first 400 of your 5000 characters are read" in explorer.view.words
    assert explorer.controls["text"].value == "a" * 5000, "the field keeps what was typed"
    put(explorer, text="\n" * 50)
    assert len(explorer.steps.c) == reading.ROWS


def test_what_it_does_not_know_is_shown_as_one_sign(explorer) -> None:
    put(explorer, text="a 😀\x00é")
    assert texts(explorer.view.run) == ["a\xa0□□□"]
    assert "3 characters shown as □" in explorer.view.words
    assert "one that the reader does not know" in explorer.description


def test_html_stays_text(explorer) -> None:
    put(explorer, text="<script>alert(1)</script><")
    for part in html_of(explorer).values():
        assert "<script" not in part
    assert texts(explorer.view.run) == ["<script>alert(1)</script><"]
    assert 'is "&lt;"' in explorer.view.words.replace("&quot;", '"')


@settings(max_examples=25)
@given(st.text(max_size=60), st.integers(0, 63))
def test_any_text_is_safe(text: str, unit: int) -> None:
    explorer = explore.text(text, unit, reader=READER)
    for part in (explorer.view.still, explorer.view.run, explorer.view.frame):
        ElementTree.fromstring(part)
    assert explorer.description
    explorer.close()


def test_what_is_no_text_or_no_unit_is_refused() -> None:
    assert "text is int" in refusal(explore.text, 5)
    for unit in (64, -1, "7"):
        assert f"unit is {unit!r}" in refusal(explore.text, TEXT, unit)


# ---- events ------------------------------------------------------------------------------------


def test_every_control_of_a_text_as_long_as_there_is_room() -> None:
    sweep(explore.text(examples.unread_text()[300:1000], unit=50, reader=READER))


def test_reset_goes_back_to_where_it_began(explorer) -> None:
    before = html_of(explorer), explorer.description
    put(explorer, sort_by="in a word", text="x", temperature=0.2, pin=True, color="output gate o")
    explorer.controls["Reset"].click()
    assert (html_of(explorer), explorer.description) == before


def test_a_picture_stays_without_a_kernel(explorer) -> None:
    data, metadata = explorer._saved()
    assert data["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == data["text/plain"] == explorer.description


def test_closing_it_closes_everything_in_it(explorer) -> None:
    inside = list(below(explorer))
    explorer.close()
    assert all(widget.comm is None for widget in inside)

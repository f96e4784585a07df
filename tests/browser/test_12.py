"""Notebook 12 as a student meets it: any text is typed, a unit is found, pinned, and it writes."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from lstm_teach import examples, pin, unroll
from lstm_teach._style import number
from lstm_teach.explore.text import TEXT
from lstm_teach.plots import reading
from tests.browser.access import violations
from tests.browser.lab import Lab, Notebook, lesson

READER = examples.reader()
notebook = lesson("12_read_a_trained_cell.ipynb")


def explorer(notebook: Notebook) -> Locator:
    return notebook.page.locator(".lstm-explorer").first


def pick(notebook: Notebook, label: str, option: str) -> None:
    menu = explorer(notebook).locator(".widget-dropdown").filter(has_text=label)
    menu.locator("select").select_option(option)
    notebook.wait_until_idle()


def field(notebook: Notebook) -> Locator:
    return explorer(notebook).locator("textarea")


def push(notebook: Notebook, name: str) -> None:
    explorer(notebook).get_by_role("button", name=name).click()
    notebook.wait_until_idle()


def said(notebook: Notebook) -> Locator:
    return explorer(notebook).locator(".lstm-sentence")


@pytest.fixture(autouse=True)
def start_again(notebook: Notebook) -> None:
    push(notebook, "Reset")


def test_runs_alone_and_without_errors(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []
    features = notebook.page.locator(".jp-RenderedMarkdown code", has_text="inside $$...$$")
    assert features.count(), "the sign of a formula is no formula here"


def test_keys_go_through_the_units(notebook: Notebook) -> None:
    menu = explorer(notebook).locator(".widget-dropdown").filter(has_text="unit").locator("select")
    pick(notebook, "unit", "unit 13")
    menu.last.focus()
    notebook.page.keyboard.press("ArrowDown")
    notebook.wait_until_idle()
    steps, t = READER.read(TEXT), int(notebook.value("character")) - 1
    expect(said(notebook)).to_contain_text(f"its memory is now {number(steps.c[t, 14])}")


def test_the_best_unit_for_the_formula_is_found(notebook: Notebook) -> None:
    pick(notebook, "sort by", "inside $...$")
    menu = explorer(notebook).locator(".widget-dropdown").filter(has_text="unit 50")
    best = menu.locator("option").first.get_attribute("value")
    assert re.fullmatch(r"unit 50 \(\+0\.\d\d\)", best)
    expect(said(notebook)).to_contain_text("Unit 50 keeps")


def test_a_click_shows_the_gates_of_that_character(notebook: Notebook) -> None:
    pick(notebook, "unit", "unit 50")
    t = TEXT.index("$")
    row, column = reading.lay_out(TEXT)[t]
    plot = explorer(notebook).locator(".lstm-plot svg").first
    box, (width, height) = plot.bounding_box(), reading.SIZE
    scale = min(box["width"] / width, box["height"] / height)
    left = (box["width"] - scale * width) / 2
    top = (box["height"] - scale * height) / 2
    x = left + scale * (column + 0.5) * reading.CELL[0]
    y = top + scale * (row + 0.5) * reading.CELL[1]
    explorer(notebook).locator(".lstm-plot").click(position={"x": x, "y": y})
    notebook.wait_until_idle()
    assert notebook.value("character") == t + 1
    moment = READER.read(TEXT)[t]
    wires = explorer(notebook).locator("svg").first.locator("text").all_text_contents()
    for value in (moment.f, moment.i, moment.o, moment.c, moment.h):
        assert number(value[50]) in wires


def test_pinned_it_no_longer_forgets(notebook: Notebook) -> None:
    pick(notebook, "unit", "unit 50")
    push(notebook, "Pin its forget gate")
    notebook.press("character", "End")
    held = unroll(pin(READER.parameters, "forget", 1, unit=50), READER.encode(TEXT)).c[-1, 50]
    expect(said(notebook)).to_contain_text(f"its memory is now {number(held)}")
    notebook.press("pinned at", "Home")
    expect(said(notebook)).to_contain_text("keeps 0.00 of")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", "There is no text yet."),
        ("I ♥ 😀", "Character 5 of 5 is one that the reader does not know."),
        ("<img src=x onerror=alert(1)>", 'Character 28 of 28 is ">".'),
        ("a" * 5000, "Character 400 of 400"),
    ],
)
def test_any_text_is_answered(notebook: Notebook, typed: str, shown: str) -> None:
    field(notebook).fill(typed)
    notebook.wait_until_idle()
    expect(said(notebook)).to_contain_text(shown)
    assert explorer(notebook).locator("img").count() == 0


def test_typing_letter_by_letter_loses_none(notebook: Notebook) -> None:
    field(notebook).fill("")
    field(notebook).press_sequentially("The gate $f", delay=20)
    notebook.wait_until_idle()
    assert field(notebook).input_value() == "The gate $f"
    c = READER.read("The gate $f").c[-1, 14]
    expect(said(notebook)).to_contain_text(f"its memory is now {number(c)}")


def test_it_writes(notebook: Notebook) -> None:
    field(notebook).fill("The forget ")
    notebook.wait_until_idle()
    push(notebook, "Let it write")
    wanted = READER.generate("The forget ", 80, 1.0, np.random.default_rng(0))
    assert field(notebook).input_value() == "The forget " + wanted
    expect(explorer(notebook).get_by_role("alert")).to_contain_text("underlined")


def test_it_fits_a_small_page(lab: Lab, notebook: Notebook) -> None:
    page = notebook.page
    before = page.viewport_size
    notebook.command("application:toggle-left-area")
    notebook.resize(1366, 768)
    seen = page.locator(".jp-WindowedPanel-outer").first
    for k in range(page.locator(".lstm-explorer").count()):
        shown = page.locator(".lstm-explorer").nth(k).bounding_box()
        assert shown["height"] <= seen.evaluate("e => e.clientHeight")
    notebook.command("application:toggle-left-area")
    page.set_viewport_size(before)


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

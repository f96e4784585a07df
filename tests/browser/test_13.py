"""Notebook 13 as a student meets it: it learns in the page, it is stopped, a name is typed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from lstm_teach.explore.names import NAME, RATES
from tests.browser.access import violations
from tests.browser.lab import Notebook, lesson
from tests.servers import PATIENCE

notebook = lesson("13_put_it_to_work.ipynb")


def explorer(notebook: Notebook) -> Locator:
    return notebook.page.locator(".lstm-explorer").first


def said(notebook: Notebook) -> Locator:
    return explorer(notebook).locator(".lstm-sentence")


def push(notebook: Notebook, name: str) -> None:
    explorer(notebook).get_by_role("button", name=name).click()
    notebook.wait_until_idle()


def field(notebook: Notebook) -> Locator:
    return explorer(notebook).locator("input[type=text]").last


@pytest.fixture(autouse=True)
def start_again(notebook: Notebook) -> None:
    push(notebook, "Reset")
    field(notebook).fill(NAME)
    notebook.wait_until_idle()
    expect(said(notebook)).to_contain_text("Iteration 0 of 800")


def test_runs_alone_and_without_errors(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []


def test_it_learns_to_the_end_and_stops_early(notebook: Notebook) -> None:
    push(notebook, "Start")
    expect(said(notebook)).to_contain_text("Iteration 800 of 800", timeout=PATIENCE * 1000)
    notebook.wait_until_idle()
    expect(said(notebook)).to_contain_text("janssen: Dutch")
    table = explorer(notebook).locator(".lstm-plot").inner_html()
    push(notebook, "Stopped early")
    expect(said(notebook)).to_contain_text("stopped early")
    assert explorer(notebook).locator(".lstm-plot").inner_html() != table
    push(notebook, "Stopped early")


def test_a_step_is_twenty_iterations(notebook: Notebook) -> None:
    push(notebook, "Step")
    expect(said(notebook)).to_contain_text("Iteration 20 of 800. At iteration 20:")


def test_a_name_is_answered_letter_by_letter(notebook: Notebook) -> None:
    field(notebook).fill("")
    notebook.wait_until_idle()
    for end in range(1, 4):
        field(notebook).press_sequentially("lee"[end - 1])
        notebook.wait_until_idle()
        expect(said(notebook)).to_contain_text(re.compile(f" {'lee'[:end]}: [A-Z][a-z]+ with "))


@pytest.mark.parametrize(
    ("typed", "read"),
    [("Müller-Öhm", "mullerohm"), ("李", ""), ("<b>x</b>", "bxb"), ("a" * 300, "a" * 12)],
)
def test_what_it_cannot_read_is_said(notebook: Notebook, typed: str, read: str) -> None:
    field(notebook).fill(typed)
    notebook.wait_until_idle()
    expect(explorer(notebook).get_by_role("alert")).to_contain_text(f"it reads “{read}”")


def test_every_setting_starts_anew(notebook: Notebook) -> None:
    for label, ends in (("rate", RATES[:: len(RATES) - 1]), ("units", (4, 32))):
        menu = explorer(notebook).locator(".widget-dropdown").filter(has_text=label)
        before = menu.locator("select").input_value()
        for end in (*map(str, ends), before):
            menu.locator("select").select_option(end)
            notebook.wait_until_idle()
            expect(said(notebook)).to_contain_text("Iteration 0 of 800")
            push(notebook, "Step")
            expect(said(notebook)).to_contain_text("Iteration 20 of 800")
    notebook.press("seed", "End")
    expect(said(notebook)).to_contain_text("Iteration 0 of 800")
    notebook.press("seed", "Home")


def test_it_fits_a_small_page(notebook: Notebook) -> None:
    page = notebook.page
    before = page.viewport_size
    notebook.command("application:toggle-left-area")
    notebook.resize(1366, 768)
    seen = page.locator(".jp-WindowedPanel-outer").first
    shown = explorer(notebook).bounding_box()
    assert shown["height"] <= seen.evaluate("e => e.clientHeight")
    notebook.command("application:toggle-left-area")
    page.set_viewport_size(before)


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

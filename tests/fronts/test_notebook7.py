"""Notebook 02 in Jupyter Notebook 7: the tests of the one in JupyterLab, and its settings."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_02 import *
from tests.fronts.fronts import Notebook7
from tests.refresh_notebooks import WIDGET_VIEW


@pytest.fixture(scope="module")
def lab(browser: Browser) -> Iterator[Notebook7]:
    """Give a running Notebook 7 with the face of a JupyterLab."""
    with Notebook7(browser) as running:
        yield running


def test_nothing_asks_and_pictures_are_there(notebook: Notebook) -> None:
    expect(notebook.page.locator(".jp-Dialog, .Toastify__toast")).to_have_count(0)
    for picture in notebook.page.locator(".jp-RenderedMarkdown img").all():
        assert picture.evaluate("e => e.complete && e.naturalWidth > 0"), "a picture is missing"


def test_keys_on_a_prediction_are_not_the_notebooks(notebook: Notebook) -> None:
    cells = notebook.page.locator(".jp-Cell").count()
    choices = notebook.page.locator(".lstm-predict").last.locator("input")
    choices.first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "a", "b"):
        notebook.page.keyboard.press(key)
    expect(choices.nth(1)).to_be_checked()
    expect(choices.nth(1)).to_be_focused()
    assert notebook.page.locator(".jp-Cell").count() == cells, "a and b add cells"


def test_what_is_saved_is_the_picture_and_not_the_widget(
    lab: Notebook7, notebook: Notebook
) -> None:
    path = lab.root / "notebooks" / "02_forget_gate.ipynb"
    before = path.read_text(encoding="utf-8")
    notebook.command("docmanager:save")
    notebook.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    after = path.read_text(encoding="utf-8")
    assert after != before
    saved = [
        output["data"]
        for cell in json.loads(after)["cells"]
        for output in cell.get("outputs", ())
        if "data" in output
    ]
    assert [data for data in saved if "image/png" in data]
    assert [data for data in saved if WIDGET_VIEW in data] == []


def test_the_page_of_its_menu_holds_no_answer(lab: Notebook7) -> None:
    html = lab._request("GET", "nbconvert/html/notebooks/02_forget_gate.ipynb").decode()
    assert "Commit first, then see." in html
    assert "answer=" not in html
    assert "<math" in html

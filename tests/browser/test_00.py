"""Notebook 00 as a student meets it: the setup check, a first prediction, a first exercise."""

from __future__ import annotations

import re

import nbformat
import pytest
from playwright.sync_api import expect

from lstm_teach import sigmoid
from tests.browser.access import violations
from tests.browser.lab import Lab, Notebook, lesson
from tests.refresh_notebooks import NOTEBOOKS

NAME = "00_start_here.ipynb"
notebook = lesson(NAME)


def answer_of_the_kernel(notebook: Notebook):
    return notebook.page.locator(".lstm-sentence").filter(has_text="the kernel answered")


def run_with(notebook: Notebook, old: str, new: str) -> str:
    """Type into the exercise as a student does, run it and its check; gives what is said."""
    cell = notebook.page.locator(".jp-CodeCell").filter(has_text="def my_hidden_state")
    line = cell.locator(".cm-line").filter(has_text=old)
    line.click()
    keyboard = notebook.page.keyboard
    keyboard.press("Home")
    keyboard.press("Shift+End")
    keyboard.type(new)
    keyboard.press("Shift+Enter")  # goes on to the next cell, which is the check
    keyboard.press("Shift+Enter")
    notebook.wait_until_idle()
    check = notebook.page.locator(".jp-CodeCell").filter(has_text="check.hidden_state")
    return check.locator(".jp-OutputArea-output").inner_text()


def test_runs_alone_and_without_errors(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []
    pictures = notebook.page.locator(".jp-RenderedMarkdown img")
    expect(pictures).to_have_count(3)
    for picture in pictures.all():
        assert picture.evaluate("e => e.complete && e.naturalWidth > 0"), "a picture is missing"


def test_the_setup_check_shows_the_versions_of_this_machine(notebook: Notebook, lab: Lab) -> None:
    table = notebook.page.locator("table.lstm-setup")
    expect(table).to_contain_text(lab.version("numpy"))
    assert "✗" not in table.inner_text()


def test_the_slider_reaches_the_kernel_and_comes_back(notebook: Notebook) -> None:
    said = answer_of_the_kernel(notebook)
    expect(said).to_have_text("sigmoid(1.0) = 0.731: the kernel answered")
    for key in ("ArrowRight", "PageUp", "PageDown", "ArrowLeft", "Home", "PageUp", "End"):
        before = notebook.value("move me")
        notebook.press("move me", key)
        value = notebook.value("move me")
        assert value != before, f"the notebook says that {key} moves a slider"
        shown = f"{value:.1f}".replace("-", "−")
        expect(said).to_have_text(f"sigmoid({shown}) = {sigmoid(value):.3f}: the kernel answered")
    notebook.drag("move me", 0.25)
    assert notebook.value("move me") == pytest.approx(-3, abs=0.25)
    expect(said).to_contain_text(f"= {sigmoid(notebook.value('move me')):.3f}:")


def test_a_number_can_be_typed(notebook: Notebook) -> None:
    readout = notebook.slider("move me").locator(".widget-readout")
    readout.click()
    notebook.page.keyboard.press("ControlOrMeta+a")
    notebook.page.keyboard.type("2.5")
    notebook.page.keyboard.press("Enter")
    notebook.wait_until_idle()
    assert notebook.value("move me") == 2.5
    expect(answer_of_the_kernel(notebook)).to_contain_text(f"= {sigmoid(2.5):.3f}:")


def test_a_wrong_prediction_gets_its_hint_and_the_right_one_its_reason(notebook: Notebook) -> None:
    question = notebook.page.locator(".lstm-predict")
    question.get_by_role("radio").nth(2).check()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("Not yet. That would be right if")
    question.get_by_role("radio").nth(0).check()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("Right. Three and one.")


def test_the_exercise_as_the_notebook_says_step_by_step(notebook: Notebook) -> None:
    assert "Not yet" in (said := run_with(notebook, "return ...", "    return o * c"))
    assert "tanh" in said, "the well-known mistake is named"
    assert "Right." in run_with(notebook, "return o * c", "    return o * np.tanh(c)")


def test_the_guide_for_teachers_opens_as_a_page_to_read(notebook: Notebook) -> None:
    """From the notebook to the guide, on to a lesson and to its handout."""
    page = notebook.page
    page.locator(".jp-RenderedMarkdown a").filter(has_text="guide").click()
    expect(page.locator(".jp-MarkdownViewer h1")).to_contain_text("Teach with")
    page.locator(".jp-MarkdownViewer a").filter(has_text="02 The forget gate").click()
    lesson = page.locator(".jp-MarkdownViewer").filter(has_text="Decide what to keep")
    expect(lesson.locator("h1")).to_be_visible()
    lesson.get_by_role("link", name="Handout").click()
    expect(page.locator(".jp-ImageViewer img")).not_to_have_js_property("naturalWidth", 0)
    for _ in ("handout", "lesson", "guide"):
        notebook.command("application:close")
    expect(page.locator(".jp-Notebook h1").first).to_be_visible()


def test_the_map_has_every_notebook_under_its_title() -> None:
    titles = {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        first = nbformat.read(path, as_version=4).cells[0].source
        titles[path.name] = first.splitlines()[0].removeprefix("# ")
    cells = nbformat.read(NOTEBOOKS / NAME, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    rows = re.findall(r"^\| (\d\d) \| \[(.+?)\]\((\S+)\) \|", text, re.MULTILINE)
    assert {file: title for _, title, file in rows} == titles
    assert [number for number, _, _ in rows] == [file[:2] for file in titles]


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

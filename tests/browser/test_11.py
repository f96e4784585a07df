"""Notebook 11 as a student meets it: a game of orders, files of three libraries, two cases."""

from __future__ import annotations

import re

import nbformat
import numpy as np
from playwright.sync_api import Locator, expect

from lstm_teach import examples, unroll
from lstm_teach._style import number
from tests.browser.access import violations
from tests.browser.lab import Notebook, lesson
from tests.refresh_notebooks import NOTEBOOKS

NAME = "11_other_peoples_cells.ipynb"
MORNING = "enter enter ask leave ask"
notebook = lesson(NAME)


def code_cell(notebook: Notebook, text: str) -> Locator:
    return notebook.page.locator(".jp-CodeCell").filter(has_text=text)


def test_runs_alone_and_without_errors(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []
    printed = "".join(notebook.page.locator(".jp-OutputArea-output").all_text_contents())
    assert "the second code cell 4 times, the third 3 times" in printed
    assert printed.count("[0.     0.     0.1973 0.     0.0996]") == 3, "a file of each library"


def test_the_reading_that_counts_is_found_by_its_gates(notebook: Notebook) -> None:
    said = notebook.page.locator(".lstm-explorer .lstm-sentence")
    expect(said).to_contain_text("Moment 0 (0 to 24), quiet")
    notebook.press("moment", "ArrowRight")
    expect(said).to_contain_text("adds 1.00")  # a whole 1 for one person: not the counter
    editor = code_cell(notebook, "explore.sequence(reading[").locator(".cm-content")
    editor.click()
    notebook.page.keyboard.press("Control+A")
    notebook.page.keyboard.insert_text('explore.sequence(reading["C"])')
    notebook.page.keyboard.press("Control+Enter")
    expect(said).to_contain_text("Moment 0 (0 to 24), quiet")
    notebook.press("moment", "ArrowRight", 4)
    day = unroll(examples.room_counter(), examples.day_events())
    expect(said).to_contain_text(f"its memory is now {number(day.c[4, 0])}")

    question = notebook.page.locator(".lstm-predict").filter(has_text="Which reading is right?")
    for letter, answer in (("D", "Not yet. Its i and its candidate are right"), ("C", "Right.")):
        question.get_by_text(letter, exact=True).click()
        question.get_by_role("button").click()
        expect(question.locator(".lstm-sentence")).to_contain_text(answer)


def test_a_wrong_order_shows_what_the_prediction_says(notebook: Notebook) -> None:
    question = notebook.page.locator(".lstm-predict").filter(has_text="The room is empty")
    question.get_by_text("−0.76").click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text(
        "Right. The candidate has the numbers"
    )


def test_what_the_libraries_print_is_what_our_cell_gives() -> None:
    """The printed numbers are text, so they are held against the same cell here."""
    cells = nbformat.read(NOTEBOOKS / NAME, as_version=4).cells
    (text,) = [cell.source for cell in cells if "```text" in cell.source]
    h = unroll(examples.room_counter(), examples.day_events(MORNING)).h[:, 0]
    pytorch, keras, onnx = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    for block, wanted in ((pytorch, h), (keras, h[-1:]), (onnx, h)):
        numbers = re.findall(r"\[+([\d. ]+)\]+$", block.strip())
        np.testing.assert_allclose(np.fromstring(numbers[0], sep=" "), wanted, atol=5.1e-5)


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

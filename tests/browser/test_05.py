"""Notebook 05 as a student meets it: a memory grows, what is shown does not, a gate is wired."""

from __future__ import annotations

import re

import numpy as np
from playwright.sync_api import Locator, expect

from lstm_teach import hidden_state, output_gate
from lstm_teach._style import number
from lstm_teach.explore.presets import small_case
from tests.browser.access import violations
from tests.browser.lab import Notebook, lesson

notebook = lesson("05_output_gate.ipynb")


def wires(notebook: Notebook, explorer: int) -> list[str]:
    """Give the numbers and words on one explorer's diagram."""
    diagram = notebook.page.locator(".lstm-explorer").nth(explorer).locator("svg").first
    return diagram.locator("text").all_text_contents()


def prompt(notebook: Notebook, question: str) -> Locator:
    return notebook.page.locator(".lstm-predict").filter(has_text=question)


def test_runs_alone_and_without_errors(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []


def test_the_memory_grows_and_what_is_shown_stays_below_one(notebook: Notebook) -> None:
    notebook.press("c_prev[0]", "End")
    assert notebook.value("c_prev[0]") == 4

    case = small_case()
    gate = case.parameters.output
    o = output_gate(case.h_prev, case.x, gate.W, gate.b)
    h = hidden_state(o, [4.0])
    shown = wires(notebook, 0)
    for value in (4.0, np.tanh(4.0), o[0], h[0]):
        assert number(value) in shown
    assert any(f"of that, {number(h[0])}." in text for text in notebook.html_texts())

    notebook.press("b_o[0]", "Home")  # hides, and the memory stays
    o = output_gate(case.h_prev, case.x, gate.W, [-5.0])
    h = hidden_state(o, [4.0])
    shown = wires(notebook, 0)
    assert {number(o[0]), number(h[0]), number(4.0)} <= set(shown)


def test_a_wrong_prediction_gets_its_hint_and_the_right_one_its_reason(notebook: Notebook) -> None:
    question = prompt(notebook, "All morning nobody asks")
    question.get_by_text("nobody: what was hidden is lost").click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("Not yet. Hiding is not forgetting.")
    question.get_by_text("seven people: hiding is not forgetting", exact=True).click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text(
        "Right. The output gate works on a copy"
    )


def test_the_gate_is_wired_by_keys(notebook: Notebook) -> None:
    verdict = notebook.page.locator(".lstm-sentence").filter(has_text=re.compile("✓|✗|○"))
    expect(verdict.filter(has_text="Show the count when somebody asks")).to_be_visible()
    notebook.press("W_o[0, ask]", "End")
    expect(verdict.filter(has_text="nobody asks and o is 0.50")).to_be_visible()
    notebook.press("b_o[0]", "Home", nth=1)
    expect(verdict.filter(has_text="somebody asks and o is 0.50")).to_be_visible()
    notebook.press("b_o[0]", "ArrowRight", 20, nth=1)
    assert notebook.value("b_o[0]", nth=1) == -10
    expect(verdict.filter(has_text="✓ Right. The cell answers when it is asked")).to_be_visible()


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

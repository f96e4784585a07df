"""Notebook 04 as a student meets it: the memory's ledger, with and without the weights behind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from playwright.sync_api import Locator, expect

from lstm_teach import Gate, examples, step, update_cell
from lstm_teach._style import number
from lstm_teach.explore.presets import small_case
from tests.browser.access import violations
from tests.browser.lab import Notebook, lesson

FROM_ABOVE = """texts => texts.sort((a, b) => a.getAttribute("y") - b.getAttribute("y"))
    .map(text => text.textContent)"""
DIRECT, WEIGHTS = 0, 1  # the two explorers, in their order on the page

notebook = lesson("04_cell_update.ipynb")


def explorer(notebook: Notebook, nth: int) -> Locator:
    return notebook.page.locator(".lstm-explorer").nth(nth)


def wire(notebook: Notebook, nth: int, name: str) -> list[str]:
    """Give the numbers, a unit each, that stand on one wire of a diagram."""
    numbers = explorer(notebook, nth).locator(f'svg [data-value="{name}"] text')
    return numbers.evaluate_all(FROM_ABOVE)


def test_runs_alone_and_counts_a_whole_day(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []
    texts = notebook.page.locator(".jp-OutputArea-output").all_text_contents()
    moments = len(examples.DAY)
    assert any(f"{moments} of {moments} moments are right" in text for text in texts)


def test_the_memory_passes_one(notebook: Notebook) -> None:
    explorer(notebook, DIRECT).locator("select").select_option(label="add up: f=1, i=1")
    said = explorer(notebook, DIRECT).locator(".lstm-sentence")
    expect(said).to_contain_text("Unit 0 keeps 0.80 of 0.80")
    notebook.press("c_tilde[0]", "End")
    notebook.press("c_prev[0]", "End")
    ends = (notebook.value("c_prev[0]"), notebook.value("c_tilde[0]"))
    assert ends == (2, 1)
    c = update_cell([2.0], f=[1.0], i=[1.0], c_tilde=[1.0])[0]
    assert wire(notebook, DIRECT, "c")[0] == number(c)
    expect(said).to_contain_text(f"so its memory is now {number(c)}. Unit 1")


def test_a_shut_forget_gate_leaves_only_what_is_added(notebook: Notebook) -> None:
    explorer(notebook, DIRECT).locator("select").select_option(label="1 unit")
    expect(explorer(notebook, DIRECT).locator(".lstm-sentence")).not_to_contain_text("Unit 1")
    notebook.press("f[0]", "Home")
    assert wire(notebook, DIRECT, "f") == wire(notebook, DIRECT, "kept") == [number(0)]
    assert wire(notebook, DIRECT, "c") == wire(notebook, DIRECT, "added")
    assert wire(notebook, DIRECT, "added") != [number(0)]


def test_an_input_moves_everything_through_the_weights(notebook: Notebook) -> None:
    case = small_case(2)
    notebook.press("x[0]", "Home")
    notebook.press("b_f[0]", "Home")
    forget = case.parameters.forget
    forget = Gate(forget.W, [notebook.value("b_f[0]"), forget.b[1]])
    x = np.array([notebook.value("x[0]")])
    assert x == -1
    moment = step(replace(case.parameters, forget=forget), x, case.h_prev, case.c_prev)
    for name in ("f", "kept", "i", "c_tilde", "added", "c"):
        assert wire(notebook, WEIGHTS, name) == [number(v) for v in getattr(moment, name)]
    said = explorer(notebook, WEIGHTS).locator(".lstm-sentence")
    expect(said).to_contain_text(f"keeps {number(moment.kept[0])} of {number(case.c_prev[0])}")
    expect(said).to_contain_text(f"so its memory is now {number(moment.c[1])}.")


def test_a_wrong_prediction_gets_its_hint_and_the_right_one_its_reason(notebook: Notebook) -> None:
    question = notebook.page.locator(".lstm-predict").filter(has_text="A memory starts at 0")
    question.get_by_text("a little less than 1").click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text(
        "Not yet. tanh squashes the candidate"
    )
    question.get_by_text("5", exact=True).click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("Right. Each moment keeps all")


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

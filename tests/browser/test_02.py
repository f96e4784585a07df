"""Notebook 02 as a student meets it: a slider moved by mouse and keys, a prompt, a gate wired."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from lstm_teach import examples, explore, forget_gate
from lstm_teach._style import COLORS, number
from lstm_teach.explore.words import percent
from tests.browser.access import violations
from tests.browser.lab import Notebook, lesson

notebook = lesson("02_forget_gate.ipynb")


def explorer(notebook: Notebook) -> Locator:
    """The forget gate's explorer: the first with sliders, after the curve alone."""
    return notebook.page.locator(".lstm-explorer:has(.lstm-slider)").first


def drawings(notebook: Notebook) -> Locator:
    """Its drawings: the diagram, the plot, and what moves on it."""
    return explorer(notebook).locator("[data-part] svg")


def bars(notebook: Notebook) -> list[float]:
    """How high the bars of f stand on the screen, one for each unit."""
    rects = drawings(notebook).nth(2).locator(f'rect[fill="{COLORS["f"].lower()}"]')
    return [rect.bounding_box()["height"] for rect in rects.all()][:2]


def expected(notebook: Notebook) -> list[float]:
    """The gate that lstm_teach computes from where the sliders stand."""
    gate = [
        [notebook.value(f"W_f[{unit}, {name}]") for name in ("h0", "h1", "x")] for unit in (0, 1)
    ]
    bias = [notebook.value(f"b_f[{unit}]") for unit in (0, 1)]
    h = [notebook.value(f"h_prev[{unit}]") for unit in (0, 1)]
    return forget_gate(h, [notebook.value("x[0]")], gate, bias).tolist()


def shows(notebook: Notebook) -> None:
    """Wire, bar and sentence say what lstm_teach computes."""
    f = expected(notebook)
    c = [notebook.value(f"c_prev[{unit}]") for unit in (0, 1)]
    wires = drawings(notebook).first.locator("text").all_text_contents()
    sentence = explorer(notebook).locator(".lstm-sentence")
    for unit in (0, 1):
        assert number(f[unit]) in wires
        assert number(f[unit] * c[unit]) in wires
        expect(sentence).to_contain_text(
            f"Unit {unit} keeps {percent(f[unit])} of {number(c[unit])}, "
            f"which leaves {number(f[unit] * c[unit])}."
        )
    first, second = bars(notebook)
    assert first / second == pytest.approx(f[0] / f[1], rel=0.02)


def test_runs_alone_and_without_errors(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []
    shows(notebook)


def test_a_key_moves_wire_bar_and_sentence(notebook: Notebook) -> None:
    start, before = notebook.value("W_f[0, x]"), bars(notebook)
    notebook.press("W_f[0, x]", "ArrowRight", 10)
    assert notebook.value("W_f[0, x]") == pytest.approx(start + 1)
    shows(notebook)
    assert bars(notebook)[0] > before[0] * 1.05
    assert bars(notebook)[1] == pytest.approx(before[1], abs=0.5)


def test_the_mouse_drags_to_both_ends(notebook: Notebook) -> None:
    notebook.drag("b_f[0]", 0.0)
    assert notebook.value("b_f[0]") == -5
    shows(notebook)
    notebook.drag("b_f[0]", 1.0)
    assert notebook.value("b_f[0]") == 5
    shows(notebook)


def test_a_preset_and_back(notebook: Notebook) -> None:
    first = explorer(notebook)
    sentence = first.locator(".lstm-sentence")
    first.locator("select").first.select_option("example: question")
    f = examples.question().printed["f"]
    expect(sentence).to_contain_text(f"Unit 4 keeps {percent(f[4])} of 1.00")
    assert first.locator("table.lstm-heat td").count() > 50
    first.locator("select").first.select_option("2 units")
    expect(sentence).to_contain_text(explore.forget_gate(units=2).description)


def test_a_wrong_prediction_gets_its_hint_and_the_right_one_its_reason(notebook: Notebook) -> None:
    question = notebook.page.locator(".lstm-predict").filter(has_text="The weighted sum is")
    expect(question.locator(".lstm-sentence")).to_contain_text("Choose, then check")
    question.get_by_text("1, because a gate is either open or shut").click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("Not yet. σ has no jumps")
    question.get_by_text("about 0.98").click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("Right. The curve climbs on")


def test_names_are_those_that_stand_beside(notebook: Notebook) -> None:
    """Of a notebook's many widgets each has its own labels, and each question its own choices."""
    misnamed = notebook.page.locator(".lstm-page .noUi-handle").evaluate_all(
        """handles => handles
            .map(e => [e, document.getElementById(e.getAttribute('aria-labelledby'))])
            .filter(([handle, label]) => !handle.closest('.widget-slider').contains(label))
            .map(([_, label]) => label?.textContent)"""
    )
    assert misnamed == []
    names = notebook.page.locator(".lstm-predict").evaluate_all(
        "questions => questions.map(each => each.querySelector('input[type=radio]').name)"
    )
    assert len(names) > 1
    assert len(set(names)) == len(names), "a choice would take away that of another question"


def by_hand(notebook: Notebook, typed: str) -> str:
    """Type a number into the task of part 3, run it and its check; gives what is said."""
    cell = notebook.page.locator(".jp-CodeCell").filter(has_text="h_one, x_one = np.array")
    cell.locator(".cm-line").filter(has_text="my_f =").click()
    keyboard = notebook.page.keyboard
    keyboard.press("Home")
    keyboard.press("Shift+End")
    keyboard.type(f"my_f = {typed}")
    keyboard.press("Shift+Enter")  # goes on to the next code cell, which is the check
    keyboard.press("Shift+Enter")
    notebook.wait_until_idle()
    check = notebook.page.locator(".jp-CodeCell").filter(has_text="the check: it holds the answer")
    return check.locator(".jp-OutputArea-output").inner_text()


def test_a_number_by_hand_gets_a_hint_for_its_slip(notebook: Notebook) -> None:
    z = 3 * 0.4 + 2 * 1 + 1 * -0.5 - 1.5  # with pen and paper
    assert "That is z, the weighted sum." in by_hand(notebook, f"{z}")
    assert "leave out the bias" in by_hand(notebook, f"{1 / (1 + np.exp(-(z + 1.5))):.2f}")
    assert "✓ Right." in by_hand(notebook, f"{1 / (1 + np.exp(-z)):.2f}")


def test_the_gate_is_wired_by_keys(notebook: Notebook) -> None:
    verdict = notebook.page.locator(".lstm-sentence")
    notebook.press("b_f[0]", "ArrowRight", 20, nth=1)
    assert notebook.value("b_f[0]", nth=1) == 10
    expect(verdict.filter(has_text="the bell rings and f is")).to_be_visible()
    notebook.press("W_f[0, bell]", "Home")
    expect(verdict.filter(has_text="✓ Right. The gate keeps everyone all day")).to_be_visible()


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

"""Notebook 03 as a student meets it: how much and what to write, and a door that counts."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from lstm_teach import Gate, Parameters, examples, step
from lstm_teach._style import number
from lstm_teach.explore.presets import small_case
from tests.browser.access import violations
from tests.browser.lab import Notebook, lesson

FROM_ABOVE = """texts => texts.sort((a, b) => a.getAttribute("y") - b.getAttribute("y"))
    .map(text => text.textContent)"""
notebook = lesson("03_input_gate_and_candidate.ipynb")


def explorer(notebook: Notebook, nth: int = 0) -> Locator:
    return notebook.page.locator(".lstm-explorer").nth(nth)


def wire(notebook: Notebook, name: str) -> list[str]:
    """Give the numbers, a unit each, that stand on one wire of the first diagram."""
    numbers = explorer(notebook).locator(f'svg [data-value="{name}"] text')
    return numbers.evaluate_all(FROM_ABOVE)


def test_runs_alone_and_without_errors(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []


def test_a_slider_of_each_layer_moves_what_it_should(notebook: Notebook) -> None:
    case = small_case(2)
    p = case.parameters
    notebook.press("b_i[0]", "Home")
    explorer(notebook).get_by_role("tab", name="candidate").click()
    notebook.press("W_c[1, x]", "End")

    i_gate = Gate(p.input.W, [notebook.value("b_i[0]"), p.input.b[1]])
    W_c = p.candidate.W.copy()
    W_c[1, 2] = notebook.value("W_c[1, x]")
    changed = Parameters(p.forget, i_gate, Gate(W_c, p.candidate.b), p.output)
    moment = step(changed, case.x, case.h_prev, case.c_prev)
    before = step(p, case.x, case.h_prev, case.c_prev)
    assert number(moment.i[0]) != number(before.i[0])
    assert number(moment.c_tilde[1]) != number(before.c_tilde[1])
    for name in ("i", "c_tilde", "added"):
        assert wire(notebook, name) == [number(value) for value in getattr(moment, name)]
    said = explorer(notebook).locator(".lstm-sentence")
    expect(said).to_contain_text(f"which adds {number(moment.added[0])}. Unit 1")
    expect(said).to_contain_text(f"which adds {number(moment.added[1])}.")


def test_an_example_keeps_its_exact_weights(notebook: Notebook) -> None:
    """They lie between the steps of the sliders, and must not be rounded to them."""
    explorer(notebook).locator("select").select_option(label="example: column")
    moment = examples.column().run()
    said = explorer(notebook).locator(".lstm-sentence")
    expect(said).to_contain_text(f"lets in 50% of {number(moment.c_tilde[1])}, which adds")
    notebook.wait_until_idle()  # the browser may still have something to say about its sliders
    for name in ("i", "c_tilde", "added"):
        assert wire(notebook, name) == [number(value) for value in getattr(moment, name)]


def test_a_wrong_prediction_gets_its_hint_and_the_right_one_its_reason(notebook: Notebook) -> None:
    question = notebook.page.locator(".lstm-predict").filter(has_text="Somebody leaves")
    question.get_by_text("Yes, with a negative i").click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("Not yet. i comes out of σ.")
    question.get_by_text("No, since i has no sign").click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text(
        "Right. The gate lies between 0 and 1"
    )


def test_the_door_is_wired_by_keys(notebook: Notebook) -> None:
    verdict = notebook.page.locator(".lstm-sentence")
    expect(verdict.filter(has_text="Unanswered. Add 0.1 when somebody enters")).to_be_visible()

    notebook.press("W_i[0, enter]", "End")
    notebook.press("W_i[0, leave]", "End")
    # The gate is half open when the door is still, although the candidate is 0 and nothing added.
    expect(verdict.filter(has_text="Not yet")).to_contain_text("Shut the input gate")
    notebook.press("b_i[0]", "ArrowLeft", 20, nth=1)
    assert notebook.value("b_i[0]", nth=1) == -10
    expect(verdict.filter(has_text="Not yet")).to_contain_text("somebody enters and the candidate")
    explorer(notebook, 1).get_by_role("tab", name="candidate").click()
    notebook.press("W_c[0, enter]", "ArrowRight", 5)
    expect(verdict.filter(has_text="Not yet")).to_contain_text("somebody leaves and the candidate")
    notebook.press("W_c[0, leave]", "ArrowLeft", 5)
    expect(verdict.filter(has_text="✓ Right. Every arrival adds one person")).to_be_visible()
    lines = notebook.page.locator(".lstm-copy[data-copy^=input]")
    assert lines.get_attribute("data-copy") == (
        "input=Gate([[0, 20, 20, 0, 0]], [-10]),\ncandidate=Gate([[0, 0.1, -0.1, 0, 0]], [0]),"
    )


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

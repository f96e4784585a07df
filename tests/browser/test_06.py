"""Notebook 06 as a student meets it: the tour through one step, its sliders, its questions."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from lstm_teach import Gate, Parameters, step
from lstm_teach._style import number
from lstm_teach.explore.presets import small_case
from tests.browser.access import violations
from tests.browser.lab import Notebook, lesson

notebook = lesson("06_one_step.ipynb")


def explorer(notebook: Notebook) -> Locator:
    return notebook.page.locator(".lstm-explorer")


def wires(notebook: Notebook) -> list[str]:
    """Give the numbers and words on the diagram."""
    return explorer(notebook).locator("svg").first.locator("text").all_text_contents()


def test_runs_alone_and_without_errors(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []
    text = notebook.page.locator(".jp-OutputArea-output").all_text_contents()
    assert not any("DIFFERENT" in part for part in text)
    assert sum(part.count("NOTICES") for part in text) == 8


def test_the_tour_goes_forward_and_back(notebook: Notebook) -> None:
    case = small_case(2)
    moment = step(case.parameters, case.x, case.h_prev, case.c_prev)
    said = explorer(notebook).locator(".lstm-sentence")
    forward = explorer(notebook).get_by_role("button", name="Next")
    stages = (moment.x, moment.f, moment.i, moment.c_tilde, moment.kept)
    stages += (moment.added, moment.c, moment.o, moment.h)
    for k, values in enumerate(stages, 1):
        forward.click()
        expect(said).to_contain_text(f"Stage {k} of {len(stages)}.")
        for value in values:
            expect(said).to_contain_text(number(value))
    explorer(notebook).get_by_role("button", name="Back").click()
    expect(said).to_contain_text(f"Stage 8 of {len(stages)}. The output gate")
    expect(notebook.slider("b_o[0]")).to_be_visible()  # the gate's sliders come to the front
    forward.click()
    forward.click()  # behind the last stage comes the whole step again
    expect(said).to_contain_text("Unit 0 keeps")


def test_a_slider_moves_the_numbers_on_the_wires(notebook: Notebook) -> None:
    explorer(notebook).get_by_role("tab", name="forget").click()
    notebook.press("b_f[0]", "Home")
    case = small_case(2)
    p = case.parameters
    forget = Gate(p.forget.W, [notebook.value("b_f[0]"), p.forget.b[1]])
    changed = Parameters(forget, p.input, p.candidate, p.output)
    moment = step(changed, case.x, case.h_prev, case.c_prev)
    shown = wires(notebook)
    for values in (moment.f, moment.kept, moment.c, moment.h):
        assert {number(value) for value in values} <= set(shown)
    said = explorer(notebook).locator(".lstm-sentence")
    expect(said).to_contain_text(f"its memory is now {number(moment.c[0])}")


def test_the_sliders_of_every_gate_are_at_hand(notebook: Notebook) -> None:
    for gate, letter in (("input", "i"), ("candidate", "c"), ("output", "o"), ("forget", "f")):
        explorer(notebook).get_by_role("tab", name=gate).click()
        expect(notebook.slider(f"b_{letter}[1]")).to_be_visible()


def test_a_wrong_prediction_gets_its_hint_and_the_right_one_its_reason(notebook: Notebook) -> None:
    question = notebook.page.locator(".lstm-predict").filter(has_text="How many weights")
    weights, bias, layers = 2 * (2 + 3), 2, 4
    question.get_by_text(f"{weights + bias}", exact=True).click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("Not yet. That is one layer alone")
    question.get_by_text(f"{layers * (weights + bias)}", exact=True).click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("Right. Four layers")


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

"""Notebook 08 as a student meets it: a nudge followed, a long memory wired, a wrong guess met."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from lstm_teach import sigmoid
from lstm_teach._style import small
from tests.browser.access import violations
from tests.browser.lab import Notebook, lesson

GRADIENTS, NUDGE, CHALLENGE = range(3)  # the second one is folded

notebook = lesson("08_why_it_remembers.ipynb", 1366, 768)


def page(notebook: Notebook, nth: int) -> Locator:
    return notebook.page.locator(".lstm-explorer").nth(nth)


def sentence(notebook: Notebook, nth: int) -> Locator:
    return page(notebook, nth).locator(".lstm-sentence")


def line(notebook: Notebook) -> str:
    """The line of the LSTM's product, as it is drawn."""
    lines = page(notebook, GRADIENTS).locator("[data-part=frame] path")
    return lines.nth(2).get_attribute("d")


def test_runs_alone_and_without_errors(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []


@pytest.mark.parametrize("nth", [NUDGE, GRADIENTS, CHALLENGE])
def test_sliders_and_picture_fit_the_page(notebook: Notebook, nth: int) -> None:
    seen = notebook.page.locator(".jp-WindowedPanel-outer").first
    whole = page(notebook, nth).locator("xpath=ancestor-or-self::*[contains(@class, 'lstm-page')]")
    assert whole.first.bounding_box()["height"] <= seen.evaluate("panel => panel.clientHeight")
    drawn = page(notebook, nth).locator("svg").first.bounding_box()
    assert drawn["width"] > 800, "a single plot takes the whole width"


def test_a_nudge_from_end_to_end(notebook: Notebook) -> None:
    share = small(sigmoid(3.0) ** 25)
    for key, nudge in (("Home", "−0.50"), ("End", "0.50")):
        notebook.press("nudge", key)
        expect(sentence(notebook, NUDGE)).to_contain_text(f"A nudge of {nudge} before")
        expect(sentence(notebook, NUDGE)).to_contain_text(f"{share} of the nudge has arrived")


def test_the_gradient_follows_its_sliders(notebook: Notebook) -> None:
    before = line(notebook)
    notebook.press("forget bias", "End")
    expect(sentence(notebook, GRADIENTS)).to_contain_text("1.00 arrives in the LSTM's C")
    assert line(notebook) != before
    notebook.press("RNN's weight", "End")
    expect(sentence(notebook, GRADIENTS)).to_contain_text(f"{small(1.5**50)} in the plain RNN's h")
    notebook.press("T", "Home")
    expect(sentence(notebook, GRADIENTS)).to_contain_text("after T = 5 moments")
    notebook.press("T", "End")
    expect(sentence(notebook, GRADIENTS)).to_contain_text("after T = 50 moments")


def test_the_bell_cuts(notebook: Notebook) -> None:
    days = page(notebook, GRADIENTS).locator(".widget-dropdown select")
    days.select_option("the same, and a bell in the middle")
    notebook.wait_until_idle()
    expect(sentence(notebook, GRADIENTS)).to_contain_text("4.5·10⁻⁵ arrives in the LSTM's C")
    page(notebook, GRADIENTS).get_by_role("button", name="Reset").click()
    notebook.wait_until_idle()
    expect(sentence(notebook, GRADIENTS)).to_contain_text(
        f"after T = 50 moments, {small(sigmoid(5.0) ** 50)} arrives"
    )


def test_a_long_memory_is_wired(notebook: Notebook) -> None:
    verdict = notebook.page.locator("[data-part=verdict] .lstm-sentence")
    expect(verdict).to_contain_text("Unanswered")
    notebook.press("forget bias", "ArrowRight", 10, nth=2)
    expect(verdict).to_contain_text("The bell must beat the bias")
    notebook.press("bell's weight", "Home", nth=1)
    expect(verdict).to_contain_text("Right. 0.71 arrives")


def test_a_wrong_prediction_gets_its_hint_and_the_right_one_its_reason(notebook: Notebook) -> None:
    question = notebook.page.locator(".lstm-predict").filter(has_text="What does clipping by norm")
    question.get_by_text("(1, 1): no number may be larger than 1").click()
    question.get_by_role("button").click()
    said = question.locator(".lstm-sentence").first
    expect(said).to_contain_text("Not yet. That is clipping by value")
    question.get_by_text("(0.6, 0.8): both are divided by 5").click()
    question.get_by_role("button").click()
    expect(said).to_contain_text("Right. The length is √(3² + 4²) = 5")


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

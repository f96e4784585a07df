"""Type in the plots can be read: on a small laptop, and from the back row when presented."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab, Notebook

LESSONS = (
    "01_why_a_memory",
    "02_forget_gate",
    "03_input_gate_and_candidate",
    "04_cell_update",
    "05_output_gate",
    "06_one_step",
)
# the smallest type, in pixels of the screen, of the plots; the drawing has a title, a plot none
SMALLEST = """root => Math.min(...[...root.querySelectorAll("svg")]
    .filter(svg => !svg.querySelector("title") && svg.clientWidth)
    .flatMap(svg => [...svg.querySelectorAll("text")])
    .filter(text => text.textContent.trim())
    .map(text => {
        const m = text.getScreenCTM();
        return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(m.a, m.b);
    }))"""


@pytest.fixture(scope="module", params=LESSONS)
def notebook(lab: Lab, request: pytest.FixtureRequest):
    with lab.open(f"{request.param}.ipynb", width=1366, height=768) as opened:
        opened.command("application:toggle-left-area")
        opened.run_all()
        yield opened


def explorers(notebook: Notebook) -> list[Locator]:
    """Those with a plot; what is folded under "More" is not on the page."""
    found = notebook.page.locator(".lstm-explorer:has(.lstm-slider):has(svg:not(:has(title)))")
    return [explorer for explorer in found.all() if explorer.is_visible()]


def test_on_a_small_laptop(notebook: Notebook) -> None:
    assert explorers(notebook)
    for explorer in explorers(notebook):
        explorer.scroll_into_view_if_needed()
        notebook.wait_until_idle()
        assert explorer.evaluate(SMALLEST) >= 11


def test_from_the_back_row(notebook: Notebook) -> None:
    buttons = [explorer.get_by_role("button", name="Present") for explorer in explorers(notebook)]
    with_button = [k for k, button in enumerate(buttons) if button.count() == 1]
    assert with_button  # a wiring is no page of its own
    for k in with_button:
        explorer, present = explorers(notebook)[k], buttons[k]
        present.click()
        expect(present).to_have_attribute("aria-pressed", "true")
        notebook.page.wait_for_function("() => document.fullscreenElement")
        assert explorer.evaluate(SMALLEST) >= 14
        notebook.page.evaluate("document.exitFullscreen()")
        expect(present).to_have_attribute("aria-pressed", "false")

"""Notebook 09 as a student meets it: the cell learns in the page, and obeys every button."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.access import violations
from tests.browser.lab import Notebook, lesson
from tests.servers import PATIENCE

FEW = 10  # frames: a training has hundreds
notebook = lesson("09_how_it_learns.ipynb", 1366, 768)


def explorer(notebook: Notebook) -> Locator:
    return notebook.page.locator(".lstm-explorer")


def press(notebook: Notebook, name: str) -> None:
    explorer(notebook).get_by_role("button", name=name).click()


def iteration(notebook: Notebook) -> int:
    said = explorer(notebook).locator(".lstm-sentence").text_content()
    return int(re.search(r"Iteration ([\d,]+)", said)[1].replace(",", ""))


def wait_for(notebook: Notebook, least: int) -> None:
    notebook.page.wait_for_function(
        """([said, least]) =>
            said.textContent.match(/Iteration ([\\d,]+)/)[1].replace(',', '') >= least""",
        arg=[explorer(notebook).locator(".lstm-sentence").element_handle(), least],
        timeout=PATIENCE * 1000,
    )


def stands_still(notebook: Notebook) -> int:
    """Give the iteration, after watching that it does not move."""
    notebook.wait_until_idle()  # what learns would say so, whenever it has learned a little
    before = iteration(notebook)
    notebook.wait_until_idle()
    assert iteration(notebook) == before
    return before


def test_runs_alone_and_without_errors(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []
    seen = notebook.page.locator(".jp-WindowedPanel-outer").first
    height = explorer(notebook).bounding_box()["height"]
    assert height <= seen.evaluate("panel => panel.clientHeight")


def test_step_start_pause_and_reset(notebook: Notebook) -> None:
    press(notebook, "Step")
    expect(explorer(notebook).locator(".lstm-sentence")).to_contain_text("Iteration 1 of 1,500")
    press(notebook, "Start")
    wait_for(notebook, 30)
    press(notebook, "Pause")
    assert stands_still(notebook) < 1500
    press(notebook, "Start")
    wait_for(notebook, iteration(notebook) + 30)
    press(notebook, "Reset")
    assert stands_still(notebook) == 0
    expect(explorer(notebook).get_by_role("button", name="Start")).to_be_visible()


def test_a_button_is_heard_between_two_frames(notebook: Notebook) -> None:
    """After the click on Pause only the frames that are under way already are still shown."""
    press(notebook, "Start")
    wait_for(notebook, iteration(notebook) + 20)
    shown = explorer(notebook).evaluate(
        """page => new Promise(done => {
            const named = name => [...page.querySelectorAll('button')]
                .find(button => button.textContent.includes(name));
            const said = page.querySelector('.lstm-sentence').parentElement;
            const button = named('Pause');
            let frames = 0;
            new MutationObserver(() => { frames += 1; }).observe(
                said, { subtree: true, childList: true, characterData: true });
            new MutationObserver((_, observer) => {
                if (!button.textContent.includes('Start')) return;
                observer.disconnect();
                done(frames);
            }).observe(button, { subtree: true, childList: true, characterData: true });
            button.click();
        })"""
    )
    assert shown <= FEW
    press(notebook, "Reset")
    notebook.wait_until_idle()


def test_a_setting_starts_anew(notebook: Notebook) -> None:
    press(notebook, "Start")
    wait_for(notebook, 20)
    notebook.press("seed", "End")
    assert stands_still(notebook) == 0
    notebook.press("seed", "Home")
    for label, option in (("rate", "1.0"), ("clipped", "not at all")):
        menu = explorer(notebook).locator(".widget-dropdown").filter(has_text=label)
        before = menu.locator("select").input_value()
        menu.locator("select").select_option(option)
        assert stands_still(notebook) == 0
        press(notebook, "Step")
        assert stands_still(notebook) == 1
        menu.locator("select").select_option(before)
        assert stands_still(notebook) == 0


def test_the_kernels_stop_button_pauses_it(notebook: Notebook) -> None:
    press(notebook, "Start")
    wait_for(notebook, 20)
    notebook.command("kernelmenu:interrupt")
    expect(explorer(notebook).get_by_role("button", name="Start")).to_be_visible()
    assert 0 < stands_still(notebook) < 1500
    press(notebook, "Reset")
    notebook.wait_until_idle()


def test_it_learns_to_the_end(notebook: Notebook) -> None:
    press(notebook, "Start")
    wait_for(notebook, 1500)
    expect(explorer(notebook).get_by_role("button", name="Start")).to_be_visible()
    said = explorer(notebook).locator(".lstm-sentence")
    expect(said).to_contain_text("The loss is 0.000003")
    expect(said).to_contain_text("100.0% of its answers are right")


def test_running_its_code_cell_again_stops_it(notebook: Notebook) -> None:
    press(notebook, "Start")
    wait_for(notebook, 20)
    code = notebook.page.locator(".jp-CodeCell").filter(has_text="explore.training()").first
    code.locator(".cm-content").click()
    notebook.command("notebook:run-cell")
    expect(explorer(notebook).locator(".lstm-sentence")).to_contain_text("Iteration 0 of 1,500")
    assert stands_still(notebook) == 0


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

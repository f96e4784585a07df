"""What goes wrong in a class, and what the student then reads: Python stops, code cells run out of
order, a name is taken, a function never ends, a number is no number, an output is gone.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab, Notebook
from tests.browser.strain import ask, cell, on_cell, run_cell
from tests.servers import PATIENCE

IMPORTS, EXPLORER, FUNCTION, CHECK, TRAIN, TAKEN = range(6)
CELLS = (
    "from lstm_teach import check, examples, explore, learn",
    "explorer = explore.forget_gate()\nexplorer",
    "def my_forget_gate(h_prev, x, W, b):\n"
    "    open('begun', 'w').close()\n"
    "    while True:\n"
    "        pass",
    "check.forget_gate(my_forget_gate)",
    "trained = learn.train(examples.untrained(), examples.counting_days, 10**6)\n"
    "print(0 < len(trained.losses) < 10**6)",
    "check = explore = 5",
)
LABEL = "W_f[0, x]"
WHAT_TO_DO = (
    "Python is not responding. Is another code cell still running? If not, Python was stopped or "
    "restarted: choose Run, then Run All Above Selected Cell, and run this code cell again. "
    "What you typed is still there."
)


@pytest.fixture(scope="module")
def notebook(lab: Lab) -> Iterator[Notebook]:
    with lab.open(lab.write("_faults.ipynb", *CELLS), 1366, 768) as opened:
        yield opened


def gone(notebook: Notebook) -> Locator:
    return cell(notebook, EXPLORER).locator(".lstm-gone").filter(visible=True)


def sentence(notebook: Notebook) -> str:
    return cell(notebook, EXPLORER).locator(".lstm-sentence").inner_text()


def lives(notebook: Notebook) -> None:
    """The explorer answers to both ends of its slider."""
    for key, said in (("Home", "keeps 14% of 0.80"), ("End", "keeps 96% of 0.80")):
        notebook.press(LABEL, key)
        assert said in sentence(notebook)
    expect(gone(notebook)).to_have_count(0)


def run_again(notebook: Notebook) -> None:
    for number in (IMPORTS, EXPLORER):
        run_cell(notebook, number)
    lives(notebook)


# ---- out of order ------------------------------------------------------------------------------


def test_cells_out_of_order_say_what_is_missing(notebook: Notebook) -> None:
    def says(number: int, missing: str) -> None:
        run_cell(notebook, number)
        last = cell(notebook, number).locator(".jp-OutputArea-output").inner_text()
        assert last.endswith(f"NameError: name '{missing}' is not defined")

    says(EXPLORER, "explore")
    says(CHECK, "check")
    run_cell(notebook, IMPORTS)
    says(CHECK, "my_forget_gate")
    run_again(notebook)


# ---- the stop button ---------------------------------------------------------------------------


def start(notebook: Notebook, number: int) -> None:
    """Run a cell that does not come to its end by itself."""
    on_cell(notebook, number, "notebook:run-cell", wait=False)
    expect(cell(notebook, number).locator(".jp-InputPrompt")).to_contain_text("*")


def test_a_function_that_never_ends_is_stopped(notebook: Notebook) -> None:
    run_cell(notebook, FUNCTION)
    start(notebook, CHECK)
    until(notebook, (notebook.lab.root / "notebooks" / "begun").exists)
    notebook.slider(LABEL).locator(".noUi-handle").focus()
    notebook.page.keyboard.press("ArrowLeft")
    notebook.command("kernelmenu:interrupt")
    expect(cell(notebook, CHECK).locator(".jp-OutputArea-output")).to_have_text(
        "✗ Not yet. You stopped your function before it came to its end. Does every loop in it end?"
    )
    lives(notebook)


def test_a_training_that_is_stopped_keeps_what_it_learned(notebook: Notebook) -> None:
    start(notebook, TRAIN)
    expect(cell(notebook, TRAIN).locator(".jp-OutputArea-output")).to_contain_text(
        re.compile(r"\b[1-9]\d*/1000000")
    )
    notebook.command("kernelmenu:interrupt")
    expect(cell(notebook, TRAIN).locator(".jp-OutputArea-output").last).to_have_text("True\n")
    lives(notebook)


# ---- what is typed -----------------------------------------------------------------------------


def test_what_is_no_number_changes_nothing_and_too_much_is_the_end(notebook: Notebook) -> None:
    readout = notebook.slider(LABEL).locator(".widget-readout")
    notebook.press(LABEL, "Home")
    for typed, shown, said in (
        ("much", "−5.00", "keeps 14% of 0.80"),
        ("1e9", "5.00", "keeps 96% of 0.80"),
        ("", "5.00", "keeps 96% of 0.80"),
        ("-1e9", "−5.00", "keeps 14% of 0.80"),
        ("1.2", "1.20", "keeps 78% of 0.80"),
    ):
        readout.click()
        notebook.page.keyboard.press("ControlOrMeta+a")
        notebook.page.keyboard.press("Delete")
        notebook.page.keyboard.type(typed)
        notebook.page.keyboard.press("Enter")
        expect(readout).to_have_text(shown)
        expect(cell(notebook, EXPLORER).locator(".lstm-sentence")).to_contain_text(said)


def test_a_name_of_ours_that_is_taken(notebook: Notebook) -> None:
    """Notebook 00 says what to do about it, in these words."""
    run_cell(notebook, TAKEN)
    run_cell(notebook, EXPLORER)
    read = cell(notebook, EXPLORER).locator(".jp-OutputArea-output").inner_text()
    assert read.endswith("AttributeError: 'int' object has no attribute 'forget_gate'")
    start_here = (notebook.lab.root / "notebooks" / "00_start_here.ipynb").read_text("utf-8")
    assert "'int' object has no attribute 'forget_gate'" in start_here
    run_again(notebook)


# ---- what nobody waits for ---------------------------------------------------------------------


def test_a_click_that_nobody_hears_is_not_sent(notebook: Notebook) -> None:
    """A step has no moments to go to."""
    run_again(notebook)
    before = notebook.page.evaluate("messages")
    cell(notebook, EXPLORER).locator(".lstm-plot").click()
    notebook.wait_until_idle()
    assert notebook.page.evaluate("messages") == before


def test_a_slider_without_its_label_goes_on(notebook: Notebook) -> None:
    handle = notebook.slider(LABEL).locator(".noUi-handle").element_handle()
    before, errors = handle.get_attribute("aria-valuenow"), list(notebook.console_errors)
    notebook.slider(LABEL).locator(".widget-label").evaluate("label => label.remove()")
    handle.focus()
    notebook.page.keyboard.press("ArrowLeft" if before == "5.0" else "ArrowRight")
    notebook.wait_until_idle()
    assert handle.get_attribute("aria-valuenow") != before
    assert notebook.console_errors == errors
    run_again(notebook)


# ---- outputs -----------------------------------------------------------------------------------


def widgets(notebook: Notebook) -> int:
    code = "from ipywidgets.widgets import widget; print(len(widget._instances))"
    return int(ask(notebook, code))


def test_an_output_that_was_cleared_comes_back_once(notebook: Notebook) -> None:
    before = widgets(notebook)
    for clear in ("notebook:clear-cell-output", "editmenu:clear-all"):
        on_cell(notebook, EXPLORER, clear)
        expect(cell(notebook, EXPLORER).locator(".lstm-page")).to_have_count(0)
        run_cell(notebook, EXPLORER)
        lives(notebook)
    assert widgets(notebook) == before


def test_an_output_that_is_folded_shows_the_last_picture(notebook: Notebook) -> None:
    lives(notebook)
    drawing = cell(notebook, EXPLORER).locator(".lstm-pictures svg").first
    before = drawing.bounding_box()
    on_cell(notebook, EXPLORER, "notebook:hide-cell-outputs")
    expect(drawing).not_to_be_visible()
    size = notebook.page.viewport_size
    notebook.page.set_viewport_size({"width": 1000, "height": 700})
    assert ask(notebook, f"explorer.controls['{LABEL}'].value = -5") == ""
    notebook.page.set_viewport_size(size)
    on_cell(notebook, EXPLORER, "notebook:show-cell-outputs")
    expect(drawing).to_be_visible()
    assert "keeps 14% of 0.80" in sentence(notebook)
    assert drawing.bounding_box()["width"] == pytest.approx(before["width"], abs=2)
    lives(notebook)


def test_an_explorer_that_is_scrolled_away_goes_on(notebook: Notebook) -> None:
    """With JupyterLab's own setting, which takes what is far away out of the page."""
    set_windowing(notebook, "full")
    notebook.press(LABEL, "Home")
    panel = notebook.page.locator(".jp-WindowedPanel-outer").first
    panel.evaluate("panel => panel.scrollTo(0, 10_000)")
    assert ask(notebook, f"explorer.controls['{LABEL}'].value = 5") == ""
    panel.evaluate("panel => panel.scrollTo(0, 0)")
    expect(cell(notebook, EXPLORER).locator(".lstm-sentence")).to_contain_text("keeps 96% of 0.80")
    lives(notebook)
    set_windowing(notebook, "none")


def set_windowing(notebook: Notebook, mode: str) -> None:
    notebook.page.evaluate(
        """windowingMode => {
            const { content } = window.jupyterapp.shell.currentWidget;
            content.notebookConfig = { ...content.notebookConfig, windowingMode };
        }""",
        mode,
    )


def test_a_deleted_explorer_that_is_brought_back_lives(notebook: Notebook) -> None:
    on_cell(notebook, EXPLORER, "notebook:delete-cell")
    expect(notebook.page.locator(".lstm-page")).to_have_count(0)
    on_cell(notebook, IMPORTS, "notebook:undo-cell-action")
    lives(notebook)


# ---- Python stops ------------------------------------------------------------------------------


def until(notebook: Notebook, true: Callable[[], object]) -> None:
    """Look again and again, and let the page go on meanwhile."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        notebook.page.wait_for_timeout(50)


def still_readable(notebook: Notebook) -> None:
    """The last picture and its sentence, what to do, and what was typed."""
    expect(gone(notebook)).to_have_text(WHAT_TO_DO)
    assert sentence(notebook).startswith("Unit 0 keeps")
    expect(cell(notebook, EXPLORER).locator("svg").filter(visible=True).first).to_be_visible()
    typed = notebook.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.widgets.map("
        "cell => cell.model.sharedModel.getSource())"
    )
    assert typed == list(CELLS)


def accept(notebook: Notebook, title: str) -> None:
    dialog = notebook.page.locator(".jp-Dialog")
    expect(dialog).to_contain_text(title)
    dialog.locator(".jp-mod-accept").click()
    expect(dialog).to_have_count(0)


def test_python_is_started_anew_while_a_slider_moves(notebook: Notebook) -> None:
    knob = notebook.slider(LABEL).locator(".noUi-handle").bounding_box()
    mouse = notebook.page.mouse
    mouse.move(knob["x"] + 8, knob["y"] + 8)
    mouse.down()
    mouse.move(knob["x"] - 60, knob["y"] + 8, steps=10)
    notebook.command("kernelmenu:restart")
    accept(notebook, "Do you want to restart the kernel")
    mouse.up()
    still_readable(notebook)
    notebook.wait_until_idle()
    run_again(notebook)


def test_python_dies_while_a_slider_moves(notebook: Notebook) -> None:
    ask(notebook, "import os; explorer.observe(lambda change: os._exit(1), 'step')")
    notebook.slider(LABEL).locator(".noUi-handle").focus()

    def moved_on() -> int:
        for key in ("ArrowLeft", "ArrowRight"):
            notebook.page.keyboard.press(key)
        return notebook.page.locator(".jp-Dialog").count()

    until(notebook, moved_on)
    accept(notebook, "appears to have died. It will restart automatically.")
    still_readable(notebook)
    notebook.wait_until_idle()
    run_again(notebook)

"""Notebook 07 as a student meets it: a day is played, typed, changed, and counted right."""

from __future__ import annotations

import re

import nbformat
import numpy as np
from playwright.sync_api import Locator, expect

import lstm_teach
from lstm_teach import Parameters, Step, check, examples, pin, unroll
from lstm_teach._style import number
from tests.browser.access import violations
from tests.browser.lab import Notebook, lesson
from tests.refresh_notebooks import NOTEBOOKS

NAME = "07_through_time.ipynb"
# A click in the very moment, however busy the machine is.
PAUSE_AT_2 = """explorer => {
    window.paused = false;
    new MutationObserver((_, observer) => {
        if (!explorer.querySelector('.lstm-sentence').textContent.includes('Moment 2 ')) return;
        observer.disconnect();
        explorer.querySelector('.widget-play button').click();
        window.paused = true;
    }).observe(explorer, { subtree: true, childList: true, characterData: true });
}"""
notebook = lesson(NAME)


def explorer(notebook: Notebook, nth: int = 0) -> Locator:
    return notebook.page.locator(".lstm-explorer").nth(nth)


def pick(notebook: Notebook, label: str, option: str, nth: int = 0) -> None:
    menu = explorer(notebook, nth).locator(".widget-dropdown").filter(has_text=label)
    menu.locator("select").select_option(option)
    notebook.wait_until_idle()


def type_day(notebook: Notebook, day: str) -> None:
    box = explorer(notebook).locator(".widget-text").filter(has_text="your day").locator("input")
    box.fill(day)
    box.press("Enter")
    notebook.wait_until_idle()


def assert_shows(notebook: Notebook, moment: Step, nth: int = 0) -> None:
    """Find the numbers of a moment on the wires of the live diagram, and in the sentence."""
    said = explorer(notebook, nth).locator(".lstm-sentence")
    for memory in moment.c:  # waits; the numbers on the wires come with the sentence
        expect(said).to_contain_text(f"its memory is now {number(memory)}")
    wires = explorer(notebook, nth).locator("svg").first.locator("text").all_text_contents()
    for values in (moment.f, moment.i, moment.o, moment.c, moment.h):
        assert {number(value) for value in values} <= set(wires)


def test_runs_alone_and_without_errors(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []
    printed = notebook.page.locator(".jp-OutputArea-output").all_text_contents()
    assert any("Your cell is right at 25 of 25 moments." in text for text in printed)


def test_scrub_through_the_day(notebook: Notebook) -> None:
    steps = unroll(examples.room_counter(), examples.day_events())
    notebook.press("moment", "Home")
    notebook.press("moment", "ArrowRight", 10)
    assert_shows(notebook, steps[10])
    expect(explorer(notebook).locator(".lstm-sentence")).to_contain_text(
        "Moment 10 (0 to 24), leave+ask"
    )
    notebook.press("moment", "End")
    assert_shows(notebook, steps[24])


def test_play_and_pause(notebook: Notebook) -> None:
    notebook.press("moment", "Home")
    button = explorer(notebook).locator(".widget-play button").first
    explorer(notebook).evaluate(PAUSE_AT_2)
    button.click()
    notebook.page.wait_for_function("paused")
    notebook.wait_until_idle()
    stands = notebook.value("moment")
    assert 2 <= stands <= 3  # the next one may have been under way
    steps = unroll(examples.room_counter(), examples.day_events())
    assert_shows(notebook, steps[int(stands)])


def test_what_if_the_bell_no_longer_wiped(notebook: Notebook) -> None:
    held = unroll(pin(examples.room_counter(), "forget", 1), examples.day_events())
    pick(notebook, "pin", "forget")
    notebook.press("moment", "Home")
    notebook.press("moment", "ArrowRight", 15)
    assert_shows(notebook, held[15])
    said = explorer(notebook).locator(".lstm-sentence")
    expect(said).to_contain_text("With the forget gate not pinned, the memory would be 0.00")
    notebook.press("pinned at", "Home")
    held = unroll(pin(examples.room_counter(), "forget", 0), examples.day_events())
    assert_shows(notebook, held[15])
    pick(notebook, "pin", "nothing")
    expect(said).not_to_contain_text("not pinned")


def test_a_day_of_ones_own_and_a_word_that_the_door_does_not_know(notebook: Notebook) -> None:
    type_day(notebook, "enter enter bell ask")
    notebook.press("moment", "ArrowRight")
    assert_shows(notebook, unroll(examples.room_counter(), np.eye(4)[[0, 0, 2, 3]])[1])
    type_day(notebook, "enter sleep ask")
    alert = explorer(notebook).get_by_role("alert")
    expect(alert).to_contain_text("Moment 1 says 'sleep', and the door does not know 'sleep'")
    expect(explorer(notebook).locator(".lstm-sentence")).to_contain_text("Moment 1 (0 to 3), enter")
    type_day(notebook, "enter ask")
    expect(alert).to_have_count(0)
    expect(explorer(notebook).locator(".lstm-sentence")).to_contain_text("Moment 0 (0 to 1), enter")


def test_two_units_have_a_gate_each(notebook: Notebook) -> None:
    steps = unroll(examples.room_counter(units=2), examples.day_events())
    notebook.press("moment", "ArrowRight", 2, nth=1)
    assert np.allclose(steps.f[2], [1, 0], atol=0.01), "the notebook says that they part here"
    assert_shows(notebook, steps[2], nth=1)


def test_a_lamp_that_reads_its_own_h(notebook: Notebook) -> None:
    lamp, xs = examples.lamp(), examples.lamp_events()
    steps, is_on = unroll(lamp, xs), examples.lamp_is_on(xs)
    assert (steps.h[is_on, 0] > 0.75).all(), "the notebook says: near 0.76 is on"
    assert (steps.h[~is_on, 0] < 1e-3).all(), "and 0 or below is off"
    notebook.press("moment", "ArrowRight", 1, nth=2)
    assert_shows(notebook, steps[1], nth=2)
    said = explorer(notebook, 2).locator(".lstm-sentence")
    expect(said).to_contain_text("Moment 1 (0 to 24), press")


def test_the_lamp_is_wired_as_the_folded_solution_says() -> None:
    wiring = check.wire_lamp()
    text = "".join(cell.source for cell in nbformat.read(NOTEBOOKS / NAME, as_version=4).cells)
    solution = re.findall(r"`(W_[ic]\[0, \w+\]|b_[ic]\[0\])` = (−?\d+)", text)
    assert len(solution) == 4
    for label, value in solution:
        wiring.controls[label].value = float(value.replace("−", "-"))
    assert wiring.passed, wiring.description
    wiring.controls["W_c[0, h]"].value = 0
    assert not wiring.passed
    assert "h does not reach the candidate" in wiring.description


def test_a_wrong_prediction_gets_its_hint_and_the_right_one_its_reason(notebook: Notebook) -> None:
    question = notebook.page.locator(".lstm-predict").filter(has_text="all its weights of h are 0")
    question.get_by_text("Yes, with a second unit").click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("Not yet. More units remember more")
    question.get_by_text("No, since every press looks the same to it").click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("Right. With these weights at 0")


def test_the_counter_of_part_5_can_be_wired_by_the_sliders_of_02_03_and_05() -> None:
    """The very numbers that the notebook shows, put on the sliders, pass and count the day."""
    cells = nbformat.read(NOTEBOOKS / NAME, as_version=4).cells
    (source,) = [cell.source for cell in cells if "mine = Parameters(" in cell.source]
    names = vars(lstm_teach).copy()
    exec(source, names)
    mine = names["mine"]
    challenges = {
        "f": check.wire_forget_gate(),
        "ic": check.wire_input_gate(),
        "o": check.wire_output_gate(),
    }
    wired = {}
    for letters, challenge in challenges.items():
        for letter in letters:
            name = {"f": "forget", "i": "input", "c": "candidate", "o": "output"}[letter]
            gate = getattr(mine, name)
            columns = ["h", *examples.EVENTS]
            for column, weight in zip(columns, gate.W[0], strict=True):
                challenge.controls[f"W_{letter}[0, {column}]"].value = weight
            challenge.controls[f"b_{letter}[0]"].value = gate.b[0]
            wired[name] = getattr(challenge.parameters, name)
            np.testing.assert_array_equal(wired[name].W, gate.W)
        assert challenge.passed, challenge.description

    xs = examples.day_events()
    counted = unroll(Parameters(**wired), xs).c[:, 0] / examples.PERSON
    np.testing.assert_array_equal(counted.round(), examples.people(xs))
    assert np.abs(counted - examples.people(xs)).max() < 0.25, "no near miss at any moment"


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

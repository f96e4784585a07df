"""Notebook 01 as a student meets it: an echo fades, swings, settles below 1; no wiring passes."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from lstm_teach._style import number
from lstm_teach.variants import rnn_unroll
from tests.browser.access import violations
from tests.browser.lab import Notebook, lesson

notebook = lesson("01_why_a_memory.ipynb")


def sentence(notebook: Notebook, nth: int = 0) -> Locator:
    return notebook.page.locator(".lstm-explorer").nth(nth).locator(".lstm-sentence")


def echo(weight: float) -> np.ndarray:
    """What the first explorer shows with this weight of h: one visitor at moment 1."""
    xs = np.zeros((20, 1))
    xs[1] = 1
    return rnn_unroll([[weight, 0.5]], [0], xs)[:, 0]


def test_runs_alone_and_without_errors(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []


@pytest.mark.parametrize(("key", "weight"), [("Home", -2.0), ("End", 2.0)])
def test_the_echo_of_a_visitor(notebook: Notebook, key: str, weight: float) -> None:
    notebook.press("moment", "End")
    notebook.press("W[0, h]", key)
    h = echo(weight)
    expect(sentence(notebook)).to_contain_text(f"Moment 19 (0 to 19), quiet: unit 0 showed "
                                               f"{number(h[18])}")  # fmt: skip
    expect(sentence(notebook)).to_contain_text(f"tanh makes that {number(h[19])}")
    wires = notebook.page.locator(".lstm-explorer").first.locator("svg").first.locator("text")
    assert number(h[19]) in wires.all_text_contents()


def test_the_counter_says_how_far_it_gets_and_why(notebook: Notebook) -> None:
    """A weight of 1 is half the slider's way up from 0, in steps of 0.02."""
    verdict = notebook.page.locator(".lstm-sentence").filter(has_text="moments are right")
    notebook.press("W[0, h]", "ArrowRight", 51, nth=1)
    expect(verdict).to_contain_text("Not yet. 6 of 25 moments are right. At moment 1 (enter)")
    notebook.press("W[0, bell]", "ArrowLeft", 5)
    notebook.press("W[0, leave]", "ArrowLeft", 5)
    box = notebook.slider("W[0, enter]", nth=2).locator(".widget-readout")
    box.fill("0.1")
    box.press("Enter")
    notebook.wait_until_idle()
    expect(verdict).to_contain_text("17 of 25 moments are right. At moment 17 (bell)")
    expect(verdict).to_contain_text("What is missing is a gate")


def test_a_wrong_prediction_gets_its_hint_and_the_right_one_its_reason(notebook: Notebook) -> None:
    question = notebook.page.locator(".lstm-predict").filter(has_text="the sum is twice")
    question.get_by_text("beyond all limits").click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("Which numbers can tanh give?")
    question.get_by_text("just below 1: tanh holds it there").click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text(f"Right. At {0.958}")


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

"""Notebook 10 as a student meets it: each change is switched on and off on the same weights."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from lstm_teach import examples, unroll
from lstm_teach._style import number
from lstm_teach.variants import coupled_unroll, gru_unroll, peephole_unroll
from tests.browser.access import violations
from tests.browser.lab import Notebook, lesson

PEEPHOLE, COUPLED, GRU = range(3)

notebook = lesson("10_other_cells.ipynb")


def explorer(notebook: Notebook, nth: int) -> Locator:
    return notebook.page.locator(".lstm-explorer").nth(nth)


def go_to(notebook: Notebook, moment: int, nth: int) -> None:
    notebook.press("moment", "Home", nth=nth)
    notebook.press("moment", "ArrowRight", moment - 1, nth=nth)


def switch(notebook: Notebook, name: str, nth: int) -> None:
    explorer(notebook, nth).get_by_role("button", name=name, exact=True).click()
    notebook.wait_until_idle()


def assert_says(notebook: Notebook, nth: int, said: str, *values: float) -> None:
    expect(explorer(notebook, nth).locator(".lstm-sentence")).to_contain_text(said)
    wires = explorer(notebook, nth).locator("svg").first.locator("text").all_text_contents()
    for value in values:
        assert number(value) in wires


def test_runs_alone_and_without_errors(notebook: Notebook) -> None:
    assert notebook.cell_errors() == []


def test_the_peephole_sees_that_the_room_is_full(notebook: Notebook) -> None:
    cell, peepholes = examples.tour_counter()
    xs = examples.day_events(examples.TOUR_DAY)
    with_them, without = peephole_unroll(cell, peepholes, xs)[8], unroll(cell, xs)[8]
    go_to(notebook, 9, PEEPHOLE)
    said = "so its memory is now {}"
    assert_says(notebook, PEEPHOLE, said.format(number(with_them.c[0])), with_them.f[0], 0.5)
    switch(notebook, "peepholes", PEEPHOLE)
    assert_says(notebook, PEEPHOLE, said.format(number(without.c[0])), without.f[0], 0.5)
    switch(notebook, "peepholes", PEEPHOLE)


def test_tours_of_six(notebook: Notebook) -> None:
    """The slider reaches a p_f that is 0 halfway between five and six people."""
    go_to(notebook, 9, PEEPHOLE)
    notebook.press("p_f[0]", "ArrowRight", 7)
    assert notebook.value("p_f[0]") == -165
    assert_says(notebook, PEEPHOLE, "keeps 0.50 of 0.50")
    go_to(notebook, 13, PEEPHOLE)
    assert_says(notebook, PEEPHOLE, "enter: unit 0 keeps 0.00 of 0.60 and adds 0.10")


def test_coupled_gates_write_nothing_where_they_keep(notebook: Notebook) -> None:
    day = examples.day_events()
    coupled, free = (run(examples.room_counter(), day)[4] for run in (coupled_unroll, unroll))
    go_to(notebook, 5, COUPLED)
    assert_says(notebook, COUPLED, f"memory is now {number(coupled.c[0])}", coupled.i[0])
    switch(notebook, "coupled gates", COUPLED)
    assert_says(notebook, COUPLED, f"memory is now {number(free.c[0])}", free.i[0])
    switch(notebook, "coupled gates", COUPLED)
    notebook.press("W_f[0, enter]", "ArrowLeft", 20, nth=1)  # f is a half: half of the way to 0.1
    assert_says(notebook, COUPLED, "keeps 0.04 of 0.07 and adds 0.05", 0.5)


def test_the_bell_needs_the_reset_gate(notebook: Notebook) -> None:
    steps = gru_unroll(examples.gru_counter(), examples.day_events())
    go_to(notebook, 15, GRU)
    assert_says(notebook, GRU, "its state is now 0.00", steps.h_prev[14, 0])
    switch(notebook, "reset gate", GRU)
    assert_says(notebook, GRU, "bell: unit 0 has z = 1.00: it keeps 0.00·", 1.0)
    expect(explorer(notebook, GRU).locator(".lstm-sentence")).not_to_contain_text("now 0.00")


def test_a_wrong_prediction_gets_its_hint_and_the_right_one_its_reason(notebook: Notebook) -> None:
    question = notebook.page.locator(".lstm-predict").filter(has_text="The gates are coupled")
    question.get_by_text("f = 1", exact=True).click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("How much is written?")
    question.get_by_text("none", exact=True).click()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("Right. f = 1 gives 0.30")


def test_everybody_can_use_it(notebook: Notebook) -> None:
    """The last test, since it answers every question: see `access.py`."""
    assert violations(notebook) == []

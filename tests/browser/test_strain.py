"""Long drags, quick ones, two explorers at once, and the same code cell again and again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lstm_teach import explore
from tests.browser.lab import Lab, Notebook
from tests.browser.strain import drag_to_and_fro, memory, run_cell, wrong_parts

CELLS = (
    "from lstm_teach import explore",
    "display(explore.forget_gate(2), explore.forget_gate(2))",
    "explore.forget_gate(2)",
)
TWO, ONE = 1, 2
LABEL = "W_f[0, x]"
RUNS = 20


@pytest.fixture(scope="module")
def notebook(lab: Lab) -> Iterator[Notebook]:
    with lab.open(lab.write("_strain.ipynb", *CELLS), 1366, 768) as opened:
        for number in (0, TWO):
            run_cell(opened, number)
        yield opened
        assert opened.cell_errors() == []
        assert opened.kernel_errors() == []
        assert opened.console_errors == []


def shows(notebook: Notebook, value: float, nth: int) -> None:
    """The picture is the one that is computed here for this value."""
    here = explore.forget_gate(2)
    start = here.controls[LABEL].value
    here.controls[LABEL].value = value
    assert wrong_parts(notebook, here, nth) == []
    here.controls[LABEL].value = start + 1 if value <= start else start - 1
    assert wrong_parts(notebook, here, nth) == ["diagram", "frame", "words"]
    here.close()


def test_a_drag_of_500_events_ends_at_the_right_picture(notebook: Notebook) -> None:
    moved, value = drag_to_and_fro(notebook, LABEL, 500, 0.3)
    notebook.wait_until_idle()
    assert moved >= 500
    assert value == -2
    shows(notebook, value, 0)


def test_two_explorers_dragged_quickly_do_not_mix(notebook: Notebook) -> None:
    ends = [drag_to_and_fro(notebook, LABEL, 40, end, nth) for nth, end in ((0, 0.8), (1, 0.1))]
    notebook.wait_until_idle()  # the first was still being answered when the second began
    for nth, (_, value) in enumerate(ends):
        shows(notebook, value, nth)


def test_a_thousand_events_leave_nothing_behind(notebook: Notebook) -> None:
    """`tests/benchmarks/soak.py` does it for minutes."""
    drag_to_and_fro(notebook, LABEL, 100, 0.5)
    before = memory(notebook)
    drag_to_and_fro(notebook, LABEL, 1000, 0.5)
    grown = memory(notebook).grown(before)
    assert grown["heap"] < 1
    assert grown["nodes"] < 50
    assert grown["listeners"] < 20
    assert grown["kernel"] < 2
    assert grown["widgets"] == 0


def test_the_same_code_cell_many_times_leaves_one_explorer(notebook: Notebook) -> None:
    for _ in range(3):  # caches fill
        run_cell(notebook, ONE)
    before = memory(notebook)
    for _ in range(RUNS):
        run_cell(notebook, ONE)
    grown = memory(notebook).grown(before)
    assert grown["widgets"] == 0
    assert grown["kernel"] < 35, "3.5 MB each when they are not let go"
    # JupyterLab holds on to every slider that was ever shown, but not to our pictures
    assert grown["nodes"] < 500 * RUNS
    assert notebook.page.locator(".lstm-explorer").count() == 3

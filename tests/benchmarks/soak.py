"""Drag sliders for minutes, and watch what the page and the kernel hold on to.

    python tests/benchmarks/soak.py                                  ten minutes, 10,000 events
    python tests/benchmarks/soak.py --minutes 3 --events 3000
    python tests/benchmarks/soak.py --write                          into docs/measurements.md

Three explorers stand in one code cell, in JupyterLab and a real browser (in one, since JupyterLab
itself keeps about 800 listeners whenever another code cell becomes the active one). Their sliders
are dragged to and fro, in turn. An event is a move of a slider in the page; moves that come while
the kernel is at work travel together, so there are fewer answers. After each drag the picture has
to be that of where the slider stands.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from playwright.sync_api import sync_playwright

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO))  # tests/ is no package that could be installed

from lstm_teach import check, explore  # noqa: E402
from tests.benchmarks import measurements  # noqa: E402
from tests.browser.lab import Lab, Notebook, open_browser  # noqa: E402
from tests.browser.strain import (  # noqa: E402
    Memory,
    ask,
    drag_to_and_fro,
    memory,
    wrong_parts,
)

COMMAND = "python tests/benchmarks/soak.py --write"
MINUTES, EVENTS = 10.0, 10_000
READINGS = 10  # of the memory, after the first
DRAG = 50  # events in a drag, at least
EXPLORERS = (  # what stands in each code cell, and the slider that is dragged
    (lambda: explore.forget_gate(2), "explore.forget_gate(2)", "W_f[0, x]"),
    (lambda: explore.sequence(), "explore.sequence()", "moment"),
    (lambda: check.wire_input_gate(), "check.wire_input_gate()", "W_i[0, bell]"),
)
# What it is held to: the words, the column, and how much more there may be at the end.
BUDGETS = (
    ("MB of JavaScript", "heap", 2),
    ("DOM nodes", "nodes", 100),
    ("listeners", "listeners", 20),
    ("MB in the kernel", "kernel", 2),
    ("widgets in the kernel", "widgets", 0),
)


@dataclass(frozen=True)
class Reading:
    """What was so after so many minutes."""

    minutes: float
    events: int
    answers: int
    memory: Memory


def soak(lab: Lab, minutes: float, events: int) -> list[Reading]:
    """Drag until the events are done, spread over the minutes."""
    shown = ", ".join(make for _, make, _ in EXPLORERS)
    cells = ("from lstm_teach import check, explore", f"shown = [{shown}]\ndisplay(*shown)")
    name = lab.write("_soak.ipynb", *cells)
    with lab.open(name, 1366, 768) as notebook:
        notebook.run_all()
        for k in range(len(EXPLORERS)):  # caches fill
            drag(notebook, k, 0.5)
        start, done, answers = time.monotonic(), 0, 0
        readings = [Reading(0, 0, 0, memory(notebook))]
        while done < events:
            for k in range(len(EXPLORERS)):
                moved, answered = drag(notebook, k, (done % 7 + 1) / 8)
                done, answers = done + moved, answers + answered
                early = 60 * minutes * min(done / events, 1) - (time.monotonic() - start)
                notebook.page.wait_for_timeout(max(0, early) * 1000)
            if done >= events * len(readings) / READINGS:
                passed = (time.monotonic() - start) / 60
                readings.append(Reading(passed, done, answers, memory(notebook)))
                print(readings[-1], file=sys.stderr)
        if errors := notebook.cell_errors() + notebook.kernel_errors() + notebook.console_errors:
            raise RuntimeError("\n".join(errors))
    return readings


def drag(notebook: Notebook, k: int, end: float) -> tuple[int, int]:
    """Drag the slider of an explorer: how many events and answers. The picture has to be right."""
    make, _, label = EXPLORERS[k]
    answers = f"print(getattr(shown[{k}], 'explorer', shown[{k}]).view.values[0])"
    before = int(ask(notebook, answers))
    moved, value = drag_to_and_fro(notebook, label, DRAG, end)
    notebook.wait_until_idle()
    here = make()
    here.controls[label].value = value
    if wrong := wrong_parts(notebook, here, k):
        raise RuntimeError(f"{label} stands at {value}, and these parts do not: {wrong}")
    here.close()
    return moved, int(ask(notebook, answers)) - before


def table(readings: list[Reading]) -> str:
    """The readings as Markdown."""
    lines = [
        "| minutes | events | answers | MB of JavaScript | DOM nodes | listeners "
        "| MB in the kernel | widgets in the kernel |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for at in readings:
        held = at.memory
        lines.append(
            f"| {at.minutes:.1f} | {at.events:,} | {at.answers:,} | {held.heap:.1f} "
            f"| {held.nodes:,} | {held.listeners:,} | {held.kernel:.1f} | {held.widgets:,} |"
        )
    lines += ["", "What we want, from the second reading to the last:", ""]
    grown = readings[-1].memory.grown(readings[1].memory)
    for words, column, most in BUDGETS:
        more = grown[column]
        lines.append(
            measurements.goal(f"at most {most} {words} more", more <= most, f"{more:+.1f}")
        )
    lines += [
        "",
        f"Measured on {date.today().isoformat()} by `{COMMAND}` on {os.cpu_count()} processor "
        "cores, after garbage collection. The picture was right after every drag.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write docs/measurements.md")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="over how long")
    parser.add_argument("--events", type=int, default=EVENTS, help="how many in all")
    arguments = parser.parse_args()
    with sync_playwright() as playwright, open_browser(playwright) as browser, Lab(browser) as lab:
        text = table(soak(lab, arguments.minutes, arguments.events))
    print(text)
    if arguments.write:
        measurements.write("soak", text)


if __name__ == "__main__":
    main()

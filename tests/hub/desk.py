"""A student at work on a hub: an explorer, and sliders that are dragged as in a class."""

from __future__ import annotations

import asyncio
import random
import re
import time
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import nbformat

from lstm_teach import explore
from tests.hub.hub import Hub
from tests.hub.student import Kernel, Student
from tests.servers import PATIENCE

REPO = Path(__file__).resolve().parents[2]
LESSON, EXPLORER = "notebooks/02_forget_gate.ipynb", "explore.forget_gate(units=2)"
DRAG, BETWEEN = 10, 0.05  # how many events a drag has, and the seconds between two of them
PAUSE = 9.5  # seconds before a drag, on average: an event a second, on the whole
LOST = 60.0  # seconds without an answer
OPENING = (  # what JupyterLab's page asks for as it opens: it makes the server a third larger
    *("api/contents/notebooks", "api/kernelspecs", "api/nbconvert", "api/terminals"),
    *("lab/api/build", "lab/api/settings", "lab/api/translations", "lab/api/workspaces"),
    "lsp/status",
)


def cells(path: str) -> list[str]:
    """Give the code cells of a notebook."""
    notebook = nbformat.read(REPO / path, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


@dataclass
class Desk:
    """A student at work: an explorer, where its sliders stand, and what came of each event."""

    student: Student
    kernel: Kernel
    view: str
    sliders: dict[str, str]
    dice: random.Random
    values: dict[str, float] = field(default_factory=dict)
    events: list[tuple[float, asyncio.Future[float]]] = field(default_factory=list)

    def move(self, label: str, value: float, due: float) -> None:
        """Move a slider now; it was due at this time."""
        self.values[label] = value
        answer = self.kernel.move(self.sliders[label], value, self.view)
        self.events.append((due, answer))

    async def drag(self) -> None:
        """Drag one slider over ten steps, towards where there is room."""
        label = self.dice.choice(sorted(self.sliders))
        state = self.kernel.widgets[self.sliders[label]]
        low, by = state["min"], state["step"]
        steps = round((state["max"] - low) / by)
        at = round((self.values.get(label, state["value"]) - low) / by)
        way = self.dice.choice([way for way in (-1, 1) if 0 <= at + way * DRAG <= steps])
        start = time.perf_counter()
        for k in range(1, DRAG + 1):
            due = start + k * BETWEEN
            await asyncio.sleep(due - time.perf_counter())
            self.move(label, round(low + (at + way * k) * by, 10), due)

    async def work(self, until: float) -> None:
        """Think, drag a slider, think, drag another."""
        while (now := time.perf_counter()) < until:
            pause = self.dice.expovariate(1 / PAUSE)
            await asyncio.sleep(min(pause, until - now))
            if now + pause < until:
                await self.drag()

    async def answered(self, timeout: float = LOST) -> tuple[list[float], int]:
        """Give the ms of each event that was answered, and how many were not."""
        await asyncio.wait([answer for _, answer in self.events], timeout=timeout)
        ms = [(answer.result() - due) * 1000 for due, answer in self.events if answer.done()]
        lost, self.events = len(self.events) - len(ms), []
        return ms, lost

    def shows_the_right_picture(self) -> bool:
        """Whether the view has what the same explorer shows here, its sliders where ours are."""
        here = explore.forget_gate(units=2)
        for label, value in self.values.items():
            here.controls[label].value = value
        there = self.kernel.widgets[self.view]
        same = all(
            unescape(there[part]) == unescape(getattr(here.view, part))
            for part in ("diagram", "frame", "words")
        )
        here.close()
        return same


async def arrive(hub: Hub, number: int) -> tuple[Desk, float]:
    """Log in, run the lesson up to the explorer, move a slider; how many seconds it took."""
    start = time.perf_counter()
    student = Student(hub, f"student{number}")
    await student.start()
    page = (await student.ask("lab/tree/" + LESSON)).body.decode()
    for script in re.findall(r'<script [^>]*src="([^"]+)"', page):
        await student.ask(script.removeprefix(f"/user/{student.name}/"))
    for path in OPENING:
        await student.ask(path)
    kernel = await student.open(LESSON)
    for source in cells(LESSON):
        message = await kernel.run(source)
        if source == EXPLORER:
            break
    desk = Desk(student, kernel, *kernel.explorer(message), random.Random(number))
    label = min(desk.sliders)
    state = kernel.widgets[desk.sliders[label]]
    desk.move(label, state["min"], time.perf_counter())
    await asyncio.wait_for(desk.events.pop()[1], PATIENCE)
    return desk, time.perf_counter() - start


async def finish(desk: Desk) -> None:
    """Run the code cells below the explorer."""
    sources = cells(LESSON)
    for source in sources[sources.index(EXPLORER) + 1 :]:
        await desk.kernel.run(source)

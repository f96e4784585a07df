"""Two students on a real hub, with the settings of `deploy/`: they work, leave, and come back.

The story is told once, and slowly enough for a busy machine: nothing in it has to be quick, but
what is idle has to go. Only how long that takes is shorter here than in `deploy/`.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

if os.name == "nt":
    pytest.skip("JupyterHub does not run on Windows", allow_module_level=True)

from tests.hub.desk import DRAG, LESSON, Desk, arrive
from tests.hub.hub import REPO, Hub
from tests.hub.student import Student
from tests.servers import PATIENCE

IDLE = 15  # seconds until a kernel is taken away
VIEW = "application/vnd.jupyter.widget-view+json"
WORK = "my_f = 0.73"


@dataclass
class Seen:
    """What the story has shown."""

    first_page: str = ""
    answered: list[int] = field(default_factory=list)
    lost: int = 0
    right: list[bool] = field(default_factory=list)
    saved: dict[str, Any] = field(default_factory=dict)
    back: dict[str, Any] = field(default_factory=dict)
    answers_again: bool = False
    log: str = ""
    left: list[str] = field(default_factory=list)


async def until_gone(what: Any) -> None:
    """Wait until `what()` gives nothing any more."""
    end = time.monotonic() + PATIENCE
    while await what():
        assert time.monotonic() < end
        await asyncio.sleep(0.2)


async def kernels(student: Student) -> list[dict[str, Any]]:
    return json.loads((await student.ask("api/kernels")).body)


async def notebook(student: Student) -> dict[str, Any]:
    """Give the lesson as it lies in the student's home."""
    path = student.hub.home(student.name) / "lstm-notebooks" / LESSON
    return json.loads(path.read_text(encoding="utf-8"))


async def save_work(student: Student) -> None:
    """Type something into the lesson and save it, as JupyterLab does: with the widget's view."""
    content = await notebook(student)
    (cell,) = (cell for cell in content["cells"] if "my_f = ..." in "".join(cell["source"]))
    cell["source"] = WORK
    data = {VIEW: {"model_id": "gone", "version_major": 2}, "text/plain": "what the picture says"}
    cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    body = {"type": "notebook", "format": "json", "content": content}
    await student.ask(f"api/contents/{LESSON}", "PUT", body)


@contextmanager
def culler(hub: Hub) -> Iterator[None]:
    """Stop idle servers while this is open."""
    command = [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=1", "--cull-every=1"]
    env = os.environ | {"JUPYTERHUB_API_TOKEN": hub.token}
    process = subprocess.Popen([*command, f"--url={hub.url}/hub/api"], env=env)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


async def work(hub: Hub, number: int, seen: Seen) -> Desk:
    """Let a student work; nobody waits for the other one, or a kernel would be idle meanwhile."""
    desk, _ = await arrive(hub, number)
    await desk.drag()
    ms, lost = await desk.answered(PATIENCE)
    seen.answered.append(len(ms))
    seen.lost += lost
    seen.right.append(desk.shows_the_right_picture())
    await desk.kernel.run("import os; assert os.environ['OPENBLAS_NUM_THREADS'] == '1'")
    return desk


async def tell(hub: Hub, seen: Seen) -> None:
    """Let two students work, idle, and one of them come back."""
    desks = await asyncio.gather(*(work(hub, number, seen) for number in range(2)))
    ada = desks[0].student
    page = await ada.ask("", raise_error=False, follow_redirects=False)
    seen.first_page = page.headers["Location"].rstrip("?")
    await save_work(ada)
    seen.saved = await notebook(ada)

    for desk in desks:
        await until_gone(lambda desk=desk: kernels(desk.student))
    with culler(hub):
        for desk in desks:
            await until_gone(desk.student.is_running)

    again: tuple[Desk, float] = await arrive(hub, 0)
    seen.answers_again = again[0].student.name == ada.name
    seen.back = await notebook(ada)


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Tell the story."""
    seen = Seen()
    timeouts = (f"cull_idle_timeout={IDLE}", "cull_interval=1")
    hub = Hub([f"--MappingKernelManager.{timeout}" for timeout in timeouts])
    try:
        asyncio.run(tell(hub, seen))
    finally:
        seen.log = hub.log()
        print(seen.log)  # pytest shows it if something has failed
        seen.left = hub.close()
    return seen


def cells(content: dict[str, Any]) -> list[str]:
    return ["".join(cell["source"]) for cell in content["cells"]]


def test_a_student_meets_the_first_lesson(seen: Seen) -> None:
    assert seen.first_page.endswith("/lab/tree/notebooks/00_start_here.ipynb")


def test_every_event_is_answered_with_the_right_picture(seen: Seen) -> None:
    assert seen.answered == [DRAG, DRAG]
    assert seen.lost == 0
    assert seen.right == [True, True]


def test_what_is_saved_is_the_work_and_the_picture(seen: Seen) -> None:
    """The settings of jupyter/ hold on a hub too: a view without a kernel would show an error."""
    (cell,) = (cell for cell in seen.saved["cells"] if "".join(cell["source"]) == WORK)
    (output,) = cell["outputs"]
    assert set(output["data"]) == {"text/plain"}


def test_idle_kernels_are_culled_although_a_page_is_open(seen: Seen) -> None:
    assert f"Culling kernels with idle durations > {IDLE} seconds at 1 second intervals" in seen.log
    assert "Culling kernels even with connected clients" in seen.log
    assert seen.log.count("Culling 'idle' kernel 'python3'") >= 2


def test_who_comes_back_finds_their_work_and_can_go_on(seen: Seen) -> None:
    assert WORK in cells(seen.back)
    assert seen.back == seen.saved
    lesson = json.loads((REPO / LESSON).read_text(encoding="utf-8"))
    assert len(set(cells(seen.back)) - set(cells(lesson))) == 1, "all else is the lesson's"
    assert seen.answers_again


def test_nothing_is_left_running(seen: Seen) -> None:
    assert seen.left == []

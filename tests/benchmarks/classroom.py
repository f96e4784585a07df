"""A class on a JupyterHub on this machine: how long sliders take, and what a student costs.

    python tests/benchmarks/classroom.py                             prints the tables
    python tests/benchmarks/classroom.py --write                     and puts them into the guide
    python tests/benchmarks/classroom.py --students 1 5 --minutes 0.5

The hub is real, with the settings of `deploy/`: a proxy, a server and a kernel for each student.
Only the browser is missing. In its place this process speaks to all kernels over their websockets,
as the page does, but sends a slider's next value without waiting for the answer to the last one.
A time runs from the moment at which a value was due, so that a late answer delays no later event.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psutil
from tornado.httpclient import HTTPError

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO))  # the working tree's package, wherever another one is installed

from tests.benchmarks import measurements  # noqa: E402
from tests.benchmarks.classroom_table import MEASURED, tables  # noqa: E402
from tests.hub.desk import Desk, arrive, cells, finish  # noqa: E402
from tests.hub.hub import Hub  # noqa: E402
from tests.hub.student import Kernel  # noqa: E402

PAGE = "docs/teaching.md"
TRAINING_LESSON, TRAINING = "notebooks/09_how_it_learns.ipynb", "training = train("
TRAINING_SECONDS = 20.0
CLASSES = (1, 5, 10, 20, 30, 60, 90, 120)
APART = 2.0  # seconds between two students who log in: thirty in a minute
SLOWEST, SMALLEST = 100.0, 2.0  # the machine is at its limit beyond these ms and below these GiB
MIB = 2**20


async def one_by_one(hub: Hub, students: int) -> list[tuple[Desk, float]]:
    """Let a class log in, each a little after the one before."""

    async def late(number: int) -> tuple[Desk, float]:
        await asyncio.sleep(number * APART)
        return await arrive(hub, number)

    return await asyncio.gather(*map(late, range(students)))


class Clock:
    """How much of the processor each kind of process takes, from now on."""

    def __init__(self, hub: Hub) -> None:
        self._kinds = hub.processes() | {"load": [psutil.Process()]}
        self._start, self._before = time.perf_counter(), self._seconds()

    def _seconds(self) -> dict[str, float]:
        return {kind: used(processes) for kind, processes in self._kinds.items()}

    def cores(self) -> dict[str, float]:
        """Cores in use since the start, for each kind of process."""
        passed, now = time.perf_counter() - self._start, self._seconds()
        return {kind: (now[kind] - before) / passed for kind, before in self._before.items()}


def used(processes: list[psutil.Process]) -> float:
    """Seconds of processor time, those of children that are gone included."""
    return sum(sum(process.cpu_times()[:4]) for process in processes)


def memory(hub: Hub) -> dict[str, float]:
    """MiB of each kind of process. What processes share is shared out among them (PSS)."""
    return {
        kind: sum(process.memory_full_info().pss for process in processes) / MIB
        for kind, processes in hub.processes().items()
    }


def free() -> float:
    """GiB of memory that this machine has left."""
    return psutil.virtual_memory().available / MIB / 1024


async def at_work(desks: list[Desk], seconds: float) -> tuple[list[float], int]:
    """Let them move sliders for so long; ms of all events, and how many were lost."""
    until = time.perf_counter() + seconds
    await asyncio.gather(*(desk.work(until) for desk in desks))
    return await answers(desks)


async def answers(desks: list[Desk]) -> tuple[list[float], int]:
    """Ms of all events, and how many were lost."""
    seen = await asyncio.gather(*(desk.answered() for desk in desks if desk.events))
    return [one for ms, _ in seen for one in ms], sum(lost for _, lost in seen)


async def measure(hub: Hub, students: int, seconds: float) -> dict[str, Any]:
    """One class: it arrives, then it moves sliders."""
    before = used(hub.processes()["hub"])
    arrived = await one_by_one(hub, students)
    desks = [desk for desk, _ in arrived]
    started = sum(used(processes) for processes in hub.processes().values()) - before
    await asyncio.gather(*map(finish, desks))
    clock = Clock(hub)
    ms, lost = await at_work(desks, seconds)
    cores, taken = clock.cores(), memory(hub)
    row = {
        "students": students,
        "first": median(times for _, times in arrived),
        "last": max(times for _, times in arrived),
        "start": started / students,
        "events": len(ms) + lost,
        **spread(ms),
        "lost": lost,
        "wrong": sum(not desk.shows_the_right_picture() for desk in desks),
        "server": taken["server"] / students,
        "kernel": taken["kernel"] / students,
        "hub": taken["hub"],
        "cores": cores["server"] + cores["kernel"],
        "hub cores": cores["hub"],
        "load cores": cores["load"],
        "free": free(),
    }
    if students == MEASURED:
        row["training"] = [await training(desks, count) for count in (1, students // 2)]
    errors = [error for desk in desks for error in desk.kernel.errors]
    if errors:
        raise RuntimeError("\n".join(errors))
    return row


def spread(ms: list[float]) -> dict[str, float]:
    """How long half, 95%, and all of the events took at most."""
    return {"p50": median(ms), "p95": quantiles(ms, n=20)[-1], "worst": max(ms)}


async def training(desks: list[Desk], count: int) -> dict[str, Any]:
    """So many train in notebook 09, again and again, while half of the class moves sliders."""
    sources = cells(TRAINING_LESSON)
    (heavy,) = (source for source in sources if TRAINING in source)

    async def get_ready(desk: Desk) -> Kernel:
        kernel = await desk.student.open(TRAINING_LESSON)
        for source in sources[: sources.index(heavy)]:
            await kernel.run(source)
        return kernel

    async def again(kernel: Kernel) -> list[float]:
        took = []
        while (start := time.perf_counter()) < until:
            await kernel.run(heavy)
            took.append(time.perf_counter() - start)
        return took

    kernels = await asyncio.gather(*map(get_ready, desks[:count]))
    others = desks[len(desks) // 2 :]
    until = time.perf_counter() + TRAINING_SECONDS
    seen, *took = await asyncio.gather(
        at_work(others, TRAINING_SECONDS), *(again(kernel) for kernel in kernels)
    )
    ms, lost = seen
    seconds = median(one for some in took for one in some)
    return {"count": count, "seconds": seconds, "others": len(others), **spread(ms), "lost": lost}


def limit(rows: list[dict[str, Any]], students: int) -> str:
    """Why a class of so many is not tried, or nothing."""
    if not rows:
        return ""
    last = rows[-1]
    if last["p95"] > SLOWEST:
        return f"with {last['students']}, 5% of the events took more than {SLOWEST:.0f} ms"
    needed = students * (last["server"] + last["kernel"]) / 1024
    if free() - needed < SMALLEST:
        return (
            f"{students} students would need {needed:.0f} GiB, which would leave less than "
            f"{SMALLEST:.0f} GiB of the {psutil.virtual_memory().total / MIB / 1024:.0f}"
        )
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE}")
    parser.add_argument("--students", type=int, nargs="+", default=CLASSES, help="ascending")
    parser.add_argument("--minutes", type=float, default=0.75, help="how long each class works")
    arguments = parser.parse_args()
    rows: list[dict[str, Any]] = []
    why = ""
    for students in arguments.students:
        if why := limit(rows, students):
            break
        print(f"{students} students", file=sys.stderr)
        hub = Hub()
        try:
            rows.append(asyncio.run(measure(hub, students, arguments.minutes * 60)))
            print(rows[-1], file=sys.stderr)
        except (asyncio.TimeoutError, HTTPError, OSError, RuntimeError) as error:
            why = f"a class of {students} could not work: {str(error) or repr(error)}"
            if not rows:
                raise
            break
        finally:
            left = hub.close()
        if left:
            raise RuntimeError("still there after the hub:\n" + "\n".join(left))
    text = tables(rows, APART, why)
    print(text)
    if arguments.write:
        measurements.write("classroom", text, PAGE)


if __name__ == "__main__":
    main()

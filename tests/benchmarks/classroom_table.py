"""What `classroom.py` says about its measurements: a table of them, and one of what follows."""

from __future__ import annotations

import os
from datetime import date
from math import ceil
from typing import Any

import psutil

from tests.hub.desk import DRAG, LESSON

COMMAND = "python tests/benchmarks/classroom.py --write"
MEASURED = 30  # from a class of this size, or the next smaller one, all others are computed
SIZES = (30, 300, 3000)
LESSONS = 2  # that a student has open: idle kernels go after half an hour, see deploy/
BUSY = 0.5  # the share of the time in which a core may be busy
ARRIVAL = 300  # seconds in which all may log in
CORES, GIB = 4, 16  # of a machine as clouds rent them out
SYSTEM = 2  # GiB of them that are left to the system


def need(row: dict[str, Any], students: int) -> dict[str, float]:
    """What a class of any size needs, computed from a class that was measured."""
    each = row["server"] + LESSONS * row["kernel"]
    return {
        "each": each,
        "gib": (students * each + row["hub"]) / 1024,
        "moving": students * (row["cores"] + row["hub cores"]) / row["students"] / BUSY,
        "arriving": students * row["start"] / ARRIVAL,
        "hub": students * row["hub cores"] / row["students"],
    }


def tables(rows: list[dict[str, Any]], apart: float, why: str) -> str:
    """The measurements, and what follows from them, as Markdown."""
    row = max((row for row in rows if row["students"] <= MEASURED), key=lambda row: row["students"])
    parts = [*measured(rows), "", *meaning(row, apart, why), "", *computed(row)]
    return "\n".join([*parts, "", ""])


def measured(rows: list[dict[str, Any]]) -> list[str]:
    """A line for each class."""
    lines = [
        "| students | events | ms: half, 95%, slowest | lost, wrong picture "
        "| MiB a student: server, kernel | MiB: hub and proxy | cores: students, hub and proxy "
        "| s from login to explorer: half, last |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        lines.append(
            f"| {row['students']} | {row['events']:,} "
            f"| {row['p50']:.0f}, {row['p95']:.0f}, {row['worst']:.0f} "
            f"| {row['lost']}, {row['wrong']} | {row['server']:.0f}, {row['kernel']:.0f} "
            f"| {row['hub']:.0f} | {row['cores']:.2f}, {row['hub cores']:.2f} "
            f"| {row['first']:.0f}, {row['last']:.0f} |"
        )
    return lines


def meaning(row: dict[str, Any], apart: float, why: str) -> list[str]:
    """What was done, and what it says, in words."""
    lines = [
        "Each student has a server and a kernel of their own, works in notebook "
        f"{LESSON.split('/')[1][:2]} and drags a slider over {DRAG} steps, every ten seconds or "
        "so. An event is a step: its time runs until the new picture has come, through proxy, "
        "server and kernel. What the browser needs comes on top. *Lost* is an event without an "
        "answer, *wrong* a last picture other than the one for these sliders.",
        "",
        f"Somebody logs in every {apart:g} seconds. A start takes {row['start']:.1f} s of a "
        "processor. After each class no server and no kernel was left.",
        "",
        f"Where the limit of this machine lies: {why or 'not found, all classes fit'}.",
    ]
    for each in row.get("training", ()):
        who = "one student trains" if each["count"] == 1 else f"{each['count']} students train"
        lines += [
            "",
            f"While {who} the cell of notebook 09 again and again ({each['seconds']:.0f} s each "
            f"time), half of the events of {each['others']} others take {each['p50']:.0f} ms, 95% "
            f"{each['p95']:.0f} ms, the slowest {each['worst']:.0f} ms; {each['lost']} are lost.",
        ]
    one = need(row, 1)
    return [
        *lines,
        "",
        f"A student with {LESSONS} lessons open takes {one['each']:.0f} MiB, so **one GiB carries "
        f"{1024 / one['each']:.1f} students**. **One core carries {1 / one['moving']:.0f}** who "
        f"move sliders, if it may be busy {BUSY:.0%} of the time, and {1 / one['arriving']:.0f} "
        f"who log in within {ARRIVAL // 60} minutes.",
    ]


def computed(row: dict[str, Any]) -> list[str]:
    """What other classes need."""
    lines = [
        f"For other classes this is computed, not measured, from that of {row['students']}:",
        "",
        "| students | GiB | cores, to move sliders | of these, hub and proxy "
        f"| cores, to log in within {ARRIVAL // 60} minutes "
        f"| or machines of {CORES} cores and {GIB} GiB |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for students in SIZES:
        needed = need(row, students)
        cores = max(needed["moving"], needed["arriving"])
        machines = max(ceil(cores / CORES), ceil(needed["gib"] / (GIB - SYSTEM)))
        lines.append(
            f"| {students:,} | {needed['gib']:.0f} | {needed['moving']:.1f} | {needed['hub']:.1f} "
            f"| {needed['arriving']:.1f} | {machines} |"
        )
    total = psutil.virtual_memory().total / 2**30
    return [
        *lines,
        "",
        f"GiB: students × (server + {LESSONS} kernels) + hub and proxy. Cores to move sliders: "
        f"students × cores of a student, of hub and proxy too, / {BUSY}. Cores to log in: students "
        f"× {row['start']:.1f} s / {ARRIVAL} s. Of each machine {SYSTEM} GiB are the system's. The "
        "hub is one process and the proxy another: neither can use more than one core.",
        "",
        f"Measured on {date.today().isoformat()} by `{COMMAND}` on {os.cpu_count()} processor "
        f"cores and {total:.0f} GiB. What plays the browsers ran on them too, and took "
        f"{row['load cores']:.2f} cores with {row['students']} students.",
    ]

"""The lessons as pages to read: with a bar on top, and the live cell where an explorer stands."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

from landing import REPO, Lesson, lessons
from nbconvert import HTMLExporter
from traitlets.config import Config

HERE = Path(__file__).resolve().parent
LIVE_CELL = "lstm-cell.js"
ICON = '<link rel="icon" href="../favicon.ico">'
#: The explorers in the lessons, and for each the live cell that shows the same.
EXPLORERS = {
    "explore.forget_gate(units=2)": 'focus="forget" units="2"',
    "explore.input_gate(units=2)": 'focus="input" units="2"',
    "explore.cell_update(units=2)": 'focus="update" units="2"',
    "explore.output_gate(units=1)": 'focus="output" units="1"',
    "explore.step(units=2)": 'focus="step" units="2"',
    "explore.sequence()": 'focus="day" units="1"',
    "explore.sequence(examples.room_counter(units=2))": 'focus="day" units="2"',
}


def write_pages(site: Path) -> None:
    """Write a page for every lesson, and put the live cell beside them."""
    folder = site / "lessons"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / LIVE_CELL, site)
    shutil.copy(HERE / "warm.js", site)
    every = lessons()
    for lesson, after in zip(every, [*every[1:], None], strict=True):
        page = reading_page(lesson, after)
        (folder / f"{lesson.name}.html").write_text(page, encoding="utf-8")


def reading_page(lesson: Lesson, after: Lesson | None) -> str:
    """Give the page of a lesson, with a link to the one after it."""
    settings = Config()
    settings.HTMLExporter.extra_template_basedirs = [str(REPO)]  # its lab/ has the page
    settings.Lesson.live = EXPLORERS
    page, _ = HTMLExporter(config=settings).from_filename(
        str(REPO / "notebooks" / lesson.file),
        resources={
            "head": ICON + script(LIVE_CELL) + script("warm.js"),
            "bar": bar(lesson, after),
        },
    )
    # Beside these pages lie no sources, but the guide's pages do.
    return re.sub(r'href="\.\./(docs/[\w/.-]+)\.md', r'href="../\1.html', page)


def script(name: str) -> str:
    return f'<script src="../{name}" defer></script>'


def bar(lesson: Lesson, after: Lesson | None) -> str:
    """What stands above a lesson and below it."""
    run = f"../notebooks/index.html?path=notebooks/{lesson.file}"
    links = [
        '<a href="../index.html">All lessons</a>',
        f'<a class="run" href="{run}">Run it here</a>',
        f'<a href="../files/notebooks/{lesson.file}" download>Download the notebook</a>',
    ]
    if after:
        title = html.escape(after.title)
        links.append(f'<a href="{after.name}.html">Next: {after.name[:2]} {title}</a>')
    items = "".join(f"<li>{link}</li>" for link in links)
    return f'<nav class="bar" aria-label="lesson"><ul>{items}</ul></nav>'

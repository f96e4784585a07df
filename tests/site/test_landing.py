"""The landing page can be made from every notebook, and says what a notebook lacks."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from tests.browser.lab import REPO

sys.path.insert(0, str(REPO / "site"))  # scripts, no package

import landing

WHOLE = (
    "# A title\n\n**You will** see.\n\n**Time** about 7 minutes.\n\n![A drawing](../imgs/gate.svg)"
)


def notebook(folder: Path, text: str) -> Path:
    path = folder / "03_x.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": [text]}]}))
    return path


@pytest.mark.parametrize("path", sorted((REPO / "notebooks").glob("*.ipynb")), ids=lambda p: p.name)
def test_every_notebook_has_what_the_page_shows(path: Path) -> None:
    lesson = landing.Lesson.read(path)
    assert 5 <= lesson.minutes <= 60
    assert (REPO / lesson.picture).is_file()
    assert lesson.alt


def test_a_lesson_is_read(tmp_path: Path) -> None:
    lesson = landing.Lesson.read(notebook(tmp_path, WHOLE))
    assert lesson == landing.Lesson(
        "03_x.ipynb", "A title", "see.", 7, "imgs/gate.svg", "A drawing"
    )


@pytest.mark.parametrize(
    ("part", "named"),
    [("# A", "title"), ("**You will**", "You will"), ("**Time**", "time"), ("![", "picture")],
)
def test_what_is_missing_is_named(tmp_path: Path, part: str, named: str) -> None:
    with pytest.raises(ValueError, match=f"03_x.ipynb has no .*{named}"):
        landing.Lesson.read(notebook(tmp_path, WHOLE.replace(part, "")))


def test_the_settings_of_jupyterlab_stay_in_the_page() -> None:
    script = '<script id="jupyter-config-data" data-jupyter-lite-root=".">{"a": 1}</script>'
    page = landing.landing_page(f"<html><head>{script}</head></html>")
    assert script in page
    assert "customElements.define" in page, "the live cell is in the page"
    assert "$" not in re.sub(r"<script>.*?</script>", "", page, flags=re.S), "blanks are filled in"

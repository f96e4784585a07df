"""`nbconvert --to html`: every notebook as a page that needs no kernel, and tells no answer."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.lab import REPO

NOTEBOOKS = sorted((REPO / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of pages, made as the README says and then moved away from the drawings."""
    made = tmp_path_factory.mktemp("pages")
    subprocess.run(
        [
            *(sys.executable, "-m", "nbconvert", "--to", "html"),
            *("--output-dir", made, *[path.relative_to(REPO) for path in NOTEBOOKS]),
        ],
        check=True,
        cwd=REPO,
        capture_output=True,
    )
    return made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page of the browser without scripts of its own."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_is_a_page(folder: Path, page: Page, path: Path) -> None:
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    there = (folder / f"{path.stem}.html").as_uri()
    page.goto(there)
    assert [url for url in asked if not url.startswith("data:")] == [there]
    assert errors == []

    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    drawings = sum(text.count("](../imgs/") for text in texts)
    plots = sum("image/png" in o.get("data", {}) for c in cells for o in c.get("outputs", ()))
    pictures = page.locator("main img").all()
    assert len(pictures) == drawings + plots
    for picture in pictures:
        assert picture.evaluate("e => e.complete && e.naturalWidth > 0")
        assert "No description" not in picture.get_attribute("alt")

    for link in page.locator("main a:not(.anchor-link)").all():
        file, _, anchor = unquote(link.get_attribute("href")).partition("#")
        if file.startswith("../"):  # README.md puts the pages beside notebooks/
            assert (path.parent / file).exists(), file
        elif "://" not in file:
            target = (folder / file if file else folder / f"{path.stem}.html").read_text("utf-8")
            assert f'id="{anchor}"' in target or not anchor, f"{file}#{anchor}"
    for text in page.locator(".jp-RenderedMarkdown").all():
        prose = text.evaluate(
            "e => { e.querySelectorAll('code, pre').forEach(x => x.remove()); return e.innerText }"
        )
        assert not re.search(r"\$|\\[a-z]+\{", prose), f"a formula is left as it is typed: {prose}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_answer_is_told(folder: Path, path: Path) -> None:
    html = (folder / f"{path.stem}.html").read_text(encoding="utf-8")
    code = re.sub(r"<[^>]*>", "", html)
    assert "Run this notebook to answer." in code
    for call in ("check.predict(", "check.number(", "answer="):
        assert call not in code

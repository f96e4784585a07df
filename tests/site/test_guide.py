"""The guide as pages of the site: every page is there, and every link leads somewhere."""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

import pytest

from tests.browser.lab import REPO

sys.path.insert(0, str(REPO / "site"))  # scripts, no package

import guide
import landing

TEXTS = sorted((REPO / "docs").rglob("*.md"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    guide.write_guide(folder)
    return folder


def test_every_text_is_a_page_and_every_handout_is_there(site: Path) -> None:
    for text in TEXTS:
        assert (site / text.relative_to(REPO).with_suffix(".html")).is_file()
    for path in (REPO / "docs" / "handouts").glob("*.svg"):
        assert (site / "docs" / "handouts" / path.name).read_bytes() == path.read_bytes()
    assert not list(site.rglob("*.md"))


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.stem)
def test_links_lead_somewhere(site: Path, text: Path) -> None:
    page = site / text.relative_to(REPO).with_suffix(".html")
    links = [html.unescape(url) for url in re.findall(r'href="([^"]+)"', page.read_text())]
    assert links[1].endswith("index.html"), "back to the lessons"
    made_by_jupyterlite = {"favicon.ico", "index.html", "lab/index.html"}
    for url in links:
        if url.startswith("https:"):
            continue
        target, _, query = url.partition("?path=")
        where = (page.parent / target).resolve()
        if where.parent == site.resolve() / "lessons":
            assert (REPO / "notebooks" / f"{where.stem}.ipynb").is_file(), url
        elif where.relative_to(site.resolve()).as_posix() in made_by_jupyterlite:
            assert not query or (REPO / query).is_file(), url
        else:
            assert where.is_file(), url


def test_tables_lists_and_code_are_what_they_should_be() -> None:
    page = guide.guide_page(REPO / "docs" / "lessons" / "02_forget_gate.md")
    for tag in (
        "<h1>",
        "<h2>Exit quiz</h2>",
        "<table>",
        "<ol>",
        "<ul>",
        "<strong>Answer:</strong>",
    ):
        assert tag in page
    assert "| " not in re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL), "a table is not one"
    assert "$" not in re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL)


def test_the_landing_page_leads_to_the_guide() -> None:
    script = '<script id="jupyter-config-data">{}</script>'
    assert 'href="docs/teaching.html"' in landing.landing_page(script)

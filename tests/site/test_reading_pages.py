"""The lessons as pages of the site: small, whole on a phone, on paper, and without JavaScript."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.lab import REPO
from tests.site.site import serve

sys.path.insert(0, str(REPO / "site"))  # scripts, no package

import guide
import landing
import pages

NOTEBOOKS = sorted((REPO / "notebooks").glob("*.ipynb"))
KILOBYTES = 300
LIVE = {"02": 1, "03": 1, "04": 1, "05": 1, "06": 1, "07": 2}  # how many live cells a page has


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the part of the site that needs no JupyterLite."""
    site = tmp_path_factory.mktemp("site")
    pages.write_pages(site)
    guide.write_guide(site)
    shutil.copytree(REPO / "imgs", site / "imgs")
    (site / "favicon.ico").write_bytes(b"")
    (site / "run-needs.json").write_text("[]")
    script = '<script id="jupyter-config-data" type="application/json">{}</script>'
    (site / "index.html").write_text(landing.landing_page(script), encoding="utf-8")
    return site


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    with serve(folder) as address:
        yield address


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_page_is_small_leads_on_and_tells_no_answer(folder: Path, path: Path) -> None:
    text = (folder / "lessons" / f"{path.stem}.html").read_text(encoding="utf-8")
    assert len(gzip.compress(text.encode())) <= KILOBYTES * 1000
    assert text.count("<lstm-cell ") == LIVE.get(path.stem[:2], 0)
    plain = re.sub(r"<[^>]*>", "", text)
    for call in ("check.predict(", "check.number(", "answer="):
        assert call not in plain
    assert "OWNER" not in text
    for url in re.findall(r'href="([^"#]+)', text):
        where, _, query = url.partition("?path=")
        if url.startswith(("https:", "data:")):
            continue
        if where in ("../notebooks/index.html", "../favicon.ico"):
            assert not query or (REPO / query).is_file()
        elif where.startswith("../files/"):
            assert (REPO / where.removeprefix("../files/")).is_file()
        else:
            assert (folder / "lessons" / where).is_file(), url
    after = NOTEBOOKS[NOTEBOOKS.index(path) + 1 :][:1]
    assert [f">Next: {other.stem[:2]} " in text for other in after] == [True] * len(after)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_page_is_whole_on_a_phone(base: str, page: Page, path: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{base}/lessons/{path.stem}.html")
    for cell in page.locator("lstm-cell").all():
        expect(cell.get_by_role("slider").first).to_be_visible()
    cut = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter((e) => {
            const box = e.getBoundingClientRect();
            for (let p = e; p; p = p.parentElement)
                if (getComputedStyle(p).overflowX === 'auto') return false;  // it scrolls
            return box.width && box.right > innerWidth + 1;
        }).map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert cut == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_questions_are_lists_and_hints_open(base: str, page: Page) -> None:
    page.goto(f"{base}/lessons/02_forget_gate.html")
    cells = json.loads(NOTEBOOKS[2].read_text(encoding="utf-8"))["cells"]
    asked = sum("".join(cell["source"]).startswith("check.predict(") for cell in cells)
    questions = page.locator(".question")
    expect(questions).to_have_count(asked)
    for question in questions.all():
        assert question.get_by_role("listitem").count() >= 2
        expect(question).to_contain_text("Run this notebook to answer.")
    hint = page.locator("details").filter(has_text="A hint").first
    inside = hint.locator("p").first
    expect(inside).to_be_hidden()
    hint.locator("summary").click()
    expect(inside).to_be_visible()


def test_what_is_under_more_is_folded_and_on_paper_open(base: str, page: Page) -> None:
    page.goto(f"{base}/lessons/02_forget_gate.html")
    more = page.locator("details.more").first
    expect(more.locator("summary")).to_contain_text("More: ")
    expect(more.locator(".jp-CodeCell").first).to_be_hidden()
    expect(page.get_by_role("heading", name=re.compile("^7 Your turn"))).to_be_visible()
    page.emulate_media(media="print")
    assert more.locator(".jp-CodeCell").first.bounding_box()["height"] > 20
    wrap = page.locator(".jp-InputArea pre").first.evaluate("e => getComputedStyle(e).whiteSpace")
    assert wrap == "pre-wrap"
    expect(page.locator(".bar").first).to_be_hidden()
    expect(page.locator("lstm-cell img")).to_be_visible()  # the saved picture


def test_without_javascript_there_are_pictures(base: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/lessons/05_output_gate.html")
    expect(page.locator("lstm-cell img")).to_be_visible()
    page.goto(base)
    expect(page.locator("lstm-cell img")).to_be_visible()
    context.close()


def test_the_live_cell_of_a_lesson_is_alive_and_its_address_is_the_lessons(
    base: str, page: Page
) -> None:
    page.goto(f"{base}/lessons/03_input_gate_and_candidate.html#x=-1")
    knob = page.get_by_role("slider", name="x[0]", exact=True)
    expect(knob).to_have_attribute("aria-valuetext", "−1.00")
    knob.press("End")
    expect(knob).to_have_attribute("aria-valuetext", "1.00")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "lessons/02_forget_gate", "lessons/07_through_time"])
def test_everybody_can_read_them(base: str, page: Page, name: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{base}/{name}.html")
    expect(page.locator("lstm-cell").first.get_by_role("slider").first).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:90] for node in one["nodes"]]) for one in found] == []


def test_the_landing_page_is_alive_first_and_small(base: str, folder: Path, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(base)
    knob = page.get_by_role("slider", name="W_f[0, h]", exact=True)
    expect(knob).to_be_in_viewport()
    first = page.get_by_role("link", name="Read the first lesson")
    assert first.get_attribute("href") == f"lessons/{NOTEBOOKS[0].stem}.html"
    files = {url.removeprefix(base).lstrip("/") or "index.html" for url in asked}
    at_once = [name for name in files if not name.startswith("imgs/")]  # pictures come when seen
    assert sum(len(gzip.compress((folder / name).read_bytes())) for name in at_once) < 60_000
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert "OWNER" not in text
    assert "uvx lstm-teach" not in text, "it is on no package index"

"""What is printed: a handout on one page, nothing over another; a lesson on one sheet."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.lab import REPO

sys.path.insert(0, str(REPO / "site"))  # scripts, no package

import guide

HANDOUTS = sorted((REPO / "docs" / "handouts").glob("*.svg"))
MARGIN = 38  # pixels: 10 mm, which no printer reaches
BOXES = """() => [...document.querySelectorAll("text")].map(text => {
    const box = text.getBoundingClientRect();
    const high = parseFloat(getComputedStyle(text).fontSize) * box.height / text.getBBox().height;
    // a box is as high as the highest letter of the font may be: leave out what is empty
    return [text.textContent, box.left, box.bottom - high, box.right, box.bottom - high * 0.25];
})"""


def printed_pages(page: Page) -> int:
    return len(re.findall(rb"/Type ?/Page\b", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("path", HANDOUTS, ids=lambda path: path.stem)
def test_a_handout_is_one_page_with_nothing_over_another(browser: Browser, path: Path) -> None:
    page = browser.new_page(viewport={"width": 794, "height": 1123})  # A4
    page.goto(path.as_uri())
    assert printed_pages(page) == 1
    texts = page.evaluate(BOXES)
    page.close()
    assert len(texts) > 30
    for k, (words, left, top, right, bottom) in enumerate(texts):
        assert left >= MARGIN, words
        assert top >= MARGIN, words
        assert right <= 794 - MARGIN, words
        assert bottom <= 1123 - MARGIN, words
        for other, left2, top2, right2, bottom2 in texts[:k]:
            apart = right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top
            assert apart, f"{words} lies over {other}"


def test_the_guide_fits_a_phone_and_a_lesson_a_sheet_of_paper(
    browser: Browser, tmp_path: Path
) -> None:
    guide.write_guide(tmp_path)
    page = browser.new_page(viewport={"width": 390, "height": 800})
    for path in sorted((tmp_path / "docs").rglob("*.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path.name
        if path.parent.name == "lessons":
            assert printed_pages(page) <= 2, f"{path.name}: more than one sheet, both sides"
    page.close()

"""Voilà: lessons as pages, and on the one of 02 what can be done without code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lab import REPO
from tests.browser.test_02 import (
    notebook,
    test_a_key_moves_wire_bar_and_sentence,
    test_a_preset_and_back,
    test_a_wrong_prediction_gets_its_hint_and_the_right_one_its_reason,
    test_the_gate_is_wired_by_keys,
    test_the_mouse_drags_to_both_ends,
)
from tests.fronts.fronts import Voila, VoilaPage

#: One explorer, a whole day, a trained cell; JupyterLab and the website run every lesson already.
LESSONS = ("02_forget_gate.ipynb", "07_through_time.ipynb", "12_read_a_trained_cell.ipynb")
AT_ONCE = 2  # the next one runs while one is looked at


@pytest.fixture(scope="module")
def lab(browser: Browser) -> Iterator[Voila]:
    """Give a running Voilà with the face of a JupyterLab."""
    with Voila(browser) as running:
        yield running


@pytest.fixture(scope="module")
def begun(lab: Voila) -> Iterator[dict[str, VoilaPage]]:
    """Give the pages that are under way, by the names of their notebooks."""
    pages: dict[str, VoilaPage] = {}
    yield pages
    for page in pages.values():
        page.close()


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_a_page(lab: Voila, begun: dict[str, VoilaPage], name: str) -> None:
    place = LESSONS.index(name)
    for other in LESSONS[place : place + AT_ONCE]:
        if other not in begun:
            begun[other] = lab.open(other)
    with begun.pop(name) as page:
        page.run_all()
        cells = json.loads((REPO / "notebooks" / name).read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        for kind, call in (("predict", r"^check\.predict\("), ("explorer", r"^explore\.\w+\(")):
            count = len(re.findall(call, code, re.MULTILINE))
            shown = page.page.locator(f".lstm-{kind}")
            assert shown.count() >= count
        for picture in page.page.locator(".jp-RenderedMarkdown img").all():
            assert picture.evaluate("e => e.complete && e.naturalWidth > 0"), "one is missing"
        assert page.cell_errors() == []
        assert page.kernel_errors() == []
        assert page.console_errors == []
        assert page.outside_requests == []


class VoilaOfOne(Voila):
    """Voilà with one notebook, which is the whole of its site."""

    up = "imgs/lstm-chain.svg"

    def _program(self) -> list[str]:
        return [*super()._program(), "notebooks/00_start_here.ipynb"]


def test_one_notebook_alone_has_its_drawings_too(browser: Browser) -> None:
    with VoilaOfOne(browser) as front:
        assert b"<svg" in front._request("GET", front.up)

"""The handouts: up to date, on one A4 page, large enough to read, and black on white."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from lstm_teach._style import COLORS, QUANTITIES

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))  # scripts, no package

import make_handouts as handouts

FOLDER = Path(__file__).parents[2] / "docs" / "handouts"
SVG = "{http://www.w3.org/2000/svg}"
SHEETS = handouts.sheets()
PAGES = {name: handouts.page(sheet) for name, sheet in SHEETS.items()}
POINTS = 297 / 25.4 * 72 / handouts.HEIGHT  # of one unit of the page


@pytest.fixture(params=PAGES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def test_the_files_are_what_the_command_writes(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", handouts.__file__, tmp_path / "new"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
    written = {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()}
    assert sorted(written) == sorted(f"{name}.svg" for name in SHEETS)
    kept = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    assert kept == written, "stale; run: python tools/make_handouts.py docs/handouts"
    assert all(content.isascii() and b"\r" not in content for content in written.values())


def test_a_page_is_a4_and_says_what_it_shows(name: str) -> None:
    root = ET.fromstring(PAGES[name])
    assert (root.get("width"), root.get("height")) == ("210mm", "297mm")
    _, _, width, height = map(float, root.get("viewBox").split())
    assert width / height == pytest.approx(210 / 297, rel=1e-3)
    assert len(root.findtext(f"{SVG}title")) > 10
    assert len(root.findtext(f"{SVG}desc")) > 100


def test_text_has_at_least_ten_points(name: str) -> None:
    def sizes(element: ET.Element, size: float, scale: float) -> list[float]:
        size = float(element.get("font-size", size))
        if shrunk := re.search(r"scale\(([\d.]+)\)", element.get("transform", "")):
            scale *= float(shrunk[1])
        here = [size * scale] if element.tag == f"{SVG}text" else []
        return here + [s for child in element for s in sizes(child, size, scale)]

    found = sizes(ET.fromstring(PAGES[name]), 16, 1)
    assert len(found) > 30
    assert min(found) * POINTS >= 10


def test_a_page_prints_in_black_and_gray(name: str) -> None:
    colors = set(re.findall(r"#[0-9a-f]{6}", PAGES[name]))
    assert not colors & set(COLORS.values()) - {COLORS["c"]}
    for color in colors:
        channels = [int(color[k : k + 2], 16) for k in (1, 3, 5)]
        assert max(channels) - min(channels) <= 4, color


def test_a_table_gives_numbers_and_leaves_the_answers_blank(name: str) -> None:
    sheet = SHEETS[name]
    blank = [column for column, given in sheet.table.items() if given is None]
    assert sorted(blank) == sorted(sheet.answers)
    assert 0 < len(blank) < len(sheet.table)
    assert len(sheet.questions) == 3
    said = ["".join(e.itertext()) for e in ET.fromstring(PAGES[name]).iter(f"{SVG}text")]
    assert set(sheet.questions) <= set(said)
    for column in sheet.table.values():
        assert column is None or (len(column) == 3 and np.array_equal(column, column.round(2)))


def test_every_column_has_its_symbol(name: str) -> None:
    said = ["".join(e.itertext()) for e in ET.fromstring(PAGES[name]).iter(f"{SVG}text")]
    for column in SHEETS[name].table:
        known = QUANTITIES.get(column)
        symbol = known.symbol + known.moment if known and known.moment else column
        assert symbol.replace("_", "").replace("\u0303", "") in said  # a tilde is drawn

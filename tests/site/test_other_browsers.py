"""Firefox and WebKit: the live cell and a reading page, with keys, from a phone to a desk."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

from lstm_teach import examples, explore, unroll
from lstm_teach._style import number
from lstm_teach.explore import words
from tests.browser.lab import REPO
from tests.browser.other_browsers import BROWSERS, wait_for
from tests.site.site import serve

sys.path.insert(0, str(REPO / "site"))  # scripts, no package

import live_cell
import pages

SLIDERS = "[...document.querySelector('lstm-cell').shadowRoot.querySelectorAll('input')]"
SHOWN = """
const root = document.querySelector('lstm-cell').shadowRoot;
return [[...root.querySelectorAll('[data-value] text')].map((t) => t.textContent),
    root.querySelector('.sentence').textContent];
"""
MOVE = """
const input = SLIDERS.find((each) => each.getAttribute('aria-label') === arguments[0]);
input.value = arguments[1];
input.dispatchEvent(new Event('input'));
""".replace("SLIDERS", SLIDERS)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of the reading pages, and of a page for each live cell."""
    folder = tmp_path_factory.mktemp("site")
    pages.write_pages(folder)
    shutil.copytree(REPO / "imgs", folder / "imgs")
    (folder / "run-needs.json").write_text("[]")
    for focus in (*live_cell.FOCUSES, "day"):
        (folder / f"{focus}.html").write_text(
            '<!DOCTYPE html><meta name="viewport" content="width=device-width">'
            "<script>window.failed = []; addEventListener('error', (e) => failed.push(e.message));"
            '</script><script src="lstm-cell.js" defer></script>'
            f'<lstm-cell focus="{focus}" units="2"></lstm-cell>'
        )
    frame = '<!DOCTYPE html><iframe height="800" style="border: 0"></iframe>'
    (folder / "frame.html").write_text(frame)
    with serve(folder) as address:
        yield address


@pytest.fixture(scope="module", params=BROWSERS)
def driver(request: pytest.FixtureRequest) -> Iterator[WebDriver]:
    with BROWSERS[request.param]() as browser:
        yield browser


def go(driver: WebDriver, address: str) -> None:
    driver.get("about:blank")
    driver.get(address)
    wait_for(driver, "return document.querySelector('lstm-cell')?.shadowRoot?.querySelector('svg')")


@pytest.mark.parametrize("focus", live_cell.FOCUSES)
def test_every_number_is_ours_at_both_ends(driver: WebDriver, base: str, focus: str) -> None:
    ours = live_cell.FOCUSES[focus][0](2)
    go(driver, f"{base}/{focus}.html")
    sliders = live_cell.cell(live_cell.FOCUSES[focus][0](2))["sliders"]
    for end in (2, 1):
        for label, *limits in sliders:
            driver.execute_script(MOVE, label, limits[end - 1])
            ours.controls[label].value = limits[end - 1]
        numbers, said = driver.execute_script(SHOWN)
        assert said == words.sentence(focus, ours.step)
        for name in ("kept", "added", "c", "f", "i", "c_tilde"):
            for value in getattr(ours.step, name):
                assert number(value) in numbers
    assert driver.execute_script("return window.failed") == []


def test_the_day_plays_to_its_end(driver: WebDriver, base: str) -> None:
    go(driver, f"{base}/day.html")
    last = len(examples.DAY) - 1
    driver.execute_script(MOVE, "moment", last - 1)
    driver.execute_script(
        "[...document.querySelector('lstm-cell').shadowRoot.querySelectorAll('button')]"
        ".find((b) => b.textContent === 'Play').click()"
    )
    wait_for(driver, f"return {SLIDERS}[0].value === '{last}'")
    steps = unroll(examples.room_counter(2), examples.day_events())
    told = words.sentence("step", steps[last])
    name = examples.event_names(examples.day_events())[last]
    assert driver.execute_script(SHOWN)[1] == words.moment_sentence(last, last + 1, name, told)


def test_keys_move_a_slider(driver: WebDriver, base: str) -> None:
    go(driver, f"{base}/forget.html")
    host = driver.find_element("css selector", "lstm-cell")
    knob = host.shadow_root.find_element("css selector", '[aria-label="x[0]"]')
    knob.send_keys(Keys.ARROW_RIGHT)
    wait_for(driver, "return arguments[0].getAttribute('aria-valuetext') === '0.55'", knob)
    wait_for(driver, "return location.hash.includes('x=0.55')")


@pytest.mark.parametrize("width", [390, 820, 1366])
@pytest.mark.parametrize("name", ["lessons/02_forget_gate", "step"])
def test_a_page_is_whole(driver: WebDriver, base: str, name: str, width: int) -> None:
    driver.set_window_size(1400, 1000)  # none of them has a window of 390: a frame has
    driver.get(f"{base}/frame.html")
    driver.execute_script(
        "const frame = document.querySelector('iframe'); frame.src = arguments[0];"
        "frame.width = arguments[1];",
        f"{name}.html",
        width,
    )
    driver.switch_to.frame(0)
    wait_for(driver, "return document.querySelector('lstm-cell')?.shadowRoot?.querySelector('svg')")
    inner, wide = driver.execute_script("return [innerWidth, document.documentElement.scrollWidth]")
    assert wide <= inner == width
    smallest = driver.execute_script(
        "return Math.min(...[...document.querySelector('lstm-cell').shadowRoot.querySelectorAll("
        "'[data-value] text')].map((t) => parseFloat(getComputedStyle(t).fontSize)"
        " * t.getScreenCTM().a))"
    )
    assert smallest >= 10


def test_formulas_are_drawn_and_hints_open(driver: WebDriver, base: str) -> None:
    go(driver, f"{base}/lessons/02_forget_gate.html")
    assert driver.execute_script(
        "return [...document.querySelectorAll('main math mtable, main math msub')].length"
    )
    opened = driver.execute_script(
        "const d = document.querySelector('details'); d.querySelector('summary').click();"
        "return d.open && d.querySelector('p').offsetHeight > 10"
    )
    assert opened


def test_it_shows_the_same_as_the_explorer_at_the_start(driver: WebDriver, base: str) -> None:
    go(driver, f"{base}/step.html")
    assert driver.execute_script(SHOWN)[1] == words.sentence("step", explore.step(2).step)


def test_the_candidates_tilde_is_drawn(driver: WebDriver, base: str, tmp_path: Path) -> None:
    go(driver, f"{base}/input.html")
    content, high = driver.execute_script(
        "const t = document.querySelector('lstm-cell').shadowRoot.querySelector('.tilde');"
        "const look = getComputedStyle(t, '::before');"
        "return [look.content, parseFloat(look.top)]"
    )
    assert "~" in content
    assert high < 0, "above the letter"

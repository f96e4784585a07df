"""How explorers stand on a page: scrollbars that take room, a phone's width, a projector, and type.

In a browser of its own: Playwright hides scrollbars, which most desktops show.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator

from tests.browser.lab import Lab, Notebook, with_scrollbars

SHOWN = (
    "explore.step(2)",
    "explore.sequence()",
    "explore.gradients()",
    "check.wire_forget_gate()",
    "check.predict('Which?', {'one': 'No.', 'two': 'Yes.'}, answer='two')",
)
PHONE = 510, 844  # JupyterLab's bars and scrollbars take 120 px of it: 390 are left
SEEN = """page => [...page.querySelectorAll('.lstm-slider > *, .lstm-bar > *, .lstm-tools > *')]
    .filter(part => part.checkVisibility())
    .map(part => [part.className, part.getBoundingClientRect()])
    .map(([name, { left, top, right, bottom }]) => [name, left, top, right, bottom])"""
# The smallest label or number of a plot, in px of the screen: its letters, not its subscripts.
TYPE = """texts => texts.filter(text => text.checkVisibility() && text.textContent.trim())
    .map(text => {
        const { a, b } = text.getScreenCTM();
        const parts = [...text.querySelectorAll('tspan'), text].filter(part => [...part.childNodes]
            .some(node => node.nodeType === Node.TEXT_NODE && node.data.trim()));
        const sizes = parts.map(part => parseFloat(getComputedStyle(part).fontSize));
        return [Math.max(...sizes) * Math.hypot(a, b), text.textContent];
    })
    .sort(([one], [other]) => one - other)[0]"""

# Controls that have the focus without a ring around them, or with one that their place cuts off.
CUT_RINGS = """() => [...document.querySelectorAll(`.lstm-page :is(button, select, input,
        textarea, pre, .noUi-handle, .widget-readout, .lm-TabBar-tab)`)]
    .filter((control) => {
        control.focus({ focusVisible: true, preventScroll: true });
        if (!control.matches(':focus')) return false;
        const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(control);
        const ring = control.getBoundingClientRect();
        const around = parseFloat(outlineWidth) + parseFloat(outlineOffset);
        if (outlineStyle === 'none' || around < 2) return true;
        let box = control;
        while ((box = box.parentElement) && !box.matches('.jp-WindowedPanel-outer')) {
            const { overflowX, overflowY } = getComputedStyle(box);
            const { left, top } = box.getBoundingClientRect();
            const x = [ring.left - left - box.clientLeft,
                left + box.clientLeft + box.clientWidth - ring.right];
            const y = [ring.top - top - box.clientTop,
                top + box.clientTop + box.clientHeight - ring.bottom];
            if (overflowX !== 'visible' && Math.min(...x) < around - 0.5) return true;
            if (overflowY !== 'visible' && Math.min(...y) < around - 0.5) return true;
        }
        return false;
    }).map((control) => control.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def notebook(lab: Lab) -> Iterator[Notebook]:
    """Every kind of explorer, on a laptop's screen with the list of files hidden."""
    name = lab.write("_layout.ipynb", "from lstm_teach import check, explore", *SHOWN)
    hiding = lab.browser
    with with_scrollbars(hiding) as lab.browser:
        with lab.open(name, 1366, 768) as opened:
            opened.command("application:toggle-left-area")
            opened.run_all()
            yield opened
        lab.browser = hiding


def pages(notebook: Notebook) -> list[Locator]:
    """The outermost widgets."""
    return notebook.page.locator(".lstm-page:not(.lstm-page .lstm-page)").all()


def test_no_output_has_a_scrollbar_of_its_own(notebook: Notebook) -> None:
    notebook.resize(1366, 768)
    for page in pages(notebook):
        page.scroll_into_view_if_needed()
        for box in (page, page.locator("xpath=ancestor::*[contains(@class, 'jp-OutputArea')][1]")):
            inner, outer = box.evaluate("box => [box.scrollHeight, box.clientHeight]")
            assert inner <= outer


def test_no_ring_around_what_has_the_focus_is_cut(notebook: Notebook) -> None:
    notebook.resize(1366, 768)
    assert notebook.page.evaluate(CUT_RINGS) == []


def test_every_control_has_its_name_before_it_comes_into_view(notebook: Notebook) -> None:
    nameless = notebook.page.locator(
        ".noUi-handle:not([aria-labelledby]), .widget-play button:not([aria-label])"
    )
    assert nameless.count() == 0
    assert notebook.page.locator(".noUi-handle").count() > 20


def test_a_click_on_a_track_gives_its_handle_the_keys(notebook: Notebook) -> None:
    notebook.resize(1366, 768)
    slider = notebook.slider("W_f[0, x]")
    slider.scroll_into_view_if_needed()
    track = slider.locator(".noUi-base").bounding_box()
    assert track is not None
    notebook.page.mouse.click(track["x"] + 0.8 * track["width"], track["y"] + track["height"] / 2)
    notebook.wait_until_idle()
    at = notebook.value("W_f[0, x]")
    assert at > 1.5
    notebook.page.keyboard.press("ArrowRight")
    notebook.wait_until_idle()
    assert notebook.value("W_f[0, x]") == pytest.approx(at + 0.1)


def test_presented_everything_is_on_the_screen_and_can_be_read(notebook: Notebook) -> None:
    notebook.resize(1366, 768)
    for page in pages(notebook)[:-1]:
        page.scroll_into_view_if_needed()
        present = page.get_by_role("button", name="Present")
        present.click()
        notebook.page.wait_for_function("() => document.fullscreenElement")
        notebook.resize(1366, 768)
        for name, left, _, right, _ in page.evaluate(SEEN):
            assert 0 <= left <= right <= 1366, name
        assert_apart(page)
        if page.locator(".lstm-other").is_visible():
            page.locator(".lstm-other").click()
        smallest, text = page.locator(".lstm-plot text").evaluate_all(TYPE)
        assert smallest >= 14, text
        notebook.page.keyboard.press("p")
        notebook.page.wait_for_function("() => !document.fullscreenElement")


def test_on_a_phone_the_picture_stays_and_the_controls_have_a_column(notebook: Notebook) -> None:
    notebook.resize(*PHONE)
    for page in pages(notebook)[:-1]:
        page.evaluate("page => page.scrollIntoView({ block: 'start' })")
        notebook.resize(*PHONE)
        assert page.evaluate("page => page.scrollWidth <= page.clientWidth")
        assert_apart(page)
        picture = page.locator(".lstm-pictured").first
        before = picture.bounding_box()
        assert before is not None
        page.evaluate("page => page.scrollBy(0, page.scrollHeight)")
        after = picture.bounding_box()
        assert after is not None
        top = page.bounding_box()
        assert top is not None
        assert top["y"] - 1 <= after["y"] <= before["y"]  # it is there at the end too
        written = page.locator(".lstm-pictures [data-value] text, .lstm-plot text")
        smallest, text = written.filter(visible=True).evaluate_all(TYPE)
        assert smallest >= 10, text
        page.evaluate("page => page.scrollTo(0, 0)")
    notebook.resize(1366, 768)


def assert_apart(page: Locator) -> None:
    """No two controls, labels or numbers lie over each other."""
    parts = [part for part in page.evaluate(SEEN) if "slider-container" not in part[0]]
    for k, (name, left, top, right, bottom) in enumerate(parts):
        for other, x0, y0, x1, y1 in parts[k + 1 :]:
            across, down = min(right, x1) - max(left, x0), min(bottom, y1) - max(top, y0)
            inside = (x0 >= left - 1 and x1 <= right + 1) and (y0 >= top - 1 and y1 <= bottom + 1)
            assert across <= 1 or down <= 1 or inside, (name, other)

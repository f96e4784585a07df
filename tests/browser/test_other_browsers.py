"""Lessons 02, 07 and 12 in JupyterLab in Firefox and in WebKit, and faults that only they had."""

from __future__ import annotations

import io
from collections.abc import Iterator

import matplotlib.image
import numpy as np
import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from lstm_teach import Step, examples, explore, forget_gate, pin, unroll
from lstm_teach._style import number
from lstm_teach.explore.words import percent
from tests.browser.lab import Lab
from tests.browser.other_browsers import SLIDER, OtherNotebook
from tests.browser.other_browsers import driver as driver
from tests.browser.test_layout import CUT_RINGS, SHOWN

SHOWS = """nth => {
    const shown = [...document.querySelectorAll('.lstm-explorer:has(.lstm-slider)')][nth];
    const texts = (selector) => [...shown.querySelectorAll(selector)].map((e) => e.textContent);
    return [texts('.lstm-sentence')[0], texts('[data-value] text')];
}"""
# A part of the nth explorer, by its selector, or by its text too.
PART = """([nth, selector, text]) => {
    const shown = [...document.querySelectorAll('.lstm-explorer:has(.lstm-slider)')][nth];
    const page = shown.closest('.lstm-page:not(.lstm-page .lstm-page)');
    return [...page.querySelectorAll(selector)].find((e) => e.textContent.includes(text));
}"""
CHOICE = """([asked, choice]) => {
    const question = [...document.querySelectorAll('.lstm-predict')]
        .find((each) => each.textContent.includes(asked));
    const choices = [...question.querySelectorAll('label')];
    return [choices.find((label) => label.textContent.includes(choice)),
        question.querySelector('button'), question];
}"""


@pytest.fixture(scope="class")
def notebook(
    driver: WebDriver, lab: Lab, request: pytest.FixtureRequest
) -> Iterator[OtherNotebook]:
    """The notebook of a class of tests; it must have run without an error, to the end."""
    name = request.cls.NAME or lab.write(
        "_others.ipynb", "from lstm_teach import check, explore", *SHOWN
    )
    with OtherNotebook(driver, lab, lab.as_saved(name)) as opened:
        opened.run_all()
        yield opened
        assert opened.errors() == []


def part(notebook: OtherNotebook, selector: str, text: str = "", nth: int = 0) -> WebElement:
    return notebook.in_sight(notebook.all(PART, [nth, selector, text]))


def push(notebook: OtherNotebook, selector: str, text: str = "", nth: int = 0) -> None:
    part(notebook, selector, text, nth).click()
    notebook.wait_until_idle()


def pick(notebook: OtherNotebook, label: str, option: str) -> None:
    menu = part(notebook, ".widget-dropdown", label).find_element("tag name", "select")
    Select(menu).select_by_visible_text(option)
    notebook.all("menu => menu.focus()", menu)  # as after a real choice
    notebook.wait_until_idle()


def answer(notebook: OtherNotebook, asked: str, choice: str) -> str:
    """Choose by mouse, and check; gives what is said."""
    label, button, question = notebook.all(CHOICE, [asked, choice])
    notebook.in_sight(question)
    label.click()
    button.click()
    notebook.wait_until_idle()
    return notebook.all(
        "question => question.querySelector('.lstm-sentence').textContent", question
    )


def shown_alone(notebook: OtherNotebook) -> None:
    """Present the first explorer, move a slider there, and come back."""
    push(notebook, ".lstm-present")
    notebook.page.wait_for_function("() => document.fullscreenElement?.matches('.lstm-split')")
    left, right, wide = notebook.all(
        """() => {
            const { left, right } = document.fullscreenElement.getBoundingClientRect();
            return [left, right, innerWidth];
        }"""
    )
    assert (left, right) == (0, wide)
    assert notebook.all("() => document.fullscreenElement.scrollWidth <= innerWidth")
    ActionChains(notebook.driver).send_keys("p").perform()
    notebook.page.wait_for_function("() => !document.fullscreenElement")


class TestForgetGate:
    NAME = "02_forget_gate.ipynb"

    def shows(self, notebook: OtherNotebook) -> None:
        """Wires and sentence say what lstm_teach computes from where the sliders stand."""
        value = notebook.value
        weights = [[value(f"W_f[{k}, {name}]") for name in ("h0", "h1", "x")] for k in (0, 1)]
        h, b, c = ([value(f"{of}[{k}]") for k in (0, 1)] for of in ("h_prev", "b_f", "c_prev"))
        f = forget_gate(h, [value("x[0]")], weights, b)
        said, numbers = notebook.all(SHOWS, 0)
        for k in (0, 1):
            assert {number(f[k]), number(f[k] * c[k])} <= set(numbers)
            kept = f"Unit {k} keeps {percent(f[k])} of {number(c[k])}"
            assert f"{kept}, which leaves {number(f[k] * c[k])}." in said

    def test_keys_the_mouse_and_a_typed_number_move_it(self, notebook: OtherNotebook) -> None:
        self.shows(notebook)
        start = notebook.value("W_f[0, x]")
        notebook.press("W_f[0, x]", Keys.ARROW_RIGHT, 3)
        assert notebook.value("W_f[0, x]") == pytest.approx(start + 0.3)
        self.shows(notebook)
        for fraction, end in ((0, -5), (1, 5)):
            notebook.drag("b_f[0]", fraction)
            assert notebook.value("b_f[0]") == end
            self.shows(notebook)
        notebook.type(notebook.part("b_f[1]", ".widget-readout"), f"-1.2{Keys.ENTER}")
        assert notebook.value("b_f[1]") == -1.2
        self.shows(notebook)

    def test_a_click_on_a_track_gives_its_knob_the_keys(self, notebook: OtherNotebook) -> None:
        cells = len(notebook.texts(".jp-Cell"))
        notebook.click_track("W_f[1, x]", 0.8)
        at = notebook.value("W_f[1, x]")
        assert at == pytest.approx(3, abs=0.11)
        notebook.keys(Keys.ARROW_RIGHT, "b")
        assert notebook.value("W_f[1, x]") == pytest.approx(at + 0.1)
        assert len(notebook.texts(".jp-Cell")) == cells
        self.shows(notebook)

    def test_a_preset_and_back(self, notebook: OtherNotebook) -> None:
        pick(notebook, "Start from", "example: question")
        f = examples.question().printed["f"]
        assert f"Unit 4 keeps {percent(f[4])} of 1.00" in notebook.all(SHOWS, 0)[0]
        assert len(notebook.texts("table.lstm-heat td")) > 50
        pick(notebook, "Start from", "2 units")
        assert notebook.all(SHOWS, 0)[0] == explore.forget_gate(units=2).description

    def test_a_prediction_by_mouse(self, notebook: OtherNotebook) -> None:
        asked = "The weighted sum is"
        assert "Not yet. σ has no jumps" in answer(notebook, asked, "1, because a gate is either")
        assert "Right. The curve climbs on" in answer(notebook, asked, "about 0.98")

    def test_presented_it_fills_the_screen(self, notebook: OtherNotebook) -> None:
        shown_alone(notebook)
        self.shows(notebook)


class TestThroughTime:
    NAME = "07_through_time.ipynb"
    XS = examples.day_events()
    DAY = unroll(examples.room_counter(), XS)

    def shows(self, notebook: OtherNotebook, moment: Step) -> None:
        said, numbers = notebook.all(SHOWS, 0)
        assert f"its memory is now {number(moment.c[0])}" in said
        for values in (moment.f, moment.i, moment.o, moment.c, moment.h):
            assert number(values[0]) in numbers

    def test_the_moment_is_chosen_by_keys_by_a_click_and_by_playing(
        self, notebook: OtherNotebook
    ) -> None:
        notebook.press("moment", Keys.HOME)
        notebook.keys(*[Keys.ARROW_RIGHT] * 10)
        self.shows(notebook, self.DAY[10])
        plot = part(notebook, ".lstm-plot")
        across = round(0.4 * plot.rect["width"])
        ActionChains(notebook.driver).move_to_element_with_offset(plot, across, 0).click().perform()
        notebook.wait_until_idle()
        before = int(notebook.value("moment"))
        assert 10 < before < 23
        self.shows(notebook, self.DAY[before])
        push(notebook, ".widget-play button")
        notebook.page.wait_for_function(
            f"() => Number(({SLIDER})(['moment', 0]).querySelector('.noUi-handle')"
            f".getAttribute('aria-valuetext')) > {before}"
        )
        push(notebook, ".widget-play button")
        self.shows(notebook, self.DAY[int(notebook.value("moment"))])

    def test_a_pin_and_a_day_of_ones_own(self, notebook: OtherNotebook) -> None:
        pick(notebook, "pin", "forget")
        notebook.press("moment", Keys.END)
        held = unroll(pin(examples.room_counter(), "forget", 1), self.XS)
        self.shows(notebook, held[-1])
        pick(notebook, "pin", "nothing")
        box = part(notebook, ".widget-text", "your day").find_element("tag name", "input")
        notebook.type(box, f"enter enter bell ask{Keys.ENTER}")
        notebook.press("moment", Keys.ARROW_RIGHT)
        self.shows(notebook, unroll(examples.room_counter(), np.eye(4)[[0, 0, 2, 3]])[1])

    def test_presented_it_fills_the_screen(self, notebook: OtherNotebook) -> None:
        shown_alone(notebook)


class TestTypedText:
    NAME = "12_read_a_trained_cell.ipynb"
    READER = examples.reader()

    def test_what_is_typed_is_read_letter_by_letter(self, notebook: OtherNotebook) -> None:
        push(notebook, "button", "Reset")
        box = part(notebook, "textarea")
        notebook.type(box, "The gate $f")
        assert box.get_property("value") == "The gate $f"
        read = self.READER.read("The gate $f")
        assert f"its memory is now {number(read.c[-1, 14])}" in notebook.all(SHOWS, 0)[0]
        pick(notebook, "unit", "unit 50")
        said, numbers = notebook.all(SHOWS, 0)
        assert f"its memory is now {number(read.c[-1, 50])}" in said
        assert {number(read[-1].f[50]), number(read[-1].h[50])} <= set(numbers)


# How far the knobs are from where their numbers say, in px.
KNOBS = """() => [...document.querySelectorAll('.noUi-handle')].filter((e) => e.offsetParent)
    .map((handle) => {
        const [now, low, high] = ['text', 'min', 'max']
            .map((name) => Number(handle.getAttribute(`aria-value${name}`)));
        const knob = handle.getBoundingClientRect();
        const track = handle.closest('.noUi-base').getBoundingClientRect();
        const should = track.left + track.width * (now - low) / (high - low);
        return Math.abs((knob.left + knob.right) / 2 - should);
    })"""
OVERFLOWING = """() => [...document.querySelectorAll('.lstm-page, .jp-OutputArea, '
        + '.jp-OutputArea-output')]
    .filter((box) => box.offsetParent && (box.scrollHeight > box.clientHeight
        || box.scrollWidth > box.clientWidth)).map((box) => box.className)"""
SCROLLBAR = """() => {
    const box = document.createElement('div');
    box.style = 'overflow: scroll; width: 99px; height: 99px';
    document.body.append(box);
    const width = box.offsetWidth - box.clientWidth;
    box.remove();
    return width;
}"""


class TestFaults:
    NAME = None  # explorers of several kinds, and a question

    def test_nothing_has_a_scrollbar_of_its_own(self, notebook: OtherNotebook) -> None:
        assert notebook.all(SCROLLBAR) > 5, "here they take room"
        assert notebook.all(OVERFLOWING) == []

    def test_every_control_has_a_name(self, notebook: OtherNotebook) -> None:
        assert (
            notebook.all(
                "() => [...document.querySelectorAll('.noUi-handle:not([aria-labelledby]), '"
                "+ '.widget-play button:not([aria-label])')].map((e) => e.outerHTML)"
            )
            == []
        )

    def test_knobs_stand_where_their_numbers_are(self, notebook: OtherNotebook) -> None:
        for key in (Keys.HOME, Keys.PAGE_UP, Keys.END):
            for label in ("W_f[0, h0]", "W_f[0, x]", "x[0]", "moment"):
                notebook.press(label, key)
            notebook.page.wait_for_function(f"() => Math.max(...({KNOBS})()) <= 1")  # they glide

    def test_no_ring_around_what_has_the_focus_is_cut(self, notebook: OtherNotebook) -> None:
        assert notebook.all(CUT_RINGS) == []

    def test_a_tilde_stands_above_its_letter(self, notebook: OtherNotebook) -> None:
        rows, ink = tilde_and_letter(notebook)
        assert len(rows)
        assert rows.max() <= ink.min() + 2


def tilde_and_letter(notebook: OtherNotebook) -> tuple[np.ndarray, np.ndarray]:
    """In which rows of the picture a tilde is drawn, and in which its letter."""
    letter = part(notebook, ".lstm-tilde")
    box = notebook.all("e => e.getBoundingClientRect().toJSON()", letter)
    left, right, top, bottom = (round(box[side]) for side in ("left", "right", "top", "bottom"))
    pictures = []
    for style in ("", ".lstm-tilde::after { content: none !important }"):
        notebook.all(
            """style => {
                window.lstmStyle ??= document.head.appendChild(document.createElement('style'));
                window.lstmStyle.textContent = style;
            }""",
            style,
        )
        notebook.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        whole = matplotlib.image.imread(io.BytesIO(notebook.driver.get_screenshot_as_png()))
        pictures.append(whole[top - 8 : bottom, left:right, :3].mean(axis=2))
    with_, without = pictures
    drawn = np.abs(with_ - without) > 0.2
    return np.flatnonzero(drawn.any(axis=1)), np.flatnonzero((without < 0.7).any(axis=1))

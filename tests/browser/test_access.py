"""Everybody can use every explorer: by keys, at 200% zoom, in the dark, from the back row.

The text and the outputs of each notebook are looked at where that notebook is open already: see
the last test of `test_00.py` and its kin. Here are the explorers, in states of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.access import DARK, LIGHT, answer, in_sight, in_theme
from tests.browser.lab import REPO, Lab, Notebook
from tests.browser.test_explorers import EVERY, IMPORTS, QUESTION, outermost
from tests.browser.test_layout import TYPE as IN_PLOT

OTHERS = (
    *('explore.variant("gru")', "explore.rnn()", "explore.rnn(2)", "explore.text()"),
    'explore.curve("sigmoid")',
)
SHOWN = (*EVERY, *OTHERS)
LAPTOP, LARGE = (1366, 768), (1920, 1080)
ZOOMED = (683, 384)  # what is left of a laptop's 1366 x 768 at 200%


@pytest.fixture(scope="module")
def notebook(lab: Lab) -> Iterator[Notebook]:
    """All explorers and a question, on a laptop's screen with the list of files hidden."""
    name = lab.write("_access.ipynb", IMPORTS, *SHOWN, QUESTION, "check.setup()")
    with lab.open(name, *LAPTOP) as opened:
        opened.command("application:toggle-left-area")
        opened.run_all()
        yield opened
        assert opened.kernel_errors() == []
        assert opened.console_errors == []


def page_of(notebook: Notebook, made_by: str) -> Locator:
    """An explorer, in sight and at rest: where one scrolls to, JupyterLab still moves things."""
    page = outermost(notebook).nth(SHOWN.index(made_by))
    page.scroll_into_view_if_needed()
    notebook.wait_until_laid_out()
    return page


# ---- axe ---------------------------------------------------------------------------------------


def test_axe_finds_nothing_in_any_explorer(notebook: Notebook) -> None:
    """Also with lines of code shown, a large matrix, a day that cannot be read, an answer."""
    assert in_sight(notebook) == []
    day, gate = page_of(notebook, "explore.sequence()"), page_of(notebook, EVERY[0])
    gate.get_by_role("button", name="Show as code").click()
    gate.get_by_label("Start from").select_option("example: question")
    day.get_by_label("your day").fill("nonsense")
    day.get_by_label("your day").press("Enter")
    answer(notebook.page.locator(".lstm-predict"))
    notebook.wait_until_idle()
    expect(gate.locator("table.lstm-heat")).to_be_visible()
    expect(gate.locator("pre")).to_be_visible()
    expect(day.get_by_role("alert")).to_be_visible()
    in_theme(notebook, DARK)
    found = in_sight(notebook)
    in_theme(notebook, LIGHT)
    page_of(notebook, EVERY[0]).get_by_role("button", name="Show as code").click()
    expect(gate.locator("pre")).not_to_be_visible()
    gate.get_by_label("Start from").select_option("2 units")
    notebook.wait_until_idle()
    notebook.wait_until_laid_out()
    assert found == []


# For each knob the best contrast that its filling, its rim or the line around it has.
CONTRAST = """handles => {
    const parse = color => color.match(/[\\d.]+/g).map(Number);
    const shade = color => parse(color).slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
    const paint = element => getComputedStyle(element).backgroundColor;
    return handles.filter(handle => handle.checkVisibility()).map(handle => {
        let paper = handle.closest('.widget-slider');
        while ((parse(paint(paper))[3] ?? 1) === 0) paper = paper.parentElement;
        const below = shade(paint(paper)), style = getComputedStyle(handle);
        const line = style.boxShadow.split(')')[0];
        return Math.max(...[style.backgroundColor, style.borderTopColor, line].map(shade)
            .map(above => (Math.max(above, below) + 0.05) / (Math.min(above, below) + 0.05)));
    });
}"""


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_knob_stands_out(notebook: Notebook, theme: str) -> None:
    in_theme(notebook, theme)
    contrasts = notebook.page.locator(".lstm-page .noUi-handle").evaluate_all(CONTRAST)
    in_theme(notebook, LIGHT)
    assert len(contrasts) > 50
    assert min(contrasts) >= 3


# ---- type ------------------------------------------------------------------------------------


def test_the_type_of_pictures_can_be_read_on_a_laptop(notebook: Notebook) -> None:
    for made_by in SHOWN:
        page = page_of(notebook, made_by)
        smallest, text = page.locator(".lstm-plot text").evaluate_all(IN_PLOT)
        assert smallest >= 11, (made_by, text)
        numbers = page.locator("[data-value] text").filter(visible=True)
        if numbers.count():
            smallest, text = numbers.evaluate_all(IN_PLOT)
            assert smallest >= 10, (made_by, text)


# ---- the projector -----------------------------------------------------------------------------

# How large the type is, in px of the screen. Signs above and below the line do not count: a
# formula's is as large as the largest sign of its text.
TYPE = """page => {
    const sizes = [];
    for (const text of page.querySelectorAll('svg text')) {
        const seen = text.checkVisibility({ visibilityProperty: true });
        if (!seen || !text.textContent.trim()) continue;
        const zoom = text.getScreenCTM();
        const all = [text, ...text.querySelectorAll('tspan')]
            .map(part => parseFloat(getComputedStyle(part).fontSize));
        sizes.push([Math.max(...all) * Math.hypot(zoom.b, zoom.d), text.textContent]);
    }
    for (const part of page.querySelectorAll(':not(svg *)')) {
        const own = [...part.childNodes].some(node => node.data?.trim());
        if ((own || part.value) && part.checkVisibility() && !part.closest('.lstm-heard, option'))
            sizes.push([parseFloat(getComputedStyle(part).fontSize), part.textContent]);
    }
    return sizes;
}"""
OVERFLOW = """page => [page.scrollHeight - page.clientHeight, page.scrollWidth - page.clientWidth,
    ...[...page.querySelectorAll('.noUi-handle, button, select')].filter(e => e.checkVisibility())
        .map(e => e.getBoundingClientRect())
        .map(box => Math.max(box.right - innerWidth, box.bottom - innerHeight))]"""


def is_for_the_back_row(notebook: Notebook, page: Locator) -> None:
    """All type has at least a fortieth of the screen's height, and all is on the screen."""
    notebook.wait_until_laid_out()
    sizes, height = page.evaluate(TYPE), page.evaluate("innerHeight")
    small = [(size, text) for size, text in sizes if size < height / 40]
    assert not small
    assert max(page.evaluate(OVERFLOW)) <= 1


@pytest.mark.parametrize(("size", "shown"), [(LAPTOP, SHOWN), (LARGE, SHOWN[::6])])
def test_presented_it_is_large_and_fits_the_screen(
    notebook: Notebook, size: tuple[int, int], shown: tuple[str, ...]
) -> None:
    notebook.resize(*size)
    for made_by in shown:
        page = page_of(notebook, made_by)
        button = page.get_by_role("button", name="Present")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        is_for_the_back_row(notebook, page)
        other = page.get_by_role("button", name="Show the plot")
        if other.is_visible():
            expect(page.locator(".lstm-plot").first).not_to_be_visible()
            other.click()
            expect(page.locator(".lstm-plot").first).to_be_visible()
            is_for_the_back_row(notebook, page)
            page.get_by_role("button", name="Show the cell").click()
        button.click()
        expect(button).to_have_attribute("aria-pressed", "false")
    notebook.resize(*LAPTOP)


def test_a_key_presents_and_nothing_is_lost(notebook: Notebook) -> None:
    page = page_of(notebook, "explore.sequence()")
    cells = notebook.page.locator(".jp-Cell").count()
    moment = page.locator(".noUi-handle").first
    moment.focus()
    notebook.page.keyboard.press("p")
    button = page.get_by_role("button", name="Present")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Show the plot").click()
    moment.focus()
    before = moment.get_attribute("aria-valuenow")
    notebook.page.keyboard.press("ArrowRight")
    notebook.wait_until_idle()
    assert moment.get_attribute("aria-valuenow") != before
    page.locator(".lstm-pictures").first.click(position={"x": 5, "y": 5})
    for key in "xddbp":  # none of them reaches the notebook
        notebook.page.keyboard.press(key)
    expect(button).to_have_attribute("aria-pressed", "false")
    assert notebook.page.locator(".jp-Cell").count() == cells
    notebook.page.keyboard.press("Shift+Tab")  # back to a control
    button.click()
    expect(page.get_by_role("button", name="Show the cell")).to_be_visible()  # it remembers
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


# ---- 200% --------------------------------------------------------------------------------------

# Whether all of a thing can be seen in the notebook's panel, with nothing on top of its middle.
SEEN = """thing => {
    const box = thing.getBoundingClientRect();
    const panel = thing.closest('.jp-WindowedPanel-outer').getBoundingClientRect();
    const page = thing.closest('.lstm-split')?.getBoundingClientRect() ?? panel;
    const top = Math.max(panel.top, page.top) - 1, bottom = Math.min(panel.bottom, page.bottom) + 1;
    const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
    const above = document.elementFromPoint(x, y);
    return box.height > 0 && box.top >= top && box.bottom <= bottom
        && box.left >= panel.left && box.right <= panel.right
        && (thing.contains(above) || above.contains(thing));
}"""


def test_at_200_percent_a_slider_and_its_picture_are_seen_together(notebook: Notebook) -> None:
    notebook.resize(*ZOOMED)
    unseen = notebook.page.evaluate(
        f"""async () => {{
            const seen = {SEEN}, unseen = [];
            const pages = document.querySelectorAll('.lstm-page:not(.lstm-page .lstm-page)');
            for (const page of pages) {{
                const picture = [...page.querySelectorAll('.lstm-pictures')]
                    .find(picture => picture.checkVisibility());
                for (const handle of picture ? page.querySelectorAll('.noUi-handle') : []) {{
                    if (!handle.checkVisibility() || handle.closest('[disabled]')) continue;
                    handle.focus();
                    for (const frame of [1, 2]) await new Promise(requestAnimationFrame);
                    for (const thing of [handle, picture])
                        if (!seen(thing)) unseen.push([
                            handle.closest('.widget-slider').textContent, thing.className,
                            page.querySelector('.lstm-sentence').textContent]);
                }}
            }}
            return unseen;
        }}"""
    )
    notebook.resize(*LAPTOP)
    assert unseen == []


# ---- what is read out --------------------------------------------------------------------------

# What is read out once nothing has changed for a while: here the test says when that is.
QUIET = int(re.search(r"QUIET = (\d+)", (REPO / "lstm_teach/explore/view.js").read_text())[1])
HOLD = """quiet => {
    const [later, forget, held] = [setTimeout, clearTimeout, new Map()];
    let count = 1e9; // far from the numbers of other timers
    window.setTimeout = (tell, ms, ...of) => {
        if (ms !== quiet) return later(tell, ms, ...of);
        held.set(++count, tell);
        return count;
    };
    window.clearTimeout = timer => held.delete(timer) || forget(timer);
    window.comeToRest = () => {
        for (const [timer, tell] of held) held.delete(timer) && tell();
    };
    window.goOn = () => {
        comeToRest();
        [window.setTimeout, window.clearTimeout] = [later, forget];
    };
}"""
COUNT = """page => {
    window.changes = 0;
    window.heard = [];
    const watch = (place, tell) => new MutationObserver(tell).observe(
        page.querySelector(place), { childList: true, subtree: true, characterData: true });
    watch('.lstm-words', () => { window.changes += 1; });
    watch('.lstm-heard', records => window.heard.push(records[0].target.textContent));
}"""


@pytest.fixture
def held(notebook: Notebook) -> Iterator[Notebook]:
    """Nothing is read out before it has come to rest, however long that takes."""
    notebook.page.evaluate(HOLD, QUIET)
    yield notebook
    notebook.page.evaluate("goOn()")


def heard(notebook: Notebook, page: Locator) -> list[str]:
    """What is read out when all has come to rest: what now stands there, and that once."""
    notebook.wait_until_idle()
    assert notebook.page.evaluate("heard") == []
    notebook.page.evaluate("comeToRest()")
    said = page.locator(".lstm-sentence").first.text_content() or "?"
    notebook.page.wait_for_function("heard.length > 0")
    assert notebook.page.evaluate("heard") == [said]
    return [said]


@pytest.mark.parametrize("made_by", ["explore.forget_gate(2)", "check.wire_forget_gate()"])
def test_a_drag_is_read_out_once(held: Notebook, made_by: str) -> None:
    page = page_of(held, made_by)
    page.evaluate(COUNT)
    handle = page.locator(".noUi-handle:visible").first
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    mouse = held.page.mouse
    mouse.move(box["x"] + 8, box["y"] + 8)
    mouse.down()
    for x in range(18, 88, 10):
        mouse.move(box["x"] + x, box["y"] + 8)
        held.wait_until_idle()
    mouse.up()
    assert held.page.evaluate("changes") > 5
    heard(held, page)


def test_a_wiring_s_verdict_is_read_out_only_when_it_is_another(held: Notebook) -> None:
    page = page_of(held, "check.wire_output_gate()")
    slide(page, "b_o[0]", "ArrowRight")
    held.wait_until_idle()
    held.page.evaluate("comeToRest()")
    shows, verdict = page.get_by_role("status").all()
    expect(verdict).to_contain_text("✗ Not yet.")
    before = shows.text_content() or "?"
    page.evaluate(COUNT.replace(".lstm-heard", ".lstm-heard + .lstm-heard"))
    slide(page, "c_prev[0]", "End")
    held.wait_until_idle()
    held.page.evaluate("comeToRest()")
    expect(shows).not_to_have_text(before)
    assert held.page.evaluate("heard") == []


def slide(page: Locator, label: str, key: str) -> None:
    """Press a key on a slider of this page."""
    slider = page.locator(".widget-slider").filter(has_text=label).first
    slider.locator(".noUi-handle").press(key)


def test_a_verdict_and_a_training_are_read_out_once(held: Notebook) -> None:
    question = held.page.locator(".lstm-predict")
    question.evaluate(COUNT)
    question.get_by_role("radio").nth(2).check()
    question.get_by_role("button").click()
    expect(question.locator(".lstm-sentence")).to_contain_text("✗ Not yet.")
    heard(held, question)
    training = page_of(held, "explore.training()")
    training.evaluate(COUNT)
    training.get_by_role("button", name="Start").click()
    expect(training.locator(".lstm-sentence")).not_to_contain_text("Nothing is learned yet")
    training.get_by_role("button", name="Pause").click()
    expect(training.get_by_role("button", name="Start")).to_be_visible()
    heard(held, training)


# ---- by keys alone -----------------------------------------------------------------------------

# What has the focus: its name, whether one can see that it has it, and whether it is in this page.
FOCUSED = """page => {
    const it = document.activeElement, style = getComputedStyle(it);
    const name = document.getElementById(it.getAttribute('aria-labelledby'))?.textContent
        || it.getAttribute('aria-label') || it.labels?.[0]?.textContent || it.textContent;
    const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return [`${it.getAttribute('role') ?? it.localName} ${name.trim().slice(0, 30)}`, seen,
        page.contains(it)];
}"""
CONTROLS = """page => [...page.querySelectorAll('button, select, input, textarea, [tabindex="0"]')]
    .filter(control => control.checkVisibility() && !control.disabled)
    .filter(control => control.type !== 'radio' && !control.closest('[disabled]')).length"""
WALKED = (
    *("explore.forget_gate(2)", "explore.sequence()", "explore.step(2)", "explore.training()"),
    *("explore.gradients()", "explore.text()", "check.wire_input_gate()"),
)


@pytest.mark.parametrize("made_by", [*WALKED, QUESTION])
def test_tab_goes_through_every_control_and_out_again(notebook: Notebook, made_by: str) -> None:
    question = notebook.page.locator(".lstm-predict")
    page = question if made_by == QUESTION else page_of(notebook, made_by)
    page.locator("button, select, textarea, input, .noUi-handle").first.focus()
    walked, unseen = [], []
    for _ in range(80):
        name, seen, inside = page.evaluate(FOCUSED)
        if not inside:
            break
        walked.append(name)
        unseen += [] if seen else [name]
        notebook.page.keyboard.press("Tab")
    else:
        pytest.fail(f"the focus never leaves: {walked}")
    assert unseen == []
    assert len(set(walked)) >= page.evaluate(CONTROLS)


def test_what_a_mouse_does_keys_do_too(notebook: Notebook) -> None:
    """Presets, buttons, lines to copy, tabs, play, an entry of a large matrix, a verdict."""
    keyboard = notebook.page.keyboard
    gate = page_of(notebook, "explore.forget_gate(2)")
    gate.get_by_label("Start from").focus()
    keyboard.type("example: q")
    expect(gate.locator("table.lstm-heat")).to_be_visible()
    gate.get_by_label("row").focus()
    keyboard.press("ArrowDown")
    gate.get_by_label("column").focus()
    keyboard.press("ArrowDown")
    notebook.wait_until_idle()
    expect(gate.locator("[data-pick='1,1']")).to_have_attribute("style", re.compile("outline"))
    gate.get_by_role("button", name="Show as code").focus()
    keyboard.press("Space")
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    gate.get_by_role("button", name="Copy").focus()
    keyboard.press("Enter")
    expect(gate.get_by_role("button", name="Copied")).to_be_visible()
    gate.get_by_role("button", name="Show as code").focus()
    keyboard.press("Enter")
    gate.get_by_role("button", name="Reset").focus()
    keyboard.press("Enter")

    step = page_of(notebook, "explore.step(2)")
    step.get_by_role("tab", name="forget").focus()
    keyboard.press("ArrowRight")
    keyboard.press("Enter")
    expect(step.locator(".noUi-handle:visible").first).to_be_visible()
    expect(step.get_by_text("W_i[0, x]", exact=True)).to_be_visible()
    step.get_by_role("button", name="Next").focus()
    keyboard.press("Enter")
    expect(step.locator(".lstm-sentence").first).to_contain_text("Stage 1 of")

    day = page_of(notebook, "explore.sequence()")
    moment = day.locator(".noUi-handle").first
    day.get_by_role("button", name="play").focus()
    keyboard.press("Enter")
    expect(moment).not_to_have_attribute("aria-valuenow", "1.0")
    keyboard.press("Enter")

    question = notebook.page.locator(".lstm-predict")
    question.get_by_role("radio").first.focus()
    keyboard.press("ArrowDown")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(question.locator(".lstm-sentence")).to_contain_text("Right.")

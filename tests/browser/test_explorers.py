"""What every explorer owes its reader on the page: it fits, keeps its keys, has names, and says
when nobody answers. In notebooks written here, so that it holds for explorers of any notebook.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab, Notebook

EVERY = (
    *(f"explore.{name}(2)" for name in ("forget_gate", "input_gate", "cell_update", "step")),
    "explore.cell_update(2, weights=True)",
    "explore.output_gate()",
    "explore.sequence()",
    "explore.sequence(examples.room_counter(2))",
    "explore.lamp()",
    "explore.nudge()",
    "explore.gradients()",
    "explore.training()",
    "check.wire_long_memory()",
    *(f"check.wire_{name}()" for name in ("forget_gate", "input_gate", "output_gate", "lamp")),
)
IMPORTS = "from lstm_teach import check, examples, explore"
QUESTION = "check.predict('Which?', {'one': 'No.', 'two': 'Yes.', 'three': 'No!'}, answer='two')"
# How high the picture is, and how far below the top of the page the last slider.
PLACES = """page => {
    const top = element => Math.round(element.getBoundingClientRect().top);
    const slider = [...page.querySelectorAll('.lstm-slider')].at(-1);
    const drawing = page.querySelector('.lstm-plot svg');
    return `${drawing.getScreenCTM().a.toFixed(3)} ${top(slider) - top(page)}`;
}"""
HOW_MANY = "from ipywidgets.widgets import widget\nprint(len(widget._instances))"


def outermost(notebook: Notebook) -> Locator:
    """The pages: explorers and challenges, but not the explorer inside a challenge."""
    return notebook.page.locator(".lstm-page:not(.lstm-page .lstm-page)")


@pytest.fixture(scope="module")
def gallery(lab: Lab) -> Iterator[Notebook]:
    """All explorers below each other, on a laptop's screen with the list of files hidden."""
    name = lab.write("_gallery.ipynb", IMPORTS, *EVERY)
    with lab.open(name, 1366, 768) as opened:
        opened.command("application:toggle-left-area")
        opened.run_all()
        yield opened


def heights(notebook: Notebook, width: int, height: int) -> tuple[int, list[int]]:
    """How much of the notebook one can see, and how high each page is."""
    notebook.resize(width, height)
    seen = notebook.page.locator(".jp-WindowedPanel-outer").first
    pages = outermost(notebook).evaluate_all("pages => pages.map(page => page.offsetHeight)")
    assert len(pages) == len(EVERY)
    return seen.evaluate("panel => panel.clientHeight"), pages


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_sliders_pictures_and_verdict_fit_the_page(
    gallery: Notebook, width: int, height: int
) -> None:
    seen, pages = heights(gallery, width, height)
    too_high = {name: page for name, page in zip(EVERY, pages, strict=True) if page > seen}
    assert not too_high, f"{seen} px can be seen"


def test_pictures_grow_with_the_screen(gallery: Notebook) -> None:
    drawing = outermost(gallery).first.locator("svg").first
    widths = []
    for size in ((1366, 768), (1920, 1080)):
        heights(gallery, *size)
        widths.append(drawing.evaluate("svg => svg.getScreenCTM().a"))
    assert widths[1] > 1.4 * widths[0]


def test_a_low_page_is_still_usable(gallery: Notebook) -> None:
    """A browser's own bars leave 641 px: at most a line of the verdict has to be scrolled to."""
    seen, pages = heights(gallery, 1366, 641)
    assert max(pages) <= seen + 60
    drawings = gallery.page.locator(".lstm-pictures svg").evaluate_all(
        "all => all.map(svg => svg.getScreenCTM().d * svg.viewBox.baseVal.height)"
    )
    assert min(drawings) >= 200


def test_x_stands_under_its_weight(gallery: Notebook) -> None:
    challenge = outermost(gallery).nth(EVERY.index("check.wire_forget_gate()"))

    def left(label: str) -> float:
        return challenge.get_by_text(label, exact=True).bounding_box()["x"]

    for event in ("enter", "leave", "bell", "ask"):
        assert left(f"x[{event}]") == pytest.approx(left(f"W_f[0, {event}]"), abs=2)
    assert left("h_prev[0]") == pytest.approx(left("W_f[0, h]"), abs=2)
    assert left("c_prev[0]") == pytest.approx(left("b_f[0]"), abs=2)


def test_everything_that_can_be_moved_has_a_name(gallery: Notebook) -> None:
    nameless = gallery.page.evaluate(
        """() => [...document.querySelectorAll(
                '.lstm-page :is(button, select, input, .noUi-handle, .widget-readout)')]
            .filter(control => control.offsetParent)
            .filter(control => {
                const label = document.getElementById(control.getAttribute('aria-labelledby'));
                const names = [control.getAttribute('aria-label'), label?.textContent,
                    control.labels?.[0]?.textContent, control.textContent];
                return !names.some(name => name?.trim());
            })
            .map(control => control.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


@pytest.mark.parametrize(
    ("call", "label", "width"),
    [
        ("check.wire_forget_gate()", "b_f[0]", 1000),
        ("check.wire_long_memory()", "forget bias", 1366),
    ],
)
def test_a_longer_sentence_moves_nothing(
    gallery: Notebook, call: str, label: str, width: int
) -> None:
    """What you move and what changes stay in their places, once the longest has been there."""
    heights(gallery, width, 768)
    shown = outermost(gallery).nth(EVERY.index(call))
    slider = shown.locator(".lstm-slider").filter(has=gallery.page.get_by_text(label, exact=True))
    slider.locator(".noUi-handle").focus()
    places = [set(), set()]
    for seen in places:
        for key in ("Home", *["PageUp"] * 9, "End", *["PageDown"] * 4):
            gallery.page.keyboard.press(key)
            gallery.wait_until_idle()
            seen.add(shown.evaluate(PLACES))
    assert len(places[1]) == 1


def test_nothing_goes_wrong(gallery: Notebook) -> None:
    assert gallery.cell_errors() == []
    assert gallery.kernel_errors() == []
    assert gallery.console_errors == []
    assert gallery.outside_requests == []


# ---- keys --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(lab: Lab) -> Iterator[Notebook]:
    """One explorer, one day and one question, to be used by keys."""
    cells = (IMPORTS, "explore.forget_gate()", "explore.sequence()", QUESTION, HOW_MANY)
    with lab.open(lab.write("_keys.ipynb", *cells), 1366, 768) as opened:
        opened.run_all()
        yield opened


def test_the_notebooks_shortcuts_stay_away_from_a_slider(small: Notebook) -> None:
    before = small.page.locator(".jp-Cell").count()
    small.slider("W_f[0, x]").locator(".noUi-handle").focus()
    for key in "abxddyjk":
        small.page.keyboard.press(key)
    small.wait_until_idle()
    assert small.page.locator(".jp-Cell").count() == before
    expect(small.slider("W_f[0, x]").locator(".noUi-handle")).to_be_focused()


def test_no_number_is_read_out_with_the_dust_of_its_steps(small: Notebook) -> None:
    handle = small.slider("W_f[0, x]").locator(".noUi-handle")
    for _ in range(12):
        small.press("W_f[0, x]", "ArrowRight")
        assert len(handle.get_attribute("aria-valuetext") or "") <= 4
    small.press("x[0]", "ArrowRight")
    x = small.slider("x[0]")
    shown = x.locator(".widget-readout").inner_text()
    assert float(x.locator(".noUi-handle").get_attribute("aria-valuetext")) == float(shown)
    assert shown == "0.55", "in steps of less than a tenth too"


def test_a_click_never_overtakes_the_choice_before_it(small: Notebook) -> None:
    question = small.page.locator(".lstm-predict")
    for nth, said in [(0, "Not yet. No."), (1, "Right. Yes.")] * 5:
        question.evaluate(
            """(question, nth) => {
                question.querySelectorAll('input')[nth].click();
                question.querySelector('button').click();
            }""",
            nth,
        )
        expect(question.locator(".lstm-sentence")).to_contain_text(said)


def test_a_preset_of_another_shape_keeps_the_focus(small: Notebook) -> None:
    picker = small.page.locator(".lstm-explorer select").first
    picker.focus()
    picker.select_option("2 units")
    small.wait_until_idle()
    expect(small.slider("W_f[1, x]")).to_be_visible()
    expect(picker).to_be_focused()
    small.page.keyboard.press("ArrowUp")
    small.wait_until_idle()
    expect(picker).to_have_value("1 unit")
    expect(picker).to_be_focused()


def test_arrow_keys_go_through_the_choices_of_a_question(small: Notebook) -> None:
    choices = small.page.locator(".lstm-predict input[type=radio]")
    choices.first.focus()
    for key, place in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowDown", 0), ("ArrowUp", 2)):
        small.page.keyboard.press(key)
        expect(choices.nth(place)).to_be_checked()
        expect(choices.nth(place)).to_be_focused()


def test_what_changes_is_told_once_it_has_come_to_rest(small: Notebook) -> None:
    explorer = small.page.locator(".lstm-explorer").first
    small.press("b_f[0]", "ArrowRight", 3)
    said = explorer.locator(".lstm-sentence").first.text_content()
    expect(explorer.get_by_role("status").first).to_have_text(said or "?")


def test_a_click_on_the_timeline_goes_to_that_moment(small: Notebook) -> None:
    day = small.page.locator(".lstm-explorer").nth(1)
    plot = day.locator(".lstm-plot").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": box["width"] * 0.3, "y": box["height"] * 0.55})
    small.wait_until_idle()
    assert 5 < small.value("moment") < 20
    expect(day.locator(".lstm-sentence")).to_contain_text(f"Moment {small.value('moment'):.0f} (")


def test_lines_are_copied(small: Notebook) -> None:
    small.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    explorer = small.page.locator(".lstm-explorer").first
    explorer.get_by_role("button", name="Show as code").click()
    copy = explorer.get_by_role("button", name="Copy")
    copy.click()
    expect(explorer.get_by_role("button", name="Copied")).to_be_visible()
    lines = explorer.locator("pre").text_content()
    assert small.page.evaluate("navigator.clipboard.readText()") == lines
    explorer.get_by_role("button", name="Show as code").click()


# ---- again, later, and with nobody there -------------------------------------------------------


def test_running_again_closes_what_was_there(small: Notebook) -> None:
    counts = set()
    for _ in range(3):
        small.run_all()
        counts.add(small.page.locator(".jp-OutputArea-output pre").last.text_content())
    assert len(counts) == 1, counts


def test_a_saved_notebook_opens_with_its_picture(lab: Lab) -> None:
    name = lab.write("_saved.ipynb", IMPORTS, "explore.forget_gate()")
    with lab.open(name) as first:
        first.run_all()
        first.save()
    saved = json.loads((lab.root / "notebooks" / name).read_text(encoding="utf-8"))
    (output,) = saved["cells"][1]["outputs"]
    assert output["data"].keys() == {"image/png", "text/plain"}
    assert "keeps" in output["metadata"]["image/png"]["alt"]
    with lab.open(name) as again:
        expect(again.page.locator(".jp-OutputArea-output img")).to_be_visible()
        assert again.cell_errors() == []


def test_a_page_without_its_kernel_says_so(lab: Lab) -> None:
    name = lab.write("_gone.ipynb", IMPORTS, "explore.forget_gate()")
    with lab.open(name, 1366, 768) as opened:
        opened.run_all()
        gone = opened.page.locator(".lstm-gone").first
        expect(gone).not_to_be_visible()
        lab.stop_kernels()
        opened.slider("W_f[0, x]").locator(".noUi-handle").focus()
        opened.page.keyboard.press("ArrowRight")
        expect(gone).to_be_visible()
        expect(gone).to_contain_text("run this code cell again")

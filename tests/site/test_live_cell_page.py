"""The live cell in a page: it shows what lstm_teach computes, wherever the sliders stand."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from lstm_teach import diagram, examples, explore, unroll
from lstm_teach._style import number
from lstm_teach.explore import words
from lstm_teach.explore.sequence import DAYS
from lstm_teach.parameters import Step
from lstm_teach.sequence import pin
from tests.browser.lab import REPO
from tests.site.site import serve

sys.path.insert(0, str(REPO / "site"))  # scripts, no package

import live_cell

HEAD = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>a page</title>{head}'
ICON = '<link rel="icon" href="data:,">'
SCRIPT = '<script src="lstm-cell.js" defer></script>'
PANELS = {  # whose numbers stand on the bars
    **{"forget": ["kept"], "input": ["added"], "update": ["c"]},
    **{"output": ["h"], "step": ["c", "h"]},
}


class Place:
    """A folder of somebody's own pages, with our file beside them, behind a server."""

    def __init__(self, folder: Path, base: str) -> None:
        self.folder, self.base = folder, base
        shutil.copy(REPO / "site" / "lstm-cell.js", folder)

    def write(self, body: str, name: str = "page.html", head: str = "") -> str:
        (self.folder / name).write_text(
            HEAD.format(head=head) + (ICON if "Policy" not in head else "") + body, encoding="utf-8"
        )
        return f"{self.base}/{name}"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with serve(tmp_path) as base:
        yield Place(tmp_path, base)


def open_cell(page: Page, place: Place, tag: str, hash_: str = "") -> Locator:
    page.goto(place.write(SCRIPT + tag) + hash_)
    cell = page.locator("lstm-cell")
    expect(cell.locator("svg").first).to_be_visible()
    return cell


def slider(cell: Locator, label: str) -> Locator:
    return cell.get_by_role("slider", name=label, exact=True)


def put(cell: Locator, label: str, value: float) -> None:
    """Move a slider there, as a hand does at the end of a drag."""
    cell.evaluate(
        """(element, [label, value]) => {
            const inputs = [...element.shadowRoot.querySelectorAll('input')];
            const input = inputs.find((each) => each.ariaLabel === label);
            input.value = value;
            input.dispatchEvent(new Event('input', { bubbles: true }));
        }""",
        [label, f"{value:.10g}"],
    )


# ---- every number -----------------------------------------------------------------------------


def shown_by(cell: Locator) -> dict:
    """What a cell shows: numbers in their places, widths of wires, words, numbers on bars."""
    return cell.evaluate(
        """element => {
            const root = element.shadowRoot, all = (what) => [...root.querySelectorAll(what)];
            const at = (t) => `${+t.getAttribute('x')} ${+t.getAttribute('y')}`;
            const text = (t) => t.textContent, width = (w) => +w.getAttribute('stroke-width');
            return {
                numbers: Object.fromEntries(all('[data-value] text').map((t) => [at(t), text(t)])),
                wires: all('[data-wire]').map((w) => [w.dataset.wire, width(w)]),
                equation: all('.equation > div').map(text),
                sentence: root.querySelector('.sentence').textContent,
                bars: all('.value').map(text),
            };
        }"""
    )


def drawn_by_us(focus: str, step: Step) -> dict:
    inked = live_cell.FOCUSES[focus][1] if focus in live_cell.FOCUSES else None
    names = examples.EVENTS if focus == "day" else None
    shown = live_cell.MEMORY_ONLY if focus == "update" else None
    svg = diagram.cell(inked, step, x_names=names, shown=shown)
    groups = re.findall(r'<g data-value="\w+">(.*?)</g></g>', svg)
    texts = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>', "".join(groups))
    wires = re.findall(r'stroke-width="([\d.]+)" data-wire="(\w+)"', svg)
    live = shown or {*vars(step), "kept", "added", "tanh_c"}
    return {
        "numbers": {f"{float(x):g} {float(y):g}": text for x, y, text in texts},
        "wires": [[name, float(width)] for width, name in wires if name in live],
    }


def assert_shows(seen: dict, focus: str, explorer_cell, step: Step, sentence: str) -> None:
    ours = drawn_by_us(focus, step)
    assert seen["numbers"] == ours["numbers"]
    assert seen["wires"] == [
        [name, pytest.approx(width, abs=0.051)] for name, width in ours["wires"]
    ]
    of = "step" if focus == "day" else focus
    html = words.equation(of, explorer_cell, step).replace("\u0303", "")
    blocks = [re.sub("<[^>]*>", "", block) for block in html.split("<div><div><b>")[1:]]
    assert seen["equation"] == blocks
    assert seen["sentence"] == sentence
    if focus != "day":
        assert seen["bars"] == [number(v) for name in PANELS[focus] for v in getattr(step, name)]


@pytest.mark.parametrize("units", [1, 2])
@pytest.mark.parametrize("focus", live_cell.FOCUSES)
def test_every_number_is_ours_at_both_ends_and_at_every_preset(
    page: Page, place: Place, focus: str, units: int
) -> None:
    ours = live_cell.FOCUSES[focus][0](units)
    cell = open_cell(page, place, f'<lstm-cell focus="{focus}" units="{units}"></lstm-cell>')
    data = live_cell.cell(live_cell.FOCUSES[focus][0](units))

    def same() -> None:
        said = words.sentence(focus, ours.step)
        assert_shows(shown_by(cell), focus, ours.parameters, ours.step, said)

    same()
    for name in data["presets"]:
        ours.controls["Start from"].value = name
        if len(data["presets"]) > 1:
            cell.get_by_label("Start from").select_option(name)
        same()
    labels = [label for label, *_ in data["sliders"]]
    shown = cell.get_by_role("slider")
    assert sorted(shown.evaluate_all("all => all.map((e) => e.ariaLabel)")) == sorted(labels)
    for k, (label, low, high, _) in enumerate(data["sliders"]):
        for value in (low, high) if k % 2 else (high, low):
            put(cell, label, value)
            ours.controls[label].value = value
            same()
    for end in (1, 2):  # all of them at once
        for label, *limits in data["sliders"]:
            put(cell, label, limits[end - 1])
            ours.controls[label].value = limits[end - 1]
        same()
    cell.get_by_role("button", name="Reset").click()
    ours.controls["Reset"].click()
    same()


@pytest.mark.parametrize("units", [1, 2])
def test_the_day_is_ours_with_every_pin(page: Page, place: Place, units: int) -> None:
    cell = open_cell(page, place, f'<lstm-cell focus="day" units="{units}"></lstm-cell>')
    room = examples.room_counter(units)
    for name, moments in DAYS.items():
        xs = examples.day_events(moments)
        cell.get_by_label("Start from").select_option(name)
        free = unroll(room, xs)
        for gate in ("nothing", "forget", "input", "candidate", "output"):
            cell.get_by_label("pin", exact=True).select_option(gate)
            for value in (-1, 1) if gate == "candidate" else (0, 0.35, 1):
                if gate != "nothing":
                    put(cell, "pinned at", value)
                held = room if gate == "nothing" else pin(room, gate, value)
                steps = unroll(held, xs)
                for t in (0, len(xs) // 2, len(xs) - 1):
                    put(cell, "moment", t)
                    told = words.sentence("step", steps[t])
                    said = words.moment_sentence(t, len(xs), examples.event_names(xs)[t], told)
                    if gate != "nothing":
                        said += f" {words.without_pin(gate, free[t])}"
                    assert_shows(shown_by(cell), "day", held, steps[t], said)
                if gate == "nothing":
                    break


# ---- hands -------------------------------------------------------------------------------------


def test_keys_move_it_and_nothing_else(page: Page, place: Place) -> None:
    cell = open_cell(page, place, '<lstm-cell focus="forget"></lstm-cell>')
    page.evaluate("window.heard = []; addEventListener('keydown', e => heard.push(e.key))")
    knob = slider(cell, "W_f[0, x]")
    knob.focus()
    for key, value in (
        ("ArrowRight", "1.60"),
        ("ArrowLeft", "1.50"),
        ("End", "5.00"),
        ("Home", "−5.00"),
    ):
        page.keyboard.press(key)
        expect(knob).to_have_attribute("aria-valuetext", value)
    assert page.evaluate("window.heard") == [], "slides would have turned"
    expect(cell.get_by_role("status")).to_have_text(re.compile(r"^Unit 0 keeps \d+% of 0.80"))


def test_play_goes_to_the_end_of_the_day_and_a_click_to_a_moment(page: Page, place: Place) -> None:
    cell = open_cell(page, place, '<lstm-cell focus="day"></lstm-cell>')
    last = len(examples.DAY) - 1
    put(cell, "moment", last - 2)
    cell.get_by_role("button", name="Play").click()
    expect(slider(cell, "moment")).to_have_attribute("aria-valuetext", str(last))
    expect(cell.get_by_role("button", name="Play")).to_be_visible()
    cell.locator(".day").click(
        position={"x": 5 + 62 / 420 * cell.locator(".day").bounding_box()["width"], "y": 90}
    )
    expect(slider(cell, "moment")).to_have_attribute("aria-valuetext", "0")


def test_it_can_be_without_controls(page: Page, place: Place) -> None:
    cell = open_cell(page, place, "<lstm-cell nocontrols></lstm-cell>", "#x=-1")
    expect(cell.get_by_role("slider")).to_have_count(0)
    expect(cell.locator(".sentence")).to_be_visible()
    assert "−1.00" in shown_by(cell)["numbers"].values()


# ---- the address -------------------------------------------------------------------------------


def test_the_address_says_where_the_sliders_stand_and_follows_them(
    page: Page, place: Place
) -> None:
    cell = open_cell(page, place, "<lstm-cell></lstm-cell>", "#W_f=2,-0.5&x[0]=0.25")
    for label, value in (("W_f[0, h]", "2.00"), ("W_f[0, x]", "−0.50"), ("x[0]", "0.25")):
        expect(slider(cell, label)).to_have_attribute("aria-valuetext", value)
    slider(cell, "b_f[0]").press("End")
    expect(page).to_have_url(re.compile(r"#W_f=2,-0\.5&b_f=5&h_prev=0\.3&x=0\.25&c_prev=0\.8$"))
    page.reload()
    expect(slider(cell, "b_f[0]")).to_have_attribute("aria-valuetext", "5.00")
    page.evaluate("location.hash = '#start=' + encodeURIComponent('remember: f near 1')")
    expect(slider(cell, "W_f[0, h]")).to_have_attribute("aria-valuetext", "0.00")


@pytest.mark.parametrize(
    ("tag", "hash_", "said"),
    [
        (
            '<lstm-cell focus="forgt">',
            "",
            'focus is "forgt"; it can be forget, input, update, output, step or day.',
        ),
        ('<lstm-cell units="3">', "", 'units is "3"; a cell has 1 unit here, or 2.'),
        (
            "<lstm-cell>",
            "#q=3",
            "The address says q; what can be set here is W_f, b_f, h_prev, x or c_prev.",
        ),
        ("<lstm-cell>", "#W_f=1", "The address gives W_f 1 of 2 numbers."),
        ("<lstm-cell>", "#x=70", "The address says x=70; x[0] goes from -1 to 1."),
        ("<lstm-cell>", "#x=a", "The address says x=a; x[0] goes from -1 to 1."),
        ("<lstm-cell>", "#start=there", "The address says start=there; it can be 1 unit, "),
        ('<lstm-cell focus="day">', "#pin=x", "The address says pin=x; it can be nothing, "),
        ("<lstm-cell>", "#W_f=%E0%A4%A", "The address gives W_f 1 of 2 numbers."),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(
    page: Page, place: Place, tag: str, hash_: str, said: str
) -> None:
    page.goto(place.write(f"{SCRIPT}{tag}</lstm-cell>") + hash_)
    expect(page.locator("lstm-cell").get_by_role("alert")).to_contain_text(said)


def test_somebody_elses_address_is_left_alone(page: Page, place: Place) -> None:
    cell = open_cell(page, place, "<lstm-cell></lstm-cell>", "#recap")
    slider(cell, "x[0]").press("End")
    expect(cell.get_by_role("status")).not_to_be_empty()
    assert page.url.endswith("#recap")


def test_several_cells_do_not_disturb_each_other(page: Page, place: Place) -> None:
    tags = '<lstm-cell></lstm-cell><lstm-cell id="b" units="2"></lstm-cell><lstm-cell></lstm-cell>'
    page.goto(place.write(SCRIPT + tags) + "#cell=b&x=1")
    first, second, third = (page.locator("lstm-cell").nth(k) for k in range(3))
    expect(slider(second, "x[0]")).to_have_attribute("aria-valuetext", "1.00")
    for other in (first, third):
        expect(slider(other, "x[0]")).to_have_attribute("aria-valuetext", "0.50")
    before = shown_by(first), shown_by(second)
    slider(third, "x[0]").press("Home")
    expect(third.get_by_role("status")).not_to_be_empty()
    assert (shown_by(first), shown_by(second)) == before
    assert page.url.endswith("#cell=b&x=1"), "a cell without an id has no place in the address"
    slider(second, "x[0]").press("Home")
    expect(page).to_have_url(re.compile("#cell=b&.*x=-1"))


def test_it_takes_other_attributes_while_it_lives(page: Page, place: Place) -> None:
    cell = open_cell(page, place, "<lstm-cell></lstm-cell>")
    cell.evaluate("e => { e.setAttribute('focus', 'output'); e.setAttribute('units', '2'); }")
    expect(slider(cell, "W_o[1, h0]")).to_be_visible()
    cell.evaluate("e => { const p = e.parentNode; e.remove(); p.append(e); }")
    expect(slider(cell, "W_o[1, h0]")).to_be_visible()


# ---- anybody's page: the ways of docs/embed.md -------------------------------------------------

LINES = re.search(r"```html\n(.*?)```", (REPO / "docs" / "embed.md").read_text("utf-8"), re.DOTALL)[
    1
]


def assert_alive(cell: Locator) -> None:
    slider(cell, "x[0]").press("End")
    expect(slider(cell, "x[0]")).to_have_attribute("aria-valuetext", "1.00")
    assert "1.00" in shown_by(cell)["numbers"].values()


def test_two_lines_from_a_folder_without_a_network(page: Page, tmp_path: Path) -> None:
    assert len(LINES.strip().splitlines()) == 2
    place = Place(tmp_path, tmp_path.as_uri())
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    page.goto(place.write(LINES))
    assert_alive(page.locator("lstm-cell"))
    assert asked == [f"{place.base}/page.html", f"{place.base}/lstm-cell.js"]


@pytest.mark.parametrize("sandbox", ["", ' sandbox="allow-scripts"'])
def test_in_a_frame(page: Page, place: Place, sandbox: str) -> None:
    place.write(LINES, "cell.html")
    page.goto(
        place.write(f'<iframe src="cell.html" title="a cell" height="900"{sandbox}></iframe>')
    )
    assert_alive(page.frame_locator("iframe").locator("lstm-cell"))


def test_under_a_strict_policy(page: Page, place: Place) -> None:
    policy = re.search(r"`(default-src [^`]*)`", (REPO / "docs" / "embed.md").read_text("utf-8"))[1]
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    page.goto(place.write(LINES, head=meta))
    assert_alive(page.locator("lstm-cell"))
    box = slider(page.locator("lstm-cell"), "x[0]").bounding_box()
    assert box["width"] > 200, "it has its looks"


def test_in_slides(page: Page, place: Place) -> None:
    """As reveal.js does: it listens to the document's keys, and to fingers anywhere on a slide."""
    slides = (
        "<script src='slides.js' defer></script><p id='slide'>1</p>"
        f"<div style='transform: scale(.8); text-align: center'>{LINES}</div>"
    )
    (place.folder / "slides.js").write_text(
        """const turn = () => { document.getElementById('slide').textContent++; };
        document.addEventListener('keydown', e => { if (/Arrow| /.test(e.key)) turn(); });
        for (const touched of ['pointerdown', 'touchstart'])
            document.querySelector('div').addEventListener(touched, turn);"""
    )
    page.goto(place.write(slides))
    cell = page.locator("lstm-cell")
    slider(cell, "x[0]").press("ArrowRight")
    expect(slider(cell, "x[0]")).to_have_attribute("aria-valuetext", "0.55")
    cell.get_by_role("button", name="Reset").press(" ")
    expect(slider(cell, "x[0]")).to_have_attribute("aria-valuetext", "0.50")
    for touched in ("pointerdown", "touchstart"):
        slider(cell, "x[0]").dispatch_event(touched)  # a finger that will drag the knob
    expect(page.locator("#slide")).to_have_text("1")
    cell.locator(".drawing").dispatch_event("pointerdown")
    page.keyboard.press("Tab")
    page.locator("#slide").click()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#slide")).to_have_text("3")
    assert cell.locator(".sentence").evaluate("e => getComputedStyle(e).textAlign") == "start"


def test_a_picture_between_the_tags_is_for_paper(page: Page, place: Place) -> None:
    cell = open_cell(page, place, "<lstm-cell><p id='saved'>the saved picture</p></lstm-cell>")
    expect(page.locator("#saved")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("#saved")).to_be_visible()
    expect(cell.locator(".drawing")).to_be_hidden()


# ---- sizes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 390, 820, 1366, 1920])
@pytest.mark.parametrize("focus", [*live_cell.FOCUSES, "day"])
def test_nothing_is_cut_and_numbers_can_be_read(
    page: Page, place: Place, focus: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    meta = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    page.goto(place.write(f'{SCRIPT}<lstm-cell focus="{focus}" units="2"></lstm-cell>', head=meta))
    cell = page.locator("lstm-cell")
    expect(cell.locator("svg").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    smallest = cell.evaluate(
        """e => Math.min(...[...e.shadowRoot.querySelectorAll('[data-value] text, .value, .end')]
            .map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a))"""
    )
    assert smallest >= 10
    covered = cell.evaluate(
        """e => {
            const all = (what) => [...e.shadowRoot.querySelectorAll(`.drawing ${what}`)];
            const names = all('text').filter(t => t.textContent && !t.closest('[data-value]'));
            return all('[data-value] rect').flatMap(rim => names.filter(name => {
                const [a, b] = [rim, name].map(part => part.getBoundingClientRect());
                const [low, high] = [b.top + b.height * 0.22, b.bottom - b.height * 0.18]; // ink
                return Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                    && Math.min(a.bottom, high) - Math.max(a.top, low) > 1;
            })).map(name => name.textContent);
        }"""
    )
    assert covered == [], "a number lies over a name"
    overlap = cell.evaluate(
        """e => {
            const boxes = [...e.shadowRoot.querySelectorAll('label')].filter(l => l.offsetWidth)
                .map(l => l.getBoundingClientRect());
            return boxes.some((a, k) => boxes.slice(k + 1).some(b => a.left < b.right - 1 &&
                b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));
        }"""
    )
    assert not overlap


def test_the_picture_stays_in_view_on_a_phone(page: Page, place: Place) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    cell = open_cell(
        page,
        place,
        '<meta name="viewport" content="width=device-width"><lstm-cell focus="step"></lstm-cell>',
    )
    slider(cell, "b_o[0]").scroll_into_view_if_needed()
    page.mouse.wheel(0, 300)
    expect(cell.locator(".drawing")).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("focus", ["input", "day"])
def test_it_can_be_used_by_everybody(page: Page, place: Place, scheme: str, focus: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    meta = (
        '<meta name="color-scheme" content="light dark"><style>body { background: Canvas }</style>'
    )
    body = f'<main><h1>A page</h1>{SCRIPT}<lstm-cell focus="{focus}" units="2"></lstm-cell></main>'
    page.goto(place.write(body, head=meta))
    expect(page.locator("lstm-cell svg").first).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:90] for node in one["nodes"]]) for one in found] == []


def test_a_step_is_as_exact_in_the_browser_as_in_node(page: Page, place: Place) -> None:
    cell = open_cell(page, place, '<lstm-cell focus="step" units="2"></lstm-cell>')
    ours = explore.step(2)
    for label, value in (("W_f[0, h0]", -5), ("b_i[1]", 4.9), ("x[0]", 0.35), ("c_prev[1]", 2)):
        put(cell, label, value)
        ours.controls[label].value = value
    seen = cell.evaluate("e => e.step")
    for name in ("z_f", "z_i", "z_c", "z_o", "f", "i", "c_tilde", "o", "kept", "added", "c", "h"):
        np.testing.assert_allclose(seen[name], getattr(ours.step, name), rtol=0, atol=1e-12)

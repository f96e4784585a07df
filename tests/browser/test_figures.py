"""Every figure, and the live cell with extreme numbers, rendered by Chromium and measured there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lstm_teach import Step, diagram
from lstm_teach._style import FONT
from lstm_teach.variants import GRUStep

# What the browser says about the one SVG on the page, in units of its canvas. A text box is as
# high as its letters can be: the line box without a tenth above and below.
MEASURE = """
() => {
  const svg = document.querySelector('svg')
  const zero = svg.getScreenCTM().inverse()
  const box = (e) => {
    const r = e.getBoundingClientRect()
    const a = new DOMPoint(r.left, r.top).matrixTransform(zero)
    const b = new DOMPoint(r.right, r.bottom).matrixTransform(zero)
    const trim = e.tagName === 'text' ? (b.y - a.y) / 10 : 0
    return [a.x, a.y + trim, b.x, b.y - trim]
  }
  const owner = (e) => e.closest('[data-value]')?.dataset.value ?? ''
  const points = (e) => {
    const to = zero.multiply(e.getScreenCTM()), all = [], length = e.getTotalLength()
    for (let s = 0; s <= length; s += 3) {
      const p = e.getPointAtLength(s).matrixTransform(to)
      all.push([p.x, p.y])
    }
    return all
  }
  const all = (q) => [...svg.querySelectorAll(q)]
  return {
    canvas: [svg.viewBox.baseVal.width, svg.viewBox.baseVal.height],
    fonts: all('text').map(e => parseFloat(getComputedStyle(e).fontSize)),
    texts: all('text').map(e => ({text: e.textContent, box: box(e), of: owner(e)})),
    shapes: all('rect[x]:not([data-edge]),circle,ellipse').map(e => ({
      box: box(e), of: owner(e)
    })),
    wires: all('[data-wire]').map(e => ({
      name: e.dataset.wire, points: points(e),
      half: parseFloat(getComputedStyle(e).strokeWidth) / 2,
    })),
    edges: all('[data-edge]').map(points),
  }
}
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """Give an empty page that is wide enough for every canvas."""
    page = browser.new_page(viewport={"width": 1700, "height": 1400})
    yield page
    page.close()


def measured(page: Page, picture: str) -> dict:
    page.set_content(f'<body style="margin: 0">{picture}</body>')
    return page.evaluate(MEASURE)


def overlap(a: list[float], b: list[float], slack: float = 0.0) -> bool:
    """Whether two boxes (left, top, right, bottom) share more than `slack` both ways."""
    return min(a[2], b[2]) - max(a[0], b[0]) > slack and min(a[3], b[3]) - max(a[1], b[1]) > slack


def inside(a: list[float], b: list[float], slack: float = 0.5) -> bool:
    """Whether box `a` lies within box `b`."""
    return (
        a[0] >= b[0] - slack
        and a[1] >= b[1] - slack
        and a[2] <= b[2] + slack
        and a[3] <= b[3] + slack
    )


def runs_through(wire: dict, box: list[float]) -> bool:
    """Whether the line, as thick as it is, touches the box."""
    left, top, right, bottom = box
    half = wire["half"]
    return any(
        left - half < x < right + half and top - half < y < bottom + half for x, y in wire["points"]
    )


def faults(seen: dict) -> list[str]:
    """Everything that is wrong with a picture, in words."""
    found = []
    texts, width, height = seen["texts"], *seen["canvas"]
    for k, one in enumerate(texts):
        said = repr(one["text"])
        if not inside(one["box"], [0, 0, width, height]):
            found.append(f"{said} leaves the canvas")
        for other in texts[k + 1 :]:
            if overlap(one["box"], other["box"]):
                found.append(f"{said} overlaps {other['text']!r}")
        for wire in seen["wires"]:
            if wire["name"] != one["of"] and runs_through(wire, one["box"]):
                found.append(f"the wire {wire['name']} touches {said}")
        for edge in seen["edges"]:
            if runs_through({"points": edge, "half": 1.5}, one["box"]):
                found.append(f"an edge touches {said}")
        for shape in seen["shapes"]:
            if overlap(one["box"], shape["box"]) and not inside(one["box"], shape["box"]):
                found.append(f"{said} sticks out of a box or circle")
    pills = [shape for shape in seen["shapes"] if shape["of"]]
    for pill in pills:
        for wire in seen["wires"]:
            if wire["name"] != pill["of"] and runs_through(wire, pill["box"]):
                found.append(f"the wire {wire['name']} touches numbers of {pill['of']}")
        for other in seen["shapes"]:
            if other["of"] != pill["of"] and overlap(pill["box"], other["box"]):
                found += [f"numbers of {pill['of']} overlap a box"] * (pill["of"] != "join")
    return found


FIGURES = diagram.figures()


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_in_a_figure_touches_what_it_should_not(page: Page, name: str) -> None:
    seen = measured(page, FIGURES[name])
    assert seen["texts"], "the picture has no text at all"
    assert faults(seen) == []


@pytest.mark.parametrize("name", FIGURES)
def test_text_is_readable_at_600_pixels(page: Page, name: str) -> None:
    seen = measured(page, FIGURES[name])
    share = min(1, 600 / seen["canvas"][0])
    assert min(seen["fonts"]) * share >= 9  # of subscripts; everything else is larger
    letters = sorted(set(seen["fonts"]))
    assert max(letters) * share >= 13


def step_of(value: float, H: int, D: int) -> Step:
    """Every number is `value`, with the other sign in every second place."""
    signs = np.array([1.0, -1.0])
    arrays = {f.name: value * signs[np.arange(D if f.name == "x" else H) % 2] for f in fields(Step)}
    return Step(**arrays)


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (2, 1), (2, 3), (2, 5), (5, 8)], ids=str)
@pytest.mark.parametrize("value", [-999, -99.9, -9.99, -0.65, 0])
def test_numbers_on_the_wires_never_collide(
    page: Page, value: float, shape: tuple[int, int]
) -> None:
    names = ["enter", "leave", "bell", "ask"] if shape[1] == 4 else None
    picture = diagram.cell(None, step_of(value, *shape), x_names=names)
    assert faults(measured(page, picture)) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (2, 1), (2, 3)], ids=str)
@pytest.mark.parametrize("value", [-999, -0.65])
def test_other_cells_numbers_never_collide(
    page: Page, value: float, shape: tuple[int, int]
) -> None:
    names = ["enter", "leave", "bell", "ask"] if shape[1] == 4 else None
    step = step_of(value, *shape)
    gru = GRUStep(**{f.name: step.x if f.name == "x" else step.h for f in fields(GRUStep)})
    for picture in (
        *(
            diagram.variant(name, step, on=on, x_names=names)
            for name in ("peephole", "coupled")
            for on in (True, False)
        ),
        diagram.gru(gru, x_names=names),
        diagram.rnn(step.h_prev, step.x, step.h, x_names=names),
    ):
        assert faults(measured(page, picture)) == []


def test_long_names_of_inputs_stay_in_their_places(page: Page) -> None:
    names = ["WWWWWWWWWWWW", "temperature", "MMMMMMM", "x", "door_open"]
    picture = diagram.cell(None, step_of(-999, 3, 6), x_names=names)
    assert faults(measured(page, picture)) == []


@pytest.mark.parametrize("value", [-999, -9.99])
def test_numbers_fit_in_the_widest_font_of_the_list(page: Page, value: float) -> None:
    wide = diagram.cell(None, step_of(value, 2, 5)).replace(FONT, "DejaVu Sans")
    assert [fault for fault in faults(measured(page, wide)) if "sticks out" in fault] == []


def test_it_stands_alone_as_an_image_on_a_dark_page(page: Page, tmp_path) -> None:
    """As `<img>` it shrinks with its column, in its own proportions and on its own paper."""
    (tmp_path / "cell.svg").write_text(FIGURES["focus-forget"], encoding="utf-8", newline="\n")
    (tmp_path / "dark.html").write_text(
        '<body style="background: #111; margin: 0"><div style="width: 600px">'
        '<img src="cell.svg" alt="" style="max-width: 100%"></div></body>'
    )
    page.goto((tmp_path / "dark.html").as_uri())
    page.wait_for_function("document.querySelector('img').naturalWidth > 0")
    box = page.locator("img").bounding_box()
    assert box is not None
    wide, high = map(float, re.findall(r'viewBox="0 0 (\d+) (\d+)"', FIGURES["focus-forget"])[0])
    assert box["width"] == pytest.approx(600, abs=1)
    assert box["height"] == pytest.approx(600 * high / wide, abs=2)


BROKEN = {
    "sticks out of a box": (">−0.65<", ">−0.65 and more<"),
    "'ft' overlaps 'kept'": (">kept<", ' transform="translate(-256 385)">kept<'),
    "the wire tanh_c touches 'kept'": (">kept<", ' transform="translate(485 160)">kept<'),
    "an edge touches 'kept'": (">kept<", ' transform="translate(0 -35)">kept<'),
    "'kept' leaves the canvas": (">kept<", ' transform="translate(-440 0)">kept<'),
    "the wire f touches numbers of i": (
        'data-value="i"',
        'data-value="i" transform="translate(-140 0)"',
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_the_measure_sees_a_fault_when_there_is_one(page: Page, fault: str) -> None:
    picture = diagram.cell(None, step_of(-0.65, 2, 3))
    broken = picture.replace(*BROKEN[fault])
    assert broken != picture
    assert fault in "; ".join(faults(measured(page, broken)))


def test_two_on_one_page_keep_out_of_each_others_way(page: Page) -> None:
    """Nothing has an id and nothing styles the page, so one cannot change the other."""
    pair = diagram.cell("forget") + diagram.cell("output")
    page.set_content(f"<body>{pair}</body>")
    assert page.evaluate("document.querySelectorAll('svg [id], svg style, svg script').length") == 0
    assert page.evaluate("document.querySelectorAll('svg').length") == 2

"""The diagram: what is in ink, what stands on the wires, and the files in imgs/."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from lstm_teach import Parameters, Step, diagram, examples
from lstm_teach._style import COLORS, INK, PAPER, QUIET, QUIET_INK, number
from lstm_teach.diagram import vocabulary as draw
from lstm_teach.diagram.cell import CELL, EQUATIONS
from lstm_teach.diagram.figures import PAGE_WIDTH

IMGS = Path(__file__).parents[2] / "imgs"
SVG = "{http://www.w3.org/2000/svg}"
NAMES = """rnn-rolled rnn-unrolled rnn-short-gap rnn-long-gap rnn-inside lstm-chain many-to-one
notation memory-line gate focus-forget focus-input focus-update focus-output two-units
variant-peephole variant-coupled variant-gru""".split()
FIGURES = diagram.figures()
WIRES = ("c_prev", "f", "kept", "i", "c_tilde", "added", "c", "o", "h")


def step_of(value: float, H: int = 2, D: int = 3) -> Step:
    """A Step in which every number is `value`."""
    return Step(**{f.name: np.full(D if f.name == "x" else H, value) for f in fields(Step)})


def tree(picture: str) -> ET.Element:
    return ET.fromstring(picture)


def texts(picture: str) -> list[str]:
    """Every text of a picture, its subscripts included."""
    return ["".join(e.itertext()) for e in tree(picture).iter(f"{SVG}text")]


def wire_colors(picture: str) -> dict[str, set[str]]:
    """The colors in which each wire is drawn."""
    colors: dict[str, set[str]] = {}
    for e in tree(picture).iter(f"{SVG}path"):
        if name := e.get("data-wire"):
            colors.setdefault(name, set()).add(e.get("stroke", ""))
    return colors


def wire_width(picture: str, name: str) -> float:
    return max(
        float(e.get("stroke-width", 0))
        for e in tree(picture).iter(f"{SVG}path")
        if e.get("data-wire") == name
    )


def numbers_of(picture: str, name: str) -> ET.Element:
    """The group with the numbers of one wire."""
    return next(e for e in tree(picture).iter(f"{SVG}g") if e.get("data-value") == name)


# ---- the files in imgs/ ------------------------------------------------------------------------


def test_there_are_the_seventeen_figures() -> None:
    assert list(FIGURES) == NAMES


def as_saved(picture: str) -> bytes:
    """ASCII alone: JupyterLite puts pictures into addresses, which take nothing else."""
    return picture.encode("ascii", "xmlcharrefreplace")


@pytest.mark.parametrize("name", NAMES)
def test_the_file_in_imgs_is_what_the_program_draws(name: str) -> None:
    file = IMGS / f"{name}.svg"
    stale = f"imgs/{name}.svg is stale; run: python -m lstm_teach.diagram imgs"
    assert file.read_bytes() == as_saved(FIGURES[name]), stale


def test_a_second_run_in_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lstm_teach.diagram", str(tmp_path / "new")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert done.stderr == ""
    written = {p.stem: p.read_bytes() for p in (tmp_path / "new").iterdir()}
    assert written == {name: as_saved(picture) for name, picture in FIGURES.items()}
    assert not any(b"\r" in content for content in written.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_says_what_it_shows(name: str) -> None:
    root = tree(FIGURES[name])
    title, description = root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")
    assert root[0].tag == f"{SVG}title", "the title has to be the first child to be read out"
    assert title
    assert 4 < len(title) <= 60
    assert description
    assert len(description) > 60
    assert root.get("role") == "img"


def test_every_text_about_a_picture_belongs_to_one() -> None:
    zero = np.zeros(1)
    pictures = [*FIGURES.values(), diagram.rnn(zero, zero, zero)]
    pictures += [diagram.cell(focus) for focus in (None, *diagram.FOCUS)]
    said = {tree(picture).findtext(f"{SVG}desc") for picture in pictures}
    for text in draw.says().values():
        assert any(one.startswith(text.partition("{")[0]) for one in said), text
    assert len(said) == len(draw.says())


def test_no_two_figures_have_the_same_title_or_description() -> None:
    for tag in ("title", "desc"):
        said = [tree(picture).findtext(f"{SVG}{tag}") for picture in FIGURES.values()]
        assert len(set(said)) == len(said)


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_scales_and_brings_its_own_paper(name: str) -> None:
    picture = FIGURES[name]
    root = tree(picture)
    _, _, width, height = map(float, root.get("viewBox", "").split())
    # its own, so that type is as large in all of them; a page may ask for less
    assert float(root.get("width")) == pytest.approx(min(1, width / 1200) * PAGE_WIDTH, abs=1)
    assert root.get("height") is None
    paper = root.find(f"{SVG}rect")
    assert paper is not None
    assert (paper.get("fill"), float(paper.get("width", 0))) == (PAPER, width)
    assert float(paper.get("height", 0)) == height
    # text stays text, nothing is fetched, and two on one page share nothing
    assert not re.search(r"\sid=|<style|<script|<image|href|url\(", picture)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("focus-")])
def test_a_focus_figure_has_its_equation_with_shapes(name: str) -> None:
    said = texts(FIGURES[name])
    symbols = sum("=" in text for text in said)
    assert symbols == len(EQUATIONS[name.removeprefix("focus-")])
    assert said.count("(H,)") >= 3
    product = {"focus-forget": "kept", "focus-input": "added"}.get(name)
    assert product is None or said[said.index(product, said.index("(")) :][2] == "="
    if name != "focus-update":
        assert "(H, H+D)" in said
        assert "(D,)" in said


@pytest.mark.parametrize("name", NAMES)
def test_a_tilde_is_drawn_and_not_written(name: str) -> None:
    """As a combining character it lands on the letter in Firefox, and vanishes in WebKit."""
    assert not any("\u0303" in text for text in texts(FIGURES[name]))
    waves = [e.get("d") for e in tree(FIGURES[name]).iter(f"{SVG}path") if "t" in e.get("d", "")]
    candidates = {"two-units": 2, "variant-gru": 3, "variant-coupled": 2, "focus-input": 3}
    drawn = candidates.get(name, 2 if name == "focus-update" else 1)
    plain = ("rnn-", "many-to-one", "notation", "gate")
    assert len(waves) == (0 if name.startswith(plain) else drawn)


def test_a_tilde_stands_over_its_letter() -> None:
    wave = re.search(r'd="M([\d.]+) ([\d.]+)q', draw.text((100, 50), "C̃_t", 38))
    assert 82 < float(wave[1]) < 100  # C is 27 wide, and its t makes it stand left of the middle
    assert 50 - 38 < float(wave[2]) < 50 - 38 * 0.72  # above a capital letter


def test_two_units_count_every_weight_and_bias() -> None:
    cell = Parameters.zeros(1, 2)
    weights, biases = (
        sum(getattr(getattr(cell, layer), part).size for layer in vars(cell)) for part in "Wb"
    )
    said = " ".join(texts(FIGURES["two-units"]))
    assert f"= {weights} weights" in said
    assert f"{weights} + {biases} = {weights + biases} numbers to learn" in said
    into_boxes = [
        e
        for e in tree(FIGURES["two-units"]).iter(f"{SVG}path")
        if e.get("data-wire", "").startswith("read_")
    ]
    assert len(into_boxes) == weights


def test_the_readme_names_files_that_exist() -> None:
    readme = (IMGS / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:lstm_teach|imgs|docs|tests)/[\w./*-]*)`", readme)
    named += re.findall(r"\]\((?!https?:)([\w./-]+)\)", readme)
    assert len(named) > 17
    for path in named:
        assert (IMGS.parent / path).exists() or (IMGS / path).exists(), path


def test_the_readme_shows_every_figure_with_alt_text() -> None:
    readme = (IMGS / "README.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r'<img src="([\w-]+)\.svg"[^>]*alt="([^"]+)"', readme))
    assert list(shown) == NAMES
    assert all(len(alt) > 10 for alt in shown.values())


# ---- focus -------------------------------------------------------------------------------------


def test_without_a_focus_everything_is_in_ink() -> None:
    picture = diagram.cell()
    assert QUIET not in {color for colors in wire_colors(picture).values() for color in colors}
    assert f'fill="{QUIET_INK}"' not in picture


@pytest.mark.parametrize("focus", diagram.FOCUS)
def test_a_focus_inks_its_parts_and_no_others(focus: str) -> None:
    colors = wire_colors(diagram.cell(focus))
    for name, drawn in colors.items():
        assert (QUIET not in drawn) == (name in diagram.FOCUS[focus]), name


@pytest.mark.parametrize("focus", diagram.FOCUS)
def test_every_name_in_a_focus_is_a_part(focus: str) -> None:
    assert diagram.FOCUS[focus] <= {part.name for part in CELL}


def test_a_quantity_has_its_color_everywhere() -> None:
    colors = wire_colors(diagram.cell())
    for name in ("f", "i", "c_tilde", "o", "c", "h", "x"):
        assert colors[name] == {COLORS[name]}


def test_an_unknown_focus_is_refused_with_the_choices() -> None:
    with pytest.raises(ValueError, match="focus is 'forgot'; it can be forget, input, update"):
        diagram.cell("forgot")


def test_the_memory_line_is_the_strongest() -> None:
    for picture in (diagram.cell(), diagram.cell("forget"), diagram.cell(None, step_of(0.4))):
        others = [wire_width(picture, name) for name in ("f", "i", "o", "h", "x", "added")]
        assert min(wire_width(picture, name) for name in ("c_prev", "kept", "c")) > max(others)


# ---- live --------------------------------------------------------------------------------------


@pytest.mark.parametrize("focus", [None, *diagram.FOCUS])
def test_every_wire_carries_its_numbers(focus: str | None) -> None:
    step = examples.column().run()
    picture = diagram.cell(focus, step)
    for name in WIRES:
        shown = ["".join(e.itertext()) for e in numbers_of(picture, name).iter(f"{SVG}text")]
        assert sorted(shown) == sorted(number(v) for v in getattr(step, name))
    for value in (*step.h_prev, *step.x, *np.tanh(step.c)):
        assert number(value) in texts(picture)


@pytest.mark.parametrize("value", [-999, -99.9, -1, -0.01, 0, 0.5, 9.99, 999])
def test_numbers_from_one_end_to_the_other_are_written(value: float) -> None:
    said = texts(diagram.cell(None, step_of(value, H=1, D=1)))
    # h_prev, x and seven wires; what is kept and added are products
    assert said.count(number(value)) >= 9
    assert number(value * value) in said


def test_a_negative_number_differs_by_more_than_color() -> None:
    step = step_of(0.5)
    step.f[1] = -0.5
    group = numbers_of(diagram.cell(None, step), "f")
    light, positive, dark, negative = group[0]
    assert (light.get("fill"), positive.get("fill")) == (PAPER, INK)
    assert (dark.get("fill"), negative.get("fill")) == (COLORS["f"], PAPER)
    assert "".join(positive.itertext()) == "0.50"
    assert "".join(negative.itertext()) == "−0.50"  # a minus, not a hyphen


def test_a_number_that_rounds_to_zero_is_not_negative() -> None:
    assert "−" not in "".join(texts(diagram.cell(None, step_of(-0.001)))).replace("t−1", "")


def test_wires_grow_with_their_numbers_up_to_a_limit() -> None:
    widths = [wire_width(diagram.cell(None, step_of(v)), "f") for v in (0, 0.5, -0.5, 1, 999)]
    assert widths[0] < widths[1] == widths[2] < widths[3] == widths[4]
    assert widths[0] >= 2


def test_the_units_that_are_asked_for_are_shown() -> None:
    step = examples.question().run()  # five units
    picture = diagram.cell(None, step, units=(1, 4))
    shown = ["".join(e.itertext()) for e in numbers_of(picture, "f").iter(f"{SVG}text")]
    assert shown == [number(step.f[1]), number(step.f[4])]
    assert "upper row: unit 1, lower row: unit 4 (of 5)" in texts(picture)


@pytest.mark.parametrize(("units", "rows"), [((0, 7), 1), ((), 1), ((9,), 1), ((0, 1, 2), 2)])
def test_units_that_do_not_exist_are_left_out(units: tuple[int, ...], rows: int) -> None:
    picture = diagram.cell(None, examples.column().run(), units=units)
    assert len(list(numbers_of(picture, "f").iter(f"{SVG}text"))) == rows


def test_a_cell_of_one_unit_has_one_row_and_no_caption() -> None:
    said = texts(diagram.cell(None, step_of(0.5, H=1), units=(0, 1)))
    assert not any("unit" in text for text in said)


def test_inputs_go_by_their_names() -> None:
    said = texts(diagram.cell(None, step_of(0.5, D=4), x_names=examples.EVENTS))
    assert set(examples.EVENTS) <= set(said)


def test_what_does_not_fit_is_shown_as_dots() -> None:
    said = texts(diagram.cell(None, step_of(0.5, H=5, D=8)))
    assert said.count("…") == 2
    assert "x[4]" in said
    assert "x[5]" not in said


def values_of(picture: str) -> set[str]:
    """The wires that have numbers on them."""
    groups = [e for e in tree(picture).iter(f"{SVG}g") if e.get("data-value")]
    return {e.get("data-value") for e in groups if any(e.itertext())}


def test_numbers_are_there_once_they_are_computed() -> None:
    step = step_of(0.5)
    stages = ("join", "f", "i", "c_tilde", "kept", "added", "c", "o", "h")
    seen = {"join", "c_prev"}
    for stage in stages:
        picture = diagram.cell(stage, step, shown=diagram.computed(stage))
        seen |= {stage} | ({"tanh_c"} if stage == "h" else set())
        assert values_of(picture) == seen
    assert diagram.cell("h", step, shown=diagram.computed("h")) == diagram.cell("h", step)


def test_names_stay_where_numbers_are_left_out() -> None:
    said = texts(diagram.cell("f", step_of(0.5), shown=diagram.computed("f")))
    assert {"it", "ot", "Ct", "ht", "kept", "added"} <= set(said)


def test_inputs_without_numbers_are_the_whole_strip() -> None:
    step = step_of(0.5)
    picture = diagram.cell("update", step, x_names=["bell"], shown={"c_prev", "f", "c"})
    assert values_of(picture) == {"c_prev", "f", "c"}
    assert "bell" not in texts(picture)
    assert {"ht−1", "xt"} <= set(texts(picture))
    partly = diagram.cell("update", step, shown={"x"})
    assert values_of(partly) == {"join"}
    assert texts(partly).count("0.50") == len(step.x)


def test_text_can_be_read_from_the_back_row() -> None:
    """At 600 px, half the size of the canvas: 13 px and more, but for subscripts."""
    picture = tree(diagram.cell(None, examples.question().run(), units=(1, 4)))
    sizes = [
        float(e.get("font-size", picture.get("font-size"))) for e in picture.iter(f"{SVG}text")
    ]
    assert min(sizes) >= 26


def test_the_lessons_picture_inks_the_product_it_is_about() -> None:
    for name, product in (("focus-forget", {"c_prev", "kept", "f"}), ("focus-input", {"added"})):
        colors = wire_colors(FIGURES[name])
        assert not any(QUIET in colors[wire] for wire in product)


def test_names_are_text_and_never_markup() -> None:
    said = texts(diagram.cell(None, step_of(0.5, D=1), x_names=["<b>&"]))
    assert "<b>&" in said


def test_a_batch_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match=r"step.h has shape \(7, 3\).*take steps\[t\]"):
        diagram.cell(None, examples.batch().run())


def test_the_step_is_not_changed() -> None:
    step = examples.column().run()
    before = {f.name: getattr(step, f.name).copy() for f in fields(Step)}
    diagram.cell(None, step)
    for name, array in before.items():
        np.testing.assert_array_equal(getattr(step, name), array)


@pytest.mark.parametrize("focus", [None, *diagram.FOCUS])
def test_an_update_is_small(focus: str | None) -> None:
    step = step_of(-9.99, H=2, D=5)
    step.f[0] = step.c[1] = 9.99  # two signs on a wire need a little more
    assert len(diagram.cell(focus, step).encode("utf-8")) <= 12_000

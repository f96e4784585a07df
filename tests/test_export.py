"""What exported pages make of a notebook's text; the pages themselves are in tests/fronts."""

from __future__ import annotations

import html
from pathlib import Path

import nbformat
import pytest

from lstm_teach.export import AltTexts, Renderer


@pytest.fixture
def renderer(tmp_path: Path) -> Renderer:
    (tmp_path / "here.svg").write_text("<svg/>")
    return Renderer(path=str(tmp_path))


def test_a_picture_that_is_here_is_put_into_the_page(renderer: Renderer) -> None:
    assert 'src="data:image/svg+xml;base64,PHN2Zy8+"' in renderer.image("a text", "here.svg")
    assert 'src="gone.svg"' in renderer.image("a text", "gone.svg")


def test_links_lead_to_pages_where_these_are_files(renderer: Renderer) -> None:
    assert 'href="03.html#Recap"' in renderer.link("next", "03.ipynb#Recap")
    assert 'href="https://a.org/b.ipynb"' in renderer.link("elsewhere", "https://a.org/b.ipynb")
    assert 'href="03.ipynb"' in Renderer().link("next", "03.ipynb"), "Voilà shows notebooks"


def test_formulas_are_mathml(renderer: Renderer) -> None:
    assert "<msub><mi>f</mi><mi>t</mi></msub>" in renderer.inline_math("f_t")
    assert 'display="block"' in renderer.block_math(r"\sigma(z)")


def test_what_is_no_formula_stays_as_it_was_typed(renderer: Renderer) -> None:
    assert renderer.inline_math(r"a_b_c") == "$a_b_c$"


def test_an_output_keeps_its_alt_text() -> None:
    picture = {"image/png": "iVBORw0KGgo=", "text/plain": "words"}
    output = nbformat.v4.new_output("display_data", picture)
    output.metadata = {"image/png": {"alt": 'f is "open"'}}
    cell = nbformat.v4.new_code_cell(outputs=[output])
    without = nbformat.v4.new_output("display_data", picture)
    cell.outputs.append(without)
    shown, _ = AltTexts().preprocess_cell(cell, {}, 0)
    assert 'alt="f is &quot;open&quot;"' in shown.outputs[0].data["text/html"]
    assert "text/html" not in shown.outputs[1].data


@pytest.mark.parametrize("name", ["aligned", "split", "align*", "gathered"])
def test_equations_below_each_other_are_rows(renderer: Renderer, name: str) -> None:
    made = renderer.block_math(rf"\begin{{{name}}} f &= \sigma(z) \\ i &= 2 \end{{{name}}}")
    assert made.count("<mtr>") == 2
    assert "&<" not in made


def test_columns_that_the_converter_does_not_know_stay_as_typed(renderer: Renderer) -> None:
    typed = r"\begin{eqnarray} f &=& 1 \end{eqnarray}"
    assert renderer.block_math(typed) == f"$${html.escape(typed)}$$"

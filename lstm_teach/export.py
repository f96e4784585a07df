"""What becomes of a notebook on a page that needs no kernel, no other file and no network.

`nbconvert --to html` in a copy of the collection, the export in JupyterLab's menu there and Voilà
use it: the folder lab/, lstm_teach/jupyter/ and voila.json say so to them. On its own nbconvert
leaves the drawings where they are, formulas to a script from elsewhere, and out what pictures show.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode, from_dict
from traitlets import Dict

#: What one preprocessor of nbconvert gives to the next: a notebook, or a cell, and what is known.
Resources = dict[str, Any]
Given = tuple[NotebookNode, Resources]


class AltTexts(Preprocessor):
    """Gives the picture of an output the alt text that is saved beside it."""

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, index: int) -> Given:
        """Show the picture as HTML, which is preferred to the picture alone."""
        for output in cell.get("outputs", ()):
            alt = output.get("metadata", {}).get("image/png", {}).get("alt")
            if alt:
                src = f"data:image/png;base64,{output.data['image/png'].strip()}"
                output.data["text/html"] = f'<img alt="{escape(alt)}" src="{src}">'
        return cell, resources


class Lesson(AltTexts):
    """What the page of `lab/` needs of a notebook.

    That is its title, how the text of a cell is rendered, questions as lists, and what stands under
    "More" folded. Where an explorer stands that `live` names, the website's live cell stands, and
    the explorer's picture inside of it: for paper, and where there is no JavaScript.
    """

    live = Dict(help="attributes of the live cell, by the code of the explorer").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Given:
        """Look at every cell, and give the page a function that renders Markdown."""
        nb, resources = super().preprocess(nb, resources)  # type: ignore[no-untyped-call]
        html = partial(_render, resources=resources)
        first = nb.cells[0].source if nb.cells else ""
        title = re.match(r"# (.+)", first)
        resources["lesson"] = {"html": html, "title": title[1] if title else "Notebook"}
        self._fold(nb.cells, html)
        return nb, resources

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, index: int) -> Given:
        """Write a question as a list, and put the live cell around an explorer."""
        cell, resources = super().preprocess_cell(cell, resources, index)
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if asked := _QUESTION.fullmatch(data.get("text/plain", "")):
                choices = "".join(f"<li>{escape(text)}</li>" for text in _CHOICE.findall(asked[2]))
                data["text/html"] = (
                    f'<div class="question"><p>{escape(asked[1])}</p><ul>{choices}</ul>'
                    f"<small>{escape(asked[3])}</small></div>"
                )
        if attributes := self.live.get(cell.source.strip()):
            cell.metadata["live"] = f"<lstm-cell {attributes}>"
        return cell, resources

    def _fold(self, cells: list[NotebookNode], html: Callable[[NotebookNode], str]) -> None:
        """Put each "More", up to the next heading, into a part that opens at a click."""
        texts = [cell.source if cell.cell_type == "markdown" else "" for cell in cells]
        headings = [k for k, text in enumerate(texts) if re.match(r"#{1,3} ", text)]
        for first, end in zip(headings, [*headings[1:], len(cells)], strict=True):
            heading, _, below = texts[first].partition("\n")
            if heading.startswith("### More: "):
                title = html(from_dict({"source": heading})).strip()  # type: ignore[no-untyped-call]
                cells[first].source = below
                cells[first].metadata["before"] = (
                    f'<details class="more"><summary>{title}</summary>'
                )
                cells[end - 1].metadata["after"] = "</details>"


#: What the text of an unanswered question says: the question, its choices, what to do.
_QUESTION = re.compile(r"(.*?)\n((?: *\( \) .*(?:\n(?! *\( \)).*)*?\n)+)(Run this .*)", re.DOTALL)
_CHOICE = re.compile(r"^ *\( \) (.*(?:\n(?! *\( \)).+)*)$", re.MULTILINE)


class Renderer(IPythonRenderer):
    """nbconvert's own, but for pictures, formulas, and links between the notebooks."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Put a picture that lies here into the page."""
        file = Path(self.path, url)
        if file.is_file():
            data = base64.b64encode(file.read_bytes()).decode("ascii")
            url = f"data:{mimetypes.guess_type(file.name)[0]};base64,{data}"
        return super().image(text, url, title)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Link to the page of a notebook, where that is a file beside this one."""
        if self.path and "://" not in url:
            url = url.replace(".ipynb", ".html")
        return super().link(text, url, title)

    def inline_math(self, body: str) -> str:
        """Write a formula as MathML, which every browser knows."""
        return _mathml(body, "inline") or super().inline_math(body)

    def block_math(self, body: str) -> str:
        """The same for a formula on a line of its own."""
        if made := _mathml(body, "block"):
            return f'<div class="formula" tabindex="0">{made}</div>'
        return super().block_math(body)


#: Environments that the converter does not know, by those that look the same.
_KNOWN_AS = {"aligned": "align*", "alignedat": "align*", "gathered": "matrix"}
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(aligned|alignedat|gathered)\}(?:\[\w\]|\{\d+\})?")


def _mathml(body: str, display: str) -> str:
    body = _ENVIRONMENT.sub(lambda found: rf"\{found[1]}{{{_KNOWN_AS[found[2]]}}}", body)
    try:
        made = convert(body, display=display)
    except Exception:  # a student's "$5, or $6" is no formula; the converter says so in many ways
        return ""
    return "" if "<mi>&</mi>" in made else made  # columns of something that it does not know


def _render(cell: NotebookNode, resources: Mapping[str, Any]) -> str:
    path = resources.get("metadata", {}).get("path", "")
    renderer = Renderer(escape=False, attachments=cell.get("attachments", {}), path=path)
    return str(MarkdownWithMath(renderer=renderer).render(cell.source))


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Render the markdown of a cell; nbconvert's filter of this name, for Voilà."""
    return _render(context["cell"], context["resources"])

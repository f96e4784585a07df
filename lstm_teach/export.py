"""What becomes of a notebook on a page that needs no kernel, no other file and no network.

`nbconvert --to html` in a copy of the collection, the export in JupyterLab's menu there and Voilà
use it: the folder lab/, lstm_teach/jupyter/ and voila.json say so to them. On its own nbconvert
leaves the drawings where they are, formulas to a script from elsewhere, and out what pictures show.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Mapping
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode


class AltTexts(Preprocessor):
    """Gives the picture of an output the alt text that is saved beside it."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Show the picture as HTML, which is preferred to the picture alone."""
        for output in cell.get("outputs", ()):
            alt = output.get("metadata", {}).get("image/png", {}).get("alt")
            if alt:
                src = f"data:image/png;base64,{output.data['image/png'].strip()}"
                output.data["text/html"] = f'<img alt="{escape(alt)}" src="{src}">'
        return cell, resources


class Lesson(AltTexts):
    """What the page of `lab/` needs: the alt texts, and how the text of a cell is rendered."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Give the page a function that renders Markdown."""
        nb, resources = super().preprocess(nb, resources)  # type: ignore[no-untyped-call]
        resources["lesson_html"] = partial(_render, resources=resources)
        return nb, resources


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
        return _mathml(body, "block") or super().block_math(body)


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
    renderer = Renderer(
        escape=False,
        attachments=cell.get("attachments", {}),
        path=resources.get("metadata", {}).get("path", ""),
    )
    return str(MarkdownWithMath(renderer=renderer).render(cell.source))


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Render the markdown of a cell; nbconvert's filter of this name, for Voilà."""
    return _render(context["cell"], context["resources"])

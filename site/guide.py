"""The guide for teachers as pages of the website: docs/*.md, to read on a phone and to print."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from string import Template

import mistune

HERE = Path(__file__).resolve().parent
REPO = HERE.parent
DOCS = REPO / "docs"


def write_guide(site: Path) -> None:
    """Write a page for every text of docs/, and copy the rest, such as the handouts."""
    shutil.copytree(DOCS, site / "docs", ignore=shutil.ignore_patterns("*.md", ".*"))
    for text in sorted(DOCS.rglob("*.md")):
        page = site / text.relative_to(REPO).with_suffix(".html")
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(guide_page(text), encoding="utf-8")


def guide_page(text: Path) -> str:
    """Give one page. `text` is a Markdown file of docs/."""
    source = text.read_text(encoding="utf-8")
    root = "/".join([".."] * len(text.relative_to(REPO).parent.parts))
    convert = mistune.create_markdown(renderer=_Renderer(root, text.parent), plugins=["table"])
    # The last section of a lesson's page proves its numbers; nobody reads it on paper.
    content = re.sub(
        r"<h2>The numbers</h2>.*",
        r'<div class="on-screen">\g<0></div>',
        convert(source),
        flags=re.S,
    )
    return Template((HERE / "guide.html").read_text(encoding="utf-8")).substitute(
        title=html.escape(re.search(r"^# (.+)$", source, re.MULTILINE)[1]),
        root=root,
        content=content,
    )


class _Renderer(mistune.HTMLRenderer):
    """As ever, but a link to a text leads to its page, and one to a notebook opens it."""

    def __init__(self, root: str, folder: Path) -> None:
        super().__init__()
        self.root, self.folder = root, folder

    def _in_docs(self, url: str) -> bool:
        return (self.folder / url.partition("#")[0]).resolve().is_relative_to(DOCS)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if notebook := re.fullmatch(r"(?:\.\./)+notebooks/(\w+)\.ipynb", url):
            url = f"{self.root}/lessons/{notebook[1]}.html"
        elif not url.startswith(("http", "#")) and not self._in_docs(url):
            return text  # a file of the source, which the website does not have
        elif not url.startswith("http"):
            url = re.sub(r"\.md$", ".html", url)
        return super().link(text, url, title)

"""The website's first page, made from the README and the notebooks, so that it cannot drift."""

from __future__ import annotations

import html
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from string import Template

HERE = Path(__file__).resolve().parent
REPO = HERE.parent
PICTURE = r"!\[(?P<alt>[^\]]*)\]\(\.\./(?P<file>imgs/[\w.-]+)\)"


@dataclass(frozen=True)
class Lesson:
    """What a notebook's first text says about it."""

    file: str  #: 02_forget_gate.ipynb
    title: str
    aim: str  #: what comes after "You will"
    minutes: int
    picture: str  #: imgs/focus-forget.svg
    alt: str

    @property
    def name(self) -> str:
        """02_forget_gate, as its page is called."""
        return self.file.removesuffix(".ipynb")

    @classmethod
    def read(cls, path: Path) -> Lesson:
        """Read a notebook; each part has to be there, and the error names what is missing."""
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]

        def find(what: str, pattern: str, text: str) -> re.Match:
            found = re.search(pattern, text, re.MULTILINE)
            if found is None:
                raise ValueError(f"{path.name} has no {what}, which the website shows")
            return found

        picture = find("picture", PICTURE, "\n".join(texts))
        return cls(
            file=path.name,
            title=find("title", r"^# (.+)$", texts[0])[1],
            aim=find("line with **You will**", r"^\*\*You will\*\* (.+)$", texts[0])[1],
            minutes=int(find("time", r"^\*\*Time\*\* about (\d+) minutes", texts[0])[1]),
            picture=picture["file"],
            alt=picture["alt"],
        )


def lessons() -> list[Lesson]:
    """Give all notebooks, in their order."""
    return [Lesson.read(path) for path in sorted((REPO / "notebooks").glob("*.ipynb"))]


def landing_page(index: str) -> str:
    """Give the first page; `index` is JupyterLite's own, whose settings have to stay in it."""
    config = re.search(r'<script\s+id="jupyter-config-data".*?</script>', index, re.DOTALL)
    readme = (REPO / "README.md").read_text(encoding="utf-8")
    title = re.search(r"^# (.+)$", readme, re.MULTILINE)[1]
    # the first paragraph that is text, not badges or comments
    blocks = readme.split("\n\n")[1:]
    about = next(block for block in blocks if block[0].isalpha()).replace("\n", " ")
    every = lessons()
    repository = os.environ.get("GITHUB_REPOSITORY")  # GitHub sets it
    source = (
        f'<p>The source: <a href="https://github.com/{repository}">{repository}</a>.</p>'
        if repository
        else ""
    )
    return Template((HERE / "landing.html").read_text(encoding="utf-8")).substitute(
        config=config[0],
        # in the page itself: asked for apart it would come a sixth of a second later on a phone
        cell=(HERE / "lstm-cell.js").read_text(encoding="utf-8"),
        title=html.escape(title),
        about=html.escape(about),
        first=every[0].name,
        hours=round(sum(lesson.minutes for lesson in every) / 60),
        count=len(every),
        lessons="\n".join(map(_card, every)),
        source=source,
    )


def _card(lesson: Lesson) -> str:
    number = lesson.file[:2]
    aim = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`$]", r"\1", lesson.aim)  # Markdown to plain words
    return f"""<li>
  <a class="open" href="lessons/{lesson.name}.html">
    <img src="{lesson.picture}" alt="{html.escape(lesson.alt)}" loading="lazy">
    <h3><span>{number}</span> {html.escape(lesson.title)}</h3>
  </a>
  <p>You will {html.escape(aim)}</p>
  <p class="more">{lesson.minutes} minutes ·
    <a href="notebooks/index.html?path=notebooks/{lesson.file}"
       aria-label="Run {number} here">run it here</a></p>
</li>"""

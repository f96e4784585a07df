"""The teacher's guide: complete, in step with the notebooks, and its numbers are computed."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from lstm_teach._style import number
from tests.lesson_minutes import START, minutes_of_more, minutes_of_parts
from tests.test_notebooks_saved import BRITISH, ELSEWHERE, LINK

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO / "tools"))  # scripts, no package

import make_handouts as handouts  # noqa: E402

DOCS = REPO / "docs"
GUIDE = DOCS / "teaching.md"
NOTEBOOKS = sorted((REPO / "notebooks").glob("*.ipynb"))
PAGES = sorted((DOCS / "lessons").glob("*.md"))
TEXTS = sorted(DOCS.rglob("*.md"))
PARTS = [
    "Aims",
    "Have ready",
    "Minutes",
    "Ask aloud",
    "Where classes get stuck",
    "Exit quiz",
    "Homework",
    "The numbers",
]
SHORT, LONG = 15, 45
LIMIT = 30  # minutes of a lesson, without its "More"
LIMITS = {"00_start_here": 20, "13_put_it_to_work": 40}  # those that are shorter or longer
TOLERANCE = 2  # minutes by which a part may differ from what is counted
NUMBER = re.compile(r"\d+\.\d+|\d+(?=%)")


def notebook_of(page: Path) -> Path:
    return REPO / "notebooks" / f"{page.stem}.ipynb"


def first_text(notebook: Path) -> str:
    return "".join(json.loads(notebook.read_text(encoding="utf-8"))["cells"][0]["source"])


def stated(notebook: Path) -> int:
    """The minutes that a notebook promises."""
    return int(re.search(r"\*\*Time\*\* about (\d+)", first_text(notebook))[1])


def sections(page: Path) -> dict[str, str]:
    pieces = re.split(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def rows(text: str) -> list[list[str]]:
    """The cells of every table row; the line of dashes is left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in found if not set("".join(row)) <= set("-:")]


def shown(notebook: Path) -> str:
    """What a notebook says: its text, and what its code cells have printed, without any markup."""
    said = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            said.append("".join(cell["source"]))
        for output in cell.get("outputs", ()):
            said.append("".join(output.get("text", output.get("data", {}).get("text/plain", ""))))
    return "\n".join(said)


def handout(page: Path) -> str:
    """The answers of the handout that this page names, as the page has to give them."""
    named = re.search(r"\(\.\./handouts/(\w+)\.svg\)", page.read_text(encoding="utf-8"))
    if named is None:
        return ""
    answers = handouts.sheets()[named[1]].answers
    symbols = {"c": "C", "c_tilde": "C̃"}
    return "; ".join(
        f"{symbols.get(name, name)} = " + ", ".join(map(number, values))
        for name, values in answers.items()
    )


def block(page: Path) -> str:
    (code,) = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return code


@pytest.fixture(params=PAGES, ids=lambda page: page.stem)
def page(request: pytest.FixtureRequest) -> Path:
    return request.param


# ---- every lesson, every part ------------------------------------------------------------------


def test_every_notebook_has_a_page() -> None:
    assert [page.stem for page in PAGES] == [notebook.stem for notebook in NOTEBOOKS]


def test_a_page_has_every_part(page: Path) -> None:
    found = sections(page)
    assert list(found) == PARTS
    assert all(text.strip() for text in found.values())


def test_a_page_has_the_notebooks_title_and_leads_to_it(page: Path) -> None:
    title = first_text(notebook_of(page)).splitlines()[0].removeprefix("# ")
    line = page.read_text(encoding="utf-8").splitlines()[0]
    assert f"# {page.stem[:2]} {title}".startswith(line)
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert {f"../../notebooks/{page.stem}.ipynb", "../teaching.md"} <= set(links)


def test_the_overview_lists_every_page_with_its_minutes() -> None:
    listed = []
    for link, minutes, _ in rows(sections(GUIDE)["The lessons"])[1:]:
        listed.append((re.search(r"\(lessons/(\w+)\.md\)", link)[1], int(minutes)))
    assert listed == [(notebook.stem, stated(notebook)) for notebook in NOTEBOOKS]


def test_the_map_lists_every_lesson_with_its_title_and_minutes() -> None:
    """The map of notebook 00."""
    text = shown(NOTEBOOKS[0]).split("## 4 The map", 1)[1].split("\n## ", 1)[0]
    listed = [(link, minutes) for _, link, _, minutes in rows(text)[1:]]
    titles = [first_text(notebook).splitlines()[0].removeprefix("# ") for notebook in NOTEBOOKS]
    assert listed == [
        (f"[{title}]({notebook.name})", f"{stated(notebook)} min")
        for title, notebook in zip(titles, NOTEBOOKS, strict=True)
    ]


# ---- minutes -----------------------------------------------------------------------------------


def test_minutes_add_up_and_agree_with_the_notebook(page: Path) -> None:
    head, *parts, total = rows(sections(page)["Minutes"])
    columns = [
        [int(cell.replace("–", "0")) for cell in column]
        for column in zip(*[row[1:] for row in parts], strict=True)
    ]
    assert [str(sum(column)) for column in columns] == head[1:]
    assert [cell.strip("*") for cell in total] == ["All", *head[1:]]
    assert [sum(column) for column in columns] == [SHORT, stated(notebook_of(page)), LONG]
    for (name, *_), short, whole in zip(parts, *columns[:2], strict=True):
        assert short <= whole, f"{name} takes longer on the short path"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_a_notebook_takes_the_time_that_it_states(notebook: Path) -> None:
    """What stands under "More" is not counted: nobody has to read it."""
    counted = sum(minutes_of_parts(notebook).values())
    assert abs(stated(notebook) - counted) <= 1, f"{counted:.1f} counted"
    assert stated(notebook) <= LIMITS.get(notebook.stem, LIMIT)


def test_more_is_counted_apart(tmp_path: Path) -> None:
    def cell(kind: str, source: str) -> dict:
        return {"cell_type": kind, "source": source}

    cells = [
        cell("markdown", "# Title"),
        cell("markdown", "## 1 Idea\n\n" + "word " * 148),
        cell("markdown", "### More: nuts\n\n" + "word " * 150),
        cell("code", "print('nuts')"),
        cell("markdown", "#### Bolts\n\n" + "word " * 148 + "\n\n## 2 End\n\nword"),
        cell("code", "print('end')"),
    ]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    parts, more = minutes_of_parts(path), minutes_of_more(path)
    assert list(parts) == [START, "1 Idea", "2 End"]
    assert parts["1 Idea"] == pytest.approx(1)
    assert parts["2 End"] == pytest.approx(3 / 150 + 40 / 60)
    assert list(more) == ["nuts"]
    assert more["nuts"] == pytest.approx(152 / 150 + 40 / 60 + 149 / 150)


def test_the_parts_are_those_of_the_notebook_and_take_about_what_is_counted(page: Path) -> None:
    counted = minutes_of_parts(notebook_of(page))
    _, *parts, _ = rows(sections(page)["Minutes"])
    assert [row[0] for row in parts] == [*counted, "Exit quiz"]
    assert next(iter(counted)) == START
    for name, _, whole, _ in parts[:-1]:
        minutes = int(whole.replace("–", "0"))
        assert abs(minutes - counted[name]) <= TOLERANCE, f"{name}: {counted[name]:.1f} counted"


# ---- questions ---------------------------------------------------------------------------------


def test_every_question_has_its_answers_and_one_is_right(page: Path) -> None:
    _, *questions = re.split(r"^\*\*\d\. ", sections(page)["Ask aloud"], flags=re.MULTILINE)
    assert len(questions) >= 3
    for question in questions:
        head, *answers = rows(question)
        assert head == ["They say", "It shows"]
        assert len(answers) >= 2
        assert sum("✓" in said for said, _ in answers) == 1
        assert all(shows or "✓" in said for said, shows in answers)


def test_the_exit_quiz_has_three_questions_each_with_its_answer(page: Path) -> None:
    _, *questions = re.split(r"^\d\. ", sections(page)["Exit quiz"], flags=re.MULTILINE)
    assert len(questions) == 3
    for question in questions:
        assert re.findall(r"^   - \*\*(\w+):\*\* \S", question, re.MULTILINE) == ["Answer", "Wrong"]


def test_what_is_quoted_stands_in_the_notebook(page: Path) -> None:
    said = shown(notebook_of(page))
    quoted = re.findall("“(.+?)”", page.read_text(encoding="utf-8"))
    assert [words for words in quoted if words not in said] == []
    assert len(quoted) >= 4


# ---- numbers -----------------------------------------------------------------------------------


def test_the_numbers_come_out(page: Path) -> None:
    exec(compile(block(page), page.name, "exec"), {})


def test_every_number_is_computed(page: Path) -> None:
    """On the page itself, or in its notebook: the last section has no other use."""
    text = page.read_text(encoding="utf-8").replace(block(page), "")
    known = block(page) + shown(notebook_of(page)) + handout(page)
    assert sorted({number for number in NUMBER.findall(text) if number not in known}) == []


def test_the_answers_of_the_handout_are_those_on_it(page: Path) -> None:
    text = " ".join(page.read_text(encoding="utf-8").split())
    assert handout(page) in text
    assert ("Its answers: " in text) == bool(handout(page))


# ---- links -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.relative_to(DOCS).as_posix())
def test_links_resolve(text: Path) -> None:
    for target in LINK.findall(text.read_text(encoding="utf-8")):
        file, _, anchor = target.partition("#")
        if not ELSEWHERE.match(target):
            there = text.parent / file if file else text
            assert there.exists(), target
            assert not anchor, "say which page; a page is short"


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.relative_to(DOCS).as_posix())
def test_american_spelling(text: Path) -> None:
    assert BRITISH.findall(text.read_text(encoding="utf-8")) == []


def test_the_guide_is_found() -> None:
    start = LINK.findall(shown(NOTEBOOKS[0]))
    assert "../docs/teaching.md" in start
    assert "docs/teaching.md" in LINK.findall((REPO / "README.md").read_text(encoding="utf-8"))

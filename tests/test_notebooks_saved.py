"""The notebooks as saved: run in order, nothing missing, and readable without a kernel.

nbval compares outputs, but a cell that was never run has none and passes. So this looks at what
is in the files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lesson_minutes import HEADING, MORE
from tests.refresh_notebooks import FOLDED, METADATA, NOTEBOOKS, WIDGET_VIEW

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
ALT_LENGTH = 15  # a shorter alt text cannot say what a picture shows
MAX_LINES = 25
MAX_BYTES = 1_000_000

IMAGE = re.compile(r"!\[([^\]]*)\]\(\s*([^)\s]+)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(\s*([^)\s]+)")
IMAGE_TAG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
ELSEWHERE = re.compile(r"https?:|mailto:")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|tmp|work|Users|usr|var)/\w|[A-Z]:\\\\?Users")
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
BRITISH = re.compile(  # word beginnings; the list holds what a text about LSTMs is likely to say
    r"\b(colour|behaviour|neighbour|favour|labelled|modell|centre|grey|licence|"
    r"(?:visual|normal|initial|summar|recogn|organ|memor|optim|real|general)is(?:e|ed|es|ing)\b)",
    re.IGNORECASE,
)


def load(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def source(cell: dict) -> str:
    return "".join(cell["source"])


def cells(path: Path, kind: str) -> list[str]:
    return [source(cell) for cell in load(path)["cells"] if cell["cell_type"] == kind]


def code_cells(path: Path) -> list[dict]:
    return [c for c in load(path)["cells"] if c["cell_type"] == "code" and source(c).strip()]


def outputs(path: Path) -> Iterator[tuple[str, dict]]:
    """Each output with the first line of its cell, for the message of a failing test."""
    for cell in code_cells(path):
        for output in cell["outputs"]:
            yield source(cell).splitlines()[0], output


def text_of(output: dict, mimetype: str = "text/plain") -> str:
    return "".join(output.get("data", {}).get(mimetype, ""))


def prose(path: Path) -> str:
    """All markdown, without code, whose brackets are not links."""
    text = "\n\n".join(cells(path, "markdown"))
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def pictures(path: Path) -> Iterator[tuple[str, str]]:
    """The alt text and the target of every picture in the markdown."""
    yield from IMAGE.findall(prose(path))
    for tag in IMAGE_TAG.findall(prose(path)):
        found = {name: double or single for name, double, single in ATTRIBUTE.findall(tag)}
        yield found.get("alt", ""), found.get("src", "")


def headings(path: Path) -> set[str]:
    """The anchors that JupyterLab and GitHub make of the headings."""
    found = re.findall(r"^#+ +(.+?) *$", prose(path), re.MULTILINE)
    exact = {title.replace(" ", "-") for title in found}
    return exact | {re.sub(r"[^\w -]", "", t).lower().replace(" ", "-") for t in found}


@pytest.fixture(params=PATHS or [None], ids=lambda path: path.stem if path else "no notebook yet")
def path(request: pytest.FixtureRequest) -> Path:
    if request.param is None:
        pytest.skip("there is no notebook in notebooks/ yet")
    return request.param


# ---- run, from top to bottom -------------------------------------------------------------------


def test_executed_in_order(path: Path) -> None:
    counts = [cell["execution_count"] for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1)), "run tests/refresh_notebooks.py"
    assert counts, "a notebook without code"


def test_no_errors_and_no_stderr(path: Path) -> None:
    bad = [
        (cell, output)
        for cell, output in outputs(path)
        if output["output_type"] == "error" or output.get("name") == "stderr"
    ]
    assert bad == []


def test_metadata_names_no_machine(path: Path) -> None:
    assert load(path)["metadata"] == METADATA


def test_nbval_compares_every_cell(path: Path) -> None:
    """A marker or a tag that makes nbval look away would hide a wrong number."""
    text = json.dumps([cell.get("metadata") for cell in code_cells(path)])
    text += "\n".join(cells(path, "code"))
    assert not re.search(r"nbval[-_](ignore|skip|raises)|raises-exception", text, re.IGNORECASE)


# ---- readable without a kernel ----------------------------------------------------------------


def test_no_widget_is_saved(path: Path) -> None:
    assert [cell for cell, output in outputs(path) if text_of(output, WIDGET_VIEW)] == []


def test_widgets_leave_words(path: Path) -> None:
    """A reader without a kernel has no use for "VBox(children=(FloatSlider(value=0.0), ..."."""
    a_repr = re.compile(r"^\w+\((children|value|description)=")
    assert [cell for cell, output in outputs(path) if a_repr.match(text_of(output))] == []


def test_every_picture_of_an_output_says_what_it_shows(path: Path) -> None:
    """Either as alt text, or as the sentence of an explorer in text/plain."""
    for cell, output in outputs(path):
        for mimetype in ("image/png", "image/jpeg"):
            if mimetype not in output.get("data", {}):
                continue
            alt = output["metadata"].get(mimetype, {}).get("alt", "")
            said = alt or text_of(output)
            assert len(said) >= ALT_LENGTH, cell
            assert not re.match(r"<|\w+\(", said), f"{cell}: a repr is not an alt text: {said}"


def test_every_explorer_leaves_a_picture_and_a_sentence(path: Path) -> None:
    for cell in code_cells(path):
        last = source(cell).splitlines()[-1]
        if re.match(r"(\w+ = )?explore\.\w+\(", last) and " = " not in last:
            kinds = {kind for output in cell["outputs"] for kind in output.get("data", {})}
            assert {"image/png", "text/plain"} <= kinds, last


def test_outputs_come_from_no_machine(path: Path) -> None:
    for cell, output in outputs(path):
        data = {k: v for k, v in output.get("data", {}).items() if not k.startswith("image/")}
        text = json.dumps([data, output.get("text")])
        for pattern in (MACHINE_PATH, ADDRESS):
            assert not pattern.search(text), f"{cell}: {pattern.search(text)}"


def test_small(path: Path) -> None:
    assert path.stat().st_size < MAX_BYTES


# ---- the text ----------------------------------------------------------------------------------


def test_starts_with_a_title(path: Path) -> None:
    first = load(path)["cells"][0]
    assert first["cell_type"] == "markdown"
    assert re.match(r"# \S", source(first))
    titles = re.findall(r"^# .*", prose(path), re.MULTILINE)
    assert len(titles) == 1, f"one title, please: {titles}"


def test_first_lines_say_in_which_order_to_run(path: Path) -> None:
    """Who starts in the middle reads a NameError, and finds here what to do about it."""
    assert "Run the code cells from top to bottom" in source(load(path)["cells"][0])


def test_more_is_folded_and_ends_where_a_cell_begins(path: Path) -> None:
    """JupyterLab folds whole cells: what follows in the same cell would be folded too."""
    more = False
    for cell in load(path)["cells"]:
        pieces = HEADING.split(source(cell)) if cell["cell_type"] == "markdown" else [source(cell)]
        starts = [piece.startswith(MORE) for piece in pieces if piece]
        assert not any(starts[1:]), f"a cell of its own, please: {source(cell)}"
        if more and not HEADING.match(source(cell)):
            assert len(starts) == 1, f"a heading ends More in the middle of a cell: {source(cell)}"
        elif any(starts) or HEADING.match(source(cell)):
            more = any(starts)
        assert (FOLDED in cell["metadata"]) == any(starts), "refresh the notebook"
        if any(starts):
            assert len(starts) == 1, f"another heading is folded with it: {source(cell)}"


def test_pictures_have_alt_text_and_exist(path: Path) -> None:
    for alt, target in pictures(path):
        assert len(alt) >= ALT_LENGTH, f"{target} needs an alt text that says what it shows"
        assert not ELSEWHERE.match(target), f"{target} would be fetched from another machine"
        if not target.startswith(("data:", "attachment:")):
            assert (path.parent / target).is_file(), target


def test_every_drawing_is_in_a_notebook() -> None:
    drawings = {drawing.name for drawing in (NOTEBOOKS.parent / "imgs").glob("*.svg")}
    shown = {Path(target).name for path in PATHS for _, target in pictures(path)}
    assert drawings - shown == set()


def test_links_resolve(path: Path) -> None:
    for target in LINK.findall(prose(path)):
        if ELSEWHERE.match(target):
            continue
        file, _, anchor = target.partition("#")
        there = path.parent / file if file else path
        assert there.exists(), target
        if anchor and there.suffix == ".ipynb":
            assert anchor in headings(there), target


def test_american_spelling(path: Path) -> None:
    assert BRITISH.findall(prose(path)) == []


# ---- the code ----------------------------------------------------------------------------------


def test_code_cells_are_short(path: Path) -> None:
    for cell in cells(path, "code"):
        assert len(cell.splitlines()) <= MAX_LINES, cell.splitlines()[0]


def test_no_installing_and_no_path_tricks(path: Path) -> None:
    tricks = re.compile(r"sys\.path|[%!]\s*(pip|conda)|os\.chdir|%cd\b")
    assert [cell for cell in cells(path, "code") if tricks.search(cell)] == []


def test_the_code_that_holds_an_answer_is_not_shown(path: Path) -> None:
    for cell in code_cells(path):
        folded = cell["metadata"].get("jupyter") == {"source_hidden": True}
        if re.search(r"^check\.(predict|number)\(", source(cell), re.MULTILINE):
            assert folded, "the code holds the answer: refresh the notebook, so that it is folded"
        left_out = "remove-input" in cell["metadata"].get("tags", ())
        assert left_out == folded, "refresh the notebook: pages show what is not tagged"

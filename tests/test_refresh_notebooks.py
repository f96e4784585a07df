"""`refresh_notebooks.py` saves what does not change from run to run, or nothing at all."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from tests.refresh_notebooks import WIDGET_VIEW, main

WIDGET = """
import ipywidgets
class Explorer(ipywidgets.VBox):
    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        return bundle | {"text/plain": "unit 1 keeps 65 %", "image/png": "iVBORw0KGgo="}
Explorer()
"""


def write(path: Path, *cells: str) -> Path:
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell, metadata={"collapsed": True}) for cell in cells],
        metadata={"widgets": {}, "kernelspec": {"name": "elsewhere", "display_name": "Elsewhere"}},
    )
    nbformat.write(notebook, path)
    return path


def test_saves_pictures_and_words_and_is_idempotent(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", "x=1", WIDGET, "", "for k in range(2): print(k, flush=True)")
    assert main([str(path)]) == 0
    first = path.read_bytes()
    assert main([str(path)]) == 0
    assert path.read_bytes() == first
    assert first.endswith(b"}\n")

    notebook = json.loads(first)
    assert "widgets" not in notebook["metadata"]
    assert [cell["execution_count"] for cell in notebook["cells"]] == [1, 2, None, 3]
    assert [cell["metadata"] for cell in notebook["cells"]] == [{}] * 4
    assert "".join(notebook["cells"][0]["source"]) == "x = 1"
    (shown,) = notebook["cells"][1]["outputs"]
    assert WIDGET_VIEW not in shown["data"]
    assert shown["data"]["text/plain"] == ["unit 1 keeps 65 %"]
    (printed,) = notebook["cells"][3]["outputs"]
    assert printed["text"] == ["0\n", "1\n"]


def test_more_is_folded(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    cells = [nbformat.v4.new_markdown_cell(text) for text in ("# A title", "### More: nuts")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert main([str(path)]) == 0
    metadata = [cell["metadata"] for cell in json.loads(path.read_text())["cells"]]
    assert metadata == [{}, {"jp-MarkdownHeadingCollapsed": True}]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("happy = 1 / 0", "happy = 1 / 0"),
        ("import sys\nprint('oh', file=sys.stderr)", "file=sys.stderr"),
        ("this is not Python", "a.ipynb"),
    ],
    ids=["exception", "stderr", "syntax"],
)
def test_a_bad_cell_leaves_the_file_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], cell: str, said: str
) -> None:
    path = write(tmp_path / "a.ipynb", "x=1", cell)
    before = path.read_bytes()
    assert main([str(path)]) == 1
    assert path.read_bytes() == before
    assert said in capsys.readouterr().err

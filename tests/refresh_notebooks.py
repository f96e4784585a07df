"""Run the notebooks from top to bottom and save them as they have to be saved.

    python tests/refresh_notebooks.py                            all of them
    python tests/refresh_notebooks.py notebooks/00_start_here.ipynb ...   just these

Saved are: code as ruff formats it, execution counts from 1, outputs without anything that another
run or another machine would change. Of a widget only its picture and its words are kept: a saved
view has no kernel behind it and shows an error. A cell that fails leaves the file as it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import matplotlib.font_manager  # noqa: F401  (builds its cache here, not on some cell's stderr)
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.lesson_minutes import MORE

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
FOLDED = "jp-MarkdownHeadingCollapsed"  # JupyterLab folds what stands under such a heading
CELL_METADATA = ("jupyter", "tags", FOLDED)  # set by a writer on purpose; all else is the tools'


class RefreshError(Exception):
    """A notebook that cannot be saved; the message says which cell, and why."""


def read_formatted(path: Path) -> nbformat.NotebookNode:
    """Read a notebook with its code formatted, every cell with an id, and nothing run."""
    content = json.loads(path.read_text(encoding="utf-8"))
    for position, cell in enumerate(content["cells"]):
        if "id" not in cell:  # not a random one, so that two runs give the same file
            source = f"{position} {''.join(cell['source'])}"
            cell["id"] = hashlib.sha256(source.encode()).hexdigest()[:8]
        cell["metadata"] = {k: v for k, v in cell["metadata"].items() if k in CELL_METADATA}
        if "".join(cell["source"]).startswith(MORE):
            cell["metadata"] = {FOLDED: True}
        if re.search(r"^check\.(predict|number)\(", "".join(cell["source"]), re.MULTILINE):
            # the code holds the answer, so it is folded away until someone wants to see it
            cell["metadata"]["jupyter"] = {"source_hidden": True}
        if cell["metadata"].get("jupyter") == {"source_hidden": True}:
            cell["metadata"]["tags"] = ["remove-input"]  # see lab/conf.json
    content |= {"metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(path), "-"],
        input=json.dumps(content),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if formatted.returncode:
        raise RefreshError(f"{path.name}: ruff cannot read it: {formatted.stderr}")
    notebook = nbformat.reads(formatted.stdout, as_version=4)
    nbformat.validate(notebook)
    return notebook


def run(notebook: nbformat.NotebookNode, name: str, folder: Path) -> None:
    """Run all cells in a fresh kernel; the outputs land in the notebook."""
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name=METADATA["kernelspec"]["name"],
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise RefreshError(f"{name}: a cell fails\n{error}") from None


def tidy(notebook: nbformat.NotebookNode, name: str) -> None:
    """Take out of the outputs what another run would change."""
    notebook.metadata = nbformat.from_dict(METADATA)  # the kernel has told its version
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    count = 0
    for cell in code_cells:
        count += bool(cell.source.strip())  # Jupyter does not run an empty cell
        cell.execution_count = count if cell.source.strip() else None
        for output in cell.outputs:
            if output.get("name") == "stderr":
                raise RefreshError(
                    f"{name}: a cell writes to stderr\n{cell.source}\n\n{output.text}"
                )
            if "execution_count" in output:
                output.execution_count = cell.execution_count
            if "data" in output:
                output.data.pop(WIDGET_VIEW, None)
        # an output with nothing left to show
        cell.outputs = [output for output in cell.outputs if output.get("data", True)]


def refresh(path: Path) -> bool:
    """Run one notebook and save it; tells whether the file has changed."""
    notebook = read_formatted(path)
    run(notebook, path.name, path.parent)
    tidy(notebook, path.name)
    text = nbformat.writes(notebook).rstrip("\n") + "\n"
    if text == path.read_text(encoding="utf-8"):
        return False
    path.write_text(text, encoding="utf-8", newline="\n")
    return True


def main(arguments: list[str] | None = None) -> int:
    """Refresh the notebooks named on the command line, or all; 1 when any cannot be saved."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all in notebooks/")
    paths = parser.parse_args(arguments).notebooks or sorted(NOTEBOOKS.glob("*.ipynb"))
    failed = 0
    for path in paths:
        try:
            print(f"{path.name}: {'saved' if refresh(path) else 'unchanged'}", flush=True)
        except RefreshError as error:
            failed += 1
            print(error, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Take the snapshot of this collection's own text that the reader learns from.

    python tools/make_reader_text.py

writes `tools/reader_text.txt` (what it reads) and `lstm_teach/data/reader_unread.txt` (two whole
notebooks that it never sees; what a unit tells is measured there). The text is the markdown of the
notebooks, the README and the docstrings of the package. Both files are committed and stay as they
are when the collection changes: the weights belong to this text, whose hash they carry.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
UNREAD = ("05_output_gate", "07_through_time")


def markdown(notebook: Path) -> str:
    """The text cells of a notebook, with an empty line between them."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def docstrings(module: Path) -> str:
    """Every docstring of a module, with an empty line between them."""
    nodes = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return "\n\n".join(
        text for node in nodes if isinstance(node, documented) and (text := ast.get_docstring(node))
    )


def main() -> None:
    """Write both files; documents are parted by two empty lines."""
    notebooks = sorted((REPO / "notebooks").glob("*.ipynb"))
    read = [markdown(path) for path in notebooks if path.stem not in UNREAD]
    read += [(REPO / "README.md").read_text(encoding="utf-8").strip()]
    read += [docstrings(path) for path in sorted((REPO / "lstm_teach").rglob("*.py"))]
    unread = [markdown(path) for path in notebooks if path.stem in UNREAD]
    for path, documents in (
        (REPO / "tools" / "reader_text.txt", read),
        (REPO / "lstm_teach" / "data" / "reader_unread.txt", unread),
    ):
        text = "\n\n\n".join(document for document in documents if document) + "\n"
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

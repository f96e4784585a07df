"""Take the snapshot of this collection's own text that the reader learns from.

    python tools/make_reader_text.py

writes `tools/reader_text.txt` (what it reads) and `lstm_teach/data/reader_unread.txt` (two whole
notebooks that it never sees; what a unit tells is measured there). The text is the markdown of the
notebooks, the README and the docstrings of the package, in lines of at most 40 characters as in a
narrow column: where a line ends, it has to count. Both files are committed and stay as they
are when the collection changes: the weights belong to this text, whose hash they carry.
"""

from __future__ import annotations

import ast
import json
import textwrap
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
UNREAD = ("03_input_gate_and_candidate", "07_through_time")
WIDTH = 40


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


def wrapped(text: str) -> str:
    """The text in lines of `WIDTH`; those of tables and blocks of code stay as long as they are."""
    lines: list[str] = []
    whole = ""  # the last line as it was, before it was broken
    code = False
    for line in text.splitlines():
        code ^= line.startswith("```")
        indent = line[: len(line) - len(line.lstrip())]
        # docstrings come broken already, in lines of nearly 100: put these together first
        goes_on = len(whole) > 80 and line.strip() and not line.lstrip().startswith(("-", "|", ":"))
        if goes_on and not code and whole.startswith(indent) and lines:
            line = f"{indent}{lines.pop().strip()} {line.strip()}"
        whole = line if code or line.startswith("|") else line[-100:]
        if code or line.startswith(("|", "```", "#")):
            lines.append(line)
        else:
            lines += textwrap.wrap(
                line,
                WIDTH,
                initial_indent="",
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
                drop_whitespace=True,
            ) or [""]
    return "\n".join(lines)


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
        text = "\n\n\n".join(wrapped(document) for document in documents if document) + "\n"
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

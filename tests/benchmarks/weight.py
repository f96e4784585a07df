"""How much there is to read: lines of code, without blank lines, comments and docstrings.

    python tests/benchmarks/weight.py            prints the table
    python tests/benchmarks/weight.py --write    and puts it into docs/measurements.md

What is wanted and not yet so is said in the table. `tests/test_weight.py` lets nothing grow.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
import tokenize
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO))

from tests.benchmarks import measurements  # noqa: E402

PACKAGE = REPO / "lstm_teach"
NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER),
    *(tokenize.INDENT, tokenize.DEDENT),
}
#: Lines of code that are wanted, JavaScript counted; a file's are all its lines.
TOP = "the mathematics, and what starts it"
WANTED = {TOP: 1600, "check": 2100, "diagram": 1100, "explore": 1700, "the package": 8300}
#: What is heavier than wanted may at least not grow beyond this.
MOST = {
    TOP: 1644,
    "check": 1616,
    "conventions": 841,
    "explore": 1979,
    "diagram": 973,
    "plots": 1091,
    "the package": 8_300,
}
WHOLE_LINES = {"lstm_teach/cell.py": 200, "README.md": 130}
FILES_AT_THE_TOP = 12


def python_lines(source: str) -> int:
    """Count the lines that hold code."""
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            text = first.value if isinstance(first, ast.Expr) else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                docstrings |= set(range(text.lineno, (text.end_lineno or text.lineno) + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NO_CODE:
            code |= set(range(token.start[0], token.end[0] + 1))
    return len(code - docstrings)


def javascript_lines(source: str) -> int:
    """Count the lines that hold code; our comments have lines of their own."""
    lines = (line.strip() for line in source.splitlines())
    return sum(bool(line) and not line.startswith(("//", "/*", "*")) for line in lines)


def lines(folder: Path, deep: bool = True) -> int:
    """Count the lines of code of a folder, Python and JavaScript."""
    pattern = "**/*" if deep else "*"
    return sum(
        count(path.read_text(encoding="utf-8"))
        for suffix, count in ((".py", python_lines), (".js", javascript_lines))
        for path in folder.glob(pattern + suffix)
    )


def weigh() -> dict[str, int]:
    """Count every part of the package, and all of it."""
    counted = {TOP: lines(PACKAGE, deep=False)}
    for folder in sorted(path for path in PACKAGE.iterdir() if any(path.glob("*.py"))):
        counted[folder.name] = lines(folder)
    return counted | {"the package": lines(PACKAGE)}


def report() -> str:
    """Write both tables, of code and of whole files."""
    rows = ["| lines of code | today | wanted: at most |", "| --- | ---: | ---: |"]
    for name, count in weigh().items():
        missed = ": **not yet**" if count > WANTED.get(name, count) else ""
        wanted = f"{WANTED[name]:,}{missed}" if name in WANTED else ""
        rows.append(f"| {name} | {count:,} | {wanted} |")
    rows += ["", "| all lines of | today | wanted: at most |", "| --- | ---: | ---: |"]
    for name, wanted in WHOLE_LINES.items():
        count = len((REPO / name).read_text(encoding="utf-8").splitlines())
        rows.append(f"| {name} | {count:,} | {wanted:,} |")
    command = "python tests/benchmarks/weight.py --write"
    return "\n".join([*rows, "", f"Counted by `{command}`.", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write docs/measurements.md")
    text = report()
    print(text)
    if parser.parse_args().write:
        measurements.write("weight", text)


if __name__ == "__main__":
    main()

"""Where benchmarks put their tables: between two comments of docs/measurements.md, or elsewhere."""

from __future__ import annotations

from pathlib import Path

REPO = Path(__file__).resolve().parents[2]


def goal(words: str, met: bool, figures: str) -> str:
    """Write a line that says what is wanted, whether it is so, and by which figures."""
    return f"- {words}: {'yes' if met else '**not yet**'} ({figures})"


def write(name: str, text: str, page: str = "docs/measurements.md") -> None:
    """Replace what stands between `<!-- name:start -->` and `<!-- name:end -->`."""
    path = REPO / page
    start, end = f"<!-- {name}:start -->\n", f"<!-- {name}:end -->"
    before, rest = path.read_text(encoding="utf-8").split(start)
    _, after = rest.split(end)
    path.write_text(f"{before}{start}{text}{end}{after}", encoding="utf-8")

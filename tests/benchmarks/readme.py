"""Where the benchmarks put their tables: between two comments of README.md."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


def write(name: str, text: str) -> None:
    """Replace what stands between `<!-- name:start -->` and `<!-- name:end -->`."""
    start, end = f"<!-- {name}:start -->\n", f"<!-- {name}:end -->"
    before, rest = README.read_text(encoding="utf-8").split(start)
    _, after = rest.split(end)
    README.write_text(f"{before}{start}{text}{end}{after}", encoding="utf-8")

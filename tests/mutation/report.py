"""Write tests/mutation/README.md from what cosmic-ray found: see run.py.

    python tests/mutation/report.py

Why a survivor survives is written by hand, in survivors.json. Fails when one has no reason there,
or when a reason is there for none.
"""

from __future__ import annotations

import json
import platform
import sys
from collections import Counter
from datetime import date
from importlib import metadata
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO))

from tests.benchmarks import readme  # noqa: E402
from tests.mutation.run import TESTS, session  # noqa: E402

HERE = Path(__file__).parent
PAGE = "tests/mutation/README.md"
Reasons = dict[str, dict[str, str]]  # for each module, for each change


def change(result: WorkResult) -> str:
    """The line that was changed, before and after."""
    lines = [line for line in result.diff.splitlines() if not line.startswith(("---", "+++"))]
    before, after = ([line[1:].strip() for line in lines if line[0:1] == sign] for sign in "-+")
    return f"{' '.join(before)}  →  {' '.join(after)}"


def results(module: str) -> tuple[int, list[WorkResult]]:
    """How many mutants of a module there are, and what became of those that have been run."""
    if not session(module).exists():
        return 0, []
    with use_db(session(module), WorkDB.Mode.open) as database:
        done = [result for _, result in database.completed_work_items]
        pending = database.num_work_items - database.num_results
    done = [result for result in done if result.worker_outcome != WorkerOutcome.SKIPPED]
    return pending + len(done), done


def row(name: str, mutants: int, run: int, survived: int) -> str:
    """A line of the table; the percentage is that of the mutants that were run."""
    share = f"{100 * (run - survived) / run:.1f}" if run else "not run"
    return f"| {name} | {mutants} | {run} | {run - survived} | {survived} | {share} |"


def main() -> None:
    """Write the table, and the survivors with their reasons."""
    reasons: Reasons = json.loads((HERE / "survivors.json").read_text(encoding="utf-8"))
    table, listed, missing, total = [], [], [], Counter[str]()
    for module in TESTS:
        mutants, found = results(module)
        survivors = Counter(
            change(result) for result in found if result.test_outcome == TestOutcome.SURVIVED
        )
        counts = {"mutants": mutants, "run": len(found), "survived": survivors.total()}
        total += Counter(counts)
        table.append(row(f"`{module}.py`", **counts))
        known = reasons.get(module, {})
        missing += [f"{module}: {text}" for text in survivors.keys() ^ known.keys()]
        listed += [f"\n### `{module}.py`\n"] if survivors else []
        listed += [
            f"- `{text}`{f' ({count} times)' if count > 1 else ''}: "
            f"{known.get(text, 'not looked at yet')}"
            for text, count in survivors.items()
        ]
    table.append(row("**all**", total["mutants"], total["run"], total["survived"]))
    with_what = (
        f"Measured on {date.today().isoformat()} by cosmic-ray {metadata.version('cosmic-ray')} "
        f"with Python {platform.python_version()}.\n\n"
    )
    head = "| module | mutants | run | killed | survived | % |\n| --- |" + " ---: |" * 5 + "\n"
    readme.write("killed", with_what + head + "\n".join(table) + "\n", PAGE)
    readme.write("survivors", "\n".join(listed) + "\n", PAGE)
    if missing:
        raise SystemExit(
            "a survivor without a reason, or the other way round:\n" + "\n".join(missing)
        )


if __name__ == "__main__":
    main()

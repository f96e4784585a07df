"""Write tests/mutation/README.md from what cosmic-ray found: see run.py.

    python tests/mutation/report.py

Why a survivor survives is written by hand, in survivors.json. Fails when one has no reason there,
or when a reason is there for none. A reason that begins with "the same" says that the mutant does
what the module does, so that no test can notice it.
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

from tests.benchmarks import measurements  # noqa: E402
from tests.mutation.run import TESTS, session  # noqa: E402

HERE = Path(__file__).parent
PAGE = "tests/mutation/README.md"
SAME = "the same"  # how a reason begins that no test can refute
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


def row(name: str, mutants: int, run: int, survived: int, same: int) -> str:
    """A line of the table; the percentages are those of the mutants that were run."""
    killed = run - survived
    shares = [f"{100 * killed / of:.1f}" if of else "not run" for of in (run, run - same)]
    return f"| {name} | {mutants} | {run} | {killed} | {survived} | {same} | {' | '.join(shares)} |"


def main() -> None:
    """Write the table, and the survivors with their reasons."""
    reasons: Reasons = json.loads((HERE / "survivors.json").read_text(encoding="utf-8"))
    table, listed, missing, total = [], [], [], Counter[str]()
    for module in TESTS:
        mutants, found = results(module)
        survivors = Counter(
            change(result) for result in found if result.test_outcome == TestOutcome.SURVIVED
        )
        known = reasons.get(module, {})
        counts = {
            "mutants": mutants,
            "run": len(found),
            "survived": survivors.total(),
            "same": sum(n for text, n in survivors.items() if known.get(text, "").startswith(SAME)),
        }
        total += Counter(counts)
        table.append(row(f"`{module}.py`", **counts))
        missing += [f"{module}: {text}" for text in survivors.keys() ^ known.keys()]
        listed += [f"\n### `{module}.py`\n"] if survivors else []
        listed += [
            f"- `{text}`{f' ({count} times)' if count > 1 else ''}: "
            f"{known.get(text, 'not looked at yet')}"
            for text, count in survivors.items()
        ]
    table.append(row("**all**", *(total[name] for name in counts)))
    with_what = (
        f"Measured on {date.today().isoformat()} by cosmic-ray {metadata.version('cosmic-ray')} "
        f"with Python {platform.python_version()}.\n\n"
    )
    columns = ["mutants", "run", "killed", "survived", "the same", "%", "% without the same"]
    head = f"| module | {' | '.join(columns)} |\n| --- |" + " ---: |" * len(columns) + "\n"
    measurements.write("killed", with_what + head + "\n".join(table) + "\n", PAGE)
    measurements.write("survivors", "\n".join(listed) + "\n", PAGE)
    if missing:
        raise SystemExit(
            "a survivor without a reason, or the other way round:\n" + "\n".join(missing)
        )


if __name__ == "__main__":
    main()

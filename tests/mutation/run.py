"""Change the mathematics in small ways, one change at a time: does a test notice?

    python tests/mutation/run.py                          every module, two at a time
    python tests/mutation/run.py --jobs 1 cell learn      these, one at a time
    python tests/mutation/run.py --most 80                a sample of each
    python tests/mutation/run.py --survivors cell         once more, what nobody noticed
    python tests/mutation/report.py                       the table, from what has been run

cosmic-ray makes the mutants, each module's in a copy of its own, and keeps what it found in
build/mutation/: a run that was stopped goes on where it was. Linux and macOS only.
"""

from __future__ import annotations

import argparse
import compileall
import gc
import importlib
import multiprocessing
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from py_compile import PycInvalidationMode

import pytest
from cosmic_ray import mutating
from cosmic_ray.commands import execute, init
from cosmic_ray.config import load_config
from cosmic_ray.tools.filters.operators_filter import OperatorsFilter
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when NumPy is loaded
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # no test here needs one, and they load slowly

REPO = Path(__file__).resolve().parents[2]
FOUND = REPO / "build" / "mutation"

#: Each module and the tests that are to notice, those first that notice most.
TESTS = {
    "cell": ["test_cell.py"],
    "parameters": ["test_cell.py", "test_variants.py"],
    "sequence": ["test_sequence.py"],
    "variants": ["test_variants.py"],
    "conventions/spellings": ["test_conventions.py", "test_files.py"],
    "learn": ["test_learn.py", "test_classifier.py"],
    "gradients": ["test_gradients.py"],
    "_arrays": ["test_cell.py", "test_sequence.py", "test_variants.py"],
    "reader": ["test_reader.py"],
}


#: What the tests import and nobody mutates: loaded once, and not again for every mutant.
LOADED = ["hypothesis.extra.numpy", "jupyter_client.manager", "tqdm.auto"]


def session(module: str) -> Path:
    """Where cosmic-ray keeps what it found in a module."""
    return FOUND / f"{module.replace('/', '-')}.sqlite"


def test(command: str, timeout: float) -> tuple[TestOutcome, str]:
    """Run pytest in a child of this process, which has loaded most of what it needs."""
    child = os.fork()
    if not child:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        signal.alarm(int(timeout))  # ends the process
        os._exit(pytest.main(command.split()))
    _, status = os.waitpid(child, 0)
    return TestOutcome.KILLED if status else TestOutcome.SURVIVED, ""


def run(module: str, most: int | None, survivors: bool) -> None:
    """Run what has not been run of one module, or `most` of it, drawn at random."""
    found, mutated = session(module), Path("lstm_teach") / f"{module}.py"
    source = found.with_suffix(".py")  # what was mutated, to tell whether it has changed since
    with tempfile.TemporaryDirectory() as copy:
        for name in ("lstm_teach", "tests", "notebooks", "docs", "tools"):
            shutil.copytree(REPO / name, Path(copy, name))
        shutil.copy(REPO / "pyproject.toml", copy)
        os.chdir(copy)
        sys.path.insert(0, copy)
        # Compiled code is held against the source itself: size and time of a mutant may be alike.
        compileall.compile_dir(
            "lstm_teach", quiet=1, force=True, invalidation_mode=PycInvalidationMode.CHECKED_HASH
        )
        sys.dont_write_bytecode = True
        for name in LOADED:
            importlib.import_module(name)
        gc.freeze()  # no child needs to look through what is there already

        config = load_config(REPO / "tests" / "mutation" / "cosmic-ray.toml")
        config["test-command"] += "".join(f" tests/{name}" for name in TESTS[module])
        mutating.run_tests = test  # cosmic-ray would start Python anew for every mutant
        outcome, _ = test(config.test_command, 10 * config.timeout)
        if outcome is not TestOutcome.SURVIVED:
            raise RuntimeError(f"{module}: its tests fail without any mutant")

        unchanged = source.exists() and source.read_bytes() == mutated.read_bytes()
        with use_db(found) as database:
            if not unchanged:
                init([mutated], database, {})
                filtered = config.sub("filters", "operators-filter")["exclude-operators"]
                OperatorsFilter()._skip_filtered(database, filtered)
                shutil.copy(mutated, source)
            if survivors:
                with closing(sqlite3.connect(found)) as connection, connection:
                    connection.execute("DELETE FROM work_results WHERE test_outcome = 'SURVIVED'")
            in_random_order = WorkDB.pending_work_items.fget
            WorkDB.pending_work_items = property(lambda database: in_random_order(database)[:most])
            execute(database, config)
    print(f"{module}: done", flush=True)


def main() -> None:
    """Run the modules that the command line names, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", metavar="module", help="all of them without any")
    parser.add_argument("--jobs", type=int, default=2, help="modules at a time")
    parser.add_argument("--most", type=int, help="of each module run so many, drawn at random")
    parser.add_argument("--survivors", action="store_true", help="try these once more")
    arguments = parser.parse_args()
    unknown = set(arguments.modules) - set(TESTS)
    if unknown:
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    FOUND.mkdir(parents=True, exist_ok=True)
    jobs = [(module, arguments.most, arguments.survivors) for module in arguments.modules or TESTS]
    # a process of its own for each module, which has loaded nothing that is mutated
    with multiprocessing.get_context("spawn").Pool(arguments.jobs, maxtasksperchild=1) as pool:
        pool.starmap(run, jobs, chunksize=1)


if __name__ == "__main__":
    main()

"""What all tests share: two tiers, a font cache that exists before anybody reads stderr, no clock.

`pytest` runs what needs no browser, the notebooks, and one lesson in a real browser. `pytest
--everything` adds the rest of the browser tests, the other front ends, the website, the hub and the
graders. What the command line names is run in any case.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import matplotlib
import matplotlib.font_manager  # in an empty home this says "building the font cache" to stderr,
import pytest
from hypothesis import (  # so let it happen here, once, and not in some notebook's cell
    HealthCheck,
    settings,
)

# As lstm_teach/jupyter/ has it for a student's kernel; nbval's kernels get it from here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
matplotlib.use("agg")  # a test never opens a window
# A busy machine is no failure, so nothing has a deadline or is too slow.
settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("quick"), max_examples=3000)
settings.load_profile("quick")

TESTS = Path(__file__).parent
#: Folders of tests/ that only --everything runs, in this order ...
SLOW = ("commands", "grading", "hub", "site", "fronts", "browser")
#: ... but for one lesson in a real browser.
STILL_QUICK = TESTS / "browser" / "test_02.py"
#: Files that take minutes, the longest first.
LONG = (
    *("site/site", "site/13", "site/07", "site/lesson_other_browsers", "site/live_cell_page"),
    *("browser/other_browsers", "browser/access", "browser/explorers", "browser/13"),
    *("browser/faults", "browser/09"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--everything", action="store_true", help="also browsers, front ends, website, hub, graders"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "everything: runs only with --everything, or when named")
    if config.args_source is pytest.Config.ArgsSource.ARGS:  # the workers of xdist get this option
        config.option.everything = True


def is_slow(path: Path) -> bool:
    """Whether a path belongs to what only `--everything` runs."""
    if not path.is_relative_to(TESTS) or path == STILL_QUICK:
        return False
    return path.relative_to(TESTS).parts[0] in SLOW


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if collection_path.suffix == ".py" and not config.option.everything:
        return is_slow(collection_path) or None
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow ones, and put them in an order in which two processes end at about one time.

    A file stays with one process, and a folder's files follow each other, so that its server is
    started once in each: first what is a single file and waits for others most of the time, last
    the folder with the most files; and in a folder the longest files first.
    """
    for item in items:
        if is_slow(item.path):
            item.add_marker("everything")
    items.sort(key=lambda item: place(item.path))


def place(path: Path) -> tuple[int, int]:
    """Where a file stands in the order; all that is quick is before what is slow, as collected."""
    if not is_slow(path):
        return -1, 0
    folder, *_ = path.relative_to(TESTS).parts
    name = f"{folder}/{path.stem.removeprefix('test_')}"
    return SLOW.index(folder), LONG.index(name) if name in LONG else len(LONG)


@pytest.fixture
def nothing_goes_wrong(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Every warning is an error; and ipywidgets only logs an exception in a button's callback."""
    from tests.helpers import refuse_warnings  # not above: it reads the profile that is chosen

    with caplog.at_level(logging.WARNING), warnings.catch_warnings():
        refuse_warnings()
        yield
    assert not caplog.records, caplog.text

"""One site for all tests in this folder: built once, and shown by a server that hands out files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.lab import REPO, browsing
from tests.environments import alone
from tests.site.pyodide import builder, made_pyodide
from tests.site.site import Site, serve

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it along


def site_builder() -> Path:
    """Give the Python that builds the site, with what the README says to install."""
    pyproject = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
    return builder(pyproject["project"]["optional-dependencies"]["site"])


def build(folder: Path, *options: str, pyodide: str | None = None) -> None:
    """Build the site as the README says, with the Pyodide at this address, or one from here."""
    python = site_builder()
    subprocess.run(
        [
            *(python, REPO / "site" / "build.py", "--out", folder),
            *("--pyodide", pyodide or made_pyodide(python).as_uri(), *options),
        ],
        check=True,
        cwd=REPO,
        env=os.environ | {"PYTHONPATH": str(REPO)},  # in place of `pip install -e .`
    )


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Build the whole site, Pyodide included; once, however many processes run tests."""
    shared = tmp_path_factory.getbasetemp()
    folder = (shared if worker_id == "master" else shared.parent) / "built" / "site"
    with alone(folder.parent):
        if not folder.exists():
            build(folder.parent / "unfinished", "--offline")
            (folder.parent / "unfinished").rename(folder)
    return folder


@pytest.fixture
def cdn() -> Iterator[str]:
    """Give the address of a server that has Pyodide, as a CDN has it."""
    with serve(made_pyodide(site_builder())) as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Give a browser that is gone when the tests of this folder are."""
    yield from browsing()


@pytest.fixture(scope="package")
def lab(browser: Browser, built: Path) -> Iterator[Site]:
    """Give the site, with the face of a JupyterLab: the notebooks' tests run on it unchanged."""
    with Site(browser, built) as site:
        yield site


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page that must report nothing."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page, errors = context.new_page(), []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []

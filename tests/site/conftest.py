"""One site for all tests in this folder: built once, and shown by a server that hands out files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.lab import REPO
from tests.site.pyodide import builder, pyodide
from tests.site.site import Site

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it along


def build(folder: Path, *options: str) -> None:
    """Build the site as the README says, with a Pyodide that is here already."""
    pyproject = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
    python = builder(pyproject["project"]["optional-dependencies"]["site"])
    subprocess.run(
        [
            *(python, REPO / "site" / "build.py", "--out", folder),
            *("--pyodide", pyodide(python).as_uri(), *options),
        ],
        check=True,
        cwd=REPO,
    )


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the whole site, Pyodide included."""
    folder = tmp_path_factory.mktemp("built") / "site"
    build(folder, "--offline")
    return folder


@pytest.fixture(scope="package")
def lab(browser: Browser, built: Path) -> Iterator[Site]:
    """Give the site, with the face of a JupyterLab: the notebooks' tests run on it unchanged."""
    with Site(browser, built) as site:
        yield site

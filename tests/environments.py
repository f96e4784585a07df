"""Environments of their own for tools that are no part of this one.

One that needs another Python lies outside of the repository, in the user's cache: it is made once,
and anew when what is in it changes. Others borrow what they can from the environment that runs the
tests, which takes seconds.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.servers import PATIENCE


def cache(name: str, *contents: str) -> Path:
    """Give a folder outside of the repository, a new one when the contents change."""
    key = hashlib.sha256("\n".join(contents).encode()).hexdigest()[:12]
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "lstm_teach" / f"{name}-{key}"


def borrowing(folder: Path, *requirements: object) -> Path:
    """Give the Python of a new environment that has these, and all else from the one that runs.

    A folder on the path brings the packages in it, but not the links in it to other folders: what
    `pip install -e` has put there stays behind.
    """
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    (site_packages,) = folder.rglob("site-packages")
    (site_packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    pip(Path(sys.executable), "--python", folder, "install", *requirements)
    return _python(folder)


def environment(name: str, python: str, requirements: list[str]) -> Path:
    """Give the Python of an environment with these packages."""
    folder = cache(name, python, *requirements)
    with alone(folder):
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([python, "-m", "venv", folder], check=True)
            pip(_python(folder), "install", *requirements)
            (folder / "ready").touch()
    return _python(folder)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let nobody else make this folder meanwhile: who wants it too waits, then it is there.

    SQLite has what every system calls by another name: a lock that ends with its process.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    file = folder.with_name(f"{folder.name}.lock")
    with closing(sqlite3.connect(file, timeout=PATIENCE)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pip(python: Path, *arguments: object) -> None:
    """Run pip, and show what it says if it fails."""
    command = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    run = subprocess.run(
        list(map(str, command)),
        env=os.environ | {"PIP_NO_COMPILE": "1"},  # most of it is never imported
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr

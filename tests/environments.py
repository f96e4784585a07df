"""Environments of their own for tools that are too large for this one; each is made once and kept.

They lie outside of the repository, in the user's cache, and are new when what is in them changes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path


def cache(name: str, *contents: str) -> Path:
    """Give a folder outside of the repository, a new one when the contents change."""
    key = hashlib.sha256("\n".join(contents).encode()).hexdigest()[:12]
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "lstm_teach" / f"{name}-{key}"


def environment(name: str, python: str, requirements: list[str]) -> Path:
    """Give the Python of an environment with these packages."""
    folder = cache(name, python, *requirements)
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python, "-m", "venv", folder], check=True)
        pip(_python(folder), "install", *requirements)
        (folder / "ready").touch()
    return _python(folder)


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pip(python: Path, *arguments: object) -> None:
    """Run pip, and show what it says if it fails."""
    command = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    run = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr

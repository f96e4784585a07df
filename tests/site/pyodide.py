"""A Pyodide for the tests of the site, made of packages that pip can get, with no CDN.

A site that people use takes Pyodide from its CDN (see site/build.py). A machine that runs the
tests reaches perhaps nothing but a package index. One package there happens to bring a whole
Pyodide; pyodide.txt names it and the rest, each with its SHA-256, which pip checks.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name, parse_wheel_filename

from tests.environments import alone, cache, environment, pip

REQUIREMENTS = Path(__file__).with_name("pyodide.txt")
BUNDLE = "open_webui/frontend/pyodide/"


def find_python() -> str | None:
    """Find a Python that is new enough to build the site: 3.12 or newer."""
    if sys.version_info >= (3, 12):
        return sys.executable
    names = [f"python3.{minor}" for minor in (14, 13, 12)]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = [path for name in names if (path := shutil.which(name))]
    found += [str(path) for name in names for path in sorted(pyenv.glob(f"*/bin/{name}"))]
    for path in found:  # pyenv's `python3.12` may be there without a 3.12 behind it
        if subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
            return path
    return None


def builder(requirements: list[str]) -> Path:
    """Give the Python of an environment with what builds the site; made once, and kept."""
    python = find_python()
    if python is None:
        pytest.skip("building the site needs Python 3.12 or newer, and there is none here")
    return environment("site-builder", python, requirements)


def made_pyodide(python: Path) -> Path:
    """Give a folder with Pyodide as its CDN has it, less what we do not use; made once."""
    folder = cache("pyodide", REQUIREMENTS.read_text(encoding="utf-8"), BUNDLE)
    with alone(folder):
        if not folder.exists():
            _make_pyodide(python, folder)
    return folder


def _make_pyodide(python: Path, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        wheels, made = Path(work, "wheels"), Path(work, "pyodide")
        made.mkdir()
        any_python = ("--only-binary=:all:", "--python-version=3.14", "--ignore-requires-python")
        hashes = ("--require-hashes", "--requirement", REQUIREMENTS)
        pip(python, "download", "--no-deps", *any_python, *hashes, "--dest", wheels)
        (bundle,) = wheels.glob("open_webui-*.whl")
        with zipfile.ZipFile(bundle) as archive:
            for name in archive.namelist():
                if name.startswith(BUNDLE) and not name.endswith("/"):
                    (made / name.removeprefix(BUNDLE)).write_bytes(archive.read(name))
        bundle.unlink()

        path = made / "pyodide-lock.json"
        lock = json.loads(path.read_text(encoding="utf-8"))
        packages = {canonicalize_name(name): package for name, package in lock["packages"].items()}
        for wheel in wheels.iterdir():  # the same version, but not packed by Pyodide
            name, version, *_ = parse_wheel_filename(wheel.name)
            package = packages[name]
            assert package["version"] == str(version), name
            package["file_name"] = wheel.name
            package["sha256"] = hashlib.sha256(wheel.read_bytes()).hexdigest()
            shutil.move(wheel, made)
        path.write_text(json.dumps(lock), encoding="utf-8")
        made.rename(folder)

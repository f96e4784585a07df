"""Nothing names an address until there is one; then one command puts it in, and takes it out."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO / "tools"))  # scripts, no package

import set_address  # noqa: E402

NOTEBOOKS = sorted((REPO / "notebooks").glob("*.ipynb"))
ADDRESS = re.compile(r"OWNER|[\w-]+\.github\.io|mybinder\.org|github\.com/[\w.-]+/lstm_teach\b")
FROM_PYPI = re.compile(r"uvx lstm-teach|pipx run lstm-teach|pip install lstm[-_]teach")


def texts() -> dict[str, str]:
    """Everything that somebody reads: pages, metadata, and the text of the notebooks."""
    found = [*REPO.glob("[!.]*.*"), *REPO.glob("docs/**/*.md"), *REPO.glob("site/*.*")]
    read = {p.name: p.read_text(encoding="utf-8") for p in found}
    for path in NOTEBOOKS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        read[path.name] = "\n".join("".join(cell["source"]) for cell in cells)
    return read


def test_nothing_names_an_address_that_does_not_work_today() -> None:
    named = {name for name, text in texts().items() if ADDRESS.search(text)}
    assert named == set()


def test_nothing_offers_what_is_not_on_pypi_today() -> None:
    named = {name for name, text in texts().items() if FROM_PYPI.search(text)}
    assert named == set()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for path in (REPO / "README.md", REPO / "pyproject.toml", *NOTEBOOKS):
        there = tmp_path / path.relative_to(REPO)
        there.parent.mkdir(exist_ok=True)
        shutil.copy(path, there)
    return tmp_path


def contents(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.rglob("*.*")}


def last_text(path: Path) -> str:
    return "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][-1]["source"])


def test_all_places_get_the_address_and_only_one(copy: Path) -> None:
    set_address.set_address("grace", "teach", copy)
    set_address.set_address("ada", "gates", copy)
    readme = (copy / "README.md").read_text(encoding="utf-8")
    assert readme.count("https://ada.github.io/gates/") == 1
    assert "https://mybinder.org/v2/gh/ada/gates/HEAD" in readme
    assert "repo=https://github.com/ada/gates&branch=main&urlpath=lab/tree/gates/" in readme
    assert "uvx lstm-teach" not in readme
    project = (copy / "pyproject.toml").read_text(encoding="utf-8")
    assert project.count('\n[project.urls] # tools/set_address.py\nSite = "https://ada.gi') == 1
    assert 'Source = "https://github.com/ada/gates"\n' in project
    for path in NOTEBOOKS:
        there = last_text(copy / "notebooks" / path.name)
        link = f"https://ada.github.io/gates/lab/index.html?path=notebooks/{path.name})"
        assert there.endswith(link)
        assert there.count("To share") == 1
    assert not any(b"grace" in content for content in contents(copy).values())


def test_the_way_back_leaves_every_byte_as_it_was(copy: Path) -> None:
    before = contents(copy)
    set_address.set_address("ada", "gates", copy, released=True)
    assert contents(copy) != before
    set_address.remove_address(copy)
    assert contents(copy) == before


def test_a_release_adds_the_command_that_pypi_serves(copy: Path) -> None:
    set_address.set_address("ada", "gates", copy, released=True)
    assert "`uvx lstm-teach`" in (copy / "README.md").read_text(encoding="utf-8")
    release = (REPO / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    assert 'tools/set_address.py "$GITHUB_REPOSITORY" --released' in release


def test_what_is_no_repository_gets_one_sentence() -> None:
    for words in ("ada", "https://github.com/ada/gates"):
        command = [sys.executable, REPO / "tools" / "set_address.py", words]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.returncode == 2
        assert f"{words!r} is not owner/name" in run.stderr

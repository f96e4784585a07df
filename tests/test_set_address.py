"""Every link to the repository and its website names one address, and one command changes it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))  # scripts, no package

import set_address
from set_address import REPO

NOTEBOOKS = sorted((REPO / "notebooks").glob("*.ipynb"))


def last_text(path: Path) -> str:
    return "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][-1]["source"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_every_notebook_ends_with_its_place_on_the_website(path: Path) -> None:
    owner, name = set_address.address()
    where = f"https://{owner}.github.io/{name}/lab/index.html?path=notebooks/{path.name})"
    assert last_text(path).endswith(where)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for path in set_address.files():
        there = tmp_path / path.relative_to(REPO)
        there.parent.mkdir(exist_ok=True)
        shutil.copy(path, there)
    return tmp_path


def test_all_links_follow(copy: Path) -> None:
    old = set_address.address()[0]
    assert set_address.set_address("ada", "gates", copy) == len(NOTEBOOKS) + 2
    assert set_address.address(copy) == ("ada", "gates")
    readme = (copy / "README.md").read_text(encoding="utf-8")
    assert "https://ada.github.io/gates/" in readme
    assert "https://mybinder.org/v2/gh/ada/gates/HEAD" in readme
    assert "repo=https://github.com/ada/gates&branch=main&urlpath=lab/tree/gates/" in readme
    for path in set_address.files(copy):
        assert f"{old}.github.io" not in path.read_text(encoding="utf-8")


def test_the_way_back(copy: Path) -> None:
    before = {path: path.read_bytes() for path in set_address.files(copy)}
    old = set_address.address(copy)
    set_address.set_address("ada", "gates", copy)
    set_address.set_address(*old, copy)
    assert {path: path.read_bytes() for path in before} == before


def test_without_an_address_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    with pytest.raises(ValueError, match="no line Source"):
        set_address.address(tmp_path)

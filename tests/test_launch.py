"""`lstm-teach`: copies, never overwrites, says errors in one sentence, runs from the wheel."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import lstm_teach
from lstm_teach import launch
from tests.environments import borrowing, pip
from tests.servers import PATIENCE

REPO = Path(__file__).resolve().parents[1]
NAME = "notebooks/02_forget_gate.ipynb"


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Give what a release carries: two small files, which a test may change."""
    carried = {NAME: b"first edition", "imgs/gate.svg": b"<svg/>"}
    monkeypatch.setattr(launch, "files", lambda: carried)
    return carried


@pytest.fixture
def folder(tmp_path: Path, release: dict[str, bytes]) -> Path:
    folder = tmp_path / "mine"
    assert launch.copy(folder) == []
    return folder


# ---- copying -----------------------------------------------------------------------------------


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "notebooks").iterdir())


def test_everything_is_copied(tmp_path: Path) -> None:
    launch.copy(tmp_path / "deep" / "down")
    for kind in ("notebooks/*.ipynb", "imgs/*.*", "docs/**/*.*"):
        for path in REPO.glob(kind):
            copied = tmp_path / "deep" / "down" / path.relative_to(REPO)
            assert copied.read_bytes() == path.read_bytes()


def test_a_second_run_changes_nothing(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*/*")}
    assert launch.copy(folder) == []
    (folder / NAME).write_bytes(b"my work")
    assert launch.copy(folder) == [], "there is nothing new to put beside it"
    assert (folder / NAME).read_bytes() == b"my work"
    assert {path for path in folder.glob("*/*")} == set(before)


def test_a_new_release_replaces_what_nobody_changed(folder: Path, release) -> None:
    release[NAME] = b"second edition"
    assert launch.copy(folder) == []
    assert (folder / NAME).read_bytes() == b"second edition"
    assert names(folder) == ["02_forget_gate.ipynb"]


def test_a_new_release_is_put_beside_what_somebody_changed_once(folder: Path, release) -> None:
    (folder / NAME).write_bytes(b"my work")
    release[NAME] = b"second edition"
    (said,) = launch.copy(folder)
    beside = f"02_forget_gate ({lstm_teach.__version__}).ipynb"
    assert said == f"{NAME} is yours and stays; the new one is {beside}"
    assert (folder / NAME).read_bytes() == b"my work"
    assert (folder / "notebooks" / beside).read_bytes() == b"second edition"
    assert launch.copy(folder) == []
    assert names(folder) == [beside, "02_forget_gate.ipynb"]


def test_fresh_puts_work_aside_and_never_over_other_work(folder: Path) -> None:
    for work in (b"my work", b"more work"):
        (folder / NAME).write_bytes(work)
        (said,) = launch.copy(folder, fresh=True)
        assert said.startswith(f"{NAME} is fresh; yours is now 02_forget_gate (yours")
        assert (folder / NAME).read_bytes() == b"first edition"
    assert (folder / "notebooks/02_forget_gate (yours).ipynb").read_bytes() == b"my work"
    assert (folder / "notebooks/02_forget_gate (yours 2).ipynb").read_bytes() == b"more work"
    assert launch.copy(folder, fresh=True) == []


def test_what_was_deleted_comes_back(folder: Path) -> None:
    (folder / NAME).unlink()
    assert launch.copy(folder) == []
    assert (folder / NAME).read_bytes() == b"first edition"


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", "null", "7"])
def test_a_broken_list_makes_everything_somebodys_own(folder: Path, release, content: str) -> None:
    (folder / launch.PUT).write_text(content)
    release[NAME] = b"second edition"
    assert len(launch.copy(folder)) == 1
    assert (folder / NAME).read_bytes() == b"first edition"


def test_no_start_only_copies(tmp_path: Path, release, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a hub's server has it: JupyterLab starts by itself, and need not even be importable."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    launch.main([str(tmp_path / "mine"), "--no-start"])
    assert (tmp_path / "mine" / NAME).read_bytes() == b"first edition"


# ---- errors are one sentence -------------------------------------------------------------------


def sentence(arguments: list[str]) -> str:
    with pytest.raises(SystemExit) as stopped:
        launch.main(arguments)
    said = str(stopped.value.code)
    assert said.startswith("lstm-teach: ")
    assert "\n" not in said
    return said


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "cannot be written" in sentence([str(tmp_path / "file")])
    assert "cannot be written" in sentence([str(tmp_path / "file" / "below")])


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        assert f"port {port} cannot be used" in sentence([str(tmp_path), f"--port={port}"])
    assert "port 99999 cannot be used" in sentence([str(tmp_path), "--port=99999"])
    assert list(tmp_path.iterdir()) == [], "nothing is copied when it cannot start"


def test_no_jupyterlab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch.importlib.util, "find_spec", lambda name: None)
    assert "JupyterLab is not installed" in sentence([str(tmp_path)])


# ---- from the wheel ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the command, installed from the wheel into an environment without anything of ours."""
    folder = tmp_path_factory.mktemp("wheel")
    pip(Path(sys.executable), "wheel", "--no-deps", "-w", folder, REPO)
    (wheel,) = folder.glob("*.whl")
    apart = ("--ignore-installed", "--no-deps", "--no-index")
    python = borrowing(folder / "venv", *apart, wheel)
    return python.with_name("lstm-teach")


def test_the_wheel_lists_its_lessons(installed: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [installed, "--list"], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    lines = run.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [
        path.stem for path in sorted((REPO / "notebooks").glob("*.ipynb"))
    ]
    assert all(re.search(r" \(\d+ minutes\)$", line) for line in lines)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def lab(installed: Path, tmp_path: Path) -> Iterator[str]:
    """Give the address, token included, of a JupyterLab that the command has started."""
    home = {"HOME": str(tmp_path / "home"), "USERPROFILE": str(tmp_path / "home")}
    env = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG_", "PYTHON"))}
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [installed, "--no-open"],
            cwd=tmp_path,
            env=env | home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        for _ in range(round(PATIENCE / 0.2)):
            said = (tmp_path / "log").read_text()
            if address := re.search(r"http://(localhost|127\.0\.0\.1):\d+/\S*token=\w+", said):
                break
            try:
                process.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
            break
        assert address, said
        yield address[0]
    finally:
        process.terminate()
        process.wait(PATIENCE)


def test_the_wheel_opens_jupyterlab_on_its_copies(lab: str, tmp_path: Path) -> None:
    copies = tmp_path / launch.FOLDER
    assert (copies / NAME).read_bytes() == (REPO / NAME).read_bytes()
    said = (tmp_path / "log").read_text()
    assert f"The notebooks are in {copies}." in said
    assert len(said.splitlines()) < 20, "quiet"
    assert "/lab/tree/notebooks/00_start_here.ipynb" in lab, "our settings came with the wheel"
    base, token = re.match(r"(http://[^/]+)/.*token=(\w+)", lab).groups()
    with urllib.request.urlopen(f"{base}/api/contents/imgs?token={token}") as answer:
        assert "gate.svg" in [file["name"] for file in json.load(answer)["content"]]
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{base}/api/contents")

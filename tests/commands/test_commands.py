"""Every command that README, CONTRIBUTING and the guide show does what it says, in a fresh copy."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import PATIENCE, free_ports, wait_until_up

REPO = Path(__file__).resolve().parents[2]
PAGES = [REPO / "README.md", REPO / "CONTRIBUTING.md", REPO / "site" / "README.md"]
PAGES += sorted((REPO / "docs").rglob("*.md"))
PROGRAMS = r"\.venv/bin/\w+|pip|pipx|uvx|python|pytest|bash|jupyter|conda|nbgrader|otter|lstm-teach"

#: A command of README and the guide that ends by itself, and a file that it makes.
ENDS = {
    "uvx --from . lstm-teach": "lstm-notebooks/notebooks/00_start_here.ipynb",
    "pipx run --spec . lstm-teach": "lstm-notebooks/notebooks/00_start_here.ipynb",
    '.venv/bin/pip install "notebook<8"': "",
    '.venv/bin/pip install "voila<0.6"': "",
    ".venv/bin/jupyter nbconvert --to html --output-dir pages notebooks/*.ipynb": (
        "pages/00_start_here.html"
    ),
    ".venv/bin/python -m lstm_teach.diagram imgs": "imgs/gate.svg",
    ".venv/bin/python tools/make_handouts.py docs/handouts": "docs/handouts/step.svg",
    ".venv/bin/python tests/refresh_notebooks.py notebooks/02_forget_gate.ipynb": "",
    ".venv/bin/pytest tests/test_cell.py": "",
    "python -m tests.lesson_minutes notebooks/*.ipynb": "",
    "python site/live_cell.py": "site/lstm-cell.js",
    ".venv/bin/python site/live_cell.py": "site/lstm-cell.js",
    ".venv/bin/python tools/set_address.py you/lstm_teach": "README.md",
}
#: One that starts a server, and what that answers to.
SERVES = {
    ".venv/bin/jupyter lab notebooks/00_start_here.ipynb": "lab",
    ".venv/bin/jupyter notebook notebooks/00_start_here.ipynb": "tree",
    ".venv/bin/voila": "",
    ".venv/bin/voila notebooks/02_forget_gate.ipynb": "",
}
#: One that is not run here, and why.
ELSEWHERE = {
    r".*&& \.venv/bin/pytest": ".ci/run runs it",
    r"conda .*": "tests/test_packaging.py compares environment.yml; conda is not on PyPI",
    r"jupyter lab .*": "what follows conda's command; the same one from .venv is run",
    r"(\.venv/bin/)?pytest( --everything)?": ".ci/run runs it",
    r"pytest tests/(test_guide\.py|check|site|hub)": ".ci/run runs them all",
    r"\.venv/bin/pytest --hypothesis-profile=long .*": "the same tests, for longer",
    r"\.venv/bin/python tests/busy\.py .*": "the same tests, more slowly",
    r"bash \.ci/(run|lowest)": "this is part of the first; GitHub runs both",
    r"\.venv/bin/(ruff (check|format)|mypy)": ".ci/run runs them",
    r"(\.venv/bin/)?python tests/(benchmarks|mutation)/.*": "minutes to hours; see their tables",
    r"python tests/oracle/.*": "it needs PyTorch; the tests read what it wrote",
    r"(pip install )?(nbgrader|otter)( .*|-grader)?": "tests/grading runs them",
    r"pip install -e '\.\[site\]'|python site/build\.py --offline": "tests/site runs them",
    r"python -m http\.server -d dist/site": "Python's own; tests/site serves the site",
    r"(sudo|docker|helm|curl) .*": "tests/hub reads deploy/ instead: there is no cluster here",
}


def commands() -> dict[str, str]:
    """Find every command, and the page that shows it."""
    found = {}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        lines = [line for block in blocks for line in block.splitlines()]
        text = re.sub(r"```.*?```", "", text, flags=re.DOTALL).replace("\n", " ")
        lines += re.findall(rf"`((?:{PROGRAMS})(?: [^`]*)?)`", text)
        found |= {line.partition("  #")[0].strip(): page.name for line in lines}
    return found


def test_every_command_is_run_here_or_elsewhere() -> None:
    for command, page in commands().items():
        end = command.rpartition("&& ")[2]
        known = command in ENDS or end in SERVES
        known = known or any(re.fullmatch(pattern, command) for pattern in ELSEWHERE)
        known = known or command in ("otter", "pytest", "nbgrader", "lstm-teach")  # their names
        assert known, f"{page} shows {command!r}; add it to a table of this file"


def test_no_table_here_has_a_command_that_nobody_shows() -> None:
    shown = {command.rpartition("&& ")[2] for command in commands()}
    assert (ENDS.keys() | SERVES.keys()) - shown == set()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a fresh copy of what git has, installed by README's first command without its end."""
    folder = tmp_path_factory.mktemp("clone") / "collection"
    files = subprocess.run(
        ["git", "ls-files"], cwd=REPO, capture_output=True, text=True, check=True
    )
    for name in files.stdout.splitlines():
        if (REPO / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPO / name, folder / name)
    shell(folder, first_command().rpartition(" && ")[0])
    shell(folder, ".venv/bin/pip install --quiet -e '.[test]' uv pipx")
    return folder


def first_command() -> str:
    return re.findall(r"```sh\n(.*)\n```", PAGES[0].read_text(encoding="utf-8"))[0]


def environment(folder: Path) -> dict[str, str]:
    """Find `python`, `uvx` and `pipx` where a user's shell would, and open no browser."""
    programs = f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "PYTEST", "XDG_"))}
    quick = {"PIP_NO_COMPILE": "1"}  # most of what pip installs here is never imported
    return kept | quick | {"PATH": programs, "BROWSER": "true", "HOME": str(folder.parent)}


def shell(folder: Path, command: str) -> None:
    run = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"{command}\n{run.stdout}\n{run.stderr}"


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a Unix shell")
@pytest.mark.parametrize("command", ENDS)
def test_it_does_what_it_says(clone: Path, command: str) -> None:
    made = ENDS[command]
    before = (clone / made).stat().st_mtime if made and (clone / made).exists() else 0
    if command.endswith("lstm-teach"):
        shutil.rmtree(clone / "lstm-notebooks", ignore_errors=True)
        command, before = f"{command} --no-start", 0  # JupyterLab itself is started below
    shell(clone, command)
    if made:
        assert (clone / made).stat().st_mtime > before


@pytest.fixture
def port() -> Iterator[int]:
    (found,) = free_ports(1)
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a Unix shell")
@pytest.mark.parametrize("command", SERVES)
def test_it_serves(clone: Path, command: str, port: int) -> None:
    root = "" if os.name == "nt" or os.getuid() else " --allow-root"  # containers only
    voila = "voila" in command
    log = clone.parent / f"{port}.log"
    with log.open("w") as said:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command} --port={port}{'' if voila else root}"],
            cwd=clone,
            env=environment(clone),
            start_new_session=True,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:

        def ask() -> None:
            try:
                urllib.request.urlopen(
                    f"http://127.0.0.1:{port}/{SERVES[command]}", timeout=PATIENCE
                )
            except urllib.error.HTTPError as error:  # it wants a token, so it is there
                if error.code >= 500:
                    raise

        assert wait_until_up(process, ask), log.read_text()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(PATIENCE)

"""`lstm-teach`: copy the notebooks into a folder and open them in JupyterLab.

The wheel carries the notebooks, their pictures, and the guide for teachers. A notebook that
somebody has worked in is never overwritten: a list in the folder says what each file was when it
was put there, and what no longer matches is theirs.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import re
import signal
import socket
import subprocess
import sys
from importlib import metadata
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
FOLDER = "lstm-notebooks"
FIRST = "notebooks/00_start_here.ipynb"
PUT = ".lstm-teach.json"  #: path of each file: SHA-256 of what was put there


def main(arguments: list[str] | None = None) -> None:
    """Run the command; see `lstm-teach --help`."""
    parser = argparse.ArgumentParser(
        prog="lstm-teach",
        description="Copy the notebooks that teach how an LSTM cell works into a folder, and open "
        "them in JupyterLab. What you changed is never overwritten.",
    )
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help=f"default: {FOLDER}")
    parser.add_argument("--list", action="store_true", help="list the lessons, and do nothing else")
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    parser.add_argument(
        "--no-start", action="store_true", help="only copy; JupyterLab is started by somebody else"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="start again; what you changed is put aside"
    )
    parser.add_argument("--port", type=int, help="JupyterLab's port; default: one that is free")
    parser.add_argument("--version", action="version", version=metadata.version("lstm_teach"))
    asked = parser.parse_args(arguments)
    try:
        if asked.list:
            print("\n".join(lessons()))
            return
        if not asked.no_start and importlib.util.find_spec("jupyterlab") is None:
            raise LaunchError("JupyterLab is not installed here: run pip install jupyterlab")
        if asked.port:
            check_port(asked.port)
        for line in copy(asked.folder, fresh=asked.fresh):
            print(line)
        if asked.no_start:
            return
        sys.exit(open_lab(asked.folder, asked.port, browser=not asked.no_open))
    except LaunchError as error:
        sys.exit(f"lstm-teach: {error}")


class LaunchError(Exception):
    """Why it cannot be done, in one sentence."""


def collection() -> Path:
    """Where the notebooks and what goes with them lie: in the wheel, or in the source's folder."""
    inside = PACKAGE / "collection"
    return inside if inside.is_dir() else PACKAGE.parent


def files() -> dict[str, bytes]:
    """Give what is copied, by its path in the folder."""
    root = collection()
    found = [*root.glob("notebooks/*.ipynb"), *root.glob("imgs/*.*"), *root.glob("docs/**/*.*")]
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(found)
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }


def lessons() -> list[str]:
    """Give a line for each notebook: its name, title and minutes."""
    lines = []
    for path in sorted(collection().glob("notebooks/*.ipynb")):
        text = "".join(json.loads(path.read_bytes())["cells"][0]["source"])
        minutes = re.search(r"\*\*Time\*\* about (\d+ minutes)", text)
        title = text.splitlines()[0].removeprefix("# ")
        lines.append(f"{path.stem:32}{title}" + (f" ({minutes[1]})" if minutes else ""))
    return lines


def copy(folder: Path, fresh: bool = False) -> list[str]:
    """Copy the files into the folder, and say what was put where.

    Parameters
    ----------
    folder : Path
        Is made when it is not there.
    fresh : bool
        Put the files of this release in place everywhere. What somebody changed gets another name.

    Returns
    -------
    list of str
        A sentence for each file that was changed by somebody and for which something was done.

    Raises
    ------
    LaunchError
        When the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _copy(folder, fresh)
    except OSError as error:
        raise LaunchError(
            f"the folder {folder} cannot be written ({error.strerror}): "
            "name another one, as in lstm-teach my-notebooks"
        ) from None


def _copy(folder: Path, fresh: bool) -> list[str]:
    said, put = [], _read_list(folder)
    for name, content in files().items():
        path, new = folder / name, _sha256(content)
        path.parent.mkdir(parents=True, exist_ok=True)
        here = _sha256(path.read_bytes()) if path.exists() else None
        if here is None or here == put.get(name):  # not there, or nobody has changed it
            path.write_bytes(content)
        elif fresh and here != new:
            aside = _free_name(path, "yours")
            path.rename(aside)
            path.write_bytes(content)
            said.append(f"{name} is fresh; yours is now {aside.name}")
        elif new not in (here, put.get(name)):  # a new release, and theirs is not in its way
            beside = _free_name(path, metadata.version("lstm_teach"))
            beside.write_bytes(content)
            said.append(f"{name} is yours and stays; the new one is {beside.name}")
        put[name] = new
    (folder / PUT).write_text(json.dumps(put, indent=1), encoding="utf-8")
    return said


def _read_list(folder: Path) -> dict[str, str]:
    try:
        return dict(json.loads((folder / PUT).read_text(encoding="utf-8")))
    except (FileNotFoundError, TypeError, ValueError):
        return {}  # then every file that differs counts as somebody's own


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _free_name(path: Path, word: str) -> Path:
    """Find a name that is not taken: 02_forget_gate (yours).ipynb, then (yours 2)."""
    number, free = 1, path.with_stem(f"{path.stem} ({word})")
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem} ({word} {number})")
    return free


def check_port(port: int) -> None:
    """Refuse a port that is taken; JupyterLab would say so in a page of text."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise LaunchError(
                f"port {port} cannot be used, perhaps another program has it: "
                "leave out --port and a free one is found"
            ) from None


def open_lab(folder: Path, port: int | None, browser: bool) -> int:
    """Start JupyterLab in the folder and wait for its end; gives its exit status.

    Its settings are those of lstm_teach/jupyter/.
    """
    command = [sys.executable, "-m", "jupyterlab", FIRST, "--log-level=ERROR"]
    if port:
        command += [f"--port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        command.append("--no-browser")
    where = f"The notebooks are in {folder.resolve()}."
    print(where, "To stop JupyterLab, press Ctrl+C here.", flush=True)
    with subprocess.Popen(command, cwd=folder) as lab:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is JupyterLab's; we only wait
        signal.signal(signal.SIGTERM, lambda *_: lab.terminate())
        return lab.wait()

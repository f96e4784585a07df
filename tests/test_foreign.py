"""Beside other people's notebooks the installed package changes nothing, and removes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

REPO = Path(__file__).resolve().parents[1]
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAf"
    "FcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
THEIRS = "c.ServerApp.terminals_enabled = False\n"

#: All settings of a server and its JupyterLab, as they are started in the current folder.
SETTINGS = """
import json, re, sys
from jupyterlab.labapp import LabApp
from jupyter_server.services.config.manager import ConfigManager
server = LabApp.initialize_server(argv=["--no-browser", "--allow-root", "--log-level=ERROR"])
(lab,) = server.extension_manager.extension_apps["jupyterlab"]
found = {
    f"{type(app).__name__}.{name}": re.sub(" at 0x[0-9a-f]+", "", repr(getattr(app, name)))
    for app in (server, lab)
    for name in app.traits(config=True)
    if name not in ("jpserver_extensions", "port") and not re.search("token|secret|settings", name)
}
found["overrides"] = ConfigManager(config_dir_name="labconfig").get("default_setting_overrides")
found["theirs"] = server.terminals_enabled
json.dump(found, sys.stdout)
"""


class Foreign:
    """An environment and a folder of somebody who has other notebooks."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.env = folder / "work", folder / "venv"
        self.folder.mkdir()
        venv.create(self.env, with_pip=False, symlinks=os.name != "nt")
        (site_packages,) = self.env.rglob("site-packages")
        (site_packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
        self.config = self.env / "etc" / "jupyter"
        self.config.mkdir(parents=True)
        for name in ("jupyter_config.py", "voila.py", "jupyter_nbconvert_config.py"):
            (self.config / name).write_text(THEIRS)
        self._write_notebook()

    def _write_notebook(self) -> None:
        v4 = nbformat.v4
        output = v4.new_output("display_data", {"image/png": PICTURE, "text/plain": "words"})
        output.metadata = {"image/png": {"alt": "a dot"}}
        code = v4.new_code_cell("answer = 42", outputs=[output], execution_count=1)
        code.metadata["tags"] = ["remove-input"]  # theirs has this tag for reasons of their own
        text = "# Mine\n\n![mine](mine.svg) $f_t$ [next](02.ipynb)"
        notebook = v4.new_notebook(cells=[v4.new_markdown_cell(text), code])
        (self.folder / "mine.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
        nbformat.write(notebook, self.folder / "mine.ipynb")

    def pip(self, *arguments: object) -> None:
        command = [sys.executable, "-m", "pip", "--quiet", "--python", self.env, *arguments]
        subprocess.run(list(map(str, command)), check=True)

    def run(self, *arguments: str) -> str:
        """Run this environment's Python; what it prints."""
        python = self.env / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        environ = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "PYTHON"))}
        environ["JUPYTER_PATH"] = str(Path(sys.prefix, "share", "jupyter"))  # nbconvert's pages
        environ["PYTHONHASHSEED"] = "0"  # sets are printed in one order
        environ["HOME"] = environ["USERPROFILE"] = str(self.env)
        done = subprocess.run(
            [python, *arguments],
            cwd=self.folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def seen(self) -> dict[str, object]:
        """What their notebook becomes, and every setting."""
        page = self.run("-m", "nbconvert", "--to", "html", "--stdout", "mine.ipynb")
        files = {path.name: path.read_text() for path in self.config.glob("*.py")}
        return json.loads(self.run("-c", SETTINGS)) | {"page": page, "files": files}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", folder, REPO], check=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[Foreign]:
    return Foreign(tmp_path)


def test_nothing_of_theirs_changes(foreign: Foreign, wheel: Path) -> None:
    before = foreign.seen()
    assert before["theirs"] is False, "their file is read"
    assert "answer" in str(before["page"])
    foreign.pip("install", "--no-deps", "--no-index", wheel)
    assert foreign.seen() == before
    foreign.pip("uninstall", "--yes", "lstm_teach")
    assert foreign.seen() == before


def test_every_file_outside_of_the_package_has_a_name_of_our_own(
    foreign: Foreign, wheel: Path
) -> None:
    foreign.pip("install", "--no-deps", "--no-index", wheel)
    (record,) = foreign.env.rglob("lstm_teach-*.dist-info/RECORD")
    names = [line.split(",")[0] for line in record.read_text().splitlines()]
    assert any("etc/jupyter" in name for name in names)
    for name in names:
        own = Path(name).parts
        assert any(part.startswith(("lstm_teach", "lstm-teach")) for part in own), name


def test_in_a_copy_of_the_collection_the_settings_are_ours(foreign: Foreign, wheel: Path) -> None:
    foreign.pip("install", "--no-deps", "--no-index", wheel)
    first = foreign.folder / "notebooks" / "00_start_here.ipynb"
    first.parent.mkdir()
    (foreign.folder / "mine.ipynb").replace(first)
    seen = json.loads(foreign.run("-c", SETTINGS))
    assert seen["LabApp.default_url"] == "'/lab/tree/notebooks/00_start_here.ipynb'"
    assert "KeepThePicture" in seen["ServerApp.contents_manager_class"]
    assert seen["overrides"]
    assert seen["theirs"] is False, "what somebody has set comes first"

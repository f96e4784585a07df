"""A real JupyterHub on this machine, and its processes.

    with Hub() as hub:
        student = Student(hub, "ada")

Everything that it writes lies in a folder of its own, which goes when the hub does.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import suppress
from pathlib import Path

import matplotlib
import psutil
import yaml

from tests.hub.proxy import proxy_command
from tests.servers import OUR_HOST, PATIENCE, free_ports, wait_until_up

REPO = Path(__file__).resolve().parents[2]
CONFIG = Path(__file__).with_name("jupyterhub_config.py")
VALUES = REPO / "deploy" / "values.yaml"


class Hub:
    """A hub, its proxy, its culler, and the students' servers.

    Parameters
    ----------
    arguments : list of str
        What every student's server is started with, beyond the settings in `deploy/`.
    cull : dict
        What is other than in `deploy/values.yaml`, of `cull` there.
    """

    def __init__(
        self, arguments: list[str] | None = None, cull: dict[str, int] | None = None
    ) -> None:
        values = yaml.safe_load(VALUES.read_text(encoding="utf-8"))
        values["cull"] |= cull or {}
        self._folder = tempfile.TemporaryDirectory(prefix="lstm_teach_hub_")
        self.folder = Path(self._folder.name)
        self.token = secrets.token_hex(16)
        port, hub_port, proxy_port = free_ports(3)
        self.url = f"http://{OUR_HOST}:{port}"
        told = {
            "folder": self._folder.name,
            "repo": str(REPO),
            "values": values,
            "arguments": arguments or [],
            "token": self.token,
            "port": port,
            "hub_port": hub_port,
            "proxy_port": proxy_port,
            "proxy": proxy_command(),
            "matplotlib": matplotlib.get_cachedir(),
        }
        env = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG_"))}
        self._log = self.folder / "hub.log"
        with self._log.open("w") as log:
            self.process = psutil.Popen(
                [sys.executable, "-m", "jupyterhub", f"--config={CONFIG}"],
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=env | {"CLASSROOM": json.dumps(told)},
            )
        try:
            if not wait_until_up(self.process, self._ask):
                raise RuntimeError(f"the hub did not start:\n{self.log()}")
        except BaseException:
            self.close()
            raise

    def _ask(self) -> None:
        urllib.request.urlopen(f"{self.url}/hub/api/", timeout=10).close()

    def log(self) -> str:
        """What the hub, the proxy and all servers have said."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def home(self, name: str) -> Path:
        """A student's home."""
        return self.folder / "homes" / name

    def processes(self) -> dict[str, list[psutil.Process]]:
        """All processes that run for this hub: its own, the servers, and the kernels."""
        kinds: dict[str, list[psutil.Process]] = {"hub": [self.process]}
        for process in self.process.children(recursive=True):
            with suppress(psutil.Error):
                line = " ".join(process.cmdline())
                kind = "hub"
                for name, word in (("server", "jupyterhub.singleuser"), ("kernel", "ipykernel")):
                    kind = name if word in line else kind
                kinds.setdefault(kind, []).append(process)
        return kinds

    def left(self) -> list[psutil.Process]:
        """All processes of this machine that have this hub's folder in their environment."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if any(self._folder.name in value for value in process.environ().values()):
                    found.append(process)
        return found

    def close(self) -> list[str]:
        """Stop the hub, and give what does not end after it; that is stopped too."""
        with suppress(psutil.NoSuchProcess):
            self.process.terminate()
        with suppress(psutil.TimeoutExpired):
            self.process.wait(PATIENCE)
        _, left = psutil.wait_procs(self.left(), PATIENCE)  # a kernel may outlive its hub a little
        commands = []
        for process in left:
            with suppress(psutil.NoSuchProcess):  # or a zombie, which is gone as well
                commands.append(" ".join(process.cmdline()))
                process.kill()
        psutil.wait_procs(left, 10)
        self._folder.cleanup()
        return commands

    def __enter__(self) -> Hub:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

"""How a Jupyter server opens this collection: from the root, alone, and without asking anything.

`pip install` names this module to every Jupyter server of the environment, in a file of our own
(jupyter_server_config.d/lstm_teach.json). It speaks up only when a server is started in a copy of
the collection, and there whatever somebody has set for themselves comes first. Other programs have
their settings in the copy: `voila.json` for Voilà, the folder `lab` for nbconvert.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from traitlets.config import Config

from lstm_teach.launch import FIRST, collection

HERE = Path(__file__).resolve().parent


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "lstm_teach.jupyter"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    """Do nothing: all is done before the server is made."""


def _link_jupyter_server_extension(server: ServerApp) -> None:
    root = find_copy(Path.cwd())
    if root is None:
        return
    # labconfig/ says no to "Would you like to get notified about official Jupyter news?", which
    # would cover the notebook at the first start.
    places = [str(HERE), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(places)
    # A kernel gets the server's environment. Our matrices are so small that handing them to more
    # threads takes far longer than multiplying them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    manager = server.extension_manager
    for program in (server, *(app for apps in manager.extension_apps.values() for app in apps)):
        config = settings(root)
        config.merge(program.config)
        program.update_config(config)


def find_copy(folder: Path) -> Path | None:
    """Find the copy of the collection that this folder lies in, if it does."""
    return next((each for each in (folder, *folder.parents) if (each / FIRST).is_file()), None)


def settings(root: Path) -> Config:
    """Give the settings of a server in the copy of the collection at `root`."""
    c = Config()
    # Otherwise the notebook's own folder is the root, and ../imgs/ is out of reach.
    c.ServerApp.root_dir = str(root)
    # What the address in the terminal opens where no browser opens by itself.
    c.LabApp.default_url = f"/lab/tree/{FIRST}"
    c.JupyterNotebookApp.default_url = f"/notebooks/{FIRST}"
    c.ServerApp.allow_root = True  # containers run as root

    # Nothing leaves this machine: no news, no search for updates, no shop for extensions.
    c.LabApp.news_url = None
    c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
    c.LabApp.extension_manager = "readonly"

    c.ServerApp.kernel_websocket_connection_class = AtOnce  # or sliders stutter now and then
    c.ServerApp.contents_manager_class = KeepThePicture
    # The menu's "Save and Export Notebook As" makes the same pages as nbconvert does there.
    c.HTMLExporter.extra_template_basedirs = [str(collection())]
    return c


class AtOnce(ZMQChannelsWebsocketConnection):
    """Send each message at once. By default it may wait 40 ms for the browser's last receipt."""

    def connect(self) -> Any:
        """Connect as ever, without the wait (Nagle's algorithm)."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()


class KeepThePicture(AsyncLargeFileManager):
    """Save the picture of a widget, not its view: a view that has no kernel shows an error."""

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        """Save as ever, but for the views beside which there is something else to show."""
        content = model.get("content") if model.get("type") == "notebook" else None
        for cell in content["cells"] if content else ():
            for output in cell.get("outputs", ()):
                data = output.get("data", {})
                if len(data) > 1:
                    data.pop("application/vnd.jupyter.widget-view+json", None)
        return await super().save(model, path)  # type: ignore[no-untyped-call]

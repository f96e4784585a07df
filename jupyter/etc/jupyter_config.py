"""How Jupyter opens this collection: from the root, alone, and without asking anything.

Every Jupyter program reads this file before its own settings: JupyterLab, Notebook, the servers
of a JupyterHub, nbconvert; voila.py beside it hands it on to Voilà. None of them reads settings
from the current directory (any download could hold some), so installing the package copies this
folder to the environment's `etc/jupyter`. There this file speaks up only when a program is started
in a copy of the collection. labconfig/ beside it says no to "Would you like to get notified about
official Jupyter news?", which would cover the notebook at the first start. Changed something? Run
`pip install -e .` again.
"""

import os
from pathlib import Path

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

c = get_config()  # noqa: F821  (Jupyter puts this name here)

# The code of a prediction holds its answer: tests/refresh_notebooks.py folds such cells away and
# tags them, and exported pages leave their code out.
c.TagRemovePreprocessor.remove_input_tags = {"remove-input"}


class AtOnce(ZMQChannelsWebsocketConnection):
    """Send each message at once. By default it may wait 40 ms for the browser's last receipt."""

    def connect(self):
        """Connect as ever, without the wait (Nagle's algorithm)."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()


class KeepThePicture(AsyncLargeFileManager):
    """Save the picture of a widget, not its view: a view that has no kernel shows an error."""

    async def save(self, model, path=""):
        """Save as ever, but for the views beside which there is something else to show."""
        content = model.get("content") if model.get("type") == "notebook" else None
        for cell in content["cells"] if content else ():
            for output in cell.get("outputs", ()):
                data = output.get("data", {})
                if len(data) > 1:
                    data.pop("application/vnd.jupyter.widget-view+json", None)
        return await super().save(model, path)


for folder in (Path.cwd(), *Path.cwd().parents):
    if (folder / "notebooks" / "00_start_here.ipynb").is_file():
        # Otherwise the notebook's own folder is the root, and ../imgs/ is out of reach.
        c.ServerApp.root_dir = str(folder)
        # What the address in the terminal opens where no browser opens by itself.
        c.LabApp.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
        c.JupyterNotebookApp.default_url = "/notebooks/notebooks/00_start_here.ipynb"
        c.ServerApp.allow_root = True  # containers run as root

        # Nothing leaves this machine: no news, no search for updates, no shop for extensions.
        c.LabApp.news_url = None
        c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
        c.LabApp.extension_manager = "readonly"

        # A kernel gets the server's environment. Our matrices are so small that handing them to
        # more threads takes far longer than multiplying them.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

        c.ServerApp.kernel_websocket_connection_class = AtOnce  # or sliders stutter now and then
        c.ServerApp.contents_manager_class = KeepThePicture

        # Exported pages hold their drawings and formulas, and ask nobody for scripts.
        c.HTMLExporter.preprocessors = ["lstm_teach.export.AltTexts"]
        c.HTMLExporter.filters = {"markdown2html": "lstm_teach.export.markdown2html"}
        c.HTMLExporter.mathjax_url = c.HTMLExporter.require_js_url = ""
        break

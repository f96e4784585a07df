"""The built website in a real browser: what `tests.browser.lab.Lab` is for JupyterLab.

    with Site(browser, folder) as site, site.open("02_forget_gate.ipynb") as notebook:
        notebook.run_all()

The same notebooks, the same helpers; only Python runs in the page, and there is no server but one
that hands out files.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import nbformat
from playwright.sync_api import Browser

from tests.browser.lab import Notebook
from tests.servers import OUR_HOST

# An exception in a slider's callback belongs to no cell: Pyodide's kernel keeps it to itself. And
# what it writes to stderr outside of a cell reaches nobody.
TELL_OF_EXCEPTIONS = """
import sys
from IPython import get_ipython
def tell(kind, value, traceback, show=get_ipython()._showtraceback):
    from IPython.display import publish_display_data
    show(kind, value, traceback)
    publish_display_data({"lstm-teach/error": f"{kind.__name__}: {value}"})
get_ipython()._showtraceback = tell
"""


class Files(http.server.SimpleHTTPRequestHandler):
    """Hands out files, and says nothing."""

    protocol_version = "HTTP/1.1"
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: what is missing, the browser reports."""

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:
        """A browser that leaves a page no longer wants its files."""
        with suppress(ConnectionError):
            super().copyfile(source, outputfile)


@contextmanager
def serve(folder: Path, kind: type[Files] = Files) -> Iterator[str]:
    """Hand out the files of a folder, at the address that it gives."""
    handler = functools.partial(kind, directory=str(folder))
    with http.server.ThreadingHTTPServer((OUR_HOST, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://{OUR_HOST}:{server.server_port}"
        server.shutdown()
        thread.join()


class Site:
    """A copy of the built site behind a server. `open` a notebook, or `write` one first."""

    def __init__(self, browser: Browser, built: Path) -> None:
        self.browser = browser
        self._folder = tempfile.TemporaryDirectory(prefix="lstm_teach_site_")
        folder = Path(self._folder.name) / "site"
        shutil.copytree(built, folder, copy_function=os.link)
        self.root = folder / "files"
        config = json.loads((folder / "jupyter-lite.json").read_text(encoding="utf-8"))
        config["jupyter-config-data"]["exposeAppInBrowser"] = True  # window.jupyterapp
        # Every cell is laid out, seen or not: a locator need not scroll first.
        overrides = config["jupyter-config-data"]["settingsOverrides"]
        overrides["@jupyterlab/notebook-extension:tracker"] = {"windowingMode": "none"}
        _replace(folder / "jupyter-lite.json", json.dumps(config))
        self._until_closed = ExitStack()
        self.base = self._until_closed.enter_context(serve(folder))

    def address(self, name: str) -> str:
        """Where a notebook of notebooks/ is shown."""
        return f"{self.base}/lab/index.html?path=notebooks/{name}"

    def version(self, package: str) -> str:
        """Which version of a package the notebooks import."""
        versions = self.root.parent / "static" / "packages.json"
        return json.loads(versions.read_text(encoding="utf-8"))[package]

    def log(self) -> str:
        """There is no server whose log could tell of an error."""
        return ""

    def write(self, name: str, *cells: str) -> str:
        """Write a notebook of these code cells next to the site's; returns its name."""
        v4 = nbformat.v4
        notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
        notebook.metadata.kernelspec = {"name": "python", "display_name": "", "language": "python"}
        notebook.metadata.language_info = {"name": "python"}
        _replace(self.root / "notebooks" / name, nbformat.writes(notebook))
        listing = self.root.parent / "api" / "contents" / "notebooks" / "all.json"
        files = json.loads(listing.read_text(encoding="utf-8"))
        if name not in [file["name"] for file in files["content"]]:
            entry = files["content"][0] | {"name": name, "path": f"notebooks/{name}"}
            files["content"].append(entry)
            _replace(listing, json.dumps(files))
        return name

    def open(self, name: str, width: int = 1400, height: int = 1000) -> SiteNotebook:
        """Open a notebook as the site has it, in a fresh browser profile."""
        return SiteNotebook(self, name.removeprefix("notebooks/"), width, height)

    def stop_kernels(self) -> None:
        """Do nothing: a kernel ends with its page."""

    def close(self) -> None:
        """Stop the server and throw the copy away."""
        self._until_closed.close()
        self._folder.cleanup()

    def __enter__(self) -> Site:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _replace(path: Path, text: str) -> None:
    """Write a new file: the old one may be a link to the site that everybody tests."""
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")


class SiteNotebook(Notebook):
    """A notebook that is open in the site; its kernel starts before `open` returns."""

    def _open(self, name: str) -> None:
        super()._open(name)
        self.page.evaluate(
            """async code => {
                const context = window.jupyterapp.shell.currentWidget.sessionContext;
                context.session.anyMessage.connect((_, { msg }) => {
                    const error = msg.content?.data?.['lstm-teach/error'];
                    if (error) window.kernelErrors.push(error);
                });
                const future = context.session.kernel.requestExecute(
                    { code, silent: true, store_history: false });
                await future.done;
            }""",
            TELL_OF_EXCEPTIONS,
        )

"""Other front ends than JupyterLab, with the face of `tests.browser.lab.Lab`.

with Notebook7(browser) as front, front.open("02_forget_gate.ipynb") as notebook:
    notebook.run_all()
    notebook.press("W_f[0, x]", "ArrowRight", 10)
"""

from __future__ import annotations

from tests.browser.lab import TOKEN, Lab, Notebook
from tests.servers import OUR_HOST, PATIENCE

#: Notebook 7.6 reports this of itself while it starts, in an empty folder as well.
ITS_OWN = "Cannot read properties of undefined (reading 'schema')"


class Notebook7(Lab):
    """Jupyter Notebook 7: a page for each notebook, made of JupyterLab's parts."""

    def _program(self) -> list[str]:
        _, *arguments = super()._program()
        return ["notebook", *arguments, "--JupyterNotebookApp.expose_app_in_browser=True"]

    def address(self, name: str) -> str:
        """Where a notebook of notebooks/ is shown."""
        return f"http://{OUR_HOST}:{self.port}/notebooks/notebooks/{name}?token={TOKEN}"

    def open(self, name: str, width: int = 1400, height: int = 1000) -> Notebook:
        """Open a notebook as ever, without what Notebook says about itself."""
        notebook = super().open(name, width, height)
        notebook.console_errors[:] = [e for e in notebook.console_errors if e != ITS_OWN]
        return notebook


class Voila(Lab):
    """Voilà: a page that runs a notebook when it is opened, and shows no code."""

    up = ""

    def _program(self) -> list[str]:
        return [
            *("voila", "--no-browser", f"--Voila.ip={OUR_HOST}", f"--port={self.port}"),
            "--Voila.port_retries=0",
        ]

    def address(self, name: str) -> str:
        """Where a notebook of notebooks/ is shown."""
        return f"http://{OUR_HOST}:{self.port}/voila/render/notebooks/{name}"

    def open(self, name: str, width: int = 1400, height: int = 1000) -> VoilaPage:
        """Open the page of a notebook in a fresh browser profile; a new kernel begins to run it."""
        return VoilaPage(self, name, width, height)

    def stop_kernels(self) -> None:
        """Do nothing: a kernel ends with its page."""


class VoilaPage(Notebook):
    """A notebook that Voilà shows; several can be under way at once."""

    def _open(self, name: str) -> None:
        self.page.goto(self.lab.address(name), wait_until="commit")

    def run_all(self, timeout: float = PATIENCE) -> None:
        """Wait until Voilà has run the notebook and its widgets show."""
        self.page.locator("#rendered_cells").wait_for(timeout=timeout * 1000)
        # The cells can be there before the script that shows their widgets.
        self.page.wait_for_function(
            "() => window.jupyterapp?.widgetManagerPromise !== undefined", timeout=timeout * 1000
        )
        self._listen(
            """async () => {
                const { kernel } = await window.jupyterapp.widgetManagerPromise.promise;
                return { kernel, anyMessage: kernel.anyMessage };
            }"""
        )
        self.page.wait_for_function(
            """() => ![...document.querySelectorAll('.jp-OutputArea-output')]
                .some(element => element.textContent.includes('Loading widget...'))""",
            timeout=timeout * 1000,
        )
        self.wait_until_idle()

    def close(self) -> None:
        """Leave the page, at which it ends its kernel."""
        self.page.goto("about:blank")
        super().close()

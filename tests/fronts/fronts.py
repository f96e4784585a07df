"""Other front ends than JupyterLab, with the face of `tests.browser.lab.Lab`.

with Notebook7(browser) as front, front.open("02_forget_gate.ipynb") as notebook:
    notebook.run_all()
    notebook.press("W_f[0, x]", "ArrowRight", 10)
"""

from __future__ import annotations

from tests.browser.lab import OUR_HOST, TOKEN, Lab, Notebook


class Notebook7(Lab):
    """Jupyter Notebook 7: a page for each notebook, made of JupyterLab's parts."""

    def _program(self) -> list[str]:
        _, *arguments = super()._program()
        return ["notebook", *arguments, "--JupyterNotebookApp.expose_app_in_browser=True"]

    def address(self, name: str) -> str:
        """Where a notebook of notebooks/ is shown."""
        return f"http://{OUR_HOST}:{self.port}/notebooks/notebooks/{name}?token={TOKEN}"


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
        """Open the page of a notebook in a fresh browser profile; a new kernel runs it."""
        return VoilaPage(self, name, width, height)

    def stop_kernels(self) -> None:
        """Do nothing: Voilà ends a kernel with its page."""


class VoilaPage(Notebook):
    """A notebook that Voilà shows; it has been run when `open` returns."""

    def _open(self, name: str) -> None:
        self.page.goto(self.lab.address(name), timeout=90_000)
        self.page.wait_for_selector("#rendered_cells", timeout=90_000)

"""JupyterLab in a real browser, as a student meets it: start it, open a notebook, run it, watch it.

    with sync_playwright() as playwright, open_browser(playwright) as browser, Lab(browser) as lab:
        with lab.open("02_forget_gate.ipynb") as notebook:
            notebook.run_all()
            notebook.press("W_f[0, x]", "ArrowRight", 10)

The server works on a copy of notebooks/, imgs/ and docs/, in an empty home of its own, so that
nothing that a test does gets saved. Its settings are those of jupyter/, which `pip install` has put
into the environment.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect, sync_playwright

from tests.servers import OUR_HOST, PATIENCE, free_ports, wait_until_up

REPO = Path(__file__).resolve().parents[2]
TOKEN = "look"
SLOW = 120_000.0  # milliseconds for what a page shows at once when nobody else uses the machine
NO_SERVER_OF_ITS_OWN = [  # Chromium asks its maker nothing, and runs as root in a container
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium(playwright: Playwright) -> str | None:
    """Find a Chromium on this machine: the system's, or else the one that playwright installed."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if path := shutil.which(name):
            return path
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def open_browser(playwright: Playwright) -> Browser:
    """Start Chromium without a window."""
    path = find_chromium(playwright)
    if path is None:
        raise FileNotFoundError("there is no Chromium on this machine")
    return playwright.chromium.launch(executable_path=path, args=NO_SERVER_OF_ITS_OWN)


def with_scrollbars(browser: Browser) -> Browser:
    """Start another one whose scrollbars take room, as on most desktops: playwright hides them."""
    kind = browser.browser_type
    return kind.launch(
        executable_path=find_chromium(SimpleNamespace(chromium=kind)),
        args=NO_SERVER_OF_ITS_OWN,
        ignore_default_args=["--hide-scrollbars"],
    )


def browsing() -> Iterator[Browser]:
    """Give a Chromium without a window; skip when there is none, but fail under CI=true.

    For the fixture of a package, not of the session: as long as playwright is there its event
    loop runs, and neither nbval nor a test with a loop of its own can run beside it.
    """
    expect.set_options(timeout=SLOW)
    with sync_playwright() as playwright:
        if find_chromium(playwright) is None:
            reason = "no Chromium or Chrome on this machine, so the browser tests cannot run"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        with open_browser(playwright) as chromium:
            yield chromium


class Lab:
    """A running JupyterLab. `open` a notebook of the collection, or `write` one first."""

    up = "api/status"  #: what answers as soon as the server is there

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._folder = tempfile.TemporaryDirectory(
            prefix="lstm_teach_lab_", ignore_cleanup_errors=True
        )
        self.root = Path(self._folder.name) / "collection"
        for name in ("notebooks", "imgs", "docs"):
            (self.root / name).mkdir(parents=True)
            if (REPO / name).is_dir():
                shutil.copytree(REPO / name, self.root / name, dirs_exist_ok=True)
        shutil.copy(REPO / "voila.json", self.root)
        start = self.root / "notebooks" / "00_start_here.ipynb"
        if not start.exists():  # the settings below know the collection by it
            self.write("00_start_here.ipynb", "")

        home = Path(self._folder.name) / "home"
        plugin = home / "settings" / "@jupyterlab" / "notebook-extension"
        plugin.mkdir(parents=True)
        # Every cell is laid out, seen or not: a locator need not scroll first.
        (plugin / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')

        env = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG_"))}
        env |= {
            "HOME": str(home),
            "USERPROFILE": str(home),
            "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
            # or every new home costs the seconds that building the font cache takes
            "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR") or _matplotlib_cache(),
        }
        (self.port,) = free_ports(1)
        self._log = Path(self._folder.name) / "jupyter.log"
        with self._log.open("w") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-m", *self._program()],
                cwd=self.root,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=env,
            )
        try:
            if not wait_until_up(self._server, lambda: self._request("GET", self.up)):
                raise RuntimeError(f"{self._program()[0]} did not start:\n{self.log()}")
        except BaseException:
            self.close()
            raise

    def _program(self) -> list[str]:
        """Give the module to start, and its arguments."""
        return [
            *("jupyterlab", "notebooks/00_start_here.ipynb"),
            *("--no-browser", f"--ip={OUR_HOST}", f"--port={self.port}"),
            *("--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"),
            "--LabApp.expose_app_in_browser=True",  # window.jupyterapp, see `command`
        ]

    def log(self) -> str:
        """What the server has said so far."""
        return self._log.read_text()

    def address(self, name: str) -> str:
        """Where a notebook of notebooks/ is shown."""
        base = f"http://{OUR_HOST}:{self.port}"
        return f"{base}/lab/tree/notebooks/{name}?token={TOKEN}&reset"

    def version(self, package: str) -> str:
        """Which version of a package the notebooks import."""
        return metadata.version(package)

    def _request(self, method: str, path: str) -> bytes:
        request = urllib.request.Request(
            f"http://{OUR_HOST}:{self.port}/{path}",
            method=method,
            headers={"Authorization": f"token {TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.read()

    def write(self, name: str, *cells: str) -> str:
        """Write a notebook of these code cells next to the copies; returns its name."""
        v4 = nbformat.v4
        notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
        notebook.metadata.kernelspec = {
            "name": "python3",
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
        }
        nbformat.write(notebook, self.root / "notebooks" / name)
        return name

    def open(self, name: str, width: int = 1400, height: int = 1000) -> Notebook:
        """Open a notebook of notebooks/ as saved, in a fresh browser profile and a new kernel."""
        return Notebook(self, self.as_saved(name), width, height)

    def as_saved(self, name: str) -> str:
        """Put a notebook of notebooks/ back, whatever an earlier test did to it; gives its name."""
        name = name.removeprefix("notebooks/")
        original = REPO / "notebooks" / name
        if original.exists():
            shutil.copy(original, self.root / "notebooks" / name)
        return name

    def stop_kernels(self) -> None:
        """End every session, so that the next `open` finds a new kernel."""
        for session in json.loads(self._request("GET", "api/sessions")):
            self._request("DELETE", f"api/sessions/{session['id']}")

    def close(self) -> None:
        """Stop the server and throw its folder away."""
        self._server.terminate()
        try:
            self._server.wait(20)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._folder.cleanup()

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _matplotlib_cache() -> str:
    import matplotlib
    import matplotlib.font_manager  # builds the cache when there is none

    return matplotlib.get_cachedir()


class Notebook:
    """A notebook that is open in the browser.

    Attributes
    ----------
    page : playwright Page
        For everything that has no helper here; `playwright.sync_api.expect` waits.
    outside_requests : list of str
        The address of everything that was asked of another machine. Has to stay empty.
    console_errors : list of str
        What the browser reported as errors, uncaught exceptions included.
    """

    def __init__(self, lab: Lab, name: str, width: int, height: int) -> None:
        self.lab = lab
        self.outside_requests: list[str] = []
        self.console_errors: list[str] = []
        self._log_start = len(lab.log())
        self._context = lab.browser.new_context(viewport={"width": width, "height": height})
        self._context.set_default_timeout(SLOW)
        self.page: Page = self._context.new_page()
        self.page.on("request", lambda request: self._watch(request.url))
        self.page.on("websocket", lambda socket: self._watch(socket.url))
        self.page.on(
            "console",
            lambda m: self.console_errors.append(m.text) if m.type == "error" else None,
        )
        self.page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        try:
            self._open(name)
        except BaseException:
            self.close()
            raise

    def _open(self, name: str) -> None:
        self.page.goto(self.lab.address(name), timeout=PATIENCE * 1000)
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=PATIENCE * 1000)
        self._listen(
            """async () => {
                const context = window.jupyterapp.shell.currentWidget.sessionContext;
                await context.ready;
                return context.session;
            }"""
        )

    def _listen(self, session: str) -> None:
        """Listen to all that the kernel says, and to when it last said something.

        An exception in a slider's callback belongs to no cell, and JupyterLab does not show it.
        `session` is JavaScript: a function that gives what has the kernel and tells its messages.
        """
        self.page.evaluate(
            f"""async () => {{
                const session = await ({session})();"""
            """
                // A kernel that is started anew meanwhile never answers: ask it again then.
                let lost, connected;
                session.kernel.connectionStatusChanged?.connect((_, status) => {
                    if (status !== 'connected') return;
                    lost?.(true);
                    connected?.();
                });
                const isLost = async () => {
                    if ((session.kernel.connectionStatus ?? 'connected') !== 'connected')
                        await new Promise(done => { connected = done; });
                    return Promise.race([
                        session.kernel.requestKernelInfo().then(() => false),
                        new Promise(done => { lost = done; })]);
                };
                window.toTheKernelAndBack = async () => { while (await isLost()); };
                window.messages = 0;
                window.kernelErrors = [];
                session.anyMessage.connect((_, { msg }) => {
                    window.messages += !/^(kernel_info_|status)/.test(msg.header.msg_type);
                    if (msg.header.msg_type === 'error')
                        window.kernelErrors.push(`${msg.content.ename}: ${msg.content.evalue}`);
                    if (msg.header.msg_type === 'stream' && msg.content.name === 'stderr')
                        window.kernelErrors.push(msg.content.text);
                });
            }"""
        )

    def _watch(self, url: str) -> None:
        parts = urlsplit(url)
        local = parts.hostname in (OUR_HOST, "localhost")
        if not local and parts.scheme not in ("data", "blob", "about"):
            self.outside_requests.append(url)

    # ---- run and read --------------------------------------------------------------------------

    def run_all(self, timeout: float = PATIENCE) -> None:
        """Run every cell and wait, at most `timeout` seconds, until all ran and widgets show."""
        self.command("notebook:expand-all-headings")  # what stands under "More" is run and seen too
        self.page.evaluate(
            """() => {
                window.ranAll = false;
                window.jupyterapp.commands.execute('notebook:run-all-cells')
                    .finally(() => { window.ranAll = true; });
            }"""
        )
        self.page.wait_for_function(
            """() => {
                const some = (selector, text) => [...document.querySelectorAll(selector)]
                    .some(element => element.textContent.includes(text));
                return window.ranAll && !some('.jp-InputPrompt', '*')
                    && !some('.jp-OutputArea-output', 'Loading widget...');
            }""",
            timeout=timeout * 1000,
        )
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Wait until the kernel has answered all that the page had to say, and the page that.

        Idle alone is too early: a widget in the browser sends its next change only after the
        kernel has answered the last one. So a question goes to the kernel and back, time and
        again, until nothing but the question has been said in between.
        """
        self.page.evaluate(
            """async () => {
                for (let quiet = 0; quiet < 3;) {
                    const before = messages;
                    await new Promise(done => setTimeout(() => requestAnimationFrame(done), 30));
                    await toTheKernelAndBack();
                    quiet = messages === before ? quiet + 1 : 0;
                }
            }"""
        )

    def cell_errors(self) -> list[str]:
        """Texts of all error and stderr outputs, and of widgets that could not be drawn."""
        return self.page.locator(
            '.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"], '
            '.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"], '
            ".jupyter-widgets-error-widget"
        ).all_text_contents()

    def kernel_errors(self) -> list[str]:
        """Exceptions and stderr of the kernel, those of callbacks included, and of the server."""
        errors = [
            error
            for error in self.page.evaluate("window.kernelErrors")
            if "No such comm" not in error  # JupyterLab asks every new kernel for its widgets
        ]
        log = self.lab.log()[self._log_start :]
        return errors + re.findall(r"Traceback \(most recent call last\).*", log, re.DOTALL)

    def html_texts(self) -> list[str]:
        """Texts of all HTML widgets and of the parts of all views, SVG drawings included."""
        return self.page.locator(".widget-html-content, [data-part]").all_text_contents()

    def command(self, name: str) -> None:
        """Run one of JupyterLab's commands, such as "notebook:restart-run-all"."""
        self.page.evaluate("name => void window.jupyterapp.commands.execute(name)", name)

    def save(self) -> None:
        """Save the notebook, and wait until the server has it."""
        with self.page.expect_response(
            lambda answer: answer.request.method == "PUT" and "/api/contents/" in answer.url
        ):
            self.command("docmanager:save")

    def resize(self, width: int, height: int) -> None:
        """Resize the window, and wait until everything in it has found its size."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.wait_for_function("([w, h]) => innerWidth === w && innerHeight === h",
                                    arg=[width, height])  # fmt: skip
        self.wait_until_laid_out()

    def wait_until_laid_out(self) -> None:
        """Wait until nothing of ours has moved or grown for ten frames."""
        self.page.evaluate(
            """async () => {
                const places = () => JSON.stringify(
                    [...document.querySelectorAll('.jp-WindowedPanel-outer, .lstm-page, '
                        + '.lstm-page :is(svg, .noUi-handle, .lstm-words)')]
                        .map(part => part.getBoundingClientRect()));
                for (let [same, before] = [0, '']; same < 10;) {
                    await new Promise(requestAnimationFrame);
                    const now = places();
                    same = now === before ? same + 1 : 0;
                    before = now;
                }
            }"""
        )

    # ---- sliders -------------------------------------------------------------------------------

    def slider(self, label: str, nth: int = 0) -> Locator:
        """Find the slider with this label; `nth` counts from 0 where several have the same."""
        exactly = re.compile(rf"^\s*{re.escape(label)}\s*$")
        sliders = self.page.locator(".widget-slider")
        named = self.page.locator(".widget-label").filter(has_text=exactly)
        return sliders.filter(has=named).nth(nth)

    def value(self, label: str, nth: int = 0) -> float:
        """Read where the slider stands."""
        handle = self.slider(label, nth).locator(".noUi-handle")
        text = handle.get_attribute("aria-valuetext") or "nan"  # "…now" is rounded to a tenth
        return round(float(text), 10)  # steps of 0.1 do not add up to 0.3

    def press(self, label: str, key: str, times: int = 1, nth: int = 0) -> None:
        """Press a key (ArrowRight, Home, ...) on a slider, and wait for what it does."""
        self.wait_until_idle()  # sliders that a click before this one replaces are gone then
        handle = self.slider(label, nth).locator(".noUi-handle")
        handle.scroll_into_view_if_needed()
        handle.focus()
        for _ in range(times):
            self.page.keyboard.press(key)
        self.wait_until_idle()

    def drag(self, label: str, fraction: float, nth: int = 0) -> None:
        """Drag a slider with the mouse to a fraction of its way: 0 left end, 1 right end."""
        self.wait_until_idle()
        slider = self.slider(label, nth)
        slider.scroll_into_view_if_needed()
        handle = slider.locator(".noUi-handle").bounding_box()
        track = slider.locator(".noUi-base").bounding_box()
        assert handle is not None, f"the slider {label} is not on the screen"
        assert track is not None, f"the slider {label} is not on the screen"
        mouse = self.page.mouse
        y = handle["y"] + handle["height"] / 2
        mouse.move(handle["x"] + handle["width"] / 2, y)
        mouse.down()
        mouse.move(track["x"] + track["width"] * fraction, y, steps=8)
        mouse.up()
        self.wait_until_idle()

    # ---- pictures and the end ------------------------------------------------------------------

    def screenshot(self, path: str | Path) -> None:
        """Save what the window shows."""
        self.page.screenshot(path=str(path))

    def close(self) -> None:
        """Close the page and end its kernel."""
        self._context.close()
        self.lab.stop_kernels()

    def __enter__(self) -> Notebook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def lesson(name: str, width: int = 1400, height: int = 1000) -> Callable[..., Iterator[Notebook]]:
    """Make the fixture of a lesson that has run, for all tests of a file.

    On a laptop's screen the list of files is hidden. Whatever the tests do, nothing goes wrong
    behind them, and nothing leaves this machine.
    """

    @pytest.fixture(scope="module")
    def notebook(lab: Lab) -> Iterator[Notebook]:
        with lab.open(name, width, height) as opened:
            if width < 1400:
                opened.command("application:toggle-left-area")
            opened.run_all()
            yield opened
            assert opened.kernel_errors() == []
            assert opened.console_errors == []
            assert opened.outside_requests == []

    return notebook

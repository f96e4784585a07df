"""What all tests share: a browser, and a font cache that exists before anybody looks at stderr."""

from __future__ import annotations

import os
from collections.abc import Iterator

import matplotlib
import matplotlib.font_manager  # in an empty home this says "building the font cache" to stderr,
import pytest  # so let it happen here, once, and not in some notebook's cell
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.browser.lab import find_chromium, open_browser

# As jupyter/jupyter_lab_config.py has it for a student's kernel; nbval's kernels get it from here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
matplotlib.use("agg")  # a test never opens a window
settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Give a Chromium without a window; skip when there is none, but fail under CI=true.

    For the package, not the session: playwright's event loop has to be gone before nbval runs
    the notebooks.
    """
    with sync_playwright() as playwright:
        if find_chromium(playwright) is None:
            reason = "no Chromium or Chrome on this machine, so the browser tests cannot run"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        with open_browser(playwright) as chromium:
            yield chromium

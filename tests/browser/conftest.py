"""One JupyterLab for all browser tests: starting it takes longest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.lab import Lab, browsing


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Give a browser that is gone when the tests of this folder are."""
    yield from browsing()


@pytest.fixture(scope="package")
def lab(browser: Browser) -> Iterator[Lab]:
    """Give a running JupyterLab on a copy of the collection, with the collection's settings."""
    with Lab(browser) as running:
        yield running

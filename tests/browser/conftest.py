"""One JupyterLab for all browser tests: starting it takes longest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.lab import Lab


@pytest.fixture(scope="package")
def lab(browser: Browser) -> Iterator[Lab]:
    """Give a running JupyterLab on a copy of the collection, with the collection's settings."""
    with Lab(browser) as running:
        yield running

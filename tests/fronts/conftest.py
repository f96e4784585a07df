"""One browser for all front ends; each module starts the one that it tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.lab import browsing


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Give a browser that is gone when the tests of this folder are."""
    yield from browsing()

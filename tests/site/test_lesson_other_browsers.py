"""Lesson 02 as the website runs it in the page, in Firefox and in WebKit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

from tests.browser.other_browsers import OtherSiteNotebook
from tests.browser.other_browsers import driver as driver
from tests.browser.test_other_browsers import TestForgetGate
from tests.site.site import Site


@pytest.fixture(scope="class")
def notebook(driver: WebDriver, built: Path) -> Iterator[OtherSiteNotebook]:
    """The notebook of a class of tests."""
    with (
        Site(None, built) as site,
        OtherSiteNotebook(driver, site, TestForgetGate.NAME) as opened,
    ):
        opened.run_all()
        yield opened
        assert opened.errors() == []

"""Explorers: nothing goes wrong behind them, and they are closed when a file's tests are done."""

from __future__ import annotations

from collections.abc import Iterator

import ipywidgets as widgets
import pytest


@pytest.fixture(autouse=True)
def quietly(nothing_goes_wrong: None) -> None:
    """Every test of this folder."""


@pytest.fixture(autouse=True, scope="module")
def nothing_stays_open() -> Iterator[None]:
    """A file's explorers may be shared by its tests."""
    yield
    widgets.Widget.close_all()

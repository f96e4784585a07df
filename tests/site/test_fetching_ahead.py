"""A reading page fetches what its lesson will need, but not over a connection that is paid for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.lab import find_chromium
from tests.site.site import Files, serve

SLOW = 120_000  # a whole Python, on a busy machine
SENT: list[str] = []  # what was handed out whole, and not found in the browser's cache


class _Noting(Files):
    def send_response(self, code: int, message: str | None = None) -> None:
        if code == HTTPStatus.OK:
            SENT.append(self.path.partition("?")[0].lstrip("/"))
        super().send_response(code, message)


@pytest.fixture
def base(built: Path) -> Iterator[str]:
    SENT.clear()
    with serve(built, _Noting) as address:
        yield address


@pytest.fixture
def context(browser: Browser, tmp_path: Path) -> Iterator[BrowserContext]:
    """Give a browser with a cache on the disk, as a visitor's has."""
    kind = browser.browser_type
    chromium = find_chromium(SimpleNamespace(chromium=kind))
    with kind.launch_persistent_context(tmp_path, executable_path=chromium) as opened:
        yield opened


def needs(built: Path) -> list[str]:
    return json.loads((built / "run-needs.json").read_text(encoding="utf-8"))


def test_what_a_lesson_needs_is_there_before_the_click(
    built: Path, base: str, context: BrowserContext
) -> None:
    page = context.new_page()
    files = needs(built)
    with page.expect_event(
        "requestfinished", lambda request: request.url.endswith(files[-1]), timeout=SLOW
    ):
        page.goto(f"{base}/lessons/02_forget_gate.html")
    assert [SENT.count(name) for name in files] == [1] * len(files)
    with page.expect_worker(timeout=SLOW) as worker:
        page.locator(".run").first.click()
    assert worker.value.url.endswith("early.mjs")
    expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']")).to_be_visible(
        timeout=SLOW
    )
    assert [SENT.count(name) for name in files] == [1] * len(files), "and was not fetched again"


@pytest.mark.parametrize(
    "connection", [{"saveData": True}, {"effectiveType": "2g"}, {"type": "cellular"}]
)
def test_nothing_is_fetched_where_bytes_are_dear(
    built: Path, base: str, browser: Browser, connection: dict
) -> None:
    page = browser.new_page()
    page.clock.install()
    page.add_init_script(
        f"Object.defineProperty(navigator, 'connection', {{ value: {json.dumps(connection)} }})"
    )
    page.goto(f"{base}/lessons/02_forget_gate.html", wait_until="load")
    page.clock.run_for(60_000)
    page.wait_for_load_state("networkidle")
    assert not {"run-needs.json", *needs(built)} & set(SENT)
    with page.expect_request("**/run-needs.json"):  # unless somebody points at the button
        page.locator(".run").first.hover()
    page.close()

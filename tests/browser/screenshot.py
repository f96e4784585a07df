"""Take the README's picture: `python -m tests.browser.screenshot` writes imgs/explorer.png."""

from __future__ import annotations

from playwright.sync_api import sync_playwright

from tests.browser.lab import REPO, Lab, open_browser


def main() -> None:
    """Run the forget-gate explorer in JupyterLab, move two sliders, and take its picture."""
    with sync_playwright() as playwright, open_browser(playwright) as browser, Lab(browser) as lab:
        name = lab.write(
            "screenshot.ipynb", "from lstm_teach import explore\n\nexplore.forget_gate(units=2)"
        )
        with lab.open(name, width=1400, height=1000) as notebook:
            notebook.run_all()
            notebook.press("W_f[0, x]", "ArrowRight", 8)
            notebook.press("c_prev[0]", "ArrowRight", 5)
            notebook.page.mouse.move(0, 0)
            notebook.page.wait_for_timeout(500)
            explorer = notebook.page.locator(".lstm-explorer").first
            explorer.screenshot(path=str(REPO / "imgs" / "explorer.png"))


if __name__ == "__main__":
    main()

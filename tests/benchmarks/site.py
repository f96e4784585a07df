"""Measure how long a student waits in the website, and how quickly its sliders answer.

    python tests/benchmarks/site.py            prints the tables
    python tests/benchmarks/site.py --write    and puts them into docs/measurements.md

Two sites are built from the same notebooks: ours, and a plain one (`site/build.py --plain`), which
leaves JupyterLite as it comes. They are opened in turn, in a real browser and from a server on this
machine, so that both share the machine's moods.
"""

from __future__ import annotations

import argparse
import gzip
import os
import sys
import tempfile
import time
from collections import defaultdict
from datetime import date
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO))  # tests/ is no package that could be installed

from tests.benchmarks import measurements  # noqa: E402
from tests.benchmarks.latency import CELLS, EXPLORERS, SCRIPT, WARM_UP, press  # noqa: E402
from tests.browser.lab import open_browser  # noqa: E402
from tests.site.conftest import build  # noqa: E402
from tests.site.site import Site  # noqa: E402

COMMAND = "python tests/benchmarks/site.py --write"
NOTEBOOK = "02_forget_gate.ipynb"
VISITS, PRESSES = 2, 12
PACKED = {".whl", ".zip", ".png", ".ico", ".woff2", ".woff"}  # no server packs these once more

WATCH = """
() => {
    const look = () => {
        if (!window.explorerAt && document.querySelector('.jp-OutputArea .lstm-view svg'))
            window.explorerAt = performance.now();
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
}
"""
FIRST_CELL = """
async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.sessionContext.ready;
    while (!panel.sessionContext.session?.kernel)  // or JupyterLab asks which kernel to take
        await new Promise(resolve => setTimeout(resolve, 50));
    const cell = panel.content.widgets.findIndex(cell => cell.model.type === 'code');
    panel.content.activeCellIndex = cell;
    await window.jupyterapp.commands.execute('notebook:run-cell');
}
"""
RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"


def visit(page: Page, address: str) -> dict[str, float]:
    """Open a notebook and run it; seconds since the click, and which files were asked for."""
    start = time.monotonic()
    page.goto(address)
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=120_000)
    seen = {"page": time.monotonic() - start}
    page.evaluate(WATCH)
    page.evaluate(FIRST_CELL)
    seen["cell"] = time.monotonic() - start
    before = page.evaluate("performance.now()"), time.monotonic()
    page.evaluate(RUN_ALL)
    page.wait_for_function("() => window.explorerAt", timeout=120_000)
    seen["all"] = time.monotonic() - start
    at = page.evaluate("window.explorerAt")
    seen["explorer"] = before[1] - start + (at - before[0]) / 1000
    return seen


def visits(sites: dict[str, Site]) -> tuple[dict, dict[str, float]]:
    """Visit each site in turn, with an empty browser and then once more; and its megabytes."""
    seen: dict[tuple[str, str], list[dict[str, float]]] = defaultdict(list)
    megabytes = {}
    for _ in range(VISITS):
        for name, site in sites.items():
            context = site.browser.new_context(viewport={"width": 1366, "height": 768})
            asked: set[str] = set()
            context.on("request", lambda request, asked=asked: asked.add(request.url))
            for kind in ("cold", "warm"):
                page = context.new_page()
                seen[name, kind].append(visit(page, site.address(NOTEBOOK)))
                page.close()
            megabytes[name] = sum(packed(site, url) for url in asked) / 1e6
            context.close()
    return seen, megabytes


def packed(site: Site, url: str) -> int:
    """How many bytes a server sends that packs what can be packed."""
    path = site.root.parent / url.removeprefix(site.base).partition("?")[0].lstrip("/")
    if not path.is_file():
        return 0
    return path.stat().st_size if path.suffix in PACKED else len(gzip.compress(path.read_bytes()))


def slider_steps(site: Site, make: str, label: str) -> tuple[float, float]:
    """Medians in ms of a key press on the floor and on an explorer, pressed in turn."""
    cells = (CELLS[0], CELLS[2].replace("{make}", make))
    seen: dict[str, list[float]] = defaultdict(list)
    with site.open(site.write("_latency.ipynb", *cells)) as notebook:
        notebook.run_all(timeout=180)
        if errors := notebook.cell_errors():
            raise RuntimeError("\n".join(errors))
        notebook.page.evaluate(SCRIPT)
        notebook.press(label, "ArrowLeft")  # away from its right end, if it stands there
        for k in range(WARM_UP + PRESSES):
            key = ("ArrowRight", "ArrowLeft")[k % 2]
            for what, slider in (("floor", "floor"), ("explorer", label)):
                seen[what].append(press(notebook, slider, key, 120)["ms"])
        if errors := notebook.kernel_errors():
            raise RuntimeError("\n".join(errors))
    return median(seen["floor"][WARM_UP:]), median(seen["explorer"][WARM_UP:])


def table(seen: dict, megabytes: dict[str, float], steps: dict[str, tuple[float, float]]) -> str:
    """The measurements as Markdown."""

    def seconds(site: str, kind: str, what: str) -> float:
        return median(one[what] for one in seen[site, kind])

    lines = [
        "| from the click, in seconds | page | first code cell | first explorer | all cells "
        "| MB, gzipped |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for site in ("plain", "ours"):
        for kind in ("cold", "warm"):
            times = [f"{seconds(site, kind, what):.1f}" for what in COLUMNS]
            size = f"{megabytes[site]:.1f}" if kind == "cold" else ""
            lines.append(f"| {site}, {kind} | {' | '.join(times)} | {size} |")
    lines += [
        "",
        "| a slider in the website | the floor, ms | the explorer, ms | times the floor |",
        "| --- | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {floor:.0f} | {ms:.0f} | {ms / floor:.1f} |"
        for name, (floor, ms) in steps.items()
    ]
    half = seconds("ours", "cold", "cell") / seconds("plain", "cold", "cell")
    slowest = max(ms for _, ms in steps.values())
    floors = max(ms / floor for floor, ms in steps.values())
    goals = (
        ("first code cell in half the time of the plain build", half <= 0.5, f"{half:.2f}"),
        ("at most 30 MB", megabytes["ours"] <= 30, f"{megabytes['ours']:.1f}"),
        ("every slider within 60 ms", slowest <= 60, f"{slowest:.0f}"),
        ("and within 2.5 times the floor there", floors <= 2.5, f"{floors:.1f}"),
    )
    lines += ["", "What we want:", ""]
    lines += [measurements.goal(*goal) for goal in goals]
    lines += [
        "",
        f"Measured on {date.today().isoformat()} by `{COMMAND}` on {os.cpu_count()} processor "
        f"cores, from a server on the same machine: medians of {VISITS} visits to notebook "
        f"{NOTEBOOK[:2]} and of {PRESSES} key presses. *Cold* is a browser that was never there, "
        "*warm* one that was.",
        "",
    ]
    return "\n".join(lines)


COLUMNS = ("page", "cell", "explorer", "all")


def measure() -> str:
    """Build both sites, visit them, move sliders in ours."""
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        open_browser(playwright) as browser,
    ):
        build(Path(folder, "plain"), "--offline", "--plain")
        build(Path(folder, "ours"), "--offline")
        steps = {}
        with (
            Site(browser, Path(folder, "plain")) as plain,
            Site(browser, Path(folder, "ours")) as ours,
        ):
            seen, megabytes = visits({"plain": plain, "ours": ours})
            for name, make, slider, _ in EXPLORERS:
                print(name, file=sys.stderr)
                steps[name] = slider_steps(ours, make, slider)
    return table(seen, megabytes, steps)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write docs/measurements.md")
    arguments = parser.parse_args()
    text = measure()
    print(text)
    if arguments.write:
        measurements.write("site", text)


if __name__ == "__main__":
    main()

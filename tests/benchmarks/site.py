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
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from datetime import date
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO))  # tests/ is no package that could be installed

from tests.benchmarks import measurements  # noqa: E402
from tests.benchmarks.latency import CELLS, EXPLORERS, SCRIPT, WARM_UP, press  # noqa: E402
from tests.browser.lab import open_browser  # noqa: E402
from tests.site.conftest import build  # noqa: E402
from tests.site.site import Files, Site, serve  # noqa: E402

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


# ---- the landing page: alive at once ------------------------------------------------------------

SLOW_PHONE = {"latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWDOWN, LANDINGS = 4, 5

# As soon as there is a slider, a hand moves it; the time when that is painted is kept.
MOVE_AT_ONCE = """
const look = () => {
    const cell = document.querySelector('lstm-cell');
    const input = cell?.shadowRoot?.querySelector('input');
    if (!input) return requestAnimationFrame(look);
    const before = cell.shadowRoot.querySelector('.sentence').textContent;
    input.stepUp(20);
    input.dispatchEvent(new Event('input'));
    if (cell.shadowRoot.querySelector('.sentence').textContent === before) throw Error('not moved');
    requestAnimationFrame(() => setTimeout(() => { window.movedAt = performance.now(); }));
};
requestAnimationFrame(look);
"""
ECHO = """
<!DOCTYPE html><meta charset="utf-8"><script src="lstm-cell.js" defer></script>
<input id="echo" type="range" min="-5" max="5" step="0.1"><output id="echoed"></output>
<lstm-cell focus="forget" units="2"></lstm-cell>
<script>
echo.oninput = () => { echoed.textContent = echo.value; };
window.took = [];
addEventListener('keydown', (event) => requestAnimationFrame(() => setTimeout(() =>
    took.push(performance.now() - event.timeStamp))), true);
</script>
"""


class _Packing(Files):
    """Sends text packed, as hosts of pages do."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path.split("?")[0]))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in (".html", ".js", ".svg") or not path.is_file():
            return super().do_GET()
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None


def landings(browser: Browser, folder: Path) -> tuple[float, float]:
    """Seconds from the click to a moved slider on a slow phone, cold; and the page's kilobytes."""
    seconds, sizes = [], []
    with serve(folder, _Packing) as base:
        for _ in range(LANDINGS):
            context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
            page = context.new_page()
            phone = context.new_cdp_session(page)
            phone.send("Network.enable")
            conditions = {"offline": False, **SLOW_PHONE}
            phone.send("Network.emulateNetworkConditions", conditions)
            phone.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
            got: list[float] = []
            phone.on(
                "Network.loadingFinished", lambda e, got=got: got.append(e["encodedDataLength"])
            )
            page.add_init_script(MOVE_AT_ONCE)
            page.goto(base, wait_until="commit")
            page.wait_for_function("() => window.movedAt", timeout=60_000)
            seconds.append(page.evaluate("window.movedAt") / 1000)
            page.wait_for_load_state("networkidle")
            sizes.append(sum(got) / 1000)
            context.close()
    return median(seconds), max(sizes)


def live_keys(browser: Browser, folder: Path) -> tuple[float, float]:
    """Medians in ms from a key press to its frame: a slider that only echoes, and the live cell."""
    (folder / "echo.html").write_text(ECHO, encoding="utf-8")
    seen: dict[str, list[float]] = defaultdict(list)
    with serve(folder, _Packing) as base:
        page = browser.new_page()
        page.goto(f"{base}/echo.html")
        sliders = {
            "echo": page.locator("#echo"),
            "cell": page.locator("lstm-cell").get_by_role("slider", name="W_f[0, x]"),
        }
        for k in range(WARM_UP + 2 * PRESSES):
            for name, slider in sliders.items():
                slider.press(("ArrowRight", "ArrowLeft")[k % 2])
                page.wait_for_function("() => took.length")
                seen[name].append(page.evaluate("took.shift()"))
        page.close()
    return median(seen["echo"][WARM_UP:]), median(seen["cell"][WARM_UP:])


def first_table(alive: tuple[float, float], keys: tuple[float, float]) -> str:
    """The landing page's measurements as Markdown."""
    seconds, kilobytes = alive
    echo, cell = keys
    goals = (
        ("from the click to a moved slider at most 1 s", seconds <= 1, f"{seconds:.2f} s"),
        ("at most 100 KB", kilobytes <= 100, f"{kilobytes:.0f} KB"),
        ("a key within one frame of the echo", cell - echo <= 16, f"{cell:.1f} and {echo:.1f} ms"),
    )
    return "\n".join(
        [
            f"The landing page at 390 px, cold, at {SLOWDOWN}x CPU slowdown, 1.6 Mbit/s and 150 ms "
            "latency, and the live cell's slider beside one that only echoes its number:",
            "",
            *(measurements.goal(*goal) for goal in goals),
            "",
            f"Measured on {date.today().isoformat()} by `python tests/benchmarks/site.py --landing "
            f"--write` on {os.cpu_count()} processor cores: medians of {LANDINGS} visits and of "
            f"{2 * PRESSES} key presses.",
            "",
        ]
    )


def measure_landing() -> str:
    """Make the landing page with what stands on it, and visit it."""
    sys.path.insert(0, str(REPO / "site"))  # scripts, no package
    import landing
    import pages

    with (
        tempfile.TemporaryDirectory() as name,
        sync_playwright() as playwright,
        open_browser(playwright) as browser,
    ):
        folder = Path(name)
        pages.write_pages(folder)
        shutil.copytree(REPO / "imgs", folder / "imgs")
        (folder / "favicon.ico").write_bytes(b"")
        script = '<script id="jupyter-config-data" type="application/json">{}</script>'
        (folder / "index.html").write_text(landing.landing_page(script), encoding="utf-8")
        return first_table(landings(browser, folder), live_keys(browser, folder))


# ---- the lessons -------------------------------------------------------------------------------


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
    parser.add_argument("--landing", action="store_true", help="the landing page alone, quickly")
    arguments = parser.parse_args()
    text = measure_landing() if arguments.landing else measure()
    print(text)
    if arguments.write and arguments.landing:
        measurements.write("landing", text)
    elif arguments.write:
        measurements.write("site", text)


if __name__ == "__main__":
    main()

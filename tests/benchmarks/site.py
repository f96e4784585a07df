"""Measure how long a student waits in the website, and how quickly its sliders answer.

    python tests/benchmarks/site.py            prints the tables
    python tests/benchmarks/site.py --write    and puts them into docs/measurements.md
    python tests/benchmarks/site.py --files    where the bytes and seconds of one visit go
    python tests/benchmarks/site.py --ahead    what it gains to fetch while a lesson is read

Two sites are built from the same notebooks: ours, and a plain one (`site/build.py --plain`), which
leaves JupyterLite as it comes. They are opened in turn, in a real browser and from a server on this
machine, so that both share the machine's moods.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import os
import shutil
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from statistics import median
from types import SimpleNamespace

from playwright.sync_api import Browser, Page, sync_playwright

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO))  # tests/ is no package that could be installed

from tests.benchmarks import measurements  # noqa: E402
from tests.benchmarks.latency import CELLS, EXPLORERS, SCRIPT, WARM_UP, press  # noqa: E402
from tests.browser.lab import find_chromium, open_browser  # noqa: E402
from tests.site.conftest import build  # noqa: E402
from tests.site.site import Files, Site, serve  # noqa: E402

COMMAND = "python tests/benchmarks/site.py --write"
NOTEBOOK = "02_forget_gate.ipynb"
VISITS, PRESSES = 2, 12
PACKED = {
    ".whl",
    ".zip",
    ".zst",
    ".png",
    ".ico",
    ".woff2",
    ".woff",
}  # as they are

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
# When our worker had all its files, and when Python had started and imported what it should.
MARKS = """
() => {
    const files = performance.getEntriesByType('resource').map(file => file.responseEnd);
    const [ready] = performance.getEntriesByName('python');
    const at = ready ? { files: Math.max(...files), python: ready.startTime } : {};
    return Object.fromEntries(Object.entries(at).map(([k, v]) => [k, performance.timeOrigin + v]));
}
"""
RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"


def visit(page: Page, click: Callable[[], object]) -> dict[str, float]:
    """Open a notebook by `click` and run it; seconds since then."""
    start = time.monotonic()
    click()
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
    begun = start + (time.time() - time.monotonic())  # by the clock that browsers have
    for worker in page.workers:
        for what, at in worker.evaluate(MARKS).items():
            seen[what] = at / 1000 - begun
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
                click = functools.partial(page.goto, site.address(NOTEBOOK))
                seen[name, kind].append(visit(page, click))
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
    lines += BEFORE
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
    explorer = seconds("ours", "cold", "explorer")
    slowest = max(ms for _, ms in steps.values())
    floors = max(ms / floor for floor, ms in steps.values())
    goals = (
        ("first code cell in half the time of the plain build", half <= 0.5, f"{half:.2f}"),
        ("first explorer at most 5 s cold", explorer <= 5, f"{explorer:.1f}"),
        ("at most 20 MB", megabytes["ours"] <= 20, f"{megabytes['ours']:.1f}"),
        ("every slider within 60 ms", slowest <= 60, f"{slowest:.0f}"),
        ("and within twice the floor there", floors <= 2, f"{floors:.1f}"),
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
#: Ours of 2026-11-21: wheels one by one, and Python started when JupyterLab had come up.
BEFORE = (
    "| ours before, cold | 3.3 | 7.5 | 7.9 | 9.0 | 29.9 |",
    "| ours before, warm | 2.5 | 6.4 | 6.9 | 7.8 |  |",
)


@contextmanager
def built(*names: str) -> Iterator[list[Site]]:
    """Build sites, each with everything in it, and open them."""
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        open_browser(playwright) as browser,
        ExitStack() as stack,
    ):
        for name in names:
            build(Path(folder, name), *(["--offline"] if name == "ours" else ["--plain"]))
        yield [stack.enter_context(Site(browser, Path(folder, name))) for name in names]


def measure() -> str:
    """Build both sites, visit them, move sliders in ours."""
    with built("plain", "ours") as (plain, ours):
        steps = {}
        seen, megabytes = visits({"plain": plain, "ours": ours})
        for name, make, slider, _ in EXPLORERS:
            print(name, file=sys.stderr)
            steps[name] = slider_steps(ours, make, slider)
    return table(seen, megabytes, steps)


# ---- where they go, and how much of it can be done ahead -----------------------------------------

WHAT = {  # the first that a file's path begins with
    "Pyodide": "static/pyodide/pyodide",
    "the standard library": "static/pyodide/python_stdlib",
    "all packages": "static/packages",
    "widgets in the page": "extensions/",
    "JupyterLab": "build/",
    "the notebook, settings and the rest": "",
}


def where_they_go() -> str:
    """One cold visit: the files of each kind over the line, and the seconds of each phase."""
    with built("ours") as (site,):
        context = site.browser.new_context(viewport={"width": 1366, "height": 768})
        asked: set[str] = set()
        context.on("request", lambda request: asked.add(request.url))
        page = context.new_page()
        seen = visit(page, functools.partial(page.goto, site.address(NOTEBOOK)))
        sizes: dict[str, int] = {}
        files: list[tuple[int, str]] = []
        for url in asked:
            path = url.removeprefix(f"{site.base}/").partition("?")[0]
            what = next(what for what, begins in WHAT.items() if path.startswith(begins))
            size = packed(site, url)
            sizes[what] = sizes.get(what, 0) + size
            files.append((size, path))
        context.close()
    lines = ["| what comes over the line | MB, gzipped |", "| --- | ---: |"]
    lines += [f"| {what} | {sizes[what] / 1e6:.2f} |" for what in WHAT]
    lines += [f"| all of it, {len(files)} files | {sum(sizes.values()) / 1e6:.2f} |", ""]
    lines += ["| what has happened | s after the click |", "| --- | ---: |"]
    lines += [f"| {PHASES[what]} | {seen[what]:.1f} |" for what in sorted(PHASES, key=seen.get)]
    lines += ["", "The largest files, in KB:", ""]
    lines += [f"{size / 1000:9.1f}  {path}" for size, path in sorted(files, reverse=True)[:25]]
    return "\n".join(lines)


PHASES = {
    "files": "Python's files are there",
    "python": "Python has started, and has imported what lessons need",
    "page": "the notebook is shown",
    "cell": "its first code cell has run",
    "explorer": "the first explorer is shown",
    "all": "all code cells have run",
}
LINE, READING = 20e6, 10  # bits in a second, and seconds


class _Line(Files):
    """Sends packed what can be packed, all of it together as fast as a line of 20 Mbit/s."""

    line = threading.Lock()

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path.split("?")[0]))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            return self.send_error(404)
        modified = self.date_time_string(int(path.stat().st_mtime))
        fresh = self.headers.get("If-Modified-Since") == modified
        body = b"" if fresh else path.read_bytes()
        self.send_response(304 if fresh else 200)
        self.send_header("Last-Modified", modified)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if body and path.suffix not in PACKED:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        if not fresh:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):
            for begin in range(0, len(body), 1 << 16):
                part = body[begin : begin + (1 << 16)]
                with self.line:
                    time.sleep(8 * len(part) / LINE)
                self.wfile.write(part)
        return None


def ahead() -> str:
    """From "Run it here" on a reading page to the first explorer: at once, and after reading."""
    lesson = f"lessons/{NOTEBOOK.removesuffix('.ipynb')}.html"
    seconds: dict[int, list[float]] = defaultdict(list)
    with built("ours") as (site,), serve(site.root.parent, _Line) as base:
        kind = site.browser.browser_type
        chromium = find_chromium(SimpleNamespace(chromium=kind))
        for _ in range(VISITS):
            for reading in (0, READING):
                with (
                    tempfile.TemporaryDirectory() as profile,
                    kind.launch_persistent_context(profile, executable_path=chromium) as context,
                ):
                    page = context.new_page()
                    page.goto(f"{base}/{lesson}")
                    page.wait_for_timeout(1000 * reading)
                    seen = visit(page, page.locator(".run").first.click)
                    seconds[reading].append(seen["explorer"])
    at_once, later = median(seconds[0]), median(seconds[READING])
    return (
        f"At {LINE / 1e6:.0f} Mbit/s, from *Run it here* on a reading page to the first explorer: "
        f"**{at_once:.1f} s** when it is clicked at once, **{later:.1f} s** after {READING} s of "
        "reading, in which the page fetches what the lesson needs "
        f"(`python tests/benchmarks/site.py --ahead --write`, {date.today().isoformat()}).\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write docs/measurements.md")
    parser.add_argument("--landing", action="store_true", help="the landing page alone, quickly")
    parser.add_argument("--files", action="store_true", help="where the bytes and seconds go")
    parser.add_argument("--ahead", action="store_true", help="what fetching ahead gains")
    arguments = parser.parse_args()
    if arguments.files:
        print(where_they_go())
        return
    name, made = "site", measure
    if arguments.landing:
        name, made = "landing", measure_landing
    elif arguments.ahead:
        name, made = "ahead", ahead
    text = made()
    print(text)
    if arguments.write:
        measurements.write(name, text)


if __name__ == "__main__":
    main()

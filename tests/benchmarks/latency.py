"""Measure how long a key press on a slider takes to change the screen, and what it costs.

    python tests/benchmarks/latency.py            prints the table
    python tests/benchmarks/latency.py --write    and puts it into docs/measurements.md

In JupyterLab in a real browser. Each explorer is measured in a notebook of its own, which also
holds the floor (a widget that only says what the slider says) and `interact` with a new inline
figure of the forget gate's picture. Keys go to the three in turn, so that they share the
machine's moods, and ratios are taken within one notebook.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import sync_playwright

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO))  # tests/ is no package that could be installed

from tests.benchmarks import measurements  # noqa: E402
from tests.browser.lab import Lab, Notebook, open_browser  # noqa: E402

COMMAND = "python tests/benchmarks/latency.py --write"
PRESSES, INTERACT_PRESSES, WARM_UP = 40, 4, 4
EVENTS = 5000

# What is explored, and the slider that gets the keys in the browser; of the same explorer
# `events.py` moves all sliders whose label starts with the last word.
EXPLORERS = (
    ("forget gate, 1 unit", "forget_gate(1)", "W_f[0, x]", ""),
    ("forget gate, 2 units", "forget_gate(2)", "W_f[0, x]", ""),
    ("input gate and candidate", "input_gate(1)", "W_i[0, x]", ""),
    ("cell update", "cell_update(1)", "f[0]", ""),
    ("cell update, 2 units, weights", "cell_update(2, weights=True)", "W_f[0, x]", ""),
    ("output gate", "output_gate(1)", "W_o[0, x]", ""),
    ("one step, 1 unit", "step(1)", "W_f[0, x]", ""),
    ("one step, 2 units", "step(2)", "W_f[0, x]", ""),
    ("a day: another moment", "sequence()", "moment", "moment"),
    ("a day: another pin", "sequence()", "pinned at", "pinned at"),
    ("the lamp: another moment", "lamp()", "moment", "moment"),
    ("a day of another cell: a weight", "variant('gru')", "W_h[0, enter]", "W_h"),
    ("a day whose axes grow: a weight", "variant('coupled')", "W_c[0, enter]", "W_c"),
    ("a day without a gate: a weight", "rnn()", "b[0]", "W"),
    ("a nudge through time", "nudge()", "nudge", "nudge"),
    ("how far a gradient gets", "gradients()", "forget bias", "forget"),
    ("training: where it starts", "training()", "forget bias", "forget"),
    ("reading: another character", "text()", "character", "character"),
    ("challenge: wire the forget gate", "wire_forget_gate()", "W_f[0, bell]", ""),
)

CELLS = (
    """
import ipywidgets as widgets
slider, said = widgets.FloatSlider(description="floor", min=-5, max=5), widgets.HTML()
slider.observe(lambda change: setattr(said, "value", f"{change['new']:.2f}"), "value")
widgets.VBox([slider, said])
""",
    """
%matplotlib inline
import ipywidgets as widgets
import lstm_teach
from lstm_teach import plots
from lstm_teach.explore.presets import small_case
case = small_case()
def show(x):
    step = lstm_teach.step(case.parameters, [x], case.h_prev, case.c_prev)
    display(plots.picture("forget", 1).draw(step))
slider = widgets.FloatSlider(0.5, min=-5, max=5, description="interact")
widgets.interact(show, x=slider);
""",
    """
from lstm_teach.explore import *
from lstm_teach.check import wire_forget_gate
explorer = {make}
if "forget" in getattr(explorer.controls.get("pin"), "options", ()):
    explorer.controls["pin"].value = "forget"
    explorer.controls["pinned at"].value = 0.5
explorer
""",
)

# `arm` before a key press, `settled` after it. What counts is the last change of the page outside
# of the slider itself; it is painted when the frame after it has been laid out and drawn.
SCRIPT = """
window.bench = {
    arm(handle) {
        const area = handle.closest('.jp-OutputArea');
        this.start = this.changed = this.painted = null;
        this.kernel = {};
        this.bytes = 0;
        const mark = () => {
            this.changed = performance.now();
            requestAnimationFrame(() => setTimeout(() => { this.painted = performance.now(); }));
        };
        document.addEventListener(
            'keydown', event => { this.start = event.timeStamp; }, { capture: true, once: true });
        const own = node => (node.closest ? node : node.parentElement)?.closest('.widget-slider');
        this.observer = new MutationObserver(
            records => records.every(record => own(record.target)) || mark());
        this.observer.observe(
            area, { subtree: true, childList: true, characterData: true, attributes: true });
        this.loaded = event => event.target.tagName === 'IMG' && mark();
        area.addEventListener('load', this.loaded, true);
        this.area = area;
    },
    async settled(quiet) {
        const wait = () => new Promise(resolve => setTimeout(resolve, 20));
        const end = performance.now() + 10000;
        while (this.painted === null || this.painted < this.changed
                || performance.now() - this.changed < quiet) {
            if (performance.now() > end) throw new Error('the key press changed nothing');
            await wait();
        }
        this.observer.disconnect();
        this.area.removeEventListener('load', this.loaded, true);
        return {
            ms: this.changed - this.start, painted: this.painted - this.start,
            kernel: this.kernel, bytes: this.bytes,
        };
    },
    hear(msg) {
        if (msg.channel !== 'iopub' || msg.parent_header.msg_type !== 'comm_msg') return;
        if (msg.header.msg_type === 'status') {
            const times = this.kernel[msg.parent_header.msg_id] ??= {};
            times[msg.content.execution_state] = msg.header.date;
        } else {
            this.bytes += new TextEncoder().encode(JSON.stringify(msg.content)).length;
        }
    },
};
window.jupyterapp.shell.currentWidget.sessionContext.session
    .anyMessage.connect((_, { msg }) => window.bench.hear(msg));
"""


def press(notebook: Notebook, label: str, key: str, quiet: int) -> dict[str, float]:
    """Press a key on a slider; how long until the screen shows it, and what the kernel did."""
    handle = notebook.slider(label).locator(".noUi-handle")
    handle.focus()
    handle.evaluate("handle => bench.arm(handle)")
    notebook.page.keyboard.press(key)
    seen = notebook.page.evaluate("quiet => bench.settled(quiet)", quiet)
    times = [times for times in seen["kernel"].values() if len(times) > 1]
    busy = [_seconds(each["idle"]) - _seconds(each["busy"]) for each in times]
    return seen | {"kernel": sum(busy) * 1000}


def _seconds(stamp: str) -> float:
    """Seconds since midnight of a time such as 2026-01-31T12:00:59.123456Z."""
    hours, minutes, seconds = stamp.split("T")[1].rstrip("Z").split("+")[0].split(":")
    return float(hours) * 3600 + float(minutes) * 60 + float(seconds)


def in_the_browser(
    lab: Lab, make: str, label: str, count: int
) -> dict[str, list[dict[str, float]]]:
    """Presses on the floor, `interact` and one explorer, in turn."""
    name = lab.write("_latency.ipynb", *(cell.replace("{make}", make) for cell in CELLS))
    seen: dict[str, list[dict[str, float]]] = defaultdict(list)
    with lab.open(name) as notebook:
        notebook.run_all()
        if errors := notebook.cell_errors():
            raise RuntimeError("\n".join(errors))
        notebook.page.evaluate(SCRIPT)
        notebook.press(label, "ArrowLeft")  # away from its right end, if it stands there
        every = max(count // INTERACT_PRESSES, 1)
        for k in range(WARM_UP + count):
            key = ("ArrowRight", "ArrowLeft")[k % 2]
            for what, slider in (("floor", "floor"), ("explorer", label)):
                seen[what].append(press(notebook, slider, key, 120))
            if k < WARM_UP or k % every == 0:
                # odd and even in turn, whatever `every` is
                key = ("ArrowRight", "ArrowLeft")[len(seen["interact"]) % 2]
                seen["interact"].append(press(notebook, "interact", key, 600))
        if errors := notebook.kernel_errors():
            raise RuntimeError("\n".join(errors))
    return {what: presses[WARM_UP:] for what, presses in seen.items()}


def without_a_browser(make: str, label: str, events: int) -> dict[str, float]:
    """Thousands of events in a process of its own: see events.py."""
    command = [sys.executable, str(REPO / "tests/benchmarks/events.py"), make, label, str(events)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


# What each explorer is held to: the words, the column, and whether less is better.
GROWS = "a day whose axes grow: a weight"  # which may take longer, and send more
BUDGETS = (
    ("at most 1.5 times the floor", "floors", 1.5, 1.5),
    ("at most 3 ms in the kernel for 95% of events, 30 where axes grow", "p95", 3, 30),
    ("at most 1.5 KB for 95% of events, 10 where axes grow", "kilobytes", 1.5, 10),
    ("no more memory after all events than before, give or take 2 MB", "growth", 2, 2),
)


def measure(events: int, count: int) -> list[dict]:
    """A row for the floor, for `interact`, and for each explorer."""
    explorers, pooled = [], defaultdict(list)
    with sync_playwright() as playwright, open_browser(playwright) as browser, Lab(browser) as lab:
        for name, make, slider, _ in EXPLORERS:
            print(name, file=sys.stderr)
            seen = in_the_browser(lab, make, slider, count)
            explorers.append({"name": name, **on_screen(seen["explorer"], seen)})
            for what, presses in seen.items():
                pooled[what] += presses
    for row, (_, make, _, label) in zip(explorers, EXPLORERS, strict=True):
        print(f"{events} events: {row['name']}", file=sys.stderr)
        row |= without_a_browser(make, label, events)
        row["growth"] = row["after"] - row["before"]
        row["kilobytes"] = row["bytes"] / 1000
    baselines = []
    for what, name in (("floor", "the floor"), ("interact", "`interact` and a new figure")):
        kernel = [press["kernel"] for press in pooled[what]]
        baselines.append(
            {
                "name": name,
                **on_screen(pooled[what], pooled),
                "p50": median(kernel),
                "p95": quantiles(kernel, n=20)[-1],
                "kilobytes": quantiles([press["bytes"] for press in pooled[what]], n=20)[-1] / 1000,
            }
        )
    return [*baselines, *explorers]


def on_screen(presses: list[dict], seen: dict[str, list[dict]]) -> dict[str, float]:
    """Medians of these presses, and how they compare with the others of the same notebook."""
    ms = median(press["ms"] for press in presses)
    return {
        "ms": ms,
        "painted": median(press["painted"] for press in presses),
        "floors": ms / median(press["ms"] for press in seen["floor"]),
        "faster": median(press["ms"] for press in seen["interact"]) / ms,
    }


def table(rows: list[dict], events: int, count: int) -> str:
    """The measurements as Markdown."""
    lines = [
        "| | key press to last change, ms | painted, ms | times the floor "
        "| times faster than `interact` | in the kernel, ms: median, 95% | KB an event "
        f"| MB before, after {events:,} events |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        memory = f"{row['before']:.0f}, {row['after']:.0f}" if "before" in row else ""
        lines.append(
            f"| {row['name']} | {row['ms']:.0f} | {row['painted']:.0f} | {row['floors']:.1f} "
            f"| {row['faster']:.1f} | {row['p50']:.1f}, {row['p95']:.1f} "
            f"| {row['kilobytes']:.1f} | {memory} |"
        )
    lines += [
        "",
        "The last change is the last change of elements, attributes or texts outside of the "
        "slider itself until 120 ms have passed without one; the sentence for screen readers, "
        "which waits 700 ms, comes after that. The floor is a widget that only repeats the "
        "slider's number; `interact` draws the forget gate's plot anew, as an inline figure, and "
        "nothing else. What we want of each explorer:",
        "",
    ]
    for words, column, most, growing in BUDGETS:
        values = {row["name"]: row[column] for row in rows if "growth" in row}
        missed = [n for n, v in values.items() if v > (growing if n == GROWS else most)]
        figures = f"{min(values.values()):.1f} to {max(values.values()):.1f}"
        figures += f"; missed by: {', '.join(missed)}" if missed else ""
        lines.append(measurements.goal(words, not missed, figures))
    lines += [
        "",
        f"Measured on {date.today().isoformat()} by `{COMMAND}` on {os.cpu_count()} processor "
        f"cores: medians of {count} key presses, in JupyterLab and Chromium.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write docs/measurements.md")
    parser.add_argument("--events", type=int, default=EVENTS, help="how many for each explorer")
    parser.add_argument("--presses", type=int, default=PRESSES, help="key presses, for each too")
    arguments = parser.parse_args()
    text = table(measure(arguments.events, arguments.presses), arguments.events, arguments.presses)
    print(text)
    if arguments.write:
        measurements.write("latency", text)


if __name__ == "__main__":
    main()

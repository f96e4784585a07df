"""What the tests of faults and of long use need: kernel and cells by hand, long drags, memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Locator

from lstm_teach.explore.page import Page
from tests.browser.lab import Notebook

# A mouse that sends a move every few milliseconds, in the page itself: from outside each one would
# cost a message and its answer. It goes to and fro until the slider has moved so often.
DRAG = """async (slider, [moves, end]) => {
    const handle = slider.querySelector('.noUi-handle');
    const knob = handle.getBoundingClientRect();
    const track = slider.querySelector('.noUi-base').getBoundingClientRect();
    const y = knob.y + knob.height / 2;
    const send = (type, target, x) => target.dispatchEvent(new MouseEvent(type,
        { bubbles: true, button: 0, buttons: 1, clientX: x, clientY: y }));
    let [moved, last] = [0, handle.getAttribute('aria-valuenow')];
    const move = async x => {
        send('mousemove', document.documentElement, x);
        moved += last !== (last = handle.getAttribute('aria-valuenow'));
        await new Promise(resolve => setTimeout(resolve));
    };
    handle.focus();
    send('mousedown', handle, knob.x + knob.width / 2);
    let [x, by] = [knob.x + knob.width / 2, track.width / 50];
    while (moved < moves) {
        if (x + by > track.right || x + by < track.left) by = -by;
        await move(x += by);
    }
    await move(track.left + track.width * end);
    send('mouseup', document.documentElement, track.left + track.width * end);
    return moved;
}"""
HELD = """
import gc, psutil
from ipywidgets.widgets import widget
gc.collect()
print(psutil.Process().memory_info().rss / 2**20, len(widget._instances))
"""


def ask(notebook: Notebook, code: str) -> str:
    """Run code in the kernel, in no code cell: what it prints, or its error."""
    return notebook.page.evaluate(
        """async code => {
            const { session } = window.jupyterapp.shell.currentWidget.sessionContext;
            const future = session.kernel.requestExecute({ code, store_history: false });
            let said = '';
            future.onIOPub = ({ header, content }) => {
                if (header.msg_type === 'stream') said += content.text;
                if (header.msg_type === 'error') said += `${content.ename}: ${content.evalue}`;
            };
            await future.done;
            return said;
        }""",
        code,
    )


def cell(notebook: Notebook, number: int) -> Locator:
    """The code cell with this number, from 0."""
    return notebook.page.locator(".jp-Notebook .jp-CodeCell").nth(number)


def on_cell(notebook: Notebook, number: int, command: str, wait: bool = True) -> None:
    """Give one of JupyterLab's commands while this cell is the selected one."""
    notebook.page.evaluate(
        """async ([number, command, wait]) => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = number;
            notebook.deselectAll();
            const done = window.jupyterapp.commands.execute(command);
            if (wait) await done;
        }""",
        [number, command, wait],
    )


def run_cell(notebook: Notebook, number: int) -> None:
    """Run one code cell and wait until its widgets show."""
    on_cell(notebook, number, "notebook:run-cell")
    loading = cell(notebook, number).get_by_text("Loading widget...")
    loading.wait_for(state="detached")
    notebook.wait_until_idle()


def drag_to_and_fro(
    notebook: Notebook, label: str, moves: int, end: float, nth: int = 0
) -> tuple[int, float]:
    """Drag a slider from end to end until it has moved so often, and let go at a fraction `end`.

    Returns how often it moved and where it stands; the kernel may not have answered yet.
    """
    slider = notebook.slider(label, nth)
    slider.scroll_into_view_if_needed()
    moved = slider.evaluate(DRAG, [moves, end])
    return moved, notebook.value(label, nth)


def wrong_parts(notebook: Notebook, explorer: Page, nth: int = 0) -> list[str]:
    """Which parts of the nth explorer of the page differ from what this one here shows."""
    view = getattr(explorer, "explorer", explorer).view
    return (
        notebook.page.locator(".lstm-explorer")
        .nth(nth)
        .locator(".lstm-view")
        .first.evaluate(
            """(view, wanted) => {
            // names of parts are made anew for each explorer
            const plain = html => html.replace(/(id="|#)[^")]*/g, '$1');
            const parsed = html => {
                const template = document.createElement('template');
                template.innerHTML = html;
                return template.innerHTML;
            };
            return Object.entries(wanted).filter(([part, html]) => plain(parsed(html))
                !== plain(view.querySelector(`[data-part="${part}"]`).innerHTML))
                .map(([part]) => part);
        }""",
            {part: getattr(view, part) for part in ("diagram", "still", "run", "frame", "words")},
        )
    )


@dataclass(frozen=True)
class Memory:
    """What is held on to, once garbage is gone."""

    heap: float  # MB of JavaScript
    nodes: int  # of the page
    listeners: int
    kernel: float  # MB, all of it
    widgets: int  # open in the kernel

    def grown(self, before: Memory) -> dict[str, float]:
        """What has become more, and by how much."""
        return {name: value - getattr(before, name) for name, value in vars(self).items()}


def memory(notebook: Notebook) -> Memory:
    """What page and kernel hold on to now."""
    notebook.wait_until_idle()
    session = notebook.page.context.new_cdp_session(notebook.page)
    session.send("Performance.enable")
    for _ in range(3):  # what the first one frees may have held something else
        session.send("HeapProfiler.collectGarbage")
    page = _metrics(session)
    session.detach()
    kernel, widgets = ask(notebook, HELD).split()
    return Memory(
        heap=page["JSHeapUsedSize"] / 2**20,
        nodes=int(page["Nodes"]),
        listeners=int(page["JSEventListeners"]),
        kernel=float(kernel),
        widgets=int(widgets),
    )


def _metrics(session: CDPSession) -> dict[str, float]:
    metrics: Sequence[dict] = session.send("Performance.getMetrics")["metrics"]
    return {metric["name"]: metric["value"] for metric in metrics}

"""One kernel and its pages: opened again, in two tabs or windows, and with the network gone."""

from __future__ import annotations

import contextlib
import json
import socket
import threading

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab, Notebook
from tests.browser.strain import ask, cell, run_cell
from tests.servers import OUR_HOST

CELLS = (
    "from lstm_teach import check, explore",
    "explorer = explore.forget_gate()\nexplorer",
    "check.predict('Which?', {'one': 'No.', 'two': 'Yes.'}, answer='two')",
)
EXPLORER = 1
LABEL = "W_f[0, x]"
KEEPS = {"Home": "keeps 14% of 0.80", "End": "keeps 96% of 0.80"}
LEFT = "This code cell was run in another window. Run it here, and it is back."


def said(notebook: Notebook) -> Locator:
    return cell(notebook, EXPLORER).locator(".lstm-sentence")


def moves(notebook: Notebook, key: str) -> None:
    notebook.press(LABEL, key)
    expect(said(notebook)).to_contain_text(KEEPS[key])


def test_a_page_that_is_opened_again_shows_the_picture_and_runs(lab: Lab) -> None:
    name = lab.write("_again.ipynb", *CELLS)
    with lab.open(name, 1366, 768) as first:
        first.run_all()
        moves(first, "End")
        first.save()
        first._open(name)
        picture = cell(first, EXPLORER).locator("img")
        expect(picture).to_be_visible()
        expect(first.page.locator(".lstm-page")).to_have_count(0)
        run_cell(first, EXPLORER)  # the kernel lives: the imports need not run again
        moves(first, "Home")
        assert ask(first, "print(explorer.description)") in said(first).inner_text() + "\n"
        assert first.console_errors == []


def test_two_tabs_show_one_explorer(lab: Lab) -> None:
    with lab.open(lab.write("_tabs.ipynb", *CELLS), 1366, 768) as notebook:
        notebook.run_all()
        notebook.command("docmanager:clone")
        both = notebook.page.locator(".lstm-explorer")
        expect(both).to_have_count(2)
        for nth, key in ((0, "End"), (1, "Home"), (0, "End")):
            notebook.press(LABEL, key, nth=nth)
            for one in both.all():
                expect(one.locator(".lstm-sentence")).to_contain_text(KEEPS[key])
        assert notebook.value(LABEL, 0) == notebook.value(LABEL, 1)
        assert notebook.console_errors == []


def test_two_windows_on_one_kernel(lab: Lab) -> None:
    name = lab.write("_windows.ipynb", *CELLS)
    with lab.open(name, 1366, 768) as one, lab.open(name, 1366, 768) as two:
        one.run_all()
        moves(one, "End")
        run_cell(two, EXPLORER)
        moves(two, "Home")
        expect(cell(one, EXPLORER).locator(".jp-OutputArea-output")).to_have_text(LEFT)
        run_cell(one, EXPLORER)
        moves(one, "Home")
        expect(cell(two, EXPLORER).locator(".jp-OutputArea-output")).to_have_text(LEFT)
        one.save()
        two.command("docmanager:save")
        asked = two.page.locator(".jp-Dialog")
        expect(asked).to_contain_text("has changed on disk since the last time it was opened")
        expect(asked.get_by_role("button")).to_have_text(["Cancel", "Revert", "Overwrite"])
        # a window may hear of what the other one has just closed, and says that it knows no such
        errors = [*one.console_errors, *two.console_errors]
        assert [error for error in errors if "Comm not found" not in error] == []


class Line:
    """A line to the server that can be cut, and mended."""

    def __init__(self, port: int) -> None:
        self._port, self._cut, self._open = port, False, []
        self._server = socket.create_server((OUR_HOST, 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                near, _ = self._server.accept()
                if self._cut:
                    near.close()
                    continue
                far = socket.create_connection((OUR_HOST, self._port))
                self._open += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError), source, target:
            while data := source.recv(2**16):
                if not self._cut:  # what is sent into a dead line is lost
                    target.sendall(data)

    def cut(self) -> None:
        self._cut = True

    def mend(self) -> None:
        """Let both sides hear that the old connections are gone, and accept new ones."""
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open, self._cut = [], False

    def close(self) -> None:
        self.mend()
        self._server.close()


def test_the_last_value_arrives_when_the_network_was_gone(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = lab.write("_network.ipynb", *CELLS)
    with contextlib.closing(Line(lab.port)) as line:
        with monkeypatch.context() as patch:
            patch.setattr(lab, "port", line.port)
            notebook = lab.open(name, 1366, 768)
        try:
            notebook.run_all()
            moves(notebook, "Home")
            line.cut()
            for key in ("ArrowRight", "ArrowRight", "End"):
                notebook.page.keyboard.press(key)
            gone = cell(notebook, EXPLORER).locator(".lstm-gone").filter(visible=True)
            expect(gone).to_contain_text("Python is not responding.")
            expect(said(notebook)).to_contain_text(KEEPS["Home"])
            line.mend()
            expect(said(notebook)).to_contain_text(KEEPS["End"])
            expect(gone).to_have_count(0)
            assert notebook.value(LABEL) == 5
            assert KEEPS["End"] in ask(notebook, "print(explorer.description)")
            dialog = notebook.page.locator(".jp-Dialog")
            if dialog.count():  # JupyterLab says it too
                expect(dialog).to_contain_text("will continue trying to reconnect")
                dialog.get_by_role("button", name="Close").click()
            moves(notebook, "Home")  # it goes on
        finally:
            notebook.close()
            sessions = json.loads(lab._request("GET", "api/sessions"))
            assert sessions == []


PARTS = """() => [...document.querySelectorAll('.lstm-page [data-part]')]
    .map(part => `${part.dataset.part}: ${part.innerHTML}`)"""
SEND_ALL = """
from lstm_teach.explore.view import View
import ipywidgets
for widget in list(ipywidgets.widgets.widget._instances.values()):
    if isinstance(widget, View):
        widget.send_state()
"""


def test_values_that_came_one_by_one_make_the_whole_picture(lab: Lab) -> None:
    """What the page has made of the values is what the kernel sends when it is asked for all."""
    shown = ("explore.step(2)", "explore.sequence()", "explore.text()", "check.wire_forget_gate()")
    moves = {
        "W_f[0, h0]": ("End", "Home"),
        "x[0]": ("Home", "ArrowRight"),
        "moment": ("PageUp", "End"),
        "character": ("Home", "PageUp"),
        "W_f[0, bell]": ("Home", "PageUp"),
        "b_f[0]": ("End", "PageDown"),
    }
    with lab.open(lab.write("_values.ipynb", CELLS[0], *shown), 1366, 768) as notebook:
        notebook.run_all()
        for label, keys in moves.items():
            for key in keys:
                notebook.press(label, key)
        before = notebook.page.evaluate(PARTS)
        notebook.command("docmanager:clone")  # and a view that is made only now has all of it
        expect(notebook.page.locator(".lstm-sentence")).to_have_count(2 * len(shown) + 2)
        assert sorted(notebook.page.evaluate(PARTS)) == sorted(2 * before)
        ask(notebook, SEND_ALL)
        notebook.wait_until_idle()
        assert sorted(notebook.page.evaluate(PARTS)) == sorted(2 * before)
        assert notebook.console_errors == []

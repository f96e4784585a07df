"""The kernel's side of a view: what travels, and in how many messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import unescape
from html.parser import HTMLParser

import comm
import pytest

from lstm_teach import check, explore
from lstm_teach.check.wiring import Challenge
from lstm_teach.explore.view import _APART, PARTS, View, markup_and_values
from tests.benchmarks.events import measure
from tests.benchmarks.latency import EXPLORERS


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    messages: list[dict] = []
    monkeypatch.setattr(View, "_send", lambda self, message, buffers=None: messages.append(message))
    return messages


def test_what_changes_together_travels_together(sent: list[dict]) -> None:
    view = View()
    sent.clear()  # what it begins with
    view.show(diagram="<svg/>", words="one")
    (message,) = sent
    assert set(message["state"]) == {"diagram", "words", "values"}


def test_what_stays_does_not_travel(sent: list[dict]) -> None:
    view = View()
    view.show(diagram="<svg/>", words="<b>one</b>")
    view.show(diagram="<svg/>", words="<i>two</i>")
    assert set(sent[-1]["state"]) == {"words", "values"}


def test_every_event_is_answered_though_nothing_looks_other(sent: list[dict]) -> None:
    view = View()
    view.show(words="one")
    view.show(words="one")
    assert set(sent[-1]["state"]) == {"values"}
    assert sent[-1]["state"]["values"][1] == {}


def test_of_the_same_markup_only_the_values_that_differ_travel(sent: list[dict]) -> None:
    view = View()
    view.show(words='<p class="a" id="b">one <b>two</b> &lt;</p> end')
    view.show(words='<p class="c" id="b">one <b>2 &amp; "3"</b> &gt;</p> end')
    assert set(sent[-1]["state"]) == {"values"}
    assert sent[-1]["state"]["values"][1] == {"words": '0|c|3|2 & "3"|1| >'.replace("|", _APART)}


class Slots(HTMLParser):
    """Counts attributes and texts as a browser does."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.values: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.values += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.values.append(data)


@pytest.mark.parametrize(
    "make",
    [
        *(getattr(explore, name) for name in explore.__all__ if name not in ("curve", "variant")),
        *(partial(explore.variant, name) for name in ("peephole", "coupled", "gru")),
        partial(explore.step, 2),
        *(getattr(check, name) for name in check.__all__ if name.startswith("wire_")),
    ],
)
def test_a_browser_counts_the_same_slots(make: Callable) -> None:
    page = make()
    if "Show as code" in page.controls:
        page.controls["Show as code"].value = True
    view = getattr(page, "explorer", page).view
    for part in PARTS:
        html = getattr(view, part)
        assert [unescape(value) for value in markup_and_values(html)[1]] == Slots(html).values
    page.close()


#: Those with most to say; `tests/benchmarks/latency.py` has all of them, and how long they take.
TALKATIVE = {
    *("forget gate, 2 units", "cell update, 2 units, weights", "one step, 2 units"),
    *("a day: another moment", "how far a gradient gets", "reading: another character"),
    "challenge: wire the forget gate",
}


@pytest.mark.parametrize(("make", "label"), [row[1::2] for row in EXPLORERS if row[0] in TALKATIVE])
def test_of_all_events_95_percent_send_at_most_a_kilobyte_and_a_half(
    make: str, label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comm, "create_comm", comm.create_comm)  # which is replaced
    assert measure(make, label, 200)["bytes"] <= 1500


def test_whoever_asks_gets_the_whole_state(sent: list[dict]) -> None:
    view = View()
    view.show(words="<p>one</p>", diagram="<svg/>")
    view.show(words="<p>two</p>")
    view._handle_msg({"content": {"data": {"method": "request_state"}}})
    assert sent[-1]["state"]["words"] == view.get_state()["words"] == "<p>two</p>"
    assert sent[-1]["state"]["diagram"] == "<svg/>"
    assert sent[-1]["state"]["values"][1] is None
    view.show(words="<p>three</p>")
    assert sent[-1]["state"]["values"][1] == {"words": f"0{_APART}three"}


def test_no_two_messages_are_alike(sent: list[dict]) -> None:
    """The page hears of a change only when it differs from the one before."""
    view = View()
    for words in ("<p>one</p>", "<p>two</p>", "<b>two</b>", "<b>one</b>", "<p>one</p>"):
        view.words = words
    numbers = [message["state"]["values"][0] for message in sent]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(
    ("make", "label"),
    [
        (check.wire_forget_gate, "b_f[0]"),
        (check.wire_rnn, "b[0]"),
        (check.wire_long_memory, "forget bias"),
    ],
)
def test_a_verdict_travels_with_its_picture(
    make: Callable[[], Challenge], label: str, sent: list[dict]
) -> None:
    challenge = make()
    sent.clear()
    challenge.controls[label].value += 1
    (message,) = sent
    _, values = message["state"]["values"]
    assert {"frame", "words", "verdict"} <= set(message["state"]) | set(values)
    challenge.close()

"""The kernel's side of a view: what travels, and in how many messages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lstm_teach import check
from lstm_teach.check.reach import LongMemory
from lstm_teach.check.wiring import Challenge
from lstm_teach.explore.view import View


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
    assert set(message["state"]) == {"diagram", "words", "replies"}


def test_what_stays_does_not_travel(sent: list[dict]) -> None:
    view = View()
    view.show(diagram="<svg/>", words="one")
    view.show(diagram="<svg/>", words="two")
    assert set(sent[-1]["state"]) == {"words", "replies"}


def test_every_event_is_answered_though_nothing_looks_other(sent: list[dict]) -> None:
    view = View()
    view.show(words="one")
    view.show(words="one")
    assert set(sent[-1]["state"]) == {"replies"}


@pytest.mark.parametrize(
    ("make", "label"),
    [
        (check.wire_forget_gate, "b_f[0]"),
        (check.wire_rnn, "b[0]"),
        (check.wire_long_memory, "forget bias"),
    ],
)
def test_a_verdict_travels_with_its_picture(
    make: Callable[[], Challenge | LongMemory], label: str, sent: list[dict]
) -> None:
    challenge = make()
    sent.clear()
    challenge.controls[label].value += 1
    (message,) = sent
    assert {"frame", "words", "verdict"} <= set(message["state"])
    challenge.close()

"""What is shown beside the controls, in one view: pictures, words, and what makes them fit a page.

`View` is the kernel's side; `view.js` is the page's. A view holds a few parts of HTML. Markup goes
to the page once; after that only the values that differ travel, all in one message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape, unescape
from itertools import count
from pathlib import Path

import anywidget
import traitlets

PARTS = ("diagram", "still", "run", "frame", "words", "verdict", "code")
_SLOT = re.compile(r'="([^"]*)"|>([^<]+)')  # the value of an attribute, or a text


class View(anywidget.AnyWidget):
    """Pictures side by side, and words below them; what is empty takes no room.

    Attributes
    ----------
    diagram : str
        An SVG, on the left.
    still, run, frame : str
        SVGs of one size that lie over each other, on the right: what never changes, what changes
        seldom, and what moves.
    words : str
        HTML. The text of the element of class "lstm-sentence" is what screen readers are told,
        once a change has come to rest. A button with `data-copy="…"` copies that text; with an
        empty one, the text of the `<pre>` beside it. A click on an element with `data-pick="1,2"`
        sends `{"pick": [1, 2]}`.
    verdict, code : str
        HTML at the end of the page, below the controls: what a challenge says, and the lines that
        give the same numbers. They are here so that they come in the same message as the pictures.
    clickable : bool
        Whether a click on the plot sends `{"click": [x, y]}`, as fractions of it.
    """

    # As texts: of a path anywidget would watch the file, and hold on to every view to tell it.
    _esm = Path(__file__).with_name("view.js").read_text(encoding="utf-8")
    _css = Path(__file__).with_name("view.css").read_text(encoding="utf-8")

    diagram, still, run, frame, words, verdict, code = (
        traitlets.Unicode().tag(sync=True) for _ in PARTS
    )
    clickable = traitlets.Bool().tag(sync=True)
    replies = traitlets.Int().tag(sync=True)  # a page that hears of no new one says so

    _numbers = count()  # of all messages, so that no two are alike

    def show(self, **parts: str) -> None:
        """Change parts of it, in a single message."""
        with self.hold_sync():
            for name, html in parts.items():
                setattr(self, name, html)
            self.replies += 1

    def send_state(self, key: str | Iterable[str] | None = None) -> None:
        """Send these parts, or what differs in them; without a key, all of them whole.

        The message has a field of its own for what differs, `values`: a number that no other
        message has, and for each part a list of slots with their new values, one after the other.
        A slot is an attribute or a text, counted in the order of the source.
        """
        keys = {key} if isinstance(key, str) else set(self.keys if key is None else key)
        if not keys:
            return
        values: dict[str, list[int | str]] = {}
        has = self.__dict__.setdefault("_page_has", {})  # there is none yet while it is made
        for part in keys.intersection(PARTS):
            before, now = has.get(part), markup_and_values(getattr(self, part))
            has[part] = now
            if key is not None and before and before[0] == now[0]:
                keys.discard(part)
                slots = enumerate(zip(before[1], now[1], strict=True))
                changed = [(slot, unescape(new)) for slot, (old, new) in slots if old != new]
                if changed:
                    values[part] = [entry for pair in changed for entry in pair]
        state = self.get_state(keys) | {
            "values": [next(self._numbers), None if key is None else values]
        }
        self._send({"method": "update", "state": state, "buffer_paths": []})


def markup_and_values(html: str) -> tuple[list[str], list[str]]:
    """Take HTML apart: its markup, and what stands in its slots."""
    pieces = _SLOT.split(html)
    return pieces[::3], [pieces[k] or pieces[k + 1] or "" for k in range(1, len(pieces), 3)]


def copyable(lines: str) -> str:
    """Lines of code, with a button that copies them."""
    copy = '<button type="button" class="lstm-copy" data-copy="">Copy</button>'
    return f'<div class="lstm-code">{copy}<pre tabindex="0">{escape(lines)}</pre></div>'

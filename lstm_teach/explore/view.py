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
_APART = "\x7f"  # between what travels: one byte, and nobody writes it


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
    values = traitlets.Any([0, None]).tag(sync=True)  # see send_state

    _numbers = count(1)  # of all messages, so that no two are alike

    def show(self, **parts: str) -> None:
        """Change parts of it, in a single message, also when nothing looks other than before.

        So whoever has moved something gets an answer.
        """
        with self.hold_sync():
            for name, html in parts.items():
                setattr(self, name, html)
            self.values = [self.values[0] + 1, None]

    def send_state(self, key: str | Iterable[str] | None = None) -> None:
        """Send these parts, or what differs in them; without a key, all of them whole.

        What differs is in `values`: a number that no other message has, and a text for each part,
        with slots and their new values, one after the other. A slot is an attribute or a text; it
        is counted in the order of the source, from the slot before it in the message.
        """
        keys = {key} if isinstance(key, str) else set(self.keys if key is None else key)
        if not keys:
            return
        values = {}
        has = self.__dict__.setdefault("_page_has", {})  # there is none yet while it is made
        for part in keys.intersection(PARTS):
            before, now = has.get(part), markup_and_values(getattr(self, part))
            has[part] = now
            if key is not None and before and before[0] == now[0]:
                keys.discard(part)
                slots = enumerate(zip(before[1], now[1], strict=True))
                changed, last = [], 0
                for slot, new in [(slot, new) for slot, (old, new) in slots if old != new]:
                    changed += [str(slot - last), unescape(new)]
                    last = slot
                if changed:
                    values[part] = _APART.join(changed)
        state = self.get_state(keys)
        state["values"] = [next(self._numbers), None if key is None else values]
        self._send({"method": "update", "state": state, "buffer_paths": []})


def markup_and_values(html: str) -> tuple[list[str], list[str]]:
    """Take HTML apart: its markup, and what stands in its slots."""
    pieces = _SLOT.split(html)
    return pieces[::3], [pieces[k] or pieces[k + 1] or "" for k in range(1, len(pieces), 3)]


def copyable(lines: str) -> str:
    """Lines of code, with a button that copies them."""
    copy = '<button type="button" class="lstm-copy" data-copy="">Copy</button>'
    return f'<div class="lstm-code">{copy}<pre tabindex="0">{escape(lines)}</pre></div>'

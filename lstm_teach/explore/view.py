"""What is shown beside the controls, in one view: pictures, words, and what makes them fit a page.

`View` is the kernel's side; `view.js` is the page's. A view holds a few parts of HTML. Those that
change at an event travel together in one message, and the page changes only what differs.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


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
        sends `{"pick": [1, 2]}`; one on the plot sends `{"click": [x, y]}`, as fractions of it.
    verdict : str
        HTML that stands at the end of the page, below the controls: what a challenge says. It is
        here and not in a view of its own so that it comes in the same message as the pictures.
    """

    # As texts: of a path anywidget would watch the file, and hold on to every view to tell it.
    _esm = Path(__file__).with_name("view.js").read_text(encoding="utf-8")
    _css = Path(__file__).with_name("view.css").read_text(encoding="utf-8")

    diagram = traitlets.Unicode().tag(sync=True)
    still = traitlets.Unicode().tag(sync=True)
    run = traitlets.Unicode().tag(sync=True)
    frame = traitlets.Unicode().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)
    verdict = traitlets.Unicode().tag(sync=True)
    answers = traitlets.Int().tag(sync=True)  # a page that hears of no new one says so

    def show(self, **parts: str) -> None:
        """Change parts of it, in a single message."""
        with self.hold_sync():
            for name, html in parts.items():
                setattr(self, name, html)
            self.answers += 1

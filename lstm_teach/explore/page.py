"""What a code cell shows: a widget that closes with all that is in it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, ClassVar
from weakref import WeakSet

import ipywidgets as widgets
from IPython import get_ipython


class Page(widgets.VBox):
    """The outermost widget of a code cell.

    When its code cell runs again, the new page closes the old one: ipywidgets holds on to
    whatever is open, and a code cell run twenty times would leave twenty explorers behind.
    """

    # The only thing that outlives a call: which pages stand in which code cell.
    _standing: ClassVar[WeakSet[Page]] = WeakSet()

    def __init__(self) -> None:
        super().__init__()
        self.add_class("lstm-page")
        self._code_cell = self._message = ""

    def close(self) -> None:
        """Close all that is in it as well, after the page itself: nothing is seen to fall apart."""
        super().close()
        self.layout.close()
        close_all(self.children)

    def _saved(self) -> tuple[dict[str, object], dict[str, object]]:
        """What stays when there is no kernel, as data and metadata of a mimebundle."""
        return {}, {}

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict[str, object], dict[str, object]]:
        self._take_the_place()
        data, metadata = self._saved()
        return {**super()._repr_mimebundle_(**kwargs), **data}, metadata

    def _take_the_place(self) -> None:
        """Close what an earlier run of the same code cell has left."""
        parent: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)()
        self._code_cell = parent.get("metadata", {}).get("cellId", "")
        self._message = parent.get("header", {}).get("msg_id", "")
        for page in list(self._standing):
            same_cell = self._code_cell and page._code_cell == self._code_cell
            if same_cell and page._message != self._message:
                self._standing.discard(page)
                page.close()
                _forget(page)
        self._standing.add(self)


def _forget(page: Page) -> None:
    """Take it out of IPython's `Out` and `_5`, which hold on to all that was ever shown."""
    namespaces = getattr(get_ipython(), "all_ns_refs", [])
    for names in [*namespaces, *(names.get("Out", {}) for names in namespaces)]:
        for name in [name for name, held in names.items() if held is page]:
            if str(name).removeprefix("_").isdecimal():
                del names[name]


def with_picture(
    draw: Callable[[], bytes], words: str
) -> tuple[dict[str, object], dict[str, object]]:
    """A picture and its words, for places without a kernel.

    Only the words where Python runs in the page: there the picture takes long, and whoever comes
    back to saved work has to run its code cells again in any case.
    """
    if sys.platform == "emscripten":
        return {"text/plain": f"{words}\nRun this code cell to see it and to move the sliders."}, {}
    return {"text/plain": words, "image/png": draw()}, {"image/png": {"alt": words}}


def close_all(shown: tuple[widgets.Widget, ...]) -> None:
    """Close widgets and all that is in them."""
    for widget in shown:
        close_all(getattr(widget, "children", ()))
        widget.layout.close()
        if hasattr(widget, "style"):
            widget.style.close()
        widget.close()

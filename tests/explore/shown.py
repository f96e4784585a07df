"""What an explorer shows, read off its views as a browser gets them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import ipywidgets as widgets

from lstm_teach.explore.explorer import Explorer
from lstm_teach.explore.view import PARTS, View, markup_and_values


def below(widget: widgets.Widget) -> Iterator[widgets.Widget]:
    """The widget and everything in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from below(child)


def html_of(explorer: widgets.Widget) -> dict[str, str]:
    """The parts of every view: all that an event can change on the screen."""
    views = [w for w in below(explorer) if isinstance(w, View)]
    return {f"{view.model_id} {part}": getattr(view, part) for view in views for part in PARTS}


def changed(before: dict[str, str], after: dict[str, str]) -> int:
    """How many bytes go to the browser, without the code."""
    return sum(
        sent(before.get(part, ""), html) for part, html in after.items() if "<pre" not in html
    )


def sent(before: str, after: str) -> int:
    """How many bytes of one part go to the browser: only values when its markup stays."""
    (markup, old), (other, new) = markup_and_values(before), markup_and_values(after)
    if markup != other:
        return len(after.encode())
    slots = enumerate(zip(old, new, strict=True))
    return sum(len(f"{k}|{b}|".encode()) for k, (a, b) in slots if a != b)


def diagram_numbers(explorer: Explorer) -> dict[str, list[str]]:
    """The numbers on the wires of the live diagram, from the upper unit to the lower one."""
    svg = explorer.view.diagram
    found: dict[str, list[str]] = {}
    for group in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}g"):
        if name := group.get("data-value"):
            texts = list(group.iter("{http://www.w3.org/2000/svg}text"))
            texts.sort(key=lambda t: (float(t.get("y")), float(t.get("x"))))
            found.setdefault(name, []).extend("".join(t.itertext()) for t in texts)
    return found


def code_of(explorer: Explorer) -> str:
    """The lines behind "Show as code"."""
    (shown,) = [v for v in html_of(explorer).values() if "<pre" in v]
    return html.unescape(re.search(r"<pre[^>]*>(.*)</pre>", shown, re.DOTALL)[1])


def go_to(explorer: Explorer, preset: str) -> None:
    explorer.controls["Start from"].value = preset


def presets(explorer: Explorer) -> tuple[str, ...]:
    return explorer.controls["Start from"].options

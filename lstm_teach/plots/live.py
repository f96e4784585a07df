"""Draw a matplotlib figure once, then only what moves: vector blitting.

A figure takes about 100 ms to draw, too long for a slider. So the axes, labels and curves are
drawn once, as SVG (`LiveFigure.still`). At an event only the artists that move are drawn, into
an SVG of the same size (`LiveFigure.frame`), a few milliseconds and a few kilobytes. The page
lays the second over the first, and both stay sharp on any screen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from io import BytesIO, StringIO
from textwrap import fill

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure

# Left out of the SVG, since a date would make every output another one.
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
FONTS = ["DejaVu Sans", "Verdana", "Arial"]  # the first comes with matplotlib
_POINTS_PER_INCH = 72  # the unit of matplotlib's SVG; figures have this dpi, so that a frame fits


class LiveFigure:
    """A figure in two layers: a still one, and the few artists that move.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Made without pyplot. Axes limits must stay as they are.
    live : iterable of Artist
        The artists that change from event to event. They are drawn in this order, above all
        others.
    salt : str
        Goes into every id of the SVG. Two figures on one page need different ones, or the
        browser may draw one with the clip paths or markers of the other.
    """

    def __init__(self, figure: Figure, live: Iterable[Artist], salt: str) -> None:
        figure.set_dpi(_POINTS_PER_INCH)
        self.figure = figure
        self.live = list(live)
        self._rc = {"svg.fonttype": "none", "svg.hashsalt": salt, "font.sans-serif": FONTS}
        for artist in self.live:
            artist.set_clip_on(False)  # inside its axes by design, so it needs no clip path
        self.still = self._still()

    def _still(self) -> str:
        # Saving a figure draws animated artists too, so what moves is hidden instead.
        hidden = [artist for artist in self.live if artist.get_visible()]
        for artist in hidden:
            artist.set_visible(False)
        out = StringIO()
        with mpl.rc_context(self._rc):
            self.figure.savefig(out, format="svg", metadata=_NO_METADATA)
        for artist in hidden:
            artist.set_visible(True)
        return _fluid(out.getvalue())

    def frame(self, artists: Iterable[Artist] | None = None) -> str:
        """The live artists (or these of them) as they are now, in an SVG the size of `still`."""
        out = StringIO()
        width, height = self.figure.get_size_inches() * _POINTS_PER_INCH
        with mpl.rc_context(self._rc):
            renderer = RendererSVG(width, height, out, metadata=_NO_METADATA)
            for artist in self.live if artists is None else artists:
                artist.draw(renderer)
            renderer.finalize()
        return _fluid(out.getvalue())

    def png(self, caption: str, dpi: int = 100) -> bytes:
        """The whole figure with a caption below it, as a PNG for places without a kernel."""
        out = BytesIO()
        text = self.figure.text(
            0.5, -0.02, fill(caption, 88), ha="center", va="top", fontsize=11, fontweight="bold"
        )
        self.figure.savefig(
            out,
            format="png",
            dpi=dpi,
            bbox_inches="tight",
            pad_inches=0.15,
            metadata={"Software": None},
        )
        text.remove()
        return out.getvalue()


def _short_path(path: re.Match) -> str:
    """The same path in fewer characters: to a tenth, and one line for many that go straight on."""
    d = re.sub(r"(\.\d)\d*", r"\1", path[1]).replace(".0", "")
    d = re.sub(r"\s*([MLQCz]|$)\s*", r"\1", d)
    if re.search("[QC]", d):
        return f' d="{d}"'
    kept: list[tuple[str, float, float]] = []
    for command, x, y in re.findall(r"([ML])(\S+) ([^MLz]+)", d):
        point = (command, float(x), float(y))
        if command == "L" and len(kept) > 1 and kept[-1][0] == "L" and _between(kept, point):
            kept.pop()
        kept.append(point)
    short = ""
    for (_, x0, y0), (command, x, y) in zip([("", None, None), *kept], kept, strict=False):
        if command == "L" and x == x0:
            short += f"V{y:g}"
        elif command == "L" and y == y0:
            short += f"H{x:g}"
        else:
            short += f"{command}{x:g} {y:g}"
    return f' d="{short}{"z" * d.endswith("z")}"'


def _between(kept: list[tuple[str, float, float]], end: tuple[str, float, float]) -> bool:
    """Whether the last point lies on a level or upright line from the one before it to `end`."""
    (_, x0, y0), (_, x1, y1), (_, x2, y2) = (*kept[-2:], end)
    level, upright = y0 == y1 == y2, x0 == x1 == x2
    return (level and (x1 - x0) * (x2 - x1) >= 0) or (upright and (y1 - y0) * (y2 - y1) >= 0)


_FAMILY = "font-family: " + ", ".join(f"'{name}'" for name in FONTS) + ", sans-serif"

# What a browser can do without, in a tag. It halves what is sent at every event.
_SHORTER: dict[str, str | Callable[[re.Match], str]] = {
    rf"{_FAMILY}; ": "",  # said once for all of the drawing
    r"(\.\d\d)\d+": r"\1",  # a hundredth of a point is sharp enough
    r' d="([^"]*)"': _short_path,
    r' id="[\w.]+_\d+"': "",  # "line2d_1", which every figure has
    r' transform="rotate\(-0 [^"]*"': "",
    r"stroke-dashoffset: 0; ": "",
    r'(?<=style=)"[^"]*"': lambda style: style[0].replace(": ", ":").replace("; ", ";"),
}


def _short_tag(tag: re.Match) -> str:
    text = tag[0]
    for pattern, shorter in _SHORTER.items():
        text = re.sub(pattern, shorter, text)
    return text


def _fluid(svg: str) -> str:
    """Make the SVG fit to stand in a page: as wide as its place, and no rules for its neighbors.

    matplotlib's own `<style>` begins with `*` and would reach every other drawing on the page,
    so what it says is said again on this drawing alone.
    """
    view_box = re.search(r'viewBox="[^"]*"', svg).group()
    body = re.sub(
        r"<style.*?</style>", "", svg[svg.index(">", svg.index("<svg")) + 1 :], flags=re.S
    )
    body = re.sub(r"<[^>]+>", _short_tag, body)  # in tags only: what is written stays as it is
    body = re.sub(r">\s+<", ">\n<", body)
    body = re.sub(r"<g>\n(<(path|text) .*)\n</g>", r"\1", body)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'width="100%" aria-hidden="true" '
        f'style="display:block;stroke-linejoin:round;stroke-linecap:butt;{_FAMILY}" '
        f"{view_box}>{body}"
    )

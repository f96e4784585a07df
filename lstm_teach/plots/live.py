"""Draw a matplotlib figure once, then only what moves: vector blitting.

A figure takes about 100 ms to draw, too long for a slider. So matplotlib draws the axes, labels
and curves once, as SVG (`LiveFigure.still`). At an event only the artists that move are drawn,
into an SVG of the same size (`LiveFigure.frame`), and the page lays the second over the first.

matplotlib's own renderer would take a millisecond for each text that moves. The artists that
move are of three kinds, so they are written here, in some ten microseconds each:

- `Rectangle`, upright;
- `Line2D`, in every draw style, with every marker, in the named line styles;
- `Text` of one line without mathematics.

A frame has the same elements in the same order whatever the numbers are: from frame to frame
only attributes and texts differ. The page changes no more than those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, singledispatch
from html import escape
from io import BytesIO, StringIO
from itertools import pairwise
from textwrap import fill
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.cbook import STEP_LOOKUP_MAP, ls_mapper
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Patch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform
from numpy.typing import ArrayLike

from lstm_teach._arrays import Array

FONTS = ["DejaVu Sans", "Verdana", "Arial"]  # the first comes with matplotlib
_FAMILY = "font-family:" + ",".join(f"'{name}'" for name in FONTS) + ",sans-serif"
_POINTS_PER_INCH = 72  # the unit of matplotlib's SVG; figures have this dpi, so that a frame fits

Place = Callable[[ArrayLike], Array]  # an artist's coordinates, (N, 2), to those of the SVG


class LiveFigure:
    """A figure in two layers: a still one, and the few artists that move.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Made without pyplot. Axes and their limits must stay as they are.
    live : iterable of Artist
        The artists that change from event to event. They are drawn in this order, above all
        others.
    salt : str
        Goes into every id of the still SVG. Two figures on one page need different ones, or the
        browser may draw one with the clip paths or markers of the other. Frames have no ids.

    Raises
    ------
    TypeError
        When an artist is of a kind that cannot be drawn quickly.
    """

    def __init__(self, figure: Figure, live: Iterable[Artist], salt: str) -> None:
        figure.set_dpi(_POINTS_PER_INCH)
        self.figure = figure
        self.live = list(live)
        self._written: dict[Artist, str] = {}
        for artist in self.live:
            artist.set_animated(True)  # matplotlib leaves it out, but for `png`
            artist.set_clip_on(False)  # inside its axes by design, so it needs no clip path
            artist.stale_callback = None  # nor has its figure to hear that it changes
        rc: Any = {"svg.fonttype": "none", "svg.hashsalt": salt, "font.sans-serif": FONTS}
        out, (width, height) = StringIO(), figure.bbox.size
        with mpl.rc_context(rc):
            renderer = RendererSVG(width, height, out, image_dpi=_POINTS_PER_INCH)
            figure.patch.set_visible(False)
            figure.draw(renderer)
            figure.patch.set_visible(True)
            renderer.finalize()
            # only now: drawing has settled where the axes are
            self._draw = {artist: _writer(artist, height) for artist in self.live}
        svg = out.getvalue()
        inside = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
        self.still = self._page(_smaller(inside))

    def frame(self, artists: Iterable[Artist] | None = None) -> str:
        """The live artists (or these of them) as they are now, in an SVG the size of `still`."""
        return self._page("".join(map(self._write, self.live if artists is None else artists)))

    def _write(self, artist: Artist) -> str:
        """One artist; what matplotlib does not call stale is as it was when last written."""
        if artist.stale or artist not in self._written:
            self._written[artist] = self._draw[artist]()
            artist.stale = False
        return self._written[artist]

    def _page(self, content: str) -> str:
        """Wrap it in an SVG that fits to stand in a page: as wide as its place."""
        width, height = self.figure.bbox.size
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="0 0 {width:g} {height:g}" width="100%" aria-hidden="true" '
            f'style="display:block;stroke-linejoin:round;stroke-linecap:butt;{_FAMILY}">'
            f"{content}</svg>\n"
        )

    def png(self, caption: str) -> bytes:
        """The whole figure with a caption below it, as a PNG for places without a kernel."""
        out = BytesIO()
        text = self.figure.text(
            0.5, -0.02, fill(caption, 88), ha="center", va="top", fontsize=11, fontweight="bold"
        )
        tight: dict[str, Any] = {"bbox_inches": "tight", "pad_inches": 0.15}
        self.figure.savefig(out, format="png", dpi=100, metadata={"Software": None}, **tight)
        text.remove()
        for artist in self.live:
            artist.stale = True  # matplotlib has drawn it, and `frame` has not
        return out.getvalue()


# What matplotlib writes and nobody needs. Its <style> begins with * and would reach every other
# drawing on the page, so what it says is said again on this drawing alone (`_page`), as are the
# fonts; ids like "line2d_1" every figure has. A hundredth of a point is sharp on any screen.
_NOT_NEEDED = re.compile(
    r"<style.*?</style>|<!--.*?-->|<metadata.*?</metadata>|<g ?/>| id=\"[\w.]+_\d+\"|"
    r" ?font-family: [^;\"]*;?| transform=\"rotate\(-?0 [^)]*\)\"|(?<=>)\s*\n\s*(?=<)|"
    r"(?<=\.\d\d)\d+",
    re.S,
)


def _smaller(svg: str) -> str:
    """The same drawing in less text."""
    svg = re.sub(r"\s*\n([LQCz]?) ?", r"\1", _NOT_NEEDED.sub("", svg))
    return re.sub(r"(L[\d.]+ [\d.]+)(?:\1)+", r"\1", svg)


# ---- what moves, kind by kind ------------------------------------------------------------------


@singledispatch
def _writer(artist: Artist, height: float) -> Callable[[], str]:
    """Take an artist, and the height of the page; give what writes the artist as it is then."""
    kinds = ", ".join(kind.__name__ for kind in list(_writer.registry)[1:])
    raise TypeError(f"{artist} cannot move: a live artist is one of {kinds}")


@_writer.register
def _rectangle(bar: Rectangle, height: float) -> Callable[[], str]:
    place = _place(bar.get_data_transform(), height)

    def write() -> str:
        x, y, w, h = bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()
        (x0, y0), (x1, y1) = place(np.array([(x, y), (x + w, y + h)])).tolist()
        return (
            f'<rect x="{_n(min(x0, x1))}" y="{_n(min(y0, y1))}" '
            f'width="{_n(abs(x1 - x0))}" height="{_n(abs(y1 - y0))}"'
            f"{_fill(bar.get_facecolor())}{_stroke(bar, bar.get_edgecolor())}{_hidden(bar)}/>"
        )

    return write


@_writer.register
def _line(line: Line2D, height: float) -> Callable[[], str]:
    place = _place(line.get_transform(), height)

    def write() -> str:
        made = ""
        # not the line's own path, which takes longer to make than all the rest
        points = np.array(line.get_data(orig=True), float)
        if line.get_linestyle() != "None":
            d = _along(place(np.transpose(STEP_LOOKUP_MAP[line.get_drawstyle()](*points))))
            made = f'<path d="{d}" fill="none"{_stroke(line, line.get_color())}{_hidden(line)}/>'
        marker: Any = line.get_marker()
        if marker not in ("", "None", None):
            width = line.get_markeredgewidth()
            style = (
                f"{_marker(marker, line.get_markersize())}{_fill(line.get_markerfacecolor())}"
                f"{_ink('stroke', line.get_markeredgecolor() if width else 'none')}"
                f' stroke-width="{_n(width)}"/>'
            )
            for x, y in place(points.T).tolist():  # one that is hidden is a value too
                at = f"translate({_n(x)} {_n(y)})" if line.get_visible() else "scale(0)"
                made += f'<path transform="{at}"{style}'
        return made

    return write


@_writer.register
def _text(text: Text, height: float) -> Callable[[], str]:
    place = _place(text.get_transform(), height)
    probe = Text(0, 0, "0", fontproperties=text.get_fontproperties(), figure=text.get_figure())
    box = probe.get_window_extent(RendererSVG(height, height, StringIO()))
    # from the anchor down to the baseline
    lower = {"bottom": box.y0, "baseline": 0.0, "center": (box.y0 + box.y1) / 2, "top": box.y1}
    anchor = {"left": "start", "center": "middle", "right": "end"}

    def write() -> str:
        ((x, y),) = place(np.array([text.get_position()])).tolist()
        bold = text.get_fontweight()
        weight = "" if bold == "normal" else f' font-weight="{bold}"'
        return (
            f'<text x="{_n(x)}" y="{_n(y + lower[text.get_verticalalignment()])}" '
            f'text-anchor="{anchor[text.get_horizontalalignment()]}" '
            f'font-size="{_n(float(text.get_fontsize()))}"{weight}'
            f"{_fill(text.get_color())}{_hidden(text)}>{escape(text.get_text()) or ' '}</text>"
        )

    return write


# ---- where, and in which style -----------------------------------------------------------------


def _place(transform: Transform, height: float) -> Place:
    """From an artist's coordinates to those of the SVG, y down: worked out once."""
    to_page: Any = transform + Affine2D().scale(1, -1).translate(0, height)
    return to_page.frozen().transform


def _n(value: float) -> str:
    """A length in points, to a hundredth: sharp enough on any screen."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _along(points: Array) -> str:
    """The line through these points, without those in the middle of a level or upright stretch.

    A step in time is two points of which most lie between others: so it takes a quarter.
    """
    points = np.round(points, 1)
    inner = np.zeros(len(points), bool)
    if len(points) > 2:
        to, on = np.diff(points[:-1], axis=0), np.diff(points[1:], axis=0)
        straight = ((to == 0) & (on == 0)).any(axis=1)
        inner[1:-1] = straight & ((to * on) >= 0).all(axis=1)
    points = points[~inner].tolist()
    made = "".join(f"M{x:g} {y:g}" for x, y in points[:1])
    for start, end in pairwise(points):  # from point to point, which takes fewer digits
        x, y = (f"{round(there - here, 1):g}" for here, there in zip(start, end, strict=True))
        made += f"h{x}" if y == "0" else f"v{y}" if x == "0" else f"l{x} {y}"
    return made


@lru_cache
def _marker(marker: Any, size: float) -> str:
    """The outline of a marker around the point (0, 0), and how it turns."""
    style, r = MarkerStyle(marker), _n(size / 2)
    path = style.get_path().transformed(style.get_transform() + Affine2D().scale(size, -size))
    letters = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}
    d = "".join(
        "z" if code == Path.CLOSEPOLY else letters[code] + " ".join(map(_n, points))
        for points, code in path.iter_segments()
    )
    if marker == "o":  # arcs take less text
        d = f"M-{r} 0a{r} {r} 0 1 0 {_n(size)} 0a{r} {r} 0 1 0 -{_n(size)} 0z"
    return f' d="{d}" stroke-linejoin="{style.get_joinstyle()}"'


@lru_cache(maxsize=256)
def _ink(name: str, color: Any) -> str:
    """A color as the attribute `fill` or `stroke`."""
    *_, alpha = to_rgba(color)
    if not alpha:
        return f' {name}="none"'
    thin = f' {name}-opacity="{_n(alpha)}"' if alpha < 1 else ""
    return f' {name}="{to_hex(color)}"{thin}'


def _fill(color: Any) -> str:
    return _ink("fill", color)


def _stroke(artist: Line2D | Patch, color: Any) -> str:
    """The edge of a patch, or a line: color, width, dashes, and how it ends and turns."""
    width, style = artist.get_linewidth(), str(artist.get_linestyle())
    made = f'{_ink("stroke", color if width else "none")} stroke-width="{_n(width)}"'
    dashes = "none"  # said always: a change is a value then
    if style not in ("-", "solid"):
        name: Any = f"lines.{ls_mapper.get(style, style)}_pattern"
        dashes = ",".join(_n(part * width) for part in mpl.rcParams[name])
    elif isinstance(artist, Line2D) and artist.get_solid_capstyle() == "projecting":
        made += ' stroke-linecap="square"'
    made += f' stroke-dasharray="{dashes}"'
    return made + (' stroke-linejoin="miter"' if isinstance(artist, Patch) else "")


def _hidden(artist: Artist) -> str:
    return "" if artist.get_visible() else ' visibility="hidden"'

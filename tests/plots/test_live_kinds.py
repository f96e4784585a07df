"""Each kind of artist that moves, held against matplotlib's own drawing of it."""

from __future__ import annotations

import re
from io import StringIO
from itertools import pairwise
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from lstm_teach.plots.live import FONTS, LiveFigure

HEIGHT = 216  # points
TENTH = 0.1  # of a point: how far the two drawings may lie apart

KINDS = {
    "bar": lambda ax: ax.add_patch(Rectangle((1, 0), 2, 1.5, fc="#d11d58", ec="none")),
    "bar going down": lambda ax: ax.add_patch(Rectangle((1, 0), 2, -1.5, fc="#007861", ec="none")),
    "outline": lambda ax: ax.add_patch(Rectangle((1, 0), 2, 1, fc="none", ec="#1a1a1a", lw=1.4)),
    "dotted outline": lambda ax: ax.add_patch(
        Rectangle((1, 0), 2, 1, fc="none", ec="#d11d58", ls=":", lw=1.4)
    ),
    "pale bar": lambda ax: ax.add_patch(Rectangle((1, 0), 2, 1, fc=(0, 0, 1, 0.25), ec="k", lw=1)),
    "line": lambda ax: ax.plot([0, 1, 4], [0, 2, -1], color="#111111", lw=2.2)[0],
    "level line": lambda ax: ax.plot([0, 1, 2, 4], [1, 1, 1, 1], lw=1)[0],
    "there and back": lambda ax: ax.plot([0, 4, 2, 2], [1, 1, 1, 0], lw=1)[0],
    "square ends": lambda ax: ax.plot([0, 3], [0, 1], lw=4, solid_capstyle="projecting")[0],
    "dashes": lambda ax: ax.plot([0, 1, 4], [0, 2, -1], "--", color="#d11d58", lw=1.1)[0],
    "dots": lambda ax: ax.plot([0, 1, 4], [0, 2, -1], ":", lw=1.8)[0],
    "dashes and dots": lambda ax: ax.plot([0, 1, 4], [0, 2, -1], "-.", lw=1.8)[0],
    "steps": lambda ax: ax.plot([0, 1, 2, 3, 4], [0, 0, 2, -1, -1], drawstyle="steps-mid")[0],
    "cursor": lambda ax: ax.axvline(2, 0, 1.1, color="#1a1a1a", lw=1.2),
    "disc": lambda ax: ax.plot([1, 3], [0, 1], ls="", marker="o", ms=16, mfc="r", mec="w")[0],
    "ring": lambda ax: ax.plot([2], [1], ls="", marker="o", ms=10, mfc="w", mec="k", mew=1.6)[0],
    "right": lambda ax: ax.plot([2], [1], ls="", marker=">", ms=16, mfc="r", mec="w", mew=1)[0],
    "left": lambda ax: ax.plot([2], [1], ls="", marker="<", ms=15, mfc="r", mec="w", mew=1)[0],
    "diamond": lambda ax: ax.plot([2, 3], [1, 2], ls="", marker="D", ms=5.5, mec="w")[0],
    "bar mark": lambda ax: ax.plot([2], [1], ls="", marker="|", ms=9, mew=2, color="b")[0],
    "line with marks": lambda ax: ax.plot([0, 2, 3], [1, 0, 2], "-s", ms=6, mec="k", mew=0)[0],
    "logarithmic": lambda ax: ax.set_yscale("log") or ax.plot([0, 2, 4], [0.1, 1, 2], lw=2)[0],
    "nothing yet": lambda ax: ax.plot([], [], ls="", marker="o")[0],
    **{
        f"text {ha} {va}": lambda ax, ha=ha, va=va: ax.text(2, 1, "−0.65", ha=ha, va=va, color="r")
        for ha, va in (
            ("left", "baseline"), ("center", "bottom"), ("center", "top"), ("right", "center"),
        )
    },
    "bold": lambda ax: ax.text(2, 1, "0.65", weight="bold", size=11, va="top", ha="center"),
    "small": lambda ax: ax.text(2, 1, "<9>", size=8.5, va="bottom", color="#7f3b9c"),
}  # fmt: skip


def axes() -> Axes:
    figure = Figure((5, 3), dpi=72)
    ax = figure.subplots()
    ax.set(xlim=(0, 5), ylim=(-2, 3))
    ax.set_axis_off()  # nothing else to draw
    return ax


def by_matplotlib(artist: Artist, figure: Figure) -> str:
    out = StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "font.sans-serif": FONTS}):
        renderer = RendererSVG(360, HEIGHT, out)
        artist.draw(renderer)
        renderer.finalize()
    return out.getvalue()


def parsed(svg: str) -> list[dict]:
    """Everything that is drawn: its outline, and all that its style says, in one form."""
    root = ElementTree.fromstring(svg)
    parents = {child: parent for parent in root.iter() for child in parent}
    shapes = {e.get("id"): e for e in root.iter() if e.get("id")}
    found = []
    for e in root.iter():
        tag = e.tag.rpartition("}")[2]
        if tag not in ("path", "rect", "use", "text", "image"):
            continue
        if tag == "path" and parents[e].tag.endswith(("defs", "clipPath")):
            continue
        if tag == "use":
            shape = shapes[e.get("{http://www.w3.org/1999/xlink}href")[1:]]
            style, outline, at = css(shape) | css(e), points(shape.get("d")), place(e)
        else:
            style, outline = css(e), points(e.get("d", ""))
            at = np.array(re.findall(r"-?[\d.]+", e.get("transform", "")), float)
            at = at if tag == "path" and len(at) else np.zeros(2)
        if tag == "rect":
            (x, y), w, h = place(e), float(e.get("width")), float(e.get("height"))
            outline = np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)])
        if tag == "text":
            outline = place(e)[None]
        found.append({"outline": outline + at, "text": e.text if tag == "text" else "", **style})
    return found


def place(e: ElementTree.Element) -> np.ndarray:
    return np.array([float(e.get("x")), float(e.get("y"))])


def css(e: ElementTree.Element) -> dict[str, object]:
    """The style, written as attributes or as CSS, with what is left out filled in."""
    said = dict(part.split(": ") for part in e.get("style", "").split("; ") if ": " in part)
    said |= {k: v for k, v in e.attrib.items() if k.split("-")[0] in ("fill", "stroke", "font")}
    said |= {k: v for k, v in e.attrib.items() if k == "text-anchor"}
    if short := re.match(r"(?:(\d+|bold) )?([\d.]+px) ", said.get("font", "")):
        weight, size = short.groups("400")  # as older releases of matplotlib write it
        said |= {"font-weight": weight, "font-size": size}
    style: dict[str, object] = {"fill": said.get("fill", "#000000")}
    line = said.get("stroke", "none") != "none" and float(said.get("stroke-width", 1)) > 0
    if line:
        dashes = said.get("stroke-dasharray", "").replace("none", "")
        style |= {
            "stroke": said["stroke"],
            "width": pytest.approx(float(said.get("stroke-width", 1)), abs=0.01),
            "dashes": [pytest.approx(float(d), abs=0.01) for d in dashes.split(",") if d],
            "ends": said.get("stroke-linecap", "butt"),
            "corners": said.get("stroke-linejoin", "round"),
        }
    for name, usual in (("fill-opacity", "1"), ("stroke-opacity", "1"), ("font-size", "0px")):
        style[name] = float(said.get(name, usual).removesuffix("px"))
    style["weight"] = said.get("font-weight", "400").replace("bold", "700")
    style["anchor"] = said.get("text-anchor", "start")
    return style


def points(d: str) -> np.ndarray:
    """The corners of an outline; of a circle made of arcs, its four ends."""
    if "a" in d:
        r = float(re.match(r"M-([\d.]+)", d)[1])
        return np.array([(r, 0), (0, r), (-r, 0), (0, -r), (r, 0)])
    found: list[list[float]] = []
    for command, said in re.findall(r"([MLHVCQzlhv])([^MLHVCQzlhv]*)", d):
        numbers = [float(n) for n in said.split()]
        if command in "lhv":  # from the point before
            x, y = {"l": numbers, "h": [*numbers, 0], "v": [0, *numbers]}[command]
            numbers = [found[-1][0] + x, found[-1][1] + y]
        if command == "H":
            numbers = [*numbers, found[-1][1]]
        if command == "V":
            numbers = [found[-1][0], *numbers]
        if numbers or found:
            found.append(numbers[-2:] if numbers else found[0])  # z goes back to the first
    return np.array(found).reshape(-1, 2)


def distance(point: np.ndarray, line: np.ndarray) -> float:
    """How far a point lies from a line of several stretches."""
    nearest = [np.linalg.norm(corner - point) for corner in line]
    for start, end in pairwise(line):
        along = end - start
        if along @ along:
            share = np.clip((point - start) @ along / (along @ along), 0, 1)
            nearest.append(np.linalg.norm(start + share * along - point))
    return min(nearest)


@pytest.mark.parametrize("kind", KINDS)
def test_an_artist_is_drawn_as_matplotlib_draws_it(kind: str) -> None:
    ax = axes()
    artist = KINDS[kind](ax)
    ours = parsed(LiveFigure(ax.figure, [artist], "a").frame([artist]))
    theirs = parsed(by_matplotlib(artist, ax.figure))
    assert len(ours) == len(theirs)
    assert ours or kind == "nothing yet"
    for one, other in zip(ours, theirs, strict=True):
        line, reference = one.pop("outline"), other.pop("outline")
        assert one == other
        if one["fill"] != "none" and len(reference) > 8:  # a circle, made of arcs or of curves
            for end in (np.min, np.max):
                np.testing.assert_allclose(end(line, 0), end(reference, 0), atol=TENTH)
            continue
        assert max(distance(point, reference) for point in line) <= TENTH
        assert max(distance(point, line) for point in reference) <= TENTH


def test_what_moved_is_drawn_where_it_is() -> None:
    """The styles and places of the moment of drawing count, not those of the beginning."""
    ax = axes()
    bar, line = KINDS["bar"](ax), KINDS["disc"](ax)
    text = KINDS["bold"](ax)
    figure = LiveFigure(ax.figure, [bar, line, text], "a")
    bar.set(height=-0.5, facecolor="#0000ff")
    line.set(marker="<", data=([0, 1], [2, 3]), markerfacecolor="g")
    text.set(position=(1, 2), va="bottom", ha="right", text="&", color="b")
    for artist in figure.live:
        ours, theirs = parsed(figure.frame([artist])), parsed(by_matplotlib(artist, ax.figure))
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one.pop("outline"), other.pop("outline"), atol=TENTH)
            assert one == other


def test_an_artist_of_another_kind_is_refused_at_once() -> None:
    ax = axes()
    circle = ax.add_patch(Circle((1, 1), 1))
    with pytest.raises(TypeError, match=r"Circle.* cannot move.*Rectangle, Line2D, Text"):
        LiveFigure(ax.figure, [circle], "a")

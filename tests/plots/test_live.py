"""Drawing only what moves gives the same picture as drawing all of it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

from lstm_teach import Parameters, Step, plots, step
from lstm_teach.plots.live import LiveFigure

FOCUSES = ("forget", "input", "update", "output", "step")


def random_step(seed: int, units: int = 2) -> Step:
    rng = np.random.default_rng(seed)
    cell = Parameters.random(1, units, seed=seed)
    return step(cell, rng.normal(size=1), rng.uniform(-1, 1, units), rng.uniform(-2, 2, units))


@cache
def made(focus: str) -> tuple[plots.Picture, LiveFigure]:
    """Give a picture in two layers, made once; each test moves it to where it wants it."""
    picture = plots.picture(focus, 2)
    return picture, LiveFigure(picture.figure, picture.live, "a")


def live(focus: str, moment: Step, salt: str = "a", units: int = 2) -> LiveFigure:
    picture = plots.picture(focus, units)
    picture.draw(moment)
    return LiveFigure(picture.figure, picture.live, salt)


def ids(svg: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]*)"', svg))


def references(svg: str) -> set[str]:
    return set(re.findall(r'(?:href="#|url\(#)([^")]*)', svg))


def view_box(svg: str) -> str:
    return ElementTree.fromstring(svg).attrib["viewBox"]


@pytest.mark.parametrize("focus", FOCUSES)
def test_a_moved_picture_is_a_freshly_drawn_one(focus: str) -> None:
    """Move it, and compare with a picture that was drawn there in the first place."""
    picture, moved = made(focus)
    picture.draw(random_step(1))
    elsewhere = moved.frame()
    picture.draw(random_step(2))
    fresh = live(focus, random_step(2))
    assert moved.frame() == fresh.frame() != elsewhere
    assert moved.still == fresh.still
    if focus == "update":  # all kinds of artists
        assert moved.png("here") == fresh.png("here")
    picture.draw(random_step(1))
    assert moved.frame() == elsewhere


def test_the_still_one_is_the_picture_without_what_moves() -> None:
    moment = random_step(3)
    picture, figure = made("update")
    picture.draw(moment)
    assert all(artist.get_visible() for artist in figure.live)
    picture = plots.picture("update", 2)
    for artist in picture.live:
        artist.remove()
    assert figure.still == LiveFigure(picture.figure, [], "a").still


def tags(svg: str) -> list[str]:
    return [element.tag for element in ElementTree.fromstring(svg).iter()]


@pytest.mark.parametrize("focus", FOCUSES)
def test_a_frame_has_the_same_elements_whatever_the_numbers_are(focus: str) -> None:
    picture, figure = made(focus)
    frames = []
    for scale in (0.0, 1.0, -1.0, 1000.0):
        one = random_step(7)
        picture.draw(replace(one, **{name: scale * value for name, value in vars(one).items()}))
        frames.append(figure.frame())
    assert len(set(frames)) == len(frames)
    assert all(tags(frame) == tags(frames[0]) for frame in frames)
    assert all(len(frame.encode()) < 5000 for frame in frames)


def test_only_the_artists_that_are_asked_for_are_drawn() -> None:
    _, figure = made("forget")
    parts = [figure.frame([artist]) for artist in figure.live]
    assert [tag for part in parts for tag in tags(part)[1:]] == tags(figure.frame())[1:]


@pytest.mark.parametrize("focus", FOCUSES)
def test_layers_fit_each_other_and_stand_alone_on_a_page(focus: str) -> None:
    _, figure = made(focus)
    still, frame = figure.still, figure.frame()
    size = "0 0 362.88 304.56" if focus == "input" else "0 0 504 338.4"
    assert view_box(still) == view_box(frame) == size
    for svg in (still, frame):
        assert "<style" not in svg  # matplotlib's reaches every other drawing on the page
        assert references(svg) <= ids(svg)
        assert "<metadata" not in svg
        assert "<dc:date" not in svg.lower()
        assert 'width="100%"' in svg
        assert 'aria-hidden="true"' in svg  # the sentence says it
    assert "clip" not in frame.lower()
    assert not ids(frame)  # nothing in it can clash with anything on the page
    assert "<text" in frame  # text stays text


def test_the_same_salt_gives_the_same_bytes_and_another_other_ids() -> None:
    picture, one = made("forget")
    picture.draw(random_step(5))
    again, other = (live("forget", random_step(5), salt) for salt in ("a", "b"))
    assert (one.still, one.frame()) == (again.still, again.frame())
    named = {i for i in references(one.still) if i}
    assert named, "nothing is referred to, so this test sees nothing"
    assert not named & references(other.still)


def test_two_figures_keep_their_own_size() -> None:
    figure = Figure((3, 2), dpi=200)
    (line,) = figure.subplots().plot([0, 1])
    small = LiveFigure(figure, [line], "a")
    assert view_box(small.still) == view_box(small.frame()) == "0 0 216 144"


def test_png_has_the_caption_and_is_reproducible() -> None:
    _, figure = made("forget")
    frame = figure.frame()
    caption = "Unit 0 keeps 80% of 0.80, which leaves 0.64. " * 3
    png = figure.png(caption)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert figure.png(caption) == png
    assert height(png) > height(figure.png("short"))  # it takes more lines
    assert not figure.figure.texts  # it is gone afterwards
    assert figure.frame() == frame


def height(png: bytes) -> int:
    return int.from_bytes(png[20:24], "big")


def test_what_nobody_touched_is_not_written_again() -> None:
    figure = Figure((4, 3), dpi=72)
    ax = figure.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    lines = [ax.plot([0, 1], [y, y])[0] for y in (0.2, 0.8)]
    drawn = LiveFigure(figure, lines, "a")
    written = []
    for line in lines:
        write = drawn._draw[line]
        drawn._draw[line] = lambda line=line, write=write: written.append(line) or write()
    drawn.frame()
    lines[1].set_ydata([0.5, 0.5])
    moved = drawn.frame()
    assert written == [*lines, lines[1]]
    assert moved == LiveFigure(figure, lines, "a").frame()


def test_a_png_between_two_frames_loses_no_move() -> None:
    """Matplotlib draws everything for it, and then calls nothing stale."""
    picture, moved = made("update")
    picture.draw(random_step(1))
    before = moved.frame()
    picture.draw(random_step(2))
    moved.png("here")
    assert moved.frame() == live("update", random_step(2)).frame() != before

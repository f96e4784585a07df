"""Does this machine run the collection? Its versions, and a slider that must reach the kernel."""

from __future__ import annotations

import operator
import platform
import re
from importlib import metadata

import ipywidgets as widgets

from lstm_teach.cell import sigmoid
from lstm_teach.check.verdict import MARKS, TONES, box
from lstm_teach.explore.page import Page
from lstm_teach.explore.view import View

_HELP = (
    "<b>Move the slider: the sentence above must follow it.</b>\n"
    "Nothing changes? Run this code cell again. Still nothing? Choose <i>Kernel</i> in the menu at "
    "the top, then <i>Restart Kernel and Run All Cells…</i>"
)
_OUTDATED = (
    "A line with ✗ has a version that this collection is not tested with. Close JupyterLab and "
    "run the set-up command of the README again."
)


class Setup(Page):
    """The versions of this machine, and a slider whose value the kernel answers; see `setup`.

    Attributes
    ----------
    controls : dict of str to widget
        The slider, by its label.
    passed : bool
        Whether all versions are within the bounds of pyproject.toml.
    description : str
        What the kernel answers to the slider.
    """

    def __init__(self) -> None:
        super().__init__()
        rows = versions()
        self.passed = all(fits(here, bounds) for _, here, bounds in rows)
        slider = widgets.FloatSlider(1.0, min=-6.0, max=6.0, step=0.1, description="move me")
        slider.readout_format = ".1f"
        slider.layout.width = "min(460px, 100%)"
        self.controls = {"move me": slider}
        self._answer = View()
        slider.observe(lambda change: self._say(change["new"]), "value")
        self._say(slider.value)
        table = _table(rows) + ("" if self.passed else box(False, _OUTDATED))
        self.children = [widgets.HTML(table), slider, self._answer, widgets.HTML(box(None, _HELP))]

    def _say(self, z: float) -> None:
        shown = f"{z:.1f}".replace("-", "−")
        self.description = f"sigmoid({shown}) = {sigmoid(z):.3f}: the kernel answered"
        self._answer.words = box(True, f"<b>{self.description}</b>", 'class="lstm-sentence"')

    def _saved(self) -> tuple[dict[str, object], dict[str, object]]:
        """Say something where there is no slider, and the same on every machine."""
        text = (
            "Run this code cell. A table of versions and a slider appear here. "
            "No slider, although you ran it? The help below says what to do."
        )
        return {"text/plain": text}, {}


def versions() -> list[tuple[str, str, str]]:
    """Name, version here and bounds (as in pyproject.toml) of Python and of what we need."""
    ours = metadata.metadata("lstm_teach")
    rows = [("Python", platform.python_version(), ours["Requires-Python"])]
    for needed in ours.get_all("Requires-Dist") or ():
        # What is needed by an extra only, such as by the tests, says so behind a ";".
        if always := re.fullmatch(r"([\w.-]+)([^;]*)", needed):
            rows.append((always[1], metadata.version(always[1]), always[2]))
    return [*rows, ("lstm_teach", ours["Version"], "")]


#: The signs of a bound: how a version must compare with it, and how to say so.
_SIGNS = {">=": (operator.ge, "{} or newer"), "<": (operator.lt, "before {}")}


def _bounds(bounds: str) -> list[tuple[str, str]]:
    """Take bounds apart, from where on first: ">=" and 1.26, "<" and 3."""
    return sorted(re.findall(r"(>=|<)([\d.]+)", bounds), reverse=True)


def fits(version: str, bounds: str) -> bool:
    """Whether a version is within bounds like ">=1.26,<3"."""
    here = _numbers(version)
    return all(_SIGNS[sign][0](here, _numbers(bound)) for sign, bound in _bounds(bounds))


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:3]]


def _table(rows: list[tuple[str, str, str]]) -> str:
    heads = ("name", "here", "needed", "verdict")
    head = f"<tr>{''.join(f'<th scope=col>{text}</th>' for text in heads)}</tr>"
    return (
        "<style>.lstm-setup td, .lstm-setup th { padding: 2px 18px 2px 0; text-align: left; "
        "line-height: 1.4; font-weight: normal } .lstm-setup th[scope=col] { font-weight: bold }"
        f'</style><table class="lstm-setup">{head}{"".join(_row(*row) for row in rows)}</table>'
    )


def _row(name: str, here: str, bounds: str) -> str:
    ok = fits(here, bounds)
    needed = ", ".join(_SIGNS[sign][1].format(bound) for sign, bound in _bounds(bounds))
    return (
        f'<tr><th scope="row">{name}</th><td>{here}</td><td>{needed}</td>'
        f'<td><b style="color: {TONES[ok]}">{MARKS[ok][0]} {"fine" if ok else "not tested"}</b>'
        "</td></tr>"
    )


def setup() -> Setup:
    """Show this machine's versions, and a slider that must reach the kernel and come back."""
    return Setup()

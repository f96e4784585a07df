"""The explorer of a cell that reads text: what one unit holds, as color behind every character."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets
import numpy as np
import traitlets

from lstm_teach import diagram, examples
from lstm_teach._arrays import Array
from lstm_teach._style import number
from lstm_teach.explore import words
from lstm_teach.explore.explorer import Explorer
from lstm_teach.parameters import Parameters, Step
from lstm_teach.plots import reading
from lstm_teach.reader import Reader, correlations, features
from lstm_teach.sequence import pin, unroll

TEXT = (examples.DATA / "reader_first.txt").read_text(encoding="utf-8")
BY_NUMBER = "number"
COLORED: dict[str, tuple[Callable[[Step], Array], str]] = {  # the values, their symbol
    "memory C": (lambda s: s.c, "C"),
    "tanh C": (lambda s: np.tanh(s.c), "tanh C"),
    "hidden state h": (lambda s: s.h, "h"),
    "forget gate f": (lambda s: s.f, "f"),
    "input gate i": (lambda s: s.i, "i"),
    "output gate o": (lambda s: s.o, "o"),
}
WRITES = 80  # characters at a time
SEED = 0  # of what it writes: the same clicks give the same text
NAMES = {"\n": "the end of a line", " ": "a space"}


class TextExplorer(Explorer):
    """The cell that has read this collection: any text, any unit, character by character.

    Parameters
    ----------
    text : str
        What it reads first. As much is read as there is room for, from the beginning.
    unit : int
        The unit that is shown first.
    reader : Reader, optional
        Another trained cell, and its readout.

    Raises
    ------
    ValueError
        When the text is no string, or the cell has no such unit.

    Attributes
    ----------
    steps : Step
        What the cell does at every character, `(T, H)`, with what is pinned.
    unpinned : Step
        The same with nothing pinned. Units are sorted by this.
    step : Step or None
        The moment of the character that is picked; None when there is no character. A trait.
    parameters : Parameters
        The cell, with what is pinned.
    """

    step = traitlets.Instance(Step, allow_none=True)

    def __init__(self, text: str = TEXT, unit: int = 14, *, reader: Reader | None = None) -> None:
        self.reader = reader or examples.reader()
        self.reader.token_ids(text)  # says what is wrong with something that is no text
        H = self.reader.parameters.hidden_size
        if not isinstance(unit, int) or not 0 <= unit < H:
            raise ValueError(
                f"unit is {unit!r}; the reader has {H}, so it must be from 0 to {H - 1}"
            )
        super().__init__()
        make = self._make
        whole = {"flex": "1 1 100%"}
        make(widgets.Textarea, "text", self._type, value=text, rows=3, layout=whole)
        above = [self._row()]
        self._menu("sort by", partial(self._sort, pick_best=True), [BY_NUMBER, *features("")], 230)
        self._menu("unit", self._run, self._by_number(), 230, value=unit)
        self._menu("color", self._sort, list(COLORED), 230)
        wide = {"flex": "3 1 200px"}
        make(widgets.IntSlider, "character", self._show, value=1, min=1, max=1, layout=wide)
        above.append(self._row())
        tip = "Hold the forget gate of this unit, and of no other, at one value"
        self._toggle("Pin its forget gate", self._run, tip, "pin")
        make(widgets.FloatSlider, "pinned at", self._run, value=1.0, max=1.0, step=0.05)
        heat: dict[str, Any] = {"min": 0.1, "max": 2.0, "step": 0.1, "readout_format": ".1f"}
        make(widgets.FloatSlider, "temperature", self._show, value=1.0, **heat)
        tip = f"{WRITES} characters, in place of what stands after the one that is picked"
        self._button("Let it write", self._write, tip)
        self._button("Reset", self._start, "Back to the text and unit from before")
        self.children = [*above, self.view, self._row()]
        self._hear_clicks(self._click)
        self._start()

    # ---- the text ------------------------------------------------------------------------------

    def _start(self) -> None:
        """Go back to the text and the unit of the beginning."""
        self._rng = np.random.default_rng(SEED)
        self._put_back("sort by", "color", "unit", "pin", "pinned at", "temperature")
        self._read(self._first["text"])

    def _type(self) -> None:
        """Read what was typed, and go to where it was."""
        text = self.controls["text"].value
        same = [a == b for a, b in zip(reversed(text), reversed(self._typed), strict=False)]
        after = (*same, False).index(False)
        self._read(text, len(text) - after - 1)

    def _write(self) -> None:
        """Let the cell, as it is pinned, go on from the character that is picked."""
        begun = self._text[: self._t + 1]
        writer = replace(self.reader, parameters=self.parameters)
        written = writer.generate(begun, WRITES, self.controls["temperature"].value, self._rng)
        self._read(begun + written, written_from=len(begun))

    def _read(self, text: str, t: int | None = None, written_from: int | None = None) -> None:
        """Read a text, as far as there is room, and go to character `t`, or else to the last."""
        self._sheet = reading.Sheet(text, self.reader.vocabulary, written_from)
        self._typed, self._text = text, self._sheet.text
        T = len(self._text)
        self._letters = self._sheet.letters()
        self._features = features(self._text)
        self.unpinned = self.reader.read(self._text)
        with self._by_us() as control:
            control["text"].value = text
            slider = control["character"]
            slider.max = max(T, 1)
            slider.value = min(max(T if t is None else t + 1, 1), slider.max)
            slider.disabled = not T
        self._sort()

    def _by_number(self) -> list[tuple[str, int]]:
        return [(f"unit {k}", k) for k in range(self.reader.parameters.hidden_size)]

    def _sort(self, pick_best: bool = False) -> None:
        """Put the units in order by what is colored, and run; stay at this unit, or pick the best.

        Units tell features by what is colored.
        """
        feature, unit, options = self.controls["sort by"].value, self._unit, self._by_number()
        if feature != BY_NUMBER:
            r = correlations(self._colored(self.unpinned), self._features[feature])
            order = np.argsort(-np.abs(r), kind="stable").tolist()
            options = [(f"unit {k} ({_signed(r[k])})", k) for k in order]
            unit = order[0] if pick_best else unit
        with self._by_us() as control, control["unit"].hold_sync():
            control["unit"].options = options
            control["unit"].value = unit
        self._run()

    def _click(self, across: float, down: float) -> None:
        """Go to the character that was clicked, given as fractions of the picture."""
        if (t := self._sheet.at(across, down)) is not None:
            self.controls["character"].value = t + 1

    # ---- the run -------------------------------------------------------------------------------

    @property
    def _unit(self) -> int:
        return self.controls["unit"].value

    @property
    def _t(self) -> int:
        """The place of the character that is picked; -1 when there is none."""
        return self.controls["character"].value - 1 if self._text else -1

    @property
    def parameters(self) -> Parameters:
        """The cell, with what is pinned."""
        cell = self.reader.parameters
        if not self.controls["pin"].value:
            return cell
        return pin(cell, "forget", self.controls["pinned at"].value, self._unit)

    def _run(self) -> None:
        """Take the cell through the text as it is pinned, and show it."""
        held = self.controls["pin"].value
        self.controls["pinned at"].disabled = not held
        self.steps = unroll(self.parameters, self.unpinned.x) if held else self.unpinned
        self._show()

    def _show(self) -> None:
        """Show the character that is picked."""
        moment = self.steps[self._t] if self._text else None
        self._say(
            self._told(),
            f"{self._telling()}{self._notes()}",
            diagram=self._diagram(moment),
            still=self._sheet.colors(*self._shares()),
            run=self._letters,
            frame=self._sheet.marks(self._picked()),
        )
        self.step = moment  # last: who listens finds everything else in place

    def _diagram(self, moment: Step | None) -> str:
        """The live cell. Of x, which has an entry for every known character, the one that is 1."""
        if moment is None:
            return diagram.cell()
        shown = self._sign(self._text[self._t]).replace("_", "\N{FULLWIDTH LOW LINE}")
        return diagram.cell(  # an underscore would begin a subscript
            None,
            replace(moment, x=np.array([1.0, 0.0])),
            units=(self._unit,),
            x_names=(f"“{shown}”", "all others"),
        )

    def _colored(self, steps: Step) -> Array:
        """What the color can show, of all units, `(T, H)`."""
        return COLORED[self.controls["color"].value][0](steps)

    @property
    def _symbol(self) -> str:
        return COLORED[self.controls["color"].value][1]

    def _shares(self) -> tuple[Array, float]:
        """How strong each color is, and the number of the strongest.

        That is the unit's largest C or h in this text, and for everything else 1.
        """
        limit = 1.0
        if self._symbol in ("C", "h") and self._text:
            limit = max(float(np.abs(self._colored(self.unpinned)[:, self._unit]).max()), 0.01)
        return self._colored(self.steps)[:, self._unit] / limit, limit

    def _sign(self, character: str) -> str:
        return reading.sign(character, self.reader.vocabulary, alone=True)

    def _picked(self) -> reading.Picked:
        """What is marked: the picked character, its number, and what may come next."""
        following = [(self._sign(character), p) for character, p in self._following(reading.NEXT)]
        if not self._text:
            return -1, "", following
        value = number(self._colored(self.steps)[self._t, self._unit])
        shown = self._sign(self._text[self._t])
        return self._t, f"{self._symbol}[{self._unit}] at {shown} is {value}", following

    def _following(self, count: int) -> list[tuple[str, float]]:
        """What is most likely to come next, and how likely."""
        empty = np.zeros(self.reader.parameters.hidden_size)
        h = self.steps.h[self._t] if self._text else empty
        p = self.reader.probabilities(h, self.controls["temperature"].value)
        first = np.argsort(-p, kind="stable")[:count].tolist()
        return [(self.reader.vocabulary[k], float(p[k])) for k in first]

    # ---- in words ------------------------------------------------------------------------------

    def _name(self, character: str) -> str:
        if character not in self.reader.vocabulary:
            return "one that the reader does not know"
        return NAMES.get(character, f'"{character}"')

    def _told(self) -> str:
        ((character, probability),) = self._following(1)
        likely = f"{self._name(character)} with {words.percent(probability)}"
        if not self._text:
            return words.say("no text", likely=likely)
        t, unit, length = self._t, self._unit, len(self._text)
        said = {"name": self._name(self._text[t]), "likely": likely}
        said["of_unit"] = words.of_unit("step", self.steps[t], unit)
        told = words.say("character", at=t + 1, length=length, **said)
        if self.controls["pin"].value:
            told += words.say("unpinned unit", unit=unit, c=number(self.unpinned.c[t, unit]))
        return told

    def _telling(self) -> str:
        """The features that the unit tells best, on the text that is shown."""
        values = self._colored(self.unpinned)[:, [self._unit]]
        r = {name: correlations(values, feature)[0] for name, feature in self._features.items()}
        best = sorted(r, key=lambda name: -abs(r[name]))[:3]
        told = " · ".join(f"{escape(name)} {_signed(r[name])}" for name in best)
        return f"<div>Correlation of {self._symbol}[{self._unit}] on this text: {told}</div>"

    def _notes(self) -> str:
        """What is not as one may expect."""
        typed, read = len(self._typed), len(self._text)
        unknown = sum(character not in self.reader.vocabulary for character in self._text)
        notes = {
            "too long": typed > read,
            "an unknown character": unknown == 1,
            "unknown characters": unknown > 1,
            "written": self._sheet.written,
        }
        of = {"rows": reading.ROWS, "columns": reading.COLUMNS, "sign": reading.UNKNOWN}
        of |= {"typed": typed, "read": read, "unknown": unknown}
        return words.alert(" ".join(words.say(note, **of) for note, so in notes.items() if so))

    # ---- without a kernel ----------------------------------------------------------------------

    def picture(self, said: str) -> bytes:
        """The text with its colors as a PNG, with words below it, for places without a kernel."""
        drawn = self._sheet.figure(*self._shares(), self._picked())
        self._live = self._draw_once(drawn, [])
        return super().picture(said.replace("$", r"\$"))  # no mathematics


def _signed(value: float) -> str:
    return number(value) if value < 0 else f"+{number(value)}"

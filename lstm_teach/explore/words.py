"""What an explorer says in words: the equation with the current numbers, one sentence, the code.

Everything here takes a `Step` of vectors (no batch). Sentence and equation speak of the rounded
numbers that the picture shows; the code holds the exact ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, QUANTITIES, number
from lstm_teach.diagram.cell import EQUATIONS
from lstm_teach.parameters import GATES, Gate, Layers, Parameters, Step

MOST_TERMS = 6  # an equation with more products than this says how many instead of listing them
MOST_LINES = 2  # and one with more units than this shows the first ones only

# What is said of a unit in each focus, and of all else; the stages of a guided tour, of each its
# title and what it does; the equation of each quantity with a unit's numbers, and as a line of
# NumPy; the equations that only other cells have, with their numbers, and what stands behind the
# result; the fields of other cells by the letters in their symbols; what a focus or another cell
# computes, and what its equations are where not all of these. Numbers stand in braces, see `fill`.
SENTENCES, STAGES, NUMBERS, CODE, OTHERS, LETTERS, COMPUTES, SHOWS = json.loads(
    (Path(__file__).parents[1] / "data" / "words.json").read_text(encoding="utf-8")
).values()


def percent(share: float) -> str:
    """A share in plain words. A gate is hardly ever quite 0 or 1, so rounding must not say so."""
    if 0 < share < 0.01:
        return "less than 1%"
    if 0.99 < share < 1:
        return "more than 99%"
    return f"{100 * share:.0f}%"


# ---- sentences ---------------------------------------------------------------------------------


def fill(text: str, step: Any, k: int, **more: str) -> str:
    """Fill in the numbers of unit k: {f} is 0.65, {f%} 65%, {1-f} 0.35, and {(z_f)} (−0.65).

    `step` has a field of each name, as a `Step` or a moment of another cell has; or `more` has it.
    """

    def written(found: re.Match[str]) -> str:
        key, name = found[1], found[1].strip("(%)")
        if key in more:
            return more[key]
        if name == "tanh_c":
            array = np.tanh(step.c)
        elif name.startswith("1-"):
            array = 1 - getattr(step, name[2:])
        else:
            array = getattr(step, name)
        write = percent if "%" in key else inside if "(" in key else number
        return write(array[k])

    return re.sub(r"{(.+?)}", written, text)


def say(what: str, **of: object) -> str:
    """The sentence of this name, about these."""
    return str(SENTENCES[what].format(**of))


def alert(told: str) -> str:
    """What is not as one may expect, as HTML that is read out at once."""
    return f'<p role="alert">{escape(told, quote=False)}</p>' if told else ""


def sentence(focus: str, step: Step) -> str:
    """What happens, one sentence for each unit: of a focus, or of a cell with words of its own."""
    return " ".join(of_unit(focus, step, k) for k in range(step.h.shape[-1]))


def of_unit(focus: str, step: Any, k: int) -> str:
    """What happens in one unit, a sentence."""
    return f"Unit {k} {fill(SENTENCES.get(focus, SENTENCES['step']), step, k)}."


def stage(name: str, step: Step) -> str:
    """One stage of the guided tour, with its number and its numbers."""
    arrays = {**vars(step), "kept": step.kept, "added": step.added, "tanh_c": np.tanh(step.c)}
    arrays["hx"] = np.concatenate([step.h_prev, step.x])
    shown = {of: f"[{', '.join(map(number, values))}]" for of, values in arrays.items()}
    place = f"Stage {list(STAGES).index(name) + 1} of {len(STAGES)}"
    return f"{place}. {STAGES[name][1].format_map(shown)}"


def moment_sentence(t: int, T: int, name: str | None, told: str) -> str:
    """One moment of a sequence: which one, what happened, and the sentence `told` of it."""
    told, event = f"{told[0].lower()}{told[1:]}", f", {name}" if name else ""
    return say("moment", t=t, last=T - 1, event=event, told=told)


def without_pin(gate: str, step: Step) -> str:
    """What the same moment holds and shows with nothing pinned."""
    c, h = (" and ".join(map(number, values)) for values in (step.c, step.h))
    layer = gate if gate == "candidate" else f"{gate} gate"
    return say("unpinned", gate=layer, c=c, h=h)


def ribbon(names: list[str], t: int, around: int = 4) -> str:
    """The events near moment `t`, the one at `t` in bold, as HTML; as many at either end of a day.

    It has the same elements at every moment, so that a page changes only what stands in them.
    """
    start = max(0, min(t - around, len(names) - 2 * around - 1))
    end = min(start + 2 * around + 1, len(names))
    shown = [
        f'<span style="font-weight:{"bold" if k == t else "normal"}">'
        f"{f'[{names[k]}]' if k == t else names[k]}</span>"
        for k in range(start, end)
    ]
    dots = "… " if start else " ", " …" if end < len(names) else " "
    return f"<div>{dots[0]}{' · '.join(shown)}{dots[1]}</div>"


# ---- the equation, and the same with the current numbers ---------------------------------------


# Of each quantity the letter, the color, and the moment below it.
_SYMBOLS = {name: (q.symbol, q.color, q.moment) for name, q in QUANTITIES.items()} | {
    "z": ("z", COLORS["i"], "t"),
    "r": ("r", COLORS["f"], "t"),
    "h_tilde": ("h\N{COMBINING TILDE}", COLORS["c_tilde"], "t"),
}


def symbol(name: str) -> str:
    """A quantity's symbol as HTML in its color, with its moment below it.

    A tilde that is put on a letter is lost in some browsers, so view.css draws it.
    """
    letter, color, moment = _SYMBOLS[name]
    if letter.endswith("\N{COMBINING TILDE}"):
        letter = f'<span class="lstm-tilde">{letter[0]}<span>{letter[1]}</span></span>'
    return f'<i style="color:{color}">{letter}</i><sub>{moment}</sub>'


@cache
def formula(line: str) -> str:
    """An equation as HTML. It is written as in `diagram.cell.EQUATIONS`, with the names of things.

    Quantities become symbols, `W_f` and the like letters with an index; the rest is itself.
    """
    line = re.sub(r"(?<=\w) (?=[\[(])|(?<=[\[(]) | (?=[\],)])", "", line)  # σ ( z ) is σ(z)
    return re.sub(r"\w+", _formula_word, line)


def _formula_word(word: re.Match[str]) -> str:
    if word[0] in _SYMBOLS and _SYMBOLS[word[0]][2]:
        return symbol(word[0])
    weights = re.sub("^([Wbp])_(.)$", r"<i>\1<sub>\2</sub></i>", word[0])
    return f"<i>{weights}</i>" if weights in ("W", "b") else weights


def weighted_sum(layer: Gate, hx: Array, k: int) -> str:
    """The sum of unit k of a layer, before it is squashed."""
    if len(hx) <= MOST_TERMS:
        terms = [(w, v) for w, v in zip(layer.W[k], hx, strict=True) if w or v]
        sum_ = " + ".join(f"{inside(w)}·{inside(v)}" for w, v in terms) or number(0)
    else:
        sum_ = number(layer.W[k] @ hx)  # too many products to write down
    return f"{sum_} + {inside(layer.b[k])}"


def inside(value: float) -> str:
    """A number inside an expression: a negative one stands in brackets."""
    text = number(value)
    return f"({text})" if text.startswith("−") else text


def _row(parts: Mapping[str, Any], step: Any, general: str, numbers: str, after: str) -> str:
    """An equation, and under it the same with each unit's numbers, filled in as by `fill`.

    Of a layer, {sum} is the weighted sum of what it reads, and {(p_f)} is the peephole of f.
    `after` stands behind the result.
    """
    name, units, lines = general.split()[0], step.h.shape[-1], [f"<b>{formula(general)}</b>"]
    h = step.r * step.h_prev if "r ∗ h_prev" in general else step.h_prev
    layer = re.search(r"W_?(\w?) \[", general)
    peepholes = vars(parts["p"]) if "p" in parts else {}
    for k in range(min(units, MOST_LINES)):
        more = {f"({of})": inside(p[k]) for of, p in peepholes.items()}
        if layer and "{sum" in numbers:
            hx = np.concatenate([h, step.x])
            more["sum"] = weighted_sum(parts[layer[1].lower()], hx, k)
        value = f'<b style="color:{_SYMBOLS[name][1]}">{number(getattr(step, name)[k])}</b>'
        # the unit's number stands in brackets: below the symbol stands the moment
        numbered = f"{formula(name)}[{k}] = {numbers} = {value}{after}"
        lines.append(fill(numbered, step, k, **more))
    if units > MOST_LINES:
        lines.append(f"… and so on for all {units} units")
    return "".join(f"<div>{line}</div>" for line in lines)


def equation(about: str, cell: Layers, step: Any) -> str:
    """The equations of a focus, a stage or another cell with each unit's numbers, as HTML.

    They stand side by side, where there is room.
    """
    parts = _parts(about, cell)
    rows = (
        _row(parts, step, *(OTHERS.get(name) or (EQUATIONS[name][0], NUMBERS[name], "")))
        for name in SHOWS.get(about, COMPUTES.get(about, [about]))
    )
    return f'<div class="lstm-equation">{"".join(f"<div>{row}</div>" for row in rows)}</div>'


# ---- the code that gives these very numbers ----------------------------------------------------


def code(focus: str, parameters: Parameters, step: Step, held: Collection[str] = ()) -> str:
    """Plain NumPy lines that give the numbers on the screen.

    Gates that are `held` (fields of Step) stand there as numbers, without weights.
    """
    names = [name for name in COMPUTES[focus] if name not in held]
    body = [CODE[name] for name in names]
    weights = _weights(body, _parts(focus, parameters))
    given = [*(["h_prev", "x"] if weights else []), *(["c"] if focus == "output" else []), *held]
    given += ["c_prev"] if {"kept", "c"} & set(names) else []
    lines = ["import numpy as np", "", *assigned({name: getattr(step, name) for name in given})]
    lines += [*weights, "", *(["hx = np.concatenate([h_prev, x])"] if weights else [])]
    return "\n".join([*lines, *body, f"print({', '.join(names)})"])


def sequence_code(
    cell: Layers, xs: Array, held: Mapping[str, Array] | None = None, about: str = "step"
) -> str:
    """Plain NumPy lines that take a cell through `xs` `(T, D)`.

    `held` is as in `code`, with its numbers, and `about` as in `equation`.
    """
    held, parts = held or {}, _parts(about, cell)
    names = [name for name in COMPUTES[about] if name not in held]
    body = [CODE[name].replace("c_prev", "c") for name in names]
    states = ["h", "c"] if "c" in names else ["h"]
    lines = ["import numpy as np", "", *assigned({"xs": xs}), *_weights(body, parts)]
    if "+ p_" in body[0]:
        lines += assigned(vars(parts["p"]))
    lines += [f"{line}  # pinned" for line in assigned(held)]
    zeros = ", ".join([f"np.zeros({cell.hidden_size})"] * len(states))
    body = ["hx = np.concatenate([h, x])", *body, f"print({', '.join(states[::-1])})"]
    lines += ["", f"{', '.join(states)} = {zeros}", "for x in xs:"]
    return "\n".join([*lines, *(f"    {line}" for line in body)])


def letters(about: str) -> Mapping[str, str]:
    """The field behind each letter in the symbols of a cell."""
    return LETTERS.get(about.split()[0], GATES)


def _parts(about: str, cell: Layers) -> dict[str, Any]:
    """The parts of a cell, layers and peepholes, by the letters in their symbols."""
    return {letter: getattr(cell, name) for letter, name in letters(about).items()}


def _weights(code_lines: Iterable[str], parts: Mapping[str, Any]) -> list[str]:
    """A line for each W and b that these lines read."""
    letters = dict.fromkeys(re.findall(r"W(\w*) @", " ".join(code_lines)))
    return assigned({f"{of}{k}": getattr(parts[k.strip("_")], of) for k in letters for of in "Wb"})


def assigned(arrays: Mapping[str, Array]) -> list[str]:
    """Lines that give each array its name: these very numbers."""
    return [f"{name} = np.array({array.tolist()})" for name, array in arrays.items()]

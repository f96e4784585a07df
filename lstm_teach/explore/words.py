"""What an explorer says in words: the equation with the current numbers, one sentence, the code.

Everything here takes a `Step` of vectors (no batch). Sentence and equation speak of the rounded
numbers that the picture shows; the code holds the exact ones.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, QUANTITIES, number
from lstm_teach.parameters import GATES, Gate, Parameters, Step

MOST_TERMS = 6  # an equation with more products than this says how many instead of listing them
MOST_LINES = 2  # and one with more units than this shows the first ones only


def percent(share: float) -> str:
    """A share in plain words. A gate is hardly ever quite 0 or 1, so rounding must not say so."""
    if 0 < share < 0.01:
        return "less than 1%"
    if 0.99 < share < 1:
        return "more than 99%"
    return f"{100 * share:.0f}%"


# ---- one sentence ------------------------------------------------------------------------------


_UPDATES = "keeps {kept} of {c_prev} and adds {added}, so its memory is now {c}"
_VERBS = {
    "forget": "keeps {f%} of {c_prev}, which leaves {kept}",
    "input": "lets in {i%} of {c_tilde}, which adds {added}",
    "update": _UPDATES,
    "output": "holds {c}, which tanh squashes to {tanh_c}, and shows {o%} of that, {h}",
    "step": f"{_UPDATES}, and it shows {{h}}",
}


def sentence(focus: str, step: Step) -> str:
    """What happens, one sentence for each unit."""
    return " ".join(of_unit(focus, step, k) for k in range(step.h.shape[-1]))


def of_unit(focus: str, step: Step, k: int) -> str:
    """What happens in one unit, a sentence."""
    numbers = {name: number(getattr(step, name)[k]) for name in QUANTITIES if name != "x"}
    shares = {f"{name}%": percent(getattr(step, name)[k]) for name in "fio"}
    said = _VERBS[focus].format_map({**numbers, **shares, "tanh_c": number(np.tanh(step.c[k]))})
    return f"Unit {k} {said}."


# A guided tour through one step: the diagram's name of a stage, its title, what it does.
STAGES: dict[str, tuple[str, str]] = {
    "join": (
        "join h and x",
        "The hidden state {h_prev} and the input {x} are put end to end: {hx}. All four layers "
        "read this.",
    ),
    "f": (
        "forget gate f",
        "The forget gate turns z = {z_f} into f = {f}: how much of each memory to keep.",
    ),
    "i": (
        "input gate i",
        "The input gate turns z = {z_i} into i = {i}: how much of the candidate to write.",
    ),
    "c_tilde": (
        "candidate",
        "tanh turns z = {z_c} into the candidate {c_tilde}: what could be written.",
    ),
    "kept": ("what is kept", "f times the memory {c_prev} leaves {kept}."),
    "added": ("what is added", "i times the candidate gives {added}."),
    "c": ("new memory C", "What is kept plus what is added is the new memory {c}."),
    "o": (
        "output gate o",
        "The output gate turns z = {z_o} into o = {o}: how much of the memory to show.",
    ),
    "h": (
        "hidden state h",
        "tanh squashes the memory to {tanh_c}; o times that is the hidden state {h}. C and h go on "
        "to the next moment.",
    ),
}


def stage(name: str, step: Step) -> str:
    """One stage of the guided tour, with its number and its numbers."""
    arrays = {**vars(step), "kept": step.kept, "added": step.added, "tanh_c": np.tanh(step.c)}
    arrays["hx"] = np.concatenate([step.h_prev, step.x])
    shown = {of: f"[{', '.join(map(number, values))}]" for of, values in arrays.items()}
    place = f"Stage {list(STAGES).index(name) + 1} of {len(STAGES)}"
    return f"{place}. {STAGES[name][1].format_map(shown)}"


def moment_sentence(t: int, T: int, name: str | None, told: str) -> str:
    """One moment of a sequence: which one, what happened, and the sentence `told` of it."""
    when = f"Moment {t} (0 to {T - 1})" + (f", {name}: " if name else ": ")
    return f"{when}{told[0].lower()}{told[1:]}"


def without_pin(gate: str, step: Step) -> str:
    """What the same moment holds and shows with nothing pinned."""
    memory, shown = (" and ".join(map(number, values)) for values in (step.c, step.h))
    layer = gate if gate == "candidate" else f"{gate} gate"
    return f"With the {layer} not pinned, the memory would be {memory} and show {shown}."


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


def mark(letter: str, color: str, moment: str = "t") -> str:
    """A symbol as HTML in its color, with its moment below it.

    A tilde that is put on a letter is lost in some browsers, so view.css draws it.
    """
    if letter.endswith("\N{COMBINING TILDE}"):
        letter = f'<span class="lstm-tilde">{letter[0]}<span>{letter[1]}</span></span>'
    return f'<i style="color:{COLORS[color]}">{letter}</i><sub>{moment}</sub>'


def symbol(name: str) -> str:
    """A quantity's symbol as HTML in its color, with its moment below it."""
    return mark(QUANTITIES[name].symbol, name.removesuffix("_prev"), QUANTITIES[name].moment)


HX = f"[{symbol('h_prev')}, {symbol('x')}]"


def entry(name: str, unit: int) -> str:
    """The entry of one unit. Its number stands in brackets: below the symbol stands the moment."""
    return f"{symbol(name)}[{unit}]"


def linear(letter: str) -> str:
    """What a layer squashes: W [h, x] + b."""
    letter = "C" if letter == "c" else letter
    return f"<i>W<sub>{letter}</sub></i>{HX} + <i>b<sub>{letter}</sub></i>"


def weighted_sum(layer: Gate, hx: Array, k: int) -> str:
    """The sum of unit k of a layer, before it is squashed."""
    if len(hx) <= MOST_TERMS:
        terms = [(w, v) for w, v in zip(layer.W[k], hx, strict=True) if w or v]
        sum_ = " + ".join(times(w, v) for w, v in terms) or number(0)
    else:
        sum_ = number(layer.W[k] @ hx)  # too many products to write down
    return f"{sum_} + {inside(layer.b[k])}"


def times(a: float, b: float) -> str:
    """A product in numbers: 0.50·(−0.10)."""
    return f"{inside(a)}·{inside(b)}"


def inside(value: float) -> str:
    """A number inside an expression: a negative one stands in brackets."""
    text = number(value)
    return f"({text})" if text.startswith("−") else text


def bold(name: str, value: float) -> str:
    """A number in bold, in the color of the quantity `name`, as HTML."""
    return f'<b style="color:{QUANTITIES[name].color}">{number(value)}</b>'


Line = Callable[[Parameters, Step, int], str]  # of one unit, with its numbers


def _layer(name: str, letter: str, squash: str) -> tuple[str, Line]:
    def line(parameters: Parameters, s: Step, k: int) -> str:
        gate, z = getattr(parameters, GATES[letter]), getattr(s, f"z_{letter}")[k]
        sum_ = weighted_sum(gate, np.concatenate([s.h_prev, s.x]), k)
        value = bold(name, getattr(s, name)[k])
        return f"{entry(name, k)} = {squash}({sum_}) = {squash}({number(z)}) = {value}"

    return f"{symbol(name)} = {squash}({linear(letter)})", line


def _product(name: str, left: str, right: str) -> tuple[str, Line]:
    def line(parameters: Parameters, s: Step, k: int) -> str:
        product = times(getattr(s, left)[k], getattr(s, right)[k])
        return f"{name}[{k}] = {product} = {bold(name, getattr(s, name)[k])}"

    return f"{name} = {symbol(left)} ∗ {symbol(right)}", line


def _memory_line(parameters: Parameters, s: Step, k: int) -> str:
    sum_ = f"{times(s.f[k], s.c_prev[k])} + {times(s.i[k], s.c_tilde[k])}"
    parts = f"{number(s.kept[k])} + {inside(s.added[k])}"
    return f"{entry('c', k)} = {sum_} = {parts} = {bold('c', s.c[k])}"


def _shown_line(parameters: Parameters, s: Step, k: int) -> str:
    parts = f"{number(s.o[k])}·tanh({number(s.c[k])}) = {times(s.o[k], np.tanh(s.c[k]))}"
    return f"{entry('h', k)} = {parts} = {bold('h', s.h[k])}"


_LINES: dict[str, tuple[str, Line]] = {
    "f": _layer("f", "f", "σ"),
    "i": _layer("i", "i", "σ"),
    "c_tilde": _layer("c_tilde", "c", "tanh"),
    "o": _layer("o", "o", "σ"),
    "kept": _product("kept", "f", "c_prev"),
    "added": _product("added", "i", "c_tilde"),
    "c": (
        f"{symbol('c')} = {symbol('f')} ∗ {symbol('c_prev')} + {symbol('i')} ∗ {symbol('c_tilde')}",
        _memory_line,
    ),
    "h": (f"{symbol('h')} = {symbol('o')} ∗ tanh({symbol('c')})", _shown_line),
}
_OF_FOCUS = {
    "forget": ("f", "kept"),
    "input": ("i", "c_tilde", "added"),
    "update": ("c",),
    "output": ("o", "h"),
    "step": ("c", "h"),
    "sequence": ("c", "h"),
    "join": (),
}


def equations(focus: str, parameters: Parameters, step: Step) -> list[str]:
    """Each equation of a focus, or of a stage, and under it the same with each unit's numbers."""
    rows, units = [], step.h.shape[-1]
    for general, line in (_LINES[name] for name in _OF_FOCUS.get(focus, (focus,))):
        lines = [line(parameters, step, k) for k in range(min(units, MOST_LINES))]
        if units > MOST_LINES:
            lines.append(f"… and so on for all {units} units")
        rows.append(in_lines(general, *lines))
    return rows


def equation(focus: str, parameters: Parameters, step: Step) -> str:
    """The equations of a focus, as HTML."""
    return in_columns(equations(focus, parameters, step))


def in_lines(general: str, *lines: str) -> str:
    """An equation, and below it the same with the current numbers."""
    return f"<div><b>{general}</b></div>{''.join(f'<div>{line}</div>' for line in lines)}"


def in_columns(rows: Iterable[str]) -> str:
    """Equations side by side, where there is room."""
    return f'<div class="lstm-equation">{"".join(f"<div>{row}</div>" for row in rows)}</div>'


# ---- the code that gives these very numbers ----------------------------------------------------

_CODE = {
    "f": "f = 1 / (1 + np.exp(-(W_f @ hx + b_f)))",
    "i": "i = 1 / (1 + np.exp(-(W_i @ hx + b_i)))",
    "c_tilde": "c_tilde = np.tanh(W_c @ hx + b_c)",
    "o": "o = 1 / (1 + np.exp(-(W_o @ hx + b_o)))",
    "kept": "kept = f * c_prev",
    "added": "added = i * c_tilde",
    "c": "c = f * c_prev + i * c_tilde",
    "h": "h = o * np.tanh(c)",
}
_CODE_LINES = {
    "forget": ("f", "kept"),
    "input": ("i", "c_tilde", "added"),
    "update": ("f", "i", "c_tilde", "c"),
    "output": ("o", "h"),
    "step": ("f", "i", "c_tilde", "c", "o", "h"),
}
_GIVEN = {"output": ("c",)}  # what the lines of this focus start from, but for h_prev and x


def code(focus: str, parameters: Parameters, step: Step, held: Collection[str] = ()) -> str:
    """Plain NumPy lines that give the numbers on the screen.

    Gates that are `held` (fields of Step) stand there as numbers, without weights.
    """
    names = [name for name in _CODE_LINES[focus] if name not in held]
    weights = _weights([_CODE[name] for name in names], parameters)
    given = [*(("h_prev", "x") if weights else ()), *_GIVEN.get(focus, ()), *held]
    if {"kept", "c"} & set(names):
        given.append("c_prev")
    lines = ["import numpy as np", "", *assigned({name: getattr(step, name) for name in given})]
    lines += [*weights, "", *(["hx = np.concatenate([h_prev, x])"] if weights else [])]
    return "\n".join([*lines, *(_CODE[name] for name in names), f"print({', '.join(names)})"])


def sequence_code(
    parameters: Parameters,
    xs: Array,
    held: Mapping[str, Array] | None = None,
    *,
    instead: Mapping[str, str] | None = None,
    more: Mapping[str, Array] | None = None,
) -> str:
    """Plain NumPy lines that take the cell through `xs` `(T, D)`; `held` as in `code`.

    `instead` has other lines for some of the quantities, `more` what these read besides.
    """
    held, code_of = held or {}, {**_CODE, **(instead or {})}
    body = [code_of[name] for name in _CODE_LINES["step"] if name not in held]
    H = parameters.hidden_size
    lines = ["import numpy as np", "", *assigned({"xs": xs}), *_weights(body, parameters)]
    lines += [*assigned(more or {}), *(f"{line}  # pinned" for line in assigned(held))]
    lines += ["", f"h, c = np.zeros({H}), np.zeros({H})", "for x in xs:"]
    body = ["hx = np.concatenate([h, x])", *body, "print(c, h)"]
    return "\n".join([*lines, *(f"    {line.replace('c_prev', 'c')}" for line in body)])


def _weights(code_lines: Collection[str], parameters: Parameters) -> list[str]:
    """A line for each W and b that these lines read."""
    arrays: dict[str, Array] = {}
    for letter, name in GATES.items():
        if any(f"W_{letter} " in line for line in code_lines):
            gate = getattr(parameters, name)
            arrays |= {f"W_{letter}": gate.W, f"b_{letter}": gate.b}
    return assigned(arrays)


def assigned(arrays: Mapping[str, Array]) -> list[str]:
    """Lines that give each array its name: these very numbers."""
    return [f"{name} = np.array({array.tolist()})" for name, array in arrays.items()]

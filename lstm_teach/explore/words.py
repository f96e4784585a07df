"""What an explorer says in words: the equation with today's numbers, one sentence, the code.

Everything here takes a `Step` of vectors (no batch). Sentence and equation speak of the rounded
numbers that the picture shows; the code holds the exact ones.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach._style import QUANTITIES, number
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


def _keeps(s: Step, k: int) -> str:
    return f"keeps {percent(s.f[k])} of {number(s.c_prev[k])}, which leaves {number(s.kept[k])}"


def _adds(s: Step, k: int) -> str:
    return f"lets in {percent(s.i[k])} of {number(s.c_tilde[k])}, which adds {number(s.added[k])}"


def _updates(s: Step, k: int) -> str:
    return (
        f"keeps {number(s.kept[k])} of {number(s.c_prev[k])} and adds {number(s.added[k])}, "
        f"so its memory is now {number(s.c[k])}"
    )


def _shows(s: Step, k: int) -> str:
    return (
        f"holds {number(s.c[k])}, which tanh squashes to {number(np.tanh(s.c[k]))}, "
        f"and shows {percent(s.o[k])} of that, {number(s.h[k])}"
    )


def _steps(s: Step, k: int) -> str:
    return f"{_updates(s, k)}, and it shows {number(s.h[k])}"


_VERBS: dict[str, Callable[[Step, int], str]] = {
    "forget": _keeps,
    "input": _adds,
    "update": _updates,
    "output": _shows,
    "step": _steps,
}


def sentence(focus: str, step: Step) -> str:
    """What happens, one sentence for each unit."""
    return " ".join(of_unit(focus, step, k) for k in range(step.h.shape[-1]))


def of_unit(focus: str, step: Step, k: int) -> str:
    """What happens in one unit, a sentence."""
    return f"Unit {k} {_VERBS[focus](step, k)}."


def _vector(values: Array) -> str:
    return f"[{', '.join(number(value) for value in values)}]"


# A guided tour through one step: the diagram's name of a stage, its title, what it does.
STAGES: dict[str, tuple[str, Callable[[Step], str]]] = {
    "join": (
        "join h and x",
        lambda s: (
            f"The hidden state {_vector(s.h_prev)} and the input {_vector(s.x)} are put "
            f"end to end: {_vector(np.concatenate([s.h_prev, s.x]))}. All four layers read this."
        ),
    ),
    "f": (
        "forget gate f",
        lambda s: (
            f"The forget gate turns z = {_vector(s.z_f)} into f = {_vector(s.f)}: "
            "how much of each memory to keep."
        ),
    ),
    "i": (
        "input gate i",
        lambda s: (
            f"The input gate turns z = {_vector(s.z_i)} into i = {_vector(s.i)}: "
            "how much of the candidate to write."
        ),
    ),
    "c_tilde": (
        "candidate",
        lambda s: (
            f"tanh turns z = {_vector(s.z_c)} into the candidate {_vector(s.c_tilde)}: "
            "what could be written."
        ),
    ),
    "kept": (
        "what is kept",
        lambda s: f"f times the memory {_vector(s.c_prev)} leaves {_vector(s.kept)}.",
    ),
    "added": (
        "what is added",
        lambda s: f"i times the candidate gives {_vector(s.added)}.",
    ),
    "c": (
        "new memory C",
        lambda s: f"What is kept plus what is added is the new memory {_vector(s.c)}.",
    ),
    "o": (
        "output gate o",
        lambda s: (
            f"The output gate turns z = {_vector(s.z_o)} into o = {_vector(s.o)}: "
            "how much of the memory to show."
        ),
    ),
    "h": (
        "hidden state h",
        lambda s: (
            f"tanh squashes the memory to {_vector(np.tanh(s.c))}; o times that is the "
            f"hidden state {_vector(s.h)}. C and h go on to the next moment."
        ),
    ),
}


def stage(name: str, step: Step) -> str:
    """One stage of the guided tour, with its number and its numbers."""
    _, tell = STAGES[name]
    return f"Stage {list(STAGES).index(name) + 1} of {len(STAGES)}. {tell(step)}"


def moment_sentence(t: int, T: int, name: str | None, told: str) -> str:
    """One moment of a sequence: which one, what happened, and the sentence `told` of it."""
    when = f"Moment {t} (0 to {T - 1})" + (f", {name}: " if name else ": ")
    return f"{when}{told[0].lower()}{told[1:]}"


def without_pin(gate: str, step: Step) -> str:
    """What the same moment holds and shows with nothing pinned."""
    memory = " and ".join(number(c) for c in step.c)
    shown = " and ".join(number(h) for h in step.h)
    return (
        f"With the {gate} gate not pinned, the memory would be {memory} and show {shown}.".replace(
            "candidate gate", "candidate"
        )
    )


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


# ---- the equation, and the same with today's numbers -------------------------------------------


def symbol(name: str) -> str:
    """A quantity's symbol as HTML in its color, with its moment below it."""
    q = QUANTITIES[name]
    return f'<i style="color:{q.color}">{q.symbol}</i><sub>{q.moment}</sub>'


def entry(name: str, unit: int) -> str:
    """The entry of one unit. Its number stands in brackets: below the symbol stands the moment."""
    return f"{symbol(name)}[{unit}]"


Line = Callable[[Parameters, Step, int], str]  # of one unit, with its numbers


def _gate_lines(field: str, letter: str, squash: str) -> tuple[str, Line]:
    weight = letter.upper() if letter == "c" else letter
    hx = f"[{symbol('h_prev')}, {symbol('x')}]"
    general = (
        f"{symbol(field)} = {squash}(<i>W<sub>{weight}</sub></i>{hx} + <i>b<sub>{weight}</sub></i>)"
    )

    def line(parameters: Parameters, s: Step, k: int) -> str:
        gate, z = getattr(parameters, GATES[letter]), getattr(s, f"z_{letter}")[k]
        hx = np.concatenate([s.h_prev, s.x])
        return (
            f"{entry(field, k)} = {squash}({weighed(gate, hx, k)}) "
            f"= {squash}({number(z)}) = {bold(field, getattr(s, field)[k])}"
        )

    return general, line


def weighed(layer: Gate, hx: Array, k: int) -> str:
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


def _product_lines(name: str, left: str, right: str, plain: str) -> tuple[str, Line]:
    general = f"{plain} = {symbol(left)} ∗ {symbol(right)}"

    def line(parameters: Parameters, s: Step, k: int) -> str:
        product = times(getattr(s, left)[k], getattr(s, right)[k])
        return f"{plain}[{k}] = {product} = {bold(name, getattr(s, name)[k])}"

    return general, line


def _memory_line(parameters: Parameters, s: Step, k: int) -> str:
    sum_ = f"{times(s.f[k], s.c_prev[k])} + {times(s.i[k], s.c_tilde[k])}"
    parts = f"{number(s.kept[k])} + {inside(s.added[k])}"
    return f"{entry('c', k)} = {sum_} = {parts} = {bold('c', s.c[k])}"


def _shown_line(parameters: Parameters, s: Step, k: int) -> str:
    parts = f"{number(s.o[k])}·tanh({number(s.c[k])}) = {times(s.o[k], np.tanh(s.c[k]))}"
    return f"{entry('h', k)} = {parts} = {bold('h', s.h[k])}"


_F = _gate_lines("f", "f", "σ")
_I = _gate_lines("i", "i", "σ")
_C_TILDE = _gate_lines("c_tilde", "c", "tanh")
_O = _gate_lines("o", "o", "σ")
_KEPT = _product_lines("kept", "f", "c_prev", "kept")
_ADDED = _product_lines("added", "i", "c_tilde", "added")
_MEMORY = (
    f"{symbol('c')} = {symbol('f')} ∗ {symbol('c_prev')} + {symbol('i')} ∗ {symbol('c_tilde')}",
    _memory_line,
)
_SHOWN = (f"{symbol('h')} = {symbol('o')} ∗ tanh({symbol('c')})", _shown_line)

_EQUATIONS = {
    "forget": (_F, _KEPT),
    "input": (_I, _C_TILDE, _ADDED),
    "update": (_MEMORY,),
    "output": (_O, _SHOWN),
    "step": (_MEMORY, _SHOWN),
    "sequence": (_MEMORY, _SHOWN),
    # the stages of the tour
    "join": (),
    "f": (_F,),
    "i": (_I,),
    "c_tilde": (_C_TILDE,),
    "kept": (_KEPT,),
    "added": (_ADDED,),
    "c": (_MEMORY,),
    "o": (_O,),
    "h": (_SHOWN,),
}


def equation(focus: str, parameters: Parameters, step: Step) -> str:
    """Each equation of the focus, and under it the same with the numbers of each unit, as HTML."""
    rows = []
    units = step.h.shape[-1]
    for general, line in _EQUATIONS[focus]:
        lines = [line(parameters, step, k) for k in range(min(units, MOST_LINES))]
        if units > MOST_LINES:
            lines.append(f"… and so on for all {units} units")
        rows.append(
            f"<div><b>{general}</b></div>" + "".join(f"<div>{text}</div>" for text in lines)
        )
    return "".join(f"<div>{row}</div>" for row in rows)


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
    lines = ["import numpy as np", ""]
    lines += [f"{name} = {literal(getattr(step, name))}" for name in given]
    lines += [*weights, ""]
    lines += ["hx = np.concatenate([h_prev, x])"] if weights else []
    lines += [_CODE[name] for name in names]
    return "\n".join([*lines, f"print({', '.join(names)})"])


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
    names = [name for name in _CODE_LINES["step"] if name not in held]
    lines = ["import numpy as np", "", f"xs = {literal(xs)}"]
    lines += _weights([code_of[name] for name in names], parameters)
    lines += [f"{name} = {literal(value)}" for name, value in (more or {}).items()]
    lines += [f"{name} = {literal(value)}  # pinned" for name, value in held.items()]
    H = parameters.hidden_size
    lines += ["", f"h, c = np.zeros({H}), np.zeros({H})", "for x in xs:"]
    body = ["hx = np.concatenate([h, x])", *(code_of[name] for name in names)]
    body = [line.replace("c_prev", "c") for line in body]
    return "\n".join([*lines, *(f"    {line}" for line in [*body, "print(c, h)"])])


def _weights(code_lines: Collection[str], parameters: Parameters) -> list[str]:
    """A line for each W and b that these lines read."""
    lines = []
    for letter, gate_name in GATES.items():
        if any(f"W_{letter} " in line for line in code_lines):
            gate = getattr(parameters, gate_name)
            lines += [f"W_{letter} = {literal(gate.W)}", f"b_{letter} = {literal(gate.b)}"]
    return lines


def literal(array: Array) -> str:
    """An array as Python code that gives these very numbers."""
    return f"np.array({array.tolist()})"

"""One page to print for each gate: the drawing, its equation, a moment by hand, three questions.

    python tools/make_handouts.py docs/handouts

writes them, byte for byte the same everywhere. They are A4, and black on white.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lstm_teach import examples
from lstm_teach._arrays import Array
from lstm_teach._style import COLORS, INK, PAPER, QUANTITIES, QUIET, QUIET_INK, number
from lstm_teach.cell import sigmoid
from lstm_teach.diagram import vocabulary as draw
from lstm_teach.diagram.cell import BODY, CELL, FOCUS, LEGEND, SIZE, equations_of, tokens_of
from lstm_teach.diagram.parts import drawn

WIDTH, HEIGHT = 1240, 1754  # A4; a point of type is 2.08 of these
MARGIN = 70
SHRINK = 0.75  # of the drawing: its smallest words are then 10 points
TITLE, TEXT, SMALL = 38, 24, 22  # sizes of text: 18, 11.5 and 10.5 points
ROW = 50  # of a table
PITCH = 102  # from equation to equation
SQUASH: dict[str, Callable[[float], Array]] = {"σ": sigmoid, "tanh": np.tanh}
UNITS = 3  # that a table has, at most


@dataclass(frozen=True)
class Sheet:
    """One page. `table` has the columns: numbers that are given, or None for a blank."""

    title: str
    black: str  # what of the cell is in black
    focus: str | None
    told: str  # what the table is, above it
    table: Mapping[str, Array | None]
    answers: Mapping[str, Array]  # of the blanks
    questions: tuple[str, str, str]
    curves: tuple[str, ...] = ()  # axes to draw them on
    lines: bool = False  # a number line for each unit


# ---- what stands on them -----------------------------------------------------------------------


def _batch(row: int) -> dict[str, Array]:
    """The second moment of the worked example *batch*, rounded as it stands on the page."""
    moment = examples.batch_steps()[1]
    names = ("z_f", "z_i", "z_c", "z_o", "c_prev", "f", "i", "c_tilde", "c")
    return {name: getattr(moment, name)[row].round(2) for name in names}


def sheets() -> dict[str, Sheet]:
    """Give all pages, by the names of their files."""
    asked, g, s = examples.question(), _batch(3), _batch(2)
    h, x = asked.h_prev[:UNITS], asked.x[:UNITS]
    memory, asked_f = np.array([1.0, -2.0, 0.5]), sigmoid(h + x)
    i, c_tilde = sigmoid(g["z_i"]), np.tanh(g["z_c"])
    kept, added = g["f"] * g["c_prev"], g["i"] * g["c_tilde"]
    o, squashed = sigmoid(g["z_o"]), np.tanh(g["c"])
    step = {"f": sigmoid(s["z_f"]), "i": sigmoid(s["z_i"]), "c_tilde": np.tanh(s["z_c"])}
    step["c"] = step["f"] * s["c_prev"] + step["i"] * step["c_tilde"]
    step["o"] = sigmoid(s["z_o"])
    step["h"] = step["o"] * np.tanh(step["c"])
    given = {"c_prev": "c_prev", "z_f": "z_f", "z_i": "z_i", "z_C": "z_c", "z_o": "z_o"}
    forget = Sheet(
        "The forget gate: how much to keep",
        "its forget gate",
        "forget",
        "Somebody on the web asked about this h and x. Their W and b make z = h + x. Fill in the "
        "rest.",
        {"h_prev": h, "x": x, "z": None, "f": None, "c_prev": memory, "kept": None},
        {"z": h + x, "f": asked_f, "kept": asked_f * memory},
        (
            "f = 1. Does the cell forget everything or nothing?",
            "All weights of the gate are 0. Which number alone decides then?",
            "Keep all, but nothing at the bell. What must the bias be, and the bell's weight?",
        ),
        curves=("σ",),
    )
    write = Sheet(
        "The input gate and the candidate: how much, and what",
        "the input gate and the candidate",
        "input",
        "From the worked example batch, at its second moment. The sums z are given. Fill in the "
        "rest.",
        {"z_i": g["z_i"], "i": None, "z_C": g["z_c"], "c_tilde": None, "added": None},
        {"i": i, "c_tilde": c_tilde, "added": i * c_tilde},
        (
            "Somebody leaves, so the memory must get smaller. Which of the two layers can do it?",
            "Both sums are 0. What is added, and why?",
            "Unit 1 has the largest candidate. Why does it not add the most?",
        ),
        curves=("σ", "tanh"),
    )
    update = Sheet(
        "The cell update: keep some, add some",
        "its memory line",
        "update",
        "The worked example batch goes on. Fill in the rest, then mark each memory, old and new.",
        {name: g[name] for name in ("f", "c_prev", "i", "c_tilde")}
        | dict.fromkeys(("kept", "added", "c")),
        {"kept": kept, "added": added, "c": kept + added},
        (
            "C = −1, f = 0.5, and nothing is added. Does the memory go up or down?",
            "At one moment f is near 1. What do you know about i?",
            "Can C become larger than 1? How, or why not?",
        ),
        lines=True,
    )
    output = Sheet(
        "The output gate: how much to show",
        "its output gate",
        "output",
        "The worked example batch, to its end: z and the new memory are given. Fill in the rest.",
        {"z_o": g["z_o"], "o": None, "c": g["c"], "tanh C": None, "h": None},
        {"o": o, "tanh C": squashed, "h": o * squashed},
        (
            "Nobody asks all morning, and o = 0. Are the people who came in forgotten?",
            "Somebody writes h = o ∗ C. For which memories will nobody notice?",
            "The memory grows from 4 to 10, and o = 1. What does h do?",
        ),
        curves=("σ", "tanh"),
    )
    whole = Sheet(
        "One step: the whole cell",
        "all of it",
        None,
        "Another row of the worked example batch. In which order do you fill in the rest?",
        {name: s[key] for name, key in given.items()} | dict.fromkeys(step),
        step,
        (
            "Which of the six lines read h and x? Which two read neither?",
            "At one moment somebody enters and the bell rings. What is in the memory after it?",
            "Your numbers agree with an example in which all biases are 0. What may be wrong?",
        ),
    )
    return {"forget": forget, "input": write, "update": update, "output": output, "step": whole}


# ---- how they look -----------------------------------------------------------------------------


def page(sheet: Sheet) -> str:
    """Draw one page."""
    content = [
        draw.text((MARGIN, 92), sheet.title, TITLE, anchor="start", weight="bold"),
        _drawing(sheet.focus, 110),
    ]
    equations, y = _equations(equations_of(sheet.focus), 110 + SIZE[1] * SHRINK + 48)
    table, right = _table(sheet.table, y + 18)
    content += [equations, draw.text((MARGIN, y), sheet.told, TEXT, anchor="start"), table]
    top, y = y + 18, y + 18 + ROW * (UNITS + 1)
    if sheet.lines:
        content.append(_number_lines(right + 60, top, WIDTH - MARGIN - right - 60))
    room = (WIDTH - MARGIN - right) / max(len(sheet.curves), 1)
    for k, name in enumerate(sheet.curves):
        content.append(_axes(name, right + k * room, top, room, y - top))
    y += 30 if sheet.curves else 0
    for name in sheet.curves:
        y += 32
        points = "   ".join(
            f"{name}({z}) = {number(float(SQUASH[name](z)))}," for z in (0, 1, 2, 4)
        )
        turned = {"σ": "σ(−z) = 1 − σ(z)", "tanh": "tanh(−z) = −tanh(z)"}[name]
        content.append(draw.text((MARGIN, y), f"{points}   {turned}", SMALL, anchor="start"))
    content.append(_questions(sheet.questions, y + 50))
    picture = draw.svg((WIDTH, HEIGHT), _says(sheet), content)
    for color in COLORS.values():  # black and gray survive any printer
        picture = picture.replace(color, INK)
    on_screen = f'width="100%" style="max-width:{WIDTH}px"'
    assert on_screen in picture
    picture = picture.replace(on_screen, 'width="210mm" height="297mm"')
    # or a browser leaves room for its own margins, and prints two pages
    return picture.replace("<title>", "<style>@page{size:A4;margin:0}</style><title>", 1)


def _says(sheet: Sheet) -> str:
    fields = "".join(f", blank axes for the curve of {name}" for name in sheet.curves)
    fields += ", a number line for each" if sheet.lines else ""
    return (
        f"{sheet.title.split(':')[0]}, to print. The LSTM cell with {sheet.black} in black, its "
        f"equations, a table for three units to fill in{fields}, and three questions."
    )


def _drawing(focus: str | None, top: float) -> str:
    left = (WIDTH - SIZE[0] * SHRINK) / 2
    inside = draw.body(*BODY) + drawn(CELL, FOCUS[focus] if focus else None)
    return f'<g transform="translate({draw.n(left)} {draw.n(top)}) scale({SHRINK})">{inside}</g>'


def _equations(lines: Sequence[str], y: float) -> tuple[str, float]:
    """Write them below each other, or in two columns when there are many; and where they end."""
    columns = 1 if len(lines) <= 3 else 2
    deep = -(-len(lines) // columns)
    made = ""
    for k, line in enumerate(lines):
        x = 20 + (WIDTH - 40) * (2 * (k // deep) + 1) / (2 * columns)  # 10 mm of margin are free
        made += draw.equation(
            (x, y + k % deep * PITCH), tokens_of(line), 40 if columns == 1 else 34
        )
    y += deep * PITCH - 8
    return made + draw.text((WIDTH / 2, y), LEGEND, SMALL), y + 48


def _head(name: str) -> str:
    if name in QUANTITIES and QUANTITIES[name].moment:
        return f"{QUANTITIES[name].symbol}_{{{QUANTITIES[name].moment}}}"
    return name


def _table(table: Mapping[str, Array | None], top: float) -> tuple[str, float]:
    """Draw the table, a row for each unit; give its right edge too."""
    width, first = 88, 74
    names = list(table)
    right, bottom = MARGIN + first + width * len(names), top + ROW * (UNITS + 1)
    lines = "".join(f"M{MARGIN} {draw.n(top + ROW * k)}H{right}" for k in range(UNITS + 2))
    edges = [MARGIN, *(MARGIN + first + width * k for k in range(len(names) + 1))]
    lines += "".join(f"M{x} {draw.n(top)}V{draw.n(bottom)}" for x in edges)
    made = f'<path d="{lines}" stroke="{INK}" stroke-width="2"/>'
    made += _cell(MARGIN + first / 2, top, "unit")
    for k, name in enumerate(names):
        x = MARGIN + first + width * (k + 0.5)
        made += _cell(x, top, _head(name), 28 if draw.is_symbol(_head(name)) else SMALL)
        given = table[name]
        for unit, value in enumerate(() if given is None else given[:UNITS]):
            made += _cell(x, top + ROW * (unit + 1), number(value))
    for unit in range(UNITS):
        made += _cell(MARGIN + first / 2, top + ROW * (unit + 1), str(unit))
    return made, right


def _cell(x: float, top: float, words: str, size: float = TEXT) -> str:
    return draw.text((x, top + 33), words, size)


def _axes(name: str, left: float, top: float, width: float, height: float) -> str:
    """Draw a grid on which there is no curve yet."""
    low = 0 if name == "σ" else -1
    x0, x1 = left + 78, left + width - 14
    across = [x0 + (x1 - x0) * k / 8 for k in range(9)]  # z from −4 to 4
    up = [top + height * (1 - k / 4) for k in range(5)]
    grid = "".join(f"M{draw.n(x)} {draw.n(top)}V{draw.n(top + height)}" for x in across)
    grid += "".join(f"M{draw.n(x0)} {draw.n(y)}H{draw.n(x1)}" for y in up)
    made = f'<path d="{grid}" stroke="{QUIET}" stroke-width="1"/>'
    edge = f"M{draw.n(x0)} {draw.n(top)}V{draw.n(top + height)}H{draw.n(x1)}"
    made += f'<path d="{edge}" stroke="{INK}"/>'
    for x, z in zip(across[::2], (-4, -2, 0, 2, 4), strict=True):
        made += draw.text((x, top + height + 28), f"{z}".replace("-", "−"), SMALL)
    for y, value in zip(up, np.linspace(low, 1, 5), strict=True):
        made += draw.text((x0 - 8, y + 8), number(value), SMALL, anchor="end")
    made += (
        f'<rect x="{draw.n(x0 + 6)}" y="{draw.n(top + 4)}" width="88" height="30" fill="{PAPER}"/>'
    )
    return made + draw.text((x0 + 50, top + 26), f"{name}(z)", SMALL, QUIET_INK)


def _number_lines(left: float, top: float, width: float) -> str:
    """Draw a line from −1 to 1 beside each row of the table."""
    made = ""
    for k, value in enumerate((-1, 0, 1)):
        made += draw.text((left + width * k / 2, top + 33), f"{value}".replace("-", "−"), SMALL)
    for unit in range(UNITS):
        y = top + ROW * (unit + 1.5)
        ticks = "".join(f"M{draw.n(left + width * k / 8)} {draw.n(y - 9)}v18" for k in range(9))
        made += f'<path d="M{draw.n(left)} {draw.n(y)}h{draw.n(width)}{ticks}" stroke="{INK}"/>'
    return made


def _questions(questions: Sequence[str], y: float) -> str:
    """Write each with a dotted line for its answer."""
    made, pitch = "", min(150, (HEIGHT - MARGIN + 42 - y) / len(questions))
    for k, question in enumerate(questions, 1):
        made += draw.text((MARGIN, y), f"{k}.", TEXT, anchor="start", weight="bold")
        made += draw.text((MARGIN + 36, y), question, TEXT, anchor="start")
        made += (
            f'<path d="M{MARGIN + 36} {draw.n(y + pitch - 42)}H{WIDTH - MARGIN}" stroke="{QUIET}" '
            'stroke-width="2" stroke-dasharray="2 6"/>'
        )
        y += pitch
    return made


if __name__ == "__main__":
    draw.write(
        {name: page(sheet) for name, sheet in sheets().items()}, *sys.argv[1:] or ["docs/handouts"]
    )

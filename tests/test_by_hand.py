"""The numbers worked out by hand: no likely slip is taken for right, and a hint is for its slip.

Each slip is a line of Python over the names of its notebook, so a slip that leads to the answer,
or to another one's number, means that the notebook's numbers have to change.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_teach import sigmoid
from tests.test_notebooks_saved import PATHS, code_cells, source

GUIDE = Path(__file__).parents[1] / "docs" / "lessons"
UNNAMED = ""  # it must not get the hint of another slip

#: By lesson and by what is asked, each slip and a part of what has to be said of it.
SLIPS: dict[tuple[str, str], dict[str, str]] = {
    ("01", "my_next_h"): {
        "0.5 * h_first[0]": "weighted sum",
        "h_first[0]": "still the h of moment 0",
        "tanh(h_first[0])": "The weight of h is missing",
        "tanh(tanh(0.5 * h_first[0]))": "tanh twice",
        "tanh(0.5 * h_first[0] + 1)": "nobody enters",
        "tanh(0.5)": "not 1",
        "sigmoid(0.5 * h_first[0])": UNNAMED,
        "0.5 * tanh(h_first[0])": UNNAMED,
        "tanh(0.5 + h_first[0])": UNNAMED,
        "0.5 * h_first[0] + 1": UNNAMED,
    },
    ("02", "my_f"): {
        "z(h_one, x_one)": "That is z",
        "sigmoid(z(h_one, x_one) - b_one)": "leave out the bias",
        "sigmoid(z(h_one, x_one) - b_one) + b_one": "came too late",
        "sigmoid(z(x_one, h_one))": "You joined [x, h]",
        "sigmoid(z(0 * h_one, x_one))": "leave out h",
        "sigmoid(z(h_one, abs(x_one)))": "sign got lost",
        "sigmoid(-z(h_one, x_one))": "minus missing",
        "sigmoid(sigmoid(z(h_one, x_one)))": "σ twice",
        "tanh(z(h_one, x_one))": "tanh(z)",
        "sigmoid(z(h_one, 0 * x_one))": UNNAMED,
        "sigmoid(h_one + x_one.sum() + b_one)": UNNAMED,
        "sigmoid(z(h_one, x_one * [1, 0]))": UNNAMED,
        "sigmoid(z(h_one, x_one * [0, 1]))": UNNAMED,
        "sigmoid(z(h_one, x_one) - 2 * b_one)": UNNAMED,
        "sigmoid(z(np.ones(1), x_one))": UNNAMED,
        "exp(-z(h_one, x_one))": UNNAMED,
        "1 + exp(-z(h_one, x_one))": UNNAMED,
        "sigmoid(b_one)": UNNAMED,
    },
    ("03", "my_added"): {
        "S(zi)": "That is the gate i",
        "T(zc)": "That is the candidate",
        "T(zi) * S(zc)": "mixed up",
        "S(zi) * S(zc)": "σ twice",
        "S(zi) * zc": "candidate has not been squashed",
        "S(zi) + T(zc)": "not added",
        "S(zi) * T(T(zc))": "tanh twice. Squash each sum once",
        "T(zi) * T(zc)": "tanh twice. The gate",
        "zi * T(zc)": "gate has not been squashed",
        "S(i(x_one, h_one)) * T(c(x_one, h_one))": "You joined [x, h]",
        "S(i(0 * h_one, x_one)) * T(c(0 * h_one, x_one))": "leave out h",
        "S(zi - b_i_one) * T(zc - b_c_one)": UNNAMED,
        "S(b_i_one) * T(zc)": UNNAMED,
        "S(zi) * T(b_c_one)": UNNAMED,
        "S(zi - b_i_one) * T(zc)": UNNAMED,
        "S(zi) * T(zc - b_c_one)": UNNAMED,
        "S(i(h_one, 0 * x_one)) * T(c(h_one, 0 * x_one))": UNNAMED,
        "S(-zi) * T(zc)": UNNAMED,
        "S(S(zi)) * T(zc)": UNNAMED,
        "T(S(zi) * T(zc))": UNNAMED,
        "zi * zc": UNNAMED,
        "S(zi) * T(zi)": UNNAMED,
    },
    ("04", "my_c"): {
        "f_one * c_prev_one": "what is kept",
        "i_one * c_tilde_one": "what is added",
        "f_one + i_one * c_tilde_one": "took f for what is kept",
        "f_one + c_prev_one + i_one * c_tilde_one": "it multiplies it",
        "c_prev_one + i_one * c_tilde_one": "came in whole. How much of it does f",
        "f_one * c_prev_one + c_tilde_one": "came in whole. How much of it does i",
        "f_one * (c_prev_one + i_one * c_tilde_one)": "only the old memory",
        "f_one * c_prev_one - i_one * c_tilde_one": "You subtracted",
        "i_one * c_prev_one + f_one * c_tilde_one": "swapped the two gates",
        "tanh(f_one * c_prev_one + i_one * c_tilde_one)": "no tanh",
        "(1 - f_one) * c_prev_one + i_one * c_tilde_one": UNNAMED,
        "f_one * c_prev_one + (1 - i_one) * c_tilde_one": UNNAMED,
        "f_one * c_prev_one + (1 - f_one) * c_tilde_one": UNNAMED,
        "f_one * tanh(c_prev_one) + i_one * c_tilde_one": UNNAMED,
        "f_one * c_prev_one + i_one * tanh(c_tilde_one)": UNNAMED,
        "f_one * -c_prev_one + i_one * c_tilde_one": UNNAMED,
        "f_one * c_prev_one + i_one": UNNAMED,
        "c_prev_one + c_tilde_one": UNNAMED,
    },
    ("05", "my_h"): {
        "o": "That is the gate o",
        "o * memory_one": "goes through tanh before",
        "T(memory_one)": "squashed memory",
        "T(o * memory_one)": "First squash, then gate",
        "z(h_prev_one, x_one) * T(memory_one)": "has not been squashed yet",
        "o * S(memory_one)": "by tanh, not by σ",
        "T(z(h_prev_one, x_one)) * T(memory_one)": "by σ, not by tanh",
        "S(z(x_one, h_prev_one)) * T(memory_one)": "You joined [x, h]",
        "S(z(0 * h_prev_one, x_one)) * T(memory_one)": "leave out h",
        "o * T(T(memory_one))": "tanh twice. Squash",
        "T(o * T(memory_one))": "tanh twice. What",
        "S(z(h_prev_one, x_one) - b_one) * T(memory_one)": UNNAMED,
        "S(z(h_prev_one, 0 * x_one)) * T(memory_one)": UNNAMED,
        "S(h_prev_one + x_one + b_one) * T(memory_one)": UNNAMED,
        "S(-z(h_prev_one, x_one)) * T(memory_one)": UNNAMED,
        "S(o) * T(memory_one)": UNNAMED,
        "(1 - o) * memory_one": UNNAMED,
        "o + T(memory_one)": UNNAMED,
        "o * T(h_prev_one)": UNNAMED,
        "T(o)": UNNAMED,
        "T(o) * memory_one": UNNAMED,
    },
    ("06", "my_c, my_h"): {
        "c, o_one * c": "What squashes it first",
        "c, T(c)": "let through",
        "c, o_one * T(added)": "the old one",
        "c, o_one * c_tilde_one": "o times the candidate",
        "added, o_one * T(added)": "after one step",
        "2 * added, o_one * T(2 * added)": "f keeps a share",
        "no_i, o_one * T(no_i)": "does i let in",
        "f_one * T(added) + added, o_one * T(f_one * T(added) + added)": "only the copy",
        "from_h, o_one * T(from_h)": "a share of h",
        "(1 - f_one) * added + added, o_one * T((1 - f_one) * added + added)": UNNAMED,
        "f_one * added, o_one * T(f_one * added)": UNNAMED,
        "f_one * c + added, o_one * T(f_one * c + added)": UNNAMED,
        "o_one * added + added, o_one * T(o_one * added + added)": UNNAMED,
        "f_one * 2 * added, o_one * T(f_one * 2 * added)": UNNAMED,
        "c, (1 - o_one) * T(c)": UNNAMED,
        "c, f_one * T(c)": UNNAMED,
        "c, i_one * T(c)": UNNAMED,
        "c, T(o_one * c)": UNNAMED,
        "c, o_one * T(T(c))": UNNAMED,
        "c, T(o_one * T(c))": UNNAMED,
        "c, o_one * added": UNNAMED,
        "c, o_one * S(c)": UNNAMED,
        "c, o_one": UNNAMED,
        "c, c": UNNAMED,
    },
    ("07", "my_h"): {
        "3": "So many people",
        "0.3": "what the memory holds",
        "T(0.2)": "two people",
        "0.2": UNNAMED,
        "T(0.4)": UNNAMED,
        "T(0.1)": UNNAMED,
        "T(3)": UNNAMED,
        "3 * T(0.1)": UNNAMED,
        "T(T(0.3))": UNNAMED,
    },
    ("08", "my_share"): {
        "S(2) + S(-0.5)": "added the two factors",
        "S(-0.5)": "moment 1 alone",
        "S(2)": "moment 0 alone",
        "2 * -0.5": "squash each z with σ first",
        "S(1.5)": "added the z",
        "S(2 * -0.5)": "multiplied the z",
        "T(2) * T(-0.5)": "not by tanh",
        "S(-2) * S(0.5)": UNNAMED,
        "(S(2) + S(-0.5)) / 2": UNNAMED,
        "S(2) * (1 - S(2)) * S(-0.5) * (1 - S(-0.5))": UNNAMED,
        "S(S(2) * S(-0.5))": UNNAMED,
        "S(2) * S(0.5)": UNNAMED,
    },
    ("09", "my_w"): {
        "w + rate * slope": "uphill",
        "w - slope": "learning rate is missing",
        "w - rate * (w * x - should) * x": "The 2 is missing",
        "w - rate * 2 * (w * x - should)": "The x is missing",
        "w - rate * (w * x - should)": "two factors",
        "rate * slope": "That is the step",
        "slope": "That is the gradient",
        "w - rate * (w * x - should) ** 2": UNNAMED,
        "w - rate * 2 * (w * x - should) * w": UNNAMED,
        "w - rate * (2 * w * x - should) * x": UNNAMED,
        "w - rate * 2 * w * x * x": UNNAMED,
        "should / x": UNNAMED,
        "(w - rate * slope) * x": UNNAMED,
        "-rate * slope": UNNAMED,
    },
    ("10", "my_h"): {
        "z * h_prev + (1 - z) * h_tilde": "the other way around",
        "h_prev + z * h_tilde": "makes room first",
        "z * h_tilde": "what comes in",
        "(1 - z) * h_prev": "what is left",
        "z * h_prev + z * h_tilde": "z of both. Of the old",
        "(1 - z) * (h_prev + h_tilde)": "1 − z of both",
        "(1 - z) * h_prev + h_tilde": "came in whole",
        "z * h_prev": UNNAMED,
        "(1 - z) * h_tilde": UNNAMED,
        "h_prev + h_tilde": UNNAMED,
        "(h_prev + h_tilde) / 2": UNNAMED,
        "(1 - z) * h_prev - z * h_tilde": UNNAMED,
        "T((1 - z) * h_prev + z * h_tilde)": UNNAMED,
        "(1 - z) * h_prev + z * T(h_tilde)": UNNAMED,
    },
    ("10", "my_p_f"): {
        "90 / 0.45": "must fall",
        "-90 / 0.4": "at four people",
        "-90 / 0.5": "at five people",
        "-90 / 4.5": "0.1 of memory",
        "-90 * 0.45": UNNAMED,
        "-0.45 / 90": UNNAMED,
        "-90": UNNAMED,
    },
    ("11", "my_f"): {
        "ih * x_one + hh * h_one + bias_ih + bias_hh": "That is z",
        "S(ih * h_one + hh * x_one + bias_ih + bias_hh)": "swapped h and x",
        "S(ih * x_one + hh * h_one + bias_ih)": "There are two biases",
        "S(ih * x_one + hh * h_one + bias_hh)": "There are two biases",
        "S(ih * x_one + hh * h_one)": "two biases are missing",
        "S(ih * x_one + bias_ih)": "part of x alone",
        "S(hh * h_one + bias_hh)": "part of h alone",
        "S(ih * x_one + bias_ih + bias_hh)": UNNAMED,
        "S(hh * h_one + bias_ih + bias_hh)": UNNAMED,
        "S(bias_ih + bias_hh)": UNNAMED,
        "S(h_one + x_one + bias_ih + bias_hh)": UNNAMED,
        "S(ih * x_one + hh * h_one + bias_ih - bias_hh)": UNNAMED,
        "S((ih + bias_ih) * x_one + (hh + bias_hh) * h_one)": UNNAMED,
        "T(ih * x_one + hh * h_one + bias_ih + bias_hh)": UNNAMED,
        "S(-(ih * x_one + hh * h_one + bias_ih + bias_hh))": UNNAMED,
        "S(ih * x_one + hh * h_one) + bias_ih + bias_hh": UNNAMED,
        "S(abs(ih) * x_one + abs(hh) * h_one + bias_ih + bias_hh)": UNNAMED,
    },
    ("12", "my_p"): {
        "exp(1) / (exp(1) + exp(0.5) + 1)": "multiplied",
        "exp(2) / (exp(2) + exp(1) + 1)": "temperature 1",
        "exp(4)": "divide it by the sum",
        "exp(2) / (exp(4) + exp(2) + 1)": UNNAMED,
        "exp(4) / (exp(4) + exp(1) + 1)": UNNAMED,
        "exp(4) / (exp(4) + exp(2))": UNNAMED,
        "exp(4) / (exp(2) + exp(1) + 1)": UNNAMED,
        "2 * exp(2) / (exp(2) + exp(1) + 1)": UNNAMED,
        "4 / 6": UNNAMED,
    },
    ("13", "my_gradient"): {
        "1 - p[0]": "sign is wrong",
        "p[0]": "That is p",
        "-log(p[0])": "That is the loss",
        "-1 / p[0]": "with respect to p",
        "p[1] - 1": UNNAMED,
        "p[0] - p[1]": UNNAMED,
        "p[0] * (1 - p[0])": UNNAMED,
        "-p[0]": UNNAMED,
        "(p[0] - 1) / 3": UNNAMED,
        "0": UNNAMED,
    },
}

#: What the slips of a lesson are written with, besides the notebook's names.
WORDS = {
    "02": "z = lambda h, x: W_one @ np.concatenate([h, x]) + b_one",
    "03": """
i = lambda h, x: W_i_one @ np.concatenate([h, x]) + b_i_one
c = lambda h, x: W_c_one @ np.concatenate([h, x]) + b_c_one
zi, zc = i(h_one, x_one), c(h_one, x_one)
""",
    "05": """
z = lambda h, x: W_one @ np.concatenate([h, x]) + b_one
o = S(z(h_prev_one, x_one))
""",
    "06": """
added = i_one * c_tilde_one
c = f_one * added + added
no_i = f_one * c_tilde_one + c_tilde_one
from_h = f_one * o_one * T(added) + added
""",
    "09": """
w, x, should, rate = 0.9, 3.0, 1.0, 0.05
slope = 2 * (w * x - should) * x
""",
    "11": "ih, hh = weight_ih, weight_hh",
}
MATHS = {"np": np, "S": sigmoid, "sigmoid": sigmoid, "T": np.tanh, "tanh": np.tanh}
MATHS |= {"exp": np.exp, "log": np.log}


def judge(lesson: str, asked: str) -> tuple[Callable[..., Any], dict[str, Any], int]:
    """Run a notebook up to a task: its check as a function, its names, and the digits asked for."""
    (path,) = (p for p in PATHS if p.stem.startswith(lesson))
    names: dict[str, Any] = {}
    given, before = asked.split(", "), ""
    for cell in code_cells(path):
        code = source(cell)
        if "check.number(" in code and f"{given[0]} = ..." in before:
            break
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, names)
        before = code
    *lines, last = ast.parse(code).body
    assert isinstance(last, ast.Expr)
    prepare = compile(ast.Module(lines, []), str(path), "exec")
    check = compile(ast.Expression(last.value), str(path), "eval")
    digits = next((k.value.value for k in last.value.keywords if k.arg == "digits"), 2)

    def said(*numbers: float) -> Any:
        mine = names | dict(zip(given, numbers, strict=True))
        exec(prepare, mine)
        return eval(check, mine)

    names = names | MATHS
    exec(WORDS.get(lesson, ""), names)
    return said, names, digits


@pytest.mark.parametrize(("lesson", "asked"), SLIPS)
def test_a_slip_is_not_right_and_its_hint_is_its_own(lesson: str, asked: str) -> None:
    said, names, digits = judge(lesson, asked)
    for slip, hint in SLIPS[lesson, asked].items():
        value = eval(slip, names)
        numbers = [np.asarray(v).item() for v in (value if isinstance(value, tuple) else (value,))]
        for typed in (numbers, [round(n, digits) for n in numbers]):
            verdict = said(*typed)
            about = f"{lesson} {asked}: {slip} = {typed} gets {verdict}"
            assert verdict.passed is False, about
            assert verdict.mistake != "too few digits", about
            if hint:
                assert hint in verdict.sentence, about
            else:
                assert verdict.mistake != "named in the notebook", about


@pytest.mark.parametrize("asked", [asked for asked in SLIPS if asked != ("10", "my_p_f")])
def test_the_guide_has_the_right_numbers(asked: tuple[str, str]) -> None:
    said, *_ = judge(*asked)
    (page,) = GUIDE.glob(f"{asked[0]}_*.md")
    (line,) = re.findall(r"numbers? of part 3, by hand: (.*)\.", page.read_text(encoding="utf-8"))
    numbers = re.findall(r"\d+\.\d+|−\d+\.\d+", line)[: len(asked[1].split(", "))]
    assert said(*(float(number.replace("−", "-")) for number in numbers)).passed, line


def test_every_task_and_every_hint_is_here() -> None:
    tasks = hints = 0
    for path in PATHS:
        for cell in code_cells(path):
            for call in ast.walk(ast.parse(source(cell))):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "check.number":
                    tasks += 1
                    hints += len(call.args[2].keys)
    assert tasks == len(SLIPS)
    assert hints == sum(hint != UNNAMED for slips in SLIPS.values() for hint in slips.values())

"""A cell from PyTorch, brought by the student: right in any form, and each mistake named."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest

from lstm_teach import Gate, Parameters, conventions
from tests.check.helpers import verdicts

ORDER = ("input", "forget", "candidate", "output")


def bring(
    order: tuple[str, ...] = ORDER,
    columns: Callable = lambda w_x, w_h: [w_h, w_x],
    bias: Callable = lambda b_x, b_h: b_x + b_h,
    turned: bool = False,
    made: Callable = lambda W, b: (W, b),
    result: Callable = dict,
) -> Callable:
    """A student's function, with these parts."""

    def function(weight_ih, weight_hh, bias_ih, bias_hh):
        H = len(bias_ih) // 4
        layers = {}
        for k, name in enumerate(order):
            rows = slice(k * H, (k + 1) * H)
            W = np.hstack(columns(weight_ih[rows], weight_hh[rows]))
            layers[name] = made(W.T if turned else W, bias(bias_ih, bias_hh)[rows])
        return result(layers)

    return function


@pytest.mark.parametrize(
    "function",
    [
        bring(),
        bring(made=lambda W, b: (W.tolist(), b)),
        bring(made=Gate),
        bring(made=Gate, result=lambda layers: Parameters(**layers)),
    ],
)
def test_right_in_any_form(function: Callable) -> None:
    assert verdicts("from_torch", function).passed


MISTAKES = [
    ("joined as [x, h]", bring(columns=lambda w_x, w_h: [w_x, w_h])),
    ("one bias dropped", bring(bias=lambda b_x, b_h: b_x)),
    ("one bias dropped", bring(bias=lambda b_x, b_h: b_h)),
    *(
        (f"rows cut as {', '.join(name[0] for name in order)}", bring(order))
        for order in permutations(ORDER)
        if order != ORDER
    ),
]


@pytest.mark.parametrize(
    ("name", "function"),
    [
        *MISTAKES,
        ("rows cut as f, i, c, o", bring(("forget", "input", "candidate", "output"), made=Gate)),
        ("W transposed", bring(turned=True)),
        ("W transposed", bring(turned=True, made=Gate)),
        ("wrong shape", bring(result=lambda layers: layers["forget"])),
        ("wrong shape", bring(ORDER[:2])),
        ("wrong shape", bring(made=lambda W, b: ())),
        ("wrong shape", bring(turned=True, made=lambda W, b: W)),
        ("wrong shape", bring(made=lambda W, b: (b, b))),
        ("wrong shape", bring(made=lambda W, b: (W[:, None], b))),
        ("wrong shape", bring(columns=lambda w_x, w_h: [w_h], made=lambda W, b: (W, 0))),
        ("one matrix left out", bring(columns=lambda w_x, w_h: [w_h])),
        ("used ours", lambda *given: conventions.from_torch(*given)),
    ],
)
def test_a_mistake_is_named(name: str, function: Callable) -> None:
    verdict = verdicts("from_torch", function)
    assert (verdict.passed, verdict.mistake) == (False, name)


def test_a_dict_is_described_by_what_it_has() -> None:
    verdict = verdicts("from_torch", bring(("input", "forget", "cell", "output")))
    assert "it returned a dict with 'input', 'forget', 'cell', 'output'." in verdict.sentence


def test_parameters_in_another_order_are_told_of_it() -> None:
    verdict = verdicts("from_torch", bring(made=Gate, result=lambda of: Parameters(*of.values())))
    assert verdict.mistake == "rows cut as f, i, c, o"
    assert "or put the layers into Parameters in another than its own" in verdict.sentence

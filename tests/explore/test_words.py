"""Sentences, equations and code say what is true of the numbers beside them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_teach import Gate, Parameters, Step, pin, step, unroll
from lstm_teach._style import number
from lstm_teach.explore import words
from lstm_teach.explore.view import markup_and_values
from tests.helpers import moments

FOCUSES = ("forget", "input", "update", "output", "step")


def text(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html)


def moment(units: int = 2) -> tuple[Parameters, Step]:
    cell = Parameters.random(2, units, seed=3)
    h, c = np.linspace(-0.8, 0.9, units), np.linspace(1.5, -1.5, units)
    return cell, step(cell, [0.5, -0.25], h, c)


# ---- shares ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0%"),
        (1e-300, "less than 1%"),
        (0.0099, "less than 1%"),
        (0.01, "1%"),
        (0.014, "1%"),
        (0.5, "50%"),
        (0.655, "66%"),
        (0.99, "99%"),
        (0.991, "more than 99%"),
        (1 - 1e-15, "more than 99%"),
        (1.0, "100%"),
    ],
)
def test_percent(share: float, said: str) -> None:
    assert words.percent(share) == said


@given(st.floats(0, 1))
def test_percent_never_says_all_or_nothing_of_a_part(share: float) -> None:
    assert (words.percent(share) == "0%") == (share == 0)
    assert (words.percent(share) == "100%") == (share == 1)


# ---- sentences ---------------------------------------------------------------------------------

# What each unit's sentence says, in this order; a share for a gate, a number for the rest.
SAID = {
    "forget": ("f", "c_prev", "kept"),
    "input": ("i", "c_tilde", "added"),
    "update": ("kept", "c_prev", "added", "c"),
    "output": ("c", "tanh", "o", "h"),
    "step": ("kept", "c_prev", "added", "c", "h"),
}


@pytest.mark.parametrize("focus", FOCUSES)
@pytest.mark.parametrize("units", [1, 2, 5])
def test_a_sentence_for_each_unit_with_its_numbers_in_order(focus: str, units: int) -> None:
    _, s = moment(units)
    said = re.split(r" (?=Unit \d+ )", words.sentence(focus, s))
    assert len(said) == units
    for k, sentence in enumerate(said):
        assert sentence.startswith(f"Unit {k} ")
        assert sentence.endswith(".")
        numbers = re.findall(r"(?:more than |less than )?\d+%|−?\d+\.\d+", sentence)
        values = [np.tanh(s.c) if name == "tanh" else getattr(s, name) for name in SAID[focus]]
        expected = [
            words.percent(value[k]) if name in "fio" else number(value[k])
            for name, value in zip(SAID[focus], values, strict=True)
        ]
        assert numbers == expected


def test_every_stage_of_the_tour_has_its_number_and_its_numbers() -> None:
    _, s = moment()
    fields = {"join": ("h_prev", "x"), "kept": ("c_prev", "kept"), "h": ("h",)}
    fields |= {gate: (f"z_{gate[0]}", gate) for gate in ("f", "i", "c_tilde", "o")}
    for k, name in enumerate(words.STAGES, 1):
        said = words.stage(name, s)
        assert said.startswith(f"Stage {k} of 9. ")
        for field in fields.get(name, (name,)):
            assert all(number(value) in said for value in getattr(s, field)), (name, field)
        assert said.endswith((".", "."))


def test_a_moment_says_which_one_and_what_happened() -> None:
    _, s = moment(1)
    said = words.moment_sentence(4, 25, "enter+ask", words.sentence("step", s))
    assert said.startswith("Moment 4 (0 to 24), enter+ask: unit 0 keeps ")
    assert number(s.c[0]) in said
    told = words.moment_sentence(0, 3, None, words.sentence("step", s))
    assert told.startswith("Moment 0 (0 to 2): unit 0 ")


@pytest.mark.parametrize("gate", ["forget", "input", "candidate", "output"])
def test_without_pin_names_the_gate(gate: str) -> None:
    _, s = moment(2)
    said = words.without_pin(gate, s)
    assert "candidate gate" not in said
    assert f" {gate} " in said
    assert all(number(value) in said for value in (*s.c, *s.h))


def test_the_ribbon_shows_where_we_are() -> None:
    names = [f"event{k}" for k in range(20)]
    for t in range(20):
        shown = words.ribbon(names, t)
        assert f'font-weight:bold">[event{t}]</span>' in shown
        assert shown.count("bold") == shown.count("[") == 1
        assert shown.count("event") == 9
        assert ("… " in shown) == (t > 4)
        assert (" …" in shown) == (t < 15)
        assert markup_and_values(shown)[0] == markup_and_values(words.ribbon(names, 0))[0]
    assert text(words.ribbon(["ask"], 0)).strip() == "[ask]"


# ---- equations ---------------------------------------------------------------------------------


def test_the_forget_gate_in_numbers() -> None:
    cell = Parameters.zeros(1, 1)
    cell = Parameters(Gate([[0.5, -1.5]], [0.25]), cell.input, cell.candidate, cell.output)
    shown = text(words.equation("forget", cell, step(cell, [0.5], [-0.3], [0.8])))
    assert "ft = σ(Wf[ht−1, xt] + bf)" in shown
    assert "ft[0] = σ(0.50·(−0.30) + (−1.50)·0.50 + 0.25) = σ(−0.65) = 0.34" in shown
    assert "kept[0] = 0.34·0.80 = 0.27" in shown


@pytest.mark.parametrize("focus", [*FOCUSES, "sequence"])
def test_equations_hold_the_numbers_of_the_units_that_fit(focus: str) -> None:
    cell, s = moment(5)
    shown = text(words.equation(focus, cell, s))
    named = {"forget": "f kept", "input": "i c_tilde added", "update": "c", "output": "o h"}
    for name in named.get(focus, "c h").split():
        assert all(f"= {number(value)}" in shown for value in getattr(s, name)[:2])
    assert "and so on for all 5 units" in shown
    assert "−−" not in shown
    assert "+ −" not in shown
    assert "·−" not in shown


def test_a_sum_of_more_than_six_products_is_given_as_one_number() -> None:
    cell, s = moment(5)  # 7 products
    shown = text(words.equation("forget", cell, s))
    assert f"ft[0] = σ({number(cell.forget.W[0] @ [*s.h_prev, *s.x])} + " in shown
    assert "·" not in shown.split("kept")[0]
    cell, s = moment(4)  # 6 products
    assert text(words.equation("forget", cell, s)).split("ft[1]")[0].count("·") == 6


@pytest.mark.parametrize(
    ("about", "left"),
    {
        "forget": ["ft", "kept"],
        "input": ["it", "C̃t", "added"],
        "update": ["Ct"],
        "output": ["ot", "ht"],
        "step": ["Ct", "ht"],
        "sequence": ["Ct", "ht"],
        "join": [],
        "f": ["ft"],
        "i": ["it"],
        "c_tilde": ["C̃t"],
        "kept": ["kept"],
        "added": ["added"],
        "c": ["Ct"],
        "o": ["ot"],
        "h": ["ht"],
    }.items(),
)
def test_each_focus_and_stage_has_its_own_equations(about: str, left: list[str]) -> None:
    cell, s = moment(2)
    html = words.equation(about, cell, s)
    general = [text(part).split(" = ") for part in re.findall(r"<div><b>(.*?)</b></div>", html)]
    assert [side for side, _ in general] == left
    weights = {"ft": "Wf", "it": "Wi", "C̃t": "WC", "ot": "Wo"}
    for side, right in general:
        assert ("W" in right) == (side in weights)
        assert weights.get(side, "") in right


def test_the_first_stage_says_who_reads() -> None:
    _, s = moment(2)
    assert "All four layers read this" in words.stage("join", s)


# ---- code --------------------------------------------------------------------------------------

GIVES = {
    "forget": "f kept",
    "input": "i c_tilde added",
    "update": "f i c_tilde c",
    "output": "o h",
    "step": "f i c_tilde c o h",
}


def run(code: str, show: Callable | None = None) -> dict:
    """Run a student's copy of the code, with warnings as errors; give the names that it makes."""
    shown: list = []
    names: dict = {"print": show or (lambda *values: shown.append(values))}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(code, names)
    assert show or shown, "a student who runs it sees nothing"
    return names


@pytest.mark.parametrize("focus", FOCUSES)
@given(moment=moments(front=()))
def test_the_code_gives_these_very_numbers(focus: str, moment: tuple) -> None:
    cell, *state = moment
    s = step(cell, *state)
    names = run(words.code(focus, cell, s))
    for name in GIVES[focus].split():
        np.testing.assert_allclose(names[name], getattr(s, name), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("focus", ["forget", "input", "update", "step"])
def test_the_code_of_a_held_gate_gives_its_number(focus: str) -> None:
    """Weights that hold a gate at 0 would need e^800, and warn."""
    fields = {"forget": "f", "input": "i", "candidate": "c_tilde", "output": "o"}
    for (gate, held), value in product(fields.items(), (0.0, 0.3, 1.0)):
        cell = pin(Parameters.random(1, 2, seed=1), gate, value)
        s = step(cell, [0.5], [0.2, 0.1], [2.0, -2.0])
        code = words.code(focus, cell, s, held=[held])
        assert f"\n{held} = np.array(" in code, (gate, value)
        assert f"W_{gate[0]}" not in code, (gate, value)
        names, case = run(code), f"{gate} at {value}"
        for name in GIVES[focus].split():
            expected = getattr(s, name)
            np.testing.assert_allclose(names[name], expected, 1e-12, 1e-15, err_msg=case)


def test_the_code_of_numbers_alone_has_no_weights() -> None:
    cell, s = moment()
    code = words.code("update", cell, s, held=["f", "i", "c_tilde"])
    assert "W_" not in code
    assert "h_prev" not in code
    np.testing.assert_array_equal(run(code)["c"], s.c)


@pytest.mark.parametrize("value", [None, 0.0, 0.3, 1.0])
def test_the_code_of_a_sequence_gives_every_moment(value: float | None) -> None:
    cell = Parameters.random(2, 3, seed=2)
    cell = cell if value is None else pin(cell, "forget", value)
    held = None if value is None else {"f": np.full(3, value)}
    xs = np.random.default_rng(1).normal(size=(6, 2))
    steps, seen = unroll(cell, xs), []
    run(words.sequence_code(cell, xs, held), lambda *shown: seen.append(shown))
    assert len(seen) == 6
    for t, (c, h) in enumerate(seen):
        np.testing.assert_allclose(c, steps.c[t], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(h, steps.h[t], rtol=1e-12, atol=1e-15)

from __future__ import annotations

import copy
import inspect
import math
import pickle
from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstm_teach as lt
from lstm_teach import Gate, Parameters, Step, sigmoid, step
from lstm_teach.cell import concat, linear, lstm_cell
from lstm_teach.variants import GRUParameters
from tests.helpers import (
    GATES,
    SPOILED,
    assert_each_is_refused,
    assert_harmless,
    assert_same,
    cells,
    moments,
    refusal,
)

SYMBOLS = {"forget": "f", "input": "i", "candidate": "c_tilde", "output": "o"}
FUNCTIONS = {
    "forget": lt.forget_gate,
    "input": lt.input_gate,
    "candidate": lt.candidate,
    "output": lt.output_gate,
}


# ---- sigmoid -----------------------------------------------------------------------------------


def test_sigmoid_at_numbers_known_by_heart():
    np.testing.assert_allclose(
        sigmoid([0, 1, math.log(3), -math.log(3), math.log(99)]),
        [0.5, 0.7310585786300049, 0.75, 0.25, 0.99],
        rtol=1e-15,
    )


def test_sigmoid_neither_overflows_nor_warns():
    with np.errstate(all="raise"):
        assert_same(sigmoid([1e4, -1e4, 1e308, -1e308]), np.array([1.0, 0, 1, 0]))
        around_the_smallest_float = sigmoid(np.linspace(-750, -700, 1001))
    assert (np.diff(around_the_smallest_float) >= 0).all()
    assert around_the_smallest_float[-1] > 0


@given(st.floats(-1e4, 1e4))
def test_sigmoid_is_symmetric_and_as_exact_as_float64_can_be(z: float):
    with np.errstate(all="raise"):
        up, down = sigmoid(z), sigmoid(-z)
    assert up + down == pytest.approx(1, abs=4e-16)  # two roundings near 1
    assert 0 <= min(up, down) <= max(up, down) <= 1
    # the smaller of the two is the hard one: its relative error counts, not only the absolute
    np.testing.assert_allclose(
        min(up, down), 1 / (1 + math.exp(abs(z))) if abs(z) < 700 else 0, rtol=1e-14, atol=1e-300
    )


@given(st.lists(st.floats(-40, 40), min_size=2, max_size=9))
def test_sigmoid_rises(zs: list[float]):
    assert (np.diff(sigmoid(np.sort(zs))) >= 0).all()


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0), (2, 3, 4)])
def test_sigmoid_keeps_the_shape(shape: tuple[int, ...]):
    answer = sigmoid(np.zeros(shape, dtype=int))
    assert np.shape(answer) == shape
    assert answer.dtype == np.float64


# ---- each equation, by hand --------------------------------------------------------------------

H_PREV, X = [0.5, -1.0], [2.0, 0.25, -3.0]
W = [[1.0, 2.0, 3.0, 4.0, 5.0], [0.1, 0.2, 0.3, 0.4, 0.5]]
B = [7.0, -0.5]
Z = [
    1 * 0.5 + 2 * -1.0 + 3 * 2.0 + 4 * 0.25 + 5 * -3.0 + 7,  # -2.5
    0.1 * 0.5 + 0.2 * -1.0 + 0.3 * 2.0 + 0.4 * 0.25 + 0.5 * -3.0 - 0.5,  # -1.45
]


def test_concat_puts_the_hidden_state_first():
    h_prev, x = np.array(H_PREV), np.array(X)
    assert concat(h_prev, x).tolist() == [0.5, -1.0, 2.0, 0.25, -3.0]
    assert concat(np.stack([h_prev] * 2), np.stack([x] * 2)).shape == (2, 5)


def test_linear_is_the_weighted_sum_with_the_bias():
    np.testing.assert_allclose(
        linear(np.array(H_PREV + X), np.array(W), np.array(B)), Z, rtol=1e-14
    )


@pytest.mark.parametrize("gate", ["forget", "input", "output"])
def test_a_gate_is_the_sigmoid_of_its_preactivation(gate: str):
    f = FUNCTIONS[gate](H_PREV, X, W, B)
    np.testing.assert_allclose(f, [1 / (1 + math.exp(2.5)), 1 / (1 + math.exp(1.45))], rtol=1e-14)


def test_the_candidate_is_the_tanh_of_its_preactivation():
    c_tilde = lt.candidate(H_PREV, X, W, B)
    np.testing.assert_allclose(c_tilde, [math.tanh(-2.5), math.tanh(-1.45)], rtol=1e-14)


def test_update_cell_keeps_and_adds():
    c = lt.update_cell(c_prev=[2.0, -3.0], f=[0.5, 0.25], i=[0.125, 1.0], c_tilde=[-1.0, 0.5])
    assert c.tolist() == [0.5 * 2 - 0.125, 0.25 * -3 + 0.5]


def test_the_memory_may_leave_the_range_of_tanh():
    assert lt.update_cell([5.0], [1.0], [1.0], [0.5]).tolist() == [5.5]


def test_hidden_state_is_gated_tanh():
    h = lt.hidden_state(o=[0.5, 1.0], c=[1.0, -2.0])
    np.testing.assert_allclose(h, [math.tanh(1) / 2, -math.tanh(2)], rtol=1e-15)


def number_by_number(p: Parameters, x: list, h_prev: list, c_prev: list) -> dict[str, list]:
    """One moment of a cell without NumPy, one number at a time: what `step` is measured by."""
    told: dict[str, list] = {name: [] for name in ("f", "i", "c_tilde", "o", "c", "h")}
    for unit in range(len(h_prev)):
        z = {}
        for name in GATES:
            gate = getattr(p, name)
            z[name] = float(gate.b[unit])
            for column, entry in enumerate([*h_prev, *x]):
                z[name] += float(gate.W[unit, column]) * entry
        f, i, o = (1 / (1 + math.exp(-z[name])) for name in ("forget", "input", "output"))
        c_tilde = math.tanh(z["candidate"])
        c = f * c_prev[unit] + i * c_tilde
        for name, value in zip(told, (f, i, c_tilde, o, c, o * math.tanh(c)), strict=True):
            told[name].append(value)
    return told


@given(moments(front=()))
def test_step_agrees_with_a_cell_spelled_out_number_by_number(moment: tuple):
    p, x, h_prev, c_prev = moment
    s = step(p, x, h_prev, c_prev)
    for name, values in number_by_number(p, x.tolist(), h_prev.tolist(), c_prev.tolist()).items():
        np.testing.assert_allclose(getattr(s, name), values, rtol=1e-12, atol=1e-14, err_msg=name)


def test_gates_at_their_limits_and_beyond_warn_nobody():
    p = Parameters.zeros(1, 3)
    wide = Gate(np.zeros((3, 4)), [-1e4, 0, 1e4])
    with np.errstate(all="raise"):
        s = step(Parameters(wide, wide, wide, wide), [0], p.forget.b, [2, 2, 2])
    assert s.f.tolist() == s.i.tolist() == s.o.tolist() == [0, 0.5, 1]
    assert s.c_tilde.tolist() == [-1, 0, 1]
    assert s.c.tolist() == [0, 1, 3]


LARGE = Gate([[1e308, 1e308]], [0])
TOO_LARGE = "float64 ends at 1.8e308, so weights, inputs and state must be smaller"


@pytest.mark.parametrize("name", GATES)
def test_a_layer_that_reads_more_than_float64_can_hold_is_refused(name: str):
    p = replace(Parameters.zeros(1, 1), **{name: LARGE})
    batch = [[0], [10], [10]], [[1], [1], [0]], [[0], [0], [0]]
    z = f"z_{SYMBOLS[name][0]}"
    for call, arguments, where in (
        (step, (p, *batch), "[1, 0]"),
        (lt.unroll, (p, [[0], [10]]), "[1, 0]"),
        (FUNCTIONS[name], ([1], [10], LARGE.W, LARGE.b), "[0]"),
        (FUNCTIONS[name], ([1], [0.5], LARGE.W, [1.7e308]), "[0]"),
    ):
        assert refusal(call, *arguments) == f"{z} holds an infinite number at {where}; {TOO_LARGE}"
    assert (
        refusal(FUNCTIONS[name], [10], [-10], LARGE.W, [0]) == f"{z} holds NaN at [0]; {TOO_LARGE}"
    )


def test_an_update_that_float64_cannot_hold_is_refused():
    for f, word in ((10, "an infinite number"), (-10, "NaN")):
        assert refusal(lt.update_cell, [1e308], [f], [10], [1e308]) == (
            f"c holds {word} at [0]; {TOO_LARGE}"
        )


@given(moments(front=()), st.floats(150, 308))
def test_a_gate_is_refused_when_its_weighted_sum_overflows_and_only_then(
    moment: tuple, most: float
):
    p, x, h_prev, _ = moment
    large = p.forget.W * 10.0**most
    with np.errstate(over="ignore", invalid="ignore"):
        z = linear(concat(h_prev, x), large, p.forget.b)
    if np.isfinite(z).all():
        assert_same(lt.forget_gate(h_prev, x, large, p.forget.b), sigmoid(z))
    else:
        assert refusal(lt.forget_gate, h_prev, x, large, p.forget.b).endswith(TOO_LARGE)


def test_numbers_that_float64_can_hold_pass_however_large():
    large = Gate([[0, 1.7e308]], [0])
    s = step(Parameters(large, large, large, large), [1], [0], [1.7e308])
    assert s.c.tolist() == [1.7e308]


# ---- Step --------------------------------------------------------------------------------------


@given(moments())
def test_step_is_its_equations_in_order(moment: tuple):
    p, x, h_prev, c_prev = moment
    s = step(p, x, h_prev, c_prev)
    assert_same([s.x, s.h_prev, s.c_prev], [x, h_prev, c_prev])
    for name, letter in zip(GATES, "fico", strict=True):
        gate, value = getattr(p, name), getattr(s, SYMBOLS[name])
        z = getattr(s, f"z_{letter}")
        assert_same(z, linear(concat(h_prev, x), gate.W, gate.b))
        assert_same(value, np.tanh(z) if name == "candidate" else sigmoid(z))
        assert_same(value, FUNCTIONS[name](h_prev, x, gate.W, gate.b))
    assert_same(s.kept, s.f * c_prev)
    assert_same(s.added, s.i * s.c_tilde)
    assert_same(s.c, s.kept + s.added)
    assert_same(s.c, lt.update_cell(c_prev, s.f, s.i, s.c_tilde))
    assert_same(s.h, lt.hidden_state(s.o, s.c))


@given(moments())
def test_step_has_the_shapes_and_the_type_that_it_promises(moment: tuple):
    p, x, h_prev, c_prev = moment
    s = step(p, x, h_prev, c_prev)
    for field in fields(s):
        array = getattr(s, field.name)
        assert array.shape == (x if field.name == "x" else h_prev).shape
        assert array.dtype == np.float64
    assert s.kept.shape == s.added.shape == h_prev.shape


@given(moments())
def test_gates_and_hidden_state_stay_strictly_inside_their_bounds(moment: tuple):
    s = step(*moment)
    for gate in (s.f, s.i, s.o):
        assert ((gate > 0) & (gate < 1)).all()
    assert (np.abs(s.c_tilde) < 1).all()
    assert (np.abs(s.h) < 1).all()


@given(moments())
def test_a_batch_is_its_rows_one_by_one(moment: tuple):
    p, x, h_prev, c_prev = moment
    s = step(p, x, h_prev, c_prev)
    for index in np.ndindex(x.shape[:-1]):
        row = step(p, x[index], h_prev[index], c_prev[index])
        for got, expected in zip(
            (getattr(s, field.name)[index] for field in fields(s)),
            (getattr(row, field.name) for field in fields(s)),
            strict=True,
        ):
            np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("front", [(0,), (2, 0)])
def test_a_batch_may_be_empty(front: tuple[int, ...]):
    p = Parameters.random(3, 2, seed=0)
    s = step(p, np.zeros((*front, 3)), np.zeros((*front, 2)), np.zeros((*front, 2)))
    assert s.h.shape == (*front, 2)


def test_indexing_a_step_gives_a_step():
    p = Parameters.random(3, 2, seed=1)
    x, h, c = (np.random.default_rng(2).normal(size=(4, n)) for n in (3, 2, 2))
    s = step(p, x, h, c)
    assert isinstance(s[1], Step)
    for field in fields(s):
        assert_same(getattr(s[1], field.name), getattr(s, field.name)[1])
        assert_same(getattr(s[1:3, :1], field.name), getattr(s, field.name)[1:3, :1])
    assert_same(s[1].kept, s.kept[1])


# ---- Gate and Parameters -----------------------------------------------------------------------


def test_gate_knows_its_sizes():
    gate = Gate(np.zeros((2, 5)), [0, 0])
    assert (gate.hidden_size, gate.input_size) == (2, 3)


def test_gate_holds_copies_that_nobody_can_change():
    W, b = np.ones((1, 2)), np.ones(1)
    gate = Gate(W, b)
    W[:], b[:] = 5, 5
    assert gate.W.tolist() == [[1, 1]]
    assert gate.b.tolist() == [1]
    for array in (gate.W, gate.b):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 7
    with pytest.raises(FrozenInstanceError):
        gate.W = W


def test_parameters_are_frozen_and_know_their_sizes():
    p = Parameters.zeros(input_size=3, hidden_size=2)
    assert (p.input_size, p.hidden_size) == (3, 2)
    with pytest.raises(FrozenInstanceError):
        p.forget = p.input


def test_zeros_are_zeros():
    p = Parameters.zeros(3, 2)
    for name in GATES:
        gate = getattr(p, name)
        assert gate.W.shape == (2, 5)
        assert gate.b.shape == (2,)
        assert not gate.W.any()
        assert not gate.b.any()


def test_random_is_set_by_its_seed_and_leaves_other_streams_alone():
    np.random.seed(3)  # noqa: NPY002 - the old global stream is the one that must not move
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    p = Parameters.random(3, 2, seed=4)
    assert_same(np.random.get_state()[1], before)  # noqa: NPY002
    assert_same(p, Parameters.random(3, 2, seed=4))
    assert (p.forget.W != Parameters.random(3, 2, seed=5).forget.W).all()
    assert (Parameters.random(3, 2).forget.W != Parameters.random(3, 2).forget.W).all()
    drawn = np.concatenate([np.ravel(getattr(p, name).W) for name in GATES])
    assert len(np.unique(drawn)) == 4 * 2 * 5


def test_random_has_the_scale_that_is_asked_for():
    for arguments, scale in (((100, 30), 1.0), ((100, 30, 0.1), 0.1)):
        p = Parameters.random(*arguments, seed=6)
        for name in GATES:
            gate = getattr(p, name)
            assert gate.W.shape == (30, 130)
            assert gate.W.std() == pytest.approx(scale, rel=0.1)
            assert gate.W.mean() == pytest.approx(0, abs=0.1 * scale)
            assert gate.b.std() == pytest.approx(scale, rel=0.5)
            assert gate.b.mean() == pytest.approx(0, abs=0.6 * scale)


# ---- checked functions and their equations ------------------------------------------------------


@given(moments())
def test_a_function_and_its_equation_give_the_very_same_numbers(moment: tuple):
    p, x, h_prev, c_prev = moment
    for name in GATES:
        gate = getattr(p, name)
        given = h_prev, x, gate.W, gate.b
        assert_same(FUNCTIONS[name](*given), FUNCTIONS[name].equation(*given))
    s = step(p, x, h_prev, c_prev)
    assert_same(sigmoid(s.z_f), sigmoid.equation(s.z_f))
    four = c_prev, s.f, s.i, s.c_tilde
    assert_same(lt.update_cell(*four), lt.update_cell.equation(*four))
    assert_same(lt.hidden_state(s.o, s.c), lt.hidden_state.equation(s.o, s.c))
    assert_same(s, lstm_cell(p, x, h_prev, c_prev))


def test_what_a_checked_function_takes_stands_in_its_signature():
    gate, numbers = ("h_prev", "x", "W", "b"), "ArrayLike"
    for function, names in (
        (sigmoid, ("z",)),
        (lt.forget_gate, gate),
        (lt.input_gate, gate),
        (lt.candidate, gate),
        (lt.output_gate, gate),
        (lt.update_cell, ("c_prev", "f", "i", "c_tilde")),
        (lt.hidden_state, ("o", "c")),
    ):
        found = inspect.signature(function)
        assert [(k, v.annotation) for k, v in found.parameters.items()] == [
            (name, numbers) for name in names
        ]
        assert found.return_annotation == "Array"
        assert function.__module__ == "lstm_teach.cell"


def test_a_checked_function_that_lacks_an_argument_says_which():
    with pytest.raises(TypeError, match=r"^missing a required argument: 'b'$"):
        lt.forget_gate([0], [0], [[0, 0]])
    with pytest.raises(TypeError, match=r"^missing a required argument: 'h_prev'$"):
        lt.forget_gate(x=[0], W=[[0, 0]], b=[0])
    with pytest.raises(TypeError, match=r"^too many positional arguments$"):
        lt.hidden_state([0], [0], [0])
    with pytest.raises(TypeError, match=r"^multiple values for argument 'x'$"):
        lt.forget_gate([0], [0], [[0, 0]], [0], x=[0])


# ---- what goes in is never changed, and may be anything like an array --------------------------

V = np.array
WHOLE = V([[1, 2, 3, 4, 5], [0, -1, 1, 0, 2]])
GATE_ARGUMENTS = {"h_prev": V([1, -1]), "x": V([2, 0, 1]), "W": WHOLE, "b": V([0, 1])}
FOUR = {"c_prev": V([2, 3]), "f": V([0, 1]), "i": V([1, 1]), "c_tilde": V([-1, 0])}
P = Parameters.random(3, 2, seed=0)


def step_of(**arguments: object) -> Step:
    return step(P, **arguments)


#: Every public function of cell.py with arguments that fit.
CALLS = {
    "sigmoid": (sigmoid, {"z": V([[0, 1], [-3, 4]])}),
    "forget_gate": (lt.forget_gate, GATE_ARGUMENTS),
    "input_gate": (lt.input_gate, GATE_ARGUMENTS),
    "candidate": (lt.candidate, GATE_ARGUMENTS),
    "output_gate": (lt.output_gate, GATE_ARGUMENTS),
    "update_cell": (lt.update_cell, FOUR),
    "hidden_state": (lt.hidden_state, {"o": V([1, 0]), "c": V([2, -2])}),
    "Gate": (Gate, {"W": WHOLE, "b": V([0, 1])}),
    "step": (step_of, {"x": V([2, 0, 1]), "h_prev": V([1, -1]), "c_prev": V([0, 3])}),
}
LETTERS = {"forget_gate": "f", "input_gate": "i", "candidate": "c", "output_gate": "o"}


@pytest.mark.parametrize("name", CALLS)
def test_lists_integers_and_read_only_arrays_do_and_nothing_is_modified(name: str):
    assert_harmless(*CALLS[name])


def test_yes_and_no_are_1_and_0():
    assert_same(sigmoid([True, False]), sigmoid([1, 0]))


def test_a_batch_of_lists_does_too():
    batch = {k: np.stack([v, v]) if k in ("h_prev", "x") else v for k, v in GATE_ARGUMENTS.items()}
    assert_harmless(lt.forget_gate, batch)


# ---- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CALLS)
def test_what_is_not_a_finite_number_is_refused_by_name(name: str):
    letter = LETTERS.get(name)
    written = {"W": f"W_{letter}", "b": f"b_{letter}"} if letter else None
    assert_each_is_refused(*CALLS[name], written=written)


def test_the_sentences_for_what_is_not_a_finite_number():
    gate = GATE_ARGUMENTS
    assert refusal(lt.forget_gate, **{**gate, "W": SPOILED["NaN"](WHOLE)}) == (
        "W_f holds NaN at [1, 4]; every number in it must be finite"
    )
    assert refusal(lt.forget_gate, **{**gate, "b": [np.inf, np.nan]}) == (
        "b_f holds an infinite number at [0]; every number in it must be finite"
    )
    assert refusal(sigmoid, np.nan) == "z holds NaN; every number in it must be finite"
    assert (
        refusal(lt.candidate, **{**gate, "x": None}) == "x is None; it must be an array of numbers"
    )
    assert refusal(lt.candidate, **{**gate, "x": ["a", "b", "c"]}) == (
        "x must be an array of real numbers with rows of equal length"
    )


def zeros(*shape: int) -> np.ndarray:
    return np.zeros(shape)


SENTENCES = [
    # the design's own example
    (
        lambda: lt.forget_gate(zeros(2), zeros(3), zeros(2, 3), zeros(2)),
        "W_f has shape (2, 3); with h (2,) and x (3,) the gate reads [h, x], 5 numbers, "
        "so W_f must be (2, 5)",
    ),
    (
        lambda: lt.input_gate(zeros(2), zeros(3), zeros(5, 2), zeros(2)),
        "W_i has shape (5, 2); with h (2,) and x (3,) the gate reads [h, x], 5 numbers, "
        "so W_i must be (2, 5)",
    ),
    (
        lambda: lt.candidate(zeros(4, 2), zeros(4, 3), zeros(2), zeros(2)),
        "W_c has shape (2,); with h (2,) and x (3,) the gate reads [h, x], 5 numbers, "
        "so W_c must be (2, 5)",
    ),
    (
        lambda: lt.output_gate(zeros(2), zeros(3), zeros(1, 2, 5), zeros(2)),
        "W_o has shape (1, 2, 5); with h (2,) and x (3,) the gate reads [h, x], 5 numbers, "
        "so W_o must be (2, 5)",
    ),
    (
        lambda: lt.output_gate(zeros(2), zeros(3), zeros(2, 5), zeros(3)),
        "b_o has shape (3,); W_o has 2 rows, one for each unit, so b_o must be (2,)",
    ),
    (
        lambda: lt.forget_gate(zeros(1), zeros(1), zeros(1, 2), 0),
        "b_f has shape (); W_f has 1 row, one for each unit, so b_f must be (1,)",
    ),
    (
        lambda: lt.forget_gate(zeros(2), zeros(3), zeros(2, 5), zeros(2, 1)),
        "b_f has shape (2, 1); W_f has 2 rows, one for each unit, so b_f must be (2,)",
    ),
    (
        lambda: lt.forget_gate(0.5, zeros(3), zeros(1, 4), zeros(1)),
        "h_prev has shape (); features come last and there is at least one, "
        "so h_prev must be (..., H); write a single number as [number]",
    ),
    (
        lambda: lt.forget_gate(zeros(4, 2), zeros(4, 0), zeros(2, 2), zeros(2)),
        "x has shape (4, 0); features come last and there is at least one, "
        "so x must be (..., D); write a single number as [number]",
    ),
    (
        lambda: lt.forget_gate(zeros(2), zeros(0), zeros(2, 2), zeros(2)),
        "x has shape (0,); features come last and there is at least one, "
        "so x must be (..., D); write a single number as [number]",
    ),
    (
        lambda: lt.forget_gate(zeros(4, 2), zeros(3), zeros(2, 5), zeros(2)),
        "x has shape (3,); h_prev has shape (4, 2) and both need the same axes in front of the "
        "last, so x must be (4, 3)",
    ),
    (
        lambda: lt.forget_gate(zeros(4, 2), zeros(5, 3), zeros(2, 5), zeros(2)),
        "x has shape (5, 3); h_prev has shape (4, 2) and both need the same axes in front of the "
        "last, so x must be (4, 3)",
    ),
    (
        lambda: lt.update_cell(zeros(2), zeros(3), zeros(2), zeros(2)),
        "f has shape (3,); it meets c_prev (2,) number by number, so f must be (2,)",
    ),
    (
        lambda: lt.update_cell(zeros(2), zeros(2), zeros(1, 2), zeros(2)),
        "i has shape (1, 2); it meets c_prev (2,) number by number, so i must be (2,)",
    ),
    (
        lambda: lt.update_cell(zeros(4, 2), zeros(4, 2), zeros(4, 2), zeros(4, 1)),
        "c_tilde has shape (4, 1); it meets c_prev (4, 2) number by number, "
        "so c_tilde must be (4, 2)",
    ),
    (
        lambda: lt.hidden_state(zeros(2), 0),
        "c has shape (); it meets o (2,) number by number, so c must be (2,)",
    ),
    (
        lambda: Gate(zeros(5), zeros(1)),
        "W has shape (5,); it needs a row for each of H units and a column for each entry of "
        "[h, x], so W must be (H, H+D) with H and D at least 1",
    ),
    (
        lambda: Gate(zeros(2, 2), zeros(2)),
        "W has shape (2, 2); it needs a row for each of H units and a column for each entry of "
        "[h, x], so W must be (H, H+D) with H and D at least 1",
    ),
    (
        lambda: Gate(zeros(0, 2), zeros(0)),
        "W has shape (0, 2); it needs a row for each of H units and a column for each entry of "
        "[h, x], so W must be (H, H+D) with H and D at least 1",
    ),
    (
        lambda: Gate(zeros(2, 5, 1), zeros(2)),
        "W has shape (2, 5, 1); it needs a row for each of H units and a column for each entry of "
        "[h, x], so W must be (H, H+D) with H and D at least 1",
    ),
    (
        lambda: Gate(zeros(3, 2), zeros(3)),
        "W has shape (3, 2); it needs a row for each of H units and a column for each entry of "
        "[h, x], so W must be (H, H+D) with H and D at least 1",
    ),
    (
        lambda: Gate(zeros(2, 5), zeros(5)),
        "b has shape (5,); W has 2 rows, one for each unit, so b must be (2,)",
    ),
    (
        lambda: replace(P, candidate=Gate(zeros(2, 4), zeros(2))),
        "the candidate gate's W has shape (2, 4); the forget gate's W has shape (2, 5) and all "
        "four read [h, x], so the candidate gate's W must be (2, 5)",
    ),
    (
        lambda: step(P, zeros(4), zeros(2), zeros(2)),
        "x has shape (4,); W_f has shape (2, 5) and reads 3 inputs, so x must be (3,)",
    ),
    (
        lambda: step(P, 1.0, zeros(2), zeros(2)),
        "x has shape (); W_f has shape (2, 5) and reads 3 inputs, so x must be (3,)",
    ),
    (
        lambda: step(P, zeros(7, 3), zeros(2), zeros(7, 2)),
        "h_prev has shape (2,); x has shape (7, 3) and W_f (2, 5) has 2 rows, one for each unit, "
        "so h_prev must be (7, 2)",
    ),
    (
        lambda: step(P, zeros(3), zeros(2), zeros(1, 2)),
        "c_prev has shape (1, 2); x has shape (3,) and W_f (2, 5) has 2 rows, one for each unit, "
        "so c_prev must be (2,)",
    ),
    (
        lambda: step(Parameters.zeros(1, 1), [0], zeros(2), [0]),
        "h_prev has shape (2,); x has shape (1,) and W_f (1, 2) has 1 row, one for each unit, "
        "so h_prev must be (1,)",
    ),
]


@pytest.mark.parametrize(("call", "sentence"), SENTENCES)
def test_a_wrong_shape_is_named_with_the_right_one_and_why(call, sentence: str):
    assert refusal(call) == sentence


@given(cells(), st.data())
def test_no_wrong_shape_slips_through_a_gate(p: Parameters, data: st.DataObject):
    """NumPy would broadcast many of these without a word."""
    H, D = p.hidden_size, p.input_size
    right = {"h_prev": (H,), "x": (D,), "W": (H, H + D), "b": (H,)}
    argument = data.draw(st.sampled_from(sorted(right)))
    wrong = data.draw(st.lists(st.integers(0, 4), max_size=3).map(tuple))
    shapes = {**right, argument: wrong}
    if shapes == right:
        lt.forget_gate(**{name: np.zeros(shape) for name, shape in shapes.items()})
    else:
        refusal(lt.forget_gate, **{name: np.zeros(shape) for name, shape in shapes.items()})


def test_gates_cells_and_steps_equal_themselves_alone():
    """Of arrays == gives no one answer, so it does not look into what is made of them."""
    moment = step(P, zeros(3), zeros(2), zeros(2))
    for made in (P, P.forget, moment):
        twin = copy.copy(made)
        assert made == made
        assert made != twin
        assert len({made, made, twin}) == 2


def test_a_cell_is_its_gates_alone_and_can_be_copied_and_sent():
    """What it computes once to be quick is not among its fields."""
    moment = [1, 0, 2], [0.5, -1], [2, 3]
    gru = GRUParameters(P.forget, P.input, P.candidate, True, [1, 2])
    assert list(vars(P)) == list(GATES)
    for cell in (P, gru):
        for twin in (copy.copy(cell), copy.deepcopy(cell), pickle.loads(pickle.dumps(cell))):
            assert type(twin) is type(cell)
            assert_same(twin, cell)
    assert_same(step(copy.deepcopy(P), *moment), step(P, *moment))


def test_only_an_unroll_is_gone_through_moment_by_moment():
    whole = lt.unroll(P, zeros(5, 4, 3))
    assert [moment.h.shape for moment in whole] == [(4, 2)] * 5
    for part in (whole[1:3], whole[:2, 0], copy.copy(whole)[::-1]):
        assert [type(moment) for moment in part] == [Step] * len(part.h)


def test_a_step_is_not_a_pair():
    two_rows = step(P, zeros(2, 3), zeros(2, 2), zeros(2, 2))
    whole = lt.unroll(P, zeros(5, 2, 3))
    for made in (two_rows, two_rows[0], two_rows[:1], whole[0], whole[0, :], whole[1][:2]):
        with pytest.raises(TypeError) as caught:
            _, _ = made
        assert str(caught.value) == (
            "a Step is not a pair (h, c): write moment = step(...), then moment.h and moment.c"
        )


def test_the_arrays_of_a_step_are_all_that_vars_gives():
    names = [field.name for field in fields(Step)]
    assert list(vars(step(P, zeros(3), zeros(2), zeros(2)))) == names
    assert list(vars(lt.unroll(P, zeros(5, 3)))) == names


@pytest.mark.parametrize("name", GATES)
def test_parameters_are_made_of_gates(name: str):
    with pytest.raises(TypeError) as caught:
        replace(P, **{name: WHOLE})
    assert str(caught.value) == f"{name} must be a Gate, not ndarray; write Gate(W, b)"

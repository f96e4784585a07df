from __future__ import annotations

from dataclasses import fields, replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_teach import Gate, Parameters, Step, pin, step, unroll
from lstm_teach.sequence import bidirectional, stack
from tests.helpers import (
    GATES,
    arrays_in,
    assert_each_is_refused,
    assert_harmless,
    assert_same,
    cells,
    refusal,
    sequences,
)

FIELDS = [field.name for field in fields(Step)]
P = Parameters.random(3, 2, seed=0)

# ---- unroll ------------------------------------------------------------------------------------


@given(sequences())
def test_unroll_is_step_repeated(sequence: tuple):
    p, xs, h, c = sequence
    steps = unroll(p, xs, h, c)
    for t, (x, one) in enumerate(zip(xs, steps, strict=True)):
        moment = step(p, x, h, c)
        assert_same(steps[t], moment)
        assert_same(one, moment)
        h, c = moment.h, moment.c


@given(sequences())
def test_every_field_has_the_time_axis_in_front(sequence: tuple):
    p, xs, h0, c0 = sequence
    steps = unroll(p, xs, h0, c0)
    for name in FIELDS:
        array = getattr(steps, name)
        assert array.shape == (xs.shape if name == "x" else (len(xs), *h0.shape))
        assert array.dtype == np.float64
    assert steps.kept.shape == steps.added.shape == (len(xs), *h0.shape)
    assert_same(steps.x, xs)
    assert_same(steps.c, steps.kept + steps.added)


@given(sequences(), st.data())
def test_a_sequence_cut_in_two_gives_the_same_as_the_whole(sequence: tuple, data: st.DataObject):
    p, xs, h0, c0 = sequence
    cut = data.draw(st.integers(0, len(xs)))
    whole = unroll(p, xs, h0, c0)
    first = unroll(p, xs[:cut], h0, c0)
    h, c = (first.h[-1], first.c[-1]) if cut else (h0, c0)
    second = unroll(p, xs[cut:], h, c)
    for name in FIELDS:
        parts = np.concatenate([getattr(first, name), getattr(second, name)])
        assert_same(getattr(whole, name), parts)


@given(sequences())
def test_the_state_before_is_zeros_where_it_is_not_given(sequence: tuple):
    p, xs, h0, c0 = sequence
    zeros = np.zeros_like(h0)
    assert_same(unroll(p, xs), unroll(p, xs, zeros, zeros))
    assert_same(unroll(p, xs, h0), unroll(p, xs, h0, zeros))
    assert_same(unroll(p, xs, c0=c0), unroll(p, xs, zeros, c0))


@given(sequences())
def test_a_batch_is_its_rows_one_by_one(sequence: tuple):
    p, xs, h0, c0 = sequence
    steps = unroll(p, xs, h0, c0)
    for row in np.ndindex(h0.shape[:-1]):
        alone = unroll(p, xs[(slice(None), *row)], h0[row], c0[row])
        for name in FIELDS:
            np.testing.assert_allclose(
                getattr(steps, name)[(slice(None), *row)],
                getattr(alone, name),
                rtol=1e-12,
                atol=1e-12,
            )


@given(sequences())
def test_the_hidden_state_stays_strictly_inside_its_bounds(sequence: tuple):
    steps = unroll(*sequence)
    assert (np.abs(steps.h) < 1).all()
    for gate in (steps.f, steps.i, steps.o):
        assert ((gate > 0) & (gate < 1)).all()


@pytest.mark.parametrize("front", [(), (4,), (0,), (2, 5)])
def test_a_sequence_may_have_no_moments(front: tuple[int, ...]):
    steps = unroll(P, np.zeros((0, *front, 3)), np.ones((*front, 2)))
    for name in FIELDS:
        array = getattr(steps, name)
        assert array.shape == (0, *front, 3 if name == "x" else 2)
        assert array.dtype == np.float64


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
def test_what_float64_cannot_hold_is_refused_at_its_moment():
    p = replace(Parameters.zeros(1, 1), forget=Gate([[0, 1e308]], [0]))
    assert refusal(unroll, p, [[0], [0], [10], [0]]) == (
        "z_f holds an infinite number at [2, 0]; "
        "float64 ends at 1.8e308, so weights, inputs and state must be smaller"
    )


def test_a_memory_with_its_gates_held_open_counts():
    p = pin(pin(pin(Parameters.zeros(1, 1), "forget", 1), "input", 1), "candidate", 1)
    assert unroll(p, np.zeros((5, 1))).c[:, 0].tolist() == [1, 2, 3, 4, 5]


# ---- what goes in ------------------------------------------------------------------------------

GIVEN = {
    "xs": np.array([[1, 0, 2], [0, -1, 1], [3, 0, 0]]),
    "h0": np.array([1, 0]),
    "c0": np.array([-2, 3]),
}


def unroll_of(**arguments: object) -> Step:
    return unroll(P, **arguments)


def test_lists_integers_and_read_only_arrays_do_and_nothing_is_modified():
    assert_harmless(unroll_of, GIVEN)
    assert_harmless(unroll_of, {"xs": GIVEN["xs"]})


def test_what_is_not_a_finite_number_is_refused_by_name():
    assert_each_is_refused(unroll_of, GIVEN, optional=("h0", "c0"))  # None: zeros, tested above


@pytest.mark.parametrize(
    ("shapes", "sentence"),
    [
        (
            {"xs": (3,)},
            "xs has shape (3,); time comes first and W_f (2, 5) reads 3 inputs, "
            "so xs must be (T, ..., 3)",
        ),
        (
            {"xs": ()},
            "xs has shape (); time comes first and W_f (2, 5) reads 3 inputs, "
            "so xs must be (T, ..., 3)",
        ),
        (
            {"xs": (3, 7)},
            "xs has shape (3, 7); time comes first and W_f (2, 5) reads 3 inputs, "
            "so xs must be (T, ..., 3)",
        ),
        (
            {"xs": (7, 3), "h0": (3,)},
            "h0 has shape (3,); xs has shape (7, 3) and W_f (2, 5) has 2 rows, so h0 must be (2,)",
        ),
        (
            {"xs": (7, 4, 3), "h0": (2,)},
            "h0 has shape (2,); xs has shape (7, 4, 3) and W_f (2, 5) has 2 rows, "
            "so h0 must be (4, 2)",
        ),
        (
            {"xs": (0, 4, 3), "c0": (1, 4, 2)},
            "c0 has shape (1, 4, 2); xs has shape (0, 4, 3) and W_f (2, 5) has 2 rows, "
            "so c0 must be (4, 2)",
        ),
    ],
)
def test_a_wrong_shape_is_named_with_the_right_one_and_why(shapes: dict, sentence: str):
    assert refusal(unroll_of, **{k: np.zeros(v) for k, v in shapes.items()}) == sentence


def test_one_unit_has_one_row():
    assert refusal(unroll, Parameters.zeros(1, 1), [[0]], h0=[0, 0]) == (
        "h0 has shape (2,); xs has shape (1, 1) and W_f (1, 2) has 1 row, so h0 must be (1,)"
    )


# ---- pin ---------------------------------------------------------------------------------------

VALUE = {"forget": "f", "input": "i", "candidate": "c_tilde", "output": "o"}


@pytest.mark.parametrize("gate", GATES)
@given(sequences(), st.floats(0, 1))
def test_a_pinned_gate_holds_its_value_whatever_the_cell_sees(gate, sequence, value):
    p, xs, h0, c0 = sequence
    values = [value, 0, 0.5, 1] + ([-value, -1] if gate == "candidate" else [])
    for held in values:
        with np.errstate(all="raise", under="ignore"):
            pinned = pin(p, gate, held)
        for array in arrays_in(getattr(unroll(pinned, xs, h0, c0), VALUE[gate])):
            if held in (-1, 0, 0.5, 1) and (gate, held) != ("candidate", 0.5):
                assert (array == held).all()  # exactly
            np.testing.assert_allclose(array, held, rtol=1e-12, atol=1e-300)


@given(cells(), st.sampled_from(GATES))
def test_pinning_leaves_the_other_gates_and_the_cell_itself_alone(p: Parameters, gate: str):
    before = [array.copy() for array in arrays_in(p)]
    pinned = pin(p, gate, 0.25)
    assert_same(arrays_in(p), before)
    for name in GATES:
        assert (getattr(pinned, name) is getattr(p, name)) == (name != gate)


@pytest.mark.parametrize("gate", GATES)
def test_a_value_the_gate_cannot_take_is_refused(gate: str):
    low, name = (-1, "candidate") if gate == "candidate" else (0, f"{gate} gate")
    for value in (low - 0.5, 2):
        assert refusal(pin, P, gate, value) == (
            f"value is {value:g}; it must lie between {low} and 1 for the {name}"
        )


def test_a_value_that_is_not_a_finite_number_is_refused_by_name():
    assert_each_is_refused(partial(pin, P, "forget"), {"value": np.array(0.5)})


def test_every_unit_may_be_held_at_a_value_of_its_own():
    steps = unroll(pin(P, "forget", [0, 0.5]), np.ones((3, 3)))
    assert steps.f.tolist() == [[0, 0.5]] * 3
    for values in ([0.5, 1.5], [1.5, 2]):  # the first that is outside
        assert refusal(pin, P, "forget", values) == (
            "value is 1.5; it must lie between 0 and 1 for the forget gate"
        )


@pytest.mark.parametrize("gate", GATES)
def test_the_gate_of_one_unit_can_be_held_and_the_others_stay_free(gate: str):
    p = Parameters.random(2, 3, seed=1)
    free, whole = getattr(p, gate), getattr(pin(p, gate, 0.5), gate)
    for unit in range(3):
        pinned = getattr(pin(p, gate, 0.5, unit), gate)
        for held in ("W", "b"):
            rows = getattr(free, held).copy()
            rows[unit] = getattr(whole, held)[unit]
            np.testing.assert_array_equal(getattr(pinned, held), rows)
    for unit in (3, 4, -1, "0", 1.0):
        sentence = refusal(pin, p, gate, 0.5, unit)
        assert sentence == f"unit is {unit!r}; the cell has 3, so it must be from 0 to 2"


def test_there_is_a_value_for_each_unit_and_a_gate_is_one_of_four():
    assert refusal(pin, P, "forget", [0.5]) == (
        "value has shape (1,); the cell has 2 units, so value must be (2,)"
    )
    assert refusal(pin, Parameters.zeros(1, 1), "forget", [0.5, 0.5]) == (
        "value has shape (2,); the cell has 1 unit, so value must be (1,)"
    )
    assert refusal(pin, P, "update", 0.5) == (
        "gate is 'update'; it must be one of forget, input, candidate, output"
    )


# ---- cells beside and on top of each other -----------------------------------------------------


@given(sequences(), st.integers(0, 9))
def test_the_backward_cell_reads_the_sequence_turned_round(case: tuple, seed: int):
    p, xs, _, _ = case
    back = Parameters.random(p.input_size, p.hidden_size, seed=seed)
    there, and_back = bidirectional(p, back, xs)
    assert_same(there, unroll(p, xs))
    assert_same(and_back[::-1], unroll(back, xs[::-1]))
    assert_same(and_back.x, there.x)  # both in the order of xs
    if len(xs) > 1:
        assert_same(and_back.h_prev[0], and_back.h[1])


@given(sequences())
def test_one_layer_is_the_cell_and_the_next_reads_its_h(case: tuple):
    p, xs, _, _ = case
    above = Parameters.random(p.hidden_size, 3, seed=0)
    low, high = stack([p, above], xs)
    assert_same(low, unroll(p, xs))
    assert_same(high, unroll(above, low.h))
    wide = Parameters.random(2 * p.hidden_size, 3, seed=1)
    (there, back), top = stack([(p, p), wide], xs.tolist() if xs.size else xs)
    assert_same(top.x, np.concatenate([there.h, back.h], axis=-1))


def test_cells_that_do_not_fit_are_refused():
    p, xs = Parameters.zeros(3, 2), np.zeros((4, 3))
    assert "(D, H) = (3, 2) and backward (3, 1)" in refusal(
        bidirectional, p, Parameters.zeros(3, 1), xs
    )
    assert "(D, H) = (3, 1) and backward (3, 2)" in refusal(
        bidirectional, Parameters.zeros(3, 1), p, xs
    )
    assert "xs has shape (4, 2)" in refusal(stack, [p, p], xs)
    assert "xs has shape ()" in refusal(bidirectional, p, p, 1.0)
    assert "layers is empty" in refusal(stack, [], xs)
    for layers in (p, (p, p), None):  # a tuple is what load gives for one layer in two directions
        with pytest.raises(TypeError, match=r"must be a list.*bidirectional\(\*pair, xs\)"):
            stack(layers, xs)
    for layer, kind in (((p, p, p), "tuple of 3"), (None, "NoneType"), (unroll(p, xs), "Step")):
        with pytest.raises(TypeError, match=f"or a pair .* of them, not a {kind}"):
            stack([layer], xs)

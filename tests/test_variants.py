from __future__ import annotations

import copy
import json
import math
from dataclasses import FrozenInstanceError, fields, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_teach import Gate, Parameters, candidate, conventions, pin, sigmoid, step, unroll
from lstm_teach.gradients import backward
from lstm_teach.variants import (
    GRUParameters,
    GRUStep,
    Peepholes,
    coupled_step,
    coupled_unroll,
    gru_step,
    gru_unroll,
    peephole_step,
    peephole_unroll,
    rnn_step,
    rnn_unroll,
)
from tests.helpers import (
    assert_each_is_refused,
    assert_harmless,
    assert_same,
    few,
    fronts,
    gru_sequences,
    moments,
    numbers,
    refusal,
    sequences,
)

# ---- the oracles: other libraries' answers (tests/oracle/make_oracle.py) -----------------------

ORACLE = json.loads(
    Path(__file__).with_name("oracle").joinpath("variants.json").read_text(encoding="utf-8")
)
TOLERANCE = {"float64": 1e-12, "float32": 2e-6}


def name_of(case: dict) -> str:
    T, N, D = np.shape(case["xs"])
    H = np.shape(case["answers"]["float32"]["h"])[-1]
    kind = "".join(f"-{k}{case[k]:d}" for k in ("linear_before_reset", "reset_after") if k in case)
    return f"{case['library']}-{case['cell']}{kind}-D{D}-H{H}-T{T}-batch{N}"


def rnn_of(case: dict) -> tuple[np.ndarray, np.ndarray]:
    """W and b of a plain RNN as each library writes it: two matrices, and the biases' sum."""
    w = {name: np.array(value) for name, value in case["weights"].items()}
    if case["library"] == "torch":
        W_x, W_h, biases = w["weight_ih"], w["weight_hh"], [w.get("bias_ih"), w.get("bias_hh")]
    elif case["library"] == "onnx":
        W_x, W_h, biases = w["W"][0], w["R"][0], np.split(w["B"][0], 2) if "B" in w else []
    else:
        W_x, W_h, biases = w["kernel"].T, w["recurrent_kernel"].T, [w.get("bias")]
    b = sum((bias for bias in biases if bias is not None), np.zeros(len(W_x)))
    return np.concatenate([W_h, W_x], axis=1), b


def ours(case: dict) -> dict[str, np.ndarray]:
    """The same numbers from our cell."""
    xs, h0, c0 = case["xs"], case.get("h0"), case.get("c0")
    if case["cell"] == "RNN":
        return {"h": rnn_unroll(*rnn_of(case), xs, h0)}
    if case["cell"] == "LSTM":
        weights = dict(case["weights"])
        peepholes = conventions.peepholes_from_onnx(weights.pop("P"))
        steps = peephole_unroll(conventions.from_onnx(**weights), peepholes, xs, h0, c0)
        return {"h": steps.h, "c_last": steps.c[-1]}
    options = {k: case[k] for k in ("linear_before_reset", "reset_after") if k in case}
    read = getattr(conventions, f"gru_from_{case['library']}")
    return {"h": gru_unroll(read(**case["weights"], **options), xs, h0).h}


@pytest.mark.parametrize("case", ORACLE["cases"], ids=name_of)
def test_other_libraries_agree(case: dict):
    found = ours(case)
    for precision, answers in case["answers"].items():
        assert answers.keys() == found.keys()
        for name, answer in answers.items():
            np.testing.assert_allclose(found[name], answer, rtol=0, atol=TOLERANCE[precision])


def test_the_oracles_cover_what_can_differ():
    seen = {
        (
            case["cell"],
            case["library"],
            case.get("reset_after", case.get("linear_before_reset")),
            *case["answers"],
        )
        for case in ORACLE["cases"]
    }
    both = ("float64", "float32")
    assert seen == {
        ("RNN", "torch", None, *both),
        ("RNN", "onnx", None, *both),
        ("RNN", "keras", None, "float32"),
        ("LSTM", "onnx", None, *both),
        ("GRU", "torch", None, *both),
        ("GRU", "onnx", 0, *both),
        ("GRU", "onnx", 1, *both),
        ("GRU", "keras", False, "float32"),
        ("GRU", "keras", True, *both),
    }


TOO_LARGE = "float64 ends at 1.8e308, so weights, inputs and state must be smaller"

# ---- random GRUs -------------------------------------------------------------------------------


def random_gru(reset_after: bool = False) -> GRUParameters:
    gates = Parameters.random(3, 2, seed=5)
    bias = [0.5, -1.0] if reset_after else None
    return GRUParameters(gates.forget, gates.input, gates.candidate, reset_after, bias)


def held(value: float) -> Gate:
    """A gate of two units and three inputs that is always this."""
    return pin(Parameters.zeros(3, 2), "forget", value).forget


# ---- every cell through time: repeated steps, and a batch is its rows one by one ----------------

P = Parameters.random(3, 2, seed=0)
HOLES = Peepholes([0.5, -1], [2, 0], [-0.5, 1])
LAYER = P.candidate

#: How each cell takes a step and goes through a sequence, with D = 3 and H = 2.
STEPS = {
    "rnn": lambda x, h: rnn_step(h, x, LAYER.W, LAYER.b),
    "peephole": lambda x, h, c: peephole_step(P, HOLES, x, h, c),
    "coupled": lambda x, h, c: coupled_step(P, x, h, c),
    "gru": lambda x, h: gru_step(random_gru(), x, h),
    "gru after": lambda x, h: gru_step(random_gru(reset_after=True), x, h),
}
UNROLLS = {
    "rnn": lambda xs, h0=None: rnn_unroll(LAYER.W, LAYER.b, xs, h0),
    "peephole": lambda xs, h0=None, c0=None: peephole_unroll(P, HOLES, xs, h0, c0),
    "coupled": lambda xs, h0=None, c0=None: coupled_unroll(P, xs, h0, c0),
    "gru": lambda xs, h0=None: gru_unroll(random_gru(), xs, h0),
    "gru after": lambda xs, h0=None: gru_unroll(random_gru(reset_after=True), xs, h0),
}
CELLS = list(STEPS)


def state_of(cell: str, *arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    """Only an LSTM has a second state."""
    return arrays if cell in ("peephole", "coupled") else arrays[:1]


def drawn(data: st.DataObject, T: int, *front: int) -> tuple[np.ndarray, ...]:
    """A sequence and the state before it."""
    shapes = ((T, *front, 3), (*front, 2), (*front, 2))
    return tuple(data.draw(numbers(*shape, most=2)) for shape in shapes)


@pytest.mark.parametrize("cell", CELLS)
@few
@given(st.data(), st.integers(0, 4), fronts)
def test_unroll_is_step_repeated(cell: str, data: st.DataObject, T: int, front: tuple):
    xs, *state = drawn(data, T, *front)
    state = state_of(cell, *state)
    whole = UNROLLS[cell](xs, *state)
    for t, x in enumerate(xs):
        moment = STEPS[cell](x, *state)
        assert_same(whole[t], moment)
        state = (moment,) if cell == "rnn" else state_of(cell, moment.h, getattr(moment, "c", 0))


@pytest.mark.parametrize("cell", CELLS)
@few
@given(st.data(), st.integers(0, 4), fronts)
def test_a_batch_is_its_rows_one_by_one(cell: str, data: st.DataObject, T: int, front: tuple):
    xs, *state = drawn(data, T, *front)
    state = state_of(cell, *state)
    whole = UNROLLS[cell](xs, *state)
    for row in np.ndindex(front):
        alone = UNROLLS[cell](xs[(slice(None), *row)], *(array[row] for array in state))
        got = whole[(slice(None), *row)]
        for name in ("h",) if cell == "rnn" else vars(alone):
            one, other = (got, alone) if cell == "rnn" else (getattr(s, name) for s in (got, alone))
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_a_sequence_may_have_no_moments(cell: str):
    for front in ((), (4,), (0,), (2, 5)):
        whole = UNROLLS[cell](np.zeros((0, *front, 3)), np.ones((*front, 2)))
        arrays = {"h": whole} if cell == "rnn" else vars(whole)
        for name, array in arrays.items():
            assert array.shape == (0, *front, 3 if name == "x" else 2)
            assert array.dtype == np.float64


@pytest.mark.parametrize("cell", CELLS)
def test_the_state_before_is_zeros_where_it_is_not_given(cell: str):
    xs = np.random.default_rng(0).normal(size=(4, 3))
    assert_same(UNROLLS[cell](xs), UNROLLS[cell](xs, *state_of(cell, np.zeros(2), np.zeros(2))))


GIVEN = {"x": np.array([1, 0, 2]), "h": np.array([1, -1]), "c": np.array([3, 0])}
SEQUENCE = {"xs": np.array([[1, 0, 2], [0, -1, 1]]), "h0": np.array([1, 0]), "c0": np.array([0, 3])}


@pytest.mark.parametrize("cell", CELLS)
def test_lists_integers_and_read_only_arrays_do_and_nothing_is_modified(cell: str):
    names = ("x", *state_of(cell, "h", "c"))
    assert_harmless(STEPS[cell], {name: GIVEN[name] for name in names})
    names = ("xs", *state_of(cell, "h0", "c0"))
    assert_harmless(UNROLLS[cell], {name: SEQUENCE[name] for name in names})


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_not_a_finite_number_is_refused_by_name(cell: str):
    for call, given_ in ((STEPS[cell], GIVEN), (UNROLLS[cell], SEQUENCE)):
        first, *state = given_
        arguments = {name: given_[name] for name in (first, *state_of(cell, *state))}
        assert_each_is_refused(
            call,
            arguments,
            optional=("h0", "c0"),  # None: zeros, tested above
            written={"h": "h_prev", "c": "c_prev"},
        )


# ---- the plain RNN -----------------------------------------------------------------------------


def test_a_plain_rnn_by_hand():
    h = rnn_step([0.5, -1.0], [2.0], [[1.0, 2.0, 3.0], [0.1, 0.2, 0.3]], [7.0, -0.5])
    z = [1 * 0.5 - 2 * 1 + 3 * 2 + 7, 0.1 * 0.5 - 0.2 * 1 + 0.3 * 2 - 0.5]
    np.testing.assert_allclose(h, [math.tanh(z[0]), math.tanh(z[1])], rtol=1e-14)


@few
@given(moments())
def test_a_plain_rnn_is_the_candidate_alone_and_stays_inside_its_bounds(moment: tuple):
    p, x, h_prev, _ = moment
    h = rnn_step(h_prev, x, p.candidate.W, p.candidate.b)
    assert_same(h, candidate(h_prev, x, p.candidate.W, p.candidate.b))
    assert (np.abs(h) < 1).all()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: rnn_step(np.zeros(2), np.zeros(3), np.zeros((2, 3)), np.zeros(2)),
            "W has shape (2, 3); with h (2,) and x (3,) the gate reads [h, x], 5 numbers, "
            "so W must be (2, 5)",
        ),
        (
            lambda: rnn_unroll(np.zeros((2, 2)), np.zeros(2), np.zeros((4, 3))),
            "W has shape (2, 2); it needs a row for each of H units and a column for each entry "
            "of [h, x], so W must be (H, H+D) with H and D at least 1",
        ),
        (
            lambda: rnn_unroll(np.zeros((2, 5)), np.zeros(2), np.zeros((4, 2))),
            "xs has shape (4, 2); time comes first and W (2, 5) reads 3 inputs, "
            "so xs must be (T, ..., 3)",
        ),
        (
            lambda: rnn_unroll(np.zeros((2, 5)), np.zeros(2), np.zeros((4, 3)), np.zeros(3)),
            "h0 has shape (3,); xs has shape (4, 3) and W (2, 5) has 2 rows, so h0 must be (2,)",
        ),
    ],
)
def test_a_plain_rnn_says_what_does_not_fit(call, sentence: str):
    assert refusal(call) == sentence


# ---- peepholes ---------------------------------------------------------------------------------


@few
@given(sequences())
def test_peepholes_that_are_shut_change_nothing(sequence: tuple):
    p, xs, h0, c0 = sequence
    shut = Peepholes(*[np.zeros(p.hidden_size)] * 3)
    assert_same(peephole_unroll(p, shut, xs, h0, c0), unroll(p, xs, h0, c0))


@few
@given(moments(), st.data())
def test_each_gate_sees_the_memory_of_its_time(moment: tuple, data: st.DataObject):
    p, x, h_prev, c_prev = moment
    holes = Peepholes(*(data.draw(numbers(p.hidden_size)) for _ in range(3)))
    s, plain = peephole_step(p, holes, x, h_prev, c_prev), step(p, x, h_prev, c_prev)
    assert_same(s.z_f, plain.z_f + holes.p_f * c_prev)
    assert_same(s.z_i, plain.z_i + holes.p_i * c_prev)
    assert_same(s.z_c, plain.z_c)
    assert_same(s.z_o, plain.z_o + holes.p_o * s.c)  # the new one
    assert_same([s.f, s.i, s.o], [sigmoid(s.z_f), sigmoid(s.z_i), sigmoid(s.z_o)])
    assert_same(s.c, s.kept + s.added)
    assert_same(s.h, s.o * np.tanh(s.c))
    assert (np.abs(s.h) < 1).all()


def test_peepholes_are_copies_that_nobody_can_change():
    p_f = np.array([1.0, 2.0])
    holes = Peepholes(p_f, [3, 4], [5, 6])
    p_f[:] = 0
    assert holes.p_f.tolist() == [1, 2]
    assert holes.p_o.tolist() == [5, 6]
    with pytest.raises(ValueError, match="read-only"):
        holes.p_i[:] = 0


def test_peepholes_say_what_does_not_fit():
    assert refusal(Peepholes, [1, 2], [1], [1, 2]) == (
        "p_i has shape (1,); it meets p_f (2,) number by number, so p_i must be (2,)"
    )
    assert refusal(Peepholes, 1, 2, 3) == (
        "p_f has shape (); each unit's memory is seen with one number, so p_f must be (H,)"
    )
    assert refusal(Peepholes, [], [], []).startswith("p_f has shape (0,)")
    assert refusal(Peepholes, [[1]], [[1]], [[1]]).startswith("p_f has shape (1, 1)")
    assert refusal(Peepholes, [1], [1], [np.nan]) == (
        "p_o holds NaN at [0]; every number in it must be finite"
    )
    one = Peepholes([1], [1], [1])
    for call in (
        lambda: peephole_step(P, one, [0, 0, 0], [0, 0], [0, 0]),
        lambda: peephole_unroll(P, one, [[0, 0, 0]]),
    ):
        assert refusal(call) == (
            "p_f has shape (1,); W_f (2, 5) has 2 rows, one for each unit, so p_f must be (2,)"
        )
    two = Peepholes([1, 1], [1, 1], [1, 1])
    assert refusal(peephole_unroll, Parameters.zeros(1, 1), two, [[0]]) == (
        "p_f has shape (2,); W_f (1, 2) has 1 row, one for each unit, so p_f must be (1,)"
    )


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
def test_what_a_peephole_makes_too_large_is_refused():
    holes = Peepholes([1e308] * 2, [0, 0], [0, 0])
    assert refusal(peephole_unroll, P, holes, [[0, 0, 0]], None, [100, 0]) == (
        f"z_f holds an infinite number at [0, 0]; {TOO_LARGE}"
    )


def test_a_layer_that_reads_more_than_float64_can_hold_is_refused_in_every_cell():
    large, p = Gate([[1e308, 1e308]], [0]), Parameters.zeros(1, 1)
    none = Peepholes([0], [0], [0])
    calls = [
        ("z", partial(rnn_step, [1], [10], large.W, large.b)),
        ("z", partial(rnn_unroll, large.W, large.b, [[10]], [1])),
    ]
    for gate in ("forget", "input", "candidate", "output"):
        z, cell = f"z_{gate[0]}", replace(p, **{gate: large})
        calls += [
            (z, partial(peephole_step, cell, none, [10], [1], [0])),
            (z, partial(peephole_unroll, cell, none, [[10]], [1])),
        ]
        if gate != "input":  # coupled gates do without
            calls.append((z, partial(coupled_step, cell, [10], [1], [0])))
            calls.append((z, partial(coupled_unroll, cell, [[10]], [1])))
    for z, gate in (("z_z", "update"), ("z_r", "reset"), ("z_h", "candidate")):
        gru = replace(GRUParameters(p.forget, p.forget, p.forget), **{gate: large})
        calls.append((z, partial(gru_step, gru, [10], [1])))
        calls.append((z, partial(gru_unroll, gru, [[10]], [1])))
    for z, call in calls:
        where = "[0, 0]" if "unroll" in call.func.__name__ else "[0]"
        assert refusal(call) == f"{z} holds an infinite number at {where}; {TOO_LARGE}", call


# ---- coupled gates -----------------------------------------------------------------------------


@few
@given(sequences())
def test_coupled_gates_share_one_decision(sequence: tuple):
    p, xs, h0, c0 = sequence
    s = coupled_unroll(p, xs, h0, c0)
    assert_same(s.i, 1 - s.f)
    np.testing.assert_allclose(sigmoid(s.z_i), s.i, rtol=1e-10)
    assert_same(s.c, s.kept + s.added)
    low, high = np.minimum(s.c_prev, s.c_tilde), np.maximum(s.c_prev, s.c_tilde)
    assert ((s.c >= low - 1e-12) & (s.c <= high + 1e-12)).all()


@few
@given(sequences())
def test_coupled_gates_are_an_lstm_whose_input_gate_is_the_forget_gate_turned(sequence: tuple):
    p, xs, h0, c0 = sequence
    turned = Gate(-p.forget.W, -p.forget.b)
    lstm = Parameters(p.forget, turned, p.candidate, p.output)
    one, other = coupled_unroll(p, xs, h0, c0), unroll(lstm, xs, h0, c0)
    for name, array in vars(other).items():
        np.testing.assert_allclose(getattr(one, name), array, rtol=1e-10, atol=1e-12)


@few
@given(moments())
def test_coupled_gates_do_not_read_the_input_gates_weights(moment: tuple):
    p, *given_ = moment
    other = Parameters(p.forget, p.output, p.candidate, p.output)
    assert_same(coupled_step(p, *given_), coupled_step(other, *given_))


# ---- GRU ---------------------------------------------------------------------------------------


@few
@given(gru_sequences())
def test_a_gru_is_its_equations(sequence: tuple):
    p, xs, h0 = sequence
    s = gru_unroll(p, xs, h0)
    H = p.hidden_size
    hx = np.concatenate([s.h_prev, s.x], axis=-1)
    close = {"rtol": 1e-12, "atol": 1e-12}
    np.testing.assert_allclose(s.z_z, hx @ p.update.W.T + p.update.b, **close)
    np.testing.assert_allclose(s.z_r, hx @ p.reset.W.T + p.reset.b, **close)
    assert_same([s.z, s.r, s.h_tilde], [sigmoid(s.z_z), sigmoid(s.z_r), np.tanh(s.z_h)])
    W_h, W_x, b = p.candidate.W[:, :H], p.candidate.W[:, H:], p.candidate.b
    if p.reset_after:
        z_h = s.r * (s.h_prev @ W_h.T + p.recurrent_bias) + s.x @ W_x.T + b
    else:
        z_h = (s.r * s.h_prev) @ W_h.T + s.x @ W_x.T + b
    np.testing.assert_allclose(s.z_h, z_h, **close)
    assert_same(s.h, s.kept + s.added)
    assert_same(s.kept, (1 - s.z) * s.h_prev)
    assert_same(s.added, s.z * s.h_tilde)


@few
@given(gru_sequences())
def test_a_gru_stays_inside_its_bounds(sequence: tuple):
    s = gru_unroll(*sequence)
    assert (np.abs(s.h) <= 1).all()
    assert (np.abs(s.h_tilde) < 1).all()
    for gate in (s.z, s.r):
        assert ((gate > 0) & (gate < 1)).all()


@pytest.mark.parametrize("reset_after", [False, True])
def test_an_update_gate_of_0_keeps_and_of_1_replaces(reset_after: bool):
    xs = np.random.default_rng(1).normal(size=(5, 3))
    p = random_gru(reset_after)
    rest = (p.reset, p.candidate, reset_after, p.recurrent_bias)
    kept = gru_unroll(GRUParameters(held(0), *rest), xs, [0.25, -0.5])
    assert_same(kept.h, np.tile([0.25, -0.5], (5, 1)))
    replaced = gru_unroll(GRUParameters(held(1), *rest), xs, [0.25, -0.5])
    assert_same(replaced.h, replaced.h_tilde)


def test_a_gru_that_replaces_and_resets_nothing_is_a_plain_rnn():
    xs = np.random.default_rng(2).normal(size=(5, 3))
    layer = P.candidate
    p = GRUParameters(held(1), held(1), layer)
    assert_same(gru_unroll(p, xs, [0.5, 1]).h, rnn_unroll(layer.W, layer.b, xs, [0.5, 1]))


def test_a_gru_that_resets_everything_forgets_what_was():
    p = GRUParameters(held(1), held(0), P.candidate)
    one, other = (gru_step(p, [1, 2, 3], h) for h in ([0.5, 1], [-1, 0]))
    assert_same(one.h, other.h)
    # r after the product does not silence a bias on the input's side, but one on the state's
    after = GRUParameters(held(1), held(0), P.candidate, True, [3, 4])
    np.testing.assert_allclose(gru_step(after, [1, 2, 3], [0.5, 1]).h, one.h, rtol=1e-12)


def test_the_two_readings_of_the_reset_gate_are_two_cells_with_two_units():
    gates = random_gru()
    after = GRUParameters(gates.update, gates.reset, gates.candidate, reset_after=True)
    one, other = (gru_step(p, [0.1, 0, 0], [0.5, 1]).h_tilde for p in (gates, after))
    assert np.abs(one - other).min() > 0.001


def test_gates_at_their_limits_and_beyond_warn_nobody():
    gate = Gate(np.zeros((2, 5)), [-1e4, 1e4])
    with np.errstate(all="raise"):
        s = gru_step(GRUParameters(gate, gate, gate), [0, 0, 0], [0.5, 0.5])
    assert s.z.tolist() == s.r.tolist() == [0, 1]
    assert s.h.tolist() == [0.5, 1]


@pytest.mark.parametrize("cell", ["peephole", "coupled", "gru", "gru after"])
def test_no_step_of_a_batch_is_unpacked_and_every_unroll_is_gone_through(cell: str):
    x, state = np.ones((2, 3)), state_of(cell, np.ones((2, 2)), np.ones((2, 2)))
    with pytest.raises(TypeError, match="not a pair"):
        _, _ = STEPS[cell](x, *state)
    assert [moment.h.shape for moment in UNROLLS[cell](np.ones((3, 2, 3)))] == [(2, 2)] * 3


def test_several_cells_are_told_which_function_takes_them():
    for many, kind in (((P, P), "tuple"), ([P, P], "list")):
        for call, *more in (
            (step, [0, 0, 0], [0, 0], [0, 0]),
            (unroll, [[0, 0, 0]]),
            (coupled_unroll, [[0, 0, 0]]),
            (gru_unroll, [[0, 0, 0]]),
            (peephole_unroll, HOLES, [[0, 0, 0]]),
        ):
            with pytest.raises(TypeError) as caught:
                call(many, *more)
            assert str(caught.value).startswith(
                f"parameters must be those of one {'GRU' if call is gru_unroll else 'LSTM'}, not a "
                f"{kind}; for a pair of cells write sequence.bidirectional(*pair, xs), for layers "
                "sequence.stack(layers, xs), for a"
            )


def test_a_cell_of_another_kind_is_told_so():
    gru, x, h = random_gru(), [0, 0, 0], [0, 0]
    for call, *arguments in (
        (step, gru, x, h, h),
        (step, P.forget, x, h, h),
        (unroll, gru, [x]),
        (peephole_unroll, gru, HOLES, [x]),
        (backward, gru, unroll(P, [x]), [h]),
    ):
        with pytest.raises(TypeError, match=r"must be those of one LSTM, not a G.*GRU variants"):
            call(*arguments)
    for call in (lambda: gru_step(P, x, h), lambda: gru_unroll(P, [x])):
        with pytest.raises(TypeError, match=r"of one GRU, not a Parameters.*an LSTM unroll"):
            call()


def test_a_gru_step_is_gone_through_and_indexed_like_a_step():
    steps = gru_unroll(random_gru(), np.ones((4, 3)))
    assert [type(s) for s in steps] == [GRUStep] * 4
    assert_same(steps[2].h, steps.h[2])
    assert_same(steps[1:3], GRUStep(**{f.name: getattr(steps, f.name)[1:3] for f in fields(steps)}))
    for made in (steps[0], gru_step(random_gru(), np.ones((2, 3)), np.ones((2, 2)))):
        with pytest.raises(TypeError) as caught:
            _, _ = made
    assert str(caught.value) == (
        "a GRUStep is not a pair: write moment = gru_step(...), then moment.h"
    )


def test_variants_equal_themselves_alone_and_stay_as_they_were_checked():
    holes = Peepholes([1, 2], [3, 4], [5, 6])
    gru = random_gru()
    for made in (holes, gru, gru_step(gru, [1, 2, 3], [0, 0])):
        assert made == made
        assert len({made, made, copy.copy(made)}) == 2
    with pytest.raises(FrozenInstanceError):
        holes.p_f = holes.p_i
    with pytest.raises(FrozenInstanceError):
        gru.update = gru.reset


def test_gru_parameters_know_their_sizes_and_are_read_only():
    p = random_gru(reset_after=True)
    assert (p.hidden_size, p.input_size) == (2, 3)
    assert random_gru().recurrent_bias.tolist() == [0, 0]
    assert GRUParameters(p.update, p.reset, p.candidate).reset_after is False  # as Olah draws it
    with pytest.raises(ValueError, match="read-only"):
        p.recurrent_bias[:] = 0


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: GRUParameters(P.forget, P.input, Gate(np.zeros((2, 4)), np.zeros(2))),
            "the candidate gate's W has shape (2, 4); the update gate's W has shape (2, 5) and all "
            "three read [h, x], so the candidate gate's W must be (2, 5)",
        ),
        (
            lambda: GRUParameters(P.forget, P.input, P.candidate, True, [1]),
            "recurrent_bias has shape (1,); the update gate has 2 units, "
            "so recurrent_bias must be (2,)",
        ),
        (
            lambda: GRUParameters(*[Gate([[0, 0]], [0])] * 3, True, [1, 2]),
            "recurrent_bias has shape (2,); the update gate has 1 unit, "
            "so recurrent_bias must be (1,)",
        ),
        (
            lambda: GRUParameters(P.forget, P.input, P.candidate, True, [1, np.inf]),
            "recurrent_bias holds an infinite number at [1]; every number in it must be finite",
        ),
        (
            lambda: GRUParameters(P.forget, P.input, P.candidate, recurrent_bias=[0, 1]),
            "recurrent_bias is not zero, but with reset_after=False nothing reads it; "
            "add it to the candidate's b, or it must be None",
        ),
        (
            lambda: gru_step(random_gru(), [0, 0], [0, 0]),
            "x has shape (2,); W_z has shape (2, 5) and reads 3 inputs, so x must be (3,)",
        ),
        (
            lambda: gru_step(random_gru(), np.zeros((4, 3)), [0, 0]),
            "h_prev has shape (2,); x has shape (4, 3) and W_z (2, 5) has 2 rows, one for each "
            "unit, so h_prev must be (4, 2)",
        ),
        (
            lambda: gru_unroll(random_gru(), [0, 0, 0]),
            "xs has shape (3,); time comes first and W_z (2, 5) reads 3 inputs, "
            "so xs must be (T, ..., 3)",
        ),
        (
            lambda: gru_unroll(random_gru(), np.zeros((4, 3)), [0]),
            "h0 has shape (1,); xs has shape (4, 3) and W_z (2, 5) has 2 rows, so h0 must be (2,)",
        ),
    ],
)
def test_a_gru_says_what_does_not_fit(call, sentence: str):
    assert refusal(call) == sentence


def test_a_plain_rnn_says_at_which_moment_its_weighted_sum_is_too_large():
    for row, xs, moment in (
        ([0, 1e308], [[0.5], [10], [1]], 1),  # of x alone
        ([1e308, 1e308], [[0.5], [0.5], [1]], 2),  # of h and x
    ):
        sentence = refusal(rnn_unroll, [row], [0], xs)
        assert sentence == f"z holds an infinite number at [{moment}, 0]; {TOO_LARGE}"


def test_a_gru_is_made_of_gates():
    with pytest.raises(TypeError) as caught:
        GRUParameters(P.forget, P.input, np.zeros((2, 5)))
    assert str(caught.value) == "candidate must be a Gate, not ndarray; write Gate(W, b)"


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning", "ignore:invalid:RuntimeWarning")
def test_what_makes_no_number_is_refused():
    wide = Gate([[0, 1e308]], [0])
    huge = GRUParameters(wide, wide, Gate([[-1e308, 1e308]], [0]), True, [-1e308])
    huge = replace(huge, update=Gate([[0, 0]], [0]), reset=Gate([[0, 0]], [0]))
    assert refusal(gru_step, huge, [10], [10]) == f"z_h holds NaN at [0]; {TOO_LARGE}"
    assert refusal(gru_unroll, huge, [[10]], [10]) == f"z_h holds NaN at [0, 0]; {TOO_LARGE}"

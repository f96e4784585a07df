from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_teach import Gate, Parameters, Step, conventions, unroll
from lstm_teach.examples import day_events, random_days, room_counter
from lstm_teach.gradients import backward, numerical_gradient, rnn_backward, state_gradients
from lstm_teach.learn import from_vector, to_vector
from lstm_teach.sequence import pin
from lstm_teach.variants import Peepholes, coupled_unroll, peephole_unroll, rnn_unroll
from tests.helpers import (
    assert_each_is_refused,
    assert_harmless,
    assert_same,
    assert_slope,
    few,
    fewer,
    numbers,
    refusal,
    sequences,
)

ORACLE = json.loads(
    Path(__file__).with_name("oracle").joinpath("gradients.json").read_text(encoding="utf-8")
)
P = Parameters.random(3, 2, seed=0)
XS = np.array([[1, 0, 2], [0, -1, 1], [3, 0, 0], [1, 1, -1]])
DH, DC = np.array([[1, 0], [0, 2], [-1, 1], [0, 1]]), np.array([2, -1])

# ---- the oracle: PyTorch's autograd (tests/oracle/make_gradients.py) ---------------------------


def name_of(case: dict) -> str:
    T, N, D = np.shape(case["given"]["xs"])
    return f"{case['kind']} D{D} H{np.shape(case['given']['dh'])[2]} T{T} N{N}"


def cases(kind: str) -> list[dict]:
    return [case for case in ORACLE["gradients"] if case["kind"] == kind]


def assert_answers(case: dict, ours: dict[str, np.ndarray]) -> None:
    for name, answer in case["answers"].items():
        np.testing.assert_allclose(ours[name], answer, rtol=1e-10, atol=1e-10, err_msg=name)


@pytest.mark.parametrize("case", cases("LSTM"), ids=name_of)
def test_the_gradients_are_those_of_pytorch(case: dict):
    p, given_ = conventions.from_torch(**case["weights"]), case["given"]
    steps = unroll(p, given_["xs"], given_.get("h0"), given_.get("c0"))
    grads, dxs, dh0, dc0 = backward(p, steps, given_["dh"], given_.get("dc"))
    weights = dict(zip(case["weights"], conventions.to_torch(grads), strict=False))
    assert_answers(case, {**weights, "xs": dxs, "h0": dh0, "c0": dc0})


@pytest.mark.parametrize("case", cases("RNN"), ids=name_of)
def test_the_gradients_of_the_plain_rnn_are_those_of_pytorch(case: dict):
    weights, given_ = case["weights"], case["given"]
    W = np.hstack([weights["weight_hh"], weights["weight_ih"]])
    H = len(W)
    h = rnn_unroll(W, weights["bias_ih"], given_["xs"], given_.get("h0"))
    dW, db, dxs, dh0 = rnn_backward(W, given_["xs"], h, given_["dh"], given_.get("h0"))
    ours = {"weight_hh": dW[:, :H], "weight_ih": dW[:, H:], "bias_ih": db, "xs": dxs, "h0": dh0}
    assert_answers(case, ours)


def test_the_oracle_covers_what_can_differ():
    for kind in ("LSTM", "RNN"):
        assert {np.shape(c["given"]["xs"])[0] for c in cases(kind)} >= {1, 20}
        assert {np.shape(c["given"]["dh"])[2] for c in cases(kind)} >= {1, 6}
        assert {"h0" in c["given"] for c in cases(kind)} == {True, False}


# ---- the gradient, by nudging ------------------------------------------------------------------


@fewer
@given(sequences(), st.data())
def test_the_gradients_are_what_nudging_finds(sequence: tuple, data: st.DataObject):
    p, xs, h0, c0 = sequence
    dh, dc = data.draw(numbers(len(xs), *h0.shape)), data.draw(numbers(*c0.shape))

    def result(p: Parameters, xs: np.ndarray, h0: np.ndarray, c0: np.ndarray) -> float:
        steps = unroll(p, xs, h0, c0)
        return (dh * steps.h).sum() + (dc * (steps.c[-1] if len(xs) else c0)).sum()

    grads, dxs, dh0, dc0 = backward(p, unroll(p, xs, h0, c0), dh, dc)
    assert_slope(dxs, lambda xs: result(p, xs, h0, c0), xs)
    assert_slope(dh0, lambda h0: result(p, xs, h0, c0), h0)
    assert_slope(dc0, lambda c0: result(p, xs, h0, c0), c0)
    assert_slope(to_vector(grads), lambda v: result(from_vector(p, v), xs, h0, c0), to_vector(p))


@fewer
@given(sequences(), st.data())
def test_the_gradients_of_the_plain_rnn_are_what_nudging_finds(sequence, data: st.DataObject):
    p, xs, h0, _ = sequence
    cell, dh = p.candidate, data.draw(numbers(len(xs), *h0.shape))

    def result(cell: Gate, xs: np.ndarray, h0: np.ndarray) -> float:
        return (dh * rnn_unroll(cell.W, cell.b, xs, h0)).sum()

    h = rnn_unroll(cell.W, cell.b, xs, h0)
    dW, db, dxs, dh0 = rnn_backward(cell.W, xs, h, dh, h0)
    assert_slope(dxs, lambda xs: result(cell, xs, h0), xs)
    assert_slope(dh0, lambda h0: result(cell, xs, h0), h0)
    assert_slope(dW, lambda W: result(Gate(W, cell.b), xs, h0), cell.W)
    assert_slope(db, lambda b: result(Gate(cell.W, b), xs, h0), cell.b)


@few
@given(sequences(), st.data())
def test_the_gradients_of_a_batch_are_the_sum_over_its_rows(sequence, data: st.DataObject):
    p, xs, h0, c0 = sequence
    dh, dc = data.draw(numbers(len(xs), *h0.shape)), data.draw(numbers(*c0.shape))
    grads, dxs, dh0, dc0 = backward(p, unroll(p, xs, h0, c0), dh, dc)
    total = np.zeros_like(to_vector(grads))
    for row in np.ndindex(h0.shape[:-1]):
        at = (slice(None), *row)
        alone = backward(p, unroll(p, xs[at], h0[row], c0[row]), dh[at], dc[row])
        total += to_vector(alone[0])
        for whole, part in ((dxs[at], alone[1]), (dh0[row], alone[2]), (dc0[row], alone[3])):
            np.testing.assert_allclose(whole, part, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(to_vector(grads), total, rtol=1e-12, atol=1e-12)


@few
@given(sequences(), st.data())
def test_the_gradient_of_a_state_is_that_of_a_day_which_starts_there(sequence, data):
    p, xs, h0, c0 = sequence
    dh, dc = data.draw(numbers(len(xs), *h0.shape)), data.draw(numbers(*c0.shape))
    steps = unroll(p, xs, h0, c0)
    dhs, dcs = state_gradients(p, steps, dh, dc)
    assert dhs.shape == dcs.shape == (len(xs) + 1, *h0.shape)
    for t in range(len(xs)):
        _, _, dh_t, dc_t = backward(p, steps[t:], dh[t:], dc)
        # after a moment: what h itself is worth there, and that h is o * tanh(c)
        s = steps[t - 1] if t else None
        dh_here = dh_t + (dh[t - 1] if t else 0)
        dc_here = dc_t + (dh_here * s.o * (1 - np.tanh(s.c) ** 2) if t else 0)
        np.testing.assert_allclose(dhs[t], dh_here, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(dcs[t], dc_here, rtol=1e-12, atol=1e-12)


def test_along_the_memory_the_gradient_is_the_product_of_the_forget_gates():
    """With weights of h at 0 there is no way around: dC_T/dC_t = f f f ..."""
    p = room_counter()
    steps = unroll(p, random_days(np.random.default_rng(0), 12, 5))
    _, dcs = state_gradients(p, steps, np.zeros_like(steps.h), np.ones((5, 1)))
    for t in range(13):
        np.testing.assert_allclose(dcs[t], steps.f[t:].prod(axis=0), rtol=1e-12)


@pytest.mark.parametrize("front", [(), (4,), (0,), (2, 5)])
def test_no_moments_have_no_gradient(front: tuple[int, ...]):
    dc = np.ones((*front, 2))
    steps = unroll(P, np.zeros((0, *front, 3)))
    grads, dxs, dh0, dc0 = backward(P, steps, steps.h, dc)
    assert not to_vector(grads).any()
    assert dxs.shape == (0, *front, 3)
    assert_same([dh0, dc0], [np.zeros_like(dc), dc])
    dW, db, dxs, dh0 = rnn_backward(P.forget.W, steps.x, steps.h, steps.h)
    assert not dW.any()
    assert not db.any()
    assert dxs.shape == (0, *front, 3)
    assert dh0.shape == (*front, 2)


def test_nudging_leaves_the_array_alone_and_finds_a_known_slope():
    array = np.array([[1, 2], [3, 4]])
    gradient = numerical_gradient(lambda a: (a**3).sum(), array)
    np.testing.assert_allclose(gradient, 3.0 * array**2, rtol=1e-9)
    assert array.tolist() == [[1, 2], [3, 4]]
    assert numerical_gradient(lambda a: float(a) ** 2, 3).shape == ()
    assert refusal(numerical_gradient, np.sum, [np.nan]).startswith("array holds NaN")


# ---- what goes in ------------------------------------------------------------------------------

RNN = {
    "W": np.array([[1, 0, 1, 0, -1], [0, -1, 0, 1, 1]]),
    "xs": XS,
    "h": np.array([[1, 0], [0, -1], [0, 0], [1, 1]]),
    "dh": DH,
    "h0": np.array([1, -1]),
}


def backward_of(**arguments: object) -> tuple:
    return backward(P, unroll(P, XS), **arguments)


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        (backward_of, {"dh": DH, "dc": DC}),
        (backward_of, {"dh": DH}),
        (rnn_backward, RNN),
    ],
)
def test_lists_integers_and_read_only_arrays_do_and_nothing_is_modified(call, arguments: dict):
    assert_harmless(lambda **given_: list(call(**given_))[1:], arguments)


@pytest.mark.parametrize(
    "steps",
    [
        coupled_unroll(P, XS),
        peephole_unroll(P, Peepholes([1, 1], [0, 0], [0, 0]), XS),
        peephole_unroll(P, Peepholes([0, 0], [0, 0], [1, 1]), XS[:1]),
        unroll(Parameters.random(3, 2, seed=1), XS),
    ],
)
def test_steps_of_another_cell_are_refused(steps: Step):
    dh = np.ones_like(steps.h)
    for call in (backward, state_gradients):
        assert "not what unroll gives for these parameters" in refusal(call, P, steps, dh)


def test_steps_that_differ_early_are_refused():
    room, day = room_counter(), day_events("enter enter ask")  # coupled: nothing is ever counted
    steps = coupled_unroll(room, day)
    assert steps.c[-1] == pytest.approx(0, abs=1e-4)
    for call in (backward, state_gradients):
        refused = refusal(call, room, steps, np.ones_like(steps.h))
        assert "not what unroll gives for these parameters" in refused


def test_steps_of_a_saturated_cell_make_no_warning():
    cell = pin(pin(P, "forget", 1), "input", 0)
    _, _, dh0, dc0 = backward(cell, unroll(cell, XS), DH)
    assert np.isfinite([dh0, dc0]).all()


def test_steps_chosen_by_hand_are_steps():
    steps = unroll(P, XS)
    there = vars(backward(P, steps, DH)[0])
    for same in (Step(**vars(steps)), steps[[0, 1, 2, 3]]):
        for name, gate in vars(backward(P, same, DH)[0]).items():
            np.testing.assert_array_equal(gate.W, there[name].W)


def test_what_is_no_step_is_refused():
    steps = unroll(P, XS)
    for given_, kind in ((list(steps), "list"), (steps.h, "ndarray")):
        with pytest.raises(TypeError, match=f"steps must be what unroll gives.* not a {kind}"):
            backward(P, given_, DH)


def test_what_is_not_a_finite_number_is_refused_by_name():
    assert_each_is_refused(backward_of, {"dh": DH, "dc": DC}, optional=("dc",))
    assert_each_is_refused(rnn_backward, RNN, optional=("h0",))


@pytest.mark.parametrize(
    ("shapes", "sentence"),
    [
        (
            {"dh": (4, 3)},
            "dh has shape (4, 3); there is one for each of h (4, 2), so dh must be (4, 2)",
        ),
        (
            {"dh": (2,)},
            "dh has shape (2,); there is one for each of h (4, 2), so dh must be (4, 2)",
        ),
        (
            {"dh": (4, 2), "dc": (4, 2)},
            "dc has shape (4, 2); it is for the last memory of steps.c (4, 2), so dc must be (2,)",
        ),
    ],
)
def test_a_gradient_of_the_wrong_shape_is_named_with_the_right_one(shapes: dict, sentence: str):
    arguments = {name: np.zeros(shape) for name, shape in shapes.items()}
    assert refusal(backward_of, **arguments) == sentence
    assert refusal(partial(state_gradients, P, unroll(P, XS)), **arguments) == sentence


def test_the_steps_must_be_of_the_cell_and_of_a_sequence():
    steps = unroll(P, XS)
    assert refusal(backward, P, steps[0], DH) == (
        "steps.h has shape (2,); time comes first, as unroll gives it, "
        "so steps.h must be (T, ..., H)"
    )
    assert refusal(backward, Parameters.zeros(3, 1), steps, DH) == (
        "steps.h has shape (4, 2); the cell's W_f has shape (1, 4), so steps.h must be (4, 1)"
    )
    assert refusal(backward, Parameters.zeros(1, 2), steps, DH) == (
        "steps.x has shape (4, 3); the cell's W_f has shape (2, 3), so steps.x must be (4, 1)"
    )


@pytest.mark.parametrize(
    ("name", "shape", "sentence"),
    [
        ("W", (2, 2), "W has shape (2, 2); it needs a row for each of H units and a column for"),
        ("W", (), "W has shape (); it needs a row for each of H units and a column for each"),
        (
            "xs",
            (4, 2),
            "xs has shape (4, 2); W has shape (2, 5) and h (4, 2), so xs must be (4, 3)",
        ),
        ("h", (4, 3), "h has shape (4, 3); W has shape (2, 5), so h must be (4, 2)"),
        ("h", (2,), "h has shape (2,); time comes first, so h must be (T, ..., 2)"),
        (
            "dh",
            (4, 1),
            "dh has shape (4, 1); there is one for each of h (4, 2), so dh must be (4, 2)",
        ),
        ("h0", (1, 2), "h0 has shape (1, 2); h has shape (4, 2), so h0 must be (2,)"),
    ],
)
def test_a_wrong_shape_for_the_plain_rnn_is_named(name: str, shape: tuple, sentence: str):
    assert refusal(rnn_backward, **{**RNN, name: np.zeros(shape)}).startswith(sentence)

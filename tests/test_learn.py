from __future__ import annotations

import inspect
import io
import json
import re
import sys
from dataclasses import FrozenInstanceError
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jupyter_client.manager import start_new_kernel
from tqdm import std

from lstm_teach import Parameters, unroll
from lstm_teach.examples import (
    counting_days,
    random_days,
    right_when_asked,
    untrained,
    untrained_rnn,
)
from lstm_teach.learn import (
    RNN,
    Adam,
    clip_by_norm,
    from_vector,
    loss_and_gradient,
    norm,
    to_vector,
    train,
    training_steps,
    weighted_mse,
)
from lstm_teach.variants import rnn_unroll
from tests.helpers import (
    assert_each_is_refused,
    assert_harmless,
    assert_same,
    assert_slope,
    numbers,
    refusal,
)
from tests.servers import PATIENCE

ORACLE = json.loads(
    Path(__file__).with_name("oracle").joinpath("gradients.json").read_text(encoding="utf-8")
)
P = Parameters.random(3, 2, seed=0)
R = RNN(P.forget.W, P.forget.b, [[1, -2], [0.5, 1]], [0.25, -1])
XS = np.array([[1, 0, 2], [0, -1, 1], [3, 0, 0], [1, 1, -1]])
COUNTER = untrained(seed=0)

# ---- the loss ----------------------------------------------------------------------------------


@given(st.data(), st.integers(1, 3), st.integers(1, 3))
def test_the_loss_is_the_weighted_mean_of_the_squared_error(data: st.DataObject, T: int, H: int):
    h, targets = data.draw(numbers(T, H)), data.draw(numbers(T, H))
    loss, dh = weighted_mse(h, targets)
    assert loss == pytest.approx(np.mean((h - targets) ** 2))
    assert_slope(dh, lambda h: weighted_mse(h, targets)[0], h)
    weights = np.abs(data.draw(numbers(T, 1))) + 0.1
    loss, dh = weighted_mse(h, targets, weights)
    every = np.broadcast_to(weights, (T, H))
    assert loss == pytest.approx(np.average((h - targets) ** 2, weights=every))
    assert_slope(dh, lambda h: weighted_mse(h, targets, weights)[0], h)


def test_what_weighs_nothing_counts_nothing():
    loss, dh = weighted_mse([[1.0], [5.0]], [[0.0], [0.0]], [[1], [0]])
    assert loss == 1
    assert dh.tolist() == [[2], [0]]


@pytest.mark.parametrize(
    ("targets", "weights", "sentence"),
    [
        (
            (4, 1),
            None,
            "targets has shape (4, 1); each is compared with a number of h (4, 2), "
            "so targets must be (4, 2)",
        ),
        (
            (4, 2),
            np.ones((3, 2)),
            "weights has shape (3, 2); each weighs a number of h, so weights must be (4, 2), "
            "or 1 where they are all the same",
        ),
        ((4, 2), np.zeros((4, 1)), "weights must be at least 0, and one of them above 0"),
        ((4, 2), [[1], [1], [-1], [1]], "weights must be at least 0, and one of them above 0"),
    ],
)
def test_targets_and_weights_that_do_not_fit_are_named(targets, weights, sentence: str):
    assert refusal(weighted_mse, np.zeros((4, 2)), np.zeros(targets), weights) == sentence


def test_what_is_not_a_finite_number_is_refused_by_name():
    arguments = {"h": XS, "targets": XS, "weights": XS**2}
    assert_each_is_refused(weighted_mse, arguments, optional=("weights",))


def test_lists_integers_and_read_only_arrays_do_and_nothing_is_modified():
    def gradient(**arguments: object) -> np.ndarray:
        return weighted_mse(**arguments)[1]

    assert_harmless(gradient, {"h": XS, "targets": XS[::-1], "weights": XS**2})
    assert_harmless(R.answers, {"xs": XS})


@pytest.mark.parametrize("cell", [P, R], ids=["LSTM", "RNN"])
def test_the_gradient_of_the_loss_is_what_nudging_finds(cell: Parameters | RNN):
    rng = np.random.default_rng(0)
    batch = rng.normal(size=(4, 3, 3)), rng.normal(size=(4, 3, 2)), rng.random((4, 3, 1))
    _, grads = loss_and_gradient(cell, *batch)
    assert type(grads) is type(cell)

    def loss(vector: np.ndarray) -> float:
        return loss_and_gradient(from_vector(cell, vector), *batch)[0]

    assert_slope(to_vector(grads), loss, to_vector(cell))


# ---- what can be trained -----------------------------------------------------------------------


def test_the_plain_rnn_answers_with_what_is_read_from_h():
    answers = R.answers(XS)
    h = rnn_unroll(R.W, R.b, XS)
    assert answers.shape == (4, 2)
    for t in range(4):
        np.testing.assert_allclose(answers[t], R.V @ h[t] + R.v, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "shape", "sentence"),
    [
        ("W", (2, 2), "W has shape (2, 2); it needs a row for each of H units and a column for"),
        ("b", (3,), "b has shape (3,); W has 2 rows, one for each unit, so b must be (2,)"),
        (
            "V",
            (2, 3),
            "V has shape (2, 3); W has shape (2, 5) and V reads h (2,), so V must be (2, 2)",
        ),
        ("V", (2,), "V has shape (2,); W has shape (2, 5) and V reads h (2,), so V must be (2, 2)"),
        ("v", (1,), "v has shape (1,); V has 2 rows, so v must be (2,)"),
    ],
)
def test_a_wrong_shape_of_the_plain_rnn_is_named(name: str, shape: tuple, sentence: str):
    assert refusal(RNN, **{**vars(R), name: np.zeros(shape)}).startswith(sentence)


@pytest.mark.parametrize(("K", "rows"), [(0, "0 rows"), (1, "1 row")])
def test_there_are_as_many_biases_as_answers(K: int, rows: str):
    assert refusal(RNN, R.W, R.b, np.zeros((K, 2)), [1, 2]) == (
        f"v has shape (2,); V has {rows}, so v must be ({K},)"
    )


def test_no_number_of_the_plain_rnn_is_spoiled():
    assert_each_is_refused(RNN, vars(R))


def test_the_plain_rnn_cannot_be_changed():
    given_ = {name: array.copy() for name, array in vars(R).items()}
    rnn = RNN(**given_)
    for name, array in given_.items():
        array[:] = 0
        assert getattr(rnn, name).any()
        with pytest.raises(ValueError, match="read-only"):
            getattr(rnn, name)[...] = 0
    with pytest.raises(FrozenInstanceError):
        rnn.W = R.W
    assert len({R, R, rnn}) == 2  # it equals itself alone


@pytest.mark.parametrize("cell", [P, R], ids=["LSTM", "RNN"])
def test_a_cell_and_its_vector_are_the_same_numbers(cell: Parameters | RNN):
    vector = to_vector(cell)
    again = from_vector(cell, vector)
    assert type(again) is type(cell)
    assert_same(to_vector(again), vector)
    for one, other in zip(vars(again).values(), vars(cell).values(), strict=True):
        assert_same(one, other)
    size = len(vector)
    assert refusal(from_vector, cell, vector[1:]) == (
        f"vector has shape ({size - 1},); the cell has {size} weights and biases, "
        f"so vector must be ({size},)"
    )


# ---- one step ----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ORACLE["adam"], ids=["usual", "other"])
def test_adam_takes_the_steps_of_pytorch(case: dict):
    """`tests/oracle/make_gradients.py`; a plain RNN has a matrix to put the numbers into."""

    def rnn(W: list) -> RNN:
        return RNN(W, np.zeros(2), np.zeros((1, 2)), np.zeros(1))

    adam, cell = Adam(**case["settings"]), rnn(case["value"])
    for g, answer in zip(case["grads"], case["values"], strict=True):
        cell = adam.update(cell, rnn(g))
        np.testing.assert_allclose(cell.W, answer, rtol=1e-10, atol=1e-10)
        assert not to_vector(cell)[8:].any()


def test_adams_first_step_is_its_rate_long_and_what_it_keeps_is_its_own():
    adam = Adam()
    grads = from_vector(P, np.where(to_vector(P) > 0, 5, -5))
    moved = to_vector(adam.update(P, grads)) - to_vector(P)
    np.testing.assert_allclose(moved, -0.1 * np.sign(to_vector(P)), rtol=1e-6)
    assert repr(adam) == "Adam(rate=0.1, beta1=0.9, beta2=0.999, epsilon=1e-08)"
    assert list(inspect.signature(Adam).parameters) == ["rate", "beta1", "beta2", "epsilon"]


@pytest.mark.parametrize("grads", [P, R], ids=["LSTM", "RNN"])
def test_a_long_gradient_is_shortened_and_keeps_its_direction(grads: Parameters | RNN):
    vector = to_vector(grads)
    length = norm(grads)
    assert length == pytest.approx(np.sqrt((vector**2).sum()))
    for long_enough in (length, 2 * length):
        assert clip_by_norm(grads, long_enough) is grads
    np.testing.assert_allclose(to_vector(clip_by_norm(grads, length / 4)), vector / 4, rtol=1e-12)


def test_lengths_and_rates_are_above_0():
    for value in (0, -1.0, np.nan):
        assert refusal(clip_by_norm, P, value) == f"max_norm is {value!r}; it must be above 0"
        assert refusal(Adam, value) == f"rate is {value!r}; it must be above 0"
        for name in ("rate", "last_rate", "clip"):
            for call in (train, training_steps):
                sentence = refusal(call, COUNTER, counting_days, 2, **{name: value})
                assert sentence == f"{name} is {value!r}; it must be above 0"


@pytest.mark.parametrize("iterations", [-1, 2.0, "5", None])
def test_iterations_are_counted(iterations: object):
    assert refusal(train, COUNTER, counting_days, iterations) == (
        f"iterations is {iterations!r}; it must be a whole number, 0 or more"
    )


# ---- training ----------------------------------------------------------------------------------

short_train = partial(
    train, COUNTER, partial(counting_days, moments=10, days=16), clip=0.01, progress=False
)


def test_a_short_training_learns_to_count():
    training = train(
        COUNTER, counting_days, 250, rate=0.1, last_rate=0.02, clip=0.01, seed=0, progress=False
    )
    assert len(training.losses) == training.iterations == 250
    assert training.losses[-1] < training.losses[0] / 50
    days = random_days(np.random.default_rng(1), 25, 200)
    right = [right_when_asked(unroll(p, days).h, days) for p in (COUNTER, training.parameters)]
    assert right[0] < 0.6
    assert right[1] > 0.9


def test_the_plain_rnn_is_trained_by_the_same_lines():
    batches = partial(counting_days, moments=10, days=16, asked_only=True)
    start = untrained_rnn(4, scale=0.3, seed=0)
    training = train(start, batches, 80, rate=0.03, seed=0, progress=False)
    assert isinstance(training.parameters, RNN)
    assert training.losses[-5:].mean() < training.losses[:5].mean() / 2


def test_what_a_training_brings_back_cannot_be_changed():
    one, other = short_train(0), short_train(0)
    with pytest.raises(FrozenInstanceError):
        one.losses = other.losses
    assert len({one, one, other}) == 2  # it equals itself alone


@pytest.mark.parametrize("call", [train, training_steps])
def test_a_rate_is_given_by_its_name(call):
    with pytest.raises(TypeError, match="positional argument"):
        call(COUNTER, counting_days, 2, 0.1)


def test_the_same_seed_gives_the_very_same_training():
    one, two, other = (short_train(20, seed=seed) for seed in (3, 3, 4))
    assert_same([one.losses, to_vector(one.parameters)], [two.losses, to_vector(two.parameters)])
    assert (one.losses != other.losses).any()


def test_training_starts_at_the_given_cell_and_leaves_it_alone():
    before = to_vector(COUNTER)
    rng = np.random.default_rng(3)
    loss, _ = loss_and_gradient(COUNTER, *counting_days(rng, moments=10, days=16))
    training = short_train(3, seed=3)
    assert training.losses[0] == loss
    assert_same(to_vector(COUNTER), before)
    assert short_train(0).parameters is COUNTER
    assert short_train(0).losses.shape == (0,)


def test_the_rate_goes_along_a_line_from_the_first_to_the_last(monkeypatch):
    rates = []
    update = Adam.update
    monkeypatch.setattr(Adam, "update", lambda s, *a: rates.append(s.rate) or update(s, *a))
    short_train(5, rate=0.1, last_rate=0.02)
    short_train(3, rate=0.1)
    np.testing.assert_allclose(rates, [0.1, 0.08, 0.06, 0.04, 0.02, 0.1, 0.1, 0.1])


def test_a_training_can_be_taken_one_iteration_at_a_time():
    make_batch = partial(counting_days, moments=10, days=16)
    states = list(training_steps(COUNTER, make_batch, 5, clip=0.01, seed=3))
    whole = short_train(5, seed=3)
    assert [state.loss for state in states] == whole.losses.tolist()
    assert_same(to_vector(states[-1].parameters), to_vector(whole.parameters))
    loss, grads = loss_and_gradient(COUNTER, *make_batch(np.random.default_rng(3)))
    assert (states[0].loss, states[0].norm) == (loss, norm(grads))


def test_an_interrupted_training_keeps_what_it_has():
    calls = []

    def make_batch(rng: np.random.Generator) -> tuple:
        calls.append(None)
        if len(calls) > 7:
            raise KeyboardInterrupt
        return counting_days(rng, moments=10, days=16)

    training = train(COUNTER, make_batch, 50, clip=0.01, seed=3, progress=False)
    whole = short_train(50, seed=3)
    assert training.losses.tolist() == whole.losses[:7].tolist()
    *_, seventh = training_steps(
        COUNTER, partial(counting_days, moments=10, days=16), 7, rate=0.1, clip=0.01, seed=3
    )
    assert_same(to_vector(training.parameters), to_vector(seventh.parameters))
    assert repr(training) == f"Training(7 of 50 iterations, loss {training.losses[-1]:.4g})"


# ---- the progress bar --------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_the_bar_and_it_leaves_nothing_behind(monkeypatch, capfd):
    short_train(3, progress=True)
    assert capfd.readouterr() == ("", "")  # here nobody watches: a test's errors go to a file
    monkeypatch.setattr(sys, "stderr", Terminal())
    watching = []  # a thread that watches the bar, which a browser does not have
    monkeypatch.setattr(std, "TMonitor", lambda *arguments: watching.append(arguments))
    short_train(3, progress=False)
    assert sys.stderr.getvalue() == ""
    short_train(3, progress=True)
    first, *_, last = sys.stderr.getvalue().strip("\r").split("\r")
    assert first.startswith("Training:   0%|")
    assert "0/3" in first
    assert last.strip() == ""
    assert watching == []


IN_A_NOTEBOOK = """
from functools import partial
from lstm_teach.examples import counting_days, untrained
from lstm_teach.learn import train
training = train(untrained(seed=0), partial(counting_days, moments=3, days=2), {}, seed=0)
"""


def test_in_a_notebook_a_page_sees_the_bar_a_tool_does_not_and_the_stop_button_works():
    manager, client = start_new_kernel(kernel_name="python3")

    def run(code: str, *, page: bool, stop: bool = False) -> tuple[str, list[dict]]:
        """How it ended and what the notebook got to see; a page, unlike a tool, can be asked."""
        seen = []

        def output(message: dict) -> None:
            if message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
                seen.append(message["content"])
                if stop:  # the bar is there, so it runs
                    manager.interrupt_kernel()

        reply = client.execute_interactive(
            code, allow_stdin=page, output_hook=output, timeout=PATIENCE
        )
        return reply["content"]["status"], seen

    try:
        assert run(IN_A_NOTEBOOK.format(5), page=False) == ("ok", [])
        status, [bar] = run(IN_A_NOTEBOOK.format(5), page=True)
        assert status == "ok"
        assert "application/vnd.jupyter.widget-view+json" in bar["data"]
        status, [bar] = run(IN_A_NOTEBOOK.format(10**6), page=True, stop=True)
        assert status == "ok"
        status, [told] = run("training", page=False)
        done = re.match(r"Training\((\d+) of 1000000 iterations", told["data"]["text/plain"])
        assert 0 <= int(done[1]) < 10**6
        status, [told] = run("print(len(training.losses), training.parameters.hidden_size)", page=0)
        assert told["text"] == f"{done[1]} 1\n"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


# ---- batches -----------------------------------------------------------------------------------


def test_what_makes_no_batches_is_told_so():
    xs, targets = np.zeros((2, 1, 3)), np.zeros((2, 1, 2))
    cell = Parameters.zeros(3, 2)
    with pytest.raises(TypeError, match="make_batch must be a function, not a tuple"):
        train(cell, (xs, targets, None), 1, progress=False)
    assert "make_batch gave 2 arrays" in refusal(
        train, cell, lambda rng: (xs, targets), 1, progress=False
    )


def test_a_batch_that_does_not_fit_is_named():
    def make_batch(rng: np.random.Generator) -> tuple:
        return np.zeros((3, 2, 4)), np.zeros((3, 2)), None

    assert refusal(train, COUNTER, make_batch, 1, progress=False) == (
        "targets has shape (3, 2); each is compared with a number of h (3, 2, 1), "
        "so targets must be (3, 2, 1)"
    )

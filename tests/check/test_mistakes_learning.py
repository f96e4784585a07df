"""The way back agrees with finite differences; mistakes there and in descent are named."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lstm_teach import Gate, Parameters, check, sigmoid
from lstm_teach.check.exercise import SIZES, as_table
from lstm_teach.check.mistakes import EXERCISES
from tests.check.helpers import verdicts


def way_back(dc, c_prev, f, i, c_tilde):
    return (
        dc * f,
        dc * c_prev * f * (1 - f),
        dc * c_tilde * i * (1 - i),
        dc * i * (1 - c_tilde * c_tilde),
    )


def test_the_way_back_is_what_finite_differences_say() -> None:
    exercise = EXERCISES["update_cell_backward"]
    dc, c_prev, f, i, c_tilde = exercise.draw(0, 4, 2, 5)
    start = np.array([c_prev, np.log(f / (1 - f)), np.log(i / (1 - i)), np.arctanh(c_tilde)])

    def loss(z):
        return dc @ (sigmoid(z[1]) * z[0] + sigmoid(z[2]) * np.tanh(z[3]))

    found, nudge = np.zeros((4, 4)), 1e-6
    for at in np.ndindex(4, 4):
        by = np.zeros((4, 4))
        by[at] = nudge
        found[at] = (loss(start + by) - loss(start - by)) / (2 * nudge)
    np.testing.assert_allclose(exercise.answer(dc, c_prev, f, i, c_tilde), found, rtol=1e-6)
    assert verdicts("update_cell_backward", way_back).passed
    assert verdicts("update_cell_backward", lambda *given: list(way_back(*given))).passed


def but(row: int, changed: Callable) -> Callable:
    """The right function, with one of its results changed."""

    def function(dc, c_prev, f, i, c_tilde):
        rows = list(way_back(dc, c_prev, f, i, c_tilde))
        rows[row] = changed(dc, c_prev, f, i, c_tilde)
        return tuple(rows)

    return function


@pytest.mark.parametrize(
    ("name", "function"),
    [
        (
            "no derivative of sigma and tanh",
            lambda dc, c, f, i, g: (dc * f, dc * c, dc * g, dc * i),
        ),
        ("sigma' missing", but(1, lambda dc, c, f, i, g: dc * c)),
        ("sigma' missing", but(2, lambda dc, c, f, i, g: g * dc)),
        ("tanh' missing", but(3, lambda dc, c, f, i, g: dc * i)),
        ("the gate for its derivative", but(1, lambda dc, c, f, i, g: dc * c * f)),
        ("squashed once more", but(3, lambda dc, c, f, i, g: dc * i * (1 - np.tanh(g) ** 2))),
        ("sigma' for the candidate", but(3, lambda dc, c, f, i, g: dc * i * g * (1 - g))),
        ("square missing", but(3, lambda dc, c, f, i, g: dc * i * (1 - g))),
        ("forget gate missing", but(0, lambda dc, c, f, i, g: dc)),
        ("summed over the units", but(0, lambda dc, c, f, i, g: (dc * f).sum() + 0 * f)),
        ("dc missing", lambda dc, *rest: way_back(1, *rest)),
        ("minus dc", lambda dc, *rest: way_back(-dc, *rest)),
        ("f and i swapped", lambda dc, c, f, i, g: (
            dc * i, dc * c * f * (1 - f), dc * g * i * (1 - i), dc * f * (1 - g**2))),
        ("memory and candidate swapped", lambda dc, c, f, i, g: (
            dc * f, dc * g * f * (1 - f), dc * c * i * (1 - i), dc * i * (1 - g**2))),
        ("wrong shape", lambda dc, c, f, i, g: dc * f),
        ("wrong shape", lambda *given: way_back(*given)[:3]),
    ],
)  # fmt: skip
def test_a_mistake_on_the_way_back_is_named(name: str, function: Callable) -> None:
    assert verdicts("update_cell_backward", function).mistake == name


def descend(parameters, grads, rate):
    return Parameters(
        *(
            Gate(gate.W - rate * d.W, gate.b - rate * d.b)
            for gate, d in zip(vars(parameters).values(), vars(grads).values(), strict=True)
        )
    )


def stepped(weight: Callable, bias: Callable | None = None) -> Callable:
    """A step of descent with these lines."""

    def function(p, grads, rate):
        gates = {}
        for name in ("forget", "input", "candidate", "output"):
            gate, d = getattr(p, name), getattr(grads, name)
            gates[name] = Gate(weight(gate.W, d.W, rate), (bias or weight)(gate.b, d.b, rate))
        return Parameters(**gates)

    return function


def in_place(parameters, grads, rate):
    for gate, d in zip(vars(parameters).values(), vars(grads).values(), strict=True):
        gate.W[:] -= rate * d.W
    return parameters


def only_forget(p, grads, rate):
    moved = descend(p, grads, rate)
    return Parameters(moved.forget, p.input, p.candidate, p.output)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("plus instead of minus", stepped(lambda w, d, rate: w + rate * d)),
        ("rate missing", stepped(lambda w, d, rate: w - d)),
        ("divided by the rate", stepped(lambda w, d, rate: w - d / rate)),
        ("only the change", stepped(lambda w, d, rate: -rate * d)),
        ("only the change", stepped(lambda w, d, rate: rate * d)),
        ("nothing changed", lambda p, grads, rate: p),
        ("biases left as they were", stepped(lambda w, d, rate: w - rate * d, lambda b, *_: b)),
        ("weights left as they were", stepped(lambda w, *_: w, lambda b, d, rate: b - rate * d)),
        ("only one layer moved", only_forget),
        ("input modified", in_place),
        ("wrong shape", lambda p, grads, rate: p.forget.W - rate * grads.forget.W),
        ("wrong shape", lambda p, grads, rate: (p.forget, p.input)),
        (None, lambda p, grads, rate: p - rate * grads),
        (None, stepped(lambda w, d, rate: w - 2 * rate * d)),
    ],
)
def test_a_mistake_of_descent_is_named(name: str | None, function: Callable) -> None:
    assert verdicts("gradient_step", descend).passed
    verdict = verdicts("gradient_step", function)
    assert (verdict.passed, verdict.mistake) == (False, name)


def test_the_example_of_descent_is_true() -> None:
    sentence = check.gradient_step(stepped(lambda w, d, rate: w - 2 * rate * d)).sentence
    lines = sentence.split("\n")
    shown: dict = {"Parameters": Parameters, "np": np}
    exec("\n".join(lines[1:4]), shown)
    parameters, grads, rate = (shown[name] for name in ("parameters", "grads", "rate"))
    given = EXERCISES["gradient_step"].draw(0, *SIZES[0])
    np.testing.assert_array_equal(as_table(parameters), as_table(given[0]))
    np.testing.assert_array_equal(as_table(grads), as_table(given[1]))
    assert rate == given[2]

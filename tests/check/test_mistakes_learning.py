"""The way back agrees with finite differences; mistakes there and in descent are named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lstm_teach import Gate, Parameters, check, sigmoid
from lstm_teach.check.exercise import SIZES, as_table
from lstm_teach.check.mistakes import EXERCISES
from tests.check.helpers import drawn, verdicts

LAYERS = ("forget", "input", "candidate", "output")


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


def but(**changed: Callable) -> Callable:
    """The right function, with some of its results changed."""

    def function(*given):
        right = dict(zip(("c", "z_f", "z_i", "z_c"), way_back(*given), strict=True))
        return tuple((right | {name: row(*given) for name, row in changed.items()}).values())

    return function


def gates(z_f: Callable, z_i: Callable) -> tuple[Callable, Callable, Callable]:
    """A mistake that can be made for both gates, or for one of them."""
    return but(z_f=z_f, z_i=z_i), but(z_f=z_f), but(z_i=z_i)


def curve(y):
    return sigmoid(y) * (1 - sigmoid(y))


UNCURVED = gates(lambda dc, c, f, i, g: dc * c, lambda dc, c, f, i, g: dc * g)
HALF_CURVED = gates(lambda dc, c, f, i, g: dc * c * f, lambda dc, c, f, i, g: dc * g * i)
BACKWARD = [
    ("no derivative of sigma and tanh", lambda dc, c, f, i, g: (dc * f, dc * c, dc * g, dc * i)),
    *(("sigma' missing", function) for function in UNCURVED),
    ("tanh' missing", but(z_c=lambda dc, c, f, i, g: dc * i)),
    *(("the gate for its derivative", function) for function in HALF_CURVED),
    ("squashed once more", lambda dc, c, f, i, g: (
        dc * f, dc * c * curve(f), dc * g * curve(i), dc * i * (1 - np.tanh(g) ** 2))),
    ("squashed once more", but(z_c=lambda dc, c, f, i, g: dc * i / np.cosh(g) ** 2)),
    ("sigma' for the candidate", but(z_c=lambda dc, c, f, i, g: dc * i * g * (1 - g))),
    ("square missing", but(z_c=lambda dc, c, f, i, g: dc * i * (1 - g))),
    ("tanh' for the gates", lambda dc, c, f, i, g: (
        dc * f, dc * c * (1 - f * f), dc * g * (1 - i * i), dc * i * (1 - g * g))),
    ("each times itself", lambda dc, c, f, i, g: (
        dc * f, dc * f**2 * (1 - f), dc * i**2 * (1 - i), dc * i * (1 - g * g))),
    ("memory and candidate swapped", lambda dc, c, f, i, g: (
        dc * f, dc * g * f * (1 - f), dc * c * i * (1 - i), dc * i * (1 - g**2))),
    ("f and i swapped", lambda dc, c, f, i, g: (
        dc * i, dc * c * f * (1 - f), dc * g * i * (1 - i), dc * f * (1 - g**2))),
    ("forget gate missing", but(c=lambda dc, c, f, i, g: dc)),
    ("dc missing", lambda dc, *rest: way_back(1, *rest)),
    ("added along the path", lambda dc, c, f, i, g: (
        dc + f, dc + c + (f - f * f), dc + g + (i - i * i), dc + i + (1 - g * g))),
    ("minus dc", lambda dc, *rest: way_back(-dc, *rest)),
    ("summed over the units", but(c=lambda dc, c, f, i, g: (dc * f).sum() + 0 * f)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "function"),
    [
        *BACKWARD,
        ("wrong shape", lambda dc, c, f, i, g: dc * f),
        ("wrong shape", lambda *given: way_back(*given)[:3]),
    ],
)
def test_a_mistake_on_the_way_back_is_named(name: str, function: Callable) -> None:
    verdict = verdicts("update_cell_backward", function)
    assert (verdict.passed, verdict.mistake) == (False, name)


def test_the_numbers_of_the_way_back_are_what_a_cell_can_have() -> None:
    given = drawn("update_cell_backward")
    # none is 1 minus itself, or 1 minus another one
    seen = {*given["f"], *given["i"]}
    assert len(seen) == 8
    assert not {np.round(1 - f, 2) for f in seen} & seen
    assert (given["c_tilde"].min(), given["c_tilde"].max()) == (-0.9, 0.9)


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


def only(layer: str) -> Callable:
    """A step of descent that one layer alone takes."""
    return lambda p, grads, rate: replace(p, **{layer: getattr(descend(p, grads, rate), layer)})


DESCENT = [
    ("plus instead of minus", stepped(lambda w, d, rate: w + rate * d)),
    ("rate missing", stepped(lambda w, d, rate: w - d)),
    ("divided by the rate", stepped(lambda w, d, rate: w - d / rate)),
    ("only the change", stepped(lambda w, d, rate: -rate * d)),
    ("only the change", stepped(lambda w, d, rate: rate * d)),
    ("nothing changed", lambda p, grads, rate: p),
    ("biases left as they were", stepped(lambda w, d, rate: w - rate * d, lambda b, *_: b)),
    ("weights left as they were", stepped(lambda w, *_: w, lambda b, d, rate: b - rate * d)),
    *(("only one layer moved", only(layer)) for layer in LAYERS),
]


@pytest.mark.parametrize(
    ("name", "function"),
    [
        *DESCENT,
        ("input modified", in_place),
        ("wrong shape", lambda p, grads, rate: p.forget.W - rate * grads.forget.W),
        ("wrong shape", lambda p, grads, rate: (p.forget, p.input)),
        (None, lambda p, grads, rate: p - rate * grads),
        ("another size of the step", stepped(lambda w, d, rate: w - 2 * rate * d)),
        (None, stepped(lambda w, d, rate: w - 1.7 * rate * d)),
    ],
)
def test_a_mistake_of_descent_is_named(name: str | None, function: Callable) -> None:
    assert verdicts("gradient_step", descend).passed
    verdict = verdicts("gradient_step", function)
    assert (verdict.passed, verdict.mistake) == (False, name)


def test_a_step_of_descent_is_small() -> None:
    rates = drawn("gradient_step")["rate"]
    assert 0 < rates.min() < rates.max() < 0.5


def test_the_example_of_descent_is_true() -> None:
    sentence = check.gradient_step(stepped(lambda w, d, rate: w - 1.7 * rate * d)).sentence
    lines = sentence.split("\n")
    shown: dict = {"Parameters": Parameters, "np": np}
    exec("\n".join(lines[1:4]), shown)
    parameters, grads, rate = (shown[name] for name in ("parameters", "grads", "rate"))
    given = EXERCISES["gradient_step"].draw(0, *SIZES[0])
    np.testing.assert_array_equal(as_table(parameters), as_table(given[0]))
    np.testing.assert_array_equal(as_table(grads), as_table(given[1]))
    assert rate == given[2]

"""What several test modules share: random cells to draw from, and arrays spoiled in every way."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lstm_teach import Gate, Parameters
from lstm_teach.gradients import numerical_gradient
from lstm_teach.variants import GRUParameters

GATES = ("forget", "input", "candidate", "output")


# For slow properties, and those whose parts others test: a share of the profile's examples.
few = settings(max_examples=settings.default.max_examples // 4)
fewer = settings(max_examples=settings.default.max_examples // 7)

# ---- random cells ------------------------------------------------------------------------------


def numbers(*shape: int, most: float = 1.0) -> st.SearchStrategy[np.ndarray]:
    """Arrays of this shape, with numbers from -most to most."""
    return hnp.arrays(np.float64, shape, elements=st.floats(-most, most))


@st.composite
def cells(draw: st.DrawFn, hidden_size: int | None = None) -> Parameters:
    """A cell of one to three inputs and units whose pre-activations stay within 13.

    Within 13 neither sigmoid nor tanh is rounded to its limits, so strict bounds can be tested.
    """
    D, H = draw(st.integers(1, 3)), hidden_size or draw(st.integers(1, 3))
    return Parameters(*(Gate(draw(numbers(H, H + D)), draw(numbers(H))) for _ in GATES))


fronts = st.lists(st.integers(1, 3), max_size=2).map(tuple)


@st.composite
def moments(draw: st.DrawFn, front: tuple[int, ...] | None = None) -> tuple:
    """A cell with one moment for it: `(parameters, x, h_prev, c_prev)`."""
    p, front = draw(cells()), draw(fronts) if front is None else front
    return (
        p,
        draw(numbers(*front, p.input_size, most=3)),
        draw(numbers(*front, p.hidden_size)),
        draw(numbers(*front, p.hidden_size, most=4)),
    )


@st.composite
def sequences(draw: st.DrawFn) -> tuple:
    """A cell with a sequence for it, which may be empty: `(parameters, xs, h0, c0)`."""
    p, _, h0, c0 = draw(moments())
    T = draw(st.integers(0, 5))
    return p, draw(numbers(T, *h0.shape[:-1], p.input_size, most=3)), h0, c0


@st.composite
def grus(draw: st.DrawFn) -> GRUParameters:
    """A GRU of one to three inputs and units, of either reading of its reset gate."""
    D, H, after = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.booleans())
    gates = [Gate(draw(numbers(H, H + D)), draw(numbers(H))) for _ in range(3)]
    return GRUParameters(*gates, after, draw(numbers(H)) if after else None)


@st.composite
def gru_sequences(draw: st.DrawFn) -> tuple:
    """A GRU with a sequence for it, which may be empty: `(parameters, xs, h0)`."""
    p, front, T = draw(grus()), draw(fronts), draw(st.integers(0, 5))
    xs = draw(numbers(T, *front, p.input_size, most=3))
    return p, xs, draw(numbers(*front, p.hidden_size))


def refuse_warnings() -> None:
    """Make every warning an error, within `warnings.catch_warnings()`."""
    warnings.simplefilter("error")
    # Older versions of these call newer ones of each other by names that are old there.
    foreign = "matplotlib|pyparsing|ipywidgets|traitlets"
    warnings.filterwarnings("ignore", category=DeprecationWarning, module=foreign)


# ---- spoiled arrays ----------------------------------------------------------------------------


def _with(number: float) -> Callable:
    def spoil(array: np.ndarray) -> np.ndarray:
        array = np.array(array, dtype=np.float64)
        array[(-1,) * array.ndim] = number
        return array

    return spoil


#: What no array argument may be, whatever its shape.
SPOILED: dict[str, Callable] = {
    "NaN": _with(np.nan),
    "infinity": _with(np.inf),
    "minus infinity": _with(-np.inf),
    "None": lambda array: None,
    "list of None": lambda array: np.full(np.shape(array), None).tolist(),
    "string": lambda array: "0.5",
    "strings": lambda array: np.asarray(array).astype(str),
    "complex": lambda array: np.asarray(array) + 0j,
    "ragged": lambda array: [[0.0], [0.0, 1.0]],
    "dates": lambda array: np.asarray(array).astype("datetime64[s]"),
    "text among objects": lambda array: np.asarray(array).astype(str).astype(object),
    "dict": lambda array: {"W": array},
    "too large": lambda array: [10**400],
}


def refusal(call: Callable, *arguments: object, **named: object) -> str:
    """The sentence of the `ValueError` that this call raises: one sentence, on one line."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the callers look at the sentence
        call(*arguments, **named)
    sentence = str(caught.value)
    assert "must" in sentence, sentence
    assert "\n" not in sentence
    assert ". " not in sentence.replace("..., ", "")
    assert not sentence.endswith(".")
    return sentence


def assert_each_is_refused(
    call: Callable,
    arguments: Mapping[str, object],
    *,
    optional: Collection[str] = (),
    written: Mapping[str, str] | None = None,
) -> None:
    """Assert that each argument, spoiled in each way, is refused by its name (as it is `written`).

    None has a meaning for those that are `optional`. All that go wrong are named at once.
    """
    wrong = []
    for name, right in arguments.items():
        for kind, spoil in SPOILED.items():
            if kind == "None" and name in optional:
                continue
            try:
                said = refusal(call, **{**arguments, name: spoil(right)})
            except (Exception, pytest.fail.Exception) as error:
                said = f"{type(error).__name__}: {error}"
            if not said.startswith(f"{(written or {}).get(name, name)} "):
                wrong.append(f"{kind} for {name} of {call}: {said}")
    assert not wrong, "\n".join(wrong)


def arrays_in(value: object) -> list[np.ndarray]:
    """Every array in a result: a `Step`, `Parameters`, a tuple, a dict or an array itself."""
    if is_dataclass(value):
        value = [getattr(value, field.name) for field in fields(value)]
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [array for part in value for array in arrays_in(part)]
    return [value]


def assert_same(one: object, other: object) -> None:
    """Assert that two results hold the very same arrays."""
    ones, others = arrays_in(one), arrays_in(other)
    assert len(ones) == len(others) > 0
    for a, b in zip(ones, others, strict=True):
        np.testing.assert_array_equal(a, b)


def assert_slope(gradient: np.ndarray, function: Callable, at: np.ndarray) -> None:
    """Assert that nudging `at` finds this gradient."""
    np.testing.assert_allclose(gradient, numerical_gradient(function, at), rtol=1e-6, atol=1e-7)


def assert_harmless(call: Callable, arguments: dict[str, object]) -> None:
    """Assert that lists, other number types and read-only arrays do as well, and stay untouched.

    The arguments hold whole numbers, so that they are the same numbers in every type.
    """
    expected = call(**arguments)
    for array in arrays_in(expected):
        assert array.dtype == np.float64
    for convert in (
        lambda array: array.tolist(),
        lambda array: tuple(array.tolist()) if array.ndim else array.tolist(),
        lambda array: array.astype(int),
        lambda array: array.astype(np.int8),
        lambda array: array.astype(np.float32),
        lambda array: array.astype(object),
        np.asfortranarray,
        _read_only,
    ):
        given = {name: _each_array(value, convert) for name, value in arguments.items()}
        before = copy.deepcopy(given)
        result = call(**given)
        assert_same(result, expected)
        for array in arrays_in(result):
            assert array.dtype == np.float64
            for passed in arrays_in(list(given.values())):
                assert not (isinstance(passed, np.ndarray) and np.shares_memory(array, passed))
        assert_same(given, before)


def _read_only(array: np.ndarray) -> np.ndarray:
    array = array.copy()
    array.setflags(write=False)
    return array


def _each_array(value: object, convert: Callable) -> object:
    """Apply `convert` to an array, or to the arrays of a tuple, of a dict, of a dict of tuples."""
    if isinstance(value, dict):
        return {name: _each_array(part, convert) for name, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_each_array(part, convert) for part in value)
    return convert(value) if isinstance(value, np.ndarray) else value

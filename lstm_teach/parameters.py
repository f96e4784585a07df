"""What a cell consists of, and what one step of it returns: `Gate`, `Parameters`, `Step`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import Field, dataclass
from math import isfinite
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach._arrays import (
    OVERFLOW,
    Array,
    as_array,
    as_weights,
    check_step,
    ignore_overflow,
    require_finite,
    require_shape,
    set_fields,
)

#: Three gates and a candidate, in the order of the equations: the letter of the symbol, and the
#: field's name. (The candidate is a layer, not a gate: it reads [h, x] just as a gate does, but its
#: tanh makes something to write, where a gate's sigmoid lets something through.)
GATES = {"f": "forget", "i": "input", "c": "candidate", "o": "output"}


@dataclass(frozen=True, eq=False)
class Gate:
    """The weights of one gate, checked: `W` is `(H, H+D)`, `b` is `(H,)`.

    The arrays are copies, and read-only: what was checked stays true.

    Raises
    ------
    ValueError
        When `W` has no column left for `x`, when `b` does not have one number for each row of
        `W`, or when a number is NaN or infinite.
    """

    W: Array
    b: Array

    def __init__(self, W: ArrayLike, b: ArrayLike) -> None:
        shape = as_array(W, "W").shape
        if len(shape) != 2 or shape[0] < 1 or shape[1] <= shape[0]:
            raise ValueError(
                f"W has shape {shape}; it needs a row for each of H units and a column for each "
                "entry of [h, x], so W must be (H, H+D) with H and D at least 1"
            )
        W, b = as_weights("", W, b, shape[0], shape[1] - shape[0])
        # in memory W.T has its rows together: [h, x] @ W.T is quicker
        set_fields(self, W=np.asfortranarray(W), b=b)

    @property
    def hidden_size(self) -> int:
        """H, the number of units."""
        return self.W.shape[0]

    @property
    def input_size(self) -> int:
        """D, the number of inputs."""
        return self.W.shape[1] - self.W.shape[0]


class Layers:
    """The parameters of any cell: layers of one size, which read the same `[h, x]`."""

    # What `Parameters` computes once. In slots: vars(p) are what it was made of, alone.
    __slots__ = ("_W", "_b")
    _W: Array
    _b: Array

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy is made anew, from what this was made of."""
        return type(self), tuple(vars(self).values())

    @staticmethod
    def require_gates(gates: dict[str, Gate], all_of_them: str) -> None:
        """Raise unless each is a `Gate` and has the first one's shape."""
        first = next(iter(gates))
        for name, gate in gates.items():
            if not isinstance(gate, Gate):
                kind = type(gate).__name__
                raise TypeError(f"{name} must be a Gate, not {kind}; write Gate(W, b)")
            shape = gates[first].W.shape
            why = f"the {first} gate's W has shape {shape} and {all_of_them} read [h, x]"
            require_shape(gate.W, shape, f"the {name} gate's W", why)

    @property
    def hidden_size(self) -> int:
        """H, the number of units."""
        return int(next(iter(vars(self).values())).hidden_size)  # of the first layer

    @property
    def input_size(self) -> int:
        """D, the number of inputs."""
        return int(next(iter(vars(self).values())).input_size)


@dataclass(frozen=True, eq=False)
class Parameters(Layers):
    """Everything a cell has learned: three gates and a candidate that read the same `[h, x]`.

    Raises `TypeError` when one is not a `Gate`, `ValueError` when their sizes differ.
    """

    forget: Gate
    input: Gate
    candidate: Gate
    output: Gate

    def __post_init__(self) -> None:
        self.require_gates({name: getattr(self, name) for name in GATES.values()}, "all four")
        layers = self.forget, self.input, self.output, self.candidate
        b = np.stack([layer.b for layer in layers])
        set_fields(self, _W=np.stack([layer.W.T for layer in layers]), _b=b)

    def stacked(self, axes: int) -> tuple[Array, Array]:
        """Give `cell.linear` the weights and biases of all four layers: f, i, o and the candidate.

        They are for `[h, x]` with so many axes, and the answer has the layers in front. It takes
        half the time of four calls; NumPy still makes a product for each layer, so that every
        number is the same to the last bit.
        """
        four, HD, H = self._W.shape
        front = (1,) * (axes - 1)  # for the batch
        return self._W.reshape(four, *front[1:], HD, H).T, self._b.reshape(four, *front, H)

    @classmethod
    def zeros(cls, input_size: int, hidden_size: int) -> Parameters:
        """All weights and biases 0: every gate is half open, every candidate is 0."""
        D, H = input_size, hidden_size
        return cls(*(Gate(np.zeros((H, H + D)), np.zeros(H)) for _ in GATES))

    @classmethod
    def random(
        cls, input_size: int, hidden_size: int, scale: float = 1.0, seed: int | None = None
    ) -> Parameters:
        """Weights and biases drawn from a normal distribution with standard deviation `scale`.

        The same `seed` gives the same numbers; no other random stream is touched.
        """
        D, H, draw = input_size, hidden_size, np.random.default_rng(seed).normal
        return cls(*(Gate(draw(0, scale, (H, H + D)), draw(0, scale, H)) for _ in GATES))


class Moments:
    """What every kind of `Step` can do: `steps[t]` is one moment (time step) of an unroll."""

    # `has_time` says whether the first axis is time. In a slot: vars(step) are the arrays alone.
    __slots__ = ("has_time",)
    has_time: bool
    no_pair: ClassVar[str]
    sums: ClassVar[tuple[str, ...]]  # the weighted sums, three or four of them
    h: Array
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]  # each kind is a dataclass

    def __iter__(self) -> Iterator[Any]:
        """Go through an unroll moment by moment; nothing else can be gone through, or unpacked."""
        if not getattr(self, "has_time", False):
            raise TypeError(self.no_pair)
        return (self[t] for t in range(len(self.h)))

    def __getitem__(self, index: int | slice | tuple[int | slice, ...]) -> Any:
        """The same at `index` of its first axis: one moment of an unroll, or one row of a batch."""
        part = type(self)(**{name: array[index] for name, array in vars(self).items()})
        first = index[0] if isinstance(index, tuple) else index
        part.has_time = getattr(self, "has_time", False) and isinstance(first, slice)
        return part

    def refuse_overflow(self) -> None:
        """Raise `ValueError` when a weighted sum is infinite. (If none is, nor is `c` or `h`.)"""
        z = [getattr(self, name) for name in self.sums]
        if not isfinite(np.vdot(z[0], z[1]) + np.vdot(z[-2], z[-1])):
            for name, array in zip(self.sums, z, strict=True):
                require_finite(array, name, OVERFLOW)


@dataclass(eq=False)  # not frozen: that would make a step take 4% longer
class Step(Moments):
    """Everything that happened in one moment: what went in, every gate, what came out.

    `x` is `(..., D)`, all others are `(..., H)`. The `z_` are the pre-activations,
    `W [h, x] + b`. From `unroll` every field has the time axis in front; `steps[t]` is
    one moment of it.
    """

    no_pair = "a Step is not a pair (h, c): write moment = step(...), then moment.h and moment.c"
    sums = ("z_f", "z_i", "z_c", "z_o")

    x: Array
    h_prev: Array
    c_prev: Array
    z_f: Array
    z_i: Array
    z_c: Array
    z_o: Array
    f: Array
    i: Array
    c_tilde: Array
    c: Array
    o: Array
    h: Array

    @property
    def kept(self) -> Array:
        """What the forget gate leaves of the old memory: `f * c_prev`."""
        return self.f * self.c_prev

    @property
    def added(self) -> Array:
        """What the input gate lets in of the candidate: `i * c_tilde`."""
        return self.i * self.c_tilde


# ---- one step of any cell ----------------------------------------------------------------------

AnyStep = TypeVar("AnyStep", bound=Moments)


@ignore_overflow()
def checked_step(
    equations: Callable[..., AnyStep], W: str, p: Layers, x: ArrayLike, **state: ArrayLike
) -> AnyStep:
    """Check what a caller gives, follow `equations(p, x, *state)`, and refuse an overflow.

    `W` is what the sentences call the weights of `p`.
    """
    only = equations(p, *check_step(W, p, x, **state))
    only.refuse_overflow()
    return only

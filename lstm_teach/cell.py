"""The LSTM cell: every equation is one line, in the order in which the cell uses them.

Shapes: `x` is `(..., D)`, `h` and `c` are `(..., H)`. A gate reads the hidden state and the
input joined, hidden state first: `[h, x]`, `H+D` numbers. Axes in front of the last (a batch,
say) ride along. All arithmetic is float64, and what you pass in is never modified.

First come the equations alone, for arrays that are known to fit. Then the same ones for everyone,
with a door that checks what a caller gives, once. Then what a cell consists of, and one step.

The equations are those of Hochreiter & Schmidhuber (1997), with the forget gate of Gers,
Schmidhuber & Cummins (2000), in the notation of Olah, "Understanding LSTM Networks" (2015).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import Field, dataclass
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach._arrays import (
    Array,
    as_array,
    as_equals,
    as_layer,
    as_moment,
    as_state,
    as_weights,
    require_finite,
    require_shape,
)

# Three gates and a candidate, in the order of the equations: the letter of the symbol, and the
# field's name. (The candidate is a layer, not a gate: it reads [h, x] just as a gate does, but its
# tanh makes something to write, where a gate's sigmoid lets something through.)
GATES = {"f": "forget", "i": "input", "c": "candidate", "o": "output"}


# ---- the equations, unchecked ------------------------------------------------------------------
# For use `with beyond_float64()`, on arrays that a door has let in.


def beyond_float64() -> np.errstate:
    """Be silent where `e^1000` is infinite: `1 / infinity` is 0, and that is the right answer."""
    return np.errstate(over="ignore", under="ignore")


def joined(h_prev: Array, x: Array) -> Array:
    """Hidden state first: `[h, x]`."""
    return np.concatenate([h_prev, x], axis=-1)


def weighed(hx: Array, W: Array, b: Array) -> Array:
    """`z = W [h, x] + b`, written so that it works for a vector and for a batch."""
    return hx @ W.T + b


def squashed(z: Array) -> Array:
    """The sigmoid: `1 / (1 + e^-z)`."""
    return 1.0 / (1.0 + np.exp(-z))


def updated(c_prev: Array, f: Array, i: Array, c_tilde: Array) -> Array:
    """What is kept, and what is added."""
    return f * c_prev + i * c_tilde


def shown(o: Array, c: Array) -> Array:
    """What the output gate lets out of the memory."""
    return o * np.tanh(c)


def moment(p: Parameters, x: Array, h_prev: Array, c_prev: Array) -> Step:
    """Take the cell through one moment: all its equations, in their order."""
    hx = joined(h_prev, x)
    z_f = weighed(hx, p.forget.W, p.forget.b)
    z_i = weighed(hx, p.input.W, p.input.b)
    z_c = weighed(hx, p.candidate.W, p.candidate.b)
    z_o = weighed(hx, p.output.W, p.output.b)
    f = squashed(z_f)
    i = squashed(z_i)
    c_tilde = np.tanh(z_c)
    c = updated(c_prev, f, i, c_tilde)
    o = squashed(z_o)
    h = shown(o, c)
    return Step(x, h_prev, c_prev, z_f, z_i, z_c, z_o, f, i, c_tilde, c, o, h)


# ---- the equations, for everyone ---------------------------------------------------------------


def sigmoid(z: ArrayLike) -> Array:
    r"""Squash any number into (0, 1): :math:`\sigma(z) = 1 / (1 + e^{-z})`.

    Parameters
    ----------
    z : array_like, any shape
        Any numbers. Stable: no overflow and no warning for ``|z|`` up to 1e4 and beyond.

    Returns
    -------
    ndarray, same shape, float64
        ``sigmoid(0)`` is 0.5. Beyond ``z = 37`` float64 rounds the answer to exactly 1.

    Raises
    ------
    ValueError
        When ``z`` is not made of finite real numbers.
    """
    z = as_array(z, "z")
    with beyond_float64():
        return squashed(z)


def join(h_prev: ArrayLike, x: ArrayLike) -> Array:
    """Put the hidden state and the input end to end: `[h, x]`, shape `(..., H+D)`."""
    return joined(*as_state(h_prev, x))


def preactivation(
    h_prev: ArrayLike, x: ArrayLike, W: ArrayLike, b: ArrayLike, gate: str = ""
) -> Array:
    """Weigh everything the cell can see: `z = W [h, x] + b`, as all gates and the candidate do.

    Parameters
    ----------
    h_prev : array_like (..., H)
        The hidden state of the moment before.
    x : array_like (..., D)
        The input of this moment.
    W : array_like (H, H+D)
        The weights: a row for each unit, a column for each entry of ``[h, x]``.
    b : array_like (H,)
        The bias, one number for each unit.
    gate : str
        The letter that error messages use: with ``"f"`` they speak of ``W_f`` and ``b_f``.

    Returns
    -------
    ndarray (..., H)
        Any real numbers.

    Raises
    ------
    ValueError
        When an array has another shape (the message says which, and why) or is not finite.
    """
    h_prev, x, W, b = as_layer(h_prev, x, W, b, gate)
    return weighed(joined(h_prev, x), W, b)


def forget_gate(h_prev: ArrayLike, x: ArrayLike, W: ArrayLike, b: ArrayLike) -> Array:
    r"""How much of each memory to keep: :math:`f_t = \sigma(W_f [h_{t-1}, x_t] + b_f)`.

    Takes ``h_prev (..., H)``, ``x (..., D)``, ``W (H, H+D)`` and ``b (H,)``; gives ``(..., H)``,
    each number between 0 (forget all of it) and 1 (keep all of it). Neither end is ever reached,
    but beyond ``|z| = 37`` float64 rounds to it.
    Errors: see `preactivation`. Source: Gers, Schmidhuber & Cummins (2000).
    """
    return sigmoid(preactivation(h_prev, x, W, b, "f"))


def input_gate(h_prev: ArrayLike, x: ArrayLike, W: ArrayLike, b: ArrayLike) -> Array:
    r"""How much of the candidate to write: :math:`i_t = \sigma(W_i [h_{t-1}, x_t] + b_i)`.

    Shapes and errors as in `forget_gate`; each number is between 0 (write nothing)
    and 1 (write all of it). Source: Hochreiter & Schmidhuber (1997).
    """
    return sigmoid(preactivation(h_prev, x, W, b, "i"))


def candidate(h_prev: ArrayLike, x: ArrayLike, W: ArrayLike, b: ArrayLike) -> Array:
    r"""What could be written: :math:`\tilde C_t = \tanh(W_C [h_{t-1}, x_t] + b_C)`.

    Shapes and errors as in `forget_gate`; each number is between -1 and 1.
    Source: Hochreiter & Schmidhuber (1997).
    """
    return np.tanh(preactivation(h_prev, x, W, b, "c"))


def update_cell(c_prev: ArrayLike, f: ArrayLike, i: ArrayLike, c_tilde: ArrayLike) -> Array:
    r"""The new memory: :math:`C_t = f_t * C_{t-1} + i_t * \tilde C_t`, number by number.

    All four are ``(..., H)``, and so is the answer. It can be any number: unlike ``h``, the
    memory is not held between -1 and 1.
    Raises `ValueError` when the shapes differ. Source: Gers, Schmidhuber & Cummins (2000).
    """
    return updated(*as_equals({"c_prev": c_prev, "f": f, "i": i, "c_tilde": c_tilde}))


def output_gate(h_prev: ArrayLike, x: ArrayLike, W: ArrayLike, b: ArrayLike) -> Array:
    r"""How much of the memory to show: :math:`o_t = \sigma(W_o [h_{t-1}, x_t] + b_o)`.

    Shapes and errors as in `forget_gate`; each number is between 0 (show nothing)
    and 1 (show all of it). Source: Hochreiter & Schmidhuber (1997).
    """
    return sigmoid(preactivation(h_prev, x, W, b, "o"))


def hidden_state(o: ArrayLike, c: ArrayLike) -> Array:
    r"""What the cell shows: :math:`h_t = o_t * \tanh(C_t)`, number by number.

    Both are ``(..., H)``, and so is the answer. With `o` from the output gate each number is
    between -1 and 1.
    Raises `ValueError` when the shapes differ. Source: Hochreiter & Schmidhuber (1997).
    """
    return shown(*as_equals({"o": o, "c": c}))


# ---- the numbers of a cell ---------------------------------------------------------------------


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

    if TYPE_CHECKING:  # what comes in may be any array_like; arrays are kept

        def __init__(self, W: ArrayLike, b: ArrayLike) -> None: ...

    def __post_init__(self) -> None:
        shape = as_array(self.W, "W").shape
        if len(shape) != 2 or shape[0] < 1 or shape[1] <= shape[0]:
            raise ValueError(
                f"W has shape {shape}; it needs a row for each of H units and a column for each "
                "entry of [h, x], so W must be (H, H+D) with H and D at least 1"
            )
        W, b = as_weights(self.W, self.b, shape[0], shape[1] - shape[0], "")
        W = np.asfortranarray(W)  # in memory W.T has its rows together: [h, x] @ W.T is quicker
        for name, array in (("W", W), ("b", b)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @property
    def hidden_size(self) -> int:
        """H, the number of units."""
        return self.W.shape[0]

    @property
    def input_size(self) -> int:
        """D, the number of inputs."""
        return self.W.shape[1] - self.W.shape[0]


def require_gates(gates: dict[str, Gate], all_of_them: str) -> None:
    """Raise unless each is a `Gate` and has the first one's shape."""
    first = next(iter(gates))
    for name, gate in gates.items():
        if not isinstance(gate, Gate):
            raise TypeError(f"{name} must be a Gate, not {type(gate).__name__}; write Gate(W, b)")
        shape = gates[first].W.shape
        why = f"the {first} gate's W has shape {shape} and {all_of_them} read [h, x]"
        require_shape(gate.W, shape, f"the {name} gate's W", why)


@dataclass(frozen=True, eq=False)
class Parameters:
    """Everything a cell has learned: three gates and a candidate that read the same `[h, x]`.

    Raises `TypeError` when one is not a `Gate`, `ValueError` when their sizes differ.
    """

    forget: Gate
    input: Gate
    candidate: Gate
    output: Gate

    def __post_init__(self) -> None:
        require_gates(vars(self), "all four")

    @property
    def hidden_size(self) -> int:
        """H, the number of units."""
        return self.forget.hidden_size

    @property
    def input_size(self) -> int:
        """D, the number of inputs."""
        return self.forget.input_size

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
        D, H, rng = input_size, hidden_size, np.random.default_rng(seed)
        return cls(
            *(Gate(rng.normal(0, scale, (H, H + D)), rng.normal(0, scale, H)) for _ in GATES)
        )


class Moments:
    """What a `Step` can do: `steps[t]` is one moment of it, and a loop goes through them."""

    no_pair: ClassVar[str]
    h: Array
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]  # each kind is a dataclass

    def __iter__(self) -> Iterator[Any]:
        """Moment by moment, or row by row; one moment of one row cannot be gone through."""
        if self.h.ndim < 2:
            raise TypeError(self.no_pair)
        return (self[t] for t in range(len(self.h)))

    def __getitem__(self, index: int | slice | tuple[int | slice, ...]) -> Any:
        """The same at `index` of its first axis: one moment, or one row of a batch."""
        return type(self)(**{name: array[index] for name, array in vars(self).items()})


@dataclass(eq=False)  # not frozen: that would make a step take 4% longer
class Step(Moments):
    """Everything that happened in one moment: what went in, every gate, what came out.

    `x` is `(..., D)`, all others are `(..., H)`. The `z_` are the pre-activations,
    `W [h, x] + b`. From `unroll` every field has the time axis in front; `steps[t]` is
    one moment of it.
    """

    no_pair = "a Step is not a pair (h, c): write moment = step(...), then moment.h and moment.c"

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


def step(parameters: Parameters, x: ArrayLike, h_prev: ArrayLike, c_prev: ArrayLike) -> Step:
    """Take the cell through one moment.

    Parameters
    ----------
    parameters : Parameters
        The three gates and the candidate.
    x : array_like (..., D)
        The input of this moment.
    h_prev, c_prev : array_like (..., H)
        The hidden state and the memory of the moment before.

    Returns
    -------
    Step
        Every number on the way, each ``(..., H)``; ``step.h`` and ``step.c`` go on to the next
        moment.

    Raises
    ------
    ValueError
        When an array does not fit; the message says which, its shape and the shape it needs.
    """
    return checked_step(partial(moment, parameters), parameters, x, h_prev, c_prev)


# ---- the door of one moment, for this cell and its variants ------------------------------------


def checked_step(
    equations: Callable[[Array, Array, Array], Step],
    p: Parameters,
    x: ArrayLike,
    h_prev: ArrayLike,
    c_prev: ArrayLike,
) -> Step:
    """Check what a caller gives, then follow the `equations` of a cell with these parameters."""
    H, D = p.hidden_size, p.input_size
    x, h_prev, c_prev = as_moment("W_f", H, D, x, h_prev=h_prev, c_prev=c_prev)
    with beyond_float64():
        only = equations(x, h_prev, c_prev)
        refuse_overflow(only, [only])
    return only


def refuse_overflow(whole: Step, moments: Iterable[Step]) -> None:
    """Raise `ValueError` when finite numbers gave one beyond float64's largest, 1.8e308.

    `whole` is looked at first, all at once; the sentence then speaks of one of its `moments`.
    """
    if isfinite(np.vdot(whole.z_f, whole.z_i) + np.vdot(whole.z_o, whole.c)):
        return  # one number that is not finite makes the whole sum so, even times 0
    for s in moments:
        for name, array in (("z", s.z_f), ("z", s.z_i), ("z", s.z_o), ("c_tilde", s.c_tilde)):
            require_finite(array, name)
        require_finite(s.c, "c")

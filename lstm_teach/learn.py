"""How a cell learns: the gradient, backward through time, and the descent along it.

The derivatives are those of the equations in `cell.py`, one line each, gone through in the
opposite order. They are all there is: what a training does besides is to take a small step
against the gradient, again and again (`Adam`, `train`).

A cell is here either an LSTM's `Parameters` or a single `Gate`, whose `W` and `b` are then those
of the plain RNN, `h = tanh(W [h, x] + b)`.

Sources: Werbos, "Backpropagation through time" (1990); Kingma & Ba, "Adam" (2015); Pascanu,
Mikolov & Bengio, "On the difficulty of training recurrent neural networks" (2013) for the
clipping of the gradient.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach._arrays import Array, as_array, require_shape
from lstm_teach.cell import GATES, Gate, Parameters, Step
from lstm_teach.sequence import unroll
from lstm_teach.variants import rnn_unroll

Cell = TypeVar("Cell", Parameters, Gate)
Batch = tuple[ArrayLike, ArrayLike, ArrayLike | None]  # inputs, targets, weights

# ---- backward through time ---------------------------------------------------------------------


def backward(
    parameters: Parameters, steps: Step, dh: ArrayLike, dc: ArrayLike | None = None
) -> tuple[Parameters, Array, Array, Array]:
    r"""Go back through a sequence: how much would each number that went in change a result?

    The result is any number that is computed from `h` and from the last `c`; `dh` and `dc` say
    how much it changes with each of them. Backward through the cell, the gradient of `c` is
    multiplied by `f` and nothing else: that is why the memory line carries it far.

    Parameters
    ----------
    parameters : Parameters
        The cell.
    steps : Step
        What `unroll` gave for it: every field `(T, ..., H)`, and `x` `(T, ..., D)`.
    dh : array_like (T, ..., H)
        The gradient of the result with respect to `steps.h`.
    dc : array_like (..., H), optional
        The same with respect to the last memory, `steps.c[-1]`; zeros where None.

    Returns
    -------
    grads : Parameters
        The gradient with respect to each weight and bias, summed over time and batch.
    dxs : ndarray (T, ..., D)
        With respect to the inputs.
    dh0, dc0 : ndarray (..., H)
        With respect to the state before the first moment.

    Raises
    ------
    ValueError
        When an array does not fit; the message says which, its shape and the shape it needs.
    """
    dh, dc = _as_gradients(parameters, steps, dh, dc)
    D, H = parameters.input_size, parameters.hidden_size
    dz, dhs, dcs = _back_through_time(parameters, steps, dh, dc)

    # z = W [h, x] + b at every moment and in every row, so the gradients are summed over both
    W = np.vstack([gate.W for gate in vars(parameters).values()])
    rows = dz.reshape(-1, 4 * H)
    dW = np.hstack(
        [rows.T @ steps.h_prev.reshape(-1, H), rows.T @ steps.x.reshape(-1, D)],
    )
    db = rows.sum(axis=0)
    grads = Parameters(*map(Gate, np.split(dW, 4), np.split(db, 4)))
    return grads, dz @ W[:, H:], dhs[0], dcs[0]


def state_gradients(
    parameters: Parameters, steps: Step, dh: ArrayLike, dc: ArrayLike | None = None
) -> tuple[Array, Array]:
    """Take the gradient that reaches the state at each moment: how far back it gets.

    Takes the same as `backward`. Gives two arrays `(T+1, ..., H)`, the gradients with respect to
    `h` and to `c`: entry 0 is the state before the first moment (`dh0` and `dc0` of
    `backward`), entry `t+1` the one after moment `t`, all the ways from there counted.
    """
    dh, dc = _as_gradients(parameters, steps, dh, dc)
    _, dhs, dcs = _back_through_time(parameters, steps, dh, dc)
    return dhs, dcs


def _as_gradients(
    parameters: Parameters, steps: Step, dh: ArrayLike, dc: ArrayLike | None
) -> tuple[Array, Array]:
    """Check what goes into `backward`; `dc` is zeros where None."""
    if steps.h.ndim < 2:
        raise ValueError(
            f"steps.h has shape {steps.h.shape}; time comes first, as unroll gives it, "
            "so steps.h must be (T, ..., H)"
        )
    T, *front = steps.h.shape[:-1]
    D, H = parameters.input_size, parameters.hidden_size
    why = f"the cell's W_f has shape {(H, H + D)}"
    require_shape(steps.h, (T, *front, H), "steps.h", why)
    require_shape(steps.x, (T, *front, D), "steps.x", why)
    dh = as_array(dh, "dh")
    require_shape(dh, steps.h.shape, "dh", f"there is one for each of h {steps.h.shape}")
    dc = np.zeros((*front, H)) if dc is None else as_array(dc, "dc")
    why = f"it is for the last memory of steps.c {steps.c.shape}"
    require_shape(dc, (*front, H), "dc", why)
    return dh, dc


def _back_through_time(
    parameters: Parameters, steps: Step, dh: Array, dc: Array
) -> tuple[Array, Array, Array]:
    """The cell turned round: `dz (T, ..., 4H)`, and `dh` and `dc` of all states `(T+1, ..., H)`."""
    T, H = len(steps.h), parameters.hidden_size
    W_h = np.vstack([gate.W[:, :H] for gate in vars(parameters).values()])
    f, i, c_tilde, o, c_prev = steps.f, steps.i, steps.c_tilde, steps.o, steps.c_prev
    tanh_c = np.tanh(steps.c)
    # how steep each curve is where it was used: sigmoid' = f (1 - f), tanh' = 1 - tanh^2
    slope_c = o * (1 - tanh_c**2)
    slopes = np.concatenate([f * (1 - f), i * (1 - i), 1 - c_tilde**2, o * (1 - o)], axis=-1)

    dz, dhs, dcs = np.empty_like(slopes), np.empty((T + 1, *dc.shape)), np.empty((T + 1, *dc.shape))
    dh_next, dc_next = np.zeros_like(dc), dc  # what comes back from the moment after
    for t in reversed(range(T)):
        # h goes out, and on to the next moment
        dhs[t + 1] = dh_t = dh[t] + dh_next
        # h = o * tanh(c)
        do = dh_t * tanh_c[t]
        dcs[t + 1] = dc_t = dc_next + dh_t * slope_c[t]
        # c = f * c_prev + i * c_tilde
        df, di, dc_tilde = dc_t * c_prev[t], dc_t * c_tilde[t], dc_t * i[t]
        dc_next = dc_t * f[t]
        # f = sigmoid(z_f), i = sigmoid(z_i), c_tilde = tanh(z_c), o = sigmoid(z_o)
        dz[t] = np.concatenate([df, di, dc_tilde, do], axis=-1) * slopes[t]
        # z = W [h_prev, x] + b
        dh_next = dz[t] @ W_h
    dhs[0], dcs[0] = dh_next, dc_next
    return dz, dhs, dcs


def rnn_backward(
    W: ArrayLike, xs: ArrayLike, h: ArrayLike, dh: ArrayLike, h0: ArrayLike | None = None
) -> tuple[Array, Array, Array, Array]:
    r"""Go back through a sequence of the plain RNN, :math:`h_t = \tanh(W [h_{t-1}, x_t] + b)`.

    Parameters
    ----------
    W : array_like (H, H+D)
        The weights. (The bias moves every `z` as it is, so its value makes no difference.)
    xs : array_like (T, ..., D)
        The inputs.
    h : array_like (T, ..., H)
        What `variants.rnn_unroll` gave for them.
    dh : array_like (T, ..., H)
        The gradient of the result with respect to `h`.
    h0 : array_like (..., H), optional
        The state before the first moment; zeros where None.

    Returns
    -------
    dW, db, dxs, dh0 : ndarray
        The gradients, with the shapes of `W`, `b`, `xs` and `h0`; those of `W` and `b` are summed
        over time and batch.

    Raises
    ------
    ValueError
        When an array does not fit; the message says which, its shape and the shape it needs.
    """
    W, xs, h, dh = as_array(W, "W"), as_array(xs, "xs"), as_array(h, "h"), as_array(dh, "dh")
    H, D = Gate(W, np.zeros(W.shape[:1])).W.shape[0], W.shape[1] - W.shape[0]
    if h.ndim < 2:
        raise ValueError(f"h has shape {h.shape}; time comes first, so h must be (T, ..., {H})")
    T, *front = h.shape[:-1]
    why = f"W has shape {W.shape}"
    require_shape(h, (T, *front, H), "h", why)
    require_shape(xs, (T, *front, D), "xs", f"{why} and h {h.shape}")
    require_shape(dh, h.shape, "dh", f"there is one for each of h {h.shape}")
    h0 = np.zeros((*front, H)) if h0 is None else as_array(h0, "h0")
    require_shape(h0, (*front, H), "h0", f"h has shape {h.shape}")

    slopes = 1 - h**2
    dz, dh_next = np.empty_like(h), np.zeros_like(h0)
    for t in reversed(range(T)):
        dz[t] = (dh[t] + dh_next) * slopes[t]  # h = tanh(z)
        dh_next = dz[t] @ W[:, :H]  # z = W [h_prev, x] + b

    rows = dz.reshape(-1, H)
    h_prev = np.concatenate([h0[None], h])[:T]
    dW = np.hstack([rows.T @ h_prev.reshape(-1, H), rows.T @ xs.reshape(-1, D)])
    return dW, rows.sum(axis=0), dz @ W[:, H:], dh_next


def numerical_gradient(
    function: Callable[[Array], float], array: ArrayLike, nudge: float = 1e-5
) -> Array:
    """Find a gradient without any calculus: nudge each number up and down, and look.

    Slow (two calls for each number of `array`) and right to about eight digits: good for checks.

    Parameters
    ----------
    function : callable
        Takes an array with the shape of `array` and gives one number.
    array : array_like, any shape
        Where to take the gradient; it is not changed.
    nudge : float
        How far to go to either side.

    Returns
    -------
    ndarray, same shape
        `(function(array + nudge) - function(array - nudge)) / (2 nudge)`, number by number.
    """
    array = as_array(array, "array")
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        up, down = array.copy(), array.copy()
        up[index] += nudge
        down[index] -= nudge
        gradient[index] = (function(up) - function(down)) / (2 * nudge)
    return gradient


# ---- what is to become small -------------------------------------------------------------------


def squared_error(
    h: ArrayLike, targets: ArrayLike, weights: ArrayLike | None = None
) -> tuple[float, Array]:
    """How wrong is `h`: the weighted mean of `(h - targets)**2`, and its gradient.

    Parameters
    ----------
    h, targets : array_like, the same shape
        What the cell shows, and what it should show.
    weights : array_like, broadcastable to `targets`, optional
        How much each number counts; 0 leaves it out. All count the same where None.

    Returns
    -------
    loss : float
    dh : ndarray, the shape of `h`
        The gradient of the loss with respect to `h`, for `backward`.

    Raises
    ------
    ValueError
        When the shapes do not fit, or when a weight is negative or all are 0.
    """
    h, targets = as_array(h, "h"), as_array(targets, "targets")
    require_shape(targets, h.shape, "targets", f"each is compared with a number of h {h.shape}")
    weights = np.ones(1) if weights is None else as_array(weights, "weights")
    try:
        weights = np.broadcast_to(weights, h.shape)
    except ValueError:
        raise ValueError(
            f"weights has shape {weights.shape}; each weighs a number of h, "
            f"so weights must be {h.shape}, or 1 where they are all the same"
        ) from None
    if weights.min(initial=0) < 0 or not weights.any():
        raise ValueError("weights must be at least 0, and one of them above 0")
    share = weights / weights.sum()
    return float((share * (h - targets) ** 2).sum()), 2 * share * (h - targets)


def loss_and_gradient(
    cell: Cell, xs: ArrayLike, targets: ArrayLike, weights: ArrayLike | None = None
) -> tuple[float, Cell]:
    """Run a batch of sequences and go back: the loss, and its gradient for all weights and biases.

    Parameters
    ----------
    cell : Parameters or Gate
        An LSTM cell, or the one layer of a plain RNN. It starts from zeros.
    xs : array_like (T, ..., D)
        The inputs.
    targets, weights
        See `squared_error`; they are compared with `h` `(T, ..., H)`.

    Returns
    -------
    loss : float
    grads : Parameters or Gate, as `cell`
    """
    if isinstance(cell, Gate):
        h = rnn_unroll(cell.W, cell.b, xs)
        loss, dh = squared_error(h, targets, weights)
        dW, db, _, _ = rnn_backward(cell.W, xs, h, dh)
        return loss, Gate(dW, db)
    steps = unroll(cell, xs)
    loss, dh = squared_error(steps.h, targets, weights)
    grads, _, _, _ = backward(cell, steps, dh)
    return loss, grads


# ---- one step of descent -----------------------------------------------------------------------


def _numbers(cell: Parameters | Gate) -> Array:
    """All numbers of a cell in one matrix, `[W | b]`: a row for each unit of each gate."""
    gates = [cell] if isinstance(cell, Gate) else vars(cell).values()
    return np.vstack([np.column_stack([gate.W, gate.b]) for gate in gates])


def _with_numbers(cell: Cell, numbers: Array) -> Cell:
    """The same kind of cell with other numbers: the inverse of `_numbers`."""
    if isinstance(cell, Gate):
        return Gate(numbers[:, :-1], numbers[:, -1])
    return Parameters(*(Gate(part[:, :-1], part[:, -1]) for part in np.split(numbers, len(GATES))))


def norm(grads: Parameters | Gate) -> float:
    """How long a gradient is: the root of the sum of the squares of all its numbers."""
    return float(np.linalg.norm(_numbers(grads)))


def clip_by_norm(grads: Cell, longest: float) -> Cell:
    """Shorten a gradient that is longer than `longest` to that length; its direction stays.

    Source: Pascanu, Mikolov & Bengio (2013). Raises `ValueError` when `longest` is not above 0.
    """
    _require_positive(longest, "longest")
    length = norm(grads)
    return grads if length <= longest else _with_numbers(grads, _numbers(grads) * longest / length)


@dataclass
class Adam:
    r"""Steps of descent that are about equally long for every number: Kingma & Ba (2015).

    Each number moves by `rate`, times the running mean of its gradient over the root of the
    running mean of the gradient's square, :math:`m / (\sqrt{v} + \epsilon)`. Where the gradient
    keeps its sign that is about `rate`, however small the gradient is; where it goes to and fro
    it is much less.

    Parameters
    ----------
    rate : float
        How far to go; may be set anew between steps.
    beta1, beta2 : float
        How slowly the two means change.
    epsilon : float
        Keeps the quotient finite.

    Raises
    ------
    ValueError
        When `rate` is not above 0.
    """

    rate: float = 0.1
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    _count: int = field(default=0, init=False, repr=False)
    _m: Array | float = field(default=0.0, init=False, repr=False)
    _v: Array | float = field(default=0.0, init=False, repr=False)

    def __post_init__(self) -> None:
        _require_positive(self.rate, "rate")

    def update(self, cell: Cell, grads: Cell) -> Cell:
        """Take one step against `grads`; the cell that comes back is a new one."""
        g = _numbers(grads)
        self._count += 1
        self._m = self.beta1 * self._m + (1 - self.beta1) * g
        self._v = self.beta2 * self._v + (1 - self.beta2) * g**2
        # both means start at 0; early on this makes up for it
        m = self._m / (1 - self.beta1**self._count)
        v = self._v / (1 - self.beta2**self._count)
        return _with_numbers(cell, _numbers(cell) - self.rate * m / (np.sqrt(v) + self.epsilon))


# ---- training ----------------------------------------------------------------------------------


class TrainingStep(NamedTuple):
    """One iteration: the cell after it, the loss before it, and how long the gradient was."""

    parameters: Parameters | Gate
    loss: float
    norm: float


@dataclass(frozen=True, eq=False)
class Training:
    """What `train` brings back: the trained cell, and the loss of every iteration.

    `iterations` is how many were asked for. Was the training stopped before, then `losses` has
    fewer, and `parameters` are those of the last one.
    """

    parameters: Parameters | Gate
    losses: Array
    iterations: int

    def __repr__(self) -> str:
        done = f"{len(self.losses)} of {self.iterations} iterations"
        loss = f", loss {self.losses[-1]:.4g}" if len(self.losses) else ""
        return f"Training({done}{loss})"


def training_steps(
    parameters: Cell,
    make_batch: Callable[[np.random.Generator], Batch],
    iterations: int,
    *,
    rate: float = 0.1,
    last_rate: float | None = None,
    clip: float | None = None,
    seed: int | None = None,
) -> Iterator[TrainingStep]:
    """Train one iteration at a time: `for state in training_steps(...)`.

    Whoever goes through it can look at each cell on the way, pause, and stop. `train` is this
    from end to end; the arguments are the same.
    """
    rates = [rate, rate if last_rate is None else last_rate]
    _require_positive(rates[0], "rate")
    _require_positive(rates[1], "last_rate")
    rng, adam = np.random.default_rng(seed), Adam()
    for adam.rate in np.linspace(*rates, iterations):
        loss, grads = loss_and_gradient(parameters, *make_batch(rng))
        length = norm(grads)
        if clip is not None:
            grads = clip_by_norm(grads, clip)
        parameters = adam.update(parameters, grads)
        yield TrainingStep(parameters, loss, length)


def train(
    parameters: Cell,
    make_batch: Callable[[np.random.Generator], Batch],
    iterations: int,
    *,
    rate: float = 0.1,
    last_rate: float | None = None,
    clip: float | None = None,
    seed: int | None = None,
    progress: bool = True,
) -> Training:
    """Let a cell learn: a batch of examples, the gradient, a small step against it; again.

    Stop it whenever you like (the stop button, Ctrl-C): what was learned so far comes back.

    Parameters
    ----------
    parameters : Parameters or Gate
        Where to start: an LSTM cell, or the one layer of a plain RNN. It is not changed.
    make_batch : callable
        Called with a random generator before every iteration; gives `(xs, targets, weights)`:
        the inputs `(T, B, D)`, what `h` should be `(T, B, H)`, and how much each of these counts
        (broadcastable to `targets`, or None). The loss is the weighted mean of the squared error.
    iterations : int
        How many steps to take.
    rate, last_rate : float
        The step length of `Adam`, at the first iteration and at the last: it changes along a
        line. It stays the same where `last_rate` is None.
    clip : float, optional
        Shorten the gradient to this length where it is longer: see `clip_by_norm`.
    seed : int, optional
        For the generator that `make_batch` gets: the same seed gives the same training.
    progress : bool
        Show a progress bar while it runs. It leaves nothing behind, and shows nothing where
        nobody can be watching: a script whose errors go to a file, a notebook run by a tool.

    Returns
    -------
    Training
        The trained cell and its losses.

    Raises
    ------
    ValueError
        When a rate or `clip` is not above 0, or when a batch does not fit the cell.
    """
    from tqdm.auto import tqdm  # here, so that `import lstm_teach` stays light

    class Bar(tqdm):
        monitor_interval = 0  # no thread that watches the bar: a browser has none

    steps = training_steps(
        parameters, make_batch, iterations, rate=rate, last_rate=last_rate, clip=clip, seed=seed
    )
    hidden = not progress or _run_by_a_tool() or None  # None: where there is no terminal
    losses = []
    with Bar(desc="Training", total=iterations, leave=False, disable=hidden) as bar:
        try:
            for state in steps:
                parameters = state.parameters
                losses.append(state.loss)
                bar.update()
        except KeyboardInterrupt:
            pass  # keep what was learned so far
    return Training(parameters, np.array(losses), iterations)


def _run_by_a_tool() -> bool:
    """Whether this is a notebook that runs without a page: then nobody can be asked anything."""
    ipython = sys.modules.get("IPython")
    kernel = getattr(ipython and ipython.get_ipython(), "kernel", None)
    request = getattr(kernel, "get_parent", dict)()
    return not request.get("content", {}).get("allow_stdin", True)


def _require_positive(value: float, name: str) -> None:
    if not value > 0:
        raise ValueError(f"{name} is {value!r}; it must be above 0")

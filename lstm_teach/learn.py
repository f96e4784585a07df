"""How a cell learns: how wrong it is, which way is down, and many small steps that way.

What can be trained here is an LSTM's `Parameters`, whose `h` is the answer; a `Classifier`, which
reads a sequence to its end and then says what it is; and, for comparison, the plain `RNN` with a
readout. The gradients come from `gradients.py`, and are offered here too.

Sources: Kingma & Ba, "Adam" (2015); Pascanu, Mikolov & Bengio, "On the difficulty of training
recurrent neural networks" (2013), for the clipping of the gradient.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any, NamedTuple, TypeVar, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstm_teach._arrays import Array, MaybeArray, as_array, require_shape, set_fields
from lstm_teach.cell import linear
from lstm_teach.gradients import backward as backward
from lstm_teach.gradients import linear_gradients, unchecked_backward
from lstm_teach.gradients import numerical_gradient as numerical_gradient
from lstm_teach.gradients import rnn_backward as rnn_backward
from lstm_teach.gradients import state_gradients as state_gradients
from lstm_teach.parameters import Gate, Parameters
from lstm_teach.sequence import unroll
from lstm_teach.variants import rnn_unroll

# ---- what can be trained -----------------------------------------------------------------------


@final
@dataclass(frozen=True, eq=False)
class RNN:
    r"""The plain RNN with a readout: :math:`h_t = \tanh(W [h_{t-1}, x_t] + b)`, `y_t = V h_t + v`.

    Without a gate, `h` cannot be silent and remember at once, so what it shows is read from it by
    a second layer. `W` is `(H, H+D)`, `b` `(H,)`, `V` `(K, H)` and `v` `(K,)`; the arrays are
    read-only copies. Source: Elman, "Finding structure in time" (1990).

    Raises `ValueError` when an array has another shape or holds NaN or an infinite number.
    """

    W: Array
    b: Array
    V: Array
    v: Array

    def __init__(self, W: ArrayLike, b: ArrayLike, V: ArrayLike, v: ArrayLike) -> None:
        layer = Gate(W, b)  # the same shapes as a gate's, and the same checks
        H = layer.hidden_size
        V, v = _as_readout(H, f"W has shape {layer.W.shape} and V reads h ({H},)", V=V, v=v)
        set_fields(self, W=layer.W, b=layer.b, V=V, v=v)

    def answers(self, xs: ArrayLike) -> Array:
        """Its answers `(T, ..., K)` to a sequence `xs` `(T, ..., D)`."""
        return linear(rnn_unroll(self.W, self.b, xs), self.V, self.v)


@final
@dataclass(frozen=True, eq=False)
class Classifier:
    r"""An LSTM cell and a readout of its last hidden state: logits :math:`s = W_y h + b_y`.

    `cell` has H units, `W_y` is `(K, H)` and `b_y` `(K,)`, one row for each of K classes; the
    arrays are read-only copies. Raises `ValueError` when an array has another shape.
    """

    cell: Parameters
    W_y: Array
    b_y: Array

    def __init__(self, cell: Parameters, W_y: ArrayLike, b_y: ArrayLike) -> None:
        H = cell.hidden_size
        W_y, b_y = _as_readout(H, f"the cell has {H} unit{'s' * (H > 1)}", W_y=W_y, b_y=b_y)
        set_fields(self, cell=cell, W_y=W_y, b_y=b_y)

    def logits(self, xs: ArrayLike, lengths: MaybeArray = None) -> Array:
        """The logits `(B, K)` for padded sequences `xs` `(T, B, D)`: see `last_hidden`."""
        return linear(last_hidden(unroll(self.cell, xs).h, lengths), self.W_y, self.b_y)


def _as_readout(H: int, why: str, **given: ArrayLike) -> list[Array]:
    """Check the weights `(K, H)` and the bias `(K,)` of a layer that reads h; `why` it reads H."""
    (W, weights), (b, bias) = ((name, as_array(value, name)) for name, value in given.items())
    K = len(np.atleast_1d(weights))
    require_shape(weights, (K, H), W, why)
    require_shape(bias, (K,), b, f"{W} has {K} row{'s' * (K != 1)}")
    return [weights, bias]


Cell = TypeVar("Cell", Parameters, RNN, Classifier)
Batch = tuple[ArrayLike, ArrayLike, MaybeArray]  # inputs, targets, weights (or lengths)


def _arrays(cell: object) -> list[Array]:
    """Give all arrays of a cell and of its layers, in the order of the fields."""
    if isinstance(cell, np.ndarray):
        return [cell]
    return [array for part in vars(cell).values() for array in _arrays(part)]


def to_vector(cell: Parameters | RNN | Classifier) -> Array:
    """All weights and biases of a cell (or of a gradient) one after the other, as a vector."""
    return np.concatenate([array.ravel() for array in _arrays(cell)])


def from_vector(cell: Cell, vector: ArrayLike) -> Cell:
    """Make a cell like this one with other numbers, the inverse of `to_vector`.

    Raises `ValueError` when the vector does not have one number for each of the cell's.
    """
    sizes, vector = [array.size for array in _arrays(cell)], as_array(vector, "vector")
    require_shape(vector, (sum(sizes),), "vector", f"the cell has {sum(sizes)} weights and biases")
    return _like(cell, iter(np.split(vector, np.cumsum(sizes)[:-1])))


def _like(part: Any, numbers: Iterator[Array]) -> Any:
    """Make an array, or what has arrays in it, anew from the next of these numbers."""
    if isinstance(part, np.ndarray):
        return next(numbers).reshape(part.shape)
    return type(part)(*(_like(field, numbers) for field in vars(part).values()))


# ---- the loss ----------------------------------------------------------------------------------


def weighted_mse(
    h: ArrayLike, targets: ArrayLike, weights: MaybeArray = None
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
    if (weights < 0).any() or not weights.any():
        raise ValueError("weights must be at least 0, and one of them above 0")
    share = weights / weights.sum()
    return float((share * (h - targets) ** 2).sum()), 2 * share * (h - targets)


def last_hidden(h: ArrayLike, lengths: MaybeArray = None) -> Array:
    """Take each sequence's `h` at its own last moment, out of a padded batch.

    `h` is `(T, B, H)` and `lengths` `(B,)`, whole numbers from 1 to T; None means that all are T
    moments long. Gives `(B, H)`: the `h_n` of PyTorch's packed sequences.
    """
    h = as_array(h, "h")
    return h[_last_moments(h, lengths)]


def _last_moments(h: Array, lengths: MaybeArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Say where the last `h` of each row is: its moment, and the row."""
    if h.ndim != 3 or not len(h):
        raise ValueError(f"h has shape {h.shape}; it must be (T, B, H) with T at least 1")
    T, B, _ = h.shape
    lengths = np.full(B, T) if lengths is None else np.asarray(lengths)
    if lengths.shape != (B,) or (lengths != lengths.astype(int)).any():
        raise ValueError(f"lengths must be {B} whole numbers, one for each row of h {h.shape}")
    if (lengths < 1).any() or (lengths > T).any():
        raise ValueError(f"lengths must lie between 1 and {T}, the number of moments")
    return lengths.astype(np.int64) - 1, np.arange(B)


def cross_entropy(logits: ArrayLike, classes: ArrayLike) -> tuple[float, Array]:
    r"""How wrong are the logits: the mean of :math:`-\ln p` of the right class, and its gradient.

    `logits` is `(B, K)`; `classes` `(B,)` has the number of the right class of each row, from 0.
    The gradient with respect to the logits, `(B, K)`, is `(p - y) / B`: the softmax, less 1 at the
    right class. Stable: the largest logit of a row is subtracted first.
    Raises `ValueError` when the shapes do not fit, or a class is not one of the K.
    """
    logits, classes = as_array(logits, "logits"), np.asarray(classes)
    if logits.ndim != 2 or not logits.size:
        raise ValueError(f"logits has shape {logits.shape}; it must be (B, K), both at least 1")
    B, K = logits.shape
    right = classes[..., None] == np.arange(K)
    if right.shape != (B, K) or not right.any(axis=1).all():
        raise ValueError(f"classes must be {B} whole numbers from 0 to {K - 1}, one for each row")
    s = below_the_largest(logits)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return float(-log_p[right].mean()), (np.exp(log_p) - right) / B


def below_the_largest(logits: Array) -> Array:
    """Take the largest off, which changes no softmax: then `e` to them is at most 1."""
    return logits - logits.max(axis=-1, keepdims=True)


def loss_and_gradient(
    cell: Cell, xs: ArrayLike, targets: ArrayLike, weights: MaybeArray = None
) -> tuple[float, Cell]:
    """Run a batch of sequences from a state of zeros, and backpropagate the loss.

    Parameters
    ----------
    cell : Parameters, RNN or Classifier
        What is to learn.
    xs : array_like (T, ..., D)
        The inputs.
    targets, weights
        See `weighted_mse`; they are compared with `h` `(T, ..., H)`, or with the answers
        `(T, ..., K)` of an RNN. For a Classifier they are the classes and lengths `(B,)` of
        sequences `xs` `(T, B, D)`; see `cross_entropy` and `last_hidden`.

    Returns
    -------
    loss : float
    grads : as `cell`
        The gradient of the loss with respect to each weight and bias.
    """
    if isinstance(cell, RNN):
        h = rnn_unroll(cell.W, cell.b, xs)
        loss, dy = weighted_mse(linear(h, cell.V, cell.v), targets, weights)
        dW, db, _, _ = rnn_backward(cell.W, xs, h, dy @ cell.V)  # y = V h + v
        return loss, RNN(dW, db, *linear_gradients(dy, h))
    if isinstance(cell, Classifier):
        steps = unroll(cell.cell, xs)
        last = _last_moments(steps.h, weights)
        loss, ds = cross_entropy(linear(steps.h[last], cell.W_y, cell.b_y), targets)
        dh = np.zeros_like(steps.h)
        dh[last] = ds @ cell.W_y  # the loss sees h at the last moments only
        grads, _, _, _ = unchecked_backward(cell.cell, steps, dh)
        return loss, Classifier(grads, *linear_gradients(ds, steps.h[last]))
    steps = unroll(cell, xs)
    loss, dh = weighted_mse(steps.h, targets, weights)
    grads, _, _, _ = unchecked_backward(cell, steps, dh)
    return loss, grads


# ---- one step of descent -----------------------------------------------------------------------


def norm(grads: Parameters | RNN | Classifier) -> float:
    """The length of a gradient: the root of the sum of the squares of all its numbers."""
    return float(np.linalg.norm(to_vector(grads)))


def clip_by_norm(grads: Cell, max_norm: float) -> Cell:
    """Shorten a gradient that is longer than `max_norm` to that length; its direction stays.

    Source: Pascanu, Mikolov & Bengio (2013). Raises `ValueError` when `max_norm` is not above 0.
    """
    _require_positive(max_norm, "max_norm")
    length = norm(grads)
    return grads if length <= max_norm else from_vector(grads, to_vector(grads) * max_norm / length)


@dataclass
class Adam:
    r"""Steps of descent that are about equally long for every number: Kingma & Ba (2015).

    Each number moves by `rate`, times the running mean of its gradient over the root of the
    running mean of the gradient's square, :math:`m / (\sqrt{v} + \epsilon)`. Where the gradient
    keeps its sign that is about `rate`, however small the gradient is; where it keeps changing
    sign it is much less.

    Parameters
    ----------
    rate : float
        The learning rate: how far to go. May be set between steps.
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
        """Take one step against `grads`; returns a new cell."""
        g = to_vector(grads)
        self._count += 1
        self._m = self.beta1 * self._m + (1 - self.beta1) * g
        self._v = self.beta2 * self._v + (1 - self.beta2) * g**2
        # both means start at 0; early on this makes up for it
        m = self._m / (1 - self.beta1**self._count)
        v = self._v / (1 - self.beta2**self._count)
        return from_vector(cell, to_vector(cell) - self.rate * m / (np.sqrt(v) + self.epsilon))


# ---- training ----------------------------------------------------------------------------------


class TrainingStep(NamedTuple):
    """One iteration: the cell after it, the loss before it, and how long the gradient was."""

    parameters: Parameters | RNN | Classifier
    loss: float
    norm: float


@dataclass(frozen=True, eq=False)
class Training:
    """What `train` returns: the trained cell, and the loss of every iteration.

    `iterations` is how many were asked for. When the training was stopped early, `losses` has
    fewer, and `parameters` are those after the last of them.
    """

    parameters: Parameters | RNN | Classifier
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
    """Take a training one iteration at a time.

    With `for state in training_steps(...)` you can look at each cell on the way, pause, and stop.
    `train` is this from end to end, and the arguments are the same.
    """
    if not isinstance(iterations, Integral) or iterations < 0:
        raise ValueError(f"iterations is {iterations!r}; it must be a whole number, 0 or more")
    if not callable(make_batch):
        raise TypeError(f"make_batch must be a function, not a {type(make_batch).__name__}")
    last_rate = rate if last_rate is None else last_rate
    for value, name in ((rate, "rate"), (last_rate, "last_rate"), (clip, "clip")):
        if value is not None:
            _require_positive(value, name)
    rates = np.linspace(rate, last_rate, iterations)
    rng, adam = np.random.default_rng(seed), Adam()

    def descend(cell: Cell) -> Iterator[TrainingStep]:
        for adam.rate in rates:
            batch = make_batch(rng)
            if len(batch) != 3:
                raise ValueError(
                    f"make_batch gave {len(batch)} arrays; it must give three, (xs, targets, "
                    "weights), and None for weights that are all alike"
                )
            loss, grads = loss_and_gradient(cell, *batch)
            length = norm(grads)
            if clip is not None:
                grads = clip_by_norm(grads, clip)
            cell = adam.update(cell, grads)
            yield TrainingStep(cell, loss, length)

    return descend(parameters)  # what is wrong with the settings was said already


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
    """Train a cell: draw a batch, find the gradient, take a small step against it, and repeat.

    Stop it whenever you like (the stop button, Ctrl-C): what was learned so far is returned.

    Parameters
    ----------
    parameters : Parameters, RNN or Classifier
        Where to start: an LSTM cell, or a plain RNN. It is not changed.
    make_batch : callable
        Called with a random generator before every iteration; gives `(xs, targets, weights)`:
        the inputs `(T, B, D)`, what `h` should be `(T, B, H)` (or the answers of an RNN,
        `(T, B, K)`), and how much each of these counts (broadcastable to `targets`, or None). The
        loss is the weighted mean of the squared error. For a Classifier it gives `(xs, classes,
        lengths)`, and the loss is the cross-entropy; see `loss_and_gradient`.
    iterations : int
        How many steps to take.
    rate, last_rate : float
        The learning rate of `Adam` at the first iteration and at the last, in equal steps in
        between; it stays the same where `last_rate` is None.
    clip : float, optional
        Shorten the gradient to this length where it is longer: see `clip_by_norm`.
    seed : int, optional
        For the generator that `make_batch` gets: the same seed gives the same training.
    progress : bool
        Show a progress bar while it runs; at the end it disappears. It does not appear at all
        where nobody can be watching: a script whose errors go to a file, a notebook run by a tool.

    Returns
    -------
    Training
        The trained cell and its losses.

    Raises
    ------
    ValueError
        When a rate or `clip` is not above 0, when `iterations` is not a whole number of 0 or
        more, or when a batch does not fit the cell.
    """
    from tqdm.auto import tqdm  # here, so that `import lstm_teach` stays light

    class Bar(tqdm):  # type: ignore[type-arg]  # generic in its stubs alone
        """Changing a class of our own leaves other people's bars as they are."""

    Bar.monitor_interval = 0  # no thread that watches the bar: a browser has none

    steps = training_steps(
        parameters, make_batch, iterations, rate=rate, last_rate=last_rate, clip=clip, seed=seed
    )
    hidden = not progress or _run_by_a_tool() or None  # None: where there is no terminal
    trained: Parameters | RNN | Classifier = parameters
    losses: list[float] = []
    try:
        with Bar(desc="Training", total=iterations, leave=False, disable=hidden) as bar:
            for state in steps:
                trained = state.parameters
                losses.append(state.loss)
                bar.update()
    except KeyboardInterrupt:
        pass  # keep what was learned so far; the bar itself may be what was interrupted
    return Training(trained, np.array(losses), iterations)


def _run_by_a_tool() -> bool:
    """Whether this is a notebook that runs without a page: then nobody can be asked anything."""
    ipython = sys.modules.get("IPython")
    kernel = getattr(ipython and ipython.get_ipython(), "kernel", None)
    # what runs now, and who wanted it
    request: dict[str, Any] = getattr(kernel, "get_parent", dict)()
    return not request.get("content", {}).get("allow_stdin", True)


def _require_positive(value: float, name: str) -> None:
    if not value > 0:
        raise ValueError(f"{name} is {value!r}; it must be above 0")

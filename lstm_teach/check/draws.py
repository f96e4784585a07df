"""What a student's function is tried on: a draw for each exercise, `(seed, H, D, T)` to arguments.

Each has numbers with which one can calculate by hand. Where a mistake shows only in numbers of a
kind, some sizes get them: scores in the thousands, a label that never changes.
"""

from __future__ import annotations

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.check.exercise import Given
from lstm_teach.parameters import Parameters
from lstm_teach.variants import GRUParameters


def stream(seed: int) -> np.random.Generator:
    """A stream for the inputs; `Parameters.random` with the same seed has another one."""
    return np.random.default_rng([seed, 1])


def numbers(rng: np.random.Generator, *shape: int) -> Array:
    """Numbers to calculate with by hand: one digit after the point, and never 0."""
    return (rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 1.8, shape)).round(1)


def shares(rng: np.random.Generator, *shape: int) -> Array:
    """Gates' numbers: between 0 and 1, and none is 1 minus itself, or minus another."""
    return rng.choice([0.15, 0.25, 0.35, 0.45, 0.6, 0.7, 0.8, 0.9], shape)


# ---- the equations of the cell -----------------------------------------------------------------


def layer(seed: int, H: int, D: int, T: int) -> Given:
    """Draw h_prev, x, W and b."""
    rng = stream(seed)
    return tuple(numbers(rng, *shape) for shape in ((H,), (D,), (H, H + D), (H,)))


def update(seed: int, H: int, D: int, T: int) -> Given:
    """Draw c_prev, f, i and c_tilde."""
    rng = stream(seed)
    f, i = shares(rng, 2, H)
    return numbers(rng, H), f, i, numbers(rng, H).clip(-0.9, 0.9)


def hidden(seed: int, H: int, D: int, T: int) -> Given:
    """Draw o and c."""
    c, o, _i, _c_tilde = update(seed, H, D, T)
    return o, c


def output(seed: int, H: int, D: int, T: int) -> Given:
    """Draw h_prev, x, c, W and b."""
    h_prev, x, W, b = layer(seed, H, D, T)
    return h_prev, x, numbers(stream(seed + 1), H), W, b


def step(seed: int, H: int, D: int, T: int) -> Given:
    """Draw parameters, x, h_prev and c_prev."""
    rng = stream(seed)
    x, h, c = numbers(rng, D), numbers(rng, H).clip(-0.9, 0.9), numbers(rng, H)
    return Parameters.random(D, H, seed=seed), x, h, c


def unroll(seed: int, H: int, D: int, T: int) -> Given:
    """Draw parameters and xs."""
    return Parameters.random(D, H, seed=seed), numbers(stream(seed), T, D)


def gru(seed: int, H: int, D: int, T: int, after: bool = False) -> Given:
    """Draw a GRU's parameters, x and h_prev."""
    rng, p = stream(seed), Parameters.random(D, H, seed=seed)
    x, h_prev = numbers(rng, D), numbers(rng, H).clip(-0.9, 0.9)
    second = p.output.b if after else None
    return GRUParameters(p.forget, p.input, p.candidate, after, second), x, h_prev


# ---- learning ----------------------------------------------------------------------------------


def backward(seed: int, H: int, D: int, T: int) -> Given:
    """Draw dc, c_prev, f, i and c_tilde."""
    rng = stream(seed)
    f, i = shares(rng, 2, H)
    return numbers(rng, H), numbers(rng, H), f, i, numbers(rng, H).clip(-0.9, 0.9)


def descent(seed: int, H: int, D: int, T: int) -> Given:
    """Draw parameters, their gradients and a rate."""
    rate = float(stream(seed).choice([0.1, 0.2, 0.3, 0.4]))
    return Parameters.random(D, H, seed=seed), Parameters.random(D, H, seed=seed + 1), rate


def clipping(seed: int, H: int, D: int, T: int) -> Given:
    """Draw a gradient, and the norm that it may have: most are longer."""
    rng, n = stream(seed), H + D + 2
    gradient, share = numbers(rng, n), float(rng.choice([0.3, 0.4, 0.6]))
    even = rng.uniform(0.8, 1.0, n).round(2)
    if D == 4:  # so short that each number is longer
        share = 0.05
    elif D == 3:  # too long, although each number is shorter, and so is their sum
        return even * (-1.0) ** np.arange(n), 1.3
    elif T == 7:  # short enough, and so is the sum; that of the squares is longer
        gradient, share = 2 * even, 2.4
    elif T == 1:  # short enough, and so is the sum of the squares; that of the numbers is longer
        gradient, share = 0.4 * even, 1.2
    return gradient, float(np.round(share * np.linalg.norm(gradient), 1))


def entropy(seed: int, H: int, D: int, T: int) -> Given:
    """Small logits; thousands; and rows in which a probability is almost too small for a float."""
    rng, B, K = stream(seed), H + 2, D + 2
    logits, classes = numbers(rng, B, K), rng.integers(0, K, B)
    classes[:2] = [0, K - 1]
    if T == 1:
        # All above 0, and one row far above the others: each needs its own largest.
        logits = logits * 1000 + np.where(np.arange(B) == 1, 12000.0, 4000.0)[:, None]
    elif D == 4:  # all below 0
        logits = logits - 4000.0
    elif T in (5, 7):  # e^-725 is one, e^-820 is not; e^725 is not one, e^410 is
        apart = 725.0 if T == 7 else 820.0
        logits = rng.permuted(logits, axis=1)
        logits[:, 0], logits[:, -1] = -apart / 2, apart / 2
    return logits, classes


# ---- reading -----------------------------------------------------------------------------------


def torch(seed: int, H: int, D: int, T: int) -> Given:
    """Draw weight_ih, weight_hh, bias_ih and bias_hh."""
    rng = stream(seed)
    return tuple(numbers(rng, *shape) for shape in ((4 * H, D), (4 * H, H), (4 * H,), (4 * H,)))


def scores(seed: int, H: int, D: int, T: int) -> Given:
    """Small scores; thousands of both signs; near-ties, in the hundreds and in the thousands."""
    rng, V = stream(seed), H + D + 1
    scores, temperature = numbers(rng, V), float(rng.choice([0.5, 0.8, 1.5, 2.0]))
    if T == 1:  # one is far above the rest, and is neither the first nor the last
        return scores * 1000 + 6000 * (np.arange(V) == V // 2), temperature
    around = {3: 0 if V < 9 else rng.choice([-250, 250]), 5: 1, 7: -1}[T]
    if abs(around) == 1:
        around *= rng.integers(1500, 3000)
    return scores + float(around), temperature


def correlation(seed: int, H: int, D: int, T: int) -> Given:
    """Draw a unit's values, and a label of 0 and 1; in one case the one never changes."""
    rng, n = stream(seed), H + T + 5
    labels = rng.permuted((np.arange(n) < n // 3 + 1).astype(float))
    values = (numbers(rng, n) + rng.choice([-1.0, 1.0]) * labels + 0.5).round(1)
    if T in (1, 7):  # nothing changes in the values, and nothing in the labels
        return (np.full(n, 0.5), labels) if T == 1 else (values, np.ones(n))
    return values, labels


def last(seed: int, H: int, D: int, T: int) -> Given:
    """Draw the h of a batch, and how long each of its sequences is."""
    rng, B, longest = stream(seed), D + 2, T + 2
    lengths = np.concatenate([[1 + T // 2, longest], rng.integers(2, longest + 1, B - 2)])
    return numbers(rng, longest + (T == 5), B, H), lengths

"""Exercises of the later lessons: a gradient's length, a correlation, what a batch ends with."""

from __future__ import annotations

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.cell import sigmoid
from lstm_teach.check.exercise import Exercise, Given, numbers, stream
from lstm_teach.check.mistakes_gates import draw_gate, join
from lstm_teach.parameters import Parameters
from lstm_teach.reader import correlations
from lstm_teach.variants import GRUParameters, GRUStep, gru_step, gru_unroll


def _clipped(gradient: Array, max_norm: float) -> Array:
    return gradient * min(1.0, max_norm / max(float(np.linalg.norm(gradient)), 1e-300))


def _draw_clip(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    gradient = numbers(rng, H + D + 1)
    longer = T in (3, 5)  # is it longer than it may be?
    share = float(rng.choice([0.3, 0.5, 0.7]) if longer else rng.choice([1.5, 2.0, 3.0]))
    return gradient, float(np.round(share * np.linalg.norm(gradient), 1))


def _draw_correlation(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    values, labels = numbers(rng, T + 5), (np.arange(T + 5) % 3 == seed % 3).astype(float)
    if T == 1:  # nothing changes: one time the values, one time the labels
        values = np.full_like(values, values[0])
    elif T == 7:
        labels = np.ones_like(labels)
    return values, labels


def _correlation(values: Array, labels: Array) -> Array:
    return correlations(values[:, None], labels)[0]


def _draw_output(seed: int, H: int, D: int, T: int) -> Given:
    h_prev, x, W, b = draw_gate(seed, H, D, T)
    return h_prev, x, numbers(stream(seed + 1), H), W, b


def _draw_last(seed: int, H: int, D: int, T: int) -> Given:
    rng, B = stream(seed), D + 2
    lengths = rng.integers(1, T + 3, B)
    lengths[:2] = T + 2, 1 + T // 2
    return numbers(rng, T + 2 + (T == 5), B, H), lengths


def _draw_entropy(seed: int, H: int, D: int, T: int) -> Given:
    rng, B, K = stream(seed), T + 1, D + 3
    large = 1000.0 if T in (1, 7) else 1.0
    return numbers(rng, B, K) * large, rng.integers(0, K, B)


def _entropy(logits: Array, classes: Array) -> Array:
    shifted = logits - logits.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(classes)), classes].mean()


def _draw_gru_torch(seed: int, H: int, D: int, T: int) -> Given:
    rng, p = stream(seed), Parameters.random(D, H, seed=seed)
    x, h_prev = numbers(rng, D), numbers(rng, H).clip(-0.9, 0.9)
    return GRUParameters(p.forget, p.input, p.candidate, True, p.output.b), x, h_prev


LATER_EXERCISES = {
    "output": Exercise(
        "output of the cell",
        ("h_prev", "x", "c", "W", "b"),
        ("h",),
        lambda h, x, c, W, b: sigmoid(W @ join(h, x) + b) * np.tanh(c),
        _draw_output,
        (),
    ),
    "clip_by_norm": Exercise(
        "clipping by norm", ("gradient", "max_norm"), ("clipped",), _clipped, _draw_clip, ()
    ),
    "gru_step_torch": Exercise(
        "GRU of PyTorch",
        ("parameters", "x", "h_prev"),
        ("h",),
        lambda *given: gru_step(*given).h,
        _draw_gru_torch,
        (),
        ours=(gru_unroll, gru_step),
        read=lambda result: result.h if isinstance(result, GRUStep) else result,
    ),
    "correlation": Exercise(
        "correlation", ("values", "labels"), ("r",), _correlation, _draw_correlation, ()
    ),
    "last_hidden": Exercise(
        "last hidden state of each sequence",
        ("h", "lengths"),
        ("last",),
        lambda h, lengths: h[np.asarray(lengths) - 1, np.arange(len(lengths))],
        _draw_last,
        (),
    ),
    "cross_entropy": Exercise(
        "cross-entropy", ("logits", "classes"), ("loss",), _entropy, _draw_entropy, ()
    ),
}

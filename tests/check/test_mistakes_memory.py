"""The new memory and the hidden state: every mistake gets its name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lstm_teach import sigmoid
from tests.check.helpers import drawn, verdicts

MISTAKES = [
    ("update_cell", "f and i swapped", lambda c, f, i, g: i * c + f * g),
    ("update_cell", "candidate without its gate", lambda c, f, i, g: f * c + g),
    ("update_cell", "memory without its gate", lambda c, f, i, g: c + i * g),
    ("update_cell", "product instead of sum", lambda c, f, i, g: (f * c) * (i * g)),
    ("update_cell", "minus instead of plus", lambda c, f, i, g: f * c - i * g),
    ("update_cell", "tanh around the memory", lambda c, f, i, g: np.tanh(f * c + i * g)),
    ("update_cell", "1 - f instead of i", lambda c, f, i, g: f * c + (1 - f) * g),
    ("update_cell", "1 - f instead of f", lambda c, f, i, g: (1 - f) * c + i * g),
    ("update_cell", "nothing added", lambda c, f, i, g: f * c),
    ("update_cell", "nothing kept", lambda c, f, i, g: i * g),
    ("update_cell", "summed over the units", lambda c, f, i, g: f @ c + i @ g),
    ("update_cell", "summed over the units", lambda c, f, i, g: (f * c).sum() + (i * g).sum()),
    ("update_cell", "summed over the units", lambda c, f, i, g: f @ c + i * g),
    ("update_cell", "tanh of the candidate", lambda c, f, i, g: f * c + i * np.tanh(g)),
    ("update_cell", "sizes do not fit", lambda c, f, i, g: f * c + i * np.ones(7)),
    ("hidden_state", "tanh missing", lambda o, c: o * c),
    ("hidden_state", "tanh around everything", lambda o, c: np.tanh(o * c)),
    ("hidden_state", "sigmoid instead of tanh", lambda o, c: o * sigmoid(c)),
    ("hidden_state", "output gate missing", lambda o, c: np.tanh(c)),
    ("hidden_state", "tanh on the gate", lambda o, c: np.tanh(o) * c),
    ("hidden_state", "summed over the units", lambda o, c: np.dot(o, np.tanh(c))),
    ("hidden_state", "summed over the units", lambda o, c: (o * np.tanh(c)).sum()),
    ("hidden_state", "o instead of h", lambda o, c: o),
    ("hidden_state", "c instead of h", lambda o, c: c),
    ("hidden_state", "-h", lambda o, c: o * -np.tanh(c)),
    ("hidden_state", "arguments in another order", lambda c, o: o * np.tanh(c)),
    ("update_cell", "gate instead of what is kept", lambda c, f, i, g: f + i * g),
    ("update_cell", "gate added to the memory", lambda c, f, i, g: (f + c) + i * g),
    ("update_cell", "candidate missing", lambda c, f, i, g: f * c + i),
    ("update_cell", "forget gate on the sum", lambda c, f, i, g: f * c + f * i * g),
    ("update_cell", "summed over the units", lambda c, f, i, g: f * c + np.dot(i, g)),
]


@pytest.mark.parametrize(("exercise", "name", "function"), MISTAKES)
def test_a_mistake_is_named(exercise: str, name: str, function: Callable) -> None:
    verdict = verdicts(exercise, function)
    assert (verdict.passed, verdict.mistake) == (False, name)


def test_gates_and_candidates_are_what_a_cell_can_have() -> None:
    given = drawn("update_cell")
    seen = {*given["f"], *given["i"]}
    assert 0.1 < min(seen) < max(seen) == 0.9
    assert not {np.round(1 - f, 2) for f in seen} & seen  # f is never mistaken for 1 - i
    assert (given["c_tilde"].min(), given["c_tilde"].max()) == (-0.9, 0.9)
    assert set(drawn("hidden_state")["o"]) <= {*given["f"], *given["i"]}

"""What students get wrong in the new memory, and in the hidden state."""

from __future__ import annotations

import numpy as np

from lstm_teach import cell
from lstm_teach.cell import sigmoid
from lstm_teach.check.exercise import Exercise, Given, Mistake, numbers, stream

SUMMED = "summed over the units"
_SUMMED = (
    "You summed over all units, as @ and .sum() do. Here each unit stays by itself: multiply "
    "number by number."
)

UPDATE = (
    Mistake(
        "f and i swapped",
        "You swapped the two gates. f says how much of the old memory stays, and i says how much "
        "of the candidate comes in.",
        lambda c, f, i, c_tilde: i * c + f * c_tilde,
    ),
    Mistake(
        "candidate without its gate",
        "You added the whole candidate. The input gate i decides how much of it comes in.",
        lambda c, f, i, c_tilde: f * c + c_tilde,
    ),
    Mistake(
        "memory without its gate",
        "You kept the whole old memory. The forget gate f decides how much of it stays.",
        lambda c, f, i, c_tilde: c + i * c_tilde,
    ),
    Mistake(
        "gate instead of what is kept",
        "You added f itself. f says how large a share to keep: multiply it with the old memory.",
        lambda c, f, i, c_tilde: f + i * c_tilde,
    ),
    Mistake(
        "gate added to the memory",
        "You added f to the old memory. A gate multiplies: f times the old memory is what is kept.",
        lambda c, f, i, c_tilde: f + c + i * c_tilde,
    ),
    Mistake(
        "candidate missing",
        "You added the input gate itself. i says how much to write; the candidate says what.",
        lambda c, f, i, c_tilde: f * c + i,
    ),
    Mistake(
        "forget gate on the sum",
        "You multiplied the whole sum with f. The forget gate acts on the old memory only.",
        lambda c, f, i, c_tilde: f * (c + i * c_tilde),
    ),
    Mistake(
        "product instead of sum",
        "You multiplied what is kept and what is added. The new memory is their sum.",
        lambda c, f, i, c_tilde: f * c * i * c_tilde,
    ),
    Mistake(
        "minus instead of plus",
        "You subtracted what the input gate lets in. It is added; a candidate below 0 already "
        "makes the memory smaller.",
        lambda c, f, i, c_tilde: f * c - i * c_tilde,
    ),
    Mistake(
        "tanh around the memory",
        "You put tanh around the new memory. The memory itself is never squashed: tanh comes "
        "later, when the cell shows it as h.",
        lambda c, f, i, c_tilde: np.tanh(f * c + i * c_tilde),
    ),
    Mistake(
        "1 - f instead of i",
        "You let in 1 − f of the candidate. That is another cell, with coupled gates; this one has "
        "an input gate i of its own.",
        lambda c, f, i, c_tilde: f * c + (1 - f) * c_tilde,
    ),
    Mistake(
        "1 - f instead of f",
        "You kept 1 − f of the old memory. f says how much to keep: 1 keeps everything, 0 nothing.",
        lambda c, f, i, c_tilde: (1 - f) * c + i * c_tilde,
    ),
    Mistake(
        "nothing added",
        "You returned only what is kept. What the input gate lets in of the candidate is missing.",
        lambda c, f, i, c_tilde: f * c,
    ),
    Mistake(
        "nothing kept",
        "You returned only what is added. What the forget gate keeps of the old memory is missing.",
        lambda c, f, i, c_tilde: i * c_tilde,
    ),
    Mistake(
        "tanh of the candidate",
        "You squashed the candidate once more. It comes out of tanh already: multiply it with its "
        "gate as it is.",
        lambda c, f, i, c_tilde: f * c + i * np.tanh(c_tilde),
    ),
    Mistake(SUMMED, _SUMMED, lambda c, f, i, c_tilde: f @ c + i @ c_tilde),
    Mistake(SUMMED, _SUMMED, lambda c, f, i, c_tilde: f @ c + i * c_tilde),
    Mistake(SUMMED, _SUMMED, lambda c, f, i, c_tilde: f * c + i @ c_tilde),
)

HIDDEN = (
    Mistake(
        "tanh missing",
        "The tanh is missing. Without it h can leave the range −1 to 1; squash the memory first, "
        "then let the output gate through.",
        lambda o, c: o * c,
    ),
    Mistake(
        "tanh around everything",
        "You put tanh around the whole product. Only the memory is squashed; the output gate "
        "multiplies afterwards.",
        lambda o, c: np.tanh(o * c),
    ),
    Mistake(
        "sigmoid instead of tanh",
        "You squashed the memory with sigmoid, so h can never be below 0. Use the function that "
        "gives numbers from −1 to 1.",
        lambda o, c: o * sigmoid(c),
    ),
    Mistake(
        "output gate missing",
        "The output gate is missing: you returned all of the squashed memory. o decides how much "
        "of it shows.",
        lambda o, c: np.tanh(c),
    ),
    Mistake(
        "tanh on the gate",
        "You squashed the output gate instead of the memory. o already lies between 0 and 1; it "
        "is the memory that needs tanh.",
        lambda o, c: np.tanh(o) * c,
    ),
    Mistake(
        "o instead of h",
        "You returned the output gate. It says how much to show; what it shows is the squashed "
        "memory.",
        lambda o, c: o,
    ),
    Mistake(
        "c instead of h",
        "You returned the memory. What the cell shows is squashed by tanh first, and then passes "
        "the output gate.",
        lambda o, c: c,
    ),
    Mistake(
        "-h",
        "Your numbers are right, but each has the other sign. Look for a minus that is too many.",
        lambda o, c: -o * np.tanh(c),
    ),
    Mistake(SUMMED, _SUMMED, lambda o, c: o @ np.tanh(c)),
)


def _draw_update(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    f, i = rng.uniform(0.1, 0.9, (2, H)).round(1)
    return numbers(rng, H), f, i, numbers(rng, H).clip(-0.9, 0.9)


def _draw_hidden(seed: int, H: int, D: int, T: int) -> Given:
    c, o, _i, _c_tilde = _draw_update(seed, H, D, T)
    return o, c


MEMORY_EXERCISES = {
    "update_cell": Exercise(
        "new memory",
        ("c_prev", "f", "i", "c_tilde"),
        ("c",),
        cell.update_cell,
        _draw_update,
        UPDATE,
        ours=(cell.update_cell,),
    ),
    "hidden_state": Exercise(
        "hidden state",
        ("o", "c"),
        ("h",),
        cell.hidden_state,
        _draw_hidden,
        HIDDEN,
        ours=(cell.hidden_state,),
    ),
}

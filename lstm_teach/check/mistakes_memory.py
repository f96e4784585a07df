"""What students get wrong in the new memory, and in the hidden state."""

from __future__ import annotations

from lstm_teach.check.exercise import Exercise, Given, mistake, numbers, shares, stream

SUMMED = (
    "You summed over all units, as @ and .sum() do. Here each unit stays by itself: multiply "
    "number by number."
)
_OTHER_SIGN = (
    "Your numbers are right, but each has the other sign. Look for a minus that is too many."
)

UPDATE = (
    mistake(
        "f and i swapped",
        "You swapped the two gates. f says how much of the old memory stays, and i says how much "
        "of the candidate comes in.",
        "kept = i * c_prev; added = f * c_tilde",
    ),
    mistake(
        "one gate for both",
        "You used one gate twice. f says how much of the old memory stays, and i says how much of "
        "the candidate comes in.",
        "added = f * c_tilde",
        "kept = i * c_prev",
    ),
    mistake(
        "memory and candidate swapped",
        "You swapped the old memory and the candidate. f is for the memory, i for the candidate.",
        "kept = f * c_tilde; added = i * c_prev",
    ),
    mistake(
        "memory twice",
        "You used the old memory in both products. The input gate works on the candidate.",
        "added = i * c_prev",
    ),
    mistake(
        "candidate twice",
        "You used the candidate in both products. The forget gate works on the old memory.",
        "kept = f * c_tilde",
    ),
    mistake(
        "candidate without its gate",
        "You added the whole candidate. The input gate i decides how much of it comes in.",
        "added = c_tilde",
    ),
    mistake(
        "memory without its gate",
        "You kept the whole old memory. The forget gate f decides how much of it stays.",
        "kept = c_prev",
    ),
    mistake(
        "gate instead of what is kept",
        "You added f itself. f says how large a share to keep: multiply it with the old memory.",
        "kept = f",
    ),
    mistake(
        "gate added to the memory",
        "You added f to the old memory. A gate multiplies: f times the old memory is what is kept.",
        "kept = f + c_prev",
    ),
    mistake(
        "gate added to the candidate",
        "You added i to the candidate. A gate multiplies: i times the candidate is what is added.",
        "added = i + c_tilde",
    ),
    mistake(
        "memory divided by its gate",
        "You divided by f. A gate multiplies: f times the old memory is what is kept.",
        "kept = c_prev / f",
    ),
    mistake(
        "candidate missing",
        "You added the input gate itself. i says how much to write; the candidate says what.",
        "added = i",
    ),
    mistake(
        "forget gate on the sum",
        "You multiplied the whole sum with f. The forget gate acts on the old memory only.",
        "added = f * (i * c_tilde)",
        "added = f * c_tilde; kept = f * c_prev",
    ),
    mistake(
        "input gate on the sum",
        "You multiplied the whole sum with i. The input gate acts on the candidate only.",
        "kept = i * (f * c_prev)",
    ),
    mistake(
        "product instead of sum",
        "You multiplied what is kept and what is added. The new memory is their sum.",
        "total = kept * added",
    ),
    mistake(
        "minus instead of plus",
        "You subtracted what the input gate lets in. It is added; a candidate below 0 already "
        "makes the memory smaller.",
        "total = kept - added",
    ),
    mistake(
        "kept subtracted",
        "You subtracted what is kept from what is added. The new memory is their sum.",
        "total = added - kept",
    ),
    mistake(
        "mean instead of sum",
        "You took the mean of what is kept and what is added. The new memory is their sum.",
        "total = (kept + added) / 2",
    ),
    mistake(
        "the larger instead of the sum",
        "You took the larger of what is kept and what is added. The new memory is their sum.",
        "total = np.maximum(kept, added)",
    ),
    mistake(
        "tanh around the memory",
        "You put tanh around the new memory. The memory itself is never squashed: tanh comes "
        "later, when the cell shows it as h.",
        "c = tanh(total)",
    ),
    mistake(
        "sigmoid around the memory",
        "You put sigmoid around the new memory. The memory itself is never squashed.",
        "c = sigmoid(total)",
    ),
    mistake(
        "memory cut off",
        "You cut the memory off. It can be any number, also above 1 and below 0.",
        "c = np.clip(total, -1, 1)",
        "c = np.clip(total, 0, 1)",
        "c = np.maximum(total, 0)",
    ),
    mistake(
        "1 - f instead of i",
        "You let in 1 − f of the candidate. That is another cell, with coupled gates; this one has "
        "an input gate i of its own.",
        "added = (1 - f) * c_tilde",
    ),
    mistake(
        "1 - i instead of f",
        "You kept 1 − i of the old memory, as a GRU does. This cell has a forget gate f of its "
        "own.",
        "kept = (1 - i) * c_prev",
    ),
    mistake(
        "1 - f instead of f",
        "You kept 1 − f of the old memory. f says how much to keep: 1 keeps everything, 0 nothing.",
        "kept = (1 - f) * c_prev",
    ),
    mistake(
        "1 - i instead of i",
        "You let in 1 − i of the candidate. i says how much comes in: 1 writes everything, 0 "
        "nothing.",
        "added = (1 - i) * c_tilde",
    ),
    mistake(
        "nothing added",
        "You returned only what is kept. What the input gate lets in of the candidate is missing.",
        "total = kept",
    ),
    mistake(
        "nothing kept",
        "You returned only what is added. What the forget gate keeps of the old memory is missing.",
        "total = added",
    ),
    mistake(
        "tanh of the candidate",
        "You squashed the candidate once more. It comes out of tanh already: multiply it with its "
        "gate as it is.",
        "added = i * tanh(c_tilde)",
    ),
    mistake(
        "candidate through sigmoid",
        "You squashed the candidate with sigmoid. It comes out of tanh already: multiply it with "
        "its gate as it is.",
        "added = i * sigmoid(c_tilde)",
    ),
    mistake(
        "tanh of the old memory",
        "You squashed the old memory. The memory itself is never squashed.",
        "kept = f * tanh(c_prev)",
    ),
    mistake(
        "gate squashed again",
        "You squashed a gate once more. f and i come out of sigmoid already.",
        "kept = sigmoid(f) * c_prev",
        "added = sigmoid(i) * c_tilde",
        "kept = tanh(f) * c_prev",
        "added = tanh(i) * c_tilde",
    ),
    mistake(
        "gate squared",
        "You multiplied with a gate twice. Once is enough.",
        "kept = f * f * c_prev",
        "added = i * i * c_tilde",
    ),
    mistake(
        "both gates on one product",
        "You multiplied one product with both gates. f works on the old memory alone, and i on the "
        "candidate alone.",
        "kept = f * i * c_prev; added = f * i * c_tilde",
    ),
    mistake(
        "the sign lost",
        "You made a number positive. A memory or a candidate below 0 must stay below 0.",
        "added = i * abs(c_tilde)",
        "kept = f * abs(c_prev)",
        "c = abs(total)",
    ),
    mistake("-c", _OTHER_SIGN, "c = -total"),
    mistake(
        "old memory returned",
        "You returned the memory that came in. The new one is what is kept and what is added.",
        "c = c_prev",
    ),
    mistake(
        "summed over the units",
        SUMMED,
        "kept = f @ c_prev; added = i @ c_tilde",
        "kept = f @ c_prev",
        "added = i @ c_tilde",
        "c = total.sum()",
        "c = np.full(len(total), total.sum())",
    ),
    mistake(
        "one number for all units",
        "Each unit has a number of its own: you used one for all of them.",
        "kept = f[0] * c_prev",
        "added = i[0] * c_tilde",
        "kept = f * c_prev[0]",
        "kept = f[0] * c_prev; added = i[0] * c_tilde",
        "c = total[0]",
        "c = total.mean()",
    ),
)

HIDDEN = (
    mistake(
        "tanh missing",
        "The tanh is missing. Without it h can leave the range −1 to 1; squash the memory first, "
        "then let the output gate through.",
        "inside = c",
    ),
    mistake(
        "tanh around everything",
        "You put tanh around the whole product. Only the memory is squashed; the output gate "
        "multiplies afterwards.",
        "inside = c; h = tanh(shown)",
    ),
    mistake(
        "tanh twice",
        "You squashed twice. The memory goes through tanh once, and the output gate multiplies.",
        "inside = tanh(tanh(c))",
        "h = tanh(shown)",
    ),
    mistake(
        "sigmoid instead of tanh",
        "You squashed the memory with sigmoid, so h can never be below 0. Use the function that "
        "gives numbers from −1 to 1.",
        "inside = sigmoid(c)",
    ),
    mistake(
        "another squash",
        "You squashed the memory with something else than tanh.",
        "inside = np.maximum(c, 0)",
        "inside = np.clip(c, -1, 1)",
        "inside = c / (1 + abs(c))",
        "inside = np.arctan(c)",
        "inside = np.sin(c)",
        "inside = np.sign(c)",
        "inside = tanh(c / 2)",
        "inside = tanh(2 * c)",
        "inside = exp(c)",
        "inside = 1 - tanh(c) ** 2",
    ),
    mistake(
        "sigmoid around everything",
        "You put sigmoid around the whole product. Only the memory is squashed, by tanh.",
        "inside = c; h = sigmoid(shown)",
        "h = sigmoid(shown)",
    ),
    mistake(
        "output gate missing",
        "The output gate is missing: you returned all of the squashed memory. o decides how much "
        "of it shows.",
        "shown = inside",
    ),
    mistake(
        "tanh on the gate",
        "You squashed the output gate instead of the memory. o already lies between 0 and 1; it "
        "is the memory that needs tanh.",
        "inside = c; shown = tanh(o) * inside",
        "shown = tanh(o) * inside",
    ),
    mistake(
        "sigmoid on the gate",
        "You squashed the output gate once more. It comes out of sigmoid already.",
        "shown = sigmoid(o) * inside",
    ),
    mistake(
        "1 - o instead of o",
        "You let 1 − o through. o says how much to show: 1 shows everything, 0 nothing.",
        "shown = (1 - o) * inside",
    ),
    mistake(
        "sum instead of product",
        "You added o. A gate multiplies: o times the squashed memory is what shows.",
        "shown = o + inside",
    ),
    mistake(
        "divided by the gate",
        "You divided by o. A gate multiplies.",
        "shown = inside / o",
    ),
    mistake(
        "minus the squashed memory",
        "You subtracted. A gate multiplies: o times the squashed memory is what shows.",
        "shown = o - inside",
        "shown = inside - o",
    ),
    mistake(
        "o instead of h",
        "You returned the output gate. It says how much to show; what it shows is the squashed "
        "memory.",
        "h = o",
    ),
    mistake(
        "c instead of h",
        "You returned the memory. What the cell shows is squashed by tanh first, and then passes "
        "the output gate.",
        "h = c",
    ),
    mistake("-h", _OTHER_SIGN, "h = -shown"),
    mistake(
        "the sign lost",
        "You made a number positive, so h can never be below 0. A memory below 0 shows below 0.",
        "inside = tanh(abs(c))",
        "h = np.maximum(shown, 0)",
    ),
    mistake(
        "gate squared",
        "You multiplied with the output gate twice. Once is enough.",
        "shown = o * o * inside",
    ),
    mistake(
        "memory multiplied once more",
        "You multiplied with the memory once more. Squash it, and let the output gate through.",
        "shown = o * inside * c",
        "h = shown + c",
    ),
    mistake(
        "summed over the units",
        SUMMED,
        "shown = o @ inside",
        "shown = o * inside.sum()",
        "shown = o.sum() * inside",
        "inside = tanh(c.sum())",
        "h = np.full(len(shown), shown.sum())",
    ),
    mistake(
        "one number for all units",
        "Each unit has a number of its own: you used one for all of them.",
        "shown = o[0] * inside",
        "shown = o * inside[0]",
        "shown = o.mean() * inside",
        "shown = o * inside.mean()",
        "shown = o.max() * inside",
        "h = shown[0]",
        "h = shown.mean()",
    ),
)


def _draw_update(seed: int, H: int, D: int, T: int) -> Given:
    rng = stream(seed)
    f, i = shares(rng, 2, H)
    return numbers(rng, H), f, i, numbers(rng, H).clip(-0.9, 0.9)


def _draw_hidden(seed: int, H: int, D: int, T: int) -> Given:
    c, o, _i, _c_tilde = _draw_update(seed, H, D, T)
    return o, c


MEMORY_LINES = """
    kept = f * c_prev
    added = i * c_tilde
    total = kept + added
    c = total
"""
SHOWN_LINES = """
    inside = tanh(c)
    shown = o * inside
    h = shown
"""
MEMORY_EXERCISES = {
    "update_cell": Exercise(
        "new memory",
        ("c_prev", "f", "i", "c_tilde"),
        ("c",),
        MEMORY_LINES + "result = c",
        _draw_update,
        UPDATE,
    ),
    "hidden_state": Exercise(
        "hidden state", ("o", "c"), ("h",), SHOWN_LINES + "result = h", _draw_hidden, HIDDEN
    ),
}

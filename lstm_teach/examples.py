"""The worked examples and the room counter, as data.

Four explanations of the LSTM cell that people have published with numbers, each in its own
spelling, brought into ours. What they printed is in `WorkedExample.printed`, digit for digit;
`WorkedExample.run()` computes it again with `lstm_teach.step`.

And the story of this collection: a reading room whose door counts people (`room_counter`).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstm_teach import conventions
from lstm_teach._arrays import Array, as_array
from lstm_teach.cell import step
from lstm_teach.learn import RNN, Classifier, from_vector, to_vector
from lstm_teach.parameters import GATES, Gate, Parameters, Step
from lstm_teach.reader import Reader
from lstm_teach.reader import load as load_reader
from lstm_teach.sequence import unroll
from lstm_teach.variants import GRUParameters, Peepholes

DATA = Path(__file__).with_name("data")  # files that the package brings along
TOLD = json.loads((DATA / "examples.json").read_text(encoding="utf-8"))  # numbers, and days


@dataclass(frozen=True, eq=False)
class WorkedExample:
    """One published example: a cell, what goes in, and the numbers that its author printed.

    `x` is `(..., D)`, `h_prev` and `c_prev` are `(..., H)`. `printed` maps the name of a `Step`
    field (or of its properties `kept` and `added`) to the printed array.
    """

    name: str
    spelling: str
    parameters: Parameters
    x: Array
    h_prev: Array
    c_prev: Array
    printed: Mapping[str, Array]

    def run(self) -> Step:
        """Compute the example with `step`."""
        return step(self.parameters, self.x, self.h_prev, self.c_prev)


def _worked(example: str, parameters: Parameters, **more: Any) -> WorkedExample:
    """Put a cell to the numbers that its author told, and `more`; a state that is not told is 0."""
    told = {"name": example, **TOLD["worked"][example], **more}
    x = np.array(told["x"], dtype=np.float64)
    zeros = np.zeros((*x.shape[:-1], parameters.hidden_size))
    h_prev, c_prev = (np.array(told.get(k, zeros), dtype=x.dtype) for k in ("h_prev", "c_prev"))
    printed = {name: np.array(values) for name, values in told["printed"].items()}
    return WorkedExample(told["name"], told["spelling"], parameters, x, h_prev, c_prev, printed)


# ---- question: "why is my forget gate not 0 or 1?" ---------------------------------------------


def question() -> WorkedExample:
    """Five units whose gate reads h and x with identity weights: f = sigmoid(h + x).

    The asker gives no memory; ours is 1 in every unit, so that what is kept shows f itself.
    """
    H = D = 5
    forget = Gate(np.hstack([np.eye(H), np.eye(D)]), np.zeros(H))
    return _worked("question", replace(Parameters.zeros(D, H), forget=forget))


# ---- events: separate weights and two biases ---------------------------------------------------

#: Which weights are the identity (all others are zeros), and what was printed.
EVENTS_CASES = TOLD["worked"]["events"]["cases"]


def events() -> tuple[WorkedExample, ...]:
    """Three units with weights and biases of their own for the event x and the hidden state.

    Its `forget_gate` returns what is kept and its `input_gate` what is added, so those are the
    printed numbers. What we call the input gate it calls "update".
    """
    examples = []
    for identities, printed in EVENTS_CASES:
        split = {}
        for gate in GATES.values():
            W_x, W_h = (np.eye(3) * (f"{of}_{gate}" in identities) for of in ("event", "hidden"))
            split[gate] = W_x, W_h, np.zeros(3), np.zeros(3)
        name = f"events, identity: {', '.join(identities) or 'none'}"
        cell = conventions.from_split(split)
        examples.append(_worked("events", cell, name=name, printed=printed))
    return tuple(examples)


# ---- column: W @ [h; x] ------------------------------------------------------------------------


def column() -> WorkedExample:
    """Two units, three inputs, written with columns: W @ [h; x], hidden state first, like ours.

    The weights come from a random stream with seed 1010; the generator is a local one, so that
    running this leaves nobody else's stream changed.
    """
    H, D = 2, 3
    rng = np.random.RandomState(1010)  # the printed numbers are of this old stream
    gates = (Gate(rng.randn(H, H + D) * 0.01, np.zeros(H)) for _ in GATES)
    return _worked("column", Parameters(*gates))


# ---- batch: [x, h] @ W, and the notebook whose saved numbers cannot be had by running it --------

_BATCH = TOLD["worked"]["batch"]
BATCH_XS = np.array([_BATCH["x"], _BATCH["x of the next moment"]], dtype=np.float64)
BATCH_XS.setflags(write=False)


def batch_parameters(forget: int = 1, input_and_candidate: int = 4, output: int = 3) -> Parameters:
    """The weights of *batch*, had each cell of its notebook been run this many times.

    Each run of a cell draws its weights anew and moves the random stream on. The saved numbers
    need the default counts; run once from top to bottom (1, 1, 1) it prints others.
    """
    D, H = 2, 3
    rng = np.random.RandomState(666)  # the printed numbers are of this old stream

    cells = ["forget"], ["input", "candidate"], ["output"]  # the gates that each of them draws
    rows: dict[str, tuple[Array, Array]] = {}
    for gates, runs in zip(cells, (forget, input_and_candidate, output), strict=True):
        for _ in range(runs):
            rows |= {gate: (2 * rng.rand(D + H, H) - 1, 2 * rng.rand(H) - 1) for gate in gates}
    return conventions.from_rows(rows)


def batch() -> WorkedExample:
    """Seven rows at once, three units, two inputs, written for rows with the input first.

    The source declares two moments and takes only the first; `batch_steps` takes both. Where
    it means the output gate it prints the input gate again; its h is right.
    """
    return _worked("batch", batch_parameters())


def batch_steps() -> Step:
    """Take *batch* through both of its moments: every field is `(2, 7, ...)`."""
    return unroll(batch_parameters(), BATCH_XS)


# ---- the room counter --------------------------------------------------------------------------

EVENTS = ("enter", "leave", "bell", "ask")
PERSON = 0.1  # how much memory one person takes: small, so that tanh stays readable

#: A day at the reading room, a moment a word; "+" joins what happens in the same moment.
DAY = tuple(TOLD["days"]["room"]["a day at the reading room"].split())


def day_events(names: str | Iterable[str] = DAY) -> Array:
    """Turn readable event names into the cell's inputs, `(T, 4)`.

    Parameters
    ----------
    names : str or iterable of str
        A moment each: "enter", "leave", "bell" or "ask", "quiet" for nothing, "enter+ask" for
        two at once, in upper or lower case. A single string is split at spaces and commas, but not
        around a "+".

    Raises
    ------
    ValueError
        When there is no moment, or at a name that is not known; the sentence says which moment
        (counted from 0), and what can be said.
    """
    return _read_day(names, EVENTS, "door")


def _read_day(names: str | Iterable[str], events: Sequence[str], who: str) -> Array:
    """Read a day of these events, `(T, len(events))`; upper and lower case are alike."""
    if isinstance(names, str):
        names = re.sub(r"\s*\+\s*", "+", names.replace(",", " ")).split()
    words = list(names)
    if not words:
        raise ValueError(f"A day needs at least one moment: {', '.join(events)} or quiet")
    several = len(events) > 1
    knows = f"{', '.join(events)} and quiet{', and enter+ask for two at once' * several}"
    xs = np.zeros((len(words), len(events)))
    for t, word in enumerate(words):
        name = str(word).lower().replace(" ", "")
        said = name.split("+") if several else [name]
        for name in said:
            if name not in (*events, "quiet"):
                raise ValueError(
                    f"Moment {t} says {word!r}, and the {who} does not know {name!r}; "
                    f"it knows {knows}"
                )
            if said.count(name) > 1:
                raise ValueError(
                    f"Moment {t} says {name} twice; the {who} reports each thing at most once "
                    f"a moment, so write two moments: {name} {name}"
                )
            xs[t] += [name == event for event in events]
    return xs


def _as_events(xs: ArrayLike, names: Sequence[str] = EVENTS, *, batch: bool = False) -> Array:
    """Check that `xs` is `(T, 4)`, or as wide as there are names; with `batch`, `(T, ..., 4)`."""
    xs = as_array(xs, "xs")
    if xs.ndim < 2 or xs.shape[-1] != len(names) or (xs.ndim > 2 and not batch):
        shape = f"(T, {'..., ' * batch}{len(names)})"
        raise ValueError(
            f"xs has shape {xs.shape}; time comes first and each moment says {', '.join(names)}, "
            f"so xs must be {shape}"
        )
    return xs


def event_names(xs: ArrayLike, names: Sequence[str] = EVENTS) -> list[str]:
    """The inverse of `day_events`: a name for each moment of `xs` `(T, 4)`; or of other events."""
    return ["+".join(compress(names, moment)) or "quiet" for moment in _as_events(xs, names)]


def people(xs: ArrayLike) -> NDArray[np.int_]:
    """How many people are in the room after each moment, counted without any cell: `(T, ...)`.

    Takes the inputs that `day_events` makes, `(T, 4)`, or many days side by side, `(T, ..., 4)`,
    and raises `ValueError` for other shapes.

    This is the truth that a wiring is checked against. The bell empties the room first, so
    somebody who comes in at the bell is there afterwards. Like the cell, it only counts: when
    more people leave than came, the number goes below 0.
    """
    enter, leave, bell, _ask = np.moveaxis(_as_events(xs, batch=True).astype(int), -1, 0)
    counts, stays = enter - leave, bell == 0
    for t in range(1, len(counts)):
        counts[t] += counts[t - 1] * stays[t]
    return counts


def room_counter(units: int = 1) -> Parameters:
    """A cell wired by hand to count the people in the room; its inputs are `EVENTS`.

    Unit 0 holds the number of people times 0.1. It keeps its memory unless the bell rings,
    writes when somebody passes the door, writes +0.1 or -0.1, and shows it only when asked.
    With `units=2`, unit 1 holds "is the room open?": the first person of the day opens it (1),
    the bell closes it (0). It forgets and rewrites at every arrival, while unit 0 keeps: a gate
    is a vector, with a number of its own for each unit.
    """
    if units not in (1, 2):
        raise ValueError(f"units is {units!r}; the room counter has 1 unit or 2")
    open_, shut = 10.0, -10.0  # sigmoid(10) = 0.99995, sigmoid(-10) = 0.00005
    turn = shut - open_  # a weight that turns an open gate shut, or -turn the other way round
    # enter, leave, bell, ask, bias; one row for each unit
    wiring: dict[str, Sequence[Sequence[float]]] = {
        "forget": [(0, 0, turn, 0, open_), (turn, 0, turn, 0, open_)],
        "input": [(-turn, -turn, 0, 0, shut), (-turn, 0, 0, 0, shut)],
        "candidate": [(np.arctanh(0.1), -np.arctanh(0.1), 0, 0, 0), (0, 0, 0, 0, open_)],
        "output": [(0, 0, 0, -turn, shut), (0, 0, 0, -turn, shut)],
    }
    tables = {name: np.array(rows[:units]) for name, rows in wiring.items()}
    h = np.zeros((units, units))  # nothing is read from it
    return Parameters(**{k: Gate(np.hstack([h, t[:, :-1]]), t[:, -1]) for k, t in tables.items()})


# ---- the lamp: a cell that must read its own h -------------------------------------------------

LAMP_EVENTS = ("press",)

#: A day of the lamp. Long silences show a memory that leaks, presses in a row one that is slow.
LAMP_DAY = tuple(TOLD["days"]["lamp"]["a day of the lamp"].split())


def lamp_events(names: str | Iterable[str] = LAMP_DAY) -> Array:
    """Turn a day of "press" and "quiet" into the lamp's inputs, `(T, 1)`.

    Names and errors as in `day_events`.
    """
    return _read_day(names, LAMP_EVENTS, "lamp")


def lamp_is_on(xs: ArrayLike) -> NDArray[np.bool_]:
    """Whether the lamp is on after each moment, found without any cell: `(T,)`.

    It is off before the first moment, and each press of `xs` `(T, 1)` turns it over. Raises
    `ValueError` for other shapes.
    """
    return np.cumsum(_as_events(xs, ["press or not"])[:, 0] > 0) % 2 == 1


def lamp() -> Parameters:
    """A cell wired by hand that each press turns on when it was off, and off when it was on.

    One unit, one input: `LAMP_EVENTS`. Its h is always shown: near 0.76 when the lamp is on, 0 or
    below when it is off. At a press it forgets the old memory and adds the candidate, which
    is the opposite of what h showed. That needs a weight of h: no cell whose `W_h` are
    all 0 can tell the press that turns on from the press that turns off.
    """
    return Parameters(  # the columns of W: h, press
        forget=Gate([[0, -20]], [10]),  # keep, but not at a press
        input=Gate([[0, 20]], [-10]),  # write at a press, and only then
        candidate=Gate([[-20, 0]], [5]),  # h near 0.76: down; h at 0 or below: up
        output=Gate([[0, 0]], [10]),  # always show
    )


# ---- the room counter in other cells -----------------------------------------------------------

#: A day for a network without gates: the bell rings once with one person inside and once with
#: four, so that no number that the bell adds can be right for both.
RNN_DAY = tuple(TOLD["days"]["two bells"].split())

#: A day on which five people are a tour that sets off. It fills up twice.
TOUR_DAY = tuple(TOLD["days"]["tours"].split())


def tour_counter() -> tuple[Parameters, Peepholes]:
    """Wire the room counter so that five people set off as a tour: by a peephole.

    At four people or fewer the forget gate stays open; one moment after there are five it shuts,
    and the count starts anew. No weight of h or x can do that: while nobody asks, h is 0, and the
    memory is seen by the peephole alone. Returns the cell and its peepholes.
    """
    full = 4.5 * PERSON  # between four people and five
    counter = room_counter()
    forget = Gate([[0, 0, 0, -100, 0]], [90])  # the bell is still stronger than the bias
    none = np.zeros(1)
    return replace(counter, forget=forget), Peepholes(np.array([-90 / full]), none, none)


def gru_counter() -> GRUParameters:
    """Wire a GRU to count the people in the room, one unit; its inputs are `EVENTS`.

    The update gate opens when somebody passes or the bell rings; the candidate is the old count
    and one more, or one less; the bell shuts the reset gate, so that the candidate sees no old
    count. What it holds is what it shows: asked or not. Each sum goes through tanh, so that from
    six people on the count falls short by more than half a person.
    """
    return GRUParameters(  # the columns of W: h, enter, leave, bell, ask
        update=Gate([[0, 20, 20, 20, 0]], [-10]),
        reset=Gate([[0, 0, 0, -20, 0]], [10]),
        candidate=Gate([[1, PERSON, -PERSON, 0, 0]], [0]),
    )


# ---- days to learn from, and how well they were learned ----------------------------------------

#: How often each event happens at a moment of a random day, whatever else happens.
OFTEN = {"enter": 0.25, "leave": 0.2, "bell": 0.08, "ask": 0.3}


def random_days(rng: np.random.Generator, moments: int = 25, days: int = 64) -> Array:
    """Draw the inputs of many days, `(moments, days, 4)`: each event by itself, as `OFTEN` says.

    Only nobody leaves an empty room: where the draw says so, nothing happens.
    """
    often = [OFTEN[event] for event in EVENTS]
    xs = rng.random((moments, days, len(EVENTS))) < often
    inside = np.zeros(days, dtype=int)
    for enter, leave, bell, _ask in np.moveaxis(xs, -1, 1):  # views: what is set here is set in xs
        inside *= ~bell
        inside += enter
        leave &= inside > 0
        inside -= leave
    return xs.astype(np.float64)


def to_show(xs: ArrayLike) -> Array:
    """What the room counter should show, `(T, ..., 1)`: `tanh(0.1 people)` when asked, else 0.

    Takes `xs` `(T, ..., 4)`, and raises `ValueError` for other shapes.
    """
    xs = _as_events(xs, batch=True)
    asked = xs[..., EVENTS.index("ask")] > 0
    return np.where(asked, np.tanh(PERSON * people(xs)), 0.0)[..., None]


def counting_days(
    rng: np.random.Generator,
    moments: int = 25,
    days: int = 64,
    units: int = 1,
    asked_only: bool = False,
) -> tuple[Array, Array, Array]:
    """Make a batch to learn counting from, for `learn.train`: `(xs, targets, weights)`.

    The cell shows its answer in unit 0; what other units show counts nothing. With `asked_only`
    it also counts nothing what unit 0 shows while nobody asks.

    Returns
    -------
    xs : ndarray (moments, days, 4)
        From `random_days`.
    targets, weights : ndarray (moments, days, units)
        From `to_show`, and 1 where it counts, 0 elsewhere.
    """
    return _batch(random_days(rng, moments, days), units, asked_only)


def long_nights(
    rng: np.random.Generator, quiet: int, nights: int = 32, units: int = 1
) -> tuple[Array, Array, Array]:
    """Make a batch of long silences: 5 busy moments, `quiet` quiet ones, then somebody asks.

    Only the answer counts. Returns the same as `counting_days`, with `5 + quiet + 1` moments.
    """
    xs = np.zeros((5 + quiet + 1, nights, len(EVENTS)))
    xs[:5] = random_days(rng, 5, nights)
    xs[..., EVENTS.index("ask")] = 0
    xs[-1, :, EVENTS.index("ask")] = 1
    return _batch(xs, units, asked_only=True)


def _batch(xs: Array, units: int, asked_only: bool) -> tuple[Array, Array, Array]:
    """Put targets and weights to these days; both are 0 for all units but the first."""
    targets, weights = np.zeros((2, *xs.shape[:-1], units))
    targets[..., :1] = to_show(xs)
    weights[..., 0] = xs[..., EVENTS.index("ask")] if asked_only else 1
    return xs, targets, weights


def untrained(
    units: int = 1, forget_bias: float = 1.0, scale: float = 0.1, seed: int | None = None
) -> Parameters:
    """Make a cell for the room's events that has learned nothing: where training starts.

    Small random weights (normal, standard deviation `scale`), biases 0, but that of the forget
    gate 1, so that it starts out by keeping: Gers, Schmidhuber & Cummins (2000), Jozefowicz,
    Zaremba & Sutskever (2015).
    """
    p = Parameters.random(len(EVENTS), units, scale, seed)
    f, i, c, o = (Gate(gate.W, np.zeros(units)) for gate in vars(p).values())
    return Parameters(Gate(f.W, np.full(units, forget_bias)), i, c, o)


def untrained_rnn(units: int = 8, scale: float = 0.1, seed: int | None = None) -> RNN:
    """Make the same with a plain RNN: small random weights, biases 0, one number read out."""
    rng = np.random.default_rng(seed)
    W, V = rng.normal(0, scale, (units, units + len(EVENTS))), rng.normal(0, scale, (1, units))
    return RNN(W, np.zeros(units), V, np.zeros(1))


def right_when_asked(h: ArrayLike, xs: ArrayLike) -> float:
    """How often is the answer right to the nearest person: a share of the asked moments, 0 to 1.

    Takes what the cell showed, `(T, ..., H)` (unit 0 is its answer), and the days that it saw,
    `(T, ..., 4)`. Raises `ValueError` when they do not fit, or when nobody asked.
    """
    xs, h = _as_events(xs, batch=True), as_array(h, "h")
    if h.shape[:-1] != xs.shape[:-1] or not h.shape[-1]:
        sizes = ", ".join(map(str, xs.shape[:-1]))
        raise ValueError(
            f"h has shape {h.shape}; it answers the days of xs {xs.shape}, moment by moment, "
            f"so h must be ({sizes}, H)"
        )
    asked = xs[..., EVENTS.index("ask")] > 0
    if not asked.any():
        raise ValueError("xs must have a moment at which somebody asks")
    inside = people(xs)
    more_than = np.tanh(PERSON * (inside - 0.5))
    less_than = np.tanh(PERSON * (inside + 0.5))
    return float(np.mean(((more_than < h[..., 0]) & (h[..., 0] < less_than))[asked]))


# ---- surnames of six languages ------------------------------------------------------------------

LETTERS = "abcdefghijklmnopqrstuvwxyz"
FOLDED = {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l"}  # no accents to take off


class Surnames(NamedTuple):
    """Names, and for each the number of its language in `languages`."""

    languages: tuple[str, ...]
    names: tuple[str, ...]
    classes: NDArray[np.int64]


def surnames() -> tuple[Surnames, Surnames]:
    """Surnames of six languages, those to learn from and those that are held back.

    As many of each language, in random order that is always the same; every fifth is held back.
    Lower case, accents folded to a-z, 3 to 12 letters, none in two languages. Source: the package
    Faker (MIT license); `tools/make_surnames.py` chose them.
    """
    data = json.loads((DATA / "surnames.json").read_text(encoding="utf-8"))["names"]
    pairs = [(name, k) for k, names in enumerate(data.values()) for name in names.split()]
    order = np.random.default_rng(0).permutation(len(pairs))

    def some(places: Iterable[int]) -> Surnames:
        names, classes = zip(*(pairs[k] for k in places), strict=True)
        return Surnames(tuple(data), names, np.array(classes))

    return some(order[np.arange(len(order)) % 5 > 0]), some(order[::5])


def fold_accents(name: str) -> str:
    """Write a name in lower case and without accents; what is no letter a to z stays as it is."""
    name = "".join(FOLDED.get(letter, letter) for letter in name.lower())
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))


def one_hot(names: str | Sequence[str]) -> tuple[Array, NDArray[np.int64]]:
    """Turn names into numbers: `xs` `(T, B, 26)`, and how many letters each has, `(B,)`.

    A letter is a vector of 26 numbers, 1 at its place in the alphabet and 0 elsewhere. T is the
    length of the longest name; after the end of a shorter one all 26 are 0 (the padding).
    Raises `ValueError` when a name is empty or has anything but the letters a to z.
    """
    names = [names] if isinstance(names, str) else list(names)
    for name in names:
        if not name or not set(name) <= set(LETTERS):
            raise ValueError(
                f"name is {name!r}; it must be made of the letters a to z, at least one"
            )
    lengths = np.array([len(name) for name in names])
    xs = np.zeros((lengths.max(initial=0), len(names), len(LETTERS)))
    for b, name in enumerate(names):
        xs[np.arange(len(name)), b, [LETTERS.index(letter) for letter in name]] = 1
    return xs, lengths


def name_batches(
    surnames: Surnames, size: int = 32
) -> Callable[[np.random.Generator], tuple[Array, NDArray[np.int64], NDArray[np.int64]]]:
    """Give a `make_batch` for `learn.train`: random names, their classes, their lengths."""

    def make_batch(rng: np.random.Generator) -> tuple[Array, NDArray[np.int64], NDArray[np.int64]]:
        drawn = rng.choice(len(surnames.names), size, replace=False)
        xs, lengths = one_hot([surnames.names[k] for k in drawn])
        return xs, surnames.classes[drawn], lengths

    return make_batch


def untrained_classifier(units: int = 32, classes: int = 6, seed: int | None = None) -> Classifier:
    """Make a classifier of names that has learned nothing.

    Weights and biases between -1 and 1 over the root of `units`, as in PyTorch, and 1 more for
    the forget gate's bias.
    """
    rng, most = np.random.default_rng(seed), 1 / np.sqrt(units)
    cell = Parameters.zeros(len(LETTERS), units)
    blank = Classifier(cell, np.zeros((classes, units)), np.zeros(classes))
    random = from_vector(blank, rng.uniform(-most, most, to_vector(blank).size))
    forget = Gate(random.cell.forget.W, random.cell.forget.b + 1)
    return replace(random, cell=replace(random.cell, forget=forget))


# ---- files of other people's cells -------------------------------------------------------------


def weights_file(name: str) -> Path:
    """Where an example file of weights lies, for `conventions.load`.

    The room counter, saved three times: "room_counter_torch.safetensors",
    "room_counter_keras.npz" and "room_counter.onnx". Random cells of two layers that (also) read
    backward: "stacked_torch.safetensors", "stacked_keras.npz", "stacked_torch.onnx". And one
    layer each: "layout.onnx", "float16_torch.safetensors", "bfloat16_torch.safetensors".
    Raises `ValueError` for another name.
    """
    kinds = (".npz", ".safetensors", ".onnx")
    names = sorted(path.name for path in DATA.iterdir() if path.suffix in kinds)
    if name not in names:
        raise ValueError(f"name is {name!r}; it must be one of {', '.join(names)}")
    return DATA / name


# ---- a cell that was trained to read ------------------------------------------------------------


def reader() -> Reader:
    """An LSTM of 64 units that has read this collection's own text; see `Reader`."""
    return load_reader(DATA / "reader.npz")


def unread_text() -> str:
    """Two notebooks' text, 15,000 characters, that the reader has never read."""
    return (DATA / "reader_unread.txt").read_text(encoding="utf-8")

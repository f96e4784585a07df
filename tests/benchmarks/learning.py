"""Train the room counter again and again: how often does it learn, and what does it depend on?

    python tests/benchmarks/learning.py            prints the tables (some minutes)
    python tests/benchmarks/learning.py --write    and puts them into docs/measurements.md

Each training has a seed of its own, for the weights it starts from and for the days it sees. All
are then judged on the same days, which none of them has seen.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from statistics import median
from time import process_time

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"  # each process has a core of its own

import numpy as np  # noqa: E402

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO))  # the working tree's package, wherever another one is installed

from lstm_teach import Parameters, unroll  # noqa: E402
from lstm_teach.examples import (  # noqa: E402
    counting_days,
    long_nights,
    random_days,
    right_when_asked,
    room_counter,
    untrained,
    untrained_rnn,
)
from lstm_teach.learn import RNN, train  # noqa: E402
from tests.benchmarks import measurements  # noqa: E402

COMMAND = "python tests/benchmarks/learning.py --write"

RECIPE = {"rate": 0.1, "last_rate": 0.02, "clip": 0.01, "progress": False}
RNN_RECIPE = {"rate": 0.03, "last_rate": 0.003, "progress": False}  # the best of those tried
NIGHT_RECIPE = {"rate": 0.03, "progress": False}
DAYS = {T: random_days(np.random.default_rng(T), T, 400) for T in (25, 100)}
NIGHTS = {L: long_nights(np.random.default_rng(L), L, 1000)[0] for L in (5, 10, 20, 40)}
SEEDS, NIGHT_SEEDS = 20, 5
GOOD, GOOD_NIGHT = 0.99, 0.95  # the share of right answers that counts as learned
WANTED = 19  # seeds of 20, for the LSTM on days of 25


def shown(cell: Parameters | RNN, xs: np.ndarray) -> np.ndarray:
    """What a cell answers to these days."""
    return cell.answers(xs) if isinstance(cell, RNN) else unroll(cell, xs).h


def learn_days(
    seed: int, iterations: int = 1500, forget_bias: float = 1.0, **changed: float | None
) -> Parameters:
    """The LSTM of one unit, scored at every moment."""
    start = untrained(forget_bias=forget_bias, seed=seed)
    recipe = RECIPE | changed
    return train(start, counting_days, iterations, seed=seed, **recipe).parameters


def rnn_learn_days(seed: int, units: int) -> RNN:
    """The plain RNN with a readout, scored only when asked: it need not be silent."""
    start = untrained_rnn(units, scale=0.3, seed=seed)
    make_batch = partial(counting_days, asked_only=True)
    return train(start, make_batch, 1500, seed=seed, **RNN_RECIPE).parameters


def learn_nights(seed: int, quiet: int, forget_bias: float | None) -> Parameters | RNN:
    """One ask after a long silence; without a forget bias, by the plain RNN of 8 units."""
    if forget_bias is None:
        start = untrained_rnn(8, scale=0.3, seed=seed)
    else:
        start = untrained(forget_bias=forget_bias, seed=seed)
    make_batch = partial(long_nights, quiet=quiet)
    return train(start, make_batch, 600, seed=seed, **NIGHT_RECIPE).parameters


def days_scores(make: Callable[[int], Parameters | RNN], seed: int) -> list[float]:
    """Train, and judge on days of 25 and of 100 moments."""
    cell = make(seed)
    return [right_when_asked(shown(cell, xs), xs) for xs in DAYS.values()]


def night_score(forget_bias: float | None, quiet: int, seed: int) -> float:
    """Train on nights of this length, and judge on others of the same length."""
    cell = learn_nights(seed, quiet, forget_bias)
    return right_when_asked(shown(cell, NIGHTS[quiet]), NIGHTS[quiet])


DAY_ROWS = {
    "LSTM, 1 unit, 1,500 iterations": learn_days,
    "the same, 500 iterations": partial(learn_days, iterations=500),
    "the same, 1,500 iterations, forget bias 0": partial(learn_days, forget_bias=0.0),
    "the same, 1,500 iterations, not clipped": partial(learn_days, clip=None),
    "plain RNN, 1 unit and readout, scored only when asked": partial(rnn_learn_days, units=1),
    "plain RNN, 8 units and readout, scored only when asked": partial(rnn_learn_days, units=8),
}
NIGHT_ROWS = {
    "LSTM, 1 unit, forget bias 0": 0.0,
    "LSTM, 1 unit, forget bias 1": 1.0,
    "LSTM, 1 unit, forget bias 3": 3.0,
    "plain RNN, 8 units and readout": None,
}


def days_table(pool: Pool) -> str:
    """How many seeds learned to count, and how well."""
    lines = [
        "| | days of 25: seeds that learned | median right | days of 100: seeds | median right |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]

    def add(name: str, scores: list[list[float]]) -> int:
        cells, learned = [name], []
        for column in zip(*scores, strict=True):
            learned.append(sum(score >= GOOD for score in column))
            of = f"{learned[-1]} of {len(column)}" if len(column) > 1 else ""
            cells += [of, f"{median(column):.1%}"]
        lines.append(f"| {' | '.join(cells)} |")
        print(lines[-1], file=sys.stderr)
        return learned[0]

    add('always "empty"', [[right_when_asked(0 * xs, xs) for xs in DAYS.values()]])
    hand = room_counter()
    add("wired by hand", [[right_when_asked(shown(hand, xs), xs) for xs in DAYS.values()]])
    learned = []
    for name, make in DAY_ROWS.items():
        learned.append(add(name, pool.map(partial(days_scores, make), range(SEEDS), chunksize=1)))
    held = "yes" if learned[0] >= WANTED else "**not yet**"
    wanted = f"Wanted of the first LSTM: {WANTED} of {SEEDS} seeds on days of 25: {held}."
    return "\n".join([*lines, "", wanted])


def nights_table(pool: Pool) -> str:
    """How many seeds learned to remember through a silence, by its length."""
    lines = [
        f"| seeds of {NIGHT_SEEDS} that learned, by quiet moments | "
        + " | ".join(map(str, NIGHTS))
        + " |",
        "| --- |" + " ---: |" * len(NIGHTS),
    ]
    for name, forget_bias in NIGHT_ROWS.items():
        cells = [name]
        for quiet in NIGHTS:
            job = partial(night_score, forget_bias, quiet)
            scores = pool.map(job, range(NIGHT_SEEDS), chunksize=1)
            cells.append(str(sum(score >= GOOD_NIGHT for score in scores)))
        lines.append(f"| {' | '.join(cells)} |")
        print(lines[-1], file=sys.stderr)
    return "\n".join(lines)


def report() -> str:
    """Both tables as Markdown, with what has to be known to read them."""
    start = process_time()  # the processor's, whatever else the machine does
    learn_days(0)
    seconds = process_time() - start
    with Pool(os.cpu_count()) as pool:
        days, nights = days_table(pool), nights_table(pool)
    return f"""\
{days}

A seed has learned when at least {GOOD:.0%} of its answers are right to the nearest person, on
400 days that are the same for all. Each iteration sees 64 fresh days of 25 moments. The LSTM:
Adam's rate goes from {RECIPE["rate"]} to {RECIPE["last_rate"]}, gradients are clipped at \
{RECIPE["clip"]}; 1,500 iterations take
{seconds:.1f} s. The RNN: from {RNN_RECIPE["rate"]} to {RNN_RECIPE["last_rate"]}, not clipped.

Long silences, 5 busy moments before them and one question after them:

{nights}

Here {GOOD_NIGHT:.0%} right counts as learned; 600 iterations of 32 nights, rate \
{NIGHT_RECIPE["rate"]}, not clipped.

Measured on {date.today().isoformat()} by `{COMMAND}` with NumPy {np.__version__}.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write docs/measurements.md")
    arguments = parser.parse_args()
    text = report()
    print(text)
    if arguments.write:
        measurements.write("learning", text)


if __name__ == "__main__":
    main()

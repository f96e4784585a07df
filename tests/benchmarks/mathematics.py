"""Measure the mathematics beside PyTorch's: the same sizes, float64, one thread.

    python tests/benchmarks/mathematics.py            prints the table
    python tests/benchmarks/mathematics.py --write    and puts it into docs/measurements.md

PyTorch is not needed: without it the table has NumPy's own times only. Both take turns, so that
they share the machine's moods, and each ratio is the median over those turns. What counts is the
processor's time in this thread: waiting for a busy machine is nobody's fault.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time
from typing import Any

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"  # read when NumPy and PyTorch are loaded

import numpy as np  # noqa: E402

try:
    import torch
except ImportError:
    torch = None

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO))  # the working tree's package, wherever another one is installed

from lstm_teach import Parameters, conventions, step, unroll  # noqa: E402
from lstm_teach.learn import loss_and_gradient  # noqa: E402
from tests.benchmarks import measurements  # noqa: E402

COMMAND = "python tests/benchmarks/mathematics.py --write"
SIZES = (1, 2, 5, 8, 16, 32, 64, 128, 256)
MOMENTS = 50

# A row: its name, ours, PyTorch's (None without it), and how many times PyTorch's time ours may
# take (None: no limit). For another row, write another function like `step_row` and call it in
# `every_row`; what trains says `with torch.enable_grad()`.
Row = tuple[str, Callable[[], Any], Callable[[], Any] | None, float | None]


def cell(D: int, H: int) -> tuple[Parameters, np.random.Generator]:
    """A cell of D inputs and H units, and where to draw its inputs from."""
    return Parameters.random(D, H, scale=0.3, seed=0), np.random.default_rng(0)


def copied(layer: Any, p: Parameters, suffix: str = "") -> Any:
    """The same weights in PyTorch's layer."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    with torch.no_grad():
        for name, array in zip(names, conventions.to_torch(p), strict=True):
            getattr(layer, name + suffix).copy_(torch.from_numpy(array))
    return layer


def step_row(H: int, B: int) -> Row:
    """`step` beside `LSTMCell`: one row of numbers, or B of them."""
    D = inputs(H)
    p, rng = cell(D, H)
    x, h, c = (rng.normal(size=(B, n) if B > 1 else (n,)) for n in (D, H, H))
    theirs = None
    if torch:
        layer = copied(torch.nn.LSTMCell(D, H, dtype=torch.float64), p)
        x_t, h_t, c_t = map(torch.from_numpy, (x, h, c))
        np.testing.assert_allclose(layer(x_t, (h_t, c_t))[0].detach(), step(p, x, h, c).h, 1e-9)

        def theirs() -> None:
            layer(x_t, (h_t, c_t))

    return f"`step`, H = {H}, {rows(B)}", lambda: step(p, x, h, c), theirs, 1.2


def unroll_row(H: int, B: int) -> Row:
    """`unroll` beside `LSTM`."""
    D = inputs(H)
    p, rng = cell(D, H)
    xs = rng.normal(size=(MOMENTS, B, D))
    theirs = None
    if torch:
        layer = copied(torch.nn.LSTM(D, H, dtype=torch.float64), p, "_l0")
        xs_t = torch.from_numpy(xs)
        np.testing.assert_allclose(layer(xs_t)[0].detach(), unroll(p, xs).h, 1e-9, 1e-12)

        def theirs() -> None:
            layer(xs_t)

    limit = 6 if H <= 8 else 3 if H >= 64 else None
    return f"`unroll`, T = {MOMENTS}, H = {H}, {rows(B)}", lambda: unroll(p, xs), theirs, limit


def learning_row() -> Row:
    """Forward and backward: the gradient for each weight of a mean of squares."""
    T, B, H = 30, 32, 8
    D = inputs(H)
    p, rng = cell(D, H)
    xs, targets = rng.normal(size=(T, B, D)), np.zeros((T, B, H))
    theirs = None
    if torch:
        layer = copied(torch.nn.LSTM(D, H, dtype=torch.float64), p, "_l0")
        xs_t = torch.from_numpy(xs)

        def theirs() -> None:
            layer.zero_grad()
            with torch.enable_grad():
                layer(xs_t)[0].square().mean().backward()

        theirs()
        grads = loss_and_gradient(p, xs, targets)[1]
        ours = conventions.to_torch(grads)[0]
        np.testing.assert_allclose(layer.weight_ih_l0.grad, ours, 1e-9, 1e-12)
    name = f"forward and backward, T = {T}, H = {H}, {rows(B)}"
    return name, lambda: loss_and_gradient(p, xs, targets), theirs, 1.3


def inputs(H: int) -> int:
    """How many inputs: the room counter's four, and as many as units in a large cell."""
    return 4 if H < 64 else H


def rows(B: int) -> str:
    """A batch in words."""
    return f"{B} rows" if B > 1 else "1 row"


def every_row() -> Iterator[Row]:
    """What the table has, in its order."""
    for make in (step_row, unroll_row):
        for H in SIZES:
            for B in (1, 32):
                yield make(H, B)
    yield learning_row()


def turns(calls: list[Callable[[], Any]], seconds: float) -> list[list[float]]:
    """Microseconds of each call, taken in turn until the time is up; a turn is about 1 ms."""
    repeats = [max(1, int(1000 / microseconds(call, 3))) for call in calls]
    taken: list[list[float]] = [[] for _ in calls]
    end = perf_counter() + seconds
    while perf_counter() < end or len(taken[0]) < 5:
        for call, n, own in zip(calls, repeats, taken, strict=True):
            own.append(microseconds(call, n))
    return taken


def microseconds(call: Callable[[], Any], n: int) -> float:
    """What one of n calls takes."""
    start = thread_time()
    for _ in range(n):
        call()
    return (thread_time() - start) * 1e6 / n


def measure(every: Iterable[Row], seconds: float) -> Iterator[dict]:
    """Time each row: medians, and the median of the ratios."""
    for name, ours, theirs, limit in every:
        print(name, file=sys.stderr)
        taken = turns([ours, theirs] if theirs else [ours], seconds)
        row = {"name": name, "ours": median(taken[0]), "limit": limit}
        if theirs:
            row["theirs"] = median(taken[1])
            row["ratio"] = median(a / b for a, b in zip(*taken, strict=True))
        yield row


def table(measured: list[dict]) -> str:
    """The measurements as Markdown."""
    lines = ["| | ours, µs | PyTorch, µs | ratio | wanted |", "| --- | ---: | ---: | ---: | ---: |"]
    for row in measured:
        theirs = f"{row['theirs']:.0f} | {row['ratio']:.2f}" if "ratio" in row else "|"
        wanted = f"at most {row['limit']:g}" if row["limit"] else ""
        if row["limit"] and row.get("ratio", 0) > row["limit"]:
            wanted += ": missed"
        lines.append(f"| {row['name']} | {row['ours']:.0f} | {theirs} | {wanted} |")
    beside = f"beside PyTorch {torch.__version__}" if torch else "without PyTorch"
    lines += [
        "",
        f"Measured on {date.today().isoformat()} by `{COMMAND}` with NumPy {np.__version__} "
        f"{beside}: medians, float64, one thread.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write docs/measurements.md")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long for each row")
    arguments = parser.parse_args()
    if torch:
        torch.set_num_threads(1)
        torch.set_grad_enabled(False)  # nothing is trained here, and PyTorch is faster so
    else:
        print("PyTorch is not installed here, so these are NumPy's times alone.", file=sys.stderr)
    text = table(list(measure(every_row(), arguments.seconds)))
    print(text)
    if arguments.write:
        measurements.write("mathematics", text)


if __name__ == "__main__":
    main()

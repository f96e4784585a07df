"""Write names.json: what PyTorch does with the names of lesson 13, done right and done wrong.

Run it by hand, in an environment of its own; the project itself needs no PyTorch:

    pip install torch numpy
    python tests/oracle/make_names.py            writes names.json
    python tests/oracle/make_names.py --write    and a table, into docs/measurements.md

`tests/test_classifier.py` holds the package, and the lesson's text, to what stands in names.json.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from lstm_teach import conventions, examples  # noqa: E402
from lstm_teach.learn import Classifier, training_steps  # noqa: E402
from tests.benchmarks import measurements  # noqa: E402

ITERATIONS, UNITS, RATE = 300, 16, 0.01  # of the cell that both sides read with
NAMES = ("virtanen", "dubois", "rossi", "li")
SEEDS = range(5)
LEARN_FROM, HELD_BACK = examples.surnames()


class Model(nn.Module):
    """The cell, dropout on h, and the readout; `packed` is how it should be."""

    def __init__(self, units: int = UNITS, p: float = 0.0, directions: int = 1) -> None:
        super().__init__()
        self.lstm = nn.LSTM(26, units, bidirectional=directions == 2)
        self.dropout = nn.Dropout(p)
        self.readout = nn.Linear(directions * units, 6)

    def forward(self, xs: torch.Tensor, lengths: torch.Tensor, packed: bool = True) -> torch.Tensor:
        if packed:
            xs = pack_padded_sequence(xs, lengths, enforce_sorted=False)
        _, (h_n, _) = self.lstm(xs)
        return self.readout(self.dropout(torch.cat(list(h_n), dim=1)))


def as_model(model: Classifier) -> Model:
    """The same weights in PyTorch."""
    made = Model(model.cell.hidden_size).double()
    weights = [*conventions.to_torch(model.cell), model.W_y, model.b_y]
    with torch.no_grad():
        for parameter, array in zip(made.parameters(), weights, strict=True):
            parameter.copy_(torch.tensor(array))
    return made


def tensors(names: tuple[str, ...] | list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    xs, lengths = examples.one_hot(names)
    return torch.tensor(xs), torch.tensor(lengths)


def accuracy(logits: torch.Tensor) -> float:
    return float((logits.argmax(1) == torch.tensor(HELD_BACK.classes)).double().mean())


def learn(
    model: Model, seed: int, softmax_first: bool = False, iterations: int = 1000
) -> list[tuple[float, float]]:
    """Train as `learn.train` does; every 50 iterations, loss and accuracy on held-back names."""
    rng, make_batch = np.random.default_rng(seed), examples.name_batches(LEARN_FROM)
    xs, lengths = tensors(HELD_BACK.names)
    loss_of, adam = nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters(), lr=RATE)
    seen = []
    for iteration in range(1, iterations + 1):
        x, classes, n = map(torch.tensor, make_batch(rng))
        logits = model(x, n)
        loss = loss_of(logits.softmax(1) if softmax_first else logits, classes)
        adam.zero_grad()
        loss.backward()
        adam.step()
        if iteration % 50 == 0:
            model.eval()
            with torch.no_grad():
                logits = model(xs, lengths)
            seen.append((float(loss_of(logits, torch.tensor(HELD_BACK.classes))), accuracy(logits)))
            model.train()
    return seen


def slips(model: Model) -> dict[str, object]:
    """What each of the five costs, with the same trained weights."""
    xs, lengths = tensors(HELD_BACK.names)
    classes, B = torch.tensor(HELD_BACK.classes), len(HELD_BACK.names)
    right = model(xs, lengths)
    loss_of = nn.CrossEntropyLoss()
    made: dict[str, object] = {
        "right": {"accuracy": accuracy(right), "loss": float(loss_of(right, classes))},
        "padded": {"accuracy": accuracy(model(xs, lengths, packed=False))},
    }
    first = nn.LSTM(26, UNITS, batch_first=True).double()
    output, (h_n, _) = first(xs.transpose(0, 1))
    made["batch_first"] = {
        "output": list(output.shape),
        "h_n": list(h_n.shape),
        "h_n[-1]": list(h_n[-1].shape),
        "h_n[:, -1]": list(h_n[:, -1].shape),
        "B": B,
    }
    made["softmax_first"] = {"loss": float(loss_of(right.softmax(1), classes))}
    with_dropout = Model(p=0.5).double()
    with_dropout.load_state_dict(model.state_dict())
    torch.manual_seed(0)
    twice = [with_dropout(xs, lengths) for _ in range(2)]
    with_dropout.eval()
    made["no_eval"] = {
        "accuracies": list(map(accuracy, twice)),
        "guesses_changed": int((twice[0].argmax(1) != twice[1].argmax(1)).sum()),
        "eval": accuracy(with_dropout(xs, lengths)),
    }
    made["second_backward"] = {"error": carried(detach=False), "detached": carried(detach=True)}
    return made


def carried(*, detach: bool) -> str:
    """Carry the state over two stretches of one sequence, `backward` after each; the error."""
    torch.manual_seed(0)
    lstm, state = nn.LSTM(3, 4), None
    try:
        for stretch in torch.randn(20, 1, 3).split(10):
            if detach and state is not None:
                state = tuple(part.detach() for part in state)
            output, state = lstm(stretch, state)
            output.sum().backward()
    except RuntimeError as error:
        return str(error).split("(")[0].strip()
    return ""


def table() -> str:
    """Five seeds each of what else one may do with the names."""
    kinds = {
        "one direction, 16 units": {},
        "two directions, 16 units each": {"directions": 2},
        "one direction, 32 units": {"units": 32},
        "dropout 0.5 on h, 16 units": {"p": 0.5},
        "softmax before the loss, 16 units": {"softmax_first": True},
    }
    rows = [
        "| | least held-back loss | accuracy there | loss at 1,000 | accuracy at 1,000 |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for kind, how in kinds.items():
        ends = []
        softmax_first = "softmax_first" in how
        for seed in SEEDS:
            torch.manual_seed(seed)
            model = Model(**{k: v for k, v in how.items() if k != "softmax_first"}).double()
            seen = learn(model, seed, softmax_first)
            ends.append([*min(seen), *seen[-1]])
        row = [
            f"{np.median(c):.{d}f} ({min(c):.{d}f} to {max(c):.{d}f})"
            for c, d in zip(zip(*ends, strict=True), (2, 3, 2, 3), strict=True)
        ]
        rows.append(f"| {kind} | {' | '.join(row)} |")
        print(rows[-1], flush=True)
    return "\n".join([*rows, "", f"PyTorch {torch.__version__.split('+')[0]}, "
        f"{len(SEEDS)} seeds: median (from, to). Adam, rate {RATE}, batches of 32, a look at the "
        f"{len(HELD_BACK.names)} held-back names every 50 iterations. "
        "Measured by `python tests/oracle/make_names.py --write`.", ""])  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write docs/measurements.md")
    torch.set_num_threads(1)
    start = examples.untrained_classifier(UNITS, seed=0)
    batches = examples.name_batches(LEARN_FROM)
    for state in training_steps(start, batches, ITERATIONS, rate=RATE, seed=0):
        ours = state.parameters
    model = as_model(ours)
    made = {
        "made_with": {"torch": torch.__version__, "python": platform.python_version()},
        "training": {"iterations": ITERATIONS, "units": UNITS, "rate": RATE, "seed": 0},
        "logits": dict(zip(NAMES, model(*tensors(NAMES)).tolist(), strict=True)),
        "slips": slips(model),
    }
    (HERE / "names.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(made, indent=1))
    if parser.parse_args().write:
        measurements.write("names", table())


if __name__ == "__main__":
    main()

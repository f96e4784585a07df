"""How long a check takes, and how many wrong answers get a name.

    python tests/benchmarks/checks.py

Of each exercise: the processor's time for the first check of a function with a mistake that has no
name (all pairs of mistakes are computed then) and for the next one; and of wrong functions, made
from a right one by changing one thing in its source, how many are named.
"""

from __future__ import annotations

import ast
import copy
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from lstm_teach import check, sigmoid
from lstm_teach.check.mistakes import EXERCISES

GATE = "hx = np.concatenate([h_prev, x])\nz = W @ hx + b\nreturn {}"
STEP = """hx = np.concatenate([h_prev, x])
f = sigmoid(parameters.forget.W @ hx + parameters.forget.b)
i = sigmoid(parameters.input.W @ hx + parameters.input.b)
c_tilde = np.tanh(parameters.candidate.W @ hx + parameters.candidate.b)
c = f * c_prev + i * c_tilde
o = sigmoid(parameters.output.W @ hx + parameters.output.b)
return o * np.tanh(c), c"""
GRU = """hx = np.concatenate([h_prev, x])
z = sigmoid(parameters.update.W @ hx + parameters.update.b)
r = sigmoid(parameters.reset.W @ hx + parameters.reset.b)
new = np.tanh(parameters.candidate.W @ np.concatenate([r * h_prev, x]) + parameters.candidate.b)
return (1 - z) * h_prev + z * new"""
BACK = """return (dc * f, dc * c_prev * f * (1 - f), dc * c_tilde * i * (1 - i),
    dc * i * (1 - c_tilde**2))"""
RIGHT = {
    "forget_gate": GATE.format("1 / (1 + np.exp(-z))"),
    "candidate": GATE.format("np.tanh(z)"),
    "update_cell": "return f * c_prev + i * c_tilde",
    "hidden_state": "return o * np.tanh(c)",
    "output": "o = sigmoid(W @ np.concatenate([h_prev, x]) + b)\nreturn o * np.tanh(c)",
    "step": STEP,
    "gru_step": GRU,
    "update_cell_backward": BACK,
    "softmax": "e = np.exp((scores - scores.max()) / temperature)\nreturn e / e.sum()",
    "last_hidden": "return h[lengths - 1, np.arange(len(lengths))]",
}
LAYERS = ("forget", "input", "candidate", "output", "update", "reset")
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div)


def build(tree: ast.Module) -> Callable:
    names: dict = {"np": np, "sigmoid": sigmoid}
    exec(compile(ast.fix_missing_locations(tree), "<answer>", "exec"), names)
    return names["answer"]


def changed(node: ast.AST) -> Iterator[Callable[[ast.AST], ast.AST | None]]:
    """What can be done to a part of a source: change it, or put something else in its place."""
    if isinstance(node, ast.BinOp):
        for operator in OPERATORS:
            if not isinstance(node.op, operator):
                yield lambda n, o=operator: setattr(n, "op", o())
        yield lambda n: n.left
        yield lambda n: n.right
    if isinstance(node, ast.UnaryOp):
        yield lambda n: n.operand
    if isinstance(node, ast.Call) and len(node.args) == 1:
        yield lambda n: n.args[0]
        yield lambda n: ast.Call(copy.deepcopy(n.func), [n], [])
    if isinstance(node, ast.List | ast.Tuple):
        yield lambda n: n.elts.reverse()
    if isinstance(node, ast.Attribute) and node.attr in LAYERS:
        for layer in LAYERS:
            yield lambda n, to=layer: setattr(n, "attr", to)


def mutants(tree: ast.Module) -> Iterator[ast.Module]:
    """Change one thing, everywhere, in each way; the same source comes once."""
    seen = {ast.unparse(tree)}
    for k, node in enumerate(ast.walk(tree)):
        for change in changed(node):
            other = copy.deepcopy(tree)
            target = list(ast.walk(other))[k]
            instead = change(target)
            if isinstance(instead, ast.AST):
                for parent in ast.walk(other):
                    for field, value in ast.iter_fields(parent):
                        if value is target:
                            setattr(parent, field, instead)
                        elif isinstance(value, list) and target in value:
                            value[value.index(target)] = instead
            source = ast.unparse(other)
            if source not in seen:
                seen.add(source)
                yield other


def kind(verdict: check.Verdict) -> str:
    if verdict.passed is not False:
        return "passed"
    if verdict.mistake not in (None, "wrong shape"):
        return "named"
    return "stopped" if "stopped with" in verdict.sentence else verdict.mistake or "unnamed"


def main() -> None:
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    print("| exercise | first (ms) | next (ms) | wrong numbers named |")
    print("|---|---|---|---|")
    for name, exercise in EXERCISES.items():
        times = []
        for _ in range(2):
            start = time.process_time()
            getattr(check, name)(lambda *given, e=exercise: 0.37 * e.answer(*given) + 0.7)
            times.append(f"{1000 * (time.process_time() - start):.0f}")
        count: Counter[str] = Counter()
        if name in RIGHT:
            body = RIGHT[name].replace("\n", "\n    ")
            tree = ast.parse(f"def answer({', '.join(exercise.arguments)}):\n    {body}")
            assert getattr(check, name)(build(tree)).passed, name
            count.update(kind(getattr(check, name)(build(mutant))) for mutant in mutants(tree))
        told = f"{count['named']} of {count['named'] + count['unnamed']}" if count else ""
        print(f"| `{name}` | {' | '.join(times)} | {told} |", flush=True)


if __name__ == "__main__":
    main()

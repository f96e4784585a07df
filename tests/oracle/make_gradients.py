"""Write gradients.json: the gradients that PyTorch's autograd finds, and steps of its Adam.

Run it by hand, in an environment of its own; the project itself needs none of these:

    pip install torch
    python tests/oracle/make_gradients.py

The weights are in PyTorch's own layout. As in `make_oracle.py`, all numbers that go in are
multiples of 1/64, which a few decimals hold exactly. Everything is float64.
"""

from __future__ import annotations

import json
import platform
from pathlib import Path

import numpy as np
import torch

# D inputs, H units, T moments, N rows in the batch, whether there are h0, c0 and dc
CASES = (
    (1, 1, 1, 1, True),
    (3, 2, 5, 1, True),
    (2, 3, 1, 4, False),
    (4, 5, 6, 3, True),
    (1, 6, 7, 2, False),
    (6, 4, 20, 2, True),
)
# the rate, the two betas and epsilon; small gradients make a difference to the last
ADAMS = ((0.1, 0.9, 0.999, 1e-8), (0.02, 0.5, 0.9, 1e-3))


def draw(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Normal numbers, rounded to multiples of 1/64."""
    return np.round(64 * rng.normal(0, 0.8, shape)) / 64


def gradients(case: tuple, rng: np.random.Generator, kind: str) -> dict:
    """The gradient of `sum(dh * h) + sum(dc * c[-1])` for all that goes in."""
    D, H, T, N, state = case
    gates = 4 if kind == "LSTM" else 1
    weights = {
        "weight_ih": draw(rng, gates * H, D),
        "weight_hh": draw(rng, gates * H, H),
        "bias_ih": draw(rng, gates * H),
    }
    given = {"xs": draw(rng, T, N, D)}
    states = ("h0", "c0") if kind == "LSTM" else ("h0",)
    given |= {name: draw(rng, N, H) for name in states if state}
    dh, dc = draw(rng, T, N, H), draw(rng, N, H) * (kind == "LSTM" and state)

    net = getattr(torch.nn, kind)(D, H, dtype=torch.float64)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.zero_()
            if name.removesuffix("_l0") in weights:
                parameter += torch.from_numpy(weights[name.removesuffix("_l0")])
    leaves = {name: torch.from_numpy(a).requires_grad_() for name, a in given.items()}
    zeros = torch.zeros(N, H, dtype=torch.float64)
    first = [leaves.get(name, zeros)[None] for name in states]
    output, last = net(leaves["xs"], tuple(first) if kind == "LSTM" else first[0])
    result = (torch.from_numpy(dh) * output).sum()
    if kind == "LSTM":
        result = result + (torch.from_numpy(dc) * last[1][0]).sum()
    result.backward()
    answers = {
        name.removesuffix("_l0"): parameter.grad.numpy()
        for name, parameter in net.named_parameters()
        if not name.startswith("bias_hh")  # the same as that of bias_ih
    }
    answers |= {name: leaf.grad.numpy() for name, leaf in leaves.items()}
    given |= {"dh": dh} | ({"dc": dc} if dc.any() else {})
    return {"kind": kind, "weights": weights, "given": given, "answers": answers}


def adam(settings: tuple, rng: np.random.Generator) -> dict:
    """Eight steps of `torch.optim.Adam` on a matrix, with gradients of very different sizes."""
    rate, beta1, beta2, epsilon = settings
    value = draw(rng, 2, 4)
    grads = draw(rng, 8, 2, 4) * 2.0 ** -np.arange(0, 32, 4).reshape(2, 4)
    parameter = torch.nn.Parameter(torch.from_numpy(value.copy()))
    optimizer = torch.optim.Adam([parameter], rate, (beta1, beta2), epsilon)
    values = []
    for g in grads:
        parameter.grad = torch.from_numpy(g)
        optimizer.step()
        values.append(parameter.detach().numpy().copy())
    names = {"rate": rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
    return {"settings": names, "value": value, "grads": grads, "values": np.array(values)}


def plain(value: object) -> object:
    """Arrays as nested lists."""
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def main() -> None:
    rng = np.random.default_rng(20240301)
    made = {
        "gradients": [gradients(case, rng, kind) for kind in ("LSTM", "RNN") for case in CASES],
        "adam": [adam(settings, rng) for settings in ADAMS],
    }
    made_by = {m.__name__: m.__version__ for m in (np, torch)}
    made_by = {"python": platform.python_version(), **made_by}
    parts = [f'"made_by":{json.dumps(made_by)}']
    for name, cases in made.items():
        lines = ",\n".join(json.dumps(plain(case), separators=(",", ":")) for case in cases)
        parts.append(f'"{name}":[\n{lines}\n]')
    text = "{" + ",\n".join(parts) + "}\n"
    path = Path(__file__).with_name("gradients.json")
    path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {len(text) / 1000:.0f} KB, {made_by}")


if __name__ == "__main__":
    main()

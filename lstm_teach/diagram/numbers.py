"""The current numbers: of which units, what stands in the strip, and what is said of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.diagram.parts import Entry

MOST = 5  # inputs for which there is room


def numbers_of(
    step: Any,
    fields: Sequence[str],
    x_names: Sequence[str] | None,
    units: Sequence[int] = (0, 1),
    shown: Collection[str] | None = None,
    **more: Array,
) -> tuple[dict[str, list[float]], list[Entry], str]:
    """What stands on the wires (`fields` of the step, and `more`), in the strip, and below.

    Of each a row for each unit that is shown, at most two. Raises `ValueError` when the step has
    batch or time axes.
    """
    if np.ndim(step.h) != 1:
        raise ValueError(
            f"step.h has shape {np.shape(step.h)}; the diagram shows one moment of one row, "
            "so h must be (H,): take steps[t], and step[row] of a batch"
        )
    H = len(step.h)
    rows = [unit for unit in units if 0 <= unit < H][:2] or [0]
    arrays = {name: getattr(step, name) for name in ("h_prev", *fields)} | more
    numbers = {name: array[rows].tolist() for name, array in arrays.items()}
    numbers["x"] = step.x.tolist()
    numbers = {name: numbers[name] for name in numbers if shown is None or name in shown}
    said = "upper row: unit {}, lower row: unit {}" if len(rows) == 2 else "unit {}"
    caption = said.format(*rows) + (f" (of {H})" if len(rows) < H else "")
    return numbers, _entries(step, rows, x_names, numbers), caption if H > 1 else ""


def _entries(
    step: Any, rows: Sequence[int], x_names: Sequence[str] | None, shown: Collection[str]
) -> list[Entry]:
    """What stands in the strip; dots for what it has no room for.

    Nothing, so that the strip has no places at all, when neither "h_prev" nor "x" is shown.
    """
    if not {"h_prev", "x"} & set(shown):
        return []
    H, D = len(step.h_prev), len(step.x)
    names = [f"x[{k}]" for k in range(D)] if D > 1 else ["x_t"]
    for k, name in enumerate((x_names or ())[:D]):
        names[k] = str(name).replace("_", " ")  # an underscore would lower what follows it
    h_names = [f"h_{{t−1}}[{unit}]" if H > 1 else "h_{t−1}" for unit in rows]
    entries: list[Entry] = []
    for kind, said, values, there in (
        ("h", h_names, step.h_prev[rows], H),
        ("x", names[:MOST], step.x[:MOST], D),
    ):
        known = {"h": "h_prev", "x": "x"}[kind] in shown
        for name, value in zip(said, values, strict=True):
            entries.append((kind, name, float(value) if known else None))
        if there > len(said):
            entries.append((kind, "…", None))
    return entries

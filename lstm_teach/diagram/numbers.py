"""The current numbers: of which units, what stands in the strip, and what is said of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from lstm_teach._arrays import Array
from lstm_teach.diagram.parts import Entry

MOST = 5  # inputs for which there is room


def rows_of(h: Array, units: Sequence[int]) -> list[int]:
    """The units to show, at most two, for a hidden state of one moment.

    Raises `ValueError` when `h` has batch or time axes.
    """
    if np.ndim(h) != 1:
        raise ValueError(
            f"step.h has shape {np.shape(h)}; the diagram shows one moment of one row, "
            "so h must be (H,): take steps[t], and step[row] of a batch"
        )
    return [unit for unit in units if 0 <= unit < len(h)][:2] or [0]


def numbers_of(
    step: Any,
    fields: Sequence[str],
    units: Sequence[int],
    x_names: Sequence[str] | None,
    shown: Collection[str] | None,
    **more: Array,
) -> tuple[dict[str, list[float]], list[Entry], str]:
    """What stands on the wires (`fields` of the step, and `more`), in the strip, and below."""
    rows = rows_of(step.h, units)
    arrays = {name: getattr(step, name) for name in ("h_prev", *fields)} | more
    numbers = {name: array[rows].tolist() for name, array in arrays.items()}
    numbers["x"] = step.x.tolist()
    numbers = {name: numbers[name] for name in numbers if shown is None or name in shown}
    entries = entries_of(step.h_prev, step.x, rows, x_names, numbers)
    return numbers, entries, caption_of(rows, len(step.h))


def entries_of(
    h_prev: Array,
    x: Array,
    rows: Sequence[int],
    x_names: Sequence[str] | None,
    shown: Collection[str],
) -> list[Entry]:
    """What stands in the strip; dots for what it has no room for.

    Nothing, so that the strip has no places at all, when neither "h_prev" nor "x" is shown.
    """
    if not {"h_prev", "x"} & set(shown):
        return []
    entries: list[Entry] = []
    for unit in rows:
        name = f"h_{{t−1}}[{unit}]" if len(h_prev) > 1 else "h_{t−1}"
        entries.append(("h", name, float(h_prev[unit]) if "h_prev" in shown else None))
    if len(h_prev) > len(rows):
        entries.append(("h", "…", None))
    names = [f"x[{k}]" for k in range(len(x))] if len(x) > 1 else ["x_t"]
    for k, name in enumerate((x_names or ())[: len(names)]):
        names[k] = str(name).replace("_", " ")  # an underscore would lower what follows it
    for name, value in list(zip(names, x, strict=True))[:MOST]:
        entries.append(("x", name, float(value) if "x" in shown else None))
    if len(x) > MOST:
        entries.append(("x", "…", None))
    return entries


def caption_of(rows: Sequence[int], H: int) -> str:
    """Which units the rows belong to."""
    if H == 1:
        return ""
    said = "upper row: unit {}, lower row: unit {}" if len(rows) == 2 else "unit {}"
    return said.format(*rows) + (f" (of {H})" if len(rows) < H else "")

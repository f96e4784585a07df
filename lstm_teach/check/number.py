"""A number that the student has worked out, checked, and a hint that fits the wrong one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from lstm_teach._arrays import Array, as_array
from lstm_teach.check.errors import said
from lstm_teach.check.verdict import Verdict, blank


def number(
    yours: object,
    answer: ArrayLike,
    hints: Mapping[float | tuple[float, ...], str] | None = None,
    *,
    digits: int = 2,
) -> Verdict:
    """Check a number, or a few, that the student has worked out.

    The answer and the wrong numbers are computed where this is called, and never typed::

        check.number(my_f, sigmoid(0.3), {0.3: "That is z itself. Squash it."})

    Parameters
    ----------
    yours : float or array_like
        What the student has; `...` as long as there is nothing. An array of one number is as
        good as the number.
    answer : float or array_like
        What it should be.
    hints : mapping of float, or of tuple of float, to str
        What to say to a wrong number (a tuple where there are several) that has a known cause.
    digits : int
        How many digits after the point are asked for: whoever rounds to these is right.

    Raises
    ------
    ValueError
        When a wrong number, or 0, cannot be told from the answer by so few digits, or the
        answer is not made of finite numbers.
    """
    right = as_array(answer, "answer").reshape(-1)
    wrong = {_row(value, right.size): hint for value, hint in (hints or {}).items()}
    for value in [*wrong, (0.0,) * right.size]:
        if _close(np.array(value), right, digits) and any(right):
            raise ValueError(
                f"{', '.join(f'{v:g}' for v in value)} cannot be told from the answer "
                f"with {digits} digits after the point; ask for more digits"
            )

    one = right.size == 1
    if blank(yours):
        return said(None, "no number yet", numbers="number" if one else "numbers")
    mine = _numbers(yours)
    if mine is None:
        wanted = "a number" if one else f"{right.size} numbers in a list"
        return said(False, "not a number", instead=_instead(yours), wanted=wanted)
    if mine.size != right.size:
        wanted = "One number is" if one else f"{right.size} numbers are"
        return said(False, "another count", wanted=wanted, count=mine.size)
    if _close(mine, right, digits):
        shown = ", ".join(f"{v + 0.0:.{digits}f}" for v in right.round(digits))
        return said(True, "right number", shown=shown.replace("-", "−"))
    right_so_far = _fewer_digits(mine, right, digits)
    for value, hint in wrong.items():
        # What is right to two digits is right so far, whatever else it may be.
        if _close(mine, np.array(value), digits) and right_so_far < 2:
            return Verdict(False, hint, "named in the notebook")
    if right_so_far:
        asked = f"{digits} digits" if digits > 3 else ("", "", "two digits", "three digits")[digits]
        return said(False, "too few digits", asked=asked)
    return _compare(mine, right, digits)


def _fewer_digits(mine: Array, right: Array, digits: int) -> int:
    """To how many digits after the point it is right, rounded or cut off there; 0 if to none."""
    for fewer in range(digits - 1, 0, -1):
        cut = np.trunc(right * 10.0**fewer) / 10.0**fewer if fewer > 1 else right.round(1)
        if any(np.allclose(mine, shorter, rtol=0) for shorter in (right.round(fewer), cut)):
            return fewer
    return 0


def _compare(mine: Array, right: Array, digits: int) -> Verdict:
    """Say how the first wrong number differs, without giving the right one away."""
    if right.size > 1 and _close(np.sort(mine), np.sort(right), digits):
        return said(False, "another order")
    wrong = [k for k in range(right.size) if not _close(mine[k], right[k], digits)]
    k = wrong[0]
    m, r = float(mine[k]), float(right[k])
    tests = {
        "not finite": not np.isfinite(m),
        "other sign": _close(-m, r, digits),
        "factor ten": any(r and _close(m * 10.0**n, r, digits + max(n, 0)) for n in (-2, -1, 1, 2)),
        "rounded too early": abs(m - r) <= 2.5 * 10.0**-digits,
        "too large": m > r,
        "too small": m < r,
    }
    name = next(name for name, so in tests.items() if so)
    what = said(False, name).sentence
    if right.size == 1:
        return Verdict(False, f"{what[0].upper()}{what[1:]} Go through it once more.", name)
    count = f"{right.size - len(wrong)} of {right.size} are right."
    return Verdict(False, f"{count} Number {k} (counted from 0): {what}", name)


def _close(mine: ArrayLike, right: ArrayLike, digits: int) -> bool:
    """Whether the numbers are the same when rounded to so many digits after the point."""
    return bool(np.all(np.abs(np.subtract(mine, right)) <= 0.5 * 10.0**-digits * (1 + 1e-9)))


def _row(value: float | tuple[float, ...], size: int) -> tuple[float, ...]:
    row = tuple(np.ravel(value).astype(float))
    if len(row) != size:
        raise ValueError(f"the hint for {value!r} is for {len(row)} numbers; the answer has {size}")
    return row


def _numbers(yours: object) -> Array | None:
    try:
        array = np.asarray(yours)
    except ValueError:  # rows of unequal length
        return None
    return array.astype(np.float64).reshape(-1) if array.dtype.kind in "iuf" else None


def _instead(yours: object) -> str:
    if isinstance(yours, str):
        return "text: leave out the quotation marks"
    if callable(yours):
        return "a function: call it, with its arguments in parentheses"
    return f"of the kind {type(yours).__name__}"

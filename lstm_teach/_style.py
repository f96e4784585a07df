"""One name, one symbol and one color for each quantity, the same in every picture and sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """How one quantity of the cell is called, written and colored."""

    symbol: str  # as in the equations, one letter
    moment: str  # its subscript: "t" or "t−1"
    name: str  # in plain words
    color: str


# Seven colors, at least 4.5:1 on white, and at least 13 CAM02-UCS units apart for every common
# kind of color vision (tests/test_style.py measures both).
COLORS = {
    "f": "#d11d58",
    "i": "#007861",
    "c_tilde": "#a16500",
    "o": "#005bf8",
    "c": "#111111",
    "h": "#7f3b9c",
    "x": "#666b83",
}

QUANTITIES = {
    "x": Quantity("x", "t", "input", COLORS["x"]),
    "h_prev": Quantity("h", "t−1", "hidden state before", COLORS["h"]),
    "c_prev": Quantity("C", "t−1", "memory before", COLORS["c"]),
    "f": Quantity("f", "t", "forget gate", COLORS["f"]),
    "i": Quantity("i", "t", "input gate", COLORS["i"]),
    "c_tilde": Quantity("C̃", "t", "candidate", COLORS["c_tilde"]),
    "kept": Quantity("f∗C", "", "kept", COLORS["c"]),
    "added": Quantity("i∗C̃", "", "added", COLORS["c_tilde"]),
    "c": Quantity("C", "t", "memory", COLORS["c"]),
    "o": Quantity("o", "t", "output gate", COLORS["o"]),
    "h": Quantity("h", "t", "hidden state", COLORS["h"]),
}

INK = "#1a1a1a"  # text and the parts in focus
QUIET_INK = "#6e6e6e"  # text out of focus: still 5:1 on white
QUIET = "#8a8a8a"  # lines out of focus: still 3.4:1 on white
PAPER = "#ffffff"  # every picture brings its own background, so a dark theme cannot swallow it
PLUS, MINUS = "#f5a742", "#6fa8ff"  # heat maps: apart for every kind of color vision

#: Fonts that exist on every system, most like each other first.
FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


def number(value: float) -> str:
    """Write a number in at most six characters: 0.65, −0.10, 12.3, −999, with a real minus."""
    value = float(value)
    size = abs(value)
    if size >= 9999.5:
        text = f"{size:.0e}".replace("e+0", "e").replace("e+", "e")
    else:
        text = f"{size:.{2 if size < 9.995 else 1 if size < 99.95 else 0}f}"
    return f"−{text}" if value < 0 and float(text) != 0 else text


def small(value: float) -> str:
    """Write a number that may be very small or large: 0.31, −0.05, 1.6·10⁻⁷."""
    if value == 0 or 0.01 <= abs(value) < 1000:
        return number(value)
    digits, _, power = f"{value:.1e}".partition("e")
    exponent = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digits.replace('-', '−')}·10{exponent}"

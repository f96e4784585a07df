"""Colors that can be read, and told apart with every common kind of color vision."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from colorspacious import cspace_convert, deltaE

from lstm_teach._style import COLORS, INK, PAPER, QUANTITIES, QUIET, QUIET_INK, number
from lstm_teach.diagram.vocabulary import BODY

VISIONS = {
    "normal": None,
    "deuteranopia": {"name": "sRGB1+CVD", "cvd_type": "deuteranomaly", "severity": 100},
    "protanopia": {"name": "sRGB1+CVD", "cvd_type": "protanomaly", "severity": 100},
    "tritanopia": {"name": "sRGB1+CVD", "cvd_type": "tritanomaly", "severity": 100},
}
APART = 13  # CAM02-UCS units between any two quantities; 1 is about what can just be seen


def rgb(color: str) -> np.ndarray:
    """Give "#1a1a1a" as three numbers from 0 to 1."""
    return np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255


def luminance(color: str) -> float:
    """How bright a color is, as WCAG 2 defines it."""
    c = rgb(color)
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(a: str, b: str) -> float:
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", [PAPER, BODY])
def test_text_has_contrast(ground: str) -> None:
    for color in (*COLORS.values(), INK, QUIET_INK):
        assert contrast(color, ground) >= 4.5, color


@pytest.mark.parametrize("ground", [PAPER, BODY])
def test_faded_lines_can_still_be_seen(ground: str) -> None:
    assert contrast(QUIET, ground) >= 3


def test_the_measure_knows_the_two_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast(INK, INK) == 1


@pytest.mark.parametrize("vision", VISIONS)
def test_two_quantities_never_look_the_same(vision: str) -> None:
    for one, other in combinations(COLORS, 2):
        seen = [rgb(COLORS[name]) for name in (one, other)]
        if VISIONS[vision]:
            seen = [np.clip(cspace_convert(c, VISIONS[vision], "sRGB1"), 0, 1) for c in seen]
        assert deltaE(*seen, input_space="sRGB1") >= APART, (one, other)


def test_faded_is_lighter_than_every_quantity() -> None:
    """In grayscale too: what is in ink is darker than what is not, and thicker besides."""
    assert all(luminance(color) < luminance(QUIET) for color in COLORS.values())


def test_every_quantity_has_a_symbol_a_name_and_a_known_color() -> None:
    for quantity in QUANTITIES.values():
        assert quantity.symbol
        assert quantity.name
        assert quantity.color in COLORS.values()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.654, "0.65"),
        (-0.1, "−0.10"),
        (-0.001, "0.00"),
        (9.994, "9.99"),
        (9.996, "10.0"),
        (99.96, "100"),
        (-999, "−999"),
        (12345.6, "1e4"),
        (-1e100, "−1e100"),
    ],
)
def test_numbers_take_at_most_six_characters(value: float, shown: str) -> None:
    assert number(value) == shown
    assert len(number(value)) <= 6

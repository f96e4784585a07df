"""A squashing function alone: what it says, and what is left of it without a kernel."""

from __future__ import annotations

import pytest

from lstm_teach import explore


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sigmoid", "The curve of σ: 0.12 at −2.00, 0.50 at 0.00 and 0.88 at 2.00."),
        ("tanh", "The curve of tanh: −0.96 at −2.00, 0.00 at 0.00 and 0.96 at 2.00."),
    ],
)
def test_its_sentence_says_what_it_shows(name: str, said: str) -> None:
    curve = explore.curve(name)
    assert curve.description.startswith(said)
    assert curve.description in curve.view.words
    assert "<svg" in curve.view.still
    data, about = curve._saved()
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["text/plain"] == about["image/png"]["alt"] == curve.description


def test_an_unknown_curve_is_refused() -> None:
    with pytest.raises(ValueError, match="'relu'; it must be sigmoid or tanh"):
        explore.curve("relu")

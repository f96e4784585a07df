"""The setup check: right about versions, and its slider is answered with the real numbers."""

from __future__ import annotations

import re
from importlib import metadata

import numpy as np
import pytest

from lstm_teach import check, sigmoid
from lstm_teach.check.setup import fits, versions


def html_of(shown: check.Setup) -> str:
    return "".join(
        getattr(child, "value", "") + getattr(child, "words", "")
        for child in shown.children
        if not is_slider(child)
    )


def is_slider(child: object) -> bool:
    return hasattr(child, "readout")


@pytest.mark.parametrize(
    ("version", "bounds", "inside"),
    [
        ("1.26", ">=1.26,<3", True),
        ("1.26.0", "<3,>=1.26", True),
        ("2.10.1", "<3,>=1.26", True),
        ("1.9.3", "<3,>=1.26", False),  # 9 is less than 26, whatever the letters say
        ("3.0.0", "<3,>=1.26", False),
        ("3.10.0", ">=3.10", True),
        ("3.9.18", ">=3.10", False),
        ("3.14.0rc1", ">=3.10", True),
        ("0.1.0", "", True),
    ],
)
def test_versions_compare_as_numbers(version: str, bounds: str, inside: bool) -> None:
    assert fits(version, bounds) is inside


def test_every_bound_of_ours_is_of_a_kind_that_it_understands() -> None:
    rows = versions()
    names = [name for name, _, _ in rows]
    assert names[0] == "Python"
    assert names[-1] == "lstm_teach"
    assert {"numpy", "matplotlib", "ipywidgets"} <= set(names)
    assert "pytest" not in names, "what only the tests need is no student's business"
    for name, here, bounds in rows[:-1]:
        assert re.fullmatch(r"(>=|<)[\d.]+(,(>=|<)[\d.]+)*", bounds), name
        assert fits(here, bounds), "the tests run with versions that we support"


def test_this_machine_passes_and_sees_its_versions() -> None:
    shown = check.setup()
    assert shown.passed is True
    assert np.__version__ in html_of(shown)
    assert "✗" not in html_of(shown)


def test_an_old_version_is_named_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda n: "1.9.3" if n == "numpy" else real(n))
    shown = check.setup()
    assert shown.passed is False
    assert re.search(r"numpy</th><td>1\.9\.3</td><td>[^<]*</td><td><b[^>]*>✗", html_of(shown))
    assert "README" in html_of(shown)


def test_the_slider_is_answered_from_end_to_end() -> None:
    shown = check.setup()
    slider = shown.controls["move me"]
    assert shown.description == "sigmoid(1.0) = 0.731: the kernel answered"
    for value in (slider.min, -0.1, 0.0, slider.max, 1.0):
        slider.value = value
        written = f"{value:.1f}".replace("-", "−")
        assert shown.description.startswith(f"sigmoid({written}) = {sigmoid(value):.3f}:")
        assert shown.description in html_of(shown)


def test_what_is_saved_is_the_same_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    here = check.setup()._repr_mimebundle_()[0]["text/plain"]
    monkeypatch.setattr(metadata, "version", lambda name: "9.9.9")
    assert check.setup()._repr_mimebundle_()[0]["text/plain"] == here
    assert "Run this code cell" in here

"""hypothesis, when a test only has to notice a mutant: few examples, always the same, no search."""

from __future__ import annotations

import pytest
from hypothesis import Phase, is_hypothesis_test, settings

settings.register_profile(
    "mutation",
    max_examples=16,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a failure needs no smallest example
)
settings.load_profile("mutation")


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """The quick tests first: most mutants need no more, and the first that fails is the last."""
    items.sort(key=lambda item: is_hypothesis_test(item.obj))

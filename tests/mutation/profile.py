"""hypothesis, when a test only has to notice a mutant: few examples, always the same, no search."""

from __future__ import annotations

from hypothesis import Phase, settings

settings.register_profile(
    "mutation",
    max_examples=16,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a failure needs no smallest example
)
settings.load_profile("mutation")

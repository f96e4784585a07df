"""Numbers that a slider cannot show stay as they are until somebody moves it."""

from __future__ import annotations

import numpy as np

from lstm_teach.explore.sliders import Scale, Sliders


def test_what_is_loaded_stays_also_beyond_the_ends_and_between_two_steps() -> None:
    heard: list[object] = []
    entries = Sliders(
        np.array([[1.0, 1.0, 1.0]]),
        [["beyond", "below", "between"]],
        Scale(-20, 20, 0.5, "red"),
        lambda: heard.append(entries.array.tolist()),
    )
    exact = np.array([[30.0, -99.0, 2.123]])
    entries.load(exact)
    assert entries.array.tolist() == exact.tolist()
    assert [entry.value for entry in entries.controls.values()] == [20, -20, 2.123]
    assert heard == []
    entries.controls["beyond"].value = 19.5
    assert heard == [[[19.5, -99.0, 2.123]]]

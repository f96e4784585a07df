"""The explorers of a nudge: what they show is what nudging and looking finds."""

from __future__ import annotations

import gc

import ipywidgets as widgets
import numpy as np
import pytest

from lstm_teach import Parameters, check, explore, unroll
from lstm_teach._style import small
from lstm_teach.explore.gradients import BELL, BUSY, Gradients, rnn_weights
from lstm_teach.variants import rnn_unroll

PARTS = ("run", "frame", "words")


def ends(control: widgets.Widget) -> list[object]:
    if isinstance(control, widgets.Dropdown):
        return list(control.options)
    return [control.min, control.max]


def parts(explorer: widgets.Widget) -> tuple[str, ...]:
    return tuple(getattr(explorer.view, part) for part in PARTS)


def nudged(explorer: Gradients, t: int, by: float = 1e-6) -> tuple[float, float]:
    """What arrives at the end of a nudge of both states after moment t, by nudging and looking."""
    xs, weights = explorer._xs, rnn_weights(explorer.controls["RNN's weight"].value)
    c = unroll(explorer.parameters, xs).c
    h = rnn_unroll(weights, [0], xs)
    ends = []
    for side in (by, -by):
        c_t = (c[t - 1] if t else np.zeros(1)) + side
        h_t = (h[t - 1] if t else np.zeros(1)) + side
        ends.append(
            (
                unroll(explorer.parameters, xs[t:], c0=c_t).c[-1, 0],
                rnn_unroll(weights, [0], xs[t:], h_t)[-1, 0],
            )
        )
    return tuple((np.array(ends[0]) - ends[1]) / (2 * by))


@pytest.mark.parametrize("day", [BUSY, BELL])
def test_the_lines_are_what_a_nudge_does(day: str) -> None:
    explorer = explore.gradients()
    explorer.controls["day"].value = day
    explorer.controls["T"].value = 20
    explorer.controls["forget bias"].value = 3.0
    explorer.controls["RNN's weight"].value = 1.05
    assert [len(flow) for flow in explorer.flow] == [21, 21]
    for t in (0, 5, 11, 19):
        shown = explorer.flow[0][t], explorer.flow[1][t]
        np.testing.assert_allclose(shown, nudged(explorer, t), rtol=1e-5, atol=1e-9)
    assert explorer.flow[0][-1] == explorer.flow[1][-1] == 1


def test_the_bell_cuts_the_memory_line_only() -> None:
    explorer = explore.gradients()
    explorer.controls["forget bias"].value = 10.0
    explorer.controls["day"].value = BUSY
    without = explorer.flow
    explorer.controls["day"].value = BELL
    T = explorer.controls["T"].value
    assert without[0][0] > 0.9
    assert explorer.flow[0][T // 2] < 1e-4
    assert explorer.flow[0][T // 2 + 1] > 0.9
    np.testing.assert_array_equal(explorer.flow[1], without[1])


def test_people_flatten_the_rnn() -> None:
    """Notebook 08 says: beyond 1 it explodes in silence, and falls again when people come."""
    explorer = explore.gradients()
    explorer.controls["RNN's weight"].value = 1.1
    silent = explorer.flow[1][0]
    explorer.controls["day"].value = BUSY
    assert silent > 100
    assert explorer.flow[1][0] < 1


def test_reset_goes_back_to_where_it_started() -> None:
    explorer = explore.gradients()
    before = parts(explorer)
    for name, control in explorer.controls.items():
        if name != "Reset":
            control.value = ends(control)[-1]
    explorer.controls["Reset"].click()
    assert parts(explorer) == before


def test_the_shares_of_the_nudge() -> None:
    """The LSTM's share is the same for every nudge and a product of gates; the RNN's is not."""
    explorer = explore.nudge()
    shares = []
    for nudge in (-0.5, 0.05, 0.5):
        explorer.controls["nudge"].value = nudge
        shares.append(explorer.arrived)
    lstm, rnn = np.transpose(shares)
    np.testing.assert_allclose(lstm, (1 / (1 + np.exp(-3.0))) ** 25, rtol=1e-9)
    assert np.ptp(rnn) > 0.2 * rnn.mean()
    explorer.controls["nudge"].value = 0.0
    assert explorer.description == "Without a nudge nothing moves: slide it to one side."


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.00"), (0.3, "0.30"), (-0.05, "−0.05"), (1.6e-7, "1.6·10⁻⁷"), (-2.5e12, "−2.5·10¹²")],
)
def test_small_numbers_are_written_with_a_power(value: float, text: str) -> None:
    assert small(value) == text


def test_a_long_memory_is_judged_on_silence_and_on_the_bell() -> None:
    challenge = check.wire_long_memory()
    assert challenge.passed is None
    for bias, bell, passed, said in (
        (1.0, 0.0, False, "1.6·10⁻⁷ arrives after 50 quiet moments"),
        (4.0, -20.0, False, "0.40 arrives"),
        (5.0, 0.0, False, "The bell must beat the bias"),
        (5.0, -10.0, True, "0.71 arrives"),
    ):
        challenge.controls["forget bias"].value = bias
        challenge.controls["bell's weight"].value = bell
        assert challenge.passed is passed
        assert said in challenge.description
        assert challenge.description.split("✗ ")[-1] in challenge.explorer.view.verdict
    challenge.controls["Reset"].click()
    assert challenge.passed is None


@pytest.mark.parametrize("make", [explore.nudge, explore.gradients, check.wire_long_memory])
def test_without_a_kernel_there_is_a_picture_and_a_sentence(make: object) -> None:
    page = make()
    data, about = page._saved()
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["text/plain"] == page.description == about["image/png"]["alt"]


def test_memory_stays_the_same_over_many_events() -> None:
    explorer = explore.gradients()
    slider = explorer.controls["forget bias"]

    def objects() -> int:
        for k in range(30):
            slider.value = 0.5 * (k % 10)
        gc.collect()
        return len(gc.get_objects())

    objects()
    first = objects()
    assert objects() <= first + 20


def test_moving_something_else_checks_no_gate_again(monkeypatch: pytest.MonkeyPatch) -> None:
    explorer = explore.gradients()
    before = explorer.parameters
    monkeypatch.setattr(Parameters, "__post_init__", lambda self: pytest.fail("checked again"))
    for name in ("RNN's weight", "T", "day"):
        explorer.controls[name].value = ends(explorer.controls[name])[0]
        assert explorer.parameters is before

"""The explorer that learns in the page: its numbers are those of `train`, and it can be stopped."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable

import ipywidgets as widgets
import numpy as np
import pytest

from lstm_teach import examples, explore, step, unroll
from lstm_teach.explore.page import Page
from lstm_teach.explore.training import KINDS, PAUSE, START, TrainingExplorer, gates
from lstm_teach.learn import to_vector, train
from tests.servers import PATIENCE

BUDGET = 20_000  # bytes for one frame
SHORT = 40  # iterations


@pytest.fixture
def explorer() -> TrainingExplorer:
    return explore.training(SHORT)


def test_it_learns_what_train_learns(explorer: TrainingExplorer) -> None:
    seed, rate, clip, bias = 3, 0.03, 0.001, 2.0
    control = explorer.controls
    control["seed"].value, control["rate"].value = seed, rate
    control["clipped"].value, control["forget bias"].value = clip, bias
    assert explorer.advance(7)
    expected = train(
        examples.untrained(forget_bias=bias, seed=seed),
        examples.counting_days,
        SHORT,
        rate=rate,
        last_rate=0.2 * rate,
        clip=clip,
        seed=seed,
        progress=False,
    )
    np.testing.assert_array_equal(explorer.losses, expected.losses[:7])
    assert not explorer.advance()
    np.testing.assert_array_equal(to_vector(explorer.parameters), to_vector(expected.parameters))
    assert "Iteration 40 of 40" in explorer.description
    assert not explorer.advance(5)  # at the end nothing is left to do


def test_what_is_shown_is_what_the_cell_does(explorer: TrainingExplorer) -> None:
    explorer.advance()
    cell = explorer.parameters
    for k, kind in enumerate(KINDS):
        moment = step(cell, examples.day_events(kind)[0], [0], [0])
        for name, values in gates(cell).items():
            assert values[k] == pytest.approx(getattr(moment, name)[0], rel=1e-12)
            assert f"{abs(values[k]):.2f}" in explorer.view.frame
    unseen = examples.random_days(np.random.default_rng(100), 25, 100)
    right = examples.right_when_asked(unroll(cell, unseen).h, unseen)
    assert f"{right:.1%} of its answers are right" in explorer.description
    assert explorer.description in explorer.view.words


@pytest.mark.parametrize("name", ["seed", "rate", "clipped", "forget bias"])
def test_every_setting_at_both_ends_starts_anew(explorer: TrainingExplorer, name: str) -> None:
    control = explorer.controls[name]
    at_start, start = explorer.view.frame, control.value
    ends = (
        [value for _, value in control._options_full]
        if isinstance(control, widgets.Dropdown)
        else [control.min, control.max]
    )
    for end in ends:
        control.value = end
        explorer.advance(3)
        assert np.isfinite(explorer.losses).all()
        assert "nan" not in explorer.view.frame
    control.value = start
    assert explorer.losses == []
    assert explorer.view.frame == at_start


def test_a_frame_is_small_to_the_end() -> None:
    explorer = explore.training()
    explorer.losses = np.geomspace(1, 1e-6, 1500).tolist()
    explorer.advance(1)
    assert 1000 < len(explorer.view.frame) + len(explorer.view.words) <= BUDGET


def test_step_and_reset(explorer: TrainingExplorer) -> None:
    before = explorer.view.frame, explorer.view.words
    explorer.controls["Step"].click()
    assert len(explorer.losses) == 1
    assert explorer.description.startswith("Iteration 1 of 40. The loss is 0.012")
    explorer.controls["Reset"].click()
    assert (explorer.view.frame, explorer.view.words) == before


def test_a_chunk_keeps_to_its_time(explorer: TrainingExplorer) -> None:
    explorer.advance(seconds=0.0)
    assert len(explorer.losses) == 1


# ---- by itself, on an event loop ---------------------------------------------------------------


async def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        await asyncio.sleep(0.005)


def on_a_loop(play: Callable[[TrainingExplorer], object]) -> TrainingExplorer:
    """Make an explorer where a loop runs, as in a kernel, and let `play` use it."""
    explorers = []

    async def run() -> None:
        explorers.append(explore.training(SHORT))
        await play(explorers[0])
        await until(lambda: explorers[0]._turn is None or explorers[0]._turn.done())

    asyncio.run(run())
    return explorers[0]


def test_start_pause_and_go_on() -> None:
    async def play(explorer: TrainingExplorer) -> None:
        button = explorer.controls["Start"]
        button.click()
        assert explorer.running
        assert button.description == PAUSE
        await until(lambda: len(explorer.losses) > 3)
        button.click()
        assert button.description == START
        stands = len(explorer.losses)
        await until(explorer._turn.done)
        assert len(explorer.losses) == stands
        button.click()
        await until(lambda: len(explorer.losses) > stands)
        button.click()  # and at once again: the task before it must not go on beside the new one
        button.click()
        tasks = [task for task in asyncio.all_tasks() if "_keep_going" in repr(task)]
        await until(lambda: sum(not task.done() for task in tasks) == 1)
        explorer.controls["Reset"].click()
        assert explorer.losses == []
        assert not explorer.running

    explorer = on_a_loop(play)
    assert explorer.losses == []


def test_the_loop_is_free_between_two_frames() -> None:
    async def play(explorer: TrainingExplorer) -> None:
        explorer.controls["Start"].click()
        turns = 0
        while len(explorer.losses) < 10:
            await asyncio.sleep(0)
            turns += 1
        explorer.pause()
        assert turns > 10

    on_a_loop(play)


def test_at_the_end_it_waits_and_start_begins_anew() -> None:
    async def play(explorer: TrainingExplorer) -> None:
        explorer.advance(SHORT - 1)
        explorer.controls["Start"].click()
        await until(lambda: not explorer.running)
        assert len(explorer.losses) == SHORT
        assert explorer.controls["Start"].description == START
        explorer.controls["Start"].click()
        assert len(explorer.losses) == 0
        explorer.pause()

    on_a_loop(play)


def test_closing_stops_it() -> None:
    async def play(explorer: TrainingExplorer) -> None:
        explorer.controls["Start"].click()
        await until(lambda: len(explorer.losses) > 0)
        explorer.close()
        stands = len(explorer.losses)
        await until(explorer._turn.done)
        assert len(explorer.losses) == stands

    on_a_loop(play)


def test_the_stop_button_pauses_it_also_between_two_messages() -> None:
    """A kernel ignores SIGINT while no code cell runs; while the training goes on, it must not."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:

        async def play(explorer: TrainingExplorer) -> None:
            explorer.controls["Start"].click()
            await until(lambda: len(explorer.losses) > 0)
            signal.raise_signal(signal.SIGINT)
            await until(lambda: explorer._turn.done())
            assert explorer.controls["Start"].description == START
            await asyncio.sleep(0)
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN

        assert len(on_a_loop(play).losses) < SHORT
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_stop_button_while_the_kernel_is_at_work() -> None:
    async def play(explorer: TrainingExplorer) -> None:
        def interrupted(*_: object, **__: object) -> bool:
            raise KeyboardInterrupt

        explorer.advance = interrupted
        explorer.controls["Start"].click()
        await until(lambda: not explorer.running)

    assert on_a_loop(play).controls["Start"].description == START


def test_without_a_loop_it_learns_at_once(explorer: TrainingExplorer) -> None:
    explorer.advance(SHORT - 2)
    explorer.controls["Start"].click()
    assert len(explorer.losses) == SHORT
    assert not explorer.running


def test_without_a_kernel_there_is_a_picture_and_a_sentence(explorer: TrainingExplorer) -> None:
    assert isinstance(explorer, Page)
    data, about = explorer._saved()
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["text/plain"] == explorer.description == about["image/png"]["alt"]

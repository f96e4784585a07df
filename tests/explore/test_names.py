"""The explorer of names: its numbers are those of `train`, and it says what it reads."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
import pytest

from lstm_teach import examples, explore
from lstm_teach.explore.names import EVERY, LETTERS, NamesExplorer
from lstm_teach.learn import cross_entropy, to_vector, train
from lstm_teach.reader import softmax

SHORT = 60  # iterations
LEARN_FROM, HELD_BACK = examples.surnames()


@pytest.fixture
def explorer() -> NamesExplorer:
    yield explore.names(SHORT)
    widgets.Widget.close_all()


def trained(seed: int, units: int, rate: float, iterations: int):
    start = examples.untrained_classifier(units, seed=seed)
    batches = examples.name_batches(LEARN_FROM)
    return train(start, batches, iterations, rate=rate, seed=seed, progress=False).parameters


def test_it_learns_what_train_learns(explorer: NamesExplorer) -> None:
    for name, value in (("seed", 3), ("units", 8), ("rate", 0.03)):
        explorer.controls[name].value = value
    assert not explorer.advance()
    expected = trained(3, 8, 0.03, SHORT)
    np.testing.assert_array_equal(to_vector(explorer.parameters), to_vector(expected))
    logits = expected.logits(*examples.one_hot(HELD_BACK.names))
    accuracy = np.mean(logits.argmax(axis=1) == HELD_BACK.classes)
    loss = cross_entropy(logits, HELD_BACK.classes)[0]
    assert explorer.points[-1][0] == SHORT
    assert explorer.points[-1][2::2] == pytest.approx((loss, accuracy))
    assert f"held back, loss {loss:.2f}, accuracy {accuracy:.0%}" in explorer.description
    some = slice(len(HELD_BACK.names))
    logits = expected.logits(*examples.one_hot(LEARN_FROM.names[some]))
    accuracy = np.mean(logits.argmax(axis=1) == LEARN_FROM.classes[some])
    assert explorer.points[-1][3] == pytest.approx(accuracy)


def test_stopped_early_it_shows_the_cell_with_the_least_held_back_loss() -> None:
    explorer = explore.names(160)
    explorer.controls["rate"].value = 0.1  # so that it gets worse again
    explorer.advance()
    losses = [point[2] for point in explorer.points]
    least = int(np.argmin(losses))
    assert 0 < least < len(losses) - 1
    iteration = explorer.points[least][0]
    assert f"least: {iteration}" in explorer.view.frame
    explorer.controls["Stopped early"].value = True
    expected = trained(0, 16, 0.1, iteration)
    np.testing.assert_array_equal(to_vector(explorer.shown), to_vector(expected))
    assert "stopped early" in explorer.description
    guesses = expected.logits(*examples.one_hot(HELD_BACK.names)).argmax(axis=1)
    table = np.zeros((6, 6), int)
    np.add.at(table, (HELD_BACK.classes, guesses), 1)
    shown = [text.get_text() or "0" for text in explorer._figure._counts]
    assert list(map(int, shown)) == table.ravel().tolist()


def test_a_name_is_guessed_after_every_letter(explorer: NamesExplorer) -> None:
    explorer.advance(EVERY)
    name = "virtanen"
    p = explorer.probabilities(name)
    for end in range(1, len(name) + 1):
        alone = explorer.parameters.logits(*examples.one_hot(name[:end]))[0]
        np.testing.assert_allclose(p[end - 1], softmax(alone), rtol=1e-10)
    explorer.controls["your name"].value = name
    likeliest = LEARN_FROM.languages[p[-1].argmax()]
    assert f"{name}: {likeliest} with {p[-1].max():.0%}" in explorer.description


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Müller", "muller"),
        ("O'Neill", "oneill"),
        ("Groß", "gross"),
        ("x" * 99, "x" * LETTERS),
        ("李", ""),
        ("<i>", "i"),
    ],
)
def test_what_it_reads_is_said_when_it_is_not_what_was_typed(
    explorer: NamesExplorer, typed: str, read: str
) -> None:
    explorer.controls["your name"].value = typed
    assert f"it reads “{read}”" in explorer.view.words
    assert "<i>" not in explorer.view.words
    explorer.controls["your name"].value = ""
    assert "it reads" not in explorer.view.words
    assert explorer.description.endswith("accuracy 18%.")


def test_every_setting_at_both_ends_starts_anew_and_stays_finite(explorer: NamesExplorer) -> None:
    for name in ("seed", "units", "rate"):
        control = explorer.controls[name]
        start = control.value
        if isinstance(control, widgets.IntSlider):
            ends = [control.min, control.max]
        else:
            ends = [control.options[0], control.options[-1]]
        for end in ends:
            control.value = end
            assert len(explorer.points) == (0 if explorer.losses else 1)
            explorer.controls["Step"].click()
            assert len(explorer.losses) == EVERY
            assert np.isfinite(explorer.points).all()
            assert "nan" not in explorer.view.frame
        control.value = start
    explorer.controls["Reset"].click()
    assert explorer.losses == []


def test_without_a_kernel_there_is_a_picture_and_a_sentence(explorer: NamesExplorer) -> None:
    data, about = explorer._saved()
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["text/plain"] == explorer.description == about["image/png"]["alt"]

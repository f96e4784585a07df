"""Predictions: commit first, then see."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from lstm_teach import check

OPTIONS = {
    "0 or 1": "A gate is <i>not</i> a switch.",
    "between 0 and 1": "It is a share.",
    "any number": "The sigmoid squashes.",
}


@pytest.fixture
def prediction(caplog: pytest.LogCaptureFixture) -> Iterator[check.Prediction]:
    """Give a question; ipywidgets only logs an exception in a callback, and here that fails."""
    with caplog.at_level(logging.WARNING):
        yield check.predict("What can <i>f</i> be, if f < 2?", OPTIONS, "between 0 and 1")
    assert not caplog.get_records("call"), caplog.text


def commit(prediction: check.Prediction, choice: str | None) -> str:
    prediction.choice.value = choice
    prediction.button.click()
    return prediction.feedback.words


def test_nothing_is_chosen_at_first(prediction: check.Prediction) -> None:
    assert prediction.choice.value is None
    assert prediction.passed is None
    assert "Choose, then check." in prediction.feedback.words
    assert list(prediction.choice.options) == list(OPTIONS)
    assert prediction.controls == {
        "Your answer": prediction.choice,
        "Check my answer": prediction.button,
    }
    assert prediction.button.description == "Check my answer"


def test_committing_nothing_asks_for_a_choice(prediction: check.Prediction) -> None:
    prediction.button.click()
    assert prediction.passed is None
    assert "Pick one of the choices first" in prediction.feedback.words


@pytest.mark.parametrize("wrong", ["0 or 1", "any number"])
def test_a_wrong_answer_gets_its_own_hint_and_another_try(
    prediction: check.Prediction, wrong: str
) -> None:
    said = commit(prediction, wrong)
    assert prediction.passed is False
    assert "✗ Not yet." in said
    assert OPTIONS[wrong] in said
    assert sum(hint in said for hint in OPTIONS.values()) == 1

    said = commit(prediction, "between 0 and 1")
    assert prediction.passed is True
    assert "✓ Right." in said
    assert "It is a share." in said
    assert "Not yet" not in said


def test_a_new_choice_is_not_judged_before_it_is_checked(prediction: check.Prediction) -> None:
    commit(prediction, "0 or 1")
    prediction.choice.value = "between 0 and 1"
    assert prediction.passed is None
    assert "Not yet" not in prediction.feedback.words
    assert "Your last hint: A gate is <i>not</i> a switch." in prediction.feedback.words

    prediction.button.click()
    prediction.choice.value = "any number"
    assert prediction.passed is None
    assert "Right." not in prediction.feedback.words
    assert "hint" not in prediction.feedback.words


def test_screen_readers_hear_the_feedback(prediction: check.Prediction) -> None:
    for choice in (None, *OPTIONS):
        assert 'class="lstm-sentence"' in commit(prediction, choice)


def test_a_broken_callback_fails_a_test(caplog: pytest.LogCaptureFixture) -> None:
    broken = check.predict("?", OPTIONS, "any number")
    broken.button.on_click(lambda button: 1 / 0)
    with caplog.at_level(logging.WARNING):
        broken.button.click()
    assert "ZeroDivisionError" in caplog.text


def test_without_a_kernel_the_question_is_text(prediction: check.Prediction) -> None:
    text = (
        "What can f be, if f < 2?\n"
        "  ( ) 0 or 1\n  ( ) between 0 and 1\n  ( ) any number\n"
        "Run this notebook to answer."
    )
    for choice in (None, "between 0 and 1"):
        commit(prediction, choice)
        bundle, _ = prediction._repr_mimebundle_()
        assert bundle["text/plain"] == text
        view = bundle["application/vnd.jupyter.widget-view+json"]
        assert view["model_id"] == prediction.model_id


@pytest.mark.parametrize(
    ("options", "answer", "part"),
    [
        (
            OPTIONS,
            "2",
            "answer is '2'; it must be one of '0 or 1', 'between 0 and 1', 'any number'",
        ),
        ({"a": "yes"}, "a", "at least 2"),
        ({}, "a", "at least 2"),
        ({"a": "yes", "b": ""}, "a", "the hint for 'b' is empty"),
        ({"a": " \n", "b": "no"}, "a", "the hint for 'a' is empty"),
        ({"a": "yes", "b": None}, "a", "the hint for 'b' is empty"),
    ],
)
def test_a_question_that_cannot_work_is_refused(options: dict, answer: str, part: str) -> None:
    with pytest.raises(ValueError, match="must") as caught:
        check.predict("?", options, answer)
    assert part in str(caught.value)

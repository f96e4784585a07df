"""A number worked out by hand: right in any form, and each wrong one gets its own hint."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_teach import check, sigmoid

ANSWER = sigmoid(0.3)  # 0.574
HINTS = {0.3: "That is z itself.", 1 - ANSWER: "That is 1 − f."}


@pytest.mark.parametrize(
    "yours",
    [
        *(ANSWER, float(ANSWER), 0.57, 0.574, np.float32(ANSWER)),
        *(np.array(ANSWER), np.array([ANSWER]), [ANSWER], (0.57,), np.array([[0.5744]])),
    ],
)
def test_right_in_any_form(yours: object) -> None:
    verdict = check.number(yours, ANSWER, HINTS)
    assert verdict.passed is True
    assert verdict.mistake is None
    assert repr(verdict) == "✓ Right. 0.57 it is."


@pytest.mark.parametrize("yours", [..., None, [...], (0.5, ...)])
def test_unanswered(yours: object) -> None:
    verdict = check.number(yours, [0.5, 0.7] if isinstance(yours, tuple) else ANSWER)
    assert verdict.passed is None
    assert "run this again" in verdict.sentence


@pytest.mark.parametrize(
    ("yours", "mistake", "said"),
    [
        (0.3, "named in the notebook", "That is z itself."),
        (0.43, "named in the notebook", "That is 1 − f."),
        (-0.574, "other sign", "It has the wrong sign."),
        (5.74, "factor ten", "The decimal point is in the wrong place."),
        (0.0574, "factor ten", "The decimal point is in the wrong place."),
        (57.4, "factor ten", "The decimal point is in the wrong place."),
        (0.58, "rounded too early", "do not cut them off"),
        (0.56, "rounded too early", "Keep all digits"),
        (0.55, "rounded too early", "Keep all digits"),
        (0.54, "too small", "It is too small."),
        (0.9, "too large", "It is too large."),
        (0.1, "too small", "It is too small."),
        (np.nan, "not finite", "not a finite number"),
        (np.inf, "not finite", "not a finite number"),
        ("0.57", "not a number", "leave out the quotation marks"),
        (sigmoid, "not a number", "call it"),
        ({}, "not a number", "of the kind dict"),
        (True, "not a number", "of the kind bool"),
        (1j, "not a number", "of the kind complex"),
        ([[1], [1, 2]], "not a number", "of the kind list"),
        ([0.57, 0.57], "another count", "One number is asked for, and you have 2"),
        ([], "another count", "you have 0"),
    ],
)
def test_a_wrong_number_gets_its_hint(yours: object, mistake: str, said: str) -> None:
    verdict = check.number(yours, ANSWER, HINTS)
    assert (verdict.passed, verdict.mistake) == (False, mistake)
    assert said in verdict.sentence
    assert "0.57" not in verdict.sentence, "the answer is not given away"


def test_digits_are_those_that_are_asked_for() -> None:
    assert check.number(0.574, ANSWER, digits=3).passed
    assert check.number(0.57, ANSWER, digits=3).mistake is not None
    assert check.number(7, 7.2, digits=0).passed
    assert check.number(0.57, 0.575).passed, "half way, either way of rounding is right"
    assert check.number(0.58, 0.575).passed
    assert check.number(-1.0, -0.9985).sentence == "−1.00 it is."
    assert check.number(0, 0).sentence == "0.00 it is."


@pytest.mark.parametrize(
    ("yours", "digits", "asked"),
    [
        (0.6, 2, "two digits"),  # 0.57444, rounded to one digit
        (0.6, 3, "three digits"),
        (0.57, 3, "three digits"),
        (0.57, 4, "4 digits"),
        (0.574, 4, "4 digits"),
        (0.5744, 5, "5 digits"),  # cut off, and the same rounded
        (0.57444, 6, "6 digits"),
    ],
)
def test_fewer_digits_than_asked_for_are_right_so_far(
    yours: float, digits: int, asked: str
) -> None:
    verdict = check.number(yours, ANSWER, digits=digits)
    assert (verdict.passed, verdict.mistake) == (False, "too few digits")
    assert verdict.sentence == f"Right so far: give {asked} after the point."


def test_right_so_far_is_what_is_rounded_or_cut_off_and_nothing_else() -> None:
    answer = 0.5678
    for fewer in (0.57, 0.56, 0.568, 0.567):  # rounded, cut off
        assert check.number(fewer, answer, digits=4).mistake == "too few digits"
    assert check.number(0.6, answer, digits=4).mistake == "too few digits"
    assert check.number(0.5, answer, digits=4).mistake == "too small"  # cut off at one digit
    assert check.number(0.58, answer, digits=4).mistake == "too large"
    assert check.number([0.57, 0.12], [answer, 0.1234], digits=4).mistake == "too few digits"
    assert check.number([0.57, 0.2], [answer, 0.1234], digits=4).mistake != "too few digits"


def test_what_is_right_to_two_digits_is_right_so_far_before_it_is_a_named_mistake() -> None:
    hints = {0.57: "That is the one before.", 0.6: "That is another one."}
    assert check.number(0.57, ANSWER, hints, digits=4).mistake == "too few digits"
    assert check.number(0.6, ANSWER, hints, digits=4).sentence == "That is another one."


ROW = np.array([0.475, 0.69, -0.55])


@pytest.mark.parametrize(
    ("yours", "mistake", "said"),
    [
        (ROW, None, "0.475, 0.690, −0.550 it is"),
        (ROW.tolist(), None, "it is"),
        (ROW[:, None], None, "it is"),
        (ROW[::-1], "another order", "another order"),
        (
            ROW + np.array([0, 0.2, 0]),
            "too large",
            "2 of 3 are right. Number 1 (counted from 0): it is too",
        ),
        (ROW * [1, 1, -1], "other sign", "Number 2 (counted from 0): it has the wrong sign"),
        (-ROW, "named in the notebook", "All turned round."),
        (ROW[:2], "another count", "3 numbers are asked for, and you have 2."),
        (0.475, "another count", "3 numbers are asked for, and you have 1."),
        ("0.475", "not a number", "leave out"),
    ],
)
def test_a_few_numbers(yours: object, mistake: str | None, said: str) -> None:
    verdict = check.number(yours, ROW, {tuple(-ROW): "All turned round."}, digits=3)
    assert verdict.passed is (mistake is None)
    assert verdict.mistake == mistake
    assert said in verdict.sentence


@pytest.mark.parametrize(
    ("answer", "hints", "said"),
    [
        (0.004, {}, "0 cannot be told from the answer with 2 digits"),
        (0.574, {0.575: "no"}, "0.575 cannot be told from the answer"),
        ([0.1, 0.2], {0.1: "no"}, "the hint for 0.1 is for 1 numbers; the answer has 2"),
        (np.nan, {}, "answer holds NaN"),
    ],
)
def test_a_question_that_cannot_be_judged_is_refused(
    answer: object, hints: dict, said: str
) -> None:
    with pytest.raises(ValueError, match="answer") as caught:
        check.number(..., answer, hints)
    assert said in str(caught.value)


def test_ten_times_0_is_0() -> None:
    assert check.number(0.006, 0).mistake == "rounded too early"
    assert check.number(3, 0).mistake == "too large"

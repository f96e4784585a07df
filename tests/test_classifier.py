"""A cell that reads a padded batch to each row's end, its readout, and the cross-entropy."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from lstm_teach import Parameters, examples, unroll
from lstm_teach.learn import (
    Classifier,
    Training,
    cross_entropy,
    from_vector,
    last_hidden,
    loss_and_gradient,
    to_vector,
    train,
)
from lstm_teach.reader import softmax
from tests.helpers import assert_slope, numbers, refusal

REPO = Path(__file__).resolve().parents[1]

T, B, D, H, K = 5, 3, 2, 2, 4
RNG = np.random.default_rng(0)
MODEL = Classifier(Parameters.random(D, H, seed=1), RNG.normal(size=(K, H)), RNG.normal(size=K))
XS, LENGTHS, CLASSES = RNG.normal(size=(T, B, D)), np.array([2, 5, 1]), np.array([3, 0, 1])

# ---- the last valid h --------------------------------------------------------------------------


def test_each_row_is_read_at_its_own_last_moment():
    h = np.arange(T * B * H).reshape(T, B, H)
    assert last_hidden(h, LENGTHS).tolist() == [
        h[1, 0].tolist(),
        h[4, 1].tolist(),
        h[0, 2].tolist(),
    ]
    assert last_hidden(h).tolist() == h[-1].tolist()


def test_padding_changes_nothing_whatever_is_in_it():
    alone = [MODEL.logits(XS[:n, [b]])[0] for b, n in enumerate(LENGTHS)]
    padded = XS.copy()
    for b, n in enumerate(LENGTHS):
        padded[n:, b] = 1e6
    np.testing.assert_allclose(MODEL.logits(padded, LENGTHS), alone, rtol=1e-12)


def test_lengths_that_do_not_fit_are_refused():
    h = np.zeros((T, B, H))
    for lengths in ([1, 2], [1, 2, 3, 1], [1, 2, 2.5], [1, 2, -0.5], [[1, 2, 3]]):
        with pytest.raises(ValueError, match="lengths must be 3 whole numbers"):
            last_hidden(h, lengths)
    for lengths in ([0, 1, 1], [1, 1, 6], [-1, 1, 1]):
        with pytest.raises(ValueError, match="lengths must lie between 1 and 5"):
            last_hidden(h, lengths)
    with pytest.raises(ValueError, match=r"h must be|it must be \(T, B, H\)"):
        last_hidden(h[0], LENGTHS)


# ---- cross-entropy -----------------------------------------------------------------------------


@given(numbers(B, K, most=5))
def test_cross_entropy_is_the_mean_of_minus_log_p(logits: np.ndarray):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    loss, dlogits = cross_entropy(logits, CLASSES)
    assert loss == pytest.approx(-np.mean([np.log(p[b, k]) for b, k in enumerate(CLASSES)]))
    np.testing.assert_allclose(dlogits, (p - np.eye(K)[CLASSES]) / B, atol=1e-15)
    assert_slope(dlogits, lambda s: cross_entropy(s, CLASSES)[0], logits)


def test_as_unsure_as_can_be_is_log_k():
    assert cross_entropy(np.zeros((B, K)), CLASSES)[0] == pytest.approx(np.log(K))


def test_logits_in_the_thousands_do_not_overflow():
    loss, dlogits = cross_entropy([[5000.0, 4000.0], [-5000.0, 5000.0]], [0, 0])
    assert loss == 5000.0
    assert dlogits.tolist() == [[0, 0], [-0.5, 0.5]]


def test_classes_that_do_not_fit_are_refused():
    logits = np.zeros((B, K))
    for classes in ([0, 1], [0, 1, 2, 3], [0, 1, 4], [0, -1, 1], [0, 1, 0.5], [[0, 1, 2]]):
        with pytest.raises(ValueError, match="classes must be 3 whole numbers from 0 to 3"):
            cross_entropy(logits, classes)
    for wrong in (logits[0], logits[None], logits[:0]):
        with pytest.raises(ValueError, match=r"it must be \(B, K\)"):
            cross_entropy(wrong, CLASSES)


# ---- learning ----------------------------------------------------------------------------------


def test_the_gradient_is_what_small_changes_find():
    _, grads = loss_and_gradient(MODEL, XS, CLASSES, LENGTHS)

    def loss(vector: np.ndarray) -> float:
        return loss_and_gradient(from_vector(MODEL, vector), XS, CLASSES, LENGTHS)[0]

    assert_slope(to_vector(grads), loss, to_vector(MODEL))


def test_a_classifier_and_its_vector_are_the_same_numbers():
    vector = to_vector(MODEL)
    assert vector.size == 4 * (H * (H + D) + H) + K * H + K
    assert to_vector(from_vector(MODEL, vector)).tolist() == vector.tolist()


def test_a_readout_that_does_not_fit_is_named():
    one, zeros = Parameters.zeros(1, 1), np.zeros
    for cell, W_y, b_y, sentence in (
        (
            MODEL.cell,
            (4, 3),
            4,
            "W_y has shape (4, 3); the cell has 2 units, so W_y must be (4, 2)",
        ),
        (one, (4, 2), 4, "W_y has shape (4, 2); the cell has 1 unit, so W_y must be (4, 1)"),
        (MODEL.cell, (4, 2), 5, "b_y has shape (5,); W_y has 4 rows, so b_y must be (4,)"),
        (one, (1, 1), 2, "b_y has shape (2,); W_y has 1 row, so b_y must be (1,)"),
    ):
        assert refusal(Classifier, cell, zeros(W_y), zeros(b_y)) == sentence


def test_what_can_be_trained_equals_itself_alone():
    """Of arrays == gives no one answer, so it does not look into what is made of them."""
    training = Training(MODEL, np.zeros(3), 3)
    for made in (MODEL, examples.untrained_rnn(2, seed=0), training):
        twin = copy.copy(made)
        assert made == made
        assert made != twin
        assert len({made, twin}) == 2


def test_names_are_learned_and_the_last_letter_is_the_place_to_read():
    learn_from, held_back = examples.surnames()
    start = examples.untrained_classifier(16, seed=0)
    batches = examples.name_batches(learn_from)
    model = train(start, batches, 200, rate=0.01, seed=0, progress=False).parameters
    xs, lengths = examples.one_hot(held_back.names)

    def accuracy(logits: np.ndarray) -> float:
        return float(np.mean(logits.argmax(axis=1) == held_back.classes))

    at_the_end_of_the_padding = unroll(model.cell, xs).h[-1] @ model.W_y.T + model.b_y
    assert accuracy(model.logits(xs, lengths)) > 0.55
    assert accuracy(at_the_end_of_the_padding) < 0.45
    assert accuracy(start.logits(xs, lengths)) < 0.3


# ---- the names ---------------------------------------------------------------------------------


def test_the_names_are_as_they_are_said_to_be():
    learn_from, held_back = examples.surnames()
    every = [*learn_from.names, *held_back.names]
    assert len(set(every)) == len(every) == 6 * 337
    assert len(held_back.names) == -(-len(every) // 5)
    assert np.bincount([*learn_from.classes, *held_back.classes]).tolist() == [337] * 6
    assert all(3 <= len(name) <= 12 and set(name) <= set(examples.LETTERS) for name in every)
    assert learn_from.languages == held_back.languages
    assert examples.surnames()[1].names == held_back.names


def test_a_name_is_a_vector_for_each_letter():
    xs, lengths = examples.one_hot(["ab", "z"])
    assert xs.shape == (2, 2, 26)
    assert lengths.tolist() == [2, 1]
    assert [xs[t, 0].argmax() for t in range(2)] == [0, 1]
    assert xs[0, 1].argmax() == 25
    assert xs.sum(axis=(0, 2)).tolist() == [2, 1]
    assert not xs[1, 1].any()
    assert examples.one_hot("abc")[0].shape == (3, 1, 26)
    for wrong in ("", "Anna", "a b", "é"):
        with pytest.raises(ValueError, match="it must be made of the letters a to z"):
            examples.one_hot(wrong)


# ---- PyTorch, and what the lesson says of it ---------------------------------------------------

ORACLE = json.loads((REPO / "tests/oracle/names.json").read_text(encoding="utf-8"))


def lesson() -> str:
    text = (REPO / "notebooks/13_put_it_to_work.ipynb").read_text(encoding="utf-8")
    return "\n".join("".join(c["source"]) for c in json.loads(text)["cells"])


def test_pytorch_gives_the_same_logits_and_falls_for_the_padding_alike():
    learn_from, held_back = examples.surnames()
    how = ORACLE["training"]
    start = examples.untrained_classifier(how["units"], seed=how["seed"])
    model = train(
        start,
        examples.name_batches(learn_from),
        how["iterations"],
        rate=how["rate"],
        seed=how["seed"],
        progress=False,
    ).parameters
    names = list(ORACLE["logits"])
    logits = model.logits(*examples.one_hot(names))
    np.testing.assert_allclose(logits, list(ORACLE["logits"].values()), atol=1e-6)
    slips = ORACLE["slips"]
    xs, lengths = examples.one_hot(held_back.names)
    logits = model.logits(xs, lengths)
    loss, _ = cross_entropy(logits, held_back.classes)
    assert loss == pytest.approx(slips["right"]["loss"], abs=1e-6)
    assert np.mean(logits.argmax(axis=1) == held_back.classes) == slips["right"]["accuracy"]
    padded = unroll(model.cell, xs).h[-1] @ model.W_y.T + model.b_y
    assert np.mean(padded.argmax(axis=1) == held_back.classes) == slips["padded"]["accuracy"]
    twice, _ = cross_entropy(softmax(logits), held_back.classes)
    assert twice == pytest.approx(slips["softmax_first"]["loss"], abs=1e-6)


def test_the_lesson_says_what_pytorch_did():
    text, slips = lesson(), ORACLE["slips"]
    right, B = slips["right"], slips["batch_first"]["B"]
    least = -np.log(np.e / (np.e + 5))  # softmax of a softmax that is sure and right
    no_eval = slips["no_eval"]
    assert no_eval["eval"] == right["accuracy"]
    assert slips["second_backward"]["detached"] == ""
    assert slips["batch_first"]["h_n[-1]"] == [B, 16]
    assert slips["batch_first"]["h_n[:, -1]"] == [1, 16]
    first, second = no_eval["accuracies"]
    for said in (
        f"accuracy {slips['padded']['accuracy']:.0%} instead of {right['accuracy']:.0%}",
        f"loss {slips['softmax_first']['loss']:.2f} instead of {right['loss']:.2f}, "
        f"and never below {least:.2f}",
        f"{no_eval['guesses_changed']} of {B} guesses changed",
        f"accuracy {first:.0%} and {second:.0%} instead of {right['accuracy']:.0%}",
        slips["second_backward"]["error"],
        f"`h_n` stays `{tuple(slips['batch_first']['h_n'])}`",
    ):
        assert said in text


def test_the_lessons_table_is_the_measured_one():
    measured = (REPO / "docs/measurements.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:one|two|dropout).*?units.*?) \| (.*) \|$", lesson(), re.MULTILINE)
    assert len(rows) == 4
    for kind, figures in rows:
        (found,) = re.findall(rf"^\| {re.escape(kind)} \| (.*) \|$", measured, re.MULTILINE)
        medians = [figure.split(" (")[0] for figure in found.split(" | ")]
        assert figures.split(" | ") == medians[:3]

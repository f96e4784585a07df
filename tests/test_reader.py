"""The cell that has read this collection: the same numbers, any text, and units that tell."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_teach import Step, examples
from lstm_teach.reader import Reader, correlations, features, load, softmax
from tests.helpers import few, refusal

REPO = Path(__file__).resolve().parents[1]
ODD = ["", "\n", "😀👩‍👩‍👧", "<b onclick='x()'>&amp;</b>", "\0\r\t", "שלום", "$", "`" * 50, "𝒞" * 5]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return examples.reader()


@pytest.fixture(scope="module")
def unread(reader: Reader) -> Step:
    """The reader on text that it has not read: 15,000 moments, so it is done once."""
    return reader.read(examples.unread_text())


# ---- what it is --------------------------------------------------------------------------------


def test_it_is_small_and_says_how_it_was_trained(reader: Reader):
    assert (examples.DATA / "reader.npz").stat().st_size <= 200_000
    H, V = reader.parameters.hidden_size, len(reader.vocabulary)
    assert H == 64
    assert reader.parameters.input_size == V
    assert (reader.W.shape, reader.b.shape) == ((V, H), (V,))
    assert reader.vocabulary[0] == "<unk>"
    assert len(set(reader.vocabulary)) == V
    assert reader.about["settings"]["units"] == H


def test_the_committed_texts_are_those_it_was_trained_and_measured_with(reader: Reader):
    for part, text in (
        ("text", (REPO / "tools" / "reader_text.txt").read_text(encoding="utf-8")),
        ("unread", examples.unread_text()),
    ):
        recorded = reader.about[part]
        assert recorded["characters"] == len(text)
        assert recorded["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    paragraphs = {p for p in examples.unread_text().split("\n\n") if len(p) > 120}
    read = (REPO / "tools" / "reader_text.txt").read_text(encoding="utf-8")
    assert not [p for p in paragraphs if p in read]


def test_the_loss_it_states_is_the_loss_it_has(reader: Reader, unread: Step):
    came = reader.token_ids(examples.unread_text())[1:]
    p = reader.probabilities(unread.h[:-1])
    loss = -np.log(p[np.arange(len(p)), came]).mean()
    assert loss == pytest.approx(reader.about["loss"]["unread"], abs=1e-3)
    assert loss < 1.6  # without reading at all, from the counts alone, it would be above 3


# ---- what its units tell -----------------------------------------------------------------------

TELLS = ("inside $...$", "inside $$...$$", "place in the line")


def test_units_tell_something_nameable_on_text_it_has_not_read(unread: Step):
    found = features(examples.unread_text())
    units = set()
    for name in TELLS:
        told = np.abs(correlations(unread.c, found[name]))
        assert told.max() > 0.7, (name, told.max())
        units.add(told.argmax())
    assert len(units) == len(TELLS)  # a unit each


def test_most_units_tell_nothing_we_can_name(unread: Step):
    found = features(examples.unread_text()).values()
    best = np.max([np.abs(correlations(unread.c, feature)) for feature in found], axis=0)
    assert np.mean(best < 0.5) > 0.5


def test_what_is_looked_at_decides_how_many_units_tell(unread: Step):
    """Lesson 12: seven units by C, one by tanh C, none by h are above 0.7."""
    found = features(examples.unread_text()).values()
    looks = (unread.c, np.tanh(unread.c), unread.h)
    best = [np.max([np.abs(correlations(look, f)) for f in found], axis=0) for look in looks]
    assert [np.sum(r > 0.7) for r in best] == [7, 1, 0]


def test_all_units_together_tell_more_than_the_best_one(unread: Step):
    """A linear readout of h, fitted on one half and scored on the other, and its control."""
    inside = features(examples.unread_text())["inside $...$"]
    half, A = len(inside) // 2, np.column_stack([unread.h, np.ones(len(inside))])

    def all_units(label: np.ndarray) -> float:
        weights = np.linalg.lstsq(A[:half], label[:half], rcond=None)[0]
        return np.corrcoef(A[half:] @ weights, label[half:])[0, 1]

    assert all_units(inside) == pytest.approx(0.84, abs=0.01)
    assert np.abs(correlations(unread.h[half:], inside[half:])).max() < 0.6
    assert abs(all_units(np.roll(inside, 3000))) < 0.1


# ---- reading and writing -----------------------------------------------------------------------


def test_the_same_text_gives_the_same_numbers(reader: Reader):
    text = "The **forget gate** $f_t$ is `sigmoid(z)`."
    one, two = reader.read(text), examples.reader().read(text)
    assert one.h.tobytes() == two.h.tobytes()
    assert one.x.shape == (len(text), len(reader.vocabulary))
    assert one.x.sum(axis=1).tolist() == [1.0] * len(text)
    assert "".join(reader.vocabulary[k] for k in reader.token_ids(text)) == text


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_any_text_is_answered(reader: Reader, text: str):
    steps = reader.read(text)
    assert steps.h.shape == (len(text), reader.parameters.hidden_size)
    assert np.isfinite(steps.c).all()
    for name, feature in features(text).items():
        assert feature.shape == (len(text),), name
        assert np.isfinite(correlations(steps.c, feature)).all()
    assert len(reader.generate(text, 3, rng=np.random.default_rng(0))) == 3


def test_five_thousand_characters_are_answered(reader: Reader):
    text = "".join(np.random.default_rng(0).choice([*"$`#*()[]\n <>a1", "😀", "```", "$$"], 5000))
    assert np.isfinite(reader.read(text).c).all()
    assert all(np.isfinite(feature).all() for feature in features(text).values())


@few
@given(text=st.text(max_size=40))
def test_any_text_has_all_features(text: str):
    for feature in features(text).values():
        assert feature.shape == (len(text),)
        assert (feature >= 0).all()


def test_what_it_does_not_know_is_unknown(reader: Reader):
    assert reader.token_ids("a😀é").tolist() == [reader.vocabulary.index("a"), 0, 0]
    assert reader.encode("😀")[0].argmax() == 0


@pytest.mark.parametrize("temperature", [1e-300, 0.1, 1.0, 2, 1e300])
def test_probabilities_are_probabilities(reader: Reader, temperature: float):
    h = reader.read("the cell's memory").h
    p = reader.probabilities(h, temperature)
    assert p.shape == (len(h), len(reader.vocabulary))
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1)
    logits = h @ reader.W.T + reader.b
    assert (p.argmax(axis=-1) == logits.argmax(axis=-1)).all() or temperature > 1e10


def test_the_temperature_divides_the_logits(reader: Reader):
    h = reader.read("the forget ga").h[-1]
    p, hot = reader.probabilities(h), reader.probabilities(h, 2)
    np.testing.assert_allclose(hot, np.sqrt(p) / np.sqrt(p).sum())
    assert reader.vocabulary[p.argmax()] == "t"


def test_it_writes_known_characters_and_the_same_ones_for_the_same_seed(reader: Reader):
    one, two, three = (
        reader.generate("The ", 60, 0.8, np.random.default_rng(k)) for k in (1, 1, 2)
    )
    assert one == two != three
    assert len(one) == 60
    assert set(one) <= set(reader.vocabulary[1:])
    cold = reader.generate("The forget ga", 8, 1e-6, np.random.default_rng(0))
    assert cold == reader.generate("The forget ga", 8, 1e-6)
    assert reader.generate("The ", 0) == ""
    plain = reader.generate("The ", 60, rng=np.random.default_rng(1))
    assert plain == reader.generate("The ", 60, 1.0, np.random.default_rng(1)) != one


def test_writing_goes_on_reading_what_it_wrote(reader: Reader):
    """Greedy, so that nothing is random: each character is the likeliest after all before it."""
    text = "The input "
    for character in reader.generate(text, 12, 1e-6):
        p = reader.probabilities(reader.read(text).h[-1])
        assert reader.vocabulary[1 + p[1:].argmax()] == character
        text += character


def test_what_it_cannot_use_is_refused(reader: Reader):
    assert "text is int" in refusal(reader.read, 3)
    assert "h has shape (3,)" in refusal(reader.probabilities, np.zeros(3))
    for temperature in (0, -1, np.nan, [1, 2]):
        assert "temperature" in refusal(reader.probabilities, np.zeros(64), temperature)
    for n in (-1, 1.5, "3"):
        assert "n is" in refusal(reader.generate, "a", n)


# ---- features and correlations -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "inside"),
    [
        ("inside $...$", "a $x$ b $$y$$", "..11....111.."),
        ("inside $$...$$", "a $x$ b $$y$$", "........111.."),
        ("inside $...$", "`$` $x", "....11"),
        ("inside $...$", "$5\nb\n\nc", "11111.."),
        ("inside backticks", "a `b` ``", "..11...."),
        ("inside $$...$$", "a $$", "..11"),
        ("inside backticks", "```\na\n\n```\nb", "1111111....."),
        ("inside backticks", "$`$ `a\nb`", "....1111."),
        ("in a heading", "# A\nb\n## C", "111...1111"),
        ("in a heading", "#A # b", "......"),
        ("in bold", "a **b** **", "..111....."),
        ("inside (...)", "f(x) (y", ".11...."),
        ("inside <...>", "<b>a</b> < c", "11..111....."),
        ("in a word", "ab c1!d", "11.11.1"),
        ("place in the line", "ab\n\n\tc", "12..12"),
        ("place in the word", "ab c1!d", "12.12.1"),
    ],
)
def test_features_say_where_a_character_stands(name: str, text: str, inside: str):
    assert "".join(f"{n:g}" if n else "." for n in features(text)[name]) == inside


@given(st.integers(0, 99), st.integers(2, 9))
def test_correlations_are_pearsons(seed: int, T: int):
    rng = np.random.default_rng(seed)
    values, feature = rng.normal(size=(T, 3)), rng.normal(size=T)
    r = correlations(values, feature)
    np.testing.assert_allclose(r, np.corrcoef(values.T, feature)[-1, :-1], atol=1e-9)
    np.testing.assert_allclose(correlations(-5 * values + 2, feature), -r, atol=1e-9)


def test_correlations_are_of_units_over_one_text():
    for shape in ((3,), (3, 2, 1)):
        with pytest.raises(ValueError, match=r"it must be \(T, H\)"):
            correlations(np.ones(shape), np.ones(3))


def test_a_file_with_objects_in_it_is_not_unpickled(tmp_path: Path):
    path = tmp_path / "reader.npz"
    np.savez(path, **{"readout.weight": np.array([print], dtype=object)})
    path.with_suffix(".json").write_text('{"vocabulary": "ab"}', encoding="utf-8")
    with pytest.raises(ValueError, match="allow_pickle"):
        load(path)


def test_correlations_do_not_depend_on_how_small_the_numbers_are():
    values, feature = np.arange(4.0)[:, None], [0, 1, 2, 4]
    (r,) = correlations(values, feature)
    assert correlations(1e-9 * values, feature) == pytest.approx(r)
    assert correlations(np.full((3, 1), 0.1), [0, 1, 0]).tolist() == [0]  # whatever its mean


def test_what_never_changes_tells_nothing():
    assert correlations(np.ones((4, 2)), [0, 1, 0, 1]).tolist() == [0, 0]
    assert correlations(np.eye(4), np.ones(4)).tolist() == [0] * 4
    assert correlations(np.zeros((0, 2)), []).tolist() == [0, 0]
    assert "feature has shape (2,)" in refusal(correlations, np.ones((3, 2)), [1, 2])
    assert "values has shape (3,)" in refusal(correlations, np.ones(3), np.ones(3))


def test_a_softmax_of_nothing_is_refused():
    for logits in (np.zeros((2, 0)), 1.0):
        assert refusal(softmax, logits).startswith("logits has shape")
    np.testing.assert_allclose(softmax([1e300, 0]), [1, 0])
    np.testing.assert_allclose(softmax([[1, 1], [0, np.log(3)]]), [[0.5, 0.5], [0.25, 0.75]])

"""examples.py against worked_examples.json, which was typed from the sources independently."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_teach import conventions, examples, step, unroll
from lstm_teach.examples import (
    DAY,
    EVENTS,
    counting_days,
    day_events,
    long_nights,
    people,
    random_days,
    right_when_asked,
    room_counter,
    untrained,
    untrained_rnn,
)
from tests.helpers import GATES, assert_each_is_refused, assert_same, refusal

SOURCE = json.loads(Path(__file__).with_name("worked_examples.json").read_text(encoding="utf-8"))
QUESTION, COLUMN, BATCH = (SOURCE[name] for name in ("question", "column", "batch"))
EVENTS_CASES = SOURCE["events"]["cases"]
DIGITS = 8  # NumPy prints eight decimals; where it shows fewer, the rest are zeros


def assert_printed(computed: np.ndarray, printed: object) -> None:
    """Assert that these numbers, printed as the source printed them, are the same digits."""
    printed = np.array(printed, dtype=np.float64)
    assert computed.shape == printed.shape
    np.testing.assert_array_equal(np.round(computed, DIGITS), printed)
    assert [f"{n:.{DIGITS}f}" for n in computed.flat] == [f"{n:.{DIGITS}f}" for n in printed.flat]


def ours(printed: dict) -> dict:
    """The source's names of printed numbers, as fields of our Step."""
    return {name.replace("printed_as_h", "h"): values for name, values in printed.items()}


# ---- printed numbers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "printed"),
    [
        (examples.question(), QUESTION["expected"]),
        (examples.column(), COLUMN["expected"]),
        (examples.batch(), ours(BATCH["expected"])),
    ],
    ids=["question", "column", "batch"],
)
def test_every_printed_digit(example: examples.WorkedExample, printed: dict):
    s = example.run()
    assert example.printed.keys() == printed.keys()
    for name, values in printed.items():
        assert_printed(getattr(s, name), values)
        assert_same(example.printed[name], np.array(values))


def events_example(case: dict) -> examples.WorkedExample:
    """Ours for a case of the source: the example with the same identity weights."""
    wanted = {name.replace("update", "input") for name, kind in case.items() if kind == "identity"}
    for example, (identities, _) in zip(examples.events(), examples.EVENTS_CASES, strict=True):
        if set(identities) == wanted:
            return example
    raise AssertionError(f"no example for {wanted}")


@pytest.mark.parametrize("case", EVENTS_CASES)
def test_every_printed_digit_of_events(case: dict):
    example = events_example(case)
    s = example.run()
    told = {name: values for name, values in case.items() if name in ("kept", "added")}
    assert len(told) == 1
    for name, values in told.items():
        assert_printed(getattr(s, name), values)
        assert_same(example.printed[name], np.array(values, dtype=np.float64))


def test_events_holds_no_case_that_the_source_has_not():
    told = sorted(name for example in examples.events() for name in example.printed)
    theirs = sorted(name for case in EVENTS_CASES for name in case)
    assert told == [name for name in theirs if name in ("kept", "added")]


# ---- weights and inputs ------------------------------------------------------------------------


def test_question_reads_h_and_x_with_identity_weights():
    example = examples.question()
    assert_same([example.h_prev, example.x], [np.array(QUESTION[k]) for k in ("h_prev", "x")])
    assert_same(example.parameters.forget.W, np.hstack([np.eye(5), np.eye(5)]))
    assert not example.parameters.forget.b.any()
    # why joining looked like adding to the asker
    assert_printed(1 / (1 + np.exp(-(example.h_prev + example.x))), QUESTION["expected"]["f"])
    assert_same(example.run().kept, example.run().f)


@pytest.mark.parametrize("case", EVENTS_CASES)
def test_events_has_the_weights_of_the_source(case: dict):
    example = events_example(case)
    for name in ("x", "h_prev", "c_prev"):
        assert_same(getattr(example, name), np.array(SOURCE["events"][name], dtype=np.float64))
    for gate, (W_x, W_h, b_x, b_h) in conventions.to_split(example.parameters).items():
        theirs = "update" if gate == "input" else gate
        for W, kind in ((W_x, "event"), (W_h, "hidden")):
            identity = case.get(f"{kind}_{theirs}") == "identity"
            assert_same(W, np.eye(3) if identity else np.zeros((3, 3)))
        assert not b_x.any()
        assert not b_h.any()


def test_column_has_the_weights_of_the_source():
    example = examples.column()
    for name in ("x", "h_prev", "c_prev"):
        assert_same(getattr(example, name), np.array(COLUMN[name]))
    for gate in GATES:
        assert_same(getattr(example.parameters, gate).W, np.array(COLUMN["W"][gate]))
        assert_same(getattr(example.parameters, gate).b, np.zeros(2))


def test_batch_has_the_weights_of_the_source():
    example = examples.batch()
    assert_same(example.x, np.array(BATCH["x1"], dtype=np.float64))
    assert_same(examples.BATCH_XS, np.array([BATCH["x1"], BATCH["x2"]], dtype=np.float64))
    for state in (example.h_prev, example.c_prev):
        assert_same(state, np.zeros((7, 3)))
    rows = conventions.to_rows(example.parameters)
    for gate in GATES:
        for ours_, theirs in zip(rows[gate], BATCH["W"][gate], strict=True):
            assert_same(ours_, np.array(theirs))


def test_batch_takes_the_second_step_that_its_source_only_declares():
    steps = examples.batch_steps()
    first = examples.batch().run()
    assert_same(steps[0], first)
    second = step(examples.batch_parameters(), BATCH["x2"], first.h, first.c)
    assert_same(steps[1], second)
    assert steps.h.shape == (2, 7, 3)
    assert_same(second.c[6], second.f[6] * first.c[6] + second.i[6] * second.c_tilde[6])


def test_names_and_spellings_tell_the_examples_apart():
    every = [examples.question(), *examples.events(), examples.column(), examples.batch()]
    assert len({example.name for example in every}) == len(every)
    for example in every:
        assert example.spelling


# ---- the notebook whose saved numbers cannot be had by running it ------------------------------


def test_saved_numbers_need_cells_that_were_run_again():
    draws = 2 * np.random.RandomState(666).rand(216) - 1  # counted in the source's own account
    rows = conventions.to_rows(examples.batch_parameters())
    for gate, start in (("forget", 0), ("input", 126), ("candidate", 144), ("output", 198)):
        W, b = rows[gate]
        assert_same(W.ravel(), draws[start : start + 15])
        assert_same(b, draws[start + 15 : start + 18])


def test_run_once_from_top_to_bottom_it_prints_other_numbers():
    once = examples.batch_parameters(1, 1, 1)
    draws = 2 * np.random.RandomState(666).rand(72) - 1
    for n, gate in enumerate(GATES):
        W, b = conventions.to_rows(once)[gate]
        assert_same(np.append(W, b), draws[18 * n : 18 * n + 18])
    example = examples.batch()
    s = step(once, example.x, example.h_prev, example.c_prev)
    assert_printed(s.f, BATCH["expected"]["f"])  # the first cell: nothing had moved the stream yet
    for name in ("i", "c_tilde", "c", "h"):
        assert (np.abs(getattr(s, name) - ours(BATCH["expected"])[name]) > 1e-4).any()


def test_making_examples_leaves_the_global_random_stream_alone():
    np.random.seed(1)  # noqa: NPY002 - the old global stream is the one that must not move
    before = np.random.get_state()  # noqa: NPY002
    for make in (examples.question, examples.events, examples.column, examples.batch):
        make()
    after = np.random.get_state()  # noqa: NPY002
    assert before[2] == after[2]
    assert_same(before[1], after[1])


def test_examples_cannot_be_spoiled_for_the_next_reader():
    with pytest.raises(ValueError, match="read-only"):
        examples.BATCH_XS[:] = 0
    examples.question().x[:] = 0
    assert_same(examples.question().x, np.array(QUESTION["x"]))


# ---- the room counter --------------------------------------------------------------------------

MOMENTS = ("quiet", *EVENTS, "enter+ask", "leave+ask", "bell+ask", "enter+leave", "enter+bell")


def count_by_hand(names: list[str]) -> list[int]:
    """Go through a day in words, without any array."""
    inside, counts = 0, []
    for name in names:
        if "bell" in name:
            inside = 0
        inside += ("enter" in name) - ("leave" in name)
        counts.append(inside)
    return counts


@given(st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=60))
def test_people_are_counted_as_a_person_would(names: list[str]):
    counts = people(day_events(names))
    assert counts.tolist() == count_by_hand(names)
    assert counts.dtype.kind == "i"


@pytest.mark.parametrize("units", [1, 2])
@given(st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=60))
def test_the_room_counter_counts_any_day(units: int, names: list[str]):
    xs = day_events(names)
    steps = unroll(room_counter(units), xs)
    inside = people(xs)
    # a gate is never quite 1, so the count leaks a little: 30 in and 30 out leave 0.04 people
    np.testing.assert_allclose(steps.c[:, 0] / examples.PERSON, inside, rtol=0.01, atol=0.05)
    asked = xs[:, EVENTS.index("ask")] == 1
    shown = np.where(asked, np.tanh(examples.PERSON * inside), 0)
    np.testing.assert_allclose(steps.h[:, 0], shown, rtol=0.01, atol=0.006)


def test_the_day_is_counted_to_the_person():
    xs = day_events()
    counted = np.rint(unroll(room_counter(), xs).c[:, 0] / examples.PERSON)
    assert counted.tolist() == people(xs).tolist() == count_by_hand(list(DAY))


def test_the_day_has_all_that_can_happen():
    """Somebody asks in the empty room, in the full one and after the bell, which rings twice."""
    xs = day_events()
    assert xs.shape == (len(DAY), 4)
    assert (xs.sum(axis=0) >= 2).all()
    inside, ask = people(xs), xs[:, EVENTS.index("ask")] == 1
    assert inside.min() == 0
    assert inside.max() >= 4
    assert {0, inside.max() - 1} <= set(inside[ask])
    assert (xs.sum(axis=1) == 0).any()
    assert (xs.sum(axis=1) == 2).any()


@given(st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=30))
def test_the_second_unit_knows_whether_the_room_is_open(names: list[str]):
    steps = unroll(room_counter(2), day_events(names))
    is_open, truth = False, []
    for name in names:
        is_open = "enter" in name or (is_open and "bell" not in name)
        truth.append(is_open)
    np.testing.assert_allclose(steps.c[:, 1], truth, atol=0.01)


def test_the_gates_of_the_room_counter_are_as_the_story_tells():
    names = ("quiet", *EVENTS)
    s = unroll(room_counter(), day_events(names))
    told = {name: s[t] for t, name in enumerate(names)}
    for name, moment in told.items():
        assert moment.f[0] == pytest.approx(float(name != "bell"), abs=1e-4)
        assert moment.i[0] == pytest.approx(float(name in ("enter", "leave")), abs=1e-4)
        assert moment.o[0] == pytest.approx(float(name == "ask"), abs=1e-4)
    assert told["enter"].c_tilde[0] == pytest.approx(examples.PERSON)
    assert told["leave"].c_tilde[0] == pytest.approx(-examples.PERSON)


def test_the_second_unit_leaves_the_first_as_it_is():
    one, two = (unroll(room_counter(units), day_events()) for units in (1, 2))
    np.testing.assert_allclose(two.c[:, :1], one.c, rtol=1e-12)
    np.testing.assert_allclose(two.h[:, :1], one.h, rtol=1e-12)
    assert (np.abs(two.f[:, 0] - two.f[:, 1]) > 0.9).any()  # a gate is a vector


@pytest.mark.parametrize("units", [0, 3, "two", None])
def test_the_room_counter_has_one_unit_or_two(units: object):
    with pytest.raises(ValueError, match="the room counter has 1 unit or 2"):
        room_counter(units)


# ---- events in words ---------------------------------------------------------------------------


def test_events_are_written_in_words():
    assert day_events("enter").tolist() == [[1, 0, 0, 0]]
    assert day_events("quiet, leave bell,ask").tolist() == [
        [0, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
    ]
    assert day_events(["Enter+ASK", "quiet+bell"]).tolist() == [[1, 0, 0, 1], [0, 0, 1, 0]]
    assert day_events(iter(DAY)).tolist() == day_events(" ".join(DAY)).tolist()
    assert day_events().dtype == np.float64


@pytest.mark.parametrize(
    ("names", "start"),
    [
        ("enter go", "Moment 1 says 'go', and the door does not know 'go'; "),
        ("enter+go", "Moment 0 says 'enter+go', and the door does not know 'go'; "),
        (["quiet", "quiet", None], "Moment 2 says None, and the door does not know 'none'; "),
        (["quiet", 3], "Moment 1 says 3, and the door does not know '3'; "),
        ("ask enter+ ", "Moment 1 says 'enter+', and the door does not know ''; "),
    ],
)
def test_an_event_that_the_door_does_not_know_gets_a_friendly_sentence(names, start: str):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole sentence is compared
        day_events(names)
    assert str(caught.value) == (
        f"{start}it knows enter, leave, bell, ask and quiet, and enter+ask for two at once"
    )


@pytest.mark.parametrize("typed", ["enter + ask", "enter +ask", "Enter+ Ask"])
def test_spaces_around_a_plus_do_not_matter(typed: str):
    np.testing.assert_array_equal(day_events(typed), day_events("enter+ask"))
    np.testing.assert_array_equal(day_events([typed]), day_events("enter+ask"))


def test_the_same_event_twice_in_a_moment_is_answered():
    with pytest.raises(ValueError, match=r"Moment 1 says enter twice.*write two moments"):
        day_events("ask enter+enter")


@given(st.lists(st.sampled_from(MOMENTS), min_size=1))
def test_event_names_is_the_way_back(names: list[str]):
    written = examples.event_names(day_events(names))
    assert day_events(written).tolist() == day_events(names).tolist()
    assert [set(name.split("+")) for name in written] == [set(name.split("+")) for name in names]


@pytest.mark.parametrize("names", ["", " , ", [], iter(())])
def test_a_day_has_at_least_one_moment(names: object):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole sentence is compared
        day_events(names)
    assert str(caught.value) == (
        "A day needs at least one moment: enter, leave, bell, ask or quiet"
    )


def test_people_takes_anything_like_an_array_and_leaves_it_alone():
    xs = day_events("enter leave+ask bell").astype(int)
    assert people(xs.tolist()).tolist() == people(xs).tolist() == [1, 0, 0]
    assert people(np.zeros((0, 4))).tolist() == []


READERS = [people, examples.event_names, examples.to_show]


@pytest.mark.parametrize("reader", READERS)
def test_what_is_not_a_finite_number_is_refused_by_name(reader: Callable):
    assert_each_is_refused(reader, {"xs": day_events()})


@pytest.mark.parametrize("shape", [(), (4,), (3, 5), (2, 3, 5)])
@pytest.mark.parametrize("reader", READERS)
def test_a_wrong_shape_is_named_with_the_right_one(reader: Callable, shape: tuple[int, ...]):
    right = "(T, 4)" if reader is examples.event_names else "(T, ..., 4)"
    assert refusal(reader, np.zeros(shape)) == (
        f"xs has shape {shape}; time comes first and each moment says enter, leave, bell, ask, "
        f"so xs must be {right}"
    )


def test_only_one_day_has_names():
    assert refusal(examples.event_names, np.zeros((2, 3, 4))).endswith("so xs must be (T, 4)")


# ---- days to learn from ------------------------------------------------------------------------


def test_random_days_have_each_event_as_often_as_they_say():
    xs = random_days(np.random.default_rng(0), 40, 500)
    assert xs.shape == (40, 500, 4)
    assert xs.dtype == np.float64
    assert set(np.unique(xs)) == {0, 1}
    assert_same(xs, random_days(np.random.default_rng(0), 40, 500))
    share = dict(zip(EVENTS, xs.mean(axis=(0, 1)), strict=True))
    for event in ("enter", "bell", "ask"):
        assert share[event] == pytest.approx(examples.OFTEN[event], abs=0.01)
    assert share["leave"] < examples.OFTEN["leave"]  # where the room was empty nobody left


def test_nobody_leaves_an_empty_room_and_everybody_else_may():
    xs = random_days(np.random.default_rng(0), 40, 500)
    _, leave, bell, _ = np.moveaxis(xs, -1, 0) == 1
    inside = people(xs)
    assert inside.min() == 0
    assert inside.max() >= 8
    before = np.where(bell, 0, np.vstack([np.zeros((1, 500), dtype=int), inside[:-1]]))
    could = before + xs[..., EVENTS.index("enter")] > 0
    assert not leave[~could].any()
    assert leave[could].mean() == pytest.approx(examples.OFTEN["leave"], abs=0.01)


def test_people_are_counted_for_many_days_at_once():
    xs = random_days(np.random.default_rng(0), 20, 6).reshape(20, 2, 3, 4)
    counts = people(xs)
    assert counts.shape == (20, 2, 3)
    for day in np.ndindex(2, 3):
        assert counts[(slice(None), *day)].tolist() == count_by_hand(
            examples.event_names(xs[(slice(None), *day)])
        )


def test_the_count_is_shown_when_asked():
    xs = day_events("enter ask enter+ask quiet bell+ask")
    shown = examples.to_show(xs)
    np.testing.assert_allclose(shown[:, 0], [0, np.tanh(0.1), np.tanh(0.2), 0, 0])
    assert examples.to_show(np.stack([xs, xs], axis=1)).shape == (5, 2, 1)


def test_a_batch_of_days_has_its_targets_and_what_counts():
    xs, targets, weights = counting_days(np.random.default_rng(0), 12, 5)
    assert_same(xs, random_days(np.random.default_rng(0), 12, 5))
    assert_same(targets, examples.to_show(xs))
    assert_same(weights, np.ones((12, 5, 1)))
    _, _, weights = counting_days(np.random.default_rng(0), 12, 5, asked_only=True)
    assert_same(weights, xs[..., [EVENTS.index("ask")]])
    _, targets, weights = counting_days(np.random.default_rng(0), 12, 5, units=3)
    assert_same(targets[..., :1], examples.to_show(xs))
    assert not targets[..., 1:].any()
    assert (weights == [1, 0, 0]).all()


def test_a_long_night_is_quiet_until_somebody_asks():
    xs, targets, weights = long_nights(np.random.default_rng(0), 7, nights=50)
    assert xs.shape == (13, 50, 4)
    assert xs[:5, :, :3].any(axis=(0, 1)).all()
    assert not xs[5:, :, :3].any()
    ask = xs[..., EVENTS.index("ask")]
    assert (ask.sum(axis=0) == ask[-1]).all()
    assert (ask[-1] == 1).all()
    assert_same(weights[..., 0], ask)
    assert_same(targets, examples.to_show(xs))
    assert targets[-1].max() > 0.2


def test_an_untrained_cell_keeps_and_knows_nothing():
    p = untrained(500, seed=0)
    assert (p.hidden_size, p.input_size) == (500, 4)
    for name, gate in vars(p).items():
        assert (gate.b == (name == "forget")).all()
        assert gate.W.std() == pytest.approx(0.1, rel=0.02)
    assert untrained(forget_bias=3.0).forget.b.tolist() == [3]
    assert untrained(500, scale=2.0, seed=0).input.W.std() == pytest.approx(2, rel=0.02)
    assert_same(untrained(2, seed=1), untrained(2, seed=1))
    assert (untrained(2, seed=1).forget.W != untrained(2, seed=2).forget.W).all()


def test_an_untrained_plain_rnn_reads_one_number_out():
    rnn = untrained_rnn(300, scale=0.2, seed=0)
    assert (rnn.W.shape, rnn.V.shape) == ((300, 304), (1, 300))
    assert rnn.W.std() == pytest.approx(0.2, rel=0.02)
    assert rnn.V.std() == pytest.approx(0.2, rel=0.1)
    assert not rnn.b.any()
    assert not rnn.v.any()
    assert_same(list(vars(rnn).values()), list(vars(untrained_rnn(300, 0.2, 0)).values()))


# ---- right when asked --------------------------------------------------------------------------


def test_the_answer_is_right_up_to_half_a_person():
    xs = day_events("enter enter ask ask quiet ask")
    said = np.array([9, 9, 2.4, 1.6, 9, 2.6])
    assert right_when_asked(np.tanh(0.1 * said)[:, None], xs) == pytest.approx(2 / 3)
    half = np.tanh(0.1 * np.array([9, 9, 1.4, -2, 9, -1]))
    assert right_when_asked(np.column_stack([half, said]), xs) == 0  # only unit 0 answers
    assert right_when_asked(np.ones((6, 1)), xs) == 0


def test_the_hand_wired_cell_is_always_right():
    xs = random_days(np.random.default_rng(0), 30, 100)
    assert right_when_asked(unroll(room_counter(2), xs).h, xs) == 1


def test_answers_that_do_not_fit_the_days_are_named():
    xs = day_events("enter ask")
    assert refusal(right_when_asked, np.zeros(2), xs) == (
        "h has shape (2,); it answers the days of xs (2, 4), moment by moment, so h must be (2, H)"
    )
    assert refusal(right_when_asked, np.zeros((2, 3, 1)), np.zeros((2, 5, 4))) == (
        "h has shape (2, 3, 1); it answers the days of xs (2, 5, 4), moment by moment, "
        "so h must be (2, 5, H)"
    )
    assert refusal(right_when_asked, [[np.nan], [0]], xs).startswith("h holds NaN")
    assert refusal(right_when_asked, np.zeros((1, 1)), day_events("enter")) == (
        "xs must have a moment at which somebody asks"
    )


# ---- the lamp ----------------------------------------------------------------------------------


def test_a_day_of_the_lamp_is_read_as_data() -> None:
    np.testing.assert_array_equal(examples.lamp_events("quiet, press press"), [[0], [1], [1]])
    np.testing.assert_array_equal(examples.lamp_events(["press"]), [[1]])
    np.testing.assert_array_equal(examples.lamp_events("Press QUIET"), [[1], [0]])
    np.testing.assert_array_equal(examples.lamp_events([" press ", "Quiet"]), [[1], [0]])
    assert examples.lamp_events().shape == (len(examples.LAMP_DAY), 1)
    assert set(examples.LAMP_DAY) == {"press", "quiet"}


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("", "at least one moment"),
        ([], "at least one moment"),
        (
            "press enter",
            "Moment 1 says 'enter', and the lamp does not know 'enter'; it knows press",
        ),
        (
            ["press", ""],
            "Moment 1 says '', and the lamp does not know ''; it knows press and quiet",
        ),
        (
            ["press+quiet"],
            "Moment 0 says 'press+quiet', and the lamp does not know 'press+quiet'; ",
        ),
    ],
)
def test_other_words_are_refused(names: object, said: str) -> None:
    with pytest.raises(ValueError, match="press") as caught:
        examples.lamp_events(names)
    assert said in str(caught.value)


def test_each_press_turns_the_lamp_over() -> None:
    xs = examples.lamp_events("quiet press quiet press press quiet")
    np.testing.assert_array_equal(examples.lamp_is_on(xs), [0, 1, 1, 0, 1, 1])
    assert examples.lamp_is_on(np.zeros((0, 1))).shape == (0,)
    with pytest.raises(ValueError, match=r"xs has shape \(3,\)"):
        examples.lamp_is_on([0, 1, 0])
    with pytest.raises(ValueError, match=r"must be \(T, 1\)"):
        examples.lamp_is_on(examples.day_events())


@given(st.lists(st.booleans(), max_size=80))
def test_the_lamp_shows_what_it_should(presses: list[bool]) -> None:
    xs = np.array(presses, dtype=float).reshape(-1, 1)
    on, h = examples.lamp_is_on(xs), unroll(examples.lamp(), xs).h[:, 0]
    assert np.all(h[on] > 0.75)
    assert np.all(h[~on] < 0.01)


def test_the_lamp_works_for_thousands_of_presses_and_holds_through_a_long_night() -> None:
    xs = np.random.default_rng(0).integers(0, 2, (3000, 1))
    h = unroll(examples.lamp(), xs).h[:, 0]
    np.testing.assert_array_equal(h > 0.75, examples.lamp_is_on(xs))
    night = unroll(examples.lamp(), examples.lamp_events("press" + " quiet" * 300)).h[:, 0]
    assert night.min() > 0.74


def test_the_lamp_reads_its_own_h_and_nothing_else_does() -> None:
    lamp = examples.lamp()
    assert lamp.candidate.W[0, 0] != 0
    for gate in (lamp.forget, lamp.input, lamp.output):
        assert gate.W[0, 0] == 0

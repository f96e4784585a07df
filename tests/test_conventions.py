from __future__ import annotations

import json
from pathlib import Path

import ml_dtypes  # comes with onnx
import numpy as np
import pytest
from hypothesis import given

from lstm_teach import Gate, Parameters, conventions, unroll
from lstm_teach.variants import GRUParameters
from tests.helpers import (
    GATES,
    arrays_in,
    assert_each_is_refused,
    assert_harmless,
    assert_same,
    cells,
    grus,
    refusal,
    sequences,
)

LIBRARIES = ("torch", "keras", "onnx")
SPELLINGS = (*LIBRARIES, "rows", "split")
READ = {name: getattr(conventions, f"from_{name}") for name in SPELLINGS}
WRITE = {name: getattr(conventions, f"to_{name}") for name in SPELLINGS}


def read(spelling: str, written: object) -> Parameters:
    """What `to_...` wrote, read by `from_...`."""
    return READ[spelling](*written) if isinstance(written, tuple) else READ[spelling](written)


# ---- the oracles: other libraries' answers (tests/oracle/make_oracle.py) -----------------------

ORACLE = json.loads(
    Path(__file__).with_name("oracle").joinpath("oracle.json").read_text(encoding="utf-8")
)
TOLERANCE = {"float64": 1e-12, "float32": 2e-6}


def name_of(case: dict) -> str:
    T, N, D = np.shape(case["xs"])
    H = np.shape(case["answers"]["float64"]["h"])[-1]
    return f"{case['library']}-D{D}-H{H}-T{T}-batch{N}"


@pytest.mark.parametrize("precision", TOLERANCE)
@pytest.mark.parametrize("case", ORACLE["cases"], ids=name_of)
def test_other_libraries_agree(case: dict, precision: str):
    p = READ[case["library"]](**case["weights"])
    steps = unroll(p, case["xs"], case.get("h0"), case.get("c0"))
    answer = case["answers"][precision]
    tolerance = {"rtol": 0, "atol": TOLERANCE[precision]}
    np.testing.assert_allclose(steps.h, answer["h"], **tolerance)
    np.testing.assert_allclose(steps.c[-1], answer["c_last"], **tolerance)


@pytest.mark.parametrize("library", ["torch", "onnx", "keras"])
def test_the_oracles_cover_what_can_differ(library: str):
    cases = [case for case in ORACLE["cases"] if case["library"] == library]
    shapes = {np.shape(case["xs"]) for case in cases}
    assert {T for T, _, _ in shapes} >= {1, 20}
    assert {N for _, N, _ in shapes} >= {1, 4}
    assert {"h0" in case for case in cases} == {True, False}
    assert len({tuple(case["weights"]) for case in cases}) > 1  # with a bias and without
    assert ORACLE["made_by"].keys() >= {"torch", "onnx", "onnxruntime", "keras"}


# ---- there and back ----------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(cells())
def test_there_and_back_is_the_same_cell(spelling: str, p: Parameters):
    written = WRITE[spelling](p)
    back = read(spelling, written)
    assert_same(back, p)
    assert_same(WRITE[spelling](back), written)


SHAPES = {  # of what is written, for D = 3 and H = 2
    "torch": [(8, 3), (8, 2), (8,), (8,)],
    "keras": [(3, 8), (2, 8), (8,)],
    "onnx": [(1, 8, 3), (1, 8, 2), (1, 16)],
    "rows": [(5, 2), (2,)] * 4,
    "split": [(2, 3), (2, 2), (2,), (2,)] * 4,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_is_written_has_their_shapes_and_is_no_view_of_the_cell(spelling: str):
    p = Parameters.random(3, 2, seed=0)
    arrays = arrays_in(WRITE[spelling](p))
    assert [array.shape for array in arrays] == SHAPES[spelling]
    for array in arrays:
        assert array.dtype == np.float64
        assert array.flags.writeable
        assert not any(np.shares_memory(array, inside) for inside in arrays_in(p))


def numbered() -> Parameters:
    """A cell whose numbers say where they belong: gate (tens), h or x column (ones)."""
    split = {
        gate: (
            np.full((2, 3), 10 * n + 1.0),
            np.full((2, 2), 10 * n + 2.0),
            np.full(2, 10 * n + 3.0),
            np.full(2, 0.5),
        )
        for n, gate in enumerate(GATES, start=1)
    }
    return conventions.from_split(split)


@pytest.mark.parametrize(
    ("spelling", "gates"),
    [
        ("torch", "input forget candidate output"),
        ("keras", "input forget candidate output"),
        ("onnx", "input output forget candidate"),
    ],
)
def test_gates_are_stacked_in_the_order_that_the_library_documents(spelling: str, gates: str):
    W_x, W_h, b, *_ = (array.ravel() for array in WRITE[spelling](numbered()))
    if spelling == "keras":  # side by side, not on top of each other
        W_x, W_h = W_x.reshape(3, 8)[0], W_h.reshape(2, 8)[0]
    tens = [10 * (GATES.index(gate) + 1) for gate in gates.split()]
    for array, ones in ((W_x, 1), (W_h, 2), (b[:8], 3.5)):
        assert list(dict.fromkeys(array.tolist())) == [ten + ones for ten in tens]


def test_only_the_sum_of_two_biases_matters():
    rng = np.random.default_rng(1)
    W_x, W_h, b_x, b_h = (rng.normal(size=shape) for shape in SHAPES["torch"])
    p = conventions.from_torch(W_x, W_h, b_x, b_h)
    assert_same(p, conventions.from_torch(W_x, W_h, b_x + b_h))
    assert_same(p, conventions.from_torch(W_x, W_h, bias_hh=b_x + b_h))
    assert_same(p, conventions.from_torch(W_x, W_h, b_h, b_x))
    assert_same(conventions.to_torch(p)[2], b_x + b_h)
    assert not conventions.to_torch(p)[3].any()
    for gate, (_, _, first, second) in conventions.to_split(p).items():
        assert_same(first, getattr(p, gate).b)
        assert not second.any()
    onnx = conventions.to_onnx(p)
    assert not onnx[2][0, 8:].any()
    swapped = (*onnx[:2], np.roll(onnx[2], 8))
    assert_same(p, conventions.from_onnx(*swapped))


@pytest.mark.parametrize("library", ["torch", "keras", "onnx"])
def test_no_bias_is_a_bias_of_zeros(library: str):
    p = Parameters.random(3, 2, seed=2)
    without = READ[library](*WRITE[library](p)[:2])
    for gate in GATES:
        assert_same(getattr(without, gate).W, getattr(p, gate).W)
        assert not getattr(without, gate).b.any()


@given(sequences())
def test_rows_and_split_say_the_same_cell_in_their_own_arithmetic(sequence: tuple):
    p, xs, h0, c0 = sequence
    steps = unroll(p, xs, h0, c0)
    rows, split = conventions.to_rows(p), conventions.to_split(p)
    for moment in (steps[t] for t in range(len(xs))):
        for gate, letter in zip(GATES, "fico", strict=True):
            z = getattr(moment, f"z_{letter}")
            W, b = rows[gate]
            x_then_h = np.concatenate([moment.x, moment.h_prev], axis=-1)
            np.testing.assert_allclose(x_then_h @ W + b, z, rtol=1e-12, atol=1e-12)
            W_x, W_h, b_x, b_h = split[gate]
            apart = moment.x @ W_x.T + b_x + moment.h_prev @ W_h.T + b_h
            np.testing.assert_allclose(apart, z, rtol=1e-12, atol=1e-12)


def test_split_adds_both_biases():
    p = numbered()
    assert p.forget.b.tolist() == [13.5, 13.5]
    assert p.output.W.tolist() == [[42, 42, 41, 41, 41]] * 2


# ---- what goes in ------------------------------------------------------------------------------


def whole(*shape: int) -> np.ndarray:
    return np.arange(np.prod(shape)).reshape(shape) % 7 - 3


#: What each `from_...` takes, in whole numbers, D = 3 and H = 2.
GIVEN = {
    "torch": {
        "weight_ih": whole(8, 3),
        "weight_hh": whole(8, 2),
        "bias_ih": whole(8),
        "bias_hh": whole(8),
    },
    "keras": {"kernel": whole(3, 8), "recurrent_kernel": whole(2, 8), "bias": whole(8)},
    "onnx": {"W": whole(1, 8, 3), "R": whole(1, 8, 2), "B": whole(1, 16)},
    "rows": {"gates": {gate: (whole(5, 2), whole(2)) for gate in GATES}},
    "split": {"gates": {gate: (whole(2, 3), whole(2, 2), whole(2), whole(2)) for gate in GATES}},
}
SYMBOLS = {"rows": ("W", "b"), "split": ("W_x", "W_h", "b_x", "b_h")}
OPTIONAL = {"bias_ih", "bias_hh", "bias", "B"}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_lists_integers_and_read_only_arrays_do_and_nothing_is_modified(spelling: str):
    assert_harmless(READ[spelling], GIVEN[spelling])


def with_one(spelling: str, gate: str, symbol: str, array: object) -> dict:
    """The gates of `GIVEN` with one array exchanged."""
    gates = dict(GIVEN[spelling]["gates"])
    place = SYMBOLS[spelling].index(symbol)
    gates[gate] = (*gates[gate][:place], array, *gates[gate][place + 1 :])
    return gates


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_not_a_finite_number_is_refused_by_name(library: str):
    assert_each_is_refused(READ[library], GIVEN[library], optional=OPTIONAL)  # None: zeros


@pytest.mark.parametrize("spelling", SYMBOLS)
def test_what_is_not_a_finite_number_is_refused_by_gate_and_name(spelling: str):
    for gate, arrays in GIVEN[spelling]["gates"].items():

        def read(gate: str = gate, **given_: object) -> Parameters:
            return READ[spelling]({**GIVEN[spelling]["gates"], gate: tuple(given_.values())})

        symbols = SYMBOLS[spelling]
        written = {symbol: f"the {gate} gate's {symbol}" for symbol in symbols}
        arguments = dict(zip(symbols, arrays, strict=True))
        assert_each_is_refused(read, arguments, written=written)


@pytest.mark.parametrize(
    ("library", "shapes", "sentence"),
    [
        (
            "torch",
            {"weight_ih": (8,)},
            "weight_ih has shape (8,); weight_ih must be (4H, D)",
        ),
        (
            "torch",
            {"weight_ih": (8, 3, 1)},
            "weight_ih has shape (8, 3, 1); weight_ih must be (4H, D)",
        ),
        (
            "torch",
            {"weight_ih": (8, 0)},
            "weight_ih has shape (8, 0); weight_ih must be (4H, D)",
        ),
        (
            "torch",
            {"weight_ih": (7, 3)},
            "weight_ih has shape (7, 3); four gates are stacked in it, "
            "so weight_ih must be (4H, D)",
        ),
        (
            "torch",
            {"weight_hh": (2, 8)},
            "weight_hh has shape (2, 8); the other weights are for 2 units, "
            "so weight_hh must be (8, 2)",
        ),
        (
            "torch",
            {"bias_ih": (2,)},
            "bias_ih has shape (2,); the other weights are for 2 units, so bias_ih must be (8,)",
        ),
        (
            "torch",
            {"bias_hh": (1, 8)},
            "bias_hh has shape (1, 8); the other weights are for 2 units, so bias_hh must be (8,)",
        ),
        (
            "torch",
            {"weight_ih": (4, 3), "weight_hh": (8, 2)},
            "weight_hh has shape (8, 2); the other weights are for 1 unit, "
            "so weight_hh must be (4, 1)",
        ),
        ("keras", {"kernel": (8,)}, "kernel has shape (8,); kernel must be (D, 4H)"),
        (
            "keras",
            {"kernel": (8, 3)},
            "kernel has shape (8, 3); four gates are stacked in it, so kernel must be (D, 4H)",
        ),
        (
            "keras",
            {"recurrent_kernel": (8, 2)},
            "recurrent_kernel has shape (8, 2); the other weights are for 2 units, "
            "so recurrent_kernel must be (2, 8)",
        ),
        (
            "keras",
            {"bias": (16,)},
            "bias has shape (16,); the other weights are for 2 units, so bias must be (8,)",
        ),
        (
            "onnx",
            {"W": (2, 8, 3)},
            "W has shape (2, 8, 3); one direction needs W to be (1, 4H, D)",
        ),
        ("onnx", {"W": (8, 3)}, "W has shape (8, 3); one direction needs W to be (1, 4H, D)"),
        (
            "onnx",
            {"W": (0, 8, 3)},
            "W has shape (0, 8, 3); one direction needs W to be (1, 4H, D)",
        ),
        ("onnx", {"W": (1, 8)}, "W has shape (1, 8); one direction needs W to be (1, 4H, D)"),
        (
            "onnx",
            {"W": (1, 8, 3, 1)},
            "W has shape (1, 8, 3, 1); one direction needs W to be (1, 4H, D)",
        ),
        ("onnx", {"W": (1, 8, 0)}, "W has shape (1, 8, 0); one direction needs W to be (1, 4H, D)"),
        (
            "onnx",
            {"W": (1, 0, 3)},
            "W has shape (1, 0, 3); four gates are stacked in it, so W must be (1, 4H, D)",
        ),
        (
            "onnx",
            {"R": (8, 2)},
            "R has shape (8, 2); the other weights are for 2 units, so R must be (1, 8, 2)",
        ),
        (
            "onnx",
            {"B": (1, 8)},
            "B has shape (1, 8); the other weights are for 2 units, so B must be (1, 16)",
        ),
    ],
)
def test_a_wrong_shape_is_named_with_the_right_one(library: str, shapes: dict, sentence: str):
    given_ = {**GIVEN[library], **{name: np.zeros(shape) for name, shape in shapes.items()}}
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole sentence is compared
        READ[library](**given_)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("spelling", "gate", "symbol", "shape", "sentence"),
    [
        (
            "rows",
            "forget",
            "W",
            (2, 5),
            "the forget gate's W has shape (2, 5); written for rows it has a row for each entry "
            "of [x, h] and a column for each unit, so it must be (D+H, H) with D at least 1",
        ),
        (
            "rows",
            "forget",
            "W",
            (2, 2),
            "the forget gate's W has shape (2, 2); written for rows it has a row for each entry "
            "of [x, h] and a column for each unit, so it must be (D+H, H) with D at least 1",
        ),
        (
            "rows",
            "forget",
            "W",
            (5,),
            "the forget gate's W has shape (5,); the forget gate's W must be (D+H, H)",
        ),
        (
            "rows",
            "input",
            "W",
            (6, 2),
            "the input gate's W has shape (6, 2); the forget gate's W is (5, 2), "
            "so the input gate's W must be (5, 2)",
        ),
        (
            "rows",
            "output",
            "b",
            (5,),
            "the output gate's b has shape (5,); the forget gate's W is (5, 2), "
            "so the output gate's b must be (2,)",
        ),
        (
            "split",
            "forget",
            "W_x",
            (3,),
            "the forget gate's W_x has shape (3,); the forget gate's W_x must be (H, D)",
        ),
        (
            "split",
            "candidate",
            "W_x",
            (3, 2),
            "the candidate gate's W_x has shape (3, 2); the forget gate's W_x is (2, 3), "
            "so the candidate gate's W_x must be (2, 3)",
        ),
        (
            "split",
            "forget",
            "W_h",
            (2, 3),
            "the forget gate's W_h has shape (2, 3); the forget gate's W_x is (2, 3), "
            "so the forget gate's W_h must be (2, 2)",
        ),
        (
            "split",
            "input",
            "b_x",
            (3,),
            "the input gate's b_x has shape (3,); the forget gate's W_x is (2, 3), "
            "so the input gate's b_x must be (2,)",
        ),
        (
            "split",
            "output",
            "b_h",
            (),
            "the output gate's b_h has shape (); the forget gate's W_x is (2, 3), "
            "so the output gate's b_h must be (2,)",
        ),
    ],
)
def test_a_wrong_shape_is_named_with_its_gate(
    spelling: str, gate: str, symbol: str, shape: tuple, sentence: str
):
    assert refusal(READ[spelling], with_one(spelling, gate, symbol, np.zeros(shape))) == sentence


@pytest.mark.parametrize("spelling", SYMBOLS)
def test_all_four_gates_are_needed_and_no_other(spelling: str):
    gates = GIVEN[spelling]["gates"]
    want = f"to ({', '.join(SYMBOLS[spelling])})"
    must = f"it must map each of forget, input, candidate, output {want}"
    without = {name: gates[name] for name in GATES[:3]}
    assert refusal(READ[spelling], without) == f"gates has forget, input, candidate; {must}"
    extra = {**without, "update": gates["output"]}
    assert refusal(READ[spelling], extra) == f"gates has forget, input, candidate, update; {must}"
    assert refusal(READ[spelling], {}) == f"gates has nothing; {must}"
    assert refusal(READ[spelling], None) == f"gates has NoneType; {must}"
    for bad in (None, gates["input"][0], gates["input"][:-1], (*gates["input"], 0)):
        assert refusal(READ[spelling], {**gates, "input": bad}) == (
            f"the input gate is not a tuple of {len(SYMBOLS[spelling])} arrays; "
            f"it must be ({', '.join(SYMBOLS[spelling])})"
        )


# ---- GRU, and the peepholes of ONNX: their numbers are compared in test_variants.py ------------

GRU_READ = {name: getattr(conventions, f"gru_from_{name}") for name in LIBRARIES}
GRU_WRITE = {name: getattr(conventions, f"gru_to_{name}") for name in LIBRARIES}
GRU_GIVEN = {
    "torch": {
        "weight_ih": whole(6, 3),
        "weight_hh": whole(6, 2),
        "bias_ih": whole(6),
        "bias_hh": whole(6) + 1,
    },
    "keras": {"kernel": whole(3, 6), "recurrent_kernel": whole(2, 6), "bias": whole(2, 6)},
    "onnx": {"W": whole(1, 6, 3), "R": whole(1, 6, 2), "B": whole(1, 12)},
}


def how(library: str, p: GRUParameters) -> dict[str, bool]:
    """How the library is told which reading of the reset gate it is."""
    words = {"torch": None, "keras": "reset_after", "onnx": "linear_before_reset"}
    return {words[library]: p.reset_after} if words[library] else {}


@pytest.mark.parametrize("library", LIBRARIES)
@given(grus())
def test_there_and_back_is_the_same_gru(library: str, p: GRUParameters):
    if library == "torch" and not p.reset_after:
        assert refusal(GRU_WRITE[library], p) == (
            "parameters has reset_after=False; PyTorch's reset gate works after the product, "
            "so reset_after must be True"
        )
        return
    written = GRU_WRITE[library](p)
    back = GRU_READ[library](*written, **how(library, p))
    assert back.reset_after == p.reset_after
    for name in ("update", "reset", "candidate"):
        assert_same(getattr(back, name), getattr(p, name))
    assert_same(back.recurrent_bias, p.recurrent_bias)
    assert_same(GRU_WRITE[library](back), written)


@pytest.mark.parametrize(
    ("library", "shapes"),
    [
        ("torch", [(6, 3), (6, 2), (6,), (6,)]),
        ("keras", [(3, 6), (2, 6), (2, 6)]),
        ("onnx", [(1, 6, 3), (1, 6, 2), (1, 12)]),
    ],
)
def test_what_is_written_of_a_gru_has_their_shapes_and_is_no_view_of_it(library: str, shapes: list):
    p = conventions.gru_from_torch(**GRU_GIVEN["torch"])
    arrays = arrays_in(GRU_WRITE[library](p))
    assert [array.shape for array in arrays] == shapes
    inside = [*arrays_in([p.update, p.reset, p.candidate]), p.recurrent_bias]
    for array in arrays:
        assert array.flags.writeable
        assert not any(np.shares_memory(array, own) for own in inside)


def test_a_keras_gru_that_resets_before_has_one_bias():
    p = conventions.gru_from_keras(whole(3, 6), whole(2, 6), whole(6), reset_after=False)
    assert conventions.gru_to_keras(p)[2].tolist() == whole(6).tolist()
    assert p.candidate.b.tolist() == whole(6)[4:].tolist()


@pytest.mark.parametrize("library", LIBRARIES)
def test_no_bias_of_a_gru_is_a_bias_of_zeros(library: str):
    weights = list(GRU_GIVEN[library].values())[:2]
    p = GRU_READ[library](*weights)
    for array in (p.update.b, p.reset.b, p.candidate.b, p.recurrent_bias):
        assert not array.any()


def test_an_update_gate_is_turned_round_and_only_the_candidates_second_bias_is_kept():
    given_ = GRU_GIVEN["torch"]
    p = conventions.gru_from_torch(**given_)
    W = np.concatenate([given_["weight_hh"], given_["weight_ih"]], axis=1)
    both = given_["bias_ih"] + given_["bias_hh"]
    assert_same(p.reset, Gate(W[:2], both[:2]))
    assert_same(p.update, Gate(-W[2:4], -both[2:4]))
    assert_same(p.candidate, Gate(W[4:], given_["bias_ih"][4:]))
    assert_same(p.recurrent_bias, given_["bias_hh"][4:])
    before = conventions.gru_from_onnx(**GRU_GIVEN["onnx"])
    assert before.candidate.b.tolist() == (whole(12)[4:6] + whole(12)[10:]).tolist()
    assert not before.recurrent_bias.any()


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_not_a_finite_number_in_a_gru_is_refused_by_name(library: str):
    assert_each_is_refused(GRU_READ[library], GRU_GIVEN[library], optional=OPTIONAL)  # None: zeros


@pytest.mark.parametrize("library", LIBRARIES)
def test_lists_integers_and_read_only_arrays_do_for_a_gru(library: str):
    def read(**weights: object) -> tuple:
        p = GRU_READ[library](**weights)
        return p.update, p.reset, p.candidate, p.recurrent_bias

    assert_harmless(read, GRU_GIVEN[library])


@pytest.mark.parametrize(
    ("library", "shapes", "sentence"),
    [
        (
            "torch",
            {"weight_ih": (8, 3)},
            "weight_ih has shape (8, 3); three gates are stacked in it, "
            "so weight_ih must be (3H, D)",
        ),
        ("torch", {"weight_ih": (6,)}, "weight_ih has shape (6,); weight_ih must be (3H, D)"),
        (
            "torch",
            {"bias_hh": (8,)},
            "bias_hh has shape (8,); the other weights are for 2 units, so bias_hh must be (6,)",
        ),
        (
            "keras",
            {"kernel": (3, 8)},
            "kernel has shape (3, 8); three gates are stacked in it, so kernel must be (D, 3H)",
        ),
        (
            "keras",
            {"bias": (6,)},
            "bias has shape (6,); the other weights are for 2 units, so bias must be (2, 6)",
        ),
        ("onnx", {"W": (6, 3)}, "W has shape (6, 3); one direction needs W to be (1, 3H, D)"),
        (
            "onnx",
            {"R": (1, 2, 6)},
            "R has shape (1, 2, 6); the other weights are for 2 units, so R must be (1, 6, 2)",
        ),
        (
            "onnx",
            {"B": (1, 6)},
            "B has shape (1, 6); the other weights are for 2 units, so B must be (1, 12)",
        ),
    ],
)
def test_a_wrong_shape_of_a_gru_is_named_with_the_right_one(
    library: str, shapes: dict, sentence: str
):
    given_ = {**GRU_GIVEN[library], **{name: np.zeros(shape) for name, shape in shapes.items()}}
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole sentence is compared
        GRU_READ[library](**given_)
    assert str(caught.value) == sentence


def test_peepholes_are_read_and_written_in_the_order_that_onnx_documents():
    holes = conventions.peepholes_from_onnx([[1, 2, 3, 4, 5, 6]])
    assert [holes.p_i.tolist(), holes.p_o.tolist(), holes.p_f.tolist()] == [[1, 2], [3, 4], [5, 6]]
    assert conventions.peepholes_to_onnx(holes).tolist() == [[1, 2, 3, 4, 5, 6]]


@pytest.mark.parametrize("shape", [(6,), (2, 6), (1, 4), (1, 0), (), (1, 6, 1)])
def test_peepholes_of_another_shape_are_refused(shape: tuple[int, ...]):
    assert refusal(conventions.peepholes_from_onnx, np.zeros(shape)) == (
        f"P has shape {shape}; it holds three gates' peepholes of one direction, "
        "so P must be (1, 3H)"
    )


def test_peepholes_that_are_not_finite_numbers_are_refused_by_name():
    assert_each_is_refused(conventions.peepholes_from_onnx, {"P": np.ones((1, 6))})


# ---- tensors that NumPy cannot read -------------------------------------------------------------


class Tensor:
    """What PyTorch's tensors do when NumPy asks for their numbers."""

    def __init__(self, dtype: str, error: type[Exception]) -> None:
        self.dtype, self.error = dtype, error

    def __array__(self, *given: object, **named: object) -> np.ndarray:
        raise self.error("Got unsupported ScalarType BFloat16, or it requires grad")

    def detach(self) -> Tensor:
        return self


def test_bfloat16_and_tensors_with_gradients_get_their_next_step():
    rest = np.ones((8, 2))
    for tensor, words in (
        (np.ones((8, 3), ml_dtypes.bfloat16), "weight_ih.float() (PyTorch) or weight_ih.astype"),
        (Tensor("torch.bfloat16", TypeError), "weight_ih.float() (PyTorch) or weight_ih.astype"),
        (Tensor("torch.float32", RuntimeError), "weight_ih must be weight_ih.detach().cpu()"),
        (Tensor("torch.float32", TypeError), "weight_ih must be weight_ih.detach().cpu()"),
    ):
        assert words in refusal(conventions.from_torch, tensor, rest)
    assert "rows of equal length" in refusal(conventions.from_torch, [[1], [1, 2]], rest)

"""The other cells with numbers on their wires: whose they are, and what a switch makes quiet."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from lstm_teach import Gate, Parameters, Step, diagram, examples, step, variants
from lstm_teach._style import QUIET, number
from lstm_teach.variants import GRUStep
from tests.diagram.test_cell import texts, tree, values_of, wire_colors

CELL = Parameters.random(2, 2, seed=1)
X, H_PREV, C_PREV = np.array([0.5, -0.25]), np.array([0.3, -0.4]), np.array([0.8, -1.2])
PLAIN = step(CELL, X, H_PREV, C_PREV)
COUPLED = variants.coupled_step(CELL, X, H_PREV, C_PREV)
GRU = variants.gru_step(
    variants.GRUParameters(CELL.forget, CELL.input, CELL.candidate), X, H_PREV
)  # fmt: skip


def written(picture: str, wire: str) -> list[str]:
    groups = [e for e in tree(picture).iter() if e.get("data-value") == wire]
    return sorted(e.text for group in groups for e in group.iter() if e.tag.endswith("text"))


def said(values: np.ndarray) -> list[str]:
    return sorted(number(value) for value in values)


@pytest.mark.parametrize("name", ["peephole", "coupled"])
@pytest.mark.parametrize("on", [True, False])
def test_a_variant_has_all_numbers_of_its_step(name: str, on: bool) -> None:
    moment = COUPLED if on and name == "coupled" else PLAIN
    picture = diagram.variant(name, moment, on=on)
    for wire in ("f", "i", "c_tilde", "o", "c_prev", "kept", "added", "c", "h"):
        assert written(picture, wire) == said(getattr(moment, wire))
    assert values_of(picture) == values_of(diagram.cell(None, moment))


def test_what_a_coupled_cell_writes_is_one_minus_f() -> None:
    assert written(diagram.variant("coupled", COUPLED), "i") == said(1 - COUPLED.f)


@pytest.mark.parametrize(
    ("name", "on", "quiet"),
    [
        ("peephole", True, set()),
        ("peephole", False, {"peephole"}),
        ("coupled", True, {"own_i", "read_i"}),
        ("coupled", False, {"coupled"}),
    ],
)
def test_a_switch_makes_one_way_quiet_and_nothing_else(
    name: str, on: bool, quiet: set[str]
) -> None:
    colors = wire_colors(diagram.variant(name, PLAIN, on=on))
    assert {wire for wire, drawn in colors.items() if drawn == {QUIET}} == quiet


@pytest.mark.parametrize("name", ["peephole", "coupled"])
def test_the_switch_moves_nothing(name: str) -> None:
    """On and off have the same elements: only their colors and widths differ."""
    on, off = (tree(diagram.variant(name, PLAIN, on=on)) for on in (True, False))
    places = [
        [[e.get(a) for a in ("d", "x", "y", "cx", "cy", "width")] for e in picture.iter()]
        for picture in (on, off)
    ]
    assert places[0] == places[1]


def test_an_unknown_variant_is_refused_with_the_choices() -> None:
    with pytest.raises(ValueError, match="'peepholes'; it must be peephole or coupled"):
        diagram.variant("peepholes", PLAIN)


def test_a_gru_has_its_numbers_on_its_wires() -> None:
    picture = diagram.gru(GRU)
    for wire in ("h_prev", "z", "r", "h_tilde", "kept", "added", "h"):
        assert written(picture, wire) == said(getattr(GRU, wire))
    assert written(picture, "rh") == said(GRU.r * GRU.h_prev)
    assert "upper row: unit 0, lower row: unit 1" in texts(picture)
    assert not any("=" in text for text in texts(picture))  # the equations stand beside it


def test_a_gru_with_many_inputs_leaves_their_numbers_to_the_sliders() -> None:
    wide = Gate(np.zeros((1, 5)), np.zeros(1))
    moment = variants.gru_step(variants.GRUParameters(wide, wide, wide), [1, 0, 0, 1], [0.3])
    assert "join" not in values_of(diagram.gru(moment, x_names=examples.EVENTS))
    assert "h_prev" in values_of(diagram.gru(moment))


def test_a_plain_rnn_has_h_on_its_wire_and_its_inputs_in_the_strip() -> None:
    h = variants.rnn_step(H_PREV, X, CELL.forget.W, CELL.forget.b)
    picture = diagram.rnn(H_PREV, X, h, x_names=["bell", "ask"])
    assert written(picture, "h") == said(h)
    assert written(picture, "join") == said(np.concatenate([H_PREV, X]))
    assert {"bell", "ask"} <= set(texts(picture))


def test_a_batch_is_refused_with_advice() -> None:
    batch = np.zeros((7, 2))
    for draw in (
        lambda: diagram.rnn(batch, batch, batch),
        lambda: diagram.gru(GRUStep(**{f.name: batch for f in fields(GRUStep)})),
        lambda: diagram.variant("coupled", Step(**{f.name: batch for f in fields(Step)})),
    ):
        with pytest.raises(ValueError, match=r"step.h has shape \(7, 2\).*take steps\[t\]"):
            draw()


def test_other_cells_are_as_small_and_have_nothing_that_can_clash() -> None:
    h = variants.rnn_step(H_PREV, X, CELL.forget.W, CELL.forget.b)
    for picture in (
        diagram.variant("peephole", PLAIN),
        diagram.variant("coupled", COUPLED, on=False),
        diagram.gru(GRU),
        diagram.rnn(H_PREV, X, h),
    ):
        assert len(picture.encode()) <= 12_000
        assert " id=" not in picture

"""Exact inclusion probabilities before any seed exists."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.errors import PlanError
from solver.rates import FixedMode, Mode, PpsMode, RateMode, preview, scale_of

CELLS = {"330106/F/A": 30, "330106/F/B": 15, "330108/C/C": 11, "330108/C/D": 4}


def test_a_rate_is_exact_and_never_above_one() -> None:
    shown = preview(CELLS, RateMode(100, {"A": 1, "B": 3, "C": 10, "D": 250}))
    assert [row.probability for row in shown.rows] == [Fraction(1, 100), Fraction(3, 100), Fraction(1, 10), 1]
    assert [row.expected for row in shown.rows] == [Fraction(3, 10), Fraction(9, 20), Fraction(11, 10), 4]
    assert (shown.entities, shown.expected) == (60, Fraction(117, 20))


def test_a_fixed_number_is_shared_by_weight_and_the_certain_leave_first() -> None:
    # D: 12·40 >= 30+45+110+160 = 345, so its 4 are certain; 8 are left for A, B and C over 185
    shown = preview(CELLS, FixedMode(12, {"A": 1, "B": 3, "C": 10, "D": 40}))
    assert shown.D == 185
    assert [row.probability for row in shown.rows] == [
        Fraction(8, 185),
        Fraction(24, 185),
        Fraction(16, 37),
        1,
    ]
    assert shown.expected == 12


def test_certainty_spreads_from_pass_to_pass() -> None:
    # pass 1: 3·100 >= 100+10+1+1 makes x certain; pass 2: 2·10 >= 12 makes y certain; 1 is left for two
    shown = preview({"x": 100, "y": 10, "z": 1, "w": 1}, PpsMode(3))
    assert [(row.cell, row.probability) for row in shown.rows] == [
        ("x", 1), ("y", 1), ("z", Fraction(1, 2)), ("w", Fraction(1, 2)),
    ]  # fmt: skip


def test_drawing_everybody_is_certain_for_everybody() -> None:
    shown = preview(CELLS, FixedMode(60, {"A": 1, "B": 3, "C": 10, "D": 40}))
    assert {row.probability for row in shown.rows} == {Fraction(1)}
    assert shown.expected == 60


def test_a_class_of_weight_zero_is_never_drawn_even_when_the_others_all_are() -> None:
    shown = preview(CELLS, FixedMode(30, {"A": 0, "B": 1, "C": 1, "D": 1}))
    assert [row.probability for row in shown.rows] == [0, 1, 1, 1]


def test_drawing_nobody_is_nobody() -> None:
    for mode in (FixedMode(0, {"A": 1, "B": 3, "C": 10, "D": 40}), RateMode(1, dict.fromkeys("ABCD", 0))):
        assert preview(CELLS, mode).expected == 0
    assert preview(CELLS, FixedMode(0, dict.fromkeys("ABCD", 0))).D == 1


@pytest.mark.parametrize("mode", [RateMode(10, {}), FixedMode(0, {}), PpsMode(0)])
def test_an_empty_register_gives_an_empty_preview(mode: Mode) -> None:
    shown = preview({}, mode)
    assert (shown.rows, shown.expected) == ((), 0)


@pytest.mark.parametrize(
    ("cells", "mode", "code"),
    [
        (CELLS, FixedMode(61, dict.fromkeys("ABCD", 1)), "plan_too_many"),
        (CELLS, FixedMode(31, {"A": 0, "B": 1, "C": 1, "D": 1}), "plan_too_many"),
        ({}, FixedMode(1, {"A": 1}), "plan_too_many"),
        (CELLS, FixedMode(1, dict.fromkeys("ABCD", 0)), "plan_zero_weights"),
        (CELLS, FixedMode(1, {"A": 1, "B": 1, "C": 1}), "plan_class_without_rate"),
        (CELLS, RateMode(100, {"A": 1}), "plan_class_without_rate"),
        (CELLS, FixedMode(1, dict.fromkeys("ABCD", 2**52)), "plan_denominator"),
        ({"x": 0}, PpsMode(1), "plan_zero_weights"),
        ({"x": 5}, PpsMode(2), "plan_too_many"),
    ],
)
def test_what_cannot_be_drawn_is_a_typed_error(cells: dict[str, int], mode: Mode, code: str) -> None:
    with pytest.raises(PlanError) as caught:
        preview(cells, mode)
    assert caught.value.code == code


@given(
    st.dictionaries(st.sampled_from("ABCD"), st.integers(1, 50), min_size=1),
    st.lists(st.integers(0, 60), min_size=4, max_size=4),
    st.data(),
)
def test_a_fixed_number_is_expected_exactly_and_positive_weights_are_never_at_zero(
    population: dict[str, int], numbers: list[int], data: st.DataObject
) -> None:
    weights = dict(zip("ABCD", numbers, strict=True))
    eligible = sum(count for cls, count in population.items() if weights[cls])
    n = data.draw(st.integers(0, eligible))
    scale = scale_of(FixedMode(n, weights), population)
    assert sum(population[cls] * scale.a[cls] for cls in population) == n * scale.D
    for cls in population:
        assert 0 <= scale.a[cls] <= scale.D
        assert (scale.a[cls] > 0) == (n > 0 and weights[cls] > 0)


@given(st.lists(st.integers(0, 1000), max_size=40), st.data())
def test_sizes_share_a_number_in_proportion_but_for_the_certain(
    sizes: list[int], data: st.DataObject
) -> None:
    n = data.draw(st.integers(0, sum(1 for size in sizes if size)))
    scale = scale_of(PpsMode(n), Counter(map(str, sizes)))
    assert sum(scale.a[str(size)] for size in sizes) == n * scale.D
    shares = {Fraction(scale.a[str(size)], size) for size in sizes if size and scale.a[str(size)] < scale.D}
    assert len(shares) <= 1


def _by_passes(n: int, weights: list[int]) -> tuple[int, list[int]]:
    """draw/1, part 5, word for word: D and the numerators of single entities."""
    certain: set[int] = set()
    left, total = n, sum(weights)
    while total and (sure := {i for i, w in enumerate(weights) if i not in certain and left * w >= total}):
        certain |= sure
        left, total = left - len(sure), total - sum(weights[i] for i in sure)
    total = total or 1
    return total, [total if i in certain else left * w for i, w in enumerate(weights)]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.data())
def test_sizes_taken_from_the_largest_down_become_certain_pass_by_pass(
    sizes: list[int], data: st.DataObject
) -> None:
    n = data.draw(st.integers(0, sum(size > 0 for size in sizes)))
    scale = scale_of(PpsMode(n), Counter(map(str, sizes)))
    assert (scale.D, [scale.a[str(size)] for size in sizes]) == _by_passes(n, sizes)

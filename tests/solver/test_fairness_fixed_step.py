"""Fixed-step selection: what it does to a list, by trying every start, beside what it is said to do."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.fairness.chances import groups
from solver.fairness.fixed_step import FixedStep, Kind, as_platforms_do, inclusion_over_starts

KINDS: tuple[Kind, ...] = ("floor", "ceil", "skip")


@settings(max_examples=200)
@given(st.integers(0, 80), st.data(), st.sampled_from(KINDS))
def test_probabilities_are_those_of_trying_every_start(rows: int, data: st.DataObject, kind: Kind) -> None:
    method = FixedStep(rows, data.draw(st.integers(0, rows)), kind)
    every = [tuple(sample) for sample in method.samples()]
    counted = inclusion_over_starts(every)
    exact = [Fraction(counted[row], len(every)) for row in range(rows)]
    assert [method.probability(row) for row in range(rows)] == exact
    assert [Fraction(a, method.chances.D) for a in method.chances.a] == exact
    assert (method.never, method.always) == (exact.count(Fraction(0)), exact.count(Fraction(1)))
    assert method.expected == sum(exact, Fraction(0))
    assert len(set(every)) <= method.distinct_samples == len(every)
    if kind == "ceil":
        assert all(len(sample) <= method.wanted for sample in every)
        assert not method.wanted or not method.never
    else:
        assert {len(sample) for sample in every} == {method.wanted}


@pytest.mark.parametrize(
    ("rows", "wanted", "step", "never"),
    [
        (2_999, 1_000, 2, 999),  # a third of the list, the last offices in the sort
        (5_000, 1_500, 3, 500),
        (5_000, 500, 10, 0),  # an exact divisor loses nobody
        (1_999, 1_000, 1, 999),  # one sample: the first thousand, every year
    ],
)
def test_rows_beyond_n_steps_can_never_be_drawn(rows: int, wanted: int, step: int, never: int) -> None:
    method = FixedStep(rows, wanted)
    assert (method.step, method.distinct_samples, method.never) == (step, step, never)
    assert method.probability(rows - 1) == (0 if never else Fraction(1, step))


def test_the_step_rounded_up_reaches_everybody_and_falls_short_of_the_number() -> None:
    method = FixedStep(2_999, 1_000, "ceil")
    assert (method.step, method.never) == (3, 0)
    assert method.expected == Fraction(2_999, 3) < 1_000
    assert {len(sample) for sample in FixedStep(2_999, 1_400, "ceil").samples()} == {999, 1_000}


def test_above_one_half_the_tail_of_the_list_is_drawn_every_time() -> None:
    method = as_platforms_do(2_999, 1_999)
    assert (method.kind, method.step, method.always, method.never) == ("skip", 2, 999, 0)
    assert as_platforms_do(2_999, 1_000).kind == "floor"


@pytest.mark.parametrize(("rows", "wanted"), [(2_999, 1_000), (122_078, 3_662), (60, 12)])
def test_one_drawn_row_betrays_all_the_others(rows: int, wanted: int) -> None:
    assert FixedStep(rows, wanted).betrayed(5) == wanted - 1
    assert FixedStep(rows, wanted).betrayed(rows - 1) in (0, wanted - 1)  # 0: it cannot be drawn


def test_the_last_county_in_the_sort_is_the_one_that_is_left_out() -> None:
    counties = ["360102"] * 1_500 + ["360681"] * 1_000 + ["361181"] * 499
    found = {group.label: group for group in groups(FixedStep(2_999, 1_000).chances, counties)}
    assert found["360102"].mean == Fraction(1, 2)
    assert (found["361181"].mean, found["361181"].never) == (0, 499)
    assert found["360681"].never == 500


@pytest.mark.parametrize(("rows", "wanted"), [(5, 6), (5, -1)])
def test_more_than_there_are_cannot_be_drawn(rows: int, wanted: int) -> None:
    with pytest.raises(ValueError, match="cannot be drawn"):
        FixedStep(rows, wanted)

"""Every start of the rounding: what draw/1 promises, shown by going through all of them, as fractions."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.draw import draw
from solver.errors import PlanError
from solver.fairness.chances import (
    Shape,
    chances,
    groups,
    keys_of,
    merged,
    outcomes,
    over_every_start,
    power_of_ten,
    samples,
)
from solver.plan import Plan
from solver.rates import FixedMode, Mode, PpsMode, RateMode, scale_of
from tests.solver.drawing import SECRETS, frame_of, plan_of, sized_frame_of

CELLS = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 12)), min_size=1, max_size=7)
COUNTIES = ("36/C/A", "36/C/D", "36/F/B", "42/C/A", "42/F/C", "42/F/D", "57/F/A")
WEIGHTS = {"A": 1, "B": 3, "C": 10, "D": 40}


def counted_one_by_one(cells: list[Shape], whole: int) -> list[tuple[int, ...]]:
    """The counts of every r, by the letter of the definition."""
    found = []
    for r in range(whole):
        before, counts = r, []
        for n, a in cells:
            counts.append((before + n * a) // whole - before // whole)
            before += n * a
        found.append(tuple(counts))
    return found


def told(cells: list[Shape], whole: int) -> list[tuple[int, ...]]:
    return [counts for each in outcomes(cells, whole) for counts in [each.counts] * each.starts]


@given(CELLS, st.integers(12, 60))
def test_the_stretches_of_starts_are_the_definition_start_by_start(cells: list[Shape], whole: int) -> None:
    assert told(cells, whole) == counted_one_by_one(cells, whole)


@given(CELLS, st.integers(12, 60))
def test_expectations_are_exact_and_counts_are_floor_or_ceiling(cells: list[Shape], whole: int) -> None:
    found = over_every_start(cells, whole)
    for (n, a), expected, marginal in zip(cells, found.expected, found.marginals, strict=True):
        assert expected == Fraction(n * a, whole)
        assert set(marginal) <= {n * a // whole, -(-n * a // whole)}
        assert sum(marginal.values()) == 1
        assert (max(marginal) > 0) == (a > 0)  # a positive rate is never out of reach
        if a == whole:
            assert marginal == {n: 1}  # a certain cell is drawn whole, always


def shapes(mode: Mode, sizes: dict[str, int]) -> tuple[list[Shape], int]:
    """The cells of ``sizes`` (name or, in mode pps, id → number or size) as the rounding sees them."""
    if isinstance(mode, PpsMode):
        scale = scale_of(mode, Counter(str(size) for size in sizes.values()))
        return [(1, scale.a[str(size)]) for size in sizes.values()], scale.D
    population: Counter[str] = Counter()
    for name, number in sizes.items():
        population[name[-1]] += number
    scale = scale_of(mode, population)
    return [(number, scale.a[name[-1]]) for name, number in sizes.items()], scale.D


MODES = st.one_of(
    st.builds(RateMode, st.integers(1, 50), st.fixed_dictionaries({c: st.integers(0, 60) for c in "ABCD"})),
    st.builds(FixedMode, st.integers(1, 12), st.fixed_dictionaries({c: st.integers(0, 40) for c in "ABCD"})),
)


@settings(max_examples=150)
@given(MODES, st.dictionaries(st.sampled_from(COUNTIES), st.integers(1, 5), min_size=1))
def test_counties_and_industries_stay_within_one_of_their_expectation(
    mode: Mode, sizes: dict[str, int]
) -> None:
    try:
        cells, whole = shapes(mode, sizes)
    except PlanError:  # more wanted than there are
        return
    names = list(sizes)
    order = sorted(
        range(len(names)), key=lambda at: names[at].split("/")
    )  # any order that keeps them together
    for outcome in outcomes([cells[at] for at in order], whole):
        over: defaultdict[str, Fraction] = defaultdict(Fraction)
        for at, k in zip(order, outcome.counts, strict=True):
            county, industry, _ = names[at].split("/")
            difference = k - Fraction(cells[at][0] * cells[at][1], whole)
            over[county] += difference
            over[f"{county}/{industry}"] += difference
        assert all(abs(difference) < 1 for difference in over.values())
        if isinstance(mode, FixedMode):
            assert sum(outcome.counts) == mode.n


@settings(max_examples=150)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=9), st.integers(0, 9))
def test_by_size_exactly_n_are_drawn_and_each_as_likely_as_its_size_says(sizes: list[int], n: int) -> None:
    try:
        cells, whole = shapes(PpsMode(n), {str(at): size for at, size in enumerate(sizes)})
    except PlanError:
        return
    found = over_every_start(cells, whole)
    assert found.total == {n: 1}
    for size, (_, a), expected in zip(sizes, cells, found.expected, strict=True):
        assert expected == Fraction(a, whole)
        assert (expected > 0) == (size > 0 and n > 0)
    open_to_chance = [(size, a) for size, (_, a) in zip(sizes, cells, strict=True) if a < whole]
    assert len({Fraction(a, size) for size, a in open_to_chance if size}) <= 1  # proportional


def test_a_class_that_must_be_inspected_is_drawn_whole_by_every_start_in_every_order() -> None:
    cells = {"36/A": (5, 1), "36/D": (2, 10), "42/A": (4, 1), "42/D": (3, 10)}  # D at rate 1
    for order in permutations(cells):
        for outcome in outcomes([cells[name] for name in order], 10):
            drawn = dict(zip(order, outcome.counts, strict=True))
            assert (drawn["36/D"], drawn["42/D"]) == (2, 3)


def test_stretches_tell_a_million_starts_and_a_province_of_cells_exactly() -> None:
    cells = [(7 + at % 90, (10_000, 30_000, 100_000, 300_000)[at % 4]) for at in range(2_000)]
    found = over_every_start(cells, 1_000_000)
    assert found.expected == tuple(Fraction(n * a, 1_000_000) for n, a in cells)
    expected = sum(found.expected)
    assert set(found.total) == {int(expected), int(expected) + 1}
    assert sum(k * p for k, p in found.total.items()) == expected


MODES_BY_HAND: list[tuple[dict[str, Any], Any]] = [
    ({"mode": "rate", "den": 40, "rates": WEIGHTS}, {"A": (1, 40), "B": (3, 40), "C": (1, 4), "D": (1, 1)}),
    # Σ N·w = 5·1 + 3·3 + 2·10 = 34 without the two D, which are certain
    (
        {"mode": "fixed", "n": 5, "weights": WEIGHTS | {"D": 90}},
        {"A": (3, 34), "B": (9, 34), "C": (30, 34), "D": (1, 1)},
    ),
]


@pytest.mark.parametrize(("mode", "expected"), MODES_BY_HAND)
def test_probabilities_by_class_are_the_plans_own_fractions(mode: dict[str, Any], expected: Any) -> None:
    frame = frame_of(["36/C/A"] * 5 + ["36/F/B"] * 3 + ["42/F/C"] * 2 + ["42/F/D"] * 2)
    plan = plan_of(frame, mode)
    found = groups(chances(plan.mode, keys_of(frame)), (entity.cls for entity in frame))
    assert {group.label: group.mean for group in found} == {c: Fraction(*p) for c, p in expected.items()}
    assert {group.label: (group.low, group.high) for group in found} == {
        c: (Fraction(*p), Fraction(*p)) for c, p in expected.items()
    }
    assert [group.certain for group in found] == [0, 0, 0, 2]
    assert not any(group.never for group in found)


def test_a_group_tells_its_extremes_its_mean_and_who_is_never_drawn() -> None:
    frame = sized_frame_of([0, 1, 2, 3, 0, 4])  # n = 2: D = 10, so that size s has probability s / 5
    found = groups(chances(PpsMode(2), keys_of(frame)), ["x", "x", "x", "y", "y", "y"])
    x, y = found
    assert (x.n, x.low, x.mean, x.high, x.never) == (3, 0, Fraction(1, 5), Fraction(2, 5), 1)
    assert (y.expected, y.never, y.certain) == (Fraction(7, 5), 1, 0)
    both = merged("all", found)
    assert (both.n, both.expected, both.low, both.high, both.never) == (6, 2, 0, Fraction(4, 5), 2)


def test_the_library_gives_what_the_distribution_says_for_the_order_it_drew_in() -> None:
    frame = frame_of(["36/C/A"] * 5 + ["36/F/B"] * 4 + ["42/F/C"] * 3 + ["42/F/D"] * 2)
    for number in range(60):
        plan: Plan = plan_of(frame, {"mode": "fixed", "n": 5, "weights": WEIGHTS}, draw_id=f"d{number}")
        result = draw(plan, frame, SECRETS)
        possible = {each.counts for each in outcomes([(c.N, c.a) for c in result.cells], result.D)}
        assert tuple(cell.k for cell in result.cells) in possible


@pytest.mark.parametrize(
    ("cells", "counts", "number"), [([(5, 1), (4, 1)], (2, 1), 40), ([(6, 1)], (6,), 1), ([], (), 1)]
)
def test_the_number_of_lists_is_counted(cells: list[Shape], counts: tuple[int, ...], number: int) -> None:
    lists = product(*(combinations(range(n), k) for (n, _), k in zip(cells, counts, strict=True)))
    assert samples(cells, counts) == number == len(list(lists))


def test_more_lists_than_seeds_are_told_as_the_number_of_seeds() -> None:
    assert samples([(122_078, 1)], (3_662,)) == 2**256
    assert power_of_ten(2**256) == 77
    assert [power_of_ten(number) for number in (1, 9, 10, 99, 100, 10**30, 10**30 - 1)] == [
        0,
        0,
        1,
        1,
        2,
        30,
        29,
    ]

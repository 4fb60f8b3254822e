"""Tables and draws against every lawful outcome, gone through one by one (`brute_force`)."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.pairing import Inspector, PairingInfeasible, Problem, Seat, Table, Task, draw, solve
from tests.solver.pairing.brute_force import (
    Told,
    Vector,
    broken,
    can_occur,
    least_norm,
    most_equal_loads,
    told_by_loads,
)
from tests.solver.pairing.pairing_cases import outcomes, pairs_problem, seed
from tests.solver.pairing.strategies import problems as small_problems

PEOPLE = ("甲", "乙", "丙", "丁", "戊")
PERIODS = ("2026-W48", "2026-W49")


@st.composite
def seats(draw_: st.DrawFn) -> tuple[Seat, ...]:
    """One to three seats for up to three people, wide and narrow, one of them perhaps for nobody."""
    wide = st.lists(st.sampled_from(PEOPLE), unique=True, min_size=2, max_size=5).map(tuple)
    narrow = st.lists(st.sampled_from(PEOPLE), unique=True, min_size=1, max_size=3).map(tuple)
    kinds = draw_(st.sampled_from(["pair", "lead", "single", "three", "nobody"]))
    if kinds == "pair":
        return (Seat("member", draw_(wide), 2),)
    if kinds == "lead":
        return (Seat("lead", draw_(narrow)), Seat("member", draw_(wide)))
    if kinds == "three":
        return (Seat("lead", draw_(narrow)), Seat("dept", draw_(wide)), Seat("member", draw_(wide)))
    if kinds == "nobody":
        return (Seat("lead", draw_(narrow), 0), Seat("member", draw_(wide)))
    return (Seat("member", draw_(narrow)),)


@st.composite
def problems(draw_: st.DrawFn, recusals: bool = False) -> Problem:
    """Up to five tasks and five people with seats, periods, bounds and past loads."""
    inspectors = []
    for name in PEOPLE:
        least = draw_(st.sampled_from([0, 0, 0, 0, 1, 2]))
        inspectors.append(
            Inspector(
                name,
                past_load=draw_(st.sampled_from([0, 0, 1, 2, 7])),
                min_load=least,
                max_load=draw_(st.sampled_from([None, None, None, max(least, 1), max(least, 3)])),
                period_cap=draw_(st.sampled_from([None, None, 1, 2])),
            )
        )
    tasks = tuple(
        Task(f"t{number}", draw_(seats()), draw_(st.sampled_from(PERIODS)))
        for number in range(draw_(st.integers(1, 5)))
    )
    pairs = [(a, b) for a in PEOPLE for b in PEOPLE if a < b]
    kept_apart = draw_(st.lists(st.sampled_from(pairs), max_size=3)) if recusals else []
    return Problem(tuple(inspectors), tasks, tuple(kept_apart))


def expected(problem: Problem, told: dict[tuple[int, ...], Told]) -> tuple[dict[str, Fraction], Told]:
    """λ, and all that can occur with it."""
    corners = sorted(told)
    mean = most_equal_loads(problem, corners)
    face = [told[loads] for loads in corners if can_occur(loads, mean, corners)]
    return {one.id: load for one, load in zip(problem.inspectors, mean, strict=True)}, Told(
        sum(each.number for each in face),
        frozenset().union(*(each.some for each in face)),
        frozenset.intersection(*(each.every for each in face)),
    )


def assert_sound(problem: Problem, table: Table) -> None:
    """The properties of docs/pair-1.md, section 2, in integers."""
    one = 2**table.bits
    seat_sum: Counter[tuple[str, str]] = Counter()
    pair_sum: Counter[tuple[str, str]] = Counter()
    load: Counter[str] = Counter()
    door: Counter[tuple[str, str]] = Counter()
    rows: Counter[str] = Counter()
    period = {task.id: task.period for task in problem.tasks}
    for task, seat, who, n in table.rows:
        assert 1 <= n <= one
        seat_sum[task, seat] += n
        pair_sum[task, who] += n
        load[who] += n
        door[who, period[task]] += n
        rows[who] += 1
    for each in problem.tasks:
        for seat_ in each.seats:
            assert seat_sum[each.id, seat_.id] == seat_.demand * one
    most = ceil(table.cap * one)
    assert all(total == one or total <= min(most, one) for total in pair_sum.values())
    for inspector in problem.inspectors:
        wanted = table.loads[inspector.id]
        assert floor(wanted) * one <= load[inspector.id] <= ceil(wanted) * one
        assert abs(load[inspector.id] - wanted * one) < rows[inspector.id] + 1
        if inspector.period_cap is not None:
            assert all(door[inspector.id, when] <= inspector.period_cap * one for when in PERIODS)


@settings(max_examples=200, deadline=None)
@given(problems())
def test_table_and_draws_are_those_of_plain_enumeration(problem: Problem) -> None:
    told = told_by_loads(problem)
    if not told:
        with pytest.raises(PairingInfeasible) as refusal:
            solve(problem)
        assert refusal.value.shortages
        assert all(one.short > 0 and one.message for one in refusal.value.shortages)
        return
    table = solve(problem)
    loads, face = expected(problem, told)
    assert dict(table.loads) == loads
    assert set(table.forced) == face.every
    rows = {(task, seat, who) for task, seat, who, _ in table.rows}
    assert rows <= face.some
    # Entropy is that of (task, inspector): whoever can come may come, though not to every seat he could hold.
    assert {(task, who) for task, _, who in rows} == {(task, who) for task, _, who in face.some}
    assert_sound(problem, table)
    for number in range(20):
        drawn = draw(table, seed(number)).rows
        assert not list(broken(problem, drawn))
        assert face.every <= set(drawn) <= rows
        visits = Counter(who for _, _, who in drawn)
        for who, load in loads.items():
            assert floor(load) <= visits[who] <= ceil(load)
    if face.number == 1:
        assert set(table.forced) == set(draw(table, seed(0)).rows)


@settings(max_examples=150, deadline=None)
@given(problems(recusals=True))
def test_with_recusals_a_draw_is_lawful_or_nothing_is(problem: Problem) -> None:
    told = told_by_loads(problem)
    try:
        table = solve(problem)
    except PairingInfeasible:
        assert not told
        return
    assert told
    possible = frozenset().union(*(each.some for each in told.values()))
    assert {(task, seat, who) for task, seat, who, _ in table.rows} <= possible | _rejected(table)
    for number in range(10):
        assert not list(broken(problem, draw(table, seed(number)).rows))


def _rejected(table: Table) -> frozenset[tuple[str, str, str]]:
    """Rows of tasks that are drawn again until nobody meets: of these the table does not promise that they can occur."""
    return frozenset((task, seat, who) for task, seat, who, _ in table.rows if table.rung[task] == "L2")


@settings(max_examples=60, deadline=None)
@given(small_problems(recusals=True))
def test_the_checker_counts_what_listing_every_outcome_counts(problem: Problem) -> None:
    listed = outcomes(problem)
    told = told_by_loads(problem)
    assert sum(each.number for each in told.values()) == len(listed)
    every = set.intersection(*map(set, listed)) if listed else set()
    assert {row for rows in listed for row in rows} == {row for each in told.values() for row in each.some}
    assert every == (set.intersection(*(set(each.every) for each in told.values())) if told else set())


def test_six_visits_by_pairs_of_six_have_67950_lawful_outcomes_with_two_visits_each() -> None:
    told = told_by_loads(pairs_problem(tasks=6, people=6))
    assert told[2, 2, 2, 2, 2, 2].number == 67_950
    assert told_by_loads(pairs_problem(tasks=4, people=4))[2, 2, 2, 2].number == 90


def vector(*values: int | Fraction) -> Vector:
    return tuple(map(Fraction, values))


def test_the_point_of_least_norm_is_exact() -> None:
    triangle = [vector(*point) for point in ((3, 0), (0, 3), (3, 3))]
    assert least_norm(triangle) == vector(Fraction(3, 2), Fraction(3, 2))
    tetrahedron = [vector(*point) for point in ((1, 2, 3), (3, 1, 2), (2, 3, 1), (9, 9, 9))]
    assert least_norm(tetrahedron) == vector(2, 2, 2)
    assert least_norm([vector(1, -1), vector(-2, 2)]) == vector(0, 0)


def test_a_half_load_on_everyone_rules_out_whoever_could_have_had_both() -> None:
    # t1 goes to 甲 or 乙, t2 to 甲, 丙 or 丁. Half a visit each takes all of t1 for 甲 and 乙: 甲 never gets t2.
    people = tuple(Inspector(name) for name in PEOPLE[:4])
    tasks = (Task("t1", (Seat("member", ("甲", "乙")),)), Task("t2", (Seat("member", ("甲", "丙", "丁")),)))
    told = told_by_loads(Problem(people, tasks))
    loads, face = expected(Problem(people, tasks), told)
    assert set(loads.values()) == {Fraction(1, 2)}
    assert face.some == {
        ("t1", "member", "甲"),
        ("t1", "member", "乙"),
        ("t2", "member", "丙"),
        ("t2", "member", "丁"),
    }

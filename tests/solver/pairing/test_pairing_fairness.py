"""What a table gives everyone, and what a walk down the list of inspectors would give instead."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from itertools import combinations
from math import log, log2

import pytest
from hypothesis import given, settings

from solver.fairness.pairing import of_table
from solver.fairness.round_robin import pairs_that_meet, round_robin, teams
from solver.pairing import Inspector, Problem, Seat, Task
from solver.pairing.table import Rows, Table
from tests.solver.pairing.pairing_cases import pairs_problem
from tests.solver.pairing.strategies import problems


def even_table(problem: Problem) -> Table:
    """Every place of a seat shared evenly by those eligible: a lawful table where all are alike."""
    one = 2**problem.bits
    rows = [
        (task.id, seat.id, who, seat.demand * one // len(seat.eligible))
        for task in problem.tasks
        for seat in task.seats
        for who in seat.eligible
    ]
    loads: Counter[str] = Counter()
    for _, _, who, n in rows:
        loads[who] += n
    return Table(
        problem=problem,
        rows=Rows.of(problem, rows),
        cap=Fraction(1, 2),
        lowest_cap=Fraction(1, 2),
        loads={one.id: Fraction(loads[one.id], 2**problem.bits) for one in problem.inspectors},
        rung={task.id: "L0" for task in problem.tasks},
        forced=tuple((task, seat, who) for task, seat, who, n in rows if n == one),
    )


def test_four_visits_by_pairs_of_four_people_are_as_open_as_a_lot_among_two_for_each_seat() -> None:
    # p = 1/2 for 16 pairs: 16 · ½ · ln 2 nats = 8 bits, 2 bits a visit; 8 seats, so e^(8 ln 2 / 8) = 2 choices.
    found = of_table(even_table(pairs_problem(tasks=4, people=4)))
    assert found.entropy == pytest.approx(8 * log(2))
    assert found.bits == pytest.approx(8)
    assert found.bits_per_task == pytest.approx(2)
    assert found.choices == pytest.approx(2)
    assert found.highest == Fraction(1, 2)
    assert (found.meeting, found.lawful) == (6, 6)
    assert found.loads == ((Fraction(2), 4),)
    assert found.spread == 0
    assert found.round_robin.bits == 2
    assert found.round_robin.meeting == 4  # neighbours in a ring of four
    assert found.round_robin.betrayed == 3
    assert found.round_robin.broken == 0
    json.dumps(found.to_json())
    assert "2.0 人中公平抽签" in str(found)


def test_past_visits_show_in_the_totals() -> None:
    people = (Inspector("i1", past_load=3), *(Inspector(f"i{k}") for k in (2, 3, 4)))
    problem = Problem(people, pairs_problem(4, 4).tasks)
    found = of_table(even_table(problem))
    assert found.totals == ((Fraction(2), 3), (Fraction(5), 1))
    assert (found.spread, found.total_spread) == (Fraction(0), Fraction(3))


def test_certain_pairings_are_told_apart_and_carry_no_entropy() -> None:
    people = tuple(Inspector(f"i{k}") for k in (1, 2, 3))
    seats = (Seat("lead", ("i1",)), Seat("member", ("i2", "i3")))
    found = of_table(even_table(Problem(people, (Task("t1", seats),))))
    assert found.forced == 1
    assert found.highest == Fraction(1, 2)
    assert found.entropy == pytest.approx(log(2))
    assert (found.meeting, found.lawful) == (2, 3 - 1)  # i2 and i3 vie for one seat


def test_two_who_share_one_free_place_beside_a_certain_colleague_never_meet() -> None:
    # c sits on the team for certain, half the time in either seat; so one place is left for a or b.
    people = tuple(Inspector(who) for who in "abc")
    problem = Problem(people, (Task("t", (Seat("lead", ("a", "c")), Seat("member", ("b", "c")))),))
    half = 2**problem.bits // 2
    rows = [("t", "lead", "a", half), ("t", "lead", "c", half), ("t", "member", "b", half)]
    table = Table(
        problem,
        Rows.of(problem, [*rows, ("t", "member", "c", half)]),
        Fraction(1, 2),
        Fraction(1, 2),
        {"a": Fraction(1, 2), "b": Fraction(1, 2), "c": Fraction(1)},
        {"t": "L0"},
    )
    found = of_table(table)
    assert (found.meeting, found.lawful) == (2, 3)
    assert found.highest == Fraction(1, 2)


def test_recused_colleagues_are_no_lawful_pair() -> None:
    base = pairs_problem(tasks=4, people=4)
    problem = Problem(base.inspectors, base.tasks, colleague_recusals=(("i1", "i2"),))
    found = of_table(even_table(problem))
    assert (found.meeting, found.lawful) == (5, 5)


def test_an_empty_plan_has_no_numbers_to_divide_by() -> None:
    found = of_table(even_table(Problem((), ())))
    assert (found.tasks, found.bits_per_task, found.choices, found.highest) == (0, 0.0, 1.0, Fraction(0))
    assert (found.round_robin.bits, found.round_robin.betrayed) == (0.0, 0)
    assert str(found)


def test_60_inspectors_in_a_ring_give_5_9_bits_and_60_of_1770_pairs() -> None:
    found = round_robin(pairs_problem(tasks=300, people=60))
    assert found.bits == pytest.approx(log2(60)) == pytest.approx(5.907, abs=1e-3)
    assert (found.meeting, found.pairs) == (60, 1770)
    assert found.betrayed == 299


@pytest.mark.parametrize(("people", "size"), [(2, 2), (4, 3), (5, 3), (6, 4), (6, 6), (7, 2), (1, 1)])
def test_pairs_that_meet_in_a_ring_are_those_counted_by_hand(people: int, size: int) -> None:
    met = {
        frozenset(pair)
        for start in range(people)
        for team in teams([size], people, start)
        for pair in combinations(set(team), 2)
    }
    assert pairs_that_meet(people, size) == len(met)


def walk_by_hand(problem: Problem, start: int) -> tuple[int, int, int, int]:
    """(people where they may hold no seat, recused pairs together, visits beyond a bound, broken teams)."""
    names = [one.id for one in problem.inspectors]
    sizes = [sum(seat.demand for seat in task.seats) for task in problem.tasks]
    strangers = recused = broken = 0
    visits: Counter[tuple[str, str]] = Counter()
    for task, team in zip(problem.tasks, teams(sizes, len(names), start), strict=True):
        there = [names[place] for place in team]
        visits.update((task.period, who) for who in there)
        wrong = sum(not any(who in seat.eligible for seat in task.seats if seat.demand) for who in there)
        met = sum(a in there and b in there for a, b in problem.colleague_recusals)
        short = any(sum(who in seat.eligible for who in there) < seat.demand for seat in task.seats)
        strangers, recused = strangers + wrong, recused + met
        broken += bool(wrong or met or short)
    over = 0
    for one in problem.inspectors:
        if one.period_cap is not None:
            over += sum(max(n - one.period_cap, 0) for (_, who), n in visits.items() if who == one.id)
        if one.max_load is not None:
            whole = sum(n for (_, who), n in visits.items() if who == one.id)
            over += max(whole - one.max_load, 0)
    return strangers, recused, over, broken


@settings(max_examples=200, deadline=None)
@given(problems(recusals=True))
def test_round_robin_is_told_as_if_every_start_were_walked_by_hand(problem: Problem) -> None:
    found = round_robin(problem)
    walks = [walk_by_hand(problem, start) for start in range(len(problem.inspectors))]
    if not any(seat.demand for task in problem.tasks for seat in task.seats):
        return
    means = [Fraction(sum(each), len(walks)) for each in zip(*walks, strict=True)]
    assert [found.ineligible, found.recused, found.over, found.broken] == means
    assert found.fewest_broken == min(broken for *_, broken in walks)

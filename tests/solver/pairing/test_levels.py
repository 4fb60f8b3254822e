"""Expected loads λ: the most equal mean of all lawful outcomes, as a fraction, whatever the solver finds."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from solver.pairing import Inspector, PairingInfeasible, Problem, Seat, Task
from solver.pairing.network import parts
from solver.pairing.network.levels import common_level, levels
from tests.solver.pairing.brute_force import most_equal_loads, told_by_loads
from tests.solver.pairing.pairing_cases import pairs_problem
from tests.solver.pairing.strategies import problems, roomy_problems


def loads(problem: Problem) -> dict[str, Fraction]:
    found, idle = parts(problem)
    named = {one.id: Fraction(0) for one in idle}
    for part in found:
        named |= zip((one.id for one in part.net.people), levels(part.net).loads(part.net), strict=True)
    return dict(sorted(named.items()))


def people(count: int) -> tuple[Inspector, ...]:
    return tuple(Inspector(f"i{number}") for number in range(1, count + 1))


@settings(max_examples=300, deadline=None)
@given(roomy_problems())
def test_loads_are_the_most_equal_mean_of_all_lawful_outcomes(problem: Problem) -> None:
    outcomes = sorted(told_by_loads(problem))
    if not outcomes:
        return
    wanted = most_equal_loads(problem, outcomes)
    assert loads(problem) == {one.id: load for one, load in zip(problem.inspectors, wanted, strict=True)}


@settings(max_examples=200, deadline=None)
@given(problems())
def test_a_part_is_refused_exactly_when_no_outcome_is_lawful(problem: Problem) -> None:
    idle = parts(problem)[1]
    if told_by_loads(problem):
        assert sum(loads(problem).values()) == sum(s.demand for task in problem.tasks for s in task.seats)
    elif not any(one.min_load for one in idle):
        with pytest.raises(PairingInfeasible) as refusal:
            loads(problem)
        assert all(one.short > 0 for one in refusal.value.shortages)
        assert refusal.value.shortages


def test_seven_visits_in_pairs_are_three_and_a_half_for_each_of_four() -> None:
    assert set(loads(pairs_problem(tasks=7, people=4)).values()) == {Fraction(7, 2)}


def test_three_levels_where_narrow_seats_keep_some_people_busier() -> None:
    # i1 alone can lead t1, t2, t3; t4 and t5 are for i2 and i3; t6 needs one of i3 to i7, none of them i1.
    tasks = (
        *(Task(f"t{k}", (Seat("lead", ("i1",)),)) for k in (1, 2, 3)),
        *(Task(f"t{k}", (Seat("member", ("i1", "i2", "i3")),)) for k in (4, 5)),
        Task("t6", (Seat("member", ("i3", "i4", "i5", "i6", "i7")),)),
    )
    third = Fraction(1, 4)
    assert loads(Problem(people(7), tasks)) == {
        "i1": 3,
        "i2": 1,
        "i3": 1,
        "i4": third,
        "i5": third,
        "i6": third,
        "i7": third,
    }


def test_past_visits_weigh_against_new_ones() -> None:
    staff = (Inspector("i1", past_load=4), *people(4)[1:])
    everyone = tuple(one.id for one in staff)
    tasks = tuple(Task(f"t{k}", (Seat("member", everyone, 2),)) for k in range(3))
    assert loads(Problem(staff, tasks)) == {"i1": 0, "i2": 2, "i3": 2, "i4": 2}


def test_past_loads_of_a_thousand_million_do_not_overflow() -> None:
    staff = (Inspector("i1", past_load=10**9), Inspector("i2"), Inspector("i3", past_load=10**9))
    problem = Problem(staff, (Task("t1", (Seat("member", ("i1", "i2", "i3"), 2),)),))
    assert loads(problem) == {"i1": Fraction(1, 2), "i2": 1, "i3": Fraction(1, 2)}


def test_bounds_bend_evenness_no_further_than_they_must() -> None:
    staff = (Inspector("i1", min_load=3), Inspector("i2", max_load=1), Inspector("i3"), Inspector("i4"))
    everyone = tuple(one.id for one in staff)
    problem = Problem(staff, tuple(Task(f"t{k}", (Seat("member", everyone, 2),)) for k in range(4)))
    assert loads(problem) == {"i1": 3, "i2": 1, "i3": 2, "i4": 2}


def test_a_period_cap_moves_visits_to_those_who_have_none() -> None:
    # Four visits of one week for three people, one of whom may make only one: 1, 3/2, 3/2.
    staff = (Inspector("i1", period_cap=1), Inspector("i2"), Inspector("i3"))
    tasks = tuple(Task(f"t{k}", (Seat("member", ("i1", "i2", "i3"), 2),), "W1") for k in (1, 2))
    assert loads(Problem(staff, tasks)) == {"i1": 1, "i2": Fraction(3, 2), "i3": Fraction(3, 2)}


def test_the_order_of_the_register_is_immaterial() -> None:
    problem = pairs_problem(tasks=5, people=4)
    turned = replace(problem, inspectors=problem.inspectors[::-1], tasks=problem.tasks[::-1])
    assert loads(turned) == loads(problem)


def test_the_common_level_fills_the_lightest_first() -> None:
    past, least, most = (np.array(column) for column in ([0, 1, 5], [0, 0, 1], [9, 9, 9]))
    # The third must take 1 anyway; 0+t and 1+(t-1) share the other 4: level 5/2.
    assert common_level(past, least, most, 5) == Fraction(5, 2)
    assert common_level(past, least, most, 1) == 0
    assert common_level(past, least, most, 27) == 14

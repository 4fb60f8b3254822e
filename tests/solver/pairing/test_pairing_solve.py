"""The table against plain enumeration: feasibility, most equal loads, forced rows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from solver.pairing import (
    Affinity,
    Inspector,
    PairingInfeasible,
    PairingUnresolved,
    PairingUnsupported,
    Problem,
    Seat,
    Task,
    check,
    draw,
    solve,
)
from tests.solver.pairing.pairing_cases import loads_of, most_equal, outcomes, pairs_problem, seed
from tests.solver.pairing.strategies import open_problems, problems


@settings(max_examples=300, deadline=None)
@given(problems())
def test_a_problem_is_infeasible_exactly_when_enumeration_finds_no_outcome(problem: Problem) -> None:
    found = outcomes(problem)
    if not found:
        with pytest.raises(PairingInfeasible) as refusal:
            solve(problem)
        assert all(one.short > 0 and one.message for one in refusal.value.shortages)
        return
    rows = draw(solve(problem), seed(1)).rows
    assert rows in {tuple(sorted(one)) for one in most_equal(problem, found)}


@settings(max_examples=120, deadline=None)
@given(open_problems())
def test_load_range_and_forced_rows_are_those_of_all_most_equal_outcomes(problem: Problem) -> None:
    found = outcomes(problem)
    if not found:
        with pytest.raises(PairingInfeasible):
            solve(problem)
        return
    best = most_equal(problem, found)
    table = solve(problem)
    loads = [loads_of(problem, rows) for rows in best]
    expected = tuple(
        (one.id, min(load[one.id] for load in loads), max(load[one.id] for load in loads))
        for one in problem.inspectors
    )
    assert table.load_range == expected
    assert set(table.forced) == set.intersection(*(set(rows) for rows in best))
    for number in range(3):
        assert check(problem, table, draw(table, seed(number)), seed(number)).ok


@settings(max_examples=200, deadline=None)
@given(problems(recusals=True))
def test_recusals_are_kept_or_proved_impossible(problem: Problem) -> None:
    found = outcomes(problem)
    try:
        table = solve(problem)
        assignment = draw(table, seed(3))
    except PairingInfeasible:
        assert not found
    except PairingUnresolved:
        raise AssertionError("four tasks are few enough to search") from None
    else:
        assert assignment.rows in {tuple(sorted(rows)) for rows in found}
        assert check(problem, table, assignment, seed(3)).ok


def test_seven_visits_in_pairs_give_four_inspectors_three_or_four_each() -> None:
    table = solve(pairs_problem(tasks=7, people=4))
    assert table.load_range == tuple((f"i{k}", 3, 4) for k in (1, 2, 3, 4))
    assert table.evenness == 4**2 + 4**2 + 3**2 + 3**2


def test_past_visits_count_towards_evenness() -> None:
    # 3 pairs = 6 visits; i1 already made 4, so the other three share the six: 2 each.
    people = (Inspector("i1", past_load=4), *(Inspector(f"i{k}") for k in (2, 3, 4)))
    everyone = tuple(one.id for one in people)
    problem = Problem(people, tuple(Task(f"t{k}", (Seat("member", everyone, 2),)) for k in range(3)))
    assert solve(problem).load_range == (("i1", 0, 0), ("i2", 2, 2), ("i3", 2, 2), ("i4", 2, 2))


def test_past_loads_of_a_thousand_million_do_not_overflow() -> None:
    people = (Inspector("i1", past_load=10**9), Inspector("i2"), Inspector("i3", past_load=10**9))
    problem = Problem(people, (Task("t1", (Seat("member", ("i1", "i2", "i3"), 2),)),))
    table = solve(problem)
    assert table.load_range == (("i1", 0, 1), ("i2", 1, 1), ("i3", 0, 1))
    assert {draw(table, seed(k)).loads["i1"] for k in range(20)} == {0, 1}


def test_minimum_and_maximum_loads_bend_evenness_no_further_than_they_must() -> None:
    people = (Inspector("i1", min_load=3), Inspector("i2", max_load=1), Inspector("i3"), Inspector("i4"))
    everyone = tuple(one.id for one in people)
    problem = Problem(people, tuple(Task(f"t{k}", (Seat("member", everyone, 2),)) for k in range(4)))
    assert solve(problem).load_range == (("i1", 3, 3), ("i2", 1, 1), ("i3", 2, 2), ("i4", 2, 2))


def test_a_period_cap_spreads_visits_over_the_weeks() -> None:
    people = tuple(Inspector(name, period_cap=1) for name in ("i1", "i2", "i3", "i4"))
    everyone = tuple(one.id for one in people)
    weeks = ("W1", "W1", "W2", "W2")
    tasks = tuple(Task(f"t{k}", (Seat("member", everyone, 2),), week) for k, week in enumerate(weeks))
    teams = draw(solve(Problem(people, tasks)), seed(5)).teams()
    assert {person for task in ("t0", "t1") for _, person in teams[task]} == set(everyone)
    assert {person for task in ("t2", "t3") for _, person in teams[task]} == set(everyone)


def test_the_only_certified_lead_is_forced_and_said_to_be() -> None:
    people = tuple(Inspector(name) for name in ("i1", "i2", "i3"))
    seats = (Seat("lead", ("i1",)), Seat("member", ("i1", "i2", "i3")))
    table = solve(Problem(people, (Task("t1", seats),)))
    assert table.forced == (("t1", "lead", "i1"),)


def test_a_register_without_tasks_gives_an_empty_assignment() -> None:
    table = solve(Problem((Inspector("i1"),), ()))
    assignment = draw(table, seed(0))
    assert assignment.rows == ()
    assert assignment.loads == {"i1": 0}


def test_a_probability_cap_or_affinity_is_refused_and_not_ignored() -> None:
    plain = {"inspectors": [{"id": "i1"}], "tasks": []}
    with pytest.raises(PairingUnsupported, match="cap"):
        solve(Problem.from_json({**plain, "cap": "1/4"}))
    with pytest.raises(PairingUnsupported, match="affinity"):
        solve(Problem((Inspector("i1"),), (), affinity=Affinity(1.0, ())))

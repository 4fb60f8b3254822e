"""Tickets (rung L3): whole lawful outcomes, weighed towards the table, exactly what they are said to be."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import HealthCheck, assume, given, settings

from solver.pairing import Inspector, Problem, Seat, Task
from solver.pairing.errors import PairingInfeasible
from solver.pairing.table import Rows, Tickets
from solver.pairing.tickets import lawful_loads, make
from solver.pairing.tickets.exchanges import Places, shuffled
from solver.pairing.tickets.part import TicketPart
from solver.pairing.tickets.weighing import weights
from tests.solver.pairing.pairing_cases import loads_of, most_equal, outcomes, pairs_problem
from tests.solver.pairing.strategies import problems

BITS = 12


def plain_table(problem: Problem) -> tuple[Rows, dict[str, Fraction]]:
    """A table that knows no recusals: an even mixture of 2^k most equal outcomes, and its loads."""
    plain = replace(problem, colleague_recusals=())
    found = most_equal(plain, outcomes(plain))
    k = min(BITS, len(found).bit_length() - 1)
    step = len(found) / (1 << k)
    sums: Counter[tuple[str, str, str]] = Counter()
    for number in range(1 << k):
        for row in found[int(number * step)]:
            sums[row] += 1 << (BITS - k)
    loads = {one.id: Fraction(0) for one in problem.inspectors}
    for (_, _, who), n in sums.items():
        loads[who] += Fraction(n, 1 << BITS)
    return Rows.of(problem, ((*row, n) for row, n in sums.items())), loads


def as_rows(tickets: Tickets) -> list[tuple[tuple[str, str, str], ...]]:
    return [
        tuple((*seat, who) for seat, who in zip(tickets.seats, outcome, strict=True))
        for outcome in tickets.outcomes
    ]


def assert_lawful(problem: Problem, tickets: Tickets, rows: Rows, loads: dict[str, Fraction]) -> None:
    recused = set(problem.colleague_recusals)
    demand = {(task.id, seat.id): seat.demand for task in problem.tasks for seat in task.seats}
    eligible = {(task.id, seat.id): seat.eligible for task in problem.tasks for seat in task.seats}
    sums: Counter[tuple[str, str, str]] = Counter()
    for outcome, weight in zip(as_rows(tickets), tickets.weights, strict=True):
        assert {seat: n for seat, n in demand.items() if n} == Counter(row[:2] for row in outcome)
        assert all(who in eligible[task, seat] for task, seat, who in outcome)
        for task in problem.tasks:
            team = sorted(who for name, _, who in outcome if name == task.id)
            assert len(set(team)) == len(team)
            assert recused.isdisjoint(combinations(team, 2))
        for who, n in loads_of(problem, outcome).items():
            assert math.floor(loads[who]) <= n <= math.ceil(loads[who])
        for row in outcome:
            sums[row] += weight
    assert sum(tickets.weights) == 1 << BITS
    assert min(tickets.weights) > 0
    assert len(set(tickets.outcomes)) == len(tickets.outcomes)
    assert {(task, seat, who): n for task, seat, who, n in rows} == sums


def test_where_few_outcomes_are_lawful_the_tickets_are_all_of_them() -> None:
    problem = replace(pairs_problem(4, 4), bits=BITS, colleague_recusals=(("i1", "i2"), ("i3", "i4")))
    rows, loads = plain_table(problem)
    tickets, new = make(problem, rows, loads, BITS)
    lawful = most_equal(problem, outcomes(problem))
    assert set(as_rows(tickets)) == {tuple(sorted(one)) for one in lawful}
    assert len(lawful) == 36
    assert_lawful(problem, tickets, new, loads)


def test_out_of_many_lawful_outcomes_as_many_as_wanted_are_taken_near_the_lottery() -> None:
    problem = replace(pairs_problem(9, 6), bits=BITS, colleague_recusals=(("i1", "i2"),))
    names = [one.id for one in problem.inspectors]
    teams = list(combinations(names, 2))
    chance = (1 << BITS) // 3
    seats = [(task.id, "member") for task in problem.tasks]
    # Each of 6 sits in each task with chance 1/3: 1365, 1365, 1365, 1365, 1366, 1366 of 4096, in turn.
    given_rows = [
        (*seat, name, chance + (1 if (place + 2 * at) % 6 < 2 else 0))
        for at, seat in enumerate(seats)
        for place, name in enumerate(names)
    ]
    loads = dict.fromkeys(names, Fraction(3))
    tickets, new = make(problem, Rows.of(problem, given_rows), loads, BITS, many=50)
    assert len(tickets.weights) == 50
    assert_lawful(problem, tickets, new, loads)
    assert len({who for outcome in as_rows(tickets) for who in teams_met(outcome)}) == len(teams) - 1


def teams_met(outcome: tuple[tuple[str, str, str], ...]) -> list[tuple[str, ...]]:
    teams: dict[str, list[str]] = {}
    for task, _, who in outcome:
        teams.setdefault(task, []).append(who)
    return [tuple(sorted(team)) for team in teams.values()]


def test_no_lawful_outcome_is_proved_and_told_as_a_shortage_by_recusals() -> None:
    pairs = tuple(combinations(("i1", "i2", "i3"), 2))
    problem = replace(pairs_problem(2, 3), bits=BITS, colleague_recusals=pairs)
    rows, loads = plain_table(problem)
    with pytest.raises(PairingInfeasible) as refusal:
        make(problem, rows, loads, BITS)
    (shortage,) = refusal.value.shortages
    assert (shortage.kind, shortage.inspectors) == ("recusal", ("i1", "i2", "i3"))


def test_where_recusals_forbid_the_most_equal_loads_the_nearest_lawful_ones_are_held_in_every_outcome() -> (
    None
):
    # 甲 and 乙 may not meet, so 丙 is in every team: 3 visits, not 2.
    problem = Problem(
        tuple(Inspector(name) for name in "甲乙丙"),
        tuple(Task(f"t{n}", (Seat("member", ("甲", "乙", "丙"), 2),)) for n in range(3)),
        (("甲", "乙"),),
        bits=BITS,
    )
    rows, loads = plain_table(problem)
    assert set(loads.values()) == {Fraction(2)}
    tickets, new = make(problem, rows, loads, BITS)
    after = lawful_loads(new, loads, BITS, [tickets])
    assert after["丙"] == 3
    assert after["甲"] + after["乙"] == 3
    assert_lawful(problem, tickets, new, after)


def test_what_is_certain_in_other_tasks_counts_towards_loads_and_periods() -> None:
    people = ("甲", "乙", "丙", "丁")
    problem = Problem(
        tuple(Inspector(name, period_cap=1 if name == "甲" else None) for name in people),
        (
            Task("t0", (Seat("member", ("甲",)),), "W1"),
            Task("t1", (Seat("member", people, 2),), "W1"),
            Task("t2", (Seat("member", people, 2),), "W2"),
        ),
        (("乙", "丙"),),
        bits=BITS,
    )
    half = 1 << (BITS - 1)
    rows = Rows.of(
        problem,
        [
            ("t0", "member", "甲", 2 * half),
            *(("t1", "member", who, n * half) for who, n in (("乙", 1), ("丙", 1), ("丁", 2))),
            *(("t2", "member", who, half) for who in people),
        ],
    )
    loads = {"甲": Fraction(3, 2), "乙": Fraction(1), "丙": Fraction(1), "丁": Fraction(3, 2)}
    # 甲, certain of t0, has spent his one visit of W1; t2 may have him or not.
    tickets, _ = make(problem, rows, loads, BITS, tasks=["t1", "t2"])
    assert tickets.tasks == ("t1", "t2")
    found = {frozenset(row for row in outcome if row[0] == "t1") for outcome in as_rows(tickets)}
    assert all("甲" not in {who for _, _, who in team} for team in found)
    for outcome in as_rows(tickets):
        assert Counter(who for _, _, who in outcome)["甲"] <= 1


def test_tickets_are_the_same_each_time_they_are_made() -> None:
    problem = replace(pairs_problem(5, 5), bits=BITS, colleague_recusals=(("i1", "i2"), ("i2", "i3")))
    rows, loads = plain_table(problem)
    first, second = (make(problem, rows, loads, BITS, many=20)[0] for _ in range(2))
    assert first == second


def test_the_weights_make_up_the_chances_exactly_where_the_outcomes_can() -> None:
    outcomes_ = [(("t", "s", name),) for name in "甲乙丙丁"]
    target = {("t", "s", name): n for name, n in zip("甲乙丙丁", (6, 5, 3, 2), strict=True)}
    assert weights(outcomes_, target, 4) == [6, 5, 3, 2]


def test_no_ticket_weighs_more_than_four_even_shares_or_less_than_a_quarter() -> None:
    outcomes_ = [(("t", "s", f"i{number}"),) for number in range(8)]
    shares = weights(outcomes_, {("t", "s", "i0"): 1 << 10}, 10)
    assert (max(shares), min(shares), sum(shares)) == (512, 32, 1024)


def test_an_exchange_of_places_keeps_every_rule() -> None:
    problem = replace(pairs_problem(6, 6), bits=BITS, colleague_recusals=(("i1", "i2"), ("i3", "i5")))
    given_rows = [(task.id, "member", who, 1) for task in problem.tasks for who in task.seats[0].eligible]
    part = TicketPart.of(
        problem, Rows.of(problem, given_rows), dict.fromkeys(loads_of(problem, ()), Fraction(2)), None
    )
    teams = [("i1", "i3"), ("i2", "i4"), ("i5", "i6"), ("i1", "i4"), ("i2", "i3"), ("i5", "i6")]
    outcome = tuple((f"t{n}", "member", who) for n, team in enumerate(teams, start=1) for who in team)
    seen = {shuffled(Places(part), outcome, hashlib.sha512(bytes([n])).digest()) for n in range(40)}
    assert len(seen) > 20
    for one in seen:
        assert loads_of(problem, one) == dict.fromkeys((f"i{n}" for n in range(1, 7)), 2)
        assert not set(teams_met(one)) & {("i1", "i2"), ("i3", "i5")}
        assert all(first != second for first, second in teams_met(one))


@given(problems(recusals=True))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_tickets_exist_exactly_where_a_lawful_outcome_does(problem: Problem) -> None:
    problem = replace(problem, bits=BITS)
    assume(problem.tasks and problem.colleague_recusals)
    assume(outcomes(replace(problem, colleague_recusals=())))
    rows, loads = plain_table(problem)
    if not outcomes(problem):
        with pytest.raises(PairingInfeasible):
            make(problem, rows, loads, BITS, many=30)
        return
    tickets, new = make(problem, rows, loads, BITS, many=30)
    assert_lawful(problem, tickets, new, lawful_loads(new, loads, BITS, [tickets]))
    lawful = {tuple(sorted(one)) for one in outcomes(problem)}
    assert set(as_rows(tickets)) <= lawful

"""The cases that every tool for assigning people to work must get right, told in the terms of this one.

Quotas, bounds, conflicts, impossible tasks and idle people, work for nobody, individual limits, more work than
people, nothing left to chance, one person alone, things named twice. The answers can be worked out by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from math import exp

import pytest

from solver.pairing import (
    Affinity,
    Inspector,
    PairingInfeasible,
    PairingInputError,
    Problem,
    Seat,
    Table,
    Task,
    draw,
    solve,
)
from tests.solver.pairing.brute_force import broken
from tests.solver.pairing.pairing_cases import pairs_problem, seed

ALL = ("i1", "i2", "i3", "i4", "i5", "i6")
Bounds = Mapping[str, int | None]


def people(number: int, **bounds: Bounds) -> tuple[Inspector, ...]:
    """So many inspectors; ``people(3, i2={"max_load": 1})`` bounds some of them."""
    return tuple(Inspector(name, **bounds.get(name, {})) for name in ALL[:number])  # type: ignore[arg-type]


def visits(tasks: int, who: tuple[str, ...], demand: int = 1, period: str = "") -> tuple[Task, ...]:
    return tuple(Task(f"t{number}", (Seat("member", who, demand),), period) for number in range(1, tasks + 1))


def chances(table: Table) -> dict[tuple[str, str, str], Fraction]:
    return {(task, seat, who): Fraction(n, 2**table.bits) for task, seat, who, n in table.rows}


def assert_draws_are_lawful(table: Table, draws: int = 20) -> None:
    for number in range(draws):
        assert not list(broken(table.problem, draw(table, seed(number)).rows))


def refused(problem: Problem) -> PairingInfeasible:
    with pytest.raises(PairingInfeasible) as refusal:
        solve(problem)
    return refusal.value


class TestQuotas:
    def test_each_visit_gets_as_many_people_as_its_seat_asks_for(self) -> None:
        tasks = tuple(Task(f"t{n}", (Seat("member", ALL, n),)) for n in (1, 2, 3, 6))
        table = solve(Problem(people(6), tasks))
        for number in range(20):
            teams = Counter(task for task, _, _ in draw(table, seed(number)).rows)
            assert teams == {"t1": 1, "t2": 2, "t3": 3, "t6": 6}
        assert set(table.loads.values()) == {Fraction(12, 6)}

    def test_where_all_are_alike_each_has_the_same_chance_of_each_place(self) -> None:
        table = solve(pairs_problem(tasks=6, people=6))
        assert set(chances(table).values()) <= {Fraction(n, 2**20) for n in (349_525, 349_526)}  # 1/3

    def test_loads_that_do_not_divide_are_shared_out_by_chance(self) -> None:
        table = solve(Problem(people(4), visits(7, ALL[:4], 2)))
        assert set(table.loads.values()) == {Fraction(7, 2)}
        seen = {tuple(sorted(Counter(w for *_, w in draw(table, seed(k)).rows).values())) for k in range(20)}
        assert seen == {(3, 3, 4, 4)}


class TestBounds:
    def test_a_minimum_is_kept_though_it_is_uneven(self) -> None:
        table = solve(Problem(people(3, i1={"min_load": 4}), visits(6, ALL[:3])))
        assert table.loads == {"i1": 4, "i2": 1, "i3": 1}
        assert_draws_are_lawful(table)

    def test_an_individual_maximum_is_kept_and_the_others_share_the_rest(self) -> None:
        table = solve(Problem(people(4, i1={"max_load": 1}, i2={"max_load": 0}), visits(9, ALL[:4])))
        assert table.loads == {"i1": 1, "i2": 0, "i3": 4, "i4": 4}
        assert not any(who == "i2" for _, _, who, _ in table.rows)
        assert_draws_are_lawful(table)

    def test_minimum_and_maximum_alike_leave_no_choice_of_loads(self) -> None:
        bounds = {name: {"min_load": n, "max_load": n} for name, n in zip(ALL, (3, 2, 1), strict=False)}
        table = solve(Problem(people(3, **bounds), visits(6, ALL[:3])))
        assert table.loads == {"i1": 3, "i2": 2, "i3": 1}

    def test_a_cap_of_one_a_week_spreads_each_over_the_weeks(self) -> None:
        names = ALL[:4]
        bounds: dict[str, Bounds] = {name: {"period_cap": 1} for name in names}
        tasks = tuple(
            Task(f"{week}-{n}", (Seat("member", names, 2),), week) for week in ("W1", "W2") for n in (1, 2)
        )
        table = solve(Problem(people(4, **bounds), tasks))
        assert set(table.loads.values()) == {Fraction(2)}
        assert_draws_are_lawful(table)

    def test_one_who_made_visits_before_is_sent_less_often(self) -> None:
        table = solve(Problem((Inspector("i1", past_load=2), *people(3)[1:]), visits(4, ALL[:3])))
        assert table.loads == {"i1": 0, "i2": 2, "i3": 2}


class TestConflicts:
    def test_who_is_recused_from_an_entity_never_goes_there(self) -> None:
        tasks = tuple(
            Task(f"t{n}", (Seat("member", tuple(who for who in ALL if who != f"i{n}"), 2),))
            for n in (1, 2, 3)
        )
        table = solve(Problem(people(6), tasks))
        assert not any(task[1:] == who[1:] for task, _, who, _ in table.rows)

    def test_two_colleagues_who_must_not_meet_never_do(self) -> None:
        problem = Problem(people(6), visits(6, ALL, 2), colleague_recusals=(("i1", "i2"),))
        table = solve(problem)
        assert_draws_are_lawful(table)
        assert {who for _, _, who, _ in table.rows} == set(ALL)

    def test_three_of_whom_no_two_may_meet_cannot_make_up_a_team(self) -> None:
        pairs = (("i1", "i2"), ("i1", "i3"), ("i2", "i3"))
        error = refused(Problem(people(3), visits(1, ALL[:3], 2), colleague_recusals=pairs))
        assert "t1" in str(error)

    def test_a_conflict_that_leaves_one_team_makes_it_certain(self) -> None:
        pairs = (("i1", "i2"), ("i1", "i3"))
        table = solve(Problem(people(3), visits(1, ALL[:3], 2), colleague_recusals=pairs))
        assert {row[2] for row in draw(table, seed(1)).rows} == {"i2", "i3"}
        assert_draws_are_lawful(table)


class TestImpossible:
    def test_a_visit_nobody_may_make_is_named(self) -> None:
        tasks = (*visits(2, ALL[:3]), Task("t9", (Seat("lead", ()), Seat("member", ALL[:3]))))
        error = refused(Problem(people(3), tasks))
        (shortage,) = error.shortages
        assert shortage.seats == (("t9", "lead"),)
        assert shortage.short == 1

    def test_several_visits_nobody_may_make_are_all_named(self) -> None:
        tasks = (*visits(1, ALL[:2]), Task("t8", (Seat("lead", ()),)), Task("t9", (Seat("lead", (), 2),)))
        error = refused(Problem(people(2), tasks))
        assert {seat for one in error.shortages for seat in one.seats} == {("t8", "lead"), ("t9", "lead")}
        assert sum(one.short for one in error.shortages) == 3

    def test_an_inspector_no_visit_can_use_stays_at_home(self) -> None:
        table = solve(Problem(people(4), visits(3, ALL[:3])))
        assert table.loads["i4"] == 0
        assert {who for _, _, who, _ in table.rows} == set(ALL[:3])

    def test_an_inspector_no_visit_can_use_cannot_have_a_minimum(self) -> None:
        error = refused(Problem(people(4, i4={"min_load": 2}), visits(3, ALL[:3])))
        (shortage,) = error.shortages
        assert (shortage.kind, shortage.inspectors, shortage.short) == ("min_load", ("i4",), 2)

    def test_a_team_larger_than_the_people_there_are_is_short_by_the_difference(self) -> None:
        error = refused(Problem(people(3), visits(1, ALL[:3], 5)))
        assert sum(one.short for one in error.shortages) == 2

    def test_more_visits_than_all_maxima_together_are_short_by_the_difference(self) -> None:
        bounds: dict[str, Bounds] = {name: {"max_load": 2} for name in ALL[:3]}
        error = refused(Problem(people(3, **bounds), visits(10, ALL[:3])))
        assert sum(one.short for one in error.shortages) == 4

    def test_a_week_with_more_visits_than_all_caps_is_short_by_the_difference(self) -> None:
        bounds: dict[str, Bounds] = {name: {"period_cap": 1} for name in ALL[:4]}
        error = refused(Problem(people(4, **bounds), visits(3, ALL[:4], 2, "W1")))
        assert sum(one.short for one in error.shortages) == 2

    def test_minima_beyond_the_work_there_is_are_refused(self) -> None:
        bounds: dict[str, Bounds] = {name: {"min_load": 2} for name in ALL[:3]}
        error = refused(Problem(people(3, **bounds), visits(4, ALL[:3])))
        assert sum(one.short for one in error.shortages) == 2


class TestNothingToDo:
    def test_a_visit_that_needs_nobody_is_listed_and_stays_empty(self) -> None:
        idle = Task("t0", (Seat("lead", ALL[:3], 0), Seat("member", ALL[:3], 0)))
        table = solve(Problem(people(3), (idle, *visits(3, ALL[:3]))))
        assert table.rung["t0"] == "L0"
        assert not any(task == "t0" for task, _, _, _ in table.rows)
        assert set(table.loads.values()) == {Fraction(1)}
        assert_draws_are_lawful(table)

    def test_a_seat_that_needs_nobody_needs_nobody_eligible(self) -> None:
        task = Task("t1", (Seat("expert", (), 0), Seat("member", ALL[:2])))
        table = solve(Problem(people(2), (task,)))
        assert set(chances(table).values()) == {Fraction(1, 2)}

    def test_a_seat_that_needs_nobody_ties_no_tasks_together(self) -> None:
        tasks = (
            Task("t1", (Seat("expert", ALL[:4], 0), Seat("member", ALL[:2]))),
            Task("t2", (Seat("member", ALL[2:4]),)),
        )
        table = solve(Problem(people(4), tasks))
        assert len(table.rows) == 4
        assert_draws_are_lawful(table)

    def test_recused_colleagues_on_a_seat_for_nobody_do_not_meet(self) -> None:
        task = Task("t1", (Seat("expert", ALL[:2], 0), Seat("member", ALL[:2])))
        table = solve(Problem(people(2), (task,), colleague_recusals=(("i1", "i2"),)))
        assert_draws_are_lawful(table)

    def test_no_visits_at_all(self) -> None:
        table = solve(Problem(people(2), ()))
        assert draw(table, seed(0)).rows == ()
        assert table.loads == {"i1": 0, "i2": 0}

    def test_nobody_and_nothing(self) -> None:
        assert draw(solve(Problem((), ())), seed(0)).rows == ()


class TestScarcity:
    def test_more_visits_than_people_go_round_evenly(self) -> None:
        table = solve(Problem(people(2), visits(100, ALL[:2])))
        assert set(table.loads.values()) == {Fraction(50)}
        assert_draws_are_lawful(table, 5)

    def test_more_people_than_visits_give_each_the_same_small_chance(self) -> None:
        table = solve(Problem(people(6), visits(1, ALL)))
        assert set(table.loads.values()) == {Fraction(1, 6)}
        assert all(abs(each - Fraction(1, 6)) < Fraction(1, 2**19) for each in chances(table).values())

    def test_one_inspector_alone_makes_every_visit(self) -> None:
        table = solve(Problem(people(1), visits(4, ("i1",))))
        assert table.loads == {"i1": 4}
        assert len(table.forced) == 4
        assert len(draw(table, seed(3)).rows) == 4

    def test_one_inspector_alone_cannot_make_up_a_pair(self) -> None:
        error = refused(Problem(people(1), visits(1, ("i1",), 2)))
        assert sum(one.short for one in error.shortages) == 1

    def test_the_scarce_specialist_is_kept_free_for_what_only_he_can_do(self) -> None:
        # Two visits need i1 by law; all four visits may have him as a member. He makes two of eight, leading.
        tasks = tuple(
            Task(f"t{n}", (Seat("lead", ("i1",) if n < 3 else ALL[1:4]), Seat("member", ALL[:4])))
            for n in (1, 2, 3, 4)
        )
        table = solve(Problem(people(4), tasks))
        assert table.loads == dict.fromkeys(ALL[:4], Fraction(2))
        assert {row for row in chances(table) if row[2] == "i1"} == {
            ("t1", "lead", "i1"),
            ("t2", "lead", "i1"),
        }


class TestNothingLeftToChance:
    def test_where_every_seat_has_one_person_all_is_certain(self) -> None:
        tasks = tuple(Task(f"t{n}", (Seat("lead", (f"i{n}",)),)) for n in (1, 2, 3))
        table = solve(Problem(people(3), tasks))
        assert set(table.forced) == {(f"t{n}", "lead", f"i{n}") for n in (1, 2, 3)}
        assert table.entropy == 0
        assert draw(table, seed(1)).rows == draw(table, seed(2)).rows

    def test_a_team_of_everyone_is_certain_but_for_who_leads(self) -> None:
        table = solve(Problem(people(3), (Task("t1", (Seat("lead", ALL[:3]), Seat("member", ALL[:3], 2))),)))
        assert table.loads == dict.fromkeys(ALL[:3], Fraction(1))
        assert table.forced == ()
        leads = {row[2] for k in range(30) for row in draw(table, seed(k)).rows if row[1] == "lead"}
        assert leads == set(ALL[:3])

    def test_what_a_chain_of_scarcity_settles_is_told_as_certain(self) -> None:
        # i1 alone for t1, at one visit at most; so i2 has t2, so i3 has t3.
        bounds: dict[str, Bounds] = {name: {"max_load": 1} for name in ALL[:3]}
        tasks = (
            Task("t1", (Seat("lead", ("i1",)),)),
            Task("t2", (Seat("lead", ("i1", "i2")),)),
            Task("t3", (Seat("lead", ("i2", "i3")),)),
        )
        table = solve(Problem(people(3, **bounds), tasks))
        assert set(table.forced) == {("t1", "lead", "i1"), ("t2", "lead", "i2"), ("t3", "lead", "i3")}


class TestNamedTwice:
    @pytest.mark.parametrize(
        ("build", "sentence"),
        [
            (lambda: Problem((Inspector("i1"), Inspector("i1")), ()), "执法检查人员 i1 重复"),
            (lambda: Problem(people(1), (*visits(1, ("i1",)), *visits(1, ("i1",)))), "检查任务 t1 重复"),
            (lambda: Seat("member", ("i1", "i1")), "执法检查人员 i1 重复"),
            (lambda: Task("t1", (Seat("lead", ()), Seat("lead", ()))), "席位 lead 重复"),
            (lambda: Problem(people(1), visits(1, ("i9",))), "名单里没有的执法检查人员 i9"),
        ],
    )
    def test_what_is_named_twice_or_not_at_all_is_refused(self, build: object, sentence: str) -> None:
        with pytest.raises(PairingInputError, match=sentence):
            build()  # type: ignore[operator]

    def test_a_recusal_told_twice_or_backwards_is_one(self) -> None:
        told = Problem(people(3), (), colleague_recusals=(("i2", "i1"), ("i1", "i2"), ("i1", "i2")))
        assert told.colleague_recusals == (("i1", "i2"),)


class TestPreference:
    def test_whom_affinity_favours_has_the_greater_chance_and_evenness_stays(self) -> None:
        scores = (("t1", "i1", 2.0), ("t2", "i2", 2.0))
        problem = Problem(people(2), visits(2, ALL[:2]), affinity=Affinity(1.0, scores), cap=Fraction(1))
        found = chances(solve(problem))
        # p on the two wished pairs, 1 - p on the others: 2p - p ln p - (1 - p) ln(1 - p) is greatest at this p.
        assert float(found["t1", "member", "i1"]) == pytest.approx(1 / (1 + exp(-2)), abs=1e-3)
        assert found["t1", "member", "i1"] == found["t2", "member", "i2"]

    def test_a_cap_bounds_what_affinity_can_do(self) -> None:
        scores = (("t1", "i1", 9.0), ("t2", "i2", 9.0))
        problem = Problem(people(2), visits(2, ALL[:2]), affinity=Affinity(1.0, scores), cap=Fraction(3, 5))
        table = solve(problem)
        assert table.lowest_cap == Fraction(1, 2)
        assert max(chances(table).values()) <= Fraction(3, 5) + Fraction(1, 2**20)
        assert float(chances(table)["t1", "member", "i1"]) == pytest.approx(0.6, abs=1e-3)

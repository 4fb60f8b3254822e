"""Planted shortages are named exactly: which seats, which people, how many, by which rule."""

from __future__ import annotations

import pytest

from solver.pairing import Inspector, PairingInfeasible, Problem, Seat, Shortage, Task, solve


def people(count: int, **rules: int) -> tuple[Inspector, ...]:
    return tuple(Inspector(f"i{number}", **rules) for number in range(1, count + 1))


def shortages(problem: Problem) -> tuple[Shortage, ...]:
    with pytest.raises(PairingInfeasible) as refusal:
        solve(problem)
    assert refusal.value.code == "pairing_infeasible"
    return refusal.value.shortages


def test_a_lead_seat_nobody_is_qualified_for() -> None:
    good = Task("t2", (Seat("lead", ("i1",)), Seat("member", ("i2", "i3"))))
    bad = Task("t1", (Seat("lead", ()), Seat("member", ("i2", "i3"))))
    (short,) = shortages(Problem(people(3), (good, bad)))
    assert (short.seats, short.inspectors, short.short) == ((("t1", "lead"),), (), 1)
    assert short.message.startswith("检查任务 t1 的组长席位无人可派：没有符合条件的执法检查人员。")


def test_five_leads_wanted_and_two_leaders_of_at_most_two_visits() -> None:
    everyone = tuple(f"i{k}" for k in range(1, 9))
    leaders = (Inspector("i1", max_load=2), Inspector("i2", max_load=2))
    tasks = tuple(
        Task(f"t{k}", (Seat("lead", ("i1", "i2")), Seat("member", everyone[2:]))) for k in range(1, 6)
    )
    (short,) = shortages(Problem(leaders + people(8)[2:], tasks))
    assert short.seats == tuple((f"t{k}", "lead") for k in range(1, 6))
    assert (short.inspectors, short.needed, short.short) == (("i1", "i2"), 5, 1)
    assert [(rule.name, rule.inspector, rule.limit) for rule in short.limits] == [
        ("max_load", "i1", 2),
        ("max_load", "i2", 2),
    ]
    assert "共需 5 人次，还缺 1 人次" in short.message
    assert "受最高任务量限制（i1 最多 2 次、i2 最多 2 次）" in short.message


def test_three_visits_in_one_week_for_three_people_of_one_visit_a_week() -> None:
    weekly = people(3, period_cap=1)
    seats = (Seat("member", ("i1", "i2", "i3"), 2),)
    tasks = (*(Task(f"t{k}", seats, "2026-W48") for k in (1, 2, 3)), Task("t4", seats, "2026-W49"))
    (short,) = shortages(Problem(weekly, tasks))
    assert short.seats == (("t1", "member"), ("t2", "member"), ("t3", "member"))
    assert (short.needed, short.short) == (6, 3)
    assert {(rule.name, rule.period, rule.limit) for rule in short.limits} == {("period_cap", "2026-W48", 1)}
    assert "2026-W48" in short.message
    assert "2026-W49" not in short.message


def test_one_person_cannot_hold_both_seats_of_a_task() -> None:
    task = Task("t1", (Seat("lead", ("i1",)), Seat("member", ("i1",))))
    (short,) = shortages(Problem(people(2), (task,)))
    assert short.seats == (("t1", "lead"), ("t1", "member"))
    assert (short.inspectors, short.needed, short.short) == (("i1",), 2, 1)
    assert "同一人在一项任务中只能担任一个席位" in short.message


def test_three_people_wanted_in_a_seat_two_are_eligible_for() -> None:
    task = Task("t1", (Seat("qualification:食品", ("i1", "i2"), 3),))
    (short,) = shortages(Problem(people(4), (task,)))
    assert (short.inspectors, short.needed, short.short) == (("i1", "i2"), 3, 1)
    assert "检查任务 t1 的“食品”资格席位共需 3 人次，还缺 1 人次：符合条件的只有 i1、i2" in short.message


def test_two_separate_shortages_are_told_apart() -> None:
    busy = (Inspector("i1", max_load=1), Inspector("i2"), Inspector("i3", max_load=0), Inspector("i4"))
    tasks = (
        Task("t1", (Seat("lead", ("i1",)), Seat("member", ("i2", "i4")))),
        Task("t2", (Seat("lead", ("i1",)), Seat("member", ("i2", "i4")))),
        Task("t3", (Seat("lead", ("i3",)), Seat("member", ("i2", "i4")))),
    )
    first, second = shortages(Problem(busy, tasks))
    assert (first.seats, first.short) == ((("t1", "lead"), ("t2", "lead")), 1)
    assert (second.seats, second.short) == ((("t3", "lead"),), 1)
    assert second.message.startswith("检查任务 t3 的组长席位无人可派：符合条件的只有 i3，且受最高任务量限制")


def test_a_minimum_load_that_no_work_is_there_for() -> None:
    eager = (Inspector("i1", min_load=3), Inspector("i2"), Inspector("i3", min_load=1))
    tasks = tuple(Task(f"t{k}", (Seat("member", ("i1", "i2"), 1),)) for k in (1, 2))
    unused, short = shortages(Problem(eager, tasks))
    assert (unused.kind, unused.inspectors, unused.short) == ("min_load", ("i3",), 1)
    assert (short.kind, short.inspectors, short.needed, short.short) == ("min_load", ("i1",), 3, 1)
    assert short.seats == (("t1", "member"), ("t2", "member"))
    assert "最低任务量合计 3 次" in short.message


def test_a_task_whose_only_people_are_recused_from_each_other() -> None:
    tasks = (Task("t1", (Seat("member", ("i1", "i2"), 2),)), Task("t2", (Seat("member", ("i1", "i3"), 2),)))
    problem = Problem(people(3), tasks, colleague_recusals=(("i2", "i1"),))
    (short,) = shortages(problem)
    assert (short.kind, short.seats, short.inspectors) == ("recusal", (("t1", "member"),), ("i1", "i2"))
    assert short.message.startswith("因同事回避关系，检查任务无法成组：t1。涉及执法检查人员：i1、i2。")


def test_recusals_that_only_clash_through_the_loads_are_proved_impossible() -> None:
    # Each task alone has a lawful team (i3 with either), but i3 may go only once.
    tight = (Inspector("i1"), Inspector("i2"), Inspector("i3", max_load=1))
    seats = (Seat("member", ("i1", "i2", "i3"), 2),)
    problem = Problem(tight, (Task("t1", seats), Task("t2", seats)), colleague_recusals=(("i1", "i2"),))
    (short,) = shortages(problem)
    assert (short.kind, short.inspectors) == ("recusal", ("i1", "i2"))


def test_the_refusal_travels_as_plain_values() -> None:
    with pytest.raises(PairingInfeasible) as refusal:
        solve(Problem(people(1), (Task("t1", (Seat("lead", ()),)),)))
    (told,) = refusal.value.params["shortages"]
    assert told["seats"] == [["t1", "lead"]]
    assert told["short"] == 1
    assert told["message"] == refusal.value.message


def test_where_no_rule_is_in_the_way_none_is_to_be_relaxed() -> None:
    (short,) = shortages(Problem(people(2), (Task("t1", (Seat("member", ("i1", "i2"), 3),)),)))
    assert short.limits == ()
    assert short.message.endswith("还缺 1 人次：符合条件的只有 i1、i2。请增派符合条件的人员，或减少任务。")

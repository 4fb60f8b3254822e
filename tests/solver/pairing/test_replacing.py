"""One inspector is replaced; nobody else's visits move unless no lawful team is left otherwise."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.pairing import Inspector, Problem, Seat, Task
from solver.pairing.errors import PairingInfeasible, PairingInputError
from solver.pairing.replacing import apply, changes, replacement
from solver.pairing.table import Row
from tests.solver.pairing.pairing_cases import outcomes, pairs_problem
from tests.solver.pairing.strategies import PEOPLE, PERIODS, open_problems


@dataclass(frozen=True)
class Outcome:
    rows: tuple[Row, ...]


def people(*names: str, **bounds: int) -> tuple[Inspector, ...]:
    return tuple(Inspector(name, **bounds) for name in names)


def lawful(problem: Problem, rows: tuple[Row, ...]) -> bool:
    """Every rule but minimum loads, counted anew."""
    demand = {(task.id, seat.id): seat.demand for task in problem.tasks for seat in task.seats}
    eligible = {
        (task.id, seat.id, who) for task in problem.tasks for seat in task.seats for who in seat.eligible
    }
    period = {task.id: task.period for task in problem.tasks}
    recused = {frozenset(pair) for pair in problem.colleague_recusals}
    teams: dict[str, list[str]] = {}
    for task, _, who in rows:
        teams.setdefault(task, []).append(who)
    load, busy = Counter(who for _, _, who in rows), Counter((who, period[task]) for task, _, who in rows)
    return (
        Counter((task, seat) for task, seat, _ in rows) == Counter({k: n for k, n in demand.items() if n})
        and eligible.issuperset(rows)
        and all(len(set(team)) == len(team) for team in teams.values())
        and not any(frozenset(pair) in recused for team in teams.values() for pair in combinations(team, 2))
        and all(one.max_load is None or load[one.id] <= one.max_load for one in problem.inspectors)
        and all(
            one.period_cap is None or n <= one.period_cap
            for one in problem.inspectors
            for (who, _), n in busy.items()
            if who == one.id
        )
    )


THREE = (("t1", "member", "i1"), ("t1", "member", "i2"), ("t2", "member", "i1"), ("t2", "member", "i3"))


def test_only_the_seats_given_up_are_drawn_anew_and_the_rest_of_the_team_stays() -> None:
    problem = pairs_problem(2, 5)
    found = replacement(problem, THREE, {"i1": {"t1", "t2"}})
    assert found.given_up == (("t1", "member", "i1"), ("t2", "member", "i1"))
    assert found.opened == ()
    assert [(task.id, seat.demand, seat.eligible) for task in found.problem.tasks for seat in task.seats] == [
        ("t1", 1, ("i3", "i4", "i5")),
        ("t2", 1, ("i2", "i4", "i5")),
    ]
    assert {one.id: one.past_load for one in found.problem.inspectors} == {"i2": 1, "i3": 1, "i4": 0, "i5": 0}


def test_one_task_given_up_leaves_the_others_of_the_same_inspector_alone() -> None:
    found = replacement(pairs_problem(2, 5), THREE, {"i1": {"t1"}})
    assert found.given_up == (("t1", "member", "i1"),)
    assert [one.id for one in found.problem.inspectors] == ["i3", "i4", "i5"]


def test_what_is_inspected_already_is_not_touched() -> None:
    found = replacement(pairs_problem(2, 5), THREE, {"i1": {"t1", "t2"}}, done={"t1"})
    assert found.given_up == (("t2", "member", "i1"),)
    with pytest.raises(PairingInputError, match="没有需要替换的席位"):
        replacement(pairs_problem(2, 5), THREE, {"i1": {"t1"}}, done={"t1"})


def test_visits_to_tasks_that_the_problem_no_longer_has_still_count_but_cannot_be_given_up() -> None:
    problem = replace(pairs_problem(1, 5), inspectors=people("i1", "i2", "i3", "i4", "i5", max_load=1))
    found = replacement(problem, THREE, {"i1": {"t1"}})
    assert found.problem.tasks[0].seats[0].eligible == ("i4", "i5")  # i3 has his visit at t2
    with pytest.raises(PairingInputError, match="没有检查任务 t2 的这一席位"):
        replacement(problem, THREE, {"i1": {"t2"}})


def test_people_recused_from_a_member_who_stays_do_not_step_in() -> None:
    problem = replace(pairs_problem(2, 5), colleague_recusals=(("i2", "i4"), ("i3", "i5")))
    found = replacement(problem, THREE, {"i1": {"t1"}})
    assert found.problem.tasks[0].seats[0].eligible == ("i3", "i5")
    assert found.problem.colleague_recusals == (("i3", "i5"),)


def test_what_somebody_has_already_counts_towards_his_bounds() -> None:
    names = ("i1", "i2", "i3", "i4", "i5")
    tasks = tuple(Task(f"t{n}", (Seat("member", names, 2),), "W1" if n == 1 else "W2") for n in (1, 2))
    problem = Problem(
        (
            Inspector("i1"),
            Inspector("i2", max_load=1),
            Inspector("i3", max_load=3, past_load=7, min_load=2),
            Inspector("i4", period_cap=2),
            Inspector("i5"),
        ),
        tasks,
    )
    rows = (("t1", "member", "i1"), ("t1", "member", "i4"), ("t2", "member", "i2"), ("t2", "member", "i3"))
    found = replacement(problem, rows, {"i1": {"t1"}})
    assert {one.id: (one.past_load, one.min_load, one.max_load) for one in found.problem.inspectors} == {
        "i3": (8, 0, 2),  # i2 has made all his visits
        "i5": (0, 0, None),
    }
    other = replacement(problem, rows, {"i2": {"t2"}})
    assert {one.id: one.period_cap for one in other.problem.inspectors} == {"i1": None, "i4": 2, "i5": None}


def test_bounds_lowered_after_the_draw_stop_nobody_but_those_whom_they_bind() -> None:
    # i3 has three visits elsewhere, of which the new bounds would allow one; i2 gives up both his seats.
    tasks = (
        *(Task(f"done{k}", (Seat("member", ("i3", "i4")),), "w1") for k in range(3)),
        *(Task(f"t{k}", (Seat("member", ("i2", "i3", "i4")),), f"w{k}") for k in (1, 2)),
    )
    rows = (*((f"done{k}", "member", "i3") for k in range(3)), *((f"t{k}", "member", "i2") for k in (1, 2)))
    for bound in ("max_load", "period_cap"):
        problem = Problem((*people("i2", "i4"), *people("i3", **{bound: 1})), tasks)
        small = replacement(problem, rows, {"i2": {"t1", "t2"}}).problem
        assert [(task.id, seat.eligible) for task in small.tasks for seat in task.seats] == [
            ("t1", ("i4",)),
            ("t2", ("i4",) if bound == "max_load" else ("i3", "i4")),
        ]


def test_seats_are_opened_although_somebody_else_has_more_visits_than_he_may_by_now() -> None:
    # The lead is ill; i2, a member, may lead. i9 is over his bound, by visits that cannot be moved.
    tasks = (
        Task("t1", (Seat("lead", ("i1", "i2")), Seat("member", ("i2", "i3", "i9")))),
        Task("t2", (Seat("member", ("i9",)),)),
        Task("t3", (Seat("member", ("i9",)),)),
    )
    problem = Problem((*people("i1", "i2", "i3"), *people("i9", max_load=1)), tasks)
    rows = (("t1", "lead", "i1"), ("t1", "member", "i2"), ("t2", "member", "i9"), ("t3", "member", "i9"))
    found = replacement(problem, rows, {"i1": {"t1"}}, done={"t2", "t3"})
    assert found.opened == (("t1", "member", "i2"),)
    assert [seat.eligible for task in found.problem.tasks for seat in task.seats] == [("i2",), ("i2", "i3")]


def test_visits_left_that_differ_by_period_are_kept_in_every_period() -> None:
    # 乙 may make 2 visits a week; one of W1 is spent. Three seats fall vacant: one in W1, two in W2.
    tasks = (
        Task("a", (Seat("lead", ("乙",)),), "W1"),
        Task("b", (Seat("lead", ("甲", "乙")),), "W1"),
        Task("c", (Seat("lead", ("甲", "乙")),), "W2"),
        Task("d", (Seat("lead", ("甲", "乙")),), "W2"),
    )
    problem = Problem((Inspector("甲"), Inspector("乙", period_cap=2)), tasks)
    rows = (("a", "lead", "乙"), ("b", "lead", "甲"), ("c", "lead", "甲"), ("d", "lead", "甲"))
    found = replacement(problem, rows, {"甲": {"b", "c", "d"}})
    assert found.opened == ()
    assert found.problem.inspectors == (Inspector("乙", past_load=1, period_cap=2),)
    assert outcomes(found.problem) == [(("b", "lead", "乙"), ("c", "lead", "乙"), ("d", "lead", "乙"))]


def test_a_member_who_may_lead_becomes_lead_where_nobody_else_can_and_his_seat_is_drawn_too() -> None:
    tasks = (
        Task("t1", (Seat("lead", ("甲", "乙")), Seat("member", ("甲", "乙", "丙", "丁")))),
        Task("t2", (Seat("lead", ("戊",)), Seat("member", ("丙", "丁")))),
    )
    problem = Problem(people("甲", "乙", "丙", "丁", "戊"), tasks)
    rows = (("t1", "lead", "甲"), ("t1", "member", "乙"), ("t2", "lead", "戊"), ("t2", "member", "丙"))
    found = replacement(problem, rows, {"甲": {"t1"}})
    assert found.opened == (("t1", "member", "乙"),)
    assert [(seat.id, seat.eligible) for task in found.problem.tasks for seat in task.seats] == [
        ("lead", ("乙",)),
        ("member", ("丁", "丙", "乙")),
    ]
    assert found.message == (
        "空出的席位重新抽签：检查任务 t1 的组长席位（原为 甲）。"
        "仅替换空出的席位无法成组，另有席位一并重新抽签：检查任务 t1 的组员席位（原为 乙）。其他席位的人员安排不变。"
    )


def test_a_seat_of_another_task_is_opened_only_where_the_own_team_does_not_help() -> None:
    # 乙 alone could lead t1, but he has his one visit at t2, which 丙 could take.
    tasks = (Task("t1", (Seat("lead", ("甲", "乙")),)), Task("t2", (Seat("lead", ("乙", "丙")),)))
    problem = Problem((Inspector("甲"), Inspector("乙", max_load=1), Inspector("丙")), tasks)
    found = replacement(problem, (("t1", "lead", "甲"), ("t2", "lead", "乙")), {"甲": {"t1"}})
    assert found.opened == (("t2", "lead", "乙"),)
    assert outcomes(found.problem) == [(("t1", "lead", "乙"), ("t2", "lead", "丙"))]


def test_where_nobody_can_step_in_the_shortage_is_told_with_what_would_help() -> None:
    tasks = (Task("t1", (Seat("lead", ("甲",)),)), Task("t2", (Seat("lead", ("乙",)),)))
    rows = (("t1", "lead", "甲"), ("t2", "lead", "乙"))
    problem = Problem(people("甲", "乙"), tasks)
    with pytest.raises(PairingInfeasible) as refusal:
        replacement(problem, rows, {"甲": {"t1"}})
    assert [one.seats for one in refusal.value.shortages] == [(("t1", "lead"),)]
    assert [(one.kind, one.task, one.cost) for one in refusal.value.suggestions] == [("outside", "t1", 10)]
    assert "为检查任务 t1 的组长席位从外单位增派 1 名" in refusal.value.message


def test_the_new_rows_take_the_place_of_the_old_and_every_change_is_named() -> None:
    problem = pairs_problem(2, 5)
    found = replacement(problem, THREE, {"i1": {"t1", "t2"}})
    drawn = Outcome((("t1", "member", "i4"), ("t2", "member", "i5")))
    after = apply(THREE, found, drawn)
    assert after == (
        ("t1", "member", "i2"),
        ("t1", "member", "i4"),
        ("t2", "member", "i3"),
        ("t2", "member", "i5"),
    )
    assert [one.message for one in changes(THREE, after)] == [
        "检查任务 t1 的组员席位由 i1 改为 i4。",
        "检查任务 t2 的组员席位由 i1 改为 i5。",
    ]
    with pytest.raises(PairingInputError, match="与空出的席位不一致"):
        apply(THREE, found, Outcome(drawn.rows[:1]))


@st.composite
def problems_in_force(draw: st.DrawFn) -> tuple[Problem, tuple[Row, ...]]:
    """A small problem with some bounds, and one of its lawful outcomes."""
    problem = draw(open_problems())
    bounded = tuple(
        replace(
            one, max_load=draw(st.sampled_from([None, 2, 3])), period_cap=draw(st.sampled_from([None, 2]))
        )
        for one in problem.inspectors
    )
    tasks = tuple(replace(task, period=draw(st.sampled_from(PERIODS))) for task in problem.tasks)
    pairs = tuple(draw(st.lists(st.sampled_from(list(combinations(PEOPLE, 2))), max_size=2)))
    problem = replace(problem, inspectors=bounded, tasks=tasks, colleague_recusals=pairs)
    every = outcomes(problem)
    assume(every)
    return problem, tuple(sorted(draw(st.sampled_from(every))))


@given(problems_in_force())
@settings(max_examples=60, deadline=None)
def test_a_replacement_is_found_exactly_where_one_exists_and_leaves_lawful_teams(
    case: tuple[Problem, tuple[Row, ...]],
) -> None:
    problem, rows = case
    every, who = outcomes(problem), rows[0][2]
    own = {task for task, _, name in rows if name == who}
    kept = {row for row in rows if row[2] != who}
    without = [set(one) for one in every if who not in {name for task, _, name in one}]
    try:
        found = replacement(problem, rows, {who: own})
    except PairingInfeasible:
        assert not without
        return
    fewest = min(len(kept - one) for one in without)
    assert len(found.opened) == fewest
    for drawn in outcomes(found.problem)[:20]:
        after = apply(rows, found, Outcome(drawn))
        assert lawful(problem, after)
        assert who not in {name for _, _, name in after}
        assert kept.difference(found.opened) <= set(after)

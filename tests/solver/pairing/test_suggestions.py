"""Suggestions mend an infeasible plan, and nothing cheaper would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.pairing import Affinity, Inspector, Problem, Seat, Task
from solver.pairing.errors import PairingInputError
from solver.pairing.shortage.relief import cheapest_changes, pieces
from solver.pairing.shortage.relief_flow import cheapest_by_flow
from solver.pairing.shortage.suggestions import COST, Neighbours, relaxed, suggest
from solver.pairing.words.changes import Suggestion
from solver.pairing.words.gap import Shortage
from tests.solver.pairing.pairing_cases import outcomes
from tests.solver.pairing.strategies import problems


def feasible(problem: Problem) -> bool:
    return bool(outcomes(problem))


def cost(found: tuple[Suggestion, ...]) -> int:
    return sum(one.cost for one in found)


def lead_and_member(task: str, leads: tuple[str, ...], members: tuple[str, ...], period: str = "") -> Task:
    return Task(task, (Seat("lead", leads), Seat("member", members)), period)


def single_changes(problem: Problem, neighbours: Neighbours) -> list[Suggestion]:
    """Every change of one unit."""
    found = []
    for one in problem.inspectors:
        for kind in ("period_cap", "max_load", "min_load"):
            before = getattr(one, kind)
            if before:
                found.append(Suggestion(kind, 1, COST[kind], one.id, before))
    for (task, seat), people in neighbours.items():
        found += [Suggestion("neighbour", 1, 3, inspector=who, task=task, seat=seat) for who in people]
    for each in problem.tasks:
        found += [Suggestion("outside", 1, 10, task=each.id, seat=seat.id) for seat in each.seats]
        found.append(Suggestion("later", 1, 30, task=each.id))
    return found


def cheaper(problem: Problem, neighbours: Neighbours, below: int, start: int = 0) -> Iterator[Problem]:
    """The problem after every set of changes that costs less than ``below``."""
    yield problem
    changes = single_changes(problem, neighbours)
    for place in range(start, len(changes)):
        change = changes[place]
        still_there = change.task is None or any(task.id == change.task for task in problem.tasks)
        if change.cost < below and still_there:
            repeatable = place if change.inspector is not None and change.task is None else place + 1
            yield from cheaper(relaxed(problem, [change]), neighbours, below - change.cost, repeatable)


def test_a_third_visit_within_a_week_costs_1_and_is_named_with_its_week() -> None:
    tasks = tuple(Task(f"t{n}", (Seat("member", ("甲",)),), "2026-W48") for n in range(3))
    problem = Problem((Inspector("甲", period_cap=2),), tasks)
    found = suggest(problem, ())
    assert found == (Suggestion("period_cap", 1, 1, "甲", 2, ("2026-W48",)),)
    assert found[0].message == "把 甲 的每期上限由 2 次提高到 3 次（2026-W48）。"
    assert feasible(relaxed(problem, found))


def test_two_weeks_over_by_one_are_mended_by_raising_the_cap_once() -> None:
    tasks = tuple(Task(f"t{n}", (Seat("member", ("甲",)),), f"W{n // 2}") for n in range(4))
    found = suggest(Problem((Inspector("甲", period_cap=1),), tasks), ())
    assert found == (Suggestion("period_cap", 1, 1, "甲", 1, ("W0", "W1")),)


def test_the_highest_load_gives_way_at_2_a_visit_rather_than_a_stranger_at_10() -> None:
    tasks = tuple(Task(f"t{n}", (Seat("member", ("甲", "乙")),)) for n in range(4))
    problem = Problem((Inspector("甲", max_load=1), Inspector("乙", max_load=1)), tasks)
    found = suggest(problem, ())
    assert cost(found) == 4
    assert {one.kind for one in found} == {"max_load"}
    assert feasible(relaxed(problem, found))


def test_the_lowest_load_falls_where_there_is_too_little_work() -> None:
    problem = Problem(
        (Inspector("甲", min_load=3), Inspector("乙", min_load=1)),
        (Task("t1", (Seat("member", ("甲",)),)),),
    )
    found = suggest(problem, ())
    assert [(one.kind, one.inspector, one.amount) for one in found] == [
        ("min_load", "甲", 2),
        ("min_load", "乙", 1),
    ]
    assert found[0].message == "把 甲 的最低任务量由 3 次降低到 1 次。"
    assert feasible(relaxed(problem, found))


def test_a_neighbour_offered_by_the_office_is_preferred_to_a_stranger() -> None:
    problem = Problem((Inspector("甲"), Inspector("乙")), (lead_and_member("t1", (), ("甲",)),))
    assert [(one.kind, one.cost) for one in suggest(problem, ())] == [("outside", 10)]
    found = suggest(problem, (), {("t1", "lead"): ("甲", "乙")})
    assert found == (Suggestion("neighbour", 1, 3, inspector="乙", task="t1", seat="lead"),)
    assert found[0].message == "经批准由 乙 担任检查任务 t1 的组长席位（跨区域支援、补办证件等）。"
    assert feasible(relaxed(problem, found))


def test_a_task_that_lacks_four_people_is_rather_put_off_than_filled_with_strangers() -> None:
    problem = Problem(
        (Inspector("甲"),), (Task("t1", (Seat("member", (), 4),)), Task("t2", (Seat("lead", ("甲",)),)))
    )
    found = suggest(problem, ())
    assert found == (Suggestion("later", 1, 30, task="t1"),)
    assert found[0].message == "将检查任务 t1 延后安排。"
    two = Problem((Inspector("甲"),), (Task("t1", (Seat("member", (), 2),)),))
    assert suggest(two, ()) == (Suggestion("outside", 2, 20, task="t1", seat="member"),)


def test_recused_colleagues_are_not_put_together_by_a_suggestion() -> None:
    problem = Problem(
        (Inspector("甲"), Inspector("乙"), Inspector("丙")),
        (Task("t1", (Seat("member", ("甲", "乙"), 2),)),),
        colleague_recusals=(("甲", "乙"), ("乙", "丙")),
    )
    found = suggest(problem, (), {("t1", "member"): ("丙",)})
    assert found == (Suggestion("neighbour", 1, 3, inspector="丙", task="t1", seat="member"),)
    assert [{who for _, _, who in rows} for rows in outcomes(relaxed(problem, found))] == [{"甲", "丙"}]


def test_nobody_whose_bound_is_0_is_sent_by_a_suggestion() -> None:
    problem = Problem((Inspector("甲", max_load=0),), (Task("t1", (Seat("lead", ("甲",)),)),))
    assert [one.kind for one in suggest(problem, ())] == ["outside"]


def test_only_the_piece_that_is_short_is_changed_and_a_feasible_plan_needs_nothing() -> None:
    problem = Problem(
        (Inspector("甲"), Inspector("乙")),
        (Task("t1", (Seat("lead", ("甲",)),)), Task("t2", (Seat("lead", ("乙",)),))),
    )
    assert suggest(problem, ()) == ()


def test_a_helper_unknown_to_the_problem_is_refused_with_the_place() -> None:
    problem = Problem((Inspector("甲"),), (Task("t1", (Seat("lead", ("甲",)),)),))
    with pytest.raises(PairingInputError, match="检查任务 t1 席位 lead的可支援人员 丙 不在匹配问题中"):
        suggest(problem, (), {("t1", "lead"): ("丙",)})


def test_json_of_a_suggestion_says_what_whom_and_how_much() -> None:
    assert Suggestion("outside", 2, 20, task="t1", seat="member").to_json() == {
        "kind": "outside",
        "amount": 2,
        "cost": 20,
        "task": "t1",
        "seat": "member",
        "message": "为检查任务 t1 的组员席位从外单位增派 2 名符合条件的执法检查人员。",
    }


@st.composite
def short_problems(draw: st.DrawFn) -> tuple[Problem, Neighbours]:
    problem = draw(problems(recusals=True))
    neighbours = {
        (task.id, seat.id): tuple(sorted({one.id for one in problem.inspectors} - set(seat.eligible)))
        for task in problem.tasks[:1]
        for seat in task.seats
    }
    return problem, neighbours if draw(st.booleans()) else {}


@given(short_problems())
@settings(max_examples=40, deadline=None)
def test_the_suggestions_suffice_and_no_cheaper_set_of_changes_does(case: tuple[Problem, Neighbours]) -> None:
    problem, neighbours = case
    assume(len(problem.tasks) <= 3 and not feasible(problem))
    found = suggest(problem, (), neighbours)
    assert feasible(relaxed(problem, found))
    assume(cost(found) <= 6)
    assert not any(feasible(one) for one in cheaper(problem, neighbours, cost(found)))


@given(short_problems())
@settings(max_examples=60, deadline=None)
def test_the_flow_for_large_plans_costs_what_the_model_for_small_ones_does(
    case: tuple[Problem, Neighbours],
) -> None:
    problem, neighbours = case
    one_period = tuple(replace(task, period="") for task in problem.tasks)
    problem = replace(problem, tasks=one_period, colleague_recusals=())
    assume(not feasible(problem))
    offered = [(task, seat, who) for (task, seat), people in neighbours.items() for who in people]
    for piece in pieces(problem, offered):
        here = [row for row in offered if row[0] in {task.id for task in piece.tasks}]
        by_model = cheapest_changes(piece, here, COST) or ()
        by_flow = cheapest_by_flow(piece, here, COST)
        assert sum(COST[one.kind] * one.amount for one in by_flow) == sum(
            COST[one.kind] * one.amount for one in by_model
        )


def test_in_a_plan_too_large_for_the_model_visits_are_spread_and_a_recused_team_is_still_mended() -> None:
    names = tuple(f"i{number:02}" for number in range(40))
    wide = tuple(Task(f"t{number:03}", (Seat("member", names, 2),)) for number in range(130))
    barred = Task("x", (Seat("member", names[:2], 2),))
    problem = Problem(
        tuple(Inspector(name, max_load=6) for name in names), (*wide, barred), ((names[0], names[1]),)
    )
    alone = Shortage("recusal", (("x", "member"),), names[:2], 2, 1)
    found = suggest(problem, (alone,))
    assert [one for one in found if one.kind == "outside"] == [
        Suggestion("outside", 1, 10, task="x", seat="member")
    ]
    raised = [one.amount for one in found if one.kind == "max_load"]
    assert (len(raised), max(raised)) == (22, 1)


def test_affinity_of_a_task_put_off_goes_with_it() -> None:
    problem = Problem(
        (Inspector("甲"),),
        (Task("t1", (Seat("member", ("甲",), 9),)), Task("t2", (Seat("lead", ("甲",)),))),
        affinity=Affinity(1.0, (("t1", "甲", 0.5), ("t2", "甲", 0.5))),
    )
    after = relaxed(problem, suggest(problem, ()))
    assert [task.id for task in after.tasks] == ["t2"]
    assert after.affinity == Affinity(1.0, (("t2", "甲", 0.5),))

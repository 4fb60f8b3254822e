"""A team's plan against every plan there is."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from solver.schedule import judge
from solver.schedule.limits import Limits
from solver.schedule.problem import Problem
from solver.schedule.solving import assemble
from solver.schedule.team import TeamPlan, fits, plan_team
from solver.schedule.timetable import Unscheduled
from solver.schedule.travel import Travel
from tests.solver.schedule.team.brute import best_plan
from tests.solver.schedule.team.problems import problems

MANY = settings(max_examples=60, deadline=None)


def key_of(problem: Problem, plan: TeamPlan) -> tuple[int, ...]:
    """The plan's worth as ``best_plan`` tells it."""
    heavy = len(problem.visits) + 1
    visits = {one.id: one for one in problem.visits}
    missed = sum(heavy if visits[one].pinned or visits[one].appointment else 1 for one in plan.missing)
    moved = sum(
        (was.team, was.day) != (plan.team, route.day)
        for route in plan.routes
        for visit in route.visits
        if (was := problem.published.get(visit)) is not None
    )
    if problem.aims == "weighted":
        return missed // heavy, plan.cost + problem.change_cost * moved
    return missed, moved, plan.cost


@MANY
@given(problems())
def test_no_plan_of_a_tiny_team_is_better_than_the_one_found(problem: Problem) -> None:
    plan = plan_team(problem, Travel.of(problem), 7, Limits())
    assert key_of(problem, plan) == best_plan(problem, problem.teams[0])
    assert plan.proven
    assert plan.bound == plan.cost
    assert not plan.cut


@MANY
@given(problems())
def test_the_judge_has_nothing_to_say_about_a_plan(problem: Problem) -> None:
    plan = plan_team(problem, Travel.of(problem), 7, Limits())
    left_out = [Unscheduled(one, "CAPACITY") for one in plan.missing]
    timetable = assemble(problem, [plan], plan.routes, left_out, reproducible=True)
    stands = {"PINNED_MOVED", "APPOINTMENT_MISSED"}  # what nobody could keep is told there
    assert [one for one in judge(problem, timetable) if one.code not in stands] == []


@MANY
@given(problems())
def test_visits_fit_exactly_where_a_plan_misses_none(problem: Problem) -> None:
    travel = Travel.of(problem)
    plain = replace(problem, aims="lexicographic")
    missed = best_plan(plain, plain.teams[0])[0]
    assert fits(plain, travel, 7, [one.id for one in plain.visits]) == (missed == 0)


@MANY
@given(problems())
def test_with_too_many_tours_to_list_a_plan_is_lawful_and_its_bound_holds(problem: Problem) -> None:
    plan = plan_team(problem, Travel.of(problem), 7, Limits(tours=3))
    best = best_plan(problem, problem.teams[0])
    assert key_of(problem, plan) >= best
    if problem.aims == "lexicographic" and not problem.published and len(plan.missing) == best[0]:
        assert plan.bound <= best[2]


@MANY
@given(problems())
def test_a_guard_that_struck_before_work_began_still_leaves_a_lawful_plan(problem: Problem) -> None:
    plan = plan_team(problem, Travel.of(problem), 7, Limits(seconds=0.0))
    assert plan.cut
    assert not plan.proven
    assert key_of(problem, plan) >= best_plan(problem, problem.teams[0])

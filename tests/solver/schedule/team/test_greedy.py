"""A team that there is no time for gets a lawful plan at once; one that defeats the model does too."""

from dataclasses import replace

import pytest

from solver.schedule import judge, solve
from solver.schedule.limits import Limits, Watch
from solver.schedule.problem import Fixed, Published
from solver.schedule.team.relaxation import Relaxation
from tests.solver.schedule.small import county, visit


def test_stopped_at_once_every_team_still_goes_out_and_nothing_is_called_proven() -> None:
    found = solve(county(), Limits(), Watch(wish=lambda: "stop"))
    assert found.unscheduled == ()
    assert found.proven == ()
    assert not found.reproducible
    assert found.bound <= found.objective
    assert judge(county(), found) == ()


def test_a_wall_guard_of_no_time_at_all_leaves_nobody_at_home() -> None:
    found = solve(county(), Limits(seconds=0.0))
    assert (found.unscheduled, found.reproducible) == ((), False)
    assert judge(county(), found) == ()


def test_what_is_pinned_or_published_keeps_its_day_in_a_plan_made_at_once() -> None:
    visits = [visit(1, pinned=Fixed(2, 10800)), visit(2), visit(3), visit(4), visit(5), visit(6)]
    problem = county(visits, published={2: Published(1, 3, 600)})
    found = solve(problem, Limits(), Watch(wish=lambda: "stop"))
    days = {
        name: (one.day, start)
        for one in found.routes
        for name, start in zip(one.visits, one.starts, strict=True)
    }
    assert days[1] == (2, 10800)
    assert days[2][0] == 3
    assert judge(problem, found) == ()


def test_teams_that_share_somebody_do_not_meet_in_plans_made_at_once() -> None:
    problem = county()
    shared = replace(problem.teams[1], members=("p", "s"))
    problem = replace(problem, teams=(problem.teams[0], shared))
    found = solve(problem, Limits(seconds=0.0))
    assert judge(problem, found) == ()
    assert len({one.day for one in found.routes}) == len(found.routes) > 0


def test_a_relaxation_that_cannot_be_solved_costs_the_team_its_proof_and_not_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def defeated(self: Relaxation) -> None:
        raise ArithmeticError

    monkeypatch.setattr(Relaxation, "_settle", defeated)
    found = solve(county())
    assert found.unscheduled == ()
    assert found.proven == ()
    assert judge(county(), found) == ()

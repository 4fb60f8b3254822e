"""A large team whose search of the best plan had no time at all."""

from random import Random

from solver.schedule.limits import Limits
from solver.schedule.problem import Place
from solver.schedule.routing.columns import day_routes
from solver.schedule.team import plan_team
from solver.schedule.team.guard import Guard
from solver.schedule.travel import Travel
from tests.solver.schedule.small import county, team, visit


def test_with_no_time_left_the_plan_is_no_worse_than_what_a_search_had_found() -> None:
    dice = Random(1)
    visits = [
        visit(name, duration=1800, place=Place(30 + dice.uniform(-0.2, 0.2), 120 + dice.uniform(-0.2, 0.2)))
        for name in range(30)
    ]
    problem = county(visits, [team(1, ("p", "q"))], max_visits=9, matrix=None)
    travel = Travel.of(problem)
    plan = plan_team(problem, travel, 1, Limits(tours=50), guard=Guard(until=0.0))
    found = day_routes(problem, travel, 1)
    assert plan.cut
    assert not plan.proven
    assert len(plan.missing) <= len(found.missing)

"""Day-routes of a whole county: lawful for some team on each day, fewer ways than teams drawn one by one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest

from solver.schedule.judging import judge
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Problem
from solver.schedule.routing.columns import day_routes
from solver.schedule.routing.county import DayRoute, county_routes
from solver.schedule.timetable import Route, Timetable, Unscheduled
from solver.schedule.travel import Travel
from tests.solver.schedule.routing.counties import county


def driven(problem: Problem, routes: tuple[DayRoute, ...]) -> tuple[Problem, Timetable]:
    """Routes given to teams of that day, office and hours; visits then are theirs."""
    spare = defaultdict(list)
    for team in problem.teams:
        for day in team.days:
            hours = team.hours.get(day, (0, problem.day_length))
            spare[day, team.office, *hours].append(team.id)
    given, owner = [], dict[Id, Id]()
    for one in routes:
        team_id = spare[one.day, one.office, one.opens, one.closes].pop()
        owner |= dict.fromkeys(one.visits, team_id)
        given.append(Route(team_id, one.day, one.visits, one.starts, one.leaves, one.returns, one.travel))
    visits = tuple(replace(one, team=owner.get(one.id, one.team)) for one in problem.visits)
    left = tuple(Unscheduled(one.id, "CAPACITY") for one in visits if one.id not in owner)
    plan = Timetable("", tuple(given), left, sum(one.travel for one in given), 0, 0, ())
    return replace(problem, visits=visits), plan


@pytest.mark.parametrize("seed", range(10))
def test_teams_can_be_found_for_all_routes_and_no_rule_is_broken(seed: int) -> None:
    problem, plan = driven(county(seed), county_routes(county(seed)))
    assert plan.routes
    assert [one.message for one in judge(problem, plan) if one.code != "WRONG_FIGURES"] == []


@pytest.mark.parametrize("seed", range(5))
def test_routes_of_a_county_serve_no_fewer_visits_than_teams_one_by_one(seed: int) -> None:
    problem = county(seed, visits=20)
    travel = Travel.of(problem)
    alone = [day_routes(problem, travel, team.id) for team in problem.teams]
    served = sum(len(route.visits) for route in county_routes(problem))
    assert served >= sum(len(route.visits) for plan in alone for route in plan.routes)


def test_the_same_routes_come_with_any_number_of_workers() -> None:
    one, two = county(1), county(2)
    places = (*one.offices, *two.offices)
    teams = (*one.teams, *(replace(t, id=t.id + 100, county=1, office=t.office + 2) for t in two.teams))  # type: ignore[operator]
    visits = (*one.visits, *(replace(v, id=f"w{v.id}", county=1) for v in two.visits))
    both = replace(one, offices=places, teams=teams, visits=visits, matrix=None)
    routes = county_routes(both)
    assert routes == county_routes(both, Limits(workers=2))
    assert {route.county for route in routes} == {0, 1}
    assert all((route.office < 2) == (route.county == 0) for route in routes)


def test_a_county_without_teams_has_no_routes() -> None:
    assert county_routes(replace(county(1), teams=())) == ()

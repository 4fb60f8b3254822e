"""Day-tours of a team found by search: lawful, the same every time, nearly as good as listing every tour."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from solver.schedule.judging import judge
from solver.schedule.limits import Limits
from solver.schedule.problem import Problem, Published
from solver.schedule.routing.columns import day_routes, search_tours
from solver.schedule.team.frame import Frame
from solver.schedule.team.tours import list_tours
from solver.schedule.timetable import Route, Timetable, Unscheduled
from solver.schedule.travel import Travel
from tests.solver.schedule.routing.counties import county

FIGURES = {"WRONG_FIGURES"}  # of the whole timetable: not what is asked here


def broken(problem: Problem, routes: tuple[Route, ...], missing: tuple[object, ...]) -> list[str]:
    left = tuple(Unscheduled(one, "CAPACITY") for one in missing)  # type: ignore[arg-type]
    plan = Timetable("", routes, left, sum(route.travel for route in routes), 0, 0, ())
    return [one.message for one in judge(problem, plan) if one.code not in FIGURES]


@pytest.mark.parametrize("seed", range(12))
def test_the_routes_of_all_teams_break_no_rule(seed: int) -> None:
    problem = county(seed)
    travel = Travel.of(problem)
    plans = [day_routes(problem, travel, team.id) for team in problem.teams]
    routes = tuple(route for plan in plans for route in plan.routes)
    assert routes
    assert broken(problem, routes, tuple(one for plan in plans for one in plan.missing)) == []
    for route in routes:
        assert route.travel == sum(_ways(problem, travel, route))


@pytest.mark.parametrize("seed", range(6))
def test_every_tour_found_is_one_that_listing_finds_too(seed: int) -> None:
    problem = county(seed, visits=8, teams=1)
    frame = Frame.of(problem, Travel.of(problem), 0)
    found, every = search_tours(frame), list_tours(frame)
    assert every.complete
    assert not found.complete
    listed = {_key(every, row): every.travel[row] for row in range(len(every))}
    for row in range(len(found)):
        assert listed[_key(found, row)] <= found.travel[row]
        same = next(at for at in range(len(every)) if _key(every, at) == _key(found, row))
        assert (found.on[row] == every.on[same]).all()
        if found.order(row) == every.order(same):
            for column in ("first_back", "last_out", "span"):
                assert getattr(found, column)[row] == getattr(every, column)[same], column


@pytest.mark.parametrize("seed", range(4))
def test_a_small_team_gets_as_many_visits_as_listing_every_tour_gives(seed: int) -> None:
    problem = county(seed, visits=7, teams=1, days=3)
    travel = Travel.of(problem)
    plan = day_routes(problem, travel, 0)
    every = list_tours(Frame.of(problem, travel, 0))
    assert len(plan.missing) == 7 - _most(every)


def test_the_same_plan_comes_every_time_and_in_whatever_order_visits_are_named() -> None:
    problem = county(3, visits=16, teams=1)
    travel = Travel.of(problem)
    ids = [one.id for one in problem.visits]
    first, again = day_routes(problem, travel, 0, ids), day_routes(problem, travel, 0, reversed(ids))
    assert (first.routes, first.missing) == (again.routes, again.missing)
    assert first.tours.sets.tolist() == again.tours.sets.tolist()


def test_only_the_visits_named_are_planned_whoever_they_were_drawn_for() -> None:
    problem = county(5)
    plan = day_routes(problem, Travel.of(problem), 0, ["v01", "v02", "v07"])
    assert {*plan.missing, *(one for route in plan.routes for one in route.visits)} == {"v01", "v02", "v07"}


def test_a_visit_nobody_of_the_team_may_do_is_left_out() -> None:
    problem = county(2, visits=6, teams=1)
    barred = replace(problem.visits[0], recused=frozenset({"p0"}))
    nowhere = replace(problem.visits[1], days=())
    problem = replace(problem, visits=(barred, nowhere, *problem.visits[2:]))
    plan = day_routes(problem, Travel.of(problem), 0)
    assert {"v00", "v01"} <= set(plan.missing)
    assert plan.routes


def test_days_of_the_published_plan_and_single_visits_are_among_the_tours() -> None:
    problem = county(1, visits=9, teams=1)
    travel = Travel.of(problem)
    issued = day_routes(problem, travel, 0).routes[0]
    published = {
        one: Published(0, issued.day, at) for one, at in zip(issued.visits, issued.starts, strict=True)
    }
    tours = search_tours(Frame.of(replace(problem, published=published), travel, 0))
    sets = {frozenset(tours.order(row)) for row in range(len(tours))}
    assert frozenset(issued.visits) in sets
    assert {frozenset({one.id}) for one in problem.visits} <= sets


def test_a_limit_on_tours_keeps_those_of_the_best_plan() -> None:
    problem = county(4, visits=16, teams=1)
    plan = day_routes(problem, Travel.of(problem), 0, limits=Limits(tours=3))
    sets = {frozenset(plan.tours.order(row)) for row in range(len(plan.tours))}
    assert {frozenset(route.visits) for route in plan.routes} <= sets
    assert len(plan.tours) < len(day_routes(problem, Travel.of(problem), 0).tours)


def test_a_team_without_visits_or_days_has_no_routes() -> None:
    problem = county(1, visits=4, teams=1)
    idle = replace(problem, teams=(replace(problem.teams[0], days=()),))
    assert day_routes(idle, Travel.of(idle), 0).routes == ()
    assert day_routes(problem, Travel.of(problem), 0, []).missing == ()


def _ways(problem: Problem, travel: Travel, route: Route) -> list[int]:
    office = next(team.office for team in problem.teams if team.id == route.team)
    places = [office, *(travel.position[one] for one in route.visits), office]
    return [travel.seconds(a, b) for a, b in pairwise(places)]


def _key(tours: object, row: int) -> tuple[int, frozenset[object]]:
    return int(tours.kind[row]), frozenset(tours.order(row))  # type: ignore[attr-defined]


def _most(tours: object) -> int:
    """The most visits that tours on different days can hold, by trying."""
    sets, on = tours.sets, tours.on  # type: ignore[attr-defined]
    best = {frozenset(): 0}
    for day in range(on.shape[1]):
        rows = [frozenset(np.flatnonzero(sets[row]).tolist()) for row in np.flatnonzero(on[:, day])]
        best |= {done | row: 1 for done in list(best) for row in rows if done.isdisjoint(row)}
    return max(map(len, best))

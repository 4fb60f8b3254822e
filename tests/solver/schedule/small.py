"""A small county whose every number can be done in the head.

Every way takes 600 s. The day: 09:00-12:00 and 13:30-17:30, so 25,200 s on the axis, lunch at 10,800. Two teams,
four days, six visits of an hour each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from solver.schedule.problem import Id, Inspector, Place, Problem, Team, Visit
from solver.schedule.timetable import Route, Timetable, Unscheduled

WAY = 600
DAYS = ("2026-09-14", "2026-09-15", "2026-09-16", "2026-09-17")
PEOPLE = ("p", "q", "r", "s")


def visit(name: Id, team: Id | None = 1, **given: object) -> Visit:
    """An hour at any time of any day."""
    usual = {"place": Place(30.0, 120.0), "duration": 3600, "windows": ((0, 25200),), "days": (0, 1, 2, 3)}
    return Visit(name, 0, team=team, **{**usual, **given})  # type: ignore[arg-type]


def team(name: Id, members: tuple[str, ...], days: tuple[int, ...] = (0, 1, 2, 3), **given: object) -> Team:
    return Team(name, 0, 0, members, days, **given)  # type: ignore[arg-type]


def county(
    visits: Sequence[Visit] | None = None, teams: Sequence[Team] | None = None, **given: object
) -> Problem:
    """The county; what is given takes the usual's place."""
    visits = [visit(n, 1 if n <= 3 else 2) for n in range(1, 7)] if visits is None else visits
    size = len(visits) + 1
    usual: dict[str, object] = {
        "name": "small",
        "day_length": 25200,
        "max_visits": 4,
        "day_cost": 1800,
        "miss_cost": 21600,
        "days": DAYS,
        "offices": (Place(30.0, 120.0),),
        "teams": tuple(teams or (team(1, ("p", "q")), team(2, ("r", "s")))),
        "visits": tuple(visits),
        "inspectors": tuple(Inspector(name) for name in PEOPLE),
        "lunch": 10800,
        "clock": ("09:00", "12:00", "13:30", "17:30"),
        "matrix": tuple(tuple(0 if a == b else WAY for b in range(size)) for a in range(size)),
    }
    return Problem(**{**usual, **given})  # type: ignore[arg-type]


def route(
    problem: Problem, team: Id, day: int, visits: Sequence[Id], starts: Sequence[int] | None = None
) -> Route:
    """One after the other from 600 on, after lunch what would straddle it."""
    by_id = {one.id: one for one in problem.visits}
    begun, clock = [], WAY
    for name in visits:
        long = by_id[name].duration
        start = 10800 if clock < 10800 < clock + long and not by_id[name].over_lunch else clock
        begun.append(start)
        clock = start + long + WAY
    starts = begun if starts is None else starts
    back = starts[-1] + by_id[visits[-1]].duration + WAY
    return Route(team, day, tuple(visits), tuple(starts), starts[0] - WAY, back, WAY * (len(visits) + 1))


def plan(
    problem: Problem,
    trips: Mapping[tuple[Id, int], Sequence[Id]] | Sequence[Route],
    missing: Sequence[Id] = (),
) -> Timetable:
    """The timetable of these trips, its totals right."""
    routes = (
        tuple(route(problem, name, day, visits) for (name, day), visits in trips.items())
        if isinstance(trips, Mapping)
        else tuple(trips)
    )
    travel = sum(one.travel for one in routes)
    objective = travel + problem.day_cost * len(routes) + problem.miss_cost * len(missing)
    left = tuple(Unscheduled(name, "CAPACITY") for name in missing)
    return Timetable("", routes, left, travel, objective, 0, ())


def swap(timetable: Timetable, at: int, **parts: object) -> Timetable:
    """One route edited by hand."""
    routes = list(timetable.routes)
    routes[at] = replace(routes[at], **parts)  # type: ignore[arg-type]
    return replace(timetable, routes=tuple(routes))

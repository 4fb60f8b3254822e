"""A fix is put into the problem by hand, and the whole is solved again."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from solver.schedule.explaining import reasons
from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Place, Problem, Team, Visit
from solver.schedule.team.plan import plan_team
from solver.schedule.timetable import Fix, Route, Unscheduled
from solver.schedule.travel import Travel


def planned(problem: Problem) -> tuple[list[Route], set[Id]]:
    """Each team by itself: routes, and what is left out."""
    travel = Travel.of(problem)
    plans = [plan_team(problem, travel, team.id, Limits()) for team in problem.teams]
    return [route for plan in plans for route in plan.routes], {
        name for plan in plans for name in plan.missing
    }


def explained(problem: Problem) -> tuple[Unscheduled, ...]:
    routes, missing = planned(problem)
    return reasons(problem, routes, missing)


def the_only(problem: Problem) -> Unscheduled:
    found = explained(problem)
    assert len(found) == 1, [one.message for one in found]
    return found[0]


def mended(problem: Problem, visit: Id, fix: Fix) -> Problem:
    """The problem with nothing but this fix changed."""
    given: Mapping[str, Any] = fix.params
    match fix.kind:
        case "add_day":
            return _team(problem, given["team"], days=lambda team: tuple(sorted({*team.days, given["day"]})))
        case "longer_day":
            day, more = given["day"], given["seconds"]
            return _team(
                problem,
                given["team"],
                hours=lambda team: {**team.hours, day: _later(problem, team, day, more)},
            )
        case "more_visits":
            return replace(problem, max_visits=given["max_visits"])
        case "add_car":
            office = given["office"]
            return replace(problem, cars={**problem.cars, office: problem.cars[office] + 1})
        case "drop_other":
            return replace(problem, visits=tuple(one for one in problem.visits if one.id != given["instead"]))
    change = {
        "extend_deadline": lambda one: {"days": (*one.days, *range(max(one.days) + 1, given["day"] + 1))},
        "open_longer": lambda one: {"windows": (*one.windows, (given["from"], given["to"]))},
        "other_team": lambda _: {"team": given["team"]},
        "give_coordinates": lambda _: {"place": Place(30.0, 120.0)},
        "shorten": lambda _: {"duration": given["dur"]},
    }[fix.kind]

    def own(one: Visit) -> Visit:
        return replace(one, **change(one)) if one.id == visit else one

    return replace(problem, visits=tuple(own(one) for one in problem.visits))


def _later(problem: Problem, team: Team, day: int, more: int) -> tuple[int, int]:
    begin, end = team.hours.get(day, (0, problem.day_length))
    return begin, end + more


def _team(problem: Problem, name: object, **parts: Callable[[Team], object]) -> Problem:
    def made(one: Team) -> Team:
        return replace(one, **{key: make(one) for key, make in parts.items()}) if one.id == name else one

    return replace(problem, teams=tuple(made(one) for one in problem.teams))


def every_fix_works(problem: Problem, told: Unscheduled) -> None:
    """Solved again with one fix alone, the visit is in and no fewer others are."""
    _, before = planned(problem)
    for fix in told.fixes:
        routes, missing = planned(mended(problem, told.visit, fix))
        assert any(told.visit in route.visits for route in routes), fix
        assert len(missing) < len(before), fix

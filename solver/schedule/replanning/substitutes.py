"""替班: who may take somebody's place without any visit moving."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from solver.schedule.explaining.beside import Beside
from solver.schedule.problem import Id, Inspector, Problem, Team
from solver.schedule.timetable import Route, Timetable


def substitutes(
    problem: Problem, timetable: Timetable, inspector: str, team: Id, days: Iterable[int]
) -> tuple[str, ...]:
    """可替班人员: who could take the inspector's place in the team on all these days, by id.

    The office may choose among them by lot, and hand the name in with the event.
    """
    wanted = set(days)
    routes = [route for route in timetable.routes if route.team == team and route.day in wanted]
    beside = Beside(problem, timetable.routes)
    return tuple(stand_ins(problem, beside, beside.teams[team], inspector, routes))


def stand_ins(
    problem: Problem, beside: Beside, team: Team, inspector: str, routes: Sequence[Route]
) -> list[str]:
    """Spare people for all these routes of the team, in order of id."""
    return [
        one.id
        for one in problem.inspectors
        if one.spare
        and one.id != inspector
        and all(fit(problem, beside, team, inspector, one, route) for route in routes)
    ]


def fit(problem: Problem, beside: Beside, team: Team, inspector: str, one: Inspector, route: Route) -> bool:
    """Whether ``one`` can go on this route in the inspector's place: there, free, skilled, not recused."""
    members = [name for name in team.members_on(route.day) if name != inspector]
    if one.id in members or (one.days is not None and route.day not in one.days):
        return False
    begin, end = one.hours.get(route.day, (0, max(problem.day_length, route.returns)))
    if route.leaves < begin or route.returns > end:
        return False
    for other in beside.duties.get((one.id, route.day), ()):
        together = other.leaves < route.returns and route.leaves < other.returns
        if other.team != team.id and (problem.sharing == "day" or together):
            return False
    held = one.skills.union(*(who.skills for who in problem.inspectors if who.id in members))
    visits = [visit for visit in problem.visits if visit.id in set(route.visits)]
    return all(one.id not in visit.recused and visit.skills <= held for visit in visits)

"""牵连: which teams must be thought of together, because they share people, or the cars of an office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from solver.schedule.problem import Id, Problem, Team, id_order
from solver.schedule.timetable import Route


def working_days(problem: Problem) -> dict[Id, frozenset[int]]:
    """Team → the days on which it and at least one of its visits could be out; teams without any are left
    out."""
    wanted: dict[Id, set[int]] = defaultdict(set)
    for visit in problem.visits:
        if visit.team is not None:
            wanted[visit.team].update(visit.days)
    days = {team.id: frozenset(team.days) & wanted[team.id] for team in problem.teams if team.id in wanted}
    return {team: found for team, found in days.items() if found}


def components(problem: Problem, offices: Collection[int] = ()) -> tuple[tuple[Id, ...], ...]:
    """牵连的检查组: every team once. Teams are tied by an inspector whom two of them need on one day, and
    by each of ``offices`` (those whose cars do not suffice). Teams, and groups by their first team, in
    order of id."""
    days = working_days(problem)
    above: dict[Id, Id] = {team.id: team.id for team in problem.teams}

    def top(team: Id) -> Id:
        while above[team] != team:
            above[team] = above[above[team]]
            team = above[team]
        return team

    def tie(keys: Iterable[tuple[object, Id]]) -> None:
        first: dict[object, Id] = {}
        for key, team in keys:
            one, other = top(first.setdefault(key, team)), top(team)
            if one != other:
                above[other] = one

    teams = [team for team in problem.teams if team.id in days]
    out = [(team, day) for team in teams for day in days[team.id]]
    tie(((member, day), team.id) for team, day in out for member in team.members_on(day))
    tie((team.office, team.id) for team in teams if team.office in offices)
    groups: dict[Id, list[Id]] = defaultdict(list)
    for team in problem.teams:
        groups[top(team.id)].append(team.id)
    return tuple(sorted((tuple(group) for group in groups.values()), key=lambda group: id_order(group[0])))


def tight_offices(problem: Problem) -> tuple[int, ...]:
    """车辆可能不够的办公地点: offices with a cap that all their teams, out on one day, would pass."""
    days = working_days(problem)
    out: dict[tuple[int, int], int] = defaultdict(int)
    for team in problem.teams:
        for day in days.get(team.id, ()):
            out[team.office, day] += 1
    return tuple(
        sorted({office for (office, _), count in out.items() if count > problem.cars.get(office, count)})
    )


def crowded_offices(problem: Problem, routes: Iterable[Route]) -> tuple[int, ...]:
    """车辆超限的办公地点: offices from which more routes set out on some day than there are cars."""
    office = {team.id: team.office for team in problem.teams}
    out: dict[tuple[int, int], int] = defaultdict(int)
    for route in routes:
        out[office[route.team], route.day] += 1
    return tuple(
        sorted({place for (place, _), count in out.items() if count > problem.cars.get(place, count)})
    )


def clashes(problem: Problem, routes: Iterable[Route]) -> tuple[tuple[str, int, Id, Id], ...]:
    """一人两处: inspector, day and the two teams that need them at once (by ``sharing``)."""
    teams: Mapping[Id, Team] = {team.id: team for team in problem.teams}
    busy: dict[tuple[str, int], list[Route]] = defaultdict(list)
    for route in routes:
        for member in teams[route.team].members_on(route.day):
            busy[member, route.day].append(route)
    found: list[tuple[str, int, Id, Id]] = []
    for (member, day), duties in sorted(busy.items()):
        duties.sort(key=lambda route: (route.leaves, route.returns, id_order(route.team)))
        until: Route | None = None
        for route in duties:
            if until is not None and (problem.sharing == "day" or route.leaves < until.returns):
                found.append((member, day, until.team, route.team))
            if until is None or route.returns > until.returns:
                until = route
    return tuple(found)

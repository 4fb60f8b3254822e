"""提出匹配问题: teams are drawn by pair/1, whose people are the teams themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from solver.pairing import Inspector, Seat, Task
from solver.pairing import Problem as Pairing
from solver.schedule.problem import Id, Problem, Team, Visit
from solver.schedule.units.points import MICRO, MINUTES_A_DAY, Half, Point

SEAT = "team"


@dataclass(frozen=True, slots=True)
class Unit:
    """抽签单元: visits that go to one team together; on one ``day`` where it is a day-route."""

    name: str
    visits: tuple[Id, ...]
    day: int | None = None


def point_of(problem: Problem, visit: Visit) -> Point:
    """The visit as bundle/1 sees it: micro-degrees, whole minutes."""
    place = visit.place
    return Point(
        code=str(visit.id),
        lat=None if place is None else round(place.lat * MICRO),
        lon=None if place is None else round(place.lon * MICRO),
        area=str(visit.county),
        minutes=min(visit.duration // 60, MINUTES_A_DAY),
        days=visit.days,
        half=_half(problem, visit),
    )


def may_go(team: Team, visits: Iterable[Visit], day: int | None = None) -> bool:
    """Whether a team may be drawn for these: own county, nobody who must stay away, the skills, the day."""
    held, members = team.skills, frozenset(team.members)
    there = day is None or day in team.days
    return there and all(
        team.county == visit.county and not members & visit.recused and visit.skills <= held
        for visit in visits
    )


def share_a_day(team: Team, visit: Visit) -> bool:
    """Whether the team is there on any day of the visit."""
    return not set(visit.days).isdisjoint(team.days)


def able(problem: Problem, visits: Sequence[Visit], day: int | None = None) -> list[Team]:
    """The teams that may be drawn for these together. For one visit alone, those that share a day with it,
    unless no team does.
    """
    found = [team for team in problem.teams if may_go(team, visits, day)]
    if len(visits) == 1:
        return [team for team in found if share_a_day(team, visits[0])] or found
    return found


def pose(problem: Problem, units: Sequence[Unit]) -> Pairing:
    """匹配问题: one seat a unit. Day-routes: a team takes one a day at most."""
    visits = {visit.id: visit for visit in problem.visits}
    daily = any(unit.day is not None for unit in units)
    return Pairing(
        inspectors=tuple(
            Inspector(team_name(team.id), period_cap=1 if daily else None) for team in problem.teams
        ),
        tasks=tuple(
            Task(
                unit.name,
                (Seat(SEAT, _names(problem, [visits[key] for key in unit.visits], unit.day)),),
                period="" if unit.day is None else problem.days[unit.day],
            )
            for unit in units
        ),
    )


def _names(problem: Problem, visits: Sequence[Visit], day: int | None) -> tuple[str, ...]:
    return tuple(team_name(team.id) for team in able(problem, visits, day))


def team_name(key: Id) -> str:
    """A team's id as text; numbers are filled up so that their order is kept."""
    return f"{key:06d}" if isinstance(key, int) else key


def _half(problem: Problem, visit: Visit) -> Half:
    middle = problem.lunch if problem.lunch is not None else problem.day_length // 2
    windows = [*visit.windows, *(one for several in visit.windows_on.values() for one in several)]
    if windows and all(until <= middle for _, until in windows):
        return "am"
    return "pm" if windows and all(since >= middle for since, _ in windows) else ""

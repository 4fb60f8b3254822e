"""路程: the judge's own arithmetic of ways, places and times. Nothing of it is the solver's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from solver.schedule.problem import Id, Inspector, Place, Problem, Team, Visit, Window

EARTH_KM = 6371.0


def kilometres(one: Place, other: Place) -> float:
    """Great-circle distance (haversine)."""
    lat, lat_other = radians(one.lat), radians(other.lat)
    north, east = lat_other - lat, radians(other.lon) - radians(one.lon)
    chord = sin(north / 2) ** 2 + cos(lat) * cos(lat_other) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def driving(one: Place, other: Place) -> int:
    """Seconds from place to place (docs/schedule.md, section 1)."""
    d = kilometres(one, other)
    return 0 if d < 0.0001 else round(240 + d * 1.35 / (25 + min(d, 30) * 1.1) * 3600)


def is_id(value: object) -> bool:
    """Whether it can be an id at all; a file edited by hand may hold anything."""
    return isinstance(value, int | str) and not isinstance(value, bool)


def is_whole(value: object) -> bool:
    """Whether it is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_list(value: object) -> bool:
    """Whether it is a list of things."""
    return isinstance(value, tuple | list)


@dataclass(frozen=True)
class Facts:
    """The problem, looked up by id."""

    problem: Problem
    ways: dict[tuple[int, int], int | None] = field(default_factory=dict)

    @cached_property
    def visits(self) -> Mapping[Id, Visit]:
        return {visit.id: visit for visit in self.problem.visits}

    @cached_property
    def teams(self) -> Mapping[Id, Team]:
        return {team.id: team for team in self.problem.teams}

    @cached_property
    def inspectors(self) -> Mapping[str, Inspector]:
        return {one.id: one for one in self.problem.inspectors}

    @cached_property
    def rows(self) -> Mapping[Id, int]:
        offices = len(self.problem.offices)
        return {visit.id: offices + at for at, visit in enumerate(self.problem.visits)}

    def visit(self, name: object) -> Visit | None:
        return self.visits.get(name) if is_id(name) else None  # type: ignore[call-overload]

    def team(self, name: object) -> Team | None:
        return self.teams.get(name) if is_id(name) else None  # type: ignore[call-overload]

    def is_day(self, day: object) -> bool:
        return is_whole(day) and 0 <= day < len(self.problem.days)  # type: ignore[operator]

    def _place(self, row: int) -> Place | None:
        offices = len(self.problem.offices)
        return self.problem.offices[row] if row < offices else self.problem.visits[row - offices].place

    def way(self, start: int, end: int) -> int | None:
        """Seconds from row to row; ``None`` where a place is not known."""
        if (start, end) not in self.ways:
            self.ways[start, end] = self._stepped(self._way(start, end))
        return self.ways[start, end]

    def _way(self, start: int, end: int) -> int | None:
        if self.problem.matrix is not None:
            return self.problem.matrix[start][end]
        one, other = self._place(start), self._place(end)
        return driving(one, other) if one and other else None

    def _stepped(self, way: int | None) -> int | None:
        over = 0 if way is None else way % self.problem.travel_step
        return way if way is None or not over else way + self.problem.travel_step - over

    def legs(self, team: Team, visits: Iterable[Visit]) -> list[int | None]:
        """Ways from the office over the visits and back: one more than visits."""
        stops = [team.office, *(self.rows[visit.id] for visit in visits), team.office]
        return [self.way(one, other) for one, other in pairwise(stops)]

    def hours(self, team: Team, day: int) -> Window:
        """When the team may be out: its own hours and those of everybody who goes."""
        begin, end = team.hours.get(day, (0, self.problem.day_length))
        for name in team.members_on(day):
            one = self.inspectors.get(name)
            if one is not None and day in one.hours:
                begin, end = max(begin, one.hours[day][0]), min(end, one.hours[day][1])
        return begin, end

    def absent(self, team: Team, day: int) -> list[str]:
        """Members who are not there on the day."""
        people = [self.inspectors.get(name) for name in team.members_on(day)]
        return [one.id for one in people if one is not None and one.days is not None and day not in one.days]

    def skills(self, team: Team, day: int) -> frozenset[str]:
        """Held by somebody who goes. Where nobody is listed, what the team is said to hold."""
        people = [self.inspectors.get(name) for name in team.members_on(day)]
        held = frozenset().union(*(one.skills for one in people if one is not None))
        return held if day in team.stand_ins else held | team.skills

    def windows(self, visit: Visit, day: int) -> tuple[Window, ...]:
        return visit.windows_on.get(day, visit.windows)

    def over_lunch(self, visit: Visit, start: int) -> bool:
        """Whether, begun at ``start``, it straddles lunch and may not."""
        lunch = self.problem.lunch
        return lunch is not None and not visit.over_lunch and start < lunch < start + visit.duration

    def inside(self, visit: Visit, day: int, start: int) -> bool:
        return any(
            begin <= start and start + visit.duration <= end for begin, end in self.windows(visit, day)
        )

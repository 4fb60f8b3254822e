"""旁组不动: what a team may still do while every other team's routes stay as they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from solver.schedule.problem import Id, Problem, Team, Window, id_order
from solver.schedule.timetable import Route


@dataclass(frozen=True)
class Beside:
    """其余安排. ``routes``: everything that is planned; a team in question is left out."""

    problem: Problem
    routes: Sequence[Route]

    @cached_property
    def teams(self) -> Mapping[Id, Team]:
        return {team.id: team for team in self.problem.teams}

    @cached_property
    def by_team(self) -> Mapping[Id, tuple[Route, ...]]:
        found: dict[Id, list[Route]] = defaultdict(list)
        for route in self.routes:
            found[route.team].append(route)
        return {name: tuple(own) for name, own in found.items()}

    @cached_property
    def out(self) -> Counter[tuple[int, int]]:
        """(office, day) → cars out."""
        return Counter((self.teams[route.team].office, route.day) for route in self.routes)

    @cached_property
    def duties(self) -> Mapping[tuple[str, int], tuple[Route, ...]]:
        """(inspector, day) → routes they are on."""
        found: dict[tuple[str, int], list[Route]] = defaultdict(list)
        for route in self.routes:
            for name in self.teams[route.team].members_on(route.day):
                found[name, route.day].append(route)
        return {key: tuple(own) for key, own in found.items()}

    def own(self, team: Id) -> tuple[Route, ...]:
        """The team's routes."""
        return self.by_team.get(team, ())

    def visits(self, team: Id) -> tuple[Id, ...]:
        """The team's planned visits, in order of id."""
        return tuple(sorted((name for route in self.own(team) for name in route.visits), key=id_order))

    def full(self, team: Team) -> tuple[int, ...]:
        """Days of the team on which others have taken all cars of its office."""
        cars = self.problem.cars.get(team.office)
        if cars is None:
            return ()
        mine = Counter(route.day for route in self.own(team.id))
        return tuple(day for day in team.days if self.out[team.office, day] - mine[day] >= cars)

    def elsewhere(self, team: Team, day: int) -> tuple[tuple[str, Route], ...]:
        """Members who are out with another team on the day, and on which route."""
        return tuple(
            (name, route)
            for name in team.members_on(day)
            for route in self.duties.get((name, day), ())
            if route.team != team.id
        )

    def left(self, team: Team, *, cars: bool = True, people: bool = True) -> Team:
        """The team with the days and hours that others leave it; ``cars``, ``people``: which of them."""
        barred = set(self.full(team)) if cars else set()
        hours = dict(team.hours)
        if people:
            for day in team.days:
                duties = [route for _, route in self.elsewhere(team, day)]
                if duties and self.problem.sharing == "day":
                    barred.add(day)
                elif duties:
                    span = self._gap(team, day, duties)
                    barred |= set() if span else {day}
                    hours = {**hours, day: span} if span else hours
        days = tuple(day for day in team.days if day not in barred)
        return replace(team, days=days, hours=hours)

    def _gap(self, team: Team, day: int, duties: Sequence[Route]) -> Window | None:
        """The free stretch of the day that holds the team's own route; without one, the longest."""
        begin, end = team.hours.get(day, (0, self.problem.day_length))
        gaps, clock = [], begin
        for route in sorted(duties, key=lambda one: one.leaves):
            gaps.append((clock, route.leaves))
            clock = max(clock, route.returns)
        gaps.append((clock, end))
        mine = [route for route in self.own(team.id) if route.day == day]
        if mine:
            gaps = [gap for gap in gaps if gap[0] <= mine[0].leaves and mine[0].returns <= gap[1]]
        best = max(gaps, key=lambda gap: (gap[1] - gap[0], -gap[0]), default=(0, 0))
        return best if best[0] < best[1] else None

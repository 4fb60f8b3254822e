"""组日: the days of teams, and how many of them can be used side by side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from solver.schedule.county.choosing import steady
from solver.schedule.problem import Id, id_order
from solver.schedule.team.frame import Bools

FEW = 12
"""Of so many teams the most that can be out on a day are counted exactly, of more no fewer than that."""
DATING = 5.0
"""Deterministic seconds for dating one choice."""

TeamDay = tuple[Id, int]


class Tangled(Exception):
    """Too many choices could not be dated."""


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """组日: the team-days of the teams, and which of them exclude one another."""

    days: tuple[TeamDay, ...]
    members: Mapping[TeamDay, frozenset[str]]
    """Who goes out, of those who cannot be in two teams on one day (missing: nobody is)."""
    office: Mapping[Id, int]
    cars: Mapping[int, int]

    def most(self, chosen: Bools) -> int:
        """Routes that can be out on these team-days, nobody in two of them on one day, within the cars."""
        by_day: dict[int, list[Id]] = {}
        for at in np.flatnonzero(chosen).tolist():
            team, day = self.days[at]
            by_day.setdefault(day, []).append(team)
        return sum(self._out(tuple(teams), day) for day, teams in by_day.items())

    def _out(self, teams: tuple[Id, ...], day: int) -> int:
        return _most_out(
            tuple(self.members.get((team, day), frozenset()) for team in teams),
            tuple(self.office[team] for team in teams),
            tuple(sorted(self.cars.items())),
        )

    def dated(self, masks: Sequence[Bools]) -> list[int] | None:
        """A team-day out of each mask, side by side; ``None`` where there are none."""
        from ortools.sat.python import cp_model  # 0.5 s to import

        model = cp_model.CpModel()
        alone: dict[tuple[str, int], list[Any]] = defaultdict(list)
        out: dict[tuple[int, int], list[Any]] = defaultdict(list)
        chosen = []
        for mask in masks:
            own = {at: model.new_bool_var("") for at in np.flatnonzero(mask).tolist()}
            for at, taken in own.items():
                team, day = self.days[at]
                out[self.office[team], day].append(taken)
                for key in (f"team {team!r}", *sorted(self.members.get((team, day), ()))):
                    alone[key, day].append(taken)
            model.add_exactly_one(own.values())
            chosen.append(own)
        for group in alone.values():
            model.add_at_most_one(group)
        for (office, _), group in out.items():
            if office in self.cars:
                model.add(sum(group) <= self.cars[office])
        solver = cp_model.CpSolver()
        steady(solver, DATING)
        status = solver.solve(model)
        if status == cp_model.INFEASIBLE:
            return None
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise Tangled
        return [next(at for at, taken in own.items() if solver.boolean_value(taken)) for own in chosen]


@lru_cache(maxsize=100_000)
def _most_out(
    members: tuple[frozenset[str], ...], offices: tuple[int, ...], cars: tuple[tuple[int, int], ...]
) -> int:
    """Most teams side by side on one day; of many teams that are tangled, no fewer than that."""
    left = dict(cars)
    apart = sum(map(len, members)) == len(frozenset().union(*members))
    if apart or len(members) > FEW:
        if members and frozenset.intersection(*members):
            return 1
        counts = Counter(offices)
        return sum(min(count, left.get(office, count)) for office, count in counts.items())

    def best(at: int, busy: frozenset[str], out: Mapping[int, int]) -> int:
        if at == len(members):
            return 0
        most = best(at + 1, busy, out)
        used = out.get(offices[at], 0)
        if busy.isdisjoint(members[at]) and used < left.get(offices[at], used + 1):
            most = max(most, 1 + best(at + 1, busy | members[at], {**out, offices[at]: used + 1}))
        return most

    return best(0, frozenset(), {})


def groups_of(teams: Sequence[Id], days: Days) -> list[frozenset[Id]]:
    """Teams that share a person, that share cars, and all."""
    groups = {frozenset(teams)}
    people: dict[str, set[Id]] = defaultdict(set)
    for (team, _), members in days.members.items():
        for member in members:
            people[member].add(team)
    groups |= {frozenset(one) for one in people.values()}
    for office in days.cars:
        groups.add(frozenset(one for one in teams if days.office[one] == office))
    return sorted((one for one in groups if len(one) > 1), key=lambda one: sorted(map(id_order, one)))

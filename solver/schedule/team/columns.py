"""列: the day-tours of a team as columns of a set partitioning, and the days on which they can be driven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.schedule.problem import Problem
from solver.schedule.team.frame import Bools, Ints
from solver.schedule.team.tours import Tours


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """列. One for each tour, or, where a plan has been published, for each tour and day."""

    tours: Tours
    tour: Ints
    """(columns,) row of ``tours``"""
    members: Bools
    """(columns, visits)"""
    cost: Ints
    """(columns,) travel and the day itself, in seconds"""
    changes: Ints
    """(columns,) visits on another day or with another team than published"""
    masks: Bools
    """(groups, days): the distinct lists of days"""
    group: Ints
    """(columns,) which of ``masks``"""

    @classmethod
    def of(cls, problem: Problem, tours: Tours) -> Columns:
        tour, on = np.arange(len(tours), dtype=np.int64), tours.on
        changes = np.zeros(len(tours), dtype=np.int64)
        if any(one in problem.published for one in tours.visits):
            tour, day = (part.astype(np.int64) for part in np.nonzero(tours.on))
            on = np.zeros((len(tour), len(tours.days)), dtype=np.bool_)
            on[np.arange(len(tour)), day] = True
            moved = _moved(problem, tours)
            changes = (tours.sets[tour] & moved[:, day].T).sum(axis=1).astype(np.int64)
        masks, group = np.unique(on, axis=0, return_inverse=True)
        cost = tours.travel[tour] + problem.day_cost
        return cls(tours, tour, tours.sets[tour], cost, changes, masks, group.reshape(-1).astype(np.int64))

    def __len__(self) -> int:
        return len(self.tour)

    def within(self, days: Bools) -> Bools:
        """Columns that can be driven on these days only."""
        inside = np.atleast_1d(~(self.masks & ~days).any(axis=1))
        members: Bools = inside[self.group]
        return members

    def dated(self, chosen: Sequence[int]) -> dict[int, int]:
        """Column → day (column of ``masks``), each day once, early days first; absent where there is none."""
        on = [np.flatnonzero(self.masks[self.group[column]]).tolist() for column in chosen]
        taken: dict[int, int] = {}
        for at in sorted(range(len(chosen)), key=lambda one: (len(on[one]), on[one])):
            _augment(at, on, taken, set())
        return {chosen[at]: day for day, at in taken.items()}

    def crowd(self, chosen: Sequence[int]) -> Bools | None:
        """Days that more of the chosen columns need than there are (Hall), or none: all can be dated."""
        on = [np.flatnonzero(self.masks[self.group[column]]).tolist() for column in chosen]
        taken: dict[int, int] = {}
        for at in range(len(on)):
            seen: set[int] = set()
            if not _augment(at, on, taken, seen):
                days = np.zeros(self.masks.shape[1], dtype=np.bool_)
                days[list(seen)] = True
                return days
        return None


def _moved(problem: Problem, tours: Tours) -> Bools:
    """(visits, days): whether the visit would stand elsewhere than published."""
    moved = [[problem.would_change(visit, tours.team, day) for day in tours.days] for visit in tours.visits]
    return np.array(moved, dtype=np.bool_).reshape(len(tours.visits), len(tours.days))


def _augment(at: int, on: Sequence[Sequence[int]], taken: dict[int, int], seen: set[int]) -> bool:
    """Finds a day for the tour ``at``, moving others where that helps."""
    for day in on[at]:
        if day in seen:
            continue
        seen.add(day)
        if day not in taken or _augment(taken[day], on, taken, seen):
            taken[day] = at
            return True
    return False

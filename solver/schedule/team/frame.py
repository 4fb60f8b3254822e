"""一组的条件: what one team may do on each day, in whole seconds, with every rule of one day folded in.

Windows, lunch, appointments and pinned starts all become *starts*: intervals in which a visit may begin. Days
on which hours and starts are the same form one class, so that day-tours are listed once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.schedule.problem import Id, Problem, Team, Visit, Window
from solver.schedule.travel import UNREACHABLE, Travel

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Starts = tuple[Window, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DayClass:
    """同类日: days with the same hours and starts. ``days``: positions in ``Frame.days``."""

    days: tuple[int, ...]
    begin: int
    end: int
    starts: tuple[Starts, ...]
    """For each visit: the intervals in which it may begin."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """一组的条件. Visits the team can never do (skills, recusal, no place, no day) have no day in ``on``."""

    problem: Problem
    team: Team
    visits: tuple[Visit, ...]
    days: tuple[int, ...]
    """Days on which the team can go out, as positions in ``Problem.days``."""
    on: Bools
    """(visits, days): whether the visit may be on that day."""
    classes: tuple[DayClass, ...]
    go: Ints
    """(n + 1, n + 1) seconds; 0 is the office."""
    durations: Ints

    @classmethod
    def of(cls, problem: Problem, travel: Travel, team_id: Id, visits: Iterable[Id] | None = None) -> Frame:
        """``visits``: only these, whichever team they were drawn for (none: all drawn for this team)."""
        team = next(one for one in problem.teams if one.id == team_id)
        chosen = None if visits is None else set(visits)
        own = tuple(
            one for one in problem.visits if (one.team == team_id if chosen is None else one.id in chosen)
        )
        days = tuple(day for day in team.days if problem.allow_provisional or day not in problem.provisional)
        go = travel.table(team.office, [one.id for one in own])
        starts = [[starts_on(problem, one, day) for one in own] for day in days]
        on = np.zeros((len(own), len(days)), dtype=np.bool_)
        for row, one in enumerate(own):
            if max(go[0, row + 1], go[row + 1, 0]) < UNREACHABLE:
                on[row] = [
                    day in one.days and bool(starts[at][row]) and suits(problem, team, one, day)
                    for at, day in enumerate(days)
                ]
        durations = np.array([one.duration for one in own], dtype=np.int64)
        classes = _classes(problem, team, days, starts, on)
        return cls(problem, team, own, days, on, classes, _bounded(go), durations)

    @property
    def ids(self) -> tuple[Id, ...]:
        return tuple(one.id for one in self.visits)


def suits(problem: Problem, team: Team, visit: Visit, day: int) -> bool:
    """Whether who goes out on this day may do this visit: nobody must stay away, every skill is there."""
    if not visit.recused.isdisjoint(team.members_on(day)):
        return False
    held = team.skills
    if day in team.stand_ins:
        there = set(team.members_on(day))
        held = frozenset().union(*(one.skills for one in problem.inspectors if one.id in there))
    return visit.skills <= held


def starts_on(problem: Problem, visit: Visit, day: int) -> Starts:
    """Intervals in which the visit may begin on this day; none where the day does not suit it."""
    starts = [(begin, end - visit.duration) for begin, end in sorted(halves(problem, visit, day))]
    for fixed in (visit.appointment, visit.pinned):
        if fixed is None:
            continue
        if fixed.day != day:
            return ()
        if fixed.start is not None:
            starts = [(max(a, fixed.start), min(b, fixed.start)) for a, b in starts]
    return _merged([(a, b) for a, b in starts if a <= b])


def halves(problem: Problem, visit: Visit, day: int) -> Iterator[Window]:
    """Windows of the day, cut at lunch for those who may not straddle it."""
    lunch = None if visit.over_lunch else problem.lunch
    for opens, closes in visit.windows_on.get(day, visit.windows):
        if lunch is not None and opens < lunch < closes:
            yield opens, lunch
            yield lunch, closes
        else:
            yield opens, closes


def _merged(starts: Sequence[Window]) -> Starts:
    """Disjoint, rising."""
    merged: list[Window] = []
    for begin, end in sorted(starts):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return tuple(merged)


def _classes(
    problem: Problem, team: Team, days: Sequence[int], starts: Sequence[Sequence[Starts]], on: Bools
) -> tuple[DayClass, ...]:
    """Days by hours and starts; what a visit may do on a day that is not open to it makes no difference."""
    usual = [
        next((starts[at][row] for at in np.flatnonzero(line).tolist()), ()) for row, line in enumerate(on)
    ]
    classes: dict[tuple[Window, tuple[Starts, ...]], list[int]] = {}
    for at, day in enumerate(days):
        hours = team.hours.get(day, (0, problem.day_length))
        kind = tuple(starts[at][row] if on[row, at] else usual[row] for row in range(len(on)))
        classes.setdefault((hours, kind), []).append(at)
    return tuple(DayClass(tuple(at), *hours, kind) for (hours, kind), at in classes.items())


def _bounded(go: Ints) -> Ints:
    return np.minimum(go, UNREACHABLE)

"""按出车天数分配: how many days each team is out, when they take days from each other.

What a team's best plan with at most ``n`` days is worth is found team by team, with proof. The numbers of
days that can stand side by side, at the best sum of worths, then bound what the teams can do together; and
where the plans behind them can be dated side by side, they are the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from solver.schedule.county.choosing import Worth
from solver.schedule.problem import Problem
from solver.schedule.team.columns import Columns
from solver.schedule.team.frame import Ints
from solver.schedule.team.guard import Guard
from solver.schedule.team.partition import Choice, Partition
from solver.schedule.team.relaxation import Aim

Rank = tuple[int, ...]
Plans = tuple[tuple[Worth, Choice], ...]


@dataclass(slots=True, eq=False)
class ByDays:
    """一组按天数的最优: the best plan of a team for each number of days, as it is asked for."""

    problem: Problem
    columns: Columns
    weigh: Ints
    nodes: int
    guard: Guard
    alone: Worth
    days: int
    """Days of its best plan alone; with as many or more it does no better."""
    _known: dict[int, tuple[Worth, Choice] | None] = field(default_factory=dict)

    def best(self, days: int) -> tuple[Worth, Choice] | None:
        """Worth and columns of the best plan in so many days; none where it could not be proven."""
        if days not in self._known:
            self._known[days] = self._found(days)
        return self._known[days]

    def _found(self, days: int) -> tuple[Worth, Choice] | None:
        columns = self.columns
        each, none = np.ones(len(columns), dtype=np.int64), np.zeros(len(self.weigh), dtype=np.int64)
        cap = (each, none, days)
        partition = Partition(columns, self.nodes, self.guard.left)
        if self.problem.aims == "weighted":
            cost = columns.cost + self.problem.change_cost * columns.changes
            choice = partition.least(Aim(cost, self.problem.miss_cost * self.weigh, (cap,)))
        else:
            miss = self.weigh * (len(self.weigh) + 1)
            first = Aim(columns.changes, miss, (cap,))
            relaxed = partition.relax(first, rounds=6)
            least = int(np.ceil(relaxed.bound - 1e-6))
            choice = partition.least(Aim(columns.cost, none, (cap, (columns.changes, miss, least))))
            if choice is None:
                fewest = partition.least(first)
                if fewest is None or not fewest.whole:
                    return None
                choice = partition.least(Aim(columns.cost, none, (cap, (columns.changes, miss, fewest.cost))))
        if choice is None or not choice.whole:
            return None
        chosen = list(choice.columns)
        return Worth(
            int(self.weigh[list(choice.missed)].sum()),
            int(columns.changes[chosen].sum()),
            int(columns.cost[chosen].sum()),
        ), choice


def share_days(
    problem: Problem, teams: Sequence[ByDays], groups: Sequence[tuple[Sequence[int], int]]
) -> Plans | None:
    """The best plan of each team for the numbers of days of best worth in all. ``groups``: teams (positions)
    and the most days that they can be out in all. ``None``: some number could not be settled."""
    least: list[Rank] = [Worth(0, 0, 0).rank(problem)]
    for team in reversed(teams):
        least.append(_sum(least[-1], team.alone.rank(problem)))
    search = _Search(problem, teams, groups, least[::-1])
    search.extend(0, least[0], [], ())
    return None if search.unsettled or search.found is None else search.found[1]


def _sum(one: Rank, other: Rank) -> Rank:
    return tuple(a + b for a, b in zip(one, other, strict=True))


@dataclass(slots=True)
class _Search:
    problem: Problem
    teams: Sequence[ByDays]
    groups: Sequence[tuple[Sequence[int], int]]
    least: Sequence[Rank]
    """Of the teams from each position on."""
    found: tuple[Rank, Plans] | None = None
    unsettled: bool = False

    def extend(self, at: int, rank: Rank, taken: Sequence[int], plans: Plans) -> None:
        """All numbers of days for the teams from ``at`` on that could be better than what was found."""
        if self._no_better(rank, at):
            return
        if at == len(self.teams):
            self.found = rank, plans
            return
        team = self.teams[at]
        for days in range(min(team.days, self._room(at, taken)), -1, -1):
            best = team.best(days)
            if best is None:
                self.unsettled = True
                return
            ahead = _sum(rank, best[0].rank(self.problem))
            if self._no_better(ahead, at + 1):
                return  # nor are fewer days
            self.extend(at + 1, ahead, [*taken, days], (*plans, best))

    def _no_better(self, rank: Rank, at: int) -> bool:
        return self.found is not None and _sum(rank, self.least[at]) >= self.found[0]

    def _room(self, at: int, taken: Sequence[int]) -> int:
        left = [
            most - sum(taken[one] for one in group if one < at) for group, most in self.groups if at in group
        ]
        return min(left, default=self.teams[at].days)

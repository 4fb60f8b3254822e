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
) -> tuple[tuple[Worth, Choice], ...] | None:
    """The best plan of each team for the numbers of days of best worth in all. ``groups``: teams (positions)
    and the most days that they can be out in all. ``None``: some number could not be settled."""
    size = len(Worth(0, 0, 0).rank(problem))
    least = [(0,) * size]
    for team in reversed(teams):
        least.append(tuple(a + b for a, b in zip(least[-1], team.alone.rank(problem), strict=True)))
    least.reverse()  # of the teams from each position on
    found: tuple[tuple[int, ...], tuple[tuple[Worth, Choice], ...]] | None = None
    unsettled = False

    def extend(
        at: int, rank: tuple[int, ...], taken: list[int], plans: tuple[tuple[Worth, Choice], ...]
    ) -> None:
        nonlocal found, unsettled
        if found is not None and tuple(a + b for a, b in zip(rank, least[at], strict=True)) >= found[0]:
            return
        if at == len(teams):
            found = rank, plans
            return
        room = min(
            (most - sum(taken[one] for one in group if one < at) for group, most in groups if at in group),
            default=teams[at].days,
        )
        for days in range(min(teams[at].days, room), -1, -1):
            best = teams[at].best(days)
            if best is None:
                unsettled = True
                return
            ahead = tuple(a + b for a, b in zip(rank, best[0].rank(problem), strict=True))
            if (
                found is not None
                and tuple(a + b for a, b in zip(ahead, least[at + 1], strict=True)) >= found[0]
            ):
                return  # fewer days are no better
            extend(at + 1, ahead, [*taken, days], (*plans, best))

    extend(0, (0,) * size, [], ())
    return None if unsettled or found is None else found[1]

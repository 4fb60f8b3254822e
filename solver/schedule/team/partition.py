"""集合划分: chooses day-tours so that every visit is on one or missed, at least cost, with proof.

The relaxation with its rows gives a bound and what each column costs beyond it. A branch and bound (SCIP)
over the few columns of small reduced cost gives a plan; every column whose reduced cost exceeds the gap can
be in no better plan, and so the plan is proven as soon as no other columns are left.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from solver.schedule.team.columns import Columns
from solver.schedule.team.frame import Bools, Ints
from solver.schedule.team.guard import watched
from solver.schedule.team.relaxation import (
    Aim,
    Relaxation,
    Relaxed,
    Rows,
    crowded_days,
    shared_triples,
)

ROUNDS = 25
#: Columns of least reduced cost with which branch and bound begins.
FEWEST = 200
#: More columns than this are not searched while there is something to split upon; most parts.
MANY, PARTS = 400, 60
#: Parts in which a better choice is looked for among few columns before they are split.
TRIES = 5
#: What floating point may blur in a sum of seconds.
BLUR = 1e-4
#: A number of tours this far from whole is split upon.
CLEAR = 1e-5

Side = tuple[Ints, Ints, int]


@dataclass(frozen=True, slots=True)
class Choice:
    """所选. ``bound``: no choice costs less; ``whole``: nothing cut the search short: this is the least."""

    columns: tuple[int, ...]
    missed: tuple[int, ...]
    cost: int
    bound: int
    whole: bool


class Partition:
    """集合划分 over the columns of one team; aims may follow one another and share rows.

    The number of tours is settled first, and then, where that does not suffice, the number of tours that go
    to each cluster of visits: it is where the relaxation is weakest, a fraction of a tour costing a fraction
    of the way.
    """

    def __init__(self, columns: Columns, nodes: int, left: Callable[[], float | None]) -> None:
        """``nodes``: of each branch and bound; ``left``: seconds until the wall guard (none: no guard)."""
        self.columns, self.nodes, self.left = columns, nodes, left
        self.rows = Rows()
        self._active = _seeds(columns)
        self._everything = [np.ones(columns.members.shape[1], dtype=np.bool_)]
        self._clusters = clusters(columns)

    def relax(self, aim: Aim, rounds: int = ROUNDS) -> Relaxed:
        """The bound of the aim, rows added until they help no more."""
        relaxation = Relaxation(self.columns, aim, self.rows, self._active)
        relaxed = relaxation.solve()
        for _ in range(rounds):
            if self.left() == 0:
                break
            rows = crowded_days(self.columns, relaxed)
            if not rows and relaxed.feasible and not _integral(relaxed):
                rows = shared_triples(self.columns, relaxed)
            if not rows:
                break
            for members, most in rows:
                self.rows.add(members, most)
            relaxed = relaxation.solve()
        near = relaxed.active[np.argsort(relaxed.reduced[relaxed.active], kind="stable")]
        self._active = near[: 4 * FEWEST]
        return relaxed

    def least(self, aim: Aim, *, first: bool = False, start: Choice | None = None) -> Choice | None:
        """The cheapest choice, or none where the side sums cannot be kept (or the guard struck).

        ``first``: any choice will do. ``start``: one that is known already, if it keeps the side sums.
        """
        best = self._known(aim, start)
        if first and best is not None:
            return best
        loose: list[float] = []  # bounds of parts that were not searched to the end
        number, tries = 0, TRIES
        heap = [(-math.inf, number, aim)]
        while heap:
            floor, _, part = heapq.heappop(heap)
            if best is not None and floor > best.cost - 1 + BLUR:
                continue
            if self.left() == 0:
                loose.append(floor)
                continue
            relaxed = self.relax(part, 0 if number == 0 else ROUNDS)
            split = self._split(relaxed, self._everything)
            if split is None and number == 0:
                relaxed = self.relax(part)
            if not relaxed.feasible or (best is not None and relaxed.bound > best.cost - 1 + BLUR):
                continue
            if split is None:
                found, bound = self._search(part, relaxed, best, number < PARTS, tries)
                tries -= 1
                best = found or best
                if first and best is not None:
                    return best
                if bound is None:
                    continue
                split = self._split(relaxed, self._clusters) if number < PARTS else None
                if split is None:
                    loose.append(bound)
                    continue
            for side in split:
                number += 1
                heapq.heappush(heap, (relaxed.bound, number, Aim(part.column, part.miss, (*part.side, side))))
        if best is None:
            return None
        low = min([best.cost, *(math.ceil(one - BLUR) for one in loose if one > -math.inf)])
        return Choice(best.columns, best.missed, best.cost, low, not loose)

    def _known(self, aim: Aim, start: Choice | None) -> Choice | None:
        """What is known already, as this aim counts it."""
        if start is None:
            return None
        columns, missed = list(start.columns), list(start.missed)
        for column, miss, most in aim.side:
            if column[columns].sum() + miss[missed].sum() > most:
                return None
        cost = int(aim.column[columns].sum() + aim.miss[missed].sum())
        return Choice(start.columns, start.missed, cost, cost, False)

    def _split(self, relaxed: Relaxed, groups: Sequence[Bools]) -> tuple[Side, Side] | None:
        """Of groups of visits the one that the least whole number of tours goes to: fewer, or more."""
        worst = CLEAR
        chosen: tuple[Bools, int] | None = None
        for group in groups:
            touching = self.columns.members[relaxed.active][:, group].any(axis=1)
            tours = float(relaxed.chosen[touching].sum())
            if (off := abs(tours - round(tours))) > worst:
                worst, chosen = off, (group, math.floor(tours))
        if chosen is None:
            return None
        group, fewer = chosen
        each = np.atleast_1d(self.columns.members[:, group].any(axis=1)).astype(np.int64)
        none = np.zeros(self.columns.members.shape[1], dtype=np.int64)
        return (each, none, fewer), (-each, none, -fewer - 1)

    def _search(
        self, aim: Aim, relaxed: Relaxed, best: Choice | None, may_split: bool, tries: int
    ) -> tuple[Choice | None, float | None]:
        """A choice better than ``best``, if there is one; and a bound, unless this part is done with."""
        if _integral(relaxed) and (found := self._as_it_stands(aim, relaxed)) is not None:
            return found, None
        better: Choice | None = None
        order = np.argsort(relaxed.reduced, kind="stable")
        cost = relaxed.reduced[order]
        count = FEWEST
        while True:
            if best is not None:
                count = int(np.searchsorted(cost, best.cost - 1 - relaxed.bound + BLUR, side="right"))
                if count > MANY and may_split:
                    if tries > 0:
                        found, _, _ = self._branch(aim, np.sort(order[:FEWEST]))
                        better = found if found is not None and found.cost < best.cost else better
                    return better, relaxed.bound
            count = min(count, len(order))
            reach = float(cost[count]) if count < len(order) else math.inf  # of the first that is left out
            found, bound, whole = self._branch(aim, np.sort(order[:count]))
            if found is not None and (best is None or found.cost < best.cost):
                best = better = found
            if not whole:
                return better, max(relaxed.bound, min(bound, relaxed.bound + reach))
            if count == len(order) or (best is not None and reach > best.cost - 1 - relaxed.bound):
                return better, None
            if best is None and may_split:
                return None, relaxed.bound
            count *= 4

    def _as_it_stands(self, aim: Aim, relaxed: Relaxed) -> Choice | None:
        """The relaxation itself, where it came out whole and its tours can be dated."""
        columns = tuple(sorted(relaxed.active[relaxed.chosen > 0.5].tolist()))
        if self.columns.crowd(columns) is not None:
            return None
        missed = np.flatnonzero(~self.columns.members[list(columns)].any(axis=0))
        cost = int(aim.column[list(columns)].sum() + aim.miss[missed].sum())
        return Choice(columns, tuple(missed.tolist()), cost, cost, True)

    def _branch(self, aim: Aim, chosen: Ints) -> tuple[Choice | None, float, bool]:
        """Branch and bound over these columns: the best choice, a bound, whether the search was finished."""
        while True:
            found, bound, whole = branch(
                self.columns, aim, self.rows, chosen, self.nodes, self.left(), self.left
            )
            if not whole:  # what a team may take in all is limited, not each of its parts
                self.nodes = max(1, self.nodes // 10)
            if found is None:
                return None, bound, whole
            days = self.columns.crowd(found.columns)
            if days is None:
                return found, bound, whole
            self.rows.add(self.columns.within(days), int(days.sum()))


def clusters(columns: Columns) -> list[Bools]:
    """Groups of visits that lie together, from pairs up: in order of what the second adds to the first."""
    n = columns.members.shape[1]
    if n == 0:
        return []
    size = columns.members.sum(axis=1)
    alone = np.full(n, np.iinfo(np.int64).max, dtype=np.int64)
    single = np.flatnonzero(size == 1)
    np.minimum.at(alone, columns.members[single].argmax(axis=1), columns.cost[single])
    pairs = np.flatnonzero(size == 2)
    ends = [np.flatnonzero(columns.members[one]).tolist() for one in pairs]
    added = [int(columns.cost[one]) - int(alone[end].max()) for one, end in zip(pairs, ends, strict=True)]
    group = [frozenset([visit]) for visit in range(n)]
    found = []
    for _, (one, other) in sorted(zip(added, ends, strict=True)):
        if group[one] != group[other]:
            union = group[one] | group[other]
            for visit in union:
                group[visit] = union
            found.append(np.isin(np.arange(n), list(union)))
    return found


def branch(
    columns: Columns,
    aim: Aim,
    rows: Rows,
    chosen: Ints,
    nodes: int,
    seconds: float | None,
    left: Callable[[], float | None] | None = None,
) -> tuple[Choice | None, float, bool]:
    """SCIP, one thread, fixed seed. ``left`` is asked while it works: 0 or an exception ends the search."""
    from ortools.linear_solver import pywraplp

    solver = pywraplp.Solver.CreateSolver("SCIP")
    solver.SetSolverSpecificParametersAsString(f"limits/nodes = {nodes}\n")
    if seconds is not None:
        solver.SetTimeLimit(max(1, int(seconds * 1000)))
    goal = solver.Objective()
    infinite = solver.infinity()
    visits = [solver.Constraint(1, 1) for _ in range(columns.members.shape[1])]
    sides = [solver.Constraint(-infinite, most) for *_, most in aim.side]
    limits = [solver.Constraint(-infinite, most) for most in rows.most]
    missed = [solver.BoolVar("") for _ in visits]
    for at, variable in enumerate(missed):
        goal.SetCoefficient(variable, int(aim.miss[at]))
        visits[at].SetCoefficient(variable, 1)
        for side, (_, weight, _) in zip(sides, aim.side, strict=True):
            side.SetCoefficient(variable, int(weight[at]))
    variables = [solver.BoolVar("") for _ in range(len(chosen))]
    for column, variable in zip(chosen.tolist(), variables, strict=True):
        goal.SetCoefficient(variable, int(aim.column[column]))
        for at in np.flatnonzero(columns.members[column]).tolist():
            visits[at].SetCoefficient(variable, 1)
        for side, (cost, _, _) in zip(sides, aim.side, strict=True):
            if cost[column]:
                side.SetCoefficient(variable, int(cost[column]))
    for limit, members in zip(limits, rows.members, strict=True):
        for at in np.flatnonzero(members[chosen]).tolist():
            limit.SetCoefficient(variables[at], 1)
    exact = pywraplp.MPSolverParameters()
    exact.SetDoubleParam(exact.RELATIVE_MIP_GAP, 0.0)
    if left is None:
        state = solver.Solve(exact)
    else:
        state = watched(lambda: solver.Solve(exact), solver.InterruptSolve, left)
    if state not in (solver.OPTIMAL, solver.FEASIBLE):
        return None, -math.inf, bool(state == solver.INFEASIBLE)
    picked = [int(chosen[at]) for at, one in enumerate(variables) if one.solution_value() > 0.5]
    lost = [at for at, one in enumerate(missed) if one.solution_value() > 0.5]
    total = int(aim.column[picked].sum() + aim.miss[lost].sum())
    whole = bool(state == solver.OPTIMAL)
    bound = float(total) if whole else float(goal.BestBound())
    return Choice(tuple(picked), tuple(lost), total, math.ceil(bound - BLUR), whole), bound, whole


def _seeds(columns: Columns) -> Ints:
    """Columns to begin with: for each visit those that cost least a visit."""
    size = columns.members.sum(axis=1)
    order = np.argsort(columns.cost / np.maximum(size, 1), kind="stable")
    count = np.zeros(columns.members.shape[1], dtype=np.int64)
    seeds = []
    for column in order.tolist():
        if (count[columns.members[column]] < 12).any():
            count[columns.members[column]] += 1
            seeds.append(column)
    return np.array(seeds, dtype=np.int64)


def _integral(relaxed: Relaxed) -> bool:
    return bool((np.abs(relaxed.chosen - relaxed.chosen.round()) < 1e-6).all())

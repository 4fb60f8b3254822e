"""松弛: the linear relaxation of a team's set partitioning, with columns and rows added as they are needed.

Every visit is on exactly one chosen tour or missed. Further rows are sets of columns of which at most so many
can be chosen: tours that share two of three visits (at most one: Chvátal-Gomory on three rows), tours
confined to a few days (Hall).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from solver.schedule.team.columns import Columns
from solver.schedule.team.frame import Bools, Ints

Reals = npt.NDArray[np.float64]

TINY = 1e-6
#: So many columns enter at a time.
BATCH = 200
#: Settings of GLOP, one after the other.
WAYS = (
    "use_dual_simplex: false use_preprocessing: true",
    "use_dual_simplex: false use_preprocessing: false",
    "use_dual_simplex: true use_preprocessing: false",
    "use_dual_simplex: true use_preprocessing: true",
)


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """目标: what a column and a missed visit cost, and what the total of another cost may be at most."""

    column: Ints
    miss: Ints
    side: tuple[tuple[Ints, Ints, int], ...] = ()
    """(column, miss, most): sums that must not be passed"""


@dataclass(slots=True, eq=False)
class Rows:
    """Sets of columns of which at most ``most`` can be chosen."""

    members: list[Bools] = field(default_factory=list)
    most: list[int] = field(default_factory=list)

    def add(self, members: Bools, most: int) -> None:
        self.members.append(members)
        self.most.append(most)


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """松弛解. ``reduced``: what a column costs beyond the bound; ``feasible``: side sums were kept."""

    bound: float
    active: Ints
    chosen: Reals
    """(active,) how much of each"""
    reduced: Reals
    """(columns,)"""
    feasible: bool


class Relaxation:
    """松弛 of one aim over columns and rows; ``solve`` again after rows were added."""

    def __init__(self, columns: Columns, aim: Aim, rows: Rows, active: Ints) -> None:
        from ortools.linear_solver import pywraplp

        self.columns, self.aim, self.rows = columns, aim, rows
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        self._places = [np.flatnonzero(one).tolist() for one in columns.members[active]]
        self._active = active.tolist()
        self._in = np.zeros(len(columns), dtype=np.bool_)
        self._in[active] = True
        self._variables: list[object] = []
        self._build()

    def _build(self) -> None:
        solver, aim = self._solver, self.aim
        self._goal = goal = solver.Objective()
        self._visits = [solver.Constraint(1, 1) for _ in range(self.columns.members.shape[1])]
        self._sides = [solver.Constraint(-solver.infinity(), most) for *_, most in aim.side]
        penalty = 10.0 * (int(aim.miss.sum()) + int(aim.column.max(initial=0)) * len(self._visits) + 1)
        self._slacks = []
        for side in self._sides:
            slack = solver.NumVar(0, solver.infinity(), "")
            goal.SetCoefficient(slack, penalty)
            side.SetCoefficient(slack, -1)
            self._slacks.append(slack)
        for at, visit in enumerate(self._visits):
            missed = solver.NumVar(0, 1, "")
            goal.SetCoefficient(missed, int(aim.miss[at]))
            visit.SetCoefficient(missed, 1)
            for side, (_, miss, _) in zip(self._sides, aim.side, strict=True):
                side.SetCoefficient(missed, int(miss[at]))
        self._limits: list[object] = []
        for column, places in zip(self._active, self._places, strict=True):
            self._enter(column, places)

    def _enter(self, column: int, places: list[int]) -> None:
        solver = self._solver
        variable = solver.NumVar(0, solver.infinity(), "")
        self._goal.SetCoefficient(variable, int(self.aim.column[column]))
        for at in places:
            self._visits[at].SetCoefficient(variable, 1)
        for side, (cost, _, _) in zip(self._sides, self.aim.side, strict=True):
            if cost[column]:
                side.SetCoefficient(variable, int(cost[column]))
        for limit, members in zip(self._limits, self.rows.members, strict=False):
            if members[column]:
                limit.SetCoefficient(variable, 1)  # type: ignore[attr-defined]
        self._variables.append(variable)

    def solve(self) -> Relaxed:
        """The bound over all columns, with the rows known so far."""
        solver = self._solver
        for members, most in list(zip(self.rows.members, self.rows.most, strict=True))[len(self._limits) :]:
            limit = solver.Constraint(-solver.infinity(), most)
            self._limits.append(limit)
            for column, variable in zip(self._active, self._variables, strict=True):
                if members[column]:
                    limit.SetCoefficient(variable, 1)
        while True:
            self._settle()
            reduced = self._reduced()
            wanted = np.flatnonzero((reduced < -TINY) & ~self._in)
            if not len(wanted):
                break
            best = wanted[np.argsort(reduced[wanted], kind="stable")[:BATCH]]
            for column in best.tolist():
                self._active.append(column)
                self._in[column] = True
                self._enter(column, np.flatnonzero(self.columns.members[column]).tolist())
        chosen = np.array([one.solution_value() for one in self._variables])  # type: ignore[attr-defined]
        kept = all(slack.solution_value() < TINY for slack in self._slacks)
        value = float(solver.Objective().Value())
        return Relaxed(value, np.array(self._active, dtype=np.int64), chosen, reduced, kept)

    def _settle(self) -> None:
        """Solves as it stands; by other ways where rounding errors got in the way of the first."""
        for way in WAYS:
            self._solver.SetSolverSpecificParametersAsString(way)
            if self._solver.Solve() == self._solver.OPTIMAL:
                return
        raise ArithmeticError("the linear relaxation could not be solved")

    def _reduced(self) -> Reals:
        duals = np.array([row.dual_value() for row in self._visits])
        reduced: Reals = self.aim.column - self.columns.members @ duals
        for side, (cost, _, _) in zip(self._sides, self.aim.side, strict=True):
            reduced -= side.dual_value() * cost
        for limit, members in zip(self._limits, self.rows.members, strict=True):
            if dual := limit.dual_value():  # type: ignore[attr-defined]
                reduced[members] -= dual
        return reduced


def crowded_days(columns: Columns, relaxed: Relaxed) -> list[tuple[Bools, int]]:
    """Lists of days that more tours are confined to than there are days."""
    weight = np.bincount(columns.group[relaxed.active], relaxed.chosen, minlength=len(columns.masks))
    found = []
    for days in np.vstack([columns.masks, np.ones((1, columns.masks.shape[1]), np.bool_)]):
        inside = ~(columns.masks & ~days).any(axis=1)
        if weight[inside].sum() > days.sum() + TINY:
            found.append((inside[columns.group], int(days.sum())))
    return found


def shared_triples(columns: Columns, relaxed: Relaxed, most: int = 40) -> list[tuple[Bools, int]]:
    """The three visits of which tours share two, and of which more than one tour is chosen; worst first."""
    some = relaxed.chosen > TINY
    chosen = relaxed.chosen[some]
    inside = columns.members[relaxed.active[some]].astype(np.float64)
    broken = np.flatnonzero(inside[chosen < 1 - TINY].any(axis=0))
    inside = inside[:, broken]
    pair = (inside * chosen[:, None]).T @ inside
    three = np.einsum("ci,cj,ck->ijk", inside * chosen[:, None], inside, inside, optimize=True)
    sums = pair[:, :, None] + pair[:, None, :] + pair[None, :, :] - 2 * three
    i, j, k = np.indices(sums.shape)
    sums[~((i < j) & (j < k))] = 0
    flat = sums.reshape(-1)
    worst = np.argsort(-flat.round(9), kind="stable")[:most]
    worst = worst[flat[worst] > 1.01]
    triples = [broken[list(np.unravel_index(at, sums.shape))] for at in worst.tolist()]
    return [(columns.members[:, triple].sum(axis=1) >= 2, 1) for triple in triples]

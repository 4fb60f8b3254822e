"""Small problems as linear programs, an independent reference for what all tables with given loads share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from ortools.linear_solver import pywraplp

from solver.pairing import Problem

Edge = tuple[str, str, str]
NEAR = 1e-6


class Program:
    """All lawful tables with these expected loads, as a polytope."""

    def __init__(self, problem: Problem, loads: Mapping[str, Fraction]) -> None:
        solver = pywraplp.Solver.CreateSolver("GLOP")
        self._solver = solver
        self._x: dict[Edge, pywraplp.Variable] = {}
        pairs, people, doors = defaultdict(list), defaultdict(list), defaultdict(list)
        for task in problem.tasks:
            for seat in task.seats:
                for who in seat.eligible:
                    x = self._x[task.id, seat.id, who] = solver.NumVar(0, 1, "")
                    pairs[task.id, who].append(x)
                    people[who].append(x)
                    doors[who, task.period].append(x)
                solver.Add(sum(self._x[task.id, seat.id, who] for who in seat.eligible) == seat.demand)
        self._pairs = pairs
        for variables in pairs.values():
            solver.Add(sum(variables) <= 1)
        for one in problem.inspectors:
            solver.Add(sum(people[one.id]) == float(loads[one.id]))
        cap = {one.id: one.period_cap for one in problem.inspectors}
        for (who, _), variables in doors.items():
            if cap[who] is not None:
                solver.Add(sum(variables) <= cap[who])

    def always(self) -> set[Edge]:
        """Rows whose chance is 1 in every table."""
        return {edge for edge, x in self._x.items() if self._best(x + 0, up=False) > 1 - NEAR}

    def sometimes(self) -> set[Edge]:
        """Rows that have a chance in some table."""
        return {edge for edge, x in self._x.items() if self._best(x + 0, up=True) > NEAR}

    def lowest_cap(self) -> float:
        """The least greatest chance of the pairs that are not certain (0: there is none)."""
        free = [pair for pair in self._pairs.values() if self._best(sum(pair), up=False) < 1 - NEAR]
        cap = self._solver.NumVar(0, 1, "cap")
        for pair in free:
            self._solver.Add(sum(pair) <= cap)
        return self._best(cap + 0, up=False) if free else 0.0

    def _best(self, expression: object, up: bool) -> float:
        (self._solver.Maximize if up else self._solver.Minimize)(expression)
        assert self._solver.Solve() == pywraplp.Solver.OPTIMAL
        return float(self._solver.Objective().Value())

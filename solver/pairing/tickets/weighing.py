"""签票的权重: weights that bring everybody's chances as close to the table as the given outcomes allow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from solver.pairing.table import Row

LARGEST = 400_000
"""Rows of all outcomes together up to which weights are looked for; above, all weigh the same."""
FINEST = 3_000
"""Different rows up to which they are."""
LEAST, MOST = 0.25, 4.0
"""An outcome's weight, in even shares: nothing is all but excluded, nothing stands out."""


def weights(outcomes: Sequence[Sequence[Row]], target: Mapping[Row, int], bits: int) -> list[int]:
    """A whole weight for each outcome, 2^bits in all; some may be 0 where 2^bits is small.

    The sum of the differences between the chances they make and ``target`` (in 2^-bits) is the least that
    weights between a quarter and four times an even share allow (GLOP, a simplex method).
    """
    one = 1 << bits
    shares = _fitted(outcomes, target, one) or [1.0] * len(outcomes)
    total = sum(shares)
    exact = [share / total * one for share in shares]
    whole = [int(part) for part in exact]
    order = sorted(range(len(whole)), key=lambda at: (whole[at] - exact[at], at))
    for at in order[: one - sum(whole)]:
        whole[at] += 1
    return whole


def _fitted(outcomes: Sequence[Sequence[Row]], target: Mapping[Row, int], one: int) -> list[float] | None:
    from ortools.linear_solver import pywraplp  # 0.1 s to import

    containing: dict[Row, list[int]] = defaultdict(list)
    for at, outcome in enumerate(outcomes):
        for row in outcome:
            containing[row].append(at)
    rows = sorted({*containing, *target})
    even = 1 / len(outcomes)
    if len(outcomes) == 1 or len(rows) > FINEST or sum(map(len, containing.values())) > LARGEST:
        return None
    solver = pywraplp.Solver.CreateSolver("GLOP")
    share = [solver.NumVar(LEAST * even, min(1.0, MOST * even), "") for _ in outcomes]
    whole = solver.Constraint(1.0, 1.0)
    for variable in share:
        whole.SetCoefficient(variable, 1.0)
    goal = solver.Objective()
    for row in rows:
        over, under = solver.NumVar(0.0, 1.0, ""), solver.NumVar(0.0, 1.0, "")
        wanted = target.get(row, 0) / one
        met = solver.Constraint(wanted, wanted)
        for at in containing[row]:
            met.SetCoefficient(share[at], 1.0)
        met.SetCoefficient(over, -1.0)
        met.SetCoefficient(under, 1.0)
        goal.SetCoefficient(over, 1.0)
        goal.SetCoefficient(under, 1.0)
    goal.SetMinimization()
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    return [max(0.0, variable.solution_value()) for variable in share]

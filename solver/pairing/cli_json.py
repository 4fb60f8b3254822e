"""P.json in, A.json out: the mathematical form alone, for the command line and for comparisons."""

from __future__ import annotations

from solver.pairing.errors import PairingInfeasible
from solver.pairing.lottery import Assignment, draw
from solver.pairing.marginals import ALGORITHM, Table, solve
from solver.pairing.problem import Problem


def pair_json(problem: object, seed: bytes) -> dict[str, object]:
    """A.json of a parsed P.json, holding only what this version can state truthfully.

    Raises `PairingInputError`, `PairingUnsupported`, `PairingInfeasible` or `PairingUnresolved`.
    """
    table = solve(Problem.from_json(problem))
    return assignment_json(table, draw(table, seed))


def assignment_json(table: Table, assignment: Assignment) -> dict[str, object]:
    """A.json. ``loads`` are the visits drawn, ``load_range`` what they could have been."""
    return {
        "algorithm": ALGORITHM,
        "problem_sha256": table.problem.problem_sha256,
        "table_sha256": table.table_sha256,
        "load_range": {person: [low, high] for person, low, high in table.load_range},
        "forced": [list(row) for row in table.forced],
        "loads": dict(assignment.loads),
        "assignment": [
            {"task": task, "seat": seat, "inspector": inspector} for task, seat, inspector in assignment.rows
        ],
        "rung": dict(assignment.rung),
        "rejected_draws": len(assignment.rejected),
        "assignment_sha256": assignment.assignment_sha256,
    }


def infeasible_json(error: PairingInfeasible) -> dict[str, object]:
    """The answer to a problem that cannot be met: every shortage, with its sentence."""
    return {"infeasible": [shortage.to_json() for shortage in error.shortages]}

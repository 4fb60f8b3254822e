"""匹配: who inspects whom, by a lot that obeys every rule (algorithm pair/0).

`solve` settles what is settled before the seed is known, `draw` lets the seed decide, `check` verifies.
"""

from solver.pairing.check import Report, Violation, check
from solver.pairing.cli_json import assignment_json, infeasible_json, pair_json
from solver.pairing.errors import (
    PairingInfeasible,
    PairingInputError,
    PairingUnresolved,
    PairingUnsupported,
)
from solver.pairing.lottery import Assignment, Rejection, draw
from solver.pairing.marginals import ALGORITHM, Table, solve
from solver.pairing.problem import Affinity, Inspector, Problem, Seat, Task
from solver.pairing.shortage import Shortage

__all__ = [
    "ALGORITHM",
    "Affinity",
    "Assignment",
    "Inspector",
    "PairingInfeasible",
    "PairingInputError",
    "PairingUnresolved",
    "PairingUnsupported",
    "Problem",
    "Rejection",
    "Report",
    "Seat",
    "Shortage",
    "Table",
    "Task",
    "Violation",
    "assignment_json",
    "check",
    "draw",
    "infeasible_json",
    "pair_json",
    "solve",
]

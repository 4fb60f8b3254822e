"""匹配: who inspects whom, by published chances and a lottery of coins (algorithm pair/1).

`solve` makes the table of chances before the seed is known, `draw` lets the seed decide, `check` verifies.

Folders: ``network`` (rules, loads, what is certain, the lowest cap), ``entropy`` (most even chances of one
piece, and whole numbers), ``chances`` (both for a whole part), ``lottery`` (coins), ``tickets`` (where
recusals leave no coins), ``shortage`` (why not, and what would help), ``proof`` (what is published, and
whether it holds), ``replacing`` (one inspector), ``words``.
"""

from solver.pairing.errors import CapTooLow, PairingInfeasible, PairingInputError, PairingUnresolved
from solver.pairing.lottery import Assignment, Lottery, Rejection, draw
from solver.pairing.problem import Affinity, Inspector, Problem, Seat, Task
from solver.pairing.proof.answer_writing import assignment_json, infeasible_json, table_json
from solver.pairing.proof.checking import check, check_json
from solver.pairing.proof.report import Report, Violation
from solver.pairing.solve import Preview, cap_costs, preview, solve
from solver.pairing.table import ALGORITHM, Rows, Table, Tickets
from solver.pairing.words.gap import Shortage

__all__ = [
    "ALGORITHM",
    "Affinity",
    "Assignment",
    "CapTooLow",
    "Inspector",
    "Lottery",
    "PairingInfeasible",
    "PairingInputError",
    "PairingUnresolved",
    "Preview",
    "Problem",
    "Rejection",
    "Report",
    "Rows",
    "Seat",
    "Shortage",
    "Table",
    "Task",
    "Tickets",
    "Violation",
    "assignment_json",
    "cap_costs",
    "check",
    "check_json",
    "draw",
    "infeasible_json",
    "preview",
    "solve",
    "table_json",
]

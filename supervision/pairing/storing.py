"""存放: problems, tables and outcomes as they are kept and published, gzip JSON."""

import gzip
import json
from typing import Any

from solver.pairing import Assignment, Problem, Table, assignment_json, table_json
from solver.pairing.problem import canon
from solver.pairing.proof.answer import table_from_json
from supervision.pairing.tables import Pairing
from supervision.pairing.units import ROUTES, visits_of


def pack(value: object) -> bytes:
    """JSON, gzip without a time stamp: the same value gives the same bytes."""
    return gzip.compress(canon(value), mtime=0)


def unpack(data: bytes) -> Any:
    return json.loads(gzip.decompress(data))


def pack_table(table: Table) -> bytes:
    """A.json of a table whose seed nobody knows yet."""
    return pack(table_json(table))


def pack_outcome(table: Table, assignment: Assignment) -> bytes:
    """A.json of a table and what was drawn from it."""
    return pack(assignment_json(table, assignment))


def problem_of(data: bytes) -> Problem:
    return Problem.from_json(unpack(data))


def told_of(pairing: Pairing) -> dict[str, Any] | None:
    """bundles.json with its points, or the list of day-routes; none where teams are drawn by entity."""
    found: dict[str, Any] | None = None if pairing.units is None else unpack(pairing.units)
    return found


def units_of(pairing: Pairing, draw_id: str) -> dict[str, tuple[str, ...]]:
    """Task of the table → its visits, where teams are drawn for units; empty by entity."""
    return visits_of(told_of(pairing), draw_id)


def days_of(pairing: Pairing) -> dict[str, str]:
    """Name of a day-route → its date; empty where teams are not drawn for routes."""
    told = told_of(pairing)
    if told is None or told["v"] != ROUTES:
        return {}
    days: dict[str, str] = told["days"]
    return days


def table_of(pairing: Pairing) -> Table:
    """The table as it was fixed, read strictly; ``PairingInputError`` where it was changed since."""
    return table_from_json(problem_of(pairing.problem), unpack(pairing.table or b""))

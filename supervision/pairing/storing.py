"""存放: problems, tables and outcomes as they are kept and published, gzip JSON."""

import gzip
import json
from typing import Any

from solver.pairing import Assignment, Problem, Table, assignment_json, table_json
from solver.pairing.problem import canon
from solver.pairing.proof.answer import table_from_json
from supervision.pairing.tables import Pairing


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


def table_of(pairing: Pairing) -> Table:
    """The table as it was fixed, read strictly; ``PairingInputError`` where it was changed since."""
    return table_from_json(problem_of(pairing.problem), unpack(pairing.table or b""))

"""存放: problems, tables and outcomes as they are kept and published, gzip JSON."""

import gzip
import json
from typing import Any

from solver.pairing import Problem, Table, solve
from solver.pairing.problem import canon
from supervision.pairing.tables import Pairing


def pack(value: object) -> bytes:
    """Canonical JSON, gzip without a time stamp: the same value gives the same bytes."""
    return gzip.compress(canon(value), mtime=0)


def unpack(data: bytes) -> Any:
    return json.loads(gzip.decompress(data))


def pack_table(table: Table) -> bytes:
    return pack({"table_sha256": table.table_sha256})


def table_of(pairing: Pairing) -> Table:
    return solve(problem_of(pairing.problem))


def problem_of(data: bytes) -> Problem:
    return Problem.from_json(unpack(data))

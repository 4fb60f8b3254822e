"""A.json out: the table, what was drawn from it, or why there is none (docs/pair-1.md, section 9)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from solver.pairing.errors import CapTooLow, PairingInfeasible
from solver.pairing.lottery import Assignment
from solver.pairing.table import ALGORITHM, Row, Table
from solver.pairing.words.changes import Suggestion


def table_json(table: Table) -> dict[str, object]:
    """A.json of a table whose seed nobody knows yet."""
    return {
        "v": ALGORITHM,
        "problem_sha256": table.problem.problem_sha256,
        "bits": table.bits,
        "cap": str(table.cap),
        "lowest_cap": str(table.lowest_cap),
        "loads": {who: str(load) for who, load in table.loads.items()},
        "table": [
            {"task": task, "seat": seat, "inspector": who, "n": n} for task, seat, who, n in table.rows
        ],
        "forced": [list(row) for row in table.forced],
        "entropy_nats": table.entropy,
        "gap": table.gap,
        "table_sha256": table.table_sha256,
        "tickets": [ticket.to_json() for ticket in table.tickets],
        "acceptance": {task: str(share) for task, share in table.acceptance.items()},
        "rung": dict(table.rung),
    }


def assignment_json(table: Table, assignment: Assignment) -> dict[str, object]:
    """A.json: the table and what the seed drew from it."""
    return table_json(table) | {
        "assignment": rows_json(assignment.rows),
        "rejected": rejected_json(assignment),
        "assignment_sha256": assignment.assignment_sha256,
    }


def line_json(seed: bytes, assignment: Assignment) -> dict[str, object]:
    """One line of ``--repeat``: what this seed draws from a table told elsewhere."""
    return {
        "seed": seed.hex(),
        "assignment": rows_json(assignment.rows),
        "rejected": rejected_json(assignment),
        "assignment_sha256": assignment.assignment_sha256,
    }


def rows_json(rows: Sequence[Row]) -> list[dict[str, str]]:
    return [{"task": task, "seat": seat, "inspector": inspector} for task, seat, inspector in rows]


def rejected_json(assignment: Assignment) -> list[dict[str, object]]:
    return [
        {"task": one.task, "counter": one.counter, "met": [list(meeting) for meeting in one.met]}
        for one in assignment.rejected
    ]


def infeasible_json(error: PairingInfeasible, suggestions: Sequence[Suggestion] = ()) -> dict[str, object]:
    """The answer to a problem that cannot be met: every shortage and the cheapest changes, each in words.

    ``suggestions`` are those of the error where none are given.
    """
    return {
        "infeasible": [shortage.to_json() for shortage in error.shortages],
        "suggestions": [one.to_json() for one in suggestions or error.suggestions],
    }


def cap_json(error: CapTooLow) -> dict[str, object]:
    """The answer to a cap below the lowest: the two, and the seats and people that stand in the way."""
    return {
        "cap_too_low": {
            "cap": str(error.cap),
            "lowest_cap": str(error.lowest),
            "seats": [list(seat) for seat in error.seats],
            "inspectors": list(error.inspectors),
            "message": error.message,
        }
    }


def written(value: Mapping[str, object]) -> Iterator[str]:
    """JSON text, piece by piece: a key a line, and of a list of objects or lists one of them a line."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    mark = "{\n"
    for key, held in value.items():
        yield f"{mark}{encode(key)}: "
        if isinstance(held, list) and held and isinstance(held[0], dict | list):
            yield "[\n " + ",\n ".join(map(encode, held)) + "]"
        else:
            yield encode(held)
        mark = ",\n"
    yield "\n}\n"

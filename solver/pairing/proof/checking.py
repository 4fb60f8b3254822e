"""核验: is a published table sound, does an assignment keep every rule, does the seed give it?

`check` reads the problem, as the planner wrote it, and counts. With the seed it also draws again and
compares. The steps are those of docs/pair-1.md, section 9; `verify_pairing.py` takes them without any of
this code.
"""

from __future__ import annotations

from collections.abc import Iterator

from solver.errors import SolverError
from solver.pairing.errors import PairingInputError
from solver.pairing.lottery import Assignment, draw
from solver.pairing.problem import Problem
from solver.pairing.proof.answer import assignment_of, digests_of, table_of
from solver.pairing.proof.outcome import lawful
from solver.pairing.proof.report import Report, Violation
from solver.pairing.proof.sound import sound, well_formed
from solver.pairing.table import Table


def check(problem: Problem, table: Table, assignment: Assignment | None, seed: bytes | None) -> Report:
    """List every violation. ``seed=None`` checks the rules without drawing again (a sealed seed);
    ``assignment=None`` checks a table whose seed nobody knows yet."""
    found = list(well_formed(problem, table))
    if found:
        return _report(problem, found, assignment)
    found += sound(problem, table)
    can_draw = not found
    if assignment is not None:
        found += lawful(problem, table, assignment)
    replayed = can_draw and assignment is not None and seed is not None
    if assignment is not None and seed is not None and replayed:
        found += _replay(table, assignment, seed)
    return _report(problem, found, assignment, replayed)


def check_json(problem: object, answer: object, seed: bytes | None) -> Report:
    """The same from P.json and A.json, as read: what cannot be read is refused at its step."""
    try:
        posed = Problem.from_json(problem)
    except PairingInputError as error:
        return Report((_unread(error, "problem"),), 0, 0, False)
    try:
        table = table_of(posed, answer)
    except PairingInputError as error:
        return _report(posed, [_unread(error, "table")], None)
    told = digests_of(answer)
    found: list[Violation] = []
    if told.table_sha256 != table.table_sha256:
        found.append(Violation("table_digest", "概率表与其摘要不符，已被改动。", step="table_sha256"))
    try:
        assignment = assignment_of(table, answer)
    except PairingInputError as error:
        rest = check(posed, table, None, None)
        return _report(posed, [*found, *rest.violations, _unread(error, "assignment")], None)
    rest = check(posed, table, assignment, seed)
    found += rest.violations
    if assignment is not None and told.assignment_sha256 != assignment.assignment_sha256:
        said = "匹配结果与其摘要不符，结果已被改动。"
        found.append(Violation("digest", said, step="assignment_sha256"))
    return _report(posed, found, assignment, rest.replayed)


def _report(
    problem: Problem, found: list[Violation], assignment: Assignment | None, replayed: bool = False
) -> Report:
    rows = 0 if assignment is None else len(assignment.rows)
    return Report(tuple(found), len(problem.tasks), rows, replayed)


def _unread(error: PairingInputError, step: str) -> Violation:
    return Violation("input", error.message, step=step)


def _replay(table: Table, assignment: Assignment, seed: bytes) -> Iterator[Violation]:
    try:
        again = draw(table, seed)
    except SolverError as error:
        yield Violation("replay", f"按种子无法重算：{error.message}", step="replay")
        return
    if again.rows != assignment.rows:
        yield Violation("replay", "按种子重算得到的匹配结果与此不同。", step="replay")
    elif again.rejected != assignment.rejected:
        yield Violation("replay", "按种子重算得到的作废记录与此不同。", step="replay")

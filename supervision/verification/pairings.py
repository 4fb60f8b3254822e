"""What a verification says of a pairing, on plain values: its table, its seed, its lot, and what followed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from solver.errors import LogError
from solver.log.entries import Entry
from solver.log.order import check_course
from solver.pairing.problem import digest_json
from solver.pairing.proof.checking import check_json
from solver.pairing.proof.report import Report as Checked
from solver.pairing.seeding import first_secret, reassignment_seed
from solver.schedule.units import UnitError
from supervision.pairing.units import expanded, holds, visits_of
from supervision.verification.rules import STEP_NAMES, Row, Step, claim

OF_TABLE = frozenset({"problem", "table", "table_sha256", "sound", "tickets"})
"""Steps of docs/pair-1.md, section 9, that speak of the table alone."""
OUTCOME = ("assignment", "rejected", "assignment_sha256")
NO_SECOND = "没有匹配随机数进入种子，检查组由概率表登记之前已知的内容决定"
EARLY = "由早期版本抽出，没有概率表，不能重算。"


@dataclass(frozen=True, slots=True)
class PartySecrets:
    """一方的随机数, as kept: ``first`` for the draw, ``second`` for the pairing, in hex."""

    position: int
    first: str | None
    second: str | None
    missing: bool


@dataclass(frozen=True, slots=True)
class Lot:
    """一次抽签, as kept: problem and A.json as parsed, with the digests that stand beside them."""

    problem: object
    answer: Mapping[str, object]
    table_sha256: str
    seed: bytes
    assignment_sha256: str


@dataclass(frozen=True, slots=True)
class Change:
    """换人 number ``number``. ``changed``: (visit, seat, who goes, who comes), by alias."""

    number: int
    reason: str
    lot: Lot
    changed: tuple[tuple[str, str, str, str], ...]
    units: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Task → visits, where these are several."""


@dataclass(frozen=True, slots=True)
class Paired:
    """保存的匹配 of a draw. ``table`` is A.json as it was fixed; ``lot``: once the teams are drawn."""

    problem: object
    problem_sha256: str
    table: Mapping[str, object]
    table_sha256: str
    awaited: tuple[int, ...]
    parties: tuple[PartySecrets, ...]
    entries: tuple[Entry, ...]
    """All that the log says of the draw."""
    lot: Lot | None
    seed_again: bytes
    """As docs/pair-1.md, section 8 has it."""
    changes: tuple[Change, ...] = ()
    draw_id: str = ""
    told: Mapping[str, Any] | None = None
    """bundles.json or the list of routes, where teams are drawn for these; ``bundles_sha256`` beside it."""
    bundles_sha256: str | None = None

    @property
    def units(self) -> dict[str, tuple[str, ...]]:
        """Task of the pairing → its visits; empty by entity."""
        return visits_of(self.told, self.draw_id)


def check_paired(paired: Paired) -> list[Step]:
    """The steps of a pairing: before its teams are drawn, those of the table."""
    checked = _checked(paired)
    logged = _logged(paired, "pairing")
    digests = {"problem_sha256": paired.problem_sha256, "table_sha256": paired.table_sha256}
    of_table = [violation for violation in checked.violations if violation.step in OF_TABLE]
    same = paired.lot is None or _without_outcome(paired.lot.answer) == dict(paired.table)
    steps = [
        claim("pairing_problem", digest_json(paired.problem) == paired.problem_sha256),
        _told(
            "pairing_table",
            not of_table and same and len(logged) == 1 and digests.items() <= logged[0].fields.items(),
            " ".join(violation.message for violation in of_table[:3]),
        ),
        *_units(paired, logged),
        _order(paired),
    ]
    if paired.lot is None:
        return steps
    teams = [violation for violation in checked.violations if violation.step not in OF_TABLE]
    drawn = [entry.fields["assignment_sha256"] for entry in _logged(paired, "assignment")]
    return [
        *steps,
        _seconds(paired),
        claim("pairing_seed", paired.lot.seed == paired.seed_again),
        _told(
            "pairing",
            not teams and drawn == [paired.lot.assignment_sha256] == [paired.lot.answer["assignment_sha256"]],
            " ".join(violation.message for violation in teams[:5]),
        ),
        *_reassignments(paired, paired.lot),
    ]


def check_teams(paired: Paired, lot: Lot, kept: Sequence[Row], came: Mapping[str, str]) -> Step:
    """Whether the teams as they stand are those drawn, with reassignments and replacements applied.

    ``kept``: (visit, seat, alias); ``came``: the visit of a replacement → the visit whose team it took over.
    """
    expected: dict[str, list[tuple[str, str]]] = {}
    for row in expanded(_rows(lot), paired.units):
        expected.setdefault(row[0], []).append((row[1], row[2]))
    moved = dict(came)
    changes = [row for change in paired.changes for row in change.changed]
    while True:
        for visit, team in expected.items():
            _apply(team, [row for row in changes if row[0] == visit])
        changes = [row for row in changes if row[0] not in expected]
        ready = [visit for visit, former in moved.items() if former in expected]
        if not ready:
            break
        for visit in ready:
            expected[visit] = list(expected[moved.pop(visit)])
    found: dict[str, list[tuple[str, str]]] = {}
    for visit, seat, who in kept:
        found.setdefault(visit, []).append((seat, who))
    wrong = sorted(
        visit
        for visit in expected.keys() | found.keys()
        if sorted(expected.get(visit, [])) != sorted(found.get(visit, []))
    )
    return claim("teams", not (wrong or changes or moved), codes="、".join(wrong[:5]))


def early() -> list[Step]:
    """Of a pairing from before there were tables of chances."""
    return [Step("pairing", STEP_NAMES["pairing"], "skipped", EARLY)]


def _checked(paired: Paired) -> Checked:
    if paired.lot is None:
        return check_json(paired.problem, dict(paired.table), None)
    return check_json(paired.problem, dict(paired.lot.answer), paired.lot.seed)


def _units(paired: Paired, logged: Sequence[Entry]) -> list[Step]:
    """The bundles or routes are those of the log, hold by their rule, and are the tasks of the problem."""
    entered = [entry.fields.get("bundles_sha256") for entry in logged]
    if paired.told is None and not any(entered):
        return []
    if paired.told is None or paired.bundles_sha256 is None:
        return [claim("pairing_units", False)]
    try:
        good = holds(paired.told, paired.bundles_sha256)
    except UnitError:
        good = False
    problem = cast(Mapping[str, Sequence[Mapping[str, object]]], paired.problem)
    tasks = sorted(str(task["id"]) for task in problem["tasks"])
    return [
        claim(
            "pairing_units",
            good and entered == [paired.bundles_sha256] and tasks == sorted(paired.units),
        )
    ]


def _without_outcome(answer: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in answer.items() if key not in OUTCOME}


def _logged(paired: Paired, kind: str) -> list[Entry]:
    return [entry for entry in paired.entries if entry.kind == kind]


def _order(paired: Paired) -> Step:
    """Table, second secrets, teams, in the log; and the log says of each party what is kept."""
    try:
        check_course(paired.entries)
    except LogError as error:
        return _told("pairing_order", False, error.message)
    awaited = [list(entry.fields["second"]) for entry in _logged(paired, "pairing")]
    came = {entry.position for entry in _logged(paired, "pairing_reveal")}
    missing = {entry.position for entry in _logged(paired, "pairing_missing")}
    own = [party for party in paired.parties if party.position in paired.awaited]
    agrees = (
        awaited == [list(paired.awaited)]
        and came == {party.position for party in own if party.second}
        and missing == {party.position for party in own if party.missing and not party.second}
    )
    return claim("pairing_order", agrees)


def _seconds(paired: Paired) -> Step:
    handed = [party for party in paired.parties if party.position in paired.awaited and party.second]
    wrong = [
        str(party.position + 1)
        for party in handed
        if first_secret(bytes.fromhex(party.second or "")).hex() != party.first
    ]
    if not handed:
        return Step("pairing_seconds", NO_SECOND, "ok")
    return claim("pairing_seconds", not wrong, positions="、".join(wrong))


def _reassignments(paired: Paired, lot: Lot) -> list[Step]:
    """Nothing to say while nobody was replaced, neither here nor in the log."""
    logged = [entry.fields for entry in _logged(paired, "reassignment")]
    if not (logged or paired.changes):
        return []
    told = [
        {
            "number": change.number,
            "table_sha256": change.lot.table_sha256,
            "assignment_sha256": change.lot.assignment_sha256,
            "reason": change.reason,
        }
        for change in paired.changes
    ]
    if len(told) != len(logged):
        return [claim("reassignments", False, number=len(told) + 1)]
    for own, fields, change in zip(told, logged, paired.changes, strict=True):
        if not (own.items() <= fields.items() and _is_lawful(change, lot.seed)):
            return [claim("reassignments", False, number=change.number)]
    return [claim("reassignments", True)]


def _is_lawful(change: Change, seed: bytes) -> bool:
    own = change.lot
    again = reassignment_seed(seed, change.number, own.table_sha256)
    rows = sorted((visit, seat, into) for visit, seat, _, into in change.changed)
    return (
        again == own.seed
        and (own.answer["table_sha256"], own.answer["assignment_sha256"])
        == (own.table_sha256, own.assignment_sha256)
        and check_json(own.problem, dict(own.answer), own.seed).ok
        and rows == sorted(expanded(_rows(own), change.units))
    )


def _rows(lot: Lot) -> list[Row]:
    rows = cast(Sequence[Mapping[str, str]], lot.answer["assignment"])
    return [(row["task"], row["seat"], row["inspector"]) for row in rows]


def _apply(team: list[tuple[str, str]], changes: Sequence[tuple[str, str, str, str]]) -> None:
    for _, seat, out, into in changes:
        if (seat, out) in team:
            team[team.index((seat, out))] = (seat, into)
        else:
            team.append((seat, into))  # a change of a seat that nobody had: it will not agree


def _told(name: str, holds: bool, message: str) -> Step:
    """A step whose sentence is told by what checked it; its own where that has none."""
    found = claim(name, holds)
    return Step(name, found.title, found.status, message) if message and not holds else found

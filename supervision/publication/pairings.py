"""匹配的公示: when table and teams were fixed, by which digests; once the draw is open, teams by aliases."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal

from sqlmodel import Session

from solver.log.pairings import KINDS
from solver.pairing.table import Table
from supervision.draw import records as draw_records
from supervision.draw.tables import Draw
from supervision.paging import Page
from supervision.pairing import records as pairing_records
from supervision.pairing import storing
from supervision.pairing.reassigning import REASONS
from supervision.pairing.rules import alias
from supervision.pairing.tables import Pairing
from supervision.plan.tables import DrawUnit
from supervision.publication import disclosure, records
from supervision.publication.public import LoggedEvent
from supervision.publication.rules import NotPublished

Shown = Literal["none", "code", "name"]
"""What the office chose to show of a person beside the alias."""


@dataclass(frozen=True, slots=True)
class PublicSecond:
    """一方的匹配随机数. ``secret``: only once the teams are drawn and the draw is open."""

    title: str
    awaited: bool
    handed_in: datetime | None
    missing: datetime | None
    secret: str | None


@dataclass(frozen=True, slots=True)
class PublicReassignment:
    """换人: that it happened and why, by digests. Who went and came stands in its files, by aliases."""

    number: int
    at: datetime
    reason: str
    reason_name: str
    visits: int
    table_sha256: str
    assignment_sha256: str


@dataclass(frozen=True, slots=True)
class PublicPairing:
    """匹配 of a draw, from the moment its table is fixed."""

    draw_id: str
    method: str
    problem_sha256: str
    table_sha256: str
    committed_at: datetime
    awaited: bool
    """Second secrets were asked for."""
    seconds: tuple[PublicSecond, ...]
    entered: int
    """匹配随机数 that entered the seed; 0: the teams follow from what was known before the table."""
    assignment_sha256: str | None
    paired_at: datetime | None
    log: tuple[LoggedEvent, ...]
    opened: bool
    """Whether table and teams are public."""
    seed: str | None
    reassigned: tuple[PublicReassignment, ...]
    unit: DrawUnit = DrawUnit.ENTITY
    """抽签单元: what the teams are drawn for."""
    bundles_sha256: str | None = None
    """Of the bundles or routes, logged with the table."""

    @property
    def waiting(self) -> bool:
        """概率表已登记，检查组还没有抽出."""
        return self.paired_at is None


@dataclass(frozen=True, slots=True)
class PublicMember:
    """检查组成员 by alias, with the chance in the table; code and name as far as the office shows them."""

    seat: str
    alias: str
    probability: Fraction
    code: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class PublicTeam:
    """检查组 of one visit. Visits are numbered by credit codes, and no entity is named here."""

    visit: str
    members: tuple[PublicMember, ...]


def public_pairing(session: Session, draw_id: str) -> PublicPairing | None:
    """匹配公示 of a public draw; none before its table is fixed, and for pairings that have none."""
    draw = disclosure.public_draw(session, draw_id)
    pairing = pairing_records.pairing_of_draw(session, draw.id or 0)
    if pairing is None or pairing.table_sha256 is None or pairing.committed_at is None:
        return None
    opened = disclosure.is_revealed(draw, records.task(session, draw.task_id))
    events = tuple(event for event in disclosure.logged(session, draw) if event.kind in KINDS)
    return PublicPairing(
        draw_id=draw_id,
        method=pairing.method,
        problem_sha256=pairing.problem_sha256,
        table_sha256=pairing.table_sha256,
        committed_at=pairing.committed_at,
        awaited=bool(pairing.awaited),
        seconds=tuple(_seconds(session, draw, pairing, opened)),
        entered=pairing.second,
        assignment_sha256=pairing.assignment_sha256,
        paired_at=pairing.paired_at,
        log=events,
        opened=opened,
        seed=pairing.seed if opened else None,
        reassigned=_reassigned(session, draw),
        unit=records.task(session, draw.task_id).draw_unit,
        bundles_sha256=pairing.bundles_sha256,
    )


def public_table(
    session: Session, draw_id: str, read: Callable[[Pairing], Table] = storing.table_of
) -> Table:
    """概率表 of a draw that is open. ``read``: how the table is read, e.g. from where it was kept."""
    return read(open_pairing(session, draw_id)[1])


def public_teams(
    session: Session,
    draw_id: str,
    shown: Shown,
    after: str = "",
    limit: int = 20,
    read: Callable[[Pairing], Table] = storing.table_of,
) -> Page[PublicTeam, str]:
    """检查组 as they were drawn, by number; refused before the draw is open and its teams are drawn."""
    draw, pairing = open_pairing(session, draw_id)
    if not pairing.is_drawn or pairing.outcome is None:
        raise NotPublished(what="检查组", key=draw_id)
    table = read(pairing)
    one = 1 << table.bits
    rows = storing.unpack(pairing.outcome)["assignment"]
    visits = sorted({row["task"] for row in rows if row["task"] > after})
    chosen = set(visits[:limit])
    chances = {(visit, seat, who): n for visit, seat, who, n in table.rows if visit in chosen}
    people = _people(session, draw, pairing) if shown != "none" else {}
    teams: dict[str, list[PublicMember]] = {visit: [] for visit in visits[:limit]}
    for row in rows:
        visit, seat, who = row["task"], row["seat"], row["inspector"]
        if visit not in chosen:
            continue
        code, name = people.get(who, (None, None))
        chance = Fraction(chances.get((visit, seat, who), 0), one)
        named = name if shown == "name" else None
        teams[visit].append(PublicMember(seat, who, chance, code, named))
    for members in teams.values():
        members.sort(key=lambda member: (member.seat != "lead", member.seat))
    found = tuple(PublicTeam(visit, tuple(members)) for visit, members in teams.items())
    return Page(found, found[-1].visit if len(visits) > limit else None)


def open_pairing(session: Session, draw_id: str) -> tuple[Draw, Pairing]:
    """A draw that is open, and its pairing, which has a table."""
    draw = disclosure.public_draw(session, draw_id)
    pairing = pairing_records.pairing_of_draw(session, draw.id or 0)
    revealed = disclosure.is_revealed(draw, records.task(session, draw.task_id))
    if not revealed or pairing is None or pairing.table is None:
        raise NotPublished(what="匹配", key=draw_id)
    return draw, pairing


def _seconds(session: Session, draw: Draw, pairing: Pairing, opened: bool) -> list[PublicSecond]:
    if not pairing.awaited:
        return []
    return [
        PublicSecond(
            title=party.title,
            awaited=party.position in pairing.awaited,
            handed_in=party.second_at,
            missing=party.second_missing_at,
            secret=party.second if opened and pairing.is_drawn else None,
        )
        for party in draw_records.parties(session, draw.task_id)
    ]


def _reassigned(session: Session, draw: Draw) -> tuple[PublicReassignment, ...]:
    """The log has them in any case."""
    found = [
        PublicReassignment(
            number=each.number,
            at=each.decided_at,
            reason=each.reason,
            reason_name=REASONS.get(each.reason, each.reason),
            visits=len(each.visits),
            table_sha256=each.table_sha256 or "",
            assignment_sha256=each.assignment_sha256 or "",
        )
        for each in pairing_records.reassignments(session, draw.id or 0)
        if each.number is not None and each.decided_at is not None
    ]
    return tuple(sorted(found, key=lambda each: each.number))


def _people(session: Session, draw: Draw, pairing: Pairing) -> dict[str, tuple[str, str]]:
    """Alias → code and name."""
    key = bytes.fromhex(pairing.alias_key)
    found = pairing_records.inspectors(session, draw.organ_id)
    return {alias(key, each.code): (each.code, each.name) for each in found}

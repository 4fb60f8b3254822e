"""Acts of the parties between table and teams: a second secret is handed in, or noted as missing.

Its value stays sealed until the teams are drawn, or the last to come could choose by staying away.
In a campaign, whose draws share their parties, it waits for the tables of all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from solver.pairing.seeding import first_secret
from supervision.draw import records as draws
from supervision.draw.access import held, own_draw, own_party, party_task, together
from supervision.draw.rules import parse_hex
from supervision.draw.sources import NothingMissing
from supervision.draw.tables import Draw, DrawParty, DrawState, PartyKind
from supervision.errors import Conflict, NotFound
from supervision.journal.service import record
from supervision.pairing import records
from supervision.pairing.rules import NoSecondYet, SecondRefused, TableMissing
from supervision.pairing.service import committed, unsettled
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.transparency.service import append


@dataclass(frozen=True, slots=True)
class SecondView:
    """匹配随机数 of one party: whether it is waited for, came, or was noted as missing. Never its value."""

    position: int
    title: str
    awaited: bool
    handed_in: datetime | None
    missing: datetime | None


def seconds_status(session: Session, draw: Draw) -> list[SecondView]:
    """各方匹配随机数的情况, in the order of the plan; empty before the table is fixed."""
    pairing = records.pairing_of_draw(session, draw.id or 0)
    if pairing is None:
        return []
    return [
        SecondView(
            position=party.position,
            title=party.title,
            awaited=party.position in pairing.awaited,
            handed_in=party.second_at,
            missing=party.second_missing_at,
        )
        for party in draws.parties(session, draw.task_id)
    ]


def reveal_second(
    session: Session, actor: Actor, task_code: str, secret_hex: str, now: datetime
) -> DrawParty:
    """交出匹配随机数: the draw's secret must follow from it. Only after the table is fixed."""
    task = party_task(session, actor, task_code)
    draw = draws.draw_of_task(session, task.id or 0)
    if draw is None:
        raise NotFound(what="抽取，任务", key=task_code)
    draw = held(session, draw.draw_id)
    party = own_party(session, actor, task)
    what = f"“{party.title}”的匹配随机数"
    if party.second:
        raise Conflict(what=what, state="已交出", act="再次交出")
    if party.second_missing_at:
        raise Conflict(what=what, state="已记为未交", act="交出")
    if party.position not in committed(session, draw).awaited:
        raise Conflict(what=what, state="无须交出", act="交出")
    second = parse_hex(secret_hex, "匹配随机数")
    if first_secret(second).hex() != party.secret:
        raise SecondRefused()
    for each, twin in list(_twins(session, draw, party)):
        twin.second, twin.second_at = second.hex(), now
        session.add(twin)
        append(session, "pairing_reveal", {"draw_id": each.draw_id, "position": twin.position}, now)
    record(session, actor, "pairing.reveal", f"task:{task_code}", {"title": party.title}, now)
    return party


def note_second_missing(session: Session, actor: Actor, draw_id: str, now: datetime) -> list[DrawParty]:
    """记录未交: whoever has not handed in a second secret adds nothing to the seed of the pairing.

    A planner may do so once one came in that is not the organiser's own; if none did, an approver has to,
    since the organiser could then have known the seed before the table.
    """
    require(actor, Role.PLANNER, Role.APPROVER)
    draw, _ = own_draw(session, actor, draw_id, DrawState.CLOSED, "记录未交")
    pairing = committed(session, draw, lock=True)
    parties = draws.parties(session, draw.task_id)
    absent = unsettled(pairing, parties) if not pairing.is_drawn else []
    if not absent:
        raise NothingMissing()
    others = [party for party in parties if party.second and party.kind is not PartyKind.ORGANISER]
    if not others and not actor.has(Role.APPROVER):
        raise NoSecondYet()
    for party in absent:
        for each, twin in list(_twins(session, draw, party)):
            twin.second_missing_at = now
            session.add(twin)
            append(session, "pairing_missing", {"draw_id": each.draw_id, "position": twin.position}, now)
    titles = [party.title for party in absent]
    record(session, actor, "pairing.note_missing", f"draw:{draw_id}", {"titles": titles}, now)
    return absent


def _twins(session: Session, draw: Draw, party: DrawParty) -> Iterator[tuple[Draw, DrawParty]]:
    """The same party in every draw that waits for its second secret; all of these have their table."""
    for each in together(session, draw):
        if not draws.task_by_id(session, each.task_id).second_reveal:
            continue
        pairing = records.pairing_of_draw(session, each.id or 0, lock=True)
        if pairing is None:
            raise TableMissing(draw_id=each.draw_id)
        for twin in draws.parties(session, each.task_id):
            if twin.commitment == party.commitment and twin.position in pairing.awaited:
                yield each, twin

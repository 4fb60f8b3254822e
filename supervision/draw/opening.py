"""Acts of opening: at once for an open draw, early by an approver or by its deadline for a sealed one.

Before its opening nothing that would tell who was drawn is public: no reveal, seed, cell, line or name.
"""

from datetime import datetime

from sqlmodel import Session

from supervision.draw import records
from supervision.draw.access import held, own_draw, together
from supervision.draw.sources import reveals_of
from supervision.draw.tables import Draw, DrawState
from supervision.errors import Conflict
from supervision.journal.service import record
from supervision.people.rules import Actor, require
from supervision.people.service import SYSTEM
from supervision.people.tables import Role
from supervision.transparency.service import append


def reveals(session: Session, draw: Draw) -> list[bytes]:
    """揭示 of a draw, in plan order: parties, then public sources. Not for the public before the opening."""
    return reveals_of(records.parties(session, draw.task_id), records.sources(session, draw.id or 0))


def open_draw(session: Session, actor: Actor, draw_id: str, now: datetime) -> Draw:
    """提前启封: an approver opens a sealed draw before its deadline; with it the others of its campaign."""
    require(actor, Role.APPROVER)
    draw, _ = own_draw(session, actor, draw_id, DrawState.CLOSED, "启封")
    if draw.is_open:
        raise Conflict(what=f"抽取 {draw_id} ", state="已启封", act="再次启封")
    shared = together(session, draw)
    if waiting := [each.draw_id for each in shared if each.state is not DrawState.CLOSED]:
        raise Conflict(what=f"同一联合抽取的 {'、'.join(waiting)} ", state="未抽取", act="提前启封")
    for each in shared:
        unseal(session, actor, each, now)
    return draw


def due(session: Session, now: datetime) -> list[str]:
    """到期未启封: numbers of the sealed draws whose deadline has come."""
    return [draw.draw_id for draw in records.due_for_opening(session, now)]


def open_on_time(session: Session, draw_id: str, now: datetime) -> None:
    """到期启封: what is past its deadline is opened, whoever likes it or not."""
    draw = held(session, draw_id)
    if draw.state is DrawState.CLOSED and draw.open_by is not None and draw.open_by <= now:
        unseal(session, SYSTEM, draw, now)


def unseal(session: Session, actor: Actor, draw: Draw, now: datetime) -> None:
    """启封: from here on the reveals, and so everything that follows from them, are public."""
    if draw.is_open:
        return
    draw.opened_at = now
    session.add(draw)
    found = [reveal.hex() for reveal in reveals(session, draw)]
    append(session, "opening", {"draw_id": draw.draw_id, "reveals": found}, now)
    record(session, actor, "draw.open", f"draw:{draw.draw_id}", {"reveals": found}, now)


def is_overdue(draw: Draw, now: datetime) -> bool:
    """逾期未启封: the deadline has passed and the draw is still sealed. Shown to everybody."""
    closed = draw.state is DrawState.CLOSED and not draw.is_open
    return closed and draw.open_by is not None and draw.open_by < now

"""请假: acts that record when an inspector is away; whoever is away for a whole task is not paired."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session

from supervision.errors import InvalidInput, NotFound
from supervision.journal.service import record
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.register import records
from supervision.register.service import STAFF, own_inspector
from supervision.register.tables import Inspector, Leave

Leaves = Mapping[int, Sequence[tuple[date, date]]]
"""Inspector → leaves, from one day to another, both included."""


def is_there(one: Inspector, day: date, leaves: Leaves) -> bool:
    """Whether somebody can go out on a day: active, not on leave, with a certificate in force (R7)."""
    away = any(starts <= day <= ends for starts, ends in leaves.get(one.id or 0, ()))
    return one.active and not away and day <= one.certificate_until


def leaves(session: Session, actor: Actor, inspector_id: int | None = None) -> list[Leave]:
    """请假一览, newest first, of the actor's region."""
    require(actor, *STAFF)
    return records.leaves(session, actor, inspector_id)


def add_leave(
    session: Session,
    actor: Actor,
    inspector_id: int,
    *,
    starts: date,
    ends: date,
    reason: str,
    now: datetime,
) -> Leave:
    """登记请假: from one day to another, both included. What is assigned already is not taken away by it."""
    require(actor, Role.PLANNER, Role.APPROVER)
    found = own_inspector(session, actor, inspector_id)
    if ends < starts:
        raise InvalidInput(field="请假截止日期", problem="不能早于开始日期。")
    if not 1 <= len(reason.strip()) <= 200:
        raise InvalidInput(field="请假事由", problem="请填写，不超过 200 字，例如“病假”“外出培训”。")
    leave = Leave(
        inspector_id=found.id or 0,
        starts=starts,
        ends=ends,
        reason=reason.strip(),
        recorded_by=actor.username,
        at=now,
    )
    session.add(leave)
    session.flush()
    record(session, actor, "leave.add", f"leave:{leave.id}", _told(leave), now)
    return leave


def remove_leave(session: Session, actor: Actor, leave_id: int, now: datetime) -> None:
    """撤销请假; the journal keeps that it stood."""
    require(actor, Role.PLANNER, Role.APPROVER)
    found = records.leave(session, actor, leave_id)
    if found is None:
        raise NotFound(what="请假", key=leave_id)
    own_inspector(session, actor, found.inspector_id)
    record(session, actor, "leave.remove", f"leave:{leave_id}", _told(found), now)
    session.delete(found)
    session.flush()


def _told(leave: Leave) -> dict[str, object]:
    """Who is away and when; the reason is personal and stays out of the journal."""
    return {"inspector": leave.inspector_id, "from": f"{leave.starts}", "to": f"{leave.ends}"}

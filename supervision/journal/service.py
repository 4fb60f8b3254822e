"""Writing and checking the journal."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from supervision.journal import records
from supervision.journal.rules import START, KeyReused, check_chain, entry_hash
from supervision.journal.tables import AnsweredAct, Entry

if TYPE_CHECKING:
    from supervision.people.rules import Actor


def record(
    session: Session, actor: Actor, act: str, subject: str, detail: Mapping[str, Any], now: datetime
) -> Entry:
    """留痕: append one entry, in the transaction of its act. No personal data goes into ``detail``."""
    before = records.last(session)
    entry = Entry(
        seq=before.seq + 1 if before else 1,
        at=now,
        actor=actor.username,
        organ_code=actor.organ_code,
        act=act,
        subject=subject,
        detail=dict(detail),
        prev_hash=before.hash if before else START,
        hash="",
    )
    entry.hash = entry_hash(entry)
    session.add(entry)
    session.flush()
    return entry


def entries(
    session: Session,
    actor: Actor,
    *,
    before: int | None = None,
    limit: int = 100,
    act: str = "",
    subject: str = "",
) -> list[Entry]:
    """查阅留痕: newest first. Auditors see all organs of their region, others their own organ."""
    from supervision.people.rules import require
    from supervision.people.tables import Role

    require(actor, Role.AUDITOR, Role.ADMINISTRATOR, Role.PLANNER, Role.APPROVER)
    whose = {"region": actor.region_prefix} if actor.has(Role.AUDITOR) else {"organ": actor.organ_code}
    return records.page(session, before=before, limit=limit, act=act, subject=subject, **whose)


def check(session: Session) -> int:
    """核验留痕: how many entries the unbroken chain has; refuses at the first broken one."""
    with closing(records.everything(session)) as found:
        return check_chain(found)


def audit(session: Session, actor: Actor) -> int:
    """核验留痕, for auditors and administrators."""
    from supervision.people.rules import require
    from supervision.people.tables import Role

    require(actor, Role.AUDITOR, Role.ADMINISTRATOR)
    return check(session)


def earlier_answer(session: Session, actor: Actor, key: str, request_sha256: str) -> AnsweredAct | None:
    """The answer this key was given before, if any; a key used for another request is refused."""
    found = records.answered(session, actor.account_id, key)
    if found is not None and found.request_sha256 != request_sha256:
        raise KeyReused(key=key)
    return found


def keep_answer(
    session: Session, actor: Actor, key: str, request_sha256: str, status: int, body: str, now: datetime
) -> None:
    session.add(
        AnsweredAct(
            account_id=actor.account_id,
            key=key,
            request_sha256=request_sha256,
            status=status,
            body=body,
            at=now,
        )
    )

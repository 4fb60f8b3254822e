"""Queries on jobs. Every change of a running job names the attempt it belongs to: that is the fence."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult
from sqlmodel import Session, col, or_, select, update

from supervision.database import locked
from supervision.jobs.tables import Job, JobState, JobWish
from supervision.people.records import within_scope
from supervision.people.rules import Actor
from supervision.people.tables import Organ


def by_key(session: Session, key: str) -> Job | None:
    return session.exec(select(Job).where(Job.key == key)).first()


def by_id(session: Session, job_id: int) -> Job | None:
    return session.exec(select(Job).where(Job.id == job_id)).first()


def in_scope(session: Session, actor: Actor, job_id: int, *, lock: bool = False) -> Job | None:
    """A job of the actor's region; those of the server itself are for whoever sees the whole country."""
    query = _scoped(actor).where(Job.id == job_id)
    found: Job | None = session.exec(locked(query, Job) if lock else query).first()
    return found


def page(session: Session, actor: Actor, kind: str, before: int | None, limit: int) -> list[Job]:
    """Newest first."""
    query = _scoped(actor)
    if kind:
        query = query.where(Job.kind == kind)
    if before is not None:
        query = query.where(col(Job.id) < before)
    return list(session.exec(query.order_by(col(Job.id).desc()).limit(limit)))


def is_work(session: Session, kinds: Collection[str], lost_before: datetime) -> bool:
    """Whether there is anything for a worker: a look that takes no lock."""
    return session.exec(_takable(kinds, lost_before)).first() is not None


def take_waiting(session: Session, kinds: Collection[str]) -> Job | None:
    """The oldest job that waits, held for this transaction; others pass over what somebody holds."""
    query = select(Job).where(Job.state == JobState.WAITING, col(Job.kind).in_(kinds))
    return session.exec(
        query.order_by(col(Job.id)).limit(1).with_for_update(skip_locked=True),
        execution_options={"populate_existing": True},
    ).first()


def take_lost(session: Session, lost_before: datetime) -> list[Job]:
    """Running jobs that were not heard of since, held for this transaction."""
    query = select(Job).where(Job.state == JobState.RUNNING, _silent_since(lost_before))
    held = query.order_by(col(Job.id)).with_for_update(skip_locked=True)
    return list(session.exec(held, execution_options={"populate_existing": True}))


def running_here(session: Session, host: str) -> list[Job]:
    """Running jobs whose worker said it is on this machine."""
    query = select(Job).where(
        Job.state == JobState.RUNNING, col(Job.worker).startswith(f"{host}:", autoescape=True)
    )
    return list(session.exec(query.order_by(col(Job.id))))


def change(session: Session, job_id: int, of_attempt: int, states: Sequence[JobState], **values: Any) -> bool:
    """Change a job of this attempt in one of these states; false if it is no longer so: the fenced update."""
    statement = update(Job).where(
        col(Job.id) == job_id, col(Job.attempt) == of_attempt, col(Job.state).in_(states)
    )
    done: CursorResult[Any] = session.connection().execute(statement.values(**values))
    return done.rowcount == 1


def hold(session: Session, job_id: int, attempt: int, **values: Any) -> bool:
    """Change a running job of this attempt, unless nothing is to be kept of it; its row stays held."""
    statement = update(Job).where(
        col(Job.id) == job_id,
        col(Job.attempt) == attempt,
        col(Job.state) == JobState.RUNNING,
        col(Job.wish) != JobWish.CANCEL,
    )
    done: CursorResult[Any] = session.connection().execute(statement.values(**values))
    return done.rowcount == 1


def wish_of(session: Session, job_id: int, attempt: int) -> JobWish | None:
    """What is wanted of a running job; None: this attempt no longer runs."""
    query = select(Job.wish).where(Job.id == job_id, Job.attempt == attempt, Job.state == JobState.RUNNING)
    found = session.exec(query).first()
    return None if found is None else JobWish(found)


def _silent_since(moment: datetime) -> Any:
    return or_(col(Job.beat).is_(None), col(Job.beat) < moment)


def _takable(kinds: Collection[str], lost_before: datetime) -> Any:
    waits = (col(Job.state) == JobState.WAITING) & col(Job.kind).in_(kinds)
    lost = (col(Job.state) == JobState.RUNNING) & _silent_since(lost_before)
    return select(Job.id).where(or_(waits, lost)).limit(1)


def _scoped(actor: Actor) -> Any:
    query = select(Job).join(Organ, col(Organ.id) == col(Job.organ_id), isouter=True)
    return query.where(within_scope(Organ.region_code, actor))

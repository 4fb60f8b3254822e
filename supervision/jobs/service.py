"""Acts on jobs: submit, stop (keep the best), cancel (keep nothing), retry, look."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from supervision.errors import Conflict, Forbidden, InvalidInput, NotFound
from supervision.jobs import records
from supervision.jobs.rules import MOST_ATTEMPTS, OPEN, STATE_NAMES, plain
from supervision.jobs.tables import Job, JobState, JobWish
from supervision.journal.service import record
from supervision.people.rules import ROLE_NAMES, Actor, require
from supervision.people.tables import Role

DOERS = (Role.PLANNER, Role.APPROVER, Role.ADMINISTRATOR)
VIEWERS = (*DOERS, Role.AUDITOR)


def submit(
    session: Session,
    actor: Actor,
    kind: str,
    key: str,
    args: Mapping[str, object],
    now: datetime,
    *,
    most_attempts: int = MOST_ATTEMPTS,
) -> Job:
    """提交作业, in the transaction of the act that wants it: no act without its job, no job without its act.

    ``key`` says what is to be done once; a job that has it already is the answer, whatever became of it.
    ``args`` is JSON, small: numbers of rows to read, not what is in them, and nothing personal.
    """
    require(actor, *DOERS)
    if not 1 <= len(key) <= 120 or not 1 <= len(kind) <= 40:
        raise InvalidInput(field="作业", problem="编号须为 1 至 120 字，类别须为 1 至 40 字。")
    known = records.by_key(session, key)
    if known is not None:
        if known.organ_id != (actor.organ_id or None):
            raise NotFound(what="后台作业", key=key)
        return known
    job = Job(
        key=key,
        kind=kind,
        organ_id=actor.organ_id or None,
        args=plain(args),
        most_attempts=most_attempts,
        made_by=actor.username,
        made_at=now,
    )
    session.add(job)
    session.flush()
    record(session, actor, "job.submit", f"job:{job.id}", {"kind": kind, "key": key}, now)
    return job


def stop(session: Session, actor: Actor, job_id: int, now: datetime) -> Job:
    """就此为止: the worker ends soon and keeps the best it has. A job nobody has begun keeps nothing."""
    return _ask(session, actor, job_id, JobWish.STOP, now)


def cancel(session: Session, actor: Actor, job_id: int, now: datetime) -> Job:
    """取消作业: nothing is kept, not even what the worker is about to write."""
    return _ask(session, actor, job_id, JobWish.CANCEL, now)


def retry(session: Session, actor: Actor, job_id: int, now: datetime) -> Job:
    """重试 what failed or was cancelled, from the beginning."""
    job = _own(session, actor, job_id)
    if job.state not in (JobState.FAILED, JobState.CANCELLED):
        raise Conflict(what=f"后台作业“{job.key}”", state=STATE_NAMES[job.state], act="重试")
    job.state, job.wish, job.most_attempts = JobState.WAITING, JobWish.GO, job.attempt + MOST_ATTEMPTS
    job.error, job.error_params, job.error_sentence, job.finished_at = None, {}, "", None
    job.done, job.total, job.stage = 0, 0, ""
    session.add(job)
    session.flush()
    record(session, actor, "job.retry", f"job:{job_id}", {"kind": job.kind, "key": job.key}, now)
    return job


def job_of(session: Session, actor: Actor, job_id: int) -> Job:
    """后台作业, one of the actor's region."""
    require(actor, *VIEWERS)
    found = records.in_scope(session, actor, job_id)
    if found is None:
        raise NotFound(what="后台作业", key=job_id)
    return found


def jobs(
    session: Session, actor: Actor, kind: str = "", before: int | None = None, limit: int = 50
) -> list[Job]:
    """作业一览 of the actor's region, newest first."""
    require(actor, *VIEWERS)
    return records.page(session, actor, kind, before, limit)


def _ask(session: Session, actor: Actor, job_id: int, wish: JobWish, now: datetime) -> Job:
    job = _own(session, actor, job_id)
    if job.state not in OPEN:
        act = "提前结束" if wish is JobWish.STOP else "取消"
        raise Conflict(what=f"后台作业“{job.key}”", state=STATE_NAMES[job.state], act=act)
    if job.wish is not JobWish.CANCEL:  # who cancelled it wants nothing kept: a later stop does not undo that
        job.wish = wish
    if job.state is JobState.WAITING:
        job.state, job.finished_at = JobState.CANCELLED, now
    session.add(job)
    session.flush()
    record(session, actor, f"job.{wish.value}", f"job:{job_id}", {"kind": job.kind, "key": job.key}, now)
    return job


def _own(session: Session, actor: Actor, job_id: int) -> Job:
    """A job of the actor's organ, held; administrators reach those of their region."""
    require(actor, *DOERS)
    job = records.in_scope(session, actor, job_id, lock=True)
    if job is None:
        raise NotFound(what="后台作业", key=job_id)
    if actor.organ_id not in (job.organ_id, 0) and not actor.has(Role.ADMINISTRATOR):
        raise Forbidden(role=ROLE_NAMES[Role.ADMINISTRATOR])
    return job

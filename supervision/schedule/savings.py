"""试算抽签单元: what a schedule's county would drive if teams were drawn for bundles or day-routes instead.

A trial: nothing is drawn by asking, and no team changes. The unit of a task is chosen before its freeze.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from supervision.errors import NotFound
from supervision.jobs import service as jobs
from supervision.jobs.context import JobContext, Wish
from supervision.jobs.rules import failure_of
from supervision.jobs.tables import JobState
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.reference.calendar import working_calendar
from supervision.schedule import records, storing
from supervision.schedule.posing import Wanted, pose
from supervision.schedule.rules import Options
from supervision.schedule.service import own_schedule, schedule_of
from supervision.schedule.tables import Schedule

KIND = "schedule-savings"


@dataclass(frozen=True, slots=True)
class Trial:
    """试算 of one schedule. ``rows``: as ``solver.schedule.units.savings.Saving``, by entity first."""

    running: bool
    done: int
    total: int
    stage: str
    rows: tuple[Mapping[str, Any], ...]
    error: str


def ask(session: Session, actor: Actor, code: str, now: datetime) -> None:
    """试算: handed to a job; asking again for the same problem finds what was worked out."""
    require(actor, Role.PLANNER)
    schedule = own_schedule(session, actor, code)
    if not schedule.task_ids:
        raise NotFound(what="检查安排的任务", key=code)
    job = records.job(session, _key(schedule))
    if job is not None and job.state in (JobState.FAILED, JobState.CANCELLED):
        jobs.retry(session, actor, job.id or 0, now)
    else:
        jobs.submit(session, actor, KIND, _key(schedule), {"schedule": schedule.id}, now)


def trial_of(session: Session, actor: Actor, code: str) -> Trial | None:
    """What was worked out for a schedule of the actor's region, or how far it is; none: nobody asked."""
    job = records.job(session, _key(schedule_of(session, actor, code)))
    if job is None:
        return None
    failed = failure_of(job) if job.state is JobState.FAILED else None
    return Trial(
        running=job.state in (JobState.WAITING, JobState.RUNNING),
        done=job.done,
        total=job.total,
        stage=job.stage,
        rows=tuple((job.result or {}).get("rows", ())),
        error=failed.message if failed else "",
    )


def work(context: JobContext) -> None:
    """The registers' problem, visits one by one, drawn and solved for each unit in a process of its own."""
    with context.database.reading() as session:
        schedule = records.schedule_by_id(session, int(context.args["schedule"]))
        if schedule is None:
            raise NotFound(what="检查安排", key=context.args["schedule"])
        options = Options.model_validate(schedule.options)
        wanted = Wanted(
            schedule.organ_id,
            tuple(schedule.task_ids),
            schedule.starts,
            schedule.ends,
            options,
            schedule.name,
        )
        problem = storing.pack(pose(session, wanted, working_calendar(session)).problem)
    rows = context.in_child(compute, problem)
    context.commit(lambda _session: {"rows": list(rows)})


def compute(
    progress: Callable[[int, int, str], None], wish: Callable[[], Wish], problem: bytes
) -> Sequence[dict[str, Any]]:
    """P.json, packed, to a row for each unit. The lots are trial ones, by the problem's own digest."""
    from solver.schedule.limits import Watch
    from solver.schedule.units.savings import compare

    posed = storing.read(storing.unpack(problem))
    free = replace(posed, visits=tuple(replace(visit, pinned=None) for visit in posed.visits))
    seed = hashlib.sha256(problem).digest()
    return [asdict(each) for each in compare(free, seed, watch=Watch(progress=progress, wish=wish))]


def _key(schedule: Schedule) -> str:
    return f"savings:{schedule.id}:{schedule.problem_sha256[:16]}"

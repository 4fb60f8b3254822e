"""求解作业: the problem of a schedule is solved in a process of its own, and the timetable kept once."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from sqlmodel import Session

from solver.schedule.problem import Problem
from supervision.clock import today
from supervision.errors import NotFound
from supervision.jobs.context import JobContext
from supervision.journal.service import record
from supervision.schedule import records, storing
from supervision.schedule.rules import Options
from supervision.schedule.service import Computed, keep_timetable
from supervision.schedule.tables import Schedule, ScheduleState

MANY_TEAMS = 40
"""From so many teams on a solving uses several processes; what comes out is the same."""
MOST_WORKERS = 4
Tell = Callable[[int, int, str], None]
Wish = Literal["go", "stop", "cancel"]


def solve_job(context: JobContext) -> None:
    """求解 of the schedule that the job names; the timetable and the end of the job are one transaction."""
    with context.database.reading() as session:
        schedule = _schedule(session, context)
        before = _before(session, schedule)
    options = Options.model_validate(schedule.options)
    day = options.today or today(context.clock())
    arguments = (schedule.problem, options.limit_seconds, before, options.events, day.isoformat())
    found = context.in_child(compute, *arguments)

    def keep(session: Session) -> Mapping[str, object]:
        kept = _schedule(session, context, lock=True)
        figures = keep_timetable(session, kept, found, context.clock())
        detail = {"plan_sha256": kept.plan_sha256, "job": kept.job}
        record(
            session,
            context.actor(session),
            "schedule.solved",
            f"schedule:{kept.code}",
            detail,
            context.clock(),
        )
        return {"plan_sha256": kept.plan_sha256, **figures}

    context.commit(keep)


def compute(
    progress: Tell,
    wish: Callable[[], Wish],
    problem: bytes,
    seconds: int | None,
    before: bytes | None,
    events: Sequence[Mapping[str, Any]],
    day: str,
) -> Computed:
    """P.json in, T.json out, both packed. With ``events`` the timetable ``before`` is mended on ``day``."""
    from solver.schedule import solve
    from solver.schedule.limits import Limits, Watch

    found = storing.read(storing.unpack(problem))
    if before is not None and events:
        return _mended(found, before, events, day)
    watch = Watch(progress=progress, wish=wish)
    workers = min(MOST_WORKERS, os.cpu_count() or 1) if len(found.teams) >= MANY_TEAMS else 1
    timetable = solve(found, Limits(seconds=seconds, workers=workers), watch)
    return Computed(storing.pack(storing.timetable_json(found, timetable)))


def _mended(problem: Problem, before: bytes, events: Sequence[Mapping[str, Any]], day: str) -> Computed:
    """What happened changes the problem as well: the timetable is judged by the new one."""
    from solver.schedule.replanning import replan

    # of a period that is over nothing could be changed: there an old plan is tried out
    begun = date.fromisoformat(day) if day <= problem.days[-1] else None
    found = replan(problem, storing.timetable_of(problem, before), events, begun)
    timetable = storing.timetable_json(found.problem, found.timetable)
    return Computed(storing.pack(timetable), storing.pack(storing.problem_json(found.problem)))


def _before(session: Session, schedule: Schedule) -> bytes | None:
    """The timetable that is to be mended, of a schedule whose problem was handed in whole."""
    if schedule.task_ids or schedule.replaces_id is None:
        return None
    earlier = records.schedule_by_id(session, schedule.replaces_id)
    return earlier.timetable if earlier else None


def _schedule(session: Session, context: JobContext, *, lock: bool = False) -> Schedule:
    number = int(context.args["schedule"])
    found = records.schedule_by_id(session, number, lock=lock)
    if found is None or found.state is not ScheduleState.SOLVING or found.job != context.claim.key:
        raise NotFound(what="待求解的检查安排", key=number)
    return found

"""Acts on schedules: making, solving, stopping, cancelling, issuing; and seeing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session

from supervision.clock import today
from supervision.draw.rules import FourEyes
from supervision.errors import Conflict, Forbidden, InvalidInput, NotFound
from supervision.jobs import service as jobs
from supervision.jobs.rules import failure_of
from supervision.jobs.tables import Job, JobState
from supervision.journal.records import actors_of
from supervision.journal.service import record
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.plan.service import OFFICE
from supervision.reference.holidays import WorkingDays
from supervision.schedule import issuing, merging, records, storing
from supervision.schedule.posing import Posed, Wanted, pose
from supervision.schedule.rules import (
    HANDED_IN_SECONDS,
    MOST_TASKS,
    OPEN,
    STATE_NAMES,
    WITH_TIMETABLE,
    Options,
    StaleVersion,
    check_period,
    check_size,
    figures_of,
)
from supervision.schedule.tables import Schedule, ScheduleState

KIND = "schedule"
"""Of the jobs that solve schedules."""
NO_DAYS = "至少要有一天。"
STANDING = (ScheduleState.DRAFT, ScheduleState.SOLVING, ScheduleState.READY, ScheduleState.ISSUED)
"""In use or at work."""
BY_HAND = ("schedule.move", "schedule.pin", "schedule.unpin")
"""Acts after which a schedule is its changer's as well."""


@dataclass(frozen=True, slots=True)
class Request:
    """编制要求: tasks by code, period, options."""

    tasks: tuple[str, ...]
    starts: date
    ends: date
    options: Options = Options()  # noqa: RUF009  it is frozen
    name: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """求解进度: a schedule as it stands, how far its job is, and what it failed with."""

    schedule: Schedule
    state: ScheduleState
    done: int = 0
    total: int = 0
    stage: str = ""
    stopping: bool = False
    error: str = ""
    error_code: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state is not ScheduleState.SOLVING


@dataclass(frozen=True, slots=True)
class Computed:
    """求解结果: T.json, and P.json where the problem changed on the way; both packed."""

    timetable: bytes
    problem: bytes | None = None


# making -----------------------------------------------------------------------------------------------------


def create(
    session: Session, actor: Actor, request: Request, now: datetime, calendar: WorkingDays
) -> Schedule:
    """编制安排: the problem is posed from the registers as they stand, and kept; nothing is solved yet."""
    require(actor, Role.PLANNER)
    wanted = wanted_of(session, actor, request, today(now))
    return keep_problem(session, actor, wanted, pose(session, wanted, calendar), now)


def create_from_problem(
    session: Session, actor: Actor, problem: Mapping[str, Any], now: datetime
) -> Schedule:
    """编制安排 from a whole P.json, for trying and for others' data; it can be solved, but not issued."""
    require(actor, Role.PLANNER)
    check_size(problem)
    found = storing.read(problem)
    if not found.days:
        raise InvalidInput(field="days", problem=NO_DAYS)
    starts, ends = (date.fromisoformat(day) for day in (found.days[0], found.days[-1]))
    options = Options(merge=False, limit_seconds=HANDED_IN_SECONDS)
    wanted = Wanted(actor.organ_id, (), starts, ends, options, found.name[:200] or "导入的排期问题")
    return keep_problem(session, actor, wanted, Posed(dict(problem), ()), now)


def wanted_of(session: Session, actor: Actor, request: Request, day: date) -> Wanted:
    """What a request asks for, from today (``day``) on; refuses tasks of others, and a period gone by."""
    check_period(request.starts, request.ends)
    if request.ends < day:
        raise InvalidInput(field="安排期间", problem=f"{request.ends} 已经过去，请选今天以后的期间。")
    codes = tuple(dict.fromkeys(request.tasks))
    if not 1 <= len(codes) <= MOST_TASKS:
        raise InvalidInput(field="任务", problem=f"请选择 1 至 {MOST_TASKS} 个任务。")
    tasks = records.tasks_of_organ(session, actor.organ_id, codes)
    if missing := sorted(set(codes) - {task.code for task in tasks}):
        raise NotFound(what="任务", key="、".join(missing))
    name = request.name.strip() or _name_of([task.name for task in tasks], request)
    if len(name) > 200:
        raise InvalidInput(field="安排名称", problem="不能超过 200 字。")
    ids = tuple(task.id or 0 for task in tasks)
    starts = max(request.starts, day)
    return Wanted(actor.organ_id, ids, starts, request.ends, request.options, name)


def keep_problem(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    posed: Posed,
    now: datetime,
    *,
    standing: Mapping[str, tuple[date, int]] = MappingProxyType({}),
    replaces: Schedule | None = None,
    reason: str = "",
) -> Schedule:
    """Keep a problem as a new schedule of the actor's organ; visits at one door are merged where asked.

    ``standing``: visit → day and second at which people were told it is (``published`` of the problem).
    """
    merged = merging.merged(posed.problem) if wanted.options.merge else merging.unmerged(posed.problem)
    if published := merging.published(merged, standing):
        merged.problem["published"] = published
    year = today(now).year
    serial = records.last_serial(session, actor.organ_id, year) + 1
    schedule = Schedule(
        organ_id=actor.organ_id,
        year=year,
        serial=serial,
        code=f"{actor.organ_code}-{year}-S{serial:02d}",
        name=wanted.name,
        starts=wanted.starts,
        ends=wanted.ends,
        task_ids=list(wanted.task_ids),
        options=wanted.options.model_dump(mode="json"),
        problem=storing.pack(merged.problem),
        problem_sha256=storing.problem_sha256(storing.read(merged.problem)),
        parts={key: list(codes) for key, codes in merged.parts.items()},
        notes=[*posed.notes, *merged.notes],
        version=replaces.version + 1 if replaces else 1,
        replaces_id=replaces.id if replaces else None,
        reason=reason,
        made_by=actor.username,
        made_at=now,
    )
    session.add(schedule)
    session.flush()
    detail = {
        "problem_sha256": schedule.problem_sha256,
        "tasks": list(wanted.task_ids),
        "from": f"{wanted.starts}",
        "to": f"{wanted.ends}",
        "replaces": replaces.code if replaces else None,
    }
    record(session, actor, "schedule.create", f"schedule:{schedule.code}", detail, now)
    return schedule


def solve(session: Session, actor: Actor, code: str, now: datetime) -> Schedule:
    """求解: hands the schedule to a job, in this transaction. An earlier timetable stays until then."""
    require(actor, Role.PLANNER)
    schedule = own_schedule(session, actor, code)
    expect(schedule, OPEN, "求解")
    number = int(schedule.job.rpartition(":")[2]) + 1 if schedule.job else 1
    schedule.job = f"{KIND}:{schedule.id}:{number}"
    schedule.state, schedule.error = ScheduleState.SOLVING, None
    jobs.submit(session, actor, KIND, schedule.job, {"schedule": schedule.id, "number": number}, now)
    session.add(schedule)
    session.flush()
    record(session, actor, "schedule.solve", f"schedule:{code}", {"job": schedule.job}, now)
    return schedule


def stop(session: Session, actor: Actor, code: str, now: datetime) -> Schedule:
    """就此为止: the best timetable so far is kept; it says that it is not reproducible."""
    require(actor, Role.PLANNER)
    schedule = own_schedule(session, actor, code)
    expect(schedule, (ScheduleState.SOLVING,), "提前结束求解")
    job = _job(session, schedule)
    if job is not None:
        asked = jobs.stop(session, actor, job.id or 0, now)
        if asked.state is JobState.CANCELLED:  # nobody had begun: there is nothing to keep
            schedule.state = _without_result(schedule)
    session.add(schedule)
    session.flush()
    record(session, actor, "schedule.stop", f"schedule:{code}", {}, now)
    return schedule


def cancel(session: Session, actor: Actor, code: str, now: datetime) -> Schedule:
    """取消: nothing of a solving that runs is kept; a schedule that nobody goes by is given up."""
    require(actor, Role.PLANNER)
    schedule = own_schedule(session, actor, code)
    expect(schedule, (ScheduleState.SOLVING, *OPEN), "取消")
    if schedule.state is ScheduleState.SOLVING:
        job = _job(session, schedule)
        if job is not None and job.state in (JobState.WAITING, JobState.RUNNING):
            jobs.cancel(session, actor, job.id or 0, now)
        schedule.state = _without_result(schedule)
    else:
        schedule.state = ScheduleState.CANCELLED
    session.add(schedule)
    session.flush()
    record(session, actor, "schedule.cancel", f"schedule:{code}", {"state": schedule.state.value}, now)
    return schedule


def keep_timetable(session: Session, schedule: Schedule, found: Computed, now: datetime) -> dict[str, Any]:
    """Keep what a solver found; the figures. For the job, in its transaction."""
    if found.problem is not None:
        schedule.problem = found.problem
        schedule.problem_sha256 = storing.problem_sha256(storing.problem_of(schedule))
    plain = storing.unpack(found.timetable)
    if schedule.timetable is not None:  # who saw the earlier one has to look again
        schedule.version += 1
    schedule.timetable, schedule.plan_sha256 = found.timetable, plain["plan_sha256"]
    schedule.figures = figures_of(plain)
    schedule.state, schedule.solved_at, schedule.error = ScheduleState.READY, now, None
    session.add(schedule)
    session.flush()
    return schedule.figures


def issue(session: Session, actor: Actor, code: str, now: datetime, version: int | None = None) -> Schedule:
    """下发: from here on people go by it. Two pairs of eyes; earlier times of these visits are superseded.

    ``version``: as the approver saw it; none: any.
    """
    require(actor, Role.APPROVER)
    schedule = own_schedule(session, actor, code)
    expect(schedule, (ScheduleState.READY,), "下发")
    if version is not None and version != schedule.version:
        raise StaleVersion(schedule=schedule.code, version=schedule.version)
    if actor.username in authors_of(session, schedule):
        raise FourEyes()
    told = issuing.put_in_force(session, schedule, today(now))
    schedule.state, schedule.issued_by, schedule.issued_at = ScheduleState.ISSUED, actor.username, now
    session.add(schedule)
    session.flush()
    detail = {"plan_sha256": schedule.plan_sha256, **told}
    record(session, actor, "schedule.issue", f"schedule:{code}", detail, now)
    return schedule


def authors_of(session: Session, schedule: Schedule) -> set[str]:
    """编制人 of a schedule: who made it, and whoever changed it by hand; none of them issues it."""
    return {schedule.made_by} | actors_of(session, f"schedule:{schedule.code}", BY_HAND)


# seeing -----------------------------------------------------------------------------------------------------


def schedules(
    session: Session,
    actor: Actor,
    states: Sequence[ScheduleState] = (),
    before: int | None = None,
    limit: int = 50,
) -> list[Schedule]:
    """安排一览 of the actor's region, newest first."""
    require(actor, *OFFICE)
    found = records.schedules(session, actor, states, before, limit)
    for schedule in found:
        _settled(session, schedule)
    return found


def planned_tasks(session: Session, actor: Actor) -> set[int]:
    """Tasks of the actor's region that some schedule in use or at work covers."""
    require(actor, *OFFICE)
    return {task for tasks in records.tasks_in(session, actor, STANDING) for task in tasks}


def schedule_of(session: Session, actor: Actor, code: str, *, files: bool = True) -> Schedule:
    """检查安排, one of the actor's region. ``files``: with its problem and timetable at once."""
    require(actor, *OFFICE)
    found = records.schedule(session, actor, code, files=files)
    if found is None:
        raise NotFound(what="检查安排", key=code)
    _settled(session, found)
    return found


def progress_of(session: Session, actor: Actor, code: str) -> Progress:
    """求解进度 of a schedule of the actor's region; asked for again and again, hence without its files."""
    schedule = schedule_of(session, actor, code, files=False)
    job = _job(session, schedule)
    if job is None:
        return Progress(schedule, schedule.state)
    failed = failure_of(job) if schedule.state is ScheduleState.FAILED else None
    return Progress(
        schedule=schedule,
        state=schedule.state,
        done=job.done,
        total=job.total,
        stage=job.stage,
        stopping=schedule.state is ScheduleState.SOLVING and job.wish.value != "go",
        error=failed.message if failed else "",
        error_code=failed.code if failed else "",
    )


def successor_of(session: Session, schedule: Schedule) -> str:
    """安排编号 of the newest schedule that takes the place of another, or is to; empty: there is none."""
    found = records.successor(session, schedule.id or 0, WITH_TIMETABLE)
    return found.code if found else ""


def timetable_of(session: Session, actor: Actor, code: str) -> dict[str, Any]:
    """T.json of a schedule; refuses one that has none."""
    schedule = schedule_of(session, actor, code)
    found: dict[str, Any] = storing.unpack(packed_timetable(schedule))
    return found


def packed_timetable(schedule: Schedule) -> bytes:
    if schedule.timetable is None:
        raise Conflict(what=f"检查安排“{schedule.code}”", state=STATE_NAMES[schedule.state], act="查看结果")
    return schedule.timetable


def own_schedule(session: Session, actor: Actor, code: str) -> Schedule:
    """A schedule of the actor's own organ, locked, its state settled by what became of its job."""
    found = records.schedule(session, actor, code, lock=True)
    if found is None:
        raise NotFound(what="检查安排", key=code)
    if actor.organ_id not in (found.organ_id, 0):
        raise Forbidden(role="本机关计划编制或审批")
    state = _state_by_job(session, found)
    if state is not found.state:
        found.state = state
        session.add(found)
    return found


def expect(schedule: Schedule, states: Sequence[ScheduleState], act: str) -> None:
    if schedule.state not in states:
        raise Conflict(what=f"检查安排“{schedule.code}”", state=STATE_NAMES[schedule.state], act=act)


def require_timetable(schedule: Schedule, act: str) -> bytes:
    """T.json of a schedule that has one people may look at."""
    expect(schedule, WITH_TIMETABLE, act)
    return packed_timetable(schedule)


def _job(session: Session, schedule: Schedule) -> Job | None:
    return records.job(session, schedule.job) if schedule.job else None


def _state_by_job(session: Session, schedule: Schedule) -> ScheduleState:
    """安排状态 by what became of its job: one that was given up leaves no trace but in its own row."""
    if schedule.state is not ScheduleState.SOLVING:
        return schedule.state
    job = _job(session, schedule)
    if job is None or job.state is JobState.FAILED:
        return ScheduleState.FAILED
    return _without_result(schedule) if job.state is JobState.CANCELLED else ScheduleState.SOLVING


def _settled(session: Session, schedule: Schedule) -> None:
    """For reading alone: the state shown, without a change to write."""
    state = _state_by_job(session, schedule)
    if state is not schedule.state:
        set_committed_value(schedule, "state", state)


def _without_result(schedule: Schedule) -> ScheduleState:
    """What a schedule is when a solving left nothing: as before, where it had a timetable already."""
    return ScheduleState.CANCELLED if schedule.timetable is None else ScheduleState.READY


def _name_of(tasks: Sequence[str], request: Request) -> str:
    more = f"等 {len(tasks)} 个任务" if len(tasks) > 1 else ""
    what = "安排" if not more and tasks[0].endswith("检查") else "检查安排"
    return f"{tasks[0][:150]}{more}{what}（{request.starts} 至 {request.ends}）"

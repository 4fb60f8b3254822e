"""调整: a visit dragged to another day or time, and pinned; the judge speaks before anything is kept."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from solver.schedule.judging import Moved, judge_move
from solver.schedule.problem import Id, Problem
from solver.schedule.timetable import Timetable
from supervision.clock import today
from supervision.errors import InvalidInput, NotFound
from supervision.journal.service import record
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.plan.service import OFFICE
from supervision.schedule import records, storing, terms
from supervision.schedule.rules import (
    WITH_TIMETABLE,
    MoveRefused,
    Options,
    StaleVersion,
    figures_of,
    hhmm,
    to_axis,
    to_clock,
)
from supervision.schedule.service import expect, own_schedule, require_timetable, schedule_of
from supervision.schedule.tables import Schedule, ScheduleState
from supervision.schedule.viewing import clock_of

MOVABLE = (ScheduleState.READY, ScheduleState.ISSUED)


@dataclass(frozen=True, slots=True)
class Move:
    """调整要求: where a visit is to go. ``start``: ``HH:MM``; none: as early as it may.

    ``team``: none: the one it is with. ``version``: of the schedule as the mover saw it; none: any.
    """

    visit: str
    day: date
    start: str | None = None
    team: str | None = None
    version: int | None = None


def try_move(session: Session, actor: Actor, code: str, move: Move, now: datetime) -> Moved:
    """试调整: what would come of it, with every violation and the cost before and after; nothing is kept."""
    require(actor, *OFFICE)
    schedule = schedule_of(session, actor, code)
    require_timetable(schedule, "调整")
    return _judged(schedule, move, now)[2]


def move(session: Session, actor: Actor, code: str, wanted: Move, now: datetime) -> Schedule:
    """调整 of one visit, kept as a new version where no rule is broken; only dearer is allowed.

    An issued schedule stays as it is: the change goes into a schedule that is to take its place, and that
    has to be issued. ``MoveRefused`` tells every violation.
    """
    require(actor, Role.PLANNER)
    schedule = own_schedule(session, actor, code)
    expect(schedule, MOVABLE, "调整")
    _check_version(schedule, wanted.version)
    problem, before, moved = _judged(schedule, wanted, now)
    if moved.violations:
        problems = "；".join(each.message.rstrip("。") for each in moved.violations)
        raise MoveRefused(problems=f"{problems}。", codes=[each.code for each in moved.violations])
    target = successor_of(session, actor, schedule, now)
    _keep(target, problem, moved.timetable)
    session.add(target)
    session.flush()
    detail = {
        "visit": wanted.visit,
        "to": f"{wanted.day}",
        "version": target.version,
        "plan_sha256": target.plan_sha256,
        "before": before,
        "cost": moved.cost_after - moved.cost_before,
    }
    record(session, actor, "schedule.move", f"schedule:{target.code}", detail, now)
    return target


def pin(session: Session, actor: Actor, code: str, visit: str, now: datetime) -> Schedule:
    """锁定: the visit keeps its day and time in this schedule and in all that follow."""
    return _set_pin(session, actor, code, visit, now, pinned=True)


def unpin(session: Session, actor: Actor, code: str, visit: str, now: datetime) -> Schedule:
    """解除锁定."""
    return _set_pin(session, actor, code, visit, now, pinned=False)


def successor_of(session: Session, actor: Actor, schedule: Schedule, now: datetime) -> Schedule:
    """The schedule that changes go into: itself before it is issued, then the one that takes its place."""
    if schedule.state is ScheduleState.READY:
        return schedule
    if records.successor(session, schedule.id or 0, (ScheduleState.READY,)) is not None:
        raise StaleVersion(schedule=schedule.code, version=schedule.version + 1)
    serial = records.last_serial(session, schedule.organ_id, today(now).year) + 1
    kept = schedule.model_dump(
        include={
            "organ_id", "name", "starts", "ends", "task_ids", "options", "problem", "problem_sha256", "parts",
            "notes", "timetable", "plan_sha256", "figures",
        }
    )  # fmt: skip
    made = Schedule(
        **kept,
        year=today(now).year,
        serial=serial,
        code=f"{actor.organ_code}-{today(now).year}-S{serial:02d}",
        state=ScheduleState.READY,
        version=schedule.version,
        replaces_id=schedule.id,
        reason="人工调整",
        made_by=actor.username,
        made_at=now,
        solved_at=schedule.solved_at,
    )
    session.add(made)
    session.flush()
    told = {"replaces": schedule.code, "problem_sha256": made.problem_sha256}
    record(session, actor, "schedule.create", f"schedule:{made.code}", told, now)
    return made


def name_in(schedule: Schedule, problem: Problem, visit: str) -> Id:
    """The visit of the problem that stands for a visit of the office."""
    known = {f"{each.id}": each.id for each in problem.visits}
    if visit in known:
        return known[visit]
    for name, codes in schedule.parts.items():
        if visit in codes:
            return known[name]
    raise NotFound(what="检查", key=visit)


def _judged(schedule: Schedule, wanted: Move, now: datetime) -> tuple[Problem, str | None, Moved]:
    problem, timetable = storing.opened(schedule)
    name = name_in(schedule, problem, wanted.visit)
    day = _day(problem, wanted.day)
    if wanted.day <= today(now):
        raise InvalidInput(field="日期", problem=f"{wanted.day} 已经过去或就是今天，请选明天或以后的日期。")
    _check_not_past(problem, timetable, name, now)
    options = clock_of(schedule, problem)
    start = None if wanted.start is None else to_axis(wanted.start, options)
    teams = {f"{team.id}": team.id for team in problem.teams}
    if wanted.team is not None and wanted.team not in teams:
        raise NotFound(what="检查组", key=wanted.team)
    team = None if wanted.team is None else teams[wanted.team]
    moved = judge_move(problem, timetable, name, day, start, team)
    return problem, schedule.plan_sha256, moved


def _check_not_past(problem: Problem, timetable: Timetable, name: Id, now: datetime) -> None:
    """Visits of today and before stand: people are on their way."""
    for route in timetable.routes:
        if name in route.visits and problem.days[route.day] <= f"{today(now)}":
            told = f"{problem.days[route.day]} 的检查已经过去或就在今天，不能再调整。"
            raise InvalidInput(field="检查", problem=told)


def _check_version(schedule: Schedule, version: int | None) -> None:
    if version is not None and version != schedule.version:
        raise StaleVersion(schedule=schedule.code, version=schedule.version)


def _day(problem: Problem, day: date) -> int:
    if f"{day}" not in problem.days:
        raise InvalidInput(field="日期", problem=f"{day} 不是工作日，或不在安排期间内。")
    return problem.days.index(f"{day}")


def _keep(schedule: Schedule, problem: Problem, timetable: Timetable) -> None:
    found = storing.timetable_json(problem, timetable)
    schedule.timetable, schedule.plan_sha256 = storing.pack(found), found["plan_sha256"]
    schedule.figures, schedule.version = figures_of(found), schedule.version + 1


def _set_pin(
    session: Session, actor: Actor, code: str, visit: str, now: datetime, *, pinned: bool
) -> Schedule:
    require(actor, Role.PLANNER)
    schedule = own_schedule(session, actor, code)
    expect(schedule, WITH_TIMETABLE[:2], "锁定" if pinned else "解除锁定")
    problem, timetable = storing.opened(schedule)
    name = name_in(schedule, problem, visit)
    at = next(
        (
            (route.day, start)
            for route in timetable.routes
            for each, start in zip(route.visits, route.starts, strict=True)
            if each == name
        ),
        None,
    )
    if pinned and at is None:
        raise InvalidInput(field="检查", problem="尚未排定时间，不能锁定。")
    if schedule.task_ids:
        options = Options.model_validate(schedule.options)
        for part in schedule.parts.get(f"{name}", [visit]):
            found = terms.own_terms(session, actor, part, now)
            found.pinned_on, found.pinned_at = None, None
            if pinned and at is not None:
                second = to_clock(at[1], options)
                found.pinned_on = date.fromisoformat(problem.days[at[0]])
                found.pinned_at = f"{hhmm(second)}:{second % 60:02d}"
            session.add(found)
    storing.set_pin(schedule, name, at if pinned else None)
    if schedule.state is ScheduleState.READY:
        schedule.version += 1
    else:  # times stay as they were issued
        _mark_rows(session, schedule, name, visit, pinned=pinned)
    session.add(schedule)
    session.flush()
    act = "schedule.pin" if pinned else "schedule.unpin"
    record(session, actor, act, f"schedule:{code}", {"visit": visit, "version": schedule.version}, now)
    return schedule


def _mark_rows(session: Session, schedule: Schedule, name: Id, visit: str, *, pinned: bool) -> None:
    codes = schedule.parts.get(f"{name}", [visit])
    for row, found in records.scheduled(session, schedule.id or 0):
        if found.code in codes:
            row.pinned = pinned
            session.add(row)

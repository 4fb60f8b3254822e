"""变更后重排: what happened goes into the registers, and a new schedule moves as few visits as it can."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlmodel import Session

from solver.schedule.replanning.events import check_events
from supervision.clock import today
from supervision.errors import InvalidInput
from supervision.journal.service import record
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.reference.holidays import WorkingDays
from supervision.register import leaves
from supervision.schedule import issuing, records, storing, terms
from supervision.schedule.posing import Posed, Wanted, pose
from supervision.schedule.rules import Options, TimeOfDay, check_period
from supervision.schedule.service import expect, keep_problem, own_schedule
from supervision.schedule.tables import Schedule, ScheduleState

FROM = (ScheduleState.READY, ScheduleState.ISSUED)
VisitCode = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Away(_Event):
    """请假/生病: recorded as a leave, for every task."""

    kind: Literal["away"]
    inspector: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    """Staff number."""
    starts: date
    ends: date
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = "病假"


class Closed(_Event):
    """停业 of an entity on certain days."""

    kind: Literal["closed"]
    visit: VisitCode
    dates: Annotated[tuple[date, ...], Field(min_length=1, max_length=366)]


class Appointment(_Event):
    """约定时间 with the entity."""

    kind: Literal["appointment"]
    visit: VisitCode
    on: date
    at: TimeOfDay | None = None


class Missed(_Event):
    """当天未能检查: a visit of today or before that nobody made is scheduled again."""

    kind: Literal["missed"]
    visit: VisitCode


Event = Annotated[Away | Closed | Appointment | Missed, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Standing:
    """原安排: visit → day and second of the axis; ``held``: visits of today and before, which stay."""

    times: Mapping[str, tuple[date, int]]
    held: frozenset[str]


def replan(
    session: Session,
    actor: Actor,
    code: str,
    events: Sequence[Event],
    reason: str,
    now: datetime,
    calendar: WorkingDays,
    *,
    ends: date | None = None,
) -> Schedule:
    """重排: a new schedule that is to take the place of this one, posed from the registers as they now stand.

    Visits of today and before stay where they are and are no part of it. Every other visit keeps its day and
    time if it can: fewest unscheduled, then fewest moved, then least travel. ``ends``: a later last day.
    """
    require(actor, Role.PLANNER)
    schedule = own_schedule(session, actor, code)
    expect(schedule, FROM, "重排")
    if not schedule.task_ids:
        raise issuing.NotOfOffice(schedule=code)
    reason = reason.strip()
    if not 1 <= len(reason) <= 500:
        raise InvalidInput(field="重排原因", problem="请填写，不超过 500 字，例如“李强病假三天”。")
    waiting = {visit.code for visit, _, _ in records.to_visit(session, schedule.task_ids)}
    _check_events(session, schedule, events, waiting)
    _write_down(session, actor, events, now)
    standing = stood(schedule, today(now), {each.visit for each in events if isinstance(each, Missed)})
    starts = max(schedule.starts, today(now) + timedelta(days=1))
    last = max(ends or schedule.ends, schedule.ends)
    check_period(starts, last)
    wanted = Wanted(
        organ_id=schedule.organ_id,
        task_ids=tuple(schedule.task_ids),
        starts=starts,
        ends=last,
        options=Options.model_validate(schedule.options),
        name=schedule.name,
        only=frozenset(waiting - standing.held),
    )
    posed = pose(session, wanted, calendar)
    made = keep_problem(
        session, actor, wanted, posed, now, standing=standing.times, replaces=schedule, reason=reason
    )
    told = {"events": [_told(each) for each in events], "new": made.code, "held": len(standing.held)}
    record(session, actor, "schedule.replan", f"schedule:{code}", told, now)
    return made


def replan_problem(
    session: Session,
    actor: Actor,
    code: str,
    events: Sequence[Mapping[str, Any]],
    now: datetime,
    day: date | None = None,
) -> Schedule:
    """重排 of a schedule whose problem was handed in whole, by the events of docs/schedule.md, section 6.

    ``day``: which day it is, where it is not that of the office (``Options.today``).
    """
    require(actor, Role.PLANNER)
    schedule = own_schedule(session, actor, code)
    expect(schedule, FROM, "重排")
    options = Options.model_validate(
        schedule.options | {"events": [dict(each) for each in events], "today": day}
    )
    wanted = Wanted(actor.organ_id, (), schedule.starts, schedule.ends, options, schedule.name)
    problem = storing.unpack(schedule.problem)
    check_events(storing.read(problem), options.events)
    made = keep_problem(session, actor, wanted, Posed(problem, ()), now, replaces=schedule, reason="重排")
    told = {"events": len(events), "new": made.code}
    record(session, actor, "schedule.replan", f"schedule:{code}", told, now)
    return made


def stood(schedule: Schedule, day: date, missed: Iterable[str]) -> Standing:
    """Where the visits of a schedule stand, and which of them no longer move on this day."""
    problem, timetable = storing.opened(schedule)
    times = {
        code: (each.day, each.start)
        for code, each in issuing.times_of(schedule, problem, timetable).items()
        if each.day is not None and each.start is not None
    }
    held = frozenset(code for code, (on, _) in times.items() if on <= day) - frozenset(missed)
    return Standing({code: at for code, at in times.items() if at[0] > day}, held)


def _check_events(
    session: Session, schedule: Schedule, events: Sequence[Event], waiting: Collection[str]
) -> None:
    """Refuse events about visits that the schedule does not have, or about people of other organs."""
    problem, timetable = storing.opened(schedule)
    known = {*issuing.times_of(schedule, problem, timetable), *waiting}
    staff = {one.code for one in records.inspectors_of(session, schedule.organ_id)}
    for number, event in enumerate(events, start=1):
        if isinstance(event, Away):
            if event.inspector not in staff:
                told = f"本机关没有编号为“{event.inspector}”的检查人员，请核对人员编号。"
                raise InvalidInput(field=f"事件 {number}", problem=told)
        elif event.visit not in known:
            told = f"检查“{event.visit}”不在安排“{schedule.code}”中，请核对检查编号。"
            raise InvalidInput(field=f"事件 {number}", problem=told)


def _write_down(session: Session, actor: Actor, events: Sequence[Event], now: datetime) -> None:
    """What happened, into the registers: from there every later schedule knows it as well."""
    staff = {one.code: one.id or 0 for one in records.inspectors_of(session, actor.organ_id)}
    for event in events:
        match event:
            case Away():
                leaves.add_leave(
                    session,
                    actor,
                    staff[event.inspector],
                    starts=event.starts,
                    ends=event.ends,
                    reason=event.reason,
                    now=now,
                )
            case Closed():
                found = terms.own_terms(session, actor, event.visit, now)
                found.closed = sorted({*found.closed, *(f"{day}" for day in event.dates)})
                session.add(found)
            case Appointment():
                found = terms.own_terms(session, actor, event.visit, now)
                found.appointment_on, found.appointment_at = event.on, event.at
                session.add(found)
            case Missed():
                pass
    session.flush()


def _told(event: Event) -> dict[str, object]:
    """An event for the journal, without what is personal."""
    return event.model_dump(mode="json", exclude={"reason"})

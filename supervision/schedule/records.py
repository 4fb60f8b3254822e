"""Queries on offices, opening hours, terms, schedules and the times they give."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Session, and_, case, col, func, literal, not_, or_, select

from supervision.database import choice, locked
from supervision.draw.tables import Draw, DrawState
from supervision.inspection.records import parts
from supervision.inspection.tables import Visit, VisitState
from supervision.jobs.tables import Job, JobState
from supervision.pairing.tables import TeamMember
from supervision.people.records import within_scope
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.plan.tables import Task, TaskState
from supervision.register.tables import Entity, Inspector
from supervision.schedule.tables import (
    Base,
    OpeningHours,
    Schedule,
    ScheduledVisit,
    ScheduleState,
    VisitTerms,
)

ToVisit = tuple[Visit, Entity, Task]

# offices and terms ------------------------------------------------------------------------------------------


def bases_of(session: Session, organ_id: int) -> list[Base]:
    """By name."""
    return list(session.exec(select(Base).where(Base.organ_id == organ_id).order_by(Base.name)))


def bases_in_scope(session: Session, actor: Actor) -> list[Base]:
    query = select(Base).join(Organ, col(Organ.id) == col(Base.organ_id))
    query = query.where(within_scope(Organ.region_code, actor))
    return list(session.exec(query.order_by(col(Base.organ_id), Base.name)))


def base(session: Session, organ_id: int, base_id: int) -> Base | None:
    return session.exec(select(Base).where(Base.id == base_id, Base.organ_id == organ_id)).first()


def terms_of(session: Session, visit_ids: Iterable[int]) -> dict[int, VisitTerms]:
    """Visit id → its terms, where it has any."""
    found: dict[int, VisitTerms] = {}
    for part in parts(visit_ids):
        rows = session.exec(select(VisitTerms).where(col(VisitTerms.visit_id).in_(part)))
        found |= {row.visit_id: row for row in rows}
    return found


def hours_of(session: Session, entity_ids: Iterable[int]) -> dict[int, OpeningHours]:
    """Entity id → its opening hours, where they are known."""
    found: dict[int, OpeningHours] = {}
    for part in parts(entity_ids):
        rows = session.exec(select(OpeningHours).where(col(OpeningHours.entity_id).in_(part)))
        found |= {row.entity_id: row for row in rows}
    return found


def entities_by_uscc(session: Session, actor: Actor, usccs: Iterable[str]) -> dict[str, Entity]:
    found: dict[str, Entity] = {}
    for part in parts(usccs):
        query = select(Entity).where(col(Entity.uscc).in_(part), within_scope(Entity.region_code, actor))
        found |= {row.uscc: row for row in session.exec(query)}
    return found


# visits -----------------------------------------------------------------------------------------------------


def to_visit(session: Session, task_ids: Sequence[int]) -> list[ToVisit]:
    """Paired visits of these tasks of which nothing was found yet, by number."""
    query = _visits().where(
        col(Visit.task_id).in_(task_ids),
        Visit.state == VisitState.ASSIGNED,
        Task.state == TaskState.PAIRED,
        Draw.state != DrawState.VOID,
    )
    return [(visit, entity, task) for visit, entity, task in session.exec(query.order_by(col(Visit.code)))]


def visits_by_code(session: Session, codes: Iterable[str], *, lock: bool = False) -> dict[str, ToVisit]:
    found: dict[str, ToVisit] = {}
    for part in parts(codes):
        query = _visits().where(col(Visit.code).in_(part)).order_by(col(Visit.code))
        for visit, entity, task in session.exec(locked(query, Visit) if lock else query):
            found[visit.code] = (visit, entity, task)
    return found


def tasks_of_organ(session: Session, organ_id: int, codes: Sequence[str]) -> list[Task]:
    query = select(Task).where(Task.organ_id == organ_id, col(Task.code).in_(codes))
    return list(session.exec(query.order_by(Task.code)))


def tasks_by_id(session: Session, ids: Sequence[int]) -> list[Task]:
    return list(session.exec(select(Task).where(col(Task.id).in_(ids)).order_by(Task.code)))


def paired_tasks(session: Session, organ_id: int) -> list[Task]:
    """待安排的任务 of an organ: those with teams and visits to make, newest first."""
    query = select(Task).where(Task.organ_id == organ_id, Task.state == TaskState.PAIRED)
    return list(session.exec(query.order_by(col(Task.id).desc())))


def inspectors_of(session: Session, organ_id: int) -> list[Inspector]:
    query = select(Inspector).where(Inspector.organ_id == organ_id)
    return list(session.exec(query.order_by(Inspector.code)))


# schedules --------------------------------------------------------------------------------------------------


def schedule(
    session: Session, actor: Actor, code: str, *, lock: bool = False, files: bool = True
) -> Schedule | None:
    """``files``: with its problem and timetable; without, they stay until somebody looks at one."""
    query = select(Schedule).join(Organ, col(Organ.id) == col(Schedule.organ_id))
    query = query.where(Schedule.code == code, within_scope(Organ.region_code, actor))
    if not files:
        query = query.options(*_without_files())
    found: Schedule | None = session.exec(locked(query, Schedule) if lock else query).first()
    return found


def schedule_by_id(session: Session, schedule_id: int, *, lock: bool = False) -> Schedule | None:
    query = select(Schedule).where(Schedule.id == schedule_id)
    found: Schedule | None = session.exec(locked(query, Schedule) if lock else query).first()
    return found


def schedules(
    session: Session,
    actor: Actor,
    states: Sequence[ScheduleState],
    before: int | None,
    limit: int,
) -> list[Schedule]:
    """Newest first; their files stay in the database until somebody looks at one.

    ``states``: as they are by what became of the jobs that solve.
    """
    query = select(Schedule).join(Organ, col(Organ.id) == col(Schedule.organ_id))
    query = query.where(within_scope(Organ.region_code, actor))
    query = query.options(*_without_files())
    if states:
        query = query.outerjoin(Job, col(Job.key) == col(Schedule.job)).where(_settled().in_(states))
    if before is not None:
        query = query.where(col(Schedule.id) < before)
    return list(session.exec(query.order_by(col(Schedule.id).desc()).limit(limit)))


def tasks_in(session: Session, actor: Actor, states: Sequence[ScheduleState]) -> list[Sequence[int]]:
    """Tasks of each schedule in one of these states, inside the actor's region."""
    query = select(Schedule.task_ids).join(Organ, col(Organ.id) == col(Schedule.organ_id))
    query = query.outerjoin(Job, col(Job.key) == col(Schedule.job))
    return list(session.exec(query.where(within_scope(Organ.region_code, actor), _settled().in_(states))))


def last_serial(session: Session, organ_id: int, year: int) -> int:
    query = select(func.max(Schedule.serial)).where(Schedule.organ_id == organ_id, Schedule.year == year)
    return session.exec(query).one() or 0


def job(session: Session, key: str) -> Job | None:
    """The job with this key, read afresh."""
    query = select(Job).where(Job.key == key)
    return session.exec(query, execution_options={"populate_existing": True}).first()


def successor(session: Session, schedule_id: int, states: Sequence[ScheduleState]) -> Schedule | None:
    """The newest schedule in one of these states that is to take the place of another."""
    query = select(Schedule).where(Schedule.replaces_id == schedule_id, col(Schedule.state).in_(states))
    return session.exec(query.order_by(col(Schedule.id).desc())).first()


# what was issued --------------------------------------------------------------------------------------------


def scheduled(session: Session, schedule_id: int) -> list[tuple[ScheduledVisit, Visit]]:
    """What a schedule gave its visits, by number of the visit."""
    query = select(ScheduledVisit, Visit).join(Visit, col(Visit.id) == col(ScheduledVisit.visit_id))
    query = query.where(ScheduledVisit.schedule_id == schedule_id).order_by(col(Visit.code))
    return [(row, visit) for row, visit in session.exec(query)]


def current_of(session: Session, visit_ids: Iterable[int]) -> dict[int, ScheduledVisit]:
    """Visit id → the time in force, where one was issued."""
    found: dict[int, ScheduledVisit] = {}
    for part in parts(visit_ids):
        query = select(ScheduledVisit).where(
            col(ScheduledVisit.visit_id).in_(part), col(ScheduledVisit.current).is_(True)
        )
        found |= {row.visit_id: row for row in session.exec(query)}
    return found


def standing(session: Session, visit_ids: Iterable[int], but: int | None = None) -> Counter[str]:
    """Code of a schedule → how many of these visits have their time in force from it; ``but`` of one."""
    found: Counter[str] = Counter()
    for part in parts(visit_ids):
        query = (
            select(Schedule.code, func.count())
            .join(ScheduledVisit, col(ScheduledVisit.schedule_id) == col(Schedule.id))
            .where(col(ScheduledVisit.visit_id).in_(part), col(ScheduledVisit.current).is_(True))
            .where(col(ScheduledVisit.day).is_not(None), col(Schedule.id) != (but or 0))
        )
        found.update(dict(session.exec(query.group_by(Schedule.code)).all()))
    return found


def current_of_inspector(
    session: Session, inspector_id: int, first: date | None = None
) -> list[tuple[ScheduledVisit, Visit]]:
    """Times in force of the visits whose team an inspector belongs to now, from a day on; by time.

    Of visits that were cancelled, or that another entity replaced, there is none.
    """
    query = (
        select(ScheduledVisit, Visit)
        .join(Visit, col(Visit.id) == col(ScheduledVisit.visit_id))
        .join(TeamMember, col(TeamMember.visit_id) == col(Visit.id))
        .join(Task, col(Task.id) == col(Visit.task_id))
        .join(Draw, col(Draw.id) == col(Visit.draw_id))
        .where(TeamMember.inspector_id == inspector_id, col(ScheduledVisit.current).is_(True), _stands())
    )
    if first is not None:
        query = query.where(col(ScheduledVisit.day) >= first)
    return [(row, visit) for row, visit in session.exec(query.order_by(col(ScheduledVisit.starts_at)))]


def engaged(
    session: Session, inspector_ids: Iterable[int], days: tuple[date, date], but: Iterable[int]
) -> dict[int, set[date]]:
    """Inspector id → days on which a visit in force takes them out, save these visits."""
    found = engaged_times(session, inspector_ids, days, but)
    return {one: {row.day for row in rows if row.day is not None} for one, rows in found.items()}


def engaged_times(
    session: Session,
    inspector_ids: Iterable[int],
    days: tuple[date, date],
    but: Iterable[int],
    but_schedule: int | None = None,
) -> dict[int, list[ScheduledVisit]]:
    """Inspector id → times in force of visits still to be made, save these visits and those of a schedule."""
    own = set(but)
    found: dict[int, list[ScheduledVisit]] = {}
    for part in parts(inspector_ids):
        query = (
            select(TeamMember.inspector_id, ScheduledVisit)
            .join(Visit, col(Visit.id) == col(TeamMember.visit_id))
            .join(ScheduledVisit, col(ScheduledVisit.visit_id) == col(Visit.id))
            .join(Task, col(Task.id) == col(Visit.task_id))
            .join(Draw, col(Draw.id) == col(Visit.draw_id))
            .where(col(TeamMember.inspector_id).in_(part), col(ScheduledVisit.current).is_(True), _stands())
            .where(Visit.state == VisitState.ASSIGNED, col(ScheduledVisit.day).between(*days))
        )
        for inspector, row in session.exec(query):
            if row.visit_id not in own and row.schedule_id != but_schedule:
                found.setdefault(inspector, []).append(row)
    return found


def cancelled(session: Session, visit_ids: Iterable[int]) -> set[str]:
    """Those of the visits, by number, that are made no more: void, or another entity came instead."""
    found: set[str] = set()
    for part in parts(visit_ids):
        query = (
            select(Visit.code)
            .join(Task, col(Task.id) == col(Visit.task_id))
            .join(Draw, col(Draw.id) == col(Visit.draw_id))
            .where(col(Visit.id).in_(part), not_(_stands()))
        )
        found |= set(session.exec(query))
    return found


def newest_sequences(session: Session, visit_ids: Iterable[int]) -> dict[int, int]:
    """Visit id → the highest SEQUENCE its calendar entry ever had."""
    found: dict[int, int] = {}
    for part in parts(visit_ids):
        query = select(ScheduledVisit.visit_id, func.max(ScheduledVisit.sequence))
        query = query.where(col(ScheduledVisit.visit_id).in_(part)).group_by(col(ScheduledVisit.visit_id))
        found |= dict(session.exec(query).all())
    return found


def still_current(session: Session, schedule_ids: Sequence[int]) -> set[int]:
    """Those of the schedules of which anything is in force."""
    query = select(ScheduledVisit.schedule_id).where(
        col(ScheduledVisit.schedule_id).in_(schedule_ids), col(ScheduledVisit.current).is_(True)
    )
    return set(session.exec(query.distinct()))


def schedules_by_id(session: Session, ids: Sequence[int]) -> list[Schedule]:
    query = select(Schedule).where(col(Schedule.id).in_(ids)).order_by(col(Schedule.id))
    return list(session.exec(locked(query, Schedule)))


def _settled() -> Any:
    """安排状态 of schedules joined with their jobs: one whose job died has failed, though nobody wrote it."""
    solving = col(Schedule.state) == ScheduleState.SOLVING
    dead = or_(col(Job.id).is_(None), col(Job.state) == JobState.FAILED)
    given_up = col(Job.state) == JobState.CANCELLED
    return case(
        (and_(solving, dead), _state(ScheduleState.FAILED)),
        (and_(solving, given_up, col(Schedule.timetable).is_(None)), _state(ScheduleState.CANCELLED)),
        (and_(solving, given_up), _state(ScheduleState.READY)),
        else_=col(Schedule.state),
    )


def _state(state: ScheduleState) -> Any:
    return literal(state, choice(ScheduleState))


def _stands() -> Any:
    """Of visits joined with task and draw: neither of these void, and nobody came in the entity's place."""
    return and_(
        col(Visit.state) != VisitState.REPLACED,
        col(Task.state) != TaskState.VOID,
        col(Draw.state) != DrawState.VOID,
    )


def _without_files() -> tuple[Any, Any]:
    return defer(Schedule.problem), defer(Schedule.timetable)  # type: ignore[arg-type]


def _visits() -> Any:
    return (
        select(Visit, Entity, Task)
        .join(Entity, col(Entity.id) == col(Visit.entity_id))
        .join(Task, col(Task.id) == col(Visit.task_id))
        .join(Draw, col(Draw.id) == col(Visit.draw_id))
    )

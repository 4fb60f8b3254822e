"""Queries on visits, teams, findings and calendar feeds."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy.orm import load_only
from sqlmodel import Session, col, delete, func, insert, select, update

from supervision.database import locked
from supervision.draw.tables import Draw, ReplacementState
from supervision.inspection.tables import CalendarFeed, Finding, ItemFinding, Visit, VisitState
from supervision.pairing.tables import Reassignment, TeamMember
from supervision.people.records import within_scope
from supervision.people.rules import Actor
from supervision.people.tables import Account, AccountRole, Organ, Role
from supervision.plan.tables import Plan, Task
from supervision.register.tables import Entity, Inspector, Item
from supervision.schedule.tables import ScheduledVisit

T = TypeVar("T")
Row = tuple[Visit, Entity, Task, Draw]


def parts(values: Iterable[T], size: int = 900) -> Iterator[list[T]]:
    """Stretches short enough for the list of one ``IN``."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def usccs(session: Session, entity_ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in parts(entity_ids):
        query = select(col(Entity.id), Entity.uscc).where(col(Entity.id).in_(part))
        found |= {entity_id or 0: uscc for entity_id, uscc in session.exec(query)}
    return found


def add_visits(session: Session, rows: Sequence[dict[str, Any]]) -> list[Visit]:
    """The new visits, in the order of ``rows``."""
    query = insert(Visit).returning(Visit, sort_by_parameter_order=True)
    return list(session.scalars(query, rows)) if rows else []


def add_members(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(TeamMember), rows)


def add_item_findings(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(ItemFinding), rows)


def visit(session: Session, code: str, *, lock: bool = False) -> Row | None:
    query = _visits().where(Visit.code == code)
    row = session.exec(locked(query, Visit) if lock else query).first()
    return None if row is None else tuple(row)


def visit_of_drawn(session: Session, drawn_id: int) -> Visit | None:
    """The visit of a drawn entity, locked."""
    found: Visit | None = session.exec(locked(select(Visit).where(Visit.drawn_id == drawn_id), Visit)).first()
    return found


def count_visits(session: Session, draw_id: int) -> int:
    return session.exec(select(func.count()).select_from(Visit).where(Visit.draw_id == draw_id)).one()


def plan_of(session: Session, task: Task) -> Plan:
    return session.exec(select(Plan).where(Plan.id == task.plan_id)).one()


def organ_of(session: Session, organ_id: int) -> Organ:
    return session.exec(select(Organ).where(Organ.id == organ_id)).one()


def task_in_scope(session: Session, actor: Actor, task_id: int) -> Task | None:
    query = select(Task).join(Organ, col(Organ.id) == col(Task.organ_id))
    return session.exec(query.where(Task.id == task_id, within_scope(Organ.region_code, actor))).first()


def visits_of_inspector(
    session: Session, inspector_id: int, states: Sequence[VisitState], after: str | None, limit: int
) -> list[Row]:
    query = _visits().where(col(Visit.id).in_(_visits_with(inspector_id)))
    return _page(session, query, states, after, limit)


def visits_of_task(
    session: Session,
    task_id: int,
    states: Sequence[VisitState],
    inspector_id: int | None,
    after: str | None,
    limit: int,
) -> list[Row]:
    query = _visits().where(Visit.task_id == task_id)
    if inspector_id is not None:
        query = query.where(col(Visit.id).in_(_visits_with(inspector_id)))
    return _page(session, query, states, after, limit)


def visits_of_entity(session: Session, actor: Actor, uscc: str) -> list[Row]:
    """Visits of one entity in tasks of the actor's region, newest first."""
    query = _visits().join(Organ, col(Organ.id) == col(Task.organ_id))
    query = query.where(Entity.uscc == uscc, within_scope(Organ.region_code, actor))
    return [tuple(row) for row in session.exec(query.order_by(col(Visit.id).desc()))]


def visits_ending_from(session: Session, inspector_id: int, earliest: date) -> list[Row]:
    """An inspector's visits in tasks that end on a day or later."""
    query = _visits().where(col(Visit.id).in_(_visits_with(inspector_id)), Task.ends >= earliest)
    return list(session.exec(query.order_by(col(Visit.code))))


def visits_moved_away(session: Session, inspector: Inspector, earliest: date) -> list[Row]:
    """Visits that an inspector had, and that others have now, in tasks that end on a day or later.

    By the reassignments that took them away, and by the times that were issued to teams of the own organ
    (where staff numbers are one person's alone).
    """
    number = inspector.id or 0
    taken = select(Reassignment.visits).where(
        Reassignment.inspector_id == number, Reassignment.state == ReplacementState.APPROVED
    )
    codes = {code for visits in session.exec(taken) for code in visits}
    issued = (
        select(Visit.code, ScheduledVisit.team)
        .join(ScheduledVisit, col(ScheduledVisit.visit_id) == col(Visit.id))
        .join(Task, col(Task.id) == col(Visit.task_id))
        .where(
            Task.organ_id == inspector.organ_id,
            Task.ends >= earliest,
            col(ScheduledVisit.team).contains(inspector.code, autoescape=True),
        )
    )
    codes |= {code for code, team in session.exec(issued) if inspector.code in team.split("+")}
    found: list[Row] = []
    for part in parts(sorted(codes)):
        query = _visits().where(col(Visit.code).in_(part), Task.ends >= earliest)
        found += [tuple(row) for row in session.exec(query.where(col(Visit.id).not_in(_visits_with(number))))]
    return sorted(found, key=lambda row: row[0].code)


def issued_times(session: Session, visit_ids: Iterable[int]) -> dict[int, list[ScheduledVisit]]:
    """Visit id → all times it was ever given, the one in force last."""
    found: dict[int, list[ScheduledVisit]] = {}
    for part in parts(visit_ids):
        query = select(ScheduledVisit).where(col(ScheduledVisit.visit_id).in_(part))
        ordered = query.order_by(col(ScheduledVisit.current), col(ScheduledVisit.id))
        for row in session.exec(ordered):
            found.setdefault(row.visit_id, []).append(row)
    return found


def scheduled_tasks(session: Session, task_ids: Iterable[int]) -> set[int]:
    """Those of the tasks for which a schedule was ever issued."""
    query = select(Visit.task_id).join(ScheduledVisit, col(ScheduledVisit.visit_id) == col(Visit.id))
    return set(session.exec(query.where(col(Visit.task_id).in_(sorted(set(task_ids)))).distinct()))


def count_by_state(session: Session, task_id: int) -> dict[VisitState, int]:
    query = select(Visit.state, func.count()).where(Visit.task_id == task_id).group_by(col(Visit.state))
    return {VisitState(state): count for state, count in session.exec(query)}


def items(session: Session, item_ids: Iterable[int]) -> dict[int, Item]:
    """Items by id, in the order of their codes."""
    found: list[Item] = []
    for part in parts(sorted(set(item_ids))):
        found += session.exec(select(Item).where(col(Item.id).in_(part)))
    return {item.id or 0: item for item in sorted(found, key=lambda item: (item.code, item.id))}


def teams(session: Session, visit_ids: Iterable[int]) -> dict[int, list[tuple[TeamMember, Inspector]]]:
    """Visit id → its team, the lead first."""
    found: dict[int, list[tuple[TeamMember, Inspector]]] = {}
    for part in parts(visit_ids):
        query = select(TeamMember, Inspector).join(
            Inspector, col(Inspector.id) == col(TeamMember.inspector_id)
        )
        for member, inspector in session.exec(query.where(col(TeamMember.visit_id).in_(part))):
            found.setdefault(member.visit_id, []).append((member, inspector))
    for team in found.values():
        team.sort(key=lambda seat: (seat[0].seat != "lead", seat[1].code))
    return found


def findings(session: Session, visit_id: int) -> list[Finding]:
    """Newest version first."""
    query = select(Finding).where(Finding.visit_id == visit_id).order_by(col(Finding.version).desc())
    return list(session.exec(query))


def newest_findings(session: Session, visit_ids: Iterable[int]) -> dict[int, Finding]:
    """Visit id → its newest finding."""
    found: dict[int, Finding] = {}
    for part in parts(visit_ids):
        query = select(Finding).where(col(Finding.visit_id).in_(part)).order_by(col(Finding.version))
        found |= {finding.visit_id: finding for finding in session.exec(query)}
    return found


def all_findings(session: Session, visit_ids: Iterable[int]) -> dict[int, list[Finding]]:
    """Visit id → its findings, the oldest first."""
    found: dict[int, list[Finding]] = {}
    for part in parts(visit_ids):
        query = select(Finding).where(col(Finding.visit_id).in_(part)).order_by(col(Finding.version))
        for finding in session.exec(query):
            found.setdefault(finding.visit_id, []).append(finding)
    return found


def visits_provisional(session: Session) -> list[Visit]:
    """Visits entered and not public, whose last day of publication is provisional; held."""
    query = select(Visit).where(
        col(Visit.publish_by_provisional).is_(True),
        col(Visit.state).in_((VisitState.SUBMITTED, VisitState.RETURNED)),
    )
    return list(session.exec(locked(query.order_by(col(Visit.id)), Visit)))


def item_findings(session: Session, finding_ids: Iterable[int]) -> dict[int, list[ItemFinding]]:
    found: dict[int, list[ItemFinding]] = {}
    for part in parts(finding_ids):
        for row in session.exec(select(ItemFinding).where(col(ItemFinding.finding_id).in_(part))):
            found.setdefault(row.finding_id, []).append(row)
    return found


def settle(
    session: Session, visit_ids: Iterable[int], finding_ids: Iterable[int], values: dict[str, Any]
) -> None:
    """Mark visits published and their findings reviewed."""
    for part in parts(visit_ids):
        session.exec(update(Visit).where(col(Visit.id).in_(part)).values(state=VisitState.PUBLISHED))
    for part in parts(finding_ids):
        session.exec(update(Finding).where(col(Finding.id).in_(part)).values(**values))


def feed_of(session: Session, inspector_id: int) -> CalendarFeed | None:
    return session.get(CalendarFeed, inspector_id)


def drop_feed(session: Session, inspector_id: int) -> None:
    session.exec(delete(CalendarFeed).where(col(CalendarFeed.inspector_id) == inspector_id))


def inspector_of_feed(session: Session, hashed: str) -> Inspector | None:
    """The inspector whose feed it is, while still active and with an open account that is an inspector's."""
    query = (
        select(Inspector)
        .join(CalendarFeed, col(CalendarFeed.inspector_id) == col(Inspector.id))
        .join(Account, col(Account.inspector_id) == col(Inspector.id))
        .join(AccountRole, col(AccountRole.account_id) == col(Account.id))
        .where(
            CalendarFeed.token_hash == hashed,
            col(Inspector.active).is_(True),
            col(Account.active).is_(True),
            AccountRole.role == Role.INSPECTOR,
        )
    )
    return session.exec(query).first()


def _visits() -> Any:
    return (
        select(Visit, Entity, Task, Draw)
        .join(Entity, col(Entity.id) == col(Visit.entity_id))
        .join(Task, col(Task.id) == col(Visit.task_id))
        .join(Draw, col(Draw.id) == col(Visit.draw_id))
        # a draw holds its whole frame: megabytes that no visit needs
        .options(load_only(Draw.draw_id, Draw.state, Draw.organ_id))  # type: ignore[arg-type]
    )


def _visits_with(inspector_id: int) -> Any:
    return select(TeamMember.visit_id).where(TeamMember.inspector_id == inspector_id)


def _page(
    session: Session, query: Any, states: Sequence[VisitState], after: str | None, limit: int
) -> list[Row]:
    if states:
        query = query.where(col(Visit.state).in_(states))
    if after is not None:
        query = query.where(col(Visit.code) > after)
    return [tuple(row) for row in session.exec(query.order_by(col(Visit.code)).limit(limit))]

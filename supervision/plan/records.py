"""Queries on plans, tasks, and the entities a task may draw."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, false, func, literal_column, or_, true
from sqlmodel import Session, col, select

from supervision.database import locked
from supervision.draw.tables import Draw, DrawnEntity
from supervision.people.records import within_scope
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.plan.rules import CellCount
from supervision.plan.tables import Plan, Task, TaskState
from supervision.register.tables import Entity, EntityStatus, Item
from supervision.risk.tables import EntityClass, RiskSnapshot


@dataclass(frozen=True, slots=True)
class Scope:
    """抽查范围: which entities a task may draw, as the queries need it."""

    region_prefix: str
    industries: str
    tags: tuple[str, ...]
    item_tags: tuple[str, ...]
    """Tags of the items; empty when some item concerns every entity."""
    snapshot_id: int | None
    """The risk snapshot, when the class matters."""
    organ_id: int
    year: int
    cap: int


def plan_by_code(session: Session, actor: Actor, code: str) -> Plan | None:
    query = select(Plan).join(Organ, col(Organ.id) == col(Plan.organ_id))
    return session.exec(query.where(Plan.code == code, within_scope(Organ.region_code, actor))).first()


def plan_by_id(session: Session, plan_id: int) -> Plan:
    return session.exec(select(Plan).where(Plan.id == plan_id)).one()


def plans(session: Session, actor: Actor) -> list[Plan]:
    query = select(Plan).join(Organ, col(Organ.id) == col(Plan.organ_id))
    query = query.where(within_scope(Organ.region_code, actor))
    return list(session.exec(query.order_by(col(Plan.id).desc())))


def last_plan_serial(session: Session, organ_id: int, year: int) -> int:
    query = select(func.max(Plan.serial)).where(Plan.organ_id == organ_id, Plan.year == year)
    return session.exec(query).one() or 0


def task_by_code(session: Session, actor: Actor, code: str, *, lock: bool = False) -> Task | None:
    query = select(Task).join(Organ, col(Organ.id) == col(Task.organ_id))
    query = query.where(Task.code == code, within_scope(Organ.region_code, actor))
    return session.exec(locked(query, Task) if lock else query).first()


def task_by_id(session: Session, task_id: int) -> Task:
    return session.exec(select(Task).where(Task.id == task_id)).one()


def tasks(
    session: Session,
    actor: Actor,
    *,
    plan_id: int | None = None,
    states: Sequence[TaskState] = (),
    before: int | None = None,
    limit: int = 100,
) -> list[Task]:
    query = select(Task).join(Organ, col(Organ.id) == col(Task.organ_id))
    query = query.where(within_scope(Organ.region_code, actor))
    if plan_id is not None:
        query = query.where(Task.plan_id == plan_id)
    if states:
        query = query.where(col(Task.state).in_(states))
    if before is not None:
        query = query.where(col(Task.id) < before)
    return list(session.exec(query.order_by(col(Task.id).desc()).limit(limit)))


def count_tasks(session: Session, plan_id: int) -> int:
    return session.exec(select(func.count()).select_from(Task).where(Task.plan_id == plan_id)).one()


def items_by_id(session: Session, ids: Sequence[int]) -> list[Item]:
    return list(session.exec(select(Item).where(col(Item.id).in_(ids)).order_by(Item.code)))


def items_by_code(session: Session, organ_id: int, codes: Sequence[str]) -> list[Item]:
    return list(session.exec(select(Item).where(Item.organ_id == organ_id, col(Item.code).in_(codes))))


def newest_snapshot(session: Session, region_prefix: str) -> RiskSnapshot | None:
    """The newest snapshot that covers a region."""
    covering = [region_prefix[:length] for length in range(len(region_prefix) + 1)]
    query = select(RiskSnapshot).where(col(RiskSnapshot.region_prefix).in_(covering))
    order = (col(RiskSnapshot.month).desc(), col(RiskSnapshot.id).desc())
    return session.exec(query.order_by(*order).limit(1)).first()


def snapshot_by_id(session: Session, snapshot_id: int) -> RiskSnapshot:
    return session.exec(select(RiskSnapshot).where(RiskSnapshot.id == snapshot_id)).one()


def cell_counts(session: Session, scope: Scope) -> list[CellCount]:
    """Eligible entities by region, industry and class."""
    cell: list[Any] = [col(Entity.region_code), col(Entity.industry), _grade(scope)]
    query = _eligible(sa.select(*cell, func.count()), scope).group_by(*cell).order_by(*cell)
    return [CellCount(*row) for row in session.exec(query)]


def eligible(session: Session, scope: Scope) -> Iterator[tuple[int, str, str, str, str]]:
    """(entity id, USCC, region, industry, class) of everyone who may be drawn, in USCC order."""
    columns: list[Any] = [Entity.id, Entity.uscc, Entity.region_code, Entity.industry, _grade(scope)]
    query = _eligible(sa.select(*columns), scope).order_by(Entity.uscc)
    for row in session.exec(query.execution_options(yield_per=5000)):
        yield tuple(row)


def at_cap(session: Session, scope: Scope) -> list[str]:
    """USCCs left out because this organ has drawn them as often as the year's cap allows (R12)."""
    query = select(Entity.uscc).where(_in_scope(scope), col(Entity.id).in_(_capped(scope)))
    return list(session.exec(query.order_by(Entity.uscc)))


def unclassified(session: Session, scope: Scope) -> int:
    """Entities in scope that the snapshot does not know: registered after it was taken."""
    if scope.snapshot_id is None:
        return 0
    known = select(EntityClass.entity_id).where(EntityClass.snapshot_id == scope.snapshot_id)
    query = select(func.count()).select_from(Entity).where(_in_scope(scope), col(Entity.id).not_in(known))
    return session.exec(query).one()


def _grade(scope: Scope) -> Any:
    if scope.snapshot_id is None:
        return literal_column("substr('A', 1, 1)")  # one class for all; PostgreSQL groups by no bare constant
    return col(EntityClass.risk_class)


def _eligible(query: Any, scope: Scope) -> Any:
    if scope.snapshot_id is not None:
        query = query.join(EntityClass, col(EntityClass.entity_id) == col(Entity.id))
        query = query.where(EntityClass.snapshot_id == scope.snapshot_id)
    return query.where(_in_scope(scope), col(Entity.id).not_in(_capped(scope)))


def _in_scope(scope: Scope) -> ColumnElement[bool]:
    conditions = [
        col(Entity.region_code).startswith(scope.region_prefix),
        col(Entity.status) == EntityStatus.ACTIVE,
    ]
    if scope.industries:
        conditions.append(col(Entity.industry).in_(list(scope.industries)))
    for tags in (scope.tags, scope.item_tags):
        if tags:
            conditions.append(or_(false(), *(col(Entity.tags).contains(f" {tag} ") for tag in tags)))
    return and_(true(), *conditions)


def _capped(scope: Scope) -> Any:
    """Who is drawn will be visited, though the teams may not be matched yet; void draws have drawn nobody.

    A sealed draw counts from its opening: a later frame that left its entities out would betray them.
    """
    year = date(scope.year, 1, 1), date(scope.year, 12, 31)
    return (
        select(DrawnEntity.entity_id)
        .join(Draw, col(Draw.id) == col(DrawnEntity.draw_id))
        .join(Task, col(Task.id) == col(Draw.task_id))
        .where(Draw.organ_id == scope.organ_id, col(Task.starts).between(*year))
        .where(col(Draw.opened_at).is_not(None))
        .group_by(col(DrawnEntity.entity_id))
        .having(func.count() >= scope.cap)
    )

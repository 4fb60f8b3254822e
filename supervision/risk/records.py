"""Queries on risk facts, snapshots and classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from supervision.people.records import within_scope
from supervision.people.rules import Actor
from supervision.register.tables import Entity, EntityStatus
from supervision.risk.rules import Facts
from supervision.risk.tables import EntityClass, RiskClass, RiskFacts, RiskSnapshot

BATCH = 10_000
_SUBJECT: list[Any] = [
    Entity.id,
    Entity.uscc,
    Entity.established,
    RiskFacts.changes,
    RiskFacts.abnormal_listings,
    RiskFacts.penalties,
    RiskFacts.complaints,
    RiskFacts.last_finding,
    RiskFacts.given_class,
]


@dataclass(frozen=True, slots=True)
class Subject:
    """An entity as the scorecard sees it."""

    entity_id: int
    uscc: str
    established: date | None
    facts: Facts


def active_entities(session: Session, actor: Actor) -> int:
    query = select(func.count()).select_from(Entity).where(*_active(actor))
    return session.exec(query).one()


def subjects(session: Session, actor: Actor, after: str) -> list[Subject]:
    """The next batch of active entities in the actor's region, in USCC order.

    A USCC is digits and capitals only, so every collation orders it like its bytes.
    """
    query = (
        sa.select(*_SUBJECT)
        .join(RiskFacts, col(RiskFacts.entity_id) == col(Entity.id), isouter=True)
        .where(*_active(actor), col(Entity.uscc) > after)
        .order_by(col(Entity.uscc))
        .limit(BATCH)
    )
    rows: Any = session.connection().execute(query)
    return [Subject(row[0], row[1], row[2], _facts(row[3:])) for row in rows]


def _active(actor: Actor) -> tuple[Any, ...]:
    return Entity.status == EntityStatus.ACTIVE, within_scope(Entity.region_code, actor)


def _facts(values: Sequence[Any]) -> Facts:
    if values[0] is None:
        return Facts()
    changes, abnormal, penalties, complaints, finding, given = values
    return Facts(changes, abnormal, penalties, complaints, int(finding or 0), given)


def facts_of(session: Session, entity_id: int) -> Facts:
    found = session.get(RiskFacts, entity_id)
    if found is None:
        return Facts()
    return _facts(
        (
            found.changes,
            found.abnormal_listings,
            found.penalties,
            found.complaints,
            found.last_finding,
            found.given_class,
        )
    )


def insert_classes(session: Session, rows: list[dict[str, Any]]) -> None:
    session.connection().execute(sa.insert(EntityClass), rows)


def last_version(session: Session, region_prefix: str, month: date) -> int:
    query = select(func.max(RiskSnapshot.version)).where(
        RiskSnapshot.region_prefix == region_prefix, RiskSnapshot.month == month
    )
    return session.exec(query).one() or 0


def snapshots(session: Session, actor: Actor, limit: int = 100) -> list[RiskSnapshot]:
    """Snapshots of the actor's region, of its parts, and of the regions that contain it; newest first."""
    query = (
        select(RiskSnapshot)
        .where(_covers(actor.region_prefix) | within_scope(RiskSnapshot.region_prefix, actor))
        .order_by(col(RiskSnapshot.month).desc(), col(RiskSnapshot.id).desc())
        .limit(limit)
    )
    return list(session.exec(query))


def newest_covering(session: Session, region_prefix: str) -> RiskSnapshot | None:
    """The newest snapshot that holds every entity of a region."""
    query = (
        select(RiskSnapshot)
        .where(_covers(region_prefix))
        .order_by(col(RiskSnapshot.month).desc(), col(RiskSnapshot.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def _covers(region_prefix: str) -> Any:
    wider = [region_prefix[:length] for length in range(len(region_prefix) + 1)]
    return col(RiskSnapshot.region_prefix).in_(wider)


def snapshot(session: Session, snapshot_id: int) -> RiskSnapshot | None:
    return session.get(RiskSnapshot, snapshot_id)


def class_in(session: Session, snapshot_id: int, entity_id: int) -> EntityClass | None:
    return session.get(EntityClass, (snapshot_id, entity_id))


def classes_in(session: Session, snapshot_id: int, entity_ids: Sequence[int]) -> dict[int, RiskClass]:
    """Entity → class, for the entities of a page."""
    query = select(EntityClass.entity_id, EntityClass.risk_class).where(
        EntityClass.snapshot_id == snapshot_id, col(EntityClass.entity_id).in_(entity_ids)
    )
    return {entity_id: RiskClass(value) for entity_id, value in session.exec(query)}


def counts_by_class(session: Session, snapshot_id: int, actor: Actor) -> dict[RiskClass, int]:
    """How many entities of the actor's region stand in each class of a snapshot."""
    query = (
        select(EntityClass.risk_class, func.count())
        .join(Entity, col(Entity.id) == col(EntityClass.entity_id))
        .where(EntityClass.snapshot_id == snapshot_id, within_scope(Entity.region_code, actor))
        .group_by(col(EntityClass.risk_class))
    )
    return {RiskClass(value): number for value, number in session.exec(query)}

"""Queries on the registers: entities, inspectors, items, recusals, and the keyword table in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, bindparam, false, text, true
from sqlmodel import Session, SQLModel, col, func, or_, select

from supervision.people.records import within, within_scope
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.reference.tables import KeywordTableVersion
from supervision.register import search
from supervision.register.tables import (
    Entity,
    EntityStatus,
    Import,
    ImportState,
    Inspector,
    Item,
    Leave,
    QuarantinedRow,
    Recusal,
)
from supervision.risk.tables import EntityClass, RiskClass, RiskFacts

_LAST_CODE = "Z" * 18
_ROWS_AT_ONCE = 100
_IDS_AT_ONCE = 5000
_IMPORT_LOCK = 0x69_6D_70_6F_72_74  # PostgreSQL advisory lock "import"


@dataclass(frozen=True, slots=True)
class EntityFilter:
    """筛选条件; what is empty does not narrow."""

    region: str = ""
    """Prefix of the region code."""
    industry: str = ""
    tag: str = ""
    kind: str = ""
    status: EntityStatus | None = None
    words: str = ""
    """Part of the name, or the beginning of the USCC."""
    risk_class: RiskClass | None = None
    snapshot_id: int | None = None
    """Where the class is looked up."""


def search_entities(
    session: Session, words: str, scope: ColumnElement[bool], limit: int, after: int = 0
) -> list[Entity]:
    """Entities whose name contains the words, or whose USCC begins with them, by id after ``after``."""
    query = (
        select(Entity)
        .where(scope, matching(session, words), col(Entity.id) > after)
        .order_by(col(Entity.id))
        .limit(limit)
    )
    return list(session.exec(query))


def matching(session: Session, words: str) -> ColumnElement[bool]:
    """The condition that a name contains the words, or a USCC begins with them; no letter, no match."""
    run = search.sought(words)
    if not run:
        return false()
    code = search.levelled(words).upper()
    conditions: list[Any] = [
        _name_matches(session, run) & col(Entity.name_grams).contains(run, autoescape=True)
    ]
    if code.isascii():
        conditions.append(col(Entity.uscc).between(code, code + _LAST_CODE[len(code) :]))
    return or_(*conditions)


def _name_matches(session: Session, run: str) -> Any:
    """All pieces of the run, by the full-text index; that they stand side by side is checked beside it."""
    if session.get_bind().dialect.name == "sqlite":
        condition = text("entity.id IN (SELECT rowid FROM entity_fts WHERE entity_fts MATCH :pieces)")
        return condition.bindparams(pieces=search.sqlite_match(run))
    condition = text(f"{search.PIECES} @@ CAST(:pieces AS tsquery)")
    return condition.bindparams(pieces=search.postgresql_match(run))


def _chosen(session: Session, actor: Actor, wanted: EntityFilter) -> list[Any]:
    conditions: list[Any] = [within_scope(Entity.region_code, actor)]
    if wanted.region:
        conditions.append(within(Entity.region_code, wanted.region))
    if wanted.industry:
        conditions.append(Entity.industry == wanted.industry)
    if wanted.tag:
        conditions.append(col(Entity.tags).contains(f" {wanted.tag} ", autoescape=True))
    if wanted.kind:
        conditions.append(Entity.kind == wanted.kind)
    if wanted.status is not None:
        conditions.append(Entity.status == wanted.status)
    if wanted.words:
        conditions.append(matching(session, wanted.words))
    if wanted.risk_class is not None:
        classed = select(EntityClass.entity_id).where(
            EntityClass.snapshot_id == wanted.snapshot_id, EntityClass.risk_class == wanted.risk_class
        )
        conditions.append(col(Entity.id).in_(classed))
    return conditions


def entities(session: Session, actor: Actor, wanted: EntityFilter, after: int, limit: int) -> list[Entity]:
    query = select(Entity).where(*_chosen(session, actor, wanted), col(Entity.id) > after)
    return list(session.exec(query.order_by(col(Entity.id)).limit(limit)))


def count_entities(session: Session, actor: Actor, wanted: EntityFilter) -> int:
    query = select(func.count()).select_from(Entity).where(*_chosen(session, actor, wanted))
    return session.exec(query).one()


def counts(session: Session, actor: Actor, wanted: EntityFilter) -> list[tuple[str, str, str, str, int]]:
    """Region, industry, kind, status and how many of the chosen entities have them, in one pass."""
    by: list[Any] = [Entity.region_code, Entity.industry, Entity.kind, Entity.status]
    query = sa.select(*by, func.count()).where(*_chosen(session, actor, wanted)).group_by(*by)
    return [tuple(row) for row in session.connection().execute(query)]


def entity_by_uscc(session: Session, actor: Actor, uscc: str) -> Entity | None:
    query = select(Entity).where(Entity.uscc == uscc, within_scope(Entity.region_code, actor))
    return session.exec(query).first()


def entities_by_id(session: Session, ids: Sequence[int]) -> dict[int, Entity]:
    return {found.id or 0: found for found in session.exec(select(Entity).where(col(Entity.id).in_(ids)))}


def inspectors(
    session: Session, actor: Actor, *, active_only: bool = False, after: int = 0, limit: int = 1000
) -> list[Inspector]:
    """Inspectors of the organs in the actor's region."""
    query = (
        select(Inspector)
        .join(Organ, col(Organ.id) == col(Inspector.organ_id))
        .where(within_scope(Organ.region_code, actor), col(Inspector.id) > after)
        .where(col(Inspector.active) if active_only else true())
        .order_by(col(Inspector.id))
        .limit(limit)
    )
    return list(session.exec(query))


def inspector(session: Session, actor: Actor, inspector_id: int) -> Inspector | None:
    query = (
        select(Inspector)
        .join(Organ, col(Organ.id) == col(Inspector.organ_id))
        .where(within_scope(Organ.region_code, actor), Inspector.id == inspector_id)
    )
    return session.exec(query).first()


def items(session: Session, actor: Actor, after: int = 0, limit: int = 1000) -> list[Item]:
    """Items of the organs in the actor's region."""
    query = (
        select(Item)
        .join(Organ, col(Organ.id) == col(Item.organ_id))
        .where(within_scope(Organ.region_code, actor), col(Item.id) > after)
        .order_by(col(Item.id))
        .limit(limit)
    )
    return list(session.exec(query))


def item(session: Session, actor: Actor, item_id: int) -> Item | None:
    query = (
        select(Item)
        .join(Organ, col(Organ.id) == col(Item.organ_id))
        .where(within_scope(Organ.region_code, actor), Item.id == item_id)
    )
    return session.exec(query).first()


def recusals(session: Session, actor: Actor, inspector_id: int | None = None) -> list[Recusal]:
    query = (
        select(Recusal)
        .join(Inspector, col(Inspector.id) == col(Recusal.inspector_id))
        .join(Organ, col(Organ.id) == col(Inspector.organ_id))
        .where(within_scope(Organ.region_code, actor))
        .order_by(col(Recusal.id).desc())
    )
    if inspector_id is not None:
        query = query.where(Recusal.inspector_id == inspector_id)
    return list(session.exec(query))


def recusal(session: Session, actor: Actor, recusal_id: int) -> Recusal | None:
    query = (
        select(Recusal)
        .join(Inspector, col(Inspector.id) == col(Recusal.inspector_id))
        .join(Organ, col(Organ.id) == col(Inspector.organ_id))
        .where(within_scope(Organ.region_code, actor), Recusal.id == recusal_id)
    )
    return session.exec(query).first()


def leaves(session: Session, actor: Actor, inspector_id: int | None = None) -> list[Leave]:
    query = (
        select(Leave)
        .join(Inspector, col(Inspector.id) == col(Leave.inspector_id))
        .join(Organ, col(Organ.id) == col(Inspector.organ_id))
        .where(within_scope(Organ.region_code, actor))
        .order_by(col(Leave.id).desc())
    )
    if inspector_id is not None:
        query = query.where(Leave.inspector_id == inspector_id)
    return list(session.exec(query))


def leave(session: Session, actor: Actor, leave_id: int) -> Leave | None:
    query = (
        select(Leave)
        .join(Inspector, col(Inspector.id) == col(Leave.inspector_id))
        .join(Organ, col(Organ.id) == col(Inspector.organ_id))
        .where(within_scope(Organ.region_code, actor), Leave.id == leave_id)
    )
    return session.exec(query).first()


def same_recusal(
    session: Session, inspector_id: int, entity_id: int | None, colleague_id: int | None
) -> Recusal | None:
    """A recusal already decided; between colleagues, in either direction."""
    query = select(Recusal).where(col(Recusal.inspector_id) == inspector_id)
    if entity_id is not None:
        return session.exec(query.where(col(Recusal.entity_id) == entity_id)).first()
    either = or_(
        (col(Recusal.inspector_id) == inspector_id) & (col(Recusal.colleague_id) == colleague_id),
        (col(Recusal.inspector_id) == colleague_id) & (col(Recusal.colleague_id) == inspector_id),
    )
    return session.exec(select(Recusal).where(either)).first()


def keyword_version(session: Session) -> KeywordTableVersion | None:
    """The keyword table in force, if an office has put one in the place of the shipped one."""
    query = select(KeywordTableVersion).order_by(col(KeywordTableVersion.id).desc()).limit(1)
    return session.exec(query).first()


def inferred_entities(session: Session, actor: Actor, after: int, limit: int) -> list[tuple[Any, ...]]:
    """(id, name, scope, industry, tags) of entities whose industry and tags were inferred, by id."""
    query = (
        select(col(Entity.id), col(Entity.name), col(Entity.scope), col(Entity.industry), col(Entity.tags))  # type: ignore[call-overload]
        .where(within_scope(Entity.region_code, actor), col(Entity.inferred), col(Entity.id) > after)
        .order_by(col(Entity.id))
        .limit(limit)
    )
    return [tuple(row) for row in session.connection().execute(query)]


@dataclass(frozen=True, slots=True)
class Known:
    """What an import must know of a row that is already there."""

    id: int
    digest: str
    region_code: str = ""
    inferred: bool = False


def lock_imports(session: Session) -> None:
    """One import writes at a time, lest two files add the same key. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _IMPORT_LOCK})


def known_entities(session: Session, usccs: Sequence[str]) -> dict[str, Known]:
    columns: list[Any] = [Entity.uscc, Entity.id, Entity.digest, Entity.region_code, Entity.inferred]
    query = sa.select(*columns).where(col(Entity.uscc).in_(usccs))
    return {row[0]: Known(*row[1:]) for row in session.connection().execute(query)}


def known_inspectors(session: Session, organ_id: int, codes: Sequence[str]) -> dict[str, Known]:
    columns: list[Any] = [Inspector.code, Inspector.id, Inspector.digest]
    query = sa.select(*columns).where(col(Inspector.organ_id) == organ_id, col(Inspector.code).in_(codes))
    return {row[0]: Known(*row[1:]) for row in session.connection().execute(query)}


def known_items(session: Session, organ_id: int, codes: Sequence[str]) -> dict[str, Known]:
    columns: list[Any] = [Item.code, Item.id, Item.digest]
    query = sa.select(*columns).where(col(Item.organ_id) == organ_id, col(Item.code).in_(codes))
    return {row[0]: Known(*row[1:]) for row in session.connection().execute(query)}


def insert_rows(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add many rows of one table; each names the same columns, in the same order.

    A register has a hundred thousand rows: they go to the driver as tuples, on PostgreSQL as one COPY, on
    SQLite many to a statement, because its full-text index is written out anew for each statement.
    """
    if not rows:
        return
    connection = session.connection()
    dialect, kept = connection.dialect, sa.inspect(table).local_table
    columns = [kept.c[name] for name in rows[0]]
    by_column = zip(*[row.values() for row in rows], strict=True)
    prepare = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    prepared = [map(each, cells) if each else cells for each, cells in zip(prepare, by_column, strict=True)]
    values = list(zip(*prepared, strict=True))
    names = ", ".join(dialect.identifier_preparer.format_column(column) for column in columns)
    into = f"{dialect.identifier_preparer.format_table(kept)} ({names})"
    if dialect.name == "sqlite":
        places = f"({', '.join('?' * len(columns))})"
        for start in range(0, len(values), _ROWS_AT_ONCE):
            few = values[start : start + _ROWS_AT_ONCE]
            statement = f"INSERT INTO {into} VALUES {', '.join([places] * len(few))}"
            connection.exec_driver_sql(statement, tuple(chain.from_iterable(few)))
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def update_rows(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Change many rows of one table by ``key`` (the row's id); each names the same columns."""
    if rows:
        key = sa.inspect(table).primary_key[0]
        session.connection().execute(sa.update(table).where(key == bindparam("key")), rows)


def facts_by_entity(session: Session, entity_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Entity id → its risk facts by column, as far as there are any."""
    query = sa.select(sa.inspect(RiskFacts).local_table).where(col(RiskFacts.entity_id).in_(entity_ids))
    return {row["entity_id"]: dict(row) for row in session.connection().execute(query).mappings()}


def import_by_id(session: Session, import_id: int) -> Import | None:
    return session.get(Import, import_id)


def import_in_scope(session: Session, actor: Actor, import_id: int) -> Import | None:
    query = (
        select(Import)
        .join(Organ, col(Organ.id) == col(Import.organ_id))
        .where(within_scope(Organ.region_code, actor), Import.id == import_id)
    )
    return session.exec(query).first()


def imports(session: Session, actor: Actor, before: int | None, limit: int) -> list[Import]:
    query = (
        select(Import)
        .join(Organ, col(Organ.id) == col(Import.organ_id))
        .where(within_scope(Organ.region_code, actor))
        .order_by(col(Import.id).desc())
        .limit(limit)
    )
    return list(session.exec(query if before is None else query.where(col(Import.id) < before)))


def unfinished_imports(session: Session) -> list[Import]:
    unfinished = col(Import.state).in_([ImportState.WAITING, ImportState.RUNNING])
    return list(session.exec(select(Import).where(unfinished)))


def quarantined(
    session: Session, import_id: int, after: int, limit: int, reason: str = ""
) -> list[QuarantinedRow]:
    query = select(QuarantinedRow).where(
        QuarantinedRow.import_id == import_id, col(QuarantinedRow.id) > after
    )
    if reason:
        query = query.where(QuarantinedRow.reason == reason)
    return list(session.exec(query.order_by(col(QuarantinedRow.id)).limit(limit)))


def quarantined_by_reason(session: Session, import_id: int) -> dict[str, int]:
    query = (
        select(QuarantinedRow.reason, func.count())
        .where(QuarantinedRow.import_id == import_id)
        .group_by(QuarantinedRow.reason)
        .order_by(func.count().desc(), QuarantinedRow.reason)
    )
    return dict(session.exec(query).all())


def traits(session: Session, entity_ids: Sequence[int]) -> dict[int, tuple[str, str, str, str]]:
    """Entity id → region, kind, registered type and capital as written."""
    found: dict[int, tuple[str, str, str, str]] = {}
    wanted: list[Any] = [Entity.id, Entity.region_code, Entity.kind, Entity.type_name, Entity.capital]
    for start in range(0, len(entity_ids), _IDS_AT_ONCE):
        part = entity_ids[start : start + _IDS_AT_ONCE]
        for row in session.execute(sa.select(*wanted).where(col(Entity.id).in_(part))):
            found[row[0]] = tuple(row[1:])
    return found

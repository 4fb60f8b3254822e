"""One chunk of a file into its register: what is new, what has changed, what is set aside.

Every row keeps a digest of the values it was imported with, so that importing a file again touches only what
differs, and nothing is ever there twice.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlmodel import Session, SQLModel

from supervision.people.rules import Actor, in_scope
from supervision.register import records
from supervision.register.classifying import UNKNOWN_INDUSTRY, spaced
from supervision.register.parsing import RawRow
from supervision.register.reasons import Reason
from supervision.register.records import Known
from supervision.register.rules import EntityRow, InspectorRow, ItemRow, RegisterRow, Rejected
from supervision.register.search import grams
from supervision.register.tables import Entity, Inspector, Item, QuarantinedRow, RegisterKind
from supervision.risk.tables import RiskFacts

Judged = tuple[RawRow, RegisterRow | Rejected]
FACTS = ("changes", "abnormal_listings", "penalties", "complaints", "last_finding", "given_class")
NO_FACTS = dict.fromkeys(FACTS[:4], 0) | {"last_finding": "", "given_class": None}
CLASSIFICATION = ("industry", "tags", "inferred")
PLACE = frozenset(("longitude", "latitude"))


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows of a chunk."""

    added: int
    changed: int
    unchanged: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class _Shelf:
    """How rows of a kind are looked up and kept."""

    table: type[SQLModel]
    known: Callable[[Session, Actor, Sequence[str]], dict[str, Known]]
    values: Callable[[Any, Actor], dict[str, Any]]


def take(
    session: Session,
    actor: Actor,
    kind: RegisterKind,
    import_id: int,
    chunk: Sequence[Judged],
    now: datetime,
) -> Taken:
    """Keep the rows of a chunk, in the transaction of the caller."""
    shelf = SHELVES[kind]
    records.lock_imports(session)
    keys = [judged.key for _, judged in chunk if not isinstance(judged, Rejected)]
    known = shelf.known(session, actor, keys)
    aside: list[dict[str, Any]] = []
    new: list[RegisterRow] = []
    changed: list[tuple[RegisterRow, Known]] = []
    digests: dict[str, str] = {}
    for raw, judged in chunk:
        verdict = _out_of_scope(actor, judged, known) or judged
        if isinstance(verdict, Rejected):
            aside.append(_quarantined(import_id, raw, verdict))
            continue
        digests[verdict.key] = digest = digest_of(verdict)
        before = known.get(verdict.key)
        if before is None:
            new.append(verdict)
        elif before.digest != digest:
            changed.append((verdict, before))
    stamp = {"import_id": import_id, "updated_at": now}

    def full(row: RegisterRow) -> dict[str, Any]:
        return {**shelf.values(row, actor), "digest": digests[row.key], **stamp}

    records.insert_rows(session, shelf.table, [full(row) for row in new])
    _change(session, shelf, [(full(row) | {"key": before.id}, row, before) for row, before in changed])
    if kind == RegisterKind.ENTITY:
        _keep_facts(session, new, changed)
    records.insert_rows(session, QuarantinedRow, aside)
    unchanged = len(chunk) - len(aside) - len(new) - len(changed)
    return Taken(len(new), len(changed), unchanged, len(aside))


def digest_of(row: RegisterRow) -> str:
    """Of every value of a row but its line."""
    values = _READ[type(row)](row)
    return hashlib.blake2b("\x1f".join(map(str, values)).encode(), digest_size=16).hexdigest()


_VALUES = {
    each: tuple(field.name for field in fields(each) if field.name != "line")
    for each in (EntityRow, InspectorRow, ItemRow)
}
_READ = {each: attrgetter(*names) for each, names in _VALUES.items()}


def _out_of_scope(
    actor: Actor, judged: RegisterRow | Rejected, known: Mapping[str, Known]
) -> Rejected | None:
    """An entity of another region, or one that would be taken away from another region."""
    if not isinstance(judged, EntityRow):
        return None
    before = known.get(judged.uscc)
    regions = (judged.region_code, before.region_code) if before else (judged.region_code,)
    for outside in regions:
        if not in_scope(actor.region_prefix, outside):
            break
    else:
        return None
    message = f"区划 {outside} 不在您的管辖范围（{actor.region_prefix}）内，请由所在地机关导入。"
    return Rejected(judged.line, Reason.OUT_OF_SCOPE, "", judged.uscc, message)


def _quarantined(import_id: int, raw: RawRow, rejected: Rejected) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "line": rejected.line,
        "reason": rejected.reason.value,
        "column": rejected.column[:100],
        "value": rejected.value[:200],
        "message": rejected.message,
        "cells": _storable(raw.cells),
    }


def _storable(cells: Mapping[str, str]) -> dict[str, str]:
    """The cells as read, but for NUL, which PostgreSQL keeps nowhere."""
    return {header.replace("\x00", ""): cell.replace("\x00", "") for header, cell in cells.items()}


def _change(
    session: Session, shelf: _Shelf, rows: Sequence[tuple[dict[str, Any], RegisterRow, Known]]
) -> None:
    """Write changed rows. What people classed by hand stays, unless the file itself says otherwise; so do
    coordinates, which may have come by a file of their own."""
    alike: dict[frozenset[str], list[dict[str, Any]]] = {}
    for values, row, before in rows:
        kept: frozenset[str] = frozenset()
        if isinstance(row, EntityRow) and row.inferred and not before.inferred:
            kept |= frozenset(CLASSIFICATION)
        if isinstance(row, EntityRow) and row.latitude is None:
            kept |= PLACE
        alike.setdefault(kept, []).append({k: v for k, v in values.items() if k not in kept})
    for part in alike.values():
        records.update_rows(session, shelf.table, part)


def _keep_facts(
    session: Session, new: Sequence[RegisterRow], changed: Sequence[tuple[RegisterRow, Known]]
) -> None:
    """Risk facts of the rows that have any; what a file does not say stays as it was."""
    told = {row.key: facts for row in new if (facts := _facts(row))}
    ids = (
        {uscc: each.id for uscc, each in records.known_entities(session, list(told)).items()} if told else {}
    )
    for row, before in changed:
        if facts := _facts(row):
            told[row.key], ids[row.key] = facts, before.id
    if not told:
        return
    earlier = records.facts_by_entity(session, list(ids.values()))
    fresh, renewed = [], []
    for uscc, facts in told.items():
        key = ids[uscc]
        if key in earlier:
            renewed.append({name: earlier[key][name] for name in FACTS} | facts | {"key": key})
        else:
            fresh.append(NO_FACTS | facts | {"entity_id": key})
    records.insert_rows(session, RiskFacts, fresh)
    records.update_rows(session, RiskFacts, renewed)


def _facts(row: RegisterRow) -> dict[str, Any]:
    facts = {name: value for name in FACTS if (value := getattr(row, name)) is not None}
    if "last_finding" in facts:
        facts["last_finding"] = str(facts["last_finding"])
    return facts


def _entity(row: EntityRow, _actor: Actor) -> dict[str, Any]:
    return {
        "uscc": row.uscc,
        "name": row.name,
        "name_grams": grams(row.name),
        "kind": row.kind.value,
        "type_name": row.type_name,
        "established": row.established,
        "capital": row.capital,
        "scope": row.scope,
        "address": row.address,
        "region_code": row.region_code,
        "industry": row.industry or UNKNOWN_INDUSTRY,
        "tags": spaced(row.tags),
        "inferred": row.inferred,
        "status": row.status,
        "contact": row.contact,
        "phone": row.phone,
        "longitude": row.longitude,
        "latitude": row.latitude,
    }


def _inspector(row: InspectorRow, actor: Actor) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _VALUES[InspectorRow]}
    return values | {"organ_id": actor.organ_id, "qualifications": spaced(row.qualifications)}


def _item(row: ItemRow, actor: Actor) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _VALUES[ItemRow]}
    return values | {"organ_id": actor.organ_id, "active": True}


SHELVES: Mapping[RegisterKind, _Shelf] = {
    RegisterKind.ENTITY: _Shelf(
        Entity, lambda session, _actor, keys: records.known_entities(session, keys), _entity
    ),
    RegisterKind.INSPECTOR: _Shelf(
        Inspector,
        lambda session, actor, keys: records.known_inspectors(session, actor.organ_id, keys),
        _inspector,
    ),
    RegisterKind.ITEM: _Shelf(
        Item, lambda session, actor, keys: records.known_items(session, actor.organ_id, keys), _item
    ),
}

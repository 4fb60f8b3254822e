"""Acts on the registers (一单两库): look up, correct, recuse. Files come in through ``importing.py``."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, TypeVar

from sqlmodel import Session

from supervision import paging
from supervision.errors import AlreadyExists, InvalidInput, NotFound
from supervision.journal.service import record
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.register import classifying, records
from supervision.register.records import EntityFilter
from supervision.register.tables import Entity, Inspector, Item, Recusal
from supervision.risk import records as risk_records
from supervision.risk.service import MAY_SEE
from supervision.risk.tables import RiskClass

UNKNOWN_INDUSTRY = "Z"
LONGEST_PAGE = 1000
STAFF = (Role.PLANNER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR, Role.INSPECTOR)
KEEPERS = (Role.PLANNER, Role.ADMINISTRATOR)
"""Roles that keep the registers."""

Row = TypeVar("Row")
Page: TypeAlias = paging.Page[Row, int]
"""A page of a register, in the order of the rows' numbers."""


@dataclass(frozen=True, slots=True)
class RegisterCounts:
    """名录户数: in all, and by region code, industry section, kind and status."""

    total: int
    by_region: dict[str, int]
    by_industry: dict[str, int]
    by_kind: dict[str, int]
    by_status: dict[str, int]


@dataclass(frozen=True, slots=True)
class RecusalRow:
    """回避一览行: whom an inspector must not visit, or not together with."""

    id: int
    inspector: str
    entity: str
    uscc: str
    colleague: str
    reason: str
    decided_by: str
    at: datetime


def page_of(rows: list[Row], limit: int) -> Page[Row]:
    """A page from one row more than fits on it."""
    last = rows[limit - 1] if len(rows) > limit else None
    return paging.Page(tuple(rows[:limit]), getattr(last, "id", None))


def bounded(limit: int) -> int:
    return max(1, min(limit, LONGEST_PAGE))


def entities(
    session: Session, actor: Actor, wanted: EntityFilter, after: int = 0, limit: int = 50
) -> Page[Entity]:
    """检查对象一览 of the actor's region. Choosing by class is for planners, approvers and auditors (R27)."""
    require(actor, *STAFF)
    wanted = with_snapshot(session, actor, wanted)
    limit = bounded(limit)
    return page_of(records.entities(session, actor, wanted, after, limit + 1), limit)


def counts(session: Session, actor: Actor, wanted: EntityFilter) -> RegisterCounts:
    """名录户数 of what the filter chooses, inside the actor's region."""
    require(actor, *STAFF)
    wanted = with_snapshot(session, actor, wanted)
    totals: tuple[Counter[str], ...] = (Counter(), Counter(), Counter(), Counter())
    for *values, number in records.counts(session, actor, wanted):
        for total, value in zip(totals, values, strict=True):
            total[str(value)] += number
    by = [dict(sorted(total.items())) for total in totals]
    return RegisterCounts(sum(by[0].values()), *by)


def count_entities(session: Session, actor: Actor, wanted: EntityFilter) -> int:
    """名录户数 of what the filter chooses, inside the actor's region."""
    require(actor, *STAFF)
    return records.count_entities(session, actor, with_snapshot(session, actor, wanted))


def with_snapshot(session: Session, actor: Actor, wanted: EntityFilter) -> EntityFilter:
    """The filter with the snapshot that knows its class: the newest that covers the actor's region."""
    if wanted.risk_class is None:
        return wanted
    require(actor, *MAY_SEE)
    if wanted.snapshot_id is not None:
        return wanted
    newest = risk_records.newest_covering(session, actor.region_prefix)
    if newest is None:
        raise NotFound(what="风险等级快照，区划", key=actor.region_prefix or "全国")
    return replace(wanted, snapshot_id=newest.id)


def classes_of(session: Session, actor: Actor, found: list[Entity]) -> dict[int, RiskClass]:
    """Entity id → class in the newest snapshot, for a page; empty for roles that may not see it."""
    newest = risk_records.newest_covering(session, actor.region_prefix) if actor.has(*MAY_SEE) else None
    if newest is None:
        return {}
    return risk_records.classes_in(session, newest.id or 0, [each.id or 0 for each in found])


def entity(session: Session, actor: Actor, uscc: str) -> Entity:
    """检查对象: one of the actor's region."""
    require(actor, *STAFF)
    found = records.entity_by_uscc(session, actor, uscc)
    if found is None:
        raise NotFound(what="检查对象", key=uscc)
    return found


def correct_entity(
    session: Session, actor: Actor, uscc: str, *, industry: str, tags: list[str], now: datetime
) -> Entity:
    """更正分类: set an entity's industry and tags by hand; inference leaves them alone from then on."""
    require(actor, *KEEPERS)
    found = entity(session, actor, uscc)
    table = classifying.effective_table(session)
    if industry != UNKNOWN_INDUSTRY and industry not in table.sections:
        raise InvalidInput(
            field="行业门类", problem=f"“{industry}”不是国民经济行业分类的门类代码（A 至 T）。"
        )
    if unknown := sorted(set(tags) - set(table.tags)):
        raise InvalidInput(field="监管标签", problem=f"关键词表中没有标签“{'、'.join(unknown)}”。")
    before = {"industry": found.industry, "tags": found.tags.split()}
    found.industry, found.tags, found.inferred = industry, classifying.spaced(tags), False
    found.updated_at = now
    session.add(found)
    session.flush()
    after = {"industry": industry, "tags": found.tags.split()}
    record(session, actor, "entity.correct", f"entity:{uscc}", {"before": before, "after": after}, now)
    return found


def inspectors(
    session: Session, actor: Actor, *, active_only: bool = False, after: int = 0, limit: int = 200
) -> Page[Inspector]:
    """执法检查人员一览, of the organs in the actor's region."""
    require(actor, *STAFF)
    limit = bounded(limit)
    found = records.inspectors(session, actor, active_only=active_only, after=after, limit=limit + 1)
    return page_of(found, limit)


def inspector(session: Session, actor: Actor, inspector_id: int) -> Inspector:
    require(actor, *STAFF)
    found = records.inspector(session, actor, inspector_id)
    if found is None:
        raise NotFound(what="执法检查人员", key=inspector_id)
    return found


def items(session: Session, actor: Actor, after: int = 0, limit: int = 200) -> Page[Item]:
    """抽查事项清单, of the organs in the actor's region."""
    require(actor, *STAFF)
    limit = bounded(limit)
    return page_of(records.items(session, actor, after, limit + 1), limit)


def item(session: Session, actor: Actor, item_id: int) -> Item:
    require(actor, *STAFF)
    found = records.item(session, actor, item_id)
    if found is None:
        raise NotFound(what="抽查事项", key=item_id)
    return found


def recusals(session: Session, actor: Actor, inspector_id: int | None = None) -> list[Recusal]:
    """回避一览, newest first."""
    require(actor, *STAFF)
    return records.recusals(session, actor, inspector_id)


def recusal_rows(session: Session, actor: Actor) -> list[RecusalRow]:
    """回避一览 with names, newest first."""
    decided = recusals(session, actor)
    named = {each.id: each for each in records.inspectors(session, actor, limit=LONGEST_PAGE * 10)}
    whom = records.entities_by_id(session, [each.entity_id for each in decided if each.entity_id])
    found = []
    for each in decided:
        inspector, colleague = named[each.inspector_id], named.get(each.colleague_id)
        entity = whom.get(each.entity_id or 0)
        found.append(
            RecusalRow(
                id=each.id or 0,
                inspector=f"{inspector.name} {inspector.code}",
                entity=entity.name if entity else "",
                uscc=entity.uscc if entity else "",
                colleague=f"{colleague.name} {colleague.code}" if colleague else "",
                reason=each.reason,
                decided_by=each.decided_by,
                at=each.at,
            )
        )
    return found


def add_recusal(
    session: Session,
    actor: Actor,
    inspector_id: int,
    *,
    reason: str,
    now: datetime,
    uscc: str | None = None,
    colleague_id: int | None = None,
) -> Recusal:
    """回避决定 (R9): the inspector must not visit an entity, or must not be teamed with a colleague."""
    require(actor, Role.PLANNER, Role.APPROVER)
    found = own_inspector(session, actor, inspector_id)
    if not reason.strip():
        raise InvalidInput(field="回避理由", problem="请写明理由，例如“近亲属任该企业法定代表人”。")
    if len(reason.strip()) > 200:
        raise InvalidInput(field="回避理由", problem="不能超过 200 字。")
    if (uscc is None) == (colleague_id is None):
        raise InvalidInput(field="回避对象", problem="请填写检查对象或同组人员，二者选一。")
    if colleague_id == inspector_id:
        raise InvalidInput(field="同组人员", problem="不能是本人。")
    whom = entity(session, actor, uscc) if uscc is not None else inspector(session, actor, colleague_id or 0)
    entity_id = whom.id if isinstance(whom, Entity) else None
    if records.same_recusal(session, inspector_id, entity_id, colleague_id):
        raise AlreadyExists(what="回避决定", key=f"{found.code}－{uscc or colleague_id}")
    decided = Recusal(
        inspector_id=inspector_id,
        entity_id=entity_id,
        colleague_id=colleague_id,
        reason=reason.strip(),
        decided_by=actor.username,
        at=now,
    )
    session.add(decided)
    session.flush()
    record(session, actor, "recusal.add", f"recusal:{decided.id}", _parties(decided), now)
    return decided


def remove_recusal(session: Session, actor: Actor, recusal_id: int, now: datetime) -> None:
    """撤销回避决定; the journal keeps that it stood."""
    require(actor, Role.PLANNER, Role.APPROVER)
    found = records.recusal(session, actor, recusal_id)
    if found is None:
        raise NotFound(what="回避决定", key=recusal_id)
    own_inspector(session, actor, found.inspector_id)
    record(session, actor, "recusal.remove", f"recusal:{recusal_id}", _parties(found), now)
    session.delete(found)
    session.flush()


def own_inspector(session: Session, actor: Actor, inspector_id: int) -> Inspector:
    """An inspector of the actor's own organ: no other organ decides whom its people may visit (R9)."""
    found = inspector(session, actor, inspector_id)
    if actor.organ_id not in (found.organ_id, 0):
        raise NotFound(what="执法检查人员", key=inspector_id)
    return found


def _parties(recusal: Recusal) -> dict[str, int | None]:
    """Whom a recusal keeps apart, by number; its reason is personal and stays out of the journal."""
    return {
        "inspector": recusal.inspector_id,
        "entity": recusal.entity_id,
        "colleague": recusal.colleague_id,
    }

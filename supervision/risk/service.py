"""Acts on risk classes. Nothing here may reach the public or another enterprise (R27)."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from supervision.clock import today
from supervision.errors import InvalidInput, NotFound
from supervision.journal.service import record
from supervision.people.rules import Actor, in_scope, require, require_region
from supervision.people.tables import Role
from supervision.register.tables import Entity
from supervision.risk import records, rules
from supervision.risk.tables import EntityClass, RiskClass, RiskSnapshot

Tell = Callable[[int, int], None]
MAY_SEE = (Role.PLANNER, Role.APPROVER, Role.AUDITOR)
"""Roles that may see the class of a single entity."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """等级说明: the score of an entity as its facts stand, and its class in the newest snapshot."""

    uscc: str
    name: str
    age: int | None
    score: rules.Score
    snapshot: RiskSnapshot | None
    frozen: EntityClass | None


def take_snapshot(
    session: Session, actor: Actor, month: date, now: datetime, progress: Tell | None = None
) -> RiskSnapshot:
    """等级快照 (R28): class every active entity of the actor's region for a month, once and for all.

    Ages count on the first day of the month. A second snapshot of a month is a new version; the first
    stays as it is. The journal holds the numbers per class only.
    """
    require(actor, Role.PLANNER, Role.ADMINISTRATOR)
    month = _checked_month(month, now)
    total = records.active_entities(session, actor)
    if not total:
        raise NotFound(what="在册检查对象，区划", key=actor.region_prefix or "全国")
    found = RiskSnapshot(
        region_prefix=actor.region_prefix,
        month=month,
        version=records.last_version(session, actor.region_prefix, month) + 1,
        scorecard_sha256=rules.scorecard().sha256,
        digest="",
        count_a=0,
        count_b=0,
        count_c=0,
        count_d=0,
        taken_by=actor.username,
        taken_at=now,
    )
    session.add(found)
    session.flush()
    counts, found.digest = _class_everyone(session, actor, found, total, progress)
    found.count_a, found.count_b, found.count_c, found.count_d = (counts[each] for each in RiskClass)
    session.add(found)
    session.flush()
    detail = {
        "month": month.isoformat(),
        "version": found.version,
        "region": found.region_prefix,
        "counts": {each.value: counts[each] for each in RiskClass},
        "digest": found.digest,
        "scorecard": found.scorecard_sha256,
    }
    record(session, actor, "risk.snapshot", f"risk_snapshot:{found.id}", detail, now)
    return found


def _checked_month(month: date, now: datetime) -> date:
    first, this = month.replace(day=1), today(now).replace(day=1)
    if first not in (this, (this - timedelta(days=1)).replace(day=1)):
        raise InvalidInput(field="快照月份", problem="快照反映当前的名录和指标，只能为本月或上月生成。")
    return first


def _class_everyone(
    session: Session, actor: Actor, snapshot: RiskSnapshot, total: int, progress: Tell | None
) -> tuple[Counter[RiskClass], str]:
    counts: Counter[RiskClass] = Counter()
    digest = hashlib.sha256()
    after, done = "", 0
    while batch := records.subjects(session, actor, after):
        rows = []
        for subject in batch:
            score = rules.score(subject.facts, rules.age_in_years(subject.established, snapshot.month))
            counts[score.risk_class] += 1
            digest.update(rules.snapshot_line(subject.uscc, score.risk_class, score.points))
            rows.append(
                {
                    "snapshot_id": snapshot.id,
                    "entity_id": subject.entity_id,
                    "risk_class": score.risk_class,
                    "points": score.points,
                    "given": score.given,
                }
            )
        records.insert_classes(session, rows)
        after, done = batch[-1].uscc, done + len(batch)
        if progress:
            progress(done, total)
    return counts, digest.hexdigest()


def explain(session: Session, actor: Actor, entity: Entity, now: datetime) -> Explanation:
    """等级说明: why an entity has its class. For planners, approvers and auditors of its region only."""
    require(actor, *MAY_SEE)
    require_region(actor, entity.region_code)
    age = rules.age_in_years(entity.established, today(now).replace(day=1))
    newest = records.newest_covering(session, entity.region_code)
    return Explanation(
        uscc=entity.uscc,
        name=entity.name,
        age=age,
        score=rules.score(records.facts_of(session, entity.id or 0), age),
        snapshot=newest,
        frozen=records.class_in(session, newest.id or 0, entity.id or 0) if newest else None,
    )


def snapshots(session: Session, actor: Actor) -> list[RiskSnapshot]:
    """快照一览: those that a task of the actor's region may cite, newest first."""
    require(actor, *MAY_SEE, Role.ADMINISTRATOR)
    return records.snapshots(session, actor)


def snapshot(session: Session, actor: Actor, snapshot_id: int) -> RiskSnapshot:
    """快照: one that covers, or lies in, the actor's region."""
    require(actor, *MAY_SEE, Role.ADMINISTRATOR)
    found = records.snapshot(session, snapshot_id)
    if found is None or not _touches(actor.region_prefix, found.region_prefix):
        raise NotFound(what="风险等级快照", key=snapshot_id)
    return found


def _touches(prefix: str, other: str) -> bool:
    return in_scope(prefix, other) or in_scope(other, prefix)


def counts_by_class(session: Session, actor: Actor, snapshot_id: int) -> dict[RiskClass, int]:
    """分级户数, in the actor's own region."""
    snapshot(session, actor, snapshot_id)
    found = records.counts_by_class(session, snapshot_id, actor)
    return {each: found.get(each, 0) for each in RiskClass}

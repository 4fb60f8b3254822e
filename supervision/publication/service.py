"""Acts of publication: what waits for an approver, publishing it, and what still needs its final outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlmodel import Session

from supervision.clock import today
from supervision.draw.rules import StillSealed
from supervision.errors import Conflict, InvalidInput, NotFound
from supervision.inspection.records import item_findings, settle
from supervision.inspection.rules import STATE_NAMES
from supervision.inspection.service import require_organ
from supervision.inspection.tables import ItemOutcome, VisitState
from supervision.journal.service import record
from supervision.paging import Page
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.plan.tables import Task, TaskState
from supervision.publication import records
from supervision.publication.exports import release_sha256
from supervision.publication.records import Waiting
from supervision.publication.rules import NothingToPublish, PublisherInspected, check_type, days_left
from supervision.publication.tables import Release, ReleasedResult
from supervision.reference.regions import region_name
from supervision.reference.results import result_names
from supervision.transparency.service import append

OFFICE = (Role.APPROVER, Role.PLANNER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """待公示一览行."""

    visit_code: str
    draw_id: str
    task_code: str
    task_name: str
    uscc: str
    entity_name: str
    region_name: str
    version: int
    correction: bool
    """A published row stands and would be replaced."""
    result: str
    result_text: str
    failed_items: int
    note: str
    inspected_on: date
    entered_by: str
    entered_at: datetime
    publish_by: date | None
    publish_by_provisional: bool
    days_left: int | None
    overdue: bool
    may_publish: bool
    """The actor has had no part in the inspection (R22)."""


def waiting(
    session: Session,
    actor: Actor,
    now: datetime,
    draw_id: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[WaitingRow, str]:
    """待公示: findings that wait for an approver, the most urgent first."""
    require(actor, *OFFICE)
    found = records.waiting(session, actor, draw_id, _read_cursor(after), limit + 1)
    shown = found[:limit]
    last = shown[-1][0] if len(found) > limit else None
    return Page(_rows(session, actor, shown, now), f"{last.publish_by}~{last.code}" if last else None)


def count_waiting(session: Session, actor: Actor, now: datetime) -> tuple[int, int]:
    """How many findings wait for an approver, and how many of them are overdue (R21)."""
    require(actor, *OFFICE)
    return records.count_waiting(session, actor, today(now))


def unsettled(
    session: Session, actor: Actor, now: datetime, after: str | None = None, limit: int = 50
) -> Page[WaitingRow, str]:
    """待更新: published as 发现问题待后续处理, still without the final outcome."""
    require(actor, *OFFICE)
    found = records.unsettled(session, actor, after, limit + 1)
    shown = found[:limit]
    last = shown[-1][0].code if len(found) > limit else None
    return Page(_rows(session, actor, shown, now), last)


def publish(session: Session, actor: Actor, visit_codes: Sequence[str], now: datetime) -> list[Release]:
    """公示: release the findings of these visits, one release for each draw; all of them or none.

    Refuses an approver who entered one of them or is in its team (R22). A finding on a visit published before
    replaces the earlier row, which stays visible. A task whose visits are all published is done.
    """
    require(actor, Role.APPROVER)
    for draw_id in records.draws_of_visits(session, visit_codes):
        records.lock_draw(session, draw_id)  # all of them, and before the journal: see journal.records.lock
    rows = _to_publish(session, actor, visit_codes)
    released = [
        _release(session, actor, draw_id, list(group), now)
        for draw_id, group in groupby(rows, key=lambda row: row[0].draw_id)
    ]
    settle(
        session,
        [visit.id or 0 for visit, *_ in rows],
        [finding.id or 0 for _, finding, *_ in rows],
        {"reviewed_by": actor.username, "reviewed_at": now},
    )
    for task in {task.id: task for *_, task in rows}.values():
        _finish(session, actor, task, now)
    return released


def _to_publish(session: Session, actor: Actor, visit_codes: Sequence[str]) -> list[Waiting]:
    """The visits, locked, by draw and credit code; refuses if the actor may not publish one of them."""
    wanted = sorted(set(visit_codes))
    if not wanted:
        raise NothingToPublish()
    rows = records.visits_with_findings(session, wanted)
    known = {visit.code for visit, *_ in rows}
    for code in wanted:
        if code not in known:
            raise NotFound(what="待公示的检查", key=code)
    for organ_id in {task.organ_id for *_, task in rows}:
        require_organ(session, actor, organ_id)
    own = _own_visits(session, actor, rows)
    for visit, _, _, task in rows:
        if task.state is TaskState.VOID or visit.state is not VisitState.SUBMITTED:
            state = "已作废" if task.state is TaskState.VOID else STATE_NAMES[visit.state]
            raise Conflict(what=f"检查“{visit.code}”", state=state, act="公示")
        if visit.id in own:
            raise PublisherInspected(visit=visit.code)
    return sorted(rows, key=lambda row: (row[0].draw_id, row[2].uscc))


def _release(session: Session, actor: Actor, draw_id: int, rows: Sequence[Waiting], now: datetime) -> Release:
    draw = records.lock_draw(session, draw_id)
    if draw.is_shut:
        raise StillSealed(draw_id=draw.draw_id, act="公示检查结果")
    before = records.released_rows(session, [visit.id or 0 for visit, *_ in rows])
    task = rows[0][3]
    plan, organ = records.plan(session, task.plan_id), records.organ(session, task.organ_id)
    results = [
        ReleasedResult(
            release_id=0,
            finding_id=finding.id or 0,
            entity_id=entity.id or 0,
            uscc=entity.uscc,
            entity_name=entity.name,
            plan_code=plan.code,
            plan_name=plan.name,
            task_code=task.code,
            task_name=task.name,
            check_type=check_type(task.directed),
            organ_name=organ.name,
            completed_on=finding.inspected_on,
            publish_by=visit.publish_by or finding.inspected_on,
            result=finding.result,
            result_text=result_names()[finding.result],
            corrects_id=before.get(visit.id or 0),
        )
        for visit, finding, entity, _ in rows
    ]
    serial = records.last_serial(session, draw_id) + 1
    release = Release(
        draw_id=draw_id,
        organ_id=task.organ_id,
        serial=serial,
        code=f"{draw.draw_id}-R{serial}",
        row_count=len(results),
        sha256=release_sha256(results),
        published_by=actor.username,
        published_at=now,
    )
    session.add(release)
    session.flush()
    logged = {"code": release.code, "sha256": release.sha256, "draw_id": draw.draw_id}
    append(session, "release", logged, now)
    values = [result.model_dump(exclude={"id"}) | {"release_id": release.id} for result in results]
    records.add_rows(session, values)
    detail = {"rows": len(results), "sha256": release.sha256, "corrections": len(before)}
    record(session, actor, "release.publish", f"release:{release.code}", detail, now)
    return release


def _finish(session: Session, actor: Actor, task: Task, now: datetime) -> None:
    if task.state is TaskState.PAIRED and records.unpublished(session, task.id or 0) == 0:
        task.state = TaskState.DONE
        session.add(task)
        record(session, actor, "task.done", f"task:{task.code}", {}, now)


def _own_visits(session: Session, actor: Actor, rows: Sequence[Waiting]) -> set[int]:
    """Visits in which the actor took part: entered the finding, or is of the team."""
    own = {visit.id or 0 for visit, finding, *_ in rows if finding.entered_by == actor.username}
    if actor.inspector_id is not None:
        ids = [visit.id or 0 for visit, *_ in rows]
        own |= records.visits_seen_by(session, actor.inspector_id, ids)
    return own


def _rows(session: Session, actor: Actor, rows: Sequence[Waiting], now: datetime) -> tuple[WaitingRow, ...]:
    before = records.released_rows(session, [visit.id or 0 for visit, *_ in rows])
    answers = item_findings(session, [finding.id or 0 for _, finding, *_ in rows])
    own = _own_visits(session, actor, rows)
    found = []
    for visit, finding, entity, task in rows:
        left = days_left(visit.publish_by, now) if visit.publish_by else None
        failed = sum(a.outcome is ItemOutcome.FAIL for a in answers.get(finding.id or 0, []))
        allowed = actor.has(Role.APPROVER) and actor.organ_id in (task.organ_id, 0) and visit.id not in own
        found.append(
            WaitingRow(
                visit_code=visit.code,
                draw_id=visit.code.rpartition("-V")[0],
                task_code=task.code,
                task_name=task.name,
                uscc=entity.uscc,
                entity_name=entity.name,
                region_name=region_name(entity.region_code),
                version=finding.version,
                correction=(visit.id or 0) in before,
                result=finding.result,
                result_text=result_names()[finding.result],
                failed_items=failed,
                note=finding.note,
                inspected_on=finding.inspected_on,
                entered_by=finding.entered_by,
                entered_at=finding.entered_at,
                publish_by=visit.publish_by,
                publish_by_provisional=visit.publish_by_provisional,
                days_left=left,
                overdue=left is not None and left < 0,
                may_publish=allowed and visit.state is VisitState.SUBMITTED,
            )
        )
    return tuple(found)


def _read_cursor(after: str | None) -> tuple[date, str] | None:
    if after is None:
        return None
    day, _, code = after.partition("~")
    try:
        return date.fromisoformat(day), code
    except ValueError:
        raise InvalidInput(field="after", problem="请使用上一页给出的值。") from None

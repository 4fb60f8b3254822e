"""Acts on visits: handing them to their teams, seeing them, entering, correcting and returning findings."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session

from supervision.clock import today
from supervision.draw.tables import Draw, DrawState
from supervision.errors import Conflict, NotFound
from supervision.inspection import records
from supervision.inspection.records import Row
from supervision.inspection.rules import (
    OUTCOME_NAMES,
    STATE_NAMES,
    Bounds,
    ItemAnswer,
    NotOfTeam,
    NotOwnOrgan,
    Reported,
    TeamOf,
    check_report,
    concerns,
    given,
    seat_name,
    visit_code,
)
from supervision.inspection.tables import CalendarFeed, Finding, Visit, VisitState
from supervision.inspection.visits import FindingView, ItemResult, TeamSeat, VisitItem, VisitRow, VisitView
from supervision.journal.service import record
from supervision.paging import Page
from supervision.people.rules import Actor, require, token_hash
from supervision.people.tables import Role
from supervision.plan.tables import Task, TaskState
from supervision.reference.holidays import WorkingDays
from supervision.reference.regions import region_name
from supervision.reference.results import result_names
from supervision.register.tables import Entity, Item

OFFICE = (Role.PLANNER, Role.APPROVER, Role.AUDITOR)


def assign_visits(session: Session, draw: Draw, teams: Sequence[TeamOf]) -> list[Visit]:
    """分派检查: one visit and its team for every drawn entity, within the pairing's transaction."""
    usccs = records.usccs(session, [team.entity_id for team in teams])
    ordered = sorted(teams, key=lambda team: usccs[team.entity_id])
    visits = records.add_visits(
        session,
        [
            {
                "task_id": draw.task_id,
                "draw_id": draw.id,
                "drawn_id": team.drawn_id,
                "entity_id": team.entity_id,
                "code": visit_code(draw.draw_id, number),
                "bundle": team.bundle,
                "state": VisitState.ASSIGNED,
            }
            for number, team in enumerate(ordered, start=1)
        ],
    )
    records.add_members(
        session,
        [
            {"visit_id": visit.id, "inspector_id": member.inspector_id, "seat": member.seat}
            for visit, team in zip(visits, ordered, strict=True)
            for member in team.members
        ],
    )
    return visits


def my_visits(
    session: Session,
    actor: Actor,
    states: Sequence[VisitState] = (),
    after: str | None = None,
    limit: int = 50,
) -> Page[VisitRow, str]:
    """我的检查: the visits whose team the actor belongs to, by number."""
    require(actor, Role.INSPECTOR)
    if actor.inspector_id is None:
        return Page((), None)
    found = records.visits_of_inspector(session, actor.inspector_id, states, after, limit + 1)
    return _page(session, found, limit)


def visits_of_task(
    session: Session,
    actor: Actor,
    task_id: int,
    states: Sequence[VisitState] = (),
    inspector_id: int | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[VisitRow, str]:
    """任务的检查一览, for the office, inside its region."""
    require(actor, *OFFICE)
    _task(session, actor, task_id)
    found = records.visits_of_task(session, task_id, states, inspector_id, after, limit + 1)
    return _page(session, found, limit)


def visits_of_entity(session: Session, actor: Actor, uscc: str) -> tuple[VisitRow, ...]:
    """检查记录 of one entity by the organs of the actor's region, newest first."""
    require(actor, *OFFICE)
    found = records.visits_of_entity(session, actor, uscc)
    return _page(session, found, len(found)).rows


def progress_of_task(session: Session, actor: Actor, task_id: int) -> dict[VisitState, int]:
    """任务进度: how many visits stand in each state."""
    require(actor, *OFFICE)
    _task(session, actor, task_id)
    found = records.count_by_state(session, task_id)
    return {state: found.get(state, 0) for state in VisitState}


def visit_detail(session: Session, actor: Actor, code: str) -> VisitView:
    """检查详情, for its team and for the office inside its region."""
    row = _visit(session, code)
    visit, entity, task, draw = row
    team = records.teams(session, [visit.id or 0]).get(visit.id or 0, [])
    member = _is_member(actor, [seat.inspector_id for seat, _ in team])
    in_office = actor.has(*OFFICE) and records.task_in_scope(session, actor, task.id or 0) is not None
    if not member and not in_office:
        raise NotFound(what="检查", key=code)
    items = items_of(entity, task, records.items(session, task.item_ids))
    findings = _finding_views(session, visit, items)
    cancelled = is_cancelled(visit, task, draw)
    running = not cancelled and task.state in (TaskState.PAIRED, TaskState.DONE)
    return VisitView(
        code=visit.code,
        state=visit.state,
        state_name=STATE_NAMES[visit.state],
        cancelled=cancelled,
        draw_id=draw.draw_id,
        blinded=draw.blinded,
        plan_name=records.plan_of(session, task).name,
        task_code=task.code,
        task_name=task.name,
        organ_name=records.organ_of(session, draw.organ_id).name,
        starts=task.starts,
        ends=task.ends,
        uscc=entity.uscc,
        entity_name=entity.name,
        type_name=entity.type_name,
        address=entity.address,
        region_code=entity.region_code,
        region_name=region_name(entity.region_code),
        scope=entity.scope,
        contact=entity.contact if member else "",
        phone=entity.phone if member else "",
        items=tuple(
            VisitItem(item.id or 0, item.code, item.subject, item.name, item.method, item.legal_basis)
            for item in items.values()
        ),
        team=tuple(
            TeamSeat(
                inspector_id=seat.inspector_id,
                code=inspector.code,
                name=inspector.name,
                department=inspector.department,
                certificate=inspector.certificate,
                seat=seat.seat,
                seat_name=seat_name(seat.seat),
            )
            for seat, inspector in team
        ),
        findings=findings,
        publish_by=visit.publish_by,
        publish_by_provisional=visit.publish_by_provisional,
        may_enter=running and member and visit.state in (VisitState.ASSIGNED, VisitState.RETURNED),
        may_correct=running and member and visit.state is VisitState.PUBLISHED,
        may_review=running
        and visit.state is VisitState.SUBMITTED
        and may_review(actor, draw.organ_id, [seat.inspector_id for seat, _ in team], findings[0].entered_by),
    )


def enter_finding(
    session: Session,
    actor: Actor,
    visit_code: str,
    *,
    inspected_on: date,
    result: str,
    note: str = "",
    items: Mapping[int, ItemAnswer],
    now: datetime,
    working_days: WorkingDays,
    publication_working_days: int,
) -> Finding:
    """录入检查结果 (R22: who checks, enters). A new version; it waits for an approver.

    A visit after the task's end is accepted with a note that says why. The last day of publication is counted
    in working days from the inspection (R21).
    """
    row = _for_entry(session, actor, visit_code, (VisitState.ASSIGNED, VisitState.RETURNED), "录入结果")
    report = Reported(inspected_on, result, note.strip(), items)
    _check(session, row, report, today(now))
    deadline = working_days.add_working_days(inspected_on, publication_working_days)
    row[0].publish_by, row[0].publish_by_provisional = deadline.date, deadline.provisional
    return _add_finding(session, actor, row, report, "finding.enter", now)


def correct(
    session: Session,
    actor: Actor,
    visit_code: str,
    reason: str,
    *,
    inspected_on: date,
    result: str,
    note: str = "",
    items: Mapping[int, ItemAnswer],
    now: datetime,
    working_days: WorkingDays,
    publication_working_days: int,
) -> Finding:
    """更正已公示的结果, e.g. code 8 with its final outcome. What was published stays visible as replaced.

    The last day of publication is counted from the day the correction is entered.
    """
    reason = given("更正理由", reason)
    row = _for_entry(session, actor, visit_code, (VisitState.PUBLISHED,), "更正")
    report = Reported(inspected_on, result, f"更正理由：{reason}\n{note.strip()}".strip(), items)
    _check(session, row, report, today(now))
    deadline = working_days.add_working_days(today(now), publication_working_days)
    row[0].publish_by, row[0].publish_by_provisional = deadline.date, deadline.provisional
    return _add_finding(session, actor, row, report, "finding.correct", now)


def return_finding(session: Session, actor: Actor, visit_code: str, reason: str, now: datetime) -> Finding:
    """退回检查结果 to its team, with a reason."""
    require(actor, Role.APPROVER)
    reason = given("退回理由", reason)
    visit, _, task, draw = _visit(session, visit_code, lock=True)
    require_organ(session, actor, draw.organ_id)
    _refuse_cancelled(visit, task, draw, "退回")
    if visit.state is not VisitState.SUBMITTED:
        raise Conflict(what=f"检查“{visit.code}”", state=STATE_NAMES[visit.state], act="退回")
    finding = records.newest_findings(session, [visit.id or 0])[visit.id or 0]
    finding.reviewed_by, finding.reviewed_at, finding.returned_because = actor.username, now, reason
    visit.state = VisitState.RETURNED
    session.add_all((finding, visit))
    record(session, actor, "finding.return", f"visit:{visit.code}", {"version": finding.version}, now)
    return finding


def calendar_token(session: Session, actor: Actor, now: datetime) -> str:
    """开通日历订阅: the secret of a new feed address, shown once; an earlier address stops working."""
    inspector_id = _inspector(actor)
    records.drop_feed(session, inspector_id)
    token = secrets.token_urlsafe(32)
    session.add(CalendarFeed(inspector_id=inspector_id, token_hash=token_hash(token), created_at=now))
    record(session, actor, "calendar.open", f"account:{actor.username}", {}, now)
    return token


def close_calendar(session: Session, actor: Actor, now: datetime) -> None:
    """停用日历订阅: the address stops working at once."""
    records.drop_feed(session, _inspector(actor))
    record(session, actor, "calendar.close", f"account:{actor.username}", {}, now)


def calendar_since(session: Session, actor: Actor) -> datetime | None:
    """When the actor's feed was opened; none: there is no feed."""
    feed = records.feed_of(session, _inspector(actor))
    return feed.created_at if feed else None


def is_cancelled(visit: Visit, task: Task, draw: Draw) -> bool:
    """Whether nobody is to be visited any more: task or draw are void, or another came instead."""
    void = task.state is TaskState.VOID or draw.state is DrawState.VOID
    return void or visit.state is VisitState.REPLACED


def require_organ(session: Session, actor: Actor, organ_id: int) -> None:
    """Refuse whoever is not of the organ that drew; the server's own commands belong to all."""
    if actor.organ_id not in (organ_id, 0):
        raise NotOwnOrgan(organ=records.organ_of(session, organ_id).name)


def may_review(actor: Actor, organ_id: int, team: Sequence[int], entered_by: str) -> bool:
    """Whether an actor may publish a finding: an approver of the organ with no part in it (R22)."""
    involved = actor.username == entered_by or _is_member(actor, team)
    return actor.has(Role.APPROVER) and actor.organ_id in (organ_id, 0) and not involved


def _visit(session: Session, code: str, *, lock: bool = False) -> Row:
    row = records.visit(session, code, lock=lock)
    if row is None:
        raise NotFound(what="检查", key=code)
    return row


def _task(session: Session, actor: Actor, task_id: int) -> Task:
    task = records.task_in_scope(session, actor, task_id)
    if task is None:
        raise NotFound(what="任务", key=task_id)
    return task


def _inspector(actor: Actor) -> int:
    require(actor, Role.INSPECTOR)
    if actor.inspector_id is None:
        raise NotFound(what="执法检查人员", key=actor.username)
    return actor.inspector_id


def _is_member(actor: Actor, team: Sequence[int]) -> bool:
    return actor.has(Role.INSPECTOR) and actor.inspector_id is not None and actor.inspector_id in team


def _for_entry(session: Session, actor: Actor, code: str, states: tuple[VisitState, ...], act: str) -> Row:
    """The visit, locked, in a state that allows the act, the actor being of its team."""
    require(actor, Role.INSPECTOR)
    row = _visit(session, code, lock=True)
    visit, _, task, draw = row
    team = records.teams(session, [visit.id or 0]).get(visit.id or 0, [])
    if not _is_member(actor, [seat.inspector_id for seat, _ in team]):
        raise NotOfTeam(visit=code)
    _refuse_cancelled(visit, task, draw, act)
    if visit.state not in states:
        raise Conflict(what=f"检查“{code}”", state=STATE_NAMES[visit.state], act=act)
    return row


def _refuse_cancelled(visit: Visit, task: Task, draw: Draw, act: str) -> None:
    if is_cancelled(visit, task, draw):
        state = STATE_NAMES[visit.state] if visit.state is VisitState.REPLACED else "已作废"
        raise Conflict(what=f"检查“{visit.code}”", state=state, act=act)


def _check(session: Session, row: Row, report: Reported, day: date) -> None:
    visit, entity, task, _ = row
    team = records.teams(session, [visit.id or 0])[visit.id or 0]
    items = items_of(entity, task, records.items(session, task.item_ids))
    bounds = Bounds(
        starts=task.starts,
        ends=task.ends,
        today=day,
        items={item_id: item.name for item_id, item in items.items()},
        certificates={inspector.name: inspector.certificate_until for _, inspector in team},
    )
    check_report(report, bounds, result_names())


def _add_finding(
    session: Session, actor: Actor, row: Row, report: Reported, act: str, now: datetime
) -> Finding:
    visit = row[0]
    before = records.findings(session, visit.id or 0)
    finding = Finding(
        visit_id=visit.id or 0,
        version=before[0].version + 1 if before else 1,
        inspected_on=report.inspected_on,
        result=report.result,
        note=report.note,
        entered_by=actor.username,
        entered_at=now,
    )
    visit.state = VisitState.SUBMITTED
    session.add_all((finding, visit))
    session.flush()
    records.add_item_findings(
        session,
        [
            {
                "finding_id": finding.id,
                "item_id": item_id,
                "outcome": answer.outcome,
                "note": answer.note.strip(),
            }
            for item_id, answer in report.items.items()
        ],
    )
    detail = {"version": finding.version, "result": report.result, "publish_by": f"{visit.publish_by}"}
    record(session, actor, act, f"visit:{visit.code}", detail, now)
    return finding


def items_of(entity: Entity, task: Task, items: Mapping[int, Item]) -> dict[int, Item]:
    """The task's items that concern the entity, in the order of their codes."""
    return {
        item_id: item
        for item_id, item in items.items()
        if item_id in task.item_ids and concerns(item.tag, entity.tags)
    }


def _page(session: Session, rows: Sequence[Row], limit: int) -> Page[VisitRow, str]:
    shown = rows[:limit]
    ids = [visit.id or 0 for visit, *_ in shown]
    teams, findings = records.teams(session, ids), records.newest_findings(session, ids)
    items = records.items(session, (item_id for _, _, task, _ in shown for item_id in task.item_ids))
    found = []
    for visit, entity, task, draw in shown:
        finding = findings.get(visit.id or 0)
        found.append(
            VisitRow(
                code=visit.code,
                state=visit.state,
                draw_id=draw.draw_id,
                task_code=task.code,
                task_name=task.name,
                starts=task.starts,
                ends=task.ends,
                uscc=entity.uscc,
                entity_name=entity.name,
                address=entity.address,
                region_code=entity.region_code,
                region_name=region_name(entity.region_code),
                item_count=len(items_of(entity, task, items)),
                team=tuple(inspector.name for _, inspector in teams.get(visit.id or 0, [])),
                inspected_on=finding.inspected_on if finding else None,
                result=finding.result if finding else None,
                result_text=result_names()[finding.result] if finding else None,
                publish_by=visit.publish_by,
                publish_by_provisional=visit.publish_by_provisional,
            )
        )
    return Page(tuple(found), shown[-1][0].code if len(rows) > limit else None)


def _finding_views(session: Session, visit: Visit, items: Mapping[int, Item]) -> tuple[FindingView, ...]:
    findings = records.findings(session, visit.id or 0)
    answers = records.item_findings(session, [finding.id or 0 for finding in findings])
    places = {item_id: place for place, item_id in enumerate(items)}
    return tuple(
        FindingView(
            version=finding.version,
            inspected_on=finding.inspected_on,
            result=finding.result,
            result_text=result_names()[finding.result],
            note=finding.note,
            entered_by=finding.entered_by,
            entered_at=finding.entered_at,
            reviewed_by=finding.reviewed_by,
            reviewed_at=finding.reviewed_at,
            returned_because=finding.returned_because,
            items=tuple(
                ItemResult(
                    item_id=answer.item_id,
                    name=items[answer.item_id].name if answer.item_id in items else "",
                    outcome=answer.outcome,
                    outcome_name=OUTCOME_NAMES[answer.outcome],
                    note=answer.note,
                )
                for answer in sorted(
                    answers.get(finding.id or 0, []),
                    key=lambda answer: places.get(answer.item_id, len(places)),
                )
            ),
        )
        for finding in findings
    )

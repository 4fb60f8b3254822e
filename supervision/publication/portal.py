"""公示查询: what anyone may ask, without signing in. Nothing here takes an actor, and nothing is written.

Everything returned is built of the values in ``public``; rows of tables stay inside.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from supervision.draw.anonymity import anonymity_of
from supervision.draw.rules import STATE_NAMES
from supervision.draw.tables import Draw, DrawState
from supervision.paging import Page
from supervision.people.tables import Organ
from supervision.plan.tables import Plan, Task
from supervision.publication import disclosure, exports, records
from supervision.publication.public import (
    PublicCell,
    PublicDraw,
    PublicDrawn,
    PublicDrawRow,
    PublicEntity,
    PublicEntityRow,
    PublicItem,
    PublicPlan,
    PublicRelease,
    PublicResult,
    PublicTask,
    ReleasePage,
    ResultFilter,
    Statistics,
)
from supervision.publication.records import Shown
from supervision.publication.rules import (
    NotPublished,
    check_type,
    denominator,
    on_time_rate,
    row_number,
)
from supervision.publication.tables import Release
from supervision.reference.regions import region_name
from supervision.reference.results import result_names


def search(
    session: Session, text: str, after: str | None = None, limit: int = 20
) -> Page[PublicEntityRow, str]:
    """查询经营主体 with published results, by part of the name or the beginning of the credit code."""
    found = records.search(session, text, row_number(after) or 0, limit + 1)
    shown = found[:limit]
    newest: dict[int, list[Shown]] = {}
    for row in records.results_of_entities(session, [entity.id or 0 for entity in shown]):
        newest.setdefault(row[0].entity_id, []).append(row)
    rows = tuple(
        PublicEntityRow(
            uscc=entity.uscc,
            name=entity.name,
            region_name=region_name(entity.region_code),
            results=len(newest[entity.id or 0]),
            completed_on=newest[entity.id or 0][0][0].completed_on,
            result=newest[entity.id or 0][0][0].result,
            result_text=newest[entity.id or 0][0][0].result_text,
        )
        for entity in shown
    )
    return Page(rows, str(shown[-1].id) if len(found) > limit else None)


def results(
    session: Session, wanted: ResultFilter, after: str | None = None, limit: int = 20
) -> Page[PublicResult, str]:
    """公示结果一览, newest first; those replaced since are among them and say so."""
    found = records.results(session, wanted, row_number(after), limit + 1)
    shown = found[:limit]
    return Page(_results(session, shown, False), str(shown[-1][0].id) if len(found) > limit else None)


def entity_page(session: Session, uscc: str, with_inspectors: bool = False) -> PublicEntity:
    """经营主体的公示页; only for entities with published results."""
    entity = records.entity_with_results(session, uscc.strip().upper())
    if entity is None:
        raise NotPublished(what="经营主体的抽查结果", key=uscc)
    results = records.results_of_entities(session, [entity.id or 0])
    return PublicEntity(
        uscc=entity.uscc,
        name=entity.name,
        type_name=entity.type_name,
        address=entity.address,
        region_name=region_name(entity.region_code),
        results=_results(session, results, with_inspectors),
    )


def releases(
    session: Session, organ: str | None = None, after: str | None = None, limit: int = 20
) -> Page[PublicRelease, str]:
    """公示版本一览, newest first; ``organ`` is an organ's code."""
    found = records.releases(session, organ_code=organ, before=row_number(after), limit=limit + 1)
    shown = found[:limit]
    return Page(_releases(session, shown), str(shown[-1][0].id) if len(found) > limit else None)


def latest(session: Session, limit: int = 50) -> tuple[PublicRelease, ...]:
    """最新公示, for the home page and the feed."""
    return releases(session, limit=limit).rows


def release_page(session: Session, code: str, with_inspectors: bool = False) -> ReleasePage:
    """公示版本 with all its rows, in the order of the hashed bytes."""
    found = records.releases(session, code=code)
    if not found:
        raise NotPublished(what="公示版本", key=code)
    rows = records.results_of_release(session, found[0][0].id or 0)
    return ReleasePage(_releases(session, found)[0], _results(session, rows, with_inspectors))


def draws(
    session: Session, organ: str | None = None, after: str | None = None, limit: int = 20
) -> Page[PublicDrawRow, str]:
    """抽取一览, newest first: approved, closed, and void ones with their reason."""
    found = records.draws(session, organ, row_number(after), limit + 1)
    shown = found[:limit]
    counts = records.drawn_counts(session, [draw.id or 0 for draw, *_ in shown])
    rows = tuple(
        PublicDrawRow(
            draw_id=draw.draw_id,
            organ_code=office.code,
            organ_name=office.name,
            task_code=task.code,
            task_name=task.name,
            check_type=check_type(task.directed),
            state=draw.state,
            state_name=STATE_NAMES[draw.state],
            plan_hash=draw.plan_hash,
            register_n=draw.register_n,
            drawn=_drawn_n(draw, counts),
            approved_at=draw.approved_at,
            closed_at=draw.closed_at,
            void_reason=draw.void_reason,
        )
        for draw, task, office in shown
    )
    return Page(rows, str(shown[-1][0].id) if len(found) > limit else None)


def draw_page(session: Session, draw_id: str) -> PublicDraw:
    """抽取公示页: the plan as soon as it is approved, everything for a replay once the draw is open."""
    draw = disclosure.public_draw(session, draw_id)
    task = records.task(session, draw.task_id)
    plan, office = records.plan(session, task.plan_id), records.organ(session, draw.organ_id)
    names = records.item_names(session, task.item_ids)
    revealed = disclosure.is_revealed(draw, task)
    cells = draw.cells or [] if revealed else []
    return PublicDraw(
        draw_id=draw.draw_id,
        organ_code=office.code,
        organ_name=office.name,
        plan_code=plan.code,
        plan_name=plan.name,
        task_code=task.code,
        task_name=task.name,
        check_type=check_type(task.directed),
        region_name=region_name(task.region_prefix),
        items=tuple(names[item_id] for item_id in task.item_ids if item_id in names),
        state=draw.state,
        state_name=STATE_NAMES[draw.state],
        approved_at=draw.approved_at,
        closed_at=draw.closed_at,
        void_reason=draw.void_reason,
        void_when_known=bool(records.void_when_known(session, draw.id)),
        redraw_of=records.number_of_task_draw(session, task.redraw_of_id) if task.redraw_of_id else None,
        redraw_reason=task.redraw_reason,
        redrawn_as=tuple(records.redraws_of(session, draw.task_id)),
        sealed=draw.sealed,
        open_by=draw.open_by,
        opened_at=draw.opened_at,
        by_class=task.by_class,
        blinded=draw.blinded,
        plan_json=draw.plan_json,
        plan_hash=draw.plan_hash,
        register_root=draw.register_root,
        register_n=draw.register_n,
        parties=disclosure.parties(session, draw, revealed),
        sources=disclosure.sources(session, draw),
        campaign=disclosure.campaign(session, draw),
        anonymity=anonymity_of(session, draw, revealed=revealed),
        log=tuple(disclosure.logged(session, draw)),
        replayable=revealed,
        seed=draw.seed if revealed else None,
        denominator=denominator(draw.plan_json, cells) if revealed else None,
        drawn_n=_drawn_n(draw, records.drawn_counts(session, [draw.id or 0])),
        cells=tuple(PublicCell(*cell) for cell in cells),
        cells_sha256=draw.cells_sha256 if revealed else None,
        result=draw.result if revealed else None,
        result_sha256=draw.result_sha256,
        closing_json=draw.closing_json,
        closing_hash=draw.closing_hash,
        replacements=disclosure.replacements(session, draw) if revealed else (),
        names_public=disclosure.names_are_public(draw, task),
        releases=_releases(session, records.releases(session, draw_id=draw.id)),
    )


def drawn_list(session: Session, draw_id: str, after: str = "", limit: int = 20) -> Page[PublicDrawn, str]:
    """抽中对象名单, in the order of credit codes, which says nothing of lines of the frame."""
    draw = disclosure.public_draw(session, draw_id)
    if not disclosure.names_are_public(draw, records.task(session, draw.task_id)):
        raise NotPublished(what="抽中对象名单", key=draw_id)
    found = records.drawn_names(session, draw.id or 0, after, limit + 1)
    rows = tuple(PublicDrawn(*row) for row in found[:limit])
    return Page(rows, rows[-1].uscc if len(found) > limit else None)


def plan_notices(
    session: Session, organ: str | None = None, after: str | None = None, limit: int = 20
) -> Page[PublicPlan, str]:
    """抽查计划公告: plans with an announced task, newest first."""
    found = records.announced_plans(session, organ, row_number(after), limit + 1)
    shown = found[:limit]
    rows = tuple(
        PublicPlan(plan.code, plan.name, plan.year, office.code, office.name, tasks)
        for plan, office, tasks in shown
    )
    return Page(rows, str(shown[-1][0].id) if len(found) > limit else None)


def task_notices(
    session: Session,
    organ: str | None = None,
    plan_code: str | None = None,
    after: str | None = None,
    limit: int = 20,
) -> Page[PublicTask, str]:
    """抽查任务公告: approved tasks and those after, newest first."""
    found = records.announced_tasks(session, organ, plan_code, row_number(after), limit + 1)
    shown = found[:limit]
    return Page(_tasks(session, shown), str(shown[-1][0].id) if len(found) > limit else None)


def task_notice(session: Session, code: str) -> PublicTask:
    """抽查任务公告, one of them."""
    found = records.announced_tasks(session, code=code)
    if not found:
        raise NotPublished(what="抽查任务公告", key=code)
    return _tasks(session, found)[0]


def items(session: Session, organ: str | None = None) -> tuple[PublicItem, ...]:
    """抽查事项清单: items in use that have a published legal basis (R1)."""
    return tuple(
        PublicItem(
            code=item.code,
            subject=item.subject,
            name=item.name,
            kind=item.kind.value,
            objects=item.objects,
            method=item.method,
            inspecting_organ=item.inspecting_organ or office.name,
            legal_basis=item.legal_basis,
            published_url=item.published_url,
            organ_code=office.code,
            organ_name=office.name,
        )
        for item, office in records.public_items(session, organ)
    )


def organs(session: Session) -> tuple[tuple[str, str], ...]:
    """(code, name) of the organs that have announced a draw: the choices of the filters."""
    return tuple((office.code, office.name) for office in records.public_organs(session))


def statistics(session: Session) -> Statistics:
    """公示统计, for the home page."""
    on_time, counted = on_time_rate(records.publication_days(session))
    results = records.current_results(session)
    return Statistics(
        draws=records.count_draws(session, DrawState.CLOSED),
        void=records.count_draws(session, DrawState.VOID),
        void_when_known=len(records.void_when_known(session)),
        entities_drawn=records.count_drawn(session),
        releases=records.count_releases(session),
        results={code: results.get(code, 0) for code in result_names()},
        on_time=on_time,
        counted=counted,
    )


def feed(session: Session, address: str, title: str, updated: datetime, limit: int = 50) -> bytes:
    """最新公示 as Atom (RFC 4287); ``updated`` stands while nothing is published."""
    return exports.atom(exports.release_entries(latest(session, limit), address), address, title, updated)


def _tasks(session: Session, rows: Sequence[tuple[Task, Plan, Organ, Draw]]) -> tuple[PublicTask, ...]:
    names = records.item_names(session, (item_id for task, *_ in rows for item_id in task.item_ids))
    counts = records.drawn_counts(session, [draw.id or 0 for *_, draw in rows])
    return tuple(
        PublicTask(
            code=task.code,
            name=task.name,
            plan_code=plan.code,
            plan_name=plan.name,
            organ_code=office.code,
            organ_name=office.name,
            check_type=check_type(task.directed),
            region_name=region_name(task.region_prefix),
            items=tuple(names[item_id] for item_id in task.item_ids if item_id in names),
            starts=task.starts,
            ends=task.ends,
            state=task.state,
            draw_id=draw.draw_id,
            register_n=draw.register_n,
            drawn_n=_drawn_n(draw, counts),
        )
        for task, plan, office, draw in rows
    )


def _drawn_n(draw: Draw, counts: dict[int, int]) -> int | None:
    """None while it is not drawn, or sealed."""
    told = draw.state is DrawState.CLOSED and not draw.is_shut
    return counts.get(draw.id or 0, 0) if told else None


def _releases(
    session: Session, rows: Sequence[tuple[Release, Draw, Task, Organ]]
) -> tuple[PublicRelease, ...]:
    plans: dict[int, Plan] = records.plans(session, (task.plan_id for _, _, task, _ in rows))
    return tuple(
        PublicRelease(
            code=release.code,
            draw_id=draw.draw_id,
            organ_code=office.code,
            organ_name=office.name,
            plan_code=plans[task.plan_id].code,
            plan_name=plans[task.plan_id].name,
            task_code=task.code,
            task_name=task.name,
            row_count=release.row_count,
            sha256=release.sha256,
            published_at=release.published_at,
        )
        for release, draw, task, office in rows
    )


def _results(session: Session, rows: Sequence[Shown], with_inspectors: bool) -> tuple[PublicResult, ...]:
    corrected = records.release_codes(session, (row.corrects_id for row, _ in rows if row.corrects_id))
    replaced = records.replacements(session, (row.id or 0 for row, _ in rows))
    named = records.inspectors_of(session, [row.finding_id for row, _ in rows]) if with_inspectors else {}
    return tuple(
        PublicResult(
            uscc=row.uscc,
            entity_name=row.entity_name,
            plan_code=row.plan_code,
            plan_name=row.plan_name,
            task_code=row.task_code,
            task_name=row.task_name,
            check_type=row.check_type,
            organ_name=row.organ_name,
            completed_on=row.completed_on,
            result=row.result,
            result_text=row.result_text,
            draw_id=release.code.rpartition("-R")[0],
            release_code=release.code,
            published_at=release.published_at,
            corrects=corrected.get(row.corrects_id or 0),
            replaced_by=replaced.get(row.id or 0),
            inspectors=tuple(named.get(row.finding_id, ())),
        )
        for row, release in rows
    )

"""Queries on findings that wait, releases, and what the public may see."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.orm import load_only
from sqlmodel import Session, col, func, insert, select

from supervision.database import locked
from supervision.draw.tables import (
    Draw,
    DrawnEntity,
    DrawParty,
    DrawSource,
    DrawState,
    FrozenFrame,
    Replacement,
    ReplacementState,
)
from supervision.inspection.records import parts
from supervision.inspection.rules import UNSETTLED
from supervision.inspection.tables import Finding, Visit, VisitState
from supervision.pairing.tables import TeamMember
from supervision.people.records import within_scope
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from supervision.plan.tables import Plan, Task, TaskState
from supervision.publication.public import ResultFilter
from supervision.publication.rules import PUBLIC_DRAWS, PUBLIC_TASKS
from supervision.publication.tables import Release, ReleasedResult
from supervision.register.records import matching
from supervision.register.tables import Entity, Inspector, Item

Waiting = tuple[Visit, Finding, Entity, Task]
Shown = tuple[ReleasedResult, Release]


def light(query: Any) -> Any:
    """Without the long texts of draws: plan, result lines, cells."""
    columns: list[Any] = [
        Draw.draw_id, Draw.organ_id, Draw.task_id, Draw.state, Draw.plan_hash, Draw.register_n,
        Draw.approved_at, Draw.closed_at, Draw.void_reason, Draw.sealed, Draw.opened_at,
    ]  # fmt: skip
    return query.options(load_only(*columns))


# what waits ------------------------------------------------------------------------------------------------


def waiting(
    session: Session, actor: Actor, draw_id: str | None, after: tuple[date, str] | None, limit: int
) -> list[Waiting]:
    """Findings that wait for an approver, in the actor's region, the most urgent first."""
    query = (
        _newest_findings()
        .join(Organ, col(Organ.id) == col(Task.organ_id))
        .where(Visit.state == VisitState.SUBMITTED, within_scope(Organ.region_code, actor))
        .where(Task.state != TaskState.VOID)
    )
    if draw_id is not None:
        query = query.join(Draw, col(Draw.id) == col(Visit.draw_id)).where(Draw.draw_id == draw_id)
    if after is not None:
        day, code = after
        later = and_(col(Visit.publish_by) == day, col(Visit.code) > code)
        query = query.where(or_(col(Visit.publish_by) > day, later))
    order = (col(Visit.publish_by), col(Visit.code))
    return [tuple(row) for row in session.exec(query.order_by(*order).limit(limit))]


def count_waiting(session: Session, actor: Actor, today: date) -> tuple[int, int]:
    """How many findings wait, and how many of them are past their last day."""
    query = (
        select(func.count(), func.count().filter(col(Visit.publish_by) < today))
        .select_from(Visit)
        .join(Task, col(Task.id) == col(Visit.task_id))
        .join(Organ, col(Organ.id) == col(Task.organ_id))
        .where(Visit.state == VisitState.SUBMITTED, Task.state != TaskState.VOID)
        .where(within_scope(Organ.region_code, actor))
    )
    whole, late = session.exec(query).one()
    return whole, late


def unsettled(session: Session, actor: Actor, after: str | None, limit: int) -> list[Waiting]:
    """Published findings that still need their final outcome, by the visit's number."""
    query = (
        _newest_findings()
        .join(Organ, col(Organ.id) == col(Task.organ_id))
        .where(Visit.state == VisitState.PUBLISHED, Finding.result == UNSETTLED)
        .where(within_scope(Organ.region_code, actor))
    )
    if after is not None:
        query = query.where(col(Visit.code) > after)
    return [tuple(row) for row in session.exec(query.order_by(col(Visit.code)).limit(limit))]


def visits_with_findings(session: Session, codes: Iterable[str]) -> list[Waiting]:
    """The visits of these numbers with their newest finding; visits locked, unknown numbers left out."""
    found: list[Waiting] = []
    for part in parts(codes):
        query = _newest_findings().where(col(Visit.code).in_(part)).order_by(col(Visit.code))
        found += [tuple(row) for row in session.exec(locked(query, Visit))]
    return found


def visits_seen_by(session: Session, inspector_id: int, visit_ids: Iterable[int]) -> set[int]:
    """Those of the visits in whose team the inspector is."""
    found: set[int] = set()
    for part in parts(visit_ids):
        query = select(TeamMember.visit_id).where(
            TeamMember.inspector_id == inspector_id, col(TeamMember.visit_id).in_(part)
        )
        found |= set(session.exec(query))
    return found


def released_rows(session: Session, visit_ids: Iterable[int]) -> dict[int, int]:
    """Visit id → the newest published row of it."""
    found: dict[int, int] = {}
    for part in parts(visit_ids):
        query = (
            select(Finding.visit_id, func.max(ReleasedResult.id))
            .join(ReleasedResult, col(ReleasedResult.finding_id) == col(Finding.id))
            .where(col(Finding.visit_id).in_(part))
            .group_by(col(Finding.visit_id))
        )
        found |= {visit_id: row or 0 for visit_id, row in session.exec(query)}
    return found


def draws_of_visits(session: Session, codes: Iterable[str]) -> list[int]:
    """The draws of the visits of these numbers, oldest first."""
    found: set[int] = set()
    for part in parts(sorted(set(codes))):
        found |= set(session.exec(select(Visit.draw_id).where(col(Visit.code).in_(part))))
    return sorted(found)


def lock_draw(session: Session, draw_id: int) -> Draw:
    """The draw, locked: its releases are numbered one after another."""
    query = light(select(Draw).where(Draw.id == draw_id))
    found: Draw = session.exec(query.with_for_update()).one()
    return found


def last_serial(session: Session, draw_id: int) -> int:
    return session.exec(select(func.max(Release.serial)).where(Release.draw_id == draw_id)).one() or 0


def add_rows(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    session.flush()
    session.connection().execute(insert(ReleasedResult), rows)


def plan(session: Session, plan_id: int) -> Plan:
    return session.exec(select(Plan).where(Plan.id == plan_id)).one()


def organ(session: Session, organ_id: int) -> Organ:
    return session.exec(select(Organ).where(Organ.id == organ_id)).one()


def unpublished(session: Session, task_id: int) -> int:
    query = select(func.count()).select_from(Visit)
    over = (VisitState.PUBLISHED, VisitState.REPLACED)
    return session.exec(query.where(Visit.task_id == task_id, col(Visit.state).not_in(over))).one()


def _newest_findings() -> Any:
    newest = select(func.max(Finding.version)).where(Finding.visit_id == Visit.id).correlate(Visit)
    return (
        select(Visit, Finding, Entity, Task)
        .join(
            Finding,
            and_(col(Finding.visit_id) == col(Visit.id), col(Finding.version) == newest.scalar_subquery()),
        )
        .join(Entity, col(Entity.id) == col(Visit.entity_id))
        .join(Task, col(Task.id) == col(Visit.task_id))
    )


# what the public sees --------------------------------------------------------------------------------------


def results_of_entities(session: Session, entity_ids: Sequence[int]) -> list[Shown]:
    """Newest first."""
    query = _results().where(col(ReleasedResult.entity_id).in_(entity_ids))
    order = (col(ReleasedResult.completed_on).desc(), col(ReleasedResult.id).desc())
    return [tuple(row) for row in session.exec(query.order_by(*order))]


def results_of_release(session: Session, release_id: int) -> list[Shown]:
    query = _results().where(ReleasedResult.release_id == release_id)
    return [tuple(row) for row in session.exec(query.order_by(col(ReleasedResult.id)))]


def release_codes(session: Session, result_ids: Iterable[int]) -> dict[int, str]:
    """Published row → code of its release."""
    found: dict[int, str] = {}
    for part in parts(result_ids):
        query = select(col(ReleasedResult.id), Release.code).join(
            Release, col(Release.id) == col(ReleasedResult.release_id)
        )
        found |= {row or 0: code for row, code in session.exec(query.where(col(ReleasedResult.id).in_(part)))}
    return found


def replacements(session: Session, result_ids: Iterable[int]) -> dict[int, str]:
    """Replaced row → code of the release that replaced it."""
    found: dict[int, str] = {}
    for part in parts(result_ids):
        query = (
            select(ReleasedResult.corrects_id, Release.code)
            .join(Release, col(Release.id) == col(ReleasedResult.release_id))
            .where(col(ReleasedResult.corrects_id).in_(part))
        )
        found |= {row or 0: code for row, code in session.exec(query)}
    return found


def inspectors_of(session: Session, finding_ids: Iterable[int]) -> dict[int, list[str]]:
    """Finding → names of its team, the lead first."""
    found: dict[int, list[str]] = {}
    for part in parts(finding_ids):
        query = (
            select(Finding.id, Inspector.name)
            .join(TeamMember, col(TeamMember.visit_id) == col(Finding.visit_id))
            .join(Inspector, col(Inspector.id) == col(TeamMember.inspector_id))
            .where(col(Finding.id).in_(part))
            .order_by(col(TeamMember.seat) != "lead", col(Inspector.code))
        )
        for finding_id, name in session.exec(query):
            found.setdefault(finding_id or 0, []).append(name)
    return found


def results(
    session: Session, wanted: ResultFilter, before: int | None, limit: int
) -> list[tuple[ReleasedResult, Release]]:
    """Published rows, replaced ones among them, newest first."""
    query = _results()
    if wanted.words:
        named = select(Entity.id).where(matching(session, wanted.words))
        query = query.where(col(ReleasedResult.entity_id).in_(named))
    if wanted.organ_code:
        query = query.join(Organ, col(Organ.id) == col(Release.organ_id)).where(
            Organ.code == wanted.organ_code
        )
    if wanted.result:
        query = query.where(ReleasedResult.result == wanted.result)
    if wanted.since is not None:
        query = query.where(ReleasedResult.completed_on >= wanted.since)
    if wanted.until is not None:
        query = query.where(ReleasedResult.completed_on <= wanted.until)
    if before is not None:
        query = query.where(col(ReleasedResult.id) < before)
    return [tuple(row) for row in session.exec(query.order_by(col(ReleasedResult.id).desc()).limit(limit))]


def entity_with_results(session: Session, uscc: str) -> Entity | None:
    query = select(Entity).where(Entity.uscc == uscc, col(Entity.id).in_(select(ReleasedResult.entity_id)))
    return session.exec(query).first()


def search(session: Session, words: str, after: int, limit: int) -> list[Entity]:
    """Entities with published results whose name has the words in it, or whose credit code begins so."""
    query = (
        select(Entity)
        .where(matching(session, words), col(Entity.id) > after)
        .where(select(ReleasedResult.id).where(ReleasedResult.entity_id == Entity.id).exists())
        .order_by(col(Entity.id))
        .limit(limit)
    )
    return list(session.exec(query))


def releases(
    session: Session,
    *,
    organ_code: str | None = None,
    code: str | None = None,
    draw_id: int | None = None,
    before: int | None = None,
    limit: int | None = None,
) -> list[tuple[Release, Draw, Task, Organ]]:
    """Newest first."""
    query = light(
        select(Release, Draw, Task, Organ)
        .join(Draw, col(Draw.id) == col(Release.draw_id))
        .join(Task, col(Task.id) == col(Draw.task_id))
        .join(Organ, col(Organ.id) == col(Release.organ_id))
    )
    if organ_code is not None:
        query = query.where(Organ.code == organ_code)
    if code is not None:
        query = query.where(Release.code == code)
    if draw_id is not None:
        query = query.where(Release.draw_id == draw_id)
    if before is not None:
        query = query.where(col(Release.id) < before)
    return [tuple(row) for row in session.exec(query.order_by(col(Release.id).desc()).limit(limit))]


def plans(session: Session, plan_ids: Iterable[int]) -> dict[int, Plan]:
    found: dict[int, Plan] = {}
    for part in parts(sorted(set(plan_ids))):
        found |= {row.id or 0: row for row in session.exec(select(Plan).where(col(Plan.id).in_(part)))}
    return found


def draws(
    session: Session, organ_code: str | None, before: int | None, limit: int
) -> list[tuple[Draw, Task, Organ]]:
    """Public draws, newest first."""
    query = light(
        select(Draw, Task, Organ)
        .join(Task, col(Task.id) == col(Draw.task_id))
        .join(Organ, col(Organ.id) == col(Draw.organ_id))
        .where(col(Draw.state).in_(PUBLIC_DRAWS))
    )
    if organ_code is not None:
        query = query.where(Organ.code == organ_code)
    if before is not None:
        query = query.where(col(Draw.id) < before)
    return [tuple(row) for row in session.exec(query.order_by(col(Draw.id).desc()).limit(limit))]


def drawn_counts(session: Session, draw_ids: Sequence[int]) -> dict[int, int]:
    """How many each draw drew; those that came in their place later do not count again."""
    query = (
        select(DrawnEntity.draw_id, func.count())
        .where(col(DrawnEntity.draw_id).in_(draw_ids), col(DrawnEntity.replaces).is_(None))
        .group_by(col(DrawnEntity.draw_id))
    )
    return dict(session.exec(query).all())


def draw(session: Session, draw_id: str) -> Draw | None:
    query = select(Draw).where(Draw.draw_id == draw_id, col(Draw.state).in_(PUBLIC_DRAWS))
    return session.exec(query).first()


def task(session: Session, task_id: int) -> Task:
    return session.exec(select(Task).where(Task.id == task_id)).one()


def frame(session: Session, draw_id: int) -> bytes:
    """The frame that everyone replays, gzip; never the links beside it."""
    return session.exec(select(FrozenFrame.frame).where(FrozenFrame.draw_id == draw_id)).one()


def number_of_task_draw(session: Session, task_id: int) -> str | None:
    return session.exec(select(Draw.draw_id).where(Draw.task_id == task_id)).first()


def redraws_of(session: Session, task_id: int) -> list[str]:
    """The public draws that were made anew for this task."""
    query = select(Draw.draw_id).join(Task, col(Task.id) == col(Draw.task_id))
    query = query.where(Task.redraw_of_id == task_id, col(Draw.state).in_(PUBLIC_DRAWS))
    return list(session.exec(query.order_by(col(Draw.id))))


def approved_replacements(session: Session, draw_id: int) -> list[Replacement]:
    query = select(Replacement).where(Replacement.draw_id == draw_id)
    query = query.where(Replacement.state == ReplacementState.APPROVED)
    return list(session.exec(query.order_by(col(Replacement.decided_at), col(Replacement.id))))


def frame_ids(session: Session, draw_id: int, positions: Sequence[int]) -> dict[int, DrawnEntity]:
    """Position → what was drawn there, for a few positions."""
    query = select(DrawnEntity).where(DrawnEntity.draw_id == draw_id)
    found = session.exec(query.where(col(DrawnEntity.position).in_(positions)))
    return {row.position: row for row in found}


def campaign_draws(session: Session, code: str) -> list[tuple[str, str]]:
    """(draw, name of its organ) of a campaign's public draws."""
    query = (
        select(Draw.draw_id, Organ.name)
        .join(Organ, col(Organ.id) == col(Draw.organ_id))
        .where(Draw.campaign == code, col(Draw.state).in_(PUBLIC_DRAWS))
    )
    return list(session.exec(query.order_by(Draw.draw_id)))


def drawn_names(session: Session, draw_id: int, after: str, limit: int) -> list[tuple[str, str]]:
    """(USCC, name) of the drawn entities in the order of credit codes, with those that came in their place.

    Not marked: beside the log, a mark would tell the class of who came and of who went.
    """
    query = (
        select(Entity.uscc, Entity.name)
        .join(DrawnEntity, col(DrawnEntity.entity_id) == col(Entity.id))
        .where(DrawnEntity.draw_id == draw_id, Entity.uscc > after)
        .order_by(Entity.uscc)
        .limit(limit)
    )
    return list(session.exec(query))


def item_names(session: Session, item_ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in parts(sorted(set(item_ids))):
        query = select(col(Item.id), Item.name).where(col(Item.id).in_(part))
        found |= {item_id or 0: name for item_id, name in session.exec(query)}
    return found


def announced_plans(
    session: Session, organ_code: str | None, before: int | None, limit: int
) -> list[tuple[Plan, Organ, int]]:
    """Plans with an announced task, and how many; newest first."""
    announced = (
        select(Task.plan_id, func.count().label("tasks"))
        .where(_announced())
        .group_by(col(Task.plan_id))
        .subquery()
    )
    query: Any = (
        select(Plan, Organ, announced.c.tasks)
        .join(announced, announced.c.plan_id == Plan.id)
        .join(Organ, col(Organ.id) == col(Plan.organ_id))
    )
    if organ_code is not None:
        query = query.where(Organ.code == organ_code)
    if before is not None:
        query = query.where(col(Plan.id) < before)
    return [tuple(row) for row in session.exec(query.order_by(col(Plan.id).desc()).limit(limit))]


def announced_tasks(
    session: Session,
    organ_code: str | None = None,
    plan_code: str | None = None,
    before: int | None = None,
    limit: int = 1,
    code: str | None = None,
) -> list[tuple[Task, Plan, Organ, Draw]]:
    """Tasks whose draw is public, newest first."""
    query = light(
        select(Task, Plan, Organ, Draw)
        .join(Plan, col(Plan.id) == col(Task.plan_id))
        .join(Organ, col(Organ.id) == col(Task.organ_id))
        .join(Draw, col(Draw.task_id) == col(Task.id))
        .where(_announced())
    )
    if organ_code is not None:
        query = query.where(Organ.code == organ_code)
    if plan_code is not None:
        query = query.where(Plan.code == plan_code)
    if code is not None:
        query = query.where(Task.code == code)
    if before is not None:
        query = query.where(col(Task.id) < before)
    return [tuple(row) for row in session.exec(query.order_by(col(Task.id).desc()).limit(limit))]


def public_items(session: Session, organ_code: str | None) -> list[tuple[Item, Organ]]:
    query = (
        select(Item, Organ)
        .join(Organ, col(Organ.id) == col(Item.organ_id))
        .where(col(Item.active), Item.legal_basis != "")
    )
    if organ_code is not None:
        query = query.where(Organ.code == organ_code)
    return list(session.exec(query.order_by(Organ.code, Item.code)))


def public_organs(session: Session) -> list[Organ]:
    """Organs that have announced a draw."""
    drawing = select(Draw.organ_id).where(col(Draw.state).in_(PUBLIC_DRAWS))
    return list(session.exec(select(Organ).where(col(Organ.id).in_(drawing)).order_by(Organ.code)))


def count_draws(session: Session, state: Any) -> int:
    return session.exec(select(func.count()).select_from(Draw).where(Draw.state == state)).one()


def void_when_known(session: Session, draw_id: int | None = None) -> list[int]:
    """作废时结果已可推算: void draws whose secrets were all in, and whose beacon, if any, was out.

    A lottery counts as known: nothing here says when it was drawn. ``draw_id``: that draw alone.
    """
    waiting = select(DrawParty.task_id).where(
        col(DrawParty.secret).is_(None), col(DrawParty.missing_at).is_(None)
    )
    ahead = select(DrawSource.draw_id).where(
        DrawSource.draw_id == Draw.id, col(DrawSource.due_at) > col(Draw.closed_at)
    )
    query = select(col(Draw.id)).where(Draw.state == DrawState.VOID, col(Draw.approved_at).is_not(None))
    query = query.where(col(Draw.task_id).not_in(waiting), ~ahead.correlate(Draw).exists())
    if draw_id is not None:
        query = query.where(Draw.id == draw_id)
    return [found or 0 for found in session.exec(query)]


def count_drawn(session: Session) -> int:
    """Of the draws that are open."""
    query = select(func.count()).select_from(DrawnEntity).join(Draw, col(Draw.id) == col(DrawnEntity.draw_id))
    return session.exec(query.where(or_(col(Draw.sealed).is_(False), col(Draw.opened_at).is_not(None)))).one()


def count_releases(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Release)).one()


def current_results(session: Session) -> dict[str, int]:
    """Result code → published rows that nothing has replaced."""
    replaced = select(ReleasedResult.corrects_id).where(col(ReleasedResult.corrects_id).is_not(None))
    query = (
        select(ReleasedResult.result, func.count())
        .where(col(ReleasedResult.id).not_in(replaced))
        .group_by(col(ReleasedResult.result))
    )
    return dict(session.exec(query).all())


def publication_days(session: Session) -> list[tuple[datetime, date, int]]:
    """(moment of publication, last day, number): every result as first published and every correction."""
    due = col(ReleasedResult.publish_by)
    query: Any = (
        select(Release.published_at, due, func.count())
        .join(ReleasedResult, col(ReleasedResult.release_id) == col(Release.id))
        .group_by(col(Release.id), col(Release.published_at), due)
    )
    return [tuple(row) for row in session.exec(query)]


def _announced() -> Any:
    public = select(Draw.task_id).where(col(Draw.state).in_(PUBLIC_DRAWS))
    return and_(col(Task.state).in_(PUBLIC_TASKS), col(Task.id).in_(public))


def _results() -> Any:
    return select(ReleasedResult, Release).join(Release, col(Release.id) == col(ReleasedResult.release_id))

"""Acts on plans and tasks: drawing them up, and seeing what a draw would mean before anything is frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from supervision.clock import today
from supervision.errors import Conflict, InvalidInput, NotFound
from supervision.journal.service import record
from supervision.people.rules import Actor, require, require_region
from supervision.people.tables import Role
from supervision.plan import records
from supervision.plan.records import Scope
from supervision.plan.rules import (
    PPM,
    STATE_NAMES,
    LotteryDraft,
    RatioAboveCeiling,
    TaskDraft,
    above_ceiling,
    check_draft,
    check_sources,
    class_probabilities,
    mode_of,
    size_of,
)
from supervision.plan.tables import Plan, Task, TaskState
from supervision.register.tables import Item
from supervision.risk.tables import RiskClass, RiskSnapshot

OFFICE = (Role.PLANNER, Role.APPROVER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class CellPreview:
    """预览分层: eligible entities of a cell and the exact probability that each of them is drawn."""

    region: str
    industry: str
    risk_class: str
    entities: int
    probability: Fraction

    @property
    def expected(self) -> Fraction:
        return self.entities * self.probability


@dataclass(frozen=True, slots=True)
class Preview:
    """抽取预览: what the draft would draw from, and with what probabilities; nothing is frozen."""

    cells: tuple[CellPreview, ...]
    eligible: int
    expected: Fraction
    at_cap: int
    """Left out because the year's visits reached the cap (R12)."""
    unclassified: int
    """Left out because the snapshot does not know them."""
    snapshot: RiskSnapshot | None
    below_floor: bool
    """A non-directional task that takes less than the floor of R10."""
    above_ceiling: tuple[str, ...]
    """General items whose ratio ceiling the task would pass; the freeze will refuse (R11)."""


def create_plan(session: Session, actor: Actor, year: int, name: str, now: datetime) -> Plan:
    """编制年度计划. Its code is ``<organ>-<year>-P<serial>``."""
    require(actor, Role.PLANNER)
    name = name.strip()
    if not 1 <= len(name) <= 200:
        raise InvalidInput(field="计划名称", problem="请填写 1 至 200 个字。")
    this_year = today(now).year
    if not this_year - 1 <= year <= this_year + 1:
        raise InvalidInput(field="年度", problem=f"请填写 {this_year - 1} 至 {this_year + 1} 之间的年份。")
    serial = records.last_plan_serial(session, actor.organ_id, year) + 1
    plan = Plan(
        organ_id=actor.organ_id,
        year=year,
        serial=serial,
        code=f"{actor.organ_code}-{year}-P{serial:02d}",
        name=name,
        created_by=actor.username,
        created_at=now,
    )
    session.add(plan)
    session.flush()
    record(session, actor, "plan.create", f"plan:{plan.code}", {"name": name}, now)
    return plan


def plans(session: Session, actor: Actor) -> list[Plan]:
    """计划一览, inside the actor's region, newest first."""
    require(actor, *OFFICE)
    return records.plans(session, actor)


def plan_of(session: Session, actor: Actor, code: str) -> Plan:
    """The plan, if it lies in the actor's region."""
    require(actor, *OFFICE)
    plan = records.plan_by_code(session, actor, code)
    if plan is None:
        raise NotFound(what="计划", key=code)
    return plan


def tasks(
    session: Session,
    actor: Actor,
    *,
    plan_code: str | None = None,
    states: Sequence[TaskState] = (),
    before: int | None = None,
    limit: int = 100,
) -> list[Task]:
    """任务一览, inside the actor's region, newest first."""
    require(actor, *OFFICE)
    plan = plan_of(session, actor, plan_code) if plan_code is not None else None
    plan_id = plan.id if plan else None
    return records.tasks(session, actor, plan_id=plan_id, states=states, before=before, limit=limit)


def create_task(
    session: Session,
    actor: Actor,
    plan_code: str,
    draft: TaskDraft,
    now: datetime,
    *,
    redraw_of: str | None = None,
    redraw_reason: str | None = None,
) -> Task:
    """编制任务. A re-draw names the void task it follows, and why; both stay visible."""
    require(actor, Role.PLANNER)
    plan = records.plan_by_code(session, actor, plan_code)
    if plan is None or plan.organ_id != actor.organ_id:
        raise NotFound(what="计划", key=plan_code)
    items = _checked(session, actor, plan, draft, now)
    former = own_task(session, actor, redraw_of) if redraw_of else None
    if former is not None and former.state is not TaskState.VOID:
        raise Conflict(what=f"任务 {former.code} ", state=STATE_NAMES[former.state], act="重新抽取，须先作废")
    if former is not None and not (redraw_reason or "").strip():
        raise InvalidInput(field="重抽原因", problem="请写明为什么重新抽取，公众会看到。")
    number = records.count_tasks(session, plan.id or 0) + 1
    task = Task(
        plan_id=plan.id or 0,
        organ_id=actor.organ_id,
        code=f"{plan.code}-T{number:02d}",
        redraw_of_id=former.id if former else None,
        redraw_reason=(redraw_reason or "").strip() or None,
        created_by=actor.username,
        created_at=now,
        **_columns(draft, items),
    )
    session.add(task)
    session.flush()
    detail = {"draft": draft.model_dump(mode="json"), "redraw_of": redraw_of, "redraw_reason": redraw_reason}
    record(session, actor, "task.create", f"task:{task.code}", detail, now)
    return task


def change_task(session: Session, actor: Actor, code: str, draft: TaskDraft, now: datetime) -> Task:
    """修改任务: only before the freeze."""
    require(actor, Role.PLANNER)
    task = own_task(session, actor, code, lock=True)
    if task.state is not TaskState.DRAFT:
        raise Conflict(what=f"任务 {code} ", state=STATE_NAMES[task.state], act="修改")
    plan = records.plan_by_id(session, task.plan_id)
    for name, value in _columns(draft, _checked(session, actor, plan, draft, now)).items():
        setattr(task, name, value)
    session.add(task)
    record(session, actor, "task.change", f"task:{code}", {"draft": draft.model_dump(mode="json")}, now)
    return task


def recheck(session: Session, actor: Actor, task: Task, now: datetime) -> None:
    """复核任务: what the draft had to satisfy holds still; items and days may have changed since (R1)."""
    _checked(session, actor, records.plan_by_id(session, task.plan_id), draft_of(session, task), now)


def task_of(session: Session, actor: Actor, code: str) -> Task:
    """The task, if it lies in the actor's region."""
    task = records.task_by_code(session, actor, code)
    if task is None:
        raise NotFound(what="任务", key=code)
    return task


def seen_task(session: Session, actor: Actor, code: str) -> Task:
    """The task, for whoever may look at it: the office and witnesses of its region."""
    require(actor, *OFFICE, Role.WITNESS)
    return task_of(session, actor, code)


def own_task(session: Session, actor: Actor, code: str, *, lock: bool = False) -> Task:
    """The task, if it is the actor's own organ's."""
    task = records.task_by_code(session, actor, code, lock=lock)
    if task is None or task.organ_id != actor.organ_id:
        raise NotFound(what="任务", key=code)
    return task


def plan_of_task(session: Session, task: Task) -> Plan:
    return records.plan_by_id(session, task.plan_id)


def former_task(session: Session, task: Task) -> Task | None:
    """重抽: the void task that this one follows."""
    return records.task_by_id(session, task.redraw_of_id) if task.redraw_of_id else None


def items_of(session: Session, task: Task) -> list[Item]:
    return records.items_by_id(session, task.item_ids)


def draft_of(session: Session, task: Task) -> TaskDraft:
    """The task as a draft, for the form."""
    return TaskDraft(
        name=task.name,
        directed=task.directed,
        region_prefix=task.region_prefix,
        industries=task.industries,
        tags=tuple(task.tags.split()),
        items=tuple(item.code for item in items_of(session, task)),
        by_class=task.by_class,
        mode=task.mode,
        rates={RiskClass(grade): rate for grade, rate in task.rates.items()},
        number=task.number,
        team_size=task.team_size,
        departments=tuple(task.departments),
        rotation=task.rotation,
        cross_station=task.cross_station,
        max_visits=task.max_visits,
        cap=task.cap,
        second_reveal=task.second_reveal,
        draw_unit=task.draw_unit,
        unit_size=task.unit_size,
        starts=task.starts,
        ends=task.ends,
        publish_drawn_list=task.publish_drawn_list,
        reveal_by=task.reveal_by,
        use_beacon=task.use_beacon,
        lotteries=tuple(LotteryDraft(**lottery) for lottery in task.lotteries),
        disclosure=task.disclosure,
        open_by=task.open_by,
    )


def preview(session: Session, actor: Actor, task: Task, cap: int, floor_ppm: int) -> Preview:
    """预览: counts and exact probabilities per cell, from the registers as they stand now."""
    require(actor, *OFFICE)
    snapshot = snapshot_for(session, task)
    scope = scope_of(session, task, snapshot, cap)
    counts = records.cell_counts(session, scope)
    chance = class_probabilities(mode_of(task.mode, task.rates, task.number), counts)
    cells = tuple(
        CellPreview(cell.region, cell.industry, cell.risk_class, cell.entities, chance[cell.risk_class])
        for cell in counts
    )
    eligible = sum(cell.entities for cell in cells)
    expected = sum((cell.expected for cell in cells), Fraction(0))
    return Preview(
        cells=cells,
        eligible=eligible,
        expected=expected,
        at_cap=len(records.at_cap(session, scope)),
        unclassified=records.unclassified(session, scope),
        snapshot=snapshot,
        below_floor=not task.directed and expected * PPM < floor_ppm * eligible,
        above_ceiling=tuple(item.name for item in above_ceiling(items_of(session, task), expected, eligible)),
    )


def check_ceiling(session: Session, task: Task, scope: Scope) -> None:
    """Refuse a task that would pass the ratio ceiling of one of its general items (R11)."""
    cells = records.cell_counts(session, scope)
    chance = class_probabilities(mode_of(task.mode, task.rates, task.number), cells)
    expected = sum((cell.entities * chance[cell.risk_class] for cell in cells), Fraction(0))
    over = above_ceiling(items_of(session, task), expected, sum(cell.entities for cell in cells))
    if over:
        raise RatioAboveCeiling(items="、".join(item.name for item in over))


def snapshot_for(session: Session, task: Task) -> RiskSnapshot | None:
    """The snapshot a task cites (R28): the one it froze, else the newest that covers its region."""
    if not task.by_class:
        return None
    if task.snapshot_id is not None:
        return records.snapshot_by_id(session, task.snapshot_id)
    snapshot = records.newest_snapshot(session, task.region_prefix)
    if snapshot is None:
        raise InvalidInput(field="信用风险等级", problem="本辖区还没有等级快照，请先生成本月快照。")
    return snapshot


def scope_of(session: Session, task: Task, snapshot: RiskSnapshot | None, cap: int) -> Scope:
    """抽查范围. The cap counts in the year in which the task's visits begin (R12)."""
    tags = [item.tag for item in items_of(session, task)]
    return Scope(
        region_prefix=task.region_prefix,
        industries=task.industries,
        tags=tuple(task.tags.split()),
        item_tags=() if "" in tags else tuple(sorted(set(tags))),
        snapshot_id=snapshot.id if snapshot else None,
        organ_id=task.organ_id,
        year=task.starts.year,
        cap=cap,
    )


def _checked(session: Session, actor: Actor, plan: Plan, draft: TaskDraft, now: datetime) -> list[Item]:
    require_region(actor, draft.region_prefix)
    items = records.items_by_code(session, actor.organ_id, draft.items)
    check_draft(draft, items, today(now))
    if draft.starts.year < plan.year:
        raise InvalidInput(field="开始日期", problem=f"不能早于计划年度 {plan.year} 年。")
    if draft.ends.year > plan.year + 1:
        raise InvalidInput(field="结束日期", problem=f"不能晚于计划年度的次年 {plan.year + 1} 年。")
    check_sources(draft, now)  # counts days from the last one, which the year bounds
    return items


def _columns(draft: TaskDraft, items: list[Item]) -> dict[str, Any]:
    return {
        "name": draft.name,
        "directed": draft.directed,
        "region_prefix": draft.region_prefix,
        "industries": "".join(sorted(set(draft.industries))),
        "tags": " ".join(("", *sorted(set(draft.tags)), "")),
        "item_ids": sorted(item.id or 0 for item in items),
        "by_class": draft.by_class,
        "mode": draft.mode,
        "rates": {grade.value: rate for grade, rate in draft.rates.items()},
        "number": draft.number,
        "team_size": draft.team_size,
        "departments": list(draft.departments),
        "rotation": draft.rotation,
        "cross_station": draft.cross_station,
        "max_visits": draft.max_visits,
        "cap": str(Fraction(draft.cap)) if draft.cap else None,
        "second_reveal": draft.second_reveal,
        "draw_unit": draft.draw_unit,
        "unit_size": size_of(draft.draw_unit, draft.unit_size),
        "starts": draft.starts,
        "ends": draft.ends,
        "publish_drawn_list": draft.publish_drawn_list,
        "reveal_by": draft.reveal_by,
        "use_beacon": draft.use_beacon,
        "lotteries": [lottery.model_dump() for lottery in draft.lotteries],
        "disclosure": draft.disclosure,
        "open_by": draft.open_by,
    }

"""联合抽取: departments of one region draw with the same tickets, so that the same firms come up for all.

The organiser's task names the parties and the public sources; the tasks that join share them, and one frame
key. Each organ freezes and has its own plan approved; then the organiser seals the campaign, and only then
do the parties reveal, once for all draws.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from solver.campaign import Campaign as Record
from solver.canonical import parse
from supervision.clock import today
from supervision.draw import records
from supervision.draw.access import draft_task
from supervision.draw.tables import Campaign, Draw, DrawParty, DrawState
from supervision.errors import Conflict, InvalidInput, NotFound, SupervisionError
from supervision.journal.service import record
from supervision.people.rules import Actor, in_scope, require, scope_of
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.plan.tables import Task, TaskState
from supervision.transparency.service import append

SHARED = ("reveal_by", "use_beacon", "lotteries", "disclosure", "open_by")
"""What the tasks of a campaign have alike: one secret of a party opens all of them."""


class CampaignNotSealed(SupervisionError):
    code = "campaign_not_sealed"
    status = 409
    sentence = "联合抽取 {code} 还没有定案。各部门的方案全部审批、组织方定案之后才能揭示。"


class CampaignSealed(SupervisionError):
    code = "campaign_sealed"
    status = 409
    sentence = "联合抽取 {code} 已经定案，不能再加入、退出或再次定案。"


class CampaignPlansOpen(SupervisionError):
    code = "campaign_plans_open"
    status = 409
    sentence = "以下任务的方案还没有审批：{tasks}。全部审批后才能定案。"


class CampaignDiffers(SupervisionError):
    code = "campaign_differs"
    status = 409
    sentence = (
        "任务 {task} 的揭示截止时间、公开随机源和公开方式须与联合抽取 {code} 的组织方任务一致。"
        "请先退出，再重新加入。"
    )


@dataclass(frozen=True, slots=True)
class CampaignMember:
    """参加联合抽取的任务."""

    organ_name: str
    task_code: str
    task_name: str
    state: TaskState
    draw_id: str | None
    plan_hash: str | None
    """Known from the approval on."""


@dataclass(frozen=True, slots=True)
class CampaignView:
    """联合抽取."""

    code: str
    name: str
    organ_name: str
    task_code: str
    """Of the organiser."""
    created_at: datetime
    sealed_at: datetime | None
    record: str | None
    """Byte for byte, once it is sealed."""
    members: tuple[CampaignMember, ...]


def create_campaign(
    session: Session, actor: Actor, task_code: str, name: str, now: datetime, frame_key: bytes
) -> Campaign:
    """发起联合抽取 around the organiser's own task, before its freeze. ``frame_key``: 32 random bytes."""
    require(actor, Role.PLANNER)
    task = draft_task(session, actor, task_code, "发起联合抽取")
    if task.campaign is not None:
        raise Conflict(what=f"任务 {task_code} ", state=f"已加入联合抽取 {task.campaign}", act="另行发起")
    name = name.strip()
    if not 1 <= len(name) <= 200:
        raise InvalidInput(field="联合抽取名称", problem="请填写 1 至 200 个字。")
    year = today(now).year
    records.lock_organ(session, actor.organ_id)
    serial = records.last_campaign_serial(session, actor.organ_id, year) + 1
    campaign = Campaign(
        organ_id=actor.organ_id,
        code=f"{actor.organ_code}-{year}-C{serial:02d}",
        year=year,
        serial=serial,
        name=name,
        task_id=task.id or 0,
        frame_key=frame_key.hex(),
        created_by=actor.username,
        created_at=now,
    )
    task.campaign = campaign.code
    session.add_all([campaign, task])
    session.flush()
    detail = {"name": name, "task": task_code}
    record(session, actor, "campaign.create", f"campaign:{campaign.code}", detail, now)
    return campaign


def join_campaign(session: Session, actor: Actor, code: str, task_code: str, now: datetime) -> Task:
    """加入联合抽取, before the task's freeze: it takes over the sources, and shares the parties."""
    require(actor, Role.PLANNER)
    campaign = _open_campaign(session, actor, code)
    task = draft_task(session, actor, task_code, "加入联合抽取")
    if task.campaign is not None:
        raise Conflict(what=f"任务 {task_code} ", state=f"已加入联合抽取 {task.campaign}", act="再次加入")
    if records.parties(session, task.id or 0):
        raise Conflict(what=f"任务 {task_code} ", state="已确定参与方", act="加入联合抽取")
    _take_over(task, records.task_by_id(session, campaign.task_id))
    task.campaign = code
    session.add(task)
    record(session, actor, "campaign.join", f"campaign:{code}", {"task": task_code}, now)
    return task


def leave_campaign(session: Session, actor: Actor, code: str, task_code: str, now: datetime) -> Task:
    """退出联合抽取, before the task's freeze; the organiser's own task cannot."""
    require(actor, Role.PLANNER)
    campaign = _open_campaign(session, actor, code)
    task = draft_task(session, actor, task_code, "退出联合抽取")
    if task.campaign != code:
        raise NotFound(what="联合抽取的任务", key=task_code)
    if task.id == campaign.task_id:
        raise Conflict(what=f"任务 {task_code} ", state="联合抽取的组织方任务", act="退出")
    task.campaign = None
    session.add(task)
    record(session, actor, "campaign.leave", f"campaign:{code}", {"task": task_code}, now)
    return task


def seal_campaign(session: Session, actor: Actor, code: str, now: datetime) -> Campaign:
    """定案: lists the approved plans in the log; from here on the parties may reveal. By the organiser."""
    require(actor, Role.PLANNER)
    campaign = _open_campaign(session, actor, code)
    if campaign.organ_id != actor.organ_id:
        raise NotFound(what="联合抽取", key=code)
    tasks = [t for t in records.tasks_of_campaign(session, code) if t.state is not TaskState.VOID]
    if waiting := [task.code for task in tasks if task.state is not TaskState.APPROVED]:
        raise CampaignPlansOpen(tasks="、".join(waiting))
    draws = [d for d in records.campaign_draws(session, code, lock=True) if d.state is DrawState.APPROVED]
    if not draws:
        raise Conflict(what=f"联合抽取 {code} ", state="没有已审批的方案", act="定案")
    organiser = records.task_by_id(session, campaign.task_id)
    if organiser.reveal_by is not None and organiser.reveal_by <= now:
        raise InvalidInput(field="揭示截止时间", problem="已经过去，不能再定案。请作废各任务后重新组织。")
    _check_alike(session, code, draws)
    body = Record.of(code, [draw.plan_hash for draw in draws]).record
    campaign.record, campaign.sealed_at = body.decode(), now
    session.add(campaign)
    append(session, "campaign", {"record": parse(body)}, now)
    detail = {"plans": [draw.plan_hash for draw in draws]}
    record(session, actor, "campaign.seal", f"campaign:{code}", detail, now)
    return campaign


def campaigns(session: Session, actor: Actor) -> list[CampaignView]:
    """联合抽取一览, inside the actor's region and of the regions above it, newest first."""
    require(actor, *plans.OFFICE)
    return [_view(session, campaign) for campaign in records.campaigns(session, actor)]


def campaign_of(session: Session, actor: Actor, code: str) -> CampaignView:
    require(actor, *plans.OFFICE)
    return _view(session, _campaign(session, actor, code))


def given_by(session: Session, task: Task) -> str:
    """The campaign whose organiser decides parties and sources of a task; empty where its planner does."""
    campaign = records.campaign(session, task.campaign) if task.campaign else None
    return campaign.code if campaign is not None and campaign.task_id != task.id else ""


def record_of(session: Session, draw: Draw) -> Record | None:
    """The sealed record under which a draw takes place; none where it is no part of a campaign."""
    campaign = records.campaign(session, draw.campaign) if draw.campaign else None
    return Record.parse(campaign.record) if campaign is not None and campaign.record else None


def check_sealed(session: Session, draw: Draw) -> None:
    """Refuse what has to wait until the plans of the campaign are listed in the log."""
    if draw.campaign is not None and record_of(session, draw) is None:
        raise CampaignNotSealed(code=draw.campaign)


def shared_terms(session: Session, task: Task) -> tuple[bytes, Sequence[DrawParty]] | None:
    """For the freeze: frame key and parties that the campaign of a task gives it; none without a campaign.

    Errors: ``CampaignSealed``; ``CampaignDiffers`` where sources or disclosure are not the organiser's.
    """
    if task.campaign is None:
        return None
    campaign = records.campaign(session, task.campaign, lock=True)
    if campaign is None:
        raise NotFound(what="联合抽取", key=task.campaign)
    if campaign.sealed_at is not None:
        raise CampaignSealed(code=campaign.code)
    organiser = records.task_by_id(session, campaign.task_id)
    if any(getattr(task, name) != getattr(organiser, name) for name in SHARED):
        raise CampaignDiffers(task=task.code, code=campaign.code)
    return bytes.fromhex(campaign.frame_key), records.parties(session, organiser.id or 0)


def _check_alike(session: Session, code: str, draws: Sequence[Draw]) -> None:
    """The organiser's task may have changed since another one froze: then their plans do not go together."""
    first = None
    for draw in draws:
        plan, task = json.loads(draw.plan_json), records.task_by_id(session, draw.task_id)
        terms = [plan.get(name) for name in ("alg", "commits", "beacon")]
        terms += [getattr(task, name) for name in SHARED]
        first = first or terms
        if terms != first:
            raise CampaignDiffers(task=task.code, code=code)


def _take_over(task: Task, organiser: Task) -> None:
    for name in SHARED:
        setattr(task, name, getattr(organiser, name))


def _campaign(session: Session, actor: Actor, code: str, *, lock: bool = False) -> Campaign:
    """One whose organiser sits in the actor's region, or in one above it."""
    campaign = records.campaign(session, code, lock=lock)
    if campaign is not None:
        region = records.organ_of(session, campaign.organ_id).region_code
        near = in_scope(actor.region_prefix, region) or in_scope(scope_of(region), actor.region_prefix)
        if near:
            return campaign
    raise NotFound(what="联合抽取", key=code)


def _open_campaign(session: Session, actor: Actor, code: str) -> Campaign:
    campaign = _campaign(session, actor, code, lock=True)
    if campaign.sealed_at is not None:
        raise CampaignSealed(code=code)
    return campaign


def _view(session: Session, campaign: Campaign) -> CampaignView:
    tasks = records.tasks_of_campaign(session, campaign.code)
    return CampaignView(
        code=campaign.code,
        name=campaign.name,
        organ_name=records.organ_of(session, campaign.organ_id).name,
        task_code=records.task_by_id(session, campaign.task_id).code,
        created_at=campaign.created_at,
        sealed_at=campaign.sealed_at,
        record=campaign.record,
        members=tuple(_member(session, task) for task in tasks),
    )


def _member(session: Session, task: Task) -> CampaignMember:
    draw = records.draw_of_task(session, task.id or 0)
    return CampaignMember(
        organ_name=records.organ_of(session, task.organ_id).name,
        task_code=task.code,
        task_name=task.name,
        state=task.state,
        draw_id=draw.draw_id if draw else None,
        plan_hash=draw.plan_hash if draw and draw.approved_at else None,
    )

"""Campaigns: departments of one region draw together."""

import secrets
from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import Field, StringConstraints

from api.deps import Reading, SignedIn
from api.v1.idempotency import Act, Acting, created
from api.v1.models import CODE_PATTERN, Code, Command, Line, View, example
from api.v1.resource import resource
from supervision.draw import campaigns
from supervision.plan.tables import TaskState

router = resource("campaigns")

TaskCode = Annotated[str, Path(pattern=CODE_PATTERN, description="任务编号", max_length=64)]


class NewCampaign(Command):
    """发起联合抽取 around the organiser's own task, before its freeze."""

    model_config = Command.model_config | example(task="360681-2026-P01-T01", name="市场监管与消防联合抽查")

    task: Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=48)]
    name: Line


class MemberView(View):
    """参加的任务. ``plan_hash`` stands from its approval on."""

    organ_name: str
    task_code: str
    task_name: str
    state: TaskState
    draw_id: str | None
    plan_hash: str | None


class CampaignView(View):
    """联合抽取: plans whose tickets come from one seed. ``record``: the logged record, once it is sealed."""

    model_config = View.model_config | example(
        code="360681-2026-C01",
        name="市场监管与消防联合抽查",
        organ_name="贵溪市市场监督管理局",
        task_code="360681-2026-P01-T01",
        created_at="2026-11-20T02:00:00Z",
        sealed_at=None,
        record=None,
        members=[
            {
                "organ_name": "贵溪市市场监督管理局",
                "task_code": "360681-2026-P01-T01",
                "task_name": "第一批不定向抽查",
                "state": "approved",
                "draw_id": "360681-2026-0001",
                "plan_hash": "7a" * 32,
            }
        ],
    )

    code: str
    name: str
    organ_name: str
    task_code: Annotated[str, Field(description="组织方的任务：参与方和公开随机源由它确定")]
    created_at: datetime
    sealed_at: datetime | None
    record: str | None
    members: list[MemberView]


class CampaignList(View):
    """联合抽取一览."""

    items: list[CampaignView]


@router.get("/campaigns", summary="List campaigns")
def list_campaigns(session: Reading, actor: SignedIn) -> CampaignList:
    """联合抽取一览, inside the actor's region, newest first."""
    found = campaigns.campaigns(session, actor)
    return CampaignList(items=[CampaignView.model_validate(campaign) for campaign in found])


@router.post("/campaigns", summary="Start a campaign", **created("/campaigns/{code}"))
def create_campaign(body: NewCampaign, act: Acting) -> CampaignView:
    """发起联合抽取: for planners. Its task names the parties and the public sources for all."""
    key = secrets.token_bytes(32)
    campaign = campaigns.create_campaign(act.session, act.actor, body.task, body.name, act.now, key)
    return _view(act, campaign.code)


@router.get("/campaigns/{code}", summary="Show a campaign")
def show_campaign(code: Code, session: Reading, actor: SignedIn) -> CampaignView:
    return CampaignView.model_validate(campaigns.campaign_of(session, actor, code))


@router.put("/campaigns/{code}/tasks/{task}", summary="Join a campaign")
def join_campaign(code: Code, task: TaskCode, act: Acting) -> CampaignView:
    """加入联合抽取: for planners, with a draft of their own organ that has no parties yet."""
    campaigns.join_campaign(act.session, act.actor, code, task, act.now)
    return _view(act, code)


@router.delete("/campaigns/{code}/tasks/{task}", summary="Leave a campaign")
def leave_campaign(code: Code, task: TaskCode, act: Acting) -> CampaignView:
    """退出联合抽取: before the task's freeze."""
    campaigns.leave_campaign(act.session, act.actor, code, task, act.now)
    return _view(act, code)


@router.post("/campaigns/{code}/seal", summary="Seal a campaign")
def seal_campaign(code: Code, act: Acting) -> CampaignView:
    """定案: for planners of the organiser, once all plans are approved; only then the parties may reveal."""
    campaigns.seal_campaign(act.session, act.actor, code, act.now)
    return _view(act, code)


def _view(act: Act, code: str) -> CampaignView:
    return CampaignView.model_validate(campaigns.campaign_of(act.session, act.actor, code))

"""联合抽取: started around a task, joined by other departments, sealed by the organiser."""

import secrets
from collections.abc import Iterator

from fastapi import APIRouter
from starlette.responses import Response

from api.deps import Form, Writing
from api.logs import Stamped
from api.office import queries
from api.office.answers import REFUSALS, Refusal, Translate, done, errors_of, show, status_of, texts
from api.office.labels import state_tag
from api.office.visiting import Visiting, Visitor
from supervision.draw import campaigns
from supervision.draw.campaigns import CampaignMember, CampaignView
from supervision.draw.parties import parties_of
from supervision.errors import Conflict, NotFound
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.plan.tables import Task, TaskState

router = APIRouter(prefix="/campaigns")
FIELDS = {"联合抽取名称": "name"}
MOST_TASKS = 1000


@router.get("")
def list_campaigns(visitor: Visiting) -> Response:
    return _list_page(visitor, queries.text(visitor.request, "task", 48))


@router.post("")
def create(visitor: Visiting, session: Writing, form: Form) -> Response:
    task, name = str(form.get("task", ""))[:48], str(form.get("name", "")).strip()[:300]
    key = secrets.token_bytes(32)
    try:
        made = campaigns.create_campaign(session, visitor.actor, task, name, visitor.now, key)
    except REFUSALS as refusal:
        session.rollback()
        return _list_page(visitor, task, name, refusal)
    return done(f"/office/campaigns/{made.code}", "campaign_created")


@router.get("/{code}")
def show_campaign(code: str, visitor: Visiting) -> Response:
    return _page(visitor, code)


@router.post("/{code}/join")
def join(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    task = str(form.get("task", ""))[:48]
    try:
        campaigns.join_campaign(session, visitor.actor, code, task, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, code, refusal, task, choosing=True)
    return done(f"/office/campaigns/{code}", "campaign_joined")


@router.post("/{code}/leave")
def leave(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    try:
        campaigns.leave_campaign(session, visitor.actor, code, str(form.get("task", ""))[:48], visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, code, refusal)
    return done(f"/office/campaigns/{code}", "campaign_left")


@router.post("/{code}/seal", dependencies=[Stamped])
def seal(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    try:
        campaigns.seal_campaign(session, visitor.actor, code, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, code, refusal)
    return done(f"/office/campaigns/{code}", "campaign_sealed")


def may_seal(visitor: Visitor, campaign: CampaignView) -> bool:
    """Whether all plans are approved, and the visitor is a planner of the organiser."""
    standing = [member for member in campaign.members if member.state is not TaskState.VOID]
    ready = bool(standing) and all(member.state is TaskState.APPROVED for member in standing)
    return campaign.sealed_at is None and ready and _organises(visitor, campaign)


def _list_page(visitor: Visitor, task: str, name: str = "", refusal: Refusal | None = None) -> Response:
    request, actor, session = visitor.request, visitor.actor, visitor.session
    _ = texts(request)
    found = campaigns.campaigns(session, actor)
    free = _free_tasks(visitor)
    return show(
        request,
        "campaigns",
        status=status_of(refusal) if refusal else 200,
        errors=_errors(visitor, refusal) if refusal else {},
        rows=[_row(_, each) for each in found],
        may_create=actor.has(Role.PLANNER),
        tasks=free,
        task=task,
        may_join=any(code == task for code, _text in free) and any(each.sealed_at is None for each in found),
        name=name,
    )


def _page(
    visitor: Visitor, code: str, refusal: Refusal | None = None, task: str = "", *, choosing: bool = False
) -> Response:
    """``choosing``: what was refused is the choice of a task."""
    request = visitor.request
    _ = texts(request)
    found = campaigns.campaign_of(visitor.session, visitor.actor, code)
    own = [each for each in found.members if _is_own(visitor, each.task_code)]
    return show(
        request,
        "campaign",
        status=status_of(refusal) if refusal else 200,
        errors=_errors(visitor, refusal, of_task=choosing) if refusal else {},
        here=f"/office/campaigns/{code}",
        campaign=found,
        state=_state(_, found),
        members=[_member_row(_, visitor, found, each) for each in found.members],
        waits=list(_waits(_, visitor, found)),
        may_seal=may_seal(visitor, found),
        may_join=found.sealed_at is None and visitor.actor.has(Role.PLANNER),
        free=_free_tasks(visitor) if found.sealed_at is None else [],
        leaving=[each.task_code for each in own if _may_leave(visitor, found, each)],
        task=task,
    )


def _errors(visitor: Visitor, refusal: Refusal, *, of_task: bool = True) -> dict[str, str]:
    """Named at the field; what is said of the chosen task stands at the list it was chosen from."""
    found = errors_of(visitor.request, refusal, FIELDS)
    if of_task and "" in found and isinstance(refusal, NotFound | Conflict):
        return {"task": found[""]}
    return found


def _row(_: Translate, campaign: CampaignView) -> dict[str, object]:
    return {
        "code": campaign.code,
        "name": campaign.name,
        "organ": campaign.organ_name,
        "tasks": len(campaign.members),
        "created_at": campaign.created_at,
        "state": _state(_, campaign),
    }


def _member_row(
    _: Translate, visitor: Visitor, campaign: CampaignView, member: CampaignMember
) -> dict[str, object]:
    seen = _task(visitor, member.task_code) is not None
    return {
        "organ": member.organ_name,
        "task": member.task_name,
        "code": member.task_code,
        "href": f"/office/tasks/{member.task_code}" if seen else "",
        "role": _("组织方") if member.task_code == campaign.task_code else _("参加"),
        "state": state_tag(_, member.state),
        "plan_hash": member.plan_hash,
    }


def _state(_: Translate, campaign: CampaignView) -> tuple[str, str]:
    return (_("已定案"), "green") if campaign.sealed_at else (_("组织中"), "amber")


def _waits(_: Translate, visitor: Visitor, campaign: CampaignView) -> Iterator[str]:
    """还在等待什么, in the order of the work."""
    if campaign.sealed_at is not None:
        return
    if _task(visitor, campaign.task_code) is not None:
        parties = parties_of(visitor.session, visitor.actor, campaign.task_code)
        if not parties:
            yield _("组织方确定参与方")
        if absent := [party.title for party in parties if not party.commitment]:
            yield _("参与方提交承诺：{names}").format(names="、".join(absent))
    kinds = (
        (TaskState.DRAFT, _("冻结名录和方案：{names}")),
        (TaskState.FROZEN, _("审批方案：{names}")),
    )
    for state, text in kinds:
        if names := [each.organ_name for each in campaign.members if each.state is state]:
            yield text.format(names="、".join(names))
    yield _("组织方定案：{name}").format(name=campaign.organ_name)


def _organises(visitor: Visitor, campaign: CampaignView) -> bool:
    return visitor.actor.has(Role.PLANNER) and _is_own(visitor, campaign.task_code)


def _may_leave(visitor: Visitor, campaign: CampaignView, member: CampaignMember) -> bool:
    own = visitor.actor.has(Role.PLANNER) and member.task_code != campaign.task_code
    return own and campaign.sealed_at is None and member.state is TaskState.DRAFT


def _is_own(visitor: Visitor, code: str) -> bool:
    task = _task(visitor, code)
    return task is not None and task.organ_id == visitor.actor.organ_id


def _task(visitor: Visitor, code: str) -> Task | None:
    """The task, where the visitor may see it: a department of a higher region can take part."""
    try:
        return plans.task_of(visitor.session, visitor.actor, code)
    except NotFound:
        return None


def _free_tasks(visitor: Visitor) -> list[tuple[str, str]]:
    """The organ's own drafts that take part in no campaign, for a list to choose from."""
    if not visitor.actor.has(Role.PLANNER):
        return []
    found = plans.tasks(visitor.session, visitor.actor, states=(TaskState.DRAFT,), limit=MOST_TASKS)
    own = [task for task in found if task.organ_id == visitor.actor.organ_id and task.campaign is None]
    return [(task.code, f"{task.code} {task.name}") for task in own]

"""Replacements: the next ticket of a cell in the place of an entity that cannot be inspected."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.deps import Reading, SignedIn
from api.v1.idempotency import Act, Acting
from api.v1.models import USCC_PATTERN, Code, Command, Number, View, example
from api.v1.resource import resource
from supervision.draw import replacing
from supervision.draw.replacing import REASONS
from supervision.draw.tables import ReplacementState

router = resource("replacements")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class NewReplacement(Command):
    """提出替补. ``evidence`` stays in the office; the reason is public."""

    model_config = Command.model_config | example(
        uscc="91360681MA35XXXX0A", reason="deregistered", evidence="登记系统显示 2026-11-18 已注销"
    )

    uscc: Annotated[str, StringConstraints(pattern=USCC_PATTERN)]
    reason: Annotated[str, Field(json_schema_extra={"enum": list(REASONS)}, max_length=32)]
    evidence: Text


class Refusal(Command):
    """不同意替补."""

    model_config = Command.model_config | example(because="请先实地核查")

    because: Text


class ReplacementView(View):
    """替补. ``new_uscc``: who came in the place, once it is approved."""

    model_config = View.model_config | example(
        number=1,
        draw_id="360681-2026-0001",
        uscc="91360681MA35XXXX0A",
        name="贵溪市示例酒店有限公司",
        reason="deregistered",
        reason_name="已注销或被吊销",
        evidence="登记系统显示 2026-11-18 已注销",
        state="proposed",
        state_name="待审批",
        proposed_by="planner",
        proposed_at="2026-11-25T02:00:00Z",
        decided_by=None,
        decided_at=None,
        refused_because=None,
        new_uscc=None,
        new_name=None,
    )

    number: int
    draw_id: str
    uscc: str
    name: str
    reason: str
    reason_name: str
    evidence: str
    state: ReplacementState
    state_name: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    refused_because: str | None
    new_uscc: str | None
    new_name: str | None


class ReplacementList(View):
    """替补一览."""

    items: list[ReplacementView]


@router.get("/draws/{draw_id}/replacements", summary="List the replacements of a draw")
def list_replacements(draw_id: Code, session: Reading, actor: SignedIn) -> ReplacementList:
    """替补一览, oldest first, for the office."""
    found = replacing.replacements_of(session, actor, draw_id)
    return ReplacementList(items=[ReplacementView.model_validate(each) for each in found])


@router.post("/draws/{draw_id}/replacements", status_code=201, summary="Propose a replacement")
def propose(draw_id: Code, body: NewReplacement, act: Acting) -> ReplacementView:
    """提出替补: for planners, while the visit has no result."""
    made = replacing.propose_replacement(
        act.session, act.actor, draw_id, body.uscc, body.reason, body.evidence, act.now
    )
    return _view(act, draw_id, made.id)


@router.post("/draws/{draw_id}/replacements/{number}/approve", summary="Approve a replacement")
def approve(draw_id: Code, number: Number, act: Acting) -> ReplacementView:
    """批准替补: for approvers other than who proposed it. The next ticket of the cell comes."""
    replacing.approve_replacement(act.session, act.actor, draw_id, number, act.now)
    return _view(act, draw_id, number)


@router.post("/draws/{draw_id}/replacements/{number}/refuse", summary="Refuse a replacement")
def refuse(draw_id: Code, number: Number, body: Refusal, act: Acting) -> ReplacementView:
    """不同意替补: the visit stands."""
    replacing.refuse_replacement(act.session, act.actor, draw_id, number, body.because, act.now)
    return _view(act, draw_id, number)


def _view(act: Act, draw_id: str, number: int | None) -> ReplacementView:
    found = replacing.replacements_of(act.session, act.actor, draw_id)
    return ReplacementView.model_validate(next(each for each in found if each.number == number))

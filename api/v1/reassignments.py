"""Reassignments: others are drawn for the seats of an inspector who cannot go."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.deps import Reading, SignedIn
from api.v1.idempotency import Act, Acting
from api.v1.models import CODE_PATTERN, LARGEST_ID, Code, Command, Number, View, example
from api.v1.resource import resource
from supervision.draw.tables import ReplacementState
from supervision.pairing import reassigning
from supervision.pairing.reassigning import REASONS

router = resource("pairings")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
VisitCode = Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=64)]


class NewReassignment(Command):
    """提出换人. ``evidence`` stays in the office; the reason is public."""

    model_config = Command.model_config | example(
        inspector_id=3, reason="illness", evidence="病假条 2026-11-24", visits=["360681-2026-0001-V0003"]
    )

    inspector_id: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    reason: Annotated[str, Field(json_schema_extra={"enum": list(REASONS)}, max_length=32)]
    evidence: Text
    visits: Annotated[
        list[VisitCode] | None, Field(max_length=1000, description="不填：此人还没有录入结果的全部检查")
    ] = None


class ReassignmentRefusal(Command):
    """不同意换人."""

    model_config = Command.model_config | example(because="请先核实请假期限")

    because: Text


class ChangedSeatView(View):
    """换人的席位, by name and code."""

    visit: str
    seat: str
    out: str
    into: str


class ReassignmentView(View):
    """换人. ``changed``: who goes and who came, once it is approved."""

    model_config = View.model_config | example(
        id=1,
        draw_id="360681-2026-0001",
        inspector="张三 GX001",
        visits=["360681-2026-0001-V0003"],
        reason="illness",
        reason_name="患病或受伤",
        evidence="病假条 2026-11-24",
        state="proposed",
        state_name="待审批",
        proposed_by="planner",
        proposed_at="2026-11-24T02:00:00Z",
        decided_by=None,
        decided_at=None,
        refused_because=None,
        number=None,
        changed=[],
    )

    id: int
    draw_id: str
    inspector: str
    visits: list[str]
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
    number: Annotated[int | None, Field(description="本次抽取第几次换人，与公开日志一致")]
    changed: list[ChangedSeatView]


class ReassignmentList(View):
    """换人一览."""

    items: list[ReassignmentView]


@router.get("/draws/{draw_id}/reassignments", summary="List the reassignments of a draw")
def list_reassignments(draw_id: Code, session: Reading, actor: SignedIn) -> ReassignmentList:
    """换人一览, oldest first, for the office."""
    found = reassigning.reassignments_of(session, actor, draw_id)
    return ReassignmentList(items=[ReassignmentView.model_validate(each) for each in found])


@router.post("/draws/{draw_id}/reassignments", status_code=201, summary="Propose a reassignment")
def propose(draw_id: Code, body: NewReassignment, act: Acting) -> ReassignmentView:
    """提出换人: for planners, at visits without a result."""
    made = reassigning.propose_reassignment(
        act.session,
        act.actor,
        draw_id,
        body.inspector_id,
        body.reason,
        body.evidence,
        act.now,
        body.visits,
    )
    return _view(act, draw_id, made.id)


@router.post("/draws/{draw_id}/reassignments/{number}/approve", summary="Approve a reassignment")
def approve(draw_id: Code, number: Number, act: Acting) -> ReassignmentView:
    """批准换人: for approvers other than who proposed it. The seats are drawn by lot at once."""
    reassigning.approve_reassignment(act.session, act.actor, draw_id, number, act.now)
    return _view(act, draw_id, number)


@router.post("/draws/{draw_id}/reassignments/{number}/refuse", summary="Refuse a reassignment")
def refuse(draw_id: Code, number: Number, body: ReassignmentRefusal, act: Acting) -> ReassignmentView:
    """不同意换人: the teams stand."""
    reassigning.refuse_reassignment(act.session, act.actor, draw_id, number, body.because, act.now)
    return _view(act, draw_id, number)


def _view(act: Act, draw_id: str, number: int | None) -> ReassignmentView:
    found = reassigning.reassignments_of(act.session, act.actor, draw_id)
    return ReassignmentView.model_validate(next(each for each in found if each.id == number))

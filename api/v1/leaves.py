"""Leaves: when an inspector is away."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field, StringConstraints

from api.deps import Reading, SignedIn
from api.v1.idempotency import Acting
from api.v1.models import LARGEST_ID, Command, Number, Page, View, example
from api.v1.paging import Paged
from api.v1.resource import resource
from supervision.register import leaves

router = resource("registers")

LEAVE = {"inspector_id": 3, "starts": "2026-11-23", "ends": "2026-12-31", "reason": "病假"}


class NewLeave(Command):
    """请假. ``reason`` is personal and stays in the office."""

    model_config = Command.model_config | example(**LEAVE)

    inspector_id: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    starts: date
    ends: Annotated[date, Field(description="截止日期，当天也不在岗")]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class LeaveView(View):
    """请假. Who is away for the whole of a task is not paired."""

    model_config = View.model_config | example(
        id=1, **LEAVE, recorded_by="planner", at="2026-11-20T02:00:00Z"
    )

    id: int
    inspector_id: int
    starts: date
    ends: date
    reason: str
    recorded_by: str
    at: datetime


@router.get("/leaves", summary="List leaves")
def list_leaves(
    session: Reading,
    actor: SignedIn,
    paging: Paged,
    inspector: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="检查人员 id")] = None,
) -> Page[LeaveView]:
    """请假一览, newest first."""
    before = paging.number
    known = leaves.leaves(session, actor, inspector)
    found = [leave for leave in known if before is None or (leave.id or 0) < before]
    return paging.page(found, lambda leave: leave.id, LeaveView.model_validate)


@router.post("/leaves", status_code=201, summary="Record a leave")
def add_leave(body: NewLeave, act: Acting) -> LeaveView:
    """登记请假: for planners and approvers. What is assigned already is not taken away by it."""
    return LeaveView.model_validate(
        leaves.add_leave(
            act.session,
            act.actor,
            body.inspector_id,
            starts=body.starts,
            ends=body.ends,
            reason=body.reason,
            now=act.now,
        )
    )


@router.delete("/leaves/{leave_id}", status_code=204, summary="Cancel a leave")
def remove_leave(leave_id: Number, act: Acting) -> None:
    """撤销请假; the journal keeps that it stood."""
    leaves.remove_leave(act.session, act.actor, leave_id, act.now)

"""Plans of a year."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.deps import Reading, SignedIn
from api.v1.idempotency import Acting, created
from api.v1.models import Code, Command, Line, Page, View, example
from api.v1.paging import Paged
from api.v1.resource import resource
from supervision.plan import service as plans

router = resource("plans")


class NewPlan(Command):
    """编制年度计划."""

    model_config = Command.model_config | example(year=2026, name="2026年度双随机抽查工作计划")

    year: Annotated[int, Field(ge=2000, le=2100)]
    name: Line


class PlanView(View):
    """年度抽查工作计划."""

    model_config = View.model_config | example(
        code="360681-2026-P01",
        year=2026,
        name="2026年度双随机抽查工作计划",
        created_by="planner",
        created_at="2026-11-20T02:00:00Z",
    )

    code: str
    year: int
    name: str
    created_by: str
    created_at: datetime


@router.get("/plans", summary="List plans")
def list_plans(session: Reading, actor: SignedIn, paging: Paged) -> Page[PlanView]:
    """计划一览, inside the actor's region, newest first."""
    before = paging.number
    found = [plan for plan in plans.plans(session, actor) if before is None or (plan.id or 0) < before]
    return paging.page(found, lambda plan: plan.id, PlanView.model_validate)


@router.post("/plans", summary="Draw up a plan", **created("/plans/{code}"))
def create_plan(body: NewPlan, act: Acting) -> PlanView:
    """编制年度计划: for planners."""
    return PlanView.model_validate(plans.create_plan(act.session, act.actor, body.year, body.name, act.now))


@router.get("/plans/{code}", summary="Show a plan")
def show_plan(code: Code, session: Reading, actor: SignedIn) -> PlanView:
    return PlanView.model_validate(plans.plan_of(session, actor, code))

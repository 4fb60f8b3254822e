"""Draws: approve, run, void, pair."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlmodel import Session

from api.deps import Reading, SignedIn
from api.logs import Stamped
from api.v1.idempotency import Acting
from api.v1.models import Code, Command, Page, View, example
from api.v1.paging import Paged
from api.v1.resource import resource
from supervision.draw import service as draws
from supervision.draw.rules import STATE_NAMES, VOID_REASONS
from supervision.draw.tables import Draw, DrawState
from supervision.verification.service import verify_draw

router = resource("draws")

VoidReason = Annotated[str, Field(json_schema_extra={"enum": list(VOID_REASONS)}, max_length=32)]


class DrawView(View):
    """抽取. ``result_sha256`` and ``closing_hash`` stand once it is closed, ``seed`` once it is open."""

    model_config = View.model_config | example(
        draw_id="360681-2026-0001",
        task="360681-2026-P01-T01",
        state="closed",
        state_name="已抽取并结案",
        plan_hash="7a" * 32,
        register_root="1b" * 32,
        register_n=1200,
        frozen_by="planner",
        frozen_at="2026-11-20T02:10:00Z",
        approved_by="approver",
        approved_at="2026-11-20T02:20:00Z",
        closed_at="2026-11-20T02:30:00Z",
        drawn=48,
        seed="5e" * 32,
        result_sha256="0c" * 32,
        cells_sha256="2d" * 32,
        closing_hash="4f" * 32,
        void_reason=None,
        sealed=False,
        open_by=None,
        opened_at="2026-11-20T02:30:00Z",
        campaign=None,
    )

    draw_id: str
    task: str
    state: DrawState
    state_name: str
    plan_hash: str
    register_root: str
    register_n: Annotated[int, Field(description="名录快照户数")]
    frozen_by: str
    frozen_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    closed_at: datetime | None
    drawn: Annotated[int | None, Field(description="抽中户数；未抽取时为 null")]
    seed: str | None
    result_sha256: str | None
    cells_sha256: str | None
    closing_hash: str | None
    void_reason: str | None
    sealed: Annotated[bool, Field(description="封存型：启封之前不公开抽中对象")]
    open_by: Annotated[datetime | None, Field(description="启封期限，到期自动启封")]
    opened_at: datetime | None
    campaign: Annotated[str | None, Field(description="联合抽取")]

    @classmethod
    def of(cls, session: Session, draw: Draw) -> "DrawView":
        own: dict[str, Any] = draw.model_dump(include=set(cls.model_fields) - {"task", "drawn"})
        own["seed"] = draw.seed if draw.is_open else None
        return cls(
            **own,
            task=draws.task_of_draw(session, draw).code,
            state_name=STATE_NAMES[draw.state],
            drawn=None if draw.result is None else len(draw.result.splitlines()),
        )


class DrawnEntityView(View):
    """抽中对象, in the order of credit codes: the order drawn stands beside classes (R27)."""

    model_config = View.model_config | example(
        uscc="91360681MA35XXXX0A", name="贵溪市示例酒店有限公司", address="江西省贵溪市建设路1号"
    )

    uscc: str
    name: str
    address: str


class Voiding(Command):
    """作废. The public sees reason and note."""

    model_config = Command.model_config | example(reason="register-error", note="名录中缺少新设企业")

    reason: VoidReason
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class StepView(View):
    """核验步骤: one claim, and whether it holds."""

    name: str
    title: str
    status: Literal["ok", "failed", "skipped"]
    message: Annotated[str, Field(description="不一致时的说明")]


class ReportView(View):
    """验证报告. ``ok``: every step holds."""

    model_config = View.model_config | example(
        draw_id="360681-2026-0001",
        plan_hash="7a" * 32,
        ok=True,
        denominator=1000000,
        drawn=48,
        result_sha256="0c" * 32,
        steps=[{"name": "seed", "title": "种子由方案和揭示得出", "status": "ok", "message": ""}],
    )

    draw_id: str
    plan_hash: str
    ok: bool
    denominator: int | None
    drawn: int | None
    result_sha256: str | None
    steps: list[StepView]


@router.get("/draws", summary="List draws")
def list_draws(session: Reading, actor: SignedIn, paging: Paged) -> Page[DrawView]:
    """抽取一览, inside the actor's region, newest first."""
    found = draws.draws(session, actor, before=paging.number, limit=paging.limit + 1)
    return paging.page(found, lambda draw: draw.id, lambda draw: DrawView.of(session, draw))


@router.get("/draws/{draw_id}", summary="Show a draw")
def show_draw(draw_id: Code, session: Reading, actor: SignedIn) -> DrawView:
    return DrawView.of(session, draws.seen_draw(session, actor, draw_id))


@router.get("/draws/{draw_id}/entities", summary="List the entities drawn")
def list_drawn(draw_id: Code, session: Reading, actor: SignedIn, paging: Paged) -> Page[DrawnEntityView]:
    """抽中对象一览, for the office."""
    after = paging.text or ""
    found = [row for row in draws.drawn_entities(session, actor, draw_id) if row.uscc > after]
    return paging.page(found, lambda row: row.uscc, DrawnEntityView.model_validate)


@router.get("/draws/{draw_id}/verification", summary="Verify a draw", responses={409: {}})
def verify(draw_id: Code, session: Reading, actor: SignedIn) -> ReportView:
    """验证抽取: replay a closed draw, its pairing and its releases from what was frozen. Writes nothing."""
    draws.seen_draw(session, actor, draw_id)
    return ReportView.model_validate(verify_draw(session, draw_id))


@router.post("/draws/{draw_id}/approve", summary="Approve a draw", dependencies=[Stamped])
def approve(draw_id: Code, act: Acting) -> DrawView:
    """审批: for an approver who neither drew up nor froze the task. From here on the parties may reveal."""
    return DrawView.of(act.session, draws.approve(act.session, act.actor, draw_id, act.now))


@router.post("/draws/{draw_id}/run", summary="Draw")
def run(draw_id: Code, act: Acting) -> DrawView:
    """抽取: the frozen plan's only possible outcome, and its closing record; for planners.

    Every party has revealed or was noted as missing, and every public source is there.
    """
    return DrawView.of(act.session, draws.run(act.session, act.actor, draw_id, act.now))


@router.post("/draws/{draw_id}/void", summary="Void a draw")
def void(draw_id: Code, body: Voiding, act: Acting) -> DrawView:
    """作废: closes a draw without a result; for approvers. It stays visible for ever."""
    draw = draws.void(act.session, act.actor, draw_id, body.reason, body.note, act.now)
    return DrawView.of(act.session, draw)

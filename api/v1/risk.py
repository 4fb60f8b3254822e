"""Risk classes: monthly snapshots, and why an entity has its class. For authorised roles only (R27)."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from api.deps import Now, Reading, SignedIn
from api.v1.idempotency import Acting, created
from api.v1.models import Command, Number, Page, Uscc, View, example
from api.v1.paging import Paged
from api.v1.resource import resource
from supervision.register import service as registers
from supervision.risk import service as risk
from supervision.risk.service import Explanation
from supervision.risk.tables import RiskClass, RiskSnapshot

router = resource("risk")


class NewSnapshot(Command):
    """等级快照 of a month; any day of it will do."""

    model_config = Command.model_config | example(month="2026-11-01")

    month: date


class SnapshotView(View):
    """风险等级快照: the classes of a region in a month, frozen."""

    model_config = View.model_config | example(
        id=1,
        region_prefix="360681",
        month="2026-11-01",
        version=1,
        scorecard_sha256="3f" * 32,
        digest="9f" * 32,
        counts={"A": 900, "B": 220, "C": 60, "D": 20},
        taken_by="planner",
        taken_at="2026-11-20T02:00:00Z",
    )

    id: int
    region_prefix: str
    month: date
    version: int
    scorecard_sha256: str
    digest: Annotated[str, Field(description="逐户等级的 SHA-256")]
    counts: dict[RiskClass, int]
    taken_by: str
    taken_at: datetime

    @classmethod
    def of(cls, found: RiskSnapshot) -> "SnapshotView":
        own = found.model_dump(include=set(cls.model_fields))
        counts = dict(
            zip(RiskClass, (found.count_a, found.count_b, found.count_c, found.count_d), strict=True)
        )
        return cls(**own, counts=counts)


class PartView(View):
    """得分项."""

    factor: str
    value: int | None
    points: int
    sentence: str


class RiskView(View):
    """等级说明: the score as the facts stand now, and the class in the newest snapshot."""

    model_config = View.model_config | example(
        uscc="91360681MA35XXXX0A",
        name="贵溪市示例酒店有限公司",
        points=260,
        risk_class="B",
        given=False,
        parts=[{"factor": "age", "value": 10, "points": 40, "sentence": "成立满 10 年"}],
        direct=[],
        snapshot={"id": 1, "month": "2026-11-01", "risk_class": "B", "points": 260},
    )

    uscc: str
    name: str
    points: int
    risk_class: RiskClass
    given: Annotated[bool, Field(description="等级由主管部门给出，而非计算")]
    parts: list[PartView]
    direct: Annotated[list[str], Field(description="直接判定等级的规则")]
    snapshot: "FrozenClass | None"

    @classmethod
    def of(cls, found: Explanation) -> "RiskView":
        return cls(
            uscc=found.uscc,
            name=found.name,
            points=found.score.points,
            risk_class=found.score.risk_class,
            given=found.score.given,
            parts=[PartView.model_validate(part) for part in found.score.parts],
            direct=list(found.score.direct),
            snapshot=FrozenClass.of(found),
        )


class FrozenClass(View):
    """快照中的等级."""

    id: int
    month: date
    risk_class: RiskClass
    points: int

    @classmethod
    def of(cls, found: Explanation) -> "FrozenClass | None":
        if found.snapshot is None or found.frozen is None:
            return None
        return cls(
            id=found.snapshot.id or 0,
            month=found.snapshot.month,
            risk_class=found.frozen.risk_class,
            points=found.frozen.points,
        )


@router.get("/risk-snapshots", summary="List risk snapshots")
def list_snapshots(session: Reading, actor: SignedIn, paging: Paged) -> Page[SnapshotView]:
    """快照一览: those that a task of the actor's region may cite, newest first."""
    before = paging.number
    found = sorted(risk.snapshots(session, actor), key=lambda each: -(each.id or 0))
    rest = [each for each in found if before is None or (each.id or 0) < before]
    return paging.page(rest, lambda each: each.id, SnapshotView.of)


@router.post("/risk-snapshots", summary="Take a risk snapshot", **created("/risk-snapshots/{id}"))
def take_snapshot(body: NewSnapshot, act: Acting) -> SnapshotView:
    """等级快照 (R28): class every active entity of the actor's region for a month, once and for all."""
    return SnapshotView.of(risk.take_snapshot(act.session, act.actor, body.month, act.now))


@router.get("/risk-snapshots/{snapshot_id}", summary="Show a risk snapshot")
def show_snapshot(snapshot_id: Number, session: Reading, actor: SignedIn) -> SnapshotView:
    return SnapshotView.of(risk.snapshot(session, actor, snapshot_id))


@router.get("/entities/{uscc}/risk", summary="Explain an entity's risk class")
def explain(uscc: Uscc, session: Reading, actor: SignedIn, now: Now) -> RiskView:
    """等级说明: why an entity has its class. For planners, approvers and auditors of its region."""
    return RiskView.of(risk.explain(session, actor, registers.entity(session, actor, uscc), now))

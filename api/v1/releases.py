"""Publication: what waits for an approver, and publishing it."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field, StringConstraints

from api.deps import Now, Reading, SignedIn
from api.v1.idempotency import Acting
from api.v1.models import CODE_PATTERN, Command, Page, View, example
from api.v1.paging import Paged, shown
from api.v1.resource import resource
from supervision.publication import service as publication

router = resource("releases")

VisitCode = Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=60)]


class WaitingView(View):
    """待公示一览行. ``days_left`` until the last day of publication (R21); below 0: overdue."""

    model_config = View.model_config | example(
        visit_code="360681-2026-0001-V0001",
        draw_id="360681-2026-0001",
        task_code="360681-2026-P01-T01",
        task_name="第一批不定向抽查",
        uscc="91360681MA35XXXX0A",
        entity_name="贵溪市示例酒店有限公司",
        region_name="江西省鹰潭市贵溪市",
        version=1,
        correction=False,
        result="1",
        result_text="未发现问题",
        failed_items=0,
        note="",
        inspected_on="2026-11-25",
        entered_by="inspector",
        entered_at="2026-11-25T08:00:00Z",
        publish_by="2026-12-23",
        publish_by_provisional=False,
        days_left=20,
        overdue=False,
        may_publish=True,
    )

    visit_code: str
    draw_id: str
    task_code: str
    task_name: str
    uscc: str
    entity_name: str
    region_name: str
    version: int
    correction: Annotated[bool, Field(description="更正：将替换已公示的结果")]
    result: str
    result_text: str
    failed_items: int
    note: str
    inspected_on: date
    entered_by: str
    entered_at: datetime
    publish_by: date | None
    publish_by_provisional: bool
    days_left: int | None
    overdue: bool
    may_publish: Annotated[bool, Field(description="当前账号没有参与该检查，可以公示")]


class Publishing(Command):
    """公示: the visits whose findings are to be published, all of them or none."""

    model_config = Command.model_config | example(visits=["360681-2026-0001-V0001"])

    visits: Annotated[list[VisitCode], Field(min_length=1, max_length=10_000)]


class ReleaseView(View):
    """公示版本: immutable."""

    model_config = View.model_config | example(
        code="360681-2026-0001-R1",
        serial=1,
        row_count=48,
        sha256="4e" * 32,
        published_by="approver",
        published_at="2026-12-01T02:00:00Z",
    )

    code: str
    serial: int
    row_count: int
    sha256: str
    published_by: str
    published_at: datetime


class ReleaseList(View):
    """公示版本, one for each draw."""

    items: list[ReleaseView]


@router.get("/waiting", summary="List findings that wait for publication")
def list_waiting(
    session: Reading,
    actor: SignedIn,
    now: Now,
    paging: Paged,
    draw: Annotated[str | None, Query(pattern=CODE_PATTERN, description="抽取编号")] = None,
) -> Page[WaitingView]:
    """待公示, the most urgent first."""
    found = publication.waiting(session, actor, now, draw, paging.text, paging.limit)
    return shown(found, WaitingView.model_validate)


@router.get("/unsettled", summary="List published findings without their final outcome")
def list_unsettled(session: Reading, actor: SignedIn, now: Now, paging: Paged) -> Page[WaitingView]:
    """待更新: published as 发现问题待后续处理."""
    found = publication.unsettled(session, actor, now, paging.text, paging.limit)
    return shown(found, WaitingView.model_validate)


@router.post("/releases", status_code=201, summary="Publish findings")
def publish(body: Publishing, act: Acting) -> ReleaseList:
    """公示: one release for each draw; for approvers who had no part in the inspections (R22)."""
    found = publication.publish(act.session, act.actor, body.visits, act.now)
    return ReleaseList(items=[ReleaseView.model_validate(release) for release in found])

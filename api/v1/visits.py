"""Visits: what inspectors are to do and found, and their calendar."""

from collections.abc import Iterable
from datetime import date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field, StringConstraints
from starlette.responses import Response

from api.deps import Config, Now, Reading, SignedIn, Writing, get_database
from api.v1.bodies import strict_request
from api.v1.idempotency import Acting, created
from api.v1.models import CODE_PATTERN, Code, Command, Line, Note, Page, View, example
from api.v1.paging import Paged, shown
from api.v1.resource import resource
from supervision.errors import InvalidInput
from supervision.inspection import feeds
from supervision.inspection import service as inspection
from supervision.inspection.feeds import Feed
from supervision.inspection.rules import ItemAnswer
from supervision.inspection.tables import ItemOutcome, VisitState
from supervision.inspection.visits import VisitItem, VisitRow, VisitView
from supervision.plan import service as plans
from supervision.reference.calendar import working_calendar

router = resource("visits")
calendar = APIRouter(tags=["visits"], dependencies=[Depends(strict_request)], include_in_schema=False)

States = Annotated[list[VisitState] | None, Query(description="检查状态")]
Result = Annotated[str, StringConstraints(pattern=r"^[1-8]$")]
ROW = {
    "code": "360681-2026-0001-V0001",
    "state": "assigned",
    "draw_id": "360681-2026-0001",
    "task_code": "360681-2026-P01-T01",
    "task_name": "第一批不定向抽查",
    "starts": "2026-11-23",
    "ends": "2026-12-31",
    "uscc": "91360681MA35XXXX0A",
    "entity_name": "贵溪市示例酒店有限公司",
    "address": "江西省贵溪市建设路1号",
    "region_code": "360681",
    "region_name": "江西省鹰潭市贵溪市",
    "item_count": 2,
    "team": ["李强", "王芳"],
    "inspected_on": None,
    "result": None,
    "result_text": None,
    "publish_by": None,
    "publish_by_provisional": False,
}


class VisitRowView(View):
    """检查一览行. ``publish_by``: last day of publication, known once the inspection is entered."""

    model_config = View.model_config | example(**ROW)

    code: str
    state: VisitState
    draw_id: str
    task_code: str
    task_name: str
    starts: date
    ends: date
    uscc: str
    entity_name: str
    address: str
    region_code: str
    region_name: str
    item_count: int
    team: Annotated[list[str], Field(description="姓名，组长在前")]
    inspected_on: date | None
    result: str | None
    result_text: str | None
    publish_by: date | None
    publish_by_provisional: Annotated[bool, Field(description="节假日安排尚未公布，日期可能变化")]

    @classmethod
    def of(cls, row: VisitRow) -> "VisitRowView":
        return cls.model_validate(row)


class ItemOfVisit(View):
    """检查事项 of one visit."""

    code: str
    subject: str
    name: str
    method: str
    legal_basis: str


class SeatView(View):
    """检查组成员."""

    code: str
    name: str
    department: str
    certificate: str
    seat: Annotated[str, Field(description="lead 组长；qualification:… ；member")]
    seat_name: str


class ItemResultView(View):
    """单项检查结果."""

    name: str
    outcome: ItemOutcome
    outcome_name: str
    note: str


class FindingView(View):
    """检查结果, one version of it."""

    version: int
    inspected_on: date
    result: str
    result_text: str
    note: str
    entered_by: str
    entered_at: datetime
    reviewed_by: str | None
    reviewed_at: datetime | None
    returned_because: str | None
    items: list[ItemResultView]


class VisitDetail(View):
    """一次检查. ``contact`` and ``phone`` are for its team alone."""

    model_config = View.model_config | example(
        **{name: value for name, value in ROW.items() if name in ("code", "state", "draw_id", "task_code")},
        **{name: value for name, value in ROW.items() if name in ("task_name", "starts", "ends", "uscc")},
        state_name="待检查",
        cancelled=False,
        plan_name="2026年度双随机抽查工作计划",
        organ_name="贵溪市市场监督管理局",
        entity_name="贵溪市示例酒店有限公司",
        type_name="有限责任公司",
        address="江西省贵溪市建设路1号",
        region_code="360681",
        region_name="江西省鹰潭市贵溪市",
        scope="餐饮服务；住宿服务。",
        contact="",
        phone="",
        items=[],
        team=[],
        findings=[],
        publish_by=None,
        publish_by_provisional=False,
        may_enter=False,
        may_correct=False,
        may_review=False,
    )

    code: str
    state: VisitState
    state_name: str
    cancelled: Annotated[bool, Field(description="抽取或任务已作废，不再检查")]
    draw_id: str
    plan_name: str
    task_code: str
    task_name: str
    organ_name: str
    starts: date
    ends: date
    uscc: str
    entity_name: str
    type_name: str
    address: str
    region_code: str
    region_name: str
    scope: str
    contact: str
    phone: str
    items: list[ItemOfVisit]
    team: list[SeatView]
    findings: Annotated[list[FindingView], Field(description="最新的在前")]
    publish_by: date | None
    publish_by_provisional: bool
    may_enter: bool
    may_correct: bool
    may_review: bool

    @classmethod
    def of(cls, found: VisitView) -> "VisitDetail":
        return cls.model_validate(found)


class ItemReport(Command):
    """单项检查结果 of the item with this code."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    outcome: ItemOutcome
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class Finding(Command):
    """录入检查结果, or with ``correction`` its reason: 更正 of what was published."""

    model_config = Command.model_config | example(
        inspected_on="2026-11-25",
        result="1",
        note="",
        items=[{"code": "SCJG-001", "outcome": "pass"}],
    )

    inspected_on: date
    result: Annotated[Result, Field(description="国家规定的八种抽查结果代码 1—8")]
    note: Note = ""
    items: Annotated[list[ItemReport], Field(max_length=200)]
    correction: Annotated[Line | None, Field(description="更正理由；只用于已公示的结果")] = None


class Return(Command):
    """退回检查结果 to its team."""

    model_config = Command.model_config | example(reason="单项结果与检查情况不一致，请核对。")

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class FeedView(View):
    """日历订阅: the secret address of one's own feed, shown once."""

    model_config = View.model_config | example(address="https://ssj.example.gov.cn/calendar/qXo3….ics")

    address: str


@router.get("/assignments", summary="List your own visits")
def list_assignments(
    session: Reading, actor: SignedIn, paging: Paged, state: States = None
) -> Page[VisitRowView]:
    """我的检查: the visits whose team the inspector belongs to."""
    found = inspection.my_visits(session, actor, state or (), paging.text, paging.limit)
    return shown(found, VisitRowView.of)


@router.get("/visits", summary="List the visits of a task")
def list_visits(
    session: Reading,
    actor: SignedIn,
    paging: Paged,
    task: Annotated[str, Query(pattern=CODE_PATTERN, description="任务编号")],
    state: States = None,
) -> Page[VisitRowView]:
    """任务的检查一览 with the teams, for the office."""
    task_id = plans.task_of(session, actor, task).id or 0
    after, limit = paging.text, paging.limit
    found = inspection.visits_of_task(session, actor, task_id, state or (), None, after, limit)
    return shown(found, VisitRowView.of)


@router.get("/visits/{code}", summary="Show a visit")
def show_visit(code: Code, session: Reading, actor: SignedIn) -> VisitDetail:
    """检查详情, for its team and for the office inside its region."""
    return VisitDetail.of(inspection.visit_detail(session, actor, code))


@router.post("/visits/{code}/findings", summary="Enter or correct a finding", **created("/visits/{code}"))
def enter_finding(code: Code, body: Finding, act: Acting, settings: Config) -> VisitDetail:
    """录入检查结果 (R22: who checks, enters). It waits for an approver; never overwritten."""
    detail = inspection.visit_detail(act.session, act.actor, code)
    report: dict[str, Any] = {
        "inspected_on": body.inspected_on,
        "result": body.result,
        "note": body.note,
        "items": _answers(body.items, detail.items),
        "now": act.now,
        "working_days": working_calendar(act.session),
        "publication_working_days": settings.publication_working_days,
    }
    if body.correction is None:
        inspection.enter_finding(act.session, act.actor, code, **report)
    else:
        inspection.correct(act.session, act.actor, code, body.correction, **report)
    return show_visit(code, act.session, act.actor)


@router.post("/visits/{code}/return", summary="Return a finding to its team")
def return_finding(code: Code, body: Return, act: Acting) -> VisitDetail:
    """退回检查结果: for approvers of the organ, with a reason."""
    inspection.return_finding(act.session, act.actor, code, body.reason, act.now)
    return show_visit(code, act.session, act.actor)


@router.post("/calendar-feed", status_code=201, summary="Open your calendar feed")
def open_feed(session: Writing, actor: SignedIn, now: Now, settings: Config) -> FeedView:
    """开通日历订阅: an earlier address stops working. The answer is a secret and never kept for replay."""
    token = inspection.calendar_token(session, actor, now)
    return FeedView(address=f"{settings.public_address.rstrip('/')}/calendar/{token}.ics")


@router.delete("/calendar-feed", status_code=204, summary="Close your calendar feed")
def close_feed(act: Acting) -> None:
    """停用日历订阅: the address stops working at once."""
    inspection.close_calendar(act.session, act.actor, act.now)


@calendar.get("/calendar/{token}.ics")
def feed(
    request: Request,
    token: Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{20,100}$")],
    session: Reading,
    now: Now,
    settings: Config,
) -> Response:
    """日历订阅 (RFC 5545), without sign-in: the address is the secret."""
    found = feeds.feed(session, token, now, settings.public_address, settings.reveal_hours)
    if found.is_new:
        with get_database(request).writing() as keeping:
            found = feeds.note_change(keeping, found)
    headers = {
        "Cache-Control": "private, no-cache",
        "ETag": found.etag,
        "Last-Modified": format_datetime(found.changed_at, usegmt=True),
    }
    if _is_unchanged(request, found):
        return Response(status_code=304, headers=headers)
    return Response(found.body, media_type="text/calendar", headers=headers)


def _is_unchanged(request: Request, found: Feed) -> bool:
    """Whether who asks has this already (RFC 9110, 13.1): by the tag, and only without one by time."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or found.etag in {
            tag.strip().removeprefix("W/") for tag in tags.split(",")
        }
    since = request.headers.get("if-modified-since")
    try:
        return since is not None and found.changed_at <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def _answers(reports: Iterable[ItemReport], items: Iterable[VisitItem]) -> dict[int, ItemAnswer]:
    """Reports by the items' numbers; refuses codes that are not of this visit, and repeated ones."""
    numbers = {item.code: item.id for item in items}
    answers: dict[int, ItemAnswer] = {}
    for report in reports:
        number = numbers.get(report.code)
        if number is None or number in answers:
            raise InvalidInput(field="单项结果", problem=f"事项“{report.code}”不属于本次检查，或填写了两次。")
        answers[number] = ItemAnswer(report.outcome, report.note)
    return answers

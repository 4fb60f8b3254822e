"""抽查事项清单、抽查计划公告、抽查任务公告: what is announced before anybody is drawn."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import Reading
from api.public import answers
from api.public.answers import AskedFor, Table, shown_at
from api.public.filters import WantedOrgan
from supervision.paging import Page
from supervision.plan.rules import STATE_NAMES
from supervision.publication import portal
from supervision.publication.public import PublicItem, PublicPlan, PublicTask
from supervision.register.tables import ItemKind

router = APIRouter()

KIND_NAMES = {ItemKind.GENERAL.value: "一般检查事项", ItemKind.KEY.value: "重点检查事项"}
ITEM_HEAD = (
    "事项编号",
    "抽查类别",
    "抽查事项",
    "事项类别",
    "检查对象",
    "检查方式",
    "检查主体",
    "检查依据",
    "公开网址",
    "机关编码",
    "机关",
)
PLAN_HEAD = ("抽查计划编号", "抽查计划名称", "年度", "机关编码", "机关", "任务数")
TASK_HEAD = (
    "抽查任务编号",
    "抽查任务名称",
    "抽查计划编号",
    "抽查计划名称",
    "抽查机关",
    "抽查类型",
    "区划",
    "抽查事项",
    "开始日期",
    "截止日期",
    "状态",
    "抽取编号",
    "名录户数",
    "抽中户数",
)


@shown_at(router, "/items")
def items(request: Request, session: Reading, asked: AskedFor, organ: WantedOrgan) -> Response:
    """抽查事项清单 (R1): beyond the list nothing is inspected."""
    found = portal.items(session, organ)
    if asked.suffix:
        rows = (_item_row(item) for item in found)
        return answers.data(
            request, asked, {"items": found, "next": None}, Table("抽查事项清单", ITEM_HEAD, rows)
        )
    return answers.page(
        request,
        "items",
        items=found,
        kind_names=KIND_NAMES,
        organ=organ or "",
        organs=portal.organs(session),
        files=answers.downloads(request, "csv", "xlsx", "json"),
    )


@shown_at(router, "/plans")
def plans(request: Request, session: Reading, asked: AskedFor, organ: WantedOrgan) -> Response:
    """抽查计划公告."""
    found = portal.plan_notices(session, organ, asked.after, asked.limit)
    if asked.suffix:
        rows = (_plan_row(plan) for plan in found.rows)
        return answers.data(
            request, asked, answers.listed(request, found), Table("抽查计划公告", PLAN_HEAD, rows)
        )
    return answers.page(request, "plans", **_list(request, session, found, organ))


@shown_at(router, "/tasks")
def tasks(
    request: Request,
    session: Reading,
    asked: AskedFor,
    organ: WantedOrgan,
    plan: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """抽查任务公告."""
    found = portal.task_notices(session, organ, plan or None, asked.after, asked.limit)
    if asked.suffix:
        rows = (_task_row(task) for task in found.rows)
        return answers.data(
            request, asked, answers.listed(request, found), Table("抽查任务公告", TASK_HEAD, rows)
        )
    return answers.page(
        request, "tasks", state_names=STATE_NAMES, plan=plan, **_list(request, session, found, organ)
    )


@shown_at(router, "/tasks/{code}")
def task(request: Request, session: Reading, asked: AskedFor, code: str) -> Response:
    """抽查任务公告, one of them."""
    found = portal.task_notice(session, code)
    if asked.suffix:
        return answers.data(request, asked, found, Table(found.code, TASK_HEAD, [_task_row(found)]))
    return answers.page(
        request,
        "task",
        task=found,
        state_name=STATE_NAMES[found.state],
        files=answers.downloads(request, "json", "csv"),
    )


def _list(request: Request, session: Reading, found: Page[Any, str], organ: str | None) -> dict[str, Any]:
    return {
        "page": found,
        "next": answers.next_address(request, found.after) or "",
        "organ": organ or "",
        "organs": portal.organs(session),
        "files": answers.downloads(request, "csv", "xlsx", "json"),
    }


def _item_row(item: PublicItem) -> tuple[object, ...]:
    return (
        item.code,
        item.subject,
        item.name,
        KIND_NAMES[item.kind],
        item.objects,
        item.method,
        item.inspecting_organ,
        item.legal_basis,
        item.published_url,
        item.organ_code,
        item.organ_name,
    )


def _plan_row(plan: PublicPlan) -> tuple[object, ...]:
    return plan.code, plan.name, plan.year, plan.organ_code, plan.organ_name, plan.tasks


def _task_row(task: PublicTask) -> tuple[object, ...]:
    return (
        task.code,
        task.name,
        task.plan_code,
        task.plan_name,
        task.organ_name,
        task.check_type,
        task.region_name,
        "；".join(task.items),
        task.starts,
        task.ends,
        STATE_NAMES[task.state],
        task.draw_id,
        task.register_n,
        task.drawn_n,
    )

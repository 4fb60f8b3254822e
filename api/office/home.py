"""工作台: what is the signed-in person's turn, and how things stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from api.charts import bar_chart
from api.deps import Now, Reading
from api.office.answers import Translate, show, texts
from api.office.labels import industry_label
from api.office.navigation import OFFICE, STAFF, Officer
from api.office.progress import Standing, doing
from api.office.publication import deadline_tag
from api.office.sign_in import INSPECTORS_ONLY
from supervision.clock import today
from supervision.draw import service as draws
from supervision.draw import viewing
from supervision.inspection import service as inspection
from supervision.inspection.tables import VisitState
from supervision.people.rules import ROLE_NAMES, Actor
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.plan.tables import Task, TaskState
from supervision.publication import service as publication
from supervision.register import service as register
from supervision.register.records import EntityFilter
from supervision.risk import service as risk

router = APIRouter()
OPEN = (TaskState.DRAFT, TaskState.FROZEN, TaskState.APPROVED, TaskState.DRAWN, TaskState.PAIRED)
TASKS = 30


@dataclass(frozen=True, slots=True)
class Step:
    """待办: what to do, about what, and where."""

    text: str
    about: str
    href: str
    urgent: bool = False


@router.get("")
def home(request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    _ = texts(request)
    if actor.roles == INSPECTORS_ONLY:
        return RedirectResponse("/field", status_code=303)
    if not actor.has(*STAFF):
        return RedirectResponse("/office/draws", status_code=303)
    tasks = plans.tasks(session, actor, states=OPEN, limit=TASKS) if actor.has(*OFFICE) else []
    counts = register.counts(session, actor, EntityFilter())
    return show(
        request,
        "home",
        roles="、".join(_(ROLE_NAMES[role]) for role in sorted(actor.roles)),
        steps=list(_steps(_, session, actor, now, tasks)),
        figures=_figures(_, session, actor, now, counts.total, len(tasks)),
        running=[_running(_, session, actor, task, now) for task in tasks if task.state is TaskState.PAIRED],
        chart=_industry_chart(_, counts.by_industry) if counts.total else "",
        industries=[
            {"industry": industry_label(_, code), "entities": number}
            for code, number in sorted(counts.by_industry.items(), key=lambda each: -each[1])
        ],
    )


def _steps(_: Translate, session: Session, actor: Actor, now: datetime, tasks: list[Task]) -> Iterator[Step]:
    """What is the actor's turn, the most pressing first."""
    if actor.has(Role.APPROVER):
        waiting, overdue = publication.count_waiting(session, actor, now)
        if overdue:
            yield Step(_("审核并公示逾期的结果"), _("{n} 户").format(n=overdue), "/office/results", True)
        elif waiting:
            nearest = publication.waiting(session, actor, now, limit=1).rows[0].publish_by
            about = _("{n} 户，最近的期限 {day}").format(n=waiting, day=nearest)
            yield Step(_("审核并公示检查结果"), about, "/office/results")
    for duty in viewing.duties(session, actor):
        if duty.waiting:
            text = _("提交承诺") if duty.may_commit else _("揭示随机数")
            yield Step(text, duty.task_name, f"/office/draws/parts/{duty.task_code}")
    for task in tasks:
        yield from _task_steps(_, session, actor, task)
    if actor.has(Role.PLANNER):
        yield from _register_steps(_, session, actor, now)


def _task_steps(_: Translate, session: Session, actor: Actor, task: Task) -> Iterator[Step]:
    here = f"/office/tasks/{task.code}"
    draw = viewing.draw_for(session, actor, task)
    standing = Standing(task, draws.parties_of(session, actor, task.code), draw, {})
    may = doing(actor, standing)
    if may.name_parties and not standing.parties:
        yield Step(_("核对预览并确定参与方"), task.name, here)
    if may.freeze:
        yield Step(_("冻结名录和方案"), task.name, here)
    if may.approve:
        yield Step(_("审批任务"), task.name, here)
    if may.run:
        yield Step(_("抽取检查对象"), task.name, here)
    if may.pair:
        yield Step(_("匹配检查人员"), task.name, here)


def _register_steps(_: Translate, session: Session, actor: Actor, now: datetime) -> Iterator[Step]:
    """What a planner needs before the first task: registers, items, this month's classes."""
    about = _("编制任务之前")
    if not register.inspectors(session, actor, limit=1).rows:
        yield Step(_("导入执法检查人员名录"), about, "/office/register/imports")
    if not register.items(session, actor, limit=1).rows:
        yield Step(_("导入抽查事项清单"), about, "/office/register/imports")
    if not register.entities(session, actor, EntityFilter(), limit=1).rows:
        yield Step(_("导入检查对象名录"), about, "/office/register/imports")
        return
    month = today(now).replace(day=1)
    if not any(found.month == month for found in risk.snapshots(session, actor)):
        yield Step(_("生成本月等级快照"), f"{month:%Y-%m}", "/office/risk")
    if not plans.plans(session, actor):
        yield Step(_("建立年度抽查工作计划"), f"{month.year}", "/office/plans")


def _figures(
    _: Translate, session: Session, actor: Actor, now: datetime, entities: int, tasks: int
) -> list[tuple[object, ...]]:
    figures: list[tuple[object, ...]] = [
        (_("检查对象"), entities, _("户"), "/office/register/entities"),
    ]
    if actor.has(*OFFICE):
        waiting, overdue = publication.count_waiting(session, actor, now)
        late = _("其中逾期 {n} 户").format(n=overdue)
        figures += [
            (_("进行中的任务"), tasks, _("项"), "/office/plans"),
            (_("待公示结果"), waiting, late, "/office/results"),
        ]
    return figures


def _running(_: Translate, session: Session, actor: Actor, task: Task, now: datetime) -> dict[str, object]:
    counts = inspection.progress_of_task(session, actor, task.id or 0)
    return {
        "code": task.code,
        "name": task.name,
        "ends": task.ends,
        "left": deadline_tag(_, (task.ends - today(now)).days),
        "total": sum(counts.values()),
        "open": counts[VisitState.ASSIGNED] + counts[VisitState.RETURNED],
        "submitted": counts[VisitState.SUBMITTED],
        "published": counts[VisitState.PUBLISHED],
    }


def _industry_chart(_: Translate, counts: dict[str, int]) -> Markup:
    ordered = sorted(counts.items(), key=lambda each: -each[1])
    rows = [{"c": industry_label(_, code), "n": number} for code, number in ordered[:12]]
    return bar_chart(rows, "c", "n", _("各行业检查对象"), x_title=None, y_title=_("户数"), horizontal=True)

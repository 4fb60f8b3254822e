"""工作台: what is the signed-in person's turn, and how things stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter
from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from api.charts import bar_chart
from api.formats import format_datetime
from api.office.answers import Translate, show, texts
from api.office.campaigns import may_seal
from api.office.labels import industry_label
from api.office.navigation import OFFICE, STAFF
from api.office.progress import doing
from api.office.publication import deadline_tag
from api.office.schedules_new import unplanned_tasks
from api.office.sign_in import INSPECTORS_ONLY
from api.office.tasks import standing_of
from api.office.visiting import Visiting, Visitor
from supervision.clock import today
from supervision.draw import campaigns, opening, replacing, viewing
from supervision.draw import service as draws
from supervision.inspection import service as inspection
from supervision.inspection.tables import VisitState
from supervision.pairing import reassigning
from supervision.people.rules import ROLE_NAMES, Actor
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.plan.tables import Task, TaskState
from supervision.publication import service as publication
from supervision.reference import calendar
from supervision.register import service as register
from supervision.register.records import EntityFilter
from supervision.risk import service as risk
from supervision.schedule import service as schedules
from supervision.schedule.tables import ScheduleState

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
def home(visitor: Visiting) -> Response:
    request, actor, session, now = visitor.request, visitor.actor, visitor.session, visitor.now
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
        steps=list(_steps(_, visitor, tasks)),
        figures=_figures(_, session, actor, now, counts.total, len(tasks)),
        running=[_running(_, session, actor, task, now) for task in tasks if task.state is TaskState.PAIRED],
        chart=_industry_chart(_, counts.by_industry) if counts.total else "",
        industries=[
            {"industry": industry_label(_, code), "entities": number}
            for code, number in sorted(counts.by_industry.items(), key=lambda each: -each[1])
        ],
    )


def _steps(_: Translate, visitor: Visitor, tasks: list[Task]) -> Iterator[Step]:
    """What is the actor's turn, the most pressing first."""
    actor, session, now = visitor.actor, visitor.session, visitor.now
    if actor.has(Role.APPROVER):
        waiting, overdue = publication.count_waiting(session, actor, now)
        if overdue:
            yield Step(_("审核并公示逾期的结果"), _("{n} 户").format(n=overdue), "/office/results", True)
        elif waiting:
            nearest = publication.waiting(session, actor, now, limit=1).rows[0].publish_by
            about = _("{n} 户，最近的期限 {day}").format(n=waiting, day=nearest)
            yield Step(_("审核并公示检查结果"), about, "/office/results")
    yield from _party_steps(_, visitor)
    for task in tasks:
        yield from _task_steps(_, visitor, task)
    if actor.has(Role.APPROVER):
        for draw_id, number in replacing.waiting_replacements(session, actor).items():
            here = f"/office/draws/{draw_id}/replacements"
            yield Step(_("审批替补"), _("{draw}，{n} 件").format(draw=draw_id, n=number), here)
        for draw_id, number in reassigning.waiting_reassignments(session, actor).items():
            here = f"/office/draws/{draw_id}/reassignments"
            yield Step(_("审批换人"), _("{draw}，{n} 件").format(draw=draw_id, n=number), here)
    if actor.has(Role.PLANNER):
        for campaign in campaigns.campaigns(session, actor):
            if may_seal(visitor, campaign):
                yield Step(_("联合抽取定案"), campaign.name, f"/office/campaigns/{campaign.code}")
        yield from _register_steps(_, session, actor, now)
    yield from _schedule_steps(_, visitor)
    if actor.has(*calendar.KEEPERS):
        yield from _calendar_steps(_, session, today(now))


def _schedule_steps(_: Translate, visitor: Visitor) -> Iterator[Step]:
    """Teams that wait for their days, and schedules that wait to be issued."""
    actor, session = visitor.actor, visitor.session
    if actor.has(Role.PLANNER) and (waiting := unplanned_tasks(visitor)):
        about = _("{n} 个任务已匹配、待排期").format(n=len(waiting))
        yield Step(_("编制检查安排"), about, "/office/schedules/new")
    if actor.has(Role.APPROVER):
        for schedule in schedules.schedules(session, actor, (ScheduleState.READY,), limit=TASKS):
            if (
                schedule.organ_id == actor.organ_id
                and schedule.task_ids
                and actor.username not in schedules.authors_of(session, schedule)
            ):
                yield Step(_("核对并下发检查安排"), schedule.name, f"/office/schedules/{schedule.code}")


def _calendar_steps(_: Translate, session: Session, day: date) -> Iterator[Step]:
    """The holidays of a year that has begun, or that begins soon: the notice comes in November."""
    known = calendar.years_known(session)
    for year in (day.year, day.year + 1):
        if year not in known and (year == day.year or day.month >= 11):
            about = _("{year} 年，公布后请尽快录入").format(year=year)
            yield Step(_("录入放假调休安排"), about, f"/office/calendar?year={year}", year == day.year)


def _party_steps(_: Translate, visitor: Visitor) -> Iterator[Step]:
    """What the actor has to do as a party: commit, and reveal before the deadline."""
    for duty in viewing.duties(visitor.session, visitor.actor):
        here = f"/office/draws/parts/{duty.task_code}"
        if duty.may_commit:
            yield Step(_("提交承诺"), duty.task_name, here)
        elif duty.may_hand_in:
            yield Step(_("交出匹配随机数"), duty.task_name, here)
        elif duty.may_reveal and duty.reveal_by is None:
            yield Step(_("揭示随机数"), duty.task_name, here)
        elif duty.may_reveal and duty.reveal_by is not None and visitor.now <= duty.reveal_by:
            moment = format_datetime(duty.reveal_by)
            yield Step(
                _("揭示随机数"), _("{task}，{moment} 截止").format(task=duty.task_name, moment=moment), here
            )


def _task_steps(_: Translate, visitor: Visitor, task: Task) -> Iterator[Step]:
    here = f"/office/tasks/{task.code}"
    actor, session = visitor.actor, visitor.session
    draw = viewing.draw_for(session, actor, task)
    standing = standing_of(visitor, task, draw, draws.parties_of(session, actor, task.code), {})
    may = doing(actor, standing)
    if may.open and draw is not None and opening.is_overdue(draw, visitor.now):
        yield Step(_("启封抽取"), task.name, f"/office/draws/{draw.draw_id}", urgent=True)
    if may.note_missing:
        yield Step(_("记录没有揭示的参与方"), task.name, here, urgent=True)
    if may.void and standing.waiting is not None and standing.waiting.stuck:
        yield Step(_("作废不能继续的抽取"), task.name, f"{here}#void", urgent=True)
    if may.enter:
        yield Step(_("录入公开随机数"), task.name, here)
    if may.name_parties and not standing.parties:
        yield Step(_("核对预览并确定参与方"), task.name, here)
    if may.freeze:
        yield Step(_("冻结名录和方案"), task.name, here)
    if may.approve:
        yield Step(_("审批任务"), task.name, here)
    if may.run:
        yield Step(_("抽取检查对象"), task.name, here)
    if may.pair and draw is not None:
        yield Step(_("匹配检查人员"), task.name, f"/office/draws/{draw.draw_id}/pairing")


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

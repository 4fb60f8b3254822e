"""检查安排: all schedules, a new one, and one of them at a glance: solving, stopping, issuing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from api.deps import Form, Writing
from api.office.answers import REFUSALS, Refusal, Translate, done, show, texts
from api.office.labels import state_tag
from api.office.schedules_desk import Desk, desk_of, seen_version, show_desk
from api.office.schedules_new import unplanned_tasks
from api.office.schedules_told import noted, stage_words
from api.office.schedules_views import car_chart, car_rows, figures, proven_words
from api.office.schedules_words import span
from api.office.visiting import Visiting, Visitor
from supervision.clock import today
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.plan.service import OFFICE
from supervision.schedule import service, standing, terms
from supervision.schedule.rules import Options
from supervision.schedule.tables import Schedule, ScheduleState

router = APIRouter(prefix="/schedules")
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Warned:
    """提醒."""

    title: str
    text: str


@router.get("")
def list_schedules(visitor: Visiting) -> Response:
    actor, session = visitor.actor, visitor.session
    require(actor, *OFFICE)
    _ = texts(visitor.request)
    found = service.schedules(session, actor, limit=SHOWN)
    return show(
        visitor.request,
        "schedules",
        rows=[_row(_, schedule) for schedule in found],
        may_make=actor.has(Role.PLANNER),
        bases=len(terms.bases(session, actor)),
        ready_tasks=len(unplanned_tasks(visitor)),
    )


@router.get("/{code}")
def overview(code: str, visitor: Visiting) -> Response:
    return overview_page(visitor, code)


@router.get("/{code}/progress.json")
def progress(code: str, visitor: Visiting) -> Response:
    """How far the solving is, for the page that waits for it."""
    desk = desk_of(visitor, code)
    found = desk.progress
    return JSONResponse(
        {
            "state": "done" if found.over else "running",
            "done": found.done,
            "total": found.total,
            "message": _message(desk),
            "next": desk.here,
        }
    )


@router.post("/{code}/solve")
def solve(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    return _act(visitor, session, code, "schedule_begun", service.solve)


@router.post("/{code}/stop")
def stop(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    return _act(visitor, session, code, "schedule_stopping", service.stop)


@router.post("/{code}/cancel")
def cancel(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    return _act(visitor, session, code, "schedule_cancelled", service.cancel)


@router.post("/{code}/issue")
def issue(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    """下发 of the version that the page showed: who saw an older one has to look again."""
    seen = seen_version(form)

    def issued(each: Session, actor: Actor, schedule: str, now: datetime) -> object:
        return service.issue(each, actor, schedule, now, seen)

    return _act(visitor, session, code, "schedule_issued", issued)


def overview_page(visitor: Visitor, code: str, refusal: Refusal | None = None) -> Response:
    desk = desk_of(visitor, code)
    _, found, schedule = desk._, desk.progress, desk.schedule
    working = None
    if found.state is ScheduleState.SOLVING:
        working = SimpleNamespace(done=found.done, total=found.total, message=_message(desk))
    context: dict[str, Any] = {"figures": None, "reproducible": True, "warnings": [], "proven": ""}
    if desk.has_timetable:
        board = desk.board
        rows = car_rows(_, board)
        context = {
            "figures": figures(_, board),
            "proven": proven_words(_, board),
            "cars": rows,
            "offices": len(board.office_choices),
            "chart": car_chart(_, rows),
            "reproducible": board.timetable.reproducible,
            "warnings": _warnings(desk),
        }
    return show_desk(
        desk,
        "schedule",
        "overview",
        refusal,
        working=working,
        stopping=found.stopping,
        failure=found.error,
        notes=noted(_, schedule.notes),
        settings=_settings(_, schedule),
        course=_course(_, schedule),
        **context,
    )


def _warnings(desk: Desk) -> list[Warned]:
    _, problem = desk._, desk.board.problem
    found = [Warned(_("编制以后情况有变"), told)] if (told := _doubts(desk)) else []
    if desk.schedule.state is ScheduleState.READY and (old := _superseding(desk)):
        found.append(Warned(_("下发以后会作废已下发的时间"), old))
    if problem.provisional:
        years = "、".join(str(year) for year in problem.unknown_years)
        text = _("{years} 年的放假和调休安排还没有公布，其中 {n} 天暂按周一至周五排，公布以后请重新安排。")
        told = text.format(years=years, n=len(problem.provisional))
        found.append(Warned(_("工作日历是暂定的"), told))
    if desk.board.timetable.unscheduled:
        number = len(desk.board.timetable.unscheduled)
        text = _("{n} 户没有排下，原因和可行的办法见“未能安排”。").format(n=number)
        found.append(Warned(_("有检查没有排下"), text))
    return found


def _superseding(desk: Desk) -> str:
    """Which schedules in force lose how many of their times by the issue of this one; empty: none."""
    told = standing.superseding(desk.visitor.session, desk.schedule)
    _ = desk._
    schedules = _("、").join(_("{code}（{n} 户）").format(code=code, n=n) for code, n in told.items())
    text = _("这些户已按 {schedules} 通知了检查组，本安排下发以后以本安排为准。下发之前请与编制人员核对。")
    return text.format(schedules=schedules) if told else ""


def _doubts(desk: Desk) -> str:
    """What keeps people from going by the schedule as it is, and where to mend it; empty: nothing."""
    _, schedule = desk._, desk.schedule
    if schedule.state is ScheduleState.SUPERSEDED:
        return ""
    found = standing.doubts(desk.visitor.session, schedule, today(desk.visitor.now))
    told = [
        text.format(n=len(codes))
        for text, codes in (
            (_("{n} 户的检查组换了人"), found.teams),
            (_("{n} 户检查当天有人请假、证件到期或不在岗"), found.away),
            (_("{n} 户是后来加入任务的，还没有时间"), found.added),
        )
        if codes
    ]
    return _("，").join(told) + _("。请在“变更”中重新安排。") if told else ""


def _settings(_: Translate, schedule: Schedule) -> list[tuple[str, Any]]:
    options = Options.model_validate(schedule.options)
    begins, noon, after, ends = options.clock
    limit = options.limit_seconds
    facts: list[tuple[str, Any]] = [
        (_("工作时间"), f"{begins}–{noon}，{after}–{ends}"),
        (_("每组每天最多"), _("{n} 户").format(n=options.max_visits)),
        (
            _("每户用时"),
            _("{a} 分钟，每个事项另加 {b} 分钟").format(a=options.base_minutes, b=options.minutes_per_item),
        ),
        (_("进一次门、查多项事"), _("合并") if options.merge else _("不合并")),
        (_("一人在几个组时"), _("一天只跟一个组") if options.sharing == "day" else _("一天可以先后跟几个组")),
    ]
    if options.assume_travel_minutes:
        facts.append((_("没有坐标的户"), _("按 {n} 分钟路程").format(n=options.assume_travel_minutes)))
    if limit:
        facts.append((_("求解时限"), span(_, limit)))
    return facts


def _course(_: Translate, schedule: Schedule) -> list[tuple[Any, ...]]:
    course: list[tuple[Any, ...]] = [
        (_("编制"), schedule.made_by),
        (_("编制时间"), schedule.made_at, "datetime"),
    ]
    if schedule.solved_at:
        course.append((_("求解完成"), schedule.solved_at, "datetime"))
    if schedule.issued_at:
        course += [(_("下发"), schedule.issued_by), (_("下发时间"), schedule.issued_at, "datetime")]
    if schedule.reason:
        course.append((_("原因"), schedule.reason))
    return course


def _message(desk: Desk) -> str:
    found = desk.progress
    if found.stopping:
        return desk._("已要求停止，正在收尾。")
    return stage_words(desk._, found.stage)


def _row(_: Translate, schedule: Schedule) -> dict[str, Any]:
    known = schedule.figures
    return {
        "name": schedule.name,
        "code": schedule.code,
        "state": state_tag(_, schedule.state),
        "period": f"{schedule.starts} — {schedule.ends}",
        "visits": known.get("visits"),
        "unscheduled": known.get("unscheduled"),
        "travel": span(_, known["travel_s"]) if "travel_s" in known else "",
        "made": schedule.made_at,
    }


def _act(visitor: Visitor, session: Session, code: str, word: str, act: Callable[..., object]) -> Response:
    try:
        act(session, visitor.actor, code, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return overview_page(visitor, code, refusal)
    return done(f"/office/schedules/{code}", word)

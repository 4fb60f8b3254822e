"""新建安排: paired tasks, a period and settings are chosen, checked and handed to be solved."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import Response

from api.deps import Form, Writing
from api.office.answers import REFUSALS, Refusal, Translate, done, errors_of, show, status_of, texts
from api.office.schedules_told import noted
from api.office.visiting import Visiting, Visitor
from supervision.clock import today
from supervision.errors import InvalidInput
from supervision.inspection import service as inspection
from supervision.inspection.tables import VisitState
from supervision.people.rules import require
from supervision.people.tables import Role
from supervision.plan import service as plans
from supervision.plan.tables import Task, TaskState
from supervision.reference.calendar import working_calendar
from supervision.schedule import advising, service, standing, terms
from supervision.schedule.rules import Options

router = APIRouter(prefix="/schedules")
MOST_TASKS = 100
FIELDS = {"任务": "task", "安排期间": "ends", "安排名称": "name", "开始日期": "starts", "截止日期": "ends"}
NUMBERS = ("max_visits", "base_minutes", "minutes_per_item")
CHOICES = ("assume_travel_minutes", "limit_seconds")


@router.get("/new")
def new(visitor: Visiting) -> Response:
    return _new_page(visitor, None)


@router.post("/new")
def create(visitor: Visiting, session: Writing, form: Form) -> Response:
    """编制 and at once 求解."""
    entered = _entered(form)
    if form.get("check"):
        return _check(visitor, entered)
    try:
        asked = _request(entered)
        made = service.create(session, visitor.actor, asked, visitor.now, working_calendar(session))
        service.solve(session, visitor.actor, made.code, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _new_page(visitor, entered, refusal)
    return done(f"/office/schedules/{made.code}", "schedule_made")


def unplanned_tasks(visitor: Visitor) -> list[Task]:
    """已匹配、待排期: paired tasks that no schedule in use or at work covers."""
    actor, session = visitor.actor, visitor.session
    paired = plans.tasks(session, actor, states=(TaskState.PAIRED,), limit=MOST_TASKS)
    known = service.planned_tasks(session, actor)
    return [task for task in paired if task.id not in known]


def _check(visitor: Visitor, entered: Mapping[str, Any]) -> Response:
    """先核对: what would be asked, and what is wrong with it; nothing is kept."""
    try:
        asked = _request(entered)
        calendar = working_calendar(visitor.session)
        found = advising.check_tasks(visitor.session, visitor.actor, asked, calendar, "detect", visitor.now)
    except REFUSALS as refusal:
        return _new_page(visitor, entered, refusal)
    told = noted(texts(visitor.request), found["notes"])
    return _new_page(visitor, entered, checked={**found, "notes": told})


def _new_page(
    visitor: Visitor,
    entered: Mapping[str, Any] | None,
    refusal: Refusal | None = None,
    checked: Mapping[str, Any] | None = None,
) -> Response:
    actor, session = visitor.actor, visitor.session
    require(actor, Role.PLANNER)
    _ = texts(visitor.request)
    tasks = [
        task
        for task in plans.tasks(session, actor, states=(TaskState.PAIRED,), limit=MOST_TASKS)
        if task.organ_id == actor.organ_id
    ]
    waiting = unplanned_tasks(visitor)
    errors = (
        errors_of(visitor.request, refusal, FIELDS | {n: n for n in (*NUMBERS, *CHOICES)}) if refusal else {}
    )
    shown = entered or _blank(visitor, tasks, waiting)
    return show(
        visitor.request,
        "schedule_new",
        status=status_of(refusal) if refusal else 200,
        errors=errors,
        checked=checked,
        tasks=[(task.code, task.name, _task_note(_, visitor, task)) for task in tasks],
        bases=len(terms.bases(session, actor)),
        entered=SimpleNamespace(**shown),
        more_open=any(name in errors for name in CHOICES) or bool(shown["limit_seconds"]),
    )


def _task_note(_: Translate, visitor: Visitor, task: Task) -> str:
    counts: Counter[VisitState] = Counter(
        inspection.progress_of_task(visitor.session, visitor.actor, task.id or 0)
    )
    note = _("{n} 户待检查，期限 {starts} — {ends}")
    told = note.format(n=counts[VisitState.ASSIGNED], starts=task.starts, ends=task.ends)
    if issued := standing.standing(visitor.session, task):
        told += _("；其中 {n} 户已在下发的安排中排定").format(n=sum(issued.values()))
    return told


def _blank(visitor: Visitor, tasks: list[Task], waiting: list[Task]) -> dict[str, Any]:
    """As shipped, for the tasks that wait for a schedule."""
    chosen = [task for task in tasks if task.id in {each.id for each in waiting}] or tasks[:1]
    options = Options()
    tomorrow = today(visitor.now) + timedelta(days=1)
    starts = max([tomorrow, *(task.starts for task in chosen)]) if chosen else ""
    return {
        "tasks": [task.code for task in chosen],
        "name": "",
        "starts": starts,
        "ends": max((task.ends for task in chosen), default=""),
        "merge": "1",
        **{f"clock_{place}": text for place, text in enumerate(options.clock)},
        **{name: getattr(options, name) for name in NUMBERS},
        "sharing": options.sharing,
        "assume_travel_minutes": "",
        "allow_provisional": "1",
        "limit_seconds": "",
    }


def _entered(form: FormData) -> dict[str, Any]:
    names = ("name", "starts", "ends", *(f"clock_{n}" for n in range(4)), *NUMBERS, *CHOICES)
    found: dict[str, Any] = {name: str(form.get(name, "")).strip()[:300] for name in names}
    return found | {
        "tasks": [str(each)[:60] for each in form.getlist("task")],
        "sharing": "day" if form.get("sharing") == "day" else "time",
        "merge": "1" if form.get("merge") else "",
        "allow_provisional": "1" if form.get("allow_provisional") else "",
    }


def _request(entered: Mapping[str, Any]) -> service.Request:
    options = {
        "clock": tuple(entered[f"clock_{place}"] for place in range(4)),
        "sharing": entered["sharing"],
        "merge": bool(entered["merge"]),
        "allow_provisional": bool(entered["allow_provisional"]),
        **{name: _number(name, entered[name]) for name in NUMBERS},
        **{name: _number(name, entered[name]) for name in CHOICES if entered[name]},
    }
    try:
        chosen = Options.model_validate(options)
    except ValidationError as error:
        raise _unfit(error) from None
    return service.Request(
        tasks=tuple(entered["tasks"]),
        starts=_day("开始日期", entered["starts"]),
        ends=_day("截止日期", entered["ends"]),
        options=chosen,
        name=entered["name"],
    )


def _unfit(error: ValidationError) -> InvalidInput:
    """Which setting cannot be, as the form says it."""
    place = error.errors()[0]["loc"]
    name = str(place[0]) if place else "clock_0"
    if name == "clock" or not place:
        return InvalidInput(field="clock_0", problem="四个时间要从早到晚，按 24 小时制填写，例如 09:00。")
    return InvalidInput(field=name, problem="超出允许的范围。")


def _number(name: str, text: Any) -> int:
    if not (str(text).isascii() and str(text).isdecimal() and len(str(text)) <= 6):
        raise InvalidInput(field=name, problem="请填写整数。")
    return int(text)


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(field=field, problem="请按 2026-11-22 的格式填写。") from None

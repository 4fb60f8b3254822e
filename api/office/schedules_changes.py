"""变更: what differs between two schedules, and re-planning when somebody falls ill or an entity closes."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from api.deps import Form, Writing
from api.i18n import lazy
from api.office import queries
from api.office.answers import REFUSALS, Refusal, Translate, done, errors_of, status_of
from api.office.schedules_desk import Desk, desk_of, show_desk
from api.office.schedules_shown import file_of
from api.office.schedules_views import CHANGE_HEAD
from api.office.schedules_words import day_text
from api.office.visiting import Visiting, Visitor
from supervision.errors import InvalidInput
from supervision.reference.calendar import working_calendar
from supervision.schedule import replanning, service, viewing
from supervision.schedule.replanning import Appointment, Away, Closed, Event, Missed
from supervision.schedule.rules import WITH_TIMETABLE
from supervision.schedule.tables import Schedule

router = APIRouter(prefix="/schedules/{code}")
COMPARABLE = 100
MOST_DAYS = 60
KINDS = (
    ("away", lazy("有人不在岗"), lazy("请假、生病、出差，登记为请假")),
    ("closed", lazy("某一户停业"), ""),
    ("appointment", lazy("与某一户约定了时间"), ""),
    ("missed", lazy("当天没能检查，要再排"), ""),
    ("registers", lazy("名录、请假或时间要求已经改过"), lazy("只按现在的情况重新安排")),
)
CHANGE_LABELS = {
    "moved": "换了日期或检查组",
    "placed": "新排入、排不下或不再安排",
    "time": "只变时间",
}
"""Kinds of changes, those that people have to be told of first."""
FIELDS = {
    "检查人员": "inspector", "执法检查人员": "inspector", "检查": "visit", "开始日期": "starts",
    "截止日期": "ends", "日期": "starts", "约定日期": "starts", "约定时间": "at", "重排原因": "reason",
}  # fmt: skip
BLANK = {"kind": "away", "inspector": "", "visit": "", "starts": "", "ends": "", "at": "", "reason": ""}


@router.get("/changes")
def show_changes(code: str, visitor: Visiting) -> Response:
    return _page(visitor, code)


@router.get("/changes.{ending}")
def changes_file(code: str, ending: str, request: Request, visitor: Visiting) -> Response:
    desk = desk_of(visitor, code)
    compared = queries.text(request, "with")
    rows = [
        (row["visit"], row["name"], row["what"], row["old"], row["new"], row["reason"])
        for row in _changes(desk, compared)
    ]
    return file_of(desk._, f"{desk.schedule.code}-changes", "变更", CHANGE_HEAD, rows, ending)


@router.post("/replan")
def replan(code: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    """重新安排: a new schedule that is to take this one's place, and at once solved."""
    entered = {name: str(form.get(name, "")).strip()[:500] for name in BLANK}
    try:
        events, reason = _told(entered), entered["reason"] or _reason(entered)
        calendar = working_calendar(session)
        made = replanning.replan(session, visitor.actor, code, events, reason, visitor.now, calendar)
        service.solve(session, visitor.actor, made.code, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _page(visitor, code, refusal, entered)
    return done(f"/office/schedules/{made.code}", "schedule_replanned")


def _page(
    visitor: Visitor, code: str, refusal: Refusal | None = None, entered: dict[str, str] | None = None
) -> Response:
    desk = desk_of(visitor, code)
    _, board = desk._, desk.board
    others = _others(desk)
    asked = queries.text(visitor.request, "with")
    compared = asked if asked in others else next(iter(others), "")
    changes = _changes(desk, compared) if compared else []
    groups = [
        (key, _(title), [row for row in changes if row["kind"] == key])
        for key, title in CHANGE_LABELS.items()
    ]
    page = show_desk(
        desk,
        "schedule_changes",
        "changes",
        errors=errors_of(visitor.request, refusal, FIELDS) if refusal else {},
        errors_title="",
        against=[(each, f"{each} {name}") for each, name in others.items()],
        compared=compared,
        changes=len(changes),
        groups=groups,
        cards=[(title, len(rows), _("户")) for _key, title, rows in groups],
        kinds=[(key, _(text), _(hint) if hint else "") for key, text, hint in KINDS],
        inspectors=[(each, f"{name}（{each}）") for each, name in board.inspector_choices],
        visits=sorted(
            (str(visit.id), f"{board.named(visit.id)}（{visit.id}）") for visit in board.problem.visits
        ),
        entered=SimpleNamespace(**(entered or BLANK)),
    )
    page.status_code = status_of(refusal) if refusal else 200
    return page


def _others(desk: Desk) -> dict[str, str]:
    """Schedules to compare with, the one that this one replaces first."""
    session, actor, own = desk.visitor.session, desk.visitor.actor, desk.schedule
    found = [
        each
        for each in service.schedules(session, actor, WITH_TIMETABLE, limit=COMPARABLE)
        if each.id != own.id and set(each.task_ids) & set(own.task_ids)
    ]

    def near(other: Schedule) -> tuple[bool, int]:
        return other.id != own.replaces_id, -(other.id or 0)

    return {each.code: each.name for each in sorted(found, key=near)}


def _changes(desk: Desk, compared: str) -> list[dict[str, Any]]:
    """Old → new, the older of the two schedules first; by day, as people will go out."""
    session, actor, own = desk.visitor.session, desk.visitor.actor, desk.schedule
    other = service.schedule_of(session, actor, compared)
    old, new = (other.code, own.code) if (other.id or 0) < (own.id or 0) else (own.code, other.code)
    names = {part: about.name for about in desk.board.about.values() for part in about.parts}
    _ = desk._
    found = sorted(
        viewing.diff(session, actor, old, new),
        key=lambda each: (each.new_day or date.max, each.new_start, each.visit),
    )
    return [
        {
            "kind": each.kind,
            "what": _(CHANGE_LABELS[each.kind]),
            "visit": each.visit,
            "name": names.get(each.visit, each.visit),
            "old": _at(_, each.old_day, each.old_start, each.old_team),
            "new": _at(_, each.new_day, each.new_start, each.new_team),
            "reason": _(each.message),
        }
        for each in found
    ]


def _at(_: Translate, day: date | None, start: str, team: str) -> str:
    return f"{day_text(_, day)} {start} {team}" if day is not None else _("没有排定")


def _told(entered: dict[str, str]) -> list[Event]:
    """What happened, as the form says it; a value that no field of the form gives is refused like others."""
    try:
        return _events(entered)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        field = {"inspector": "检查人员", "at": "约定时间"}.get(name, "检查")
        raise InvalidInput(field=field, problem="请重新选择。") from None


def _events(entered: dict[str, str]) -> list[Event]:
    kind = entered["kind"]
    if kind == "registers":
        return []
    if kind == "away":
        starts = _day("开始日期", entered["starts"])
        ends = _day("截止日期", entered["ends"]) if entered["ends"] else starts
        if not entered["inspector"]:
            raise InvalidInput(field="检查人员", problem="请选择不在岗的人。")
        reason = entered["reason"][:200] or "不在岗"
        return [Away(kind="away", inspector=entered["inspector"], starts=starts, ends=ends, reason=reason)]
    if not entered["visit"]:
        raise InvalidInput(field="检查", problem="请选择检查户。")
    if kind == "missed":
        return [Missed(kind="missed", visit=entered["visit"])]
    starts = _day("开始日期", entered["starts"])
    if kind == "appointment":
        return [Appointment(kind="appointment", visit=entered["visit"], on=starts, at=_time(entered["at"]))]
    if kind == "closed":
        return [Closed(kind="closed", visit=entered["visit"], dates=_days(starts, entered["ends"]))]
    raise InvalidInput(field="情况", problem="请选择是什么情况。")


def _days(starts: date, ends_text: str) -> tuple[date, ...]:
    ends = _day("截止日期", ends_text) if ends_text else starts
    number = (ends - starts).days + 1
    if not 1 <= number <= MOST_DAYS:
        raise InvalidInput(field="截止日期", problem=f"应在开始日期之后 {MOST_DAYS} 天以内。")
    return tuple(starts + timedelta(days=n) for n in range(number))


def _time(text: str) -> str | None:
    hours, _colon, minutes = text.partition(":")
    fits = hours.isdecimal() and minutes.isdecimal() and len(hours) == len(minutes) == 2
    if text and not (fits and int(hours) < 24 and int(minutes) < 60):
        raise InvalidInput(field="约定时间", problem="请按 24 小时制填写，例如 09:30。")
    return text or None


def _reason(entered: dict[str, str]) -> str:
    return {
        "away": "有人不在岗", "closed": "检查对象停业", "appointment": "约定时间", "missed": "当天未能检查"
    }.get(entered["kind"], "情况有变")  # fmt: skip


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(field=field, problem="请选择一天，例如 2026-12-01。") from None

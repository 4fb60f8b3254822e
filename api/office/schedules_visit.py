"""一户的安排: why that day, another day (tried before it is kept), pinned, and its terms."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from api.deps import Form, Writing
from api.office import queries
from api.office.answers import REFUSALS, Refusal, done, errors_of, sentence_of, status_of
from api.office.schedules_board import About, Board, Stop
from api.office.schedules_desk import Desk, desk_of, seen_version, show_desk
from api.office.schedules_moving import Choice, Verdict, choices, compared, verdict
from api.office.schedules_told import reason
from api.office.schedules_words import day_text
from api.office.visiting import Visiting, Visitor
from solver.schedule.judging import judge_move
from solver.schedule.problem import Visit
from supervision.errors import InvalidInput, NotFound
from supervision.schedule import moving, terms
from supervision.schedule.openings import read_dates, read_openings, written
from supervision.schedule.rules import openings_of
from supervision.schedule.tables import VisitTerms
from supervision.schedule.terms import TermsDraft

router = APIRouter(prefix="/schedules/{code}/visits/{visit}")
TERMS_FIELDS = {
    "用时": "minutes", "营业时间": "openings", "停业日期": "closed", "最早日期": "earliest",
    "最晚日期": "latest", "最早和最晚日期": "latest", "约定日期": "appointment_on",
    "约定时间": "appointment_at", "备注": "note",
}  # fmt: skip
DATES = ("earliest", "latest", "appointment_on")


@router.get("/days.json")
def days(code: str, visit: str, visitor: Visiting) -> Response:
    """The next-best days of a visit, for the page's menu."""
    desk = desk_of(visitor, code)
    found, stop = _stop(desk.board, visit)
    return JSONResponse({"days": [_choice(each) for each in choices(desk._, desk.board, found, stop.day)]})


@router.post("/try")
def try_day(code: str, visit: str, request: Request, visitor: Visiting, form: Form) -> Response:
    """改到这一天行不行: for the page's script as JSON, without scripts as a page; nothing is changed."""
    desk = desk_of(visitor, code)
    asked = _asked_day(form)
    try:
        found = _tried(desk, visit, asked)
    except REFUSALS as refusal:
        if _wants_json(request):
            said = {"allowed": False, "day": asked, "sentence": sentence_of(request, refusal), "more": []}
            return JSONResponse(said, status_code=422)
        return _visit_page(visitor, code, visit, refusal)
    if _wants_json(request):
        said = {"allowed": found.allowed, "day": found.title, "sentence": found.sentence}
        return JSONResponse(said | {"more": list(found.more)})
    return _visit_page(visitor, code, visit, judged=found)


@router.post("/move")
def move(code: str, visit: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    """改期, once confirmed."""
    try:
        wanted = moving.Move(visit=visit, day=_day(_asked_day(form)), version=seen_version(form))
        kept = moving.move(session, visitor.actor, code, wanted, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _visit_page(visitor, code, visit, refusal)
    team = _visit(desk_of(visitor, code).board, visit).team
    week = queries.address(f"/office/schedules/{kept.code}/week", **{"from": wanted.day, "team": team})
    return done(week, "visit_moved" if kept.code == code else "visit_moved_anew")


@router.post("/pin")
def pin(code: str, visit: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    return _pin(code, visit, visitor, session, pinned=True)


@router.post("/unpin")
def unpin(code: str, visit: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    return _pin(code, visit, visitor, session, pinned=False)


@router.post("/terms")
def set_terms(code: str, visit: str, visitor: Visiting, session: Writing, form: Form) -> Response:
    """检查时间要求 of every visit that stands behind this one door."""
    entered = {name: str(form.get(name, "")).strip()[:500] for name in _blank()}
    try:
        draft = _draft(entered)
        for part in _parts(desk_of(visitor, code), visit):
            terms.set_terms(session, visitor.actor, part, draft, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _visit_page(visitor, code, visit, refusal, entered=entered)
    return done(f"/office/schedules/{code}/visits/{visit}", "terms_set")


@router.get("")
def show_visit(code: str, visit: str, visitor: Visiting) -> Response:
    return _visit_page(visitor, code, visit)


def _visit_page(
    visitor: Visitor,
    code: str,
    name: str,
    refusal: Refusal | None = None,
    *,
    judged: Verdict | None = None,
    entered: dict[str, str] | None = None,
) -> Response:
    """One visit of a schedule; after a refused act with the reason at its field or head."""
    desk = desk_of(visitor, code)
    _, board = desk._, desk.board
    visit = _visit(board, name)
    stop = board.stops.get(str(visit.id))
    errors = errors_of(visitor.request, refusal, TERMS_FIELDS) if refusal else {}
    found = choices(_, board, visit, stop.day) if stop and not stop.fixed and desk.may.move else []
    shown = {each.day for each in found}
    own = _own_terms(visitor, desk, board.of(visit.id))
    response = show_desk(
        desk,
        "schedule_visit",
        "week",
        errors=errors,
        errors_title="",
        visit=str(visit.id),
        at=f"{desk.here}/visits/{visit.id}",
        about=board.of(visit.id),
        stop=stop,
        missing=None if stop else SimpleNamespace(message=_why_missing(desk, visit)),
        why=_why(desk, visit, stop, found),
        compared=compared(_, board, visit) if stop and "compare" in visitor.request.query_params else None,
        on_day=sum(each.day == stop.day and each.team == stop.team for each in board.stops.values())
        if stop
        else 0,
        day_text=f"{stop.date} {day_text(_, stop.date)[6:]}" if stop else "",
        week=queries.address(f"{desk.here}/week", **({"from": stop.date, "team": stop.team} if stop else {})),
        verdict=judged,
        choices=[(each.day, each.title, each.cost) for each in found],
        chosen_day=judged.day if judged else "",
        open_days=_other_days(desk, visit, stop, shown),
        may_pin=desk.may.pin and stop is not None,
        may_move=desk.may.move and stop is not None and not stop.fixed,
        terms=own is not None,
        entered=SimpleNamespace(**(entered or own or _blank())),
    )
    response.status_code = status_of(refusal) if refusal else 200
    return response


def _why_missing(desk: Desk, visit: Visit) -> str:
    for each in desk.board.timetable.unscheduled:
        if each.visit == visit.id:
            return reason(desk._, desk.board, each.code, each.message)
    return ""


def _why(desk: Desk, visit: Visit, stop: Stop | None, found: list[Choice]) -> list[str]:
    """Why the visit is on its day, in sentences."""
    _, board = desk._, desk.board
    if stop is None:
        return [_why_missing(desk, visit)]
    told = []
    if stop.pinned:
        told.append(_("这一户已锁定在这一天。"))
    if stop.appointed:
        told.append(_("与检查对象约定在这一天。"))
    open_days = [day for day in board.open_days(visit) if day != stop.day]
    told.append(
        _("这一户和检查组都行的日子还有 {n} 天。").format(n=len(open_days))
        if open_days
        else _("这一户和检查组都行的、还没有过去的日子，没有别的了。")
    )
    if found:
        best = found[0]
        told.append(_("只移动这一户，最好的是 {day}：{cost}").format(day=best.title, cost=best.cost))
    elif open_days and not stop.fixed and desk.may.move:
        told.append(_("只移动这一户，哪一天都不符合规则；要改到别的日子，别的户也得动。"))
    return told


def _other_days(desk: Desk, visit: Visit, stop: Stop | None, shown: set[str]) -> list[tuple[str, str]]:
    board = desk.board
    if stop is None or stop.fixed or not desk.may.move:
        return []
    after = [place for place, day in enumerate(board.dates) if board.today is None or day > board.today]
    days = [place for place in after if place != stop.day and board.problem.days[place] not in shown]
    return [(board.problem.days[day], day_text(desk._, board.dates[day])) for day in days]


def _tried(desk: Desk, name: str, asked: str) -> Verdict:
    board = desk.board
    visit, _stop_of = _stop(board, name)
    day = _day(asked)
    if asked not in board.problem.days:
        raise InvalidInput(field="日期", problem=f"{asked} 不是工作日，或不在安排期间内。")
    if board.today is not None and day <= board.today:
        raise InvalidInput(field="日期", problem=f"{asked} 已经过去或就是今天，请选以后的日期。")
    place = board.problem.days.index(asked)
    return verdict(desk._, board, visit, place, judge_move(board.problem, board.timetable, visit.id, place))


def _pin(code: str, visit: str, visitor: Visitor, session: Session, *, pinned: bool) -> Response:
    act = moving.pin if pinned else moving.unpin
    try:
        act(session, visitor.actor, code, visit, visitor.now)
    except REFUSALS as refusal:
        session.rollback()
        return _visit_page(visitor, code, visit, refusal)
    return done(f"/office/schedules/{code}/visits/{visit}", "visit_pinned" if pinned else "visit_unpinned")


def _visit(board: Board, name: str) -> Visit:
    """The visit of the problem that an address names, or that stands for the one it names."""
    found = board.visit_by_text(name)
    if found is None:
        found = next((v for v in board.problem.visits if name in board.of(v.id).parts), None)
    if found is None:
        raise NotFound(what="检查", key=name)
    return found


def _stop(board: Board, name: str) -> tuple[Visit, Stop]:
    visit = _visit(board, name)
    stop = board.stops.get(str(visit.id))
    if stop is None or stop.fixed:
        raise InvalidInput(field="检查", problem="这一户还没有排定，或已经锁定、约定、过去，不能改期。")
    return visit, stop


def _parts(desk: Desk, name: str) -> tuple[str, ...]:
    return desk.board.of(_visit(desk.board, name).id).parts


def _own_terms(visitor: Visitor, desk: Desk, about: About) -> dict[str, Any] | None:
    """What is required of the visit's time as the form shows it; none: nobody may enter it here."""
    if not desk.may.pin or not about.parts or not desk.schedule.task_ids:
        return None
    found = terms.terms(visitor.session, visitor.actor, about.parts[0])
    return _blank() if found is None else _entered(found)


def _entered(found: VisitTerms) -> dict[str, Any]:
    return {
        "minutes": found.minutes or "",
        "openings": written(openings_of(found.openings)),
        "closed": "、".join(found.closed),
        "earliest": found.earliest or "",
        "latest": found.latest or "",
        "appointment_on": found.appointment_on or "",
        "appointment_at": found.appointment_at or "",
        "note": found.note,
    }


def _blank() -> dict[str, Any]:
    names = ("minutes", "openings", "closed", *DATES, "appointment_at", "note")
    return dict.fromkeys(names, "")


def _draft(entered: dict[str, str]) -> TermsDraft:
    minutes = entered["minutes"]
    if minutes and not (minutes.isdecimal() and 5 <= int(minutes) <= 1440):
        raise InvalidInput(field="用时", problem="请填写 5 至 1440 之间的整数。")
    known = {name: _day(entered[name]) for name in DATES if entered[name]}
    told = known | {
        "minutes": int(minutes) if minutes else None,
        "openings": [each.stored() for each in read_openings(entered["openings"])],
        "closed": read_dates(entered["closed"]),
        "appointment_at": entered["appointment_at"] or None,
        "note": entered["note"],
    }
    try:
        return TermsDraft.model_validate(told)
    except ValidationError as error:
        if error.errors()[0]["loc"][0] == "appointment_at":
            raise InvalidInput(field="约定时间", problem="请按 24 小时制填写，例如 09:30。") from None
        raise InvalidInput(field="营业时间", problem="请填写，不超过 100 字。") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(field="日期", problem="请选择一天，例如 2026-12-01。") from None


def _asked_day(form: FormData) -> str:
    return str(form.get("other", "") or form.get("day", ""))[:10]


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _choice(choice: Choice) -> dict[str, str]:
    return {"day": choice.day, "title": choice.title, "cost": choice.cost}

"""我的任务与录入: an inspector's visits, and what was found on them."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from api import sheets
from api.deps import Config, Form, Now, Reading, SignedIn, Writing
from api.field import entry as entries
from api.field.entry import Entry
from api.formats import format_datetime
from api.i18n import error_message
from api.pages import language_of, render
from api.wording import follow_ups, result_names
from supervision.clock import today
from supervision.errors import NotFound, SupervisionError
from supervision.inspection import service
from supervision.inspection.agenda import DONE, TO_DO, agenda
from supervision.inspection.rules import OUTCOME_NAMES, STATE_NAMES
from supervision.inspection.tables import VisitState
from supervision.inspection.visits import VisitRow, VisitView
from supervision.people.rules import Actor
from supervision.reference.calendar import working_calendar
from supervision.schedule import viewing
from supervision.schedule.tables import ScheduledVisit

router = APIRouter()

PAGE = 20
AT_ONCE = 200
HEAD = (
    "检查编号", "状态", "抽查任务编号", "抽查任务名称", "统一社会信用代码", "经营主体名称", "地址",
    "开始日期", "截止日期", "检查日期", "抽查结果", "公示期限",
)  # fmt: skip


@router.get("/field")
def index(request: Request, session: Reading, actor: SignedIn, now: Now) -> Response:
    """我的任务."""
    day = today(now)
    times = viewing.my_times(session, actor)
    places = {code: place for place, (time, code) in enumerate(times) if time.day is not None}
    visits = agenda(all_visits(session, actor, TO_DO), day, places)
    when = {code: planned_text(time) for time, code in times}
    return render(request, "field/index.html", agenda=visits, today=day, when=when, **_words(request))


@router.get("/field/done")
def done(
    request: Request,
    session: Reading,
    actor: SignedIn,
    now: Now,
    state: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[str | None, Query(max_length=80)] = None,
) -> Response:
    """已办: what waits for an approver, and what is published."""
    states = [each for each in DONE if each == state] or list(DONE)
    page = service.my_visits(session, actor, states, after, PAGE)
    chosen = states[0] if len(states) == 1 else ""
    return render(
        request,
        "field/done.html",
        page=page,
        state=chosen,
        states=DONE,
        today=today(now),
        **_words(request),
    )


@router.get("/field/visits.csv")
def mine(session: Reading, actor: SignedIn) -> Response:
    """我的检查, as a file."""
    rows = (
        (
            row.code, STATE_NAMES[row.state], row.task_code, row.task_name, row.uscc, row.entity_name,
            row.address, row.starts, row.ends, row.inspected_on, row.result_text, row.publish_by,
        )
        for row in all_visits(session, actor, ())
    )  # fmt: skip
    return sheets.attachment(sheets.csv_bytes(HEAD, rows), sheets.CSV, "我的检查.csv")


@router.get("/field/visits/{code}")
def visit(
    request: Request, session: Reading, actor: SignedIn, now: Now, code: str, done: str = ""
) -> Response:
    """一次检查: who is visited, with whom, for which items; and the form while it is open."""
    view = service.visit_detail(session, actor, code)
    entry = entries.again(view.findings[0]) if view.findings else entries.blank(today(now))
    time = viewing.time_of(session, actor, code)
    word = done if done in ("entered", "corrected") else ""
    return _page(request, view, entry, now=today(now), done=word, when=planned_text(time) if time else "")


@router.post("/field/visits/{code}")
def enter(
    request: Request, session: Writing, actor: SignedIn, now: Now, config: Config, form: Form, code: str
) -> Response:
    """录入检查结果."""
    view = service.visit_detail(session, actor, code)
    entry = entries.read(form, view.items)
    try:
        service.enter_finding(
            session,
            actor,
            code,
            inspected_on=entry.day,
            result=entry.result,
            note=entry.note,
            items=entry.answers,
            now=now,
            working_days=working_calendar(session),
            publication_working_days=config.publication_working_days,
        )
    except SupervisionError as error:
        return _page(request, view, entry, now=today(now), error=_refused(error))
    return RedirectResponse(f"/field/visits/{code}?done=entered", status_code=303)


@router.get("/field/visits/{code}/correction")
def correction(request: Request, session: Reading, actor: SignedIn, now: Now, code: str) -> Response:
    """更正: the form for the final outcome of a published result."""
    view = service.visit_detail(session, actor, code)
    if not view.may_correct:
        raise NotFound(what="可更正的检查", key=code)
    entry = entries.again(view.findings[0])
    return _page(request, view, entry, now=today(now), correcting=True)


@router.post("/field/visits/{code}/correction")
def correct(
    request: Request, session: Writing, actor: SignedIn, now: Now, config: Config, form: Form, code: str
) -> Response:
    """更正已公示的结果."""
    view = service.visit_detail(session, actor, code)
    entry = entries.read(form, view.items)
    try:
        service.correct(
            session,
            actor,
            code,
            entry.reason,
            inspected_on=entry.day,
            result=entry.result,
            note=entry.note,
            items=entry.answers,
            now=now,
            working_days=working_calendar(session),
            publication_working_days=config.publication_working_days,
        )
    except SupervisionError as error:
        return _page(request, view, entry, now=today(now), correcting=True, error=_refused(error))
    return RedirectResponse(f"/field/visits/{code}?done=corrected", status_code=303)


def _page(
    request: Request,
    view: VisitView,
    entry: Entry,
    *,
    now: date,
    error: SupervisionError | None = None,
    correcting: bool = False,
    done: str = "",
    when: str = "",
) -> Response:
    errors: dict[str, str] = {}
    if error is not None:
        field = entries.error_field(error, entry, view.items)
        errors[field] = error_message(error, language_of(request))
    return render(
        request,
        "field/visit.html",
        status_code=error.status if error is not None else 200,
        visit=view,
        entry=entry,
        errors=errors,
        correcting=correcting,
        done=done,
        when=when,
        today=now,
        results=_results(language_of(request)),
        outcome_names={outcome.value: name for outcome, name in OUTCOME_NAMES.items()},
        **_words(request),
    )


def planned_text(time: ScheduledVisit) -> str:
    """``2026-11-23 09:08``: when a visit is to be; empty where it has no day."""
    return format_datetime(time.starts_at) if time.day is not None else ""


def _words(request: Request) -> dict[str, Any]:
    return {"state_names": STATE_NAMES, "result_names": result_names(language_of(request))}


def _results(lang: str) -> list[tuple[str, str, str]]:
    """(code, wording, what follows from it) of the eight national results."""
    return [(code, f"{code} {name}", follow_ups(lang)[code]) for code, name in result_names(lang).items()]


def _refused(error: SupervisionError) -> SupervisionError:
    """A refusal that belongs beside the form; any other is answered as everywhere."""
    if error.status != 422:
        raise error
    return error


def all_visits(session: Session, actor: Actor, states: tuple[VisitState, ...]) -> Iterator[VisitRow]:
    after: str | None = None
    while True:
        page = service.my_visits(session, actor, states, after, AT_ONCE)
        yield from page.rows
        if page.after is None:
            return
        after = page.after

"""Schedules: which team goes where on which day. For the office alone: inspections come unannounced."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import BackgroundTasks, Depends, Query, Request
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BeforeValidator
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import sheets
from api.deps import Reading, SignedIn, get_database
from api.i18n import translate
from api.pages import language_of
from api.v1.idempotency import Act, Acting, created
from api.v1.models import Code, Page
from api.v1.paging import Paged
from api.v1.resource import resource
from api.v1.schedule_models import (
    AnalysisView,
    Asked,
    BareProblem,
    Differences,
    Findings,
    FromProblem,
    FromTasks,
    JudgedMove,
    MovingView,
    NewPlace,
    OwnTime,
    OwnTimes,
    PlannedList,
    PlannedView,
    Replan,
    ReplanProblem,
    ScheduleRow,
    ScheduleView,
)
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.reference.calendar import working_calendar
from supervision.schedule import advising, moving, replanning, service, storing, viewing
from supervision.schedule.moving import Move
from supervision.schedule.service import Progress
from supervision.schedule.service import Request as Wanted
from supervision.schedule.tables import Schedule, ScheduleState

LARGEST = 32 << 20
"""Bytes of a P.json that is taken."""
router = resource("schedules", largest_body=LARGEST)

LOOK = 0.4
"""Seconds between two looks at a job that somebody watches."""


def _iso(value: object) -> object:
    """A number is no date, though pydantic would read it as seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("should be written as 2026-09-14")
    return value


Day = Annotated[date, BeforeValidator(_iso)]
States = Annotated[list[ScheduleState] | None, Query(description="安排状态")]
Mode = Annotated[
    Literal["validate", "detect", "solve"],
    Query(description="validate 只核对数据；detect 另指出排不下的检查和原因；solve 求解"),
]
OBJECT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}, "example": {}}}}
}

# making and solving -----------------------------------------------------------------------------------------

MADE = created("/schedules/{id}", 202)
MADE["responses"] |= {200: {"model": Findings, "description": "核对结果（validate、detect）"}}


@router.post("/schedules", summary="Check or solve a schedule", response_model=ScheduleView, **MADE)
def ask(
    request: Request, background: BackgroundTasks, body: Asked, act: Acting, mode: Mode = "solve"
) -> ScheduleView | Response:
    """编制安排: ``validate`` and ``detect`` answer at once with what they found (200); ``solve`` begins a job
    (202): ask for the schedule, or listen to its events.
    """
    if mode != "solve":
        return JSONResponse(_checked(request, body, act, mode).model_dump(mode="json"))
    if isinstance(body, FromTasks):
        found = service.create(act.session, act.actor, _wanted(body), act.now, working_calendar(act.session))
    else:
        found = service.create_from_problem(act.session, act.actor, _problem(body), act.now)
    return _begin(request, background, act, found)


@router.post("/schedules/{code}/solve", summary="Solve a schedule again", **created("/schedules/{id}", 202))
def solve(request: Request, background: BackgroundTasks, code: Code, act: Acting) -> ScheduleView:
    """求解: an earlier timetable stays until there is a new one."""
    return _begin(request, background, act, service.schedule_of(act.session, act.actor, code))


@router.post("/schedules/{code}/stop", summary="Stop solving and keep the best")
def stop(code: Code, act: Acting) -> ScheduleView:
    """就此为止: the best timetable so far is kept; it says that it is not reproducible."""
    service.stop(act.session, act.actor, code, act.now)
    return _view(act.session, act.actor, code)


@router.post("/schedules/{code}/cancel", summary="Cancel solving, or give a schedule up")
def cancel(code: Code, act: Acting) -> ScheduleView:
    """取消: nothing of a solving that runs is kept; a schedule that nobody goes by is given up."""
    service.cancel(act.session, act.actor, code, act.now)
    return _view(act.session, act.actor, code)


@router.post("/schedules/{code}/issue", summary="Issue a schedule")
def issue(code: Code, act: Acting) -> ScheduleView:
    """下发: for approvers who did not make it. Earlier times of these visits are superseded."""
    service.issue(act.session, act.actor, code, act.now)
    return _view(act.session, act.actor, code)


@router.post(
    "/schedules/{code}/replan",
    summary="Schedule anew after something happened",
    **created("/schedules/{id}", 202),
)
def replan(
    request: Request, background: BackgroundTasks, code: Code, body: Replan | ReplanProblem, act: Acting
) -> ScheduleView:
    """重排: a new schedule that disturbs as few visits as it can; it replaces the old one when issued."""
    session, actor = act.session, act.actor
    if isinstance(body, ReplanProblem):
        made = replanning.replan_problem(session, actor, code, body.problem_events, act.now, body.today)
    else:
        calendar = working_calendar(session)
        made = replanning.replan(
            session, actor, code, body.events, body.reason, act.now, calendar, ends=body.ends
        )
    return _begin(request, background, act, made)


@router.post("/schedules/{code}/move", summary="Move one visit")
def move(code: Code, body: NewPlace, act: Acting) -> JudgedMove:
    """调整: kept as a new version where no rule is broken. A change of an issued schedule goes into one that
    is to take its place; ``id`` says which.
    """
    if not body.try_only:
        require(act.actor, Role.PLANNER)
    wanted = Move(body.visit, body.day, body.start, body.team, body.version)
    moved = moving.try_move(act.session, act.actor, code, wanted, act.now)
    found = service.schedule_of(act.session, act.actor, code)
    if not body.try_only:
        found = moving.move(act.session, act.actor, code, wanted, act.now)
    return JudgedMove(
        id=found.code,
        version=found.version,
        lawful=not moved.violations,
        kept=not body.try_only,
        cost=moved.cost_after - moved.cost_before,
        violations=[storing.violation_json(each) for each in moved.violations],
    )


@router.put("/schedules/{code}/pins/{visit}", summary="Pin a visit to its day and time")
def pin(code: Code, visit: Code, act: Acting) -> ScheduleView:
    """锁定: it stays where it is in this schedule and all that follow."""
    moving.pin(act.session, act.actor, code, visit, act.now)
    return _view(act.session, act.actor, code)


@router.delete("/schedules/{code}/pins/{visit}", summary="Unpin a visit")
def unpin(code: Code, visit: Code, act: Acting) -> ScheduleView:
    """解除锁定."""
    moving.unpin(act.session, act.actor, code, visit, act.now)
    return _view(act.session, act.actor, code)


# seeing -----------------------------------------------------------------------------------------------------


@router.get("/schedules", summary="List schedules")
def list_schedules(
    session: Reading, actor: SignedIn, paging: Paged, state: States = None
) -> Page[ScheduleRow]:
    """安排一览 of the actor's region, newest first."""
    found = service.schedules(session, actor, state or (), paging.number, paging.limit + 1)
    return paging.page(found, lambda row: row.id, ScheduleRow.of)


@router.get("/schedules/{code}", summary="Show a schedule")
def show_schedule(code: Code, session: Reading, actor: SignedIn) -> ScheduleView:
    """检查安排 and how far its solving is."""
    return _view(session, actor, code)


@router.get("/schedules/{code}/timetable", summary="Download the timetable", responses=OBJECT)
def show_timetable(code: Code, session: Reading, actor: SignedIn) -> Response:
    """T.json (docs/schedule.md, section 3)."""
    return JSONResponse(service.timetable_of(session, actor, code))


@router.get("/schedules/{code}/problem", summary="Download the problem", responses=OBJECT)
def show_problem(code: Code, session: Reading, actor: SignedIn) -> Response:
    """P.json (docs/schedule.md, section 1), as it was solved."""
    return JSONResponse(storing.unpack(service.schedule_of(session, actor, code).problem))


@router.get("/schedules/{code}/visits", summary="List the visits of a schedule")
def list_visits(code: Code, session: Reading, actor: SignedIn) -> PlannedList:
    """排定的检查, by day, team and place on the route; what could not be placed comes last."""
    rows = viewing.planned(session, actor, code)
    return PlannedList(items=[PlannedView.model_validate(row) for row in rows])


@router.get(
    "/schedules/{code}/visits.csv",
    summary="Download the visits of a schedule as CSV",
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    response_class=Response,
)
def visits_csv(code: Code, session: Reading, actor: SignedIn) -> Response:
    """排定的检查 as CSV."""
    body = sheets.csv_bytes(viewing.HEAD, viewing.table(viewing.planned(session, actor, code)))
    return sheets.attachment(body, sheets.CSV, f"检查安排-{code}.csv")


@router.get(
    "/schedules/{code}/visits.xlsx",
    summary="Download the visits of a schedule as XLSX",
    responses={200: {"content": {sheets.XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
    response_class=Response,
)
def visits_xlsx(code: Code, session: Reading, actor: SignedIn) -> Response:
    """排定的检查 as a workbook."""
    rows = viewing.table(viewing.planned(session, actor, code))
    body = sheets.xlsx_bytes("检查安排", viewing.HEAD, rows)
    return sheets.attachment(body, sheets.XLSX, f"检查安排-{code}.xlsx")


@router.get("/schedules/{code}/analyze", summary="Analyse a schedule")
def analyze(code: Code, session: Reading, actor: SignedIn) -> AnalysisView:
    """安排分析: the work of each team and each day, and how even it is."""
    return AnalysisView.model_validate(viewing.analyze(session, actor, code))


@router.get("/schedules/{code}/diff/{other}", summary="Compare two schedules")
def diff(code: Code, other: Code, request: Request, session: Reading, actor: SignedIn) -> Differences:
    """新旧对照: from ``code`` to ``other``, visit by visit, and why, in the language that is asked for."""
    lang = language_of(request)
    items = [
        MovingView.model_validate(replace(each, message=translate(each.message, lang)))
        for each in viewing.diff(session, actor, code, other)
    ]
    return Differences(old=code, new=other, items=items)


@router.get("/schedules/{code}/explain/{visit}", summary="Explain the time of a visit", responses=OBJECT)
def explain(code: Code, visit: Code, session: Reading, actor: SignedIn) -> Response:
    """为什么是这一天: the next best days, what they cost and whom they move; or why there is none."""
    return JSONResponse(advising.explain(session, actor, code, visit))


@router.get("/schedules/{code}/recommend", summary="Recommend changes", responses=OBJECT)
def recommend(code: Code, session: Reading, actor: SignedIn) -> Response:
    """改进建议: changes to the whole by visits gained, each tried on the model."""
    return JSONResponse({"items": advising.recommend(session, actor, code)})


@router.get("/assignments/times", summary="List the times of your own visits")
def list_times(
    session: Reading, actor: SignedIn, since: Annotated[Day | None, Query(description="从这一天起")] = None
) -> OwnTimes:
    """我的检查时间: by the schedules in force, for inspectors; of the own visits alone."""
    names = set(OwnTime.model_fields) - {"visit"}
    rows = viewing.my_times(session, actor, since)
    return OwnTimes(
        items=[OwnTime(visit=code, **{name: getattr(row, name) for name in names}) for row, code in rows]
    )


async def watched(request: Request, code: Code, actor: SignedIn) -> Progress:
    """The schedule to watch; refused before the stream begins."""
    return await run_in_threadpool(_progress, request, actor, code)


@router.get(
    "/schedules/{code}/events",
    summary="Listen to the solving of a schedule",
    response_class=EventSourceResponse,
)
async def events(
    request: Request, code: Code, actor: SignedIn, now: Annotated[Progress, Depends(watched)]
) -> AsyncIterator[ServerSentEvent]:
    """求解进度 as server-sent events: ``progress`` whenever it is further, ``end`` with the schedule, then
    the stream ends. Comments in between keep the line open. Who lost it may ask again at any time.
    """
    number, told = 0, None
    while True:
        shown = (now.state, now.done, now.total, now.stage, now.stopping)
        if shown != told or now.over:
            told, number = shown, number + 1
            view = await run_in_threadpool(_shown, request, actor, now)
            event = "end" if now.over else "progress"
            yield ServerSentEvent(data=view, event=event, id=f"{number}")
        if now.over or await request.is_disconnected():
            return
        await asyncio.sleep(LOOK)
        now = await run_in_threadpool(_progress, request, actor, code)


def _progress(request: Request, actor: Actor, code: str) -> Progress:
    with get_database(request).reading() as session:
        return service.progress_of(session, actor, code)


def _shown(request: Request, actor: Actor, found: Progress) -> ScheduleView:
    with get_database(request).reading() as session:
        return ScheduleView.of(found, _replaced(session, found.schedule))


def _begin(request: Request, background: BackgroundTasks, act: Act, found: Schedule) -> ScheduleView:
    service.solve(act.session, act.actor, found.code, act.now)
    # after the answer, and so after the transaction: the worker must find the job
    background.add_task(request.app.state.engine.wake)
    return _view(act.session, act.actor, found.code)


def _view(session: Session, actor: Actor, code: str) -> ScheduleView:
    found = service.progress_of(session, actor, code)
    return ScheduleView.of(found, _replaced(session, found.schedule))


def _replaced(session: Session, schedule: Schedule) -> str | None:
    return viewing.code_of(session, schedule.replaces_id)


def _wanted(body: FromTasks) -> Wanted:
    return Wanted(body.tasks, body.starts, body.ends, body.options, body.name)


def _problem(body: FromProblem | BareProblem) -> dict[str, Any]:
    return body.problem if isinstance(body, FromProblem) else body.model_dump(exclude_unset=True)


def _checked(
    request: Request,
    body: FromTasks | FromProblem | BareProblem,
    act: Act,
    mode: Literal["validate", "detect"],
) -> Findings:
    if isinstance(body, FromTasks):
        # not in the transaction of the act: others may write while this is worked out
        with get_database(request).reading() as session:
            calendar = working_calendar(session)
            found = advising.check_tasks(session, act.actor, _wanted(body), calendar, mode, act.now)
    else:
        found = advising.check_problem(act.actor, _problem(body), mode)
    return Findings(mode=mode, **found)

"""甘特图、路线图、未能安排、打印 and files of one schedule."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from api.office import queries
from api.office.answers import Translate
from api.office.schedules_board import About, Board
from api.office.schedules_desk import Desk, desk_of, show_desk
from api.office.schedules_gantt import by_day, by_hour
from api.office.schedules_lanes import by_of, lane_rows, lanes, paged, trips_of
from api.office.schedules_told import fix_link, fixed, reason, recommended
from api.office.schedules_views import (
    FILE_HEAD,
    MANY_TEAMS,
    MOST_ROWS,
    UNSCHEDULED_HEAD,
    Chosen,
    chosen_trips,
    day_options,
    file_rows,
    map_data,
    paper_weeks,
    stop_rows,
    week_options,
)
from api.office.schedules_words import WEEKDAYS, day_text
from api.office.visiting import Visiting
from api.pages import render
from api.security import HEADERS
from api.sheets import CSV, XLSX, attachment, csv_bytes, xlsx_bytes
from supervision.errors import NotFound
from supervision.schedule import service, storing
from supervision.settings import Settings

router = APIRouter(prefix="/schedules/{code}")


@dataclass(frozen=True, slots=True)
class FixView:
    """可行的办法 and where it is done."""

    message: str
    href: str
    where: str


@dataclass(frozen=True, slots=True)
class MissingView:
    """未能安排的一户."""

    visit: str
    about: About
    team_name: str
    code: str
    message: str
    fixes: Sequence[FixView]


@router.get("/gantt")
def gantt(code: str, request: Request, visitor: Visiting) -> Response:
    """甘特图: a row for each inspector, or for each team; of one day by hour, or of all days."""
    desk = desk_of(visitor, code)
    _, board = desk._, desk.board
    by = by_of(queries.text(request, "by"))
    chosen = Chosen(inspector=queries.text(request, "inspector"), office=queries.text(request, "office"))
    day = next((d for d in board.dates if d.isoformat() == queries.text(request, "day")), None)
    place = board.dates.index(day) if day is not None else None
    shown = paged(lanes(board, by, chosen, place), queries.number(request, "page") or 0)
    asked = {"by": by, "inspector": chosen.inspector, "office": chosen.office}

    def at(**more: Any) -> str:
        return queries.address(f"{desk.here}/gantt", **(asked | {"day": day} | more))

    context: dict[str, Any] = {
        "by": by,
        "chosen": chosen,
        "day": day,
        "days": day_options(_, board),
        "inspectors": board.inspector_choices,
        "offices": board.office_choices if len(board.office_choices) > 1 else [],
        "switches": [(title, at(by=each), by == each) for each, title in _ways(_)],
        "shown": shown,
        "previous": at(page=shown.page - 1 or None) if shown.page else "",
        "next": at(page=shown.page + 1) if shown.more else "",
        "downloads": _files(desk),
        "provisional": day is None and bool(board.problem.provisional),
    }
    if day is None:
        titles = [f"{each:%m-%d}" for each in board.dates]
        title = _("各人每天的检查户数") if by == "people" else _("各组每天的检查户数")
        chart = by_day(_, board, shown.lanes, titles, lambda each: at(day=each))
        return show_desk(
            desk,
            "schedule_gantt",
            "gantt",
            title=title,
            chart=chart,
            rows=lane_rows(_, shown.lanes),
            **context,
        )
    words = _("{day} 各人行程") if by == "people" else _("{day} 各组行程")
    return show_desk(
        desk,
        "schedule_gantt",
        "gantt",
        title=words.format(day=day_text(_, day)),
        chart=by_hour(_, board, shown.lanes, desk.here),
        rows=stop_rows(_, trips_of(shown.lanes)),
        **context,
    )


def _ways(_: Translate) -> list[tuple[str, str]]:
    return [("people", _("按人员")), ("teams", _("按检查组"))]


@router.get("/map")
def route_map(code: str, request: Request, visitor: Visiting) -> Response:
    """路线图. Without a choice and with many teams, the first day."""
    desk = desk_of(visitor, code)
    _, board = desk._, desk.board
    chosen = _chosen(request, board)
    trips = chosen_trips(board, chosen)
    rows = stop_rows(_, trips)
    settings = visitor.settings
    asked = {"day": chosen.day or "all", "team": chosen.team, "inspector": chosen.inspector}
    page = show_desk(
        desk,
        "schedule_map",
        "map",
        routes=queries.address(f"{desk.here}/map.json", **asked),
        tiles=settings.tile_url if settings.tile_origin else "",
        credit=settings.tile_credit,
        days=day_options(_, board),
        teams=board.team_choices,
        inspectors=board.inspector_choices,
        chosen=chosen,
        stops=rows[:MOST_ROWS],
        left_out=max(0, len(rows) - MOST_ROWS),
        nowhere=sum(1 for row in rows if not row["place"]),
    )
    _allow_tiles(page, settings)
    return page


@router.get("/map.json")
def routes(code: str, request: Request, visitor: Visiting) -> Response:
    """The routes that the map draws."""
    desk = desk_of(visitor, code)
    return JSONResponse(map_data(desk._, desk.board, chosen_trips(desk.board, _chosen(request, desk.board))))


@router.get("/unscheduled")
def unscheduled(code: str, request: Request, visitor: Visiting) -> Response:
    desk = desk_of(visitor, code)
    missing = _missing(desk)
    advice = _advice(desk) if missing and "advice" in request.query_params else None
    return show_desk(desk, "schedule_unscheduled", "unscheduled", missing=missing, advice=advice)


@router.get("/print")
def choose_paper(code: str, visitor: Visiting) -> Response:
    desk = desk_of(visitor, code)
    board = desk.board
    return show_desk(
        desk,
        "schedule_print",
        "print",
        weeks=week_options(desk._, board),
        teams=board.team_choices,
        days=day_options(desk._, board),
    )


@router.get("/sheets")
def sheets(code: str, request: Request, visitor: Visiting) -> Response:
    """行程单 on paper: one sheet for each team and day, or one for each week."""
    desk = desk_of(visitor, code)
    _, board = desk._, desk.board
    chosen = Chosen(queries.text(request, "team"), "", queries.text(request, "day"))
    week = queries.text(request, "week")
    trips = chosen_trips(board, chosen)
    if week and not chosen.day:
        monday = next((each for each in board.mondays if each.isoformat() == week), None)
        trips = [trip for trip in trips if monday is None or 0 <= (trip.date - monday).days < 7]
    trips.sort(key=lambda trip: (trip.date, trip.team_name))
    return render(
        request,
        "print/schedule.html",
        schedule=desk.schedule,
        form="week" if queries.text(request, "form") == "week" else "day",
        trips=trips,
        weeks=paper_weeks(_, board, trips),
        weekdays=[_(each) for each in WEEKDAYS],
        printed=visitor.now,
    )


@router.get("/visits.{ending}")
def visits_file(code: str, ending: str, visitor: Visiting) -> Response:
    """Every stop, as a file."""
    desk = desk_of(visitor, code)
    rows = file_rows(desk._, desk.board)
    return file_of(desk._, desk.schedule.code, "检查安排", FILE_HEAD, rows, ending)


@router.get("/timetable.json")
def timetable_file(code: str, visitor: Visiting) -> Response:
    """T.json (docs/schedule.md)."""
    found = service.timetable_of(visitor.session, visitor.actor, code)
    return attachment(_json(found), "application/json", f"{code}-T.json")


@router.get("/problem.json")
def problem_file(code: str, visitor: Visiting) -> Response:
    """P.json, with which anybody in the office can solve or judge again."""
    desk = desk_of(visitor, code)
    found = storing.unpack(desk.schedule.problem)
    return attachment(_json(found), "application/json", f"{code}-P.json")


@router.get("/unscheduled.{ending}")
def unscheduled_file(code: str, ending: str, visitor: Visiting) -> Response:
    desk = desk_of(visitor, code)
    rows = [
        (
            each.visit, each.about.name, each.about.address, each.code, each.message,
            "；".join(fix.message for fix in each.fixes),
        )
        for each in _missing(desk)
    ]  # fmt: skip
    name = f"{desk.schedule.code}-unscheduled"
    return file_of(desk._, name, "未能安排", UNSCHEDULED_HEAD, rows, ending)


def file_of(
    _: Translate, name: str, title: str, head: Sequence[str], rows: Iterable[Sequence[object]], ending: str
) -> Response:
    """Rows as CSV or XLSX; no other ending has a file."""
    labels = [_(each) for each in head]
    if ending == "csv":
        return attachment(csv_bytes(labels, rows), CSV, f"{name}.csv")
    if ending == "xlsx":
        return attachment(xlsx_bytes(_(title), labels, rows), XLSX, f"{name}.xlsx")
    raise NotFound(what="文件", key=f"{name}.{ending}")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _missing(desk: Desk) -> list[MissingView]:
    _, board, found = desk._, desk.board, []
    for each in board.timetable.unscheduled:
        visit = board.visits[each.visit]
        fixes = []
        for fix in each.fixes:
            where, href = fix_link(desk.here, fix.kind, str(each.visit), fix.params)
            fixes.append(FixView(fixed(_, board, fix.kind, fix.message), href, where))
        name = board.team_name(visit.team) if visit.team is not None else ""
        message = reason(_, board, each.code, each.message)
        found.append(MissingView(str(each.visit), board.of(each.visit), name, each.code, message, fixes))
    return found


def _advice(desk: Desk) -> list[FixView]:
    """整体建议, each tried on the model."""
    from solver.schedule.explaining import recommend

    board, found = desk.board, []
    for each in recommend(board.problem, board.timetable):
        where, href = fix_link(desk.here, each.kind, "", each.params)
        message = recommended(desk._, board, each.kind, each.gained, each.message)
        found.append(FixView(message, href, where))
    return found


def _chosen(request: Request, board: Board) -> Chosen:
    """What the map is asked for; where nothing is and it would be crowded, the first day with work."""
    team, day = queries.text(request, "team"), queries.text(request, "day")
    inspector = queries.text(request, "inspector")
    if (
        "day" not in request.query_params
        and not team
        and not inspector
        and len(board.team_choices) > MANY_TEAMS
        and board.trips
    ):
        first: date = min(trip.date for trip in board.trips)
        return Chosen(day=first.isoformat())
    return Chosen(team=team, inspector=inspector, day="" if day == "all" else day)


def _files(desk: Desk) -> list[tuple[str, str]]:
    return [("CSV", f"{desk.here}/visits.csv"), ("XLSX", f"{desk.here}/visits.xlsx")]


def _allow_tiles(page: Response, settings: Settings) -> None:
    """This page alone may show pictures from the one origin that the setting names."""
    if settings.tile_origin:
        policy = HEADERS["Content-Security-Policy"]
        allowed = policy.replace("img-src ", f"img-src {settings.tile_origin} ", 1)
        page.headers["Content-Security-Policy"] = allowed

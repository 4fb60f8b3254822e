"""周历和改期: the week of a schedule; one visit: why that day, another day, pinned, its terms."""

from datetime import date, timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.office import queries
from api.office.schedules_board import Board
from api.office.schedules_desk import Desk, desk_of, show_desk
from api.office.schedules_views import (
    MANY_TEAMS,
    Chosen,
    chosen_trips,
    first_at_work,
    monday_of,
    open_days_text,
    spans,
    week_columns,
)
from api.office.visiting import Visiting
from supervision.clock import today

router = APIRouter(prefix="/schedules/{code}")


@router.get("/week")
def week(code: str, request: Request, visitor: Visiting) -> Response:
    desk = desk_of(visitor, code)
    _, board = desk._, desk.board
    chosen = Chosen(queries.text(request, "team"), queries.text(request, "inspector"))
    monday = monday_of(board, queries.text(request, "from"), today(visitor.now))
    narrowed = not chosen.team and not chosen.inspector and len(board.team_choices) > MANY_TEAMS
    if narrowed and "team" not in request.query_params:
        chosen = Chosen(first_at_work(board, monday), "")
    else:
        narrowed = False
    columns = week_columns(_, board, monday, chosen_trips(board, chosen))
    trips = [trip for column in columns for trip in column.trips]
    return show_desk(
        desk,
        "schedule_week",
        "week",
        columns=columns,
        monday=monday.isoformat(),
        previous=_week_address(desk, board, chosen, monday, -1),
        next=_week_address(desk, board, chosen, monday, 1),
        teams=board.team_choices,
        inspectors=board.inspector_choices,
        chosen=chosen,
        narrowed=narrowed,
        may_move=desk.may.move,
        days_of=open_days_text(board, [stop for trip in trips for stop in trip.stops]),
        spans=spans(_, trips),
    )


def _week_address(desk: Desk, board: Board, chosen: Chosen, monday: date, step: int) -> str:
    """The week before or after, where the schedule has one; else nothing."""
    if not board.mondays:
        return ""
    there = monday + timedelta(weeks=step)
    if not board.mondays[0] <= there <= board.mondays[-1]:
        return ""
    asked = {"from": there, "team": chosen.team, "inspector": chosen.inspector}
    return queries.address(f"{desk.here}/week", **asked)

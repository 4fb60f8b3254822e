"""What the pages of a schedule show, made from its board: weeks, tables, routes of the map, papers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from api.charts import day_columns
from api.office.answers import Translate
from api.office.schedules_board import Board, Day, Stop, Trip
from api.office.schedules_words import day_text, long_span, span, weekday

FIRST_YEAR, LAST_YEAR = 2000, 2999
MANY_TEAMS = 6
"""From more teams on, a week first shows one of them."""
MOST_ROWS = 400
"""Rows of a table on one page; files have all."""
FILE_HEAD = (
    "日期", "星期", "检查组", "次序", "开始", "结束", "检查编号", "检查户", "地址", "抽查任务",
    "事项数", "锁定",
)  # fmt: skip
CHANGE_HEAD = ("检查编号", "检查户", "变化", "原安排", "新安排", "原因")
UNSCHEDULED_HEAD = ("检查编号", "检查户", "地址", "原因代码", "原因", "可行的办法")


@dataclass(frozen=True, slots=True)
class Chosen:
    """所选的检查组、人员和日期."""

    team: str = ""
    inspector: str = ""
    day: str = ""
    office: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """周历的一天."""

    day: Day
    title: str
    trips: Sequence[Trip]


def chosen_trips(board: Board, chosen: Chosen) -> list[Trip]:
    """The trips that the filter leaves, in the board's order."""
    return [
        trip
        for trip in board.trips
        if (not chosen.team or trip.team == chosen.team)
        and (not chosen.inspector or board.goes(chosen.inspector, trip))
        and (not chosen.office or str(board.office_of(trip.team)) == chosen.office)
        and (not chosen.day or trip.date.isoformat() == chosen.day)
    ]


def week_columns(_: Translate, board: Board, monday: date, trips: Sequence[Trip]) -> list[Column]:
    by_date: dict[date, list[Trip]] = {}
    for trip in trips:
        by_date.setdefault(trip.date, []).append(trip)
    return [
        Column(day, f"{weekday(_, day.date)} {day.date:%m-%d}", by_date.get(day.date, []))
        for day in board.week(monday)
    ]


def monday_of(board: Board, asked: str, today: date) -> date:
    """The week asked for, this week where work is in it, or the first with work."""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = today
    monday = day - timedelta(days=day.weekday())
    if asked and FIRST_YEAR <= day.year <= LAST_YEAR:
        return monday
    return monday if monday in board.mondays or not board.mondays else board.mondays[0]


def first_at_work(board: Board, monday: date) -> str:
    """The first team that goes out in the week; else the first of all."""
    sunday = monday + timedelta(days=6)
    busy = {trip.team for trip in board.trips if monday <= trip.date <= sunday}
    return next((team for team, _name in board.team_choices if team in busy), board.team_choices[0][0])


def open_days_text(board: Board, stops: Sequence[Stop]) -> dict[str, str]:
    """Visit → the days to which it may go, for the page's script."""
    found = {}
    for stop in stops:
        visit = board.visit_by_text(stop.visit)
        if visit is not None and not stop.fixed:
            days = board.open_days(visit)
            found[stop.visit] = " ".join(board.problem.days[day] for day in days if day != stop.day)
    return found


def spans(_: Translate, trips: Sequence[Trip]) -> dict[int, str]:
    return {trip.travel: span(_, trip.travel) for trip in trips}


def day_options(_: Translate, board: Board) -> list[tuple[str, str]]:
    return [(day.isoformat(), f"{day} {weekday(_, day)}") for day in board.dates]


def week_options(_: Translate, board: Board) -> list[tuple[str, str]]:
    return [
        (monday.isoformat(), _("{first} 起的一周").format(first=day_text(_, monday)))
        for monday in board.mondays
    ]


# figures ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """主要数字 in words."""

    visits: int
    unscheduled: int
    travel: str
    each: str
    team_days: int
    peak: int
    """Most teams out on one day from one office."""
    peak_note: str
    """``辆/天``, with the office where there are several."""
    proven_share: str
    proven_note: str


def figures(_: Translate, board: Board) -> Figures:
    found, problem = board.timetable, board.problem
    visits = sum(len(route.visits) for route in found.routes)
    teams = len(board.team_choices)
    proven = len(set(found.proven))
    office, highest = max(sorted(_peaks(board).items()), key=lambda each: each[1], default=(0, 0))
    return Figures(
        visits=visits,
        unscheduled=len(found.unscheduled),
        travel=long_span(_, found.travel),
        each=span(_, found.travel // visits) if visits else "—",
        team_days=found.team_days,
        peak=highest,
        peak_note=_("{office}，辆/天").format(office=board.office_name(office))
        if len(board.office_choices) > 1
        else _("辆/天"),
        proven_share=f"{proven}/{teams}",
        proven_note=_("个组") if problem.teams else "",
    )


def proven_words(_: Translate, board: Board) -> str:
    """``30 个组全部证明最优。`` and what that means."""
    found, teams = board.timetable, len(board.team_choices)
    proven = len(set(found.proven))
    if teams and proven >= teams:
        return _("{n} 个组全部证明最优：没有更少户数排不下、路上时间更短的安排。").format(n=teams)
    gap = found.objective - found.bound
    told = _("{n} 个组中 {m} 个证明最优，其余的没有算到底。").format(n=teams, m=proven)
    if found.bound <= 0 or gap < 0:
        return told
    share = f"{100 * gap / found.objective:.1f}%"
    return told + _("全部合起来，离理论下限最多 {share}。").format(share=share)


def _peaks(board: Board) -> Counter[int]:
    """Office → most teams out on one day."""
    out: Counter[tuple[int, int]] = Counter()
    for route in board.timetable.routes:
        out[board.teams[route.team].office, route.day] += 1
    peaks: Counter[int] = Counter()
    for (office, _day), cars in out.items():
        peaks[office] = max(peaks[office], cars)
    return peaks


def car_rows(_: Translate, board: Board) -> list[dict[str, Any]]:
    """Each working day: cars out, visits, time on the way."""
    visits: Counter[int] = Counter()
    travel: Counter[int] = Counter()
    for trip in board.trips:
        visits[trip.day] += len(trip.stops)
        travel[trip.day] += trip.travel
    return [
        {
            "title": day_text(_, day),
            "short": f"{day:%m-%d}",
            "cars": board.cars[place],
            "visits": visits[place],
            "travel": span(_, travel[place]),
        }
        for place, day in enumerate(board.dates)
    ]


def car_chart(_: Translate, rows: Sequence[Mapping[str, Any]]) -> Any:
    shown = [{"d": row["short"], "n": row["cars"]} for row in rows]
    return day_columns(shown, "d", "n", _("每天出车数"), y_title=_("辆"))


# tables and files -------------------------------------------------------------------------------------------


def stop_row(_: Translate, stop: Stop) -> dict[str, Any]:
    place = stop.place
    return {
        "date": stop.date,
        "team_name": stop.team_name,
        "number": stop.number,
        "begin": stop.begin,
        "end": stop.end,
        "visit": stop.visit,
        "name": stop.about.name,
        "address": stop.about.address,
        "place": f"{place.lat:.5f}, {place.lon:.5f}" if place else "",
    }


def stop_rows(_: Translate, trips: Sequence[Trip]) -> list[dict[str, Any]]:
    return [stop_row(_, stop) for trip in trips for stop in trip.stops]


def file_rows(_: Translate, board: Board) -> Iterator[tuple[object, ...]]:
    """All stops, by day, team and order."""
    for trip in sorted(board.trips, key=lambda trip: (trip.day, trip.team)):
        for stop in trip.stops:
            yield (
                trip.date, weekday(_, trip.date), trip.team_name, stop.number, stop.begin, stop.end,
                stop.visit, stop.about.name, stop.about.address, stop.about.task, stop.items,
                _("是") if stop.fixed else "",
            )  # fmt: skip


def map_data(_: Translate, board: Board, trips: Sequence[Trip]) -> dict[str, Any]:
    """Routes as the page's script draws them; visits without a place are left out."""
    offices = sorted({(trip.office.lat, trip.office.lon) for trip in trips})
    return {
        "offices": [{"at": list(office), "title": _("办公地点")} for office in offices],
        "routes": [_route(board, trip) for trip in trips],
    }


def _route(board: Board, trip: Trip) -> dict[str, Any]:
    office = [trip.office.lat, trip.office.lon]
    placed = [(stop, [stop.place.lat, stop.place.lon]) for stop in trip.stops if stop.place]
    return {
        "team": trip.team_name,
        "day": trip.date.isoformat(),
        "line": [office, *(at for _stop, at in placed), office],
        "stops": [
            {
                "at": at,
                "number": stop.number,
                "title": f"{trip.date:%m-%d} {stop.begin} {stop.about.name}（{trip.team_name}）",
            }
            for stop, at in placed
        ],
    }


# papers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PaperWeek:
    """周总表: teams down, days across."""

    days: Sequence[Day]
    titles: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Sequence[Trip]]]]


def paper_weeks(_: Translate, board: Board, trips: Sequence[Trip]) -> list[PaperWeek]:
    found = []
    for monday in board.mondays:
        days = [day for day in board.week(monday) if day.index is not None]
        within = {day.date for day in days}
        here = [trip for trip in trips if trip.date in within]
        names = sorted({(trip.team, trip.team_name) for trip in here})
        rows = [
            (name, [[trip for trip in here if trip.team == team and trip.date == day.date] for day in days])
            for team, name in names
        ]
        if rows:
            found.append(PaperWeek(days, [day_text(_, day.date) for day in days], rows))
    return found

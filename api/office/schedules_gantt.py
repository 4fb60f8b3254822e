"""甘特图: bars of a timetable over time, as numbers that a template draws; a table beneath says the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from api.office.answers import Translate
from api.office.schedules_board import Board, Stop, Trip
from api.office.schedules_lanes import Lane
from api.office.schedules_words import clock, span

NAMES, ROW, HEAD, END = 168, 34, 40, 24
"""Widths and heights in pixels: of the names, of a row, of the head, of the room behind the last mark."""
HOURS, CELL = 860, 46
"""Width of a day by hour, and of one day among many."""
NAME_LETTERS = 12

At = Callable[[int], float]
"""Second of the axis → where it is drawn."""


@dataclass(frozen=True, slots=True)
class Line:
    """刻度线 with its text at one side or in the middle of what follows."""

    x: float
    text: str = ""
    strong: bool = False
    anchor: str = "middle"
    shift: float = 0


@dataclass(frozen=True, slots=True)
class Band:
    """底色: a day whose calendar is not announced, or nothing but a stretch to be told apart."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """一段. ``kind``: ``visit``, ``fixed``, ``way``, ``day``; ``top``: room above and below."""

    kind: str
    x: float
    width: float
    title: str
    text: str = ""
    href: str = ""
    top: int = 5


@dataclass(frozen=True, slots=True)
class Row:
    """一个人或一个组."""

    name: str
    y: int
    bars: Sequence[Bar]
    height: int = ROW


@dataclass(frozen=True, slots=True)
class Gantt:
    """甘特图."""

    width: int
    height: int
    lines: Sequence[Line]
    rows: Sequence[Row]
    bands: Sequence[Band] = ()
    head: int = HEAD


def by_hour(_: Translate, board: Board, lanes: Sequence[Lane], here: str) -> Gantt:
    """One day: the ways and visits of each lane from the beginning of work to its end."""
    length = board.problem.day_length
    first = min([0, *(trip.leaves for lane in lanes for trip in lane.trips)])
    last = max([length, *(trip.returns for lane in lanes for trip in lane.trips)])
    scale = HOURS / (last - first)

    def at(second: int) -> float:
        return round(NAMES + (second - first) * scale, 1)

    rows = [
        Row(
            short(lane.name),
            HEAD + place * ROW,
            [bar for trip in lane.trips for bar in _bars_of(_, trip, at, here)],
        )
        for place, lane in enumerate(lanes)
    ]
    return Gantt(NAMES + HOURS + END, HEAD + len(rows) * ROW + 1, _hours(board, at), rows)


def by_day(
    _: Translate, board: Board, lanes: Sequence[Lane], days: Sequence[str], day_at: Callable[[date], str]
) -> Gantt:
    """All days: how many visits each lane has on each, and when it is out.

    ``days``: their titles; ``day_at``: the address of the day by hour.
    """
    width = NAMES + CELL * len(days)
    lines = [
        Line(NAMES + CELL * place, title, strong=day.weekday() == 0, shift=CELL / 2)
        for place, (title, day) in enumerate(zip(days, board.dates, strict=True))
    ]
    bands = [Band(NAMES + CELL * place, CELL) for place in board.problem.provisional]
    rows = [
        Row(
            short(lane.name),
            HEAD + place * ROW,
            [_day_bar(_, board, lane, trips, day_at) for trips in _each_day(lane)],
        )
        for place, lane in enumerate(lanes)
    ]
    return Gantt(width + END, HEAD + len(rows) * ROW + 1, lines, rows, bands)


def _each_day(lane: Lane) -> list[list[Trip]]:
    """The trips of a lane day by day: somebody may go out with several teams, one after the other."""
    found: dict[int, list[Trip]] = {}
    for trip in lane.trips:
        found.setdefault(trip.day, []).append(trip)
    return list(found.values())


def short(name: str) -> str:
    """A team's name that fits beside the bars; the table has it whole."""
    return name if len(name) <= NAME_LETTERS else f"{name[: NAME_LETTERS - 1]}…"


def _day_bar(
    _: Translate, board: Board, lane: Lane, trips: Sequence[Trip], day_at: Callable[[date], str]
) -> Bar:
    length = board.problem.day_length
    first, last = min(trips, key=lambda trip: trip.leaves), max(trips, key=lambda trip: trip.returns)
    starts, ends = max(0, first.leaves), min(length, last.returns)
    x = NAMES + CELL * first.day + 2 + (CELL - 4) * starts / length
    number = sum(len(trip.stops) for trip in trips)
    title = _("{team}，{day}：{n} 户，{leave} 出发，{back} 返回").format(
        team=lane.name, day=first.date, n=number, leave=first.leave, back=last.back
    )
    width = round(max(8.0, (CELL - 4) * (ends - starts) / length), 1)
    return Bar("day", round(x, 1), width, title, str(number), day_at(first.date))


def _bars_of(_: Translate, trip: Trip, place: At, here: str) -> list[Bar]:
    bars: list[Bar] = []
    before = trip.leaves
    for stop in trip.stops:
        bars += _way(_, place(before), place(stop.starts), stop.starts - before)
        bars.append(_visit_bar(trip, stop, place(stop.starts), place(stop.ends), here))
        before = stop.ends
    return bars + _way(_, place(before), place(trip.returns), trip.returns - before)


def _way(_: Translate, begin: float, end: float, seconds: int) -> list[Bar]:
    if end <= begin:
        return []
    title = _("路上（含等候）{span}").format(span=span(_, seconds))
    return [Bar("way", begin, round(end - begin, 1), title, top=15)]


def _visit_bar(trip: Trip, stop: Stop, begin: float, end: float, here: str) -> Bar:
    title = f"{stop.number} {stop.begin}–{stop.end} {stop.about.name}（{trip.team_name}）"
    kind = "fixed" if stop.fixed else "visit"
    return Bar(kind, begin, round(end - begin, 1), title, str(stop.number), f"{here}/visits/{stop.visit}")


def _hours(board: Board, place: At) -> list[Line]:
    """A mark for each full hour of the clock, and for noon."""
    problem, found = board.problem, []
    second = 0
    while second <= problem.day_length:
        text = clock(problem, second)
        noon = problem.lunch is not None and second == problem.lunch
        found.append(Line(place(second), text, strong=noon))
        second += 3600
    if problem.lunch is not None and problem.lunch % 3600:
        found.append(Line(place(problem.lunch), "", strong=True))
    return found

"""行程: when an inspector's own visits are, day by day in the order of the route, a week at a time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import Now, Reading, SignedIn
from api.field.visits import all_visits
from api.formats import SHANGHAI
from api.i18n import translate
from api.office.schedules_words import WEEKDAYS
from api.pages import language_of, render
from supervision.clock import today
from supervision.inspection.agenda import TO_DO
from supervision.inspection.tables import VisitState
from supervision.inspection.visits import VisitRow
from supervision.schedule import viewing
from supervision.schedule.tables import ScheduledVisit

router = APIRouter()
WEEK = timedelta(days=7)
STANDING = (*TO_DO, VisitState.SUBMITTED, VisitState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Stop:
    """一户 of one's own route."""

    code: str
    number: int
    begin: str
    end: str
    name: str
    address: str
    task_name: str
    team: str


@dataclass(frozen=True, slots=True)
class Day:
    """一天的行程."""

    date: date
    title: str
    stops: tuple[Stop, ...]


@router.get("/field/visits")
def week(
    request: Request,
    session: Reading,
    actor: SignedIn,
    now: Now,
    first: str = Query("", alias="from", max_length=10),
) -> Response:
    """行程 of the week that holds a day; where none is asked for, of the next visit, else this week."""
    times = viewing.my_times(session, actor)
    rows = {row.code: row for row in all_visits(session, actor, STANDING)}
    planned = [(time, rows[code]) for time, code in times if code in rows and time.day is not None]
    ahead = [time.day for time, _ in planned if time.day and time.day >= today(now)]
    day = _asked(first) or min(ahead, default=today(now))
    monday = day - timedelta(days=day.weekday())
    shown = [(time, row) for time, row in planned if time.day and monday <= time.day < monday + WEEK]
    waiting = {code for code, row in rows.items() if row.state in TO_DO} - {row.code for _, row in planned}
    return render(
        request,
        "field/week.html",
        days=_days(shown, language_of(request)),
        first=monday,
        last=monday + timedelta(days=6),
        previous=(monday - WEEK).isoformat(),
        next=(monday + WEEK).isoformat(),
        today=today(now),
        unplanned=len(waiting),
    )


def _days(shown: list[tuple[ScheduledVisit, VisitRow]], lang: str) -> list[Day]:
    by_day: dict[date, list[Stop]] = {}
    for time, row in sorted(
        shown, key=lambda each: (each[0].day or date.max, each[0].start_s or 0, each[1].code)
    ):
        if time.day is not None:
            by_day.setdefault(time.day, []).append(_stop(time, row))
    return [
        Day(day, f"{day:%m-%d} {translate(WEEKDAYS[day.weekday()], lang)}", tuple(stops))
        for day, stops in sorted(by_day.items())
    ]


def _stop(time: ScheduledVisit, row: VisitRow) -> Stop:
    return Stop(
        code=row.code,
        number=time.place or 0,
        begin=_clock(time.starts_at),
        end=_clock(time.ends_at),
        name=row.entity_name,
        address=row.address or row.region_name,
        task_name=row.task_name,
        team="、".join(row.team),
    )


def _clock(moment: datetime | None) -> str:
    return moment.astimezone(SHANGHAI).strftime("%H:%M") if moment else ""


def _asked(text: str) -> date | None:
    """The day asked for; none where it cannot be read, or lies where no calendar reaches."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2999 else None

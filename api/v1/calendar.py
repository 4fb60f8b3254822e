"""The calendar of working days: what is in force for a year, and entering the State Council's notice."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field, StringConstraints

from api.deps import Config, Reading, SignedIn
from api.v1.idempotency import Acting
from api.v1.models import Command, View, example
from api.v1.resource import resource
from supervision.inspection.deadlines import recount
from supervision.reference import calendar
from supervision.reference.notices import NamedDay, Notice, checked_year, read_notice
from supervision.reference.tables import CalendarSource

router = resource("calendar")

Year = Annotated[int, Query(ge=2000, le=2100, description="年份")]
NATIONAL = {"day": "2026-10-01", "working": False, "name": "国庆节"}
MADE_UP = {"day": "2026-10-10", "working": True, "name": "国庆节"}
NOTICE = "国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"


class DayView(View):
    """通知写明的一天: a holiday, or a day worked in its place."""

    model_config = View.model_config | example(**NATIONAL)

    day: date
    working: bool
    name: str


class DifferenceView(View):
    """不一致的一天: the calendar in force is the office's own."""

    day: date
    name: str
    working: bool
    package_working: bool


class YearView(View):
    """一年的工作日历. ``provisional``: not announced; plain weekdays, dates may change."""

    model_config = View.model_config | example(
        year=2026,
        provisional=False,
        source="notice",
        stored=True,
        changed_by="planner",
        changed_at="2026-11-20T02:00:00Z",
        working_days=248,
        days=[NATIONAL, MADE_UP],
        differences=[],
    )

    year: int
    provisional: bool
    source: CalendarSource | None
    stored: Annotated[bool, Field(description="本单位录入；否则暂用软件包的日历")]
    changed_by: str
    changed_at: datetime | None
    working_days: int
    days: list[DayView]
    differences: Annotated[list[DifferenceView], Field(description="与软件包不一致的日子")]


class NewDay(Command):
    """放假或调休上班的一天."""

    model_config = Command.model_config | example(**NATIONAL)

    day: date
    working: bool
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class NewYear(Command):
    """一年的节假日安排: its days, or the wording of the notice. ``preview``: nothing is written."""

    model_config = Command.model_config | example(year=2026, notice=NOTICE, preview=True)

    year: Annotated[int, Field(ge=2000, le=2100)]
    days: Annotated[list[NewDay] | None, Field(max_length=120)] = None
    notice: Annotated[str | None, StringConstraints(min_length=1, max_length=20_000)] = None
    preview: bool = False

    def read(self) -> Notice:
        """The days, however they were handed in."""
        if self.notice is not None:
            return read_notice(self.notice, self.year)
        given = [NamedDay(each.day, each.working, each.name) for each in self.days or ()]
        return checked_year(given, self.year)


@router.get("/calendar", summary="Show the working days of a year")
def show_calendar(session: Reading, actor: SignedIn, year: Year) -> YearView:
    """工作日历, with what the office entered and where the library says otherwise."""
    return YearView.model_validate(calendar.calendar_year(session, actor, year))


@router.put("/calendar", summary="Enter or preview the holidays of a year")
def put_calendar(body: NewYear, act: Acting, settings: Config) -> YearView:
    """录入节假日安排: for planners and administrators. What is ambiguous is refused, never guessed.

    Provisional deadlines of what is not public yet are counted again (R21).
    """
    notice = body.read()
    if body.preview:
        return YearView.model_validate(calendar.preview_year(act.session, act.actor, notice))
    source = CalendarSource.TABLE if body.notice is None else CalendarSource.NOTICE
    text = body.notice or ""
    saved = calendar.save_year(act.session, act.actor, notice, source, text, act.now)
    known = calendar.working_calendar(act.session)
    recount(act.session, act.actor, known, settings.publication_working_days, act.now)
    return YearView.model_validate(saved)

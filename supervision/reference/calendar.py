"""工作日历: the days offices work, from the office's own notices, checked against the library.

The State Council's notice for a year comes in the November before. Whoever plans enters it here, sees the
days before they count, and sees where the library says otherwise: neither decides silently.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Lock

import chinese_calendar
from sqlmodel import Session

from supervision.errors import Conflict, NotFound
from supervision.journal.service import record
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.reference import records
from supervision.reference.holidays import NationalCalendar, OfficeCalendar, WorkingDays, announced_years
from supervision.reference.notices import (
    HOLIDAYS,
    NamedDay,
    Notice,
    NoticeIncomplete,
    NoticeUnclear,
    days_sha256,
    table_text,
)
from supervision.reference.tables import CalendarDay, CalendarNotice, CalendarSource

KEEPERS = (Role.ADMINISTRATOR, Role.PLANNER)
VIEWERS = (*KEEPERS, Role.APPROVER, Role.AUDITOR, Role.INSPECTOR)
SOURCE_NAMES = {
    CalendarSource.NOTICE: "国务院办公厅通知",
    CalendarSource.TABLE: "表格或接口",
    CalendarSource.PACKAGE: "软件包 chinesecalendar",
}
HOLIDAY_NAMES = {
    each.value: next((name for name in HOLIDAYS if name.startswith(each.chinese)), each.chinese)
    for each in chinese_calendar.Holiday
}
MOST_KEPT = 8

_kept: dict[tuple[tuple[int, int, str], ...], OfficeCalendar] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Difference:
    """不一致的一天: what the office's notice says of it, and what the library says."""

    day: date
    name: str
    working: bool
    package_working: bool


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """一年的工作日历, as it is in force."""

    year: int
    days: tuple[NamedDay, ...]
    """Days that the notice names, in order."""
    source: CalendarSource | None
    """None: the holidays of the year are not announced; plain weekdays, and every date is provisional."""
    stored: bool
    """Whether it is the office's own; else it is the library's, for the time being."""
    changed_by: str
    changed_at: datetime | None
    text: str
    differences: tuple[Difference, ...]
    working_days: int

    @property
    def provisional(self) -> bool:
        return self.source is None


@dataclass(frozen=True, slots=True)
class WorkingSpan:
    """期间的工作日: its working days in order; ``provisional``: those of years not announced."""

    days: tuple[date, ...]
    provisional: tuple[date, ...]
    unknown_years: tuple[int, ...]


def working_calendar(session: Session) -> OfficeCalendar:
    """The calendar in force. Kept by its content: the same notices give the same calendar."""
    key = records.digests(session)
    with _lock:
        found = _kept.get(key)
    if found is None:
        rows = records.days(session)
        found = OfficeCalendar({row.day: row.working for row in rows}, frozenset(row.year for row in rows))
        with _lock:
            while len(_kept) >= MOST_KEPT:
                _kept.pop(next(iter(_kept)))
            _kept[key] = found
    return found


def working_days(session: Session, starts: date, ends: date) -> WorkingSpan:
    """The working days from one day to another, both included."""
    return span_of(working_calendar(session), starts, ends)


def span_of(calendar: WorkingDays, starts: date, ends: date) -> WorkingSpan:
    """As ``working_days``, by a calendar at hand."""
    all_days = (starts + timedelta(days=n) for n in range((ends - starts).days + 1))
    days = tuple(day for day in all_days if calendar.is_working_day(day))
    provisional = tuple(day for day in days if not calendar.is_known(day.year))
    unknown = tuple(year for year in range(starts.year, ends.year + 1) if not calendar.is_known(year))
    return WorkingSpan(days, provisional, unknown)


def calendar_year(session: Session, actor: Actor, year: int) -> CalendarYear:
    """一年的工作日历, with where it comes from and where the library says otherwise."""
    require(actor, *VIEWERS)
    return _year(session, year)


def years_known(session: Session) -> tuple[int, ...]:
    """Years whose holidays are known, in order: by a notice entered here, or by the library."""
    return tuple(sorted({row.year for row in records.days(session)} | announced_years()))


def history(session: Session, actor: Actor, year: int) -> list[CalendarNotice]:
    """What was entered for a year, newest first; nothing is overwritten."""
    require(actor, *VIEWERS)
    return records.notices(session, year)


def completed(session: Session, notice: Notice) -> Notice:
    """The notice with the holidays it does not speak of as they are in force; a new year must be whole."""
    if not notice.missing:
        return notice
    before = _year(session, notice.year)
    if before.provisional:
        raise NoticeIncomplete(year=notice.year, missing="、".join(notice.missing))
    spoken = {name for each in notice.days for name in each.name.split("、")}
    taken = {each.day for each in notice.days}
    others = [
        each for each in before.days if each.day not in taken and spoken.isdisjoint(each.name.split("、"))
    ]
    return replace(notice, days=tuple(sorted((*notice.days, *others), key=lambda each: each.day)))


def save_year(
    session: Session, actor: Actor, notice: Notice, source: CalendarSource, text: str, now: datetime
) -> CalendarYear:
    """保存一年的节假日安排: in force for every deadline and schedule that is counted from now on."""
    require(actor, *KEEPERS)
    if not notice.days:
        raise NoticeUnclear(text=f"{notice.year}年", problem="没有写明任何一天。")
    whole = completed(session, notice)
    _write(session, actor, whole.year, whole.days, source, text, now)
    return _year(session, whole.year)


def withdraw_year(session: Session, actor: Actor, year: int, now: datetime) -> None:
    """撤回一年的节假日安排: entered by mistake; the library's is in force again, or none."""
    require(actor, *KEEPERS)
    if not records.days(session, year):
        raise NotFound(what="节假日安排", key=year)
    _write(session, actor, year, (), CalendarSource.TABLE, "", now)


def keep_package(session: Session, actor: Actor, year: int, now: datetime) -> CalendarYear:
    """存入软件包的日历: what the library says becomes the office's own, and no update changes it unseen."""
    require(actor, *KEEPERS)
    days = package_days(year)
    if not days:
        raise NotFound(what="软件包中的年份", key=year)
    if records.days(session, year):
        raise Conflict(what=f"{year}年的日历", state="已录入", act="用软件包的日历代替；请先撤回")
    _write(session, actor, year, days, CalendarSource.PACKAGE, table_text(days), now)
    return _year(session, year)


def seed(session: Session, actor: Actor, now: datetime) -> list[int]:
    """存入软件包知道的各年; years entered already stay as they are. Returns the years that were new."""
    require(actor, *KEEPERS)
    own = {row.year for row in records.days(session)}
    new = sorted(announced_years() - own)
    for year in new:
        days = package_days(year)
        _write(session, actor, year, days, CalendarSource.PACKAGE, table_text(days), now)
    return new


def package_days(year: int) -> tuple[NamedDay, ...]:
    """What the library names of a calendar year: holidays, and the days worked in their place."""
    tables = ((chinese_calendar.constants.holidays, False), (chinese_calendar.constants.workdays, True))
    found = [
        NamedDay(day, working, HOLIDAY_NAMES.get(str(name), str(name)))
        for table, working in tables
        for day, name in table.items()
        if day.year == year and (day.weekday() >= 5 or not working)
    ]
    return tuple(sorted(found, key=lambda each: each.day))


def differences(calendar: WorkingDays, days: Sequence[NamedDay], year: int) -> tuple[Difference, ...]:
    """Days of a year on which a calendar and the library disagree; none where that knows nothing."""
    package = NationalCalendar()
    if not package.is_known(year):
        return ()
    named = {each.day: each.name for each in (*package_days(year), *days)}
    return tuple(
        Difference(day, named.get(day, ""), calendar.is_working_day(day), package.is_working_day(day))
        for day in days_of(year)
        if calendar.is_working_day(day) != package.is_working_day(day)
    )


def days_of(year: int) -> tuple[date, ...]:
    """All days of a calendar year."""
    first = date(year, 1, 1)
    return tuple(first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


def preview_year(session: Session, actor: Actor, notice: Notice) -> CalendarYear:
    """预览: the year as it would be; nothing is written."""
    require(actor, *KEEPERS)
    whole = completed(session, notice)
    rows = records.days(session)
    days = {row.day: row.working for row in rows if row.year != whole.year}
    days |= {each.day: each.working for each in whole.days}
    years = frozenset(row.year for row in rows) | {whole.year}
    calendar = OfficeCalendar(days, years)
    return CalendarYear(
        year=whole.year,
        days=whole.days,
        source=CalendarSource.NOTICE,
        stored=False,
        changed_by="",
        changed_at=None,
        text="",
        differences=differences(calendar, whole.days, whole.year),
        working_days=sum(map(calendar.is_working_day, days_of(whole.year))),
    )


def _year(session: Session, year: int) -> CalendarYear:
    calendar = working_calendar(session)
    notice = records.in_force(session).get(year)
    rows = records.days(session, year)
    own = tuple(NamedDay(row.day, row.working, row.name) for row in rows)
    days = own or package_days(year)
    shown = notice if own else None
    source = shown.source if shown else CalendarSource.PACKAGE if days else None
    return CalendarYear(
        year=year,
        days=days,
        source=source,
        stored=bool(own),
        changed_by=shown.changed_by if shown else "",
        changed_at=shown.changed_at if shown else None,
        text=shown.text if shown else "",
        differences=differences(calendar, days, year) if own else (),
        working_days=sum(map(calendar.is_working_day, days_of(year))),
    )


def _write(
    session: Session,
    actor: Actor,
    year: int,
    days: Sequence[NamedDay],
    source: CalendarSource,
    text: str,
    now: datetime,
) -> None:
    records.drop_days(session, year, [each.day for each in days])
    notice = CalendarNotice(
        year=year,
        source=source,
        text=text,
        sha256=days_sha256(days),
        changed_by=actor.username,
        changed_at=now,
    )
    session.add(notice)
    session.flush()
    session.add_all(
        CalendarDay(
            day=each.day,
            notice_id=notice.id or 0,
            year=year,
            working=each.working,
            name=each.name,
            source=source,
        )
        for each in days
    )
    session.flush()
    detail = {"source": source.value, "days": len(days), "sha256": notice.sha256}
    record(session, actor, "calendar.save" if days else "calendar.withdraw", f"calendar:{year}", detail, now)

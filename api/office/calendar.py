"""工作日历: a year at a glance, the State Council's notice pasted in, looked at, and saved."""

import calendar as months
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from api.deps import Config, Form, Now, Reading, Writing
from api.i18n import lazy
from api.office.answers import REFUSALS, Translate, done, errors_of, show, status_of, texts
from api.office.navigation import Officer
from api.office.queries import RowNumber, number
from api.sheets import CSV, attachment
from supervision.clock import today
from supervision.errors import InvalidInput
from supervision.inspection.deadlines import recount
from supervision.people.rules import Actor
from supervision.reference import calendar
from supervision.reference.calendar import SOURCE_NAMES, CalendarYear
from supervision.reference.notices import (
    FIRST_YEAR,
    LAST_YEAR,
    Notice,
    read_notice,
    read_table,
    table_text,
)
from supervision.reference.tables import CalendarSource

router = APIRouter(prefix="/calendar")
HERE = "/office/calendar"
LONGEST_FILE = 100_000
WEEKDAY_LABELS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
HOLIDAY_LABELS = (
    "元旦",
    "春节",
    "清明节",
    "劳动节",
    "端午节",
    "中秋节",
    "国庆节",
    "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日",
)
MARK_LABELS = {"off": "休", "made-up": "班", "": ""}
NO_TEXT = lazy("请粘贴通知全文，或选择一个文件。")


@dataclass(frozen=True, slots=True)
class Cell:
    """一天: ``kind`` off (a holiday), made-up (worked on a weekend), weekend, or plain."""

    day: int
    kind: str
    mark: str
    name: str


@dataclass(frozen=True, slots=True)
class Month:
    """一个月, week by week from Monday; None where the week lies in another month."""

    number: int
    weeks: tuple[tuple[Cell | None, ...], ...]
    working_days: int


@router.get("")
def show_calendar(request: Request, actor: Officer, session: Reading, now: Now) -> Response:
    year = number(request, "year") or today(now).year
    return _page(request, actor, session, today(now).year, min(max(year, FIRST_YEAR), LAST_YEAR))


@router.get("/{year}.csv")
def calendar_file(year: RowNumber, actor: Officer, session: Reading) -> Response:
    found = calendar.calendar_year(session, actor, year)
    return attachment(("\ufeff" + table_text(found.days)).encode(), CSV, f"calendar-{year}.csv")


@router.post("/preview")
def preview(request: Request, actor: Officer, form: Form, session: Reading, now: Now) -> Response:
    """Read what was pasted and show the days; nothing is written."""
    text, year = _text(form), _year(form)
    try:
        notice, _source = _read(request, text, year)
        seen = calendar.preview_year(session, actor, notice)
    except REFUSALS as refusal:
        return _refused(request, actor, session, today(now).year, text, year, refusal)
    return _page(request, actor, session, today(now).year, seen.year, seen=seen, text=text)


@router.post("")
def save(
    request: Request,
    actor: Officer,
    form: Form,
    session: Writing,
    reading: Reading,
    now: Now,
    config: Config,
) -> Response:
    text, year = _text(form), _year(form)
    try:
        notice, source = _read(request, text, year)
        calendar.save_year(session, actor, notice, source, text, now)
        known = calendar.working_calendar(session)
        recount(session, actor, known, config.publication_working_days, now)
    except REFUSALS as refusal:
        session.rollback()
        return _refused(request, actor, reading, today(now).year, text, year, refusal)
    return done(f"{HERE}?year={notice.year}", "calendar_saved")


@router.post("/{year}/keep")
def keep(year: RowNumber, actor: Officer, form: Form, session: Writing, now: Now) -> Response:
    calendar.keep_package(session, actor, year, now)
    return done(f"{HERE}?year={year}", "calendar_kept")


@router.post("/{year}/withdraw")
def withdraw(year: RowNumber, actor: Officer, form: Form, session: Writing, now: Now) -> Response:
    calendar.withdraw_year(session, actor, year, now)
    return done(f"{HERE}?year={year}", "calendar_withdrawn")


def months_of(_: Translate, year: CalendarYear) -> tuple[Month, ...]:
    """The twelve months of a year with their holidays and make-up days."""
    named = {each.day: each for each in year.days}

    def cell(day: date) -> Cell:
        known = named.get(day)
        if known is not None:
            kind = "made-up" if known.working else "off"
            return Cell(day.day, kind, _(MARK_LABELS[kind]), _named(_, known.name))
        return Cell(day.day, "weekend" if day.weekday() >= 5 else "plain", "", "")

    found = []
    for month in range(1, 13):
        weeks = tuple(
            tuple(cell(day) if day.month == month else None for day in week)
            for week in months.Calendar().monthdatescalendar(year.year, month)
        )
        worked = sum(
            each is not None and each.kind in ("plain", "made-up") for week in weeks for each in week
        )
        found.append(Month(month, weeks, worked))
    return tuple(found)


def _named(_: Translate, name: str) -> str:
    """The name of a holiday, or of two that share their days."""
    return _("、").join(_(each) for each in name.split("、"))


def _text(form: FormData) -> str:
    sent = form.get("file")
    if isinstance(sent, UploadFile) and sent.filename:
        data = sent.file.read(LONGEST_FILE)
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return data.decode(encoding).replace("\0", "")
            except UnicodeDecodeError:
                continue
        raise InvalidInput(field="文件", problem="不是文本，请另存为 UTF-8 文本或 CSV。")
    return str(form.get("text", ""))[:LONGEST_FILE]


def _year(form: FormData) -> int | None:
    given = str(form.get("year", ""))
    return int(given) if given.isascii() and given.isdigit() and len(given) == 4 else None


def _read(request: Request, text: str, year: int | None) -> tuple[Notice, CalendarSource]:
    if not text.strip():
        raise InvalidInput(field="通知", problem=NO_TEXT)
    if text.lstrip("\ufeff").lower().startswith("date,"):
        return read_table(text, year), CalendarSource.TABLE
    return read_notice(text, year), CalendarSource.NOTICE


def _refused(
    request: Request,
    actor: Actor,
    session: Session,
    this_year: int,
    text: str,
    year: int | None,
    refusal: Exception,
) -> Response:
    assert isinstance(refusal, REFUSALS)
    errors = errors_of(request, refusal, {"通知": "text", "文件": "file"})
    if refusal.code in ("calendar_unclear", "calendar_incomplete"):
        errors = {"text": errors[""]}
    status = status_of(refusal)
    return _page(
        request, actor, session, this_year, year or this_year, text=text, errors=errors, status=status
    )


def _page(
    request: Request,
    actor: Actor,
    session: Session,
    this_year: int,
    year: int,
    *,
    seen: CalendarYear | None = None,
    text: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    _ = texts(request)
    in_force = calendar.calendar_year(session, actor, year)
    known = calendar.years_known(session)
    listed = sorted({this_year - 1, this_year, this_year + 1, this_year + 2, year})
    shown = seen or in_force
    return show(
        request,
        "calendar",
        status=status,
        errors=errors or {},
        year=year,
        shown=shown,
        differences=[
            {"day": each.day, "name": _named(_, each.name), "working": each.working}
            for each in shown.differences
        ],
        seen=seen,
        months=months_of(_, shown),
        weekdays=[_(each) for each in WEEKDAY_LABELS],
        source=_(SOURCE_NAMES[in_force.source]) if in_force.source else "",
        in_force=in_force,
        years=[(str(each), f"{HERE}?year={each}", each == year) for each in listed],
        unknown=[each for each in listed if each not in known],
        known=f"{known[0]}—{known[-1]}" if known else "",
        rows=[
            {
                "day": each.day,
                "name": _named(_, each.name),
                "kind": (_("上班"), "red") if each.working else (_("放假"), "green"),
            }
            for each in shown.days
        ],
        history=[each for each in calendar.history(session, actor, year) if each.text or not in_force.stored],
        choices=[(each, str(each)) for each in range(this_year - 1, this_year + 4)],
        text=text,
        may_keep=actor.has(*calendar.KEEPERS),
    )

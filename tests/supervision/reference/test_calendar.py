"""The calendar of working days: the office's own notices go before the library, and nothing decides silently."""

import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from supervision.database import Database
from supervision.errors import Conflict, Forbidden, NotFound
from supervision.journal.service import check, entries
from supervision.people.rules import Actor
from supervision.reference import calendar
from supervision.reference.holidays import Deadline
from supervision.reference.notices import HOLIDAYS, Notice, NoticeIncomplete, read_notice, table_text
from supervision.reference.tables import CalendarSource
from tests.conftest import MOMENT
from tests.supervision.reference.test_notices import NOTICE_2026

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("DR_SCHEDULES") or ROOT.parent / "shared" / "data" / "schedule")
NOTICE_2027 = """\
国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历除夕前一日、周五）至12日（周五）放假调休，共8天。2月14日（周日）上班。
三、清明节：4月3日至5日放假，共3天。
四、劳动节：5月1日至5日放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。10月9日（周六）、10月10日（周日）上班。
"""
"""Invented: the wording of a notice for a year that the library does not know."""


def save(database: Database, actor: Actor, text: str, year: int | None = None) -> calendar.CalendarYear:
    with database.writing() as session:
        return calendar.save_year(
            session, actor, read_notice(text, year), CalendarSource.NOTICE, text, MOMENT
        )


def test_the_window_around_national_day_holds_exactly_the_days_of_the_public_data(
    database: Database, planner: Actor
) -> None:
    if not FOLDER.is_dir():
        pytest.skip(f"no public schedules at {FOLDER}; name their folder in DR_SCHEDULES")
    expected = [date.fromisoformat(day) for day in json.loads((FOLDER / "t30a.json").read_text())["days"]]
    with database.reading() as session:
        by_library = calendar.working_days(session, date(2026, 9, 14), date(2026, 10, 15))
    save(database, planner, NOTICE_2026)
    with database.reading() as session:
        by_notice = calendar.working_days(session, date(2026, 9, 14), date(2026, 10, 15))
    assert list(by_library.days) == list(by_notice.days) == expected
    assert len(expected) == 20


def test_the_window_around_national_day_has_twenty_days_with_the_make_up_days_and_no_holidays(
    database: Database,
) -> None:
    with database.reading() as session:
        span = calendar.working_days(session, date(2026, 9, 14), date(2026, 10, 15))
    assert len(span.days) == 20
    assert {date(2026, 9, 20), date(2026, 10, 10)} <= set(span.days)
    assert {date(2026, 9, 25), *(date(2026, 10, n) for n in range(1, 8))}.isdisjoint(span.days)
    assert (span.provisional, span.unknown_years) == ((), ())


def test_a_year_nobody_announced_is_plain_weekdays_and_provisional_until_its_notice_is_entered(
    database: Database, planner: Actor
) -> None:
    with database.reading() as session:
        before = calendar.working_calendar(session)
        span = calendar.working_days(session, date(2026, 12, 31), date(2027, 1, 5))
        year = calendar.calendar_year(session, planner, 2027)
    assert before.add_working_days(date(2026, 12, 30), 3) == Deadline(date(2027, 1, 4), True, (2027,))
    assert (span.provisional[0], span.unknown_years) == (date(2027, 1, 1), (2027,))
    assert (year.provisional, year.days, year.working_days) == (True, (), 261)
    saved = save(database, planner, NOTICE_2027)
    assert (saved.provisional, saved.stored, saved.changed_by) == (False, True, "planner")
    with database.reading() as session:
        after = calendar.working_calendar(session)
    assert after.add_working_days(date(2026, 12, 30), 3) == Deadline(date(2027, 1, 5), False, ())
    assert after.is_working_day(date(2027, 10, 10)), "a Sunday that is worked"
    assert not after.is_working_day(date(2027, 10, 6))


def test_a_notice_that_is_not_whole_is_refused_for_a_new_year_and_completes_a_known_one(
    database: Database, planner: Actor
) -> None:
    part = "国庆节：10月1日（周五）至7日（周四）放假调休，共7天。10月9日（周六）上班。"
    with pytest.raises(NoticeIncomplete, match="没有元旦、春节、清明节、劳动节、端午节、中秋节。"):
        save(database, planner, part, 2027)
    save(database, planner, NOTICE_2027)
    changed = save(database, planner, part, 2027)
    assert date(2027, 10, 10) not in {each.day for each in changed.days}
    assert date(2027, 2, 14) in {each.day for each in changed.days}, "the Spring Festival stays"
    with database.reading() as session:
        assert [each.source for each in calendar.history(session, planner, 2027)] == ["notice", "notice"]


def test_where_notice_and_library_disagree_the_notice_is_in_force_and_the_days_are_shown(
    database: Database, planner: Actor
) -> None:
    changed = NOTICE_2026.replace(
        "9月20日（周日）、10月10日（周六）上班", "9月20日（周日）、10月11日（周日）上班"
    )
    with database.reading() as session:
        seen = calendar.preview_year(session, planner, read_notice(changed))
    saved = save(database, planner, changed)
    assert saved.differences == seen.differences
    assert [(each.day, each.working, each.package_working) for each in saved.differences] == [
        (date(2026, 10, 10), False, True),
        (date(2026, 10, 11), True, False),
    ]
    with database.reading() as session:
        days = calendar.working_days(session, date(2026, 10, 8), date(2026, 10, 12)).days
        assert [day.day for day in days] == [8, 9, 11, 12]


def test_the_notice_of_2026_says_what_the_library_says(database: Database, planner: Actor) -> None:
    saved = save(database, planner, NOTICE_2026)
    assert saved.differences == ()
    assert saved.working_days == 248


def test_a_preview_writes_nothing(database: Database, planner: Actor) -> None:
    with database.writing() as session:
        assert calendar.preview_year(session, planner, read_notice(NOTICE_2027)).working_days > 240
    with database.reading() as session:
        assert calendar.calendar_year(session, planner, 2027).provisional


def test_a_year_entered_by_mistake_is_withdrawn_and_its_entry_stays_on_record(
    database: Database, planner: Actor
) -> None:
    save(database, planner, NOTICE_2027)
    with database.writing() as session:
        calendar.withdraw_year(session, planner, 2027, MOMENT)
    with database.reading() as session:
        assert calendar.calendar_year(session, planner, 2027).provisional
        assert [each.text for each in calendar.history(session, planner, 2027)] == ["", NOTICE_2027]
        assert {each.act for each in entries(session, planner)} >= {"calendar.save", "calendar.withdraw"}
        assert check(session) > 1
    with database.writing() as session, pytest.raises(NotFound):
        calendar.withdraw_year(session, planner, 2027, MOMENT)


def test_the_library_can_be_kept_so_that_no_update_changes_a_year_unseen(
    database: Database, planner: Actor
) -> None:
    with database.writing() as session:
        kept = calendar.keep_package(session, planner, 2026, MOMENT)
        assert (kept.source, kept.stored, kept.differences) == (CalendarSource.PACKAGE, True, ())
        with pytest.raises(Conflict):
            calendar.keep_package(session, planner, 2026, MOMENT)
        with pytest.raises(NotFound):
            calendar.keep_package(session, planner, 2031, MOMENT)
        new = calendar.seed(session, planner, MOMENT)
        assert 2025 in new
        assert 2026 not in new
        assert calendar.seed(session, planner, MOMENT) == []
        stored = calendar.working_calendar(session)
    empty = calendar.NationalCalendar()
    first = date(2004, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(2027, 1, 1) - first).days)]
    assert [day for day in days if stored.is_working_day(day) != empty.is_working_day(day)] == []


def test_new_years_days_of_two_notices_do_not_contradict_each_other(
    database: Database, planner: Actor
) -> None:
    with database.writing() as session:
        calendar.keep_package(session, planner, 2023, MOMENT)
        calendar.keep_package(session, planner, 2022, MOMENT)
        found = calendar.working_calendar(session)
    assert not found.is_working_day(date(2022, 12, 31))
    assert not found.is_working_day(date(2023, 1, 2))


def test_a_table_and_the_calendar_that_was_exported_are_the_same(database: Database, planner: Actor) -> None:
    saved = save(database, planner, NOTICE_2027)
    assert "2027-10-09,1,国庆节" in table_text(saved.days)


def test_the_calendar_is_kept_by_planners_and_administrators(
    database: Database, administrator: Actor, auditor: Actor, witness: Actor
) -> None:
    save(database, administrator, NOTICE_2027)
    with pytest.raises(Forbidden):
        save(database, auditor, NOTICE_2027)
    with database.reading() as session:
        assert calendar.calendar_year(session, auditor, 2027).stored
        with pytest.raises(Forbidden):
            calendar.calendar_year(session, witness, 2027)
        with pytest.raises(Forbidden):
            calendar.preview_year(session, witness, Notice(2027, (), ()))


def test_the_librarys_holidays_have_the_names_of_the_notices() -> None:
    for year, most in ((2026, 7), (2015, 8)):
        names = {each.name for each in calendar.package_days(year)}
        assert set(HOLIDAYS) <= names
        assert len(names) == most, "and in 2015 a day for the end of the war"


def test_one_holiday_entered_anew_takes_the_place_of_the_librarys_days_for_it(
    database: Database, planner: Actor
) -> None:
    saved = save(database, planner, "中秋节：9月25日（周五）放假1天。", 2026)
    named = {each.day for each in saved.days if each.name == "中秋节"}
    assert named == {date(2026, 9, 25)}
    assert len(saved.days) == 39 - 2, "the other holidays are as the library has them"

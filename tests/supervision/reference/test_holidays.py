"""Working days by the announced calendar, and what is said of a year not yet announced."""

from datetime import date, timedelta

import pytest

from supervision.reference.holidays import Deadline, NationalCalendar, announced_years

CALENDAR = NationalCalendar()


def working_days(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if CALENDAR.is_working_day(day)]


def test_the_window_around_national_day_2026_holds_twenty_working_days() -> None:
    assert len(working_days(date(2026, 9, 14), date(2026, 10, 15))) == 20


def test_make_up_sunday_and_saturday_are_worked_and_the_holidays_are_not() -> None:
    worked = working_days(date(2026, 9, 14), date(2026, 10, 15))
    assert {date(2026, 9, 20), date(2026, 10, 10)} <= set(worked)
    off = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}
    assert off.isdisjoint(worked)


def test_twenty_working_days_after_11_september_2026_end_on_15_october() -> None:
    assert CALENDAR.add_working_days(date(2026, 9, 11), 20) == Deadline(date(2026, 10, 15), False, ())


def test_the_day_itself_does_not_count_and_no_days_end_the_same_day() -> None:
    assert CALENDAR.add_working_days(date(2026, 9, 14), 1).date == date(2026, 9, 15)
    assert CALENDAR.add_working_days(date(2026, 9, 19), 0).date == date(2026, 9, 19)


def test_a_deadline_that_reaches_into_an_unannounced_year_is_provisional_on_weekdays() -> None:
    calendar = NationalCalendar(announced=frozenset({2026}))
    deadline = calendar.add_working_days(date(2026, 12, 30), 3)
    # 31 December is known; Friday 1 January 2027 counts as a weekday until the notice is out
    assert deadline == Deadline(date(2027, 1, 4), True, (2027,))


def test_the_library_says_itself_which_years_it_knows() -> None:
    assert {2025, 2026} <= announced_years()
    assert not CALENDAR.is_known(max(announced_years()) + 1)


def test_a_deadline_in_the_past_is_refused() -> None:
    with pytest.raises(ValueError, match="n = -1"):
        CALENDAR.add_working_days(date(2026, 9, 14), -1)

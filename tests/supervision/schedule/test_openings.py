"""Opening hours as people write them, and as windows of the working axis."""

from datetime import date

import pytest

from supervision.errors import InvalidInput
from supervision.schedule.openings import read_dates, read_openings, written
from supervision.schedule.rules import Options, hhmm, to_axis, to_clock, windows_on

MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)
OPTIONS = Options()
"""09:00 to 12:00 and 13:30 to 17:30: seven hours, 25,200 seconds, lunch at second 10,800."""
ALL_DAY = ((0, 25_200),)


@pytest.mark.parametrize(
    ("text", "monday", "saturday"),
    [
        ("周一至周五 08:00-17:00；周六 09:00-12:00", ((0, 23_400),), ((0, 10_800),)),
        ("每天 8:00—20:00", ALL_DAY, ALL_DAY),
        ("08:00-12:00,14:00-17:00", ((0, 10_800), (12_600, 23_400)), ((0, 10_800), (12_600, 23_400))),
        ("24小时", ALL_DAY, ALL_DAY),
        ("周一、三、五 9:00-11:00", ((0, 7_200),), ()),
        ("工作日 9:00-18:00", ALL_DAY, ()),
        ("周末 10:00-20:00", (), ((3_600, 25_200),)),
        ("周五至周一 9:00-12:00", ((0, 10_800),), ((0, 10_800),)),
        ("18:00-02:00", (), ()),
        ("2026-11-23 09:00-11:00", ((0, 7_200),), None),
        ("", None, None),
    ],
)
def test_opening_hours_are_read_as_windows_of_the_working_day(
    text: str, monday: object, saturday: object
) -> None:
    openings = read_openings(text)
    assert windows_on(openings, MONDAY, OPTIONS) == monday
    assert windows_on(openings, SATURDAY, OPTIONS) == saturday
    assert read_openings(written(openings)) == openings


@pytest.mark.parametrize("text", ["很久", "周一至周五", "9:00-25:00", "每天", "2026-02-30 09:00-10:00"])
def test_what_cannot_be_read_is_refused_with_the_words_it_failed_at(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_openings(text)
    assert text in refused.value.message


def test_dates_are_read_with_anything_between_them() -> None:
    assert read_dates("2026-12-01、2026-11-30, 2026-12-01") == (date(2026, 11, 30), date(2026, 12, 1))
    with pytest.raises(InvalidInput):
        read_dates("下周一")


def test_lunch_lies_between_two_seconds_that_are_one_on_the_axis() -> None:
    assert [to_axis(text, OPTIONS) for text in ("08:00", "09:00", "12:00", "12:45", "13:30", "18:00")] == [
        0, 0, 10_800, 10_800, 10_800, 25_200,
    ]  # fmt: skip
    assert hhmm(to_clock(10_800, OPTIONS, ending=True)) == "12:00"
    assert hhmm(to_clock(10_800, OPTIONS)) == "13:30"
    assert hhmm(to_clock(25_200, OPTIONS, ending=True)) == "17:30"


def test_a_day_that_ends_before_it_begins_is_no_option() -> None:
    with pytest.raises(ValueError, match="must rise"):
        Options(clock=("09:00", "12:00", "11:00", "17:30"))

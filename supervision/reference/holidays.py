"""工作日历: working days by the State Council's holiday notices, for the clocks of R21, R23, R26 and R29.

The notice for a year appears in the November before it.  A year not yet announced is counted on plain
weekdays, and the deadline says so: the office must look again once the calendar is out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Protocol

import chinese_calendar


@dataclass(frozen=True, slots=True)
class Deadline:
    """期限: ``provisional`` while the calendar of one of the ``unknown_years`` has not been announced."""

    date: date
    provisional: bool
    unknown_years: tuple[int, ...]


class WorkingDays(Protocol):
    """工作日历."""

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on ``day``; plain weekdays in a year not yet announced."""

    def is_known(self, year: int) -> bool:
        """Whether the holidays of ``year`` have been announced."""

    def add_working_days(self, start: date, n: int) -> Deadline:
        """The ``n``-th working day after ``start``; the day itself does not count."""


class _Counting:
    """Deadlines, by whatever knows the single days."""

    def is_known(self, year: int) -> bool:
        raise NotImplementedError

    def is_working_day(self, day: date) -> bool:
        raise NotImplementedError

    def add_working_days(self, start: date, n: int) -> Deadline:
        if n < 0:
            raise ValueError(f"a deadline lies ahead: n = {n}")
        day, left, unknown = start, n, set[int]()
        while left:
            day += timedelta(days=1)
            if not self.is_known(day.year):
                unknown.add(day.year)
            left -= self.is_working_day(day)
        return Deadline(day, bool(unknown), tuple(sorted(unknown)))


class NationalCalendar(_Counting):
    """国家工作日历 from chinesecalendar, which knows holidays and make-up days of announced years."""

    def __init__(self, announced: frozenset[int] | None = None) -> None:
        self._announced = announced_years() if announced is None else announced

    def is_known(self, year: int) -> bool:
        return year in self._announced

    def is_working_day(self, day: date) -> bool:
        if day.year in self._announced:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5


class OfficeCalendar(_Counting):
    """工作日历 of the office: its own notices go before the library, and an unknown year is plain weekdays.

    ``days``: working or not, for every day that a notice names; ``years``: whose notice has been entered.
    """

    def __init__(
        self, days: Mapping[date, bool], years: frozenset[int], package: WorkingDays | None = None
    ) -> None:
        self._days, self._years = dict(days), years
        self._package = NationalCalendar() if package is None else package

    def is_known(self, year: int) -> bool:
        return year in self._years or self._package.is_known(year)

    def is_working_day(self, day: date) -> bool:
        named = self._days.get(day)
        if named is not None:
            return named
        return day.weekday() < 5 if day.year in self._years else self._package.is_working_day(day)


@cache
def announced_years() -> frozenset[int]:
    """The years the library holds a notice for."""
    return frozenset(day.year for day in chinese_calendar.constants.holidays)

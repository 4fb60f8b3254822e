"""Tables of the office's own reference data: keyword tables, and the calendar of working days."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from supervision.database import UtcDateTime, choice


class KeywordTableVersion(SQLModel, table=True):
    """关键词表版本: the newest row is in force; none: the table that ships. No version is overwritten."""

    __tablename__ = "keyword_table"
    id: int | None = Field(default=None, primary_key=True)
    csv: str = Field(sa_type=Text)
    """Empty: back to the table that ships."""
    sha256: str = Field(max_length=64)
    changed_by: str = Field(max_length=64)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class CalendarSource(StrEnum):
    """日历来源: where the days of a year were taken from."""

    NOTICE = "notice"
    """The wording of the State Council's notice, pasted in."""
    TABLE = "table"
    """A table of days, as a file or through the API."""
    PACKAGE = "package"
    """The library ``chinesecalendar``."""


class CalendarNotice(SQLModel, table=True):
    """节假日安排: one year's holidays as somebody entered them; the newest of a year is in force."""

    __tablename__ = "calendar_notice"
    id: int | None = Field(default=None, primary_key=True)
    year: int = Field(index=True)
    source: CalendarSource = Field(sa_type=choice(CalendarSource))
    text: str = Field(default="", sa_type=Text)
    """The notice or table as it was handed in."""
    sha256: str = Field(max_length=64)
    """Of the days (``reference.notices.days_sha256``)."""
    changed_by: str = Field(max_length=64)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class CalendarDay(SQLModel, table=True):
    """工作日历: a day that a notice names, holiday or worked instead of one; other days follow the week."""

    __tablename__ = "calendar_day"
    day: date = Field(primary_key=True)
    notice_id: int = Field(foreign_key="calendar_notice.id", index=True)
    year: int = Field(index=True)
    """Year of the notice; that of the day, but for holidays around New Year."""
    working: bool
    name: str = Field(max_length=40)
    source: CalendarSource = Field(sa_type=choice(CalendarSource))

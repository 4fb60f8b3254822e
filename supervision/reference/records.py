"""Queries on the calendar of working days."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, delete, func, or_, select

from supervision.reference.tables import CalendarDay, CalendarNotice


def in_force(session: Session) -> dict[int, CalendarNotice]:
    """Year → its newest notice."""
    newest = select(func.max(CalendarNotice.id)).group_by(col(CalendarNotice.year))
    found = session.exec(select(CalendarNotice).where(col(CalendarNotice.id).in_(newest)))
    return {each.year: each for each in found}


def digests(session: Session) -> tuple[tuple[int, int, str], ...]:
    """Number, year and digest of each notice in force, in order: while they stay, the calendar does."""
    newest = select(func.max(CalendarNotice.id)).group_by(col(CalendarNotice.year))
    query = select(CalendarNotice).where(col(CalendarNotice.id).in_(newest))
    found = session.exec(query.order_by(col(CalendarNotice.id)))
    return tuple((each.id or 0, each.year, each.sha256) for each in found)


def days(session: Session, year: int | None = None) -> list[CalendarDay]:
    """Named days in order, of all years or of one year's notice."""
    query = select(CalendarDay).order_by(col(CalendarDay.day))
    return list(session.exec(query if year is None else query.where(CalendarDay.year == year)))


def drop_days(session: Session, year: int, others: Iterable[date]) -> None:
    """Take away a year's days, and those of other years that are named anew."""
    named = list(others)
    session.exec(
        delete(CalendarDay).where(or_(col(CalendarDay.year) == year, col(CalendarDay.day).in_(named)))
    )


def notices(session: Session, year: int) -> list[CalendarNotice]:
    """All that was entered for a year, newest first."""
    query = select(CalendarNotice).where(CalendarNotice.year == year)
    return list(session.exec(query.order_by(col(CalendarNotice.id).desc())))

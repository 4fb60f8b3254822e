"""The only place that reads the clock; everything else receives a moment as an argument."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
Clock = Callable[[], datetime]


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def today(moment: datetime) -> date:
    """The calendar day in Beijing at a moment: the day that deadlines count."""
    return moment.astimezone(BEIJING).date()

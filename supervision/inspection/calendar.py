"""检查日历: an inspector's visits as iCalendar (RFC 5545), for the calendar on a phone.

The address of the feed travels through calendar servers of others. So an event tells little: inspections come
unannounced, hence no name and no address of an entity before a set time; never a phone number; and no alarms,
which would show on a locked screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import icalendar

from supervision.clock import BEIJING

ZONE = "Asia/Shanghai"
REFRESH = timedelta(hours=1)
OFFSET = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Event:
    """日程: one visit, at its time or, until it has one, on all days of its task.

    Where the schedule of its task has no time for it, it stands on the last of these days alone.

    ``sequence`` rises whenever day, time, team or state of the visit change.
    """

    code: str
    area: str
    item_count: int
    starts: date
    ends: date
    entity_name: str | None
    """None: not to be shown yet."""
    entity_address: str | None
    cancelled: bool
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: int | None = None
    """Its place on the route of the day, from 1."""
    moved_away: bool = False
    """Somebody else goes there now; who had it in the calendar is told."""
    left_out: bool = False
    """A schedule was issued for its task, and has no time for it."""
    sequence: int = 0


def calendar(events: Iterable[Event], changed_at: datetime, address: str) -> bytes:
    """The feed's bytes, the same for the same events. ``address`` is that of the site."""
    feed = icalendar.Calendar()
    feed.add("prodid", "-//double-random//inspection calendar//ZH")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("name", "双随机检查")
    feed.add("x-wr-calname", "双随机检查")
    feed.add("x-wr-timezone", ZONE)
    feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", icalendar.vDuration(REFRESH))
    feed.add_component(_zone())
    for event in events:
        feed.add_component(_entry(event, changed_at, address.rstrip("/")))
    return bytes(feed.to_ical())


def _zone() -> icalendar.Timezone:
    """VTIMEZONE: Beijing keeps one time all year since 1991."""
    zone = icalendar.Timezone()
    zone.add("tzid", ZONE)
    standard = icalendar.TimezoneStandard()
    standard.add("dtstart", datetime(1991, 9, 15))  # noqa: DTZ001  local time, as RFC 5545 wants it here
    standard.add("tzoffsetfrom", OFFSET)
    standard.add("tzoffsetto", OFFSET)
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _entry(event: Event, changed_at: datetime, address: str) -> icalendar.Event:
    entry = icalendar.Event()
    # the number of a visit never changes and is never given again
    entry.add("uid", f"{event.code}@double-random")
    entry.add("dtstamp", changed_at)
    timed = event.starts_at is not None and event.ends_at is not None
    if event.starts_at is not None and event.ends_at is not None:
        entry.add("dtstart", event.starts_at.astimezone(BEIJING))
        entry.add("dtend", event.ends_at.astimezone(BEIJING))
    else:
        entry.add("dtstart", event.ends if event.left_out else event.starts)
        entry.add("dtend", event.ends + timedelta(days=1))
    entry.add("summary", _summary(event))
    entry.add("description", _description(event))
    if event.entity_address:
        entry.add("location", event.entity_address)
    entry.add("url", f"{address}/field/visits/{event.code}")
    gone = event.cancelled or event.moved_away
    entry.add("status", "CANCELLED" if gone else "CONFIRMED")
    entry.add("sequence", event.sequence)
    entry.add("transp", "OPAQUE" if timed and not gone else "TRANSPARENT")
    entry.add("class", "CONFIDENTIAL")
    return entry


def _summary(event: Event) -> str:
    head = "已取消 " if event.cancelled else "已改派 " if event.moved_away else ""
    name = f" {event.entity_name}" if event.entity_name else ""
    return f"{head}{event.code}{name} {event.area} {event.item_count} 项"


def _description(event: Event) -> str:
    lines = [f"检查编号：{event.code}"]
    if event.place is not None:
        lines.append(f"当天第 {event.place} 站")
    if event.left_out:
        lines.append("没有排定时间，请在期限以前检查")
    lines.append(f"检查期限：{event.starts} 至 {event.ends}")
    return "\n".join(lines)

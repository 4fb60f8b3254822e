"""检查日历: an inspector's visits as iCalendar (RFC 5545), for the calendar on a phone.

The address of the feed travels through calendar servers of others. So an event tells little: inspections come
unannounced, hence no name of an entity before its task begins; and never a phone number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import icalendar

ZONE = "Asia/Shanghai"
REFRESH = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Event:
    """日程: one visit, somewhere between the first and the last day of its task."""

    code: str
    area: str
    item_count: int
    starts: date
    ends: date
    entity_name: str | None
    """None: not to be shown yet."""
    entity_address: str | None
    cancelled: bool


def calendar(events: Iterable[Event], now: datetime, address: str) -> bytes:
    """The feed's bytes. ``address`` is that of the site, without a slash at its end."""
    feed = icalendar.Calendar()
    feed.add("prodid", "-//double-random//inspection calendar//ZH")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("name", "双随机检查")
    feed.add("x-wr-calname", "双随机检查")
    feed.add("x-wr-timezone", ZONE)
    feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for event in events:
        feed.add_component(_entry(event, now, address.rstrip("/")))
    return bytes(feed.to_ical())


def _entry(event: Event, now: datetime, address: str) -> icalendar.Event:
    entry = icalendar.Event()
    # the number of a visit never changes and is never given again
    entry.add("uid", f"{event.code}@double-random")
    entry.add("dtstamp", now)
    entry.add("dtstart", event.starts)
    entry.add("dtend", event.ends + timedelta(days=1))
    entry.add("summary", _summary(event))
    entry.add("description", f"检查编号：{event.code}\n检查期限：{event.starts} 至 {event.ends}")
    if event.entity_address:
        entry.add("location", event.entity_address)
    entry.add("url", f"{address}/field/visits/{event.code}")
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    entry.add("sequence", 1 if event.cancelled else 0)
    entry.add("transp", "TRANSPARENT")
    entry.add("class", "CONFIDENTIAL")
    return entry


def _summary(event: Event) -> str:
    head = "已取消 " if event.cancelled else ""
    name = f" {event.entity_name}" if event.entity_name else ""
    return f"{head}{event.code}{name} {event.area} {event.item_count} 项"

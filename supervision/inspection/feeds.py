"""日历订阅: what stands in an inspector's calendar, and when it last changed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from supervision.clock import today
from supervision.errors import NotFound
from supervision.inspection import calendar as ics
from supervision.inspection import records
from supervision.inspection.records import Row
from supervision.inspection.service import is_cancelled, items_of
from supervision.people.rules import token_hash
from supervision.plan.tables import Task
from supervision.reference.regions import region_name
from supervision.register.tables import Inspector, Item
from supervision.schedule.tables import ScheduledVisit

FEED_DAYS = 180
"""How long a visit stays in the calendar after its task's end."""
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
REVEAL_HOURS = 16
"""[K] Names come up so many hours before a visit: in the afternoon before."""


@dataclass(frozen=True, slots=True)
class Feed:
    """日历 as it is sent. ``sha256``: of what it says; ``changed_at``: since when it says so."""

    inspector_id: int
    body: bytes
    """The same bytes until something changes."""
    sha256: str
    changed_at: datetime
    is_new: bool
    """It says something else than what was sent last: ``note_change`` is to be called."""

    @property
    def etag(self) -> str:
        return f'"{self.sha256[:32]}"'


def feed(session: Session, token: str, now: datetime, address: str, reveal_hours: int = REVEAL_HOURS) -> Feed:
    """日历订阅: the visits of the token's inspector (RFC 5545), by number. ``address`` is that of the site.

    Visits with a time stand at it. Others stand on all the days of their task until a schedule is issued for
    it, and from then on, where it has no time for them, on the last day alone: that is when they are due, and
    the days of somebody's calendar stay readable. What was cancelled, or went to
    somebody else, stays as cancelled, so that a calendar takes it away.
    """
    inspector = records.inspector_of_feed(session, token_hash(token))
    if inspector is None:
        raise NotFound(what="日历订阅", key="…")
    events = tuple(_events(session, inspector, now, timedelta(hours=reveal_hours)))
    digest = hashlib.sha256(ics.calendar(events, ALWAYS, address)).hexdigest()
    kept = records.feed_of(session, inspector.id or 0)
    known = kept is not None and kept.content_sha256 == digest and kept.changed_at is not None
    since = kept.changed_at if known and kept is not None and kept.changed_at else now
    changed_at = since.replace(microsecond=0)
    body = ics.calendar(events, changed_at, address)
    return Feed(inspector.id or 0, body, digest, changed_at, not known)


def note_change(session: Session, found: Feed) -> Feed:
    """Keep since when it says so, for whoever asks next."""
    kept = records.feed_of(session, found.inspector_id)
    if kept is not None and kept.content_sha256 != found.sha256:
        kept.content_sha256, kept.changed_at = found.sha256, found.changed_at
        session.add(kept)
        session.flush()
    return replace(found, is_new=False)


def _events(session: Session, inspector: Inspector, now: datetime, reveal: timedelta) -> Iterator[ics.Event]:
    earliest = today(now) - timedelta(days=FEED_DAYS)
    own = records.visits_ending_from(session, inspector.id or 0, earliest)
    gone = records.visits_moved_away(session, inspector, earliest)
    items = records.items(session, (item_id for _, _, task, _ in (*own, *gone) for item_id in task.item_ids))
    times = records.issued_times(session, [visit.id or 0 for visit, _, _, _ in (*own, *gone)])
    scheduled = records.scheduled_tasks(session, [task.id or 0 for _, _, task, _ in (*own, *gone)])
    told = {visit.code: (row, False) for row in own for visit in row[:1]}
    told |= {visit.code: (row, True) for row in gone for visit in row[:1] if visit.code not in told}
    for _code, (row, moved_away) in sorted(told.items()):
        given = times.get(row[0].id or 0, [])
        mine = [time for time in given if not moved_away or inspector.code in time.team.split("+")]
        event = _event(row, mine[-1] if mine else None, items, now, reveal, moved_away)
        newest = max((time.sequence for time in given), default=0)
        left_out = event.starts_at is None and (row[2].id or 0) in scheduled
        # of each time that it was given (or none yet) a visit can be left out by a schedule of its task, and
        # be cancelled or given away, once each
        changes = (left_out and not newest) + (event.cancelled or event.moved_away)
        yield replace(event, left_out=left_out, sequence=3 * newest + changes)


def _event(
    row: Row,
    time: ScheduledVisit | None,
    items: dict[int, Item],
    now: datetime,
    reveal: timedelta,
    moved_away: bool,
) -> ics.Event:
    visit, entity, task, draw = row
    shown = not moved_away and _is_revealed(task, time, now, reveal)
    cancelled = is_cancelled(visit, task, draw)
    return ics.Event(
        code=visit.code,
        area=region_name(entity.region_code),
        item_count=len(items_of(entity, task, items)),
        starts=task.starts,
        ends=task.ends,
        entity_name=entity.name if shown else None,
        entity_address=entity.address if shown else None,
        cancelled=cancelled,
        starts_at=time.starts_at if time else None,
        ends_at=time.ends_at if time else None,
        place=time.place if time and not moved_away else None,
        moved_away=moved_away and not cancelled,
    )


def _is_revealed(task: Task, time: ScheduledVisit | None, now: datetime, reveal: timedelta) -> bool:
    """Whether the name may be told: shortly before the visit; with no time yet, once the task has begun."""
    if time is not None and time.starts_at is not None:
        return now >= time.starts_at - reveal
    return today(now) >= task.starts

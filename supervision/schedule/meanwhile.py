"""下发前核对: what happened in the registers since a schedule was made, and who is elsewhere by then."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlmodel import Session

from supervision.errors import SupervisionError
from supervision.inspection import records as inspections
from supervision.pairing import records as pairings
from supervision.register.leaves import is_there
from supervision.schedule import records
from supervision.schedule.tables import Schedule, ScheduledVisit

TOLD = 5
"""Examples that a sentence names."""


class PeopleAway(SupervisionError):
    code = "schedule_people_away"
    status = 409
    sentence = "编制以后，有人在安排的日期请假、执法证到期或已停用：{people}。请重排后再下发。"


class PeopleEngaged(SupervisionError):
    code = "schedule_people_engaged"
    status = 409
    sentence = "已下发的其他安排在同一时间另有检查：{people}。请重新编制，避开这些日期后再下发。"


class VisitsGone(SupervisionError):
    code = "schedule_visits_gone"
    status = 409
    sentence = "编制以后，{count} 户的抽取已作废或已由别户替补（{examples}），不再检查。请重新编制后再下发。"


def check_gone(session: Session, visits: Mapping[str, records.ToVisit]) -> None:
    """Refuse visits that are made no more: their draw or task is void, or another came in their place."""
    ids = [visit.id or 0 for visit, _, _ in visits.values()]
    if gone := sorted(records.cancelled(session, ids)):
        raise VisitsGone(count=len(gone), examples="、".join(gone[:TOLD]))


def check_people(session: Session, schedule: Schedule, rows: Sequence[ScheduledVisit]) -> None:
    """Refuse times at which somebody is not there, or is with another team by a schedule in force.

    Times that this schedule is to replace do not count.
    """
    timed = [row for row in rows if row.day is not None]
    days = [row.day for row in timed if row.day is not None]
    if not days:
        return
    found = inspections.teams(session, [row.visit_id for row in timed])
    members = {visit: [one for _, one in seats] for visit, seats in found.items()}
    leaves = pairings.leaves(session, schedule.organ_id, min(days), max(days))
    away = {
        (row.day, one.name)
        for row in timed
        for one in members.get(row.visit_id, ())
        if row.day is not None and not is_there(one, row.day, leaves)
    }
    if away:
        raise PeopleAway(people=_told(away))
    people = {one.id or 0 for team in members.values() for one in team}
    own = {row.visit_id for row in rows}
    elsewhere = records.engaged_times(session, people, (min(days), max(days)), own, schedule.replaces_id)
    clashes = {
        (row.day, one.name)
        for row in timed
        for one in members.get(row.visit_id, ())
        for other in elsewhere.get(one.id or 0, ())
        if row.day is not None and _overlap(row, other)
    }
    if clashes:
        raise PeopleEngaged(people=_told(clashes))


def _overlap(one: ScheduledVisit, other: ScheduledVisit) -> bool:
    if one.starts_at is None or one.ends_at is None or other.starts_at is None or other.ends_at is None:
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _told(found: Iterable[tuple[date, str]]) -> str:
    """People and days, the first of them, by day."""
    each = [f"{name}（{day}）" for day, name in sorted(found)]
    return "、".join(each[:TOLD]) + (f"等 {len(each)} 人次" if len(each) > TOLD else "")

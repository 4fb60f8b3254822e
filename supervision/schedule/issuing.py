"""下发: a timetable becomes the times that people go by, visit by visit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from solver.schedule.problem import Id, Problem, Visit
from solver.schedule.timetable import Timetable
from supervision.clock import BEIJING
from supervision.errors import SupervisionError
from supervision.inspection import records as inspections
from supervision.inspection.tables import VisitState
from supervision.plan.tables import TaskState
from supervision.schedule import meanwhile, records, storing
from supervision.schedule.rules import Options, team_key, to_clock
from supervision.schedule.tables import Schedule, ScheduledVisit, ScheduleState

TOLD = 5
"""Examples that a sentence names."""


class NotOfOffice(SupervisionError):
    code = "schedule_not_of_office"
    status = 409
    sentence = "安排“{schedule}”由导入的排期问题求得，没有对应本机关的检查任务，不能下发。"


class TeamsChanged(SupervisionError):
    code = "schedule_teams_changed"
    status = 409
    sentence = "编制以后，{count} 户的检查组有变动（{examples}），安排已不适用。请重新编制后再下发。"


class DaysPassed(SupervisionError):
    code = "schedule_days_passed"
    status = 409
    sentence = "安排中有已经过去的日期（{day}），请重新编制后再下发。"


class UnlawfulTimetable(SupervisionError):
    code = "schedule_unlawful"
    status = 409
    sentence = "安排有 {count} 处不符合规则，不能下发：{examples}。请重新求解。"


class ReplacedMeanwhile(SupervisionError):
    code = "schedule_replaced_meanwhile"
    status = 409
    sentence = "安排“{schedule}”是从“{earlier}”改来的，而后者已被另一份安排取代。请以现行安排为准重新调整。"


@dataclass(frozen=True, slots=True)
class Given:
    """What a timetable gives one visit of the office."""

    team: Id | None
    day: date | None = None
    start: int | None = None
    end: int | None = None
    place: int | None = None
    pinned: bool = False
    code: str | None = None
    message: str = ""


def put_in_force(session: Session, schedule: Schedule, day: date) -> dict[str, int]:
    """Write the times of a schedule and supersede the earlier ones; how many are placed, left out, moved.

    Refuses what nobody could keep: days gone by, teams that are others by now, rules broken, visits that are
    made no more, people who are away or already sent elsewhere at that time.
    """
    if not schedule.task_ids:
        raise NotOfOffice(schedule=schedule.code)
    problem, timetable = storing.opened(schedule)
    given = times_of(schedule, problem, timetable)
    _check_days(given, day)
    _check_lawful(problem, timetable)
    found = records.visits_by_code(session, given, lock=True)
    _check_replaced(session, schedule)  # of two issues at one moment the second has waited for the visits
    meanwhile.check_gone(session, found)
    visits = {code: row for code, row in found.items() if _waits(row)}
    teams = _teams(session, schedule, problem, visits)
    options = Options.model_validate(schedule.options)
    rows = {
        code: _row(schedule, visit.id or 0, teams[code], given[code], options)
        for code, (visit, _, _) in visits.items()
    }
    meanwhile.check_people(session, schedule, list(rows.values()))
    ids = [visit.id or 0 for visit, _, _ in visits.values()]
    before, sequences = records.current_of(session, ids), records.newest_sequences(session, ids)
    moved = 0
    for code, (visit, _, _) in visits.items():
        earlier = before.get(visit.id or 0)
        row = rows[code]
        changed = earlier is None or _differs(earlier, row)
        row.sequence = sequences.get(visit.id or 0, 0) + (1 if changed else 0)
        moved += earlier is not None and changed
        if earlier is not None:
            earlier.current = False
            session.add(earlier)
        session.add(row)
    session.flush()
    _supersede(session, schedule, {row.schedule_id for row in before.values()})
    placed = sum(given[code].day is not None for code in visits)
    return {"placed": placed, "unscheduled": len(visits) - placed, "moved": moved}


def _check_replaced(session: Session, schedule: Schedule) -> None:
    """Refuse a schedule whose own starting point was replaced by another one meanwhile."""
    if schedule.replaces_id is None:
        return
    earlier = records.schedule_by_id(session, schedule.replaces_id, lock=True)
    if earlier is not None and earlier.state is ScheduleState.SUPERSEDED:
        raise ReplacedMeanwhile(schedule=schedule.code, earlier=earlier.code)


def times_of(schedule: Schedule, problem: Problem, timetable: Timetable) -> dict[str, Given]:
    """Code of each visit → its time, or why it has none."""
    visits = {visit.id: visit for visit in problem.visits}
    return {
        code: each
        for name, each in _given(problem, timetable, visits)
        for code in schedule.parts.get(f"{name}", [f"{name}"])
    }


def _given(problem: Problem, timetable: Timetable, visits: Mapping[Id, Visit]) -> Iterator[tuple[Id, Given]]:
    for route in timetable.routes:
        day = date.fromisoformat(problem.days[route.day])
        for place, (name, start) in enumerate(zip(route.visits, route.starts, strict=True), start=1):
            visit = visits[name]
            end, pinned = start + visit.duration, visit.pinned is not None
            yield name, Given(route.team, day, start, end, place, pinned)
    for left in timetable.unscheduled:
        yield left.visit, Given(visits[left.visit].team, code=left.code, message=left.message)


def moment(day: date, second_of_day: int) -> datetime:
    """A second of a day in Beijing, in UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
    return (midnight + timedelta(seconds=second_of_day)).astimezone(UTC)


def _row(schedule: Schedule, visit_id: int, team: str, given: Given, options: Options) -> ScheduledVisit:
    row = ScheduledVisit(
        schedule_id=schedule.id or 0,
        visit_id=visit_id,
        team=team,
        day=given.day,
        start_s=given.start,
        end_s=given.end,
        place=given.place,
        pinned=given.pinned,
        code=given.code,
        message=given.message,
    )
    if given.day is not None and given.start is not None and given.end is not None:
        row.starts_at = moment(given.day, to_clock(given.start, options))
        row.ends_at = moment(given.day, to_clock(given.end, options, ending=True))
    return row


def _differs(earlier: ScheduledVisit, row: ScheduledVisit) -> bool:
    """Whether a calendar must show the visit anew: day, time or team are others."""
    return (earlier.starts_at, earlier.ends_at, earlier.team) != (row.starts_at, row.ends_at, row.team)


def _check_days(given: Mapping[str, Given], day: date) -> None:
    days = [each.day for each in given.values() if each.day is not None]
    if days and min(days) < day:
        raise DaysPassed(day=min(days))


def _check_lawful(problem: Problem, timetable: Timetable) -> None:
    from solver.schedule.judging import judge

    if found := judge(problem, timetable):
        examples = "；".join(each.message.rstrip("。") for each in found[:TOLD])
        raise UnlawfulTimetable(count=len(found), examples=examples)


def _waits(row: records.ToVisit) -> bool:
    """Whether somebody is still to go there; who went in the meantime needs no time any more."""
    visit, _, task = row
    return visit.state is VisitState.ASSIGNED and task.state is TaskState.PAIRED


def _teams(
    session: Session, schedule: Schedule, problem: Problem, visits: Mapping[str, records.ToVisit]
) -> dict[str, str]:
    """Visit → its team of today; refuses where it is no longer the one the problem was made with."""
    found = inspections.teams(session, [visit.id or 0 for visit, _, _ in visits.values()])
    members = {team.id: set(team.members) for team in problem.teams}
    asked = {
        code: members.get(visit.team or "", set())
        for visit in problem.visits
        for code in schedule.parts.get(f"{visit.id}", [f"{visit.id}"])
    }
    teams: dict[str, str] = {}
    changed: list[str] = []
    for code, (visit, _, _) in visits.items():
        now = {one.code for _, one in found.get(visit.id or 0, [])}
        teams[code] = team_key(now)
        if not now or not now <= asked[code]:
            changed.append(code)
    if changed:
        raise TeamsChanged(count=len(changed), examples="、".join(sorted(changed)[:TOLD]))
    return teams


def _supersede(session: Session, schedule: Schedule, earlier: set[int]) -> None:
    """Schedules that this one replaces, or of which nothing is in force any more."""
    held = earlier | ({schedule.replaces_id} if schedule.replaces_id else set())
    held.discard(schedule.id or 0)
    if not held:
        return
    standing = records.still_current(session, sorted(held))
    for other in records.schedules_by_id(session, sorted(held)):
        replaced = other.id == schedule.replaces_id and other.state is ScheduleState.READY
        if replaced or (
            other.state is ScheduleState.ISSUED
            and (other.id == schedule.replaces_id or other.id not in standing)
        ):
            other.state = ScheduleState.SUPERSEDED
            session.add(other)
    session.flush()

"""演示排期: what is left to inspect gets days and times; then somebody falls ill, and little else moves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from supervision.database import Database
from supervision.demo.generator import DemoBase
from supervision.people.rules import Actor
from supervision.reference.calendar import working_calendar
from supervision.schedule import replanning, service, solving, storing, terms
from supervision.schedule.replanning import Away
from supervision.schedule.rules import Options
from supervision.schedule.service import Request
from supervision.schedule.tables import Schedule
from supervision.schedule.terms import BaseDraft

ASSUMED_MINUTES = 20
"""A way of the demo's on a register without coordinates."""
DAYS_ILL = 3


@dataclass(frozen=True, slots=True)
class Scheduled:
    """演示排期的结果. ``moved``: visits that were told another time because somebody fell ill."""

    code: str
    placed: int
    unscheduled: int
    moved: int


@dataclass(frozen=True, slots=True)
class Office:
    """Who makes and issues, and what happens while it goes on."""

    database: Database
    planner: Actor
    approver: Actor
    tell: Callable[[str, float], None]


def open_offices(office: Office, bases: Sequence[DemoBase], hours: Path | None, moment: datetime) -> None:
    """办公地点和营业时间, as far as they are known."""
    with office.database.writing() as session:
        for base in bases:
            draft = BaseDraft(
                name=base.name,
                station=base.station,
                latitude=base.latitude,
                longitude=base.longitude,
                cars=base.cars,
            )
            terms.add_base(session, office.planner, draft, moment)
        if hours is not None:
            terms.import_places(session, office.planner, hours.read_bytes(), moment)


def schedule(
    office: Office,
    tasks: Sequence[str],
    period: tuple[date, date],
    moments: Sequence[datetime],
    *,
    located: bool,
) -> Scheduled:
    """编制、求解、下发; then an inspector falls ill, the schedule is made anew and issued again.

    ``moments``: of the two rounds, each some hours before the next. ``located``: whether the register knows
    where its entities are; else every way counts ``ASSUMED_MINUTES``, and the schedule says so.
    """
    options = Options(assume_travel_minutes=None if located else ASSUMED_MINUTES)
    request = Request(tuple(tasks), *period, options)
    office.tell("编制检查安排", 0)
    with office.database.writing() as session:
        made = service.create(session, office.planner, request, moments[0], working_calendar(session))
    first = _solved_and_issued(office, made, moments[0])
    office.tell("编制检查安排", 1)
    office.tell("病假后重排", 0)
    with office.database.writing() as session:
        event = Away(
            kind="away",
            inspector=_busiest(first),
            starts=period[0],
            ends=period[0] + timedelta(days=DAYS_ILL - 1),
        )
        anew = replanning.replan(
            session,
            office.planner,
            made.code,
            [event],
            f"{event.inspector} 病假 {DAYS_ILL} 天",
            moments[1],
            working_calendar(session),
        )
    last = _solved_and_issued(office, anew, moments[1])
    office.tell("病假后重排", 1)
    moved = len(_changed(last))
    return Scheduled(last.code, last.figures["visits"], last.figures["unscheduled"], moved)


def _changed(found: Schedule) -> list[object]:
    """Visits that stand elsewhere than people had been told."""
    changed: list[object] = storing.unpack(found.timetable or b"").get("changed", [])
    return changed


def _solved_and_issued(office: Office, made: Schedule, moment: datetime) -> Schedule:
    def progress(done: int, total: int, _stage: str) -> None:
        office.tell("求解检查安排", done / max(total, 1))

    office.tell("求解检查安排", 0)
    packed = solving.compute(progress, lambda: "go", made.problem, None, None, (), "")
    with office.database.writing() as session:
        found = service.own_schedule(session, office.planner, made.code)
        service.keep_timetable(session, found, packed, moment + timedelta(minutes=10))
    with office.database.writing() as session:
        return service.issue(session, office.approver, made.code, moment + timedelta(hours=1))


def _busiest(found: Schedule) -> str:
    """The staff number with most to do on the first days; the first of several."""
    problem, timetable = storing.opened(found)
    members = {team.id: team.members for team in problem.teams}
    count: dict[str, int] = {}
    for route in timetable.routes:
        if date.fromisoformat(problem.days[route.day]) < found.starts + timedelta(days=DAYS_ILL):
            for one in members[route.team]:
                count[one] = count.get(one, 0) + len(route.visits)
    return max(sorted(count), key=lambda one: count[one]) if count else problem.inspectors[0].id

"""A county's day-to-day: two teams, a dozen shops with coordinates, one paired task, an office in town."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlmodel import Session

from supervision.database import Database
from supervision.draw.tables import Draw, DrawnEntity
from supervision.inspection import service as inspection
from supervision.inspection.rules import Seat, TeamOf
from supervision.inspection.tables import Visit
from supervision.people.rules import Actor
from supervision.people.tables import Organ, Role
from supervision.plan.tables import Task
from supervision.reference.holidays import NationalCalendar
from supervision.register.tables import Entity, Inspector, Item
from supervision.schedule import records, service, solving, terms
from supervision.schedule.rules import Options
from supervision.schedule.service import Request
from supervision.schedule.tables import Schedule
from supervision.schedule.terms import BaseDraft
from tests.supervision.factories import add_draw, add_entity, add_inspector, add_item, add_task

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""A Friday, ten in the morning in Beijing."""
FIRST, LAST = date(2026, 11, 23), date(2026, 12, 4)
"""Two weeks of ten working days, Monday to Friday of the week after."""
CALENDAR = NationalCalendar(frozenset(range(2004, 2027)))
TOWN = (28.29, 117.22)


@dataclass(frozen=True)
class County:
    """What a test schedules. Visits go to the two teams in turn."""

    database: Database
    organ: Organ
    task: Task
    planner: Actor
    approver: Actor
    inspectors: tuple[Inspector, ...]
    entities: tuple[Entity, ...]
    codes: tuple[str, ...]
    items: tuple[Item, ...]

    def request(self, **options: Any) -> Request:
        return Request((self.task.code,), FIRST, LAST, Options(**options))

    def made(self, **options: Any) -> Schedule:
        """A schedule in draft."""
        with self.database.writing() as session:
            return service.create(session, self.planner, self.request(**options), NOW, CALENDAR)

    def solved(self, schedule: Schedule, now: datetime = NOW) -> Schedule:
        """The schedule with its timetable, without a job in between."""
        packed = timetable(schedule.problem)
        with self.database.writing() as session:
            found = records.schedule_by_id(session, schedule.id or 0, lock=True)
            assert found is not None
            service.keep_timetable(session, found, packed, now)
            return found

    def ready(self, **options: Any) -> Schedule:
        return self.solved(self.made(**options))

    def issued(self, now: datetime = NOW, **options: Any) -> Schedule:
        schedule = self.ready(**options)
        with self.database.writing() as session:
            return service.issue(session, self.approver, schedule.code, now)


@cache
def timetable(problem: bytes) -> service.Computed:
    """T.json of a P.json, both packed: the same problem is solved once."""
    return solving.compute(lambda *_: None, lambda: "go", problem, None, None, (), "")


def settle(
    database: Database,
    organ: Organ,
    planner: Actor,
    approver: Actor,
    shops: int = 8,
    *,
    located: bool = True,
    base: bool = True,
) -> County:
    with database.writing() as session:
        people = tuple(add_inspector(session, organ, number) for number in (1, 2, 3, 4))
        items = (add_item(session, organ, "01", "食品经营许可检查"),)
        task = add_task(session, organ, 1, items, starts=date(2026, 11, 16), ends=date(2026, 12, 31))
        draw = add_draw(session, organ, task, 1)
        entities = tuple(add_entity(session, n, **(place(n) if located else {})) for n in range(1, shops + 1))
        codes = send(session, draw, entities, [people[:2], people[2:]])
        if base:
            where = BaseDraft(name="局机关", latitude=TOWN[0], longitude=TOWN[1], cars=5)
            terms.add_base(session, planner, where, NOW)
    return County(database, organ, task, planner, approver, people, entities, codes, items)


def place(number: int) -> dict[str, float]:
    """Shops on a spiral around the town, some two to twelve kilometres out."""
    return {"latitude": TOWN[0] + 0.01 * number, "longitude": TOWN[1] + 0.012 * (-1) ** number * number}


def send(
    session: Session, draw: Draw, entities: Sequence[Entity], teams: Sequence[Sequence[Inspector]]
) -> tuple[str, ...]:
    """Draw the entities and send the teams to them in turn; the visits' numbers, as ``entities``."""
    drawn = [
        DrawnEntity(
            draw_id=draw.id or 0,
            position=position,
            entity_id=entity.id or 0,
            frame_id=f"{position:040x}",
            cell="11/A",
            ticket=f"{position:064x}",
        )
        for position, entity in enumerate(entities, start=1)
    ]
    session.add_all(drawn)
    session.flush()
    given = [
        TeamOf(
            one.id or 0,
            one.entity_id,
            tuple(Seat(i.id or 0, seat) for i, seat in zip(team, SEATS, strict=True)),
        )
        for one, team in zip(drawn, [teams[n % len(teams)] for n in range(len(drawn))], strict=True)
    ]
    visits: Sequence[Visit] = inspection.assign_visits(session, draw, given)
    by_entity = {visit.entity_id: visit.code for visit in visits}
    return tuple(by_entity[entity.id or 0] for entity in entities)


SEATS = ("lead", "member")


def inspector_actor(enrol: Callable[..., Actor], inspector: Inspector) -> Actor:
    return enrol(Role.INSPECTOR, f"inspector{inspector.code}", inspector_id=inspector.id)

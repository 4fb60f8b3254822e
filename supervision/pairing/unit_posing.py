"""抽签单元的形成: bundles or day-routes of a draw's visits, from places, hours and leaves as they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import Session

from solver.schedule.problem import Place, Problem, Team, Visit
from solver.schedule.units import Point
from solver.schedule.units.points import MICRO, Half
from solver.schedule.writing import problem_sha256
from supervision.inspection.rules import concerns
from supervision.pairing import records
from supervision.pairing.rules import Officer, VisitNeed, serves
from supervision.pairing.units import Units, of_bundles, of_entities, of_routes
from supervision.plan.service import items_of
from supervision.plan.tables import DrawUnit, Task
from supervision.reference.calendar import working_calendar
from supervision.register.leaves import is_there
from supervision.register.tables import Entity, Inspector
from supervision.schedule import records as schedules
from supervision.schedule.posing import office_of, working_days
from supervision.schedule.rules import NoBase, NoWorkingDay, Options, openings_of, windows_on
from supervision.schedule.tables import Base, OpeningHours

if TYPE_CHECKING:
    from solver.schedule.routing.county import DayRoute

Window = tuple[int, int]
MOST_KEPT = 8
_kept: dict[str, "tuple[DayRoute, ...]"] = {}


@dataclass(frozen=True, slots=True)
class _Stop:
    """A visit with what is known of its place and time."""

    need: VisitNeed
    entity: Entity
    minutes: int
    days: tuple[int, ...]
    windows: Mapping[int, tuple[Window, ...]]


def form(
    session: Session,
    task: Task,
    draw_id: str,
    organ: str,
    coded: Mapping[str, Entity],
    needs: Mapping[str, VisitNeed],
    officers: Sequence[Officer],
    inspectors: Sequence[Inspector],
) -> Units:
    """抽签单元 of these visits, by the task's setting. Whose region the same people serve is put together.

    Errors: for day-routes ``NoWorkingDay`` and ``NoBase``.
    """
    if task.draw_unit is DrawUnit.ENTITY:
        return of_entities(tuple(coded))
    options, size = Options(), task.unit_size or 1
    days = working_days(task.starts, task.ends, working_calendar(session))
    stops = _stops(session, task, coded, needs, days, options)
    parts = _parts(stops, officers)
    if task.draw_unit is DrawUnit.BUNDLE:
        return of_bundles(draw_id, [[_point(stop, days, options) for stop in part] for part in parts], size)
    if not days:
        raise NoWorkingDay(starts=task.starts, ends=task.ends)
    bases = schedules.bases_of(session, inspectors[0].organ_id) if inspectors else []
    if not bases:
        raise NoBase(organ=organ)
    absent = absences(session, task, inspectors, days)
    return _routes(draw_id, task, parts, officers, inspectors, bases, days, absent, options)


def absences(
    session: Session, task: Task, inspectors: Sequence[Inspector], days: Sequence[date]
) -> dict[str, frozenset[str]]:
    """ISO date → codes of those who are not there on that day: on leave, or certified no longer."""
    if not inspectors:
        return {}
    leaves = records.leaves(session, inspectors[0].organ_id, task.starts, task.ends)
    return {
        f"{day}": frozenset(one.code for one in inspectors if not is_there(one, day, leaves)) for day in days
    }


def _stops(
    session: Session,
    task: Task,
    coded: Mapping[str, Entity],
    needs: Mapping[str, VisitNeed],
    days: Sequence[date],
    options: Options,
) -> list[_Stop]:
    items = items_of(session, task)
    hours = schedules.hours_of(session, {entity.id or 0 for entity in coded.values()})
    found = []
    for code, entity in coded.items():
        checks = sum(1 for item in items if concerns(item.tag, entity.tags))
        windows = _windows(hours.get(entity.id or 0), days, options)
        found.append(
            _Stop(
                need=needs[code],
                entity=entity,
                minutes=min(options.base_minutes + options.minutes_per_item * checks, 1440),
                days=tuple(windows),
                windows=windows,
            )
        )
    return found


def _windows(
    hours: OpeningHours | None, days: Sequence[date], options: Options
) -> dict[int, tuple[Window, ...]]:
    """Day on which the place is open → its windows."""
    whole = ((0, options.day_length),)
    if hours is None:
        return dict.fromkeys(range(len(days)), whole)
    openings, shut = openings_of(hours.openings), set(hours.closed)
    found = {}
    for n, day in enumerate(days):
        spans = windows_on(openings, day, options)
        if f"{day}" not in shut and spans != ():
            found[n] = whole if spans is None else spans
    return found


def _parts(stops: Sequence[_Stop], officers: Sequence[Officer]) -> list[list[_Stop]]:
    """The visits, put together where the same people serve their regions."""
    parts: dict[frozenset[str], list[_Stop]] = {}
    people: dict[str, frozenset[str]] = {}
    for stop in stops:
        region = stop.need.region
        if region not in people:
            people[region] = frozenset(one.code for one in officers if serves(one.area, region))
        parts.setdefault(people[region], []).append(stop)
    return sorted(parts.values(), key=lambda part: part[0].need.code)


def _point(stop: _Stop, days: Sequence[date], options: Options) -> Point:
    entity = stop.entity
    known = entity.latitude is not None and entity.longitude is not None
    return Point(
        code=stop.need.code,
        lat=round((entity.latitude or 0) * MICRO) if known else None,
        lon=round((entity.longitude or 0) * MICRO) if known else None,
        area=f"{entity.region_code}{entity.address}",
        minutes=stop.minutes,
        days=() if len(stop.days) == len(days) else stop.days,
        half=_half([one for several in stop.windows.values() for one in several], options),
    )


def _half(windows: Sequence[Window], options: Options) -> Half:
    if windows and all(until <= options.lunch for _, until in windows):
        return "am"
    return "pm" if windows and all(since >= options.lunch for since, _ in windows) else ""


def _routes(
    draw_id: str,
    task: Task,
    parts: Sequence[Sequence[_Stop]],
    officers: Sequence[Officer],
    inspectors: Sequence[Inspector],
    bases: Sequence[Base],
    days: Sequence[date],
    absent: Mapping[str, frozenset[str]],
    options: Options,
) -> Units:
    """As many routes a day as teams can be made of the people who are there; nobody drives them yet."""
    staff = {one.code: one for one in inspectors}
    teams: list[Team] = []
    visits: list[Visit] = []
    for county, part in enumerate(parts):
        able = [one for one in officers if not one.away and serves(one.area, part[0].need.region)]
        office = office_of([staff[one.code] for one in able], bases) if able else 0
        many = [_team_count(task, able, absent[f"{day}"]) for day in days]
        teams += [
            Team(f"{county}-{n}", county, office, (), tuple(d for d, most in enumerate(many) if n < most))
            for n in range(max(many, default=0))
        ]
        visits += [_visit(stop, county, options) for stop in part]
    problem = Problem(
        name=draw_id,
        day_length=options.day_length,
        max_visits=task.unit_size or options.max_visits,
        day_cost=options.day_cost,
        miss_cost=options.miss_cost,
        days=tuple(f"{day}" for day in days),
        offices=tuple(Place(base.latitude, base.longitude) for base in bases),
        teams=tuple(teams),
        visits=tuple(visits),
        lunch=options.lunch,
    )
    planned = _planned(problem)
    served = {code for route in planned for code in route.visits}
    routes = [(f"{days[route.day]}", [str(code) for code in route.visits]) for route in planned]
    return of_routes(draw_id, routes, [f"{visit.id}" for visit in visits if visit.id not in served])


def _planned(problem: Problem) -> "tuple[DayRoute, ...]":
    """The county's routes, kept for as long as the problem stays the same: the search takes its seconds."""
    from solver.schedule.routing.county import county_routes  # compiled code: only where it is wanted

    key = problem_sha256(problem)
    found = _kept.get(key)
    if found is None:
        found = county_routes(problem)
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = found
    return found


def _team_count(task: Task, able: Sequence[Officer], absent: frozenset[str]) -> int:
    there = [one for one in able if one.code not in absent]
    leads = sum(1 for one in there if one.may_lead)
    return min(leads, len(there) // task.team_size)


def _visit(stop: _Stop, county: int, options: Options) -> Visit:
    entity = stop.entity
    known = entity.latitude is not None and entity.longitude is not None
    duration = 60 * stop.minutes
    return Visit(
        id=stop.need.code,
        county=county,
        place=Place(entity.latitude or 0.0, entity.longitude or 0.0) if known else None,
        duration=duration,
        windows=((0, options.day_length),),
        days=stop.days,
        windows_on=dict(stop.windows),
        over_lunch=duration > max(options.lunch, options.day_length - options.lunch),
    )

"""提出排期问题: what registers, teams, terms and the calendar make of chosen tasks, as they stand now.

The problem is a ``P.json`` (docs/schedule.md): people by staff number, entities by credit code, no names.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlmodel import Session

from solver.schedule.travel import UNREACHABLE, distances, seconds_for
from supervision.errors import InvalidInput
from supervision.inspection import records as inspections
from supervision.inspection.rules import concerns
from supervision.pairing import records as pairings
from supervision.people import records as people
from supervision.reference.holidays import WorkingDays
from supervision.register.leaves import is_there
from supervision.register.tables import Entity, Inspector, Item
from supervision.schedule import records
from supervision.schedule.notes import note
from supervision.schedule.rules import (
    NoBase,
    NothingToSchedule,
    NoWorkingDay,
    Options,
    openings_of,
    team_key,
    to_axis,
    windows_on,
)
from supervision.schedule.tables import Base, OpeningHours, VisitTerms

TIMES_STEP = 300
"""Seconds: ways are counted in steps of five minutes, so that a time reads 09:35, not 09:34:30."""
MOST_ASSUMED = 2000
"""Places of a problem in which ways are assumed: its table has the square of that many entries."""


@dataclass(frozen=True, slots=True)
class Posed:
    """排期问题 as P.json, and what a planner ought to know of it."""

    problem: dict[str, Any]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: tasks, period, options; ``only``: these visits alone, by code (none: all)."""

    organ_id: int
    task_ids: tuple[int, ...]
    starts: date
    ends: date
    options: Options
    name: str
    only: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Materials:
    """What the registers hold on the visits to schedule."""

    visits: tuple[records.ToVisit, ...]
    teams: Mapping[int, tuple[Inspector, ...]]
    """Visit id → members, the lead first."""
    terms: Mapping[int, VisitTerms]
    hours: Mapping[int, OpeningHours]
    items: Mapping[int, Item]
    bases: tuple[Base, ...]
    leaves: Mapping[int, Sequence[tuple[date, date]]]
    recused: Mapping[str, tuple[str, ...]]
    """Credit code → staff numbers of those who must stay away."""
    engaged: Mapping[int, set[date]]
    """Inspector id → days on which a schedule in force sends them elsewhere."""
    standing: Mapping[str, int]
    """Code of an issued schedule → how many of these visits it gave a time; none when one is re-planned."""


def pose(session: Session, wanted: Wanted, calendar: WorkingDays) -> Posed:
    """排期问题 of the visits of these tasks that wait for their inspection.

    Refuses a period without working days, tasks without visits, an organ without any office.
    """
    found = gather(session, wanted)
    days = working_days(wanted.starts, wanted.ends, calendar)
    if not days:
        raise NoWorkingDay(starts=wanted.starts, ends=wanted.ends)
    if not found.visits:
        raise NothingToSchedule()
    if not found.bases:
        raise NoBase(organ=people.organ_by_id(session, wanted.organ_id).name)
    unknown = sorted({day.year for day in days if not calendar.is_known(day.year)})
    problem = build(wanted, found, days, unknown)
    if wanted.options.assume_travel_minutes is not None and any(
        one["lat"] is None for one in problem["visits"]
    ):
        problem["travel"] = assumed_travel(problem, 60 * wanted.options.assume_travel_minutes)
    return Posed(problem, _notes(wanted, found, days, unknown))


def working_days(starts: date, ends: date, calendar: WorkingDays) -> tuple[date, ...]:
    """工作日 from one day to another, both included."""
    count = (ends - starts).days + 1
    every = (starts + timedelta(days=n) for n in range(count))
    return tuple(day for day in every if calendar.is_working_day(day))


def gather(session: Session, wanted: Wanted) -> Materials:
    visits = records.to_visit(session, wanted.task_ids)
    if wanted.only is not None:
        visits = [row for row in visits if row[0].code in wanted.only]
    ids = [visit.id or 0 for visit, _, _ in visits]
    teams = inspections.teams(session, ids)
    people_ids = sorted({one.id or 0 for team in teams.values() for _, one in team})
    recused: dict[str, list[str]] = {}
    for code, uscc in pairings.entity_recusals(session, wanted.organ_id):
        recused.setdefault(uscc, []).append(code)
    return Materials(
        # in the order of their numbers as text, whatever order the database takes them to have
        visits=tuple(
            sorted((row for row in visits if teams.get(row[0].id or 0)), key=lambda row: row[0].code)
        ),
        teams={visit: tuple(one for _, one in team) for visit, team in teams.items()},
        terms=records.terms_of(session, ids),
        hours=records.hours_of(session, {entity.id or 0 for _, entity, _ in visits}),
        items=inspections.items(session, (item for _, _, task in visits for item in task.item_ids)),
        bases=tuple(records.bases_of(session, wanted.organ_id)),
        leaves=pairings.leaves(session, wanted.organ_id, wanted.starts, wanted.ends),
        recused={uscc: tuple(sorted(codes)) for uscc, codes in recused.items()},
        engaged=records.engaged(session, people_ids, (wanted.starts, wanted.ends), ids),
        standing=records.standing(session, ids) if wanted.only is None else {},
    )


def build(
    wanted: Wanted, found: Materials, days: Sequence[date], unknown_years: Sequence[int]
) -> dict[str, Any]:
    """P.json of what was gathered."""
    options = wanted.options
    teams = {team_key(one.code for one in team): team for team in found.teams.values()}
    offices = {key: office_of(team, found.bases) for key, team in teams.items()}
    staff = {one.code: one for team in teams.values() for one in team}
    visits = [_visit(row, found, days, options, offices) for row in found.visits]
    problem: dict[str, Any] = {
        "name": wanted.name,
        "daylen": options.day_length,
        "max_visits": options.max_visits,
        "day_cost": options.day_cost,
        "miss_cost": options.miss_cost,
        "change_cost": options.change_cost,
        "days": [f"{day}" for day in days],
        "counties": [[base.latitude, base.longitude] for base in found.bases],
        "teams": [
            {
                "id": key,
                "county": offices[key],
                "office": offices[key],
                "members": sorted(one.code for one in team),
                "avail": [n for n, day in enumerate(days) if all(_is_there(one, day, found) for one in team)],
                "skills": sorted({skill for one in team for skill in one.qualifications.split()}),
            }
            for key, team in sorted(teams.items())
        ],
        "visits": visits,
        "inspectors": [
            {
                "id": code,
                "days": [n for n, day in enumerate(days) if _is_there(one, day, found)],
                "skills": sorted(one.qualifications.split()),
            }
            for code, one in sorted(staff.items())
        ],
        "lunch": options.lunch,
        "clock": list(options.clock),
        "sharing": options.sharing,
        "aims": options.aims,
        "unknown_years": list(unknown_years),
        "allow_provisional": options.allow_provisional,
        "far_km": options.far_km,
        "travel_step": TIMES_STEP,
    }
    if cars := {f"{n}": base.cars for n, base in enumerate(found.bases) if base.cars is not None}:
        problem["cars"] = cars
    return problem


def office_of(team: Sequence[Inspector], bases: Sequence[Base]) -> int:
    """出发地点 of a team: the office of the station most of its members are of, the lead's where equal.

    A station without an office of its own uses the organ's.
    """
    of_station = {base.station: n for n, base in reversed(list(enumerate(bases))) if base.station}
    general = next((n for n, base in enumerate(bases) if not base.station), 0)
    places = [of_station.get(one.station.strip(), general) for one in team]
    count = Counter(places)
    return max(count, key=lambda place: (count[place], -places.index(place)))


def _is_there(one: Inspector, day: date, found: Materials) -> bool:
    """Whether an inspector may go out on a day, and is not sent elsewhere by a schedule in force."""
    return is_there(one, day, found.leaves) and day not in found.engaged.get(one.id or 0, ())


def _visit(
    row: records.ToVisit,
    found: Materials,
    days: Sequence[date],
    options: Options,
    offices: Mapping[str, int],
) -> dict[str, Any]:
    visit, entity, task = row
    terms = found.terms.get(visit.id or 0)
    team = found.teams[visit.id or 0]
    key = team_key(one.code for one in team)
    items = [i for i in task.item_ids if i in found.items and concerns(found.items[i].tag, entity.tags)]
    needed = {found.items[i].qualification for i in items} - {""}
    held = {skill for one in team for skill in one.qualifications.split()}
    earliest = max(task.starts, (terms and terms.earliest) or task.starts)
    latest = min(task.ends, (terms and terms.latest) or task.ends)
    windows, shut = _windows(entity, terms, found.hours, days, options)
    whole = [0, options.day_length]
    problem: dict[str, Any] = {
        "id": visit.code,
        "county": offices[key],
        "team": key,
        "lat": entity.latitude,
        "lon": entity.longitude,
        "dur": 60
        * ((terms and terms.minutes) or options.base_minutes + options.minutes_per_item * len(items)),
        "items": len(items),
        "tw": whole,
        "days": [n for n, day in enumerate(days) if earliest <= day <= latest],
        "closed": shut,
        "entity": entity.uscc,
        "tasks": [task.code],
        "departments": sorted(task.departments),
        # what the lot gave the team stands: what nobody in it holds was weighed when the team was drawn
        "skills": sorted(needed & held),
        "recused": list(found.recused.get(entity.uscc, ())),
    }
    if windows:
        problem["tw_on"] = windows
    if terms is not None and (fixed := _fixed(days, terms.appointment_on, terms.appointment_at, options)):
        problem["appointment"] = fixed
    if terms is not None and (fixed := _fixed(days, terms.pinned_on, terms.pinned_at, options)):
        problem["pinned"] = fixed
    return problem


def _windows(
    entity: Entity,
    terms: VisitTerms | None,
    hours: Mapping[int, OpeningHours],
    days: Sequence[date],
    options: Options,
) -> tuple[dict[str, list[list[int]]], list[int]]:
    """Day → windows where they are not the whole day, and the days on which the place is shut."""
    known = hours.get(entity.id or 0)
    openings = openings_of((terms and terms.openings) or (known.openings if known else ()))
    shut_dates = {*(terms.closed if terms else ()), *(known.closed if known else ())}
    windows: dict[str, list[list[int]]] = {}
    shut: list[int] = []
    for n, day in enumerate(days):
        spans = windows_on(openings, day, options)
        if f"{day}" in shut_dates or spans == ():
            shut.append(n)
        elif spans is not None and spans != ((0, options.day_length),):
            windows[f"{n}"] = [list(span) for span in spans]
    return windows, shut


def _fixed(days: Sequence[date], day: date | None, at: str | None, options: Options) -> dict[str, int] | None:
    """A day and time agreed or pinned, where the day is one of the problem's."""
    if day is None or day not in days:
        return None
    fixed = {"day": days.index(day)}
    return fixed if at is None else fixed | {"start": to_axis(at, options)}


def assumed_travel(problem: Mapping[str, Any], seconds: int) -> list[list[int]]:
    """路程表 in which any way to or from a place without coordinates takes the same time."""
    places = [*problem["counties"], *([one["lat"], one["lon"]] for one in problem["visits"])]
    if len(places) > MOST_ASSUMED:
        message = f"检查超过 {MOST_ASSUMED} 户，不能按固定路程计算。请分任务编制，或先导入经纬度。"
        raise InvalidInput(field="按固定路程", problem=message)
    degrees = np.array([[np.nan if x is None else x for x in place] for place in places], dtype=np.float64)
    table = seconds_for(distances(degrees[:, None, :], degrees[None, :, :]))
    table[table >= UNREACHABLE] = seconds
    np.fill_diagonal(table, 0)
    ways: list[list[int]] = table.tolist()
    return ways


def _notes(
    wanted: Wanted, found: Materials, days: Sequence[date], unknown_years: Sequence[int]
) -> tuple[str, ...]:
    notes = [note("year", year=year) for year in unknown_years]
    if found.standing:
        schedules = "、".join(sorted(found.standing))
        notes.append(note("standing", count=sum(found.standing.values()), schedules=schedules))
    unplaced = sum(entity.latitude is None for _, entity, _ in found.visits)
    minutes = wanted.options.assume_travel_minutes
    if unplaced and minutes is None:
        notes.append(note("unplaced", count=unplaced))
    elif unplaced:
        notes.append(note("assumed", count=unplaced, minutes=minutes))
    if taken := [len(there) for dates in found.engaged.values() if (there := dates & set(days))]:
        notes.append(note("engaged", count=len(taken), days=sum(taken)))
    notes += [
        note(key, visit=visit.code, day=day)
        for visit, _, _ in found.visits
        if (terms := found.terms.get(visit.id or 0)) is not None
        for key, day in (("appointment", terms.appointment_on), ("pinned", terms.pinned_on))
        if day is not None and day not in days
    ]
    return tuple(notes)

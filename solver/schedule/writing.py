"""写出: problem and timetable as JSON values and files, and their digests (docs/schedule.md, 1 and 3)."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from solver.schedule.problem import Fixed, Id, Inspector, Problem, Team, Visit, Window
from solver.schedule.timetable import Fix, Timetable


def problem_json(problem: Problem) -> dict[str, Any]:
    """P.json in canonical order: teams and visits by id, days by date. Reading it gives the same problem."""
    value: dict[str, Any] = {
        "name": problem.name,
        "daylen": problem.day_length,
        "max_visits": problem.max_visits,
        "day_cost": problem.day_cost,
        "miss_cost": problem.miss_cost,
        "days": list(problem.days),
        "counties": [[one.lat, one.lon] for one in problem.offices],
        "teams": [_team(one) for one in problem.teams],
        "visits": [_visit(one) for one in problem.visits],
        "inspectors": [_inspector(one) for one in problem.inspectors],
        "clock": list(problem.clock),
        "cars": {str(office): cars for office, cars in sorted(problem.cars.items())},
        "sharing": problem.sharing,
        "aims": problem.aims,
        "change_cost": problem.change_cost,
        "published": {
            str(one.id): {"team": was.team, "day": was.day, "start": was.start}
            for one in problem.visits
            if (was := problem.published.get(one.id)) is not None
        },
        "unknown_years": list(problem.unknown_years),
        "allow_provisional": problem.allow_provisional,
        "far_km": problem.far_km,
        "merge_saves": problem.merge_saves,
        "travel_step": problem.travel_step,
    }
    if problem.lunch is not None:
        value["lunch"] = problem.lunch
    if problem.matrix is not None:
        value["travel"] = [list(row) for row in problem.matrix]
    return value


def canonical_json(value: object) -> bytes:
    """The one text of a value: keys sorted, no blanks, UTF-8."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def problem_sha256(problem: Problem) -> str:
    """摘要 of the problem; the same however its file was ordered."""
    return hashlib.sha256(canonical_json(problem_json(problem))).hexdigest()


def plan_sha256(problem: Problem, timetable: Timetable) -> str:
    """摘要 of what people will do: who goes where, on which date, when; and what is left out."""
    routes = [
        [one.team, problem.days[one.day], [list(pair) for pair in zip(one.visits, one.starts, strict=True)]]
        for one in timetable.routes
    ]
    plan = [*routes, [one.visit for one in timetable.unscheduled]]
    return hashlib.sha256(canonical_json(plan)).hexdigest()


def timetable_json(problem: Problem, timetable: Timetable) -> dict[str, Any]:
    """T.json. Days are positions in the file that the problem came from."""
    given = problem.given_days or tuple(range(len(problem.days)))
    filed = dict(enumerate(given))
    return {
        "routes": [
            {
                "team": one.team,
                "day": given[one.day],
                "date": problem.days[one.day],
                "visits": list(one.visits),
                "start_s": list(one.starts),
                "leave_s": one.leaves,
                "return_s": one.returns,
                "travel_s": one.travel,
            }
            for one in timetable.routes
        ],
        "unscheduled": [
            {
                "visit": one.visit,
                "code": one.code,
                "params": renumbered(one.params, filed),
                "message": one.message,
                "fixes": [_fix(fix, filed) for fix in one.fixes],
            }
            for one in timetable.unscheduled
        ],
        "travel_s": timetable.travel,
        "team_days": timetable.team_days,
        "objective_s": timetable.objective,
        "bound_s": timetable.bound,
        "proven_teams": list(timetable.proven),
        "reproducible": timetable.reproducible,
        "peak_cars": {str(office): cars for office, cars in sorted(timetable.peak_cars.items())},
        "changed": list(timetable.changed),
        "problem_sha256": timetable.problem_sha256,
        "plan_sha256": plan_sha256(problem, timetable),
        "engine": dict(timetable.engine),
    }


def write_json(path: Path, value: object) -> None:
    """Writes the file whole or not at all: what stood there stays until the new one is complete."""
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    write_whole(path, text.encode())


def write_whole(path: Path, data: bytes) -> None:
    """The bytes, written beside the file and then put in its place."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(beside).chmod(0o666 & ~mask)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


#: Params that name days by their positions.
DAY_KEYS = ("day", "days", "visit_days", "team_days")


def renumbered(params: Mapping[str, Any], position: Mapping[int, int]) -> dict[str, Any]:
    """Params with days by other positions: those of the file instead of the problem's, or the other way."""

    def moved(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [moved(one) for one in value]
        return position.get(value, value) if type(value) is int else value

    return {key: moved(value) if key in DAY_KEYS else value for key, value in params.items()}


def _fix(fix: Fix, filed: Mapping[int, int]) -> dict[str, Any]:
    return {"kind": fix.kind, "params": renumbered(fix.params, filed), "message": fix.message}


def _team(team: Team) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": team.id,
        "county": team.county,
        "office": team.office,
        "members": list(team.members),
        "avail": list(team.days),
    }
    if team.hours:
        value["hours"] = _by_day(team.hours)
    if team.skills:
        value["skills"] = sorted(team.skills)
    if team.stand_ins:
        value["stand_ins"] = {str(day): list(names) for day, names in sorted(team.stand_ins.items())}
    return value


def _by_day(hours: Mapping[int, Window]) -> dict[str, list[int]]:
    return {str(day): list(window) for day, window in sorted(hours.items())}


def _inspector(one: Inspector) -> dict[str, Any]:
    value: dict[str, Any] = {"id": one.id}
    if one.days is not None:
        value["days"] = list(one.days)
    if one.hours:
        value["hours"] = _by_day(one.hours)
    if one.skills:
        value["skills"] = sorted(one.skills)
    if one.spare:
        value["spare"] = True
    return value


def _visit(visit: Visit) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": visit.id,
        "county": visit.county,
        "dur": visit.duration,
        "tw": [list(one) for one in visit.windows],
        "days": list(visit.days),
        "items": visit.items,
        "over_lunch": visit.over_lunch,
    }
    if visit.place is not None:
        value |= {"lat": visit.place.lat, "lon": visit.place.lon}
    if visit.team is not None:
        value["team"] = visit.team
    if visit.windows_on:
        value["tw_on"] = {
            str(day): [list(one) for one in windows] for day, windows in sorted(visit.windows_on.items())
        }
    for key, fixed in (("appointment", visit.appointment), ("pinned", visit.pinned)):
        if fixed is not None:
            value[key] = _fixed(fixed)
    if visit.entity:
        value["entity"] = visit.entity
    named: dict[str, tuple[Id, ...] | frozenset[str]] = {
        "tasks": visit.tasks,
        "departments": visit.departments,
        "skills": visit.skills,
        "recused": visit.recused,
    }
    for key, names in named.items():
        if names:
            value[key] = sorted(names) if isinstance(names, frozenset) else list(names)
    return value


def _fixed(fixed: Fixed) -> dict[str, int]:
    return {"day": fixed.day} if fixed.start is None else {"day": fixed.day, "start": fixed.start}

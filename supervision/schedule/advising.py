"""核对、说明和建议: what is wrong with a problem, why a visit is when it is, what would help."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session

from solver.errors import SolverError
from solver.schedule.errors import ScheduleInputError
from supervision.clock import today
from supervision.errors import SupervisionError
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.reference.holidays import WorkingDays
from supervision.schedule import merging, storing
from supervision.schedule.moving import name_in
from supervision.schedule.posing import pose
from supervision.schedule.rules import check_size
from supervision.schedule.service import NO_DAYS, Request, require_timetable, schedule_of, wanted_of

Mode = Literal["validate", "detect"]
Found = dict[str, Any]


def check_tasks(
    session: Session, actor: Actor, request: Request, calendar: WorkingDays, mode: Mode, now: datetime
) -> Found:
    """核对 of what would be made of these tasks; nothing is kept."""
    require(actor, Role.PLANNER)
    try:
        wanted = wanted_of(session, actor, request, today(now))
        posed = pose(session, wanted, calendar)
    except SupervisionError as error:
        if error.status == 404:
            raise
        return _empty([_finding("error", error.code, error.params, error.message)])
    merged = merging.merged(posed.problem) if wanted.options.merge else merging.unmerged(posed.problem)
    return _checked(merged.problem, mode, [*posed.notes, *merged.notes])


def check_problem(actor: Actor, problem: Mapping[str, Any], mode: Mode) -> Found:
    """核对 of a whole P.json: every error in it, and in ``detect`` what cannot be scheduled and why."""
    require(actor, Role.PLANNER)
    check_size(problem)
    return _checked(dict(problem), mode, [])


def explain(session: Session, actor: Actor, code: str, visit: str) -> Found:
    """为什么是这一天 of a visit, with the next best days; or why there is none, and what helps."""
    from solver.schedule.explaining import explain as told

    schedule = schedule_of(session, actor, code)
    require_timetable(schedule, "说明")
    problem, timetable = storing.opened(schedule)
    found = told(problem, timetable, name_in(schedule, problem, visit))
    days = [asdict(each) | {"date": problem.days[each.day]} for each in found.days]
    date = None if found.day is None else problem.days[found.day]
    return dict(_plain(asdict(found) | {"date": date, "days": days}))


def recommend(session: Session, actor: Actor, code: str) -> list[Found]:
    """改进建议 of a schedule: changes to the whole by visits gained, each tried on the model."""
    from solver.schedule.explaining import recommend as told

    schedule = schedule_of(session, actor, code)
    require_timetable(schedule, "提建议")
    problem, timetable = storing.opened(schedule)
    return [dict(_plain(asdict(each))) for each in told(problem, timetable)]


def _checked(problem: Mapping[str, Any], mode: Mode, notes: list[str]) -> Found:
    from solver.schedule.explaining import detect
    from solver.schedule.explaining.detecting import unread

    try:
        found = storing.read(problem)
    except SolverError as error:
        return _empty(_errors(error), notes)
    if not found.days:
        return _empty([_finding("error", "no_days", {"place": "days"}, f"days：{NO_DAYS}")], notes)
    findings = [
        _finding(
            "unscheduled" if each.severity == "error" else "warning", each.code, each.params, each.message
        )
        for each in (detect(found) if mode == "detect" else unread(found))
    ]
    sizes = {"visits": len(found.visits), "teams": len(found.teams), "days": len(found.days)}
    return {"ok": True, **sizes, "notes": notes, "findings": findings}


def _errors(error: SolverError) -> list[Found]:
    """Every error that the reader found, not the first alone."""
    if isinstance(error, ScheduleInputError) and error.faults:
        return [
            _finding("error", each.code, {**each.params, "place": each.place}, each.message)
            for each in error.faults
        ]
    return [_finding("error", error.code, error.params, error.message)]


def _empty(findings: list[Found], notes: list[str] | None = None) -> Found:
    return {"ok": False, "visits": 0, "teams": 0, "days": 0, "notes": notes or [], "findings": findings}


def _finding(level: str, code: str, params: Mapping[str, object], message: str) -> Found:
    return {"level": level, "code": code, "params": _plain(dict(params)), "message": message, "fixes": []}


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: keys are text, tuples lists."""
    if isinstance(value, Mapping):
        return {f"{key}": _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, str | int | float | bool) else f"{value}"

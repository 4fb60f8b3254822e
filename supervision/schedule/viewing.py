"""查看安排: a schedule with the names that people read, its figures, and what differs between two of them."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlmodel import Session

from solver.schedule.problem import Id, Problem
from solver.schedule.timetable import Timetable
from supervision.inspection import records as inspections
from supervision.people.rules import Actor, require
from supervision.people.tables import Role
from supervision.plan.service import OFFICE
from supervision.reference.regions import region_name
from supervision.schedule import issuing, records, storing
from supervision.schedule.rules import Fairness, Options, clock_of_file, hhmm, to_clock
from supervision.schedule.service import require_timetable, schedule_of
from supervision.schedule.tables import Base, Schedule, ScheduledVisit


@dataclass(frozen=True, slots=True)
class About:
    """检查户 of a visit of the problem. ``parts``: codes of the visits it stands for (合并)."""

    name: str
    uscc: str
    address: str
    region: str
    task: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """检查安排 as its pages need it. ``people``: staff number → name; ``bases``: in the order of offices."""

    schedule: Schedule
    problem: Problem
    timetable: Timetable | None
    about: Mapping[Id, About]
    people: Mapping[str, str]
    bases: tuple[Base, ...]


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """排定的检查: one visit of the office with its day and time, or why it has none."""

    code: str
    uscc: str
    entity: str
    address: str
    task: str
    team: str
    members: tuple[str, ...]
    """Names, in the order of staff numbers."""
    day: date | None
    start: str
    """``HH:MM``; empty where it could not be placed."""
    end: str
    place: int | None
    pinned: bool
    reason: str
    """Code (docs/schedule.md, section 5); empty where it is placed."""
    message: str


@dataclass(frozen=True, slots=True)
class Moving:
    """变动: one visit in an earlier and a later schedule. ``cause``: why, as far as the registers tell."""

    visit: str
    old_team: str
    old_day: date | None
    old_start: str
    new_team: str
    new_day: date | None
    new_start: str
    cause: str
    message: str

    @property
    def kind(self) -> Literal["moved", "placed", "time"]:
        """``moved`` to another day or team, ``placed`` or left out, or only another ``time`` of the day."""
        if self.old_day is None or self.new_day is None:
            return "placed"
        return "time" if (self.old_day, self.old_team) == (self.new_day, self.new_team) else "moved"


@dataclass(frozen=True, slots=True)
class Analysis:
    """安排分析: what people ask of a timetable, for each team and day."""

    figures: Mapping[str, Any]
    teams: tuple[Mapping[str, Any], ...]
    """``{"team", "members", "days", "visits", "travel_s", "work_s", "proven"}``."""
    days: tuple[Mapping[str, Any], ...]
    """``{"date", "routes", "visits", "cars": {office: n}}``, every day of the period."""
    routes_a_day: Fairness
    days_a_team: Fairness
    travel_a_day_s: Fairness


_TEAM = re.compile(r"第 (\S+) 组")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]*")
CAUSE_NAMES = {
    "team": "检查组有变动",
    "away": "检查组当天有人请假或证件到期",
    "closed": "企业当天停业，或不在允许的日期内",
    "appointment": "按约定时间安排",
    "left": "在新的条件下排不下",
    "added": "新排入",
    "removed": "不再需要安排（已检查、已替补或已取消）",
    "knock_on": "为给其他变动让出时间而调整",
}


def opened(session: Session, actor: Actor, code: str) -> Opened:
    """检查安排 of the actor's region, for its pages. It has a timetable once it was solved."""
    schedule = schedule_of(session, actor, code)
    problem = storing.problem_of(schedule)
    timetable = storing.timetable_of(problem, schedule.timetable) if schedule.timetable else None
    return Opened(
        schedule=schedule,
        problem=problem,
        timetable=timetable,
        about=_about(session, schedule, problem),
        people={one.code: one.name for one in records.inspectors_of(session, schedule.organ_id)},
        bases=tuple(records.bases_of(session, schedule.organ_id)),
    )


def planned(session: Session, actor: Actor, code: str) -> tuple[PlannedVisit, ...]:
    """排定的检查 of a schedule, by day, team and place on the route; what has no time comes last."""
    found = opened(session, actor, code)
    require_timetable(found.schedule, "查看结果")
    assert found.timetable is not None
    options = clock_of(found.schedule, found.problem)
    members = {team.id: team.members for team in found.problem.teams}
    names = {code: about for about in found.about.values() for code in about.parts}
    rows = [
        replace(
            _planned(visit, names[visit], given, members, found.people, options),
            message=in_words(given.message, found.about, found.people),
        )
        for visit, given in issuing.times_of(found.schedule, found.problem, found.timetable).items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.day or date.max, row.team, row.place or 0, row.code)))


def in_words(text: str, about: Mapping[Id, About], people: Mapping[str, str]) -> str:
    """A sentence of the solver with names in the place of codes: for the office and the team alone."""
    names = {f"{name}": f"“{each.name}”" for name, each in about.items() if each.uscc}

    def member(hit: re.Match[str]) -> str:
        teams = ["、".join(people.get(code, code) for code in team.split("+")) for team in hit[1].split("、")]
        return (teams[0] if len(teams) == 1 else "、".join(f"（{each}）" for each in teams)) + "组"

    text = _TEAM.sub(member, text)
    return _CODE.sub(lambda hit: names.get(hit[0]) or people.get(hit[0], hit[0]), text)


def code_of(session: Session, schedule_id: int | None) -> str | None:
    """安排编号 of a schedule by its row."""
    found = None if schedule_id is None else records.schedule_by_id(session, schedule_id)
    return found.code if found else None


def my_times(session: Session, actor: Actor, first: date | None = None) -> list[tuple[ScheduledVisit, str]]:
    """我的检查时间: of the visits whose team the actor belongs to, in force; with their codes."""
    require(actor, Role.INSPECTOR)
    if actor.inspector_id is None:
        return []
    rows = records.current_of_inspector(session, actor.inspector_id, first)
    return [(row, visit.code) for row, visit in rows]


def time_of(session: Session, actor: Actor, visit_code: str) -> ScheduledVisit | None:
    """检查时间 in force of one visit, for its team and for the office of the region; none: not scheduled."""
    found = records.visits_by_code(session, [visit_code]).get(visit_code)
    if found is None:
        return None
    visit, _, task = found
    team = inspections.teams(session, [visit.id or 0]).get(visit.id or 0, [])
    own = actor.has(Role.INSPECTOR) and actor.inspector_id in {one.id for _, one in team}
    office = actor.has(*OFFICE) and inspections.task_in_scope(session, actor, task.id or 0) is not None
    if not own and not office:
        return None
    return records.current_of(session, [visit.id or 0]).get(visit.id or 0)


def diff(session: Session, actor: Actor, old_code: str, new_code: str) -> tuple[Moving, ...]:
    """新旧对照: every visit that stands elsewhere in the new schedule, and why.

    To the minute, as people are told the times: seconds that nobody sees are no change.
    """
    old, new = opened(session, actor, old_code), opened(session, actor, new_code)
    before, after = _times(old), _times(new)
    names = {**old.people, **new.people}
    # of the registers' visits those of today and before stay in force and are no part of the new problem
    stays = bool(new.schedule.task_ids) and new.schedule.replaces_id == old.schedule.id
    held = {code for code in before if code not in after} if stays else set()
    found = []
    for code in sorted(before.keys() | after.keys()):
        was, becomes = before.get(code), after.get(code)
        starts = _start(was, old), _start(becomes, new)
        if code in held or (was and becomes and _at(was) == _at(becomes) and starts[0] == starts[1]):
            continue
        cause = _cause(new.problem, new.schedule, code, was, becomes)
        found.append(
            Moving(
                visit=code,
                old_team=_team_words(old.problem, was, names),
                old_day=was.day if was else None,
                old_start=starts[0],
                new_team=_team_words(new.problem, becomes, names),
                new_day=becomes.day if becomes else None,
                new_start=starts[1],
                cause=cause,
                message=CAUSE_NAMES[cause],
            )
        )
    return tuple(found)


def analyze(session: Session, actor: Actor, code: str) -> Analysis:
    """安排分析: work of each team and each day, and how even it is."""
    schedule = schedule_of(session, actor, code)
    require_timetable(schedule, "分析")
    problem, timetable = storing.opened(schedule)
    durations = {visit.id: visit.duration for visit in problem.visits}
    offices = {team.id: team.office for team in problem.teams}
    teams: list[dict[str, Any]] = []
    for team in problem.teams:
        routes = [route for route in timetable.routes if route.team == team.id]
        teams.append(
            {
                "team": f"{team.id}",
                "members": list(team.members),
                "days": len(routes),
                "visits": sum(len(route.visits) for route in routes),
                "travel_s": sum(route.travel for route in routes),
                "work_s": sum(durations[name] for route in routes for name in route.visits),
                "proven": team.id in timetable.proven,
            }
        )
    days: list[dict[str, Any]] = []
    for n, day in enumerate(problem.days):
        routes = [route for route in timetable.routes if route.day == n]
        cars = Counter(f"{offices[route.team]}" for route in routes)
        visits = sum(len(route.visits) for route in routes)
        days.append(
            {"date": day, "routes": len(routes), "visits": visits, "cars": dict(sorted(cars.items()))}
        )
    used = [team["days"] for team in teams if team["days"]]
    return Analysis(
        figures=schedule.figures,
        teams=tuple(teams),
        days=tuple(days),
        routes_a_day=Fairness.of([day["routes"] for day in days]),
        days_a_team=Fairness.of(used),
        travel_a_day_s=Fairness.of([route.travel for route in timetable.routes]),
    )


HEAD = (
    "日期", "开始", "结束", "检查组", "当日次序", "检查编号", "检查对象",
    "统一社会信用代码", "地址", "任务", "锁定", "未能安排的原因",
)  # fmt: skip


def table(rows: tuple[PlannedVisit, ...]) -> list[tuple[object, ...]]:
    """Rows under ``HEAD``, for CSV and XLSX."""
    return [
        (
            row.day, row.start, row.end, "、".join(row.members), row.place, row.code, row.entity, row.uscc,
            row.address, row.task, "是" if row.pinned else "", row.message,
        )
        for row in rows
    ]  # fmt: skip


def _about(session: Session, schedule: Schedule, problem: Problem) -> dict[Id, About]:
    parts = {visit.id: tuple(schedule.parts.get(f"{visit.id}", (f"{visit.id}",))) for visit in problem.visits}
    if not schedule.task_ids:
        return {name: About(f"{name}", "", "", "", "", codes) for name, codes in parts.items()}
    known = records.visits_by_code(session, (code for codes in parts.values() for code in codes))
    found: dict[Id, About] = {}
    for name, codes in parts.items():
        rows = [known[code] for code in codes if code in known]
        if not rows:
            found[name] = About(f"{name}", "", "", "", "", codes)
            continue
        entity = rows[0][1]
        tasks = "、".join(dict.fromkeys(task.name for _, _, task in rows))
        region = region_name(entity.region_code)
        found[name] = About(entity.name, entity.uscc, entity.address, region, tasks, codes)
    return found


def _planned(
    code: str,
    about: About,
    given: issuing.Given,
    members: Mapping[Id, tuple[str, ...]],
    people: Mapping[str, str],
    options: Options,
) -> PlannedVisit:
    team = members.get(given.team, ()) if given.team is not None else ()
    return PlannedVisit(
        code=code,
        uscc=about.uscc,
        entity=about.name,
        address=about.address,
        task=about.task,
        team=f"{given.team if given.team is not None else ''}",
        members=tuple(people.get(one, one) for one in team),
        day=given.day,
        start="" if given.start is None else hhmm(to_clock(given.start, options)),
        end="" if given.end is None else hhmm(to_clock(given.end, options, ending=True)),
        place=given.place,
        pinned=given.pinned,
        reason=given.code or "",
        message=given.message,
    )


def _times(found: Opened) -> dict[str, issuing.Given]:
    require_timetable(found.schedule, "比较")
    assert found.timetable is not None
    return issuing.times_of(found.schedule, found.problem, found.timetable)


def _at(given: issuing.Given) -> tuple[object, ...]:
    return given.team, given.day


def _start(given: issuing.Given | None, found: Opened) -> str:
    if given is None or given.start is None:
        return ""
    return hhmm(to_clock(given.start, clock_of(found.schedule, found.problem)))


def clock_of(schedule: Schedule, problem: Problem) -> Options:
    """The settings by which seconds of the axis are times of day; a problem handed in whole has its own."""
    options = Options.model_validate(schedule.options)
    return options if schedule.task_ids else clock_of_file(problem.clock, options)


def _team_words(problem: Problem, given: issuing.Given | None, names: Mapping[str, str]) -> str:
    if given is None or given.team is None:
        return ""
    members = next((team.members for team in problem.teams if team.id == given.team), ())
    return "、".join(names.get(one, one) for one in members) or f"{given.team}"


def _cause(
    problem: Problem,
    schedule: Schedule,
    code: str,
    was: issuing.Given | None,
    becomes: issuing.Given | None,
) -> str:
    """Why a visit stands elsewhere: the first of these that the new problem bears out."""
    if becomes is None:
        return "removed"
    if was is None:
        return "added"
    if becomes.day is None:
        return "left"
    name = next((key for key, codes in schedule.parts.items() if code in codes), code)
    visit = next(each for each in problem.visits if f"{each.id}" == name)
    team = next((each for each in problem.teams if each.id == visit.team), None)
    if visit.appointment is not None and problem.days[visit.appointment.day] == f"{becomes.day}":
        return "appointment"
    if was.day is None:
        return "added"
    old = problem.days.index(f"{was.day}") if f"{was.day}" in problem.days else None
    if old is None or old not in visit.days:
        return "closed"
    if team is not None and old not in team.days:
        return "away"
    return "team" if was.team != becomes.team else "knock_on"

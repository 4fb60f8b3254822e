"""两次检查能否并为一次: windows, days, teams and people put together, or the sentence that says why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from solver.schedule.problem import Fixed, Id, Problem, Team, Visit, Window
from solver.schedule.team.frame import starts_on
from solver.schedule.travel import Travel


class NotMerged(Exception):
    """不能并为一次: what keeps two visits to one entity apart; ``merge`` notes the sentence."""

    SENTENCES: ClassVar[Mapping[str, str]] = {
        "place": "对象 {entity} 的检查 {a} 与 {b} 登记的地点不同，未合并；请核对坐标和县区。",
        "pinned": "对象 {entity} 的检查 {a} 与 {b} 有一项日期已锁定，未合并；解除锁定后可以合并。",
        "appointment": "对象 {entity} 的检查 {a} 与 {b} 约定的日期或时间不同，分两次上门。",
        "days": "对象 {entity} 的检查 {a} 与 {b} 没有共同的可检查日期，分两次上门。",
        "windows": "对象 {entity} 的检查 {a} 与 {b} 的共同时段容不下合并后的 {minutes} 分钟，分两次上门。",
        "team_days": "对象 {entity} 的检查 {a} 与 {b} 合并后，检查组 {team} 没有一天能到场办完，分两次上门。",
        "office": "对象 {entity} 的检查 {a} 与 {b} 的检查组从不同的办公地点出发，未合并。",
        "recused": "对象 {entity} 的检查 {a} 与 {b} 合并后有人应当回避（{people}），分两次上门。",
        "skills": "对象 {entity} 的检查 {a} 与 {b} 合并后，检查组 {team} 缺少资格（{skills}），分两次上门。",
    }

    def __init__(self, code: str, a: Visit, b: Visit, **params: object) -> None:
        told = params | {"entity": a.entity, "a": a.id, "b": b.id}
        self.code, self.message = code, self.SENTENCES[code].format_map(told)
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Door:
    """进一次门: a visit, possibly of several, with the team that goes."""

    visit: Visit
    team: Team | None
    parts: tuple[Id, ...]
    teams: tuple[Id, ...]
    durations: tuple[int, ...]

    @staticmethod
    def of(visit: Visit, team: Team | None) -> Door:
        return Door(visit, team, (visit.id,), () if team is None else (team.id,), (visit.duration,))


def joined(problem: Problem, travel: Travel, a: Door, b: Door) -> Door:
    """Both as one; ``NotMerged`` where something is in the way."""
    first, second = a.visit, b.visit
    if first.county != second.county or first.place != second.place:
        raise NotMerged("place", first, second)
    if first.pinned or second.pinned:
        raise NotMerged("pinned", first, second)
    visit = _visit(problem, a, b)
    team, teams = _team(first, second, a, b)
    if team is None:
        return Door(visit, None, (*a.parts, *b.parts), teams, (*a.durations, *b.durations))
    visit = replace(visit, team=team.id)
    _fit_people(first, second, visit, team)
    if not any(_can_be_there(problem, travel, visit, team, day) for day in visit.days):
        raise NotMerged("team_days", first, second, team=team.id)
    return Door(visit, team, (*a.parts, *b.parts), teams, (*a.durations, *b.durations))


def _visit(problem: Problem, a: Door, b: Door) -> Visit:
    """One visit on the days and in the windows of both, as long as both less what one door saves."""
    first, second = a.visit, b.visit
    durations = (*a.durations, *b.durations)
    duration = max(sum(durations) - problem.merge_saves * (len(durations) - 1), *durations)
    common = tuple(sorted(set(first.days) & set(second.days)))
    if not common:
        raise NotMerged("days", first, second)
    lunch = problem.lunch
    long = lunch is not None and duration > max(lunch, problem.day_length - lunch)
    whole = replace(
        first,
        duration=duration,
        windows=_shared(first.windows, second.windows),
        windows_on=_shared_on(first, second),
        days=common,
        items=first.items + second.items,
        tasks=tuple(sorted({*first.tasks, *second.tasks})),
        departments=tuple(sorted({*first.departments, *second.departments})),
        skills=first.skills | second.skills,
        recused=first.recused | second.recused,
        appointment=_appointment(first, second),
        over_lunch=first.over_lunch or second.over_lunch or long,
    )
    days = tuple(day for day in common if starts_on(problem, whole, day))
    if not days:
        code = "appointment" if whole.appointment else "windows"
        raise NotMerged(code, first, second, minutes=-(-duration // 60))
    return replace(whole, days=days)


def _shared(first: Sequence[Window], second: Sequence[Window]) -> tuple[Window, ...]:
    """What lies in a window of each."""
    both = ((max(a, c), min(b, d)) for a, b in first for c, d in second)
    return tuple(sorted({(since, until) for since, until in both if since < until}))


def _shared_on(first: Visit, second: Visit) -> Mapping[int, tuple[Window, ...]]:
    return {
        day: _shared(first.windows_on.get(day, first.windows), second.windows_on.get(day, second.windows))
        for day in sorted({*first.windows_on, *second.windows_on})
    }


def _appointment(first: Visit, second: Visit) -> Fixed | None:
    asked = [one.appointment for one in (first, second) if one.appointment]
    if len(asked) == 2 and asked[0] != asked[1]:
        raise NotMerged("appointment", first, second)
    return asked[0] if asked else None


def _team(first: Visit, second: Visit, a: Door, b: Door) -> tuple[Team | None, tuple[Id, ...]]:
    """The team of both; where they differ, one of the members of both on the days of both."""
    if a.team is None or b.team is None or a.team.id == b.team.id:
        return a.team or b.team, a.teams or b.teams
    if a.team.office != b.team.office or a.team.county != b.team.county:
        raise NotMerged("office", first, second)
    teams = tuple(dict.fromkeys((*a.teams, *b.teams)))
    days = tuple(sorted(set(a.team.days) & set(b.team.days)))
    hours = {}
    for day in days:
        own = [team.hours[day] for team in (a.team, b.team) if day in team.hours]
        if own:
            hours[day] = max(one[0] for one in own), min(one[1] for one in own)
    days = tuple(day for day in days if day not in hours or hours[day][0] < hours[day][1])
    team = Team(
        id="+".join(map(str, teams)),
        county=a.team.county,
        office=a.team.office,
        members=tuple(sorted({*a.team.members, *b.team.members})),
        days=days,
        hours={day: window for day, window in hours.items() if day in days},
        skills=a.team.skills | b.team.skills,
        stand_ins={
            day: tuple(sorted({*a.team.members_on(day), *b.team.members_on(day)}))
            for day in days
            if day in a.team.stand_ins or day in b.team.stand_ins
        },
    )
    return team, teams


def _fit_people(first: Visit, second: Visit, visit: Visit, team: Team) -> None:
    if barred := sorted(visit.recused & set(team.members)):
        raise NotMerged("recused", first, second, people="、".join(barred))
    if lacking := sorted(visit.skills - team.skills):
        raise NotMerged("skills", first, second, team=team.id, skills="、".join(lacking))


def _can_be_there(problem: Problem, travel: Travel, visit: Visit, team: Team, day: int) -> bool:
    """Whether the team can come, do the whole visit and be back within its hours."""
    if day not in team.days:
        return False
    at = travel.position[visit.id]
    way, back = travel.seconds(team.office, at), travel.seconds(at, team.office)
    opens, closes = team.hours.get(day, (0, problem.day_length))
    return any(
        max(since, opens + way) <= min(until, closes - back - visit.duration)
        for since, until in starts_on(problem, visit, day)
    )

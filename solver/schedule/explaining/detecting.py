"""排前体检: errors in the data and impossibilities that can be told without solving anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isnan
from re import sub

from solver.schedule.explaining.alone import alone, open_days
from solver.schedule.explaining.sentences import reason_words
from solver.schedule.problem import Id, Place, Problem, Team, Visit
from solver.schedule.timetable import Params
from solver.schedule.travel import Travel
from solver.schedule.wording import days_words, span_words

SENTENCES = {
    "UNKNOWN_KEY": "{place}：不认识的项 {key} 共 {count} 处，未作考虑；如有笔误请更正。",
    "UNKNOWN_TEAM": "检查对象 {visit} 抽定由第 {team} 组检查，但没有这个组。",
    "FAR_AWAY": "检查对象 {visit} 距办公地点 {km} 公里，超过 {far_km} 公里，坐标可能有误或不在本县。",
    "COORDINATES_SWAPPED": "检查对象 {visit} 距办公地点 {km} 公里；经纬度对调后只有 {swapped_km} 公里，"
    "疑似填反。",
    "CALENDAR_PROVISIONAL": "{years} 年放假调休安排尚未公布，{days}按暂定日历计算，公布后须重新核对。",
    "TEAM_WITHOUT_DAYS": "第 {team} 组没有能外出的日期，{visits} 户无法安排。",
    "TEAM_OVERLOADED": "第 {team} 组有 {visits} 户，{days} 天每天最多 {most} 户，至多安排 {places} 户。",
    "TEAM_SHORT_OF_TIME": "第 {team} 组 {visits} 户仅检查就需 {needs}，该组全部工作时间只有 {has}。",
    "NO_CARS": "{office} 号办公地点没有车，第 {team} 组不能外出。",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """体检发现. ``severity``: ``error``: something cannot be scheduled as it is; ``warning``: probably wrong.

    Codes of section 5 keep their meaning here; the others are this module's own.
    """

    code: str
    severity: str
    params: Params
    message: str
    visit: Id | None = None
    team: Id | None = None


def detect(problem: Problem) -> tuple[Finding, ...]:
    """排前体检 of the whole problem: the calendar, then teams, then visits, in order of id."""
    travel = Travel.of(problem)
    teams = {team.id: team for team in problem.teams}
    return (
        *unread(problem),
        *_calendar(problem),
        *(found for team in problem.teams for found in _team(problem, team)),
        *(found for visit in problem.visits for found in _visit(problem, travel, teams, visit)),
    )


def unread(problem: Problem) -> Iterator[Finding]:
    """未作考虑 of the problem's file: keys that mean nothing here, notes or misspelt ones, each kind once."""
    found: dict[tuple[str, str], list[str]] = {}
    for place, key in problem.ignored:
        found.setdefault((sub(r"\[\d+\]", "[]", place), key), []).append(place)
    for (_, key), places in found.items():
        params: Params = {"place": places[0], "key": key, "count": len(places)}
        yield Finding("UNKNOWN_KEY", "warning", params, SENTENCES["UNKNOWN_KEY"].format_map(params))


def _calendar(problem: Problem) -> Iterator[Finding]:
    if problem.provisional:
        years = sorted({int(problem.days[day][:4]) for day in problem.provisional})
        params: Params = {"years": list(years), "days": list(problem.provisional)}
        words = {"years": "、".join(map(str, years)), "days": days_words(problem, problem.provisional)}
        message = SENTENCES["CALENDAR_PROVISIONAL"].format_map(words)
        severity = "warning" if problem.allow_provisional else "error"
        yield Finding("CALENDAR_PROVISIONAL", severity, params, message)


def _team(problem: Problem, team: Team) -> Iterator[Finding]:
    own = [visit for visit in problem.visits if visit.team == team.id]
    days = open_days(problem, team.days)
    if not own:
        return
    if not days:
        yield _of_team("TEAM_WITHOUT_DAYS", team, {"team": team.id, "visits": len(own)})
        return
    if problem.cars.get(team.office) == 0:
        yield _of_team("NO_CARS", team, {"team": team.id, "office": team.office})
    places = len(days) * problem.max_visits
    if len(own) > places:
        params: Params = {
            "team": team.id,
            "visits": len(own),
            "days": len(days),
            "most": problem.max_visits,
            "places": places,
        }
        yield _of_team("TEAM_OVERLOADED", team, params)
    spans = [team.hours.get(day, (0, problem.day_length)) for day in days]
    has, needs = sum(end - begin for begin, end in spans), sum(visit.duration for visit in own)
    if needs > has:
        short: Params = {"team": team.id, "visits": len(own), "needs": needs, "has": has}
        words = {**short, "needs": span_words(needs), "has": span_words(has)}
        message = SENTENCES["TEAM_SHORT_OF_TIME"].format_map(words)
        yield Finding("TEAM_SHORT_OF_TIME", "error", short, message, team=team.id)


def _of_team(code: str, team: Team, params: Params) -> Finding:
    return Finding(code, "error", params, SENTENCES[code].format_map(params), team=team.id)


def _visit(problem: Problem, travel: Travel, teams: dict[Id, Team], visit: Visit) -> Iterator[Finding]:
    if visit.team is not None and visit.team not in teams:
        params: Params = {"visit": visit.id, "team": visit.team}
        message = SENTENCES["UNKNOWN_TEAM"].format_map(params)
        yield Finding("UNKNOWN_TEAM", "error", params, message, visit.id)
        return
    team = teams[visit.team] if visit.team is not None else None
    yield from _place(problem, travel, team, visit)
    candidates = [team] if team else [one for one in problem.teams if one.county == visit.county]
    barred = [alone(problem, travel, one, visit) for one in candidates]
    found = [one for one in barred if one is not None]
    if found and len(found) == len(barred):
        reason = max(found, key=lambda one: one.rank)
        message = reason_words(problem, team, visit, reason.code, reason.params)
        yield Finding(reason.code, "error", reason.params, message, visit.id, visit.team)


def _place(problem: Problem, travel: Travel, team: Team | None, visit: Visit) -> Iterator[Finding]:
    """Farther from its office than a county reaches; latitude and longitude in each other's place."""
    if visit.place is None:
        return
    office = team.office if team is not None else visit.county
    if not 0 <= office < len(problem.offices):
        return
    km = travel.kilometres(office, travel.position[visit.id])
    if isnan(km) or km <= problem.far_km:
        return
    swapped = Travel.of(_alone_at(problem, visit, office)).kilometres(0, 1)
    params: Params = {"visit": visit.id, "km": round(km), "far_km": problem.far_km}
    code = "FAR_AWAY"
    if swapped <= problem.far_km:
        code, params = "COORDINATES_SWAPPED", {**params, "swapped_km": round(swapped)}
    yield Finding(code, "warning", params, SENTENCES[code].format_map(params), visit.id, visit.team)


def _alone_at(problem: Problem, visit: Visit, office: int) -> Problem:
    place = visit.place
    turned = replace(visit, place=Place(place.lon, place.lat) if place else None)
    return replace(problem, offices=(problem.offices[office],), visits=(turned,), teams=(), matrix=None)

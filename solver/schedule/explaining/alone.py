"""单户检验: errors in the data, and visits that a team could not make even with nothing else to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from solver.schedule.problem import Problem, Team, Visit, Window
from solver.schedule.team.frame import halves, starts_on
from solver.schedule.timetable import Params
from solver.schedule.travel import UNREACHABLE, Travel

ORDER = (
    "NO_COORDINATES",
    "CALENDAR_YEAR_UNKNOWN",
    "RECUSED_ALL",
    "SKILL_MISSING",
    "NO_COMMON_DAY",
    "CLOSES_TOO_EARLY",
    "DAY_TOO_SHORT",
    "NO_TEAM",
    "CAPACITY",
    "INSPECTOR_DOUBLE_BOOKED",
    "CAR_CAP",
    "DROPPED_FOR_COST",
    "NOT_FOUND",
)
"""The order in which reasons are tested (docs/schedule.md, section 5)."""


@dataclass(frozen=True, slots=True)
class Reason:
    """原因: a code with its numbers. ``day``: the day that came nearest, where there is one."""

    code: str
    params: Params
    day: int | None = None

    @property
    def rank(self) -> int:
        return ORDER.index(self.code)


@dataclass(frozen=True, slots=True)
class Ways:
    """往返路程 of a visit from the team's office, seconds."""

    out: int
    back: int


def ways(travel: Travel, team: Team, visit: Visit) -> Ways:
    """Out and back."""
    place = travel.position[visit.id]
    return Ways(travel.seconds(team.office, place), travel.seconds(place, team.office))


def open_days(problem: Problem, days: Sequence[int]) -> tuple[int, ...]:
    """Without days of years not announced, where those may not be used."""
    if problem.allow_provisional:
        return tuple(days)
    return tuple(day for day in days if day not in problem.provisional)


def wanted_days(problem: Problem, visit: Visit) -> tuple[int, ...]:
    """Days on which the visit may be at all: appointments and pins count, days it does not open do not."""
    fixed = {one.day for one in (visit.appointment, visit.pinned) if one is not None}
    return tuple(
        day
        for day in open_days(problem, visit.days)
        if visit.windows_on.get(day, visit.windows) and (not fixed or fixed == {day})
    )


def common_days(problem: Problem, team: Team, visit: Visit) -> tuple[int, ...]:
    """Days that suit both."""
    return tuple(day for day in wanted_days(problem, visit) if day in team.days)


def there(problem: Problem, team: Team, day: int) -> Window | None:
    """When all members are there on a day, whether or not the team goes out; ``None``: one is not."""
    begin, end = team.hours.get(day, (0, problem.day_length))
    going = set(team.members_on(day))
    for one in problem.inspectors:
        if one.id in going:
            if one.days is not None and day not in one.days:
                return None
            low, high = one.hours.get(day, (begin, end))
            begin, end = max(begin, low), min(end, high)
    return (begin, end) if begin < end else None


def shortened(problem: Problem, visit: Visit, duration: int) -> Visit:
    """The visit with less time. Over lunch it goes no more where only its length had made it do so."""
    lunch = problem.lunch
    half = problem.day_length if lunch is None else max(lunch, problem.day_length - lunch)
    over = visit.over_lunch and not duration <= half < visit.duration
    return replace(visit, duration=duration, over_lunch=over)


def data_error(problem: Problem, travel: Travel, visit: Visit) -> Reason | None:
    """What is wrong whoever goes."""
    if visit.place is None and travel.matrix is None:
        return Reason("NO_COORDINATES", {})
    if not problem.allow_provisional and visit.days and not open_days(problem, visit.days):
        years = sorted({int(problem.days[day][:4]) for day in visit.days})
        return Reason("CALENDAR_YEAR_UNKNOWN", {"years": list(years)})
    return None


def alone(problem: Problem, travel: Travel, team: Team, visit: Visit) -> Reason | None:
    """Why the team could not make this visit with nothing else to do; ``None``: it could."""
    return data_error(problem, travel, visit) or _people(team, visit) or _times(problem, travel, team, visit)


def _people(team: Team, visit: Visit) -> Reason | None:
    stay_away = sorted(visit.recused.intersection(team.members))
    if stay_away:
        return Reason("RECUSED_ALL", {"inspectors": list(stay_away)})
    lacking = sorted(visit.skills - team.skills)
    if lacking:
        return Reason("SKILL_MISSING", {"skills": list(lacking)})
    return None


def _times(problem: Problem, travel: Travel, team: Team, visit: Visit) -> Reason | None:
    days = common_days(problem, team, visit)
    if not days:
        params: Params = {
            "visit_days": list(wanted_days(problem, visit)),
            "team_days": list(open_days(problem, team.days)),
        }
        return Reason("NO_COMMON_DAY", params)
    way = ways(travel, team, visit)
    found: list[tuple[int, int, Reason]] = []
    for day in days:
        told = _one_day(problem, team, visit, way, day)
        if told is None:
            return None
        found.append(told)
    # a day on which the window was no hindrance speaks first; among equals the nearest
    return min(found, key=lambda one: (-one[2].rank, one[0], one[1]))[2]


def _one_day(
    problem: Problem, team: Team, visit: Visit, way: Ways, day: int
) -> tuple[int, int, Reason] | None:
    """``None``: possible on this day. Else by how many seconds not, the day, and why."""
    begin, end = team.hours.get(day, (0, problem.day_length))
    arrives = begin + way.out
    late = [
        max(first, arrives) + visit.duration + way.back
        for first, last in starts_on(problem, visit, day)
        if max(first, arrives) <= last
    ]
    if late:
        returns = min(late)
        if returns <= end:
            return None
        return returns - end, day, _too_short(returns - begin, end - begin, day)
    closes, short = _nearest(problem, visit, day, arrives)
    bare = way.out + visit.duration + way.back
    if bare > end - begin and _open_all_along(visit, day, (begin, end)):
        return bare - (end - begin), day, _too_short(bare, end - begin, day)
    params: Params = {"closes": closes, "arrives": arrives, "dur": visit.duration}
    return short, day, Reason("CLOSES_TOO_EARLY", params, day)


def _too_short(needs: int, has: int, day: int) -> Reason:
    return Reason("DAY_TOO_SHORT", {"needs": min(needs, UNREACHABLE), "has": has}, day)


def _open_all_along(visit: Visit, day: int, hours: Window) -> bool:
    """Whether the place closes no earlier than the team, so that it is the day that is too short."""
    begin, end = hours
    return any(
        closes >= end and (opens <= begin or closes - opens >= visit.duration)
        for opens, closes in visit.windows_on.get(day, visit.windows)
    )


def _nearest(problem: Problem, visit: Visit, day: int, arrives: int) -> tuple[int, int]:
    """The closing that is missed by least, and by how many seconds; a time agreed on closes after it."""
    agreed = [
        one.start for one in (visit.pinned, visit.appointment) if one is not None and one.start is not None
    ]
    spans = list(halves(problem, visit, day))
    for start in agreed:
        if any(opens <= start and start + visit.duration <= closes for opens, closes in spans):
            return start + visit.duration, max(1, arrives - start)
    ready = max([arrives, *agreed])
    found = [(max(opens, ready) + visit.duration - closes, closes) for opens, closes in spans]
    short, closes = min(found)
    return closes, short

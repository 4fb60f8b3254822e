"""为什么是这一天: the next-best days of a visit, what they cost and whom they disturb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from solver.schedule.explaining.alone import common_days
from solver.schedule.explaining.bench import Bench
from solver.schedule.explaining.reasons import reason_of
from solver.schedule.limits import Limits
from solver.schedule.problem import Fixed, Id, Problem, Published, Team, Visit, id_order
from solver.schedule.team.plan import plan_team
from solver.schedule.timetable import Route, Timetable, Unscheduled
from solver.schedule.wording import day_words, ids_words, moment_words, span_words

SHOWN = 5
SOLVED = 8
"""Days on which the team is solved again; the others look worse already by the way alone."""


@dataclass(frozen=True, slots=True)
class OtherDay:
    """另一天. ``extra``: seconds of travel and team-days more than now (less: negative).

    ``moves``: visits that would change their day; ``drops``: visits that would have no place any more.
    """

    day: int
    extra: int
    moves: tuple[Id, ...]
    drops: tuple[Id, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """说明 of one visit: where it stands and the next-best days, or why it stands nowhere."""

    visit: Id
    message: str
    team: Id | None = None
    day: int | None = None
    start: int | None = None
    days: tuple[OtherDay, ...] = ()
    unscheduled: Unscheduled | None = None


def explain(problem: Problem, timetable: Timetable, visit: Id, limits: Limits | None = None) -> Explanation:
    """说明一户. ``KeyError``: no such visit. One that is nowhere in the timetable counts as unscheduled."""
    bench = Bench.of(problem, timetable.routes, limits)
    wanted = bench.visit(visit)
    route = next((one for one in timetable.routes if visit in one.visits), None)
    if route is None:
        told, _ = reason_of(bench, visit)
        return Explanation(visit, told.message, wanted.team, unscheduled=told)
    start = route.starts[route.visits.index(visit)]
    days = _other_days(bench, wanted, route)
    message = _sentence(bench, wanted, route, start, days)
    return Explanation(visit, message, route.team, route.day, start, days)


def _other_days(bench: Bench, visit: Visit, route: Route) -> tuple[OtherDay, ...]:
    problem = bench.problem
    if visit.pinned is not None:
        return ()
    own = bench.beside.own(route.team)
    team = bench.beside.left(bench.team(route.team))
    days = [day for day in common_days(problem, team, visit) if day != route.day]
    near = sorted(days, key=lambda day: (_detour(bench, team, visit, own, day), day))[:SOLVED]
    found = [_solved(bench, team, visit, own, day) for day in near]
    told = [one for one in found if one is not None]
    change = problem.change_cost
    told.sort(key=lambda one: (len(one.drops), one.extra + change * len(one.moves), one.day))
    return tuple(told[:SHOWN])


def _detour(bench: Bench, team: Team, visit: Visit, own: Sequence[Route], day: int) -> int:
    """About what the day costs: the shortest detour of its route, more where it is full."""
    travel, problem = bench.travel, bench.problem
    place = travel.position[visit.id]
    route = next((one for one in own if one.day == day), None)
    if route is None:
        return problem.day_cost + travel.seconds(team.office, place) + travel.seconds(place, team.office)
    stops = [team.office, *(travel.position[name] for name in route.visits), team.office]
    detour = min(
        travel.seconds(one, place) + travel.seconds(place, other) - travel.seconds(one, other)
        for one, other in pairwise(stops)
    )
    return detour + (problem.change_cost if len(route.visits) >= problem.max_visits else 0)


def _solved(bench: Bench, team: Team, visit: Visit, own: Sequence[Route], day: int) -> OtherDay | None:
    """The team solved again with the visit on that day, disturbing as few others as it can."""
    problem = bench.problem
    names = [name for route in own for name in route.visits]
    now = {
        name: Published(team.id, route.day, start)
        for route in own
        for name, start in zip(route.visits, route.starts, strict=True)
        if name != visit.id
    }
    there = Fixed(day)  # as if agreed on: rather than this visit, others lose their places
    cut = bench.cut(
        team, names, lambda one: replace(one, days=(day,), appointment=there) if one.id == visit.id else one
    )
    plan = plan_team(replace(cut, published=now, aims="lexicographic"), bench.travel, team.id, bench.limits)
    then = {name: route.day for route in plan.routes for name in route.visits}
    if then.get(visit.id) != day:
        return None
    moves = tuple(
        name for name in sorted(now, key=id_order) if then.get(name, now[name].day) != now[name].day
    )
    drops = tuple(name for name in sorted(now, key=id_order) if name not in then)
    extra = _seconds(problem, plan.routes) - _seconds(problem, own)
    return OtherDay(day, extra, moves, drops, _day_words(problem, day, extra, moves, drops))


def _seconds(problem: Problem, routes: Sequence[Route]) -> int:
    return sum(route.travel + problem.day_cost for route in routes)


def _day_words(problem: Problem, day: int, extra: int, moves: Sequence[Id], drops: Sequence[Id]) -> str:
    cost = "代价相同" if not extra else f"{'多花' if extra > 0 else '少花'} {span_words(abs(extra))}"
    whom = f"须移动 {ids_words(moves)}" if moves else "不影响其他检查对象"
    gone = f"，{ids_words(drops)} 将排不下" if drops else ""
    return f"{day_words(problem, day)}：{cost}，{whom}{gone}。"


def _sentence(bench: Bench, visit: Visit, route: Route, start: int, days: Sequence[OtherDay]) -> str:
    problem = bench.problem
    when = moment_words(problem, route.day, start)
    told = f"检查对象 {visit.id} 安排在{when}，由第 {route.team} 组检查"
    if visit.pinned is not None:
        return f"{told}：该户已锁定。"
    if visit.appointment is not None:
        return f"{told}：已与该户约定。"
    others = [name for name in route.visits if name != visit.id]
    if others:
        told += f"，与 {ids_words(others)} 同路"
    if not days:
        return f"{told}；没有别的日期可选。"
    best = days[0]
    return f"{told}；次优是{best.message}"

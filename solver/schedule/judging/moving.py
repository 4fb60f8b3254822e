"""拖动即核: a visit is dragged to another day, time or team, and the judge speaks at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from solver.schedule.judging.judge import judge_touched
from solver.schedule.judging.violations import Violation
from solver.schedule.judging.ways import Facts
from solver.schedule.judging.whole import changed
from solver.schedule.problem import Id, Problem, Team, Visit, id_order
from solver.schedule.timetable import Route, Timetable

ALL_ORDERS = 6
"""Up to so many visits every order is tried; beyond, the moved one in each place of the others' order."""


@dataclass(frozen=True, slots=True)
class Moved:
    """拖动结果. ``timetable``: with the two routes timed anew, and the totals as they are now.

    ``violations``: of the two routes and of what couples routes. Costs: the objective, seconds.
    """

    timetable: Timetable
    violations: tuple[Violation, ...]
    cost_before: int
    cost_after: int


def judge_move(
    problem: Problem,
    timetable: Timetable,
    visit: Id,
    day: int,
    start: int | None = None,
    team: Id | None = None,
) -> Moved:
    """拖动一户. ``visit`` goes to ``day`` (position), beginning at ``start`` where that is given.

    ``team``: with that team (``None``: the one it is with now, or was drawn for). Both routes get their best
    order. Nothing is forbidden here: what is wrong is among ``violations``. ``KeyError``: no such visit, team
    or day.
    """
    facts = Facts(problem)
    moved = facts.visits[visit]
    source = next((route for route in timetable.routes if visit in route.visits), None)
    name = team if team is not None else source.team if source else moved.team
    if name is None or name not in facts.teams or not facts.is_day(day):
        raise KeyError(name if facts.is_day(day) else day)
    routes = {(route.team, route.day): route for route in timetable.routes}
    if source is not None:
        rest = tuple(facts.visits[one] for one in source.visits if one != visit)
        key = (source.team, source.day)
        del routes[key]
        if rest:
            routes[key] = timed(facts, facts.teams[source.team], source.day, rest, {})
    target = routes.get((name, day))
    others = tuple(facts.visits[one] for one in target.visits) if target else ()
    wish = {visit: start} if start is not None else {}
    routes[name, day] = timed(facts, facts.teams[name], day, (*others, moved), wish)
    after = refigured(
        problem,
        replace(
            timetable,
            routes=tuple(routes.values()),
            unscheduled=tuple(one for one in timetable.unscheduled if one.visit != visit),
        ),
    )
    before = refigured(problem, timetable).objective
    touched = {(name, day)} | ({(source.team, source.day)} if source else set())
    return Moved(after, judge_touched(facts, after, touched), before, after.objective)


def refigured(problem: Problem, timetable: Timetable) -> Timetable:
    """The same routes, in order, with the totals they really have. A plan edited by hand is proven
    nothing."""
    facts = Facts(problem)
    routes = tuple(sorted(timetable.routes, key=lambda route: (id_order(route.team), route.day)))
    travel = sum(route.travel for route in routes)
    moved = tuple(sorted(changed(facts, routes), key=id_order))
    out: dict[tuple[int, int], int] = {}
    for route in routes:
        place = (facts.teams[route.team].office, route.day)
        out[place] = out.get(place, 0) + 1
    objective = travel + problem.day_cost * len(routes) + problem.miss_cost * len(timetable.unscheduled)
    same = {(route.team, route.day, route.visits, route.starts) for route in timetable.routes}
    kept = routes == timetable.routes and objective == timetable.objective and len(same) == len(routes)
    return replace(
        timetable,
        routes=routes,
        travel=travel,
        objective=objective,
        bound=min(timetable.bound, objective),
        proven=timetable.proven if kept else (),
        changed=moved,
        peak_cars={
            office: max(used for (one, _), used in out.items() if one == office)
            for office in sorted({one for one, _ in out})
        },
    )


def timed(facts: Facts, team: Team, day: int, visits: Sequence[Visit], wish: Mapping[Id, int]) -> Route:
    """The route over ``visits`` in the order that breaks least, then drives least, then is back first.

    ``wish``: starts that are asked for. Each visit begins as early as it may.
    """
    best: tuple[tuple[int, int, int], Route] | None = None
    for order in _orders(visits):
        rank, route = _in_order(facts, team, day, order, wish)
        if best is None or rank < best[0]:
            best = rank, route
    if best is None:
        raise ValueError("a route needs a visit")
    return best[1]


def _orders(visits: Sequence[Visit]) -> Iterator[tuple[Visit, ...]]:
    """Every order of a few visits; of many, the last one in each place among the others."""
    if len(visits) > ALL_ORDERS:
        *others, last = visits
        for at in range(len(visits)):
            yield (*others[:at], last, *others[at:])
        return
    yield from permutations(visits)


def _in_order(
    facts: Facts, team: Team, day: int, order: Sequence[Visit], wish: Mapping[Id, int]
) -> tuple[tuple[int, int, int], Route]:
    """The route in this order, and (seconds by which it breaks rules, driving, return)."""
    legs = [leg if leg is not None else 0 for leg in facts.legs(team, order)]
    opens, closes = facts.hours(team, day)
    broken, clock, starts = 0, opens, []
    for visit, way in zip(order, legs, strict=False):
        start, late = _begin(facts, visit, day, clock + way, wish.get(visit.id))
        broken += late
        starts.append(start)
        clock = start + visit.duration
    returns, travel = clock + legs[-1], sum(legs)
    broken += max(0, returns - closes)
    route = Route(
        team.id,
        day,
        tuple(visit.id for visit in order),
        tuple(starts),
        starts[0] - legs[0],
        returns,
        travel,
    )
    return (broken, travel, returns), route


def _begin(facts: Facts, visit: Visit, day: int, arrives: int, wish: int | None) -> tuple[int, int]:
    """When the visit begins, arriving then, and by how many seconds that breaks its times."""
    if wish is None:
        for one in (visit.pinned, visit.appointment):
            if one is not None and one.day == day and one.start is not None:
                wish = one.start
                break
    if wish is not None:
        late = max(0, arrives - wish)
        return wish, late + (0 if _may_begin(facts, visit, day, wish) else 1)
    lunch = facts.problem.lunch
    begins = sorted(
        {max(arrives, begin) for begin, _ in facts.windows(visit, day)}
        | ({max(arrives, lunch)} if lunch is not None else set())
    )
    for start in begins:
        if _may_begin(facts, visit, day, start):
            return start, 0
    lasts = [end - visit.duration for _, end in facts.windows(visit, day)]
    return arrives, min((abs(arrives - last) for last in lasts), default=facts.problem.day_length) + 1


def _may_begin(facts: Facts, visit: Visit, day: int, start: int) -> bool:
    return facts.inside(visit, day, start) and not facts.over_lunch(visit, start)

"""Every plan of a tiny team, tried one by one, by rules written down anew."""

from __future__ import annotations

from itertools import permutations, product

from solver.schedule.problem import Problem, Team, Visit
from solver.schedule.travel import Travel

Key = tuple[int, int, int]


def begins(problem: Problem, visit: Visit, day: int, ready: int) -> int | None:
    """The first second from ``ready`` on at which the visit may begin on this day."""
    found = []
    for begin, end in visit.windows_on.get(day, visit.windows):
        halves = [(begin, end)]
        if problem.lunch is not None and not visit.over_lunch:
            halves = [(begin, min(end, problem.lunch)), (max(begin, problem.lunch), end)]
        for low, high in halves:
            start = max(ready, low)
            for fixed in (visit.appointment, visit.pinned):
                if fixed is not None and fixed.start is not None:
                    if fixed.start < start:
                        start = high + 1
                    start = max(start, fixed.start)
            if start + visit.duration <= high and all(
                fixed.start in (None, start) for fixed in (visit.appointment, visit.pinned) if fixed
            ):
                found.append(start)
    return min(found, default=None)


def least_way(
    problem: Problem, travel: Travel, team: Team, visits: tuple[Visit, ...], day: int
) -> int | None:
    """Least seconds of driving for these visits on this day, in any order."""
    if len(visits) > problem.max_visits or day not in team.days:
        return None
    for visit in visits:
        fixed = [one for one in (visit.appointment, visit.pinned) if one]
        if day not in visit.days or any(one.day != day for one in fixed):
            return None
        if not visit.skills <= team.skills or visit.recused & set(team.members):
            return None
    opens, closes = team.hours.get(day, (0, problem.day_length))
    best = None
    for order in permutations(visits):
        here, time, way = team.office, opens, 0
        for visit in order:
            there = travel.position[visit.id]
            way += travel.seconds(here, there)
            start = begins(problem, visit, day, time + travel.seconds(here, there))
            if start is None:
                break
            time, here = start + visit.duration, there
        else:
            back = travel.seconds(here, team.office)
            if time + back <= closes and (best is None or way + back < best):
                best = way + back
    return best


def best_plan(problem: Problem, team: Team) -> Key:
    """(weight of what is missed, visits moved, cost) of the best plan."""
    travel = Travel.of(problem)
    visits = [one for one in problem.visits if one.team == team.id]
    heavy = len(visits) + 1
    known: dict[tuple[tuple[object, ...], int], int | None] = {}
    best: tuple[object, ...] | None = None
    for days in product([None, *team.days], repeat=len(visits)):
        cost, missed, moved = 0, 0, 0
        for visit, day in zip(visits, days, strict=True):
            if day is None:
                missed += heavy if visit.pinned or visit.appointment else 1
                cost += problem.miss_cost
            elif (was := problem.published.get(visit.id)) is not None:
                moved += (was.team, was.day) != (team.id, day)
        for day in {one for one in days if one is not None}:
            out = tuple(visit for visit, on in zip(visits, days, strict=True) if on == day)
            key = (tuple(one.id for one in out), day)
            if key not in known:
                known[key] = least_way(problem, travel, team, out, day)
            if known[key] is None:
                break
            cost += known[key] + problem.day_cost
        else:
            if problem.aims == "weighted":
                value = (missed // heavy, cost + problem.change_cost * moved)
            else:
                value = (missed, moved, cost)
            if best is None or value < best:
                best = value
    assert best is not None
    return best

"""插入: whether a plan takes one more visit by hand, at most one other moving to another day for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

from solver.schedule.explaining.alone import common_days
from solver.schedule.explaining.bench import Bench
from solver.schedule.problem import Id, Problem, Team, Visit
from solver.schedule.team.frame import starts_on, suits
from solver.schedule.travel import Travel

FEW = 5
"""Visits of a day whose orders are tried to let another go."""


def takes(
    bench: Bench,
    team: Team,
    planned: Mapping[int, Sequence[Id]],
    visit: Visit,
    *,
    most: int | None = None,
    travel: Travel | None = None,
) -> bool:
    """Whether the team's days, ``planned`` so, take the visit: as they stand, or one other moved away.

    ``visit`` may differ from the problem's; ``most``: visits a day, ``travel``: where those are changed too.
    """
    problem = bench.problem
    days = common_days(problem, team, visit)
    same = travel is None and visit == bench.visit(visit.id)

    def holds(day: int, others: Sequence[Id]) -> bool:
        if same:
            return known(bench, team, day, others, visit, most)
        return day_holds(bench, team, day, others, visit, most=most, travel=travel)

    if any(holds(day, planned.get(day, ())) for day in days):
        return True
    if travel is not None:
        return False
    for day in days:
        here = planned.get(day, ())
        if len(here) > FEW:
            continue
        for name in here:
            rest = [one for one in here if one != name]
            if not holds(day, rest):
                continue
            other = bench.visit(name)
            for away in common_days(problem, team, other):
                there = planned.get(away, ())
                if away != day and len(there) < FEW and known(bench, team, away, there, other, most):
                    return True
    return False


def known(bench: Bench, team: Team, day: int, others: Sequence[Id], visit: Visit, most: int | None) -> bool:
    """``day_holds`` of visits as the problem has them; asked often, and remembered."""
    key = team.id, day, team.hours.get(day), most, tuple(others), visit.id
    found = bench.known.days.get(key)
    if found is None:
        found = bench.known.days[key] = day_holds(bench, team, day, others, visit, most=most)
    return found


def day_holds(
    bench: Bench,
    team: Team,
    day: int,
    others: Sequence[Id],
    visit: Visit,
    *,
    most: int | None = None,
    travel: Travel | None = None,
) -> bool:
    """Whether the team can do the visit with these others on the day: quickly said for a few."""
    problem = bench.problem
    if len(others) >= (problem.max_visits if most is None else most) or not suits(problem, team, visit, day):
        return False
    begin, end = team.hours.get(day, (0, problem.day_length))
    visits = [*(bench.visit(name) for name in others), visit]
    if sum(one.duration for one in visits) > end - begin:
        return False
    back = back_first(problem, travel or bench.travel, team, day, visits)
    return back is not None and back <= end


def back_first(problem: Problem, travel: Travel, team: Team, day: int, visits: list[Visit]) -> int | None:
    """The earliest return from these visits, however long the day; ``None``: no order keeps windows."""
    if len(visits) > 6:
        return None
    table = travel.table(team.office, [one.id for one in visits]).tolist()
    starts = [starts_on(problem, one, day) for one in visits]
    begin = team.hours.get(day, (0, 0))[0]
    best: int | None = None
    for order in permutations(range(len(visits))):
        clock, at = begin, 0
        for row in order:
            arrives = clock + table[at][row + 1]
            may = [max(first, arrives) for first, last in starts[row] if max(first, arrives) <= last]
            if not may:
                break
            clock, at = min(may) + visits[row].duration, row + 1
        else:
            back = clock + table[at][0]
            best = back if best is None else min(best, back)
    return best

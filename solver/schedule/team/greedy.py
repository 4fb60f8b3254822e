"""就近排: a lawful plan at once, for a team that there is no time left to plan; no search and no proof."""

from __future__ import annotations

from dataclasses import dataclass

from solver.schedule.problem import Visit
from solver.schedule.team.driving import drive
from solver.schedule.team.frame import DayClass, Frame
from solver.schedule.timetable import Route


@dataclass(frozen=True, slots=True, eq=False)
class _Day:
    """One day being filled: what stands on it already, and how far it is."""

    frame: Frame
    day: int
    kind: DayClass
    go: list[list[int]]

    def goes_on(self, at: int, clock: int, here: int) -> bool:
        """Whether the team can go on to this visit and be back in time."""
        ready = clock + self.go[here][at + 1]
        start = next((max(ready, low) for low, high in self.kind.starts[at] if ready <= high), None)
        if start is None:
            return False
        return start + int(self.frame.durations[at]) + self.go[at + 1][0] <= self.kind.end


def plan_greedily(frame: Frame) -> tuple[Route, ...]:
    """Day by day: what is fixed or published for it, then the nearest, first those that have no later day."""
    go: list[list[int]] = frame.go.tolist()
    last = [max((at for at, may in enumerate(line) if may), default=-1) for line in frame.on.tolist()]
    left = {at for at in range(len(frame.visits)) if last[at] >= 0}
    routes = []
    for day, number in enumerate(frame.days):
        kind = next(one for one in frame.classes if day in one.days)
        here = _Day(frame, day, kind, go)
        stands = [at for at in sorted(left) if _stands(frame, frame.visits[at], number) is not None]
        stands.sort(key=lambda at: (_stands(frame, frame.visits[at], number), at))
        may = [at for at in sorted(left) if frame.on[at, day] and not _elsewhere(frame, at, number, last[at])]
        route = _filled(here, stands, may, last)
        if route is not None:
            routes.append(route)
            left -= {at for at in left if frame.visits[at].id in route.visits}
    return tuple(routes)


def _stands(frame: Frame, visit: Visit, number: int) -> tuple[bool, int] | None:
    """Whether the visit stands on this day already, and when; what is fixed before what is published."""
    for fixed in (visit.pinned, visit.appointment):
        if fixed is not None and fixed.day == number:
            return False, fixed.start or 0
    was = frame.problem.published.get(visit.id)
    if was is not None and (was.team, was.day) == (frame.team.id, number):
        return True, was.start
    return None


def _elsewhere(frame: Frame, at: int, number: int, last: int) -> bool:
    """Whether the visit is published for a later day that may still come, and should be left to it."""
    was = frame.problem.published.get(frame.visits[at].id)
    if was is None or was.team != frame.team.id or was.day <= number:
        return False
    return (
        was.day in frame.days
        and bool(frame.on[at, frame.days.index(was.day)])
        and was.day <= frame.days[last]
    )


def _filled(here: _Day, stands: list[int], may: list[int], last: list[int]) -> Route | None:
    """The day's route: what stands on it wherever that fits, then one after the other."""
    frame, most = here.frame, here.frame.problem.max_visits
    order: list[int] = []
    route: Route | None = None
    for at in stands:
        if len(order) == most:
            break
        for place in reversed(range(len(order) + 1)):
            longer = [*order[:place], at, *order[place:]]
            found = drive(frame, here.day, longer)
            if found is not None:
                order, route = longer, found
                break
    free = [at for at in may if at not in order]
    while free and len(order) < most:
        clock, there = here.kind.begin, 0
        if route is not None:
            clock, there = route.starts[-1] + int(frame.durations[order[-1]]), order[-1] + 1
        ways = here.go[there]
        free = [at for at in free if here.goes_on(at, clock, there)]
        free.sort(key=lambda at: (last[at] != here.day, ways[at + 1], at))
        for at in free:
            found = drive(frame, here.day, [*order, at])
            if found is not None:
                order, route = [*order, at], found
                free.remove(at)
                break
        else:
            break
    return route

"""行车: an order of visits on one day becomes a route with times."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from solver.schedule.problem import Published
from solver.schedule.team.frame import DayClass, Frame
from solver.schedule.timetable import Route


def drive(frame: Frame, day: int, order: Sequence[int]) -> Route | None:
    """The route of these visits (positions in ``frame.visits``) in this order on ``frame.days[day]``.

    Each begins as soon as it can, but at its published time where it was published for this day and that
    still fits. None where the order cannot be driven.
    """
    kind = next(one for one in frame.classes if day in one.days)
    if not order or not all(frame.on[at, day] for at in order):
        return None
    latest = _latest(frame, kind, order)
    if latest is None:
        return None
    starts: list[int] = []
    time, here = kind.begin, 0
    for place, at in enumerate(order):
        ready = time + int(frame.go[here, at + 1])
        start = _wished(frame, day, at, ready, latest[place], kind) or _soonest(kind, at, ready)
        if start is None or start > latest[place]:
            return None
        starts.append(start)
        time, here = start + int(frame.durations[at]), at + 1
    legs = [0, *(at + 1 for at in order), 0]
    travel = sum(int(frame.go[a, b]) for a, b in pairwise(legs))
    return Route(
        team=frame.team.id,
        day=frame.days[day],
        visits=tuple(frame.visits[at].id for at in order),
        starts=tuple(starts),
        leaves=starts[0] - int(frame.go[0, order[0] + 1]),
        returns=time + int(frame.go[here, 0]),
        travel=travel,
    )


def _soonest(kind: DayClass, at: int, time: int) -> int | None:
    return next((max(time, low) for low, high in kind.starts[at] if time <= high), None)


def _latest(frame: Frame, kind: DayClass, order: Sequence[int]) -> list[int] | None:
    """For each visit the last start from which the rest of the day still works."""
    time, there = kind.end, 0
    latest: list[int] = []
    for at in reversed(order):
        time -= int(frame.go[at + 1, there]) + int(frame.durations[at])
        fitting = [min(time, high) for low, high in kind.starts[at] if low <= time]
        if not fitting:
            return None
        time, there = fitting[-1], at + 1
        latest.append(time)
    return latest[::-1]


def _wished(frame: Frame, day: int, at: int, ready: int, latest: int, kind: DayClass) -> int | None:
    """The published start, where it is for this day and team and still fits."""
    published: Published | None = frame.problem.published.get(frame.visits[at].id)
    if published is None or (published.team, published.day) != (frame.team.id, frame.days[day]):
        return None
    wish = published.start
    inside = any(low <= wish <= high for low, high in kind.starts[at])
    return wish if inside and ready <= wish <= latest else None

"""大组的列: good day-tours for a team that has too many to list them all.

The search (turns counted, never the clock) plans the team's days; the tours it meets on the way are the
columns from which the set partitioning then chooses. The best plan found is always among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Problem
from solver.schedule.routing import search
from solver.schedule.routing.fleet import Fleet, Kind
from solver.schedule.routing.timing import Times, times
from solver.schedule.team.frame import Frame
from solver.schedule.team.tours import Tours
from solver.schedule.timetable import Route
from solver.schedule.travel import Travel

SEED = 1
TURNS = 400
"""Turns of the search for each visit of the team."""
LEAST_TURNS, MOST_TURNS = 4_000, 60_000
MOST_TOURS = 6_000
LEFT_OUT = 10**10
"""Seconds that an unscheduled visit counts in the search: more than any plan."""

Order = tuple[int, ...]
"""Positions in ``Frame.visits`` in the order of driving."""
Tour = tuple[int, Order]
"""Position in ``Frame.days`` (in a table: in ``Frame.classes``), and the order."""


@dataclass(frozen=True, slots=True)
class DayRoutes:
    """多日行程 of one team: lawful routes by day, what they leave out, and the tours met on the way."""

    routes: tuple[Route, ...]
    missing: tuple[Id, ...]
    tours: Tours


def day_routes(
    problem: Problem,
    travel: Travel,
    team: Id,
    visits: Iterable[Id] | None = None,
    limits: Limits | None = None,
) -> DayRoutes:
    """A plan of all days of one team by search: fewest left out, then least travel and days.

    ``visits``: only these (none: all drawn for the team). Lawful always, the same every time, proven nothing.
    """
    frame = Frame.of(problem, travel, team, visits)
    best, pool = _searched(frame)
    classes = _classes(frame)
    routes = []
    for day, order in sorted(best):
        found = _times(frame, classes[day], order)
        if found is not None:
            ids = tuple(frame.visits[at].id for at in order)
            routes.append(
                Route(
                    team=team,
                    day=frame.days[day],
                    visits=ids,
                    starts=found.starts,
                    leaves=found.leaves,
                    returns=found.first_back,
                    travel=sum(_ways(frame, order)),
                )
            )
    served = {visit for route in routes for visit in route.visits}
    missing = tuple(one for one in frame.ids if one not in served)
    return DayRoutes(tuple(routes), missing, _table(frame, best, pool, (limits or Limits()).tours))


def search_tours(frame: Frame, most: int = MOST_TOURS) -> Tours:
    """``Tours`` found by search (not ``complete``): those of the best plan, of the published one, every visit
    by itself, then what the search met, in order of travel for each visit; ``most`` at most, ``MOST_TOURS``
    anyway.
    """
    best, pool = _searched(frame)
    return _table(frame, best, pool, most)


def _classes(frame: Frame) -> list[int]:
    """The class of each day."""
    place = {day: at for at, one in enumerate(frame.classes) for day in one.days}
    return [place[day] for day in range(len(frame.days))]


def fleet_of(frame: Frame) -> tuple[Fleet, list[int]]:
    """The team's days as kinds of routes, and the rows of the visits it can do at all: they are the stops."""
    rows = np.flatnonzero(frame.on.any(axis=1)).tolist()
    problem, classes = frame.problem, _classes(frame)
    order = [*(row + 1 for row in rows), 0]
    starts = tuple(
        tuple(
            frame.classes[classes[day]].starts[row] if frame.on[row, day] else ()
            for day in range(len(frame.days))
        )
        for row in rows
    )
    hours = [frame.classes[each] for each in classes]
    fleet = Fleet(
        matrix=frame.go[np.ix_(order, order)].astype(np.int32),
        duration=tuple(int(frame.durations[row]) for row in rows),
        demand=(1,) * len(rows),
        starts=starts,
        kinds=tuple(Kind(1, one.begin, one.end) for one in hours),
        room=max(problem.max_visits, 0),
        route_cost=problem.day_cost,
        missed_cost=problem.miss_cost if problem.aims == "weighted" else LEFT_OUT,
        firm=frozenset(
            stop for stop, row in enumerate(rows) if frame.visits[row].pinned or frame.visits[row].appointment
        ),
    )
    return fleet, rows


def _searched(frame: Frame) -> tuple[list[Tour], list[Tour]]:
    """Tours (position in ``Frame.days``, order) of the best plan, and all that the search met."""
    fleet, rows = fleet_of(frame)
    if not rows:
        return [], []
    turns = min(max(TURNS * len(rows), LEAST_TURNS), MOST_TURNS)
    found = search.by_iterations(fleet, SEED, turns, pool=True)
    return _named(found.tours, rows), _named(found.pool, rows)


def _named(tours: Iterable[search.Tour], rows: list[int]) -> list[Tour]:
    return [(day, tuple(rows[stop] for stop in stops)) for day, stops in tours]


def _published(frame: Frame) -> Iterator[Tour]:
    """Days of the published plan, as far as they are this team's."""
    place = {day: at for at, day in enumerate(frame.days)}
    days: dict[int, list[tuple[int, int]]] = {}
    for row, visit in enumerate(frame.visits):
        issued = frame.problem.published.get(visit.id)
        if issued is not None and issued.team == frame.team.id and issued.day in place:
            days.setdefault(place[issued.day], []).append((issued.start, row))
    for day in sorted(days):
        yield day, tuple(row for _, row in sorted(days[day]))


def _singles(frame: Frame, classes: list[int]) -> Iterator[Tour]:
    """Every visit by itself, once for each class of days on which it may be."""
    for row in range(len(frame.visits)):
        kinds: dict[int, int] = {}
        for day in np.flatnonzero(frame.on[row]).tolist():
            kinds.setdefault(classes[day], day)
        for day in kinds.values():
            yield day, (row,)


def _table(frame: Frame, best: list[Tour], pool: list[Tour], most: int) -> Tours:
    """The tours as the exact solver lists them: each set once for each class of days, cheapest order first
    found.
    """
    classes = _classes(frame)
    held: dict[tuple[int, Order], tuple[int, Order, Times]] = {}
    spare = sorted(pool, key=lambda tour: (sum(_ways(frame, tour[1])) / len(tour[1]), tour))
    for source in (best, _published(frame), _singles(frame, classes), spare):
        for day, order in source:
            key = (classes[day], tuple(sorted(order)))
            if key not in held and len(held) >= min(most, MOST_TOURS) and source is spare:
                continue
            if len(order) > frame.problem.max_visits or not frame.on[list(order), day].all():
                continue
            way = sum(_ways(frame, order))
            if key in held and held[key][0] <= way:
                continue
            found = _times(frame, classes[day], order)
            if found is not None:
                held[key] = (way, order, found)
    keys = sorted(held)
    n, wide = len(frame.visits), max((len(order) for _, order in keys), default=0)
    sets = np.zeros((len(keys), n), dtype=np.bool_)
    on = np.zeros((len(keys), len(frame.days)), dtype=np.bool_)
    orders = np.full((len(keys), wide), -1, dtype=np.int16)
    numbers = np.zeros((len(keys), 4), dtype=np.int64)
    for at, key in enumerate(keys):
        way, order, found = held[key]
        sets[at, list(order)] = True
        orders[at, : len(order)] = order
        days = list(frame.classes[key[0]].days)
        on[at, days] = frame.on[np.ix_(list(order), days)].all(axis=0)
        numbers[at] = way, found.first_back, found.last_out, found.first_back - found.leaves
    kind = np.array([kind for kind, _ in keys], dtype=np.int64)
    travel, back, out, span = numbers.T
    row = {key: at for at, key in enumerate(keys)}
    planned = [(classes[day], tuple(sorted(order))) for day, order in best]
    start = tuple(sorted(row[key] for key in planned if key in row))
    return Tours(
        frame.team.id,
        frame.ids,
        frame.days,
        sets,
        on,
        kind,
        orders,
        travel,
        back,
        out,
        span,
        complete=False,
        start=start,
    )


def _ways(frame: Frame, order: Order) -> list[int]:
    places = [0, *(row + 1 for row in order), 0]
    return [int(frame.go[a, b]) for a, b in pairwise(places)]


def _times(frame: Frame, kind: int, order: Order) -> Times | None:
    one = frame.classes[kind]
    durations = [int(frame.durations[row]) for row in order]
    return times(_ways(frame, order), durations, [one.starts[row] for row in order], one.begin, one.end)

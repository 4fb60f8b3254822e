"""全县日行程: finished day-routes over all visits of a county, whoever drives them.

For the draw unit ``day-route``: teams are drawn for these routes afterwards. On each day there are at most as
many routes as teams that can go out, from their offices and within their hours, so that a team can be found
for every route. Turns of the search are counted, never the clock.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from solver.schedule.limits import Limits
from solver.schedule.problem import Id, Problem, Visit, id_order
from solver.schedule.routing import compiled, search
from solver.schedule.routing.columns import LEFT_OUT
from solver.schedule.routing.fleet import Fleet, Kind
from solver.schedule.routing.timing import times
from solver.schedule.team.frame import starts_on
from solver.schedule.travel import UNREACHABLE, Travel

SEED = 1
TURNS = 500
"""Turns of the search for each visit of the county."""
LEAST_TURNS, MOST_TURNS = 10_000, 400_000
HEAT = (0.3, 0.01)
"""Cooler than for one team: there are routes enough for a stop to move to."""

Slot = tuple[int, int, int, int]
"""Day, office, and the hours in which a route must leave and return."""


@dataclass(frozen=True, slots=True)
class DayRoute:
    """成品日行程: as ``Route``, but nobody's yet; ``opens``, ``closes``: hours of teams it was made for."""

    county: int
    office: int
    day: int
    visits: tuple[Id, ...]
    starts: tuple[int, ...]
    leaves: int
    returns: int
    travel: int
    opens: int
    closes: int


def county_routes(problem: Problem, limits: Limits | None = None) -> tuple[DayRoute, ...]:
    """Day-routes over all visits of all counties, in order of county, day and visits; whatever is on none of
    them could not be served. Fewest unserved first, then least travel and days; which teams the visits were
    drawn for is not asked. ``limits.workers``: counties at a time.
    """
    travel, counties = Travel.of(problem), sorted({visit.county for visit in problem.visits})
    compiled.compiled()
    with ThreadPoolExecutor(max(1, (limits or Limits()).workers)) as threads:
        found = threads.map(lambda county: _routes_of(problem, travel, county), counties)
        return tuple(route for routes in found for route in routes)


def slots_of(problem: Problem, county: int) -> dict[Slot, int]:
    """How many teams of the county can go out on each day, by office and hours."""
    return dict(
        Counter(
            (day, team.office, *team.hours.get(day, (0, problem.day_length)))
            for team in problem.teams
            if team.county == county
            for day in team.days
            if problem.allow_provisional or day not in problem.provisional
        )
    )


def _routes_of(problem: Problem, travel: Travel, county: int) -> list[DayRoute]:
    slots = sorted(slots_of(problem, county).items())
    offices = sorted({slot[1] for slot, _ in slots})
    visits = [one for one in problem.visits if one.county == county]
    starts = {one.id: _starts(problem, one, [slot for slot, _ in slots]) for one in visits}
    numbers = [*(travel.position[one.id] for one in visits), *offices]
    matrix = np.minimum(travel.between(numbers), UNREACHABLE)
    reached = [
        at
        for at, one in enumerate(visits)
        if any(starts[one.id]) and (matrix[at, len(visits) :] + matrix[len(visits) :, at]).min() < UNREACHABLE
    ]
    if not reached:
        return []
    rows = [*reached, *range(len(visits), len(numbers))]
    visits = [visits[at] for at in reached]
    matrix = matrix[np.ix_(rows, rows)]
    kinds = tuple(Kind(many, slot[2], slot[3], offices.index(slot[1])) for slot, many in slots)
    fleet = Fleet(
        matrix=matrix.astype(np.int32),
        duration=tuple(one.duration for one in visits),
        demand=(1,) * len(visits),
        starts=tuple(starts[one.id] for one in visits),
        kinds=kinds,
        room=max(problem.max_visits, 0),
        route_cost=problem.day_cost,
        missed_cost=problem.miss_cost if problem.aims == "weighted" else LEFT_OUT,
        firm=frozenset(at for at, one in enumerate(visits) if one.pinned or one.appointment),
    )
    turns = min(max(TURNS * len(visits), LEAST_TURNS), MOST_TURNS)
    found = search.by_iterations(fleet, SEED, turns, heat=HEAT)
    routes = [_route(fleet, visits, slots[kind][0], county, kind, stops) for kind, stops in found.tours]
    return sorted(routes, key=lambda route: (route.day, [id_order(one) for one in route.visits]))


def _starts(problem: Problem, visit: Visit, slots: list[Slot]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Where the visit may begin, by slot."""
    on = {day: starts_on(problem, visit, day) for day in visit.days}
    return tuple(on.get(slot[0], ()) for slot in slots)


def _route(
    fleet: Fleet, visits: list[Visit], slot: Slot, county: int, kind: int, stops: tuple[int, ...]
) -> DayRoute:
    day, office, opens, closes = slot
    depot = fleet.stops + fleet.kinds[kind].home
    places = (depot, *stops, depot)
    ways = [int(fleet.matrix[a, b]) for a, b in pairwise(places)]
    durations = [fleet.duration[stop] for stop in stops]
    found = times(ways, durations, [fleet.starts[stop][kind] for stop in stops], opens, closes)
    if found is None:
        raise AssertionError("the search gives routes that work out")
    ids = tuple(visits[stop].id for stop in stops)
    return DayRoute(
        county, office, day, ids, found.starts, found.leaves, found.first_back, sum(ways), opens, closes
    )

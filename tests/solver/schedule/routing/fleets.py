"""Random small fleets, and what the rules say of routes: worked out stop by stop, apart from the search."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from solver.schedule.routing.fleet import Fleet, Kind
from solver.schedule.routing.search import Found, Tour

MISSED = 10_000


@st.composite
def fleets(draw: st.DrawFn, most: int = 8, metric: bool = False) -> Fleet:
    """Up to ``most`` stops, two depots, three kinds of routes, several windows, ways that need not be symmetric."""
    n = draw(st.integers(1, most))
    ways = st.integers(1, 60)
    if metric:
        places = draw(
            st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=n + 2, max_size=n + 2)
        )
        matrix = np.array([[abs(a - c) + abs(b - d) for c, d in places] for a, b in places])
    else:
        rows = st.lists(ways, min_size=n + 2, max_size=n + 2)
        matrix = np.array(draw(st.lists(rows, min_size=n + 2, max_size=n + 2)))
        np.fill_diagonal(matrix, 0)
    kinds = tuple(
        Kind(draw(st.integers(0, 3)), opens, opens + draw(st.integers(60, 300)), draw(st.integers(0, 1)))
        for opens in draw(st.lists(st.integers(0, 50), min_size=1, max_size=3))
    )
    spans = st.lists(st.tuples(st.integers(0, 150), st.integers(0, 120)), max_size=2).map(_apart)
    return Fleet(
        matrix=matrix.astype(np.int32),
        duration=tuple(draw(st.lists(st.integers(0, 30), min_size=n, max_size=n))),
        demand=tuple(draw(st.lists(st.integers(1, 4), min_size=n, max_size=n))),
        starts=tuple(tuple(draw(spans) for _ in kinds) for _ in range(n)),
        kinds=kinds,
        room=draw(st.integers(4, 9)),
        route_cost=draw(st.sampled_from([0, 25])),
        missed_cost=MISSED,
        firm=frozenset(draw(st.sets(st.integers(0, n - 1), max_size=1))),
    )


def _apart(given: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Rising spans that do not touch."""
    spans: list[tuple[int, int]] = []
    for low, wide in sorted(given):
        begin = max(low, spans[-1][1] + 1) if spans else low
        spans.append((begin, begin + wide))
    return tuple(spans)


def way(fleet: Fleet, tour: Tour) -> int:
    kind, stops = tour
    depot = fleet.stops + fleet.kinds[kind].home
    return sum(int(fleet.matrix[a, b]) for a, b in pairwise((depot, *stops, depot)))


def drives(fleet: Fleet, tour: Tour) -> bool:
    """Whether the tour keeps its hours, windows and load, each stop begun as early as can be."""
    kind, stops = tour
    rules, depot = fleet.kinds[kind], fleet.stops + fleet.kinds[kind].home
    if sum(fleet.demand[stop] for stop in stops) > fleet.room:
        return False
    clock, at = rules.opens, depot
    for stop in stops:
        clock += int(fleet.matrix[at, stop])
        begins = [max(clock, low) for low, high in fleet.starts[stop][kind] if clock <= high]
        if not begins:
            return False
        clock, at = min(begins) + fleet.duration[stop], stop
    return clock + int(fleet.matrix[at, depot]) <= rules.closes


def faults(fleet: Fleet, found: Found) -> list[str]:
    """What is wrong with an answer: routes, stops, numbers of routes, cost."""
    wrong = [f"{tour} cannot be driven" for tour in (*found.tours, *found.pool) if not drives(fleet, tour)]
    served = Counter(stop for _, stops in found.tours for stop in stops)
    served.update(found.missing)
    if served != Counter(range(fleet.stops)):
        wrong.append(f"stops {served}")
    for kind, many in Counter(kind for kind, _ in found.tours).items():
        if many > fleet.kinds[kind].most:
            wrong.append(f"{many} routes of kind {kind}")
    cost = sum(way(fleet, tour) + fleet.route_cost for tour in found.tours)
    cost += sum(map(fleet.missed, found.missing))
    if cost != found.cost:
        wrong.append(f"cost {found.cost}, not {cost}")
    return wrong

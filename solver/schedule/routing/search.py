"""路线搜索: simulated annealing around the kernel, by iterations (repeats exactly) or until a moment (does
not).
"""

from __future__ import annotations

import math
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from solver.schedule.routing import compiled, kernels
from solver.schedule.routing.fleet import Fleet, Kind

Tour = tuple[int, tuple[int, ...]]
"""Kind of route, and its stops in order."""

Heat = tuple[float, float]
"""First and last temperature, in shares of what a stop costs on average."""
HEAT: Heat = (3.0, 0.03)
STEPS = 200
"""Times the temperature is set anew in a search by iterations."""
LOADING = 1.0
"""Seconds that loading the compiler takes on a middling machine: with less to go it is not even tried."""
SMALL = 300
"""Up to so many stops a first plan takes no time worth mentioning, and is made after the moment, too."""
SLICE = 0.05
"""Seconds that one call of the kernel aims at in a search by the clock."""
#: Stops times routes above which no places are kept: some 300 MB.
MOST_KEPT = 25_000_000
POOL_ROWS = 4096
_COMPILING: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, slots=True)
class Found:
    """The best routes, stops left out, cost, turns taken, and good tours met on the way."""

    tours: tuple[Tour, ...]
    missing: tuple[int, ...]
    cost: int
    iterations: int
    pool: tuple[Tour, ...] = ()


class Searching:
    """One search with all its arrays; it goes on from where it stands as often as asked."""

    def __init__(self, fleet: Fleet, seed: int, pool: bool = False) -> None:
        self.fleet = fleet
        given = fleet.rows()
        n, routes = fleet.stops, int(given["slots"][-1])
        self.n, self.routes, self.iterations = n, routes, 0
        marks = np.arange(n, n + routes, dtype=np.int64)
        kind = given["kind"]
        ready, late = np.zeros(n + routes, np.int64), np.zeros(n + routes, np.int64)
        ready[n:], late[n:] = given["opens"][kind], given["closes"][kind]
        links = np.append(np.full(n, -1), marks)
        keeps = n * routes <= MOST_KEPT
        self._width = 2 + max(min(fleet.room // max(min(fleet.demand, default=1), 1), n), 1)
        self._pool_most = POOL_ROWS if pool else 0
        self.sums = np.zeros(8, np.int64)
        everything = int(given["missed"].sum())
        self.sums[kernels.COST] = everything
        self.sums[kernels.BEST], self.sums[kernels.BEST_MISSING] = everything, n
        self.sums[kernels.MISSING] = n
        self.sums[kernels.COUNTER] = 1
        self.sums[kernels.DICE] = (seed * 2654435761 + 88675123) % 0xFFFFFFFF + 1
        self._best, self._pool = links.copy(), np.zeros(self._pool_most * self._width, np.int32)
        self._tours: dict[tuple[int, tuple[int, ...]], Tour] = {}
        chances = [-math.log((at + 0.5) / 1024) for at in range(1024)]
        self._arguments: list[Any] = [
            n, fleet.matrix.shape[0], len(fleet.kinds), given["matrix"], given["duration"], given["demand"],
            given["first"], given["begin"], given["last"], given["near"], len(given["near"]) // max(n, 1),
            given["ranks"], given["slots"], kind, given["home"], given["opens"], given["closes"],
            fleet.room, fleet.route_cost, given["missed"],
            links.copy(), links.copy(), np.full(n, -1, np.int64), ready, late, np.zeros(routes, np.int64),
            np.zeros(routes, np.int64), np.zeros(routes, np.int64), np.zeros(len(fleet.kinds), np.int64),
            np.arange(n, dtype=np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64),
            np.zeros(4 * routes + 3 * n, np.int64),
            np.full(n * routes * 3 if keeps else 0, -1, np.int32), keeps,
            self._best, self._pool, self._width, self._pool_most,
            np.array([round(chance, 9) for chance in chances]), self.sums,
        ]  # fmt: skip

    def go(self, search: compiled.Search, iterations: int, warmth: float, cooling: float = 1.0) -> None:
        """``iterations`` turns from where the search stands, beginning at temperature ``warmth``."""
        if self.n == 0 or self.routes == 0:
            return
        search(*self._arguments, iterations, warmth, cooling)
        self.iterations += iterations
        if self._pool_most:
            self._gather()

    def stop_cost(self) -> float:
        """What a stop costs on average in the best routes."""
        best = self.found()
        cost = best.cost - sum(self.fleet.missed(stop) for stop in best.missing)
        return cost / max(self.n - len(best.missing), 1)

    def _gather(self) -> None:
        """Tours of the pool, each set of stops of a kind once, in the order of least travel."""
        rows = self._pool.reshape(-1, self._width)[: int(self.sums[kernels.POOLED])]
        for row in np.unique(rows, axis=0).tolist():
            kind, many, *stops = row
            self._add(kind, tuple(stops[:many]))
        self._pool[:] = 0
        self.sums[kernels.POOLED] = 0

    def _add(self, kind: int, stops: tuple[int, ...]) -> None:
        key = (kind, tuple(sorted(stops)))
        held = self._tours.get(key)
        if held is None or (self.way(kind, stops), stops) < (self.way(kind, held[1]), held[1]):
            self._tours[key] = (kind, stops)

    def way(self, kind: int, stops: tuple[int, ...]) -> int:
        """Travel of a tour."""
        depot = self.n + self.fleet.kinds[kind].home
        places = (depot, *stops, depot)
        return sum(int(self.fleet.matrix[a, b]) for a, b in pairwise(places))

    def found(self) -> Found:
        """The best so far."""
        tours, served = [], set()
        kind = self._arguments[13]
        for r in range(self.routes):
            stops = []
            at = int(self._best[self.n + r])
            while at < self.n:
                stops.append(at)
                at = int(self._best[at])
            if stops:
                tours.append((int(kind[r]), tuple(stops)))
                served.update(stops)
        missing = tuple(c for c in range(self.n) if c not in served)
        for kind_of, stops_of in tours if self._pool_most else ():
            self._add(kind_of, stops_of)
        pool = tuple(self._tours[key] for key in sorted(self._tours))
        cost = int(self.sums[kernels.BEST])
        return Found(tuple(sorted(tours)), missing, cost, self.iterations, pool)


def by_iterations(fleet: Fleet, seed: int, iterations: int, pool: bool = False, heat: Heat = HEAT) -> Found:
    """A search that depends on nothing but what is given: no clock, no compiler, no machine."""
    search = compiled.compiled() or compiled.plain()
    searching = Searching(fleet, seed, pool)
    searching.go(search, 1, 0.0)
    left = max(iterations - 1, 0)
    scale = searching.stop_cost()
    for step in range(STEPS):
        turns = left * (step + 1) // STEPS - left * step // STEPS
        if turns:
            searching.go(search, turns, warmth(scale, step / STEPS, heat))
    return searching.found()


def until(fleet: Fleet, seed: int, deadline: float, clock: Callable[[], float] = time.monotonic) -> Found:
    """A search until ``clock`` shows ``deadline``; where nothing is compiled yet, the slow way meanwhile."""
    searching = Searching(fleet, seed)
    gear = _Gear(deadline, clock)
    try:
        begun = clock()
        if begun < deadline or fleet.stops <= SMALL:
            searching.go(gear.search(), 1, 0.0)
        turns, scale = 1, searching.stop_cost()
        while (now := clock()) < deadline:
            share = (now - begun) / (deadline - begun)
            searching.go(gear.search(), turns, warmth(scale, share))
            took = max(clock() - now, 1e-6)
            aim = min(SLICE, max((deadline - clock()) / 2, 1e-3))
            turns = max(1, min(int(turns * min(aim / took, 8.0)), 1_000_000))
        return searching.found()
    finally:
        gear.close()


def warmth(scale: float, share: float, heat: Heat = HEAT) -> float:
    """The temperature after this share of the search, rounded, so that no library's last digit decides."""
    hot, cold = heat
    return round(scale * hot * math.exp(math.log(cold / hot) * share), 6)


class _Gear:
    """The fast way if it lies ready, else the slow one while another process compiles."""

    def __init__(self, deadline: float, clock: Callable[[], float]) -> None:
        self._fast: compiled.Search | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._plain = compiled.plain()
        if clock() + LOADING > deadline or (found := compiled.dispatcher()) is None:
            return
        if compiled.is_kept(found):
            self._fast = compiled.compiled()
        else:
            self._process = compiled.compiling()

    def search(self) -> compiled.Search:
        if self._process is not None and self._process.poll() is not None:
            if self._process.returncode == 0:
                self._fast = compiled.compiled()
            self._process = None
        return self._fast or self._plain

    def close(self) -> None:
        """What compiles may go on for its few seconds, so that the next search finds it done."""
        if self._process is not None:
            _COMPILING.append(self._process)


def sample(search: compiled.Search) -> Found:
    """A small search that both ways must agree on."""
    side = 5
    places = [(at // side * 37 % 19, at % side * 53 % 23) for at in range(side * side)]
    matrix = np.array([[abs(a - c) + abs(b - d) for c, d in places] for a, b in places], dtype=np.int32)
    n = side * side - 1
    starts = tuple((((c * 7 % 40, c * 7 % 40 + 60),), ((0, 20), (70, 90)) if c % 3 else ()) for c in range(n))
    fleet = Fleet(matrix, (5,) * n, (1,) * n, starts, (Kind(3, 0, 150), Kind(2, 10, 120)), 6, 20)
    searching = Searching(fleet, 1, pool=True)
    for step in range(3):
        searching.go(search, 20, 5.0 - step, 0.99)
    return searching.found()

"""带时间窗的车辆路线: public VRPTW instances, solved by the search that serves counties, for comparison."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from solver.schedule.routing import formats
from solver.schedule.routing.fleet import Fleet, Kind

if TYPE_CHECKING:
    from solver.schedule.routing.search import Found

LEAVING = 0.3
"""Seconds left for writing the answer and ending the process, by an idle machine's reckoning."""
LEAVING_SHARE = 0.2
"""Of the limit that may be left for it where others keep the machine busy."""


@dataclass(frozen=True, slots=True)
class Solution:
    """路线方案: customers (from 1) of each route in order, total distance in tenths, turns of the search
    taken.
    """

    name: str
    routes: tuple[tuple[int, ...], ...]
    cost: int
    iterations: int
    reproducible: bool

    def text(self) -> str:
        """As CVRPLIB writes solutions."""
        return formats.solution_text(self.routes, self.cost)


def solve_file(
    path: Path, seconds: float, *, seed: int = 1, iterations: int | None = None, age: float | None = None
) -> Solution:
    """Solves the instance in ``path``: by ``iterations``, which repeats exactly, else by the clock.

    ``seconds`` count from the start of the process; ``age``: how old it is already (default: asked of the
    system where it tells). ``RoutingError`` where the file is none.
    """
    now, old = time.monotonic(), process_age() if age is None else age
    busy = max(1.0, old / max(time.process_time(), 0.05))
    deadline = now - old + seconds * 0.99 - min(LEAVING * busy, max(seconds * LEAVING_SHARE, LEAVING))
    given = formats.read(path)
    from solver.schedule.routing import search  # brings the compiler; a file in error is told without

    if iterations is not None:
        return _solution(given, search.by_iterations(fleet_of(given), seed, iterations), True)
    return _solution(given, search.until(fleet_of(given), seed, deadline), False)


def fleet_of(given: formats.Vrptw) -> Fleet:
    """One kind of routes, as many as there are customers."""
    stops = len(given.places) - 1
    order = [*range(1, stops + 1), 0]
    windows = tuple((given.windows[stop],) for stop in range(1, stops + 1))
    return Fleet(
        matrix=given.distances()[order][:, order],
        duration=given.service[1:],
        demand=given.demands[1:],
        starts=tuple((one,) for one in windows),
        kinds=(Kind(stops, *given.windows[0]),),
        room=given.capacity,
    )


def _solution(given: formats.Vrptw, found: Found, reproducible: bool) -> Solution:
    """With a route of its own for whatever the time did not suffice to place."""
    routes = [tuple(stop + 1 for stop in stops) for _, stops in found.tours]
    routes += [(stop + 1,) for stop in found.missing]
    routes.sort()
    matrix = given.distances()
    cost = sum(int(matrix[a, b]) for route in routes for a, b in zip((0, *route), (*route, 0), strict=True))
    return Solution(given.name, tuple(routes), cost, found.iterations, reproducible)


def process_age() -> float:
    """Seconds since this process started, where the system tells (Linux); else what it commonly takes."""
    try:
        stat = Path("/proc/self/stat").read_text(encoding="ascii")
        up = float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
        ticks = int(stat.rpartition(")")[2].split()[19])
        return max(up - ticks / _ticks_a_second(), 0.0)
    except (OSError, ValueError, IndexError):
        return 0.5


def _ticks_a_second() -> int:
    import os

    return os.sysconf("SC_CLK_TCK")

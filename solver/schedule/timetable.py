"""检查安排: what a schedule says, as it is handed on.

Routes, what could not be placed and why, and how good it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from solver.schedule.problem import Id

Params = Mapping[str, int | str | list[int | str]]


@dataclass(frozen=True, slots=True)
class Route:
    """一日行程: one team on one day, from its office and back. Seconds on the working axis.

    ``starts[i]`` is when visit ``i`` begins. ``leaves`` and ``returns``: at the office; latest departure that
    still keeps ``starts[0]``, and the arrival after the last visit. ``travel`` is all the driving.
    """

    team: Id
    day: int
    visits: tuple[Id, ...]
    starts: tuple[int, ...]
    leaves: int
    returns: int
    travel: int


@dataclass(frozen=True, slots=True)
class Fix:
    """可行的改法, tried on the model before it is shown. ``kind`` is stable (docs/schedule.md)."""

    kind: str
    params: Params
    message: str


@dataclass(frozen=True, slots=True)
class Unscheduled:
    """未能安排: a visit, a stable code, its numbers, the sentence, and fixes that were tried."""

    visit: Id
    code: str
    params: Params = field(default_factory=dict)
    message: str = ""
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class Timetable:
    """检查安排. ``objective`` = travel + day_cost · team-days + miss_cost · unscheduled.

    ``bound``: none with as few unscheduled and (after publication) as few changed visits costs less.
    ``proven``: teams whose plan is proven best for them.
    ``reproducible``: no clock decided anything. ``engine``: name → version of what was used.
    """

    problem_sha256: str
    routes: tuple[Route, ...]
    """In order of team, then day."""
    unscheduled: tuple[Unscheduled, ...]
    travel: int
    objective: int
    bound: int
    proven: tuple[Id, ...]
    reproducible: bool = True
    changed: tuple[Id, ...] = ()
    """Visits that stand elsewhere than in the published plan."""
    peak_cars: Mapping[int, int] = field(default_factory=dict)
    """Office → most cars out on one day."""
    engine: Mapping[str, str] = field(default_factory=dict)
    amiss: tuple[tuple[str, int | str, int | str], ...] = ()
    """What a file changed by hand says otherwise than its routes: figure, stated, actual."""

    @property
    def team_days(self) -> int:
        return len(self.routes)

"""排期问题: what is to be visited, by whom, on which days; whole numbers of seconds throughout.

Times within a day are seconds on its working axis: 0 is when work begins, ``day_length`` when it ends, lunch
is cut out. Days are positions in ``Problem.days``. Everything is put into one order, by id, when it is made,
so that the order in which a file listed people or visits can never move a plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Id = int | str
Window = tuple[int, int]
Sharing = Literal["day", "time"]
Aims = Literal["lexicographic", "weighted"]


def id_order(value: Id) -> tuple[bool, Id]:
    """Numbers before words, each in their own order."""
    return isinstance(value, str), value


@dataclass(frozen=True, slots=True)
class Place:
    """地点: degrees of latitude and longitude (WGS 84)."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Fixed:
    """约定/固定: on this day, beginning at ``start`` where that is given."""

    day: int
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """待排检查. ``windows``: it begins and ends inside one of them; ``windows_on`` replaces them on a day.

    ``days``: days on which it may be, rising: earliest and last day, closed days have been taken out already.
    ``team`` is the drawn team; ``None`` where the draw unit still forms teams. ``appointment`` was agreed
    with the entity; ``pinned`` 锁定 was set by hand or lies in the past: day, start and team stay as they
    are.
    ``recused``: members who may not go; ``skills``: each must be held by some member.
    ``entity``, ``tasks``, ``departments``: whose visits may be merged into one knock at the door.
    """

    id: Id
    county: int
    place: Place | None
    duration: int
    windows: tuple[Window, ...]
    days: tuple[int, ...]
    team: Id | None = None
    items: int = 1
    windows_on: Mapping[int, tuple[Window, ...]] = field(default_factory=dict)
    appointment: Fixed | None = None
    pinned: Fixed | None = None
    entity: str = ""
    tasks: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    skills: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()
    over_lunch: bool = False
    """Longer than either half of the day: the team breaks for lunch on the spot."""


@dataclass(frozen=True, slots=True)
class Team:
    """检查组. ``days``: rising days on which all members are there; ``hours`` narrows a day (half-days), also
    one that is not among them but might be added.

    ``stand_ins`` 替班: who goes out on a day where that is not all ``members``.
    """

    id: Id
    county: int
    office: int
    members: tuple[str, ...]
    days: tuple[int, ...]
    hours: Mapping[int, Window] = field(default_factory=dict)
    skills: frozenset[str] = frozenset()
    stand_ins: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def members_on(self, day: int) -> tuple[str, ...]:
        """Who goes out on ``day``."""
        return self.stand_ins.get(day, self.members)


@dataclass(frozen=True, slots=True)
class Inspector:
    """执法检查人员 as the schedule knows them. ``days`` and ``hours``: when they are there (none: always).

    Teams have been narrowed to the days and hours of all their members already. ``spare``: may take
    somebody's place when a plan is mended.
    """

    id: str
    days: tuple[int, ...] | None = None
    hours: Mapping[int, Window] = field(default_factory=dict)
    skills: frozenset[str] = frozenset()
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """已发布的安排 of one visit, which re-planning disturbs as little as it can."""

    team: Id
    day: int
    start: int


@dataclass(frozen=True, slots=True)
class Problem:
    """排期问题 (P.json). Costs are seconds. ``cars``: office → cars on one day (none: no limit).

    ``sharing`` 一人多组: ``day``: an inspector goes out with one team a day at most; ``time``: with several,
    one after the other. ``aims``: ``lexicographic``: unscheduled visits > changes to ``published`` > cost.
    ``matrix``: seconds from each place to each, rows and columns: offices in order, then visits in order of
    id. ``provisional``: days of a year whose holidays are not announced yet. ``lunch``: second of the axis at
    which lunch was cut out; no visit straddles it but those ``over_lunch``.
    """

    name: str
    day_length: int
    max_visits: int
    day_cost: int
    miss_cost: int
    days: tuple[str, ...]
    offices: tuple[Place, ...]
    teams: tuple[Team, ...]
    visits: tuple[Visit, ...]
    inspectors: tuple[Inspector, ...] = ()
    lunch: int | None = None
    clock: tuple[str, ...] = ()
    """Times of day ``("09:00", "12:00", "13:30", "17:30")``: begin, lunch, end of lunch, end; for people."""
    cars: Mapping[int, int] = field(default_factory=dict)
    sharing: Sharing = "day"
    aims: Aims = "lexicographic"
    change_cost: int = 7200
    published: Mapping[Id, Published] = field(default_factory=dict)
    matrix: tuple[tuple[int, ...], ...] | None = None
    provisional: tuple[int, ...] = ()
    unknown_years: tuple[int, ...] = ()
    allow_provisional: bool = True
    far_km: int = 150
    merge_saves: int = 900
    travel_step: int = 1
    """Ways are rounded up to a multiple of so many seconds: with 300, times read 09:35, not 09:34:30."""
    given_days: tuple[int, ...] = ()
    """Where each of ``days`` (which rise) stood in the file; a timetable's file names days by that."""
    ignored: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """Place and key of what the file says besides: notes, or misspelt keys. They decide nothing."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "teams", tuple(sorted(self.teams, key=lambda team: id_order(team.id))))
        object.__setattr__(self, "visits", tuple(sorted(self.visits, key=lambda visit: id_order(visit.id))))
        object.__setattr__(self, "inspectors", tuple(sorted(self.inspectors, key=lambda one: one.id)))

    def would_change(self, visit: Id, team: Id, day: int) -> bool:
        """Whether the visit would stand elsewhere than in the published plan."""
        before = self.published.get(visit)
        return before is not None and (before.team, before.day) != (team, day)

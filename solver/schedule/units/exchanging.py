"""互换: two visits of neighbouring bundles change places where that makes bundles more compact, or more alike
in what they ask of a team's time (bundle/1, step 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solver.schedule.units.bisecting import scatter
from solver.schedule.units.plane import Spot
from solver.schedule.units.points import Point

ROUNDS = 20
NEAR = 8
"""Bundles that a bundle exchanges visits with."""
COMPACT = 1000
"""What the mean scatter of one visit counts."""
ALIKE = 200
"""What 10,000 squared units of difference in burdens count."""
TOO_FAR = 400
"""An exchange that scatters more than this is never worth its evenness."""
OF_DAYS = 1200
"""What a visit lays upon its days, shared among them: deadlines and closed days weigh on the days left."""
OF_HALF = 120
"""What a visit lays upon the mornings, or the afternoons, if it must be then."""


def burden(point: Point, day_count: int) -> tuple[int, ...]:
    """What a visit asks of a team's time: its minutes; its share on each day; mornings; afternoons."""
    days = point.days or tuple(range(day_count))
    share = OF_DAYS // len(days) if days else 0
    on = set(days)
    return (
        point.minutes,
        *(share if day in on else 0 for day in range(day_count)),
        OF_HALF if point.half == "am" else 0,
        OF_HALF if point.half == "pm" else 0,
    )


def exchanged(points: Sequence[Point], spots: Sequence[Spot], groups: list[list[int]]) -> list[list[int]]:
    """The groups after up to ``ROUNDS`` rounds of exchanges."""
    day_count = max((point.days[-1] + 1 for point in points if point.days), default=0)
    burdens = [burden(point, day_count) for point in points]
    parts = [_Part.of(group, spots, burdens) for group in groups]
    home = {i: at for at, part in enumerate(parts) for i in part.members}
    unit = max(1, sum(scatter(spots, group) for group in groups) // len(points))
    for _ in range(ROUNDS):
        near = [_near(parts, at) for at in range(len(parts))]
        moves = 0
        for i in range(len(points)):
            found = _best(i, home[i], near[home[i]], parts, spots, burdens, unit)
            if found is None:
                continue
            j, other = found
            parts[home[i]].swap(i, j, spots, burdens)
            parts[other].swap(j, i, spots, burdens)
            home[i], home[j] = other, home[i]
            moves += 1
        if not moves:
            break
    return [part.members for part in parts]


@dataclass(slots=True)
class _Part:
    """A bundle with its sums."""

    members: list[int]
    east: int
    north: int
    burden: list[int]

    @staticmethod
    def of(members: list[int], spots: Sequence[Spot], burdens: Sequence[tuple[int, ...]]) -> _Part:
        return _Part(
            sorted(members),
            sum(spots[i][0] for i in members),
            sum(spots[i][1] for i in members),
            [sum(column) for column in zip(*(burdens[i] for i in members), strict=True)],
        )

    def swap(self, out: int, into: int, spots: Sequence[Spot], burdens: Sequence[tuple[int, ...]]) -> None:
        self.members = sorted([i for i in self.members if i != out] + [into])
        self.east += spots[into][0] - spots[out][0]
        self.north += spots[into][1] - spots[out][1]
        self.burden = [
            total + b - a for total, a, b in zip(self.burden, burdens[out], burdens[into], strict=True)
        ]

    @property
    def middle(self) -> Spot:
        return self.east // len(self.members), self.north // len(self.members)


def _near(parts: Sequence[_Part], at: int) -> list[int]:
    """The bundles whose middles are nearest, nearest first."""
    east, north = parts[at].middle
    away = sorted(
        ((part.middle[0] - east) ** 2 + (part.middle[1] - north) ** 2, other)
        for other, part in enumerate(parts)
        if other != at
    )
    return [other for _, other in away[:NEAR]]


def _best(
    i: int,
    at: int,
    near: Sequence[int],
    parts: Sequence[_Part],
    spots: Sequence[Spot],
    burdens: Sequence[tuple[int, ...]],
    unit: int,
) -> tuple[int, int] | None:
    """The exchange of visit ``i`` that gains most, the first of equals: (visit, its bundle)."""
    own = parts[at]
    best, found = 0, None
    (x, y), size = spots[i], len(own.members)
    for other in near:
        part = parts[other]
        twice = (2 * own.east, 2 * own.north, 2 * part.east, 2 * part.north, len(part.members))
        for j in part.members:
            dx, dy = spots[j][0] - x, spots[j][1] - y
            square = dx * dx + dy * dy
            here = (twice[0] * dx + twice[1] * dy + square) // size
            there = (square - twice[2] * dx - twice[3] * dy) // twice[4]
            change = -(here + there) * COMPACT // unit
            if change > TOO_FAR:
                continue
            change += ALIKE * _uneven(own.burden, part.burden, burdens[i], burdens[j]) // 10_000
            if change < best:
                best, found = change, (j, other)
    return found


def _uneven(own: Sequence[int], part: Sequence[int], a: Sequence[int], b: Sequence[int]) -> int:
    """By how much the squared burdens of two bundles grow together when ``a`` and ``b`` change places."""
    return sum(
        2 * (q - p) * (mine - theirs + q - p)
        for mine, theirs, p, q in zip(own, part, a, b, strict=True)
        if p != q
    )

"""分片 bundle/1: drawn entities become balanced geographic bundles (docs/bundle-1.md)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from solver.schedule.units.bisecting import bisected
from solver.schedule.units.errors import UnitError
from solver.schedule.units.exchanging import exchanged
from solver.schedule.units.plane import spots
from solver.schedule.units.points import Bundles, Point, bundles_digest, points_digest


def cut(points: Sequence[Point], count: int) -> Bundles:
    """分片: ``count`` bundles, or as many as there are points if these are fewer.

    Their sizes differ by one at most. The order in which points come is immaterial. Errors: ``UnitError``.
    """
    if count < 1:
        raise UnitError.of("unit_count", count=count)
    ordered = sorted(points, key=lambda point: point.code)
    for before, after in pairwise(ordered):
        if before.code == after.code:
            raise UnitError.of("unit_twice", code=after.code)
    return bundles_of(ordered, _groups(ordered, min(count, len(ordered))))


def bundles_of(points: Sequence[Point], groups: Sequence[Sequence[str]]) -> Bundles:
    """Bundles cut elsewhere (county by county, say), put in order and digested together."""
    in_order = tuple(sorted(tuple(sorted(group)) for group in groups))
    digest = points_digest(points)
    return Bundles(
        groups=in_order,
        placed_by_area=tuple(sorted(point.code for point in points if point.lat is None)),
        points_sha256=digest,
        bundles_sha256=bundles_digest(digest, in_order),
    )


def _groups(points: Sequence[Point], count: int) -> list[list[str]]:
    if not points:
        return []
    where = spots(points)
    groups = exchanged(points, where, bisected(where, count))
    return [[points[i].code for i in group] for group in groups]

"""分片 bundle/1: drawn entities become balanced geographic bundles (docs/bundle-1.md)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from solver.schedule.units.bisecting import bisected
from solver.schedule.units.errors import UnitError
from solver.schedule.units.exchanging import exchanged
from solver.schedule.units.plane import spots
from solver.schedule.units.points import Bundles, Cut, Point, bundles_digest, points_digest


def cut(points: Sequence[Point], count: int) -> Bundles:
    """分片: ``count`` bundles, or as many as there are points if these are fewer.

    Their sizes differ by one at most. The order in which points come is immaterial. Errors: ``UnitError``.
    """
    return cut_apart([(count, points)])


def cut_apart(parts: Sequence[tuple[int, Sequence[Point]]]) -> Bundles:
    """分片 of several parts (count and points), each by itself; they are numbered and digested together."""
    every = sorted((point for _, points in parts for point in points), key=lambda point: point.code)
    for before, after in pairwise(every):
        if before.code == after.code:
            raise UnitError.of("unit_twice", code=after.code)
    groups: list[tuple[str, ...]] = []
    cuts: list[Cut] = []
    for count, points in parts:
        if count < 1:
            raise UnitError.of("unit_count", count=count)
        if points:
            ordered = sorted(points, key=lambda point: point.code)
            cuts.append((min(count, len(ordered)), tuple(point.code for point in ordered)))
            groups += _groups(ordered, cuts[-1][0])
    digest = points_digest(every)
    in_order, listed = tuple(sorted(groups)), tuple(sorted(cuts, key=lambda one: one[1]))
    return Bundles(
        groups=in_order,
        cuts=listed,
        placed_by_area=tuple(point.code for point in every if point.lat is None),
        points_sha256=digest,
        bundles_sha256=bundles_digest(digest, listed, in_order),
    )


def _groups(points: Sequence[Point], count: int) -> list[tuple[str, ...]]:
    where = spots(points)
    groups = exchanged(points, where, bisected(where, count))
    return [tuple(sorted(points[i].code for i in group)) for group in groups]

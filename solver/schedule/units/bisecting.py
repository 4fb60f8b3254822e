"""二分: points are halved by straight lines until each part is a bundle (bundle/1, step 3)."""

from __future__ import annotations

from collections.abc import Sequence

from solver.schedule.units.plane import Spot

DIRECTIONS: tuple[Spot, ...] = (
    *((k, 16) for k in range(-16, 16)),
    *((16, -k) for k in range(-16, 16)),
)
"""Half a turn in 64 steps."""


def bisected(spots: Sequence[Spot], count: int) -> list[list[int]]:
    """Positions of ``spots`` in ``count`` bundles, whose sizes differ by one at most."""
    return _halves(spots, list(range(len(spots))), count)


def scatter(spots: Sequence[Spot], members: Sequence[int]) -> int:
    """Sum of squared distances from the middle, less the fraction."""
    x, y = sum(spots[i][0] for i in members), sum(spots[i][1] for i in members)
    squares = sum(spots[i][0] ** 2 + spots[i][1] ** 2 for i in members)
    return squares - (x * x + y * y) // len(members)


def _halves(spots: Sequence[Spot], members: list[int], count: int) -> list[list[int]]:
    if count == 1:
        return [members]
    left = count // 2
    each, more = divmod(len(members), count)
    size = each * left + min(more, left)
    best: tuple[int, list[int]] | None = None
    for east, north in DIRECTIONS:
        order = sorted(members, key=lambda i: (spots[i][0] * east + spots[i][1] * north, i))
        spread = scatter(spots, order[:size]) + scatter(spots, order[size:])
        if best is None or spread < best[0]:
            best = (spread, order)
    assert best is not None
    order = best[1]
    return _halves(spots, sorted(order[:size]), left) + _halves(spots, sorted(order[size:]), count - left)

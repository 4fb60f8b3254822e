"""平面: micro-degrees become whole numbers of about one metre on a plane (bundle/1, step 2)."""

from __future__ import annotations

from collections.abc import Sequence

from solver.schedule.units.points import MICRO, Point

METRE = 9
"""Micro-degrees of latitude in about one metre."""
APART = 1000
"""Between areas of which nothing but the order is known."""
# fmt: off
COSINES: tuple[int, ...] = (
    1000000, 999848, 999391, 998630, 997564, 996195, 994522, 992546, 990268, 987688,
    984808, 981627, 978148, 974370, 970296, 965926, 961262, 956305, 951057, 945519,
    939693, 933580, 927184, 920505, 913545, 906308, 898794, 891007, 882948, 874620,
    866025, 857167, 848048, 838671, 829038, 819152, 809017, 798636, 788011, 777146,
    766044, 754710, 743145, 731354, 719340, 707107, 694658, 681998, 669131, 656059,
    642788, 629320, 615661, 601815, 587785, 573576, 559193, 544639, 529919, 515038,
    500000, 484810, 469472, 453990, 438371, 422618, 406737, 390731, 374607, 358368,
    342020, 325568, 309017, 292372, 275637, 258819, 241922, 224951, 207912, 190809,
    173648, 156434, 139173, 121869, 104528, 87156, 69756, 52336, 34899, 17452,
    0,
)
# fmt: on
"""1,000,000 times the cosine of 0, 1, … 90 degrees, rounded."""

Spot = tuple[int, int]


def spots(points: Sequence[Point]) -> list[Spot]:
    """Where each point (in order of codes) lies: east and north of the south-western corner."""
    known = [(p.lat, p.lon) for p in points if p.lat is not None and p.lon is not None]
    if not known:
        return _by_area_alone(points)
    south, west = min(lat for lat, _ in known), min(lon for _, lon in known)
    shrink = _cosine((south + max(lat for lat, _ in known)) // 2)

    def spot(point: Point) -> Spot | None:
        if point.lat is None or point.lon is None:
            return None
        return (point.lon - west) * shrink // (MICRO * METRE), (point.lat - south) // METRE

    return _filled(points, [spot(point) for point in points])


def _cosine(lat: int) -> int:
    """Between two degrees of the table in proportion."""
    degree, rest = divmod(abs(lat), MICRO)
    after = COSINES[min(degree + 1, 90)]
    return (COSINES[degree] * (MICRO - rest) + after * rest) // MICRO


def _by_area_alone(points: Sequence[Point]) -> list[Spot]:
    """Nobody has a place: all stand on one line, area after area."""
    rank = {area: n for n, area in enumerate(sorted({point.area for point in points}))}
    return [(0, rank[point.area] * APART) for point in points]


def _filled(points: Sequence[Point], placed: Sequence[Spot | None]) -> list[Spot]:
    """Who has no place stands in the middle of those whose area agrees with his in most characters."""
    sums: dict[str, tuple[int, int, int]] = {}
    for point, spot in zip(points, placed, strict=True):
        if spot is not None:
            for end in range(len(point.area) + 1):
                n, x, y = sums.get(point.area[:end], (0, 0, 0))
                sums[point.area[:end]] = (n + 1, x + spot[0], y + spot[1])

    def middle(area: str) -> Spot:
        end = next(end for end in range(len(area), -1, -1) if area[:end] in sums)
        n, x, y = sums[area[:end]]
        return x // n, y // n

    return [middle(point.area) if spot is None else spot for point, spot in zip(points, placed, strict=True)]

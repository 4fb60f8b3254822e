"""分片单元: the visits that bundle/1 cuts, as whole numbers, and the bundles it gives, with their digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from solver.schedule.units.errors import UnitError

VERSION = "bundle/1"
MICRO = 1_000_000
MINUTES_A_DAY = 1440
Half = Literal["", "am", "pm"]


@dataclass(frozen=True, slots=True)
class Point:
    """待分片的检查, as bundle/1 sees it.

    ``lat``, ``lon``: micro-degrees (WGS 84), both or neither. ``area``: text, region code first, then perhaps
    the address, by which a visit without a place is put beside others. ``minutes`` at the door; ``days``:
    rising positions of the days on which it may be (none: any day); ``half``: only in the morning, only in
    the afternoon, or either.
    """

    code: str
    lat: int | None = None
    lon: int | None = None
    area: str = ""
    minutes: int = 0
    days: tuple[int, ...] = ()
    half: Half = ""

    def __post_init__(self) -> None:
        if (self.lat is None) != (self.lon is None):
            raise UnitError.of("unit_point", code=self.code, key="lat/lon")
        if abs(self.lat or 0) > 90 * MICRO or abs(self.lon or 0) > 180 * MICRO:
            raise UnitError.of("unit_point", code=self.code, key="lat/lon")
        rising = all(a < b for a, b in pairwise(self.days))
        if not rising or any(not 0 <= day < 1000 for day in self.days):
            raise UnitError.of("unit_point", code=self.code, key="days")
        if not 0 <= self.minutes <= MINUTES_A_DAY:
            raise UnitError.of("unit_point", code=self.code, key="minutes")
        if self.half not in ("", "am", "pm"):
            raise UnitError.of("unit_point", code=self.code, key="half")

    def row(self) -> list[object]:
        """The point as it is published and digested; an empty list stands for a place that is not known."""
        place = [] if self.lat is None else [self.lat, self.lon]
        return [self.code, place, self.area, self.minutes, list(self.days), self.half]

    @staticmethod
    def from_row(row: object) -> Point:
        """Read what ``row`` wrote; ``UnitError`` for anything else."""
        if not isinstance(row, list) or len(row) != 6 or not isinstance(row[1], list):
            raise UnitError.of("unit_file", key="points")
        code, place, area, minutes, days, half = row
        texts = isinstance(code, str) and isinstance(area, str) and isinstance(half, str)
        if not (texts and isinstance(days, list) and len(place) in (0, 2)):
            raise UnitError.of("unit_file", key="points")
        if not all(type(number) is int for number in (*place, minutes, *days)):
            raise UnitError.of("unit_file", key="points")
        lat, lon = place if place else (None, None)
        return Point(code, lat, lon, area, minutes, tuple(days), half)


Cut = tuple[int, tuple[str, ...]]
"""How many bundles of which visits (their codes, rising)."""


@dataclass(frozen=True, slots=True)
class Bundles:
    """片区: which visits belong together. ``groups``: the codes of each bundle, rising; bundles in order of
    their smallest code. ``cuts``: what was cut apart from the rest (county by county, say), in how many.
    ``placed_by_area``: codes whose place is not known. ``points_sha256`` binds what was cut,
    ``bundles_sha256`` that and the bundles.
    """

    groups: tuple[tuple[str, ...], ...]
    cuts: tuple[Cut, ...]
    placed_by_area: tuple[str, ...]
    points_sha256: str
    bundles_sha256: str

    def salted(self, points: Sequence[Point], salt: str) -> Bundles:
        """The same, its points bound behind a salt: nobody can guess who was drawn by trying short lists."""
        digest = points_digest(points, salt)
        return replace(
            self, points_sha256=digest, bundles_sha256=bundles_digest(digest, self.cuts, self.groups)
        )

    @property
    def of_code(self) -> dict[str, str]:
        """Code of a visit → name of its bundle."""
        return {code: bundle_name(n) for n, group in enumerate(self.groups) for code in group}


def bundle_name(at: int) -> str:
    """``B0001`` for the first bundle (``at`` 0)."""
    return f"B{at + 1:04d}"


def canon(value: object) -> bytes:
    """The JSON text in UTF-8, keys sorted, no blanks, no escapes but those JSON requires (as in pair/1)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def points_digest(points: Sequence[Point], salt: str = "") -> str:
    """SHA-256 of the canonical JSON of the points' rows, in order of codes; behind a ``salt``, if any."""
    rows = [point.row() for point in sorted(points, key=lambda point: point.code)]
    return hashlib.sha256(canon([salt, rows] if salt else rows)).hexdigest()


def bundles_digest(points_sha256: str, cuts: Sequence[Cut], groups: Sequence[Sequence[str]]) -> str:
    """SHA-256 of the canonical JSON that names rule, points, what was cut into how many, and the bundles."""
    told = {
        "v": VERSION,
        "points_sha256": points_sha256,
        "cuts": [[count, list(codes)] for count, codes in cuts],
        "bundles": [list(group) for group in groups],
    }
    return hashlib.sha256(canon(told)).hexdigest()

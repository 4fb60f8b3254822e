"""路程: seconds from each place to each, by the stated formula or by the table that came with the problem.

Without a table: 0 within 0.1 m, else ``round(240 + d · 1.35 / (25 + min(d, 30) · 1.1) · 3600)``, ``d`` the
great-circle distance in km (haversine, R = 6371): four minutes to start and park, roads a third longer than
the line, and faster the farther one goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.schedule.problem import Id, Place, Problem

Seconds = npt.NDArray[np.int64]
Degrees = npt.NDArray[np.float64]

EARTH_KM = 6371.0
SAME_PLACE_KM = 0.0001
#: Stands for "no way known": longer than any working day, and small enough to be added up.
UNREACHABLE = 10**9


def distances(a: Degrees, b: Degrees) -> Degrees:
    """Great-circle distances in km between rows ``(lat, lon)`` of ``a`` and of ``b``, broadcast."""
    p, q = np.radians(a), np.radians(b)
    half = np.sin((q - p) / 2) ** 2
    chord = half[..., 0] + np.cos(p[..., 0]) * np.cos(q[..., 0]) * half[..., 1]
    km: Degrees = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
    return km


def seconds_for(km: npt.NDArray[np.float64]) -> Seconds:
    """Seconds of driving for distances in km; ``UNREACHABLE`` where the distance is not known (NaN)."""
    known = np.nan_to_num(km)
    drive = np.rint(240 + known * 1.35 / (25 + np.minimum(known, 30) * 1.1) * 3600)
    drive[known <= SAME_PLACE_KM] = 0
    drive[np.isnan(km)] = UNREACHABLE
    return drive.astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """路程 of one problem. Places are numbered: offices in order, then visits in order of id."""

    offices: int
    places: Degrees
    """(places, 2) latitude and longitude; NaN where a visit has none."""
    position: Mapping[Id, int]
    """Visit → its place's number."""
    matrix: Seconds | None = None
    step: int = 1
    """Ways are rounded up to a multiple of it."""

    @classmethod
    def of(cls, problem: Problem) -> Travel:
        offices = len(problem.offices)
        given = [*problem.offices, *(visit.place for visit in problem.visits)]
        places = np.array([_degrees(place) for place in given], dtype=np.float64).reshape(-1, 2)
        position = {visit.id: offices + number for number, visit in enumerate(problem.visits)}
        matrix = None if problem.matrix is None else np.array(problem.matrix, dtype=np.int64)
        return cls(offices, places, position, matrix, problem.travel_step)

    def table(self, office: int, visits: Sequence[Id]) -> Seconds:
        """(n + 1, n + 1) seconds: row and column 0 are the office, then the visits in the order given."""
        return self.between([office, *(self.position[visit] for visit in visits)])

    def between(self, numbers: Sequence[int]) -> Seconds:
        """Seconds from each of these places to each, by number of place."""
        chosen = np.asarray(numbers, dtype=np.int64)
        if self.matrix is not None:
            ways = self.matrix[np.ix_(chosen, chosen)]
        else:
            places = self.places[chosen]
            ways = seconds_for(distances(places[:, None, :], places[None, :, :]))
        return -(-ways // self.step) * self.step

    def seconds(self, start: int, end: int) -> int:
        """Seconds from one place to another, by number of place."""
        return int(self.between([start, end])[0, 1])

    def kilometres(self, start: int, end: int) -> float:
        """Great-circle distance; NaN where a place is not known."""
        return float(distances(self.places[start], self.places[end]))


def _degrees(place: Place | None) -> tuple[float, float]:
    return (float("nan"), float("nan")) if place is None else (place.lat, place.lon)

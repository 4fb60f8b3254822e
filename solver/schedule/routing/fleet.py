"""车队与站点: what the search works on: stops with windows, kinds of routes, ways between all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.int32]

#: Neighbours of a stop that the search looks at.
REACH = 250


@dataclass(frozen=True, slots=True)
class Kind:
    """一类行程: at most ``most`` routes out of depot ``home`` and back between ``opens`` and ``closes``.

    A kind is a day of a team; of a county: a day, with the hours and the office; in a VRPTW there is one.
    """

    most: int
    opens: int
    closes: int
    home: int = 0


@dataclass(frozen=True, slots=True)
class Fleet:
    """``matrix``: seconds (or distance) from each to each, stops first, then depots; need not be symmetric.

    ``starts[c][k]``: spans, rising and apart, in which stop ``c`` may begin on a route of kind ``k`` (none:
    not at all). ``room``: most demand on a route. ``route_cost``, ``missed_cost``: what a route and a stop
    left out count.
    """

    matrix: Matrix
    duration: tuple[int, ...]
    demand: tuple[int, ...]
    starts: tuple[tuple[tuple[tuple[int, int], ...], ...], ...]
    kinds: tuple[Kind, ...]
    room: int
    route_cost: int = 0
    missed_cost: int = 10**10
    firm: frozenset[int] = frozenset()
    """Stops each of which counts more, if left out, than all others together."""

    @property
    def stops(self) -> int:
        return len(self.duration)

    def missed(self, stop: int) -> int:
        """What it counts to leave the stop out."""
        return self.missed_cost * (self.stops + 1 if stop in self.firm else 1)

    def rows(self) -> dict[str, Any]:
        """The arrays the kernel takes, flat, by the kernel's names."""
        n, kinds = self.stops, len(self.kinds)
        spans = [self.starts[c][k] for c in range(n) for k in range(kinds)]
        flat = [span for several in spans for span in several]
        most = [min(kind.most, n) for kind in self.kinds]
        return {
            "matrix": np.ascontiguousarray(self.matrix, dtype=np.int32).ravel(),
            "duration": np.array(self.duration, dtype=np.int64),
            "demand": np.array(self.demand, dtype=np.int64),
            "first": np.append(0, np.cumsum([len(several) for several in spans])).astype(np.int64),
            "begin": np.array([low for low, _ in flat], dtype=np.int64),
            "last": np.array([high for _, high in flat], dtype=np.int64),
            "missed": np.array([self.missed(c) for c in range(n)], dtype=np.int64),
            "near": self._near(),
            "ranks": self._ranks(),
            "slots": np.append(0, np.cumsum(most)).astype(np.int64),
            "kind": np.repeat(np.arange(kinds), most).astype(np.int64),
            "home": np.array([n + kind.home for kind in self.kinds], dtype=np.int64),
            "opens": np.array([kind.opens for kind in self.kinds], dtype=np.int64),
            "closes": np.array([kind.closes for kind in self.kinds], dtype=np.int64),
        }

    def _near(self) -> Matrix:
        """For each stop the nearest, itself first; of equally near ones the first in order."""
        n = self.stops
        both = self.matrix[:n, :n].astype(np.int64) + self.matrix[:n, :n].T
        np.fill_diagonal(both, -1)
        order = np.argsort(both, axis=1, kind="stable")[:, : min(n, REACH)]
        return np.ascontiguousarray(order, dtype=np.int32).ravel()

    def _ranks(self) -> Ints:
        """Keys by which stops come back, smallest first: see ``kernels.ORDERS``."""
        n = self.stops
        depots = self.matrix[n:, :n].min(axis=0).astype(np.int64)
        spans = [[span for several in self.starts[c] for span in several] for c in range(n)]
        width = [sum(high - low + 1 for low, high in several) for several in spans]
        begin = [min((low for low, _ in several), default=0) for several in spans]
        end = [max((high for _, high in several), default=0) for several in spans]
        demand = np.array(self.demand, dtype=np.int64)
        rows = [-demand, -depots, depots, np.array(width), np.array(begin), -np.array(end)]
        return np.concatenate([np.asarray(row, dtype=np.int64) for row in rows])

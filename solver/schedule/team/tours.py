"""日行程表: every set of visits that one team can do in one day, each in its cheapest order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from solver.schedule.problem import Id
from solver.schedule.team.frame import Bools, Frame, Ints

Places = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class Tours:
    """日行程表 of a team: row ``t`` is one day-tour, the cheapest order of its set of visits.

    A set stands once for each class of days (days with the same hours and windows) on which it can be done.
    Times are seconds on the working axis.
    """

    team: Id
    visits: tuple[Id, ...]
    """In order of id; columns of ``sets``, entries of ``orders``."""
    days: tuple[int, ...]
    """Days of the team, as positions in ``Problem.days``; columns of ``on``."""
    sets: Bools
    """(tours, visits)"""
    on: Bools
    """(tours, days): days on which the tour may be driven."""
    kind: Ints
    """(tours,) class of days, position in ``Frame.classes``"""
    orders: Places
    """(tours, most) positions in ``visits`` in the order of driving; -1 after the last."""
    travel: Ints
    """(tours,) least driving, seconds"""
    first_back: Ints
    """(tours,) return to the office at the earliest"""
    last_out: Ints
    """(tours,) departure from the office at the latest"""
    span: Ints
    """(tours,) from office to office when returning at ``first_back`` and leaving as late as that allows"""
    complete: bool
    """Every tour that can be driven is listed; else there were more than the limit."""
    start: tuple[int, ...] = ()
    """Rows of a plan that a search found on the way, if any."""

    def __len__(self) -> int:
        return len(self.travel)

    def order(self, tour: int) -> tuple[Id, ...]:
        """The tour's visits in the order of driving."""
        return tuple(self.visits[at] for at in self.orders[tour] if at >= 0)

    def only(self, visits: Iterable[Id]) -> Tours:
        """The tours that visit none but these (the columns stay)."""
        wanted = set(visits)
        away = np.array([one not in wanted for one in self.visits], dtype=np.bool_)
        return self.rows(np.flatnonzero(~(self.sets & away).any(axis=1)))

    def rows(self, chosen: Ints) -> Tours:
        """Only these tours."""
        parts = ("sets", "on", "kind", "orders", "travel", "first_back", "last_out", "span")
        return replace(self, start=(), **{part: getattr(self, part)[chosen] for part in parts})


def list_tours(frame: Frame, most: int = 100_000, near: int | None = None) -> Tours:
    """Every day-tour of the team (``complete``), or none where there are more than ``most``.

    ``near``: only tours that go on from each visit to one of so many nearest; never ``complete``.

    No triangle inequality is needed: an order is built visit by visit, and only what can still return in
    time, by whichever way, is built upon.
    """
    from solver.schedule.team.kernels import tours_of_class

    limit = max(1, min(len(frame.visits), frame.problem.max_visits))
    home, ways = _ways_home(frame.go), _ways(frame.go, near)
    found, left = [], most
    for kind, one in enumerate(frame.classes):
        here = np.zeros(len(frame.days), dtype=np.bool_)
        here[list(one.days)] = True
        low, high = _padded(one.starts)
        rows, days, orders, numbers, whole = tours_of_class(
            frame.go, frame.durations, low, high, one.begin, one.end, home, frame.on & here, ways, limit, left
        )
        if not whole:
            return _table(frame, [], limit, complete=False)
        left -= len(orders)
        found.append((rows, days, np.full(len(orders), kind, dtype=np.int64), orders, numbers))
    return _table(frame, found, limit, complete=near is None)


Listed = tuple[Bools, Bools, Ints, Places, Ints]


def _table(frame: Frame, found: list[Listed], most: int, *, complete: bool) -> Tours:
    n, d = len(frame.visits), len(frame.days)
    empty = (
        np.zeros((0, n), np.bool_),
        np.zeros((0, d), np.bool_),
        np.zeros(0, np.int64),
        np.zeros((0, most), np.int16),
        np.zeros((0, 4), np.int64),
    )
    sets, on, kind, orders, numbers = (np.concatenate(part) for part in zip(empty, *found, strict=True))
    travel, back, out, span = numbers.T
    return Tours(
        frame.team.id, frame.ids, frame.days, sets, on, kind, orders, travel, back, out, span, complete
    )


def _ways_home(go: Ints) -> Ints:
    """The shortest way to the office from each place, through any others."""
    home = go[:, 0].copy()
    for _ in range(len(go)):
        better = np.minimum(home, (go + home[None, :]).min(axis=1))
        if (better == home).all():
            break
        home = better
    return home


def _ways(go: Ints, near: int | None) -> Bools:
    """(places, visits): from where to go on to which."""
    ways = np.ones((len(go), len(go) - 1), dtype=np.bool_)
    if near is not None and near < len(go) - 2:
        ways[1:] = False
        for place in range(1, len(go)):
            others = [one for one in np.argsort(go[place, 1:], kind="stable").tolist() if one != place - 1]
            ways[place, others[:near]] = True
    return ways


def _padded(starts: tuple[tuple[tuple[int, int], ...], ...]) -> tuple[Ints, Ints]:
    """Intervals as two arrays (visits, most intervals); what is missing is empty: it begins after it ends."""
    wide = max((len(one) for one in starts), default=0) or 1
    low = np.ones((len(starts), wide), dtype=np.int64)
    high = np.zeros((len(starts), wide), dtype=np.int64)
    for row, intervals in enumerate(starts):
        for at, (begin, end) in enumerate(intervals):
            low[row, at], high[row, at] = begin, end
    return low, high

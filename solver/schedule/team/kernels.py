"""Compiled listing of a team's day-tours. Only ``tours`` imports this file.

A *set* of visits keeps *labels*: ways to drive it that end at a certain visit, none both later and dearer
than another. Sets are taken in order of size; each is built upon by every visit that still fits the day.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

F = TypeVar("F", bound=Callable[..., object])
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int16]


def compiled(function: F) -> F:
    """Compiled once and kept; where nothing can be kept, compiled anew in each process."""
    try:
        return cast(F, njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no place to keep what is compiled
        return cast(F, njit(nogil=True)(function))


@compiled
def soonest(low: Ints, high: Ints, visit: int, time: int) -> int:
    """The first moment from ``time`` on at which the visit may begin; -1 for none."""
    for at in range(low.shape[1]):
        if time <= high[visit, at] and low[visit, at] <= high[visit, at]:
            return int(max(time, low[visit, at]))
    return -1


@compiled
def latest(low: Ints, high: Ints, visit: int, time: int) -> int:
    """The last moment up to ``time`` at which the visit may begin; -1 for none."""
    found = -1
    for at in range(low.shape[1]):
        if low[visit, at] <= high[visit, at] and low[visit, at] <= time:
            found = min(time, high[visit, at])
    return found


@compiled
def _same(rows: Places, at: int, row: Places) -> bool:
    same = True
    for k in range(row.shape[0]):
        same = same and rows[at, k] == row[k]
    return same


@compiled
def _find(table: npt.NDArray[np.int32], rows: Places, row: Places) -> int:
    """The slot of the table that holds this set, or the free one where it belongs."""
    mask = table.shape[0] - 1
    key = np.uint64(1469598103934665603)
    for k in range(row.shape[0]):
        key = (key ^ np.uint64(row[k] + 1)) * np.uint64(1099511628211)
    slot = np.int64((key ^ (key >> np.uint64(29))) & np.uint64(mask))
    while table[slot] >= 0 and not _same(rows, table[slot], row):
        slot = (slot + 1) & mask
    return int(slot)


@compiled
def _longer(old: Ints) -> Ints:
    new = np.empty(2 * old.shape[0], dtype=old.dtype)
    new[: old.shape[0]] = old
    return new


@compiled
def tours_of_class(
    go: Ints, durations: Ints, low: Ints, high: Ints, begin: int, end: int, home: Ints, on: Bools,
    ways: Bools, most: int, limit: int,
) -> tuple[Bools, Bools, Places, Ints, bool]:  # fmt: skip
    """Sets, days, orders and (travel, first back, last out, span) of every tour; False where over ``limit``.

    ``low``, ``high`` (visits, intervals): when a visit may begin; ``on`` (visits, days of the class);
    ``home``: shortest way to the office from each place; ``ways`` (places, visits): from where to go where.
    """
    n, d = on.shape
    room = 1024
    rows = np.full((room, most), -1, dtype=np.int16)
    size = np.zeros(room, dtype=np.int64)
    days = np.zeros((room, d), dtype=np.bool_)
    head = np.full(room, -1, dtype=np.int64)
    table = np.full(4 * room, -1, dtype=np.int32)
    sets = 0
    time, cost = np.empty(4 * room, dtype=np.int64), np.empty(4 * room, dtype=np.int64)
    last, parent = np.empty(4 * room, dtype=np.int64), np.empty(4 * room, dtype=np.int64)
    following = np.empty(4 * room, dtype=np.int64)
    labels = 0
    row, shared = np.full(most, -1, dtype=np.int16), np.zeros(d, dtype=np.bool_)
    some_time, some_cost = np.empty(64, dtype=np.int64), np.empty(64, dtype=np.int64)
    some_parent = np.empty(64, dtype=np.int64)
    back = np.zeros(room, dtype=np.bool_)  # whether the set can be driven as it stands: a tour
    tours = 0

    at = -1  # the empty set, then each set in turn
    while at < sets:
        if at >= 0 and size[at] == most:
            at += 1
            continue
        for visit in range(n):
            inside = False
            held = 0 if at < 0 else size[at]
            for k in range(held):
                if rows[at, k] == visit:
                    inside = True
            if inside:
                continue
            common = False
            for day in range(d):
                shared[day] = on[visit, day] and (at < 0 or days[at, day])
                common = common or shared[day]
            if not common:
                continue
            # every way to end at this visit, kept in rising time and falling cost
            count = 0
            label = -2 if at < 0 else head[at]
            while label != -1:
                where = 0 if label < 0 else last[label] + 1
                left = begin if label < 0 else time[label]
                spent = 0 if label < 0 else cost[label]
                start = soonest(low, high, visit, left + go[where, visit + 1])
                done = start + durations[visit]
                if ways[where, visit] and start >= 0 and done + home[visit + 1] <= end:
                    price = spent + go[where, visit + 1]
                    count = _keep(some_time, some_cost, some_parent, count, done, price, label)
                    if count + 1 >= some_time.shape[0]:
                        some_time, some_cost = _longer(some_time), _longer(some_cost)
                        some_parent = _longer(some_parent)
                label = -1 if label < 0 else following[label]
            if count == 0:
                continue
            place = 0  # the set with this visit, rising
            while place < held and rows[at, place] < visit:
                row[place] = rows[at, place]
                place += 1
            row[place] = visit
            for k in range(place, held):
                row[k + 1] = rows[at, k]
            for k in range(held + 1, most):
                row[k] = -1
            slot = _find(table, rows, row)
            if table[slot] < 0:
                if sets == rows.shape[0]:
                    if sets > 8 * limit + 1024:
                        return rows[:0] > 0, days[:0], rows[:0], np.zeros((0, 4), dtype=np.int64), False
                    rows = np.concatenate((rows, np.full_like(rows, -1)))
                    days = np.concatenate((days, np.zeros_like(days)))
                    head = np.concatenate((head, np.full_like(head, -1)))
                    size = np.concatenate((size, np.zeros_like(size)))
                    back = np.concatenate((back, np.zeros_like(back)))
                    table = np.full(2 * table.shape[0], -1, dtype=np.int32)
                    for other in range(sets):
                        table[_find(table, rows, rows[other])] = other
                    slot = _find(table, rows, row)
                table[slot] = sets
                rows[sets], size[sets], days[sets] = row, held + 1, shared
                sets += 1
            to = table[slot]
            for k in range(count):
                if not back[to] and some_time[k] + go[visit + 1, 0] <= end:
                    back[to] = True
                    tours += 1
                    if tours > limit:
                        return rows[:0] > 0, days[:0], rows[:0], np.zeros((0, 4), dtype=np.int64), False
                if labels == time.shape[0]:
                    time, cost, last = _longer(time), _longer(cost), _longer(last)
                    parent, following = _longer(parent), _longer(following)
                time[labels], cost[labels], last[labels] = some_time[k], some_cost[k], visit
                parent[labels], following[labels] = some_parent[k], head[to]
                head[to] = labels
                labels += 1
        at += 1

    best = np.full(sets, -1, dtype=np.int64)
    least = np.zeros(sets, dtype=np.int64)
    for at in range(sets):
        label = head[at]
        while label >= 0:
            total = cost[label] + go[last[label] + 1, 0]
            cheaper = best[at] < 0 or total < least[at] or (total == least[at] and label < best[at])
            if cheaper and time[label] + go[last[label] + 1, 0] <= end:
                best[at], least[at] = label, total
            label = following[label]

    member = np.zeros((tours, n), dtype=np.bool_)
    orders = np.full((tours, most), -1, dtype=np.int16)
    numbers = np.zeros((tours, 4), dtype=np.int64)
    open_on = np.zeros((tours, d), dtype=np.bool_)
    starts = np.zeros(most, dtype=np.int64)
    tour = 0
    for at in range(sets):
        if best[at] < 0:
            continue
        label = best[at]
        for k in range(size[at] - 1, -1, -1):
            orders[tour, k] = last[label]
            label = parent[label]
        for k in range(size[at]):
            member[tour, rows[at, k]] = True
        open_on[tour] = days[at]
        first, out, span = _times(go, durations, low, high, begin, end, orders[tour], starts)
        numbers[tour, 0], numbers[tour, 1], numbers[tour, 2] = least[at], first, out
        numbers[tour, 3] = span
        tour += 1
    return member, open_on, orders, numbers, True


@compiled
def _keep(times: Ints, costs: Ints, parents: Ints, count: int, time: int, cost: int, parent: int) -> int:
    """Puts a label among those of rising time and falling cost, unless one is no later and no dearer."""
    place = 0
    while place < count and times[place] < time:
        place += 1
    if place > 0 and costs[place - 1] <= cost:
        return count
    if place < count and times[place] == time and costs[place] <= cost:
        return count
    drop = place
    while drop < count and costs[drop] >= cost:
        drop += 1
    if drop == place:
        for k in range(count, place, -1):
            times[k], costs[k], parents[k] = times[k - 1], costs[k - 1], parents[k - 1]
        count += 1
    else:
        for k in range(drop, count):
            shift = k - drop + place + 1
            times[shift], costs[shift], parents[shift] = times[k], costs[k], parents[k]
        count -= drop - place - 1
    times[place], costs[place], parents[place] = time, cost, parent
    return count


@compiled
def _times(
    go: Ints, durations: Ints, low: Ints, high: Ints, begin: int, end: int, order: Places, starts: Ints
) -> tuple[int, int, int]:
    """First return, last departure, and the time from office to office when returning first."""
    size, here, time = 0, 0, begin
    while size < order.shape[0] and order[size] >= 0:
        visit = order[size]
        starts[size] = soonest(low, high, visit, time + go[here, visit + 1])
        time = starts[size] + durations[visit]
        here = visit + 1
        size += 1
    back = time + go[here, 0]
    out = _leave(go, durations, low, high, order, size, end)
    return back, out, back - _leave(go, durations, low, high, order, size, back)


@compiled
def _leave(go: Ints, durations: Ints, low: Ints, high: Ints, order: Places, size: int, back: int) -> int:
    """The last departure that still returns by ``back``."""
    time, there = back, 0
    for k in range(size - 1, -1, -1):
        visit = order[k]
        time = latest(low, high, visit, time - go[visit + 1, there] - durations[visit])
        there = visit + 1
    return int(time - go[0, there])

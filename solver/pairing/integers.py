"""取整: chances as whole numbers of 2^-bits that keep every sum, each as near to its chance as may be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.pairing.flow import Arcs, Ints, meet

Floats = NDArray[np.float64]


def whole(
    share: Floats,
    *,
    edge_seat: Ints,
    edge_group: Ints,
    edge_pair: Ints,
    pair_person: Ints,
    pair_door: Ints,
    door_person: Ints,
    demand: Ints,
    lowest: Ints,
    highest: Ints,
    door_cap: Ints,
    pair_cap: Ints,
    bits: int,
) -> Ints:
    """E: ``n`` near ``share · 2^bits``. `ValueError` where no whole numbers that near keep every sum."""
    one = 1 << bits
    seats, people, pairs, doors = len(demand), len(lowest), len(pair_person), len(door_cap)
    groups = int(edge_group.max(initial=-1)) + 1
    group_seat = np.zeros(groups, dtype=np.int64)
    group_seat[edge_group[edge_group >= 0]] = edge_seat[edge_group >= 0]
    first_pair, first_door = seats + groups, seats + groups + pairs
    first_person = first_door + doors
    tails = np.concatenate(
        [
            np.where(edge_group >= 0, seats + edge_group, edge_seat),
            group_seat,
            first_pair + np.arange(pairs),
            first_door + np.arange(doors),
        ]
    )
    heads = np.concatenate(
        [
            first_pair + edge_pair,
            seats + np.arange(groups),
            np.where(pair_door >= 0, first_door + pair_door, first_person + pair_person),
            first_person + door_person,
        ]
    )
    limits = np.concatenate([np.full(groups, one), pair_cap, door_cap * one])
    wanted = _loads(share, pair_person[edge_pair], demand, lowest, highest, one)
    # What can happen keeps a chance of one unit at least, unless there are too few units.
    for least, width in ((1, 0), (1, 1), (1, 3), (0, 0), (0, 1), (0, 3)):
        low = np.maximum(np.floor(share * one + 1e-6).astype(np.int64) - width, least * (share > 0))
        below = [low]
        for number, which in ((groups, edge_group), (pairs, edge_pair), (doors, pair_door[edge_pair])):
            below.append(_sums(which, low, number))
        room = np.concatenate([np.where(share > 0, 1 + 2 * width, 0), limits - np.concatenate(below[1:])])
        supply = np.zeros(first_person + people, dtype=np.int64)
        supply[:seats] = demand * one - _sums(edge_seat, low, seats)
        supply[first_person:] = _sums(pair_person[edge_pair], low, people) - wanted
        if (room < 0).any() or (supply[:seats] < 0).any() or (supply[first_person:] > 0).any():
            continue
        flow = meet(Arcs(first_person + people, tails, heads, room), supply)
        if flow.side is None:
            found: Ints = low + flow.amount[: len(share)]
            return found
    raise ValueError("no whole numbers near these chances keep every sum")


def _loads(share: Floats, person: Ints, demand: Ints, lowest: Ints, highest: Ints, one: int) -> Ints:
    """Whole sums of the people: what they expect, rounded so that they add up to all demands."""
    exact = np.bincount(person, weights=share, minlength=len(lowest)) * one
    near = np.clip(np.floor(exact + 1e-6).astype(np.int64), lowest * one, highest * one)
    left = int(demand.sum()) * one - int(near.sum())
    spare = np.flatnonzero(near < highest * one)
    order = spare[np.argsort((near - exact)[spare], kind="stable")]
    if not 0 <= left <= len(order):
        raise ValueError("loads that do not add up to the demands")
    near[order[:left]] += 1
    return near


def _sums(which: Ints, values: Ints, count: int) -> Ints:
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, which[which >= 0], values[which >= 0])
    return sums

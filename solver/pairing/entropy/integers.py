"""整数化: the chances of a table as whole numbers of 2^-bits, with every sum exact.

Rounding each chance to one of its two neighbours can keep all sums of the network within theirs (the sums are
nested: Budish, Che, Kojima, Milgrom, AER 2013; controlled rounding: Bacharach 1966, Cox 1987). Seat by
seat, in order, those are rounded up whose remainder, with what their inspector lost or gained before,
is greatest; so an inspector is never off by more than a few units. The last units are set right along
shortest paths of the network (`repairs`). Everything is in integers from the first line on, and ties go
to the first in order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.pairing.arrays import Floats, Ints, totals
from solver.pairing.entropy.repairs import Arcs, repair

FINER, KNOWN = 20, 42
"""Chances are read to so many bits below the last published, but no further than 2^-42: beyond that the
digits are the processor's, and those that are equal in truth must stay equal on any of them."""
WIDER = 3
"""By so many units more may a chance be moved if its neighbours do not suffice (it was off by rounding)."""


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Whose sums must be kept: the network of the rows, and its bounds.

    ``demand``: people per seat; ``lowest`` and ``highest``: visits per inspector; ``door_cap``: visits;
    ``pair_cap``: in units. Rows without group, pairs without door: -1.
    """

    edge_seat: Ints
    edge_group: Ints
    edge_pair: Ints
    pair_person: Ints
    pair_door: Ints
    door_person: Ints
    demand: Ints
    lowest: Ints
    highest: Ints
    door_cap: Ints
    pair_cap: Ints


def whole(share: Floats, sums: Sums, bits: int) -> Ints:
    """Units per row. Seats get exactly ``demand · 2^bits``, groups at most ``2^bits``; pairs and doors keep
    their caps, inspectors their bounds (an even bound exactly) and their load to a unit or two.

    A row is 0 where its share is 0, all where it is 1, and at least 1 where its share is a unit or more.
    Raises `ValueError` if the bounds cannot be met near the shares.
    """
    one = 1 << bits
    finer = min(FINER, KNOWN - bits)
    fine = np.rint(share * float(one << finer)).astype(np.int64)
    least = fine >> finer
    left = fine - (least << finer)
    cap = np.minimum(sums.pair_cap, one)[sums.edge_pair]
    most = np.minimum(least + (left > 0), cap)
    if np.any(least > most):
        raise ValueError("integers: a pair's cap is less than its share, rounded down")
    n = _rounded(sums, least, most, left, finer, one)
    arcs = _arcs(sums, n, least, most, _loads(sums, fine, finer, one), one)
    possible = share * one >= 1.0
    for _ in range(WIDER):
        if repair(arcs):
            return arcs.value[: len(n)].copy()
        open_ = (share > 0.0) & (share < 1.0)
        arcs.low[: len(n)] = np.where(open_, np.maximum(arcs.low[: len(n)] - 1, possible), arcs.low[: len(n)])
        arcs.high[: len(n)] = np.where(open_, np.minimum(arcs.high[: len(n)] + 1, cap), arcs.high[: len(n)])
    if not repair(arcs):
        raise ValueError("integers: no whole numbers near the shares keep all bounds")
    return arcs.value[: len(n)].copy()


def _loads(sums: Sums, fine: Ints, finer: int, one: int) -> tuple[Ints, Ints]:
    """Least and most units of each inspector: his load to a unit and a little, within his bounds."""
    people = len(sums.lowest)
    person = sums.pair_person[sums.edge_pair]
    load = totals(person, fine, people)
    slack = (np.bincount(person, minlength=people) > 1).astype(np.int64)
    least = np.clip((load >> finer) - slack, sums.lowest * one, sums.highest * one)
    most = np.clip(-(-load >> finer) + slack, sums.lowest * one, sums.highest * one)
    return least, most


def _rounded(sums: Sums, least: Ints, most: Ints, left: Ints, finer: int, one: int) -> Ints:
    """Largest remainders, seat by seat, each inspector's error carried along."""
    seats = len(sums.demand)
    order = np.argsort(sums.edge_seat, kind="stable")
    starts = np.searchsorted(sums.edge_seat[order], np.arange(seats + 1)).tolist()
    short = (sums.demand * one - totals(sums.edge_seat, least, seats)).tolist()
    person = sums.pair_person[sums.edge_pair]
    rooms = _Rooms(sums, least, one)
    careful = rooms.careful(sums, seats).tolist()
    person_by, left_by, open_by = person[order], left[order], (most > least)[order]
    error = np.zeros(len(sums.lowest), np.int64)
    n = least.copy()
    for seat in range(seats):
        start, end = starts[seat], starts[seat + 1]
        who, rest = person_by[start:end], left_by[start:end]
        key = rest + error[who]
        error[who] = key
        if short[seat] <= 0:
            continue
        places = np.flatnonzero(open_by[start:end])
        places = places[np.argsort(-key[places], kind="stable")]
        rows = order[start + places]
        if careful[seat]:
            places = places[rooms.take(rows.tolist(), short[seat])]
        else:
            places = places[: short[seat]]
        n[order[start + places]] += 1
        error[who[places]] -= 1 << finer
    return n


class _Rooms:
    """What groups, doors and pairs of several rows can still take."""

    def __init__(self, sums: Sums, least: Ints, one: int) -> None:
        pairs, doors = len(sums.pair_person), len(sums.door_cap)
        grouped = np.flatnonzero(sums.edge_group >= 0)
        groups = int(np.max(sums.edge_group, initial=-1)) + 1
        through = sums.pair_door[sums.edge_pair]
        barred = np.flatnonzero(through >= 0)
        pair = np.minimum(sums.pair_cap, one) - totals(sums.edge_pair, least, pairs)
        door = sums.door_cap * one - totals(through[barred], least[barred], doors)
        group = one - totals(sums.edge_group[grouped], least[grouped], groups)
        self.room = np.concatenate([pair, door, group, [np.iinfo(np.int64).max]]).tolist()
        last = pairs + doors + groups
        self.places = np.stack(
            [
                sums.edge_pair,
                np.where(through >= 0, pairs + through, last),
                np.where(sums.edge_group >= 0, pairs + doors + sums.edge_group, last),
            ],
            axis=1,
        )

    @staticmethod
    def careful(sums: Sums, seats: int) -> Ints:
        """Seats where more than the row's own bound may stand in the way."""
        several = np.bincount(sums.edge_pair, minlength=len(sums.pair_person)) > 1
        bound = several[sums.edge_pair] | (sums.edge_group >= 0) | (sums.pair_door[sums.edge_pair] >= 0)
        return np.asarray(np.bincount(sums.edge_seat, bound, seats) > 0, np.int64)

    def take(self, rows: list[int], wanted: int) -> list[int]:
        """The first so many of the rows for which there is room."""
        taken = []
        room = self.room
        for at, (pair, door, group) in enumerate(self.places[rows].tolist()):
            if room[pair] > 0 and room[door] > 0 and room[group] > 0:
                room[pair] -= 1
                room[door] -= 1
                room[group] -= 1
                taken.append(at)
                if len(taken) == wanted:
                    break
        return taken


def _arcs(sums: Sums, n: Ints, least: Ints, most: Ints, loads: tuple[Ints, Ints], one: int) -> Arcs:
    """The network as arcs: rows, groups, pairs of several rows, doors.

    Nodes are seats, groups, those pairs, doors, inspectors.
    """
    seats, doors, people = len(sums.demand), len(sums.door_cap), len(sums.lowest)
    groups = int(np.max(sums.edge_group, initial=-1)) + 1
    several = np.flatnonzero(np.bincount(sums.edge_pair, minlength=len(sums.pair_person)) > 1)
    first_pair = seats + groups
    first_door = first_pair + len(several)
    first_person = first_door + doors
    grouped = np.flatnonzero(sums.edge_group >= 0)
    group_seat = np.zeros(groups, np.int64)
    group_seat[sums.edge_group[grouped]] = sums.edge_seat[grouped]
    through = sums.pair_door[sums.edge_pair]
    barred = np.flatnonzero(through >= 0)
    beyond = np.where(sums.pair_door >= 0, first_door + sums.pair_door, first_person + sums.pair_person)
    towards = beyond.copy()
    towards[several] = first_pair + np.arange(len(several))
    tail = [
        np.where(sums.edge_group >= 0, seats + sums.edge_group, sums.edge_seat),
        group_seat,
        first_pair + np.arange(len(several)),
        first_door + np.arange(doors),
    ]
    head = [
        towards[sums.edge_pair],
        seats + np.arange(groups),
        beyond[several],
        first_person + sums.door_person,
    ]
    value = [
        n,
        totals(sums.edge_group[grouped], n[grouped], groups),
        totals(sums.edge_pair, n, len(sums.pair_person))[several],
        totals(through[barred], n[barred], doors),
    ]
    high = [most, np.full(groups, one), np.minimum(sums.pair_cap, one)[several], sums.door_cap * one]
    low = np.zeros(sum(map(len, value)), np.int64)
    low[: len(n)] = least
    return Arcs(
        tail=np.concatenate(tail),
        head=np.concatenate(head),
        value=np.concatenate(value),
        low=low,
        high=np.concatenate(high),
        surplus=totals(sums.edge_seat, n, seats) - sums.demand * one,
        first_person=first_person,
        load=totals(sums.pair_person[sums.edge_pair], n, people),
        least=loads[0],
        most=loads[1],
    )

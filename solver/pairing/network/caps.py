"""最低可行上限 Q*: the lowest cap that all chances can keep, certain pairings apart, given the loads λ.

A parametric maximum flow by Newton's method on cuts (Radzik 1998), in exact fractions: start from what single
seats and inspectors need; where a cut is too narrow, the cap that makes it wide enough is the next to try.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from solver.pairing.arrays import Bools, Ints
from solver.pairing.errors import CapTooLow
from solver.pairing.network.ends import ends
from solver.pairing.network.fixed import Remainder
from solver.pairing.network.flow import LARGEST, Arcs, meet

FINEST = 10**6


@dataclass(frozen=True, slots=True, eq=False)
class Lowest:
    """Q* of a part (0: nothing is open), with the remainder under it and a flow of its open arcs."""

    cap: Fraction
    under: Remainder
    amount: Ints


def lowest_cap(rest: Remainder) -> Lowest:
    """Q* of a part."""
    cap = _needed(rest)
    while True:
        under = capped(rest, cap)
        at, arcs = under.within()
        flow = meet(arcs, under.supply)
        if flow.side is None:
            return Lowest(cap, under, flow.amount)
        cap = _widened(under, at, arcs, flow.side, cap)


def capped(rest: Remainder, cap: Fraction) -> Remainder:
    """The remainder with no open pair above ``cap``."""
    unit = _common(rest.unit, cap.denominator)
    grown = unit // rest.unit
    largest = max(int(rest.capacity.max(initial=0)), int(np.abs(rest.supply).max(initial=0)))
    if largest * int(grown.max(initial=1)) >= LARGEST:
        raise OverflowError("a cap whose exact flows exceed 64 bits")
    capacity = rest.capacity * grown[rest.arcs.tails]
    limited = capped_arcs(rest)
    highest = cap.numerator * (unit[rest.arcs.tails[limited]] // cap.denominator)
    capacity[limited] = np.minimum(capacity[limited], highest)
    return replace(rest, unit=unit, supply=rest.supply * grown, capacity=capacity)


def capped_arcs(rest: Remainder) -> Ints:
    """Open arcs whose flow is (a share of) an open pair's chance: edges and pair arcs."""
    pair_open, net = open_pairs(rest), rest.net
    limited = np.zeros(len(rest.arcs), dtype=np.bool_)
    limited[: net.edges] = pair_open[net.edge_pair] & rest.open[: net.edges]
    first = net.edges + len(net.group_seat)
    limited[first : first + len(net.multi)] = pair_open[net.multi]
    return np.flatnonzero(limited)


def open_pairs(rest: Remainder) -> Bools:
    """P: whether the pair's chance is open."""
    net = rest.net
    found = np.zeros(len(net.pair_task), dtype=np.bool_)
    found[net.edge_pair] = rest.open[: net.edges]
    first = net.edges + len(net.group_seat)
    found[net.multi] = rest.open[first : first + len(net.multi)]
    return found


def refuse(rest: Remainder, cap: Fraction, lowest: Fraction) -> None:
    """Raise `CapTooLow` if this part cannot keep ``cap``, naming the seats and people in the way."""
    # A cap of very many digits is looked at a trifle lower, so that flows stay within 64 bits.
    tried = cap if cap.denominator <= FINEST else Fraction(math.floor(cap * FINEST), FINEST)
    under = capped(rest, tried)
    _, arcs = under.within()
    flow = meet(arcs, under.supply)
    if flow.side is None:
        return
    back = meet(Arcs(arcs.nodes, arcs.heads, arcs.tails, arcs.capacity), -under.supply)
    ways = [_named(rest, _from_seats(rest, flow.side)), _named(rest, _from_people(rest, back.side))]
    seats, people = min((way for way in ways if way[0]), key=lambda way: len(way[0]) + len(way[1]))
    raise CapTooLow(cap, lowest, seats, people)


def _from_seats(rest: Remainder, side: Bools) -> Bools:
    """E: edges that begin on the cut's side, at a seat or a recusal group."""
    net = rest.net
    found: Bools = side[net.edge_seat] | side[rest.arcs.tails[: net.edges]]
    return found


def _from_people(rest: Remainder, side: Bools | None) -> Bools:
    """E: edges that end on the side of a cut looked at from behind: a period's door can be full by itself."""
    net = rest.net
    if side is None:  # narrow one way only, where more is asked for than is taken
        return np.zeros(net.edges, dtype=np.bool_)
    door, person = net.pair_ends()[net.edge_pair], net.first_person + net.edge_person
    found: Bools = side[person] | side[door] | side[rest.arcs.heads[: net.edges]]
    return found


def _named(rest: Remainder, near: Bools) -> tuple[list[tuple[str, str]], list[str]]:
    """Seats and people of the open edges near a cut."""
    net = rest.net
    chosen = np.flatnonzero(rest.open[: net.edges] & near)
    seats = [net.seats[at] for at in np.unique(net.edge_seat[chosen]).tolist()]
    return seats, [net.people[at].id for at in np.unique(net.edge_person[chosen]).tolist()]


def _needed(rest: Remainder) -> Fraction:
    """What the busiest seat and inspector need at least: their sum, shared evenly over their open pairs."""
    net, by = rest.net, ends(rest)
    edges = np.flatnonzero(rest.open[: net.edges])
    is_open = open_pairs(rest)
    limited = is_open[net.edge_pair[edges]]
    pairs = np.flatnonzero(is_open)
    source, sink = by.source[edges], by.sink[pairs]
    nodes = rest.arcs.nodes
    many = np.bincount(source[limited], minlength=nodes) + np.bincount(sink, minlength=nodes)
    others = np.bincount(source[~limited], minlength=nodes)
    wanted = np.abs(by.need) - others * rest.unit
    chosen = np.flatnonzero(many > 0)
    if len(chosen) == 0:
        return Fraction(0)
    share = wanted[chosen] / (rest.unit[chosen] * many[chosen])
    close = chosen[share >= share.max() * (1 - 1e-9)]
    return max(
        Fraction(w, u * m)
        for w, u, m in set(
            zip(wanted[close].tolist(), rest.unit[close].tolist(), many[close].tolist(), strict=True)
        )
    )


def _widened(under: Remainder, at: Ints, arcs: Arcs, side: Bools, cap: Fraction) -> Fraction:
    """The least cap at which every group's cut is wide enough."""
    limited = np.zeros(len(under.arcs), dtype=np.bool_)
    limited[capped_arcs(under)] = True
    across = side[arcs.tails] & ~side[arcs.heads]
    group = under.group
    size = int(group.max()) + 1
    lacking = np.zeros(size, dtype=np.int64)
    np.add.at(lacking, group[side], under.supply[side])
    free, tied = across & ~limited[at], across & limited[at]
    np.subtract.at(lacking, group[arcs.tails[free]], arcs.capacity[free])
    many = np.bincount(group[arcs.tails[tied]], minlength=size)
    unit = np.ones(size, dtype=np.int64)
    unit[group] = under.unit
    tight = np.flatnonzero(many > 0)
    found = max(
        Fraction(need, one * count)
        for need, one, count in zip(
            lacking[tight].tolist(), unit[tight].tolist(), many[tight].tolist(), strict=True
        )
    )
    if found <= cap:
        raise RuntimeError("a cut that no cap widens")
    return found


def _common(unit: Ints, denominator: int) -> Ints:
    """The least common multiples of the units and a denominator."""
    if int(unit.max(initial=1)) * denominator >= LARGEST:
        raise OverflowError("a cap whose exact flows exceed 64 bits")
    return np.lcm(unit, denominator)

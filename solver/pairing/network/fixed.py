"""必然与未定: which arcs carry the same in every table with the same sums, and the rest by itself.

Two flows with the same sums differ by cycles of residual arcs. An arc between two strong groups of the
residual graph lies on no such cycle, so it is empty or full in all of them. Inside a group some lawful flow
keeps every arc strictly between its bounds; which groups there are does not depend on the flow looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from solver.pairing.arrays import Bools, Floats, Ints
from solver.pairing.network import Network
from solver.pairing.network.flow import Arcs
from solver.pairing.network.graph import strong_groups
from solver.pairing.network.levels import Levels


@dataclass(frozen=True, slots=True, eq=False)
class Remainder:
    """未定部分: the arcs whose flow is still open, once all that is fixed was sent on its way.

    At node ``v`` one visit counts ``unit[v]``; ``supply`` (per node) and ``capacity`` (per arc) are in it.
    ``value`` is what a fixed arc carries, in visits. Open arcs join nodes of one ``group`` only.
    """

    net: Network
    arcs: Arcs
    unit: Ints
    supply: Ints
    capacity: Ints
    open: Bools
    value: Floats
    group: Ints

    @property
    def certain(self) -> Bools:
        """E: edges that carry 1 in every table."""
        edges = self.net.edges
        found: Bools = ~self.open[:edges] & (self.value[:edges] == 1.0)
        return found

    def within(self) -> tuple[Ints, Arcs]:
        """The open arcs by number, and as a network of their own with the same nodes."""
        at = np.flatnonzero(self.open)
        return at, Arcs(self.arcs.nodes, self.arcs.tails[at], self.arcs.heads[at], self.capacity[at])


def remainder(net: Network, levels: Levels) -> Remainder:
    """What the loads alone leave open."""
    arcs = net.arcs()
    supply = net.supply() * levels.unit
    supply[net.first_person :] -= levels.load
    everything = Remainder(
        net=net,
        arcs=arcs,
        unit=levels.unit,
        supply=supply,
        capacity=arcs.capacity * levels.unit[arcs.tails],
        open=np.ones(len(arcs), dtype=np.bool_),
        value=np.zeros(len(arcs)),
        group=np.zeros(arcs.nodes, dtype=np.int64),
    )
    across = np.flatnonzero(levels.across)
    one = everything.unit
    inside = _settled(
        everything,
        across,
        levels.amount[across] * one[arcs.tails[across]],
        levels.amount[across] * one[arcs.heads[across]],
    )
    return narrowed(inside, levels.amount[inside.open])


def narrowed(before: Remainder, amount: Ints) -> Remainder:
    """The same without the arcs that are fixed; ``amount`` is a flow of the open ones."""
    at, arcs = before.within()
    up, down = amount < arcs.capacity, amount > 0
    tails = np.concatenate([arcs.tails[up], arcs.heads[down]])
    heads = np.concatenate([arcs.heads[up], arcs.tails[down]])
    group = strong_groups(arcs.nodes, tails, heads)
    fixed = group[arcs.tails] != group[arcs.heads]
    return replace(_settled(before, at[fixed], amount[fixed], amount[fixed]), group=group)


def _settled(before: Remainder, fixed: Ints, leaves: Ints, enters: Ints) -> Remainder:
    """Take out ``fixed`` arcs, and what ``leaves`` their tails and ``enters`` their heads, in those units."""
    tails, heads = before.arcs.tails[fixed], before.arcs.heads[fixed]
    supply, value, is_open = before.supply.copy(), before.value.copy(), before.open.copy()
    np.subtract.at(supply, tails, leaves)
    np.add.at(supply, heads, enters)
    value[fixed] = leaves / before.unit[tails]
    is_open[fixed] = False
    return replace(before, supply=supply, value=value, open=is_open)

"""两端: where open flow begins and ends, once what is fixed has been taken out.

A fixed arc leaves what stood behind it alone: a person's door, a pair or a recusal group whose sum is fixed
becomes an end of its own, with that sum as its load (or demand).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.pairing.arrays import Bools, Ints
from solver.pairing.network.fixed import Remainder


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Where open flow begins and ends: ``source`` node of each edge, ``sink`` node of each pair.

    ``need`` of a source is what it still hands out, of a sink what it still takes (negative), in the node's
    unit. ``group`` of each edge and ``door`` of each pair stand between (or -1), ``room`` being left there.
    """

    source: Ints
    sink: Ints
    need: Ints
    group: Ints
    door: Ints
    group_room: Ints
    door_room: Ints


def ends(rest: Remainder) -> Ends:
    net, supply = rest.net, rest.supply
    need = supply.copy()
    last = len(rest.arcs)
    first_door, first_pair = last - len(net.door_cap), net.edges + len(net.group_seat)
    group_open, door_open = rest.open[net.edges : first_pair], rest.open[first_door:]

    group_nodes = net.first_group + np.arange(len(net.group_seat))
    spent = supply[group_nodes] * group_open  # what fixed edges took out of an open group: not above 0
    np.add.at(need, net.group_seat, spent)
    door_nodes = net.first_door + np.arange(len(net.door_cap))
    taken = supply[door_nodes] * door_open  # what fixed pairs brought to an open door: not below 0
    np.add.at(need, net.first_person + net.door_person, taken)

    through = _where(net.edge_group, group_open)
    source = np.where((net.edge_group >= 0) & (through < 0), net.first_group + net.edge_group, net.edge_seat)
    door = _where(net.pair_door, door_open)
    behind = (net.pair_door >= 0) & (door < 0)
    sink = np.where(behind, net.first_door + net.pair_door, net.first_person + net.pair_person)
    pair_fixed = np.zeros(len(net.pair_task), dtype=np.bool_)
    pair_fixed[net.multi] = ~rest.open[first_pair:first_door]
    sink = np.where(pair_fixed, net.pair_nodes(), sink)
    return Ends(
        source=source,
        sink=sink,
        need=need,
        group=through,
        door=np.where(pair_fixed, -1, door),
        group_room=rest.capacity[net.edges : first_pair] + spent,
        door_room=rest.capacity[first_door:] - taken,
    )


def _where(which: Ints, allowed: Bools) -> Ints:
    """``which`` where it is one of the allowed, else -1."""
    found = np.full(len(which), -1, dtype=np.int64)
    some = np.flatnonzero(which >= 0)
    found[some] = np.where(allowed[which[some]], which[some], -1)
    return found

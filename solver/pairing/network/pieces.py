"""未定的各块: what is open falls into connected pieces; each goes to the entropy solver by itself.

A fixed arc was taken out, so what stood behind it stands alone: a person's door, a pair or a recusal group
whose sum is fixed becomes an end of its own, with that sum as its load (or demand).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from solver.pairing.network.component import Component
from solver.pairing.network.fixed import Floats, Remainder
from solver.pairing.network.flow import Bools, Ints

NO_CAP = 2.0
"""Above any chance, for pairs whose sum is a load by itself."""


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


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One connected piece: its ``edges`` by number, and what the entropy solver takes.

    ``certain``: every chance is fixed, open is only in which seat of a team people sit. Then the solver is
    asked for the most even split over seats, and its objective says nothing about pairs.
    """

    edges: Ints
    component: Component
    certain: bool


def pieces(rest: Remainder, cap: float, score: Floats) -> Iterator[Piece]:
    """The pieces in order of their first edge. ``score`` is per pair."""
    net, by = rest.net, ends(rest)
    open_edges = np.flatnonzero(rest.open[: net.edges])
    label = rest.group[rest.arcs.tails[open_edges]]
    order = np.argsort(label, kind="stable")
    begins = np.flatnonzero(np.diff(label[order], prepend=-1))
    found = [open_edges[run] for run in np.split(order, begins[1:])] if len(order) else []
    for edges in sorted(found, key=lambda run: int(run[0])):
        yield _piece(rest, by, edges, cap, score)


def _piece(rest: Remainder, by: Ends, edges: Ints, cap: float, score: Floats) -> Piece:
    net, unit = rest.net, rest.unit
    sources, edge_seat = _distinct(by.source[edges])
    pairs, edge_pair = _distinct(net.edge_pair[edges])
    sinks, pair_person = _distinct(by.sink[pairs])
    groups, edge_group = _numbered(by.group[edges])
    doors, pair_door = _numbered(by.door[pairs])
    door_person = np.searchsorted(sinks, net.first_person + net.door_person[doors])
    alone = (sinks[pair_person] >= net.first_pair) & (sinks[pair_person] < net.first_door)
    certain = bool(alone.all())
    if certain:
        every = np.arange(len(edges))
        pairs, edge_pair, pair_person = pairs[edge_pair], every, pair_person[edge_pair]
        pair_door, alone = np.full(len(edges), -1), np.ones(len(edges), dtype=np.bool_)
    component = Component(
        demand=by.need[sources] / unit[sources],
        load=-by.need[sinks] / unit[sinks],
        edge_seat=edge_seat,
        edge_pair=edge_pair,
        edge_group=edge_group,
        pair_person=pair_person,
        pair_door=pair_door,
        highest=np.where(alone, NO_CAP, min(cap, 1.0)),
        score=np.zeros(len(pairs)) if certain else score[pairs],
        group_cap=by.group_room[groups] / unit[net.first_group + groups],
        group_full=np.zeros(len(groups), dtype=np.bool_),
        door_person=door_person,
        door_cap=by.door_room[doors] / unit[net.first_door + doors],
        door_full=np.zeros(len(doors), dtype=np.bool_),
    )
    return Piece(edges, component, certain)


def _where(which: Ints, allowed: Bools) -> Ints:
    """``which`` where it is one of the allowed, else -1."""
    found = np.full(len(which), -1, dtype=np.int64)
    some = np.flatnonzero(which >= 0)
    found[some] = np.where(allowed[which[some]], which[some], -1)
    return found


def _distinct(which: Ints) -> tuple[Ints, Ints]:
    """The distinct numbers in order, and the place of each in them."""
    size = int(which.max(initial=-1)) + 1
    if size > 8 * len(which) + 1_000:  # few numbers far apart: sorting is cheaper than marking
        return np.unique(which, return_inverse=True)
    present = np.zeros(size, dtype=np.bool_)
    present[which] = True
    return np.flatnonzero(present), (np.cumsum(present) - 1)[which]


def _numbered(which: Ints) -> tuple[Ints, Ints]:
    """The distinct numbers, and the place of each in them; -1 stays."""
    some = which >= 0
    distinct, place = _distinct(which[some])
    numbered = np.full(len(which), -1, dtype=np.int64)
    numbered[some] = place
    return distinct, numbered

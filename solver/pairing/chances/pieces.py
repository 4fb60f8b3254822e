"""未定的各块: what is open falls into connected pieces; each goes to the entropy solver by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from solver.pairing.arrays import Floats, Ints
from solver.pairing.entropy.component import Component
from solver.pairing.network.ends import Ends, ends
from solver.pairing.network.fixed import Remainder

NO_CAP = 2.0
"""Above any chance, for pairs whose sum is a load by itself."""


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

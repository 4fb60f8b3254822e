"""缺口: why there is no lawful assignment, from the minimum cut, in words a planner can act on.

Too few people: the seats on the source side of the smallest minimum cut are those whose demand exceeds all
that the people who could fill them may still take. Too little work: the same, seen from inspectors with a
minimum. By the linking property of flows (Ford & Fulkerson 1962, II.2) these are the only two ways to fail
without colleague recusals. The smallest cut is the same for every maximum flow, so the words never depend on
a solver.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from solver.pairing.pair0_flow import Network, greatest
from solver.pairing.pair0_network import Bools, Ints, Part, Rule
from solver.pairing.shortage import Shortage


def shortages(part: Part) -> tuple[Shortage, ...]:
    """Every connected piece that a part without lawful assignment is short of."""
    found = (*_too_few_people(part), *_too_little_work(part))
    if not found:
        raise RuntimeError("an infeasible part without a shortage")
    return found


def _too_few_people(part: Part) -> Iterator[Shortage]:
    boundless = part.total + 1
    most = [boundless if one.max_load is None else one.max_load for one in part.inspectors]
    net, source, sink = _closed(part, np.array(most, dtype=np.int64))
    value, flow = greatest(net, source, sink)
    if value == part.total:
        return
    side = _reach(net, flow, source)
    side[source] = False
    own, last = len(part.tails), part.edges
    for piece in _pieces(net, side):
        seats = np.flatnonzero(piece[: len(part.seats)])
        filled = int(flow[own + seats].sum())
        eligible = np.unique(part.edge_inspector[piece[part.edge_seat]])
        crossing = np.flatnonzero(piece[net.tails] & ~side[net.heads])
        inner = [part.rules[arc - last] for arc in crossing if last <= arc < own]
        at_most = [
            Rule("max_load", one.id, one.max_load)
            for arc in crossing
            if arc >= own
            for one in [part.inspectors[net.tails[arc] - len(part.seats)]]
            if one.max_load is not None
        ]
        needed = int(part.demand[seats].sum())
        yield Shortage(
            kind="seats",
            seats=tuple(part.seats[seat] for seat in seats),
            inspectors=tuple(part.inspectors[index].id for index in eligible),
            needed=needed,
            short=needed - filled,
            limits=tuple(sorted((*inner, *at_most), key=_rule_order)),
        )


def _too_little_work(part: Part) -> Iterator[Shortage]:
    net, source, sink = _closed(part, part.least)
    value, flow = greatest(net, source, sink)
    if value == int(part.least.sum()):
        return
    side = _reach(_reversed(net), flow, sink)
    side[sink] = False
    first = len(part.seats)
    for piece in _pieces(net, side):
        people = np.flatnonzero(piece[first : first + len(part.inspectors)])
        offered = np.unique(part.edge_seat[np.isin(part.edge_inspector, people)])
        needed = int(part.least[people].sum())
        given = int(flow[len(part.tails) + first + people].sum())
        yield Shortage(
            kind="min_load",
            seats=tuple(part.seats[seat] for seat in offered),
            inspectors=tuple(part.inspectors[index].id for index in people),
            needed=needed,
            short=needed - given,
        )


def _closed(part: Part, limit: Ints) -> tuple[Network, int, int]:
    """The part between a source (arcs by demand, first) and a sink (arcs by ``limit``, after them)."""
    source, sink = part.nodes, part.nodes + 1
    seats, people = len(part.seats), len(part.inspectors)
    nothing = np.zeros(0, dtype=np.int64)
    net = Network(
        nodes=part.nodes + 2,
        tails=np.concatenate([part.tails, np.full(seats, source), seats + np.arange(people)]),
        heads=np.concatenate([part.heads, np.arange(seats), np.full(people, sink)]),
        capacity=np.concatenate([part.capacity, part.demand, limit]),
        cost=nothing,
        supply=nothing,
    )
    return net, source, sink


def _reversed(net: Network) -> Network:
    return Network(net.nodes, net.heads, net.tails, net.capacity, net.cost, net.supply)


def _reach(net: Network, flow: Ints, start: int) -> Bools:
    """Nodes that residual arcs lead to from ``start``."""
    up, down = flow < net.capacity, flow > 0
    tails = np.concatenate([net.tails[up], net.heads[down]])
    heads = np.concatenate([net.heads[up], net.tails[down]])
    reached = np.zeros(net.nodes, dtype=np.bool_)
    reached[start] = True
    while True:
        new = heads[reached[tails] & ~reached[heads]]
        if len(new) == 0:
            return reached
        reached[new] = True


def _pieces(net: Network, side: Bools) -> Iterator[Bools]:
    """Connected pieces of the nodes on one side of the cut, in order of their first node."""
    neighbours = defaultdict(list)
    inside = side[net.tails] & side[net.heads] & (net.capacity > 0)
    for tail, head in zip(net.tails[inside].tolist(), net.heads[inside].tolist(), strict=True):
        neighbours[tail].append(head)
        neighbours[head].append(tail)
    left = side.copy()
    for first in np.flatnonzero(side).tolist():
        if not left[first]:
            continue
        piece = np.zeros_like(side)
        waiting = [first]
        left[first] = False
        while waiting:
            node = waiting.pop()
            piece[node] = True
            for other in neighbours[node]:
                if left[other]:
                    left[other] = False
                    waiting.append(other)
        yield piece


def _rule_order(rule: Rule) -> tuple[str, str, str, str]:
    return rule.name, rule.inspector, rule.period or "", rule.task or ""

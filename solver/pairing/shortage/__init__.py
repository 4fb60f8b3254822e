"""缺口: why there is no lawful assignment, from the minimum cut, in words a planner can act on.

Too few people: the seats on the source side of the smallest minimum cut are those whose demand exceeds all
that the people who could fill them may still take. Too little work: the same, seen from inspectors with a
minimum. By the linking property of flows (Ford & Fulkerson 1962, II.2) these are the only two ways to fail
without colleague recusals. The smallest cut is the same for every maximum flow, so the words never depend on
a solver.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from solver.pairing.arrays import Bools
from solver.pairing.network import Network
from solver.pairing.network.flow import Arcs, meet
from solver.pairing.network.graph import connected
from solver.pairing.problem import Inspector
from solver.pairing.words.gap import Shortage
from solver.pairing.words.rule import Rule


def shortages(net: Network) -> tuple[Shortage, ...]:
    """缺口: every connected piece that a part lacks; none where a lawful assignment exists."""
    return (*_too_few_people(net), *_too_little_work(net))


def idle_shortages(idle: tuple[Inspector, ...]) -> Iterator[Shortage]:
    """Inspectors whom no seat could use although they must make visits."""
    for one in idle:
        if one.min_load > 0:
            yield Shortage("min_load", (), (one.id,), one.min_load, one.min_load)


def _too_few_people(net: Network) -> Iterator[Shortage]:
    arcs, supply = net.arcs(), net.supply()
    boundless = net.total + 1
    supply[net.first_person :] = [-boundless if one.max_load is None else -one.max_load for one in net.people]
    flow = meet(arcs, supply)
    if flow.side is None:
        return
    sent = np.bincount(arcs.tails, weights=flow.amount, minlength=arcs.nodes)
    crossing = np.flatnonzero(flow.side[arcs.tails] & ~flow.side[arcs.heads])
    for piece in _pieces(arcs, flow.side):
        seats = np.flatnonzero(piece[: len(net.seats)])
        eligible = np.unique(net.edge_person[piece[net.edge_seat]])
        ruled = crossing[(crossing >= net.edges + len(net.group_seat)) & piece[arcs.tails[crossing]]]
        inner = [net.rule(arc) for arc in ruled.tolist()]
        full = np.flatnonzero(piece[net.first_person :]).tolist()
        at_most = [
            Rule("max_load", one.id, one.max_load)
            for one in map(net.people.__getitem__, full)
            if one.max_load is not None
        ]
        needed = int(net.demand[seats].sum())
        yield Shortage(
            kind="seats",
            seats=tuple(net.seats[seat] for seat in seats),
            inspectors=tuple(net.people[at].id for at in eligible),
            needed=needed,
            short=needed - int(sent[seats].sum()),
            limits=tuple(sorted((*inner, *at_most), key=_rule_order)),
        )


def _too_little_work(net: Network) -> Iterator[Shortage]:
    if not net.least.any():
        return
    plain = net.arcs()
    arcs = Arcs(plain.nodes, plain.heads, plain.tails, plain.capacity)
    supply = -net.supply()
    supply[net.first_person :] = net.least
    flow = meet(arcs, supply)
    if flow.side is None:
        return
    given = np.bincount(arcs.tails, weights=flow.amount, minlength=arcs.nodes)[net.first_person :]
    for piece in _pieces(arcs, flow.side):
        people = np.flatnonzero(piece[net.first_person :])
        offered = np.unique(net.edge_seat[np.isin(net.edge_person, people)])
        needed = int(net.least[people].sum())
        yield Shortage(
            kind="min_load",
            seats=tuple(net.seats[seat] for seat in offered),
            inspectors=tuple(net.people[at].id for at in people),
            needed=needed,
            short=needed - int(given[people].sum()),
        )


def _pieces(arcs: Arcs, side: Bools) -> Iterator[Bools]:
    """Connected pieces of the nodes on one side of the cut, in order of their first node."""
    inside = side[arcs.tails] & side[arcs.heads] & (arcs.capacity > 0)
    label = connected(arcs.nodes, arcs.tails[inside], arcs.heads[inside])
    for first in np.unique(label[side]).tolist():
        yield side & (label == first)


def _rule_order(rule: Rule) -> tuple[str, str, str, str]:
    return rule.name, rule.inspector, rule.period or "", rule.task or ""

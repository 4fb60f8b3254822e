"""最省的放宽（大规模）: the same question as `relief`, for pieces too large for it, as a minimum cost flow.

Each bound gets further units at a price, each seat a dear way past everybody. A flow knows neither colleague
recusals nor whole tasks put off, and pays for a cap in every period in which it gives way; apart from that
its answer is the cheapest. Among equal prices, changes are spread over many people and seats.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from solver.pairing.lawful import Row
from solver.pairing.problem import Problem
from solver.pairing.words.changes import Change, Price

STEPS = 8
"""Further units that are told apart, so that the second for one person comes after the first for another."""
FINE = 1_000
"""A unit of price, in steps of spreading: more than any number of steps."""


def cheapest_by_flow(piece: Problem, neighbours: Sequence[Row], price: Price) -> tuple[Change, ...]:
    """Changes of least price by which every seat is filled and every minimum met, recusals apart."""
    net = _Net()
    _seats(net, piece, neighbours, price)
    _people(net, piece, price)
    given = Counter[tuple[str, ...]]()
    for label, amount in net.cheapest():
        given[label] += amount
    return tuple(_changes(piece, given, price))


class _Net:
    """Arcs between named nodes, each with a label that says what its flow means."""

    def __init__(self) -> None:
        self.number: dict[tuple[str, ...], int] = {}
        self.arcs: list[tuple[int, int, int, int]] = []
        self.labels: list[tuple[str, ...]] = []
        self.supply: Counter[int] = Counter()

    def node(self, *name: str) -> int:
        return self.number.setdefault(name, len(self.number))

    def arc(self, tail: int, head: int, capacity: int, cost: int = 0, label: tuple[str, ...] = ()) -> None:
        self.arcs.append((tail, head, capacity, cost))
        self.labels.append(label)

    def rising(self, tail: int, head: int, most: int, cost: int, label: tuple[str, ...]) -> None:
        """Up to ``most`` units at ``cost`` each, every next one a trifle dearer."""
        for step in range(1, min(STEPS, most) + 1):
            self.arc(tail, head, 1, cost * FINE + step, label)
        if most > STEPS:
            self.arc(tail, head, most - STEPS, cost * FINE + STEPS + 1, label)

    def cheapest(self) -> Iterator[tuple[tuple[str, ...], int]]:
        """(label, flow) of the arcs with a label, in a flow of least cost."""
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # 0.8 s to import

        solver = SimpleMinCostFlow()
        columns = np.array(self.arcs, dtype=np.int64).reshape(-1, 4).T
        ends = columns[:2].astype(np.int32)
        arcs = solver.add_arcs_with_capacity_and_unit_cost(ends[0], ends[1], columns[2], columns[3])
        nodes = np.arange(len(self.number), dtype=np.int32)
        solver.set_nodes_supplies(nodes, np.array([self.supply[n] for n in nodes.tolist()], dtype=np.int64))
        status = solver.solve()
        if status != SimpleMinCostFlow.Status.OPTIMAL:
            raise RuntimeError(f"min-cost flow of what may give way ended with {status}")
        flows = np.asarray(solver.flows(arcs)).tolist()
        for label, flow in zip(self.labels, flows, strict=True):
            if label and flow:
                yield label, flow


def _seats(net: _Net, piece: Problem, neighbours: Sequence[Row], price: Price) -> None:
    """From every seat to who may sit there, at a price to neighbours, and dearly past everybody."""
    ground = net.node("ground")
    offered = defaultdict(list)
    for task, seat, person in neighbours:
        offered[task, seat].append(person)
    capped = {one.id for one in piece.inspectors if one.period_cap is not None}
    for each in piece.tasks:
        for seat_ in each.seats:
            here = net.node("seat", each.id, seat_.id)
            net.supply[here] += seat_.demand
            net.supply[ground] -= seat_.demand
            net.rising(here, ground, seat_.demand, price["outside"], ("outside", each.id, seat_.id))
            for person in seat_.eligible:
                net.arc(here, net.node("pair", each.id, person), 1)
            for person in offered[each.id, seat_.id]:
                label = ("neighbour", each.id, seat_.id, person)
                net.arc(here, net.node("pair", each.id, person), 1, price["neighbour"] * FINE, label)
        people = {who for seat_ in each.seats for who in (*seat_.eligible, *offered[each.id, seat_.id])}
        for person in sorted(people):
            door = ("door", person, each.period) if person in capped else ("person", person)
            net.arc(net.node("pair", each.id, person), net.node(*door), 1)


def _people(net: _Net, piece: Problem, price: Price) -> None:
    """From the doors of a period to the person, and on to the ground: the first visits are paid for."""
    ground = net.node("ground")
    periods = sorted({task.period for task in piece.tasks})
    most = len(piece.tasks)
    for one in piece.inspectors:
        here = net.node("person", one.id)
        for period in periods if one.period_cap is not None else ():
            door = net.node("door", one.id, period)
            net.arc(door, here, one.period_cap or 0)
            if one.period_cap:
                net.rising(door, here, most, price["period_cap"], ("period_cap", one.id, period))
        net.arc(here, ground, one.min_load, -price["min_load"] * FINE, ("min_load", one.id))
        if one.max_load is None:
            net.arc(here, ground, most)
            continue
        net.arc(here, ground, one.max_load - one.min_load)
        if one.max_load:
            net.rising(here, ground, most, price["max_load"], ("max_load", one.id))


def _changes(piece: Problem, given: Mapping[tuple[str, ...], int], price: Price) -> Iterator[Change]:
    for one in piece.inspectors:
        over = {label[2]: n for label, n in given.items() if label[:2] == ("period_cap", one.id)}
        if over:
            yield Change("period_cap", (one.id,), max(over.values()), tuple(sorted(over)))
    for one in piece.inspectors:
        if more := given.get(("max_load", one.id), 0):
            yield Change("max_load", (one.id,), more)
    for one in piece.inspectors:
        if fewer := one.min_load - given.get(("min_load", one.id), 0):
            yield Change("min_load", (one.id,), fewer)
    for label in sorted(label for label in given if label[0] == "neighbour"):
        yield Change("neighbour", label[1:], 1)
    for task in piece.tasks:
        missing = [(seat.id, given.get(("outside", task.id, seat.id), 0)) for seat in task.seats]
        if sum(amount for _, amount in missing) * price["outside"] > price["later"]:
            yield Change("later", (task.id,), 1)
        else:
            yield from (Change("outside", (task.id, seat), n) for seat, n in missing if n)

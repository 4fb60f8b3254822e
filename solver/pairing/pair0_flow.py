"""最小费用流: OR-Tools finds the flow; this file proves it optimal and says what else would be as good.

The proof needs no trust in the solver: node potentials under which no residual arc has negative reduced cost
show optimality (Ahuja, Magnanti, Orlin, Network Flows, 1993, theorem 9.3), and two optimal flows differ by
cycles of residual arcs of reduced cost zero, so an arc outside every such cycle is the same in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Arcs with capacities and integer costs; ``supply`` > 0 where flow starts, < 0 where it ends."""

    nodes: int
    tails: Ints
    heads: Ints
    capacity: Ints
    cost: Ints
    supply: Ints


def cheapest(net: Network) -> Ints | None:
    """A flow of least cost that meets every supply, or ``None`` where no flow does."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # 0.8 s to import

    if int(net.supply.sum()) != 0:
        return None
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        net.tails.astype(np.int32), net.heads.astype(np.int32), net.capacity, net.cost
    )
    solver.set_nodes_supplies(np.arange(net.nodes, dtype=np.int32), net.supply)
    status = solver.solve()
    if status == SimpleMinCostFlow.Status.INFEASIBLE:
        return None
    if status != SimpleMinCostFlow.Status.OPTIMAL:
        raise RuntimeError(f"min-cost flow ended with {status} on {net.nodes} nodes, {len(net.tails)} arcs")
    return np.asarray(solver.flows(arcs), dtype=np.int64)


def greatest(net: Network, source: int, sink: int) -> tuple[int, Ints]:
    """The value of a maximum flow from ``source`` to ``sink`` (supplies and costs unused), and the flow."""
    from ortools.graph.python.max_flow import SimpleMaxFlow

    solver = SimpleMaxFlow()
    arcs = solver.add_arcs_with_capacity(net.tails.astype(np.int32), net.heads.astype(np.int32), net.capacity)
    status = solver.solve(source, sink)
    if status != SimpleMaxFlow.Status.OPTIMAL:
        raise RuntimeError(f"max flow ended with {status} on {net.nodes} nodes, {len(net.tails)} arcs")
    return int(solver.optimal_flow()), np.asarray(solver.flows(arcs), dtype=np.int64)


def free_arcs(net: Network, flow: Ints) -> Bools:
    """Which arcs of capacity 1 carry another amount in some other flow of the same, least, cost.

    Proves on the way that ``flow`` is of least cost. Arcs of larger capacity are always reported ``False``:
    there, going one way and back again is no change.
    """
    up, down = flow < net.capacity, flow > 0
    tails = np.concatenate([net.tails[up], net.heads[down]])
    heads = np.concatenate([net.heads[up], net.tails[down]])
    cost = np.concatenate([net.cost[up], -net.cost[down]])
    potential = _potentials(net.nodes, tails, heads, cost)
    tight = potential[tails] + cost == potential[heads]
    group = _strong_groups(net.nodes, tails[tight], heads[tight])
    both_ways = np.zeros(len(net.tails), dtype=np.bool_)
    one = net.capacity == 1
    ends = potential[net.tails] + net.cost == potential[net.heads]
    both_ways[one] = (ends & (group[net.tails] == group[net.heads]))[one]
    return both_ways


def _potentials(nodes: int, tails: Ints, heads: Ints, cost: Ints) -> Ints:
    """Shortest distances from a virtual source at distance 0 of every node (Bellman-Ford, whole rounds)."""
    distance = np.zeros(nodes, dtype=np.int64)
    if len(tails) == 0:
        return distance
    order = np.argsort(heads, kind="stable")
    tails, heads, cost = tails[order], heads[order], cost[order]
    starts = np.flatnonzero(np.concatenate([[True], heads[1:] != heads[:-1]]))
    reached = heads[starts]
    for _ in range(nodes + 1):
        offered = np.minimum.reduceat(distance[tails] + cost, starts)
        better = offered < distance[reached]
        if not better.any():
            return distance
        distance[reached[better]] = offered[better]
    raise RuntimeError("the flow handed back is not of least cost")


def _strong_groups(nodes: int, tails: Ints, heads: Ints) -> Ints:
    """A number per node, equal for two nodes that reach each other (Tarjan 1972, without recursion)."""
    order = np.argsort(tails, kind="stable")
    next_arc = np.searchsorted(tails[order], np.arange(nodes + 1)).tolist()
    last_arc = next_arc[1:]
    to = heads[order].tolist()
    seen = [0] * nodes
    low = [0] * nodes
    group = [-1] * nodes
    open_nodes: list[int] = []
    clock = 0
    groups = 0
    for start in range(nodes):
        if seen[start]:
            continue
        path = [start]
        while path:
            node = path[-1]
            if not seen[node]:
                clock += 1
                seen[node] = low[node] = clock
                open_nodes.append(node)
            arc = next_arc[node]
            stop = last_arc[node]
            lowest = low[node]
            while arc < stop:
                other = to[arc]
                if not seen[other]:
                    break
                # A finished group is closed; an open node is one we may still come back to.
                if group[other] < 0 and low[other] < lowest:
                    lowest = low[other]
                arc += 1
            next_arc[node] = arc
            low[node] = lowest
            if arc < stop:
                path.append(to[arc])
                continue
            path.pop()
            if lowest == seen[node]:
                while True:
                    member = open_nodes.pop()
                    group[member] = groups
                    if member == node:
                        break
                groups += 1
    return np.array(group, dtype=np.int64)

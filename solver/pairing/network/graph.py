"""图: reachability, strong and weak connection of large directed graphs, on arrays."""

from __future__ import annotations

import numpy as np

from solver.pairing.arrays import Bools, Ints

PIVOTS = 6
SMALL = 3_000


def strong_groups(nodes: int, tails: Ints, heads: Ints) -> Ints:
    """A number per node, equal for two nodes that reach each other; numbers say nothing more.

    Large groups are found by walking forward and backward from a busy node, on arrays; what is left goes to
    Tarjan's algorithm (1972).
    """
    group = np.full(nodes, -1, dtype=np.int64)
    found = 0
    for _ in range(PIVOTS):
        tails, heads = _trimmed(nodes, tails, heads)
        if len(tails) <= SMALL:
            break
        busy = np.minimum(np.bincount(tails, minlength=nodes), np.bincount(heads, minlength=nodes))
        start = np.array([int(busy.argmax())], dtype=np.int64)
        ahead = reached(nodes, tails, heads, start)
        behind = reached(nodes, heads, tails, start)
        group[ahead & behind] = found
        found += 1
        side = ahead.astype(np.int64) + 2 * behind
        keep = (side[tails] == side[heads]) & (side[tails] != 3)
        tails, heads = tails[keep], heads[keep]
    rest = np.unique(np.concatenate([tails, heads]))
    place = np.zeros(nodes, dtype=np.int64)
    place[rest] = np.arange(len(rest))
    group[rest] = found + _tarjan(len(rest), place[tails], place[heads])
    alone = np.flatnonzero(group < 0)
    group[alone] = found + len(rest) + np.arange(len(alone))
    return group


def reached(nodes: int, tails: Ints, heads: Ints, start: Ints) -> Bools:
    """Nodes that arcs lead to from ``start``, itself included."""
    order = np.argsort(tails, kind="stable")
    to = heads[order]
    first = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=nodes))])
    seen = np.zeros(nodes, dtype=np.bool_)
    mark = np.zeros(nodes, dtype=np.int64)
    seen[start] = True
    edge = start
    while len(edge):
        count = first[edge + 1] - first[edge]
        arcs = np.repeat(first[edge] - np.cumsum(count) + count, count) + np.arange(int(count.sum()))
        new = to[arcs]
        new = new[~seen[new]]
        seen[new] = True
        mark[new] = np.arange(len(new))
        edge = new[mark[new] == np.arange(len(new))]
    return seen


def connected(nodes: int, tails: Ints, heads: Ints) -> Ints:
    """The least node of each node's connected piece, directions aside."""
    least = np.arange(nodes, dtype=np.int64)
    while True:
        one, other = least[tails], least[heads]
        apart = one != other
        if not apart.any():
            return least
        tails, heads, one, other = tails[apart], heads[apart], one[apart], other[apart]
        np.minimum.at(least, np.maximum(one, other), np.minimum(one, other))
        while True:
            further = least[least]
            if (further == least).all():
                break
            least = further


def _trimmed(nodes: int, tails: Ints, heads: Ints) -> tuple[Ints, Ints]:
    """Without arcs at nodes that nothing enters or nothing leaves (a few rounds; the rest can wait)."""
    for _ in range(8):
        enters, leaves = np.zeros(nodes, dtype=np.bool_), np.zeros(nodes, dtype=np.bool_)
        enters[heads] = True
        leaves[tails] = True
        keep = enters[tails] & leaves[heads]
        if keep.all():
            break
        tails, heads = tails[keep], heads[keep]
    return tails, heads


def _tarjan(nodes: int, tails: Ints, heads: Ints) -> Ints:
    """Strong groups without recursion."""
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

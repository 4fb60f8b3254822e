"""最大流: OR-Tools finds a flow; only what is the same for every such flow is taken from it.

These are: whether all supplies can be met, the smallest minimum cut where they cannot, and (`fixed.py`) which
arcs carry the same in every flow. So no result depends on the solver or its version.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.pairing.arrays import Bools, Ints

LARGEST = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Arcs of a network in numbers: ``nodes``, ends and whole capacities."""

    nodes: int
    tails: Ints
    heads: Ints
    capacity: Ints

    def __len__(self) -> int:
        return len(self.tails)


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """``amount`` per arc; ``side``: nodes of the smallest minimum cut, or ``None`` where all is met.

    ``unmet`` is what the supplies lack, in all.
    """

    amount: Ints
    side: Bools | None
    unmet: int


def meet(arcs: Arcs, supply: Ints) -> Flow:
    """Send what enters (``supply`` > 0) to where it is taken (``supply`` < 0), as much as fits.

    All is met when every entering unit leaves; what could still be taken is not counted as a lack.
    """
    from ortools.graph.python.max_flow import SimpleMaxFlow  # slow to import

    source, sink = arcs.nodes, arcs.nodes + 1
    enters, takes = np.flatnonzero(supply > 0), np.flatnonzero(supply < 0)
    # The last arc carries nothing; it tells the solver of both ends where nobody takes anything.
    tails = np.concatenate([arcs.tails, np.full(len(enters), source), takes, [source]]).astype(np.int32)
    heads = np.concatenate([arcs.heads, enters, np.full(len(takes), sink), [sink]]).astype(np.int32)
    capacity = np.concatenate([arcs.capacity, supply[enters], -supply[takes], [0]])
    wanted = sum(supply[enters].tolist())
    if max(wanted, -sum(supply[takes].tolist())) >= LARGEST:
        raise OverflowError("a network whose exact flows exceed 64 bits")
    solver = SimpleMaxFlow()
    numbers = solver.add_arcs_with_capacity(tails, heads, capacity)
    if wanted == 0:
        return Flow(np.zeros(len(arcs), dtype=np.int64), None, 0)
    status = solver.solve(source, sink)
    if status != SimpleMaxFlow.Status.OPTIMAL:
        raise RuntimeError(f"max flow ended with {status} on {arcs.nodes} nodes, {len(arcs)} arcs")
    amount = np.asarray(solver.flows(numbers[: len(arcs)]), dtype=np.int64)
    unmet = wanted - int(solver.optimal_flow())
    if unmet == 0:
        return Flow(amount, None, 0)
    side = np.zeros(arcs.nodes + 2, dtype=np.bool_)
    side[solver.get_source_side_min_cut()] = True
    return Flow(amount, side[: arcs.nodes], unmet)

"""均衡任务量 λ: the one vector of expected visits that is most equal together with past ones.

Among all lawful tables it makes the sum of (past + expected visits)² least, hence the heaviest burden as
light as it can be, then the next, and so on. It is found by decomposition (Fujishige 1980; Groenevelt 1991):
give everyone the same level, within his bounds; where that cannot be, the smallest minimum cut parts those
who must carry more from those who must carry less, and each side is levelled by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from solver.pairing.arrays import Bools, Ints
from solver.pairing.errors import PairingInfeasible
from solver.pairing.network import Network
from solver.pairing.network.flow import Arcs, meet
from solver.pairing.shortage import shortages


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """λ with a flow that attains it, in whole numbers: at node ``v`` one visit counts ``unit[v]``.

    ``load`` of each inspector and ``amount`` of each arc are told in the unit of their (tail) node, but for
    the arcs ``across`` two blocks, which are full or empty: their amount is in visits.
    """

    load: Ints
    unit: Ints
    amount: Ints
    across: Bools

    def loads(self, net: Network) -> tuple[Fraction, ...]:
        """λ of each inspector."""
        units = self.unit[net.first_person :].tolist()
        return tuple(Fraction(load, unit) for load, unit in zip(self.load.tolist(), units, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Nodes and arcs (by number) still to be levelled together; ``supply`` of each node enters there."""

    nodes: Ints
    arcs: Ints
    supply: Ints


def levels(net: Network) -> Levels:
    """λ of a part. Raises `PairingInfeasible` where no table is lawful."""
    return _Levelling(net).run()


class _Levelling:
    def __init__(self, net: Network) -> None:
        self._net = net
        self._arcs = net.arcs()
        self._past, self._least, self._most = net.past, net.least, net.most
        self._load = np.zeros(len(net.people), dtype=np.int64)
        self._unit = np.ones(net.nodes, dtype=np.int64)
        self._amount = np.zeros(len(self._arcs), dtype=np.int64)
        self._across = np.ones(len(self._arcs), dtype=np.bool_)
        self._place = np.zeros(net.nodes, dtype=np.int64)

    def run(self) -> Levels:
        net = self._net
        waiting = [_Block(np.arange(net.nodes), np.arange(len(self._arcs)), net.supply())]
        first = True
        while waiting:
            halves = self._settle(waiting.pop(), first)
            waiting += halves
            first = False
        return Levels(self._load, self._unit, self._amount, self._across)

    def _settle(self, block: _Block, first: bool) -> list[_Block]:
        """Level a block; what must be told apart comes back as two."""
        net = self._net
        people = block.nodes[block.nodes >= net.first_person] - net.first_person
        wanted = int(block.supply.sum())
        least, most = self._least[people], self._most[people]
        if (least > most).any() or not int(least.sum()) <= wanted <= int(most.sum()):
            raise PairingInfeasible(shortages(net))
        level = common_level(self._past[people], least, most, wanted)
        unit = level.denominator
        share = np.clip(level.numerator - self._past[people] * unit, least * unit, most * unit)
        self._place[block.nodes] = np.arange(len(block.nodes))
        arcs = Arcs(
            len(block.nodes),
            self._place[self._arcs.tails[block.arcs]],
            self._place[self._arcs.heads[block.arcs]],
            self._arcs.capacity[block.arcs] * unit,
        )
        supply = block.supply * unit
        supply[len(block.nodes) - len(people) :] -= share
        flow = meet(arcs, supply)
        if flow.side is None:
            self._load[people] = share
            self._unit[block.nodes] = unit
            self._amount[block.arcs] = flow.amount
            self._across[block.arcs] = False
            return []
        if first and (short := shortages(net)):
            raise PairingInfeasible(short)
        return self._split(block, arcs, flow.side)

    def _split(self, block: _Block, arcs: Arcs, side: Bools) -> list[_Block]:
        """Above and below the cut: arcs across it are full, arcs back over it empty, in every such table."""
        above, below = side[arcs.tails], side[arcs.heads]
        across = np.flatnonzero(above & ~below)
        full = self._arcs.capacity[block.arcs[across]]
        self._amount[block.arcs[across]] = full
        supply = block.supply.copy()
        np.subtract.at(supply, arcs.tails[across], full)
        np.add.at(supply, arcs.heads[across], full)
        return [
            _Block(block.nodes[here], block.arcs[inside], supply[here])
            for here, inside in ((side, above & below), (~side, ~above & ~below))
        ]


def common_level(past: Ints, least: Ints, most: Ints, wanted: int) -> Fraction:
    """The level ``t`` with ``Σ clamp(t - past, least, most) = wanted``, which must lie within the bounds."""
    bends = np.unique(np.concatenate([past + least, past + most]))
    if len(bends) == 0:
        return Fraction(0)
    rising, stopping = np.sort(past + least), np.sort(past + most)
    slope = np.searchsorted(rising, bends, side="right") - np.searchsorted(stopping, bends, side="right")
    reached = int(least.sum()) + np.concatenate([[0], np.cumsum(slope[:-1] * np.diff(bends))])
    at = int(np.searchsorted(reached, wanted, side="right")) - 1
    left = wanted - int(reached[at])
    return Fraction(int(bends[at])) + (Fraction(left, int(slope[at])) if left else 0)

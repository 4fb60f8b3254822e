"""硬币抽签: the lottery of one part, written to be read (docs/pair-1.md, section 5).

Flows start as the published chances and end as 0 or ``one`` on every edge. Each step moves one cycle, up or
down by chances that leave every arc's expectation where it was. `kernels` does the same, compiled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from solver.pairing.lottery.parts import Part
from solver.pairing.lottery.stream import Dice


@dataclass(frozen=True, slots=True)
class Network:
    """A part's arcs, as lists."""

    tails: list[int]
    heads: list[int]
    nodes: int
    bits: int

    @staticmethod
    def of(part: Part) -> Network:
        return Network(part.tails.tolist(), part.heads.tolist(), part.nodes, part.bits)


def walk(network: Network, values: list[int], dice: Dice) -> None:
    """Round all ``values`` to multiples of ``one``, by lot."""
    last = network.bits - 3
    for level in range(last):
        bit = 1 << level
        arcs = [arc for arc, value in enumerate(values) if value & bit]
        if arcs:
            keys = dice.keys(level, len(arcs)).tolist()
            ordered = [arcs[at] for at in sorted(range(len(arcs)), key=keys.__getitem__)]
            halve(network, values, bit, ordered, iter(dice.coins(level, len(arcs) // 2).tolist()))
    LastBits(network, values).walk(dice.words(last), dice)


def halve(
    network: Network, values: list[int], bit: int, ordered: Sequence[int], coins: Iterator[int]
) -> None:
    """Clear this bit of all values: one coin for each cycle of the arcs that have it, taken in order."""
    tails, heads = network.tails, network.heads
    unused: list[list[int]] = [[] for _ in range(network.nodes)]
    for arc in ordered:
        unused[tails[arc]].append(arc)
        unused[heads[arc]].append(arc)
    used = bytearray(len(values))
    place = [-1] * network.nodes  # of a node on the path
    for first in ordered:
        if used[first]:
            continue
        node = tails[first]
        path: list[int] = []
        at = [node]
        place[node] = 0
        while True:
            mine = unused[node]
            while mine and used[mine[-1]]:
                mine.pop()
            if not mine:
                break
            arc = mine.pop()
            used[arc] = 1
            path.append(arc)
            node = heads[arc] if tails[arc] == node else tails[arc]
            start = place[node]
            if start < 0:
                place[node] = len(at)
                at.append(node)
                continue
            gain = bit if next(coins) else -bit
            for step in range(start, len(path)):
                arc = path[step]
                values[arc] += gain if tails[arc] == at[step] else -gain
            for left in at[start + 1 :]:
                place[left] = -1
            del path[start:], at[start + 1 :]
        place[node] = -1


class LastBits:
    """末三位: random walks over the unfinished arcs, until every value is a multiple of ``one``."""

    def __init__(self, network: Network, values: list[int]) -> None:
        self._network, self._values = network, values
        self._one = 1 << network.bits
        self._all = [arc for arc, value in enumerate(values) if value % self._one]
        self._near: list[list[int]] = [[] for _ in range(network.nodes)]
        # Places of an arc in the list of all, of its tail and of its head.
        self._at_all, self._at_tail, self._at_head = ([-1] * len(values) for _ in range(3))
        for place, arc in enumerate(self._all):
            self._at_all[arc] = place
            for node, places in ((network.tails[arc], self._at_tail), (network.heads[arc], self._at_head)):
                places[arc] = len(self._near[node])
                self._near[node].append(arc)

    def walk(self, words: Iterator[int], dice: Dice) -> None:
        while self._all:
            self._walk_from(self._network.tails[self._all[next(words) % len(self._all)]], words, dice)

    def _walk_from(self, node: int, words: Iterator[int], dice: Dice) -> None:
        tails, heads = self._network.tails, self._network.heads
        path: list[int] = []
        at = [node]
        place = {node: 0}
        while near := self._near[node]:
            if path:
                came = path[-1]
                back = self._at_tail[came] if tails[came] == node else self._at_head[came]
                choice = next(words) % (len(near) - 1)
                arc = near[choice + (choice >= back)]
            else:
                arc = near[next(words) % len(near)]
            path.append(arc)
            node = heads[arc] if tails[arc] == node else tails[arc]
            start = place.get(node)
            if start is None:
                place[node] = len(at)
                at.append(node)
                continue
            self._turn(path[start:], at[start:], words, dice)
            for left in at[start + 1 :]:
                del place[left]
            del path[start:], at[start + 1 :]

    def _turn(self, cycle: list[int], at: list[int], words: Iterator[int], dice: Dice) -> None:
        """Move a cycle, walked from the nodes ``at``, until one of its arcs is finished."""
        values, one = self._values, self._one
        ahead = [self._network.tails[arc] == node for arc, node in zip(cycle, at, strict=True)]
        above = [values[arc] % one for arc in cycle]
        up = min(one - over if along else over for over, along in zip(above, ahead, strict=True))
        down = min(over if along else one - over for over, along in zip(above, ahead, strict=True))
        change = up if dice.rises(words, up, down) else -down
        for arc, along in zip(cycle, ahead, strict=True):
            values[arc] += change if along else -change
            if values[arc] % one == 0:
                self._finish(arc)

    def _finish(self, arc: int) -> None:
        network = self._network
        last = self._all.pop()
        if last != arc:
            self._all[self._at_all[arc]] = last
            self._at_all[last] = self._at_all[arc]
        for node, places in (
            (network.tails[arc], self._at_tail),
            (network.heads[arc], self._at_head),
        ):
            near = self._near[node]
            last = near.pop()
            if last != arc:
                near[places[arc]] = last
                others = self._at_tail if network.tails[last] == node else self._at_head
                others[last] = places[arc]

"""乘子: one piece of the network laid out for the solver, and the dual of its entropy problem.

Every row of the network has a multiplier: seats and groups (``left``), inspectors and doors (``right``).
Given them, each pair is best by itself: with ``w`` its score and multipliers, ``max p w - p ln p`` over
``0 < p ≤ highest`` is reached at ``p = min(highest, exp(w - 1))``; of several seats that a pair may take, the
one of the greatest multiplier counts. What is left is convex in the multipliers, and whatever they are (at
most 0 for rows that are upper bounds), no lawful table has a greater objective: weak duality (Bertsekas,
*Network Optimization*, 1998, chapter 8).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.pairing.arrays import Floats, Ints
from solver.pairing.entropy.component import Component


def sums(at: Ints, weights: Floats, count: int) -> Floats:
    """Weights added up by place."""
    return np.asarray(np.bincount(at, weights, count), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Multipliers, and what they make of the pairs.

    ``p`` and its derivative ``moving``; ``over``: exponent of ``p`` less that of its cap; ``split``: share of
    each seat in its pair (empty where each pair has one); ``rest``: what upper bounds leave (groups, doors).
    ``left_miss`` and ``right_miss``: sum of each row, and its rest, less what is wanted; ``worst``: the
    greatest of them, relative to that.
    """

    left: Floats
    right: Floats
    p: Floats
    moving: Floats
    over: Floats
    split: Floats
    x: Floats
    rest: Floats
    left_miss: Floats
    right_miss: Floats
    worst: float


class Dual:
    """The dual of one `Component`; edges in order of their pair, seats and groups in order of their task."""

    def __init__(self, component: Component) -> None:
        order = np.argsort(component.edge_pair, kind="stable")
        self.edge_order: Ints = order
        self.edges, self.pairs = len(order), len(component.pair_person)
        self.people, self.doors = len(component.load), len(component.door_cap)
        seats, groups = len(component.demand), len(component.group_cap)
        self.edge_pair: Ints = component.edge_pair[order]
        self.plain = self.edges == self.pairs
        self.first: Ints = np.searchsorted(self.edge_pair, np.arange(self.pairs))
        self.ways: Ints = np.diff(self.first, append=self.edges)
        edge_seat, edge_group = component.edge_seat[order], component.edge_group[order]
        self.grouped: Ints = np.flatnonzero(edge_group >= 0)
        self.barred: Ints = np.flatnonzero(component.pair_door >= 0)
        self.score = component.score
        self.ceiling: Floats = np.log(component.highest)
        self.person = component.pair_person
        self.door: Ints = component.pair_door[self.barred] + self.people
        self.door_person = component.door_person
        self.right_sum: Floats = np.concatenate([component.load, component.door_cap])
        right_soft = np.concatenate([np.zeros(self.people, np.bool_), ~component.door_full])
        self.right_soft: Ints = np.flatnonzero(right_soft)
        self._left(edge_seat, edge_group, seats, groups)
        left_sum = np.concatenate([component.demand, component.group_cap])
        left_soft = np.concatenate([np.zeros(seats, np.bool_), ~component.group_full])
        self.left_sum: Floats = left_sum[self.left_order]
        self.left_soft: Ints = np.flatnonzero(left_soft[self.left_order])
        self.soft_sum = self.soft(self.left_sum, self.right_sum)
        self.smooth = self.plain and not len(self.left_soft) and not len(self.right_soft)

    def _left(self, edge_seat: Ints, edge_group: Ints, seats: int, groups: int) -> None:
        """Seats and groups that share pairs belong to one task: put them side by side, small tasks first."""
        count = seats + groups
        block = np.arange(count)
        group_seat = np.zeros(groups, np.int64)
        group_seat[edge_group[self.grouped]] = edge_seat[self.grouped]
        if not self.plain or groups:
            while True:
                before = block.copy()
                least = np.minimum.reduceat(block[edge_seat], self.first)
                np.minimum.at(block, edge_seat, least[self.edge_pair])
                block = block[block]
                if np.array_equal(block, before):
                    break
            block[seats:] = block[group_seat]
        size = np.bincount(block, minlength=count)[block]
        self.left_order: Ints = np.lexsort((np.arange(count), block, size))
        rank = np.empty(count, np.int64)
        rank[self.left_order] = np.arange(count)
        self.seat: Ints = rank[edge_seat]
        self.group: Ints = rank[seats + edge_group[self.grouped]]
        self.lefts = count
        self.seat_rows: Ints = rank[:seats]
        size = size[self.left_order]
        self.classes: list[tuple[int, int, int, int]] = []
        self.row_at: Ints = np.zeros(count, np.int64)
        self.column_at: Ints = np.zeros(count, np.int64)
        cells = 0
        for side in np.unique(size).tolist():
            start, end = np.searchsorted(size, [side, side + 1]).tolist()
            place = np.arange(end - start)
            self.classes.append((start, end, side, cells))
            self.row_at[start:end] = cells + place * side
            self.column_at[start:end] = place % side
            cells += (end - start) * side
        self.cells = cells
        self.diagonal: Ints = self.row_at + self.column_at
        self.simple = len(self.classes) == 1 and self.classes[0][2] == 1
        if not self.simple:
            self._couples()

    def _couples(self) -> None:
        """Every two edges of one pair, and the cells of the tasks' matrices they fall into."""
        ways = self.ways[self.edge_pair]
        one = np.repeat(np.arange(self.edges), ways)
        step = np.arange(len(one)) - np.repeat(np.cumsum(ways) - ways, ways)
        two = self.first[self.edge_pair[one]] + step
        group = np.full(self.edges, -1)
        group[self.grouped] = self.group
        self.one: Ints = one
        self.two: Ints = two
        self.couple_pair: Ints = self.edge_pair[one]
        self.same: Ints = np.flatnonzero(one == two)
        cells, couples = [], []
        for first in (self.seat, group):
            for second in (self.seat, group):
                use = np.flatnonzero((first[one] >= 0) & (second[two] >= 0))
                cells.append(self.row_at[first[one[use]]] + self.column_at[second[two[use]]])
                couples.append(use)
        self.cell: Ints = np.concatenate(cells)
        self.couple: Ints = np.concatenate(couples)

    # ---- the function ----

    def at(self, left: Floats, right: Floats, eased: bool) -> Point:
        """What these multipliers make of the pairs, and by how much the rows miss.

        Exact where each pair has one seat and all rows are equations. *Eased*, a pair's edges have each its
        own entropy, and so have the room under a pair's cap and the rest of an upper bound; scores do
        not count. All is smooth then, and little is near any bound.
        """
        price, split = self.prices(left), np.zeros(0)
        if not self.plain:
            top = np.maximum.reduceat(price, self.first)
            split = np.exp(price - top[self.edge_pair])
            total = np.add.reduceat(split, self.first)
            price, split = top + np.log(total / self.ways), split / total[self.edge_pair]
        over = price - 1.0 + self.costs(right) - self.ceiling
        if not eased:
            over += self.score
        if eased:
            far = np.exp(-np.abs(over))
            p = np.exp(self.ceiling + np.minimum(over, 0.0) - np.log1p(far))
            moving = p * np.where(over < 0.0, 1.0, far) / (1.0 + far)
        else:
            p = np.exp(self.ceiling + np.minimum(over, 0.0))
            moving = p * (over < 0.0)
        x = p if self.plain else p[self.edge_pair] * split
        left_miss = self.into_left(x) - self.left_sum
        right_miss = self.into_right(p) - self.right_sum
        rest = self.soft_sum * np.exp(np.minimum(self.soft(left, right), 0.0))
        self.add_soft(left_miss, right_miss, rest)
        worst = self.worst(left_miss, right_miss)
        return Point(left, right, p, moving, over, split, x, rest, left_miss, right_miss, worst)

    def soft(self, left: Floats, right: Floats) -> Floats:
        """Of figures by row, those of rows that are upper bounds: groups, then doors."""
        return np.concatenate([left[self.left_soft], right[self.right_soft]])

    def add_soft(self, left: Floats, right: Floats, amount: Floats) -> None:
        """Adds amounts to the rows that are upper bounds."""
        left[self.left_soft] += amount[: len(self.left_soft)]
        right[self.right_soft] += amount[len(self.left_soft) :]

    def plainly(self, left: Floats, right: Floats, scored: bool) -> Floats:
        """Edges as if each were a pair by itself."""
        price = scored * self.score - 1.0 + self.costs(right)
        return np.asarray(np.exp(np.minimum(self.prices(left) + self.per_edge(price), 0.0)), np.float64)

    def worst(self, left_miss: Floats, right_miss: Floats) -> float:
        return float(
            max(np.max(np.abs(left_miss) / self.left_sum), np.max(np.abs(right_miss) / self.right_sum))
        )

    def prices(self, left: Floats) -> Floats:
        """Multipliers of seat and group, by edge."""
        price = left[self.seat]
        if len(self.grouped):
            price[self.grouped] += left[self.group]
        return price

    def costs(self, right: Floats) -> Floats:
        """Multipliers of inspector and door, by pair."""
        cost = right[self.person]
        if len(self.barred):
            cost[self.barred] += right[self.door]
        return cost

    def per_pair(self, edges: Floats) -> Floats:
        """Sums of edges by pair."""
        return edges if self.plain else np.add.reduceat(edges, self.first)

    def per_edge(self, pairs: Floats) -> Floats:
        return pairs if self.plain else pairs[self.edge_pair]

    def into_left(self, x: Floats) -> Floats:
        """Sums of edges by seat and group."""
        total = sums(self.seat, x, self.lefts)
        if len(self.grouped):
            total += sums(self.group, x[self.grouped], self.lefts)
        return total

    def into_right(self, p: Floats) -> Floats:
        """Sums of pairs by inspector and door."""
        total = sums(self.person, p, self.people + self.doors)
        if len(self.barred):
            total += sums(self.door, p[self.barred], self.people + self.doors)
        return total

    def value(self, p: Floats) -> float:
        """The objective, ``Σ p (score - ln p)``."""
        return float(np.sum(p * (self.score - np.log(p))))

    def bound(self, left: Floats, right: Floats) -> float:
        """What no lawful table's objective exceeds."""
        left, right = left.copy(), right.copy()
        left[self.left_soft] = np.minimum(left[self.left_soft], 0.0)
        right[self.right_soft] = np.minimum(right[self.right_soft], 0.0)
        price = self.prices(left)
        best = price if self.plain else np.maximum.reduceat(price, self.first)
        weight = self.score + best + self.costs(right)
        log_p = np.minimum(weight - 1.0, self.ceiling)
        free = float(np.sum(np.exp(log_p) * (weight - log_p)))
        return free - float(left @ self.left_sum) - float(right @ self.right_sum)

    def gap(self, p: Floats, left: Floats, right: Floats) -> float:
        """Share of the objective (or of its entropy, if that is more) that is not certified."""
        value = self.value(p)
        spread = -float(np.sum(p * np.log(p)))
        return (self.bound(left, right) - value) / max(abs(value), spread, 1e-9 * float(np.sum(p)))

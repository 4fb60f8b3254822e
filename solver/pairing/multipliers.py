"""乘子: the dual of the entropy problem of one piece of the network, its gradient and its Newton system.

Every row of the network has a multiplier: seats and groups (``left``), inspectors and doors (``right``).
Given them, each pair is best by itself: with ``w`` its score and multipliers, ``max p w - p ln p`` over
``0 < p ≤ highest`` is reached at ``p = min(highest, exp(w - 1))``. What is left is a smooth convex function
of the multipliers, whose gradient is by how much the rows miss their sums.

Two terms make it smooth and its maximum unique, and both fade with ``ease``:

- A pair that several seats may use: how it is split among them does not move the objective. The split gets
  the entropy ``- ease · Σ p · KL(split ‖ even)``, so the best seat's multiplier becomes
  ``ease · log mean exp (· / ease)``.
- A row that is only an upper bound: what it leaves, ``s ≤ cap``, gets the entropy
  ``ease · (s - s ln(s / cap))``.

Sources. Matrix scaling, its duals and Newton methods: Altschuler, Weed, Rigollet (NeurIPS 2017); Brauer,
Clason, Lorenz, Wirth (2017); Blondel, Seguy, Rolet (AISTATS 2018). Duality of separable convex network
problems: Bertsekas, *Network Optimization* (1998), chapter 8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.pairing.component import Component, Floats, Ints

DENSE_SIDE = 700
DENSE_CELLS = 6_000_000
"""Up to so many inspectors and doors, and so many times seats and groups, Newton's system is solved outright;
beyond, by conjugate gradients."""
CG_STEPS = 1_000


def sums(at: Ints, weights: Floats, count: int) -> Floats:
    """Weights added up by place."""
    return np.asarray(np.bincount(at, weights, count), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Multipliers, and what they make of the pairs.

    ``p`` and its derivative ``moving`` (0 at the cap), its ``split`` among seats, ``x = p · split``; ``miss``
    per row: its sum, and what it leaves, less what is wanted. ``worst``: the greatest miss relative to that.
    """

    left: Floats
    right: Floats
    ease: float
    p: Floats
    moving: Floats
    split: Floats
    x: Floats
    left_stiff: Floats
    right_stiff: Floats
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

    def at(self, left: Floats, right: Floats, ease: float) -> Point:
        """What these multipliers make of the pairs, and by how much the rows miss."""
        tied, split = self._split(left, ease)
        exponent = self.score + tied - 1.0 + right[self.person]
        if len(self.barred):
            exponent[self.barred] += right[self.door]
        free = exponent < self.ceiling
        p = np.exp(np.minimum(exponent, self.ceiling))
        x = p if self.plain else p[self.edge_pair] * split
        left_miss = self.into_left(x) - self.left_sum
        right_miss = self.into_right(p) - self.right_sum
        left_stiff = self._ease(left, left_miss, self.left_sum, self.left_soft, ease)
        right_stiff = self._ease(right, right_miss, self.right_sum, self.right_soft, ease)
        worst = max(
            float(np.max(np.abs(left_miss) / self.left_sum)),
            float(np.max(np.abs(right_miss) / self.right_sum)),
        )
        return Point(
            left, right, ease, p, p * free, split, x, left_stiff, right_stiff, left_miss, right_miss, worst
        )

    def _split(self, left: Floats, ease: float) -> tuple[Floats, Floats]:
        """Per pair: the eased greatest multiplier of its seats; per edge: its share of the pair."""
        at_edge = left[self.seat]
        if len(self.grouped):
            at_edge[self.grouped] += left[self.group]
        if self.plain:
            return at_edge, np.ones(0)
        top = np.maximum.reduceat(at_edge, self.first)
        split = np.exp((at_edge - top[self.edge_pair]) / ease)
        total = np.add.reduceat(split, self.first)
        return top + ease * np.log(total / self.ways), split / total[self.edge_pair]

    @staticmethod
    def _ease(at: Floats, miss: Floats, wanted: Floats, soft: Ints, ease: float) -> Floats:
        """Adds to ``miss`` what upper bounds leave; returns the derivative of that."""
        stiff = np.zeros(len(at))
        if len(soft):
            slope = at[soft] / ease
            rest = wanted[soft] * np.exp(np.minimum(slope, 0.0))
            miss[soft] += rest
            stiff[soft] = rest / ease * (slope < 0.0)
        return stiff

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

    def value(self, point: Point) -> float:
        """The true objective, ``Σ p (score - ln p)``."""
        return float(np.sum(point.p * (self.score - np.log(point.p))))

    def bound(self, point: Point) -> float:
        """By weak duality, the greatest the true objective can be: all ease taken away, lawful signs."""
        left, right = point.left.copy(), point.right.copy()
        left[self.left_soft] = np.minimum(left[self.left_soft], 0.0)
        right[self.right_soft] = np.minimum(right[self.right_soft], 0.0)
        at_edge = left[self.seat]
        if len(self.grouped):
            at_edge[self.grouped] += left[self.group]
        top = at_edge if self.plain else np.maximum.reduceat(at_edge, self.first)
        weight = self.score + top + right[self.person]
        if len(self.barred):
            weight[self.barred] += right[self.door]
        log_p = np.minimum(weight - 1.0, self.ceiling)
        best = np.sum(np.exp(log_p) * (weight - log_p))
        return float(best - left @ self.left_sum - right @ self.right_sum)

    # ---- the Newton step ----

    def step(self, point: Point, damping: float, accuracy: float) -> tuple[Floats, Floats]:
        """Newton's step, each row stiffened by ``damping`` times its sum (Levenberg, Marquardt)."""
        system = _System(self, point, damping)
        push = point.left_miss
        wanted = system.across(system.solve_left(push)) - point.right_miss
        right = system.solve_right(wanted, accuracy)
        return system.solve_left(-push - system.back(right)), right


class _System:
    """The second derivative at a point: tasks are solved by themselves, what is left is about inspectors."""

    def __init__(self, dual: Dual, point: Point, damping: float) -> None:
        self.dual, self.moving = dual, point.moving
        self.flow: Floats = point.moving if dual.plain else point.moving[dual.edge_pair] * point.split
        self.right_stiff: Floats = point.right_stiff + damping * dual.right_sum
        left_stiff = point.left_stiff + damping * dual.left_sum
        if dual.simple:
            self.inverse: Floats = 1.0 / (sums(dual.seat, point.moving, dual.lefts) + left_stiff)
        else:
            self.inverse = self._tasks(point, left_stiff)

    def _tasks(self, point: Point, stiff: Floats) -> Floats:
        """Inverses of the matrices of all tasks, tasks with as many seats and groups at once."""
        dual = self.dual
        weight = self.flow[dual.one]
        if not dual.plain:
            curve = (point.moving - point.p / point.ease)[dual.couple_pair]
            weight = curve * point.split[dual.one] * point.split[dual.two]
            weight[dual.same] += point.x / point.ease
        cells = sums(dual.cell, weight[dual.couple], dual.cells)
        cells[dual.diagonal] += stiff
        for start, end, side, at in dual.classes:
            size = (end - start) * side
            blocks = cells[at : at + size].reshape(-1, side, side)
            cells[at : at + size] = np.linalg.inv(blocks).ravel() if side > 1 else 1.0 / blocks.ravel()
        return cells

    def solve_left(self, push: Floats) -> Floats:
        """Each task's matrix solved for ``push`` (rows, or rows × columns)."""
        dual = self.dual
        if dual.simple:
            return self.inverse * push if push.ndim == 1 else self.inverse[:, None] * push
        wide = push.reshape(dual.lefts, -1)
        solved = np.empty_like(wide)
        for start, end, side, at in dual.classes:
            blocks = self.inverse[at : at + (end - start) * side].reshape(-1, side, side)
            solved[start:end] = (blocks @ wide[start:end].reshape(-1, side, wide.shape[1])).reshape(
                end - start, -1
            )
        return solved.reshape(push.shape)

    def back(self, right: Floats) -> Floats:
        """What a change of the inspectors' multipliers does to seats and groups."""
        dual = self.dual
        change = right[dual.person]
        if len(dual.barred):
            change[dual.barred] += right[dual.door]
        return dual.into_left(self.flow * (change if dual.plain else change[dual.edge_pair]))

    def across(self, left: Floats) -> Floats:
        """What a change of the seats' and groups' multipliers does to inspectors and doors."""
        dual = self.dual
        change = left[dual.seat]
        if len(dual.grouped):
            change[dual.grouped] += left[dual.group]
        change *= self.flow
        return dual.into_right(change if dual.plain else np.add.reduceat(change, dual.first))

    def solve_right(self, wanted: Floats, accuracy: float) -> Floats:
        dual = self.dual
        side = dual.people + dual.doors
        if side <= DENSE_SIDE and side * dual.lefts <= DENSE_CELLS:
            return self._outright(wanted)
        return self._gradients(wanted, accuracy)

    def _outright(self, wanted: Floats) -> Floats:
        dual = self.dual
        side = dual.people + dual.doors
        person = dual.person if dual.plain else dual.person[dual.edge_pair]
        cells = [dual.seat * side + person]
        flows = [self.flow]
        if len(dual.grouped):
            cells.append(dual.group * side + person[dual.grouped])
            flows.append(self.flow[dual.grouped])
        if len(dual.barred):
            door = np.full(dual.pairs, -1)
            door[dual.barred] = dual.door
            door = door if dual.plain else door[dual.edge_pair]
            through = np.flatnonzero(door >= 0)
            cells.append(dual.seat[through] * side + door[through])
            flows.append(self.flow[through])
            if len(dual.grouped):
                through = np.flatnonzero(door[dual.grouped] >= 0)
                cells.append(dual.group[through] * side + door[dual.grouped[through]])
                flows.append(self.flow[dual.grouped[through]])
        cell, flow = np.concatenate(cells), np.concatenate(flows)
        between = sums(cell, flow, dual.lefts * side).reshape(dual.lefts, side)
        matrix = -(between.T @ self.solve_left(between))
        matrix.ravel()[:: side + 1] += dual.into_right(self.moving) + self.right_stiff
        if len(dual.barred):
            doors = sums(dual.door, self.moving[dual.barred], side)[dual.people :]
            places = np.arange(dual.people, side)
            matrix[places, dual.door_person] += doors
            matrix[dual.door_person, places] += doors
        return np.asarray(np.linalg.solve(matrix, wanted), np.float64)

    def _times(self, right: Floats) -> Floats:
        dual = self.dual
        change = right[dual.person]
        if len(dual.barred):
            change[dual.barred] += right[dual.door]
        change *= self.moving
        product = dual.into_right(change) + self.right_stiff * right
        return product - self.across(self.solve_left(self.back(right)))

    def _own(self) -> Floats:
        """Per pair: what is left of ``moving`` after its seats gave way; so the true diagonal is met."""
        dual = self.dual
        if dual.simple:
            taken = self.flow * self.flow * self.inverse[dual.seat]
        else:
            couple = dual.couple
            product = self.flow[dual.one[couple]] * self.flow[dual.two[couple]] * self.inverse[dual.cell]
            taken = sums(dual.couple_pair[couple], product, dual.pairs)
            return np.maximum(self.moving - taken, 1e-9 * self.moving)
        if not dual.plain:
            taken = np.add.reduceat(taken, dual.first)
        return np.maximum(self.moving - taken, 1e-9 * self.moving)

    def _gradients(self, wanted: Floats, accuracy: float) -> Floats:
        """Preconditioned conjugate gradients, each inspector and his doors solved as if alone."""
        dual = self.dual
        own = self._own()
        whole = dual.into_right(own) + self.right_stiff
        middle, doors = whole[: dual.people], whole[dual.people :]
        ties = doors - self.right_stiff[dual.people :]
        share = ties / doors
        middle = middle - sums(dual.door_person, share * ties, dual.people)
        middle = np.maximum(middle, 1e-12 * whole[: dual.people])

        def alone(rest: Floats) -> Floats:
            person = rest[: dual.people] - sums(dual.door_person, share * rest[dual.people :], dual.people)
            person /= middle
            door = rest[dual.people :] / doors - share * person[dual.door_person]
            return np.concatenate([person, door])

        found = np.zeros(len(wanted))
        rest = wanted.copy()
        towards = turned = alone(rest)
        size = first = float(rest @ turned)
        for _ in range(CG_STEPS):
            product = self._times(towards)
            curve = float(towards @ product)
            if not curve > 0.0:
                break
            found += (size / curve) * towards
            rest -= (size / curve) * product
            turned = alone(rest)
            size, before = float(rest @ turned), size
            if not size > accuracy * accuracy * first:
                break
            towards = turned + (size / before) * towards
        return found

"""牛顿步: the linear system behind one step, of one row per seat, group, inspector and door.

A change of the multipliers changes each pair by ``moving`` times the change it feels, shared out over its
seats by ``split``; where several seats may take the pair, ``loose`` says how readily it passes from one to
another. Tasks touch each other only through inspectors: each task's small matrix is inverted by itself, and
what is left, about inspectors and doors, is solved outright or by conjugate gradients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.pairing.arrays import Floats
from solver.pairing.entropy.multipliers import Dual, sums

DENSE_SIDE = 700
DENSE_CELLS = 6_000_000
"""Up to so many inspectors and doors, and so many times seats and groups, the system is solved outright."""
CG_STEPS = 1_000
FIRM = 1e-13
"""Added to every diagonal: one constant may move from all seats to all inspectors and change nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """How pairs answer to multipliers: ``moving`` per pair; ``split`` and ``loose`` per edge (empty
    where each pair has one seat). Two edges of a pair change by ``loose`` on the diagonal and, off it,
    ``-tie`` times both splits, per pair."""

    moving: Floats
    split: Floats
    loose: Floats
    tie: Floats


class System:
    """The system at one point; ``left_stiff`` and ``right_stiff`` are added to its diagonal."""

    def __init__(self, dual: Dual, bend: Bend, left_stiff: Floats, right_stiff: Floats) -> None:
        self.dual, self.bend = dual, bend
        self.flow: Floats = bend.moving if dual.plain else bend.moving[dual.edge_pair] * bend.split
        self.right_stiff: Floats = right_stiff + FIRM * dual.into_right(bend.moving)
        if dual.simple:
            own = dual.into_left(self.flow)
            self.inverse: Floats = 1.0 / (own * (1.0 + FIRM) + left_stiff)
        else:
            self.inverse = self._tasks(left_stiff)

    def solve(self, left: Floats, right: Floats, accuracy: float) -> tuple[Floats, Floats]:
        """The multipliers' change that makes the rows change by ``left`` and ``right``."""
        wanted = right - self.across(self.solve_left(left))
        found = self.solve_right(wanted, accuracy)
        return self.solve_left(left - self.back(found)), found

    def _tasks(self, stiff: Floats) -> Floats:
        """Inverses of the matrices of all tasks, tasks with as many seats and groups at once."""
        dual, bend = self.dual, self.bend
        weight = self.flow[dual.one]
        if not dual.plain:
            weight = -bend.tie[dual.couple_pair] * bend.split[dual.one] * bend.split[dual.two]
            weight[dual.same] += bend.loose
        cells = sums(dual.cell, weight[dual.couple], dual.cells)
        cells[dual.diagonal] = cells[dual.diagonal] * (1.0 + FIRM) + stiff
        for start, end, side, at in dual.classes:
            size = (end - start) * side
            blocks = cells[at : at + size].reshape(-1, side, side)
            cells[at : at + size] = _inverses(blocks).ravel() if side > 1 else 1.0 / blocks.ravel()
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
        return self.dual.into_left(self.flow * self.dual.per_edge(self.dual.costs(right)))

    def across(self, left: Floats) -> Floats:
        """What a change of the seats' and groups' multipliers does to inspectors and doors."""
        return self.dual.into_right(self.dual.per_pair(self.flow * self.dual.prices(left)))

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
        matrix.ravel()[:: side + 1] += dual.into_right(self.bend.moving) + self.right_stiff
        if len(dual.barred):
            doors = sums(dual.door, self.bend.moving[dual.barred], side)[dual.people :]
            places = np.arange(dual.people, side)
            matrix[places, dual.door_person] += doors
            matrix[dual.door_person, places] += doors
        try:
            return np.asarray(np.linalg.solve(matrix, wanted), np.float64)
        except np.linalg.LinAlgError:
            return np.full(side, np.nan)

    def _times(self, right: Floats) -> Floats:
        dual = self.dual
        product = dual.into_right(self.bend.moving * dual.costs(right)) + self.right_stiff * right
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
            return np.maximum(self.bend.moving - taken, 1e-9 * self.bend.moving)
        if not dual.plain:
            taken = np.add.reduceat(taken, dual.first)
        return np.maximum(self.bend.moving - taken, 1e-9 * self.bend.moving)

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


def _inverses(blocks: Floats) -> Floats:
    """Inverses; not numbers where there is none, which whoever steps by them will notice."""
    try:
        return np.asarray(np.linalg.inv(blocks), np.float64)
    except np.linalg.LinAlgError:
        return np.full(blocks.shape, np.nan)

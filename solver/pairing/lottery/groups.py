"""回避组: recused people who may sit in one team, task by task, and the seats that keep them apart.

Where all of a group's rows stand in one seat and add up to one person at most, they flow through one arc, so
that two of them never meet (rung L1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from solver.pairing.arrays import Bools, Ints
from solver.pairing.network.graph import connected
from solver.pairing.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Facing:
    """相遇可能: recused pairs both of whom have rows in a task, by column, in order of (task, first)."""

    task: Ints
    first: Ints
    second: Ints

    def __len__(self) -> int:
        return len(self.task)

    def only(self, some: Bools) -> Facing:
        return Facing(self.task[some], self.first[some], self.second[some])


def facing(problem: Problem, people: Iterable[str], task: Ints, person: Ints) -> Facing:
    """``task`` and ``person`` are the columns of the rows, by place."""
    place = {who: at for at, who in enumerate(people)}
    pairs = [(place[first], place[second]) for first, second in problem.colleague_recusals]
    recused = np.isin(person, np.array(pairs, dtype=np.int64))
    by_person = np.flatnonzero(recused)[np.argsort(person[recused], kind="stable")]
    begins = np.searchsorted(person[by_person], np.arange(len(place) + 1))
    tasks = {who: np.unique(task[by_person[begins[who] : begins[who + 1]]]) for pair in pairs for who in pair}
    both = [np.intersect1d(tasks[first], tasks[second], assume_unique=True) for first, second in pairs]
    counts = [len(found) for found in both]
    ends = np.repeat(np.array(pairs, dtype=np.int64).reshape(-1, 2), counts, axis=0)
    found = np.concatenate([np.zeros(0, dtype=np.int64), *both])
    order = np.lexsort((ends[:, 1], ends[:, 0], found))
    return Facing(found[order], ends[order, 0], ends[order, 1])


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """回避组及其席位. ``of_row``: the group arc a row flows through, or -1.

    ``seat`` of each arc, which are in order of (task, seat, first member of the group). ``apart``: of each
    facing pair, whether an arc keeps the two apart.
    """

    of_row: Ints
    seat: Ints
    apart: Bools


def groups(met: Facing, task: Ints, seat: Ints, person: Ints, n: Ints, one: int, people: int) -> Groups:
    """The group arcs among rows given by their columns (section 4, rule 2)."""
    if not len(met):
        none = np.zeros(0, dtype=np.int64)
        return Groups(np.full(len(n), -1, dtype=np.int64), none, np.zeros(0, dtype=np.bool_))
    first, second = met.task * people + met.first, met.task * people + met.second
    members, at = np.unique(np.concatenate([first, second]), return_inverse=True)
    ends = at.reshape(2, -1).astype(np.int64)
    group = connected(len(members), ends[0], ends[1])
    key = task * people + person
    where = np.minimum(np.searchsorted(members, key), len(members) - 1)
    rows = np.flatnonzero(members[where] == key)
    member = where[rows]
    # One cell per (seat, group); the group of the smaller first member comes first.
    cells, cell = np.unique(seat[rows] * len(members) + group[member], return_inverse=True)
    total, open_rows = (np.zeros(len(cells), dtype=np.int64) for _ in range(2))
    np.add.at(total, cell, n[rows])
    np.add.at(open_rows, cell, n[rows] < one)
    arc = (total <= one) & (open_rows >= 2)
    number = np.where(arc, np.cumsum(arc) - 1, -1)
    of_row = np.full(len(n), -1, dtype=np.int64)
    of_row[rows] = number[cell]
    lowest = np.full(len(members), len(cells), dtype=np.int64)
    highest = np.full(len(members), -1, dtype=np.int64)
    np.minimum.at(lowest, member, cell)
    np.maximum.at(highest, member, cell)
    one_cell = (lowest == highest)[ends].all(axis=0) & (lowest[ends[0]] == lowest[ends[1]])
    return Groups(of_row, cells[arc] // len(members), one_cell & arc[lowest[ends[0]]])

"""补齐: the last units of a rounded table, moved along shortest paths of its network.

A unit that an inspector has too much goes back to a seat, from there to another inspector, and so on,
until one is reached who can take it (an augmenting path: Ford, Fulkerson 1956; shortest first: Edmonds,
Karp 1972). Paths are searched breadth first, arcs in order, so that every machine finds the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from solver.pairing.arrays import Ints


@dataclass(slots=True, eq=False)
class Arcs:
    """Arcs from seats towards inspectors, their ``value`` within ``low`` and ``high``; it is changed in
    place.

    Nodes are numbered, seats first, inspectors last (from ``first_person``). ``surplus``: what a seat's arcs
    have too much (less than 0: too little); ``load``: what has come to an inspector, wanted between ``least``
    and ``most``.
    """

    tail: Ints
    head: Ints
    value: Ints
    low: Ints
    high: Ints
    surplus: Ints
    first_person: int
    load: Ints
    least: Ints
    most: Ints
    _out: tuple[Ints, list[int]] | None = field(default=None)
    _into: tuple[Ints, list[int]] | None = field(default=None)

    def out(self, node: int) -> Ints:
        if self._out is None:
            self._out = self._by(self.tail)
        return self._out[0][self._out[1][node] : self._out[1][node + 1]]

    def into(self, node: int) -> Ints:
        if self._into is None:
            self._into = self._by(self.head)
        return self._into[0][self._into[1][node] : self._into[1][node + 1]]

    def _by(self, end: Ints) -> tuple[Ints, list[int]]:
        order = np.argsort(end, kind="stable")
        nodes = np.arange(self.first_person + len(self.load) + 1)
        return order, np.searchsorted(end[order], nodes).tolist()


def repair(arcs: Arcs) -> bool:
    """Moves units until every seat and inspector has what he should; False if some cannot be helped."""
    people = np.arange(len(arcs.load)) + arcs.first_person
    done = True
    for seat in np.flatnonzero(arcs.surplus < 0).tolist():
        while done and arcs.surplus[seat] < 0:
            done = _send(arcs, seat)
            arcs.surplus[seat] += done
    for seat in np.flatnonzero(arcs.surplus > 0).tolist():
        while done and arcs.surplus[seat] > 0:
            done = _fetch(arcs, seat)
            arcs.surplus[seat] -= done
    for person in people[arcs.load > arcs.most].tolist():
        while done and arcs.load[person - arcs.first_person] > arcs.most[person - arcs.first_person]:
            done = _send(arcs, person)
            arcs.load[person - arcs.first_person] -= done
    for person in people[arcs.load < arcs.least].tolist():
        while done and arcs.load[person - arcs.first_person] < arcs.least[person - arcs.first_person]:
            done = _fetch(arcs, person)
            arcs.load[person - arcs.first_person] += done
    return done


def _send(arcs: Arcs, start: int) -> bool:
    """One unit from a node to the nearest inspector who can take it."""
    return _move(arcs, start, arcs.load < arcs.most, 1)


def _fetch(arcs: Arcs, start: int) -> bool:
    """One unit to a node from the nearest inspector who can spare it."""
    return _move(arcs, start, arcs.load > arcs.least, -1)


def _move(arcs: Arcs, start: int, willing: np.ndarray[tuple[int], np.dtype[np.bool_]], way: int) -> bool:
    """Breadth first from ``start``; ``way`` is 1 with the unit and -1 against it."""
    first = arcs.first_person
    came: dict[int, tuple[int, int, int]] = {start: (-1, 0, -1)}
    queue = [start]
    for node in queue:
        out, into = arcs.out(node), arcs.into(node)
        if way > 0:
            out, into = out[arcs.value[out] < arcs.high[out]], into[arcs.value[into] > arcs.low[into]]
        else:
            out, into = out[arcs.value[out] > arcs.low[out]], into[arcs.value[into] < arcs.high[into]]
        for rows, ends, change in ((out, arcs.head, way), (into, arcs.tail, -way)):
            for row, end in zip(rows.tolist(), ends[rows].tolist(), strict=True):
                if end in came:
                    continue
                came[end] = (row, change, node)
                if end >= first and willing[end - first]:
                    arcs.load[end - first] += way
                    _shift(arcs, came, end)
                    return True
                queue.append(end)
    return False


def _shift(arcs: Arcs, came: dict[int, tuple[int, int, int]], node: int) -> None:
    row, change, before = came[node]
    while row >= 0:
        arcs.value[row] += change
        row, change, before = came[before]

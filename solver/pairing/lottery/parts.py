"""抽签的各部分: the network of every part of a table, as the lottery walks it (docs/pair-1.md, 3, 4 and 6).

All of it follows from the problem, the rows and the tickets; nothing here knows a seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.pairing.arrays import Bools, Ints, totals
from solver.pairing.lottery.groups import Groups, facing, groups
from solver.pairing.lottery.meetings import NO_MEETINGS, Meetings, RowsOf, possible_meetings
from solver.pairing.network.graph import connected
from solver.pairing.problem import Problem
from solver.pairing.table import Rows, Table, Tickets, tag

Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """一部分: open rows tied together by tasks and people, with their network.

    Arcs run from ``tails`` to ``heads`` with the flow ``values``; the first ``len(rows)`` are the edges, one
    per open row (``rows``: places in the table). ``task`` is the part's first. ``meetings``: those that make
    a draw void (rung L2).
    """

    part_id: bytes
    task: str
    bits: int
    rows: Ints
    nodes: int
    tails: Places
    heads: Places
    values: Ints
    meetings: Meetings

    @property
    def redrawn(self) -> bool:
        """Whether draws of this part may have to be rejected (rung L2)."""
        return bool(self.meetings.names)


def parts(table: Table) -> Iterator[Part]:
    """The parts of a table, in order of their first task."""
    return networks(table.problem, table.rows, table.tickets)


def networks(problem: Problem, rows: Rows, tickets: Sequence[Tickets] = ()) -> Iterator[Part]:
    """The same before there is a table."""
    return _Layout(problem, rows, tickets).parts()


def rungs(problem: Problem, rows: Rows, tickets: Sequence[Tickets] = ()) -> dict[str, str]:
    """The rung of each task, by id: how colleague recusals are kept there."""
    return _Layout(problem, rows, tickets).rungs()


class _Layout:
    """All parts side by side. Nodes: seats, people, group, pair and door nodes; the ground is the last."""

    def __init__(self, problem: Problem, rows: Rows, tickets: Sequence[Tickets]) -> None:
        self._problem, self._rows = problem, rows
        self._one = 1 << problem.bits
        self._seat_task = np.repeat(
            np.arange(len(problem.tasks)), [len(task.seats) for task in problem.tasks]
        )
        ticketed = {task for one in tickets for task in one.tasks}
        self._ticketed = np.array([task.id in ticketed for task in problem.tasks], dtype=np.bool_)
        # Rows outside tickets, and whether they are open.
        row_task = self._seat_task[rows.seat]
        self._at = np.flatnonzero(~self._ticketed[row_task])
        self._seat, self._person, self._n = rows.seat[self._at], rows.person[self._at], rows.n[self._at]
        self._task = row_task[self._at]
        self._open = self._n < self._one
        self._label = self._labels()
        self._facing = facing(problem, rows.people, self._task, self._person)
        self._groups: Groups = groups(
            self._facing, self._task, self._seat, self._person, self._n, self._one, len(rows.people)
        )
        self._void = self._drawn_again()
        self._edges = np.flatnonzero(self._open)
        self._rows_of = RowsOf(self._task, self._person, len(rows.people)) if self._void.any() else None
        self._seat_names = [f"{task}\t{seat}\t" for task, seat in rows.seats]
        self._people_names = [f"{person}\t" for person in rows.people]

    def _labels(self) -> Ints:
        """The part of each task and then of each person, by the place of its first task."""
        tasks, people = len(self._problem.tasks), len(self._rows.people)
        return connected(tasks + people, self._task[self._open], tasks + self._person[self._open])

    def _drawn_again(self) -> Bools:
        """Tasks with rung L2: recused people may meet there, or in another task of the part."""
        tasks = len(self._problem.tasks)
        bad = np.zeros(tasks, dtype=np.bool_)
        bad[self._label[self._facing.task[~self._groups.apart]]] = True
        return bad[self._label[:tasks]]

    def rungs(self) -> dict[str, str]:
        rung = np.full(len(self._problem.tasks), "L0")
        rung[self._facing.task] = "L1"
        rung[self._void] = "L2"
        rung[self._ticketed] = "L3"
        return {task.id: str(how) for task, how in zip(self._problem.tasks, rung, strict=True)}

    def parts(self) -> Iterator[Part]:
        tails, heads, values, labels = self._arcs()
        order = np.argsort(labels, kind="stable")
        begins = np.flatnonzero(np.diff(labels[order], prepend=-1))
        local = np.empty(heads.max(initial=0) + 1, dtype=np.int32)
        for arcs in np.split(order, begins[1:]) if len(order) else []:
            nodes = np.unique(np.concatenate([tails[arcs], heads[arcs]]))
            local[nodes] = np.arange(len(nodes))
            edges = self._edges[arcs[arcs < len(self._edges)]]
            task = int(self._task[edges[0]])
            yield Part(
                part_id=self._part_id(edges),
                task=self._problem.tasks[task].id,
                bits=self._problem.bits,
                rows=self._at[edges],
                nodes=len(nodes),
                tails=local[tails[arcs]],
                heads=local[heads[arcs]],
                values=values[arcs],
                meetings=self._meetings(task, edges),
            )

    def _arcs(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Tails, heads, values and parts of all arcs, kind by kind in the order of section 4."""
        people, task_count = len(self._rows.people), len(self._problem.tasks)
        task, person, n = (column[self._edges] for column in (self._task, self._person, self._n))
        first_group = len(self._seat_task) + people
        first_pair = first_group + len(self._groups.seat)

        group = self._groups.of_row[self._edges]
        pairs, a_row, pair = _cells(task * people + person)
        paired = np.bincount(pair, minlength=len(pairs)) >= 2
        pair_node = np.where(paired, first_pair + np.cumsum(paired) - 1, -1)
        first_door = first_pair + int(paired.sum())

        doors, door = self._doors(task, person)
        way_on = np.where(door >= 0, first_door + door, len(self._seat_task) + person)
        ground = first_door + len(doors)
        busy = np.flatnonzero(np.bincount(person, minlength=people))

        seat = self._seat[self._edges]
        tails = [np.where(group >= 0, first_group + group, seat), self._groups.seat]
        heads = [
            np.where(paired[pair], pair_node[pair], way_on),
            first_group + np.arange(len(self._groups.seat)),
        ]
        tails += [pair_node[paired], first_door + np.arange(len(doors)), len(self._seat_task) + busy]
        heads += [way_on[a_row[paired]], len(self._seat_task) + doors, np.full(len(busy), ground)]
        values = [
            n,
            _sums(group, n, len(self._groups.seat)),
            _sums(pair, n, len(pairs))[paired],
            _sums(door, n, len(doors)),
            _sums(person, n, people)[busy],
        ]
        owners = [task, self._seat_task[self._groups.seat], pairs[paired] // people]
        owners += [task_count + doors, task_count + busy]
        return (
            np.concatenate(tails),
            np.concatenate(heads),
            np.concatenate(values),
            self._label[np.concatenate(owners)],
        )

    def _doors(self, task: Ints, person: Ints) -> tuple[Ints, Ints]:
        """The person of each door, and the door of each row, or -1."""
        names = sorted({task.period for task in self._problem.tasks})
        number = {name: at for at, name in enumerate(names)}
        period = np.array([number[task.period] for task in self._problem.tasks], dtype=np.int64)
        capped = np.array([one.period_cap is not None for one in self._problem.inspectors], dtype=np.bool_)
        behind = capped[person]
        doors, which = np.unique(person[behind] * len(names) + period[task[behind]], return_inverse=True)
        door = np.full(len(person), -1, dtype=np.int64)
        door[behind] = which
        return doors // max(len(names), 1), door

    def _meetings(self, task: int, edges: Ints) -> Meetings:
        """What makes a draw of the part that begins with ``task`` void."""
        if self._rows_of is None or not self._void[task]:
            return NO_MEETINGS
        here = self._facing.only(self._label[self._facing.task] == self._label[task])
        tasks = [one.id for one in self._problem.tasks]
        return possible_meetings(here, self._rows_of, edges, tasks, self._rows.people)

    def _part_id(self, edges: Ints) -> bytes:
        columns = (self._seat[edges].tolist(), self._person[edges].tolist(), self._n[edges].tolist())
        seats, people = self._seat_names, self._people_names
        lines = "".join([f"{seats[s]}{people[p]}{n}\n" for s, p, n in zip(*columns, strict=True)])
        return hashlib.sha256(tag("part") + lines.encode()).digest()


def _cells(key: Ints) -> tuple[Ints, Ints, Ints]:
    """The different keys in order, a place of each, and for each place the number of its key."""
    order = np.argsort(key, kind="stable")  # keys come in long ascending runs
    new = np.diff(key[order], prepend=-1) > 0
    number = np.empty(len(key), dtype=np.int64)
    number[order] = np.cumsum(new) - 1
    return key[order[new]], order[new], number


def _sums(which: Ints, values: Ints, count: int) -> Ints:
    """The sum of ``values`` by ``which``; those of -1 are passed over."""
    return totals(which[which >= 0], values[which >= 0], count)

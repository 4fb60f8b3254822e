"""匹配网络: seats, people and the rules between them, laid out in arrays.

Flow runs seat → [recusal group ≤ 1] → [(task, inspector) ≤ 1] → [(inspector, period) ≤ cap] → inspector; a
node in brackets is there only where its rule can bite. One unit of flow is one person in one seat. Numbers
follow the problem's canonical order everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from solver.pairing.arrays import Bools, Ints
from solver.pairing.network.flow import Arcs
from solver.pairing.network.graph import connected
from solver.pairing.problem import Inspector, Problem, Task
from solver.pairing.words.rule import Rule

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """S seats, I inspectors, E edges (seat, inspector), P pairs (task, inspector), D doors, G groups.

    Arcs: the edges, then groups, then pairs of two or more edges, then doors. Nodes: seats, groups, pairs of
    two or more edges, doors, inspectors. ``-1`` stands for none.
    """

    tasks: tuple[Task, ...]
    people: tuple[Inspector, ...]
    seats: tuple[tuple[str, str], ...]
    seat_task: Ints
    demand: Ints
    edge_seat: Ints
    edge_person: Ints
    edge_group: Ints
    edge_pair: Ints
    pair_task: Ints
    pair_person: Ints
    pair_edges: Ints
    """P: edges of the pair."""
    pair_door: Ints
    door_person: Ints
    door_cap: Ints
    door_period: tuple[str, ...]
    group_seat: Ints

    @property
    def edges(self) -> int:
        return len(self.edge_seat)

    @property
    def total(self) -> int:
        """Visits to hand out: the sum of all demands."""
        return int(self.demand.sum())

    @property
    def multi(self) -> Ints:
        """Pairs of two or more edges: those that have a node."""
        return np.flatnonzero(self.pair_edges > 1)

    @property
    def first_group(self) -> int:
        return len(self.seats)

    @property
    def first_pair(self) -> int:
        return self.first_group + len(self.group_seat)

    @property
    def first_door(self) -> int:
        return self.first_pair + len(self.multi)

    @property
    def first_person(self) -> int:
        return self.first_door + len(self.door_cap)

    @property
    def nodes(self) -> int:
        return self.first_person + len(self.people)

    @property
    def past(self) -> Ints:
        return np.array([one.past_load for one in self.people], dtype=np.int64)

    @property
    def least(self) -> Ints:
        return np.array([one.min_load for one in self.people], dtype=np.int64)

    @property
    def most(self) -> Ints:
        """The largest load each could carry: ``max_load``, and never more than one seat a task."""
        degree = np.bincount(self.pair_person, minlength=len(self.people))
        limit = [len(self.tasks) if one.max_load is None else one.max_load for one in self.people]
        return np.minimum(np.array(limit, dtype=np.int64), degree)

    def pair_nodes(self) -> Ints:
        """P: the pair's node, or -1 for pairs of one edge."""
        node = np.full(len(self.pair_task), -1, dtype=np.int64)
        node[self.multi] = self.first_pair + np.arange(len(self.multi))
        return node

    def pair_ends(self) -> Ints:
        """P: the node a pair leads to, its door or its inspector."""
        door = self.pair_door
        return np.where(door >= 0, self.first_door + door, self.first_person + self.pair_person)

    def arcs(self) -> Arcs:
        ends, nodes, multi = self.pair_ends(), self.pair_nodes(), self.multi
        tails = np.where(self.edge_group >= 0, self.first_group + self.edge_group, self.edge_seat)
        heads = np.where(nodes >= 0, nodes, ends)[self.edge_pair]
        ones = self.edges + len(self.group_seat) + len(multi)
        return Arcs(
            self.nodes,
            np.concatenate([tails, self.group_seat, nodes[multi], self._doors()]),
            np.concatenate([heads, self._groups(), ends[multi], self.first_person + self.door_person]),
            np.concatenate([np.ones(ones, dtype=np.int64), self.door_cap]),
        )

    def supply(self) -> Ints:
        """What enters at each node: the seats' demands."""
        return np.concatenate([self.demand, np.zeros(self.nodes - len(self.seats), dtype=np.int64)])

    def rule(self, arc: int) -> Rule:
        """The rule that an arc after the edges stands for."""
        pair = arc - self.edges - len(self.group_seat)
        door = pair - len(self.multi)
        if door < 0:
            at = int(self.multi[pair])
            who, task = self.people[self.pair_person[at]].id, self.tasks[self.pair_task[at]].id
            return Rule("one_seat", who, 1, task=task)
        who, limit = self.people[self.door_person[door]].id, int(self.door_cap[door])
        return Rule("period_cap", who, limit, period=self.door_period[door])

    def _groups(self) -> Ints:
        return self.first_group + np.arange(len(self.group_seat))

    def _doors(self) -> Ints:
        return self.first_door + np.arange(len(self.door_cap))


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """连通片: tasks tied together by the people they share; where its seats and people are in the problem."""

    net: Network
    seat_at: Ints
    person_at: Ints


def network(tasks: tuple[Task, ...], people: tuple[Inspector, ...]) -> Network:
    """The network of these tasks and people."""
    number = {one.id: place for place, one in enumerate(people)}
    seats = [(task, seat) for task in tasks for seat in task.seats]
    counts = np.array([len(seat.eligible) for _, seat in seats], dtype=np.int64)
    everyone = chain.from_iterable(seat.eligible for _, seat in seats)
    edge_person = np.fromiter(map(number.__getitem__, everyone), dtype=np.int64, count=int(counts.sum()))
    sizes = np.array([len(task.seats) for task in tasks], dtype=np.int64)
    return lay(
        tasks,
        people,
        np.repeat(np.arange(len(tasks)), sizes),
        np.repeat(np.arange(len(seats)), counts),
        edge_person,
    )


def lay(
    tasks: tuple[Task, ...],
    people: tuple[Inspector, ...],
    seat_task: Ints,
    edge_seat: Ints,
    edge_person: Ints,
    edge_group: Ints | None = None,
    group_seat: Ints | None = None,
) -> Network:
    """A network from its edges, which are in order of (seat, inspector)."""
    edge_task = seat_task[edge_seat]
    keys, edge_pair, pair_edges = np.unique(
        edge_task * len(people) + edge_person, return_inverse=True, return_counts=True
    )
    pair_task, pair_person = keys // max(len(people), 1), keys % max(len(people), 1)
    periods = sorted({task.period for task in tasks})
    rank = {period: place for place, period in enumerate(periods)}
    period = np.array([rank[task.period] for task in tasks], dtype=np.int64)
    capped = np.array([-1 if one.period_cap is None else one.period_cap for one in people], dtype=np.int64)
    behind = np.flatnonzero(capped[pair_person] >= 0)
    doors, door = np.unique(
        pair_person[behind] * len(periods) + period[pair_task[behind]], return_inverse=True
    )
    pair_door = np.full(len(keys), -1, dtype=np.int64)
    pair_door[behind] = door
    door_person = doors // max(len(periods), 1)
    nothing = np.zeros(0, dtype=np.int64)
    return Network(
        tasks=tasks,
        people=people,
        seats=tuple((task.id, seat.id) for task in tasks for seat in task.seats),
        seat_task=seat_task,
        demand=np.array([seat.demand for task in tasks for seat in task.seats], dtype=np.int64),
        edge_seat=edge_seat,
        edge_person=edge_person,
        edge_group=np.full(len(edge_seat), -1, dtype=np.int64) if edge_group is None else edge_group,
        edge_pair=edge_pair.astype(np.int64),
        pair_task=pair_task,
        pair_person=pair_person,
        pair_edges=pair_edges.astype(np.int64),
        pair_door=pair_door,
        door_person=door_person,
        # Larger ones never bite; nor may they exceed the integers, in the unit of a fine cap.
        door_cap=np.minimum(capped[door_person], len(tasks) + 1),
        door_period=tuple(periods[at] for at in (doors % max(len(periods), 1)).tolist()),
        group_seat=nothing if group_seat is None else group_seat,
    )


def parts(problem: Problem) -> tuple[Iterator[Part], tuple[Inspector, ...]]:
    """The connected parts in order of their first task, made one at a time; and inspectors no seat could use.

    Parts share no inspector, so one county's outcome can never depend on another's.
    """
    label, used = _labels(problem)
    idle = tuple(one for one, use in zip(problem.inspectors, used.tolist(), strict=True) if not use)
    return _parts(problem, label), idle


def _labels(problem: Problem) -> tuple[Ints, Bools]:
    """The part of each inspector and then of each task; and who is eligible anywhere."""
    people, tasks = len(problem.inspectors), len(problem.tasks)
    number = {one.id: place for place, one in enumerate(problem.inspectors)}
    label = np.arange(people + tasks, dtype=np.int64)
    used = np.zeros(people, dtype=np.bool_)
    for start in range(0, tasks, AT_ONCE):
        run = range(start, min(start + AT_ONCE, tasks))
        teams = [[seat.eligible for seat in problem.tasks[at].seats] for at in run]
        counts = [sum(map(len, team)) for team in teams]
        everyone = chain.from_iterable(chain.from_iterable(teams))
        who = np.fromiter(map(number.__getitem__, everyone), dtype=np.int64, count=sum(counts))
        used[who] = True
        task = people + np.repeat(np.arange(run.start, run.stop), counts)
        label = connected(len(label), label[task], label[who])[label]
    return label, used


def _parts(problem: Problem, label: Ints) -> Iterator[Part]:
    people = len(problem.inspectors)
    by_task, by_person = _sorted(label[people:]), _sorted(label[:people])
    first_seat = np.concatenate([[0], np.cumsum([len(task.seats) for task in problem.tasks])]).astype(
        np.int64
    )
    _, firsts = np.unique(label[people:], return_index=True)
    for first in np.sort(firsts).tolist():
        tasks, who = _of(by_task, int(label[people + first])), _of(by_person, int(label[people + first]))
        seats = [np.arange(first_seat[at], first_seat[at + 1]) for at in tasks.tolist()]
        net = network(
            tuple(problem.tasks[at] for at in tasks.tolist()),
            tuple(problem.inspectors[at] for at in who.tolist()),
        )
        yield Part(net, np.concatenate(seats), who)


def _sorted(label: Ints) -> tuple[Ints, Ints]:
    order = np.argsort(label, kind="stable")
    return order, label[order]


def _of(sorted_label: tuple[Ints, Ints], first: int) -> Ints:
    order, label = sorted_label
    return order[np.searchsorted(label, first) : np.searchsorted(label, first, side="right")]

"""匹配网络: seats, people and the rules between them, laid out in arrays.

Flow runs seat → [recusal group ≤ 1] → [(task, inspector) ≤ 1] → [(inspector, period) ≤ cap] → inspector; a node
in brackets is there only where its rule can bite. One unit of flow is one person in one seat. Numbers follow the
problem's canonical order everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from solver.pairing.flow import Arcs, Bools, Ints
from solver.pairing.graph import connected
from solver.pairing.problem import Inspector, Problem, Task


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule an inner arc stands for: ``one_seat``, ``period_cap`` or (at the inspector) ``max_load``."""

    name: str
    inspector: str
    limit: int
    task: str | None = None
    period: str | None = None


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


def network(problem: Problem) -> Network:
    """The network of the whole problem."""
    number = {one.id: place for place, one in enumerate(problem.inspectors)}
    seats = [(task, seat) for task in problem.tasks for seat in task.seats]
    counts = np.array([len(seat.eligible) for _, seat in seats], dtype=np.int64)
    everyone = chain.from_iterable(seat.eligible for _, seat in seats)
    people = np.fromiter(map(number.__getitem__, everyone), dtype=np.int64, count=int(counts.sum()))
    sizes = np.array([len(task.seats) for task in problem.tasks], dtype=np.int64)
    return lay(
        problem.tasks,
        problem.inspectors,
        np.repeat(np.arange(len(problem.tasks)), sizes),
        np.repeat(np.arange(len(seats)), counts),
        people,
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
        door_cap=capped[door_person],
        door_period=tuple(periods[at] for at in (doors % max(len(periods), 1)).tolist()),
        group_seat=nothing if group_seat is None else group_seat,
    )


def parts(whole: Network) -> tuple[Iterator[Network], tuple[Inspector, ...]]:
    """连通片 in order of their first task, made one at a time; and the inspectors no seat could use.

    Parts share no inspector, so one county's outcome can never depend on another's.
    """
    tasks, people = len(whole.tasks), len(whole.people)
    label = connected(tasks + people, whole.pair_task, tasks + whole.pair_person)
    idle = np.flatnonzero(np.bincount(whole.pair_person, minlength=people) == 0)
    return _parts(whole, label, idle), tuple(whole.people[at] for at in idle.tolist())


def _parts(whole: Network, label: Ints, idle: Ints) -> Iterator[Network]:
    tasks = len(whole.tasks)
    firsts = np.unique(label[:tasks])
    if len(firsts) == 1 and len(idle) == 0:
        yield whole
        return
    edge_label = label[whole.seat_task[whole.edge_seat]]
    by_task, by_seat = _sorted(label[:tasks]), _sorted(label[whole.seat_task])
    by_person, by_edge = _sorted(label[tasks:]), _sorted(edge_label)
    place = np.zeros(max(tasks, len(whole.people), len(whole.seats), 1), dtype=np.int64)
    for first in firsts.tolist():
        chosen, seats = _of(by_task, first), _of(by_seat, first)
        people, edges = _of(by_person, first), _of(by_edge, first)
        place[chosen] = np.arange(len(chosen))
        seat_task = place[whole.seat_task[seats]]
        place[seats] = np.arange(len(seats))
        edge_seat = place[whole.edge_seat[edges]]
        place[people] = np.arange(len(people))
        yield lay(
            tuple(whole.tasks[at] for at in chosen.tolist()),
            tuple(whole.people[at] for at in people.tolist()),
            seat_task,
            edge_seat,
            place[whole.edge_person[edges]],
        )


def _sorted(label: Ints) -> tuple[Ints, Ints]:
    order = np.argsort(label, kind="stable")
    return order, label[order]


def _of(sorted_label: tuple[Ints, Ints], first: int) -> Ints:
    order, label = sorted_label
    return order[np.searchsorted(label, first) : np.searchsorted(label, first, side="right")]


def kept(net: Network, keep: Bools, edge_group: Ints, group_seat: Ints) -> Network:
    """The same seats and people with some edges only, and groups (numbered for all edges)."""
    return lay(
        net.tasks,
        net.people,
        net.seat_task,
        net.edge_seat[keep],
        net.edge_person[keep],
        edge_group[keep],
        group_seat,
    )

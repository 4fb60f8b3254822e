"""匹配网络: seats, people and the rules between them as a flow network, one connected part at a time.

Arcs run seat → [(task, inspector) ≤ 1] → [(inspector, period) ≤ cap] → inspector; a node in brackets is there
only where its rule can bite. One unit of flow is one person in one seat. Parts that share no inspector are
solved apart, so that one county's outcome can never depend on another's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.pairing.network import Rule
from solver.pairing.problem import Inspector, Problem, Task

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """连通片: tasks tied together by the people they share, with their network.

    Nodes: seats ``0 … S-1``, then inspectors ``S … S+I-1``, then inner nodes. The first ``edges`` arcs are
    the (seat, inspector) edges in canonical order, capacity 1; ``edge_seat``, ``edge_inspector`` say whose.
    """

    tasks: tuple[Task, ...]
    inspectors: tuple[Inspector, ...]
    seats: tuple[tuple[str, str], ...]
    demand: Ints
    edge_seat: Ints
    edge_inspector: Ints
    tails: Ints
    heads: Ints
    capacity: Ints
    rules: tuple[Rule, ...]
    """Rules of the inner arcs, which follow the edges in the same order."""
    nodes: int
    degree: Ints
    """Tasks each inspector could join."""

    @property
    def edges(self) -> int:
        return len(self.edge_seat)

    @property
    def total(self) -> int:
        """Visits to hand out: the sum of all demands."""
        return int(self.demand.sum())

    @property
    def past(self) -> Ints:
        return np.array([one.past_load for one in self.inspectors], dtype=np.int64)

    @property
    def least(self) -> Ints:
        return np.array([one.min_load for one in self.inspectors], dtype=np.int64)

    @property
    def most(self) -> Ints:
        """The largest load each could carry: ``max_load``, and never more than one seat a task."""
        limits = [one.max_load if one.max_load is not None else len(self.tasks) for one in self.inspectors]
        return np.minimum(np.array(limits, dtype=np.int64), self.degree)

    def rows(self, chosen: Bools) -> Iterator[tuple[str, str, str]]:
        """(task, seat, inspector) of the chosen edges, in canonical order."""
        for edge in np.flatnonzero(chosen):
            task, seat = self.seats[self.edge_seat[edge]]
            yield task, seat, self.inspectors[self.edge_inspector[edge]].id

    def loads(self, chosen: Bools) -> Ints:
        return np.bincount(self.edge_inspector[chosen], minlength=len(self.inspectors))

    def without(self, barred: Set[tuple[str, str]]) -> Part:
        """The same part with some (task, inspector) pairings forbidden."""
        people = defaultdict(set)
        for task, person in barred:
            people[task].add(person)
        return build_part(tuple(_bar(task, people[task.id]) for task in self.tasks), self.inspectors)


def parts(problem: Problem) -> tuple[tuple[Part, ...], tuple[Inspector, ...]]:
    """The connected parts in order of their first task, and the inspectors no seat could use."""
    parent = {one.id: one.id for one in problem.inspectors}

    def root(person: str) -> str:
        while parent[person] != person:
            parent[person] = parent[parent[person]]
            person = parent[person]
        return person

    for task in problem.tasks:
        people = [root(person) for person in _eligible(task)]
        for person in people[1:]:
            parent[root(person)] = root(people[0])
    grouped: dict[str, list[Task]] = defaultdict(list)
    for task in problem.tasks:
        first = next(iter(_eligible(task)), None)
        # A task nobody may join stands alone; its key cannot be a person's id, which is never empty.
        grouped[f"\0{task.id}" if first is None else root(first)].append(task)
    found = []
    used: set[str] = set()
    for tasks in grouped.values():
        people_here = {person for task in tasks for person in _eligible(task)}
        used |= people_here
        inspectors = tuple(one for one in problem.inspectors if one.id in people_here)
        found.append(build_part(tuple(tasks), inspectors))
    return tuple(found), tuple(one for one in problem.inspectors if one.id not in used)


def build_part(tasks: tuple[Task, ...], inspectors: tuple[Inspector, ...]) -> Part:
    """Lay out the network of these tasks and people."""
    seats = tuple((task.id, seat.id) for task in tasks for seat in task.seats)
    number = {one.id: index for index, one in enumerate(inspectors)}
    first_inspector = len(seats)
    period_node: dict[tuple[str, int], int] = {}
    inner_tails: list[int] = []
    inner_heads: list[int] = []
    rules: list[Rule] = []
    nodes = len(seats) + len(inspectors)

    def inner(head: int, rule: Rule) -> int:
        nonlocal nodes
        inner_tails.append(nodes)
        inner_heads.append(head)
        rules.append(rule)
        nodes += 1
        return nodes - 1

    def entrance(task: Task, person: int) -> int:
        cap = inspectors[person].period_cap
        if cap is None:
            return first_inspector + person
        key = (task.period, person)
        if key not in period_node:
            rule = Rule("period_cap", inspectors[person].id, cap, period=task.period)
            period_node[key] = inner(first_inspector + person, rule)
        return period_node[key]

    edge_seat: list[int] = []
    edge_inspector: list[int] = []
    heads: list[int] = []
    degree = [0] * len(inspectors)
    at = 0
    for task in tasks:
        seats_open = Counter(person for seat in task.seats for person in seat.eligible)
        door: dict[str, int] = {}
        for person, count in seats_open.items():
            index = number[person]
            degree[index] += 1
            door[person] = entrance(task, index)
            if count > 1:
                door[person] = inner(door[person], Rule("one_seat", person, 1, task=task.id))
        for seat in task.seats:
            edge_seat.extend([at] * len(seat.eligible))
            edge_inspector.extend(number[person] for person in seat.eligible)
            heads.extend(door[person] for person in seat.eligible)
            at += 1
    return Part(
        tasks=tasks,
        inspectors=inspectors,
        seats=seats,
        demand=np.array([seat.demand for task in tasks for seat in task.seats], dtype=np.int64),
        edge_seat=np.array(edge_seat, dtype=np.int64),
        edge_inspector=np.array(edge_inspector, dtype=np.int64),
        tails=np.array(edge_seat + inner_tails, dtype=np.int64),
        heads=np.array(heads + inner_heads, dtype=np.int64),
        capacity=np.array([1] * len(heads) + [rule.limit for rule in rules], dtype=np.int64),
        rules=tuple(rules),
        nodes=nodes,
        degree=np.array(degree, dtype=np.int64),
    )


def _eligible(task: Task) -> Iterable[str]:
    return (person for seat in task.seats for person in seat.eligible)


def _bar(task: Task, people: Set[str]) -> Task:
    if not people:
        return task
    seats = (
        replace(seat, eligible=tuple(person for person in seat.eligible if person not in people))
        for seat in task.seats
    )
    return replace(task, seats=tuple(seats))

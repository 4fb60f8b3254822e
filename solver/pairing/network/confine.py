"""同事回避 L1: recused people are kept apart by letting them sit in one seat of a team only, one at most.

Which seat that is, a public hash decides, so that nobody chooses; seats that could then not be filled are
passed over. This costs chances that would have been lawful; `solve` weighs the loss.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from solver.pairing.arrays import Ints
from solver.pairing.network import Network, lay
from solver.pairing.table import tag

Group = tuple[int, ...]


def confined(net: Network, recusals: Iterable[tuple[str, str]]) -> Network | None:
    """The network with every recusal group in one seat; ``None`` where no recused people could meet."""
    pair_group = np.full(len(net.pair_task), -1, dtype=np.int64)
    seat: list[int] = []
    for task, pairs, groups in _groups(net, recusals):
        for members, at in zip(groups, _seats(net, task, groups), strict=True):
            pair_group[[pairs[person] for person in members]] = len(seat)
            seat.append(at)
    if not seat:
        return None
    group_seat = np.array(seat, dtype=np.int64)
    group = pair_group[net.edge_pair]
    keep = (group < 0) | (group_seat[group] == net.edge_seat)
    used, number = np.unique(group[keep & (group >= 0)], return_inverse=True)
    edge_group = np.full(net.edges, -1, dtype=np.int64)
    edge_group[keep & (group >= 0)] = number
    return lay(
        net.tasks,
        net.people,
        net.seat_task,
        net.edge_seat[keep],
        net.edge_person[keep],
        edge_group[keep],
        group_seat[used],
    )


def _groups(
    net: Network, recusals: Iterable[tuple[str, str]]
) -> Iterator[tuple[int, dict[int, int], list[Group]]]:
    """For each task where recused people could meet: the pair of each of them, and their groups."""
    number = {one.id: place for place, one in enumerate(net.people)}
    apart: dict[int, list[int]] = defaultdict(list)
    for first, second in recusals:
        if first in number and second in number:
            apart[number[first]].append(number[second])
            apart[number[second]].append(number[first])
    recused = np.isin(net.pair_person, np.array(sorted(apart), dtype=np.int64))
    present: dict[int, dict[int, int]] = defaultdict(dict)
    at = np.flatnonzero(recused)
    for pair, task, person in zip(
        at.tolist(), net.pair_task[at].tolist(), net.pair_person[at].tolist(), strict=True
    ):
        present[task][person] = pair
    for task, pairs in present.items():
        groups = list(_tied(pairs, apart))
        if groups:
            yield task, pairs, groups


def _tied(people: dict[int, int], apart: dict[int, list[int]]) -> Iterator[Group]:
    """Connected groups of two or more, in order of their first members."""
    left = dict.fromkeys(people)
    for first in people:
        if first not in left:
            continue
        del left[first]
        group, waiting = [first], [first]
        while waiting:
            for other in apart[waiting.pop()]:
                if other in left:
                    del left[other]
                    group.append(other)
                    waiting.append(other)
        if len(group) > 1:
            yield tuple(sorted(group))


def _seats(net: Network, task: int, groups: list[Group]) -> list[int]:
    """The seat of each group."""
    first, last = np.searchsorted(net.seat_task, [task, task + 1]).tolist()
    eligible = {seat: _eligible(net, seat) for seat in range(first, last)}
    spare = {seat: len(people) - int(net.demand[seat]) for seat, people in eligible.items()}
    chosen = []
    for group in groups:
        here = {seat: len(people.intersection(group)) for seat, people in eligible.items()}
        candidates = [seat for seat, count in here.items() if count]
        fitting = [seat for seat in candidates if _fits(seat, here, spare)] or candidates
        name = net.tasks[task].id.encode() + b"\0" + net.people[group[0]].id.encode()
        lot = int.from_bytes(hashlib.sha256(tag("confine") + name).digest(), "big")
        seat = fitting[lot % len(fitting)]
        for other, count in here.items():
            spare[other] -= count - (other == seat)
        chosen.append(seat)
    return chosen


def _fits(chosen: int, here: dict[int, int], spare: dict[int, int]) -> bool:
    """Whether every seat of the task keeps enough people when the group sits in ``chosen``."""
    return all(spare[seat] >= count - (seat == chosen) for seat, count in here.items())


def _eligible(net: Network, seat: int) -> set[int]:
    first, last = np.searchsorted(net.edge_seat, [seat, seat + 1]).tolist()
    people: Ints = net.edge_person[first:last]
    return set(people.tolist())

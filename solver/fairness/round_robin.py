"""轮流派人: how common platforms pair, described exactly, for comparison with pair/1.

The inspectors stand in one list. One random place in it is drawn; from there on the list is walked in
order, so many people for each task as its team needs, round and round. That is how a known public platform
pairs, whatever the rules say of who may sit where. All its starts are gone through here; a start is all
there is to guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, log2

import numpy as np
from numpy.typing import NDArray

from solver.pairing.problem import Problem, Task

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RoundRobin:
    """轮流派人 on one problem, over all ``starts``, each as likely as another. Means are exact."""

    starts: int
    tasks: int
    meeting: int
    """Pairs of colleagues that some start puts into one team; ``pairs`` of them there are."""
    pairs: int
    ineligible: Fraction
    """People put where they may hold no seat: how many to expect."""
    recused: Fraction
    """Pairs of recused colleagues put into one team: how many to expect."""
    over: Fraction
    """Visits beyond a period cap or a maximum load: how many to expect."""
    broken: Fraction
    """Teams with somebody ineligible, a seat nobody there may hold, or recused colleagues; to expect."""
    fewest_broken: int
    """Such teams under the best start."""

    @property
    def bits(self) -> float:
        """Bits of randomness: one start out of ``starts``."""
        return log2(self.starts) if self.starts else 0.0

    @property
    def betrayed(self) -> int:
        """How many other teams whoever learns one team knows for certain: all, since it tells the start."""
        return max(self.tasks - 1, 0) if self.starts > 1 else 0

    def to_json(self) -> dict[str, object]:
        return {
            "starts": self.starts,
            "bits": round(self.bits, 3),
            "pairs_meeting": self.meeting,
            "pairs": self.pairs,
            "teams_betrayed_by_one": self.betrayed,
            "ineligible": str(self.ineligible),
            "recused": str(self.recused),
            "over": str(self.over),
            "broken_teams": str(self.broken),
            "fewest_broken_teams": self.fewest_broken,
        }


def teams(sizes: Sequence[int], people: int, start: int) -> list[list[int]]:
    """The teams, as places in the list, that a start (0 ≤ start < people) gives."""
    found, at = [], start
    for size in sizes:
        found.append([(at + step) % people for step in range(size)])
        at += size
    return found


def pairs_that_meet(people: int, size: int) -> int:
    """Pairs of a ring of ``people`` less than ``size`` apart: 60 of 1,770 for 60 people in twos."""
    near = min(size - 1, people // 2)
    return sum(people // 2 if 2 * apart == people else people for apart in range(1, near + 1))


def round_robin(problem: Problem) -> RoundRobin:
    """轮流派人 on this problem, its inspectors in order of id, its tasks in theirs."""
    people = len(problem.inspectors)
    sizes = [team_size(task) for task in problem.tasks]
    if not people or not any(sizes):
        return RoundRobin(people, len(sizes), 0, comb(people, 2), *(Fraction(0),) * 4, 0)
    number = {one.id: place for place, one in enumerate(problem.inspectors)}
    recused = [(number[a], number[b]) for a, b in problem.colleague_recusals]
    near = {size: _recused_from(recused, people, size) for size in set(sizes)}
    broken = np.zeros(people, dtype=np.int64)
    strangers, meetings, at = 0, 0, 0
    for task, size in zip(problem.tasks, sizes, strict=True):
        inside = np.zeros((len(task.seats), people), dtype=np.int64)
        for row, seat in zip(inside, task.seats, strict=True):
            row[[number[one] for one in seat.eligible]] = 1
        needed = np.array([seat.demand for seat in task.seats])
        inside[needed == 0] = 0
        outside = 1 - inside.max(axis=0)
        bad = _windows(outside, size) > 0
        bad |= (_windows(inside, size) < needed[:, None]).any(axis=0)
        bad |= near[size] > 0
        broken += np.roll(bad, -at)  # start r puts the task's first person at place r + at
        strangers += int(outside.sum()) * size
        meetings += int(near[size].sum())
        at = (at + size) % people
    return RoundRobin(
        starts=people,
        tasks=len(sizes),
        meeting=pairs_that_meet(people, max(sizes)),
        pairs=comb(people, 2),
        ineligible=Fraction(strangers, people),
        recused=Fraction(meetings, people),
        over=_beyond(problem, sizes),
        broken=Fraction(int(broken.sum()), people),
        fewest_broken=int(broken.min()),
    )


def team_size(task: Task) -> int:
    return sum(seat.demand for seat in task.seats)


def _windows(marks: Ints, size: int) -> Ints:
    """For each place of the ring (last axis), the sum of ``marks`` at it and the ``size - 1`` after it."""
    rounds, rest = divmod(size, marks.shape[-1])
    twice = np.concatenate([marks, marks], axis=-1)
    sums = np.concatenate([np.zeros_like(twice[..., :1]), np.cumsum(twice, axis=-1)], axis=-1)
    people = marks.shape[-1]
    found: Ints = sums[..., rest : rest + people] - sums[..., :people]
    found += rounds * marks.sum(axis=-1, keepdims=True)
    return found


def _recused_from(recused: Sequence[tuple[int, int]], people: int, size: int) -> Ints:
    """For each place, how many recused pairs are among the ``size`` people from there on."""
    found = np.zeros(people, dtype=np.int64)
    reach = min(size, people)
    for pair in recused:
        both = np.zeros((2, people), dtype=np.int64)
        both[0, pair[0]] = both[1, pair[1]] = 1
        found += (_windows(both, reach) > 0).all(axis=0)
    return found


def _beyond(problem: Problem, sizes: Sequence[int]) -> Fraction:
    """Visits above period caps and maximum loads: over all starts, everyone takes each place once."""
    people = len(problem.inspectors)
    visits: dict[str, Ints] = {}
    at = 0
    for task, size in zip(problem.tasks, sizes, strict=True):
        counts = visits.setdefault(task.period, np.zeros(people, dtype=np.int64))
        np.add.at(counts, (at + np.arange(size)) % people, 1)
        at = (at + size) % people
    whole = sum(visits.values(), np.zeros(people, dtype=np.int64))
    caps = [one.period_cap for one in problem.inspectors if one.period_cap is not None]
    loads = [one.max_load for one in problem.inspectors if one.max_load is not None]
    found = sum(_above(counts, caps) for counts in visits.values()) + _above(whole, loads)
    return Fraction(found, people)


def _above(counts: Ints, bounds: Sequence[int]) -> int:
    values, times = np.unique(np.array(bounds, dtype=np.int64), return_counts=True)
    return sum(
        int(np.maximum(counts - value, 0).sum()) * int(many)
        for value, many in zip(values.tolist(), times.tolist(), strict=True)
    )

"""检查组的公平性: what a table of probabilities gives everyone, told in few numbers, beside round robin.

Everything is counted from the rows of the table and from the problem; nothing that the table only tells of
itself is repeated, except how far its entropy may be from the greatest (``gap``). Lists of outsiders:
``audit``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from solver.fairness.pairing_audit import PairingAudit, audit
from solver.fairness.pairing_files import Pairings, audit_file, read_pairings
from solver.fairness.round_robin import RoundRobin, round_robin, team_size
from solver.pairing.problem import Problem
from solver.pairing.table import Table

__all__ = [
    "PairingAudit",
    "Pairings",
    "TableFairness",
    "audit",
    "audit_file",
    "of_table",
    "read_pairings",
]

Bools = NDArray[np.bool_]
Sitting = tuple[list[int], int]
"""People who may hold a seat, and how many of them it takes."""


@dataclass(frozen=True, slots=True)
class TableFairness:
    """概率表的公平性. ``loads`` and ``totals`` (with past ones) as (visits, people), rising."""

    tasks: int
    inspectors: int
    places: int
    """Seats to fill, each as often as its demand."""
    loads: tuple[tuple[Fraction, int], ...]
    totals: tuple[tuple[Fraction, int], ...]
    entropy: float
    """Nats, over (task, inspector) pairs: - sum of p ln p."""
    gap: float
    highest: Fraction
    """The greatest chance of any (task, inspector) that is not certain; 0 if all are."""
    cap: Fraction
    lowest_cap: Fraction
    forced: int
    """Rows that every lawful outcome contains: predictable, and published as such."""
    meeting: int
    """Pairs of colleagues whom the table can put into one team; ``lawful`` pairs the rules would allow."""
    lawful: int
    round_robin: RoundRobin

    @property
    def bits(self) -> float:
        return self.entropy / log(2)

    @property
    def bits_per_task(self) -> float:
        return self.bits / self.tasks if self.tasks else 0.0

    @property
    def choices(self) -> float:
        """As open as if each seat went by a fair lot among so many people: e^(entropy / places)."""
        return exp(self.entropy / self.places) if self.places else 1.0

    @property
    def spread(self) -> Fraction:
        """Largest less smallest expected number of visits of this round."""
        return self.loads[-1][0] - self.loads[0][0] if self.loads else Fraction(0)

    @property
    def total_spread(self) -> Fraction:
        return self.totals[-1][0] - self.totals[0][0] if self.totals else Fraction(0)

    def to_json(self) -> dict[str, object]:
        """Fractions as ``p/q``, entropies rounded to 6 places."""
        return {
            "tasks": self.tasks,
            "inspectors": self.inspectors,
            "places": self.places,
            "loads": [[str(load), people] for load, people in self.loads],
            "totals": [[str(load), people] for load, people in self.totals],
            "spread": str(self.spread),
            "total_spread": str(self.total_spread),
            "entropy_nats": round(self.entropy, 6),
            "entropy_bits": round(self.bits, 6),
            "bits_per_task": round(self.bits_per_task, 6),
            "choices": round(self.choices, 3),
            "gap": self.gap,
            "highest": str(self.highest),
            "cap": str(self.cap),
            "lowest_cap": str(self.lowest_cap),
            "forced": self.forced,
            "pairs_meeting": self.meeting,
            "pairs_lawful": self.lawful,
            "round_robin": self.round_robin.to_json(),
        }

    def __str__(self) -> str:
        peer = self.round_robin
        low, high = (self.loads[0][0], self.loads[-1][0]) if self.loads else (0, 0)
        lines = [
            f"检查任务 {self.tasks} 项，{self.places} 个席位，执法检查人员 {self.inspectors} 人。",
            f"每人预期任务量 {_plain(low)} 至 {_plain(high)} 次；"
            f"计入既往任务量，最多与最少相差 {_plain(self.total_spread)} 次。",
            f"不可预测程度：概率表的熵 {self.bits:,.0f} 比特，平均每项任务 {self.bits_per_task:.1f} 比特，"
            f"相当于每个席位在 {self.choices:.1f} 人中公平抽签。",
            f"任何人被派往任何一项任务的概率不超过 {float(self.highest):.1%}"
            f"（必然搭配 {self.forced} 个另列）。",
            f"可能同组的两人：{self.meeting:,} 对（规则允许的共 {self.lawful:,} 对）。",
            f"若按名单轮流派人：随机性只有 {peer.bits:.1f} 比特，可能同组的只有 {peer.meeting:,} 对，"
            f"知道一个检查组就知道其余 {peer.betrayed:,} 个；"
            f"平均 {float(peer.broken):.1f} 个检查组违反规则。",
        ]
        return "\n".join(lines)


def of_table(table: Table) -> TableFairness:
    """The numbers of a table, and of round robin on the same problem."""
    problem, rows, one = table.problem, table.rows, 2**table.bits
    people = len(rows.people)
    task_of = _task_of_seats(problem)
    pairs, place = np.unique(task_of[rows.seat] * max(people, 1) + rows.person, return_inverse=True)
    chance = np.zeros(len(pairs), dtype=np.int64)
    np.add.at(chance, place, rows.n)
    open_chances = chance[chance < one]
    share = open_chances / one
    past = {each.id: each.past_load for each in problem.inspectors}
    return TableFairness(
        tasks=len(problem.tasks),
        inspectors=len(problem.inspectors),
        places=sum(map(team_size, problem.tasks)),
        loads=_counted(table.loads.values()),
        totals=_counted(load + past[who] for who, load in table.loads.items()),
        entropy=float(-(share * np.log(share)).sum()) + 0.0,
        gap=table.gap,
        highest=Fraction(int(open_chances.max(initial=0)), one),
        cap=table.cap,
        lowest_cap=table.lowest_cap,
        forced=len(table.forced),
        meeting=_meeting(table, task_of),
        lawful=_lawful(problem),
        round_robin=round_robin(problem),
    )


def _counted(loads: Iterable[Fraction]) -> tuple[tuple[Fraction, int], ...]:
    return tuple(sorted(Counter(loads).items()))


def _task_of_seats(problem: Problem) -> NDArray[np.int64]:
    """The task's number, for each seat of the problem in order."""
    return np.array([at for at, task in enumerate(problem.tasks) for _ in task.seats], dtype=np.int64)


def _meeting(table: Table, task_of: NDArray[np.int64]) -> int:
    """Pairs who both have rows in a task, in seats that leave room for both."""
    rows, one = table.rows, 2**table.bits
    demand = [seat.demand for task in table.problem.tasks for seat in task.seats]
    met = np.zeros((len(rows.people),) * 2, dtype=np.bool_)
    bounds = np.searchsorted(task_of[rows.seat], np.arange(len(table.problem.tasks) + 1))
    for first, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        seats: dict[int, list[int]] = {}
        certain: set[int] = set()
        total: Counter[int] = Counter()
        columns = (rows.seat[first:end], rows.person[first:end], rows.n[first:end])
        for seat, who, n in zip(*(each.tolist() for each in columns), strict=True):
            seats.setdefault(seat, []).append(who)
            total[who] += n
        certain = {who for who, n in total.items() if n == one}
        sittings = [(who, demand[seat]) for seat, who in seats.items()]
        room = sum(demand[seat] for seat in seats) - len(certain)
        _mark(met, sittings, certain, room)
    return _number(met, table.problem)


def _lawful(problem: Problem) -> int:
    number = {one.id: place for place, one in enumerate(problem.inspectors)}
    met = np.zeros((len(number),) * 2, dtype=np.bool_)
    seen: set[tuple[tuple[tuple[str, ...], int], ...]] = set()
    for task in problem.tasks:
        shape = tuple((seat.eligible, seat.demand) for seat in task.seats if seat.demand)
        if shape not in seen:
            seen.add(shape)
            _mark(met, [([number[who] for who in people], much) for people, much in shape], set(), 2)
    return _number(met, problem)


def _mark(met: Bools, sittings: list[Sitting], certain: set[int], room: int) -> None:
    """Mark who can sit together: in two seats, or in one that takes two.

    ``room``: places that are left beside the ``certain`` people; two others need two.
    """
    for at, (people, demand) in enumerate(sittings):
        others = [(who, True) for who, _ in sittings[at + 1 :]] + [(people, demand > 1)]
        for company, fits in others:
            if not fits:
                continue
            if room >= 2:
                met[np.ix_(people, company)] = True
                continue
            sure = [who for who in people if who in certain]
            sure_there = [who for who in company if who in certain]
            met[np.ix_(sure, company)] = True
            met[np.ix_(people, sure_there)] = True


def _number(met: Bools, problem: Problem) -> int:
    number: Mapping[str, int] = {one.id: place for place, one in enumerate(problem.inspectors)}
    both = met | met.T
    np.fill_diagonal(both, False)
    for first, second in problem.colleague_recusals:
        both[number[first], number[second]] = both[number[second], number[first]] = False
    return int(np.count_nonzero(both)) // 2


def _plain(value: Fraction | int) -> str:
    """At most two decimals, none where there are none."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")

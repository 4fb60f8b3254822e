"""抽签: one seed, one lawful assignment, the same on every machine and without a solver (docs/pair-1.md).

What does not depend on the seed is laid out once in a `Lottery`, which then draws as often as asked.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate, combinations

import numpy as np

from solver.pairing.arrays import Ints
from solver.pairing.errors import PairingInputError, PairingUnresolved
from solver.pairing.lottery.compiled import Walker
from solver.pairing.lottery.meetings import Meeting
from solver.pairing.lottery.parts import Part, parts
from solver.pairing.lottery.stream import Dice, Stream
from solver.pairing.problem import canon
from solver.pairing.table import Row, Table, Tickets, tag

MAX_DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class Rejection:
    """作废的一次抽签: in draw ``counter`` of the part that begins with ``task`` recused people met.

    ``met``: (task, inspector, inspector), in order.
    """

    task: str
    counter: int
    met: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """匹配结果. ``rows`` are (task, seat, inspector) in canonical order; ``loads`` the visits of everyone.

    ``rung`` per task tells how colleague recusals were kept: ``L0`` no two of them could meet, ``L1`` one
    seat keeps them apart, ``L2`` draws in which some met were ``rejected``, ``L3`` a ticket was drawn.
    ``assignment_sha256`` is the SHA-256 of the UTF-8 lines ``task TAB seat TAB inspector LF`` of the rows.
    """

    rows: tuple[Row, ...]
    loads: Mapping[str, int]
    rung: Mapping[str, str]
    rejected: tuple[Rejection, ...] = ()
    assignment_sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "assignment_sha256", rows_sha256(self.rows))

    def teams(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """检查组: task → its (seat, inspector) pairs."""
        teams: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for task, seat, inspector in self.rows:
            teams[task].append((seat, inspector))
        return {task: tuple(team) for task, team in teams.items()}

    def __str__(self) -> str:
        loads = self.loads.values()
        rungs = Counter(self.rung.values())
        return (
            f"匹配结果：检查任务 {len(self.rung)} 项，{len(self.rows)} 人次，"
            f"每人 {min(loads, default=0)} 至 {max(loads, default=0)} 次，"
            f"作废重抽 {len(self.rejected)} 次，"
            f"方式 {'、'.join(f'{rung} {count} 项' for rung, count in sorted(rungs.items())) or '无'}，"
            f"摘要 {self.assignment_sha256[:16]}…"
        )


def rows_sha256(rows: tuple[Row, ...]) -> str:
    """SHA-256 (hex) of the canonical lines of (task, seat, inspector) rows."""
    lines = "".join(f"{task}\t{seat}\t{inspector}\n" for task, seat, inspector in sorted(rows))
    return hashlib.sha256(lines.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one part's lottery gave: the places of its rows in the table, and the draws rejected before."""

    rows: Ints
    rejected: tuple[Rejection, ...]


class PartLottery:
    """一部分的抽签."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self._walker = Walker(part)

    def draw(self, seed: bytes) -> Drawn:
        """Counter 0, 1, 2 … until nobody meets whom he must not.

        Raises `PairingUnresolved` after 10,000 draws in vain.
        """
        rejected: list[Rejection] = []
        for counter in range(MAX_DRAWS):
            rows, met = self._attempt(seed, counter)
            if not met:
                return Drawn(rows, tuple(rejected))
            rejected.append(Rejection(self.part.task, counter, met))
        raise _unresolved({meeting for one in rejected for meeting in one.met})

    def trial(self, seed: bytes) -> tuple[Meeting, ...]:
        """Who would meet whom he must not, in the first draw: empty if that draw stands."""
        return self._attempt(seed, 0)[1]

    def _attempt(self, seed: bytes, counter: int) -> tuple[Ints, tuple[Meeting, ...]]:
        chosen = self._walker.draw(Dice(self.part.part_id, counter, seed))
        met = self.part.meetings.of(chosen) if self.part.redrawn else ()
        return self.part.rows[chosen], met


class Lottery:
    """一张概率表的抽签. Raises `PairingInputError` for a table whose seats are not filled exactly, and
    `PairingUnresolved` where recused people meet with certainty."""

    def __init__(self, table: Table) -> None:
        self.table = table
        rows, one = table.rows, 1 << table.bits
        _filled(table)
        self.parts = tuple(PartLottery(part) for part in parts(table))
        ticketed = {task for ticket in table.tickets for task in ticket.tasks}
        outside = np.array([task not in ticketed for task, _ in rows.seats], dtype=np.bool_)
        self._settled: Ints = np.flatnonzero(outside[rows.seat] & (rows.n == one))
        _nobody_surely_meets(table, self._settled)

    def draw(self, seed: bytes) -> Assignment:
        """The assignment that this seed gives: one outcome per (table, seed). See `draw`."""
        if not seed:
            raise PairingInputError("种子不能为空。", where="seed")
        table, rows = self.table, self.table.rows
        drawn = [lottery.draw(seed) for lottery in self.parts]
        places = np.concatenate([self._settled, *(one.rows for one in drawn)])
        seats, people = rows.seat[places].tolist(), rows.person[places].tolist()
        found = [(*rows.seats[seat], rows.people[who]) for seat, who in zip(seats, people, strict=True)]
        for ticket in table.tickets:
            outcome = _ticket(ticket, table.bits, seed)
            found += [(*seat, who) for seat, who in zip(ticket.seats, outcome, strict=True)]
        loads = Counter(who for _, _, who in found)
        return Assignment(
            rows=tuple(sorted(found)),
            loads={who: loads[who] for who in rows.people},
            rung=dict(sorted(table.rung.items())),
            rejected=tuple(rejection for one in drawn for rejection in one.rejected),
        )


def draw(table: Table, seed: bytes) -> Assignment:
    """The assignment that this seed (one byte or more) gives: one outcome per (table, seed).

    P[row] = n / 2^bits exactly (for parts with rung L2: given that nobody meets whom he must not). Raises
    `PairingInputError` (no seed, or a table that is not sound) or `PairingUnresolved` (10,000 draws of one
    part were rejected).
    """
    if not seed:
        raise PairingInputError("种子不能为空。", where="seed")
    return Lottery(table).draw(seed)


def _ticket(ticket: Tickets, bits: int, seed: bytes) -> tuple[str, ...]:
    ticket_id = hashlib.sha256(tag("tickets") + canon(ticket.to_json())).digest()
    lot = int(Stream("ticket", ticket_id, 0, 0, seed).words(1)[0]) >> (64 - bits)
    for upto, outcome in zip(accumulate(ticket.weights), ticket.outcomes, strict=True):
        if upto > lot:
            return outcome
    raise PairingInputError("签票的权重合计不足，概率表有误。", where="tickets")


def _filled(table: Table) -> None:
    """A lottery can be walked only if every seat's chances add up to the people it needs."""
    sums = np.zeros(len(table.rows.seats), dtype=np.int64)
    np.add.at(sums, table.rows.seat, table.rows.n)
    demand = np.array([seat.demand for task in table.problem.tasks for seat in task.seats], dtype=np.int64)
    wrong = np.flatnonzero(sums != demand << table.bits)
    if len(wrong):
        task, seat = table.rows.seats[wrong[0]]
        raise PairingInputError(
            f"概率表有误：检查任务 {task} 席位 {seat} 各人概率之和不等于应有人数。", where="table", task=task
        )


def _nobody_surely_meets(table: Table, settled: Ints) -> None:
    rows, recused = table.rows, frozenset(table.problem.colleague_recusals)
    teams: dict[str, set[str]] = defaultdict(set)
    for seat, who in zip(rows.seat[settled].tolist(), rows.person[settled].tolist(), strict=True):
        teams[rows.seats[seat][0]].add(rows.people[who])
    met = {
        (task, first, second)
        for task, team in teams.items()
        for first, second in combinations(sorted(team), 2)
        if (first, second) in recused
    }
    if met:
        raise _unresolved(met)


def _unresolved(met: set[Meeting]) -> PairingUnresolved:
    return PairingUnresolved(
        "同事回避关系过密，在规定的抽签次数内没有抽出可行的检查组。请增派人员，或核对回避关系。",
        pairs=[list(pair) for pair in sorted({(first, second) for _, first, second in met})],
        tasks=sorted({task for task, _, _ in met}),
    )

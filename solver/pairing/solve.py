"""概率表的求解: from the rules to the table that is published before the seed is known (docs/pairing.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from solver.pairing.arrays import Floats, Ints
from solver.pairing.chances.rounding import integers
from solver.pairing.chances.scores import Scores, expected_score
from solver.pairing.chances.settled import (
    Settled,
    kept_apart,
    objective,
    pair_chances,
    settle,
    spread,
    usual_cap,
)
from solver.pairing.errors import PairingInfeasible
from solver.pairing.network import Part, parts
from solver.pairing.network.caps import refuse
from solver.pairing.problem import Problem
from solver.pairing.shortage import idle_shortages
from solver.pairing.shortage.recusal import tasks_without_team
from solver.pairing.table import Row, Rows, Table
from solver.pairing.tickets.trials import Kept, keep_recusals
from solver.pairing.words.gap import Shortage
from solver.progress import Progress, silent

AT_HAND = 2_000_000
"""Edges of a problem up to which its parts are kept from the first look to the second, not settled anew."""
STAGE = "pairing"
LEAST_NATS = 1e-3
"""Where there is next to nothing to spread, the gap is told as a share of this."""


@dataclass(frozen=True, slots=True)
class Preview:
    """预览: what can be told before any chance is worked out.

    Either ``shortages``, or expected ``loads``, the ``lowest_cap`` 最低可行上限 and the ``forced`` 必然搭配.
    ``visits`` to hand out, ``pairings`` (task, inspector) to choose from.
    """

    problem: Problem
    shortages: tuple[Shortage, ...]
    loads: Mapping[str, Fraction]
    lowest_cap: Fraction
    forced: tuple[Row, ...]
    visits: int
    pairings: int

    @property
    def feasible(self) -> bool:
        return not self.shortages

    @property
    def cap(self) -> Fraction:
        """The cap that would be taken: the one asked for, or one close to the lowest."""
        return self.problem.cap or usual_cap(self.lowest_cap)


@dataclass(slots=True)
class _Columns:
    """What the parts bring to the table, gathered."""

    loads: dict[str, Fraction]
    forced: list[Row]
    seat: list[Ints]
    person: list[Ints]
    n: list[Ints]
    bound: float = 0.0


def solve(problem: Problem, progress: Progress | None = None) -> Table:
    """求概率表: the exact chance of every pairing.

    Raises `PairingInfeasible` naming every shortage, `CapTooLow` naming who stands in the way of the cap,
    `PairingUnresolved` where colleague recusals are too dense to settle.
    """
    tell = progress or silent
    score = Scores(problem)
    found, idle = parts(problem)
    total, done = len(problem.tasks), 0
    tell(0, 2 * total, STAGE)
    at_hand = sum(len(seat.eligible) for task in problem.tasks for seat in task.seats) <= AT_HAND
    lowest, kept, short = Fraction(0), [], list(idle_shortages(idle))
    for part in found:
        try:
            settled = kept_apart(part.net, problem, score)
            lowest = max(lowest, settled.lowest.cap)
            kept.append((part, settled) if at_hand else None)
        except PairingInfeasible as refusal:
            short.extend(refusal.shortages)
        done += len(part.net.tasks)
        tell(done, 2 * total, STAGE)
    short = short or list(tasks_without_team(problem))
    if short:
        raise PairingInfeasible(tuple(short))
    cap = problem.cap or usual_cap(lowest)
    columns = _Columns({one.id: Fraction(0) for one in idle}, [], [], [], [])
    again = ((part, kept_apart(part.net, problem, score)) for part in parts(problem)[0])
    for part, settled in (one for one in kept if one) if at_hand else again:
        if cap < settled.lowest.cap:
            refuse(settled.rest, cap, lowest)
        _gather(columns, part, settled, cap, problem.bits, score(settled.net))
        done += len(part.net.tasks)
        tell(done, 2 * total, STAGE)
    return _table(problem, columns, cap, lowest)


def preview(problem: Problem) -> Preview:
    """预览: feasibility, loads, lowest cap and certain pairings, in a fraction of the time `solve` takes.

    Colleague recusals are not weighed here, but for teams that they alone make impossible.
    """
    found, idle = parts(problem)
    short = list(idle_shortages(idle))
    loads = {one.id: Fraction(0) for one in idle}
    lowest, visits, pairings = Fraction(0), 0, 0
    forced: list[Row] = []
    for part in found:
        visits += part.net.total
        pairings += len(part.net.pair_task)
        try:
            settled = settle(part.net)
        except PairingInfeasible as refusal:
            short.extend(refusal.shortages)
            continue
        lowest = max(lowest, settled.lowest.cap)
        loads |= _loads(settled)
        forced += _forced(settled)
    return Preview(
        problem=problem,
        shortages=tuple(short or tasks_without_team(problem)),
        loads=dict(sorted(loads.items())),
        lowest_cap=lowest,
        forced=tuple(sorted(forced)),
        visits=visits,
        pairings=pairings,
    )


def cap_costs(problem: Problem, caps: Sequence[Fraction]) -> list[tuple[Fraction, float]]:
    """上限的代价: the entropy (nats) that each cap leaves; caps below the lowest are left out.

    Raises `PairingInfeasible`. Recused people are not confined here.
    """
    score = Scores(problem)
    settled = [settle(part.net) for part in parts(problem)[0]]
    lowest = max((one.lowest.cap for one in settled), default=Fraction(0))
    costs = []
    for cap in caps:
        if cap >= lowest:
            found = [(one.net, spread(one, cap, score(one.net)).x) for one in settled]
            costs.append((cap, sum(_entropy(pair_chances(net, x)) for net, x in found)))
    return costs


def _gather(columns: _Columns, part: Part, settled: Settled, cap: Fraction, bits: int, score: Floats) -> None:
    found = spread(settled, cap, score)
    n = integers(settled, found, cap, bits)
    columns.bound += found.bound
    columns.loads |= _loads(settled)
    columns.forced += _forced(settled)
    rows = np.flatnonzero(n)
    columns.seat.append(part.seat_at[settled.net.edge_seat[rows]])
    columns.person.append(part.person_at[settled.net.edge_person[rows]])
    columns.n.append(n[rows])


def _table(problem: Problem, columns: _Columns, cap: Fraction, lowest: Fraction) -> Table:
    kept = keep_recusals(problem, _rows(problem, columns), columns.loads)
    task = np.repeat(np.arange(len(problem.tasks)), [len(task.seats) for task in problem.tasks])
    pairs, pair = np.unique(
        task[kept.rows.seat] * len(problem.inspectors) + kept.rows.person, return_inverse=True
    )
    n = np.bincount(pair, weights=kept.rows.n, minlength=len(pairs))
    p = n.astype(np.float64) / (1 << problem.bits)
    entropy = _entropy(p)
    missed = columns.bound - entropy - expected_score(problem, pairs, p)
    return Table(
        problem=problem,
        rows=kept.rows,
        cap=cap,
        lowest_cap=lowest,
        loads=dict(sorted(kept.loads.items())),
        rung=kept.rung,
        forced=_still_forced(problem, columns.forced, kept),
        entropy=entropy,
        gap=max(missed / max(abs(columns.bound), LEAST_NATS), 0.0),
        acceptance=kept.acceptance,
        tickets=kept.tickets,
    )


def _still_forced(problem: Problem, forced: list[Row], kept: Kept) -> tuple[Row, ...]:
    """What every draw contains; with tickets, what all of them contain."""
    ticketed = {task for one in kept.tickets for task in one.tasks}
    if not ticketed:
        return tuple(sorted(forced))
    outside = [row for row in forced if row[0] not in ticketed]
    one = 1 << problem.bits
    return tuple(sorted(outside + [row[:3] for row in kept.rows if row[0] in ticketed and row[3] == one]))


def _rows(problem: Problem, columns: _Columns) -> Rows:
    nothing = [np.zeros(0, dtype=np.int64)]
    seat, person, n = (
        np.concatenate(column or nothing) for column in (columns.seat, columns.person, columns.n)
    )
    order = np.lexsort((person, seat))
    return Rows(
        seats=tuple((task.id, seat.id) for task in problem.tasks for seat in task.seats),
        people=tuple(one.id for one in problem.inspectors),
        seat=seat[order],
        person=person[order],
        n=n[order],
    )


def _loads(settled: Settled) -> Iterable[tuple[str, Fraction]]:
    return zip((one.id for one in settled.net.people), settled.loads, strict=True)


def _forced(settled: Settled) -> Iterator[Row]:
    net = settled.net
    for edge in np.flatnonzero(settled.rest.certain).tolist():
        yield *net.seats[net.edge_seat[edge]], net.people[net.edge_person[edge]].id


def _entropy(p: Floats) -> float:
    return objective(p, np.zeros(len(p)))

"""签票 (rung L3): whole lawful outcomes, one of which is drawn by weight (docs/pair-1.md, section 6).

For tasks whose colleague recusals are too dense for drawing again. Draws of the plain lottery from public
seeds are made lawful one by one, with the fewest changes; then weights are put on them so that everybody's
chances come as close to the table as these outcomes allow. Table and tickets are sealed before the seed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import numpy as np

from solver.pairing.problem import Problem
from solver.pairing.table import Rows, Tickets
from solver.pairing.tickets.part import Outcome, TicketPart, feasible
from solver.pairing.tickets.search import near_draws
from solver.pairing.tickets.weighing import weights

MANY = 1_000


def make(
    problem: Problem,
    rows: Rows,
    loads: Mapping[str, Fraction],
    bits: int,
    tasks: Iterable[str] | None = None,
    many: int = MANY,
) -> tuple[Tickets, Rows]:
    """签票: ``many`` lawful outcomes of ``tasks`` (all, if not named), weighed; and the rows they amount to.

    ``rows`` (at ``bits``) and ``loads`` are what a table without recusals gives; rows of other tasks of the
    problem that are certain count towards the bounds of their people. Loads stay between floor and ceiling
    of ``loads``; where no lawful outcome keeps to that, those who cannot carry one and the same other load
    in all outcomes (see `lawful_loads`). There are fewer outcomes where no more exist, or ``bits`` is small.

    Raises `PairingInfeasible` if it is proved that there is none, `PairingUnresolved` if the search ended.
    """
    part, known = feasible(TicketPart.of(problem, rows, loads, tasks))
    wanted = max(1, min(many, (1 << bits) // 4))
    complete, found = part.listed(wanted)
    if not complete:
        near = near_draws(part, wanted, known)
        found = list(dict.fromkeys([*near, *found]))[:wanted]
    outcomes = sorted(found)
    chances = {(task, seat, who): n for task, seat, who, n in part.rows}
    return _written(problem, part, outcomes, weights(outcomes, chances, bits))


def lawful_loads(
    rows: Rows, loads: Mapping[str, Fraction], bits: int, tickets: Iterable[Tickets]
) -> dict[str, Fraction]:
    """Expected visits by the rows of a whole table: ``loads``, but what the rows say where they differ in
    floor or ceiling, or where somebody is on none of the tickets (rounding alone may then part the two)."""
    one = 1 << bits
    units, counts = (np.zeros(len(rows.people), dtype=np.int64) for _ in range(2))
    np.add.at(units, rows.person, rows.n)
    np.add.at(counts, rows.person, 1)
    on_tickets = {who for ticket in tickets for outcome in ticket.outcomes for who in outcome}
    found = {}
    for who, sum_, count in zip(rows.people, units.tolist(), counts.tolist(), strict=True):
        load = loads[who]
        within = math.floor(load) * one <= sum_ <= math.ceil(load) * one
        near = who in on_tickets or abs(sum_ - load * one) < count + 1
        found[who] = load if within and near else Fraction(sum_, one)
    return found


def _written(
    problem: Problem, part: TicketPart, outcomes: Sequence[Outcome], shares: Sequence[int]
) -> tuple[Tickets, Rows]:
    sums: Counter[tuple[str, str, str]] = Counter()
    kept = [(outcome, share) for outcome, share in zip(outcomes, shares, strict=True) if share]
    for outcome, share in kept:
        for row in outcome:
            sums[row] += share
    tickets = Tickets(
        tasks=tuple(task.id for task in part.problem.tasks),
        seats=tuple((task, seat) for task, seat, _ in kept[0][0]),
        weights=tuple(share for _, share in kept),
        outcomes=tuple(tuple(who for _, _, who in outcome) for outcome, _ in kept),
    )
    return tickets, Rows.of(problem, ((*row, n) for row, n in sums.items()))

"""签票的产生: many lawful outcomes near what the plain lottery draws from public seeds.

Nobody chooses these seeds: they are counted through. A draw in which recused people meet is mended: by one
exchange for each meeting, or else by the fewest changes in the tasks concerned and some others.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

from solver.pairing.lawful import Patience, conclude, lay, taken
from solver.pairing.lottery import Lottery
from solver.pairing.lottery.stream import Stream
from solver.pairing.table import Row, Table, tag
from solver.pairing.tickets.exchanges import Places, mended, shuffled
from solver.pairing.tickets.part import Outcome, TicketPart

EFFORT = 0.5
PATIENCE = 10.0
ROWS = 2_000_000
SEARCHES = 300
"""Deterministic time of the solver, rows put before it and how often it is asked, in all; what is still
missing is got by exchanges, which come about as close to the table's chances."""
TRIES = 3
"""Draws per wanted outcome, since some are the same and some cannot be mended."""


def near_draws(part: TicketPart, wanted: int, known: Outcome) -> list[Outcome]:
    """Up to ``wanted`` different lawful outcomes, in the order they were come upon.

    ``known``: a lawful outcome to go by if no draw could be mended.
    """
    found: dict[Outcome, None] = {}
    mender = _Mender(part)
    for number in range(TRIES * wanted):
        if len(found) == wanted or mender.tired:
            break
        outcome = mender.outcome(number)
        if outcome is not None:
            found[outcome] = None
    bases = list(found) or [known]
    found[bases[0]] = None
    for number in range(TRIES * wanted):
        if len(found) == wanted:
            break
        base = bases[number % len(bases)]
        lots = _stream(part, number, 2).words(2 * len(base)).tolist()
        found[shuffled(mender.places, base, lots)] = None
    return list(found)


class _Mender:
    def __init__(self, part: TicketPart) -> None:
        self.part = part
        self._patience, self._rows, self._searches = Patience(PATIENCE), ROWS, SEARCHES
        plain = replace(part.problem, colleague_recusals=())
        nothing, one = Fraction(0), Fraction(1)
        loads = dict.fromkeys(part.rows.people, nothing)  # the lottery takes them from the rows
        rung = {task.id: "L0" for task in plain.tasks}
        self.lottery = Lottery(Table(plain, part.rows, one, one, loads, rung))
        self.places = Places(part)
        self.by_task: dict[str, list[Row]] = defaultdict(list)
        for row in part.usable:
            self.by_task[row[0]].append(row)

    @property
    def tired(self) -> bool:
        return self._patience.left <= 0 or self._rows <= 0 or self._searches <= 0

    def outcome(self, number: int) -> Outcome | None:
        """Draw ``number`` of the plain lottery, mended where needed; ``None`` if that was not managed."""
        part = self.part
        drawn = self.lottery.draw(_seed(part, number)).rows
        free = part.met(drawn)
        if part.loads_kept(drawn):
            lots = _stream(part, number, 3).words(len(drawn)).tolist()
            exchanged = mended(self.places, drawn, lots)
            if exchanged is not None:
                return exchanged
        else:
            free = set(self.by_task)
        keys = _stream(part, number, 0).words(len(self.by_task)).tolist()
        order = [task for _, task in sorted(zip(keys, sorted(self.by_task), strict=True))]
        others = [task for task in order if task not in free]
        count = len(free) + 4
        while True:
            found = self._within(drawn, {*free, *others[:count]}, number)
            if found is not None or count >= len(others) or self.tired:
                return found
            count = 2 * count + len(free)

    def _within(self, drawn: Outcome, free: set[str], number: int) -> Outcome | None:
        """The outcome with the fewest changes, all of them in the tasks ``free``."""
        from ortools.sat.python import cp_model

        kept = [row for row in drawn if row[0] not in free]
        rows = [row for task in sorted(free) for row in self.by_task[task]]
        self._rows -= len(rows)
        self._searches -= 1
        problem = replace(
            self.part.problem, tasks=tuple(task for task in self.part.problem.tasks if task.id in free)
        )
        model = cp_model.CpModel()
        chosen = lay(model, problem, rows, self.part.bounds(kept))
        before = set(drawn)
        lots = _stream(self.part, number, 1).octets(len(rows))
        price = {row: 16 + lot % 16 for row, lot in zip(rows, lots, strict=True) if row not in before}
        model.minimize(sum(price[row] * chosen[row] for row in price))
        values = conclude(model, EFFORT, self._patience)[1]
        return tuple(sorted([*kept, *taken(chosen, values)])) if values else None


def _seed(part: TicketPart, number: int) -> bytes:
    return hashlib.sha256(_about(part) + number.to_bytes(4, "big")).digest()


def _stream(part: TicketPart, number: int, purpose: int) -> Stream:
    return Stream("near", hashlib.sha256(_about(part)).digest(), number, purpose, b"")


def _about(part: TicketPart) -> bytes:
    return tag("near") + bytes.fromhex(part.problem.problem_sha256)

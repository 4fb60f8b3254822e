"""说明: why this team, with what chance, and who else it could have been.

Everything is read off the published table, exactly. The chance of a whole team is not stated: the table gives
the chance of each pairing, and pairings of one task are not drawn independently of each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np

from solver.pairing.errors import PairingInputError
from solver.pairing.problem import Seat
from solver.pairing.table import Row, Table
from solver.pairing.words.wording import chance_sentence, left_out_sentence, percent, rung_sentence


@dataclass(frozen=True, slots=True)
class Chance:
    """一个搭配的概率. ``people`` could have been drawn for the seat, out of all ``eligible`` there."""

    task: str
    seat: str
    inspector: str
    probability: Fraction
    people: int
    eligible: int
    demand: int

    @property
    def certain(self) -> bool:
        return self.probability == 1

    @property
    def only_ones(self) -> bool:
        """Whether the seat needs everybody who may sit there."""
        return self.eligible <= self.demand

    @property
    def message(self) -> str:
        return chance_sentence(
            self.task,
            self.seat,
            self.inspector,
            self.probability,
            self.people,
            self.eligible,
            self.demand,
        )

    def to_json(self) -> dict[str, object]:
        return {
            "task": self.task,
            "seat": self.seat,
            "inspector": self.inspector,
            "probability": str(self.probability),
            "percent": percent(self.probability),
            "people": self.people,
            "eligible": self.eligible,
            "certain": self.certain,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """检查组说明: who sits where and why. ``left_out``: people out of the question → category."""

    task: str
    team: tuple[Chance, ...]
    rung: str
    tickets: int
    left_out: Mapping[str, str]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a county official would read out."""
        said = [one.message for one in self.team]
        if self.left_out:
            said.append(left_out_sentence(self.left_out))
        return (*said, rung_sentence(self.rung, self.tickets))

    @property
    def message(self) -> str:
        return "".join(self.sentences)

    def to_json(self) -> dict[str, object]:
        return {
            "task": self.task,
            "team": [one.to_json() for one in self.team],
            "rung": self.rung,
            "left_out": dict(self.left_out),
            "sentences": list(self.sentences),
        }


class Drawn(Protocol):
    """Whatever has the rows of an assignment."""

    @property
    def rows(self) -> Iterable[Row]: ...


def why(table: Table, assignment: Drawn, task: str, reasons: Mapping[str, str] | None = None) -> Explanation:
    """Why the team of ``task`` is what it is.

    ``reasons``: inspector → category (回避、证件到期 …) as the office knows it; told of those alone who have
    no row in the task. `PairingInputError` for a task or a row that the table does not have.
    """
    possible = {(one.seat, one.inspector): one for one in who_could(table, task)}
    team = []
    for where, seat, person in sorted(row for row in assignment.rows if row[0] == task):
        if (seat, person) not in possible:
            raise PairingInputError(f"概率表中没有检查任务 {where} 由 {person} 担任的席位。", where=where)
        team.append(possible[seat, person])
    candidates = {one.inspector for one in possible.values()}
    tickets = next((len(one.weights) for one in table.tickets if task in one.tasks), 0)
    left_out = {who: why_not for who, why_not in sorted((reasons or {}).items()) if who not in candidates}
    return Explanation(task, tuple(team), table.rung[task], tickets, left_out)


def who_could(table: Table, task: str) -> tuple[Chance, ...]:
    """Everyone who may be drawn for ``task``, seat by seat, the likeliest first."""
    first, last = _seats_of(table, task)
    rows = table.rows
    low, high = np.searchsorted(rows.seat, [first, last]).tolist()
    found = _chances(table, range(low, high))
    return tuple(sorted(found, key=lambda one: (one.seat, -one.probability, one.inspector)))


def chances(table: Table, inspector: str) -> tuple[Chance, ...]:
    """Every task ``inspector`` may be drawn for, in order; they add up to the visits expected of him."""
    people = table.rows.people
    at = bisect_left(people, inspector)
    if at == len(people) or people[at] != inspector:
        raise PairingInputError(f"概率表中没有执法检查人员 {inspector}。", where="inspector")
    return tuple(_chances(table, np.flatnonzero(table.rows.person == at).tolist()))


def _seats_of(table: Table, task: str) -> tuple[int, int]:
    """First seat of the task, and the one after its last, in ``table.rows.seats``."""
    seats = table.rows.seats
    first = bisect_left(seats, (task, ""))
    last = first
    while last < len(seats) and seats[last][0] == task:
        last += 1
    if first == last:
        raise PairingInputError(f"概率表中没有检查任务 {task}。", where="task")
    return first, last


def _chances(table: Table, at: Iterable[int]) -> Iterator[Chance]:
    rows, one = table.rows, 1 << table.bits
    places = list(at)
    about: dict[int, tuple[int, int, int]] = {}
    for seat in sorted({int(rows.seat[place]) for place in places}):
        low, high = np.searchsorted(rows.seat, [seat, seat + 1]).tolist()
        asked = _seat(table, *rows.seats[seat])
        about[seat] = (high - low, len(asked.eligible), asked.demand)
    for place in places:
        seat = int(rows.seat[place])
        who = rows.people[int(rows.person[place])]
        yield Chance(*rows.seats[seat], who, Fraction(int(rows.n[place]), one), *about[seat])


def _seat(table: Table, task: str, seat: str) -> Seat:
    tasks = table.problem.tasks
    seats = tasks[bisect_left(tasks, task, key=lambda one: one.id)].seats
    return seats[bisect_left(seats, seat, key=lambda one: one.id)]

"""概率表: what is published before the seed is known (docs/pair-1.md, section 2)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from solver.pairing.arrays import Ints
from solver.pairing.problem import Problem, canon, digest_json

Row = tuple[str, str, str]
"""(task, seat, inspector)."""
ALGORITHM = "pair/1"
AT_ONCE = 50_000


def tag(purpose: str) -> bytes:
    """``TAG(s)`` of pair/1: 32 bytes."""
    return f"{ALGORITHM} {purpose}".encode().ljust(32, b"\0")


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """表的各行, by column and in canonical order: ``n[k] / 2^bits`` is the chance of row ``k``.

    ``seat`` and ``person`` are places in ``seats`` (all of the problem's (task, seat), in order) and
    ``people``.
    """

    seats: tuple[tuple[str, str], ...]
    people: tuple[str, ...]
    seat: Ints
    person: Ints
    n: Ints

    def __len__(self) -> int:
        return len(self.n)

    def __iter__(self) -> Iterator[tuple[str, str, str, int]]:
        columns = zip(self.seat.tolist(), self.person.tolist(), self.n.tolist(), strict=True)
        for seat, person, n in columns:
            yield *self.seats[seat], self.people[person], n

    def lines(self) -> bytes:
        """``task TAB seat TAB inspector TAB n LF`` of every row."""
        return b"".join(self.blocks())

    def blocks(self) -> Iterator[bytes]:
        """`lines`, some thousand at a time: in one piece they outweigh all else of a large table."""
        seats = [f"{task}\t{seat}\t" for task, seat in self.seats]
        people = [f"{who}\t" for who in self.people]
        for at in range(0, len(self), AT_ONCE):
            run = slice(at, at + AT_ONCE)
            parts = (self.seat[run].tolist(), self.person[run].tolist(), self.n[run].tolist())
            lines = [f"{seats[seat]}{people[who]}{n}\n" for seat, who, n in zip(*parts, strict=True)]
            yield "".join(lines).encode()

    @staticmethod
    def of(problem: Problem, given: Iterable[tuple[str, str, str, int]]) -> Rows:
        """Rows by their ids, in any order; each must be of the problem (`KeyError` if not)."""
        seats = tuple((task.id, seat.id) for task in problem.tasks for seat in task.seats)
        people = tuple(one.id for one in problem.inspectors)
        seat_at = {seat: place for place, seat in enumerate(seats)}
        person_at = {person: place for place, person in enumerate(people)}
        found = sorted((seat_at[task, seat], person_at[who], n) for task, seat, who, n in given)
        columns = np.array(found, dtype=np.int64).reshape(-1, 3).T.copy()
        return Rows(seats, people, columns[0], columns[1], columns[2])


@dataclass(frozen=True, slots=True)
class Tickets:
    """签票 (rung L3): whole lawful outcomes for some tasks, one of which is drawn by weight.

    ``seats`` in order, each as often as its demand; an outcome names an inspector for each.
    """

    tasks: tuple[str, ...]
    seats: tuple[tuple[str, str], ...]
    weights: tuple[int, ...]
    outcomes: tuple[tuple[str, ...], ...]

    def to_json(self) -> dict[str, object]:
        return {
            "tasks": list(self.tasks),
            "seats": [list(seat) for seat in self.seats],
            "weights": list(self.weights),
            "outcomes": [list(outcome) for outcome in self.outcomes],
        }


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """概率表: the exact chance of every pairing, and what was settled on the way.

    ``cap`` 概率上限 and ``lowest_cap`` 最低可行上限 bound any inspector's chance of any one task, outside
    what is certain; ``loads`` are the visits each inspector may expect (past ones not counted); ``forced``
    必然搭配 are the rows that every lawful outcome contains. ``entropy`` (nats, over (task, inspector) pairs)
    misses the greatest possible by the share ``gap`` at most. ``acceptance``: first task of a part with
    rung L2 → share of trial draws that nobody had to reject.
    """

    problem: Problem
    rows: Rows
    cap: Fraction
    lowest_cap: Fraction
    loads: Mapping[str, Fraction]
    rung: Mapping[str, str]
    forced: tuple[Row, ...] = ()
    entropy: float = 0.0
    gap: float = 0.0
    acceptance: Mapping[str, Fraction] = field(default_factory=dict)
    tickets: tuple[Tickets, ...] = ()
    table_sha256: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(tag("table") + canon(self.head()) + b"\n")
        for lines in self.rows.blocks():
            digest.update(lines)
        object.__setattr__(self, "table_sha256", digest.hexdigest())

    @property
    def bits(self) -> int:
        return self.problem.bits

    def head(self) -> dict[str, object]:
        """What the digest covers besides the rows."""
        tickets = [one.to_json() for one in self.tickets]
        return {
            "v": ALGORITHM,
            "problem_sha256": self.problem.problem_sha256,
            "bits": self.bits,
            "cap": str(self.cap),
            "lowest_cap": str(self.lowest_cap),
            "loads": {person: str(load) for person, load in self.loads.items()},
            "rung": dict(self.rung),
            "tickets_sha256": digest_json(tickets) if tickets else None,
        }

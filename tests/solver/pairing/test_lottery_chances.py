"""The lottery of pair/1 gives every row exactly its published chance, and every lawful outcome some."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from solver.pairing.lottery import Assignment, Lottery, draw
from solver.pairing.lottery.parts import Part, parts
from solver.pairing.lottery.stream import Dice, Stream, Words
from solver.pairing.lottery.walk import Network, walk
from solver.pairing.problem import Inspector, Problem, Seat, Task
from solver.pairing.table import Table, Tickets
from tests.solver.pairing.lottery_cases import (
    even,
    lead_and_member,
    mixture,
    off_balance,
    people,
    table_of,
    violations,
)

Floats = NDArray[np.float64]


def seed(number: int) -> bytes:
    return number.to_bytes(4, "big")


class EveryWay(Dice):
    """Orders and walks of one seed, but each coin and each lot falls both ways, one run after the other."""

    def __init__(self, part: Part, decided: tuple[bool, ...]) -> None:
        super().__init__(part.part_id, 0, b"order")
        self.ways = list(decided)
        self.open: list[tuple[bool, ...]] = []
        self.chance = Fraction(1)
        self._taken = 0

    def decide(self, chance: Fraction) -> bool:
        if self._taken == len(self.ways):
            self.open.append((*self.ways, False))
            self.ways.append(True)
        way = self.ways[self._taken]
        self._taken += 1
        self.chance *= chance if way else 1 - chance
        return way

    def coins(self, level: int, count: int) -> FairCoins:  # type: ignore[override]
        return FairCoins(self)

    def rises(self, words: Iterator[int], up: int, down: int) -> bool:
        return self.decide(Fraction(down, up + down))


class FairCoins:
    def __init__(self, dice: EveryWay) -> None:
        self._dice = dice

    def tolist(self) -> Iterator[int]:
        while True:
            yield int(self._dice.decide(Fraction(1, 2)))


def every_outcome(part: Part) -> dict[tuple[int, ...], Fraction]:
    """The exact chance of each outcome of a part: its edges' values at the end, in units of ``one``."""
    found: dict[tuple[int, ...], Fraction] = defaultdict(Fraction)
    waiting: list[tuple[bool, ...]] = [()]
    while waiting:
        dice = EveryWay(part, waiting.pop())
        values: list[int] = part.values.tolist()
        walk(Network.of(part), values, dice)
        found[tuple(value >> part.bits for value in values[: len(part.rows)])] += dice.chance
        waiting += dice.open
    return found


def tiny_tables() -> dict[str, Table]:
    crew = people(4, period_cap=1)
    names = tuple(one.id for one in crew)
    doors = Problem(
        crew, tuple(Task(f"t{at}", (Seat("member", names, 1),), f"W{at % 2}") for at in range(4)), bits=4
    )
    seats = Problem(
        people(4),
        tuple(Task(f"t{at}", (Seat("lead", names[:3]), Seat("member", names))) for at in range(2)),
        bits=5,
    )
    apart = Problem(
        people(5),
        tuple(Task(f"t{at}", (Seat("member", names, 2),)) for at in range(2)),
        colleague_recusals=(("p00", "p01"),),
        bits=5,
    )
    return {
        "pairs": even(3, 3, bits=5),
        "uneven": mixture(even(3, 4, bits=5).problem, 7, outcomes=5),
        "doors": mixture(doors, 3, outcomes=4),
        "seats": mixture(seats, 4, outcomes=5),
        "groups": mixture(apart, 5, outcomes=6),
    }


@pytest.mark.parametrize("name", tiny_tables())
def test_over_all_coins_every_row_has_exactly_its_published_chance(name: str) -> None:
    table = tiny_tables()[name]
    one = 1 << table.bits
    walked = 0
    for part in parts(table):
        outcomes = every_outcome(part)
        walked += len(outcomes)
        assert sum(outcomes.values()) == 1
        for edge, row in enumerate(part.rows):
            chance = sum(chance for values, chance in outcomes.items() if values[edge])
            assert chance == Fraction(int(table.rows.n[row]), one)
    assert walked >= 4


def test_over_all_coins_recused_people_of_a_group_never_meet() -> None:
    table = tiny_tables()["groups"]
    assert set(table.rung.values()) == {"L1"}
    rows = list(table.rows)
    for part in parts(table):
        for values in every_outcome(part):
            sitting = [rows[row] for row, value in zip(part.rows, values, strict=True) if value]
            for task in table.problem.tasks:
                team = {person for at, _, person, _ in sitting if at == task.id}
                assert not {"p00", "p01"} <= team


def shapes() -> dict[str, Table]:
    """Tables of 300 rows and more, each with something of its own."""
    names = [one.id for one in people(24)]
    grouped = Problem(
        people(24),
        tuple(Task(f"t{at:02}", (Seat("member", tuple(names), 2),)) for at in range(20)),
        colleague_recusals=tuple((names[at], names[at + 1]) for at in range(0, 20, 2)),
    )
    county = [
        (
            tuple(Inspector(f"{where}{at:02}") for at in range(14)),
            tuple(
                Task(f"{where}{at:02}", (Seat("member", tuple(f"{where}{at:02}" for at in range(14)), 2),))
                for at in range(12)
            ),
        )
        for where in "abc"
    ]
    several = Problem(sum((crew for crew, _ in county), ()), sum((tasks for _, tasks in county), ()), bits=10)
    forced = replace(
        lead_and_member(34, 18, 5, bits=12),
        tasks=tuple(
            replace(task, seats=(Seat("lead", (f"p{at % 6:02}",)), Seat("member", tuple(names[6:18]), 2)))
            if at % 4 == 0
            else task
            for at, task in enumerate(lead_and_member(34, 18, 5).tasks)
        ),
    )
    return {
        "even": even(24, 20),
        "uneven": mixture(even(24, 20).problem, 1),
        "lead and member": mixture(lead_and_member(36, 18, 2), 2),
        "doors": mixture(lead_and_member(36, 30, 3, bits=16, period_cap=11), 3),
        "groups": mixture(grouped, 4),
        "forced": mixture(forced, 6),
        "several parts": mixture(several, 7),
        "40 bits": mixture(lead_and_member(34, 18, 8, bits=40), 8),
    }


@cache
def strays(name: str) -> Floats:
    """How far the open rows stray from their chances over 2,000 seeds, in standard deviations."""
    table = shapes()[name]
    lottery = Lottery(table)
    rows = {(task, seat, person): at for at, (task, seat, person, _) in enumerate(table.rows)}
    counts = np.zeros(len(rows))
    draws = 2_000
    for number in range(draws):
        counts[[rows[row] for row in lottery.draw(seed(number)).rows]] += 1
    chance = table.rows.n / (1 << table.bits)
    sure = chance == 1
    assert (counts[sure] == draws).all()
    z: Floats = (counts - draws * chance)[~sure] / np.sqrt(draws * chance * (1 - chance))[~sure]
    return z


@pytest.mark.parametrize("name", shapes())
def test_over_2000_seeds_rows_stray_from_their_chances_as_fair_coins_would(name: str) -> None:
    z = strays(name)
    assert len(z) >= 300
    # Some 400 rows, tied to each other: their mean square itself strays by about 0.08.
    assert 0.7 <= np.mean(z**2) <= 1.3
    assert np.abs(z).max() < 5


def test_over_2000_seeds_the_rows_of_all_tables_together_stray_by_one_standard_deviation() -> None:
    z = np.concatenate([strays(name) for name in shapes()])
    assert len(z) >= 3_000
    assert 0.95 <= np.mean(z**2) <= 1.05
    assert abs(np.mean(np.abs(z) > 2) - 0.0455) < 0.01  # as many beyond two deviations as of a bell curve


@pytest.mark.parametrize("name", shapes())
def test_draws_of_large_tables_break_no_rule(name: str) -> None:
    table = shapes()[name]
    lottery = Lottery(table)
    for number in range(30):
        drawn = lottery.draw(seed(number))
        assert violations(table.problem, drawn.rows) == []
        assert off_balance(table, drawn) == []


def entropy_of(seen: Counter[object]) -> float:
    """Of the source, in nats: what the frequencies show, and half a nat per draw and kind (Miller & Madow)."""
    draws = sum(seen.values())
    shown = -sum(count / draws * math.log(count / draws) for count in seen.values())
    return shown + (len(seen) - 1) / (2 * draws)


def test_all_90_lawful_outcomes_of_4_tasks_and_4_people_in_pairs_are_about_as_likely() -> None:
    table = even(4, 4)
    assert set(table.rows.n.tolist()) == {1 << 19}
    lottery = Lottery(table)
    seen = Counter[object](lottery.draw(seed(number)).rows for number in range(6_000))
    assert len(seen) == 90
    assert entropy_of(seen) >= 0.995 * math.log(90)
    assert min(seen.values()) > 6_000 / 90 / 2


def test_6_tasks_and_6_people_in_pairs_show_the_joint_entropy_of_67950_lawful_outcomes() -> None:
    # Collisions bound the entropy from below: H >= -ln P[two draws agree] (Rényi).
    lottery = Lottery(even(6, 6))
    draws, lawful = 12_000, 67_950
    seen = Counter[object](lottery.draw(seed(number)).rows for number in range(draws))
    collisions = sum(count * (count - 1) // 2 for count in seen.values())
    assert -math.log(collisions / (draws * (draws - 1) / 2)) >= 0.995 * math.log(lawful)
    expected = lawful * (1 - (1 - 1 / lawful) ** draws)
    assert abs(len(seen) - expected) < 0.01 * expected


def test_10000_draws_break_no_rule() -> None:
    crew = people(6, period_cap=2, min_load=1, max_load=3)
    names = tuple(one.id for one in crew)
    problem = Problem(
        crew,
        tuple(
            Task(f"t{at}", (Seat("lead", names[:3]), Seat("member", names[2:])), f"W{at % 2}")
            for at in range(4)
        ),
        colleague_recusals=(("p03", "p04"),),
        bits=8,
    )
    table = mixture(problem, 11, outcomes=6)
    lottery = Lottery(table)
    checked: dict[object, bool] = {}
    for number in range(10_000):
        drawn = lottery.draw(seed(number))
        if drawn.rows not in checked:
            checked[drawn.rows] = not violations(problem, drawn.rows) and not off_balance(table, drawn)
    assert all(checked.values())
    assert len(checked) > 20


def test_over_all_words_every_ticket_is_drawn_as_often_as_it_weighs(monkeypatch: pytest.MonkeyPatch) -> None:
    table = ticket_table()
    seen = Counter[tuple[str, ...]]()
    lots = iter(range(16))  # the four bits of a word that decide

    def word(_: Stream, count: int) -> Words:
        return np.array([(next(lots) << 60) + 12345] * count, dtype=np.uint64)

    monkeypatch.setattr(Stream, "words", word)
    for _ in range(16):
        seen[tuple(person for _, _, person in draw(table, b"x").rows)] += 1
    assert seen == {("p00", "p01"): 5, ("p00", "p02"): 1, ("p01", "p02"): 10}


def ticket_table() -> Table:
    names = ("p00", "p01", "p02")
    problem = Problem(people(3), (Task("t", (Seat("member", names, 2),)),), bits=4)
    tickets = Tickets(
        ("t",),
        (("t", "member"), ("t", "member")),
        (5, 1, 10),
        (("p00", "p01"), ("p00", "p02"), ("p01", "p02")),
    )
    chances = {("t", "member", "p00"): 6, ("t", "member", "p01"): 15, ("t", "member", "p02"): 11}
    return table_of(problem, chances, [tickets])


def test_tickets_are_drawn_apart_from_the_parts() -> None:
    table = ticket_table()
    assert list(parts(table)) == []
    assert table.rung == {"t": "L3"}
    drawn: list[Assignment] = [draw(table, seed(number)) for number in range(40)]
    assert {len(one.rows) for one in drawn} == {2}
    assert len({one.assignment_sha256 for one in drawn}) > 1

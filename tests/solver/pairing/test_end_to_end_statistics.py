"""From the rules to 2,000 draws: pairings come as often as the table says, and one seed tells nothing of the next."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from solver.pairing import Affinity, Inspector, Lottery, Problem, Seat, Table, Task, solve
from tests.solver.pairing.brute_force import broken
from tests.solver.pairing.pairing_cases import pairs_problem

DRAWS = 2_000


def alike() -> Problem:
    """30 visits by pairs of 14: p = 1/7, 60/14 visits each."""
    return pairs_problem(tasks=30, people=14)


def areas_and_leads() -> Problem:
    """Three areas that overlap; a third of the people may lead."""
    names = [f"i{number:02d}" for number in range(21)]
    tasks = []
    for number in range(36):
        here = [names[(7 * (number % 3) + step) % 21] for step in range(11)]
        tasks.append(Task(f"t{number:02d}", (Seat("lead", tuple(here[::3])), Seat("member", tuple(here)))))
    return Problem(tuple(Inspector(name) for name in names), tuple(tasks))


def weeks_and_bounds() -> Problem:
    """Four weeks with two visits a week at most, past visits, minima and maxima."""
    chance = random.Random(7)
    names = [f"i{number:02d}" for number in range(16)]
    people = [
        Inspector(name, past_load=chance.randrange(3), min_load=1, max_load=7, period_cap=2) for name in names
    ]
    tasks = tuple(
        Task(f"t{number:02d}", (Seat("member", tuple(chance.sample(names, 13)), 2),), f"W{number % 4}")
        for number in range(36)
    )
    return Problem(tuple(people), tasks)


def wishes_under_a_cap() -> Problem:
    """Nearness counts, and no chance is above a quarter."""
    chance = random.Random(11)
    base = pairs_problem(tasks=30, people=14)
    scores = tuple((task.id, one.id, chance.random() * 3) for task in base.tasks for one in base.inspectors)
    return Problem(base.inspectors, base.tasks, affinity=Affinity(1.0, scores), cap=Fraction(1, 4))


def drawn(table: Table) -> NDArray[np.bool_]:
    """Draws × pairs: who came to which task in each draw; the first hundred are held against the rules."""
    place = {pair: at for at, pair in enumerate(chances(table))}
    came = np.zeros((DRAWS, len(place)), dtype=np.bool_)
    lottery = Lottery(table)
    for number in range(DRAWS):
        seed = hashlib.sha256(f"{len(place)} pairs, draw {number}".encode()).digest()
        rows = lottery.draw(seed).rows
        assert number >= 100 or not list(broken(table.problem, rows))
        came[number, [place[task, who] for task, _, who in rows]] = True
    return came


def chances(table: Table) -> dict[tuple[str, str], float]:
    """The chance of every (task, inspector), by whichever seat."""
    total: Counter[tuple[str, str]] = Counter()
    for task, _, who, n in table.rows:
        total[task, who] += n
    return {pair: n / 2**table.bits for pair, n in total.items()}


@dataclass(frozen=True)
class Seen:
    """A table, who came where in which draw, and how far the numbers were from those promised (in σ)."""

    table: Table
    p: NDArray[np.float64]
    came: NDArray[np.bool_]
    z: NDArray[np.float64]
    spread: float
    """Standard deviation to expect of the mean of z²: the pairs of one draw hang together."""


@cache
def seen(shape: Callable[[], Problem]) -> Seen:
    table = solve(shape())
    came = drawn(table)
    p = np.array(list(chances(table).values()))
    is_open = p < 1
    z = (came.sum(axis=0) - DRAWS * p)[is_open] / np.sqrt(DRAWS * (p * (1 - p))[is_open])
    together = float((np.corrcoef(came[:, is_open].T) ** 2).sum())
    by_chance = len(z) * (len(z) - 1) / DRAWS
    return Seen(table, p, came, z, float(np.sqrt(2 * (together - by_chance)) / len(z)))


SHAPES = [alike, areas_and_leads, weeks_and_bounds, wishes_under_a_cap]


@pytest.mark.parametrize("shape", SHAPES)
def test_2000_draws_come_as_often_as_the_table_says(shape: Callable[[], Problem]) -> None:
    found = seen(shape)
    assert found.table.gap <= 0.001
    assert len(found.z) >= 350
    assert abs(float((found.z**2).mean()) - 1) < 3.5 * found.spread < 0.75
    assert float(np.abs(found.z).max()) < 5


def test_over_all_shapes_the_mean_of_z_squared_is_that_of_exact_chances() -> None:
    z = np.concatenate([seen(shape).z for shape in SHAPES])
    assert 0.85 <= float((z**2).mean()) <= 1.15


@pytest.mark.parametrize("shape", SHAPES)
def test_a_draw_tells_nothing_of_the_next(shape: Callable[[], Problem]) -> None:
    # Two draws by different seeds share Σp² pairs on average, if neither knows of the other.
    found = seen(shape)
    shared = (found.came[0::2] & found.came[1::2]).sum(axis=1)
    deviation = (shared.mean() - float((found.p**2).sum())) / (shared.std() / np.sqrt(len(shared)))
    assert abs(float(deviation)) < 4
    assert len({row.tobytes() for row in found.came}) == DRAWS

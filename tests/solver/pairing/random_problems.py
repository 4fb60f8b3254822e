"""Problems of every kind, feasible or not: groups, seats, periods, bounds, past loads, recusals, wishes, caps."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from random import Random

from solver.pairing.problem import Affinity, Inspector, Problem, Seat, Task
from tests.solver.pairing.random_tables import LETTERS


def random_problem(number: int) -> Problem:
    dice = Random(number)
    people = [f"{dice.choice(LETTERS)}{k}" for k in range(dice.randint(5, 14))]
    inspectors = tuple(
        Inspector(
            who,
            past_load=dice.choice((0, 0, 0, 1, 3)),
            min_load=dice.choice((0, 0, 0, 0, 1)),
            max_load=dice.choice((None, None, None, 4)),
            period_cap=dice.choice((None, None, 1, 2)),
        )
        for who in people
    )
    tasks = tuple(
        Task(
            f"任务{k}",
            tuple(
                Seat(name, tuple(dice.sample(people, dice.randint(2, len(people)))), demand)
                for name, demand in _seats(dice)
            ),
            dice.choice(("", "周一", "周二", "周三")),
        )
        for k in range(dice.randint(2, 9))
    )
    recusals = tuple(dice.sample(list(combinations(people, 2)), dice.choice((0, 0, 1, 2, 5))))
    wishes = tuple((task.id, who, dice.choice((0.5, -1.0, 2))) for task in tasks for who in people[:2])
    affinity = dice.choice((None, None, Affinity(0.7, wishes)))
    cap = dice.choice((None, None, None, Fraction(3, 4)))
    return Problem(inspectors, tasks, recusals, affinity, cap, dice.choice((8, 20, 20, 30)))


def _seats(dice: Random) -> list[tuple[str, int]]:
    return dice.choice(
        (
            [("member", 2)],
            [("lead", 1), ("member", 1)],
            [("member", 1)],
            [("a", 1), ("b", 1), ("c", 1)],
            [("a", 0), ("m", 2)],
        )
    )

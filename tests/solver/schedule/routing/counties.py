"""Random counties with half-days, lunch, several windows, two offices and ways that need not be symmetric."""

from __future__ import annotations

import random

from solver.schedule.problem import Fixed, Place, Problem, Team, Visit

DAYS = tuple(f"2026-09-{day}" for day in range(14, 20))
DAY = 25_200
LUNCH = 10_800


def county(seed: int, visits: int = 14, teams: int = 3, days: int = 5) -> Problem:
    chance = random.Random(seed)
    every = tuple(range(days))
    size = visits + 2
    matrix = [[0 if a == b else chance.randrange(300, 3000) for b in range(size)] for a in range(size)]
    return Problem(
        name=f"county {seed}",
        day_length=DAY,
        max_visits=4,
        day_cost=1800,
        miss_cost=21_600,
        days=DAYS[:days],
        offices=(Place(30.0, 120.0), Place(30.1, 120.1)),
        teams=tuple(
            Team(
                number,
                0,
                number % 2,
                (f"p{number}", f"q{number}"),
                tuple(sorted(chance.sample(every, chance.randint(1, days)))),
                {0: (0, LUNCH)} if number == 1 else {},
            )
            for number in range(teams)
        ),
        visits=tuple(_visit(chance, number, number % teams, every) for number in range(visits)),
        lunch=LUNCH,
        matrix=tuple(map(tuple, matrix)),
    )


def _visit(chance: random.Random, number: int, team: int, days: tuple[int, ...]) -> Visit:
    windows: tuple[tuple[int, int], ...] = ((0, DAY),)
    if number % 3 == 0:
        windows = ((chance.randrange(0, 4000), 9000), (13_000, DAY))
    return Visit(
        f"v{number:02}",
        0,
        Place(30.0 + chance.random() / 10, 120.0 + chance.random() / 10),
        chance.randrange(1800, 5400, 60),
        windows,
        tuple(sorted(chance.sample(days, chance.randint(2, len(days))))),
        team,
        windows_on={1: ((0, 6000),)} if number % 5 == 0 else {},
        appointment=Fixed(2, 12_000) if number == 7 else None,
    )

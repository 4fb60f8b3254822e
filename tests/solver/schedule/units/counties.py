"""Counties for the draw units: offices, teams on some days, visits with deadlines and mornings, all by one seed."""

from __future__ import annotations

import random
from dataclasses import replace

from solver.schedule.problem import Place, Problem, Team, Visit

DAYS = tuple(f"2026-09-{day:02d}" for day in range(1, 11))
DAY = 28_800


def county(teams: int = 4, visits: int = 24, *, seed: int = 1, counties: int = 1) -> Problem:
    """No visit has a team. Everybody is there on six of ten days; days 0 to 4 are common to nobody in particular."""
    chance = random.Random(seed)
    return Problem(
        name="county",
        day_length=DAY,
        max_visits=4,
        day_cost=1800,
        miss_cost=21_600,
        days=DAYS,
        offices=tuple(Place(30.0 + n, 120.0) for n in range(counties)),
        teams=tuple(
            Team(
                n, n % counties, n % counties, (f"p{n}", f"q{n}"), tuple(sorted(chance.sample(range(10), 6)))
            )
            for n in range(teams)
        ),
        visits=tuple(
            Visit(
                n,
                n % counties,
                Place(30.0 + n % counties + chance.uniform(-0.2, 0.2), 120.0 + chance.uniform(-0.2, 0.2)),
                chance.choice((2700, 3600, 5400)),
                (((0, DAY),), ((0, DAY),), ((0, 12_600),))[chance.randrange(3)],
                (tuple(range(10)), tuple(range(10)), tuple(range(5)))[chance.randrange(3)],
            )
            for n in range(visits)
        ),
    )


def recused(problem: Problem, visit: int, *people: str) -> Problem:
    """Somebody must stay away from a visit."""
    return replace(
        problem,
        visits=tuple(
            replace(one, recused=frozenset(people)) if one.id == visit else one for one in problem.visits
        ),
    )

"""Counties for the schedule benchmarks: those of the folder ``DR_SCHEDULES``, else generated ones of the same
shape.
"""

import math
import os
import random
from pathlib import Path

from benchmarks.measure import ROOT
from solver.schedule.problem import Place, Problem, Team, Visit
from solver.schedule.reading import read_problem

FOLDER = Path(os.environ.get("DR_SCHEDULES") or ROOT.parent / "shared" / "data" / "schedule")
#: Teams of a county, and visits of a team.
TEAMS, EACH = 30, 20
SIZES = {"n30a": 30, "n300a": 300}
GROWTH = (5, 10, 30, 100, 300)
WORKING_DAYS = (
    *(f"2026-09-{day}" for day in (14, 15, 16, 17, 18, 20, 21, 22, 23, 24, 28, 29, 30)),
    *(f"2026-10-{day:02d}" for day in (8, 9, 10, 12, 13, 14, 15)),
)
DAY = 28_800
WINDOWS = (((0, DAY),), ((7200, DAY),), ((0, 12_600),), ((14_400, 25_200),))
WINDOW_WEIGHTS = (70, 16, 10, 4)
MINUTES, MINUTE_WEIGHTS = (45, 60, 90, 120), (15, 45, 28, 12)
#: One item, two, three, four at one door: how often, and how much longer.
ITEMS, ITEM_WEIGHTS, LONGER = (1, 2, 3, 4), (70, 10, 10, 10), (1, 1.35, 1.7, 2.05)
ALL = tuple(range(20))
DAYS = (ALL, tuple(range(10)), tuple(range(5, 20)))
DAY_WEIGHTS = (70, 14, 10)


def instance(name: str) -> Problem:
    """``n30a`` (30 teams × 600 visits), ``n300a`` (300 × 6,000), or ``gN``: N generated teams."""
    path = FOLDER / f"{name}.json"
    if path.is_file():
        return read_problem(path)
    return generated(SIZES[name] if name in SIZES else int(name.removeprefix("g")), 1)


def generated(teams: int, seed: int) -> Problem:
    """Counties of 30 teams: a town where six in ten visits are, eight villages for the rest; each team with
    20 visits drawn for it and 11 days of the month."""
    chance = random.Random(f"{teams} {seed}")
    counties = math.ceil(teams / TEAMS)
    offices = tuple(Place(30.3 + at // 4 * 0.4, 119.8 + at % 4 * 0.48) for at in range(counties))
    crews = tuple(
        Team(at, at // TEAMS, at // TEAMS, (f"I{at}a", f"I{at}b"), tuple(sorted(chance.sample(ALL, 11))))
        for at in range(teams)
    )
    visits = []
    for county, office in enumerate(offices):
        own = [crew.id for crew in crews if crew.county == county for _ in range(EACH)]
        chance.shuffle(own)
        villages = [(chance.gauss(0, 0.1), chance.gauss(0, 0.13)) for _ in range(8)]
        for team in own:
            visits.append(_visit(chance, len(visits), county, office, villages, team))
    return Problem(
        name=f"g{teams}",
        day_length=DAY,
        max_visits=4,
        day_cost=1800,
        miss_cost=21_600,
        days=WORKING_DAYS,
        offices=offices,
        teams=crews,
        visits=tuple(visits),
    )


def _visit(
    chance: random.Random,
    number: int,
    county: int,
    office: Place,
    villages: list[tuple[float, float]],
    team: int | str,
) -> Visit:
    north, east = chance.choice(villages) if chance.random() < 0.4 else (0.0, 0.0)
    items = chance.choices(ITEMS, ITEM_WEIGHTS)[0]
    minutes = chance.choices(MINUTES, MINUTE_WEIGHTS)[0]
    days = list(chance.choices(DAYS, DAY_WEIGHTS)[0])
    if chance.random() < 0.06:  # closed on one day of the week
        closed = chance.randrange(5)
        days = [day for day in days if day % 5 != closed]
    return Visit(
        number,
        county,
        Place(
            round(office.lat + north + chance.gauss(0, 0.015), 6),
            round(office.lon + east + chance.gauss(0, 0.017), 6),
        ),
        min(round(minutes * LONGER[items - 1]) * 60, 12_600),
        chance.choices(WINDOWS, WINDOW_WEIGHTS)[0],
        tuple(days),
        team,
        items=items,
    )

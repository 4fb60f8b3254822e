"""The same tours on other days: no day with more cars than need be, travel as it was."""

import random
from collections import Counter
from dataclasses import replace
from itertools import product

import pytest

from solver.errors import Cancelled
from solver.schedule.county.flatten import flatten
from solver.schedule.county.leveling import level_shared
from solver.schedule.limits import Limits, Watch
from solver.schedule.problem import Fixed, Place, Problem, Published, Team, Visit
from solver.schedule.team.guard import Guard
from solver.schedule.timetable import Route
from tests.solver.schedule.county.tiny import offences


def posed(
    members: list[str], tours: list[tuple[int, int, tuple[int, ...]]], days: int, **more
) -> tuple[Problem, list[Route]]:
    """One visit a tour: (team, day now, days of the visit); a second to each place and back, two of work."""
    teams = tuple(Team(number, 0, 0, tuple(word), tuple(range(days))) for number, word in enumerate(members))
    visits = tuple(
        Visit(number, 0, None, 2, ((0, 12),), when, team) for number, (team, _, when) in enumerate(tours)
    )
    ways = tuple(tuple(int(a != b) for b in range(len(tours) + 1)) for a in range(len(tours) + 1))
    dates = tuple(f"2026-10-{day + 1:02d}" for day in range(days))
    problem = Problem("flat", 12, 4, 5, 1000, dates, (Place(30, 120),), teams, visits, matrix=ways, **more)
    routes = [Route(team, day, (number,), (1,), 0, 4, 2) for number, (team, day, _) in enumerate(tours)]
    return problem, routes


def load(routes) -> Counter:
    return Counter(route.day for route in routes)


def squares(routes) -> int:
    return sum(count**2 for count in load(routes).values())


def best_by_trying(problem: Problem, routes: list[Route]) -> tuple[int, int, int]:
    """(peak, squares, days moved) over every lawful choice of days."""
    members = {team.id: set(team.members) for team in problem.teams}
    days = {visit.id: visit.days for visit in problem.visits}
    found = []
    for chosen in product(*(days[route.visits[0]] for route in routes)):
        placed = list(zip(routes, chosen, strict=True))
        apart = all(
            one[1] != other[1]
            or (
                one[0].team != other[0].team
                and (problem.sharing == "time" or members[one[0].team].isdisjoint(members[other[0].team]))
            )
            for at, one in enumerate(placed)
            for other in placed[:at]
        )
        busy = Counter((who, day) for route, day in placed for who in members[route.team])
        if apart and max(busy.values()) <= 3:  # a tour takes 4 of a day's 12 seconds
            count = Counter(chosen)
            moved = sum(abs(day - route.day) for route, day in placed)
            found.append((max(count.values()), sum(n * n for n in count.values()), moved))
    return min(found)


@pytest.mark.parametrize("seed", range(40))
def test_peak_squares_and_days_moved_are_what_trying_everything_finds(seed: int) -> None:
    dice = random.Random(seed)
    members = dice.choice([["a", "b", "c"], ["ab", "bc", "ac"], ["ab", "cd", "ef"]])
    sharing = dice.choice(["day", "time"])
    tours, out = [], set()
    for _ in range(dice.randint(3, 6)):
        team, day = dice.randrange(3), dice.randrange(4)
        busy = [one for one in members[team] if sharing == "day" and (one, day) in out]
        if (team, day) in out or busy or (sharing == "time" and len(tours) > 4):
            continue
        out.update([(team, day), *((one, day) for one in members[team])])
        tours.append((team, day, tuple(sorted({day, *dice.sample(range(4), dice.randint(0, 3))}))))
    problem, routes = posed(members, tours, 4, sharing=sharing)
    if sharing == "time":  # one after the other where people are shared
        routes = [
            replace(one, starts=(1 + 4 * one.team,), leaves=4 * one.team, returns=4 * one.team + 4)
            for one in routes
        ]
    assert offences(problem, routes) == []
    flat = flatten(problem, routes, Limits())
    assert offences(problem, list(flat)) == []
    before = {route.visits: route.day for route in routes}
    moved = sum(abs(route.day - before[route.visits]) for route in flat)
    assert (max(load(flat).values()), squares(flat), moved) == best_by_trying(problem, routes)
    assert sorted((one.team, one.visits, one.travel) for one in flat) == sorted(
        (one.team, one.visits, one.travel) for one in routes
    )


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("sharing", ["day", "time"])
def test_a_chain_of_teams_that_share_people_is_as_flat_as_trying_everything_finds(
    seed: int, sharing: str
) -> None:
    """Four teams ab, bc, cd, de, most of them out on the first two of three days."""
    dice = random.Random(seed)
    members, tours, out = ["ab", "bc", "cd", "de"], [], set()
    for _ in range(12):
        team, day = dice.randrange(4), dice.choice([0, 0, 1, 1, 2])
        needed = {(team, day), *((one, day) for one in members[team] if sharing == "day")}
        if len(tours) < 7 and not needed & out:
            out |= needed
            tours.append((team, day, tuple(sorted({day, *dice.sample(range(3), dice.randint(1, 3))}))))
    problem, routes = posed(members, tours, 3, sharing=sharing)
    if sharing == "time":  # the two teams of one person one after the other
        routes = [
            replace(one, starts=(1 + late,), leaves=late, returns=late + 4)
            for one in routes
            for late in [4 * (one.team % 2)]
        ]
    assert offences(problem, routes) == []
    flat = flatten(problem, routes, Limits())
    assert offences(problem, list(flat)) == []
    before = {route.visits: route.day for route in routes}
    moved = sum(abs(route.day - before[route.visits]) for route in flat)
    peak, least, days = best_by_trying(problem, routes)
    assert (max(load(flat).values()), squares(flat)) == (peak, least)
    assert moved == days or sharing == "time"  # another time of the same day is a move as well


def test_ten_teams_out_on_one_day_are_spread_over_five() -> None:
    tours = [(team, 0, (0, 1, 2, 3, 4)) for team in range(10)]
    problem, routes = posed([chr(97 + team) for team in range(10)], tours, 5, cars={0: 2})
    flat = flatten(problem, routes, Limits())
    assert load(flat) == {0: 2, 1: 2, 2: 2, 3: 2, 4: 2}


def test_offices_are_made_flat_each_for_itself() -> None:
    tours = [(team, 0, (0, 1)) for team in range(4)]
    problem, routes = posed(["a", "b", "c", "d"], tours, 2)
    teams = tuple(replace(team, office=team.id // 2) for team in problem.teams)
    ways = tuple(tuple(int(a != b) for b in range(6)) for a in range(6))
    two = replace(problem, teams=teams, offices=(Place(30, 120), Place(31, 121)), matrix=ways)
    flat = flatten(two, routes, Limits())
    assert sorted(Counter((route.team // 2, route.day) for route in flat).values()) == [1, 1, 1, 1]


def test_pinned_visits_and_appointments_stay_where_they_are() -> None:
    problem, routes = posed(["a", "b", "c"], [(0, 0, (0, 1)), (1, 0, (0, 1)), (2, 0, (0, 1))], 2)
    visits = (
        replace(problem.visits[0], pinned=Fixed(0, 1)),
        replace(problem.visits[1], appointment=Fixed(0)),
        problem.visits[2],
    )
    flat = flatten(replace(problem, visits=visits), routes, Limits())
    assert [route.day for route in flat] == [0, 0, 1]


def test_what_was_published_is_not_moved_for_flatness() -> None:
    problem, routes = posed(["a", "b"], [(0, 0, (0, 1)), (1, 0, (0, 1))], 2)
    published = {0: Published(0, 0, 1), 1: Published(1, 0, 1)}
    flat = flatten(replace(problem, published=published), routes, Limits())
    assert [route.day for route in flat] == [0, 0]


def test_flat_days_stay_as_they_are_and_no_routes_are_none() -> None:
    problem, routes = posed(["a", "b"], [(0, 1, (0, 1)), (1, 0, (0, 1))], 2)
    assert flatten(problem, routes, Limits()) == tuple(routes)
    assert flatten(problem, [], Limits()) == ()


def tangled() -> tuple[Problem, list[Route]]:
    """One person is in all three teams: flat days alone would send them to two places."""
    tours = [(0, 0, (0,)), (1, 1, (0, 1)), (2, 2, (1, 2)), (1, 3, (2, 3))]
    return posed(["ab", "ac", "ad"], tours, 4)


def test_who_asks_to_stop_keeps_the_days_as_they_are_and_is_told_that_it_does_not_repeat() -> None:
    problem, routes = tangled()
    guard = Guard(watch=Watch(wish=lambda: "stop"))
    assert level_shared("day", [], [], Limits(), guard) == []
    assert guard.struck
    later = Guard(until=0.0)
    assert offences(problem, list(flatten(problem, routes, Limits(), later))) == []


def test_who_asks_to_cancel_while_days_are_made_flat_is_heard() -> None:
    with pytest.raises(Cancelled):
        level_shared("day", [], [], Limits(), Guard(watch=Watch(wish=lambda: "cancel")))


def test_the_order_of_routes_does_not_matter() -> None:
    dice = random.Random(7)
    tours = [(team, day, tuple(range(6))) for team in range(8) for day in dice.sample(range(6), 2)]
    problem, routes = posed(
        [chr(97 + team // 2) + "z" * (team < 2) for team in range(8)], tours, 6, sharing="time"
    )
    spread = [
        replace(
            one, starts=(1 + 4 * (one.team % 3),), leaves=4 * (one.team % 3), returns=4 * (one.team % 3) + 4
        )
        for one in routes
    ]
    assert flatten(problem, spread, Limits()) == flatten(problem, spread[::-1], Limits())

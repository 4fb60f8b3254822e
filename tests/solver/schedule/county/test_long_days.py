"""Days with many short visits, of teams that share somebody: every order cannot be tried any more."""

from itertools import pairwise, permutations

import pytest

from solver.schedule import judge, solve
from solver.schedule.county.outings import FEW, Stop, slots
from solver.schedule.problem import Problem, Sharing
from tests.solver.schedule.small import county, team, visit


def ways(size: int) -> tuple[tuple[int, ...], ...]:
    """300 to 600 s from place to place, another way back."""
    return tuple(
        tuple(0 if one == other else 300 + (one * 7 + other * 13) % 11 * 30 for other in range(size))
        for one in range(size)
    )


@pytest.mark.parametrize("opens", [0, 4000])
def test_the_least_travel_of_more_stops_than_are_tried_in_every_order(opens: int) -> None:
    table = ways(FEW + 2)
    stops = [Stop(at, 600, ((opens * (at % 2), 20000),)) for at in range(1, FEW + 2)]
    found = slots(stops, table, (0, 25200))
    tried = [
        sum(table[one][other] for one, other in pairwise((0, *order, 0)))
        for order in permutations(range(1, FEW + 2))
    ]
    assert found[0].travel == min(tried)


def two_teams(visits: int, sharing: Sharing) -> Problem:
    """So many visits of ten minutes each for either team, on either of two days; ``p`` is in both teams."""
    return county(
        visits=[
            visit(name, 1 if name <= visits else 2, duration=600, days=(0, 1))
            for name in range(1, 2 * visits + 1)
        ],
        teams=[team(1, ("p", "q"), days=(0, 1)), team(2, ("p", "r"), days=(0, 1))],
        max_visits=visits,
        sharing=sharing,
        matrix=ways(2 * visits + 1),
    )


@pytest.mark.parametrize("sharing", ["day", "time"])
def test_two_teams_with_nine_visits_a_day_that_share_somebody(sharing: Sharing) -> None:
    problem = two_teams(9, sharing)
    found = solve(problem)
    assert judge(problem, found) == ()
    assert found.unscheduled == ()
    assert found.reproducible
    assert [len(route.visits) for route in found.routes] == [9, 9]


def test_one_day_for_two_teams_with_nine_visits_that_share_somebody() -> None:
    """Whoever stays at home has nine visits without a place."""
    problem = two_teams(9, "day")
    one_day = county(
        visits=[visit(one.id, one.team, duration=600, days=(0,)) for one in problem.visits],
        teams=problem.teams,
        max_visits=9,
        matrix=problem.matrix,
    )
    found = solve(one_day)
    assert judge(one_day, found) == ()
    assert len(found.unscheduled) == 9

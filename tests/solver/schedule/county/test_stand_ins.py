"""Who stands in on a day is who must not be in two places on it."""

import pytest

from solver.schedule import judge, solve
from solver.schedule.county.choosing import Worth
from solver.schedule.county.counts import ByDays, share_days
from solver.schedule.limits import Limits
from solver.schedule.problem import Problem, Sharing
from solver.schedule.team.guard import Guard
from solver.schedule.timetable import Timetable
from tests.solver.schedule.small import county, team, visit


def shared(sharing: Sharing, stand_in: str, first: tuple[int, ...] = (0,)) -> Problem:
    """Team 2 goes out with r and s, but on the first day with r and ``stand_in``; p is of team 1."""
    return county(
        visits=[visit(1, 1, days=first), visit(2, 2, days=(0,)), visit(3, 2, days=(0, 1))],
        teams=[
            team(1, ("p", "q"), days=(0, 1)),
            team(2, ("r", "s"), days=(0, 1), stand_ins={0: ("r", stand_in)}),
        ],
        sharing=sharing,
    )


def places(timetable: Timetable) -> dict[object, tuple[object, int]]:
    return {name: (route.team, route.day) for route in timetable.routes for name in route.visits}


def test_somebody_who_stands_in_goes_out_with_one_team_that_day() -> None:
    problem = shared("day", "p")
    found = solve(problem)
    assert judge(problem, found) == ()
    assert [(one.visit, one.code) for one in found.unscheduled] == [(1, "INSPECTOR_DOUBLE_BOOKED")]
    assert solve(shared("day", "z")).unscheduled == ()


def test_by_the_hour_who_stands_in_goes_with_one_team_after_the_other() -> None:
    problem = shared("time", "p")
    found = solve(problem)
    assert judge(problem, found) == ()
    assert found.unscheduled == ()


def test_flat_days_put_nobody_who_stands_in_into_two_places() -> None:
    problem = shared("day", "p", first=(0, 1))
    found = solve(problem)
    assert judge(problem, found) == ()
    assert places(found)[1] == (1, 1)
    assert found.unscheduled == ()


@pytest.mark.parametrize("seconds", [1, 10**15])
def test_numbers_of_days_too_large_to_weigh_are_not_taken_for_settled(seconds: int) -> None:
    """Sums beyond 64 bits cannot be compared: then nothing is said, least of all that nobody goes out."""
    problem = county()
    dear = Worth(seconds, 0, seconds)
    guard = Guard.of(Limits())
    teams = [
        ByDays(problem, None, None, 1, guard, dear, 2, dict.fromkeys(range(3), (dear, None)))  # type: ignore[arg-type]
        for _ in range(2)
    ]
    found = share_days(problem, teams, [([0, 1], 3)])
    assert (found is None) == (seconds > 1)

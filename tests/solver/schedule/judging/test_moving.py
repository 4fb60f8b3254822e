"""A visit that is dragged is judged at once, with both routes in their best order."""

from dataclasses import replace

import pytest

from solver.schedule.judging import Moved, judge, judge_move
from solver.schedule.problem import Place, Problem
from solver.schedule.timetable import Timetable
from tests.solver.schedule.small import county, plan, team, visit

TRIPS = {(1, 0): [1, 2], (1, 1): [3], (2, 0): [4, 5, 6]}


def seen(moved: Moved, name: int) -> tuple[object, int, int]:
    for route in moved.timetable.routes:
        if name in route.visits:
            return route.team, route.day, route.starts[route.visits.index(name)]
    raise AssertionError(name)


def moved(problem: Problem, name: int, day: int, **given: int) -> Moved:
    return judge_move(problem, plan(problem, TRIPS), name, day, **given)


def test_a_lawful_move_has_no_violations_and_saves_a_day() -> None:
    problem = county()
    result = moved(problem, 3, 0)
    assert result.violations == ()
    assert judge(problem, result.timetable) == ()
    # a route less: its day (1800 s) and one of its two ways (600 s)
    assert result.cost_before - result.cost_after == 1800 + 600
    assert [route.day for route in result.timetable.routes] == [0, 0]


def test_a_move_to_a_day_that_does_not_suit_is_told() -> None:
    problem = county([visit(n, 1 if n <= 3 else 2, days=(0, 1)) for n in range(1, 7)])
    assert [one.code for one in moved(problem, 3, 2).violations] == ["DAY_NOT_ALLOWED"]


def test_the_time_that_was_asked_for_is_kept_and_others_go_around_it() -> None:
    result = moved(county(), 3, 0, start=600)
    assert result.violations == ()
    assert seen(result, 3) == (1, 0, 600)
    assert {seen(result, 1)[2], seen(result, 2)[2]} == {4800, 10800}


def test_a_time_in_lunch_is_told() -> None:
    assert [one.code for one in moved(county(), 3, 1, start=9000).violations] == ["OVER_LUNCH"]


def test_another_team_is_told() -> None:
    assert [one.code for one in moved(county(), 3, 1, team=2).violations] == ["WRONG_TEAM"]


def test_what_was_unscheduled_can_be_dragged_in() -> None:
    problem = county()
    before = plan(problem, {(1, 0): [1, 2], (2, 0): [4, 5, 6]}, missing=[3])
    result = judge_move(problem, before, 3, 0)
    assert result.violations == ()
    assert result.timetable.unscheduled == ()
    assert result.cost_before - result.cost_after == 21600 - 600


def test_the_day_that_is_too_full_is_told() -> None:
    problem = county([visit(n, 1, duration=7200) for n in range(1, 7)])
    before = plan(problem, {(1, 0): [1, 2, 3], (1, 1): [4], (1, 2): [5, 6]})
    codes = [one.code for one in judge_move(problem, before, 4, 0).violations]
    assert "OUT_OF_HOURS" in codes


def test_coupling_is_judged_wherever_it_shows() -> None:
    problem = county(teams=(team(1, ("p", "q")), team(2, ("q", "s"))))
    before = plan(problem, {(1, 1): [1, 2, 3], (2, 0): [4, 5, 6]})
    assert judge(problem, before) == ()
    assert [one.code for one in judge_move(problem, before, 3, 0).violations] == ["INSPECTOR_DOUBLE_BOOKED"]


def test_the_order_is_the_one_that_drives_least() -> None:
    east = [visit(n, 1, place=Place(30.0, 120.0 + n / 100)) for n in (1, 2, 3)]
    problem = county(east, matrix=None)
    start = Timetable("", (), (), 0, 0, 0, ())
    for name in (2, 3, 1):
        start = judge_move(problem, start, name, 0).timetable
    assert start.routes[0].visits in ((1, 2, 3), (3, 2, 1))
    assert [one.code for one in judge(problem, start)] == []


def test_a_place_that_is_not_there_is_refused() -> None:
    problem = county()
    for name, day in ((99, 0), (1, 9)):
        with pytest.raises(KeyError):
            moved(problem, name, day)
    with pytest.raises(KeyError):
        moved(problem, 1, 0, team=9)


def test_the_plan_handed_in_stays_as_it_was() -> None:
    problem = county()
    before = plan(problem, TRIPS)
    copy = replace(before)
    judge_move(problem, before, 3, 0)
    assert before == copy

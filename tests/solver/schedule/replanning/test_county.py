"""Of a county with six teams: an illness moves the visits of its days and hardly any other."""

from dataclasses import replace

import pytest

from solver.schedule import diff, judge, replan, solve
from solver.schedule.judging.moving import judge_move
from solver.schedule.problem import Problem
from solver.schedule.reading import problem_from_json, timetable_from_json
from solver.schedule.replanning import Away, Closed, Pin
from solver.schedule.replanning.events import Event
from solver.schedule.timetable import Timetable
from solver.schedule.writing import problem_json, timetable_json
from tests.solver.schedule.test_solving import small_county


@pytest.fixture(scope="module")
def county() -> tuple[Problem, Timetable]:
    problem = problem_from_json(small_county())
    return problem, solve(problem)


def test_an_illness_moves_few_but_those_of_its_days(county: tuple[Problem, Timetable]) -> None:
    problem, before = county
    moved, moved_afresh = 0, 0
    for team in (0, 2, 4):
        own = [route for route in before.routes if route.team == team]
        result = replan(problem, before, [Away(f"I{team}a", (own[0].day,))])
        assert judge(result.problem, result.timetable) == ()
        assert {one.visit for one in result.changes} <= {one.id for one in problem.visits if one.team == team}
        untouched = [route for route in before.routes if route.team != team]
        assert [route for route in result.timetable.routes if route.team != team] == untouched
        fresh = solve(replace(result.problem, published={}))
        assert len(fresh.unscheduled) == len(result.timetable.unscheduled)
        moved += len({one.visit for one in result.changes if one.moved} - set(own[0].visits))
        afresh = {one.visit for one in diff(problem, before, fresh) if one.moved}
        moved_afresh += len(afresh - set(own[0].visits))
    assert moved <= 2 < moved_afresh


def test_what_is_pinned_never_moves(county: tuple[Problem, Timetable]) -> None:
    problem, before = county
    pinned = [route.visits[0] for route in before.routes]
    closed = [route.visits[-1] for route in before.routes if len(route.visits) > 1]
    days = {name: route.day for route in before.routes for name in route.visits}
    events: list[Event] = [*(Pin(name) for name in pinned), *(Closed(name, (days[name],)) for name in closed)]
    result = replan(problem, before, events, today=1)
    assert judge(result.problem, result.timetable) == ()
    moved = {one.visit for one in result.changes}
    assert moved.isdisjoint(pinned)
    assert {days[name] for name in moved if name in days}.isdisjoint({0, 1})


def test_the_same_events_give_the_same_plan(county: tuple[Problem, Timetable]) -> None:
    problem, before = county
    events = [Away("I0a", (0, 1, 2)), Away("I3b", (4, 5))]
    one, other = replan(problem, before, events), replan(problem, before, events)
    assert one == other


def test_what_was_mended_survives_its_files(county: tuple[Problem, Timetable]) -> None:
    problem, before = county
    result = replan(problem, before, [Away("I0a", (0, 1, 2))], today=0)
    read = problem_from_json(problem_json(result.problem))
    timetable = timetable_from_json(read, timetable_json(result.problem, result.timetable))
    assert judge(read, timetable) == ()


def test_a_visit_dragged_over_the_whole_county_is_judged_as_the_judge_does(
    county: tuple[Problem, Timetable],
) -> None:
    problem, before = county
    for name in (0, 7, 20, 33, 46):
        for day in range(8):
            if not any(name in one.visits for one in before.routes):
                continue
            moved = judge_move(problem, before, name, day)
            assert moved.violations == judge(problem, moved.timetable)

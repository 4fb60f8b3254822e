"""A fix is judged as the file will be read once it is made: defaults, hours and days that are not there."""

from typing import Any

from solver.schedule import solve
from solver.schedule.explaining.alone import shortened
from solver.schedule.problem import Problem
from solver.schedule.reading import problem_from_json
from solver.schedule.timetable import Unscheduled
from solver.schedule.writing import problem_json, problem_sha256

DAY = 25_200


def file(visit: dict[str, Any], team: dict[str, Any] | None = None) -> dict[str, Any]:
    """One team, one visit ten minutes away, two days of seven hours, lunch after three."""
    usual: dict[str, Any] = {"id": 1, "county": 0, "dur": 3600, "tw": [0, DAY], "days": [0, 1], "team": 1}
    return {
        "name": "x", "daylen": DAY, "max_visits": 4, "day_cost": 1800, "miss_cost": 21_600, "lunch": 10_800,
        "days": ["2026-09-14", "2026-09-15"], "counties": [[30.0, 120.0]], "travel": [[0, 600], [600, 0]],
        "teams": [{"id": 1, "county": 0, "office": 0, "members": ["p", "q"], "avail": [0], **(team or {})}],
        "visits": [{**usual, **visit}],
    }  # fmt: skip


def left_out(problem: Problem) -> Unscheduled:
    (told,) = solve(problem).unscheduled
    return told


def test_a_day_is_not_added_where_the_hours_of_that_day_would_not_do() -> None:
    short = {"hours": {"1": [0, 4000]}}
    problem = problem_from_json(file({"days": [1]}, short))
    assert problem.teams[0].hours == {1: (0, 4000)}
    assert problem_sha256(problem_from_json(problem_json(problem))) == problem_sha256(problem)
    assert "add_day" not in [fix.kind for fix in left_out(problem).fixes]
    long = problem_from_json(file({"days": [1]}, {"hours": {"1": [0, 4800]}}))
    assert [(fix.kind, dict(fix.params)) for fix in left_out(long).fixes] == [
        ("add_day", {"team": 1, "day": 1})
    ]


def test_no_deadline_is_offered_to_a_visit_whose_days_have_all_been_taken_away() -> None:
    told = left_out(problem_from_json(file({"days": [0], "earliest": 1}, {"avail": [0, 1]})))
    assert (told.code, told.fixes) == ("NO_COMMON_DAY", ())
    assert told.message == "检查对象 1 没有可检查的日期：期限、停业日和约定的日期合在一起，一天也不剩。"


def test_a_visit_that_is_shortened_to_half_a_day_breaks_for_lunch_no_more() -> None:
    problem = problem_from_json(file({"dur": 18_000}))
    (long,) = problem.visits
    assert long.over_lunch
    assert shortened(problem, long, 15_000).over_lunch
    for dur in (14_400, 9000):
        assert shortened(problem, long, dur) == problem_from_json(file({"dur": dur})).visits[0]


def test_shortening_is_shown_only_where_the_file_so_changed_has_the_visit() -> None:
    opening = {"dur": 16_200, "tw": [3600, 18_000]}
    told = left_out(problem_from_json(file(opening, {"hours": {"0": [3000, 18_600]}})))
    assert told.code == "CLOSES_TOO_EARLY"
    for fix in told.fixes:
        if fix.kind == "shorten":
            again = file({**opening, "dur": fix.params["dur"]}, {"hours": {"0": [3000, 18_600]}})
            assert solve(problem_from_json(again)).unscheduled == ()

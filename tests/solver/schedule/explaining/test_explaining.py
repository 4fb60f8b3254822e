"""Why this day, what would help the whole, and what the data says before anything is solved."""

import json
from dataclasses import replace

import pytest

from solver.schedule import detect, explain, recommend, solve, to_plain
from solver.schedule.explaining.conflicts import minimal
from solver.schedule.judging.moving import refigured
from solver.schedule.problem import Fixed, Id, Place, Problem
from solver.schedule.timetable import Timetable
from solver.schedule.wording import days_words, moment_words, span_words, time_words
from tests.solver.schedule.small import county, plan, team, visit

TRIPS = {(1, 0): [1, 2], (1, 1): [3], (2, 0): [4, 5, 6]}


def standing(problem: Problem) -> Timetable:
    return refigured(problem, plan(problem, TRIPS))


# -- why this day


def test_the_next_best_days_are_told_with_what_they_cost() -> None:
    problem = county()
    told = explain(problem, standing(problem), 3)
    assert (told.team, told.day, told.start) == (1, 1, 600)
    # with 1 and 2 a day (1,800 s) and a way (600 s) are saved; on days 2 and 3 nothing changes
    assert [(one.day, one.extra, one.moves, one.drops) for one in told.days] == [
        (0, -2400, (), ()),
        (2, 0, (), ()),
        (3, 0, (), ()),
    ]
    assert (
        told.message
        == "检查对象 3 安排在9月15日 09:10，由第 1 组检查；次优是9月14日：少花 40 分钟，不影响其他检查对象。"
    )


def test_whom_another_day_disturbs_is_named() -> None:
    problem = county([visit(n, 1, duration=9000, days=(0, 1)) for n in (1, 2, 3)], max_visits=2)
    before = refigured(problem, plan(problem, {(1, 0): [1, 2], (1, 1): [3]}))
    told = explain(problem, before, 3)
    assert [(one.day, len(one.moves), one.drops) for one in told.days] == [(0, 1, ())]
    assert "须移动" in told.days[0].message


def test_whom_another_day_would_cost_its_place_is_named() -> None:
    problem = county(
        [*(visit(n, 1, duration=9000, days=(0,)) for n in (1, 2)), visit(3, 1, duration=9000, days=(0, 1))]
    )
    before = refigured(problem, plan(problem, {(1, 0): [1, 2], (1, 1): [3]}))
    (day,) = explain(problem, before, 3).days
    assert (day.day, len(day.drops)) == (0, 1)


def test_a_pinned_visit_has_no_other_day() -> None:
    problem = county([visit(1, 1, pinned=Fixed(0)), *(visit(n, 1 if n <= 3 else 2) for n in range(2, 7))])
    told = explain(problem, standing(problem), 1)
    assert told.days == ()
    assert told.message.endswith("该户已锁定。")


def test_at_most_five_other_days() -> None:
    many = tuple(f"2026-09-{day:02d}" for day in range(1, 13))
    wide = [visit(n, 1 if n <= 3 else 2, days=tuple(range(12))) for n in range(1, 7)]
    problem = county(wide, [team(1, ("p", "q"), tuple(range(12))), team(2, ("r", "s"))], days=many)
    assert len(explain(problem, standing(problem), 3).days) == 5


def test_what_is_not_scheduled_has_its_reason() -> None:
    problem = county([visit(1, 1, windows=((0, 600),)), *(visit(n, 1 if n <= 3 else 2) for n in range(2, 7))])
    told = explain(problem, solve(problem), 1)
    assert told.unscheduled is not None
    assert (told.unscheduled.code, told.message) == ("CLOSES_TOO_EARLY", told.unscheduled.message)


def test_nobody_knows_a_visit_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        explain(county(), standing(county()), 99)


# -- the whole


def test_what_gains_most_comes_first() -> None:
    visits = [visit(n, 1, duration=9000, days=(0, 1)) for n in range(1, 7)]
    problem = county(visits, [team(1, ("p", "q"), (0,)), team(2, ("r", "s"))])
    timetable = solve(problem)
    assert len(timetable.unscheduled) == 4
    found = recommend(problem, timetable)
    assert (found[0].kind, found[0].params, found[0].gained) == ("add_day", {"team": 1, "day": 1}, 2)
    assert found[0].message.startswith("第 1 组9月15日增加一天外出，可多安排 2 户")


def test_a_later_end_for_all_is_tried() -> None:
    visits = [visit(n, 1, days=(0,)) for n in (1, 2)]
    problem = county(visits, [team(1, ("p", "q"), (1, 2)), team(2, ("r", "s"))])
    found = {one.kind: one for one in recommend(problem, solve(problem))}
    assert (found["extend_deadline"].params, found["extend_deadline"].gained) == ({"day": 3}, 2)


def test_a_car_more_is_counted_once() -> None:
    visits = [visit(n, n, days=(0,)) for n in (1, 2, 3)]
    teams = [team(n, (f"m{n}",), (0,)) for n in (1, 2, 3)]
    problem = county(visits, teams, cars={0: 1})
    timetable = solve(problem)
    assert [one.code for one in timetable.unscheduled] == ["CAR_CAP", "CAR_CAP"]
    (car,) = (one for one in recommend(problem, timetable) if one.kind == "add_car")
    assert (car.params, car.gained) == ({"office": 0, "cars": 2}, 1)


def test_a_plan_without_gaps_needs_no_advice() -> None:
    assert recommend(county(), standing(county())) == ()


# -- before solving


def codes(problem: Problem) -> list[tuple[str, str, Id | None]]:
    return [(one.code, one.severity, one.visit) for one in detect(problem)]


def test_sound_data_has_no_findings() -> None:
    assert codes(county()) == []


def test_places_out_of_the_county_are_told_with_their_distance() -> None:
    problem = county([visit(1, 1, place=Place(32.0, 120.0)), visit(2, 1)])
    (found,) = detect(problem)
    assert (found.code, found.severity, found.params) == (
        "FAR_AWAY",
        "warning",
        {"visit": 1, "km": 222, "far_km": 150},
    )
    assert codes(replace(problem, far_km=300)) == []


def test_latitude_and_longitude_in_each_others_place() -> None:
    office = (Place(30.0, 80.0),)
    problem = county(
        [visit(1, 1, place=Place(80.0, 30.0)), visit(2, 1, place=Place(30.0, 80.0))], offices=office
    )
    assert codes(problem) == [("COORDINATES_SWAPPED", "warning", 1)]


def test_impossible_visits_are_told_without_solving() -> None:
    problem = county(
        [
            visit(1, 1, place=None),
            visit(2, 1, days=()),
            visit(3, 1, windows=((0, 3600),)),
            visit(4, 2, recused=frozenset("r")),
            visit(5, 2, skills=frozenset({"drug"})),
            visit(6, 2),
        ],
        matrix=None,
    )
    problem = replace(
        problem, visits=tuple(replace(one, place=one.place and Place(30.01, 120.0)) for one in problem.visits)
    )
    assert codes(problem) == [
        ("NO_COORDINATES", "error", 1),
        ("NO_COMMON_DAY", "error", 2),
        ("CLOSES_TOO_EARLY", "error", 3),
        ("RECUSED_ALL", "error", 4),
        ("SKILL_MISSING", "error", 5),
    ]


def test_teams_with_too_little_of_everything() -> None:
    visits = [visit(n, 1, duration=7200) for n in range(1, 6)]
    problem = county(visits, [team(1, ("p", "q"), (0,)), team(2, ("r", "s"))])
    assert [one.code for one in detect(problem)] == ["TEAM_OVERLOADED", "TEAM_SHORT_OF_TIME"]
    nobody = county(visits, [team(1, ("p", "q"), ()), team(2, ("r", "s"))])
    assert detect(nobody)[0].code == "TEAM_WITHOUT_DAYS"
    assert [one.code for one in detect(county(cars={0: 0}))] == ["NO_CARS", "NO_CARS"]


def test_a_provisional_calendar_is_always_told() -> None:
    problem = county(provisional=(3,), unknown_years=(2026,))
    assert codes(problem) == [("CALENDAR_PROVISIONAL", "warning", None)]
    barred = replace(problem, allow_provisional=False)
    assert codes(barred) == [("CALENDAR_PROVISIONAL", "error", None)]


# -- words and values


def test_a_conflict_is_cut_down_to_what_is_in_it() -> None:
    asked: list[int] = []

    def broken(names: object) -> bool:
        asked.append(1)
        return {3, 11, 17} <= set(names)  # type: ignore[call-overload]

    assert minimal(broken, 3, list(range(20)), [11, 17, 4]) == (3, 11, 17)
    assert len(asked) < 20


def test_times_are_told_as_people_say_them() -> None:
    problem = county()
    assert (time_words(problem, 10800, ends=True), time_words(problem, 10800)) == ("12:00", "13:30")
    assert moment_words(problem, 1, 1800) == "9月15日 09:30"
    assert (span_words(5400), span_words(59), span_words(3600)) == ("1 小时 30 分", "59 秒", "1 小时")
    assert days_words(problem, [1, 0, 2, 3, 3]) == "9月14日、9月15日、9月16日、9月17日"
    assert time_words(replace(problem, clock=()), 5400) == "上班后 1 小时 30 分"


def test_what_is_told_is_plain_json_with_the_days_of_the_file() -> None:
    problem = county(given_days=(1, 0, 2, 3))
    told = to_plain(problem, explain(problem, standing(problem), 3))
    assert json.loads(json.dumps(told))["day"] == 0
    assert told["date"] == "2026-09-15"
    assert [one["day"] for one in told["days"]] == [1, 2, 3]

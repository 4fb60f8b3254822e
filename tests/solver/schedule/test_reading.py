"""Reading and writing of problems and timetables: strict, in any order, whole or not at all."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from solver.schedule.errors import ScheduleInputError
from solver.schedule.explaining import detect
from solver.schedule.judging import judge
from solver.schedule.problem import Fixed, Published
from solver.schedule.reading import problem_from_json, problem_from_text, timetable_from_json
from solver.schedule.writing import problem_json, problem_sha256, timetable_json, write_json
from tests.solver.schedule.reading_cases import CASES, small_file
from tests.solver.schedule.small import county, plan


@pytest.mark.parametrize(
    ("file", "place", "code"), CASES, ids=[f"{place} {code}" for _, place, code in CASES]
)
def test_a_fault_is_told_with_its_place_and_a_sentence(file: dict[str, Any], place: str, code: str) -> None:
    with pytest.raises(ScheduleInputError) as refused:
        problem_from_json(file)
    assert (place, code) in [(one.place, one.code) for one in refused.value.faults]
    assert all(
        one.message.startswith(one.place) and one.message.endswith("。") for one in refused.value.faults
    )


def test_keys_that_mean_nothing_are_ignored_and_told_once_for_each_kind() -> None:
    file = small_file()
    file["optimum"] = 1
    for one in file["visits"][:3]:
        one["note"] = "门卫室在东"
    problem = problem_from_json(file)
    assert problem == problem_from_json(small_file())
    assert problem_sha256(problem) == problem_sha256(problem_from_json(small_file()))
    told = [one for one in detect(problem) if one.code == "UNKNOWN_KEY"]
    assert [(one.severity, one.params) for one in told] == [
        ("warning", {"place": "文件", "key": "optimum", "count": 1}),
        ("warning", {"place": "visits[0]", "key": "note", "count": 3}),
    ]
    assert told[1].message == "visits[0]：不认识的项 note 共 3 处，未作考虑；如有笔误请更正。"


def test_whole_seconds_may_be_written_with_a_point() -> None:
    file = small_file()
    file["daylen"], file["visits"][0]["dur"], file["visits"][0]["tw"] = 25_200.0, 3600.0, [0.0, 25_200.0]
    size = len(file["counties"]) + len(file["visits"])
    ways = [[0.0 if a == b else 600.0 for b in range(size)] for a in range(size)]
    problem = problem_from_json({**file, "travel": ways})
    assert problem_json(problem) == problem_json(
        problem_from_json({**small_file(), "travel": [[int(one) for one in row] for row in ways]})
    )
    assert type(problem.matrix[0][1]) is int if problem.matrix else False


def test_latitude_and_longitude_the_wrong_way_round_are_told_as_that() -> None:
    file = small_file()
    file["visits"][0]["lat"], file["visits"][0]["lon"] = 115.3, 28.2
    with pytest.raises(ScheduleInputError) as refused:
        problem_from_json(file)
    assert "经纬度可能填反了" in refused.value.message


def test_all_faults_are_told_at_once() -> None:
    file = small_file()
    file["daylen"], file["visits"][0]["tw"], file["visits"][3]["team"] = "x", [5, 1], 77
    del file["teams"][0]["office"]
    with pytest.raises(ScheduleInputError) as refused:
        problem_from_json(file)
    told = {(one.place, one.code) for one in refused.value.faults}
    assert {
        ("daylen", "not_integer"), ("visits[0].tw", "window_upside_down"), ("visits[3].team", "unknown_team"),
        ("teams[0]", "missing_key"),
    } <= told  # fmt: skip
    assert refused.value.code == "schedule_problem"
    assert f"{len(refused.value.faults)} 处错误" in refused.value.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "json_syntax"),
        (b"\xff", "json_syntax"),
        ("[]", "not_object"),
        ('{"name": 1, "name": 2}', "duplicate_key"),
    ],
)
def test_what_is_no_json_object_is_refused(text: str | bytes, code: str) -> None:
    with pytest.raises(ScheduleInputError) as refused:
        problem_from_text(text)
    assert code in [one.code for one in refused.value.faults]


def test_days_are_put_in_order_and_teams_narrowed_to_their_members() -> None:
    problem = problem_from_json(small_file())
    assert problem.days == ("2026-09-14", "2026-09-15", "2026-09-16")
    assert problem.given_days == (1, 2, 0)
    team = problem.teams[1]
    assert (team.id, team.days, team.hours) == (2, (0, 2), {0: (0, 10_800)})
    assert team.skills == {"食品"}
    a = next(one for one in problem.visits if one.id == "a")
    assert a.days == (1, 2)  # closed on 09-14
    assert (a.appointment, a.windows_on) == (Fixed(2, 40), {2: ((3, 25_200),)})
    assert not a.over_lunch
    assert problem.published == {"b": Published(2, 0, 900)}


def test_a_visit_longer_than_both_halves_of_the_day_goes_over_lunch_unless_told_otherwise() -> None:
    file = small_file()
    file["visits"][0]["dur"] = 14_401
    file["visits"][3] |= {"dur": 14_401, "over_lunch": False}
    problem = problem_from_json(file)
    assert {one.id: one.over_lunch for one in problem.visits} == {"b": True, "a": False, 3: False, 4: False}


def shuffled(file: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The same problem with days, teams, visits and keys in another order."""
    days = dice.sample(range(len(file["days"])), len(file["days"]))
    new = {old: at for at, old in enumerate(days)}

    def day_keys(value: dict[str, Any]) -> dict[str, Any]:
        return {str(new[int(key)]): one for key, one in value.items()}

    file = json.loads(json.dumps(file))
    file["days"] = [file["days"][old] for old in days]
    for one in file["teams"]:
        one["avail"] = [new[day] for day in one["avail"]]
        one["hours"] = day_keys(one.get("hours", {}))
    for one in file["inspectors"]:
        one["hours"] = day_keys(one.get("hours", {}))
        if "days" in one:
            one["days"] = [new[day] for day in one["days"]]
    for one in file["visits"]:
        one["tw_on"] = day_keys(one.get("tw_on", {}))
        for key in ("days", "closed"):
            if key in one:
                one[key] = dice.sample([new[day] for day in one[key]], len(one[key]))
        for key in ("earliest", "deadline"):
            if key in one:
                one[key] = new[one[key]]
        for key in ("appointment", "pinned"):
            if key in one:
                one[key]["day"] = new[one[key]["day"]]
    for one in file["published"].values():
        one["day"] = new[one["day"]]
    for key in ("teams", "visits", "inspectors"):
        dice.shuffle(file[key])
    return dict(dice.sample(list(file.items()), len(file)))


@pytest.mark.parametrize("seed", range(20))
def test_a_shuffled_file_is_the_same_problem_with_the_same_digest(seed: int) -> None:
    straight = problem_from_json(small_file())
    other = problem_from_json(shuffled(small_file(), random.Random(seed)))
    assert problem_json(other) == problem_json(straight)
    assert problem_sha256(other) == problem_sha256(straight)


def test_a_matrix_follows_its_visits_into_their_order() -> None:
    file = small_file()
    file["travel"] = [[10 * row + column for column in range(5)] for row in range(5)]
    problem = problem_from_json(file)
    assert [one.id for one in problem.visits] == [3, 4, "a", "b"]
    assert problem.matrix is not None
    assert problem.matrix[0] == (0, 3, 4, 2, 1)
    assert problem.matrix[4] == (10, 13, 14, 12, 11)


def test_a_problem_written_and_read_again_is_the_same() -> None:
    problem = problem_from_json(small_file())
    again = problem_from_json(json.loads(json.dumps(problem_json(problem))))
    assert problem_json(again) == problem_json(problem)
    assert problem_json(county()) == problem_json(problem_from_json(problem_json(county())))


def test_a_timetable_written_and_read_again_is_the_same() -> None:
    problem = problem_from_json(problem_json(county()))
    made = plan(problem, {(1, 0): [1, 2], (2, 3): [4, 5, 6]}, missing=[3])
    assert timetable_from_json(problem, json.loads(json.dumps(timetable_json(problem, made)))) == made


def test_a_timetable_names_days_as_the_file_of_the_problem_did() -> None:
    file = problem_json(county())
    file["days"] = file["days"][::-1]
    problem = problem_from_json(file)
    told = timetable_json(problem, plan(problem, {(1, 0): [1]}))
    assert (told["routes"][0]["day"], told["routes"][0]["date"]) == (3, "2026-09-14")
    assert timetable_from_json(problem, told).routes[0].day == 0


def test_times_and_sums_that_a_timetable_does_not_give_are_worked_out() -> None:
    problem = problem_from_json(problem_json(county()))
    made = plan(problem, {(1, 0): [1, 2]}, missing=[3])
    told = timetable_json(problem, made)
    short = {
        "routes": [{key: told["routes"][0][key] for key in ("team", "day", "visits", "start_s")}],
        "unscheduled": [3],
    }
    found = timetable_from_json(problem, short)
    assert found.routes == made.routes
    assert (found.travel, found.objective) == (1800, 1800 + 1800 + 21_600)


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"day": 9}, "routes[0].day", "day_index"),
        ({"start_s": [600]}, "routes[0]", "same_length"),
        ({"start_s": [600, 1.5]}, "routes[0].start_s[1]", "not_integer"),
        ({"date": "2026-09-15"}, "routes[0]", "date_mismatch"),
        ({"car": 1}, "routes[0]", "unknown_key"),
        ({"visits": None}, "routes[0].visits", "not_list"),
    ],
)
def test_a_timetable_of_the_wrong_shape_is_refused(change: dict[str, Any], place: str, code: str) -> None:
    problem = problem_from_json(problem_json(county()))
    told = timetable_json(problem, plan(problem, {(1, 0): [1, 2]}))
    told["routes"][0] |= change
    with pytest.raises(ScheduleInputError) as refused:
        timetable_from_json(problem, told)
    assert (place, code) in [(one.place, one.code) for one in refused.value.faults]


@pytest.mark.parametrize(
    ("change", "figures"),
    [
        ({"date": "2026-09-15"}, {"routes[0].date"}),
        ({"day": 9}, set()),
        ({"start_s": [600]}, {"start_s"}),
        ({"visits": [1]}, {"start_s"}),
    ],
)
def test_the_judge_is_told_of_what_a_hand_left_at_odds(change: dict[str, Any], figures: set[str]) -> None:
    problem = problem_from_json(problem_json(county()))
    told = timetable_json(problem, plan(problem, {(1, 0): [1, 2]}))
    told["routes"][0] |= change
    told["team_days"] = 2
    found = judge(problem, timetable_from_json(problem, told, by_hand=True))
    wrong = {one.params["figure"] for one in found if one.code == "WRONG_FIGURES"}
    assert {"team_days", *figures} <= wrong


def test_a_file_that_cannot_be_written_whole_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    kept = tmp_path / "T.json"
    write_json(kept, {"old": 1})
    with pytest.raises(ValueError, match="JSON"):
        write_json(kept, {"new": float("nan")})
    with pytest.raises(UnicodeEncodeError):
        write_json(kept, {"new": "\ud800"})
    assert json.loads(kept.read_text()) == {"old": 1}
    assert list(tmp_path.iterdir()) == [kept]

"""One door, many checks: what becomes one visit, what stays apart and why, and that the judge agrees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.schedule.problem import Fixed, Place, Problem, Published, Visit
from solver.schedule.units.merging import merge
from tests.solver.schedule.small import county, team, visit

DOOR = {"entity": "E1", "team": 1}


def pair(first: dict[str, object], second: dict[str, object], **given: object) -> Problem:
    """Two visits to E1, an hour each, unless told otherwise; ways of 600 s."""
    return county([visit(1, **{**DOOR, **first}), visit(2, **{**DOOR, **second})], **given)  # type: ignore[arg-type]


def only(problem: Problem) -> Visit:
    found = merge(problem).problem.visits
    assert len(found) == 1
    return found[0]


def test_two_checks_at_one_door_are_one_visit_with_all_items_and_900_seconds_saved() -> None:
    problem = pair({"items": 2, "tasks": ("T1",)}, {"items": 3, "tasks": ("T2",), "departments": ("D",)})
    found = merge(problem)
    merged = only(problem)
    assert (merged.id, merged.duration, merged.items) == (1, 2 * 3600 - 900, 5)
    assert (merged.tasks, merged.departments, merged.team) == (("T1", "T2"), ("D",), 1)
    assert found.parts == {1: (1, 2)}
    assert found.notes == ()
    assert [len(row) for row in found.problem.matrix or ()] == [2, 2]


def test_three_checks_save_twice_and_a_merged_visit_is_never_shorter_than_its_longest() -> None:
    three = county([visit(n, entity="E1", duration=d) for n, d in ((1, 3600), (2, 1800), (3, 1200))])
    assert only(three).duration == 3600 + 1800 + 1200 - 2 * 900
    short = county([visit(n, entity="E1", duration=d) for n, d in ((1, 3600), (2, 300), (3, 300))])
    assert only(short).duration == 3600


def test_days_and_windows_are_those_of_both() -> None:
    merged = only(
        pair(
            {"days": (0, 1, 2), "windows": ((0, 9000), (12000, 25200))},
            {"days": (1, 2, 3), "windows": ((3600, 20000),), "windows_on": {2: ((0, 1800),)}},
        )
    )
    assert merged.windows == ((3600, 9000), (12000, 20000))
    assert merged.days == (1,)  # on day 2 half an hour is too short


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ({"windows": ((0, 3600),)}, {"windows": ((7200, 10800),)}, "共同时段"),
        ({"days": (0,)}, {"days": (1,)}, "没有共同的可检查日期"),
        ({"pinned": Fixed(1, 600)}, {}, "锁定"),
        ({"appointment": Fixed(1)}, {"appointment": Fixed(2)}, "约定的日期"),
        ({"place": Place(30.0, 120.0)}, {"place": Place(30.5, 120.0)}, "地点不同"),
        ({"recused": frozenset({"p"})}, {}, "应当回避"),
        ({"skills": frozenset({"boiler"})}, {}, "缺少资格（boiler）"),
    ],
)
def test_what_cannot_be_one_visit_stays_two_with_a_sentence(
    first: dict[str, object], second: dict[str, object], says: str
) -> None:
    found = merge(pair(first, second))
    assert len(found.problem.visits) == 2
    assert found.parts == {}
    assert len(found.notes) == 1
    assert says in found.notes[0]
    assert "E1" in found.notes[0]


def test_where_teams_differ_the_members_of_both_go_on_the_days_of_both() -> None:
    teams = [team(1, ("p", "q"), (0, 1, 2)), team(2, ("r", "q"), (1, 2, 3), hours={2: (0, 7200)})]
    found = merge(pair({}, {"team": 2}, teams=teams))
    merged, both = found.problem.visits[0], found.problem.teams[-1]
    assert (merged.team, both.id, both.members, both.days) == ("1+2", "1+2", ("p", "q", "r"), (1, 2))
    assert both.hours == {2: (0, 7200)}
    assert merged.days == (0, 1, 2, 3)


def test_teams_that_are_never_there_together_go_one_after_the_other() -> None:
    teams = [team(1, ("p",), (0, 1)), team(2, ("r",), (2, 3))]
    found = merge(pair({}, {"team": 2}, teams=teams))
    assert len(found.problem.visits) == 2
    assert len(found.problem.teams) == 2
    assert "没有一天能到场" in found.notes[0]


def test_a_visit_that_would_get_too_long_for_the_way_back_is_not_merged() -> None:
    long = pair({"duration": 14000, "over_lunch": True}, {"duration": 11900})
    found = merge(long)  # 14000 + 11900 - 900 = 25000, and 1200 on the way: more than 25200
    assert len(found.problem.visits) == 2
    assert "没有一天能到场办完" in found.notes[0]


def test_merged_checks_longer_than_either_half_of_the_day_may_go_over_lunch() -> None:
    merged = only(pair({"duration": 9000}, {"duration": 9000}))
    assert (merged.duration, merged.over_lunch) == (17100, True)


def test_visits_without_an_entity_and_of_different_entities_are_left_alone() -> None:
    problem = county([visit(1), visit(2), visit(3, entity="A"), visit(4, entity="B")])
    found = merge(problem)
    assert found.problem.visits == problem.visits
    assert (found.parts, found.notes) == ({}, ())


def test_a_merged_visit_stands_in_the_published_plan_where_its_first_part_stood() -> None:
    stood = {1: Published(1, 2, 600), 2: Published(1, 3, 600)}
    assert merge(pair({}, {}, published=stood)).problem.published == {1: Published(1, 2, 600)}
    teams = [team(1, ("p",)), team(2, ("r",))]
    assert merge(pair({}, {"team": 2}, teams=teams, published=stood)).problem.published == {}


def test_merging_twice_changes_nothing_more() -> None:
    once = merge(county([visit(n, entity=f"E{n % 2}") for n in range(1, 7)])).problem
    assert merge(replace(once)).problem == once


def test_who_stands_in_for_a_team_stands_in_for_the_two_that_go_together() -> None:
    problem = county(
        [visit(1, 1, entity="E1"), visit(2, 2, entity="E1")],
        [team(1, ("p", "q"), stand_ins={0: ("p", "z")}), team(2, ("r", "s"))],
    )
    both = next(one for one in merge(problem).problem.teams if one.id == "1+2")
    assert both.members_on(0) == ("p", "r", "s", "z")
    assert both.members_on(1) == ("p", "q", "r", "s")

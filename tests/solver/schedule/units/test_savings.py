"""What the draw units save, measured by proven plans; on the shared counties where their folder is at hand."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from solver.schedule.judging import judge
from solver.schedule.limits import Limits
from solver.schedule.solving import solve
from solver.schedule.units.lots import UNITS, draw_unit
from solver.schedule.units.merging import merge
from solver.schedule.units.savings import compare
from tests.solver.schedule.units.counties import county

SEED = bytes(range(32))
ROOT = Path(__file__).parents[4]
FOLDER = Path(os.environ.get("DR_SCHEDULES") or ROOT.parent / "shared" / "data" / "schedule")


def test_bundles_and_day_routes_drive_less_than_entities_with_no_more_unscheduled() -> None:
    entity, bundle, route = compare(county(teams=4, visits=40, seed=3), SEED)
    assert (entity.unit, bundle.unit, route.unit) == UNITS
    assert bundle.travel < 0.92 * entity.travel
    assert route.travel < 0.9 * entity.travel
    assert bundle.unscheduled <= entity.unscheduled
    assert (entity.saved, bundle.saved) == (0.0, 1 - bundle.travel / entity.travel)
    assert entity.doors == 40


def test_merging_is_compared_where_entities_have_several_visits() -> None:
    problem = county(teams=3, visits=18)
    visits = tuple(
        replace(one, entity=f"E{one.id % 6}", place=problem.visits[int(one.id) % 6].place)
        for one in problem.visits
    )
    found = compare(replace(problem, visits=visits), SEED, units=("entity",))
    assert [(one.unit, one.merged) for one in found] == [("entity", False), ("entity", True)]
    assert found[1].doors < found[0].doors == 18
    assert "抽签决定" in found[0].words
    assert "合并为一次上门" in found[1].words


@pytest.mark.parametrize("unit", UNITS)
def test_the_judge_finds_nothing_in_the_plan_of_a_drawn_county(unit: str) -> None:
    drawn = draw_unit(county(teams=3, visits=20, seed=5), unit, SEED)
    assert judge(drawn, solve(drawn)) == ()


def test_the_judge_finds_nothing_in_the_plan_of_a_merged_county() -> None:
    problem = county(teams=3, visits=18)
    visits = tuple(
        replace(one, entity=f"E{one.id % 6}", place=problem.visits[int(one.id) % 6].place)
        for one in problem.visits
    )
    merged = merge(draw_unit(replace(problem, visits=visits), "entity", SEED)).problem
    assert any("+" in str(team.id) for team in merged.teams)
    assert judge(merged, solve(merged)) == ()


@pytest.mark.parametrize(("name", "missed"), [("n30a", 3), ("t30a", 6)])
def test_bundles_of_30_teams_drive_at_most_72_percent_of_entities(name: str, missed: int) -> None:
    file = FOLDER / f"{name}.json"
    if not file.is_file():
        pytest.skip(f"no public schedules at {FOLDER}; name their folder in DR_SCHEDULES")
    from solver.schedule.reading import read_problem

    entity, bundle = compare(read_problem(file), SEED, Limits(), units=("entity", "bundle"))
    assert entity.unscheduled == missed
    assert bundle.unscheduled <= missed
    assert bundle.travel <= 0.72 * entity.travel

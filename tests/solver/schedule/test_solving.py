"""The whole pipeline: known optima, the same plan whatever the order and the workers, stop, cancel, wall guard."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from solver.errors import Cancelled
from solver.schedule import judge, solve
from solver.schedule.errors import ScheduleError
from solver.schedule.limits import Limits, Watch, Wish
from solver.schedule.problem import Problem
from solver.schedule.reading import problem_from_json, problem_from_text
from solver.schedule.timetable import Timetable
from solver.schedule.working import Workers
from solver.schedule.writing import plan_sha256, timetable_json
from tests.solver.schedule.test_reading import shuffled

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("DR_SCHEDULES") or ROOT.parent / "shared" / "data" / "schedule")
needs_folder = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="no counties to plan: set DR_SCHEDULES to their folder"
)


def small_county(teams: int = 6, each: int = 9, seed: int = 5) -> dict[str, Any]:
    """A problem file of teams around one office."""
    dice = random.Random(seed)
    day = 28_800
    days = [f"2026-09-{14 + at}" for at in range(8)]
    visits = []
    for number in range(teams * each):
        late = dice.choice([0, 0, 7200])
        visits.append(
            {
                "id": number, "county": 0, "lat": round(30 + dice.uniform(-0.3, 0.3), 5), "lon": round(120 + dice.uniform(-0.3, 0.3), 5),
                "dur": dice.choice([2700, 3600, 5400, 7200]), "tw": [late, dice.choice([day, day, 21_600])],
                "days": sorted(dice.sample(range(8), 5)), "team": number % teams,
            }
        )  # fmt: skip
    people = [
        {
            "id": at,
            "county": 0,
            "office": 0,
            "members": [f"I{at}a", f"I{at}b"],
            "avail": sorted(dice.sample(range(8), 4)),
        }
        for at in range(teams)
    ]
    return {
        "name": "county", "daylen": day, "max_visits": 4, "day_cost": 1800, "miss_cost": 21_600, "days": days,
        "counties": [[30.0, 120.0]], "teams": people, "visits": visits, "inspectors": [], "published": {},
    }  # fmt: skip


COUNTY = small_county()


def digest(problem: Problem, limits: Limits | None = None) -> str:
    return plan_sha256(problem, solve(problem, limits))


@pytest.fixture(scope="module")
def solved() -> tuple[Problem, Timetable]:
    problem = problem_from_json(COUNTY)
    return problem, solve(problem)


def test_every_visit_is_planned_or_told_why_not_and_the_judge_agrees(
    solved: tuple[Problem, Timetable],
) -> None:
    problem, timetable = solved
    assert judge(problem, timetable) == ()
    assert len(timetable.proven) == 6
    assert timetable.bound == timetable.objective
    assert timetable.reproducible
    assert all(one.code and one.message for one in timetable.unscheduled)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_file_moves_nothing(solved: tuple[Problem, Timetable], seed: int) -> None:
    problem, timetable = solved
    other = problem_from_json(shuffled(COUNTY, random.Random(seed)))
    assert digest(other) == plan_sha256(problem, timetable)


def test_the_number_of_workers_moves_nothing(solved: tuple[Problem, Timetable]) -> None:
    problem, timetable = solved
    assert solve(problem, Limits(workers=3)) == timetable


def test_neither_the_hash_seed_nor_the_process_moves_anything(
    solved: tuple[Problem, Timetable], tmp_path: Path
) -> None:
    problem, timetable = solved
    file = tmp_path / "P.json"
    file.write_text(json.dumps(COUNTY))
    code = (
        "import sys; from pathlib import Path; from solver.schedule import solve\n"
        "from solver.schedule.reading import read_problem; from solver.schedule.writing import plan_sha256\n"
        "problem = read_problem(Path(sys.argv[1])); print(plan_sha256(problem, solve(problem)))"
    )
    for seed in ("1", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(file)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == [plan_sha256(problem, timetable)]


def test_visits_without_a_team_are_refused_by_name() -> None:
    problem = problem_from_json(COUNTY)
    some = (replace(problem.visits[0], team=None), *problem.visits[1:])
    with pytest.raises(ScheduleError) as refused:
        solve(replace(problem, visits=some))
    assert (refused.value.code, refused.value.params) == ("no_team", {"count": 1, "id": 0})


def test_a_problem_without_visits_has_an_empty_timetable() -> None:
    problem = problem_from_json({**COUNTY, "visits": []})
    timetable = solve(problem, Limits(workers=2))
    assert (timetable.routes, timetable.unscheduled, timetable.objective) == ((), (), 0)


def asking(problem: Problem, wish: Wish, after: int) -> Watch:
    """Somebody who asks for ``wish`` once ``after`` teams are done."""
    done: list[int] = [0]

    def progress(finished: int, _: int, stage: str) -> None:
        if stage == "teams":
            done[0] = finished

    return Watch(progress, lambda: wish if done[0] >= after else "go")


@pytest.mark.parametrize("workers", [1, 2])
def test_stopping_keeps_what_is_done_and_plans_the_rest_lawfully(workers: int) -> None:
    problem = problem_from_json(COUNTY)
    timetable = solve(problem, Limits(workers=workers), asking(problem, "stop", after=2))
    assert not timetable.reproducible
    assert 2 <= len(timetable.proven) < 6
    assert judge(problem, timetable) == ()
    assert timetable.routes
    assert timetable.bound <= timetable.objective


@pytest.mark.parametrize("workers", [1, 2])
def test_cancelling_keeps_nothing(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pools: list[Workers] = []
    enter = Workers.__enter__

    def remembered(self: Workers) -> Workers:
        pools.append(self)
        return enter(self)

    monkeypatch.setattr(Workers, "__enter__", remembered)
    problem = problem_from_json(COUNTY)
    before = children()
    with pytest.raises(Cancelled):
        solve(problem, Limits(workers=workers), asking(problem, "cancel", after=1))
    assert len(pools) == 1
    assert children() == before


def children() -> set[str]:
    """Processes that this one has started and that are still there."""
    return {
        child
        for task in Path("/proc/self/task").iterdir()
        for child in (task / "children").read_text().split()
    } if Path("/proc/self/task").is_dir() else set()  # fmt: skip


def test_a_solve_works_from_a_thread_of_a_server(solved: tuple[Problem, Timetable]) -> None:
    problem, timetable = solved
    found: list[Timetable] = []
    thread = threading.Thread(target=lambda: found.append(solve(problem, Limits(workers=2))))
    thread.start()
    thread.join()
    assert found == [timetable]


def test_a_worker_that_dies_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ScheduleError) as refused:
        solve(problem_from_json(COUNTY), Limits(workers=2))
    assert refused.value.code == "worker_died"


@pytest.mark.parametrize("workers", [1, 2])
def test_where_the_wall_guard_strikes_the_plan_is_lawful_and_says_that_it_was_cut(workers: int) -> None:
    problem = problem_from_json(COUNTY)
    clock = Clock()
    timetable = solve(problem, Limits(workers=workers, seconds=0.0), Watch(clock))
    assert not timetable.reproducible
    assert judge(problem, timetable) == ()
    assert {route.team for route in timetable.routes}.isdisjoint(timetable.proven)


class Clock:
    """A progress that only takes time."""

    def __call__(self, done: int, total: int, stage: str) -> None:
        time.sleep(0.001)


@needs_folder
def test_five_teams_of_the_known_county_reach_their_optimum() -> None:
    problem = known("n30a")
    chosen = {6: 39_699, 9: 40_916, 11: 34_437 + 21_600, 15: 38_475, 28: 42_009}
    part = replace(
        problem,
        teams=tuple(one for one in problem.teams if one.id in chosen),
        visits=tuple(one for one in problem.visits if one.team in chosen),
    )
    timetable = solve(part)
    cost = dict.fromkeys(chosen, 0)
    for route in timetable.routes:
        cost[route.team] += route.travel + problem.day_cost
    teams = {one.id: one.team for one in part.visits}
    for one in timetable.unscheduled:
        cost[teams[one.visit]] += problem.miss_cost
    assert cost == chosen
    assert set(timetable.proven) == set(chosen)


@needs_folder
@pytest.mark.scale
def test_the_known_county_costs_337_hours_with_three_visits_that_nobody_can_make() -> None:
    problem = known("n30a")
    timetable = solve(problem, Limits(workers=2))
    assert round(timetable.objective / 3600, 1) == 337.1
    assert round(timetable.travel / 3600, 1) == 238.6
    assert timetable.team_days == 161
    assert [one.visit for one in timetable.unscheduled] == [2, 366, 410]
    assert {one.code for one in timetable.unscheduled} == {"CLOSES_TOO_EARLY"}
    assert len(timetable.proven) == 30
    assert judge(problem, timetable) == ()
    assert timetable_json(problem, timetable)["plan_sha256"] == digest(problem)


def known(name: str) -> Problem:
    return problem_from_text((FOLDER / f"{name}.json").read_bytes())

"""What is said at sight agrees with the model; and what a visit may ask of the model is limited."""

from dataclasses import replace

import pytest

from solver.schedule.explaining import reasons
from solver.schedule.explaining.bench import Bench
from solver.schedule.explaining.bounds import overfull
from solver.schedule.explaining.inserting import takes
from solver.schedule.explaining.reasons import CONFLICT_WORK, FIX_WORK, reason_of
from solver.schedule.explaining.sentences import reason_words
from solver.schedule.limits import Limits
from solver.schedule.team.plan import fits
from solver.schedule.travel import Travel
from tests.solver.schedule.explaining.mending import every_fix_works, planned
from tests.solver.schedule.explaining.test_reasons import at_random
from tests.solver.schedule.small import county, team, visit


def test_more_visits_than_the_days_they_are_confined_to_can_hold() -> None:
    # three that may be on days 0 and 1 alone; two a day are no trouble, one a day is
    problem = county([visit(n, 1, duration=600, days=(0, 1)) for n in (1, 2, 3)], [team(1, ("p", "q"))])
    assert not overfull(replace(problem, max_visits=2), Travel.of(problem))
    assert overfull(replace(problem, max_visits=1), Travel.of(problem))
    assert not overfull(replace(problem, max_visits=1), Travel.of(problem), [1, 2])


def test_longer_than_the_hours_of_the_days() -> None:
    # two of 12,000 s, 600 s to each and 600 s home: 25,800 s, and the day has 25,200
    problem = county([visit(n, 1, duration=12_000, days=(0,)) for n in (1, 2)], [team(1, ("p", "q"))])
    assert overfull(problem, Travel.of(problem))
    shorter = replace(problem, visits=tuple(replace(one, duration=11_700) for one in problem.visits))
    assert not overfull(shorter, Travel.of(shorter))


@pytest.mark.parametrize("seed", range(40))
def test_what_is_said_at_sight_is_what_the_model_says(seed: int) -> None:
    problem = at_random(seed)
    travel = Travel.of(problem)
    routes, missing = planned(problem)
    bench = Bench.of(problem, routes)
    own = bench.team(1)
    now = {one.day: one.visits for one in routes}
    names = [name for route in routes for name in route.visits]
    for name in missing:
        together = [*names, name]
        if overfull(bench.cut(own, together), travel):
            assert not fits(problem, travel, 1, together)
        assert not takes(bench, own, now, bench.visit(name))  # or it would have been planned
    for name in names:  # taken out, it can be put back
        left = {day: tuple(one for one in own if one != name) for day, own in now.items()}
        assert takes(bench, own, left, bench.visit(name))


def test_one_other_moves_away_to_make_room() -> None:
    # day 0 is full with 1 and 2; 3 may be on day 0 alone, and 2 on day 1 too
    problem = county(
        [visit(n, 1, days=days) for n, days in ((1, (0,)), (2, (0, 1)), (3, (0,)))],
        [team(1, ("p", "q"))],
        max_visits=2,
    )
    bench = Bench.of(problem, [])
    assert takes(bench, bench.team(1), {0: (1, 2)}, bench.visit(3))
    assert not takes(bench, bench.team(1), {0: (1, 2), 1: (4, 5)}, bench.visit(3), most=1)


def test_a_visit_asks_no_more_than_its_work() -> None:
    """Twelve too many: what each may ask is limited, and the team planned anew is planned once for all."""
    problem = county([visit(n, 1, duration=9000) for n in range(1, 21)])
    routes, missing = planned(problem)
    assert len(missing) == 12
    bench = Bench.of(problem, routes)
    used = [reason_of(bench, name)[1] for name in sorted(missing, key=str)]
    assert max(used) <= CONFLICT_WORK + FIX_WORK
    # another day for the team is weighed for the first of them, and remembered
    assert sum(used[1:]) < len(used[1:]) * used[0]


def test_a_team_with_too_many_tours_to_list_is_explained_at_sight() -> None:
    problem = county([visit(n, 1, duration=9000) for n in range(1, 11)])
    routes, missing = planned(problem)
    told = reasons(problem, routes, missing, Limits(tours=3))
    assert {one.code for one in told} == {"CAPACITY"}
    for one in told:
        named = one.params["visits"]
        assert isinstance(named, list)
        assert not fits(problem, Travel.of(problem), 1, named)
        every_fix_works(problem, one)


def test_a_set_not_known_to_be_minimal_is_not_called_minimal() -> None:
    problem = county([visit(n, 1, days=(0,)) for n in (1, 2)], [team(1, ("p", "q"))])
    params = {"visits": [1, 2], "days": [0], "minimal": 0}
    told = reason_words(problem, problem.teams[0], problem.visits[0], "CAPACITY", params)
    assert "任意去掉一户" not in told
    assert "没有逐户核对" in told

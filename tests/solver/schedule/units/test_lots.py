"""Teams drawn for entities, bundles and day-routes: chances over 2,000 seeds, recusals, days, loads."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from solver.pairing import Inspector, Lottery, Seat, Task, solve
from solver.pairing import Problem as Pairing
from solver.schedule.problem import Fixed
from solver.schedule.units import UnitError, cut
from solver.schedule.units.lots import bundles, draw_unit, lot
from solver.schedule.units.posing import point_of
from tests.solver.schedule.units.counties import county, recused

SEEDS = 2000
SEED = bytes(range(32))


def chi_square(seen: Counter[tuple[int, str]], chances: dict[tuple[int, str], float]) -> float:
    """Sum over visits and people of squared standard deviations from the exact chance."""
    return sum(
        (seen[key] - SEEDS * p) ** 2 / (SEEDS * p * (1 - p)) for key, p in chances.items() if 0 < p < 1
    )


def people_problem(units: list[tuple[str, list[int]]], barred: dict[str, set[int]]) -> Pairing:
    """Ten people, a lead (p0 to p4 may) and a member for each unit; who is barred from one visit sits nowhere in it."""
    people = [f"p{n}" for n in range(10)]

    def able(visits: list[int]) -> tuple[str, ...]:
        return tuple(who for who in people if not barred.get(who, set()) & set(visits))

    return Pairing(
        inspectors=tuple(Inspector(who) for who in people),
        tasks=tuple(
            Task(
                name,
                (Seat("lead", tuple(p for p in able(visits) if p < "p5")), Seat("member", able(visits))),
            )
            for name, visits in units
        ),
    )


def marginals(
    problem: Pairing, units: list[tuple[str, list[int]]]
) -> tuple[dict[tuple[int, str], float], Counter[tuple[int, str]], list[dict[str, int]]]:
    """(exact chances by visit and person, how often it came over 2,000 seeds, loads of each draw)."""
    table = solve(problem)
    visits = dict(units)
    exact: dict[tuple[int, str], float] = Counter()  # type: ignore[assignment]
    for task, _, who, n in table.rows:
        for visit in visits[task]:
            exact[visit, who] += n / 2**problem.bits
    lottery, seen, loads = Lottery(table), Counter[tuple[int, str]](), []
    for k in range(SEEDS):
        drawn = lottery.draw(k.to_bytes(32))
        loads.append(dict(drawn.loads))
        for task, _, who in drawn.rows:
            for visit in visits[task]:
                seen[visit, who] += 1
    return exact, seen, loads


def test_over_2000_seeds_bundles_give_every_visit_and_inspector_the_chance_that_entities_give() -> None:
    problem = county(visits=30)
    groups = cut([point_of(problem, visit) for visit in problem.visits], 10).groups
    by_bundle = [(f"B{n}", [int(code) for code in group]) for n, group in enumerate(groups)]
    by_entity = [(f"V{n:02}", [n]) for n in range(30)]
    exact, seen, loads = marginals(people_problem(by_bundle, {}), by_bundle)
    same, _, _ = marginals(people_problem(by_entity, {}), by_entity)
    assert {key: round(p, 4) for key, p in exact.items()} == {key: round(p, 4) for key, p in same.items()}
    for (visit, who), p in exact.items():
        assert abs(seen[visit, who] / SEEDS - p) < 4.5 * (p * (1 - p) / SEEDS) ** 0.5
    # visits of one bundle go together: 10 bundles x 10 people; 99.99 % of chi-square lies below 160
    firsts = {key: p for key, p in exact.items() if key[0] in {visits[0] for _, visits in by_bundle}}
    assert chi_square(seen, firsts) < 160
    assert all(set(each.values()) == {2} for each in loads)


def test_over_2000_seeds_a_recused_inspector_never_gets_the_bundle_and_chances_stay_exact() -> None:
    problem = county(visits=30)
    groups = cut([point_of(problem, visit) for visit in problem.visits], 10).groups
    units = [(f"B{n}", [int(code) for code in group]) for n, group in enumerate(groups)]
    barred = {"p1": {0}, "p7": {0, 13}, "p9": {22}}
    exact, seen, loads = marginals(people_problem(units, barred), units)
    for who, visits in barred.items():
        for visit in visits:
            together = next(own for _, own in units if visit in own)
            assert all(seen[other, who] == 0 and exact.get((other, who), 0) == 0 for other in together)
    for (visit, who), p in exact.items():
        assert abs(seen[visit, who] / SEEDS - p) <= 4.5 * (p * (1 - p) / SEEDS) ** 0.5
    assert all(set(each.values()) == {2} for each in loads)


@pytest.mark.parametrize("unit", ["entity", "bundle", "day-route"])
def test_every_visit_gets_a_team_of_its_county_and_the_seed_alone_decides(unit: str) -> None:
    problem = county(teams=6, visits=36, counties=2)
    drawn = draw_unit(problem, unit, SEED)
    county_of = {team.id: team.county for team in problem.teams}
    assert all(county_of[visit.team] == visit.county for visit in drawn.visits if visit.team is not None)
    assert all(visit.team is not None for visit in drawn.visits)
    assert draw_unit(problem, unit, SEED) == drawn
    assert draw_unit(problem, unit, bytes(32)) != drawn


def test_bundles_are_as_many_as_teams_and_each_team_gets_one() -> None:
    problem = county(teams=4, visits=26)
    found = lot(problem, "bundle", SEED)
    assert found.bundles == bundles(problem, problem.visits)
    assert [len(unit.visits) for unit in found.units[:4]] == [len(g) for g in found.bundles.groups]
    table, outcome = found.lots[0]
    assert sorted(outcome.loads.values()) == [1, 1, 1, 1]
    assert {n / 2**table.problem.bits for _, _, _, n in table.rows} == {0.25}


def test_nobody_is_drawn_for_a_unit_with_a_visit_he_must_stay_away_from() -> None:
    problem = recused(recused(county(), 3, "p0"), 11, "q2")
    for unit in ("entity", "bundle", "day-route"):
        for k in range(20):
            drawn = {one.id: one.team for one in draw_unit(problem, unit, k.to_bytes(32)).visits}
            assert (drawn[3], drawn[11]) != (0, 2)
            assert drawn[3] != 0
            assert drawn[11] != 2


def test_where_nobody_may_take_a_whole_bundle_the_visits_in_the_way_are_drawn_by_themselves() -> None:
    problem = county()
    for visit in range(20):  # each of these can go to one team alone, and bundles mix them
        problem = recused(problem, visit, *(f"p{n}" for n in range(4) if n != visit % 4))
    found = lot(problem, "bundle", SEED)
    drawn = {one.id: one.team for one in found.problem.visits}
    assert all(drawn[visit] == visit % 4 for visit in range(20))
    assert set(range(20)) <= set(found.single)


def test_a_visit_on_none_of_whose_days_its_bundles_team_is_there_is_drawn_by_itself() -> None:
    problem = county()
    absent = replace(problem.teams[0], days=(5, 6, 7, 8, 9))
    problem = replace(problem, teams=(absent, *problem.teams[1:]))
    early = {visit.id for visit in problem.visits if visit.days == (0, 1, 2, 3, 4)}
    for k in range(10):
        found = lot(problem, "bundle", k.to_bytes(32))
        assert all(one.team != 0 for one in found.problem.visits if one.id in early)
        assert set(found.single) <= early


def test_day_routes_give_a_team_one_route_a_day_at_most_on_days_it_is_there() -> None:
    problem = county(teams=4, visits=30)
    found = lot(problem, "day-route", SEED)
    table, outcome = found.lots[0]
    days = {unit.name: unit.day for unit in found.units}
    there = {f"{team.id:06d}": team.days for team in problem.teams}
    driven = [(who, days[task]) for task, _, who in outcome.rows]
    assert len(driven) == len(set(driven)) > 0
    assert all(day in there[who] for who, day in driven)
    for who, load in table.loads.items():
        assert load // 1 <= outcome.loads[who] <= -(-load // 1)


def test_pinned_visits_keep_their_team_and_by_entity_all_that_have_one_do() -> None:
    problem = county()
    pinned = replace(problem.visits[5], team=3, pinned=Fixed(2, 0))
    given = replace(problem.visits[6], team=1)
    problem = replace(problem, visits=(*problem.visits[:5], pinned, given, *problem.visits[7:]))
    for k in range(8):
        by_bundle = {one.id: one.team for one in draw_unit(problem, "bundle", k.to_bytes(32)).visits}
        by_entity = {one.id: one.team for one in draw_unit(problem, "entity", k.to_bytes(32)).visits}
        assert (by_bundle[5], by_entity[5], by_entity[6]) == (3, 3, 1)


def test_a_visit_nobody_may_make_stands_with_the_first_team_and_is_told() -> None:
    problem = recused(county(), 7, "p0", "p1", "p2", "p3")
    found = lot(problem, "bundle", SEED)
    assert found.nobody == (7,)
    assert next(one.team for one in found.problem.visits if one.id == 7) == 0


@pytest.mark.parametrize(
    ("unit", "seed", "code"), [("town", SEED, "unit_kind"), ("bundle", b"", "unit_seed")]
)
def test_an_unknown_unit_and_an_empty_seed_are_refused(unit: str, seed: bytes, code: str) -> None:
    with pytest.raises(UnitError) as refusal:
        draw_unit(county(), unit, seed)
    assert refusal.value.code == code


def test_a_county_without_teams_cannot_be_cut() -> None:
    problem = replace(county(counties=2), teams=county(teams=1).teams)
    with pytest.raises(UnitError, match="县区 1"):
        bundles(problem, problem.visits)

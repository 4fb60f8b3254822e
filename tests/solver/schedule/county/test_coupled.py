"""Teams that share people are planned together: the best there is, and nobody is in two places."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.errors import Cancelled
from solver.schedule.county.components import clashes, components, crowded_offices, tight_offices
from solver.schedule.county.coupled import plan_together
from solver.schedule.limits import Limits, Watch
from solver.schedule.problem import Fixed, Place, Problem, Published, Team, Visit
from solver.schedule.team.plan import TeamPlan
from solver.schedule.travel import Travel
from tests.solver.schedule.county.tiny import county, least, offences


def planned(problem: Problem) -> list[TeamPlan]:
    return plan_together(problem, Travel.of(problem), [team.id for team in problem.teams], Limits())


def totals(problem: Problem, plans: list[TeamPlan]) -> tuple[int, int]:
    routes = [route for plan in plans for route in plan.routes]
    cost = sum(route.travel + problem.day_cost for route in routes)
    return sum(len(plan.missing) for plan in plans), cost


def wrong(problem: Problem, plans: list[TeamPlan]) -> list[str]:
    return offences(problem, [route for plan in plans for route in plan.routes])


@st.composite
def counties(draw: st.DrawFn) -> Problem:
    """Two or three teams that share people, three or four visits, two days of twelve seconds."""
    words = draw(st.sampled_from([["ab", "bc"], ["ab", "bc", "ac"], ["ab", "ab", "ab"], ["ab", "bc", "cd"]]))
    count = draw(st.integers(3, 4))
    windows = st.sampled_from([((0, 12),), ((0, 12),), ((0, 5),), ((3, 8),), ((6, 12),), ((0, 4), (7, 12))])
    visits = [
        {
            "duration": draw(st.integers(1, 3)),
            "windows": draw(windows),
            "days": draw(st.sampled_from([(0,), (1,), (0, 1), (0, 1)])),
            "team": draw(st.integers(0, len(words) - 1)),
        }
        for _ in range(count)
    ]
    leg = st.integers(0, 3)
    ways = [[0 if a == b else draw(leg) for b in range(count + 1)] for a in range(count + 1)]
    cars = draw(st.sampled_from([{}, {}, {0: 1}, {0: 2}]))
    sharing = draw(st.sampled_from(["day", "time"]))
    avail = {0: draw(st.sampled_from([(0,), (0, 1)]))}
    return county(words, visits, ways, avail=avail, sharing=sharing, cars=cars)


@settings(max_examples=120, deadline=None)
@given(counties())
def test_the_plan_together_is_what_trying_everything_finds_and_says_so(problem: Problem) -> None:
    plans = planned(problem)
    assert wrong(problem, plans) == []
    missing, cost = least(problem)
    assert totals(problem, plans) == (missing, cost)
    assert all(plan.proven for plan in plans)
    assert sum(plan.cost for plan in plans) == sum(plan.bound for plan in plans) == 1000 * missing + cost


def two_teams(sharing: str) -> Problem:
    """One inspector in both teams, one visit each, one day: an hour's way of 2 s, 3 s of work."""
    visits = [{"duration": 3, "team": 0}, {"duration": 3, "team": 1}]
    ways = [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    return county(["ab", "bc"], visits, ways, days=1, sharing=sharing)


def test_with_one_team_a_day_the_second_visit_waits_in_vain() -> None:
    plans = planned(two_teams("day"))
    assert [len(plan.missing) for plan in plans].count(1) == 1
    assert sum(plan.cost for plan in plans) == 1000 + 2 + 5


def test_with_shared_time_an_inspector_goes_from_one_team_to_the_other() -> None:
    problem = two_teams("time")
    first, second = sorted(
        (route for plan in planned(problem) for route in plan.routes), key=lambda r: r.leaves
    )
    assert first.returns <= second.leaves
    assert second.returns - first.leaves <= problem.day_length == 12


def test_teams_that_share_nobody_keep_their_own_plans_and_are_no_component() -> None:
    problem = county(["ab", "cd"], [{"team": 0}, {"team": 1}], [[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    assert components(problem) == ((0,), (1,))
    assert components(problem, offices=(0,)) == ((0, 1),)
    assert [plan.routes[0].day for plan in planned(problem)] == [0, 0]


def test_a_person_needed_by_two_teams_on_different_days_ties_nobody() -> None:
    visits = [{"team": 0, "days": (0,)}, {"team": 1, "days": (1,)}]
    apart = county(["ab", "bc"], visits, [[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    assert components(apart) == ((0,), (1,))
    assert components(two_teams("day")) == ((0, 1),)


def test_an_office_is_tight_only_where_all_its_teams_out_at_once_pass_its_cars() -> None:
    problem = two_teams("time")
    assert tight_offices(problem) == ()
    assert tight_offices(replace(problem, cars={0: 2})) == ()
    assert tight_offices(replace(problem, cars={0: 1})) == (0,)


def test_with_one_car_for_two_teams_on_one_day_one_visit_is_left_out() -> None:
    problem = county(
        ["ab", "cd"], [{"team": 0}, {"team": 1}], [[0, 1, 1], [1, 0, 1], [1, 1, 0]], days=1, cars={0: 1}
    )
    plans = planned(problem)
    assert totals(problem, plans) == least(problem) == (1, 7)
    assert all(plan.proven for plan in plans)


def test_the_cars_count_only_where_all_teams_of_the_office_are_planned_together() -> None:
    problem = county(
        ["ab", "cd"], [{"team": 0}, {"team": 1}], [[0, 1, 1], [1, 0, 1], [1, 1, 0]], days=1, cars={0: 1}
    )
    assert plan_together(problem, Travel.of(problem), [1], Limits())[0].missing == ()


def test_a_promised_visit_outweighs_all_others_of_the_teams() -> None:
    """Inspector b is free on one day only: for the one promised visit of team 1, or both visits of team 0."""
    visits = [{"team": 0, "duration": 2}, {"team": 0, "duration": 2}, {"team": 1, "duration": 2}]
    problem = county(["ab", "bc"], visits, [[0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]], days=1)
    assert [plan.missing for plan in planned(problem)] == [(), (2,)]
    promised = replace(problem.visits[2], appointment=Fixed(0, 4))
    promised_problem = replace(problem, visits=(*problem.visits[:2], promised))
    plans = planned(promised_problem)
    assert [plan.missing for plan in plans] == [(0, 1), ()]
    assert plans[1].routes[0].starts == (4,)


def test_a_published_plan_that_stands_is_left_as_it_is() -> None:
    visits = [{"team": 0, "duration": 3}, {"team": 1, "duration": 3}]
    problem = county(["ab", "bc"], visits, [[0, 1, 1], [1, 0, 1], [1, 1, 0]], sharing="time")
    published = {0: Published(0, 1, 7), 1: Published(1, 1, 1)}
    plans = planned(replace(problem, published=published))
    assert [(route.day, route.starts) for plan in plans for route in plan.routes] == [(1, (7,)), (1, (1,))]


def adhoc(visits: int, people: int, seed: int = 1, days: int = 20, **more) -> Problem:
    """每户各抽一对: every visit has its own drawn pair; leave, opening hours and deadlines as in an office."""
    dice = random.Random(seed)
    names = [f"I{number:03d}" for number in range(people)]
    leave = {name: set(dice.sample(range(days), dice.randrange(0, 6))) for name in names}
    pairs: dict[tuple[str, ...], int] = {}
    listed = []
    for number in range(visits):
        pair = tuple(sorted(dice.sample(names, 2)))
        place = Place(30 + dice.gauss(0, 0.1), 120 + dice.gauss(0, 0.1))
        when = dice.choice([(0, days), (0, days), (0, days // 2), (days // 2, days)])
        windows = dice.choice([((0, 28800),), ((0, 28800),), ((0, 12600),), ((7200, 28800),)])
        duration = dice.choice([2700, 3600, 5400, 7200])
        team = pairs.setdefault(pair, len(pairs))
        listed.append(Visit(number, 0, place, duration, windows, tuple(range(*when)), team))
    teams = [
        Team(number, 0, 0, pair, tuple(d for d in range(days) if all(d not in leave[one] for one in pair)))
        for pair, number in pairs.items()
    ]
    dates = tuple(f"2026-10-{day + 1:02d}" for day in range(days))
    return Problem(
        "adhoc",
        28800,
        4,
        1800,
        21600,
        dates,
        (Place(30, 120),),
        tuple(teams),
        tuple(listed),
        lunch=10800,
        **more,
    )


def test_six_hundred_visits_by_sixty_people_in_pairs_of_their_own_are_planned_with_proof() -> None:
    problem = adhoc(600, 60, sharing="time")
    travel = Travel.of(problem)
    assert len(problem.teams) > 450
    assert len(max(components(problem), key=len)) > 450
    plans = planned(problem)
    assert wrong(problem, plans) == []
    assert all(plan.proven for plan in plans)
    alone = [plan_together(problem, travel, [team.id], Limits())[0] for team in problem.teams]
    assert sum(plan.cost for plan in plans) == sum(plan.cost for plan in alone)


@pytest.mark.parametrize("sharing", ["day", "time"])
def test_a_county_too_tight_for_all_is_lawful_and_bounded_from_below(sharing: str) -> None:
    """Sixty visits by six people in five days: more than they can do."""
    problem = adhoc(60, 6, seed=3, days=5, sharing=sharing, cars={0: 4})
    plans = plan_together(problem, Travel.of(problem), [team.id for team in problem.teams], Limits(work=0.5))
    assert wrong(problem, plans) == []
    assert sum(len(plan.missing) for plan in plans) >= 1
    assert sum(plan.bound for plan in plans) <= sum(plan.cost for plan in plans)


def taken_ill(problem: Problem, days: int = 3) -> Problem:
    """What was planned is published; then whoever has most to do on the first days is away."""
    plans = planned(problem)
    routes = [route for plan in plans for route in plan.routes]
    members = {team.id: team.members for team in problem.teams}
    busy = [one for route in routes if route.day < days for one in members[route.team] for _ in route.visits]
    ill = max(sorted(set(busy)), key=busy.count)
    teams = tuple(
        replace(team, days=tuple(day for day in team.days if day >= days)) if ill in team.members else team
        for team in problem.teams
    )
    told = {
        visit: Published(route.team, route.day, start)
        for route in routes
        for visit, start in zip(route.visits, route.starts, strict=True)
    }
    return replace(problem, teams=teams, published=told)


def moved(problem: Problem, plans: list[TeamPlan]) -> list[int]:
    told = problem.published
    days = {visit: route.day for plan in plans for route in plan.routes for visit in route.visits}
    return sorted(visit for visit, day in days.items() if visit in told and told[visit].day != day)


def test_after_an_illness_only_the_visits_of_those_days_move() -> None:
    """A hundred and ten visits by fourteen people: seven must move, and no other does."""
    problem = taken_ill(adhoc(110, 14, days=12, sharing="time", cars={0: 12}))
    team = {one.id: one for one in problem.teams}
    must = [visit for visit, was in problem.published.items() if was.day not in team[was.team].days]
    plans = planned(problem)
    assert wrong(problem, plans) == []
    assert [plan.missing for plan in plans if plan.missing] == []
    assert moved(problem, plans) == sorted(must)
    assert len(must) == 7


def test_a_plan_that_had_to_move_more_than_its_teams_alone_is_bounded_by_more_than_nothing() -> None:
    problem = taken_ill(adhoc(150, 20, days=12, sharing="time", cars={0: 12}))
    limits = Limits(work=0.3)
    plans = plan_together(problem, Travel.of(problem), [team.id for team in problem.teams], limits)
    missing = sum(len(plan.missing) for plan in plans)
    bound, cost = sum(plan.bound for plan in plans), sum(plan.cost for plan in plans)
    assert wrong(problem, plans) == []
    assert problem.miss_cost * missing + 100_000 < bound <= cost


def test_the_plan_does_not_depend_on_the_order_in_which_anything_was_listed() -> None:
    problem = adhoc(80, 10, seed=5, days=6, sharing="time")
    shuffled = replace(
        problem,
        teams=tuple(replace(team, members=team.members[::-1]) for team in problem.teams[::-1]),
        visits=problem.visits[::-1],
    )
    backwards = plan_together(
        shuffled, Travel.of(shuffled), [team.id for team in problem.teams][::-1], Limits(work=0.5)
    )
    forwards = plan_together(
        problem, Travel.of(problem), [team.id for team in problem.teams], Limits(work=0.5)
    )
    assert forwards == backwards
    assert clashes(problem, [route for plan in forwards for route in plan.routes]) == ()


def test_who_cancels_gets_nothing_and_who_stops_gets_a_lawful_plan() -> None:
    problem = adhoc(60, 6, seed=3, days=5, sharing="time", cars={0: 4})
    travel, teams = Travel.of(problem), [team.id for team in problem.teams]
    with pytest.raises(Cancelled):
        plan_together(problem, travel, teams, Limits(), Watch(wish=lambda: "cancel"))
    plans = plan_together(problem, travel, teams, Limits(), Watch(wish=lambda: "stop"))
    assert wrong(problem, plans) == []
    assert crowded_offices(problem, [route for plan in plans for route in plan.routes]) == ()
    assert any(plan.cut for plan in plans)
